"""Keywords counted by hand, against groups and frequency lists."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    "rate_reference", "per", "documents", "documents_reference", "g2_four_term", "p", "p_adjusted",
    "bic", "log_ratio", "lrc", "simple_maths", "percent_diff", "odds_ratio",
    "difference_coefficient", "din",
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
    assert peace["lrc"] == 0
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
    assert table["lrc"].to_numpy() == pytest.approx(lrc)
    assert table["simple_maths"].to_numpy() == pytest.approx(simple_maths(*four, smooth=5))
    assert table["p_adjusted"].to_numpy() == pytest.approx(adjust_p(table["p"]))


def test_p_is_the_tail_of_chi_squared() -> None:
    docs = pd.DataFrame({"doc": ["a", "b"], "text": ["war " * 10 + "x " * 90, "war " + "x " * 99]})
    table = compare_terms(tokenize(docs), by="doc", target="a")
    assert row(table, "war")["g2_four_term"] == pytest.approx(8.93, abs=0.05)
    assert row(table, "war")["p"] == pytest.approx(0.0028, abs=1e-4)


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
    named = compare_terms(tokens, by=["side", "outlet"], documents=documents, target="east, Beta")
    assert named["base"].unique().tolist() == [7]


def test_rows_are_in_a_total_order(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    table = compare_terms(tokens, by="side", documents=documents, min_documents=1)
    keys = table.assign(minus_lrc=-table["lrc"], minus_ratio=-table["log_ratio"].round(12))
    ordered = keys.sort_values(["target", "minus_lrc", "minus_ratio", "term"])
    assert ordered.index.tolist() == list(range(len(table)))


def test_a_keyword_must_be_in_several_texts(documents: pd.DataFrame) -> None:
    docs = pd.DataFrame(
        {
            "doc": list("abcd"),
            "side": ["east", "east", "west", "west"],
            "text": ["bear bear bear fish", "fish", "wolf wolf wolf fish", "fish moon"],
        }
    )
    tokens = tokenize(docs)
    one, two = (
        compare_terms(tokens, by="side", documents=docs, target="east", min_documents=least)
        for least in (1, 2)
    )
    assert set(one["term"]) == {"bear", "fish", "wolf", "moon"}
    assert set(two["term"]) == {"fish"}  # the others are each in one text of the side they mark
    # a side that is one text cannot have two: its own words stay, the other side's are still tested
    alone = compare_terms(tokens, by="doc", target="a", min_documents=2)
    assert set(alone["term"]) == {"bear", "fish"}
    uncounted = compare_terms(tokens, by="side", documents=docs, target="east", min_documents=None)
    assert set(uncounted["term"]) == {"bear", "fish", "wolf", "moon"}
    assert uncounted["documents"].isna().all()
    assert uncounted.dtypes.equals(one.dtypes)
    kept = ["term", "count", "count_reference", "lrc", "p_adjusted"]
    pd.testing.assert_frame_equal(uncounted[kept], one[kept])


def test_words_that_are_no_words_somewhere_do_not_count_there() -> None:
    tokens = tokenize(pd.DataFrame({"doc": ["a", "b"], "text": ["war war end", "war end end"]}))
    tokens.loc[0, "is_word"] = False  # as an analyst may mark what is not to be counted
    table = compare_terms(tokens, by="doc", target="a")
    assert row(table, "war")[["count", "count_reference"]].tolist() == [1, 1]
    assert row(table, "war")[["base", "documents", "documents_reference"]].tolist() == [2, 1, 1]
    fast = compare_terms(tokens, by="doc", target="a", min_documents=None)
    assert row(fast, "war")[["count", "count_reference"]].tolist() == [1, 1]


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
    table = compare_terms(tokens, by="side", documents=docs, min_documents=1)
    words = tokens[tokens["is_word"]].astype({"doc": str, "term": str}).merge(docs, on="doc")
    for _, line in table.iterrows():
        own, term = words["side"] == line["target"], words["term"] == line["term"]
        assert line["count"] == (own & term).sum()
        assert line["count_reference"] == (~own & term).sum()
        assert line["base"] == own.sum()
        assert line["documents"] == words.loc[own & term, "doc"].nunique()
        assert line["documents_reference"] == words.loc[~own & term, "doc"].nunique()


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


def test_empty_tables_keep_their_columns(tokens: pd.DataFrame, documents: pd.DataFrame) -> None:
    full = compare_terms(tokens, by="side", documents=documents)
    nothing = tokens.iloc[:0]
    single = documents.iloc[:1]
    for table in (
        compare_terms(nothing, by="side", documents=documents),
        compare_terms(nothing, by="doc"),
        compare_terms(nothing, by=None, reference=pd.DataFrame({"term": ["x"], "count": [1]})),
        compare_terms(tokenize(single), by="doc"),
        compare_terms(tokenize(single), by="side", documents=single, target="east"),
    ):
        assert len(table) == 0
        assert table.dtypes.equals(full.dtypes)


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
