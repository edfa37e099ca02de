"""Voices: who is given how many words."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analysis import wording as words
from analysis.charts import looks, rows, select, style
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns

_OWN = ("writer", "headline")
_SPEECH = {"quoted": 0, "reported": 1, "thought": 2}  # number of the colour and hatch
_KNOWN = select.MEASURED | {"voice", "speech", "share"}
_COLUMNS = ["share", "share_machine", "low", "high", "interval", "count", "base", "group_documents"]


@style.chart
def plot_voices(
    table: pd.DataFrame,
    *,
    own: bool = False,
    top: int = 12,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot the share of words that each speaker is given, quoted and reported speech apart.

    Parameters
    ----------
    table : pandas.DataFrame
        What `count_voices` returns for one group. Needed: voice and share. Used if present: speech,
        low, high, interval, count, base, group_documents. For several groups, use
        `plot_small_multiples`.
    own : bool
        Also plot the writer and the headline, whose long bars make the speakers' short.
    top : int
        Number of voices to plot: those with the largest share, ties by name.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One row per voice, the largest share at the top; plain bars are quoted and hatched bars
        reported speech. The number of words stands at the right.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, holds several groups, or has no speaker.

    Notes
    -----
    A large share of the words does not mean that a speaker is believed or is right: see
    `count_voices`.

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
    key = [c for c in ("voice", "speech") if c in table.columns]
    _refuse_groups(table, key)
    data, order, available = _ranked_voices(table, own, top)
    height = style.row_height(size, len(order), 1.15) + rows.key_height(
        [*_SPEECH, "own words", *["by the machine alone"] * ("share_machine" in table)], size
    )
    ax = style.new_axes(ax, size=size, height=height)
    kinds, said = _bars(ax, data, order)
    rows.label_rows(ax, order, size)
    rows.fit_scale(ax, data, "share")
    rows.percent_axis(ax)
    ax.set_xlabel("Share of all words")
    if "count" in data.columns:
        total = data.groupby("voice")["count"].sum()
        rows.side_column(ax, [f"{int(total[name]):,}" for name in order], "words", size)
    handles = [rows.patch(kind or "own words", *_look(kind)) for kind in kinds]
    rows.key(ax, [*handles, *said], size)
    return style.describe(ax, data, _describe(data, order, available, own))


def _refuse_groups(table: pd.DataFrame, key: list[str]) -> None:
    """Refuse a table of several groups."""
    if not table.duplicated(key).any():
        return
    names = select.group_columns(table, None, key=key, what="voices", known=_KNOWN)
    first = names[0]
    raise InputError(
        f"The voices table has several groups ({words.listing(map(words.noun_of, names))}); draw"
        f" one, as in table[table[{first!r}] == {table[first].iloc[0]!r}], or a panel each with"
        f' plot_small_multiples(table, "plot_voices", by={first if len(names) == 1 else names!r}).'
    )


def _ranked_voices(table: pd.DataFrame, own: bool, top: int) -> tuple[pd.DataFrame, list[str], int]:
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


def _bars(ax: Axes, data: pd.DataFrame, order: list[str]) -> tuple[list[str], list[Line2D]]:
    """The bars and intervals; the kinds of speech that were drawn, and a mark of the machine's."""
    speech = _speech_of(data)
    kinds = [kind for kind in (*_SPEECH, "") if (speech == kind).any()]
    split = len([kind for kind in kinds if kind]) > 1
    at = data["voice"].map(order.index).to_numpy(dtype=float)
    if split:  # quoted speech above reported speech
        at += speech.map({"quoted": -0.19, "reported": 0.19}).fillna(0.0).to_numpy()
    drawn = zip(at, data["share"], speech, data["voice"], strict=True)
    for row, (y, share, kind, name) in enumerate(drawn):
        height = 0.34 if split and kind in _SPEECH else 0.6
        look, hatched = _look(kind)
        look = style.row_looks([str(name)], look)[0]
        bars = ax.barh(
            y, share, height=height, zorder=2, gid="bar", **rows.bar_style(look, hatched)
        )
        tag(bars.patches[0], row)
    if {"low", "high"} <= set(data.columns):
        low, high = data[["low", "high"]].to_numpy(dtype=float).T
        rows.intervals(ax, at, low, high, colour=style.INK, zorder=3)
        none = rows.without_interval(data)
        rows.hollow_marks(ax, data["share"].to_numpy(dtype=float)[none], at[none], style.INK)
    said = [
        rows.machine_marks(ax, data, data[name].to_numpy(dtype=float), at)
        for name in rows.machine_column(data, "share")
    ]
    return kinds, [mark for mark in said if mark is not None]


def _look(kind: str) -> tuple[style.Look, bool]:
    """How a kind of speech is drawn, and whether it is hatched; own words are grey."""
    code, hatched = (_SPEECH[kind], True) if kind in _SPEECH else (7, False)
    own = looks.current()
    colour = own.of(own.colors, kind) or style.COLOURS[code]
    own.drawn[kind or "own words"] = None
    return style.Look(colour, code), hatched


def _describe(data: pd.DataFrame, order: list[str], available: int, own: bool) -> style.Description:
    """Caption, alt text and notes."""
    who = words.plural(len(order), "voice")
    split = ", quoted and reported speech apart" if "speech" in data.columns else ""
    total = data.groupby("voice", sort=False)["share"].sum()
    alt = words.alt_text(
        f"Bar chart of {who}, one row each, the largest share on top.",
        {"Horizontal": "share of all words"},
        total.index,
        100 * total,
        " %",
    )
    left_out = "" if own else "The writer's own words and headlines are counted, not drawn."
    notes = [words.base_sentence(data, []), left_out, select.totals(data, len(order), available)]
    caption = f"Share of all words that belong to {who}{split}."
    about = words.Intervals((), ["voice"], "share")
    return style.Description(
        caption, alt, notes, about, subtitle="Share of all words, by speaker", unit="x"
    )
