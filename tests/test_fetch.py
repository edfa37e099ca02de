"""Documents fetched from a real server: what is written, what is left alone, what is said."""

from __future__ import annotations

import csv
import json

import fetch_pages as pages
import pytest
from fetch_server import InlineReader, Site, chunked, conditional, in_turn, redirect, respond, serve
from loops import run_apart

from analysis.corpus.fetch.fetch import fetch_documents
from analysis.corpus.fetch.journal import COLUMNS, LOCK, LOG
from analysis.corpus.read import read_corpus
from analysis.files import hash_bytes, hash_text
from analysis.tables import InputError

TEXT = "\n\n".join([pages.TITLE, *pages.PARAGRAPHS])
LONGER = pages.SIMPLE.replace("on the way.", "on the way. It was late.")


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.corpus.fetch.fetch.PageReader", InlineReader)
    with serve() as server:
        yield Site(server, tmp_path / "corpus")


def test_an_article_becomes_an_original(site):
    site.add("a", "/a", respond(pages.SIMPLE))
    row = site.run()["a"]
    assert (row["status"], row["reason"], row["words"]) == ("fetched", "", "251")
    assert site.text("a") == f"{TEXT}\n"
    assert row["sha256"] == hash_text(TEXT) == read_corpus(site.folder).documents["sha256"][0]
    assert row["page_sha256"] == hash_bytes(pages.SIMPLE.encode())
    assert row["final_url"] == row["url"] == site.server.url("/a")
    assert row["asked"][:2] == "20"
    assert row["asked"].endswith("Z")
    assert {name: site.table()["a"][name] for name in row} == row
    assert read_corpus(site.folder).documents["version"].tolist() == ["original"]


def test_a_second_run_asks_on_condition(site):
    site.add("a", "/a", conditional(pages.SIMPLE, '"one"'))
    site.add("b", "/b", respond(pages.SIMPLE, Last_Modified="Wed, 15 May 2024 08:09:00 GMT"))
    site.add("c", "/c", respond(pages.SIMPLE, ETag="=cmd()"))
    first = site.run()
    assert [row["status"] for row in first.values()] == ["fetched"] * 3
    second = site.run()
    assert [(row["status"], row["reason"]) for row in second.values()] == [
        ("unchanged", "the host says so"),
        ("unchanged", "the page gives the same text"),
        ("unchanged", "the page gives the same text"),
    ]
    asked = {entry["path"]: entry["headers"] for entry in site.server.log}
    assert asked["/a"]["If-None-Match"] == '"one"'
    assert asked["/b"]["If-Modified-Since"] == "Wed, 15 May 2024 08:09:00 GMT"
    assert "If-None-Match" not in asked["/c"]  # no validator: it would be a formula in Excel
    assert second["a"]["sha256"] == first["a"]["sha256"]
    assert second["a"]["final_url"] == first["a"]["final_url"]


def test_a_changed_page_replaces_what_was_fetched(site):
    site.add("a", "/a", in_turn(respond(pages.SIMPLE), respond(LONGER)))
    site.run()
    row = site.run()["a"]
    assert (row["status"], row["reason"]) == (
        "fetched",
        "the page has changed since it was fetched",
    )
    assert site.text("a").endswith("It was late.\n")


def test_an_edited_original_is_never_overwritten_without_force(site):
    site.add("a", "/a", in_turn(respond(pages.SIMPLE, ETag='"1"'), respond(LONGER)))
    site.add("own", "/own", respond(pages.SIMPLE))
    own = site.folder / "originals" / "own.txt"
    own.parent.mkdir()
    own.write_text("My own copy.")
    site.run()
    original = site.folder / "originals" / "a.txt"
    original.write_text(TEXT + "\n\nMy note.")
    rows = site.run()
    assert [row["status"] for row in rows.values()] == ["kept", "kept"]
    assert "--force" in rows["a"]["reason"]
    assert original.read_text().endswith("My note.")
    assert own.read_text() == "My own copy."
    assert site.server.asked() == ["/a"]
    rows = site.run(force=True)
    assert [row["status"] for row in rows.values()] == ["fetched", "fetched"]
    assert "If-None-Match" not in site.server.log[-1]["headers"]
    assert site.text("a").endswith("It was late.\n")
    assert site.text("own") == f"{TEXT}\n"


def test_white_space_and_newlines_are_no_edit(site):
    site.add("a", "/a", conditional(pages.SIMPLE, '"1"'))
    site.run()
    path = site.folder / "originals" / "a.txt"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode() + b"\r\n\r\n")
    assert site.run()["a"]["status"] == "unchanged"
    path.write_bytes("\ufffd\xe9".encode("utf-16") + b"\x00\xd8")  # cannot be decoded: an edit
    assert site.run()["a"]["status"] == "kept"


