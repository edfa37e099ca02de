"""How actors are named and what is said of them: small texts, counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest
import trees
from scipy.stats import chi2

import analysis as da
from analysis.annotation.annotator import annotate
from analysis.discourse.lexicons import is_metonym
from analysis.discourse.naming import count_namings, find_namings, read_naming_forms
from analysis.discourse.predication import (
    compare_predications,
    count_predications,
    find_predications,
)
from analysis.tables import InputError
from analysis.terms.formulas import log_likelihood, log_ratio
from analysis.terms.keyness import compare_terms
from analysis.text.tokens import find_hits, tokenize

TEXTS = pd.DataFrame(
    {
        "doc": ["a", "b"],
        "outlet": ["TASS", "Kyiv Independent"],
        "text": [
            "President Putin flew to Kiev. The Russian president said Kiev’s regime lies. "
            "“He is in Moscow,” said the Kremlin.",
            "The Kyiv Independent asked Vladimir Putin. With Moscow, Kyiv will not speak. "
            "The war, not the Cold War, goes on.",
        ],
    }
)
TOKENS = annotate(TEXTS).tokens
NAMES = [
    ("a", "Putin", "PERSON", "Vladimir Putin"),
    ("a", "Kiev", "PLACE", "Kyiv"),
    ("a", "Russian", "NORP", "Russian"),
    ("a", "Kiev", "PLACE", "Kyiv"),
    ("a", "Moscow", "PLACE", "Moscow"),
    ("a", "Kremlin", "ORG", "Kremlin"),
    ("b", "Kyiv Independent", "ORG", "Kyiv Independent"),
    ("b", "Vladimir Putin", "PERSON", "Vladimir Putin"),
    ("b", "Moscow", "PLACE", "Moscow"),
    ("b", "Kyiv", "PLACE", "Kyiv"),
]


def mentions() -> pd.DataFrame:
    """The names above, each where it stands after the one before it."""
    rows, place = [], {"a": 0, "b": 0}
    texts = TEXTS.set_index("doc")["text"]
    for doc, text, label, entity in NAMES:
        start = texts[doc].index(text, place[doc])
        place[doc] = start + len(text)
        rows.append((doc, 0, start, place[doc], text, label, entity, 0.9))
    names = ["doc", "sentence", "start", "end", "text", "label", "entity", "score"]
    return pd.DataFrame(rows, columns=names)


def namings(**options: object) -> pd.DataFrame:
    return find_namings(TEXTS, mentions(), voiced=TOKENS, pronouns=False, **options)


# ---- naming --------------------------------------------------------------------------------


def test_who_is_named_how() -> None:
    found = namings()
    layer = found[found["strategy"] != "variant"]
    told = list(zip(layer["text"], layer["actor"], layer["strategy"], strict=True))
    assert told == [
        ("President Putin", "Vladimir Putin", "name with role"),
        ("Kiev", "Kyiv", "name"),  # flew to Kiev: a place
        ("Russian president", "Vladimir Putin", "role"),
        ("Kiev’s regime", "Ukraine", "epithet"),
        ("Moscow", "Moscow", "name"),  # in Moscow
        ("Kremlin", "Russia", "metonym"),
        ("Kyiv Independent", "Kyiv Independent", "name"),
        ("Vladimir Putin", "Vladimir Putin", "name"),
        ("Moscow", "Russia", "metonym"),
        ("Kyiv", "Ukraine", "metonym"),
    ]
    variants = found[found["strategy"] == "variant"]
    assert variants["form"].tolist() == ["Kiev", "Kiev", "Kyiv", "war"]
    assert variants["text"].tolist() == ["Kiev", "Kiev", "Kyiv", "war"]  # no ’s, no Cold War


def test_every_naming_stands_where_it_says() -> None:
    found = namings()
    texts = TEXTS.set_index("doc")["text"]
    for row in found.itertuples():
        assert texts[row.doc][row.start : row.end] == row.text
    kremlin, war = (found[found["text"] == text].iloc[0] for text in ("Kremlin", "war"))
    assert (kremlin["sentence"], war["sentence"]) == (2, 2)
    assert found["doc"].cat.categories.tolist() == ["a", "b"]


def test_resolved_speakers_are_pronouns_and_roles() -> None:
    start = TEXTS["text"][0].index("He is")
    role = TEXTS["text"][1].index("The war")
    quotes = pd.DataFrame(
        {
            "doc": ["a", "b", "a", "a"],
            "speaker": ["Vladimir Putin", "Ann Lee", "Vladimir Putin", ""],
            "speaker_start": [start, role, 0, -1],
            "speaker_end": [start + 2, role + 7, 15, -1],
        }
    )
    found = namings(quotes=quotes)
    own = found[found["source"] == "quotation"]
    assert own[["actor", "strategy", "form"]].to_numpy().tolist() == [
        ["Vladimir Putin", "pronoun", "he"],
        ["Ann Lee", "role", "war"],
    ]
    assert found["text"].tolist().count("President Putin") == 1  # the mention is there already


def test_own_forms_take_the_place_of_the_lists() -> None:
    forms = [
        {"actor": "leaders", "strategy": "role", "form": "the one", "patterns": "asked vladimir"},
        {"actor": "talk", "strategy": "variant", "form": "speaking", "patterns": "speak|said"},
    ]
    found = namings(forms=forms)
    assert found.loc[found["source"] == "list", "form"].tolist() == [
        "speaking", "speaking", "the one", "speaking",
    ]  # fmt: skip
    assert "metonym" not in set(found["strategy"])
    step = found.attrs["steps"][-1]
    assert step["call"] == "find_namings"
    assert step["params"]["forms"][0]["form"] == "the one"


def test_a_metonym_is_told_by_its_part_in_the_sentence() -> None:
    documents = trees.texts("Talks of Moscow failed", "Aid from Kyiv came")
    tagged = trees.tag(
        documents,
        ["Talks/talk/NOUN/nsubj/4 of/of/ADP/case/3 Moscow/Moscow/PROPN/nmod:poss/1 "
         "failed/fail/VERB/root/0",
         "Aid/aid/NOUN/nsubj/4 from/from/ADP/case/3 Kyiv/Kyiv/PROPN/nmod/1 came/come/VERB/root/0"],
    )  # fmt: skip
    rows, _ = find_hits(tagged, ["moscow", "kyiv"])
    assert is_metonym(tagged, rows).tolist() == [True, False]
    plain = tokenize(trees.texts("In the Kremlin", "Kremlin", "By the Kremlin")).assign(dep="obl")
    rows, _ = find_hits(plain, "kremlin")
    assert is_metonym(plain, rows).tolist() == [False, True, True]


def test_of_forms_that_overlap_the_longest_is_kept() -> None:
    row = {"actor": "Vladimir Putin", "strategy": "role", "note": ""}
    forms = [
        {**row, "form": "the president", "patterns": "president"},
        {**row, "form": "the Russian president", "patterns": "russian president"},
    ]
    found = namings(forms=forms)
    roles = found[found["strategy"] == "role"]
    assert roles[["form", "text"]].values.tolist() == [
        ["the Russian president", "Russian president"]
    ]


def test_shares_of_forms_add_up() -> None:
    found = namings()
    counts = count_namings(found, by="outlet", documents=TEXTS, actors=["capital of Ukraine"])
    assert counts[["outlet", "form", "count", "base"]].to_numpy().tolist() == [
        ["Kyiv Independent", "Kyiv", 1, 1],
        ["Kyiv Independent", "Kiev", 0, 1],
        ["TASS", "Kiev", 2, 2],
        ["TASS", "Kyiv", 0, 2],
    ]
    assert counts["interval"].str.startswith("none: fewer than 3").all()
    every = count_namings(found, confidence=None)
    assert every["count"].sum() == len(found)
    assert every.groupby("actor")["share"].sum().tolist() == pytest.approx(
        [1.0] * every["actor"].nunique()
    )
    ways = count_namings(found, item="strategy", actors=["Vladimir Putin"], confidence=None)
    assert ways["strategy"].tolist() == ["name", "name with role", "role"]
    assert ways["count"].tolist() == [1, 1, 1]


def test_namings_keep_the_voice() -> None:
    tokens = TOKENS.assign(voice="writer", speech="")
    tokens.loc[tokens["doc"] == "b", "voice"] = "Xi"
    found = find_namings(TEXTS, mentions(), voiced=tokens)
    assert set(found.loc[found["doc"] == "b", "voice"]) == {"Xi"}
    counts = count_namings(found, by="voice", actors=["Russia"], confidence=None)
    assert counts.loc[counts["count"] > 0, ["voice", "form"]].to_numpy().tolist() == [
        ["Xi", "Moscow"],
        ["writer", "the Kremlin"],
    ]


def test_the_lists_are_sound() -> None:
    forms = read_naming_forms()
    assert not forms.duplicated(["actor", "form"]).any()
    sets = forms[forms["strategy"] == "variant"].groupby("actor")["form"].nunique()
    assert sets.min() >= 2  # a set of one form is no choice
    assert (forms["patterns"].str.strip() == forms["patterns"]).all()
    tokens = annotate(pd.DataFrame({"doc": ["a"], "text": ["nothing of this kind"]})).tokens
    nobody = mentions().head(0)
    assert len(find_namings(TEXTS, nobody, voiced=tokens)) == 0


def test_bad_forms_and_actors_are_refused() -> None:
    for row, match in [
        ({"actor": "A", "strategy": "name", "form": "x", "patterns": "x"}, "strategy 'name'"),
        ({"actor": "", "strategy": "role", "form": "x", "patterns": "x"}, "lacks its actor"),
        ({"actor": "A", "strategy": "role", "form": "x", "patterns": "|"}, "lacks its actor"),
    ]:
        with pytest.raises(InputError, match=match):
            namings(forms=[row])
    twice = {"actor": "A", "strategy": "role", "form": "x", "patterns": "x"}
    with pytest.raises(InputError, match="stands twice"):
        namings(forms=[twice, twice])
    found = namings()
    with pytest.raises(InputError, match="nobody of that name"):
        count_namings(found, actors=["Biden"])
    with pytest.raises(InputError, match="item='name'"):
        count_namings(found, item="name")
    with pytest.raises(InputError, match="is not in the documents"):
        find_namings(TEXTS, mentions().assign(doc="z"), voiced=TOKENS, pronouns=False)


def test_namings_change_nothing() -> None:
    names, tokens = mentions(), TOKENS
    before = names.copy(deep=True), tokens.copy(deep=True)
    found = find_namings(TEXTS, names, voiced=tokens)
    kept = found.copy(deep=True)
    count_namings(found, by="doc")
    for old, new in zip((*before, kept), (names, tokens, found), strict=True):
        pd.testing.assert_frame_equal(old, new)


# ---- predication -------------------------------------------------------------------------------

SENTENCES = [
    (
        "Russia attacked and did not stop.",
        "Russia/Russia/PROPN/nsubj/2 attacked/attack/VERB/root/0 and/and/CCONJ/cc/6 "
        "did/do/AUX/aux/6 not/not/PART/advmod/6/Polarity=Neg stop/stop/VERB/conj/2 "
        "././PUNCT/punct/2",
        {("attack", "agent", False), ("not stop", "agent", True)},
    ),
    (
        "Russia was blamed by aides",
        "Russia/Russia/PROPN/nsubj:pass/3 was/be/AUX/aux:pass/3 blamed/blame/VERB/root/0 "
        "by/by/ADP/case/5 aides/aide/NOUN/obl/3",
        {("blame", "patient", False)},
    ),
    (
        "Aides were blamed by Russia",
        "Aides/aide/NOUN/nsubj:pass/3 were/be/AUX/aux:pass/3 blamed/blame/VERB/root/0 "
        "by/by/ADP/case/5 Russia/Russia/PROPN/obl/3",
        {("blame", "agent", False)},
    ),
    (
        "A defiant Russia is not ready",
        "A/a/DET/det/3 defiant/defiant/ADJ/amod/3 Russia/Russia/PROPN/nsubj/6 is/be/AUX/cop/6 "
        "not/not/PART/advmod/6/Polarity=Neg ready/ready/ADJ/root/0",
        {("defiant", "attribute", False), ("not ready", "predicate", True)},
    ),
    (
        "The aggressor is Russia",
        "The/the/DET/det/2 aggressor/aggressor/NOUN/nsubj/4 is/be/AUX/cop/4 "
        "Russia/Russia/PROPN/root/0",
        {("aggressor", "predicate", False)},
    ),
    (
        "They condemned Russia's aggression",
        "They/they/PRON/nsubj/2 condemned/condemn/VERB/root/0 "
        "Russia's/Russia/PROPN/nmod:poss/4 aggression/aggression/NOUN/obj/2",
        {("aggression", "possession", False)},
    ),
    (
        "Russia , a power , fell",
        "Russia/Russia/PROPN/nsubj/6 ,/,/PUNCT/punct/4 a/a/DET/det/4 power/power/NOUN/appos/1 "
        ",/,/PUNCT/punct/4 fell/fall/VERB/root/0",
        {("power", "apposition", False), ("fall", "agent", False)},
    ),
    (
        "The bully , Russia , and China fell",
        "The/the/DET/det/2 bully/bully/NOUN/nsubj/8 ,/,/PUNCT/punct/4 Russia/Russia/PROPN/appos/2 "
        ",/,/PUNCT/punct/7 and/and/CCONJ/cc/7 China/China/PROPN/conj/2 fell/fall/VERB/root/0",
        {("bully", "apposition", False)},
    ),
    (
        "China and Russia never met him",
        "China/China/PROPN/nsubj/5 and/and/CCONJ/cc/3 Russia/Russia/PROPN/conj/1 "
        "never/never/ADV/advmod/5 met/meet/VERB/root/0 him/he/PRON/obj/5",
        {("not meet", "agent", True)},
    ),
]


def predications() -> pd.DataFrame:
    documents = trees.texts(*(text for text, _, _ in SENTENCES))
    tagged = trees.tag(documents, [tree for _, tree, _ in SENTENCES])
    names = trees.name_all(documents, [["Russia"]] * len(SENTENCES))
    return find_predications(tagged, mentions=names)


@pytest.mark.parametrize("number", range(len(SENTENCES)), ids=[text for text, _, _ in SENTENCES])
def test_what_is_said_of_an_actor(number: int) -> None:
    rows = predications()
    own = rows[rows["doc"] == f"s{number}"]
    found = set(zip(own["term"], own["relation"], own["negated"], strict=True))
    assert found == SENTENCES[number][2]
    text = SENTENCES[number][0]
    for row in own.itertuples():
        assert text[row.start : row.end] == row.text
        assert text[row.mention_start : row.mention_end] == "Russia"


def test_counts_of_predications_add_up() -> None:
    rows = predications()
    counts = count_predications(rows)
    assert counts["count"].sum() == len(rows)
    assert counts["base"].eq(len(rows)).all()
    assert counts.set_index(["relation", "term"]).loc[("agent", "fall"), "count"] == 1
    assert len(count_predications(rows, by="doc", min_count=2, confidence=None)) == 0
    with pytest.raises(InputError, match="by='relation' has rows of its own"):
        count_predications(rows, by="relation")
    with pytest.raises(InputError, match="min_count=0"):
        count_predications(rows, min_count=0)


def said(outlet: str, terms: str) -> pd.DataFrame:
    rows = [
        {"doc": f"{outlet}{place % 2}", "outlet": outlet, "actor": "Russia", "relation": "agent",
         "term": term}
        for place, term in enumerate(terms.split())
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_keyness_of_predicates_is_that_of_the_formulas() -> None:
    rows = pd.concat([said("A", "attack attack attack propose"), said("B", "propose propose say")])
    table = compare_predications(rows, by="outlet", target="A").set_index("term")
    assert table.loc["attack", ["count", "count_reference", "base", "base_reference"]].tolist() == [
        3, 0, 4, 3,
    ]  # fmt: skip
    g2 = float(log_likelihood(3, 4, 0, 3))
    assert table.loc["attack", "g2_four_term"] == pytest.approx(g2)
    assert table.loc["attack", "p_words"] == pytest.approx(chi2.sf(g2, 1))
    assert table[["p", "p_adjusted", "design_effect"]].isna().all(axis=None)  # of two texts a side
    assert (table["lrc"] == 0).all()
    assert set(table["units"]) == {"none: fewer than 3 documents"}
    assert table.loc["propose", "log_ratio"] == pytest.approx(float(log_ratio(1, 4, 2, 3)))
    assert table.loc["attack", "documents"] == 2
    assert "say" not in table.index  # once only
    both = compare_predications(rows, by="outlet", min_count=1)
    assert both.groupby("target")["count"].sum().to_dict() == {"A": 4, "B": 3}
    pair = compare_predications(rows, by="outlet", target="A", reference="B")
    assert pair["reference"].unique().tolist() == ["B"]


def test_keyness_of_predicates_is_that_of_the_terms_of_the_same_texts() -> None:
    said_of = {"A": ["attack attack propose", "attack", "attack say say", "propose attack"],
               "B": ["propose", "say say", "propose propose", "say", "attack propose"]}  # fmt: skip
    rows, texts = [], []
    for outlet, spoken in said_of.items():
        for place, terms in enumerate(spoken):
            doc = f"{outlet}{place}"
            texts.append({"doc": doc, "outlet": outlet, "text": terms})
            rows.append(said(outlet, terms).assign(doc=doc))
    table = compare_predications(pd.concat(rows), by="outlet", target="A", min_count=1)
    documents = pd.DataFrame(texts)
    words = compare_terms(tokenize(documents), by="outlet", documents=documents, target="A")
    assert set(table["units"]) == {"documents"}
    shared = table.columns.intersection(words.columns).difference(["p_adjusted"])
    words["p"] = words["p_counts"]  # predicates are not tested for presence
    assert {"lrc", "design_effect", "p", "group_documents"} <= set(shared)
    pd.testing.assert_frame_equal(
        table[shared].sort_values("term", ignore_index=True),
        words[shared].sort_values("term", ignore_index=True),
        check_dtype=False,
    )


def test_an_actor_of_whom_one_side_says_nothing_has_no_row() -> None:
    rows = pd.concat([said("A", "attack attack"), said("B", "say say").assign(actor="China")])
    assert len(compare_predications(rows, by="outlet")) == 0
    assert len(compare_predications(rows.head(0), by="outlet")) == 0


def test_bad_comparisons_are_refused() -> None:
    rows = said("A", "attack say")
    with pytest.raises(InputError, match="target='B'"):
        compare_predications(rows, by="outlet", target="B")
    with pytest.raises(InputError, match="are both 'A'"):
        compare_predications(rows, by="outlet", target="A", reference="A")
    with pytest.raises(InputError, match="alpha=2"):
        compare_predications(rows, by="outlet", alpha=2)
    with pytest.raises(InputError, match="no tags"):
        find_predications(tokenize(TEXTS), mentions=mentions())


def test_predications_follow_roles_and_keep_the_voice() -> None:
    documents = trees.texts(SENTENCES[0][0])
    tagged = trees.tag(documents, [SENTENCES[0][1]])
    tagged = tagged.assign(voice="Xi", speech="quoted")
    before = tagged.copy(deep=True)
    names = pd.DataFrame({"doc": ["s0"], "start": [0], "end": [6], "text": ["Russia"],
                          "actor": ["Russia"]}).rename(columns={"actor": "entity"})  # fmt: skip
    rows = find_predications(tagged, mentions=names)
    assert set(rows["voice"]) == {"Xi"}
    pd.testing.assert_frame_equal(tagged, before)
    assert rows.attrs["steps"][-1]["call"] == "find_predications"
    assert len(find_predications(tagged, mentions=names.head(0))) == 0
    namings = names.rename(columns={"entity": "actor"}).assign(strategy="role")
    pd.testing.assert_frame_equal(find_predications(tagged, mentions=namings), rows)
    variants = namings.assign(strategy="variant")  # no actor: a set of names
    assert len(find_predications(tagged, mentions=variants)) == 0


# ---- who is meant ---------------------------------------------------------------------------


def named(*texts: str) -> list[tuple[str, str, str]]:
    documents = pd.DataFrame({"doc": [f"d{row}" for row in range(len(texts))], "text": texts})
    found = find_namings(documents)
    found = found[found["strategy"] != "name"]
    return list(zip(found["text"], found["actor"], found["strategy"], strict=True))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # a person of a capital's name is no metonym; US, IT and WHO are no pronouns
        ("Mia Paris left the firm in 2007. Paris claims that she was dismissed.",
         [("she", "Mia Paris", "pronoun")]),
        ("Anna Berlin chairs the board. Berlin resigned.", []),
        ("The US team won the cup. The WHO agreed.", []),
        # the lists about Ukraine say nothing of another country
        ("The New Territories voted. The new regions of the website opened.", []),
        ("Sanctions hit Iran after the war with Iraq.", []),
        # a role means whom the text says
        ("President Ana Ruiz of Peru spoke. The Peruvian leader left.",
         [("President Ana Ruiz", "Ana Ruiz", "name with role"),
          ("Peruvian leader", "Ana Ruiz", "role")]),
        ("Leo Marsh, the mayor of Norda, spoke. The mayor left.",
         [("mayor of Norda", "Leo Marsh", "role"),
          ("mayor", "Leo Marsh", "role")]),
        ("The Russian president left.", []),
        ("She sat in Oslo. Mayor Leo Marsh left in April. Senator Ida Stone sat.",
         [("Mayor Leo Marsh", "Leo Marsh", "name with role"),
          ("Senator Ida Stone", "Ida Stone", "name with role")]),
        ("The union’s spokesman, Leo Marsh, left. The spokesman was ill.",
         [("spokesman", "Leo Marsh", "role")]),
        ("Former President Bill Hale met President Rosa Diaz. The former president left.",
         [("Former President Bill Hale", "Bill Hale", "name with role"),
          ("President Rosa Diaz", "Rosa Diaz", "name with role"),
          ("former president", "Bill Hale", "role")]),
        ("Prime Minister Leo Marsh met Foreign Minister Ida Stone. The foreign minister left.",
         [("Prime Minister Leo Marsh", "Leo Marsh", "name with role"),
          ("Foreign Minister Ida Stone", "Ida Stone", "name with role"),
          ("foreign minister", "Ida Stone", "role")]),
    ],
)  # fmt: skip
def test_who_is_meant(text: str, told: list[tuple[str, str, str]]) -> None:
    assert [one for one in named(text) if one[2] != "variant"] == told
    if "Ukraine" not in text:
        assert not [one for one in named(text) if one[2] == "variant"]


def test_the_analyst_says_whom_a_role_means() -> None:
    documents = pd.DataFrame({"doc": ["a"], "text": ["The Danish premier said that it was over."]})
    rows = [{"variant": "Danish premier", "entity": "Ida Holm", "label": "PERSON"}]
    names = da.find_entities(documents, aliases=rows)
    assert da.find_quotes(documents, mentions=names)["speaker"].tolist() == ["Ida Holm"]
    found = find_namings(documents, names)
    assert found[["text", "actor", "strategy"]].to_numpy().tolist() == [
        ["Danish premier", "Ida Holm", "role"]
    ]
