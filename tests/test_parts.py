"""A corpus measured part by part says what it says as a whole, to the last bit."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import analysis as da
from analysis.tables import cutting

WORDS = "war wars War peace talks Russia's russia failed again cold and the 🕊 3 u.s.".split()
SIDES = ["east", "west", None, "(none)"]
SINGLE = {"war": ["war*", "-wars"], "two": ["cold", "wa*"], "none": ["zebra"]}  # no phrases
GROUPS = {"war": ["war*", "-cold war"], "peace": ["peace talks", "peace"], "none": ["zebra"]}


@st.composite
def corpora(draw: st.DrawFn) -> da.Corpus:
    """A corpus of a few short texts, of which some have no side, date or word."""
    sentence = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
    text = st.lists(sentence, min_size=1, max_size=3).map(". ".join)
    texts = draw(st.lists(text, min_size=1, max_size=7))
    if draw(st.booleans()):  # long enough for diversity
        texts = [f"{text} " * draw(st.sampled_from([1, 9, 14])) for text in texts]
    size = len(texts)
    days = st.sampled_from(["2024-05-14", "2024-05-15", "2024-06-01", None])
    table = {
        "doc": draw(st.permutations([f"d{number}" for number in range(size)])),
        "side": draw(st.lists(st.sampled_from(SIDES), min_size=size, max_size=size)),
        "year": draw(st.lists(st.sampled_from([2023, 2024]), min_size=size, max_size=size)),
        "published": pd.to_datetime(pd.Series(draw(st.lists(days, min_size=size, max_size=size)))),
        "text": texts,
    }
    return da.Corpus(pd.DataFrame(table))


def measured(measure: Callable[..., Any], corpus: da.Corpus, options: dict[str, Any]) -> Any:
    """What a measure gives, and its warnings; or the sentence with which it refuses."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            table = measure(corpus, **options)
        except da.InputError as error:
            return str(error), []
    return table, [str(one.message) for one in said if one.category is UserWarning]


def assert_same_in_parts(
    measure: Callable[..., Any], corpus: da.Corpus, characters: int = 1, /, **options: Any
) -> None:
    """The same table, record and warnings, whether measured whole or in parts."""
    whole, said = measured(measure, corpus, options)
    for counted in (False, True):  # from the tokens, and from words counted by document
        with cutting(characters, counted=counted):
            parts, said_in_parts = measured(measure, corpus, options)
        assert said_in_parts == said
        if isinstance(whole, str):
            assert parts == whole
            continue
        pd.testing.assert_frame_equal(parts, whole, check_exact=True)
        assert parts.attrs == whole.attrs


