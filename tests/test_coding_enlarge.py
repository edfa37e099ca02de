"""A sample that is drawn larger later, with what was coded of it kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import analysis as da
from analysis.cli.main import main
from analysis.coding.design import allocate, allocate_more
from analysis.coding.sample import draw
from analysis.coding.session import CodingSession

TERMS = {"prices": ["prices"]}


def _corpus(size: int = 30, seed: int = 0) -> da.Corpus:
    """Texts of two sides in which prices rise in some sentences."""
    rng = np.random.default_rng(seed)
    said = np.array(["Prices rose.", "It rained.", "Nobody came here.", "Wages fell."])
    texts = [" ".join(rng.choice(said, 20, p=[0.2, 0.3, 0.3, 0.2])) for _ in range(size)]
    sides = ["east", "west"] * (size // 2)
    docs = [f"d{i:02}" for i in range(size)]
    return da.Corpus(pd.DataFrame({"doc": docs, "side": sides, "text": texts}))


def _sentences(corpus: da.Corpus, n: int, **more) -> pd.DataFrame:
    options = {"terms": TERMS, "choices": ["prices", "none"], **more}
    return da.sample_for_coding(None, corpus, n=n, unit="sentence", **options)


DRAWN = {
    "sentences": lambda corpus, n: _sentences(corpus, n, by="side"),
    "layer": lambda corpus, n: da.sample_for_coding("sentences", corpus, n=n),
    "rates": lambda corpus, n: da.sample_for_coding(
        da.count_term_groups(corpus, TERMS, by="side"), corpus, n=n
    ),
    "some": lambda corpus, n: _sentences(corpus, n, only={"side": "east"}, headings=False),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_a_larger_sample_holds_the_smaller_first(kind: str, tmp_path: Path) -> None:
    corpus = _corpus()
    old = DRAWN[kind](corpus, 40)
    path = da.write_sample(old, path=tmp_path / "a.csv")
    new = da.enlarge_sample(path, corpus, n=70)
    same = [name for name in old.columns if name != "probability"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(new[same].head(40)), pd.DataFrame(old[same]), check_dtype=False
    )
    assert new["row"].tolist() == [f"{i:04d}" for i in range(1, 71)]
    assert len(new.drop_duplicates(["doc", "start", "end"])) == 70
    assert new[["text", "left", "right"]].notna().all(axis=None)
    part = new["stratum"].map(new["stratum"].value_counts()) / new["stratum"].map(
        new.attrs["coding"]["strata"]
    )
    np.testing.assert_allclose(new["probability"], part)
    assert "machine" not in repr(new)


def test_allocation_only_adds() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        counts = rng.integers(1, 200, rng.integers(1, 9))
        n = rng.integers(len(counts), counts.sum() + 1)
        drawn = allocate(counts, n)
        for further in rng.integers(n, counts.sum() + 1, 3):
            more = allocate_more(counts, drawn, int(further))
            assert (more >= 0).all()
            assert (drawn + more <= counts).all()
            assert drawn.sum() + more.sum() == further


def test_what_coders_have_filled_in_stays(tmp_path: Path) -> None:
    corpus = _corpus()
    old = _sentences(corpus, 20)
    path = da.write_sample(old, path=tmp_path / "topic.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["rows"]
    header = [cell.value for cell in sheet[1]]
    sheet.cell(1, len(header) + 1, "mood")
    for line in range(2, 22):
        sheet.cell(line, header.index("code") + 1, "prices" if line % 2 else "none")
        sheet.cell(line, header.index("note") + 1, f"note {line}")
        sheet.cell(line, len(header) + 1, line)
    book.save(tmp_path / "topic-ann.xlsx")
    view = CodingSession(path, "Ben")
    for _ in range(5):
        view.code("none")
    ben = tmp_path / "topic-Ben.csv"
    table = pd.read_csv(ben, encoding="utf-8-sig", dtype=str).assign(own="x")
    table.iloc[::-1].to_csv(ben, index=False, encoding="utf-8-sig")
    before = da.read_codes([tmp_path / "topic-ann.xlsx", ben], corpus)

    new = da.enlarge_sample(path, corpus, n=50)
    assert da.write_sample(new, path=path) == path
    after = da.read_codes([tmp_path / "topic-ann.xlsx", ben], corpus)
    same = ["coder", "row", "code", "note"]
    assert after[same].to_numpy().tolist() == before[same].to_numpy().tolist()
    assert after.attrs["coding"]["drawn"] == 50
    sheet = openpyxl.load_workbook(tmp_path / "topic-ann.xlsx")["rows"]
    assert sheet.max_row == 51
    assert [sheet.cell(line, len(header) + 1).value for line in (1, 2, 21)] == ["mood", 2, 21]
    assert sheet.cell(51, header.index("text") + 1).value == new["text"].iloc[49]
    rule = sheet.data_validations.dataValidation[0]
    assert {20, 51} <= {
        r for area in rule.sqref.ranges for r in range(area.min_row, area.max_row + 1)
    }
    table = pd.read_csv(ben, encoding="utf-8-sig", dtype=str)
    assert (len(table), table["own"].eq("x").sum()) == (50, 20)

    view = CodingSession(path, "Ben")
    assert view.state()["coded"] == 5
    while view.state()["coded"] < 50:
        view.code("none")
    both = da.read_codes([tmp_path / "topic-ann.xlsx", ben], corpus)
    assert both["coder"].value_counts().to_dict() == {"Ben": 50, "ann": 20}
    kept = da.read_codes(tmp_path / "topic.codes.json", corpus)
    assert len(kept) == 70
    chance = dict(zip(new["row"], new["probability"], strict=True))
    np.testing.assert_allclose(kept["probability"], kept["row"].map(chance))
    assert da.count_codes(corpus, kept)["coded"].tolist() == [50, 50]


def test_files_of_the_smaller_sample_are_read_as_codes_of_the_larger(tmp_path: Path) -> None:
    corpus = _corpus()
    path = da.write_sample(_sentences(corpus, 20), path=tmp_path / "topic.csv")
    table = pd.read_csv(path, encoding="utf-8-sig", dtype=str).assign(code="none")
    twice = da.enlarge_sample(da.enlarge_sample(path, corpus, n=30), corpus, n=45)
    table.to_csv(tmp_path / "old-cat.csv", index=False)
    codes = da.read_codes(tmp_path / "old-cat.csv", corpus, sample=twice)
    assert (len(codes), codes.attrs["coding"]["enlarged"]) == (20, [20, 30])
    other = _sentences(corpus, 45, seed=3)
    with pytest.raises(da.InputError, match="row of another sample"):
        da.read_codes(tmp_path / "old-cat.csv", corpus, sample=other)


def test_nothing_is_written_where_a_file_cannot_be_read(tmp_path: Path) -> None:
    corpus = _corpus()
    path = da.write_sample(_sentences(corpus, 20), path=tmp_path / "topic.csv")
    table = pd.read_csv(path, encoding="utf-8-sig", dtype=str).assign(code="nonsense")
    table.to_csv(tmp_path / "topic-ann.csv", index=False)
    before = {one: one.read_bytes() for one in tmp_path.iterdir()}
    with pytest.raises(da.InputError, match="nonsense"):
        da.write_sample(da.enlarge_sample(path, corpus, n=30), path=path)
    assert all(one.read_bytes() == held for one, held in before.items())


@pytest.mark.parametrize("bundle", ["codes", "table"])
def test_verify_draws_the_larger_sample_again(bundle: str, tmp_path: Path) -> None:
    corpus = _corpus()
    rates = da.count_term_groups(corpus, TERMS, by="side")
    sample = da.enlarge_sample(da.sample_for_coding(rates, corpus, n=50), corpus, n=80)
    codes = sample.assign(coder="me", code=np.where(np.arange(80) % 4, "yes", "no"))
    codes = codes.drop(columns="text")
    table = da.count_codes(corpus, codes) if bundle == "codes" else da.correct(rates, codes, corpus)
    saved = da.save_table(table, tmp_path / "t", caption="Codes.")
    assert da.verify(saved, corpus=corpus).attrs["verdict"] == "verified"
    codes.attrs["coding"] = codes.attrs["coding"] | {"enlarged": [40]}
    table = da.count_codes(corpus, codes) if bundle == "codes" else da.correct(rates, codes, corpus)
    saved = da.save_table(table, tmp_path / "u", caption="Codes.")
    assert da.verify(saved, corpus=corpus).attrs["verdict"] != "verified"


def test_what_cannot_be_enlarged_is_refused_in_a_sentence() -> None:
    corpus = _corpus()
    sample = _sentences(corpus, 30)
    found = corpus.layer("sentences")
    own = found[found["text"] != "It rained."]
    mine = da.sample_for_coding(own, corpus, n=30)
    documents = corpus.documents
    changed = da.Corpus(documents.assign(text=documents["text"] + " It rained."))
    cases = [
        (sample, corpus, 30, "above 30"),
        (sample, corpus, 5000, "there are 600"),
        (sample, changed, 40, "have changed"),
        (sample.head(20), corpus, 40, "not the whole sample"),
        (sample.iloc[::-1], corpus, 40, "in their order"),
        (mine, corpus, 40, "rows="),
    ]
    for given, texts, n, said in cases:
        with pytest.raises(da.InputError, match=said):
            da.enlarge_sample(given, texts, n=n)
    assert len(da.enlarge_sample(mine, corpus, n=40, rows=own)) == 40
    with pytest.raises(da.InputError, match="other rows are found"):
        da.enlarge_sample(mine, corpus, n=40, rows=own.head(100))


def test_joined_strata_stay_joined(recwarn: pytest.WarningsRecorder) -> None:
    corpus = _corpus()
    old = _sentences(corpus, 20, by="doc")
    recwarn.clear()
    new = da.enlarge_sample(old, corpus, n=200)
    assert set(new["stratum"]) == set(old["stratum"])
    assert any("stay joined" in str(one.message) for one in recwarn)


def test_intervals_cover_after_enlarging() -> None:
    corpus = _corpus(40, seed=5)
    every = _sentences(corpus, len(corpus.layer("sentences")))
    rng = np.random.default_rng(2)
    chance = np.where(every["machine"] == "prices", 0.7, 0.15)
    every["coder"] = "me"
    hits, shares = [], []
    for seed in range(300):  # what is so is another each time, as in other texts of this kind
        every["code"] = np.where(rng.random(len(every)) < chance, "prices", "none")
        chosen, probability = draw(every["stratum"].to_numpy(), [60, 120], seed)
        codes = every.iloc[chosen].assign(probability=probability).drop(columns="text")
        row = da.count_codes(corpus, codes).set_index("code").loc["prices"]
        hits.append(row["low"] <= chance.mean() <= row["high"])
        shares.append(row["share"])
    assert np.mean(shares) == pytest.approx(chance.mean(), abs=0.008)
    assert 0.93 <= np.mean(hits) <= 0.97


def test_the_command_adds_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "corpus"
    assert main(["new", str(folder)]) == 0
    source = tmp_path / "a.txt"
    source.write_text("Rain\n\n" + "Prices rose. It rained. " * 30, encoding="utf-8")
    assert main(["add", str(source), "--yes", "--corpus", str(folder)]) == 0
    draw = ["code", "draw", "--corpus", str(folder)]
    path = tmp_path / "mine.csv"
    first = ["none", "--n", "20", "--choices", "a,b", "--unit", "sentence", "--output", str(path)]
    assert main([*draw, *first]) == 0
    capsys.readouterr()
    assert main([*draw, "--enlarge", str(path), "--n", "30"]) == 0
    assert "30 rows are in" in capsys.readouterr().out
    assert len(pd.read_csv(path, encoding="utf-8-sig")) == 30
    assert main([*draw, "--enlarge", str(path), "--n", "40", "--seed", "2"]) != 0
    assert "leave out --seed" in capsys.readouterr().err
