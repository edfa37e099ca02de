"""The filters that all tabs share: which texts and voices count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets

from analysis.panel.form import Field


class FilterBar:
    """The shared fields, folded; how many of them are set, and a button that clears them."""

    def __init__(self, fields: Mapping[str, Field], cleared: Callable[[], None]) -> None:
        self.fields, self._cleared = fields, cleared
        self.fold = ipywidgets.ToggleButton(
            description="Filters", icon="caret-right", tooltip="Which texts and voices count"
        )
        self.fold.add_class("da-fold")
        self.unset = ipywidgets.Button(
            description="Clear filters",
            tooltip="All texts and voices count",
            layout={"display": "none"},
        )
        self.box = ipywidgets.Box(
            [field.widget for field in fields.values()],
            layout=ipywidgets.Layout(flex_flow="row wrap", display="none"),
        )
        self.box.add_class("da-controls")
        self.box.add_class("da-filters")
        self.widget = ipywidgets.VBox([ipywidgets.HBox([self.fold, self.unset]), self.box])
        self.fold.observe(self._folded, names="value")
        self.unset.on_click(self._clear)
        self.count()

    def count(self) -> None:
        """Say on the fold how many of them are set."""
        active = sum(field.value != field.default for field in self.fields.values())
        self.fold.description = f"Filters ({active} set)" if active else "Filters"
        self.unset.layout.display = None if active else "none"

    def show(self, shown: bool) -> None:
        """Show them, or hide them from a tab that has none."""
        self.widget.layout.display = None if shown else "none"

    def _folded(self, change: Any) -> None:
        """They were folded or unfolded."""
        self.fold.icon = "caret-down" if change["new"] else "caret-right"
        self.box.layout.display = "" if change["new"] else "none"

    def _clear(self, _: Any) -> None:
        """Let all texts and voices count."""
        for field in self.fields.values():
            field.set_quietly(field.default)
        self.count()
        self._cleared()
