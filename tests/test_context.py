"""Contexts: exact slices, sorting, filters, pages, and bad input."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.tables import InputError
from analysis.terms.contexts import find_contexts
from analysis.text.tokens import tokenize

TEXT = "The war, he said, is over. War? No war!\n\nAfter the long war came peace."
COLUMNS = ["doc", "sentence", "position", "start", "end", "left", "node", "right"]


@pytest.fixture
def war() -> pd.DataFrame:
    return pd.DataFrame({"doc": ["a"], "outlet": ["Alpha"], "text": [TEXT]})


def lines(table: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(table[["left", "node", "right"]].itertuples(index=False, name=None))


def show(documents: pd.DataFrame, query: str | list[str], **options: object) -> pd.DataFrame:
    return find_contexts(tokenize(documents), query, documents=documents, **options)


def test_every_hit_with_its_words_and_its_place(war: pd.DataFrame) -> None:
    table = show(war, "war", window=2, sort=())
    assert table.columns.tolist() == [*COLUMNS, "outlet"]
    assert lines(table) == [
        ("The ", "war", ", he said"),
        ("is over. ", "War", "? No war"),
        ("War? No ", "war", "!\n\nAfter the"),
        ("the long ", "war", " came peace"),
    ]
    assert table["position"].tolist() == [1, 9, 12, 17]
    assert table["sentence"].tolist() == [0, 1, 2, 3]
    assert table["start"].tolist() == [4, 27, 35, 56]
    assert table["outlet"].tolist() == ["Alpha"] * 4
    assert table.attrs["hits"] == 4


def test_the_window_may_be_lopsided_or_the_sentence(war: pd.DataFrame) -> None:
    assert lines(show(war, "said", window=(0, 1))) == [("", "said", ", is")]
    assert lines(show(war, "said", window=(3, 0))) == [("The war, he ", "said", "")]
    assert lines(show(war, "said", window="sentence")) == [("The war, he ", "said", ", is over.")]
    assert lines(show(war, "the", window=[1, 1], sort="position")) == [
        ("", "The", " war"),
        ("After ", "the", " long"),
    ]


def test_phrases_wildcards_regular_expressions_and_alternatives(war: pd.DataFrame) -> None:
    assert show(war, "the * war", window=1)["node"].tolist() == ["the long war"]
    assert show(war, "pe?ce")["node"].tolist() == ["peace"]
    assert show(war, "(war|peace)", regex=True, sort=())["node"].tolist() == [
        "war", "War", "war", "war", "peace",
    ]  # fmt: skip
    assert show(war, ["peace", "long war"], sort=())["node"].tolist() == ["long war", "peace"]
    assert show(war, "War", case=True)["start"].tolist() == [27]


def test_sorting_by_the_words_around(war: pd.DataFrame) -> None:
    # right of the hits: he said is | no war after | after the long | came peace –
    assert show(war, "war")["start"].tolist() == [35, 56, 4, 27]
    # left of them: the – | over is said | no war over | long the after
    assert show(war, "war", sort="L1")["start"].tolist() == [56, 35, 27, 4]
    assert show(war, "war", sort=["L2"])["start"].tolist() == [4, 27, 56, 35]  # none, is, the, war
    assert show(war, ["war", "he", "is"], sort=("node", "L1"))["start"].tolist() == [
        9, 18, 56, 35, 27, 4,
    ]  # fmt: skip


def test_a_short_hit_comes_before_a_longer_one_that_begins_like_it(war: pd.DataFrame) -> None:
    assert show(war, ["the war", "the", "the long"], sort="node")["node"].tolist() == [
        "The", "the", "the long", "The war",
    ]  # fmt: skip


def test_sorting_by_many_words_at_once(documents: pd.DataFrame) -> None:
    keys = [f"{side}{place}" for place in range(1, 10) for side in "LR"]
    table = show(documents, "*", sort=[*keys, "node"])
    tokens = tokenize(documents)
    words = tokens[tokens["is_word"]]

    def around(line: pd.Series) -> list[str]:
        part = words[words["doc"] == line["doc"]]
        left = part.loc[part["position"] < line["position"], "term"].tolist()[::-1]
        right = part.loc[part["position"] > line["position"], "term"].tolist()
        beside = {"L": [*left, *[""] * 9], "R": [*right, *[""] * 9]}
        return [beside[key[0]][int(key[1:]) - 1] for key in keys]

    rows = [around(line) for _, line in table.iterrows()]
    assert rows == sorted(rows)
    assert len(rows) == len(words)


def test_sorting_by_document_and_position() -> None:
    texts = pd.DataFrame({"doc": ["z", "b"], "text": ["war x war", "y war"]})
    table = show(texts, "war", sort=("position", "doc"))
    assert list(zip(table["doc"], table["position"], strict=True)) == [("z", 0), ("b", 1), ("z", 2)]
    table = show(texts, "war", sort=("doc", "R1"))
    # the documents' own order, and a hit without a word after it first
    assert list(zip(table["doc"], table["position"], strict=True)) == [("z", 2), ("z", 0), ("b", 1)]


def test_ties_keep_the_order_of_the_texts(documents: pd.DataFrame) -> None:
    table = show(documents, "peace", sort="node")
    assert table["doc"].tolist() == ["a", "a", "b", "d"]
    assert table["position"].tolist() == [0, 12, 5, 3]


def test_only_hits_with_a_word_in_their_window(war: pd.DataFrame) -> None:
    assert show(war, "war", contains="long", window=1)["start"].tolist() == [56]
    assert show(war, "war", contains="long", window=(0, 1)).empty
    assert show(war, "war", contains="is over", window=2)["start"].tolist() == [27]
    assert show(war, "war", contains="is over", window=1).empty
    assert show(war, "war", contains=["he", "came"], sort=())["start"].tolist() == [4, 27, 35, 56]
    assert show(war, "war", contains=["h?", "came"], window=1, sort=())["start"].tolist() == [4, 56]
    # the hit does not contain itself, but another hit may stand beside it
    assert show(war, "war", contains="war", window=2, sort=())["start"].tolist() == [27, 35]
    assert show(war, "war", contains="war", window="sentence").empty
    assert show(war, "long war", contains="long", window=5).empty


def test_pages_are_cut_from_the_sorted_whole(documents: pd.DataFrame) -> None:
    whole = show(documents, "*", sort=("R1", "L2", "node"))
    page = show(documents, "*", sort=("R1", "L2", "node"), limit=5)
    assert page.attrs["hits"] == len(whole) > 20
    pd.testing.assert_frame_equal(page, whole.head(5))
    second = show(documents, "*", sort=("R1", "L2", "node"), limit=(5, 12))
    pd.testing.assert_frame_equal(second, whole.iloc[5:12].reset_index(drop=True))
    assert show(documents, "*", limit=0).empty
    assert show(documents, "*", limit=(10**6, 10**7)).empty
    assert len(show(documents, "*", limit=10**6)) == len(whole)


def test_columns_of_the_documents_stand_beside(documents: pd.DataFrame) -> None:
    table = show(documents, "war", columns=["side", "published", "doc"])
    assert table.columns.tolist() == [*COLUMNS, "side", "published"]
    assert table["side"].unique().tolist() == ["west"]
    assert table["published"].dtype == documents["published"].dtype
    assert show(documents, "war", columns="side").columns[-1] == "side"
    assert show(documents, "war", columns=()).columns.tolist() == COLUMNS
    bare = documents[["doc", "text"]]
    assert show(bare, "war").columns.tolist() == COLUMNS
    with pytest.raises(InputError, match="'planet'"):
        show(documents, "war", columns=["planet"])


def test_no_hits_give_the_same_columns(war: pd.DataFrame) -> None:
    full = show(war, "war")
    for nothing in (
        show(war, "zebra"),
        show(war, "zebra", window="sentence", limit=3, contains="war"),
        find_contexts(tokenize(war).iloc[:0], "war", documents=war),
        find_contexts(tokenize(war.iloc[:0]), "war", documents=war.iloc[:0]),
    ):
        assert nothing.empty
        assert nothing.columns.tolist() == full.columns.tolist()
        assert nothing.attrs["hits"] == 0
    assert show(war, "zebra").dtypes.equals(full.dtypes)


def test_tokens_without_sentences(war: pd.DataFrame) -> None:
    tokens = tokenize(war, sentences=False)
    table = find_contexts(tokens, "war", documents=war)
    assert table.columns.tolist() == [c for c in COLUMNS if c != "sentence"] + ["outlet"]
    with pytest.raises(InputError, match="no sentences"):
        find_contexts(tokens, "war", documents=war, window="sentence")


def test_part_of_the_tokens(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    later = tokens[tokens["doc"].isin(["c", "d"])]
    table = find_contexts(later, "war", documents=documents, sort=(), window=1)
    assert lines(table) == [("The ", "war", " goes"), ("", "War", " is")]
    plain = tokens.astype({"doc": str, "term": str, "word": str})
    again = find_contexts(plain, "war", documents=documents, sort=(), window=1)
    assert lines(again) == lines(table)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 0}, "window=0 is no window"),
        ({"window": -2}, "window=-2"),
        ({"window": (1, 2, 3)}, "pair"),
        ({"window": 2.5}, "window=2.5"),
        ({"window": True}, "window=True"),
        ({"window": "paragraph"}, "window='paragraph'.*\"sentence\""),
        ({"sort": "R0"}, "sort='R0'.*'L1'.*'node'"),
        ({"sort": ("R1", 2)}, "sort=2"),
        ({"limit": -1}, "limit=-1 is no page"),
        ({"limit": (5, 2)}, r"limit=\(5, 2\)"),
        ({"limit": 1.5}, "limit=1.5"),
        ({"contains": " "}, "query ' ' is empty"),
        ({"contains": "(", "regex": True}, "cannot be read"),
    ],
)
def test_bad_arguments_are_refused(
    war: pd.DataFrame, options: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        show(war, "war", **options)
    with pytest.raises(InputError, match=message):
        find_contexts(tokenize(war).iloc[:0], "war", documents=war, **options)


def test_tokens_of_other_texts_are_refused(war: pd.DataFrame) -> None:
    tokens = tokenize(war)
    with pytest.raises(InputError, match="'a' were made of another text"):
        find_contexts(tokens, "war", documents=war.assign(text="Quite another text about war."))
    with pytest.raises(InputError, match="'a' is not in the documents"):
        find_contexts(tokens, "war", documents=war.assign(doc="b"))
    with pytest.raises(InputError, match="'a' stands twice"):
        find_contexts(tokens, "war", documents=pd.concat([war, war]))
    with pytest.raises(InputError, match="lacks 'text'"):
        find_contexts(tokens, "war", documents=war[["doc"]])
    with pytest.raises(InputError, match="lacks 'start'"):
        find_contexts(tokens.drop(columns="start"), "war", documents=war)


def test_the_arguments_are_left_as_they_were_and_the_step_is_noted(documents: pd.DataFrame) -> None:
    tokens = tokenize(documents)
    tokens.attrs["corpus"] = {"name": "four"}
    before, texts = tokens.copy(), documents.copy()
    table = find_contexts(tokens, "war", documents=documents, contains="goes", limit=(0, 3))
    pd.testing.assert_frame_equal(tokens, before)
    pd.testing.assert_frame_equal(documents, texts)
    assert tokens.attrs == before.attrs
    assert table.attrs["corpus"] == {"name": "four"}
    step = table.attrs["steps"][-1]
    assert step["call"] == "find_contexts"
    assert step["params"] == {
        "query": "war", "documents": True, "window": 8, "sort": ["R1", "R2", "R3"],
        "contains": "goes", "columns": None, "regex": False, "case": False, "limit": [0, 3],
    }  # fmt: skip


pieces = st.lists(
    st.sampled_from(["war", "War", "peace", ",", ".", "\n\n", "“", "U.S.", "🕊", "не", " ", "end."]),
    max_size=25,
)


@settings(max_examples=30)
@given(
    st.lists(pieces, min_size=1, max_size=4),
    st.one_of(st.integers(1, 4), st.tuples(st.integers(0, 3), st.integers(1, 3)),
              st.just("sentence")),
    st.lists(st.sampled_from(["L1", "L2", "R1", "R3", "node", "doc", "position"]), max_size=3),
    st.one_of(st.none(), st.sampled_from(["peace", "war", ","])),
)  # fmt: skip
def test_slices_are_exact_and_windows_are_right(
    texts: list[list[str]], window: object, sort: list[str], contains: str | None
) -> None:
    documents = pd.DataFrame(
        {"doc": [f"d{i}" for i in range(len(texts))], "text": [" ".join(text) for text in texts]}
    )
    tokens = tokenize(documents)
    table = find_contexts(
        tokens, "war", documents=documents, window=window, sort=sort, contains=contains
    )
    by_doc = dict(zip(documents["doc"], documents["text"], strict=True))
    rows = tokens.astype({"doc": str, "term": str})
    expected = 0
    for doc, part in rows.groupby("doc"):
        part = part.reset_index(drop=True)
        for at in part.index[part["term"] == "war"]:
            if window == "sentence":
                inside = part[part["sentence"] == part["sentence"][at]]
            else:
                size = window if isinstance(window, tuple) else (window, window)
                is_word = part["is_word"] & (part.index != at)
                before = part[is_word & (part.index < at)]
                before = before.tail(size[0]) if size[0] else before.iloc[:0]
                after = part[is_word & (part.index > at)].head(size[1])
                around = pd.concat([before, part.loc[[at]], after])
                inside = part.loc[around.index.min() : around.index.max()]
            if contains and contains not in set(inside.drop(index=at)["term"]):
                continue
            expected += 1
            text, start = by_doc[doc], part["start"][at]
            line = table[(table["doc"] == doc) & (table["start"] == start)].iloc[0]
            assert line["left"] == text[inside["start"].min() : start]
            assert line["node"] == text[start : line["end"]]
            assert line["right"] == text[line["end"] : inside["end"].max()]
    assert len(table) == expected
