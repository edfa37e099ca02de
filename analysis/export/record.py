"""The bundle: one saved figure or table as files that belong together, all written or none.

A bundle is `<name>.json` and the files it lists. The JSON holds what was drawn, from what, by what,
and the SHA-256 of every other file and of its own content. Files without their JSON are no bundle.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Mapping
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.export.bounds import CSV_SIZE, SIZE, check_depth, check_form
from analysis.export.csv import decode_table
from analysis.files import finish_writing, hash_bytes, write_together
from analysis.tables import InputError

SCHEMA = "discourse-analysis/bundle/1"
SUFFIXES = (".png", ".svg", ".pdf", ".csv", ".tex", ".html", ".txt", ".json")
_KEYS = {
    "schema": str,
    "kind": str,
    "name": str,
    "caption": str,
    "alt": str,
    "note": str,
    "made": list,
    "data": dict,
    "corpus": dict,
    "attrs": dict,
    "versions": dict,
    "files": dict,
    "sha256": str,
}
_PACKAGES = ("matplotlib", "nltk", "numpy", "pandas", "pillow", "scipy", "vaderSentiment")


def bundle_stem(path: str | os.PathLike[str]) -> Path:
    """Return the path of a bundle without a suffix, given with one of a bundle's suffixes or
    none.
    """
    text = os.fspath(path)
    stem = Path(text)
    if stem.suffix.lower() in SUFFIXES:
        stem = stem.with_suffix("")
    if not stem.name or text.endswith(("/", os.sep)):
        raise InputError(f"{text!r} names a folder; name the bundle, as in 'figures/terms'.")
    return stem


def file_name(stem: Path, suffix: str) -> Path:
    """Path of one file of a bundle (a name may hold dots, so `with_suffix` will not do)."""
    return stem.parent / (stem.name + suffix)


def versions() -> dict[str, str]:
    """Versions of everything that a saved figure's bytes depend on."""
    found = {
        "discourse-analysis": import_module("analysis").__version__,
        "python": platform.python_version(),
    }
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    if "matplotlib" in sys.modules:  # it may be built with the system's FreeType
        from matplotlib import ft2font

        found["freetype"] = ft2font.__freetype_version__
    return found


def seal(record: dict[str, Any], stem: Path, files: dict[str, bytes]) -> bytes:
    """Return the bytes of a bundle's JSON: the record with the files' hashes and its own."""
    listed = {
        file_name(stem, suffix).name: {"bytes": len(content), "sha256": hash_bytes(content)}
        for suffix, content in sorted(files.items())
    }
    return render_record({**record, "files": listed})


def render_record(record: dict[str, Any]) -> bytes:
    """Return the one way in which a record is written, its own hash included."""
    content = {key: value for key, value in record.items() if key != "sha256"}
    sealed = {**content, "sha256": content_hash(content)}
    text = json.dumps(sealed, indent=1, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "surrogatepass")


