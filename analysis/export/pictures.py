"""The pictures of a figure: PNG, SVG and PDF whose bytes depend on the figure alone."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from analysis.export.bounds import PIXELS
from analysis.files import hash_bytes
from analysis.show.html import escape
from analysis.tables import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure


FIGURE_FORMATS = ("png", "svg", "pdf")
DPI = 300
SQUARE = 48  # pixels: four millimetres at that resolution
TOLERANCE = 56.0  # of 255, by which the mean of a colour in a square may differ
# what no XML file may hold, in whatever form (XML 1.0, section 2.2); a browser shows none of it
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HASHED_ID = re.compile(r'(\bid="|url\(#|href="#)([A-Za-z]?[0-9a-f]{10})(?=["\)])')

# Whatever a user's settings are, the same figure gives the same bytes.
_SAVING: dict[str, Any] = {
    "pdf.compression": 6,
    "pdf.fonttype": 42,  # TrueType: text in the PDF stays text
    "pdf.use14corefonts": False,
    "savefig.bbox": None,
    "savefig.edgecolor": "auto",
    "savefig.facecolor": "auto",
    "savefig.transparent": False,
    "svg.fonttype": "none",  # text in the SVG stays text
    "svg.hashsalt": "discourse-analysis",
    "svg.image_inline": True,
}


def figure_of(ax: Any) -> Figure:
    """The one figure that some Axes, or several, belong to."""
    from matplotlib.figure import FigureBase

    if isinstance(ax, np.ndarray | list | tuple):
        figures = {id(figure): figure for figure in map(figure_of, np.ravel(np.asarray(ax)))}
        if len(figures) != 1:
            raise InputError(f"One figure is saved at a time; these Axes are of {len(figures)}.")
        return next(iter(figures.values()))
    figure = ax if isinstance(ax, FigureBase) else getattr(ax, "figure", None)
    while isinstance(figure, FigureBase) and figure.figure is not figure:  # out of subfigures
        figure = figure.figure
    if not isinstance(figure, FigureBase):
        raise InputError(
            "save_figure takes what a plot_ function returned (Axes or a Figure), not "
            f"{type(ax).__name__}."
        )
    return cast("Figure", figure)


def render_figure(
    figure: Figure, caption: str, alt: str, *, formats: Sequence[str], own_style: bool
) -> dict[str, bytes]:
    """The pictures of a figure by suffix; a chart of this package is drawn in default settings."""
    import matplotlib
    import matplotlib.style

    files: dict[str, bytes] = {}
    with matplotlib.rc_context(), matplotlib.style.context("default" if own_style else {}):
        matplotlib.rcParams.update(_SAVING)  # type: ignore[arg-type]
        for name in FIGURE_FORMATS:
            if name not in formats:
                continue
            buffer = io.BytesIO()
            figure.savefig(
                buffer, format=name, dpi=DPI, metadata=_picture_metadata(name, caption, alt)
            )
            content = buffer.getvalue()
            files[f".{name}"] = _accessible_svg(content, caption, alt) if name == "svg" else content
    return files


def words_file(caption: str, alt: str, chart: dict[str, Any]) -> bytes:
    """What to write beside a picture: caption, alternative text, note and method, as plain text."""
    parts = {
        "Title": chart.get("title"),
        "Subtitle": chart.get("subtitle"),
        "Caption": caption,
        "Alternative text": alt,
        "Note": chart.get("note"),
        "Method": chart.get("method"),
    }
    texts = [f"{head}\n{text}\n" for head, text in parts.items() if text]
    return "\n".join(texts).encode("utf-8", "replace")


def look_alike(one: bytes, other: bytes) -> bool:
    """Whether two PNGs show the same marks, as drawn by two versions of matplotlib.

    Versions place and smooth letters and lines otherwise. Both pictures are compared square by
    square: a mark that is longer, moved or of another colour changes whole squares. Matplotlib 3.10
    and 3.11 differ by 35 at most in three charts; a bar that ends 5 mm further by 150. Another word
    in small letters is not seen.
    """
    from PIL import Image

    pictures = []
    size = None
    for content in (one, other):
        try:
            with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
                if size not in (None, picture.size) or picture.width * picture.height > PIXELS:
                    return False
                size = picture.size
                small = -(-picture.width // SQUARE), -(-picture.height // SQUARE)
                flat = picture.convert("RGB").resize(small, Image.Resampling.BOX)
                pictures.append(np.asarray(flat, dtype=float))
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            return False
    return bool(np.abs(pictures[0] - pictures[1]).max() <= TOLERANCE)


def figure_facts(figure: Figure) -> dict[str, Any]:
    """Size and axes of a figure, and whether it was made for its chart or laid out by the user."""
    from analysis.charts.changes import changes_of
    from analysis.charts.style import chart_record, fills_figure

    width, height = figure.get_size_inches()
    own = chart_record(figure) is None or fills_figure(figure)
    changes = changes_of(figure) if own else []
    return {
        **({"changes": changes} if changes else {}),
        "axes": len(figure.axes),
        "width_inches": float(width),
        "height_inches": float(height),
        "own": own,
    }


def _picture_metadata(name: str, caption: str, alt: str) -> dict[str, str | None]:
    """Metadata without dates and without the drawing program's name."""
    if name == "png":
        return {"Title": caption, "Description": alt, "Software": None}
    if name == "pdf":
        return {
            "Title": caption,
            "Subject": alt,
            "Creator": None,
            "Producer": None,
            "CreationDate": None,
        }
    return {"Creator": None, "Date": None, "Format": None, "Type": None}


