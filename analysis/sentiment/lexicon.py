"""Tone by lexicon: VADER per sentence, its course through a text, and the words behind it.

Lexicon sentiment measures the tone of words, not the stance of a writer: a text that condemns an
attack and one that calls for it use the same dark words.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import (
    InputError,
    group_codes,
    measure,
    progress,
    require_choice,
    require_columns,
)
from analysis.terms.estimate import mean_columns
from analysis.terms.evidence import in_group, layer_of
from analysis.text.alike import fold_text

_SCORES = ("negative", "neutral", "positive", "compound")


def record_of(lexicon: Lexicon | None) -> object:
    """What is written down of a lexicon: a short one in full, so that it can be used again."""
    if lexicon is None:
        return None
    return dict(_pairs(lexicon)) if len(lexicon) <= _RECORDED else f"{len(lexicon)} words"


def read_valences() -> pd.DataFrame:
    """Read VADER's lexicon."""
    # The file comes with the vaderSentiment package (MIT licence; Hutto & Gilbert 2014, "VADER: A
    # parsimonious rule-based model for sentiment analysis of social media text", ICWSM-14). It was
    # rated for social media: "peace" and "war" carry a valence wherever they stand, "sanctions"
    # carries none.
    lexicon = vader_of(None).lexicon
    return pd.DataFrame({"term": list(lexicon), "valence": list(lexicon.values())})


@measure("sentences", layer="sentiment", plain={"lexicon": record_of})
def score_sentiment(corpus: pd.DataFrame, *, lexicon: Lexicon | None = None) -> pd.DataFrame:
    """Score the tone of every sentence with VADER.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        With `text`: what `split_sentences` gives.
    lexicon : pandas.DataFrame or mapping, optional
        `term` and `valence` (-4 … 4), or ``{term: valence}``. Default: VADER's (`read_lexicon`).

    Returns
    -------
    pandas.DataFrame
        The sentences with `negative`, `neutral`, `positive` (shares of the sentence, which sum to
        1, or all 0 where it has no words) and `compound` (from -1 to 1).

    Raises
    ------
    InputError
        If a column is missing, or the lexicon is not one.

    Notes
    -----
    compound = s / √(s² + 15), where s is the sum of the valences after negation, intensifiers,
    capitals, "but", exclamation and question marks (Hutto & Gilbert 2014), computed by the
    authors' own ``vaderSentiment`` (3.3.2), not by NLTK's port, in which "no" is only a negative
    word. ASCII text has exactly the scores of that package. In other text curly quotation marks
    and apostrophes are made straight first ("don’t" negates), … is read as a full stop and a dash
    between words as a space: to the package a word with such a mark is none of its lexicon.

    Its faults are kept. "No" directly before a word of the lexicon turns that word's valence
    round ("no hope" -0.34, "no fears" +0.33); before another word it is a negative word itself,
    and turns round the word after that as well ("no longer good" -0.56). Words of one or two
    letters keep the marks beside them, so "No." and "no," are not read at all. The others are in
    docs/statistics/sentiment.md.

    This is the tone of words, not stance: "condemned the attack" is as negative as
    "attacked". Taken for the stance toward a target named in a news sentence it is right about
    every second time (macro-F1 0.52 over three classes on NewsMTSC, see docs/accuracy.md). A
    sentence that quotes an accusation has the accuser's tone, not the paper's.

    Examples
    --------
    >>> from analysis.text.tokens import split_sentences
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Talks were good. They don’t like it!"]})
    >>> score_sentiment(split_sentences(texts))[["text", "compound"]]
                      text  compound
    0     Talks were good.    0.4404
    1  They don’t like it!   -0.3404
    """
    sentences = require_columns(corpus, ("text",), "sentences")
    vader = vader_of(lexicon)
    texts = progress(sentences["text"], total=len(sentences), desc="sentiment")
    scores = np.array([vader.read(text)[0] for text in texts], dtype=np.float64)
    columns = dict(zip(_SCORES, scores.reshape(-1, 4).T, strict=True))
    return sentences.assign(**columns)


