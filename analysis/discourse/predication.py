"""What is said of an actor: adjectives, verbs and nouns, by dependency."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import erfc

from analysis.discourse.negation import is_deed_negated, is_negated, with_not
from analysis.discourse.roles import as_mentions, mention_heads
from analysis.discourse.trees import Trees, build_trees
from analysis.tables import (
    VOICES,
    InputError,
    group_codes,
    measure,
    passed,
    require_choice,
    require_columns,
    say_empty,
)
from analysis.terms.estimate import LEAST_UNITS, Sums
from analysis.terms.evidence import of_layer
from analysis.terms.formulas import adjust_p, conservative_log_ratio, log_likelihood
from analysis.terms.shares import count_shares, group_names, joined, split_items
from analysis.terms.significance import draws_of, tell_apart

_BESIDE = ("possession", "apposition")  # not said by a clause
_SAID = ("NOUN", "ADJ", "VERB", "PROPN")
_SUMS = ("group_documents", "count", "base", "total2", "cross", "base2")  # in the order of `Sums`


class Predicate(NamedTuple):
    """A word said of an actor."""

    row: int
    relation: str


@measure("voiced")
def find_predications(
    corpus: pd.DataFrame, *, mentions: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Find what is said of each actor: the verbs, adjectives and nouns tied to its name.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its tagged tokens, ``annotate(corpus).tokens``, with or without voices.
    mentions : pandas.DataFrame
        The actors' mentions in the same documents (`find_entities`), or their namings
        (`find_namings`: roles, metonyms and resolved pronouns, too; variants are left out), or
        some of them.

    Returns
    -------
    pandas.DataFrame
        One row per predicate, in the order of the texts: `doc`, `sentence`, `position`, `start`,
        `end`, `text` (the word), `actor` (the entity), `relation`, `term` (its lemma, lower-case,
        of a verb with its particle; "not support" where it is negated), `lemma` (without "not"),
        `pos`, `negated` (bool), `mention_start`, `mention_end`, and `voice`, `speech`,
        `voice_group`, `part` where the tokens have them.

    Raises
    ------
    InputError
        If the tokens are not tagged, or a mention is not in them.

    Notes
    -----
    `relation`: **agent** (the actor is the verb's subject, or its by-agent), **patient** (its
    object, or the subject of a passive), **predicate** ("Russia is an aggressor", "Kyiv is
    ready"), **attribute** ("a defiant Kyiv"), **apposition** ("Russia, a nuclear power"),
    **possession** ("Russia's aggression", "Russian aggression", "the Putin regime").
    Predicational strategies: Reisigl & Wodak 2001, ch. 2; the six relations are this package's
    operationalisation by Universal Dependencies, after the word sketch (Kilgarriff et al. 2004).

    Only names are followed, no pronouns, so most of what a text says of an actor later on is
    not here unless namings are passed; "Russian" is an actor of its own unless `apply_aliases`
    merged it. A tree that is wrong gives a wrong predicate (the parser's measured error is in
    ``attrs["model"]``). A verb says what somebody does, not whether the text approves of it.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> tokens = tokenize(pd.DataFrame({"doc": ["a"], "text": ["Russia rejects talks."]})).assign(
    ...     lemma=["Russia", "reject", "talk", "."], pos=["PROPN", "VERB", "NOUN", "PUNCT"],
    ...     morphology="", dep=["nsubj", "root", "obj", "punct"], head=[1, -1, 1, 1])
    >>> mentions = pd.DataFrame({"doc": ["a"], "start": [0], "end": [6], "text": ["Russia"],
    ...                          "entity": ["Russia"]})
    >>> find_predications(tokens, mentions=mentions)[["actor", "relation", "term"]]
        actor relation    term
    0  Russia    agent  reject
    """
    mentions = as_mentions(passed(mentions, "mentions"))
    require_columns(mentions, ("doc", "start", "end", "text", "entity"), "mentions")
    trees = build_trees(corpus)
    heads = mention_heads(trees, mentions)
    start = trees.table["start"].tolist()
    named, spans = set(heads), list(zip(mentions["start"], mentions["end"], strict=True))
    found = [
        (mention, predicate.row, predicate.relation)
        for mention, head in enumerate(heads)
        for predicate in _predicates(trees, head)
        if predicate.row not in named  # nor is a part of the name said of it ("United")
        and not spans[mention][0] <= start[predicate.row] < spans[mention][1]
    ]
    mention, row, relation = (np.array(c) for c in zip(*found, strict=True)) if found else [[]] * 3
    row, mention = np.asarray(row, dtype=np.int64), np.asarray(mention, dtype=np.int64)
    order = np.lexsort([mention, row])
    row, mention = row[order], mention[order]
    table = trees.table
    keys = [n for n in ("doc", "sentence", "position", "start", "end") if n in table.columns]
    result = table[keys].iloc[row].reset_index(drop=True)
    result["text"] = table["word"].astype("str").iloc[row].array
    result["actor"] = mentions["entity"].astype("str").iloc[mention].array
    result["relation"] = pd.array(np.asarray(relation, dtype=object)[order], dtype="str")
    kinds = np.asarray(relation, dtype=object)[order]
    negated = [
        is_deed_negated(trees, r) if kind in _BESIDE else is_negated(trees, r, heads[m])
        for r, m, kind in zip(row, mention, kinds, strict=True)
    ]
    lemmas = [_with_particle(trees, r) for r in row]
    terms = [with_not(*pair) for pair in zip(lemmas, negated, strict=True)]
    result["term"] = pd.array(terms, dtype="str")
    result["lemma"] = pd.array(lemmas, dtype="str")
    result["pos"] = pd.array([trees.pos[r] for r in row], dtype="str")
    result["negated"] = np.array(negated, dtype=bool)
    for name in ("start", "end"):
        result[f"mention_{name}"] = mentions[name].to_numpy()[mention]
    for name in VOICES:
        if name in table.columns:
            result[name] = table[name].astype(object).iloc[row].array
    return result


