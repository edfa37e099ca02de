"""Names put together again where the model's words cut them, and what is no name taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from analysis.entities.gazetteer import Gazetteer, plain
from analysis.entities.spans import Mention, without_overlaps

# "Nov. 3", "on Dec. 8", "Tues., Oct. 4": a month or a day, not a name ("Jan Berg" is one).
_DATE = regex.compile(
    r"(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thurs?|fri)(?P<stop>\.)?"
    r"(?:\s+\d.*)?",
    regex.IGNORECASE,
)
_COMPOUND = regex.compile(
    r"(?<![\p{L}\p{M}\p{N}'.-])(?!(?<=\()[DRI]-)"  # (D-Ohio) is no name
    r"[\p{L}\p{M}'.]*[\p{L}\p{M}.](?:[-‐‑][\p{L}\p{M}']*[\p{L}\p{M}]){1,6}+"
)
_PARTY = regex.compile(r"(?<=\()[DRI]-?(?=-|(?<=-)\p{Lu})")
_HYPHEN = regex.compile(r"[-‐‑]")
_CONNECTORS = frozenset(
    "upon on sur sous le la les de du des da do dos del della di am an der den die zu aan op en aux"
    " lez lès ul al el by under over the next".split()
)
# "Putin-led", "Moscow-based", "Obama-era": the last part says what it has to do with the name.
_ABOUT = frozenset(
    "led backed based born era style type like wide run owned held made built ruled controlled"
    " occupied affiliated aligned allied friendly inspired appointed approved brokered funded"
    " financed sponsored supported mediated educated trained speaking language flagged designed"
    " linked related bound only free wing area elect designate turned day time level old long hit"
    " proof ready bashing hating loving leaning endorsed nominated critical skeptic watcher esque"
    " ish ism own won ran man men out up down off and or of for style-like imposed listed traded"
    " centric heavy sized themed branded dominated administered annexed eu us uk un".split()
)
_BEFORE = frozenset(
    "anti pro ex non post pre mid neo then vice co self never former trans pan cross inter sub semi"
    " ultra all half so".split()
)
# A syllable of a Korean or Chinese given name in the Latin alphabet: Jae-in, Ing-wen, Duck-soo.
_SYLLABLE = regex.compile(
    r"(?:[bcdfghjklmnpqrstwxyz]h?|ts|tz|zh)?[aeiouwy]{1,4}(?:ng|n|h|k|l|m|p|t|r|b|g)?"
)
_NAME = r"\p{Lu}[\p{L}\p{M}'.-]*"
_NICKNAME = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}\p{{N}}'.-])(?P<given>{_NAME})(?:\ \p{{Lu}}\.)?\ "
    rf"(?:\(?[\"“”‘'](?:[Tt]he\ )?(?P<nick>{_NAME}(?:\ {_NAME}){{0,2}}),?[\"”'’]\)?"
    r"|\((?P<short>\p{Lu}\p{Ll}[\p{L}\p{M}'.-]*)\))"
    rf"\ (?P<surname>(?:(?:de|van|von|der|den|al|bin|la|le|di|da|del|du|St\.)\ )*"
    r"\p{Lu}[\p{L}\p{M}'-]*[\p{L}\p{M}])"
)
_MARKED = regex.compile(r"\s+(?:\([^()]+\)|[\"“”‘'][^\"“”‘']+[\"”'’])(?=\s)")
_FOLLOWING = regex.compile(r"(?:\ \p{Lu}[\p{L}\p{M}'&.-]*){1,2}")
_GOES_ON = regex.compile(
    r"\ (?:on|of|for)\ (?:the\ )?(?P<first>\p{Lu}[\p{L}\p{M}'-]*)(?:\ \p{Lu}[\p{L}\p{M}'-]*)*"
    r"(?:,?\ and\ \p{Lu}[\p{L}\p{M}'-]*)?"
)


def whole_names(flat: str, found: Sequence[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Mentions without dates, and with hyphens, nicknames and heads (Street, Committee on …)."""
    names = [_without_party(flat, one) for one in found if not _is_date(flat, one)]
    names = [one for one in names if flat[one.start : one.end].strip()]
    names = _with_hyphens(flat, names, gazetteer)
    names = _with_nicknames(flat, names, gazetteer)
    names = [_with_head(flat, one, gazetteer) for one in names]
    return without_overlaps(names)


