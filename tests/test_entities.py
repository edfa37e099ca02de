"""Named entities: the rules sentence by sentence, aliases, counts by hand, pairs, gold data."""

from __future__ import annotations

import functools
import importlib.util
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.entities.aliases import LABELS
from analysis.entities.mentions import find_entities as find_with_any_engine
from analysis.tables import MENTIONS, InputError
from analysis.text.tokens import split_sentences

# these are the tests of the rules; test_entity_model.py has the model's
find_entities = functools.partial(find_with_any_engine, engine="rules")


def texts(*contents: str) -> pd.DataFrame:
    return pd.DataFrame({"doc": [f"d{i}" for i in range(len(contents))], "text": list(contents)})


def found(text: str) -> list[tuple[str, str]]:
    """Label and text of every mention."""
    mentions = find_entities(texts(text))
    return list(zip(mentions["label"], mentions["text"], strict=True))


def entities(text: str) -> list[str]:
    return find_entities(texts(text))["entity"].tolist()


# ---- what the rules find --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # titles are outside the name
        ("President Vladimir Putin spoke.", [("PERSON", "Vladimir Putin")]),
        ("The prime minister, Keir Starmer, left.", [("PERSON", "Keir Starmer")]),
        ("Then Dr. Besigye spoke to Mr. Okello.", [("PERSON", "Besigye"), ("PERSON", "Okello")]),
        ("Former Deputy Prime Minister Arvo Tamm left.", [("PERSON", "Arvo Tamm")]),
        ("Secretary of State Jonas Okafor left.", [("PERSON", "Jonas Okafor")]),
        ("Scientologist Tom Cruise left.", [("PERSON", "Tom Cruise")]),
        # forms of names
        ("It was George W. Bush.", [("PERSON", "George W. Bush")]),
        ("They met Ursula von der Leyen.", [("PERSON", "Ursula von der Leyen")]),
        ("They met Lau Siu-lai there.", [("PERSON", "Lau Siu-lai")]),
        (
            "Pope John Paul II and Charles III",
            [("PERSON", "John Paul II"), ("PERSON", "Charles III")],
        ),
        ("Yesterday Ferjani El-Hassan de Bruyne won.", [("PERSON", "Ferjani El-Hassan de Bruyne")]),
        ("His aide, Zqutar Brelmo, left.", [("PERSON", "Zqutar Brelmo")]),
        ("Nobody but Brelmo said so.", [("PERSON", "Brelmo")]),
        ("“No,” said Brelmo.", [("PERSON", "Brelmo")]),
        ("Hurricane Katrina hit.", []),
        ("Melania Trump waved.", [("PERSON", "Melania Trump")]),
        # peoples and faiths are groups, not places
        (
            "Russian and Chinese Muslims met.",
            [("NORP", "Russian"), ("NORP", "Chinese"), ("NORP", "Muslims")],
        ),
        # organisations
        ("The Russian Foreign Ministry said no.", [("ORG", "Russian Foreign Ministry")]),
        (
            "The Joint Council for the Welfare of Immigrants met.",
            [("ORG", "Joint Council for the Welfare of Immigrants")],
        ),
        ("The Food and Drug Board met.", [("ORG", "Food and Drug Board")]),
        ("The New People's Party won.", [("ORG", "New People's Party")]),
        ("The Parliament of Ukraine met.", [("ORG", "Parliament of Ukraine")]),
        ("The Irving School District paid.", [("ORG", "Irving School District")]),
        ("The Clinton Foundation paid.", [("ORG", "Clinton Foundation")]),
        ("The Biden Administration paid.", [("PERSON", "Biden")]),
        ("The DAB won; members of Zumbra left.", [("ORG", "DAB"), ("ORG", "Zumbra")]),
        ("The Kremlin and the White House", [("ORG", "Kremlin"), ("ORG", "White House")]),
        ("The localist group Civic Passion won.", [("ORG", "Civic Passion")]),
        # places
        ("They met in Quarmby, near Lake Tanu.", [("PLACE", "Quarmby"), ("PLACE", "Lake Tanu")]),
        ("Rain fell in Springs Hollow, Texas.", [("PLACE", "Springs Hollow"), ("PLACE", "Texas")]),
        (
            "Shelling hit Northern Gaza and the Sea of Azov.",
            [("PLACE", "Northern Gaza"), ("PLACE", "Sea of Azov")],
        ),
        (
            "They held Kowloon East and Zarnu Province.",
            [("PLACE", "Kowloon East"), ("PLACE", "Zarnu Province")],
        ),
        ("The mayor of Tarnby left.", [("PLACE", "Tarnby")]),
        # words with two readings
        (
            "Michael Jordan visited Jordan in May.",
            [("PERSON", "Michael Jordan"), ("PLACE", "Jordan")],
        ),
        (
            "Turkey and Georgia met in Paris.",
            [("PLACE", "Turkey"), ("PLACE", "Georgia"), ("PLACE", "Paris")],
        ),
        ("Georgia Zelmar flew to Georgia.", [("PERSON", "Georgia Zelmar"), ("PLACE", "Georgia")]),
        ("They saw K. Ron Zubbard.", [("PERSON", "K. Ron Zubbard")]),
        ("They saw Zqutar von der Brelmo.", [("PERSON", "Zqutar von der Brelmo")]),
        ("On Monday in March the Cold War ended.", []),
        ("We'll see, I've said; Let's go.", []),
        # hyphens and possessives are outside
        ("US-led talks, pro-Kremlin media", [("PLACE", "US"), ("ORG", "Kremlin")]),
        (
            "The Russia-Ukraine war and China’s plan",
            [("PLACE", "Russia"), ("PLACE", "Ukraine"), ("PLACE", "China")],
        ),
        ("Under resolution ES-11/6 of #Ukraine", []),
        # headlines
        (
            "PUTIN MEETS XI IN BEIJING",
            [("PERSON", "PUTIN"), ("PERSON", "XI"), ("PLACE", "BEIJING")],
        ),
        (
            "Putin Explains Why Peace Talks With Ukraine Failed",
            [("PERSON", "Putin"), ("PLACE", "Ukraine")],
        ),
        ("The NEW YORK office of the EU", [("PLACE", "NEW YORK"), ("ORG", "EU")]),
        # nothing to find
        ("", []),
        ("The talks failed. However, nobody left.", []),
        ("Переговоры с Путиным провалились в Киеве.", []),
        ("普京与习近平在北京会晤。", []),
    ],
)
def test_rules(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_surnames_resolve_to_the_full_name_also_before_it() -> None:
    text = (
        "Zelmar warns\n\nPresident Ivo Zelmar spoke. Zelmar said no. Von der Leyen agreed.\n\n"
        "Ursula von der Leyen left."
    )
    assert entities(text) == [
        "Ivo Zelmar", "Ivo Zelmar", "Ivo Zelmar", "Ursula von der Leyen", "Ursula von der Leyen",
    ]  # fmt: skip


def test_a_surname_is_the_person_named_most_often() -> None:
    text = "Donald Trump and Melania Trump left. Trump said no. Donald Trump laughed."
    assert entities(text)[2] == "Donald Trump"
    assert entities("Melania Trump left. Trump said no.")[1] == "Trump"


def test_a_city_is_a_surname_where_the_text_says_so() -> None:
    assert entities("Valeska Paris left. Paris claims it. She lived in Paris.") == [
        "Valeska Paris", "Valeska Paris", "Paris",
    ]  # fmt: skip
    assert found("They asked President Lisbon.") == [("PERSON", "Lisbon")]


def test_may_is_a_month_unless_a_person_speaks() -> None:
    mentions = find_entities(texts("Theresa May resigned in May. May said so on May 5."))
    assert mentions["start"].tolist() == [0, 29]
    assert mentions["entity"].tolist() == ["Theresa May"] * 2


def test_the_north_is_north_korea_where_the_text_speaks_of_it() -> None:
    assert entities("North Korea fired. Then the North stopped.")[1] == "North Korea"
    assert found("Then the North stopped.") == []


def test_unknown_words_follow_what_the_text_says_of_them() -> None:
    text = "The Church of Zenthology paid. A lawyer of Zenthology left. Zenthology aides said no."
    assert found(text) == [
        ("ORG", "Church of Zenthology"), ("ORG", "Zenthology"), ("ORG", "Zenthology"),
    ]  # fmt: skip
    assert found("USI opened. The USI Art Collections grew.")[1] == ("ORG", "USI")


def test_offsets_and_sentences_are_exact() -> None:
    documents = texts(
        "Kyiv fell silent.\n\n“No,” Vladimir  Putin’s aide said.", "In Beijing’s view."
    )
    mentions = find_entities(documents)
    for row in mentions.itertuples():
        text = documents.set_index("doc").loc[row.doc, "text"]
        assert text[row.start : row.end] == row.text
    assert mentions["sentence"].tolist() == [0, 1, 0]
    assert mentions["entity"].tolist() == ["Kyiv", "Vladimir Putin", "Beijing"]


WORDS = (
    "Putin Kyiv US-led the of and President Mr. Foreign Ministry's in , . ’s “ ” U.S. May Lake (EU)"
    " Ban Ki-moon John Путин 北京 G7 X. TALKS WAR said New York al-Sisi O'Neill Von der Roma II"
)
ALPHABET = st.sampled_from([*WORDS.split(), "\n\n", ""])


@given(st.lists(ALPHABET, max_size=25))
def test_mentions_are_spans_in_order_that_do_not_overlap(words: list[str]) -> None:
    text = " ".join(words)
    mentions = find_entities(texts(text))
    assert [text[s:e] for s, e in zip(mentions["start"], mentions["end"], strict=True)] == (
        mentions["text"].tolist()
    )
    assert (mentions["start"].to_numpy()[1:] >= mentions["end"].to_numpy()[:-1]).all()
    assert set(mentions["label"]) <= set(LABELS)
    assert mentions["score"].isin([0.5, 0.7, 0.85, 0.95]).all()


def test_documents_do_not_influence_each_other() -> None:
    alone = find_entities(texts("Zelmar left."))
    beside = find_entities(texts("Zelmar left.", "President Ivo Zelmar spoke."))
    assert len(alone) == 0
    assert beside["doc"].tolist() == ["d1"]


def test_table_is_typed_where_it_is_empty() -> None:
    empty = find_entities(texts("", ""))
    full = find_entities(texts("Kyiv", ""))
    assert list(empty.columns) == list(full.columns) == list(MENTIONS)
    assert empty.dtypes.drop("doc").equals(full.dtypes.drop("doc"))
    assert empty["doc"].cat.categories.tolist() == ["d0", "d1"]
    nothing = find_entities(pd.DataFrame({"doc": [], "text": []}, dtype=object))
    assert len(nothing) == 0


def test_given_sentences_may_come_in_any_order() -> None:
    documents = texts("One.\n\nKyiv fell.", "Nothing.\n\nNothing.\n\nIn Lviv.")
    table = split_sentences(documents)
    mentions = find_entities(documents, sentences=table[::-1])
    assert mentions["sentence"].tolist() == [1, 2]
    assert find_entities(documents, sentences=table[:0])["sentence"].tolist() == [0, 0]


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputError, match="'spacy' is not known; choose one of 'model', 'rules'"):
        find_entities(texts("Kyiv"), engine="spacy")
    with pytest.raises(InputError, match="lacks 'text'"):
        find_entities(pd.DataFrame({"doc": ["a"]}))


# ---- gold data ------------------------------------------------------------------------------


def test_figures_in_the_documentation_hold(shared: Path, root: Path) -> None:
    path = root / "benchmarks" / "entities_gum.py"
    spec = importlib.util.spec_from_file_location("entities_gum", path)
    assert spec is not None
    assert spec.loader is not None
    gum = importlib.util.module_from_spec(spec)
    sys.modules["entities_gum"] = gum
    spec.loader.exec_module(gum)
    gold = gum.read_gum(shared / "training" / "gum.tar.gz", "develop")
    documents = pd.DataFrame({"doc": [t.doc for t in gold], "text": [t.text for t in gold]})
    table = gum.report(gold, find_entities(documents))
    assert table.loc["PERSON", "gold"] == 412
    assert table.loc["all, span and label", "f1"] > 0.86
    assert table.loc["all, span only", "f1"] > 0.87
