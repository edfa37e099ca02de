"""One request at a time to a host, with a pause between two, and the wait a host asks for."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from analysis.fetching.settings import Settings


class Turns:
    """Whose turn it is at each host.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._locks: dict[str, asyncio.Lock] = {}
        self._free: dict[str, float] = {}  # when a host may be asked next, on the loop's clock
        self._pauses: dict[str, float] = {}
        self._places = asyncio.Semaphore(settings.hosts)

    @contextlib.asynccontextmanager
    async def wait(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at a host; nobody else asks it until the block ends.

        Parameters
        ----------
        host : str
        """
        async with self._locks.setdefault(host, asyncio.Lock()):
            clock = asyncio.get_running_loop().time
            while (rest := self._free.get(host, 0.0) - clock()) > 0:
                await asyncio.sleep(rest)
            async with self._places:
                try:
                    yield
                finally:
                    self.hold(host, self._pauses.get(host, self.settings.pause))

    def hold(self, host: str, seconds: float) -> None:
        """Ask a host nothing for a while.

        Parameters
        ----------
        host : str
        seconds : float
        """
        until = asyncio.get_running_loop().time() + seconds
        self._free[host] = max(self._free.get(host, 0.0), until)

    def slow_down(self, host: str, seconds: float) -> None:
        """Make the pauses at a host as long as it asks for, where that is longer than ours.

        Parameters
        ----------
        host : str
        seconds : float
        """
        self._pauses[host] = max(self._pauses.get(host, self.settings.pause), seconds)
        self.hold(host, self._pauses[host])


def read_retry_after(value: str, now: datetime | None = None) -> float | None:
    """Read when a host asks us to come back.

    Parameters
    ----------
    value : str
        The header Retry-After: seconds or a date (RFC 9110, section 10.2.3).
    now : datetime, optional
        With a time zone; the clock's where None.

    Returns
    -------
    float or None
        Seconds from now, not below 0; None where the value says nothing.

    Examples
    --------
    >>> read_retry_after("120")
    120.0
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    seconds = (when - (now or datetime.now(UTC))).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None