BY: list[Any] = [None, "side", "doc", "year", ["side", "year"], ["year", "doc"]]
TERMS: list[Any] = [
    {},
    {"stop_words": ["the", "and"]},
    {"unit": "word"},
    {"terms": ["war", "zebra", "russia's", "cold war", "u.s."]},
    {"terms": ["wa*", "z*", "*'s", "?"]},
    {"terms": ["wa.*", "f.*"], "regex": True},
    {"terms": ["zz+"], "regex": True},
    {"confidence": None},
    {"per": 7, "confidence": 0.8},
]
SINGLE = {"talks": ["talk*", "negotiations", "peace"]}
QUERIES = {"terms": GROUPS}
MEASURES: list[tuple[Callable[..., Any], list[dict[str, Any]]]] = [
    (da.count_terms, TERMS),
    (
        da.count_term_groups,
        [
            {"groups": GROUPS},
            {"groups": SINGLE},
            {"groups": SINGLE, "confidence": None},
            {"groups": {"any": ["?", "and"], "sign": ["🕊"], "form": ["russia's"]}},
            {"groups": GROUPS, "unit": "word"},
            {},
        ],
    ),
    (
        da.count_over_time,
        [
            *({**QUERIES, "every": every} for every in ("day", "week", "month")),
            *({"terms": SINGLE, "every": every} for every in ("month", "quarter", "year")),
            {"terms": SINGLE, "every": "day", "confidence": None},
        ],
    ),
    (
        da.score_dispersion,
        [
            {},
            {"parts": 3},
            {"terms": ["wa*", "z*", "zebra", "🕊"]},
            {"terms": ["war", "🕊"], "parts": 2, "stop_words": ["the"]},
            {"confidence": None, "unit": "word"},
        ],
    ),
    (da.score_tfidf, [{}, {"stop_words": ["the"]}]),
    (
        da.score_similarity,
        [{}, {"measure": "delta", "most_frequent": 3}, {"measure": "cosine delta"}],
    ),
    (
        da.score_correspondence,
        [{}, {"terms": ["wa*", "peace", "russia"]}, {"min_documents": 1, "most_frequent": 4}],
    ),
    (
        da.compare_rates,
        [
            QUERIES,
            {"terms": SINGLE},
            {"terms": SINGLE, "target": "east", "reference": "west"},
            {**QUERIES, "target": "east"},
            {**QUERIES, "target": "east", "reference": "west", "confidence": None},
        ],
    ),
    (da.score_readability, [{}, {"confidence": None}]),
    (da.score_diversity, [{"window": 42}, {"window": 43, "confidence": None}]),
    (da.count_over_text, [QUERIES, {**QUERIES, "bins": 3}, {**QUERIES, "bins": 1}]),
]
MEASURES += [
    (
        da.count_ngrams,
        [
            {},
            {"limit": 3},
            {"n": 3, "min_count": 2},
            {"n": 1, "unit": "word", "limit": 1},
            {"pattern": "* talks"},
            {"skip": 1, "limit": 4, "min_count": 2},
            {"ngrams": ["peace talks", "war war", "no zebra"]},
            {"confidence": None},
        ],
    )
]
NODES: list[dict[str, Any]] = [
    {"query": "war", "min_count": 1},
    {"query": "war", "min_count": 2, "within": "document", "window": (1, 2)},
    {"query": ["peace talks", "wars"], "min_count": 1, "window": "sentence"},
    {"query": "the", "min_count": 1, "confidence": None, "measure": "mi"},
    {"query": "t.*", "regex": True, "min_count": 1, "unit": "word", "stop_words": ["and"]},
]
KEYNESS: list[dict[str, Any]] = [
    {"min_documents": 1},
    {"min_documents": 1, "target": "east"},
    {"min_documents": 1, "target": "east", "reference": "west", "unit": "word"},
    {"min_documents": 1, "reference": "(none)"},
    {"reference": pd.DataFrame({"term": ["war", "and", "zebra"], "count": [5, 9, 1]})},
]
COMPARED: list[dict[str, Any]] = [
    {"query": "war", "min_count": 1},
    {"query": "war", "min_count": 1, "target": "east", "reference": "west"},
    {"query": ["peace talks", "wars"], "min_count": 1, "window": "sentence", "confidence": None},
    {"query": "the", "min_count": 2, "within": "document", "target": "(none)", "unit": "word"},
    {"query": "t.*", "regex": True, "min_count": 1, "stop_words": ["and"]},
]
MEASURES += [(da.find_collocates, NODES), (da.compare_terms, KEYNESS)]
MEASURES += [(da.compare_collocates, COMPARED)]
CASES = [(measure, option) for measure, options in MEASURES for option in options]


@pytest.mark.parametrize(("measure", "options"), CASES)
@settings(max_examples=20, deadline=None, phases=[Phase.generate])  # seldom worth shrinking
@given(corpus=corpora(), by=st.sampled_from(BY), characters=st.sampled_from([1, 60]))
def test_measures_say_in_parts_what_they_say_of_the_whole(
    measure: Callable[..., Any],
    options: dict[str, Any],
    corpus: da.Corpus,
    by: Any,
    characters: int,
) -> None:
    assert_same_in_parts(measure, corpus, characters, by=by, **options)


TAGGED: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (da.count_terms, {"unit": "lemma"}),
    (da.count_terms, {"unit": "lemma", "terms": ["wars", "war", "talk"]}),
    (da.count_terms, {"unit": "lemma_pos", "confidence": None}),
    (da.count_terms, {"pos": ["NOUN", "PROPN"]}),
    (da.count_terms, {"pos": "NOUN", "terms": ["peace talks", "wa*"]}),
    (da.count_term_groups, {"groups": {"war": ["war", "talk"]}, "unit": "lemma"}),
    (da.score_dispersion, {"unit": "lemma"}),
    (da.score_dispersion, {"pos": "NOUN", "parts": 2}),
    (da.score_tfidf, {"unit": "lemma", "pos": "NOUN"}),
    (da.count_over_time, {"terms": {"war": ["war"]}, "every": "month", "unit": "lemma"}),
]


