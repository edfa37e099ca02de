"""Steps that are run and printed: what "Show code" prints is what was computed.

A tab of the explorer writes a measure down once, as an expression over names. The same expression
is evaluated for the table and written out as Python for the reader.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from typing import Any

_COMPARED = (">=", ">", "<")
WIDTH = 92  # characters of a printed line


class Expr:
    """A piece of Python that is written down, not yet evaluated.

    Taking an attribute or an item, calling, and the operators ``& | ~ >= > <`` write the next piece
    down. Everything else in it is a plain value.

    Examples
    --------
    >>> documents = name_of("documents")
    >>> source(documents[documents["outlet"].isin(["RT"])])
    'documents[documents["outlet"].isin(["RT"])]'
    """

    def __init__(self, kind: str, *parts: Any) -> None:
        self._kind, self._parts = kind, parts

    def __getattr__(self, name: str) -> Expr:
        """Write down that an attribute is taken; the operators below do the like."""
        if name.startswith("_"):
            raise AttributeError(name)
        return Expr("attribute", self, name)

    def __getitem__(self, key: Any) -> Expr:  # noqa: D105
        return Expr("item", self, key)

    def __call__(self, *args: Any, **options: Any) -> Expr:  # noqa: D102
        return Expr("call", self, args, options)

    def __and__(self, other: Any) -> Expr:  # noqa: D105
        return Expr("&", self, other)

    def __or__(self, other: Any) -> Expr:  # noqa: D105
        return Expr("|", self, other)

    def __ge__(self, other: Any) -> Expr:  # noqa: D105
        return Expr(">=", self, other)

    def __gt__(self, other: Any) -> Expr:  # noqa: D105
        return Expr(">", self, other)

    def __lt__(self, other: Any) -> Expr:  # noqa: D105
        return Expr("<", self, other)

    def __invert__(self) -> Expr:  # noqa: D105
        return Expr("~", self)

    def __iter__(self) -> Iterator[Any]:
        """Refuse: whoever loops over a recipe has forgotten to run it."""
        raise TypeError("a piece of code that was not run has no items to go through")


def name_of(name: str) -> Expr:
    """A name, as it stands in the code."""
    return Expr("name", name)


def measure(function: str, *args: Any, **options: Any) -> Expr:
    """Write down a call of a public function; options that have their default are left out.

    Examples
    --------
    >>> source(measure("count_terms", name_of("tokens"), by="side", per=1000))
    'da.count_terms(tokens, by="side")'
    """
    import analysis

    known = inspect.signature(getattr(analysis, function)).parameters
    told = {
        name: value
        for name, value in options.items()
        if isinstance(value, Expr) or not _same(known[name].default, value)
    }
    return getattr(name_of("da"), function)(*args, **told)  # type: ignore[no-any-return]


def is_measure(piece: Expr) -> bool:
    """Whether a piece of code is a call of a public function, with nothing done to its result.

    Examples
    --------
    >>> counts = measure("count_terms", name_of("tokens"))
    >>> is_measure(counts), is_measure(counts.head(3))
    (True, False)
    """
    if piece._kind != "call" or piece._parts[0]._kind != "attribute":
        return False
    owner = piece._parts[0]._parts[0]
    return bool(owner._kind == "name" and owner._parts[0] == "da")


def _same(default: Any, value: Any) -> bool:
    """Whether an option need not be told; a list and a tuple of the same are the same."""
    if isinstance(value, list | tuple) and isinstance(default, list | tuple):
        return list(value) == list(default)
    return type(default) is type(value) and bool(default == value)


def evaluate(piece: Any, names: Any) -> Any:
    """The value of a piece of code; `names` maps each name to its value."""
    if isinstance(piece, list | tuple | set):
        return type(piece)(evaluate(item, names) for item in piece)
    if isinstance(piece, dict):
        return {key: evaluate(item, names) for key, item in piece.items()}
    if not isinstance(piece, Expr):
        return piece
    kind, parts = piece._kind, piece._parts
    if kind == "name":
        return names[parts[0]]
    first = evaluate(parts[0], names)
    if kind == "attribute":
        return getattr(first, parts[1])
    if kind == "item":
        return first[evaluate(parts[1], names)]
    if kind == "call":
        return first(*evaluate(parts[1], names), **evaluate(parts[2], names))
    if kind == "~":
        return ~first
    second = evaluate(parts[1], names)
    if kind == ">=":
        return first >= second
    if kind == ">":
        return first > second
    if kind == "<":
        return first < second
    return first & second if kind == "&" else first | second


def source(piece: Any, names: dict[str, str] | None = None) -> str:
    """A piece of code as Python in one line."""
    if not isinstance(piece, Expr):
        return literal(piece, names)
    kind, parts = piece._kind, piece._parts
    if kind == "name":
        return (names or {}).get(parts[0], parts[0])
    first = source(parts[0], names)
    if kind == "attribute":
        return f"{first}.{parts[1]}"
    if kind == "item":
        key = source(parts[1], names)
        compared = isinstance(parts[1], Expr) and parts[1]._kind in _COMPARED
        return f"{first}[{key[1:-1] if compared else key}]"
    if kind == "call":
        return f"{first}({', '.join(_arguments(parts, names))})"
    if kind == "~":
        return f"~{first}"
    second = source(parts[1], names)
    if kind == "&":  # binds closer than |
        first, second = (
            f"({text})" if isinstance(part, Expr) and part._kind == "|" else text
            for part, text in zip(parts, (first, second), strict=True)
        )
    text = f"{first} {kind} {second}"
    return f"({text})" if kind in _COMPARED else text


def _arguments(parts: tuple[Any, ...], names: dict[str, str] | None) -> list[str]:
    """The arguments of a call, each written out."""
    told = [source(item, names) for item in parts[1]]
    return told + [f"{key}={source(item, names)}" for key, item in parts[2].items()]


def literal(value: Any, names: dict[str, str] | None = None) -> str:
    r"""A plain value as Python, with double quotes where nothing has to be escaped for them.

    Whatever a text holds (quotes, backslashes, line breaks, marks that turn a line round) is one
    string of one line that reads back as the very same text.

    Examples
    --------
    >>> literal("peace"), literal('a "b"'), literal(["x", 2, None])
    ('"peace"', '\'a "b"\'', '["x", 2, None]')
    """
    if isinstance(value, str):
        text = repr(str(value))
        if text[0] == "'" and '"' not in text and "\\'" not in text:
            return f'"{text[1:-1]}"'
        return text
    if isinstance(value, dict):
        pairs = (f"{literal(key)}: {source(item, names)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple | set):
        return _sequence(value, names)
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    raise TypeError(f"{type(value).__name__} cannot be written as code")


def _sequence(value: list[Any] | tuple[Any, ...] | set[Any], names: dict[str, str] | None) -> str:
    if isinstance(value, set):
        return "{" + ", ".join(literal(item) for item in sorted(value)) + "}" if value else "set()"
    text = ", ".join(source(item, names) for item in value)
    if isinstance(value, list):
        return f"[{text}]"
    return f"({text},)" if len(value) == 1 else f"({text})"


class Recipe:
    """Named steps in their order, each name given once.

    Examples
    --------
    >>> recipe = Recipe()
    >>> numbers = recipe.let("numbers", name_of("range")(3))
    >>> total = recipe.let("total", name_of("sum")(numbers))
    >>> print(recipe.code(["total"]))
    numbers = range(3)
    total = sum(numbers)
    >>> recipe.key("total")
    'sum(range(3))'
    """

    def __init__(self) -> None:
        self.steps: dict[str, Expr] = {}
        self._keys: dict[str, str] = {}

    def let(self, name: str, piece: Expr) -> Expr:
        """Add a step and return its name, for the steps after it."""
        if name in self.steps:
            raise KeyError(f"the step {name!r} is there already")
        self.steps[name] = piece
        self._keys[name] = source(piece, self._keys)
        return name_of(name)

    def key(self, name: str) -> str:
        """The step with all steps before it put in: equal for what gives equal values."""
        return self._keys[name]

    def code(self, wanted: list[str]) -> str:
        """The steps that lead to these names, as Python lines."""
        needed = set(wanted)
        for name in reversed(self.steps):
            if name in needed:
                needed |= names_in(self.steps[name])
        lines = [lay_out(name, self.steps[name]) for name in self.steps if name in needed]
        return "\n".join(lines)


def names_in(piece: Any) -> set[str]:
    """Every name that stands in a piece of code."""
    if isinstance(piece, Expr):
        return {piece._parts[0]} if piece._kind == "name" else names_in(piece._parts)
    if isinstance(piece, dict):
        return names_in(list(piece.values()))
    if isinstance(piece, list | tuple | set):
        return set().union(*(names_in(item) for item in piece)) if piece else set()
    return set()


def lay_out(name: str, piece: Expr) -> str:
    """One step as code: in one line, or with an argument a line where it is too long for one."""
    flat = f"{name} = {source(piece)}"
    if len(flat) <= WIDTH or piece._kind != "call" or not (piece._parts[1] or piece._parts[2]):
        return flat
    arguments = "".join(f"    {text},\n" for text in _arguments(piece._parts, None))
    return f"{name} = {source(piece._parts[0])}(\n{arguments})"
