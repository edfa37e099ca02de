"""Texts to measure on: any folder of .txt files and of zip archives with texts in them."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

_TAGGED = re.compile(r"\S*/[^/\s]+")  # the Brown corpus' word/tag pairs
_TAG = re.compile(r"/[^/\s]+(?=\s|$)")


def default_folder() -> Path:
    """The large reference texts, beside the checkout or where DISCOURSE_SHARED says."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("DISCOURSE_SHARED") or beside) / "texts" / "large"


def load(folder: Path, *, skip: tuple[str, ...] = ()) -> pd.DataFrame:
    """Documents table (doc, part, text) of everything readable in a folder.

    `part` is the archive or the folder's name. Files that are not UTF-8 are read as Windows-1252.
    """
    if not folder.is_dir():
        raise SystemExit(f"There is no folder {folder}; name one with texts, as --folder TEXTS.")
    rows = [row for row in _files(folder) if not row[1].startswith(skip or ("\0",))]
    if not rows:
        raise SystemExit(f"No .txt files or .zip archives with texts are in {folder}.")
    return pd.DataFrame(rows, columns=["doc", "part", "text"])


def _files(folder: Path) -> Iterator[tuple[str, str, str]]:
    for path in sorted(folder.iterdir()):
        if path.suffix == ".txt":
            yield path.stem, folder.name, _decode(path.read_bytes())
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in sorted(archive.namelist()):
                    stem = Path(name).stem
                    if not (name.endswith("/") or stem.isupper() or stem == "cats"):  # no texts
                        yield name, path.stem, _decode(archive.read(name))


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    pairs = text[:400].split()[:20]
    tagged = len(pairs) > 3 and all(map(_TAGGED.fullmatch, pairs))
    return _TAG.sub("", text) if tagged else text
