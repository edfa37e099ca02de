"""One request at a time to a host, with a pause between two, and the wait a host asks for."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from analysis.corpus.fetch.settings import PRODUCT, RefusedError, Settings


class Turns:
    """Whose turn it is at each host."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._locks: dict[str, asyncio.Lock] = {}
        self._free: dict[str, float] = {}  # when a host may be asked next, on the loop's clock
        self._pauses: dict[str, float] = {}
        self._places = asyncio.Semaphore(settings.hosts)

    @contextlib.asynccontextmanager
    async def wait(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at a host; nobody else asks it until the block ends."""
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
        """Ask a host nothing for a while."""
        until = asyncio.get_running_loop().time() + seconds
        self._free[host] = max(self._free.get(host, 0.0), until)

    def slow_down(self, host: str, seconds: float) -> None:
        """Make the pauses at a host as long as it asks for, where that is longer than ours."""
        self._pauses[host] = max(self._pauses.get(host, self.settings.pause), seconds)
        self.hold(host, self._pauses[host])


def read_retry_after(value: str, now: datetime | None = None) -> float | None:
    """Read when a host asks us to come back.

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


SIZE = 500 * 1024  # bytes of a robots.txt that are read, as RFC 9309 asks at the least


class Robots:
    """The robots.txt files of a run, each asked for once."""

    def __init__(
        self,
        ask: Callable[[httpx.URL], Awaitable[tuple[int, bytes]]],
        turns: Turns,
        settings: Settings,
    ) -> None:
        self._ask = ask
        self._turns = turns
        self._settings = settings
        self._rules: dict[str, Any] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def require(self, url: httpx.URL) -> None:
        """Refuse a URL that its host's robots.txt closes to this program."""
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        async with self._locks.setdefault(site, asyncio.Lock()):
            if site not in self._rules:
                try:
                    self._rules[site] = await self._read(url)
                except RefusedError as error:
                    self._rules[site] = error
        rules = self._rules[site]
        if isinstance(rules, RefusedError):
            raise RefusedError(str(rules), gone=rules.gone)
        if not rules.can_fetch(str(url), PRODUCT):
            raise RefusedError(f"the robots.txt of {url.host} closes this page to programs")

    async def _read(self, url: httpx.URL) -> Any:
        from protego import Protego

        status, body = await self._ask(url.copy_with(raw_path=b"/robots.txt"))
        if status == 429 or status >= 500:
            raise RefusedError(
                f"the robots.txt of {url.host} cannot be read (status {status}), "
                "so no page may be fetched from there now"
            )
        text = body[:SIZE].decode("utf-8", errors="replace") if status == 200 else ""
        rules = Protego.parse(text.replace("\0", ""))
        delay = self._find_delay(rules)
        if delay > self._settings.patience:
            raise RefusedError(
                f"the robots.txt of {url.host} asks for {delay:.0f} s between two pages, "
                f"longer than the {self._settings.patience:.0f} s that are waited"
            )
        if delay:
            self._turns.slow_down(url.host, delay)
        return rules

    def _find_delay(self, rules: Any) -> float:
        """Seconds between two requests that the rules ask for; 0 where they ask for none."""
        rate = rules.request_rate(PRODUCT)
        per_request = rate.seconds / rate.requests if rate and rate.requests else 0.0
        delay = max(rules.crawl_delay(PRODUCT) or 0.0, per_request)
        return delay if math.isfinite(delay) and delay > 0 else 0.0
