"""The checks of what comes in, and grouping."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis as da
from analysis.tables import InputError, group_codes, progress, require_choice, silent, stamp


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


def test_a_value_written_as_none_and_a_missing_one_are_one_group():
    documents = pd.DataFrame({"doc": list("abc"), "side": ["(none)", None, "x"]})
    rows = pd.DataFrame({"doc": list("abca")})
    codes, labels = group_codes(rows, "side", documents)
    assert labels["side"].tolist() == ["x", "(none)"]  # last, as where it is only missing
    assert codes.tolist() == [1, 1, 0, 1]
