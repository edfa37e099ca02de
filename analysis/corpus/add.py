"""Beginning a corpus, and adding texts to it: `new_corpus` and `add_documents`."""

from __future__ import annotations

import atexit
import contextlib
import functools
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from analysis.corpus.formats.record import ReadOptions, Source, count_words
from analysis.corpus.inputs import (
    Aside,
    FileTable,
    Found,
    check_columns,
    check_values,
    list_files,
    read_folders,
)
from analysis.corpus.kinds import refuse_packed
from analysis.corpus.manifest import (
    ADDING,
    NAME,
    ORIGINALS,
    lock_folder,
    read_manifest_bytes,
    read_rows,
    update_manifest,
)
from analysis.corpus.outcomes import ADDED_FILES, SET_ASIDE, list_starts, update_added, update_aside
from analysis.corpus.plan import (
    ADDED,
    ASIDE,
    REPLACED,
    THERE,
    Document,
    ManifestIndex,
    Plan,
    make_document,
    make_plan,
    mark_duplicates,
)
from analysis.corpus.reader import BoundedReader
from analysis.corpus.readings import ReadingLog
from analysis.files import hash_text, write_together
from analysis.tables import InputError, progress, require_choice

ORDERS = ("", "dmy", "mdy")
RESULT = (
    "doc", "file", "original", "title", "published", "paragraphs", "words", "dropped", "state",
    "where", "note", "remedy", "duplicate_of", "similarity",
)  # fmt: skip
_NOTHING = dict.fromkeys(RESULT, "") | {
    "paragraphs": 0, "words": 0, "dropped": 0, "similarity": float("nan"),
}  # fmt: skip
_IN_TABLE = re.compile(r" (?:row|line|document) [\d,]+$")  # the place of a row of a table
OFTEN = 5.0  # seconds between two lines of progress where no bar can be drawn


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
    folder_columns: Sequence[str] = (),
    table: str | Path | None = None,
    strict: bool = False,
    dry_run: bool = False,
) -> pd.DataFrame:
    """Add files to a corpus as originals, and their rows to its manifest.

    Parameters
    ----------
    folder : str or pathlib.Path
        The corpus folder; it and its ``sources.csv`` are made if there are none.
    files : iterable of str or pathlib.Path
        Texts, saved pages, Word, OpenDocument, rich text and PDF files, tables with one document a
        row (csv, tsv, xlsx, json, jsonl), zip files of these, exports of news databases; of a
        folder, all files in it and in the folders below it.
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
    folder_columns : sequence of str
        Columns that the names of folders (also those of a zip file) state, from the one below
        the folder named on: ``["outlet", "topic"]`` for ``texts/The Daily/fairs/a.txt``; ``"-"``
        passes a level over.
    table : str or pathlib.Path, optional
        A table with the column ``file`` and columns of the manifest: what is known of each file.
        Goes before `folder_columns`, and these before `values`.
    strict : bool
        Add all or nothing.
    dry_run : bool
        Write nothing.

    Returns
    -------
    pandas.DataFrame
        One row per document, and per file or row that was set aside: ``doc``, ``file``,
        ``original`` (where the text is now), ``title``, ``published`` (text), ``paragraphs`` (of
        the body), ``words``, ``dropped`` (lines left out), ``state`` ("added", "replaced", "already
        there", "set aside"), ``where`` (its place in the file), ``note`` (doubts; of a copy, which
        document has its text; why it was set aside), ``remedy`` (what to do about it),
        ``duplicate_of`` ("" where it is none), ``similarity`` (0–1, NaN where it is none).

    Raises
    ------
    InputError
        If the one file named cannot be added; with `strict`, if any cannot; if what `values`,
        `columns` or `table` say cannot be used. Nothing is written then.

    Notes
    -----
    What cannot be added is set aside, and the rest is added: a damaged file, a text that seems to
    be an update of one that the corpus has, a value that contradicts the manifest. The table of it,
    ``set-aside.csv`` beside the manifest, is kept until the files are added; ``added.csv`` says of
    each file which document it became, with all doubts.

    A document belongs to the row that `values` names by ``id``, else to the row with its accession
    number or address, else to that with its title (case and punctuation aside) and no other date.
    Without a title, it belongs to the row that has its text, and no other outlet or day. Different
    texts with one title become documents with an id each; the same text under several names is
    added once, and the others are "already there".
    An original holds title, standfirst and body, with blank lines between the paragraphs.

    All is written together at the end. A run that is stopped before is taken up by the next one
    with the same files, which does not read again what was read.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "page.txt").write_text("Talks end\\n\\n15 May 2024\\n\\nThe talks ended.")
    >>> added = add_documents(folder / "corpus", [folder / "page.txt"], values={"outlet": "Post"})
    >>> added.loc[0, ["doc", "title", "state"]].tolist()
    ['post-2024-05-15', 'Talks end', 'added']
    """
    require_choice(date_order, ORDERS, "date_order")
    if isinstance(folder_columns, str):
        raise InputError(f"folder_columns={folder_columns!r} is a text; give a list of columns.")
    options = AddOptions(
        check_values(values or {}, "values"), {}, replace, duplicates, tuple(folder_columns), table
    )
    reading = ReadOptions(options.given.get("title", ""), whole, columns or {}, date_order)
    with read_sources(files, reading, folder, options) as sources:
        batch = make_batch(folder, sources, options)
        refuse_batch(batch, strict=strict)
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
            "remedy": "",
            "duplicate_of": plan["duplicate_of"],
            "similarity": plan["similarity"],
        }
        for plan in batch.plans
    ]
    rows += [
        {
            **_NOTHING,
            "doc": copy.doc,
            "file": str(copy.file),
            "state": THERE,
            "where": copy.where,
            "note": f"the same document as {copy.doc}",
        }
        for copy in batch.copies
    ]
    rows += [
        {
            **_NOTHING,
            "file": str(one.file),
            "state": ASIDE,
            "where": one.where,
            "note": one.reason,
            "remedy": one.remedy,
        }
        for one in batch.aside
    ]
    return pd.DataFrame(rows, columns=list(RESULT))


