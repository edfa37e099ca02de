"""The list of reporting verbs and phrases, and the forms under which they are met in a text."""

from __future__ import annotations

import csv
import functools
import re
from importlib import resources
from typing import Any, NamedTuple

import pandas as pd

from analysis.tables import InputError, require_choice, require_columns

COLUMNS = ("cue", "part", "class", "takes")
PARTS = ("verb", "noun", "adjective", "phrase")
CLASSES = (
    "neutral",
    "structuring",
    "doubting",
    "factive",
    "assertive",
    "positive",
    "negative",
    "emotive",
    "directive",
)
MODES = ("speech", "writing", "thought")
TAKES = ("clause", "that", "whether", "to", "as", "name", "of", "for", "against", "about", "quote")
# past tense and participle of the verbs on the list that do not take -ed
_IRREGULAR = {
    "say": "said",
    "tell": "told",
    "write": "wrote written",
    "speak": "spoke spoken",
    "read": "read",
    "begin": "began begun",
    "go": "went gone",
    "come": "came come",
    "think": "thought",
    "feel": "felt",
    "find": "found",
    "show": "showed shown",
    "hold": "held",
    "make": "made",
    "have": "had",
    "let": "let",
    "put": "put",
    "set": "set",
    "lay": "laid",
    "give": "gave given",
    "take": "took taken",
    "swear": "swore sworn",
    "understand": "understood",
    "forbid": "forbade forbidden",
    "foretell": "foretold",
    "hit": "hit",
    "strike": "struck",
    "shoot": "shot",
    "fight": "fought",
    "break": "broke broken",
    "cut": "cut",
    "sing": "sang sung",
    "grin": "grinned",
    "drive": "drove driven",
    "hear": "heard",
    "learn": "learned learnt",
    "uphold": "upheld",
    "undertake": "undertook undertaken",
    "beseech": "besought beseeched",
    "leave": "left",
    "draw": "drew drawn",
    "cast": "cast",
    "broadcast": "broadcast broadcasted",
    "weep": "wept",
    "plead": "pleaded pled",
    "bet": "bet",
    "retell": "retold",
    "quip": "quipped",
    "put up": "put",
    "see": "saw seen",
    "foresee": "foresaw foreseen",
    "know": "knew known",
    "seek": "sought",
    "mean": "meant",
    "misunderstand": "misunderstood",
}
_DOUBLED = frozenset(
    "admit commit permit refer infer confer prefer rebut submit concur aver extol regret "
    "deadpan".split()
)
_SHORT = re.compile(
    r"(?:qu|[^aeiou])*[aeiou][bdgklmnprtvz]"
)  # quip, dub: the last letter is doubled
_BRITISH = frozenset("label signal travel counsel cancel model marvel".split())


class Cue(NamedTuple):
    """One entry of the list."""

    cue: str
    part: str
    group: str  # its class
    takes: frozenset[str]
    words: tuple[str, ...]  # the entry word by word; the first is inflected if it is a verb
    mode: str = "speech"  # or writing, thought


class Lexicon(NamedTuple):
    """The list filed by the first word as it stands in texts."""

    verbs: dict[str, list[tuple[Cue, str]]]  # form → entries, and which form: base, s, ing, past
    nouns: dict[str, Cue]  # singular and plural
    adjectives: dict[str, Cue]
    phrases: dict[str, list[Cue]]  # by first word


def read_reporting_verbs(path: Any = None) -> pd.DataFrame:
    """Read the list of reporting verbs and phrases, the package's own or an edited copy."""
    # The classes put together what three descriptions of reporting verbs tell apart. Bell [1]_ and
    # Caldas-Coulthard [2]_: *neutral* verbs (say, tell) give no more than the fact of speech;
    # *structuring* ones (add, continue, reply) place it in the talk. Caldas-Coulthard's
    # metapropositional verbs label the speech act: *assertive* (insist, declare), *directive*
    # (urge, order), and her expressives, divided here by what they make of speaker or matter:
    # *positive* (praise, welcome), *negative* (accuse, admit, warn). *Emotive* joins her verbs of
    # voice and manner (shout, sigh) to those that name a feeling (fear, regret). *Doubting* (claim,
    # allege) are those by which the writer does not vouch for what is said, in the sense of
    # Thompson and Ye's [3]_ stance of the writer. A verb has one class here whatever its context:
    # *warn* of a storm and *warn* a rival are both negative. The list is this project's own and is
    # meant to be edited. .. [1] Bell 1991, The Language of News Media, Blackwell. .. [2]
    # Caldas-Coulthard 1994, "On reporting reporting: the representation of speech in factual and
    # factional narratives", in Coulthard (ed.), Advances in Written Text Analysis, Routledge. ..
    # [3] Thompson & Ye 1991, "Evaluation in the reporting verbs used in academic papers", Applied
    # Linguistics 12(4).
    if path is None:
        text = (resources.files("analysis") / "data" / "reporting_verbs.csv").read_text("utf-8")
        return _parse(text, "reporting_verbs.csv")
    from analysis.corpus.formats.encodings import read_text

    return _parse(read_text(path), str(path))


