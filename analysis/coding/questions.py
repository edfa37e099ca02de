"""What a coder is asked of each layer: question, codes with their meaning, what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analysis.coding.design import REST, RIGHT, UNKNOWN, require_choices
from analysis.tables import NONE_LABEL, InputError

_MOST = 30  # codes that anybody can choose between
_WRONG = "found wrongly: none of these"
_CALLS = {  # measures whose rows are of no layer
    "count_namings": "namings",
    "find_namings": "namings",
    "count_marked_words": "marked",
    "find_marked_words": "marked",
    "count_stance": "stance",
    "find_stance": "stance",
    "count_voices": "voices",
    "count_term_groups": "terms",
    "count_terms": "terms",
}
_CLAUSE = ("entity", "verb")


class Asked(NamedTuple):
    """A question with all answers that the machine can give, and what each means."""

    question: str
    classes: Mapping[str, str]
    shown: Sequence[str] = ()  # columns that say what the row was taken for
    wrong: str = _WRONG


_TONE = Asked(
    "How does the passage speak of the name in bold? Judge what anybody in it says, the author or"
    " whoever is quoted.",
    {
        "favourable": "it praises or defends the name, or puts it in a good light",
        "critical": "it blames or attacks the name, or puts it in a bad light",
        "neither": "it only mentions the name, or does both alike",
    },
    ("entity",),
    "found wrongly: no name, or somebody else's",
)
ASKED: dict[tuple[str, str], Asked] = {
    ("targets", "tone"): _TONE,
    ("quotes", "kind"): Asked(
        "How does somebody other than the author speak in the words in bold?",
        {
            "direct": "word for word, in quotation marks",
            "indirect": "told in the author's words",
            "mixed": "told in the author's words, with some in quotation marks",
        },
        (),
        "found wrongly: nobody is quoted or reported here",
    ),
    ("quotes", "mode"): Asked(
        "How was it said what stands in bold?",
        {"speech": "spoken", "writing": "written", "thought": "thought, felt or believed"},
        (),
        "found wrongly: nobody is quoted or reported here",
    ),
    ("quotes", "cue_class"): Asked(
        "What does the word that introduces what stands in bold (see cue) do to it?",
        {
            "neutral": "only say that it was said: said, told",
            "structuring": "put it in a place of a talk: added, replied",
            "doubting": "leave open whether it is true: claimed, alleged",
            "factive": "take it for true: noted, revealed",
            "assertive": "give it weight: insisted, stressed",
            "positive": "approve of something: praised, thanked",
            "negative": "disapprove of something: accused, denied",
            "emotive": "tell a feeling: feared, lamented",
            "directive": "want something done: urged, demanded",
            NONE_LABEL: "no word introduces it",
        },
        ("cue",),
        "found wrongly: nobody is quoted or reported here",
    ),
    ("mentions", "label"): Asked(
        "What is named by the words in bold?",
        {
            "PERSON": "a person",
            "PLACE": "a place or a country",
            "ORG": "an organisation",
            "NORP": "a nationality, a religion or a party's people",
            "MISC": "something else with a name",
        },
        (),
        "found wrongly: no name, or not the whole name",
    ),
    ("clauses", "role"): Asked(
        "What is the participant (see entity) to the verb in bold or beside it?",
        {
            "agent": "does it",
            "patient": "it is done to",
            "recipient": "gets it",
            "carrier": "is or has what is said",
            "unclear": "cannot be told",
        },
        _CLAUSE,
        "found wrongly: no participant of this verb, or somebody else",
    ),
    ("clauses", "form"): Asked(
        "In which form is the clause of the words in bold?",
        {
            "active": "somebody does something",
            "passive": "something is done by somebody",
            "agentless passive": "something is done, and not said by whom",
            "ergative": "something happens by itself, such as talks that collapse",
            "nominalisation": "the deed is a noun, such as the attack",
            "copula": "something is or has something",
        },
        _CLAUSE,
        "found wrongly: no clause of this participant",
    ),
    ("clauses", "process"): Asked(
        "What does the verb of the clause tell?",
        {
            "material": "a deed or an event",
            "verbal": "that something is said",
            "mental": "that something is thought, felt or perceived",
            "relational": "that something is or has something",
        },
        _CLAUSE,
        "found wrongly: no clause of this participant",
    ),
    ("clauses", "modality"): Asked(
        "As what is the clause of the words in bold put?",
        {
            "asserted": "as done or true",
            "possible": "as what may be",
            "future": "as what will be",
            "conditional": "as what would be if",
            "demanded": "as what should be",
            "asked": "as a question",
            "claimed": "as somebody's claim",
        },
        _CLAUSE,
        "found wrongly: no clause of this participant",
    ),
    ("evaluations", "polarity"): Asked(
        "How does the evaluator evaluate the target (see both beside the passage) by the words in"
        " bold?",
        {
            "favourable": "praises, thanks, supports or defends the target",
            "critical": "blames, accuses, opposes or attacks the target",
        },
        ("evaluator", "target"),
        "found wrongly: no evaluation, or another evaluator or target; as evaluator, (none) means"
        " that the text names nobody, (unresolved) a pronoun of whom the machine does not know who"
        " it is",
    ),
    ("voices", "voice_group"): Asked(
        "Whose words are in bold?",
        {
            "headline": "the headline's",
            "writer": "the writer's own",
            "speakers": "somebody's who is quoted or reported",
        },
        (),
        "cannot be said",
    ),
    ("voices", "voice"): Asked("Whose words are in bold?", {}, (), "somebody else's"),
    ("voices", "speech"): Asked(
        "How are the words in bold given?",
        {
            "quoted": "word for word, in quotation marks",
            "reported": "told in the writer's words",
            "thought": "as what somebody thinks or feels",
            NONE_LABEL: "the writer's own",
        },
    ),
    ("namings", "form"): Asked("By which form is the actor named in bold?", {}, ("actor",)),
    ("namings", "strategy"): Asked("In which way is the actor named in bold?", {}, ("actor",)),
    ("marked", "kind"): Asked(
        "What are the quotation marks in bold for?",
        {
            "term": "a name, a title or a term that is introduced",
            "gloss": "a meaning, a translation, or a word as a word",
            "distancing": "words that the writer uses and does not own",
        },
        (),
        "found wrongly: somebody is quoted",
    ),
    ("sentiment", "compound"): Asked(
        "Which tone have the words of the sentence?",
        {"-1": "negative", "0": "neither, or both alike", "1": "positive"},
    ),
}
_FOUND = {  # is what was found right, row by row?
    "quotes": (
        "Is what stands in bold what somebody other than the author said, wrote or thought, and is"
        " it the whole of it?",
        ("speaker",),
    ),
    "mentions": ("Is a name in bold, the whole of it, and is it that of the entity?", ("entity",)),
    "targets": ("Is a name in bold, the whole of it, and is it that of the entity?", ("entity",)),
    "clauses": (
        "Has the participant (see entity) this role to the verb in bold or beside it?",
        ("entity", "role", "verb"),
    ),
    "evaluations": (
        "Does the evaluator evaluate the target by the words in bold, in this way?",
        ("evaluator", "target", "polarity"),
    ),
    "voices": ("Are the words in bold this voice's?", ("voice", "speech")),
    "namings": ("Is the actor named by the words in bold?", ("actor", "form")),
    "stance": ("Do the words in bold do here what the category says?", ("category", "subcategory")),
    "marked": ("Are there quotation marks in bold that quote nobody?", ()),
    "terms": ("Is the term in bold meant in the sense that you count?", ("term",)),
}
_IN_UNIT = {
    "quotes": "Does the {unit} report what somebody other than the author said, wrote or thought?",
    "mentions": "Is there a name in the {unit}?",
    "targets": "Is there a name in the {unit}?",
    "clauses": "Is somebody or something in the {unit} said to do or undergo something?",
    "evaluations": "Does somebody in the {unit} praise, thank, blame or accuse somebody?",
    "terms": "Is one of the terms in the {unit}, in the sense that you count?",
}
_TOLD_APART = {"entity": "label", "evaluator": "evaluator_label", "target": "target_label"}


def topic_of(call: str, layer: str) -> str:
    """What rows are of, by the measure that counted them or their layer."""
    return _CALLS.get(call, "voices" if layer == "voiced" else layer)


def with_labels(names: Sequence[str], layer: str) -> list[str]:
    """Groups with the columns that their measures tell the same names apart by."""
    further = (_TOLD_APART[name] for name in names if layer == "targets" and name in _TOLD_APART)
    return list(dict.fromkeys([*names, *further]))


def shown_of(topic: str, column: str | None, unit: str) -> list[str]:
    """The columns that a coder must see to judge a row."""
    if unit != "row":
        return []
    if column is None:
        return list(_FOUND.get(topic, ("", ()))[1])
    return list(ASKED[topic, column].shown) if (topic, column) in ASKED else []


def asked_of(topic: str, column: str | None, unit: str) -> Asked:
    """The question of a layer's rows, or of texts in which there may be some."""
    if column is None:
        meaning = {"yes": "", "no": "found wrongly" if unit == "row" else ""}
        text = _FOUND.get(topic, ("Is what stands in bold what was looked for?", ()))[0]
        if unit != "row":
            text = _IN_UNIT.get(topic, "Is in the {unit} what was looked for?").format(unit=unit)
        return Asked(text, meaning)
    asked = ASKED.get((topic, column)) or Asked(
        f"Which {column.replace('_', ' ')} fits the words in bold?", {}
    )
    if unit == "row":
        return asked
    of_unit = f"Which is in the {unit}? If there are several, the first."
    of_unit = of_unit.replace("Which", f"Which {column.replace('_', ' ')} of {topic or 'what'}", 1)
    return asked._replace(question=of_unit, wrong=f"nothing of it in the {unit}")


