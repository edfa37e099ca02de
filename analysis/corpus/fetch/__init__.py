"""From the web to text: the originals that a manifest names."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "fetch": (
            "fetch_documents",
            "plan_fetch",
        ),
    },
    extra=("fetch", "Fetching"),
)
