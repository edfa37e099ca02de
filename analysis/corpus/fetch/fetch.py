"""Originals from their addresses; the only room of the package that touches the network."""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from analysis.corpus.fetch.client import Client
from analysis.corpus.fetch.journal import LOCK, Journal
from analysis.corpus.fetch.reader import Reader
from analysis.corpus.fetch.settings import Settings
from analysis.corpus.fetch.work import Run, fetch_document, find_place
from analysis.corpus.manifest import NAME, ORIGINALS, finish_adding, read_manifest
from analysis.tables import InputError, progress

__all__ = ["Settings", "fetch_documents", "plan_fetch"]

RESULT = "doc status reason url final_url archived asked words sha256 page_sha256".split()
T = TypeVar("T")


def fetch_documents(
    folder: str | Path,
    ids: Iterable[str] | None = None,
    *,
    archive: bool = False,
    force: bool = False,
    doubtful: bool = False,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Fetch the originals that a corpus' manifest names.

    You must have the right to read and to keep what you fetch: most news texts are under
    copyright, and many outlets' terms say what programs may do.

    Notes
    -----
    Hosts are asked at the same time, each with one request at a time and a pause; robots.txt is
    obeyed (RFC 9309). A page that was fetched before is asked for on condition that it has
    changed. Extraction is a guess: menus, captions and comments are left out by rules that no
    two sites break in the same way, so look at the text before you count in it. The doubts are
    signs, too: an extraction without any can be wrong.
    """
    folder = Path(folder)
    records = choose_records(folder, ids)
    originals = folder / ORIGINALS
    originals.mkdir(parents=True, exist_ok=True)
    with _lock(originals / LOCK, folder):
        journal = Journal(originals)
        work = _fetch_all(
            folder, records, journal, settings or Settings(), (archive, force, doubtful)
        )
        rows = _finish(work)
        journal.finish(record["id"] for record in read_manifest(folder / NAME))
    return pd.DataFrame([rows[record["id"]] for record in records], columns=RESULT, dtype=str)


def choose_records(folder: Path, ids: Iterable[str] | None) -> list[dict[str, str]]:
    """Choose rows of the manifest."""
    finish_adding(folder)
    if not (folder / NAME).is_file():
        raise InputError(f"{folder} has no {NAME}, the table that names the documents to fetch.")
    records = read_manifest(folder / NAME)
    wanted = [name.lower() for name in ids] if ids is not None else None
    known = {record["id"].lower(): record["id"] for record in records}
    for name in wanted or ():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3) or list(known)[:5]
            raise InputError(
                f"{folder / NAME} has no document {name!r}; "
                f"there are {', '.join(known[other] for other in near)} …"
            )
    chosen = [r for r in records if wanted is None or r["id"].lower() in wanted]
    if not chosen:
        raise InputError(f"{folder / NAME} lists no document to fetch.")
    return chosen


def plan_fetch(folder: str | Path, ids: Iterable[str] | None = None) -> pd.DataFrame:
    """Say what `fetch_documents` would ask for, and ask for nothing."""
    folder = Path(folder)
    journal = Journal(folder / ORIGINALS)
    rows = []
    for record in choose_records(folder, ids):
        entry = journal.rows.get(record["id"], {})
        place = find_place(folder, record, entry)
        plans = {"": "ask for it", "fetch": f"ask if it has changed since {entry.get('asked')}"}
        plan = plans.get(place.owner, "leave it: the original is your own")
        if place.owner != "analyst" and not record["url"]:
            plan = "nothing: the manifest names no address"
        rows.append({"doc": record["id"], "url": record["url"], "plan": plan})
    return pd.DataFrame(rows)


def _lock(path: Path, folder: Path) -> Any:
    """A lock on the corpus that a killed process does not leave behind."""
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0)
    try:
        return lock.acquire()
    except Timeout:
        raise InputError(
            f"Another fetch is at work in {folder}; wait until it is done and try again."
        ) from None


async def _fetch_all(
    folder: Path,
    records: list[dict[str, str]],
    journal: Journal,
    settings: Settings,
    wishes: tuple[bool, bool, bool],
) -> dict[str, dict[str, str]]:
    """Fetch documents, those of different hosts at the same time; gives the rows by document."""
    client, reader = Client(settings), Reader(settings.reading)
    run = Run(folder, client, reader, journal, *wishes)
    tasks = [asyncio.create_task(fetch_document(run, record)) for record in records]
    rows = {}
    try:
        for task in progress(asyncio.as_completed(tasks), total=len(tasks), desc="Fetching"):
            row = await task
            rows[row["doc"]] = row
    finally:
        for pending in tasks:
            pending.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        reader.close()
        await client.close()
    return rows


def _finish(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end, also from a notebook, which has an event loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
