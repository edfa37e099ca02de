"""Comparisons word by word: keyness, keywords, and what shifts sentiment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from analysis import wording as words
from analysis.charts import labels, rows, select, style
from analysis.charts.rows import Block, draw_blocks
from analysis.tables import InputError, require_columns

EVIDENCE = ("p", "g2_four_term", "g2_two_term")
_HEIGHT = "minus_log10_p"  # drawn in the place of p
_OF = ("actor", "relation")  # what a predicate is said of
_SIDES = [
    f"{name}{end}" for name in ("count", "base", "group_documents") for end in ("", "_reference")
]


@style.chart
def plot_keyness(
    table: pd.DataFrame,
    *,
    target: str | None = None,
    effect: str = "log_ratio",
    evidence: str | None = None,
    alpha: float = 0.05,
    top: int | None = None,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot each term's effect size against the evidence for it.

    Parameters
    ----------
    table : pandas.DataFrame
        What `compare_terms` or `compare_predications` return. Needed: target, reference, term,
        p_adjusted, `effect` and `evidence`. Used if present: actor, relation, units; count, base
        and group_documents of both sides.
    target : str, optional
        The target to plot; required where the table has several.
    effect : str
        The column of the horizontal axis: how large the difference is.
    evidence : str, optional
        The column of the vertical axis: how surprising the difference would be if there were none.
        If None, p (by document), drawn as −log₁₀ p; or the table's G², where there is no p.
    alpha : float
        Terms with an adjusted p of at least this are hollow; they are named only where all are.
    top : int, optional
        Number of names at most: the terms with the most evidence, half of them on each side. If
        None, 14, or 8 in a column; half as many where all terms are hollow.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        Circles for terms more frequent in the target, squares for terms more frequent in the
        reference. G² is on a square-root scale, whose root grows with the evidence as a z-score
        does.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has several targets of which none is named.

    Notes
    -----
    Evidence grows with the size of the corpus, effect does not: a frequent word may show strong
    evidence for a trivial difference (Gabrielatos 2018). G² takes words as independent draws, so a
    term repeated within one text gets more evidence than it should.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"target": "a", "reference": "b", "term": ["war", "end"],
    ...     "log_ratio": [2.0, -1.0], "g2_four_term": [9.0, 1.0], "p_adjusted": [0.01, 0.4]})
    >>> [text.get_text() for text in plot_keyness(table).texts if text.get_gid() == "point label"]
    ['war']
    """
    what = "keyness"
    require_columns(table, ["target", "reference", "term", "p_adjusted"], what)
    target = _one_target(table, target)
    own = table[(select.texts(table["target"]) == target).to_numpy()]
    known = [name for name in EVIDENCE if name in own.columns and own[name].notna().any()]
    evidence = evidence or (known or EVIDENCE[1:])[0]
    select.numeric(table, effect, what)
    select.numeric(table, evidence, what)
    if evidence == "p":
        evidence = _HEIGHT
        table = table.assign(**{_HEIGHT: -np.log10(table["p"].clip(lower=1e-300)) + 0.0})
    top = top or (8 if size == "column" else 14)
    data = _points(table, target, effect, evidence)
    against = words.label(data["reference"].iloc[0])
    ax = style.new_axes(ax, size=size)
    _scatter(ax, data, effect, evidence, alpha)
    _scales(ax, data, effect, evidence)
    panel = style.state_of(ax).panel
    sides = ("the target", "the reference") if panel else (target, against)
    rows.key(ax, _handles(*sides, hollow_means(data, alpha)), size)
    named = _named(data.assign(_label=names_of(data)), effect, evidence, alpha, top)
    around = data[[effect, evidence]].to_numpy(dtype=float)
    place = labels.point_labels(ax, named, size, avoid=around)
    text = _describe_points(data, effect, evidence, alpha, len(own))
    drawn = data.drop(columns=_HEIGHT, errors="ignore")
    evidence = "p" if evidence == _HEIGHT else evidence
    return style.describe(
        ax, drawn, text, place_labels=place, target=target, evidence=evidence, top=top
    )


def _one_target(table: pd.DataFrame, target: str | None) -> str:
    """The target to draw: the one named, or the only one there is."""
    there = list(select.texts(table["target"]).unique())
    if target is None and len(there) == 1:
        return str(there[0])
    if target is None or str(target) not in there:
        given = "several targets" if target is None else f"no target {target!r}"
        raise InputError(
            f"The keyness table has {given}; choose one with target= "
            f"(there are {words.listing(there, 12)}), or use plot_small_multiples with by='target'."
        )
    return str(target)


