"""Acts of evaluation: who praises, accuses, thanks or warns whom of what, by the bundled parse."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import analysis as da

# A sentence; and per act: evaluator > act > target, + or -, "not", modality, "for" what
CASES = """
Ann Lee praised Norway's plan.
  Ann Lee > praise > Norway +
Ann Lee accused Norway of lying.
  Ann Lee > accuse > Norway - for lying
Norway was accused by Peru.
  Peru > accuse > Norway -
Norway was accused of fraud.
  (none) > accuse > Norway - for fraud
Peru and Chile condemned Norway.
  Peru > condemn > Norway -
  Chile > condemn > Norway -
Peru praised Norway and Sweden.
  Peru > praise > Norway +
  Peru > praise > Sweden +
Peru praised and thanked Norway.
  Peru > praise > Norway +
  Peru > thank > Norway +
Neither Poland nor Hungary supports the plan.
  Poland > support > the plan + not
  Hungary > support > the plan + not
Peru refused to condemn Norway.
  Peru > condemn > Norway - not
Peru did not praise Norway.
  Peru > praise > Norway + not
Peru failed to thank Norway.
  Peru > thank > Norway + not
Peru left without thanking Norway.
  Peru > thank > Norway + not
Peru may condemn Norway.
  Peru > condemn > Norway - possible
Peru will condemn Norway.
  Peru > condemn > Norway - future
If Peru condemns Norway, talks will end.
  Peru > condemn > Norway - conditional
Peru must condemn Norway.
  Peru > condemn > Norway - demanded
France urged Iran to condemn Norway.
  Iran > condemn > Norway - demanded
Chile called on Peru to stop criticising Norway.
  Peru > criticise > Norway - demanded
The bishops are opposed to the plan.
  the bishops > oppose > the plan -
Peru backed off the plan.
Nobody praised the plan.
  nobody > praise > the plan + not
Would Spain condemn Norway?
  Spain > condemn > Norway - asked
The premier had praise for Germany.
  the premier > praise > Germany +
Norway was accused of fraud by Peru.
  Peru > accuse > Norway - for fraud
Lee Marsh said Norway should be thanked.
  (none) > thank > Norway + demanded
Spain demanded an apology.
Critics warned that the war would go on.
  Critics > warn > (none) - for the war would go on
Ukraine welcomed the support of China.
  Ukraine > welcome > China +
It was Lee Marsh who accused Norway.
  Lee Marsh > accuse > Norway -
Accusing Norway of lying, Lee Marsh left the room.
  Lee Marsh > accuse > Norway - for lying
Chile asked whether Peru condemned Norway.
  Peru > condemn > Norway - asked
Ghana issued a warning to Peru.
  Ghana > warning > Peru -
Ghana expressed support for Peru.
  Ghana > support > Peru +
The minister drew criticism from Sudan.
  Sudan > criticism > the minister -
Chile's criticism of Peru came late.
  Chile > criticism > Peru -
The condemnation of Peru by Chile came late.
  Chile > condemnation > Peru -
Ana Ruiz, who has criticised Brazil for its forests, left.
  Ana Ruiz > criticise > Brazil - for its forests
Kenya held Brazil responsible for the fire.
  Kenya > hold responsible > Brazil - for the fire
Kenya apologised to Brazil for the delay.
  Kenya > apologise > Brazil + for the delay
Kenya lashed out at Brazil.
  Kenya > lash out > Brazil -
Kenya took a shot at Brazil.
  Kenya > take shot > Brazil -
Kenya withheld support from Brazil.
  Kenya > support > Brazil + not
The report faulted Brazil for the delay.
  the report > fault > Brazil - for the delay
Tom Marsh said that Peru had praised Norway.
  Peru > praise > Norway +
The lawmakers have signaled their support for Peru.
  the lawmakers > support > Peru +
Ten dozen nurses and hundreds of teachers thanked Peru.
  Ten dozen nurses > thank > Peru +
  hundreds of teachers > thank > Peru +
The president left it to others to praise Kenya and thank Peru.
  others > praise > Kenya +
  others > thank > Peru +
Ana Ruiz left it to aides to defend Tom Marsh.
  (none) > defend > Tom Marsh +
Ana Ruiz relied on friends to praise Kenya.
  friends > praise > Kenya +
Ana Ruiz waited for Chile to thank Kenya.
  Chile > thank > Kenya +
Ana Ruiz paid bloggers to praise Kenya.
  bloggers > praise > Kenya +
The lawyers relied on precedent to defend the decision.
  the lawyers > defend > the decision +
A widow came to the defence of Ana Ruiz.
  a widow > defence > Ana Ruiz +
