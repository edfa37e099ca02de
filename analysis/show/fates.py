"""Versions of a quotation side by side, with the differing words marked: a page of its own."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup
from rapidfuzz.distance import LCSseq

from analysis.show.html import Page, html_table, read_asset, render
from analysis.tables import InputError, require_columns

Piece = tuple[str, str, str]  # "same", "del" or "ins", and the words of either version
_TITLE = "Versions of a quotation"
_KEY = (
    "[−struck through−]: words of the reference that a version leaves out. "
    "[+underlined+]: words that are not in the reference."
)


def show_quote_fates(
    fates: pd.DataFrame, groups: int | Iterable[int] | None = None, *, limit: int = 10
) -> Page:
    """Lay the versions of a statement side by side, with the words that differ marked.

    Parameters
    ----------
    fates : pandas.DataFrame
        What `find_quote_fates` returns.
    groups : int or iterable of int, optional
        Statements to show, by their numbers in `group`. Default: the first ones.
    limit : int
        Statements to show at most where `groups` is None.

    Returns
    -------
    Page
        A notebook shows it; ``save(path)`` writes a page that needs no other file, ``text`` is the
        same in plain text. The text of the corpus is escaped: nothing in it is read as HTML.

    Raises
    ------
    InputError
        If a column is missing, the table is empty, or a group is not there.

    Notes
    -----
    Left the reference (the fullest version), right each document's. Differences are those of the
    longest common subsequence of words: a word that moved is marked as left out and as new.
    Marks are signs and strokes, not colours alone, and screen readers read them out.

    Examples
    --------
    >>> fates = pd.DataFrame({"group": [0, 0], "doc": ["a", "b"], "fate": ["kept", "re-worded"],
    ...     "reference": [True, False], "text": ["We want peace", "We <b>need peace"],
    ...     "cue": ["said", ""], "speaker": "Xi", "start": 0, "end": 9})
    >>> page = show_quote_fates(fates)
    >>> print(page.text.splitlines()[2])
    b · re-worded: We [−want−] [+<b>need+] peace
    >>> "&lt;b&gt;need" in page.html
    True
    """
    needed = ("group", "doc", "fate", "reference", "text", "cue", "speaker", "start", "end")
    require_columns(fates, needed, "fates")
    tables, texts = [], []
    for group in _chosen(fates, groups, limit):
        own = fates[fates["group"] == group]
        reference = own[own["reference"].astype(bool)]
        if not len(reference):
            raise InputError(
                f"Statement {group} has no reference in these rows; pass all rows of its group."
            )
        table, text = _statement(group, own, reference.iloc[0])
        tables.append(table)
        texts.append(text)
    html = render(
        "show/tables.html",
        style=read_asset("show/show.css"),
        kind="da-fates",
        title=_TITLE,
        note=_KEY,
        tables=tables,
    )
    return Page(_TITLE, str(html), "\n\n".join(texts))


def _chosen(fates: pd.DataFrame, groups: int | Iterable[int] | None, limit: int) -> list[int]:
    """The numbers of the statements to show."""
    known = [int(group) for group in pd.unique(fates["group"])]
    if not known:
        raise InputError("The fates table has no rows to show; no statement has two versions.")
    if groups is None:
        return known[:limit]
    wanted = [groups] if isinstance(groups, int) else [int(group) for group in groups]
    for group in wanted:
        if group not in known:
            raise InputError(
                f"Statement {group} is not in the table; it has {min(known)} to {max(known)}."
            )
    return wanted


def _statement(group: int, own: pd.DataFrame, reference: pd.Series) -> tuple[Markup, str]:
    """One statement as an HTML table and as plain text."""
    title = f"Statement {group}: {reference['speaker'] or 'nobody named'}, {len(own)} texts"
    lines = [title, f"reference ({reference['doc']}): {reference['text']}"]
    rows = []
    for _, row in own[~own["reference"].astype(bool)].iterrows():
        if row["fate"] == "dropped":
            cells = reference["text"], Markup("<i>not quoted</i>")
            plain = "not quoted"
        else:
            pieces = compare_words(reference["text"], row["text"])
            cells = _marked(pieces, "del"), _marked(pieces, "ins")
            plain = " ".join(_plain_piece(kind, *words) for kind, *words in pieces)
        rows.append((_describe(row), *cells))
        lines.append(f"{_name(row)} · {row['fate']}: {plain}")
    table = pd.DataFrame(rows, columns=["Text", "Reference", "This text"], dtype=object)
    heads = {"Reference": Markup("Reference: ") + _describe(reference)}
    return html_table(table, caption=title, heads=heads), "\n".join(lines)


def _name(row: pd.Series) -> str:
    """The outlet of a version, or else its document."""
    return str(row["outlet"] if isinstance(row.get("outlet"), str) else row["doc"])


def _describe(row: pd.Series) -> Markup:
    """Outlet, fate, cue and place of a version."""
    facts = [str(row["fate"])]
    if row["cue"]:
        facts.append(f"cue: {row['cue']}")
    if not pd.isna(row.get("re_verbed", False)) and row.get("re_verbed", False):
        facts.append("re-verbed")
    where = f"{row['doc']}, {row['start']}–{row['end']}" if row["start"] >= 0 else str(row["doc"])
    return render("show/version.html", lines=[_name(row), "; ".join(facts)], where=where)


def compare_words(reference: str, version: str) -> list[Piece]:
    """Compare two versions word by word: same, left out or new, with the words of each."""
    one, other = reference.split(), version.split()
    codes = LCSseq.opcodes([_bare(word) for word in one], [_bare(word) for word in other])
    pieces: list[Piece] = []
    left_out: list[str] = []
    new: list[str] = []
    for code in [*codes, None]:  # None: the end, where the last difference is written down
        if code is not None and code.tag != "equal":
            left_out += one[code.src_start : code.src_end]
            new += other[code.dest_start : code.dest_end]
            continue
        if left_out:
            pieces.append(("del", " ".join(left_out), ""))
        if new:
            pieces.append(("ins", "", " ".join(new)))
        left_out, new = [], []
        if code is not None:
            same = one[code.src_start : code.src_end], other[code.dest_start : code.dest_end]
            pieces.append(("same", " ".join(same[0]), " ".join(same[1])))
    return pieces


def _bare(word: str) -> str:
    """A word as it is compared: without case and punctuation."""
    return word.lower().replace("’", "'").strip(".,;:!?…“”\"'«»()[]") or word


def _marked(pieces: list[Piece], kind: str) -> Markup:
    """One side of a comparison: what is the same, and what is left out ("del") or new ("ins")."""
    side = 1 if kind == "del" else 2
    own = [(piece[0], piece[side]) for piece in pieces if piece[0] in ("same", kind)]
    sign, spoken = ("−", "left out") if kind == "del" else ("+", "new")
    return render("show/words.html", pieces=own, sign=sign, spoken=spoken)


def _plain_piece(kind: str, one: str, other: str) -> str:
    return f"[−{one}−]" if kind == "del" else f"[+{other}+]" if kind == "ins" else other
