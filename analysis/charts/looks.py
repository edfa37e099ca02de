"""How a chart writes, orders and colours names: the caller's wishes, the corpus's, the defaults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal, NamedTuple

import pandas as pd
from matplotlib.colors import is_color_like, to_hex, to_rgba

from analysis import wording as words
from analysis.tables import NONE_LABEL, InputError

# Okabe & Ito (2008), ordered so that neighbours differ in lightness and survive grey print;
# their yellow is left out: it cannot be seen as a thin line on white.
COLOURS = ("#0072B2", "#E69F00", "#000000", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#7A7A7A")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
LINES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5))) * 2
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "oo", "++")
LIMIT = len(COLOURS)
ALL = LIMIT**2  # pairs of a colour and a marker
GREY = "#b0b0b0"  # what is not highlighted
BELOW = -1.4  # by how much that is drawn lower

OPTIONS = ("title", "subtitle", "labels", "order", "colors", "highlight")
_JOIN = " · "


class Look(NamedTuple):
    """How the marks of one name are drawn."""

    colour: str
    code: int  # number of its marker, line and hatch
    below: float = 0.0  # added to the order of drawing

    @property
    def marker(self) -> str:
        """The marker of its points."""
        return MARKERS[_turned(self.code, LIMIT)]

    @property
    def line(self) -> Any:
        """The dashes of its line."""
        return LINES[_turned(self.code, 4)]

    @property
    def hatch(self) -> str:
        """The hatch of its bars."""
        return HATCHES[_turned(self.code, LIMIT)]


def _turned(code: int, kinds: int) -> int:
    """Which of some kinds a code has: each time the colours begin anew, it is the next kind."""
    return (code + code // LIMIT) % kinds


@dataclass
class Looks:
    """What was asked for in one chart, and what its corpus has to say."""

    title: str | None = None
    subtitle: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    colors: dict[str, str] = field(default_factory=dict)
    highlight: list[str] = field(default_factory=list)
    corpus: dict[str, Any] = field(default_factory=dict)  # attrs["style"] of the table
    terms: list[str] = field(default_factory=list)  # what the step that made the table asked for
    seen: dict[str, None] = field(default_factory=dict)  # all names that were written
    single: dict[str, str] = field(default_factory=dict)  # columns of groups with one value left
    drawn: dict[str, None] = field(default_factory=dict)  # groups and rows
    terms_are_words: bool = True  # not names of groups of terms
    words: set[str] = field(default_factory=set)  # terms that are words, as they stand
    groups: set[str] = field(default_factory=set)  # values of the columns of groups
    columns: list[str] = field(default_factory=list)  # that the table is grouped by
    origin: dict[str, tuple[str, ...]] = field(default_factory=dict)  # columns a name stands in

    def recorded(self, values: Iterable[str]) -> dict[str, Any]:
        """The looks that were asked for and used, for the record; `values` stand in its data."""
        known = {*self.seen, *self.drawn, *values}
        given: dict[str, Any] = {"title": self.title, "subtitle": self.subtitle}
        for name in ("labels", "colors"):
            asked: dict[str, str] = getattr(self, name)
            given[name] = {key: value for key, value in asked.items() if self._is(key, known)}
        for name in ("order", "highlight"):
            given[name] = [key for key in getattr(self, name) if self._is(key, known)]
        return {name: value for name, value in given.items() if value or value == ""}

    def _is(self, key: str, known: set[str]) -> bool:
        """Whether a name, or a name with this label, is known."""
        return key in known or any(self.label(name) == key for name in known)

    def is_word(self, name: str) -> bool:
        """Whether a name is a word of the texts, which is written in italics."""
        return isinstance(name, words.Term) or (name in self.words and name not in self.groups)

    def label(self, name: str) -> str:
        """How a name is written; what is said of a group is not meant for a word."""
        word = self.is_word(name)
        known = self.groups | {n for v in (self.corpus.get("groups") or {}).values() for n in v}
        documents = {} if word else self.corpus.get("documents") or {}
        for labels in (self.labels, self.corpus.get("labels") or {}, documents):
            if name in labels and not (word and name in known):
                return str(labels[name])
        if _JOIN in name:
            return _JOIN.join(self.label(part) for part in name.split(_JOIN))
        return name

    def of(self, asked: Mapping[str, Any], name: str) -> Any:
        """What a mapping has for a name, given as it stands in the table or as it is written."""
        found = asked.get(name)
        return asked.get(self.label(name)) if found is None else found

    def stands_out(self, name: str) -> bool:
        """Whether a name is highlighted, or nothing is."""
        return not self.highlight or name in self.highlight or self.label(name) in self.highlight


_CURRENT: ContextVar[Looks | None] = ContextVar("looks", default=None)


def current() -> Looks:
    """The looks of the chart that is being drawn."""
    return _CURRENT.get() or Looks()


@contextmanager
def drawing(looks: Looks) -> Iterator[Looks]:
    """Have all names of a chart written, ordered and coloured as asked for."""

    def written(name: str) -> str:
        looks.seen[name] = None
        return looks.label(name)

    token = _CURRENT.set(looks)
    try:
        with words.written(written):
            yield looks
    finally:
        _CURRENT.reset(token)


def read_options(asked: Mapping[str, Any], attrs: Mapping[Any, Any]) -> Looks:
    """The looks that were asked for, checked; with what the table knows of its corpus."""
    looks = Looks()
    for name in ("title", "subtitle"):
        value = asked.get(name)
        if value is not None and not isinstance(value, str):
            raise InputError(f"{name}={value!r} is no text; pass a string.")
        setattr(looks, name, None if value is None else words.clean(value))
    for name in ("labels", "colors"):
        value = {} if asked.get(name) is None else asked[name]
        if not isinstance(value, Mapping):
            example = "{'russia': 'Russia'}" if name == "labels" else "{'russia': '#D55E00'}"
            raise InputError(f"{name}={value!r} is no mapping; write it as {example}.")
        setattr(looks, name, {_named(key): str(one) for key, one in value.items()})
    looks.colors = {
        name: read_colour(one, f"colors[{name!r}]") for name, one in looks.colors.items()
    }
    for name in ("order", "highlight"):
        value = [] if asked.get(name) is None else asked[name]
        single = isinstance(value, str) or not isinstance(value, Iterable)
        setattr(looks, name, [_named(one) for one in ([value] if single else value)])
    known = attrs.get("style")
    looks.corpus = known if isinstance(known, dict) else {}
    looks.terms = _asked_terms(attrs)
    looks.terms_are_words = not _counts_groups(attrs)
    return looks


TERM = "term"  # the column of what was searched, in the origin of a name
_TERMS = ("term", "ngram", "collocate", "word", "node", "cue")
_GROUPS = ("target", "reference", "group", "other")


def as_words(column: pd.Series, texts: Iterable[str]) -> list[str]:
    """The texts of a column, as terms if it holds words."""
    looks = current()
    if column.name not in _TERMS or not looks.terms_are_words:
        return list(texts)
    found = [words.Term(text) for text in texts]
    looks.words.update(str(text) for text in found)
    return list(found)


def font_style(name: object) -> Literal["italic", "normal"]:
    """Words of the texts are in italics, names of groups upright."""
    return "italic" if isinstance(name, str) and current().is_word(name) else "normal"


def font_of_title(name: object) -> dict[str, Any]:
    """The same for the title of a panel: the package has no font that is bold and italic."""
    italic = font_style(name) == "italic"
    return {"fontstyle": "italic", "fontweight": "normal"} if italic else {"fontweight": "bold"}


def group_values(table: pd.DataFrame, corpus: Mapping[str, Any]) -> set[str]:
    """The names of the groups that a table has."""
    columns = {*stated_groups(table), *(corpus.get("groups") or {}), *_GROUPS} - {*_TERMS}
    here = [name for name in columns if name in table.columns]
    return {_named(value) for name in here for value in table[name].astype(object).unique()}


def _counts_groups(attrs: Mapping[Any, Any]) -> bool:
    """Whether what stands as a term in a table is the name of a group of terms."""
    return any(
        isinstance(step.get("params", {}).get(name), dict)
        for step in attrs.get("steps") or []
        for name in ("groups", "terms", "queries")
    ) or any(step.get("call") == "count_term_groups" for step in attrs.get("steps") or [])


def stated_groups(table: pd.DataFrame) -> list[str]:
    """The columns that the last step grouped by; [] if the table lacks one."""
    stated = asked_groups(table.attrs)
    return stated if set(stated) <= set(table.columns) else []


def asked_groups(attrs: Mapping[Any, Any]) -> list[str]:
    """The columns that the last step grouped by, also where its table has none of them."""
    every = attrs.get("steps") or []
    steps = [step for step in every if step.get("call") != "correct"] or [{}]
    by = steps[-1].get("params", {}).get("by")
    return [by] if isinstance(by, str) else [str(one) for one in by or ()]


def single_groups(table: pd.DataFrame) -> dict[str, str]:
    """The columns that a table was grouped by of which it has one value, and that value."""
    found = {}
    for name in stated_groups(table):
        values = table[name].astype(object).dropna().unique()
        if len(values) == 1 and table[name].notna().all():
            found[name] = words.plain(values[0], 60)
    return found


def _named(value: object) -> str:
    """A name as the charts know it."""
    return words.plain(value, 10_000)


def _asked_terms(attrs: Mapping[Any, Any]) -> list[str]:
    """The terms that the steps of a table searched for."""
    for step in reversed(attrs.get("steps") or []):
        params = step.get("params", {})
        for name in ("groups", "terms", "queries", "nodes"):
            value = params.get(name)
            if isinstance(value, dict | list) and value:
                return [str(one) for one in value if isinstance(one, str)]
    return []


def read_colour(value: str, where: str) -> str:
    """A colour given by name or hex, as hex."""
    known = is_color_like(value) and not str(value).startswith("C")
    if not known or str(value).lower() == "none":
        raise InputError(
            f"{where}: {value!r} is no colour; give a name such as 'darkred' or a hex such as"
            " '#8B0000'."
        )
    red, green, blue, alpha = to_rgba(value)
    if alpha < 1:
        raise InputError(f"{where}: {value!r} can be seen through; give a hex of six digits.")
    if min(red, green, blue) > 0.92:
        raise InputError(f"{where}: {value!r} cannot be seen on white; give a darker colour.")
    return str(to_hex(value)).upper() if str(value).startswith("#") else str(to_hex(value))


def in_order(names: Iterable[str], *, corpus: bool = True) -> list[str]:
    """Names as the caller, or else the corpus's `order`, puts them; the others after them."""
    looks, found = current(), list(names)
    looks.drawn.update(dict.fromkeys(found))
    wanted = looks.order or (list(looks.corpus.get("order") or ()) if corpus else [])
    place: dict[str, int] = {}
    for number, name in enumerate(wanted):
        place.setdefault(name, number)
    if not any(name in place or looks.label(name) in place for name in found):
        return found

    def rank(name: str) -> tuple[float, ...]:
        parts = [name, looks.label(name)]
        own = next((place[part] for part in parts if part in place), None)
        if own is None and _JOIN in name:
            return tuple(place.get(part, len(place)) for part in name.split(_JOIN))
        return (len(place) if own is None else own,)

    return sorted(found, key=rank)  # stable: what is not named keeps its order


