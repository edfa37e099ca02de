"""The hand-labelled sample, read: sentences with gold words, trees, names and judgements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

PATH = Path(__file__).parent / "data" / "annotated_sample.conllu"


@dataclass
class Sentence:
    """One sentence; the fields have the names that training/evaluate.py reads."""

    doc: str
    text: str
    targets: list[tuple[int, int, str, str]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    lemmas: list[str] = field(default_factory=list)
    upos: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    morphology: list[str] = field(default_factory=list)  # not labelled


def read_sample(path: Path = PATH) -> list[Sentence]:
    """Read the sample from its CoNLL-U file."""
    found = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        says = dict(re.findall(r"^# (sent_id|text) = (.*)$", block, re.MULTILINE))
        sentence = Sentence(says["sent_id"], says["text"])
        for start, end, judgement, words in re.findall(
            r"^# target = (\d+):(\d+) (\w+) (.*)$", block, re.MULTILINE
        ):
            sentence.targets.append((int(start), int(end), judgement, words))
        for number, line in enumerate(re.findall(r"^\d.*$", block, re.MULTILINE), 1):
            _read_word(sentence, number, line.split("\t"))
        found.append(sentence)
    return found


def _read_word(sentence: Sentence, number: int, row: list[str]) -> None:
    index, word, lemma, upos, _, _, head, relation, _, column = row
    assert int(index) == number, (sentence.doc, index)
    misc = dict(part.split("=", 1) for part in column.split("|"))
    start, end = misc["TokenRange"].split(":")
    sentence.words.append(word)
    sentence.lemmas.append(lemma)
    sentence.upos.append(upos)
    sentence.morphology.append("")
    sentence.heads.append(int(head))
    sentence.relations.append(relation)
    sentence.tags.append(misc.get("Entity", "O"))
    sentence.spans.append((int(start), int(end)))
