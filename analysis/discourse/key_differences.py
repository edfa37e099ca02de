"""What stands out in a corpus: differences that chance would not give, with a sentence for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from analysis.discourse.compared import (
    EVERYBODY,
    HALF,
    ITEMS,
    contrasts_of,
    counted_once,
    halves_of,
    spoken_words,
    texts_of,
)
from analysis.discourse.difference_sentences import phrase
from analysis.discourse.permutations import (
    LEAST,
    Items,
    Tested,
    flip_signs,
    permute_groups,
    permute_within,
)
from analysis.tables import InputError, is_corpus, require_choice, stamp
from analysis.terms.contrasts import Estimate
from analysis.terms.differences import compared_columns
from analysis.terms.estimate import Sums, mean_interval, proportion_interval, sums_of
from analysis.terms.evidence import in_group
from analysis.voices.counts import voice_stretches
from analysis.voices.spans import OWN, resolved_voices

KINDS = ("words", "names", "speakers", "tone")
PER = 1000
_COLUMNS = (
    "kind item by target reference value value_reference difference low high count count_reference"
    " base base_reference documents documents_reference group_documents group_documents_reference"
    " p text"
).split()


def find_key_differences(
    corpus: Any,
    *,
    by: str | None = None,
    kinds: Sequence[str] = KINDS,
    alpha: float = 0.05,
    confidence: float = 0.95,
    permutations: int = 1999,
    seed: int = 0,
    every: bool = False,
) -> pd.DataFrame:
    """Find what stands out: differences of groups, periods and speakers that chance would not give.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or a documents table.
    by : str, optional
        Column of the documents whose groups are compared, each with all others. Default: no groups.
        "published" adds nothing: the later half is always compared with the earlier.
    kinds : sequence of str
        Of "words" (function words and words with digits left out), "names", "speakers" (words that
        are theirs) and "tone" (lexicon) what is compared.
    alpha : float
        How often a corpus without any difference may have a row at all.
    confidence : float
        Coverage of `low` and `high`.
    permutations : int
        How often groups and dates are dealt anew.
    seed : int
        Of the random numbers.
    every : bool
        Return all that was compared, with its `p`, not only what stands out.

    Returns
    -------
    pandas.DataFrame
        One row for each difference that holds, the surest first (by `p`, then by the p of the one
        comparison, then by name):

        - `kind`: "word", "name", "speaker" (share of all words), "tone" (mean compound score of the
          sentences), "most words" (the speaker with the most words, against the second) or "given
          the word" (in how many of the texts that name somebody they are quoted).
        - `item`: the word, name or speaker; "" of a tone.
        - `by`, `target`, `reference`: the column of the groups ("published" where the later half of
          the texts is compared with the earlier; "" where speakers are), and what is compared.
        - `value`, `value_reference`: per 1,000 words (word, name), share from 0 to 1 (speaker, most
          words, given the word) or score from −1 to +1 (tone); `difference`, `low`, `high`: of the
          two, with the interval of `compare_rates` and `compare_groups`.
        - `count`, `base`, `documents` (that have it), `group_documents`, and the same with
          `_reference`: occurrences in words; of speakers words in words; of tone sentences; of
          "given the word" texts in texts.
        - `p`: corrected for everything that was compared.
        - `text`: a sentence.

        ``attrs["compared"]`` is how many comparisons were made, ``attrs["skipped"]`` a dict of what
        could not be compared, with the reason.

    Raises
    ------
    InputError
        If a column, kind or number is not usable.

    Notes
    -----
    A row must pass two tests. Its 95 % interval, that of the package's own comparison, leaves out
    0; and it is more striking than nearly all of what is found when the groups' names are dealt to
    the documents at random (Westfall and Young 1993, *Resampling-based multiple testing*: step one
    of minP, over Fisher's exact test of presence and Welch's test with cluster-robust errors). For
    speakers, who of the two has more words is dealt anew in each document, and who of those named
    in a document is quoted there. Groups, dates and speakers share `alpha` evenly. So a corpus
    whose groups, dates and speakers mean nothing has no row 95 times in 100, however many words it
    has; ``benchmarks/key_differences.py`` measures it.

    Documents that share half of their text (`find_near_duplicates`, similarity 0.5) are one text:
    in each group only the longest of them is counted, and ``attrs["skipped"]["copies"]`` says how
    many were left out.

    Compared are words and names in at least three documents, of each kind the 2,000 in the most.
    Groups of fewer than three documents are not compared, and with few documents nothing can be
    found: 3 against 3 can be dealt in 20 ways. That a row holds says nothing of why: a group may
    have another topic, genre or year. Read the passages (`find_passages`). What is not in the table
    may differ all the same. Names, speakers and tone rest on a model and a lexicon that err.

    Examples
    --------
    >>> often = dict(zip("abcdefghij", (8, 9, 7, 9, 8, 0, 1, 0, 1, 0)))
    >>> texts = ["war " * n + f" {name}x".join("klmnopqrstuvw") for name, n in often.items()]
    >>> table = pd.DataFrame({"doc": list("abcdefghij"), "side": list("xxxxxyyyyy"), "text": texts})
    >>> found = find_key_differences(table, by="side", kinds=["words"])
    >>> found[["kind", "item", "target", "count", "count_reference"]].head(1).values.tolist()
    [['word', 'war', 'x', 41, 2]]
    """
    corpus = corpus if is_corpus(corpus) else import_module("analysis").Corpus(corpus)
    _require_options(kinds, permutations, alpha, confidence)
    documents = corpus.documents
    items = [make(corpus, documents) for name, make in ITEMS.items() if name in kinds]
    rng = np.random.default_rng(seed)
    compared = 0
    skipped: dict[str, str] = {}
    contrasts = contrasts_of(documents, by, skipped)
    texts = texts_of(documents, skipped)
    found: list[list[dict[str, Any]]] = []
    for name, every_code, names in contrasts:
        codes = counted_once(documents, every_code, texts)
        tested = permute_groups(items, codes, permutations=permutations, rng=rng)
        if tested:
            compared += len(tested)
            kept = [one for one in tested if every or one.p <= alpha]
            found.append([_row(one, codes, (name, names), confidence) for one in kept])
        else:
            skipped[name] = f"No two groups have {LEAST} texts and anything to compare."
    if "speakers" in kinds:
        once = counted_once(documents, np.zeros(len(documents), dtype=np.int64), texts) == 0
        speakers = next(one for one in items if one.kind == "speaker")
        speakers = speakers._replace(counts=speakers.counts[once], base=speakers.base[once])
        rows = _most_words(speakers, confidence, permutations, rng)
        if "names" in kinds:
            rows += _given_the_word(corpus, documents[once], confidence, permutations, rng)
        compared += len(rows)
        found += [rows] if rows else []
    rows = [row | {"p": min(row["p"] * len(found), 1.0)} for part in found for row in part]
    labels = (documents.attrs.get("style") or {}).get("labels") or {}
    result = _table(rows, alpha, every, labels)
    params = {"by": by, "kinds": list(kinds), "alpha": alpha, "confidence": confidence}
    params |= {"permutations": permutations, "seed": seed, "every": every}
    result = stamp(result, corpus, "find_key_differences", params, on="documents")
    result.attrs |= {"compared": compared, "skipped": skipped}
    return result


def _require_options(
    kinds: Sequence[str], permutations: int, alpha: float, confidence: float
) -> None:
    """Refuse options that cannot be used."""
    if isinstance(kinds, str) or not list(kinds):
        raise InputError(f"kinds={kinds!r} is no list of kinds; choose of {', '.join(KINDS)}.")
    for kind in kinds:
        require_choice(kind, KINDS, "kinds")
    if not isinstance(permutations, int) or permutations < 199:
        raise InputError(f"permutations={permutations!r} is too few; 1999 is usual, 199 the least.")
    for name, value in (("alpha", alpha), ("confidence", confidence)):
        if not 0 < value < 1:
            raise InputError(f"{name}={value!r} must lie between 0 and 1.")


# Rows


def _row(
    one: Tested, codes: np.ndarray, contrast: tuple[str, list[str]], confidence: float
) -> dict[str, Any]:
    """A row of the table, with the interval of the package's own comparison."""
    by, names = contrast
    inside = codes >= 0
    items, column = one.items, one.items.counts[:, [one.item]]
    owner = np.where(codes[inside] == one.target, 0, 1)
    sums = sums_of(column[inside], items.base[inside], owner, 2)
    sides = [sums.take((side, 0)) for side in (0, 1)]
    have = np.asarray(column[inside].toarray()[:, 0] != 0)
    if items.mean:
        have = items.base[inside] > 0
    lone = len(names) == 2
    return {
        "kind": items.kind,
        "item": items.names[one.item],
        "by": by,
        "target": names[one.target],
        "reference": names[1 - one.target] if lone else "the rest",
        **_compared(sides, items.mean, PER if items.kind in ("word", "name") else 1, confidence),
        **_sizes(sides, [have[owner == side].sum() for side in (0, 1)], items.mean),
        "p": one.p,
        "raw": one.raw,
    }


