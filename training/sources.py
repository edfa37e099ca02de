"""Read every training source into sentences with one set of labels. Needs no torch."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from labels import (
    OPEN_MISC,
    POLARITIES,
    SOME_NAME,
    UNKNOWN,
    bio,
    edit_script,
    is_acting_seat,
    is_norp,
    map_four_types,
    map_three_types,
    short_morphology,
    state_names,
)

NON_COMMERCIAL = frozenset(("essay", "fiction", "letter", "podcast", "whow", "reddit"))


@dataclass
class Sentence:
    """One sentence; a list that the source does not give is empty."""

    source: str
    doc: str
    words: list[str]
    tags: list[str] = field(default_factory=list)
    upos: list[str] = field(default_factory=list)
    morphology: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    lemmas: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)


@dataclass
class Target:
    """One judgement: a sentence, the characters of the target, 0 negative 1 neutral 2 positive."""

    doc: str
    text: str
    start: int
    end: int
    polarity: int
    sure: bool = True
    how: str = ""  # it was drawn, of ordinary news


def shared_folder() -> Path:
    """Find the shared training data: DISCOURSE_SHARED/training, or ../shared/training."""
    given = os.environ.get("DISCOURSE_SHARED")
    folder = Path(given) if given else Path(__file__).parents[2] / "shared"
    if not (folder / "training").is_dir():
        raise FileNotFoundError(f"{folder} has no folder training; set DISCOURSE_SHARED.")
    return folder / "training"


@cache
def _members(archive: str) -> dict[str, bytes]:
    with tarfile.open(shared_folder() / archive) as tar:
        return {
            m.name.removeprefix("./"): tar.extractfile(m).read()  # type: ignore[union-attr]
            for m in tar.getmembers()
            if m.isfile()
        }


def _text(archive: str, name: str) -> str:
    return _members(archive)[name].decode("utf-8")


def read_columns(text: str) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield (document number, rows) for each sentence of a CoNLL-2003-like file."""
    rows: list[list[str]] = []
    doc = 0
    for line in io.StringIO(text + "\n\n"):
        parts = line.split()
        if parts and parts[0] != "-DOCSTART-":
            rows.append(parts)
            continue
        if rows:
            yield doc, rows
            rows = []
        doc += bool(parts)


def read_conll_2003(part: str) -> list[Sentence]:
    """Read CoNLL-2003 (`train` or `testa`) with this project's tags."""
    return _four_types("CoNLL-2003/eng." + part, f"conll-{part}")


def read_wikigold() -> list[Sentence]:
    """Read WikiGold with this project's tags."""
    return _four_types("data/wikigold/CONLL-format/data/wikigold.conll.txt", "wikigold")


def _four_types(name: str, source: str) -> list[Sentence]:
    found = []
    for doc, rows in read_columns(_text("ner.tar.gz", name)):
        words = [row[0] for row in rows]
        tags = map_four_types(words, [row[-1] for row in rows])
        found.append(Sentence(source, f"{source}-{doc}", words, tags))
    return found


def read_uner(part: str) -> list[Sentence]:
    """Read Universal NER on EWT (`dev` or `test`) with this project's tags."""
    found, doc = [], ""
    for block in _text("ner.tar.gz", f"en_ewt-ud-{part}.iob2").split("\n\n"):
        lines = block.splitlines()
        for line in lines:
            if line.startswith("# newdoc id = "):
                doc = line.split(" = ")[1]
        rows = [line.split("\t") for line in lines if line and line[0].isdigit()]
        if rows:
            words = [row[1] for row in rows]
            tags = map_three_types(words, [re.sub("OTH.*", "", row[2]) or "O" for row in rows])
            found.append(Sentence(f"uner-{part}", doc, words, tags))
    return found


