"""Keyness: the effect size of each term against the evidence for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from analysis import wording as words
from analysis.charts import labels, looks, rows, select, style
from analysis.charts.tags import tag
from analysis.tables import InputError, require_columns

EVIDENCE = ("p", "g2_four_term", "g2_two_term")
_HEIGHT = "minus_log10_p"  # drawn in the place of p
_NEEDED = 5  # names in any case
OF = ("actor", "relation")  # what a predicate is said of
SIDES = [
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
        Terms with an adjusted p of at least this are hollow; their names are grey.
    top : int, optional
        Number of names at most: the terms with the most evidence, those of an adjusted p below
        `alpha` before the others. If None, 40, or 24 in a column. The first five are named in any
        case, the others where there is room beside their mark.
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
    ['war', 'end']
    """
    what = "keyness"
    require_columns(table, ["target", "reference", "term", "p_adjusted"], what)
    target = one_target(table, target)
    own = table[(select.texts(table["target"]) == target).to_numpy()]
    known = [name for name in EVIDENCE if name in own.columns and own[name].notna().any()]
    evidence = evidence or (known or EVIDENCE[1:])[0]
    select.numeric(table, effect, what)
    select.numeric(table, evidence, what)
    if evidence == "p":
        evidence = _HEIGHT
        table = table.assign(**{_HEIGHT: -np.log10(table["p"].clip(lower=1e-300)) + 0.0})
    top = top or (24 if size == "column" else 40)
    data = _points(table, target, effect, evidence)
    against = words.label(data["reference"].iloc[0])
    ax = style.new_axes(ax, size=size)
    colours = _side_colours(target, against)
    _scatter(ax, data, effect, evidence, alpha, colours)
    _scales(ax, data, effect, evidence)
    panel = style.state_of(ax).panel
    sides = ("the target", "the reference") if panel else (target, against)
    rows.key(ax, _handles(data, effect, sides, alpha, colours), size)
    named, inks = _named(data.assign(_label=names_of(data)), effect, evidence, alpha, top)
    around = data[[effect, evidence]].to_numpy(dtype=float)
    place = labels.point_labels(ax, named, size, avoid=around, colours=inks, needed=_NEEDED)
    text = _describe_points(data, effect, evidence, alpha, len(own))
    drawn = data.drop(columns=_HEIGHT, errors="ignore")
    evidence = "p" if evidence == _HEIGHT else evidence
    return style.describe(
        ax, drawn, text, place_labels=place, target=target, evidence=evidence, top=top
    )


def one_target(table: pd.DataFrame, target: str | None) -> str:
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
    columns = ["target", "reference", *OF, "term", effect, evidence, "p", "p_adjusted"]
    return select.columns_drawn(work, [*columns, *SIDES, "units"])


def _side_colours(target: str, against: str) -> list[str]:
    """The colours of both sides: those that the groups have in other charts."""
    known: dict[str, style.Look] = {}
    looks.looks_of([target, against], known)
    return [known[target].colour, known[against].colour]


def _lit(data: pd.DataFrame) -> np.ndarray:
    """Which terms are highlighted; all where no term is."""
    own = looks.current()
    lit = np.array([own.stands_out(name) for name in names_of(data)])
    return lit if lit.any() else np.ones(len(data), dtype=bool)


def _scatter(
    ax: Axes, data: pd.DataFrame, effect: str, evidence: str, alpha: float, colours: list[str]
) -> None:
    """Filled marks for what is significant, hollow ones for the rest; a mark for each side."""
    lit = _lit(data)
    sure = (data["p_adjusted"] < alpha).to_numpy()
    more = (data[effect] > 0).to_numpy()
    for side, marker, usual in ((more, "o", colours[0]), (~more, "s", colours[1])):
        for filled, shown in ((False, False), (True, False), (False, True), (True, True)):
            which = side & (sure == filled) & (lit == shown)
            own = data[which]
            if not len(own) and not shown:
                continue
            colour = usual if shown else style.GREY
            (dots,) = ax.plot(
                own[effect].to_numpy(dtype=float),
                own[evidence].to_numpy(dtype=float),
                linestyle="none",
                marker=marker,
                markersize=rcParams["lines.markersize"] * (1.3 if filled else 0.8),
                color=colour if filled else "none",
                markeredgecolor="white" if filled else "#9a9a9a",
                markeredgewidth=0.4,
                zorder=3 if filled else 2,
                gid=f"{'target' if side is more else 'reference'}{'' if filled else ' not sure'}",
            )
            tag(dots, np.flatnonzero(which))
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
    ax.set_ylabel(f"{words.column_label(data, evidence)}, square-root scale")
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


