"""Paragraphs of Word, OpenDocument and rich text files."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from analysis._lazy import needs_extra
from analysis.corpus.formats.encodings import clean_text, decode
from analysis.corpus.formats.markup import attribute, child, find, iterate, local, parse_xml
from analysis.corpus.formats.zips import open_zip, read_member
from analysis.tables import InputError

WORDS = 1_000_000  # control words of a rich text file
_LINK = re.compile(r"\(\"?https?://[^\s()\"]*\"?\)")  # how striprtf shows where a link leads
_HEADINGS = ("title", "heading 1")
_BESIDE = ("footnotes", "endnotes", "comments")
_WORD = "a Word file (.docx)"
_TEXT = "an OpenDocument text (.odt)"


class Office(NamedTuple):
    """What an office file holds: its title, its paragraphs, and notes and the like beside them."""

    title: str
    paragraphs: list[str]
    dropped: list[str]


def open_package(data: bytes, name: str, kind: str) -> zipfile.ZipFile:
    """Open a Word or OpenDocument file, which is a zip of XML files."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(
            f"{name} is locked with a password or in the format of before 2007; open it, save it "
            f"as {kind} without a password, and retry."
        )
    if not data.startswith(b"PK"):
        raise InputError(f"{name} is not {kind}, whatever its name says; save it as one and retry.")
    return open_zip(data, name)


def _read_part(archive: zipfile.ZipFile, part: str, name: str) -> Any:
    """One part of a package, parsed."""
    return parse_xml(read_member(archive, part, name), f"{name}: {part!r}")


# Word: the parts are found by their relations, and elements by their names without the namespace,
# so that strict files, templates, files with macros and the XML of Word 2003 are read the same.


def read_docx(data: bytes, name: str) -> Office:
    """Read the paragraphs of a Word file."""
    if data.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
        tree = parse_xml(data, name)
        parts = {local(one): one for one in iterate(tree, "styles", *_BESIDE)}
        document = find(tree, "document", "wordDocument")
    else:
        archive = open_package(data, name, _WORD)
        main = _find_main(archive, name)
        document = _read_part(archive, main, name)
        folder = main.rsplit("/", 1)[0] if "/" in main else ""
        wanted = [f"{folder}/{part}.xml".lstrip("/") for part in ("styles", *_BESIDE)]
        found = [part for part in wanted if part in archive.namelist()]
        parts = {local(tree): tree for tree in (_read_part(archive, p, name) for p in found)}
    body = find(document, "body") if document is not None else None
    if body is None:
        raise InputError(f"{name} cannot be read as a Word file: it has no body; save it anew.")
    styles = _read_styles(parts.get("styles"))
    title, paragraphs, hidden = _read_word_body(body, styles)
    if not paragraphs and find(body, "altChunk") is not None:
        raise InputError(
            f"{name} holds its text as an embedded web page; open it in Word, save it, and retry."
        )
    notes = [
        f"{local(note)}: {' '.join(text)}"
        for kind in _BESIDE
        for note in parts.get(kind, ())
        if (text := _read_word_body(note, styles)[1])
    ]
    return Office(title, paragraphs, [*(f"hidden text: {one}" for one in hidden), *notes])


def _find_main(archive: zipfile.ZipFile, name: str) -> str:
    """The part of a package that holds the document."""
    names = archive.namelist()
    if "_rels/.rels" in names:
        for relation in iterate(_read_part(archive, "_rels/.rels", name), "Relationship"):
            target = (relation.get("Target") or "").lstrip("/")
            if (relation.get("Type") or "").endswith("/officeDocument") and target in names:
                return target
    if "word/document.xml" in names:
        return "word/document.xml"
    raise InputError(f"{name} cannot be read as a Word file: it has no body; save it anew.")


class _Style(NamedTuple):
    """A style of Word: its name in small letters, and whether its text is hidden."""

    name: str
    hidden: bool


def _read_styles(tree: Any) -> dict[str, _Style]:
    """The styles of a document by their identifiers."""
    found = {}
    for style in iterate(tree, "style") if tree is not None else ():
        label = attribute(child(style, "name"), "val").lower()
        found[attribute(style, "styleId")] = _Style(label, _is_on(child(style, "rPr"), "vanish"))
    return found


def _is_on(properties: Any, name: str) -> bool:
    """Whether a property is there and not switched off."""
    element = child(properties, name)
    return element is not None and attribute(element, "val") not in ("0", "false", "off")