Norway leapt to Peru's defence.
  Norway > defence > Peru +
Kenya came in for criticism from Chile.
  Chile > criticism > Kenya -
Greenpeace aired commercials praising Ana Ruiz.
  Greenpeace > praise > Ana Ruiz +
Ads praising Ana Ruiz were aired by Greenpeace.
  Greenpeace > praise > Ana Ruiz +
Peru released a video attacking Ana Ruiz.
  Peru > attack > Ana Ruiz -
A letter from Chile accused Norway of lying.
  Chile > accuse > Norway - for lying
Ukraine defended Kyiv for a month.
Brazil defended its title.
The mayors are defending ten seats.
Korea relies on America to defend the island.
Ana Ruiz defended Chile.
  Ana Ruiz > defend > Chile +
Tom Marsh defended the city against claims of waste.
  Tom Marsh > defend > the city + for claims of waste
The roof is supported by six columns.
Japan welcomed 3 million visitors.
Peru welcomed the decision.
  Peru > welcome > the decision +
Turkey and Greece accused each other of lying.
  Greece > accuse > Turkey - for lying
  Turkey > accuse > Greece - for lying
Peru and Chile praised one another.
  Chile > praise > Peru +
  Peru > praise > Chile +
Few ministers thanked Kenya.
  Few ministers > thank > Kenya + not
The guild endorsed Ann Lee over Tom Marsh.
  the guild > endorse > Ann Lee +
Kenya hailed Ghana's fund for orphans.
  Kenya > hail > Ghana +
Kenya hailed Ghana for sheltering orphans.
  Kenya > hail > Ghana + for sheltering orphans
Ghana wants Kenya to condemn Peru.
  Kenya > condemn > Peru - demanded
Ghana stopped short of blaming Kenya.
  Ghana > blame > Kenya - not
Ghana expects an apology.
Ghana demanded an apology from Kenya.
  Kenya > apology > Ghana + demanded
Sweden denied allegations by Norway that it had cheated.
  Norway > allegation > Sweden - for it had cheated
Sweden shrugged off criticism from Norway.
  Norway > criticism > Sweden -
Fares, warns the council, will rise.
Sweden does not blame Norway but Peru.
  Sweden > blame > Norway - not
  Sweden > blame > Peru -
Farmers blamed the fire on the heat.
There was no criticism of Norway from Sweden.
  Sweden > criticism > Norway - not
Everyone but Ghana thanked Peru.
  everyone > thank > Peru +
  Ghana > thank > Peru + not
Sweden derided, mocked and insulted Norway.
  Sweden > deride > Norway -
  Sweden > mock > Norway -
  Sweden > insult > Norway -
