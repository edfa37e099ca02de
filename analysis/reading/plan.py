"""What adding one document would do: which row it belongs to, and what would become of both."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict

from analysis.reading.encodings import clean_text, read_text
from analysis.reading.headlines import same_title
from analysis.reading.ledger import Ledger
from analysis.reading.manifest import COLUMNS, ORIGINALS, check_id
from analysis.reading.pages import Record
from analysis.reading.source import Item
from analysis.tables import InputError

OWN = ("title", "standfirst", "published", "url", "language")


class Plan(TypedDict):
    """What adding one document would do.

    `where` is the document's place in its `file`; `row` is the manifest's row as it would be,
    `text` the original as it would be written to `target`; `state` says what happens to that file
    ("new", "replaced" or "unchanged"), `listed` whether the manifest has the document already;
    `filled` names the cells that get a value, `kept` those where the manifest says otherwise than
    the file; `duplicate_of` is the document it nearly repeats, `similarity` how nearly (0–1).
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


def count_words(paragraphs: Iterable[str]) -> int:
    """Count the words of some paragraphs, roughly: runs of letters and digits.

    Parameters
    ----------
    paragraphs : iterable of str

    Returns
    -------
    int

    Examples
    --------
    >>> count_words(["Don’t go.", "Well-known U.S. talks"])
    5
    """
    return len(re.findall(r"\w+(?:[-'’.]\w+)*", "\n".join(paragraphs)))


def make_plan(
    ledger: Ledger,
    path: Path,
    item: Item,
    given: Mapping[str, str],
    *,
    replace: bool = False,
    many: bool = False,
) -> Plan | str:
    """Find the row that a document belongs to, and what would become of both.

    Parameters
    ----------
    ledger : Ledger
        The manifest, and what is about to be added to it.
    path : pathlib.Path
        The file that was read.
    item : Item
        One document of it.
    given : mapping
        What the user says about the document.
    replace : bool
        As for `add_documents`.
    many : bool
        Whether the file is of a kind that holds many documents: then nothing is refused because
        one of them is unclear. One that differs from all there are is new.

    Returns
    -------
    Plan or str
        With `many`, the reason why the document is left out, if it is twice in what is added.

    Raises
    ------
    InputError
        As `add_documents`.
    """
    record = item.record
    stated = {name: str(record[name]) for name in OWN if record[name]}  # type: ignore[literal-required]
    wanted = make_safe(record["facts"].get("id", ""))
    facts = {name: value for name, value in record["facts"].items() if name != "id"}
    found = {**facts, **stated, **{name: value for name, value in given.items() if value}}
    headline = [found.get("title", ""), found.get("standfirst", "")]
    text = "\n\n".join(filter(None, [*headline, *record["paragraphs"]]))
    old = _find_row(ledger, found, wanted, text, item.where, many and not replace)
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
    plan = Plan(
        file=path,
        where=item.where,
        record=record,
        row=row,
        text=text,
        target=target,
        state=_look_up(target, text, path, replace) if _is_there(ledger, row) else "new",
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
    rows = [named] if named is not None else ledger.find(found, found.get("outlet", ""))
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


def _has_text(ledger: Ledger, name: str, text: str) -> bool:
    target = Path(ledger.folder, ORIGINALS, f"{name}.txt")
    return target.exists() and read_text(target) == clean_text(text).strip()


def _make_id(
    ledger: Ledger, found: Mapping[str, str], wanted: str, path: Path, item: Item, text: str
) -> str:
    """A new id from outlet and date, as in kyiv-post-2024-05-15; from other facts without them."""
    if path.resolve().parent == (ledger.folder / ORIGINALS).resolve():
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

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        At most fifty characters.

    Examples
    --------
    >>> slug("Le Monde (Édition)")
    'le-monde-edition'
    """
    plain = unicodedata.normalize("NFKD", text[:500]).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:50].strip("-")


def make_safe(name: str) -> str:
    """Make an id that a table states safe as the name of a file.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        "" if nothing of it can be kept.

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
