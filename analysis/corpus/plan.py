"""What adding one document would do: which row it belongs to, and what would become of both."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypedDict

import pandas as pd

from analysis.corpus.duplicates import find_near_duplicates
from analysis.corpus.formats.articles import same_title, title_key, title_keys
from analysis.corpus.formats.encodings import clean_text, read_text
from analysis.corpus.formats.record import Item, Record
from analysis.corpus.manifest import BRIEFS, COLUMNS, ORIGINALS, check_id
from analysis.files import hash_text
from analysis.tables import InputError, progress, require_choice

OWN = ("title", "standfirst", "published", "url", "language")


CANDIDATES = 200  # rows of one title and day that are looked at


class ManifestIndex:
    """The rows of a manifest, and those that are about to be added to it."""

    def __init__(self, folder: Path, rows: list[dict[str, str]]) -> None:
        self.folder = folder
        self.rows: dict[str, dict[str, str]] = {}
        self.new_texts: dict[str, str] = {}  # id of a row that a document was found for → its text
        self._by: dict[str, dict[str, list[str]]] = {
            name: defaultdict(list) for name in ("url", "accession", "whole", "part")
        }
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, list[str]] | None = None  # hash of a text → its rows without title
        self.files = {path.stem.lower() for path in (folder / ORIGINALS).glob("*.txt")}
        for row in rows:
            self.add(row)

    def add(self, row: dict[str, str], text: str | None = None) -> None:
        """Add a row; with its text if it is about to be written."""
        key = row["id"].lower()
        self.rows[key] = row
        if text is not None:
            self.new_texts[key] = text
        for name in ("url", "accession"):
            if row.get(name):
                self._by[name][row[name]].append(key)
        title, date = row.get("title", ""), row.get("published", "")[:10]
        if self._texts is not None and text is not None and not title:
            self._texts[_hash(text)].append(key)
        for name, keys in (("whole", {title_key(title)}), ("part", title_keys(title))):
            for part in keys - {""}:
                for day in {date, "any"}:
                    self._by[name][f"{part} {day}"].append(key)

    def update(self, row: dict[str, str], text: str) -> None:
        """Note what becomes of a row that was there, for which a document was found."""
        self.rows[row["id"].lower()] = row
        self.new_texts[row["id"].lower()] = text

    def find_numbered(self, name: str) -> Iterator[dict[str, str]]:
        """The row with an id, and those that got the same id with a number behind it."""
        number = 1
        while row := self.find_id(name if number == 1 else f"{name}-{number}"):
            yield row
            number += 1

    def find_text(self, text: str) -> list[dict[str, str]]:
        """The rows without a title whose text is this one, in the manifest's order."""
        if self._texts is None:
            self._texts = defaultdict(list)
            for key, row in self.rows.items():
                own = None if row.get("title") else self._read(key)
                if own is not None:
                    self._texts[_hash(own)].append(key)
        return [self.rows[key] for key in self._texts.get(_hash(text), [])]

    def _read(self, key: str) -> str | None:
        if key in self.new_texts or key not in self.files:
            return self.new_texts.get(key)
        try:
            return read_text(self.folder / ORIGINALS / f"{self.rows[key]['id']}.txt")
        except (InputError, OSError):
            return None

    def find_id(self, name: str) -> dict[str, str] | None:
        """The row with an id, whatever its case."""
        return self.rows.get(name.lower())

    def find(self, found: Mapping[str, str], outlet: str = "") -> list[dict[str, str]]:
        """The rows that could be a document's: by accession number, address, title and date."""
        for name in ("accession", "url"):
            same = self._by[name].get(found.get(name, ""), []) if found.get(name) else []
            if same:
                return [self.rows[key] for key in same]
        title, date = found.get("title", ""), found.get("published", "")[:10]
        days = [date, ""] if date else ["any"]
        wanted = [("part", title_key(title)), *(("whole", part) for part in title_keys(title))]
        keys = dict.fromkeys(
            key
            for name, part in wanted
            for day in days
            for key in self._by[name].get(f"{part} {day}", [])[:CANDIDATES]
        )
        rows = [self.rows[key] for key in keys]
        return [
            row
            for row in rows
            if same_title(row["title"], title)
            and (not date or not row["published"] or row["published"][:10] == date)
            and not (outlet and row["outlet"] and outlet.casefold() != row["outlet"].casefold())
            and not (found.get("accession") and row.get("accession"))
        ]

    def choose_id(self, name: str, holds: str | None) -> str:
        """A free id: the name, or the name with a number behind it."""
        number = self._numbers.get(name.lower(), 1)
        while True:
            choice = name if number == 1 else f"{name}-{number}"
            key = choice.lower()
            if key not in self.rows and (
                holds is None or key not in self.files or self._holds(choice, holds)
            ):
                self._numbers[name.lower()] = number
                return choice
            number += 1

    def _holds(self, name: str, text: str) -> bool:
        try:
            return (self.folder / ORIGINALS / f"{name}.txt").read_bytes() == f"{text}\n".encode()
        except OSError:
            return False


