"""The panel's last state without the panel: a figure and tables that a saved notebook keeps."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.export.typeset import escape_html
from analysis.panel.views import cell, heading, middle_out, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ROWS, PASSAGES = 30, 12
_WHERE = ("doc", "left", "node", "right", "outlet", "published")  # of a passage
DPI = 144
SCREEN = 96  # dots of a picture to the inch at its natural size
_NO_MATHS = "mathjax_ignore tex2jax_ignore"  # “$5 and $6” is not a formula
INSTEAD = "The interactive panel; its last state is shown below."

# In a notebook that is opened again, the panel's place says that it is being loaded, then that it
# was not found: an output of text alone, where the panel, while it lives, has elements.
_HIDE = (
    ".jp-OutputArea:has(> .jp-OutputArea-child .da-static) > "
    ".jp-OutputArea-child > .jp-OutputArea-output.lm-Panel:not(:has(*)){display:none}"
)
_LOOKS = (  # of the static state alone
    ".da-static table{border-collapse:collapse}.da-static th,.da-static td"
    "{text-align:start!important;vertical-align:top;white-space:normal;"
    "padding:.15rem .6rem}.da-static td.da-number"
    "{text-align:end!important;font-variant-numeric:tabular-nums}"
    ".da-static td.da-wide{min-width:14em}"
)


def draw_png(ax: Axes) -> tuple[bytes, int]:
    """A chart as a picture for the screen, and its natural width there in pixels."""
    from analysis.export.pictures import figure_of

    figure = figure_of(ax)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI, bbox_inches=None, facecolor="white")
    return file.getvalue(), round(figure.get_figwidth() * SCREEN)


def figure_bundle(png: bytes, alt: str, width: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The picture as an output of a notebook, with its description; text alone without one."""
    if not png:
        return {"text/plain": ""}, {}
    known = {"alt": plain(alt), "width": width, "needs_background": "light"}
    # text before the picture is what a reader without pictures gets
    data = {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": plain(alt)}
    return data, {"image/png": known}


def table_html(
    table: pd.DataFrame,
    shown: Sequence[str],
    *,
    caption: str,
    note: str,
    tab: str,
    alt: str = "",
    passages: pd.DataFrame | None = None,
    chosen: str = "",
) -> str:
    """The last state as HTML: what the figure shows in words, the rows, and the chosen passages."""
    parts = [
        f"<style>{_HIDE}{_LOOKS}</style>",
        f'<section class="da-static {_NO_MATHS}" '
        f'aria-label="Last state of the panel: {escape_html(tab)}">',
        f"<p>{escape_html(plain(alt))}</p>" if alt else "",
        _table(table.head(ROWS), shown, caption),
        _more(len(table), ROWS, "rows"),
        f"<p>{escape_html(plain(note))}</p>" if note else "",
    ]
    if passages is not None and len(passages):
        columns = [name for name in _WHERE if name in passages.columns]
        parts.append(_table(passages.head(PASSAGES), columns, chosen))
        parts.append(_more(len(passages), PASSAGES, "passages"))
    return "\n".join([*(part for part in parts if part), "</section>"])


def _more(there: int, limit: int, what: str) -> str:
    return f"<p>{limit} of {there:,} {what}.</p>" if there > limit else ""


def _table(table: pd.DataFrame, columns: Sequence[str], caption: str) -> str:
    heads = "".join(f'<th scope="col">{escape_html(heading(name))}</th>' for name in columns)
    rows = [
        "".join(_cell(name, value, i == 0) for i, (name, value) in enumerate(pairs))
        for pairs in (
            zip(columns, values, strict=True)
            for values in zip(*(table[name].tolist() for name in columns), strict=True)
        )
    ]
    title = escape_html(plain(caption))
    return (
        f'{f"<p><strong>{title}</strong></p>" if title else ""}<table aria-label="{title}">'
        f"<thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table>"
    )


def _cell(name: str, value: object, first: bool) -> str:
    """A cell; the first of a row names it, unless it is a whole sentence."""
    text = middle_out(cell(value, name))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    inner = f"<bdi>{escape_html(text)}</bdi>"
    if name == "node":
        inner = f"<mark>{inner}</mark>"
    if first and len(text) <= 50:
        return f'<th scope="row">{inner}</th>'
    kind = "da-number" if number else "da-wide" if name in ("left", "right") else ""
    return f'<td class="{kind}">{inner}</td>' if kind else f"<td>{inner}</td>"