def _read_word_body(body: Any, styles: dict[str, _Style]) -> tuple[str, list[str], list[str]]:
    """The title of a body, its paragraphs, and its hidden text."""
    paragraphs: list[str] = []
    hidden: list[str] = []
    title = before = ""
    for element in _iterate_word(body):
        properties = child(element, "pPr")
        style = styles.get(attribute(child(properties, "pStyle"), "val"), _Style("", False))
        text = before + clean_text("".join(_read_runs(element, styles, hidden, style.hidden)))
        before = ""
        mark = child(properties, "rPr")
        frame = attribute(child(properties, "framePr"), "dropCap")
        joins = frame in ("drop", "margin") or (
            child(mark, "del", "moveFrom") is not None or _is_on(mark, "specVanish")
        )
        if joins:  # an initial, or a paragraph whose end was deleted
            before = text
            continue
        lines = [" ".join(line.split()) for line in text.split("\n")]
        if style.name in _HEADINGS and not paragraphs and any(lines):
            title = " ".join(lines).strip()
        paragraphs += filter(None, lines)
    paragraphs += filter(None, [" ".join(before.split())])
    return title, paragraphs, list(filter(None, (" ".join(one.split()) for one in hidden)))


def _iterate_word(body: Any) -> Iterator[Any]:
    """The paragraphs of a body in order, those of text boxes behind the one that holds them."""
    for element in iterate(body, "p"):
        if not any(local(one) == "Fallback" or _is_prompt(one) for one in element.iterancestors()):
            yield element


def _is_prompt(element: Any) -> bool:
    """Whether an element is a field that nobody filled in, and shows what to enter."""
    is_field = local(element) == "sdt"
    return is_field and child(child(element, "sdtPr"), "showingPlcHdr") is not None


_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SKIPPED = frozenset(
    "p moveFrom del pPr rPr Fallback sdtPr rt instrText delText delInstrText".split()
)


def _read_runs(
    paragraph: Any, styles: dict[str, _Style], hidden: list[str], all_hidden: bool
) -> Iterator[str]:
    """The text of a paragraph's runs, without that of text boxes in it and of deleted text."""
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        name = local(node)
        if name in _SKIPPED or _is_prompt(node):
            continue
        if name == "r" and _is_hidden(node, styles, all_hidden):
            hidden.append("".join(t.text or "" for t in iterate(node, "t")))
            continue
        yield (node.text or "") if name == "t" else _SIGNS.get(name, "")
        stack.extend(reversed(node))


def _is_hidden(run: Any, styles: dict[str, _Style], by_style: bool) -> bool:
    """Whether a run is text that Word does not show."""
    properties = child(run, "rPr")
    if child(properties, "vanish") is not None:
        return _is_on(properties, "vanish")
    own = styles.get(attribute(child(properties, "rStyle"), "val"))
    return by_style or (own is not None and own.hidden)


# OpenDocument: a package, or one flat XML file.

_NOT_TEXT = frozenset(
    "tracked-changes note annotation annotation-end sequence-decls index-title-template "
    "forms desc ruby-text p h".split()
)


def read_odt(data: bytes, name: str) -> Office:
    """Read the paragraphs of an OpenDocument text."""
    tree = _open_opendocument(data, name)
    body = find(tree, "body")
    if body is None:
        raise InputError(f"{name} cannot be read as {_TEXT}: it has no body; save it anew.")
    hidden = {
        attribute(style, "name")
        for style in iterate(tree, "style")
        if attribute(find(style, "text-properties"), "display") == "none"
    }
    for changes in list(iterate(body, "tracked-changes")):
        changes.getparent().remove(changes)
    paragraphs: list[tuple[str, str]] = []
    dropped: list[str] = []
    for element in iterate(body, "p", "h"):
        if any(local(one) in ("note", "annotation") for one in element.iterancestors()):
            continue
        text = clean_text("".join(_read_spans(element, hidden, dropped)))
        lines = [" ".join(line.split()) for line in text.split("\n")]
        paragraphs += [(local(element), line) for line in lines if line]
    for kind in ("note", "annotation"):
        dropped += [
            f"{attribute(note, 'note-class') or kind}: {text}"
            for note in iterate(body, kind)
            if (
                text := " ".join(
                    " ".join("".join(p.itertext()) for p in iterate(note, "p")).split()
                )
            )
        ]
    title = paragraphs[0][1] if paragraphs and paragraphs[0][0] == "h" else ""
    return Office(title, [text for _, text in paragraphs], dropped)


def _open_opendocument(data: bytes, name: str) -> Any:
    """The XML of an OpenDocument file, which holds its body."""
    if data.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
        return parse_xml(data, name)
    archive = open_package(data, name, _TEXT)
    names = archive.namelist()
    if "META-INF/manifest.xml" in names:
        manifest = read_member(archive, "META-INF/manifest.xml", name)
        if b"encryption-data" in manifest:
            raise InputError(
                f"{name} is locked with a password; open it, save it without one, and retry."
            )
    if "content.xml" not in names:
        raise InputError(f"{name} cannot be read as {_TEXT}: it has no body; save it anew.")
    return _read_part(archive, "content.xml", name)