def test_a_text_that_the_manifest_names_is_the_analysts(site):
    site.add("a", "/a", respond(pages.SIMPLE))
    (site.folder / "mine.txt").write_text("Mine.")
    lines = (site.folder / "sources.csv").read_text().splitlines()
    (site.folder / "sources.csv").write_text(f"{lines[0]},path\n{lines[1]},mine.txt\n")
    assert site.run()["a"]["status"] == "kept"


def test_doubtful_extractions_are_put_aside(site):
    site.add("a", "/a", in_turn(respond(pages.PAYWALL, ETag='"1"'), respond(pages.SIMPLE)))
    row = site.run()["a"]
    assert row["status"] == "doubtful"
    assert row["reason"] == (
        "a paywall page: it shows the beginning at most, and too short (58 words); "
        "put aside in originals/doubtful; there is no text of this document"
    )
    assert site.text("a", "originals/doubtful").startswith(pages.TITLE)
    assert not (site.folder / "originals" / "a.txt").exists()
    assert site.table()["a"]["etag"] == ""  # or the host would say that this page is unchanged
    assert site.run()["a"]["status"] == "fetched"
    assert not (site.folder / "originals" / "doubtful" / "a.txt").exists()


def test_a_doubtful_page_does_not_replace_a_good_one(site):
    site.add("a", "/a", in_turn(respond(pages.SIMPLE), respond(pages.PAYWALL)))
    site.run()
    row = site.run()["a"]
    assert row["status"] == "doubtful"
    assert row["reason"].endswith("; the original that is there stays in use")
    assert site.text("a") == f"{TEXT}\n"
    assert row["sha256"] == hash_text(TEXT)


def test_an_edited_doubtful_text_stays(site):
    site.add("a", "/a", respond(pages.PAYWALL))
    site.run()
    aside = site.folder / "originals" / "doubtful" / "a.txt"
    aside.write_text("Repaired by hand.")
    row = site.run()["a"]
    assert row["reason"].endswith("not put aside, since originals/doubtful holds your edited text")
    assert aside.read_text() == "Repaired by hand."
    aside.rename(site.folder / "originals" / "a.txt")
    assert site.run()["a"]["status"] == "kept"


def test_doubtful_extractions_are_used_if_asked_for(site):
    site.add("a", "/a", respond(pages.PAYWALL))
    row = site.run(doubtful=True)["a"]
    assert row["status"] == "fetched"
    assert row["reason"].startswith("taken although a paywall page")
    assert site.text("a").startswith(pages.TITLE)


def test_what_cannot_be_fetched_is_said_and_the_brief_stays(site):
    site.add("a", None)
    site.add("b", "/b", respond(pages.page("<h1></h1>")))
    site.add("c", "/c", respond(b"%PDF-1.4 broken", kind="application/pdf"))
    (site.folder / "briefs").mkdir()
    for doc in "abc":
        (site.folder / "briefs" / f"{doc}.txt").write_text(f"Brief {doc}.")
    rows = site.run()
    assert {row["status"] for row in rows.values()} == {"failed"}
    assert rows["a"]["reason"] == "the manifest names no address; the brief stays in use"
    assert rows["c"]["reason"].startswith("the page cannot be read as a PDF")
    assert (
        read_corpus(site.folder, near_duplicates=None).documents["version"].tolist()
        == ["brief"] * 3
    )


def test_the_archives_copy_where_a_page_is_gone(site):
    stored = "/web/20240516031500id_/http://gone.example/a"
    found = {"url": site.server.url(stored.replace("id_", "")), "timestamp": "20240516031500"}
    answer = {"archived_snapshots": {"closest": {**found, "available": True, "status": "200"}}}
    query = "/wayback/available?url={}&timestamp=202405150809"
    site.add("a", "/a", published="2024-05-15T08:09", host="gone.example")
    escaped = site.server.url("/a", "gone.example").replace(":", "%3A").replace("/", "%2F")
    site.server.routes[query.format(escaped)] = respond(json.dumps(answer), kind="application/json")
    site.server.routes[stored] = respond(pages.SIMPLE, ETag='"1"')
    settings = site.quick._replace(archive=site.server.url(""))
    assert site.run(settings=settings)["a"]["status"] == "failed"
    row = site.run(archive=True, settings=settings)["a"]
    assert (row["status"], row["archived"]) == ("fetched", "2024-05-16")
    assert row["reason"] == "a copy of 2024-05-16 from the archive"
    assert row["final_url"] == site.server.url(stored)
    assert site.table()["a"]["etag"] == ""


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ('{"archived_snapshots": {}}', "the archive has no copy"),
        ("<html>busy</html>", "the archive's answer cannot be read"),
        ("[1]", "the archive's answer cannot be read"),
        ('{"archived_snapshots": {"closest": {"available": true, "url": "x"}}}', "has no copy"),
    ],
)
def test_without_a_copy_in_the_archive(site, answer, reason):
    site.add("a", "/a", published="")
    escaped = site.server.url("/a").replace(":", "%3A").replace("/", "%2F")
    site.server.routes[f"/wayback/available?url={escaped}"] = respond(answer)
    settings = site.quick._replace(archive=site.server.url(""))
    row = site.run(archive=True, settings=settings)["a"]
    assert row["reason"].startswith("the page is not there (status 404), and from the archive: ")
    assert reason in row["reason"]


