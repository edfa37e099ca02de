"""Naming, predication, agency, evaluations, stance and explanations."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "agency": ("count_agency", "find_clauses"),
        "evaluations": ("count_evaluations", "find_evaluations"),
        "explanations": ("find_explanations",),
        "key_differences": ("find_key_differences",),
        "naming": ("count_namings", "find_namings"),
        "own_side": ("find_own_side",),
        "predication": ("compare_predications", "count_predications", "find_predications"),
        "stance": ("count_stance", "find_stance"),
        "vague": ("find_vague_actors",),
    },
)
