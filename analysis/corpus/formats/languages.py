"""Languages: their codes from their names, and a guess which one a text is in."""

from __future__ import annotations

import gettext
import re
import unicodedata
from functools import cache
from typing import Any

SAMPLE = 20_000  # characters of a text that are looked at
FEWEST = 80  # letters below which no language is guessed; an ideograph counts as three
CERTAIN = 0.9  # probability from which a guess is given
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
# The languages that databases and tables name languages in.
_LOCALES = (
    "de fr es it pt nl sv da nb_NO pl cs ro hu fi tr id ru uk bg sr zh_CN ja ko ar fa he el hi"
).split()
_OTHER_NAMES = {  # that ISO 639 does not have
    "greek": "el",
    "ελληνικά": "el",
    "farsi": "fa",
    "mandarin": "zh",
    "castilian": "es",
    "castellano": "es",
    "bahasa": "id",
}


def read_language(name: str) -> str:
    """Turn the name of a language into its code; a name that is not known stays as it is."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    if not words:
        return ""
    if re.fullmatch(r"\s*[A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?\s*", name):
        return words[0]
    plain = " ".join(name.split())
    parts = [_fold(part) for part in (plain, re.split(r"[;,(/|]", plain)[0], words[0])]
    for names in (_english_names, _translated_names):  # the second takes a second to read
        code = next(filter(None, map(names().get, parts)), "")
        if code:
            return code
    return plain


def _fold(name: str) -> str:
    """A name without case and accents: databases write français and FRANCAIS."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()


@cache
def _english_names() -> dict[str, str]:
    import pycountry

    names = {
        _fold(name): language.alpha_2
        for language in pycountry.languages
        if hasattr(language, "alpha_2")
        for name in (language.name, re.sub(r"\s*\(.*\)", "", language.name))
    }
    codes = {
        getattr(language, kind): language.alpha_2  # eng; of some languages two: deu, ger
        for language in pycountry.languages
        for kind in ("alpha_3", "bibliographic")
        if hasattr(language, "alpha_2") and hasattr(language, kind)
    }
    return {**codes, **names, **{_fold(name): code for name, code in _OTHER_NAMES.items()}}


@cache
def _translated_names() -> dict[str, str]:
    """The names of all languages with a code of two letters, in the languages of `_LOCALES`."""
    import pycountry

    names: dict[str, str] = {}
    for locale in _LOCALES:
        translate = gettext.translation("iso639-3", pycountry.LOCALES_DIR, [locale]).gettext
        for language in pycountry.languages:
            if hasattr(language, "alpha_2"):
                for name in re.sub(r"\s*\(.*\)", "", translate(language.name)).split(";"):
                    names.setdefault(_fold(name), language.alpha_2)
    return names


def guess_language(text: str) -> str:
    """Guess the language that a text is written in; "" where that is not certain."""
    # By py3langid, a naive Bayes classifier of character sequences for 140 languages that comes
    # with its model. Norwegian is one language here, in both of its written forms.
    text = text[:SAMPLE]
    if sum(map(str.isalpha, text)) + 2 * len(_IDEOGRAPHS.findall(text)) < FEWEST:
        return ""
    code, probability = _classifier().classify(text)
    code = {"nb": "no", "nn": "no"}.get(code, code)
    return str(code) if probability >= CERTAIN else ""


@cache
def _classifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
