"""How actors are named and what is said of them: referential and predicational strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.annotation.annotator import annotate
from analysis.discourse.lexicons import FormHits, Forms, find_forms, form_table, require_tags
from analysis.entities.gazetteer import load_gazetteer
from analysis.entities.mentions import find_entities, mentions_by_document
from analysis.entities.roles import Roles
from analysis.entities.spans import Mention
from analysis.tables import (
    VOICES,
    InputError,
    group_codes,
    measure,
    require_choice,
    require_columns,
)
from analysis.terms.counting import coded, codes_of
from analysis.terms.shares import count_shares, group_names, joined, split_items, token_rows
from analysis.text.alike import reads_folded


def read_naming_forms() -> pd.DataFrame:
    """The package's own roles, epithets, metonyms and variants; no form is called right."""
    return form_table(None)


def _recorded(forms: Forms | None) -> list[dict[Any, Any]] | None:
    """The rows of a list of forms, for the record of a call."""
    return None if forms is None else form_table(forms).to_dict("records")


@measure("documents", plain={"forms": _recorded})
@reads_folded
def find_namings(
    corpus: pd.DataFrame,
    mentions: pd.DataFrame | None = None,
    *,
    voiced: pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None,
    forms: Forms | None = None,
    pronouns: bool = True,
) -> pd.DataFrame:
    """Find every passage in which an actor is named, and by which strategy.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its documents, with `doc` and `text`.
    mentions : pandas.DataFrame, optional
        What `find_entities` gives: who is named by a name, `entity` being the actor.
    voiced : pandas.DataFrame, optional
        Tagged tokens of the same documents, with or without voices; those of `annotate` where they
        are not passed.
    quotes : pandas.DataFrame, optional
        What `find_quotes` gives: speakers that are a pronoun or a role there and were resolved
        to an actor count as namings, too.
    forms : pandas.DataFrame or sequence of mappings, optional
        Roles, epithets, metonyms and variants, with the columns of ``read_lexicon("naming")``, the
        default; `unless` (what a hit must not lie in) and `only` (what its text must have as well)
        may be left out.
    pronouns : bool
        Also find the *he* and *she* that stand for a person (see `find_entities`).

    Returns
    -------
    pandas.DataFrame
        One row per passage, in the order of the texts: `doc`, `sentence`, `start`, `end`, `text`,
        `actor`, `strategy`, `form`, `source` ("mention", "list", "text": a role whose holder the
        text names, "quotation"), and `voice`, `speech`, `voice_group`, `part` where the tokens have
        them.

    Raises
    ------
    InputError
        If a column is missing, the forms cannot be read, or a mention is not in the tokens.

    Notes
    -----
    `strategy`: **name** (a mention; `form` is the name as it stands), **name with role**
    ("President Putin", "Russian president Vladimir Putin"), **role** ("the Russian president", "the
    ministry"; whom it means is what the text says, by a title, an apposition or a name, else what
    `aliases` of `find_entities` say, and it is left out where neither does), **epithet** (an
    evaluating noun phrase), **metonym** (a capital or a building for who decides there),
    **pronoun**, and **variant** (one of competing names of a thing). After Reisigl & Wodak 2001,
    ch. 2 (referential strategies) and van Leeuwen 2008, ch. 2 (nomination, functionalisation,
    titulation, appraisement, objectivation).

    "Moscow" is a metonym of Russia unless it stands after in, at, near …; after to, from or of it
    is one only where the tree makes it a subject, possessor or agent; else it stays a mention of
    the city. A person of that surname (Mia Paris) is no metonym. On the 33 briefs of this project
    36 of 43 metonyms were ones, as one reader saw it ("reached Kyiv" was not). A passage belongs to
    one strategy: a longer hit takes a shorter one in, an entry of the list takes in the mention
    within it. Variants are counted beside: "Kiev" can be a metonym of Ukraine and a variant of its
    capital's name. Neither is read into a longer name ("Kyiv Independent").

    Pronouns are those of `find_entities` and the speakers that `find_quotes` resolved; all others
    ("it", "their forces") are not here, so shares are shares of what was found. The lists were
    compiled for this project around reporting on Ukraine, and find what is on them: an epithet
    that nobody wrote down is not counted. A form means what
    its list says wherever it stands, in a quotation as well: group by `voice`.

    Examples
    --------
    >>> text = "Moscow said no. The Russian president Vladimir Putin was in Moscow."
    >>> texts = pd.DataFrame({"doc": ["a"], "text": [text]})
    >>> mentions = pd.DataFrame({"doc": "a", "sentence": [0, 1, 1], "start": [0, 38, 60],
    ...     "end": [6, 52, 66], "text": ["Moscow", "Vladimir Putin", "Moscow"],
    ...     "label": ["PLACE", "PERSON", "PLACE"],
    ...     "entity": ["Moscow", "Vladimir Putin", "Moscow"]})
    >>> find_namings(texts, mentions)[["actor", "strategy", "text"]]
                actor        strategy                              text
    0          Russia         metonym                            Moscow
    1  Vladimir Putin  name with role  Russian president Vladimir Putin
    2          Moscow            name                            Moscow
    """
    documents = require_columns(corpus, ("doc", "text"), "documents")
    tokens = annotate(documents).tokens if voiced is None else require_tags(voiced)
    tokens = coded(tokens, ("start", "end"))
    names = find_entities(documents) if mentions is None else mentions
    require_columns(names, ("doc", "start", "end", "label", "entity"), "mentions")
    if pronouns:
        names = _with_pronouns(names, documents, tokens)
    table = form_table(forms)
    texts = dict(zip(documents["doc"].astype(object), documents["text"], strict=True))
    listed = outside_names(from_list(tokens, find_forms(tokens, table), table), names)
    roles = {doc: Roles(texts[doc], own) for doc, own in _named(documents, names).items()}
    held = from_roles(roles)
    parts = [listed, from_mentions(names, tokens, listed, roles), held[_begins_in(held, tokens)]]
    if quotes is not None:
        resolved = from_quotes(quotes, texts)
        parts.append(resolved[_begins_in(resolved, tokens)])
    return resolve(pd.concat(parts, ignore_index=True), tokens, texts)


