"""The process that reads files for `analysis.corpus.reader.BoundedReader`, one after the other."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from analysis.tables import InputError, listening

MEMORY = 1_000_000_000  # bytes that this process may hold
GROWN = 150_000_000  # bytes that it may have kept of earlier files before it is replaced
ORPHANED = 60  # seconds beyond the limit after which nobody waits for an answer any more
OFTEN = 0.25  # seconds between two signs of life
_TOO_LARGE = "could not be read: it takes too much memory (more than 1 GB)"


def main() -> None:
    """Answer the questions on the standard input until there are no more."""
    # libraries that print, or ask, reach neither the questions nor the answers
    questions, answers = (os.fdopen(os.dup(i), mode) for i, mode in ((0, "rb"), (1, "wb")))
    nothing = os.open(os.devnull, os.O_RDWR)
    for i in (0, 1):
        os.dup2(nothing, i)
    limit_memory()
    serve(questions, answers)


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Answer questions until there are no more, or this process has grown too large."""
    answers.write(b'["ready"]\n')
    answers.flush()
    start = held_memory()
    while line := questions.readline():
        question = json.loads(line)
        data = questions.read(question.get("size", 0))
        used_up = False
        for kind, value in _answer(question, data, answers):
            if kind != "item":
                data, used_up = b"", held_memory() - start > GROWN
            _send(answers, kind, value, used_up)
        _end_in(0)
        if used_up:
            return


def _send(answers: IO[bytes], kind: str, value: Any, used_up: bool = False) -> None:
    """Write one answer as a line."""
    text = json.dumps([kind, value, used_up], ensure_ascii=False)
    answers.write(text.encode("utf-8", "backslashreplace") + b"\n")
    answers.flush()


def _answer(question: dict[str, Any], data: bytes, answers: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """What a question is answered with: items, then the rest of them or a reason."""
    name = question.get("path") or question["name"]
    try:
        with listening(_tell_steps(answers, question["limit"])):
            yield from _read_file(question) if "path" in question else _read_page(question, data)
    except InputError as error:
        yield "reason", str(error)
    except MemoryError:
        yield "reason", f"{name} {_TOO_LARGE}."
    except Exception as error:  # a file made to break a parser is not a fault of the run
        yield "reason", f"{name} could not be read: it is damaged ({type(error).__name__})."


def _read_file(question: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    from analysis.corpus.formats.read import read_source
    from analysis.corpus.formats.record import ReadOptions

    with contextlib.suppress(OSError):  # the other side may have gone to another folder
        os.chdir(question["folder"])
    source = read_source(question["path"], ReadOptions(**question["options"]))
    for item in source.items:
        yield "item", item
    yield "rest", [source.left_out, source.many, source.notes]


def _read_page(question: dict[str, Any], data: bytes) -> Iterator[tuple[str, Any]]:
    from analysis.corpus.fetch.client import RefusedError
    from analysis.corpus.fetch.pages import read_answer

    try:
        yield "rest", read_answer(data, question["type"], question["name"])
    except RefusedError as error:
        yield "reason", str(error)


def _tell_steps(answers: IO[bytes], limit: float) -> Callable[[], None]:
    """A function that counts what is done of a long work and tells it from time to time."""
    done = 0
    told = time.monotonic()
    _end_in(limit + ORPHANED)

    def tell() -> None:
        nonlocal done, told
        done += 1
        if time.monotonic() - told > OFTEN:
            told = time.monotonic()
            _send(answers, "done", done)
            _end_in(limit + ORPHANED)

    return tell


def _end_in(seconds: float) -> None:
    """End this process in some time, or not at all: the other side may have been killed."""
    if hasattr(signal, "alarm"):
        signal.alarm(int(seconds))


def limit_memory() -> None:
    """Let this process hold no more than the limit, by the system or else by watching it."""
    try:
        import resource

        pages = [int(n) for n in Path("/proc/self/statm").read_text().split()[:2]]
        mapped, held = (n * resource.getpagesize() for n in pages)
        most = mapped - held + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    except (ImportError, OSError, ValueError):
        threading.Thread(target=_watch_memory, daemon=True).start()


def _watch_memory() -> None:
    while held_memory() <= MEMORY:
        time.sleep(OFTEN)
    os._exit(1)


def held_memory() -> int:
    """The bytes of memory that this process holds or, where only these are known, has held."""
    with contextlib.suppress(OSError):
        pages = Path("/proc/self/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return _held_on_windows()
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _held_on_windows() -> int:
    """The working set, by the system's own library (PROCESS_MEMORY_COUNTERS of psapi.h)."""
    import ctypes

    sizes = (ctypes.c_size_t * 10)()  # the first two fields are of 4 bytes, the fourth is the size
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    kernel.K32GetProcessMemoryInfo.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint]
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    size = 8 + 8 * ctypes.sizeof(ctypes.c_size_t)
    kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), sizes, size)
    return int(sizes[8 // ctypes.sizeof(ctypes.c_size_t) + 1])
