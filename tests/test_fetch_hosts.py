"""Hosts that are slow, broken or hostile, on a real server."""

from __future__ import annotations

import gzip
import itertools

import fetch_pages as pages
import httpx
import pytest
from fetch_server import (
    InlineReader,
    Site,
    chunked,
    drip,
    in_turn,
    redirect,
    respond,
    serve,
    silence,
)
from loops import run_apart

from analysis.corpus.fetch.client import Client, RefusedError, find_proxy, make_agent

HTML = pages.SIMPLE.encode()


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.corpus.fetch.fetch.PageReader", InlineReader)
    with serve() as server:
        yield Site(server, tmp_path / "corpus")


def fetch(site, route, path="/a", **settings):
    """The row of one document whose page behaves in one way."""
    site.add("a", path, route)
    return site.run(settings=site.quick._replace(**settings))["a"]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(HTML, mtime=0)),
        (
            "x-gzip",
            gzip.compress(HTML[:900], mtime=0) + gzip.compress(HTML[900:], mtime=0) + b"\0\0",
        ),
        ("identity", HTML),
    ],
)
def test_packed_pages(site, encoding, body):
    row = fetch(site, respond(body, Content_Encoding=encoding))
    assert (row["status"], row["reason"]) == ("fetched", "")
    assert site.server.log[-1]["headers"]["Accept-Encoding"] == "gzip"


def test_packed_pages_in_small_pieces(site):
    body = gzip.compress(HTML, mtime=0)
    pieces = [body[n : n + 7] for n in range(0, len(body), 7)]
    assert fetch(site, chunked(pieces, Content_Encoding="gzip"))["status"] == "fetched"


def test_a_bomb_is_not_unpacked(site):
    body = gzip.compress(b" " * 30_000_000, mtime=0)
    assert len(body) < 50_000
    row = fetch(site, respond(body, Content_Encoding="gzip"), max_bytes=1_000_000)
    assert row["reason"].startswith("the page is larger than 1 MB; ")


@pytest.mark.parametrize(
    ("encoding", "body", "reason"),
    [
        ("gzip", gzip.compress(HTML, mtime=0)[:-200], "broke off in the middle of the page"),
        ("gzip", gzip.compress(HTML, mtime=0)[:10] + b"\xff" * 90, "damaged"),
        ("gzip", HTML, "damaged"),
        ("br", HTML, "packed as 'br', which was not asked for"),
        ("gzip, br", HTML, "packed as 'gzip, br'"),
    ],
)
def test_packed_pages_that_cannot_be_unpacked(site, encoding, body, reason):
    row = fetch(site, respond(body, Content_Encoding=encoding))
    assert row["status"] == "failed"
    assert reason in row["reason"]


@pytest.mark.parametrize(
    ("encoding", "kind"),
    [
        ("utf-8", "text/html; charset=iso-8859-1"),
        ("cp1252", "text/html"),
        ("cp1252", "text/html; charset=nonsense"),
        ("utf-16", ""),
    ],
)
def test_wrong_and_missing_headers_of_encoding(site, encoding, kind):
    body = pages.SIMPLE.replace('"utf-8"', '"windows-1252"').encode(encoding)
    row = fetch(site, respond(body, kind=kind))
    assert row["status"] == "fetched"
    assert pages.PARAGRAPHS[1] in site.text("a")


def test_a_chunked_page(site):
    assert fetch(site, chunked([HTML[:100], HTML[100:]]))["status"] == "fetched"


@pytest.mark.parametrize(
    "route", [respond(HTML, length=len(HTML) + 500), chunked([HTML[:500]], end=False)]
)
def test_a_truncated_page_is_asked_for_again(site, route):
    row = fetch(site, route)
    assert row["status"] == "failed"
    assert "broke off" in row["reason"]
    assert site.server.asked() == ["/a"] * 3
    site.server.routes["/a"] = in_turn(route, respond(HTML))
    assert site.run()["a"]["status"] == "fetched"


def test_an_endless_page(site):
    endless = chunked(itertools.repeat(b"<p>word</p>" * 5000))
    row = fetch(site, endless, max_bytes=500_000, total=5.0)
    assert row["reason"].startswith("the page is larger than 0.5 MB")
    assert site.server.asked() == ["/a"]  # it would be no shorter a second time


def test_a_page_that_says_that_it_is_huge(site):
    row = fetch(site, respond(b"", length=10_000_001))
    assert row["reason"].startswith("the page is larger than 10 MB")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("head", [True, False])
def test_a_page_that_drips_for_ever(site, head):
    row = fetch(site, drip(0.05, head=head), total=0.4, retries=0)
    assert row["reason"].startswith("the page did not come within 0.4 s")


