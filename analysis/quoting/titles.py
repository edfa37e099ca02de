"""Marked stretches that are names and titles rather than anybody's words."""

from __future__ import annotations

import regex

from analysis.quoting.words import Items

_NAMING = frozenset(
    "named called titled entitled labelled labeled dubbed nicknamed known codenamed website song "
    "film movie book novel album magazine show series programme program documentary article game "
    "ship project hashtag site page category section wiki operation single track play painting "
    "band blog newspaper channel essay exhibition headlined titled poem report".split()
)
_SO_CALLED = frozenset(["so-called", "supposed", "self-styled", "self-proclaimed"])
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}’'-]*")
_SMALL = frozenset("from with into over than that this upon after before under between".split())


def is_title(items: Items, item: int) -> bool:
    """Whether a marked stretch is a name or title rather than somebody's words."""
    mark = items.mark[item]
    assert mark is not None
    words = _WORD.findall(items.text, mark.inner_start, mark.inner_end)
    if not words or len(words) > 14:
        return not words
    before = [items.term[place] for place in range(max(item - 3, 0), item)]
    if set(before) & _SO_CALLED:
        return False
    long = [word for word in words if len(word) > 3 and word not in _SMALL] or words
    capital = sum(word[0].isupper() for word in long)
    if capital == len(long) and words[0][0].isupper():
        return len(words) > 1 or item > 0
    return bool(set(before[-2:]) & _NAMING) and words[0][0].isupper() and capital * 2 >= len(long)
