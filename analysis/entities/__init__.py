"""Names: mentions, canonical names, aliases."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "aliases": ("apply_aliases",),
        "mentions": ("count_entities", "count_entity_pairs", "find_entities"),
    },
)
