"""How hosts are treated, and what guards the user's own network."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import time
from datetime import UTC, datetime, timedelta

import fetch_pages as pages
import httpx
import pytest
from fetch_server import InlineReader, Site, in_turn, redirect, respond, serve
from hypothesis import given
from hypothesis import strategies as st
from loops import run_apart

from analysis.corpus.fetch.client import (
    Answer,
    Client,
    RefusedError,
    check_url,
    follow,
    get_archived,
    is_public,
    read_retry_after,
    unpack,
)
from analysis.corpus.fetch.pages import PageReader

HTML = pages.SIMPLE.encode()


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.corpus.fetch.fetch.PageReader", InlineReader)
    with serve() as server:
        yield Site(server, tmp_path / "corpus")


def robots(text, **options):
    return respond(text, kind="text/plain", **options)


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 127.8.8.8 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 0.0.0.0
    100.64.0.1 224.0.0.1 240.0.0.1 255.255.255.255 192.0.2.1 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0
    fc00::1 fd12::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:192.168.0.1 64:ff9b::10.0.0.1
    2002:7f00:1:: 2002:c0a8:101::1 fec0::1 feff::1 3fff::1 3fff:fff::1 5f00::1 100::1 64:ff9b:1::1
    2606:2800::5efe:10.0.0.1 2606:2800::200:5efe:127.0.0.1 ::127.0.0.1 4000::1""".split(),
)
def test_addresses_that_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    "93.184.215.14 8.8.8.8 2606:2800:220:1::1 ::ffff:93.184.215.14 64:ff9b::8.8.8.8 "
    "2002:808:808::1 172.32.0.1 2606:2800::5efe:8.8.8.8 2a00:1450:4001::1".split(),
)
def test_addresses_that_are_public(address):
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing(ip):
    mapped = f"::ffff:{ip}"
    nat64 = f"64:ff9b::{ip}"
    assert is_public(mapped) == is_public(nat64) == is_public(str(ip))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ftp://a.example/x", "begins with 'ftp'; only http and https are fetched"),
        ("www.a.example/x", "has no 'https://'"),
        ("file:///etc/passwd", "begins with 'file'"),
        ("javascript:alert(1)", "begins with 'javascript'"),
        ("https:///x", "names no host"),
        ("https://ada:secret@a.example/", "holds a user name"),
        ("https://a.example:99999/", "cannot be read"),
        ("https://a b.example/", "cannot be read"),
        ("https://[::1%25lo]/", "cannot be read"),
        ("https://\x1b[2J.example/", "cannot be read"),
    ],
)
def test_addresses_that_are_refused(text, message):
    with pytest.raises(RefusedError, match=message) as refused:
        check_url(text)
    assert "\x1b" not in str(refused.value)
    assert "secret" not in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_is_refused(text):
    try:
        url = check_url(text)
    except RefusedError:
        return
    assert url.scheme in ("http", "https")
    assert url.host


@given(st.text(max_size=60))
def test_a_redirect_leads_to_an_address_or_nowhere(target):
    try:
        url = follow(check_url("https://news.example/a"), target)
    except RefusedError:
        return
    assert url.scheme in ("http", "https")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_the_users_own_machine_is_not_asked(site, host):
    site.add("a", f"http://{host}:{site.server.server_address[1]}/a", respond(HTML))
    row = site.run(settings=site.quick._replace(allow_private=False, resolve=None))["a"]
    assert row["status"] == "failed"
    assert "private or local" in row["reason"]
    assert site.server.log == []


def test_one_private_answer_among_public_ones_is_enough(site):
    site.add("a", "http://mixed.example/a")
    settings = site.quick._replace(
        allow_private=False, resolve=lambda *_: ["93.184.215.14", "10.0.0.1"]
    )
    assert "mixed.example is 10.0.0.1, a private" in site.run(settings=settings)["a"]["reason"]


def test_robots_txt_is_obeyed(site):
    site.server.routes["/robots.txt"] = robots(
        "User-agent: *\nDisallow: /private\nAllow: /private/open\n"
        "User-agent: discourse-analysis\nDisallow: /ours*draft$\nAllow: /\n"
    )
    for doc, path in {"a": "/private/x", "b": "/ours/1/draft", "c": "/ours/1/draft.html"}.items():
        site.add(doc, path, respond(HTML))
    rows = site.run()
    assert [row["status"] for row in rows.values()] == ["fetched", "failed", "fetched"]
    assert rows["b"]["reason"].startswith(
        "the robots.txt of 127.0.0.1 closes this page to programs; "
    )
    assert [entry["path"] for entry in site.server.log].count("/robots.txt") == 1


def test_robots_txt_is_obeyed_after_a_redirect_too(site):
    site.server.routes["closed.example/robots.txt"] = robots("User-agent: *\nDisallow: /")
    site.add("a", "/a", redirect(site.server.url("/b", "closed.example")), host="open.example")
    site.server.routes["/b"] = respond(HTML)
    assert "closed.example closes this page" in site.run()["a"]["reason"]
    assert "/b" not in site.server.asked()


