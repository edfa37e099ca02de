"""How far long work is."""

from __future__ import annotations

import time

import ipywidgets


class Progress:
    """How far long work is, with a button to cancel it."""

    def __init__(self) -> None:
        self.bar = ipywidgets.IntProgress(
            max=1, description="", layout=ipywidgets.Layout(width="16em")
        )
        self.text = ipywidgets.Label("")
        self.cancel = ipywidgets.Button(description="Cancel", tooltip="Stop; what was made stays")
        self.widget = ipywidgets.HBox([self.bar, self.text, self.cancel])
        self.widget.layout.display = "none"
        self.widget.add_class("da-progress")
        self._last = 0.0

    def show(self, shown: bool) -> None:
        """Show or hide it."""
        self.widget.layout.display = "" if shown else "none"
        self._last = 0.0

    def tick(self, done: int, total: int, what: str) -> None:
        """Say how far it is, ten times a second at most."""
        if time.monotonic() - self._last > 0.1 or done >= total:
            self._last = time.monotonic()
            self.bar.max, self.bar.value = max(total, 1), done
            self.text.value = f"{what}: {done:,} of {total:,}"
