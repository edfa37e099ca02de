"""Writing what is added to a corpus: one process at a time, each file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from analysis.files import write_atomic
from analysis.reading.encodings import read_bytes
from analysis.reading.manifest import NAME, update_manifest
from analysis.reading.plan import Plan
from analysis.tables import InputError, progress

LOCK = ".adding.lock"
PATIENCE = 120.0  # seconds that a process waits for another one that is adding
FEW = 20  # files that are flushed to the disk one by one


@contextlib.contextmanager
def lock_folder(folder: str | Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Keep other processes from writing to a corpus while this one does.

    Parameters
    ----------
    folder : str or pathlib.Path
        The corpus folder; it is made if there is none.
    patience : float
        Seconds to wait for another process, which is told on stderr.

    Yields
    ------
    None

    Raises
    ------
    InputError
        If the other process is not done by then.
    OSError
        If the folder cannot be written to.

    Notes
    -----
    The lock is on the file ``.adding.lock``, which stays there, empty. The system lifts it when
    the process ends, however it ends.
    """
    import filelock

    Path(folder).mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(Path(folder, LOCK), fallback_to_soft=False)
    try:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            print(f"Waiting for another process that is adding to {folder} …", file=sys.stderr)
            lock.acquire(timeout=patience)
    except filelock.Timeout:
        raise InputError(
            f"Another process has been adding to {folder} for {patience:.0f} seconds; nothing was "
            "written, retry when it is done."
        ) from None
    try:
        yield
    finally:
        lock.release()


def read_manifest_bytes(folder: str | Path) -> bytes | None:
    """The manifest as it is on the disk; None where there is none.

    Parameters
    ----------
    folder : str or pathlib.Path

    Returns
    -------
    bytes or None
    """
    manifest = Path(folder, NAME)
    return read_bytes(manifest) if manifest.exists() else None


def write_plans(
    folder: str | Path, plans: list[Plan], changed: Iterable[dict[str, str]] = ()
) -> None:
    """Write the originals and then the manifest, each file whole or not at all.

    Parameters
    ----------
    folder : str or pathlib.Path
        The corpus folder.
    plans : list of Plan
    changed : iterable of dict
        Further rows of the manifest that get another value.

    Raises
    ------
    OSError
        If the folder cannot be written to.

    Notes
    -----
    The manifest is written last: until then, the new texts are not listed and the corpus is what
    it was. A run that is stopped between finds its own texts there when it is repeated.
    """
    manifest = Path(folder, NAME)
    data = read_manifest_bytes(folder)
    content = update_manifest(data, [*changed, *(plan["row"] for plan in plans)], manifest)
    files = [
        (plan["target"], plan["text"] + "\n") for plan in plans if plan["state"] != "unchanged"
    ]
    write_many(files)
    if content != data:
        write_atomic(manifest, content)


def write_many(files: list[tuple[Path, str]]) -> None:
    """Write files, each whole or not at all, and have all of them on the disk at the end.

    Parameters
    ----------
    files : list of (pathlib.Path, str)

    Raises
    ------
    OSError
        If one cannot be written; those before it are.
    """
    if len(files) <= FEW or not hasattr(os, "sync"):
        for path, text in files:
            write_atomic(path, text)
        return
    for folder in {path.parent for path, _ in files}:
        folder.mkdir(parents=True, exist_ok=True)
    mask = os.umask(0)
    os.umask(mask)
    for path, text in progress(files, total=len(files), desc="Writing texts"):
        handle, temporary = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}.", suffix=".new"
        )
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text.encode("utf-8"))
            os.chmod(temporary, 0o666 & ~mask)
            os.replace(temporary, os.path.realpath(path))
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
    os.sync()  # one flush for all of them instead of one for each
