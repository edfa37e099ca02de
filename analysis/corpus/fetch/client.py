"""Asking hosts for pages: limits, checked addresses, robots.txt, pauses and the Wayback Machine."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gzip
import io
import ipaddress
import json
import math
import re
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from typing import Any, NamedTuple
from urllib.parse import quote
from urllib.request import getproxies, proxy_bypass

import httpx

PRODUCT = "discourse-analysis"  # what robots.txt files may call this program
REDIRECTS = (301, 302, 303, 307, 308)
MOST_REDIRECTS = 5
TEMPORARY = (408, 425, 429, 500, 502, 503, 504)  # may be answered otherwise in a moment
MOST_FAILED_LOOKUPS = 4  # of names, if none was found, before the rest are not looked up
MOST_ADDRESSES = 4  # of one host that are tried
ROBOTS_SIZE = 500 * 1024  # bytes of a robots.txt that are read, as RFC 9309 asks at the least
_MEANINGS = {
    401: "the page wants a login",
    402: "the page wants to be paid for",
    403: "the host does not let programs read this page",
    404: "the page is not there",
    410: "the page is gone",
    429: "the host says that it was asked too often",
    451: "the page is withheld for legal reasons",
}
_UNICAST = ipaddress.ip_network("2000::/3")  # all that is given out on the public internet
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")  # RFC 9637; older Pythons take it for public
_ISATAP = 0x5EFE  # RFC 5214: an IPv4 address follows
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_INTERNAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+", re.IGNORECASE)
_COPY = re.compile(r"/web/(\d{8,14})[a-z_]{0,4}/")
_Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class Settings(NamedTuple):
    """Limits and pauses of a run."""

    # `pause` is the time between two requests to a host; `connect`, `read` and `total` are the
    # longest waits for a connection, for the next bytes and for a whole answer; `retries` and
    # `backoff` (doubled each time) concern answers that may be better later; `patience` is the
    # longest wait that a host can ask for, `reading` the longest time that the text of a page may
    # take to be read; all in seconds. `max_bytes` counts a page after it is unpacked. `hosts` are
    # asked at once. `contact` goes into the user agent. `archive` is where the Wayback Machine is.
    # `allow_private` permits addresses inside your own network. `resolve` turns a name and a port
    # into IP addresses (the system's resolver where None); `proxies` are those of the environment
    # where None.

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
    """Why a page was not fetched, as a clause that begins with a small letter."""

    # `again` says that it may be otherwise in a moment, `gone` that the page is no longer where it
    # was, `offline` that there may be no network at all.

    def __init__(
        self, reason: str, *, again: bool = False, gone: bool = False, offline: bool = False
    ) -> None:
        shown = "".join(c if c.isprintable() else " " for c in reason)  # for a terminal
        super().__init__(" ".join(shown.split()))
        self.again = again
        self.gone = gone
        self.offline = offline


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
        self._queue = HostQueue(settings)
        self._robots: dict[str, Any] = {}  # site → its rules, or why there are none
        self._robots_locks: dict[str, asyncio.Lock] = {}
        self._transports: dict[str | None, httpx.AsyncHTTPTransport] = {}
        self._agent = make_agent(settings.contact)
        self._online = False
        self._failed_lookups: set[str] = set()

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
                await self._require_permission(url)
            answer = await self._request_patiently(url, headers or {})
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

    async def _require_permission(self, url: httpx.URL) -> None:
        """Refuse a URL that its host's robots.txt closes to this program."""
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        async with self._robots_locks.setdefault(site, asyncio.Lock()):
            if site not in self._robots:
                try:
                    self._robots[site] = await self._read_robots(url)
                except RefusedError as error:
                    self._robots[site] = error
        rules = self._robots[site]
        if isinstance(rules, RefusedError):
            raise RefusedError(str(rules), gone=rules.gone)
        if not rules.can_fetch(str(url), PRODUCT):
            raise RefusedError(f"the robots.txt of {url.host} closes this page to programs")

    async def _read_robots(self, url: httpx.URL) -> Any:
        """The rules of a host, whose crawl delay holds from now on."""
        from protego import Protego

        status, body = await self._get_robots(url.copy_with(raw_path=b"/robots.txt"))
        if status == 429 or status >= 500:
            raise RefusedError(
                f"the robots.txt of {url.host} cannot be read (status {status}), "
                "so no page may be fetched from there now"
            )
        text = body[:ROBOTS_SIZE].decode("utf-8", errors="replace") if status == 200 else ""
        rules = Protego.parse(text.replace("\0", ""))
        rate = rules.request_rate(PRODUCT)
        per_request = rate.seconds / rate.requests if rate and rate.requests else 0.0
        delay = max(rules.crawl_delay(PRODUCT) or 0.0, per_request)
        if math.isfinite(delay) and delay > self.settings.patience:
            raise RefusedError(
                f"the robots.txt of {url.host} asks for {delay:.0f} s between two pages, "
                f"longer than the {self.settings.patience:.0f} s that are waited"
            )
        if math.isfinite(delay) and delay > 0:
            self._queue.lengthen_pause(url.host, delay)
        return rules

    async def _get_robots(self, url: httpx.URL) -> tuple[int, bytes]:
        """Status and body of a robots.txt, through as many redirects as a page may have."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._request_patiently(url, {})
            target = answer.headers.get("location")
            if answer.status not in REDIRECTS or not target:
                return answer.status, answer.body
            url = follow(url, target)
        return 404, b""  # RFC 9309, section 2.3.1.2: as if it were not there

    async def _request_patiently(self, url: httpx.URL, headers: Mapping[str, str]) -> Answer:
        """Ask when it is our turn, and again after a while where that may help."""
        host = url.host
        for attempt in range(self.settings.retries + 1):
            last = attempt == self.settings.retries
            wait = self.settings.backoff * 2**attempt
            async with self._queue.turn(host):
                try:
                    answer = await self._request(url, headers)
                except RefusedError as error:
                    if last or not error.again:
                        raise
                else:
                    if answer.status not in TEMPORARY:
                        return answer
                    after = read_retry_after(answer.headers.get("retry-after", ""))
                    if after is not None and after > self.settings.patience:
                        raise RefusedError(
                            f"the host is busy and asks to come back in {after:.0f} s "
                            f"(status {answer.status})"
                        )
                    if last:
                        return answer
                    wait = max(wait, after or 0.0)
                self._queue.delay(host, wait)
        raise AssertionError("the last attempt returns or raises")

    async def _request(self, url: httpx.URL, headers: Mapping[str, str]) -> Answer:
        """Ask once, within the time limit for all of it."""
        try:
            async with asyncio.timeout(self.settings.total):
                proxy = find_proxy(url, self.settings)
                addresses = [url.host] if proxy else await self._look_up(url)
                failure: Exception = httpx.ConnectError("no address")
                for address in addresses[:MOST_ADDRESSES]:
                    try:
                        return await self._request_from(address, url, headers, proxy)
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
        raise _explain_failure(url.host, failure)

    async def _look_up(self, url: httpx.URL) -> list[str]:
        """The addresses of a host; without a network they are not looked for again and again."""
        if not self._online and len(self._failed_lookups) >= MOST_FAILED_LOOKUPS:
            raise RefusedError(f"no connection to {url.host}: there seems to be no network")
        try:
            return await find_addresses(url, self.settings)
        except RefusedError as error:
            if error.offline:
                self._failed_lookups.add(url.host)
            raise

    async def _request_from(
        self, address: str, url: httpx.URL, headers: Mapping[str, str], proxy: str | None
    ) -> Answer:
        """One request to one IP address (or by name through a proxy)."""
        limits = self.settings
        waits = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": None}
        request = httpx.Request(
            "GET",
            url.copy_with(host=address),
            headers={
                "User-Agent": self._agent,
                "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.8,text/*;q=0.7",
                "Accept-Encoding": "gzip",
                **headers,
                "Host": url.netloc.decode("ascii"),
            },
            extensions={"timeout": waits, "sni_hostname": url.raw_host.decode("ascii")},
        )
        if proxy not in self._transports:  # no connection is kept: two hosts may share an address
            self._transports[proxy] = httpx.AsyncHTTPTransport(
                verify=_trusted_certificates(),
                proxy=proxy,
                limits=httpx.Limits(max_keepalive_connections=0),
            )
        response = await self._transports[proxy].handle_async_request(request)
        self._online = True
        try:
            wanted = response.status_code in (200, 203)
            body = await _read_body(response, limits.max_bytes) if wanted else b""
        finally:
            await response.aclose()
        return Answer(str(url), response.status_code, response.headers, body)


async def _read_body(response: httpx.Response, limit: int) -> bytes:
    """The unpacked body, if it is no larger than the limit."""
    # httpx would unpack each piece whole, whatever its size becomes: fifty kilobytes of Brotli can
    # be gigabytes. So gzip alone is asked for, and read here as far as the limit.
    too_large = RefusedError(f"the page is larger than {limit / 1e6:.3g} MB")
    stated = response.headers.get("content-length", "")
    if stated.isdigit() and int(stated[:15]) > limit:
        raise too_large
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise RefusedError(f"the page is packed as {packing[:40]!r}, which was not asked for")
    body = bytearray()
    async for piece in response.aiter_raw(65536):
        body += piece
        if len(body) > limit:
            raise too_large
    page = unpack(bytes(body), limit) if "gzip" in packing and body else bytes(body)
    if len(page) > limit:
        raise too_large
    return page


def unpack(data: bytes, limit: int) -> bytes:
    """Unpack a whole gzip file, but no more than one byte above the limit."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(limit + 1)
    except EOFError:
        reason = "the connection broke off in the middle of the page"
    except (OSError, zlib.error):
        reason = "the page is damaged: it cannot be unpacked"
    raise RefusedError(reason, again=True)


