"""The page of a reading trail, for a paper's appendix; and the trail as plain text."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.reading.marks import KINDS
from analysis.show.html import Page, cell_text, read_asset, render
from analysis.wording import corpus_sentence, plain, plural, written

_KEPT = {
    "keep": "Lines that were kept",
    "drop": "Lines that were dropped",
    "": "Lines with a remark",
}
_SOURCE = ("outlet", "title", "published", "url")


def as_text(trail: Any) -> str:
    """The steps of a trail as an indented list."""
    rows = []
    for step, depth in _tree(trail):
        name = f" “{step.name}”" if step.name else ""
        rows.append(f"{'  ' * depth}{step.id} {step.words}{name}: {_count(step)}")
    return "\n".join(rows)


def _count(step: Any) -> str:
    """How many lines are left after a step."""
    if step.lines is None:
        return f"not taken ({step.problem})"
    return f"{plural(step.lines, 'line')} in {plural(step.documents, 'text')}"


def _tree(trail: Any) -> list[tuple[Any, int]]:
    """Steps and how deep they stand: a step that alone follows another stands below it."""
    steps = trail._state.steps
    after: dict[Any, list[Any]] = {}
    for step in steps.values():
        after.setdefault(step.parent, []).append(step)
    found: list[tuple[Any, int]] = []
    waiting = [(step, 0) for step in reversed(after.get(None, []))]
    while waiting:
        step, depth = waiting.pop()
        found.append((step, depth))
        waiting += [(one, depth + 1) for one in reversed(after.get(step.id, []))]
    return found


def make_page(trail: Any, title: str | None, author: str) -> Page:
    """A trail as a page."""
    name = title or f"Reading trail “{trail.name}”"
    attrs = trail.corpus.documents.attrs
    marked = trail.marked(None)
    fragment = render(
        "reading/trail.html",
        style=read_asset("show/show.css"),
        look=read_asset("show/concordance.css"),
        title=name,
        author=author,
        corpus=corpus_sentence(attrs),
        fingerprint=str(attrs.get("corpus", {}).get("fingerprint", "")),
        version=_version(),
        steps=[
            {
                "number": step.id,
                "depth": depth,
                "words": _words(step, attrs),
                "name": step.name,
                "note": step.note,
                "count": _count(step),
                "here": step.id == trail.at,
                "groups": _groups(trail, step),
            }
            for step, depth in _tree(trail)
        ],
        marked=[_section(trail, marked, kind) for kind in KINDS[1:] + KINDS[:1]],
        lost=[(*one.place, *one.words, *one.said) for one in trail._state.lost],
        code=trail.code(),
    )
    return Page(name, str(fragment), text=as_text(trail))


def _words(step: Any, attrs: Any) -> str:
    """A step in words, with groups as the corpus writes them."""
    labels = (attrs.get("style") or {}).get("labels") or {}
    with written(lambda name: str(labels.get(name, name))):
        return str(step.words)


def _version() -> str:
    from analysis import __version__

    return __version__


def _groups(trail: Any, step: Any) -> list[tuple[str, str]]:
    """The groups that a step made, and how many lines each has."""
    if step.kind != "group" or step.lines is None:
        return []
    tree = trail._lines(step.id).attrs.get("groups", [])
    documents, by = trail.corpus.documents, step.params.get("by", ())
    labels: dict[str, str] = {}
    if {*([by] if isinstance(by, str) else by)} & set(documents.columns):
        labels = (documents.attrs.get("style") or {}).get("labels") or {}
    return [
        (plain(labels.get(group["label"], group["label"]), 60), plural(group["lines"], "line"))
        for group in tree[:30]
    ]


def _section(trail: Any, marked: pd.DataFrame, kind: str) -> dict[str, Any]:
    """The lines with one mark as a list with their sources."""
    own = marked[marked["mark"] == kind].reset_index(drop=True) if "mark" in marked else marked
    documents = trail.corpus.documents.set_index("doc")
    lines = []
    for row in own.to_dict("records"):
        known = documents.loc[row["doc"]]
        source = [cell_text(known[n], n) for n in _SOURCE if n in documents and pd.notna(known[n])]
        place = f"{row['doc']}, characters {row['start']} to {row['end']}"
        lines.append(
            {
                "left": row["left"],
                "node": row["node"],
                "right": row["right"],
                "label": row["label"],
                "note": row["note"],
                "source": ". ".join([*source, place]),
            }
        )
    return {"title": _KEPT[kind], "lines": lines}
