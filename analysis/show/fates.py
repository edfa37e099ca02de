"""Versions of a quotation side by side, with the differing words marked: a page of its own."""

from __future__ import annotations

import html
import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from rapidfuzz.distance import LCSseq

from analysis.files import save_page
from analysis.tables import InputError, require_columns

_STYLE = """
.fate{font:15px/1.5 system-ui,sans-serif;color:#222;background:#fff;max-width:70em}
.fate table{border-collapse:collapse;width:100%;margin:0 0 2em;table-layout:fixed;
overflow-wrap:anywhere}
.fate caption{text-align:left;font-weight:bold;padding:.4em 0}
.fate th,.fate td{border:1px solid #bbb;padding:.5em .7em;vertical-align:top}
.fate table th,.fate table td{text-align:left!important}
.fate th{font-weight:normal;width:14em}.fate thead th{font-weight:bold}
.fate thead th+th{width:auto}
.fate del{text-decoration:line-through;background:#eee}
.fate ins{text-decoration:underline double;font-weight:bold}
.fate small{color:#595959}.fate .none{color:#595959;font-style:italic}
.fate .said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media(max-width:40em){.fate tr,.fate th,.fate td{display:block;width:auto}}
"""
_MARKS = {"del": ("−", "left out"), "ins": ("+", "new")}
_KEY = (
    "[−struck through−]: words of the reference that a version leaves out. "
    "[+underlined+]: words that are not in the reference."
)


class Page(str):
    """HTML that Jupyter shows and that stands alone as a file."""

    text: str  # the same without markup

    def _repr_html_(self) -> str:
        return str(self)

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> Path:
        """Save as one file of HTML that needs nothing else."""
        whole = (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>Versions of a quotation</title></head>\n<body>{self}</body></html>\n"
        )
        return save_page(path, whole, overwrite=overwrite)


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
        HTML, shown by Jupyter; ``.save(path)`` writes a file that stands alone, ``.text`` is the
        same in plain text. The text of the corpus is escaped: nothing in it is read as HTML.

    Raises
    ------
    InputError
        If a column is missing, the table is empty, or a group is not there.

    Notes
    -----
    Left the reference (the fullest version), right each document's. Differences are those of the
    longest common subsequence of words: a word that moved is marked as left out and as new.
    Marks are signs and strokes, not colours alone, and screen readers hear them.

    Examples
    --------
    >>> fates = pd.DataFrame({"group": [0, 0], "doc": ["a", "b"], "fate": ["kept", "re-worded"],
    ...     "reference": [True, False], "text": ["We want peace", "We <b>need peace"],
    ...     "cue": ["said", ""], "speaker": "Xi", "start": 0, "end": 9})
    >>> print(show_quote_fates(fates).text.splitlines()[2])
    b · re-worded: We [−want−] [+<b>need+] peace
    >>> "&lt;b&gt;need" in show_quote_fates(fates)
    True
    """
    needed = ("group", "doc", "fate", "reference", "text", "cue", "speaker", "start", "end")
    require_columns(fates, needed, "fates")
    chosen = _chosen(fates, groups, limit)
    parts, plain = [], []
    for group in chosen:
        own = fates[fates["group"] == group]
        reference = own[own["reference"].astype(bool)]
        if not len(reference):
            raise InputError(
                f"Statement {group} has no reference in these rows; pass all rows of its group."
            )
        head, told = _table(group, own, reference.iloc[0])
        parts.append(head)
        plain.append(told)
    page = Page(
        f'<div class="fate"><style>{_STYLE}</style><p>{html.escape(_KEY)}</p>{"".join(parts)}</div>'
    )
    page.text = "\n\n".join(plain)
    return page


def _chosen(fates: pd.DataFrame, groups: int | Iterable[int] | None, limit: int) -> list[int]:
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


def _table(group: int, own: pd.DataFrame, reference: pd.Series) -> tuple[str, str]:
    """One statement as an HTML table and as plain text."""
    speaker = reference["speaker"] or "nobody named"
    title = f"Statement {group}: {speaker}, {len(own)} texts"
    rows, lines = [], [f"{title}\nreference ({reference['doc']}): {reference['text']}"]
    for _, row in own[~own["reference"].astype(bool)].iterrows():
        name, about = _about(row)
        if row["fate"] == "dropped":
            left = html.escape(reference["text"])
            right, told = '<span class="none">not quoted</span>', "not quoted"
        else:
            left, right, told = mark_differences(reference["text"], row["text"])
        rows.append(f"<tr><th scope=row>{about}</th><td>{left}</td><td>{right}</td></tr>")
        lines.append(f"{name} · {row['fate']}: {told}")
    head = (
        f"<thead><tr><th scope=col>Text</th><th scope=col>Reference: "
        f"{_about(reference)[1]}</th><th scope=col>This text</th></tr></thead>"
    )
    table = f"<table><caption>{html.escape(title)}</caption>{head}<tbody>{''.join(rows)}</tbody>"
    return table + "</table>", "\n".join(lines)


def _about(row: pd.Series) -> tuple[str, str]:
    """A name for a version, and what is known of it, escaped."""
    name = str(row["outlet"]) if isinstance(row.get("outlet"), str) else str(row["doc"])
    facts = [str(row["fate"])]
    if row["cue"]:
        facts.append(f"cue: {row['cue']}")
    if bool(pd.Series([row.get("re_verbed")]).fillna(False).iloc[0]):
        facts.append("re-verbed")
    where = f"{row['doc']}, {row['start']}–{row['end']}" if row["start"] >= 0 else str(row["doc"])
    escaped = [html.escape(text) for text in (name, "; ".join(facts), where)]
    return name, f"{escaped[0]}<br>{escaped[1]}<br><small>{escaped[2]}</small>"


def mark_differences(reference: str, version: str) -> tuple[str, str, str]:
    """Mark the words by which a version differs from its reference.

    Examples
    --------
    >>> mark_differences("We want peace", "We want war")[2]
    'We want [−peace−] [+war+]'
    """
    one, other = reference.split(), version.split()
    codes = LCSseq.opcodes([_bare(word) for word in one], [_bare(word) for word in other])
    left, right, plain = [], [], []
    gone: list[str] = []
    new: list[str] = []
    for code in [*codes, None]:  # None: the end, where the last difference is written down
        if code is not None and code.tag != "equal":
            gone += one[code.src_start : code.src_end]
            new += other[code.dest_start : code.dest_end]
            continue
        if gone:
            left.append(_mark("del", " ".join(gone)))
            plain.append(f"[−{' '.join(gone)}−]")
        if new:
            right.append(_mark("ins", " ".join(new)))
            plain.append(f"[+{' '.join(new)}+]")
        gone, new = [], []
        if code is not None:
            left.append(html.escape(" ".join(one[code.src_start : code.src_end])))
            right.append(html.escape(" ".join(other[code.dest_start : code.dest_end])))
            plain.append(" ".join(other[code.dest_start : code.dest_end]))
    return " ".join(left), " ".join(right), " ".join(plain)


def _mark(tag: str, text: str) -> str:
    """Marked words: strokes and signs for the eye, a word for a screen reader."""
    sign, said = _MARKS[tag]
    signs = [f'<span aria-hidden="true">{mark}</span>' for mark in (f"[{sign}", f"{sign}]")]
    told = f'<span class="said">{said}: </span>'
    return f"<{tag}>{told}{signs[0]}{html.escape(text)}{signs[1]}</{tag}>"


def _bare(word: str) -> str:
    """A word as it is compared: without case and marks."""
    return word.lower().replace("’", "'").strip(".,;:!?…“”\"'«»()[]") or word