def _with_particle(trees: Trees, row: int) -> str:
    """The lemma of a word, of a verb with its particle: "rule out"."""
    particles = [trees.lemma[c] for c in trees.with_dep(row, "compound:prt")]
    return " ".join([trees.lemma[row], *particles])


def _predicates(trees: Trees, head: int) -> Iterator[Predicate]:
    """What is said of the actor whose head word is given."""
    dep, up = trees.dep[head], trees.head[head]
    while dep == "conj" and up >= 0 and trees.pos[up] in ("PROPN", "NOUN"):
        dep, up = trees.dep[up], trees.head[up]  # "Russia and China reject": both do
    if up >= 0:
        yield from _above(trees, dep, up, head)
    for child in trees.children(head):
        if trees.dep[child] == "amod" and trees.pos[child] == "ADJ":
            yield Predicate(child, "attribute")
        elif trees.dep[child] == "appos" and trees.pos[child] in ("NOUN", "PROPN"):
            yield Predicate(child, "apposition")
    subjects = trees.with_dep(head, "nsubj")  # "the aggressor is Russia"
    if trees.with_dep(head, "cop"):
        yield from (Predicate(s, "predicate") for s in subjects if trees.pos[s] == "NOUN")


def _above(trees: Trees, dep: str, up: int, head: int) -> Iterator[Predicate]:
    """What the word says on which the actor depends."""
    pos = trees.pos[up]
    if dep in ("nsubj", "nsubj:outer") and pos not in ("VERB", "AUX"):
        if pos in _SAID:
            yield Predicate(up, "predicate")
    elif dep in ("nsubj", "obl:agent") and pos in ("VERB", "AUX"):
        for verb in (up, *_further(trees, up)):
            yield Predicate(verb, "agent")
    elif dep in ("obj", "iobj", "nsubj:pass"):
        yield Predicate(up, "patient")
    elif dep == "obl" and "by" in trees.cases(head) and trees.with_dep(up, "aux:pass"):
        yield Predicate(up, "agent")
    elif dep in ("nmod:poss", "amod", "compound") and pos == "NOUN":
        yield Predicate(up, "possession")
    elif dep == "appos" and pos in ("NOUN", "PROPN"):
        yield Predicate(up, "apposition")


def _further(trees: Trees, verb: int) -> list[int]:
    """Verbs that share the subject: "attacked and occupied"."""
    return [
        child
        for child in trees.with_dep(verb, "conj")
        if trees.pos[child] == "VERB"
        and not trees.has_subject(child)
        and not trees.with_dep(child, "aux:pass")
    ]


