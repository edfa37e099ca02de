"""Sentences in which no name can be: they are not read for names.

Such a sentence begins with one of the words below and goes on with ordinary words in small letters
alone. In 7,154 such sentences of CoNLL-2003, WikiGold, WNUT17, Broad Twitter, EWT and GUM (920,000
words in all) the model finds one name. A sentence in small letters throughout is read.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from analysis.annotation.words import Windows

_OPENING = frozenset(
    "a about above according across after afterwards again all almost along already also although"
    " am among an and another any anyone anything are as at authorities be because before being"
    " both but by can could despite did do does during each either even every everyone everything"
    " few finally first five for four from further government had has have having he her here his"
    " how however i if in indeed instead is it its just last later local many maybe meanwhile more"
    " moreover most much my neither never nevertheless next no nobody none nor not nothing now of"
    " officials often on once one only or other others our out over people perhaps please police"
    " second several she should since six so some someone something sometimes soon still such ten"
    " that the their then there therefore these they third this those though three through thus to"
    " today tomorrow two under unless until up upon various was we were what when where whether"
    " which while who why with within without would yes yesterday yet you your".split()
)
_INSIDE = frozenset(
    "n't 's 're 've 'll 'd 'm been began begun better best between born bought broke broken brought"
    " built became came caught children chose chosen done drawn drew driven drove fallen fell felt"
    " flew forty found fought gave given gone got grew grown held hid hidden him himself herself"
    " itself kept knew known least led left less lost made me men met myself others ourselves paid"
    " ran rode rose said sat saw says seen sent shown sold sought spent spoke spoken stood taken"
    " than thats themselves these thought throughout throwing thrown threw told took twenty us used"
    " using went whose women won worse worst written wrote yourself".split()
)
# Lemmas of the treebanks that are names, or parts of names, in small letters, too.
_NAMING = frozenset(
    "afghan albanian american ap apple arab arabian arctic argentine armenian arsenal asian "
    "atlantic australian baltic bay bc belgian bosnian brazilian british buddhist bush "
    "canadian caribbean catholic caucasian chase chinese christian congress cuban czech "
    "danish dean democrat dj earth ed egyptian eid english er estonian euro european fedex "
    "fiji filipino fort fox french ga german god google grecian greek guardian guinea gulf "
    "harbor hebrew hill hindu hispanic hull indian indonesian iranian iraqi irish islamic "
    "islamist israeli italian jack jamaican japanese jersey jewish jimmy kenyan kimberwick "
    "kitty korean kurdish kuwaiti latin latino lebanese libyan malaysian maori mark mary max "
    "mecca memorial methodist mexican mo mongolian mormon muslim nazi nepalese nick nordic "
    "norwegian olympic pacific pakistani palestinian pashtun pat patty persian philippine "
    "planet polish ray republican rob roman rose russian saint saudi scientology scottish "
    "senate shia slovenian soviet spanish stuart sue sunni swedish swiss syrian taiwanese "
    "tamil thai toledo tom turkey turkish us van venezuelan vera vietnamese wa wang ward "
    "yahoo".split()
)
_ENDINGS = {  # and what stood in their place
    "s": ("",), "es": ("", "e"), "ies": ("y",), "ed": ("", "e"), "d": ("",), "ied": ("y",),
    "ing": ("", "e"), "ly": ("", "le"), "ily": ("y",), "er": ("", "e"), "ers": ("", "e"),
    "est": ("", "e"), "ness": ("",),
}  # fmt: skip
_SHORTEST = 3  # letters that an ending must leave


def find_nameless(words: Sequence[str], windows: Windows, lemmas: frozenset[str]) -> np.ndarray:
    """Say of every window whether no name can be in it."""
    spans = zip(windows.first.tolist(), windows.last.tolist(), strict=True)
    return np.array([is_nameless(words[a:b], lemmas) for a, b in spans], dtype=bool)


def is_nameless(words: Sequence[str], lemmas: frozenset[str]) -> bool:
    """Say whether a sentence has ordinary words alone, in small letters behind the first.

    >>> is_nameless("The talks went on .".split(), frozenset({"talk", "on"}))
    True
    >>> is_nameless("The talks in kerala went on .".split(), frozenset({"talk", "in", "on"}))
    False
    """
    lettered = (word for word in words if word.upper() != word.lower() or word.isalpha())
    if not _opens(next(lettered, "")):
        return False
    rest = list(lettered)
    return bool(rest) and all(word == "I" or _is_ordinary(word, lemmas) for word in rest)


def _opens(word: str) -> bool:
    return word == word.capitalize() and word.lower() in _OPENING


@functools.lru_cache(maxsize=50_000)
def _is_ordinary(word: str, lemmas: frozenset[str]) -> bool:
    """Say whether a word is an ordinary one in small letters, as it is or without its ending."""
    plain = word.replace("’", "'")
    if plain != plain.lower() or plain in _NAMING:
        return False
    if plain in _OPENING or plain in _INSIDE or plain in lemmas:
        return True
    return any(base in lemmas and base not in _NAMING for base in _bases(plain))


def _bases(word: str) -> list[str]:
    """What a word may be a form of."""
    found = []
    for ending, places in _ENDINGS.items():
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORTEST:
            found += [rest + place for place in places]
            if rest[-1] == rest[-2]:  # stopped
                found.append(rest[:-1])
    return found