def entry_of(
    question: str | Mapping[str, Any] | None,
    choices: Sequence[str] | None,
    rest: str | None,
    asked: Asked | None,
    answers: Sequence[str],
    *,
    column: str | None,
    unit: str,
    terms: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Question, choices, their meaning, the one for the rest, rules and examples of a sample."""
    given: dict[str, Any] = dict(question) if isinstance(question, Mapping) else {}
    text = given.get("question") or (question if isinstance(question, str) else None)
    described = given.get("choices")
    meaning = dict(described) if isinstance(described, Mapping) else {}
    listed = choices if choices is not None else described
    known = {} if asked is None else dict(asked.classes)
    if listed is None:
        more = [one for one in answers if one not in known] if column or terms else []
        listed = [*known] if known and are_numbers([*known]) else [*known, *more]
        listed = [*dict.fromkeys([*map(str, terms), REST])] if terms else listed
        if len(listed) > _MOST:
            raise InputError(_too_many(len(listed), column))
        listed = [*listed] or list(RIGHT)
    if isinstance(listed, str):
        raise InputError(f"choices={choices!r} must be two or more different codes, as a list.")
    listed = [" ".join(str(one).split()) for one in listed]
    rest = rest or given.get("rest")
    numbers = are_numbers(listed)
    if rest is None and not numbers:
        rest, listed = _rest_of(listed, terms, {*known, *answers}, column, bool(known))
    listed = require_choices(listed, f"choices={listed!r}")
    if rest is not None and rest not in listed:
        raise InputError(f"rest={rest!r} is none of the choices {listed}; name one of them.")
    if rest is not None and rest in (terms or {}):
        raise InputError(
            f"rest={rest!r} has terms of its own; the rest are passages without a term of any."
        )
    meaning = {**({} if meaning else known), **meaning}
    if rest is not None and column is not None and asked is not None and not meaning.get(rest):
        meaning[rest] = asked.wrong
    fits = f"Which of the codes fits the {unit}?"
    return {
        "name": given.get("name"),
        "question": str(text or (fits if asked is None else asked.question)),
        "choices": listed,
        "rest": rest,
        "meaning": {str(k): str(v) for k, v in meaning.items() if v and str(k) in listed},
        "rules": [str(rule) for rule in given.get("rules") or ()],
        "examples": [dict(one) for one in given.get("examples") or ()],
    }


def _rest_of(
    listed: list[str],
    terms: Mapping[str, Any] | None,
    classes: set[str],
    column: str | None,
    known: bool,
) -> tuple[str | None, list[str]]:
    """The choice for what is none of the machine's classes; added where a column has none."""
    if terms is None and column is None:
        return None, listed
    free = [one for one in listed if one not in (classes if terms is None else terms)]
    if REST in free:
        return REST, listed
    if len(free) == 1 and (known or terms is not None):  # else it may be an answer that is not here
        return free[0], listed
    if terms is None:
        return (None, listed) if free else (REST, [*listed, REST])
    raise InputError(
        f"Of the choices {listed} {len(free) or 'none'} have no terms; say by rest= which is for"
        " passages in which no term stands (in codebook.yml: 'rest: none'), or add one."
    )


def _too_many(number: int, column: str | None) -> str:
    """What to do where the machine gives more different answers than one can choose between."""
    other = "column='voice_group', " if column == "voice" else ""
    return (
        f"The machine gives {number} different answers in {column!r}, too many to choose between:"
        f" draw with {other}only={{{column!r}: [some of them]}}, or without column= (is what was"
        " found right: yes or no)."
    )


def require_named(
    answers: Sequence[str],
    entry: Mapping[str, Any],
    terms: Mapping[str, Any] | None,
    column: str | None,
) -> None:
    """Refuse answers of the machine that are none of the choices, naming them."""
    choices = entry["choices"]
    lost = sorted({*map(str, terms or ()), *answers} - {UNKNOWN, NONE_LABEL, *choices})
    if not lost or are_numbers(choices):
        return
    shown = ", ".join(map(repr, lost[:5]))
    what = "groups of terms" if terms is not None else f"answers in {column!r}" if column else ""
    what = what or "answers (whether something was found)"
    raise InputError(
        f"The machine's {what} {shown} are none of the choices {list(choices)}: no code could be"
        " compared with them; write the choices as the machine does, or leave choices= out."
    )


def are_numbers(texts: Sequence[str]) -> bool:
    """Whether all are numbers."""
    import pandas as pd

    return bool(pd.to_numeric(pd.Series(list(texts)), errors="coerce").notna().all())
