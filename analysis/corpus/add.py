"""Beginning a corpus, and adding texts to it: `new_corpus` and `add_documents`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.corpus.formats.dates import read_published
from analysis.corpus.formats.encodings import clean_text
from analysis.corpus.formats.record import ReadOptions, Source, count_words, reason_of
from analysis.corpus.manifest import (
    ADDING,
    NAME,
    ORIGINALS,
    check_id,
    lock_folder,
    read_manifest_bytes,
    read_rows,
    update_manifest,
)
from analysis.corpus.plan import ManifestIndex, Plan, make_plan, mark_duplicates
from analysis.files import write_together
from analysis.tables import InputError, progress, require_choice

ORDERS = ("", "dmy", "mdy")
RESULT = (
    "doc", "file", "original", "title", "published", "paragraphs", "words", "dropped", "state",
    "where", "note", "duplicate_of", "similarity",
)  # fmt: skip


# What a new corpus has beside its manifest.
TEMPLATES = {
    "term-groups.yml": """\
# Groups of terms that are counted as one, for count_term_groups and the report.
#
# A group is a line: its name, a colon, and its terms in brackets. A term is a word or a phrase; in
# a word, * stands for any characters and ? for one. A term with * or : stands in quotation marks.
# What stands within a term that begins with a hyphen does not count. For example (without the #):
#
# war: [war, wars, "-cold war", "invad*", special military operation]
# talks: [talks, "negotiat*", peace process]
""",
    "aliases.csv": """\