def parse_conllu(text: str, source: str) -> list[tuple[Sentence, list[str], list[str]]]:
    """Read sentences of a CoNLL-U text, with each word's MISC column and sentence id."""
    found, doc = [], ""
    for block in re.split(r"\n\s*\n", text):
        lines = block.splitlines()
        sent_id = ""
        for line in lines:
            if line.startswith("# newdoc id = "):
                doc = line.split(" = ")[1]
            elif line.startswith("# sent_id = "):
                sent_id = line.split(" = ")[1]
        rows = [line.split("\t") for line in lines if line[:1].isdigit()]
        rows = [row for row in rows if row[0].isdigit()]
        if not rows:
            continue
        sentence = Sentence(
            source,
            doc,
            [row[1] for row in rows],
            upos=[row[3] for row in rows],
            morphology=[short_morphology(row[5]) for row in rows],
            scripts=[edit_script(row[1], row[2]) for row in rows],
            lemmas=[row[2] for row in rows],
            heads=[int(row[6]) for row in rows],
            relations=[row[7] for row in rows],
        )
        found.append((sentence, [row[9] for row in rows], [sent_id]))
    return found


def read_ewt(part: str) -> list[Sentence]:
    """Read UD English EWT; `train` is every source document that is in neither dev nor test."""
    if part != "train":
        text = _text("ewt.tar.gz", f"ewt/en_ewt-ud-{part}.conllu")
        return [s for s, _, _ in parse_conllu(text, f"ewt-{part}")]
    held = {s.doc for p in ("dev", "test") for s in read_ewt(p)}
    texts = [_text("ewt.tar.gz", f"ewt/en_ewt-ud-{part}.conllu") for part in ("dev", "test")]
    held_ids = set(re.findall(r"# sent_id = (\S+)", "".join(texts)))
    found = []
    for name in sorted(_members("ewt.tar.gz")):
        if "/sources/" not in name:
            continue
        sentences = parse_conllu(_text("ewt.tar.gz", name), "ewt-train")
        if any(s.doc in held or ids[0] in held_ids for s, _, ids in sentences):
            continue
        for sentence, _, _ in sentences:
            sentence.tags = weak_tags(sentence)
            found.append(sentence)
    return found


_NO_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may"
    " june july august september october november december jan feb mar apr jun jul aug sep sept oct"
    " nov dec mon tue tues wed thu thur thurs fri sat sun am pm a.m. p.m. est edt cst pst gmt"
    " god bible internet".split()
)


def weak_tags(s: Sentence) -> list[str]:
    """Say what parts of speech tell of names: a word of another kind is none, a proper noun some.

    Nothing is said of titles, of words between two proper nouns, and of other doubtful ones.
    """
    tags = []
    proper = [p == "PROPN" for p in s.upos]
    for i, (word, upos) in enumerate(zip(s.words, s.upos, strict=True)):
        lower = word.lower()
        beside = any(proper[max(0, i - 2) : i]) and any(proper[i + 1 : i + 3])
        capital = word[:1].isupper()
        if proper[i]:
            plain = capital and lower not in _NO_NAMES and lower not in _TITLES
            tags.append(SOME_NAME if plain else UNKNOWN)
        elif upos in {"X", "SYM", "NUM"} or beside:
            tags.append(UNKNOWN)
        elif is_norp([word]):
            alone = not any(proper[i + 1 : i + 3])
            tags.append("B-NORP" if capital and alone and upos in {"ADJ", "NOUN"} else UNKNOWN)
        elif (
            capital
            and upos in {"ADJ", "NOUN", "DET", "VERB"}
            and (i > 0 or any(proper[i + 1 : i + 2]))
        ):
            tags.append(UNKNOWN)
        else:
            tags.append("O")
    return tags


def gum_splits() -> dict[str, str]:
    """Read the official part (train, dev, test, test2) of every GUM document."""
    parts, part = {}, ""
    for line in _text("gum.tar.gz", "gum/splits.md").splitlines():
        if line.startswith("## "):
            part = line[3:].strip()
        elif line.strip().startswith("* "):
            parts[line.strip()[2:]] = part
    return parts


