"""Small tables as the measures return them, for the tests of the charts, and eyes to read figures.

The numbers are made up so that a test can name them; the words stand in for a corpus of news.
"""

from __future__ import annotations

import functools
import io
from typing import Any

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.collections as mcollections
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import analysis
from analysis.charts.style import chart_record

SUMMARIES = "summaries written for this project"
INTERVAL = "95 % Korn–Graubard over documents"
TERMS = [
    "peace", "war", "talks", "security", "treaty", "neutrality", "delegation", "president",
    "ceasefire", "guarantees", "negotiations", "territory", "sovereignty", "переговоры", "forum",
]  # fmt: skip
NAMES = [
    "European Union", "Vladimir Putin", "Volodymyr Zelensky", "NATO", "China", "United States",
    "Istanbul", "Joe Biden", "Alexander Lukashenko", "International Atomic Energy Agency", "G7",
    "Xi Jinping", "Boris Johnson", "UN General Assembly",
]  # fmt: skip


def corpus(documents: int = 33, briefs: int = 33) -> dict[str, Any]:
    """What read_corpus writes into attrs."""
    return {
        "corpus": {
            "name": "talks",
            "fingerprint": "ab12",
            "documents": documents,
            "briefs": briefs,
            "originals": documents - briefs,
            "note": SUMMARIES if briefs else "",
        },
        "steps": [],
    }


def table(rows: Any, attrs: dict[str, Any] | None = None) -> pd.DataFrame:
    """A table with the attrs of a corpus."""
    made = pd.DataFrame(rows)
    made.attrs = attrs or corpus()
    return made


def terms(sides: tuple[str, ...] = (), n: int = 15) -> pd.DataFrame:
    """count_terms."""
    rows = []
    for number, side in enumerate(sides or ("",)):
        base = 2000 + 500 * number
        for rank, term in enumerate(TERMS[:n]):
            count = 30 - 2 * rank + (3 * number * rank) % 7
            rate = 1000 * count / base
            row = {"side": side} if sides else {}
            row |= {"term": term, "count": count, "base": base, "rate": rate, "documents": 3}
            row |= {"rank": rank + 1, "low": 0.7 * rate, "high": 1.4 * rate, "interval": INTERVAL}
            rows.append(row)
    return table(rows)


def over_time(lines: tuple[str, ...] = ("war", "conflict", "operation")) -> pd.DataFrame:
    """count_over_time, by week, with three weeks in which nothing was published."""
    rows = []
    for number, term in enumerate(lines):
        for week, period in enumerate(pd.date_range("2024-04-01", periods=10, freq="7D")):
            if week in (3, 5, 6):
                continue
            count, base = (week * (number + 2)) % 7 + number, 900
            rate = 1000 * count / base
            rows.append(
                {"period": period, "term": term, "count": count, "base": base, "rate": rate,
                 "documents": 2, "low": max(rate - 1, 0), "high": rate + 2, "interval": INTERVAL}
            )  # fmt: skip
    return table(rows)


def over_text(lines: tuple[str, ...] = ("war", "peace"), bins: int = 10) -> pd.DataFrame:
    """count_over_text."""
    rows = []
    for number, term in enumerate(lines):
        for part in range(bins):
            rate = 2.0 + number + (part * 3) % 5
            rows.append(
                {"bin": part, "from_percent": 100 * part / bins, "term": term,
                 "to_percent": 100 * (part + 1) / bins, "count": round(rate), "base": 1000,
                 "rate": float(round(rate)), "low": rate - 1, "high": rate + 1.5,
                 "interval": INTERVAL}
            )  # fmt: skip
    return table(rows)


def positions(lines: tuple[str, ...] = ("peace",), docs: int = 9) -> pd.DataFrame:
    """find_positions."""
    names = [f"outlet-{number}-2024-05-15" for number in range(docs)]
    rows = [
        {"doc": doc, "term": term, "sentence": 0, "position": hit, "start": hit, "end": hit + 5,
         "percent": (17.0 * hit + 23 * number + 31 * line) % 100}
        for number, doc in enumerate(names)
        for line, term in enumerate(lines)
        for hit in range(1 + (number + line) % 4)
    ]  # fmt: skip
    made = table(rows)
    made["doc"] = pd.Categorical(made["doc"], categories=[*names, "no-hit"])
    return made


