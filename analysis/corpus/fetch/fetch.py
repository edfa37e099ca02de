"""Fetching the originals that a manifest names: `fetch_documents`."""

from __future__ import annotations

import asyncio
import difflib
import re
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from analysis.corpus.fetch.client import Answer, Client, RefusedError, Settings, get_archived
from analysis.corpus.fetch.journal import COLUMNS, LOCK, Journal, clean_validators, hash_original
from analysis.corpus.fetch.pages import PageReader, count_length, find_doubts
from analysis.corpus.formats.encodings import clean_text
from analysis.corpus.formats.html import Page
from analysis.corpus.formats.languages import read_language
from analysis.corpus.kinds import refuse_packed
from analysis.corpus.manifest import BRIEFS, NAME, ORIGINALS, finish_adding, read_manifest
from analysis.files import (
    find_target,
    hash_bytes,
    hash_text,
    join_inside,
    remove_file,
    write_atomic,
)
from analysis.tables import InputError, progress

RESULT = "doc status reason url final_url archived asked words sha256 page_sha256".split()
DOUBTFUL = "doubtful"  # folder below the originals; texts in it are not used
COMPLETE = ("fetched", "unchanged", "kept")  # statuses after which a document has its original
_CODE = re.compile(r"[A-Za-z]{2,3}")
T = TypeVar("T")


