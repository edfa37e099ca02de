"""Files of several formats turned into plain text and what they say about themselves."""

from __future__ import annotations

from pathlib import Path

from analysis.reading.encodings import (
    clean_text,
    decode,
    find_encoding,
    read_bytes,
    read_text,
)
from analysis.reading.formats import DOCUMENTS, SUFFIXES, TABLES, find_suffix, read_data
from analysis.reading.pages import Record
from analysis.reading.source import Item, Options, Source
from analysis.tables import InputError

__all__ = [
    "DOCUMENTS",
    "SUFFIXES",
    "TABLES",
    "Item",
    "Options",
    "Record",
    "Source",
    "clean_text",
    "decode",
    "find_encoding",
    "read_bytes",
    "read_file",
    "read_source",
    "read_text",
]


def read_file(path: str | Path, *, title: str = "", whole: bool = False) -> Record:
    """Read one document from a file of any known format.

    Parameters
    ----------
    path : str or pathlib.Path
        A text, a saved page, a Word, OpenDocument, rich text or PDF file, or a table or the
        export of a news database with one document in it.
    title : str
        Its title, where it is known.
    whole : bool
        Take every paragraph as body: look for no title, date or navigation (not in pages).

    Returns
    -------
    Record
        Title, standfirst, date, address, language, paragraphs, and what was dropped.

    Raises
    ------
    InputError
        If the format is not known, the file cannot be read, there is no text in it, or there are
        several documents.
    """
    source = read_source(path, Options(title=title, whole=whole))
    if len(source.items) > 1:
        raise InputError(
            f"{path} holds {len(source.items)} documents; add them with add_documents, which "
            "takes all of them."
        )
    return source.items[0].record


def read_source(path: str | Path, options: Options = Options()) -> Source:  # noqa: B008
    """Read all documents of a file of any known format.

    Parameters
    ----------
    path : str or pathlib.Path
    options : Options

    Returns
    -------
    Source

    Raises
    ------
    InputError
        As `read_file`, but for any number of documents.
    """
    find_suffix(str(path))  # a file of an unknown kind is not even opened
    return read_data(read_bytes(path), str(path), Path(path).stem, options)