def keyness(sides: tuple[str, ...] = ("east",), n: int = 40) -> pd.DataFrame:
    """compare_terms."""
    vocabulary = [*TERMS, *(f"word{number}" for number in range(n - len(TERMS)))]
    rows = []
    for number, side in enumerate(sides):
        for place, term in enumerate(vocabulary):
            ratio = round(8 * ((0.618 * place + 0.21 * number + 0.4) % 1) - 4, 3)
            evidence = round(ratio**2 * (1 + place % 3), 3)
            rows.append(
                {"target": side, "reference": "the rest", "term": term, "count": 5 + place % 9,
                 "count_reference": 3 + place % 4, "base": 3000 + number, "base_reference": 4000,
                 "group_documents": 7, "group_documents_reference": 26, "units": "documents",
                 "g2_four_term": evidence, "p_adjusted": 0.001 if evidence > 6 else 0.4,
                 "p": float(np.exp(-evidence)), "log_ratio": ratio,
                 "lrc": np.sign(ratio) * max(abs(ratio) - 1.2, 0)}
            )  # fmt: skip
    return table(rows)


def pairs() -> pd.DataFrame:
    """count_entity_pairs."""
    rows = []
    for one, source in enumerate(NAMES):
        for other, target in enumerate(NAMES[one + 1 :], start=one + 1):
            if (one * 7 + other * 3) % 4 == 0 or one == 0:
                count = 1 + (one + 2 * other) % 9
                rows.append({"source": source, "target": target, "count": count, "documents": 2})
    return table(rows)


def edges() -> pd.DataFrame:
    """find_collocate_network."""
    rows = [
        {"source": node, "target": TERMS[(3 * number + step) % 12 + 3], "count": 3 + step,
         "count_node": 20, "count_collocate": 5 + step, "log_dice": 8.0 + step / 3}
        for number, node in enumerate(TERMS[:3])
        for step in range(6)
    ]  # fmt: skip
    step = {"call": "find_collocate_network", "on": "tokens", "params": {"measure": "log_dice"}}
    return table(rows, corpus() | {"steps": [step]})


def entities(columns: int = 6) -> pd.DataFrame:
    """count_entities by document."""
    rows = [
        {"doc": f"doc-{number}", "entity": name, "label": "ORG", "base": 500,
         "count": (2 * place + 3 * number) % 5, "rate": 2.0 * ((2 * place + 3 * number) % 5)}
        for number in range(columns)
        for place, name in enumerate(NAMES)
    ]  # fmt: skip
    return table(rows)


def arc(sides: tuple[str, ...] = ("east", "west")) -> pd.DataFrame:
    """score_arc."""
    rows = [
        {"side": side, "bin": part, "from_percent": 10.0 * part, "to_percent": 10.0 * (part + 1),
         "compound": 0.1 * ((part + number) % 4) - 0.15, "base": 12, "interval": INTERVAL,
         "low": 0.1 * ((part + number) % 4) - 0.3, "high": 0.1 * ((part + number) % 4)}
        for number, side in enumerate(sides)
        for part in range(10)
    ]  # fmt: skip
    return table(rows)


def sentiment() -> pd.DataFrame:
    """summarise_sentiment."""
    values = {"east": -0.21, "west": 0.13, "other": 0.02}
    rows = [
        {"side": side, "negative": 0.1, "neutral": 0.8, "positive": 0.1, "compound": value,
         "base": 90, "documents": 5, "low": value - 0.1, "high": value + 0.12,
         "interval": INTERVAL}
        for side, value in values.items()
    ]  # fmt: skip
    return table(rows)


def shift() -> pd.DataFrame:
    """compare_sentiment."""
    rows = []
    for place, term in enumerate(TERMS):
        sign = 1 if place % 3 else -1
        whole = sign * 0.05 / (place + 1)
        valence = -0.5 if place % 2 else 0.4
        rows.append(
            {"target": "east", "reference": "west", "term": term, "count": place, "base": 80,
             "count_reference": 3, "base_reference": 90, "valence": valence if place else np.nan,
             "valence_reference": valence, "frequency_part": 0.8 * whole, "mean": 0.05,
             "valence_part": 0.2 * whole, "contribution": whole, "mean_reference": -0.02,
             "difference": 0.07}
        )  # fmt: skip
    return table(rows)


