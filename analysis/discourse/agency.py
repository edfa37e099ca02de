"""Agency: who acts, who is acted upon, and where the doer is left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import PROCESSES, cut, load_words
from analysis.discourse.modality import MODALITIES
from analysis.discourse.negation import with_not
from analysis.discourse.roles import (
    AGENT,
    CARRIER,
    PATIENT,
    RECIPIENT,
    UNCLEAR,
    Part,
    RoleReader,
    as_mentions,
    clause_rows,
    find_parts,
    is_role_negated,
    mention_heads,
    modality_of,
    process_of,
    verb_name,
    verb_row,
)
from analysis.discourse.trees import build_trees
from analysis.discourse.vague import find_phrases, mentions_of
from analysis.tables import NONE_LABEL, InputError, measure, passed, require_choice, require_columns
from analysis.terms.shares import count_shares_clause as count_shares

ROLES = (AGENT, PATIENT, RECIPIENT, CARRIER, UNCLEAR)
FORMS = ("active", "passive", "agentless passive", "ergative", "nominalisation", "copula")


@measure("voiced", layer="clauses")
def find_clauses(
    corpus: pd.DataFrame,
    mentions: pd.DataFrame | None = None,
    *,
    nominalised: bool = True,
    vague: bool = True,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find every clause in which an actor acts or is acted upon, or in which the doer is left out.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its tagged tokens, ``annotate(corpus).tokens``.
    mentions : pandas.DataFrame
        Who counts as an actor: what `find_entities` gives, or `find_namings` (with roles, metonyms
        and resolved pronouns; its variants are left out), or some of the rows.
    nominalised : bool
        Also read nominalisations made nouns ("Russia's invasion of Ukraine").
    vague : bool
        Also read what vague actors do ("critics", "some states"; see `find_vague_actors`), all of
        them under the entity "(vague)".
    documents : pandas.DataFrame, optional
        With `doc` and `text`, to add the words of each clause.

    Returns
    -------
    pandas.DataFrame
        One row per actor and clause, in the order of the texts: `doc` (categorical), `sentence`,
        `start`, `end`, `text`, `entity`, `label` (of the mention; where nobody is named `entity` is
        "(none)", and the others are of the verb); `role` (agent, patient, recipient, carrier,
        unclear); `form` (active, passive, agentless passive, ergative, nominalisation, copula);
        `process` (material, verbal, mental, relational); `verb` (lemma; of a nominalisation the
        verb behind it; "not support" where it is negated), `lemma` (without "not"), `verb_start`,
        `verb_end`, `clause_start`, `clause_end` (offsets; the stretch that holds actor, verb and
        what belongs to it); `through` ("troops" where "Russian troops" act for Russia, else "");
        `negated` (bool); `modality` (asserted: told as done; possible, future, conditional,
        demanded, asked, or claimed); with `documents` also `clause`.

    Raises
    ------
    InputError
        If the tokens are not tagged, a column is missing, or a mention is not in the tokens.

    Notes
    -----
    The roles follow van Leeuwen (1996, "The representation of social actors"): an actor is
    activated (*agent*: doer, sayer or senser, in Halliday's terms) or passivated, and then
    subjected (*patient*) or beneficialised (*recipient*: who is given or told something). Subjects
    of being and having are *carriers*. They are read from Universal Dependencies: subject, object,
    indirect object, passive subject, "by", some prepositions ("fired at"), coordination,
    relative clauses, infinitives and participles whose subject is another verb's. Beside a
    nominalisation ``analysis/data/agency_nominalisations.csv`` says what a possessive or a
    preposition means; where it does not, the role is *unclear*. Suppressed agents have rows of
    their own: passives without "by", listed nouns beside which no agent is named, and *ergative*
    verbs (Halliday 1985, ch. 5; Stubbs 1996), by which an event comes about of itself: "the talks
    collapsed", "three people died", "tensions rose". Their subject is a patient.

    `negated` tells what the text denies: not, never, hardly, neither … nor, a negative subject or
    object, without, and what depends on fail, refuse, decline, deny, unable, prevent … from. Two
    negations cancel out.

    `modality` tells what the text does not tell as done: what may, might or could be (also aims:
    "sent troops to attack", and what is wanted, tried, feared, threatened: *possible*), what will
    be or is planned (*future*), conditions and what would follow from them, inverted ones too
    ("had Rome helped": *conditional*), what must or should be or is asked of others (*demanded*),
    questions (*asked*), and what is alleged or believed ("the claim that", "accused of bombing",
    "is said to have": *claimed*). What somebody says or reports is *asserted*, by them: the voice
    tells it. For deeds keep ``clauses[~clauses.negated & (clauses.modality == "asserted")]``. The
    kinds are those of Palmer (2001, "Mood and Modality"). No labels tell it: of 120 rows that one
    reader read before the rules' last mending 0.93 (0.86 to 0.96) were right.

    Measured on labelled news sentences, gold actors given: of labelled pairs of actor and verb
    0.81 (0.77 to 0.83, n = 674) are found; of the events without a doer that it lists a reader
    had marked 0.48 (n = 94), so count those with reserve. See ``docs/accuracy.md``.

    An agent is a grammatical doer, which is neither power nor guilt: "Kyiv lost the town" makes
    Kyiv an agent. To be quoted makes one an agent, too (process "verbal"): leave it out where
    deeds are meant. Pronouns are no mentions unless `find_entities` adds them, so actors who are
    mostly "he" or "we" are undercounted. A wrong parse is a wrong role; the model's measured error
    is in ``attrs["model"]``.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Kyiv was shelled"]})
    >>> tokens = tokenize(texts).assign(  # by hand what annotate(texts).tokens gives
    ...     lemma=["Kyiv", "be", "shell"], pos=["PROPN", "AUX", "VERB"], head=[2, 2, -1],
    ...     morphology=["", "", "Voice=Pass"], dep=["nsubj:pass", "aux:pass", "root"])
    >>> mentions = pd.DataFrame({"doc": ["a"], "sentence": 0, "start": 0, "end": 4,
    ...                          "text": "Kyiv", "label": "PLACE", "entity": "Kyiv"})
    >>> find_clauses(tokens, mentions)[["entity", "role", "form", "verb"]]
       entity     role               form   verb
    0    Kyiv  patient  agentless passive  shell
    1  (none)    agent  agentless passive  shell
    """
    actors = as_mentions(passed(mentions, "mentions"))
    require_columns(actors, ("doc", "start", "end", "text", "entity"), "mentions")
    reader = RoleReader(build_trees(corpus), load_words())
    heads = mention_heads(reader.trees, actors)
    named = set(heads)
    if vague:
        others = [one for one in find_phrases(reader) if one.head not in named]
        actors = pd.concat([actors, mentions_of(reader, others)], ignore_index=True)
        heads += [one.head for one in others]
    parts = find_parts(reader, heads, named, nominalised=nominalised)
    result = _clause_table(reader, parts, heads, actors)
    if documents is not None:
        result["clause"] = cut(documents, result, "clause_start", "clause_end")
    return result


