"""Evaluations that a text reports as acts: who praises, accuses, thanks or warns whom, for what."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.discourse.lexicons import inflect, load_words, packaged_rows
from analysis.discourse.modality import MODALITIES as CLAUSE_MODALITIES
from analysis.discourse.negation import is_deed_negated, is_exception, is_negated
from analysis.discourse.roles import (
    AGENT,
    CARRIER,
    NOMINALISED,
    PATIENT,
    RECIPIENT,
    RoleReader,
    as_mentions,
    is_person_like,
    mention_heads,
)
from analysis.discourse.trees import NOMINAL, Trees, build_trees
from analysis.entities.mentions import mentions_by_document
from analysis.entities.pronouns import Pronouns, trace_bodies
from analysis.entities.roles import Roles
from analysis.tables import (
    NONE_LABEL,
    VOICES,
    InputError,
    group_codes,
    measure,
    passed,
    require_choice,
    require_columns,
    require_filled,
    require_known,
)
from analysis.terms.estimate import balance_columns
from analysis.terms.evidence import of_layer
from analysis.terms.shares import group_names, joined, split_items
from analysis.text.alike import reads_folded
from analysis.voices.spans import UNRESOLVED

# Of 110 rows read in news, the share with the right evaluator, target and polarity: see
# docs/accuracy.md
MEASURED = {"precision": 0.67, "low": 0.58, "high": 0.75, "n": 110}
FAVOURABLE, CRITICAL = "favourable", "critical"
MODALITIES = CLAUSE_MODALITIES[:-1]  # an act of evaluation is not told as claimed
_KINDS = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "ADJ": "adjective"}
_NOT_ACTS = frozenset(("amod", "case", "mark", "cc", "compound", "compound:prt", "flat"))
_OUTSIDE = frozenset(  # of a phrase that names somebody
    "acl acl:relcl appos conj cc case parataxis advcl punct cop nsubj mark".split()
)
_HANGING = ("xcomp", "ccomp", "csubj", "acl", "conj", "obj")
_LINKS = frozenset("obl obl:arg nmod advcl acl xcomp ccomp obl:unmarked advmod".split())
_FIRST = frozenset("i me my mine myself we us our ours ourselves".split())
_NO_ACTORS = frozenset("it its this that these those which what there itself".split())
_WORDED = frozenset(  # what is attacked in words only
    "comment remark statement plan policy bill law decision deal record idea proposal view rhetoric"
    " stance position speech ruling move report budget agenda credibility judgment judgement"
    " integrity honesty character response handling motive argument claim position logic hypocrisy"
    " criticism accusation opponent critic rival nominee candidate candidacy frontrunner media"
    " press establishment elite".split()
)
_IN_WORDS = frozenset(
    "verbally publicly personally repeatedly rhetorically sharply harshly bitterly directly"
    " verbal personal negative political sexist racist partisan rhetorical vicious scathing bitter"
    " public harsh ad-hominem fresh ugly nasty relentless blistering withering".split()
)
_SAYING = frozenset(
    "say call claim note write add argue tell describe accuse insist suggest question criticize"
    " criticise complain ask tweet label".split()
)
_SAID = frozenset("claim charge complaint suggestion criticism accusation allegation".split())
_MAY = frozenset("can could may might".split())
_MUST = frozenset("must should ought".split())
_ENDING = re.compile("['’](?:s|ll|d|re|ve|m)?$")  # of a possessive, or of "he'll"
_ENDS = frozenset('. ! ? … " “ ”'.split())
_MEETS = frozenset("meet come greet subject".split())
_BACKING = frozenset("support backing praise".split())
_WARNS = frozenset("warn caution warning complain".split())  # … if it is said of what
_POINTING = frozenset(  # whose meaning the text has to give
    "he she it they him her them i we us you me this that these those who which whom himself"
    " herself itself themselves his hers theirs its their both one ones".split()
)
_ALONE = frozenset("apologize apologise apology".split())  # their target may go without saying
_ANSWERS = frozenset(  # an accusation that is answered was made
    "deny reject dismiss refute rebut shrug brush wave ignore counter repudiate dispute laugh"
    " contest disregard".split()
)
_ON = frozenset(("on", "upon", "to"))
# Who is to do it stands behind these prepositions: "left it to aides to defend her"
_HANDED = dict.fromkeys("call prevail appeal rely count depend bank lean".split(), _ON) | {
    **dict.fromkeys("leave look delegate entrust turn fall".split(), frozenset(("to", "with"))),
    **dict.fromkeys("wait arrange push press campaign".split(), frozenset(("for",))),
}
_HIRES = frozenset(  # whose object is to do it
    "hire pay commission recruit enlist send dispatch appoint assign instruct employ deploy".split()
)
_HASTENS = frozenset(  # … to the defence of
    "come rush leap spring jump rise hurry hasten fly race run ride step".split()
)
_EVERYBODY = frozenset("everyone everybody all".split())
_REFLEXIVE = frozenset("himself herself itself themselves".split())
_QUANTITIES = frozenset(
    "majority minority number range dozen dozens score scores hundred hundreds thousand thousands"
    " million millions handful group host array plenty couple lot lots bunch series half third"
    " quarter percent many most some several few all".split()
)
_WISHED = frozenset("want need seek await expect demand request".split())
_TAKEN_BACK = frozenset("withhold withdraw pull rescind deny refuse".split())
_POSSESSIVES = frozenset("he his she her they their it its who whose".split())


class Word(NamedTuple):
    """A word that names an act of evaluation."""

    word: str
    second: str  # of a verb: a word below it, such as "out"
    polarity: str
    target: tuple[str, ...]
    matter: tuple[str, ...]
    evaluator: tuple[str, ...]
    when: str


class Lexicon(NamedTuple):
    """What evaluation_words.csv and evaluation_kinds.yml hold."""

    words: dict[tuple[str, str], list[Word]]  # by kind and lemma
    forms: dict[str, str]  # lemma of every form of the verbs
    kinds: dict[str, frozenset[str]]


class Act(NamedTuple):
    """An act of evaluation in the trees; words are named by their rows."""

    row: int
    word: Word
    governor: int  # whose negation and modality are the act's
    evaluator: int  # -1: nobody is named
    target: int  # -1: nobody and nothing is named
    matter: tuple[int, int]  # first and last word of what for; -1, -1 where it is not said


@functools.cache
def _lexicon() -> Lexicon:
    """Read the package's lists; once."""
    import yaml

    words: dict[tuple[str, str], list[Word]] = defaultdict(list)
    forms: dict[str, str] = {}
    for row in packaged_rows("evaluation_words.csv"):
        first, _, second = row["word"].partition(" ")
        target, matter, evaluator = (
            tuple(row[name].split()) for name in ("target", "matter", "evaluator")
        )
        for lemma in {first, _british(first)}:
            word = Word(lemma, second, row["polarity"], target, matter, evaluator, row["when"])
            words[row["kind"], lemma].append(word)
            if row["kind"] == "verb":
                forms |= dict.fromkeys(inflect(lemma), lemma)
    for entries in words.values():  # the more special first
        entries.sort(key=lambda word: (not word.second, "object" in word.target))
    text = (resources.files("analysis") / "data" / "evaluation_kinds.yml").read_text("utf-8")
    tree = yaml.load(text, yaml.BaseLoader)
    kinds = {name: frozenset(value.split()) for name, value in tree.items()}
    light = sorted(kinds["gives"] | kinds["receives"])
    forms = {form: verb for verb in light for form in inflect(verb)} | forms
    forms |= dict(pair.split(":") for pair in kinds.pop("irregular"))
    known = load_words().kinds
    kinds["bodies"] |= known["bodies"] | known["people"] | known["vague"]
    return Lexicon(dict(words), forms, kinds)


