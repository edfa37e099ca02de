"""How far coders agree with each other and with the machine."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from analysis.coding.design import MACHINE, UNKNOWN, design_of
from analysis.tables import InputError, require_columns
from analysis.terms.estimate import student

UNCORRECTED = ("none: fewer", "none: no row is coded", "none: not drawn")  # of an `interval`
_SAID = re.compile(
    r"(?:corrected with|not corrected \(.*\) by) (\d+ hand-coded rows \([^()]*\))"
    r"(?:; some values are not corrected \(.*\))?"
)
_WORDS = {1: "one coder", 2: "two coders", 3: "three coders", 4: "four coders"}


def score_agreement(codes: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Score how far the coders agree beyond chance: Krippendorff's α.

    Parameters
    ----------
    codes : pandas.DataFrame
        What `read_codes` gave, of two or more coders.
    confidence : float
        Coverage of the interval.

    Returns
    -------
    pandas.DataFrame
        One row: `coders` (how many), `rows` (that two or more have coded), `agreement` (share of
        their pairs of codes that are the same), `alpha`, `low`, `high`, `interval`.

    Raises
    ------
    InputError
        If no row was coded by two.

    Notes
    -----
    α = 1 - Dₒ/Dₑ: the observed disagreement as a part of that of chance, for names (Krippendorff
    2019, *Content Analysis*, 4th ed., ch. 12), as NLTK computes it. 1 is perfect, 0 chance.
    Krippendorff asks for 0.8, and for 0.667 where tentative conclusions are enough. Where nearly
    all rows have one code, α is low though coders hardly differ: see `agreement`. The interval is
    a jackknife over documents.

    Examples
    --------
    >>> from analysis.coding.sample import sample_for_coding
    >>> from analysis.layers import Corpus
    >>> corpus = Corpus(pd.DataFrame({"doc": list("abc"), "text": ["It rained. He spoke."] * 3}))
    >>> sample = sample_for_coding(None, corpus, n=6, unit="sentence", choices=["rain", "talk"])
    >>> right = sample["text"].str.contains("rain").map({True: "rain", False: "talk"})
    >>> codes = pd.concat([sample.assign(coder=name, code=right) for name in ("Ann", "Ben")])
    >>> score_agreement(codes)["alpha"].tolist()
    [1.0]
    """
    design_of(codes)
    require_columns(codes, ("coder", "code"), "codes")
    both = _twice(codes)
    if not len(both):
        raise InputError("No row was coded by two; give a part of the rows to a second coder.")
    alpha = _alpha(both)
    low, high, text = _bounds(both, alpha, confidence)
    values = {
        "coders": both["coder"].nunique(),
        "rows": both["row"].nunique(),
        "agreement": _same(both),
        "alpha": alpha,
    }
    result = pd.DataFrame([values | {"low": low, "high": high, "interval": text}])
    result.attrs["corpus"] = codes.attrs.get("corpus", {})
    return result


def _bounds(both: pd.DataFrame, alpha: float, confidence: float) -> tuple[float, float, str]:
    """The interval of α over documents, and how it was made or why there is none."""
    docs = both["doc"].unique()
    leave: list[str] = docs.tolist() if len(docs) > 2 else []
    rest = np.array([_alpha(both[both["doc"] != doc]) for doc in leave])
    low = high = np.nan
    text = "none: fewer than 3 documents coded by two"
    if len(rest) and np.isfinite(rest).all() and np.isfinite(alpha):
        k = len(docs)
        error = np.sqrt((k - 1) / k * ((rest - rest.mean()) ** 2).sum())
        half = float(student(confidence, np.array([k - 1]))[0]) * error
        low, high = max(alpha - half, -1.0), min(alpha + half, 1.0)
        text = f"{100 * confidence:g} % jackknife over documents"
    elif len(rest):
        text = "none: without one of the documents all codes are the same"
    return low, high, text


def _twice(codes: pd.DataFrame) -> pd.DataFrame:
    """The codes of rows that two or more have coded."""
    return codes[codes.groupby("row")["coder"].transform("nunique") > 1]


def _alpha(codes: pd.DataFrame) -> float:
    """Krippendorff's α for names; NaN where there is but one code."""
    from nltk.metrics.agreement import AnnotationTask

    if len(set(codes["code"])) < 2:
        return np.nan
    return float(AnnotationTask(codes[["coder", "row", "code"]].to_numpy().tolist()).alpha())


