"""Charts: each draws the table of its measure and returns the axes."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "agency": ("plot_agency",),
        "barcode": ("plot_barcode",),
        "differences": ("plot_differences",),
        "fates": ("plot_quote_fates",),
        "balance": ("plot_evaluations", "plot_targets"),
        "heatmap": ("plot_heatmap",),
        "keyness": ("plot_keyness",),
        "keywords": ("plot_keywords",),
        "lines": ("plot_over_text", "plot_over_time", "plot_sentiment_arc"),
        "multiples": ("plot_small_multiples",),
        "network": ("plot_network",),
        "sentiment": ("plot_sentiment",),
        "shares": ("plot_shares",),
        "shift": ("plot_word_shift",),
        "similarity": ("plot_correspondence", "plot_similarity"),
        "specifications": ("plot_specification_curve",),
        "terms": ("plot_stance", "plot_terms"),
        "voices": ("plot_voices",),
    },
)
