"""Files of coders: joined, kept, named, and never lost."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import analysis as da
from analysis.cli.main import main
from analysis.coding.checks import checks_of, coded_files
from analysis.coding.session import CodingSession


@pytest.fixture
def corpus() -> da.Corpus:
    text = "Prices rose. It rained. Nobody came. "
    return da.Corpus(pd.DataFrame({"doc": list("abcdef"), "text": [text * 2] * 6}))


@pytest.fixture
def path(corpus: da.Corpus, tmp_path: Path) -> Path:
    sample = da.sample_for_coding(None, corpus, n=30, choices=["cost", "none"], name="topic")
    return da.write_sample(sample, path=tmp_path / "topic.csv")


def _fill(path: Path, to: str, code: str, first: int = 0, last: int = 30, **further: str) -> Path:
    rows = pd.read_csv(path, dtype=str).assign(code="")
    rows.loc[first : last - 1, "code"] = code
    rows.assign(**further).to_csv(path.with_name(to), index=False)
    return path.with_name(to)


def _kept(path: Path) -> dict[str, int]:
    return da.read_codes(path.with_name("topic.codes.json")).groupby("coder").size().to_dict()


def test_coders_are_named_by_the_cell_or_by_what_the_file_adds(path: Path) -> None:
    files = [_fill(path, "topic-ann.csv", "cost"), _fill(path, "topic 2.csv", "cost", coder="Ben")]
    assert da.read_codes(files).coder.unique().tolist() == ["ann", "Ben"]
    assert da.read_codes(_fill(path, "topic.csv", "cost")).coder.unique().tolist() == ["coder"]
    assert da.read_codes(files, coders=["x", "y"]).coder.unique().tolist() == ["x", "y"]


def test_codes_that_were_read_before_stay(path: Path) -> None:
    da.read_codes(_fill(path, "topic-ann.csv", "cost"))
    da.read_codes(_fill(path, "topic-ben.csv", "none", 0, 5))
    assert _kept(path) == {"ann": 30, "ben": 5}
    da.read_codes(_fill(path, "topic-ben.csv", "none", 0, 9))  # went on
    da.read_codes(_fill(path, "topic-ben.csv", "none", 2, 9))  # took two back
    assert _kept(path) == {"ann": 30, "ben": 7}


def test_codes_of_another_sample_are_not_replaced(corpus: da.Corpus, path: Path) -> None:
    da.read_codes(_fill(path, "topic-ann.csv", "cost"))
    path.with_name("topic-ann.csv").unlink()
    other = da.sample_for_coding(None, corpus, n=20, seed=2, choices=["cost", "none"], name="topic")
    da.write_sample(other, path=path, overwrite=True)
    da.read_codes(_fill(path, "topic-ann.csv", "none", 0, 20))
    assert _kept(path) == {"ann": 30}
    assert len(list(path.parent.glob("*.codes.json"))) == 2


def test_two_files_of_one_coder_are_joined(path: Path) -> None:
    one = _fill(path, "topic-1.csv", "cost", 0, 15)
    two = _fill(path, "topic-2.csv", "none", 14, 30)
    with pytest.raises(da.InputError, match=r"0015: ann has coded it 'cost' in topic-1.*'none' in"):
        da.read_codes([one, two], coders=["ann", "ann"])
    two = _fill(path, "topic-2.csv", "none", 15, 30)
    codes = da.read_codes([one, two], coders=["ann", "ann"])
    assert codes["code"].value_counts().tolist() == [15, 15]
    assert codes["row"].is_unique


def test_a_file_of_two_coders_is_refused(path: Path) -> None:
    rows = pd.read_csv(path, dtype=str).assign(code="cost", coder=["ann", "ben"] * 15)
    rows.to_csv(path.with_name("topic-both.csv"), index=False)
    with pytest.raises(da.InputError, match=r"codes of 2 coders \(ann, ben\)"):
        da.read_codes(path.with_name("topic-both.csv"))


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "a\\b", " ", "x" * 300])
def test_paths_are_no_coders(path: Path, name: str) -> None:
    with pytest.raises(da.InputError, match="coder="):
        CodingSession(path, name)
    with pytest.raises(da.InputError, match="coder="):
        da.read_codes(_fill(path, "topic-ann.csv", "cost"), coders=[name])


def test_headers_in_another_case_are_read(path: Path) -> None:
    rows = pd.read_csv(path, dtype=str).assign(code="cost").rename(columns=str.upper)
    rows.to_csv(path.with_name("topic-ann.csv"), index=False)
    assert len(da.read_codes(path.with_name("topic-ann.csv"))) == 30


def test_a_sample_that_holds_codes_is_not_replaced(corpus: da.Corpus, path: Path) -> None:
    _fill(path, "topic.csv", "cost", 0, 1)
    sample = da.sample_for_coding(None, corpus, n=30, choices=["cost", "none"], name="topic")
    with pytest.raises(da.InputError, match="holds codes, which would be lost"):
        da.write_sample(sample, path=path, overwrite=True)


def test_control_characters_are_read_back(tmp_path: Path) -> None:
    texts = ["co\x02operate now. It is \x08 so.", "A \ufffe mark. And more."]
    corpus = da.Corpus(pd.DataFrame({"doc": ["a", "b"], "text": texts}))
    sample = da.sample_for_coding(None, corpus, n=4, choices=["x", "y"], name="odd")
    for name in ("odd.xlsx", "odd2.csv"):
        path = da.write_sample(sample, path=tmp_path / name)
        if path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            head = [cell.value for cell in book["rows"][1]]
            for row in book["rows"].iter_rows(min_row=2):
                row[head.index("code")].value = "x"
            book.save(path)
        else:
            rows = pd.read_csv(path, dtype=str).assign(code="x")
            rows.to_csv(path, index=False)
        assert len(da.read_codes(path, corpus)) == 4


def test_a_changed_text_is_named(corpus: da.Corpus, path: Path) -> None:
    file = _fill(path, "topic-ann.csv", "cost", 0, 1)
    codes = da.read_codes(file)
    coded = codes["doc"].iloc[0]
    other = "b" if coded != "b" else "c"
    documents = corpus.documents[["doc", "text"]].copy()
    documents.loc[documents["doc"] == other, "text"] += " More."
    with pytest.raises(da.InputError, match=rf"corpus \('{other}'\) have changed"):
        da.count_codes(da.Corpus(documents), codes)


def test_who_evaluates_whom_stands_beside_the_passage(tmp_path: Path) -> None:
    text = "Ann Lee praised Norway. Peru accused Chile of lying. "
    corpus = da.Corpus(pd.DataFrame({"doc": ["a", "b"], "text": [text * 2] * 2}))
    sample = da.sample_for_coding("evaluations", corpus, n=8, column="polarity")
    path = da.write_sample(sample, path=tmp_path / "who.xlsx")
    rows = openpyxl.load_workbook(path)["rows"]
    head = [cell.value for cell in rows[1]]
    assert "machine" not in head
    pairs = {(r[head.index("evaluator")], r[head.index("target")]) for r in rows.values}
    assert {("Ann Lee", "Norway"), ("Peru", "Chile")} <= pairs
    about = CodingSession(path, "ann").state()["about"]
    assert [one["name"] for one in about] == ["evaluator", "target"]
    rules = [row[0] for row in openpyxl.load_workbook(path)["rules"].values if row[0]]
    assert any(line.startswith("none: found wrongly: no evaluation, or another") for line in rules)


def test_the_command_says_how_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my corpus"
    source = tmp_path / "a.txt"
    source.write_text("Rain\n\nPrices rose again. It rained in Lima. Nobody came to the fair.\n")
    main(["new", str(folder)])
    assert main(["add", str(source), "--yes", "--corpus", str(folder)]) == 0
    capsys.readouterr()
    draw = ["code", "draw", "none", "--n", "3", "--choices", "a,b", "--corpus", str(folder)]
    assert main([*draw, "--no-headings"]) == 0
    out = capsys.readouterr().out
    path = folder / "coding" / "sentence.xlsx"
    assert f"discourse code read '{path}' --corpus '{folder}'" in out
    assert main([*draw, "--only", "doc"]) == 2


@pytest.mark.parametrize(
    ("book", "said"),
    [
        ("a: {question: Q, choices: [x, y]}\na: {question: R, choices: [x, y]}", "line 2: 'a' is"),
        ("a:\n  question: Q\n  choices:\n    x: one\n    y: two\n    x: three\n", "line 6: 'x' is"),
        ("a: {question: Q, choices: [x, y, z], terms: {x: [w]}}", "2 of the choices"),
        ("a: {question: Q, choices: [x, y], terms: {x: [w], y: [v]}}", "none of the choices"),
        ("a: {question: Q, choices: [x, y], terms: {x: [w]}, rest: x}", "rest is 'x'"),
        ("a: {question: Q, choices: [x, y], terms: [w]}", "write terms as"),
        ("a: {question: Q, choices: [{x: one}, {y: two}]}", "without dashes"),
        ("a: {question: Q, choices: [x, y], headings: maybe}", "headings is 'maybe'"),
        ("a: {question: Q, choices: {x: [1], y: b}}", "write it as a sentence"),
    ],
)
def test_codebooks_that_would_lose_something_are_refused(
    tmp_path: Path, book: str, said: str
) -> None:
    path = tmp_path / "codebook.yml"
    path.write_text(book)
    with pytest.raises(da.InputError) as error:
        da.read_codebook(path)
    assert said in str(error.value)


@pytest.mark.parametrize("rest", ["", "rest: facts\n"])
def test_the_rest_of_a_codebook_is_found_or_declared(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "codebook.yml"
    lines = "frame:\n  question: Q\n  headings: no\n  choices: [cost, facts]\n"
    path.write_text(f"{lines}  {rest}  terms: {{cost: [price*]}}\n".replace("    terms", "  terms"))
    entry = da.read_codebook(path)["frame"]
    assert (entry["rest"], entry["headings"]) == ("facts", False)


@pytest.mark.parametrize(
    "name", ["topic-ann.csv", "topic_ann.csv", "topic ann.csv", "topicann.csv", "topic.csv"]
)
def test_coded_files_keep_their_sample(corpus: da.Corpus, path: Path, name: str) -> None:
    _fill(path, name, "cost", 0, 5)
    other = da.sample_for_coding(None, corpus, n=20, seed=2, choices=["cost", "none"], name="topic")
    with pytest.raises(da.InputError, match="holds codes"):
        da.write_sample(other, path=path.with_suffix(".xlsx"), overwrite=True)
    assert len(da.read_codes(path.with_name(name))) == 5


def test_the_view_keeps_the_coders_own_columns_and_long_notes(path: Path) -> None:
    file = _fill(path, "topic-bo.csv", "cost", 0, 1, thoughts="=mine")
    session = CodingSession(path, "bo")
    session.note("why " * 3000)
    session.code("none")
    rows = pd.read_csv(file, dtype=str)
    assert (rows["thoughts"].str.lstrip("'") == "=mine").all()
    again = da.read_codes(file)
    assert again["code"].tolist() == ["cost", "none"]
    assert max(again["note"].str.len()) == len(("why " * 3000).strip())


def test_the_view_does_not_begin_beside_a_coded_workbook(corpus: da.Corpus, path: Path) -> None:
    book = _workbook(path, "topic-ann.xlsx", "cost")
    with pytest.raises(da.InputError, match=r"holds codes of ann.*save it as topic-ann.csv"):
        CodingSession(path, "ann")
    assert len(da.read_codes(book)) == 30


def _workbook(path: Path, name: str, code: str) -> Path:
    """A workbook that was filled in, whose sheets were put into another order."""
    sample = da.read_codes(_fill(path, "topic-x.csv", code), keep=False)
    path.with_name("topic-x.csv").unlink()
    sample = sample.drop(columns=["coder", "code", "note", "file"])
    target = da.write_sample(sample, path=path.with_name("new.xlsx"))
    book = openpyxl.load_workbook(target)
    sheet = book["rows"]
    column = next(cell.column for cell in sheet[1] if cell.value == "code")
    for number in range(2, sheet.max_row + 1):
        sheet.cell(number, column).value = code
    book.move_sheet("rules", -1)
    book.create_sheet("row notes", 0).append(["row", "code", "mine"])
    book.save(path.with_name(name))
    target.unlink()
    path.with_name("new.sample.json").unlink()
    return path.with_name(name)


def test_two_files_of_one_coder_both_count(path: Path) -> None:
    _workbook(path, "topic-ann.xlsx", "cost")
    _fill(path, "topic-ann.csv", "cost", 0, 5)
    assert len(coded_files(path)) == 2


@pytest.mark.parametrize("name", ["code", "CODE", "text"])
def test_a_column_that_is_there_twice_is_refused(path: Path, name: str) -> None:
    rows = pd.read_csv(path, dtype=str).assign(code="cost")
    rows = pd.concat([rows, rows[[name.lower()]].set_axis([name], axis=1)], axis=1)
    rows.to_csv(path.with_name("topic-ann.csv"), index=False)
    with pytest.raises(da.InputError, match=f"two columns '{name.lower()}'"):
        da.read_codes(path.with_name("topic-ann.csv"))


def test_accents_may_be_written_in_two_signs(tmp_path: Path) -> None:
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "text": ["Ökö kam. Es war schön."]}))
    sample = da.sample_for_coding(None, corpus, n=2, choices=["ökö", "nein"], name="topic")
    path = da.write_sample(sample, path=tmp_path / "topic.csv")
    rows = pd.read_csv(path, dtype=str).assign(code="ökö")
    rows = rows.map(lambda cell: unicodedata.normalize("NFD", cell), na_action="ignore")
    rows.to_csv(path, index=False)
    assert da.read_codes(path)["code"].tolist() == ["ökö", "ökö"]


def test_ids_as_numbers_and_names_in_another_case_are_read(path: Path) -> None:
    one = _fill(path, "topic-ann.csv", "cost", 0, 20)
    rows = pd.read_csv(one, dtype=str)
    rows.assign(row=rows["row"].astype(float)).to_csv(one, index=False)
    two = _fill(path, "topic-2.csv", "cost", 20, 30, coder="Ann")
    codes = da.read_codes([one, two])
    assert codes["coder"].unique().tolist() == ["ann"]
    assert len(codes) == 30


def test_codes_of_two_samples_are_not_counted_together(corpus: da.Corpus, path: Path) -> None:
    one = da.read_codes(_fill(path, "topic-ann.csv", "cost"))
    options = {"n": 30, "seed": 3, "choices": ["cost", "none"], "name": "topic"}
    two = da.sample_for_coding(None, corpus, **options).assign(coder="ann", code="none")
    both = pd.concat([one, two])
    both.attrs = one.attrs
    with pytest.raises(da.InputError, match="of two samples"):
        da.count_codes(corpus, both)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"seed": "a"}, "seed='a'"), ({"seed": -1}, "seed=-1"), ({"strata": [["x"]]}, "no column")],
)
def test_options_of_a_sample_that_cannot_be_are_refused(corpus, options, said: str) -> None:
    with pytest.raises(da.InputError, match=said):
        da.sample_for_coding(None, corpus, n=3, choices=["a", "b"], **options)


def test_a_file_that_cannot_be_read_hides_no_check(corpus: da.Corpus, tmp_path: Path) -> None:
    table = tmp_path / "texts.csv"
    corpus.documents[["doc", "text"]].rename(columns={"doc": "title"}).to_csv(table, index=False)
    own = da.new_corpus(tmp_path / "mine")
    da.add_documents(own, [table], duplicates="ignore")
    here = da.read_corpus(own, near_duplicates=None)
    sample = da.sample_for_coding(None, here, n=30, choices=["cost", "none"], name="topic")
    path = da.write_sample(sample, path=Path(here.folder, "coding", "topic.csv"))
    _fill(path, "topic-ann.csv", "cost")
    results = path.with_name("topic-results.csv")
    pd.DataFrame({"a": [1], "b": [2]}).to_csv(results, index=False)
    assert [one.coded.count("not read") for one in checks_of(here)] == [0]
    assert list(coded_files(path)) == ["ann"]
    _fill(path, "topic-ben.csv", "kost")
    (check,) = checks_of(here)
    assert check.coded.startswith("30 hand-coded rows of 30 drawn, by one coder")
    assert "not read: topic-ben.csv" in check.coded
    assert "'kost' is not known" in check.coded


def test_what_is_not_corrected_is_not_called_so(corpus: da.Corpus) -> None:
    sample = da.sample_for_coding(None, corpus, n=30, choices=["cost", "none"], name="topic")
    codes = sample.assign(coder="me", code="cost").head(10)
    codes.attrs = sample.attrs
    said = da.count_codes(corpus, codes).attrs["coded"]
    assert said == "not corrected (fewer than 20 rows coded) by 10 hand-coded rows (one coder)"
