"""Exploring a corpus in a notebook: one panel, every number with its passages and its code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis._lazy import needs_extra
from analysis.tables import InputError, require_choice

if TYPE_CHECKING:
    from analysis.panel.panel import Panel


TABS = (
    "Terms",
    "Contexts",
    "Keywords",
    "Collocates",
    "Sentiment",
    "Entities",
    "Voices",
    "Text",
)


def explore(
    corpus: str | os.PathLike[str] | pd.DataFrame,
    *,
    tab: str = "Terms",
    settings: Mapping[str, Any] | None = None,
    layers: Mapping[str, pd.DataFrame] | None = None,
    figures: str | os.PathLike[str] = "figures",
) -> Panel:
    """Explore a corpus in JupyterLab: terms, contexts, keywords, collocates, sentiment, voices.

    Parameters
    ----------
    corpus : path or pandas.DataFrame
        The corpus folder, or its documents table.
    tab : str
        The tab to begin with: "Terms", "Contexts", "Keywords", "Collocates", "Sentiment",
        "Entities", "Voices" or "Text".
    settings : mapping, optional
        Values of that tab's controls by name, as in ``{"search": "peace*", "by": "side"}``.
    layers : mapping, optional
        Tables that are there already: "tokens", "sentences", "scores", "mentions", "targets",
        "quotes". What is missing is made when a tab first needs it.
    figures : path
        The folder that "Save figure" and "Save table" write bundles to.

    Returns
    -------
    Panel
        Shown where it is the last expression of a cell. ``panel.answer.table`` is the table shown,
        ``panel.answer.code`` the code that makes it without the panel, ``panel.passages`` the
        passages of the chosen row.

    Raises
    ------
    InputError
        If the corpus, the tab, a setting or a layer is not there.

    Notes
    -----
    Variants of names are merged where the corpus folder has a file ``aliases.csv``.

    A row or a cell leads to its passages, and a passage to the whole text. The table is that of the
    measure named in "Show code", whose lines make the same table and figure in any notebook. What
    the first tab needs is made while the cell runs (stop the cell to cancel); what other tabs need
    is made beside the kernel, with progress and a button to cancel.

    A notebook that is saved or exported keeps the last state as a figure and a table. Texts are
    shown as text: nothing in them is read as HTML.

    To look for what stands out and then to test it on the same texts proves nothing; a panel finds
    questions. See each measure for what its numbers cannot tell.

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace talks. No peace."]})
    >>> panel = explore(texts, settings={"search": "peace"})
    >>> panel.refresh().answer.table[["term", "count"]].values.tolist()
    [['peace', 2]]
    """
    with needs_extra("panel", "The panel"):
        from analysis.panel.engine import Explorer
        from analysis.panel.panel import Panel

    require_choice(tab, TABS, "tab")
    documents, source = _documents(corpus)
    made, aliases = dict(layers or {}), _aliases(corpus)
    explorer = Explorer(documents, source=source, layers=made, aliases=aliases)
    return Panel(explorer, tab=tab, settings=dict(settings or {}), figures=os.fspath(figures))


def _aliases(corpus: Any) -> str | None:
    """The corpus folder's list of aliases, if it has one: notebooks and report merge them, too."""
    if isinstance(corpus, pd.DataFrame):
        return None
    path = os.path.join(os.fspath(corpus), "aliases.csv")
    return path if os.path.isfile(path) else None


def _documents(corpus: Any) -> tuple[pd.DataFrame, str]:
    """The documents, and the code that gives them."""
    from analysis.corpus.read import read_corpus
    from analysis.panel.recipe import literal

    if isinstance(corpus, pd.DataFrame):
        return corpus, "documents"
    if not isinstance(corpus, str | os.PathLike):
        raise InputError(
            f"A corpus folder or a documents table is expected, not {type(corpus).__name__}."
        )
    folder = os.fspath(corpus)
    return read_corpus(folder).documents, f"da.read_corpus({literal(folder)}).documents"
