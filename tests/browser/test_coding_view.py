"""Coding by the keyboard: what a coder presses is what the file has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from view_page import ViewPage
from visiting import violations

import analysis as da

pytestmark = pytest.mark.slow


def test_codes_are_given_by_keys(visit: Any, tmp_path: Path) -> None:
    page = visit().page
    words = ["Rain <b>fell</b>.", "Prices rose.", "He spoke.", "It ended."]
    texts = {"doc": ["a", "b"], "text": [" ".join(words)] * 2}
    question = {
        "question": "What is it about?",
        "choices": {"weather": "rain and sun", "money": "prices", "none": ""},
        "rules": ["Judge the bold sentence."],
    }
    corpus = da.Corpus(pd.DataFrame(texts))
    sample = da.sample_for_coding(None, corpus, n=6, unit="sentence", question=question)
    path = da.write_sample(sample, path=tmp_path / "topic.csv")
    view = da.open_coding(path, coder="ann")
    shown = ViewPage(page, view)
    section = page.locator(".da-coding")
    assert section.locator("mark").inner_text() == sample["text"][0]
    assert page.locator("mark b").count() == 0
    assert not violations(page)
    section.press("1")
    page.wait_for_function("document.querySelector('.da-coding progress').value === 1")
    section.press("s")
    section.press("n")
    page.keyboard.type("2 is unclear")
    page.keyboard.press("Enter")
    section.press("2")
    page.wait_for_function("document.querySelector('.da-coding progress').value === 2")
    assert view.session.codes == {"0001": "weather", "0003": "money"}
    assert view.session.notes == {"0003": "2 is unclear"}
    section.press("u")
    page.wait_for_function("document.querySelector('.da-coding progress').value === 1")
    assert page.get_by_label("Note (N)").input_value() == "2 is unclear"
    for _ in range(5):
        page.get_by_role("button", name="3 none").click()
    page.wait_for_function("document.querySelector('.da-coding progress').value === 6")
    assert "Finished: all 6 rows are coded. Read them" in page.locator(".da-message").inner_text()
    assert da.read_codes(tmp_path / "topic-ann.csv")["code"].value_counts().to_dict() == {
        "none": 5, "weather": 1,
    }  # fmt: skip
    assert shown.said[0] == {"row": "0001", "type": "code", "code": "weather"}
