"""From the web to text: the originals that a manifest names."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__, {"client": ("Settings",), "fetch": ("fetch_documents",)}, extra=("fetch", "Fetching")
)
