"""The dossier of one text: its sentences, and the page."""

from __future__ import annotations

import base64
import re
from io import StringIO

import pandas as pd
import pytest
from lxml import html

import analysis as da
from analysis.cli import main as command

NEWS = (
    "Talks collapsed in Lima\n\n"
    "“Peru broke off the talks because Chile attacked the port,” President Ana Ruiz said on"
    " Monday. "
    "Ruiz accused Chile of lying. She noted that some states support Chile again.\n\n"
    "Norway sent a ship to Lima. The port was closed. Chile may return to the talks, Ruiz added."
)
MANIFEST = (
    "id,title,outlet,country,side,genre,published,url,language,licence\n"
    "one,Talks collapsed in Lima,Post,PE,,news,2024-05-15,,en,\n"
)


def corpus(text=NEWS, **columns):
    table = pd.DataFrame({"doc": ["one"], "title": ["Talks collapsed in Lima"], "text": [text]})
    return da.Corpus(table.assign(**columns))


def several(number, **columns):
    """One text of Lima and others of the same day, which all name Bolivia as well."""
    texts = [NEWS] + ["Peru and Chile met Bolivia in Lima. Ana Ruiz of Peru left."] * number
    table = pd.DataFrame({"doc": [f"t{n}" for n in range(number + 1)], "text": texts})
    table["published"] = pd.Timestamp("2024-05-15")
    table["outlet"] = [f"Post {n}" for n in range(number + 1)]
    return da.Corpus(table.assign(**columns))


@pytest.fixture(scope="module")
def described():
    return da.describe_article(corpus())


def said(described, section=None):
    table = described.sentences
    return " ".join(
        table["sentence"] if section is None else table.loc[table["section"] == section, "sentence"]
    )


def test_who_speaks_how_much(described):
    row = described.tables["voices"].set_index("voice").loc["Ana Ruiz"]
    assert f"% of the words are Ana Ruiz’s ({row['count']:.0f} of {row['base']:.0f})" in said(
        described
    )


def test_who_is_named_and_given_no_word(described):
    found = said(described, "Who speaks, how much and where")
    assert "Chile (" not in found  # it stands where Ruiz is given words
    text = "Norway sent ships. Norway left Lima. “Peru lied,” Ann Lee said. Norway went home."
    assert re.search(
        r"not found as a speaker .*: Norway \(3\)", said(da.describe_article(corpus(text)))
    )


def test_deeds_are_told_with_whose_words_they_are(described):
    found = said(described, "Who acts, who is acted upon")
    assert "Norway acts: send (in the text’s own words)." in found
    assert re.search(r"Chile acts: attack.*Ana Ruiz’s words", found)
    assert "Verbs by which something happens of itself: collapsed (in the headline)" in found
    assert "Passive verbs beside which no doer was found: closed" in found


def test_own_assertions_stand_apart_from_sentences_that_attribute(described):
    found = said(described, "What is asserted, attributed, taken as given")
    (own,) = re.findall(r"Told as done where no attribution was found: (.*?”)\.", found)
    assert "Norway sent a ship to Lima" in own
    assert "attacked" not in own


def test_given_things_name_who_takes_them_as_given(described):
    found = said(described, "What is asserted, attributed, taken as given")
    assert "can take what follows as a fact: noted (the text’s own word)" in found


def test_acts_of_evaluation_have_a_line_each(described):
    found = said(described, "Who evaluates whom")
    assert "Found: Ana Ruiz → Chile: accused (critical; told in the text’s own words)." in found


def test_explanations_say_where_and_in_whose_words(described):
    rows = described.tables["explanations"]
    assert "because" in set(rows["marker"])
    assert re.search(
        r"Found at \d+ %, in Ana Ruiz’s words: “because” \(cause\) in “Peru broke", said(described)
    )


def test_every_place_is_words_of_the_text(described):
    places = [place for row in described.sentences["places"] for place in row]
    assert len(places) > 15
    assert all(0 <= start < end <= len(NEWS) for start, end in places)


def test_every_sentence_says_how_sure_it_is(described):
    kinds = {"counted", "mostly right", "read before use", "places to read", "not measured"}
    assert set(described.sentences["sure"]) <= kinds
    assert " 0 of 100" not in described._repr_html_()
    rows = described.sentences
    assert (rows.loc[rows["sure"] != "counted", "measured"] != "").all()


def test_no_other_text_is_said(described):
    assert "The text has no date" in described.window
    assert "no other text to set it beside" in said(described)


def test_few_other_texts_are_stated():
    found = da.describe_article(several(2), "t0")
    assert "2 other texts of 12 May 2024 to 18 May 2024" in found.window
    assert "With 2 other texts nothing can be said" in said(found)


