"""Term frequency, sentiment and named entities in news texts, with the passages behind each number.

Import as ``import analysis as da``. The verb names the layer: ``read_`` → ``split_`` /
``tokenize`` → ``count_`` / ``compare_`` / ``find_`` / ``score_`` → ``plot_`` → ``save_``. Tables go
in and tables come out. Importing the package does nothing; a room is loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_ROOMS: dict[str, tuple[str, ...]] = {
    "tables": ("InputError",),
    "corpus": (
        "add_documents",
        "fingerprint",
        "read_aliases",
        "read_corpus",
        "read_stop_words",
        "read_term_groups",
    ),
    "tokens": ("find_hits", "match_vocabulary", "split_sentences", "stop_words", "tokenize"),
    "frequency": (
        "count_term_groups",
        "count_terms",
        "score_tfidf",
    ),
    "trends": ("count_over_text", "count_over_time", "find_positions"),
    "reading.duplicates": ("find_near_duplicates",),
    "ngrams": ("count_ngrams",),
    "dispersion": ("score_dispersion",),
    "keyness": ("compare_terms",),
    "context": ("find_contexts",),
    "collocation": ("find_collocate_network", "find_collocate_passages", "find_collocates"),
    "sentiment": (
        "compare_sentiment",
        "find_sentiment_words",
        "read_lexicon",
        "score_arc",
        "score_running_mean",
        "score_sentiment",
        "score_sentiment_by",
    ),
    "annotation": ("annotate",),
    "targets": ("find_target_passages", "score_targets", "score_targets_by"),
    "voices": ("add_pronouns", "add_voices", "find_quotes", "read_reporting_verbs"),
    "speakers": ("add_parts", "count_voices", "find_voice_passages"),
    "saying.cues": ("count_cues", "count_quotes", "find_quote_contexts"),
    "saying.voicing": ("keep_voices", "merge_voices"),
    "saying.tone": ("score_tone_by_voice",),
    "fates": ("align_quotes", "count_fates", "find_quote_fates"),
    "sidebyside": ("show_quote_fates",),
    "naming": ("count_namings", "find_namings", "read_naming_forms"),
    "saying.predicating": ("compare_predications", "count_predications", "find_predications"),
    "stance": ("count_stance", "find_stance", "read_stance_lexicon"),
    "agency": ("count_agency", "find_clauses", "score_agency"),
    "explanations": ("count_explanations", "find_explanations", "read_explanation_markers"),
    "explorer": ("explore",),
    "report": ("write_report",),
    "checking": ("check_corpus",),
    "fetch": ("fetch_documents", "plan_fetch"),
    "render": ("show_annotations",),
    "entities": (
        "apply_aliases",
        "count_entities",
        "count_entity_pairs",
        "find_entities",
        "find_mentions",
    ),
    "show": ("show_contexts",),
    "interop": ("to_conditional_freqdist", "to_freqdist", "to_nltk_text"),
    "charts": (
        "plot_agency",
        "plot_barcode",
        "plot_heatmap",
        "plot_keyness",
        "plot_keywords",
        "plot_network",
        "plot_over_text",
        "plot_over_time",
        "plot_quote_fates",
        "plot_sentiment",
        "plot_sentiment_arc",
        "plot_shares",
        "plot_small_multiples",
        "plot_stance",
        "plot_targets",
        "plot_terms",
        "plot_voice_tone",
        "plot_voices",
        "plot_word_shift",
    ),
    "bundles.record": ("read_bundle",),
    "export": ("save_figure", "save_table"),
    "bundles.verification": ("verify",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = sorted([*_ROOM_OF, "__version__"])


def __getattr__(name: str) -> Any:
    """Load a public function from its room when it is first asked for."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