def colour_of(name: str, names: Sequence[str] = ()) -> str:
    """The colour of a group or term: the only place that decides one."""
    return looks_of([name], {}, among=names or [name])[0].colour


def looks_of(
    names: Sequence[str], known: dict[str, Look], *, among: Sequence[str] = ()
) -> list[Look]:
    """How groups or terms are drawn; `known` holds those of the figure's other panels."""
    looks = current()
    new = [name for name in dict.fromkeys([*names, *among]) if name not in known]
    usual = _usual(new)
    looks.drawn.update(dict.fromkeys(new))
    for name in new:
        own = looks.of(looks.colors, name) or looks.of(looks.corpus.get("colors") or {}, name)
        colour, code = usual[name]
        taken = {(_hex(look.colour), look.marker) for look in known.values()}
        if own is None and (_hex(colour), Look(colour, code).marker) in taken:
            # of more values than there are pairs: the next pair that the chart does not have
            after = (Look(COLOURS[n % LIMIT], n % ALL) for n in range(code + 1, code + ALL))
            free = (look for look in after if (_hex(look.colour), look.marker) not in taken)
            colour, code, _ = next(free, Look(colour, code))
        given = _given(looks, names, name)
        if own is None and _hex(colour) in given:
            given |= {_hex(look.colour) for look in known.values()}
            colour = next((c for c in COLOURS if _hex(c) not in given), colour)
        known[name] = Look(own or colour, code)
    return [
        known[name] if looks.stands_out(name) else Look(GREY, known[name].code, BELOW)
        for name in names
    ]


