"""A list of boxes to tick: several of some choices, without a key to be held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import traitlets

from analysis.panel.views import LOOKS, View, module


class ChoicesView(View):
    """Several of some choices; none is all of them."""

    _esm = module("choices")
    _css = LOOKS
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)
    value = traitlets.Tuple()

    def __init__(
        self, label: str, options: Sequence[tuple[str, Any]], value: Iterable[Any], help: str
    ) -> None:
        super().__init__()
        self.label, self.help, self.options = label, help, list(options)
        self.offer(self.options)
        self.value = tuple(value)

    def offer(self, options: Sequence[tuple[str, Any]]) -> None:
        """Offer other choices; what is chosen stays where it is still among them."""
        kept, self.options = self.value, list(options)
        known = [value for _, value in self.options]
        with self.hold_sync():
            self.data = {
                "label": self.label,
                "help": self.help,
                "options": [name for name, _ in self.options],
            }
            self.value = tuple(value for value in kept if value in known)
            self.chosen = [known.index(value) for value in self.value]

    @traitlets.validate("value")
    def _known(self, proposal: Any) -> Any:
        """Refuse what is no choice."""
        known = [value for _, value in self.options]
        for value in proposal["value"]:
            if value not in known:
                raise traitlets.TraitError(f"{value!r} is no choice")
        return proposal["value"]

    @traitlets.observe("value")
    def _tick(self, change: Any) -> None:
        """Tick in the page what Python chose."""
        known = [value for _, value in self.options]
        self.chosen = [known.index(value) for value in change["new"]]

    @traitlets.observe("chosen")
    def _ticked(self, change: Any) -> None:
        """Take what was ticked in the page."""
        there = range(len(self.options))
        self.value = tuple(self.options[i][1] for i in change["new"] if i in there)