def fetch_documents(
    folder: str | Path,
    ids: Iterable[str] | None = None,
    *,
    archive: bool = False,
    force: bool = False,
    doubtful: bool = False,
    dry_run: bool = False,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Fetch the originals that a corpus' manifest names."""
    # You must have the right to read and to keep what you fetch: most news texts are under
    # copyright, and many outlets' terms say what programs may do. Hosts are asked at the same time,
    # each with one request at a time and a pause; robots.txt is obeyed (RFC 9309). A page that was
    # fetched before is asked for on condition that it has changed. Extraction is a guess: menus,
    # captions and comments are left out by rules that no two sites break in the same way, so look
    # at the text before you count in it. The doubts are signs, too: an extraction without any can
    # be wrong.
    refuse_packed(folder)
    folder = Path(folder)
    records = choose_records(folder, ids)
    originals = folder / ORIGINALS
    if dry_run:
        journal = Journal(originals)
        planned = [_plan(folder, journal, record, force) for record in records]
        return pd.DataFrame(planned, columns=RESULT, dtype=str)
    find_target(folder, originals / DOUBTFUL)
    originals.mkdir(parents=True, exist_ok=True)
    with _lock(find_target(folder, originals / LOCK), folder):
        journal = Journal(originals)
        options = FetchOptions(archive, force, doubtful)
        rows = _run(_fetch_all(folder, records, journal, settings or Settings(), options))
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


class FetchOptions(NamedTuple):
    """The arguments of `fetch_documents` that are the same for every document."""

    archive: bool
    force: bool
    doubtful: bool


class Run(NamedTuple):
    """What the documents of a run share."""

    folder: Path
    client: Client
    reader: PageReader
    journal: Journal
    options: FetchOptions


async def _fetch_all(
    folder: Path,
    records: list[dict[str, str]],
    journal: Journal,
    settings: Settings,
    options: FetchOptions,
) -> dict[str, dict[str, str]]:
    """Fetch documents, those of different hosts at the same time; gives the rows by document."""
    client, reader = Client(settings), PageReader(settings.reading)
    run = Run(folder, client, reader, journal, options)
    tasks = [asyncio.create_task(_fetch_document(run, record)) for record in records]
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


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end, also from a notebook, which has an event loop of its own."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


class Original(NamedTuple):
    """A document's original: its file, the hash of the text there, whose text that is."""

    # `owner` is "" where there is none, "fetch" for a text as it was fetched, "analyst" for one
    # that was edited or added.

    path: Path
    digest: str
    owner: str


def _find_original(folder: Path, record: Mapping[str, str], entry: Mapping[str, str]) -> Original:
    """A document's original, and whether it is as it was fetched."""
    where = record.get("row") or record["id"]
    path = join_inside(folder, f"{ORIGINALS}/{record['id']}.txt", where)
    digest = hash_original(path)
    own = record.get("path", "")
    if not digest:
        named = bool(own) and join_inside(folder, own, where).is_file()
        return Original(path, "", "analyst" if named else "")
    known = (entry.get("sha256"), entry.get("sha256_before"))
    return Original(path, digest, "fetch" if digest in known else "analyst")


def _plan(folder: Path, journal: Journal, record: Mapping[str, str], force: bool) -> dict[str, str]:
    """The row of one document of a dry run."""
    doc, url = record["id"], record["url"]
    entry = journal.rows.get(doc, {})
    original = _find_original(folder, record, entry)
    row = {**dict.fromkeys(RESULT, ""), "doc": doc, "url": url, "status": "pending"}
    if original.owner == "analyst" and not force:
        return {**row, "status": "kept", "reason": "the original is your own"}
    if not url:
        return {**row, "status": "failed", "reason": "the manifest names no address"}
    if original.owner == "fetch" and not force:
        return {**row, "reason": f"asked for only if it has changed since {entry['asked']}"}
    return row


async def _fetch_document(run: Run, record: Mapping[str, str]) -> dict[str, str]:
    """Fetch one document and note what came of it."""
    doc, url = record["id"], record["url"]
    entry = run.journal.rows.get(doc, {})
    original = _find_original(run.folder, record, entry)
    force = run.options.force
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    row = {**dict.fromkeys(COLUMNS, ""), **entry, "doc": doc, "url": url}
    if original.owner == "analyst" and not force:
        reason = "the original was edited, or added by hand; --force fetches it all the same"
        row |= {"status": "kept", "reason": reason}
    elif doc in run.journal.done and not force and _is_current(original, entry, url):
        return dict(entry)  # an interrupted run had come as far as this
    else:
        try:
            row = await _fetch(run, record, {**row, "asked": now}, original)
        except RefusedError as error:
            reason = f"{error}; {_name_text_in_use(run.folder, doc, original)}"
            row |= {"status": "failed", "reason": reason, "asked": now}
    run.journal.write(row, done=True)
    return row


def _is_current(original: Original, entry: Mapping[str, str], url: str) -> bool:
    """Whether the text in use is the one that was last fetched from this address."""
    return bool(original.digest) and original.digest == entry.get("sha256") and entry["url"] == url


def _name_text_in_use(folder: Path, doc: str, original: Original) -> str:
    """What is in use for a document that was not fetched."""
    if original.owner:
        return "the original that is there stays in use"
    brief = (folder / BRIEFS / f"{doc}.txt").is_file()
    return "the brief stays in use" if brief else "there is no text of this document"


async def _fetch(
    run: Run, record: Mapping[str, str], row: dict[str, str], original: Original
) -> dict[str, str]:
    """Ask for a page, read it and put its text where it belongs; gives the journal's row."""
    if not record["url"]:
        raise RefusedError("the manifest names no address")
    answer, archived = await _ask(run, record, row, original)
    if answer.status == 304:
        return {**row, "status": "unchanged", "reason": "the host says so", "archived": ""}
    kind = answer.headers.get("content-type", "")
    page = await run.reader.read(answer.body, kind, "the page")
    text = clean_text(_join(page)).strip()
    doubts = find_doubts(page, title=record.get("title", ""), language=record.get("language", ""))
    if not page.record["paragraphs"]:
        raise RefusedError(next(iter(doubts), "") or "the page holds no text of an article")
    row = {
        **row,
        "final_url": answer.url,
        "archived": archived,
        "published": page.record["published"],
        "words": str(count_length(text)),
        "page_sha256": hash_bytes(answer.body),
        **clean_validators({} if archived or doubts else answer.headers),
    }
    if doubts and not run.options.doubtful:
        return _put_aside(run, row, original, text, doubts)
    return _put(run, row, original, text, doubts)


async def _ask(
    run: Run, record: Mapping[str, str], row: Mapping[str, str], original: Original
) -> tuple[Answer, str]:
    """The host's answer, or the archive's where the page is gone; and the day of the copy."""
    language = read_language(record.get("language", ""))
    headers = {"Accept-Language": language if _CODE.fullmatch(language) else "*"}
    entry = run.journal.rows.get(record["id"], {})
    if not run.options.force and entry and _is_current(original, entry, record["url"]):
        known = {"etag": row["etag"], "last-modified": row["last_modified"]}
        names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
        headers |= {names[name]: value for name, value in clean_validators(known).items() if value}
    try:
        return await run.client.get(record["url"], headers), ""
    except RefusedError as error:
        if not (run.options.archive and error.gone):
            raise
        try:
            return await get_archived(run.client, record["url"], record.get("published", ""))
        except RefusedError as second:
            raise RefusedError(f"{error}, and from the archive: {second}") from None


def _join(page: Page) -> str:
    """Title, standfirst and paragraphs as an original holds them."""
    record = page.record
    return "\n\n".join(filter(None, [record["title"], record["standfirst"], *record["paragraphs"]]))


def _put(
    run: Run, row: dict[str, str], original: Original, text: str, doubts: list[str]
) -> dict[str, str]:
    """Write an original, unless it is there already."""
    digest = hash_text(text)
    notes = [f"taken although {', and '.join(doubts)}"] if doubts else []
    notes += [f"a copy of {row['archived']} from the archive"] if row["archived"] else []
    _drop_doubtful(run, original, row)
    row["sha256_doubtful"] = ""
    if digest == original.digest:
        reason = "; ".join([*notes, "the page gives the same text"])
        return {**row, "sha256": digest, "status": "unchanged", "reason": reason}
    notes += ["the page has changed since it was fetched"] if original.owner == "fetch" else []
    row = {**row, "status": "fetched", "reason": "; ".join(notes)}
    row |= {"sha256": digest, "sha256_before": original.digest}
    if hash_original(original.path) != original.digest and not run.options.force:
        raise RefusedError("the original was edited or added while the page was fetched")
    run.journal.write(row, done=False)  # first, so that the text is known as ours wherever we stop
    write_atomic(original.path, f"{text}\n", inside=run.folder)
    return row


def _find_doubtful(original: Original) -> Path:
    return original.path.parent / DOUBTFUL / original.path.name


def _put_aside(
    run: Run, row: dict[str, str], original: Original, text: str, doubts: list[str]
) -> dict[str, str]:
    """Keep a doubtful text where it is not used, for the analyst to look at."""
    path = join_inside(run.folder, _find_doubtful(original).relative_to(run.folder), row["doc"])
    there, digest = hash_original(path), hash_text(text)
    in_use = _name_text_in_use(run.folder, row["doc"], original)
    result = f"put aside in {ORIGINALS}/{DOUBTFUL}; {in_use}"
    if there not in ("", digest, row.get("sha256_doubtful")) and not run.options.force:
        result = f"not put aside, since {ORIGINALS}/{DOUBTFUL} holds your edited text"
    elif there != digest:
        row["sha256_doubtful"] = digest
        run.journal.write(row, done=False)
        write_atomic(path, f"{text}\n", inside=run.folder)
    return {**row, "status": "doubtful", "reason": f"{', and '.join(doubts)}; {result}"}


def _drop_doubtful(run: Run, original: Original, row: Mapping[str, str]) -> None:
    """Take the doubtful text away once there is a good one, unless the analyst edited it."""
    path = _find_doubtful(original)
    digest = hash_original(path)
    if digest and digest == row.get("sha256_doubtful"):
        remove_file(path, inside=run.folder)
