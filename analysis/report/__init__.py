"""The report: the whole corpus on one page, and the dossier of one text."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__, {"dossier": ("describe_article", "write_dossier"), "write": ("write_report",)}
)
