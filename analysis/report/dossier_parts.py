"""What a dossier is made of: sentences with their words in the text, parts, measured errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

import analysis as da
from analysis import wording
from analysis.layers import Corpus
from analysis.tables import bare, silent

OWN = ("headline", "writer")  # voices that are the text's own
NOBODY = ("(unresolved)", "(unnamed)")
_MAY_ATTRIBUTE = re.compile(
    r"\b(according to|reported(ly)?|alleged(ly)?|said|says|told|tells|claims?|claimed)\b",
    re.IGNORECASE,
)
_FIRST_PERSON = ("i", "me", "my", "we", "us", "our")
_TO = re.compile(r"\bto\s+(?:\w+ly\s+)?(?:be\s+|have\s+)?$", re.IGNORECASE)
MOST = 12  # words of the text that a sentence leads to, before it says "and n more"


class Words(NamedTuple):
    """Words that stand in a text, and what a sentence calls them."""

    text: str
    start: int
    end: int
    doc: str = ""  # "": the text that is described


class Measured(NamedTuple):
    """How often a measure was right when it was measured, and on how many."""

    right: float
    low: float
    high: float
    of: int
    what: str  # of what it is the share

    def __str__(self) -> str:
        """The share with its interval."""
        if not self.of:
            return f"how often {self.what} are right is not measured"
        ends = f"{100 * self.low:.0f} to {100 * self.high:.0f}"
        return f"{100 * self.right:.0f} of 100 {self.what} right ({ends}, n = {self.of:,})"


@dataclass(frozen=True)
class Statement:
    """One sentence of a dossier: what it says, which words show it, and how sure it is."""

    # Without `measured` it only counts words as they stand. `short`: it may stand at the head.

    parts: tuple[str | Words, ...]
    measured: Measured | None = None
    short: bool = False

    @property
    def text(self) -> str:
        """The sentence without its links."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def words(self) -> list[Words]:
        """The words of texts that it leads to."""
        return [part for part in self.parts if isinstance(part, Words)]

    @property
    def sure(self) -> str:
        """How sure it is, in words."""
        if self.measured is None:
            return "counted"
        if not self.measured.of:
            return "not measured"
        if self.measured.low >= 0.8:
            return "mostly right"
        return "read before use" if self.measured.low >= 0.55 else "places to read"


@dataclass
class Part:
    """A section of a dossier: its sentences, the tables behind them, a chart."""

    name: str
    title: str
    lead: str
    statements: list[Statement] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    errors: str = ""  # what is measured of the measures
    draw: Callable[[], Any] | None = None


# Measured on labelled or read rows that the rules were not written on: docs/accuracy.md.
WORDS_GIVEN = Measured(0.93, 0.92, 0.95, 1916, "words given to somebody")
QUOTED_DIRECTLY = Measured(0.96, 0.94, 0.97, 607, "direct quotations")
QUOTED = Measured(0.89, 0.87, 0.90, 1916, "quotations")
NAMED = Measured(0.95, 0.94, 0.96, 5020, "names")
CLAUSES = Measured(0.86, 0.83, 0.89, 629, "pairs of actor and verb")
TOLD = Measured(0.93, 0.86, 0.96, 120, "clauses")
OWN_WORDS = Measured(0.88, 0.86, 0.90, 908, "clauses in the text’s own words")
BORDER = Measured(0.83, 0.79, 0.86, 397, "clauses beside an attribution")
DOERLESS = Measured(0.48, 0.38, 0.58, 94, "events without a doer")
VAGUE = Measured(0.62, 0.45, 0.77, 32, "vague actors")
EVALUATED = Measured(0.67, 0.58, 0.75, 110, "acts of evaluation")
EXPLAINED = Measured(0.88, 0.72, 0.95, 32, "explanations")
GIVEN = Measured(0, 0, 0, 0, "words that can take something as given")  # read with the answer seen


