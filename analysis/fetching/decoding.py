"""The characters of a page, whatever its header and its head claim about them."""

from __future__ import annotations

import codecs
import contextlib
import re

from analysis.reading.encodings import decode

_META = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w:.-]{2,40})", re.IGNORECASE)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DEFAULTS = ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii", "iso8859-1")
_NONE = ("unicode-escape", "raw-unicode-escape", "punycode", "idna", "utf-7")  # of no page


def decode_page(data: bytes, content_type: str, name: str) -> str:
    """Decode a page.

    Parameters
    ----------
    data : bytes
    content_type : str
        The header Content-Type.
    name : str
        What to call the page in messages.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If no encoding fits.

    Notes
    -----
    In this order: the byte order mark; UTF-8 wherever the bytes are valid UTF-8, since other
    encodings almost never are; the encoding of the header, then that of the page's head, but the
    head first where the header says ISO-8859-1, which servers say of everything; detection. What
    a page calls ISO-8859-1 is read as Windows-1252, as browsers do.

    Examples
    --------
    >>> decode_page("café".encode(), "text/html; charset=iso-8859-1", "page")
    'café'
    """
    marked = next((codec for mark, codec in _BOMS if data.startswith(mark)), None)
    header = _HEADER.search(content_type)
    meta = _META.search(data[:4096])
    stated = [header[1].lower()] if header else []
    stated += [meta[1].decode("ascii", "replace").lower()] if meta else []
    stated.sort(key=lambda name: name in _DEFAULTS)  # keeps the order otherwise
    for encoding in filter(None, [marked, "utf-8", *stated]):
        encoding = "cp1252" if encoding in _DEFAULTS else encoding
        with contextlib.suppress(LookupError, ValueError):
            if codecs.lookup(encoding).name.replace("_", "-") not in _NONE:
                return data.decode(encoding)
    return decode(data, name)