def _points(table: pd.DataFrame, target: str, effect: str, evidence: str) -> pd.DataFrame:
    """The rows of the target that have a place, those with the most evidence first."""
    work = table[(select.texts(table["target"]) == target).to_numpy()]
    finite = np.isfinite(work[[effect, evidence]].to_numpy(dtype=float)).all(axis=1)
    work = work[finite]
    style.require_rows(work, "keyness")
    work = work.assign(_name=names_of(work))
    work = work.sort_values([evidence, "_name"], ascending=[False, True])
    columns = ["target", "reference", *_OF, "term", effect, evidence, "p", "p_adjusted"]
    return select.columns_drawn(work, [*columns, *_SIDES, "units"])


def _scatter(ax: Axes, data: pd.DataFrame, effect: str, evidence: str, alpha: float) -> None:
    """Filled marks for what is significant, hollow ones for the rest; a mark for each side."""
    sure = (data["p_adjusted"] < alpha).to_numpy()
    more = (data[effect] > 0).to_numpy()
    for side, marker, colour in ((more, "o", style.COLOURS[0]), (~more, "s", style.COLOURS[4])):
        for filled in (False, True):
            own = data[side & (sure == filled)]
            ax.plot(
                own[effect].to_numpy(dtype=float),
                own[evidence].to_numpy(dtype=float),
                linestyle="none",
                marker=marker,
                markersize=rcParams["lines.markersize"] * (0.95 if filled else 0.75),
                color=colour if filled else "none",
                markeredgecolor="white" if filled else "#9a9a9a",
                markeredgewidth=0.4,
                zorder=3 if filled else 2,
                gid=f"{'target' if side is more else 'reference'}{'' if filled else ' not sure'}",
            )
    rows.zero_line(ax)


def _scales(ax: Axes, data: pd.DataFrame, effect: str, evidence: str) -> None:
    """Scales and labels."""
    reach = float(data[effect].abs().max()) or 1.0
    ax.set_xlim(-reach * 1.18, reach * 1.18)  # room for the names of the outermost terms
    ax.set_xlabel(words.column_label(data, effect))
    ax.set_ylabel(words.column_label(data, evidence))
    highest = float(data[evidence].max())
    if not evidence.startswith("g2") or highest <= 0:
        return
    ax.set_yscale("function", functions=(_root, _square))
    ax.set_ylim(0, highest * 1.2)
    step = np.sqrt(highest) / 5
    ticks = [0.0]
    for tick in (float(f"{(number * step) ** 2:.1g}") for number in range(1, 6)):
        if np.sqrt(tick) - np.sqrt(ticks[-1]) > 0.6 * step:  # rounding may bring two together
            ticks.append(tick)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _: words.number(y)))


def _root(values: np.ndarray) -> np.ndarray:
    return np.sqrt(np.clip(values, 0, None))


def _square(values: np.ndarray) -> np.ndarray:
    return np.square(np.clip(values, 0, None))


def _handles(target: str, against: str, hollow: str) -> list[Line2D]:
    """The key: which side a mark belongs to, and what hollow means."""
    parts = (
        ("o", style.COLOURS[0], "white", f"more in {words.label(target, 20)}"),
        ("s", style.COLOURS[4], "white", f"more in {words.label(against, 20)}"),
        ("o", "none", "#9a9a9a", hollow),
    )
    return [
        Line2D([], [], linestyle="none", marker=m, color=c, markeredgecolor=e, label=text)
        for m, c, e, text in parts
    ]


def _named(
    data: pd.DataFrame, effect: str, evidence: str, alpha: float, top: int
) -> list[tuple[float, float, str]]:
    """What is named: of the terms with an adjusted p below alpha, half on each side if possible."""
    there = data[data[effect] != 0]
    sure = there[there["p_adjusted"] < alpha]
    if not len(sure):
        sure, top = there, top // 2
    more, less = sure[sure[effect] > 0], sure[sure[effect] < 0]
    half = top // 2
    right = max(top - half, top - len(less))
    chosen = pd.concat([more.head(right), less.head(max(top - min(len(more), right), 0))])
    chosen = chosen.sort_values(evidence, ascending=False, kind="stable")
    return [
        (float(x), float(y), words.label(term, 10_000))
        for x, y, term in zip(chosen[effect], chosen[evidence], chosen["_label"], strict=True)
    ]


