"""Jobs run one after the other beside the kernel, which stays free to receive a click."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

IDLE = 20.0  # seconds after which a thread with nothing to do ends


class Jobs:
    """Jobs by name, each run once its delay has passed; a new one replaces its namesake."""

    def __init__(self, background: bool) -> None:
        self.background = background
        self._wake = threading.Condition()
        self._jobs: dict[str, tuple[float, Callable[[], None]]] = {}
        self._thread: threading.Thread | None = None
        self._busy = False

    def do(self, name: str, job: Callable[[], None], delay: float = 0.0) -> None:
        """Run a job after `delay` seconds, unless another of the same name is given before."""
        if not self.background:
            job()
            return
        with self._wake:
            self._jobs[name] = (time.monotonic() + delay, job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="explore", daemon=True)
                self._thread.start()
            self._wake.notify_all()

    def waiting(self, name: str) -> bool:
        """Whether a job of this name has been given and not begun."""
        with self._wake:
            return name in self._jobs

    def forget(self, name: str) -> None:
        """Forget the job of a name, if it has not begun."""
        with self._wake:
            self._jobs.pop(name, None)
            self._wake.notify_all()

    def drop(self) -> None:
        """Forget the jobs that have not begun."""
        with self._wake:
            self._jobs.clear()
            self._wake.notify_all()

    def wait(self, timeout: float = 30.0) -> bool:
        """Wait until nothing is left to do; False if that takes longer than `timeout` seconds."""
        with self._wake:
            return self._wake.wait_for(lambda: not self._jobs and not self._busy, timeout)

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                job()
            except Exception:  # a job reports its errors itself; the next one shall run
                logging.getLogger(__name__).exception("a job of the explorer failed")
            with self._wake:
                self._busy = False
                self._wake.notify_all()

    def _next(self) -> Callable[[], None] | None:
        """The next job that is due; None when there was nothing to do for a while."""
        with self._wake:
            until = time.monotonic() + IDLE
            while True:
                now = time.monotonic()
                due = sorted((when, name) for name, (when, _) in self._jobs.items())
                if due and due[0][0] <= now:
                    self._busy = True
                    return self._jobs.pop(due[0][1])[1]
                if not due and now >= until:
                    self._thread = None
                    return None
                self._wake.wait((due[0][0] if due else until) - now)