@measure("sentences", plain={"lexicon": record_of})
def find_sentiment_words(corpus: pd.DataFrame, *, lexicon: Lexicon | None = None) -> pd.DataFrame:
    """Find the words that moved each sentence's score, and by how much.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        With `doc`, `sentence`, `start`, `text`: what `split_sentences` gives.
    lexicon : pandas.DataFrame or mapping, optional
        As in `score_sentiment`.

    Returns
    -------
    pandas.DataFrame
        One row per word, in the order of the texts: `doc`, `sentence`, `start`, `end` (offsets into
        the document's text), `word` (as it is written), `term` (as the lexicon has it), `listed`
        (its valence in the lexicon), `valence` (as VADER used it here, after negation,
        intensifiers, capitals, "but" and idioms), `contribution` (to the sentence's compound
        score). An emoji is read as the words that describe it: a row for each that has a valence,
        with the emoji as `word`.

    Raises
    ------
    InputError
        If a column is missing, or the lexicon is not one.

    Notes
    -----
    contribution = (valence + its part of the emphasis) / √(s² + 15), s as in `score_sentiment`:
    the contributions of a sentence sum to its compound score. Emphasis by exclamation and question
    marks is spread over the words in proportion to the size of their valences, and so is what
    rounding the score to four places takes or gives. Where the valences cancel out, the
    contributions do as well. Intensifiers and negations have no row of their own: they show as the
    difference of `valence` and `listed`; "no" has one only where VADER counts it as a word.

    Examples
    --------
    >>> from analysis.text.tokens import split_sentences
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Not a good deal, but very safe."]})
    >>> find_sentiment_words(split_sentences(texts))[["word", "listed", "valence"]].round(3)
       word  listed  valence
    0  good     1.9   -0.703
    1  safe     1.9    3.290
    """
    sentences = require_columns(corpus, ("doc", "sentence", "start", "text"), "sentences")
    vader = vader_of(lexicon)
    rows, moved = [], []
    texts = sentences["text"].tolist()
    for row, text in enumerate(texts):
        words = vader.read(text)[1]
        rows += [row] * len(words)
        moved += words
    offsets = sentences["start"].to_numpy()[rows] if rows else np.empty(0, dtype=np.int32)
    table = pd.DataFrame(moved, columns=list(Moved._fields))
    spans = zip(rows, table["start"], table["end"], strict=True)
    word = pd.Series([texts[row][start:end] for row, start, end in spans], dtype="str")
    return pd.DataFrame(
        {
            "doc": sentences["doc"].take(rows).array,
            "sentence": sentences["sentence"].to_numpy()[rows] if rows else offsets,
            "start": (offsets + table["start"].to_numpy(dtype=np.int64)).astype(np.int32),
            "end": (offsets + table["end"].to_numpy(dtype=np.int64)).astype(np.int32),
            "word": word,
            "term": table["term"].astype("str"),
            **{name: table[name].astype(float) for name in ("listed", "valence", "contribution")},
        }
    )