ONE_DOCUMENT = ("id", "title", "standfirst", "url")  # given values that no two documents share


class AddOptions(NamedTuple):
    """What the user wants of all documents."""

    # `given` maps columns to values, `answers` the place of a document to further values; the
    # others are as for `add_documents`.

    given: Mapping[str, str] = {}
    answers: Mapping[str, Mapping[str, str]] = {}
    replace: bool = False
    duplicates: str = "report"
    folder_columns: tuple[str, ...] = ()
    table: str | Path | None = None


class Sources(NamedTuple):
    """What was found to add, and what is known of each file."""

    # `files` are all that were looked at, also those that could not be read, which are in `aside`;
    # `notes` concern the whole.

    read: list[tuple[Found, Source]]
    aside: list[Aside]
    notes: list[str]
    files: list[Path]
    table: FileTable | None


class Copy(NamedTuple):
    """A document whose text another one of the same run has: its file, its place, that one's id."""

    file: Path
    where: str
    doc: str


class Batch(NamedTuple):
    """What adding some files would do."""

    # `changed` are rows of the manifest that get a group; `notes` concern whole files; `manifest`
    # is the manifest that all of it was planned with; `files` are those looked at.

    plans: list[Plan]
    copies: list[Copy]
    aside: list[Aside]
    changed: list[dict[str, str]]
    notes: list[str]
    manifest: bytes | None
    files: list[Path]

    def count_states(self) -> dict[str, int]:
        """How many were added, replaced, already there and set aside; together, all found."""
        states = Counter(plan["state"] for plan in self.plans)
        states[THERE] += len(self.copies)
        states[ASIDE] += len(self.aside)
        return {state: states[state] for state in (ADDED, REPLACED, THERE, ASIDE)}


@contextlib.contextmanager
def read_sources(
    files: Iterable[str | Path], reading: ReadOptions, corpus: str | Path, options: AddOptions
) -> Iterator[Sources]:
    """Read all files, and those in folders; what was read is read again only if all is done."""
    refuse_packed(corpus)
    table = FileTable(options.table) if options.table else None
    check_columns([name for name in options.folder_columns if name != "-"], "folder columns")
    found, aside, notes = list_files(files, corpus)
    if table:
        found = [one for one in found if one.path.absolute() != table.path.absolute()]
    sources: list[tuple[Found, Source]] = []
    log = ReadingLog(corpus, reading) if len(found) > 1 else None
    try:
        for one, result in zip(
            found, _read_all([f.path for f in found], reading, log), strict=True
        ):
            if isinstance(result, InputError):
                aside.append(Aside(one.path, str(one.path), str(result)))
            else:
                sources.append((one, result))
        notes += _list_unused([source for _, source in sources], reading)
        yield Sources(sources, aside, notes, [one.path for one in found], table)
        if log:
            log.finish()
    finally:
        if log:
            log.close()