def tagged(corpus: da.Corpus) -> da.Corpus:
    """The same corpus with parts of speech and lemmas that follow from the words."""
    tokens = corpus.tokens
    words = tokens["word"].astype(str)
    lemmas = words.str.casefold().str.replace("s$", "", regex=True).where(words != "failed", "fail")
    table = tokens.assign(
        pos=words.map(lambda word: "VERB" if word in ("failed", "the") else "NOUN").astype(object),
        lemma=lemmas.astype(object),
        head=tokens["position"],
    )
    return da.Corpus(corpus.documents, layers={"tagged": table})


@pytest.mark.parametrize(("measure", "options"), TAGGED)
@settings(max_examples=10, deadline=None, phases=[Phase.generate])
@given(corpus=corpora(), by=st.sampled_from([None, "side", "doc"]))
def test_lemmas_and_parts_of_speech_are_counted_in_parts(
    measure: Callable[..., Any], options: dict[str, Any], corpus: da.Corpus, by: Any
) -> None:
    by = by or ("doc" if measure is da.score_tfidf else None)
    assert_same_in_parts(measure, tagged(corpus), by=by, **options)


@settings(max_examples=30, deadline=None)
@given(corpus=corpora())
def test_positions_in_parts_are_those_of_the_whole(corpus: da.Corpus) -> None:
    assert_same_in_parts(da.find_positions, corpus, terms=GROUPS)


@settings(max_examples=30, deadline=None)
@given(corpus=corpora(), item=st.sampled_from(["term", "word"]))
def test_presence_in_parts_is_that_of_the_whole(corpus: da.Corpus, item: str) -> None:
    assert_same_in_parts(da.compare_presence, corpus, doc="d1", item=item)


def test_a_selection_is_measured_in_parts() -> None:
    corpus = da.example_corpus().where(side=["russia", "west"])
    for by in ("side", "outlet", ["side", "genre"]):
        assert_same_in_parts(da.count_terms, corpus, 2000, by=by)


def test_parts_hold_all_documents_once_and_the_selection() -> None:
    corpus = da.example_corpus().where(side="russia")
    parts = list(corpus.parts(characters=3000))
    assert len(parts) > 2
    assert [doc for part in parts for doc in part.documents["doc"]] == list(corpus.documents["doc"])
    assert all(part.selection == corpus.selection for part in parts)


def test_a_part_without_a_length_is_refused() -> None:
    with pytest.raises(da.InputError, match="characters=0 is no length"):
        list(da.example_corpus().parts(characters=0))


@settings(max_examples=30, deadline=None)
@given(corpus=corpora(), within=st.sampled_from(["sentence", "document"]))
def test_networks_in_parts_are_those_of_the_whole(corpus: da.Corpus, within: str) -> None:
    nodes = {"war": ["war*"], "talks": "talks", "the": "the"}
    options = {"queries": nodes, "within": within, "min_count": 1, "top": 2}
    assert_same_in_parts(da.find_collocate_network, corpus, **options)


@pytest.mark.parametrize("by", [None, "side", "doc", "voice_group", ["side", "voice_group"]])
def test_names_and_stance_in_parts_are_those_of_the_whole(by: Any) -> None:
    corpus = da.example_corpus()
    assert_same_in_parts(da.count_entities, corpus, 20_000, by=by)
    assert_same_in_parts(da.count_stance, corpus, 20_000, by=by, level="category")


def test_keywords_of_voices_in_parts_are_those_of_the_whole() -> None:
    corpus = da.example_corpus()
    for options in ({}, {"target": "writer"}, {"target": "headline", "reference": "writer"}):
        assert_same_in_parts(da.compare_terms, corpus, 20_000, by="voice", **options)


