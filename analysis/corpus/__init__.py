"""Where texts come in: the manifest, reading, adding, checking, duplicates."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "add": ("add_documents", "new_corpus"),
        "check": ("check_corpus",),
        "duplicates": ("find_near_duplicates",),
        "lists": ("read_aliases", "read_term_groups"),
        "pack": ("pack_corpus",),
        "repair": ("repair_pack",),
        "read": ("example_corpus", "read_corpus"),
    },
)