def _parse(text: str, name: str) -> pd.DataFrame:
    """The rows of a list, each checked."""
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    rows = list(csv.reader(line for _, line in lines))
    header = [cell.strip() for cell in rows[0]] if rows else []
    require_columns(pd.DataFrame(columns=header), COLUMNS, f"{name} (reporting verbs)")
    names = [*COLUMNS, *(["mode"] if "mode" in header else [])]
    picks = [header.index(column) for column in names]
    table = []
    for (number, _), row in zip(lines[1:], rows[1:], strict=True):
        if len(row) != len(header):
            raise InputError(
                f"{name} line {number}: it has {len(row)} fields, the header has {len(header)};"
                " put a field that holds a comma into quotation marks."
            )
        table.append([row[pick].strip() for pick in picks])
        _check(table[-1], f"{name} line {number}")
    return pd.DataFrame(table, columns=names, dtype=object)


def _check(row: list[str], where: str) -> None:
    """Refuse a row that no rule could read."""
    cue, part, group, takes, *mode = row
    if not cue:
        raise InputError(f"{where}: the cue is empty; write a verb or phrase, or drop the line.")
    require_choice(part, PARTS, f"{where}: part")
    require_choice(group, CLASSES, f"{where}: class")
    for one in takes.split():
        require_choice(one, TAKES, f"{where}: takes")
    for one in mode:
        require_choice(one, MODES, f"{where}: mode")


def make_lexicon(table: pd.DataFrame) -> Lexicon:
    """File a list of cues by the forms that occur in texts."""
    table = table if isinstance(table, pd.DataFrame) else pd.DataFrame(table)
    require_columns(table, COLUMNS, "cues")
    lexicon = Lexicon({}, {}, {}, {})
    names = [*COLUMNS, *(["mode"] if "mode" in table else [])]
    for number, row in enumerate(table[names].astype(str).to_numpy().tolist()):
        _check(row, f"cues row {number}")
        cue, part, group, takes, *mode = row
        entry = Cue(cue, part, group, frozenset(takes.split()), tuple(cue.lower().split()), *mode)
        if part == "verb":
            for form, kind in inflect(entry.words[0]):
                lexicon.verbs.setdefault(form, []).append((entry, kind))
        elif part == "noun":
            lexicon.nouns.setdefault(entry.cue.lower(), entry)
            lexicon.nouns.setdefault(_third(entry.cue.lower()), entry)
        elif part == "adjective":
            lexicon.adjectives.setdefault(entry.cue.lower(), entry)
        else:
            lexicon.phrases.setdefault(entry.words[0], []).append(entry)
    for filed in (*lexicon.verbs.values(),):
        filed.sort(key=lambda pair: -len(pair[0].words))  # the longest first
    for phrases in lexicon.phrases.values():
        phrases.sort(key=lambda entry: -len(entry.words))
    return lexicon


@functools.cache
def own_lexicon() -> Lexicon:
    """The package's own list, filed once."""
    return make_lexicon(read_reporting_verbs())


def recorded(cues: Any) -> list[dict[Any, Any]] | None:
    """The rows of a list of cues, for the record of a call."""
    if cues is None:
        return None
    table = pd.DataFrame(cues)
    return table[[name for name in (*COLUMNS, "mode") if name in table]].to_dict("records")


def inflect(verb: str) -> list[tuple[str, str]]:
    """Give the forms of a verb, each with its name: base, s, ing, past."""
    stem = verb
    if verb in _DOUBLED or verb in _BRITISH or _SHORT.fullmatch(verb):
        stem = verb + verb[-1]
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        stem = verb[:-1]
    forms = [(verb, "base"), (_third(verb), "s"), (stem + "ing", "ing")]
    if verb.endswith("ie"):
        forms[2] = (verb[:-2] + "ying", "ing")
    if verb in _BRITISH:
        forms += [(verb + "ing", "ing"), (verb + "ed", "past")]
    if verb in _IRREGULAR:
        forms += [(form, "past") for form in _IRREGULAR[verb].split()]
    elif verb.endswith("y") and verb[-2:-1] not in "aeiou":
        forms.append((verb[:-1] + "ied", "past"))
    else:
        forms.append((verb + "d" if verb.endswith("e") else stem + "ed", "past"))
    return forms


def _third(word: str) -> str:
    """With the -s of the third person or of the plural."""
    if word == "have":
        return "has"
    if word.endswith(("s", "sh", "ch", "x", "z")) or word in ("go", "echo", "veto"):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"
