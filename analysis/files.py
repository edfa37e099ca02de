"""Writing files so that nobody ever sees half of one, and hashing what is in them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from analysis.tables import InputError


def write_atomic(path: str | Path, content: str | bytes) -> Path:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : str or pathlib.Path
        Where to write; folders on the way are made. A link is followed, not replaced.
    content : str or bytes
        What to write; a string is written as UTF-8, with its newlines as they are.

    Returns
    -------
    pathlib.Path
        `path`.

    Raises
    ------
    OSError
        If the place cannot be written to; the file that was there is then untouched.

    Notes
    -----
    The content goes to a temporary file in the same folder, is flushed to the disk and then
    renamed, which file systems do in one step. It cannot protect against two programs that
    read, change and write the same file at the same time: the later one wins.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomic(Path(folder, "a", "b.txt"), "peace").read_text()
    'peace'
    """
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


def hash_text(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hexadecimal.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> hash_text("")[:12]
    'e3b0c44298fc'
    """
    return hash_bytes(text.encode("utf-8"))


def hash_bytes(data: bytes) -> str:
    """SHA-256 of some bytes, in hexadecimal.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> hash_bytes(b"peace") == hash_text("peace")
    True
    """
    return hashlib.sha256(data).hexdigest()


def hash_file(path: str | Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal, read in pieces.

    Parameters
    ----------
    path : str or pathlib.Path

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def join_inside(folder: str | Path, relative: str | Path, where: str) -> Path:
    """Join a path to a folder and refuse it if it leads out of that folder.

    Parameters
    ----------
    folder : str or pathlib.Path
        The folder to stay in.
    relative : str or pathlib.Path
        The path below it, as somebody wrote it.
    where : str
        Where it is written, for the message ("corpus/sources.csv row 3").

    Returns
    -------
    pathlib.Path
        The joined path, as written (links are not resolved in what is returned).

    Raises
    ------
    InputError
        If the path is absolute, climbs out with "..", or goes through a link that leads out.

    Examples
    --------
    >>> join_inside("corpus", "briefs/a.txt", "row 2").as_posix()
    'corpus/briefs/a.txt'
    """
    joined = Path(folder, relative)
    inside = "\0" not in str(relative) and not Path(relative).is_absolute()
    if not inside or not joined.resolve().is_relative_to(Path(folder).resolve()):
        raise InputError(
            f"{where}: {str(relative)!r} leads out of the corpus folder {folder}; "
            "keep every text inside it and name it by a path relative to it."
        )
    return joined