def test_what_most_others_have_is_told_with_its_interval():
    found = da.describe_article(several(9), "t0")
    assert re.search(
        r"Named in most of the others and not here: Bolivia \(9 of 9; \d+–100 %\)", said(found)
    )
    assert "10 % of these texts lack as many" in said(found)
    lacking = found.tables["presence_names"]
    assert lacking.set_index("actor").loc["Bolivia", "documents"] == 9


def test_texts_of_another_matter_or_day_are_no_peers():
    texts = several(6).documents
    texts.loc[1, "text"] = "Cricket was played in Wales. England won."
    texts.loc[2, "published"] = pd.Timestamp("2024-06-15")
    assert da.describe_article(da.Corpus(texts), "t0").others == ("t3", "t4", "t5", "t6")


def test_an_event_takes_the_place_of_days():
    table = several(6, event=["x"] * 7).documents
    table["published"] = pd.NaT
    found = da.describe_article(da.Corpus(table), "t0", event="event")
    assert len(found.others) == 6
    with pytest.raises(da.InputError, match="event='no' is no column"):
        da.describe_article(da.Corpus(table), "t0", event="no")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("It rained.", None, "1 sentence: shares and courses mean little"),
        ("", None, "The text has no words."),
        ("!!! …", None, "The text has no words."),
        ("lol so true 😂 #peace @un", None, "1 sentence"),
        ("Der Krieg geht weiter. Die Gespräche sind beendet.", "de", "is in “de”"),
        ("Krieg und Gespräche wurden gestern für beendet erklärt. " * 5, None, "hardly has a"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_said(text, language, expected, tmp_path):
    one = corpus(text, language=language)
    found = da.describe_article(one)
    assert expected in " ".join(found.cannot)
    assert da.write_dossier(one, "one", tmp_path / "page").read_text("utf-8").count("<h1") == 1


def test_a_text_in_another_language_has_its_words_counted_only():
    text = "Der Krieg geht weiter. Der Krieg ist nicht beendet."
    found = da.describe_article(corpus(text, language="de"))
    assert set(found.tables) == {"terms"}
    assert "krieg 2" in said(found)


def test_no_quotation_is_said():
    found = da.describe_article(corpus("Norway sent a ship to Lima. The ship was old. It sank."))
    assert "all words count as the text’s own" in said(found)


def test_marked_words_are_never_the_texts_own():
    text = 'The letter came late. "Norway attacked Lima.\n\nPeru did nothing" were its words.'
    found = da.describe_article(corpus(text))
    own = re.findall(r"no attribution was found: (.*?”)\.", said(found))
    assert not any("Peru did nothing" in one for one in own)


def test_a_verb_that_comes_again_is_counted():
    found = da.describe_article(corpus("Norway helped Peru. Norway helped Chile. Norway left."))
    assert "Norway acts: help ×2, leave" in said(found)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Ann Lee left. Bo Hall, 19, was arrested. He was released on bail.", "release"),
        ("Ann Lee left Lima. Former members of Norway helped him leave.", "Norway acts"),
        ("Norway left. Bo Hall met Norway’s foreign minister in Lima.", "Norway is the object"),
        ("Peru makes Norway great. Norway left.", "object of: make"),
    ],
)  # fmt: skip
def test_a_deed_of_somebody_else_is_given_to_nobody(text, wrong):
    found = said(da.describe_article(corpus(text)), "Who acts, who is acted upon")
    named = [one for one in found.split(". ") if "Passive verbs" not in one]
    assert wrong not in " ".join(named)


def test_subjects_without_a_name_are_not_left_out():
    found = said(da.describe_article(corpus("Police arrested the boy. Fishermen rescued Bo Hall.")))
    assert re.search(r"Subjects without a name, .*: police \(arrest\), fishermen \(rescue\)", found)


@pytest.mark.parametrize(
    "text",
    [
        "According to the ministry 345 pilgrims were killed. Norway left Lima.",
        "I was hauled in by Norway and told nothing. Norway left Lima.",
        "The vote is to be held in May. Norway left Lima.",
    ],
)
def test_what_may_be_attributed_or_is_to_come_is_not_told_as_done(text):
    (own,) = re.findall(
        r"Told as done where no attribution was found: (.*?)\.",
        said(da.describe_article(corpus(text))),
    )
    assert own == "“Norway left Lima”"


def test_a_question_of_the_police_is_no_evaluation():
    found = said(da.describe_article(corpus("The police questioned Bo Hall. Bo Hall left.")))
    assert "questioned (critical" not in found


def test_nothing_is_said_to_be_absent_at_the_head(described):
    short = " ".join(one.text for one in described.short)
    assert not re.search(r"\bNo\b|not found|None", short)
    assert "Quoted in quotation marks, with the name beside them: Ana Ruiz." in short
    assert "subjects of verbs where no attribution was found: Norway (send)" in short