def _hash(text: str) -> str:
    return hash_text(clean_text(text).strip())


class Plan(TypedDict):
    """What adding one document would do."""

    # `where` is the document's place in its `file`; `row` is the manifest's row as it would be,
    # `text` the original as it would be written to `target`; `state` says what happens to the
    # document ("new", "replaced" in text or facts, or "unchanged"), `listed` whether the manifest
    # has it already; `filled` names the cells that get a value, `conflicts` those where the
    # manifest says otherwise than the file; `duplicate_of` is the document it nearly repeats,
    # `similarity` how nearly (0–1).

    file: Path
    where: str
    record: Record
    row: dict[str, str]
    text: str
    target: Path
    state: str
    listed: bool
    filled: list[str]
    conflicts: list[str]
    duplicate_of: str
    similarity: float


def make_plan(
    index: ManifestIndex,
    path: Path,
    item: Item,
    given: Mapping[str, str],
    *,
    replace: bool = False,
    many: bool = False,
) -> Plan | str:
    """Find the row of a document, and what would become of both; or why it is left out."""
    record = item.record
    stated = {name: str(record[name]) for name in OWN if record[name]}  # type: ignore[literal-required]
    wanted = make_safe(record["facts"].get("id", ""))
    facts = {name: value for name, value in record["facts"].items() if name != "id"}
    found = {**facts, **stated, **{name: value for name, value in given.items() if value}}
    headline = [found.get("title", ""), found.get("standfirst", "")]
    text = "\n\n".join(filter(None, [*headline, *record["paragraphs"]]))
    old = _find_row(index, found, wanted, text, item.where, many and not replace)
    if old is None and not (found.get("id") or wanted):
        body = "\n\n".join(record["paragraphs"])
        old = _find_untitled(index, found, {**facts, **stated}, text, body, path, replace)
    if isinstance(old, str):
        return old
    row = {**dict.fromkeys(COLUMNS, ""), **(old or found)}
    if old is None:
        row["id"] = found.get("id") or _make_id(index, found, wanted, path, item, text)
        check_id(row["id"], item.where)
    filled = [name for name in found if name != "id" and not (old or {}).get(name)]
    conflicts = [
        name for name in found if name != "id" and _differs(name, row.get(name), found[name])
    ]
    refused = [name for name in conflicts if name in given]
    if refused and not replace:
        raise InputError(
            f"{row['id']!r} already has {refused[0]} {row[refused[0]]!r}; "
            "add --replace to change it, or leave that flag out."
        )
    row.update({name: found[name] for name in [*filled, *(conflicts if replace else [])]})
    target = Path(index.folder, ORIGINALS, f"{row['id']}.txt")
    state = "new"
    if row["id"].lower() in index.files:
        state = _look_up(target, text, path, replace)
    if state == "unchanged" and replace and old is not None and (filled or conflicts):
        state = "replaced"
    plan = Plan(
        file=path,
        where=item.where,
        record=record,
        row=row,
        text=text,
        target=target,
        state=state,
        listed=old is not None,
        filled=filled,
        conflicts=[] if replace else conflicts,
        duplicate_of="",
        similarity=float("nan"),
    )
    _doubt_length(plan)
    return plan


def _doubt_length(plan: Plan) -> None:
    """Note a stated number of words that is far from the one that was found."""
    record = plan["record"]
    stated = record["facts"].get("stated_words", "")
    note = "the file states"
    if not stated.isdigit() or any(note in one for one in record["notes"]):
        return
    body = len(" ".join(record["paragraphs"]).split())
    whole = body + len(plan["row"].get("title", "").split())
    if all(abs(count - int(stated)) > 0.1 * int(stated) for count in (body, whole)):
        record["notes"].append(f"{note} {int(stated):,} words, but {body:,} were found")


def _differs(name: str, old: str | None, new: str) -> bool:
    """Whether the manifest says otherwise, more than in spelling or in the hour of the day."""
    if not old or old == new:
        return False
    if name == "published":
        return old[:10] != new[:10]
    return not (name == "title" and same_title(old, new))