def _clause_table(
    reader: RoleReader, parts: list[Part], heads: list[int], mentions: pd.DataFrame
) -> pd.DataFrame:
    """The rows of the parts, in the order of the texts."""
    table = reader.trees.table
    start, end = table["start"].to_numpy(), table["end"].to_numpy()
    verb = np.array([verb_row(reader, part.role) for part in parts], dtype=np.int64)
    spans = np.array([clause_rows(reader, part.role) for part in parts], dtype=np.int64)
    spans = spans.reshape(-1, 2)
    actor = np.array([part.mention for part in parts], dtype=np.int64)
    own = {name: _of_actor(mentions, name, actor) for name in ("start", "end", "text", "entity")}
    lemmas = [verb_name(reader, part.role) for part in parts]
    who = [-1 if part.mention < 0 else heads[part.mention] for part in parts]
    negated = [
        is_role_negated(reader, part.role, row) for part, row in zip(parts, who, strict=True)
    ]
    columns: dict[str, Any] = {
        "doc": table["doc"].take(verb).array,
        "sentence": table["sentence"].to_numpy()[verb],
        "start": np.where(actor < 0, start[verb], own["start"]).astype(np.int32),
        "end": np.where(actor < 0, end[verb], own["end"]).astype(np.int32),
        "text": np.where(actor < 0, table["word"].astype(object).to_numpy()[verb], own["text"]),
        "entity": np.where(actor < 0, NONE_LABEL, own["entity"]),
        "label": np.where(actor < 0, "", _of_actor(mentions, "label", actor)),
        "role": [part.role.role for part in parts],
        "form": [part.role.form for part in parts],
        "process": [process_of(reader, part.role) for part in parts],
        "verb": [with_not(*pair) for pair in zip(lemmas, negated, strict=True)],
        "lemma": lemmas,
        "verb_start": start[verb],
        "verb_end": end[verb],
    }
    columns["clause_start"] = np.minimum(start[spans[:, 0]], columns["start"])
    columns["clause_end"] = np.maximum(end[spans[:, 1]], columns["end"])
    words = table["word"].astype(object).to_numpy()
    columns["through"] = ["" if part.through < 0 else words[part.through] for part in parts]
    columns["negated"] = np.array(negated, dtype=bool)
    columns["modality"] = [modality_of(reader, part.role) for part in parts]
    result = pd.DataFrame(columns)
    strings = "text entity label role form process verb lemma through modality"
    for name in strings.split():
        result[name] = result[name].astype("str")
    place = reader.trees.doc[verb]
    order = np.lexsort((actor < 0, columns["verb_start"], columns["start"], place))
    return result.iloc[order].reset_index(drop=True)


