"""What columns, choices and groups are called for people."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

# The names of columns as headings and in lists; any other column is called by its own name.
NAMES = {
    "": "(none)",
    "voice_group": "Headline, writer, speakers",
    "g2_four_term": "Log-likelihood G² (whole table)",
    "g2_two_term": "Log-likelihood G² (two terms)",
    "log_dice": "logDice",
    "log_ratio": "Log ratio",
    "lrc": "Log ratio, conservative",
    "lrc_words": "Log ratio, conservative (over words)",
    "text_dispersion_keyness": "Text dispersion keyness",
    "simple_maths": "Simple maths",
    "percent_diff": "Difference in %",
    "odds_ratio": "Odds ratio",
    "difference_coefficient": "Difference coefficient",
    "din": "Difference index (DIN)",
    "mi": "Mutual information (MI)",
    "mi_uncorrected": "MI without span correction",
    "mi3": "MI³",
    "t_score": "t-score",
    "z_score": "z-score",
    "delta_p_collocate_given_node": "ΔP of the collocate, given the node",
    "delta_p_node_given_collocate": "ΔP of the node, given the collocate",
    "p_adjusted": "p (adjusted)",
    "p": "p",
    "tf": "tf",
    "idf": "idf",
    "tf_idf": "tf-idf",
    "bic": "BIC",
    "doc": "Document",
    "node": "Hit",
    "ngram": "N-gram",
    "base": "Words in all",
    "cue": "Verb",
    "cue_class": "Class of verb",
    "count_reference": "Count in the reference",
    "rate_reference": "Rate in the reference",
    "count_collocate": "Collocate in all",
    "count_node": "Node in all",
    "count_source": "First name in all",
    "count_target": "Second name in all",
    "from_percent": "From %",
    "to_percent": "To %",
    "compound": "Tone (compound score)",
    "PERSON": "People",
    "ORG": "Organisations",
    "PLACE": "Places",
    "NORP": "Peoples and groups",
    "MISC": "Other names",
}
# Longer in a list of choices than there is room for above a column.
HEADINGS = {
    "g2_four_term": "G²",
    "g2_two_term": "G²",
    "mi": "MI",
    "compound": "Tone",
    "voice_group": "Voice",
    "drawn": "Rows drawn",
    "coded": "Rows coded",
    "rows": "Rows in all",
    "share_machine": "By the machine",
    "rate_machine": "By the machine",
    "value_machine": "By the machine",
    "compound_machine": "By the machine",
    "": "",
}


def plain(value: object) -> str:
    """A value as text that can be sent: half surrogates become “�”, nothing becomes ""."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def heading(column: str, unit: str = "") -> str:
    """How a column reads above a table whose rates and means are of a `unit`, by default words."""
    if column == "base" and unit:
        return f"{unit[:1].upper()}{unit[1:]}s in all"
    if column in HEADINGS:
        return HEADINGS[column]
    if column in NAMES:
        return NAMES[column]
    text = plain(column).replace("_", " ")
    return text[:1].upper() + text[1:]


def choice(value: Any) -> str:
    """How a choice reads in a list: a value of a text is shown as it is."""
    return NAMES.get(value) or plain(value) or NAMES[""]