def _same(codes: pd.DataFrame) -> float:
    """The share of pairs of codes of one row that are the same."""
    same = pairs = 0
    for _, own in codes.groupby("row")["code"]:
        counts = own.value_counts().to_numpy()
        same += int((counts * (counts - 1)).sum())
        pairs += len(own) * (len(own) - 1)
    return same / pairs


def find_disagreements(codes: pd.DataFrame, *, with_machine: bool = False) -> pd.DataFrame:
    """Find the rows that coders coded differently, with the code of each.

    Parameters
    ----------
    codes : pandas.DataFrame
        What `read_codes` gave.
    with_machine : bool
        Count the machine as a coder; then rows of one coder can be there as well.

    Returns
    -------
    pandas.DataFrame
        One row per row of the sample on which there are different codes: `row`, `doc`, `start`,
        `end`, `left`, `text`, `right`, then a column for each coder. Read them together, and make
        the rules of the codebook clearer.

    Raises
    ------
    InputError
        If the codes have lost their sample.

    Examples
    --------
    >>> from analysis.coding.sample import sample_for_coding
    >>> from analysis.layers import Corpus
    >>> corpus = Corpus(pd.DataFrame({"doc": ["a"], "text": ["It rained. He spoke."]}))
    >>> sample = sample_for_coding(None, corpus, n=2, unit="sentence", choices=["rain", "talk"])
    >>> codes = [sample.assign(coder="Ann", code="talk"), sample.assign(coder="Ben", code="rain")]
    >>> find_disagreements(pd.concat(codes))[["Ann", "Ben"]].values.tolist()
    [['talk', 'rain'], ['talk', 'rain']]
    """
    design_of(codes)
    require_columns(codes, ("coder", "code", MACHINE), "codes")
    wide = codes.pivot_table(index="row", columns="coder", values="code", aggfunc="first")
    if with_machine and (codes[MACHINE] != UNKNOWN).any():
        wide[MACHINE] = codes.drop_duplicates("row").set_index("row")[MACHINE]
    differ = wide.apply(lambda own: len(set(own.dropna())) > 1, axis=1)
    shown = [c for c in ("row", "doc", "start", "end", "left", "text", "right") if c in codes]
    rows = codes.drop_duplicates("row")[shown]
    result = rows[rows["row"].isin(wide.index[differ])].merge(wide.reset_index(), on="row")
    result.columns.name = None
    result.attrs["corpus"] = codes.attrs.get("corpus", {})
    return result.sort_values("row", ignore_index=True)


def describe_codes(codes: pd.DataFrame) -> str:
    """How many rows were coded, by how many, and how well they agreed, in words."""
    rows, coders = codes["row"].nunique(), codes["coder"].nunique()
    who = _WORDS.get(coders, f"{coders} coders")
    both = _twice(codes)
    alpha = _alpha(both) if len(both) else np.nan
    agreed = f", α {alpha:.2f}" if np.isfinite(alpha) else ""
    if agreed and np.isfinite(ends := _bounds(both, alpha, 0.95)[:2]).all():
        agreed += f" [{ends[0]:.2f}, {ends[1]:.2f}]"
    if agreed and (twice := both["row"].nunique()) < rows:
        agreed += f" in the {twice} coded by more than one"
    return f"corrected with {rows} hand-coded rows ({who}{agreed})"


def describe_result(codes: pd.DataFrame, intervals: pd.Series) -> str:
    """What codes corrected of a table, in words, and what not: the machine's values stay there."""
    how = describe_codes(codes)
    whys = [text.removeprefix("none: ") for text in intervals if text.startswith(UNCORRECTED)]
    if not whys:
        return how
    why = "; ".join(dict.fromkeys(whys[:3]))
    if len(whys) < len(intervals):
        return f"{how}; some values are not corrected ({why})"
    return f"not corrected ({why}) by {how.removeprefix('corrected with ')}"


def same_codes(said: object, fresh: object) -> bool:
    """Whether two sentences of `describe_result`, maybe of other rows, tell of the same codes."""
    one, two = (_SAID.fullmatch(str(text)) for text in (said, fresh))
    return said == fresh or (one is not None and two is not None and one[1] == two[1])
