"""Mails, mailboxes and pages saved as mails (.eml, .mbox, .mhtml)."""

from __future__ import annotations

import email
import email.errors
import email.header
import email.message
import email.policy
import email.utils
import re
from collections.abc import Iterator
from typing import NamedTuple

from analysis.corpus.formats.dates import read_stamp
from analysis.corpus.formats.encodings import clean_text, decode_page
from analysis.tables import InputError

PARTS = 200  # nested parts of a mail
WRAPPED = 50  # characters of a line that may go on in the next one
HEADER = 20_000  # characters of one header; decoding takes the square of their number
_FROM = re.compile(rb"^From [^\r\n]{0,500}\d{4}[^\r\n]{0,99}\r?\n", re.MULTILINE)
_ENCODED = re.compile(r"=\?[^?]{1,40}\?[bqBQ]\?")
_HEADER = re.compile(rb"[!-9;-~]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")


class Mail(NamedTuple):
    """What a mail holds: headers, its text as HTML and as plain text, attachments, doubts."""

    title: str
    published: str
    sender: str
    html: str
    plain: str
    attached: list[str]
    notes: list[str]


def read_mails(data: bytes, name: str) -> list[Mail]:
    """Read a mail, and those that are forwarded in it as a whole."""
    message = _parse(data, name)
    inner = [
        mail
        for part in message.walk()
        if part.get_content_type() == "message/rfc822"
        for mail in part.get_payload()
        if isinstance(mail, email.message.Message)
    ]
    mails = [_read_message(one, name) for one in (message, *inner)]
    return [mail for mail in mails if mail.html or mail.plain] or mails[:1]


def split_mailbox(data: bytes) -> list[bytes]:
    """The mails of a mailbox."""
    starts = [
        match
        for match in _FROM.finditer(data)
        if data[max(0, match.start() - 2) : match.start()] in (b"", b"\n\n", b"\r\n", b"\n\r")
    ]
    ends = [match.start() for match in starts[1:]] + [len(data)]
    return [data[match.end() : end] for match, end in zip(starts, ends, strict=False)]


def _parse(data: bytes, name: str) -> email.message.Message:
    """Parse a mail whose headers and parts are of sizes that mails have."""
    small = data.lower()
    if small.count(b"multipart/") > PARTS or small.count(b"\ncontent-type:") > 20 * PARTS:
        raise InputError(f"{name} has more parts than a mail has; save its text as .txt and retry.")
    if any(len(match[0]) > HEADER for match in _HEADER.finditer(data[:1_000_000])):
        raise InputError(
            f"{name} has a header of more than {HEADER:,} characters, which no mail has; save its "
            "text as .txt and retry."
        )
    return email.message_from_bytes(data, policy=email.policy.compat32)


def _read_message(message: email.message.Message, name: str) -> Mail:
    """One mail without those that are forwarded in it."""
    html: list[str] = []
    plain: list[str] = []
    attached: list[str] = []
    notes: list[str] = []
    for part in _walk(message):
        kind = part.get_content_type()
        title = _decode_header(part.get_filename() or "")
        if part.get_content_disposition() == "attachment" or kind not in (
            "text/html",
            "text/plain",
        ):
            if title and not kind.startswith("image/"):
                attached.append(title)
            continue
        payload = part.get_payload(decode=True)
        body = payload if isinstance(payload, bytes) else b""
        if body.strip():
            charset = part.get_content_charset() or ""
            stated = f"text/html; charset={charset}" if charset else ""
            decoded = decode_page(body, name, stated)
            text = decoded.text
            if kind == "text/plain" and str(part.get_param("format", "")).lower() == "flowed":
                text = _join_flowed(text, str(part.get_param("delsp", "")).lower() == "yes")
            (html if kind == "text/html" else plain).append(text)
            notes += [note for note in decoded.notes if note not in notes]
    sender, address = email.utils.parseaddr(_decode_header(message.get("From")))
    return Mail(
        re.sub(
            r"^(?:(?:re|fwd?|aw|wg|tr)\s*:\s*)+",
            "",
            _decode_header(message.get("Subject")),
            flags=re.I,
        ),
        read_stamp(_decode_header(message.get("Date"))),
        sender or address.rsplit("@", 1)[-1],
        "\n".join(html),
        clean_text("\n\n".join(plain)),
        attached,
        notes,
    )