def _compared(sides: list[Sums], mean: bool, per: float, confidence: float) -> dict[str, float]:
    """Both values, and their difference with its interval."""
    interval = (lambda sums, c: mean_interval(sums, c, (-1, 1))) if mean else proportion_interval
    known = [Estimate(side.ratio, *interval(side, confidence)) for side in sides]
    found = compared_columns(known, per=per)
    values = {"value": per * known[0].value, "value_reference": per * known[1].value}
    values |= {name: found[name] for name in ("difference", "low", "high")}
    return {name: float(value) for name, value in values.items()}


def _sizes(sides: list[Sums], have: list[int], mean: bool) -> dict[str, int]:
    """Counts, bases and documents of both sides."""
    found = {}
    for end, side, documents in zip(("", "_reference"), sides, have, strict=True):
        found[f"count{end}"] = int(side.base if mean else side.total)
        found[f"base{end}"] = int(side.base)
        found[f"documents{end}"] = int(documents)
        found[f"group_documents{end}"] = int(side.n)
    return found


def _most_words(
    speakers: Items, confidence: float, permutations: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Whether the speaker with the most words has more than the second."""
    # That the second has fewer is all that is tested: Gutmann and Maymin 1987, "Is the selected
    # population the best?", Annals of Statistics 15
    total = np.asarray(speakers.counts.sum(axis=0))
    order = [
        n for n in np.lexsort((np.arange(len(total)), -total)) if speakers.names[n] != EVERYBODY
    ]
    if len(order) < 2:
        return []
    pair = [speakers.counts[:, [n]].toarray()[:, 0] for n in order[:2]]
    apart = pair[0] - pair[1]
    there = speakers.base > 0
    owner = np.zeros(int(there.sum()), dtype=np.int64)
    sums = [sums_of(c[there, None], speakers.base[there], owner, 1) for c in (*pair, apart)]
    first, second, both = (part.take((0, 0)) for part in sums)
    low, high = mean_interval(both, confidence, (-1, 1))
    p = flip_signs(apart, permutations=permutations, rng=rng)
    return [
        {
            "kind": "most words",
            "item": speakers.names[order[0]],
            "by": "",
            "target": speakers.names[order[0]],
            "reference": speakers.names[order[1]],
            "value": float(first.ratio),
            "value_reference": float(second.ratio),
            "difference": float(both.ratio),
            "low": float(low),
            "high": float(high),
            **_sizes([first, second], [int((c > 0).sum()) for c in pair], False),
            "p": p,
            "raw": p,
        }
    ]


def _given_the_word(
    corpus: Any,
    documents: pd.DataFrame,
    confidence: float,
    permutations: int,
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """For every person, in how many of the texts that name them they are quoted."""
    mentions = corpus.mentions
    people = mentions["label"].astype(object) == "PERSON"
    people = mentions[people & mentions["doc"].astype(object).isin(documents["doc"])]
    named = people[["doc", "entity"]].astype(object).drop_duplicates()
    spoken = spoken_words(corpus).drop_duplicates()
    named = named.merge(
        spoken.rename(columns={"voice": "entity"}).assign(quoted=1),
        on=["doc", "entity"],
        how="left",
    )
    item, names = pd.factorize(named["entity"], sort=True)
    enough = np.bincount(item, minlength=len(names)) >= LEAST
    row = pd.Index(documents["doc"].astype(object)).get_indexer(named["doc"])
    quoted = named["quoted"].notna().to_numpy()
    if enough.sum() < 2:
        return []
    # those in too few texts are one item, whose p is of no use
    place = np.where(enough[item], (np.cumsum(enough) - 1)[item], enough.sum())
    p = permute_within(place, row, quoted, permutations=permutations, rng=rng)
    rows = []
    for number, name in enumerate(names[enough]):
        own = place == number
        sums = [
            sums_of(
                np.bincount(row[side], quoted[side], len(documents))[:, None],
                np.bincount(row[side], minlength=len(documents)),
                np.zeros(len(documents), dtype=np.int64),
                1,
            ).take((0, 0))
            for side in (own, ~own)
        ]
        have = [len(set(row[side & quoted])) for side in (own, ~own)]
        rows.append(
            {
                "kind": "given the word",
                "item": str(name),
                "by": "",
                "target": str(name),
                "reference": "other persons named",
                **_compared(sums, False, 1, confidence),
                **_sizes(sums, have, False),
                "p": float(p[number]),
                "raw": float(p[number]),
            }
        )
    return rows


def _table(
    rows: list[dict[str, Any]], alpha: float, every: bool, labels: Mapping[str, str]
) -> pd.DataFrame:
    """The rows that hold, the surest first, each with its sentence."""
    table = pd.DataFrame(rows, columns=[*_COLUMNS[:-1], "raw"])
    if not every:
        apart = (table["low"] > 0) | (table["high"] < 0)
        table = table[(table["p"] <= alpha) & apart]
    table = table.sort_values(
        ["p", "raw", "kind", "item", "target"], kind="stable", ignore_index=True
    )
    records: Any = table.to_dict("records")
    texts = [phrase(row, labels) for row in records]
    return table.drop(columns="raw").assign(text=pd.Series(texts, dtype="str"))[_COLUMNS]


# Passages


def _of_difference(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The passages that the target's side of a row counts."""
    kind, item = row["kind"], row["item"]
    if kind in ("speaker", "most words", "given the word"):
        found = voice_stretches(corpus.voiced)
        voice = resolved_voices(found["voice"]).astype(object)
        own = voice == item
        if item == EVERYBODY:
            own = ~voice.isin([*OWN, ""])
        found = found[own.to_numpy()]
        if kind == "given the word":  # its first words in each text that names it
            named = corpus.mentions.loc[corpus.mentions["entity"].astype(object) == item, "doc"]
            found = found[found["doc"].isin(named).to_numpy()].drop_duplicates("doc")
    elif kind == "name":
        found = corpus.mentions[(corpus.mentions["entity"].astype(object) == item).to_numpy()]
    elif kind == "tone":
        found = corpus.sentiment
    else:
        tokens = corpus.tokens
        found = tokens[tokens["is_word"] & (tokens["term"].astype(object) == item)]
    return found[found["doc"].astype(object).isin(_counted_documents(corpus, row)).to_numpy()]


def _counted_documents(corpus: Any, row: Mapping[str, Any]) -> pd.Series:
    """The documents that a row counts on its target's side."""
    documents = corpus.documents
    chosen = np.ones(len(documents), dtype=bool)
    if row["by"] == HALF:
        halves = halves_of(documents)
        assert halves is not None
        chosen = halves[0] == halves[1].index(row["target"])
    elif row["by"]:
        group = {row["by"]: row["target"]}
        chosen = np.asarray(in_group(documents[["doc"]], [row["by"]], group, documents))
    group_of = np.where(chosen, 0, 1)
    once = counted_once(documents, group_of, texts_of(documents, {})) == 0
    return documents.loc[once, "doc"].astype(object)


find_key_differences.__measure__ = "documents"  # type: ignore[attr-defined]
find_key_differences.__make__ = None  # type: ignore[attr-defined]
find_key_differences.__evidence__ = _of_difference  # type: ignore[attr-defined]
