"""The linked views as widgets: rows, passages, text, figure, code and message.

Each is a small ES module beside this file. Python sends plain lists of text; the modules put text
into the page as text alone, and send back which row, cell or passage was chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

_HERE = Path(__file__).parent


def _module(name: str) -> str:
    """The source of a view: what all views share, and its own module."""
    return "\n".join((_HERE / f"{part}.js").read_text("utf-8") for part in ("common", name))


_LOOKS = (_HERE / "panel.css").read_text("utf-8")


class _View(anywidget.AnyWidget):  # type: ignore[misc]
    """A view that is sent data and answers with messages."""

    data = traitlets.Dict().tag(sync=True)

    def on_event(self, kind: str, act: Callable[[dict[str, Any]], None]) -> None:
        """Call `act` with each message of a kind that the page sends."""

        def received(_: Any, content: Any, __: Any) -> None:
            if isinstance(content, dict) and content.get("type") == kind:
                act(content)

        self.on_msg(received)


class RowsView(_View):
    """The table of results: names, numbers, bars with intervals; a row or a cell is chosen."""

    _esm = _module("rows")
    _css = _LOOKS
    stale = traitlets.Bool(False).tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)


class PassagesView(_View):
    """The passages of the chosen row: sorted and filtered in the page."""

    _esm = _module("passages")
    _css = _LOOKS


class TextView(_View):
    """The whole text of the chosen passage, with its hits marked."""

    _esm = _module("text")
    _css = _LOOKS


class FigureView(_View):
    """The figure that would be saved, with its alt text; its bars can be chosen."""

    _esm = _module("figure")
    _css = _LOOKS
    png = traitlets.Bytes(b"").tag(sync=True)


class CodeView(_View):
    """Code to be copied."""

    _esm = _module("code")
    _css = _LOOKS


class MessageView(_View):
    """One sentence that a screen reader reads out when it changes."""

    _esm = _module("message")
    _css = _LOOKS