CONTEXTS: list[dict[str, Any]] = [
    {"query": "war"},
    {"query": "wa*", "sort": ("L1", "doc"), "limit": 3},
    {"query": ["peace talks", "the"], "sort": ("node", "R1"), "limit": (1, 4)},
    {"query": "and", "sort": ("position", "L2"), "contains": "war", "columns": ["side"]},
    {"query": "russia's", "sort": (), "window": "sentence"},
    {"query": "War", "case": True, "sort": "doc"},
    {"query": ["war", "t*"], "sort": ("R2", "L1", "node", "position"), "limit": (2, 9)},
    {"query": "w.*|the", "regex": True, "sort": "doc", "limit": 0},
    {"query": "zebra"},
    {"query": "zebra", "limit": 2},
    {"query": "peace talks", "sort": ("L1", "node", "R2"), "limit": (1, 6)},
    {"query": "wa* ?e*", "sort": ("doc", "L2"), "limit": 5},
    {"query": "u.s. war", "sort": "R1", "limit": 3},
]


@pytest.mark.parametrize("options", CONTEXTS)
@settings(max_examples=20, deadline=None)
@given(corpus=corpora(), characters=st.sampled_from([1, 60]))
def test_contexts_in_parts_are_those_of_the_whole(
    options: dict[str, Any], corpus: da.Corpus, characters: int
) -> None:
    assert_same_in_parts(da.find_contexts, corpus, characters, **options)


def test_contexts_of_a_packed_corpus_are_those_of_the_whole(tmp_path: Path) -> None:
    documents = da.example_corpus().documents
    packed = da.pack_corpus(documents, tmp_path / "packed", characters=20_000)
    assert packed.in_parts
    whole = da.Corpus(documents)
    for options in (*CONTEXTS, {"query": "peace", "limit": 5}, {"query": "talks?", "regex": True}):
        if options["query"] != "zebra":
            packed_lines, lines = (da.find_contexts(c, **options) for c in (packed, whole))
            assert len(lines) or options.get("limit") == 0 or " " in str(options["query"])
            pd.testing.assert_frame_equal(packed_lines, lines)
            assert packed_lines.attrs["hits"] == lines.attrs["hits"]
    with pytest.warns(UserWarning, match="'zebra' does not occur"):
        assert not len(da.find_contexts(packed, "zebra"))


def test_passages_of_a_packed_corpus_are_those_of_the_whole(tmp_path: Path) -> None:
    documents = da.example_corpus().documents
    packed = da.pack_corpus(documents, tmp_path / "packed", characters=20_000)
    whole = da.Corpus(documents)
    for measure, row in (
        (lambda corpus: da.count_terms(corpus, by="side"), {"term": "peace", "side": "russia"}),
        (lambda corpus: da.count_term_groups(corpus, GROUPS), {"term": "war"}),
        (lambda corpus: da.count_ngrams(corpus), {"ngram": "peace talks"}),
        (lambda corpus: da.count_ngrams(corpus, by="side"), {"ngram": "of the", "side": "russia"}),
        (lambda corpus: da.count_terms(corpus, terms=["wa*", "talks"], by="doc"), {"term": "war"}),
        (lambda corpus: da.count_term_groups(corpus, SINGLE), {"term": "talks"}),
        (lambda corpus: da.count_terms(corpus, by="voice_group"), {"term": "war"}),
        (lambda corpus: da.count_terms(corpus, terms=["of the"]), {"term": "of the"}),
        (lambda corpus: da.count_over_time(corpus, terms=["war"]), {"term": "war"}),
        (lambda corpus: da.count_over_text(corpus, terms=["war"], bins=3), {"bin": 1}),
        (lambda corpus: da.score_readability(corpus, by="side"), {"side": "russia"}),
        (lambda corpus: da.score_dispersion(corpus, by="side"), {"term": "talks"}),
        (lambda corpus: da.count_stance(corpus, by="side").head(1), {}),
        (lambda corpus: da.count_voices(corpus).head(1), {}),
        (lambda corpus: da.count_quotes(corpus, by="side").head(1), {}),
        (lambda corpus: da.count_cues(corpus).head(1), {}),
    ):
        rows = measure(whole)
        one, other = (da.find_passages(rows, c, **row) for c in (packed, whole))
        assert len(one)
        pd.testing.assert_frame_equal(one, other, check_categorical=False)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> da.Corpus:
    """The example corpus in partitions."""
    folder = tmp_path_factory.mktemp("packed") / "corpus"
    return da.pack_corpus(da.example_corpus(), folder, characters=20_000, workers=1)


