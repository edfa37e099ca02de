"""Reading pages in a process of their own: a page made to be slow or huge harms only that."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

from analysis.corpus.fetch.pages import Page, read_answer
from analysis.corpus.fetch.settings import RefusedError
from analysis.tables import NO_TELEMETRY

MEMORY = 1_500_000_000  # bytes that reading a page may take
_ROOT = str(Path(__file__).resolve().parents[3])
_START = (
    f"import sys; sys.path.insert(0, {_ROOT!r}); from analysis.corpus.fetch.reader import serve"
)


class Reader:
    """Reads pages one after the other; to be closed at the end."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._lock = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    async def read(self, data: bytes, content_type: str, name: str) -> Page:
        """Do what `read_answer` does, within the limit."""
        async with self._lock:
            process = self._process or await self._start()
            work = asyncio.to_thread(_exchange, process, data, content_type, name)
            task = asyncio.ensure_future(work)
            done, _ = await asyncio.wait([task], timeout=self._limit)
            if not done:
                self.close()
                await task  # ends now, since the other side of the pipe is gone
                raise RefusedError(f"the page could not be read within {self._limit:.3g} s")
            line = task.result()
            if not line:
                self.close()
                raise RefusedError("the page could not be read: it takes too much memory")
        answer = json.loads(line)
        if "reason" in answer:
            raise RefusedError(answer["reason"])
        return Page(**answer)

    async def _start(self) -> subprocess.Popen[bytes]:
        """Start the other process and wait until it is ready, which no page is to blame for."""
        self._process = process = subprocess.Popen(
            [sys.executable, "-c", f"{_START}; serve(sys.stdin.buffer, sys.stdout.buffer)"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **NO_TELEMETRY},
            start_new_session=True,  # Ctrl-C is for the process that writes files
        )
        assert process.stdout is not None
        await asyncio.to_thread(process.stdout.readline)
        return process

    def close(self) -> None:
        """End the other process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]


def _exchange(process: subprocess.Popen[bytes], data: bytes, content_type: str, name: str) -> bytes:
    """Send a page to the other process and wait for its answer; empty where it died."""
    head = json.dumps([len(data), content_type, name]).encode() + b"\n"
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(head + data)
        process.stdin.flush()
        return process.stdout.readline()
    except (OSError, ValueError):
        return b""


def serve(questions: IO[bytes], answers: IO[bytes]) -> None:
    """Read the pages that arrive until there are no more."""
    import trafilatura  # noqa: F401, so that no page waits for it

    _limit_memory()
    answers.write(b"\n")
    answers.flush()
    while line := questions.readline():
        size, content_type, name = json.loads(line)
        data = questions.read(size)
        try:
            answer = dict(read_answer(data, content_type, name)._asdict())
        except RefusedError as error:
            answer = {"reason": str(error)}
        except MemoryError:
            answer = {"reason": "the page could not be read: it takes too much memory"}
        except Exception as error:  # a page made to break a parser is not a fault of the run
            answer = {"reason": f"the page could not be read ({type(error).__name__})"}
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _limit_memory() -> None:
    """Let this process grow by no more than the limit, where the system knows how."""
    with contextlib.suppress(ImportError, OSError, ValueError, IndexError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
