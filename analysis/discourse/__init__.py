"""Naming, predication, agency, stance and explanations."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "agency": (
            "count_agency",
            "find_clauses",
            "score_agency",
        ),
        "explanations": (
            "count_explanations",
            "find_explanations",
            "read_explanation_markers",
        ),
        "naming": (
            "count_namings",
            "find_namings",
            "read_naming_forms",
        ),
        "predication": (
            "compare_predications",
            "count_predications",
            "find_predications",
        ),
        "stance": (
            "count_stance",
            "find_stance",
            "read_stance_lexicon",
        ),
    },
)
