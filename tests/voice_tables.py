"""Small tables as the measures of voices, fates and naming return them, for the tests of charts."""

from __future__ import annotations

from typing import Any

import chart_tables as made
import numpy as np
import pandas as pd

SPEAKERS = [
    "Vladimir Putin", "Xi Jinping", "Volodymyr Zelensky", "Dmytro Kuleba", "Joe Biden",
    "Institute for the Study of War", "Dmitry Peskov", "António Guterres", "Sergey Lavrov",
]  # fmt: skip
CLASSES = ["neutral", "assertive", "structuring", "doubting", "directive"]
OUTLETS = ["RT", "Xinhua (People's Daily Online)", "Reuters", "The Kyiv Independent", "AP"]
FATES = ["kept", "trimmed", "re-worded", "paraphrased", "unmarked", "dropped"]
TEXTS = [
    "We are open to a dialogue on Ukraine, but such negotiations must take into account all",
    "China truly understands the root causes of this crisis",
    "a just and lasting peace",
    "Russia’s favourite lies",
]


def voices(side: str = "") -> pd.DataFrame:
    """count_voices, split by speech."""
    rows, base = [], 4000
    for number, name in enumerate([*SPEAKERS, "writer", "headline"]):
        for speech in ("quoted", "reported") if number < len(SPEAKERS) else ("",):
            count = {"writer": 2600, "headline": 60}.get(name, 0)
            count = count or (300 - 31 * number if speech == "quoted" else 90 + 13 * number)
            share = count / base
            row: dict[str, Any] = {"side": side} if side else {}
            row |= {"voice": name, "speech": speech, "count": count, "base": base}
            row |= {"share": share, "documents": 4, "rank": 1}
            row |= {"low": 0.6 * share, "high": 1.5 * share, "interval": made.INTERVAL}
            rows.append(row)
    return made.table(rows)


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
                 "high": min(1.6 * share, 1.0), "interval": made.INTERVAL,
                 "cues": f"said {count}"}
            )  # fmt: skip
    return made.table(rows)


def names() -> pd.DataFrame:
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
    return made.table(rows)


def tone() -> pd.DataFrame:
    """score_tone_by_voice by outlet; the last one has no speakers."""
    rows = []
    for number, outlet in enumerate(OUTLETS):
        for place, kind in enumerate(["all voices", "writer", "headline", "speakers"]):
            value = 0.8 - 0.5 * number + 0.6 * (place - 1)
            value = np.nan if outlet == "AP" and kind == "speakers" else round(value, 3)
            rows.append(
                {"outlet": outlet, "voices": kind, "tone": value, "total": 5.0, "count": 40,
                 "base": 900 - 100 * place, "part": [1.0, 0.5, 0.1, 0.4][place], "documents": 3,
                 "low": value - 0.7, "high": value + 0.5, "interval": made.INTERVAL}
            )  # fmt: skip
    return made.table(rows)


def fates() -> pd.DataFrame:
    """find_quote_fates."""
    rows = []
    for group, text in enumerate(TEXTS):
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
    table = made.table(rows)
    table["re_verbed"] = table["re_verbed"].astype("boolean")
    return table


CASES: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "voices": ("plot_voices", voices, {}),
    "voices, own": ("plot_voices", voices, {"own": True, "top": 4}),
    "voices, panels": (
        "plot_small_multiples",
        lambda: _panels(("east", "west")),
        {"plot": "plot_voices", "by": "side", "top": 4},
    ),
    "shares of verbs": ("plot_shares", cues, {"row": "speaker", "part": "cue_class"}),
    "shares of names": ("plot_shares", names, {"row": "outlet", "part": "form"}),
    "tone of voices": ("plot_voice_tone", tone, {}),
    "fates": ("plot_quote_fates", fates, {}),
}


def _panels(sides: tuple[str, ...]) -> pd.DataFrame:
    whole = pd.concat([voices(side) for side in sides], ignore_index=True)
    whole.attrs = made.corpus()
    return whole
