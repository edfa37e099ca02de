"""Whether a person is *he* or *she*: by titles and words of kin, and by given name."""

from __future__ import annotations

import functools
import unicodedata
from collections import Counter
from collections.abc import Sequence
from importlib import resources

import regex

from analysis.entities.spans import Mention

HE, SHE = "he", "she"
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:[’'-][\p{L}\p{M}]+)*")
_WOMEN = frozenset(
    "mrs ms miss madam madame lady dame queen princess duchess baroness countess empress"
    " woman girl spokeswoman chairwoman congresswoman councilwoman businesswoman policewoman"
    " saleswoman actress waitress mother mom mum wife widow daughter sister aunt niece"
    " grandmother granddaughter girlfriend fiancée bride ex-wife stepmother mother-in-law"
    " sister-in-law first-lady".split()
)
_MEN = frozenset(
    "mr sir lord king prince duke baron emperor pope cardinal imam rabbi man boy spokesman"
    " chairman congressman councilman businessman policeman salesman father dad husband"
    " widower son brother uncle nephew grandfather grandson boyfriend fiancé groom ex-husband"
    " stepfather father-in-law brother-in-law".split()
)
KIN = frozenset(
    "mother mom mum wife widow daughter sister aunt niece grandmother granddaughter girlfriend"
    " fiancée ex-wife stepmother father dad husband widower son brother uncle nephew grandfather"
    " grandson boyfriend fiancé ex-husband stepfather cousin spouse partner twin sons daughters"
    " brothers sisters parents children mother-in-law father-in-law sister-in-law"
    " brother-in-law".split()
)
_OWNED = (
    r"(?:[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Oo]ur|[Yy]our|\p{Lu}[\p{L}\p{M}-]*['’]s)"
    r"\s(?:\p{Ll}+\s)?(?P<kin>[\p{L}-]+)"
)
_KIN_BEFORE = regex.compile(
    rf"\b{_OWNED},?\s(?:(?:\p{{Lu}}[\p{{L}}.-]*|former|late|the|then|of)\s)*$"
)
_BESIDE = regex.compile(
    r"(?P<owner>\b(?:his|her|their|my|our|your|the|['’]s)\s(?:\p{Ll}+\s)?)?\b(?P<word>[\p{L}-]+\.?),?\s$",
    regex.IGNORECASE,
)
_KIN_AFTER = regex.compile(rf",\s{_OWNED}\b")


@functools.cache
def _given_names() -> dict[str, str]:
    """Give the sex of the given names that one sex bears nearly alone."""
    path = resources.files("analysis") / "data" / "given_names_sex.txt"
    sexes: dict[str, str] = {}
    sex = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            sex = SHE if line == "[women]" else HE
        elif not line.startswith("#"):
            sexes |= dict.fromkeys(line.split(), sex)
    return sexes


def fold(text: str) -> str:
    """Small letters without accents: how names are compared."""
    if text.isascii():
        return text.lower()
    marks = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in marks if not unicodedata.combining(char)).replace("ł", "l")


def sex_of_name(name: str) -> str:
    """Give "he" or "she" where the given name (the first word) is one sex's; else ""."""
    words = fold(name).split()
    first = next((word for word in words[:-1] or words if len(word.rstrip(".")) > 1), "")
    known = _given_names()
    return known.get(first) or known.get(first.split("-")[0], "")


def sex_beside(text: str, start: int) -> str:
    """Give "he" or "she" by the title or the word of kin right before a name: Ms Lee, his wife."""
    match = _BESIDE.search(text, max(start - 30, 0), start)
    word = match["word"].lower().rstrip(".") if match else ""
    if word in KIN and not match["owner"]:  # the mother of Ann: not Ann
        return ""
    return SHE if word in _WOMEN else HE if word in _MEN else ""


def is_kin(text: str, start: int, end: int) -> bool:
    """Whether a name is introduced as somebody's relative: her husband, Frank Moreno."""
    before = _KIN_BEFORE.search(text, max(start - 80, 0), start)
    after = _KIN_AFTER.match(text, end, end + 60)
    return any(match and match["kin"].lower() in KIN for match in (before, after))


def sexes_of(text: str, mentions: Sequence[Mention]) -> dict[str, str]:
    """The persons of a text who are known to be *he* or *she*."""
    votes: dict[str, Counter[str]] = {}
    full = {m.entity for m in mentions if " " in m.entity or " " in text[m.start : m.end]}
    for one in mentions:
        if one.label == "PERSON":
            own = votes.setdefault(one.entity, Counter())
            own[sex_beside(text, one.start)] += 3
            for name in (one.entity, text[one.start : one.end]):
                if " " in name or one.entity not in full:
                    own[sex_of_name(name)] = max(own[sex_of_name(name)], 2)
    found = {}
    for entity, own in votes.items():
        if own[HE] != own[SHE]:
            found[entity] = HE if own[HE] > own[SHE] else SHE
    return found