@functools.cache
def _trusted_certificates() -> ssl.SSLContext:
    """The certificates that are trusted, read once."""
    return httpx.create_ssl_context()


def make_agent(contact: str = "") -> str:
    """Make the name by which this program introduces itself to hosts."""
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


def _explain_failure(host: str, error: Exception) -> RefusedError:
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


class HostQueue:
    """One request at a time to a host, with a pause between two."""

    def __init__(self, settings: Settings) -> None:
        self._pause = settings.pause
        self._locks: dict[str, asyncio.Lock] = {}
        self._free: dict[str, float] = {}  # when a host may be asked next, on the loop's clock
        self._pauses: dict[str, float] = {}  # of hosts that asked for longer ones
        self._hosts_at_once = asyncio.Semaphore(settings.hosts)

    @contextlib.asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a turn at a host; nobody else asks it until the block ends."""
        async with self._locks.setdefault(host, asyncio.Lock()):
            clock = asyncio.get_running_loop().time
            while (rest := self._free.get(host, 0.0) - clock()) > 0:
                await asyncio.sleep(rest)
            async with self._hosts_at_once:
                try:
                    yield
                finally:
                    self.delay(host, self._pauses.get(host, self._pause))

    def delay(self, host: str, seconds: float) -> None:
        """Ask a host nothing for a while."""
        until = asyncio.get_running_loop().time() + seconds
        self._free[host] = max(self._free.get(host, 0.0), until)

    def lengthen_pause(self, host: str, seconds: float) -> None:
        """Make the pauses at a host as long as it asks for, where that is longer than ours."""
        self._pauses[host] = max(self._pauses.get(host, self._pause), seconds)
        self.delay(host, self._pauses[host])


def read_retry_after(value: str, now: datetime | None = None) -> float | None:
    """Read when a host asks us to come back, in seconds from now."""
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


def check_url(text: str) -> httpx.URL:
    """Refuse an address that is not a plain one on the web."""
    try:
        url = httpx.URL(text.strip())
        host = url.raw_host.decode("ascii")
        if not 0 < (url.port or 80) < 65536 or (host and not _HOST.fullmatch(host)):
            raise ValueError
    except (httpx.InvalidURL, ValueError):
        raise RefusedError(f"the address {text[:200]!r} cannot be read") from None
    if url.scheme not in ("http", "https"):
        what = f"begins with {url.scheme!r}" if url.scheme else "has no 'https://'"
        raise RefusedError(f"the address {text[:200]!r} {what}; only http and https are fetched")
    if not url.host:
        raise RefusedError(f"the address {text[:200]!r} names no host")
    if url.userinfo:
        raise RefusedError(f"the address at {url.host} holds a user name; take it out")
    return url.copy_with(fragment=None)


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the public internet."""
    return all(
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
        and (ip.version == 4 or (ip in _UNICAST and ip not in _DOCUMENTATION))
        for ip in _unwrap(ipaddress.ip_address(address))
    )