def _describe_points(
    data: pd.DataFrame, effect: str, evidence: str, alpha: float, available: int
) -> style.Description:
    """Caption, alt text and notes."""
    target = words.label(data["target"].iloc[0])
    against = words.label(data["reference"].iloc[0])
    across, up = words.column_phrase(data, effect), words.column_phrase(data, evidence)
    sure, terms = int((data["p_adjusted"] < alpha).sum()), words.plural(len(data), "term")
    caption = (
        f"Effect ({across}) and evidence ({up}) for {terms} in {target} compared with {against}; "
    )
    tested = data["p_adjusted"].notna().any()
    caption += f"adjusted p below {alpha:g}: {sure:,}." if tested else "no p."
    axes = {"Horizontal": f"{across}, {words.value_range(data[effect])}", "Vertical": up}
    alt = words.alt_text(f"Scatter plot of {terms}.", axes, names_of(data), data[evidence])
    hollow = "" if tested else "All hollow."
    shown = select.totals(data, len(data), available)
    notes = [sizes(data), draws(data), hollow, correction(data), shown]
    return style.Description(caption, alt, notes)


def names_of(data: pd.DataFrame) -> pd.Series:
    """What each row is called: its term, after what it is said of where the table has that."""
    names = data["term"].astype(str)
    if "actor" not in data.columns:
        return names
    names = data["actor"].astype(str) + ": " + names
    if "relation" not in data.columns:
        return names
    double = names.isin(names[data.assign(_name=names).duplicated(["target", "_name"])])
    return names.where(~double, names + " (" + data["relation"].astype(str) + ")")


def correction(data: pd.DataFrame) -> str:
    """How p was corrected for the number of terms, where there is one."""
    tested = data["p_adjusted"].notna().any()
    return "p adjusted after Benjamini–Hochberg." if tested else ""


def hollow_means(data: pd.DataFrame, alpha: float) -> str:
    """What is said of hollow marks."""
    return f"adjusted p ≥ {alpha:g}" if data["p_adjusted"].notna().any() else "no p"


def sizes(data: pd.DataFrame) -> str:
    """How many words and documents each side of a comparison has."""
    if not {"base", "base_reference"} <= set(data.columns):
        return ""
    first = data.drop_duplicates(["target", "reference"])
    if "actor" in data.columns:
        return _predicates(data)
    counted = "group_documents" in data.columns and first["group_documents"].notna().all()
    rows = [row for _, row in first.iterrows()]
    if len(rows) > 1:
        own = [f"{words.label(row['target'], 24)} {_size(row, '', '', '; ')}" for row in rows]
        return f"n ({'words; documents' if counted else 'words'}): {words.listing(own)}."
    sides = [
        f"{_size(rows[0], end, ' words', ' in ')} of {words.label(rows[0][name], 24)}"
        for end, name in (("", "target"), ("_reference", "reference"))
    ]
    return f"n = {', '.join(sides)}."


def _predicates(data: pd.DataFrame) -> str:
    """How many predicates the actors drawn have on each side."""
    each = data.drop_duplicates(["target", "reference", "actor"])
    own = []
    for (target, against), part in each.groupby(["target", "reference"], sort=False, observed=True):
        sides = ((target, part["base"]), (against, part["base_reference"]))
        own += [f"{words.label(name, 24)} {int(size.sum()):,}" for name, size in sides]
    actors = words.plural(each["actor"].nunique(), "actor")
    return f"n (predicates of {actors}): {words.listing(own)}."


def _size(row: pd.Series, end: str, unit: str, between: str) -> str:
    """Words and documents of one side: "1,000 words in 5 documents", or "1,000; 5"."""
    texts = row[f"group_documents{end}"] if f"group_documents{end}" in row.index else pd.NA
    size = f"{int(row[f'base{end}']):,}{unit}"
    if pd.isna(texts):
        return size
    number = words.plural(int(texts), "document") if unit else f"{int(texts):,}"
    return f"{size}{between}{number}"


def draws(data: pd.DataFrame) -> str:
    """What was one draw where it was not a document, or why nothing can be inferred."""
    if "units" not in data.columns:
        return ""
    said = data["units"].dropna().astype(str)
    lacking = said[said.str.startswith("none: ")].unique()
    some = [text for text in said.unique() if text != "documents" and text not in lacking]
    where = "" if data["p_adjusted"].isna().all() else f" for {said.isin(lacking).sum():,} rows"
    return words.sentences(
        f"Draws: {' · '.join(some)}." if some else "",
        *(f"No p{where}: {text.removeprefix('none: ')}." for text in lacking),
    )


