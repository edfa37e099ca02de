"""Near-duplicates are found, and nothing else."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus import duplicates
from analysis.corpus.duplicates import find_near_duplicates
from analysis.tables import InputError

WORDS = (
    "talks harbour ferry nets strait island minister summer treaty guarantee crisis peace".split()
)


def write(seed, n=300):
    chosen = np.random.default_rng(seed).integers(0, 10**6, n)
    return " ".join(f"{WORDS[c % 12]}{c}" for c in chosen)


def table(*texts):
    return pd.DataFrame({"doc": [f"d{i}" for i in range(len(texts))], "text": list(texts)})


def shingles(text):
    letters = "".join(c.lower() for c in text if c.isalnum())
    return {letters[i : i + 24] for i in range(max(1, len(letters) - 23))} - {""}


def jaccard(one, other):
    return len(shingles(one) & shingles(other)) / (len(shingles(one) | shingles(other)) or 1)


def test_similarity_is_that_of_the_sets():
    text = write(1)
    edited = text.replace(text.split()[150], "CHANGED")
    found = find_near_duplicates(table(text, write(2), edited, write(3)))
    assert found[["doc", "other"]].values.tolist() == [["d0", "d2"]]
    assert found["similarity"].item() == pytest.approx(jaccard(text, edited), abs=1e-12)


def test_case_punctuation_and_spaces_do_not_matter_in_any_script():
    for text in (write(1, 40), "Переговоры, по его словам, завершены без результата", "和平" * 40):
        found = find_near_duplicates(table(text, f"«{text.upper().replace(' ', '  ')}»!"))
        assert found["similarity"].tolist() == [1.0]
    assert find_near_duplicates(table("𐐀" * 30, "𐐁" * 30)).empty


def test_different_texts_and_a_part_of_a_text_are_no_duplicates():
    text = write(1)
    assert find_near_duplicates(table(text, write(2), text[: len(text) // 2], "", "")).empty
    assert find_near_duplicates(table()).empty
    assert find_near_duplicates(table(text)).empty


def test_very_short_texts_compare_as_wholes():
    found = find_near_duplicates(table("Peace.", "peace", "Talks."))
    assert found.values.tolist() == [["d0", "d1", 1.0]]


def test_most_similar_first_then_by_name():
    text = write(1)
    found = find_near_duplicates(table(text, text + " end " + write(9, 30), text, text))
    assert found["similarity"].is_monotonic_decreasing
    assert found.iloc[:3, :2].values.tolist() == [["d0", "d2"], ["d0", "d3"], ["d2", "d3"]]
    assert len(found) == 6


def test_a_crowd_of_copies_is_chained_and_quick():
    text = write(1, 60)
    found = find_near_duplicates(table(*[f"{text} {i}" for i in range(120)]))
    linked = set(found["doc"]) | set(found["other"])
    assert len(linked) == 120
    assert len(found) < 1000


def test_large_corpora_are_sampled_with_the_same_result(monkeypatch):
    texts = [write(i) for i in range(30)]
    near = [texts[i].replace("talks", "parley") for i in range(5)]
    every = find_near_duplicates(table(*texts, *near), threshold=0.5)
    monkeypatch.setattr(duplicates, "EXACT_BELOW", 30_000)
    pd.testing.assert_frame_equal(find_near_duplicates(table(*texts, *near), threshold=0.5), every)
    assert len(every) == 5


snippets = st.builds(
    lambda start, size, end: (
        "peace talks failed, he said, in the harbour"[start : start + size] + end
    ),
    st.integers(0, 5),
    st.integers(0, 45),
    st.sampled_from(["", "!", " x", " on Tuesday"]),
)


@given(st.lists(snippets, max_size=8), st.sampled_from([0.3, 0.7, 1.0]))
def test_all_pairs_at_or_above_the_threshold(texts, threshold):
    found = find_near_duplicates(table(*texts), threshold=threshold)
    expected = {
        (f"d{i}", f"d{j}")
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if jaccard(texts[i], texts[j]) >= threshold
    }
    assert set(zip(found["doc"], found["other"], strict=True)) == expected


def test_argument_stays_and_bad_input_is_refused():
    documents = table("a b", "a b")
    before = documents.copy(deep=True)
    find_near_duplicates(documents)
    pd.testing.assert_frame_equal(documents, before)
    with pytest.raises(InputError, match=r"threshold=0 must be above 0 and at most 1\."):
        find_near_duplicates(documents, threshold=0)
    with pytest.raises(InputError, match="'text'"):
        find_near_duplicates(documents[["doc"]])
