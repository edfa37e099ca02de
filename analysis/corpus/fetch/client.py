"""Asking hosts for pages: pinned to checked addresses, limited in time and size, with manners."""

from __future__ import annotations

import asyncio
import functools
import ssl
from collections.abc import Mapping
from importlib import metadata
from typing import NamedTuple

import httpx

from analysis.corpus.fetch.addresses import check_url, find_addresses, find_proxy
from analysis.corpus.fetch.politeness import Robots, Turns, read_retry_after
from analysis.corpus.fetch.settings import PRODUCT, RefusedError, Settings
from analysis.corpus.fetch.unpacking import ACCEPTED, Unpacker

REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
LATER = (408, 425, 429, 500, 502, 503, 504)  # may be answered otherwise in a moment
ENOUGH_LOST = 4  # names not found, and none found, before the rest are not looked up
MOST_ADDRESSES = 4  # of one host that are tried
_MEANINGS = {
    401: "the page wants a login",
    402: "the page wants to be paid for",
    403: "the host does not let programs read this page",
    404: "the page is not there",
    410: "the page is gone",
    429: "the host says that it was asked too often",
    451: "the page is withheld for legal reasons",
}


class Answer(NamedTuple):
    """What a host sent: the address that it came from, status, headers, unpacked body."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes


class Client:
    """Asks hosts for pages; to be used inside one event loop and closed at its end."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.turns = Turns(settings)
        self._robots = Robots(self._ask_robots, self.turns, settings)
        self._transports: dict[str | None, httpx.AsyncHTTPTransport] = {}
        self._agent = make_agent(settings.contact)
        self._online = False
        self._lost: set[str] = set()  # hosts whose names could not be looked up

    async def close(self) -> None:
        """Close what is open."""
        for transport in self._transports.values():
            await transport.aclose()

    async def get(
        self, address: str, headers: Mapping[str, str] | None = None, *, robots: bool = True
    ) -> Answer:
        """Get a page, following redirects."""
        url = check_url(address)
        seen = [url]
        while True:
            if robots:
                await self._robots.require(url)
            answer = await self._ask_patiently(url, headers or {})
            target = answer.headers.get("location")
            if answer.status not in REDIRECTS or not target:
                break
            url = follow(url, target)
            if url in seen:
                raise RefusedError("the page redirects in a circle (it may want cookies)")
            if len(seen) > MOST_REDIRECTS:
                raise RefusedError(f"the page redirects more than {MOST_REDIRECTS} times")
            seen.append(url)
        if answer.status in (200, 203, 304):
            return answer
        meaning = _MEANINGS.get(answer.status, "the host sent no page")
        gone = answer.status in (404, 410)
        raise RefusedError(f"{meaning} (status {answer.status})", gone=gone)

    async def _ask_robots(self, url: httpx.URL) -> tuple[int, bytes]:
        """Status and body of a robots.txt, through as many redirects as a page may have."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._ask_patiently(url, {})
            target = answer.headers.get("location")
            if answer.status not in REDIRECTS or not target:
                return answer.status, answer.body
            url = follow(url, target)
        return 404, b""  # RFC 9309, section 2.3.1.2: as if it were not there

    async def _ask_patiently(self, url: httpx.URL, headers: Mapping[str, str]) -> Answer:
        """Ask, and ask again after a while where that may help."""
        host = url.host
        for attempt in range(self.settings.retries + 1):
            last = attempt == self.settings.retries
            wait: float | None = self.settings.backoff * 2**attempt
            async with self.turns.wait(host):
                try:
                    answer = await self._ask(url, headers)
                except RefusedError as error:
                    if last or not error.again:
                        raise
                else:
                    if answer.status not in LATER:
                        return answer
                    after = read_retry_after(answer.headers.get("retry-after", ""))
                    if after is not None and after > self.settings.patience:
                        raise RefusedError(
                            f"the host is busy and asks to come back in {after:.0f} s "
                            f"(status {answer.status})"
                        )
                    if last:
                        return answer
                    wait = max(wait or 0.0, after or 0.0)
                self.turns.hold(host, wait or 0.0)
        raise AssertionError("the last attempt returns or raises")

    async def _find_hosts(self, url: httpx.URL, proxy: str | None) -> list[str]:
        """What to connect to; without a network that is not looked for again and again."""
        if proxy:
            return [url.host]
        if not self._online and len(self._lost) >= ENOUGH_LOST:
            raise RefusedError(f"no connection to {url.host}: there seems to be no network")
        try:
            return await find_addresses(url, self.settings)
        except RefusedError as error:
            if error.offline:
                self._lost.add(url.host)
            raise

    async def _ask(self, url: httpx.URL, headers: Mapping[str, str]) -> Answer:
        """Ask once, within the time limit for all of it."""
        try:
            async with asyncio.timeout(self.settings.total):
                proxy = find_proxy(url, self.settings)
                hosts = await self._find_hosts(url, proxy)
                failure: Exception = httpx.ConnectError("no address")
                for host in hosts[:MOST_ADDRESSES]:
                    try:
                        return await self._request(url, host, headers, proxy)
                    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                        failure = error
        except TimeoutError:
            raise RefusedError(
                f"the page did not come within {self.settings.total:.3g} s", again=True
            ) from None
        except httpx.TimeoutException:
            raise RefusedError(
                f"{url.host} sent nothing for {self.settings.read:.3g} s", again=True
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
            raise RefusedError(
                f"the connection to {url.host} broke off ({error})", again=True
            ) from None
        raise _explain(url.host, failure)

    async def _request(
        self, url: httpx.URL, host: str, headers: Mapping[str, str], proxy: str | None
    ) -> Answer:
        """One request to one IP address (or by name through a proxy)."""
        limits = self.settings
        waits = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": None}
        request = httpx.Request(
            "GET",
            url.copy_with(host=host),
            headers={
                "User-Agent": self._agent,
                "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.8,text/*;q=0.7",
                "Accept-Encoding": ACCEPTED,
                **headers,
                "Host": url.netloc.decode("ascii"),
            },
            extensions={"timeout": waits, "sni_hostname": url.raw_host.decode("ascii")},
        )
        response = await self._open(proxy).handle_async_request(request)
        self._online = True
        try:
            body = await self._read(response) if response.status_code in (200, 203) else b""
        finally:
            await response.aclose()
        return Answer(str(url), response.status_code, response.headers, body)

    def _open(self, proxy: str | None) -> httpx.AsyncHTTPTransport:
        """The transport to the web. No connection is kept: two hosts may share an address."""
        if proxy not in self._transports:
            self._transports[proxy] = httpx.AsyncHTTPTransport(
                verify=_tls(), proxy=proxy, limits=httpx.Limits(max_keepalive_connections=0)
            )
        return self._transports[proxy]

    async def _read(self, response: httpx.Response) -> bytes:
        """The unpacked body, as far as the limit."""
        limit = self.settings.max_bytes
        stated = response.headers.get("content-length", "")
        if stated.isdigit() and int(stated[:15]) > limit:
            raise RefusedError(f"the page is larger than {limit / 1e6:.3g} MB")
        unpacker = Unpacker(response.headers.get("content-encoding", ""), limit)
        pieces = [unpacker.feed(piece) async for piece in response.aiter_raw(65536)]
        unpacker.finish()
        return b"".join(pieces)


@functools.cache
def _tls() -> ssl.SSLContext:
    """The certificates that are trusted, read once."""
    return httpx.create_ssl_context()


def make_agent(contact: str = "") -> str:
    """Make the name by which this program introduces itself to hosts.

    Examples
    --------
    >>> make_agent("ada@uni.example").startswith("discourse-analysis/")
    True
    """
    try:
        version = metadata.version("discourse-analysis")
    except metadata.PackageNotFoundError:
        version = "0"
    what = "reads single articles for research; obeys robots.txt"
    contact = "".join(c for c in contact if c.isascii() and c.isprintable() and c not in "()\\")
    return f"{PRODUCT}/{version} ({what}{'; ' + contact if contact else ''})"


def follow(url: httpx.URL, target: str) -> httpx.URL:
    """Find where a redirect leads, and check it like any other address."""
    try:
        joined = str(url.join(target))
    except (httpx.InvalidURL, ValueError):
        raise RefusedError(f"the page redirects to {target[:200]!r}, no address") from None
    try:
        return check_url(joined)
    except RefusedError as error:
        raise RefusedError(f"the page redirects, but {error}") from None


def _explain(host: str, error: Exception) -> RefusedError:
    """Why no connection came about."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            why = getattr(cause, "verify_message", "") or cause.reason or "TLS failed"
            return RefusedError(f"the connection to {host} is not safe: {why}")
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.ConnectTimeout):
        return RefusedError(f"no connection to {host}: it does not answer", again=True)
    return RefusedError(f"no connection to {host}: it cannot be reached (is there a network?)")
