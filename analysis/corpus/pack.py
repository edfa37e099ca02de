"""Packing texts: a source of any size becomes partitions, each written whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
import threading
import time
import warnings
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis import __version__
from analysis.corpus.inputs import check_values
from analysis.corpus.kinds import require_whole
from analysis.corpus.manifest import LOCK, lock_folder
from analysis.corpus.partition import (
    DIGEST,
    Files,
    describe_texts,
    digests_of,
    fingerprint_of,
    require_listed,
    write_partition,
    write_texts,
)
from analysis.corpus.streams import Dates, PackOptions, Stream
from analysis.files import STALE, escape_cell, hash_text, write_atomic
from analysis.layers import Corpus
from analysis.packed import open_packed
from analysis.packed.files import FORMAT, HIDDEN, NAME, Part, Place, read_plan, write_plan
from analysis.packed.remote import require_here
from analysis.tables import InputError, require_choice

SIZE = 50_000_000  # characters of a partition
SET_ASIDE = "set-aside.csv"
LARGE = 5_000_000  # bytes of texts that are worth another process
SHOWN = 5  # texts that a note names


class Packed(NamedTuple):
    """What packing did."""

    added: int
    there: int  # texts that the pack had already, id and all
    renamed: list[str]  # ids that another text had; each got a number
    repeated: list[str]  # texts that are, word for word, another one
    aside: list[Any]  # what could not be read
    broken: list[str]  # where bytes are shown as U+FFFD
    told: list[str]  # which column of a table was taken for what
    dates: Dates  # of tables
    unused: list[str]  # options that had no use


def pack_corpus(
    source: Corpus | pd.DataFrame | str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    name: str | None = None,
    columns: Mapping[str, str] | None = None,
    date_order: str = "",
    folder_columns: Sequence[str] = (),
    values: Mapping[str, str] | None = None,
    duplicates: str = "report",
    characters: int = SIZE,
    workers: int | None = None,
) -> Corpus:
    """Pack texts into a folder that is opened as a corpus without reading them.

    Parameters
    ----------
    source : Corpus, pandas.DataFrame, str or path
        A corpus, a documents table, or where the texts are: a corpus folder, a folder of files, a
        zip file, a table with one document a row (Parquet, csv, tsv, JSON lines, also ``.gz``,
        ``.bz2``, ``.xz``), any other file that `add_documents` reads, another packed corpus. A
        table may stand at an address that fsspec opens, such as ``s3://…``. Tables, zip files and
        folders are read in a stream, so they may be larger than memory.
    folder : str or path
        Where the packed corpus is, or is begun. What it has stays as it is, to the byte; texts that
        it lacks are added behind it.
    name : str, optional
        What figures call the corpus; by default that of the source, or of the folder.
    columns : mapping of str to str, optional
        Where a table does not use the usual names: the corpus's column → the table's. These hold
        text. Further columns of a table come along under their own names, with numbers where the
        format has them (Parquet, JSON, Excel); those that only number the rows do not.
    date_order : {"", "dmy", "mdy"}
        How a table's 05/04/2024 is to be read.
    folder_columns : sequence of str
        Columns that the names of folders state (see `add_documents`).
    values : mapping of str to str, optional
        Columns that have one value for all documents of the source.
    duplicates : {"report", "leave-out"}
        What to do with a text that is, word for word, another one under another id.
    characters : int
        Size of a partition; a document is never split.
    workers : int, optional
        Processes that tokenize; by default two where there are two cores, and one for little text.

    Returns
    -------
    Corpus
        The packed corpus, opened.

    Raises
    ------
    InputError
        If the source cannot be read, holds no text, or `folder` holds something else. What was
        packed before is kept.

    Warns
    -----
    UserWarning
        How many texts the corpus had already, got another id, are repeated, or could not be read;
        ``set-aside.csv`` in the folder lists the latter.

    Notes
    -----
    Each partition is committed by one renaming, of ``packed.json``, so a stop at any moment, also
    ``kill -9``, leaves a packed corpus of the partitions that are complete; the same call goes on
    from there. A document is known by its id and its text: one that is there already is passed
    over, and one whose id another text has gets a number behind it (``id-2``). Words are counted
    by document, and what collocates need is summed, while packing. See the page
    “Corpora larger than memory” of the documentation for the format and the costs.

    Examples
    --------
    >>> import tempfile
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["Peace talks failed.", "They go on."]})
    >>> folder = Path(tempfile.mkdtemp(), "packed")
    >>> len(pack_corpus(texts, folder))
    2
    """
    options = PackOptions(
        columns or {}, date_order, tuple(folder_columns), check_values(values or {}, "values")
    )
    done = pack(source, folder, options, name, duplicates, characters, workers)
    for sentence in describe(done, folder):
        warnings.warn(sentence, UserWarning, stacklevel=2)
    return open_packed(folder)


def describe(done: Packed, folder: str | os.PathLike[str]) -> Iterator[str]:
    """What is to be said of the texts that were packed, or were not."""
    if done.there:
        yield f"Not packed again, since they are in {folder} already: {_count(done.there, 'text')}."
    if done.dates.unread:
        all_of_them = done.dates.unread + done.dates.read
        yield (
            f"Dates that could not be read: {done.dates.unread:,} of {all_of_them:,}, as in"
            f" {done.dates.first}; these texts have none, unless another column is named with"
            " columns={'published': …} (--date-column)."
        )
    for what in done.unused:
        yield f"Not used: {what}."
    if done.renamed:
        yield (
            f"A number was put behind the id, which another text has, of"
            f" {_count(len(done.renamed), 'text')}: {_shorten(done.renamed)}."
        )
    if done.repeated:
        yield (
            "Word for word another text, and thus counted twice:"
            f" {_count(len(done.repeated), 'text')}, {_shorten(done.repeated)}; leave them out with"
            " duplicates='leave-out' (--duplicates leave-out)."
        )
    if done.broken:
        yield (
            "Shown as U+FFFD, since bytes are not in their file's encoding, or halves of signs:"
            f" {_count(len(done.broken), 'text')}, {_shorten(done.broken)}."
        )
    if done.aside:
        yield (
            f"Not read: {_count(len(done.aside), 'file')} or rows, listed in"
            f" {Path(folder, SET_ASIDE)}; the first: {done.aside[0].sentence}"
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _shorten(names: Sequence[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def pack(
    source: Any,
    folder: str | os.PathLike[str],
    options: PackOptions,
    name: str | None = None,
    duplicates: str = "report",
    characters: int = SIZE,
    workers: int | None = None,
) -> Packed:
    """Pack a source, and say what became of its texts."""
    require_choice(duplicates, ("report", "leave-out"), "duplicates")
    if workers is not None and (type(workers) is not int or workers < 1):
        raise InputError(f"workers={workers!r} is no number of processes, such as 2.")
    if type(characters) is not int or not 0 < characters <= 500_000_000:
        raise InputError(f"characters={characters!r} is no size of a partition, such as {SIZE}.")
    require_here(folder)
    require_whole(folder)
    root = Path(folder)
    if root.exists() and not root.is_dir():
        raise InputError(f"{root} is a file; name a folder for the packed corpus.")
    require_listed(root)
    if root.is_dir() and not (root / NAME).exists():
        strangers = [
            path.name
            for path in root.iterdir()
            if not path.name.startswith((".", "part-")) and path.name != SET_ASIDE
        ]
        if strangers:
            raise InputError(
                f"{root} holds other files ({strangers[0]}); name an empty or a new folder."
            )
    from analysis.corpus.sources import open_stream  # loads what reads files of all formats

    stream = open_stream(source, root, options)
    new = not root.exists()
    try:
        with written(root), lock_folder(root):
            require_listed(root)
            packer = _Packer(root, stream, name, duplicates == "leave-out")
            try:
                return packer.run(characters, workers)
            finally:
                packer.clear()
    finally:
        if new and not (root / NAME).exists():  # nothing was packed, so nothing is left behind
            with contextlib.suppress(OSError):
                (root / LOCK).unlink(missing_ok=True)
                root.rmdir()


@contextlib.contextmanager
def written(root: Path) -> Iterator[None]:
    """Say in a sentence that a folder cannot be written."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"{root} cannot be written ({error.strerror or error}); what is packed is kept: make"
            " room, or name a folder that you may write to, and do the same again."
        ) from None