def _with_pronouns(
    mentions: pd.DataFrame, documents: pd.DataFrame, tokens: pd.DataFrame
) -> pd.DataFrame:
    """The mentions and the pronouns that stand for a person, as far as their tokens are here."""
    if "text" not in mentions.columns:
        return mentions
    both = find_entities(documents, mentions=mentions, pronouns=True)
    pronoun = both["text"].astype(str).map(is_pronoun).to_numpy(dtype=bool)
    return both[~pronoun | _begins_in(both, tokens)].reset_index(drop=True)


def _begins_in(places: pd.DataFrame, tokens: pd.DataFrame) -> np.ndarray:
    """Whether each place begins with a token that is here; some voices' tokens may be left out."""
    keys = pd.MultiIndex.from_arrays([tokens["doc"].astype(object), tokens["start"]])
    own = pd.MultiIndex.from_arrays([places["doc"].astype(object), places["start"]])
    return np.asarray(own.isin(keys))


@measure("documents", make=find_namings)
def count_namings(
    corpus: pd.DataFrame,
    *,
    item: str = "form",
    actors: Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    confidence: float | None = 0.95,
) -> pd.DataFrame:
    """Count by which forms, or which strategies, each actor is named.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus; or what `find_namings` returns, or some of its rows: they are the passages.
    by : str or sequence of str, optional
        Columns of the namings (such as `voice`) or `documents` (such as `outlet`) to group by.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    item : {"form", "strategy"}
        What is counted.
    actors : sequence of str, optional
        Actors, or sets of variants, to count. Default: all.
    confidence : float or None
        Coverage of the intervals; None leaves them out.

    Returns
    -------
    pandas.DataFrame
        One row per group, actor and form that the actor has anywhere, also where the count is 0;
        ordered by group, actor, count (descending) and name: the columns of `by`; `actor`;
        `strategy`; `form` (if counted); `count`; `base` (namings of the actor in the group);
        `share`; `documents` (with this form); `group_documents` (of the group, that name the
        actor); `rank`; `low`, `high` (of the share), `interval`.

    Raises
    ------
    InputError
        If a column is missing, `item` is not known, or an actor has no naming.

    Notes
    -----
    The counts of a group and actor add up to their base; an actor whom a group does not name has
    no row there. The interval is Korn–Graubard's over the documents that name the actor (over
    sentences where that is one; none with fewer than three of these). A choice of name can be
    house style, a source's wording or an agency's copy rather than the writer's stance.

    Examples
    --------
    >>> rows = pd.DataFrame({"doc": list("aab"), "actor": "capital of Ukraine",
    ...                      "strategy": "variant", "form": ["Kyiv", "Kyiv", "Kiev"]})
    >>> counts = count_namings(rows, by="doc", confidence=None)
    >>> counts.loc[counts["count"] > 0, ["doc", "form", "count", "base", "share"]]
      doc  form  count  base  share
    0   a  Kyiv      2     2    1.0
    2   b  Kiev      1     1    1.0
    """
    require_choice(item, ("form", "strategy"), "item")
    namings = require_columns(corpus, ("doc", "actor", "strategy", "form"), "namings")
    if actors is not None:
        known = set(namings["actor"])
        strange = [actor for actor in actors if actor not in known]
        if isinstance(actors, str) or strange:
            raise InputError(
                f"actors={actors!r}: nobody of that name is named here; it takes a list of"
                f" names such as {sorted(known)[:3]!r}."
            )
        namings = namings[namings["actor"].isin(actors)]
    names = group_names(by, ("actor", "strategy", "form"))
    counted = ("actor", "strategy", "form")[: 3 if item == "form" else 2]
    result = count_shares(
        namings,
        joined(namings, counted),
        group_codes(namings, [*names, "actor"], documents),
        unit="namings",
        confidence=confidence,
    )
    result = split_items(result, ("_actor", *counted[1:]))
    own = (result["_actor"] == result["actor"].astype("str")) & (result["base"] > 0)
    return result[own].drop(columns="_actor").reset_index(drop=True)


