"""What adding one document would do: which row it belongs to, and what would become of both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict

import pandas as pd

from analysis.corpus.duplicates import find_near_duplicates
from analysis.corpus.formats.articles import same_title
from analysis.corpus.formats.encodings import clean_text, read_text
from analysis.corpus.formats.record import Item, Record
from analysis.corpus.manifest import BRIEFS, COLUMNS, ORIGINALS, Ledger, check_id
from analysis.tables import InputError, progress, require_choice

OWN = ("title", "standfirst", "published", "url", "language")


class Plan(TypedDict):
    """What adding one document would do.

    `where` is the document's place in its `file`; `row` is the manifest's row as it would be,
    `text` the original as it would be written to `target`; `state` says what happens to the
    document ("new", "replaced" in text or facts, or "unchanged"), `listed` whether the manifest
    has it already; `filled` names the cells that get a value, `kept` those where the manifest says
    otherwise than the file; `duplicate_of` is the document it nearly repeats, `similarity` how
    nearly (0–1).
    """

    file: Path
    where: str
    record: Record
    row: dict[str, str]
    text: str
    target: Path
    state: str
    listed: bool
    filled: list[str]
    kept: list[str]
    duplicate_of: str
    similarity: float


def make_plan(
    ledger: Ledger,
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
    old = _find_row(ledger, found, wanted, text, item.where, many and not replace)
    if old is None and not (found.get("id") or wanted):
        body = "\n\n".join(record["paragraphs"])
        old = _find_untitled(ledger, found, {**facts, **stated}, text, body, path, replace)
    if isinstance(old, str):
        return old
    row = {**dict.fromkeys(COLUMNS, ""), **(old or found)}
    if old is None:
        row["id"] = found.get("id") or _make_id(ledger, found, wanted, path, item, text)
        check_id(row["id"], item.where)
    filled = [name for name in found if name != "id" and not (old or {}).get(name)]
    kept = [name for name in found if name != "id" and _differs(name, row.get(name), found[name])]
    refused = [name for name in kept if name in given]
    if refused and not replace:
        raise InputError(
            f"{row['id']!r} already has {refused[0]} {row[refused[0]]!r}; "
            "add --replace to change it, or leave that flag out."
        )
    row.update({name: found[name] for name in [*filled, *(kept if replace else [])]})
    target = Path(ledger.folder, ORIGINALS, f"{row['id']}.txt")
    state = _look_up(target, text, path, replace) if _is_there(ledger, row) else "new"
    if state == "unchanged" and replace and old is not None and (filled or kept):
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
        kept=[] if replace else kept,
        duplicate_of="",
        similarity=float("nan"),
    )
    _doubt_length(plan)
    return plan


def _is_there(ledger: Ledger, row: Mapping[str, str]) -> bool:
    return row["id"].lower() in ledger.files


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
    ledger: Ledger,
    found: Mapping[str, str],
    wanted: str,
    text: str,
    where: str,
    many: bool,
) -> dict[str, str] | str | None:
    """The row of the manifest that a document belongs to; a reason why it has none to get."""
    if found.get("id"):
        return ledger.find_id(found["id"])
    named = ledger.find_id(wanted) if wanted else None
    if named is not None:
        rows = list(ledger.find_numbered(wanted))
    else:
        rows = ledger.find(found, found.get("outlet", ""))
    if not many:
        rows = [named] if named is not None else ledger.find(found)
        if len(rows) > 1:
            raise InputError(
                f"{where} could be any of {', '.join(row['id'] for row in rows)}; "
                "say which with --id."
            )
        return rows[0] if rows else None
    for row in rows:
        key = row["id"].lower()
        if key in ledger.fresh:
            if ledger.fresh[key] == text:
                return f"the same document as {row['id']}"
        elif key not in ledger.files or _has_text(ledger, row["id"], text):
            return row
    return None


def _find_untitled(
    ledger: Ledger,
    found: Mapping[str, str],
    stated: Mapping[str, str],
    text: str,
    body: str,
    path: Path,
    replace: bool,
) -> dict[str, str] | str | None:
    """The row without a title that has this text and no other outlet, day or address.

    Of several, the one that agrees most with what the file states; without `replace`, one that
    says nothing else. A reason to leave the document out if that is twice in what is added.
    """
    if _lies_there(ledger, path):
        return ledger.find_id(path.stem)
    if not found.get("title"):
        rows = ledger.find_text(text)
    elif replace:  # it was added before without the title, and perhaps without the standfirst
        rows = [
            *ledger.find_text(text.removeprefix(f"{found['title']}\n\n")),
            *ledger.find_text(body),
        ]
    else:
        return None
    identity = ("outlet", "published", "url", "accession")
    rows = [row for row in rows if not _count_differing(row, found, identity)]
    free = [row for row in rows if row["id"].lower() not in ledger.fresh]
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


def _lies_there(ledger: Ledger, path: Path) -> bool:
    return path.resolve().parent == (ledger.folder / ORIGINALS).resolve()


def _has_text(ledger: Ledger, name: str, text: str) -> bool:
    target = Path(ledger.folder, ORIGINALS, f"{name}.txt")
    return target.exists() and read_text(target) == clean_text(text).strip()


def _make_id(
    ledger: Ledger, found: Mapping[str, str], wanted: str, path: Path, item: Item, text: str
) -> str:
    """A new id from outlet and date, as in kyiv-post-2024-05-15; from other facts without them."""
    if _lies_there(ledger, path):
        return ledger.choose_id(path.stem, None)  # it lies where it should and lacks only its row
    if wanted:
        return ledger.choose_id(wanted, text)
    stem, date = slug(item.stem), found.get("published", "")[:10]
    outlet = re.sub(r"^the-", "", slug(found.get("outlet", "")))
    words = "-".join(slug(found.get("title", "")).split("-")[:5])
    parts = [outlet or stem or "text", date or (words if outlet else "")]
    return ledger.choose_id("-".join(filter(None, parts)), text)


def slug(text: str) -> str:
    """A text's Latin letters and digits in lower case, with hyphens between the words.

    Examples
    --------
    >>> slug("Le Monde (Édition)")
    'le-monde-edition'
    """
    plain = unicodedata.normalize("NFKD", text[:500]).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:50].strip("-")


def make_safe(name: str) -> str:
    """Make an id that a table states safe as the name of a file.

    Examples
    --------
    >>> make_safe("news/2024 05.15"), make_safe("..")
    ('news-2024-05.15', '')
    """
    kept = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9._-]+", "-", name)).strip("-._")[:90]
    try:
        check_id(kept, "")
    except InputError:
        return ""
    return kept


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

Settled = tuple[list[Plan], list[tuple[str, str]], list[dict[str, str]]]


def settle_copies(ledger: Ledger, plans: list[Plan], duplicates: str) -> Settled:
    """Find texts that are nearly another one, and do with them what the user wants."""
    require_choice(duplicates, CHOICES, "duplicates")
    fresh = [plan for plan in plans if plan["state"] != "unchanged"]
    if duplicates == "ignore" or not fresh:
        return plans, [], []
    pairs = _find_pairs(ledger, plans, fresh)
    by_id = {plan["row"]["id"]: plan for plan in fresh}
    rows = [row["id"] for row in ledger.rows.values()]
    kept = {plan["row"]["id"] for plan in plans} | set(rows)
    order = {name: i for i, name in enumerate(dict.fromkeys([*rows, *by_id]))}
    left_out: list[tuple[str, str]] = []
    groups: dict[str, str] = {}
    for later, earlier, similarity in _order_pairs(pairs, order):
        if later not in by_id:  # a listed row whose text is new stands before what it repeats
            later, earlier = earlier, later
        plan = by_id[later]
        if not plan["duplicate_of"] and earlier in kept:
            plan["duplicate_of"], plan["similarity"] = earlier, similarity
            if duplicates == "leave-out" and not plan["listed"]:
                kept.discard(later)
                left_out.append((plan["where"], f"{similarity:.2f} like {earlier}"))
        groups.setdefault(later, groups.setdefault(earlier, earlier))
    if duplicates == "leave-out":
        return [plan for plan in plans if plan["row"]["id"] in kept], left_out, []
    return plans, [], _group(ledger, plans, groups) if duplicates == "group" else []


def _order_pairs(pairs: pd.DataFrame, order: dict[str, int]) -> list[tuple[str, str, float]]:
    """Pairs as later document, earlier one, similarity; the most similar first for each."""
    found: list[tuple[str, str, float]] = []
    columns = (pairs["doc"], pairs["other"], pairs["similarity"])
    for one, other, similarity in zip(*(column.tolist() for column in columns), strict=True):
        earlier, later = sorted((str(one), str(other)), key=order.__getitem__)
        found.append((later, earlier, float(similarity)))
    return sorted(found, key=lambda pair: (order[pair[0]], -pair[2], order[pair[1]]))


def _group(ledger: Ledger, plans: list[Plan], groups: dict[str, str]) -> list[dict[str, str]]:
    """Write the groups into the rows; return those of documents that were there before."""
    added = {plan["row"]["id"]: plan["row"] for plan in plans}
    changed = []
    for name, group in groups.items():
        row = added.get(name)
        if row is not None:
            row[GROUP] = row.get(GROUP) or group
        else:
            old = ledger.find_id(name)
            if old is not None and not old.get(GROUP):
                changed.append({**old, GROUP: group})
    return changed


def _find_pairs(ledger: Ledger, plans: list[Plan], fresh: list[Plan]) -> pd.DataFrame:
    """Pairs with at least one text that is about to be written."""
    new = {plan["row"]["id"]: plan["text"] for plan in fresh}
    names = [row["id"] for row in ledger.rows.values() if row["id"] not in new]
    texts = {
        name: _read(ledger, name)
        for name in progress(names, total=len(names), desc="Reading the corpus")
    }
    table = pd.DataFrame(
        {"doc": [*texts, *new], "text": [*texts.values(), *new.values()]}, dtype=object
    )
    pairs = find_near_duplicates(table, threshold=SIMILARITY)
    return pairs[pairs["doc"].isin(list(new)) | pairs["other"].isin(list(new))]


def _read(ledger: Ledger, name: str) -> str:
    """The text that the corpus has of a document; "" where it has none that can be read."""
    if name.lower() in ledger.fresh:
        return ledger.fresh[name.lower()]
    for room in (ORIGINALS, BRIEFS):
        path = Path(ledger.folder, room, f"{name}.txt")
        try:
            if path.is_file():
                return read_text(path)
        except InputError:
            return ""
    return ""