def content_hash(record: dict[str, Any]) -> str:
    """Return the hash of a record without its own hash, whatever its layout and order."""
    content = {key: value for key, value in record.items() if key != "sha256"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hash_bytes(
        text.encode("utf-8", "surrogatepass")
    )  # also of a JSON that was tampered with


def json_ready(value: Any) -> Any:
    """The value in JSON's own types; what has none there becomes its text."""
    if isinstance(value, dict):
        return {str(key): json_ready(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((json_ready(item) for item in value), key=str)
    if isinstance(value, list | tuple | np.ndarray | pd.Index | pd.Series):
        return [json_ready(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def parse_record(raw: bytes, name: str) -> dict[str, Any]:
    """Return the record in a bundle's JSON."""
    if len(raw) > SIZE:
        raise InputError(f"{name} is larger than {SIZE // 10**6} MB, as no bundle is.")
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is not readable JSON ({error}).") from error
    check_depth(record, name)
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise InputError(f"{name} was not written by save_figure or save_table.")
    absent = [key for key, kind in _KEYS.items() if not isinstance(record.get(key), kind)]
    if absent:
        raise InputError(f"{name} lacks its part {absent[0]!r}; save the bundle again.")
    if record["kind"] not in ("figure", "table"):
        raise InputError(f"{name} is of the kind {record['kind']!r}, not a figure or a table.")
    parts = {"call": str, "params": dict, "steps": list}
    shape = {"rows": int, "columns": list, "index": list}
    if not _has(record["data"], shape) or not all(_has(made, parts) for made in record["made"]):
        raise InputError(f"{name} does not describe its data; save the bundle again.")
    check_form(record, name)
    return record


def _has(part: Any, kinds: Mapping[str, type]) -> bool:
    return isinstance(part, dict) and all(isinstance(part.get(k), t) for k, t in kinds.items())


def read_limited(path: Path, most: int) -> bytes:
    """Read a file of a bundle that is not larger than any such file."""
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is no file.")
    with open(path, "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise InputError(f"{path} is larger than {most // 10**6} MB, as no such file is.")
    return content


def load_record(stem: Path) -> dict[str, Any]:
    """Return the record of a bundle on disk."""
    path = file_name(stem, ".json")
    with contextlib.suppress(OSError):  # without permission to write, read what there is
        finish_writing(stem.parent, name=stem.name)
    try:
        raw = read_limited(path, SIZE)
    except OSError as error:
        raise InputError(
            f"There is no bundle at {stem}: {path.name} cannot be read ({error.strerror}); "
            "give the path that save_figure or save_table was given."
        ) from error
    return parse_record(raw, str(path))


def read_bundle(bundle: str | os.PathLike[str]) -> pd.DataFrame:
    """Read the data of a saved figure or table back, exactly as it was.

    Parameters
    ----------
    bundle : path
        The path given to `save_figure` or `save_table`, or any file of the bundle.

    Returns
    -------
    pandas.DataFrame
        The plotted or saved rows with their types; ``attrs`` holds the corpus and the steps.

    Raises
    ------
    InputError
        If the bundle is incomplete, or its CSV is not the one that its JSON describes.

    Notes
    -----
    In the CSV, text that a spreadsheet would run as a formula has an apostrophe before it, and an
    empty text is a lone apostrophe, to distinguish it from a missing value; both are undone here.
    Nothing is checked against the recorded hashes: use `verify` for that.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.export.save import save_table
    >>> rows = pd.DataFrame({"term": ["=peace"], "count": [3]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = save_table(rows, folder + "/terms", caption="One term.")
    ...     read_bundle(saved).to_dict("list")
    {'term': ['=peace'], 'count': [3]}
    """
    stem = bundle_stem(bundle)
    record = load_record(stem)
    path = file_name(stem, ".csv")
    try:
        text = read_limited(path, CSV_SIZE).decode("utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text ({error.reason}).") from error
    try:
        table = decode_table(text, record["data"])
    except InputError:
        raise
    except Exception as error:  # whatever a tampered description makes of the cells
        raise InputError(
            f"{path} is not the table that its JSON describes ({type(error).__name__})."
        ) from error
    steps = record["made"][0]["steps"] if len(record["made"]) == 1 else []
    table.attrs = {**record["attrs"], "steps": steps}
    if record["corpus"]:
        table.attrs["corpus"] = record["corpus"]
    return table


def changed_files(stem: Path, record: dict[str, Any]) -> list[str]:
    """Names of the listed files that are absent or not as recorded."""
    changed = []
    for name, listed in record["files"].items():
        path = stem.parent / Path(name).name
        same = path.is_file() and isinstance(listed, dict)
        if not same or hash_bytes(path.read_bytes()) != listed.get("sha256"):
            changed.append(name)
    return changed


class SavedBundle(type(Path())):  # type: ignore[misc]
    """The path of a saved bundle's record; shown by the name of the bundle and its files."""

    def __repr__(self) -> str:
        """The folder, the name, and what was saved under it."""
        kinds = [s[1:] for s in SUFFIXES if file_name(self.with_suffix(""), s).is_file()]
        return f"saved: {self.parent.name}/{self.stem} ({', '.join(kinds)})"


def write_bundle(
    stem: Path, files: dict[str, bytes], record: dict[str, Any], *, overwrite: bool
) -> Path:
    """Write the files of a bundle, all or none, unless they are there already."""
    contents = {**files, ".json": seal(record, stem, files)}
    target = SavedBundle(file_name(stem, ".json"))
    own = _own_suffixes(stem, record["kind"])
    if own == set(contents) and target.read_bytes() == contents[".json"]:
        return target
    if not overwrite:
        _refuse_foreign(stem, contents, own)
    names = {file_name(stem, suffix).name: content for suffix, content in contents.items()}
    dropped = [file_name(stem, suffix).name for suffix in own - set(contents)]
    try:
        write_together(stem.parent, names, name=stem.name, drop=dropped)
    except OSError as error:
        raise InputError(
            f"{stem.parent} cannot be written to ({error.strerror or error}); nothing was saved."
        ) from error
    return target


def _own_suffixes(stem: Path, kind: str) -> set[str]:
    """Suffixes of the files there that this package wrote as a bundle of that kind, unchanged."""
    try:
        record = load_record(stem)
    except InputError:
        return set()
    if record["kind"] != kind:
        return set()
    own = {Path(name).suffix for name in set(record["files"]) - set(changed_files(stem, record))}
    return own | {".json"} if record["sha256"] == content_hash(record) else own


def _refuse_foreign(stem: Path, contents: dict[str, bytes], own: set[str]) -> None:
    """Refuse to write over a file that is not this bundle's, unless it holds the same content."""
    for suffix, content in contents.items():
        path = file_name(stem, suffix)
        if suffix in own or not path.exists():
            continue
        if not path.is_file() or path.read_bytes() != content:  # a save cut short left it the same
            raise InputError(
                f"{path} would be lost: it was edited by hand, belongs to another bundle or is not "
                "this package's; choose another name or pass overwrite=True."
            )