PACKED: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (da.count_terms, {"by": "side"}),
    (da.count_terms, {"by": "voice_group"}),
    (da.score_dispersion, {"by": "side"}),
    (da.compare_rates, {"terms": ["war", "peace"], "by": "voice_group"}),
    (da.count_over_time, {"terms": ["war"], "every": "month"}),
    (da.find_collocates, {"query": "war", "min_count": 1}),
    (da.find_collocates, {"query": ["war", "peace *"], "within": "document", "window": (2, 9)}),
    (da.find_collocate_network, {"queries": ["war", "peace", "the"], "min_count": 1}),
    (da.compare_collocates, {"query": "war", "by": "side", "min_count": 1}),
    (da.compare_collocates, {"query": "war", "by": ["side", "genre"], "min_count": 1}),
    (da.compare_collocates, {"query": "the", "by": "voice_group", "min_count": 5}),
    (da.score_readability, {"by": "side"}),
    (da.score_similarity, {"by": "side"}),
    (da.find_positions, {"terms": ["war", "talks"]}),
    (da.count_entities, {"by": "side"}),
    (da.count_voices, {"by": "side"}),
    (da.summarise_sentiment, {"by": "side"}),
    (da.summarise_targets, {"by": "side"}),
]


@pytest.mark.parametrize(("measure", "options"), PACKED)
def test_a_packed_corpus_says_what_the_same_texts_say_in_memory(
    packed: da.Corpus, measure: Callable[..., Any], options: dict[str, Any]
) -> None:
    assert packed.in_parts
    table = measure(packed, **options)
    pd.testing.assert_frame_equal(table, measure(da.example_corpus(), **options), check_exact=True)


WITHOUT_TOKENS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (da.count_terms, {"terms": ["war", "pea*"], "by": "side"}),
    (da.count_term_groups, {"groups": {"war": ["war*", "-warsaw"]}, "by": "side"}),
    (da.count_over_time, {"terms": ["war", "peace"], "every": "year"}),
    (da.compare_rates, {"terms": ["war", "peace"], "by": "side"}),
    (da.score_similarity, {"by": "side"}),
    (da.score_correspondence, {"by": "side"}),
    (da.score_tfidf, {"by": "side"}),
    (da.score_dispersion, {}),
]


@pytest.mark.parametrize(("measure", "options"), WITHOUT_TOKENS)
def test_words_by_document_are_counted_without_reading_tokens(
    measure: Callable[..., Any],
    options: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [f"The war, {'peace talks ' * (number**2 % 7)}wars. {number}" for number in range(60)]
    table = {"doc": [f"d{number}" for number in range(60)], "text": texts}
    dates = {"published": pd.Timestamp("2024-05-14"), "side": list("abcd") * 15}
    documents = pd.DataFrame(table).assign(**dates)
    packed = da.pack_corpus(documents, tmp_path / "packed", characters=700, workers=1)
    some = packed.where(side=["a", "b", "d"])
    assert packed.in_parts
    measure(packed, **options)  # which counts what is not counted yet

    def read(*_: Any) -> None:
        raise AssertionError("tokens were read")

    monkeypatch.setattr("analysis.packed.store.PackedStore._tokens", read)
    expected = measure(da.Corpus(documents), **options)
    pd.testing.assert_frame_equal(measure(packed, **options), expected, check_exact=True)
    if measure is da.score_dispersion:  # whose places in the chosen texts are looked up
        return
    expected = measure(da.Corpus(documents).where(side=["a", "b", "d"]), **options)
    pd.testing.assert_frame_equal(measure(some, **options), expected, check_exact=True)


LARGE: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (da.count_terms, {"by": "side"}),
    (da.count_terms, {"unit": "word"}),
    (da.count_ngrams, {"n": 2}),
    (da.find_collocates, {"query": "war", "min_count": 1}),
    (da.find_contexts, {"query": "war", "limit": 5}),
    (da.find_contexts, {"query": "war"}),
    (da.compare_terms, {"by": "side"}),
    (da.score_readability, {"by": "side"}),
    (da.compare_presence, {"doc": "d3"}),
    (da.score_dispersion, {}),
]


