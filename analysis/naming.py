"""How actors are named and what is said of them: referential and predicational strategies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.counting.hits import coded
from analysis.saying.forms import Forms, find_forms, form_table
from analysis.saying.namings import from_list, from_mentions, from_quotes, outside_names, resolve
from analysis.saying.predicating import compare_predications as compare_predications
from analysis.saying.predicating import count_predications as count_predications
from analysis.saying.predicating import find_predications as find_predications
from analysis.saying.tallies import count_shares, group_names, joined, split_items
from analysis.tables import InputError, group_codes, require_choice, require_columns, stamp

STRATEGIES = ("name", "name with role", "role", "epithet", "metonym", "pronoun", "variant")


def read_naming_forms() -> pd.DataFrame:
    """Read the package's own lists of roles, epithets, metonyms and variants, to edit and pass on.

    Returns
    -------
    pandas.DataFrame
        One row per form: `actor` (who or what is named), `strategy` (role, epithet, metonym,
        variant), `form` (what the row is called), `patterns` (alternatives parted by "|"; * and ?
        are wildcards within a word; one with a capital letter is matched with case), `unless`
        (patterns within which a hit does not count).

    Notes
    -----
    The lists (``analysis/data/naming_actors.csv``, ``naming_variants.csv``) were compiled for this
    project around reporting on Ukraine; no form is called right. A list finds what is on it:
    an epithet that nobody wrote down is not counted.

    Examples
    --------
    >>> forms = read_naming_forms()
    >>> forms.loc[forms["actor"] == "capital of Ukraine", "form"].tolist()
    ['Kyiv', 'Kiev']
    """
    return form_table(None)


def find_namings(
    mentions: pd.DataFrame,
    *,
    tokens: pd.DataFrame,
    documents: pd.DataFrame,
    forms: Forms | None = None,
    quotes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find every passage in which an actor is named, and by which strategy.

    Parameters
    ----------
    mentions : pandas.DataFrame
        What `find_entities` gives: who is named by a name, `entity` being the actor; with
        `add_pronouns`, also by *he* and *she*.
    tokens : pandas.DataFrame
        The tokens of the same documents; tagged ones (`annotate`) read titles and metonyms
        better. `voice` and `speech` are kept if there.
    documents : pandas.DataFrame
        The documents they were made of.
    forms : pandas.DataFrame or sequence of mappings, optional
        Roles, epithets, metonyms and variants as in `read_naming_forms`, which is the default.
    quotes : pandas.DataFrame, optional
        What `find_quotes` gives: speakers that are a pronoun or a role there and were resolved
        to an actor count as namings, too.

    Returns
    -------
    pandas.DataFrame
        One row per passage, in the order of the texts: `doc`, `sentence`, `start`, `end`, `text`,
        `actor`, `strategy`, `form`, `source` ("mention", "list", "quotation"), and `voice`,
        `speech` where the tokens have them.

    Raises
    ------
    InputError
        If a column is missing, the forms cannot be read, or a mention is not in the tokens.

    Notes
    -----
    `strategy`: **name** (a mention; `form` is the name as it stands), **name with role**
    ("President Putin", "Russian president Vladimir Putin"), **role** ("the Russian president",
    "the ministry"), **epithet** (an evaluating noun phrase), **metonym** (a capital or a building
    for who decides there), **pronoun**, and **variant** (one of competing names of a thing). After
    Reisigl & Wodak 2001, ch. 2 (referential strategies) and van Leeuwen 2008, ch. 2 (nomination,
    functionalisation, titulation, appraisement, objectivation).

    "Moscow" is a metonym of Russia unless it stands after in, at, near …; after to, from or of it
    is one only where the tree makes it a subject, possessor or agent; else it stays a
    mention of the city. On the 33 briefs of this project 36 of 43 metonyms were ones, as one reader
    saw it ("reached Kyiv" was not). A passage belongs to one strategy: a longer hit takes a shorter
    one in, an entry of the list takes in the mention within it. Variants are counted beside: "Kiev"
    can be a metonym of Ukraine and a variant of its capital's name. Neither is read into a longer
    name ("Kyiv Independent").

    Pronouns are those of `add_pronouns` and the speakers that `find_quotes` resolved; all others
    ("it", "their forces") are not here, so shares are shares of what was found. A form means what
    its list says wherever it stands, in a quotation as well: group by `voice`.

    Examples
    --------
    >>> from analysis.tokens import tokenize
    >>> text = "Moscow said no. The Russian president Vladimir Putin was in Moscow."
    >>> texts = pd.DataFrame({"doc": ["a"], "text": [text]})
    >>> mentions = pd.DataFrame({"doc": "a", "sentence": [0, 1, 1], "start": [0, 38, 60],
    ...     "end": [6, 52, 66], "text": ["Moscow", "Vladimir Putin", "Moscow"],
    ...     "label": ["PLACE", "PERSON", "PLACE"],
    ...     "entity": ["Moscow", "Vladimir Putin", "Moscow"]})
    >>> find_namings(mentions, tokens=tokenize(texts), documents=texts)[
    ...     ["actor", "strategy", "text"]
    ... ]
                actor        strategy                              text
    0          Russia         metonym                            Moscow
    1  Vladimir Putin  name with role  Russian president Vladimir Putin
    2          Moscow            name                            Moscow
    """
    require_columns(mentions, ("doc", "start", "end", "label", "entity"), "mentions")
    require_columns(documents, ("doc", "text"), "documents")
    tokens = coded(tokens, ("start", "end"))
    table = form_table(forms)
    texts = dict(zip(documents["doc"].astype(object), documents["text"], strict=True))
    listed = outside_names(from_list(tokens, find_forms(tokens, table), table), mentions)
    parts = [listed, from_mentions(mentions, tokens, listed)]
    if quotes is not None:
        parts.append(from_quotes(quotes, texts))
    result = resolve(pd.concat(parts, ignore_index=True), tokens, texts)
    params = {"tokens": tokens, "documents": documents, "quotes": quotes}
    given = None if forms is None else table.to_dict("records")
    return stamp(result, mentions, "find_namings", params | {"forms": given}, on="mentions")