def _unwrap(ip: _Ip) -> Iterator[_Ip]:
    """The address, or the IPv4 addresses that it stands for."""
    if isinstance(ip, ipaddress.IPv4Address):
        yield ip
    elif ip.ipv4_mapped:
        yield ip.ipv4_mapped
    elif ip in _NAT64:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    else:
        yield ip
        yield from filter(None, [ip.sixtofour, *(ip.teredo or ())])
        if int(ip) >> 32 & 0xFDFFFFFF == _ISATAP:
            yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


async def find_addresses(url: httpx.URL, settings: Settings) -> list[str]:
    """Find the IP addresses of a URL's host; the connection then goes to one of these."""
    port = url.port or (443 if url.scheme == "https" else 80)
    host = url.raw_host.decode("ascii").strip("[]")
    try:
        found = await asyncio.to_thread(settings.resolve or _resolve, host, port)
    except OSError as error:
        gone = error.errno == socket.EAI_NONAME
        reason = f"no connection to {url.host}: its name was not found (is there a network?)"
        raise RefusedError(reason, gone=gone, offline=not gone) from None
    except UnicodeError:
        raise RefusedError(f"{url.host!r} cannot be the name of a host") from None
    inside = [address for address in found if not is_public(address)]
    if inside and not settings.allow_private:
        where = "is" if inside[0] == url.host else f"is {inside[0]},"
        raise RefusedError(
            f"{url.host} {where} a private or local address; --allow-private permits these"
        )
    return list(dict.fromkeys(found))


