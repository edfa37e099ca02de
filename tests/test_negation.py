"""Negation as the package tells it of actors: in clauses and predications, with the real parser."""

from __future__ import annotations

import pandas as pd
import pytest
from chart_tables import record_of
from trees import name_all, texts

from analysis.annotation.annotator import annotate
from analysis.charts import plot_agency
from analysis.discourse import (
    count_agency,
    count_predications,
    find_clauses,
    find_predications,
    find_vague_actors,
)

# Each sentence: the actor that is looked at, and what is told of it, as the tables show it.
SENTENCES = [
    ("Neither Peru nor Norway supports the plan.", "Norway", {"not support"}),
    ("Norway supports neither Peru nor Chile.", "Chile", {"not support"}),
    ("Norway does not support Peru, nor does Chile help.", "Norway", {"not support"}),
    ("Nobody in the council backed Norway.", "Norway", {"not back"}),
    ("No Peruvian minister praised Norway.", "Norway", {"not praise"}),
    ("None of the ministers invited Norway.", "Norway", {"not invite"}),
    ("There is no state that attacked Norway.", "Norway", {"not attack"}),
    ("No one was helped by Norway.", "Norway", {"not help"}),
    ("Norway failed to help Peru.", "Peru", {"not help"}),
    ("Norway refused to arm Peru.", "Peru", {"not arm"}),
    ("Norway declined to name Peru.", "Peru", {"not name"}),
    ("Norway denied attacking Peru.", "Peru", {"not attack"}),
    ("Norway denied that it had invaded Peru.", "Peru", {"not invade"}),
    ("Norway left without telling Peru.", "Peru", {"not tell"}),
    ("Instead of arming Peru, ministers resigned.", "Peru", {"not arm"}),
    ("Norway was unable to protect Peru.", "Peru", {"not protect"}),
    ("The court kept troops from entering Peru.", "Peru", {"not enter"}),
    ("Norway never attacked Peru.", "Norway", {"not attack"}),
    ("Norway hardly knows Peru.", "Norway", {"not know"}),
    ("Norway no longer trusts Peru.", "Norway", {"not trust"}),
    ("Norway did not attack or threaten Peru.", "Norway", {"not attack", "not threaten"}),
    # what is not denied, and two negations
    ("Norway did not attack Peru but it attacked Chile and armed Fiji.", "Chile", {"attack"}),
    ("Norway did not fail to help Peru.", "Peru", {"help"}),
    ("Norway not only arms Peru but trains it.", "Norway", {"arm", "train"}),
    ("Peru, not Norway, supports the plan.", "Peru", {"support"}),
    ("Peru, not Norway, supports the plan.", "Norway", {"not support"}),
    ("Norway failed to help Peru and left.", "Norway", {"fail", "not help", "leave"}),
    ("Norway rejected the plan without delay.", "Norway", {"reject"}),
    ("No doubt Norway supports Peru.", "Norway", {"support"}),
    ("Norway would rather leave than help Peru.", "Peru", {"not help"}),
    ("Norway warned Chile against attacking Peru.", "Peru", {"not attack"}),
    ("Norway didn't just attack Peru, it invaded it.", "Norway", {"attack"}),
    ("No sooner had Norway attacked Peru than it rained.", "Norway", {"attack"}),
    ("No country but Norway supports Peru.", "Norway", {"support"}),
    ("Norway has yet to help Peru.", "Peru", {"not help"}),
    ("Norway stopped short of attacking Peru.", "Peru", {"not attack"}),
    ("It is not true that ministers attacked Peru.", "Peru", {"not attack"}),
    ("Critics doubt that Norway will help.", "Norway", {"not help"}),
    ("The plan was backed by neither Norway nor Peru.", "Norway", {"not back"}),
    ("At no time did Norway attack Peru.", "Norway", {"not attack"}),
    # exceptions, and "not" taken back
    ("Nothing less than a coup removed Ann Lee.", "Ann Lee", {"remove"}),
    ("Nobody except Togo helped Norway.", "Norway", {"help"}),
    ("No one other than Togo helped Norway.", "Togo", {"help"}),
    ("Nobody in Togo thinks that Norway shelled Peru.", "Norway", {"shell"}),
    ("Togo cannot but help Norway.", "Norway", {"help"}),
    ("Togo could not thank Norway enough.", "Norway", {"thank"}),
    ("Togo did not thank Norway enough.", "Norway", {"not thank"}),
    ("Norway did not leave because of Peru but for other reasons.", "Norway", {"leave"}),
    # given up, and claimed but denied
    ("Norway ceased helping Peru.", "Peru", {"not help"}),
    ("Norway ruled out helping Peru.", "Peru", {"not help"}),
    ("Norway dropped a plan to leave.", "Norway", {"drop", "not leave"}),
    ("Togo rejected claims that Norway attacked Peru.", "Peru", {"not attack"}),
    ("Togo did not reject claims that Norway attacked Peru.", "Peru", {"attack"}),
    ("The allegation that Norway bribed Peru is baseless.", "Peru", {"not bribe"}),
]