COLUMNS = ("doc", "start", "end", "actor", "strategy", "form", "source")
PRONOUNS = frozenset(
    "he she it they him her them his hers its their theirs i we me us my our ours mine"
    " himself herself itself themselves myself ourselves who".split()
)


def is_pronoun(text: str) -> bool:
    """Whether a mention is a pronoun; US, IT and WHO are not."""
    return text.lower() in PRONOUNS and (text == "I" or not text.isupper())


def from_list(tokens: pd.DataFrame, spots: FormHits, forms: pd.DataFrame) -> pd.DataFrame:
    """Namings by roles, epithets, metonyms and variants."""
    last = spots.rows + spots.lengths - 1
    end = tokens["end"].to_numpy().astype(np.int64)[last]
    word = tokens["word"].astype(object).to_numpy()[last]
    cut = [len(w) - len(_bare(w)) if isinstance(w, str) else 0 for w in word]
    return pd.DataFrame(
        {
            "doc": tokens["doc"].astype(object).to_numpy()[spots.rows],
            "start": tokens["start"].to_numpy().astype(np.int64)[spots.rows],
            "end": end - np.array(cut, dtype=np.int64),
            **{c: forms[c].to_numpy()[spots.forms] for c in ("actor", "strategy", "form")},
            "source": "list",
        },
        columns=list(COLUMNS),
    )


