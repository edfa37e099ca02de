"""Lists of words and phrases with the parts of speech they count in, and finding them in tokens."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.tables import InputError, bare, require_columns
from analysis.terms.counting import codes_of
from analysis.terms.units import UPOS
from analysis.text.alike import fold_alike
from analysis.text.forms import fold_possessive, form_of
from analysis.text.tokens import find_hits, lie_within, patterns_of

_ONE_TOKEN = re.compile(r"[a-z]+(?:-[a-z]+)*")
Items = pd.DataFrame | Sequence[Mapping[str, str]]


def cut(documents: pd.DataFrame, table: pd.DataFrame, start: str, end: str) -> pd.Series:
    """Cut the passages of a table, given by two columns of offsets, out of the documents."""
    # Offsets below 0 stand for no passage and give "".
    require_columns(documents, ("doc", "text"), "documents")
    ids = pd.Index(documents["doc"].astype(object))
    row = ids.get_indexer(pd.Index(table["doc"].astype(object)))
    if (row < 0).any():
        stranger = table["doc"].iloc[int(np.argmax(row < 0))]
        raise InputError(
            f"Document {stranger!r} is not in the documents table; pass the one it was read from."
        )
    texts = documents["text"].tolist()
    spans = zip(row.tolist(), table[start].tolist(), table[end].tolist(), strict=True)
    return pd.Series([texts[r][a:b] if a >= 0 else "" for r, a, b in spans], dtype="str")


class ItemHits(NamedTuple):
    """Hits of a list of items, in the order of the texts."""

    rows: np.ndarray  # row of the tokens in which a hit begins
    lengths: np.ndarray  # in tokens
    items: np.ndarray  # row of the list


@functools.cache
def packaged_rows(name: str) -> tuple[dict[str, str], ...]:
    """Read one of the package's lists: a CSV file whose lines that begin with # are comments."""
    text = (resources.files("analysis") / "data" / name).read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(csv.DictReader(lines))


def item_table(items: Items, columns: Sequence[str], what: str) -> pd.DataFrame:
    """Check a list of items, and bring it into the form in which it is looked for."""
    table = items if isinstance(items, pd.DataFrame) else pd.DataFrame(list(items))
    if not len(table):
        raise InputError(f"The {what} is empty; give it at least one item.")
    require_columns(table, ("item", *columns), what)
    table = table.reset_index(drop=True).copy()
    if "pos" not in table.columns:
        table["pos"] = ""
    names = ["item", *columns, "pos"]
    table = table[names].astype(object).where(table[names].notna(), "").astype(str)
    table["item"] = [" ".join(form_of(item).split()) for item in table["item"]]
    _check_rows(table, columns[0], what)
    return table


def _check_rows(table: pd.DataFrame, category: str, what: str) -> None:
    """Refuse an item that is empty, twice in its category, or has a tag that does not exist."""
    seen = set()
    for number, row in enumerate(table.to_dict("records"), start=1):
        where = f"Row {number} of the {what}"
        if not row["item"]:
            raise InputError(f"{where} has no item; fill it in or take the row out.")
        if (row[category], row["item"]) in seen:
            raise InputError(
                f"{where} has {row['item']!r} again in {row[category]!r}; keep one of the two."
            )
        seen.add((row[category], row["item"]))
        tags = {tag for word in row["pos"].split() for tag in word.split("/")} - {"*"}
        if not tags <= UPOS:
            raise InputError(
                f"{where} ({row['item']!r}) has the part of speech {sorted(tags - UPOS)[0]!r};"
                f" choose of {', '.join(sorted(UPOS))}, or * for any."
            )


def require_tags(tokens: pd.DataFrame, columns: Sequence[str] = ("pos", "head")) -> pd.DataFrame:
    """The tokens, if they were tagged."""
    if isinstance(tokens, pd.DataFrame) and not set(columns) <= set(tokens.columns):
        raise InputError(
            "These tokens have no tags (lemma, pos, morphology, dep, head); pass a corpus, or what"
            " annotate(documents).tokens gives."
        )
    return tokens