def _british(word: str) -> str:
    """The other spelling of a word: criticise, honour, defence."""
    if word.endswith("ize"):
        return word[:-3] + "ise"
    for american, british in (("honor", "honour"), ("favor", "favour"), ("defense", "defence")):
        word = word.replace(american, british)
    return word


class Reader:
    """Reads acts of evaluation off the trees of a table."""

    def __init__(self, trees: Trees, mention_of: dict[int, int], labels: Sequence[str]) -> None:
        self.trees, self.lexicon = trees, _lexicon()
        self.mention_of, self.labels = mention_of, labels
        self.term = [term.replace("’", "'") for term in trees.words]
        self.acts = dict(self._find_words())
        self.subjects: dict[int, list[int]] = defaultdict(list)
        self.objects: dict[int, list[int]] = defaultdict(list)
        self._read_roles()

    def _find_words(self) -> Iterator[tuple[int, list[Word]]]:
        """The words of the list, by their rows."""
        t, words = self.trees, self.lexicon.words
        for row, pos in enumerate(t.pos):
            kind = _KINDS.get(pos)
            if kind is None or t.dep[row] in _NOT_ACTS:
                continue
            entries = words.get((kind, t.lemma[row].removeprefix("counter-")))
            if entries is None and kind == "verb":
                entries = words.get((kind, self.lemma(row)))
            if entries is not None:
                yield row, entries

    def lemma(self, row: int) -> str:
        """The lemma of a word, also of a listed verb of which the tagger made up another."""
        return self.lexicon.forms.get(self.term[row], self.trees.lemma[row])

    def _read_roles(self) -> None:
        """Subjects and objects of the verbs in the sentences that hold such a word."""
        t = self.trees
        self.roles = reader = RoleReader(t, load_words())
        sentence = t.table["sentence"].to_numpy()
        place = t.doc * (int(sentence.max(initial=0)) + 1) + sentence
        near = set(place[list(self.acts)].tolist())
        for row in np.flatnonzero(np.isin(place, list(near))).tolist():
            if t.pos[row] not in NOMINAL and t.dep[row] not in ("nsubj", "nsubj:pass", "obj"):
                continue
            if t.dep[row] in ("compound", "flat", "appos", "nmod:desc", "fixed", "det"):
                continue
            own = self.antecedent(row)
            for role in reader.roles(row):
                if role.form == NOMINALISED:
                    continue
                side = self.subjects if role.role in (AGENT, CARRIER) else self.objects
                if role.role in (AGENT, CARRIER, PATIENT, RECIPIENT) and own not in side[role.verb]:
                    side[role.verb].append(own)

    def antecedent(self, row: int) -> int:
        """What a relative pronoun stands for; any other word itself."""
        t, here = self.trees, row
        if "PronType=Rel" not in t.feats[row] and t.lemma[row] not in ("who", "whom"):
            return row
        while here >= 0:
            if t.dep[here] == "advcl:relcl":
                return t.head[here]  # "it was Lee who accused"
            if t.dep[here] == "acl:relcl":
                above = t.head[t.head[here]]
                cleft = t.lemma[t.head[here]] == "it" and above >= 0 and t.pos[above] in NOMINAL
                return above if cleft else t.head[here]  # "it was Lee who accused"
            here = t.head[here]
        return row

    # -- the acts ---------------------------------------------------------------------------------

    def read(self) -> list[Act]:
        """All acts, in the order of the rows."""
        found: dict[tuple[int, int, int], Act] = {}
        taken: set[int] = set()  # nouns that are a part of a verb's entry: "find fault"
        for row in sorted(self.acts, key=lambda r: self.trees.pos[r] == "NOUN"):
            if row in taken:
                continue
            for word in self.acts[row]:
                second = self._second(row, word)
                if second is None:
                    continue
                acts = list(self._of_word(row, word))
                if second >= 0 and self.trees.pos[second] == "NOUN":
                    acts = [act._replace(row=second) for act in acts]  # "took a shot at"
                acts = [act for act in acts if not self._is_bare_answer(act)]
                found |= {(act.row, act.evaluator, act.target): act for act in acts}
                if acts:
                    taken |= {second}
                    break
        return [found[key] for key in sorted(found)]

    def _is_bare_answer(self, act: Act) -> bool:
        """Whether an act is said of an accusation, and not of somebody: "dismissed criticism"."""
        t, target = self.trees, act.target
        return (
            target >= 0
            and self._is_answered(target)
            and t.head[target] == act.row
            and (self.owner(target, target=True) < 0 and not t.with_dep(target, "nmod:poss"))
        )

    def _second(self, row: int, word: Word) -> int | None:
        """Row of the second word of an entry, -1 if it has none, None if it is not there."""
        t = self.trees
        if not word.second:  # "backed off" is another verb than "backed"
            apart = [c for c in t.with_dep(row, "compound:prt") if t.lemma[c] not in ("up", "back")]
            return None if apart else -1
        below = t.with_dep(row, "obj", "obl", "xcomp", "advmod", "compound:prt", "iobj", "advcl")
        below += [c for each in t.with_dep(row, "obj") for c in t.with_dep(each, "amod", "acl")]
        hits = [c for c in below if t.lemma[c].removesuffix("s") == word.second.removesuffix("s")]
        return hits[0] if hits else None

    def _of_word(self, row: int, word: Word) -> Iterator[Act]:
        """The acts that a word names: one for each evaluator and target."""
        pos = self.trees.pos[row]
        read = self._of_noun if pos == "NOUN" else self._of_verb
        governor, evaluators, targets, matter = read(row, word)
        if not self._counts(row, word, evaluators, targets, matter):
            return
        evaluators = list(dict.fromkeys(map(self._sender, evaluators)))
        for evaluator in evaluators or [-1]:
            for target in self._each_other(evaluator, evaluators, targets) or [-1]:
                mutual = target not in targets  # "the ministers blamed each other"
                if target != evaluator or target < 0 or mutual:
                    yield Act(
                        row,
                        word,
                        governor,
                        evaluator,
                        target,
                        self._words(matter, [*evaluators, *targets]),
                    )

    def _each_other(self, evaluator: int, evaluators: list[int], targets: list[int]) -> list[int]:
        """The targets of an evaluator; for "each other" the other evaluators."""
        t = self.trees
        found = []
        for target in targets:
            fixed = {t.word(c) for c in t.with_dep(target, "fixed", "det")} | {t.word(target)}
            if fixed in ({"each", "other"}, {"one", "another"}) and evaluator >= 0:
                found += [e for e in evaluators if e != evaluator] or [evaluator]
            else:
                found.append(target)
        return found

    def _sender(self, row: int) -> int:
        """Whose a letter or commercial is that evaluates: its owner, or who sends it."""
        t, kinds = self.trees, self.lexicon.kinds
        noun = self._is_means(row)
        if row in self.mention_of or not (noun or "VerbForm=Ger" in t.feats[row]):
            return row
        owners = t.with_dep(row, "nmod:poss") or self._by_preposition([row], ("by", "from"))
        owners = owners or [c for c in t.with_dep(row, "compound", "amod") if self.mention(c) >= 0]
        up = t.head[row]
        if not owners and not noun and up >= 0:  # "running ads that praise"
            owners = self._doers(row)
        sent = up >= 0 and (not noun or self.lemma(up) in kinds["sends"])
        if not owners and sent and t.dep[row] in ("obj", "nsubj:pass"):
            owners = self._doers(up)
        return owners[0] if owners and owners[0] != row else row

    def _is_means(self, row: int) -> bool:
        """Whether a word is something to evaluate with: a letter, an ad."""
        lemma = self.trees.lemma[row].lower()
        known = {lemma, lemma.removesuffix("s")} & self.lexicon.kinds["means"]
        return bool(known) and self.trees.pos[row] in NOMINAL

    def _of_verb(self, row: int, word: Word) -> tuple[int, list[int], list[int], list[int]]:
        """Whose words decide on negation; evaluators, targets and what for, of a verb."""
        t = self.trees
        objects = list(self.objects[row]) or [
            self.antecedent(c) for c in t.with_dep(row, "obj", "iobj", "nsubj:pass")
        ]
        around = [row, *t.with_dep(row, "obj", "xcomp", "compound:prt", "advmod", "obl")]
        targets = self._by_preposition(around if word.second else [row, *objects[:1]], word.target)
        targets = [c for c in targets if not self._is_time(c)]
        if word.word == "blame":  # "the rain blamed on warming": a cause, and nobody is blamed
            causes = [c for c in targets if "on" in self._led(c) and self.owner(c, target=True) < 0]
            if causes and not any(map(self.is_actor, causes)):
                return row, [], [], []
        matter = self._matter([row, *t.with_dep(row, "obj", "xcomp", *_LINKS)], word, targets)
        if not objects:  # "accusing Lee of lying", where Lee is read as who lies
            gerunds = [c for c in t.with_dep(row, "xcomp", "ccomp", "advcl") if c > row]
            gerunds = [c for c in gerunds if self._led(c) & (set(word.matter) - {"that"})]
            objects = [c for g in gerunds for c in t.with_dep(g, "nsubj")]
        if not objects:
            objects = self._shared_objects(row)
        if "object" in word.target:
            plain = [o for o in objects if t.lemma[o] != word.second]
            if targets and not matter:
                matter = plain[:1]
            targets = targets or plain
        if not self.roles.is_passive(row):
            targets = targets or self._accused(word, matter)
        opposed = t.with_dep(row, "obl") if word.word == "oppose" else []
        opposed = [c for c in opposed if "to" in t.cases(c)]
        if opposed and self.roles.is_passive(row):  # "is opposed to the plan"
            return row, self._with_conjuncts(objects), self._with_conjuncts(opposed), []
        doers = self._doers(row)
        if self._is_inverted(row, word, doers, matter):
            return row, objects, [], []
        if not doers and matter and self.roles.is_passive(row):  # "accused of lying by Peru"
            doers = self._by_preposition(matter, ("by",))
        return row, self._with_conjuncts(doers), self._with_conjuncts(targets), matter

    def _is_inverted(
        self, verb: int, word: Word, doers: Sequence[int], matter: Sequence[int]
    ) -> bool:
        """Whether who speaks stands behind the verb: "Prices, warns the bank, will rise"."""
        t = self.trees
        if "that" not in word.matter or not verb or t.pos[verb - 1] != "PUNCT":
            return False
        if self.roles.is_passive(verb) or t.dep[verb] == "advcl":
            return False
        inner = (
            t.with_dep(matter[0], "nsubj") if matter and "that" not in self._led(matter[0]) else []
        )
        return not doers or any(c > verb and t.pos[c + 1] == "PUNCT" for c in inner)

    def _shared_objects(self, verb: int) -> list[int]:
        """The object of a verb joined to this one ("derided and insulted Lee"), or a gerund."""
        t = self.trees
        gerunds = [c for c in t.with_dep(verb, "xcomp", "ccomp") if "VerbForm=Ger" in t.feats[c]]
        joined = t.with_dep(verb, "conj")
        if t.dep[verb] == "conj":  # "derided, mocked and insulted"
            joined += [c for c in t.with_dep(t.head[verb], "conj") if c > verb]
        for child in sorted(joined, key=lambda c: not self.objects[c]):
            if t.pos[child] == "VERB" and not t.has_subject(child) and not gerunds:
                return self.objects[child]
        return [c for c in gerunds if not t.has_subject(c)]

    def _accused(self, word: Word, matter: list[int]) -> list[int]:
        """The subject of the clause that says of what: "complained that Peru had lied"."""
        if "subject" not in word.target or not matter or "that" not in word.matter:
            return []
        own = self.trees.with_dep(matter[0], "nsubj", "nsubj:pass")
        return [c for c in own if self.trees.pos[c] != "PRON"]

    def _doers(self, verb: int) -> list[int]:
        """The subjects of a verb, or of the verb on which it depends where it has none."""
        t, here = self.trees, verb
        asked = self._asked(verb)
        if asked or self.roles.is_passive(verb):
            return asked or self.subjects[verb]
        if self._is_left(verb):
            return []
        for _ in range(4):
            up = t.head[here]
            found = [s for s in self.subjects[here] if t.lemma[s] not in ("that", "there")]
            if found:
                return found
            finite = "VerbForm=Fin" in t.feats[here] and t.dep[here] != "conj"
            if t.has_subject(here) or t.head[here] < 0 or finite:
                break
            if t.dep[here] == "acl" and self.trees.with_dep(t.head[here], "nmod:poss"):
                return t.with_dep(t.head[here], "nmod:poss")  # "Lee's decision to praise"
            short = t.dep[here] == "advmod" and t.lemma[here] == "short"  # "stopped short of"
            if not short and t.dep[here] not in ("xcomp", "ccomp", "advcl", "conj", "obl", "acl"):
                break
            told = [c for c in t.with_dep(up, "obj", "iobj") if c < here]
            own = t.lemma[up] in self.roles.words.kinds["subject_control"]
            if t.dep[here] == "xcomp" and told and not own:
                return told  # "urged Iran to condemn"
            here = up
        return []

    def _is_left(self, verb: int) -> bool:
        """Whether it is left to somebody whom the parse does not give: "left it to aides to"."""
        t, here = self.trees, verb
        while t.dep[here] in ("xcomp", "advcl") and not t.has_subject(here):
            here = t.head[here]
        left = here != verb and t.lemma[here] == "leave"
        return left and any(t.lemma[c] == "it" for c in t.with_dep(here, "obj"))

    def _asked(self, verb: int) -> list[int]:
        """Who is called upon to do it: "called on Peru to stop criticising Norway"."""
        t, here = self.trees, verb
        marks = [c for c in t.with_dep(verb, "mark") if t.lemma[c] == "for"]
        inner = [c for c in t.with_dep(verb, "obl", "nsubj") if marks and marks[0] < c < verb]
        if inner:
            return inner  # "waited for Peru to praise"
        for _ in range(4):
            up, purpose = t.head[here], "VerbForm=Inf" in t.feats[here]
            bare = purpose or self.term[here] == t.lemma[here]
            joined = t.dep[here] == "conj" and bare and "VerbForm=Inf" in t.feats[up]
            if t.has_subject(here) or not (joined or t.dep[here] in ("xcomp", "advcl", "ccomp")):
                break
            here = up
            leads = _HANDED.get(t.lemma[here])
            if leads:
                asked = t.with_dep(here, "obl", "obl:arg", "nmod")
                asked += [c for o in t.with_dep(here, "obj") for c in t.with_dep(o, "nmod")]
                asked = [c for c in asked if here < c < verb and self.is_actor(c)]
                before = [(c, t.lemma[self.phrase(c)[0] - 1]) for c in asked]
                return [c for c, lemma in before if t.cases(c) & leads or lemma in leads]
            if purpose and t.lemma[here] in _HIRES:  # "paid bloggers to praise"
                hired = [c for c in t.with_dep(here, "obj", "nsubj:pass") if c < verb]
                return [c for c in hired if self.is_actor(c)]
        return []

    def _of_noun(self, row: int, word: Word) -> tuple[int, list[int], list[int], list[int]]:
        """The same of a noun, with the verb that gives or receives it."""
        t, kinds = self.trees, self.lexicon.kinds
        top = row
        while t.dep[top] == "conj" and t.pos[t.head[top]] in NOMINAL:
            top = t.head[top]
        aside: list[int] = []  # "praise from Kenya and criticism from Sudan": joined to Kenya
        if t.dep[top] == "nmod" and top != row and t.head[top] in self.acts:
            aside, top = [top], t.head[top]
        up = t.head[top]
        verb = up if up >= 0 and t.pos[up] == "VERB" else -1
        lemma = self.lemma(verb) if verb >= 0 else ""
        answered = self._is_answered(row)
        gives = lemma in kinds["gives"] and t.dep[top] in ("obj", "nsubj:pass") and not answered
        if lemma == "have":  # "had praise for Lee", but "has the support of voters"
            held = self._by_preposition([row, top], ("of", "from", "among", "by"))
            gives = gives and not held
        led = t.cases(top) & ({"with", "under", "in", "to"} if lemma in _MEETS else set())
        hastens = lemma in _HASTENS and "to" in t.cases(top) and word.polarity == FAVOURABLE
        if hastens:  # "came to the defence of Peru"
            gives, led = True, set()
        if lemma == "come" and verb + 2 <= row and self.term[verb + 1] == "in":
            led |= t.cases(top) & {"for"}  # "came in for criticism"
        receives = lemma in kinds["receives"] and (t.dep[top] == "obj" or bool(led))
        receives |= lemma == "have" and t.dep[top] == "obj" and not gives
        around = [row, top, verb] if gives or receives or answered else [row, top]
        around += [*aside, *(t.with_dep(row, "conj")[-1:] if row == top else [])]
        evaluators = self._by_preposition(around, ("by", "from", *word.evaluator))
        if not evaluators:  # "criticism of Peru from Norway"
            inner = [c for c in t.with_dep(row, "nmod") if self.mention(c) >= 0]
            evaluators = [f for c in inner for f in self._by_preposition([c], ("from",))][:1]
        order = [p for p in word.target if p != "for"]
        targets = self._by_preposition(around, order)
        targets = [c for c in targets if c not in evaluators and not self._is_time(c)]
        if "for" in word.target and not targets and not receives:
            targets = [c for c in self._by_preposition(around, ("for",)) if t.pos[c] in NOMINAL]
        matter = self._matter(around, word, [*targets, *evaluators, row, top])
        the = any(t.lemma[c] == "the" for c in t.with_dep(row, "det")) and word.word in _BACKING
        favoured = (receives or the) and word.polarity == FAVOURABLE and bool(targets)
        if favoured and not evaluators and "of" in t.cases(targets[0]):
            evaluators, targets = targets, []  # "(lost) the support of members"
        if gives and lemma in _TAKEN_BACK and not targets:
            targets, evaluators = evaluators, []  # "withheld support from Lee"
        targets = targets or self._accused(word, matter)
        own = t.with_dep(top, "nmod:poss") or t.with_dep(row, "nmod:poss")
        own = [c for c in own if not self._is_time(c)]
        if hastens and own:
            targets = targets or own  # "came to her defence"
            own = []
        if own and gives and t.lemma[own[0]] in _POSSESSIVES and self._doers(verb):
            own = self._doers(verb)  # "they announced their support"
        if own and not evaluators:
            evaluators = own
        elif own and not targets:
            targets = own
        named = [
            c
            for c in t.with_dep(row, "amod", "compound")
            if c in self.mention_of or (t.dep[c] == "compound" and self.owner(c, target=False) >= 0)
        ]
        evaluators = evaluators or named
        for clause in t.with_dep(row, "acl:relcl"):  # "the criticism that she received"
            if t.lemma[clause] in kinds["receives"] and not targets:
                targets = [s for s in self.subjects[clause] if s != row]
            elif t.lemma[clause] in kinds["gives"] and not evaluators:
                evaluators = [s for s in self.subjects[clause] if s != row]
        if gives and not evaluators:
            evaluators = self._doers(verb)
        elif receives and not targets:
            targets = [s for s in self._receivers(verb) if s not in (*evaluators, row)]
        if gives and not targets:
            targets = t.with_dep(verb, "iobj")  # "gave Norway an apology"
        if answered and not targets and evaluators:  # "the criticism by Chile of Kenya"
            targets = self._by_preposition(evaluators, order)
        if answered and not targets:
            doers = self._by_preposition([verb], ("by",)) if self.roles.is_passive(verb) else []
            targets = doers or self._doers(verb)  # "Peru denied Norway's accusations"
            targets = [c for c in targets if c not in (*evaluators, row)]
        if not evaluators and t.dep[top] in ("obl", "nmod") and "in" in t.cases(top):
            evaluators = self._doers(verb) if verb >= 0 else [up]  # "marched in support of"
        if not evaluators and not answered and verb >= 0 and t.dep[top] in ("obl", "xcomp", "obj"):
            evaluators = self._doers(verb) if t.cases(top) & {"in"} else []
        governor = verb if gives or receives else row
        return governor, self._with_conjuncts(evaluators), self._with_conjuncts(targets), matter

    def _is_answered(self, row: int) -> bool:
        """Whether a critical word is answered by whom it was said of: "denied the accusation"."""
        t, up = self.trees, self.trees.head[row]
        if up < 0 or t.pos[row] != "NOUN" or t.dep[row] not in ("obj", "nsubj:pass"):
            return False
        critical = any(word.polarity == CRITICAL for word in self.acts.get(row, ()))
        if not critical or self.lemma(up) not in _ANSWERS:
            return False
        named = [c for c in t.with_dep(row, "amod", "compound") if c in self.mention_of]
        named += t.with_dep(row, "nmod:poss") + self._by_preposition([row], ("by", "from"))
        named += self._by_preposition([row, up], ("from",))
        return bool(named) or t.lemma[row].removesuffix("s") in ("accusation", "allegation")

    def _receivers(self, verb: int) -> list[int]:
        """Who receives praise: the subject of "drew", of "was met with"."""
        return self.objects[verb] if self.roles.is_passive(verb) else self._doers(verb)

    def _by_preposition(self, rows: Iterable[int], prepositions: Sequence[str]) -> list[int]:
        """Phrases below some words that one of these prepositions leads; the first it is."""
        t = self.trees
        rows = [row for row in dict.fromkeys(rows) if row >= 0]
        for preposition in prepositions:
            hits = [
                child
                for row in rows
                for child in t.children(row)
                if child > rows[0] and t.dep[child] in _LINKS and preposition in self._led(child)
            ]
            if hits:
                return hits[:1]
        return []

    def _led(self, row: int) -> set[str]:
        """Prepositions before a noun or a gerund."""
        return {self.trees.lemma[c] for c in self.trees.with_dep(row, "case", "mark")}

    def _with_conjuncts(self, rows: Iterable[int]) -> list[int]:
        """Words and those coordinated with them, without those in apposition."""
        t = self.trees
        rows = list(rows)
        rows = [r for r in rows if t.dep[r] != "appos" or t.head[r] not in rows]
        names = {r for r in rows if t.pos[r] == "PROPN"}
        rows = [r for r in rows if r not in names or r - 1 not in names]  # "Ada", "Cole"
        joined = [c for row in rows for c in (row, *t.with_dep(row, "conj")) if c >= 0]
        joined += [  # "on Kenya, on Peru"
            c
            for row in rows
            for c in t.with_dep(row, "nmod")
            if row >= 0 and t.cases(c) & t.cases(row) and t.word(c - 2) == ","
        ]
        found = [c for c in joined if c not in self.acts or t.pos[c] != "NOUN" or c in rows]
        return [c for c in dict.fromkeys(found) if c in rows or t.pos[c] in NOMINAL]

    def _matter(self, rows: Iterable[int], word: Word, but: Sequence[int]) -> list[int]:
        """What the target is evaluated for, as the head of a phrase or clause."""
        t = self.trees
        rows = [row for row in dict.fromkeys(rows) if row >= 0]
        for preposition in word.matter:
            for row in rows:
                for child in t.children(row):
                    if child in but or child < rows[0] or self._is_time(child):
                        continue
                    clause = preposition == "that" and (
                        t.dep[child] == "ccomp"
                        or (t.dep[child] == "acl" and "that" in self._led(child))
                    )
                    led = t.dep[child] in _LINKS and preposition in self._led(child)
                    if led and not clause and not self._is_ground(child, preposition, word):
                        continue
                    if clause or led:
                        return [child]
        return []

    def _is_ground(self, row: int, preposition: str, word: Word) -> bool:
        """Whether "for …" or "over …" says what the target is evaluated for."""
        t = self.trees
        up = t.head[row]
        if preposition not in ("for", "over") or t.pos[row] not in NOMINAL:
            return True
        if preposition == "over" and word.polarity == FAVOURABLE and self.is_actor(row):
            return False  # "endorsed Lee over Ray"
        thing = t.pos[up] == "NOUN" and up not in self.acts and not self.is_actor(up)
        return not (thing and t.dep[row] == "nmod")  # "Norway's plan for Chad"

    def _words(self, matter: list[int], but: list[int]) -> tuple[int, int]:
        """First and last word of what for, without its preposition."""
        t = self.trees
        if not matter:
            return -1, -1
        rows = t.subtree(matter[0], frozenset(("case", "mark", "parataxis", "conj")))
        others = {row for each in but if each != matter[0] for row in t.subtree(each)}
        rows = [row for row in rows if row not in others] or rows  # "accused of fraud by Norway"
        while len(rows) > 1 and t.pos[rows[-1]] == "PUNCT":
            rows.pop()
        while len(rows) > 1 and t.pos[rows[0]] == "PUNCT":
            rows.pop(0)
        return rows[0], rows[-1]

    def _is_time(self, row: int) -> bool:
        return self.trees.lemma[row] in load_words().kinds["time"]

    # -- what counts ------------------------------------------------------------------------------

    def _counts(
        self, row: int, word: Word, evaluators: list[int], targets: list[int], matter: list[int]
    ) -> bool:
        """Whether the word names an evaluation here."""
        t, kinds = self.trees, self.lexicon.kinds
        noun = t.pos[row] == "NOUN"
        before = {t.lemma[c] for c in t.with_dep(row, "amod", "compound", "advmod")}
        clause = bool(matter) and t.dep[matter[0]] in ("ccomp", "acl") and "that" in word.matter
        alone = word.word in _WARNS and bool(matter) and bool(evaluators or not noun)
        alone |= word.word in _ALONE and bool(evaluators)
        if not targets and not clause and not alone:
            return False
        if noun and before & kinds["aid"]:
            return False
        if word.word in _ALONE and noun and not evaluators and self.lemma(t.head[row]) in _WISHED:
            return False  # "expects an apology"
        if word.when == "person":
            return any(map(self.is_actor, targets))
        if word.when == "thing":
            return not any(self._label(c) == "PERSON" and c in self.mention_of for c in targets)
        if word.when == "actor":
            return any(map(self.is_actor, evaluators))
        if word.when == "thing by actor":  # not "welcomed visitors"
            people = any(
                self._label(c) == "PERSON"
                or (self.mention(c) < 0 and (self.is_actor(c) or bool(t.with_dep(c, "nummod"))))
                for c in targets
            )
            return any(map(self.is_actor, evaluators)) and bool(matter or not people)
        if word.when == "not held":
            return not self._is_held(row, evaluators, targets, matter, before)
        if word.when in ("matter", "predicate"):
            return bool(matter) or (word.when == "predicate" and bool(t.with_dep(row, "xcomp")))
        if word.when == "light":
            up, nominal = t.head[row], all(t.pos[c] in NOMINAL for c in targets)
            light = up >= 0 and t.lemma[up] in kinds["gives"] | kinds["receives"]
            return light and nominal and t.dep[row] in ("obj", "nsubj:pass", "obl")
        if word.when == "harsh":
            return bool(before & kinds["harsh"])
        if word.when == "evaluator":
            return bool(evaluators)
        return word.when != "words" or self._in_words(row, evaluators, targets, matter, before)

    def _is_held(
        self,
        row: int,
        evaluators: list[int],
        targets: list[int],
        matter: list[int],
        before: set[str],
    ) -> bool:
        """Whether a place or a title is defended by deeds: "defended Kyiv for a month"."""
        t, held = self.trees, self.lexicon.kinds["held"]
        said = any("as" in self._led(m) or (m in self.acts or t.lemma[m] in _SAID) for m in matter)
        people = any(self._label(e) == "PERSON" for e in evaluators)
        if said or before & _IN_WORDS:
            return False
        return any(
            t.lemma[c].removesuffix("s") in held or (self._label(c) == "PLACE" and not people)
            for c in targets
            if c in self.mention_of or t.lemma[c] not in _WORDED
        )

    def _in_words(
        self,
        row: int,
        evaluators: list[int],
        targets: list[int],
        matter: list[int],
        before: set[str],
    ) -> bool:
        """Whether there is a sign that an attack is made of words."""
        t = self.trees
        beside = {t.lemma[c] for c in t.with_dep(row, "advcl", "ccomp", "conj")}
        if matter or before & _IN_WORDS or beside & _SAYING or any(map(self._is_means, evaluators)):
            return True
        if t.dep[row] == "advcl" and t.lemma[t.head[row]] in _SAYING:
            return True
        if any(t.lemma[target] in _WORDED for target in targets):
            return True
        named = [self._label(each) for each in (*evaluators, *targets)]
        return named[:1] == ["PERSON"] and set(named) <= {"PERSON", "ORG"} and len(named) > 1

    def is_actor(self, row: int) -> bool:
        """Whether a word names a person or body."""
        t = self.trees
        lemma = t.lemma[row]
        if self.mention(row) >= 0 or t.pos[row] == "PROPN":
            return True
        if t.pos[row] in ("PRON", "DET", "ADJ", "NUM"):
            return lemma not in _NO_ACTORS
        bodies = self.lexicon.kinds["bodies"]
        return bool({lemma, lemma.removesuffix("s")} & bodies) or is_person_like(lemma)

    def _label(self, row: int) -> str:
        mention = self.mention(row)
        return self.labels[mention] if mention >= 0 else ""

    # -- who is meant -----------------------------------------------------------------------------

    def mention(self, row: int) -> int:
        """The mention that a word heads, or that stands beside it ("the president, Ann Lee")."""
        return next((self.mention_of[r] for r in self._beside(row) if r in self.mention_of), -1)

    def _beside(self, row: int) -> list[int]:
        beside = self.trees.with_dep(row, "flat", "appos", "nmod:desc", "nmod:unmarked")
        return [row, *beside]

    def owner(self, row: int, *, target: bool) -> int:
        """The mention whose deed, plan or body a word names ("Norway's plan"), or -1."""
        t = self.trees
        of = self._counted_by(row)
        if of >= 0:
            return self.mention(of)  # "a majority of Democrats"
        acting = t.lemma[row] in load_words().kinds["bodies"]  # "the Obama administration"
        if not acting and self.is_actor(row):
            return -1  # "the critics of Lee" are not Lee
        own = t.with_dep(row, "nmod:poss")
        if acting:
            beside = t.with_dep(row, "amod", "compound")
            own += [c for c in beside if self._label(c) in ("PERSON", "ORG", "PLACE")]
        if acting or target:
            own += [c for c in t.with_dep(row, "nmod") if "of" in t.cases(c)]
        return next((self.mention(r) for r in own if self.mention(r) >= 0), -1)

    def _counted_by(self, row: int) -> int:
        """The noun behind a quantity and "of": the lawyers of "dozens of lawyers"; or -1."""
        t = self.trees
        if t.lemma[row] not in _QUANTITIES and t.pos[row] != "NUM":
            return -1
        own = [c for c in t.with_dep(row, "nmod") if "of" in t.cases(c)]
        return own[0] if own else -1

    def phrase(self, row: int) -> tuple[int, int]:
        """First and last word of the shortest phrase that a word heads; -1, -1 for no word."""
        if row < 0:
            return -1, -1
        rows = self.trees.subtree(row, _OUTSIDE)
        of = self._counted_by(row)
        if of >= 0:  # "dozens of lawyers"
            rows = sorted({*rows, *self.trees.with_dep(of, "case"), *range(row, of)})
        start = rows.index(row)
        low = high = start
        while low and rows[low - 1] == rows[low] - 1:
            low -= 1
        while high + 1 < len(rows) and rows[high + 1] == rows[high] + 1:
            high += 1
        name = next((r for r in self._beside(row) if r in self.mention_of), -1)
        last = rows[high]
        return rows[low], name if last < name <= last + 3 else last  # "nominee Hillary Clinton"

    # -- whether it is done -----------------------------------------------------------------------

    def status(self, act: Act) -> tuple[bool, str]:
        """Whether an act is said not to be done, and how it is put."""
        t, here = self.trees, act.governor
        noun = t.pos[act.row] == "NOUN"
        if self._is_answered(act.row):
            return False, MODALITIES[0]
        negated = noun and is_deed_negated(t, act.row)
        up = t.head[act.row]
        if noun and up >= 0 and t.dep[act.row] == "obj" and self.lemma(up) in _WISHED:
            return is_negated(t, up), "demanded"  # "needs an apology from Norway"
        if here != act.row and self.lemma(here) in _TAKEN_BACK:
            negated = True  # "withheld support"
        if here != act.row or not noun:
            negated ^= is_negated(t, here, act.evaluator if here == act.row else -1)
            negated |= self._is_few(act.evaluator) or self._has_exception(act.evaluator)
            negated ^= self._is_excepted(act.target, negated)
        modality = ""
        while here >= 0 and not modality:
            modality = self._modality(here)
            up, dep = t.head[here], t.dep[here]
            if up < 0 or t.has_subject(here):
                break
            called = dep == "advcl" and t.lemma[up] in self.lexicon.kinds["demands"]
            if dep not in _HANGING and not called:
                break
            if dep == "obj" and t.pos[here] == "NOUN":
                break
            if dep == "conj":
                if t.pos[up] not in ("VERB", "AUX") or t.with_dep(here, "aux"):
                    break
            else:
                modality = modality or self._put(here, up)
            here = up
        main = t.dep[act.governor] in ("root", "conj", "xcomp", "ccomp", "obj", "parataxis")
        if main and modality != "demanded" and self._is_question(act.row):
            modality = "asked"
        return negated, modality or MODALITIES[0]

    def _is_few(self, row: int) -> bool:
        """Whether a phrase says that hardly anybody does it: "few ministers", not "a few"."""
        t = self.trees
        if row < 0:
            return False
        few = [r for r in (row, *t.with_dep(row, "amod", "det", "nummod")) if t.word(r) == "few"]
        return any(t.word(r - 1) not in ("a", "the", "quite") for r in few)

    def _has_exception(self, row: int) -> bool:
        """Whether they do not: "no one" of "no one but Peru", Peru of "everyone but Peru"."""
        t = self.trees
        if row < 0:
            return False
        nobody = t.lemma[row] in ("nobody", "none") or t.word(row - 1) == "no"
        but = any(
            t.lemma[cc] == "but" for c in t.with_dep(row, "conj") for cc in t.with_dep(c, "cc")
        )
        below = t.with_dep(row, "nmod", "obl", "conj")
        left_out = t.dep[row] in ("conj", "nmod") and t.lemma[t.head[row]] in _EVERYBODY
        left_out &= any(t.lemma[c] in ("but", "except") for c in t.with_dep(row, "cc", "case"))
        return (nobody and but) or left_out or any(is_exception(t, c) == row for c in below)

    def _is_excepted(self, row: int, negated: bool) -> bool:
        """Whether a target stands behind "but": "blames not Peru but Chile"."""
        t = self.trees
        if (
            row < 0
            or t.dep[row] != "conj"
            or all(t.lemma[c] != "but" for c in t.with_dep(row, "cc"))
        ):
            return False
        nots = any(t.lemma[c] == "not" for c in t.with_dep(row, "advmod"))
        return nots != negated

    def _put(self, here: int, up: int) -> str:
        """How the verb or noun above puts what depends on it."""
        t, kinds = self.trees, self.lexicon.kinds
        above = t.lemma[up]
        if "VerbForm=Inf" not in t.feats[here] and above in ("ask", "have", "need", "go"):
            return ""
        first = any(t.lemma[s] in ("i", "we") for s in self.subjects[up] + self.objects[up])
        if above in ("want", "like", "have") and first:
            return ""  # "I want to thank": it is done by being said
        if above in ("want", "like", "wish", "need") and self.objects[up]:
            return "demanded"  # "wants Peru to condemn"
        for kind, modality in (
            ("demands", "demanded"), ("plans", "future"), ("wants", "possible"),
        ):  # fmt: skip
            if above in kinds[kind]:
                return modality
        return ""

    # Clauses have `read_modality`. Acts of saying differ: what is wanted ("I want to thank you") is
    # done, and so is what a deed is meant for ("spoke to defend himself"). With `read_modality`
    # 0.85 of the labelled acts are put right, with these rules 0.93.
    def _modality(self, row: int) -> str:
        """How the auxiliaries and the conjunction of a verb put it."""
        t = self.trees
        marks = {t.lemma[c] for c in t.with_dep(row, "mark", "advmod")}
        if marks & {"if", "unless"}:
            return "conditional"
        if "whether" in marks:
            return "asked"
        helpers = {t.lemma[c] for c in t.with_dep(row, "aux")}
        endings = {self.term[c][-3:] for c in t.with_dep(row, "nsubj", "nsubj:pass")}
        if any(e.endswith("'ll") for e in endings):  # "he'll" is one token
            return "future"
        if any(e.endswith("'d") for e in endings) and "VerbForm=Inf" in t.feats[row]:
            return "conditional"
        inverted = [c for c in t.with_dep(row, "aux") if t.lemma[c] == "should"]
        if inverted and any(c > inverted[0] for c in t.with_dep(row, "nsubj", "nsubj:pass")):
            return "conditional"  # "should they reject him"
        if helpers & _MUST:
            return "demanded"
        if helpers & _MAY:
            return "possible"
        if "would" in helpers:
            return "conditional"
        return "future" if helpers & {"will", "shall"} else ""

    def _is_question(self, row: int) -> bool:
        """Whether the next mark that ends a sentence is a question mark."""
        words = self.term[row : row + 80]
        return next((word for word in words if word in _ENDS), ".") == "?"