def _join_flowed(text: str, without_space: bool) -> str:
    """The paragraphs of a text whose lines go on after a space (RFC 3676), blank lines between."""
    lines = text.replace("\r\n", "\n").split("\n")
    if not any(line.endswith(" ") and line != "-- " for line in lines):
        return text  # it says so, but its lines end as others do
    paragraphs: list[list[str]] = []
    depth = -1  # of the quotation that goes on; -1 where none does
    for line in lines:
        own = line.lstrip(">")
        quoted = len(line) - len(own)
        own = own.removeprefix(" ")
        soft = own.endswith(" ") and own != "-- "
        if depth != quoted:
            paragraphs.append(["> " * bool(quoted)])
        paragraphs[-1].append(own[:-1] if soft and without_space else own)
        depth = quoted if soft else -1
    return "\n\n".join("".join(pieces).rstrip() for pieces in paragraphs)


def _walk(message: email.message.Message) -> Iterator[email.message.Message]:
    """The parts of a mail that hold no others, without those of forwarded mails."""
    stack = [message]
    while stack:
        part = stack.pop()
        if part.get_content_type() == "message/rfc822":
            continue
        inner = part.get_payload()
        if isinstance(inner, list):
            stack += [one for one in reversed(inner) if isinstance(one, email.message.Message)]
        else:
            yield part


def _decode_header(value: object) -> str:
    """A header's text, whatever its encodings."""
    text = str(value or "")[:HEADER]
    if isinstance(value, email.header.Header):  # bytes that are no ASCII
        raw = b"".join(
            piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")
            for piece, _ in value._chunks  # type: ignore[attr-defined]
        )
        text = _decode_any(raw)
    elif _ENCODED.search(text):
        try:
            pieces = email.header.decode_header(text)
            text = "".join(
                piece if isinstance(piece, str) else _decode_any(piece, charset or "")
                for piece, charset in pieces
            )
        except (ValueError, LookupError, email.errors.HeaderParseError):
            pass
    return " ".join(clean_text(text).split())


def _decode_any(data: bytes, charset: str = "") -> str:
    """Bytes of a header, which are too few to be sure of their encoding."""
    for codec in filter(None, (charset, "utf-8", "cp1252")):
        try:
            return data.decode(codec)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


def split_plain(text: str) -> tuple[list[str], list[str]]:
    """The paragraphs of a plain mail, and what it quotes of an earlier one."""
    # Mails are wrapped at 65 to 78 characters: a line that is much shorter ends on purpose.
    lines = text.split("\n")
    quoted = [line.lstrip("> ") for line in lines if line.startswith(">")]
    own = [line for line in lines if not line.startswith(">")]
    if not any(line.strip() for line in own):
        own, quoted = quoted, []
    paragraphs: list[str] = []
    before = ""
    for line in own:
        joins = len(before) > WRAPPED and not re.match(r"\s*(?:[-*•–]|\d+[.)])\s", line)
        if joins and line.strip():
            paragraphs[-1] += f" {line.strip()}"
        elif line.strip():
            paragraphs.append(line.strip())
        before = line.rstrip()
    return paragraphs, [f"quoted: {' '.join(quoted).strip()}"] if any(quoted) else []


def unpack_mhtml(data: bytes, name: str) -> tuple[bytes, str, str]:
    """Take page, content type and address out of a web archive (.mhtml), a mail with pictures."""
    message = _parse(data, name)
    part = next((p for p in _walk(message) if p.get_content_type() == "text/html"), None)
    page = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(page, bytes):
        raise InputError(f"{name} holds no web page; save the page anew and retry.")
    charset = part.get_content_charset() or ""
    kind = f"text/html; charset={charset}" if charset and charset != "x-user-defined" else ""
    places = (message.get("Snapshot-Content-Location"), part.get("Content-Location"))
    urls = (re.sub(r"\s+", "", _decode_header(place)) for place in places)
    return page, kind, next((u for u in urls if u.startswith(("http://", "https://"))), "")
