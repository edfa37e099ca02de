"""Who does what to whom: the roles of a noun, read off a dependency tree.

The roles are those of van Leeuwen (1996, "The representation of social actors"): an actor is
activated (agent) or passivated, and then subjected (patient) or beneficialised (recipient).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import Nominalisation, Words
from analysis.discourse.trees import NOMINAL, VERBAL, Trees
from analysis.tables import InputError

AGENT, PATIENT, RECIPIENT, CARRIER, UNCLEAR = "agent", "patient", "recipient", "carrier", "unclear"
ACTIVE, PASSIVE, AGENTLESS, COPULA = "active", "passive", "agentless passive", "copula"
NOMINALISED = "nominalisation"
_NOT_CLAUSES = frozenset(("amod", "case", "mark", "cc", "advmod", "compound", "fixed", "det"))


class Role(NamedTuple):
    """What a noun is in the clause of a verb (or beside a nominalisation)."""

    verb: int  # row
    role: str
    form: str


class RoleReader(NamedTuple):
    """Trees and the words by which they are read."""

    trees: Trees
    words: Words

    # -- verbs ------------------------------------------------------------------------------------

    def is_passive(self, verb: int) -> bool:
        """Whether a verb is in the passive voice."""
        t = self.trees
        below = {t.dep[child] for child in t.children(verb)}
        if below & {"aux:pass", "nsubj:pass", "csubj:pass", "obl:agent"}:
            return True
        perfect = any(t.lemma[child] == "have" for child in t.with_dep(verb, "aux"))
        if perfect or "nsubj" in below:
            return False
        if "Voice=Pass" in t.feats[verb]:
            return True
        up = t.head[verb]  # "was shelled and seized": the auxiliary stands once
        bare = "VerbForm=Part" in t.feats[verb] and "Tense=Past" in t.feats[verb]
        shared = t.dep[verb] == "conj" and bare and not below & {"aux", "nsubj", "obj"}
        return shared and t.pos[up] == "VERB" and self.is_passive(up)

    def has_agent(self, verb: int) -> bool:
        """Whether a passive verb names by whom; one "by" may serve verbs coordinated before it."""
        if any(self.is_by_agent(child) for child in self.trees.children(verb)):
            return True
        up = self.trees.head[verb] if self.trees.dep[verb] == "conj" else -1
        return up >= 0 and any(c > verb and self.is_by_agent(c) for c in self.trees.children(up))

    def is_by_agent(self, row: int) -> bool:
        """Whether a word is the "by X" of a passive verb."""
        t = self.trees
        if t.dep[row] == "obl:agent":
            return True
        by = t.dep[row] == "obl" and "by" in t.cases(row) and self.is_passive(t.head[row])
        return by and t.pos[row] != "NUM" and t.lemma[row] not in self.words.kinds["time"]

    def form(self, verb: int) -> str:
        """Voice of a verb, and whether a passive names its agent."""
        if not self.is_passive(verb):
            return ACTIVE
        return PASSIVE if self.has_agent(verb) else AGENTLESS

    def is_agentless(self, row: int) -> bool:
        """Whether a word is a passive verb whose agent is left out."""
        t = self.trees
        if t.pos[row] != "VERB" or t.dep[row] in _NOT_CLAUSES or t.lemma[row] == "bear":
            return False
        reduced = t.dep[row] == "acl" and t.lemma[row] in self.words.kinds["adjectival"]
        return not reduced and self.form(row) == AGENTLESS

    # -- the roles of a noun ----------------------------------------------------------------------

    def roles(self, noun: int) -> list[Role]:
        """All roles of a noun, in its own clause and in the clauses that depend on it."""
        t, here = self.trees, noun
        found = self._relative(here)
        for beside in t.with_dep(here, "appos"):  # "Mariupol, the city that …"
            found += self._relative(beside)
        while t.dep[here] in ("conj", "appos", "flat") and t.head[here] >= 0:
            if t.dep[here] == "conj" and t.pos[t.head[here]] not in NOMINAL:
                break
            joined = t.dep[here] == "conj"
            here = t.head[here]
            found += [] if joined else self._relative(here)
        found = self._direct(here) + found
        return list({role.verb: role for role in reversed(found)}.values())[::-1]

    def _direct(self, noun: int) -> list[Role]:
        """Roles by the relation of a noun to its head."""
        t = self.trees
        dep, up = t.dep[noun], t.head[noun]
        if up < 0:
            return []
        if dep in ("nsubj", "nsubj:pass", "nsubj:outer"):
            return self._subject(up)
        if dep == "obj":
            return self._object(up, noun)
        if dep == "iobj":
            return [Role(up, RECIPIENT, self.form(up))]
        if dep in ("obl", "obl:agent"):
            return self._oblique(up, noun)
        deed = self.words.nominalisation(t.lemma[up]) if t.pos[up] == "NOUN" else None
        return [] if deed is None else self._of_nominalisation(up, noun, deed)

    def _subject(self, verb: int, seen: frozenset[int] = frozenset()) -> list[Role]:
        """Roles of the subject of a verb, also in the clauses that share it."""
        t, kinds = self.trees, self.words.kinds
        if verb in seen:
            return []
        seen |= {verb}
        lemma, passive = t.lemma[verb], self.is_passive(verb)
        governs = any(t.pos[child] in VERBAL for child in t.with_dep(verb, "xcomp"))
        has_object = bool(t.with_dep(verb, "obj"))
        if t.with_dep(verb, "cop") or t.pos[verb] not in VERBAL:
            own = [Role(verb, CARRIER, COPULA)]
        elif passive and governs and lemma in kinds["raising"]:
            own = []
        elif passive:
            given = (lemma in kinds["double"] and has_object) or lemma in kinds["tell_like"]
            own = [Role(verb, RECIPIENT if given else PATIENT, self.form(verb))]
        elif governs and lemma in kinds["phase"] and not has_object:
            own = []
        else:
            relational = lemma in kinds["relational"] and not governs
            own = [Role(verb, CARRIER if relational else AGENT, ACTIVE)]
        return own + self._sharing(verb, passive, seen)

    def _sharing(self, verb: int, passive: bool, seen: frozenset[int]) -> list[Role]:
        """Roles of a subject in the clauses below that have none of their own."""
        t, found = self.trees, []
        objects = bool(t.with_dep(verb, "obj", "iobj"))
        own_control = not objects or t.lemma[verb] in self.words.kinds["subject_control"]
        for child in t.children(verb):
            dep = t.dep[child]
            if dep not in ("conj", "xcomp", "advcl") or t.has_subject(child):
                continue
            verbal = t.pos[child] in VERBAL
            if dep == "conj" and (verbal or t.with_dep(child, "cop")):
                found += self._subject(child, seen)
            elif dep == "xcomp" and (passive or own_control):
                found += self._subject(child, seen) if verbal else self._sharing(child, False, seen)
            elif dep == "advcl" and verbal and not passive and self._is_nonfinite(child):
                found += self._subject(child, seen)
        return found

    def _is_nonfinite(self, verb: int) -> bool:
        t = self.trees
        around = [verb, *t.with_dep(verb, "cop", "aux")]
        finite = any("VerbForm=Fin" in t.feats[row] for row in around)
        return not finite and "VerbForm=" in t.feats[verb]

    def _object(self, verb: int, noun: int) -> list[Role]:
        """Roles of the object of a verb, also as the agent of an infinitive that depends on it."""
        t, kinds = self.trees, self.words.kinds
        lemma = t.lemma[verb]
        if t.pos[verb] not in VERBAL or lemma in kinds["relational"]:
            return []
        role = RECIPIENT if lemma in kinds["tell_like"] else PATIENT
        found = [Role(verb, role, self.form(verb))]
        for child in t.children(verb):
            if t.dep[child] == "xcomp" and lemma not in kinds["subject_control"]:
                if t.pos[child] in VERBAL and not t.has_subject(child):
                    found += self._subject(child)
            elif child < noun and self._may_share(child):
                found.append(Role(child, role, ACTIVE))
        return found

    def _may_share(self, verb: int) -> bool:
        """Whether a verb may have the object of the verb it is coordinated with."""
        # In "attacked and destroyed Kyiv" the object depends on the first verb.
        t = self.trees
        joined = t.dep[verb] == "conj" and t.pos[verb] == "VERB" and not self.is_passive(verb)
        return joined and not t.with_dep(verb, "obj", "ccomp", "xcomp")

    def _oblique(self, verb: int, noun: int) -> list[Role]:
        """Roles of a noun that depends on a verb by a preposition."""
        t, kinds = self.trees, self.words.kinds
        if self.is_by_agent(noun):
            later = [
                child
                for child in t.with_dep(verb, "conj")
                if child < noun and t.pos[child] == "VERB" and self.is_passive(child)
            ]
            return [Role(each, AGENT, PASSIVE) for each in [verb, *later]]
        lemma, cases = t.lemma[verb], t.cases(noun)
        known = self.words.prepositions.get(lemma, {})
        for preposition in sorted(cases & set(known)):
            return [Role(verb, known[preposition], self.form(verb))]
        if "to" in cases and lemma in kinds["give_like"] | kinds["say_to_like"]:
            return [Role(verb, RECIPIENT, self.form(verb))]
        return []

    # -- nouns beside nouns -----------------------------------------------------------------------

    def _of_nominalisation(self, noun: int, actor: int, deed: Nominalisation) -> list[Role]:
        """Role of an actor named beside a nominalisation."""
        t = self.trees
        dep = t.dep[actor]
        if dep in ("nmod:poss", "amod"):
            role = deed.possessor
            if role != AGENT and self._has_patient(noun, actor, deed):
                role = AGENT
        elif dep == "compound":
            role = deed.of if deed.of == deed.possessor else UNCLEAR
        elif dep == "nmod":
            role = self._by_preposition(noun, actor, deed)
        else:
            role = ""
        return [Role(noun, role, NOMINALISED)] if role else []

    def _by_preposition(self, noun: int, actor: int, deed: Nominalisation) -> str:
        cases = self.trees.cases(actor)
        for preposition in sorted(cases):
            if preposition in deed.prepositions:
                return deed.prepositions[preposition]
        if "of" not in cases:
            return ""
        if deed.of == UNCLEAR and self.names_agent(noun, deed, but=actor):
            return PATIENT
        return deed.of

    def _has_patient(self, noun: int, actor: int, deed: Nominalisation) -> bool:
        """Whether "of X" beside a nominalisation is its patient."""
        others = [c for c in self.trees.with_dep(noun, "nmod") if c != actor]
        return deed.of != AGENT and any("of" in self.trees.cases(c) for c in others)

    def names_agent(self, noun: int, deed: Nominalisation, but: int = -1) -> bool:
        """Whether a possessive or a preposition beside a nominalisation names its agent."""
        t = self.trees
        for child in t.children(noun):
            if child == but:
                continue
            if t.dep[child] == "nmod:poss" and deed.possessor != PATIENT:
                return True
            if t.dep[child] == "nmod":
                cases = t.cases(child)
                if any(deed.prepositions.get(c) == AGENT for c in cases):
                    return True
                if "of" in cases and deed.of != PATIENT:
                    return True
        return False

    def is_agentless_noun(self, noun: int, named: set[int]) -> bool:
        """Whether a noun of the list is an action and nothing near says whose."""
        # `named` are the rows of names: an adjective of a people before it names its agent.
        t = self.trees
        deed = self.words.nominalisations.get(t.lemma[noun])
        if deed is None or not deed.counted or t.pos[noun] != "NOUN":
            return False
        if self.names_agent(noun, deed) or self._has_agent_subject(noun):
            return False
        before = t.with_dep(noun, "amod", "compound", "nmod:unmarked", "nmod:desc")
        if t.dep[noun] == "compound" or deed.possessor == PATIENT:
            return t.dep[noun] != "compound"
        return not any(c in named or t.lemma[c] in self.words.kinds["bodies"] for c in before)

    def _has_agent_subject(self, noun: int) -> bool:
        """Whether the verb beside a nominalisation (be, launch, carry out …) says who did it."""
        t, light = self.trees, self.words.kinds["light"]
        if t.dep[noun] == "xcomp" or t.with_dep(noun, "cop", "nsubj"):
            return True  # "Russia is a threat"
        up = t.head[noun]
        if up >= 0 and t.lemma[up] in light and t.pos[up] == "VERB":
            form = self.form(up)
            if (t.dep[noun] == "obj" and form == ACTIVE) or form == PASSIVE:
                return True
        behind = t.with_dep(noun, "acl", "acl:relcl")
        return any(t.lemma[c] in light and self.form(c) != AGENTLESS for c in behind)

    # -- relative clauses -------------------------------------------------------------------------

    def _relative(self, noun: int) -> list[Role]:
        """Roles of a noun in the clauses that say more of it."""
        t, found = self.trees, []
        for clause in t.children(noun):
            if t.dep[clause] == "acl:relcl":
                found += self._in_relative(clause, noun)
            elif t.dep[clause] == "acl" and t.pos[clause] == "VERB" and not t.has_subject(clause):
                participle = self.is_passive(clause) or "VerbForm=Inf" not in t.feats[clause]
                if participle and not t.with_dep(clause, "mark"):
                    found += self._subject(clause)
        return found

    def _in_relative(self, clause: int, noun: int) -> list[Role]:
        """Roles in a relative clause: those of its pronoun, or of the gap where it has none."""
        t = self.trees
        pronouns = [
            row
            for row in t.subtree(clause, frozenset(("acl:relcl", "advcl", "ccomp")))
            if "PronType=Rel" in t.feats[row] and t.pos[row] == "PRON"
        ]
        if pronouns:
            return self._direct(pronouns[0])
        verb = t.pos[clause] == "VERB"
        if not t.has_subject(clause):
            return self._subject(clause) if verb else []
        transitive = not t.with_dep(clause, "obj", "ccomp", "xcomp", "obl")
        active = verb and not self.is_passive(clause)
        return self._object(clause, noun) if active and transitive else []


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
    """Row of the head word of every mention."""
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
    """The first of some words, not punctuation, that depends on none of the others."""
    own = set(rows)
    tops = [row for row in rows if trees.head[row] not in own and trees.pos[row] != "PUNCT"]
    return tops[0] if tops else rows[0]


def find_parts(reader: RoleReader, heads: list[int], *, nominalised: bool) -> list[Part]:
    """Every part that an actor or nobody has in a clause."""
    named = set(heads)
    parts = []
    for mention, head in enumerate(heads):
        parts += [Part(mention, role, -1) for role in reader.roles(head)]
        body = _body_of(reader, head, named)
        if body >= 0:
            parts += [Part(mention, role, body) for role in reader.roles(body)]
    trees = reader.trees
    nominalisations = reader.words.nominalisations
    for row, (pos, lemma) in enumerate(zip(trees.pos, trees.lemma, strict=True)):
        if pos == "VERB" and reader.is_agentless(row):
            parts.append(Part(-1, Role(row, AGENT, AGENTLESS), -1))
        elif pos == "NOUN" and lemma in nominalisations and reader.is_agentless_noun(row, named):
            parts.append(Part(-1, Role(row, AGENT, NOMINALISED), -1))
    if nominalised:
        return parts
    return [part for part in parts if part.role.form != NOMINALISED]


def _body_of(reader: RoleReader, head: int, named: set[int]) -> int:
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


def verb_name(reader: RoleReader, role: Role) -> str:
    """The verb of a clause: with its particle, "be" of a copula, that of a nominalisation."""
    trees, row = reader.trees, role.verb
    if role.form == COPULA:
        return "be"
    if role.form == NOMINALISED:
        deed = reader.words.nominalisation(trees.lemma[row])
        return deed.verb if deed is not None else trees.lemma[row]
    particles = [trees.lemma[child] for child in trees.with_dep(row, "compound:prt")]
    return " ".join([trees.lemma[row], *particles])


def process_of(reader: RoleReader, role: Role) -> str:
    """Material, verbal, mental or relational."""
    return reader.words.process(verb_name(reader, role).split(" ")[0])


def verb_row(reader: RoleReader, role: Role) -> int:
    """The word that shows the verb: the copula, where there is one."""
    copulas = reader.trees.with_dep(role.verb, "cop") if role.form == COPULA else []
    return copulas[0] if copulas else role.verb


def is_negated(reader: RoleReader, role: Role) -> bool:
    """Whether the verb of a clause stands under not or never."""
    trees, row = reader.trees, role.verb
    if role.form == NOMINALISED:
        return False
    near = [row, *trees.with_dep(row, "advmod", "aux", "aux:pass", "cop")]
    return any("Polarity=Neg" in trees.feats[c] or trees.lemma[c] in _NEVER for c in near)


def clause_rows(reader: RoleReader, role: Role) -> tuple[int, int]:
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
