"""How `fetch` behaves toward hosts, and the one exception that says why it stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

PRODUCT = "discourse-analysis"  # what robots.txt files may call this program


class Settings(NamedTuple):
    """Limits and manners of a run; the defaults are polite.

    `pause` is what lies between two requests to a host; `connect`, `read` and `total` are the
    longest waits for a connection, for the next bytes and for a whole answer; `retries` and
    `backoff` (doubled each time) concern answers that may be better later; `patience` is the
    longest wait that a host can ask for, `reading` the longest time that a page may take to be
    read; all in seconds. `max_bytes` counts a page after it is unpacked. `hosts` are asked at
    once. `contact` goes into the user agent. `archive` is where the Wayback Machine is.
    `allow_private` permits addresses inside your own network. `resolve` turns a name and a port
    into IP addresses (the system's resolver where None); `proxies` are those of the environment
    where None.
    """

    pause: float = 2.0
    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0
    retries: int = 2
    backoff: float = 4.0
    patience: float = 120.0
    reading: float = 30.0
    max_bytes: int = 10_000_000
    hosts: int = 8
    contact: str = ""
    archive: str = "https://archive.org"
    allow_private: bool = False
    resolve: Callable[[str, int], list[str]] | None = None
    proxies: dict[str, str] | None = None


class RefusedError(Exception):
    """Why a page was not fetched, as a clause that begins with a small letter.

    `again` says that it may be otherwise in a moment, `gone` that the page is no longer where it
    was, `offline` that there may be no network at all.
    """

    def __init__(
        self, reason: str, *, again: bool = False, gone: bool = False, offline: bool = False
    ) -> None:
        shown = "".join(c if c.isprintable() else " " for c in reason)  # for a terminal
        super().__init__(" ".join(shown.split()))
        self.again = again
        self.gone = gone
        self.offline = offline
