"""Atomic writing of files and of sets of files, hashes, and cells that no spreadsheet runs."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.tables import InputError, progress

FEW = 20  # files that are flushed to the disk one by one
STALE = 3600.0  # seconds after which what a killed process was preparing is rubbish
_PLAN = "plan.json"
# Spreadsheets run a cell that begins with one of these, some also after spaces (OWASP, "CSV
# injection"); the full-width forms are folded to the plain ones by East Asian versions.
_RISKY = "=+\\-@\t\r\n＝＋－＠"
_TO_ESCAPE = re.compile(rf"'*(?:\s*[{_RISKY}]|\Z)")
_ESCAPED = re.compile(rf"'+(?:\s*[{_RISKY}]|\Z)")


def write_atomic(path: str | Path, content: str | bytes) -> Path:
    """Write a file whole or not at all."""
    # The content goes to a temporary file in the same folder, is flushed to the disk and then
    # renamed, which file systems do in one step. It cannot protect against two programs that read,
    # change and write the same file at the same time: the later one wins.
    data = content.encode("utf-8") if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.name}.", suffix=".new"
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    _sync_folder(target.parent)
    return Path(path)


def _mode(target: Path) -> int:
    """The permissions a file has, or those that a new one would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself durable where the system lets a folder be opened."""
    with contextlib.suppress(OSError):  # Windows, and some network drives, do not
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_together(
    folder: str | Path, files: Mapping[str, str | bytes], *, name: str, drop: Iterable[str] = ()
) -> None:
    """Write several files so that a stop at any moment leaves all old ones or all new ones."""
    # All content goes to a hidden folder beside the files. The renaming of that folder decides: a
    # run that is stopped before it has changed nothing, one that is stopped after it is finished by
    # the next call of `finish_writing`, which every reader of such files makes first.
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root, name)
    prepared = Path(tempfile.mkdtemp(dir=root, prefix=f".{name}-", suffix=".new"))
    try:
        _prepare(root, prepared, files, drop)
        os.rename(prepared, prepared.with_suffix(".unfinished"))
    except BaseException:
        shutil.rmtree(prepared, ignore_errors=True)
        raise
    finish_writing(root, name=name)


def _prepare(
    root: Path, prepared: Path, files: Mapping[str, str | bytes], drop: Iterable[str]
) -> None:
    """Write new content and the plan to a folder beside the files, and flush it to the disk."""
    listed = []
    few = len(files) <= FEW or not hasattr(os, "sync")
    for number, (path, content) in enumerate(
        progress(files.items(), total=len(files), desc="Writing files")
    ):
        target = _find_target(root, path)
        listed.append([path, _hash_if_there(target)])
        _write(prepared / str(number), content, few)
        os.chmod(prepared / str(number), _mode(target))
    dropped = [[path, _hash_if_there(_find_target(root, path))] for path in drop]
    _write(prepared / _PLAN, json.dumps({"files": listed, "drop": dropped}), few)
    if not few:
        os.sync()  # one flush for all of them instead of one for each


def _find_target(root: Path, path: str) -> Path:
    target = Path(os.path.realpath(root / path))
    if not target.is_relative_to(os.path.realpath(root)):
        raise InputError(
            f"{root / path} leads out of {root}, where nothing is written; put a folder or file "
            "in the place of the link."
        )
    return target


def _hash_if_there(path: Path) -> str:
    return hash_file(path) if path.exists() else ""


def _write(path: Path, content: str | bytes, flush: bool) -> None:
    with open(path, "wb") as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)
        if flush:
            file.flush()
            os.fsync(file.fileno())


def _sweep(root: Path, name: str) -> None:
    """Finish what was decided, and delete what a killed process had only begun to prepare."""
    finish_writing(root, name=name)
    for prepared in root.glob(f".{glob.escape(name)}-*.new"):
        with contextlib.suppress(OSError):
            if time.time() - prepared.stat().st_mtime > STALE:
                shutil.rmtree(prepared, ignore_errors=True)


def finish_writing(folder: str | Path, *, name: str) -> None:
    """Finish what a stopped `write_together` had decided to write."""
    # A file that somebody changed after the stop is left as it is. Several processes may do this at
    # the same time: each file is moved by one of them.
    root = Path(folder)
    for prepared in sorted(root.glob(f".{glob.escape(name)}-*.unfinished")):
        try:
            plan = json.loads((prepared / _PLAN).read_bytes())
            files = [(_find_target(root, path), before) for path, before in plan["files"]]
            dropped = [(_find_target(root, path), before) for path, before in plan["drop"]]
        except FileNotFoundError:  # all is done but to sweep
            shutil.rmtree(prepared, ignore_errors=True)
            continue
        except (ValueError, KeyError, TypeError):
            raise InputError(
                f"{prepared} was left behind by a stopped run and is damaged; delete it and "
                "do again what that run was to do."
            ) from None
        for number, (target, before) in enumerate(files):
            if (prepared / str(number)).exists() and _hash_if_there(target) == before:
                _move(prepared / str(number), target)
        for target, before in dropped:
            if _hash_if_there(target) == before:
                target.unlink(missing_ok=True)
        for parent in {target.parent for target, _ in files}:
            _sync_folder(parent)
        (prepared / _PLAN).unlink(missing_ok=True)
        shutil.rmtree(prepared, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(source, target)
    except FileNotFoundError:  # another process was faster
        pass
    except OSError as error:
        if error.errno != errno.EXDEV:  # the folder of the texts is on another disk
            raise
        write_atomic(target, source.read_bytes())


def hash_text(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hash_bytes(text.encode("utf-8"))


def hash_bytes(data: bytes) -> str:
    """SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def hash_file(path: str | Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal, read in pieces."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def join_inside(folder: str | Path, relative: str | Path, where: str) -> Path:
    """Join a path to a folder and refuse it if it leads out of that folder."""
    joined = Path(folder, relative)
    inside = "\0" not in str(relative) and not Path(relative).is_absolute()
    if not inside or not joined.resolve().is_relative_to(Path(folder).resolve()):
        raise InputError(
            f"{where}: {str(relative)!r} leads out of the corpus folder {folder}; "
            "keep every text inside it and name it by a path relative to it."
        )
    return joined


def escape_cell(text: str) -> str:
    """Make a text cell of a CSV file inert in a spreadsheet, reversibly."""
    return f"'{text}" if _TO_ESCAPE.match(text) else text


def unescape_cell(text: str) -> str | None:
    """Undo `escape_cell`; an empty cell is a missing value."""
    if not text:
        return None
    return text[1:] if _ESCAPED.match(text) else text
