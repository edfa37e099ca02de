"""What can be checked by hand in the panel: layers, the tables of other tabs, and own questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analysis.panel.steps import Source, call, literal, method
from analysis.tables import InputError

OWN = "my question: "  # before the name of a question in codebook.yml
TABLE = "the table of "  # before the name of a tab
TABS = ("Terms", "Term groups", "Sentiment", "Style", "Entities", "Voices")
_YES_NO = ("yes", "no")
_JUDGED = ("favourable", "critical", "neither")
_QUOTED = "Is this what somebody else than the author said or wrote?"
_CLAIMED = "Is this right, as it is counted?"


class What(NamedTuple):
    """What can be checked: a layer's rows or sentences, the machine's answer, and the question."""

    name: str
    layer: str
    question: str | None  # None, and no choices: those that the file has, too
    choices: tuple[str, ...] = _YES_NO
    column: str | None = None
    unit: str | None = None


WHATS: dict[str, What] = {
    "quotations found": What("quotations", "quotes", _QUOTED),
    "quotations, also missed (sentences)": What(
        "quotations-in-sentences",
        "quotes",
        "Does the sentence report what somebody else than the author said or wrote?",
        unit="sentence",
    ),
    "tone toward names": What("tone", "targets", None, (), "tone"),
    "evaluations found": What(
        "evaluations",
        "evaluations",
        "How does somebody evaluate somebody or something with the words in bold?",
        _JUDGED,
        "polarity",
    ),
    "evaluations, also missed (sentences)": What(
        "evaluations-in-sentences",
        "evaluations",
        "Does somebody praise, thank, blame or accuse somebody in the sentence?",
        unit="sentence",
    ),
    "who acts in clauses": What(
        "clauses",
        "clauses",
        "What is the participant of the clause: does it act, or is it acted upon?",
        ("agent", "patient", "recipient", "carrier", "unclear"),
        "role",
    ),
    "names found": What("names", "mentions", "Is this a name, and is it whole?"),
    "names, also missed (sentences)": What(
        "names-in-sentences", "mentions", "Is there a name in the sentence?", unit="sentence"
    ),
}


class Asked(NamedTuple):
    """How the rows behind a measure's table are judged, and the chart of the corrected table."""

    # without `choices`, with a column: those of the machine, and "none" for what is none of them

    question: str
    chart: str = "plot_terms"
    column: str | None = None
    choices: tuple[str, ...] = ()


_TERM = Asked("Is the term in bold used in the sense that is to be counted?")
MEASURES: dict[str, Asked] = {
    "count_terms": _TERM,
    "count_term_groups": _TERM,
    "count_entities": Asked("Is this a name of what it is counted as?"),
    "count_stance": Asked("Do the words in bold express what they are counted as?", "plot_stance"),
    "count_quotes": Asked("Is this a quotation, and counted rightly?"),
    "count_cues": Asked(
        "How does the verb of saying put the quotation in bold?", "plot_shares", "cue_class"
    ),
    "count_marked_words": Asked(
        "Why does the author mark the words in bold, if nobody is quoted?", "plot_terms", "kind"
    ),
    "count_voices": Asked("Are these the words of whom they are counted as?", "plot_voices"),
    "summarise_sentiment": Asked(
        "What is the tone of the sentence: negative (-1), neither (0) or positive (1)?",
        "plot_sentiment",
        "compound",
        ("-1", "0", "1"),
    ),
    "summarise_targets": Asked(
        "How does the sentence speak of the name in bold?", "plot_targets", "tone", _JUDGED
    ),
    "count_evaluations": Asked(
        "How does the evaluator evaluate the target with the words in bold?",
        "plot_evaluations",
        "polarity",
        _JUDGED,
    ),
}


def asked_of(table: Any, tab: str) -> Asked:
    """How the rows of a tab's table are judged; refused where none of them is right or wrong."""
    from analysis.terms.evidence import measuring_step

    step = measuring_step(table.attrs.get("steps") or []) or {"call": "", "params": {}}
    known = MEASURES.get(str(step["call"]))
    if known is None or not {"rate", "share", "compound"} & set(table.columns):
        raise InputError(
            f"The table of {tab} has no rates or shares whose passages are right or wrong one by"
            f" one; show another view there, or choose a table of {', '.join(TABS)}."
        )
    if step["call"] == "count_cues" and "cue_class" not in table.columns:
        return known._replace(column=str(step["params"].get("item")))
    return known


def measured_again(question: Any, steps: Sequence[Mapping[str, Any]]) -> Source:
    """The measure that a sample was drawn from, as code, of the texts that the filters leave."""
    result = Source("")
    for step in steps:
        part = _part(question, step)
        if step["call"] == "layer":
            result = _layer(part, step)
            continue
        options = {name: _given(question, value) for name, value in step["params"].items()}
        result = call(step["call"], part if step["on"] == "corpus" else result, **options)
    return result


def _layer(part: Source, step: Mapping[str, Any]) -> Source:
    """A layer of a part of the corpus."""
    name, voiced = step["params"]["name"], bool(step["params"].get("voiced"))
    if name == "documents":
        return part
    return method(part, "layer", name, voiced=True) if voiced else Source(f"{part}.{name}")


def _given(question: Any, value: Any) -> Any:
    """An argument of a measure; a table is made by its own steps."""
    own = value.get("steps") if isinstance(value, dict) else None
    if own:
        return measured_again(question, own)
    if value is True or value is False or not isinstance(value, dict) or "docs" not in value:
        return value
    return question.whole_texts


def _part(question: Any, step: Mapping[str, Any]) -> Source:
    """The part of the corpus that a step took, and of it what the filters leave."""
    part = Source("corpus")
    for chosen in step.get("selection", ()):
        select = "select" in chosen
        part = (
            method(part, "select", chosen["select"])
            if select
            else method(part, "where", **chosen["where"])
        )
    own = question.texts.selection
    every = [one for one in step.get("selection", ()) if one not in own]
    if own and (every or not step.get("selection")):
        docs = question.texts.documents["doc"].astype(str).tolist()
        part = method(part, "select", docs)
    return part


def within(rows: Source, design: Mapping[str, Any], columns: Sequence[str]) -> Source:
    """The rows of a measure that a sample was drawn from: of the items that it knows."""
    frame = design["frame"]
    names = [name for name in design["items"] if name in columns and name in frame["columns"]]
    if not names:
        return rows
    at = [frame["columns"].index(name) for name in names]
    known = sorted({" · ".join(str(row[place]) for place in at) for row in frame["values"]})
    written = f'{rows}[{literal(names)}].astype("str").agg(" · ".join, axis=1)'
    return Source(f"{rows}[{written}.isin({literal(known)})].reset_index(drop=True)")