def _read_all(
    paths: list[Path], options: ReadOptions, log: ReadingLog | None
) -> Iterator[Source | InputError]:
    """What each file holds, or why it cannot be read."""
    for path in tell_progress(paths, "Reading files"):
        result = log.find(path) if log else None
        if result is None:
            try:
                result = _reader().read(path, options)
            except InputError as error:
                result = error
            if log:
                log.write(path, result)
        yield result


@functools.cache
def _reader() -> BoundedReader:
    """The process that reads files; it stays for later ones, since to start it takes a second."""
    reader = BoundedReader()
    atexit.register(reader.close)
    return reader


def tell_progress(paths: list[Path], what: str) -> Iterator[Path]:
    """Show how far long work is: a bar, or where none can be drawn, a line now and then."""
    last = time.monotonic()
    for number, path in enumerate(progress(paths, total=len(paths), desc=what)):
        if time.monotonic() - last > OFTEN and not _draws_bars():
            print(f"{what}: {number:,} of {len(paths):,}", file=sys.stderr, flush=True)
            last = time.monotonic()
        yield path


def _draws_bars() -> bool:
    return sys.stderr.isatty() or type(sys.stderr).__module__.startswith("ipykernel")


def _list_unused(sources: Iterable[Source], options: ReadOptions) -> list[str]:
    """Say what was given for tables or texts where there are none."""
    places = [place for source in sources for place in _list_places(source)]
    of_tables = sum(map(_is_row, places))
    notes = []
    if not of_tables:
        given = [f"the column {column!r} for {name}" for name, column in options.columns.items()]
        given += [f"the order of dates {options.date_order!r}"] if options.date_order else []
        notes += [f"not used: {what}, since no file is a table" for what in given]
    if options.whole and of_tables == len(places) > 0:
        notes.append("not used: --whole, since all files are tables")
    return notes


def _is_row(place: str) -> bool:
    """Whether a place is in a table."""
    from analysis.corpus.formats.read import TABLES

    starts = list_starts(place.lower())
    return bool(_IN_TABLE.search(place)) or any(start.endswith(TABLES) for start in starts)


def _list_places(source: Source) -> list[str]:
    return [*(item.where for item in source.items), *(where for where, _ in source.left_out)]


def make_batch(folder: str | Path, sources: Sources, options: AddOptions) -> Batch:
    """Plan all documents of some files."""
    manifest = read_manifest_bytes(folder)
    index = ManifestIndex(Path(folder), read_rows(folder))
    aside = list(sources.aside)
    notes = list(sources.notes)
    for found, source in sources.read:
        aside += [_leave(found.path, where, why) for where, why in source.left_out]
        notes += [f"{found.path}: {note}" for note in source.notes]
    documents = _make_documents(sources, options, aside, notes)
    index.claimed = {hash_text(document.text) for document in documents}
    plans: list[Plan] = []
    copies: list[Copy] = []
    for document in progress(documents, total=len(documents), desc="Looking at documents"):
        where = document.item.where
        try:
            plan = make_plan(index, document)
        except InputError as error:
            aside.append(Aside(document.path, where, str(error)))
            continue
        if isinstance(plan, str):
            copies.append(Copy(document.path, where, plan))
            continue
        plans.append(plan)
        if plan["listed"]:
            index.update(plan["row"], plan["text"])
        else:
            index.add(plan["row"], plan["text"])
    kept, near, changed = mark_duplicates(index, plans, options.duplicates)
    return Batch(kept, copies, [*aside, *near], changed, notes, manifest, sources.files)


def _leave(path: Path, where: str, why: str) -> Aside:
    """What a reader left out of a file."""
    remedy = "" if "; " in why else "; look at it there, and mend it or leave it out"
    return Aside(path, where, f"{where}: {why}{remedy}")


