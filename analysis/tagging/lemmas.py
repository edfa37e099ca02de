"""Lemmas from edit scripts, and which of several scripts to believe."""

from __future__ import annotations

from collections.abc import Sequence

OPEN_CLASSES = frozenset(("NOUN", "VERB", "ADJ", "ADV", "AUX"))


def apply_script(word: str, script: str) -> str:
    """Make the lemma: lower the case (L) or keep it (K), strip some letters, add an ending.

    A script that does not fit, or that leaves nothing, gives the word itself.

    Examples
    --------
    >>> apply_script("Studies", "L3+y"), apply_script("went", "K4+go"), apply_script("is", "K9+")
    ('study', 'go', 'is')
    """
    base = word.lower() if script[0] == "L" else word
    strip, add = script[1:].split("+", 1)
    made = base[: len(base) - int(strip)] + add if int(strip) <= len(base) else base
    return base if made in ("", "_") else made


def choose_lemma(
    word: str, pos: str, scripts: Sequence[str], lemmas: frozenset[str], pieces: frozenset[str]
) -> str:
    """Take a script that gives a known word, the best if none does; scripts come best first.

    Looked for among the treebanks' lemmas (the two best scripts), then among the word pieces.

    Examples
    --------
    >>> choose_lemma("killed", "VERB", ["L1+", "L2+"], frozenset({"kill"}), frozenset())
    'kill'
    """
    made = [apply_script(word, script) for script in scripts]
    if pos not in OPEN_CLASSES or not word.isalpha():
        return made[0]
    likely = [lemma for lemma in made[:2] if lemma.lower() in lemmas]
    alike = (lemma for lemma in made if lemma.lower() in pieces and len(lemma) > 1)
    rest = word.lower() if word.lower() in pieces else made[0]
    return next(iter(likely), next(alike, rest))
