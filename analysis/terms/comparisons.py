"""Which sides are compared with each other, and their sums from all parts of a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import Groups, InputError, merge_groups, require_choice, require_columns, say
from analysis.terms.differences import one_group
from analysis.terms.estimate import Sums
from analysis.terms.sides import Pair, Side, Table
from analysis.terms.tally import merge_names
from analysis.text.forms import form_of

REST = "the rest"
LIST = "frequency list"
EVERYTHING = "all texts"


class Grouped(NamedTuple):
    """What a part says of its groups, before any is compared."""

    groups: Groups
    documents: np.ndarray  # of every group
    unknown: str  # the group of texts without a value; empty if there is none
    any_words: bool
    table: Table | None  # of a corpus of one part, to be used again


class Plan(NamedTuple):
    """The sides to add up, each some of the groups, and which of them are compared."""

    groups: Groups
    masks: list[np.ndarray]
    pairs: list[tuple[str, str, int, int]]  # names and sides; the other is -1 for a list
    table: Table | None
    single: bool  # whether a side is one document


class Sided(NamedTuple):
    """The sides of a part."""

    terms: pd.Index
    sides: list[tuple[Side, Side | None]]


def grouped(groups: Groups, of: np.ndarray, unknown: str, words: int) -> Grouped:
    """What a part of so many words says of its groups; `of` are those of its documents."""
    documents = np.bincount(of, minlength=len(groups.keys))
    return Grouped(groups._replace(codes=groups.codes[:0]), documents, unknown, words > 0, None)


def plan_of(
    parts: Sequence[Grouped], target: Any, reference: Any, by: str | Sequence[str] | None
) -> Plan:
    """The two sides of every comparison asked for."""
    groups, recodes = merge_groups([part.groups for part in parts])
    names = _names_of(groups)
    if not names or not any(part.any_words for part in parts):
        raise InputError("There are no words to compare; choose other texts.")
    documents = np.zeros(len(names), dtype=np.int64)
    for part, recode in zip(parts, recodes, strict=True):
        documents[recode] += part.documents
    target, reference = one_group(target), one_group(reference)
    targets = names if target is None else [require_choice(str(target), names, "target")]
    chosen = {name: np.arange(len(names)) == number for number, name in enumerate(names)}
    sides: list[tuple[str, str, np.ndarray, np.ndarray | None]]
    if isinstance(reference, pd.DataFrame):
        sides = [(name, LIST, chosen[name], None) for name in targets]
    elif len(names) == 1:
        raise InputError(_say_alone(names[0]))
    elif reference is None:
        # The group `unknown`, of texts without a value, is compared only where it is named.
        unknown = next((part.unknown for part in parts if part.unknown), "")
        left = chosen.get(unknown) if target != unknown else None
        if left is not None:
            targets = _known_targets(chosen, targets, unknown, int(documents[left].sum()))
        rest = np.ones(len(names), dtype=bool) if left is None else ~left
        sides = [(name, REST, chosen[name], ~chosen[name] & rest) for name in targets]
    else:
        against = require_choice(str(reference), names, "reference")
        targets = [name for name in targets if name != against]
        if not targets:
            raise InputError(
                f"target and reference are both {against!r}; name two different groups."
            )
        sides = [(name, against, chosen[name], chosen[against]) for name in targets]
    place: dict[bytes, int] = {}
    masks: list[np.ndarray] = []
    pairs = []
    for one, other, *both in sides:
        numbers = [_number_of(mask, place, masks) for mask in both]
        pairs.append((one, other, numbers[0], numbers[1]))
    single = any(documents[mask].sum() == 1 for mask in masks)
    return Plan(groups, masks, pairs, parts[0].table if len(parts) == 1 else None, single)


def _names_of(groups: Groups) -> list[str]:
    """What the groups are called."""
    if not groups.names:
        return [EVERYTHING]
    columns = [level.take(key) for level, key in zip(groups.levels, groups.keys.T, strict=True)]
    return [", ".join(map(str, row)) for row in zip(*columns, strict=True)]


def _say_alone(name: str) -> str:
    """What is wrong where all texts are in one group."""
    one = f"All texts are in one group, {name!r}"
    one = "by=None makes one group of all texts" if name == EVERYTHING else one
    return (
        f"{one}, and there is no other to compare with; name a column that parts the texts,"
        " or pass a frequency list as reference."
    )


def _number_of(mask: np.ndarray | None, place: dict[bytes, int], masks: list[np.ndarray]) -> int:
    """The number of a side among the sides so far, to which it is added; -1 of a list."""
    if mask is None:
        return -1
    number = place.setdefault(mask.tobytes(), len(masks))
    if number == len(masks):
        masks.append(mask)
    return number


def _known_targets(
    chosen: dict[str, np.ndarray], targets: list[str], unknown: str, texts: int
) -> list[str]:
    """The targets that are compared with the rest of the texts that have a value."""
    kept = [name for name in targets if name != unknown]
    if len(chosen) < 3:
        raise InputError(
            f"All texts that have a value are {kept[0]!r}, and there is no other group to compare"
            f" with; reference={unknown!r} compares them with the texts without a value."
        )
    say(
        f"{texts:,} {'text has' if texts == 1 else 'texts have'} no value to group by and"
        f" {'is' if texts == 1 else 'are'} left out of the comparison; reference={unknown!r}"
        " compares with them.",
        deeper=4,
    )
    return kept


def pairs_of(parts: Sequence[Sided], plan: Plan, reference: Any) -> tuple[pd.Index, list[Pair]]:
    """The vocabulary, and the two sides of every comparison asked for."""
    words, sides = merge_sides(parts)
    if isinstance(one_group(reference), pd.DataFrame):
        listed, vocabulary = _listed(one_group(reference), words)
        place = vocabulary.get_indexer(words)
        wide = [_spread(side, place, len(vocabulary)) for side in sides]
        return vocabulary, _with_words([Pair(n, o, wide[i], listed) for n, o, i, _ in plan.pairs])
    return words, _with_words([Pair(n, o, sides[i], sides[j]) for n, o, i, j in plan.pairs])


def merge_sides(parts: Sequence[Sided]) -> tuple[pd.Index, list[Side]]:
    """The vocabulary of all parts, and their sides added up."""
    words = parts[0].terms
    places: list[np.ndarray] = []
    if len(parts) > 1 or not words.is_monotonic_increasing:
        words, places = merge_names([part.terms for part in parts])
        order = np.argsort(words.to_numpy(dtype=object), kind="stable")
        words, rank = words[order], np.argsort(order)
        places = [rank[place] for place in places]
    found = []
    for number in range(len(parts[0].sides)):
        own = [part.sides[number] for part in parts]
        texts = sum(side.texts or 0 for side, _ in own)
        chosen = [alone if texts == 1 and alone is not None else side for side, alone in own]
        added = _added(chosen, places, len(words)) if places else chosen[0]
        found.append(added._replace(texts=texts))
    return words, found


def _added(sides: Sequence[Side], places: Sequence[np.ndarray], size: int) -> Side:
    """Some parts of a side added up, whose terms have places in the vocabulary of all."""
    sums = [np.zeros(size if np.ndim(part) else ()) for part in sides[0].sums]
    spread, documents = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for side, place in zip(sides, places, strict=True):
        for whole, own in zip(sums, side.sums, strict=True):
            whole[place if np.ndim(own) else ()] += own
        spread[place] += side.spread
        documents[place] += np.asarray(side.documents)
    over = next((side.over for side in sides if side.over != "documents"), "documents")
    lengths = np.concatenate([side.lengths for side in sides])
    return Side(Sums(*sums), spread, documents, None, over, lengths)


def _with_words(pairs: list[Pair]) -> list[Pair]:
    """The comparisons whose two sides have words."""
    kept = [pair for pair in pairs if pair.one.base and pair.other.base]
    if not kept:
        first = pairs[0]
        empty = first.reference if first.one.base else first.target
        raise InputError(f"There is nothing to compare: {empty} has no words; choose other groups.")
    return kept


def _listed(reference: pd.DataFrame, words: pd.Index) -> tuple[Side, pd.Index]:
    """A frequency list as a side, over the vocabulary of both."""
    require_columns(reference, ("term", "count"), "frequency list")
    terms = pd.Index(reference["term"], dtype=object)
    raised = [term for term in terms if isinstance(term, str) and term != form_of(term)]
    if raised:
        raise InputError(
            f"The frequency list has {raised[0]!r}; its terms must be in lower case, as those of"
            " the tokens are (add up the forms, then lower them)."
        )
    count = pd.to_numeric(reference["count"], errors="coerce").to_numpy(dtype=float)
    wrong = terms.duplicated() | terms.isna() | ~(count >= 0) | (count % 1 != 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise InputError(
            f"Row {row} of the frequency list ({terms[row]!r}, {reference['count'].iloc[row]!r})"
            " cannot be used; each term must stand once, with a whole number of occurrences."
        )
    base = reference.attrs.get("total", count.sum())
    if "base" in reference.columns and len(reference):
        base = reference["base"].max()
    if not isinstance(base, int | float | np.number) or not np.isfinite(base):
        raise InputError(f"The frequency list gives {base!r} as its total, which is no number.")
    if base < count.sum():
        raise InputError(
            f"The frequency list counts {count.sum():.0f} occurrences but gives {base} as its"
            " total; correct its column base or attrs['total']."
        )
    vocabulary = words.union(terms)
    known = reference["documents"].to_numpy() if "documents" in reference.columns else None
    spread = count if known is None else known
    whole = np.asarray(base, dtype=np.float64)
    sums = Sums(whole, count, whole, count, count, whole)
    listed = Side(sums, spread.astype(np.int64), known, None, "words")
    return _spread(listed, vocabulary.get_indexer(terms), len(vocabulary)), vocabulary


def _spread(side: Side, place: np.ndarray, size: int) -> Side:
    """A side over a larger vocabulary."""

    def wider(values: Any) -> Any:
        if values is None or not np.ndim(values):
            return values
        wide = np.zeros(size, dtype=values.dtype)
        wide[place] = values
        return wide

    sums = Sums(*map(wider, side.sums))
    return side._replace(sums=sums, spread=wider(side.spread), documents=wider(side.documents))