@measure("sentiment")
def summarise_sentiment(
    corpus: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Average the tone of sentences over documents or groups, with intervals.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        What `score_sentiment` gives.
    by : str or sequence of str, optional
        Columns of `scores` or `documents` to group by. Default: all sentences are one group.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    confidence : float or None
        Coverage of the intervals; None leaves them out, which is faster by far for many groups.

    Returns
    -------
    pandas.DataFrame
        One row per group, in the order of the groups' names: the columns of `by`; `negative`,
        `neutral`, `positive`, `compound` (means over sentences; NaN in a group without any);
        `base` (sentences); `documents` (of the group); `low`, `high` (of the mean compound score);
        `interval`.

    Raises
    ------
    InputError
        If a column is missing, or `confidence` is not between 0 and 1.

    Notes
    -----
    mean = sum of the sentences' scores / number of sentences, so a long document weighs more than a
    short one. Interval: mean ± t · cluster-robust standard error over documents (over sentences in
    a group of one document), t with one degree of freedom less than these; none with fewer than
    three of them or where all are equal. It covers the choice of texts, not the lexicon's errors.

    Examples
    --------
    >>> scores = pd.DataFrame({"doc": ["a", "a", "b"], "sentence": [0, 1, 0], "negative": 0.0,
    ...                        "neutral": 1.0, "positive": 0.0, "compound": [0.5, -0.1, 0.0]})
    >>> summarise_sentiment(scores, by="doc")[["doc", "compound", "base"]]
      doc  compound  base
    0   a       0.2     2
    1   b       0.0     1
    """
    scores = require_columns(corpus, ("doc", "sentence", *_SCORES), "scores")
    for name in _SCORES:
        wrong = ~np.isfinite(pd.to_numeric(scores[name], errors="coerce").to_numpy(dtype=float))
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise InputError(f"Row {row} of the scores has {scores[name].iloc[row]!r} as {name!r}.")
    group, labels = group_codes(scores, by, documents)
    doc, _ = pd.factorize(scores["doc"])
    base = np.bincount(group, minlength=len(labels))
    n_docs = int(doc.max(initial=0)) + 1
    pairs = np.unique(group * n_docs + doc) // n_docs
    result = labels.reset_index(drop=True).assign(
        **{name: _mean(scores[name].to_numpy(), group, base) for name in _SCORES},
        base=base,
        documents=np.bincount(pairs, minlength=len(labels)),
    )
    if confidence is not None:
        rows = (doc, scores["sentence"].to_numpy(), group)
        values = scores["compound"].to_numpy(dtype=float)
        result = result.assign(**mean_columns(values, rows, len(labels), confidence, (-1, 1)))
    return result


def _mean(values: np.ndarray, group: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Mean of each group; NaN where there is nothing."""
    total = np.bincount(group, values, minlength=len(base))
    return np.divide(total, base, out=np.full(len(base), np.nan), where=base > 0)


def _of_target(corpus: Any, step: Mapping[str, Any], row: Mapping[str, Any]) -> pd.DataFrame:
    """The occurrences of a row's word in the target of a comparison."""
    params = step["params"]
    sentences = layer_of(corpus, step, [params["by"]])
    target = {params["by"]: row["target"]}
    sentences = sentences[in_group(sentences, [params["by"]], target, corpus.documents)]
    words = find_sentiment_words(sentences, lexicon=params["lexicon"])
    return words[words["term"] == row["term"]]


@measure("sentences", plain={"lexicon": record_of}, evidence=_of_target)
def compare_sentiment(
    corpus: pd.DataFrame,
    *,
    target: str,
    reference: str | None = None,
    lexicon: Lexicon | None = None,
    by: str,
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find the words that make the tone of one group differ from another's: a word shift.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        With `doc`, `sentence`, `start`, `text`: what `split_sentences` gives.
    by : str
        Column of `sentences` or `documents` that names the groups.
    target : str
        The group that is compared.
    reference : str, optional
        The group it is compared with. Default: all the others.
    documents : pandas.DataFrame, optional
        The documents table, if `by` is there.
    lexicon : pandas.DataFrame or mapping, optional
        As in `score_sentiment`.

    Returns
    -------
    pandas.DataFrame
        One row per word of the lexicon that moved a score, ordered by the size of `contribution`
        (descending), then name: `target`, `reference`, `term`, `count`, `count_reference`, `base`,
        `base_reference` (sentences), `rate`, `rate_reference` (occurrences per sentence),
        `valence`, `valence_reference` (mean contribution to the compound score per occurrence;
        NaN where there is none), `frequency_part`, `valence_part`, `contribution` (their sum),
        `mean`, `mean_reference` (compound score per sentence), `difference`.

    Raises
    ------
    InputError
        If a column is missing, or a group is not known, or has no sentences.

    Notes
    -----
    With p the rate of a word and φ its mean contribution, its contribution to the difference is
    p₁φ₁ - p₂φ₂ = (p₁ - p₂)·(φ₁ + φ₂)/2 + (φ₁ - φ₂)·(p₁ + p₂)/2: it is used more often, or it is
    used in another way (negated, in a longer sentence). This is the generalised word shift of
    Gallagher et al. 2021 ("Generalized word shift graphs", EPJ Data Science 10:4) with 0, VADER's
    neutral point, as the reference score. The contributions sum to `difference`, the
    difference of the mean compound scores (`summarise_sentiment`).

    The shift explains the scores, not the groups: a word can contribute because it is in the
    name of a thing ("Security Council"). Look at its passages: `find_passages` gives those of the
    target.

    Examples
    --------
    >>> from analysis.text.tokens import split_sentences
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["Peace and hope.", "War. A good talk."]})
    >>> shift = compare_sentiment(split_sentences(texts), by="doc", target="a", reference="b")
    >>> shift[["term", "count", "count_reference", "contribution"]].round(3)
        term  count  count_reference  contribution
    0  peace      1                0         0.426
    1   hope      1                0         0.324
    2    war      0                1         0.300
    3   good      0                1        -0.220
    """
    sentences = require_columns(corpus, ("doc", "sentence"), "sentences")
    words = find_sentiment_words(sentences, lexicon=lexicon)
    if not isinstance(by, str):
        raise InputError(f"by={by!r} must be one column here, such as 'side'.")
    group, labels = group_codes(sentences, by, documents)
    names = labels[by].astype(str).tolist()
    first = names.index(require_choice(str(target), names, "target"))
    side = np.where(group == first, 0, 1)
    if reference is not None:
        second = names.index(require_choice(str(reference), names, "reference"))
        side = np.where(group == first, 0, np.where(group == second, 1, -1))
    base = np.array([np.count_nonzero(side == 0), np.count_nonzero(side == 1)])
    if not base.all() or reference == target:
        raise InputError(
            f"target={target!r} and reference={reference!r} must be two groups with sentences;"
            f" {by!r} has {', '.join(map(repr, names))}."
        )
    keys = pd.MultiIndex.from_arrays([sentences["doc"].astype(object), sentences["sentence"]])
    of_word = pd.MultiIndex.from_arrays([words["doc"].astype(object), words["sentence"]])
    table = _shift(words, side[keys.get_indexer(of_word)], base)
    other = "the others" if reference is None else str(reference)
    table.insert(0, "target", str(target))
    table.insert(1, "reference", other)
    return table


def _shift(words: pd.DataFrame, side: np.ndarray, base: np.ndarray) -> pd.DataFrame:
    """Rates, valences and contributions of every term on two sides."""
    words, side = words[side >= 0], side[side >= 0]
    term, terms = pd.factorize(words["term"], sort=True)
    cell = term * 2 + side
    count = np.bincount(cell, minlength=2 * len(terms)).reshape(-1, 2)
    total = np.bincount(cell, words["contribution"], minlength=2 * len(terms)).reshape(-1, 2)
    rate = count / base
    valence = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    filled = np.where(np.isnan(valence), valence[:, ::-1], valence)
    table = pd.DataFrame({"term": pd.Series(terms, dtype="str")})
    for name, values in (("count", count), ("base", np.tile(base, (len(terms), 1)))):
        table[name], table[f"{name}_reference"] = values.T
    for name, values in (("rate", rate), ("valence", valence)):
        table[name], table[f"{name}_reference"] = values.T
    table["frequency_part"] = (rate[:, 0] - rate[:, 1]) * filled.mean(axis=1)
    table["valence_part"] = (filled[:, 0] - filled[:, 1]) * rate.mean(axis=1)
    table["contribution"] = table["frequency_part"] + table["valence_part"]
    table["mean"], table["mean_reference"] = total.sum(axis=0) / base
    table["difference"] = table["mean"] - table["mean_reference"]
    order = np.lexsort([np.arange(len(terms)), -table["contribution"].abs().to_numpy().round(12)])
    return table.iloc[order].reset_index(drop=True)


# The authors' analyser takes off ASCII marks at the ends of a word, and no others
_AS_TYPED = str.maketrans(
    {
        **dict.fromkeys("’‘‚ʼ＇´", "'"),
        **dict.fromkeys("“”„«»‹›", '"'),
        **dict.fromkeys("‐‑", "-"),
        "…": ".",
        "\ufe0f": " ",  # says that the emoji before it is to be drawn in colour
    }
)
_JOINING_DASH = re.compile(r"(?<=\S)[–—―]|[–—―](?=\S)")
_CHUNK = re.compile(r"\S+")


Lexicon = pd.DataFrame | Mapping[str, float]
_REMEMBERED = 100_000  # sentences whose scores are kept
_RECORDED = 200  # words of a user's lexicon that are kept with the result


class Scores(NamedTuple):
    """VADER's four scores of a sentence."""

    negative: float
    neutral: float
    positive: float
    compound: float