def outside_names(listed: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """The same without metonyms and variants that are (part of) another's name."""
    # Kyiv Independent is a newspaper, and Mia Paris is called Paris.
    names: dict[object, list[tuple[int, int, bool]]] = {}
    columns = [mentions[c] for c in ("doc", "start", "end", "label")]
    for doc, start, end, label in zip(*columns, strict=True):
        if label in ("PERSON", "ORG", "PLACE"):
            names.setdefault(doc, []).append((start, end, label == "PERSON"))
    rows = zip(*(listed[c] for c in ("doc", "start", "end", "strategy", "form")), strict=True)
    kept = [
        strategy not in ("metonym", "variant")
        or not any(
            a <= start and end <= b and (b - a > end - start or (person and _is_place(form)))
            for a, b, person in names.get(doc, ())
        )
        for doc, start, end, strategy, form in rows
    ]
    return listed[np.array(kept, dtype=bool)].reset_index(drop=True)


def _is_place(form: str) -> bool:
    """Whether the tables know a form as a place: then a person of that name is not meant."""
    known = load_gazetteer().names.get(form.split()[0], ())
    return any(name.text == form and name.label == "PLACE" for name in known)


def _bare(word: str) -> str:
    """A word without its genitive."""
    for ending in ("'s", "’s"):
        if word.lower().endswith(ending):
            return word[: -len(ending)]
    return word


def from_mentions(
    mentions: pd.DataFrame,
    tokens: pd.DataFrame,
    listed: pd.DataFrame,
    roles: Mapping[object, Roles],
) -> pd.DataFrame:
    """Namings by a name, with the role before it (of the list, or a title), or by a pronoun."""
    own = pd.DataFrame(
        {
            "doc": mentions["doc"].astype(object).to_numpy(),
            "start": mentions["start"].to_numpy().astype(np.int64),
            "end": mentions["end"].to_numpy().astype(np.int64),
            "actor": mentions["entity"].astype(object).to_numpy(),
            "strategy": "name",
            "form": "",
            "source": "mention",
        },
        columns=list(COLUMNS),
    )
    if not len(own):
        return own
    shown = mentions["text"].astype(object) if "text" in mentions else own["form"]
    plain = shown.str.lower()
    pronoun = shown.map(is_pronoun).to_numpy(dtype=bool)
    first = token_rows(own, tokens, "mention")
    begin = _titled(tokens, own, (mentions["label"] == "PERSON").to_numpy(), roles)
    begin = _with_roles(tokens, first, np.minimum(begin, first), own, listed)
    earlier = begin < first
    own["start"] = np.where(earlier, tokens["start"].to_numpy()[begin], own["start"])
    own["strategy"] = np.where(earlier, "name with role", "name")
    titles = load_gazetteer().words["titles"]  # a role that the analyst's aliases give to somebody
    role = shown.map(lambda text: text.split()[-1] in titles if text else False).to_numpy(
        dtype=bool
    )
    own.loc[role & ~earlier, "strategy"] = "role"
    own.loc[pronoun, "strategy"] = "pronoun"
    own.loc[pronoun, "form"] = plain[pronoun].to_numpy()
    return own


def _titled(
    tokens: pd.DataFrame, own: pd.DataFrame, persons: np.ndarray, roles: Mapping[object, Roles]
) -> np.ndarray:
    """Row where each mention begins if the titles before it belong to it ("President Putin")."""
    starts = [
        roles[doc].title_start(start) if person else start
        for doc, start, person in zip(own["doc"], own["start"], persons, strict=True)
    ]
    return token_rows(own.assign(start=np.array(starts, dtype=np.int64)), tokens, "title")


def _named(documents: pd.DataFrame, names: pd.DataFrame) -> dict[object, list[Mention]]:
    """The mentions of each document that are no pronouns, by its id."""
    if "text" in names:
        names = names[~names["text"].astype(str).map(is_pronoun).to_numpy(dtype=bool)]
    own = mentions_by_document(documents, names)
    return {doc: own.get(row, []) for row, doc in enumerate(documents["doc"].astype(object))}


def from_roles(roles: Mapping[object, Roles]) -> pd.DataFrame:
    """Namings by a role that the text gives to somebody it names: "the Peruvian president"."""
    rows = []
    for doc, own in roles.items():
        for start, end, entity in own.find():
            form = " ".join(own.text[start:end].split()).replace("’", "'")
            rows.append((doc, start, end, entity, "role", form, "text"))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"start": np.int64, "end": np.int64})


