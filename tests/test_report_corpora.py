"""Reports on corpora that lack something, and on texts that mean harm."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest
from report_samples import GROUPS, TEXTS, figure, rows, sample, take_apart

from analysis.report.figures import MOST_GROUPS
from analysis.report.write import write_report
from analysis.tables import InputError

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> &amp;&#60;b> \"q\" 's' \u202eRTL\u2066 "
    "=1+1 ]]> --> </style></title></svg></script> \x00\x08\ufffe\ud800"
)


def made(documents, tmp_path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = write_report(documents, tmp_path / "r.html", pdf=False, **options)
    page = take_apart(path)
    names = page.xpath("//@id")
    assert len(names) == len(set(names))
    assert {a[1:] for a in page.xpath("//a/@href") if a.startswith("#")} <= set(names)
    return page


def missing(page):
    """Why figures are missing, by their titles."""
    found = {}
    for note in page.xpath("//p[@class='missing']"):
        why = note.find("bdi").text_content()
        _, _, others = note.text_content().partition(" Not drawn for the same reason: ")
        others = others.removesuffix(".").split("; ") if others else []
        titles = [note.getprevious().text_content(), *others]
        assert not set(titles) & set(found)
        found |= dict.fromkeys(titles, why)
    assert len(set(found.values())) == len(page.xpath("//p[@class='missing']"))  # each said once
    return found


def test_a_single_document(tmp_path):
    page = made(sample().head(1), tmp_path, term_groups=GROUPS)
    assert len(page.xpath("//article")) >= 8
    why = missing(page)
    assert why["Keywords by group"] == (
        "The corpus is one document, so there are no groups to compare."
    )
    assert why["Most frequent terms of all texts"].startswith("The corpus is one document")
    assert why["Term groups over time"].endswith("all texts are of one day.")


def test_neither_groups_nor_dates_nor_term_groups(tmp_path):
    documents = sample()[["doc", "text"]]
    page = made(documents, tmp_path)
    why = missing(page)
    assert why["Tone by group"] == "The documents have no column “side” by which to group them."
    assert "term-groups.yml" in why["Term groups over time"]
    facts = {d.findtext("dt"): d.find("dd").text_content() for d in page.xpath("//dl/div")}
    assert facts["Published"] == "no document has a date"
    assert facts["Outlets"] == "not known"
    assert "None of the texts is printed" in page.text_content()
    assert not page.xpath("//section[@id='texts']")


@pytest.mark.parametrize("texts", [[""], ["", ""], ["peace"], ["peace", ""], ["the", "of"]])
def test_hardly_any_text(tmp_path, texts):
    documents = pd.DataFrame({"doc": [f"d{i}" for i in range(len(texts))], "text": texts})
    page = made(documents, tmp_path, term_groups=GROUPS)
    why = missing(page)
    assert all(text.endswith((".", "=.")) for text in why.values())
    assert why["Names in the article"] == "No name was found."
    assert len(why) + len(page.xpath("//article")) == 19


def test_without_the_model_the_rest_is_written_and_the_page_says_so(tmp_path, monkeypatch):
    from analysis.layers import Corpus

    make = Corpus.layer

    def layer(corpus, name, *, voiced=False):
        if voiced or name not in ("documents", "sentences", "tokens", "sentiment"):
            raise InputError("There is no model.")
        return make(corpus, name, voiced=voiced)

    def none(corpus, *names, tick=None):
        raise InputError("There is no model.")

    monkeypatch.setattr(Corpus, "layer", layer)
    monkeypatch.setattr(Corpus, "make", none)
    page = made(sample(), tmp_path, term_groups=GROUPS)
    why = missing(page)
    assert why["Who evaluates whom"] == why["Names by side"] == "There is no model."
    assert "Keywords by side" not in why
    assert "Names and speakers are not compared: There is no model." in page.text_content()


def test_one_group_only(tmp_path):
    page = made(sample().head(3), tmp_path)
    assert missing(page)["Keywords by group"] == (
        "All documents have the same “side”, so there are no groups to compare."
    )


def test_dates_within_a_month_are_drawn_by_day(tmp_path):
    documents = sample().assign(
        published=pd.to_datetime([f"2024-05-0{day}" for day in (1, 2, 3, 3, 4, 5)])
    )
    page = made(documents, tmp_path, term_groups=GROUPS)
    part = figure(page, "Term groups over time")
    assert {row["period"][0] for row in rows(part)} <= {f"2024-05-0{day}" for day in range(1, 6)}
    assert "A day without texts" in page.text_content()


def test_more_groups_than_can_be_told_apart(tmp_path):
    size = MOST_GROUPS + 2
    text = TEXTS["a2"] + " " + TEXTS["b3"]
    documents = pd.DataFrame(
        {
            "doc": [f"d{i}" for i in range(size)],
            "side": [f"group {i}" for i in range(size)],
            "text": [f"{text} {'Longer. ' * i}" for i in range(size)],
        }
    )
    part = figure(made(documents, tmp_path), "Tone by side")
    shown = {row["side"][0] for row in rows(part)}
    assert shown == {f"group {i}" for i in range(2, size)}
    assert f"the {MOST_GROUPS} groups with the most words, of {size}" in part.text_content()


def test_languages_are_marked_and_doubts_are_told(tmp_path):
    documents = pd.DataFrame(
        {
            "doc": ["ar", "zh"],
            "text": ["قال الرئيس إن السلام ممكن. الحرب مستمرة.", "和平谈判失败了。战争必须结束。"],
            "title": ["سلام", "和平"],
            "language": ["ar", "zh"],
            "licence": "public domain",
        }
    )
    page = made(documents, tmp_path)
    assert "2 documents of 2 not in English" in page.text_content()
    for part in page.xpath("//div[@class='whole'] | //li/span"):
        assert part.get("dir") == "auto"
        assert part.get("lang") in ("ar", "zh")
    assert [h.get("lang") for h in page.xpath("//details/summary/h3")] == ["ar", "zh"]


def test_nothing_in_a_text_is_markup(tmp_path):
    documents = pd.DataFrame(
        {
            name: pd.Series([EVIL + str(i) for i in range(3)], dtype=object)
            for name in ("doc", "title", "outlet", "side", "genre", "language", "licence", "url")
        }
    )
    text = f"{TEXTS['a1']} {EVIL} {'x' * 10_000} said Putin. {TEXTS['b3']}"
    documents["text"] = pd.Series([text] * 3, dtype=object)
    documents.loc[0, "licence"] = "public domain"
    documents.loc[1, "url"] = 'https://example.org/"><script>alert(3)</script>'
    documents.loc[2, "url"] = "javascript:alert(4)"
    page = made(documents, tmp_path, title=EVIL, term_groups={EVIL: ["peace*"], "war": ["war"]})
    assert len(page.xpath("//script")) == 1
    assert not page.xpath("//img | //*[@onerror] | //b//b")
    outside = [link for link in page.xpath("//a/@href") if not link.startswith("#")]
    assert outside == ['https://example.org/"><script>alert(3)</script>'] or outside == []
    assert "<script>alert(1)</script>" in page.xpath("//h1")[0].text_content()
    assert len(page.xpath("//article")) >= 14
    assert page.xpath("//div[@class='whole']")[0].text_content().count("x" * 10_000) == 1


def test_half_surrogates_and_controls_are_replaced(tmp_path):
    text = pd.Series(["War \ud800 and \x00 peace."], dtype=object)
    documents = pd.DataFrame({"doc": ["a"], "text": text, "licence": ["CC0"]})
    path = write_report(documents, tmp_path / "r.html", pdf=False)
    content = path.read_bytes().decode("utf-8")
    assert "\x00" not in content
    assert "War � and � peace" in take_apart(path).text_content()


def test_long_lists_are_cut_and_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.report.page.MOST", 50)
    monkeypatch.setattr("analysis.report.page.LIMITS", (3, 2))
    page = made(sample(), tmp_path, term_groups=GROUPS)
    assert max(len(items.xpath("./li")) for items in page.xpath("//details//ol")) == 2
    assert "The first 2 are shown; 4 more are left out of this page." in page.text_content()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"by": "nonsense"}, "by='nonsense' is no column of the documents; choose one of doc,"),
        ({"article": "z9"}, "article='z9' is not in the corpus; choose one of a1, a2"),
    ],
)
def test_choices_that_are_not_there(tmp_path, options, told):
    with pytest.raises(InputError, match=told):
        write_report(sample(), tmp_path / "r.html", pdf=False, **options)


def test_documents_that_cannot_be_reported(tmp_path):
    with pytest.raises(InputError, match="no rows"):
        write_report(sample().head(0), tmp_path / "r.html", pdf=False)
    with pytest.raises(InputError, match="'a1' stands twice"):
        write_report(sample().assign(doc="a1"), tmp_path / "r.html", pdf=False)
    with pytest.raises(InputError, match="text"):
        write_report(sample().drop(columns="text"), tmp_path / "r.html", pdf=False)
