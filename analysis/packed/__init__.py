"""A packed corpus: texts, tokens and layers in files, opened without reading them."""

from analysis.packed.store import PackedStore, is_packed, open_packed

__all__ = ["PackedStore", "is_packed", "open_packed"]