def by_side(make: Any, sides: tuple[str, ...] = ("east", "west", "north")) -> pd.DataFrame:
    """A measure's table for several groups."""
    whole = pd.concat([make().assign(side=side) for side in sides], ignore_index=True)
    whole.attrs = corpus()
    return whole


def targets(sides: tuple[str, ...] = ("east", "west", "north")) -> pd.DataFrame:
    """summarise_targets, with a group that mentions hardly anybody."""
    rows = []
    for number, side in enumerate(sides):
        for rank, name in enumerate(NAMES):
            count = (25 - rank) // (1 + 3 * number)
            good, bad = rank // 2, count // 3
            row = {"side": side, "entity": name, "label": "ORG" if name.isupper() else "PERSON"}
            row |= {"favourable": good, "critical": bad, "neither": count - good - bad}
            row |= {"count": count, "documents": min(count, 8)}
            share = good / (good + bad) if good + bad else np.nan
            row |= {"share": share, "low": max(share - 0.3, 0), "high": min(share + 0.3, 1)}
            row |= {"interval": INTERVAL, "negative": 0.3, "neutral": 0.5, "positive": 0.2}
            rows.append(row | {"score": -0.1})
    tone = {name: {"threshold": 0.9, "precision": 0.7, "opposite": 0.1} for name in TONE}
    return table(rows, {**corpus(), "tone": tone})


TONE = ("negative", "positive")


def evaluations() -> pd.DataFrame:
    """count_evaluations, with a cell where critical acts prevail and others where nothing does."""
    rows = []
    for number, evaluator in enumerate(SPEAKERS[:5]):
        for rank, target in enumerate(NAMES[:6]):
            bad, good = (12 - rank, 0) if not number else (2, rank % 3)
            share = good / (good + bad)
            row = {"evaluator": evaluator, "target": target, "favourable": good, "critical": bad}
            row |= {"count": good + bad, "documents": min(good + bad, 6), "share": share}
            low, high = max(share - 0.4, 0), min(share + 0.4, 1)
            rows.append(row | {"low": low, "high": high, "interval": INTERVAL})
    measured = {"precision": 0.74, "low": 0.65, "high": 0.82, "n": 100}
    return table(rows, {**corpus(), "measured": measured})


SPEAKERS = [
    "Vladimir Putin", "Xi Jinping", "Volodymyr Zelensky", "Dmytro Kuleba", "Joe Biden",
    "Institute for the Study of War", "Dmitry Peskov", "António Guterres", "Sergey Lavrov",
]  # fmt: skip
CLASSES = ["neutral", "assertive", "structuring", "doubting", "directive"]
OUTLETS = ["RT", "Xinhua (People's Daily Online)", "Reuters", "The Kyiv Independent", "AP"]
FATES = ["kept", "trimmed", "re-worded", "paraphrased", "unmarked", "dropped"]
SAID = [
    "We are open to a dialogue on Ukraine, but such negotiations must take into account all",
    "China truly understands the root causes of this crisis",
    "a just and lasting peace",
    "Russia’s favourite lies",
]


def voices() -> pd.DataFrame:
    """count_voices, split by speech."""
    rows, base = [], 4000
    for number, name in enumerate([*SPEAKERS, "writer", "headline"]):
        for speech in ("quoted", "reported") if number < len(SPEAKERS) else ("",):
            count = {"writer": 2600, "headline": 60}.get(name, 0)
            count = count or (300 - 31 * number if speech == "quoted" else 90 + 13 * number)
            share = count / base
            row = {"voice": name, "speech": speech, "count": count, "base": base}
            row |= {"share": share, "documents": 4, "rank": 1}
            row |= {"low": 0.6 * share, "high": 1.5 * share, "interval": INTERVAL}
            rows.append(row)
    return table(rows)


def cues() -> pd.DataFrame:
    """count_cues by speaker."""
    rows = []
    for number, name in enumerate(SPEAKERS[:6]):
        counts = [9 - number, 4, 2 + number % 3, number, 1]
        base = sum(counts)
        for item, count in zip(CLASSES, counts, strict=True):
            share = count / base
            rows.append(
                {"speaker": name, "cue_class": item, "count": count, "base": base,
                 "share": share, "documents": 3, "rank": 1, "low": 0.5 * share,
                 "high": min(1.6 * share, 1.0), "interval": INTERVAL,
                 "cues": f"said {count}"}
            )  # fmt: skip
    return table(rows)


