"""The page of a report: whole, addressable, readable by everybody, and safe."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise

import pytest
from report_samples import sample, sample_report, take_apart

import analysis as da
from analysis.corpus.read import fingerprint

CHAPTERS = ["article", "terms", "keywords", "sentiment", "entities", "voices"]


@pytest.fixture(scope="module")
def page():
    return take_apart(sample_report())


def test_every_address_leads_to_one_place(page):
    names = page.xpath("//@id")
    assert len(names) == len(set(names)) > 100
    inside = {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")}
    assert inside - set(names) == set()
    labelled = " ".join(page.xpath("//@aria-labelledby | //@aria-describedby")).split()
    assert set(labelled) - set(names) == set()


def test_all_chapters_are_there_and_in_the_contents(page):
    assert page.xpath("//main/section/@id") == [
        "standouts", *CHAPTERS, "corpus", "texts", "sure", "reading",
    ]  # fmt: skip
    figures = page.xpath("//article/@id")
    assert figures == [f"figure-{number}" for number in range(1, len(figures) + 1)]
    listed = page.xpath("//nav//a/@href")
    assert {f"#{name}" for name in [*page.xpath("//main/section/@id"), *figures]} == set(listed)


def test_each_figure_has_all_its_parts(page):
    documents = sample()
    keys = documents.assign(sha256=[hashlib.sha256(t.encode()).hexdigest() for t in documents.text])
    assert len(page.xpath("//article")) >= 16
    for part in page.xpath("//article"):
        (svg,) = part.xpath(".//*[local-name()='svg']")
        assert svg.get("role") == "img"
        for name in ("title", "desc"):
            assert len(svg.xpath(f"./*[local-name()='{name}']")[0].text) > 20
        assert svg.xpath(".//*[local-name()='text']"), "text is text"
        assert len(part.findtext(".//figcaption/bdi")) > 20
        (cite,) = part.xpath("./details[@class='cite']")
        quoted = cite.find("p").text_content()
        assert quoted.startswith(part.find("h3").text)
        assert f"Fingerprint {fingerprint(keys)[:8]}." in quoted
        assert f"discourse-analysis {da.__version__}" in quoted
        assert cite.xpath(".//a/@href") == [f"#{part.get('id')}"]
        assert len(part.xpath("./details[@class='data']//tbody/tr")) > 0


def test_methods_and_the_whole_fingerprint_are_said_once(page):
    text = page.text_content()
    keys = sample()
    keys = keys.assign(sha256=[hashlib.sha256(t.encode()).hexdigest() for t in keys.text])
    assert len(re.findall(fingerprint(keys), text)) == 2  # with the corpus, and how to quote
    assert len(re.findall("Function words are left out of the rows", text)) == 1
    (methods,) = page.xpath("//section[@id='reading']/dl")
    numbers = re.findall(r"\d+", " ".join(dt.text for dt in methods.iter("dt")))
    assert sorted(map(int, numbers)) == list(range(1, len(page.xpath("//article")) + 1))


def test_nothing_in_a_drawing_refers_to_another(page):
    for svg in page.xpath("//*[local-name()='svg']"):
        own = set(svg.xpath(".//@id"))
        markup = " ".join(str(value) for value in svg.xpath(".//@*"))
        used = re.findall(r"url\(#([^)]+)\)", markup)
        used += [v[1:] for v in svg.xpath(".//*[local-name()='use']/@*") if v.startswith("#")]
        assert used
        assert set(used) <= own
        assert not svg.xpath(".//*[local-name()='style' or local-name()='metadata']")


def test_headings_landmarks_and_languages(page):
    levels = [int(h.tag[1]) for h in page.xpath("//h1 | //h2 | //h3 | //h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [len(page.xpath(f"//{name}")) for name in ("header", "nav", "main", "footer")] == [1] * 4
    assert page.get("lang") == "en"
    assert page.xpath("//body/*[1]/@href") == ["#report"]
    for table in page.xpath("//table"):
        assert table.getparent().get("tabindex") == "0"
        assert table.getparent().get("aria-label")
        assert table.xpath("./caption")
        assert all(row.xpath("./th[@scope='row']") for row in table.xpath("./tbody/tr"))


def test_nothing_is_loaded_and_only_the_own_script_may_run(page):
    assert not page.xpath("//@src | //link | //iframe | //object | //embed | //form | //base")
    outside = [link for link in page.xpath("//a/@href") if not link.startswith("#")]
    assert set(outside) == {"https://example.org/text"}
    (script,) = page.xpath("//script/text()")
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    known = rb"https://example.org/text|http://www.w3.org/\S+|http-equiv"
    assert b"http" not in re.sub(known, b"", sample_report())


def test_the_corpus_is_told(page):
    facts = {d.findtext("dt"): d.find("dd").text_content() for d in page.xpath("//dl/div")}
    words = int(da.tokenize(sample())["is_word"].sum())
    assert facts["Words"].startswith(f"{words} (")
    assert facts["Published"] == "2024-05-03 to 2024-06-20"
    assert facts["Outlets"] == "4 outlets: Alpha (2), Gamma (2), Beta (1) and Delta (1)"
    assert facts["Languages"] == "1 language: en (6)"
    assert facts["Documents"] == "6"
    assert len(page.xpath("//tr[starts-with(@id, 'd')]")) == 6
    told = [row.xpath("string(./td[1])") for row in page.xpath("//tr[starts-with(@id, 'g')]")]
    assert told == ["3", "3"]


def test_paper_dark_and_narrow_windows_are_thought_of(page):
    style = page.findtext(".//style")
    rules = ("@page{size:A4", "@media print", "prefers-color-scheme:dark", "break-inside:avoid")
    assert all(rule in style for rule in rules)


def test_the_errors_told_are_those_that_were_measured(root, page):
    accuracy = (root / "docs" / "accuracy.md").read_text(encoding="utf-8")
    text = page.text_content()
    for told in ("| precision (1,916 rows) | 0.887 ", "| recall, all | 0.699 ", "(717) | 0.951 ",
                 "(693) | 0.374 ", "| speaker, of those found | 0.933 "):  # fmt: skip
        assert told in accuracy
    assert "of 100 quotations found 89 are right; of 100 attributions 70 are found" in text
    assert "right for 53 of 100 targets" in accuracy
    assert "| **macro** | | | **0.52** | 8,739 |" in accuracy
    assert "8,739 names in US news" in text
    measured = da.find_entities(sample().head(1)).attrs["model"]["measured"]
    tone = da.Corpus(sample().head(1)).targets.attrs["tone"]["positive"]
    assert f"of {tone['called']:.0f} called favourable {100 * tone['precision']:.0f} %" in text
    assert all(f"{f1:.2f} ({name})" in text for name, f1 in measured["entities_f1"].items())
