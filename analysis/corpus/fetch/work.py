"""One document of a run: asked for or left alone, doubted or written, and noted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from analysis.corpus.fetch.archive import get_copy
from analysis.corpus.fetch.client import Answer, Client
from analysis.corpus.fetch.journal import COLUMNS, Journal, hash_original, keep_validators
from analysis.corpus.fetch.pages import Page, find_doubts, measure
from analysis.corpus.fetch.reader import Reader
from analysis.corpus.fetch.settings import RefusedError
from analysis.corpus.formats.encodings import clean_text
from analysis.corpus.formats.languages import read_language
from analysis.corpus.manifest import BRIEFS, ORIGINALS
from analysis.files import hash_bytes, hash_text, join_inside, write_atomic

DOUBTFUL = "doubtful"  # folder below the originals; texts in it are not used
_CODE = re.compile(r"[A-Za-z]{2,3}")
WELL = ("fetched", "unchanged", "kept")


class Run(NamedTuple):
    """What the documents of a run share; the last three are the user's wishes."""

    folder: Path
    client: Client
    reader: Reader
    journal: Journal
    archive: bool
    force: bool
    doubtful: bool


class Place(NamedTuple):
    """A document's original: its file, the hash of the text there, whose text that is.

    `owner` is "" where there is none, "fetch" for a text as it was fetched, "analyst" for one
    that was edited or added.
    """

    path: Path
    digest: str
    owner: str


def find_place(folder: Path, record: Mapping[str, str], entry: Mapping[str, str]) -> Place:
    """Find a document's original, and whether it is as it was fetched."""
    where = record.get("row") or record["id"]
    path = join_inside(folder, f"{ORIGINALS}/{record['id']}.txt", where)
    digest = hash_original(path)
    own = record.get("path", "")
    if not digest:
        named = bool(own) and join_inside(folder, own, where).is_file()
        return Place(path, "", "analyst" if named else "")
    known = (entry.get("sha256"), entry.get("sha256_before"))
    return Place(path, digest, "fetch" if digest in known else "analyst")


async def fetch_document(run: Run, record: Mapping[str, str]) -> dict[str, str]:
    """Fetch one document and note what came of it."""
    doc, url = record["id"], record["url"]
    entry = run.journal.rows.get(doc, {})
    place = find_place(run.folder, record, entry)
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    row = {**dict.fromkeys(COLUMNS, ""), **entry, "doc": doc, "url": url}
    if place.owner == "analyst" and not run.force:
        kept = "the original was edited, or added by hand; --force fetches it all the same"
        row |= {"status": "kept", "reason": kept}
    elif doc in run.journal.done and not run.force and _is_current(place, entry, url):
        return dict(entry)  # an interrupted run had come as far as this
    else:
        try:
            row = await _fetch(run, record, {**row, "asked": now}, place)
        except RefusedError as error:
            reason = f"{error}; {_name_rest(run.folder, doc, place)}"
            row |= {"status": "failed", "reason": reason, "asked": now}
    run.journal.note(row, done=True)
    return row


def _is_current(place: Place, entry: Mapping[str, str], url: str) -> bool:
    """Whether the text in use is the one that was last fetched from this address."""
    return bool(place.digest) and place.digest == entry.get("sha256") and entry["url"] == url


def _name_rest(folder: Path, doc: str, place: Place) -> str:
    """What is in use for a document that was not fetched."""
    if place.owner:
        return "the original that is there stays in use"
    brief = (folder / BRIEFS / f"{doc}.txt").is_file()
    return "the brief stays in use" if brief else "there is no text of this document"


async def _fetch(
    run: Run, record: Mapping[str, str], row: dict[str, str], place: Place
) -> dict[str, str]:
    """Ask for a page, read it and put its text where it belongs; gives the journal's row."""
    if not record["url"]:
        raise RefusedError("the manifest names no address")
    answer, archived = await _ask(run, record, row, place)
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
        "words": str(measure(text)),
        "page_sha256": hash_bytes(answer.body),
        **keep_validators({} if archived or doubts else answer.headers),
    }
    if doubts and not run.doubtful:
        return _put_aside(run, row, place, text, doubts)
    return _put(run, row, place, text, doubts)


