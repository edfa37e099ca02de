"""Work done in another process that is killed at a chosen moment."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tqdm import tqdm

KILLS = [18, pytest.param(50, marks=pytest.mark.slow)]  # two of three at a chosen touch
EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "shutil.rmtree")


def take_own_lock() -> None:
    """Part this process from the lock that tqdm's bars share with the parent: a process that is
    killed while it holds that lock would leave the parent waiting for ever."""
    tqdm.set_lock(threading.RLock())


def _start(work: Callable[[], object], prepare: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:  # pragma: no cover
        status = 1
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            take_own_lock()
            prepare()
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def _wait(child: int) -> bool:
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the work failed by itself"
    return os.WIFSIGNALED(status)


def _watch(folder: Path, act: Callable[[int], object]) -> None:
    """Call before every touch of the folder, with its number."""
    seen = 0

    def count(event: str, arguments: tuple) -> None:
        nonlocal seen
        if event in EVENTS and str(arguments[0]).startswith(str(folder)):
            act(seen)
            seen += 1

    sys.addaudithook(count)


def count_touches(work: Callable[[], object], folder: Path) -> int:
    """How often the work opens, makes, moves or deletes something in the folder."""
    out, into = os.pipe()
    killed = _wait(_start(work, lambda: _watch(folder, lambda _: os.write(into, b"."))))
    assert not killed
    os.close(into)
    with open(out, "rb") as file:
        return len(file.read())


def kill_at_touch(work: Callable[[], object], folder: Path, number: int) -> bool:
    """Kill the work just before its n-th touch of the folder; whether it came to that."""

    def act(seen: int) -> None:
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return _wait(_start(work, lambda: _watch(folder, act)))


def kill_after(work: Callable[[], object], seconds: float) -> bool:
    """Kill the work after some time; whether it was still at it."""
    child = _start(work, lambda: None)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return _wait(child)


def kill_often(
    work: Callable[[], object], folder: Path, restore: Callable[[], object], times: int
) -> Iterator[bool]:
    """Kill the work again and again, every third time by the clock; whether it was cut short."""
    restore()
    touches = count_touches(work, folder)
    restore()
    started = time.monotonic()
    _wait(_start(work, lambda: None))
    usual = time.monotonic() - started
    chance = random.Random(folder.name)
    for number in range(times):
        restore()
        if number % 3 == 2:
            yield kill_after(work, chance.uniform(0, usual))
        else:
            yield kill_at_touch(work, folder, round(number / times * touches))
