"""The words by which roles are read: kinds of verbs, and deeds made nouns."""

from __future__ import annotations

import functools
from importlib import resources
from typing import NamedTuple

from analysis.acting.items import packaged_rows

_VOWELS = "aeiou"
_STRESSED = frozenset("admit commit permit submit refer prefer regret concur rebut expel".split())
_VERBS = (
    *("verbal", "mental", "relational", "phase", "told", "given", "said_to", "raising", "light"),
    "adjectival",
)
PROCESSES = ("material", "verbal", "mental", "relational")


class Deed(NamedTuple):
    """A noun that names a deed, and what the words around it make of an actor."""

    verb: str
    possessor: str  # role of "X's attack"
    of: str  # role of "attack of X"
    prepositions: dict[str, str]  # role by preposition
    counted: bool  # whether it stands for a deed without a doer when nobody is named


class Words(NamedTuple):
    """What agency_words.yml and agency_nominalisations.csv hold."""

    kinds: dict[str, frozenset[str]]
    prepositions: dict[str, dict[str, str]]
    endings: dict[str, str]
    deeds: dict[str, Deed]
    forms: dict[str, str]  # lemma of every form of the listed verbs

    def process(self, verb: str) -> str:
        """Say which process a verb is of; material where it is in no list."""
        for kind in PROCESSES[1:]:
            if verb in self.kinds[kind]:
                return kind
        return "material"

    def deed(self, noun: str) -> Deed | None:
        """Read a noun as a deed: by the list, else by its ending."""
        known = self.deeds.get(noun)
        if known is not None or noun in self.kinds["no_deed"]:
            return known
        for ending, verb in self.endings.items():
            stem = noun.removesuffix(ending)
            if stem != noun and len(stem) > 2:
                return Deed(stem + verb, "unclear", "patient", {"by": "agent"}, False)
        return None


@functools.cache
def load_words() -> Words:
    """Read the package's lists; once."""
    import yaml

    text = (resources.files("analysis") / "data" / "agency_words.yml").read_text("utf-8")
    tree = yaml.load(text, yaml.BaseLoader)  # all text: elsewhere "on" would be true
    kinds = {name: frozenset(v.split()) for name, v in tree.items() if isinstance(v, str)}
    deeds = _deeds()
    verbs = {verb for name in _VERBS for verb in kinds[name]} | set(tree["through_preposition"])
    verbs |= {deed.verb for deed in deeds.values()}
    forms = {form: verb for verb in sorted(verbs) for form in inflect(verb)}
    forms |= dict(pair.split(":") for pair in kinds.pop("irregular"))
    forms |= {verb: verb for verb in verbs}
    return Words(kinds, tree["through_preposition"], tree["endings"], deeds, forms)


def inflect(verb: str) -> list[str]:
    """Spell the regular forms of an English verb.

    Examples
    --------
    >>> inflect("deny"), inflect("urge")
    (['denies', 'denied', 'denying'], ['urges', 'urged', 'urging'])
    >>> inflect("stop"), inflect("pass")
    (['stops', 'stopped', 'stopping'], ['passes', 'passed', 'passing'])
    """
    if verb.endswith("e"):
        return [verb + "s", verb + "d", verb[:-1] + "ing"]
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return [verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    stem = verb + verb[-1] if _doubles(verb) else verb
    third = verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s")
    return [third, stem + "ed", stem + "ing"]


def _doubles(verb: str) -> bool:
    """Whether the last consonant doubles: stop, plan, admit, but not visit, bomb, enter."""
    if len(verb) < 3 or verb[-1] in _VOWELS + "wxyh" or verb[-2] not in _VOWELS:
        return False
    single = verb[-3] not in _VOWELS
    return single and (sum(c in _VOWELS for c in verb) == 1 or verb in _STRESSED)


def _deeds() -> dict[str, Deed]:
    """The deeds of agency_nominalisations.csv by their noun."""
    deeds = {}
    for row in packaged_rows("agency_nominalisations.csv"):
        roles = {"by": "agent"}
        for role in ("agent", "patient", "recipient"):
            roles |= dict.fromkeys(row[f"{role}_in"].split(), role)
        deeds[row["noun"]] = Deed(
            row["verb"], row["possessor"], row["of"], roles, row["counted"] != "no"
        )
    return deeds
