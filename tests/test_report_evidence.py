"""The numbers of a report are those of the measures, and each leads to its passages."""

from __future__ import annotations

import pytest
from report_samples import (
    GROUPS,
    figure,
    numbers,
    passages,
    rows,
    sample,
    sample_report,
    take_apart,
    texts,
)

import analysis as da
from analysis.report.write import write_report

LISTS = ("count", "count reference", "count source", "count target")


@pytest.fixture(scope="module")
def page():
    return take_apart(sample_report())


@pytest.fixture(scope="module")
def documents():
    return sample()


@pytest.fixture(scope="module")
def tokens(documents):
    return da.tokenize(documents)


@pytest.fixture(scope="module")
def mentions(documents):
    return da.find_entities(documents)


def test_terms_are_those_of_the_measure(page, tokens):
    part = figure(page, "Most frequent terms of all texts")
    measured = da.count_terms(tokens, stop_words=da.stop_words()).head(20)
    assert texts(part, "term") == measured["term"].tolist()
    assert texts(part, "count") == measured["count"].astype(str).tolist()
    assert numbers(part, "rate per 1,000 words") == measured["rate"].tolist()
    assert numbers(part, "low") == measured["low"].tolist()


def test_term_groups_are_those_of_the_measure(page, tokens, documents):
    part = figure(page, "Term groups by side")
    measured = da.count_term_groups(tokens, GROUPS, by="side", documents=documents)
    measured = measured.set_index(["side", "term"])
    for row in rows(part):
        own = measured.loc[(row["side"][0], row["term"][0])]
        assert row["count"][0] == str(own["count"])
        assert row["rate per 1,000 words"][1] == own["rate"]


def test_keywords_are_those_of_the_measure(page, tokens, documents):
    part = figure(page, "Keywords by side")
    measured = da.compare_terms(tokens, by="side", documents=documents)
    measured = measured.set_index(["target", "term"])
    assert rows(part)
    for row in rows(part):
        own = measured.loc[(row["target"][0], row["term"][0])]
        assert row["log ratio"][1] == pytest.approx(own["log_ratio"], abs=1e-12)
        assert row["count reference"][0] == str(own["count_reference"])


def test_tone_is_that_of_the_measure_and_of_its_sentences(page, documents):
    part = figure(page, "Tone by side")
    scores = da.score_sentiment(da.split_sentences(documents))
    measured = da.summarise_sentiment(scores, by="side", documents=documents).set_index("side")
    for row in rows(part):
        own = measured.loc[row["side"][0]]
        assert row["compound"][1] == own["compound"]
        items = passages(page, row["base"][2])
        assert len(items) == own["base"]
        shown = [float(item.findtext("b").replace("−", "-")) for item in items]
        assert sum(shown) / len(shown) == pytest.approx(own["compound"], abs=2e-3)


def test_sentiment_toward_names_is_that_of_the_measure(page, documents, mentions):
    part = figure(page, "Tone around names by side")
    targets = da.score_targets(documents, mentions)
    measured = da.summarise_targets(targets, by="side", documents=documents)
    measured = measured.set_index(["side", "entity", "label"])
    assert rows(part)
    for row in rows(part):
        own = measured.loc[(row["side"][0], row["entity"][0], row["label"][0])]
        told = int(row["favourable"][0]), int(row["critical"][0])
        assert told == (own["favourable"], own["critical"])
        shown = [float(item.findtext("b").replace("−", "-"))
                 for item in passages(page, row["count"][2])]  # fmt: skip
        assert sum(shown) / len(shown) == pytest.approx(own["score"], abs=2e-3)


def test_evaluations_are_those_of_the_measure(page, documents):
    part = figure(page, "Who evaluates whom")
    counted = da.count_evaluations(da.Corpus(documents)).set_index(["evaluator", "target"])
    assert len(rows(part)) >= 6
    for row in rows(part):
        own = counted.loc[(row["evaluator"][0], row["target"][0])]
        told = [int(row[name][0]) for name in ("favourable", "critical", "count")]
        assert told == [own["favourable"], own["critical"], own["count"]]
        assert len(passages(page, row["count"][2])) == own["count"]


OWN = """Peruvian President Ana Ruiz spoke in Lima. Ana Ruiz criticised Peru.
Ana Ruiz blamed Peru. Ana Ruiz condemned Peru. Ana Ruiz accused Peru of fraud.
Ana Ruiz rebuked Peru. Ana Ruiz denounced Peru. Bob Hart praised Peru.
“Peru is a corrupt liar and a shameful failure,” Ana Ruiz said."""