def without_nickname(name: str) -> str:
    """Robert “Bob” Carr is Robert Carr."""
    return _MARKED.sub("", name)


def nickname(name: str) -> str:
    """Bob Carr, for Robert “Bob” Carr; "" where there is no nickname."""
    match = _MARKED.search(name)
    return match[0].strip("\"“”‘’'() ") + name[match.end() :] if match else ""


def _is_date(flat: str, one: Mention) -> bool:
    match = _DATE.fullmatch(flat, one.start, one.end)
    if match is None:
        return False
    after = flat[one.end : one.end + 1]
    return bool(match["stop"]) or after == "." or any(char.isdigit() for char in match[0])


def _without_party(flat: str, one: Mention) -> Mention:
    """Ohio, not D-Ohio, behind the name of a member of parliament."""
    party = _PARTY.match(flat, one.start)
    return one._replace(start=min(party.end(), one.end)) if party else one


# ---- hyphens ---------------------------------------------------------------------------------


def _with_hyphens(flat: str, names: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Join the pieces of a hyphenated name, but not two names that a hyphen sets side by side."""
    # Jean-Claude Juncker, Ocasio-Cortez, Moon Jae-in and Stratford-upon-Avon are one name each; the
    # Clinton-Trump debate, the Russia-Ukraine war and Putin-led are not. Two are side by side where
    # the tables know a half, or the text has it alone elsewhere; but what a full name of the text
    # holds is one name.
    compounds = list(_compounds(flat, names))
    if not compounds:
        return names
    spans = [(start, end) for start, end, _ in compounds]
    alone = {
        word
        for one in names
        if not any(start < one.end and one.start < end for start, end in spans)
        for word in (flat[one.start : one.end], flat[one.start : one.end].split()[-1])
    }
    joined: list[Mention] = []
    whole: set[str] = set()
    later = []
    for start, end, over in compounds:
        verdict = _is_one_name(flat, start, end, over, alone, gazetteer)
        if verdict is None:
            later.append((start, end, over))
        elif verdict:
            joined.append(_joined(flat, start, end, over))
            whole.add(flat[start:end])
    joined += [_joined(flat, a, b, over) for a, b, over in later if flat[a:b] in whole]
    return without_overlaps([*_merged(joined), *names]) if joined else names


def _merged(joined: list[Mention]) -> list[Mention]:
    """The same with those that share a piece made one (Jean-Claude Mbaye, Mbaye-Diop)."""
    merged: list[Mention] = []
    for one in sorted(joined):
        if merged and one.start < merged[-1].end:
            last = merged.pop()
            one = last._replace(end=max(last.end, one.end), score=min(last.score, one.score))
        merged.append(one)
    return merged


def _compounds(flat: str, names: list[Mention]) -> Iterator[tuple[int, int, list[Mention]]]:
    """Hyphenated words that mentions cut: the part that may be a name, and the mentions in it."""
    place = 0
    for match in _COMPOUND.finditer(flat):
        start, end = match.span()
        while place < len(names) and names[place].end <= start:
            place += 1
        stop = place
        while stop < len(names) and names[stop].start < end:
            stop += 1
        over = names[place:stop]
        before = names[place - 1] if place else None
        pieces = over and before and before.label == over[0].label == "PERSON"
        if pieces and before and over[0].start == start and flat[before.end : start] == " ":
            over.insert(0, before)  # Yoon | Suk | -yeol
        if not over or any(one.start <= start and end <= one.end for one in over):
            continue
        start, end = _name_part(flat, start, end, over)
        over = [one for one in over if one.start < end and start < one.end]
        if over and _HYPHEN.search(flat, start, end):
            yield start, end, over


def _name_part(flat: str, start: int, end: int, over: list[Mention]) -> tuple[int, int]:
    """The compound without what is no part of a name: anti-, then-, -led, -based."""
    if flat[end - 2 : end] == "'s":
        end -= 2
    parts = [m.span() for m in regex.finditer(r"[^-‐‑]+", flat, pos=start, endpos=end)]
    while len(parts) > 1:
        first = flat[slice(*parts[0])]
        if first.lower() not in _BEFORE and (not first[0].islower() or first in {"al", "el"}):
            break
        parts.pop(0)
    person = over[-1].label == "PERSON"
    while len(parts) > 1:
        last = flat[slice(*parts[-1])]
        given = person and len(parts) == 2 and over[-1].start < parts[0][0]  # behind a surname
        syllable = given and _SYLLABLE.fullmatch(last)
        if last.lower() in _ABOUT or (last[0].islower() and not syllable):
            parts.pop()
        else:
            break
    return parts[0][0], parts[-1][1]


def _is_one_name(
    flat: str, start: int, end: int, over: list[Mention], alone: set[str], gazetteer: Gazetteer
) -> bool | None:
    """Whether a compound is one name; None where only a full name of the text can tell."""
    parts = _HYPHEN.split(flat[start:end])
    if any(one.label == "NORP" for one in over):
        return False
    if any(part.islower() for part in parts[1:]) or len(set(parts)) < len(parts):
        return True
    if _is_listed(flat[start:end], gazetteer):
        return True
    known = [part in alone or _is_listed(part, gazetteer) for part in parts if part[0].isupper()]
    if len({one.label for one in over}) > 1 and any(known):
        return False
    before = flat[over[0].start : start].split()
    after = flat[end : max(over[-1].end, end)].split()
    if before and after and len(over) > 1 and (over[0].label != "PERSON" or any(known)):
        return False  # the NBC News-Wall Street Journal poll
    if {one.label for one in over} <= {"PERSON", "ORG"} and (before or after):
        return not all(known)
    return None if any(known) else True


def _is_listed(text: str, gazetteer: Gazetteer) -> bool:
    """Whether the tables know a name of one word, or the compound as it stands."""
    name = plain(text)
    first = regex.match(r"[\p{L}\p{M}\p{N}]+", name)
    return bool(first) and any(
        known.text == name and known.label for known in gazetteer.names.get(first[0], ())
    )


def _joined(flat: str, start: int, end: int, over: list[Mention]) -> Mention:
    """One mention over a compound and the mentions that it holds together."""
    best = max(over, key=lambda one: (one.label == "PERSON", one.end - one.start))
    first, last = min(start, over[0].start), max(end, over[-1].end)
    return best._replace(start=first, end=last, score=min(one.score for one in over))


# ---- nicknames, streets, committees ----------------------------------------------------------


def _with_nicknames(flat: str, names: list[Mention], gazetteer: Gazetteer) -> list[Mention]:
    """Robert “Bob” Carr is one person."""
    added = []
    for match in _NICKNAME.finditer(flat):
        given, surname = match.span("given"), match.span("surname")
        first = next((n for n in names if n.start <= given[0] < n.end), None)
        last = next((n for n in names if n.start < surname[1] and surname[1] <= n.end), None)
        persons = [one for one in (first, last) if one is not None and one.label == "PERSON"]
        if not persons or (len(persons) < 2 and match["given"] not in gazetteer.given):
            continue
        start = first.start if first is not None else given[0]
        end = max(surname[1], last.end if last is not None else 0)
        added.append(persons[0]._replace(start=start, end=end))
    return without_overlaps([*added, *names]) if added else names


def _with_head(flat: str, one: Mention, gazetteer: Gazetteer) -> Mention:
    """Lincoln Avenue is no person; the Committee on Harbours goes on behind its "on"."""
    words = gazetteer.words
    if one.label == "PERSON":
        match = _FOLLOWING.match(flat, one.end)
        following = match[0].split() if match else []
        for size in range(len(following), 0, -1):
            head = following[size - 1].lower().rstrip(".")
            for label in ("PLACE", "ORG", "MISC"):
                if head in words[f"heads_{label.lower()}"]:
                    end = one.end + 1 + len(" ".join(following[:size]))
                    return one._replace(end=end, label=label)
    if one.label == "ORG" and flat[one.start : one.end].split()[-1].lower() in words["bodies_of"]:
        match = _GOES_ON.match(flat, one.end)
        if match and match["first"].lower() not in words["not_names"]:
            return one._replace(end=match.end())
    return one