@measure("voiced", layer="evaluations")
@reads_folded
def find_evaluations(
    corpus: pd.DataFrame,
    mentions: pd.DataFrame | None = None,
    *,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the acts of evaluation that a verb or noun reports: who praises, accuses, warns whom.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its tagged tokens, with the voice of each if voices are wanted.
    mentions : pandas.DataFrame
        Who is named: what `find_entities` gives.
    documents : pandas.DataFrame, optional
        With `doc` and `text`: the words of target and what for are cut out of it, and *he* and
        *she* get the name of whom they stand for.

    Returns
    -------
    pandas.DataFrame
        One row per act, evaluator and target, in the order of the texts: `doc` (categorical),
        `sentence`, `start`, `end`, `text` (the word of the act and its place); `act` (its lemma);
        `polarity` (favourable or critical, as the act gives it); `negated` (bool: "did not praise",
        "refused to condemn"); `modality` (asserted, possible, future, conditional, demanded,
        asked); `evaluator`, `target` (the name; else the words; "(unresolved)" for a pronoun of
        which the text does not say whom it means, "(none)" where it names nobody);
        `evaluator_label`, `target_label` (of the name, else ""); `evaluator_text`, `target_text`
        (the words), `evaluator_start`, `evaluator_end`, `target_start`, `target_end` (-1 where
        there are none); `through` ("plan" where Norway's plan is praised, which counts
        for Norway, else ""); `matter` (what for), `matter_start`, `matter_end`; and the voice that
        reports the act, if the tokens know theirs.

    Raises
    ------
    InputError
        If the tokens are not tagged, a column is missing, or a mention is not in the tokens.

    Notes
    -----
    An evaluation has a source and a target (appraisal: Martin & White 2005, *The Language of
    Evaluation*). Here the source is who acts, whoever tells of it: in "Lee said that Peru had
    praised Norway" Peru praises and Lee is the `voice`. An evaluation made by words alone ("he is a
    liar") names no act and is not found; see `score_targets`. The polarity is that of the verb or
    noun in ``analysis/data/evaluation_words.csv``; evaluator and target are read from the parse:
    passives, relative clauses, infinitives, coordination, possessives, verbs that give or receive
    ("issued a warning to", "drew praise from"). *I* in a quotation is its speaker. An attack counts
    where something shows that it is made of words. An accusation that is denied was made, and is a
    row of whoever made it. Roles ("the Russian president"), *he*, *she* and *It* get a name as in
    `find_quotes`, if `documents` are given.

    Precision: of 110 rows read in news articles (some may have been read before) 0.67 (0.58–0.75)
    have the right evaluator, target, polarity and negation; most of the others are acts of
    evaluation with a wrong or missing evaluator. Recall: of 51 acts that
    readers marked in articles on which nothing was written 0.61 (0.47–0.73) are found, 0.49
    (0.36–0.62) with the right evaluator and target: an act that is not in the table may be in the
    text (docs/accuracy.md).

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peru praised Norway"]})
    >>> tokens = tokenize(texts).assign(  # by hand what annotate(texts).tokens gives
    ...     lemma=["Peru", "praise", "Norway"], pos=["PROPN", "VERB", "PROPN"], head=[1, -1, 1],
    ...     morphology=["", "VerbForm=Fin", ""], dep=["nsubj", "root", "obj"])
    >>> mentions = pd.DataFrame({"doc": ["a"] * 2, "sentence": 0, "start": [0, 13],
    ...     "end": [4, 19], "text": ["Peru", "Norway"], "label": "PLACE",
    ...     "entity": ["Peru", "Norway"]})
    >>> find_evaluations(tokens, mentions)[["evaluator", "act", "target", "polarity"]]
      evaluator     act  target    polarity
    0      Peru  praise  Norway  favourable
    """
    names = as_mentions(passed(mentions, "mentions"))
    require_columns(names, ("doc", "start", "end", "text", "entity"), "mentions")
    trees = build_trees(corpus)
    if documents is not None:
        names = _with_pronouns(names, trees, documents)
    heads = mention_heads(trees, names)
    mention_of = {head: mention for mention, head in reversed(list(enumerate(heads)))}
    labels = names["label"].astype(str).tolist() if "label" in names.columns else [""] * len(names)
    reader = Reader(trees, mention_of, labels)
    sides = _Sides(reader, names, documents, _roles(names, documents))
    return _table(sides, reader.read())


def _roles(mentions: pd.DataFrame, documents: pd.DataFrame | None) -> dict[str, Roles]:
    """The roles that each text with mentions tells."""
    if documents is None or not {"label", "start", "end"} <= set(mentions.columns):
        return {}
    texts = documents["text"].tolist()
    ids = documents["doc"].astype(str).tolist()
    listed = mentions_by_document(documents, mentions)
    return {ids[row]: Roles(texts[row], own) for row, own in listed.items()}


def _with_pronouns(mentions: pd.DataFrame, trees: Trees, documents: pd.DataFrame) -> pd.DataFrame:
    """The mentions, and the roles and the pronouns outside quotation marks that mean one."""
    if not {"sentence", "label"} <= set(mentions.columns):
        return mentions
    table = trees.table
    place = {
        key: row
        for row, key in enumerate(zip(trees.doc.tolist(), table["start"].tolist(), strict=True))
    }
    codes = table["doc"].cat.categories
    texts, ids = documents["text"].tolist(), documents["doc"].astype(object).tolist()
    known = set(
        zip(mentions["doc"].astype(object), mentions["start"], mentions["end"], strict=True)
    )
    more = []
    for row, own in mentions_by_document(documents, mentions).items():
        doc = codes.get_loc(ids[row]) if ids[row] in codes else -1
        traced = {at: (one.label, one.entity) for at, one in trace_bodies(texts[row], own).items()}
        persons = Pronouns(texts[row], own).found
        traced |= {at: ("PERSON", entity) for at, entity in persons.items() if entity}
        for start, (label, entity) in traced.items():
            token = place.get((doc, start))
            if token is not None and (ids[row], start) not in known:
                end = int(table["end"].iloc[token])
                more.append((ids[row], start, end, texts[row][start:end], label, entity))
    names = ["doc", "start", "end", "text", "label", "entity"]
    plain = mentions[names].assign(doc=mentions["doc"].astype(object))
    return pd.concat([plain, pd.DataFrame(more, columns=names)], ignore_index=True)


class _Sides:
    """The words and names of evaluators and targets."""

    def __init__(
        self,
        reader: Reader,
        names: pd.DataFrame,
        documents: pd.DataFrame | None,
        roles: Mapping[str, Roles],
    ):
        table = reader.trees.table
        self.reader, self.trees, self.roles = reader, reader.trees, roles
        self.words = table["word"].astype(str).tolist()
        self.start, self.end = table["start"].tolist(), table["end"].tolist()
        self.ids = table["doc"].astype(str).tolist()
        self.texts: dict[str, str] = {}
        if documents is not None:
            ids = documents["doc"].astype(str)
            self.texts = dict(zip(ids, documents["text"], strict=True))
        voiced, known = "voice" in table.columns, "speech" in table.columns
        self.voice = table["voice"].astype(object).tolist() if voiced else None
        self.speech = table["speech"].astype(str).tolist() if known else [""] * len(self.ids)
        self.entities = names["entity"].astype(str).tolist()
        self.label_of = dict(zip(self.entities, reader.labels, strict=True))

    def said(self, rows: tuple[int, int], doc: str) -> tuple[str, int, int]:
        """The words of some rows as they stand, and their place."""
        low, high = rows
        if low < 0:
            return "", -1, -1
        start, end, text = self.start[low], self.end[high], self.texts.get(doc)
        joined = " ".join(self.words[low : high + 1]) if text is None else text[start:end]
        return joined, start, end

    def named(self, row: int, target: bool) -> tuple[str, str, str]:
        """Name, label and through what of an evaluator or target."""
        if row < 0:
            return NONE_LABEL, "", ""
        mention, through = self.reader.mention(row), ""
        if mention < 0:
            mention = self.reader.owner(row, target=target)
            through = self.words[row] if mention >= 0 else ""
        if mention >= 0:
            return self.entities[mention], self.reader.labels[mention], through
        owner = self.trees.with_dep(row, "nmod:poss")
        return self._first_person(row, owner) or self._described(row, owner)

    def _first_person(self, row: int, owner: list[int]) -> tuple[str, str, str] | None:
        """The speaker, for *I*, and for *we* within quotation marks."""
        lemma = self.trees.lemma
        own = next((r for r in (row, *owner) if lemma[r] in _FIRST), -1)
        speaker = self.voice[own] if self.voice is not None and own >= 0 else None
        alone = own >= 0 and lemma[own] in ("i", "me", "my")
        if isinstance(speaker, str) and (self.speech[own] == "quoted" or alone):
            through = self.words[row] if own != row else ""
            return speaker, self.label_of.get(speaker, ""), through
        return None

    def _described(self, row: int, owner: list[int]) -> tuple[str, str, str]:
        """Whom a role means, or the words as they stand."""
        t, doc = self.trees, self.ids[row]
        every = [c for c in t.with_dep(row, "det", "amod") if c < row]
        if t.lemma[row] in _POINTING and not owner and not every:  # but "no one"
            return UNRESOLVED, "", ""
        first = self.reader.phrase(row)[0]
        text, low, high = self.said(self.reader.phrase(row), doc)
        role = self.roles[doc].name(low, high) if doc in self.roles and low >= 0 else ""
        if role:  # "the Russian president", as in quotations
            return role, self.label_of.get(role, ""), ""
        text = _ENDING.sub("", text)
        if t.pos[first] in ("DET", "PRON", "ADP", "CCONJ"):  # "The plan" is "the plan"
            text = text[:1].lower() + text[1:]
        return text, "", ""

    def of(self, act: Act) -> dict[str, Any]:
        """The columns of an act that say who evaluates whom."""
        t, doc = self.trees, self.ids[act.row]
        evaluator, target = self.named(act.evaluator, False), self.named(act.target, True)
        voice = None if self.voice is None else self.voice[act.row]
        thanks = act.word.word == "thank" and not self.reader.roles.is_passive(act.row)
        if act.evaluator < 0 and thanks and isinstance(voice, str):
            evaluator = voice, self.label_of.get(voice, ""), ""  # "Thank you, Ann"
        if act.target >= 0 and t.lemma[act.target] in _REFLEXIVE and act.evaluator >= 0:
            target = evaluator  # "praised itself"
        found: dict[str, Any] = {"through": target[2]}
        for side, row, value in (
            ("evaluator", act.evaluator, evaluator), ("target", act.target, target),
        ):  # fmt: skip
            text, low, high = self.said(self.reader.phrase(row), doc)
            found |= {side: value[0], f"{side}_label": value[1]}
            found |= {f"{side}_text": text, f"{side}_start": low, f"{side}_end": high}
        return found


def _table(sides: _Sides, acts: list[Act]) -> pd.DataFrame:
    """The rows of the acts."""
    table = sides.trees.table
    rows: list[dict[str, Any]] = []
    for act in acts:
        negated, put = sides.reader.status(act)
        text, low, high = sides.said(act.matter, sides.ids[act.row])
        act_words = " ".join(filter(None, (act.word.word, act.word.second)))
        rows.append(
            {"start": sides.start[act.row], "end": sides.end[act.row], "text": sides.words[act.row],
             "act": act_words, "polarity": act.word.polarity, "negated": negated, "modality": put,
             "matter": text, "matter_start": low, "matter_end": high}
            | sides.of(act)
        )  # fmt: skip
    at = np.array([act.row for act in acts], dtype=np.int64)
    keys = table[["doc", "sentence"]].take(at).reset_index(drop=True)
    result = pd.DataFrame(rows, columns=_COLUMNS).astype(_TYPES)
    result = pd.concat([keys, result], axis=1)
    for name in VOICES:
        if name in table.columns:
            result[name] = table[name].take(at).array
    return result


_TEXTS = (
    "text act polarity modality evaluator target evaluator_label target_label evaluator_text"
    " target_text through matter"
).split()
_NUMBERS = "start end evaluator_start evaluator_end target_start target_end".split()
_COLUMNS = (
    "start end text act polarity negated modality evaluator target evaluator_label target_label"
    " evaluator_text evaluator_start evaluator_end target_text target_start target_end through"
    " matter matter_start matter_end"
).split()
_TYPES: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, "str"),
    **dict.fromkeys([*_NUMBERS, "matter_start", "matter_end"], "int32"),
    "negated": "bool",
}


def _of_cell(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The evaluations that a row counts."""
    found = of_layer(corpus, step, row)
    kept: pd.DataFrame = found[_counted(found, step["params"].get("modality"))]
    return kept


def _counted(evaluations: pd.DataFrame, modality: str | None) -> np.ndarray:
    """Which acts are done, in the words of the text."""
    kept = ~evaluations["negated"].to_numpy(dtype=bool)
    if modality is not None:
        kept &= (evaluations["modality"].astype(str) == modality).to_numpy()
    return kept


@measure("evaluations", evidence=_of_cell)
def count_evaluations(
    corpus: pd.DataFrame,
    *,
    modality: str | None = "asserted",
    min_count: int = 1,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count who evaluates whom how often, favourably and critically.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus; or what `find_evaluations` returns, or some of its rows.
    modality : str or None
        Count acts that are put so: asserted, possible, future, conditional, demanded, asked; None
        counts all. An act that is said not to be done is never counted.
    min_count : int
        Leave out rows with a smaller count.
    by : str or sequence of str, optional
        Columns of the evaluations (`voice`: who reports them) or of `documents` to group by.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group, evaluator and target that occur together, ordered by group, count
        (descending) and names: the columns of `by`; `evaluator`, `target`; `favourable`,
        `critical` (acts); `count` (their sum); `documents` (of the group, that have them); `share`
        (favourable / count); `low`, `high` (of the share), `interval`. ``attrs["measured"]`` holds
        the precision on which the intervals rest.

    Raises
    ------
    InputError
        If a column is missing, an option is not usable, or a row names nobody or has a polarity, a
        modality or a truth value that is none (the row is named).

    Notes
    -----
    The interval is Korn–Graubard's over the documents (over sentences in a cell of one document;
    none with fewer than three), and each end is moved by the measured error: with precision p (the
    lower end of its own interval), low · p and high + (1 − high) · (1 − p), which is the worst that
    wrong rows can do. Nothing can be said of a cell whose interval holds 0.5. Acts that are
    reported twice count twice; what is told of who evaluates whom is the texts' choice, and not how
    often it was done.

    Examples
    --------
    >>> rows = pd.DataFrame({"doc": ["a", "a", "b"], "sentence": [0, 1, 0],
    ...     "evaluator": ["Peru", "Peru", "Chile"], "target": "Norway", "negated": False,
    ...     "polarity": ["favourable", "critical", "critical"], "modality": "asserted"})
    >>> count_evaluations(rows, confidence=None)[
    ...     ["evaluator", "target", "favourable", "critical", "count"]
    ... ]
      evaluator  target  favourable  critical  count
    0      Peru  Norway           1         1      2
    1     Chile  Norway           0         1      1
    """
    columns = ("doc", "evaluator", "target", "polarity", "negated", "modality")
    table = require_columns(corpus, columns, "evaluations")
    if modality is not None:
        require_choice(modality, MODALITIES, "modality")
    if not min_count >= 1:
        raise InputError(f"min_count={min_count!r} must be 1 or more.")
    group_names(by, ("evaluator", "target"))
    require_filled(table, ("doc", "evaluator", "target"), "evaluations")
    require_known(table, "polarity", (FAVOURABLE, CRITICAL), "evaluations")
    require_known(table, "negated", (False, True), "evaluations")
    require_known(table, "modality", MODALITIES, "evaluations")
    table = table[_counted(table, modality)]
    codes, labels = group_codes(table, by, documents)
    pairs, names = pd.factorize(joined(table, ("evaluator", "target")), sort=True)
    size = max(len(names), 1)
    cells, cell = np.unique(codes * size + pairs, return_inverse=True)
    doc, _ = pd.factorize(table["doc"].astype(object))
    sentence = table["sentence"].to_numpy() if "sentence" in table.columns else None
    value = np.where(table["polarity"].astype(str) == FAVOURABLE, 1, -1)
    wrong = 1 - MEASURED["low"]
    numbers = balance_columns(value, (doc, sentence, cell), len(cells), confidence, (wrong, wrong))
    group, pair = np.divmod(cells, size)
    seen = np.unique(np.stack([cell, doc]), axis=1)[0]
    result = labels.iloc[group].reset_index(drop=True)
    result["term"] = pd.Series(names.take(pair), index=result.index, dtype="str")
    balance = {name: numbers.pop(name) for name in ("favourable", "critical")}
    result = result.assign(**balance, count=balance["favourable"] + balance["critical"])
    result = result.assign(documents=np.bincount(seen, minlength=len(cells)), **numbers)
    order = np.lexsort([pair, -result["count"].to_numpy(), group])
    result = split_items(result.iloc[order], ("evaluator", "target"))
    result = result[result["count"] >= min_count].reset_index(drop=True)
    result.attrs["measured"] = dict(MEASURED)
    return result
