"""The tables of the package: their columns, checks, groups, and the record of how each was made."""

from __future__ import annotations

import functools
import inspect
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Concatenate, NamedTuple, NoReturn, ParamSpec, TypeVar

import numpy as np
import pandas as pd

# onnxruntime's wheel reports its use to its maker and keeps a device id in the home folder, unless
# this stands in the environment before it is imported
NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1"}
DOCUMENTS = (
    "doc",
    "title",
    "outlet",
    "country",
    "side",
    "genre",
    "published",
    "url",
    "language",
    "licence",
    "version",
    "sha256",
    "text",
)
SENTENCES = ("doc", "sentence", "paragraph", "start", "end", "text")
TOKENS = ("doc", "sentence", "position", "start", "end", "word", "term", "is_word")
MENTIONS = ("doc", "sentence", "start", "end", "text", "label", "entity", "score")

NONE_LABEL = "(none)"
_SILENT: ContextVar[bool] = ContextVar("silent", default=False)
_LISTENER: ContextVar[Callable[[], None] | None] = ContextVar("listener", default=None)
_CUT: ContextVar[int | None] = ContextVar("cut", default=None)  # characters of a part, for tests

T = TypeVar("T")
P = ParamSpec("P")
TABLES = (
    "documents",
    "sentences",
    "tokens",
    "tagged",
    "voiced",
    "mentions",
    "quotes",
    "sentiment",
    "targets",
    "clauses",
    "evaluations",
)  # what a corpus can give, and what a measure may take besides its own table
_COUNTED: ContextVar[bool] = ContextVar("counted", default=False)
_TOKEN_COLUMNS = set("sentence position start end word term is_word".split())  # not of documents
VOICES = ("voice", "voice_group", "speech", "part")  # columns that every table with spans can have
TAGGED_UNITS = ("lemma", "lemma_pos")  # of counting, for which tokens must be tagged
_NUMBERS = (  # options that are numbers: above, below, in words
    ("per", 0, float("inf"), "must be above 0, such as 1000"),
    ("confidence", 0, 1, "is not between 0 and 1, such as 0.95, nor None"),
    ("alpha", 0, 1, "is not between 0 and 1, such as 0.05"),
    ("min_count", -1, float("inf"), "is no number, such as 2"),
)
_MEASURED = frozenset(
    "count rate base rank documents group_documents low high interval compound negative neutral"
    " positive score tone share total value".split()
)
_UNRECORDED = ("workers", "cache")  # how fast, not what


# What steers a terminal, or shows letters in another order than they stand in.
_STEERS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def make_printable(text: str) -> str:
    """Show characters that steer a terminal by their numbers; line ends and tabs stay."""
    return _STEERS.sub(lambda found: ascii(found[0])[1:-1], text)


class InputError(ValueError):
    """Something given by the user cannot be used; the message says in one sentence what to do.

    A message is one line, whatever was quoted in it, and the middle of an endless one is left out.
    """

    def __init__(self, message: object = "") -> None:
        text = make_printable(" ".join(str(message).splitlines()))
        super().__init__(text if len(text) <= 2000 else f"{text[:1200]} … {text[-700:]}")


def require_columns(table: Any, columns: Iterable[str], what: str) -> pd.DataFrame:
    """Return a table if it has some columns, else refuse it, naming these and those that exist."""
    if is_corpus(table):
        raise InputError(
            f"{_a(what).capitalize()} table is expected here, not a corpus; pass what a measure of"
            " the corpus returned, or one of its layers, such as corpus.documents."
        )
    if not isinstance(table, pd.DataFrame):
        hint = ""
        if isinstance(table, str | os.PathLike):
            hint = "; read a corpus folder with read_corpus"
        raise InputError(
            f"A corpus or {_a(what)} table (a pandas DataFrame) is expected here, not"
            f" {type(table).__name__}{hint}."
        )
    missing = [column for column in columns if column not in table.columns]
    if missing:
        is_texts = {"doc", "text"} <= set(table.columns) and "start" not in table.columns
        hint = "; a documents table is passed as Corpus(table)" if is_texts else ""
        raise InputError(
            f"The {what} table lacks {_listing(missing)}; it has {_listing(table.columns)}{hint}."
        )
    return table


def _a(what: str) -> str:
    """A noun with its article."""
    return f"an {what}" if what[:1] in "aeio" else f"a {what}"


def passed(table: pd.DataFrame | None, name: str) -> pd.DataFrame:
    """A table that a measure cannot do without; a corpus would have brought it."""
    if table is None:
        raise InputError(f"The table {name}= is needed; pass a corpus, which has it, or {name}=.")
    return table


def say_empty(what: str, *, deeper: int = 0) -> None:
    """Warn that a measure found nothing, in one sentence, at the line that called it."""
    say(f"Nothing was found: {what}.", deeper=deeper + 1)