def find_items(tokens: pd.DataFrame, table: pd.DataFrame, category: str) -> ItemHits:
    """Find the items of a checked list in tokens, each in its part of speech if known."""
    codes, names = pd.factorize(table[category])
    search = _Search(tokens, table["item"].tolist())
    parts = [search.candidates(np.flatnonzero(codes == code)) for code in range(len(names))]
    rows, lengths, items = (np.concatenate(part) for part in zip(*parts, strict=True))
    kept = _in_one_sentence(tokens, rows, lengths) & _rightly_tagged(
        tokens, table, ItemHits(rows, lengths, items)
    )
    rows, lengths, items = rows[kept], lengths[kept], items[kept]
    order = np.lexsort([items, -lengths, rows, codes[items]])
    rows, lengths, items = rows[order], lengths[order], items[order]
    outer = _outermost(rows, rows + lengths, codes[items])
    order = np.lexsort([codes[items][outer], rows[outer]])
    return ItemHits(rows[outer][order], lengths[outer][order], items[outer][order])


class _Search:
    """The tokens and items as codes: a table's columns are slow to look up hundreds of times."""

    def __init__(self, tokens: pd.DataFrame, items: list[str]) -> None:
        self.tokens, self.items = tokens, items
        vocabulary = tokens["term"].cat.categories
        words = sorted({word for item in items for word in item.split()})
        known = vocabulary.get_indexer(pd.Index(words, dtype=object)).tolist()
        self.known = dict(zip(words, known, strict=True))
        self.size = len(vocabulary)
        self.codes, self.doc = codes_of(tokens, "term"), codes_of(tokens, "doc")

    def candidates(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where the items of one category occur, whatever their part of speech."""
        place = np.full(self.size + 1, -1, dtype=np.int64)
        parts = []
        for item in wanted.tolist():
            words = self.items[item].split()
            if not all(map(_ONE_TOKEN.fullmatch, words)):
                rows, lengths = find_hits(self.tokens, self.items[item])
                parts.append((rows, lengths, np.full(len(rows), item)))
            elif len(words) == 1 and self.known[words[0]] >= 0:
                place[self.known[words[0]]] = item
            elif len(words) > 1 and min(self.known[word] for word in words) >= 0:
                rows = self._phrase([self.known[word] for word in words])
                parts.append((rows, np.full(len(rows), len(words)), np.full(len(rows), item)))
        found = place[self.codes]
        rows = np.flatnonzero(found >= 0)
        parts.append((rows, np.ones(len(rows), dtype=np.int64), found[rows]))
        rows, lengths, found = (np.concatenate(part) for part in zip(*parts, strict=True))
        return rows, lengths, found

    def _phrase(self, words: list[int]) -> np.ndarray:
        """Rows at which a phrase, given by the codes of its words, begins in one document."""
        rows = np.flatnonzero(self.codes[: max(len(self.codes) - len(words) + 1, 0)] == words[0])
        for offset, code in enumerate(words[1:], start=1):
            here = rows + offset
            rows = rows[(self.codes[here] == code) & (self.doc[here] == self.doc[rows])]
        return rows


def _in_one_sentence(tokens: pd.DataFrame, rows: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    if "sentence" not in tokens.columns:
        return np.ones(len(rows), dtype=bool)
    sentence = tokens["sentence"].to_numpy()
    same: np.ndarray = sentence[rows] == sentence[rows + lengths - 1]
    return same


def _rightly_tagged(tokens: pd.DataFrame, table: pd.DataFrame, found: ItemHits) -> np.ndarray:
    """Whether the words of each hit have the parts of speech of its item; one without a tag may."""
    pos = tokens["pos"].astype("category")
    tags = pos.cat.categories.astype(str)
    codes = codes_of(tokens.assign(pos=pos), "pos").astype(np.int64)  # -1: missing
    right = np.ones(len(found.rows), dtype=bool)
    for offset in range(int(found.lengths.max(initial=1))):
        allowed = np.array([_allowed(text, offset, tags) for text in table["pos"]])
        here = np.flatnonzero(found.lengths > offset)
        right[here] &= allowed[found.items[here], codes[found.rows[here] + offset]]
    return right


def _allowed(text: str, offset: int, tags: Iterable[str]) -> list[bool]:
    """Which tags a word of an item may have; one more for a token without a tag."""
    words = text.split()
    choice = words[offset].split("/") if offset < len(words) else ["*"]
    return [*(choice == ["*"] or tag in choice or not tag for tag in tags), True]


def _outermost(starts: np.ndarray, ends: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Mark hits that lie in no other of their category; sorted by category, start, length."""
    kept = np.ones(len(starts), dtype=bool)
    size = int(ends.max(initial=0)) + 1
    reach = np.maximum.accumulate(codes * size + ends) if len(ends) else ends
    kept[1:] = (codes * size + ends)[1:] > reach[:-1]
    return kept


def recorded(items: Items | None) -> list[dict[str, str]] | None:
    """What is written down of an analyst's own list, so that it can be used again."""
    if items is None:
        return None
    table = items if isinstance(items, pd.DataFrame) else pd.DataFrame(list(items))
    plain = table.astype(object).where(table.notna(), "")
    return [{str(k): str(v) for k, v in row.items() if v != ""} for row in plain.to_dict("records")]


_VOWELS = "aeiou"
_STRESSED = frozenset("admit commit permit submit refer prefer regret concur rebut expel".split())
_VERBS = (
    *(
        "verbal",
        "mental",
        "relational",
        "phase",
        "tell_like",
        "give_like",
        "say_to_like",
        "raising",
        "light",
        "not_doing",
        "preventing",
        "happening",
        "happening_to_things",
    ),
    "adjectival",
)
PROCESSES = ("material", "verbal", "mental", "relational")


class Nominalisation(NamedTuple):
    """A noun that names an action, and the role that the words around it give an actor."""

    verb: str
    possessor: str  # role of "X's attack"
    of: str  # role of "attack of X"
    prepositions: dict[str, str]  # role by preposition
    counted: bool  # whether it is an action without an agent where nobody is named


class Words(NamedTuple):
    """What agency_words.yml and agency_nominalisations.csv hold."""

    kinds: dict[str, frozenset[str]]
    prepositions: dict[str, dict[str, str]]
    endings: dict[str, str]
    nominalisations: dict[str, Nominalisation]
    forms: dict[str, str]  # lemma of every form of the listed verbs

    def process(self, verb: str) -> str:
        """Say which process a verb is of; material where it is in no list."""
        for kind in PROCESSES[1:]:
            if verb in self.kinds[kind]:
                return kind
        return "material"

    def nominalisation(self, noun: str) -> Nominalisation | None:
        """The nominalisation that a noun is: by the list, else by its ending."""
        known = self.nominalisations.get(noun)
        if known is not None or noun in self.kinds["not_nominalisations"]:
            return known
        for ending, verb in self.endings.items():
            stem = noun.removesuffix(ending)
            if stem != noun and len(stem) > 2:
                return Nominalisation(stem + verb, "unclear", "patient", {"by": "agent"}, False)
        return None


@functools.cache
def load_words() -> Words:
    """Read the package's lists; once."""
    import yaml

    text = (resources.files("analysis") / "data" / "agency_words.yml").read_text("utf-8")
    tree = yaml.load(text, yaml.BaseLoader)  # all text: elsewhere "on" would be true
    kinds = {
        name: frozenset(word.replace("_", " ") for word in value.split())
        for name, value in tree.items()
        if isinstance(value, str)
    }
    kinds["vague"] = kinds["sources"] | kinds["sides"] | kinds["institutions"]
    nominalisations = _read_nominalisations()
    verbs = {verb for name in _VERBS for verb in kinds[name]} | set(tree["through_preposition"])
    verbs |= {deed.verb for deed in nominalisations.values()}
    forms = {form: verb for verb in sorted(verbs) for form in inflect(verb)}
    forms |= dict(pair.split(":") for pair in kinds.pop("irregular"))
    forms |= {verb: verb for verb in verbs}
    return Words(kinds, tree["through_preposition"], tree["endings"], nominalisations, forms)


def inflect(verb: str) -> list[str]:
    """Spell the regular forms of an English verb."""
    if verb.endswith("e"):
        return [verb + "s", verb + "d", verb[:-1] + "ing"]
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return [verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    stem = verb + verb[-1] if _doubles(verb) else verb
    third = verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s")
    british = [verb + "led", verb + "ling"] if verb.endswith("l") and stem == verb else []
    return [third, stem + "ed", stem + "ing", *british]  # "unravelled"


def _doubles(verb: str) -> bool:
    """Whether the last consonant doubles: stop, plan, admit, but not visit, bomb, enter."""
    if len(verb) < 3 or verb[-1] in _VOWELS + "wxyh" or verb[-2] not in _VOWELS:
        return False
    single = verb[-3] not in _VOWELS
    return single and (sum(c in _VOWELS for c in verb) == 1 or verb in _STRESSED)


def _read_nominalisations() -> dict[str, Nominalisation]:
    """The nominalisations of agency_nominalisations.csv by their noun."""
    nominalisations = {}
    for row in packaged_rows("agency_nominalisations.csv"):
        roles = {"by": "agent"}
        for role in ("agent", "patient", "recipient"):
            roles |= dict.fromkeys(row[f"{role}_in"].split(), role)
        nominalisations[row["noun"]] = Nominalisation(
            row["verb"], row["possessor"], row["of"], roles, row["counted"] != "no"
        )
    return nominalisations


FORMS = ("actor", "strategy", "form", "patterns", "unless", "only")
LISTED = ("role", "epithet", "metonym", "variant")
Forms = pd.DataFrame | Sequence[Mapping[str, str]]

# A capital or a building after one of these is where something happens, not who acts …
_PLACE = frozenset(
    "in at near outside inside around into onto across through throughout over above toward"
    " towards within on off via beyond visit visited visiting leave leaves left"
    " reach reaches reached reaching".split()
)
# … and after these it may be either: only its part in the sentence can say.
_EITHER = frozenset("to from of".split())
_ACTING = ("nsubj", "nsubj:pass", "nmod:poss", "obl:agent")


class FormHits(NamedTuple):
    """Where forms stand: rows of the tokens, lengths in tokens, rows of the list."""

    rows: np.ndarray
    lengths: np.ndarray
    forms: np.ndarray


def form_table(forms: Forms | None) -> pd.DataFrame:
    """Check a list of forms; the package's own lists where none is given."""
    if forms is None:
        rows = (*packaged_rows("naming_actors.csv"), *packaged_rows("naming_variants.csv"))
        return pd.DataFrame(rows, dtype="str").fillna("")
    table = forms if isinstance(forms, pd.DataFrame) else pd.DataFrame(list(forms))
    require_columns(table, FORMS[:4], "forms")
    table = table.reindex(columns=list(FORMS)).astype(object).fillna("").astype("str")
    table = table.reset_index(drop=True)
    for number, row in enumerate(table.to_dict("records")):
        if row["strategy"] not in LISTED:
            raise InputError(
                f"Row {number} of the forms has the strategy {row['strategy']!r}; it must be one of"
                f" {', '.join(LISTED)}."
            )
        if not row["actor"] or not row["form"] or not _alternatives(row["patterns"]):
            raise InputError(f"Row {number} of the forms lacks its actor, form or patterns.")
    double = table.duplicated(["actor", "form"])
    if double.any():
        twice = table[double].iloc[0]
        raise InputError(
            f"The form {twice['form']!r} of {twice['actor']!r} stands twice; join the patterns"
            " by '|'."
        )
    return table


def _alternatives(patterns: str) -> list[str]:
    return [part.strip() for part in patterns.split("|") if part.strip()]


def find_forms(tokens: pd.DataFrame, forms: pd.DataFrame) -> FormHits:
    """Find every form in the tokens, those within an exception left out."""
    # Of overlapping hits of one layer (variants are a layer of their own) the longest stays, then
    # the first one of the list.
    tokens = bare(tokens)
    parts, known = [], _known_forms(tokens)
    for number, row in enumerate(forms.to_dict("records")):
        rows, lengths = _hits(tokens, row["patterns"], known)
        inside = lie_within((rows, lengths), _hits(tokens, row["unless"], known))
        kept = ~inside
        if row["strategy"] == "metonym":
            kept &= is_metonym(tokens, rows)
        if row["only"] and kept.any():
            there, _ = _hits(tokens, row["only"], known)
            kept &= np.isin(codes_of(tokens, "doc")[rows], codes_of(tokens, "doc")[there])
        parts.append((rows[kept], lengths[kept], np.full(int(kept.sum()), number)))
    spots = FormHits(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    layer = (forms["strategy"] == "variant").to_numpy()[spots.forms]
    actor = pd.factorize(forms["actor"])[0][spots.forms]
    # sets of variants do not compete with each other: "Kiev" is one city and one "conflict" too
    keep = np.zeros(len(spots.rows), dtype=bool)
    for key in np.unique(np.where(layer, actor + 1, 0)):
        own = np.flatnonzero(np.where(layer, actor + 1, 0) == key)
        keep[own[_longest(spots.rows[own], spots.lengths[own], spots.forms[own])]] = True
    return FormHits(*(column[keep] for column in spots))


def _known_forms(tokens: pd.DataFrame) -> set[str]:
    """The terms and the forms of all words, with and without their possessive."""
    words = [fold_alike(word).replace("’", "'") for word in tokens["word"].cat.categories]
    forms = {form_of(word) for word in words} | {form_of(fold_possessive(word)) for word in words}
    return forms | set(map(fold_possessive, forms)) | set(tokens["term"].cat.categories)


def _may_occur(pattern: str, known: set[str]) -> bool:
    """Whether all plain words of a pattern are among the words of the texts."""
    own = map(fold_possessive, pattern.replace("’", "'").split())
    places = patterns_of(" ".join(own), False, False)
    if places is None or pattern.startswith("-"):
        return True
    return all(word in known or set(word) & set("*?_") for word in places[0])


def _hits(tokens: pd.DataFrame, patterns: str, known: set[str]) -> tuple[np.ndarray, np.ndarray]:
    """Hits of all alternatives; those with a capital letter are looked for with case."""
    listed = [pattern for pattern in _alternatives(patterns) if _may_occur(pattern, known)]
    found = []
    for case in (False, True):
        own = [pattern for pattern in listed if (pattern != pattern.lower()) == case]
        if own:
            found.append(find_hits(tokens, own, case=case))
    if not found:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    rows, lengths = (np.concatenate(column) for column in zip(*found, strict=True))
    return rows.astype(np.int64), lengths.astype(np.int64)


def _longest(rows: np.ndarray, lengths: np.ndarray, forms: np.ndarray) -> np.ndarray:
    """Numbers of the hits that stay where hits overlap."""
    taken: set[int] = set()
    kept = []
    for hit in np.lexsort([forms, rows, -lengths]).tolist():
        span = range(int(rows[hit]), int(rows[hit] + lengths[hit]))
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(hit)
    return np.array(sorted(kept), dtype=np.int64)


def is_metonym(tokens: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Mark capitals and buildings that stand for who decides there, not for the place."""
    # A subject, a possessor or an agent acts; for all others the word before decides ("in Moscow"
    # is a place, "with Moscow" is not; "to Moscow" is left out).
    article = _word_at(tokens, rows, 1) == "the"  # "in the Kremlin"
    word = np.where(article, _word_at(tokens, rows, 2), _word_at(tokens, rows, 1))
    free = ~np.isin(word, [*_PLACE, *_EITHER])
    acting = tokens["dep"].astype(object).isin(_ACTING).to_numpy()[rows]
    return acting | free


def _word_at(tokens: pd.DataFrame, rows: np.ndarray, back: int) -> np.ndarray:
    """The term so many tokens before, "" where that is another document."""
    doc, before = codes_of(tokens, "doc"), np.maximum(rows - back, 0)
    same = (rows >= back) & (doc[before] == doc[rows])
    terms = tokens["term"].cat.categories.to_numpy(dtype=object)
    return np.where(same, terms[codes_of(tokens, "term")[before]], "") if len(rows) else rows