@style.chart
def plot_keywords(
    table: pd.DataFrame,
    *,
    targets: Sequence[str] | None = None,
    value: str = "log_ratio",
    alpha: float = 0.05,
    top: int = 10,
    size: str = "page",
    ax: Axes | None = None,
) -> Axes:
    """Plot ranked keywords as bars: two groups back to back, or a block for each of several.

    Parameters
    ----------
    table : pandas.DataFrame
        What `compare_terms` or `compare_predications` return. Needed: target, reference, term,
        p_adjusted and `value`. Used if present: actor, relation, lrc, p, units; count, base and
        group_documents of both sides.
    targets : sequence of str, optional
        The targets to plot, in this order; all of the table, in its order, if None.
    value : str
        The effect size that gives the length of the bars; its sign says which side has more.
    alpha : float
        Terms with an adjusted p of at least this get hollow bars.
    top : int
        Number of terms for each side.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        One target: its keywords to the right, those of the reference to the left. Two targets that
        are each other's reference: the keywords of each, back to back. More: a block for each.
        Blocks are ranked by the conservative log ratio (lrc) where the table has it, else by
        `value`; ties (as where the lrc is 0) by p, then by `value`, then by name. The dark stroke
        in a bar marks the lrc.

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or has no such target.

    Notes
    -----
    The conservative log ratio (Evert 2022) is the end of the effect's confidence interval nearer
    to zero, with documents as the draws; ranking by it keeps rare terms, and those that one text
    repeats, from topping the list by chance. Keywords point to
    differences that must be read in context; they do not say why a group uses a term.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"target": "a", "reference": "b", "term": ["war", "end"],
    ...                       "log_ratio": [2.0, -1.0], "p_adjusted": [0.01, 0.4]})
    >>> [float(bar.get_width()) for bar in plot_keywords(table).patches]
    [2.0, -1.0]
    """
    what = "keyness"
    require_columns(table, ["target", "reference", "term", "p_adjusted"], what)
    select.numeric(table, value, what)
    names = _targets(table, targets)
    data, blocks = _ranked_blocks(table, names, value, top)
    ax = style.new_axes(ax, size=size, height=style.row_height(size, len(data) + len(blocks)))
    sure = (data["p_adjusted"] < alpha).to_numpy()
    bound = "lrc" if "lrc" in data.columns and value == "log_ratio" else None
    named = data.assign(_label=names_of(data))
    draw_blocks(ax, named, blocks, value=value, bound=bound, filled=sure, size=size, label="_label")
    _count_pairs(ax, data, blocks, size)
    ax.set_xlabel(words.column_label(data, value))
    return style.describe(ax, data, _describe_blocks(data, blocks, value, alpha), targets=names)


def _targets(table: pd.DataFrame, targets: Sequence[str] | None) -> list[str]:
    """The targets drawn."""
    there = [str(name) for name in select.texts(table["target"]).unique()]
    if targets is None:
        return there
    names = [targets] if isinstance(targets, str) else [str(name) for name in targets]
    strange = [name for name in names if name not in there]
    if strange or not names:
        raise InputError(
            f"The keyness table has no target {words.listing(strange) or 'asked for'}; "
            f"choose among {words.listing(there, 12)}."
        )
    return names


def _ranked_blocks(
    table: pd.DataFrame, names: list[str], value: str, top: int
) -> tuple[pd.DataFrame, list[Block]]:
    """The rows drawn, and their blocks."""
    owner = select.texts(table["target"])
    mirrored = len(names) == 2 and _each_other(table, owner, names)
    blocks: list[tuple[Block, pd.DataFrame]] = []
    for number, name in enumerate(names):
        own = table[(owner == name).to_numpy()]
        side = -1 if mirrored and number else 1
        head = f"More in {words.label(name, 30)}"
        blocks.append((Block(head, 0, side), _best(own, value, top, 1)))
        if len(names) == 1:
            against = words.label(own["reference"].iloc[0], 30)
            blocks.append((Block(f"More in {against}", 0), _best(own, value, top, -1)))
    blocks = [(block, best) for block, best in blocks if len(best)]
    if not blocks:
        raise InputError(
            f"No row of the keyness table has a {value} other than zero; there is nothing to rank."
        )
    columns = [
        "target",
        "reference",
        *_OF,
        "term",
        value,
        "lrc",
        "p",
        "p_adjusted",
        *_SIDES,
        "units",
    ]
    data = select.columns_drawn(pd.concat([best for _, best in blocks]), columns)
    data.attrs = dict(table.attrs)
    return data, [block._replace(rows=len(best)) for block, best in blocks]