def _handles(
    data: pd.DataFrame, effect: str, sides: tuple[str, str], alpha: float, colours: list[str]
) -> list[Line2D]:
    """The key of what is there: which side a mark belongs to, and what hollow means."""
    sure, more = data["p_adjusted"] < alpha, data[effect] > 0
    parts = [
        ("o", colours[0], "white", f"more in {words.label(sides[0], 20)}", more),
        ("s", colours[1], "white", f"more in {words.label(sides[1], 20)}", ~more),
    ]
    found = [part for part in parts if (part[-1] & sure).any()]
    if not sure.any():  # nothing is filled: the key still says which side is which
        hollow = [(m, "none", "#9a9a9a", text, which) for m, _, _, text, which in parts]
        found = [part for part in hollow if part[-1].any()]
    elif not sure.all():
        found.append(("o", "none", "#9a9a9a", hollow_means(data, alpha), ~sure))
    return [
        Line2D([], [], linestyle="none", marker=m, color=c, markeredgecolor=e, label=text)
        for m, c, e, text, _ in found
    ]


def _named(
    data: pd.DataFrame, effect: str, evidence: str, alpha: float, top: int
) -> tuple[list[tuple[float, float, str]], list[str]]:
    """What is named, and its colours: terms with an adjusted p below alpha first."""
    there = data[(data[effect] != 0) & (data[evidence] > 0)]
    there = there.assign(_sure=there["p_adjusted"] < alpha)
    there = there.sort_values(["_sure", evidence], ascending=False, kind="stable").head(top)
    points = [
        (float(x), float(y), term)
        for x, y, term in zip(there[effect], there[evidence], there["_label"], strict=True)
    ]
    shown = zip(there["_sure"], _lit(there), strict=True)
    return points, [style.INK if sure and lit else style.QUIET for sure, lit in shown]


def _describe_points(
    data: pd.DataFrame, effect: str, evidence: str, alpha: float, available: int
) -> style.Description:
    """Caption, alt text and notes."""
    target = words.label(data["target"].iloc[0])
    against = words.label(data["reference"].iloc[0])
    across, up = words.column_phrase(data, effect), words.column_phrase(data, evidence)
    sure, terms = int((data["p_adjusted"] < alpha).sum()), words.plural(len(data), "term")
    short = [phrase.partition(" (")[0] for phrase in (across, up)]
    caption = f"{terms} in {target} compared with {against}: {short[0]} and {short[1]}; "
    tested = data["p_adjusted"].notna().any()
    caption += f"adjusted p below {alpha:g}: {sure:,}." if tested else "no p."
    axes = {"Horizontal": f"{across}, {words.value_range(data[effect])}", "Vertical": up}
    alt = words.alt_text(f"Scatter plot of {terms}.", axes, names_of(data), data[evidence])
    hollow = "" if tested else "All hollow."
    shown = select.totals(data, len(data), available)
    notes = [sizes(data), draws(data), hollow, correction(data), shown]
    subtitle = f"Words of {target} compared with {against}: how much more, and how sure"
    if tested and not sure:
        caption += " No word passes: each of these differences may be chance."
        subtitle = (
            f"{target} compared with {against}: no word passes (all hollow, adjusted p ≥ {alpha:g})"
        )
    return style.Description(caption, alt, notes, subtitle=subtitle)


def names_of(data: pd.DataFrame) -> pd.Series:
    """What each row is called: its term, after what it is said of where the table has that."""
    names = select.texts(data["term"])
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
