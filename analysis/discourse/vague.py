"""Vague actors: who acts or speaks in a text without being named or told apart."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import load_words
from analysis.discourse.negation import with_not
from analysis.discourse.roles import (
    AGENT,
    CARRIER,
    VAGUE_LABEL,
    Role,
    RoleReader,
    is_person_like,
    is_role_negated,
    process_of,
    verb_name,
    verb_row,
)
from analysis.discourse.trees import Trees, build_trees
from analysis.tables import VOICES, measure

KINDS = ("sources", "sides", "institutions", "collectives", "people")
_BEFORE = ("det", "amod", "nummod", "compound", "nmod:poss", "advmod", "nmod:unmarked", "nmod:desc")
_DEFINITE = frozenset("the this that these those both all no neither which what".split())
_ALONE = ("some", "many", "others", "someone", "somebody", "several", "few", "most", "people")


class Phrase(NamedTuple):
    """A vague actor: the rows of its first, last and head word, and of which kind it is."""

    first: int
    last: int
    head: int
    kind: str


@measure("voiced")
def find_vague_actors(corpus: pd.DataFrame) -> pd.DataFrame:
    """Find actors who are neither named nor told apart, and what they do: critics, some states.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its tagged tokens, ``annotate(corpus).tokens``, with or without voices.

    Returns
    -------
    pandas.DataFrame
        One row per phrase, in the order of the texts: `doc`, `sentence`, `start`, `end`, `text`
        (offsets and words of the phrase), `label` ("VAGUE") and `entity` ("(vague)"), so that the
        rows can stand as mentions; `kind` (sources: officials, experts; sides: critics,
        supporters; institutions: lawmakers, elites; collectives: some countries; people: many
        voters, others); `noun` (the lemma of its head); `role` (of its first clause, the agent's
        before others; "" if it has none), `verb` (what it does there, "not support" where negated;
        "" if none), `verb_start`, `verb_end` (-1 if none), `negated`; and `voice`, `speech`,
        `voice_group`, `part` where the tokens have them.

    Raises
    ------
    InputError
        If the tokens are not tagged.

    Notes
    -----
    Van Leeuwen (1996) calls this *indetermination* (somebody, some states) and, of plurals without
    a name, *genericisation* or *assimilation*: the text has the actor without the reader being
    able to ask who it is. A phrase is vague here if its noun is of the lists in
    ``analysis/data/agency_words.yml`` and no article, name or exact number tells who is meant, or
    if *some*, *certain*, *many*, *other* stand before people or states. That somebody is vague in
    one sentence does not show that the text hides them: they may be named in the next, or be
    many.

    Measured on labelled news sentences not used for the rules: 0.65 (0.47 to 0.79, n = 31) of what
    a reader marks is found, and a reader agrees with 0.62 (0.45 to 0.77, n = 32) of the rows: about
    two in five are plain plurals. See ``docs/accuracy.md``.

    Examples
    --------
    >>> from analysis.annotation.annotator import annotate
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Critics say that some states do not help."]})
    >>> find_vague_actors(annotate(texts).tokens)[["text", "kind", "verb"]]
              text         kind      verb
    0      Critics        sides       say
    1  some states  collectives  not help
    """
    reader = RoleReader(build_trees(corpus), load_words())
    return _vague_table(reader, find_phrases(reader))


def find_phrases(reader: RoleReader) -> list[Phrase]:
    """Every vague phrase, in the order of the texts."""
    return [phrase for row in range(len(reader.trees.head)) for phrase in _phrase(reader, row)]


def mentions_of(reader: RoleReader, found: list[Phrase]) -> pd.DataFrame:
    """The phrases as mentions, all of one entity."""
    table = reader.trees.table
    start, end = table["start"].to_numpy(), table["end"].to_numpy()
    words = table["word"].astype(object).to_numpy()
    first = np.array([phrase.first for phrase in found], dtype=np.int64)
    last = np.array([phrase.last for phrase in found], dtype=np.int64)
    columns: dict[str, Any] = {
        "doc": table["doc"].take(first).array,
        "sentence": table["sentence"].to_numpy()[first],
        "start": start[first],
        "end": end[last],
    }
    strings = {
        "text": [_joined(words, start, end, phrase) for phrase in found],
        "label": ["VAGUE"] * len(found),
        "entity": [VAGUE_LABEL] * len(found),
    }
    return pd.DataFrame(
        columns | {name: pd.Series(values, dtype="str") for name, values in strings.items()}
    )


def _vague_table(reader: RoleReader, found: list[Phrase]) -> pd.DataFrame:
    """The rows of the phrases, with what each does."""
    trees, table = reader.trees, reader.trees.table
    start, end = table["start"].to_numpy(), table["end"].to_numpy()
    first = np.array([phrase.first for phrase in found], dtype=np.int64)
    roles = [_main_role(reader, phrase.head) for phrase in found]
    pairs = list(zip(roles, found, strict=True))
    denied = [r is not None and is_role_negated(reader, r, p.head) for r, p in pairs]
    verbs = [-1 if role is None else verb_row(reader, role) for role in roles]
    strings = {
        "kind": [phrase.kind for phrase in found],
        "noun": [trees.lemma[phrase.head] for phrase in found],
        "role": ["" if role is None else role.role for role in roles],
        "verb": [
            "" if role is None else with_not(verb_name(reader, role), no)
            for role, no in zip(roles, denied, strict=True)
        ],
    }
    columns: dict[str, Any] = {
        name: pd.Series(values, dtype="str") for name, values in strings.items()
    }
    columns["verb_start"] = np.array([-1 if v < 0 else start[v] for v in verbs], dtype=np.int64)
    columns["verb_end"] = np.array([-1 if v < 0 else end[v] for v in verbs], dtype=np.int64)
    columns["negated"] = np.array(denied, dtype=bool)
    columns |= {name: table[name].take(first).array for name in VOICES if name in table}
    return mentions_of(reader, found).assign(**columns)


def _joined(words: np.ndarray, start: np.ndarray, end: np.ndarray, phrase: Phrase) -> str:
    """The words of a phrase, as far from each other as in the text."""
    text = str(words[phrase.first])
    for row in range(phrase.first + 1, phrase.last + 1):
        text += " " * int(start[row] - end[row - 1]) + str(words[row])
    return text


def _main_role(reader: RoleReader, head: int) -> Role | None:
    """What a phrase does, or what is done to it."""
    roles = reader.roles(head)
    acting = [role for role in roles if role.role == AGENT]
    return next(iter(acting + roles), None)


def _phrase(reader: RoleReader, row: int) -> list[Phrase]:
    """The vague phrase of which a word is the head, if it is one."""
    kind = _kind(reader, row)
    if not kind:
        return []
    trees = reader.trees
    rows = [row]
    for child in trees.children(row):
        if trees.dep[child] == "nmod" and trees.cases(child) & {"for", "over"}:
            continue  # "applause from critics for her novel"
        if trees.dep[child] in _BEFORE or (trees.dep[child] == "nmod" and child > row):
            rows += trees.subtree(child)
        elif trees.dep[child] in ("amod", "acl") and child > row:
            rows += trees.subtree(child) if kind == "sources" else []
    rows = sorted(rows)
    first = last = row
    while first - 1 in rows:
        first -= 1
    while last + 1 in rows:
        last += 1
    while trees.pos[first] in ("PUNCT", "CCONJ") and first < row:
        first += 1
    while trees.pos[last] in ("PUNCT", "CCONJ") and last > row:
        last -= 1
    return [Phrase(first, last, row, kind)]


def _kind(reader: RoleReader, row: int) -> str:
    """Which kind of vague actor a word is the head of; "" for none."""
    trees, kinds = reader.trees, reader.words.kinds
    lemma, pos = trees.lemma[row], trees.pos[row]
    if pos not in ("NOUN", "PROPN", "PRON", "ADJ", "DET"):
        return ""
    world = [trees.lemma[c] for c in trees.with_dep(row, "amod")]
    if lemma == "community" and {"international", "global"} & set(world):
        return "collectives"
    if trees.dep[row] in ("compound", "amod", "det") or _is_told_apart(trees, row):
        return ""
    if pos not in ("NOUN", "PROPN"):
        alone = trees.word(row) in _ALONE and _acts(reader, row) and _is_of_people(reader, row)
        return "people" if alone else ""
    singular = lemma if lemma in kinds["sources"] else lemma.removesuffix("s")
    if singular in ("person", "people", "source", "official") and _is_familiar(reader, row):
        return "sources"
    if lemma in kinds["vague_group"]:
        return "people" if _is_of_people(reader, row) and _acts(reader, row) else ""
    quantity = _quantity(reader, row)
    plural = "Number=Plur" in trees.feats[row] or lemma in ("media", "people")
    if trees.with_dep(row, "nummod") or not (plural or quantity):
        one = any(trees.word(c) == "one" for c in trees.with_dep(row, "nummod"))
        return "sources" if one and singular in kinds["sources"] else ""
    human = _is_human(reader, row)
    strong = human and quantity - kinds["weak_quantity"]
    if not strong and singular not in kinds["always_vague"] and not _acts(reader, row):
        return ""
    for kind in KINDS[:3]:
        if singular in kinds[kind]:
            return "" if kind == "institutions" and _is_of_name(trees, row) else kind
    if not quantity:
        if trees.word(row) == "others" and not trees.with_dep(row, "nmod"):
            return "people"
        return "people" if lemma in ("people", "other") and _speaks(reader, row) else ""
    if singular in kinds["collective"]:
        return "collectives"
    return "people" if human or (pos == "PROPN" and plural) else ""


def _is_of_name(trees: Trees, row: int) -> bool:
    """Whether a name says of whom: "leaders of the G7"."""
    behind = [c for c in trees.with_dep(row, "nmod") if "of" in trees.cases(c)]
    return any(trees.pos[word] == "PROPN" for child in behind for word in trees.subtree(child))


def _is_human(reader: RoleReader, row: int) -> bool:
    """Whether a noun names people: by the lists, its ending or, as "Americans", its capital."""
    trees, kinds = reader.trees, reader.words.kinds
    lemma = trees.lemma[row].removesuffix("s")
    if {trees.lemma[row], lemma} & (kinds["people"] | kinds["bodies"] | kinds["vague"]):
        return True
    name = str(trees.table["word"].array[row])
    return is_person_like(lemma) or (name[:1].isupper() and name.endswith("s"))


def _acts(reader: RoleReader, row: int) -> bool:
    """Whether a noun does, says or is something."""
    return any(role.role in (AGENT, CARRIER) for role in reader.roles(row))


def _speaks(reader: RoleReader, row: int) -> bool:
    """Whether bare "people" or "others" say or think something."""
    roles = [role for role in reader.roles(row) if role.role == AGENT]
    bare = not any(reader.trees.dep[c] in _BEFORE for c in reader.trees.children(row) if c < row)
    return bare and any(process_of(reader, role) in ("verbal", "mental") for role in roles)


def _is_told_apart(trees: Trees, row: int) -> bool:
    """Whether an article, a possessor or a name beside it says who is meant."""
    for child in trees.children(row):
        if trees.dep[child] == "det" and trees.lemma[child] in _DEFINITE:
            return True
        if trees.dep[child] == "nmod:poss":
            return True  # "his supporters"
        if trees.dep[child] in ("appos", "flat") and trees.pos[child] == "PROPN":
            return True
        if trees.cases(child) & {"like", "including", "include"}:
            return any(trees.pos[word] == "PROPN" for word in trees.subtree(child))
    return False


def _quantity(reader: RoleReader, row: int) -> set[str]:
    """The words some, many, certain, other … that stand before a noun."""
    trees, words = reader.trees, reader.words.kinds["vague_quantity"]
    return {trees.word(c) for c in trees.with_dep(row, "det", "amod") if c < row} & words


def _is_of_people(reader: RoleReader, row: int) -> bool:
    """Whether people stand behind "a group of", "many of"; nothing behind "many" will do, too."""
    trees, kinds = reader.trees, reader.words.kinds
    behind = [c for c in trees.with_dep(row, "nmod") if "of" in trees.cases(c)]
    if not behind:
        return trees.pos[row] != "NOUN"
    pronouns = ("us", "them", "you", "other", "others", "those")
    collective = any(trees.lemma[c].removesuffix("s") in kinds["collective"] for c in behind)
    return collective or any(
        _is_human(reader, c) or trees.word(c) in pronouns or trees.pos[c] == "PROPN" for c in behind
    )


def _is_familiar(reader: RoleReader, row: int) -> bool:
    """Whether somebody is "familiar with", "close to" or "briefed on" a thing, and no more."""
    trees, words = reader.trees, reader.words.kinds["familiar"]
    return any(trees.word(c) in words or trees.lemma[c] in words
               for c in trees.with_dep(row, "amod", "acl") if c > row)  # fmt: skip
