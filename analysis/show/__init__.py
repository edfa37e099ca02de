"""HTML for notebooks and pages: concordances, annotated texts, quotations side by side."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "annotations": ("show_annotations",),
        "contexts": ("show_contexts", "show_table"),
        "fates": ("show_quote_fates",),
    },
)
