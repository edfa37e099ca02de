"""A run that is killed at any moment leaves whole files, and the next run finishes."""

from __future__ import annotations

import os
import random
import signal
import threading
import time

import fetch_pages as pages
import pytest
from fetch_server import InlineReader, Site, respond, serve
from kills import KILLS, take_own_lock

from analysis.corpus.fetch.fetch import fetch_documents
from analysis.corpus.fetch.journal import LOG
from analysis.files import hash_text

DOCUMENTS = 6
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def version(number: int) -> str:
    """The page as it is at a time; the text says which."""
    return pages.SIMPLE.replace("on the way.", f"on the way. This is version {number}.")


def expected(number: int) -> str:
    text = "\n\n".join([pages.TITLE, *pages.PARAGRAPHS]) + f" This is version {number}."
    return f"{text}\n"


def run_and_kill(site: Site, after: float) -> bool:
    """Fetch in another process and kill it; whether it was killed before it was done."""
    child = os.fork()
    if child == 0:  # pragma: no cover
        status = 1
        try:
            take_own_lock()
            fetch_documents(site.folder, settings=site.quick)
            status = 0
        finally:
            os._exit(status)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("kills", KILLS)
def test_killed_at_any_moment(tmp_path, monkeypatch, kills):
    monkeypatch.setattr("analysis.corpus.fetch.fetch.PageReader", InlineReader)
    chance = random.Random(6)
    with serve() as server:
        site = Site(server, tmp_path / "corpus")
        for i in range(DOCUMENTS):
            site.add(f"d{i}", f"/{i}", respond(version(0)))
        assert {row["status"] for row in site.run().values()} == {"fetched"}
        started = time.monotonic()
        site.run(force=True)
        usual = time.monotonic() - started
        killed = 0
        for number in range(1, 6 * kills):
            if killed == kills:
                break
            for i in range(DOCUMENTS):
                server.routes[f"/{i}"] = respond(version(number))
            if run_and_kill(site, chance.uniform(0.02, usual)):
                killed += 1
            else:  # it was done before: the machine is quicker than it was
                usual = max(0.9 * usual, 0.04)
            for i in range(DOCUMENTS):
                text = site.text(f"d{i}")
                assert text in [expected(n) for n in range(number + 1)]
            if number % 10 == 0:
                rows = site.run()
                assert {row["status"] for row in rows.values()} <= {"fetched", "unchanged"}
        for i in range(DOCUMENTS):
            server.routes[f"/{i}"] = respond(version(99))
        site.run()  # may go on with what the last run had left
        rows = site.run()
    assert killed == kills
    assert threading.active_count() < 20
    assert {row["status"] for row in rows.values()} <= {"fetched", "unchanged"}
    for i in range(DOCUMENTS):
        assert site.text(f"d{i}") == expected(99)
        assert rows[f"d{i}"]["sha256"] == hash_text(expected(99).strip())
    assert not (site.folder / "originals" / LOG).exists()
    left = {path.name for path in (site.folder / "originals").iterdir()}
    assert {name for name in left if name.endswith(".txt")} == {
        f"d{i}.txt" for i in range(DOCUMENTS)
    }