def _find_row(
    index: ManifestIndex, found: Mapping[str, str], wanted: str, text: str, where: str, many: bool
) -> dict[str, str] | str | None:
    """The row of the manifest that a document belongs to; a reason why it has none to get."""
    if found.get("id"):
        return index.find_id(found["id"])
    named = index.find_id(wanted) if wanted else None
    if named is not None:
        rows = list(index.find_numbered(wanted))
    else:
        rows = index.find(found, found.get("outlet", ""))
    if not many:
        rows = [named] if named is not None else index.find(found)
        if len(rows) > 1:
            raise InputError(
                f"{where} could be any of {', '.join(row['id'] for row in rows)}; "
                "say which with --id."
            )
        return rows[0] if rows else None
    for row in rows:
        key = row["id"].lower()
        if key in index.new_texts:
            if index.new_texts[key] == text:
                return f"the same document as {row['id']}"
        elif key not in index.files or _has_text(index, row["id"], text):
            return row
    return None


def _find_untitled(
    index: ManifestIndex,
    found: Mapping[str, str],
    stated: Mapping[str, str],
    text: str,
    body: str,
    path: Path,
    replace: bool,
) -> dict[str, str] | str | None:
    """The row without a title that has this text and no other outlet, day or address."""
    # Of several, the one that agrees most with what the file states; without `replace`, one that
    # says nothing else. A reason to leave the document out if that is twice in what is added.
    if _is_own_original(index, path):
        return index.find_id(path.stem)
    if not found.get("title"):
        rows = index.find_text(text)
    elif replace:  # it was added before without the title, and perhaps without the standfirst
        rows = [
            *index.find_text(text.removeprefix(f"{found['title']}\n\n")),
            *index.find_text(body),
        ]
    else:
        return None
    identity = ("outlet", "published", "url", "accession")
    rows = [row for row in rows if not _count_differing(row, found, identity)]
    free = [row for row in rows if row["id"].lower() not in index.new_texts]
    best = min(
        free,
        key=lambda row: (
            _count_differing(row, stated, stated),
            -sum(row.get(name) == value for name, value in found.items()),
        ),
        default=None,
    )
    if best is not None and (replace or not _count_differing(best, stated, stated)):
        return best
    same = (row for row in rows if row not in free and not _count_differing(row, stated, stated))
    return next((f"the same document as {row['id']}" for row in same), None)


def _count_differing(row: Mapping[str, str], found: Mapping[str, str], names: Iterable[str]) -> int:
    """In how many cells a row and a document say different things."""
    return sum(
        bool(found.get(name))
        and name != "stated_words"
        and _differs(name, row.get(name, "").casefold(), found[name].casefold())
        for name in names
    )


def _is_own_original(index: ManifestIndex, path: Path) -> bool:
    return path.resolve().parent == (index.folder / ORIGINALS).resolve()


def _has_text(index: ManifestIndex, name: str, text: str) -> bool:
    target = Path(index.folder, ORIGINALS, f"{name}.txt")
    return target.exists() and read_text(target) == clean_text(text).strip()


def _make_id(
    index: ManifestIndex, found: Mapping[str, str], wanted: str, path: Path, item: Item, text: str
) -> str:
    """A new id from outlet and date, as in kyiv-post-2024-05-15; from other facts without them."""
    if _is_own_original(index, path):
        return index.choose_id(path.stem, None)  # it lies where it should and lacks only its row
    if wanted:
        return index.choose_id(wanted, text)
    stem, date = slug(item.stem), found.get("published", "")[:10]
    outlet = re.sub(r"^the-", "", slug(found.get("outlet", "")))
    words = "-".join(slug(found.get("title", "")).split("-")[:5])
    parts = [outlet or stem or "text", date or (words if outlet else "")]
    return index.choose_id("-".join(filter(None, parts)), text)


def slug(text: str) -> str:
    """A text's Latin letters and digits in lower case, with hyphens between the words."""
    plain = unicodedata.normalize("NFKD", text[:500]).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:50].strip("-")


def make_safe(name: str) -> str:
    """Make an id that a table states safe as the name of a file."""
    safe = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9._-]+", "-", name)).strip("-._")[:90]
    try:
        check_id(safe, "")
    except InputError:
        return ""
    return safe


