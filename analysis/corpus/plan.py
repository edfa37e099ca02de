"""What adding one document would do: which row it belongs to, and what would become of both."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TypedDict

import pandas as pd

from analysis.corpus.duplicates import find_near_duplicates, measure_similarity
from analysis.corpus.formats.articles import same_title, title_key, title_keys
from analysis.corpus.formats.encodings import clean_text, read_text
from analysis.corpus.formats.record import Item, Record
from analysis.corpus.inputs import Aside
from analysis.corpus.manifest import BRIEFS, COLUMNS, GROUP, ORIGINALS, check_id
from analysis.corpus.placeholders import is_placeholder
from analysis.files import hash_text
from analysis.tables import InputError, progress, require_choice

ADDED, REPLACED, THERE, ASIDE = "added", "replaced", "already there", "set aside"  # states
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
        self._texts: dict[str, list[str]] | None = (
            None  # hash of a text without its head → its rows
        )
        self._stored: dict[str, str] = {}  # id of a row → its text in the corpus, as far as read
        self.claimed: set[str] = set()  # hashes of the texts that are about to be added
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
        if self._texts is not None and text is not None:
            self._texts[hash_text(_cut_head(text, row))].append(key)
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
        """The rows whose text is this one below title and standfirst, in the manifest's order."""
        if self._texts is None:
            self._texts = defaultdict(list)
            for key, row in self.rows.items():
                own = self.read(key)
                if own:
                    self._texts[hash_text(_cut_head(own, row))].append(key)
        return [self.rows[key] for key in self._texts.get(hash_text(text), [])]

    def read(self, key: str) -> str:
        """The original of a row, as it is or is about to be; "" where there is none."""
        if key in self.new_texts:
            return self.new_texts[key]
        if key not in self._stored:
            path = self.folder / ORIGINALS / f"{self.rows[key]['id']}.txt"
            try:
                self._stored[key] = read_text(path) if key in self.files else ""
            except (InputError, OSError):
                self._stored[key] = ""
        return self._stored[key]

    def is_claimed(self, row: Mapping[str, str]) -> bool:
        """Whether a document of this run has the text that a row has."""
        text = self.read(row["id"].lower())
        return bool(text) and hash_text(text) in self.claimed

    def is_taken(self, row: Mapping[str, str]) -> bool:
        """Whether another document of this run belongs to a row."""
        return row["id"].lower() in self.new_texts

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
            if (not date or not row["published"] or row["published"][:10] == date)
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


def _cut_head(text: str, row: Mapping[str, str]) -> str:
    """A text without the title and the standfirst that it begins with."""
    for name in ("title", "standfirst"):
        if row.get(name):
            text = text.removeprefix(f"{row[name]}\n\n")
    return text


class Plan(TypedDict):
    """What adding one document would do."""

    # `where` is the document's place in its `file`; `row` is the manifest's row as it would be,
    # `text` the original as it would be written to `target`; `state` says what happens to the
    # document (`ADDED`, `REPLACED` in text or facts, or `THERE`), `listed` whether the manifest
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


class Document(NamedTuple):
    """A document that is to be added, with what is known of it."""

    # `given` is what the user says of it, `found` that and what the file states; `wanted` is the id
    # that a table states, `text` the original as it would be written. `many` says whether the file
    # is of a kind that holds many, `alone` whether nothing else is added.

    path: Path
    item: Item
    given: Mapping[str, str]
    found: Mapping[str, str]
    wanted: str
    text: str
    many: bool
    alone: bool = False
    replace: bool = False


def make_document(
    path: Path,
    item: Item,
    given: Mapping[str, str],
    *,
    many: bool = False,
    alone: bool = False,
    replace: bool = False,
) -> Document:
    """Put together what a file and the user say of a document."""
    record = item.record
    given = {name: value for name, value in given.items() if value}
    found = {**_list_stated(record), **given}
    headline = [found.get("title", ""), found.get("standfirst", "")]
    text = clean_text("\n\n".join(filter(None, [*headline, *record["paragraphs"]]))).strip()
    wanted = make_safe(record["facts"].get("id", ""))
    return Document(path, item, given, found, wanted, text, many, alone, replace)


def _list_stated(record: Record) -> dict[str, str]:
    """What a file states, by the manifest's column."""
    facts = {name: value for name, value in record["facts"].items() if name != "id"}
    return facts | {name: str(record[name]) for name in OWN if record[name]}  # type: ignore[literal-required]


def require_text(item: Item) -> None:
    """Refuse a document whose text says only that there is none."""
    body = "\n".join(item.record["paragraphs"])
    if is_placeholder(body):
        raise InputError(
            f"{item.where}: its text says only that there is none ({body!r}); get the full "
            "text, or leave it out."
        )


