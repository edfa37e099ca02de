"""Negation: whether what a word says is denied, in its clause or by the clause above it.

The scope is read off the tree (Huddleston and Pullum 2002, ch. 9): a verb is negated by a word of
negation beside it (*not, never, hardly*), by a negative subject or object (*no minister supports,
neither Poland nor Hungary, supports nobody*), by *without* and *instead of*, and by the verb, noun
or adjective above it, of which it is the complement, where that one says that it does not happen
(*refused to help, failure to help, prevented from helping*). Two negations cancel out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.discourse.lexicons import load_words

if TYPE_CHECKING:
    from analysis.discourse.trees import Trees

_SUBJECTS = ("nsubj", "nsubj:pass", "nsubj:outer", "csubj", "csubj:pass", "expl")
_VERBAL = ("VERB", "AUX")
_BESIDE = ("advmod", "aux", "aux:pass", "cop", "det", "cc", "cc:preconj", "neg", "discourse")
_SHARED = ("or", "nor", "and", "")
_FOCUS = ("only", "just", "merely", "simply", "solely")
_AFFIRMING = ("doubt", "matter", "sooner")  # behind "no"
_DEEPEST = 12


def is_negated(trees: Trees, row: int, actor: int = -1) -> bool:
    """Whether what a word says, of an actor if one is given by its row, is denied."""
    denied = _is_denied(trees, row, 0)
    if actor < 0:
        return denied
    cleft = trees.dep[row] == "acl:relcl" and trees.head[row] == actor
    cleft = cleft and bool(trees.with_dep(actor, "cop")) and _has_word(trees, actor)
    return denied != (cleft or _is_contrasted(trees, actor))


def is_deed_negated(trees: Trees, noun: int) -> bool:
    """Whether a deed told by a noun does not happen: "no attack", "denied support"."""
    up, kinds = trees.head[noun], load_words().kinds
    own = _is_negative_noun(trees, noun) or _is_without(trees, noun) or _is_vain(trees, noun)
    if up < 0:
        return own
    if trees.dep[noun] in _SUBJECTS and trees.with_dep(up, "expl"):
        return _is_denied(trees, up, 0)
    if trees.lemma[noun] in kinds["asking"]:
        return own  # a request that is refused was made
    object_of = trees.dep[noun] == "obj" or ("of" in trees.cases(noun) and trees.pos[up] == "NOUN")
    return own != (object_of and trees.lemma[up] in kinds["withholding"])


def with_not(term: str, negated: bool) -> str:
    """A predicate as it is shown: "not support" where it is negated."""
    return f"not {term}" if negated else term


def _is_denied(trees: Trees, row: int, depth: int) -> bool:
    """Own negation, and that which comes from above; an even number of them cancels out."""
    if depth > _DEEPEST:
        return False
    own = _has_own(trees, row)
    return own != (_is_denied_above(trees, row, depth, own))


def _is_word(trees: Trees, row: int) -> bool:
    """Whether a word is one of negation, and negates rather than adds ("not only", "no doubt")."""
    negative = "Polarity=Neg" in trees.feats[row] and not _is_verb(trees, row)
    if not negative and trees.lemma[row] not in load_words().kinds["negative"]:
        return False
    after = trees.word(row + 1) if row + 1 < len(trees.lemma) else ""
    if trees.lemma[row] in ("hardly", "scarcely", "barely") and after == "had":
        return False  # "hardly had it begun when"
    return after not in _FOCUS and not (trees.lemma[row] == "no" and after in _AFFIRMING)


def _has_word(trees: Trees, row: int) -> bool:
    """Whether a word of negation depends on a word: one beside a conjunct is for that only."""
    for child in trees.with_dep(row, *_BESIDE):
        if trees.pos[child] == "AUX" and "Polarity=Neg" in trees.feats[child]:
            behind = [c for c in trees.with_dep(row, "advmod") if c > child]
            focus = any(trees.lemma[c] in _FOCUS for c in behind)
            return not (focus or _is_undone(trees, row, child))  # "doesn't", but not "doesn't just"
        if _is_undone(trees, row, child):
            continue
        if trees.dep[child] in ("cc", "cc:preconj") and trees.lemma[child] not in (
            "neither",
            "nor",
        ):
            continue
        if _is_word(trees, child):
            return True
        if any(_is_word(trees, word) for word in trees.with_dep(child, "advmod")):
            return True  # "no longer", "not yet"
    return False


def _is_undone(trees: Trees, verb: int, word: int) -> bool:
    """Whether what follows takes "not" back: "cannot but sign", "could not praise it enough"."""
    if trees.lemma[word] not in ("cannot", "not", "n't", "can") and not _is_verb(trees, word):
        return False
    if word + 2 == verb and trees.word(word + 1) == "but":
        return True
    if trees.lemma[word] == "not" and _is_of_other_ground(trees, verb):
        return True
    able = {trees.lemma[c].removesuffix("not") for c in trees.with_dep(verb, "aux")}
    behind = [c for c in trees.with_dep(verb, "advmod", "obl") if c > verb]
    behind += [c for other in behind for c in trees.with_dep(other, "advmod")]
    enough = any(trees.lemma[c] in ("enough", "more") for c in behind)
    return enough and bool(able & {"can", "could"} or trees.word(word) in ("can't", "couldn't"))


def _is_of_other_ground(trees: Trees, verb: int) -> bool:
    """Whether a ground is denied and not the deed: "left not because of X but for Y"."""
    led = ("case", "mark")
    grounds = [c for c in trees.with_dep(verb, "obl", "advcl") if c > verb]
    grounds = [c for c in grounds if trees.with_dep(c, *led)]
    others = [c for ground in grounds for c in (ground, *trees.with_dep(ground, "conj"))]
    nouns = [c for c in trees.with_dep(verb, "conj") if not _is_verb(trees, c)]
    others += [c for c in nouns if grounds and trees.with_dep(c, "case")]
    return any(
        other > grounds[0] and trees.lemma[cc] == "but" and bool(trees.with_dep(other, *led))
        for other in others
        for cc in trees.with_dep(other, "cc")
    )


def is_exception(trees: Trees, noun: int) -> int:
    """The negative noun to which a noun is an exception ("nobody but Peru"), or -1."""
    up = trees.head[noun]
    if up < 0:
        return -1
    if trees.cases(noun) & _EXCEPT:
        negative = trees.dep[noun] in ("nmod", "conj", "obl")
    else:
        negative = "than" in trees.cases(noun) and trees.lemma[up] in ("other", "less")
        up = trees.head[up] if negative and trees.dep[up] == "amod" else up
    return up if negative and up >= 0 and _is_negative_noun(trees, up, excepted=True) else -1


_EXCEPT = frozenset(("but", "except", "besides", "save", "excepting", "barring"))


def _has_exception(trees: Trees, noun: int) -> bool:
    """Whether a negative noun is bounded: "nobody but Peru", "nothing short of a miracle"."""
    behind = [c for c in trees.children(noun) if c > noun]
    if any(trees.cases(c) & _EXCEPT for c in behind if trees.dep[c] in ("nmod", "obl", "conj")):
        return True
    joined = [trees.lemma[cc] for c in trees.with_dep(noun, "conj") for cc in trees.children(c)]
    joined += [trees.word(r) for c in trees.with_dep(noun, "conj") for r in range(noun + 1, c)]
    if "but" in joined and not any(trees.lemma[c] == "not" for c in trees.children(noun)):
        return True
    follows = [trees.word(r) if r < len(trees.lemma) else "" for r in (noun + 1, noun + 2)]
    return follows in (["short", "of"], ["other", "than"], ["less", "than"])


def _has_own(trees: Trees, row: int) -> bool:
    """Whether a clause is negated by its own words."""
    if "Polarity=Neg" in trees.feats[row] and _is_verb(trees, row):
        return True  # "isn't" without a further verb
    if _has_word(trees, row) or _is_without(trees, row):
        return True
    objects = trees.with_dep(row, "obj", "iobj", "obl:agent") if _is_verb(trees, row) else []
    subjects = [c for c in trees.children(row) if trees.dep[c] in _SUBJECTS]
    if any(_is_negative_noun(trees, noun) for noun in (*subjects, *objects)):
        return True
    if any(_is_never(trees, noun) for noun in trees.with_dep(row, "obl", "obl:unmarked")):
        return True
    above = trees.head[row]
    relative = trees.dep[row] == "acl:relcl" and _is_existential(trees, above)
    return relative and _is_negative_noun(trees, above, own=True)  # "no one who", "no way we can"


def _is_verb(trees: Trees, row: int) -> bool:
    return trees.pos[row] in _VERBAL


def _is_never(trees: Trees, noun: int) -> bool:
    """Whether an adverbial negates: at no time, in no way, under no circumstances."""
    time = trees.lemma[noun] in ("time", "point", "way", "circumstance", "circumstances", "means")
    return time and any(trees.lemma[c] == "no" for c in trees.with_dep(noun, "det"))


def _is_without(trees: Trees, row: int) -> bool:
    """Whether a verb or a noun stands behind "without", "instead of" or "rather than"."""
    led = trees.with_dep(row, "mark", "case")
    words = {trees.lemma[child] for child in led}
    fixed = {trees.lemma[word] for child in led for word in trees.with_dep(child, "fixed")}
    first = min(led, default=0)
    if first and trees.word(first - 1) == ("yet" if trees.word(first) == "to" else "short"):
        return trees.word(first) in ("to", "of")  # "has yet to help", "stopped short of helping"
    if "than" in words and trees.head[row] >= 0:
        rather = trees.with_dep(trees.head[row], "advmod")
        if any(trees.lemma[word] in ("rather", "sooner") for word in rather):
            return True  # "would rather leave than accept"
    against = "against" in words and _is_verb(trees, row) and not trees.with_dep(row, "cop")
    without = against or "without" in words or ("instead" in words and "of" in fixed)
    return without or ("rather" in words and "than" in fixed | words)


def _is_existential(trees: Trees, noun: int) -> bool:
    """Whether a noun is what there is none of: "there is no country that …", "no one who"."""
    up = trees.head[noun]
    if up < 0:
        return not trees.with_dep(noun, "cop")
    return bool(trees.with_dep(up, "expl")) or trees.lemma[up] in ("be", "have", "find", "know")


def _is_negative_noun(
    trees: Trees, noun: int, *, own: bool = False, excepted: bool = False
) -> bool:
    """Whether a noun phrase is negative: no minister, neither side, nobody, none of them."""
    if not excepted and _has_exception(trees, noun):
        return False  # "nobody but Peru"
    if trees.lemma[noun] in ("nobody", "nothing", "none", "neither", "no-one", "nowhere"):
        return True
    if trees.lemma[noun] == "one" and trees.with_dep(noun, "det"):
        return any(trees.lemma[c] == "no" for c in trees.with_dep(noun, "det"))
    if any(_is_negative_noun(trees, other) for other in trees.with_dep(noun, "nmod:poss")):
        return True  # "no one's right"
    known = ("no", "neither") if own else ("no", "neither", "not", "hardly", "scarcely")
    words = [c for c in trees.with_dep(noun, "det", "cc:preconj", "cc", "advmod") if c < noun]
    words += [c for word in words for c in trees.with_dep(word, "advmod")]
    negative = any(trees.lemma[c] in known and _is_word(trees, c) for c in words)
    return negative and not _is_contrasted(trees, noun)


def _is_contrasted(trees: Trees, noun: int) -> bool:
    """Whether one noun is set against another: "Peru, not Norway", "not Norway but Peru"."""
    nots = [c for c in trees.with_dep(noun, "advmod", "cc") if trees.lemma[c] == "not" and c < noun]
    if not any(_is_word(trees, word) for word in nots):
        return False
    but = any(
        trees.lemma[word] == "but"
        for other in trees.with_dep(noun, "conj")
        for word in trees.with_dep(other, "cc")
    )
    return trees.dep[noun] in ("conj", "appos") or but


def _is_denied_above(trees: Trees, row: int, depth: int, own: bool) -> bool:
    """Whether the clause above says that this one does not happen."""
    up, dep, kinds = trees.head[row], trees.dep[row], load_words().kinds
    if up < 0:
        return False
    if dep == "conj":
        return not own and _shares_negation(trees, row, up) and _is_denied(trees, up, depth + 1)
    marks = {trees.lemma[child] for child in trees.with_dep(row, "mark", "case")}
    if "from" in marks and trees.lemma[up] in kinds["preventing"]:
        return not _is_denied(trees, up, depth + 1)
    finite = dep in ("ccomp", "csubj")
    complement = dep == "xcomp" or (finite and trees.lemma[up] in kinds["not_doing"])
    complement |= dep == "acl" and (bool({"to", "of"} & marks) or trees.pos[up] == "NOUN")
    complement |= dep == "advcl" and bool({"to", "from", "on"} & marks)
    that = dep == "acl:relcl" and "that" in marks
    if not complement and not finite and dep != "acl" and not that:
        return False
    stopped = dep in ("xcomp", "ccomp") and "to" not in marks
    stopped &= all(trees.lemma[c] != "to" for c in trees.with_dep(up, "mark"))
    if stopped and ({trees.lemma[up]} | _phrasal(trees, up)) & kinds["stopping"]:
        return not _is_denied(trees, up, depth + 1)
    if dep in ("acl", "acl:relcl", "ccomp") and _is_rejected(trees, row, up, depth):
        return True
    if dep == "xcomp" and trees.lemma[up] == "help" and "to" not in marks:
        return False  # "could not help praising"
    if trees.lemma[up] == "doubt" and trees.word(up - 1) in ("no", "little", "without"):
        return False
    if complement and trees.lemma[up] in kinds["not_doing"]:
        return not _is_denied(trees, up, depth + 1)
    if finite:
        nobody = any(  # "nobody believes that" leaves open whether it is so
            _is_negative_noun(trees, c) for c in trees.with_dep(up, "nsubj", "nsubj:pass")
        )
        raised = trees.lemma[up] in kinds["neg_raising"] and not nobody
        return raised and _is_denied(trees, up, depth + 1)
    if dep == "xcomp":
        return trees.lemma[up] not in kinds["forcing"] and _is_denied(trees, up, depth + 1)
    if dep == "acl" and trees.pos[up] == "NOUN" and not trees.with_dep(row, "nsubj:pass"):
        return _is_lacking(trees, up) or ("to" in marks and _is_given_up(trees, up, depth))
    return False


def _phrasal(trees: Trees, verb: int) -> set[str]:
    """A verb with its particle: "rule out"."""
    return {f"{trees.lemma[verb]} {trees.lemma[c]}" for c in trees.with_dep(verb, "compound:prt")}


def _is_rejected(trees: Trees, row: int, noun: int, depth: int) -> bool:
    """Whether a claim is said to be wrong: "rejects claims that", "the claim that … is false"."""
    kinds, up = load_words().kinds, trees.head[noun]
    lemma = trees.lemma[noun]
    claim = {lemma, lemma.removesuffix("s")} & (kinds["claiming"] | kinds["sayings"])
    if up < 0 or not claim or trees.pos[noun] != "NOUN":
        return False
    told = {trees.lemma[c] for c in trees.with_dep(row, "mark")} & {"that", "of"}
    if not told and not trees.has_subject(row):
        return False
    subject = trees.dep[noun] in _SUBJECTS
    passive = trees.dep[noun] == "nsubj:pass"
    object_of = (passive or trees.dep[noun] == "obj") and trees.lemma[up] in kinds["denying"]
    wrong = subject and bool({trees.lemma[up], trees.word(up)} & kinds["untrue"])
    return (object_of or wrong) and not _is_denied(trees, up, depth + 1)


def _is_lacking(trees: Trees, noun: int) -> bool:
    """Whether there is no such thing: "no plan to", "no evidence that", "lacks the will to"."""
    if any(trees.lemma[c] == "no" and _is_word(trees, c) for c in trees.with_dep(noun, "det")):
        return True
    up = trees.head[noun]
    lacked = trees.dep[noun] == "obj" and up >= 0 and trees.lemma[up] == "lack"
    return lacked or _is_vain(trees, noun)


def _is_given_up(trees: Trees, noun: int, depth: int) -> bool:
    """Whether what was planned is not done: "abandoned plans to"."""
    up = trees.head[noun]
    given_up = up >= 0 and trees.lemma[up] in load_words().kinds["giving_up"]
    return given_up and trees.dep[noun] == "obj" and not _is_denied(trees, up, depth + 1)


def _is_vain(trees: Trees, noun: int) -> bool:
    """Whether an attempt came to nothing: "a failed attempt to"."""
    words = ("fail", "failed", "unsuccessful", "abortive", "aborted", "foiled", "thwarted", "vain")
    return any(trees.lemma[c] in words for c in trees.with_dep(noun, "amod"))


def _shares_negation(trees: Trees, row: int, first: int) -> bool:
    """Whether a coordinated verb stands under the negation of the first one."""
    # "did not attack or invade", "no country supported it or sent troops"; not "did not attack but
    # invaded", nor "did not come and left"
    joining = [trees.lemma[c] for c in trees.with_dep(row, "cc")]
    if any(word not in _SHARED for word in joining) or trees.has_subject(row):
        return False
    subjects = [c for c in trees.children(first) if trees.dep[c] in _SUBJECTS]
    if any(_is_negative_noun(trees, noun) for noun in subjects):
        return True
    if trees.with_dep(row, "aux", "aux:pass", "cop"):
        return False
    bare = "VerbForm=Inf" in trees.feats[row] or trees.feats[row] == trees.feats[first]
    finite = "VerbForm=Fin" in trees.feats[row]
    return not _is_verb(trees, row) or (bare and not finite) or "or" in joining
