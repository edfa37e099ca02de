"""What `verify` says of tables and figures whose record holds forged hand codes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import analysis as da

Design = dict[str, Any]


def _corpus() -> da.Corpus:
    texts = [
        "Prices rose. It rained. Nobody came. Prices fell. " * (1 + (i % 3 == 0)) for i in range(24)
    ]
    sides = ["east", "west"] * 12
    return da.Corpus(
        pd.DataFrame({"doc": [f"d{i:02}" for i in range(24)], "side": sides, "text": texts})
    )


def _coded(sample: pd.DataFrame, first: str = "yes", second: str = "no") -> pd.DataFrame:
    """The codes of a coder who says the first of three rows of four; without texts."""
    codes = np.where(np.arange(len(sample)) % 4, first, second)
    return sample.assign(coder="me", code=codes).drop(columns="text")


def _rates(corpus: da.Corpus) -> pd.DataFrame:
    return da.count_term_groups(corpus, {"price": ["prices"]}, by="side")


SAMPLES: dict[str, Callable[[da.Corpus], pd.DataFrame]] = {
    "sentences": lambda corpus: da.sample_for_coding(
        None, corpus, n=50, unit="sentence", choices=["yes", "no"]
    ),
    "terms": lambda corpus: da.sample_for_coding(
        None, corpus, n=60, unit="sentence", terms={"yes": ["prices"]}, choices=["yes", "no"],
        rest="no", by="side",
    ),
    "layer": lambda corpus: da.sample_for_coding("sentences", corpus, n=50),
    "measure": lambda corpus: da.sample_for_coding(_rates(corpus), corpus, n=50),
}  # fmt: skip
BUNDLES: dict[str, Callable[[da.Corpus, pd.DataFrame, Path], Path]] = {
    "codes": lambda corpus, codes, path: da.save_table(
        da.count_codes(corpus, codes), path, caption="Codes."
    ),
    "table": lambda corpus, codes, path: da.save_table(
        da.correct(_rates(corpus), codes, corpus), path, caption="Rates."
    ),
    "figure": lambda corpus, codes, path: da.save_figure(
        da.plot_terms(da.correct(_rates(corpus), codes, corpus)), path
    ),
}


def _verdict(corpus: da.Corpus, codes: pd.DataFrame, path: Path, bundle: str = "codes") -> str:
    """What verify says of a bundle that is made of codes; "refused" where none can be made."""
    try:
        saved = BUNDLES[bundle](corpus, codes, path)
    except da.InputError:
        return "refused"
    return str(da.verify(saved, corpus=corpus).attrs["verdict"])


def _frame_tenfold(codes: pd.DataFrame, design: Design) -> pd.DataFrame:
    frame = design["frame"]["rows"]
    for doc, line in frame.items():
        frame[doc] = " ".join(str(10 * int(number)) for number in line.split())
    return codes


def _one_document_tenfold(codes: pd.DataFrame, design: Design) -> pd.DataFrame:
    frame = design["frame"]["rows"]
    frame["d01"] = " ".join(str(10 * int(number)) for number in frame["d01"].split())
    return codes


def _strata_grown(codes: pd.DataFrame, design: Design) -> pd.DataFrame:
    design["strata"][min(design["strata"])] += 50
    return codes


def _probability(value: float) -> Callable[[pd.DataFrame, Design], pd.DataFrame]:
    return lambda codes, design: codes.assign(probability=value)


def _other_rows(codes: pd.DataFrame, design: Design) -> pd.DataFrame:
    """The places of some rows exchanged: what was drawn is no longer what the seed draws."""
    doc, stratum, machine = (codes[name].iloc[0] for name in ("doc", "stratum", "machine"))
    same = (codes["stratum"] == stratum) & (codes["machine"] == machine) & (codes["doc"] != doc)
    other = codes.index[same][0]
    order = codes.index.to_series()
    order[[codes.index[0], other]] = [other, codes.index[0]]
    return codes.assign(**{name: codes[name].loc[order].array for name in ("doc", "start", "end")})


def _coded_many_times(codes: pd.DataFrame, design: Design) -> pd.DataFrame:
    design["drawn"] = 2 * design["drawn"]
    again = codes.head(3).assign(row=["9001", "9002", "9003"])
    return pd.concat([codes, again], ignore_index=True)


def _seed(codes: pd.DataFrame, design: Design) -> pd.DataFrame:
    design["seed"] += 1
    return codes


def _not_drawn(codes: pd.DataFrame, design: Design) -> pd.DataFrame:
    del design["drawn"]
    return codes


FORGERIES = {
    "frame": _frame_tenfold,
    "document": _one_document_tenfold,
    "strata": _strata_grown,
    "certain": _probability(1.0),
    "rare": _probability(1e-6),
    "rows": _other_rows,
    "many times": _coded_many_times,
    "seed": _seed,
    "number": _not_drawn,
}


def _forged(codes: pd.DataFrame, forge: Callable[[pd.DataFrame, Design], pd.DataFrame]) -> Any:
    attrs = copy.deepcopy(codes.attrs)
    result = forge(codes.copy(), attrs["coding"])
    result.attrs = attrs
    return result


@pytest.mark.parametrize("forgery", FORGERIES)
@pytest.mark.parametrize("bundle", BUNDLES)
def test_forged_codes_are_not_verified(tmp_path: Path, bundle: str, forgery: str) -> None:
    corpus = _corpus()
    codes = _coded(SAMPLES["measure"](corpus))
    forged = _forged(codes, FORGERIES[forgery])
    assert _verdict(corpus, forged, tmp_path / "forged", bundle) in ("differs", "refused")


@pytest.mark.parametrize("kind", SAMPLES)
def test_codes_of_every_kind_of_sample_are_verified(tmp_path: Path, kind: str) -> None:
    corpus = _corpus()
    codes = _coded(SAMPLES[kind](corpus))
    assert _verdict(corpus, codes, tmp_path / "whole") == "verified"
    for name in ("frame", "strata", "rows"):
        forged = _forged(codes, FORGERIES[name])
        assert _verdict(corpus, forged, tmp_path / name) in ("differs", "refused")


@pytest.mark.parametrize("bundle", BUNDLES)
def test_honest_codes_are_verified(tmp_path: Path, bundle: str) -> None:
    corpus = _corpus()
    codes = _coded(SAMPLES["measure"](corpus))
    assert _verdict(corpus, codes, tmp_path / "whole", bundle) == "verified"


def test_samples_of_rows_of_ones_own_are_checked_in_part(tmp_path: Path) -> None:
    corpus = _corpus()
    own = corpus.layer("sentences").iloc[::2]
    codes = _coded(da.sample_for_coding(own[["doc", "start", "end"]], corpus, n=40))
    saved = BUNDLES["codes"](corpus, codes, tmp_path / "own")
    checks = da.verify(saved, corpus=corpus)
    assert checks.attrs["verdict"] == "checked in part"
    assert checks["detail"].str.contains("rows of the user's own").any()
    drawn = _coded(SAMPLES["measure"](corpus))
    for bundle in BUNDLES:
        hidden = _forged(drawn, lambda codes, design: design.pop("source") and codes)
        saved = BUNDLES[bundle](corpus, hidden, tmp_path / bundle)
        assert da.verify(saved, corpus=corpus).attrs["verdict"] == "checked in part"


@pytest.mark.parametrize("bundle", BUNDLES)
def test_what_is_said_of_the_codes_is_computed_again(tmp_path: Path, bundle: str) -> None:
    corpus = _corpus()
    codes = _coded(SAMPLES["measure"](corpus))
    table = da.correct(_rates(corpus), codes, corpus)
    if bundle == "codes":
        table = da.count_codes(corpus, codes)
    table.attrs["coded"] = "corrected with 5,000 hand-coded rows (four coders, α 0.99)"
    path = tmp_path / "said"
    if bundle == "figure":
        saved = da.save_figure(da.plot_terms(table), path)
    else:
        saved = da.save_table(table, path, caption="Said.")
    checks = da.verify(saved, corpus=corpus)
    assert checks.attrs["verdict"] == "differs"
    assert checks["detail"].str.contains("5,000 hand-coded rows").any()


def test_more_codes_than_rows_are_refused() -> None:
    corpus = _corpus()
    codes = _coded(SAMPLES["measure"](corpus))
    many = pd.concat([codes.assign(row=codes["row"] + str(i)) for i in range(9)])
    many.attrs = codes.attrs
    with pytest.raises(da.InputError, match="more rows of its kind are coded"):
        da.count_codes(corpus, many)


def test_joined_strata_are_verified(tmp_path: Path) -> None:
    outlets = [f"o{i:03}" for i in range(300)]
    texts = ["Prices rose again. " * 6 for _ in outlets]
    corpus = da.Corpus(pd.DataFrame({"doc": outlets, "outlet": outlets, "text": texts}))
    options: dict[str, Any] = {"n": 60, "unit": "sentence", "choices": ["cost", "none"]}
    with pytest.warns(UserWarning, match="are joined"):
        sample = da.sample_for_coding(None, corpus, by="outlet", **options)
    assert _verdict(corpus, _coded(sample, "cost", "none"), tmp_path / "x") == "verified"
