"""Steps of an analysis as lines of Python: what is run is exactly what "Show code" prints.

Every value in a line is a literal, which reads back as that value; nothing that a user wrote or
that stands in a text is ever part of the program itself.
"""

from __future__ import annotations

import ast
import inspect
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.layers import Corpus
from analysis.tables import silent

WIDTH = 92  # characters of a printed line
RESULTS = 24  # of steps that are cached …
LARGE, LARGE_RESULTS = 100_000, 6  # … and so many of those with more rows than this


class Source(str):
    """Python source, such as the name of a step; any other text is written as a literal."""

    __slots__ = ()


def literal(value: Any) -> str:
    r"""Write a value as Python that reads back as the same value."""
    # Whatever a text holds (quotes, backslashes, line breaks, marks that turn a line round), it
    # becomes one string of one line, with double quotes where nothing has to be escaped for them.
    if isinstance(value, Source):
        return str(value)
    if isinstance(value, str):
        text = repr(str(value))
        if text[0] == "'" and '"' not in text and "\\'" not in text:
            return f'"{text[1:-1]}"'
        return text
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(map(literal, sorted(value)))}}}" if value else "set()"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    if value is None or isinstance(value, bool | int | float):
        text = repr(value)
        if text not in ("inf", "-inf", "nan"):
            return text
    raise TypeError(f"{value!r} cannot be written as code")


def call(function: str, *args: Any, **options: Any) -> Source:
    """Write a call of a public function; options that have their default are left out."""
    import analysis

    known = inspect.signature(getattr(analysis, function)).parameters
    shown = {k: v for k, v in options.items() if not _is_default(known[k].default, v)}
    return Source(f"da.{function}({_arguments(args, shown)})")


def method(owner: Source, name: str, *args: Any, **options: Any) -> Source:
    """Write a call of a method."""
    return Source(f"{owner}.{name}({_arguments(args, options)})")


def _arguments(args: tuple[Any, ...], options: Mapping[str, Any]) -> str:
    """Arguments of a call."""
    return ", ".join([*map(literal, args), *(f"{k}={literal(v)}" for k, v in options.items())])


def _is_default(default: Any, value: Any) -> bool:
    """Whether a value need not be written; a list and a tuple of the same are the same."""
    if isinstance(value, Source):
        return False
    if isinstance(value, list) and isinstance(default, list | tuple):
        return value == list(default)
    return type(default) is type(value) and bool(default == value)


def first_of(rows: Source, words: list[str]) -> Source:
    """Some words and the targets of rows, each once."""
    return Source(f'list(dict.fromkeys([*{literal(words)}, *{rows}["target"]]))')


class Cache:
    """Results of steps by their source, the most recent ones."""

    def __init__(self) -> None:
        self._results: OrderedDict[str, Any] = OrderedDict()

    def __len__(self) -> int:
        """Number of results."""
        return len(self._results)

    def get(self, source: str) -> Any:
        """The result of a source, if it is cached."""
        if source in self._results:
            self._results.move_to_end(source)
        return self._results.get(source)

    def forget(self, line: str) -> None:
        """Forget every result whose source has this line."""
        for old in [source for source in self._results if line in source]:
            del self._results[old]

    def put(self, source: str, result: Any) -> None:
        """Cache a result; the oldest ones go."""
        self._results[source] = result
        while len(self._results) > RESULTS:
            self._results.popitem(last=False)
        for old in [key for key, one in self._results.items() if _is_large(one)][:-LARGE_RESULTS]:
            del self._results[old]


def _is_large(result: Any) -> bool:
    """Whether a result takes much memory: long tables, and parts of a corpus, which hold some."""
    return isinstance(result, Corpus) or (isinstance(result, pd.DataFrame) and len(result) > LARGE)


class Steps:
    """Named steps in their order, each a line of Python that may use those before it."""

    def __init__(self, names: Mapping[str, Any], cache: Cache | None = None) -> None:
        self._names, self._cache = dict(names), Cache() if cache is None else cache
        self._sources: dict[str, str] = {}
        self._used: dict[str, set[str]] = {}

    def __contains__(self, name: object) -> bool:
        """Whether there is a step of this name."""
        return name in self._sources

    def let(self, name: str, source: str) -> Source:
        """Add a step and return its name, for the steps after it."""
        written = _laid_out(source, WIDTH - len(f"{name} = "))
        if self._sources.setdefault(name, written) != written:
            raise KeyError(f"the step {name!r} exists already")
        if name not in self._used:
            tree = ast.parse(source, mode="eval")
            self._used[name] = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
        return Source(name)

    def take(self, other: Steps, name: str, here: str) -> Source:
        """Add a step of others and those that it uses; it has a name of its own here."""
        needed = {name}
        for one in reversed(other._sources):
            if one in needed:
                needed |= other._used[one]
        for one, source in other._sources.items():
            if one in needed:
                self.let(here if one == name else one, source)
        return Source(here)

    def is_measure(self, name: str) -> bool:
        """Whether a step is a call of a public function, with nothing done to its result."""
        tree = ast.parse(self._sources[name], mode="eval").body
        called = tree.func if isinstance(tree, ast.Call) else None
        owner = called.value if isinstance(called, ast.Attribute) else None
        return isinstance(owner, ast.Name) and owner.id == "da"

    def code(self, *wanted: str) -> str:
        """The lines that lead to some steps."""
        needed = set(wanted)
        for name in reversed(self._sources):
            if name in needed:
                needed |= self._used[name]
        return "\n".join(f"{name} = {one}" for name, one in self._sources.items() if name in needed)

    def renew(self, name: str) -> None:
        """Run a step, and what rests on it, again when it is asked for: it reads files."""
        self._cache.forget(f"{name} = {self._sources[name]}")

    def run(self, name: str, *, anew: bool = False) -> Any:
        """The value of a step; it is run again only where that is asked for."""
        if name not in self._sources:
            return self._names[name]
        source = self.code(name)
        result = None if anew else self._cache.get(source)
        if result is None:
            values = {used: self.run(used) for used in sorted(self._used[name])}
            with silent():
                result = eval(self._sources[name], {"__builtins__": {}, **values})
            if not anew:
                self._cache.put(source, result)
        return result


def _laid_out(source: str, width: int) -> str:
    """A call that is too long for one line with an argument a line."""
    tree = ast.parse(source, mode="eval").body
    if len(source) <= width or not isinstance(tree, ast.Call):
        return source
    arguments = [("", argument) for argument in tree.args]
    arguments += [(f"{keyword.arg}=", keyword.value) for keyword in tree.keywords]
    lines = (f"    {name}{ast.get_source_segment(source, value)},\n" for name, value in arguments)
    return f"{ast.get_source_segment(source, tree.func)}(\n{''.join(lines)})"
