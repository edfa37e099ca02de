"""What is wrong, or looks wrong, with a corpus: `check_corpus` and `discourse check`."""

from __future__ import annotations

import argparse
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.corpus.documents import find_text, read_date
from analysis.corpus.duplicates import find_near_duplicates
from analysis.corpus.faults import find_faults, find_shared_lines, opens_or_closes
from analysis.corpus.formats.articles import mark_navigation, title_key
from analysis.corpus.formats.databases import count_stated_words, find_usual_ratio
from analysis.corpus.formats.dates import parse_date
from analysis.corpus.formats.encodings import clean_text, decode_bytes, read_bytes
from analysis.corpus.formats.languages import guess_language, read_language
from analysis.corpus.formats.record import count_words, reason_of
from analysis.corpus.kinds import refuse_packed
from analysis.corpus.manifest import (
    BRIEFS,
    NAME,
    ORIGINALS,
    finish_adding,
    parse_sheet,
    read_manifest,
)
from analysis.files import escape_cell, hash_text, write_atomic
from analysis.layers import Corpus
from analysis.tables import InputError, progress, require_columns

__all__ = ["check_corpus", "run_check"]

SIMILARITY = 0.7
SAME = 0.999  # similarity from which two texts are the same but for case and punctuation


def check_corpus(
    corpus: Corpus | str | Path | pd.DataFrame, *, today: str | date | None = None
) -> pd.DataFrame:
    """Look for what is wrong or suspicious in a corpus.

    Parameters
    ----------
    corpus : Corpus, path or pandas.DataFrame
        A corpus (its folder, if it was read from one and is whole), a corpus folder, or a
        documents table.
    today : str or datetime.date, optional
        The day after which a date is in the future; today, where none is given.

    Returns
    -------
    pandas.DataFrame
        One row per finding: ``doc`` ("" where it is none's), ``severity`` ("wrong" or
        "suspicious"), ``kind``, ``what`` (in words), ``where`` (line and character, or the
        manifest's row), ``line`` (from 1) and ``offset`` (character in the text), both −1 where
        there is none. What is wrong comes first, then by document, place and kind.

    Raises
    ------
    InputError
        If the folder has no manifest that can be read, or the table lacks ``doc`` and ``text``.

    Notes
    -----
    Kinds: *encoding* (read in a wrong encoding: UTF-8 as another, letters that the language does
    not have or that stand for quotation marks; lost characters; a guess), *characters* (control and
    invisible characters, letters of another script in a word), *spacing* (words run together or
    spaced out by letters), *page remains* (buttons, cookie notices, "read also", HTML, captions of
    pictures with their credit), *trailer* (who reported, corrections and the like, below a text),
    *repetition* (a paragraph or caption that stands twice, a short phrase at the ends of 3 lines
    or more), *shared line* (in 3 or more documents, and in 2 % of them), *language* (not
    the manifest's; by common words, see `guess_language`), *date* (none, in the future, another
    than the id or the order of the rows says), *length* (empty, fewer than 30 words), *words* (not
    as many as the source states), *cut* (ends without a stop, with "…" or "read more"), *duplicate*
    (similarity 0.7 or more), *title*, *file* (absent, unreadable, not listed), *hash* (changed),
    *formula* (a cell that a spreadsheet would run). These are rules of thumb: a poem ends without a
    stop and is whole. Where nothing is found, the texts may still be wrong; read some.

    Examples
    --------
    >>> documents = pd.DataFrame({"doc": ["a"], "text": ["The cafÃ© was closed. " * 10]})
    >>> check_corpus(documents).query("severity == 'wrong'")[["kind", "line"]].values.tolist()
    [['encoding', 1]]
    """
    day = date.fromisoformat(today) if isinstance(today, str) else today or date.today()
    if isinstance(corpus, Corpus):
        whole = corpus.folder is not None and not corpus.selection
        corpus = str(corpus.folder) if whole else corpus.documents
    if isinstance(corpus, pd.DataFrame):
        require_columns(corpus, ["doc", "text"], "documents")
        plain = corpus.astype(object).where(corpus.notna(), None)
        rows = [
            {str(name): value for name, value in row.items()} for row in plain.to_dict("records")
        ]
        findings = list(_check_hashes(rows))
        findings += [finding for row in rows for finding in check_cells(row)]
    else:
        refuse_packed(corpus)
        rows, findings = read_folder(Path(corpus))
    for row in progress(rows, total=len(rows), desc="Checking"):
        findings += _check_row(row, day)
    findings += [*check_order(rows), *check_titles(rows), *check_words(rows)]
    findings += [*_check_duplicates(rows), *_check_shared_lines(rows)]
    return make_table(findings, (str(row["doc"]) for row in rows))