def say(sentence: str, *, deeper: int = 0) -> None:
    """Warn of what a measure did with its input, at the line that called it."""
    if not _SILENT.get():
        warnings.warn(sentence, UserWarning, stacklevel=4 + deeper)


def require_choice(value: T, choices: Iterable[T], what: str) -> T:
    """Return `value` if it is one of `choices`, else refuse it naming all of them."""
    options = list(choices)
    if value not in options:
        raise InputError(f"{what}={value!r} is not known; choose one of {_listing(options)}.")
    return value


def require_known(table: pd.DataFrame, name: str, choices: Iterable[object], what: str) -> None:
    """Refuse a column that has other values than some, naming the first row that does."""
    options = list(choices)
    wrong = ~table[name].astype(object).isin(options).to_numpy()
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InputError(
            f"Row {row} of the {what} has {name}={table[name].iloc[row]!r}, which is not known;"
            f" write one of {_listing(options)}."
        )


def require_filled(table: pd.DataFrame, columns: Iterable[str], what: str) -> None:
    """Refuse gaps in some columns, naming the first row that has one."""
    for name in columns:
        gap = table[name].isna().to_numpy()
        if gap.any():
            raise InputError(
                f"Row {int(np.argmax(gap))} of the {what} has nothing in {name!r}; fill it, or"
                " leave such rows out."
            )


def _listing(values: Iterable[object]) -> str:
    return ", ".join(repr(value) for value in values) or "nothing"


class Groups(NamedTuple):
    """The groups of the rows of a table, by the numbers of their levels in each column of `by`."""

    codes: np.ndarray  # group of every row
    names: list[str]  # of the columns
    keys: np.ndarray  # number of the level, of every group in every column
    levels: list[pd.Index]  # of every column

    @property
    def labels(self) -> pd.DataFrame:
        """One row per group with its values."""
        if not self.names:
            return pd.DataFrame(index=range(len(self.keys)))
        columns = zip(self.names, self.levels, self.keys.T, strict=True)
        return pd.DataFrame({name: level.take(key) for name, level, key in columns})


def group_codes(
    table: pd.DataFrame, by: str | Sequence[str] | None, documents: pd.DataFrame | None = None
) -> tuple[np.ndarray, pd.DataFrame]:
    """Give every row of a table the integer code of the group it belongs to."""
    groups = group_rows(table, by, documents)
    return groups.codes, groups.labels


def group_rows(
    table: pd.DataFrame, by: str | Sequence[str] | None, documents: pd.DataFrame | None = None
) -> Groups:
    """Part the rows of a table by columns, its own or those of the documents."""
    names = _names(by)
    if not all(isinstance(name, str) for name in names):
        raise InputError(f"by={by!r} is no column; give its name, or a list of names.")
    if not names:  # one zero for all rows
        none = np.broadcast_to(np.int64(0), len(table))
        return Groups(none, [], np.zeros((1, 0), dtype=np.int64), [])
    codes = np.zeros(len(table), dtype=np.int64)
    present: np.ndarray | None = None
    levels: list[pd.Index] = []
    for name in names:
        column_codes, level = _column_codes(table, name, documents)
        codes = codes * len(level) + column_codes
        levels.append(level)
    size = int(np.prod([len(level) for level in levels]))
    if len(names) > 1:  # keep the combinations that occur: a full product may be mostly empty
        present = np.unique(np.concatenate([codes, _document_codes(names, documents, levels)]))
        codes = np.searchsorted(present, codes)
    rest, keys = np.arange(size) if present is None else present, []
    for level in reversed(levels):
        rest, remainder = np.divmod(rest, max(len(level), 1))
        keys.append(remainder)
    return Groups(codes, names, np.column_stack(keys[::-1]), levels)


def merge_groups(parts: Sequence[Groups]) -> tuple[Groups, list[np.ndarray]]:
    """The groups of several parts of a corpus together, and the new number of each part's own."""
    first, none = parts[0], np.empty(0, dtype=np.int64)
    if not first.names:
        return first._replace(codes=none), [np.zeros(1, dtype=np.int64) for _ in parts]
    levels: list[pd.Index] = []
    keys = [part.keys.copy() for part in parts]
    for column, name in enumerate(first.names):
        levels.append(_merged_level(name, [part.levels[column] for part in parts]))
        for part, key in zip(parts, keys, strict=True):
            key[:, column] = levels[-1].get_indexer(part.levels[column])[key[:, column]]
    if len(first.names) == 1:
        every = np.arange(len(levels[0]))[:, None]
        return Groups(none, first.names, every, levels), [key[:, 0] for key in keys]
    every, numbers = np.unique(np.concatenate(keys), axis=0, return_inverse=True)
    ends = np.cumsum([len(key) for key in keys])[:-1]
    return Groups(none, first.names, every, levels), np.split(numbers.ravel(), ends)


