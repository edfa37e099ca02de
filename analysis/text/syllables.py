"""Counting the syllables of English words by their spelling."""

from __future__ import annotations

import functools
import unicodedata

import regex

# Spelling says most of what sound has: a syllable for each run of vowel letters, but for those that
# are silent and those that are two. How often it is right is measured in benchmarks/style.py.
_RUN = regex.compile(r"(?:[aeiou]|(?<![aeiou])y|y(?![aeiou]))+")  # in "player" y is a consonant
_SILENT = regex.compile(
    "|".join(
        (
            r"(?<=[^aeioul])e$|(?<=[aeiouyr]l)e$|(?<=ll)e$",  # make, whole, style; not table
            r"(?<=[^aeioulcgsxzh])es$|(?<=[aeiouyrl]l)es$|(?<=[tpg]h)es$",  # makes; not places
            r"(?<=[^aeioutdlr])ed$|(?<=[aeiouyrl]l)ed$|(?<=[aeiour]r)ed$",  # called; not wanted
            r"(?<=[^aeioul])e(?=(?:ly|ments?|ness|less|ful|fully|some|ty|thing|body)$)",
            r"(?<=[^aeioul])e(?=s?(?:wo)?m[ae]n$)",  # spokesman
            r"(?<=[aeiou]l)e(?=(?:ly|ness|less)$)|(?<=gl)e(?=y$)",  # solely
            r"(?<=^som)e|(?<=^(?:wher|ther|tim))e(?=[^aeiousr])|(?<=^hom)e(?=[^r])|(?<=^lif)e",
            r"(?<=^mor)e(?=o)|(?<=^ev)e(?=ry[a-z])|(?<=^bus)i(?=ness)|(?<=^ev)e(?=ning)",
            r"(?<=ic)a(?=lly$)|(?<=[^r]g)ues?$|(?<=q)ues?$",  # basically, league, unique
        )
    )
)
_TWO = regex.compile(
    "|".join(
        (
            r"[aeiou](?=ing)|(?<=[^aeiou])y(?=ing|er|one|a)",  # being, trying
            r"(?<![ctsg])i(?=a(?!ge|ment))(?<!li(?=a(?:n(?!c)|m|r)))",  # media; not special
            r"(?<=[ctgx])i(?=at[eio])|(?<=^g)i(?=a)",  # negotiate, giant
            r"(?<![ctsgxlnhm])i(?=o)|(?<=^[lrpbv])i(?=o)|(?<=[lnhmtcs])i(?=o[^nu])|(?<=l)i(?=ous)",
            r"(?<![ct])i(?=en[ct])|(?<=^sc)i(?=en)|(?<=l)i(?=en)|i(?=et[iy])|(?<=^[dq])i(?=et)",
            r"(?<=[uv])i(?=et)|(?<![tdsc])i(?=er$|ers$|est$)|(?<=[tdsc])i(?=est$)|(?<=s)i(?=er$)",
            r"i(?=u)|e(?=o(?!u|ns?$|p|rg))",  # medium, video; not people, George
            r"(?<=[aeiou][^aeiou])e(?=as?$|an$)|(?<=[aeiou][^aeiou]{2})e(?=as?$|an$)",  # idea
            r"(?<=cr)e(?=at(?!ur))|(?<=ucl)e(?=ar)|(?<=h)e(?=at(?:er|re|ri))|(?<=r)e(?=al[is]|act)",
            r"(?<=^r)e(?=a(?:ff|pp|rr|ss)|it|un|en|op|org|el)",
            r"(?<![qg])u(?=a(?!de))|(?<![qg])u(?=(?:en|el|ou|ity|id|in|is))|(?<=ig)u(?=ou|it)",
            r"o(?=e[mt]|ic$|incid|operat|ordin)|a(?=ic$|os|el$)",  # poet, cooperate, chaos
            r"(?=(?:sm|thm)s?$)|^(?=mc[^aeiou])",  # capitalism, rhythm
            r"(?<=[dsv]|ve)(?=n't$)|(?<=[tdbshk])(?='(?:ll|ve|d|re)$)",  # didn't, it'll
            r"(?:(?<=[sxz])|(?<=ch)|(?<=sh)|(?<=[cgsz]e))(?='s$)",  # boss's, France's
        )
    )
)
_SPOKEN = {
    "mr": 2,
    "mrs": 2,
    "ms": 1,
    "dr": 2,
    "st": 1,
    "jr": 2,
    "vs": 2,
    "th": 1,
    "nd": 1,
    "rd": 1,
}
_PIECE = regex.compile(r"\d|o'(?=[a-z]{3})|[a-z](?:[a-z']*[a-z])?")


@functools.lru_cache(maxsize=1 << 17)
def count_syllables(word: str) -> int:
    """Count the syllables of a lower-case English word; a digit, as in "1918", is one."""
    plain = word.replace("’", "'")
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain.replace("é", "ei"))
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return max(sum(map(_piece, _PIECE.findall(plain))), 1)


def _piece(word: str) -> int:
    """The syllables of a piece of a word that has neither hyphen nor digit, or of a digit."""
    stem = word.partition("n't" if word.endswith("n't") else "'")[0]
    runs = len(_RUN.findall(stem))
    if not runs:  # spelled out, as in "tv"
        return _SPOKEN.get(word, len(stem.replace("w", "www")))
    silent = len(_SILENT.findall(stem)) if runs > 1 else 0
    return max(runs - silent + len(_TWO.findall(word)), 1)
