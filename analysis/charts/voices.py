"""Voices: who is given how many words, and whose tone it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from analysis import wording as words
from analysis.charts import rows, select, style
from analysis.tables import InputError, require_columns

_OWN = ("writer", "headline")
_SPEECH = {"quoted": 0, "reported": 1}  # number of the colour and hatch
_COLUMNS = ["share", "low", "high", "interval", "count", "base"]
_TONES = ("all voices", "writer", "speakers")


@style.chart
def plot_voices(
    table: pd.DataFrame,
    *,
    own: bool = False,
    top: int = 12,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw which share of the words each speaker is given, quoted and reported apart.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_voices` returns for one group: voice, share, and where there are any speech,
        low, high, interval, count and base. Groups get a panel each by `plot_small_multiples`.
    own : bool
        Also draw the writer and the headline, whose long bars make the speakers' short.
    top : int
        Voices drawn: those with the largest share, ties by name.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        A row per voice, the largest on top; the plain bar is quoted, the hatched one reported
        speech; words at the right.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, holds several groups, or no speaker.

    Notes
    -----
    A share of words is not the same as being believed or being right: see `count_voices`.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"voice": ["Xi", "Putin", "Putin", "writer"], "share": [0.1, 0.2, 0.1,
    ...                       0.6], "speech": ["quoted", "quoted", "reported", ""]})
    >>> [tick.get_text() for tick in plot_voices(table).get_yticklabels()]
    ['Putin', 'Xi']
    """
    what = "voices"
    require_columns(table, ["voice"], what)
    select.numeric(table, "share", what)
    style.require_rows(table, what)
    key = [c for c in ("voice", "speech") if c in table.columns]
    select.group_columns(table, (), key=key, what=what)
    data, order, available = _ranked(table, own, style.require_top(top))
    ax = style.start(ax, size=size, height=style.row_height(size, len(order), 1.15))
    kinds = _draw(ax, data, order)
    rows.label_rows(ax, order, size)
    reach = data[[c for c in ("share", "high") if c in data.columns]].to_numpy(dtype=float)
    rows.from_zero(ax, reach.ravel())
    percent_axis(ax)
    ax.set_xlabel("Share of all words")
    if "count" in data.columns:
        total = data.groupby("voice")["count"].sum()
        rows.side_column(ax, [f"{int(total[name]):,}" for name in order], "words", size)
    rows.key(ax, [_patch(kind) for kind in kinds], size)
    caption, alt, notes = _told(data, order, available, own)
    params = {"own": own, "top": top}
    return style.finish(
        ax,
        data,
        call="plot_voices",
        params=params,
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


def _ranked(table: pd.DataFrame, own: bool, top: int) -> tuple[pd.DataFrame, list[str], int]:
    """The rows drawn, voice after voice, the voices in order, and how many there are."""
    work = table if own else table[~table["voice"].isin(_OWN)]
    work = work[work["share"].notna()]
    if not len(work):
        raise InputError(
            "The voices table has no speaker to draw; own=True draws the writer and the headline."
        )
    work = work.assign(voice=select.texts(work["voice"]))
    total = work.groupby("voice")["share"].sum().round(12).reset_index()
    total = total.sort_values(["share", "voice"], ascending=[False, True])
    order = [str(name) for name in total["voice"].head(top)]
    work = work[work["voice"].isin(order)]
    work = work.assign(_row=work["voice"].map(order.index))
    work = work.assign(_speech=_speech_of(work)).sort_values(["_row", "_speech"], kind="stable")
    return select.columns_drawn(work, ["voice", "speech", *_COLUMNS]), order, len(total)


def _speech_of(table: pd.DataFrame) -> pd.Series:
    """The kind of speech of every row; "" also where a file lost it."""
    if "speech" not in table.columns:
        return pd.Series("", index=table.index, dtype=object)
    return table["speech"].astype(object).fillna("")


def _draw(ax: Axes, data: pd.DataFrame, order: list[str]) -> list[str]:
    """The bars and intervals; the kinds of speech that were drawn."""
    speech = _speech_of(data)
    kinds = [kind for kind in (*_SPEECH, "") if (speech == kind).any()]
    split = len([kind for kind in kinds if kind]) > 1
    for (_, row), kind in zip(data.iterrows(), speech, strict=True):
        alone = not split or kind not in _SPEECH
        y = order.index(row["voice"]) + (0 if alone else (-0.19, 0.19)[_SPEECH[kind]])
        ax.barh(y, row["share"], height=0.6 if alone else 0.34, zorder=2, gid="bar", **_look(kind))
        low, high = row.get("low"), row.get("high")
        if low is not None and high is not None and np.isfinite(low) and np.isfinite(high):
            ax.hlines(
                y, low, high, color=style.INK, linewidth=rcParams["lines.linewidth"] * 0.8,
                zorder=3, gid="intervals",
            )  # fmt: skip
    return kinds


def _look(kind: str) -> dict[str, Any]:
    """Colour and hatch of a kind of speech; plain grey where it is nobody's."""
    if kind not in _SPEECH:
        return {"color": style.COLOURS[7], "edgecolor": style.COLOURS[7], "linewidth": 0.6}
    number = _SPEECH[kind]
    colour = style.COLOURS[number]
    edge = style.text_colour(colour) if number else colour
    return {"color": colour, "edgecolor": edge, "hatch": style.HATCHES[number], "linewidth": 0.6}


def _patch(kind: str) -> Patch:
    look = _look(kind)
    look["facecolor"] = look.pop("color")
    return Patch(label=kind or "own words", **look)


def percent_axis(ax: Axes) -> None:
    """Shares as per cent."""
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{words.number(round(100 * x, 8))} %"))


def _told(
    data: pd.DataFrame, order: list[str], available: int, own: bool
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    methods = words.interval_sentence(data)
    who = words.plural(len(order), "voice")
    caption = f"Share of all words that belong to {who}, quoted and reported speech apart."
    if "speech" not in data.columns:
        caption = f"Share of all words that belong to {who}."
    total = data.groupby("voice", sort=False)["share"].sum()
    alt = words.sentences(
        f"Bar chart of {who}, one row each, the largest share on top.",
        f"Horizontal axis: share of all words, {words.value_range(total)}.",
        words.top_three(total.index, total),
    )
    left_out = "" if own else "The writer's own words and headlines are counted, not drawn."
    shown = select.totals(data, len(order), available)
    return caption, alt, [words.base_sentence(data, []), left_out, shown, methods]


@style.chart
def plot_voice_tone(
    table: pd.DataFrame,
    *,
    by: str | None = None,
    top: int = 20,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Draw the tone of the writer's own words beside that of all words and of the speakers.

    Parameters
    ----------
    table : pandas.DataFrame
        What `score_tone_by_voice` returns: voices, tone, and where there are any low, high,
        interval, part and base.
    by : str, optional
        The column that names the groups; found if None.
    top : int
        Groups drawn: those with the most words, ties by name.
    size : {"page", "column", "slide"}
        Width and letters.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
        A row per group, by falling tone of all voices; a mark each for all voices, the writer and
        the speakers, with intervals; at the right how much of the tone was quoted or reported.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has several rows for a group and voice.

    Notes
    -----
    The axis counts the tone of words (VADER), not stance; see `score_tone_by_voice`.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"outlet": "A", "voices": ["all voices", "writer", "speakers"],
    ...                       "tone": [-1.0, 0.2, -3.0]})
    >>> ax = plot_voice_tone(table)
    >>> [line.get_xdata().tolist() for line in ax.get_lines() if line.get_gid() == "dots"]
    [[-1.0], [0.2], [-3.0]]
    """
    what = "voice tone"
    require_columns(table, ["voices"], what)
    select.numeric(table, "tone", what)
    style.require_rows(table, what)
    known = {*select.MEASURED, "voices", "tone", "total", "part"}
    names = [by] if by else [c for c in select.free_columns(table, known) if c != "voices"]
    select.group_columns(table, names, key=["voices"], what=what)
    data, order = _toned(table, names, style.require_top(top))
    ax = style.start(ax, size=size, height=style.row_height(size, len(order), 1.5))
    series = select.series_of(data, names)
    there = [name for name in _TONES if (data["voices"] == name).any()]
    codes = style.codes(ax, there)
    for shift, (name, code) in zip((-0.24, 0.0, 0.24), zip(there, codes, strict=True)):  # noqa: B905
        part = (data["voices"] == name).to_numpy()
        y = series[part].map(order.index).to_numpy(dtype=float) + shift
        rows.dots(ax, data[part], x="tone", y=y, number=code, name=name)
    rows.label_rows(ax, order, size)
    drawn = data[[c for c in ("tone", "low", "high") if c in data.columns]].to_numpy(dtype=float)
    reach = max(float(np.nanmax(np.abs(drawn))) * 1.08, 0.05)
    ax.set_xlim(-reach, reach)
    rows.zero_line(ax)
    ax.set_xlabel("Tone: sum of the words' contributions per 100 words")
    rows.key(ax, rows.group_handles(there, codes), size)
    if "part" in data.columns:
        said = data[data["voices"] == "speakers"]
        part_of = dict(zip(series[said.index], said["part"], strict=True))
        shares = [part_of.get(name, 0.0) for name in order]
        texts = [f"{100 * x:.0f} %" if np.isfinite(x) else "–" for x in shares]
        rows.side_column(ax, texts, "by speakers", size)
    caption, alt, notes = _tone_told(table, data, names, order)
    return style.finish(
        ax,
        data,
        call="plot_voice_tone",
        params={"by": names[0] if names else None, "top": top},
        caption=caption,
        alt=alt,
        notes=notes,
        size=size,
    )


def _toned(table: pd.DataFrame, names: list[str], top: int) -> tuple[pd.DataFrame, list[str]]:
    """The rows drawn and the groups in order."""
    work = table[table["tone"].notna() & table["voices"].isin(_TONES)]
    style.require_rows(work, "voice tone")
    work = work.assign(_name=select.series_of(work, names))
    if "base" in work.columns:
        most = work.groupby("_name")["base"].max().reset_index()
        most = most.sort_values(["base", "_name"], ascending=[False, True])
        work = work[work["_name"].isin(most["_name"].head(top))]
    whole = work[work["voices"] == _TONES[0]].set_index("_name")["tone"]
    order = sorted(work["_name"].unique(), key=lambda name: (-whole.get(name, -np.inf), name))
    order = order[:top]
    work = work[work["_name"].isin(order)]
    work = work.assign(
        _row=work["_name"].map(order.index), _at=work["voices"].map(_TONES.index)
    ).sort_values(["_row", "_at"], kind="stable")
    columns = [*names, "voices", "tone", "low", "high", "interval", "part", "count", "base"]
    return select.columns_drawn(work, columns), order


def _tone_told(
    table: pd.DataFrame, data: pd.DataFrame, names: list[str], order: list[str]
) -> tuple[str, str, list[str]]:
    """Caption, alt text and note sentences."""
    split = f" by {words.listing(map(words.noun_of, names))}" if names else ""
    methods = words.interval_sentence(data)
    caption = words.sentences(
        f"Tone of all words, of the writer's own and of the speakers'{split}.",
        "At the right: share of the absolute tone that comes from speakers.",
    )
    series = select.series_of(data, names)
    labels = [
        words.sentences(voices, f"in {words.label(name, 60)}" if name else "")
        for voices, name in zip(data["voices"], series, strict=True)
    ]
    alt = words.sentences(
        f"Dot plot of {words.plural(len(order), 'group')}, up to three marks each.",
        f"Horizontal axis: tone per 100 words, {words.value_range(data['tone'])}.",
        words.top_three(labels, data["tone"]),
    )
    available = select.series_of(table, names).nunique()
    n = words.base_sentence(data[data["voices"] == _TONES[0]], names)
    return (
        caption,
        alt,
        [n, "VADER: words, not stance.", select.totals(data, len(order), available), methods],
    )