def test_only_the_named_documents(site):
    for doc in ("One", "two", "three"):
        site.add(doc, f"/{doc}", respond(pages.SIMPLE))
    assert list(site.run("three", "one")) == ["One", "three"]
    assert sorted(site.server.asked()) == ["/One", "/three"]
    with pytest.raises(InputError, match=r"has no document 'tree'; there are three …$"):
        site.run("tree")
    site.run("two")
    assert list(site.table()) == ["One", "two", "three"]  # of all runs, as in the manifest


def test_an_interrupted_run_is_taken_up(site, monkeypatch):
    for doc in "abc":
        site.add(doc, f"/{doc}", respond(pages.SIMPLE))
    site.server.routes["/b"] = in_turn(chunked([b"x"], end=False), respond(pages.SIMPLE))
    real = site.server.routes["/b"]

    def stop(handler):
        raise ConnectionError

    site.server.routes["/b"] = stop
    monkeypatch.setattr(
        "analysis.corpus.fetch.fetch.Journal.finish", lambda *_: None
    )  # as if killed
    site.run(settings=site.quick._replace(retries=0))
    monkeypatch.undo()
    monkeypatch.setattr("analysis.corpus.fetch.fetch.PageReader", InlineReader)
    log = site.folder / "originals" / LOG
    log.write_bytes(log.read_bytes() + b'{"doc": "c", "torn')
    site.server.routes["/b"] = real
    site.server.log.clear()
    rows = site.run()
    assert {row["status"] for row in rows.values()} == {"fetched"}
    assert set(site.server.asked()) == {"/b"}
    assert not log.exists()


def test_a_write_that_fails_loses_nothing(site, monkeypatch):
    site.add("a", "/a", in_turn(respond(pages.SIMPLE), respond(LONGER)))
    site.run()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("analysis.corpus.fetch.fetch.write_atomic", full)
        with pytest.raises(OSError, match="No space"):
            site.run()
    assert site.text("a") == f"{TEXT}\n"  # the journal knows the new hash, the text is the old
    row = site.run()["a"]
    assert row["status"] == "fetched"
    assert site.text("a").endswith("It was late.\n")


def test_an_original_that_appears_meanwhile_is_kept(site):
    def meanwhile(handler):
        (site.folder / "originals" / "a.txt").write_text("Added by hand.")
        respond(pages.SIMPLE)(handler)

    site.add("a", "/a", meanwhile)
    row = site.run()["a"]
    assert row["reason"].startswith("the original was edited or added while the page was fetched")
    assert site.text("a") == "Added by hand."


def test_two_runs_at_once(site):
    from filelock import FileLock

    site.add("a", "/a", respond(pages.SIMPLE))
    (site.folder / "originals").mkdir()
    lock = FileLock(site.folder / "originals" / LOCK)
    with lock, pytest.raises(InputError, match="Another fetch is at work"):
        site.run()
    assert site.run()["a"]["status"] == "fetched"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"id,x\n1,2\n", b'doc,sha256,url\n"a'])
def test_a_damaged_table_of_earlier_runs(site, content):
    site.add("a", "/a", respond(pages.SIMPLE))
    site.run()
    (site.folder / "originals" / "fetch.csv").write_bytes(content)
    if content.startswith(b"doc"):  # a row cut short: nothing is known of this original
        assert site.run()["a"]["status"] == "kept"
    else:
        with pytest.raises(InputError, match=r"fetch\.csv cannot be read .* --force is needed"):
            site.run()
    assert site.text("a") == f"{TEXT}\n"


def test_folders_without_a_manifest_or_documents(tmp_path):
    with pytest.raises(InputError, match=r"has no sources\.csv"):
        fetch_documents(tmp_path)
    (tmp_path / "sources.csv").write_text(
        "id,title,outlet,country,side,genre,published,url,language,licence\n"
    )
    with pytest.raises(InputError, match="lists no document to fetch"):
        fetch_documents(tmp_path)


