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
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from analysis.tables import InputError, progress

FEW = 20  # files that are flushed to the disk one by one
STALE = 3600.0  # seconds after which what a killed process was preparing is rubbish
_PLAN = "plan.json"
_MARK = "mark"  # beside the plan, which names it as only the system that made it can know it
# Spreadsheets run a cell that begins with one of these, some also after spaces (OWASP, "CSV
# injection"); the full-width forms are folded to the plain ones by East Asian versions.
_RISKY = "=+\\-@\t\r\n＝＋－＠"
_TO_ESCAPE = re.compile(rf"'*(?:\s*[{_RISKY}]|\Z)")
_ESCAPED = re.compile(rf"'+(?:\s*[{_RISKY}]|\Z)")
# Where a country's lists are parted by semicolons, a spreadsheet parts the rows of a comma CSV
# there, also within a cell; and at line ends, since the quotation mark is then in mid-cell.
_PARTS = r"[;|\t\r\n]"
_FORMULA = r"(?=[ \u00a0\"]*[=+\-@＝＋－＠])"
_TO_ESCAPE_INSIDE = re.compile(rf"({_PARTS})('*){_FORMULA}")
_ESCAPED_INSIDE = re.compile(rf"({_PARTS})'('*){_FORMULA}")


def default_folder() -> Path:
    """Find the folder for what need not be done twice: DISCOURSE_CACHE, else the user's cache."""
    if given := os.environ.get("DISCOURSE_CACHE"):
        return Path(given)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "discourse-analysis"


def write_atomic(
    path: str | Path, content: str | bytes, *, inside: str | Path | None = None
) -> Path:
    """Write a file whole or not at all; `inside` names a folder below which no link is followed."""
    # The content goes to a temporary file in the same folder, is flushed to the disk and then
    # renamed, which file systems do in one step. It cannot protect against two programs that read,
    # change and write the same file at the same time: the later one wins.
    data = content.encode("utf-8") if isinstance(content, str) else content
    target = find_target(Path(path).parent if inside is None else inside, path)
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
    return target


def append_line(path: str | Path, line: str, *, inside: str | Path) -> None:
    """Append a line to a file below a folder, and flush it to the disk."""
    target = find_target(inside, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and (target.stat().st_nlink > 1 or not target.is_file()):
        raise InputError(f"{target} is also a file elsewhere, or is none; delete it and retry.")
    with open(target, "ab") as file:
        file.write(f"\n{line}\n".encode())  # a torn line before this one stays by itself
        file.flush()
        os.fsync(file.fileno())


def remove_file(path: str | Path, *, inside: str | Path) -> None:
    """Delete a file below a folder, if it is there."""
    find_target(inside, path).unlink(missing_ok=True)


def find_target(folder: str | Path, path: str | Path) -> Path:
    """Where something below a folder is written: this is the one place that says so.

    The folder may be a link, since the user named it; nothing below it is reached through one,
    since a corpus or a folder of figures may come from somebody else.
    """
    root, target = Path(folder), Path(path)
    below = target.relative_to(root) if target.is_relative_to(root) else Path("..")
    if ".." in below.parts or "\0" in str(below):
        raise InputError(f"{target} leads out of {root}; nothing is written there.")
    here = root
    for part in below.parts:
        here /= part
        if _is_link(here):
            raise InputError(
                f"{here} is a link, and nothing below {root} is written through a link, which "
                "leads out of it; put a folder or file in its place and retry."
            )
    return here


def _is_link(path: Path) -> bool:
    """Whether a path is a link, or what Windows has for links to folders."""
    try:
        state = os.lstat(path)
    except (OSError, ValueError):
        return False
    mount = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0)
    return stat.S_ISLNK(state.st_mode) or 0 < mount == getattr(state, "st_reparse_tag", -1)


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
    _carry_out(root, prepared.with_suffix(".unfinished"))