def namings() -> pd.DataFrame:
    """count_namings of one set of variants, more forms than have a colour."""
    forms = ["war", "conflict", "crisis", "invasion", "aggression", "special military operation",
             "issue", "hostilities", "events"]  # fmt: skip
    rows = []
    for number, outlet in enumerate(OUTLETS):
        counts = [(7 * place + 5 * number) % 11 for place in range(len(forms))]
        for form, count in zip(forms, counts, strict=True):
            rows.append(
                {"outlet": outlet, "actor": "what happens in Ukraine since 2022",
                 "strategy": "variant", "form": form, "count": count, "base": sum(counts),
                 "share": count / sum(counts), "documents": 2, "rank": 1}
            )  # fmt: skip
    return table(rows)


def tone() -> pd.DataFrame:
    """score_tone_by_voice by outlet; the last one has no speakers."""
    rows = []
    for number, outlet in enumerate(OUTLETS):
        for place, kind in enumerate(["all voices", "writer", "headline", "speakers"]):
            value = 0.8 - 0.5 * number + 0.6 * (place - 1)
            value = np.nan if outlet == "AP" and kind == "speakers" else round(value, 3)
            rows.append(
                {"outlet": outlet, "voice_group": kind, "tone": value, "total": 5.0, "count": 40,
                 "base": 900 - 100 * place, "documents": 3,
                 "tone_share": [1.0, 0.5, 0.1, 0.4][place],
                 "low": value - 0.7, "high": value + 0.5, "interval": INTERVAL}
            )  # fmt: skip
    return table(rows)


def fates() -> pd.DataFrame:
    """find_quote_fates."""
    rows = []
    for group, text in enumerate(SAID):
        for number, outlet in enumerate(OUTLETS):
            fate = "kept" if number == group else FATES[(group + 2 * number) % 6]
            if (group, number) == (3, 4):
                continue  # that text is on another event
            rows.append(
                {"group": group, "doc": f"d{number}", "outlet": outlet, "fate": fate,
                 "reference": number == group, "start": 0 if fate != "dropped" else -1,
                 "end": 30 if fate != "dropped" else -1, "text": text if number == group else "",
                 "words": 8, "contained": 1.0, "covered": 1.0 if number == group else 0.4,
                 "kind": "direct", "speaker": "Vladimir Putin", "cue": "said",
                 "re_verbed": number == 2}
            )  # fmt: skip
    made = table(rows)
    return made.assign(re_verbed=made["re_verbed"].astype("boolean"))


def agency(outlets: tuple[str, ...] = (), forms: bool = False) -> pd.DataFrame:
    """count_agency: Kyiv is acted upon, Moscow acts, and some deeds have no doer."""
    rows = []
    for outlet in outlets or ("",):
        for entity, role, form, count, base in [
            ("Kyiv", "agent", "active", 1, 5), ("Kyiv", "patient", "active", 2, 5),
            ("Kyiv", "patient", "passive", 1, 5), ("Kyiv", "recipient", "active", 1, 5),
            ("Moscow", "agent", "active", 3, 4), ("Moscow", "carrier", "copula", 1, 4),
            ("(none)", "agent", "agentless passive", 7, 7),
        ]:  # fmt: skip
            row = {"outlet": outlet} if outlets else {}
            row |= {"entity": entity, "role": role, "form": form, "count": count, "base": base}
            row |= {"share": count / base, "documents": 1, "low": 0.1, "high": 0.9}
            rows.append(row | {"interval": INTERVAL})
    made = pd.DataFrame(rows)
    if not forms:
        keys = [*(["outlet"] if outlets else []), "entity", "role"]
        rules = {"count": "sum", "base": "first", "share": "sum", "documents": "first"}
        rules |= {"low": "first", "high": "first", "interval": "first"}
        made = made.groupby(keys, sort=False).agg(rules).reset_index()
    made.attrs = corpus()
    return made


def stance() -> pd.DataFrame:
    """count_stance, by kind."""
    kinds = [("modality", "obligation", 6), ("modality", "possibility", 9), ("hedges", "", 4)]
    rows = []
    for category, subcategory, count in kinds:
        row = {"category": category, "subcategory": subcategory or category, "count": count}
        row |= {"base": 2000, "rate": count / 2, "documents": 3, "rank": 1}
        rows.append(row | {"low": count / 4, "high": count, "interval": INTERVAL})
    return table(rows)


