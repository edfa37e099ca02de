"""`discourse fetch`, as a user meets it."""

from __future__ import annotations

import os
import subprocess
import sys

import fetch_pages as pages
import pytest
from fetch_server import InlineReader, Site, respond, serve

from analysis.cli import main as command
from analysis.corpus.formats.encodings import read_bytes


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.corpus.fetch.fetch.PageReader", InlineReader)
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    with serve() as server:
        yield Site(server, tmp_path / "corpus")


def fetch(site, *arguments):
    return command.main(["fetch", "--corpus", str(site.folder), *arguments])


QUICK = ("--allow-private", "--pause", "0")


def test_all_went_well(site, capsys):
    site.add("a", "/a", respond(pages.SIMPLE))
    site.add("longer-id", "/b", respond(pages.SIMPLE))
    assert fetch(site, *QUICK, "--contact", "ada@uni.example") == 0
    assert capsys.readouterr().out == (
        "fetched   a          251 words\n"
        "fetched   longer-id  251 words\n"
        f"2 fetched. The same as a table: {site.folder / 'originals' / 'fetch.csv'}\n"
        "You must have the right to read and to keep what you fetch. "
        "Look at the texts before you count in them.\n"
    )
    assert "ada@uni.example" in site.server.log[0]["headers"]["User-Agent"]
    assert fetch(site, *QUICK) == 0
    assert "unchanged a          251 words; the page gives the same" in capsys.readouterr().out


def test_not_all_went_well(site, capsys):
    site.add("a", "/a", respond(pages.PAYWALL))
    site.add("b", "/b")
    site.add("c", None)
    assert fetch(site, *QUICK) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "doubtful  a  a paywall page: it shows the beginning at most, and too"
    )
    assert lines[1].startswith("failed    b  the page is not there (status 404); ")
    assert lines[2].startswith("failed    c  the manifest names no address; ")
    assert lines[3].startswith("1 doubtful, 2 failed. The same as a table: ")
    assert "move a text that is right up into" in lines[4]
    assert fetch(site, *QUICK, "--doubtful", "a") == 0


def test_the_users_network_is_closed_unless_opened(site, capsys):
    site.add("a", "/a", respond(pages.SIMPLE))
    assert fetch(site) == 1
    assert "127.0.0.1 is a private or local address; --allow-private" in capsys.readouterr().out
    assert site.server.log == []


def test_dry_run(site, capsys):
    site.add("a", "/a", respond(pages.SIMPLE))
    site.add("b", None)
    assert fetch(site, "--dry-run") == 0
    assert capsys.readouterr().out == (
        f"pending   a  {site.server.url('/a')}\n"
        "failed    b  the manifest names no address\n"
        "Nothing was asked for. You must have the right to read and to keep what you fetch.\n"
    )
    assert site.server.log == []
    assert not (site.folder / "originals").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pause", "0.5"], "--pause 0.5 is too short; leave a host at least 1 s."),
        (["--pause", "nan"], "--pause nan is too short"),
        (["b"], "has no document 'b'; there are a …"),
    ],
)
def test_what_is_refused_at_the_door(site, capsys, arguments, message):
    site.add("a", "/a", respond(pages.SIMPLE))
    assert fetch(site, *arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("Error: ")
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_corpus_that_cannot_be_written_to(site, capsys):
    site.add("a", "/a", respond(pages.SIMPLE))
    site.folder.chmod(0o500)
    try:
        assert fetch(site, *QUICK) == 2
    finally:
        site.folder.chmod(0o700)
    assert "Permission denied" in capsys.readouterr().err


def test_no_space_left(site, capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    site.add("a", "/a", respond(pages.SIMPLE))
    monkeypatch.setattr("analysis.corpus.fetch.fetch.write_atomic", full)
    assert fetch(site, *QUICK) == 2
    assert capsys.readouterr().err == "Error: [Errno 28] No space left on device\n"


def test_with_no_network_as_a_user_would(root, tmp_path):
    """In a process of its own, whose every look-up fails as it does on a train."""
    folder = tmp_path / "corpus"
    (folder / "briefs").mkdir(parents=True)
    (folder / "sources.csv").write_bytes(read_bytes(root / "corpus" / "sources.csv"))
    for brief in (root / "corpus" / "briefs").glob("*.txt"):
        (folder / "briefs" / brief.name).write_bytes(brief.read_bytes())
    script = (
        "import socket, sys, urllib.request\n"
        "def lost(*_, **__): raise socket.gaierror(-3, 'Temporary failure in name resolution')\n"
        "socket.getaddrinfo = lost\n"
        "import analysis.corpus.fetch.client as a; a.getproxies = dict\n"
        "from analysis.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, "fetch", "--corpus", str(folder)],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert (result.returncode, result.stderr) == (1, "")
    lines = result.stdout.splitlines()
    assert lines[-1].startswith("33 failed. The same as a table: ")
    assert all(line.startswith("failed ") for line in lines[:-1])
    assert all(line.endswith("; the brief stays in use") for line in lines[:-1])
    assert len(lines) == 34
    assert list((folder / "originals").glob("*.txt")) == []
