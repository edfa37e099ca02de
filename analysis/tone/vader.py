"""NLTK's VADER analyser with the lexicon file of the vaderSentiment package, word by word."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from analysis.tables import InputError, require_columns

_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("’ʼ＇´`", "'"),
        **dict.fromkeys("“”„«»‹›‘‚–—―", " "),
        "…": ".",
    }
)
_CHUNK = re.compile(r"\S+")
_EDGE = string.punctuation


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


def vader_lexicon() -> dict[str, float]:
    """Read word and valence from the lexicon file that comes with vaderSentiment.

    Returns
    -------
    dict of str to float
        In the order of the file; valence from -4 to 4.

    Raises
    ------
    FileNotFoundError
        If the package is not installed with its file.
    """
    from importlib import metadata

    for path in metadata.files("vaderSentiment") or ():
        if path.name == "vader_lexicon.txt":
            lines = path.read_text(encoding="utf-8").splitlines()
            pairs = (line.split("\t")[:2] for line in lines if line.strip())
            return {word: float(valence) for word, valence in pairs}
    raise FileNotFoundError("vaderSentiment has no vader_lexicon.txt; install it again.")


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


def record_of(lexicon: Lexicon | None) -> object:
    """What is written down of a lexicon: a short one in full, so that it can be used again."""
    if lexicon is None:
        return None
    return dict(_pairs(lexicon)) if len(lexicon) <= _RECORDED else f"{len(lexicon)} words"


def prepare(text: str, lexicon: Mapping[str, float]) -> str:
    """Make a text readable for NLTK's VADER without moving a character.

    Parameters
    ----------
    text : str
        A sentence.
    lexicon : mapping
        Its emoticons are kept as they are.

    Returns
    -------
    str
        Of the same length. Curly apostrophes are straight, so that "don’t" is a negation; curly
        quotation marks and dashes are spaces; marks around a word are spaces where there are
        more than the one that NLTK takes off (``"good".``). A text without any of these is
        returned as it is.

    Examples
    --------
    >>> prepare("They don’t “like” it (much).", {})
    "They don't  like  it  much  "
    """
    flat = text.translate(_SAME_LENGTH)
    return _CHUNK.sub(lambda match: _bare(match[0], lexicon), flat)


def _bare(chunk: str, lexicon: Mapping[str, float]) -> str:
    """A chunk without the marks around its word, unless NLTK reads it as it is."""
    core = chunk.strip(_EDGE)
    if len(core) < 2 or len(chunk) - len(core) < 1 or chunk.lower() in lexicon:
        return chunk
    first = chunk.index(core)
    before, after = chunk[:first], chunk[first + len(core) :]
    if (not before and after in _TAKEN_OFF) or (not after and before in _TAKEN_OFF):
        return chunk
    return " " * len(before) + core + re.sub(r"[^!?]", " ", after)


# VaderConstants.PUNC_LIST: what NLTK takes off at one end of a word
_TAKEN_OFF = frozenset(". ! ? , ; : - ' \" !! !!! ?? ??? ?!? !?! ?!?! !?!?".split())


@functools.cache
def _analyser_class() -> Any:
    """NLTK's analyser, made to keep the words it read and the valence it gave to each."""
    from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

    class Analyser(SentimentIntensityAnalyzer):
        def __init__(self, lexicon: Mapping[str, float]) -> None:
            # not super().__init__: it reads a file by name, and only from NLTK's own folders
            self.lexicon = lexicon
            self.constants = VaderConstants()
            self.words: list[str] = []
            self.valences: list[float] = []

        def _but_check(self, words: list[str], valences: list[float]) -> list[float]:
            self.words = list(words)
            self.valences = super()._but_check(words, valences)
            return self.valences

    return Analyser


class Vader:
    """VADER with one lexicon; equal sentences are scored once."""

    def __init__(self, lexicon: Mapping[str, float]) -> None:
        self.lexicon = lexicon
        self._analyser = _analyser_class()(lexicon)
        self._known: dict[str, tuple[Scores, list[Moved]]] = {}

    def read(self, text: str) -> tuple[Scores, list[Moved]]:
        """Score a sentence and name the words that moved the score.

        Parameters
        ----------
        text : str
            A sentence.

        Returns
        -------
        scores : Scores
            What NLTK's `polarity_scores` gives for the prepared text.
        moved : list of Moved
            Offsets into `text`; contributions sum to the compound score.
        """
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> tuple[Scores, list[Moved]]:
        prepared = prepare(text, self.lexicon)
        found = self._analyser.polarity_scores(prepared)
        scores = Scores(found["neg"], found["neu"], found["pos"], found["compound"])
        valences = self._analyser.valences
        total = sum(valences)
        # compound = s / sqrt(s² + 15): a word has the share of it that it has of the sum s
        share = scores.compound / total if abs(total) > 1e-9 else 15**-0.5
        chunks = [match for match in _CHUNK.finditer(prepared) if len(match[0]) > 1]
        moved = []
        for chunk, word, valence in zip(chunks, self._analyser.words, valences, strict=True):
            if valence:
                start = chunk.start() + chunk[0].index(word)
                listed = self.lexicon[word.lower()]
                span = start, start + len(word)
                moved.append(Moved(*span, word.lower(), listed, float(valence), valence * share))
        return scores, moved


@functools.cache
def _own_vader() -> Vader:
    return Vader(vader_lexicon())


def vader_of(lexicon: Lexicon | None) -> Vader:
    """VADER with a lexicon; with its own one, sentences that were scored before are known."""
    return _own_vader() if lexicon is None else Vader(weights_of(lexicon))
