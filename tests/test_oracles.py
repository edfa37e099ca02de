"""Published worked examples of the statistics.

The rows stand here, so that they are checked anywhere; where the shared list is at hand it is read,
too, and must hold nothing that is not checked.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from analysis.terms import dispersion, formulas
from analysis.terms import formulas as association
from analysis.terms.frequency import count_terms
from analysis.text.tokens import tokenize


class Row(NamedTuple):
    """One published number."""

    statistic: str
    variant: str
    inputs: str
    expected: str
    tolerance: float


LETTERS = (
    "text=b a m n i b e u p | b a s a t b e w q n | b c a g a b e s t a | b a g h a b e a a t"
    " | b a h a a b e a x a t;word=a"
)
# Gries 2008, p. 410, where ARF is worked out, has five parts of ten words: the first has one more
# word and the last one less than in the later text. In the later text ARF is 11.1 (see
# test_dispersion.py), so 10.8 can only be checked with the text that it was published for.
LETTERS_2008 = (
    "b a m n i b e u p k | b a s a t b e w q n | b c a g a b e s t a | b a g h a b e a a t"
    " | b a h a a b e a x a"
)
G2, RATIO = "four-term G2", "log2 of ((f1+0.5)/(n1+0.5)) over ((f2+0.5)/(n2+0.5)) as in Evert 2022"
LRC = "Clopper-Pearson, family m=20109, two-sided alpha 0.05/m, clamped at 0"
ABSENT, PRESENT = "f1=8;n1=1177;f2=0;n2=341805", "f1=94;n1=1177;f2=749;n2=341805"
SEVEN_TWO, STRONG = "f1=7;n1=1000;f2=2;n2=1000", "O=8;f1=15828;f2=4675;N=14307668"

ROWS = [
    Row("log_likelihood", G2, "O11=110;O12=2442;O21=111;O22=29114", "270.72", 0.005),
    Row("log_likelihood", G2, "O11=10;O12=0;O21=3;O22=31764", "167.23", 0.005),
    Row("log_likelihood", "two-term G2", SEVEN_TWO, "2.9419", 0.00005),
    Row("log_likelihood", G2, SEVEN_TWO, "2.9545", 0.00005),
    Row("bic", "G2(two-term) - ln N", SEVEN_TWO, "-4.659", 0.0005),
    Row("log_ratio", RATIO, ABSENT, "12.2688", 0.00005),
    Row("log_ratio", "same as above", PRESENT, "5.19376", 0.000005),
    Row("log_likelihood", G2, PRESENT, "489.763", 0.0005),
    Row("lrc", LRC, f"{ABSENT};m=20109", "6.02085", 0.000005),
    Row("lrc", LRC, f"{PRESENT};m=20109", "4.38193", 0.000005),
    Row(
        "simple_maths",
        "N=1 per million",
        "f1=35;n1=112289776;f2=263;n2=1559716979",
        "1.1224",
        0.00005,
    ),
    Row("simple_maths", "N=100 per million", ABSENT, "68.9694", 0.00005),
    Row("odds_ratio", "", "f1=16217;n1=2796938;f2=735;n2=2087946", "16.6", 0.05),
    Row("percent_diff", "", "f1=206523;n1=959641;f2=178174;n2=1562358", "88.7", 0.05),
    Row("difference_coefficient", "", "r1=18;r2=35", "-0.32", 0.005),
    Row("din", "100(r1-r2)/(r1+r2)", SEVEN_TWO, "55.56", 0.005),
    Row("dispersion_dp", "unequal parts", LETTERS, "0.18", 0.005),
    Row("dispersion_dpnorm", "unequal parts", "same text;word=a", "0.2195", 0.00005),
    Row("dispersion_juilland_d", "on rates", "same text;word=a", "0.785", 0.0005),
    Row("dispersion_juilland_d", "equal parts", "counts=0 4 3 2 1", "0.6464", 0.00005),
    Row("dispersion_carroll_d2", "", "counts=2 1 1 1 0", "0.8277", 0.00005),
    Row("dispersion_arf", "", "same text;word=a", "10.8", 0.05),
    Row("mi", "", "O=8;f1=1105;f2=44;N=15000000", "11.3", 0.05),
    Row("mi", "", "O=20;f1=42;f2=20;N=14307668", "18.38", 0.005),
    Row("t_score", "sqrt(O) in the denominator", STRONG, "0.999932", 0.0000005),
    Row("chi_squared", "", STRONG, "1.55", 0.005),
    Row(
        "delta_p",
        "both directions",
        "O11=5610;O12=168938;O21=2257;O22=10233063",
        "0.032 / 0.697",
        0.0005,
    ),
    Row("log_dice", "two words that only ever occur together", "any", "14", 0),
    Row(
        "ttr",
        "",
        "the example text of the LexicalRichness page: 57 tokens and 39 types",
        "0.68421",
        0.000005,
    ),
]

Given = dict[str, str]


def four(given: Given) -> tuple[float, float, float, float]:
    """Count and base of both sides, from a table of frequencies or a contingency table."""
    if "O11" in given:
        o11, o12, o21, o22 = (float(given[name]) for name in ("O11", "O12", "O21", "O22"))
        return o11, o11 + o12, o21, o21 + o22
    if "r1" in given:  # rates per thousand
        return float(given["r1"]), 1000, float(given["r2"]), 1000
    f1, n1, f2, n2 = (float(given[name]) for name in ("f1", "n1", "f2", "n2"))
    return f1, n1, f2, n2


def pair(given: Given) -> tuple[float, float, float, float]:
    """A pair of words: together, the one, the other, all."""
    if "O11" in given:
        o11, o12, o21, o22 = (float(given[name]) for name in ("O11", "O12", "O21", "O22"))
        return o11, o11 + o12, o11 + o21, o11 + o12 + o21 + o22
    o, f1, f2, n = (float(given[name]) for name in ("O", "f1", "f2", "N"))
    return o, f1, f2, n


def likelihood(row: Row, given: Given) -> np.ndarray:
    return formulas.log_likelihood(*four(given), formula=row.variant.removesuffix(" G2"))


def simple_maths(row: Row, given: Given) -> np.ndarray:
    smooth = float(row.variant.split()[0].removeprefix("N="))
    return formulas.simple_maths(*four(given), smooth=smooth, per=1_000_000)


def dispersed(measure: Callable[..., float], column: str) -> Callable[[Row, Given], float]:
    """The measure of given counts in parts of one size, or of a letter in the text."""

    def value(row: Row, given: Given) -> float:
        if "counts" in given:
            counts = [int(count) for count in given["counts"].split()]
            return measure(counts, [100] * len(counts))
        letters = LETTERS_2008 if column == "arf" else LETTERS.split("=")[1].split(";")[0]
        parts = letters.split(" | ")
        documents = pd.DataFrame({"doc": [f"part {n}" for n in range(5)], "text": parts})
        table = dispersion.score_dispersion(tokenize(documents), terms=[given["word"]])
        return float(table[column].iloc[0])

    return value


def type_token_ratio(row: Row, given: Given) -> float:
    """Types over tokens, of a text with as many of both as the published one."""
    words = [f"word{number % 39}" for number in range(57)]
    documents = pd.DataFrame({"doc": ["a"], "text": [" ".join(words)]})
    counts = count_terms(tokenize(documents), confidence=None)
    return len(counts) / int(counts["base"].iloc[0])


COMPUTE: dict[str, Callable[[Row, Given], object]] = {
    "log_likelihood": likelihood,
    "bic": lambda row, given: formulas.bic(*four(given)),
    "log_ratio": lambda row, given: formulas.log_ratio(*four(given)),
    "lrc": lambda row, given: formulas.conservative_log_ratio(
        *four(given), family=float(given["m"]), alpha=0.05
    ),
    "simple_maths": simple_maths,
    "odds_ratio": lambda row, given: formulas.odds_ratio(*four(given)),
    "percent_diff": lambda row, given: formulas.percent_diff(*four(given)),
    "difference_coefficient": lambda row, given: formulas.difference_coefficient(*four(given)),
    "din": lambda row, given: formulas.din(*four(given)),
    "dispersion_dp": dispersed(dispersion.deviation_of_proportions, "dp"),
    "dispersion_dpnorm": dispersed(dispersion.normalised_dp, "dp_norm"),
    "dispersion_juilland_d": dispersed(dispersion.juilland_d, "juilland_d"),
    "dispersion_carroll_d2": dispersed(dispersion.carroll_d2, "carroll_d2"),
    "dispersion_arf": dispersed(dispersion.average_reduced_frequency, "arf"),
    "mi": lambda row, given: association.mi(*pair(given)),
    "t_score": lambda row, given: association.t_score(*pair(given)),
    "chi_squared": lambda row, given: association.chi_squared(*pair(given)),
    "delta_p": lambda row, given: association.delta_p(*pair(given)),
    "log_dice": lambda row, given: association.log_dice([1, 70], [1, 70], [1, 70]),
    "ttr": type_token_ratio,
}


def difference(row: Row) -> float:
    """How far the computed value is from the published one, at most."""
    given = dict(part.split("=", 1) for part in row.inputs.split(";") if "=" in part)
    value = np.atleast_1d(np.asarray(COMPUTE[row.statistic](row, given), dtype=float))
    expected = np.array([float(number) for number in row.expected.split(" / ")])
    return float(np.abs(value - expected).max())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.statistic}-{row.expected}")
def test_published_number(row: Row) -> None:
    assert difference(row) <= row.tolerance


def test_the_shared_list_holds_nothing_that_is_not_checked(shared: Path) -> None:
    with (shared / "oracles.csv").open(encoding="utf-8", newline="") as file:
        listed = [
            Row(*(line[name] for name in Row._fields[:4]), float(line["tolerance"]))
            for line in csv.DictReader(file)
        ]
    assert sorted(listed) == sorted(ROWS)
    wrong = {row: difference(row) for row in listed if not difference(row) <= row.tolerance}
    assert wrong == {}
