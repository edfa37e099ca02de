"""The tone of sentences by a lexicon, its arc, and sentiment toward a target by the model."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "arc": ("score_arc",),
        "lexicon": (
            "compare_sentiment",
            "find_sentiment_words",
            "score_sentiment",
            "summarise_sentiment",
        ),
        "targets": ("mentions_from_offsets", "score_targets", "summarise_targets"),
    },
)
