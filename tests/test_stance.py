"""Stance: what counts and what does not, and the counts."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import texts

from analysis.annotation.annotator import annotate
from analysis.discourse.stance import CATEGORIES, count_stance, find_stance, read_stance_lexicon
from analysis.tables import InputError
from analysis.text.tokens import tokenize


def tagged(text: str, tags: str) -> pd.DataFrame:
    """The tokens of a text with a part of speech each."""
    tokens = tokenize(texts(text))
    return tokens.assign(pos=pd.Categorical(tags.split()))


def words(documents: pd.DataFrame) -> pd.DataFrame:
    """The tokens of documents with no part of speech known."""
    return tokenize(documents).assign(pos="")


def found(tokens: pd.DataFrame, category: str) -> list[tuple[str, str]]:
    hits = find_stance(tokens)
    hits = hits[hits["category"] == category]
    return list(zip(hits["text"], hits["subcategory"], strict=True))


def read(text: str, category: str) -> list[tuple[str, str]]:
    return found(annotate(texts(text)).tokens, category)


def test_the_lists_are_clean() -> None:
    lexicon = read_stance_lexicon()
    assert tuple(lexicon["category"].unique()) == CATEGORIES
    assert not lexicon.duplicated(["category", "item"]).any()
    assert (lexicon["item"] == lexicon["item"].str.lower()).all()
    counts = lexicon["category"].value_counts()
    assert counts["modality"] >= 100
    assert counts["hedges"] >= 100
    assert counts["boosters"] >= 80
    kinds = lexicon.groupby("category")["subcategory"].unique()
    assert set(kinds["modality"]) == {"obligation", "possibility", "certainty", "prediction"}
    assert set(kinds["pronouns"]) == {"us", "them"}


@pytest.mark.parametrize(
    ("text", "category", "hits"),
    [
        ("We must go.", "modality", [("must", "obligation")]),
        ("It must have been Russia.", "modality", [("must have been", "certainty")]),
        ("They have to go, and it may rain.", "modality",
         [("have to", "obligation"), ("may", "possibility")]),
        ("No doubt they will leave.", "modality",
         [("No doubt", "certainty"), ("will", "prediction")]),
        ("They cannot stay.", "modality", [("cannot", "possibility")]),
        ("They cannot stay.", "negation", [("cannot", "not-negation")]),
        ("I don’t know, and nobody ever won't.", "negation",
         [("don’t", "not-negation"), ("nobody", "no-negation"), ("won't", "not-negation")]),
        ("Hardly anyone is no longer here without them.", "negation",
         [("Hardly", "near-negative"), ("no longer", "no-negation"), ("without", "without")]),
        ("Perhaps he is reportedly said to lie.", "hedges",
         [("Perhaps", "plausibility"), ("reportedly", "attribution")]),
        ("He was said to be, more or less, almost fine.", "hedges",
         [("was said to", "attribution"), ("more or less", "approximator"),
          ("almost", "approximator")]),
        ("Of course it is clearly and absolutely true.", "boosters",
         [("Of course", "certainty"), ("clearly", "certainty"), ("absolutely", "amplifier")]),
        ("We’re told that the US let us see our friends themselves.", "pronouns",
         [("We’re", "us"), ("us", "us"), ("our", "us"), ("themselves", "them")]),
        ("In May, Will Smith sailed.", "modality", []),
    ],
)  # fmt: skip
def test_words_and_phrases(text: str, category: str, hits: list[tuple[str, str]]) -> None:
    assert read(text, category) == hits


def test_with_tags_only_the_right_part_of_speech_counts() -> None:
    text = "May has the might and the will to open a can ."
    tags = "PROPN VERB DET NOUN CCONJ DET NOUN PART VERB DET NOUN PUNCT"
    assert found(tagged(text, tags), "modality") == []
    text, tags = "May we can fish , might makes right", "AUX PRON VERB NOUN PUNCT NOUN VERB NOUN"
    assert found(tagged(text, tags), "modality") == [("May", "possibility")]
    text, tags = "about 50 men spoke about us", "ADV NUM NOUN VERB ADP PRON"
    assert found(tagged(text, tags), "hedges") == [("about", "approximator")]
    assert found(tagged(text, tags), "pronouns") == [("us", "us")]
    assert found(tagged("WITH US", "ADP PROPN"), "pronouns") == []
    assert found(tagged("WITH US", "ADP PRON"), "pronouns") == [("US", "us")]


def test_tags_of_phrases_and_missing_tags() -> None:
    assert found(tagged("It must have fallen", "PRON AUX AUX VERB"), "modality") == [
        ("must have", "certainty")
    ]
    assert found(tagged("It must have gas", "PRON AUX VERB NOUN"), "modality") == [
        ("must", "obligation")
    ]
    tokens = tagged("May we say we may", "AUX PRON VERB PRON AUX")
    untagged = tokens.assign(pos=["", "PRON", "VERB", "PRON", None])
    assert found(untagged, "modality") == [("May", "possibility"), ("may", "possibility")]


def test_offsets_lead_back_to_the_words() -> None:
    documents = texts("They  have\nto go; of  course not.")
    hits = find_stance(annotate(documents).tokens)
    for row in hits.itertuples():
        whole = documents["text"][0][row.start : row.end]
        assert whole.replace("\n", " ") == row.text
    assert hits["position"].is_monotonic_increasing
    assert list(hits["text"]) == ["They", "have to", "of  course", "not"]


def test_a_phrase_does_not_cross_sentences_and_the_longest_wins() -> None:
    assert read("He will have. To go is no. Longer is fine.", "modality") == [
        ("will", "prediction")
    ]
    hits = find_stance(annotate(texts("No doubt.")).tokens)
    by_category = dict(zip(hits["category"], hits["text"], strict=True))
    assert by_category == {"modality": "No doubt", "boosters": "No doubt", "negation": "No"}


def test_counts_by_hand(documents: pd.DataFrame) -> None:
    counts = count_stance(annotate(documents).tokens, by="side", documents=documents)
    # east has 17 words with one "must"; west 18 with "No" and "not"
    east, west = (
        counts[counts["side"] == side].set_index("subcategory") for side in ("east", "west")
    )
    assert (east.loc["obligation", "count"], east.loc["obligation", "base"]) == (1, 17)
    assert east.loc["obligation", "rate"] == pytest.approx(1000 / 17)
    assert east.loc["obligation", "documents"] == 1
    assert west.loc["no-negation", "count"] == west.loc["not-negation", "count"] == 1
    assert west.loc["obligation", "count"] == 0
    assert west.loc["obligation", "interval"] == "none: fewer than 3 documents"
    whole = count_stance(annotate(documents).tokens).set_index("subcategory")
    assert whole.loc["obligation", "interval"] == "95 % Korn–Graubard over documents"
    assert whole.loc["obligation", "low"] < whole.loc["obligation", "rate"]


def test_rows_come_in_the_order_of_the_lexicon_for_every_group(documents: pd.DataFrame) -> None:
    counts = count_stance(
        words(documents), by="outlet", documents=documents, level="category", confidence=None
    )
    assert counts["outlet"].tolist() == sorted(["Alpha", "Beta", "Gamma"] * len(CATEGORIES))
    assert counts["category"].tolist() == list(CATEGORIES) * 3
    assert list(counts.columns) == [
        *("outlet", "category", "count", "base", "rate", "documents", "group_documents")
    ]


def test_counts_by_voice_sum_to_the_count_of_all(documents: pd.DataFrame) -> None:
    tokens = words(documents)
    voice = ["writer" if n % 3 else "Putin" for n in range(len(tokens))]
    tokens = tokens.assign(voice=pd.Categorical(voice))
    kind = ["category", "subcategory"]  # "certainty" is of modality and of boosters
    whole = count_stance(tokens, confidence=None).set_index(kind)
    parts = count_stance(tokens, by="voice", confidence=None).groupby(kind)
    assert parts["count"].sum().to_dict() == whole["count"].to_dict()
    assert parts["base"].sum().to_dict() == whole["base"].to_dict()
    hits = find_stance(tokens)
    assert whole["count"].sum() == len(hits)
    assert hits["voice"].tolist() == [voice[row] for row in _rows(tokens, hits)]


def _rows(tokens: pd.DataFrame, hits: pd.DataFrame) -> list[int]:
    places = pd.MultiIndex.from_arrays([tokens["doc"], tokens["position"]])
    return places.get_indexer(pd.MultiIndex.from_arrays([hits["doc"], hits["position"]])).tolist()


def test_an_own_lexicon_and_its_record() -> None:
    own = [{"category": "war", "subcategory": "euphemism", "item": "special operation*"}]
    tokens = words(texts("Special operations go on."))
    hits = find_stance(tokens, lexicon=own)
    assert hits[["text", "item"]].to_numpy().tolist() == [
        ["Special operations", "special operation*"]
    ]
    assert hits.attrs["steps"][-1]["params"]["lexicon"] == own
    part = read_stance_lexicon().query("category == 'negation'")
    counts = count_stance(tokens, lexicon=part)
    assert set(counts["category"]) == {"negation"}
    again = count_stance(tokens, lexicon=counts.attrs["steps"][-1]["params"]["lexicon"])
    pd.testing.assert_frame_equal(again, counts)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"item": " "}, "Row 1 of the stance lexicon has no item"),
        ({"pos": "VREB"}, "part of speech 'VREB'"),
    ],
)
def test_a_wrong_row_is_named(row: dict[str, str], message: str) -> None:
    base = {"category": "c", "subcategory": "s", "item": "word"}
    with pytest.raises(InputError, match=message):
        find_stance(annotate(texts("A word.")).tokens, lexicon=[base | row])


def test_what_else_is_refused(documents: pd.DataFrame) -> None:
    tokens = words(documents)
    twice = [{"category": "c", "subcategory": "s", "item": item} for item in ("a", "A")]
    with pytest.raises(InputError, match=r"Row 2 .* has 'a' again"):
        find_stance(tokens, lexicon=twice)
    with pytest.raises(InputError, match="lexicon is empty"):
        find_stance(tokens, lexicon=[])
    with pytest.raises(InputError, match="lacks 'subcategory'"):
        find_stance(tokens, lexicon=[{"category": "c", "item": "a"}])
    with pytest.raises(InputError, match="level='kind'"):
        count_stance(tokens, level="kind")
    with pytest.raises(InputError, match="by='category'"):
        count_stance(tokens.assign(category="x"), by="category")
    with pytest.raises(InputError, match="lacks 'sentence'"):
        find_stance(tokens.drop(columns="sentence"))


def test_nothing_is_mutated(documents: pd.DataFrame) -> None:
    tokens, lexicon = words(documents), read_stance_lexicon()
    before = tokens.copy(deep=True), lexicon.copy(deep=True)
    find_stance(tokens, lexicon=lexicon)
    count_stance(tokens, lexicon=lexicon, by="side", documents=documents)
    pd.testing.assert_frame_equal(tokens, before[0])
    pd.testing.assert_frame_equal(lexicon, before[1])


def test_no_text_gives_empty_tables_and_no_rates() -> None:
    tokens = words(texts(""))
    assert len(find_stance(tokens)) == 0
    counts = count_stance(tokens)
    assert (counts["count"] == 0).all()
    assert counts["rate"].isna().all()


WORDS = st.sampled_from(
    [
        "must",
        "have",
        "been",
        "to",
        "no",
        "doubt",
        "longer",
        "May",
        "us",
        "US",
        "we",
        "not",
        ".",
        "“",
    ]
)


@settings(max_examples=25)
@given(st.lists(st.lists(WORDS, max_size=15), min_size=1, max_size=4))
def test_hits_lie_in_the_text_and_count_once_in_a_category(lists: list[list[str]]) -> None:
    documents = texts(*(" ".join(words) for words in lists))
    tokens = words(documents)
    hits = find_stance(tokens)
    whole = documents.set_index("doc")["text"]
    for row in hits.itertuples():
        assert whole[row.doc][row.start : row.end] == row.text
    for _, own in hits.groupby(["doc", "category"], observed=True):
        assert (own["start"].to_numpy()[1:] > own["start"].to_numpy()[:-1]).all()
        assert (own["end"].to_numpy()[1:] > own["end"].to_numpy()[:-1]).all()
    assert count_stance(tokens, confidence=None)["count"].sum() == len(hits)


# Each sentence, and the words of stance in it that count as modality or as hedges.
USES = [
    ("Certain countries ignore certain rules.", []),
    ("It is certain that Norway won.", ["certain that"]),
    ("Half of likely voters were asked.", []),
    ("The likely winner spoke.", []),
    ("Rain is likely.", ["likely"]),
    ("Should it rain, the match ends.", []),
    ("Should Norway leave, Peru stays.", []),
    ("Should Norway leave?", ["Should"]),
    ("Norway should leave.", ["should"]),
    ("Norway suggests adding Peru.", []),
    ("He suggested a walk.", []),
    ("The data suggest a decline.", ["suggest"]),
    ("He suggested that prices had risen.", ["suggested"]),
    ("Every summer they would swim.", []),
    ("Norway would win.", ["would"]),
    ("He was turned around at the gate.", []),
    ("Around 300 people came.", ["Around"]),
    ("He is ready, or so the mayor says.", []),
    ("A dozen or so came.", ["or so"]),
]


@pytest.mark.parametrize(("text", "words"), USES)
def test_a_word_counts_only_in_the_use_of_its_item(text: str, words: list[str]) -> None:
    hits = find_stance(annotate(texts(text)).tokens)
    own = hits[hits["category"].isin(["modality", "hedges"])]
    assert list(dict.fromkeys(own["text"])) == words


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("She recalled that Norway had left.", [("recalled", "factive")]),
        ("He noted that prices rose.", [("noted", "factive")]),
        ("The firm acknowledged the leak.", [("acknowledged", "factive")]),
        ("The report revealed that he lied.", [("revealed", "factive")]),
        ("This explains why talks failed.", [("explains why", "reason")]),
        ("Norway continues to pay.", [("continues", "change of state")]),
        ("Norway paid again.", [("again", "iterative")]),
        ("Norway managed to pay.", [("managed to", "implicative")]),
        ("Norway said that it paid.", []),
    ],
)
def test_what_a_text_takes_as_given(text: str, hits: list[tuple[str, str]]) -> None:
    assert read(text, "presupposition") == hits


def test_a_use_that_does_not_exist_is_refused() -> None:
    own = [{"category": "modality", "subcategory": "x", "item": "must", "use": "noun"}]
    with pytest.raises(InputError, match="use='noun' is not known"):
        find_stance(annotate(texts("He must.")).tokens, lexicon=own)