def test_competing_names_belong_to_their_matter():
    text = "The war in Iraq went on. Iraq was attacked, and the war cost Iraq a lot."
    assert "Names for" not in said(da.describe_article(corpus(text)))
    text = text.replace("Iraq", "Ukraine")
    names = said(da.describe_article(corpus(text)))
    assert "Names for “what happens in Ukraine since 2022”: war 2." in names


def test_wrong_calls_are_one_sentence():
    with pytest.raises(da.InputError, match="doc='x' is not in the corpus; choose one of t0, t1"):
        da.describe_article(several(1), "x")
    with pytest.raises(da.InputError, match="Several texts are there"):
        da.describe_article(several(1))
    with pytest.raises(da.InputError, match="days=-1 is no number of days"):
        da.describe_article(several(1), "t0", days=-1)


# The page


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("dossier") / "page.html"
    return html.fromstring(
        da.write_dossier(several(9, licence="CC BY 4.0"), "t0", path).read_bytes()
    )


def test_every_link_leads_to_one_place(page):
    names = page.xpath("//@id")
    assert len(names) == len(set(names))
    inside = {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")}
    assert inside - set(names) == set()
    assert len([name for name in inside if name.startswith("w")]) > 15


def test_a_link_leads_to_the_words_that_it_names(page):
    for link in page.xpath("//section[@id='acts']//li/a[starts-with(@href, '#w')]")[:5]:
        (mark,) = page.xpath(f"//*[@id='{link.get('href')[1:]}']")
        start, end = map(int, link.get("href")[2:].split("-"))
        whole = "".join(mark.xpath(".//text()[not(ancestor::*[@class='da-label'])]"))
        assert NEWS[start:end].startswith(whole[: end - start])


def test_the_page_needs_nothing_else(page):
    assert not page.xpath("//script | //link | //img | //iframe")
    assert not [a for a in page.xpath("//@href") if not a.startswith(("#", "data:text/csv"))]


def test_tables_can_be_taken_along(page):
    links = {a.get("download"): a.get("href") for a in page.xpath("//a[@download]")}
    assert {"sentences.csv", "voices.csv", "clauses.csv", "presence_names.csv"} <= set(links)
    data = base64.b64decode(links["voices.csv"].partition(",")[2]).decode()
    assert "Ana Ruiz" in pd.read_csv(StringIO(data))["voice"].tolist()


def test_a_text_without_a_licence_is_not_printed_whole(tmp_path):
    path = da.write_dossier(corpus(), "one", tmp_path / "part")
    shown = html.fromstring(path.read_bytes()).xpath("string(//div[contains(@class, 'da-text')])")
    assert 0 < len(shown) < 0.8 * len(NEWS)  # half of it, with the labels of voices
    assert "licence does not say that it may be printed" in path.read_text("utf-8")
    links = html.fromstring(path.read_bytes()).xpath("//a[@download]")
    tables = {a.get("download"): a.get("href").partition(",")[2] for a in links}
    assert "The port was closed" not in base64.b64decode(tables["clauses.csv"]).decode()
    assert "explained" not in base64.b64decode(tables["explanations.csv"]).decode().split("\n")[
        0
    ].split(",")
    whole = da.write_dossier(corpus(), "one", tmp_path / "whole", with_text=True)
    assert "The port was closed" in re.sub("<[^>]*>", "", whole.read_text("utf-8"))


def test_texts_are_data(tmp_path):
    text = (
        "<script>alert(1)</script> Peru attacked <b>Chile</b> & Norway. “<i>No</i>,” Ana Ruiz said."
    )
    one = corpus(text, outlet="<img src=x onerror=1>", licence="CC0")
    page = html.fromstring(da.write_dossier(one, "one", tmp_path / "a").read_bytes())
    assert not page.xpath("//script | //img | //b[text()='Chile'] | //i[text()='No']")


def test_a_page_of_somebody_else_is_not_overwritten(tmp_path):
    path = tmp_path / "mine.html"
    path.write_text("my own notes")
    with pytest.raises(da.InputError, match="is there already"):
        da.write_dossier(corpus(), "one", path)
    assert path.read_text() == "my own notes"
    da.write_dossier(corpus(), "one", path, overwrite=True)
    assert "Talks collapsed" in path.read_text("utf-8")


def test_the_same_text_gives_the_same_page(tmp_path):
    first, second = (da.write_dossier(corpus(), "one", tmp_path / n) for n in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_command_writes_the_page(tmp_path, capsys):
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "one.txt").write_text(NEWS, "utf-8")
    (tmp_path / "sources.csv").write_text(MANIFEST)
    output = tmp_path / "page.html"
    arguments = ["dossier", "one", "--corpus", str(tmp_path), "--output", str(output)]
    assert command.main(arguments) == 0
    assert str(output) in capsys.readouterr().out
    assert command.main(["dossier", "two", "--corpus", str(tmp_path)]) == 2
    assert "choose one of one" in capsys.readouterr().err