def test_all_criticism_of_the_own_side_is_linked(tmp_path):
    documents = sample().head(1).assign(text=OWN.replace("\n", " "))
    path = write_report(documents, tmp_path / "own.html", pdf=False)
    page = take_apart(path)
    for title in ("Who evaluates whom", "Tone around names by voice"):
        (note,) = figure(page, title).xpath(".//p[b='Own side.']")
        told = int(note.text_content().partition("of one side: ")[2].split()[0])
        assert told == 6  # of the verbs, and of the mentions in the words of Ana Ruiz
        (address,) = note.xpath("./a/@href")
        assert len(passages(page, address)) == told
    (note,) = figure(page, "Who evaluates whom").xpath(".//p[b='Own side.']")
    assert "none is known of Bob Hart." in note.text_content()


def test_names_are_those_of_the_measure(page, tokens, mentions):
    part = figure(page, "Names in all texts")
    measured = da.count_entities(mentions, tokens=tokens).head(15)
    assert texts(part, "entity") == measured["entity"].tolist()
    assert texts(part, "count") == measured["count"].astype(str).tolist()


def test_pairs_are_those_of_the_measure(page, mentions):
    part = figure(page, "Names that stand together")
    measured = da.count_entity_pairs(mentions).head(40)
    told = {(row["source"][0], row["target"][0]): row["count"][0] for row in rows(part)}
    pairs = zip(measured["source"], measured["target"], measured["count"], strict=True)
    assert told == {(a, b): str(n) for a, b, n in pairs}


def test_every_count_leads_to_as_many_passages(page):
    checked = 0
    for part in page.xpath("//article"):
        if part.find("h3").text.split(". ")[1].startswith(("Who is given", "Voices")):
            continue  # words are counted there
        for row in rows(part):
            for head in LISTS:
                if head in row and row[head][0] != "0":
                    text, _, address = row[head]
                    assert len(passages(page, address)) == int(text.replace(",", ""))
                    checked += 1
    assert checked > 100


def test_the_words_of_a_voice_are_those_of_its_passages(page, documents, tokens):
    for title in ("Who is given how many words", "Voices by side"):
        for row in rows(figure(page, title)):
            text, _, address = row["count"]
            (told,) = page.xpath("//*[@id=$name]/p[@class='back']", name=address[1:])
            assert f"{text} word" in told.text_content()
            items = passages(page, address)
            assert told.text_content().startswith(f"{len(items)} stretch")
            spans = [_span(item) for item in items]
            inside = sum(
                int(
                    (
                        (tokens["doc"] == doc)
                        & tokens["is_word"]
                        & (tokens["start"] >= start)
                        & (tokens["end"] <= end)
                    ).sum()
                )
                for doc, start, end in spans
            )
            assert inside == int(text)


def _span(item):
    """Document, start and end as the passage states them."""
    doc, _, place = item.findtext("a/bdi"), *item.find("a").text_content().split(", ")[1:]
    start, end = place.split("–")
    return doc, int(start), int(end)


def test_a_passage_marks_the_hit_at_the_place_it_names(page, documents):
    text = documents.set_index("doc")["text"]
    for row in rows(figure(page, "Most frequent terms of all texts")):
        for item in passages(page, row["count"][2]):
            doc, start, end = _span(item)
            assert item.findtext("span/mark") == text[doc][start:end]
            assert text[doc][start:end].lower() == row["term"][0]


def test_a_passage_leads_to_its_sentence_or_to_its_document(page, documents):
    printed = documents.set_index("doc")["licence"] == "public domain"
    sentences = da.split_sentences(documents).set_index(["doc", "sentence"])["text"]
    for item in page.xpath("//li[a/bdi][contains(a, ', s. ')]"):
        doc, start, _ = _span(item)
        number = int(item.find("a").text_content().split("s. ")[1].split(",")[0])
        own = sentences[doc, number]
        assert documents.set_index("doc")["text"][doc].find(own) <= start
        (target,) = page.xpath("//*[@id=$name]", name=item.find("a").get("href")[1:])
        if printed[doc]:
            assert target.text_content() == own
        else:
            assert target.tag == "tr"
            assert target.findtext("th/bdi") == doc


def test_the_words_a_rate_is_counted_against_lead_to_the_documents(page):
    for row in rows(figure(page, "Term groups by side")):
        (target,) = page.xpath("//*[@id=$name]", name=row["base"][2][1:])
        assert target.findtext("th/bdi") == row["side"][0]
        assert target.xpath("string(./td[2])") == row["base"][0]
