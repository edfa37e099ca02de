"""The hand-labelled sample is well formed: offsets exact, trees with one root, legal labels."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from annotated_sample import PATH, Sentence, read_sample

SAMPLE = read_sample()
UPOS = set("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split())
RELATIONS = set(
    "acl acl:relcl advcl advcl:relcl advmod amod appos aux aux:pass case cc cc:preconj ccomp"
    " compound compound:prt conj cop csubj csubj:pass det det:predet discourse expl fixed flat"
    " iobj list mark nmod nmod:desc nmod:poss nmod:unmarked nsubj nsubj:pass nummod obj obl"
    " obl:agent obl:unmarked orphan parataxis punct root vocative xcomp".split()
)
TYPES = {"PERSON", "ORG", "PLACE", "NORP", "MISC"}
SUBJECTS = {"nsubj", "nsubj:pass", "csubj", "csubj:pass"}
# a function word has no dependants, but for the rest of a fixed expression
LEAVES = {"case", "mark", "aux", "aux:pass", "cop", "cc", "cc:preconj", "det", "punct", "fixed"}
each_sentence = pytest.mark.parametrize("s", SAMPLE, ids=[s.doc for s in SAMPLE])


def children(s: Sentence, number: int) -> list[int]:
    """The indices of the words that hang on word `number` (1-based)."""
    return [i for i, head in enumerate(s.heads) if head == number]


@each_sentence
def test_offsets_are_exact_and_cover_the_text(s):
    assert [s.text[a:b] for a, b in s.spans] == s.words
    ends = [0, *(b for _, b in s.spans)]
    gaps = [s.text[end:a] for end, (a, _) in zip(ends, s.spans, strict=False)]
    assert set(gaps) <= {"", " "}
    assert ends[-1] == len(s.text)


@each_sentence
def test_the_tree_has_one_root_and_no_crossing_arcs(s):
    assert [r for r, head in zip(s.relations, s.heads, strict=True) if head == 0] == ["root"]
    assert s.relations.count("root") == 1
    for start in range(1, len(s.words) + 1):
        at, steps = start, 0
        while at and steps <= len(s.words):
            at, steps = s.heads[at - 1], steps + 1
        assert at == 0
    arcs = [tuple(sorted((i, head))) for i, head in enumerate(s.heads, 1) if head]
    for (a, b), (c, d) in itertools.combinations(arcs, 2):
        assert (a < c < b < d, c < a < d < b) == (False, False), (a, b, c, d)


@each_sentence
def test_labels_are_legal(s):
    assert set(s.upos) <= UPOS
    assert set(s.relations) <= RELATIONS
    for before, tag in itertools.pairwise(["O", *s.tags]):
        assert tag == "O" or (tag[:2] in {"B-", "I-"} and tag[2:] in TYPES)
        assert not tag.startswith("I-") or before[2:] == tag[2:]


@each_sentence
def test_relations_agree_with_parts_of_speech_and_each_other(s):
    for i, (upos, relation) in enumerate(zip(s.upos, s.relations, strict=True)):
        below = [s.relations[j] for j in children(s, i + 1)]
        assert (upos == "PUNCT") == (relation == "punct") or relation == "flat"
        if relation in LEAVES:
            assert set(below) <= {"fixed"}, (s.words[i], below)
        if relation in {"ccomp", "xcomp"}:
            assert s.upos[s.heads[i] - 1] in {"VERB", "ADJ"}, s.words[i]
        if relation in {"aux", "aux:pass", "cop"}:
            assert upos == "AUX"
        if relation in {"flat", "fixed", "appos", "conj"}:
            assert s.heads[i] <= i, "these relations lead to the right"
        subjects = [r for r in below if r in SUBJECTS]
        assert len(subjects) <= 1
        assert ("aux:pass" in below) == any(r.endswith(":pass") for r in subjects)
        if relation == "obl:agent":
            words = [s.words[j] for j in children(s, i + 1) if s.relations[j] == "case"]
            assert words == ["by"]


@each_sentence
def test_targets_are_words_of_the_text(s):
    edges = [set(column) for column in zip(*s.spans, strict=True)]
    for start, end, judgement, words in s.targets:
        assert s.text[start:end] == words
        assert judgement in {"negative", "neutral", "positive"}
        assert start in edges[0]
        assert end in edges[1]


def test_the_sample_is_as_varied_as_it_says():
    relations = Counter(r for s in SAMPLE for r in s.relations)
    kinds = Counter(t[2:] for s in SAMPLE for t in s.tags if t.startswith("B-"))
    judged = Counter(judgement for s in SAMPLE for _, _, judgement, _ in s.targets)
    assert len(SAMPLE) >= 48
    assert len({s.text for s in SAMPLE}) == len({s.doc for s in SAMPLE}) == len(SAMPLE)
    assert set(kinds) == TYPES
    assert sum(judged.values()) >= 60
    assert min(judged.values()) >= 15
    for relation in ("nsubj:pass", "obl:agent", "csubj", "csubj:pass", "ccomp", "appos", "flat"):
        assert relations[relation] > 0, relation
    assert relations["nsubj:pass"] > relations["obl:agent"], "some passives name no agent"
    assert sum("?" in s.text for s in SAMPLE) >= 4
    assert sum(s.text[-1] not in ".?!" for s in SAMPLE) >= 3, "headlines"
    assert max(len(s.words) for s in SAMPLE) >= 35
    assert {"n’t", "’s", "ca", "-"} <= {w for s in SAMPLE for w in s.words}


def test_both_sides_are_shown_in_both_lights():
    """Each of these parties is, among the targets, once shown well and once badly."""
    judged = {(words, j) for s in SAMPLE for _, _, j, words in s.targets}
    for good, bad in (
        ("Russian doctors", "Wagner"),
        ("Ukrainian firefighters", "Kyiv"),
        ("American surgeons", "Washington"),
        ("Chinese workers", "Beijing"),
        ("Democrats", "Dana Ruiz"),
        ("The Republican mayor", "Tom Whitfield"),
    ):
        assert {j for words, j in judged if words == good} == {"positive"}
        assert "negative" in {j for words, j in judged if words == bad}
    assert {("Hamas", "negative"), ("Israeli", "negative")} <= judged


def test_the_file_says_how_it_was_made():
    head = PATH.read_text(encoding="utf-8").split("# sent_id", 1)[0]
    assert "before any model" in head
    assert "training/README.md" in head
