"""Who does what to whom: the roles of a noun, read off a dependency tree.

The roles are those of van Leeuwen (1996, "The representation of social actors"): an actor is
activated (agent) or passivated, and then subjected (patient) or beneficialised (recipient).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import Nominalisation, Words
from analysis.discourse.modality import read_modality
from analysis.discourse.negation import is_deed_negated, is_exception, is_negated
from analysis.discourse.trees import NOMINAL, VERBAL, Trees
from analysis.tables import InputError

AGENT, PATIENT, RECIPIENT, CARRIER, UNCLEAR = "agent", "patient", "recipient", "carrier", "unclear"
ACTIVE, PASSIVE, AGENTLESS, COPULA = "active", "passive", "agentless passive", "copula"
NOMINALISED, ERGATIVE = "nominalisation", "ergative"
VAGUE_LABEL = "(vague)"  # the entity of actors who are neither named nor told apart
_TOWARD = frozenset(("for", "of", "from", "into", "on", "against"))  # "praised Norway for leaving"
_GIVERS = frozenset(("from", "by"))  # "drew criticism from Italy"
_MODAL = frozenset(("can", "could", "will", "would", "may", "might", "shall", "should", "must"))
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
        if self._is_perfect(verb):
            return False
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

    def _is_perfect(self, verb: int) -> bool:
        """Whether 's is "has": "she's promised to help", "he's said that", "it's lost its way"."""
        t, kinds = self.trees, self.words.kinds
        before = t.with_dep(verb, "nsubj:pass", "nsubj", "aux:pass", "aux")
        if not any(t.word(row).endswith(("'s", "’s")) for row in before):
            return False
        if t.with_dep(verb, "obl:agent") or any(
            t.word(row) in ("been", "being") for row in t.with_dep(verb, "aux:pass", "aux")
        ):
            return False
        lemma = t.lemma[verb]
        asked = lemma in kinds["raising"] | kinds["asked_to"]
        if t.with_dep(verb, "xcomp"):
            return not asked
        if t.with_dep(verb, "ccomp", "parataxis") or lemma in kinds["said_only"]:
            return lemma not in kinds["tell_like"]
        return bool(t.with_dep(verb, "obj")) and lemma not in kinds["double"]

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
        kinds, lemma = self.words.kinds, t.lemma[row]
        reduced = t.dep[row] == "acl" and lemma in kinds["adjectival"]
        return not reduced and lemma not in kinds["stative"] and self.form(row) == AGENTLESS

    def happens(self, verb: int) -> bool:
        """Whether a verb tells of an event as if it came about by itself: "the talks collapsed"."""
        t, kinds = self.trees, self.words.kinds
        if t.pos[verb] != "VERB" or t.with_dep(verb, "obj", "xcomp", "obl:agent"):
            return False
        if self.is_passive(verb) or t.dep[verb] in _NOT_CLAUSES:
            return False
        subjects = t.with_dep(verb, "nsubj")
        name = {t.lemma[verb], self.phrasal(verb)}
        tense = any(t.lemma[noun].removesuffix("s") in kinds["tensions"] for noun in subjects)
        if tense and name & kinds["happening_to_tensions"]:
            return True
        if t.with_dep(verb, "ccomp"):
            return False
        if name & kinds["happening"]:
            return bool(subjects) or t.dep[verb] in ("acl:relcl", "conj", "acl")
        if not subjects or "PronType=Rel" in t.feats[subjects[0]]:
            subjects = [t.head[verb]] if t.dep[verb] in ("acl:relcl", "acl") else subjects
        thing = any(self.is_thing(noun) for noun in subjects)
        return thing and bool(name & kinds["happening_to_things"])

    def is_thing(self, noun: int) -> bool:
        """Whether a noun is neither a name nor one of people or of a body that acts."""
        t, kinds, lemma = self.trees, self.words.kinds, self.trees.lemma[noun]
        people = kinds["bodies"] | kinds["people"] | kinds["vague"]
        known = {lemma, lemma.removesuffix("s")} & people or is_person_like(lemma)
        return t.pos[noun] == "NOUN" and not known

    def phrasal(self, verb: int) -> str:
        """A verb with its particle: "fall apart", "break down"."""
        t, known = self.trees, self.words.kinds["particles"]
        beside = t.with_dep(verb, "compound:prt", "advmod")
        particles = [
            t.lemma[c] for c in beside if t.dep[c] == "compound:prt" or t.lemma[c] in known
        ]
        return " ".join([t.lemma[verb], *particles])

    # -- the roles of a noun ----------------------------------------------------------------------

    def roles(self, noun: int) -> list[Role]:
        """All roles of a noun, in its own clause and in the clauses that depend on it."""
        t, here = self.trees, noun
        found = self._relative(here)
        for beside in t.with_dep(here, "appos"):  # "Mariupol, the city that …"
            found += self._relative(beside)
        whole = is_exception(t, here)
        if whole >= 0:
            return self.roles(whole)  # "nobody but Peru": Peru does it
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
            return [Role(up, RECIPIENT, self.form(up)), *self._asked(up)]
        if dep in ("obl", "obl:agent"):
            return self._oblique(up, noun)
        if dep == "nmod:poss" and t.pos[up] == "VERB" and self._is_nonfinite(up):
            return self._subject(up)  # "Norway's promoting of the plan"
        if t.pos[up] != "NOUN":
            return []
        deed = self.words.nominalisation(t.lemma[up])
        found = [] if deed is None else self._of_nominalisation(up, noun, deed)
        whose = dep == "nmod:poss" or (
            dep == "nmod" and t.lemma[up] in self.words.kinds["not_doing"]
        )
        return found + (self._intended(up) if whose else [])  # "the failure of Norway to help"

    def _asked(self, verb: int) -> list[Role]:
        """Roles of who is asked in what is asked: "asked Peru to leave"."""
        t = self.trees
        if t.lemma[verb] in self.words.kinds["subject_control"]:
            return []
        clauses = [c for c in t.with_dep(verb, "xcomp") if t.pos[c] in VERBAL]
        return [r for c in clauses if not t.has_subject(c) for r in self._subject(c)]

    def _intended(self, noun: int) -> list[Role]:
        """Roles of a possessor in an infinitive: "Norway's plan to leave"."""
        t = self.trees
        if t.lemma[noun] in self.words.kinds["asking"]:
            return []
        clauses = [c for c in t.with_dep(noun, "acl") if "to" in self.marks(c)]
        return [r for c in clauses if not t.has_subject(c) for r in self._subject(c)]

    def _subject(self, verb: int, seen: frozenset[int] = frozenset()) -> list[Role]:
        """Roles of the subject of a verb, also in the clauses that share it."""
        t, kinds = self.trees, self.words.kinds
        if verb in seen:
            return []
        seen |= {verb}
        lemma, passive = t.lemma[verb], self.is_passive(verb)
        governs = any(t.pos[child] in VERBAL for child in t.with_dep(verb, "xcomp"))
        has_object = bool(t.with_dep(verb, "obj"))
        if t.pos[verb] == "AUX" and lemma in _MODAL and not t.with_dep(verb, "cop"):
            own = []  # "all who can"
        elif t.with_dep(verb, "cop") or t.pos[verb] not in VERBAL:
            said = t.with_dep(verb, "cop") or t.pos[verb] in ("ADJ", "NOUN", "ADV")
            own = [Role(verb, CARRIER, COPULA)] if said else []  # not "Norway 1 – 0 Peru"
        elif not passive and self.happens(verb):
            own = [Role(verb, PATIENT, ERGATIVE)]
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

    def received(self, verb: int) -> int:
        """The deed that the subject of a verb undergoes: "drew criticism from Italy"; or -1."""
        t, receives = self.trees, self.words.kinds["receiving"]
        for noun in t.with_dep(verb, "obj") if t.lemma[verb] in receives else []:
            deed = self.words.nominalisations.get(t.lemma[noun])
            beside = [*t.with_dep(noun, "nmod"), *t.with_dep(verb, "obl")]
            if deed is None or deed.prepositions.get("from") != AGENT:
                continue
            if any(t.cases(c) & _GIVERS and t.pos[c] in NOMINAL for c in beside):
                return noun
        return -1

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
            elif dep == "advcl" and verbal and self._is_nonfinite(child):
                found += self._subject(child, seen) if self._controls(verb, child, passive) else []
        for noun in [] if passive else t.with_dep(verb, "obj"):
            for child in self._beside(noun):
                if not self._is_controller(verb, noun) and self._is_of_subject(verb, noun, child):
                    found += self._subject(child, seen)
        return found

    def _beside(self, noun: int) -> list[int]:
        """Clauses without a subject of their own beside a noun: "praise for promoting"."""
        t = self.trees
        clauses = [c for c in t.with_dep(noun, "acl") if t.pos[c] in VERBAL and c > noun]
        return [c for c in clauses if not t.has_subject(c) and self._is_nonfinite(c)]

    def _is_of_subject(self, verb: int, noun: int, clause: int) -> bool:
        """Whether the subject does what is told beside the object: "made an attempt to leave"."""
        marks, lemma, kinds = self.marks(clause), self.trees.lemma[verb], self.words.kinds
        if self.trees.lemma[noun] in kinds["asking"]:
            return False
        has = lemma in kinds["light"] - kinds["give_like"] or lemma in ("have", "lack")
        has |= bool({lemma, self.phrasal(verb)} & self.words.kinds["giving_up"])
        return bool(marks & {"for", "of"}) or ("to" in marks and has)

    def _controls(self, verb: int, clause: int, passive: bool) -> bool:
        """Whether the subject of a verb is the doer of a clause beside it without a subject."""
        led = bool(_TOWARD & self.marks(clause))
        if passive:
            return led  # "Norway was praised for promoting"
        return not led or not any(self._is_controller(verb, o) for o in self._objects(verb))

    def _objects(self, verb: int) -> list[int]:
        return self.trees.with_dep(verb, "obj", "iobj")

    def _is_controller(self, verb: int, noun: int) -> bool:
        """Whether the object is the doer: "praised Norway for promoting"; not "won praise for"."""
        t, lemma = self.trees, self.trees.lemma[noun]
        if t.lemma[verb] in self.words.kinds["subject_control"]:
            return False
        who = t.pos[noun] in ("PROPN", "PRON") and "Reflex=Yes" not in t.feats[noun]
        people = {lemma, lemma.removesuffix("s")} & (
            self.words.kinds["bodies"] | self.words.kinds["people"] | self.words.kinds["vague"]
        )
        return who or bool(people) or is_person_like(lemma)

    def marks(self, clause: int) -> set[str]:
        """What introduces a clause."""
        return {self.trees.lemma[child] for child in self.trees.with_dep(clause, "mark", "case")}

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
        for child in (*t.children(verb), *self._beside(noun)):
            if t.dep[child] == "xcomp" and lemma not in kinds["subject_control"]:
                if t.pos[child] in VERBAL and not t.has_subject(child):
                    found += self._subject(child)
            elif t.dep[child] in ("advcl", "acl") and child > noun and t.pos[child] in VERBAL:
                if t.has_subject(child) or not self._is_nonfinite(child):
                    continue
                led = _TOWARD & self.marks(child)
                if led and self._is_controller(verb, noun):
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
        received = self.received(verb) if cases & _GIVERS else -1
        if received >= 0:
            return [Role(received, AGENT, NOMINALISED)]
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
        if up >= 0 and self.received(up) == noun:
            return any(t.cases(c) & _GIVERS for c in t.with_dep(up, "obl"))
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


