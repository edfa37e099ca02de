"""A source of documents in a stream, so that it may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import yaml

from analysis.corpus.formats.encodings import is_broken, repair_sign
from analysis.corpus.formats.record import UNREAD, Record
from analysis.layers import Corpus
from analysis.tables import require_columns

if TYPE_CHECKING:
    from analysis.corpus.inputs import Aside

AT_ONCE = 4_000_000  # characters of a batch


class PackOptions(NamedTuple):
    """How a source is to be read."""

    # `columns` maps the corpus's columns to those of a table, `date_order` says how to read
    # 05/04/2024, `folder_columns` names what folders state, `given` holds what is true of all.

    columns: Mapping[str, str] = {}
    date_order: str = ""
    folder_columns: tuple[str, ...] = ()
    given: Mapping[str, str] = {}


class Dates:
    """How many dates of tables were read and how many were not, and the first of the latter."""

    def __init__(self) -> None:
        self.read = self.unread = 0
        self.first = ""

    def look(self, where: str, record: Record) -> None:
        """Count the date of a record."""
        note = next((note for note in record["notes"] if note.endswith(UNREAD)), "")
        self.unread += bool(note)
        self.read += bool(record["published"])
        self.first = self.first or (note and f"{where}: {note}")


class Stream:
    """The documents of a source, batch by batch, and what could not be read of it."""

    # `batches` yields tables with `doc` and `text`; whoever goes on after a stop passes over the
    # documents that it has. `about` is what is known of all of them, for figures.

    of_files = False  # whether the options say how it is read
    hashed = True  # whether the column sha256 is that of the texts

    def __init__(self, name: str, options: PackOptions) -> None:
        self.name, self.options = name, options
        self.about: dict[str, Any] = {}
        self.aside: list[Aside] = []
        self.told: list[str] = []  # which column of a table was taken for what
        self.broken: list[str] = []  # where bytes, or halves of signs, are shown as U+FFFD
        self.dates = Dates()
        self.at_once = AT_ONCE

    @property
    def knows_briefs(self) -> bool:
        """Whether its column `version` says which texts are briefs, as that of a manifest does."""
        return True

    def unused(self) -> Iterator[str]:
        """Which options had no use, and why; asked when all is read."""
        if not self.of_files:
            for name, what in self._given().items():
                yield f"{what}, since the source is a corpus, which states {name} itself"

    def _given(self) -> dict[str, str]:
        """What the options state, by what it concerns."""
        columns, order, folders, values = self.options
        pairs = ", ".join(f"{name}={value}" for name, value in values.items())
        given = {
            "its columns": columns and f"the columns {', '.join(map(repr, columns.values()))}",
            "its dates": order and f"the order of dates {order!r}",
            "its columns, not folders": folders and f"the folder columns {','.join(folders)}",
            "its values": pairs and f"the values {pairs}",
        }
        return {name: str(what) for name, what in given.items() if what}

    def batches(self) -> Iterator[pd.DataFrame]:
        """All documents."""
        raise NotImplementedError

    def beside(self) -> dict[str, str]:
        """Aliases and groups of terms that belong to the texts, as files."""
        return {}

    def style(self) -> dict[str, Any] | None:
        """How figures draw groups of the texts."""
        return None

    def after(self, skip: int) -> Iterator[pd.DataFrame]:
        """The documents behind the first ones."""
        for batch in self.batches():
            if skip < len(batch):
                yield batch.iloc[skip:].reset_index(drop=True) if skip else batch
            skip = max(skip - len(batch), 0)


class CorpusStream(Stream):
    """The documents of a corpus or table, or of a packed corpus, partition by partition."""

    hashed = False  # it is what somebody's table says

    def __init__(self, corpus: Corpus, name: str = "", options: PackOptions | None = None) -> None:
        super().__init__(name, options or PackOptions())
        self.corpus = corpus
        self.about = dict(corpus.documents.attrs["corpus"])

    @property
    def knows_briefs(self) -> bool:
        """Whether the corpus is one that counts its briefs: somebody's table does not."""
        return "briefs" in self.about

    def beside(self) -> dict[str, str]:
        """The corpus's own aliases and groups of terms."""
        found = {}
        if self.corpus.aliases is not None:
            require_columns(self.corpus.aliases, ("variant", "entity", "label"), "aliases")
            found["aliases.csv"] = self.corpus.aliases.to_csv(index=False)
        if self.corpus.term_groups:
            groups = yaml.safe_dump(self.corpus.term_groups, allow_unicode=True, sort_keys=False)
            found["term-groups.yml"] = groups
        return found

    def style(self) -> dict[str, Any] | None:
        """How figures draw groups of the corpus, whatever texts are added."""
        known: dict[str, Any] = self.corpus.documents.attrs.get("style") or {}
        kept = {k: v for k, v in known.items() if k not in ("documents", "terms", "groups")}
        return kept or None

    def batches(self) -> Iterator[pd.DataFrame]:
        """Rows of the documents table, of a size that memory holds with ease."""
        documents = self.corpus.documents
        share = np.cumsum(documents["text"].str.len().to_numpy()) // self.at_once
        edges = np.flatnonzero(np.diff(share, prepend=-1, append=-1))
        for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            table, broken = repair_table(documents.iloc[first:last].reset_index(drop=True))
            self.broken += broken
            yield table


def repair_table(table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Documents whose strings can be written, and those that had halves of signs."""
    broken: set[int] = set()
    for name in table.columns:
        if not pd.api.types.is_object_dtype(table[name]):
            continue
        values = table[name].tolist()
        rows = [row for row, value in enumerate(values) if is_broken(value)]
        if rows:
            for row in rows:
                values[row] = repair_sign(values[row])
            table = table.assign(**{name: pd.Series(values, table.index, object)})
            broken.update(rows)
    return table, [f"document {table['doc'].iloc[row]}" for row in sorted(broken)]
