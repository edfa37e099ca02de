"""How alike texts are: against scikit-learn, SciPy and published numbers."""

from __future__ import annotations

import itertools

import chart_tables as made
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist

import analysis as da

TEXTS = [
    "Peace talks failed. The talks, he said, were about peace.",
    "War goes on; the war will go on and talks failed.",
    "A storm reached the harbour. The harbour closed.",
    "Peace, said the harbour master, is a storm that failed.",
]
# cosine_similarity(TfidfVectorizer(token_pattern=r"(?u)\b\w+\b").fit_transform(TEXTS)), the six
# pairs in order; scikit-learn 1.9.1
SKLEARN = [0.1731320606, 0.0684884348, 0.3207063378, 0.0571879942, 0.0715364295, 0.4455239333]
# Greenacre 1984; 2017, chapter 9: staff groups by smoking, as R `ca` prints `summary(ca(smoke))`
SMOKERS = [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]]


@pytest.fixture
def corpus() -> da.Corpus:
    table = {"doc": list("abcd"), "side": ["x", "y", "z", "z"], "text": TEXTS}
    return da.Corpus(pd.DataFrame(table))


def by_pair(table: pd.DataFrame, value: str) -> list[float]:
    """The values of the pairs in the order of their names."""
    return table.sort_values(["group", "other"])[value].tolist()


def counted(texts: list[str]) -> tuple[np.ndarray, list[str]]:
    """Counts by text and word, by hand."""
    split = [text.lower().translate(str.maketrans("", "", ".,;")).split() for text in texts]
    words = sorted(set(itertools.chain(*split)))
    return np.array([[part.count(word) for word in words] for part in split], float), words


def test_the_cosine_is_that_of_scikit_learn(corpus):
    table = da.score_similarity(corpus, stop_words=[])
    assert by_pair(table, "cosine") == pytest.approx(SKLEARN, abs=1e-9)
    assert table["cosine"].is_monotonic_decreasing
    assert table[["group", "other"]].iloc[0].tolist() == ["c", "d"]
    assert table["terms"].iloc[0] == "harbour, a, storm, the"


def test_idf_is_that_of_documents_also_between_groups(corpus):
    counts, _ = counted(TEXTS)
    idf = np.log(5 / (1 + (counts > 0).sum(axis=0))) + 1
    groups = np.array([counts[0], counts[1], counts[2] + counts[3]]) * idf
    expected = 1 - pdist(groups, "cosine")
    table = da.score_similarity(corpus, stop_words=[], by="side")
    assert by_pair(table, "cosine") == pytest.approx(expected)
    assert table[table["other"] == "z"]["words_other"].unique().tolist() == [18]


def test_stop_words_are_left_out_of_the_cosine_by_default(corpus):
    table = da.score_similarity(corpus)
    assert not table["terms"].str.contains(r"\bthe\b").any()
    assert (table["words"] >= 8).all()  # of the texts, whatever is left out
    frame = da.score_similarity(corpus, stop_words=da.stop_words())
    pd.testing.assert_frame_equal(table, frame)


@pytest.mark.parametrize("number", [4, None])
def test_delta_is_the_mean_difference_of_z_scores(corpus, number):
    counts, words = counted(TEXTS)
    order = np.lexsort([words, -counts.sum(axis=0)])[:number]
    rates = (counts / counts.sum(axis=1, keepdims=True))[:, order]
    z = (rates - rates.mean(axis=0)) / rates.std(axis=0, ddof=1)
    delta = [np.abs(z[i] - z[j]).mean() for i, j in itertools.combinations(range(4), 2)]
    table = da.score_similarity(corpus, measure="delta", most_frequent=number)
    assert by_pair(table, "delta") == pytest.approx(delta)
    assert table["delta"].is_monotonic_increasing
    own = da.score_similarity(corpus, measure="cosine delta", most_frequent=number)
    assert by_pair(own, "cosine_delta") == pytest.approx(pdist(z, "cosine"))


