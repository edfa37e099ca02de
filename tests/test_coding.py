"""Samples that are coded by hand, codes read back, and what is corrected by them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import analysis as da
from analysis.coding import core
from analysis.coding.design import Cell, allocate


def _corpus(size: int = 12) -> da.Corpus:
    """Texts in which the machine, a list of words, takes the bank of a river for a bank."""
    texts = ["The bank lent money. The river bank broke. Rain fell. Nothing else is known."] * size
    return da.Corpus(
        pd.DataFrame(
            {
                "doc": [f"d{i:02}" for i in range(size)],
                "side": ["east", "west"] * (size // 2),
                "text": [
                    text if i % 3 else text.replace("river ", "") for i, text in enumerate(texts)
                ],
            }
        )
    )


@pytest.fixture
def drawn() -> tuple[da.Corpus, pd.DataFrame]:
    corpus = _corpus()
    terms = {"bank": ["bank"]}
    choices = ["bank", "none"]
    return corpus, da.sample_for_coding(
        None, corpus, n=40, unit="sentence", terms=terms, question="Money?", choices=choices,
        by="side", name="money",
    )  # fmt: skip


def _right(sample: pd.DataFrame) -> pd.Series:
    money = sample["text"].str.contains("bank") & ~sample["text"].str.contains("river")
    return money.map({True: "bank", False: "none"})


def _fill(path: Path, to: Path, codes: dict[str, str]) -> Path:
    """What a coder sends back."""
    book = openpyxl.load_workbook(path)
    sheet = book["rows"]
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        row[head.index("code")].value = codes.get(row[head.index("row")].value)
    book.save(to)
    return to


def test_allocation_is_whole_and_spares_small_strata() -> None:
    assert allocate([900, 100, 3, 0], 60).tolist() == [41, 16, 3, 0]
    assert allocate([2, 2], 4).tolist() == [2, 2]
    for n in (1, 7, 50, 111):
        assert allocate([50, 9, 50, 1, 1], n).sum() == n


def test_two_answers_are_ppi_with_the_slope_as_weight() -> None:
    # λF + (ȳ - λf̄) with λ the slope of the codes on the answers: Angelopoulos, Duchi, Zrnic 2024
    said = np.array([1] * 10 + [0] * 20)
    code = np.array([1] * 7 + [0] * 3 + [1] * 2 + [0] * 18, float)
    rows = np.array([[30, 20], [50, 0], [40, 60]], float)
    cell = Cell(rows, rows.sum(1), np.arange(30) % 3, said, np.ones(30), code)
    slope = np.polyfit(said, code, 1)[0]
    by_hand = slope * rows[:, 1].sum() / rows.sum() + code.mean() - slope * said.mean()
    assert core.corrected(cell, 0.95).value == pytest.approx(by_hand)


def test_no_error_among_the_coded_is_no_certainty() -> None:
    rows = np.full((40, 2), 10.0)
    kind = np.arange(60) % 2
    cell = Cell(rows, rows.sum(1), np.arange(60) % 40, kind, np.ones(60), kind.astype(float))
    found = core.corrected(cell, 0.95, over="rows")
    assert found.value == 0.5
    assert found.low < 0.47 < 0.53 < found.high
    none = core.corrected(cell._replace(code=np.zeros(60)), 0.95)
    assert (none.value, none.low) == (0, 0)
    assert 0.01 < none.high < 0.12


def test_the_same_seed_draws_the_same_rows(drawn: tuple[da.Corpus, pd.DataFrame]) -> None:
    corpus, sample = drawn
    options = {
        "n": 20,
        "unit": "sentence",
        "terms": {"bank": ["bank"]},
        "choices": ["bank", "none"],
    }
    one, two, other = (
        da.sample_for_coding(None, corpus, seed=seed, **options) for seed in (3, 3, 4)
    )
    pd.testing.assert_frame_equal(one, two)
    assert one["text"].tolist() != other["text"].tolist()
    weights = 1 / sample["probability"]
    assert weights.sum() == pytest.approx(len(corpus.sentences))


def test_shares_of_own_categories_are_corrected(drawn: tuple[da.Corpus, pd.DataFrame]) -> None:
    corpus, sample = drawn
    codes = sample.assign(coder="me", code=_right(sample))
    found = da.count_codes(corpus, codes)
    row = found[found["code"] == "bank"].iloc[0]
    assert row["share_machine"] == pytest.approx(0.5)
    truth = (_right(corpus.sentences) == "bank").mean()
    assert row["low"] < truth < row["high"] < row["share_machine"]
    assert row["precision_low"] < truth / 0.5 < row["precision_high"]
    by_side = da.count_codes(corpus, codes, by="side")
    assert by_side["side"].unique().tolist() == ["east", "west"]
    assert by_side["coded"].sum() == 2 * 40


def test_few_codes_correct_nothing_and_say_so(drawn: tuple[da.Corpus, pd.DataFrame]) -> None:
    corpus, sample = drawn
    codes = sample.assign(coder="me", code=_right(sample)).head(15)
    found = da.count_codes(corpus, codes)
    assert found["share"].tolist() == found["share_machine"].tolist()
    assert found["low"].isna().all()
    assert found["interval"].str.startswith("none: fewer than 20 rows coded").all()


def test_rates_are_corrected_and_verified(tmp_path: Path) -> None:
    corpus = _corpus()
    rates = da.count_term_groups(corpus, {"bank": ["bank"]}, by="side")
    sample = da.sample_for_coding(rates, corpus, n=24)
    river = sample["left"].str.endswith("river ")
    codes = sample.assign(coder="me", code=river.map({True: "no", False: "yes"}))
    few = codes.head(20)  # of six texts a side with two hits each: too few to say anything of one
    few.attrs = codes.attrs
    assert not da.correct(rates, few, corpus)["low"].notna().any()
    whole = da.count_term_groups(corpus, {"bank": ["bank"]})
    fixed = da.correct(whole, codes, corpus)
    row = fixed.iloc[0]
    assert row["rate_machine"] == pytest.approx(whole["rate"].iloc[0])
    assert row["rate"] == pytest.approx(whole["rate"].iloc[0] * 16 / 24)
    assert row["count"] == 24
    assert len(da.find_passages(fixed, corpus)) == 24
    saved = da.save_figure(da.plot_terms(fixed), tmp_path / "bank")
    assert da.verify(saved, corpus=corpus).attrs["verdict"] == "verified"


def test_codes_come_back_from_two_coders(
    drawn: tuple[da.Corpus, pd.DataFrame], tmp_path: Path
) -> None:
    corpus, sample = drawn
    path = da.write_sample(sample, path=tmp_path / "money.xlsx")
    book = openpyxl.load_workbook(path)
    assert "machine" not in [cell.value for cell in book["rows"][1]]
    assert book["rows"].data_validations.dataValidation[0].sqref
    right = dict(zip(sample["row"], _right(sample), strict=True))
    one = _fill(path, tmp_path / "money-ann.xlsx", right)
    half = dict(list(right.items())[:25])
    flip = "none" if half["0001"] == "bank" else "bank"
    two = _fill(
        path, tmp_path / "money-ben.xlsx", half | {"0001": flip, "0002": f" {half['0002'].upper()}"}
    )
    codes = da.read_codes([one, two], corpus)
    assert codes.groupby("coder").size().tolist() == [40, 25]
    kept = da.read_codes(tmp_path / "money.codes.json", corpus)
    assert kept["code"].tolist() == codes["code"].tolist()
    agreement = da.score_agreement(codes).iloc[0]
    assert agreement["rows"] == 25
    assert agreement["low"] < agreement["alpha"] <= 1
    assert (
        da.count_codes(corpus, kept)
        .attrs["coded"]
        .startswith("corrected with 40 hand-coded rows (two coders, α ")
    )
    said = str(da.count_codes(corpus, kept).attrs["coded"])
    assert said.endswith(" in the 25 coded by more than one)")
    with pytest.raises(da.InputError, match="no width of a share"):
        da.plan_coding(da.count_codes(corpus, kept), width=10)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.assign(row="9999"), "row 2: there is no row '9999'"),
        (lambda rows: rows.assign(row="0001"), "row 3: row 0001 is there twice"),
        (lambda rows: rows.assign(code="maybe"), "row 2: the code 'maybe' is not known; choose"),
        (lambda rows: rows.assign(text="Another."), "row 2: its passage is another"),
        (lambda rows: rows.drop(columns="code"), "lacks the column 'code'"),
        (lambda rows: rows.assign(code=None), "no row has a code"),
    ],
)
def test_what_does_not_fit_is_refused(
    drawn: tuple[da.Corpus, pd.DataFrame], tmp_path: Path, change, said: str
) -> None:
    path = da.write_sample(drawn[1], path=tmp_path / "money.csv")
    rows = pd.read_csv(path, dtype=str).assign(code="none")
    change(rows).to_csv(tmp_path / "money-ann.csv", index=False)
    with pytest.raises(da.InputError, match=r"money-ann\.csv") as error:
        da.read_codes(tmp_path / "money-ann.csv")
    assert said in str(error.value)


def test_texts_that_changed_are_refused(
    drawn: tuple[da.Corpus, pd.DataFrame], tmp_path: Path
) -> None:
    corpus, sample = drawn
    codes = sample.assign(coder="me", code=_right(sample))
    documents = corpus.documents.assign(text=corpus.documents["text"].str.replace("money", "funds"))
    other = da.Corpus(documents[["doc", "side", "text"]])
    path = da.write_sample(sample, path=tmp_path / "money.csv")
    rows = pd.read_csv(path, dtype=str).assign(code="none")
    rows.to_csv(tmp_path / "money-ann.csv", index=False)
    with pytest.raises(da.InputError, match="was coded in another text"):
        da.read_codes(tmp_path / "money-ann.csv", other)
    assert (tmp_path / "money.codes.json").is_file()
    rates = da.count_term_groups(other, {"bank": ["bank"]})
    with pytest.raises(da.InputError, match=r"cannot correct this table|another text"):
        da.correct(rates, codes, other)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n": 10_000}, "there are 48 to draw from"),
        ({"n": 5, "by": "sides"}, "no column 'sides'"),
        ({"n": 5, "choices": ["one"]}, "two or more"),
        ({"n": 5, "unit": "page"}, "choose one of"),
    ],
)
def test_samples_that_cannot_be_are_refused(options: dict, said: str) -> None:
    with pytest.raises(da.InputError, match=said):
        da.sample_for_coding(None, _corpus(), **({"unit": "sentence"} | options))


def test_alpha_is_krippendorffs(drawn: tuple[da.Corpus, pd.DataFrame]) -> None:
    # Krippendorff 2011, “Computing Krippendorff's alpha-reliability”, B: nominal data, 0.743
    codes = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .",
             "1 2 3 3 2 4 4 1 2 5 1 ."]  # fmt: skip
    _, sample = drawn
    parts = [
        sample.head(12).assign(coder=f"c{i}", code=line.split()) for i, line in enumerate(codes)
    ]
    table = pd.concat(parts, ignore_index=True)
    table.attrs = sample.attrs
    assert da.score_agreement(table[table["code"] != "."])["alpha"].iloc[0] == pytest.approx(
        0.743, abs=5e-4
    )


def test_disagreements_are_found(drawn: tuple[da.Corpus, pd.DataFrame]) -> None:
    _, sample = drawn
    right = _right(sample)
    other = right.where(sample["row"] != "0004", "bank" if right.iloc[3] == "none" else "none")
    parts = [sample.assign(coder="Ann", code=right), sample.assign(coder="Ben", code=other)]
    codes = pd.concat(parts, ignore_index=True)
    codes.attrs = sample.attrs
    assert da.find_disagreements(codes)["row"].tolist() == ["0004"]
    assert (
        len(da.find_disagreements(parts[0], with_machine=True))
        == (right != sample["machine"]).sum()
    )


def test_a_codebook_gives_question_codes_and_terms(tmp_path: Path) -> None:
    path = tmp_path / "codebook.yml"
    path.write_text(
        "money:\n  question: Is money meant?\n  unit: sentence\n"
        "  choices: {bank: a bank, none: anything else}\n"
        "  rules: [A river is none.]\n  terms: {bank: [bank]}\n"
        "  examples: [{text: The bank lent., code: bank}]\n"
    )
    entry = da.read_codebook(path)["money"]
    sample = da.sample_for_coding(None, _corpus(), n=20, question=entry)
    assert set(sample["machine"]) == {"bank", "none"}
    written = da.write_sample(sample, path=tmp_path / "money.xlsx")
    lines = [row[0].value for row in openpyxl.load_workbook(written)["rules"].iter_rows()]
    assert lines[0] == "Is money meant?"
    assert {"bank: a bank", "A river is none.", "The bank lent. → bank"} <= set(lines)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("tone: [a", "cannot be read as YAML"),
        ("", "holds no questions"),
        ("tone:\n  choices: [a, b]", "lacks its question"),
        ("tone:\n  question: What?\n  choices: [a]", "two or more choices"),
        ("tone:\n  question: What?\n  choices: [a, b]\n  chioces: [a, b]", "'chioces'"),
        ("tone:\n  question: W?\n  choices: [a, b]\n  examples: [{text: T, code: c}]", "example"),
    ],
)
def test_codebooks_that_cannot_be_read(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "codebook.yml").write_text(content)
    with pytest.raises(da.InputError, match=said):
        da.read_codebook(tmp_path / "codebook.yml")


def test_means_of_numbers_are_corrected() -> None:
    words = ["fell", "rose", "stood"]
    texts = [" ".join(f"It {words[(i * j + j) % 3]}." for j in range(9)) for i in range(12)]
    corpus = da.Corpus(pd.DataFrame({"doc": [f"d{i:02}" for i in range(12)], "text": texts}))
    truth = (
        corpus.sentences["text"]
        .str.split()
        .str[1]
        .str.strip(".")
        .map({"fell": -1, "rose": 1, "stood": 0})
    )
    rows = corpus.sentences.assign(score=truth * 0.5 + np.arange(len(truth)) % 7 / 10)
    sample = da.sample_for_coding(rows, corpus, n=60, column="score", choices=["-1", "0", "1"])
    places = list(zip(corpus.sentences["doc"], corpus.sentences["start"], strict=True))
    known = dict(zip(places, truth.astype(str), strict=True))
    drawn = zip(sample["doc"], sample["start"], strict=True)
    codes = sample.assign(coder="me", code=[known[place] for place in drawn])
    row = da.summarise_codes(corpus, codes).iloc[0]
    assert row["value_machine"] == pytest.approx(rows["score"].mean(), abs=1e-4)
    assert row["low"] < truth.mean() < row["high"] < row["value_machine"]
    assert row["gain"] > 1.5


def test_corrected_groups_can_be_compared(drawn: tuple[da.Corpus, pd.DataFrame]) -> None:
    corpus, sample = drawn
    found = da.count_codes(corpus, sample.assign(coder="me", code=_right(sample)), by="side")
    row = da.compare_groups(found).iloc[0]
    assert (row["target"], row["reference"], row["code"]) == ("east", "west", "bank")
    assert row["low"] < row["difference"] < row["high"]


def test_plans_say_what_coding_cannot_reach(drawn: tuple[da.Corpus, pd.DataFrame]) -> None:
    corpus, sample = drawn
    found = da.count_codes(corpus, sample.assign(coder="me", code=_right(sample)))
    wide, narrow, tiny = (da.plan_coding(found, width=width) for width in (0.9, 0.285, 0.001))
    assert wide["more"].eq(0).all()
    assert narrow["needed"].notna().all()
    assert tiny["needed"].isna().all()
    assert tiny["reason"].str.contains("add documents").all()


@pytest.mark.parametrize(
    "change",
    [
        {"frame": {"columns": ["machine"], "values": [["yes"]], "rows": {"d00": "1 2"}}},
        {"frame": {"columns": ["machine"], "values": [["yes"]], "rows": {"d00": "x"}}},
        {"frame": [1, 2]},
        {"strata": {"yes": "many"}},
    ],
)
def test_a_damaged_design_is_refused(
    drawn: tuple[da.Corpus, pd.DataFrame], tmp_path: Path, change: dict
) -> None:
    path = da.write_sample(drawn[1], path=tmp_path / "money.csv")
    beside = tmp_path / "money.sample.json"
    content = json.loads(beside.read_text())
    content["coding"] |= change
    beside.write_text(json.dumps(content))
    with pytest.raises(da.InputError, match=r"is no sample or codes"):
        da.read_codes(path)


def test_the_command_draws_and_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from analysis.cli.main import main

    folder = da.new_corpus(tmp_path / "mine")
    table = tmp_path / "texts.csv"
    _corpus().documents[["doc", "side", "text"]].rename(columns={"doc": "title"}).to_csv(
        table, index=False
    )
    assert (
        main(["add", str(table), "--yes", "--duplicates", "ignore", "--corpus", str(folder)]) == 0
    )
    (folder / "codebook.yml").write_text('m: {question: "Money?", choices: ["yes", "no"]}')
    command = ["code", "draw", "--question", "m", "--n", "40", "--corpus", str(folder)]
    assert main(command) == 0
    assert main(command) == 2
    assert "is there already" in capsys.readouterr().err
    path = folder / "coding" / "m.xlsx"
    rows = [row[0].value for row in openpyxl.load_workbook(path)["rows"].iter_rows(min_row=2)]
    done = _fill(path, folder / "coding" / "m-ann.xlsx", dict.fromkeys(rows, "no"))
    assert main(["code", "read", str(done), "--corpus", str(folder)]) == 0
    assert "Corrected with 40 hand-coded rows (one coder)." in capsys.readouterr().out


def test_a_report_says_what_was_checked(tmp_path: Path) -> None:
    from analysis.coding.checks import checks_of

    folder = da.new_corpus(tmp_path / "mine")
    table = tmp_path / "texts.csv"
    _corpus().documents[["doc", "text"]].rename(columns={"doc": "title"}).to_csv(table, index=False)
    da.add_documents(folder, [table], duplicates="ignore")
    corpus = da.read_corpus(folder, near_duplicates=None)
    assert checks_of(corpus) == []
    sample = da.sample_for_coding(
        "sentiment", corpus, n=30, question="Read?", choices=["yes", "no"]
    )
    path = da.write_sample(sample, corpus)
    assert checks_of(corpus) == []  # drawn, and not coded
    _fill(path, path.with_name("row-ann.xlsx"), dict.fromkeys(sample["row"], "yes"))
    frame = {"question": "Which frame?", "choices": {"rise": "of prices", "none": ""}}
    own = frame | {"name": "frame", "unit": "sentence", "terms": {"rise": ["bank"]}}
    drawn = da.sample_for_coding(None, corpus, n=40, question=own)
    path = da.write_sample(drawn, corpus)
    said = dict(zip(drawn["row"], drawn["machine"], strict=True))
    _fill(path, path.with_name("frame-ann.xlsx"), said)
    _fill(path, path.with_name("frame-ben.xlsx"), {**said, "0001": "none", "0002": "rise"})
    da.read_codes(path.with_name("frame-ben.xlsx"), corpus)  # one of two is read, both are told
    one, two = sorted(checks_of(corpus), key=lambda check: check.layer)
    assert (one.name, one.layer, one.question) == ("frame", "", "Which frame?")
    assert one.coded.startswith("40 hand-coded rows of 40 drawn, by two coders, α 0.")
    assert " on 40 rows coded by two, 2" in one.coded
    assert one.precision.startswith("rise: 100 of 100 (9")
    assert one.recall.startswith("rise: 97 of 100 (")
    assert one.shares.startswith("rise ")
    assert ", by the machine " in one.shares
    assert two.layer == "sentiment"
    assert "by one coder" in two.coded
    assert two.precision.startswith("yes: 100 of 100 (9")
    assert two.recall == "what was not found at all was not looked for"
    texts = corpus.documents.assign(text=corpus.documents["text"].str.upper())
    other = da.Corpus(texts)
    other._store.folder = corpus.folder
    assert all("texts have changed since" in check.coded for check in checks_of(other))


def test_charts_show_what_the_machine_said(drawn: tuple[da.Corpus, pd.DataFrame]) -> None:
    from analysis.charts.style import chart_record

    corpus, sample = drawn
    codes = sample.assign(coder="me", code=_right(sample))
    by_side = da.plot_terms(da.count_codes(corpus, codes, by="side"), value="share")
    assert [text.get_text() for text in by_side.figure.legends[0].get_texts()][2:] == [
        "by the machine alone"
    ]
    found = da.count_codes(corpus, codes)
    ax = da.plot_terms(found, value="share")
    marks = next(line for line in ax.lines if line.get_gid() == "machine")
    assert sorted(marks.get_xdata()) == sorted(found["share_machine"])
    keys = [text.get_text() for legend in ax.figure.legends for text in legend.get_texts()]
    assert keys == ["corrected by hand codes", "by the machine alone"]
    record = chart_record(ax.figure)
    assert record is not None
    assert "Corrected with 40 hand-coded rows (one coder)." in record["method"]
    for said in (record["caption"], record["alt"]):
        assert "small hollow marks: what the machine alone says" in said
        assert "Shares are of all sentences." in said
    plain = da.plot_terms(found.drop(columns="share_machine"), value="share")
    assert "hollow marks" not in chart_record(plain.figure)["caption"]


def test_forms_of_naming_and_marked_words_can_be_corrected() -> None:
    texts = [
        "Mr Boris Lee met the “freedom” party. Mr Lee spoke. Boris Lee left. Lee called the"
        " so-called “talks” a farce. Lee stayed, and the “elite” smiled."
    ] * 24
    docs = [f"d{n:02}" for n in range(24)]
    corpus = da.Corpus(pd.DataFrame({"doc": docs, "text": texts}))
    for measured, column in (
        (da.count_namings(corpus), "form"),
        (da.count_marked_words(corpus), "kind"),
    ):
        choices = [*sorted({*measured[column].astype(str)} - {"none"}), "none"]
        whole = int(measured["count"].sum())
        sample = da.sample_for_coding(
            measured, corpus, n=whole, column=column, choices=choices, question="Of what kind?"
        )
        codes = sample.assign(coder="Ann", code=sample["machine"])
        found = da.correct(measured, codes, corpus)
        value = "share" if "share" in found else "rate"
        assert found["coded"].min() >= 20
        assert np.allclose(found[value], measured[value])
        some = found[found["count"] > 0]
        assert (some["precision"] == 1).all()
        assert (some["recall"].dropna() == 1).all()
        third = codes.index % 3 == 0
        wrong = da.correct(measured, codes.assign(code=codes["code"].mask(third, "none")), corpus)
        left = 1.0 if value == "share" else 2 / 3  # shares are of the rows that are of a kind
        assert np.isclose(wrong[value].sum(), measured[value].sum() * left)


def test_a_session_keeps_each_code_and_goes_on_after_a_stop(
    drawn: tuple[da.Corpus, pd.DataFrame], tmp_path: Path
) -> None:
    from analysis.coding.session import CodingSession

    corpus, sample = drawn
    path = da.write_sample(sample, path=tmp_path / "money.xlsx")
    session = CodingSession(path, "Ann")
    assert session.state()["row"] == "0001"
    session.code("bank")
    session.skip()
    session.note("=a note; with a formula")
    session.code("none")
    assert session.state()["row"] == "0004"
    again = CodingSession(path, "Ann")
    assert again.codes == {"0001": "bank", "0003": "none"}
    assert again.notes == {"0003": "=a note; with a formula"}
    assert again.state()["row"] == "0002"
    again.code("bank")
    again.undo()
    assert again.state() | {"can_undo": False} == CodingSession(path, "Ann").state()
    codes = da.read_codes(tmp_path / "money-Ann.csv", corpus)
    assert codes[["row", "code"]].values.tolist() == [["0001", "bank"], ["0003", "none"]]
    for _ in range(38):
        again.code("none")
    assert again.state()["coded"] == 40
    with pytest.raises(da.InputError, match="none of the codes"):
        again.code("maybe")