def _each_other(table: pd.DataFrame, owner: pd.Series, names: list[str]) -> bool:
    """Whether two targets are each other's reference, by name or because they are all there is."""
    first, second = (table[(owner == name).to_numpy()].iloc[0] for name in names)
    if [words.label(first["reference"]), words.label(second["reference"])] == names[::-1]:
        return True
    if not {"base", "base_reference"} <= set(table.columns):
        return False
    return bool(
        first["base"] == second["base_reference"] and second["base"] == first["base_reference"]
    )


def _best(own: pd.DataFrame, value: str, top: int, sign: int) -> pd.DataFrame:
    """The first `top` rows of one sign: by conservative bound, p, value, and name."""
    finite = np.isfinite(own[value].to_numpy(dtype=float))
    kept = own[finite & (own[value] * sign > 0).to_numpy()]
    by_bound = "lrc" in kept.columns and value == "log_ratio"
    bound = kept["lrc"] if by_bound else kept[value]
    kept = kept.assign(
        _bound=bound.to_numpy(dtype=float) * sign,
        _p=kept["p"].to_numpy(dtype=float) if "p" in kept.columns and by_bound else 0.0,
        _value=kept[value].to_numpy(dtype=float) * sign,
        _name=names_of(kept),
    )
    order = ["_bound", "_p", "_value", "_name"]
    return kept.sort_values(order, ascending=[False, True, False, True]).head(top)


def _count_pairs(ax: Axes, data: pd.DataFrame, blocks: Sequence[Block], size: str) -> None:
    """The counts on both sides, "37 : 2", at the right of each row and not of the heads."""
    if not {"count", "count_reference"} <= set(data.columns):
        return
    pairs = [
        f"{int(n):,} : {int(m):,}"
        for n, m in zip(data["count"], data["count_reference"], strict=True)
    ]
    texts: list[str] = []
    for block in blocks:
        texts += [*([""] if block.head else []), *pairs[: block.rows]]
        pairs = pairs[block.rows :]
    rows.side_column(ax, texts, "n : ref.", size)


def _describe_blocks(
    data: pd.DataFrame, blocks: Sequence[Block], value: str, alpha: float
) -> style.Description:
    """Caption, alt text and notes."""
    phrase = words.column_phrase(data, value)
    ranked = "ranked by conservative log ratio" if "lrc" in data.columns else "ranked by it"
    tested = data["p_adjusted"].notna()
    hollow = "" if tested.any() else "All bars are hollow: no p."
    if tested.any() and not (data["p_adjusted"] < alpha).all():
        without = "" if tested.all() else ", or none"
        hollow = f"Hollow bars: adjusted p of at least {alpha:g}{without}."
    stroke = "Dark stroke: conservative bound." if data.get("lrc", pd.Series(0)).any() else ""
    heads = words.listing([block.head[:1].lower() + block.head[1:] for block in blocks])
    caption = words.sentences(
        f"Keywords ({heads}): length of a bar is the {phrase}, {ranked}.", stroke, hollow
    )
    names = words.pairs(names_of(data), data["target"])
    shape = f"{words.plural(len(data), 'keyword')} in {words.plural(len(blocks), 'block')}: {heads}"
    alt = words.alt_text(f"Bar chart of {shape}.", {"Horizontal": phrase}, names, data[value])
    return style.Description(
        caption, alt, [sizes(data), draws(data), stroke, hollow, correction(data)]
    )


_COUNTS = ["count", "count_reference", "base", "base_reference"]
_MEANS = ["mean", "mean_reference", "difference"]


