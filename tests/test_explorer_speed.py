"""What was made faster for the explorer gives the numbers that it gave before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from explorer_checks import small_corpus
from hypothesis import given
from hypothesis import strategies as st

import analysis as da
from analysis.text.tokens import match_vocabulary
from analysis.voices.spans import resolved_voices

BOUNDS = ["low", "high", "interval"]


def voiced_scores() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    documents = small_corpus()
    quotes = da.Corpus(documents).quotes
    scores = da.score_sentiment(da.split_sentences(documents))
    return documents, quotes, da.add_voices(scores, quotes, documents=documents)


def test_without_intervals_all_else_is_the_same() -> None:
    documents, _, scores = voiced_scores()
    targets = da.Corpus(documents).targets
    for whole, bare in (
        [da.summarise_sentiment(scores, by="voice", confidence=c) for c in (0.95, None)],
        [da.score_arc(scores, bins=3, by="doc", confidence=c) for c in (0.95, None)],
        [da.summarise_targets(targets, by="doc", confidence=c) for c in (0.95, None)],
    ):
        assert set(BOUNDS) <= set(whole.columns)
        pd.testing.assert_frame_equal(whole.drop(columns=BOUNDS), bare)
        assert bare.attrs["steps"][-1]["params"]["confidence"] is None


def test_voices_are_resolved_alike_with_and_without_categories() -> None:
    names = pd.Series(["writer", None, "he", "Xi Jinping", "the ministry", "he", "(unnamed)"])
    plain = resolved_voices(names)
    assert plain.tolist() == [
        "writer",
        "",
        "(unresolved)",
        "Xi Jinping",
        "(unresolved)",
        "(unresolved)",
        "(unnamed)",
    ]
    coded = names.astype("category").cat.add_categories(["unused"])
    assert resolved_voices(coded).tolist() == plain.tolist()
    assert resolved_voices(coded).dtype == object


def test_shares_of_voice_are_alike_with_and_without_categories() -> None:
    documents = small_corpus()
    quotes = da.Corpus(documents).quotes
    voiced = da.add_voices(da.tokenize(documents), quotes, documents=documents)
    plain = voiced.astype({"voice": object, "speech": object})
    plain.loc[3, "voice"] = None
    coded = plain.astype({"voice": "category", "speech": "category"})
    for options in ({}, {"split_speech": False}, {"merge_unresolved": False}, {"voices": ["Xi"]}):
        expected = da.count_voices(plain, confidence=None, **options)
        found = da.count_voices(coded, confidence=None, **options)
        pd.testing.assert_frame_equal(found, expected)


def test_small_groups_are_dropped_but_their_verbs_keep_a_row() -> None:
    quotes = pd.DataFrame(
        {
            "doc": ["a", "a", "b", "b"],
            "speaker": ["Xi", "Xi", "Putin", "Xi"],
            "cue": ["said", "said", "claimed", "told"],
            "cue_class": ["neutral", "neutral", "doubting", "neutral"],
        }
    )
    every = da.count_cues(quotes)
    large = da.count_cues(quotes, min_count=2)
    expected = every[every["speaker"] == "Xi"].reset_index(drop=True)
    pd.testing.assert_frame_equal(large, expected)
    assert large[["cue_class", "count", "cues"]].values.tolist() == [
        ["neutral", 3, "said 2, told 1"],
        ["doubting", 0, ""],
    ]
    assert len(da.count_cues(quotes, min_count=9)) == 0


WORDS = st.lists(st.text("ab*?.\U0010ffff", min_size=1, max_size=4), max_size=12)


@given(WORDS, st.text("ab*?\U0010ffff", min_size=1, max_size=4), st.booleans())
def test_wildcards_are_looked_up_where_their_beginning_is(words, pattern, in_order) -> None:
    listed = sorted(set(words)) if in_order else list(dict.fromkeys(words))
    vocabulary = pd.Index(listed, dtype=object)
    found = match_vocabulary(vocabulary, pattern)
    reversed_ = pd.Index(listed[::-1], dtype=object)  # is not sorted: all are looked at
    other = match_vocabulary(reversed_, pattern)
    assert sorted(vocabulary[found]) == sorted(reversed_[other])
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize("pattern", ["peace*", "*ful", "p*e", "peace?", "war", "zzz*"])
def test_wildcards_of_real_words(pattern: str) -> None:
    import fnmatch

    words = pd.Index(sorted(["peace", "peaceful", "peaced", "war", "wars", "awful", "pe"]))
    expected = [word for word in words if fnmatch.fnmatchcase(word, pattern)]
    assert words[match_vocabulary(words.astype(object), pattern)].tolist() == expected
