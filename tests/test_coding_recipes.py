"""The page on coding by hand: each of its recipes draws enough rows, and corrects what it draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from docs_pages import blocks_of

import analysis as da

PAGE = Path(__file__).resolve().parent.parent / "docs" / "coding.md"


def _recipes() -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    part = text[text.index("## What can be corrected") : text.index("## Categories of your own")]
    return [block.code for block in blocks_of(part)]


@pytest.fixture(scope="module")
def corpus() -> da.Corpus:
    return da.example_corpus()


@pytest.mark.parametrize("recipe", _recipes(), ids=lambda code: code.split("da.")[1].split("(")[0])
@pytest.mark.filterwarnings("error:.*get fewer than")
def test_each_recipe_corrects_all_that_it_draws(recipe: str, corpus: da.Corpus) -> None:
    names: dict[str, Any] = {"da": da, "corpus": corpus}
    exec(recipe, names)
    table, sample = names["table"], names["sample"]
    code = sample["machine"]
    if sample.attrs["coding"]["column"] == "compound":  # the machine's answers are means
        code = np.sign(pd.to_numeric(code)).astype(int).astype(str)
    found = da.correct(table, sample.assign(coder="me", code=code), corpus)
    assert not found["interval"].str.startswith("none: fewer").any()
    assert (found["coded"] > 0).all()


def test_the_first_steps_of_the_page_have_enough_rows(corpus: da.Corpus) -> None:
    sample = da.sample_for_coding("targets", corpus, n=140, column="tone", by="side")
    assert da.count_sample(sample, corpus, by="side")["drawn"].min() >= 20


@pytest.mark.parametrize("recipe", _recipes(), ids=lambda code: code.split("da.")[1].split("(")[0])
def test_each_corrected_table_is_drawn_with_what_the_machine_says(
    recipe: str, corpus: da.Corpus, tmp_path: Path
) -> None:
    names: dict[str, Any] = {"da": da, "corpus": corpus}
    exec(recipe, names)
    table, sample = names["table"], names["sample"]
    code = sample["machine"]
    if sample.attrs["coding"]["column"] == "compound":
        code = np.sign(pd.to_numeric(code)).astype(int).astype(str)
    found = da.correct(table, sample.assign(coder="me", code=code), corpus)
    one = len(found) == 1
    known = ("critical_share", "rate", "share", "compound")
    value = next(name for name in known if name in found)
    ax = (da.plot_sentiment if one else da.plot_terms)(found, value=value)
    marks = [line for each in ax.figure.axes for line in each.lines if line.get_gid() == "machine"]
    drawn = sorted(x for line in marks for x in line.get_xdata())
    assert drawn == pytest.approx(sorted(found[f"{value}_machine"]))
    assert drawn
    saved = da.save_figure(ax, tmp_path / "figure", formats=["png"])
    assert da.verify(saved, corpus=corpus).attrs["verdict"] == "verified"
