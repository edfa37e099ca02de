"""Checking by hand: samples to code, agreement, and figures corrected for the machine's errors."""

from analysis._lazy import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "agreement": ("find_disagreements", "score_agreement"),
        "codebook": ("read_codebook",),
        "corrections": ("count_codes", "summarise_codes"),
        "drawn": ("count_sample",),
        "enlarge": ("enlarge_sample",),
        "codes": ("read_codes",),
        "files": ("write_sample",),
        "measures": ("correct",),
        "plan": ("plan_coding",),
        "sample": ("sample_for_coding",),
    },
)
