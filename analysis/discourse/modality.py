"""Modality: whether a deed is told as done, or as claimed, possible, planned, demanded, asked.

The kinds are those of Palmer (2001, "Mood and Modality"): a deed that is not asserted is the
speaker's or somebody's supposition, condition, will or question. They are read off the auxiliaries
and conjunctions of the verb and off the words on which its clause depends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.discourse.lexicons import load_words

if TYPE_CHECKING:
    from analysis.discourse.trees import Trees

MODALITIES = ("asserted", "possible", "future", "conditional", "demanded", "asked", "claimed")
_LISTS = (
    ("demanding", "demanded"),
    ("planning", "future"),
    ("wanting", "possible"),
    ("claiming", "claimed"),
)
_VERBAL = ("VERB", "AUX")
_SUBJECTS = ("nsubj", "nsubj:pass", "expl")
_NOMINAL = ("NOUN", "PROPN", "PRON", "DET", "NUM", "ADJ")
_ADVERBS = {
    "perhaps": "possible",
    "maybe": "possible",
    "possibly": "possible",
    "probably": "possible",
    "presumably": "possible",
    "potentially": "possible",
    "allegedly": "claimed",
    "reportedly": "claimed",
    "supposedly": "claimed",
    "purportedly": "claimed",
    "ostensibly": "claimed",
}
_REPORTED = ("say", "report", "understand", "rumour", "rumor")  # "is said to have fled"
_TELLING = ("tell", "call", "suggest", "ask", "advise", "press", "warn")  # "told us that it rained"
_DEEPEST = 12


def read_modality(trees: Trees, row: int) -> str:
    """How a text puts what a word says, one of `MODALITIES`."""
    here = row
    for _ in range(_DEEPEST):
        found = _own(trees, here)
        up = trees.head[here]
        if found or up < 0:
            break
        found, goes_on = _from_above(trees, here, up)
        if found or not goes_on:
            break
        here = up
    if not found and _is_asked(trees, row):
        found = "asked"
    return found or MODALITIES[0]


def _own(trees: Trees, row: int) -> str:
    """What the auxiliaries, adverbs, adjectives and conjunctions beside a word say."""
    marks = {trees.lemma[child] for child in trees.with_dep(row, "mark", "advmod")}
    if marks & {"if", "unless", "lest"}:
        return "conditional"
    if "whether" in marks:
        return "asked"
    for child in trees.with_dep(row, "advmod"):
        if trees.lemma[child] in _ADVERBS:
            return _ADVERBS[trees.lemma[child]]
    for child in trees.with_dep(row, "amod") if trees.pos[row] == "NOUN" else []:
        found = _listed(trees, child)
        if found:
            return found  # "an alleged attack"
    helpers = trees.with_dep(row, "aux", "aux:pass", "cop")
    subjects = trees.with_dep(row, *_SUBJECTS)
    before = [c for c in helpers if c < row and trees.word(c) in ("had", "were", "should")]
    inverted = any(trees.pos[c + 1] in _NOMINAL for c in before)
    if inverted and trees.dep[row] in ("advcl", "parataxis", "csubj"):
        return "conditional"  # "had Rome helped", "were Russia to attack"
    ends = [trees.word(c)[-3:].replace("’", "'") for c in (*subjects, *trees.with_dep(row, "aux"))]
    lemmas = {trees.lemma[child] for child in helpers}
    if lemmas & {"will", "shall"} or "'ll" in ends:
        return "future"
    perfect = "have" in lemmas
    if lemmas & {"may", "might", "can", "could"} or (perfect and "must" in lemmas):
        return "possible"
    if "would" in lemmas or (any(end.endswith("'d") for end in ends) and _is_bare(trees, row)):
        return "conditional"
    return "demanded" if lemmas & {"must", "should", "ought"} else ""


def _is_bare(trees: Trees, row: int) -> bool:
    return "VerbForm=Inf" in trees.feats[row]


def _listed(trees: Trees, row: int) -> str:
    """The modality that a word gives to what depends on it, by the lists; "" for none."""
    kinds = load_words().kinds
    names = {trees.lemma[row]}
    if trees.pos[row] == "NOUN":
        names.add(trees.lemma[row].removesuffix("s"))
    return next((name for kind, name in _LISTS if names & kinds[kind]), "")


def _from_above(trees: Trees, row: int, up: int) -> tuple[str, bool]:
    """What the word above makes of a clause, and whether its own modality is the clause's, too."""
    dep = trees.dep[row]
    marks = {trees.lemma[child] for child in trees.with_dep(row, "mark", "case")}
    if dep == "conj":
        alone = any(trees.dep[c] in ("aux", *_SUBJECTS) for c in trees.children(row))
        return "", not alone and trees.pos[up] == trees.pos[row]
    if dep == "xcomp":
        passive = bool(trees.with_dep(up, "aux:pass", "nsubj:pass"))
        if passive and trees.lemma[up] in _REPORTED:
            return "claimed", False
        going = trees.word(up) == "going" and "to" in marks
        must = trees.lemma[up] == "have" and "to" in marks
        listed = "future" if going else "demanded" if must else _listed(trees, up)
        return listed, True
    if dep in ("ccomp", "csubj", "csubj:pass"):
        if trees.lemma[up] in _TELLING and not _is_bare(trees, row):
            return ("claimed" if trees.lemma[up] == "suggest" else ""), False
        return _listed(trees, up), False
    that = dep == "acl:relcl" and "that" in marks
    if (dep == "acl" or that) and trees.pos[up] == "NOUN":
        told = bool(marks & {"to", "that", "of", "for"}) or bool(trees.with_dep(row, *_SUBJECTS))
        return (_listed(trees, up) if told else ""), False
    if dep == "advcl" and trees.pos[row] in _VERBAL:
        listed = _listed(trees, up)
        if marks & {"to"}:
            return listed or "possible", False  # what for: "sent troops to attack"
        led = row > up and marks & {"of", "for", "against", "with"}
        return (listed if led else ""), False
    if trees.pos[row] == "NOUN" and dep in ("obj", "nmod", "obl"):
        led = trees.cases(row) & {"of", "for", "against", "with"}
        return (_listed(trees, up) if dep == "obj" or led else ""), False
    return "", False


def _is_asked(trees: Trees, row: int) -> bool:
    """Whether a main clause ends in a question mark."""
    if trees.dep[row] not in ("root", "conj", "xcomp", "parataxis"):
        return False
    sentence, here = trees.table["sentence"].array, row
    while here + 1 < len(trees.head) and trees.doc[here + 1] == trees.doc[row]:
        if sentence[here + 1] != sentence[row]:
            break
        here += 1
        if trees.word(here) in (".", "!", ";"):
            return False
        if trees.word(here) == "?":
            return True
    return False