def test_a_link_that_leads_out_of_the_corpus(site, tmp_path):
    site.add("a", "/a", respond(pages.SIMPLE))
    (site.folder / "originals").mkdir()
    outside = tmp_path / "outside.txt"
    outside.write_text("Not yours.")
    (site.folder / "originals" / "a.txt").symlink_to(outside)
    with pytest.raises(InputError, match="leads out of the corpus folder"):
        site.run(force=True)
    assert outside.read_text() == "Not yours."


@pytest.mark.parametrize("link", ["originals", "originals/doubtful", "originals/.fetch.lock"])
def test_nothing_is_written_or_deleted_through_a_link(site, tmp_path, link):
    site.add("todo", "/a", respond(pages.SIMPLE))
    home = tmp_path / "home"
    (home / "doubtful").mkdir(parents=True)
    for path in (home / "todo.txt", home / "doubtful" / "todo.txt"):
        path.write_text("Not yours.")
    place = site.folder / link
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(home if "lock" not in link else home / "todo.txt")
    if link != "originals":
        row = dict.fromkeys(COLUMNS, "") | {"doc": "todo", "url": "x"}
        row |= {"sha256_doubtful": hash_text("Not yours.")}
        (site.folder / "originals" / "fetch.csv").write_text(
            ",".join(row) + "\n" + ",".join(row.values()) + "\n"
        )
    before = {path: path.read_text() for path in home.rglob("*.txt")}
    with pytest.raises(InputError, match=r"is a link, and nothing below|leads out of the corpus"):
        site.run(force=True)
    assert {path: path.read_text() for path in home.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "line",
    ["1", "[]", "[" * 5000, '{"doc": 1}', '{"doc": "a", "url": 1}', '{"doc": "a", "done": 3}'],
)
def test_a_log_that_fetch_did_not_write_is_left_out(site, line):
    site.add("a", "/a", respond(pages.SIMPLE))
    (site.folder / "originals").mkdir(parents=True)
    (site.folder / "originals" / ".fetch-unfinished.jsonl").write_text(f"{line}\n{line}")
    assert site.run()["a"]["status"] == "fetched"


def test_a_dry_run_asks_for_nothing(site):
    site.add("a", "/a", respond(pages.SIMPLE))
    site.add("b", "/b", respond(pages.SIMPLE))
    site.add("c", None)
    site.add("d", "/d")
    site.run("a", "b")
    (site.folder / "originals" / "b.txt").write_text("Edited.")
    site.server.log.clear()
    plan = site.run(dry_run=True)
    asked = site.table()["a"]["asked"]
    assert {doc: (row["status"], row["reason"]) for doc, row in plan.items()} == {
        "a": ("pending", f"asked for only if it has changed since {asked}"),
        "b": ("kept", "the original is your own"),
        "c": ("failed", "the manifest names no address"),
        "d": ("pending", ""),
    }
    assert site.run("b", dry_run=True, force=True)["b"]["status"] == "pending"
    assert site.server.log == []


def test_in_a_notebook_which_has_an_event_loop(site):
    site.add("a", "/a", respond(pages.SIMPLE))

    async def cell():
        return site.run()

    assert run_apart(cell())["a"]["status"] == "fetched"


def test_the_real_reader_is_another_process(tmp_path):
    with serve() as server:
        site = Site(server, tmp_path / "corpus")
        site.add("a", "/a", respond(pages.SIMPLE))
        site.add("b", "/b", respond(b"GIF89a", kind="image/gif"))
        rows = site.run()
    assert rows["a"]["status"] == "fetched"
    assert rows["b"]["reason"].startswith("it is 'image/gif', not a page")


def test_redirects_are_followed_and_the_last_address_kept(site):
    site.add("a", "/a", redirect("/b?x=1#top", 301))
    site.server.routes["/b?x=1"] = respond(pages.SIMPLE)
    assert site.run()["a"]["final_url"] == site.server.url("/b?x=1")


def test_odd_cells_break_no_request(site):
    site.add("a", "/a", respond(pages.SIMPLE, ETag='"1"'), language="Q’eqchi’ — или")
    site.run()
    table = site.folder / "originals" / "fetch.csv"
    table.write_text(table.read_text().replace('"""1"""', '"""é"""').replace("251", "many"))
    assert site.run()["a"]["status"] == "unchanged"
    headers = site.server.log[-1]["headers"]
    assert headers["Accept-Language"] == "*"
    assert "If-None-Match" not in headers


def test_the_table_is_safe_to_open(site):
    site.add("a", "/a", respond(pages.page("<h1>=cmd()</h1>" + pages.paragraphs(), title="=1+1")))
    site.run()
    with open(site.folder / "originals" / "fetch.csv", encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