def read_gum(part: str, genres: frozenset[str] | None = None) -> list[Sentence]:
    """Read the freely licensed documents of GUM, with entities and dependencies."""
    found = []
    for doc, where in gum_splits().items():
        name = f"gum/dep/{doc}.conllu"
        genre = doc.split("_")[1] if "_" in doc else ""
        if where != part or genre in NON_COMMERCIAL or name not in _members("gum.tar.gz"):
            continue
        if genres is not None and genre not in genres:
            continue
        for sentence, misc, _ in parse_conllu(_text("gum.tar.gz", name), f"gum-{part}"):
            if any(w != "_" for w in sentence.words):
                sentence.tags = gum_tags(sentence, misc)
                found.append(sentence)
    return found


def gum_spans(misc: list[str]) -> list[tuple[int, int, str, str]]:
    """Read the bracketed entities of GUM: (start, end, type, identity), nested ones too."""
    spans, stack = [], []
    for i, column in enumerate(misc):
        match = re.search(r"(?:^|\|)Entity=([^|]*)", column)
        if not match:
            continue
        for opened, inner, closed in re.findall(r"(\()([^()]*)|([^()]*)\)", match[1]):
            if opened:
                parts = inner.split("-")
                stack.append((parts[0], i, parts[1], "-".join(parts[6:])))
            elif closed or not opened:
                name = closed
                for k in range(len(stack) - 1, -1, -1):
                    if stack[k][0] == name or not name:
                        _, start, kind, identity = stack.pop(k)
                        spans.append((start, i + 1, kind, identity))
                        break
    return spans


_JOINED = frozenset(("flat", "compound", "flat:foreign", "goeswith", "amod", "nummod", "conj"))
_JOINED_PERSON = frozenset(("flat", "compound", "flat:foreign", "goeswith"))
_SMALL = frozenset(("of", "and", "for", "the", "&", "-"))
_TITLES = frozenset(
    "president mr mr. mrs mrs. ms ms. dr dr. professor prof. senator sen. rep. representative"
    " governor gov. mayor minister secretary chancellor king queen prince princess duke emperor"
    " tsar pope saint sir lord lords lady judge justice chair chairman speaker administrator"
    " director general gen. colonel col. captain capt. major lieutenant lt. sergeant officer mp"
    " congressman congresswoman ambassador commissioner chief premier nurse coach father sister"
    " brother uncle aunt mom dad mum mother attorney reverend rev. bishop rabbi imam sheikh"
    " counsel detective agent madam members member congressmen doctor man lieutenant-governor"
    .split()
)  # fmt: skip


def _core(s: Sentence, start: int, end: int, kind: str) -> tuple[int, int] | None:
    """Cut a noun phrase down to the name in it: no determiner, title, apposition or relative."""
    tops = [i for i in range(start, end) if not start <= s.heads[i] - 1 < end]
    if len(tops) != 1 or s.upos[tops[0]] != "PROPN" or s.words[tops[0]].islower():
        return None
    low = high = tops[0]
    while low > start and _belongs(s, low - 1, kind, (start, end)):
        low -= 1
    while high + 1 < end and _belongs(s, high + 1, kind, (start, end)):
        high += 1
    while high > tops[0] and s.words[high].lower() in _SMALL:
        high -= 1
    while low < tops[0] and s.words[low].lower() in _SMALL | {"a", "an"}:
        low += 1
    if kind == "person":
        while low <= high and s.words[low].lower() in _TITLES:
            low += 1
        if low > high or s.words[high].lower() in _TITLES:
            return None
    return low, high + 1


