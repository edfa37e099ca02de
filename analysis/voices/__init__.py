"""Quotations, their speakers, marked words, shares of voice, reporting verbs, quotation fates."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "counts": ("count_cues", "count_quotes", "count_voices"),
        "fates": ("count_fates", "find_quote_fates"),
        "marked": ("count_marked_words", "find_marked_words"),
        "quotes": ("add_voices", "find_quotes"),
        "tone": ("score_tone_by_voice",),
    },
)