def _of_actor(mentions: pd.DataFrame, name: str, actor: np.ndarray) -> np.ndarray:
    """A column of the mentions for every part; empty where nobody is named."""
    number = name in ("start", "end")
    if name not in mentions.columns or not len(mentions):
        return np.full(len(actor), 0 if number else "", dtype=None if number else object)
    values = mentions[name].to_numpy() if number else mentions[name].astype(object).to_numpy()
    return values[np.maximum(actor, 0)]


@measure("clauses")
def count_agency(
    corpus: pd.DataFrame,
    *,
    process: str | Sequence[str] | None = None,
    forms: bool = False,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count how often each actor has each role, in the corpus or in groups: outlets, voices.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus; or what `find_clauses` gives, or some of its rows.
    by : str or sequence of str, optional
        Columns of the clauses or `documents` to group by. Default: the corpus is one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    process : str or sequence of str, optional
        Count these processes only ("material": deeds, without saying and thinking). Default: all.
    forms : bool
        Split each role by its form.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group, actor that has a clause there, and role (and form) that occurs anywhere,
        also where the count is 0, ordered by group, the actor's base (descending), actor, role,
        form: the columns of `by`; `entity`; `role`; `form` (with `forms`); `count`; `negated`
        (of these, what the text denies: "did not attack", where the clauses tell); `supposed` (of
        the others, what is not told as done: of a modality other than "asserted"); `base` (the
        actor's clauses in the group); `share` (count / base); `documents` (of the group, that have
        it); `group_documents` (of the group, that have the actor); `low`, `high` (of the share),
        `interval`.

    Raises
    ------
    InputError
        If a column is missing or a process is not known.

    Notes
    -----
    The interval is Korn–Graubard's over the documents that have the actor (over sentences where
    only one does; none with fewer than three of these), so 4 of 4 is no certainty: it does not end
    at 1. It takes the parse for right. "(none)" are the clauses without a named agent: set
    their count against the words or clauses of the group, since their share is 1 by definition. A
    share says how an actor is put where it is put at all; how often that is, says base. How often
    an actor acts where it acts or is acted upon is the count of agent over that of agent and
    patient.
    Compare groups on the same actor and events: a text's topic decides who can act in it.

    Examples
    --------
    >>> clauses = pd.DataFrame({"doc": ["a"] * 3, "sentence": [0, 1, 2], "entity": ["Kyiv"] * 3,
    ...     "role": ["agent", "patient", "patient"], "form": "active", "process": "material"})
    >>> count_agency(clauses, confidence=None)[["entity", "role", "count", "base"]]
      entity     role  count  base
    0   Kyiv    agent      1     3
    1   Kyiv  patient      2     3
    """
    counted = ("role", "form") if forms else ("role",)
    work = _chosen(corpus, process, by, counted)
    keys = work["role"].astype("str")
    keys = keys + "\x1f" + work["form"].astype("str") if forms else keys
    items = _items(set(keys), forms)
    marks = keys.to_numpy(dtype=object)[:, None] == np.array(items, dtype=object)[None, :]
    every = np.ones(len(work), dtype=bool)
    result = count_shares(work, marks, every, (by, documents), confidence=confidence)
    if "negated" in work.columns:
        denied = marks & work["negated"].to_numpy(dtype=bool)[:, None]
        own = count_shares(work, denied, every, (by, documents), confidence=None)
        result.insert(list(result.columns).index("count") + 1, "negated", own["count"])
        if "modality" in work.columns:
            open_ = (work["modality"].astype(str) != MODALITIES[0]).to_numpy()[:, None]
            told = marks & open_ & ~denied
            own = count_shares(work, told, every, (by, documents), confidence=None)
            result.insert(list(result.columns).index("negated") + 1, "supposed", own["count"])
    place = list(result.columns).index("item")
    names = np.array([item.split("\x1f") for item in items], dtype=object)
    names = names.reshape(len(items), len(counted))[result.pop("item")]
    for number, name in reversed(list(enumerate(counted))):
        result.insert(place, name, pd.Series(names[:, number], dtype="str"))
    return result


def _chosen(
    clauses: pd.DataFrame,
    process: str | Sequence[str] | None,
    by: str | Sequence[str] | None,
    counted: Sequence[str],
) -> pd.DataFrame:
    """The clauses of some processes, after a look at the arguments."""
    require_columns(clauses, ("doc", "entity", "process", *counted), "clauses")
    clash = {"entity", *counted} & set([by] if isinstance(by, str) else by or ())
    if clash:
        raise InputError(f"by={sorted(clash)[0]!r} is counted here; group by another column.")
    if process is None:
        return clauses
    wanted = [process] if isinstance(process, str) else list(process)
    for name in wanted:
        require_choice(name, PROCESSES, "process")
    return clauses[clauses["process"].isin(wanted)]


def _items(there: set[str], forms: bool) -> list[str]:
    """What is counted, of what there is: in the order of the roles and forms, then others."""
    known = [f"{role}\x1f{form}" for role in ROLES for form in FORMS] if forms else list(ROLES)
    return [*(key for key in known if key in there), *sorted(there - set(known))]
