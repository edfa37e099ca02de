"""The report on the bundled corpus: everything in it, small, and every number with its passages."""

from __future__ import annotations

import pytest
from report_samples import passages, place, rows, take_apart

from analysis.report.passages import MOST_WORDS
from analysis.report.write import write_report


@pytest.fixture(scope="module")
def path(root, tmp_path_factory):
    return write_report(root / "corpus", tmp_path_factory.mktemp("b") / "report.html", pdf=False)


@pytest.fixture(scope="module")
def page(path):
    return take_apart(path)


def test_it_is_small_and_nothing_is_missing(path, page):
    assert path.stat().st_size < 4_000_000
    assert not page.xpath("//p[@class='missing']")
    assert len(page.xpath("//article")) == 19
    assert len(page.xpath("//div[@class='whole']")) == 33
    facts = {d.findtext("dt"): d.find("dd").text_content() for d in page.xpath("//dl/div")}
    assert facts["Documents"] == "33: 0 originals, 33 briefs"


def test_every_count_leads_to_its_passages(page):
    checked = 0
    for part in page.xpath("//article"):
        for row in rows(part):
            for head in ("count", "count reference"):
                text, _, address = row.get(head, ("0", None, None))
                if text == "0":
                    continue
                (told,) = place(page, address).xpath("./p[@class='back']")
                number = int(text.replace(",", ""))
                words = f"{text} word" in told.text_content()
                assert words or len(passages(page, address)) == number
                checked += 1
    assert checked > 400


def test_no_passage_is_longer_than_it_may_be(page):
    found = page.xpath("//li/span")
    assert len(found) > 5000
    assert max(len(span.text_content().replace("…", "").split()) for span in found) <= MOST_WORDS
