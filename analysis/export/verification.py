"""Checking a bundle: its files against their hashes, its pictures, its numbers."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.export.bounds import (
    CSV_SIZE,
    PER_WORD,
    ROWS,
    SIZE,
    TIME,
    OutOfTimeError,
    check_picture,
    time_limit,
)
from analysis.export.csv import encode_table
from analysis.export.pictures import DPI, figure_of, look_alike, plotted, render_figure, words_file
from analysis.export.record import (
    SUFFIXES,
    bundle_stem,
    file_name,
    parse_record,
    read_bundle,
    read_limited,
    render_record,
    versions,
)
from analysis.export.replay import UnrecordedError, recompute, run_chart, without_seed
from analysis.export.typeset import render_table
from analysis.files import hash_file, hash_text
from analysis.layers import Corpus
from analysis.tables import InputError, is_corpus, make_printable

COLUMNS = ("check", "file", "status", "detail")
OK, DIFFERS, UNCHECKED = "ok", "differs", "not checked"
Row = tuple[str, str, str, str]
_SHOWN = 5  # differing rows named one by one
_BOUNDS = ["low", "high", "interval"]
_RESAMPLED = (
    "An earlier version resampled the intervals (seed=), this one computes them: {}; save it again."
)


def verify(
    bundle: str | os.PathLike[str],
    *,
    corpus: Corpus | pd.DataFrame | str | os.PathLike[str] | None = None,
) -> pd.DataFrame:
    """Check that a saved figure or table is what was saved, and that its numbers can be reproduced.

    Parameters
    ----------
    bundle : path
        The path given to `save_figure` or `save_table`, or any file of the bundle.
    corpus : Corpus, pandas.DataFrame or path, optional
        The corpus, its documents table or its folder. If given, the numbers are computed again.

    Returns
    -------
    pandas.DataFrame
        One row per check: ``check`` ("hash", "redraw", "corpus", "recompute"), ``file``,
        ``status`` ("ok", "differs", "not checked"), ``detail`` (a sentence where not "ok").
        ``attrs["verdict"]`` is "differs" if any check says so, else "checked in part" if something
        could not be checked, else "verified".

    Raises
    ------
    InputError
        If there is no bundle at that path, or the corpus cannot be used.

    Notes
    -----
    Each check catches a forgery that would pass the ones before. *hash*: is each file the one that
    was saved? *redraw*: does the CSV, drawn again with the recorded settings, give the same bytes
    (or, with other versions of matplotlib, the same data and a PNG that looks the same)?
    *recompute*: do the recorded steps, run on this corpus, give each row of the CSV with the same
    numbers (to nine digits)?

    A figure shows only part of its measure's rows, so a row that was removed is seen by *redraw*,
    not by *recompute*. Documents selected between two steps (``tokens[tokens["doc"] == "a"]``) are
    in the record; rows selected otherwise are not, and what depends on them differs. A record can
    name only measures and charts of this package and plain values: no path, cache, engine or
    function; and no more rows, steps and time than an honest one needs. None of this shows that the
    measure was the right one.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.export.save import save_table
    >>> rows = pd.DataFrame({"term": ["peace"], "count": [3]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = save_table(rows, folder + "/terms", caption="One term.", formats=["tex"])
    ...     _ = (saved.parent / "terms.csv").write_text("term,count\\npeace,4\\n")
    ...     checks = verify(saved)
    >>> checks[checks["status"] == "differs"][["check", "file"]].values.tolist()
    [['hash', 'terms.csv'], ['redraw', 'terms.tex']]
    """
    stem = bundle_stem(bundle)
    path = file_name(stem, ".json")
    if not path.is_file():
        raise InputError(
            f"There is no bundle at {stem}: {path.name} is missing; give the path that save_figure "
            "or save_table was given."
        )
    given = _corpus(corpus)
    try:
        raw = read_limited(path, SIZE)
        record = parse_record(raw, path.name)
    except InputError as error:
        return _report([("hash", path.name, DIFFERS, str(error))])
    rows = [*_check_hashes(stem, record, raw)]
    try:
        data = read_bundle(stem)
    except InputError as error:
        rows.append(("redraw", f"{stem.name}.csv", DIFFERS, str(error)))
        return _report(rows)
    rows += _check_drawing(stem, record, data)
    if given is not None:
        rows += _check_corpus(stem, record, data, given)
    return _report(rows)


def _report(rows: list[Row]) -> pd.DataFrame:
    """The table of the checks, and what they come to."""
    # names and values of the record are shown, which may hold what steers a terminal
    shown = [[make_printable(" ".join(cell.split())) for cell in row] for row in rows]
    checks = pd.DataFrame(shown, columns=list(COLUMNS))
    found = set(checks["status"])
    verdict = "checked in part" if UNCHECKED in found else "verified"
    checks.attrs["verdict"] = "differs" if DIFFERS in found else verdict
    return checks


def _corpus(given: Any) -> Corpus | None:
    """The corpus to compute on again: given, of a documents table, or read from its folder."""
    if given is None or is_corpus(given):
        return given  # type: ignore[no-any-return]
    if isinstance(given, pd.DataFrame):
        return Corpus(given)
    found: Corpus = import_module("analysis").read_corpus(given)
    return found


def _check_hashes(stem: Path, record: dict[str, Any], raw: bytes) -> Iterator[Row]:
    """Each file against its recorded hash; files that are missing, or there beside them."""
    for suffix in SUFFIXES[:-1]:
        path = file_name(stem, suffix)
        listed = record["files"].get(path.name)
        if listed is None and path.exists():
            yield "hash", path.name, DIFFERS, "The file is not part of the bundle."
        elif listed is not None and not path.is_file():
            yield "hash", path.name, DIFFERS, "The file is missing."
        elif listed is not None:
            small = path.stat().st_size <= CSV_SIZE
            same = small and hash_file(path) == listed["sha256"]
            detail = "" if same else "The file is not the one that was saved."
            yield "hash", path.name, OK if same else DIFFERS, detail
    own = {file_name(stem, suffix).name for suffix in SUFFIXES}
    for name in sorted(set(record["files"]) - own):
        yield "hash", str(name), DIFFERS, "The record names a file that is no part of a bundle."
    same = render_record(record) == raw
    detail = "" if same else "The file was edited after it was saved."
    yield "hash", f"{stem.name}.json", OK if same else DIFFERS, detail


def _check_drawing(stem: Path, record: dict[str, Any], data: pd.DataFrame) -> list[Row]:
    """The CSV drawn or typeset again, against the files that are there."""
    own = {file_name(stem, suffix).name for suffix in SUFFIXES}  # a record may name no other file
    files = [name for name in record["files"] if name in own and not name.endswith(".csv")]
    if len(data) > ROWS:
        reason = f"It has {len(data):,} rows, more than the {ROWS:,} that are drawn again."
        return [("redraw", name, UNCHECKED, reason) for name in files]
    try:
        with time_limit(TIME, "drawing it again"):
            if record["kind"] == "table":
                fresh, reason = _typeset_again(record, data), ""
            else:
                fresh, reason = _draw_again(record, data)
    except OutOfTimeError as error:
        return [("redraw", name, UNCHECKED, f"Stopped: {error}.") for name in files]
    except Exception as error:  # whatever a tampered setting makes a chart do
        detail = f"It could not be drawn again ({type(error).__name__}: {error})."
        return [("redraw", name, DIFFERS, detail) for name in files]
    rows = []
    for name in [f"{stem.name}.csv", *files]:
        content = fresh.get(Path(name).suffix)
        path = stem.parent / name
        if content is None:
            if reason and name in files:
                rows.append(("redraw", name, UNCHECKED, reason))
        elif not path.is_file() or read_limited(path, CSV_SIZE) != content:
            rows.append(("redraw", name, *_unlike(record, path, content)))
        else:
            rows.append(("redraw", name, OK, ""))
    return rows


def _unlike(record: dict[str, Any], path: Path, fresh: bytes) -> tuple[str, str]:
    """What it means that a file came out otherwise; with other versions, a PNG is looked at."""
    name = path.name
    here, there = versions(), record["versions"]
    other = [
        f"{package} {there[package]} then, {here.get(package, 'none')} now"
        for package in there
        if there[package] != here.get(package)
    ]
    if other and not name.endswith(".csv"):
        alike = ""
        if name.endswith(".png") and path.is_file():
            if not look_alike(read_limited(path, CSV_SIZE), fresh):
                return DIFFERS, f"Drawn again, it looks otherwise ({'; '.join(other)})."
            alike = "Drawn again, it looks the same. "
        return UNCHECKED, f"{alike}Other versions write other bytes ({'; '.join(other)})."
    if any(map(_resampled, record["made"])) and not name.endswith(".csv"):
        return UNCHECKED, _RESAMPLED.format("other marks and notes are drawn")
    if name.endswith(".csv"):
        return DIFFERS, "Drawn again, the chart holds other data than the CSV."
    return DIFFERS, "Drawn again from the CSV, it has other bytes: data, settings or file changed."


def _resampled(made: dict[str, Any]) -> bool:
    """Whether an earlier version made the intervals of a chart or table, by resampling."""
    try:
        return any(without_seed(step) != step for step in made["steps"])
    except Exception:  # a tampered step; `recompute` says what is wrong with it
        return False


def _typeset_again(record: dict[str, Any], data: pd.DataFrame) -> dict[str, bytes]:
    return render_table(
        data,
        record["caption"],
        record["note"],
        formats=[Path(name).suffix[1:] for name in record["files"]],
        digits=record["made"][0]["params"]["digits"],
    )


def _draw_again(record: dict[str, Any], data: pd.DataFrame) -> tuple[dict[str, bytes], str]:
    """The files of a figure as its chart draws them now, and why some are not among them."""
    calls = [made["call"] for made in record["made"]]
    if len(calls) != 1:
        return {}, "Several charts share this figure; its layout is not in the record."
    if not calls[0]:
        return {}, "The figure was drawn by code of its own, which is not in the record."
    from matplotlib import pyplot as plt

    from analysis.charts.changes import change_again
    from analysis.charts.style import chart_record

    figure = figure_of(run_chart(calls[0], data, record["made"][0]["params"]))
    try:
        change_again(figure, record["figure"].get("changes") or [])
        check_picture(figure, DPI)
        chart = chart_record(figure) or {}
        drawn, _ = plotted(chart)
        fresh = {".csv": encode_table(drawn)[0].encode()}
        fresh[".txt"] = words_file(record["caption"], record["alt"], chart)
        if not record["figure"]["own"]:
            return fresh, "The chart was drawn into a figure whose layout is not in the record."
        formats = [Path(name).suffix[1:] for name in record["files"]]
        words = record["caption"], record["alt"]
        return {**fresh, **render_figure(figure, *words, formats=formats, own_style=True)}, ""
    finally:
        plt.close(figure)


def _check_corpus(
    stem: Path, record: dict[str, Any], data: pd.DataFrame, corpus: Corpus
) -> Iterator[Row]:
    """The documents against the recorded fingerprint, and the numbers computed from them."""
    name = f"{stem.name}.csv"
    there, here = record["corpus"].get("fingerprint"), _fingerprint(corpus.documents)
    if there is None:
        yield "corpus", name, UNCHECKED, "No fingerprint of a corpus is recorded."
    elif there == here:
        yield "corpus", name, OK, ""
    else:
        yield "corpus", name, DIFFERS, f"The texts are others: {str(there)[:12]}, now {here[:12]}."
    texts = corpus.documents.get("text", pd.Series([], dtype="str"))
    allowed = (TIME + PER_WORD * texts.str.len().sum() / 6) / max(1, len(record["made"]))
    for number, made in enumerate(record["made"], start=1):
        rows = data if len(record["made"]) == 1 else _panel(data, number)
        if not made["steps"]:
            yield "recompute", name, UNCHECKED, "No step of a measure is recorded."
            continue
        try:
            with time_limit(allowed, "computing it again"):
                fresh = recompute(made["steps"], corpus)
            whole = record["kind"] == "table" and not record["attrs"].get("chosen_rows")
            old = _resampled(made) and bool(set(_BOUNDS) & set(rows.columns))
            rows = rows.drop(columns=_BOUNDS, errors="ignore") if old else rows
            found = compare_rows(rows, fresh, whole=whole)
            if found[0] == OK:
                found = _compare_coding(record, made, number, fresh) or found
            if old and found[0] == OK:
                found = UNCHECKED, _RESAMPLED.format("all other numbers are the same")
        except OutOfTimeError as error:
            yield "recompute", name, UNCHECKED, f"Stopped: {error}."
            continue
        except UnrecordedError as error:
            yield "recompute", name, UNCHECKED, f"It cannot be computed again: {error}."
            continue
        except Exception as error:  # a tampered step may make a measure do anything
            yield (
                "recompute",
                name,
                DIFFERS,
                f"The recorded steps cannot be run ({type(error).__name__}: {error}).",
            )
            continue
        yield "recompute", name, *found


def _fingerprint(documents: pd.DataFrame) -> str:
    """The fingerprint of the texts themselves, whatever the column sha256 says of them."""
    if "text" in documents.columns:
        documents = documents.assign(sha256=[hash_text(text) for text in documents["text"]])
    return str(import_module("analysis.corpus.read").fingerprint(documents))


def _panel(data: pd.DataFrame, number: int) -> pd.DataFrame:
    return data[data["panel"] == number].drop(columns="panel").dropna(axis="columns", how="all")


def _compare_coding(
    record: dict[str, Any], made: dict[str, Any], number: int, fresh: pd.DataFrame
) -> tuple[str, str] | None:
    """What the record says of hand codes in words, and whether their sample can be drawn again."""
    said = record["attrs"] if number == len(record["made"]) else {}
    checks = import_module("analysis.coding.recount")
    for name in ("coded", "share_of"):
        now = fresh.attrs.get(name)
        if name in said and said[name] != now and not checks.same_codes(said[name], now):
            return DIFFERS, f"It is said {said[name]!r}; recomputed {now!r}."
    if why := checks.unknown_frame(made["steps"]):
        return UNCHECKED, why
    return None


def compare_rows(rows: pd.DataFrame, fresh: pd.DataFrame, *, whole: bool) -> tuple[str, str]:
    """Look every row up in a recomputed table."""
    shared = [name for name in rows.columns if name in fresh.columns]
    if not shared:
        return UNCHECKED, "The recorded steps give none of the CSV's columns."
    keys = _keys(fresh, shared)
    numbers = [name for name in shared if name not in keys]
    places = {key: place for place, key in enumerate(_labels(fresh, keys))}
    slack = 2e-6 if "model" in fresh.attrs else 1e-12  # a model's scores are sums of rounded ones
    wrong = []
    for number, key in enumerate(_labels(rows, keys)):
        label = ", ".join(textwrap.shorten(part, 40, placeholder=" …") for part in key[:-1] if part)
        place = places.get(key)
        if place is None:
            wrong.append(f"row {number + 1} ({label}) is not among the recomputed rows")
            continue
        for name in numbers:
            then, now = rows[name].iloc[number], fresh[name].iloc[place]
            if not _same(then, now, slack):
                wrong.append(f"row {number + 1} ({label}): {name} is {then}, recomputed {now}")
    if whole and len(fresh) != len(rows):
        wrong.append(f"{len(rows)} rows were saved, {len(fresh)} are recomputed")
    if not wrong:
        extra = [str(name) for name in rows.columns if name not in fresh.columns]
        return OK, f"Not among the measure's columns: {', '.join(extra)}." if extra else ""
    more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return DIFFERS, f"{'; '.join(wrong[:_SHOWN])}{more}."


def _keys(fresh: pd.DataFrame, shared: list[str]) -> list[str]:
    """Columns that identify the rows: those without numbers, then whole numbers as needed."""
    numeric = [name for name in shared if pd.api.types.is_numeric_dtype(fresh[name].dtype)]
    keys = [name for name in shared if name not in (*numeric, "interval")]
    for name in numeric:
        if keys and all(label[-1] == 0 for label in _labels(fresh, keys)):
            break
        if pd.api.types.is_integer_dtype(fresh[name].dtype):
            keys.append(name)
    return keys


def _labels(table: pd.DataFrame, keys: list[str]) -> list[tuple[Any, ...]]:
    """One tuple per row; rows that are still alike are counted in its last place."""
    columns = [
        [None if missing else str(value) for value, missing in zip(c, c.isna(), strict=True)]
        for c in (table[key].astype(object) for key in keys)
    ]
    seen: dict[tuple[Any, ...], int] = {}
    labels = []
    for position in range(len(table)):
        key = tuple(column[position] for column in columns)
        seen[key] = seen.get(key, -1) + 1
        labels.append((*key, seen[key]))
    return labels


def _same(then: Any, now: Any, slack: float = 1e-12) -> bool:
    if pd.isna(then) or pd.isna(now):
        return bool(pd.isna(then) and pd.isna(now))
    try:
        return bool(np.isclose(float(then), float(now), rtol=1e-9, atol=slack))
    except (TypeError, ValueError):
        return bool(then == now)
