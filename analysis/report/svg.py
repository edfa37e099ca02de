"""A chart as SVG inside a page: no identifier or style rule of it can meet another's."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from analysis.export.pictures import render_figure
from analysis.show.html import REPLACED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from analysis.charts.marks import Mark


_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_LINK = f"{{{_XLINK}}}href"
_LABELS = ("aria-labelledby", "aria-describedby")
_DROPPED = (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_URL = re.compile(r"url\(#([^)]+)\)")
_DIGITS = re.compile(r"(\d+\.\d{2})\d+")  # a hundredth of a point is finer than any screen


def draw_svg(figure: Figure, caption: str, alt: str) -> ElementTree.Element:
    """Draw a figure as an ``svg`` element with title and description, and close it."""
    # Left out is what would speak to the whole page (matplotlib's style rule), and the names that
    # it gives to every part though nothing refers to them.
    import matplotlib.pyplot as plt

    from analysis.charts.marks import marks  # loads matplotlib
    from analysis.charts.style import quiet_layout

    with quiet_layout():
        pictures = render_figure(figure, caption, alt, formats=("svg",), own_style=True)
        places = marks(figure)
    plt.close(figure)  # matplotlib would keep it open
    root = ElementTree.fromstring(_NOT_XML.sub(REPLACED, pictures[".svg"].decode("utf-8")))
    _tidy(root)
    used = _used(root)
    for element in root.iter():
        if element.get("id") not in used:
            element.attrib.pop("id", None)
    _add_marks(root, places)
    width = root.attrib.pop("width").removesuffix("pt")
    root.attrib.pop("height")
    root.set("style", f"width:{float(width) / 72:.2f}in")
    return root


def _add_marks(root: ElementTree.Element, places: Sequence[Mark]) -> None:
    """Put a box without colour over all that stands for a row of the figure's data."""
    # what a pointer meets: the page's script shows the row, and a click leads to its passages
    _, _, width, height = map(float, root.get("viewBox", "0 0 1 1").split())
    layer = ElementTree.SubElement(root, f"{{{_SVG}}}g", {"class": "marks", "fill": "none"})
    for mark in places:
        box = (mark.left * width, mark.top * height, mark.width * width, mark.height * height)
        place = zip(("x", "y", "width", "height"), box, strict=True)
        attributes = {name: f"{value:.1f}" for name, value in place}
        ElementTree.SubElement(layer, f"{{{_SVG}}}rect", attributes | {"data-row": str(mark.row)})


def _tidy(root: ElementTree.Element) -> None:
    """Drop what a page has no use for, and the digits that nobody can see."""
    for parent in root.iter():
        for child in list(parent):
            if child.tag in _DROPPED:
                parent.remove(child)
            child.tail = "\n"
        if len(parent):
            parent.text = "\n"
        for name in {"d", "transform", "x", "y"} & set(parent.attrib):
            parent.set(name, " ".join(_DIGITS.sub(r"\1", parent.attrib[name]).split()))


def _used(root: ElementTree.Element) -> set[str | None]:
    """The identifiers that something in the drawing refers to."""
    used: set[str | None] = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == _LINK:
                used.add(value[1:])
            elif name in _LABELS:
                used.add(value)
            else:
                used.update(_URL.findall(value))
    return used


def write_svg(drawing: ElementTree.Element, anchor: str) -> str:
    """Write a drawing as markup for a page, its identifiers beginning with the figure's anchor."""
    root = copy.deepcopy(drawing)
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            if name in ("id", *_LABELS):
                element.set(name, f"{anchor}-{value}")
            elif name == _LINK and value.startswith("#"):
                element.set(name, f"#{anchor}-{value[1:]}")
            elif "url(#" in value:
                element.set(name, _URL.sub(rf"url(#{anchor}-\1)", value))
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    return ElementTree.tostring(root, encoding="unicode")
