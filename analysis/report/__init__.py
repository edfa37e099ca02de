"""The report: the whole corpus on one page."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(__name__, {"write": ("write_report",)})
