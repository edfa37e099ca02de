"""What counts as one thing: the term, the form of the word, its lemma; and which words count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.tables import TAGGED_UNITS, InputError, require_choice, say_empty
from analysis.text.forms import fold_possessive, form_of
from analysis.text.index import IN_POS

UNITS = ("term", "word", *TAGGED_UNITS)
UPOS = frozenset(
    "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()
)
HIDDEN = ""  # the term of words that do not count
Pos = str | Sequence[str]
Lacking = dict[str, dict[str, int] | None]  # how often a word that is no lemma has which lemmas


def as_unit(tokens: pd.DataFrame, unit: str = "term", pos: Pos | None = None) -> pd.DataFrame:
    """The tokens with the unit as their term; of other parts of speech than `pos` none counts.

    The base stays all words. The default returns the table itself, with what is known of it.
    """
    require_choice(unit, UNITS, "unit")
    wanted = None if pos is None else read_pos(pos)
    if unit == "term" and wanted is None:
        return tokens
    needed = {"word": ["word"], "lemma": ["lemma"], "lemma_pos": ["lemma", "pos"]}.get(unit, [])
    missing = {*needed, *(["pos"] if wanted else [])} - set(tokens.columns)
    if missing:
        what = f"unit={unit!r}" if missing & set(needed) else f"pos={pos!r}"
        raise InputError(
            f"{what} needs tokens that know their {' and '.join(sorted(missing))}; pass a corpus,"
            " or what annotate(documents).tokens gives."
        )
    changed: dict[str, Any] = {}
    if unit != "term":
        changed["term"] = _terms(tokens, unit)
    if wanted is not None:
        codes, tags = _coded(tokens["pos"])
        changed[IN_POS] = np.append(np.isin(tags, wanted), False)[codes]
    return tokens.assign(**changed)


def say_forms(tokens: pd.DataFrame, terms: Iterable[str], unit: str) -> None:
    """Warn of words that occur, but never as the lemma that counts here."""
    say_lacking(forms_of(tokens, terms, unit), deeper=1)


def forms_of(tokens: pd.DataFrame, terms: Iterable[str], unit: str) -> Lacking:
    """The lemmas of the words asked for that are none themselves; None for one that is."""
    if unit != "lemma" or not {"word", "lemma"} <= set(tokens.columns):
        return {}
    lemmas = set(map(form_of, tokens["lemma"].dropna().unique()))
    plain = {form_of(term) for term in terms if not set(term) & set(" *?-")}
    found: Lacking = dict.fromkeys(sorted(plain & lemmas))
    for form in sorted(plain - lemmas):
        own = tokens["word"].astype(str).str.casefold() == form
        counts = tokens["lemma"][own].dropna().astype(str).value_counts()
        found[form] = {str(lemma): int(count) for lemma, count in counts.items()}
    return found


def merge_forms(parts: Iterable[Lacking]) -> Lacking:
    """What `forms_of` says of all parts of a corpus together."""
    found: Lacking = {}
    for part in parts:
        for form, lemmas in part.items():
            known = found.get(form, {})
            if known is None or lemmas is None:
                found[form] = None
            else:
                found[form] = {n: known.get(n, 0) + lemmas.get(n, 0) for n in {*known, *lemmas}}
    return found


def say_lacking(forms: Lacking, *, deeper: int = 0) -> None:
    """Warn of the words whose lemmas are known, and other than they are."""
    for form, lemmas in forms.items():
        if lemmas:
            lemma = min(lemmas, key=lambda name: (-lemmas[name], name))
            say_empty(
                f"{form!r} is no lemma, and unit='lemma' counts these; ask for {lemma!r}",
                deeper=deeper + 1,
            )


def hide_others(tokens: pd.DataFrame) -> pd.DataFrame:
    """The tokens with an empty term where their part of speech does not count; all stay words."""
    if IN_POS not in tokens.columns:
        return tokens
    codes, terms = _coded(tokens["term"])
    shown = np.where(tokens[IN_POS].to_numpy(), codes, len(terms))
    return tokens.assign(term=_categorical(shown, [*terms, HIDDEN]))


def read_pos(pos: Pos) -> list[str]:
    """The parts of speech that are asked for, checked."""
    tags = [str(tag).upper() for tag in ([pos] if isinstance(pos, str) else pos)]
    for tag in tags:
        if tag not in UPOS:
            raise InputError(
                f"pos={tag!r} is no part of speech; choose of {', '.join(sorted(UPOS))}."
            )
    if not tags:
        raise InputError("pos= is empty; name at least one part of speech, such as 'NOUN'.")
    return tags


def stop_terms(words: Iterable[str], unit: str) -> list[str]:
    """Stop words as the terms of a unit: a lemma with a tag has as many as there are tags."""
    forms = [form_of(word) for word in words]
    if unit != "lemma_pos":
        return forms
    return [f"{form}_{tag.lower()}" for form in forms for tag in sorted(UPOS)]


def _coded(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Codes of a text column (-1: missing) and what they stand for."""
    values: Any = column.astype("category").array
    return values.codes, values.categories.to_numpy(dtype=object)


def _terms(tokens: pd.DataFrame, unit: str) -> pd.Categorical:
    """The column of terms in another unit; where there is no lemma, the term stays."""
    if unit == "word":
        codes, words = _coded(tokens["word"])
        return _categorical(codes, [form_of(word) for word in words])
    codes, lemmas = _coded(tokens["lemma"])
    names = [fold_possessive(form_of(str(lemma))) for lemma in lemmas]
    if (codes < 0).any():
        own, terms = _coded(tokens["term"])
        codes, names = np.where(codes < 0, own + len(names), codes), [*names, *terms]
    if unit == "lemma":
        return _categorical(codes, names)
    tag_codes, tags = _coded(tokens["pos"])
    pairs, place = np.unique(
        codes.astype(np.int64) * (len(tags) + 1) + tag_codes + 1, return_inverse=True
    )
    endings = ["", *(f"_{tag.lower()}" for tag in tags)]
    return _categorical(
        place, [names[p // len(endings)] + endings[p % len(endings)] for p in pairs]
    )


def _categorical(codes: np.ndarray, names: list[str]) -> pd.Categorical:
    """A categorical column whose codes stand for names that may be there twice; sorted."""
    vocabulary = sorted(set(names))
    code = {name: number for number, name in enumerate(vocabulary)}
    recode = np.asarray([code[name] for name in names], dtype=np.int32)
    return pd.Categorical.from_codes(recode[codes], pd.Index(vocabulary, dtype=object))
