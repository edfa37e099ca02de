"""What the tables and the text itself add to the names that a model found.

A model reads one sentence at a time. The tables know peoples it passed over and how a name is
usually written; the whole text knows that "Putin" is the Vladimir Putin of another sentence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

import regex

from analysis.entities.acronyms import with_acronyms
from analysis.entities.gazetteer import Gazetteer, KnownName, capitals, find_known_names, plain
from analysis.entities.persons import join_persons
from analysis.entities.sexes import fold, sex_of_name
from analysis.entities.spans import Mention, without_overlaps
from analysis.entities.wholes import whole_names, without_nickname

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
_WHO = regex.compile(r",?\s+(?:who|whose|whom)\b|,\s+(?:aged\s+)?\d{2},")
_DESCRIBED = regex.compile(r",\s+(?:an?|the)\s+(?P<words>\p{Ll}[\p{L}\s-]{2,40})")
_LOCAL = regex.compile(
    r"\b(?:in|at|near|to|from|outside|around|across|toward|towards|into|via|of)\s+$",
    regex.IGNORECASE,
)
_FAMILY_FIRST = regex.compile(r"\p{Lu}\p{Ll}+-\p{Ll}+")  # the given name of Ban Ki-moon
_SIDES = frozenset({"North", "South", "East", "West"})


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
    names = [_trimmed(m, flat, gazetteer) for m in whole_names(flat, found, gazetteer)]
    starting = {m.start for m in names if m.label == "PERSON"}
    names = [m for m in names if not _is_title(m, flat, gazetteer, starting)]
    names = _with_tables(without_overlaps(names), known, frozenset(listed))
    names = _as_persons(names, flat, gazetteer)
    table = {(entry.start, entry.end): entry for entry in known}
    surnames = _surnames(names, flat)
    named = [
        _written(_table_label(m, table, surnames, gazetteer), flat, table, gazetteer) for m in names
    ]
    named = with_acronyms(flat, one_label(flat, named, table, gazetteer))
    return [
        mention._replace(sentence=max(bisect_right(starts, mention.start) - 1, 0))
        for mention in _with_sides(join_persons(named, flat, gazetteer), gazetteer)
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


def _is_title(mention: Mention, flat: str, gazetteer: Gazetteer, starting: set[int]) -> bool:
    """The Pope, Pope | Francis: a title after an article, or before a name, is nobody's name."""
    word = flat[mention.start : mention.end]
    before = flat[max(0, mention.start - 4) : mention.start].lower()
    named = mention.end + 1 in starting and word not in gazetteer.given
    return (before == "the " or named) and word.lower() in gazetteer.words["titles"]


def _as_persons(names: list[Mention], flat: str, gazetteer: Gazetteer) -> list[Mention]:
    """Georgia May, *who*: a name that the model took for a place, but the text for a person."""
    # Either the text has its end alone as a person (Aung San Suu Kyi, Suu Kyi), or it begins with
    # a given name, and *who*, an age or an occupation stands behind it.
    alone = {flat[one.start : one.end] for one in names if one.label == "PERSON"}
    titles = gazetteer.words["titles"]
    heads = frozenset().union(
        *(gazetteer.words[f"heads_{kind}"] for kind in ("place", "org", "misc"))
    )
    result = []
    for one in names:
        text = flat[one.start : one.end]
        words = text.split()
        plausible = (
            one.label in ("PLACE", "ORG", "MISC")
            and 1 < len(words) < 5
            and all(word[0].isupper() and not word.isupper() for word in words)
            and flat[max(one.start - 4, 0) : one.start].lower() != "the "
            and words[-1].lower() not in heads
            and not _is_known(text, gazetteer)
        )
        if plausible:
            given = words[0] in gazetteer.given or bool(sex_of_name(text))
            tails = [" ".join(words[place:]) for place in range(1, len(words))]
            described = _DESCRIBED.match(flat, one.end)
            occupation = described and titles.intersection(described["words"].lower().split())
            unsure = one.label != "ORG" or one.score < 0.9
            behind = unsure and (_WHO.match(flat, one.end) or occupation)
            if any(tail in alone and (given or " " in tail) for tail in tails) or (
                given and behind
            ):
                one = one._replace(label="PERSON")
        result.append(one)
    return result


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
    return without_overlaps([*kept, *added]) if added else kept


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
    capital = (
        entry.kind == "city"
        and mention.label == "ORG"
        and (entry.text in capitals() or entry.text == "Kiev")
    )
    if mention.label not in _OVERRULED[entry.kind] and not capital:
        return mention
    if mention.label == "PERSON" and (entry.text in surnames or entry.text in gazetteer.given):
        return mention
    return mention._replace(label=entry.label)