class Moved(NamedTuple):
    """A word that moved the score of a sentence."""

    start: int
    end: int
    term: str
    listed: float
    valence: float
    contribution: float


def weights_of(lexicon: Lexicon) -> dict[str, float]:
    """A user's lexicon as a dictionary, checked."""
    weights = {}
    for term, valence in _pairs(lexicon):
        try:
            weights[str(term).lower()] = float(valence)
        except (TypeError, ValueError):
            raise InputError(
                f"The lexicon gives {term!r} the valence {valence!r}, which is no number; VADER's"
                " run from -4 to 4."
            ) from None
    return weights


def _pairs(lexicon: Lexicon) -> list[tuple[Any, Any]]:
    """Terms and valences of a lexicon of either kind."""
    if isinstance(lexicon, Mapping):
        return list(lexicon.items())
    require_columns(lexicon, ("term", "valence"), "lexicon")
    return list(zip(lexicon["term"], lexicon["valence"], strict=True))


def prepare(text: str) -> str:
    """Straighten quotation marks and part words joined by dashes, without moving a character."""
    if text.isascii():
        return text
    return _JOINING_DASH.sub(" ", text.translate(_AS_TYPED))


@functools.cache
def _analyser_class() -> Any:
    """The authors' analyser, made to keep what it read and the valence it gave to each word."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    class Analyser(SentimentIntensityAnalyzer):
        def score_valence(self, valences: list[float], text: str) -> dict[str, float]:
            self.valences, self.text = valences, text
            return super().score_valence(valences, text)

        # The parent goes through the whole sentence for every word. These hand it what it looks
        # at, which gives the same: the words with a valence, or three before and two after one.
        def _but_check(self, words: list[str], valences: list[float]) -> list[float]:
            self.words = words
            kept = [i for i, word in enumerate(words) if valences[i] or word.lower() == "but"]
            found = super()._but_check([words[i] for i in kept], [valences[i] for i in kept])
            for i, valence in zip(kept, found, strict=True):
                valences[i] = valence
            return valences

        @staticmethod
        def _negation_check(valence: float, words: list[str], back: int, i: int) -> float:
            first = max(i - 3, 0)
            near = words[first : i + 1]
            return SentimentIntensityAnalyzer._negation_check(valence, near, back, i - first)

        @staticmethod
        def _special_idioms_check(valence: float, words: list[str], i: int) -> float:
            near = words[i - 3 : i + 3]
            return SentimentIntensityAnalyzer._special_idioms_check(valence, near, 3)

    return Analyser


class Vader:
    """VADER with its own lexicon or another; equal sentences are scored once."""

    def __init__(self, lexicon: Mapping[str, float] | None = None) -> None:
        self._analyser = analyser = _analyser_class()()
        if lexicon is not None:
            analyser.lexicon = lexicon
            # an emoji is read as the words that describe it, unless the lexicon has it
            analyser.emojis = {e: d for e, d in analyser.emojis.items() if e not in lexicon}
        self.lexicon: Mapping[str, float] = analyser.lexicon
        self._known: dict[str, tuple[Scores, list[Moved]]] = {}

    def read(self, text: str) -> tuple[Scores, list[Moved]]:
        """Score a sentence and name the words that moved the score."""
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> tuple[Scores, list[Moved]]:
        fold = fold_text(text)
        if fold is not None:
            scores, moved = self._read_plain(fold.text)
            places = np.array([one[:2] for one in moved], dtype=np.int64).reshape(-1, 2).T
            spans = zip(*(place.tolist() for place in fold.given(*places)), strict=True)
            return scores, [
                one._replace(start=start, end=end)
                for one, (start, end) in zip(moved, spans, strict=True)
            ]
        return self._read_plain(text)

    def _read_plain(self, text: str) -> tuple[Scores, list[Moved]]:
        prepared, analyser = prepare(text).strip(), self._analyser
        found = analyser.polarity_scores(prepared)
        scores = Scores(found["neg"], found["neu"], found["pos"], found["compound"])
        if not any(analyser.valences):
            return scores, []
        emphasis = analyser._punctuation_emphasis(analyser.text)
        parts = _contributions(analyser.valences, emphasis, scores.compound)
        before = len(text) - len(text.lstrip())
        place = self._places(prepared)
        moved = []
        chunks = _CHUNK.finditer(analyser.text)
        for chunk, word, valence, part in zip(
            chunks, analyser.words, analyser.valences, parts, strict=True
        ):
            if valence:
                start = chunk.start() + chunk[0].index(word)
                span = before + place[start], before + place[start + len(word) - 1] + 1
                term = word.lower()
                moved.append(Moved(*span, term, self.lexicon[term], float(valence), part))
        return scores, moved

    def _places(self, prepared: str) -> Sequence[int]:
        """Where in the sentence each character stands that the analyser read."""
        if self._analyser.text == prepared:
            return range(len(prepared))
        places: list[int] = []
        spaced = True
        for place, char in enumerate(prepared):
            words = self._analyser.emojis.get(char)
            places += [place] * (1 if words is None else len(words) + (not spaced))
            spaced = char == " "
        return places


def _contributions(valences: Sequence[float], emphasis: float, compound: float) -> list[float]:
    """Divide a compound score among the words, emphasis by marks in proportion to their valence."""
    total = float(sum(valences))
    added = math.copysign(emphasis, total) if total else 0.0
    size = sum(map(abs, valences))
    scale = 1 / math.sqrt((total + added) ** 2 + 15)
    rounded = compound - (total + added) * scale  # what rounding to four places took or gave
    each = (added * scale + rounded) / size
    return [valence * scale + abs(valence) * each for valence in valences]


@functools.cache
def _own_vader() -> Vader:
    return Vader()


def vader_of(lexicon: Lexicon | None) -> Vader:
    """VADER with a lexicon; with its own one, sentences that were scored before are known."""
    return _own_vader() if lexicon is None else Vader(weights_of(lexicon))
