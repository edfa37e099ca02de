"""The checks at the doors, grouping and the bootstrap."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import analysis as da
from analysis.tables import InputError, group_codes, progress, require_choice, silent, stamp
from analysis.terms.intervals import bootstrap_ratio, describe, resampling_units


def test_choices_and_columns_are_named() -> None:
    with pytest.raises(InputError, match="measure='x' is not known; choose one of 'mi', 't'"):
        require_choice("x", ("mi", "t"), "measure")


def test_groups_from_the_documents(documents: pd.DataFrame) -> None:
    tokens = da.tokenize(documents)
    codes, labels = group_codes(tokens, "side", documents)
    assert labels["side"].tolist() == ["east", "west"]
    assert np.bincount(codes).tolist() == [
        int(tokens["doc"].isin(["a", "b"]).sum()),
        int(tokens["doc"].isin(["c", "d"]).sum()),
    ]
    codes, labels = group_codes(tokens, ["side", "outlet"], documents)
    assert labels.to_dict("list") == {
        "side": ["east", "east", "west"],
        "outlet": ["Alpha", "Beta", "Gamma"],
    }
    assert codes.max() == 2
    codes, labels = group_codes(tokens, None)
    assert labels.shape == (1, 0)
    assert set(codes) == {0}


def test_groups_by_doc_and_mixed_columns(documents: pd.DataFrame) -> None:
    tokens = da.tokenize(documents)
    codes, labels = group_codes(tokens, "doc")
    assert labels["doc"].tolist() == ["a", "b", "c", "d"]
    assert (codes == tokens["doc"].cat.codes).all()
    codes, labels = group_codes(tokens, ["is_word", "side"], documents)
    assert len(labels) == 4
    plain = tokens.assign(doc=tokens["doc"].astype(object))
    assert (
        group_codes(plain, "side", documents)[0] == group_codes(tokens, "side", documents)[0]
    ).all()


def test_a_group_without_tokens_is_still_there(documents: pd.DataFrame) -> None:
    documents.loc[len(documents)] = ["e", "north", None, pd.NaT, ""]
    tokens = da.tokenize(documents)
    assert group_codes(tokens, "side", documents)[1]["side"].tolist() == ["east", "north", "west"]
    assert "(none)" in group_codes(tokens, "outlet", documents)[1]["outlet"].tolist()
    assert len(group_codes(tokens, ["side", "outlet"], documents)[1]) == 4


def test_grouping_refuses_what_it_does_not_know(documents: pd.DataFrame) -> None:
    tokens = da.tokenize(documents)
    with pytest.raises(InputError, match="pass documents="):
        group_codes(tokens, "side")
    with pytest.raises(InputError, match="no column 'sied'"):
        group_codes(tokens, "sied", documents)
    with pytest.raises(InputError, match="'d' is not in the documents"):
        group_codes(tokens, "side", documents.head(3))


def test_stamp_makes_plain_values() -> None:
    source = pd.DataFrame()
    source.attrs = {"corpus": {"name": "x"}, "steps": [{"call": "tokenize"}]}
    params = {"n": np.int64(2), "stop": {"b", "a"}, "t": ("x", 1.5), "d": pd.DataFrame(), "p": Path}
    result = stamp(pd.DataFrame(), source, "count_terms", params)
    assert [step["call"] for step in result.attrs["steps"]] == ["tokenize", "count_terms"]
    plain = result.attrs["steps"][1]["params"]
    assert plain["n"] == 2
    assert plain["stop"] == ["a", "b"]
    assert plain["t"] == ["x", 1.5]
    assert plain["d"] is True
    assert isinstance(plain["p"], str)
    assert source.attrs["steps"] == [{"call": "tokenize"}]


def test_progress_is_silent_and_passes_everything_on(capsys: pytest.CaptureFixture) -> None:
    assert list(progress(range(3), desc="x")) == [0, 1, 2]
    assert capsys.readouterr().err == ""


def test_progress_can_be_silenced(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    monkeypatch.setattr("tqdm.tqdm", lambda items, **bar: asked.append(bar["disable"]) or items)
    with silent():
        assert list(progress("ab")) == ["a", "b"]
    assert list(progress("ab")) == ["a", "b"]
    assert asked == [None]


def test_bootstrap_brackets_the_ratio_and_is_seeded() -> None:
    random = np.random.default_rng(1)
    base = random.integers(50, 200, 40)
    count = random.binomial(base, 0.1)[:, None]
    group = np.zeros(40, int)
    low, high = bootstrap_ratio(count, base, group, n_groups=1)
    ratio = count.sum() / base.sum()
    assert low[0, 0] < ratio < high[0, 0]
    # the usual large-sample standard error of a ratio, for comparison
    residual = count[:, 0] - ratio * base
    error = np.sqrt((residual**2).sum()) / base.sum()
    assert (high - low)[0, 0] == pytest.approx(2 * 1.96 * error, rel=0.15)
    again = bootstrap_ratio(count, base, group, n_groups=1)
    assert low == again[0]
    assert high == again[1]


def test_bootstrap_of_sparse_counts_equals_dense_and_ignores_other_groups() -> None:
    random = np.random.default_rng(2)
    count = random.poisson(1.0, (30, 5))
    base = random.integers(10, 20, 30)
    group = np.repeat([0, 1, 2], 10)
    dense = bootstrap_ratio(count, base, group, n_groups=3)
    thin = bootstrap_ratio(sparse.csr_matrix(count), base, group, n_groups=3)
    np.testing.assert_allclose(dense, thin)
    alone = bootstrap_ratio(count[10:20], base[10:20], np.zeros(10, int), n_groups=1)
    np.testing.assert_allclose(dense[0][1], alone[0][0])


def test_bootstrap_of_two_units_by_hand() -> None:
    # drawn: both first (0.1), both second (0.3), or one of each (0.2), with 1/4, 1/4, 1/2
    low, high = bootstrap_ratio(
        np.array([[1], [3]]), np.array([10, 10]), np.zeros(2, int), n_groups=1, confidence=0.4
    )
    assert (low[0, 0], high[0, 0]) == (pytest.approx(0.2), pytest.approx(0.2))


def test_bootstrap_claims_nothing_for_a_single_unit_or_an_empty_base() -> None:
    low, high = bootstrap_ratio(
        np.array([[1], [0], [0]]), np.array([5, 0, 0]), np.array([0, 1, 1]), n_groups=3
    )
    assert np.isnan(low).all()
    assert np.isnan(high).all()
    with pytest.raises(InputError, match="confidence=95"):
        bootstrap_ratio(np.ones((2, 1)), np.ones(2), np.zeros(2, int), n_groups=1, confidence=95)


def test_units_are_documents_or_the_sentences_of_a_lonely_one() -> None:
    doc = np.array([0, 0, 1, 2, 2, 2])
    sentence = np.array([0, 1, 0, 0, 0, 4])
    group = np.array([0, 0, 0, 1, 1, 1])
    unit, unit_group, method = resampling_units(doc, sentence, group, 3)
    assert unit.tolist() == [0, 0, 1, 2, 2, 3]
    assert unit_group.tolist() == [0, 0, 1, 1]
    assert method == ["documents", "sentences", "none"]
    assert resampling_units(doc, None, group, 3)[2] == ["documents", "none", "none"]
    far = resampling_units(np.array([10**6, 5]), None, np.array([0, 0]), 1)
    assert far[0].tolist() == [1, 0]
    assert "sentences" in describe("sentences", 0.9)


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, analysis; print(sorted(set(sys.modules) & {'pandas','numpy','nltk','scipy'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_loads_and_is_documented() -> None:
    for name in da.__all__:
        value = getattr(da, name)
        assert name == "__version__" or value.__doc__
    assert dir(da) == da.__all__
    with pytest.raises(AttributeError, match="nonsense"):
        da.nonsense  # noqa: B018
