"""A corpus: its documents, and the tables (layers) that follow from them."""

from __future__ import annotations

import contextlib
import html
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.counted import Codes, Counted, codes_of_tokens, count_tokens
from analysis.files import hash_text
from analysis.tables import (
    NONE_LABEL,
    VOICES,
    InputError,
    bare,
    counts_asked,
    json_value,
    progress,
    require_choice,
    require_columns,
    silent,
)

Words = Sequence[str] | Callable[[pd.Index], list[str]]  # terms, or what chooses them
Tick = Callable[[int, int, str], bool]  # documents done, all of them, what is made; False stops
_TOLD = ("outlet", "side")  # also if all texts have one value
_NOT_GROUPS = frozenset(
    "doc text title standfirst sha256 published url note licence verified version path".split()
)
_MOST_NAMED = 100  # documents whose names travel with every table
_MOST_GROUPS = 200  # values of a column whose colours are fixed for the whole corpus
_HALF = re.compile("[\ud800-\udfff]")
_ZONE = re.compile(r"(?<=\d)(?:Z|[+-]\d{2}:?\d{2})$")
_GRAINS = {  # columns that tell a layer from others
    "sentences": ("sentence", "start", "end", "text"),
    "tokens": ("position", "start", "end", "word", "term", "is_word"),
    "tagged": ("position", "start", "end", "word", "term", "is_word", "pos", "head"),
    "mentions": ("sentence", "start", "end", "text", "label", "entity"),
    "quotes": ("start", "end", "kind", "speaker"),
    "voiced": ("position", "start", "end", "word", "term", "is_word", "voice"),
    "sentiment": ("sentence", "start", "end", "compound"),
    "targets": ("start", "end", "entity", "negative", "positive", "score"),
    "clauses": ("start", "end", "verb", "role"),
    "evaluations": ("start", "end", "evaluator", "act", "target", "polarity"),
}
_FIXED = ("speech", "voice_group", "part")  # categories that stay though they have no row
_SECONDS = 0.4  # that a portion should take, so that making can be stopped
PART = 50_000_000  # characters of a part of a corpus
_SMALL = 2_000_000  # characters of a corpus whose words and warnings are looked up to show it


class Layer(NamedTuple):
    """How a layer is made: by which function, from which others, and in what portions."""

    function: str
    needs: tuple[str, ...]
    portion: int  # characters of the first portion
    description: str


LAYERS = {
    "sentences": Layer("split_sentences", (), 500_000, "Splitting sentences"),
    "tokens": Layer("tokenize", (), 500_000, "Tokenizing"),
    "tagged": Layer("annotate", (), 5_000, "Tagging words"),
    "mentions": Layer("find_entities", (), 5_000, "Finding names"),
    "quotes": Layer("find_quotes", ("tagged", "mentions"), 5_000, "Finding quotations"),
    "voiced": Layer("add_voices", ("tagged", "quotes"), 50_000, "Assigning voices"),
    "sentiment": Layer("score_sentiment", ("sentences",), 50_000, "Scoring sentences"),
    "targets": Layer("score_targets", ("mentions",), 5_000, "Judging tone toward names"),
    "clauses": Layer("find_clauses", ("voiced", "mentions"), 50_000, "Finding clauses"),
    "evaluations": Layer("find_evaluations", ("voiced", "mentions"), 50_000, "Finding evaluations"),
}


def _layer(name: str, text: str) -> Any:
    """A property that gives a layer."""
    return property(lambda corpus: corpus.layer(name), doc=text)