def _prepare(
    root: Path, prepared: Path, files: Mapping[str, str | bytes], drop: Iterable[str]
) -> None:
    """Write new content and the plan to a folder beside the files, and flush it to the disk."""
    listed = []
    few = len(files) <= FEW or not hasattr(os, "sync")
    for number, (path, content) in enumerate(
        progress(files.items(), total=len(files), desc="Writing files")
    ):
        target = find_target(root, root / path)
        listed.append([path, _hash_if_there(target)])
        _write(prepared / str(number), content, few)
        os.chmod(prepared / str(number), _mode(target))
    dropped = [[path, _hash_if_there(find_target(root, root / path))] for path in drop]
    _write(prepared / _MARK, b"", few)
    plan = {"files": listed, "drop": dropped, "mark": _identify(prepared / _MARK)}
    _write(prepared / _PLAN, json.dumps(plan), few)
    if not few:
        os.sync()  # one flush for all of them instead of one for each


def _identify(path: Path) -> list[int]:
    """What a file system says of a file that nobody can know of one that is still to be made."""
    state = os.lstat(path)
    return [state.st_ino, state.st_ctime_ns]


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
    """Finish what a stopped `write_together` had decided to write, in this folder on this system.

    A plan that came with a folder from elsewhere may be anybody's: it is refused, not carried out.
    """
    for prepared in sorted(Path(folder).glob(f".{glob.escape(name)}-*.unfinished")):
        if not _is_own(prepared):
            raise InputError(
                f"{prepared} was left behind by a stopped run, and is damaged or was copied from "
                "elsewhere; delete it and do again what that run was to do."
            )
        _carry_out(Path(folder), prepared)


def _is_own(prepared: Path) -> bool:
    """Whether a plan was made here and has not been copied since."""
    try:
        plan = json.loads((prepared / _PLAN).read_bytes())
        return bool(not _is_link(prepared) and plan["mark"] == _identify(prepared / _MARK))
    except FileNotFoundError:  # another process has carried it out, or there never was a plan
        return not os.path.lexists(prepared)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def _carry_out(root: Path, prepared: Path) -> None:
    """Move what was prepared to where it belongs."""
    # A file that somebody changed after the stop is left as it is. Several processes may do this at
    # the same time: each file is moved by one of them.
    try:
        plan = json.loads((prepared / _PLAN).read_bytes())
    except FileNotFoundError:  # another process has done it
        return
    files = [(find_target(root, root / path), before) for path, before in plan["files"]]
    dropped = [(find_target(root, root / path), before) for path, before in plan["drop"]]
    for number, (target, before) in enumerate(files):
        if (prepared / str(number)).exists() and _hash_if_there(target) == before:
            _move(prepared / str(number), target)
    for target, before in dropped:
        if _hash_if_there(target) == before:
            target.unlink(missing_ok=True)
    for parent in {target.parent for target, _ in files}:
        _sync_folder(parent)
    done = prepared.with_suffix(".new")
    with contextlib.suppress(FileNotFoundError):
        os.rename(prepared, done)  # all is done but to sweep
    shutil.rmtree(done, ignore_errors=True)


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
    try:
        inside = inside and joined.resolve().is_relative_to(Path(folder).resolve())
    except (OSError, RuntimeError):  # a link to itself
        inside = False
    if not inside:
        raise InputError(
            f"{where}: {str(relative)!r} leads out of the corpus folder {folder}; "
            "keep every text inside it and name it by a path relative to it."
        )
    return joined


def escape_cell(text: str) -> str:
    """Make a text cell of a CSV file inert in a spreadsheet, reversibly."""
    inert = _TO_ESCAPE_INSIDE.sub(r"\1'\2", text)
    return f"'{inert}" if _TO_ESCAPE.match(text) else inert


def unescape_cell(text: str) -> str | None:
    """Undo `escape_cell`; an empty cell is a missing value."""
    if not text:
        return None
    inert = text[1:] if _ESCAPED.match(text) else text
    return _ESCAPED_INSIDE.sub(r"\1\2", inert)
