"""Whether a person is *he* or *she*: by titles and words of kin beside the name, and by given name."""

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
    "she her mrs ms miss madam madame lady dame queen princess duchess baroness countess empress woman girl"
    " spokeswoman chairwoman congresswoman councilwoman businesswoman policewoman saleswoman"
    " actress waitress heroine mother mom mum wife widow daughter sister aunt niece grandmother granddaughter"
    " girlfriend fiancée bride ex-wife stepmother mother-in-law sister-in-law first-lady herself".split()
)
_MEN = frozenset(
    "he his mr sir lord king prince duke baron emperor pope cardinal imam rabbi man boy spokesman chairman"
    " congressman councilman businessman policeman salesman actor-turned father dad husband widower son brother uncle"
    " nephew grandfather grandson boyfriend fiancé groom ex-husband stepfather father-in-law brother-in-law himself".split()
)
KIN = frozenset(
    "mother mom mum wife widow daughter sister aunt niece grandmother granddaughter girlfriend"
    " fiancée ex-wife stepmother father dad husband widower son brother uncle nephew grandfather"
    " grandson boyfriend fiancé ex-husband stepfather cousin spouse partner twin sons daughters"
    " brothers sisters parents children mother-in-law father-in-law sister-in-law"
    " brother-in-law".split()
)
_OWNED = r"(?:[Hh]is|[Hh]er|[Tt]heir|[Mm]y|[Oo]ur|[Yy]our|\p{Lu}[\p{L}\p{M}-]*['’]s)\s(?:\p{Ll}+\s)?(?P<kin>[\p{L}-]+)"
_KIN_BEFORE = regex.compile(
    rf"\b{_OWNED},?\s(?:(?:\p{{Lu}}[\p{{L}}.-]*|former|late|the|then|of)\s)*$"
)
_KIN_AFTER = regex.compile(rf",\s{_OWNED}\b")
_OWNER = frozenset("his her their my our your".split())


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


def sex_beside(text: str, start: int, end: int) -> str:
    """Give "he" or "she" by a title or a word of kin right before a name, or behind its comma."""
    before = [m[0].lower() for m in _WORD.finditer(text[max(start - 40, 0) : start])][-2:]
    gap = text[max(start - 40, 0) : start]
    if any(mark in gap[-3:] for mark in ".!?\n;:”\"") and not gap.rstrip().endswith(
        ("Mr.", "Mrs.", "Ms.", "Dr.", "Sen.", "Rep.", "Gov.")
    ):
        return ""
    if before[-1:] and before[-1] in KIN or before[:1] and before[0] not in _OWNER:
        for word in reversed(before):
            if word in _OWNER:
                continue
            if word in _WOMEN:
                return SHE
            if word in _MEN:
                return HE
    return ""


def is_kin(text: str, start: int, end: int) -> bool:
    """Whether a name is introduced as somebody's relative: her husband, Frank Moreno."""
    before = _KIN_BEFORE.search(text, max(start - 80, 0), start)
    after = _KIN_AFTER.match(text, end, end + 60)
    return any(match and match["kin"].lower() in KIN for match in (before, after))


def sexes_of(text: str, mentions: Sequence[Mention]) -> dict[str, str]:
    """The persons of a text who are known to be *he* or *she*."""
    votes: dict[str, Counter[str]] = {}
    for one in mentions:
        if one.label == "PERSON":
            own = votes.setdefault(one.entity, Counter())
            own[sex_beside(text, one.start, one.end)] += 3
            for name in (one.entity, text[one.start : one.end]):
                sex = sex_of_name(name)
                own[sex] = max(own[sex], 2 if " " in name else 1)
    found = {}
    for entity, own in votes.items():
        if own[HE] != own[SHE]:
            found[entity] = HE if own[HE] > own[SHE] else SHE
    return found