def font_stack(svg: str) -> str:
    """An SVG whose text falls back to fonts that are everywhere, where the package's is not."""
    return svg.replace(
        "'Source Sans Pro', ", "'Source Sans Pro', 'Source Sans 3', Arial, Helvetica, "
    )


def _accessible_svg(content: bytes, caption: str, alt: str) -> bytes:
    """Give an SVG the role of an image, a title and a description that screen readers find."""
    text = font_stack(content.decode("utf-8"))
    caption, alt = (_NOT_XML.sub("\ufffd", words) for words in (caption, alt))
    text = _NOT_XML.sub("\ufffd", text)
    mark = hash_bytes(f"{caption}\n{alt}".encode())[:12]  # unique where a page holds several
    # matplotlib's ids are hashes of coordinates to the last bit, which depends on the screen
    numbers: dict[str, int] = {}
    text = _HASHED_ID.sub(
        lambda found: f"{found[1]}{mark}-{numbers.setdefault(found[2], len(numbers))}", text
    )
    head, _, rest = text.partition("<svg")
    opening, _, body = rest.partition(">")
    return (
        f'{head}<svg role="img" aria-labelledby="title-{mark}" aria-describedby="desc-{mark}"'
        f'{opening}>\n <title id="title-{mark}">{escape(caption)}</title>'
        f'\n <desc id="desc-{mark}">{escape(alt)}</desc>{body}'
    ).encode()


def plotted(chart: dict[str, Any]) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """The data of a figure as one table, and how each of its charts was made."""
    # Several charts on one figure are distinguished by a first column, `panel`, counted from 1.
    panels = chart.get("panels") or [chart]
    made = [step_record(panel["call"], panel["params"], panel["attrs"]) for panel in panels]
    if len(panels) == 1:
        data = chart["data"].copy()
        data.attrs = dict(chart["attrs"])
        return data, made
    parts = []
    for number, panel in enumerate(panels, start=1):
        part = panel["data"].copy()
        part.attrs = {}  # pandas would compare them
        part.insert(0, "panel", number)
        parts.append(part)
    data = pd.concat(parts, ignore_index=True)
    data.attrs = {key: value for key, value in panels[-1]["attrs"].items() if key != "steps"}
    return data, made


def step_record(call: str, params: dict[str, Any], attrs: dict[Any, Any]) -> dict[str, Any]:
    """How one chart or table was made: by which call, after which steps."""
    return {"call": call, "params": params, "steps": attrs.get("steps", [])}
