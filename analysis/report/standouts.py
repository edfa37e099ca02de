"""What stands out, at the head of a report: sentences of differences that hold, with passages."""

from __future__ import annotations

from typing import Any

import pandas as pd

import analysis as da
from analysis import wording
from analysis.report.figures import Key, PassageList, Report, Standout, Standouts
from analysis.tables import InputError, silent

MOST = 8  # sentences
ALIKE = 2  # of one kind about one group
_NAMED = 6  # further items of one kind about one group
_UNITS = {"tone": "sentence", "speaker": "stretch", "most words": "stretch"}
_FIGURES = {  # what shows a difference of groups, and one of speakers
    "word": "Keywords by {by}",
    "name": "Names by {by}",
    "speaker": "Voices by {by}",
    "tone": "Tone by {by}",
    "most words": "Who is given how many words",
    "given the word": "Who is given how many words",
}
_LIKEWISE = {  # what holds for each further item: less, or more
    "word": ("Less often there, too, or not at all", "More often there, too"),
    "name": ("Less often there, too, or not at all", "More often there, too"),
    "speaker": (
        "A smaller part there, too, or none, are the words of",
        "A larger part there, too, are the words of",
    ),
    "given the word": (
        "Quoted in fewer of the texts that name them, too, or in none",
        "Quoted in more of the texts that name them, too",
    ),
}


def find_standouts(report: Report) -> Standouts:
    """The differences of a corpus that hold, the surest first, as sentences for the page."""
    corpus, by = report.corpus, report.by
    kinds, lacking = ["words", "tone"], ""
    try:
        corpus.make("mentions", "voiced")
        kinds = ["words", "names", "speakers", "tone"]
    except InputError as error:
        lacking = f"Names and speakers are not compared: {error}"
    with silent():
        table = da.find_key_differences(corpus, by=by, kinds=kinds)
    chosen = _chosen(table)
    found = []
    for number, (place, likewise) in enumerate(chosen):
        others = table.iloc[likewise]
        found.append(_standout(report, table.iloc[[place]], others, str(number)))
    return Standouts(found, _said(table, report, lacking), table)


def _chosen(table: pd.DataFrame) -> list[tuple[int, list[int]]]:
    """The rows that get a sentence, each with further rows of its kind, group and direction."""
    chosen: dict[int, list[int]] = {}
    about: dict[tuple[Any, ...], list[int]] = {}
    said: dict[tuple[Any, ...], set[str]] = {}
    records: Any = table.to_dict("records")
    for place, row in enumerate(records):
        side = (row["by"], row["target"], row["reference"], row["difference"] > 0)
        words = set(str(row["item"]).lower().split())
        if row["kind"] in ("word", "name"):
            if words & said.get(side, set()):
                continue  # “putin” beside “Vladimir Putin”
            said.setdefault(side, set()).update(words)
        own = about.setdefault((row["kind"], *side), [])
        if len(own) < ALIKE and len(chosen) < MOST:
            own.append(place)
            chosen[place] = []
        elif own and row["item"] and row["kind"] in _LIKEWISE:
            chosen[own[-1]].append(place)
    return list(chosen.items())


def _standout(report: Report, row: pd.DataFrame, others: pd.DataFrame, name: str) -> Standout:
    """A sentence, the figure that shows it, its passages, and what else is so with theirs."""
    records: Any = row.to_dict("records")
    one = records[0]
    shown = _FIGURES[one["kind"]].format(by=one["by"])
    figure = "" if one["by"] == "published" and one["by"] != report.by else shown
    key = _listed(report, row, ("stands out", name))
    items = others["item"].astype(str).head(_NAMED)
    likewise = [
        (wording.label(item, 60), _listed(report, others.iloc[[n]], ("stands out", name, str(n))))
        for n, item in enumerate(items)
    ]
    also = _LIKEWISE[one["kind"]][int(one["difference"] > 0)] if likewise else ""
    return Standout(
        str(one["text"]), figure, key, float(one["p"]), also, likewise, len(others) - len(likewise)
    )


def _listed(report: Report, row: pd.DataFrame, key: Key) -> Key | None:
    """Put the passages of a row on the page; None where it has none."""
    records: Any = row.to_dict("records")
    one = records[0]
    title = wording.label(one["item"] or "All sentences", 60)
    where = ""
    if not one["count"] and one["kind"] in ("word", "name"):  # what the others have and it lacks
        row = row.assign(by="", count=row["count_reference"])
        where = " · in the other texts"
    elif one["by"]:
        where = f" · {wording.label(one['target'], 60)}"
    passages = da.find_passages(row, report.corpus, window=0)
    if not len(passages):
        return None
    unit = _UNITS.get(one["kind"], "passage")
    rows = passages[["doc", "start", "end"]].astype({"doc": object})
    rows.attrs = {}
    report.lists[key] = PassageList(title + where, rows, unit=unit, spread=one["kind"] in _UNITS)
    return key


def _said(table: pd.DataFrame, report: Report, lacking: str) -> str:
    """What was compared, how, and what was not."""
    compared = table.attrs["compared"]
    groups = f"the groups by “{report.by}”" if report.by else ""
    dates = "" if "published" in table.attrs["skipped"] else "the later and the earlier half"
    what = wording.listing([part for part in (groups, dates, "the speakers") if part], width=80)
    if not compared:
        text = "Nothing was compared: there are too few texts, or no two groups of three or more."
    elif not len(table):
        text = (
            f"Nothing stands out: of {compared:,} comparisons of {what}, none is beyond what chance"
            " gives when groups, dates and speakers are dealt at random. That does not say that"
            " the texts are alike: few texts can show little."
        )
    else:
        text = (
            f"Of {compared:,} comparisons of {what}, {wording.plural(len(table), 'difference')}"
            f" {'is' if len(table) == 1 else 'are'} beyond what chance gives (corrected for all"
            " of them; a corpus in which nothing differs would have any here at most 5 times in"
            " 100). The surest first; in brackets 95 % intervals of the difference. They say what"
            " differs, not why."
        )
    reasons = [why for name, why in table.attrs["skipped"].items() if name != report.by]
    if report.why_not:
        reasons.insert(0, report.why_not)
    elif report.by in table.attrs["skipped"]:
        reasons.insert(0, "No two groups have three texts or more; they are not compared.")
    return wording.sentences(text, *reasons, lacking)
