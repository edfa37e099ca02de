"""A rough guess at parts of speech from the form of words, for texts that were not annotated."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from analysis.voices.lexicon import Lexicon

_CLOSED = {
    "DET": "a an the this these those each every some any no both all another such which what "
    "several many few most one my your his her its our their whose",
    "PRON": "i you he she it we they me him us them himself herself itself themselves myself "
    "ourselves who whom someone somebody anyone anybody everyone everybody nobody nothing "
    "something anything everything others mine hers theirs",
    "AUX": "am is are was were be been being has have had having do does did will would shall "
    "should can could may might must cannot can't won't isn't aren't wasn't weren't hasn't haven't "
    "hadn't don't doesn't didn't wouldn't shouldn't couldn't he's she's it's they've we've i've "
    "i'm they're we're you're he'd she'd they'd we'd i'd he'll she'll they'll we'll i'll",
    "ADP": "of in on at by for with from about against between into through during before after "
    "above below under over since without within along across behind beyond near toward towards "
    "upon amid among despite per via except besides like unlike until till to as than",
    "CCONJ": "and or but nor yet",
    "SCONJ": "that if because although though while whereas unless whether when where why how "
    "once so",
    "ADV": "not never also still just only even now then here there again already always often "
    "soon later earlier today yesterday tomorrow tonight however therefore meanwhile too very "
    "more most less least much well further instead once twice almost perhaps ago reportedly",
    "NUM": "two three four five six seven eight nine ten eleven twelve dozen hundred thousand "
    "million billion",
    "VERB": "came went took made got gave left kept knew saw ran stood fell rose began became "
    "won lost met led fled brought bought built sent spent fought sought thought taught caught "
    "struck broke chose drove flew grew paid sold shot wore need needs want wants seem seems "
    "plan plans remain remains go goes come comes take takes make makes get gets give gives lie "
    "lies live lives face faces mean means know knows let help helps use uses try tries continue "
    "depend depends happen happens start work works become becomes keep keeps win lose pay stop "
    "fail fails seen known given taken held led based born done shown written chosen spoken driven "
    "hit end ends die dies kill kills deserve deserves follow follows run runs",
}
_CLASS = {word: tag for tag, words in _CLOSED.items() for word in words.split()}
_AMBIGUOUS_AFTER = frozenset(
    "DET ADJ NUM ADP".split()
)  # before a form like "claims" these make it a noun
_NOT_VERBS = frozenset("united hundred indeed speed need bed red wed seed breed feed".split())
_ING_NOUNS = frozenset(
    "morning evening building meeting thing nothing king spring ring beijing during something "
    "anything everything wedding feeling briefing hearing wing string being".split()
)


def guess_pos(words: Sequence[str], terms: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Guess the part of speech of every word of a text."""
    tags = [
        (None if word.isupper() and len(word) > 1 else _CLASS.get(term)) or _guess_form(word, term)
        for word, term in zip(words, terms, strict=True)
    ]
    nouns, verbs = lexicon.nouns, lexicon.verbs
    for place, term in enumerate(terms):
        if term in verbs and term not in _CLASS and words[place][:1].islower():
            following = terms[place + 1] if place + 1 < len(terms) else ""
            before = tags[place - 1] if place else "PUNCT"
            before_term = terms[place - 1] if place else ""
            if following in _NOUN_BEFORE and before in ("SCONJ", "PUNCT", "CCONJ"):
                tags[place] = "NOUN"
                continue
            noun = term in nouns or any(kind in ("base", "s") for _, kind in verbs[term])
            sure = not noun or following in _SURE_AFTER
            if before_term == "to" or sure or not _is_noun_slot(before, before_term):
                tags[place] = "VERB"
            elif not sure:
                tags[place] = "NOUN"
    for place in range(1, len(tags) - 1):
        if tags[place] == "VERB" and tags[place - 1] == "DET":  # a televised address; the need for
            tags[place] = "ADJ" if tags[place + 1] in ("NOUN", "PROPN") else "NOUN"
    return tags


_NOUN_BEFORE = frozenset(["with", "of", "between", "about", "are", "is", "were", "was", "on"])
_SURE_AFTER = frozenset(["that", "“", '"', "he", "she", "they", "it", "there", "‘", "''", "``"])


def _is_noun_slot(before: str, term: str) -> bool:
    """Whether what stands before makes a word that can be noun or verb a noun."""
    return before in _AMBIGUOUS_AFTER or term.endswith(("'s", "s'")) or before == "VERB"


@functools.lru_cache(maxsize=200_000)
def _guess_form(word: str, term: str) -> str:
    """The tag that a word's own form suggests."""
    first = word[:1]
    if not first.isalnum() and not any(char.isalnum() for char in word):
        return "PUNCT" if not first.isalpha() else "NOUN"
    if first.isdigit() or first in "$£€":
        return "NUM"
    if first.isupper():
        return "PROPN"
    if term.endswith("ly") and len(term) > 4:
        return "ADV"
    if term.endswith("ed") and len(term) > 4 and term not in _NOT_VERBS:
        return "VERB"
    if term.endswith("ing") and len(term) > 5 and term not in _ING_NOUNS:
        return "VERB"
    if term.endswith(("ous", "ful", "ive", "able", "ible", "less", "ish")) and len(term) > 5:
        return "ADJ"
    return "NOUN"
