"""Measures of words: frequency, trends, n-grams, dispersion, keyness, contexts, collocation."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "collocate_networks": ("find_collocate_network",),
        "collocation": ("find_collocates",),
        "compared_collocates": ("compare_collocates",),
        "contexts": ("find_contexts",),
        "differences": ("compare_groups", "compare_rates"),
        "evidence": ("find_passages",),
        "dispersion": ("score_dispersion",),
        "diversity": ("score_diversity",),
        "frequency": ("count_term_groups", "count_terms", "score_tfidf"),
        "keyness": ("compare_terms",),
        "ngrams": ("count_ngrams",),
        "presence": ("compare_presence",),
        "readability": ("score_readability",),
        "similarity": ("correspondence_analysis", "score_correspondence", "score_similarity"),
        "specifications": ("vary",),
        "trends": ("count_over_text", "count_over_time", "find_positions"),
    },
)