def pairs_of_groups(n: int = 7) -> pd.DataFrame:
    """score_similarity, by outlet."""
    names = [f"outlet {name}" for name in "abcdefghijkl"[:n]]
    rows = [
        {"group": one, "other": other, "cosine": 0.05 + 0.013 * ((3 * a + 7 * b) % 11)}
        for a, one in enumerate(names)
        for b, other in enumerate(names)
        if a < b
    ]
    made = pd.DataFrame(rows)
    made["words"] = made["group"].map({name: 900 + 40 * n for n, name in enumerate(names)})
    made["words_other"] = made["other"].map({name: 900 + 40 * n for n, name in enumerate(names)})
    made["terms"] = "war, peace"
    return table(made)


def places() -> pd.DataFrame:
    """score_correspondence, by side."""
    groups = [("east", 0.6, 0.1, 0.9), ("west", -0.5, 0.3, 0.8), ("north", -0.1, -0.4, 0.3)]
    rows = [
        {"kind": "group", "name": name, "count": 300, "base": 2000, "x": x, "y": y,
         "contribution": 0.5 - 0.15 * n, "quality": quality}
        for n, (name, x, y, quality) in enumerate(groups)
    ]  # fmt: skip
    for n, term in enumerate(TERMS):
        x, y = np.cos(2.4 * n) * (0.3 + 0.07 * n), np.sin(2.4 * n) * (0.3 + 0.05 * n)
        rows.append(
            {"kind": "term", "name": term, "count": 30 - n, "base": 6000, "x": x, "y": y,
             "contribution": 0.12 - 0.006 * n, "quality": 0.7}
        )  # fmt: skip
    made = table(rows)
    made.attrs["correspondence"] = {"inertia": 0.4, "shares": [0.61, 0.39]}
    return made


def specifications(documents: int = 9) -> pd.DataFrame:
    """vary, with a choice that flips the finding, documents left out, one without interval."""
    rows = []
    for unit, shift in (("word", 0.0), ("lemma", -0.6)):
        for least in ("2", "5"):
            value = 1.1 + shift + (0.2 if least == "5" else 0)
            rows.append({"unit": unit, "min_count": least, "left_out": None, "estimate": value})
    for number in range(documents):
        out = f"agency-2024-05-{number + 10}"
        value = 1.1 + 0.17 * ((number * 5) % 7 - 3)
        rows.append({"unit": "word", "min_count": "2", "left_out": out, "estimate": value})
    made = pd.DataFrame(rows)
    made.insert(3, "main", made.index == 0)
    made.insert(4, "value", "log_ratio")
    made["low"], made["high"] = made["estimate"] - 0.7, made["estimate"] + 0.7
    made.loc[len(made) - 1, ["low", "high"]] = np.nan
    made["interval"] = INTERVAL
    made["null"] = 0.0
    made["documents"] = [33] * 4 + [32] * documents
    made["conclusion"] = np.where(made["low"] > 0, "above", "includes")
    made.loc[len(made) - 1, "conclusion"] = "no interval"
    made["survives"] = made["conclusion"] == "above"
    return table(made)


def differences(targets: tuple[str, ...] = ("east",), terms: int = 9) -> pd.DataFrame:
    """compare_rates; one term that the reference lacks, one without an interval."""
    rows = []
    for number, side in enumerate(targets):
        for place, term in enumerate(TERMS[:terms]):
            count, other = 4 + (3 * place + number) % 9, 2 * place % 7
            one, two = count / 4.0, other / 5.0
            known = place != 4
            rows.append(
                {"target": side, "reference": "the rest", "term": term, "count": count,
                 "count_reference": other, "base": 4000, "base_reference": 5000, "rate": one,
                 "rate_reference": two, "group_documents": 5, "group_documents_reference": 28,
                 "difference": one - two, "low": one - two - 1 if known else np.nan,
                 "high": one - two + 1.5 if known else np.nan,
                 "ratio": one / two if two else np.inf, "ratio_low": one / 3 if known else np.nan,
                 "ratio_high": (2 * one / two if two else np.inf) if known else np.nan,
                 "interval": "square-and-add of 95 % Korn–Graubard over documents" if known
                 else "none: fewer than 3 documents (target)"}
            )  # fmt: skip
    return table(rows)