def _make_documents(
    sources: Sources, options: AddOptions, aside: list[Aside], notes: list[str]
) -> list[Document]:
    """All documents with what is known of each; a row of the table that means two is set aside."""
    every = [(found, source, item) for found, source in sources.read for item in source.items]
    shared = [name for name in ONE_DOCUMENT if options.given.get(name)]
    if shared and len(every) > 1:
        raise InputError(
            f"--{shared[0]} describes one document, but there are {len(every):,}; add them one by "
            "one, or say it of each in a table (--table)."
        )
    documents = []
    lacking = 0
    used: set[str] = set()  # columns whose value a flag gave to a document
    for found, source, item in every:
        try:
            row = sources.table.find(found, item) if sources.table else {}
        except InputError as error:
            aside.append(Aside(found.path, item.where, str(error)))
            continue
        folders = read_folders(found, item, options.folder_columns)
        lacking += len(folders) < sum(name != "-" for name in options.folder_columns)
        nearer = {**folders, **row, **options.answers.get(item.where, {})}
        used |= {name for name in options.given if not nearer.get(name)}
        given = {**options.given, **{name: value for name, value in nearer.items() if value}}
        documents.append(
            make_document(
                found.path,
                item,
                given,
                many=source.many,
                alone=len(every) == 1,
                replace=options.replace,
            )
        )
    if lacking:
        notes.append(
            f"{lacking:,} documents lie in too few folders to state "
            f"{', '.join(name for name in options.folder_columns if name != '-')}"
        )
    for name in options.given.keys() - used if documents else ():
        notes.append(
            f"not used: {name} {options.given[name]!r}, since folders or the table state another "
            "of each document"
        )
    if sources.table:
        notes += sources.table.describe()
    return documents


def refuse_batch(batch: Batch, *, strict: bool) -> None:
    """Refuse what is all that was to be added, or with `strict` any."""
    faults = [one for one in batch.aside if not one.chosen]
    total = sum(batch.count_states().values())
    if faults and total == 1:
        raise InputError(faults[0].sentence)
    if faults and strict:
        raise InputError(
            f"{len(faults):,} of {total:,} cannot be added, and all or nothing was asked for: "
            f"{faults[0].sentence.rstrip('.')}; nothing was written."
        )


def write_batch(folder: str | Path, sources: Sources, options: AddOptions, batch: Batch) -> Batch:
    """Write a batch while no other process writes to the corpus."""
    if not batch.plans and not batch.copies and not batch.aside:
        return batch
    with lock_folder(folder):
        if read_manifest_bytes(folder) != batch.manifest:
            batch = make_batch(folder, sources, options)
        _write_plans(folder, batch.plans, batch.changed, batch=batch)
    return batch


def _write_plans(
    folder: str | Path,
    plans: list[Plan],
    changed: Iterable[dict[str, str]] = (),
    *,
    new: bool = False,
    batch: Batch | None = None,
) -> None:
    """Write the originals, the manifest and what a new corpus lacks, all of them or none."""
    # A run that is stopped leaves the corpus as it was, or what the next one to read it makes all
    # of the new texts and rows (`write_together`).
    manifest = Path(folder, NAME)
    data = read_manifest_bytes(folder)
    files: dict[str, str | bytes] = {
        f"{ORIGINALS}/{plan['target'].name}": plan["text"] + "\n"
        for plan in plans
        if plan["state"] != THERE
    }
    if new or plans:
        content = update_manifest(data, [*changed, *(plan["row"] for plan in plans)], manifest)
        if new or data is None:
            files |= {n: text for n, text in TEMPLATES.items() if not Path(folder, n).exists()}
        if content != data:
            files[NAME] = content
    drop = _update_tables(folder, batch, files) if batch else []
    if files or drop:
        write_together(folder, files, name=ADDING, drop=drop)


def _update_tables(folder: str | Path, batch: Batch, files: dict[str, str | bytes]) -> list[str]:
    """Put what became of each file beside the manifest; gives the tables that are empty now."""
    looked_at = set(map(str, batch.files))
    split = [
        (note, next(filter(looked_at.__contains__, list_starts(note)), "")) for note in batch.notes
    ]
    about = [(file, note[len(file) :].lstrip(": ")) for note, file in split if file]
    tables = {
        SET_ASIDE: update_aside(folder, batch.files, batch.aside),
        ADDED_FILES: update_added(folder, _list_added(batch), about),
    }
    drop = []
    for name, text in tables.items():
        path = Path(folder, name)
        if not text:
            drop += [name] if path.exists() else []
        elif not path.exists() or path.read_bytes() != text.encode():
            files[name] = text
    return drop


def _list_added(batch: Batch) -> Iterator[tuple[tuple[str, ...], bool]]:
    """The rows of the table of what was added, and whether the corpus had the document before."""
    for plan in batch.plans:
        like = plan["duplicate_of"]
        similarity = f"{plan['similarity']:.2f}" if like else ""
        note = "; ".join(plan["record"]["notes"])
        yield (plan["where"], plan["row"]["id"], note, like, similarity), plan["state"] == THERE
    for copy in batch.copies:
        yield (copy.where, copy.doc, "the same text again", copy.doc, "1.00"), True