@pytest.mark.parametrize("characters", [700, 50_000_000])
@pytest.mark.parametrize(("measure", "options"), LARGE)
def test_a_partition_larger_than_memory_is_measured_in_parts(
    measure: Callable[..., Any],
    options: dict[str, Any],
    characters: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [f"A war, or {'peace talks ' * (n**2 % 7)}wars. The war of {n}." for n in range(60)]
    documents = pd.DataFrame({"doc": [f"d{n}" for n in range(60)], "text": texts})
    documents["side"] = ["east", "west", "south"] * 20
    packed = da.pack_corpus(documents, tmp_path / "packed", characters=characters, workers=1)
    monkeypatch.setattr("analysis.packed.store.MOST", 100)
    sizes = [int(part.documents["text"].str.len().sum()) for part in packed.parts()]
    assert len(sizes) > 10
    expected = measure(da.Corpus(documents), **options)
    pd.testing.assert_frame_equal(measure(packed, **options), expected, check_exact=True)


def test_a_partition_a_little_larger_than_asked_is_not_cut(tmp_path: Path) -> None:
    documents = pd.DataFrame({"doc": ["a", "b", "c"], "text": ["One two.", "Three.", "Four."]})
    packed = da.pack_corpus(documents, tmp_path / "packed", workers=1)
    assert [len(part) for part in packed.parts(15)] == [3]
    assert [len(part) for part in packed.parts(8)] == [1, 1, 1]


def test_groups_and_choices_of_a_packed_corpus_are_compared_alike(packed: da.Corpus) -> None:
    whole, sides = da.example_corpus(), {"target": "russia", "reference": "west"}
    for measure, options in (
        (da.count_terms, {"terms": ["war", "peace"]}),
        (da.score_dispersion, {"terms": ["war", "the"]}),
        (da.score_readability, {}),
    ):
        one, other = (
            da.compare_groups(measure(corpus, by="side", **options), **sides)
            for corpus in (packed, whole)
        )
        pd.testing.assert_frame_equal(one, other, check_exact=True)
    choices = {"where": {"all": {}, "news": {"genre": "news"}}, "unit": ["term", "word"]}
    one, other = (
        da.vary(da.compare_rates, corpus, {"war": ["war*"]}, by="side", choices=choices, **sides)
        for corpus in (packed, whole)
    )
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_weights_of_too_many_terms_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.terms.frequency.MOST_WEIGHTS", 3)
    with pytest.raises(da.InputError, match=r"would be 4 rows.*by='outlet'"):
        da.score_tfidf(da.Corpus(pd.DataFrame({"doc": ["a", "b"], "text": ["One two.", "A b."]})))


NGRAMS: list[dict[str, Any]] = [
    {},
    {"n": 1},
    {"n": 5, "by": "side"},
    {"min_count": 2, "confidence": None},
    {"n": 3, "min_count": 2, "by": "side"},
    {"limit": 3, "by": "side"},
]


@pytest.mark.parametrize("options", NGRAMS)
@pytest.mark.parametrize("parts", [2, 9, 40])
def test_ngrams_of_many_parts_are_added_up_as_they_come(
    options: dict[str, Any], parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts of a first part that is far richer say nothing of how many n-grams the others have."""
    texts = ["peace talks and cold war in russia again", *["war again and war"] * (parts - 1)]
    sides = [["east", "west"][number % 2] for number in range(parts)]
    docs = [f"d{number:02}" for number in range(parts)]
    corpus = da.Corpus(pd.DataFrame({"doc": docs, "side": sides, "text": texts}))
    rows = len(da.count_ngrams(corpus, **options | {"min_count": 1, "limit": None}))
    monkeypatch.setattr("analysis.terms.ngrams.MOST_ROWS", rows)  # the parts have more together
    monkeypatch.setattr("analysis.terms.ngrams.MOST_CELLS", 40)
    assert_same_in_parts(da.count_ngrams, corpus, **options)


def test_numbers_that_undated_texts_lack_stay_numbers_in_parts() -> None:
    table = {
        "doc": list("abc"),
        "size": [2.5, None, 1.0],
        "published": pd.to_datetime(["2024-01-01", None, "2024-01-02"]),
        "text": ["war"] * 3,
    }
    corpus = da.Corpus(pd.DataFrame(table))
    assert_same_in_parts(da.count_over_time, corpus, terms=["war"], by="size")