class Article:
    """One text of a corpus, and the tables that several parts of its dossier need."""

    def __init__(self, corpus: Corpus, doc: str) -> None:
        self.doc = doc
        self.corpus = corpus.every_voice()
        self.one = self.corpus.select([doc])
        self.row = self.one.documents.iloc[0]
        self.text = str(self.row["text"])

    @cached_property
    def words(self) -> pd.DataFrame:
        """The words of the text."""
        tokens = self.one.tokens
        return tokens[tokens["is_word"]]

    @cached_property
    def begins(self) -> np.ndarray:
        """Where the words of the text begin."""
        return self.words["start"].to_numpy()

    @cached_property
    def actors(self) -> pd.DataFrame:
        """Where persons, organisations and places are named."""
        return named_actors(self.one)

    @cached_property
    def namings(self) -> pd.DataFrame:
        """Where actors are named, competing names of things left out."""
        found = self.every_naming
        return found[found["strategy"] != "variant"]

    @cached_property
    def every_naming(self) -> pd.DataFrame:
        """Where actors and things of several names are named."""
        return da.find_namings(self.one)

    @cached_property
    def clauses(self) -> pd.DataFrame:
        """Who does what to whom, roles and pronouns included, with the voice of each verb."""
        with silent():
            found = da.find_clauses(self.one, self.namings, documents=self.one.documents)
        verbs = found.assign(start=found["verb_start"], end=found["verb_end"])
        cues = self.one.quotes
        spans = list(zip(cues["cue_start"], cues["cue_end"], strict=True))
        said = [any(a <= start < b for a, b in spans) for start in found["verb_start"]]
        saying = np.array(said, dtype=bool) | (found["process"] == "verbal").to_numpy()
        return found.assign(voice=self.voice(verbs), saying=saying)

    @cached_property
    def deeds(self) -> pd.DataFrame:
        """The clauses of deeds and perceptions: no verb of saying, no being and having."""
        found = self.clauses
        return found[found["process"].isin(["material", "mental"]) & ~found["saying"]]

    @cached_property
    def attributing(self) -> set[int]:
        """The sentences that attribute something to somebody."""
        quotes, sentences = self.one.quotes, self.one.sentences
        starts, numbers = sentences["start"].to_numpy(), sentences["sentence"].to_numpy()
        found: set[int] = set()
        for first, last in zip(quotes["start"], quotes["end"], strict=True):
            places = np.searchsorted(starts, [first, last - 1], side="right") - 1
            found.update(numbers[places[0] : places[1] + 1].tolist())
        return found

    @cached_property
    def doubtful(self) -> set[int]:
        """Sentences without a found attribution in which a word says that there may be one."""
        sentences = self.one.sentences
        said = [
            bool(_MAY_ATTRIBUTE.search(self.text[start:end]))
            for start, end in zip(sentences["start"], sentences["end"], strict=True)
        ]
        return set(sentences["sentence"][said].astype(int)) - self.attributing | self._first_person

    @cached_property
    def _first_person(self) -> set[int]:
        """Sentences in which somebody says I or we outside of what is attributed."""
        rows = self.words[self.words["term"].astype(str).isin(_FIRST_PERSON)]
        own = [name in OWN for name in self.voice(rows)]
        return set(rows["sentence"][own].astype(int))

    def is_infinitive(self, start: int) -> bool:
        """Whether a verb stands after "to": "is to be held", which is not told as done."""
        return bool(_TO.search(self.text[max(0, start - 30) : start]))

    def voice(self, rows: pd.DataFrame) -> list[str]:
        """Whose words some places are, pronouns and roles as (unresolved)."""
        from analysis.voices.spans import resolved_voices

        if not len(rows):
            return []
        places = pd.DataFrame({name: rows[name].to_numpy() for name in ("start", "end")})
        places.insert(0, "doc", self.doc)
        voiced = da.add_voices(places, self.one.quotes, documents=self.one.documents)
        found = [str(name) for name in resolved_voices(voiced["voice"])]
        marked = self.marked
        return [
            "(unnamed)" if name in OWN and any(a < start < b for a, b in marked) else name
            for name, start in zip(found, rows["start"], strict=True)
        ]

    @cached_property
    def marked(self) -> list[tuple[int, int]]:
        """The stretches in double quotation marks: somebody's words, whoever that is."""
        found: list[tuple[int, int]] = []
        for paragraph in re.finditer(r"[^\n]+", self.text):
            opened = -1
            for sign in re.finditer('[“”"]', paragraph[0]):
                place = paragraph.start() + sign.start()
                if sign[0] == "“" or (sign[0] == '"' and opened < 0):
                    opened = place
                elif opened >= 0:
                    found.append((opened, place))
                    opened = -1
        return found

    def voice_names(self, quotes: pd.DataFrame) -> list[str]:
        """Whose words quotations are, pronouns and roles as (unresolved)."""
        from analysis.voices.spans import resolved_voices

        names = resolved_voices(quotes["speaker"])
        return [str(name) or "(unnamed)" for name in names]

    def percent(self, start: int) -> float:
        """How much of the words stand before a place, in percent."""
        before = int(np.searchsorted(self.begins, start))
        return 100 * before / max(len(self.begins), 1)

    def at(self, start: int, end: int, text: str | None = None) -> Words:
        """Words of the text, as they stand or under another name."""
        shown = " ".join(self.text[start:end].split()) if text is None else text
        return Words(wording.label(shown, 160), int(start), int(end))