def count_namings(
    namings: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    item: str = "form",
    actors: Sequence[str] | None = None,
    confidence: float | None = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Count by which forms, or which strategies, each actor is named.

    Parameters
    ----------
    namings : pandas.DataFrame
        What `find_namings` returns, or some of its rows: they are the passages.
    by : str or sequence of str, optional
        Columns of `namings` (such as `voice`) or `documents` (such as `outlet`) to group by.
    documents : pandas.DataFrame, optional
        The documents table, for a column of `by` that is there.
    item : {"form", "strategy"}
        What is counted.
    actors : sequence of str, optional
        Actors, or sets of variants, to count. Default: all.
    confidence : float or None
        Coverage of the intervals; None leaves them out.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        One row per group, actor and form that the actor has anywhere, also where the count is 0;
        ordered by group, actor, count (descending) and name: the columns of `by`; `actor`;
        `strategy`; `form` (if counted); `count`; `base` (namings of the actor in the group);
        `share`; `documents`; `rank`; `low`, `high` (of the share), `interval`.

    Raises
    ------
    InputError
        If a column is missing, `item` is not known, or an actor has no naming.

    Notes
    -----
    The counts of a group and actor add up to their base; an actor whom a group does not name has
    no row there. The interval is a bootstrap over documents. A choice of name can be house
    style, a source's wording or an agency's copy rather than the writer's stance.

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
    require_columns(namings, ("doc", "actor", "strategy", "form"), "namings")
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
        seed=seed,
    )
    result = split_items(result, ("_actor", *counted[1:]))
    own = (result["_actor"] == result["actor"].astype("str")) & (result["base"] > 0)
    result = result[own].drop(columns="_actor").reset_index(drop=True)
    params: dict[str, Any] = {"by": by, "documents": documents, "item": item, "actors": actors}
    numbers = {"confidence": confidence, "seed": seed}
    return stamp(result, namings, "count_namings", params | numbers, on="namings")
