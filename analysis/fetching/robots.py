"""What a host's robots.txt allows (RFC 9309)."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from analysis.fetching.politeness import Turns
from analysis.fetching.settings import PRODUCT, RefusedError, Settings

SIZE = 500 * 1024  # bytes of a robots.txt that are read, as RFC 9309 asks at the least


class Robots:
    """The robots.txt files of a run, each asked for once.

    Parameters
    ----------
    ask : callable
        Takes a URL, gives status and body.
    turns : Turns
        Is told of crawl delays.
    settings : Settings
    """

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
        """Refuse a URL that its host's robots.txt closes to this program.

        Parameters
        ----------
        url : httpx.URL

        Raises
        ------
        RefusedError
            Also if the file cannot be had because of the network or a fault of the host: then
            nothing is allowed. A host without the file allows everything.
        """
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