def is_person_like(noun: str) -> bool:
    """Whether a noun ends as those of persons do: protester, activist, politician."""
    stem = noun.removesuffix("s")
    return len(stem) > 5 and stem.endswith(("ist", "ian", "eer", "ster", "maker", "goer", "leader"))


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


def find_parts(
    reader: RoleReader, heads: list[int], named: set[int], *, nominalised: bool
) -> list[Part]:
    """Every part that an actor or nobody has in a clause; `named` are the heads of names."""
    parts = []
    for mention, head in enumerate(heads):
        parts += [Part(mention, _as_received(reader, role), -1) for role in reader.roles(head)]
        body = _body_of(reader, head, named) if head in named else -1
        if body >= 0:
            parts += [Part(mention, role, body) for role in reader.roles(body)]
    trees = reader.trees
    nominalisations = reader.words.nominalisations
    for row, (pos, lemma) in enumerate(zip(trees.pos, trees.lemma, strict=True)):
        if pos == "VERB" and reader.is_agentless(row):
            parts.append(Part(-1, Role(row, AGENT, AGENTLESS), -1))
        elif pos == "VERB" and reader.happens(row):
            parts.append(Part(-1, Role(row, AGENT, ERGATIVE), -1))
        elif pos == "NOUN" and lemma in nominalisations and reader.is_agentless_noun(row, named):
            parts.append(Part(-1, Role(row, AGENT, NOMINALISED), -1))
    if nominalised:
        return parts
    return [part for part in parts if part.role.form != NOMINALISED]