def concat_rows(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of consecutive parts of a corpus as one table; its documents are those of all parts."""
    if len(tables) == 1:
        return tables[0]
    columns: dict[str, Any] = {}
    for name in tables[0].columns:
        own = [table[name] for table in tables]
        if all(isinstance(column.dtype, pd.CategoricalDtype) for column in own):
            levels = [column.cat.categories for column in own]
            level = _merged_level(name, levels)
            pairs = zip(own, levels, strict=True)
            recodes = [np.append(level.get_indexer(one), -1)[part.cat.codes] for part, one in pairs]
            columns[name] = pd.Categorical.from_codes(np.concatenate(recodes), level)
        else:
            columns[name] = pd.concat(own, ignore_index=True)
    result = pd.DataFrame(columns, copy=False)
    result.attrs = tables[0].attrs
    return result


def bare(table: pd.DataFrame) -> pd.DataFrame:
    """The same table without its record, of which every column that is taken gets a copy."""
    table = table.copy(deep=False)
    table.attrs = {}
    return table


def _merged_level(name: str, parts: Sequence[pd.Index]) -> pd.Index:
    """The values of a column in all parts, in the order that they have in one table."""
    if all(own.equals(parts[0]) for own in parts[1:]):
        return parts[0]
    values = parts[0].append(list(parts[1:]))
    if all(own.dtype == parts[0].dtype for own in parts[1:]):
        values = values.astype(parts[0].dtype)
    if name == "doc":
        return pd.Index(values.unique(), dtype=values.dtype)
    if values.dtype == object:
        values = values.where(values != NONE_LABEL)
    return _factorize(pd.Series(values))[1]


def _names(by: Any) -> list[Any]:
    """The columns to group by, as a list."""
    if by is None:
        return []
    return [by] if isinstance(by, str) or not np.iterable(by) else list(by)


def _column_codes(
    table: pd.DataFrame, name: str, documents: pd.DataFrame | None
) -> tuple[np.ndarray, pd.Index]:
    """Codes of one grouping column and its sorted levels."""
    if name in table.columns:
        return _factorize(table[name])
    if documents is None or name not in documents.columns:
        known = table.columns if documents is None else table.columns.union(documents.columns)
        hint = "pass documents= to group by their columns" if documents is None else "name one of"
        voices = "" if set(VOICES) & set(known) else f"; with a corpus also {_listing(VOICES)}"
        raise InputError(
            f"There is no column {name!r} to group by; {hint} ({_listing(known)}){voices}."
        )
    codes, levels = _factorize(documents[name])
    rows, own = documents["doc"].to_numpy(dtype=object), table["doc"]
    if isinstance(own.dtype, pd.CategoricalDtype):
        names = own.dtype.categories.to_numpy(dtype=object)
        same = len(rows) == len(names) and bool((rows == names).all())  # the very same, in order
        category_rows = np.arange(len(rows)) if same else pd.Index(rows).get_indexer(names)
        places = np.asarray(own.array.codes)  # type: ignore[attr-defined]
        if category_rows.min(initial=0) >= 0 <= places.min(initial=0):
            return codes[category_rows][places], levels
        row = category_rows[places]
    else:
        row = pd.Index(rows).get_indexer(own.astype(object))
    if (row < 0).any():
        stranger = table["doc"].iloc[int(np.flatnonzero(row < 0)[0])]
        raise InputError(
            f"Document {stranger!r} is not in the documents table; pass the one it was read from."
        )
    return codes[row], levels


def _factorize(column: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Sorted integer codes of a column, with missing values as a level of their own."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = column.cat.categories
        codes = column.cat.codes.to_numpy().astype(np.int64)
        if not (codes < 0).any():
            return codes, levels
    codes, levels = pd.factorize(column, sort=True)
    missing = codes < 0
    if levels.dtype == object or isinstance(levels.dtype, pd.StringDtype):
        places = np.flatnonzero(levels == NONE_LABEL)  # a value that is written so is the same
        if len(places):
            missing |= codes == places[0]
            codes, levels = codes - (codes > places[0]), levels.delete(places[0])
    if missing.any():
        levels = levels.astype(object).append(pd.Index([NONE_LABEL], dtype=object))
        codes = np.where(missing, len(levels) - 1, codes)
    return codes.astype(np.int64), levels


def _document_codes(
    names: list[str], documents: pd.DataFrame | None, levels: list[pd.Index]
) -> np.ndarray:
    """Codes of the combinations among the documents, if all columns are theirs."""
    if documents is None or not set(names) <= set(documents.columns):
        return np.empty(0, dtype=np.int64)
    codes = np.zeros(len(documents), dtype=np.int64)
    for name, level in zip(names, levels, strict=True):
        own = documents[name].astype(object).where(documents[name].notna(), NONE_LABEL)
        position = level.astype(object).get_indexer(pd.Index(own))
        codes = np.where((position < 0) | (codes < 0), -1, codes * len(level) + position)
    return codes[codes >= 0]


def measure(
    on: str,
    *,
    layer: str | None = None,
    make: Callable[[Any], pd.DataFrame] | None = None,
    plain: Mapping[str, Callable[[Any], Any]] | None = None,
    groups: str = "groups",
    evidence: Callable[[Any, Mapping[str, Any], Mapping[str, Any]], pd.DataFrame] | None = None,
    parts: Parts | None = None,
) -> Callable[[Callable[Concatenate[Any, P], T]], Callable[Concatenate[Any, P], T]]:
    """Let a function of a table take a corpus in its place, and record the call in the result."""
    # Of a corpus the function gets the layer `on`, and every table among its parameters that was
    # not passed: `documents`, `tokens`, `mentions` … A layer knows its voices where `by` asks for
    # them. What `verify` needs to call it again goes to ``attrs["steps"]``: the function's name,
    # its arguments as JSON, and the selection of the corpus, or the steps that made the table. A
    # function that makes a `layer` returns the corpus's own where no other argument is given.
    # `make` makes the table of a corpus where it is no layer, as the namings that are counted.
    # `groups` is the parameter that the term groups of a corpus fill where it is not given.
    # `plain` holds, by parameter, functions that turn a value into what JSON can hold. `evidence`
    # gives, for a corpus, the recorded step and a row of the result, the places that the row
    # counts; without it they are the rows of the layer that agree with it (see `find_passages`).
    # With `parts` the body is never run: what these compute is the result, of a table, of a corpus,
    # or of one that is too large for memory and is measured part by part.

    def decorate(function: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], T]:
        signature = inspect.signature(function)
        first, *others = signature.parameters
        own = signature.parameters[first].replace(annotation="Corpus | pd.DataFrame")
        shown = [own, *(signature.parameters[name] for name in others)]

        @functools.wraps(function)
        def call(corpus: Any = None, /, *args: Any, **options: Any) -> Any:
            if first in options:
                corpus = options.pop(first)
            if layer is not None and is_corpus(corpus) and not args and not options:
                return corpus.layer(layer)
            bound = _bind(signature, function.__name__, (corpus, *args), options)
            given = bound.arguments
            with _checking_types(signature, function.__name__, dict(given)):
                source, said = given[first], {name: given[name] for name in others if name in given}
                _check_options(given, function.__name__)
                _require_source(source, on, function.__name__)
                if is_corpus(source):
                    _take_groups(source, given, said, groups)
                elif parts is not None:  # of others the rows given are those of the result
                    given[first] = _as_texts(source, on)
                cut = is_corpus(source) and parts is not None and _is_cut(source)
                cut = cut or (parts is not None and is_corpus(source) and _countable(parts, given))
                if is_corpus(source) and not cut:
                    said |= _take_layers(source, given, on, make)
                for name in others:
                    if is_corpus(given[name]):
                        given[name] = given[name].layer(name)
                        said[name] = given[name]
                    elif name == "tokens" and isinstance(given[name], pd.DataFrame):
                        given[name] = _as_texts(given[name], name)
                said |= {name: to_plain(said[name]) for name, to_plain in (plain or {}).items()}
                with _naming_columns(function.__name__, given.get("by")):
                    if parts is None:
                        result = function(*bound.args, **bound.kwargs)
                    else:
                        found = _sums(call, parts, given, cut)
                        result = parts.finish(found.sums, **found.options)
                if isinstance(result, pd.DataFrame):
                    if cut:
                        result.attrs = found.said | result.attrs
                    table = source.documents if cut else given[first]
                    _record(result, source, table, function.__name__, on, said)
            return result

        call.__measure__ = on  # type: ignore[attr-defined]
        call.__make__ = make  # type: ignore[attr-defined]
        call.__evidence__ = evidence  # type: ignore[attr-defined]
        call.__parts__ = parts  # type: ignore[attr-defined]
        call.__signature__ = signature.replace(parameters=shown)  # type: ignore[attr-defined]
        return call

    return decorate


def _require_source(source: Any, on: str, name: str) -> None:
    """Refuse what a measure cannot take."""
    if not is_corpus(source):
        require_columns(source, (), on)
    elif on == "measured":
        raise InputError(
            f"{name} takes a table that a measure returned for groups, not a corpus, as in"
            f" {name}(count_voices(corpus, by='side'))."
        )


@contextmanager
def _naming_columns(name: str, by: Any) -> Iterator[None]:
    """Say of a column to group by that the result has one of its name."""
    try:
        yield
    except ValueError as error:
        if not re.search("already exists|not unique|cannot insert", str(error)):
            raise
        raise InputError(
            f"by={by!r}: the result of {name} has a column of that name itself; give the column to"
            " group by another name."
        ) from error


_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {  # of options, as they are annotated
    "None": (lambda value: value is None, "None"),
    "bool": (lambda value: isinstance(value, bool | np.bool_), "True or False"),
    "int": (lambda value: _is_whole(value), "a whole number"),
    "float": (lambda value: _is_number(value, int | float | np.number), "a number"),
    "str": (lambda value: isinstance(value, str), "a text"),
    "Sequence[str]": (lambda value: _are_texts(value), "a list of texts"),
    "Iterable[str]": (lambda value: _are_texts(value), "a list of texts"),
    "Mapping[str, Sequence[str]]": (
        lambda value: isinstance(value, Mapping) and all(map(_are_texts, value.values())),
        "named lists of texts",
    ),
    "tuple[int, int]": (
        lambda value: isinstance(value, tuple) and len(value) == 2 and all(map(_is_whole, value)),
        "two whole numbers",
    ),
    "pd.DataFrame": (lambda value: isinstance(value, pd.DataFrame), "a table"),
}
_ALIASES = {  # names of types, in annotations
    "Pos": "str | Sequence[str]",
    "Query": "str | Sequence[str]",
    "Queries": "Sequence[str] | Mapping[str, Sequence[str]]",
}


def _is_number(value: object, kinds: Any) -> bool:
    """Whether a value is a number, and no truth value."""
    return isinstance(value, kinds) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    """Whether a value is a whole number."""
    return _is_number(value, int | np.integer)


def _are_texts(value: object) -> bool:
    """Whether a value is a list of texts."""
    listed = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
    return listed and all(isinstance(one, str) for one in value)  # type: ignore[attr-defined]


@contextmanager
def _checking_types(
    signature: inspect.Signature, name: str, given: Mapping[str, Any]
) -> Iterator[None]:
    """Say of an option of another type than is asked for, where it made a measure fail."""
    try:
        yield
    except InputError:
        raise
    except (TypeError, AttributeError, ValueError, LookupError) as error:
        for option, value in list(given.items())[1:]:
            parts = str(signature.parameters[option].annotation).split(" | ")
            names = " | ".join(_ALIASES.get(part, part) for part in parts).split(" | ")
            kinds = [_KINDS.get(kind) for kind in names]
            if all(kind is not None and not kind[0](value) for kind in kinds):
                words = " or ".join(dict.fromkeys(kind[1] for kind in kinds if kind is not None))
                raise InputError(f"{option}={value!r} is not {words} ({name}).") from error
        raise


def _as_texts(table: pd.DataFrame, on: str) -> pd.DataFrame:
    """A tokens table with its rows as they stand in the texts; another table as it is."""
    if on not in ("tokens", "tagged", "voiced"):
        return table
    ordered: pd.DataFrame = import_module("analysis.text.index").in_text_order(table)
    return ordered


def _take_groups(corpus: Any, given: dict[str, Any], said: dict[str, Any], groups: str) -> None:
    """The term groups of a corpus where none were given."""
    if groups in given and given[groups] is None and corpus.term_groups:
        given[groups] = said[groups] = corpus.term_groups


def _take_layers(
    corpus: Any, given: dict[str, Any], on: str, make: Callable[[Any], pd.DataFrame] | None
) -> dict[str, Any]:
    """Put the layers of a corpus in the place of the corpus and of the tables not passed."""
    voiced = _asks_for_voices(given, corpus)
    first, *others = given
    layer = layer_for(on, given)
    given[first] = corpus.layer(layer, voiced=voiced) if make is None else make(corpus)
    said: dict[str, Any] = {}
    for name in others:
        if given[name] is None:
            value = _of_corpus(corpus, name, voiced)
            if value is not None:
                given[name] = value
                said[name] = None
    return said


class Derived(NamedTuple):
    """Numbers of documents that few options change, kept beside a partition once they are made."""

    name: str  # of the file
    make: Callable[[pd.DataFrame], pd.DataFrame]  # (tokens) -> rows of numbers, with `doc`
    sums: Callable[..., Any]  # (these rows, **options) -> the sums of the part
    options: Mapping[str, Any] = {}  # that they hold for; with others the tokens are read


class Parts(NamedTuple):
    """How a measure computes: sums of a part of the corpus, and the table that all sums give.

    Both are functions of the module; of the measure's options each gets those that it names, or
    all of them as attributes of one object, if it names `asked`. A part can ask whether it is all
    of the corpus (`alone`), or some of documents that were `narrowed` to those that matter, which
    `rest` completes; it then gets the words of its partition `counted`, where that is kept.
    """

    part: Callable[..., Any]  # (table, **options) -> sums, plain arrays or small tables
    finish: Callable[..., Any]  # (list of sums, **options) -> table
    before: Parts | None = None  # what its parts give goes to `part` and `finish` as known=
    narrow: Callable[..., Any] | None = None  # (corpus, **options) -> the documents that matter
    # (Counted, **options) -> the same sums, or None where they do not follow from these counts
    counted: Callable[..., Any] | None = None
    rest: Callable[..., Any] | None = None  # (corpus, **options) -> sums as though none did
    known: Callable[..., Any] | None = None  # (**options) -> all sums that `before` tells, or none
    # (Codes, **options) -> the sums of a part, None where it has no codes: nothing else gives them
    codes: Callable[..., Any] | None = None
    columns: tuple[str, ...] = ()  # all that is read of the tokens, of documents narrowed to
    derived: Derived | None = None  # what is read in place of the tokens, where files are kept
    # (sums of the parts so far, **options) -> the same in fewer, or a refusal, to spare memory
    fold: Callable[..., Any] | None = None


def in_parts() -> NoReturn:
    """Stand for the body of a measure that its `Parts` compute."""
    raise TypeError("a measure with parts= is called through its decorator")


@contextmanager
def cutting(characters: int, *, counted: bool = False) -> Iterator[None]:
    """Have measures go through any corpus in parts of so many characters, to test them."""
    token, counts = _CUT.set(characters), _COUNTED.set(counted)
    try:
        yield
    finally:
        _CUT.reset(token)
        _COUNTED.reset(counts)


def counts_asked() -> bool:
    """Whether measures are to start from counts, though none are kept in files."""
    return _COUNTED.get()


def _countable(parts: Parts, given: Mapping[str, Any]) -> bool:
    """Whether the sums of the parts can follow from what is kept of their documents."""
    corpus, by = next(iter(given.values())), set(map(str, _names(given.get("by"))))
    holds = parts.derived is not None and all(
        given[name] == value for name, value in parts.derived.options.items()
    )
    if not (parts.counted or holds) or given.get("documents") is not None:
        return False
    own = given.get("unit", "term") == "term" and given.get("pos") is None
    groups = by <= {"doc", *map(str, corpus.documents.columns)} - _TOKEN_COLUMNS
    return own and groups and (counts_asked() or bool(getattr(corpus, "kept", False)))


def _is_cut(corpus: Any) -> bool:
    """Whether a corpus is measured part by part."""
    return _CUT.get() is not None or bool(getattr(corpus, "in_parts", False))


class _Summed(NamedTuple):
    """The sums of every part, one where the corpus is not cut."""

    sums: list[Any]
    options: dict[str, Any]  # of `finish`
    said: dict[str, Any]  # what the tables say of themselves
    narrowed: bool  # whether only some documents were read


def _sums(call: Any, parts: Parts, given: Mapping[str, Any], cut: bool) -> _Summed:
    """The sums of every part that `finish` makes a table of."""
    first, *others = given
    source, options = given[first], {name: given[name] for name in others}
    options |= {"alone": not cut, "ids": None, "narrowed": False, "counted": None}
    if cut:
        options["ids"] = pd.Index(source.documents["doc"], dtype=object)
    before = None if parts.before is None else _sums(call, parts.before, given, cut)
    if before is not None and parts.before is not None:
        options["known"] = parts.before.finish(before.sums, **before.options)
    known = [] if parts.known is None else parts.known(**_named(parts.known, options, skip=0))
    if known and before is not None:
        sums, said, narrowed = known, before.said, before.narrowed
    elif cut:
        sums, said, narrowed = _sums_of_parts(call, parts, source, options)
    else:
        sums, said, narrowed = [parts.part(source, **_named(parts.part, options))], {}, False
    if parts.rest is not None and narrowed:
        sums.append(parts.rest(source, **_named(parts.rest, options)))
    return _Summed(sums, _named(parts.finish, options), said, narrowed)


def _sums_of_parts(
    call: Any, parts: Parts, source: Any, options: dict[str, Any]
) -> tuple[list[Any], dict[str, Any], bool]:
    """The sums of every part of a corpus, or of the documents in it that matter."""
    corpus = source
    if parts.narrow is not None:
        corpus = parts.narrow(source, **_named(parts.narrow, options))
    narrowed = corpus is not source
    asked = {
        "measure": call,
        "options": {**options, "narrowed": narrowed},
        "levels": _levels_of(corpus, options),
        "before": parts is not call.__parts__,
    }
    size = {} if _CUT.get() is None else {"characters": _CUT.get()}
    sums: list[Any] = []
    first: dict[str, Any] | None = None
    fold = {} if parts.fold is None else _named(parts.fold, options)
    for own, said in corpus.map_parts(measure_part, **size, **asked):
        first = said if first is None else first
        sums.append(own)
        sums = sums if parts.fold is None else parts.fold(sums, **fold)
    return sums, first or {}, narrowed


def measure_part(
    corpus: Any,
    *,
    measure: Any,
    options: Mapping[str, Any],
    levels: Mapping[str, pd.Index],
    before: bool,
) -> tuple[Any, dict[str, Any]]:
    """The sums of a part of a corpus, and what its table says, for `Corpus.map_parts`."""
    given = {"corpus": corpus, **options}
    parts = measure.__parts__.before if before else measure.__parts__
    if parts.codes is not None:
        codes = corpus.word_codes()
        return None if codes is None else parts.codes(codes, **_named(parts.codes, given)), {}
    if _countable(parts, given):
        sums = _sums_of_kept(corpus, parts, given, levels)
        if sums is not None:
            return sums, {}
    if options["narrowed"] and parts.columns:
        given["counted"] = corpus.counted(whole=True)
        if levels:
            given["documents"] = corpus.documents
        given["corpus"] = corpus.read_columns(measure.__measure__, parts.columns)
    else:
        _take_layers(corpus, given, measure.__measure__, measure.__make__)
    if levels and options.get("documents") is None:
        given["documents"] = _with_levels(given["documents"], levels)
    table = given.pop("corpus")
    said = {key: value for key, value in table.attrs.items() if key not in ("corpus", "steps")}
    return parts.part(table, **_named(parts.part, given)), said


def _sums_of_kept(
    corpus: Any, parts: Parts, given: Mapping[str, Any], levels: Mapping[str, pd.Index]
) -> Any:
    """The sums of a part from what is kept of it; None where they do not follow from it."""
    sums = parts.counted
    if parts.derived is not None:
        kept, sums = corpus.derived(parts.derived.name, parts.derived.make), parts.derived.sums
    else:
        kept = corpus.counted()
    if kept is None or sums is None:
        return None
    documents = corpus.documents
    own = {"documents": _with_levels(documents, levels) if levels else documents}
    return sums(kept, **_named(sums, {**given, **own}))


def _named(
    function: Callable[..., Any], options: Mapping[str, Any], skip: int = 1
) -> dict[str, Any]:
    """The options that a function names behind its first arguments; `asked` has all of them."""
    named = {name: options[name] for name in _parameters(function)[skip:] if name in options}
    if "asked" in _parameters(function)[skip:]:
        named["asked"] = SimpleNamespace(**options)
    return named


@functools.lru_cache(maxsize=256)
def _parameters(function: Callable[..., Any]) -> list[str]:
    """The parameters of a function of a module."""
    return list(inspect.signature(function).parameters)


def _levels_of(corpus: Any, options: Mapping[str, Any]) -> dict[str, pd.Index]:
    """The values, in the whole corpus, of the columns of the documents to group by."""
    names = _names(options.get("by")) if "documents" in options else []
    if not names:
        return {}
    table = corpus.documents
    there = [name for name in names if name in table.columns and name != "doc"]
    return {name: _factorize(table[name])[1] for name in there}


def _with_levels(documents: pd.DataFrame, levels: Mapping[str, pd.Index]) -> pd.DataFrame:
    """The documents of a part, whose columns know all values that there are in the corpus."""
    columns, missing = {}, [name for name in levels if documents[name].isna().any()]
    for name, level in levels.items():
        own = documents[name].astype(object).where(documents[name].notna(), NONE_LABEL)
        codes = level.astype(object).get_indexer(pd.Index(own, dtype=object))
        columns[name] = pd.Categorical.from_codes(codes, level)
    table = documents.assign(**columns)
    table.attrs = {**documents.attrs, "missing": missing}
    return table


def is_corpus(value: object) -> bool:
    """Whether a value is a corpus, from which layers can be taken."""
    if isinstance(value, pd.DataFrame):  # which looks among its columns first, and slowly
        return False
    return hasattr(value, "layer") and hasattr(value, "documents")


def _bind(
    signature: inspect.Signature, name: str, args: tuple[Any, ...], options: dict[str, Any]
) -> inspect.BoundArguments:
    """The arguments by name; iterators are made lists, so that they can be recorded, too."""
    for key in options:
        if key not in signature.parameters:
            known = _listing(list(signature.parameters)[1:])
            raise TypeError(f"{name}() has no argument {key!r}; choose one of {known}")
    try:
        bound = signature.bind(*args, **options)
    except TypeError as error:
        usage = ", ".join(f"{key}=" for key in list(signature.parameters)[1:])
        raise TypeError(f"{name}(): {error}; its options are {usage}") from None
    bound.apply_defaults()
    for key, value in bound.arguments.items():
        if isinstance(value, Iterator):
            bound.arguments[key] = list(value)
    return bound


def _check_options(given: Mapping[str, Any], name: str) -> None:
    """Refuse options that mean the same in every measure and cannot be."""
    for table in set(TABLES) & set(given):
        value = given[table]
        if not (value is None or isinstance(value, pd.DataFrame | bool) or is_corpus(value)):
            raise InputError(f"{table}={value!r} is no table; pass what makes it, or a corpus.")
    for column in sorted(set(map(str, _names(given.get("by")))) & _MEASURED):
        raise InputError(f"by={column!r} is a number that is measured; group by a category.")
    for option, least, most, words in _NUMBERS:
        value = given.get(option, None)
        if value is None and (option != "per" or option not in given):
            continue
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not number or not least < value < most:
            raise InputError(f"{option}={value!r} {words} ({name}).")


def layer_for(on: str, given: Mapping[str, Any]) -> str:
    """The layer that a measure takes: tagged tokens where lemmas or parts of speech count."""
    asks = given.get("unit") in TAGGED_UNITS or given.get("pos") is not None
    return "tagged" if on == "tokens" and asks else on


def _asks_for_voices(given: Mapping[str, Any], corpus: Any) -> bool:
    """Whether rows must know their voice: where `by` names one that the manifest has not."""
    by = given.get("by")
    names = {by} if isinstance(by, str) else {name for name in _names(by) if isinstance(name, str)}
    return bool(names & set(VOICES) - set(corpus.documents.columns))


def _of_corpus(corpus: Any, name: str, voiced: bool) -> Any:
    """What a corpus gives for a parameter that was not passed; None where it has nothing."""
    if name in ("quotes", "sentences"):  # they say where a place is, whoever speaks
        corpus = corpus.every_voice()
    return corpus.layer(name, voiced=voiced and name == "tokens") if name in TABLES else None


def _record(
    result: pd.DataFrame, source: Any, table: pd.DataFrame, call: str, on: str, said: dict[str, Any]
) -> None:
    """Write into a result how it was made."""
    params = {
        name: value
        for name, value in said.items()
        if name not in _UNRECORDED and not (name in TABLES and value is None)
    }
    if is_corpus(source):
        step = {"call": call, "on": "corpus", "params": json_value(params)}
        steps = [step | {"selection": source.selection} if source.selection else step]
    else:
        step = {"call": call, "on": on, "params": json_value(params)}
        chosen = _chosen_documents(source)
        steps = [*source.attrs.get("steps", []), step | {"docs": chosen} if chosen else step]
    own = {key: value for key, value in result.attrs.items() if key not in ("corpus", "steps")}
    known = {key: value for key, value in table.attrs.items() if key != "steps"}
    result.attrs = {**known, **own, "steps": steps}


def stamp(
    result: pd.DataFrame, source: Any, call: str, params: dict[str, Any], on: str = "tokens"
) -> pd.DataFrame:
    """Write into a result how it was made, so that it can be made again."""
    _record(result, source, source.documents if is_corpus(source) else source, call, on, params)
    return result


def _chosen_documents(source: pd.DataFrame) -> list[str] | None:
    """Ids of the documents in a table if they are not the whole corpus (nor very many)."""
    total = source.attrs.get("corpus", {}).get("documents")
    if total is None or "doc" not in source.columns:
        return None
    column = source["doc"]
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        known = np.arange(len(column.cat.categories), dtype=codes.dtype)
        if (codes[1:] >= codes[:-1]).all():  # the documents' order: far faster than counting
            there = np.searchsorted(codes, known, "right") > np.searchsorted(codes, known, "left")
        else:
            there = np.bincount(codes[codes >= 0], minlength=len(known)) > 0
        present = column.cat.categories[there].tolist()
    else:
        present = column.unique().tolist()
    return [str(doc) for doc in present] if len(present) < min(total, 1000) else None


# tables that follow from the documents alone: the name of the parameter says which they are
_PLAIN_TABLES = ("read_corpus", "split_sentences", "tokenize")


def json_value(value: Any) -> Any:
    """The value in JSON's own types: sets sorted, tables named, numpy numbers made plain."""
    if isinstance(value, pd.DataFrame):
        chosen = _chosen_documents(value)
        steps = value.attrs.get("steps", [])
        if steps and steps[-1]["call"] not in _PLAIN_TABLES:  # its own record goes with it
            return {"steps": steps} if chosen is None else {"steps": steps, "docs": chosen}
        return True if chosen is None else {"docs": chosen}
    if isinstance(value, dict):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((json_value(item) for item in value), key=str)
    if isinstance(value, list | tuple | pd.Index | pd.Series | np.ndarray):
        return [json_value(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


@contextmanager
def silent() -> Iterator[None]:
    """Keep `progress`, `say` and `say_empty` quiet, for who shows elsewhere what they say."""
    token = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(token)


@contextmanager
def listening(step: Callable[[], None]) -> Iterator[None]:
    """Have a function called after each step of long work, instead of the progress bar."""
    outer = _LISTENER.get()

    def tell() -> None:
        step()
        if outer is not None:
            outer()

    token = _LISTENER.set(tell)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def progress(iterable: Iterable[T], *, total: int | None = None, desc: str = "") -> Iterator[T]:
    """Show a progress bar while long work runs; silent when short, in CI and in pipes."""
    from tqdm import tqdm  # tqdm.auto warns wherever ipywidgets are not installed

    listener = _LISTENER.get()
    if listener is not None:
        for item in iterable:
            yield item
            listener()
        return
    quiet: bool | None = None  # tqdm looks for a terminal itself …
    if type(sys.stderr).__module__.startswith("ipykernel"):
        quiet = False  # … and does not know that Jupyter is one
    if _SILENT.get() or os.environ.get("CI") or os.environ.get("TQDM_DISABLE"):
        yield from iterable  # a bar that shows nothing still takes a lock shared by processes
        return
    yield from tqdm(iterable, total=total, desc=desc, delay=1.0, disable=quiet, leave=False)
