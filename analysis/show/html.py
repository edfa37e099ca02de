"""HTML for every page of the package: templates, one table, one rule for cells, one page."""

from __future__ import annotations

import base64
import hashlib
import html
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis import wording
from analysis.files import find_target, write_atomic
from analysis.tables import InputError

PACKAGE = Path(__file__).parent.parent
# what an HTML page cannot hold, or a browser would silently change or drop
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_SEAL = re.compile(rb"<!-- ([0-9a-f]{64}) -->\n\Z")
REPLACED = "\ufffd"
MISSING = "–"
_PROBABILITIES = ("p", "p_adjusted")
SHARE = "share"  # a column written in per cent
LEAST = 0.0001  # what lies nearer to 0 is not written out


def escape(text: object) -> Markup:
    """Escape what HTML would read as markup; what it cannot hold becomes U+FFFD."""
    if isinstance(text, Markup):
        return text
    escaped = html.escape(_CONTROL.sub(REPLACED, str(text)), quote=True)
    return Markup(escaped.replace("\r", "&#13;"))  # a bare one would be read as a line feed


def language_attribute(language: object) -> Markup:
    """Give ` lang="…"` where a language is a code that a browser knows, else nothing."""
    known = isinstance(language, str) and _LANGUAGE.fullmatch(language)
    return Markup(f' lang="{language}"' if known else "")


@cache
def _templates() -> jinja2.Environment:
    """The templates of the package; whatever is written into one is escaped by `escape`."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PACKAGE),
        autoescape=True,
        finalize=escape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        lang=language_attribute, number=wording.number, plural=wording.plural, cell=cell
    )
    return environment


def render(template: str, **values: Any) -> Markup:
    """Fill a template, named by its path in the package, as "show/page.html"."""
    return Markup(_templates().get_template(template).render(**values))


def read_asset(name: str) -> Markup:
    """Read a style sheet or script of the package, named by its path in it."""
    return Markup((PACKAGE / name).read_text("utf-8"))


def cell_text(value: object, column: str = "") -> str:
    """Write a value as a reader expects it: numbers rounded, dates short, "–" for what is
    missing.
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.integer | np.floating):
        number = float(value)
        if not np.isfinite(number):
            return MISSING
        if column in _PROBABILITIES and 0 <= number < 0.001:
            return "< 0.001"
        if column == SHARE:
            return f"{wording.number(round(100 * number, 8))} %"
        if 0 < abs(number) < LEAST:
            return f"< {LEAST}" if number > 0 else f"> −{LEAST}"
        return wording.number(number) if abs(number) < 1e15 else f"{number:.3g}"
    if value is None or value is pd.NaT or value is pd.NA:
        return MISSING
    if isinstance(value, pd.Timestamp):
        midnight = value == value.normalize()
        return f"{value:%Y-%m-%d}" if midnight else f"{value:%Y-%m-%d %H:%M}"
    return _CONTROL.sub(REPLACED, str(value)) or MISSING


def cell(value: object, column: str = "") -> Markup:
    """Write a value as the content of a table's cell; markup stays as it is."""
    # A rounded number keeps all its digits for machines, and a text cannot turn the direction of
    # writing of its neighbours.
    if isinstance(value, Markup):
        return value
    text = escape(cell_text(value, column))
    if isinstance(value, float | np.floating) and np.isfinite(value):
        return Markup(f'<data value="{float(value)!r}">{text}</data>')
    return Markup(f"<bdi>{text}</bdi>") if isinstance(value, str) and value else text


def html_table(
    table: pd.DataFrame,
    *,
    caption: object = "",
    heads: Mapping[str, str] | None = None,
    names: int = 1,
    links: Mapping[str, Sequence[str]] | None = None,
    classes: Mapping[str, str] | None = None,
    ids: Sequence[str] | None = None,
) -> Markup:
    """Write a table as HTML."""
    # `heads` renames columns; the first `names` columns name the row; `links` has an address, or
    # "", for each cell of a column; `classes` has a class for the cells of a column, where it is
    # not a number's ("n"); `ids` are the anchors of the rows. A cell that is ``Markup`` stays as it
    # is, in a column of objects: pandas' own text columns would make plain text of it.
    columns = []
    for place, name in enumerate(map(str, table.columns)):
        values = table.iloc[:, place]
        cells = [cell(value, written_as(table, name)) for value in values]
        addresses = (links or {}).get(name, [""] * len(cells))
        columns.append(
            {
                "head": (heads or {}).get(name, name.replace("_", " ")),
                "kind": (classes or {}).get(name, _cell_class(values, cells)),
                "cells": list(zip(cells, addresses, strict=True)),
            }
        )
    return render(
        "show/table.html",
        columns=columns,
        rows=range(len(table)),
        caption=caption,
        names=names,
        ids=ids,
    )


LONG_CELL = 40  # characters; a column with a longer text keeps a width to read it in


