"""The files to add, as folders hold them, and what folders and a small table say of each."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from analysis.corpus.formats.dates import read_published
from analysis.corpus.formats.encodings import clean_text, read_bytes
from analysis.corpus.formats.record import PAGE_ENDINGS, Item, find_page_stem, reason_of
from analysis.corpus.kinds import why_no_source
from analysis.corpus.manifest import RESERVED, check_id
from analysis.tables import InputError, make_printable

LITTER = ("thumbs.db", "desktop.ini")  # what systems put into folders, beside hidden files
FILE_COLUMNS = ("file", "filename", "path")
_UNSURE = "open the file to see whether it is whole, then get it anew or leave it out"


class Found(NamedTuple):
    """A file to add, and the folders it lies in below the one that was named; None if it was."""

    path: Path
    folders: tuple[str, ...] | None


class Aside(NamedTuple):
    """What was set aside: its file and place, why, and what to do about it."""

    # `sentence` is the whole of it, as an error says it; `chosen` is true of what the user asked
    # to be left out.

    file: Path
    where: str
    sentence: str
    chosen: bool = False

    @property
    def reason(self) -> str:
        """Why, without the place."""
        return self._split()[0]

    @property
    def remedy(self) -> str:
        """What to do."""
        return self._split()[1]

    def _split(self) -> tuple[str, str]:
        said = reason_of(InputError(self.sentence), make_printable(self.where)).rstrip(".")
        reason, _, remedy = said.rpartition("; ")
        return (reason, remedy) if reason else (remedy, _UNSURE)


def list_files(
    files: Iterable[str | Path], corpus: str | Path
) -> tuple[list[Found], list[Aside], list[str]]:
    """The files named and those in the folders named; what is no file; notes."""
    found: dict[str, Found] = {}
    aside: list[Aside] = []
    passed: list[str] = []
    paths = list(map(Path, files))
    if not paths:
        raise InputError("No file to add was named; name one or more.")
    for path in paths:
        before = len(found) + len(aside)
        if path.exists() and (why := why_no_source(path)) and not _is_same(path, Path(corpus)):
            aside.append(Aside(path, str(path), why))
            continue
        listed = _walk(path, (), Path(corpus), passed) if path.is_dir() else [Found(path, None)]
        for one in listed:
            if isinstance(one, Aside):
                aside.append(one)
            else:
                found.setdefault(os.path.abspath(one.path), one)
        if path.is_dir() and len(found) + len(aside) == before:
            aside.append(_aside(path, "holds no file to add; name the folder that holds the texts"))
    notes = []
    if passed:
        more = " and others" if len(passed) > 1 else ""
        notes.append(
            f"folders of saved pages, passed over ({len(passed):,}): {passed[0]}{more}; their "
            "pages are beside them"
        )
    return list(found.values()), aside, notes


def _walk(
    folder: Path, below: tuple[str, ...], corpus: Path, passed: list[str]
) -> Iterator[Found | Aside]:
    """The files of a folder and of the folders in it, in the order of their names."""
    if _is_same(folder, corpus):
        if not below:
            yield _aside(folder, "is the corpus itself; name the folder of the texts to add")
        return
    if below and (why := why_no_source(folder)):
        yield Aside(folder, str(folder), why)
        return
    page = None if below else _find_page(folder)
    if page:
        yield _aside(folder, f"holds the pictures of a saved page; its page is {page}, add that")
        return
    own = folder.resolve().is_relative_to(corpus.resolve())  # as of texts put into originals/
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        why = error.strerror or "it is no folder any more"
        yield _aside(folder, f"cannot be opened: {why}; see to its permissions and retry")
        return
    pages = {Path(e.name).stem for e in entries if Path(e.name).suffix.lower() in PAGE_ENDINGS}
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith((".", "~$", "__MACOSX")) or entry.name.lower() in LITTER:
            continue
        if not entry.is_dir():
            if not own or path.suffix.lower() == ".txt":
                yield Found(path, below)
        elif entry.is_symlink():
            yield _aside(path, "is a link to a folder; name that folder itself to add it")
        elif find_page_stem(entry.name) in pages:
            passed.append(str(path))
        elif not own:
            yield from _walk(path, (*below, entry.name), corpus, passed)


def _aside(path: Path, what: str) -> Aside:
    return Aside(path, str(path), f"{path} {what}.")


def _is_same(one: Path, other: Path) -> bool:
    return other.is_dir() and os.path.samefile(one, other)


def _find_page(folder: Path) -> Path | None:
    """The saved page that a folder holds the pictures of."""
    page = folder.absolute().parent / find_page_stem(folder.name)
    pages = (page.with_name(page.name + ending) for ending in PAGE_ENDINGS)
    return next(filter(Path.is_file, pages), None)


def read_folders(found: Found, item: Item, columns: Sequence[str]) -> dict[str, str]:
    """What the names of the folders that a document lies in state, by column."""
    folders = [*(found.folders or ()), *_place_inside(found, item).parts[:-1]]
    if found.folders is None and not _place_inside(found, item).parts:
        folders = list(found.path.absolute().parent.parts[-len(columns) :])
    return {
        column: " ".join(clean_text(folder).split())
        for column, folder in zip(columns, folders, strict=False)
        if column != "-"
    }


def _place_inside(found: Found, item: Item) -> PurePosixPath:
    """Where in an archive a document lies; nowhere in another file."""
    inside = item.where.removeprefix(f"{make_printable(str(found.path))}: ")
    return PurePosixPath("" if inside == item.where else inside.rsplit(": ", 1)[-1])


def check_columns(columns: Iterable[str], what: str) -> None:
    """Refuse names of columns that a manifest cannot have, or has from elsewhere."""
    for name in columns:
        if name in (*RESERVED, "row", "path", "file", ""):
            raise InputError(
                f"{what}: a column cannot be named {name!r}, which the corpus uses otherwise; "
                "choose another name."
            )


def check_values(values: Mapping[str, str], where: str = "") -> dict[str, str]:
    """Values for the manifest, cleaned; refused where they cannot be true of any document."""
    check_columns(values, where or "--set")
    given = {name: " ".join(clean_text(value).split()) for name, value in values.items()}
    if given.get("id"):
        check_id(given["id"], where or "--id")
    if given.get("published"):
        try:
            given["published"] = read_published(given["published"])
        except InputError as error:
            raise InputError(f"{where}: {error}" if where else error) from None
    return given


class FileTable:
    """A table that says of files what stands in the manifest's columns, a file a row."""

    def __init__(self, path: str | Path) -> None:
        from analysis.corpus.formats.columns import map_columns
        from analysis.corpus.formats.tables import parse_table

        self.path = Path(path)
        table = parse_table(read_bytes(path), str(path))
        names = {column.casefold(): column for column in reversed(table.header)}
        key = next((names[name] for name in FILE_COLUMNS if name in names), None)
        if key is None:
            raise InputError(
                f"{path} has no column 'file'; write the files' names, with the folders before "
                "them where names are there twice, into a column 'file'."
            )
        rest = [column for column in table.header if column not in (key, "")]
        own = ("text", "excerpt", "published_time")  # of a document, not of a file
        field_of = {
            column: field for field, column in map_columns(rest).items() if field not in own
        }
        self.fields = {column: field_of.get(column, column) for column in rest}
        self._rows: dict[str, list[tuple[tuple[str, ...], str, dict[str, str]]]] = defaultdict(list)
        self.unused: dict[str, str] = {}  # place of a row → the file that it names
        for row, place in zip(table.rows, table.places, strict=True):
            parts = _split_path(row.get(key, ""))
            if not parts:
                continue
            values = {self.fields[c]: row[c] for c in rest if row.get(c, "").strip()}
            checked = check_values(values, f"{path} {place}")
            self._rows[parts[-1]].append((parts, place, checked))
            self.unused[place] = row[key]
        self._files: dict[str, Path] = {}  # place of a row → the file that it was used for

    def find(self, found: Found, item: Item) -> dict[str, str]:
        """What the table says of a document; of the rows that fit, the one that says more."""
        inside = _place_inside(found, item)
        whole = _split_path(str(found.path.absolute() / inside))
        outer = _split_path(str(found.path.absolute()))
        files = {outer: found.path} | {whole: found.path / inside}  # a row may name either
        fitting = [
            (row, file)
            for parts, file in files.items()
            for row in self._rows.get(parts[-1], [])
            if parts[-len(row[0]) :] == row[0]
        ]
        if not fitting:
            return {}
        (_, place, values), file = max(fitting, key=lambda one: (len(one[1].parts), len(one[0][0])))
        self.unused.pop(place, None)
        other = self._files.setdefault(place, file)
        if other != file:
            raise InputError(
                f"{item.where} has a row in {self.path}, {place}, that could also mean {other}; "
                "write the folder before the file's name there."
            )
        return values

    def describe(self) -> list[str]:
        """Say which columns were taken under other names, and which rows name no file."""
        renamed = [f"{f} from {c!r}" for c, f in self.fields.items() if f != c]
        notes = [f"{self.path}: columns: {', '.join(renamed)}"] if renamed else []
        if self.unused:
            place, name = next(iter(self.unused.items()))
            more = f" and {len(self.unused) - 1:,} more" if len(self.unused) > 1 else ""
            notes.append(f"{self.path}: no file was found for {place}, {name!r}{more}")
        return notes


def _split_path(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.replace("\\", "/").casefold().split("/") if part not in ".")
