"""Adding an analyst's own texts to a corpus: what a file holds, which row it belongs to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict

import pandas as pd

from analysis.files import write_atomic
from analysis.readers import DOCUMENTS, clean_text, read_bytes, read_file, read_text
from analysis.reading.dates import read_published
from analysis.reading.headlines import same_title
from analysis.reading.manifest import (
    COLUMNS,
    NAME,
    ORIGINALS,
    check_id,
    read_manifest,
    update_manifest,
)
from analysis.reading.pages import Record
from analysis.tables import InputError

ONE_DOCUMENT = ("id", "title", "standfirst", "url")  # given values that no two documents share


class Plan(TypedDict):
    """What adding one file would do.

    `row` is the manifest's row as it would be, `text` the original as it would be written to
    `target`; `state` says what happens to that file ("new", "replaced" or "unchanged"), `listed`
    whether the manifest has the document already; `filled` names the cells that get a value,
    `kept` those where the manifest says otherwise than the file.
    """

    file: Path
    record: Record
    row: dict[str, str]
    text: str
    target: Path
    state: str
    listed: bool
    filled: list[str]
    kept: list[str]


def add_documents(
    folder: str | Path,
    files: Iterable[str | Path],
    *,
    values: Mapping[str, str] | None = None,
    replace: bool = False,
    whole: bool = False,
) -> pd.DataFrame:
    """Add files to a corpus as originals, and their rows to its manifest.

    Parameters
    ----------
    folder : str or pathlib.Path
        The corpus folder; it and its ``sources.csv`` are made if there are none.
    files : iterable of str or pathlib.Path
        Texts, saved pages' texts or html files.
    values : mapping of str to str, optional
        What you know of the documents, as column → value (``{"outlet": "The Daily"}``); goes
        before what the file states. ``id``, ``title``, ``standfirst`` and ``url`` for one file.
    replace : bool
        Put the text, and what it or `values` states, in place of what the corpus has. Otherwise
        only empty cells of an existing row are filled and no original is overwritten.
    whole : bool
        Take every paragraph of a text as body, without looking for title, date and navigation.

    Returns
    -------
    pandas.DataFrame
        One row per file: ``doc``, ``file``, ``original`` (where the text is now), ``title``,
        ``published`` (text), ``paragraphs`` (of the body), ``words``, ``dropped`` (lines left
        out), ``state`` ("new", "replaced", "unchanged").

    Raises
    ------
    InputError
        If a file cannot be read, an original is there already, a value contradicts the manifest,
        or the title belongs to several rows. Nothing is written then.

    Notes
    -----
    A file belongs to the row that `values` names by ``id``, else to the row with its address, else
    to that with its title (case and punctuation aside) and no other date. An original holds
    title, standfirst and body, with blank lines between the paragraphs.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "page.txt").write_text("Talks end\\n\\n15 May 2024\\n\\nThe talks ended.")
    >>> added = add_documents(folder / "corpus", [folder / "page.txt"], values={"outlet": "Post"})
    >>> added.loc[0, ["doc", "title", "state"]].tolist()
    ['post-2024-05-15', 'Talks end', 'new']
    """
    plans = plan_documents(folder, files, values=values, replace=replace, whole=whole)
    write_plans(folder, plans)
    rows = [
        {
            "doc": plan["row"]["id"],
            "file": str(plan["file"]),
            "original": str(plan["target"]),
            "title": plan["row"].get("title", ""),
            "published": plan["row"].get("published", ""),
            "paragraphs": len(plan["record"]["paragraphs"]),
            "words": count_words(plan["record"]["paragraphs"]),
            "dropped": len(plan["record"]["dropped"]),
            "state": plan["state"],
        }
        for plan in plans
    ]
    return pd.DataFrame(rows)


def count_words(paragraphs: list[str]) -> int:
    """Count the words of some paragraphs, roughly: runs of letters and digits.

    Parameters
    ----------
    paragraphs : list of str

    Returns
    -------
    int

    Examples
    --------
    >>> count_words(["Don’t go.", "Well-known U.S. talks"])
    5
    """
    return len(re.findall(r"\w+(?:[-'’.]\w+)*", "\n".join(paragraphs)))


def plan_documents(
    folder: str | Path,
    files: Iterable[str | Path],
    *,
    values: Mapping[str, str] | None = None,
    replace: bool = False,
    whole: bool = False,
) -> list[Plan]:
    """Say what `add_documents` would do, and write nothing.

    Parameters
    ----------
    folder, files, values, replace, whole
        As for `add_documents`.

    Returns
    -------
    list of Plan
        One per file.

    Raises
    ------
    InputError
        As `add_documents`.
    """
    paths = _list_files(files)
    given = _check_values(values or {}, len(paths))
    rows = read_rows(folder)
    plans: list[Plan] = []
    for path in paths:
        record = read_file(path, title=given.get("title", ""), whole=whole)
        plan = make_plan(folder, path, record, rows, given, replace=replace)
        plans.append(plan)
        if not plan["listed"]:
            rows = [*rows, plan["row"]]
    return plans


def _list_files(files: Iterable[str | Path]) -> list[Path]:
    """The files named, with those of a readable kind in place of a folder."""
    paths: list[Path] = []
    for path in map(Path, files):
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        chosen = [p for p in inside if p == path or (p.suffix and p.suffix.lower() in DOCUMENTS)]
        if not chosen:
            raise InputError(f"The folder {path} holds no .txt or .html file to add.")
        paths += chosen
    if not paths:
        raise InputError("No file to add was named; name one or more.")
    return paths


def _check_values(values: Mapping[str, str], n_files: int) -> dict[str, str]:
    """The given values, cleaned; refused where they cannot be true of the documents."""
    given = {name: " ".join(clean_text(value).split()) for name, value in values.items()}
    shared = [name for name in ONE_DOCUMENT if given.get(name)]
    if shared and n_files > 1:
        raise InputError(
            f"--{shared[0]} describes one document, but there are {n_files} files; "
            "add them one by one."
        )
    if given.get("id"):
        check_id(given["id"], "--id")
    if given.get("published"):
        given["published"] = read_published(given["published"])
    return given


def read_rows(folder: str | Path) -> list[dict[str, str]]:
    """Read the manifest of a folder that need not have one yet.

    Parameters
    ----------
    folder : str or pathlib.Path

    Returns
    -------
    list of dict
        As `read_manifest`; empty where there is none.

    Raises
    ------
    InputError
        As `read_manifest`, or if the folder is a file.
    """
    if Path(folder).exists() and not Path(folder).is_dir():
        raise InputError(f"The corpus folder {folder} is a file; name a folder.")
    return read_manifest(Path(folder, NAME)) if Path(folder, NAME).exists() else []


def make_plan(
    folder: str | Path,
    path: Path,
    record: Record,
    rows: list[dict[str, str]],
    given: Mapping[str, str],
    *,
    replace: bool = False,
) -> Plan:
    """Find the row that a record belongs to, and what would become of both.

    Parameters
    ----------
    folder : str or pathlib.Path
    path : pathlib.Path
        The file that was read.
    record : Record
        What it holds.
    rows : list of dict
        The manifest.
    given : mapping
        What the user says about the document.
    replace : bool
        As for `add_documents`.

    Returns
    -------
    Plan

    Raises
    ------
    InputError
        As `add_documents`.
    """
    names = ("title", "standfirst", "published", "url", "language")
    stated = {name: str(record[name]) for name in names if record[name]}  # type: ignore[literal-required]
    found = {**stated, **{name: value for name, value in given.items() if value}}
    old = _match_row(rows, found, path)
    row = {**dict.fromkeys(COLUMNS, ""), **(old or found)}
    if old is None:
        row["id"] = found.get("id") or _make_id(found, Path(folder), path, rows)
    filled = [name for name in found if name != "id" and not (old or {}).get(name)]
    kept = [name for name in found if name != "id" and _differs(name, row.get(name), found[name])]
    refused = [name for name in kept if name in given]
    if refused and not replace:
        raise InputError(
            f"{row['id']!r} already has {refused[0]} {row[refused[0]]!r}; "
            "add --replace to change it, or leave that flag out."
        )
    row.update({name: found[name] for name in [*filled, *(kept if replace else [])]})
    headline = [found.get("title", ""), found.get("standfirst", "")]
    text = "\n\n".join(filter(None, [*headline, *record["paragraphs"]]))
    target = Path(folder, ORIGINALS, f"{row['id']}.txt")
    return Plan(
        file=path,
        record=record,
        row=row,
        text=text,
        target=target,
        state=_look_up(target, text, path, replace),
        listed=old is not None,
        filled=filled,
        kept=[] if replace else kept,
    )


def _differs(name: str, old: str | None, new: str) -> bool:
    """Whether the manifest says otherwise, more than in spelling or in the hour of the day."""
    if not old or old == new:
        return False
    if name == "published":
        return old[:10] != new[:10]
    return not (name == "title" and same_title(old, new))


def _match_row(
    rows: list[dict[str, str]], found: Mapping[str, str], path: Path
) -> dict[str, str] | None:
    """The row of the manifest that a document belongs to, if there is one."""
    if found.get("id"):
        return next((row for row in rows if row["id"].lower() == found["id"].lower()), None)
    url, title, date = (found.get(name, "") for name in ("url", "title", "published"))
    same = [row for row in rows if url and row["url"] == url]
    if not same and title:
        same = [
            row
            for row in rows
            if same_title(row["title"], title)
            and (not date or not row["published"] or row["published"][:10] == date[:10])
        ]
    if len(same) > 1:
        raise InputError(
            f"{path} could be any of {', '.join(row['id'] for row in same)}; say which with --id."
        )
    return same[0] if same else None


def _make_id(found: Mapping[str, str], folder: Path, path: Path, rows: list[dict[str, str]]) -> str:
    """A new id from outlet and date, as in kyiv-post-2024-05-15; from other facts without them."""
    stem, date = _slug(path.stem), found.get("published", "")[:10]
    outlet = re.sub(r"^the-", "", _slug(found.get("outlet", "")))
    words = "-".join(_slug(found.get("title", "")).split("-")[:5])
    if path.resolve().parent == (folder / ORIGINALS).resolve():
        parts = [path.stem]  # it lies where it should and lacks only its row
    else:
        parts = [outlet or stem or "text", date or (words if outlet else "")]
    name = "-".join(filter(None, parts))
    taken = {row["id"].lower() for row in rows}
    if parts != [path.stem]:
        taken |= {file.stem.lower() for file in (folder / ORIGINALS).glob("*.txt")}
    numbered = (name if n == 1 else f"{name}-{n}" for n in range(1, len(taken) + 2))
    return next(choice for choice in numbered if choice.lower() not in taken)


def _slug(text: str) -> str:
    """A text's Latin letters and digits in lower case, with hyphens between the words."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:50].strip("-")


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


def write_plans(folder: str | Path, plans: list[Plan]) -> None:
    """Write the originals and then the manifest, each file whole or not at all.

    Parameters
    ----------
    folder : str or pathlib.Path
        The corpus folder.
    plans : list of Plan

    Raises
    ------
    InputError
        If two files belong to one document, or an id made of a file's name is not safe.
    OSError
        If the folder cannot be written to.
    """
    manifest = Path(folder, NAME)
    seen: dict[str, Path] = {}
    for plan in plans:
        name = plan["row"]["id"]
        check_id(name, str(plan["file"]))
        other = seen.setdefault(name.lower(), plan["file"])
        if other is not plan["file"]:
            raise InputError(
                f"{other} and {plan['file']} both belong to {name!r}; add only one of them, "
                "or add them one by one with an --id for each."
            )
    data = read_bytes(manifest) if manifest.exists() else None
    content = update_manifest(data, [plan["row"] for plan in plans], manifest)
    for plan in plans:
        if plan["state"] != "unchanged":
            write_atomic(plan["target"], plan["text"] + "\n")
    if content != data:
        write_atomic(manifest, content)
