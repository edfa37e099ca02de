"""Keywords counted by hand, against groups and frequency lists."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, fisher_exact, norm, t

import analysis as da
from analysis.tables import InputError
from analysis.terms.counting import count_in_documents, count_words
from analysis.terms.formulas import (
    adjust_p,
    bic,
    conservative_log_ratio,
    difference_coefficient,
    din,
    log_likelihood,
    log_ratio,
    odds_ratio,
    percent_diff,
    simple_maths,
)
from analysis.terms.keyness import compare_terms
from analysis.text.tokens import tokenize

COLUMNS = [
    "target", "reference", "term", "count", "count_reference", "base", "base_reference", "rate",
    "rate_reference", "per", "documents", "documents_reference", "group_documents",
    "group_documents_reference", "log_ratio", "lrc", "design_effect", "p", "p_counts",
    "p_presence", "p_adjusted", "units",
    "lrc_words", "g2_four_term", "p_words", "bic", "text_dispersion_keyness", "simple_maths",
    "percent_diff", "odds_ratio", "difference_coefficient", "din",
]  # fmt: skip


@pytest.fixture
def tokens(documents: pd.DataFrame) -> pd.DataFrame:
    return tokenize(documents)


def row(table: pd.DataFrame, term: str) -> pd.Series:
    return table.set_index("term").loc[term]


# ---------------------------------------------------------------- the table


def test_two_sides_counted_by_hand(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    table = compare_terms(
        tokens, by="side", documents=documents, target="east", min_documents=1, per=100
    )
    assert table.columns.tolist() == COLUMNS
    peace = row(table, "peace")
    # east: "peace" three times in 17 words of two documents; west: once in 18 words
    assert (peace["target"], peace["reference"]) == ("east", "the rest")
    assert peace[["count", "count_reference", "base", "base_reference"]].tolist() == [3, 1, 17, 18]
    assert peace[["documents", "documents_reference", "per"]].tolist() == [2, 1, 100]
    assert peace["rate"] == pytest.approx(100 * 3 / 17)
    assert peace["rate_reference"] == pytest.approx(100 / 18)
    assert peace["g2_four_term"] == pytest.approx(float(log_likelihood(3, 17, 1, 18)))
    assert peace[["group_documents", "group_documents_reference"]].tolist() == [2, 2]
    assert peace["text_dispersion_keyness"] == pytest.approx(float(log_likelihood(2, 2, 1, 2)))
    assert peace["lrc_words"] == 0
    assert peace["log_ratio"] == pytest.approx(float(log_ratio(3, 17, 1, 18)))
    assert peace["bic"] == pytest.approx(float(bic(3, 17, 1, 18)))
    assert set(table["term"]) == set(tokens.loc[tokens["is_word"], "term"])
    assert table["count"].sum() == 17
    assert table["count_reference"].sum() == 18


def test_every_row_holds_what_the_formulas_give(
    tokens: pd.DataFrame, documents: pd.DataFrame
) -> None:
    table = compare_terms(tokens, by="outlet", documents=documents, min_documents=1, smooth=5)
    four = [table[name] for name in ("count", "base", "count_reference", "base_reference")]
    for name, measure in {
        "bic": bic, "log_ratio": log_ratio, "percent_diff": percent_diff, "odds_ratio": odds_ratio,
        "difference_coefficient": difference_coefficient, "din": din,
        "g2_four_term": log_likelihood,
    }.items():  # fmt: skip
        assert table[name].to_numpy() == pytest.approx(measure(*four), nan_ok=True), name
    lrc = conservative_log_ratio(*four, family=len(table))
    assert table["lrc_words"].to_numpy() == pytest.approx(lrc)
    assert table["simple_maths"].to_numpy() == pytest.approx(simple_maths(*four, smooth=5))
    assert table["p_adjusted"].to_numpy() == pytest.approx(adjust_p(table["p"]), nan_ok=True)


def test_p_is_the_tail_of_chi_squared() -> None:
    docs = pd.DataFrame({"doc": ["a", "b"], "text": ["war " * 10 + "x " * 90, "war " + "x " * 99]})
    table = compare_terms(tokenize(docs), by="doc", target="a")
    assert row(table, "war")["g2_four_term"] == pytest.approx(8.93, abs=0.05)
    assert row(table, "war")["p_words"] == pytest.approx(0.0028, abs=1e-4)


def test_the_formula_is_in_the_name_of_the_column(
    tokens: pd.DataFrame, documents: pd.DataFrame
) -> None:
    table = compare_terms(tokens, by="side", documents=documents, formula="two-term")
    assert "g2_two_term" in table
    assert "g2_four_term" not in table
    assert row(table, "peace")["g2_two_term"].iloc[0] == pytest.approx(
        float(log_likelihood(3, 17, 1, 18, formula="two-term"))
    )
    with pytest.raises(InputError, match="formula"):
        compare_terms(tokens, by="side", documents=documents, formula="chi2")


def test_many_groups_each_against_the_rest(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    table = compare_terms(tokens, by="outlet", documents=documents, min_documents=1)
    assert table["target"].unique().tolist() == ["Alpha", "Beta", "Gamma"]
    for name, part in table.groupby("target"):
        alone = compare_terms(
            tokens, by="outlet", documents=documents, target=name, min_documents=1
        )
        both = ["term", "count", "count_reference", "documents", "documents_reference", "log_ratio"]
        left, right = (x[both].sort_values("term", ignore_index=True) for x in (part, alone))
        pd.testing.assert_frame_equal(left, right)
        assert (part["base"] + part["base_reference"] == 35).all()


def test_one_group_against_another(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    table = compare_terms(
        tokens, by="outlet", documents=documents, target="Alpha", reference="Beta", min_documents=1
    )
    assert table["reference"].unique().tolist() == ["Beta"]
    assert table[["base", "base_reference"]].iloc[0].tolist() == [10, 7]
    others = compare_terms(tokens, by="outlet", documents=documents, reference="Beta")
    assert others["target"].unique().tolist() == ["Alpha", "Gamma"]


def test_groups_by_a_column_of_the_tokens(tokens: pd.DataFrame) -> None:
    voiced = tokens.assign(voice=np.where(tokens["sentence"] == 0, "first", "later"))
    table = compare_terms(voiced, by="voice", target="first", min_documents=1)
    first = voiced[(voiced["sentence"] == 0) & voiced["is_word"]]
    assert table["count"].sum() == len(first)
    talks = row(table, "talks")
    # "talks" in the first sentence of a, and later in a and c: a is on both sides
    assert talks[["count", "count_reference"]].tolist() == [1, 2]
    assert talks[["documents", "documents_reference"]].tolist() == [1, 2]
    both = compare_terms(voiced, by="voice", min_documents=1)
    pd.testing.assert_series_equal(
        both[both["target"] == "first"].set_index("term")["documents_reference"].sort_index(),
        table.set_index("term")["documents_reference"].sort_index(),
    )


def test_groups_by_two_columns(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    table = compare_terms(tokens, by=["side", "outlet"], documents=documents, min_documents=1)
    assert table["target"].unique().tolist() == ["east, Alpha", "east, Beta", "west, Gamma"]
    named = compare_terms(
        tokens, by=["side", "outlet"], documents=documents, target="east, Beta", min_documents=1
    )
    assert named["base"].unique().tolist() == [7]


def test_rows_are_in_a_total_order() -> None:
    table = compare_terms(**corpus_of(TOPICS), by="side")
    assert 0 < (table["lrc"] > 0).sum() < len(table) / 4
    sure = -np.sign(table["log_ratio"]) * np.log(table["p"])
    keys = pd.DataFrame({"lrc": -table["lrc"], "sure": -sure.round(12)})
    keys["ratio"] = -table["log_ratio"].round(12)
    keys = keys.assign(target=table["target"], term=table["term"])
    ordered = keys.sort_values(["target", "lrc", "sure", "ratio", "term"])
    assert ordered.index.tolist() == list(range(len(table)))


def test_a_keyword_must_be_in_several_texts_of_both_sides_together() -> None:
    docs = pd.DataFrame(
        {
            "doc": list("abcdef"),
            "side": ["east"] * 3 + ["west"] * 3,
            "text": ["bear bear wolf", "fish", "fish bear", "wolf", "fish moon moon", "owl"],
        }
    )
    tokens = tokenize(docs)
    one, two, four = (
        set(compare_terms(tokens, by="side", documents=docs, min_documents=least)["term"])
        for least in (1, 2, 3)
    )
    assert one == {"bear", "fish", "wolf", "moon", "owl"}
    assert two == {"bear", "fish", "wolf"}  # moon and owl are in one text, however often
    assert four == {"fish"}
    # of a side that is one text, the sentences count
    alone = docs.assign(text=["Bear. Bear. Wolf.", *["Fish. Owl."] * 5])
    table = compare_terms(tokenize(alone), by="doc", target="a", min_documents=2)
    assert set(table["term"]) == {"bear", "fish", "owl"}


def test_words_that_are_no_words_somewhere_do_not_count_there() -> None:
    tokens = tokenize(pd.DataFrame({"doc": ["a", "b"], "text": ["war war end", "war end end"]}))
    tokens.loc[0, "is_word"] = False  # as an analyst may mark what is not to be counted
    table = compare_terms(tokens, by="doc", target="a", min_documents=1)
    assert row(table, "war")[["count", "count_reference"]].tolist() == [1, 1]
    assert row(table, "war")[["base", "documents", "documents_reference"]].tolist() == [2, 1, 1]


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from("xyz"), st.lists(st.sampled_from(["war", "end", ",", "so"]))),
        min_size=1,
        max_size=6,
    )
)
def test_counts_agree_with_a_plain_count(texts: list[tuple[str, list[str]]]) -> None:
    docs = pd.DataFrame(
        {
            "doc": [f"d{i}" for i in range(len(texts))],
            "side": [side for side, _ in texts],
            "text": [" ".join(tokens) for _, tokens in texts],
        }
    )
    tokens = tokenize(docs)
    spoken = {side for side, text in texts if set(text) - {","}}
    if len(spoken) < 2:
        with pytest.raises(InputError, match=r"no words|in one group"):
            compare_terms(tokens, by="side", documents=docs, min_documents=1)
        return
    table = compare_terms(tokens, by="side", documents=docs, min_documents=1)
    words = tokens[tokens["is_word"]].astype({"doc": str, "term": str}).merge(docs, on="doc")
    for _, line in table.iterrows():
        own, term = words["side"] == line["target"], words["term"] == line["term"]
        assert line["count"] == (own & term).sum()
        assert line["count_reference"] == (~own & term).sum()
        assert line["base"] == own.sum()
        assert line["documents"] == words.loc[own & term, "doc"].nunique()
        assert line["documents_reference"] == words.loc[~own & term, "doc"].nunique()


# ---------------------------------------------------------------- documents as the draws


def corpus_of(texts: list[tuple[str, str]]) -> dict[str, pd.DataFrame]:
    """The arguments of a comparison of some texts, given as (side, text)."""
    docs = pd.DataFrame(texts, columns=["side", "text"])
    docs.insert(0, "doc", [f"d{number:03}" for number in range(len(docs))])
    return {"corpus": tokenize(docs), "documents": docs}


def _topics(seed: int, documents: int = 20) -> list[tuple[str, str]]:
    """Texts of two sides that differ in nothing: each has two of 40 topics, in bursts."""
    rng = np.random.default_rng(seed)
    texts = []
    for number in range(documents):
        words = [f"w{j}" for j in rng.integers(0, 60, 300)]
        for topic in rng.choice(40, 2, replace=False):
            words += [f"topic{topic}"] * int(rng.integers(5, 15))
        texts.append(("east" if number % 2 else "west", " ".join(rng.permutation(words))))
    return texts


TOPICS = [(side, text + " salt" * (12 * (side == "east"))) for side, text in _topics(7)]


def test_numbers_by_document_are_those_of_the_formulas() -> None:
    sizes = [1, 3, 2, 7, 1, 2, 2, 9, 1, 4, 2, 3]
    texts = [
        (
            "east" if n < 5 else "west",
            "war " * (n % 4)
            + "peace " * (7 - n % 3)
            + "salt " * (5 * m if n < 5 else m)
            + "word " * 20 * m,
        )
        for n, m in enumerate(sizes)
    ]
    table = compare_terms(**corpus_of(texts), by="side", target="east", alpha=0.9)
    for term in ("war", "peace", "salt", "word"):
        line, parts = row(table, term), []
        for side in ("east", "west"):
            own = [text.split() for name, text in texts if name == side]
            counts = np.array([words.count(term) for words in own])
            bases = np.array([len(words) for words in own])
            rate = counts.sum() / bases.sum()
            effective = bases.sum() ** 2 / (bases**2).sum()
            spread = ((counts - rate * bases) ** 2).sum() * effective / (effective - 1)
            variance = max(spread, counts.sum()) / bases.sum() ** 2
            parts.append((counts.sum(), bases.sum(), variance, effective - 1))
        (f1, n1, v1, k1), (f2, n2, v2, k2) = parts
        effect = (v1 + v2) / (f1 / n1**2 + f2 / n2**2)
        freedom = (v1 + v2) ** 2 / (v1**2 / k1 + v2**2 / k2)
        assert line["design_effect"] == pytest.approx(effect)
        more, less, share = (f1, f2, n1) if f1 / n1 > f2 / n2 else (f2, f1, n2)
        tail = beta(more / effect, less / effect + 1).cdf(share / (n1 + n2))
        assert line["p_counts"] == pytest.approx(2 * t(freedom).sf(max(norm.isf(tail), 0)))
        size = effect * (t(freedom).isf(0.1125) / norm.isf(0.1125)) ** 2  # 0.9 / 4 / 2
        low = beta(more / size, less / size + 1).ppf(0.1125)
        bound = np.log2(low / (1 - low) * (n1 + n2 - share) / share)
        expected = max(bound, 0) if line["p_counts"] < 0.9 else 0
        assert abs(line["lrc"]) == pytest.approx(expected)
    assert row(table, "salt")["lrc"] > 0


def test_a_word_in_bursts_is_no_keyword_and_an_even_one_is() -> None:
    texts = [
        ("east", "even " * 4 + "burst " * (20 * (number < 2)) + "word " * 200)
        for number in range(10)
    ]
    texts += [("west", "even " + "word " * 203)] * 10
    table = compare_terms(**corpus_of(texts), by="side", target="east")
    even, burst = row(table, "even"), row(table, "burst")
    assert even["count"] == burst["count"] == 40
    assert burst["lrc_words"] > even["lrc_words"] > 0  # so it is with words as the draws
    assert even["lrc"] > 0
    assert burst["lrc"] == 0
    assert even["p_adjusted"] < 0.01
    assert burst["p"] > 0.05
    assert even["design_effect"] == pytest.approx(1)
    assert burst["design_effect"] > 10
    assert table["units"].unique().tolist() == ["documents"]


def test_between_texts_of_one_kind_there_are_no_keywords() -> None:
    found = [compare_terms(**corpus_of(_topics(seed)), by="side", target="east") for seed in SEEDS]
    assert np.mean([table["lrc"].ne(0).any() for table in found]) <= 0.05
    assert np.mean([table["p_adjusted"].lt(0.05).any() for table in found]) <= 0.05
    assert np.mean([table["p"].lt(0.05).mean() for table in found]) <= 0.05
    assert np.mean([table["lrc_words"].ne(0).any() for table in found]) > 0.9


SEEDS = range(40)


def test_a_side_of_one_document_is_measured_over_its_sentences() -> None:
    lines = ["War war goes on.", "War came.", "Peace talks, war.", "No word.", "War again."]
    others = [("rest", f"Peace {'war ' * (n % 2)}word.") for n in range(6)]
    table = compare_terms(**corpus_of([("one", " ".join(lines)), *others]), by="side", target="one")
    assert table["units"].unique().tolist() == [
        "one: sentences of one document; the rest: documents"
    ]
    assert row(table, "war")[["documents", "group_documents"]].tolist() == [1, 1]
    apart = [("one", line) for line in lines]
    same = compare_terms(**corpus_of([*apart, *others]), by="side", target="one")
    kept = ["log_ratio", "lrc", "design_effect", "p_counts", "lrc_words"]
    one, other = (frame.set_index("term").sort_index() for frame in (table, same))
    pd.testing.assert_frame_equal(one[kept], other[kept])
    assert one["p_presence"].isna().all()  # a sentence has fewer words than a document


@pytest.mark.parametrize(
    ("east", "reason"),
    [
        (["War, word.", "War war."], "none: east has fewer than 3 documents"),
        (["War. War war."], "none: east is one document and has fewer than 3 sentences"),
    ],
)
def test_fewer_than_three_draws_tell_nothing(east: list[str], reason: str) -> None:
    texts = [("east", text) for text in east] + [("west", "Word, word, peace.")] * 5
    table = compare_terms(**corpus_of(texts), by="side", target="east", min_documents=1)
    assert table["units"].unique().tolist() == [reason]
    assert (table["lrc"] == 0).all()
    assert table[["p", "p_adjusted", "design_effect"]].isna().all(axis=None)
    assert table["log_ratio"].is_monotonic_decreasing
    assert table["p_words"].notna().all()


def test_what_cannot_be_tested_does_not_count_among_the_tests() -> None:
    sides = ["east"] * 4 + ["west"] * 4 + ["north"] * 2
    texts = [(side, "even " * (4 * (side == "east")) + "word " * 50) for side in sides]
    table = compare_terms(**corpus_of(texts), by="side")
    known = table["target"] != "north"
    assert table.loc[~known, "p_adjusted"].isna().all()
    assert table.loc[known, "p_adjusted"].to_numpy() == pytest.approx(
        adjust_p(table.loc[known, "p"])
    )


def test_a_frequency_list_is_words_and_the_corpus_is_documents() -> None:
    texts = [("east", "even " * 2 + "burst " * (20 * (n < 2)) + "word " * 80) for n in range(20)]
    listed = pd.DataFrame({"term": ["even", "burst", "word"], "count": [50, 50, 9900]})
    corpus = corpus_of(texts)
    table = compare_terms(corpus["corpus"], by=None, reference=listed)
    assert table["units"].unique().tolist() == ["all texts: documents; frequency list: words"]
    even, burst = row(table, "even"), row(table, "burst")
    assert even["lrc_words"] == burst["lrc_words"] > 0
    assert even["lrc"] > 0
    assert burst["lrc"] == 0
    assert table["text_dispersion_keyness"].isna().all()
    assert table["group_documents_reference"].isna().all()


# ---------------------------------------------------------------- frequency lists


def test_a_frequency_list_as_reference(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    listed = pd.DataFrame({"term": ["peace", "zebra", "the"], "count": [5, 7, 50]})
    table = compare_terms(tokens, by=None, reference=listed, min_documents=1)
    assert table["target"].unique().tolist() == ["all texts"]
    assert table["reference"].unique().tolist() == ["frequency list"]
    assert row(table, "peace")[["count", "count_reference"]].tolist() == [4, 5]
    assert row(table, "zebra")[["count", "count_reference"]].tolist() == [0, 7]
    assert row(table, "war")[["count", "count_reference"]].tolist() == [2, 0]
    assert table[["base", "base_reference"]].iloc[0].tolist() == [35, 62]
    assert table["documents_reference"].isna().all()
    assert row(table, "zebra")["log_ratio"] < 0
    sides = compare_terms(tokens, by="side", documents=documents, reference=listed)
    assert sides["target"].unique().tolist() == ["east", "west"]


def test_the_total_of_a_frequency_list(tokens: pd.DataFrame) -> None:
    listed = pd.DataFrame({"term": ["peace"], "count": [5]})
    listed.attrs["total"] = 1000
    table = compare_terms(tokens, by=None, reference=listed)
    assert table["base_reference"].unique().tolist() == [1000]
    known = listed.assign(base=400, documents=3)
    table = compare_terms(tokens, by=None, reference=known)
    assert table["base_reference"].unique().tolist() == [400]
    assert row(table, "peace")["documents_reference"] == 3
    with pytest.raises(InputError, match="counts 5 occurrences but gives 3"):
        compare_terms(tokens, by=None, reference=listed.assign(base=3))


@pytest.mark.parametrize(
    "broken",
    [
        {"term": ["peace", "peace"], "count": [5, 6]},
        {"term": ["peace", "war"], "count": [5, -6]},
        {"term": ["peace", "war"], "count": [5, "many"]},
        {"term": ["peace", None], "count": [5, 6]},
        {"term": ["peace", "war"], "count": [5, 0.5]},
    ],
)
def test_a_broken_frequency_list_is_refused(tokens: pd.DataFrame, broken: dict) -> None:
    with pytest.raises(InputError, match="Row 1 of the frequency list"):
        compare_terms(tokens, by=None, reference=pd.DataFrame(broken))


def test_a_list_without_its_columns_is_refused(tokens: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"frequency list.*'count'"):
        compare_terms(tokens, by=None, reference=pd.DataFrame({"term": ["x"]}))


# ---------------------------------------------------------------- edges


@pytest.mark.parametrize(
    ("texts", "options", "message"),
    [
        (["", ""], {"by": "doc"}, "no words to compare"),
        (["War.", "…"], {"by": "doc"}, "the rest has no words"),
        (["War.", "…"], {"by": "doc", "target": "b"}, "b has no words"),
        (["War."], {"by": "doc"}, "All texts are in one group, 'a'"),
        (["War.", "War."], {"by": None}, "by=None makes one group of all texts"),
        (["War.", "Peace."], {"by": "doc"}, "No term is in 2 documents"),
        (["War."], {"by": None, "reference": pd.DataFrame({"term": [], "count": []})}, "no words"),
    ],
)
def test_where_there_is_nothing_to_compare_it_is_said(
    texts: list[str], options: dict, message: str
) -> None:
    docs = pd.DataFrame({"doc": list("abc")[: len(texts)], "text": texts})
    with pytest.raises(InputError, match=message) as caught:
        compare_terms(tokenize(docs), **options)
    assert len(str(caught.value).splitlines()) == 1


def test_unused_categories_do_not_matter(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    some = tokens[tokens["doc"] != "d"]
    kept = documents[documents["doc"] != "d"]
    again = compare_terms(tokenize(kept), by="side", documents=kept)
    pd.testing.assert_frame_equal(compare_terms(some, by="side", documents=kept), again)
    pd.testing.assert_frame_equal(compare_terms(some, by="side", documents=documents), again)


def test_a_missing_term_is_refused_before_it_is_counted(tokens: pd.DataFrame) -> None:
    missing = np.array([0, -1, 1])
    with pytest.raises(InputError, match="Row 1 of the tokens has no term"):
        count_words(missing, np.ones(3, dtype=bool), 2)
    with pytest.raises(InputError, match="Row 1 of the tokens has no term"):
        count_in_documents(missing, np.zeros(3, dtype=int), 2)
    holed = tokens.assign(term=tokens["term"].where(tokens["position"] != 2))
    with pytest.raises(InputError, match="no term"):
        compare_terms(holed, by="doc")


@pytest.mark.parametrize("rows", [127, 128, 129, 32_768])
def test_counting_where_a_kind_of_integer_ends(rows: int) -> None:
    nothing = np.zeros(rows, dtype=np.int64)
    counts, documents = count_in_documents(nothing, nothing, 2)
    assert (counts.tolist(), documents.tolist()) == ([rows, 0], [1, 0])


def test_plain_text_columns_are_taken(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    plain = tokens.astype({"doc": str, "term": str, "word": str})
    pd.testing.assert_frame_equal(
        compare_terms(plain, by="side", documents=documents),
        compare_terms(tokens, by="side", documents=documents),
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": "north"}, "target='north'.*'east', 'west'"),
        ({"reference": "north"}, "reference='north'.*'east', 'west'"),
        ({"target": "east", "reference": "east"}, "both 'east'"),
        ({"by": "planet"}, "planet"),
        ({"by": None}, "by=None"),
        ({"min_documents": 0}, "min_documents=0"),
        ({"alpha": 1}, "alpha=1"),
        ({"smooth": 0}, "smooth=0"),
        ({"per": -1}, "per=-1"),
    ],
)
def test_bad_arguments_are_refused(
    tokens: pd.DataFrame, documents: pd.DataFrame, arguments: dict, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        compare_terms(tokens, **({"by": "side", "documents": documents} | arguments))


def test_the_argument_is_left_as_it_was_and_the_step_is_noted(
    tokens: pd.DataFrame, documents: pd.DataFrame
) -> None:
    before, texts = tokens.copy(), documents.copy()
    listed = pd.DataFrame({"term": ["peace"], "count": [5]})
    table = compare_terms(tokens, by="side", documents=documents, target="east")
    compare_terms(tokens, by=None, reference=listed)
    pd.testing.assert_frame_equal(tokens, before)
    pd.testing.assert_frame_equal(documents, texts)
    assert listed["count"].tolist() == [5]
    step = table.attrs["steps"][-1]
    assert step["call"] == "compare_terms"
    assert step["params"]["target"] == "east"
    assert step["params"]["documents"] is True


def test_what_all_texts_of_one_side_have_and_none_of_the_other_is_found() -> None:
    texts = ["kiev and talks"] * 5 + ["kyiv and talks"] * 24 + ["talks and talks"] * 4
    sides = ["one"] * 5 + ["other"] * 28
    table = pd.DataFrame({"doc": [str(n) for n in range(33)], "side": sides, "text": texts})
    keywords = da.compare_terms(da.Corpus(table), by="side", target="one").set_index("term")
    for term, counts in {"kiev": [[5, 0], [0, 28]], "kyiv": [[24, 4], [0, 5]]}.items():
        tail = fisher_exact(counts, alternative="greater").pvalue
        assert keywords.loc[term, "p_presence"] == pytest.approx(min(2 * tail, 1))
    best = keywords[["p_counts", "p_presence"]].min(axis=1)
    assert keywords["p"].to_numpy() == pytest.approx(np.minimum(2 * best, 1))
    assert keywords.loc["kiev", "p_adjusted"] < 0.001
    assert keywords.loc["talks", "p"] == 1


def test_longer_texts_have_more_words_and_no_keywords_by_it() -> None:
    rng = np.random.default_rng(4)
    rate = rng.gamma(0.7, 1 / 0.7, (60, 150))  # of 150 words in 60 texts of one kind
    words = np.array([f"w{n}" for n in range(150)])
    texts = [
        " ".join(rng.choice(words, 400 if n < 30 else 80, p=own / own.sum()))
        for n, own in enumerate(rate)
    ]
    sides = ["long"] * 30 + ["short"] * 30
    table = pd.DataFrame({"doc": [str(n) for n in range(60)], "side": sides, "text": texts})
    found = da.compare_terms(da.Corpus(table), by="side", target="long")
    assert (found["documents"] > found["documents_reference"]).mean() > 0.95
    assert (found["p"] < 0.05).mean() < 0.05
    assert not (found["p_adjusted"] < 0.05).any()


def test_texts_without_a_value_are_no_part_of_the_rest():
    documents = pd.DataFrame(
        {
            "doc": [f"d{n}" for n in range(8)],
            "language": ["en", "en", "en", "fr", "fr", "fr", None, None],
            "text": ["War and talks."] * 3 + ["War or peace."] * 3 + ["War war war."] * 2,
        }
    )
    corpus = da.Corpus(documents)
    with pytest.warns(UserWarning, match="2 texts have no value to group by and are left out"):
        table = da.compare_terms(corpus, by="language", target="en")
    war = table[table["term"] == "war"].iloc[0]
    assert (war["count"], war["count_reference"], war["group_documents_reference"]) == (3, 3, 3)
    with pytest.warns(UserWarning, match="left out"):
        every = da.compare_terms(corpus, by="language")
    assert set(every["target"]) == {"en", "fr"}
    none = da.compare_terms(corpus, by="language", target="en", reference="(none)")
    assert none[none["term"] == "war"]["count_reference"].iloc[0] == 6
    two = corpus.where(language=["en", None])
    with pytest.raises(da.InputError, match="no other group to compare with"):
        da.compare_terms(two, by="language")
