"""A spaCy pipeline in the place of the model: the same tables, aligned to our tokens."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.annotation.annotator import annotate, annotate_names
from analysis.annotation.spacy import describe_pipeline
from analysis.tables import MENTIONS, InputError
from analysis.text.tokens import tokenize

TEXT = "Mr. Putin’s long-term plan\n\nwasn't seen by NATO. He left Kyiv on Monday."
#       word, pos, morph, lemma, dep, head (by number)
WORDS = [
    ("Mr.", "PROPN", "Number=Sing", "Mr.", "compound", 1),
    ("Putin", "PROPN", "Number=Sing", "Putin", "poss", 6),
    ("’s", "PART", "", "’s", "case", 1),
    ("long", "ADJ", "Degree=Pos", "long", "amod", 5),
    ("-", "PUNCT", "", "-", "punct", 5),
    ("term", "NOUN", "Number=Sing", "term", "compound", 6),
    ("plan", "NOUN", "Number=Sing", "plan", "nsubjpass", 10),
    ("\n\n", "SPACE", "", "\n\n", "dep", 6),
    ("was", "AUX", "Tense=Past", "be", "auxpass", 10),
    ("n't", "PART", "Polarity=Neg", "not", "neg", 10),
    ("seen", "VERB", "VerbForm=Part", "see", "ROOT", 10),
    ("by", "ADP", "", "by", "agent", 10),
    ("NATO", "PROPN", "Number=Sing", "NATO", "pobj", 11),
    (".", "PUNCT", "", ".", "punct", 10),
    ("He", "PRON", "Case=Nom", "he", "nsubj", 15),
    ("left", "VERB", "Tense=Past", "leave", "ROOT", 15),
    ("Kyiv", "PROPN", "Number=Sing", "Kyiv", "dobj", 15),
    ("on", "ADP", "", "on", "prep", 15),
    ("Monday", "PROPN", "Number=Sing", "Monday", "pobj", 17),
    (".", "PUNCT", "", ".", "punct", 15),
]
ENTITIES = [("Putin", "PERSON"), ("NATO", "ORG"), ("Kyiv", "GPE"), ("Monday", "DATE"),
            ("plan", "WORK_OF_ART")]  # fmt: skip


def fake_doc(words: list[tuple], entities: list[tuple[str, str]]) -> list:
    """What spaCy gives for TEXT, as far as it is read."""
    doc, at = [], 0
    for i, (text, pos, morph, lemma, dep, _) in enumerate(words):
        at = TEXT.index(text, at)
        doc.append(SimpleNamespace(
            i=i, idx=at, text=text, pos_=pos, morph=morph, lemma_=lemma, dep_=dep,
        ))  # fmt: skip
        at += len(text)
    for token, row in zip(doc, words, strict=True):
        token.head = doc[row[5]]
    spans = [
        SimpleNamespace(start_char=TEXT.index(t), end_char=TEXT.index(t) + len(t), label_=label)
        for t, label in entities
    ]

    class Doc(list):
        ents = spans

    return Doc(doc)


class FakePipeline:
    """Knows TEXT, and nothing else."""

    meta = {"lang": "en", "name": "fake", "version": "1.0"}  # noqa: RUF012

    def pipe(self, texts):
        for text in texts:
            assert text in (TEXT, "")
            yield fake_doc(WORDS, ENTITIES) if text else fake_doc([], [])


@pytest.fixture
def documents() -> pd.DataFrame:
    return pd.DataFrame({"doc": ["a", "b"], "text": [TEXT, ""]})


def test_the_same_tables(documents: pd.DataFrame) -> None:
    tokens, mentions = annotate(documents, engine=FakePipeline())
    plain = tokenize(documents)
    pd.testing.assert_frame_equal(tokens[list(plain.columns)], plain)
    assert tuple(mentions.columns) == MENTIONS
    assert tokens["head"].dtype == np.int32
    row = tokens.set_index("word").loc
    assert row["Putin’s", "lemma"] == "Putin"
    assert row["Putin’s", "dep"] == "nmod:poss"
    assert row["long-term", "lemma"] == "term"
    assert row["plan", "dep"] == "root"  # its head is beyond the blank line
    assert row["wasn't", "morphology"] == "Polarity=Neg|Tense=Past"
    assert row["wasn't", "dep"] == "aux:pass"
    assert row["Kyiv", "dep"] == "obj"
    assert row["by", "dep"] == "agent"


def test_heads_are_positions_of_our_tokens(documents: pd.DataFrame) -> None:
    tokens = annotate(documents, engine=FakePipeline()).tokens
    word = tokens["word"].astype(object).tolist()
    heads = {(word[i], word[h] if h >= 0 else None) for i, h in enumerate(tokens["head"].tolist())}
    assert ("Mr", "Putin’s") in heads
    assert ("long-term", "plan") in heads
    assert ("NATO", "by") in heads
    assert ("seen", None) in heads
    # the blank line ends our sentence: what hung across it is a root there
    assert ("plan", None) in heads
    sentences = tokens["sentence"].to_numpy()
    hanging = tokens["head"].to_numpy() >= 0
    assert (sentences[tokens["head"].to_numpy()[hanging]] == sentences[hanging]).all()


def test_labels_are_mapped_and_numbers_dropped(documents: pd.DataFrame) -> None:
    mentions = annotate_names(documents, engine=FakePipeline())
    assert list(zip(mentions["text"], mentions["label"], strict=True)) == [
        ("Putin", "PERSON"), ("plan", "MISC"), ("NATO", "ORG"), ("Kyiv", "PLACE"),
    ]  # fmt: skip
    assert (mentions["score"] == 1).all()
    assert mentions["sentence"].tolist() == [0, 0, 1, 2]


def test_the_tables_name_the_pipeline(documents: pd.DataFrame) -> None:
    tokens, mentions = annotate(documents, engine=FakePipeline())
    for table in (tokens, mentions):
        assert table.attrs["model"] == {"name": "spaCy en fake 1.0", "sha256": "", "measured": {}}
        assert table.attrs["steps"][-1]["params"] == {"engine": "spaCy en fake 1.0"}
    assert describe_pipeline(object())["name"] == "spaCy"


def test_nothing_is_kept_of_a_pipeline(documents: pd.DataFrame, tmp_path) -> None:
    annotate(documents, engine=FakePipeline(), cache=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_pipeline_is_refused(documents: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"engine='spacy' is not known.*spaCy pipeline"):
        annotate(documents, engine="spacy")


@pytest.fixture
def blank():
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns(
        [{"label": "GPE", "pattern": "Kyiv"}, {"label": "ORG", "pattern": "NATO"},
         {"label": "CARDINAL", "pattern": "two"}]
    )  # fmt: skip
    return nlp


def test_a_blank_pipeline_with_an_entity_ruler(blank) -> None:
    documents = pd.DataFrame(
        {"doc": ["a", "b"], "text": ["NATO’s two long-term men left Kyiv.", ""]}
    )
    tokens, mentions = annotate(documents, engine=blank)
    assert mentions[["text", "label"]].values.tolist() == [["NATO", "ORG"], ["Kyiv", "PLACE"]]
    for name in ("pos", "lemma", "dep", "morphology"):
        assert (tokens[name] == "").all()
    assert (tokens["head"] == -1).all()


def test_a_pipeline_with_tags_and_a_tree(blank) -> None:
    from spacy.language import Language

    @Language.component("all_nouns")
    def all_nouns(doc):
        for token in doc:
            token.pos_, token.lemma_, token.dep_ = "NOUN", token.lower_, "dep"
            token.head = doc[max(0, token.i - 1)]
        return doc

    blank.add_pipe("all_nouns")
    tokens = annotate(
        pd.DataFrame({"doc": ["a"], "text": ["Peace talks failed."]}), engine=blank
    ).tokens
    assert tokens["lemma"].tolist() == ["peace", "talks", "failed", "."]
    assert tokens["head"].tolist() == [-1, 0, 1, 2]
    assert tokens["dep"].tolist() == ["root", "dep", "dep", "dep"]