def _hex(colour: str) -> str:
    """A colour in the one form in which colours can be compared."""
    return str(to_hex(colour))


def _given(looks: Looks, names: Sequence[str], but: str) -> set[str]:
    """The colours that were given for the other names of a chart."""
    found = [looks.of(looks.colors, name) for name in names if name != but]
    return {_hex(colour) for colour in found if colour}


def _usual(names: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Colour and code by the place among all values of the corpus, else among the names, sorted."""
    looks = current()
    given = looks.corpus.get("colors") or {}
    taken = {_hex(one) for one in given.values()}
    free = [c for c in COLOURS if _hex(c) not in taken] or list(COLOURS)
    found: dict[str, tuple[str, int]] = {}
    for whole, some in _wholes(names):
        rest = sorted(name for name in some if name not in whole)
        place = 0
        for number, name in enumerate([*whole, *rest]):
            own = looks.of(given, name)
            if name in some:
                found[name] = str(own or free[place % len(free)]), number % ALL
            place += own is None
    return found


def _wholes(names: Sequence[str]) -> list[tuple[list[str], list[str]]]:
    """All values that some of the names are of, and which these are: of a column, or terms."""
    looks = current()
    by_origin: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        origin = looks.origin.get(name)
        if origin is None:
            origin = (TERM,) if looks.is_word(name) else tuple(looks.columns)
        by_origin.setdefault(origin, []).append(name)
    return [(_values(origin, some), some) for origin, some in by_origin.items()]


def _values(origin: tuple[str, ...], names: Sequence[str]) -> list[str]:
    """All names that the columns `origin` have in the whole corpus, in a fixed order."""
    looks = current()
    groups: dict[str, list[str]] = looks.corpus.get("groups") or {}
    terms = [list(looks.corpus.get("terms") or ()), sorted(looks.terms)]
    if not origin:  # no column is known: the one that holds most of the names
        return _most(names, [*groups.values(), *terms])
    if len(origin) == 1:
        return _most(names, terms) if origin == (TERM,) else list(groups.get(origin[0], ()))
    parts = [part for name in names for part in name.split(_JOIN)]
    each = [_most(parts, terms) if one == TERM else groups.get(one, []) for one in origin]
    joined = [_JOIN.join(one) for one in product(*each)]
    without = [_JOIN.join(one) for one in product(*([*one, NONE_LABEL] for one in each))]
    return list(dict.fromkeys([*joined, *without]))


def _most(names: Sequence[str], lists: Sequence[Sequence[str]]) -> list[str]:
    """The list that holds most of the names; [] if none holds one."""
    best = max(lists, key=lambda one: len(set(one) & set(names)))
    return list(best) if set(best) & set(names) else []


def row_looks(names: Sequence[str], usual: Look, group: str = "") -> list[Look]:
    """How rows of one group are drawn: alike, but for those with a colour or a highlight."""
    looks = current()
    whole = bool(group) and looks.stands_out(group)
    found = []
    looks.drawn.update(dict.fromkeys(names))
    for name in names:
        own = looks.of(looks.colors, name)
        look = usual._replace(colour=own) if own else usual
        found.append(look if whole or looks.stands_out(name) else Look(GREY, usual.code, BELOW))
    return found


def require_known(looks: Looks, table: pd.DataFrame) -> None:
    """Refuse a name that neither the chart nor its table knows."""
    known = {
        *looks.seen,
        *looks.drawn,
        *values_of(table),
        *looks.terms,
        *(looks.corpus.get("terms") or ()),
    }
    for values in (looks.corpus.get("groups") or {}).values():
        known |= set(values)
    for option in ("labels", "order", "colors", "highlight"):
        for name in getattr(looks, option):
            if not looks._is(name, known):
                drawn = ", ".join(list(looks.drawn or looks.seen)[:12])
                raise InputError(
                    f"{option}= names {name!r}, which is not in this chart; it has {drawn}."
                )


def require_told_apart(looks: Looks) -> None:
    """Refuse labels that write two names of a chart alike."""
    written: dict[str, str] = {}
    for name in looks.drawn:
        other = written.setdefault(looks.label(name), name)
        if other != name and {name, other} & {*looks.labels}:
            raise InputError(
                f"labels= writes {other!r} and {name!r} alike, as {looks.label(name)!r}; give each"
                " a name of its own."
            )


def values_of(table: pd.DataFrame) -> set[str]:
    """All texts of a table, where it is no very long one."""
    found: set[str] = set()
    for number in range(table.shape[1]):
        column = table.iloc[:, number]
        if not pd.api.types.is_float_dtype(column):
            found |= {words.plain(value, 10_000) for value in column.astype(object).unique()}
    return found