def _as_received(reader: RoleReader, role: Role) -> Role:
    """The subject of "drew criticism from Italy" is the one criticised, not a doer."""
    acting = role.role in (AGENT, CARRIER) and role.form == ACTIVE
    received = reader.received(role.verb) if acting else -1
    return role if received < 0 else Role(received, PATIENT, NOMINALISED)


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
    return reader.phrasal(row)


def process_of(reader: RoleReader, role: Role) -> str:
    """Material, verbal, mental or relational."""
    return reader.words.process(verb_name(reader, role).split(" ")[0])


def verb_row(reader: RoleReader, role: Role) -> int:
    """The word that shows the verb: the copula, where there is one."""
    copulas = reader.trees.with_dep(role.verb, "cop") if role.form == COPULA else []
    return copulas[0] if copulas else role.verb


def is_role_negated(reader: RoleReader, role: Role, actor: int = -1) -> bool:
    """Whether a clause, or a deed told by a noun, is denied (of an actor, given by its row)."""
    if role.form == NOMINALISED:
        return is_deed_negated(reader.trees, role.verb)
    return is_negated(reader.trees, role.verb, actor)


def modality_of(reader: RoleReader, role: Role) -> str:
    """Whether a clause is told as done, or as claimed, possible, future, demanded …"""
    return read_modality(reader.trees, role.verb)


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
