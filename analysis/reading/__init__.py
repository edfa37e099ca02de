"""Reading a concordance: select, order and group its lines, and keep the trail of the steps."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "group": ("group_hits",),
        "marks": ("mark_hits",),
        "order": ("order_hits",),
        "select": ("select_hits",),
        "trail": ("ReadingTrail",),
        "trail_file": ("read_trail",),
    },
)
