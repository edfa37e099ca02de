"""What other texts have and one text lacks."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.special import betaincinv

import analysis as da
from analysis.terms.presence import compare_presence

NAMES = pd.DataFrame(
    {
        "doc": ["a", "a", "b", "c", "d", "e", "b"],
        "entity": ["Peru", "Peru", "Chile", "Chile", "Chile", "Peru", "Iran"],
    }
)
DOCUMENTS = pd.DataFrame({"doc": list("abcdef"), "text": "x"})


def test_counts_and_shares_are_of_the_other_texts():
    found = compare_presence(NAMES, "a", item="entity", documents=DOCUMENTS)
    assert found["entity"].tolist() == ["Peru", "Chile", "Iran"]
    assert found["count"].tolist() == [2, 0, 0]
    assert found["documents"].tolist() == [1, 3, 1]
    assert found["group_documents"].tolist() == [5, 5, 5]
    assert found["difference"].tolist() == pytest.approx([0.8, -0.6, -0.2])


def test_interval_is_korn_and_graubards():
    found = compare_presence(NAMES, "a", item="entity", documents=DOCUMENTS)
    row = found[found["entity"] == "Chile"].iloc[0]
    # 3 of 5 texts; of five draws one is spent on the mean: the beta quantiles of 2.4 hits in 4
    low, high = betaincinv(2.4, 1.6 + 1, 0.025), betaincinv(2.4 + 1, 1.6, 0.975)
    assert (row["low"], row["high"]) == pytest.approx((low, high))


def test_fewer_than_three_others_have_no_interval():
    found = compare_presence(NAMES[NAMES["doc"].isin(["a", "b"])], "a", item="entity")
    assert found["low"].isna().all()
    assert found["interval"].unique().tolist() == ["none: fewer than 3 documents"]


def test_the_text_as_a_whole_is_set_beside_each_other_text():
    # beside a, e and f, Chile is usual (3 of 5 others); beside a text that has it 2 of 5 others do
    whole = compare_presence(NAMES, "a", item="entity", documents=DOCUMENTS).attrs["presence"]
    assert (whole["usual"], whole["lacks"]) == (1, 1)
    assert whole["lacks_others"] == [0, 0, 0, 1, 1]
    assert whole["p_lacks"] == pytest.approx(3 / 6)
    assert whole["alone"] == 0
    assert whole["alone_others"] == [1, 0, 0, 0, 0]
    assert whole["p_alone"] == 1


def test_rows_lead_to_their_passages():
    texts = pd.DataFrame({"doc": ["a", "b"], "text": ["War and war.", "Peace."]})
    corpus = da.Corpus(texts)
    found = compare_presence(corpus, "a")
    assert len(da.find_passages(found, corpus, term="war")) == 2


@pytest.mark.parametrize(
    ("doc", "documents", "why"),
    [
        ("z", DOCUMENTS, "choose one of 'a', 'b'"),
        ("a", DOCUMENTS.head(1), "the only text"),
        ("a", DOCUMENTS.head(2), "not in the documents table"),
    ],
)
def test_what_cannot_be_compared_is_refused(doc, documents, why):
    with pytest.raises(da.InputError, match=why):
        compare_presence(NAMES, doc, item="entity", documents=documents)