def _belongs(s: Sentence, i: int, kind: str, span: tuple[int, int]) -> bool:
    """Say whether a word next to the growing name is part of it."""
    word, relation = s.words[i], s.relations[i]
    if not span[0] <= s.heads[i] - 1 < span[1]:
        return False
    capital = word[:1].isupper() or word[:1].isdigit()
    if kind == "person":
        return relation in _JOINED_PERSON and (capital or word in {"-", "al", "bin", "de", "von"})
    if capital:
        before = s.words[i - 1].lower() if i > span[0] else ""
        after_of = before in {"of", "the", "for", "-"} or s.words[i - 1][:1].isupper()
        return relation in _JOINED or (relation == "nmod" and i > span[0] and after_of)
    if word == "-":
        return 0 < i < len(s.words) - 1 and s.words[i + 1][:1].isupper()
    if word in _SMALL and relation in {"case", "cc", "det"} and span[0] < i < span[1] - 1:
        left, right = s.words[i - 1], s.words[i + 1]
        after = s.words[min(i + 2, len(s.words) - 1)] if right == "the" else right
        return after[:1].isupper() and (left[:1].isupper() or left in {"of", "for"})
    return False


def gum_tags(s: Sentence, misc: list[str]) -> list[str]:
    """Give GUM's named people, organisations and places this project's tags."""
    names = {"person": "PERSON", "organization": "ORG", "place": "PLACE"}
    found = []
    for start, end, kind, _ in gum_spans(misc):
        core = _core(s, start, end, kind) if kind in names else None
        if core is None:
            continue
        words = s.words[core[0] : core[1]]
        label = names[kind]
        if is_norp(words):
            label = "NORP"
        elif kind == "organization" and " ".join(words).lower() in state_names():
            label = "PLACE"
        elif kind == "place" and is_acting_seat(words):
            label = "ORG"
        found.append((*core, label))
    found.sort(key=lambda x: (x[0] - x[1], x[0]))
    taken: list[tuple[int, int, str]] = []
    for span in found:
        if all(span[1] <= t[0] or span[0] >= t[1] for t in taken):
            taken.append(span)
    tags = bio(sorted(taken), len(s.words))
    for i, word in enumerate(s.words):
        if tags[i] == "O" and word[:1].isupper():
            if is_norp([word]) and s.upos[i] in {"ADJ", "PROPN", "NOUN"}:
                tags[i] = "B-NORP"
            elif s.upos[i] == "PROPN":
                tags[i] = OPEN_MISC
    return tags


def article_of(gid: str) -> str:
    """Read the article's id from a NewsMTSC id (`allsides_1000_401_25_…` → `allsides_1000_401`)."""
    match = re.match(r"[A-Za-z]+_\d+_\d+", gid)
    return match[0] if match else gid.split("_")[0]


def part_of_article(article: str) -> str:
    """Put one article in ten into the validation split, by a hash of its id."""
    return "dev" if hashlib.sha256(article.encode()).digest()[0] % 10 == 0 else "train"


def read_newsmtsc(part: str) -> list[Target]:
    """Read sentiment toward targets; `dev` is this project's own split by article."""
    found = []
    path = shared_folder() / "newsmtsc" / "train.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            article = article_of(row["primary_gid"])
            if part_of_article(article) != part:
                continue
            for target in row["targets"]:
                polarity = {2: 0, 4: 1, 6: 2}[int(target["polarity"])]
                text = row["sentence_normalized"]
                found.append(Target(article, text, target["from"], target["to"], polarity))
    return found


def _ordinary_texts() -> dict[str, str]:
    """Read PolNeAR (train and dev), Wikinews and GUM's news by document."""
    texts: dict[str, str] = {}
    with tarfile.open(shared_folder() / "polnear.tar.gz") as tar:
        for member in tar:
            path = Path(member.name)
            if member.isfile() and path.parts[-3:-1] in {("train", "text"), ("dev", "text")}:
                texts[path.stem] = tar.extractfile(member).read().decode("utf-8")  # type: ignore[union-attr]
    for path in (shared_folder().parent / "texts" / "wikinews").glob("*.txt"):
        texts[path.stem] = path.read_text("utf-8")
    for name, content in _members("gum.tar.gz").items():
        if Path(name).stem.startswith("GUM_news_") and name.endswith(".conllu"):
            lines = re.findall(r"^# text = (.*)$", content.decode("utf-8"), re.MULTILINE)
            texts[Path(name).stem] = " ".join(lines)
    return texts


