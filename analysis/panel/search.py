"""The search that all tabs share, and where a chosen term leads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets
import pandas as pd

from analysis.panel.form import Field
from analysis.panel.names import plain

# What a chosen term leads to: the name of the link, the tab, and what is set there.
LINKS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("over time", "Terms", {"view": "over time"}),
    ("contexts", "Contexts", {}),
    ("collocates", "Collocates", {}),
    ("n-grams", "N-grams", {}),
    ("network", "Network", {}),
    ("dispersion", "Dispersion", {}),
)
_ITEMS = ("term", "collocate", "ngram", "entity")  # columns that name what can be searched


def term_of(table: pd.DataFrame, row: int) -> str:
    """The term that a row is about; "" where it is about something else."""
    step = (table.attrs.get("steps") or [{}])[-1]
    groups = step.get("params", {}).get("groups") or step.get("params", {}).get("terms")
    if {"source", "target"} <= set(table.columns):  # a pair of a network
        return plain(table["target"].iloc[row]).replace(",", " ").strip()
    for name in _ITEMS:
        if name == "term" and name in table.columns and isinstance(groups, dict):
            patterns = groups.get(table[name].iloc[row], [])
            return ", ".join(one for one in patterns if not one.startswith("-"))
        if name in table.columns:
            return plain(table[name].iloc[row]).replace(",", " ").strip()
    return ""


class SearchBar:
    """The shared fields of the search, and below them where the chosen term leads."""

    # `go` turns to a tab with a term and settings, `back` to what was shown before.

    def __init__(
        self,
        fields: Mapping[str, Field],
        tabs: Mapping[str, Any],
        go: Callable[..., None],
        back: Callable[[], None],
    ) -> None:
        self.fields = fields
        self.term = ""
        box = ipywidgets.Box(
            [field.widget for field in fields.values()],
            layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center"),
        )
        box.add_class("da-controls")
        self.label = ipywidgets.Label()
        self.label.add_class("da-term")
        self.links = [
            self._link(name, tab, settings, go)
            for name, tab, settings in LINKS
            if tab in tabs and set(settings) <= set(tabs[tab].fields)
        ]
        self.back = ipywidgets.Button(
            description="Back", icon="arrow-left", tooltip="To the tab and the search before"
        )
        self.back.layout.display = "none"
        self.back.on_click(lambda _: back())
        self.chosen = ipywidgets.HBox([self.label, *self.links, self.back])
        self.chosen.add_class("da-links")
        self.chosen.layout.display = "none"
        self.widget = ipywidgets.VBox([box, self.chosen])
        self.widget.add_class("da-search")

    def _link(
        self, name: str, tab: str, settings: dict[str, Any], go: Callable[..., None]
    ) -> ipywidgets.Button:
        """A button that leads to a tab with the chosen term."""
        button = ipywidgets.Button(description=name)
        button.on_click(lambda _: go(tab, self.term, **settings))
        return button

    def choose(self, term: str) -> None:
        """Take a term as the chosen one; "" is none."""
        self.term = term
        self.label.value = f"“{term}” →" if term else ""
        for link in self.links:
            link.tooltip = f"{term}: {link.description}"
            link.layout.display = None if term else "none"
        self._show()

    def came_from(self, somewhere: bool) -> None:
        """Say whether there is something to go back to."""
        self.back.layout.display = None if somewhere else "none"
        self._show()

    def _show(self) -> None:
        """Show the links where there are any."""
        some = self.term or self.back.layout.display is None
        self.chosen.layout.display = None if some else "none"

    def turn(self, used: Mapping[str, Field], hint: str) -> None:
        """Show the fields that a tab uses."""
        for name, field in self.fields.items():
            field.show(name in used)
            if field.kind == "search":
                field.hint(hint)
