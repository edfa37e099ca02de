"""Quotations, their speakers, shares of voice, reporting verbs and the fates of quotations."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "fates": (
            "align_quotes",
            "count_fates",
            "find_quote_fates",
        ),
        "quotes": (
            "add_voices",
            "find_quotes",
        ),
        "shares": (
            "add_parts",
            "count_voices",
            "find_voice_passages",
            "score_tone_by_voice",
        ),
        "spans": (
            "keep_voices",
            "merge_voices",
        ),
        "verbs": (
            "count_cues",
            "count_quotes",
            "find_quote_contexts",
        ),
    },
)
