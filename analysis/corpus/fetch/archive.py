"""A page's copy in the Wayback Machine, nearest to the day on which it was published."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import httpx

from analysis.corpus.fetch.client import Answer, Client
from analysis.corpus.fetch.settings import RefusedError

_COPY = re.compile(r"/web/(\d{8,14})[a-z_]{0,4}/")


async def get_copy(client: Client, url: str, published: str) -> tuple[Answer, str]:
    """Get the archived copy of a page.

    Notes
    -----
    The archive is asked by its Availability API. It is a service for programs that the user names
    with ``--archive``, so its robots.txt, which is for crawlers, is not asked for; the pauses hold.
    """
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
    raw = address[: found.start()] + f"/web/{stored}id_/" + address[found.end() :]
    if client.settings.archive.startswith("https:"):  # the API still names its copies by http
        raw = str(httpx.URL(raw).copy_with(scheme="https"))
    copy = await client.get(raw, robots=False)
    return copy, f"{stored[:4]}-{stored[4:6]}-{stored[6:8]}"