def _cell_class(column: pd.Series, cells: Sequence[Markup]) -> str:
    """The class of a column: numbers, or text that would make high rows of a narrow column."""
    if is_number(column):
        return "n"
    return "w" if any(len(Markup(text).striptags()) > LONG_CELL for text in cells) else ""


def written_as(table: pd.DataFrame, name: str) -> str:
    """The column whose form the numbers of a column have: the ends of an interval of a share are
    shares.
    """
    shares = SHARE in table.columns and "rate" not in table.columns
    return SHARE if shares and name in ("low", "high", f"{SHARE}_machine") else name


def is_number(column: pd.Series) -> bool:
    """Whether a column is set as numbers."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


@dataclass(frozen=True, repr=False)
class Page:
    """HTML that a notebook shows, and that can be saved as a page that needs no other file."""

    # Attributes ---------- title : str What the page is called. html : str What a notebook shows.
    # text : str The same without markup, where there is such a form.

    title: str
    html: str
    text: str = ""
    style: str = ""  # of the page alone
    script: str = ""  # the only one that the page lets run
    whole: bool = False  # whether `html` has header, main part and footer of its own

    def _repr_html_(self) -> str:
        # without these classes JupyterLab sets “$31 a metre, or $135 million” as a formula
        return f'<div class="mathjax_ignore tex2jax_ignore">{self.html}</div>'

    def __repr__(self) -> str:
        """What a notebook without HTML shows."""
        return f"<Page {self.title!r}>"

    def save(self, path: str | os.PathLike[str], overwrite: bool = False) -> Path:
        """Save as a page of HTML that needs no other file and no network."""
        target = page_path(path, overwrite)
        digest = base64.b64encode(hashlib.sha256(self.script.encode()).digest()).decode()
        content = render("show/page.html", page=self, digest=digest).encode("utf-8")
        return write_atomic(target, content + f"<!-- {_hash(content)} -->\n".encode())


def page_path(path: str | os.PathLike[str], overwrite: bool = False) -> Path:
    """Where a page goes; refused where a file would be lost that is not a page as it was saved."""
    target = Path(path)
    if not target.suffix:
        target = target.with_suffix(".html")
    if target.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"A page is saved as .html, not as {target.name!r}.")
    if target.exists() and not overwrite and not (target.is_file() and is_own(target.read_bytes())):
        raise InputError(
            f"{target} is there already and is not a page of this package, or was edited since;"
            " choose another name, or pass overwrite=True."
        )
    return find_target(target.parent, target)


def is_own(content: bytes) -> bool:
    """Whether a page was saved by this package and is as it was: it ends in its own hash."""
    seal = _SEAL.search(content)
    return bool(seal) and _hash(content[: seal.start()]).encode() == seal[1] if seal else False


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Span(NamedTuple):
    """A marked stretch of text: what it is, and what stands beside it in words."""

    start: int
    end: int
    kind: str  # names of style classes
    label: str
    rank: int = 0  # of spans over the same characters, the lower rank is outside
    anchor: str = ""  # the address of the mark on its page


def mark_up(text: str, spans: Sequence[Span]) -> Markup:
    """Mark spans in a text; they may nest and cross."""
    order = sorted(range(len(spans)), key=lambda i: (-spans[i].end, spans[i].rank, i))
    starts: dict[int, list[int]] = {}
    for i in order:
        starts.setdefault(spans[i].start, []).append(i)
    edges = sorted({0, len(text), *(s.start for s in spans), *(s.end for s in spans)})
    place = {span: rank for rank, span in enumerate(order)}
    parts: list[str] = []
    opened: list[tuple[int, int, bool]] = []  # span, its place in parts, whether it went on
    for at, after in zip(edges, [*edges[1:], len(text)], strict=True):
        again = _close(spans, opened, parts, at)
        fresh = [(i, False) for i in starts.get(at, [])]
        for i, goes_on in sorted([*again, *fresh], key=lambda pair: place[pair[0]]):
            opened.append((i, len(parts), goes_on))
            parts.append("")
        parts.append(escape(text[at:after]))
    return Markup("".join(parts))


def _close(
    spans: Sequence[Span], opened: list[tuple[int, int, bool]], parts: list[str], at: int
) -> list[tuple[int, bool]]:
    """End the spans that end here, and those inside them, which are given back to go on."""
    again: list[tuple[int, bool]] = []
    while any(spans[i].end == at for i, _, _ in opened):
        i, slot, went_on = opened.pop()
        span, ends = spans[i], spans[i].end == at
        classes = span.kind + " da-from" * went_on + " da-on" * (not ends)
        anchor = f' id="{escape(span.anchor)}"' if span.anchor and not went_on else ""
        parts[slot] = f'<mark{anchor} class="{escape(classes)}"><bdi>'
        parts.append("</bdi>")
        if ends and span.label:  # the space keeps the label on the line of the word before it
            label = escape(span.label)
            parts.append(f'<span class="da-label">&nbsp;<bdi>{label}</bdi></span>')
        parts.append("</mark>")
        if not ends:
            again.append((i, True))
    return again
