"""One thing that is wrong or suspicious, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

COLUMNS = ("doc", "severity", "kind", "what", "where", "line", "offset")
SEVERITIES = ("wrong", "suspicious")  # in the order of the table
SHOWN = 60  # characters of a text that are quoted


class Finding(NamedTuple):
    """One row of the table that `check_corpus` returns."""

    doc: str
    severity: str
    kind: str
    what: str
    where: str = ""
    line: int = -1
    offset: int = -1


def make_table(findings: Iterable[Finding], order: Iterable[str]) -> pd.DataFrame:
    """Make the table of all findings.

    Parameters
    ----------
    findings : iterable of Finding
    order : iterable of str
        The documents, in their order.

    Returns
    -------
    pandas.DataFrame
        With the columns of `Finding`: what is wrong first, then by document, place and kind.
    """
    places = {doc: i for i, doc in enumerate(order)}
    rows = sorted(
        set(findings),
        key=lambda f: (
            SEVERITIES.index(f.severity),
            places.get(f.doc, len(places)),
            f.doc,
            f.line,
            f.kind,
            f.what,
        ),
    )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"line": "int64", "offset": "int64"})


def place(doc: str, severity: str, kind: str, what: str, text: str, offset: int) -> Finding:
    """A finding at a character of a text.

    Parameters
    ----------
    doc, severity, kind, what : str
    text : str
    offset : int

    Returns
    -------
    Finding
        `line` counts from 1; `where` says it in words.

    Examples
    --------
    >>> place("a", "wrong", "encoding", "…", "one\\ntwo", 5).where
    'line 2, character 2'
    """
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Finding(doc, severity, kind, what, f"line {line}, character {column}", line, offset)


def quote(text: str) -> str:
    """A text in quotation marks, cut to a length that fits a line.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> quote("Share\\nTweet")
    '“Share Tweet”'
    """
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + '…'}”"
