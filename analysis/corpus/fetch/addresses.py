"""Which addresses may be asked: the web's own, and none inside the user's network."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterator
from urllib.request import getproxies, proxy_bypass

import httpx

from analysis.corpus.fetch.settings import RefusedError, Settings

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_INTERNAL = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]+", re.IGNORECASE)
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


def check_url(text: str) -> httpx.URL:
    """Refuse an address that is not a plain one on the web.

    Examples
    --------
    >>> str(check_url("https://news.example/a#top"))
    'https://news.example/a'
    """
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
    """Say whether an IP address belongs to the public internet.

    Examples
    --------
    >>> is_public("93.184.215.14"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    return all(
        ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
        for ip in _unwrap(ipaddress.ip_address(address))
    )


def _unwrap(ip: Ip) -> Iterator[Ip]:
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


async def find_addresses(url: httpx.URL, settings: Settings) -> list[str]:
    """Find the IP addresses that a URL's host may be asked at."""
    port = url.port or (443 if url.scheme == "https" else 80)
    host = url.raw_host.decode("ascii").strip("[]")
    resolve = settings.resolve or _resolve
    try:
        found = await asyncio.to_thread(resolve, host, port)
    except OSError as error:
        gone = error.errno == socket.EAI_NONAME
        reason = f"no connection to {url.host}: its name was not found (is there a network?)"
        raise RefusedError(reason, gone=gone, offline=not gone) from None
    except UnicodeError:
        raise RefusedError(f"{url.host!r} cannot be the name of a host") from None
    if not settings.allow_private:
        _require_public(url.host, found)
    return list(dict.fromkeys(found))


def _resolve(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _require_public(host: str, addresses: list[str]) -> None:
    inside = [address for address in addresses if not is_public(address)]
    if inside:
        where = "is" if inside[0] == host else f"is {inside[0]},"
        raise RefusedError(
            f"{host} {where} a private or local address; --allow-private permits these"
        )


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
            inside = "." not in host or host.endswith(_INTERNAL) or host[-1].isdigit()
        if inside:
            raise RefusedError(
                f"{host} is a private or local address; --allow-private permits these"
            )
    return proxy if "://" in proxy else f"http://{proxy}"
