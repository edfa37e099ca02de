"""Which deeds a dossier is certain of: a name itself, beside its verb; subjects without a name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.report.dossier_parts import CLAUSES, Article, Statement, Words, each, grouped, some_of

PRONOUNS = frozenset(
    "i we you he she it they me us him her them who which that this these those one somebody"
    " someone anybody anyone everybody everyone nobody".split()
)
MOST_SUBJECTS = 10
_SUBJECT = ("nsubj",)
_OBJECT = ("obj", "nsubj:pass")


def certain_deeds(article: Article, deeds: pd.DataFrame) -> pd.DataFrame:
    """The deeds of a name that is itself the subject, or object, of the verb."""
    tokens = article.one.tagged
    starts = tokens["start"].to_numpy()
    deps = tokens["dep"].astype(str).to_numpy()
    heads = heads_of(tokens)
    names = article.namings
    names = names[names["strategy"].isin(["name", "name with role"])]
    spans = set(zip(names["start"], names["end"], strict=True))
    opened = {int(heads[row]) for row in np.flatnonzero(deps == "xcomp")}
    kept = []
    for row in each(deeds):
        own = np.flatnonzero((starts >= row.start) & (starts < row.end))
        verb = int(np.searchsorted(starts, row.verb_start))
        wanted = _SUBJECT if row.role == "agent" else _OBJECT
        direct = any(deps[place] in wanted and heads[place] == verb for place in own)
        open_ = row.role == "patient" and verb in opened  # "makes America great"
        plain = (
            row.through == ""
            and row.label != "NORP"
            and row.form in ("active", "passive", "agentless passive")
        )
        kept.append(plain and direct and not open_ and (row.start, row.end) in spans)
    found = deeds[np.array(kept, dtype=bool)]
    return found.drop_duplicates(["entity", "role", "verb_start"])


def heads_of(tokens: pd.DataFrame) -> np.ndarray:
    """The row of each token's head, −1 of a root."""
    sentence = tokens["sentence"].to_numpy()
    first = np.r_[True, sentence[1:] != sentence[:-1]]
    begin = np.flatnonzero(first)[np.cumsum(first) - 1]
    position, head = (tokens[name].to_numpy().astype(int) for name in ("position", "head"))
    return np.where(head < 0, -1, begin + head - position[begin])


def unnamed_subjects(article: Article) -> list[Statement]:
    """Persons and things without a name that are subjects of verbs, as they stand."""
    tokens = article.one.tagged
    heads, deps = heads_of(tokens), tokens["dep"].astype(str).to_numpy()
    pos, starts = tokens["pos"].astype(str).to_numpy(), tokens["start"].to_numpy()
    cues = set(article.one.quotes["cue_start"])
    named = article.namings[article.namings["strategy"] != "pronoun"]
    spans = list(zip(named["start"], named["end"], strict=True))
    found: dict[str, list[list[str | Words]]] = {}
    places: dict[str, Words] = {}
    for place in np.flatnonzero(np.isin(deps, ("nsubj", "obl:agent")) & (pos == "NOUN")):
        verb = heads[place]
        if verb < 0 or pos[verb] != "VERB" or starts[verb] in cues:
            continue
        if any(a <= starts[place] < b for a, b in spans):
            continue
        token, told = tokens.iloc[place], tokens.iloc[verb]
        name = str(token["word"]).lower()
        places.setdefault(name, Words(name, int(token["start"]), int(token["end"])))
        words = Words(str(told["lemma"]), int(told["start"]), int(told["end"]))
        found.setdefault(name, []).append([words])
    if not found:
        return []
    order = sorted(found, key=lambda name: -len(found[name]))
    items = [[places[name], " (", *some_of(grouped(found[name]), 4), ")"] for name in order]
    lead = "Subjects without a name, persons and things, with their verbs: "
    return [Statement((lead, *some_of(items, MOST_SUBJECTS), "."), CLAUSES)]
