"""Where recipes are run: with the layers that are made, and the results that are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from analysis.panel.layers import Layers, package
from analysis.panel.recipe import Recipe, evaluate
from analysis.tables import require_choice, require_columns, silent

KEPT = 24  # results of steps that are kept …
LARGE, MOST_LARGE = 100_000, 6  # … and so many of those with more rows than this
GIVEN = ("tokens", "sentences", "scores", "mentions", "targets", "quotes")


class Kitchen:
    """Where recipes are run: the layers stand in for the functions that make them."""

    def __init__(
        self,
        documents: pd.DataFrame,
        given: Mapping[str, pd.DataFrame],
        aliases: pd.DataFrame | None = None,
    ) -> None:
        for name, table in given.items():
            require_choice(name, GIVEN, "layers")
            require_columns(table, ("doc",), name)
        self.layers, self.given = Layers(documents, given, aliases), dict(given)
        self._fixed = {"documents": documents, "da": _Layered(self.layers), "list": list}
        self._kept: OrderedDict[str, Any] = OrderedDict()

    def run(self, recipe: Recipe, name: str) -> Any:
        """The value of a step; steps that were run before are not run again."""
        with silent():
            return _Names(self, recipe)[name]

    def known(self, key: str) -> bool:
        """Whether a step's value is kept."""
        return key in self._kept

    def recall(self, key: str, make: Callable[[], Any]) -> Any:
        """A kept value, or a new one, which is then kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        value = self._kept[key] = make()
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        large = [name for name, kept in self._kept.items() if _is_large(kept)]
        for name in large[:-MOST_LARGE]:
            del self._kept[name]
        return value


def _is_large(value: Any) -> bool:
    return isinstance(value, pd.DataFrame) and len(value) > LARGE


class _Names:
    """The names of a recipe and their values."""

    def __init__(self, kitchen: Kitchen, recipe: Recipe) -> None:
        self.kitchen, self.recipe = kitchen, recipe

    def __getitem__(self, name: str) -> Any:
        steps = self.recipe.steps
        if name in steps:
            key = self.recipe.key(name)
            return self.kitchen.recall(key, lambda: evaluate(steps[name], self))
        if name in self.kitchen.given:
            return self.kitchen.given[name]
        return self.kitchen._fixed[name]


class _Annotation(NamedTuple):
    """Stands for tagged tokens, which only the search for quotations reads, layer by layer."""

    tokens: None = None


class _Layered:
    """The package, but what makes a layer takes it from those that are made."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers

    def __getattr__(self, name: str) -> Any:
        return getattr(package(), name)

    def _of(self, name: str, ids: Any) -> pd.DataFrame:
        rows = self._layers.ids.get_indexer(pd.Index(ids, dtype=object))
        return self._layers.take(name, rows)

    def tokenize(self, documents: pd.DataFrame) -> pd.DataFrame:
        return self._of("tokens", documents["doc"])

    def split_sentences(self, documents: pd.DataFrame) -> pd.DataFrame:
        return self._of("sentences", documents["doc"])

    def score_sentiment(self, sentences: pd.DataFrame) -> pd.DataFrame:
        return self._of("scores", sentences["doc"].cat.categories)

    def find_entities(self, documents: pd.DataFrame) -> pd.DataFrame:
        return self._of("mentions", documents["doc"])

    def read_aliases(self, path: str) -> pd.DataFrame | None:
        return self._layers.aliases

    def apply_aliases(self, mentions: pd.DataFrame, aliases: pd.DataFrame) -> pd.DataFrame:
        return mentions  # the layer has them merged

    def score_targets(self, documents: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
        return self._of("targets", documents["doc"])

    def annotate(self, documents: pd.DataFrame) -> _Annotation:
        return _Annotation()

    def find_quotes(
        self, documents: pd.DataFrame, *, tagged: None, mentions: pd.DataFrame
    ) -> pd.DataFrame:
        return self._of("quotes", documents["doc"])