class _Packer:
    """One run: what the folder has, and what is read of the source."""

    def __init__(self, root: Path, stream: Stream, name: str | None, leave_out: bool) -> None:
        self.root, self.stream, self.leave_out = root, stream, leave_out
        self.name = name
        self.place = Place(root)
        self.parts: list[Part] = []
        if self.place.size(NAME) >= 0:
            self.plan, self.parts = read_plan(self.place)
        if not self.parts:  # nothing was packed before
            self.plan = self._begin_plan(name)
        self.digests: dict[str, str] = {}  # by id
        for part in self.parts:
            self.digests |= digests_of(self.place, part)
        self.texts = set(self.digests.values())
        self.beside = stream.beside()
        self.done = Packed(0, 0, [], [], stream.aside, stream.broken, stream.told, stream.dates, [])
        self.added = self.there = 0
        self.source = self._find_source()

    def _begin_plan(self, name: str | None) -> dict[str, Any]:
        """What packed.json says of a corpus without texts."""
        known = self.stream.about
        named = Path(self.stream.name).name.partition(".")[0] if self.stream.name else "corpus"
        return {
            "format": FORMAT,
            "version": __version__,
            "name": name or known.get("name") or named,
            "corpus": {"documents": 0},
            "columns": [],
            "versions": {},
            "sources": [],
            "style": self.stream.style(),
        }

    def _find_source(self) -> int:
        """Number of this source among those that were packed; a new one is noted."""
        state = self._identify()
        for number, one in enumerate(self.plan["sources"]):
            if one.get("state") == state and not one["done"]:
                return number
        self.plan["sources"].append(
            {
                "path": self.stream.name,
                "state": state,
                "options": self.stream.options._asdict(),
                "read": 0,
                "done": False,
            }
        )
        return len(self.plan["sources"]) - 1

    def _identify(self) -> list[Any]:
        """What tells a source from others, and from itself when it has changed."""
        known = {k: self.stream.about.get(k) for k in ("fingerprint",) if self.stream.about}
        with contextlib.suppress(OSError, ValueError):
            state = os.stat(self.stream.name)
            if not Path(self.stream.name).is_dir():
                known |= {"size": state.st_size, "time": state.st_mtime_ns}
        return [self.stream.name, known]

    def run(self, characters: int, workers: int | None) -> Packed:
        """Read the source to its end."""
        write_plan(self.root, self.plan, self.parts)  # says that a run is under way
        self._sweep()
        waiting: deque[tuple[_Batch, _Work]] = deque()
        with contextlib.closing(_Workers(workers)) as pool:
            for batch in self._partitions(characters):
                waiting.append((batch, pool.start(self.root, batch)))
                while len(waiting) > pool.most or (waiting and waiting[0][1].is_done()):
                    self._commit(*waiting.popleft())
            while waiting:
                self._commit(*waiting.popleft())
        self._finish()
        unused = list(self.stream.unused())
        values = self.stream.options.given
        if self.there and values and self.stream.of_files:
            pairs = ", ".join(f"{name}={value}" for name, value in values.items())
            unused.append(f"the values {pairs} for texts that are there already, which stay")
        if self.name not in (None, self.plan["name"]):
            unused.append(f"the name {self.name!r}, since the corpus is {self.plan['name']!r}")
        done = self.done._replace(added=self.added, there=self.there, unused=unused)
        return done._replace(aside=self.stream.aside)

    def _sweep(self) -> None:
        """Delete what a stopped run had begun to write."""
        for folder in self.root.glob("part-*"):
            if folder.name[5:].isdigit() and int(folder.name[5:]) >= len(self.parts):
                shutil.rmtree(folder, ignore_errors=True)
        for path in [*self.root.glob(".*.new"), *self.root.glob("part-*/.*.new")]:
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > STALE:
                    path.unlink()

    def clear(self) -> None:
        """Leave nothing of a run that packed no text."""
        if not self.parts:
            self._sweep()
            (self.root / NAME).unlink(missing_ok=True)

    def _partitions(self, characters: int) -> Iterator[_Batch]:
        """The documents that are to be packed, a partition at a time; their texts are written."""
        first = last = self.plan["sources"][self.source]["read"]
        number, size = len(self.parts), 0
        kept: list[pd.DataFrame] = []
        changes = _Changes([], [])
        self.stream.at_once = min(characters, self.stream.at_once)
        for table in self.stream.after(first):
            kept.append(self._choose(table, last, changes))
            last += len(table)
            size += int(kept[-1]["text"].str.len().sum())
            if size >= characters:
                yield self._batch(number, kept, first, last, changes)
                kept, size, changes = [], 0, _Changes([], [])
                first, number = last, number + 1
        if any(map(len, kept)):
            yield self._batch(number, kept, first, last, changes)

    def _choose(self, table: pd.DataFrame, before: int, changes: _Changes) -> pd.DataFrame:
        """Of some documents those that are not there yet, each under an id of its own."""
        names: list[str] = []
        rows: list[int] = []
        known = table["sha256"].tolist() if self.stream.hashed else map(hash_text, table["text"])
        digests = list(known)
        for row, (doc, digest) in enumerate(zip(table["doc"].astype(str), digests, strict=True)):
            name = self._name(doc, digest) if doc else ""
            if name and digest in self.texts:
                self.done.repeated.append(name)
                name = "" if self.leave_out else name
            if not name:
                changes.left_out.append(before + row)
                continue
            if name != doc:
                changes.renamed.append((before + row, name))
                self.done.renamed.append(name)
            self.digests[name] = digest
            self.texts.add(digest)
            rows.append(row)
            names.append(name)
        chosen = table.iloc[rows].reset_index(drop=True)
        chosen["doc"] = pd.Series(names, dtype="str")
        chosen[DIGEST] = [digests[row] for row in rows]
        return chosen

    def _name(self, doc: str, digest: str) -> str:
        """A document's id, numbered if another text has it; "" if the document is there."""
        name, number = doc, 1
        while name in self.digests:
            if self.digests[name] == digest:
                self.there += 1
                return ""
            number += 1
            name = f"{doc}-{number}"
        return name

    def _batch(
        self, number: int, kept: list[pd.DataFrame], first: int, last: int, changes: _Changes
    ) -> _Batch:
        """A partition's documents, whose texts are written."""
        table = pd.concat(kept, ignore_index=True) if len(kept) > 1 else kept[0]
        digests = table.pop(DIGEST).tolist()
        own = [name for name in table if str(name).startswith(HIDDEN)]
        if own:
            raise InputError(f"The column {own[0]!r} begins as the pack's own do; rename it.")
        order, texts = list(table.columns), table.pop("text").tolist()
        folder = f"part-{number:05}"
        files = write_texts(self.root, folder, texts)
        return _Batch(number, folder, table, order, digests, files, first, last, changes)

    def _commit(self, batch: _Batch, work: _Work) -> None:
        """Put a partition that is written into packed.json."""
        files, counts = work.result()
        pairs = list(zip(batch.facts["doc"], batch.digests, strict=True))
        part = Part(
            number=batch.number,
            documents=len(pairs),
            **counts,
            fingerprint=fingerprint_of(pairs),
            source=self.source,
            first=batch.first,
            last=batch.last,
            left_out=tuple(batch.changes.left_out),
            renamed=tuple(batch.changes.renamed),
            files={**batch.files, **files},
        )
        self.parts.append(part)
        self.added += len(pairs)
        self.plan["sources"][self.source]["read"] = batch.last
        columns = dict.fromkeys([*self.plan["columns"], *batch.order])
        self.plan["columns"] = list(columns)
        if "version" in batch.facts and self.stream.knows_briefs:
            versions = Counter(self.plan["versions"])
            versions.update(batch.facts["version"].dropna().astype(str).tolist())
            self.plan["versions"] = dict(versions)
        write_plan(self.root, self.plan, self.parts)

    def _finish(self) -> None:
        """Note that the source was read to its end, and what is known of the whole."""
        if not self.parts:
            name = self.stream.name or "The source"
            first = self.stream.aside[0].sentence if self.stream.aside else "it is empty."
            raise InputError(first if first.startswith(name) else f"{name} holds no text: {first}")
        self._list_aside()
        note = self.stream.about.get("note") or self.plan["corpus"].get("note")
        describe_texts(self.plan, self.digests.items(), note)
        self.plan["sources"][self.source]["done"] = True
        if not any(part.source == self.source for part in self.parts):
            del self.plan["sources"][self.source]  # all of it was there
        self.plan["version"] = __version__
        for name, content in self.beside.items():
            if not (self.root / name).exists():
                write_atomic(self.root / name, content, inside=self.root)
        write_plan(self.root, self.plan, self.parts)

    def _list_aside(self) -> None:
        """Write the table of what could not be read."""
        path = self.root / SET_ASIDE
        if not self.stream.aside:
            path.unlink(missing_ok=True)
            return
        rows = [["where", "reason", "remedy"]]
        rows += [[one.where, one.reason, one.remedy] for one in self.stream.aside]
        text = io.StringIO()
        csv.writer(text).writerows([[escape_cell(cell) for cell in row] for row in rows])
        write_atomic(path, text.getvalue(), inside=self.root)