CASES: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "terms": ("plot_terms", terms, {}),
    "terms by side": ("plot_terms", lambda: terms(("east", "west", "north")), {"top": 6}),
    "entities": ("plot_terms", lambda: entities(1), {"value": "count"}),
    "over time": ("plot_over_time", over_time, {}),
    "over text": ("plot_over_text", over_text, {}),
    "barcode": ("plot_barcode", positions, {}),
    "barcode, lanes": ("plot_barcode", lambda: positions(("peace", "war", "talks")), {}),
    "keyness": ("plot_keyness", keyness, {"top": 10}),
    "keywords, one": ("plot_keywords", keyness, {}),
    "keywords, many": ("plot_keywords", lambda: keyness(("a", "b", "c")), {"top": 4}),
    "differences": ("plot_differences", differences, {}),
    "ratios": ("plot_differences", differences, {"value": "ratio", "top": 6}),
    "differences, many": ("plot_differences", lambda: differences(("a", "b", "c"), 4), {}),
    "pairs": ("plot_network", pairs, {"top": 30}),
    "collocates": ("plot_network", edges, {}),
    "arc": ("plot_sentiment_arc", arc, {}),
    "sentiment": ("plot_sentiment", sentiment, {}),
    "word shift": ("plot_word_shift", shift, {}),
    "heatmap": ("plot_heatmap", entities, {"row": "entity", "column": "doc"}),
    "heatmap, rate": (
        "plot_heatmap", entities, {"row": "entity", "column": "doc", "value": "rate"}
    ),
    "targets": ("plot_targets", targets, {}),
    "evaluations": ("plot_evaluations", evaluations, {}),
    "panels of lines": (
        "plot_small_multiples", lambda: by_side(over_time), {"plot": "plot_over_time", "by": "side"}
    ),
    "panels of rows": (
        "plot_small_multiples",
        lambda: terms(("east", "west", "north")),
        {"plot": "plot_terms", "by": "side", "top": 5},
    ),
    "voices": ("plot_voices", voices, {}),
    "voices, own": ("plot_voices", voices, {"own": True, "top": 4}),
    "voices, panels": (
        "plot_small_multiples",
        lambda: by_side(voices, ("east", "west")),
        {"plot": "plot_voices", "by": "side", "top": 4},
    ),
    "shares of verbs": ("plot_shares", cues, {"row": "speaker", "part": "cue_class"}),
    "shares of names": ("plot_shares", namings, {"row": "outlet", "part": "form"}),
    "tone of voices": ("plot_sentiment", tone, {}),
    "fates": ("plot_quote_fates", fates, {}),
    "agency": ("plot_agency", agency, {}),
    "stance": ("plot_stance", stance, {}),
    "similarity": ("plot_similarity", pairs_of_groups, {}),
    "map": ("plot_correspondence", places, {}),
    "specifications": ("plot_specification_curve", specifications, {}),
}  # fmt: skip


def draw(case: str, **more: Any) -> Figure:
    """The figure of a case."""
    call, make, options = CASES[case]
    return figure_of(getattr(analysis, call)(make(), **options, **more))


@functools.cache
def _drawn(case: str) -> tuple[Figure, list[str]]:
    """The figure of a case, and what drawing it changed that is not its own."""
    call, make, options = CASES[case]
    table, settings = make(), dict(mpl.rcParams)
    before, attrs = table.copy(deep=True), str(table.attrs)
    figure = figure_of(getattr(analysis, call)(table, **options))
    same = {
        "settings": dict(mpl.rcParams) == settings,
        "table": table.equals(before) and table.dtypes.equals(before.dtypes),
        "attrs": str(table.attrs) == attrs,
    }
    return figure, [name for name, unchanged in same.items() if not unchanged]


def drawn(case: str) -> Figure:
    """The figure of a case, drawn once for all tests that only look."""
    return _drawn(case)[0]


def changes(case: str) -> list[str]:
    """What drawing a case changed of the settings and of its table."""
    return _drawn(case)[1]


def figure_of(chart: Axes | Figure) -> Figure:
    """The figure of what a chart returned."""
    if isinstance(chart, Figure):
        return chart
    figure = chart.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def record_of(chart: Axes | Figure) -> dict[str, Any]:
    """What a chart wrote down about itself."""
    record = chart_record(figure_of(chart))
    assert record is not None
    return record


