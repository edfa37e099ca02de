"""Rows in which somebody evaluates, or speaks of, their own side: a state, a party."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import regex

from analysis.entities.mentions import mentions_by_document
from analysis.entities.roles import Roles, is_country, states_in
from analysis.tables import InputError, is_corpus, require_columns

_LETTERS = {"r": "Republican", "rep": "Republican", "d": "Democratic", "dem": "Democratic"}
_ALWAYS = frozenset(("Republican", "Democratic"))
# "Ted Cruz (R-Texas)", "Ana Ruiz (Labour)"
_BRACKET = regex.compile(
    r"['’]?s?,?\s*\((?:(?P<letter>R|D|Rep|Dem)\.?\s*[-–—,]|(?P<name>[^()]{2,40})\))"
)
_PARTY = regex.compile(
    r"\b(?!(?:The|This|That|An?) )(?P<name>\p{Lu}[\p{L}-]+(?: \p{Lu}[\p{L}-]+)?)"
    r" [Pp]art(?:y|ies)\b"
)
_OFFICE = (
    r"(?:leader|co-leader|deputy leader|MP|MEP|MPs|lawmaker|legislator|deputy|senator|politician"
    r"|congressm[ae]n|congresswom[ae]n|representative|nominee|candidate|contender|hopeful|whip"
    r"|councillor|minister|premier|chairman|chairwoman|chair)"
)
_BEFORE = regex.compile(
    rf"(?P<name>\p{{Lu}}[\p{{L}}-]+(?: \p{{Lu}}[\p{{L}}-]+)?)"
    rf"(?: [\p{{Ll}}-]+){{0,3}} {_OFFICE}(?: [\p{{Ll}}-]+)?,? $"
)


class _Side(NamedTuple):
    """To which party, country and other state a name belongs; "" where it is not known."""

    own: str = ""  # that somebody gave
    party: str = ""
    country: str = ""
    region: str = ""


def find_own_side(
    table: pd.DataFrame,
    corpus: Any = None,
    *,
    sides: Mapping[str, str] | pd.DataFrame | None = None,
    by: str = "side",
) -> pd.DataFrame:
    """Find the rows in which evaluator and target are one, or of one party, state or other side.

    Parameters
    ----------
    table : pandas.DataFrame
        Rows with `evaluator` and `target` (`find_evaluations`, `count_evaluations`), or with
        `voice` and `entity` (`score_targets` with voices, `summarise_targets` by voice).
    corpus : Corpus, optional
        The corpus, whose texts tell of which party or state a person is ("Russian President
        Vladimir Putin", "the Democratic senator", "Ted Cruz (R-Texas)", "Labour MP Ann Lee").
    sides : mapping of str to str, or pandas.DataFrame, optional
        The side of names that the texts do not tell, or tell otherwise: by name; or a table with
        `entity` and the column that `by` names.
    by : str
        The column of `sides` that says to which side a name belongs: "party", "bloc".

    Returns
    -------
    pandas.DataFrame
        Those rows, in their order, with a column `side`. Read the passages of each critical one
        before believing it: that somebody speaks ill of their own side is rarer than a mistake.
        ``attrs["no_side"]`` holds the names of `table` of which no side is known, the most frequent
        first: rows with two of them are not here unless the names are equal.

    Raises
    ------
    InputError
        If the columns are not there, or `sides` is neither a mapping nor such a table.

    Notes
    -----
    Where `sides` tells the side of both names, that decides. Else two names are of one side if
    they are of one party; where the party of one is not known, if they are of one country, or else
    of one state of a country. A name is of a country or party that it is or names ("Chinese
    ministry", "Beijing", "GOP"), a person of those with which the texts most often give them a
    role. Parties are known by what the corpus calls a party ("the Labour Party"); Republicans and
    Democrats always are.

    Examples
    --------
    >>> rows = pd.DataFrame({"evaluator": ["Peru", "Peruvian ministry"],
    ...                      "target": ["Chile", "Peru"]})
    >>> find_own_side(rows)
               evaluator target  side
    1  Peruvian ministry   Peru  Peru
    """
    pair = ("voice", "entity") if "evaluator" not in table.columns else ("evaluator", "target")
    require_columns(table, pair, "evaluations")
    given = _given(sides, by)
    told = _told(corpus) if is_corpus(corpus) else {}
    names = pd.concat([table[name].astype(object) for name in pair]).dropna().map(str)
    often = names[~names.str.startswith("(")].value_counts()
    side = {
        name: _side_of(name, told.get(name, _Side()))._replace(own=given.get(name, ""))
        for name in often.index
    }
    found = [
        _shared(str(one), str(other), side)
        for one, other in zip(*(table[name].astype(object) for name in pair), strict=True)
    ]
    same = np.array([bool(name) for name in found], dtype=bool)
    result = table[same].copy()
    result["side"] = pd.array([name for name in found if name], dtype="str")
    result.attrs["no_side"] = [name for name in often.index if not any(side[name])]
    return result


def _given(sides: Mapping[str, str] | pd.DataFrame | None, by: str) -> dict[str, str]:
    """The sides that somebody gave, by name."""
    if sides is None:
        return {}
    if isinstance(sides, pd.DataFrame):
        require_columns(sides, ("entity", by), "sides")
        known = sides[sides[by].notna() & (sides[by].astype(str) != "")]
        return dict(zip(known["entity"].astype(str), known[by].astype(str), strict=True))
    if not isinstance(sides, Mapping):
        raise InputError(
            f"sides={sides!r} is neither a mapping of names to sides nor a table with 'entity' and"
            f" {by!r}."
        )
    return {str(name): str(value) for name, value in sides.items() if value}


def _shared(one: str, other: str, side: Mapping[str, _Side]) -> str:
    """The side that two names share; "" if they share none that is known."""
    first, second = side.get(one), side.get(other)
    if first is None or second is None:  # "(none)"
        return ""
    if one == other:
        return next(filter(None, first), one)
    for mine, theirs in zip(first, second, strict=True):
        if mine and theirs:
            return mine if mine == theirs else ""
    return ""


def _side_of(name: str, told: _Side) -> _Side:
    """The sides that a name says, and else those that the texts tell of it."""
    own = _sorted(states_in(name[:1].upper() + name[1:]))
    party = _PARTY.search(name)
    if party and not own.party:
        own = own._replace(party=party["name"])
    return _Side(*(mine or theirs for mine, theirs in zip(own, told, strict=True)))


def _sorted(states: set[str]) -> _Side:
    """Parties, countries and the states of countries, apart."""
    rest = states - _ALWAYS
    rest -= {one for one in rest if any(other.endswith(f" {one}") for other in rest)}  # New Jersey
    countries = {name for name in rest if is_country(name) or name.startswith("United ")}
    kinds = (states & _ALWAYS, countries, rest - countries)
    return _Side("", *(min(kind, default="") for kind in kinds))


def _told(corpus: Any) -> dict[str, _Side]:
    """The party and state with which the texts most often give persons their roles."""
    often: dict[str, list[Counter[str]]] = defaultdict(lambda: [Counter() for _ in _Side._fields])
    texts = corpus.documents["text"].tolist()
    parties = _ALWAYS | {match["name"] for text in texts for match in _PARTY.finditer(text)}
    for row, own in mentions_by_document(corpus.documents, corpus.mentions).items():
        for holder in Roles(texts[row], own).holders:
            for count, value in zip(often[holder.entity], _sorted(set(holder.states)), strict=True):
                count.update([value] * bool(value))
            often[holder.entity][-1].clear()  # a senator of Texas is not of the side "Texas"
        for entity, party in _parties(texts[row], own, parties):
            often[entity][1][party] += 1
    return {
        entity: _Side(*(count.most_common(1)[0][0] if count else "" for count in counts))
        for entity, counts in often.items()
    }


def _parties(text: str, mentions: Any, parties: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Persons and the party that stands beside their name."""
    for one in mentions:
        if one.label != "PERSON":
            continue
        behind = _BRACKET.match(text, one.end)
        if behind and behind["letter"]:
            yield one.entity, _LETTERS[behind["letter"].lower()]
        elif behind and behind["name"] in parties:
            yield one.entity, behind["name"]
        before = _BEFORE.search(text[max(0, one.start - 60) : one.start])
        if before and before["name"] in parties:
            yield one.entity, before["name"]
