"""Paragraphs of Word, OpenDocument and rich text files."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any

from analysis._lazy import needs_extra
from analysis.corpus.formats.encodings import clean_text, decode
from analysis.corpus.formats.zips import check_package
from analysis.tables import InputError

WORDS = 1_000_000  # control words of a rich text file
_LINK = re.compile(r"\(\"?https?://[^\s()\"]*\"?\)")  # how striprtf shows where a link leads
_HEADINGS = ("title", "heading 1")


def read_docx(data: bytes, name: str) -> tuple[str, list[str]]:
    """Read the paragraphs of a Word file."""
    with needs_extra("files", "Reading a Word file"):
        import docx
        from docx.oxml.ns import qn

    check_package(data, name, "a Word file (.docx)")
    try:
        document = docx.Document(io.BytesIO(data))
        styles = {style.style_id: (style.name or "").lower() for style in document.styles}
        paragraphs: list[str] = []
        title = ""
        for element in document.element.body.iter(qn("w:p")):
            if any(str(a.tag).endswith("}Fallback") for a in element.iterancestors()):
                continue
            lines = clean_text("".join(_runs(element, qn))).split("\n")
            found = [" ".join(line.split()) for line in lines]
            style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            if style is not None and not any(paragraphs) and any(found):
                named = styles.get(style.get(qn("w:val")), "")
                title = " ".join(found).strip() if named in _HEADINGS else ""
            paragraphs += found
    except Exception as error:  # whatever the parser trips over in a damaged file
        raise InputError(f"{name} cannot be read as a Word file: {_reason(error)}.") from None
    return title, [paragraph for paragraph in paragraphs if paragraph]


def _runs(paragraph: Any, qn: Any) -> Iterator[str]:
    """The text of a paragraph's runs, without that of text boxes in it and of deleted text."""
    tags = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    skipped = {qn("w:p"), qn("w:moveFrom"), qn("w:del"), qn("w:pPr")}
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        if node.tag in skipped or not isinstance(node.tag, str):
            continue
        if node.tag.endswith("}Fallback"):  # the same text box for older programs
            continue
        if node.tag == qn("w:t"):
            yield node.text or ""
        else:
            yield tags.get(node.tag, "")
        stack.extend(reversed(node))


def read_odt(data: bytes, name: str) -> tuple[str, list[str]]:
    """Read the paragraphs of an OpenDocument text."""
    check_package(data, name, "an OpenDocument text (.odt)")
    with needs_extra("files", "Reading an OpenDocument text"):
        import odfdo
    try:
        body = odfdo.Document(io.BytesIO(data)).body
        for hidden in ("//text:tracked-changes", "//text:note", "//office:annotation"):
            for element in body.get_elements(hidden):
                element.delete()
        found = [
            (element.tag, clean_text(element.inner_text))
            for element in body.get_elements("//text:p|//text:h")
        ]
    except Exception as error:  # whatever the parser trips over in a damaged file
        raise InputError(
            f"{name} cannot be read as an OpenDocument text: {_reason(error)}."
        ) from None
    full = [(tag, " ".join(text.split())) for tag, text in found if text.strip()]
    title = full[0][1] if full and full[0][0] == "text:h" else ""
    lines = [" ".join(line.split()) for _, text in found for line in text.split("\n")]
    return title, [line for line in lines if line]


def read_rtf(data: bytes, name: str) -> tuple[str, list[str]]:
    """Read the paragraphs of a rich text file."""
    with needs_extra("files", "Reading rich text"):
        from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise InputError(f"{name} is not a rich text file, whatever its name says; save it as one.")
    if data.count(b"\\") > WORDS:
        raise InputError(
            f"{name} has more than {WORDS:,} control words; split it, or save its text as .txt, "
            "and retry."
        )
    raw = data.decode("ascii") if data.isascii() else _decode_rtf(data, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = rtf_to_text(raw, errors="replace")
    except Exception as error:  # whatever the parser trips over in a damaged file
        raise InputError(f"{name} cannot be read as rich text: {_reason(error)}.") from None
    text = clean_text(_LINK.sub("", text))
    lines = [" ".join(line.replace("|", " | ").split()).strip("| ") for line in text.split("\n")]
    return "", [line for line in lines if line]


def _decode_rtf(data: bytes, name: str) -> str:
    """Rich text is ASCII; where a program wrote other bytes, they are in some encoding."""
    try:
        return "{" + decode(data.lstrip()[1:], name)  # the mark of rich text is not for `decode`
    except InputError:
        return data.decode("cp1252", errors="replace")


def _reason(error: Exception) -> str:
    """The first line of what a parser complained of, short and without its full stop."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:120].rstrip(".")
