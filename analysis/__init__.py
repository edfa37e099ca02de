"""Term frequency, sentiment and named entities in news texts, with the passages behind each number.

Import as ``import analysis as da``. The verb names the layer: ``read_`` → ``split_`` /
``tokenize`` → ``count_`` / ``compare_`` / ``find_`` / ``score_`` → ``plot_`` → ``save_``. Tables go
in and tables come out. Importing the package does nothing; a module is loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_PACKAGES = (
    "corpus",
    "text",
    "annotation",
    "terms",
    "entities",
    "sentiment",
    "voices",
    "discourse",
    "coding",
    "charts",
    "export",
    "reading",
    "show",
    "report",
    "panel",
)
_PACKAGE_OF = {"InputError": "tables", "Corpus": "layers"} | {
    name: package
    for package in _PACKAGES
    for name in importlib.import_module(f"{__name__}.{package}").__all__
    if not name.startswith("to_")  # conversions to NLTK's types are in da.text
}

__all__ = sorted([*_PACKAGE_OF, "__version__"])


def __getattr__(name: str) -> Any:
    """Load a public function from its package when it is first asked for."""
    if name not in _PACKAGE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_PACKAGE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