def named_actors(corpus: Corpus) -> pd.DataFrame:
    """Where persons, organisations and places are named in texts, a capital as its state."""
    found = da.find_namings(corpus, pronouns=False)
    mentions = corpus.mentions
    minor = mentions.loc[mentions["label"].isin(["NORP", "MISC"]), "entity"]
    kept = (found["strategy"] != "variant") & ~found["actor"].astype(str).isin(set(map(str, minor)))
    return found[kept]


def each(table: pd.DataFrame) -> Iterator[Any]:
    """The rows of a table, columns as attributes."""
    return iter(bare(table).itertuples())


def percent(share: float) -> str:
    """A share as a whole percentage; a small one is not 0."""
    return "under 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def possessive(name: str) -> str:
    """Whose: "Ann Lee’s", "the officials’"."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def joined(items: Sequence[Sequence[str | Words]], last: str = ", ") -> list[str | Words]:
    """Pieces of a sentence with commas between them."""
    parts: list[str | Words] = []
    for place, item in enumerate(items):
        if place:
            parts.append(last if place == len(items) - 1 else ", ")
        parts.extend(item)
    return parts


def grouped(items: Sequence[Sequence[str | Words]]) -> list[list[str | Words]]:
    """The items, those that read the same as one, with how many they are."""
    found: dict[str, list[Sequence[str | Words]]] = {}
    for item in items:
        key = "".join(part if isinstance(part, str) else part.text for part in item).lower()
        found.setdefault(key, []).append(item)
    return [[*own[0], f" ×{len(own)}"] if len(own) > 1 else list(own[0]) for own in found.values()]


def some_of(items: Sequence[Sequence[str | Words]], most: int = MOST) -> list[str | Words]:
    """The first items of a list, and how many more there are."""
    parts = joined(items[:most])
    if len(items) > most:
        parts.append(f" and {len(items) - most:,} more")
    return parts


def voice_phrase(voices: Iterable[str]) -> str:
    """Whose words some things are: "in the writer's words", "2 of 5 in Vladimir Putin's"."""
    counts = pd.Series(list(voices), dtype=object).replace(dict.fromkeys(OWN, "the text's own"))
    known = counts.value_counts(sort=False)
    order = sorted(known.index, key=lambda name: (-known[name], name))
    if len(order) == 1:
        return f"in {_words_of(order[0])}"
    phrases = [f"{known[name]} in {_words_of(name)}" for name in order]
    return wording.listing(phrases, limit=3, width=90)


def _words_of(voice: str) -> str:
    """The words of a voice."""
    if voice == "the text's own":
        return "the text’s own words"
    if voice in NOBODY:
        return f"words of a speaker who is {voice[1:-1]}"
    return f"{possessive(voice)} words"