def test_a_host_that_says_nothing(site):
    row = fetch(site, in_turn(silence(0.5), silence(0.5), respond(HTML)), read=0.1)
    assert row["status"] == "fetched"
    row = fetch(site, silence(0.5), "/b", read=0.1, retries=0)
    assert row["reason"].startswith("127.0.0.1 sent nothing for 0.1 s")


def test_a_host_that_speaks_no_http(site):
    def route(handler):
        handler.wfile.write(b"220 mail.example ESMTP ready\r\n")

    assert "broke off" in fetch(site, route, retries=0)["reason"]


def test_a_host_that_does_not_listen(site):
    site.add("a", "http://quiet.example:1/a")
    row = site.run()["a"]
    assert row["reason"].startswith(
        "no connection to quiet.example: it cannot be reached (is there a network?)"
    )


def test_tls_that_is_none(site):
    site.add("a", site.server.url("/a").replace("http:", "https:"))
    reason = site.run()["a"]["reason"]
    assert reason.startswith("the connection to 127.0.0.1 is not safe: ")


@pytest.mark.parametrize(
    ("status", "reason", "times"),
    [
        (401, "the page wants a login (status 401)", 1),
        (403, "the host does not let programs read this page (status 403)", 1),
        (404, "the page is not there (status 404)", 1),
        (410, "the page is gone (status 410)", 1),
        (429, "the host says that it was asked too often (status 429)", 3),
        (451, "the page is withheld for legal reasons (status 451)", 1),
        (503, "the host sent no page (status 503)", 3),
        (204, "the host sent no page (status 204)", 1),
        (302, "the host sent no page (status 302)", 1),  # without saying where to
    ],
)
def test_statuses(site, status, reason, times):
    row = fetch(site, respond(b"", status=status))
    assert row["status"] == "failed"
    assert row["reason"].startswith(f"{reason}; ")
    assert len(site.server.asked()) == times


def test_a_busy_host_is_asked_again_when_it_says(site):
    busy = respond(b"", status=503, Retry_After="1")
    assert fetch(site, in_turn(busy, respond(HTML)))["status"] == "fetched"
    first, second = [entry for entry in site.server.log if entry["path"] == "/a"]
    assert second["start"] - first["end"] >= 0.95


def test_a_host_that_asks_for_too_much_patience(site):
    row = fetch(site, respond(b"", status=429, Retry_After="3600"))
    assert row["reason"].startswith("the host is busy and asks to come back in 3600 s (status 429)")
    assert site.server.asked() == ["/a"]


def test_waits_grow(site):
    fetch(site, respond(b"", status=500), backoff=0.1)
    starts = [entry["start"] for entry in site.server.log if entry["path"] == "/a"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert gaps[0] >= 0.1
    assert gaps[1] >= 0.2


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/a", "the page redirects in a circle (it may want cookies)"),
        ("/b", "the page redirects in a circle (it may want cookies)"),
        ("ftp://a.example/x", "the page redirects, but the address 'ftp://a.example/x' begins"),
        ("file:///etc/passwd", "the page redirects, but the address"),
        ("http://user:secret@a.example/", "the page redirects, but the address at a.example holds"),
        ("http://[bad", "the page redirects, but the address 'http://%5bbad' cannot be read"),
        ("http://a.example:99999/", "the page redirects, but the address"),
    ],
)
def test_redirects_that_lead_nowhere(site, target, reason):
    site.server.routes["/b"] = redirect("/a")
    row = fetch(site, redirect(target))
    assert row["reason"].startswith(reason)
    assert "secret" not in row["reason"]


def test_at_most_five_redirects(site):
    for i in range(6):
        site.server.routes[f"/{i}"] = redirect(f"/{i + 1}")
    site.server.routes["/6"] = respond(HTML)
    rows = [fetch(site, site.server.routes["/1"], "/1")]
    site.rows.clear()
    rows.append(fetch(site, site.server.routes["/0"], "/0"))
    assert rows[0]["status"] == "fetched"
    assert rows[1]["reason"].startswith("the page redirects more than 5 times")


def test_a_redirect_into_the_users_network(site):
    port = site.server.server_address[1]
    answers = {"news.example": ["127.0.0.1"]}  # stands for a public address, see below
    site.add("a", f"http://news.example:{port}/a", redirect(f"http://127.0.0.1:{port}/secret"))
    site.server.routes["/secret"] = respond(HTML)

    settings = site.quick._replace(
        allow_private=False, resolve=lambda host, port: answers.get(host, [host])
    )
    with pytest.MonkeyPatch.context() as patch:
        known = iter([True, True])  # robots.txt and the page; then the real rule
        patch.setattr("analysis.corpus.fetch.client.is_public", lambda _: next(known, False))
        row = site.run(settings=settings)["a"]
    assert row["reason"].startswith("127.0.0.1 is a private or local address; --allow-private")
    assert site.server.asked() == ["/a"]