async def _ask(
    run: Run, record: Mapping[str, str], row: Mapping[str, str], place: Place
) -> tuple[Answer, str]:
    """The host's answer, or the archive's where the page is gone; and the day of the copy."""
    language = read_language(record.get("language", ""))
    headers = {"Accept-Language": language if _CODE.fullmatch(language) else "*"}
    entry = run.journal.rows.get(record["id"], {})
    if not run.force and entry and _is_current(place, entry, record["url"]):
        known = {"etag": row["etag"], "last-modified": row["last_modified"]}
        names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
        headers |= {names[name]: value for name, value in keep_validators(known).items() if value}
    try:
        return await run.client.get(record["url"], headers), ""
    except RefusedError as error:
        if not (run.archive and error.gone):
            raise
        try:
            return await get_copy(run.client, record["url"], record.get("published", ""))
        except RefusedError as second:
            raise RefusedError(f"{error}, and from the archive: {second}") from None


def _join(page: Page) -> str:
    """Title, standfirst and paragraphs as an original holds them."""
    record = page.record
    return "\n\n".join(filter(None, [record["title"], record["standfirst"], *record["paragraphs"]]))


def _put(
    run: Run, row: dict[str, str], place: Place, text: str, doubts: list[str]
) -> dict[str, str]:
    """Write an original, unless it is there already."""
    digest = hash_text(text)
    notes = [f"taken although {', and '.join(doubts)}"] if doubts else []
    notes += [f"a copy of {row['archived']} from the archive"] if row["archived"] else []
    _drop_doubtful(place, row)
    row["sha256_doubtful"] = ""
    if digest == place.digest:
        reason = "; ".join([*notes, "the page gives the same text"])
        return {**row, "sha256": digest, "status": "unchanged", "reason": reason}
    notes += ["the page has changed since it was fetched"] if place.owner == "fetch" else []
    row = {**row, "status": "fetched", "reason": "; ".join(notes)}
    row |= {"sha256": digest, "sha256_before": place.digest}
    if hash_original(place.path) != place.digest and not run.force:
        raise RefusedError("the original was edited or added while the page was fetched")
    run.journal.note(row, done=False)  # first, so that the text is known as ours wherever we stop
    write_atomic(place.path, f"{text}\n")
    return row


def _find_doubtful(place: Place) -> Path:
    return place.path.parent / DOUBTFUL / place.path.name


def _put_aside(
    run: Run, row: dict[str, str], place: Place, text: str, doubts: list[str]
) -> dict[str, str]:
    """Keep a doubtful text where it is not used, for the analyst to look at."""
    path = join_inside(run.folder, _find_doubtful(place).relative_to(run.folder), row["doc"])
    there, digest = hash_original(path), hash_text(text)
    rest = f"put aside in {ORIGINALS}/{DOUBTFUL}; {_name_rest(run.folder, row['doc'], place)}"
    if there not in ("", digest, row.get("sha256_doubtful")) and not run.force:
        rest = f"not put aside, since {ORIGINALS}/{DOUBTFUL} holds your edited text"
    elif there != digest:
        row["sha256_doubtful"] = digest
        run.journal.note(row, done=False)
        write_atomic(path, f"{text}\n")
    return {**row, "status": "doubtful", "reason": f"{', and '.join(doubts)}; {rest}"}


def _drop_doubtful(place: Place, row: Mapping[str, str]) -> None:
    """Take the doubtful text away once there is a good one, unless the analyst edited it."""
    path = _find_doubtful(place)
    digest = hash_original(path)
    if digest and digest == row.get("sha256_doubtful"):
        path.unlink()
