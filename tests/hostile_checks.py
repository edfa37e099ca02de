"""What must not be in a file that this package writes, whatever the texts hold."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path

import hostile_corpus as made
from lxml import etree, html

RISKY = tuple("=+-@\t\r\n＝＋－＠")
# elements of an SVG as matplotlib draws it
DRAWN = set(
    "svg title desc metadata defs style g path use text tspan rect clipPath image pattern".split()
)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC, CC = "http://purl.org/dc/elements/1.1/", "http://creativecommons.org/ns#"
SVG = "http://www.w3.org/2000/svg"
URLS = (
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcset",
    "background",
    "xlink:href",
)
_ESCAPED = re.compile(
    r"\\(?:[{}&%$#_]|(?:textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar)"
    r"\{\})|\{[\[\]]\}|\$-\$|\$\\infty\$"
)
_FRAME = re.compile(
    r"% \\usepackage\{[a-z,]+\}|\\(?:begin|end)\{(?:table|tabular|longtable)\}(?:\{[lr]*\})?"
    r"|\\(?:toprule|midrule|bottomrule|end(?:first)?head|end(?:last)?foot)"
    r"|\\multicolumn\{\d+\}\{r\}\{Continued on next page\}|\\par\\smallskip\\footnotesize |\\\\$"
)


def svg_faults(data: bytes) -> list[str]:
    """Elements and attributes of an SVG that could run or fetch something."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    faults = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element)
        if name.namespace == SVG and name.localname not in DRAWN:
            faults.append(f"<{name.localname}>")
        elif name.namespace not in (SVG, RDF, DC, CC):
            faults.append(f"<{name.localname}> of {name.namespace}")
        for key, value in element.attrib.items():
            local = etree.QName(key).localname.lower()
            if local.startswith("on"):
                faults.append(f"{local}=")
            safe = value.startswith(("#", "data:image/png;base64,"))
            if local in URLS and not safe and name.namespace == SVG:
                faults.append(f"{local}={value[:60]}")
    return faults


def html_faults(text: str, *, scripts: int = 0) -> list[str]:
    """Elements and attributes of a page that could run or fetch something."""
    page = html.document_fromstring(text)
    faults = []
    found = 0
    for element in page.iter(etree.Element):
        tag = str(element.tag).lower()
        found += tag == "script"
        if tag in ("iframe", "object", "embed", "base", "form", "frame", "applet"):
            faults.append(f"<{tag}>")
        if tag == "meta" and element.get("http-equiv", "").lower() == "refresh":
            faults.append("<meta refresh>")
        for key, value in element.attrib.items():
            if key.lower().startswith("on") or key.lower() == "srcdoc":
                faults.append(f"{key}=")
            safe = value.strip().startswith(("#", "data:image/png;base64,", "data:image/svg+xml"))
            if key.lower() in URLS and not safe and tag != "a":
                faults.append(f"{tag} {key}={value[:60]}")
            if key.lower() in URLS and re.match(r"\s*(javascript|data:text|vbscript)", value, re.I):
                faults.append(f"{tag} {key}={value[:60]}")
    if found != scripts:
        faults.append(f"{found} <script>, not {scripts}")
    return faults


def elements(text: str) -> set[str]:
    """Which elements with which attributes a page has: its data must not change that."""
    page = html.document_fromstring(text)
    return {
        " ".join([str(element.tag), *sorted(element.attrib)])
        for element in page.iter(etree.Element)
    }


def csv_faults(text: str, numbers: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """Cells that a spreadsheet would run; the columns of numbers may begin with a minus."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    header = rows[0] if rows else []
    faults = [cell[:60] for cell in header if cell.lstrip(" ").startswith(RISKY)]
    for row in rows[1:]:
        for name, cell in zip(header, row, strict=True):
            if name in numbers:
                assert re.fullmatch(r"-?(?:[\d.]+(?:e[+-]?\d+)?|inf|nan)|True|False|", cell), cell
            elif cell.lstrip(" ").startswith(RISKY):
                faults.append(f"{name}: {cell[:60]}")
    return faults


def latex_faults(text: str) -> list[str]:
    """Characters that LaTeX would read as a command, beyond those of a table."""
    faults = []
    for line in text.splitlines():
        inner = _FRAME.sub("", line).strip()
        inner = re.sub(r"^\\caption\[\]", r"\\caption", inner)  # of a table's later pages
        if inner.startswith("\\caption{") and inner.endswith("}"):
            inner = inner[len("\\caption{") : -1]
        inner = re.sub(r"(?:^| )&(?= |$)", "", _ESCAPED.sub("", inner))
        faults += [f"{sign} in {line[:60]}" for sign in re.findall(r"[\\$%#_^{}&]", inner)]
        faults += [f"{char!r}" for char in inner if ord(char) < 32 or ord(char) == 127]
    return faults


def bundle_faults(record: Path) -> list[str]:
    """All that is wrong with the files of one bundle."""
    described = json.loads(record.read_text("utf-8"))
    numbers = {
        column["name"] for column in described["data"]["columns"] if column["kind"] == "number"
    }
    stem = record.with_suffix("")
    faults = csv_faults(_read(stem, ".csv"), numbers)
    if _file(stem, ".svg").exists():
        faults += svg_faults(_file(stem, ".svg").read_bytes())
    if _file(stem, ".html").exists():
        faults += html_faults(_read(stem, ".html"))
    if _file(stem, ".tex").exists():
        faults += latex_faults(_read(stem, ".tex"))
    return faults


def _file(stem: Path, suffix: str) -> Path:
    return stem.with_name(stem.name + suffix)


def _read(stem: Path, suffix: str) -> str:
    return _file(stem, suffix).read_bytes().decode("utf-8")


def count_marks(text: str) -> Counter[str]:
    """How often the dangerous strings of the corpus stand in a page as they are."""
    dangerous = (made.SCRIPT, made.HANDLER, made.SVG, made.CLOSING, made.FRAME, made.FETCHING)
    return Counter({one: text.count(one) for one in dangerous if one in text})