@pytest.mark.parametrize(
    ("route", "status", "reason"),
    [
        (robots("", status=404), "fetched", ""),
        (robots("", status=403), "fetched", ""),  # RFC 9309, section 2.3.1.3
        (robots("<html>no such file</html>"), "fetched", ""),
        (robots("\0\xff" * 500 + "\nUser-agent: *\nDisallow: /"), "failed", "closes this page"),
        (robots("", status=503), "failed", "cannot be read (status 503), so no page may be"),
        (robots("", status=429), "failed", "cannot be read (status 429)"),
        (robots("User-agent: *\nCrawl-delay: 3600"), "failed", "asks for 3600 s between two"),
        (redirect("/robots.txt"), "fetched", ""),  # a circle: as if it were not there
    ],
)
def test_what_a_robots_txt_may_be(site, route, status, reason):
    site.server.routes["/robots.txt"] = route
    site.add("a", "/a", respond(HTML))
    row = site.run(settings=site.quick._replace(retries=0))["a"]
    assert row["status"] == status
    assert reason in row["reason"]


def test_one_request_at_a_time_with_a_pause_and_several_hosts_at_once(site):
    def slow(handler):
        time.sleep(0.1)
        respond(HTML)(handler)

    for host, i in itertools.product(("one.example", "two.example"), range(3)):
        site.add(f"{host}-{i}", f"/{i}", slow, host=host)
    site.run(settings=site.quick._replace(pause=0.15))
    spans = {}
    for entry in sorted(site.server.log, key=lambda entry: entry["start"]):
        spans.setdefault(entry["host"], []).append((entry["start"], entry["end"]))
    assert set(spans) == {"one.example", "two.example"}
    for visits in spans.values():
        assert len(visits) == 4  # robots.txt and three pages
        for (_, end), (start, _) in itertools.pairwise(visits):
            assert start - end >= 0.14
    (one, two) = spans.values()
    assert one[0][0] < two[-1][1]
    assert two[0][0] < one[-1][1]


@pytest.mark.parametrize("rule", ["Crawl-delay: 0.4", "Request-rate: 5/2s"])
def test_a_crawl_delay_makes_pauses_longer(site, rule):
    site.server.routes["/robots.txt"] = robots(f"User-agent: *\n{rule}\nDisallow:")
    for doc in "ab":
        site.add(doc, f"/{doc}", respond(HTML))
    site.run()
    visits = sorted(entry["start"] for entry in site.server.log)
    assert all(later - earlier >= 0.39 for earlier, later in itertools.pairwise(visits))


def test_a_busy_host_is_left_alone_by_all_documents(site):
    busy = respond(b"", status=429, Retry_After="1")
    for doc in "ab":
        site.add(doc, f"/{doc}", in_turn(busy, respond(HTML)))
    rows = site.run()
    assert {row["status"] for row in rows.values()} == {"fetched"}
    pages_asked = [entry for entry in site.server.log if entry["path"] != "/robots.txt"]
    assert pages_asked[1]["start"] - pages_asked[0]["end"] >= 1.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("9" * 40, 999999999.0),
    ],
)
def test_retry_after(value, seconds):
    assert read_retry_after(value) == seconds


def test_retry_after_a_date():
    now = datetime(2024, 5, 15, 8, 0, tzinfo=UTC)
    later = (now + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert read_retry_after(later, now) == 90.0
    assert read_retry_after(later, now + timedelta(days=1)) == 0.0


def test_the_archives_copies_are_asked_for_safely(monkeypatch):
    """The archive names its copies by http, and with its banner."""
    asked = []

    async def get(self, address, headers=None, *, robots=True):
        asked.append((address, robots))
        found = {"url": "http://web.archive.org/web/20240516031500/http://a.example/x?b=1&c"}
        found |= {"available": True, "status": "200", "timestamp": "20240516031500"}
        body = json.dumps({"archived_snapshots": {"closest": found}}).encode()
        return Answer(address, 200, httpx.Headers(), body)

    monkeypatch.setattr(Client, "get", get)
    client = Client(Site.quick._replace(archive="https://archive.org/"))
    _, day = run_apart(get_archived(client, "http://a.example/x?b=1&c", "2024-05-15"))
    assert day == "2024-05-16"
    assert asked == [
        (
            "https://archive.org/wayback/available?url=http%3A%2F%2Fa.example%2Fx%3Fb%3D1%26c"
            "&timestamp=20240515",
            False,
        ),
        ("https://web.archive.org/web/20240516031500id_/http://a.example/x?b=1&c", False),
    ]


@given(st.binary(max_size=300))
def test_any_bytes_are_unpacked_or_refused(data):
    with contextlib.suppress(RefusedError):
        assert len(unpack(data, 1000)) <= 1001
    assert unpack(gzip.compress(data), 1000) == data
    assert len(unpack(gzip.compress(data * 100), 1000)) <= 1001


def test_a_page_made_to_be_slow_is_given_up():
    html = b"<p " + b" ".join(b"a%d=1" % i for i in range(400_000)) + b">x"

    async def work():
        reader = PageReader(60)
        assert (await reader.read(HTML, "text/html", "a")).titles[0] == pages.TITLE
        reader._reader.limit = 0.5
        with pytest.raises(RefusedError, match=r"^a could not be read: it takes more than 0\.5 s$"):
            await reader.read(html, "text/html", "a")
        reader._reader.limit = 60
        page = await reader.read(HTML, "text/html", "a")  # in a new process
        with pytest.raises(RefusedError, match=r"^the page is empty$"):
            await reader.read(b" ", "text/html", "a")
        reader.close()
        return page.record["paragraphs"]

    assert run_apart(work()) == pages.PARAGRAPHS
