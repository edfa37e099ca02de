"""Rows of the tokens table to the words of Universal Dependencies."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import regex

VERSION = 1  # of the rules below; part of every cache key

_CLITIC = regex.compile(r"(?i)(?:n['’]t|['’](?:s|ll|re|ve|d|m))$")
_WHOLE = {"cannot": (3,), "gonna": (3,), "wanna": (3,), "gotta": (3,)}


class Words(NamedTuple):
    """Words of Universal Dependencies, in the order of the texts."""

    start: np.ndarray
    end: np.ndarray
    token: np.ndarray  # number of the (first) token each is in


@functools.lru_cache(maxsize=200_000)
def inner_cuts(token: str) -> tuple[int, ...]:
    """Say before which characters a token is cut.

    Examples
    --------
    >>> inner_cuts("Russia’s"), inner_cuts("long-term"), inner_cuts("don't")
    ((6,), (4, 5), (2,))
    """
    lower = token.lower()
    if lower in _WHOLE:
        return _WHOLE[lower]
    cuts: list[int] = []
    clitic = _CLITIC.search(token)
    body = token
    if clitic and clitic.start() > 0:
        cuts.append(clitic.start())
        body = token[: clitic.start()]
    if "-" in body and not body[0].isdigit():
        for match in regex.finditer(r"(?<=\w)-(?=\w)", body):
            cuts += [match.start(), match.end()]
    return tuple(sorted(cuts))


def split_words(start: np.ndarray, end: np.ndarray, words: list[str]) -> Words:
    """Cut tokens into words of Universal Dependencies."""
    cuts = [inner_cuts(word) for word in words]
    count = np.fromiter((len(c) + 1 for c in cuts), np.int64, len(cuts))
    token = np.repeat(np.arange(len(cuts)), count)
    low = np.fromiter((x for c in cuts for x in (0, *c)), np.int64, len(token))
    lengths = end - start
    high = np.empty_like(low)
    high[:-1] = low[1:]
    last = np.cumsum(count) - 1
    high[last] = lengths
    return Words(start[token] + low, start[token] + high, token)
