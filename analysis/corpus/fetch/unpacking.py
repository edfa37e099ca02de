"""Unpacking what a host sends, never to more than a limit."""

from __future__ import annotations

import zlib
from typing import Any

from analysis.corpus.fetch.settings import RefusedError

ACCEPTED = "gzip, deflate, br"


class Unpacker:
    """Unpacks a body piece by piece; stops a small answer that would become a huge page."""

    def __init__(self, encoding: str, limit: int) -> None:
        kinds = [kind.strip().lower() for kind in encoding.split(",")]
        kinds = [kind for kind in kinds if kind and kind != "identity"]
        self.kind = kinds[0] if kinds else ""
        if len(kinds) > 1 or self.kind not in ("", "gzip", "x-gzip", "deflate", "br"):
            raise RefusedError(f"the page is packed as {encoding[:40]!r}, which was not asked for")
        self.limit = limit
        self.size = 0
        self.started = False
        self._machine: Any = None

    def feed(self, data: bytes) -> bytes:
        """Unpack the next piece."""
        if not data:
            return b""
        try:
            piece = self._unpack(data)
        except Exception as error:
            if isinstance(error, RefusedError):
                raise
            raise RefusedError("the page is damaged: it cannot be unpacked", again=True) from None
        self.started = True
        self.size += len(piece)
        if self.size > self.limit:
            raise RefusedError(f"the page is larger than {self.limit / 1e6:.3g} MB")
        return piece

    def finish(self) -> None:
        """Refuse a body that ended before it was whole."""
        if self._machine is None:
            return
        whole = self._machine.is_finished() if self.kind == "br" else self._machine.eof
        if not whole:
            raise RefusedError("the connection broke off in the middle of the page", again=True)

    def _unpack(self, data: bytes) -> bytes:
        if self.kind == "":
            return data
        if self.kind == "br":
            return self._unpack_brotli(data)
        pieces = []
        room = self.limit - self.size + 1  # one byte more than allowed shows that it is too much
        while data and room > 0:
            if self._machine is None or (self._machine.eof and data.startswith(b"\x1f\x8b")):
                self._machine = zlib.decompressobj(self._window(data))
            elif self._machine.eof:
                break  # padding behind the end, which browsers overlook, too
            pieces.append(self._machine.decompress(data, room))
            room -= len(pieces[-1])
            data = self._machine.unconsumed_tail or self._machine.unused_data
        return b"".join(pieces)

    def _window(self, data: bytes) -> int:
        """What zlib is told: gzip or zlib by their marks, else a bare deflate stream."""
        is_zlib = data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] * 256 + data[1]) % 31 == 0)
        return 47 if data.startswith(b"\x1f") or is_zlib else -15

    def _unpack_brotli(self, data: bytes) -> bytes:
        import brotli

        if self._machine is None:
            self._machine = brotli.Decompressor()
        room = self.limit - self.size + 1
        pieces = [self._machine.process(data, output_buffer_limit=room)]
        while not self._machine.can_accept_more_data() and not self._machine.is_finished():
            room -= len(pieces[-1])
            if room <= 0:
                break
            pieces.append(self._machine.process(b"", output_buffer_limit=room))
        return b"".join(pieces)