def through_csv(data: pd.DataFrame) -> pd.DataFrame:
    """The data as a reader of the CSV has them: no categories, no dates, no attrs."""
    text = data.to_csv(index=False)
    return pd.read_csv(io.StringIO(text))


def artists(figure: Figure) -> list[Any]:
    """Everything drawn, in order: kind, mark, numbers, colours, words."""
    found: list[Any] = [tuple(np.round(figure.get_size_inches(), 9))]
    for ax in figure.axes:
        found.append(("limits", *np.round([*ax.get_xlim(), *ax.get_ylim()], 9)))
        for artist in ax.findobj():
            found.append((type(artist).__name__, artist.get_gid(), *_content(artist)))
    for text in figure.findobj(Text):
        found.append(("Text", text.get_text(), *np.round(text.get_position(), 9)))
    return found


def _content(artist: Any) -> tuple[Any, ...]:
    if isinstance(artist, mcollections.LineCollection):
        segments = [np.round(segment, 9).tolist() for segment in artist.get_segments()]
        return (str(segments), str(artist.get_colors()), str(artist.get_linewidths()))
    if isinstance(artist, mcollections.PathCollection):
        return (str(np.round(artist.get_offsets(), 9)), str(artist.get_facecolors()))
    if hasattr(artist, "get_xydata"):
        return (str(np.round(artist.get_xydata(), 9).tolist()), str(artist.get_color()))
    if hasattr(artist, "get_width") and hasattr(artist, "get_y"):
        return (round(artist.get_width(), 9), round(artist.get_y(), 9), artist.get_facecolor())
    return ()


def marked(ax: Axes, gid: str, kind: type = object) -> list[Any]:
    """The artists of a chart with a certain mark."""
    return [a for a in ax.get_children() if a.get_gid() == gid and isinstance(a, kind)]


def points(ax: Axes, gid: str = "dots") -> list[tuple[float, float]]:
    """All positions of dots with a mark, in drawing order."""
    return [tuple(map(float, xy)) for line in marked(ax, gid) for xy in line.get_xydata()]


def spans(ax: Axes, gid: str = "intervals") -> list[tuple[float, float, float, float]]:
    """Ends of all segments with a mark: x0, y0, x1, y1."""
    return [
        tuple(float(v) for v in np.ravel(segment))  # type: ignore[misc]
        for lines in marked(ax, gid, mcollections.LineCollection)
        for segment in lines.get_segments()
    ]


def labels(ax: Axes, axis: str = "y") -> list[str]:
    """Tick labels in order of position on the axis, from the top or the left."""
    return [text.get_text() for text in getattr(ax, f"get_{axis}ticklabels")()]


def texts(ax: Axes, gid: str) -> list[str]:
    """Texts with a mark."""
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


def note_of(figure: Figure) -> str:
    """The note line as it stands under the axes, without its line breaks."""
    own = figure.get_supxlabel()
    if own:
        return own.replace("\n", " ")
    return " ".join(t.get_text() for ax in figure.axes for t in ax.texts if t.get_gid() == "note")


def method_of(figure: Figure) -> str:
    """How the chart of a figure was made, as its record says."""
    return str(record_of(figure)["method"])


def visible_texts(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text of a figure that can be seen, with its box in pixels."""
    figure.draw_without_rendering()
    seen = []
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and _shown(text):
            seen.append((text.get_text(), text.get_window_extent()))
    return seen


def _shown(text: Text) -> bool:
    """Tick labels outside the limits of their axis are not drawn."""
    for ax in text.figure.axes if text.figure else []:
        for axis in (ax.xaxis, ax.yaxis):
            ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
            for tick in ticks:
                if text in (tick.label1, tick.label2):
                    low, high = sorted(axis.get_view_interval())
                    slack = 1e-9 * (high - low)
                    return bool(low - slack <= tick.get_loc() <= high + slack)
    return True


def overlaps(seen: list[tuple[str, Bbox]], slack: float = 1.0) -> list[tuple[str, str]]:
    """Pairs of texts that cover each other by more than a pixel."""
    found = []
    for number, (one, box) in enumerate(seen):
        for other, beside in seen[:number]:
            wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            high = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            if wide > slack and high > slack:
                found.append((other, one))
    return found
