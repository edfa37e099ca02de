"""Small tagged tables made by hand, for the tests of what is read off dependency trees."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pandas as pd

from analysis.text.tokens import tokenize

_POS = ("NOUN", "PROPN", "VERB", "AUX", "PRON", "DET", "ADP", "ADV", "ADJ", "SCONJ", "CCONJ")
_RELATIONS = ("nsubj", "obj", "ccomp", "conj", "advcl", "acl", "nsubj:pass", "obl", "parataxis")
_FEATURES = ("", "VerbForm=Fin", "Voice=Pass", "Mood=Imp|VerbForm=Fin", "VerbForm=Inf")
_VERBS = ("said", "says", "told", "asked", "claimed", "called")
COLUMNS = ("word", "lemma", "pos", "dep", "head", "morphology")


def texts(*sentences: str, **columns: list[str]) -> pd.DataFrame:
    """One document for each text, named s0, s1 …"""
    docs = [f"s{number}" for number in range(len(sentences))]
    return pd.DataFrame({"doc": docs, **columns, "text": list(sentences)})


def tag(documents: pd.DataFrame, trees: list[str]) -> pd.DataFrame:
    """The tokens of documents with the tags of a tree each.

    A tree has ``word/lemma/pos/dep/head[/features]`` for every token; a head counts from 1 within
    the sentence that ends with a root's last token, "0" is the root. Several sentences of one text
    are joined with " || ".
    """
    rows = []
    for tree in trees:
        before = 0
        for sentence in tree.split(" || "):
            words = [token.split("/") for token in sentence.split()]
            for word in words:
                head = int(word[4]) - 1
                features = word[5] if len(word) > 5 else ""
                rows.append([*word[:4], head + before if head >= 0 else -1, features])
            before += len(words)
    tokens = tokenize(documents)
    tags = pd.DataFrame(rows, columns=list(COLUMNS))
    assert tokens["word"].astype(str).tolist() == tags["word"].tolist()
    tagged = tokens.assign(**{name: tags[name].to_numpy() for name in COLUMNS[1:]})
    for name in ("lemma", "pos", "dep", "morphology"):
        tagged[name] = tagged[name].astype("category")
    tagged["head"] = tagged["head"].astype("int32")
    return tagged


def tag_at_random(documents: pd.DataFrame) -> pd.DataFrame:
    """The tokens of documents with tags and heads that follow from their letters only."""
    tokens = tokenize(documents)
    code = np.array([crc32(word.encode()) for word in tokens["word"].astype(str)], dtype=np.int64)
    last = tokens.groupby("doc", observed=True)["position"].transform("max").to_numpy()
    head = tokens["position"].to_numpy() + code % 9 - 4
    outside = (head < 0) | (head > last) | (code % 9 == 4)
    pos = np.where(tokens["is_word"], np.array(_POS)[code % len(_POS)], "PUNCT")
    return tokens.assign(
        lemma=tokens["term"].astype(str).astype("category"),
        pos=pd.Categorical(np.where(tokens["term"].isin(_VERBS), "VERB", pos)),
        morphology=pd.Categorical(np.array(_FEATURES)[code // 7 % len(_FEATURES)]),
        dep=pd.Categorical(np.array(_RELATIONS)[code // 11 % len(_RELATIONS)]),
        head=np.where(outside, -1, head).astype(np.int32),
    )


def name_all(documents: pd.DataFrame, names: list[list[str]]) -> pd.DataFrame:
    """Mentions of names, each looked for behind the one before it; sentence 0."""
    rows = []
    for doc, text, listed in zip(documents["doc"], documents["text"], names, strict=True):
        at = 0
        for name in listed:
            at = text.index(name, at)
            rows.append((doc, 0, at, at + len(name), name, "PLACE", name, 1.0))
            at += len(name)
    columns = ["doc", "sentence", "start", "end", "text", "label", "entity", "score"]
    return pd.DataFrame(rows, columns=columns).astype({"start": "int32", "end": "int32"})
