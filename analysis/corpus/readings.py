"""What a run of `add` has read so far, so that one that is stopped is taken up where it was."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from analysis.corpus import formats
from analysis.corpus.formats.record import Item, ReadOptions, Source
from analysis.files import default_folder, hash_bytes, hash_text
from analysis.tables import InputError

KEPT_FOR = 7 * 24 * 3600.0  # seconds that the log of a run that nobody took up stays


class ReadingLog:
    """The sources that were read for one corpus, in the user's cache; it goes when all is added."""

    # A line is a file as it was (path, size, time), the options and the code that read it, and what
    # came of it. The log is not in the corpus, which may be somebody else's. Without a cache that
    # can be written to, nothing is logged.

    def __init__(self, corpus: str | Path, options: ReadOptions) -> None:
        folder = default_folder() / "adding"
        self.path = folder / f"{hash_bytes(os.fsencode(os.path.realpath(corpus)))[:24]}.jsonl"
        asked = options._replace(columns=dict(options.columns))
        self._base = json.dumps([_hash_code(), asked])
        self._file: IO[bytes] | None = None
        self._lines: dict[str, bytes] = {}
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("*.jsonl"):
                if time.time() - old.stat().st_mtime > KEPT_FOR:
                    old.unlink(missing_ok=True)
            self._lines = {
                line[:64].decode(): line[65:] for line in _read_lines(self.path) if len(line) > 65
            }
            self._file = os.fdopen(
                os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab"
            )

    def find(self, path: Path) -> Source | InputError | None:
        """What a file held when it was read before, if nothing about it has changed."""
        line = self._lines.get(self._key(path))
        try:
            reason, items, left_out, many, notes = json.loads(line or b"")
            if reason:
                return InputError(reason)
            rest = ([(where, why) for where, why in left_out], bool(many), list(notes))
            return Source([Item(*item) for item in items], *rest)
        except (ValueError, TypeError):  # absent, torn by the stop, or of another version
            return None

    def write(self, path: Path, result: Source | InputError) -> None:
        """Write down what a file held, or why it could not be read."""
        if self._file is None:
            return
        said = [str(result)] if isinstance(result, InputError) else ["", *result]
        line = f"\n{self._key(path)} {json.dumps([*said, None, None, None, None][:5])}\n"
        with contextlib.suppress(OSError):
            self._file.write(line.encode())
            self._file.flush()

    def finish(self) -> None:
        """Delete the log."""
        self.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the log and leave it there."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _key(self, path: Path) -> str:
        try:
            state = path.stat()
            facts = [os.path.abspath(path), str(path), state.st_size, state.st_mtime_ns]
        except (OSError, ValueError):
            facts = [str(path), "", 0, 0]
        return hash_text(json.dumps([self._base, *facts]))


def _read_lines(path: Path) -> Iterator[bytes]:
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        yield from (line.rstrip(b"\n") for line in file)


def _hash_code() -> str:
    """A name for the code that reads files, which another version of it changes."""
    folder = Path(formats.__file__).parent
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return hash_bytes(b"".join(path.read_bytes() for path in files if path.suffix != ".pyc"))
