"""The letters of the package's font that a page's figures use, so that they stand as measured."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Sequence
from importlib import resources
from xml.etree.ElementTree import Element

_FACES = {  # the file of each face, by weight and slant
    "400 normal": "SourceSansPro-Regular.ttf",
    "700 normal": "SourceSansPro-Bold.ttf",
    "400 italic": "SourceSansPro-It.ttf",
}
_BOLD = re.compile(r"\b(bold|[6-9]00)\b")


def font_faces(drawings: Sequence[Element]) -> str:
    """Style rules that hold the letters of some drawings; "" where they have none."""
    rules = []
    for face, letters in _letters(drawings).items():
        weight, slant = face.split()
        data = base64.b64encode(_subset(_FACES[face], letters)).decode()
        rules.append(
            f"@font-face{{font-family:'Source Sans Pro';font-weight:{weight};font-style:{slant};"
            f"src:url(data:font/woff;base64,{data})format('woff')}}"
        )
    return "\n".join(rules)


def _letters(drawings: Iterable[Element]) -> dict[str, str]:
    """The letters of each face."""
    found: dict[str, set[str]] = {}
    for drawing in drawings:
        for element in drawing.iter():
            if element.tag.rpartition("}")[2] not in ("text", "tspan"):
                continue
            style = element.get("style", "")
            slant = "italic" if "italic" in style or "oblique" in style else "normal"
            weight = "700" if _BOLD.search(style) and slant == "normal" else "400"
            found.setdefault(f"{weight} {slant}", set()).update("".join(element.itertext()))
    return {face: "".join(sorted(found[face])) for face in _FACES if found.get(face)}


def _subset(name: str, letters: str) -> bytes:
    """The font with these letters alone, as WOFF; the same letters give the same bytes."""
    from fontTools import subset  # comes with matplotlib, and takes a while
    from fontTools.ttLib import TTFont

    file = resources.files("analysis") / "data" / "fonts" / name
    font = TTFont(io.BytesIO(file.read_bytes()), recalcTimestamp=False)
    options = subset.Options(layout_features=["kern"], hinting=False, notdef_outline=True)
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]  # with copyright and licence
    maker = subset.Subsetter(options)
    maker.populate(text=letters)
    maker.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