def _resolve(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def find_proxy(url: httpx.URL, settings: Settings) -> str | None:
    """Find the proxy that the user's environment names for a URL."""
    proxies = getproxies() if settings.proxies is None else settings.proxies
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or (settings.proxies is None and proxy_bypass(url.host)):
        return None
    host = url.host.rstrip(".").lower()
    if not settings.allow_private:
        try:
            inside = not is_public(host.strip("[]"))
        except ValueError:
            last = host.rpartition(".")[2]  # a name whose last part is a number is an address
            inside = "." not in host or host.endswith(_INTERNAL)
            inside = inside or last[-1:].isdigit() or last.startswith("0x")
        if inside:
            raise RefusedError(
                f"{host} is a private or local address; --allow-private permits these"
            )
    return proxy if "://" in proxy else f"http://{proxy}"


async def get_archived(client: Client, url: str, published: str) -> tuple[Answer, str]:
    """Get a page's copy in the Wayback Machine that is nearest to a day, and the copy's own day."""
    # The archive is asked by its Availability API. It is a service for programs that the user names
    # with ``--archive``, so its robots.txt, which is for crawlers, is not asked for; the pauses
    # hold.
    stamp = re.sub(r"\D", "", published)[:14]
    query = f"/wayback/available?url={quote(url, safe='')}" + (stamp and f"&timestamp={stamp}")
    answer = await client.get(client.settings.archive.rstrip("/") + query, robots=False)
    try:
        closest = json.loads(answer.body)["archived_snapshots"].get("closest") or {}
        address, day = str(closest.get("url", "")), str(closest.get("timestamp", ""))
        there = bool(closest.get("available")) and str(closest.get("status", "200")) == "200"
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise RefusedError("the archive's answer cannot be read") from None
    found = _COPY.search(address)
    if not there or not found:
        raise RefusedError("the archive has no copy")
    stored = found[1] or day
    # "id_" asks for the page as it was stored, without the archive's banner
    raw = address[: found.start()] + f"/web/{stored}id_/" + address[found.end() :]
    if client.settings.archive.startswith("https:"):  # the API still names its copies by http
        raw = str(httpx.URL(raw).copy_with(scheme="https"))
    copy = await client.get(raw, robots=False)
    return copy, f"{stored[:4]}-{stored[4:6]}-{stored[6:8]}"
