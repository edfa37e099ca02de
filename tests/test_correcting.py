"""Tables of every kind corrected by hand codes: judgements, words, what was missed, means."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import analysis as da
from analysis.coding import core
from analysis.coding.design import Cell, allocate


def _corpus(size: int = 12) -> da.Corpus:
    """Half the texts say nothing more of the deal than that it was praised."""
    told = "Rain fell. “We agree,” said Anna Weber. Paul Koch warned: “No.” They praised it."
    texts = [f"{told} He said it is over." if i % 2 else told for i in range(size)]
    return da.Corpus(
        pd.DataFrame(
            {"doc": [f"d{i:02}" for i in range(size)], "side": ["a", "b"] * (size // 2)}
        ).assign(text=texts)
    )


def _targets(corpus: da.Corpus) -> pd.DataFrame:
    """Scored names: of ten in a hundred is told the wrong tone."""
    found = corpus.sentences[corpus.sentences["sentence"] < 4][["doc", "sentence", "start", "end"]]
    tone = np.array(["favourable", "critical", "neither", "favourable"])[np.arange(len(found)) % 4]
    level = {"favourable": (0.0, 0.1, 0.9), "critical": (0.95, 0.05, 0.0), "neither": (0, 1.0, 0)}
    numbers = pd.DataFrame(
        [level[one] for one in tone], columns=["negative", "neutral", "positive"]
    )
    return found.reset_index(drop=True).assign(
        entity="Anna Weber", label="PERSON", tone=tone, **dict(numbers.items())
    )


def _coded(sample: pd.DataFrame, code: pd.Series | list[str]) -> pd.DataFrame:
    return sample.assign(coder="me", code=code)


def test_the_tone_toward_a_name_is_corrected_among_the_judged() -> None:
    corpus = _corpus()
    rows = _targets(corpus)
    table = da.summarise_targets(rows)
    table.attrs["steps"] = [{"call": "summarise_targets", "params": {}, "on": "targets"}]
    sample = da.sample_for_coding(rows, corpus, n=40, column="tone", by=["entity"])
    # every favourable mention of the first sentence is said to be neutral by the coder
    first = sample["start"] == 0
    codes = _coded(sample, sample["machine"].mask(first, "neither"))
    row = da.correct(table, codes, corpus).iloc[0]
    assert (row["share_machine"], row["coded"]) == (pytest.approx(2 / 3), 40)
    assert row["share"] == pytest.approx(0.5, abs=0.08)
    assert row["low"] < 0.5 < row["high"] < 0.75
    assert row["favourable_share_machine"] == 0.5
    assert row["favourable_share"] == pytest.approx(0.25, abs=0.06)
    assert row["critical_share"] == pytest.approx(0.25, abs=0.01)
    assert row["favourable_precision"] == pytest.approx(0.5, abs=0.12)
    plain = _coded(da.sample_for_coding(rows, corpus, n=40, by=["entity"]), "yes")
    with pytest.raises(da.InputError, match="favourable, critical or else"):
        da.correct(table, plain, corpus)


def test_words_of_a_voice_weigh_what_their_stretches_hold() -> None:
    corpus = _corpus(20)
    voices = da.count_voices(corpus, split_speech=False)
    sample = da.sample_for_coding(voices, corpus, n=80, column="voice")
    fixed = da.correct(voices, _coded(sample, sample["machine"]), corpus)
    assert fixed["share"].to_numpy() == pytest.approx(voices["share"].to_numpy())
    assert ((fixed["low"] < fixed["share"]) & (fixed["share"] < fixed["high"])).all()
    # what is taken for Weber's is Koch's: his words grow by hers
    wrong = sample["machine"].replace({"Anna Weber": "Paul Koch"})
    said = da.correct(voices, _coded(sample, wrong), corpus).set_index("voice")
    before = voices.set_index("voice")["share"]
    both = before["Anna Weber"] + before["Paul Koch"]
    assert said.loc["Paul Koch", "share"] == pytest.approx(both)
    assert said.loc["Anna Weber", "share"] == 0


def test_what_was_missed_is_in_rates_of_coded_sentences() -> None:
    corpus = _corpus(20)
    rates = da.count_term_groups(corpus, {"speech": ["said"]})
    sample = da.sample_for_coding(rates, corpus, n=90, unit="sentence")  # all there are
    told = sample["text"].str.contains("said|warned")
    fixed = da.correct(rates, _coded(sample, told.map({True: "yes", False: "no"})), corpus).iloc[0]
    assert fixed["rate"] == pytest.approx(fixed["rate_machine"] * 50 / 30)
    assert fixed["recall"] == pytest.approx(0.6)
    numbers = da.sample_for_coding(rates, corpus, n=90, unit="sentence", choices=["0", "1", "2"])
    twice = numbers["text"].str.contains("said|warned").map({True: "2", False: "0"})
    assert da.correct(rates, _coded(numbers, twice), corpus)["rate"].iloc[0] == pytest.approx(
        2 * fixed["rate"]
    )
    two = da.count_term_groups(corpus, {"speech": ["said"], "rain": ["rain"]})
    codes = _coded(numbers, twice)
    with pytest.raises(da.InputError, match="sentences do not tell apart"):
        da.correct(two, codes, corpus)


def test_mean_scores_are_corrected_by_numbers() -> None:
    corpus = _corpus(20)
    means = da.summarise_sentiment(corpus)
    sample = da.sample_for_coding(
        "sentiment", corpus, n=60, column="compound", choices=["-1", "0", "1"]
    )
    row = da.correct(means, _coded(sample, "0"), corpus).iloc[0]
    assert row["compound"] == 0
    assert row["compound_machine"] == means["compound"].iloc[0] != 0
    assert "recall" not in row


def test_balances_cover_what_they_say() -> None:
    rng = np.random.default_rng(3)
    inside = []
    for _ in range(400):
        doc = np.repeat(np.arange(60), 8)
        truth = rng.choice(3, 480, p=[0.15, 0.45, 0.4])
        machine = np.where(rng.random(480) < 0.7, truth, rng.choice(3, 480))
        rows = np.zeros((60, 3))
        np.add.at(rows, (doc, machine), 1)
        drawn = rng.choice(480, 90, replace=False)
        whole = Cell(rows, rows.sum(1), doc[drawn], machine[drawn], np.ones(90), truth[drawn])
        cells = [whole._replace(code=(whole.code == one).astype(float)) for one in (0, 1)]
        found = core.balance_of(*cells, 0.95)
        inside.append(found.low <= 0.25 <= found.high)
    assert 0.93 <= np.mean(inside) <= 0.985


def _estimates(value: str, machine: list[float], **columns: object) -> pd.DataFrame:
    """A corrected table of two rows."""
    said = np.array(machine)
    table = pd.DataFrame(columns).assign(
        **{value: said / 2, "low": said / 4, "high": said * 0.9, f"{value}_machine": said}
    )
    table.attrs["coded"] = "corrected with 80 hand-coded rows (one coder)"
    return table


@pytest.mark.parametrize(
    ("chart", "table", "options", "places"),
    [
        (
            "plot_shares",
            _estimates("share", [0.8, 0.2], side=["a", "a"], voice=["Xi", "Fo"]),
            {"row": "side", "part": "voice"},
            [0.8, 1.0],
        ),
        (
            "plot_voices",
            _estimates("share", [0.3, 0.2], voice=["Xi", "Fo"], speech=["quoted", "reported"]),
            {},
            [0.3, 0.2],
        ),
        (
            "plot_sentiment",
            _estimates("compound", [0.3, 0.2], side=["a", "b"], base=[9, 9]),
            {},
            [0.3, 0.2],
        ),
        ("plot_terms", _estimates("rate", [3, 2], term=["war", "law"]), {}, [3, 2]),
        (
            "plot_over_time",
            _estimates("rate", [3, 2], period=pd.to_datetime(["2024-01-01", "2024-01-08"])),
            {},
            [3, 2],
        ),
    ],
)
def test_charts_mark_what_the_machine_said(
    chart: str, table: pd.DataFrame, options: dict, places: list[float]
) -> None:
    ax = getattr(da, chart)(table, **options)
    marks = [line for line in ax.lines if line.get_gid() == "machine"]
    across = "get_ydata" if chart == "plot_over_time" else "get_xdata"
    assert [x for line in marks for x in getattr(line, across)()] == pytest.approx(places)
    keys = {text.get_text() for legend in ax.figure.legends for text in legend.get_texts()}
    assert "by the machine alone" in keys
    plain = getattr(da, chart)(table.drop(columns=table.columns[-1]), **options)
    assert not [line for line in plain.lines if line.get_gid() == "machine"]


def test_grids_say_in_words_what_the_machine_said() -> None:
    table = _estimates("share", [0.9], entity=["Oslo"], label=["PLACE"])
    table = table.assign(favourable=9, critical=1, count=30, judging_documents=8)
    ax = da.plot_targets(table)
    assert "(machine 90 %)" in ax.texts[0].get_text()


def test_groups_that_were_coded_in_full_are_known_whatever_their_size() -> None:
    corpus = _corpus()
    rates = da.count_term_groups(corpus, {"rain": ["rain"]}, by="side")
    sample = da.sample_for_coding(rates, corpus, n=12)
    none, every = (da.correct(rates, _coded(sample, [code] * 12), corpus) for code in ("no", "yes"))
    assert none["rate"].tolist() == [0, 0]
    assert none["interval"].eq("95 % over documents, every row coded").all()
    for name in ("rate", "low", "high"):  # coding can only add doubt, and leaves none here
        np.testing.assert_allclose(every[name], rates[name])
    short = da.Corpus(corpus.documents[["doc", "side", "text"]].head(2))
    alone = da.count_term_groups(short, {"rain": ["rain"]})
    codes = _coded(da.sample_for_coding(alone, short, n=2), ["no", "yes"])
    row = da.correct(alone, codes, short).iloc[0]
    assert row["rate"] == pytest.approx(alone["rate"].iloc[0] / 2)
    assert (np.isnan(row["low"]), row["interval"]) == (
        True, "none: every row of these texts is coded",
    )  # fmt: skip


def test_rare_classes_are_bounded_by_what_the_codes_leave_open() -> None:
    # the machine finds one in 600, which is coded; of the others 27 are coded, and none has it
    doc = np.repeat(np.arange(24), 25)
    kind = (np.arange(600) == 7).astype(int)
    rows = np.zeros((24, 2))
    np.add.at(rows, (doc, kind), 1)
    picked = np.append(7, np.arange(3, 600, 22)[:27])
    weight = np.where(picked == 7, 1, 599 / 27)
    cell = Cell(rows, rows.sum(1), doc[picked], kind[picked], weight, kind[picked].astype(float),
                None, 1 / weight)  # fmt: skip
    found = core.corrected(cell, 0.95)
    assert found.value == pytest.approx(1 / 600)
    assert 0 < found.low < 1 / 600
    assert found.high < 0.11  # Clopper and Pearson's of 0 in 27 is 0.128
    rest = core.corrected(cell._replace(code=1 - cell.code), 0.95)
    assert rest.high < 1 - found.low + 1e-9
    texts = core.corrected(cell, 0.95, over="rows")
    assert texts.low >= 1 / 600
    none = core.corrected(cell._replace(code=np.zeros(28)), 0.95)
    assert none.high < found.high < 1.2 * none.high  # one that is found changes little


@pytest.mark.parametrize("share", [0.02, 0.3])
def test_plans_come_true(share: float) -> None:
    # documents alike: what 60 codes plan for is what so many codes give
    rng = np.random.default_rng(1)
    doc = np.repeat(np.arange(40), 40)
    truth = rng.random(1600) < share
    machine = np.where(rng.random(1600) < 0.95, truth, ~truth).astype(int)
    rows = np.zeros((40, 2))
    np.add.at(rows, (doc, machine), 1)

    def coded(n: int) -> dict[str, float]:
        picked = np.concatenate(
            [
                rng.choice(np.flatnonzero(machine == kind), size, replace=False)
                for kind, size in enumerate(allocate(np.bincount(machine), n))
            ]
        )
        chance = (np.bincount(machine[picked]) / np.bincount(machine))[machine[picked]]
        code = truth[picked].astype(float)
        cell = Cell(rows, rows.sum(1), doc[picked], machine[picked], 1 / chance, code, None, chance)
        row = core.estimate_row(cell, ["0", "1"], "1", 0.95)
        return {"share": row.pop("value"), "coded": n, "base": 1600} | row

    first, whole = coded(60), coded(1600)
    full, now = (row["high"] - row["low"] for row in (whole, first))
    assert first["least_width"] < now
    assert whole["least_width"] == pytest.approx(full)
    wish = (full + now) / 2
    plan = da.plan_coding(pd.DataFrame([first]), width=wish).iloc[0]
    later = coded(int(plan["needed"]))
    assert (plan["reason"], plan["coded"] < plan["needed"] < 600) == ("code more", True)
    assert later["high"] - later["low"] == pytest.approx(wish, rel=0.3)
    edge = da.plan_coding(pd.DataFrame([first]), width=first["least_width"] / 1.1).iloc[0]
    assert (edge["needed"], "ask again" in edge["reason"]) == (120, True)


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda corpus: da.count_fates(corpus, by="side"), "count_quotes"),
        (lambda corpus: da.score_tone_by_voice(corpus), "summarise_sentiment"),
        (lambda corpus: da.score_dispersion(corpus), "count_term_groups or count_terms"),
    ],
)
def test_tables_that_cannot_be_corrected_name_one_that_can(call, instead: str) -> None:
    corpus = _corpus()
    table = call(corpus)
    with pytest.raises(da.InputError, match=f"draw from and correct {instead}"):
        da.sample_for_coding(table, corpus, n=5)
    codes = _coded(da.sample_for_coding("sentences", corpus, n=20), "yes")
    with pytest.raises(da.InputError, match=f"draw from and correct {instead}"):
        da.correct(table, codes, corpus)


def test_names_given_to_an_actor_are_drawn_and_corrected() -> None:
    text = "Moscow spoke. Russia agreed. The Kremlin said no. "
    corpus = da.Corpus(pd.DataFrame({"doc": [f"d{i}" for i in range(9)], "text": [text] * 9}))
    table = da.count_namings(corpus, item="strategy", actors=["Russia"])
    sample = da.sample_for_coding(table, corpus, n=27, column="strategy")
    fixed = da.correct(table, _coded(sample, sample["machine"]), corpus)
    assert fixed["share"].tolist() == pytest.approx(table["share"].tolist())
    assert fixed["interval"].str.endswith("every row coded").all()


def _prices(size: int = 20) -> tuple[da.Corpus, pd.DataFrame]:
    """Texts with one sentence of prices in four, all drawn; the coder says yes to those."""
    text = "Prices rose. It rained. Nobody came. He left. " * 5
    docs = [f"d{i:02}" for i in range(size)]
    corpus = da.Corpus(pd.DataFrame({"doc": docs, "side": ["e", "w"] * (size // 2), "text": text}))
    sample = da.sample_for_coding(
        None, corpus, n=100, unit="sentence", terms={"yes": ["prices"]}, choices=["yes", "no"]
    )
    return corpus, _coded(sample, sample["machine"])


@pytest.mark.parametrize("left_out", ["yes", "no"])
def test_a_class_without_codes_is_not_taken_to_be_as_another(left_out: str) -> None:
    corpus, codes = _prices()
    some = codes[codes["machine"] != left_out]
    some.attrs = codes.attrs
    found = da.count_codes(corpus, some)
    assert found["low"].isna().all()
    assert (found["interval"] == f"none: no row is coded that the machine calls {left_out!r}").all()


def test_a_small_class_without_codes_is_left_open() -> None:
    rows = np.tile([20.0, 1.0], (30, 1))
    doc, kind = np.arange(60) % 30, np.zeros(60, dtype=int)
    cell = Cell(
        rows, rows.sum(1), doc, kind, np.full(60, 10.0), np.ones(60), None, np.full(60, 0.1)
    )
    assert core.corrected(cell, 0.95).low < 20 / 21 < 1 == core.corrected(cell, 0.95).high
    one = cell._replace(rows=rows[:, :1], base=rows[:, 0])
    assert core.corrected(one, 0.95).low > core.corrected(cell, 0.95).low + 0.04


@pytest.mark.parametrize(("choices", "given"), [(range(1, 6), "1"), (["3", "4"], "4")])
def test_means_stay_on_the_scale_of_their_choices(choices, given: str) -> None:
    corpus, _ = _prices()
    named = [str(one) for one in choices]
    sample = da.sample_for_coding(None, corpus, n=80, unit="sentence", choices=named)
    row = da.summarise_codes(corpus, _coded(sample, [given] * 80)).iloc[0]
    assert row["value"] == float(given)
    assert float(named[0]) <= row["low"] <= row["value"] <= row["high"] <= float(named[-1])


def test_shares_of_nothing_have_no_value() -> None:
    docs = {"doc": [f"d{i:02}" for i in range(12)], "text": ["Kyiv spoke. Moscow met Kyiv. "] * 12}
    corpus = da.Corpus(pd.DataFrame(docs))
    table = da.count_agency(corpus)
    sample = da.sample_for_coding(table, corpus, n=int(table["count"].sum()), column="role")
    found = da.correct(table, _coded(sample, ["none"] * len(sample)), corpus)
    assert found["share"].isna().all()
    assert (found["interval"] == "none: every coded row was found wrongly").all()


def test_shares_of_chosen_rows_say_of_what_they_are() -> None:
    corpus, _ = _prices()
    options = {"unit": "sentence", "choices": ["yes", "no"], "only": {"side": "e"}}
    sample = da.sample_for_coding(None, corpus, n=40, headings=False, **options)
    found = da.count_codes(corpus, _coded(sample, ["yes"] * 40))
    assert found.attrs["share_of"] == "all sentences except headings with side e"