The beam supports the roof.
Rebels attacked Kyiv at dawn.
The group lives off financial support from Peru.
He spoke to the critics.
Thanks to Peru, the talks went on.
"""


def blocks() -> list[tuple[str, list[str]]]:
    """The sentences and what is wanted of each."""
    found: list[tuple[str, list[str]]] = []
    for line in CASES.strip().split("\n"):
        if line.startswith("  "):
            found[-1][1].append(line.strip())
        else:
            found.append((line, []))
    return found


@pytest.fixture(scope="module")
def evaluations() -> pd.DataFrame:
    texts = [text for text, _ in blocks()]
    ids = [f"s{number}" for number in range(len(texts))]
    return da.Corpus(pd.DataFrame({"doc": ids, "text": texts})).evaluations


def told(row: pd.Series) -> str:
    """An evaluation in the form of the cases."""
    sign = "+" if row["polarity"] == "favourable" else "-"
    parts = [f"{row['evaluator']} > {row['act']} > {row['target']} {sign}"]
    parts += ["not"] if row["negated"] else []
    parts += [row["modality"]] if row["modality"] != "asserted" else []
    parts += [f"for {row['matter']}"] if row["matter"] else []
    return " ".join(parts)


@pytest.mark.parametrize("number", range(len(blocks())), ids=[text for text, _ in blocks()])
def test_acts_are_those_set_down_by_hand(evaluations: pd.DataFrame, number: int) -> None:
    own = evaluations[evaluations["doc"] == f"s{number}"]
    assert sorted(told(row) for _, row in own.iterrows()) == sorted(blocks()[number][1])


def test_offsets_lead_back_to_the_words(evaluations: pd.DataFrame) -> None:
    texts = dict(enumerate(text for text, _ in blocks()))
    for row in evaluations.itertuples():
        text = texts[int(str(row.doc).removeprefix("s"))]
        assert text[row.start : row.end] == row.text
        for side in ("evaluator", "target"):
            start, end = getattr(row, f"{side}_start"), getattr(row, f"{side}_end")
            words = getattr(row, f"{side}_text")
            assert words == (text[start:end] if start >= 0 else "")


def one(text: str) -> pd.DataFrame:
    return da.Corpus(pd.DataFrame({"doc": ["a"], "text": [text]})).evaluations


def test_i_in_a_quotation_is_its_speaker_and_the_voice_is_who_reports() -> None:
    found = one("“I thank Canada for its help,” Ida Stone said. Ida Stone also blamed Peru.")
    assert found["evaluator"].tolist() == ["Ida Stone", "Ida Stone"]
    assert found["voice"].astype(str).tolist() == ["Ida Stone", "writer"]


def test_he_and_she_are_whom_they_stand_for() -> None:
    found = one("Bob Hart spoke in Lima on Monday. He praised Peru.")
    assert found[["evaluator", "target"]].values.tolist() == [["Bob Hart", "Peru"]]


def test_roles_and_it_have_the_name_that_the_text_gives_them() -> None:
    found = one("President Ana Ruiz of Peru praised Chile. The Peruvian president blamed Kenya.")
    assert found["evaluator"].tolist() == ["Ana Ruiz", "Ana Ruiz"]
    found = one("Nokia said that profits had fallen in March. It blamed Chile.")
    assert found["evaluator"].tolist() == ["Nokia"]


def test_i_in_a_quotation_has_the_label_of_its_speaker() -> None:
    found = one("“I thank Canada,” Ida Stone said.")
    assert found["evaluator_label"].tolist() == ["PERSON"]


NAMES = """John Smith, Ann Lee, Norway, Russia, Israel, Iran, Georgia, Turkey, Xi Jinping
Ngozi Okafor, Jordan, Chad, Angela Merkel, Vladimir Putin, Peru, Kenya, Hamas, Google
Maria Lopez, Egypt"""


def test_names_do_not_change_who_evaluates_whom() -> None:
    names = NAMES.replace("\n", ", ").split(", ")
    pairs = [(name, names[(place + 7) % len(names)]) for place, name in enumerate(names)]
    texts = [
        text.format(a=a, b=b)
        for text in (
            "{a} accused {b} of lying and praised the mayor because it helps.",
            "{a} praised {b} for helping and condemned the strike.",
        )
        for a, b in pairs
    ]
    ids = [str(number) for number in range(len(texts))]
    found = da.Corpus(pd.DataFrame({"doc": ids, "text": texts})).evaluations
    columns = ["evaluator", "act", "target"]
    for number, (a, b) in enumerate(pairs):
        rows = found[found["doc"] == str(number)][columns].values.tolist()
        assert rows == [[a, "accuse", b], [a, "praise", "the mayor"]]
        rows = found[found["doc"] == str(number + len(pairs))][columns].values.tolist()
        assert rows == [[a, "praise", b], [a, "condemn", "the strike"]]


def test_a_role_is_whom_the_text_gives_it() -> None:
    text = "Peruvian President Ana Ruiz met Bob Hart in Lima. The Peruvian president praised Chile."
    found = one(text)
    assert found[["evaluator", "target"]].values.tolist() == [["Ana Ruiz", "Chile"]]


def test_a_deed_counts_for_whose_it_is() -> None:
    (row,) = one("Sweden condemned the remarks of Tom Marsh.").to_dict("records")
    assert (row["target"], row["through"]) == ("Tom Marsh", "remarks")


def test_counts_leave_out_what_is_not_done_or_only_possible() -> None:
    text = "Peru praised Norway. Peru blamed Norway. Peru did not thank Norway."
    text += " Peru may praise Norway."
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "text": [text]}))
    (row,) = da.count_evaluations(corpus).to_dict("records")
    assert (row["favourable"], row["critical"], row["count"], row["share"]) == (1, 1, 2, 0.5)
    (every,) = da.count_evaluations(corpus, modality=None).to_dict("records")
    assert (every["favourable"], every["critical"]) == (2, 1)
    assert len(da.find_passages(da.count_evaluations(corpus), corpus)) == 2


def rows(signs: str) -> pd.DataFrame:
    """Evaluations of Norway by Peru, one a document."""
    polarity = ["favourable" if sign == "+" else "critical" for sign in signs]
    return pd.DataFrame(
        {
            "doc": [f"d{number}" for number in range(len(signs))],
            "sentence": 0,
            "evaluator": "Peru",
            "target": "Norway",
            "polarity": polarity,
            "negated": False,
            "modality": "asserted",
        }
    )


def test_the_interval_holds_the_measured_error() -> None:
    counted = da.count_evaluations(rows("-" * 40))
    wrong = 1 - counted.attrs["measured"]["low"]
    (row,) = counted.to_dict("records")
    # all 40 critical: Clopper–Pearson's upper end, and the rest may be wrong in that share
    assert row["share"] == row["low"] == 0
    assert wrong < row["high"] < wrong + 0.15
    assert da.count_evaluations(rows("-----"))["high"].iloc[0] > 0.5  # five say nothing
    assert da.count_evaluations(rows("--"))["high"].isna().all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"modality": "sure"}, "modality='sure' is not known; choose one of 'asserted'"),
        ({"min_count": 0}, "min_count=0 must be 1 or more"),
        ({"by": "target"}, "by='target' has rows of its own"),
    ],
)
def test_bad_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(da.InputError, match=re.escape(message)):
        da.count_evaluations(rows("+-"), **options)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("polarity", "good", "has polarity='good', which is not known; write one of 'favourable'"),
        ("negated", "False", "has negated='False', which is not known; write one of False, True"),
        ("modality", "sure", "has modality='sure', which is not known"),
        ("target", None, "has nothing in 'target'; fill it, or leave such rows out"),
    ],
)
def test_a_row_that_cannot_be_counted_is_named(
    column: str, value: str | None, message: str
) -> None:
    table = rows("+-").astype({column: object})
    table.loc[1, column] = value
    with pytest.raises(da.InputError, match=re.escape(f"Row 1 of the evaluations {message}")):
        da.count_evaluations(table)


def test_no_act_gives_empty_tables() -> None:
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "text": ["It rained."]}))
    assert len(corpus.evaluations) == 0
    assert len(da.count_evaluations(corpus)) == 0


def test_one_side_is_one_name_or_one_state() -> None:
    table = pd.DataFrame(
        {
            "evaluator": ["Peru", "Peruvian ministry", "Peru", "(none)", "Ann Lee", "Ann Lee"],
            "target": ["Peru", "Peru", "Chile", "(none)", "Bob Hart", "Peru"],
        }
    )
    assert da.find_own_side(table).index.tolist() == [0, 1]
    sided = da.find_own_side(table, sides={"Ann Lee": "the left", "Bob Hart": "the left"})
    assert sided["side"].to_dict() == {0: "Peru", 1: "Peru", 4: "the left"}
    voiced = table.set_axis(["voice", "entity"], axis=1)
    assert len(da.find_own_side(voiced)) == 2
    text = "Peruvian President Ana Ruiz criticised Peru. Bob Hart criticised Peru."
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "text": [text]}))
    own = da.find_own_side(corpus.evaluations, corpus)
    assert own[["evaluator", "side"]].values.tolist() == [["Ana Ruiz", "Peru"]]
    with pytest.raises(da.InputError, match="lacks 'voice'"):
        da.find_own_side(table.drop(columns="evaluator"))


PARTIES = """Democratic presidential candidate Ana Ruiz spoke. Sen. Bob Hart (D-Vt.) of Vermont
spoke. Sen. Tom Marsh (R-Texas) spoke. The Labour Party met. Labour MP Ida Stone left.
Eva Kohl (Labour) left. Bob Hart criticised Ana Ruiz. Tom Marsh criticised Ana Ruiz. Eva Kohl
criticised Ida Stone. Ida Stone criticised Tom Marsh. Lee Park criticised Ida Stone."""


def test_one_side_is_one_party_as_the_texts_tell_it() -> None:
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "text": [PARTIES.replace("\n", " ")]}))
    own = da.find_own_side(corpus.evaluations, corpus)
    assert own[["evaluator", "target", "side"]].values.tolist() == [
        ["Bob Hart", "Ana Ruiz", "Democratic"],
        ["Eva Kohl", "Ida Stone", "Labour"],
    ]
    assert own.attrs["no_side"] == ["Lee Park"]


def test_sides_may_be_a_column_of_a_table() -> None:
    table = pd.DataFrame({"evaluator": ["Ann Lee", "Peru"], "target": ["Bob Hart", "Chile"]})
    blocs = pd.DataFrame({"entity": ["Ann Lee", "Bob Hart", "Peru"], "bloc": ["A", "A", None]})
    own = da.find_own_side(table, sides=blocs, by="bloc")
    assert own["side"].to_dict() == {0: "A"}
    with pytest.raises(da.InputError, match="lacks 'party'"):
        da.find_own_side(table, sides=blocs, by="party")
    with pytest.raises(da.InputError, match="neither a mapping of names to sides nor a table"):
        da.find_own_side(table, sides=["Peru"])  # type: ignore[arg-type]
