"""Zip files of documents, read in memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from analysis.corpus.formats.record import TOGETHER, Item, Options, Source, reason_of
from analysis.corpus.formats.zips import TOTAL_SIZE, open_zip, read_member
from analysis.tables import InputError, progress

Reader = Callable[[bytes, str, str, Options, int], Source]


def read_archive(
    data: bytes, name: str, options: Options, depth: int, read: Reader, suffixes: frozenset[str]
) -> Source:
    """Read all documents of a zip file."""
    if depth > 1:
        raise InputError(f"{name} is an archive in an archive in an archive; unpack it and retry.")
    archive = open_zip(data, name)
    items: list[Item] = []
    left_out: list[tuple[str, str]] = []
    notes: list[str] = []
    unpacked = length = 0
    for member in progress(archive.infolist(), desc=f"Unpacking {PurePosixPath(name).name}"):
        path = PurePosixPath(make_printable(member.filename.replace("\\", "/")))
        if member.is_dir() or _is_litter(path):
            continue
        where = f"{name}: {path}"
        if path.suffix.lower() not in suffixes:
            left_out.append((where, "not a kind of file that can be read"))
            continue
        try:
            content = read_member(archive, member, name)
            if path.suffix.lower() == ".zip" and depth == 0:
                unpacked += sum(inner.file_size for inner in open_zip(content, where).infolist())
            found = read(content, where, path.stem, options, depth + 1)
        except InputError as error:  # one damaged member does not cost the others
            left_out.append((where, reason_of(error, where)))
            continue
        length += sum(len(p) for item in found.items for p in item.record["paragraphs"])
        if unpacked > TOTAL_SIZE or length > TOGETHER:
            raise InputError(
                f"{name} holds archives of more than {TOTAL_SIZE // 1024**2:,} MB or texts of more "
                f"than {TOGETHER:,} characters; unpack it and add the files in several runs."
            )
        items += found.items
        left_out += found.left_out
        notes += [f"{path}: {note}" for note in found.notes]
    if not items:
        first = next((f"; {where}: {why.rstrip('.')}" for where, why in left_out), "")
        raise InputError(
            f"{name} holds no file that can be read ({', '.join(sorted(suffixes))}){first}."
        )
    return Source(items, left_out, True, notes)


def make_printable(name: str) -> str:
    """A member's name without the characters that would break a line or steer a terminal.

    Examples
    --------
    >>> make_printable("a\\nb.txt")
    'a\ufffdb.txt'
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _is_litter(path: PurePosixPath) -> bool:
    """Files that systems and browsers put beside documents: pictures of a page, locks, indexes."""
    parts = path.parts
    return any(
        part.startswith((".", "~$", "__MACOSX")) or part.endswith("_files") for part in parts
    )