def _with_roles(
    tokens: pd.DataFrame,
    first: np.ndarray,
    begin: np.ndarray,
    own: pd.DataFrame,
    listed: pd.DataFrame,
) -> np.ndarray:
    """The same for roles of the list that stand right before the name of the same actor."""
    roles = listed[listed["strategy"].isin(["role", "epithet"])]
    if not len(roles):
        return begin
    doc, starts = codes_of(tokens, "doc"), token_rows(roles, tokens, "role")
    ends = tokens["end"].to_numpy()
    after: dict[tuple[int, int, str], int] = {}
    for row, end, actor in zip(starts.tolist(), roles["end"], roles["actor"], strict=True):
        last = row
        while last + 1 < len(ends) and doc[last + 1] == doc[row] and ends[last] < end:
            last += 1
        after[int(doc[row]), last + 1, actor] = row
    begin = begin.copy()
    for number, actor in enumerate(own["actor"]):
        for at in {int(first[number]), int(begin[number])}:
            row = after.get((int(doc[at]), at, actor))
            if row is not None:
                begin[number] = min(row, int(begin[number]))
    return begin


def from_quotes(quotes: pd.DataFrame, texts: Mapping[object, str]) -> pd.DataFrame:
    """Namings by pronouns and roles that were resolved where somebody speaks."""
    rows = []
    columns = ("doc", "speaker", "speaker_start", "speaker_end")
    for doc, speaker, start, end in zip(*(quotes[c] for c in columns), strict=True):
        if not isinstance(speaker, str) or not speaker or start < 0:
            continue
        text = " ".join(texts[doc][start:end].split())
        pronoun = is_pronoun(text)
        if text and text != speaker:
            strategy = "pronoun" if pronoun else "role"
            form = text.lower() if pronoun else text.removeprefix("the ").removeprefix("The ")
            rows.append((doc, int(start), int(end), speaker, strategy, form, "quotation"))
    return pd.DataFrame(rows, columns=list(COLUMNS)).drop_duplicates(["doc", "start", "end"])


def resolve(found: pd.DataFrame, tokens: pd.DataFrame, texts: Mapping[object, str]) -> pd.DataFrame:
    """Keep one naming for a place: the longest, then list before mention before quotation."""
    # A mention takes a quotation's speaker in that overlaps it at all. Variants are beside.
    order = {"list": 0, "text": 0, "mention": 1, "quotation": 2}
    rank = np.array([order[source] for source in found["source"]], dtype=np.int64) * 1_000_000
    rank = rank - (found["end"] - found["start"]).to_numpy(dtype=np.int64)
    # a name with its role covers the role; a role, epithet or metonym covers the name inside it
    rank = np.where(found["strategy"] == "name with role", -1_000_000_000, rank)
    found = found.assign(_rank=rank).sort_values(["_rank", "start"], kind="stable")
    taken: dict[object, list[tuple[int, int]]] = {}
    kept = []
    columns = (found["doc"], found["start"], found["end"], found["strategy"])
    for row, (doc, start, end, strategy) in enumerate(zip(*columns, strict=True)):
        if strategy != "variant":
            spans = taken.setdefault(doc, [])
            if any(start < stop and begin < end for begin, stop in spans):
                continue
            spans.append((start, end))
        kept.append(row)
    found = found.iloc[kept].drop(columns="_rank")
    text = [
        texts[d][a:b] for d, a, b in zip(found["doc"], found["start"], found["end"], strict=True)
    ]
    shown = pd.Series([" ".join(t.replace("’", "'").split()) for t in text], index=found.index)
    found = found.assign(text=text, form=found["form"].where(found["form"] != "", shown))
    at = token_rows(found, tokens, "naming") if len(found) else np.empty(0, dtype=np.int64)
    beside = [c for c in ("sentence", *VOICES) if c in tokens.columns]
    found = found.assign(**{c: tokens[c].astype(object).to_numpy()[at] for c in beside})
    place = tokens["doc"].cat.categories.get_indexer(pd.Index(found["doc"]))
    found = found.assign(_doc=place).sort_values(["_doc", "start", "end", "strategy"])
    names = ["doc", "sentence", "start", "end", "text", "actor", "strategy", "form", "source"]
    result = found[[c for c in [*names, *VOICES] if c in found.columns]]
    result = result.reset_index(drop=True)
    result["doc"] = pd.Categorical(result["doc"], categories=tokens["doc"].cat.categories)
    if "sentence" in result.columns:
        result["sentence"] = result["sentence"].astype(np.int32)
    return result.astype(dict.fromkeys(("text", "actor", "strategy", "form", "source"), "str"))