class _Changes(NamedTuple):
    """Documents of a source that are not in a partition, or under another id, by their number."""

    left_out: list[int]
    renamed: list[tuple[int, str]]


class _Batch(NamedTuple):
    """The documents of a partition, whose texts are in their file."""

    number: int
    folder: str
    facts: pd.DataFrame
    order: list[str]  # of the columns, the texts among them
    digests: list[str]
    files: Files
    first: int
    last: int
    changes: _Changes


class _Work:
    """A partition to be tokenized: here, when its result is asked for, or in another process."""

    def __init__(self, root: Path, batch: _Batch) -> None:
        self._arguments = (root, batch.folder, batch.facts, batch.digests)
        self._future: Any = None

    def send(self, pool: Any) -> None:
        """Have it done in another process."""
        if self._future is None:
            self._future = pool.submit(write_partition, *self._arguments)

    def is_done(self) -> bool:
        """Whether another process has done it."""
        return self._future is not None and bool(self._future.done())

    def result(self) -> tuple[Files, dict[str, int]]:
        """The files of the partition, and its counts."""
        if self._future is None:
            return write_partition(*self._arguments)
        try:
            found: tuple[Files, dict[str, int]] = self._future.result()
        except BrokenExecutor:
            raise InputError(
                "A process that tokenizes was ended from outside, perhaps for want of memory; what"
                " is packed is kept, and the same command goes on from there."
            ) from None
        return found


class _Workers:
    """The processes that tokenize; they are started with the second partition."""

    def __init__(self, workers: int | None) -> None:
        self.most = max(1, workers or min(2, os.cpu_count() or 1))
        self._pool: Any = None
        self._first: _Work | None = None

    def start(self, root: Path, batch: _Batch) -> _Work:
        """Have a partition tokenized."""
        work = _Work(root, batch)
        if batch.files["texts"][0] < LARGE:
            return work
        if self.most > 1 and self._first is not None:
            if self._pool is None:
                from joblib.externals.loky import get_reusable_executor

                self._pool = get_reusable_executor(
                    max_workers=self.most, initializer=end_with, initargs=(os.getpid(),)
                )
                self._first.send(self._pool)
            work.send(self._pool)
        self._first = self._first or work
        return work

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)


def end_with(parent: int) -> None:
    """Have this process end soon after the one that started it, which may be killed."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