@measure("voiced", make=find_predications)
def count_predications(
    corpus: pd.DataFrame,
    *,
    min_count: int = 1,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count what is said of each actor, by relation.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus; or what `find_predications` returns, or some of its rows: they are the passages.
    by : str or sequence of str, optional
        Columns of the predications (such as `voice`) or `documents` to group by, beside the actor.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    min_count : int
        Leave out rows with a smaller count; the base stays.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group, actor, relation and lemma that occurs, ordered by group, actor, count
        (descending) and name: the columns of `by`; `actor`; `relation`; `term`; `count`; `base`
        (predications of the actor in the group); `share`; `documents` (with this predication);
        `group_documents` (of the group, with any of the actor); `rank`; `low`, `high` (of the
        share), `interval`: Korn–Graubard's over documents, as in `count_terms`.

    Raises
    ------
    InputError
        If a column is missing or `min_count` is not a number from 1 up.

    Examples
    --------
    >>> rows = pd.DataFrame({"doc": ["a", "a"], "actor": "Russia", "relation": "agent",
    ...                      "term": ["attack", "reject"]})
    >>> count_predications(rows, confidence=None)[["actor", "relation", "term", "count", "share"]]
        actor relation    term  count  share
    0  Russia    agent  attack      1    0.5
    1  Russia    agent  reject      1    0.5
    """
    predications = require_columns(corpus, ("doc", "actor", "relation", "term"), "predications")
    if not min_count >= 1:
        raise InputError(f"min_count={min_count!r} must be 1 or more.")
    names = group_names(by, ("actor", "relation", "term"))
    result = count_shares(
        predications,
        joined(predications, ("relation", "term")),
        group_codes(predications, [*names, "actor"], documents),
        unit="predications",
        confidence=confidence,
        zeros=False,
    )
    result = split_items(result, ("relation", "term"))
    return result[result["count"] >= min_count].reset_index(drop=True)


def _of_target(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The predications of the row's term in its target group."""
    own = {name: row[name] for name in ("actor", "relation", "term")}
    by = step["params"].get("by")
    return of_layer(corpus, step, own if by is None else own | {by: row["target"]})


@measure("voiced", make=find_predications, evidence=_of_target)
def compare_predications(
    corpus: pd.DataFrame,
    *,
    target: object = None,
    reference: object = None,
    min_count: int = 2,
    by: str,
    documents: pd.DataFrame | None = None,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Find what one group of texts says of an actor more than others do: keyness of predicates.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus; or what `find_predications` returns.
    by : str
        Column of `predications` (such as `voice`) or of `documents` (such as `outlet`).
    documents : pandas.DataFrame, optional
        The documents table, if `by` is a column of it.
    target, reference : optional
        Values of `by`. Default: each group against the rest.
    min_count : int
        Leave out what is said less often on both sides together; the bases stay.
    alpha : float
        1 − confidence of `lrc`.

    Returns
    -------
    pandas.DataFrame
        One row per target, actor, relation and lemma, ordered by target, actor, `lrc`
        (descending), `log_ratio` (descending), relation and term: `target`, `reference`, `actor`,
        `relation`, `term`, `count`, `count_reference`, `base`, `base_reference` (predications of
        the actor on either side), `documents`, `documents_reference`, `group_documents`,
        `group_documents_reference` (that say something of the actor), `log_ratio`, and by document
        `lrc`, `design_effect`, `p` (the `p_counts` of `compare_terms`), `p_adjusted`
        (Benjamini–Hochberg over the rows); by word `lrc_words`, `g2_four_term`,
        `p_words`. With fewer than 3 documents on a side `lrc` is 0, `design_effect` and the p by
        document are missing, and `units` says so. No row for an actor of whom one side says
        nothing.

    Raises
    ------
    InputError
        If a column, target, reference or number is not usable.

    Notes
    -----
    The formulas are those of `compare_terms`, with documents as the draws; the base is what is said
    of the *actor*, so an outlet that writes more of Russia does not seem to say more of everything
    about it. Counts are small and come from few texts: look at the documents columns, and read the
    passages.

    Examples
    --------
    >>> rows = pd.DataFrame({"doc": list("aab"), "outlet": ["RT", "RT", "AP"], "actor": "Russia",
    ...                      "relation": "agent", "term": ["propose", "propose", "attack"]})
    >>> keys = compare_predications(rows, by="outlet", target="RT", min_count=1)
    >>> keys[["term", "count", "count_reference", "log_ratio"]].round(2)
          term  count  count_reference  log_ratio
    0  propose      2                0       1.58
    1   attack      0                1      -2.32
    """
    if not isinstance(by, str):
        raise InputError(f"by={by!r} must be one column here, such as 'side'.")
    predications = require_columns(corpus, ("doc", "actor", "relation", "term"), "predications")
    if not min_count >= 1 or not 0 < alpha < 1:
        raise InputError(
            f"min_count={min_count!r} must be 1 or more, and alpha={alpha!r} between 0 and 1."
        )
    code, labels = group_codes(predications, by, documents)
    names = [str(name) for name in labels[by]] if len(labels.columns) else []
    targets = names if target is None else [require_choice(str(target), names, "target")]
    other = None if reference is None else require_choice(str(reference), names, "reference")
    if other is not None and targets == [other]:
        raise InputError(f"target and reference are both {other!r}; name two different groups.")
    parts = []
    for name in targets:
        if name != other:
            own = code == names.index(name)
            rest = ~own if other is None else code == names.index(other)
            parts.append(_sides(predications[own], predications[rest], name, other or "the rest"))
    table = pd.concat(parts, ignore_index=True) if parts else _no_rows()
    often = table["count"] + table["count_reference"] >= min_count
    if not often.any():
        say_empty(
            f"no predicate of an actor of whom both sides say something occurs {min_count} times"
        )
    return _scored(table[often].reset_index(drop=True), alpha)


def _scored(table: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """The measures of keyness beside the counts, in the order of the result."""
    counts = [table[c] for c in ("count", "base", "count_reference", "base_reference")]
    family = max(len(table), 1)
    sides = [
        Sums(*(table[f"{name}{end}"].to_numpy(dtype=float) for name in _SUMS))
        for end in ("", "_reference")
    ]
    found = tell_apart(*map(draws_of, sides), family=family, alpha=alpha)
    few = np.minimum(sides[0].n, sides[1].n) < LEAST_UNITS
    unshown = [f"{name}{end}" for name in _SUMS[3:] for end in ("", "_reference")]
    table = table.drop(columns=unshown).assign(**found)
    table["lrc"] = table["lrc"].mask(few, 0.0)
    for name in ("design_effect", "p"):
        table[name] = table[name].mask(few)
    table["units"] = np.where(few, f"none: fewer than {LEAST_UNITS} documents", "documents")
    table["p_adjusted"] = adjust_p(table["p"])
    table["lrc_words"] = conservative_log_ratio(*counts, family=family, alpha=alpha)
    table["g2_four_term"] = log_likelihood(*counts)
    table["p_words"] = erfc(np.sqrt(table["g2_four_term"] / 2))
    return table.sort_values(
        ["target", "actor", "lrc", "log_ratio", "relation", "term"],
        ascending=[True, True, False, False, True, True],
        ignore_index=True,
    )


def _no_rows() -> pd.DataFrame:
    """A comparison where there is no group at all."""
    empty = pd.DataFrame(columns=["doc", "actor", "relation", "term"], dtype=object)
    return _sides(empty, empty, "", "")


def _sides(one: pd.DataFrame, other: pd.DataFrame, target: str, reference: str) -> pd.DataFrame:
    """Counts on two sides, for the actors of whom both say something."""
    keys = ["actor", "relation", "term"]
    sides, actors = [], []
    for rows, end in ((one, ""), (other, "_reference")):
        rows = rows.assign(**{key: rows[key].astype("str") for key in (*keys, "doc")})
        base = rows.groupby(["actor", "doc"]).size().rename("words").reset_index()
        cells = rows.groupby([*keys, "doc"]).size().rename("times").reset_index()
        cells = cells.merge(base, on=["actor", "doc"])
        cells = cells.assign(total2=cells["times"] ** 2, cross=cells["times"] * cells["words"])
        squared = base.assign(base2=base["words"] ** 2)
        sums = {"count": ("times", "sum"), "documents": ("doc", "size")}
        sums |= {name: (name, "sum") for name in ("total2", "cross")}
        sides.append(cells.groupby(keys).agg(**sums).add_suffix(end).reset_index())
        whole = squared.groupby("actor").agg(
            group_documents=("doc", "size"), base=("words", "sum"), base2=("base2", "sum")
        )
        actors.append(whole.add_suffix(end))
    table = sides[0].merge(sides[1], on=keys, how="outer").fillna(0)
    table = table.merge(actors[0].join(actors[1], how="inner"), on="actor")
    names = ("count", "base", "documents", "group_documents", "total2", "cross", "base2")
    columns = [f"{name}{end}" for name in names for end in ("", "_reference")]
    numbers = table[columns].astype(np.int64)
    return pd.concat([table[keys], numbers], axis=1).assign(target=target, reference=reference)[
        ["target", "reference", *keys, *numbers.columns]
    ]