def _written(
    mention: Mention, flat: str, table: dict[tuple[int, int], KnownName], gazetteer: Gazetteer
) -> Mention:
    """The mention with the table's way of writing it: Russians are "Russian", PUTIN is "Putin"."""
    entry = table.get((mention.start, mention.end))
    text = plain(flat[mention.start : mention.end])
    if mention.label == "PERSON":
        text = without_nickname(text)
    if entry is not None and entry.label == mention.label:
        text = entry.entity
    elif mention.label == "NORP" and text.islower():
        names = gazetteer.names.get(text.capitalize(), ())
        text = next((n.entity for n in names if n.text == text.capitalize()), text)
    return mention._replace(entity=text)


# ---- one label for a name, one place for North and South --------------------------------------


def one_label(
    flat: str,
    names: Sequence[Mention],
    table: dict[tuple[int, int], KnownName],
    gazetteer: Gazetteer,
) -> list[Mention]:
    """Give every name of a text the one label that most of its mentions have."""
    # A surname counts with the full names that end in it: where Carla Fiore is named, Fiore is
    # a person. A town that is also somebody's surname is a place only behind "in", "at", "near".
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    full = [one.entity.split() for one in names if one.label == "PERSON" and " " in one.entity]
    surnames = Counter(
        fold(words[0 if _FAMILY_FIRST.fullmatch(words[-1]) else -1]) for words in full
    )
    local = {one.start for one in names if _LOCAL.search(flat, max(one.start - 12, 0), one.start)}
    for one in names:
        if fold(one.entity) not in surnames or one.start not in local:
            votes[fold(one.entity)][one.label] += one.score
    for one in names:
        own = votes[fold(one.entity)]
        own["PERSON"] += surnames.pop(fold(one.entity), 0)
        if "PERSON" in own and one.entity in gazetteer.given:
            own["PERSON"] += 1  # Gloria is a person sooner than a firm
    result = []
    for one in names:
        own = votes[fold(one.entity)]
        label = max(own, key=lambda name: (own[name], name == "PERSON"))
        entry = table.get((one.start, one.end))
        here = one.label == "PLACE" and entry is not None and one.start in local
        sure = entry is not None and entry.kind in ("norp", "country", "alias")
        club = entry is not None and {label, one.label} == {"ORG", "PLACE"}  # Leeds beat Hull
        if label == "NORP" != one.label and own[label] > 2 * own[one.label]:
            one = one._replace(label=label)  # one Rohingya, Muhammad Amin
        if label != one.label and "NORP" not in (label, one.label) and not (sure or club):
            firm = one.label == "ORG" and flat[max(one.start - 4, 0) : one.start].endswith(
                ("the ", "The ")
            )
            thing = one.label == "MISC" and flat[max(one.start - 3, 0) : one.start].strip() in (
                "a", "an",
            )  # fmt: skip
            if own[label] and not ((here or firm or thing) and label == "PERSON"):
                one = one._replace(label=label)
        result.append(one)
    return result


def _with_sides(names: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """The North is North Korea where the text names that country, and no other of the North."""
    countries = {
        known.text
        for side in _SIDES
        for known in gazetteer.names.get(side, ())
        if known.kind in ("country", "place")
    }
    found: dict[str, set[str]] = defaultdict(set)
    for one in names:
        if one.entity in countries:
            found[one.entity.split()[0]].add(one.entity)
    return [
        one._replace(entity=next(iter(found[one.entity])), label="PLACE")
        if one.entity in _SIDES and len(found[one.entity]) == 1
        else one
        for one in names
    ]