@pytest.mark.parametrize(("text", "actor", "wanted"), SENTENCES)
def test_what_a_text_denies_is_never_shown_as_told(text: str, actor: str, wanted: set[str]) -> None:
    documents = texts(text)
    clauses = find_clauses(annotate(documents).tokens, name_all(documents, [[actor]]))
    own = clauses[clauses["entity"] == actor]
    assert set(own["verb"]) == wanted
    assert (own["negated"] == own["verb"].str.startswith("not ")).all()
    assert not own["lemma"].str.startswith("not ").any()


# Each sentence: how it puts what the actor does (the last of its clauses).
MODALITIES = [
    ("Norway attacked Peru.", "asserted"),
    ("Ann Lee said that Norway attacked Peru.", "asserted"),
    ("Norway managed to defeat Peru.", "asserted"),
    ("Norway may have attacked Peru.", "possible"),
    ("Norway threatened to attack Peru.", "possible"),
    ("Norway hopes to host Peru.", "possible"),
    ("Norway is likely to sanction Peru.", "possible"),
    ("It is possible that Norway attacked Peru.", "possible"),
    ("Norway will attack Peru.", "future"),
    ("Norway vowed to help Peru.", "future"),
    ("Norway is expected to join Peru.", "future"),
    ("If Norway attacks Peru, Togo will leave.", "conditional"),
    ("Had Norway helped Peru, Togo would have left.", "conditional"),
    ("Were Norway to attack Peru, Togo would leave.", "conditional"),
    ("Should Norway attack Peru, Togo will leave.", "conditional"),
    ("Togo urged Norway to help Peru.", "demanded"),
    ("Norway must help Peru.", "demanded"),
    ("Norway has to help Peru.", "demanded"),
    ("Ann Lee told Togo that Norway attacked Peru.", "asserted"),
    ("Norway refused to help Peru.", "asserted"),
    ("Norway is going to help Peru.", "future"),
    ("Did Norway attack Peru?", "asked"),
    ("Togo accused Norway of bombing Peru.", "claimed"),
    ("The claim that Norway poisoned Peru spread.", "claimed"),
    ("Norway is said to have bombed Peru.", "claimed"),
    ("Norway allegedly bombed Peru.", "claimed"),
]


@pytest.mark.parametrize(("text", "wanted"), MODALITIES)
def test_what_is_only_supposed_is_not_told_as_done(text: str, wanted: str) -> None:
    documents = texts(text)
    clauses = find_clauses(annotate(documents).tokens, name_all(documents, [["Norway", "Peru"]]))
    deeds = clauses[clauses["entity"] == "Peru"]
    assert deeds["modality"].tolist() == [wanted]
    doers = clauses[(clauses["entity"] == "Norway") & (clauses["role"] == "agent")]
    assert doers["modality"].tolist()[-1] == wanted
    counts = count_agency(clauses, confidence=None)
    patient = counts[(counts["entity"] == "Peru") & (counts["role"] == "patient")]
    assert patient["supposed"].tolist() == [
        int(wanted != "asserted" and not deeds["negated"].any())
    ]


