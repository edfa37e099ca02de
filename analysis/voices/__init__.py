"""Quotations, their speakers, shares of voice, reporting verbs and the fates of quotations."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "counts": ("count_cues", "count_quotes", "count_voices"),
        "fates": ("count_fates", "find_quote_fates"),
        "quotes": ("add_voices", "find_quotes"),
        "tone": ("score_tone_by_voice",),
    },
)
