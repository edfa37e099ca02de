"""Files and pages read in a process of their own, within limits of time and memory."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import types
import typing
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.corpus.formats.record import TOGETHER, Item, ReadOptions, Source
from analysis.tables import NO_TELEMETRY, InputError

if TYPE_CHECKING:
    from analysis.corpus.formats.html import Page

TIME = 22.0  # seconds that any file may take
PER_STEP = 0.25  # further seconds for each page, member or row that is done …
PER_MEGABYTE = 50.0  # … but no more than these, so that a small file cannot ask for hours
LONGEST_LINE = 256 * 1024**2  # bytes of one document as JSON
_ROOT = str(Path(__file__).resolve().parents[2])
_START = f"import sys; sys.path.insert(0, {_ROOT!r}); from analysis.corpus.worker import main"


class BoundedReader:
    """Reads files one after the other in a process of its own, which is started when needed.

    A file that is made to be slow or huge, or to break a parser, harms only that process, and ends
    in one sentence; the next file is read by a new one.

    Parameters
    ----------
    limit : float
        Seconds that a file may take; one of many pages, members or rows may take longer, as long as
        it gets on with them.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "talks.txt")
    >>> _ = path.write_text("Talks end\\n\\n15 May 2024\\n\\nThe talks ended.")
    >>> with BoundedReader() as reader:
    ...     reader.read(path).items[0].record["title"]
    'Talks end'
    """

    def __init__(self, limit: float = TIME) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def __enter__(self) -> BoundedReader:
        """Give the reader itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.close()

    def read(self, path: str | Path, options: ReadOptions | None = None) -> Source:
        """Read all documents of a file of any known format, as `read_source` does.

        Parameters
        ----------
        path : str or pathlib.Path
            A file.
        options : ReadOptions, optional
            How it is to be read.

        Returns
        -------
        Source
            What the file holds.

        Raises
        ------
        InputError
            If the file cannot be read, or not within the limits.
        """
        asked = options or ReadOptions()
        asked = asked._replace(columns=dict(asked.columns))
        question = {"path": str(path), "folder": os.getcwd(), "options": asked._asdict()}
        items: list[Item] = []
        length = 0

        def take(answer: Any) -> None:
            nonlocal length
            items.append(_read_as(Item, answer, str(path)))
            length += sum(map(len, items[-1].record["paragraphs"]))
            if length > TOGETHER:
                raise InputError(
                    f"{path} holds texts of more than {TOGETHER:,} characters; split it and retry."
                )

        rest = self._ask(question, b"", str(path), _measure(path), take)
        kind = tuple[list[tuple[str, str]], bool, list[str]]
        return Source(items, *_read_as(kind, rest, str(path)))

    def read_answer(self, data: bytes, content_type: str, name: str) -> Page:
        """Read the article of what a host sent, as `analysis.corpus.fetch.pages.read_answer`."""
        from analysis.corpus.formats.html import Page

        question = {"size": len(data), "type": content_type, "name": name}
        answer = self._ask(question, data, name, len(data), lambda _: None)
        return typing.cast("Page", _read_as(Page, answer, name))

    def _ask(
        self,
        question: dict[str, Any],
        data: bytes,
        name: str,
        size: int,
        take: Callable[[Any], None],
    ) -> Any:
        """Put a question to the process; it answers with items, then the rest or a reason."""
        with self._lock:
            if self._worker is None or not self._worker.is_alive():
                self.close()
                self._worker = _Worker(name)
            worker = self._worker
            try:
                with contextlib.closing(worker.ask(question, data, name, self.limit, size)) as said:
                    for kind, value in said:
                        if kind == "item":
                            take(value)
                        elif kind == "rest":
                            return value
                        elif kind == "reason":
                            raise _ReasonError(value)
                raise worker.explain_end(name)
            except _ReasonError as error:
                raise InputError(error) from None
            except BaseException:  # the process is in the middle of something
                worker.close()
                raise
            finally:
                if worker.closed or worker.used_up:
                    self.close()

    def close(self) -> None:
        """End the process, also while another thread waits for its answer."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


class _ReasonError(Exception):
    """Why the process could not read a file, in its own words."""


class _Worker:
    """The process, seen from here."""

    def __init__(self, name: str) -> None:
        self.closed = self.used_up = False
        self._late = 0.0  # the limit that was passed
        self._owner = os.getpid()  # a fork of this process must not ask, nor end, the same one
        self._process = subprocess.Popen(
            # -P: a module of the folder that this runs in is not a package's
            [sys.executable, "-P", "-c", f"{_START}; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **NO_TELEMETRY},
            start_new_session=True,  # Ctrl-C is for the process that writes files
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions, self._answers = self._process.stdin, self._process.stdout
        try:
            ready = self._answers.readline(100)  # which no file is to blame for
        except BaseException:
            self.close()
            raise
        if ready != b'["ready"]\n':
            self.close()
            raise InputError(
                f"{name} could not be read: the process that reads files does not start; "
                "is there enough memory?"
            )

    def ask(
        self, question: dict[str, Any], data: bytes, name: str, limit: float, size: int
    ) -> Generator[tuple[str, Any], None, None]:
        """Send a question, and give the answers until the last, or until the process ends."""
        start = time.monotonic()
        allowed = limit
        timer = self._stop_after(limit, limit)
        try:
            # a process that has ended takes no question and gives no answer
            self._questions.write(json.dumps(question | {"limit": limit}).encode() + b"\n" + data)
            self._questions.flush()
            while (line := self._answers.readline(LONGEST_LINE)).endswith(b"\n"):
                kind, value, self.used_up = _read_line(line, name)
                if kind == "done":  # so many pages, members or rows
                    steps = min(PER_STEP * _read_as(int, value, name), PER_MEGABYTE * size / 1e6)
                    allowed = max(allowed, limit + steps)
                    timer.cancel()
                    timer = self._stop_after(start + allowed - time.monotonic(), allowed)
                    continue
                yield kind, value
                if kind != "item":
                    return
        except OSError:
            return
        finally:
            timer.cancel()

    def _stop_after(self, seconds: float, limit: float) -> threading.Timer:
        """End the process after a while, unless that is cancelled."""

        def stop() -> None:
            self._late = limit
            self._process.kill()

        timer = threading.Timer(max(seconds, 0.0), stop)
        timer.daemon = True
        timer.start()
        return timer

    def is_alive(self) -> bool:
        """Whether the process can be asked something."""
        own = self._owner == os.getpid()
        return own and not self.closed and not self._late and self._process.poll() is None

    def explain_end(self, name: str) -> InputError:
        """Say why the process ended."""
        ended = self._end()
        why = "it takes too much memory, or breaks the program that reads it"
        if self._late or ended == -getattr(signal, "SIGALRM", 0):
            why = f"it takes more than {self._late:.3g} s" if self._late else "it takes too long"
        return InputError(f"{name} could not be read: {why}.")

    def _end(self) -> int:
        """End the process, if it has not ended yet; gives its exit status."""
        self._process.kill()
        return self._process.wait()

    def close(self) -> None:
        """End the process and close the ways to it."""
        self.closed = True
        if self._owner == os.getpid():
            self._end()
        for pipe in (self._questions, self._answers):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()


def _measure(path: str | Path) -> int:
    """How large a file is; a pipe or a device, which another process cannot read, is refused."""
    try:
        state = os.stat(path)
    except (OSError, ValueError):
        return 0  # the process says so
    if not stat.S_ISREG(state.st_mode) and not stat.S_ISDIR(state.st_mode):
        raise InputError(f"{path} is a pipe or a device; save what it gives as a file and retry.")
    return state.st_size


def _read_line(line: bytes, name: str) -> tuple[str, Any, bool]:
    """An answer: its kind, what it says, and whether the process has grown too large to go on."""
    try:
        kind, value, used_up = json.loads(line)
    except (ValueError, TypeError, RecursionError):
        kind, value, used_up = None, None, None
    return _read_as(str, kind, name), value, _read_as(bool, used_up, name)


def _read_as(kind: Any, value: Any, name: str) -> Any:
    """A value as a type says it is, from what JSON made of it."""
    try:
        return _restore(value, kind)
    except ValueError:
        raise InputError(f"{name} could not be read: the answer is damaged.") from None


def _restore(value: Any, kind: Any) -> Any:
    """A value as a type says it is; refused if it is another one."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is list and isinstance(value, list):
        return [_restore(one, inner[0]) for one in value]
    if origin is dict and isinstance(value, dict):
        return {_restore(k, inner[0]): _restore(v, inner[1]) for k, v in value.items()}
    if origin is tuple and isinstance(value, list) and len(value) == len(inner):
        return tuple(_restore(one, of) for one, of in zip(value, inner, strict=True))
    if origin is types.UnionType and type(value) in inner:
        return value
    hints = typing.get_type_hints(kind) if isinstance(kind, type) else {}
    if typing.is_typeddict(kind) and isinstance(value, dict) and set(value) == set(hints):
        return {name: _restore(value[name], of) for name, of in hints.items()}
    if hints and isinstance(value, list) and len(value) == len(hints):
        return kind(*(_restore(one, of) for one, of in zip(value, hints.values(), strict=True)))
    if type(value) is kind:
        return value
    raise ValueError("an answer of another form")