def test_predications_and_their_counts_keep_the_not() -> None:
    documents = texts("Neither Peru nor Norway supports the plan. Norway supports the other one.")
    mentions = name_all(documents, [["Norway", "Norway"]])
    said = find_predications(annotate(documents).tokens, mentions=mentions)
    assert said[["term", "lemma", "negated"]].to_numpy().tolist() == [
        ["not support", "support", True],
        ["support", "support", False],
    ]
    counts = count_predications(said, confidence=None)
    assert counts["term"].tolist() == ["not support", "support"]
    assert counts["count"].tolist() == [1, 1]


def test_counts_of_roles_tell_what_is_denied() -> None:
    documents = texts("Norway did not attack Peru. Norway attacked Peru.")
    mentions = name_all(documents, [["Norway", "Peru", "Norway", "Peru"]])
    counts = count_agency(find_clauses(annotate(documents).tokens, mentions), confidence=None)
    own = counts[counts["count"] > 0]
    assert own[["entity", "role", "count", "negated"]].to_numpy().tolist() == [
        ["Norway", "agent", 2, 1],
        ["Peru", "patient", 2, 1],
    ]
    note = "of the clauses drawn the text denies 2"
    assert note in record_of(plot_agency(counts))["note"]
    plain = counts.assign(negated=0)
    assert note not in record_of(plot_agency(plain))["note"]


# Each sentence, and who does what in it: entity, role, form, verb.
ROLES = [
    (
        "Tom Fox, a coach who Ian May, the owner, hired, left.",
        ["Tom Fox", "Ian May"],
        {("Tom Fox", "hire"), ("Ian May", "hire"), ("Tom Fox", "leave")},
    ),
    ("The envoy Norway expelled was tired.", ["Norway"], {("Norway", "expel")}),
    (
        "Norway earned condemnation from Peru.",
        ["Norway", "Peru"],
        {("Norway", "condemn"), ("Peru", "condemn")},
    ),
    (
        "Norway asked Peru to leave.",
        ["Norway", "Peru"],
        {("Norway", "ask"), ("Peru", "ask"), ("Peru", "leave")},
    ),
    (
        "Ann Lee praised Norway for promoting peace.",
        ["Ann Lee", "Norway"],
        {("Ann Lee", "praise"), ("Norway", "praise"), ("Norway", "promote")},
    ),
    (
        "Ann Lee accused Norway of blocking the deal.",
        ["Ann Lee", "Norway"],
        {("Ann Lee", "accuse"), ("Norway", "accuse"), ("Norway", "block")},
    ),
    (
        "Norway was praised for promoting peace.",
        ["Norway"],
        {("Norway", "praise"), ("Norway", "promote")},
    ),
    (
        "Norway won praise for promoting peace.",
        ["Norway"],
        {("Norway", "win"), ("Norway", "promote")},
    ),
    (
        "Ann Lee congratulated Norway on blocking the deal.",
        ["Ann Lee", "Norway"],
        {("Norway", "block")},
    ),
    ("Norway's plan to leave angered all.", ["Norway"], {("Norway", "plan"), ("Norway", "leave")}),
    (
        "Norway held talks with Peru, which resulted in a treaty.",
        ["Norway", "Peru"],
        {("Norway", "hold"), ("Peru", "talk")},
    ),
    ("She's promised to help.", ["She"], {("She", "promise"), ("She", "help")}),
    ("Norway 1 – 0 Peru", ["Norway"], set()),
]


