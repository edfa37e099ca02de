"""What is loaded when first used: public names, and the packages that an extra installs."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any


def lazy_names(
    package: str, modules: Mapping[str, Iterable[str]], extra: tuple[str, str] | None = None
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Give `__getattr__`, `__dir__` and `__all__` of a package whose modules hold these names."""
    # A package that cannot do without an extra names it, and what it is for: see `needs_extra`.
    module_of = {name: f"{package}.{module}" for module, names in modules.items() for name in names}
    public = sorted(module_of)

    def load(name: str) -> Any:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        with needs_extra(*extra) if extra else contextlib.nullcontext():
            value = getattr(importlib.import_module(module_of[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return load, lambda: public, public


@contextlib.contextmanager
def needs_extra(extra: str, what: str) -> Iterator[None]:
    """Import packages of an extra in this context: a missing one is told in a sentence."""
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "analysis":
            raise
        from analysis.tables import InputError  # loads pandas, which importing need not

        why = f"{error.name} is missing" if error.name else str(error)
        raise InputError(
            f"{what} needs the packages of the extra ‘{extra}’ ({why}): "
            f"pip install 'discourse-analysis[{extra}]'."
        ) from None