def read_tone(part: str) -> list[Target]:
    """Read tone toward names in ordinary news: a part of `data/tone.tsv`.

    `train`, `dev` and `test` are parts by article; `check` was read after the shipped model had
    been trained, and drawn where it gave negative or positive a probability of 0.15 or more.

    To the training part belong the labels of `shared/gold/tone-ordinary.tsv`, save those of
    articles that are in `dev` or `test`. GUM and Wikinews share articles, under like names.
    """
    own = Path(__file__).with_name("data") / "tone.tsv"
    rows = list(csv.DictReader(io.StringIO(own.read_text("utf-8")), delimiter="\t"))
    kept_back = {_article(r["doc"]) for r in rows if r["split"] in ("dev", "test")}
    rows = [r for r in rows if r["split"] == part]
    if part == "train":
        path = shared_folder().parent / "gold" / "tone-ordinary.tsv"
        rows += csv.DictReader(io.StringIO(path.read_text("utf-8")), delimiter="\t")
        rows = [r for r in rows if _article(r["doc"]) not in kept_back]
    rows = list({(r["doc"], r["start"], r["end"]): r for r in rows if r["tone"] != "bad"}.values())
    return _in_sentences(rows)


def read_unjudged(limit: int = 5500) -> list[Target]:
    """Draw names in PolNeAR that nobody has judged, none of an article kept back (polarity -1).

    The names are those that the bundled model finds.
    """
    import pandas as pd
    from analysis.entities.mentions import find_entities

    own = Path(__file__).with_name("data") / "tone.tsv"
    rows = list(csv.DictReader(io.StringIO(own.read_text("utf-8")), delimiter="\t"))
    kept_back = {r["doc"] for r in rows if r["split"] in ("dev", "test")}
    judged = {(r["doc"], int(r["start"])) for r in rows}
    texts = {
        doc: text for doc, text in _ordinary_texts().items()
        if doc not in kept_back and "news_" not in doc and 80 < len(text.split()) < 1500
    }  # fmt: skip
    rng = np.random.default_rng(5)
    docs = sorted(texts)
    docs = [docs[i] for i in rng.permutation(len(docs))[:420]]
    frame = pd.DataFrame({"doc": docs, "text": [texts[doc] for doc in docs]})
    found = find_entities(frame)
    found = found[found["label"].isin(["PERSON", "ORG", "PLACE", "NORP"])]
    kept = [key not in judged for key in zip(found["doc"], found["start"], strict=True)]
    found = found[kept]
    found = found.iloc[rng.permutation(len(found))[:limit]]
    columns = zip(found["doc"], found["start"], found["end"], strict=True)
    plain = {"tone": "", "sure": "1", "how": ""}
    drawn = [{"doc": d, "start": str(s), "end": str(e)} | plain for d, s, e in columns]
    return [row for row in _in_sentences(drawn) if 30 < len(row.text) < 420]


def _article(doc: str) -> str:
    return doc.removeprefix("GUM_")


def _in_sentences(rows: list[dict[str, str]]) -> list[Target]:
    """Find the sentence of every labelled mention."""
    import pandas as pd
    from analysis.text.tokens import split_sentences

    texts = _ordinary_texts()
    docs = sorted({r["doc"] for r in rows})
    frame = pd.DataFrame({"doc": docs, "text": [texts[doc] for doc in docs]})
    sentences = dict(iter(split_sentences(frame).groupby("doc", observed=True)))
    found = []
    for row in rows:
        start, end, own = int(row["start"]), int(row["end"]), sentences[row["doc"]]
        at = int(own["start"].searchsorted(start, side="right")) - 1
        begin, text = int(own["start"].iloc[at]), str(own["text"].iloc[at])
        if start - begin >= len(text):
            continue
        polarity = POLARITIES.index(row["tone"]) if row["tone"] else -1
        place = (start - begin, min(end - begin, len(text)))
        sure = row["sure"] == "1"
        found.append(Target(row["doc"], text, *place, polarity, sure, row["how"]))
    return found
