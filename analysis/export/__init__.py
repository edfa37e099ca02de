"""Bundles of figure, data and record, and their verification."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "record": ("read_bundle",),
        "save": ("save_figure", "save_table"),
        "verification": ("verify",),
    },
)
