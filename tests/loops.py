"""Run a coroutine in a loop of its own, whatever loop the tests before have left running."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def run_apart(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` in another thread and return its result.

    As long as Playwright's browser is open, a loop runs in the test's own thread, and
    :func:`asyncio.run` is refused there.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