@pytest.mark.parametrize(("text", "names", "wanted"), ROLES)
def test_who_does_what(text: str, names: list[str], wanted: set[tuple[str, str]]) -> None:
    documents = texts(text)
    clauses = find_clauses(annotate(documents).tokens, name_all(documents, [names]), vague=False)
    own = clauses[clauses["entity"] != "(none)"]
    found = set(zip(own["entity"], own["verb"], strict=True))
    assert wanted <= found
    assert ("Ann Lee", "promote") not in found
    assert ("Ann Lee", "block") not in found
    assert ("Peru", "result") not in found
    assert wanted or not found


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("She's promised to help.", "active"),
        ("While he's said he believes it, nobody came.", "active"),
        ("It's lost its way.", "active"),
        ("He's been elected.", "agentless passive"),
        ("He's forced to resign.", "agentless passive"),
        ("She's admired by many.", "passive"),
    ],
)
def test_s_is_has_or_is(text: str, form: str) -> None:
    documents = texts(text)
    word = text.split("'")[0].split()[-1]
    clauses = find_clauses(annotate(documents).tokens, name_all(documents, [[word]]), vague=False)
    assert clauses.loc[clauses["entity"] == word, "form"].iloc[0] == form


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("The peace talks collapsed.", "collapse"),
        ("The deal fell apart.", "fall apart"),
        ("The ceasefire broke down.", "break down"),
        ("Violence erupted in the capital.", "erupt"),
        ("Three people died in the flood.", "die"),
        ("Tensions rose on the border.", "rise"),
        ("The bid failed.", "fail"),
        ("The coalition fell apart.", "fall apart"),
        ("The pact unravelled.", "unravel"),
        ("Fears grew in the capital.", "grow"),
    ],
)
def test_events_that_come_about_by_themselves_have_a_form_of_their_own(
    text: str, verb: str
) -> None:
    documents = texts(text)
    clauses = find_clauses(annotate(documents).tokens, name_all(documents, [[]]), vague=False)
    assert clauses[["entity", "role", "form", "verb"]].to_numpy().tolist() == [
        ["(none)", "agent", "ergative", verb]
    ]


@pytest.mark.parametrize("text", ["Prices rose.", "Norway broke the deal.", "Ann Lee failed."])
def test_what_somebody_does_or_nobody_could_is_no_such_event(text: str) -> None:
    documents = texts(text)
    clauses = find_clauses(annotate(documents).tokens, name_all(documents, [[]]), vague=False)
    assert not (clauses["form"] == "ergative").any()


VAGUE = [
    ("Critics say that the plan is bad.", [("Critics", "say")]),
    ("Certain countries refused to help.", [("Certain countries", "refuse")]),
    ("Some states did not help Peru.", [("Some states", "not help")]),
    ("Western officials blamed Norway.", [("Western officials", "blame")]),
    ("People familiar with the talks said so.", [("People familiar with the talks", "say")]),
    ("A group of rabbis called for a boycott.", [("A group of rabbis", "call")]),
    ("Others left.", [("Others", "leave")]),
    ("Locals fled.", [("Locals", "flee")]),
    ("The international community did nothing.", [("The international community", "not do")]),
    ("Likely voters back Ann Lee.", [("Likely voters", "back")]),
    ("Western countries ignored Peru.", [("Western countries", "ignore")]),
    ("Peru won praise from critics for its film.", [("critics", "praise")]),
    ("Many voters stayed at home.", [("Many voters", "stay")]),
    ("The officials Ann Lee and Bo Berg left.", []),
    ("The three ministers left.", []),
    ("Many problems remained.", []),
    ("Her critics Ann Lee and Bo Berg left.", []),
]


@pytest.mark.parametrize(("text", "wanted"), VAGUE)
def test_actors_without_a_name_are_listed_with_what_they_do(
    text: str, wanted: list[tuple[str, str]]
) -> None:
    documents = texts(text)
    tokens = annotate(documents).tokens
    found = find_vague_actors(tokens)
    assert list(zip(found["text"], found["verb"], strict=True)) == wanted
    clauses = find_clauses(tokens, name_all(documents, [[]]))
    own = clauses[clauses["entity"] == "(vague)"]
    assert {text for text, _ in wanted} == set(own["text"])
    none = find_clauses(tokens, name_all(documents, [[]]), vague=False)
    assert "(vague)" not in set(none["entity"])


def test_vague_actors_stand_as_mentions_with_the_voice_in_which_they_stand() -> None:
    documents = texts("Critics left.")
    tokens = annotate(documents).tokens.assign(voice="writer")
    found = find_vague_actors(tokens)
    assert found["voice"].tolist() == ["writer"]
    clauses = find_clauses(tokens, found, vague=False)
    assert clauses[["entity", "verb"]].to_numpy().tolist() == [["(vague)", "leave"]]
    assert isinstance(found, pd.DataFrame)
    assert len(find_vague_actors(annotate(texts("Norway left.")).tokens)) == 0
