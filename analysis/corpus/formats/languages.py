"""Languages: their names as databases write them, and a guess which one a text is in."""

from __future__ import annotations

import re
from functools import cache

import regex

# The commonest short words of each language; those that two languages share tell nothing of
# either against the other, but all of them together do.
_WORDS = {
    "en": "the of and to in that is for was on with as by at from his it an are were which this "
    "have has had not they but said who would their been will",
    "de": "der die und das in den von zu mit dem des auf ist im für nicht sich eine auch es an "
    "werden aus er hat dass sie nach wird bei einer ein einen wurde über sind",
    "fr": "de la le et les des en un une du est que dans pour par qui au sur pas plus ce il avec "
    "sont se ne son aux mais cette ses été elle ont",
    "es": "de la que el en y los del las por un con para una se su al es lo no más como sus pero "
    "le ha sobre este entre cuando muy sin fue",
    "it": "di che la il e in un per del è una non sono da con si della i le dei ha nel alla come "
    "più al gli anche dal ma ed delle questo stato",
    "pt": "de que e o a do da em um para com uma os no se na por mais as dos como mas ao foi das "
    "à seu sua ou não são pelo também ele",
    "nl": "de van het een en in is dat op te zijn voor met die niet aan er om ook als bij door "
    "naar heeft maar uit wordt hij werd nog ze over hebben",
    "sv": "och att det som en på är av för med den till inte har de ett om var men sig så från "
    "vid kan nu när efter eller han också där",
    "da": "og at det er en til på som af for med de den har ikke der et om var men sig så fra ved "
    "kan nu efter eller han også blev",
    "no": "og i det er en til på som av for med de den har ikke at et om var men seg så fra ved "
    "kan nå etter eller han også ble",
    "pl": "w i na z do nie się że jest o to jak po co ale od za przez czy dla przy oraz już jego "
    "był tym są które który może tylko",
    "cs": "a v se na je že o s z do i to ve pro za by ale jako po jsou jeho si byl od které který "
    "při podle nebo také jen až",
    "ro": "de și în a la cu care pe din să nu că un o este mai sau au fost ce pentru dar lui ale "
    "sunt prin ca fi al după",
    "hu": "a az és hogy nem is egy van volt meg de ez csak már még mint aki ki azt el után szerint "
    "lehet vagy kell pedig több ezt majd",
    "fi": "ja on ei se että oli hän mutta ovat kun myös joka tai niin kuin sen mukaan ole jo vain "
    "mitä olla nyt voi sekä ne jos vuoden",
    "tr": "ve bir bu da de için ile çok olarak daha olan gibi kadar sonra ise ne en ama her olduğu "
    "değil var tarafından göre dedi yeni şu",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga ke karena tersebut "
    "bisa ada mereka lebih telah kata oleh kami atau",
    "ru": "и в не на что с по как это из к за от для он но был о его у же было так все бы до также "
    "при после которые или они",
    "uk": "і в не на що з як це до за від для він але про його та також є у було які після або "
    "вони який був цього під через щодо",
    "bg": "и на в да се за не от е с че по са като това до ще при той но след или има към които "
    "беше няма още един бъде",
    "sr": "и у да је се на за од са су што као не који то по али из које био би до или после као "
    "ће том",
}
_SCRIPTS = {
    "ko": r"\p{Hangul}",
    "ja": r"[\p{Hiragana}\p{Katakana}]",
    "zh": r"\p{Han}",
    "el": r"\p{Greek}",
    "he": r"\p{Hebrew}",
    "ar": r"\p{Arabic}",
    "hi": r"\p{Devanagari}",
    "th": r"\p{Thai}",
    "ka": r"\p{Georgian}",
    "hy": r"\p{Armenian}",
}
_FARSI = re.compile(r"[پچژگ]")
_NAMES = """
en english anglais englisch inglés inglese engels английский
de german deutsch allemand alemán tedesco duits
fr french français francais französisch francés francese frans
es spanish español espanol espagnol spanisch castellano castilian spaans
it italian italiano italien italienisch
pt portuguese português portugais portugiesisch
nl dutch nederlands néerlandais niederländisch
sv swedish svenska schwedisch
da danish dansk dänisch
no norwegian norsk norwegisch
pl polish polski polnisch
cs czech čeština tschechisch
ro romanian română rumänisch
hu hungarian magyar ungarisch
fi finnish suomi finnisch
tr turkish türkçe türkisch
id indonesian bahasa
ru russian русский russisch russe
uk ukrainian українська ukrainisch ukrainien
bg bulgarian български
sr serbian српски
zh chinese 中文 mandarin chinois chinesisch
ja japanese 日本語 japonais japanisch
ko korean 한국어
ar arabic العربية arabe arabisch
fa persian farsi فارسی
he hebrew עברית
el greek ελληνικά
hi hindi हिन्दी
"""
NAMES = {name: line.split()[0] for line in _NAMES.strip().split("\n") for name in line.split()[1:]}
SAMPLE = 20_000  # characters of a text that are looked at
FEWEST = 40  # words below which no language is guessed


def read_language(name: str) -> str:
    """Turn the name of a language into its code.

    Examples
    --------
    >>> read_language("ENGLISH"), read_language("en-GB"), read_language("Quechua")
    ('en', 'en', 'Quechua')
    """
    words = re.findall(r"[^\W\d_]+", name.casefold())
    if not words:
        return ""
    if re.fullmatch(r"\s*[A-Za-z]{2}(?:[-_][A-Za-z]{2,4})?\s*", name):
        return words[0]
    return NAMES.get(words[0], " ".join(name.split()))


def guess_language(text: str) -> str:
    """Guess the language that a text is written in.

    Notes
    -----
    By the script, and for the Latin and Cyrillic scripts by the share of words that are among each
    language's commonest. Close relatives (Danish and Norwegian, Serbian and its neighbours) may be
    taken for each other. Known are 21 languages by their words and 11 by their script.

    Examples
    --------
    >>> guess_language("The talks of the day were held in the harbour and it was said that " * 4)
    'en'
    """
    text = text[:SAMPLE]
    letters = len(regex.findall(r"\p{L}", text))
    if letters < 80:
        return ""
    for code, script in _SCRIPTS.items():
        share = len(regex.findall(script, text)) / letters
        if share > (0.1 if code == "ja" else 0.5):
            return "fa" if code == "ar" and len(_FARSI.findall(text)) > 0.01 * letters else code
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) < FEWEST:
        return ""
    shares = sorted(
        ((sum(word in known for word in words) / len(words), code) for code, known in _known()),
        reverse=True,
    )
    (best, code), (second, _) = shares[:2]
    return code if best >= 0.15 and best - second >= 0.03 else ""


@cache
def _known() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((code, frozenset(words.split())) for code, words in _WORDS.items())