def test_a_word_that_all_use_alike_has_no_z_score():
    texts = ["the war the end", "the end the end", "the sea the war"]
    table = da.Corpus(pd.DataFrame({"doc": list("abc"), "text": texts}))
    found = da.score_similarity(table, measure="delta")
    assert np.isfinite(found["delta"]).all()
    assert not found["terms"].str.contains("the").any()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"measure": "euclid"}, "choose one of"),
        ({"most_frequent": 0}, "no number of words"),
        ({"measure": "delta", "by": "half"}, "Delta needs three groups"),
        ({"by": "all"}, "a single group"),
        ({"stop_words": ["peace", "war"]}, "No word is left"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(options, words):
    texts = {"doc": list("abc"), "half": list("xyy"), "all": "x", "text": ["peace", "war", "war"]}
    with pytest.raises(da.InputError, match=words):
        da.score_similarity(da.Corpus(pd.DataFrame(texts)), **options)


def test_passages_of_a_pair_are_the_terms_it_shares(corpus):
    pairs = da.score_similarity(corpus)
    found = da.find_passages(pairs, corpus, group="c", other="d")
    assert set(found["node"].str.lower()) == {"harbour", "storm"}
    assert found["doc"].tolist() == ["c", "c", "c", "d", "d"]


def test_correspondence_analysis_gives_the_published_numbers():
    found = da.correspondence_analysis(SMOKERS)
    assert found.inertia == pytest.approx([0.074759, 0.010017, 0.000414], abs=5e-7)
    assert found.inertia.sum() == pytest.approx(0.085190, abs=5e-7)
    rows = np.array([[-66, 194], [259, 243], [-381, 11], [233, -58], [-201, -79]])
    columns = np.array([[-393, 30], [99, -141], [196, -7], [294, 198]])
    sign = np.array([-1, 1])  # a dimension has no direction: here the farthest row is positive
    assert (1000 * found.rows[:, :2] * sign).round().tolist() == rows.tolist()
    assert (1000 * found.columns[:, :2] * sign).round().tolist() == columns.tolist()
    mass = [57, 93, 264, 456, 130]
    assert (1000 * found.row_mass).round().tolist() == mass
    contribution = found.row_mass * found.rows[:, 0] ** 2 / found.inertia[0]
    assert (1000 * contribution).round().tolist() == [3, 84, 512, 331, 70]


def test_the_map_is_the_correspondence_analysis_of_the_counts():
    texts = [
        " ".join(
            word
            for word, n in zip(("none", "light", "medium", "heavy"), row, strict=True)
            for _ in range(n)
        )
        for row in SMOKERS
    ]
    corpus = da.Corpus(pd.DataFrame({"doc": ["sm", "jm", "se", "je", "sc"], "text": texts}))
    places = da.score_correspondence(corpus, stop_words=[])
    expected = da.correspondence_analysis(SMOKERS)
    groups = places[places["kind"] == "group"].set_index("name").loc[["sm", "jm", "se", "je", "sc"]]
    assert groups[["x", "y"]].to_numpy() == pytest.approx(expected.rows[:, :2])
    assert groups["count"].tolist() == [11, 18, 51, 88, 25]
    assert groups["quality"].round(3).tolist() == [0.893, 0.991, 1.0, 1.0, 0.999]  # as published
    assert places.attrs["correspondence"]["shares"] == pytest.approx(
        [0.878, 0.118, 0.005], abs=5e-4
    )
    for kind in ("group", "term"):
        assert places.loc[places["kind"] == kind, "contribution"].sum() == pytest.approx(1)
    found = da.find_passages(places, corpus, kind="term", name="heavy")
    assert len(found) == 25


def test_a_map_takes_chosen_terms_and_refuses_too_few(corpus):
    table = pd.DataFrame({"doc": list("abcd"), "text": TEXTS})
    more = da.Corpus(table)
    places = da.score_correspondence(more, terms=["peace", "talks", "harbour", "storm", "failed"])
    assert set(places.loc[places["kind"] == "term", "name"]) == {
        "peace", "talks", "harbour", "storm", "failed",
    }  # fmt: skip
    with pytest.raises(da.InputError, match="a map needs three"):
        da.score_correspondence(more, terms=["peace", "war"], min_documents=1)
    with pytest.raises(da.InputError, match="must be 1 or more"):
        da.score_correspondence(more, min_documents=0)
    with pytest.raises(da.InputError, match="has no counts"):
        da.correspondence_analysis([[1, 0], [1, 0]])


def test_the_heatmap_puts_what_is_alike_beside_each_other():
    names = list("abcdef")
    kinds = {"a": 0, "d": 0, "f": 0, "b": 1, "c": 1, "e": 1}
    rows = [
        {"group": g, "other": o, "cosine": 0.8 if kinds[g] == kinds[o] else 0.1 + 0.01 * n}
        for n, (g, o) in enumerate(itertools.combinations(names, 2))
    ]
    for value, turn in (("cosine", 1), ("delta", -1)):
        pairs = pd.DataFrame(rows).rename(columns={"cosine": value})
        pairs[value] = pairs[value] if turn > 0 else 1 - pairs[value]
        ax = da.plot_similarity(pairs)
        order = made.labels(ax)
        assert made.labels(ax, "x") == order
        assert [kinds[name] for name in order] in ([0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0])
        mesh = made.marked(ax, "cells")[0]
        values = np.ma.filled(mesh.get_array(), np.nan).reshape(6, 6)
        assert np.isnan(np.diag(values)).all()
        np.testing.assert_array_equal(values, values.T)
        alike = mesh.to_rgba([pairs[value].max(), pairs[value].min()])
        darker = alike[0, :3].sum() < alike[1, :3].sum()
        assert darker == (value == "cosine")
        plt.close("all")


def test_a_heatmap_needs_every_pair():
    pairs = pd.DataFrame({"group": ["a", "a"], "other": ["b", "c"], "cosine": [0.1, 0.2]})
    with pytest.raises(da.InputError, match="every pair of its 3 groups"):
        da.plot_similarity(pairs)
    plt.close("all")


def test_the_note_warns_of_short_texts_for_delta(corpus):
    delta = made.record_of(da.plot_similarity(da.score_similarity(corpus, measure="delta")))
    assert "under some 2,500 words is mostly chance" in delta["note"]
    cosine = made.record_of(da.plot_similarity(da.score_similarity(corpus)))
    assert "mostly chance" not in cosine["note"]
    plt.close("all")


def test_the_map_has_one_scale_and_hollow_groups_where_it_shows_little():
    places = made.places()
    ax = da.plot_correspondence(places)
    assert ax.get_aspect() == 1
    assert len(made.points(ax, "groups")) == 2
    assert len(made.points(ax, "groups badly shown")) == 1
    assert ax.get_xlabel() == "Dimension 1 (61 % of the inertia)"
    plt.close("all")


def test_terms_that_do_not_occur_are_named():
    texts = da.Corpus(pd.DataFrame({"doc": list("abc"), "text": ["peace", "war", "war"]}))
    with pytest.raises(da.InputError, match="None of 'zebra', 'yak' occurs; name terms that do"):
        da.score_correspondence(texts, terms=["zebra", "yak"])
