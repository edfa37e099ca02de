"""Writing what is added to a corpus: one process at a time, all of it or nothing."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from analysis.corpus.formats.encodings import read_bytes
from analysis.corpus.manifest import ADDING, NAME, ORIGINALS, finish_adding, update_manifest
from analysis.corpus.plan import Plan
from analysis.files import write_together
from analysis.tables import InputError

LOCK = ".adding.lock"
PATIENCE = 120.0  # seconds that a process waits for another one that is adding


@contextlib.contextmanager
def lock_folder(folder: str | Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Keep other processes from writing to a corpus while this one does.

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
    """The manifest as it is on the disk; None where there is none."""
    finish_adding(folder)
    manifest = Path(folder, NAME)
    return read_bytes(manifest) if manifest.exists() else None


def write_plans(
    folder: str | Path, plans: list[Plan], changed: Iterable[dict[str, str]] = ()
) -> None:
    """Write the originals and the manifest, all of them or none.

    Notes
    -----
    A run that is stopped leaves the corpus as it was, or what the next one to read it makes all
    of the new texts and rows (`write_together`).
    """
    manifest = Path(folder, NAME)
    data = read_manifest_bytes(folder)
    content = update_manifest(data, [*changed, *(plan["row"] for plan in plans)], manifest)
    files: dict[str, str | bytes] = {
        f"{ORIGINALS}/{plan['target'].name}": plan["text"] + "\n"
        for plan in plans
        if plan["state"] != "unchanged"
    }
    if content != data:
        files[NAME] = content
    if files:
        write_together(folder, files, name=ADDING)