class Corpus:
    """A set of documents and what follows from them: sentences, tokens, names, quotations …

    Parameters
    ----------
    documents : pandas.DataFrame
        One row per text, with `doc` (a unique id) and `text`; any further column (`outlet`,
        `side`, `published` …) can be grouped by and chosen with `where`.
    name : str, optional
        What figures call the corpus; by default the name that the table knows, else "corpus".
    aliases : pandas.DataFrame or path, optional
        Variants of names to merge (see `read_aliases`).
    term_groups : mapping or path, optional
        Groups of terms that measures take where none are given (see `read_term_groups`).
    layers : mapping of str to pandas.DataFrame, optional
        Layers that exist already, for all documents, such as hand-corrected mentions.

    Raises
    ------
    InputError
        If a column is missing, there is no document, an id stands twice, or a text is not a str.

    Notes
    -----
    A **layer** is a table that follows from the documents one by one: `sentences`, `tokens`,
    `tagged` (tokens with part of speech, lemma and head), `mentions`, `quotes`, `voiced` (tagged
    tokens with their voice), `sentiment` (sentences scored by the lexicon), `targets` (tone
    toward each mention), `clauses` and `evaluations`. Each is made when it is first asked for, in
    portions of documents and with a progress bar; stopping it keeps what was made, and the next
    call goes on.
    What the model says of a text is also kept on the disk, by its content, and not computed
    again. `where` and `select` give a corpus that shares these layers.

    A table of a layer is a pandas table: filter it as you like and pass it to a measure in place
    of the corpus.

    Examples
    --------
    >>> texts = pd.DataFrame(
    ...     {
    ...         "doc": ["a", "b"],
    ...         "side": ["east", "west"],
    ...         "text": ["Peace talks failed.", "The war goes on."],
    ...     }
    ... )
    >>> corpus = Corpus(texts, name="tiny")
    >>> corpus
    Corpus 'tiny': 2 texts, 7 words
      side: east 1, west 1
      layers made: tokens
    >>> corpus.where(side="east").tokens["term"].tolist()
    ['peace', 'talks', 'failed', '.']
    """

    def __init__(
        self,
        documents: pd.DataFrame,
        *,
        name: str | None = None,
        aliases: pd.DataFrame | str | os.PathLike[str] | None = None,
        term_groups: Mapping[str, Sequence[str]] | str | os.PathLike[str] | None = None,
        layers: Mapping[str, pd.DataFrame] | None = None,
    ) -> None:
        if not isinstance(layers or {}, Mapping):
            raise InputError("layers= are mappings of a name, a layer's, to its table.")
        self._begin(Store(_checked(documents, name)), aliases, term_groups)
        for layer, table in (layers or {}).items():
            require_choice(layer, LAYERS, "layers")
            self._store.give(layer, table)

    def _begin(self, store: Store, aliases: Any, term_groups: Any) -> None:
        """Take the documents and what belongs to them."""
        self._store = store
        self.aliases: pd.DataFrame | None = _read(aliases, "read_aliases")
        if self.aliases is not None:
            require_columns(self.aliases, ("variant", "entity"), "aliases")
        groups = _read(term_groups, "read_term_groups") or {}
        if not isinstance(groups, Mapping):
            raise InputError(
                "term_groups= are mappings of a name to a list of terms, or the path of a file."
            )
        self.term_groups: dict[str, list[str]] = {
            str(n): [terms] if isinstance(terms, str) else list(terms)
            for n, terms in groups.items()
        }
        self._store.aliases = self.aliases
        self._rows = np.arange(len(self._store.documents))
        self._voices: list[list[str]] = []
        self.selection: list[dict[str, Any]] = []
        self._views: dict[tuple[str, bool], pd.DataFrame] = {}
        self._client: Any = None  # of the cluster that works on its parts

    # What it holds

    @property
    def name(self) -> str:
        """What figures call the corpus."""
        return str(self._store.documents.attrs["corpus"]["name"])

    @property
    def folder(self) -> str | None:
        """The folder it was read from, if it was."""
        return self._store.folder

    documents = _layer("documents", "The documents, one row each.")
    sentences = _layer("sentences", "The sentences (see `split_sentences`).")
    tokens = _layer("tokens", "The tokens (see `tokenize`).")
    tagged = _layer("tagged", "The tokens with part of speech, lemma and head (see `annotate`).")
    mentions = _layer("mentions", "The names, their variants merged (see `find_entities`).")
    quotes = _layer("quotes", "The quotations and reported statements (see `find_quotes`).")
    voiced = _layer("voiced", "The tagged tokens with the voice of each (see `add_voices`).")
    sentiment = _layer("sentiment", "The sentences with lexicon scores (see `score_sentiment`).")
    targets = _layer("targets", "The mentions with the tone toward each (see `score_targets`).")
    clauses = _layer("clauses", "The clauses: who does what to whom (see `find_clauses`).")
    evaluations = _layer("evaluations", "Who evaluates whom (see `find_evaluations`).")

    def layer(self, name: str, *, voiced: bool = False) -> pd.DataFrame:
        """Return a layer by its name; with `voiced`, its rows know their voice.

        Parameters
        ----------
        name : str
            "documents" or a layer.
        voiced : bool
            Add `voice`, `speech`, `voice_group` and `part` to a layer whose rows are spans.

        Returns
        -------
        pandas.DataFrame
            The rows of the chosen documents and voices. The table is shared: copy it before
            changing it in place.

        Raises
        ------
        InputError
            If there is no such layer, or it cannot be made, naming the document and the reason.
        """
        require_choice(name, ("documents", *LAYERS), "layer")
        voiced = name != "documents" and (voiced or bool(self._voices))
        if (name, voiced) not in self._views:
            if self._client is not None and name != "documents":
                _cluster().make_for_table(self, (name, "quotes") if voiced else (name,))
            table = self._store.take(name, self._rows)
            if voiced:
                table = self._with_voices(name, table)
            table.attrs.update(self._attrs(name, voiced))
            self._views[name, voiced] = table
        return self._views[name, voiced]

    def make(self, *names: str, tick: Tick | None = None) -> bool:
        """Make layers now.

        Parameters
        ----------
        *names : str
            Layers, with all that they need.
        tick : callable, optional
            Called with the documents done, all of them and a description before each portion;
            returns False to stop.

        Returns
        -------
        bool
            False if `tick` stopped it. What was made is kept.
        """
        for name in names:
            require_choice(name, ("documents", *LAYERS), "layer")
        if self._client is not None:
            return bool(_cluster().make_layers(self, names, tick))
        return all(self._store.make(name, self._rows, tick) for name in names)

    def lacks(self, name: str) -> bool:
        """Whether a layer still has to be made for some of the documents."""
        return self._store.lacks(name, self._rows)

    # Parts of it

    def where(
        self,
        *,
        voice: str | Sequence[str] | None = None,
        since: object = None,
        until: object = None,
        **columns: object,
    ) -> Corpus:
        """Choose documents by their columns and dates, and words by their voice.

        Parameters
        ----------
        voice : str or sequence of str, optional
            "headline", "writer", "speakers" for all who are quoted, or names of speakers. Every
            layer of the new corpus then holds only what these voices say, and rates are per words
            of these voices.
        since, until : date or str, optional
            First and last day of `published`, both included; a month or year means all of it.
        **columns : value or sequence of values
            Values of columns of the documents; "(none)" stands for a missing one.

        Returns
        -------
        Corpus
            It shares the layers of this one.

        Raises
        ------
        InputError
            If a column or value does not exist (all choices are named), a date cannot be read,
            or nothing is left.

        Examples
        --------
        >>> texts = pd.DataFrame(
        ...     {"doc": ["a", "b"], "side": ["x", "y"], "text": ["We agree.", "No."]}
        ... )
        >>> len(Corpus(texts).where(side=["x"]))
        1
        """
        documents = self._store.documents
        kept = np.zeros(len(documents), dtype=bool)
        kept[self._rows] = True
        chosen: dict[str, Any] = {}
        for name, wanted in columns.items():
            values = [NONE_LABEL if value is None else value for value in _listed(wanted)]
            if not values:
                raise InputError(f"{name}= is empty; name at least one value.")
            kept &= _matching(documents, name, values)
            chosen[name] = values
        for name, day in (("since", since), ("until", until)):
            if day is not None:
                kept &= _dated(documents, name, day)
                chosen[name] = str(day)
        if not kept.any():
            raise InputError(f"No document of the corpus has {_phrase(chosen)}.")
        part = self._part(np.flatnonzero(kept))
        if voice is not None:
            chosen["voice"] = [str(name) for name in _listed(voice)]
            part._voices.append(chosen["voice"])
            if not chosen["voice"]:
                raise InputError("voice= is empty; name at least one voice, such as 'writer'.")
        if chosen:
            part.selection = [*self.selection, {"where": json_value(chosen)}]
        if voice is not None:
            part._require_voices()
        return part

    def select(self, ids: Iterable[Any] | Callable[[pd.DataFrame], Any]) -> Corpus:
        """Choose documents by their ids, or by a mask.

        Parameters
        ----------
        ids : iterable of str, boolean mask, or callable
            Values of `doc`; or whether each document is wanted, as in
            ``corpus.select(corpus.documents["side"] == "west")``; or a function that makes one of
            these of `documents`.

        Returns
        -------
        Corpus
            The documents in the order of the corpus; it shares the layers of this one.

        Raises
        ------
        InputError
            If an id is not in the corpus, or none is given; if a mask has another length.
        """
        given = ids(self.documents) if callable(ids) else ids
        wanted = [str(doc) for doc in _masked(_listed(given), self._store.ids.take(self._rows))]
        rows = self._store.ids.get_indexer(pd.Index(wanted, dtype=object))
        rows[~np.isin(rows, self._rows)] = -1
        if (rows < 0).any():
            known = [str(self._store.ids[row]) for row in self._rows]
            raise InputError(
                f"Document {wanted[int(np.argmin(rows))]!r} is not in the corpus; it has"
                f" {_shortened(known)}. select takes ids, or True and False for each document."
            )
        if not wanted:
            raise InputError("No document is chosen; name one at least.")
        part = self._part(np.unique(rows))
        part.selection = [*self.selection, {"select": [str(doc) for doc in wanted]}]
        return part

    def parts(self, characters: int = PART) -> Iterator[Corpus]:
        """Go through the corpus in parts, each small enough for memory.

        Parameters
        ----------
        characters : int
            So long are the texts of a part, or it is a single text. A packed corpus has the parts
            in which it was packed.

        Yields
        ------
        Corpus
            Consecutive documents with the voices that were chosen; all parts together are this
            corpus.

        Examples
        --------
        >>> texts = pd.DataFrame({"doc": ["a", "b", "c"], "text": ["One.", "Two.", "Three."]})
        >>> [len(part) for part in Corpus(texts).parts(characters=9)]
        [2, 1]
        """
        if isinstance(characters, bool) or not isinstance(characters, int) or characters < 1:
            raise InputError(
                f"characters={characters!r} is no length; give a number such as {PART}."
            )
        for rows in self._store.cut(self._rows, characters):
            yield self if len(rows) == len(self._rows) else self._part(rows)

    def map_parts(
        self, function: Callable[..., Any], /, *, characters: int = PART, **options: Any
    ) -> Iterator[Any]:
        """Call a function with each part of the corpus, one after the other.

        Parameters
        ----------
        function : callable
            Takes a part, a `Corpus`, and the options; a function of a module, so that a worker of
            a cluster can call it (see `read_corpus`).
        characters : int
            As in `parts`.
        **options
            Further arguments of the function.

        Yields
        ------
        object
            What the function returned, in the order of the parts. What a part took into memory is
            let go before the next one.

        Examples
        --------
        >>> texts = pd.DataFrame({"doc": ["a", "b", "c"], "text": ["One.", "Two.", "Three."]})
        >>> list(Corpus(texts).map_parts(len, characters=9))
        [2, 1]
        """
        if not callable(function):
            raise InputError(
                f"map_parts({function!r}) is no function; name one that takes a part, such as len."
            )
        parts = self.parts(characters)
        if self._client is not None:
            results: Iterator[Any] = _cluster().map_parts(self, parts, function, options)
            return results
        return (function(part, **options) for part in parts)

    @property
    def in_parts(self) -> bool:
        """Whether measures go through it part by part: a large packed corpus."""
        return self._store.in_parts(self._rows)

    def holding(self, alternatives: Sequence[Sequence[Words]]) -> Corpus:
        """Return the documents that can hold one of some sequences of terms.

        Parameters
        ----------
        alternatives : sequence of sequence of (sequence of str, or callable)
            For each place of a sequence the terms that can stand there, or a function that chooses
            them from the vocabulary, a sorted index.

        Returns
        -------
        Corpus
            Fewer documents where the files of a packed corpus tell which; else, or where its
            tokens were looked up already, this one.
        """
        if ("tokens", False) in self._views and not self.in_parts:
            return self
        rows = self._store.holding(alternatives, self._rows)
        return self if rows is self._rows else self._part(rows)  # with the layers at hand

    @property
    def kept(self) -> bool:
        """Whether what is derived of it is kept in files, and need not be made of its tokens."""
        return self._store.kept and not self._voices

    def counted(self, *, whole: bool = False) -> Counted | None:
        """Return the words counted by document and term; None where that is not kept.

        Parameters
        ----------
        whole : bool
            Of all documents of the partition, which is quicker than to choose.

        Returns
        -------
        Counted
            Of the chosen documents, if they are of one partition of a packed corpus.
        """
        return None if self._voices else self._store.counted(self._rows, whole=whole)

    def derived(
        self, name: str, make: Callable[[pd.DataFrame], pd.DataFrame]
    ) -> pd.DataFrame | None:
        """Return numbers that follow from the tokens of each document; None where none are kept.

        Parameters
        ----------
        name : str
            Under which they are kept beside a partition.
        make : callable
            Takes the tokens of documents; its rows have their `doc`.

        Returns
        -------
        pandas.DataFrame
            Of the chosen documents, if they are of one partition of a packed corpus.
        """
        return None if self._voices else self._store.derived(name, make, self._rows)

    def word_codes(self) -> Codes | None:
        """Return the words by their codes, without a table; None where no file has them so.

        Returns
        -------
        Codes
            Of the chosen documents, if they are of one partition of a packed corpus.
        """
        return None if self._voices else self._store.word_codes(self._rows)

    def take(self, places: np.ndarray) -> Corpus:
        """Return some documents by their places among those of this corpus.

        Parameters
        ----------
        places : numpy.ndarray
            Whole numbers from 0, ascending.

        Returns
        -------
        Corpus
            As `select`; its tables do not say that documents were chosen.
        """
        return self._part(self._rows[places])

    def document_sizes(self) -> tuple[np.ndarray, np.ndarray] | None:
        """Return how many tokens and words each document has, where files tell without reading.

        Returns
        -------
        tuple of numpy.ndarray, or None
            None of a corpus in memory, or where voices were chosen.
        """
        return None if self._voices else self._store.document_sizes(self._rows)

    def read_columns(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Return some columns of a layer, which is quicker where they are in files.

        Parameters
        ----------
        name : str
            A layer.
        columns : sequence of str
            Its columns.

        Returns
        -------
        pandas.DataFrame
            As `layer` returns it.
        """
        table = self._store.read_columns(name, columns, self._rows)
        table.attrs.update(self._attrs(name, voiced=False))
        return table

    def sum_terms(self, terms: pd.Index) -> np.ndarray:
        """Return sums over the documents of a packed corpus, of some terms as words.

        Parameters
        ----------
        terms : pandas.Index
            The terms.

        Returns
        -------
        numpy.ndarray
            Rows: Σc, Σc² and Σcb over documents with c times the term in b words.
        """
        sums: np.ndarray = self._store.sum_terms(terms, self._rows)
        return sums

    def require_few(self, what: str) -> None:
        """Refuse what takes whole layers, of more texts than memory holds at once.

        Parameters
        ----------
        what : str
            What takes them, as in "A report".

        Raises
        ------
        InputError
            If there are more than 20 million tokens in a packed corpus.
        """
        self._store.require_few((), self._rows, what)

    def every_voice(self) -> Corpus:
        """Return the same documents with the words of all voices.

        Returns
        -------
        Corpus
            It shares the layers of this one.
        """
        if not self._voices:
            return self  # with the layers that it has at hand
        part = self._part(self._rows)
        part._voices, part.selection = [], []
        for step in self.selection:
            where = {
                name: value for name, value in step.get("where", {}).items() if name != "voice"
            }
            if where or "select" in step:
                part.selection.append({"where": where} if where else step)
        return part

    @classmethod
    def of_store(cls, store: Store, aliases: Any = None, term_groups: Any = None) -> Corpus:
        """A corpus of all documents of a store."""
        corpus = object.__new__(cls)
        corpus._begin(store, aliases, term_groups)
        return corpus

    def __getstate__(self) -> dict[str, Any]:
        """All but the tables at hand, which the store has, and the client."""
        return {**self.__dict__, "_views": {}, "_client": None}

    def _part(self, rows: np.ndarray) -> Corpus:
        """The same corpus with fewer documents."""
        part = object.__new__(Corpus)
        part.__dict__.update(self.__dict__)
        part._rows, part._views, part._voices = rows, {}, list(self._voices)
        return part

    def _require_voices(self) -> None:
        """Refuse voices in which nothing is said here."""
        if not len(self.layer("voiced")):
            known = self.every_voice().layer("voiced")["voice"].value_counts()
            raise InputError(
                f"Nothing is said here in the voice {_shortened(self._voices[-1])}; there"
                f" are {_shortened([str(name) for name in known[known > 0].index])}."
            )

    def _with_voices(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        """A layer whose rows know their voice, and only the chosen voices' rows."""
        package = _package()
        if not {"doc", "start", "end"} <= set(table.columns):
            raise InputError(f"The layer {name!r} has no places in the texts, so it has no voices.")
        if not set(VOICES) <= set(table.columns):
            quotes = self._store.take("quotes", self._rows)
            texts = self._store.take("documents", self._rows)
            table = package.add_voices(table, quotes, documents=texts)
        return self.in_voices(table)

    def in_voices(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table with `voice` that are in the voices chosen by `where`.

        Parameters
        ----------
        table : pandas.DataFrame
            Rows that know their voice, as `add_voices` gives them.

        Returns
        -------
        pandas.DataFrame
            All rows where no voice was chosen.
        """
        for voices in self._voices:
            table = import_module("analysis.voices.spans").in_voices(table, voices)
        return table

    def _attrs(self, name: str, voiced: bool) -> dict[str, Any]:
        """What every table says of where it is from."""
        corpus = dict(self._store.documents.attrs["corpus"])
        if self.selection:
            corpus["selected"] = len(self._rows)
            corpus["selection"] = self.describe_selection()
        step: dict[str, Any] = {"call": "layer", "on": "corpus", "params": {"name": name}}
        if voiced and not self._voices:
            step["params"]["voiced"] = True
        if self.selection:
            step["selection"] = self.selection
        style = self._store.style
        if self.term_groups:
            style = style | {"terms": list(self.term_groups)}
        return {"corpus": corpus, "steps": [step], **({"style": style} if style else {})}

    # What it shows

    def __len__(self) -> int:
        """Number of documents."""
        return len(self._rows)

    def __iter__(self) -> Iterator[Any]:
        """Refuse: there are several tables to go through."""
        raise TypeError("a corpus has no rows of its own; go through corpus.documents")

    def describe_selection(self) -> str:
        """What was chosen of the whole corpus, in words; "" for all of it."""
        texts = []
        for step in self.selection:
            if "select" in step:
                texts.append(f"documents {_shortened(step['select'])}")
            else:
                texts.append(_phrase(step["where"]))
        return "; ".join(texts)

    def describe(self) -> list[tuple[str, str]]:
        """What it is, as pairs of a heading and a text.

        Returns
        -------
        list of (str, str)
            Texts and words, selection, groups of the columns with few values, span of dates,
            layers made, warnings of `check_corpus`.
        """
        documents = self._store.documents.drop(columns="text", errors="ignore").iloc[self._rows]
        small = int(self._store.sizes[self._rows].sum()) <= _SMALL
        size = f"{len(self):,} text{'' if len(self) == 1 else 's'}"
        words = self._store.count_words(self._rows, small)
        if self._voices:
            words = None if words is None else int(self.tokens["is_word"].sum())
        if words is not None:
            size += f", {words:,} word{'' if words == 1 else 's'}"
        facts = [("size", size)]
        if self.selection:
            facts.append(("chosen", self.describe_selection()))
        for name in documents.columns:
            if name not in _NOT_GROUPS and documents[name].notna().any():
                values = documents[name].astype(object).where(documents[name].notna(), NONE_LABEL)
                counts = values.astype(str).value_counts(sort=False).sort_index()
                few = 1 < len(counts) <= min(8, len(self) - 1)
                if few or (name in _TOLD and len(counts) == 1) or name == "side":
                    text = ", ".join(f"{value} {n}" for value, n in counts.items())
                    facts.append((str(name), text))
        if "published" in documents.columns and documents["published"].notna().any():
            days = documents["published"].dropna()
            undated = len(documents) - len(days)
            text = f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}"
            facts.append(("published", text + (f", {undated} without a date" if undated else "")))
        made = [name for name in LAYERS if not self.lacks(name)]
        facts.append(("layers made", ", ".join(made) or "none yet"))
        if small and self.folder is not None:
            warnings = self._warnings(documents)
            if warnings:
                facts.append(("check", f"{warnings}; see check_corpus"))
        return facts

    def _warnings(self, documents: pd.DataFrame) -> str:
        """How many findings of each kind `check_corpus` has."""
        if self._store.findings is None:
            self._store.findings = _package().check_corpus(self._store.folder)
        found = self._store.findings
        own = found[found["doc"].isin(documents["doc"]) | ~found["doc"].isin(self._store.ids)]
        counts = own["kind"].value_counts()
        return ", ".join(f"{kind} {n}" for kind, n in counts.items())

    def __repr__(self) -> str:
        """What it is, in a few lines."""
        (_, size), *rest = self.describe()
        lines = [f"Corpus {self.name!r}: {size}", *(f"  {head}: {text}" for head, text in rest)]
        return "\n".join(line if len(line) <= 100 else f"{line[:99]}…" for line in lines)

    def _repr_html_(self) -> str:
        """What it is, as a small table."""
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(head)}</th>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for head, text in self.describe()
        )
        return f"<table><caption>Corpus {html.escape(self.name)}</caption>{rows}</table>"


def portions(rows: np.ndarray, sizes: np.ndarray, most: int) -> Iterator[np.ndarray]:
    """Rows one after the other in portions of at most such a size, or of one row."""
    ends, first = np.cumsum(sizes), 0
    while first < len(rows):
        whole = most + (ends[first - 1] if first else 0)
        last = max(int(np.searchsorted(ends, whole, "right")), first + 1)
        yield rows[first:last]
        first = last


class Store:
    """The documents of a whole corpus and the parts of its layers that were made."""

    def __init__(self, documents: pd.DataFrame, sizes: np.ndarray | None = None) -> None:
        self.documents, self.folder = documents, documents.attrs["corpus"].get("folder")
        self.documents.attrs["corpus"].pop("folder", None)
        self.style = self._whole_style()
        self.aliases: pd.DataFrame | None = None
        self.findings: pd.DataFrame | None = None
        self.ids = pd.Index(documents["doc"], dtype=object)
        self.sizes = documents["text"].str.len().to_numpy() if sizes is None else sizes
        self._parts: dict[str, list[tuple[np.ndarray, pd.DataFrame]]] = {}  # rows, table
        self._made: dict[str, np.ndarray] = {}
        self._lock = threading.RLock()

    def __getstate__(self) -> dict[str, Any]:
        """All but the lock, so that a corpus can be copied and pickled."""
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """The same with a new lock."""
        self.__dict__.update(state, _lock=threading.RLock())

    def _whole_style(self) -> dict[str, Any]:
        """What figures need to draw a group alike whichever part of the corpus they show."""
        groups = {}
        for name in self.documents.columns:
            if name in _NOT_GROUPS or not isinstance(name, str):
                continue
            column = self.documents[name].dropna()
            if isinstance(column.dtype, pd.CategoricalDtype):
                column = column.astype(object)
            if pd.api.types.is_string_dtype(column):
                values = sorted({str(value) for value in column.unique()})
            elif pd.api.types.is_bool_dtype(column) or pd.api.types.is_integer_dtype(column):
                values = [str(value) for value in sorted(column.unique())]
            elif pd.api.types.is_float_dtype(column) and (column % 1 == 0).all():  # some missing
                values = [str(int(value)) for value in sorted(column.unique())]
            else:
                continue
            if 1 < len(values) <= _MOST_GROUPS:
                groups[name] = values
        given = self.documents.attrs.get("style") or {}
        for name, values in (given.get("groups") or {}).items():  # of which these are a part
            if set(groups.get(name, ())) <= set(values):
                groups[name] = values
        documents = given.get("documents") or _document_names(self.documents)
        more = {"groups": groups, "documents": documents}
        return {**given, **{name: value for name, value in more.items() if value}}

    def partitions(self) -> list[tuple[int, int]]:
        """First row, and the row behind the last, of the documents of each partition."""
        return [(0, len(self.ids))]

    def cut(self, rows: np.ndarray, characters: int) -> Iterator[np.ndarray]:
        """Some documents in parts of so many characters."""
        return portions(rows, self.sizes[rows], characters)

    def in_parts(self, rows: np.ndarray) -> bool:
        """Whether measures go through some documents part by part."""
        return False

    kept = False  # whether what is derived is kept in files

    def counted(self, rows: np.ndarray, *, whole: bool = False) -> Counted | None:
        """Some documents counted by term, if that is asked of their parts; else of the tokens."""
        return count_tokens(self.take("tokens", rows)) if counts_asked() else None

    def derived(
        self, name: str, make: Callable[[pd.DataFrame], pd.DataFrame], rows: np.ndarray
    ) -> pd.DataFrame | None:
        """What follows from the tokens of some documents, if it is asked of their parts."""
        return make(self.take("tokens", rows)) if counts_asked() else None

    def word_codes(self, rows: np.ndarray) -> Codes | None:
        """The words of some documents by their codes, if counts are asked of parts."""
        return codes_of_tokens(self.take("tokens", rows)) if counts_asked() else None

    def holding(self, alternatives: Sequence[Sequence[Words]], rows: np.ndarray) -> np.ndarray:
        """Of some documents those that can hold sequences of terms: here, any."""
        return rows

    def document_sizes(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """How many tokens and words some documents have, if files tell it; here, not."""
        return None

    def read_columns(self, name: str, columns: Sequence[str], rows: np.ndarray) -> pd.DataFrame:
        """Some columns of a layer's rows for some documents."""
        return self.take(name, rows)[list(columns)]

    def sum_terms(self, terms: pd.Index, rows: np.ndarray) -> np.ndarray:
        """Sums of some terms over some documents; a packed corpus has them."""
        raise NotImplementedError

    def require_few(self, names: Sequence[str], rows: np.ndarray, what: str = "") -> None:
        """Refuse layers of more texts than memory holds at once: here, all are in memory."""

    def count_words(self, rows: np.ndarray, make: bool) -> int | None:
        """How many words some documents have; None where this is not known yet."""
        known = make or not self.lacks("tokens", rows)
        return int(self.take("tokens", rows)["is_word"].sum()) if known else None

    def hold(self, name: str, table: pd.DataFrame) -> None:
        """Take a layer of all documents as it was made."""
        self._parts[name] = [(np.arange(len(self.ids)), table)]
        self._made[name] = np.ones(len(self.ids), dtype=bool)

    def release(self, name: str) -> None:
        """Let go of a layer."""
        self._parts.pop(name, None)
        self._made.pop(name, None)

    def size_made(self) -> int:
        """Characters of the texts whose layers are held."""
        return sum(int(self.sizes[done].sum()) for done in self._made.values())

    def give(self, name: str, table: pd.DataFrame) -> None:
        """Take a layer that exists already."""
        require_columns(table, ("doc", *_GRAINS.get(name, ("start", "end"))), name)
        codes = self.ids.get_indexer(pd.Index(table["doc"].astype(object).map(str), dtype=object))
        if (codes < 0).any():
            stranger = table["doc"].iloc[int(np.argmin(codes))]
            raise InputError(f"Document {stranger!r} of the {name} given is not in the corpus.")
        order = np.argsort(codes, kind="stable")
        own = table.iloc[order].reset_index(drop=True)
        own["doc"] = pd.Categorical.from_codes(codes[order], self.ids)
        self.hold(name, own)

    def lacks(self, name: str, rows: np.ndarray) -> bool:
        """Whether a layer has to be made for some documents."""
        return name != "documents" and not self._done(name)[rows].all()

    def _done(self, name: str) -> np.ndarray:
        """Which documents a layer was made for."""
        return self._made.setdefault(name, np.zeros(len(self.ids), dtype=bool))

    def make(self, name: str, rows: np.ndarray, tick: Tick | None = None) -> bool:
        """Make a layer for the documents that lack it; False if `tick` stopped it."""
        if name == "documents":
            return True
        with self._lock:
            layer = LAYERS[name]
            for needed in layer.needs:
                if not self.make(needed, rows, tick):
                    return False
            todo = rows[~self._done(name)[rows]]
            if tick is None:
                portions = self._portions(name, todo)
                for _ in progress(portions, total=len(todo), desc=layer.description):
                    pass
                return True
            if len(todo) and not tick(0, len(todo), layer.description):
                return False
            for done, _ in enumerate(self._portions(name, todo), 1):
                portion_ends = done == len(todo) or not self._done(name)[todo[done]]
                if portion_ends and not tick(done, len(todo), layer.description):
                    return False
            return True

    def _portions(self, name: str, todo: np.ndarray) -> Iterator[int]:
        """Make a layer portion by portion; one value comes back for each document made."""
        done, size = 0, LAYERS[name].portion
        while done < len(todo):
            begin = time.monotonic()
            last = int(np.searchsorted(np.cumsum(self.sizes[todo[done:]]), size, "right"))
            some = todo[done : done + max(last, 1)]
            try:
                with silent():
                    part = self._make_rows(name, some)
            except InputError:
                raise
            except Exception as error:
                if len(some) > 1:
                    size = 1  # one by one, to name the document
                    continue
                raise InputError(
                    f"The layer {name!r} cannot be made for document {self.ids[some[0]]!r}"
                    f" ({type(error).__name__}: {error}); leave it out with select, or change it."
                ) from error
            self._parts.setdefault(name, []).append((some, part))
            self._done(name)[some] = True
            done += len(some)
            seconds = time.monotonic() - begin
            size = max(size // 2, 1) if seconds > 2 * _SECONDS else size
            size = 2 * size if seconds < _SECONDS else size
            yield from some.tolist()

    def _make_rows(self, name: str, rows: np.ndarray) -> pd.DataFrame:
        """A layer's rows for some documents."""
        package, texts = _package(), self.take("documents", rows)
        texts.attrs = {key: value for key, value in texts.attrs.items() if key != "corpus"}
        given = {needed: self.take(needed, rows) for needed in LAYERS[name].needs}
        made: pd.DataFrame
        if name == "tagged":
            made = package.annotate(texts).tokens
        elif name == "mentions":
            made = package.find_entities(texts)
            if self.aliases is not None:
                made = package.apply_aliases(made, self.aliases)
        elif name == "quotes":
            made = package.find_quotes(texts, **given)
        elif name == "voiced":
            made = package.add_voices(given["tagged"], given["quotes"], documents=texts)
        elif name == "sentiment":
            made = package.score_sentiment(given["sentences"])
        elif name == "targets":
            made = package.score_targets(texts, mentions=given["mentions"])
        elif name in ("clauses", "evaluations"):
            find = getattr(package, LAYERS[name].function)
            made = find(given["voiced"], mentions=given["mentions"], documents=texts)
        else:
            made = getattr(package, LAYERS[name].function)(texts)
        return made

    def take(self, name: str, rows: np.ndarray) -> pd.DataFrame:
        """A layer's rows for some documents, made where they are lacking."""
        if name == "documents":
            whole = self.documents
            table = whole if len(rows) == len(whole) else whole.iloc[rows].reset_index(drop=True)
            table = table.copy(deep=False)
            table.attrs = dict(whole.attrs)
            return table
        self.make(name, rows)
        with self._lock:
            whole = self._whole(name)
        table = whole.copy(deep=False)
        if len(rows) < len(self.ids):
            table = select_documents(whole, rows, self.ids)
        table.attrs = {k: v for k, v in whole.attrs.items() if k not in ("corpus", "steps")}
        return table

    def _whole(self, name: str) -> pd.DataFrame:
        """All parts of a layer as one table in the documents' order."""
        parts = self._parts.get(name)
        if parts is None:  # not a single document was asked for
            nothing = np.empty(0, dtype=np.int64)
            parts = self._parts[name] = [(nothing, self._make_rows(name, nothing))]
        if len(parts) > 1 or len(parts[0][1]["doc"].cat.categories) < len(self.ids):
            covered, tables = np.zeros(len(self.ids), dtype=bool), []
            for rows, table in parts:
                fresh = rows[~covered[rows]]  # a stop may have left a portion that was made again
                if len(fresh) < len(rows):
                    docs = table["doc"].cat.categories
                    table = select_documents(table, docs.get_indexer(self.ids[fresh]), docs)
                covered[fresh] = True
                tables.append(table)
            self._parts[name] = [(np.flatnonzero(covered), join_tables(tables, self.ids))]
        return self._parts[name][0][1]


def _package() -> Any:
    """The package, whose functions make the layers; loaded when first used."""
    return import_module("analysis")


def _cluster() -> Any:
    """What gives parts to the workers of a cluster; loaded when first used."""
    return import_module("analysis.packed.cluster")


def _read(given: Any, reader: str) -> Any:
    """A table or mapping as it is, or read from a path."""
    if isinstance(given, str | os.PathLike):
        return getattr(_package(), reader)(given)
    return given


def _checked(documents: pd.DataFrame, name: str | None) -> pd.DataFrame:
    """A copy of the documents table that can be measured, with a description of the corpus."""
    require_columns(documents, ("doc", "text"), "documents")
    if not len(documents):
        raise InputError("The documents table has no rows; a corpus needs at least one text.")
    if documents.columns.duplicated().any():
        twice = documents.columns[documents.columns.duplicated()][0]
        raise InputError(f"The column {str(twice)!r} stands twice in the documents; rename one.")
    table = documents.reset_index(drop=True)
    table["doc"] = _checked_ids(table["doc"])
    texts = table["text"].tolist()
    for doc, text in zip(table["doc"], texts, strict=True):
        if not isinstance(text, str):
            raise InputError(
                f"The text of document {doc!r} is {type(text).__name__}, not str; give it a text"
                " or drop the row."
            )
    if any(_HALF.search(text) for text in texts):  # half a character, which no file can hold
        texts = [_HALF.sub("\ufffd", text) for text in texts]
        table["text"] = pd.Series(texts, dtype="str")
    if "published" in table.columns:
        table["published"] = _checked_dates(table["published"])
    known = dict(documents.attrs.get("corpus") or {})
    described: dict[str, Any] = {"name": "corpus", "documents": len(table)}
    known = {**described, **known} if known.get("documents") == len(table) else described
    known["fingerprint"] = _fingerprint(table, texts)
    if name is not None:
        known["name"] = str(name)
    style = documents.attrs.get("style")
    table.attrs = {"corpus": known, **({"style": style} if isinstance(style, dict) else {})}
    return table


def _checked_ids(ids: pd.Series) -> pd.Series:
    """The ids as text, each once."""
    for row, doc in enumerate(ids.tolist()):
        if not isinstance(doc, str | int | np.integer) or isinstance(doc, bool) or doc == "":
            raise InputError(
                f"The id in row {row + 1} of the documents is {doc!r}; give every text an id, a"
                " word or a whole number."
            )
    names = ids.astype(object).map(str)
    if names.duplicated().any():
        raise InputError(
            f"The id {names[names.duplicated()].iloc[0]!r} stands twice in the documents; ids must"
            " be unique."
        )
    return ids if ids.dtype == "str" else names.astype("str")


def _document_names(documents: pd.DataFrame) -> dict[str, str]:
    """Outlet and day of each text of a small corpus, for charts; the title where two share them."""
    needed = {"outlet", "published"}
    if len(documents) > _MOST_NAMED or not needed <= set(documents.columns):
        return {}
    found: dict[str, str] = {}
    for doc, outlet, day in documents[["doc", "outlet", "published"]].itertuples(index=False):
        if isinstance(outlet, str) and outlet.strip() and isinstance(day, pd.Timestamp):
            short = outlet.strip().partition(" (")[0]  # without where it is copied from
            found[str(doc)] = f"{short}, {day.day} {day:%b %Y}"
    titles = documents["title"] if "title" in documents.columns else documents["doc"]
    shared = list(found.values())
    for doc, title in zip(documents["doc"].astype(str), titles, strict=True):
        if shared.count(found.get(doc, "")) > 1:
            found[doc] = str(title) if isinstance(title, str) and title.strip() else doc
    names = list(found.values())
    return {doc: name for doc, name in found.items() if names.count(name) == 1}


def _checked_dates(dates: pd.Series) -> pd.Series:
    """The dates as datetime64; a time zone is dropped, the clock time stays as it is written."""
    if isinstance(dates.dtype, pd.DatetimeTZDtype):
        return dates.dt.tz_localize(None)
    if pd.api.types.is_datetime64_any_dtype(dates):
        return dates
    plain = dates.map(lambda day: _ZONE.sub("", day) if isinstance(day, str) else day)
    try:
        return pd.to_datetime(plain, format="ISO8601")
    except (ValueError, TypeError):
        raise InputError(
            "The column published holds what is no date as in 2024-05-15 or 2024-05-15T08:09;"
            " make the dates with pandas.to_datetime."
        ) from None


def _fingerprint(table: pd.DataFrame, texts: list[str]) -> str:
    """SHA-256 of the sorted lines "doc sha256", as `read_corpus` gives it."""
    plain = [text.encode("utf-8", "replace").decode() for text in texts]  # no half surrogates
    ids = [str(doc).encode("utf-8", "replace").decode() for doc in table["doc"]]
    pairs = sorted(zip(ids, map(hash_text, plain), strict=True))
    return hash_text("".join(f"{doc} {digest}\n" for doc, digest in pairs))


def _listed(value: object) -> list[Any]:
    """One value or several, as a list."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [value]
    return list(value)


def _masked(chosen: list[Any], ids: pd.Index) -> list[Any]:
    """Ids, or those of the documents for which a mask holds True."""
    if not chosen or not all(isinstance(one, bool | np.bool_) for one in chosen):
        return chosen
    if len(chosen) != len(ids):
        raise InputError(
            f"The mask has {len(chosen):,} values, and the corpus {len(ids):,} documents; make it"
            " of corpus.documents."
        )
    return [doc for doc, kept in zip(ids, chosen, strict=True) if kept]


def _matching(documents: pd.DataFrame, name: str, values: list[Any]) -> np.ndarray:
    """Which documents have one of some values in a column; a day, month or year for dates."""
    if name not in documents.columns or name == "text":
        known = ", ".join(repr(str(column)) for column in documents.columns if column != "text")
        raise InputError(f"There is no column {name!r} to choose by; choose one of {known}.")
    dates = pd.api.types.is_datetime64_any_dtype(documents[name])
    column = documents[name].astype(object).where(documents[name].notna(), NONE_LABEL)
    words = column.astype(str).to_numpy(dtype=object)
    kept = np.zeros(len(documents), dtype=bool)
    for value in values:
        if dates and str(value) != NONE_LABEL:
            period = _period(name, value)
            own = documents[name].between(period.start_time, period.end_time).to_numpy()
        else:
            own = words == str(value)
        if not own.any():
            known = _shortened([repr(word) for word in sorted(set(words))])
            raise InputError(f"{name}={str(value)!r} is in no document; choose one of {known}.")
        kept |= own
    return kept


def _period(name: str, day: Any) -> pd.Period:
    """A day, month or year."""
    period: Any = pd.NaT
    with contextlib.suppress(ValueError):
        period = pd.Period(str(day)) if 0 < len(str(day).strip()) <= 40 else pd.NaT
    if period is pd.NaT:
        raise InputError(
            f"{name}={str(day)!r} is no date; write it as 2024-05-15, 2024-05 or 2024."
        )
    found: pd.Period = period
    return found


def _dated(documents: pd.DataFrame, name: str, day: Any) -> np.ndarray:
    """Which documents were published since or until a day, month or year."""
    if "published" not in documents.columns:
        raise InputError(f"{name}= needs a column 'published', which the documents do not have.")
    period = _period(name, day)
    if name == "since":
        return (documents["published"] >= period.start_time).to_numpy()
    return (documents["published"] <= period.end_time).to_numpy()


def _phrase(chosen: Mapping[str, Any]) -> str:
    """A selection in words."""
    return ", ".join(
        f"{name}: {' or '.join(map(str, _listed(values)))}" if name else _shortened(values)
        for name, values in chosen.items()
    )


def _shortened(names: Sequence[Any], most: int = 8) -> str:
    """The first names of a list, and how many more there are."""
    more = len(names) - most
    shown = ", ".join(str(name) for name in names[:most])
    return shown + (f" and {more} more" if more > 0 else "")


def _codes(table: pd.DataFrame, column: str) -> np.ndarray:
    array: Any = table[column].array
    codes: np.ndarray = array.codes
    return codes


def join_tables(parts: list[pd.DataFrame], ids: pd.Index) -> pd.DataFrame:
    """Put tables of different documents together: one vocabulary, in the documents' order."""
    docs = [ids.get_indexer(part["doc"].cat.categories)[_codes(part, "doc")] for part in parts]
    doc = np.concatenate(docs)
    order = np.argsort(doc, kind="stable") if (doc[1:] < doc[:-1]).any() else None
    columns: dict[str, Any] = {"doc": pd.Categorical.from_codes(_in(doc, order), ids)}
    for name in parts[0].columns:
        if name == "doc":
            continue
        if isinstance(parts[0][name].dtype, pd.CategoricalDtype):
            codes, words = _one_vocabulary(parts, name)
            columns[name] = pd.Categorical.from_codes(_in(codes, order), words)
        else:
            filled = [part[name] for part in parts if len(part)] or [parts[0][name]]
            column = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0]
            columns[name] = (column if order is None else column.take(order)).reset_index(drop=True)
    table = pd.DataFrame(columns, copy=False)
    table.attrs = parts[0].attrs
    return table


def _in(values: np.ndarray, order: np.ndarray | None) -> np.ndarray:
    return values if order is None else values[order]


def _one_vocabulary(parts: list[pd.DataFrame], name: str) -> tuple[np.ndarray, pd.Index]:
    """Codes of a categorical column of several tables in one vocabulary."""
    vocabularies = [part[name].cat.categories for part in parts]
    if all(own.equals(vocabularies[0]) for own in vocabularies[1:]):
        return np.concatenate([_codes(part, name) for part in parts]), vocabularies[0]
    every = sorted(set().union(*(set(words) for words in vocabularies)))
    words = pd.Index(every, dtype=object)
    codes = []
    for part, own in zip(parts, vocabularies, strict=True):
        recode = np.append(words.get_indexer(own), -1).astype(np.int32)  # the last is for missing
        codes.append(recode[_codes(part, name)])
    return np.concatenate(codes), words


def select_documents(table: pd.DataFrame, rows: np.ndarray, ids: pd.Index) -> pd.DataFrame:
    """The rows of some documents; sorted vocabularies hold only what these have."""
    attrs, table = table.attrs, bare(table)
    place = np.full(len(ids), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    doc = place[_codes(table, "doc")]
    kept = np.flatnonzero(doc >= 0)
    columns: dict[str, Any] = {}
    for name in table.columns:
        if name == "doc":
            columns["doc"] = pd.Categorical.from_codes(doc[kept], ids.take(rows))
        elif isinstance(table[name].dtype, pd.CategoricalDtype):
            codes, words = _codes(table, str(name))[kept], table[name].cat.categories
            if name not in _FIXED:
                used = np.bincount(codes[codes >= 0], minlength=len(words)) > 0
                recode = np.append(np.cumsum(used) - 1, -1).astype(codes.dtype)
                codes, words = recode[codes], words[used]
            columns[str(name)] = pd.Categorical.from_codes(codes, words)
        else:
            columns[str(name)] = table[name].take(kept).reset_index(drop=True)
    result = pd.DataFrame(columns, copy=False)
    result.attrs = attrs
    return result
