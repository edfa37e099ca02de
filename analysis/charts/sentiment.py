"""Sentiment of groups, and of the voices in each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis import wording as words
from analysis.charts import rows, select, style
from analysis.tables import InputError, require_columns

_VOICES = ("all voices", "writer", "speakers")
_SIGNED = ("compound", "tone")  # scores below and above zero, which have intervals of their own


@style.chart
def plot_sentiment(
    table: pd.DataFrame,
    *,
    value: str | None = None,
    by: str | Sequence[str] | None = None,
    top: int = 40,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot the sentiment of groups as dots with their intervals, with a dot for each voice if any.

    Parameters
    ----------
    table : pandas.DataFrame
        What `summarise_sentiment` or `score_tone_by_voice` return. Needed: the groups' columns and
        `value`. Used if present: low, high, interval, base; voice_group (all voices, the writer,
        the speakers) and tone_share (how much of the tone is the speakers').
    value : str, optional
        The column to plot: "compound", "tone", or a share such as "negative". If None, "compound",
        or "tone" where the table has that.
    by : str or sequence of str, optional
        The columns that name the groups; detected if None.
    top : int
        Number of groups to plot at most: those furthest from zero.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        Groups in descending order of the value, ties by name. At the right, the number of sentences
        that a group has; for a tone by voice, the share of it that comes from speakers.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has more than one row for a group (and voice).

    Notes
    -----
    A lexicon scores wording, not stance, and a mean near zero may come from neutral sentences or
    from positive and negative ones that cancel out. Intervals that overlap do not show that groups
    are alike.

    Examples
    --------
    >>> import pandas as pd
    >>> by_side = pd.DataFrame({"side": ["a", "b"], "compound": [-0.2, 0.1]})
    >>> [tick.get_text() for tick in plot_sentiment(by_side).get_yticklabels()]
    ['b', 'a']
    """
    if value is None:
        value = (
            "tone" if "tone" in table.columns and "compound" not in table.columns else "compound"
        )
    select.numeric(table, value, "sentiment")
    voice = [name for name in ("voice_group",) if name in table.columns]
    names = _group_names(table, by, voice)
    data, order = _ranked_groups(table, names, voice, value, top)
    labels = select.series_of(data, names)
    series = data[voice[0]] if voice else pd.Series("", index=data.index)
    groups = [name for name in _VOICES if (series == name).any()] if voice else [""]
    bounds = data[[name for name in (value, "low") if name in data.columns]]
    symmetric = value in _SIGNED or bool((bounds < 0).to_numpy().any())
    ax = rows.dot_rows(
        ax, data, labels, order, value=value, series=series, groups=groups, size=size,
        symmetric=symmetric,
    )  # fmt: skip
    if voice and "tone_share" in data.columns:
        said = data[series == "speakers"]
        part = dict(zip(labels[said.index], said["tone_share"], strict=True))
        shares = [part.get(name, 0.0) for name in order]
        texts = [f"{100 * x:.0f} %" if np.isfinite(x) else "–" for x in shares]
        rows.side_column(ax, texts, "by speakers", size)
    elif not voice and "base" in data.columns:
        rows.side_column(ax, [f"{int(n):,}" for n in data["base"]], "sentences", size)
    available = select.series_of(table, names).nunique()
    shown = select.totals(data, len(order), available)
    if voice:
        whole = data[series == _VOICES[0]]
        notes = [words.base_sentence(whole, names), "VADER: words, not stance.", shown]
    else:
        notes = [words.base_sentence(data, names, "sentence"), shown]
    split = words.split_phrase(names)
    label = words.column_label(data, value)
    text = rows.describe_dots(
        data,
        value,
        _caption(data, names, value, order, bool(voice)),
        f"{words.plural(len(order), 'row')}, the highest value on top"
        + (", a dot for each voice" if voice else ""),
        rows.names_in_groups(series, labels) if voice else list(labels),
        notes,
        words.Intervals(names, voice, value),
    )._replace(subtitle=f"{label}{split}", unit="x")
    return style.describe(ax, data, text, value=value, by=names or None)


def _group_names(
    table: pd.DataFrame, by: str | Sequence[str] | None, voice: list[str]
) -> list[str]:
    """The columns that name the groups; none where there is one row (and voice) for all texts."""
    known = {*select.MEASURED, *voice, "tone", "total", "tone_share"}
    names = [by] if isinstance(by, str) else list(by or ())
    names = names or [name for name in select.free_columns(table, known) if name not in voice]
    require_columns(table, names, "sentiment")
    if not names and not voice and len(table) > 1:
        raise InputError(
            "The sentiment table has several rows and no column that names them; name it with by="
            f" (there are {words.listing(table.columns, 12)})."
        )
    if names or voice:
        return select.group_columns(table, names, key=voice, what="sentiment")
    return names


def _ranked_groups(
    table: pd.DataFrame, names: list[str], voice: list[str], value: str, top: int
) -> tuple[pd.DataFrame, list[str]]:
    """The rows to draw and the groups in order, by the value of all voices and then by name."""
    work = table[table[value].notna()]
    if voice:
        work = work[work[voice[0]].isin(_VOICES)]
        work = work.assign(_voice=work[voice[0]].map(_VOICES.index))
    style.require_rows(work, "sentiment")
    work = work.assign(_name=select.series_of(work, names))
    whole = work[work["_voice"] == 0] if voice else work
    values = dict.fromkeys(work["_name"], 0.0) | dict(
        zip(whole["_name"], whole[value].astype(float), strict=True)
    )
    kept = sorted(values, key=lambda name: (-abs(values[name]), name))[:top]
    order = sorted(kept, key=lambda name: (-values[name], name))
    work = work[work["_name"].isin(order)].assign(_row=lambda t: t["_name"].map(order.index))
    work = work.sort_values(["_row", *(["_voice"] if voice else [])], kind="stable")
    signed = value in _SIGNED
    bounds = ["low", "high", "interval"] if signed or rows.machine_column(work, value) else []
    columns = [
        *names,
        *voice,
        value,
        *bounds,
        *rows.machine_column(work, value),
        *(["tone_share"] if voice else []),
        "base",
        "documents",
    ]
    return select.columns_drawn(work, columns), order


def _caption(
    data: pd.DataFrame, names: list[str], value: str, order: list[str], voices: bool
) -> str:
    split = words.split_phrase(names)
    if voices:
        part = "At the right: share of the absolute tone that comes from speakers."
        return words.sentences(
            f"Tone of all words, of the writer's own and of the speakers'{split}.",
            part if "tone_share" in data.columns else "",
        )
    groups = f": {words.listing(order, 12)}" if names else ""
    return f"Mean {words.column_phrase(data, value)}{split}{groups}."
