"""The two sides of a comparison: how often each of their units has each term."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import gammaln, ndtri

from analysis.tables import (
    Groups,
    InputError,
    group_rows,
    merge_groups,
    require_choice,
    require_columns,
    say,
)
from analysis.terms.counting import codes_of, words_of
from analysis.terms.differences import one_group
from analysis.terms.estimate import LEAST_UNITS, Sums
from analysis.terms.formulas import conservative_log_ratio, log_ratio
from analysis.terms.quantiles import beta_tail, student_quantile, student_tail
from analysis.terms.tally import merge_names
from analysis.text.forms import form_of
from analysis.text.index import Cells, TokenIndex, add_up, index_of

REST = "the rest"
LIST = "frequency list"
EVERYTHING = "all texts"
_AT_ONCE = 50_000  # terms of a sum that are held at a time


class Side(NamedTuple):
    """One side of a comparison: sums over its units, for the whole vocabulary."""

    sums: Sums
    spread: np.ndarray  # units that have the term
    documents: np.ndarray | None  # documents that have it; None where a list does not say it
    texts: int | None  # documents of the side; None for a list
    over: str  # the units: "documents", "sentences" of one document, or "words" of a list
    lengths: np.ndarray = np.empty(0)  # words of the documents

    @property
    def base(self) -> int:
        """Words of the side."""
        return int(self.sums.base)

    @property
    def lack(self) -> str:
        """Why nothing can be inferred about this side; empty if it can."""
        if self.over == "words" or self.sums.n >= LEAST_UNITS:
            return ""
        one = "is one document and " if self.texts == 1 else ""
        return f"{one}has fewer than {LEAST_UNITS} {self.over}"

    def terms(self, rows: np.ndarray) -> Sums:
        """The sums of some terms."""
        n, total, base, total2, cross, base2 = self.sums
        return Sums(n, total[rows], base, total2[rows], cross[rows], base2)


class Pair(NamedTuple):
    """A comparison: two names, two sides."""

    target: str
    reference: str
    one: Side
    other: Side

    @property
    def lack(self) -> str:
        """Why nothing can be inferred; empty if it can."""
        named = ((self.target, self.one), (self.reference, self.other))
        return "; ".join(f"{name} {side.lack}" for name, side in named if side.lack)

    @property
    def units(self) -> str:
        """What is one draw on either side, or why there is no inference."""
        if self.lack:
            return f"none: {self.lack}"
        if self.one.over == self.other.over == "documents":
            return self.one.over
        named = ((self.target, self.one), (self.reference, self.other))
        places = {"sentences": "sentences of one document"}
        return "; ".join(f"{name}: {places.get(side.over, side.over)}" for name, side in named)


class Draws(NamedTuple):
    """How often terms occur on a side, and how far these counts are from chance draws of words."""

    total: np.ndarray
    base: np.ndarray
    variance: np.ndarray  # of the total
    freedom: np.ndarray  # degrees of freedom of the variance


def draws_of(sums: Sums, over: str = "documents") -> Draws:
    """The counts of a side, and their variance with documents (or sentences) as the draws."""
    if over == "words":
        return Draws(sums.total, sums.base, sums.total, np.full(sums.total.shape, np.inf))
    # Even counts are no surer than independent words: Poisson at least.
    freedom = np.maximum(sums.kish - 1, 1e-9)
    variance = np.nan_to_num(sums.residuals)
    whole = np.broadcast_to(freedom, sums.total.shape)
    return Draws(sums.total, sums.base, np.maximum(variance, sums.total), whole)


def tell_apart(one: Draws, other: Draws, *, family: int, alpha: float) -> dict[str, np.ndarray]:
    """The log ratio, its conservative bound, the design effect and p, with documents as draws."""
    # The counts are divided by the design effect D, as in Rao & Scott 1992, “A simple method for
    # the analysis of clustered binary data”, Biometrics 48; for the quantile z of the exact
    # interval stands Student's t, as in Korn & Graubard 1998 (D grows by t²/z²), with the degrees
    # of freedom of Satterthwaite 1946, since the two sides may be of very different size.
    own, others = (side.variance / side.base**2 for side in (one, other))
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = (own + others) / (one.total / one.base**2 + other.total / other.base**2)
        freedom = (own + others) ** 2 / (own**2 / one.freedom + others**2 / other.freedom)
        p = _exact_p(one, other, effect, freedom)
        sure = np.flatnonzero(p < alpha)  # the interval of the others includes 0 by far
        tail = alpha / family / 2
        larger = effect[sure] * (student_quantile(freedom[sure], tail) / ndtri(tail)) ** 2
    counts = [
        (side.total[sure] / larger, np.broadcast_to(side.base, p.shape)[sure])
        for side in (one, other)
    ]
    bound = np.zeros(len(p))
    bound[sure] = conservative_log_ratio(*counts[0], *counts[1], family=family, alpha=alpha)
    ratio = log_ratio(one.total, one.base, other.total, other.base)
    return {"log_ratio": ratio, "lrc": bound, "design_effect": effect, "p": p}


def _exact_p(one: Draws, other: Draws, effect: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """The binomial test of the counts divided by their design effect, with t for normal."""
    f1, f2 = one.total / effect, other.total / effect
    over = f1 * other.base >= f2 * one.base
    share = np.where(over, one.base, other.base) / (one.base + other.base)
    more, less = np.where(over, f1, f2), np.where(over, f2, f1)
    # Of none on the other side it is share to the power of more. From the mean and the mode of the
    # beta distribution on it is a half or more (the median lies between them), and p is 1.
    mean, mode = more / (more + less + 1), (more - 1) / np.maximum(more + less - 1, 1e-9)
    both = (less > 0) & ~(share >= np.where(more > 1, np.maximum(mean, mode), mean))
    tail = np.where(less > 0, 1, share**more)
    some = np.flatnonzero(both)
    tail[some] = beta_tail(more[some], less[some] + 1, share[some])
    half = np.full(tail.shape, 0.5)
    some = np.flatnonzero(~(tail >= 0.5))
    half[some] = student_tail(freedom[some], ndtri(np.maximum(tail[some], 1e-300)))
    return 2 * half


def with_presence(
    found: dict[str, np.ndarray], have: Sequence[np.ndarray], lengths: Sequence[np.ndarray]
) -> dict[str, np.ndarray]:
    """What `tell_apart` found, with the test of presence: how many documents have a term."""
    # Of two tests the better was taken, so p is doubled.
    presence = presence_p(found["log_ratio"] >= 0, have, lengths)
    p = np.minimum(2 * np.minimum(found["p"], presence), 1)
    return found | {"p": p, "p_counts": found["p"], "p_presence": presence}


def presence_p(
    over: np.ndarray, have: Sequence[np.ndarray], lengths: Sequence[np.ndarray]
) -> np.ndarray:
    """Fisher's exact test of the documents that have a term, in the direction of its rates."""
    # Where the side with the higher rate has the longer documents, they have more of all terms: the
    # odds are then those of one rate on both sides with words as independent draws (the most that
    # length can do, since words in bursts gain less by it), as Fisher's noncentral hypergeometric
    # distribution takes them. Otherwise the odds are even.
    one, two = (np.count_nonzero(own) for own in lengths)
    present = _by_length(lengths)
    keys = (over * (one + 1) + have[0].astype(np.int64)) * (two + 1) + have[1].astype(np.int64)
    which, known = pd.factorize(keys)
    rest, second = np.divmod(known, two + 1)
    first = rest >= one + 1
    counts = rest % (one + 1), second
    n, m = np.where(first, one, two), np.where(first, two, one)
    more, whole = np.where(first, *counts), counts[0] + counts[1]
    p, q = (np.clip(part[whole], 1e-12, 1 - 1e-12) for part in present)
    p, q = np.where(first, p, q), np.where(first, q, p)
    odds = np.log(np.maximum(p / (1 - p) / (q / (1 - q)), 1.0))
    tails: np.ndarray = np.minimum(2 * _tails(more, whole * 2 + first, (whole, n, m, odds)), 1)
    return tails[which]


