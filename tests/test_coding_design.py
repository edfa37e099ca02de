"""What a sample and its corrections refuse, keep and promise."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import analysis as da
from analysis.coding import core
from analysis.coding.design import Cell
from analysis.coding.session import CodingSession


def _corpus(size: int = 24) -> da.Corpus:
    """Texts of two sides in which prices rise, in every third text twice."""
    texts = [
        "Prices rose. It rained. Nobody came. Prices fell. " * (1 + (i % 3 == 0))
        for i in range(size)
    ]
    sides = ["east", "west"] * (size // 2)
    return da.Corpus(
        pd.DataFrame({"doc": [f"d{i:02}" for i in range(size)], "side": sides, "text": texts})
    )


def _coded(sample: pd.DataFrame) -> pd.DataFrame:
    """A coder who says yes to three rows of four."""
    return sample.assign(coder="me", code=np.where(np.arange(len(sample)) % 4, "yes", "no"))


@pytest.mark.parametrize("by", [None, "side"])
def test_the_interval_of_a_rate_does_not_depend_on_its_unit(by: str | None) -> None:
    corpus = _corpus()
    tables = [
        da.count_term_groups(corpus, {"price": ["prices"]}, by=by, per=per) for per in (1, 1000)
    ]
    codes = _coded(da.sample_for_coding(tables[0], corpus, n=60))
    one, thousand = (da.correct(table, codes, corpus) for table in tables)
    assert thousand["low"].notna().all()  # also where a group has fewer than a thousand words
    for name in ("rate", "low", "high", "least_width"):
        np.testing.assert_allclose(thousand[name], 1000 * one[name], rtol=1e-9)


def test_means_of_two_numbers_are_shares_on_another_scale() -> None:
    rng = np.random.default_rng(1)
    rows = np.full((30, 2), 10.0)
    kind = np.arange(60) % 2
    code = (rng.random(60) < 0.1 + 0.3 * kind).astype(float)
    cell = Cell(rows, rows.sum(1), np.arange(60) % 30, kind, np.full(60, 10.0), code)
    share = core.estimate_row(cell, ["a", "b"], "a", 0.95)
    mean = core.estimate_row(cell._replace(code=5 * code - 1), ["a", "b"], None, 0.95, (-1, 4))
    for name in ("value", "low", "high"):
        assert mean[name] == pytest.approx(5 * share[name] - 1, abs=0.03)
    assert mean["low"] > -1


def _outlets() -> da.Corpus:
    """Three hundred outlets, of which thirty write much, and of other things than the rest."""
    much = [i < 30 for i in range(300)]
    return da.Corpus(
        pd.DataFrame(
            {
                "doc": [f"d{i:03}" for i in range(300)],
                "outlet": [f"o{i:03}" for i in range(300)],
                "text": [
                    "Prices rose today. " * 10 if big else "It rained today. " * 2 for big in much
                ],
            }
        )
    )


def test_more_strata_than_rows_are_joined_and_said() -> None:
    corpus = _outlets()
    choices = ["cost", "none"]
    with pytest.warns(UserWarning, match="300 strata are more than the 60 rows to draw"):
        sample = da.sample_for_coding(
            None, corpus, n=60, unit="sentence", by="outlet", choices=choices
        )
    assert (1 / sample["probability"]).sum() == pytest.approx(840)
    right = sample["text"].str.startswith("Prices").map({True: "cost", False: "none"})
    found = da.count_codes(corpus, sample.assign(coder="me", code=right)).iloc[0]
    assert found["low"] < 300 / 840 < found["high"]
    with pytest.raises(da.InputError, match="fewer than the 2 different answers"):
        da.sample_for_coding(
            None, corpus, n=1, unit="sentence", terms={"cost": ["prices"]}, choices=choices
        )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"choices": ["US", "us"]}, "read as one code"),
        ({"choices": ["Straße", "STRASSE"]}, "read as one code"),
        ({"choices": ["a ", "a"]}, "read as one code"),
        ({"choices": ["1", "1.0"]}, "read as one code"),
        ({"choices": ["", "b"]}, "is empty"),
        ({"choices": ["a", "b"], "n": 1.5}, "whole number"),
        ({"choices": ["a", "b"], "n": True}, "whole number"),
        ({"choices": ["cost", "none"], "terms": {"Cost": ["prices"]}}, "groups of terms 'Cost'"),
    ],
)
def test_choices_that_cannot_be_told_apart_are_refused(options: dict, said: str) -> None:
    with pytest.raises(da.InputError, match=said):
        da.sample_for_coding(None, _corpus(), **({"unit": "sentence", "n": 5} | options))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: {question: What, choices: [US, us]}", "read as one code"),
        ("a: {question: What, choices: [x, y], terms: {z: [w]}}", "none of the choices"),
        ("a: {question: What, choices: [x, y], terms: [w]}", "terms"),
        ("a: {question: What, choices: [x, y], rules: {a: b}}", "list of sentences"),
        ("a: {question: What, choices: [{a: x}, {b: y}]}", "without dashes"),
    ],
)
def test_codebooks_are_checked(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "codebook.yml").write_text(content)
    with pytest.raises(da.InputError, match=said):
        da.read_codebook(tmp_path / "codebook.yml")


def _sentences(corpus: da.Corpus, n: int = 60) -> pd.DataFrame:
    """Codes of sentences, as the words in them say."""
    options = {"unit": "sentence", "terms": {"cost": ["prices"]}, "choices": ["cost", "none"]}
    sample = da.sample_for_coding(None, corpus, n=n, by="side", **options)
    right = sample["text"].str.startswith("Prices").map({True: "cost", False: "none"})
    return sample.assign(coder="me", code=right)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.assign(text=d["text"].str.replace("fell", "sank")), "changed"),
        (lambda d: d[d["side"] == "east"], "not in"),
        (lambda d: pd.concat([d, d.assign(doc="x" + d["doc"])]), "24 documents of 48 came since"),
        (lambda d: d.assign(doc="x" + d["doc"]), "not in the corpus"),
    ],
)
def test_codes_of_another_corpus_correct_nothing(change, said: str) -> None:
    corpus = _corpus()
    codes = _sentences(corpus)
    other = da.Corpus(change(corpus.documents[["doc", "side", "text"]]).reset_index(drop=True))
    for codes_given in (codes, codes.drop(columns="text")):
        with pytest.raises(da.InputError, match=said if codes_given is codes else "."):
            da.count_codes(other, codes_given, by="side")
    rates = da.count_term_groups(corpus, {"price": ["prices"]})
    own = _coded(da.sample_for_coding(rates, corpus, n=40))
    with pytest.raises(da.InputError):
        da.correct(da.count_term_groups(other, {"price": ["prices"]}), own, other)


@pytest.mark.parametrize("unit", ["row", "sentence"])
def test_tables_of_other_words_are_not_corrected(unit: str) -> None:
    corpus = _corpus()
    prices = da.count_term_groups(corpus, {"price": ["prices"]})
    rain = da.count_term_groups(corpus, {"price": ["rained"]})
    codes = _coded(da.sample_for_coding(prices, corpus, n=40, unit=unit))
    assert da.correct(prices, codes, corpus)["rows"].tolist() == [64 if unit == "row" else 128]
    with pytest.raises(da.InputError, match="counts 32 where the sample knows of 64"):
        da.correct(rain, codes, corpus)


@pytest.mark.parametrize("code", [np.nan, "bogus"])
def test_codes_that_are_no_choice_are_named(code: object) -> None:
    corpus = _corpus()
    codes = _sentences(corpus)
    codes.loc[2, "code"] = code
    with pytest.raises(da.InputError, match="Row 0003: its code is"):
        da.count_codes(corpus, codes)


@pytest.mark.parametrize("width", [0.01, 0.05, 0.2, 0.4])
def test_plans_never_ask_for_more_than_there_are(width: float) -> None:
    corpus = _corpus()
    whole = da.plan_coding(da.count_codes(corpus, _sentences(corpus)), width=width)
    assert (whole["needed"].fillna(128) <= 128).all()
    rates = da.count_term_groups(corpus, {"price": ["prices"]}, by="side")
    first = da.plan_coding(rates, width=width)
    assert (first["needed"] <= rates["count"]).all()
    fixed = da.correct(rates, _coded(da.sample_for_coding(rates, corpus, n=50)), corpus)
    later = da.plan_coding(fixed, width=width)
    assert (later["needed"].fillna(0) <= fixed["rows"]).all()
    shares = pd.DataFrame({"share": [0.5], "base": [30]})
    assert da.plan_coding(shares, width=width)["needed"].tolist() == [30]


def _written(folder: Path, seed: int = 1) -> tuple[da.Corpus, pd.DataFrame, Path]:
    """A sample of single words, whose passages are all alike, as a file."""
    corpus = _corpus()
    rates = da.count_term_groups(corpus, {"price": ["prices"]})
    sample = da.sample_for_coding(rates, corpus, n=40, seed=seed)
    return corpus, sample, da.write_sample(sample, path=folder / "p.csv")


def test_codes_of_another_sample_are_refused(tmp_path: Path) -> None:
    corpus, _, path = _written(tmp_path)
    session = CodingSession(path, "ann")
    session.code("yes")
    other = da.sample_for_coding(
        da.count_term_groups(corpus, {"price": ["prices"]}), corpus, n=40, seed=2
    )
    with pytest.raises(da.InputError, match=r"p-ann\.csv holds codes of the sample"):
        da.write_sample(other, path=path, overwrite=True)
    (tmp_path / "elsewhere").mkdir()
    da.write_sample(other, path=tmp_path / "elsewhere" / "p.csv")
    moved = session.path.rename(tmp_path / "elsewhere" / "p-ann.csv")
    with pytest.raises(da.InputError, match="a row of another sample"):
        da.read_codes(moved, corpus)
    with pytest.raises(da.InputError, match="a row of another sample"):
        CodingSession(tmp_path / "elsewhere" / "p.csv", "ann")


@pytest.mark.parametrize("column", ["doc", "left", "right"])
def test_what_stands_around_a_passage_is_compared_too(tmp_path: Path, column: str) -> None:
    _, _, path = _written(tmp_path)
    rows = pd.read_csv(path, dtype=str).assign(code="yes").drop(columns="sample")
    rows.to_csv(tmp_path / "p-ann.csv", index=False)
    assert len(da.read_codes(tmp_path / "p-ann.csv")) == 40
    rows.loc[3, column] = "another"
    rows.to_csv(tmp_path / "p-ann.csv", index=False)
    with pytest.raises(da.InputError, match=f"row 5: its passage is another.*{column!r}"):
        da.read_codes(tmp_path / "p-ann.csv")


def test_two_views_of_one_coder_keep_each_others_codes(tmp_path: Path) -> None:
    _, _, path = _written(tmp_path)
    first, second = CodingSession(path, "Ann Lee"), CodingSession(path, "Ann Lee")
    for _ in range(10):
        first.code("yes")
    second.go(20)
    second.code("no")
    second.note("why")
    again = CodingSession(path, "Ann Lee")
    assert sorted(again.codes.values()) == ["no"] + 10 * ["yes"]
    first.undo()
    assert CodingSession(path, "Ann Lee").codes == {
        k: v for k, v in again.codes.items() if k != "0010"
    }
    with pytest.raises(da.InputError, match="holds the codes of 'Ann Lee'"):
        CodingSession(path, "Ann-Lee")


def test_signs_that_a_workbook_cannot_hold_refuse_nothing(tmp_path: Path) -> None:
    texts = [f"They co\x02operate {i}. It rained." for i in range(6)]
    corpus = da.Corpus(pd.DataFrame({"doc": list("abcdef"), "text": texts}))
    sample = da.sample_for_coding(None, corpus, n=12, unit="sentence", choices=["x", "y"])
    path = da.write_sample(sample, path=tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    head = [cell.value for cell in book["rows"][1]]
    for row in book["rows"].iter_rows(min_row=2):
        row[head.index("code")].value = "x"
    book.save(tmp_path / "s-ann.xlsx")
    assert len(da.read_codes(tmp_path / "s-ann.xlsx", corpus)) == len(sample)


@pytest.mark.parametrize(
    ("code", "read"), [("-1.0", "-1"), ("-1,0", "-1"), ("−1", "-1"), ("+1", "1")]
)
def test_numbers_are_read_however_a_spreadsheet_writes_them(
    tmp_path: Path, code: str, read: str
) -> None:
    sample = da.sample_for_coding(
        None, _corpus(), n=5, unit="sentence", choices=["-1", "0", "1"], name="tone"
    )
    path = da.write_sample(sample, path=tmp_path / "tone.csv")
    pd.read_csv(path, dtype=str).assign(code=code).to_csv(tmp_path / "tone-a.csv", index=False)
    assert set(da.read_codes(tmp_path / "tone-a.csv")["code"]) == {read}


def test_what_is_corrected_on_one_side_only_has_no_difference() -> None:
    corpus = _corpus()
    codes = _sentences(corpus)
    sides = codes["doc"].map(corpus.documents.set_index("doc")["side"])
    few = codes[(sides == "east") | (np.arange(len(codes)) < 20)]
    found = da.count_codes(corpus, few, by="side")
    assert found["low"].isna().any()
    assert da.compare_groups(found, by="side")["difference"].isna().all()


def test_some_documents_are_asked_about_like_a_group() -> None:
    texts = {
        "doc": list("abcd"),
        "side": ["east", "west"] * 2,
        "text": ["It rained. Ann spoke. " * 9] * 4,
    }
    corpus = da.Corpus(pd.DataFrame(texts))
    sample = da.sample_for_coding(
        None, corpus, n=60, unit="sentence", terms={"rain": ["rain*"]}, choices=["rain", "none"]
    )
    codes = sample.assign(coder="Ann", code=sample["machine"].where(sample["doc"] != "d", "none"))
    groups = da.count_codes(corpus, codes, by="side")
    some = da.count_codes(corpus, codes, docs=["b", "d"])
    numbers = ["code", "coded", "base", "share", "low", "high", "recall"]
    own = groups.loc[groups["side"] == "west", numbers].reset_index(drop=True)
    pd.testing.assert_frame_equal(some[numbers], own)
    assert some.attrs["steps"][-1]["params"]["docs"] == ["b", "d"]
    with pytest.raises(da.InputError, match="names none of the documents"):
        da.count_codes(corpus, codes, docs=["z"])


def test_rows_of_each_group_are_known_before_they_are_coded() -> None:
    texts = {
        "doc": list("ab"),
        "side": ["east", "west"],
        "text": ["It rained. " * 90, "It rained. " * 9],
    }
    corpus = da.Corpus(pd.DataFrame(texts))
    sample = da.sample_for_coding(
        None, corpus, n=16, unit="sentence", by="side", choices=["yes", "no"]
    )
    found = da.count_sample(sample, corpus, by="side")
    assert found["base"].tolist() == [90, 9]
    assert found["drawn"].tolist() == sample["doc"].value_counts()[["a", "b"]].tolist()
    assert found["reason"].str.startswith("fewer than 20: draw").all()
    assert da.count_sample(sample, corpus)[["drawn", "base"]].to_numpy().tolist() == [[16, 99]]


def _two_kinds(together: bool) -> tuple[da.Corpus, pd.DataFrame]:
    """Texts that blame Kyiv and Moscow both or neither; or the one or the other."""
    texts = []
    for i in range(30):
        second = i % 2 if together else 1 - i % 2
        kinds = {"Kyiv": i % 2, "Moscow": second}
        texts.append(" ".join(f"{who} {'lied' if k else 'met'}." for who, k in kinds.items()) + " ")
    docs = {"doc": [f"d{i:02}" for i in range(30)], "side": ["east", "west"] * 15}
    corpus = da.Corpus(pd.DataFrame(docs | {"text": [3 * text for text in texts]}))
    rows = corpus.sentences.assign(who=corpus.sentences["text"].str.split().str[0], said="no")
    sample = da.sample_for_coding(
        rows, corpus, n=120, column="said", choices=["yes", "no"], by=["who"]
    )
    lied = sample["text"].str.contains("lied").map({True: "yes", False: "no"})
    return corpus, sample.assign(coder="me", code=lied)


def test_kinds_of_rows_in_the_same_documents_are_compared_by_pairs(tmp_path: Path) -> None:
    widths = []
    for together in (True, False):
        corpus, codes = _two_kinds(together)
        row = da.compare_groups(da.count_codes(corpus, codes, by="who"), by="who").iloc[0]
        assert row["low"] < 0 < row["high"]
        assert row["interval"].endswith("over documents, paired")
        widths.append(row["high"] - row["low"])
        path = tmp_path / str(together)
        saved = da.save_table(da.count_codes(corpus, codes), path, caption="Codes.")
        assert da.verify(saved, corpus=corpus).attrs["verdict"] == "checked in part"
        both = da.count_codes(corpus, codes, by=["who", "side"])
        with pytest.raises(da.InputError, match="count the codes by 'who' alone"):
            da.compare_groups(both, by="who")
        assert len(da.compare_groups(both, by="side")) == 4
    assert widths[0] < 0.6 * widths[1]


def _names() -> da.Corpus:
    """Texts of two sides in which somebody speaks and two countries are named."""
    text = "Norway won. “We won,” Ann Lee said. Peru lost. She said that Peru would try again. "
    return da.Corpus(
        pd.DataFrame(
            {
                "doc": [f"d{i:02}" for i in range(12)],
                "side": ["east", "west"] * 6,
                "text": [text * 2] * 12,
            }
        )
    )


def _silent(*args, **options) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return da.sample_for_coding(*args, **options)


@pytest.mark.parametrize(
    ("layer", "column", "choices"),
    [
        ("targets", "tone", ["favourable", "critical", "neither", "none"]),
        ("quotes", "kind", ["direct", "indirect", "mixed", "none"]),
        ("mentions", "label", ["PERSON", "PLACE", "ORG", "NORP", "MISC", "none"]),
        ("clauses", "role", ["agent", "patient", "recipient", "carrier", "unclear", "none"]),
        ("sentiment", "compound", ["-1", "0", "1"]),
        ("mentions", None, ["yes", "no"]),
    ],
)
def test_all_answers_and_none_of_them_can_be_coded(
    layer: str, column: str | None, choices: list[str]
) -> None:
    design = _silent(layer, _names(), n=12, column=column).attrs["coding"]
    assert design["choices"] == choices
    assert design["question"].endswith(("?", "."))
    assert "Is this right" not in design["question"]
    if "none" in choices:
        assert design["rest"] == "none"
        assert design["meaning"]["none"].startswith("found wrongly")


def test_known_classes_are_the_layers_own() -> None:
    from analysis.coding.questions import ASKED
    from analysis.discourse import agency, modality
    from analysis.sentiment.targets import TONES
    from analysis.voices import lexicon, quotes

    own = {
        ("targets", "tone"): TONES,
        ("quotes", "kind"): quotes.KINDS,
        ("quotes", "mode"): lexicon.MODES,
        ("quotes", "cue_class"): (*lexicon.CLASSES, "(none)"),
        ("clauses", "role"): agency.ROLES,
        ("clauses", "form"): agency.FORMS,
        ("clauses", "modality"): modality.MODALITIES,
    }
    for key, classes in own.items():
        assert set(ASKED[key].classes) == set(classes), key


def test_what_was_found_wrongly_lowers_precision_and_rate() -> None:
    corpus = _names()
    rates = da.count_quotes(corpus)
    sample = da.sample_for_coding(rates, corpus, n=48, column="kind")
    wrong = np.arange(48) % 4 == 0
    codes = sample.assign(coder="me", code=sample["machine"].mask(wrong, "none"))
    found = da.correct(rates, codes, corpus)
    found = found[found["count"] > 0]
    assert (found["precision"] < 0.95).all()
    assert (found["rate"] < found["rate_machine"]).all()


def test_shares_are_of_what_was_found_rightly() -> None:
    corpus = _names()
    clauses = corpus.clauses
    table = da.count_agency(clauses[clauses["entity"] == "Peru"])
    chosen = {"entity": "Peru"}
    sample = _silent("clauses", corpus, n=40, column="role", only=chosen)
    wrong = np.arange(40) % 4 == 0
    codes = sample.assign(coder="me", code=sample["machine"].mask(wrong, "none"))
    found = da.correct(da.count_agency(corpus), codes, corpus)
    own = found[(found["entity"] == "Peru") & (found["count"] > 0)]
    assert own["share"].tolist() == pytest.approx(own["share_machine"].tolist(), abs=0.05)
    others = found[found["entity"] != "Peru"]
    assert (others["interval"] == "none: not drawn").all()
    assert others["share"].tolist() == others["share_machine"].tolist()
    assert len(table)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"column": "kind", "choices": ["Direct", "mixed"]}, "'direct', 'indirect' are none of"),
        ({"column": "kind", "choices": ["direct", "indirect", "mixed"], "rest": "x"}, "rest='x'"),
        ({"only": {"kind": "scare"}}, "names 'scare'"),
        ({"only": {"kinds": "direct"}}, "no column 'kinds'"),
        ({"unit": "sentence", "choices": ["speech", "other"]}, "'no', 'yes' are none of"),
    ],
)
def test_answers_that_are_no_choices_are_refused(options: dict, said: str) -> None:
    with pytest.raises(da.InputError, match=said):
        da.sample_for_coding("quotes", _names(), n=5, **options)


@pytest.mark.parametrize("rest", ["none", "facts", "neither"])
def test_the_rest_may_have_any_name(rest: str) -> None:
    corpus = _corpus()
    choices = ["cost", "weather", rest]
    terms = {"cost": ["prices"], "weather": ["rained"]}
    sample = da.sample_for_coding(None, corpus, n=60, terms=terms, choices=choices)
    found = da.count_codes(corpus, sample.assign(coder="me", code=sample["machine"]))
    row = found[found["code"] == rest].iloc[0]
    assert (row["share_machine"], row["precision"]) == (0.25, 1)


def test_rows_outside_the_text_are_refused() -> None:
    rows = pd.DataFrame({"doc": ["d00"], "start": [99999], "end": [100005]})
    with pytest.raises(da.InputError, match="99999 to 100005 of 'd00'"):
        da.sample_for_coding(rows, _corpus(), n=1)


def test_headings_can_be_left_out() -> None:
    text = "Mayor to speak\n\nThe mayor spoke. It rained.\n\nSources\n\nPhoto: A. Lee.\n\nIt ended."
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "text": [text]}))
    sample = da.sample_for_coding(None, corpus, n=3, choices=["x", "y"], headings=False)
    assert sorted(sample["text"]) == ["It ended.", "It rained.", "The mayor spoke."]
    sample = da.sample_for_coding(
        None, corpus, n=3, choices=["x", "mayor"], headings=False, terms={"mayor": ["mayor"]}
    )
    assert sorted(sample["machine"]) == ["mayor", "x", "x"]


def test_a_printed_sample_does_not_show_the_machines_answers() -> None:
    sample = _silent("quotes", _names(), n=12, column="kind")
    assert set(sample["machine"]) <= {"direct", "indirect", "mixed"}
    for shown in (repr(sample[["row", "machine", "probability"]]), sample.head(3)._repr_html_()):
        assert "machine" not in shown
        assert "stratum" not in shown


def test_groups_with_too_few_rows_are_named_when_they_are_drawn() -> None:
    with pytest.warns(UserWarning, match=r"east 8, west 7.*draw n=") as said:
        da.sample_for_coding(
            None, _corpus(), n=15, by="side", choices=["a", "b"], terms={"a": ["prices"]}
        )
    enough = int(str(said[0].message).rsplit("n=", 1)[1].rstrip("."))
    sample = da.sample_for_coding(
        None, _corpus(), n=enough, by="side", choices=["a", "b"], terms={"a": ["prices"]}
    )
    drawn = sample["doc"].map(_corpus().documents.set_index("doc")["side"]).value_counts()
    assert drawn.tolist() == [20, 20]


def test_chosen_rows_of_a_table_are_corrected_and_verified(tmp_path: Path) -> None:
    corpus = _names()
    table = da.count_agency(corpus)
    sample = _silent(table[table["entity"] == "Peru"], corpus, n=40, column="role")
    codes = sample.assign(coder="me", code=sample["machine"])
    found = da.correct(table, codes, corpus)
    assert set(found.loc[found["interval"] == "none: not drawn", "entity"]) == set(
        table["entity"]
    ) - {"Peru"}
    own = da.correct(table[table["entity"] == "Peru"], codes, corpus)
    saved = da.save_figure(da.plot_agency(own), tmp_path / "peru")
    assert da.verify(saved, corpus=corpus).attrs["verdict"] == "verified"
