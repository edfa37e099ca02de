"""A difference in a sentence: what was counted, against what, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from analysis.wording import label, number, plural

Row = Mapping[str, Any]


def phrase(row: Row, labels: Mapping[str, str]) -> str:
    """What a row of `find_key_differences` says; groups as the corpus writes them."""
    if row["by"]:
        named = {end: labels.get(row[end], row[end]) for end in ("target", "reference")}
        row = {**row, **named}
    return _SENTENCES[row["kind"]](row)


def _texts(row: Row) -> tuple[str, str]:
    """The target's texts and those it is compared with, in words."""
    target, reference = label(row["target"], 60), label(row["reference"], 60)
    if row["by"] == "published":
        return f"texts published {target}", f"texts published {reference}"
    other = "all other texts" if reference == "the rest" else f"texts of “{reference}”"
    return f"texts of “{target}”", other


def _in_texts(row: Row, end: str = "") -> str:
    """In how many of a side's texts something is: "in 5 of 6 texts"."""
    n, size = row[f"documents{end}"], row[f"group_documents{end}"]
    return f"in {n} of {plural(size, 'text')}"


def _interval(row: Row, scale: float = 1, unit: str = "") -> str:
    """The difference with its interval."""
    ends = [number(scale * row[name], 2) for name in ("difference", "low", "high")]
    return f"difference {ends[0]}{unit} ({ends[1]} to {ends[2]})"


def _rate(row: Row) -> str:
    """A word or name that one group has more or less often than the others."""
    own, other = _texts(row)
    noun = "the word" if row["kind"] == "word" else "the name"
    item = f"{noun} “{label(row['item'], 60)}”"
    if not row["count"]:
        size = plural(row["group_documents"], "text")
        return (
            f"None of the {size} {own.removeprefix('texts ')} has {item}; {other} have it"
            f" {number(row['value_reference'], 2)} times in 1,000 words"
            f" ({_in_texts(row, '_reference')})."
        )
    how = "more" if row["difference"] > 0 else "less"
    return (
        f"{own[:1].upper()}{own[1:]} have {item} {how} often than {other}:"
        f" {number(row['value'], 2)} against {number(row['value_reference'], 2)} in 1,000 words,"
        f" {_in_texts(row)} and {_in_texts(row, '_reference')}; {_interval(row)}."
    )


def _share(row: Row) -> str:
    """A speaker who has more or less of the words in one group."""
    own, other = _texts(row)
    who = f"Words of {label(row['item'], 60)}"
    if row["item"].startswith("("):
        who = "Words of people and bodies that are quoted or reported"
    how = "a larger" if row["difference"] > 0 else "a smaller"
    return (
        f"{who} are {how} part of {own} than of {other}: {_percent(row['value'])} against"
        f" {_percent(row['value_reference'])} of all words, {_in_texts(row)} and"
        f" {_in_texts(row, '_reference')}; {_interval(row, 100, ' points')}."
    )


def _percent(share: float) -> str:
    return f"{number(100 * share, 2)} %"


def _tone(row: Row) -> str:
    """Words of more or less pleasant tone in one group."""
    own, other = _texts(row)
    how = "higher" if row["difference"] > 0 else "lower"
    sizes = (f"{row[f'base{end}']:,} sentences" for end in ("", "_reference"))
    return (
        f"The words of {own} have a {how} mean tone (lexicon, −1 to +1) than those of {other}:"
        f" {number(row['value'], 2)} against {number(row['value_reference'], 2)}, over"
        f" {' and '.join(sizes)}; {_interval(row)}."
    )


def _most(row: Row) -> str:
    """The speaker with the most words."""
    return (
        f"Of all who are quoted, {label(row['target'], 60)} has the most words:"
        f" {_percent(row['value'])} of all words ({_in_texts(row)}), ahead of"
        f" {label(row['reference'], 60)} with {_percent(row['value_reference'])}"
        f" ({_in_texts(row, '_reference')}); {_interval(row, 100, ' points')}."
    )


def _given(row: Row) -> str:
    """Somebody who is quoted in more or fewer of the texts that name them."""
    name = label(row["item"], 60)
    given = f"{row['count']:,} ({_percent(row['value'])})" if row["count"] else "none"
    return (
        f"Of the {plural(row['base'], 'text')} that name {name}, {given} quote or report what"
        f" {name} says; of other persons that is so in {_percent(row['value_reference'])} of the"
        f" cases in which a text names one; {_interval(row, 100, ' points')}."
    )


_SENTENCES: dict[str, Callable[[Row], str]] = {
    "word": _rate,
    "name": _rate,
    "speaker": _share,
    "tone": _tone,
    "most words": _most,
    "given the word": _given,
}
