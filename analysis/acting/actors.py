"""From mentions to the words that stand for them in a clause, and from clauses to spans."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.acting.roles import AGENT, AGENTLESS, COPULA, NOMINALISED, Reader, Role
from analysis.acting.trees import Trees
from analysis.tables import InputError

_NEVER = ("not", "never")
_BESIDE = ("conj", "parataxis", "ccomp", "advcl", "acl:relcl", "advcl:relcl", "list")


class Part(NamedTuple):
    """One row of the clauses: an actor (or nobody) in a clause."""

    mention: int  # row of the mentions, -1 where nobody is named
    role: Role
    through: int  # row of the noun that acts for the actor, -1 where the actor acts


def as_mentions(table: pd.DataFrame) -> pd.DataFrame:
    """Mentions as they are; of namings all but the variants, which name no actor."""
    if "entity" in table.columns or not {"actor", "strategy"} <= set(table.columns):
        return table
    chosen = table[table["strategy"] != "variant"]
    return chosen.rename(columns={"actor": "entity"}).reset_index(drop=True)


def mention_heads(trees: Trees, mentions: pd.DataFrame) -> list[int]:
    """Row of the head word of every mention.

    Raises
    ------
    InputError
        If a mention is not in the tokens.
    """
    docs = trees.table["doc"].cat.categories
    doc = docs.get_indexer(pd.Index(mentions["doc"].astype(object)))
    begin = mentions["start"].to_numpy().astype(np.int64)
    stop = mentions["end"].to_numpy().astype(np.int64)
    start = trees.table["start"].to_numpy().astype(np.int64)
    end = trees.table["end"].to_numpy().astype(np.int64)
    size = 1 + int(max(end.max(initial=0), stop.max(initial=0)))
    order = np.argsort(trees.doc * size + start, kind="stable")
    low = np.searchsorted((trees.doc * size + end)[order], doc * size + begin, side="right")
    high = np.searchsorted((trees.doc * size + start)[order], doc * size + stop, side="left")
    lost = (doc < 0) | (high <= low)
    if lost.any():
        wrong = mentions.iloc[int(np.argmax(lost))]
        raise InputError(
            f"The mention {wrong['text']!r} in {wrong['doc']!r} is not in the tokens; pass the"
            " tokens of the same documents, all of them, or filter the mentions as well."
        )
    spans = zip(low.tolist(), high.tolist(), strict=True)
    return [_head_of(trees, order[a:b].tolist()) for a, b in spans]


def _head_of(trees: Trees, rows: list[int]) -> int:
    """The first of some words, not punctuation, that hangs on none of the others."""
    own = set(rows)
    tops = [row for row in rows if trees.head[row] not in own and trees.pos[row] != "PUNCT"]
    return tops[0] if tops else rows[0]


def find_parts(reader: Reader, heads: list[int], *, nominalised: bool) -> list[Part]:
    """Every part that an actor or nobody has in a clause."""
    named = set(heads)
    parts = []
    for mention, head in enumerate(heads):
        parts += [Part(mention, role, -1) for role in reader.roles(head)]
        body = _body_of(reader, head, named)
        if body >= 0:
            parts += [Part(mention, role, body) for role in reader.roles(body)]
    trees = reader.trees
    deeds = reader.words.deeds
    for row, (pos, lemma) in enumerate(zip(trees.pos, trees.lemma, strict=True)):
        if pos == "VERB" and reader.is_agentless(row):
            parts.append(Part(-1, Role(row, AGENT, AGENTLESS), -1))
        elif pos == "NOUN" and lemma in deeds and reader.is_deed_without_doer(row, named):
            parts.append(Part(-1, Role(row, AGENT, NOMINALISED), -1))
    if nominalised:
        return parts
    return [part for part in parts if part.role.form != NOMINALISED]


def _body_of(reader: Reader, head: int, named: set[int]) -> int:
    """The noun that acts for an actor: "troops" of "Russian troops", -1 where there is none."""
    trees, bodies = reader.trees, reader.words.kinds["bodies"]
    here, body = head, -1
    while trees.dep[here] == "conj" and trees.head[here] >= 0:
        here = trees.head[here]  # "Russian and Belarusian troops"
    while trees.head[here] >= 0:
        up = trees.head[here]
        whose = {up, *trees.with_dep(up, "appos", "flat")}
        if trees.dep[up] in ("appos", "flat", "nmod:desc"):
            whose.add(trees.head[up])  # "Putin, the Russian leader": Putin acts
        before = trees.dep[here] in ("amod", "compound", "nmod:poss")
        behind = trees.dep[here] == "nmod" and "of" in trees.cases(here)
        body_noun = {trees.lemma[up], trees.lemma[up].removesuffix("s")} & bodies
        if not (before or behind) or not body_noun or named & whose:
            break
        here = body = up
    return body


def verb_name(reader: Reader, role: Role) -> str:
    """The verb of a clause: with its particle, "be" of a copula, that of a deed made noun."""
    trees, row = reader.trees, role.verb
    if role.form == COPULA:
        return "be"
    if role.form == NOMINALISED:
        deed = reader.words.deed(trees.lemma[row])
        return deed.verb if deed is not None else trees.lemma[row]
    particles = [trees.lemma[child] for child in trees.with_dep(row, "compound:prt")]
    return " ".join([trees.lemma[row], *particles])


def process_of(reader: Reader, role: Role) -> str:
    """Material, verbal, mental or relational."""
    return reader.words.process(verb_name(reader, role).split(" ")[0])


def verb_row(reader: Reader, role: Role) -> int:
    """The word that shows the verb: the copula, where there is one."""
    copulas = reader.trees.with_dep(role.verb, "cop") if role.form == COPULA else []
    return copulas[0] if copulas else role.verb


def is_negated(reader: Reader, role: Role) -> bool:
    """Whether the verb of a clause stands under not or never."""
    trees, row = reader.trees, role.verb
    if role.form == NOMINALISED:
        return False
    near = [row, *trees.with_dep(row, "advmod", "aux", "aux:pass", "cop")]
    return any("Polarity=Neg" in trees.feats[c] or trees.lemma[c] in _NEVER for c in near)


def clause_rows(reader: Reader, role: Role) -> tuple[int, int]:
    """First and last word of a clause without the clauses beside and below it."""
    trees, row = reader.trees, role.verb
    rows = [row]
    for child in trees.children(row):
        apart = trees.dep[child] in _BESIDE and (
            trees.dep[child] != "conj" or trees.pos[row] != "NOUN" or role.form == COPULA
        )
        if not apart:
            rows += trees.subtree(child)
    rows = sorted(rows)
    while len(rows) > 1 and trees.pos[rows[0]] in ("PUNCT", "CCONJ"):
        rows.pop(0)
    while len(rows) > 1 and trees.pos[rows[-1]] == "PUNCT":
        rows.pop()
    return rows[0], rows[-1]