variant,entity,label
# Names that mean one person, organisation, place or group of people; a variant is a row:
# the name as the texts write it; the name to count it under; PERSON, ORG, PLACE or NORP.
# A row that begins with # does not count. For example (without the # before it):
# Kiev,Kyiv,PLACE
# Mr Zelensky,Volodymyr Zelensky,PERSON
""",
}


def new_corpus(folder: str | Path) -> Path:
    """Begin a corpus: a folder with an empty manifest and files for term groups and aliases.

    Parameters
    ----------
    folder : str or pathlib.Path
        Made if there is none. What is in it already stays as it is.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    InputError
        If `folder` is a file, or its manifest cannot be read.

    Notes
    -----
    ``sources.csv`` is the manifest, one document a row, to be filled by `add_documents` or by
    hand; ``term-groups.yml`` and ``aliases.csv`` say in their comments what they are for. All
    three can be edited with any editor or spreadsheet.

    Examples
    --------
    >>> import tempfile
    >>> folder = new_corpus(Path(tempfile.mkdtemp(), "my-corpus"))
    >>> sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    ['aliases.csv', 'sources.csv', 'term-groups.yml']
    """
    read_rows(folder)  # refuses what is no corpus
    with lock_folder(folder):
        _write_plans(folder, [], new=True)
    return Path(folder)


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
        What to do with texts that are nearly another one (similarity 0.7 or more): report it, write
        the column ``duplicate_group`` too, leave out the later one, or look for none.
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
    Without a title, it belongs to the row that has its text, and no other outlet or day.
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
    options = AddOptions(check_values(values or {}), {}, replace, duplicates)
    title = options.given.get("title", "")
    sources = read_sources(files, ReadOptions(title, whole, columns or {}, date_order))
    batch = make_batch(folder, sources, options)
    if not dry_run:
        batch = write_batch(folder, sources, options, batch)
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


ONE_DOCUMENT = ("id", "title", "standfirst", "url")  # given values that no two documents share


class AddOptions(NamedTuple):
    """What the user wants of all documents."""

    # `given` maps columns to values, `answers` the place of a document to further values; `replace`
    # and `duplicates` are as for `add_documents`.

    given: Mapping[str, str] = {}
    answers: Mapping[str, Mapping[str, str]] = {}
    replace: bool = False
    duplicates: str = "report"


class Batch(NamedTuple):
    """What adding some files would do."""

    # `left_out` pairs a place with a reason; `changed` are rows of the manifest that get a group;
    # `notes` concern whole files; `manifest` is the manifest that all of it was planned with.

    plans: list[Plan]
    left_out: list[tuple[str, str]]
    changed: list[dict[str, str]]
    notes: list[str]
    manifest: bytes | None


def read_sources(files: Iterable[str | Path], options: ReadOptions) -> list[tuple[Path, Source]]:
    """Read all files, and those of a folder in its place; a damaged one of a folder is left out."""
    from analysis.corpus.formats.read import read_source

    files = list(map(Path, files))
    paths, named = list_files(files), set(files)
    sources: list[tuple[Path, Source]] = []
    refused: list[InputError] = []
    for path in progress(paths, total=len(paths), desc="Reading files"):
        try:
            source = read_source(path, options)
        except InputError as error:
            if path in named:
                raise
            refused.append(error)
            source = Source([], [(str(path), reason_of(error, str(path)))], False, [])
        sources.append((path, source))
    if refused and not any(source.items for _, source in sources):
        raise refused[0]
    return sources


def list_files(files: Iterable[str | Path]) -> list[Path]:
    """The files named, with those that hold one text each in place of a folder."""
    from analysis.corpus.formats.read import DOCUMENTS

    paths: list[Path] = []
    for path in map(Path, files):
        if not path.is_dir():
            paths.append(path)
            continue
        inside = [
            p
            for p in sorted(path.iterdir())
            if p.suffix and p.suffix.lower() in DOCUMENTS and not p.name.startswith((".", "~$"))
        ]
        if not inside:
            page = path.with_name(path.name.removesuffix("_files") + ".html")
            hint = f"; its page is {page}" if path.name.endswith("_files") and page.exists() else ""
            kinds = ", ".join(filter(None, DOCUMENTS))
            raise InputError(
                f"The folder {path} holds no {kinds} file to add{hint}; tables and zip files are "
                "added by their own names."
            )
        paths += inside
    if not paths:
        raise InputError("No file to add was named; name one or more.")
    return paths


def check_values(values: Mapping[str, str]) -> dict[str, str]:
    """The given values, cleaned; refused where they cannot be true of any document."""
    given = {name: " ".join(clean_text(value).split()) for name, value in values.items()}
    if given.get("id"):
        check_id(given["id"], "--id")
    if given.get("published"):
        given["published"] = read_published(given["published"])
    return given


def make_batch(
    folder: str | Path, sources: list[tuple[Path, Source]], options: AddOptions
) -> Batch:
    """Plan all documents of some files."""
    manifest = read_manifest_bytes(folder)
    index = ManifestIndex(Path(folder), read_rows(folder))
    count = sum(len(source.items) for _, source in sources)
    shared = [name for name in ONE_DOCUMENT if options.given.get(name)]
    if shared and count > 1:
        what = f"{count} files" if count == len(sources) else f"{count} documents"
        raise InputError(
            f"--{shared[0]} describes one document, but there are {what}; add them one by one."
        )
    plans: list[Plan] = []
    left_out: list[tuple[str, str]] = []
    every = ((path, source, item) for path, source in sources for item in source.items)
    for path, source, item in progress(every, total=count, desc="Looking at documents"):
        given = {**options.given, **options.answers.get(item.where, {})}
        plan = make_plan(index, path, item, given, replace=options.replace, many=source.many)
        if isinstance(plan, str):
            left_out.append((item.where, plan))
            continue
        plans.append(plan)
        if plan["listed"]:
            index.update(plan["row"], plan["text"])
        else:
            index.add(plan["row"], plan["text"])
    _refuse_twice(plans)
    for _, source in sources:
        left_out += source.left_out
    notes = [f"{path}: {note}" for path, source in sources for note in source.notes]
    kept, copies, changed = mark_duplicates(index, plans, options.duplicates)
    return Batch(kept, [*left_out, *copies], changed, notes, manifest)


def _refuse_twice(plans: list[Plan]) -> None:
    """Refuse two documents that would be one file."""
    seen: dict[str, Plan] = {}
    for plan in plans:
        name = plan["row"]["id"]
        other = seen.setdefault(name.lower(), plan)
        if other is not plan:
            raise InputError(
                f"{other['where']} and {plan['where']} both belong to {name!r}; add only one of "
                "them, or add them one by one with an --id for each."
            )


def write_batch(
    folder: str | Path, sources: list[tuple[Path, Source]], options: AddOptions, batch: Batch
) -> Batch:
    """Write a batch while no other process writes to the corpus."""
    with lock_folder(folder):
        if read_manifest_bytes(folder) != batch.manifest:
            batch = make_batch(folder, sources, options)
        _write_plans(folder, batch.plans, batch.changed)
    return batch


def _write_plans(
    folder: str | Path,
    plans: list[Plan],
    changed: Iterable[dict[str, str]] = (),
    *,
    new: bool = False,
) -> None:
    """Write the originals, the manifest and what a new corpus lacks, all of them or none."""
    # A run that is stopped leaves the corpus as it was, or what the next one to read it makes all
    # of the new texts and rows (`write_together`).
    manifest = Path(folder, NAME)
    data = read_manifest_bytes(folder)
    content = update_manifest(data, [*changed, *(plan["row"] for plan in plans)], manifest)
    files: dict[str, str | bytes] = {
        f"{ORIGINALS}/{plan['target'].name}": plan["text"] + "\n"
        for plan in plans
        if plan["state"] != "unchanged"
    }
    if new or data is None:
        files |= {n: text for n, text in TEMPLATES.items() if not Path(folder, n).exists()}
    if content != data:
        files[NAME] = content
    if files:
        write_together(folder, files, name=ADDING)