def make_plan(index: ManifestIndex, document: Document) -> Plan | str:
    """Find the row of a document, and what would become of both; or the id it is a copy of."""
    path, item, given, found, _, text, *_ = document
    require_text(item)
    old = _find_row(index, document)
    if isinstance(old, str):
        return old
    row = {**dict.fromkeys(COLUMNS, ""), **(old or found)}
    if old is None:
        row["id"] = found.get("id") or _make_id(index, document)
        check_id(row["id"], item.where)
    filled = [name for name in found if name != "id" and not (old or {}).get(name)]
    conflicts = [
        name for name in found if name != "id" and _differs(name, row.get(name), found[name])
    ]
    refused = [name for name in conflicts if name in given]
    if refused and not document.replace:
        raise InputError(
            f"{item.where}: {row['id']!r} already has {refused[0]} {row[refused[0]]!r}; "
            "add --replace to change it, or leave that flag out."
        )
    row.update({name: found[name] for name in [*filled, *(conflicts if document.replace else [])]})
    target = Path(index.folder, ORIGINALS, f"{row['id']}.txt")
    state = ADDED
    if row["id"].lower() in index.files:
        state = _look_up(target, text, path, document.replace)
    if state == THERE and document.replace and old is not None and (filled or conflicts):
        state = REPLACED
    plan = Plan(
        file=path,
        where=item.where,
        record=item.record,
        row=row,
        text=text,
        target=target,
        state=state,
        listed=old is not None,
        filled=filled,
        conflicts=[] if document.replace else conflicts,
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
    if record["facts"].get("database"):  # compared where the whole export is known
        return
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


def _find_row(index: ManifestIndex, document: Document) -> dict[str, str] | str | None:
    """The row of the manifest that a document belongs to; the id of the one it is a copy of."""
    if _is_own_original(index, document.path):
        own = index.find_id(document.path.stem)
        if own is not None:
            return own
    name = document.found.get("id", "")
    rows = _list_rows(index, document)
    same = [row for row in rows if index.read(row["id"].lower()) == document.text]
    free = [row for row in same if not index.is_taken(row)]
    if same:
        return free[0] if free else same[0]["id"]
    if name and any(map(index.is_taken, rows)):
        raise InputError(
            f"{document.item.where}: another file has the id {name!r}, too; give each an id of its "
            "own."
        )
    if name:
        return rows[0] if rows else None
    # what another document of this run has, or is about to have, is not this one's
    free = [row for row in rows if not index.is_taken(row) and not index.is_claimed(row)]
    untitled = None if document.wanted else _find_untitled(index, document)
    return untitled or _choose_row(index, document, free)


def _list_rows(index: ManifestIndex, document: Document) -> list[dict[str, str]]:
    """The rows that could be a document's, whatever their texts."""
    if document.found.get("id"):
        return list(filter(None, [index.find_id(document.found["id"])]))
    if document.wanted and index.find_id(document.wanted):
        return list(index.find_numbered(document.wanted))
    outlet = (document.found if document.many else document.given).get("outlet", "")
    rows = index.find(document.found, outlet)
    if rows or not (document.alone or document.replace):
        return rows
    others = index.find(document.found)  # whose outlet is another, which may be to be corrected
    if document.alone:
        return others
    return [row for row in others if index.read(row["id"].lower()) == document.text]


def _choose_row(
    index: ManifestIndex, document: Document, free: list[dict[str, str]]
) -> dict[str, str] | None:
    """Of rows with no text or another one, that which a document belongs to."""
    where, text = document.item.where, document.text
    empty = [row for row in free if row["id"].lower() not in index.files]
    if document.many and not document.replace:
        return empty[0] if empty else None
    candidates = free if document.replace else empty
    if len(candidates) > 1:
        near = [row for row in candidates if _is_near(index.read(row["id"].lower()), text)]
        if len(near) == 1:
            return near[0]
        raise InputError(
            f"{where} could be any of {', '.join(row['id'] for row in candidates)}; say which with "
            "--id."
        )
    if candidates:
        return candidates[0]
    # an update of that text, which is refused, or another text with its title, which is new
    return next((row for row in free if _is_update(index, document, row)), None)


def _is_update(index: ManifestIndex, document: Document, row: Mapping[str, str]) -> bool:
    """Whether a document seems to be another state of what a row has, not another text."""
    numbered = any(row.get(n) and row[n] == document.found.get(n) for n in ("accession", "url"))
    return numbered or _is_near(index.read(row["id"].lower()), document.text)


def _is_near(one: str, other: str) -> bool:
    return measure_similarity(one, other) >= SIMILARITY


def _find_untitled(index: ManifestIndex, document: Document) -> dict[str, str] | str | None:
    """The row that has this text, one of the two without a title, and no other outlet or day."""
    # Of several, the one that agrees most with what the file states; without `replace`, one that
    # says nothing else. The id of another, of which this is a copy, if that is in this run or has a
    # title.
    found, text, replace = document.found, document.text, document.replace
    stated = _list_stated(document.item.record)
    if not found.get("title"):
        rows = index.find_text(text)
    elif replace:  # it was added before without the title, and perhaps without the standfirst
        body = "\n\n".join(document.item.record["paragraphs"])
        texts = dict.fromkeys((text.removeprefix(f"{found['title']}\n\n"), body))
        rows = [row for one in texts for row in index.find_text(one) if not row.get("title")]
    else:
        return None
    identity = ("outlet", "published", "url", "accession")
    rows = [row for row in rows if not _count_differing(row, found, identity)]
    free = [row for row in rows if not index.is_taken(row)]
    best = min(
        free,
        key=lambda row: (
            _count_differing(row, stated, stated),
            -sum(row.get(name) == value for name, value in found.items()),
        ),
        default=None,
    )
    if best is not None and (replace or not _count_differing(best, stated, stated)):
        return best["id"] if best.get("title") and not found.get("title") else best
    same = (row for row in rows if row not in free and not _count_differing(row, stated, stated))
    return next((row["id"] for row in same), None)


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


def _make_id(index: ManifestIndex, document: Document) -> str:
    """A new id from outlet and date, as in kyiv-post-2024-05-15; from other facts without them."""
    found, text = document.found, document.text
    if _is_own_original(index, document.path):
        return index.choose_id(document.path.stem, None)  # it lacks only its row
    if document.wanted:
        return index.choose_id(document.wanted, text)
    stem, date = slug(document.item.stem), found.get("published", "")[:10]
    outlet = re.sub(r"^the-", "", slug(found.get("outlet", "")))
    words = "-".join(slug(found.get("title", "")).split("-")[:5])
    parts = [
        outlet or stem or "text",
        date or (words or ("" if document.many else stem)) if outlet else date,
    ]
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
        return ADDED
    if read_text(target) == text:
        return THERE
    if replace or path.resolve() == target.resolve():
        return REPLACED
    raise InputError(
        f"{target} is there already and holds another text than {path}; "
        "add --replace to put this one in its place, or --id for another document."
    )


CHOICES = ("report", "group", "leave-out", "ignore")
SIMILARITY = 0.7


def mark_duplicates(
    index: ManifestIndex, plans: list[Plan], duplicates: str
) -> tuple[list[Plan], list[Aside], list[dict[str, str]]]:
    """Find texts that are nearly another one, and do with them what the user wants."""
    # Gives the plans that remain, what is left out, and rows of the manifest that get a group.
    require_choice(duplicates, CHOICES, "duplicates")
    fresh = [plan for plan in plans if plan["state"] != THERE]
    if duplicates == "ignore" or not fresh:
        return plans, [], []
    pairs = _find_pairs(index, plans, fresh)
    by_id = {plan["row"]["id"]: plan for plan in fresh}
    rows = [row["id"] for row in index.rows.values()]
    remaining = {plan["row"]["id"] for plan in plans} | set(rows)
    order = {name: i for i, name in enumerate(dict.fromkeys([*rows, *by_id]))}
    left_out: list[Aside] = []
    groups: dict[str, str] = {}
    for later, earlier, similarity in _order_pairs(pairs, order):
        if later not in by_id:  # a listed row whose text is new stands before what it repeats
            later, earlier = earlier, later
        plan = by_id[later]
        if not plan["duplicate_of"] and earlier in remaining:
            plan["duplicate_of"], plan["similarity"] = earlier, similarity
            if duplicates == "leave-out" and not plan["listed"]:
                remaining.discard(later)
                left_out.append(_leave_out(plan))
        groups.setdefault(later, groups.setdefault(earlier, earlier))
    if duplicates == "leave-out":
        return [plan for plan in plans if plan["row"]["id"] in remaining], left_out, []
    return plans, [], _group(index, plans, groups) if duplicates == "group" else []


def _leave_out(plan: Plan) -> Aside:
    where, like = plan["where"], f"{plan['similarity']:.2f} like {plan['duplicate_of']}"
    said = f"{where}: {like}; nothing, near-duplicates are left out as you asked"
    return Aside(plan["file"], where, said, chosen=True)


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