def _tails(more: np.ndarray, kind: np.ndarray, four: Sequence[np.ndarray]) -> np.ndarray:
    """P(X ≥ more) of Fisher's noncentral hypergeometric distribution.

    `four` are its whole, n, m and log odds; tests of one kind share their distribution.
    """
    which, known = pd.factorize(kind)
    first = np.empty(len(known), dtype=np.int64)
    first[which[::-1]] = np.arange(len(which))[::-1]
    whole, n, m, odds = (column[first] for column in four)
    low, high = np.maximum(whole - m, 0), np.minimum(whole, n)
    found = np.empty(len(more))
    portion = (np.cumsum(high - low + 1) // _AT_ONCE)[which]
    for number in range(int(portion.max(initial=-1)) + 1):
        tests = np.flatnonzero(portion == number)
        tests = tests[np.argsort(which[tests], kind="stable")]  # side by side, as they are summed
        some, place = np.unique(which[tests], return_inverse=True)
        length = high[some] - low[some] + 1
        end = np.cumsum(length)
        weight = _weights([column[some] for column in (whole, n, m, odds, low)], length)
        every = np.add.reduceat(weight, end - length)
        begin = (end - length - low[some])[place] + more[tests]
        stretch = np.stack([begin, end[place]], axis=1).ravel()
        sums = np.add.reduceat(np.append(weight, 0.0), stretch)[::2]
        found[tests] = sums / every[place]
    return found


def _weights(five: Sequence[np.ndarray], length: np.ndarray) -> np.ndarray:
    """What the probabilities of some distributions are in proportion to, one behind the other."""
    whole, n, m, odds, low = five
    logs = gammaln(np.arange(int(np.maximum(n, m).max(initial=0)) + 1) + 1)  # of factorials
    begin = np.cumsum(length) - length
    row = np.repeat(np.arange(len(whole)), length)
    x = np.arange(len(row)) - (begin - low)[row]
    weight = x * odds[row] - logs[x] - logs[n[row] - x]
    x = whole[row] - x
    weight -= logs[x] + logs[m[row] - x]
    weight -= np.repeat(np.maximum.reduceat(weight, begin), length)
    return np.exp(weight, out=weight)


def _by_length(lengths: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The share of each side's documents that would have a term of 0, 1, 2 … documents in all."""
    sides = [own[own > 0].astype(np.float64) for own in lengths]
    rates = np.exp(np.linspace(-25, 5, 400))
    shares = [_present(rates, own) for own in sides]
    whole = sum(len(own) * share for own, share in zip(sides, shares, strict=True))
    number = np.arange(sum(map(len, sides)) + 1)
    return [np.interp(number, whole, share) for share in shares]


def _present(rates: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The mean of 1 − exp(−rate · length) for each rate."""
    known, times = np.unique(lengths, return_counts=True)
    weight = times / times.sum()
    share = np.ones(len(rates))
    rare = rates * known[-1] < 0.1  # there the series, to twelve terms, is as exact
    term, powers = np.ones(int(rare.sum())), np.ones(len(known))
    share[rare] = 0
    for number in range(1, 13):
        term, powers = -term * rates[rare] / number, powers * known
        share[rare] -= term * (powers @ weight)
    some = ~rare & (rates * known[0] < 40)
    share[some] = -np.expm1(-rates[some, None] * known) @ weight
    return share


class Table(NamedTuple):
    """How often each document of a part of a corpus has each term in each group."""

    counts: sparse.csr_array  # (units × terms); a unit is what one document has in one group
    doc: np.ndarray  # of every unit
    group: np.ndarray  # of every unit
    groups: Groups
    rows: np.ndarray | None  # group of every row of the tokens; None if documents are whole
    tokens: pd.DataFrame
    words: np.ndarray  # of every unit
    whole: tuple[Sums, np.ndarray] | None  # sums and spread of all units; None as for `rows`

    @property
    def terms(self) -> pd.Index:
        """The vocabulary."""
        return self.tokens["term"].cat.categories

    def sides(self, known: Plan) -> list[tuple[Side, Side | None]]:
        """The sums of the sides of a plan; those of one document over its sentences, too."""
        _, (whole, own) = merge_groups([known.groups, self.groups])
        place = np.zeros(len(whole), dtype=np.int64)
        place[whole] = np.arange(len(whole))
        group: np.ndarray = place[own]
        added: dict[bytes, Any] = {}
        found = []
        for mask in known.masks:
            chosen = mask[group[self.group]]
            sums, spread, words = self._side(chosen, added)
            side = Side(sums, spread, spread, len(words), "documents", words)
            found.append((side, self._over_sentences(side, chosen, mask[group])))
        return found

    def _side(
        self, chosen: np.ndarray, added: dict[bytes, Any]
    ) -> tuple[Sums, np.ndarray, np.ndarray]:
        """The sums of some units, the documents that have each term, and the documents' words."""
        words = self.words[chosen]
        if self.whole is not None:
            return *self._whole_documents(chosen, added), words
        counts, doc = self.counts[chosen], self.doc[chosen]
        docs, place = np.unique(doc, return_inverse=True)
        if len(docs) < len(doc):  # a document that is in several of the chosen groups is one draw
            joined = _counts(place, np.arange(len(doc)), (len(docs), len(doc)))
            counts, words = joined @ counts, joined @ words
        return *_sums(counts, words), words

    def _whole_documents(
        self, chosen: np.ndarray, added: dict[bytes, Any]
    ) -> tuple[Sums, np.ndarray]:
        """The sums of some documents: theirs, or all without those of the others."""
        every: Any = self.whole
        if chosen.all():
            return every  # type: ignore[no-any-return]
        fewer = 2 * self.words[chosen].sum() <= self.words.sum()
        some = chosen if fewer else ~chosen
        key = some.tobytes()
        if key not in added:
            added[key] = _sums(self.counts[some], self.words[some])
        sums, spread = added[key]
        if fewer:
            return sums, spread
        rest = (all_ - part for all_, part in zip(every[0], sums, strict=True))
        return Sums(*rest), every[1] - spread

    def _over_sentences(self, side: Side, chosen: np.ndarray, groups: np.ndarray) -> Side | None:
        """A side of one document, measured over its sentences."""
        if side.texts != 1 or "sentence" not in self.tokens.columns:
            return None
        own = (codes_of(self.tokens, "doc") == self.doc[chosen][0]) & words_of(self.tokens)
        if self.rows is not None:
            own &= groups[self.rows]
        sentence, place = np.unique(self.tokens["sentence"].to_numpy()[own], return_inverse=True)
        shape = (len(sentence), self.counts.shape[1])
        counts = _counts(place, codes_of(self.tokens, "term")[own], shape)
        sums, spread = _sums(counts, counts.sum(axis=1))
        return side._replace(sums=sums, spread=spread, over="sentences")


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


class Sided(NamedTuple):
    """The sides of a part."""

    terms: pd.Index
    sides: list[tuple[Side, Side | None]]


def grouped(table: Table, unknown: str, *, alone: bool) -> Grouped:
    """What a part says of its groups."""
    documents = np.bincount(table.group, minlength=len(table.groups.keys))
    none = table.groups._replace(codes=table.groups.codes[:0])
    return Grouped(none, documents, unknown, bool(table.counts.nnz), table if alone else None)


def table_of(
    tokens: pd.DataFrame,
    by: str | Sequence[str] | None,
    documents: pd.DataFrame | None,
    owner: pd.DataFrame,
) -> Table:
    """Count the terms of a tokens table (as `coded` returns it) by document and group."""
    doc, term, is_word = codes_of(tokens, "doc"), codes_of(tokens, "term"), words_of(tokens)
    size = len(tokens["term"].cat.categories)
    wanted = {by} if isinstance(by, str) else set(by or ())
    arrays = {"doc": doc, "term": term, "is_word": tokens["is_word"].to_numpy()}
    if wanted & (set(tokens.columns) - {"doc"}):
        groups = group_rows(tokens, by, documents)
        rows = groups.codes
        pairs, unit = np.unique(rows * (int(doc.max(initial=0)) + 1) + doc, return_inverse=True)
        group, docs = np.divmod(pairs, int(doc.max(initial=0)) + 1)
        counts = _counts(unit[is_word], term[is_word], (len(pairs), size))
        return Table(counts, docs, group, groups, rows, tokens, counts.sum(axis=1), None)
    index = index_of(arrays, size, owner)
    counts, docs = _by_document(arrays, size, index)
    words = counts.sum(axis=1) if index is None else index.lengths
    whole = _sums(counts, words) if index is None else _whole(index)
    own: Any = tokens["doc"].cat.categories
    own = own.take(docs) if "doc" in wanted else pd.Categorical.from_codes(docs, own)
    frame = pd.DataFrame({"doc": own}, copy=False)
    groups = group_rows(frame, by, documents)
    return Table(counts, docs, groups.codes, groups, None, tokens, words, whole)


def _by_document(
    arrays: dict[str, np.ndarray], size: int, index: TokenIndex | None
) -> tuple[sparse.csr_array, np.ndarray]:
    """The counts (documents × terms), and the document of every row."""
    doc, term, is_word = arrays["doc"], arrays["term"], arrays["is_word"].astype(bool)
    if index is not None:
        cells, starts = index.cells, index.edges[:-1]
        shape = (len(starts), size)
        return sparse.csr_array((cells.counts, cells.term, cells.edges), shape=shape), doc[starts]
    docs, unit = np.unique(doc, return_inverse=True)
    return _counts(unit[is_word], term[is_word], (len(docs), size)), docs


def _counts(row: np.ndarray, column: np.ndarray, shape: tuple[int, int]) -> sparse.csr_array:
    """Count pairs of codes."""
    ones = np.ones(len(row), dtype=np.int64)
    return sparse.coo_array((ones, (row, column)), shape=shape).tocsr()


def _whole(index: TokenIndex) -> tuple[Sums, np.ndarray]:
    """The five sums over all documents, which the index knows."""
    *sums, spread = index.sums
    return Sums(*sums), spread


def _sums(counts: sparse.csr_array, words: np.ndarray) -> tuple[Sums, np.ndarray]:
    """The five sums over the rows for every column, and how many rows have it."""
    cells = Cells(counts.indptr, counts.indices, counts.data)
    *sums, spread = add_up(cells, words, counts.shape[1])
    return Sums(*sums), spread


def plan_of(
    parts: Sequence[Grouped], target: Any, reference: Any, by: str | Sequence[str] | None
) -> Plan:
    """The two sides of every comparison asked for."""
    # The group `unknown`, of texts without a value, is compared only where it is named.
    groups, recodes = merge_groups([part.groups for part in parts])
    names = [", ".join(map(str, row)) for row in groups.labels.itertuples(index=False)]
    names = names if groups.names else [EVERYTHING]
    if not names or not any(part.any_words for part in parts):
        raise InputError("There are no words to compare; choose other texts.")
    target, reference = one_group(target), one_group(reference)
    targets = names if target is None else [require_choice(str(target), names, "target")]
    chosen = {name: np.arange(len(names)) == number for number, name in enumerate(names)}
    sides: list[tuple[str, str, np.ndarray, np.ndarray | None]]
    if isinstance(reference, pd.DataFrame):
        sides = [(name, LIST, chosen[name], None) for name in targets]
    elif len(names) == 1:
        one = (
            "by=None makes one group of all texts"
            if names == [EVERYTHING]
            else f"All texts are in one group, {names[0]!r}"
        )
        raise InputError(
            f"{one}, and there is no other to compare with; name a column that parts the texts,"
            " or pass a frequency list as reference."
        )
    elif reference is None:
        unknown = next((part.unknown for part in parts if part.unknown), "")
        left = chosen.get(unknown) if target != unknown else None
        if left is None:
            sides = [(name, REST, chosen[name], ~chosen[name]) for name in targets]
        else:
            documents = np.zeros(len(names), dtype=np.int64)
            for part, recode in zip(parts, recodes, strict=True):
                documents[recode] += part.documents
            kept = _known_targets(chosen, targets, unknown, int(documents[left].sum()))
            sides = [(name, REST, chosen[name], ~chosen[name] & ~left) for name in kept]
    else:
        against = require_choice(str(reference), names, "reference")
        targets = [name for name in targets if name != against]
        if not targets:
            raise InputError(
                f"target and reference are both {against!r}; name two different groups."
            )
        sides = [(name, against, chosen[name], chosen[against]) for name in targets]
    masks: list[np.ndarray] = []
    pairs: list[tuple[str, str, int, int]] = []
    for one_name, other_name, mine, others in sides:
        place = []
        for mask in (mine, others):
            known = [i for i, own in enumerate(masks) if mask is not None and (own == mask).all()]
            masks += [mask] if mask is not None and not known else []
            place.append(-1 if mask is None else known[0] if known else len(masks) - 1)
        pairs.append((one_name, other_name, place[0], place[1]))
    return Plan(groups, masks, pairs, parts[0].table if len(parts) == 1 else None)


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
    words, places = parts[0].terms, [np.arange(len(parts[0].terms))]
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
        if len(parts) > 1:
            chosen = [
                _spread(side, place, len(words)) for side, place in zip(chosen, places, strict=True)
            ]
        over = next((side.over for side in chosen if side.over != "documents"), "documents")
        sums = [side.sums for side in chosen]
        spread = sum((side.spread for side in chosen[1:]), chosen[0].spread)
        have = np.sum([np.asarray(side.documents) for side in chosen], axis=0)
        lengths = np.concatenate([side.lengths for side in chosen])
        added = functools.reduce(Sums.merged, sums)
        found.append(Side(added, spread, have, texts, over, lengths))
    return words, found


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
