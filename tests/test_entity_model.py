"""Names by a model: what the tables and the text add, who a short form is, and the engines."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as da
from analysis.entities.aliases import LABELS
from analysis.entities.canonical import Mention, complete_names
from analysis.entities.gazetteer import load_gazetteer, with_aliases
from analysis.entities.mentions import find_entities
from analysis.tables import MENTIONS, InputError
from analysis.text.tokens import split_sentences

EASY = "President Vladimir Putin met Xi Jinping in Beijing. Putin’s Russian aides left."


@pytest.fixture(autouse=True, scope="module")
def _own_cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISCOURSE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def texts(*contents: str) -> pd.DataFrame:
    return pd.DataFrame({"doc": [f"d{i}" for i in range(len(contents))], "text": list(contents)})


def completed(text: str, *spans: str, aliases: Any = ()) -> list[tuple[str, str, str]]:
    """Text, label and entity after a model found "LABEL words", each after the one before."""
    found, place = [], 0
    for span in spans:
        label, words = span.split(" ", 1)
        place = text.index(words, place)
        found.append(Mention(place, place + len(words), label, score=0.9))
        place += len(words)
    rows = list(aliases)
    listed = {(row["variant"], row["label"]) for row in rows}
    gazetteer = with_aliases(load_gazetteer(), rows)
    names = complete_names(text, [0], found, gazetteer, listed)
    return [(text[m.start : m.end], m.label, m.entity) for m in names]


def entities(text: str, *persons: str) -> list[str]:
    return [name[2] for name in completed(text, *(f"PERSON {person}" for person in persons))]


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        # names that look like places
        ("Victoria Reims, who sat, left.", ("PLACE Victoria Reims",), ["PERSON Victoria Reims"]),
        ("They met Kent Leeds, 43, here.", ("ORG Kent Leeds",), ["ORG Kent Leeds"]),
        ("They met Kim Leeds, 43, here.", ("PLACE Kim Leeds",), ["PERSON Kim Leeds"]),
        ("Charlotte Leeds, a judge, left.", ("MISC Charlotte Leeds",), ["PERSON Charlotte Leeds"]),
        ("Madison Lake, a village, fell.", ("PLACE Madison Lake",), ["PLACE Madison Lake"]),
        ("Ma Nwe Zelm sat. Nwe Zelm left.", ("PLACE Ma Nwe Zelm", "PERSON Nwe Zelm"),
         ["PERSON Ma Nwe Zelm"] * 2),
        ("Camp Zelm fell. Zelm left.", ("PLACE Camp Zelm", "PERSON Zelm"),
         ["PLACE Camp Zelm", "PERSON Zelm"]),
        # a family name that comes first
        ("Moon Jae-brel left. Moon sat.", ("PERSON Moon Jae-brel", "MISC Moon"),
         ["PERSON Moon Jae-brel"] * 2),
        # an acronym whose letters begin the words of one organisation of the text
        ("The Norda Grain Board met. The NGB paid.", ("ORG Norda Grain Board", "ORG NGB"),
         ["ORG Norda Grain Board"] * 2),
        ("The Norda Grain Board met the Norda Gas Board. The NGB paid.", ("ORG Norda Grain Board",
         "ORG Norda Gas Board", "ORG NGB"),
         ["ORG Norda Grain Board", "ORG Norda Gas Board", "ORG NGB"]),
        # a title that the model takes for a name of its own
        ("Bishop Zelm left.", ("PERSON Bishop", "PERSON Zelm"), ["PERSON Zelm"]),
        # a people has one label
        ("The Zelmi left. Zelmi sang. A Zelmi sat. One Zelmi, Ivo Brel, sat.",
         ("NORP Zelmi", "NORP Zelmi", "NORP Zelmi", "PERSON Zelmi", "PERSON Ivo Brel"),
         ["NORP Zelmi"] * 4 + ["PERSON Ivo Brel"]),
    ],
)  # fmt: skip
def test_what_a_name_is(text: str, spans: tuple[str, ...], expected: list[str]) -> None:
    assert [f"{label} {entity}" for _, label, entity in completed(text, *spans)] == expected


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Jean-Luc Brel-Zelm left.", ("Jean", "Luc Brel", "Zelm")),
        ("Ana-Lucia Brel-Zelm left.", ("Ana-Lucia Brel", "Zelm")),
        ("Ana-Lucia O'Brel-Zelm left.", ("Ana", "Lucia O'Brel")),
    ],
)
def test_both_names_may_be_hyphenated(text: str, spans: tuple[str, ...]) -> None:
    assert entities(text, *spans) == [text.removesuffix(" left.")]


# ---- who a short form is --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "persons", "expected"),
    [
        ("Zelm left. Ivo Zelm spoke. Zelm sat.", ("Zelm", "Ivo Zelm", "Zelm"), ["Ivo Zelm"] * 3),
        ("ZELM LEFT\n\nIvo Zelm spoke.", ("ZELM", "Ivo Zelm"), ["Ivo Zelm"] * 2),
        ("IVO ZELM LEFT\n\nIvo Zelm spoke.", ("IVO ZELM", "Ivo Zelm"), ["Ivo Zelm"] * 2),
        ("Xi Jinping spoke. Xi left.", ("Xi Jinping", "Xi"), ["Xi Jinping"] * 2),
        ("Bashar al-Brel spoke. Brel left.", ("Bashar al-Brel", "Brel"), ["Bashar al-Brel"] * 2),
        ("Érika Zölm spoke. Zolm left.", ("Érika Zölm", "Zolm"), ["Érika Zölm"] * 2),
        ("Ana von der Brel and von der Brel", ("Ana von der Brel", "von der Brel"),
         ["Ana von der Brel"] * 2),
        ("Ivo Zelm, I. Zelm and Zelm", ("Ivo Zelm", "I. Zelm", "Zelm"), ["Ivo Zelm"] * 3),
        ("Ivo Karl Zelm. Ivo Zelm. Ivo Zelm. Zelm", ("Ivo Karl Zelm", "Ivo Zelm", "Ivo Zelm",
         "Zelm"), ["Ivo Zelm"] * 4),
        # two persons of one surname: title, pronouns, how often and who first decide
        ("Ivo Zelm and Ana Zelm left. Zelm sat. Ana spoke.", ("Ivo Zelm", "Ana Zelm", "Zelm",
         "Ana"), ["Ivo Zelm", "Ana Zelm", "Ivo Zelm", "Ana Zelm"]),
        ("Ivo Zelm and Ana Zelm left. Mrs. Zelm sat. Zelm said he was ill.", ("Ivo Zelm",
         "Ana Zelm", "Zelm", "Zelm"), ["Ivo Zelm", "Ana Zelm", "Ana Zelm", "Ivo Zelm"]),
        ("Mayor Ana Zelm met Ivo Zelm. Mayor Zelm sat.", ("Ana Zelm", "Ivo Zelm", "Zelm"),
         ["Ana Zelm", "Ivo Zelm", "Ana Zelm"]),
        ("Her husband, Ivo Zelm, met Ana Zelm. Zelm sat.", ("Ivo Zelm", "Ana Zelm", "Zelm"),
         ["Ivo Zelm", "Ana Zelm", "Ana Zelm"]),
        ("Ivo Zelm Jr. met Ivo Zelm. Zelm sat.", ("Ivo Zelm Jr.", "Ivo Zelm", "Zelm"),
         ["Ivo Zelm Jr.", "Ivo Zelm", "Ivo Zelm"]),
        ("Barack Obama and Michelle Obama. Mrs. Obama left. Obama sat.", ("Barack Obama",
         "Michelle Obama", "Obama", "Obama"), ["Barack Obama", "Michelle Obama", "Michelle Obama",
         "Barack Obama"]),
        # near-identical first names are one person's, unless they are a woman's and a man's
        ("Jon Zelm left. John Zelm spoke. John Zelm sat.", ("Jon Zelm", "John Zelm", "John Zelm"),
         ["John Zelm"] * 3),
        ("Mario Zelm left. Maria Zelm spoke.", ("Mario Zelm", "Maria Zelm"),
         ["Mario Zelm", "Maria Zelm"]),
        ("Tim Zelm left. Tom Zelm spoke.", ("Tim Zelm", "Tom Zelm"), ["Tim Zelm", "Tom Zelm"]),
        ("Ivo Zelm and Ian Zelm met I. Zelm.", ("Ivo Zelm", "Ian Zelm", "I. Zelm"),
         ["Ivo Zelm", "Ian Zelm", "I. Zelm"]),
        ("Maha Mohamad Zelm left. Muhamed Zelm spoke.", ("Maha Mohamad Zelm", "Muhamed Zelm"),
         ["Maha Mohamad Zelm", "Muhamed Zelm"]),
        ("Muhamed Zelm left. Mohammad Zelm sat.", ("Muhamed Zelm", "Mohammad Zelm"),
         ["Mohammad Zelm"] * 2),
        # the *he* or *she* of its own clause says of two persons of one surname who is meant
        ("Peter Zelm and Maria Zelm left. Zelm says she is tired.", ("Peter Zelm", "Maria Zelm",
         "Zelm"), ["Peter Zelm", "Maria Zelm", "Maria Zelm"]),
        ("Maria Zelm and Peter Zelm left. Zelm denied that he knew.", ("Maria Zelm", "Peter Zelm",
         "Zelm"), ["Maria Zelm", "Peter Zelm", "Peter Zelm"]),
        ("Maria Zelm and Peter Zelm left. Zelm told Ivo Brel that he knew.", ("Maria Zelm",
         "Peter Zelm", "Zelm", "Ivo Brel"),
         ["Maria Zelm", "Peter Zelm", "Maria Zelm", "Ivo Brel"]),
        # a given name behind an article is a thing
        ("Tony Zelm left. He won a Tony.", ("Tony Zelm", "Tony"), ["Tony Zelm", "Tony"]),
        # a surname that the tables give to somebody else
        ("Melania Trump left. Trump spoke.", ("Melania Trump", "Trump"),
         ["Melania Trump", "Trump"]),
        ("Zelm left.", ("Zelm",), ["Zelm"]),
        ("Donald Brel and Donald Brel Jr. met. Brel left.", ("Donald Brel", "Donald Brel Jr.",
         "Brel"), ["Donald Brel", "Donald Brel Jr.", "Donald Brel"]),
    ],
)  # fmt: skip
def test_short_forms(text: str, persons: tuple[str, ...], expected: list[str]) -> None:
    assert entities(text, *persons) == expected


def test_a_short_form_of_something_else_stays() -> None:
    text = "Ivo Zelm spoke. The Zelm group paid."
    assert completed(text, "PERSON Ivo Zelm", "ORG Zelm") == [
        ("Ivo Zelm", "PERSON", "Ivo Zelm"), ("Zelm", "ORG", "Zelm"),
    ]  # fmt: skip


def test_the_president_is_nobody() -> None:
    text = "Ivo Zelm spoke. The President left, and the Pope; King stayed."
    spans = ("PERSON Ivo Zelm", "PERSON President", "PERSON Pope", "PERSON King")
    assert [name[0] for name in completed(text, *spans)] == ["Ivo Zelm", "King"]


# ---- spans ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("He met President Ivo Zelm’s aides.", "PERSON President Ivo Zelm’s", "Ivo Zelm"),
        ("former Prime Minister Ivo Zelm", "PERSON former Prime Minister Ivo Zelm", "Ivo Zelm"),
        ("Earl Zelmar sang.", "PERSON Earl Zelmar", "Earl Zelmar"),  # a given name as well
        ("in the Zelmar Strait", "PLACE the Zelmar Strait", "Zelmar Strait"),
        ("The European Union met.", "ORG The European Union", "European Union"),
        ("They read The Zelmarian.", "ORG The Zelmarian", "The Zelmarian"),
        ("It flew to The Hague.", "PLACE The Hague", "The Hague"),
        ("a Bank of Zelm of 12 billion", "ORG Bank of Zelm of", "Bank of Zelm"),
        ("the workers’ own", "ORG workers’", "workers"),
        ("General Brelmo paid.", "ORG General Brelmo", "General Brelmo"),
    ],
)
def test_titles_articles_and_the_genitive_are_outside(text: str, span: str, expected: str) -> None:
    assert [name[0] for name in completed(text, span)] == [expected]


# ---- what the tables add and decide ---------------------------------------------------------


def test_demonyms_and_long_names_that_the_model_passed_over() -> None:
    text = "Two Russians and the European Union met; Turkey and May stay."
    assert completed(text) == [
        ("Russians", "NORP", "Russian"), ("European Union", "ORG", "European Union"),
    ]  # fmt: skip


def test_a_name_of_the_tables_takes_the_place_of_its_parts() -> None:
    text = "In Congo-Brazzaville they met."
    assert completed(text, "PLACE Congo", "PLACE Brazzaville") == [
        ("Congo-Brazzaville", "PLACE", "Congo-Brazzaville")
    ]
    text = "The Union of European Football Brelmo met."
    whole = [("Union of European Football Brelmo", "ORG", "Union of European Football Brelmo")]
    assert completed(text, "ORG Union of European Football Brelmo") == whole


@pytest.mark.parametrize(
    ("text", "span", "label"),
    [
        ("Russian aides left.", "MISC Russian", "NORP"),
        ("Russian Brelmo paid.", "ORG Russian", "ORG"),
        ("They told Xinhua so.", "PERSON Xinhua", "ORG"),
        ("The Kremlin said so.", "PLACE Kremlin", "ORG"),
        ("China refused.", "ORG China", "PLACE"),
        ("Kharkiv held.", "PERSON Kharkiv", "PLACE"),
        ("Kyiv said so.", "ORG Kyiv", "PLACE"),
        ("Kharkiv won the match.", "ORG Kharkiv", "ORG"),  # a town may be a club
        ("Jordan left.", "PERSON Jordan", "PERSON"),  # a given name
    ],
)
def test_labels_that_the_tables_know_better(text: str, span: str, label: str) -> None:
    assert [name[1] for name in completed(text, span)] == [label]


def test_a_town_that_is_somebodys_surname_stays_a_person() -> None:
    text = "Ana Kharkiv left. Kharkiv spoke."
    assert completed(text, "PERSON Ana Kharkiv", "PERSON Kharkiv")[1] == (
        "Kharkiv", "PERSON", "Ana Kharkiv",
    )  # fmt: skip


def test_entities_are_written_as_in_the_tables() -> None:
    assert completed("KYIV CALLS ON RUSSIANS NOW", "PLACE KYIV", "NORP RUSSIANS") == [
        ("KYIV", "PLACE", "Kyiv"), ("RUSSIANS", "NORP", "Russian"),
    ]  # fmt: skip
    assert completed("of russian make", "NORP russian") == [("russian", "NORP", "Russian")]
    assert completed("of zelmar make", "NORP zelmar") == [("zelmar", "NORP", "zelmar")]
    assert completed("In  New\nZelmar’s view", "PLACE New\nZelmar")[0][2] == "New Zelmar"


def test_the_analyst_has_the_last_word() -> None:
    rows = [
        {"variant": "Zumbra", "entity": "Zumbra Group", "label": "ORG"},
        {"variant": "Kremlin", "entity": "Russia", "label": "PLACE"},
        {"variant": "Kiev", "entity": "Kyiv", "label": "PLACE"},
    ]
    text = "Zumbra and the Kremlin left Kiev; the Zumbra Front and Kremlin Press Office stayed."
    spans = "PERSON Zumbra", "ORG Kremlin", "ORG Kremlin Press Office"
    assert [name[:2] for name in completed(text, *spans, aliases=rows)] == [
        ("Zumbra", "ORG"), ("Kremlin", "PLACE"), ("Kiev", "PLACE"), ("Zumbra", "ORG"),
        ("Kremlin Press Office", "ORG"),
    ]  # fmt: skip


WORDS = "Putin President the Xi Jinping Kyiv of Russian ’s , . European Union MAY Al-Assad\n\n"


@given(
    st.lists(st.sampled_from(WORDS.split(" ")), max_size=20),
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(1, 20), st.sampled_from(LABELS)), max_size=6
    ),
)
def test_mentions_are_spans_in_order_that_do_not_overlap(words, marks) -> None:
    text = " ".join(words)
    found = [
        Mention(start, min(start + length, len(text)), label, score=0.5)
        for start, length, label in marks
        if start < len(text)
    ]
    names = complete_names(text, [0], found, load_gazetteer())
    ends = [0, *(name.end for name in names)]
    assert all(end <= name.start < name.end for end, name in zip(ends, names, strict=False))
    assert ends[-1] <= len(text)
    assert all(name.entity or not text[name.start : name.end].strip() for name in names)


# ---- the engines ----------------------------------------------------------------------------


def test_the_model_finds_what_everybody_finds() -> None:
    documents = texts(EASY, "")
    before = documents.copy(deep=True)
    mentions = find_entities(documents)
    assert list(mentions.columns) == list(MENTIONS)
    assert mentions[["text", "label", "entity", "sentence"]].to_numpy().tolist() == [
        ["Vladimir Putin", "PERSON", "Vladimir Putin", 0],
        ["Xi Jinping", "PERSON", "Xi Jinping", 0],
        ["Beijing", "PLACE", "Beijing", 0],
        ["Putin", "PERSON", "Vladimir Putin", 1],
        ["Russian", "NORP", "Russian", 1],
    ]
    assert mentions["score"].between(0, 1).all()
    assert mentions["doc"].cat.categories.tolist() == ["d0", "d1"]
    pd.testing.assert_frame_equal(documents, before)
    assert documents.attrs == {}


def test_the_record_names_engine_and_model() -> None:
    mentions = find_entities(texts(EASY))
    (step,) = mentions.attrs["steps"]
    assert (step["call"], step["on"]) == ("find_entities", "documents")
    assert set(mentions.attrs["model"]) == {"name", "sha256", "measured"}
    merged = find_entities(texts(EASY), aliases={"Beijing": "China"})
    assert merged["entity_before"].tolist()[2] == "Beijing"
    assert merged.attrs["steps"][0]["params"]["aliases"] == [
        {"variant": "Beijing", "entity": "China"}
    ]


def test_empty_tables_are_typed_and_given_sentences_are_used() -> None:
    empty = find_entities(texts("", ""))
    assert len(empty) == 0
    assert empty.dtypes.drop("doc").equals(find_entities(texts(EASY)).dtypes.drop("doc"))
    documents = texts("One.\n\nVladimir Putin left.", "Nothing.\n\nIn Beijing.")
    sentences = split_sentences(documents)
    renamed = sentences.assign(sentence=sentences["sentence"] + 7)[::-1]
    assert find_entities(documents, sentences=renamed)["sentence"].tolist() == [8, 8]


class Pipeline:
    """A stand-in for a spaCy pipeline that finds whatever follows "the"."""

    meta = {"lang": "en", "name": "stand_in", "version": "1"}  # noqa: RUF012

    def pipe(self, contents: list[str]) -> Any:
        for text in contents:
            start = text.index("President")
            entity = SimpleNamespace(
                label_="PERSON", start_char=start, end_char=text.index(" spoke")
            )
            yield Doc(text, [entity])


class Doc:
    def __init__(self, text: str, ents: list[Any]) -> None:
        self.ents, self.words, place = ents, [], 0
        for number, word in enumerate(text.split()):
            place = text.index(word, place)
            self.words.append(
                SimpleNamespace(
                    idx=place, text=word, i=number, pos_="X", morph="", lemma_=word, dep_=""
                )
            )
            self.words[-1].head = self.words[-1]

    def __iter__(self) -> Any:
        return iter(self.words)


def test_a_pipeline_may_be_the_engine() -> None:
    documents = texts("Then President Ivo Zelmar spoke of Russian aides.")
    mentions = find_entities(documents, engine=Pipeline())
    assert mentions[["text", "label"]].to_numpy().tolist() == [
        ["Ivo Zelmar", "PERSON"], ["Russian", "NORP"],
    ]  # fmt: skip
    assert mentions.attrs["model"]["name"] == "spaCy en stand_in 1"
    assert mentions.attrs["steps"][0]["params"]["engine"] is True


def test_numbers_of_a_pipeline_cannot_be_computed_again(tmp_path) -> None:
    documents = texts("Then President Ivo Zelmar spoke of Russian aides.")
    counts = da.count_entities(
        find_entities(documents, engine=Pipeline()), tokens=da.tokenize(documents)
    )
    checks = da.verify(da.save_table(counts, tmp_path / "t", caption="C."), corpus=documents)
    (row,) = checks[checks["check"] == "recompute"].itertuples()
    assert row.status == "not checked"
    counts = da.count_entities(find_entities(documents), tokens=da.tokenize(documents))
    checks = da.verify(da.save_table(counts, tmp_path / "m", caption="C."), corpus=documents)
    assert set(checks.loc[checks["check"] == "recompute", "status"]) == {"ok"}


def test_an_engine_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="spaCy"):
        find_entities(texts("Kyiv"), engine=5)


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_without_the_packages_one_sentence_names_them(package, monkeypatch, tmp_path) -> None:
    model = importlib.import_module("analysis.annotation.model")
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path))
    monkeypatch.setattr(model, "_LOADED", {})
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError) as caught:
        find_entities(texts(EASY))
    message = str(caught.value)
    assert package in message
    assert message.endswith(".")
    assert "\n" not in message


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
    assert table.loc["all, span and label", "f1"] > 0.87
    assert table.loc["all, span only", "f1"] > 0.89


# ---- names that stay whole ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        # pieces of one name, as a model that reads words cut at hyphens gives them
        ("Jean-Luc Brelmo spoke.", ("PERSON Jean", "PERSON Luc Brelmo"), ["Jean-Luc Brelmo"]),
        ("Ana Zelm-Brel spoke.", ("PERSON Ana Zelm", "PERSON Brel"), ["Ana Zelm-Brel"]),
        ("Zelm Jae-in spoke.", ("PERSON Zelm Jae",), ["Zelm Jae-in"]),
        ("in Zelm-upon-Brel", ("PLACE Zelm", "PLACE Brel"), ["Zelm-upon-Brel"]),
        ("Zelmett-Brelard paid.", ("ORG Zelmett", "ORG Brelard"), ["Zelmett-Brelard"]),
        ("Ana Zelm-Brel met Zelm-Brel.", ("PERSON Ana Zelm", "PERSON Brel", "PERSON Zelm",
         "PERSON Brel"), ["Ana Zelm-Brel", "Zelm-Brel"]),
        # two names side by side, and what is no part of a name
        ("the Zelm-Brel talks; Zelm left, Brel stayed", ("PERSON Zelm", "PERSON Brel",
         "PERSON Zelm", "PERSON Brel"), ["Zelm", "Brel", "Zelm", "Brel"]),
        ("the Russia-Ukraine war", ("PLACE Russia", "PLACE Ukraine"), ["Russia", "Ukraine"]),
        ("Ivo Zelm-led troops", ("PERSON Ivo Zelm",), ["Ivo Zelm"]),
        ("Oslo-based Brelmo", ("PLACE Oslo", "ORG Brelmo"), ["Oslo", "Brelmo"]),
        ("then-Mayor Ivo Zelm", ("PERSON Ivo Zelm",), ["Ivo Zelm"]),
        ("Ana Lee (D-Ohio) spoke.", ("PERSON Ana Lee", "PLACE D-Ohio"), ["Ana Lee", "Ohio"]),
        # nicknames
        ("Ivo “Bo” Zelm spoke.", ("PERSON Ivo", "PERSON Zelm"), ["Ivo “Bo” Zelm"]),
        ("Ivo 'The Rock' Zelm spoke.", ("PERSON Ivo", "PERSON Zelm"), ["Ivo 'The Rock' Zelm"]),
        ("Ana (“Masha”) Zelm spoke.", ("PERSON Ana", "PERSON Zelm"), ["Ana (“Masha”) Zelm"]),
        ("Ana (Masha) Zelm spoke.", ("PERSON Ana", "PERSON Zelm"), ["Ana (Masha) Zelm"]),
        # streets, foundations, committees
        ("on Zelm Avenue", ("PERSON Zelm",), ["Zelm Avenue"]),
        ("the Select Committee on Harbours met", ("ORG Select Committee",),
         ["Select Committee on Harbours"]),
        ("the Select Committee on Monday met", ("ORG Select Committee",), ["Select Committee"]),
        # months and days are no names
        ("on Nov. 3 and Sept. 8, 2016", ("MISC Nov.", "PLACE Sept. 8"), []),
        ("Jan Zelm spoke in May.", ("PERSON Jan Zelm",), ["Jan Zelm"]),
    ],
)  # fmt: skip
def test_names_stay_whole(text: str, spans: tuple[str, ...], expected: list[str]) -> None:
    assert [name[0] for name in completed(text, *spans)] == expected


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        ("Ivo “Bo” Zelm. Bo Zelm. A book by Ivo Brel.", ("PERSON Ivo", "PERSON Zelm",
         "PERSON Bo Zelm", "PERSON Ivo Brel"), ["Ivo Zelm", "Ivo Zelm", "Ivo Brel"]),
        ("The Central Grain Office (CGO) spoke. CGO left.", ("ORG Central Grain Office", "ORG CGO",
         "MISC CGO"), ["Central Grain Office"] * 3),
        ("The Brel Union of Zelm (BUZ) met. BUZ aides left.", ("ORG Brel Union of Zelm",),
         ["Brel Union of Zelm"] * 3),
        ("BUZ (the Brel Union of Zelm) met. BUZ left.", ("ORG BUZ", "ORG Brel Union of Zelm"),
         ["Brel Union of Zelm"] * 3),
        ("Ana Zelm (AFP) spoke to AFP.", ("PERSON Ana Zelm", "ORG AFP", "ORG AFP"),
         ["Ana Zelm", "AFP", "AFP"]),
        ("North Korea fired. The North said so.", ("PLACE North Korea", "PLACE North"),
         ["North Korea"] * 2),
        ("South Sudan met South Korea. The South said so.", ("PLACE South Sudan",
         "PLACE South Korea", "PLACE South"), ["South Sudan", "South Korea", "South"]),
    ],
)  # fmt: skip
def test_one_name_for_what_a_text_names_twice(
    text: str, spans: tuple[str, ...], expected: list[str]
) -> None:
    assert [name[2] for name in completed(text, *spans)] == expected


@pytest.mark.parametrize(
    ("text", "spans", "labels"),
    [
        ("Zelmo met. Zelmo said so. Zelmo left.", ("ORG Zelmo", "ORG Zelmo", "PLACE Zelmo"),
         ["ORG"] * 3),
        ("Ana Zelm spoke. At Zelm, nobody listened.", ("PERSON Ana Zelm", "PLACE Zelm"),
         ["PERSON"] * 2),
        ("Gloria slept. Gloria had eczema.", ("PERSON Gloria", "ORG Gloria"), ["PERSON"] * 2),
        ("Tom London spoke in London. London left.", ("PERSON Tom London", "PLACE London",
         "PLACE London"), ["PERSON", "PLACE", "PERSON"]),
        ("Leeds lost at Leeds.", ("ORG Leeds", "PLACE Leeds"), ["ORG", "PLACE"]),  # a club
    ],
)  # fmt: skip
def test_one_label_for_a_name(text: str, spans: tuple[str, ...], labels: list[str]) -> None:
    assert [name[1] for name in completed(text, *spans)] == labels


def test_it_is_a_body_where_one_alone_can_be_meant() -> None:
    documents = texts(
        "Russia kept its troops there. It denied the report.",
        "Ann Lee met the European Union. It was late.",
        "Russia met Norway. It denied the report. “It is late,” it said.",
    )
    found = find_entities(documents, pronouns=True)
    found = found[found["text"].str.lower().isin(["it", "its"])]
    assert found[["doc", "text", "label", "entity"]].astype(str).to_numpy().tolist() == [
        ["d0", "its", "PLACE", "Russia"],
        ["d0", "It", "PLACE", "Russia"],
    ]