def test_a_host_that_changes_its_address_between_check_and_connection(site):
    asked = []

    def rebind(host, port):
        asked.append(host)
        return ["93.184.215.14"] if len(asked) == 1 else ["127.0.0.1"]

    site.add("a", f"http://rebind.example:{site.server.server_address[1]}/a", respond(HTML))
    settings = site.quick._replace(allow_private=False, resolve=rebind, connect=0.2, retries=0)
    row = site.run(settings=settings)["a"]
    assert row["status"] == "failed"
    assert site.server.log == []  # the first answer was connected to, the second one refused


def test_several_addresses_of_one_host(site):
    site.add("a", f"http://two.example:{site.server.server_address[1]}/a", respond(HTML))
    settings = site.quick._replace(resolve=lambda *_: ["127.0.0.9", "127.0.0.1"])
    assert site.run(settings=settings)["a"]["status"] == "fetched"
    settings = site.quick._replace(resolve=lambda *_: [])
    assert "cannot be reached" in site.run(settings=settings, force=True)["a"]["reason"]


def test_two_hosts_on_one_address_get_their_own_connections(site):
    for host in ("one.example", "two.example"):
        site.add(host, "/a", respond(HTML), host=host)
    assert {row["status"] for row in site.run().values()} == {"fetched"}
    assert {entry["host"] for entry in site.server.log} == {"one.example", "two.example"}


def test_without_a_network_nobody_waits(site):
    asked = []

    def offline(host, port):
        asked.append(host)
        raise OSError(-3, "Temporary failure in name resolution")

    for i in range(12):
        site.add(f"d{i}", f"http://h{i}.example/a")
    rows = site.run(settings=site.quick._replace(resolve=offline, hosts=1))
    assert len(asked) == 4
    reasons = [row["reason"] for row in rows.values()]
    assert reasons[0].startswith(
        "no connection to h0.example: its name was not found (is there a network?); "
    )
    assert sum("there seems to be no network" in reason for reason in reasons) == 8


def test_through_a_proxy(site):
    proxy = site.server.url("").rstrip("/")
    site.server.routes["http://news.example/a"] = respond(HTML)
    site.server.routes["news.examplehttp://news.example/a"] = respond(HTML)
    site.add("a", "http://news.example/a")
    site.add("b", "http://intranet/a")
    site.add("c", "http://10.0.0.8/a")
    settings = site.quick._replace(
        proxies={"http": proxy.removeprefix("http://")}, allow_private=False, resolve=None
    )
    rows = site.run(settings=settings)
    assert rows["a"]["status"] == "fetched"
    assert "private or local" in rows["b"]["reason"]
    assert "private or local" in rows["c"]["reason"]


@pytest.mark.parametrize(
    "host",
    "169.254.0xa9fe 0xa9.0xfe.0xa9.0xfe 0xa9fea9fe 2852039166 10.0xg [fec0::1]"
    " [::ffff:10.0.0.1] 169.254.169.254. a.local intranet 169.254.0xA9FE 1.2.3.0x".split(),
)
def test_no_address_inside_reaches_a_proxy(host):
    settings = Site.quick._replace(proxies={"http": "proxy:3128"}, allow_private=False)
    with pytest.raises(RefusedError, match="private or local"):
        find_proxy(httpx.URL(f"http://{host}/"), settings)
    assert find_proxy(httpx.URL("http://0x.example/"), settings) == "http://proxy:3128"


def test_a_pdf(site):
    row = fetch(site, respond(pages.make_pdf(), kind="application/octet-stream"))
    assert (row["status"], row["reason"]) == ("fetched", "")
    text = " ".join(site.text("a").split())
    assert text.startswith(f"{pages.TITLE} {pages.PARAGRAPHS[0]}")
    assert text.endswith(pages.PARAGRAPHS[-1])


def test_an_honest_name():
    assert make_agent().startswith("discourse-analysis/")
    assert make_agent("ada@uni.example\r\nX: 1").endswith("; ada@uni.exampleX: 1)")

    async def agent():
        client = Client(Site.quick._replace(contact="ada@uni.example"))
        with serve() as server:
            server.routes["/a"] = respond(HTML)
            await client.get(server.url("/a"))
            await client.close()
        return [entry["headers"]["User-Agent"] for entry in server.log]

    assert {name[-17:] for name in run_apart(agent())} == {" ada@uni.example)"}
