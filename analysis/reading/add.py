"""Adding an analyst's own texts to a corpus: what files hold, and which rows it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from analysis.reading.batch import (
    Batch,
    Wishes,
    check_values,
    list_files,
    make_batch,
    read_sources,
    write_batch,
)
from analysis.reading.ledger import read_rows
from analysis.reading.plan import Plan, count_words
from analysis.reading.source import Options
from analysis.tables import require_choice

__all__ = ["Plan", "add_documents", "count_words", "list_files", "plan_documents", "read_rows"]

ORDERS = ("", "dmy", "mdy")
RESULT = (
    "doc", "file", "original", "title", "published", "paragraphs", "words", "dropped", "state",
    "where", "note", "duplicate_of", "similarity",
)  # fmt: skip


def add_documents(
    folder: str | Path,
    files: Iterable[str | Path],
    *,
    values: Mapping[str, str] | None = None,
    replace: bool = False,
    whole: bool = False,
    columns: Mapping[str, str] | None = None,
    date_order: str = "",
    duplicates: str = "report",
    dry_run: bool = False,
) -> pd.DataFrame:
    """Add files to a corpus as originals, and their rows to its manifest.

    Parameters
    ----------
    folder : str or pathlib.Path
        The corpus folder; it and its ``sources.csv`` are made if there are none.
    files : iterable of str or pathlib.Path
        Texts, saved pages, Word, OpenDocument, rich text and PDF files, tables with one document a
        row (csv, tsv, xlsx, json, jsonl), zip files of these, exports of Nexis Uni, Factiva,
        ProQuest and Europresse; of a folder, the files with one text each.
    values : mapping of str to str, optional
        What you know of the documents, as column → value (``{"outlet": "The Daily"}``); goes
        before what the file states. ``id``, ``title``, ``standfirst`` and ``url`` for one document.
    replace : bool
        Put the text, and what it or `values` states, in place of what the corpus has. Otherwise
        only empty cells of an existing row are filled and no original is overwritten.
    whole : bool
        Take every paragraph of a text as body, without looking for title, date and navigation.
    columns : mapping of str to str, optional
        Where a table does not use the usual names: the manifest's column (or ``text``) → its own
        (``{"text": "Body", "region": "Area"}``).
    date_order : {"", "dmy", "mdy"}
        How a table's 05/04/2024 is to be read; without it the whole column is looked at.
    duplicates : {"report", "group", "leave-out", "ignore"}
        What to do with texts that are nearly another one (similarity 0.7 or more): tell, write the
        column ``duplicate_group`` too, leave out the later one, or look for none.
    dry_run : bool
        Write nothing.

    Returns
    -------
    pandas.DataFrame
        One row per document: ``doc``, ``file``, ``original`` (where the text is now), ``title``,
        ``published`` (text), ``paragraphs`` (of the body), ``words``, ``dropped`` (lines left
        out), ``state`` ("new", "replaced", "unchanged", "left out"), ``where`` (its place in the
        file), ``note`` (doubts; why it was left out), ``duplicate_of`` ("" where it is none),
        ``similarity`` (0–1, NaN where it is none).

    Raises
    ------
    InputError
        If a file cannot be read, an original is there already, a value contradicts the manifest,
        or the title belongs to several rows. Nothing is written then.

    Notes
    -----
    A document belongs to the row that `values` names by ``id``, else to the row with its accession
    number or address, else to that with its title (case and punctuation aside) and no other date.
    An original holds title, standfirst and body, with blank lines between the paragraphs. One
    document of many whose row has another text is taken as a new document, not refused.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "page.txt").write_text("Talks end\\n\\n15 May 2024\\n\\nThe talks ended.")
    >>> added = add_documents(folder / "corpus", [folder / "page.txt"], values={"outlet": "Post"})
    >>> added.loc[0, ["doc", "title", "state"]].tolist()
    ['post-2024-05-15', 'Talks end', 'new']
    """
    require_choice(date_order, ORDERS, "date_order")
    wishes = Wishes(check_values(values or {}), {}, replace, duplicates)
    title = wishes.given.get("title", "")
    sources = read_sources(files, Options(title, whole, columns or {}, date_order))
    batch = make_batch(folder, sources, wishes)
    if not dry_run:
        batch = write_batch(folder, sources, wishes, batch)
    return _describe(batch)


def _describe(batch: Batch) -> pd.DataFrame:
    """The table that `add_documents` returns."""
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
            "where": plan["where"],
            "note": "; ".join(plan["record"]["notes"]),
            "duplicate_of": plan["duplicate_of"],
            "similarity": plan["similarity"],
        }
        for plan in batch.plans
    ]
    empty = dict.fromkeys(("doc", "file", "original", "title", "published", "duplicate_of"), "")
    numbers = {"paragraphs": 0, "words": 0, "dropped": 0, "similarity": float("nan")}
    rows += [
        {**empty, **numbers, "state": "left out", "where": where, "note": why}
        for where, why in batch.left_out
    ]
    return pd.DataFrame(rows, columns=list(RESULT))


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
        One per document.

    Raises
    ------
    InputError
        As `add_documents`.
    """
    given = check_values(values or {})
    sources = read_sources(files, Options(title=given.get("title", ""), whole=whole))
    return make_batch(folder, sources, Wishes(given, {}, replace)).plans