@style.chart
def plot_word_shift(
    table: pd.DataFrame, *, top: int = 20, size: str = "page", ax: Axes | None = None
) -> Axes:
    """Plot which words make the sentiment of one group differ from that of another.

    Parameters
    ----------
    table : pandas.DataFrame
        What `compare_sentiment` returns. Needed: target, reference, term, contribution, valence,
        valence_reference. Used if present: frequency_part, counts, bases and means.
    top : int
        Number of words to plot: those with the largest contribution in either direction, ties by
        name.
    %(axes)s

    Returns
    -------
    matplotlib.axes.Axes
        Bars to the right raise the mean score of the target above that of the reference, bars to
        the left lower it. Plain bars are words that score positive, hatched bars words that score
        negative. The stroke marks the part that comes from how often a word is used; the rest comes
        from how it is used (negated, intensified).

    Raises
    ------
    InputError
        If the table is empty, lacks a column, or compares more than one target.

    Notes
    -----
    A generalised word shift (Gallagher et al. 2021). It explains a score, not an attitude: a bar
    shows that a word of the lexicon moved the mean, whoever used it and whatever it was about.

    Examples
    --------
    >>> import pandas as pd
    >>> shift = pd.DataFrame({"target": "a", "reference": "b", "term": ["war", "hope"],
    ...     "contribution": [-0.2, 0.1], "valence": [-0.6, 0.4], "valence_reference": [-0.6, 0.4]})
    >>> [float(bar.get_width()) for bar in plot_word_shift(shift).patches]
    [-0.2, 0.1]
    """
    what = "word shift"
    require_columns(table, ["target", "reference", "term", "valence", "valence_reference"], what)
    select.numeric(table, "contribution", what)
    _one_target(table, None)
    data = _largest(table, top)
    ax = style.new_axes(ax, size=size, height=style.row_height(size, len(data)))
    length = data["contribution"].to_numpy(dtype=float)
    at = np.arange(len(data), dtype=float)
    for row, second in enumerate(_negative(data)):
        rows.draw_bar(ax, float(at[row]), float(length[row]), bool(second))
    if "frequency_part" in data.columns:
        rows.strokes(ax, at, data["frequency_part"].to_numpy(dtype=float))
    rows.label_rows(ax, list(data["term"]), size)
    ax.grid(visible=False)
    rows.zero_line(ax)
    drawn = data[[c for c in ("contribution", "frequency_part") if c in data.columns]]
    rows.bar_limits(ax, drawn.to_numpy(dtype=float).ravel(), mirrored=False)
    ax.set_xlabel("Contribution to the difference of mean compound scores")
    rows.key(ax, [rows.patch("positive words", 0), rows.patch("negative words", 1)], size)
    _count_pairs(ax, data, [Block("", len(data))], size)
    return style.describe(ax, data, _describe_shift(table, data))


def _largest(table: pd.DataFrame, top: int) -> pd.DataFrame:
    """The rows drawn: the largest contributions in either direction."""
    work = table[table["contribution"].notna()]
    style.require_rows(work, "word shift")
    far = work["contribution"].abs().round(12)  # equal but for the last digits is equal
    work = work.assign(_far=far, _name=select.texts(work["term"]))
    work = work.sort_values(["_far", "_name"], ascending=[False, True]).head(top)
    columns = ["target", "reference", "term", "contribution", "frequency_part", "valence_part"]
    columns += ["valence", "valence_reference", *_COUNTS, *_MEANS]
    return select.columns_drawn(work, columns)


def _negative(data: pd.DataFrame) -> np.ndarray:
    """Which words score negative, in the target or, where they do not occur there, elsewhere."""
    valence = data["valence"].where(data["valence"].notna(), data["valence_reference"])
    return (valence < 0).to_numpy()


def _describe_shift(table: pd.DataFrame, data: pd.DataFrame) -> style.Description:
    """Caption, alt text and notes."""
    first = data.iloc[0]
    target, against = words.label(first["target"]), words.label(first["reference"])
    means = ""
    if set(_MEANS) <= set(data.columns):
        means = (
            f"Mean compound score: {target} {words.number(first['mean'])}, {against} "
            f"{words.number(first['mean_reference'])}, difference "
            f"{words.number(first['difference'])}."
        )
    stroke = ""
    if "frequency_part" in data.columns:
        stroke = "Stroke: the part that comes from how often the word is used."
    number = words.plural(len(data), "word")
    caption = words.sentences(
        f"The {number} that contribute most to the difference in "
        f"sentiment between {target} and {against}. Bars to the right raise the score of {target}.",
        means,
        stroke,
    )
    alt = words.alt_text(
        f"Bar chart of {number}, the largest contribution on top.",
        {"Horizontal": "contribution to the difference of mean compound scores"},
        data["term"],
        data["contribution"],
    )
    n = ""
    if {"base", "base_reference"} <= set(data.columns):
        n = (
            f"n = {words.plural(first['base'], 'sentence')} in {target}, "
            f"{int(first['base_reference']):,} in {against}."
        )
    shown = select.totals(data, len(data), len(table))
    right = f"Right: raises the score of {target}."
    return style.Description(caption, alt, [n, means, shown, stroke, right])