def _check_row(row: Mapping[str, Any], today: date) -> Iterator[Finding]:
    doc, text = str(row["doc"]), str(row.get("text") or "")
    if row.get("version") != "":  # a text that is absent or unreadable was reported already
        yield from check_text(doc, text, str(row.get("language") or ""))
    yield from check_facts(row, text, today)


def _check_shared_lines(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    """Lines that several documents have: navigation, a slogan, a notice."""
    texts = {str(row["doc"]): str(row.get("text") or "") for row in rows}
    titles = {title_key(str(row.get("title") or "")) for row in rows}
    for doc, line, start, count in find_shared_lines(texts.items()):
        if title_key(line) not in titles:
            what = f"{count:,} documents have this line: {quote(line)}"
            yield place(doc, "suspicious", "shared line", what, texts[doc], start)


def _check_hashes(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    for row in rows:
        if row.get("sha256") and row["sha256"] != hash_text(str(row["text"] or "")):
            what = "the text is not the one that its sha256 belongs to"
            yield Finding(str(row["doc"]), "wrong", "hash", what)


def _check_duplicates(rows: list[dict[str, Any]]) -> Iterator[Finding]:
    texts = pd.DataFrame(
        {
            "doc": [str(row["doc"]) for row in rows],
            "text": [str(row.get("text") or "") for row in rows],
        },
        dtype=object,
    )
    groups = {str(row["doc"]): row.get("duplicate_group") for row in rows}
    pairs = find_near_duplicates(texts, threshold=SIMILARITY)
    for doc, other, similarity in pairs.itertuples(index=False, name=None):
        if groups[doc] and groups[doc] == groups[other]:
            continue  # the manifest says so itself
        like = "the same text as" if similarity > SAME else f"{similarity:.2f} like"
        yield Finding(other, "suspicious", "duplicate", f"{like} {doc}")


def run_check(args: argparse.Namespace) -> int:
    """Do what `discourse check` was asked to."""
    if args.csv:
        _require_own(Path(args.csv))
    table = check_corpus(args.corpus)
    if args.csv:
        write_atomic(args.csv, _write_csv(table))
    print(describe_table(table))
    return 1 if (table["severity"] == "wrong").any() else 0


def _require_own(place: Path) -> None:
    """Refuse to write findings over a file that holds none."""
    if place.is_dir():
        raise InputError(f"{place} is a folder; name a file for the table.")
    if not place.exists() or not place.stat().st_size:
        return
    header = f"{','.join(COLUMNS)}\n".encode()
    with place.open("rb") as file:
        if file.read(len(header)) != header:
            raise InputError(
                f"{place} is there already and is not a table of findings; choose another name."
            )


def _write_csv(table: pd.DataFrame) -> str:
    """The findings as CSV; they quote titles and texts, and no spreadsheet is to run these."""
    inert = table.copy()
    for name in inert.columns[~inert.dtypes.map(pd.api.types.is_numeric_dtype)]:
        inert[name] = [escape_cell(text) if text else "" for text in inert[name].astype(str)]
    return inert.to_csv(index=False, lineterminator="\n")


EXAMPLES = 3  # of each kind that are shown in a terminal


def describe_table(table: pd.DataFrame, *, width: int = 110) -> str:
    """Lay the findings out for a terminal: of each kind how many there are, and examples."""
    if table.empty:
        return "Nothing wrong or suspicious was found."
    lines = []
    docs = min(max(table["doc"].str.len().max(), 3), 40)
    for (severity, kind), part in table.groupby(["severity", "kind"], sort=False):
        own = part["doc"].nunique()
        lines.append(f"{severity}: {kind} ({len(part):,} in {own:,} text{'s' * (own != 1)})")
        shown = part.drop_duplicates("doc").head(EXAMPLES)
        shown = pd.concat([shown, part.drop(shown.index)]).head(EXAMPLES)
        for doc, _, _, what, where, *_ in shown[list(COLUMNS)].itertuples(index=False, name=None):
            place = f"  [{where}]" if where else ""
            cut = what if len(what) <= width else f"{what[: width - 1]}…"
            lines.append(f"  {doc:<{docs}}  {cut}{place}")
        if len(part) > EXAMPLES:
            lines.append(f"  … and {len(part) - EXAMPLES:,} more")
    counts = Counter(table["kind"])
    lines.append(", ".join(f"{kind} {count:,}" for kind, count in sorted(counts.items())))
    if len(table) > EXAMPLES:
        lines.append("All of them as a table: --csv FILE")
    return "\n".join(lines)


LATER = ("updated", "modified", "accessed", "retrieved", "fetched")  # columns with later dates
MANY = 10  # rows from which an order of time is no accident
OLDEST = 1700  # a year before which there were hardly any newspapers
_FORMULA = re.compile(r"\s*[=@+-]\s*[A-Za-z0-9.]+\s*[(!|]")


def check_facts(row: Mapping[str, Any], text: str, today: date) -> Iterator[Finding]:
    """Look for what is wrong with what a manifest says of one document."""
    doc = str(row["doc"])
    yield from _check_date(doc, row.get("published"), text, today)
    title = str(row.get("title") or "")
    if not title:
        yield Finding(doc, "suspicious", "title", "the manifest has no title")


def check_words(rows: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Look for texts that have far more or fewer words than their source states."""
    # Compared with what is usual in texts of one database and language: not all count alike.
    groups: dict[tuple[str, str], list[tuple[str, int, tuple[int, ...]]]] = {}
    for row in rows:
        stated, text = str(row.get("stated_words") or ""), str(row.get("text") or "")
        if stated.isdigit() and int(stated) and text:
            body = text.removeprefix(str(row.get("title") or "")).removeprefix("\n")
            both = (count_stated_words(text), count_words([body]))
            group = (str(row.get("database") or ""), str(row.get("language") or ""))
            groups.setdefault(group, []).append(
                (str(row["doc"]), int(stated), (count_stated_words(body), *both))
            )
    for group, members in groups.items():
        ratios = [counts[0] / words for _, words, counts in members]
        usual = find_usual_ratio(ratios) if group[0] else 1.0
        for doc, words, counts in members:
            if all(abs(count / usual / words - 1) > 0.1 for count in counts):
                what = f"the source states {words:,} words, the text has {counts[0]:,}"
                yield Finding(doc, "suspicious", "words", what)


def check_cells(row: Mapping[str, Any]) -> Iterator[Finding]:
    """Look for cells that a spreadsheet would run as a formula."""
    for name, value in row.items():
        if name not in ("text", "doc") and isinstance(value, str) and _FORMULA.match(value):
            what = f"a spreadsheet would run the cell {name!r}: {quote(value)}"
            yield Finding(str(row["doc"]), "suspicious", "formula", what)


def _check_date(doc: str, published: Any, text: str, today: date) -> Iterator[Finding]:
    if published is None or published != published:  # NaT is not equal to itself
        yield Finding(doc, "suspicious", "date", "the manifest has no date")
        return
    day = published.date() if isinstance(published, datetime) else published
    if day > today:
        yield Finding(doc, "wrong", "date", f"{day} is in the future")
    elif day.year < OLDEST:
        yield Finding(doc, "wrong", "date", f"{day} is before there were newspapers")
    else:
        years = [int(year) for year in re.findall(r"\b(?:19|20)\d{2}\b", text)]
        past = [year for year in years if year <= today.year]
        if len(past) >= 3 and min(sorted(past)[len(past) // 2 :]) > day.year + 1:
            what = f"{day}, but most years in the text are later ({max(past)})"
            yield Finding(doc, "suspicious", "date", what)


def check_order(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Look for dates that do not fit their neighbours, the id, or the other dates of the row."""
    dated = [(row, row["published"]) for row in rows if _is_day(row.get("published"))]
    for row, published in dated:
        stated = re.search(r"(?<!\d)((?:19|20)\d{2}-\d{2}-\d{2})(?!\d)", str(row["doc"]))
        if stated and stated[1] != f"{published:%Y-%m-%d}":
            what = f"published {published:%Y-%m-%d}, but the id says {stated[1]}"
            yield Finding(str(row["doc"]), "suspicious", "date", what)
        for name in LATER:
            other = re.match(r"\d{4}-\d{2}-\d{2}", str(row.get(name) or ""))
            if other and other[0] < f"{published:%Y-%m-%d}":
                what = f"{name} {other[0]} is before it was published ({published:%Y-%m-%d})"
                yield Finding(str(row["doc"]), "wrong", "date", what)
    steps = [(b - a).days for (_, a), (_, b) in pairwise(dated)]
    for sign in (1, -1):
        against = [i for i, step in enumerate(steps) if sign * step < 0]
        if len(steps) >= MANY and 0 < len(against) <= 0.1 * len(steps):
            for i in against:
                what = f"{dated[i + 1][1]:%Y-%m-%d} is out of the order of the rows around it"
                yield Finding(str(dated[i + 1][0]["doc"]), "suspicious", "date", what)


def _is_day(value: Any) -> bool:
    return isinstance(value, datetime) and value == value  # NaT is not equal to itself


def check_titles(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Look for one title on one day at one outlet that two documents have."""
    seen: dict[tuple[str, str, str], str] = {}
    for row in rows:
        title = title_key(str(row.get("title") or ""))
        key = (title, str(row.get("outlet") or ""), str(row.get("published"))[:10])
        other = seen.setdefault(key, str(row["doc"]))
        if title and other != str(row["doc"]):
            what = f"{other} has the same title, outlet and day"
            yield Finding(str(row["doc"]), "suspicious", "title", what)


COLUMNS = ("doc", "severity", "kind", "what", "where", "line", "offset")
SEVERITIES = ("wrong", "suspicious")  # in the order of the table
SHOWN = 60  # characters of a text that are quoted


class Finding(NamedTuple):
    """One row of the table that `check_corpus` returns."""

    doc: str
    severity: str
    kind: str
    what: str
    where: str = ""
    line: int = -1
    offset: int = -1


def make_table(findings: Iterable[Finding], order: Iterable[str]) -> pd.DataFrame:
    """Make the table of all findings."""
    places = {doc: i for i, doc in enumerate(order)}
    rows = sorted(
        set(findings),
        key=lambda f: (
            SEVERITIES.index(f.severity),
            places.get(f.doc, len(places)),
            f.doc,
            f.line,
            f.kind,
            f.what,
        ),
    )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"line": "int64", "offset": "int64"})


def place(doc: str, severity: str, kind: str, what: str, text: str, offset: int) -> Finding:
    """A finding at a character of a text."""
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Finding(doc, severity, kind, what, f"line {line}, character {column}", line, offset)


def quote(text: str) -> str:
    """A text in quotation marks, cut to a length that fits a line."""
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + '…'}”"


FETCHED = "fetch.csv"  # beside the originals: what was fetched, with hashes


def read_folder(folder: Path) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Read all documents of a folder."""
    finish_adding(folder)
    if not (folder / NAME).is_file():
        raise InputError(f"{folder} has no {NAME} to check; name the folder of a corpus.")
    rows: list[dict[str, Any]] = []
    records = read_manifest(folder / NAME)
    findings = list(_find_formulas(folder / NAME))
    hashes = _read_hashes(folder)
    for record in progress(records, total=len(records), desc="Reading texts"):
        where = record.pop("row")
        row: dict[str, Any] = {**record, "doc": record["id"]}
        row["published"], wrong = _read_date(row["doc"], record["published"], where)
        findings += wrong
        row["text"], row["version"], wrong = _read_document(folder, record, where)
        findings += wrong
        stated = hashes.get(row["doc"], "")
        if stated and row["version"] == "original" and stated != hash_text(row["text"]):
            what = f"the text is not the one that was fetched ({ORIGINALS}/{FETCHED})"
            findings.append(Finding(row["doc"], "suspicious", "hash", what, where))
        own = record.get("text_sha256", "").lower()
        if own and row["version"] and own != hash_text(row["text"]):
            what = "the text has another hash than the manifest states (text_sha256)"
            findings.append(Finding(row["doc"], "wrong", "hash", what, where))
        rows.append(row)
    findings += _find_unlisted(folder, {str(row["doc"]).lower() for row in rows})
    return rows, findings


def _find_formulas(path: Path) -> Iterator[Finding]:
    """Cells that a spreadsheet would run, as they are written."""
    sheet = parse_sheet(read_bytes(path), str(path))
    for row in sheet.rows[1:]:
        cells = dict(zip(sheet.header, row.fields, strict=False))
        where = f"{path} row {row.number}"
        for finding in check_cells({**cells, "doc": cells.get("id", "").strip()}):
            yield finding._replace(where=where)


def _read_date(doc: str, value: str, where: str) -> tuple[datetime | None, list[Finding]]:
    try:
        return read_date(value, where), []
    except InputError:
        hint = parse_date(value)
        what = f"published {value!r} is not a date" + (f"; write {hint}" if hint else "")
        return None, [Finding(doc, "wrong", "date", what, where)]


def _read_document(
    folder: Path, record: dict[str, str], where: str
) -> tuple[str, str, list[Finding]]:
    """A document's text, which version it is, and what is wrong with its file."""
    try:
        path, version = find_text(folder, record, where)
        decoded = decode_bytes(read_bytes(path), str(path))
        doubts = [
            Finding(record["id"], "suspicious", "encoding", note, where) for note in decoded.notes
        ]
        return clean_text(decoded.text).strip(), version, doubts
    except InputError as error:
        what = reason_of(error, where).rstrip(".")
        return "", "", [Finding(record["id"], "wrong", "file", what, where)]


def _find_unlisted(folder: Path, known: set[str]) -> Iterator[Finding]:
    """Texts that the manifest does not list, and what a stopped run left behind."""
    for part in (ORIGINALS, BRIEFS):
        for path in sorted((folder / part).glob("*")):
            listed = path.suffix == ".txt" and path.stem.lower() in known
            if path.name == FETCHED or listed or not path.is_file():
                continue
            where = f"{part}/{path.name}"
            if path.name.startswith(".") and path.suffix == ".new":
                what = "what a stopped run left behind; it can be deleted"
                yield Finding("", "suspicious", "file", what, where)
            elif path.suffix == ".txt":
                yield Finding(path.stem, "wrong", "file", f"{NAME} does not list this text", where)


def _read_hashes(folder: Path) -> dict[str, str]:
    """Hashes of the texts as they were fetched; none where nothing was."""
    path = folder / ORIGINALS / FETCHED
    if not path.is_file():
        return {}
    try:
        text = read_bytes(path).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
    except (UnicodeDecodeError, csv.Error, InputError):
        return {}
    return {row.get("doc") or "": row.get("sha256") or "" for row in rows}


TINY = 30  # words below which a news text is suspicious
MOST = 5  # findings of one kind in one text
# UTF-8 that was read as Windows-1252 or Latin-1: the lead byte and those that follow it.
_LEAD_2 = r"[\u00c2-\u00df]"
_LEAD_3 = r"[\u00e0-\u00ef]"
_NEXT = (
    "[\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018"
    "\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
)
_MOJIBAKE = re.compile(rf"{_LEAD_3}{_NEXT}{_NEXT}|{_LEAD_2}{_NEXT}")
_LOST = re.compile(r"\ufffd+|(?<=[^\W\d_])\?(?=[^\W\d_])(?!\?)")
_TAG = re.compile(
    r"</?(?:p|div|span|br|a|b|i|em|strong|img|script|style|table|td|tr|h\d|li|ul)\b[^<>]*>",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"\b(?:(?:we|this site|our partners) uses? cookies|accept (?:all )?cookies|cookie (?:policy|"
    r"settings|consent)|manage (?:your )?preferences|subscribe to (?:continue|read)|sign in to "
    r"continue|create (?:a free|an) account to|already a subscriber|enable javascript|"
    r"nous utilisons des cookies|wir verwenden cookies|utilizamos cookies)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:\[?(?:read|see|show|view) (?:more|the full (?:story|article))\]?|continue reading"
    r"|lire la suite|weiterlesen|leer más|\[\+?\d+ chars\]|\[…\]|\[\.{3}\])\s*[.…»>]*\s*$",
    re.IGNORECASE,
)
_STOP = re.compile(r"[.!?:;。！？؟।…*)\]\"'”’»›“‘—–-]\s*$|(?:\(|©|\b(?:https?|www)\b).{0,120}$")


def check_text(doc: str, text: str, language: str) -> Iterator[Finding]:
    """Look for what is wrong with one text."""
    words = len(text.split())
    if not words:
        yield Finding(doc, "wrong", "length", "the text is empty")
        return
    if words < TINY and guess_language(text) not in ("zh", "ja", "th"):
        yield Finding(doc, "suspicious", "length", f"the text has {words} words")
    misread = list(_check_encoding(doc, text))
    yield from misread
    yield from _check_remains(doc, text)
    languages = [code for code in (read_language(language), guess_language(text)) if code]
    for fault in find_faults(text, languages):
        if fault.kind == "encoding" and any(one.severity == "wrong" for one in misread):
            continue
        near = 0 if fault.kind in ("trailer", "repetition") else 15  # these are whole lines
        around = quote(text[max(0, fault.start - near) : fault.end + near])
        count = f" ({fault.places:,} places)" if fault.places > 1 else ""
        what = fault.what.format(around) + count
        yield place(doc, fault.severity, fault.kind, what, text, fault.start)
    yield from _check_language(doc, text, language)
    yield from _check_end(doc, text)


def _check_encoding(doc: str, text: str) -> Iterator[Finding]:
    matches = _MOJIBAKE.finditer(text)
    damaged = [m for m in matches if not opens_or_closes(m) and _repairs(m[0])]
    yield from _some(doc, "wrong", "encoding", damaged, text, "text in UTF-8 was read as another")
    lost = [match for match in _LOST.finditer(text) if "\ufffd" in match[0]]
    yield from _some(doc, "wrong", "encoding", lost, text, "characters were lost")
    asked = [match for match in _LOST.finditer(text) if match[0] == "?"]
    if len(asked) > 2:
        yield from _some(
            doc, "suspicious", "encoding", asked, text, "a question mark inside a word"
        )


def _repairs(run: str) -> bool:
    """Whether some characters, written as Windows-1252, are UTF-8."""
    data = bytearray()
    for character in run:
        try:
            data += character.encode("cp1252")
        except UnicodeEncodeError:
            data += character.encode("latin-1", errors="ignore")
    try:
        return len(data.decode("utf-8")) < len(run)
    except UnicodeDecodeError:
        return False


def _some(
    doc: str, severity: str, kind: str, matches: list, text: str, what: str
) -> Iterator[Finding]:
    """The first of several findings of one kind, and how many there are."""
    for match in matches[:1]:
        around = text[max(0, match.start() - 15) : match.end() + 15]
        count = f" ({len(matches):,} places)" if len(matches) > 1 else ""
        yield place(doc, severity, kind, f"{what}: {quote(around)}{count}", text, match.start())


def _check_remains(doc: str, text: str) -> Iterator[Finding]:
    """Lines that belong to a web page and not to its article."""
    lines = [(match.start(), match[0]) for match in re.finditer(r"[^\n]+", text)]
    lines = [(start, line) for start, line in lines if line.strip()]
    marks = mark_navigation([line.strip() for _, line in lines])
    found = [(at, line) for (at, line), mark in zip(lines, marks, strict=True) if mark]
    for at, line in lines:
        match = _CONSENT.search(line) if len(line) < 400 else None
        if match and (at, line) not in found:
            found.append((at, line))
    for at, line in sorted(found)[:MOST]:
        yield place(doc, "suspicious", "page remains", quote(line), text, at)
    if len(found) > MOST:
        yield Finding(doc, "suspicious", "page remains", f"{len(found) - MOST} more such lines")
    tags = list(_TAG.finditer(text))
    yield from _some(doc, "wrong", "page remains", tags, text, "an HTML tag")


def _check_language(doc: str, text: str, language: str) -> Iterator[Finding]:
    guessed = guess_language(text)
    stated = read_language(language)[:2].lower()
    related = ({"da", "no", "nb", "nn"}, {"sr", "hr", "bs"}, {"id", "ms"}, {"fa", "ar", "ur"})
    if not guessed or not stated or guessed == stated:
        return
    if not any({guessed, stated} <= group for group in related):
        what = f"the manifest says {language!r}, the text reads like {guessed!r}"
        yield Finding(doc, "suspicious", "language", what)


def _check_end(doc: str, text: str) -> Iterator[Finding]:
    """Whether a text stops in the middle."""
    body = text.rstrip()
    at = body.rfind("\n") + 1
    last = body[at:]
    more = _MORE.search(last)
    if more:
        what = f"the text ends with {quote(more[0])}"
        yield place(doc, "suspicious", "cut", what, text, at + more.start())
    elif body.endswith(("…", "...")):
        yield place(doc, "suspicious", "cut", "the text ends with “…”", text, len(body) - 1)
    elif not _STOP.search(last) and len(last.split()) > 5:
        what = f"the text ends without a stop: {quote(last[-40:])}"
        yield place(doc, "suspicious", "cut", what, text, len(body) - 1)
