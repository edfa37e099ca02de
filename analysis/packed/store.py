"""The documents of a packed corpus, and its layers, which are in files."""

from __future__ import annotations

import functools
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.counted import Codes, Counted, count_tokens, find_codes, sum_terms
from analysis.files import hash_text
from analysis.layers import (
    LAYERS,
    Corpus,
    Store,
    Tick,
    Words,
    join_tables,
    portions,
    select_documents,
)
from analysis.packed.files import (
    COUNTS,
    HIDDEN,
    NAME,
    DamagedError,
    Part,
    from_batch,
    name_repair,
    read_plan,
)
from analysis.packed.made import COUNTED, SUMS, MadeLayers, write_counts, write_sums
from analysis.packed.remote import find_place
from analysis.tables import TOKENS, InputError, say

MOST = 20_000_000  # tokens of texts whose layers are taken into memory at once
TERMS = 2_000_000  # terms of partitions that are kept in memory
KEPT = 60_000_000  # characters of texts whose layers are kept in memory, beside those in files
STORED = ("tokens", "sentences")  # layers that every partition has
BESIDE = ("aliases.csv", "term-groups.yml")


class PackedStore(Store):
    """The documents of a packed corpus, and its layers, which are in files."""

    kept = True

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.place = find_place(folder)
        self.plan, self.parts = read_plan(self.place)
        if not self.parts:
            raise InputError(f"{folder} holds no text yet; pack some into it.")
        stated, there = (
            self.plan["corpus"].get("documents", 0),
            sum(p.documents for p in self.parts),
        )
        if stated > there:
            raise InputError(
                f"{folder} has {there:,} of the {stated:,} documents that {NAME} states; list the"
                f" others again with {name_repair(folder)}."
            )
        self._verified: set[tuple[int, str]] = set()
        self._in_memory: dict[tuple[int, str], pa.RecordBatch] = {}  # what cannot be written
        self.edges = np.cumsum([0, *(part.documents for part in self.parts)])
        tables = [self._documents(part) for part in self.parts]
        hidden = [name for name in tables[0].columns if name.startswith(HIDDEN)]
        whole = pd.concat(_alike(tables), ignore_index=True) if len(tables) > 1 else tables[0]
        self.counts = {name[1:]: whole.pop(name).to_numpy() for name in hidden}
        self._mapped: dict[int, pa.LargeStringArray] = {}
        if not self.place.remote:  # whose texts are fetched when they are asked for
            for number in range(len(self.parts)):
                self.texts(number)
        whole.attrs = {"corpus": {"name": self.plan["name"], **self._describe(whole)}}
        if isinstance(self.plan.get("style"), dict):
            whole.attrs["style"] = self.plan["style"]
        order = dict.fromkeys([*self.plan["columns"], *whole.columns, "text"])
        self._columns = [name for name in order if name in whole or name == "text"]
        super().__init__(
            whole[[name for name in self._columns if name != "text"]], self.counts["characters"]
        )
        self.made = MadeLayers(self.place)
        self.term_groups: Any = None
        self._vocabularies: dict[str, pd.Index] = {}
        self._counted: dict[int, Counted] = {}  # by partition, the last ones asked for
        self._terms: dict[int, pd.Index] = {}  # as well
        self._derived: dict[tuple[str, int], pd.DataFrame] = {}  # what no file could be written of
        self._right: set[int] = set()  # partitions whose counts were looked through
        self._inner: dict[int, Store] = {}  # by partition: what was made of some of its documents

    def __reduce__(self) -> Any:
        """Open the folder again where it is unpickled: nothing that was read goes along."""
        return open_store, (self.place.name,)

    def _describe(self, whole: pd.DataFrame) -> dict[str, Any]:
        """What figures say of the corpus; of one whose packing was stopped, what is there."""
        known: dict[str, Any] = self.plan["corpus"]
        if known.get("documents") == len(whole):
            return known
        pairs = sorted(zip(whole["doc"].tolist(), self.counts["sha256"].tolist(), strict=True))
        digest = hash_text("".join(f"{doc} {digest}\n" for doc, digest in pairs))
        return {"documents": len(whole), "fingerprint": digest}

    # Files of a partition

    def _file(self, part: Part, name: str, *, verify: bool = False) -> pa.RecordBatch:
        """A file of a partition; made again where it is damaged and its texts are not."""
        try:
            return self._read(part, name, verify)
        except DamagedError as error:
            if name in ("documents", "texts") or self.place.remote:
                raise
            self._read(part, "texts", verify=True)
            partition = import_module("analysis.corpus.partition")
            why = str(error).partition(";")[0]
            try:
                partition.make_again(self.place, part)
            except OSError:  # a pack that one may only read
                made = partition.make_in_memory(self.place, part)
                self._in_memory |= {(part.number, own): batch for own, batch in made.items()}
                say(f"{why}; it was made from its texts, in memory.", deeper=8)
                return self._in_memory[part.number, name]
            say(f"{why}; it was made again from its texts.", deeper=8)
            return self._read(part, name, verify=True)

    def _read(self, part: Part, name: str, verify: bool) -> pa.RecordBatch:
        """A file of a partition, if it is as long as it was written; if asked, to the byte."""
        if (part.number, name) in self._in_memory:
            return self._in_memory[part.number, name]
        path, (size, digest) = f"{part.folder}/{name}.arrow", part.files[name]
        there = self.place.size(path)
        if there != size:
            why = "is missing" if there < 0 else f"has {there:,} bytes, not {size:,}"
            raise DamagedError(self.place.name, part.number, name, why)
        if verify and (part.number, name) not in self._verified:
            if not self.place.matches(path, digest):
                raise DamagedError(self.place.name, part.number, name, "was changed")
            self._verified.add((part.number, name))
        try:
            return self.place.batch(path, digest)
        except InputError:
            raise
        except (pa.ArrowException, ValueError, OSError):
            raise DamagedError(self.place.name, part.number, name, "cannot be read") from None

    def _documents(self, part: Part) -> pd.DataFrame:
        """The documents of a partition without their texts."""
        try:
            table = from_batch(self._read(part, "documents", verify=True))
            right = len(table) == part.documents and "doc" in table
            right = right and all(
                int(table[f"{HIDDEN}{name}"].sum()) == getattr(part, name) for name in COUNTS
            )
        except (ValueError, TypeError, KeyError, pa.ArrowException) as error:
            if isinstance(error, DamagedError):
                raise
            right = False
        if not right:
            raise DamagedError(self.place.name, part.number, "documents", "cannot be read")
        return table

    def texts(self, number: int) -> pa.LargeStringArray:
        """The texts of a partition, which are read where they are shown."""
        if number not in self._mapped:
            self._mapped[number] = self._texts(self.parts[number])
        return self._mapped[number]

    def _texts(self, part: Part) -> pa.LargeStringArray:
        """The texts of a partition, checked."""
        texts = self._read(part, "texts", verify=False).column(0)
        right = texts.type == pa.large_string() and len(texts) == part.documents
        if right and not texts.null_count:
            offsets = np.frombuffer(texts.buffers()[1], np.int64)[: part.documents + 1]
            size = len(texts.buffers()[2] or b"")
            right = offsets[0] >= 0 and offsets[-1] <= size and not (np.diff(offsets) < 0).any()
        if not right:
            raise DamagedError(self.place.name, part.number, "texts", "cannot be read")
        return texts

    def _arrays(self, part: Part, name: str, whole: bool) -> dict[str, np.ndarray]:
        """The columns of numbers of a file."""
        batch = self._file(part, name, verify=whole)
        pairs = zip(batch.schema.names, batch.columns, strict=True)
        return {
            column: array.to_numpy(zero_copy_only=False)
            for column, array in pairs
            if not pa.types.is_string(array.type)
        }

    # What a corpus asks for

    def partitions(self) -> list[tuple[int, int]]:
        """First row, and the row behind the last, of the documents of each partition."""
        return list(itertools.pairwise(self.edges.tolist()))

    def cut(self, rows: np.ndarray, characters: int) -> Iterator[np.ndarray]:
        """Some documents by partition; one that is alone, or too much for memory, in parts."""
        found = [self.edges[number] + own for number, own in self._cut(rows)]
        for own in found:
            tokens = self.counts["tokens"][own]
            if tokens.sum() > MOST:
                yield from portions(own, tokens, MOST // 2)
            elif len(found) == 1 and self.sizes[own].sum() > 1.5 * characters:
                yield from portions(own, self.sizes[own], characters)
            else:
                yield own

    def in_parts(self, rows: np.ndarray) -> bool:
        """Whether measures go through some documents part by part."""
        first, last = np.searchsorted(self.edges, rows[[0, -1]], "right")
        return bool(first < last) or self.count_tokens(rows) > MOST

    def count_words(self, rows: np.ndarray, make: bool) -> int:
        """How many words some documents have, for which nothing need be read."""
        return int(self.counts["words"][rows].sum())

    def count_tokens(self, rows: np.ndarray) -> int:
        """How many tokens some documents have, for which nothing need be read."""
        return int(self.counts["tokens"][rows].sum())

    def document_sizes(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How many tokens and words some documents have, for which nothing need be read."""
        return self.counts["tokens"][rows], self.counts["words"][rows]

    def sum_terms(self, terms: pd.Index, rows: np.ndarray) -> np.ndarray:
        """Σc, Σc² and Σcb of some terms over some documents with c of them in b words."""
        wanted = pa.array(terms.to_numpy(dtype=object), pa.string())
        found = np.zeros((3, len(wanted)), dtype=np.int64)
        for number, own in self._cut(rows):
            part = self.parts[number]
            known = self._file(part, "terms").column("term")
            place = pc.index_in(known, wanted)  # to look for few is quicker than among few
            there = np.flatnonzero(place.is_valid().to_numpy(zero_copy_only=False))
            found[:, place.take(pa.array(there)).to_numpy()] += self._sums(part, own)[:, there]
        return found

    def _sums(self, part: Part, rows: np.ndarray) -> np.ndarray:
        """The sums of every term over documents of a partition; those over all are kept."""
        whole = len(rows) == part.documents
        kept = self.made.read_arrays("sums", part) if whole else None
        size = len(self._file(part, "terms"))
        if kept is not None and all(len(kept.get(name, [])) == size for name in SUMS):
            return np.stack([kept[name] for name in SUMS])
        counted = self.counted(rows + self.edges[part.number])
        if counted is None:
            raise AssertionError("the documents are of one partition")
        sums = sum_terms(counted)
        if whole:
            write_sums(self.place, part.folder, part.fingerprint, sums)
        return sums

    def vocabulary(self, column: str) -> pd.Index:
        """All distinct words or terms of the corpus, sorted; `column` is "word" or "term"."""
        if column not in self._vocabularies:
            arrays = [self._file(part, f"{column}s").column(column) for part in self.parts]
            distinct = pc.unique(pa.chunked_array(arrays))
            words = distinct.take(pc.sort_indices(distinct)).to_pylist()
            self._vocabularies[column] = pd.Index(words, dtype=object)
        return self._vocabularies[column]

    def find_documents(self, column: str, words: Sequence[str], rows: np.ndarray) -> np.ndarray:
        """Of some documents, the rows of those that have one of some words or terms."""
        # Only partitions whose vocabulary has one of them are looked at, and of these the counts of
        # terms that are always words, or no more than the codes of their words.
        wanted, found = pa.array(list(words), pa.string()), [np.empty(0, np.int64)]
        for number, own in self._cut(rows):
            part = self.parts[number]
            some = pc.is_in(self._file(part, f"{column}s").column(column), wanted)
            if not some.true_count:
                continue
            there, kept = some.to_numpy(zero_copy_only=False), None
            if column == "term":
                kept = self._read_counts(part)
            have = None if kept is None else kept.documents_with(np.flatnonzero(there))
            if have is None:
                if column == "term":
                    there = there[self._file(part, "words").column("term").to_numpy()]
                hits = find_codes(self._arrays(part, "tokens", False)["word"], there)
                ends = np.cumsum(self._own(part, "tokens"))
                have = np.unique(np.searchsorted(ends, hits, "right"))
            found.append(have[np.isin(have, own)] + int(self.edges[number]))
        return np.concatenate(found)

    def holding(self, alternatives: Sequence[Sequence[Words]], rows: np.ndarray) -> np.ndarray:
        """Of some documents those that have a term of each place; one, at least."""
        found = np.zeros(len(self.ids), dtype=bool)
        for places in alternatives:
            some = rows
            for place in places:
                words = place(self.vocabulary("term")) if callable(place) else place
                some = self.find_documents("term", words, some)
            found[some] = True
        kept = np.flatnonzero(found)
        return kept if len(kept) else rows[:1]

    def take(self, name: str, rows: np.ndarray) -> pd.DataFrame:
        """A layer's rows for some documents, from the partitions or made."""
        if name == "documents":
            return self._take_documents(rows)
        self.require_few((name,), rows)
        self.make(name, rows)
        tables = [self._take_part(name, number, own) for number, own in self._cut(rows)]
        if not tables:
            tables = [self._take_part(name, 0, rows)]
        table = tables[0] if len(tables) == 1 else join_tables(tables, self.ids.take(rows))
        table.attrs = {k: v for k, v in table.attrs.items() if k not in ("corpus", "steps")}
        return table

    def counted(self, rows: np.ndarray, *, whole: bool = False) -> Counted | None:
        """Documents of a partition, or all, counted; kept beside it when first asked for."""
        cut = list(self._cut(rows))
        if len(cut) != 1:
            return None
        (number, own), *_ = cut
        with self._lock:
            if number not in self._counted:
                while len(self._counted) > 1:
                    del self._counted[next(iter(self._counted))]
                self._counted[number] = self._count(self.parts[number])
        found = self._counted[number]
        return found if whole or len(own) == len(found.ids) else found.take(own)

    def derived(
        self, name: str, make: Callable[[pd.DataFrame], pd.DataFrame], rows: np.ndarray
    ) -> pd.DataFrame | None:
        """What follows from the tokens of documents of a partition; kept of all of them."""
        cut = list(self._cut(rows))
        if len(cut) != 1:
            return None
        (number, own), *_ = cut
        part, ids = self.parts[number], self.ids[self.edges[number] : self.edges[number + 1]]
        with self._lock:
            table = self.made.read(name, part, ids, None)
            if table is None:
                table = self._derived.get((name, number))
            if table is None:
                table = make(self._tokens(part, np.arange(part.documents), ids))
                if not self.made.write(name, part, table, None):
                    self._derived[name, number] = table
        return table if len(own) == part.documents else select_documents(table, own, ids)

    def _terms_of(self, part: Part) -> pd.Index:
        """The terms of a partition."""
        if part.number not in self._terms:
            terms = self._file(part, "terms").column("term").to_pylist()
            while self._terms and len(terms) + sum(map(len, self._terms.values())) > TERMS:
                del self._terms[next(iter(self._terms))]
            self._terms[part.number] = pd.Index(terms, dtype=object)
        return self._terms[part.number]

    def _read_counts(self, part: Part) -> Counted | None:
        """The counts of a partition, if they are kept and in order."""
        arrays = self.made.read_arrays("counts", part)
        if arrays is None or set(arrays) != set(COUNTED):
            return None
        ids = self.ids[self.edges[part.number] : self.edges[part.number + 1]]
        kept = Counted(ids=ids, terms=self._terms_of(part), **arrays)
        if part.number not in self._right and not kept.right():
            return None
        self._right.add(part.number)
        return kept

    def word_codes(self, rows: np.ndarray) -> Codes | None:
        """The words of a partition by their codes, with the documents asked for."""
        cut = list(self._cut(rows))
        if len(cut) != 1:
            return None
        (number, own), *_ = cut
        part, tokens = self.parts[number], self._arrays(self.parts[number], "tokens", False)
        words, terms = self._file(part, "words"), self._file(part, "terms").column("term")
        term_of = words.column("term").to_numpy()
        self._require_codes(part, tokens["word"], len(term_of))
        self._require_codes(part, term_of, len(terms))
        sentences = self._arrays(part, "sentences", False)["tokens"]
        chosen = None
        if len(own) < part.documents:
            chosen = np.zeros(part.documents, dtype=bool)
            chosen[own] = True
        return Codes(
            tokens["word"],
            term_of,
            words.column("is_word").to_numpy(zero_copy_only=False),
            terms,
            np.concatenate([[0], np.cumsum(self._own(part, "tokens"))]),
            self.ids[self.edges[number] : self.edges[number + 1]],
            chosen,
            tokens["start"],
            tokens["length"],
            (self._own(part, "sentences"), sentences),
        )

    def _count(self, part: Part) -> Counted:
        """The counts of a partition, read or made."""
        ids = self.ids[self.edges[part.number] : self.edges[part.number + 1]]
        kept = self._read_counts(part)
        if kept is not None:
            return kept
        counted = count_tokens(self._tokens(part, np.arange(part.documents), ids))
        write_counts(self.place, part.folder, part.fingerprint, counted)
        return counted

    def read_columns(self, name: str, columns: Sequence[str], rows: np.ndarray) -> pd.DataFrame:
        """Some columns of a layer's rows; of tokens of a partition, no others are made."""
        cut = list(self._cut(rows))
        if name != "tokens" or len(cut) != 1:
            return super().read_columns(name, columns, rows)
        number, own = cut[0]
        ids = self.ids[self.edges[number] : self.edges[number + 1]]
        return self._tokens(self.parts[number], own, ids, columns)

    def require_few(self, names: Sequence[str], rows: np.ndarray, what: str = "") -> None:
        """Refuse layers of more texts than memory holds at once, or what takes them whole."""
        tokens = self.count_tokens(rows)
        if tokens > MOST and what:
            raise InputError(
                f"{what} takes whole layers, and those of these {len(rows):,} texts follow from"
                f" {tokens:,} tokens; more than {MOST:,} are not taken into memory at once. Choose"
                " texts, as in corpus.where(published='2024-05') or --where published=2024-05."
            )
        if tokens > MOST:
            raise InputError(
                f"The layer {names[0]!r} of these {len(rows):,} texts follows from"
                f" {tokens:,} tokens, and more than {MOST:,} are not taken into memory at once;"
                " choose texts with where or select, or go through them with corpus.map_parts."
            )

    def _cut(self, rows: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """The partitions of some documents, and their rows in each."""
        places = np.searchsorted(rows, self.edges)
        for number, (first, last) in enumerate(itertools.pairwise(places.tolist())):
            if last > first:
                yield number, rows[first:last] - self.edges[number]

    def _take_documents(self, rows: np.ndarray) -> pd.DataFrame:
        """Some documents; of the texts only these are read, and of a run of them none."""
        whole = self.documents
        table = whole.copy(deep=False)
        if len(rows) < len(whole):
            table = whole.iloc[rows].reset_index(drop=True)
        pieces = [_taken(self.texts(number), own) for number, own in self._cut(rows)]
        none = [pa.array([], pa.large_string())]
        table.insert(self._columns.index("text"), "text", _mapped(pieces or none))
        table.attrs = dict(whole.attrs)
        return table

    def _take_part(self, name: str, number: int, rows: np.ndarray) -> pd.DataFrame:
        """A layer's rows for some documents of a partition."""
        part, ids = self.parts[number], self.ids[self.edges[number] : self.edges[number + 1]]
        if name == "tokens":
            return self._tokens(part, rows, ids)
        if name == "sentences":
            return self._sentences(part, rows, ids)
        table = self.made.read(name, part, ids, self.aliases)
        if table is None:
            return self._part_store(number).take(name, rows)
        return table if len(rows) == part.documents else select_documents(table, rows, ids)

    def _tokens(
        self, part: Part, rows: np.ndarray, ids: pd.Index, columns: Sequence[str] = tuple(TOKENS)
    ) -> pd.DataFrame:
        """The tokens of some documents of a partition; of some columns, with all its words."""
        whole = len(rows) == part.documents
        tokens = self._arrays(part, "tokens", whole)
        words, terms = (self._file(part, name, verify=whole) for name in ("words", "terms"))
        counts = self._own(part, "tokens")
        chosen = _ranges(counts, rows)
        word = tokens["word"][chosen]
        term_of = words.column("term").to_numpy()
        is_word = words.column("is_word").to_numpy(zero_copy_only=False)
        self._require_codes(part, word, len(term_of))
        self._require_codes(part, term_of, len(terms))
        known = whole or len(columns) < len(TOKENS)
        make: dict[str, Callable[[], Any]] = {
            "doc": lambda: _categorical(
                np.repeat(np.arange(len(rows), dtype=np.int32), counts[rows]), ids.take(rows)
            ),
            "sentence": lambda: self._sentence_of(part, rows, whole),
            "position": lambda: _running(counts[rows]),
            "start": lambda: tokens["start"][chosen],
            "end": lambda: tokens["start"][chosen] + tokens["length"][chosen].astype(np.int32),
            "word": lambda: _coded(word, words.column("word"), known),
            "term": lambda: (
                _categorical(term_of[word], self._terms_of(part))
                if known
                else _coded(term_of[word], terms.column("term"), known)
            ),
            "is_word": lambda: is_word[word],
        }
        return pd.DataFrame({name: make[name]() for name in columns}, copy=False)

    def _sentence_of(self, part: Part, rows: np.ndarray, whole: bool) -> np.ndarray:
        """The sentence of each token of some documents of a partition."""
        n_sentences = self._own(part, "sentences")
        sentences = self._arrays(part, "sentences", whole)["tokens"]
        per_sentence = sentences[_ranges(n_sentences, rows)]
        return np.repeat(_running(n_sentences[rows]), per_sentence)

    def _own(self, part: Part, name: str) -> np.ndarray:
        """How many tokens or sentences each document of a partition has."""
        first = int(self.edges[part.number])
        return self.counts[name][first : first + part.documents]

    def _require_codes(self, part: Part, codes: np.ndarray, size: int) -> None:
        """Refuse codes that stand for no word; pandas would read beyond its array."""
        if len(codes) and not 0 <= codes.min() <= codes.max() < size:
            raise DamagedError(self.place.name, part.number, "tokens", "cannot be read")

    def _sentences(self, part: Part, rows: np.ndarray, ids: pd.Index) -> pd.DataFrame:
        """The sentences of some documents of a partition."""
        counts = self._own(part, "sentences")
        columns = self._arrays(part, "sentences", len(rows) == part.documents)
        chosen = _ranges(counts, rows)
        start, end = columns["start"][chosen], columns["end"][chosen]
        texts = _taken(self.texts(part.number), rows).to_pylist()
        doc = np.repeat(np.arange(len(rows), dtype=np.int32), counts[rows])
        spans = zip(doc.tolist(), start.tolist(), end.tolist(), strict=True)
        return pd.DataFrame(
            {
                "doc": _categorical(doc, ids.take(rows)),
                "sentence": _running(counts[rows]),
                "paragraph": columns["paragraph"][chosen],
                "start": start,
                "end": end,
                "text": pd.Series([texts[d][s:e] for d, s, e in spans], dtype=object),
            },
            copy=False,
        )

    # Layers that are made

    def give(self, name: str, table: pd.DataFrame) -> None:
        """Refuse: what is in files is not replaced by what is not."""
        raise InputError("A packed corpus takes no layers; give them to a corpus in memory.")

    def lacks(self, name: str, rows: np.ndarray) -> bool:
        """Whether a layer has to be made for some documents."""
        return any(self._lacks_in(name, number, own) for number, own in self._cut(rows))

    def unmade(self, names: Sequence[str], rows: np.ndarray) -> list[np.ndarray]:
        """All rows of each partition of some documents that lacks one of some layers."""
        asked = [name for name in names if name not in ("documents", *STORED)]
        self.place.look_again()
        return [
            np.arange(*self.edges[number : number + 2])
            for number, _ in self._cut(rows)
            if not all(self.made.has(name, self.parts[number], self.aliases) for name in asked)
        ]

    def _lacks_in(self, name: str, number: int, rows: np.ndarray) -> bool:
        """Whether a layer has to be made for some documents of a partition."""
        if name in ("documents", *STORED) or self.made.has(name, self.parts[number], self.aliases):
            return False
        inner = self._inner.get(number)
        return inner is None or inner.lacks(name, rows)

    def make(self, name: str, rows: np.ndarray, tick: Tick | None = None) -> bool:
        """Make a layer, partition by partition, where it lacks; False if `tick` stopped it."""
        with self._lock:
            todo = [one for one in self._cut(rows) if self._lacks_in(name, *one)]
            total, done = sum(len(own) for _, own in todo), 0
            for number, own in todo:
                step = None if tick is None else _later(tick, done, total)
                if not self._make_in(name, number, own, step):
                    return False
                done += len(own)
            return True

    def _make_in(self, name: str, number: int, rows: np.ndarray, tick: Tick | None) -> bool:
        """Make a layer for documents of a partition; one of all of them is kept in a file."""
        part, inner = self.parts[number], self._part_store(number)
        whole = len(rows) == part.documents
        for needed in LAYERS[name].needs:
            if self._lacks_in(needed, number, rows) and not self._make_in(
                needed, number, rows, tick
            ):
                return False
            if inner.lacks(needed, rows) and (whole or needed not in STORED):
                inner.hold(needed, self._take_part(needed, number, np.arange(part.documents)))
        goes_on = inner.make(name, rows, tick)
        if inner.lacks(name, rows):
            return False
        if whole and self.made.write(name, part, inner.take(name, rows), self.aliases):
            inner.release(name)
        for needed in LAYERS[name].needs:
            if needed in STORED or self.made.has(needed, part, self.aliases):
                inner.release(needed)
        return goes_on

    def _part_store(self, number: int) -> Store:
        """What was made in memory of a partition; that of others goes where it gets large."""
        inner = self._inner.pop(number, None)
        if inner is None:
            rows = np.arange(*self.partitions()[number])
            inner = Store(self._take_documents(rows), self.sizes[rows])
        sizes = {other: store.size_made() for other, store in self._inner.items()}
        while sum(sizes.values()) > KEPT:
            oldest = next(iter(sizes))
            del sizes[oldest], self._inner[oldest]
        inner.aliases = self.aliases
        self._inner[number] = inner
        return inner


def _alike(tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Documents of all partitions; what is text in some and numbers in others is text in all."""
    kinds: dict[Any, set[bool]] = {}
    for table in tables:
        for name, kind in table.dtypes.items():
            if table[name].notna().any():
                kinds.setdefault(name, set()).add(pd.api.types.is_numeric_dtype(kind))
    mixed = [name for name, found in kinds.items() if len(found) > 1]
    if not mixed:
        return tables
    return [
        table.assign(**{name: _as_text(table[name]) for name in mixed if name in table})
        for table in tables
    ]


def _as_text(column: pd.Series) -> pd.Series:
    """Numbers as they are written in text: 2 where there are no digits behind the point."""
    whole = [isinstance(v, float) and v.is_integer() for v in column]
    words = [
        None if pd.isna(v) else str(int(v) if plain else v)
        for v, plain in zip(column, whole, strict=True)
    ]
    return pd.Series(words, column.index, dtype="str")


def _later(tick: Tick, before: int, total: int) -> Tick:
    """A tick that counts on from the partitions before."""
    return lambda done, _, what: tick(before + done, total, what)


def _mapped(texts: list[pa.LargeStringArray]) -> Any:
    """A column of text that stays where it is."""
    kind: Any = pd.arrays.ArrowStringArray
    dtype: Any = pd.StringDtype("pyarrow", na_value=np.nan)
    return kind(pa.chunked_array(texts), dtype=dtype)


def _taken(texts: pa.LargeStringArray, rows: np.ndarray) -> pa.LargeStringArray:
    """Some of the texts; a run of them stays where it is."""
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1:
        return texts.slice(int(rows[0]), len(rows))
    return texts.take(pa.array(rows, pa.int64()))


def _ranges(counts: np.ndarray, rows: np.ndarray) -> np.ndarray | slice:
    """The places of the things that some documents have, of which each has so many."""
    if len(rows) == len(counts):
        return slice(None)
    if 8 * len(rows) > len(counts):  # many are marked faster than numbered
        kept = np.zeros(len(counts), dtype=bool)
        kept[rows] = True
        return np.repeat(kept, counts)
    first = np.cumsum(counts) - counts
    return np.repeat(first[rows], counts[rows]) + _running(counts[rows])


def _running(counts: np.ndarray) -> np.ndarray:
    """0, 1, 2 … for each of some documents."""
    first = (np.cumsum(counts) - counts).astype(np.int32)
    return np.arange(int(counts.sum()), dtype=np.int32) - np.repeat(first, counts)


def _categorical(codes: np.ndarray, names: pd.Index) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, names, validate=False)


def _coded(codes: np.ndarray, words: pa.Array, whole: bool) -> pd.Categorical:
    """Words by their codes; the vocabulary holds only those that there are."""
    if not whole:
        used = np.bincount(codes, minlength=len(words)) > 0
        codes, words = (np.cumsum(used) - 1)[codes].astype(np.int32), words.filter(pa.array(used))
    return _categorical(codes, pd.Index(words.to_pylist(), dtype=object))


# Opening


def is_packed(folder: str | os.PathLike[str]) -> bool:
    """Whether a folder, or what an address names, holds a packed corpus."""
    return bool(find_place(folder).mark())


@functools.lru_cache(maxsize=2)
def _open(folder: str, changed: object) -> PackedStore:
    """A store, opened once by a process."""
    store = PackedStore(folder)
    package = import_module("analysis")
    with tempfile.TemporaryDirectory() as scratch:
        found = []
        for name in BESIDE:
            path = None
            if 0 < store.place.size(name) <= 10_000_000:
                path = Path(scratch, name)
                path.write_bytes(store.place.read(name))
            found.append(path)
        store.aliases = package.read_aliases(found[0]) if found[0] else None
        store.term_groups = package.read_term_groups(found[1]) if found[1] else None
    return store


def open_store(folder: str) -> PackedStore:
    """The store in a folder; the same one as long as nothing is added to it."""
    return _open(folder, find_place(folder).mark())


def forget_stores() -> None:
    """Open every folder anew from now on."""
    _open.cache_clear()


def open_packed(folder: str | os.PathLike[str]) -> Corpus:
    """Open a packed corpus."""
    if not is_packed(folder):
        raise InputError(import_module("analysis.corpus.kinds").why_no_corpus(folder))
    store = open_store(str(folder) if "://" in str(folder) else str(Path(folder).resolve()))
    return Corpus.of_store(store, store.aliases, store.term_groups)