def _read_spans(paragraph: Any, hidden: set[str], dropped: list[str]) -> Iterator[str]:
    """The text of a paragraph without that of notes, of text boxes in it, and of hidden parts."""
    signs = {"s": " ", "tab": "\t", "line-break": "\n"}
    yield paragraph.text or ""
    stack = [(node, False) for node in reversed(paragraph)]
    while stack:
        node, is_end = stack.pop()
        if is_end:
            yield node.tail or ""
            continue
        stack.append((node, True))
        name = local(node)
        if name == "span" and attribute(node, "style-name") in hidden:
            dropped.append(f"hidden text: {' '.join(''.join(node.itertext()).split())}")
        elif name not in _NOT_TEXT and name:
            yield signs.get(name, node.text or "")
            stack.extend((inner, False) for inner in reversed(node))


def read_ods(data: bytes, name: str) -> tuple[list[list[str]], list[str]]:
    """Read the rows of the first table of an OpenDocument spreadsheet, and the others' names."""
    sheets = list(iterate(_open_opendocument(data, name), "table"))
    rows = []
    for row in iterate(sheets[0], "table-row") if sheets else ():
        cells: list[str] = []
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            lines = ["".join(_read_spans(p, set(), [])) for p in cell if local(p) == "p"]
            text = "\n".join(lines) or attribute(cell, "date-value", "value")
            times = attribute(cell, "number-columns-repeated")
            repeated = int(times) if times.isdigit() and len(times) < 4 else 1
            cells += [text] * (repeated if text else min(repeated, 20))
        if any(cells):
            rows.append(cells)
    return rows, [attribute(sheet, "name") for sheet in sheets[1:] if find(sheet, "p") is not None]


# Rich text


def read_rtf(data: bytes, name: str) -> Office:
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
    raw = re.sub(r"\\bin(?![a-z\d-])", "", raw)  # without a number it says nothing
    raw = re.sub(r"(?<![{\s\\])\\\*(?=\\)", "", raw)  # marks a group only at its beginning
    raw = _move_aside(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = rtf_to_text(raw, errors="replace")
    except Exception:  # whatever the parser trips over in a damaged file
        raise InputError(
            f"{name} is damaged: it is no rich text that can be read; open it, save it as .docx, "
            "and retry."
        ) from None
    text = clean_text(_LINK.sub("", text))
    lines = [" ".join(line.replace("|", " | ").split()).strip("| ") for line in text.split("\n")]
    lines = [line for line in lines if line.strip(_NOTE + _HIDDEN)]
    aside = [line for line in lines if line[0] in _NOTE + _HIDDEN]
    named = {_NOTE: "footnote: ", _HIDDEN: "hidden text: "}
    return Office(
        "",
        [line for line in lines if line[0] not in _NOTE + _HIDDEN],
        [named[line[0]] + line[1:].strip() for line in aside],
    )


_NOTE, _HIDDEN = "\ue001", "\ue002"  # begin a paragraph that is set aside
_TOKEN = re.compile(r"\\[a-z]+-?\d*|\\.|[{}]", re.DOTALL)


def _move_aside(rtf: str) -> str:
    """Move footnotes and hidden text to the end, behind a mark, and take deleted text out."""
    sheet = rtf.find("{\\stylesheet")
    start = _find_end(rtf, sheet + 1, "") if sheet >= 0 else 0
    head, body = rtf[:start], rtf[start:]
    aside = []
    for word, mark in (("deleted", ""), ("footnote", _NOTE), ("v", _HIDDEN)):
        pieces, at = [], 0
        for match in re.finditer(rf"(?<!\\)\\{word}(?![a-z\d-])", body):
            if match.start() < at:
                continue
            end = _find_end(body, match.end(), word)
            pieces.append(body[at : match.start()])
            inner = re.sub(r"\\par(?![a-z])", r"\\line ", body[match.end() : end])
            if mark:
                aside.append(f"\\par {{\\u{ord(mark)}?{inner}}}".replace("\\line", " "))
            at = end
        body = "".join(pieces) + body[at:]
    end = body.rfind("}")
    return head + body[:end] + "".join(aside) + "\\par " + body[end:] if aside else head + body


def _find_end(rtf: str, start: int, word: str) -> int:
    """Where the group ends that a place is in, or where the property of this name is undone."""
    depth = 0
    for match in _TOKEN.finditer(rtf, start):
        token = match[0]
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0 or (not depth and word != "footnote" and token in (f"\\{word}0", "\\plain")):
            return match.start()
    return len(rtf)


def _decode_rtf(data: bytes, name: str) -> str:
    """Rich text is ASCII; where a program wrote other bytes, they are in some encoding."""
    try:
        return "{" + decode(data.lstrip()[1:], name)  # the mark of rich text is not for `decode`
    except InputError:
        return data.decode("cp1252", errors="replace")


READERS: dict[str, Callable[[bytes, str], Office]] = {
    "docx": read_docx,
    "odt": read_odt,
    "rtf": read_rtf,
}