def _look_up(target: Path, text: str, path: Path, replace: bool) -> str:
    """What writing the text would do to the file there; refused if it would be lost."""
    if not target.exists():
        return "new"
    if read_text(target) == clean_text(text).strip():
        return "unchanged"
    if replace or path.resolve() == target.resolve():
        return "replaced"
    raise InputError(
        f"{target} is there already and holds another text than {path}; "
        "add --replace to put this one in its place, or --id for another document."
    )


CHOICES = ("report", "group", "leave-out", "ignore")
GROUP = "duplicate_group"  # the manifest's column; each group is named by its first document
SIMILARITY = 0.7


def mark_duplicates(
    index: ManifestIndex, plans: list[Plan], duplicates: str
) -> tuple[list[Plan], list[tuple[str, str]], list[dict[str, str]]]:
    """Find texts that are nearly another one, and do with them what the user wants."""
    # Gives the plans that remain, places and reasons of what is left out, and rows of the manifest
    # that get a group.
    require_choice(duplicates, CHOICES, "duplicates")
    fresh = [plan for plan in plans if plan["state"] != "unchanged"]
    if duplicates == "ignore" or not fresh:
        return plans, [], []
    pairs = _find_pairs(index, plans, fresh)
    by_id = {plan["row"]["id"]: plan for plan in fresh}
    rows = [row["id"] for row in index.rows.values()]
    remaining = {plan["row"]["id"] for plan in plans} | set(rows)
    order = {name: i for i, name in enumerate(dict.fromkeys([*rows, *by_id]))}
    left_out: list[tuple[str, str]] = []
    groups: dict[str, str] = {}
    for later, earlier, similarity in _order_pairs(pairs, order):
        if later not in by_id:  # a listed row whose text is new stands before what it repeats
            later, earlier = earlier, later
        plan = by_id[later]
        if not plan["duplicate_of"] and earlier in remaining:
            plan["duplicate_of"], plan["similarity"] = earlier, similarity
            if duplicates == "leave-out" and not plan["listed"]:
                remaining.discard(later)
                left_out.append((plan["where"], f"{similarity:.2f} like {earlier}"))
        groups.setdefault(later, groups.setdefault(earlier, earlier))
    if duplicates == "leave-out":
        return [plan for plan in plans if plan["row"]["id"] in remaining], left_out, []
    return plans, [], _group(index, plans, groups) if duplicates == "group" else []


def _order_pairs(pairs: pd.DataFrame, order: dict[str, int]) -> list[tuple[str, str, float]]:
    """Pairs as later document, earlier one, similarity; the most similar first for each."""
    found: list[tuple[str, str, float]] = []
    columns = (pairs["doc"], pairs["other"], pairs["similarity"])
    for one, other, similarity in zip(*(column.tolist() for column in columns), strict=True):
        earlier, later = sorted((str(one), str(other)), key=order.__getitem__)
        found.append((later, earlier, float(similarity)))
    return sorted(found, key=lambda pair: (order[pair[0]], -pair[2], order[pair[1]]))


def _group(index: ManifestIndex, plans: list[Plan], groups: dict[str, str]) -> list[dict[str, str]]:
    """Write the groups into the rows; return those of documents that were there before."""
    added = {plan["row"]["id"]: plan["row"] for plan in plans}
    changed = []
    for name, group in groups.items():
        row = added.get(name)
        if row is not None:
            row[GROUP] = row.get(GROUP) or group
        else:
            old = index.find_id(name)
            if old is not None and not old.get(GROUP):
                changed.append({**old, GROUP: group})
    return changed


def _find_pairs(index: ManifestIndex, plans: list[Plan], fresh: list[Plan]) -> pd.DataFrame:
    """Pairs with at least one text that is about to be written."""
    new = {plan["row"]["id"]: plan["text"] for plan in fresh}
    names = [row["id"] for row in index.rows.values() if row["id"] not in new]
    texts = {
        name: _read(index, name)
        for name in progress(names, total=len(names), desc="Reading the corpus")
    }
    table = pd.DataFrame(
        {"doc": [*texts, *new], "text": [*texts.values(), *new.values()]}, dtype=object
    )
    pairs = find_near_duplicates(table, threshold=SIMILARITY)
    return pairs[pairs["doc"].isin(list(new)) | pairs["other"].isin(list(new))]


def _read(index: ManifestIndex, name: str) -> str:
    """The text that the corpus has of a document; "" where it has none that can be read."""
    if name.lower() in index.new_texts:
        return index.new_texts[name.lower()]
    for part in (ORIGINALS, BRIEFS):
        path = Path(index.folder, part, f"{name}.txt")
        try:
            if path.is_file():
                return read_text(path)
        except InputError:
            return ""
    return ""
