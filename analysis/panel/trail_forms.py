"""The steps of a reading trail as forms: what can be set, and the call that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from analysis.panel.controls import group_columns, is_dated, words_in
from analysis.panel.labels import Labels
from analysis.panel.names import NAMES, heading, plain
from analysis.tables import NONE_LABEL, VOICES, InputError

WINDOW = 8  # words to each side that a step looks at, unless the reader sets another number
MOST_NAMES = 60  # speakers and names offered
POSITIONS = ("L1", "R1", "L2", "R2", "L3", "R3", "node")
PARTS_OF_SPEECH = {
    "ADJ": "adjective",
    "ADP": "preposition",
    "ADV": "adverb",
    "AUX": "auxiliary",
    "CCONJ": "coordinating conjunction",
    "DET": "determiner",
    "INTJ": "interjection",
    "NOUN": "noun",
    "NUM": "number",
    "PART": "particle",
    "PRON": "pronoun",
    "PROPN": "name",
    "SCONJ": "subordinating conjunction",
    "VERB": "verb",
}
_PLACES = {"window": "the window", "L": "the left side", "R": "the right side"}
_OWN_VOICES = ("headline", "writer", "speakers")
_NO_LINE = "No line is marked so; mark lines with K, D or N first."
Values = Mapping[str, Any]
Marks = Mapping[tuple[Any, int, int], Any]


class Setting(NamedTuple):
    """One thing to set in a form."""

    # `kind`: "choice", "many", "number" (`choices` are its bounds), "text", "date" or "flag";
    # `choices` are pairs of value and label.

    name: str
    label: str
    kind: str
    value: Any = ""
    choices: tuple[Any, ...] = ()
    help: str = ""


class Option(NamedTuple):
    """A way to select, order or group: its settings, and the parameters that these make."""

    name: str
    label: str
    settings: tuple[Setting, ...]
    params: Callable[[Values], dict[str, Any]]
    help: str = ""


def forms(corpus: Any, marks: Marks | None = None) -> dict[str, list[Option]]:
    """All ways to select, order and group the lines of a corpus."""
    return {
        "select": _select_options(corpus, marks or {}),
        "order": _order_options(corpus),
        "group": _group_options(corpus),
    }


def forms_payload(options: Mapping[str, Sequence[Option]]) -> dict[str, Any]:
    """The forms for the page."""
    return {
        kind: [
            {
                "name": one.name,
                "label": one.label,
                "help": one.help,
                "fields": [
                    {
                        **setting._asdict(),
                        "choices": [
                            list(pair) if isinstance(pair, tuple) else pair
                            for pair in setting.choices
                        ],
                    }
                    for setting in one.settings
                ],
            }
            for one in some
        ]
        for kind, some in options.items()
    }


def params_of(
    options: Mapping[str, Sequence[Option]], kind: object, name: object, values: object
) -> dict[str, Any]:
    """The parameters that a filled form makes, checked."""
    for one in options.get(str(kind), ()):
        if one.name == name:
            given = values if isinstance(values, dict) else {}
            return one.params(
                {s.name: _checked(s, given.get(s.name, s.value)) for s in one.settings}
            )
    raise InputError(f"There is no step {kind!s} by {name!s}.")


def _checked(setting: Setting, value: Any) -> Any:
    """What was set, as its kind allows."""
    if setting.kind == "number":
        low, high = setting.choices
        whole = (
            isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
        )
        if not whole or not low <= value <= high:
            raise InputError(f"{setting.label}: {value!r} is no whole number from {low} to {high}.")
        return int(value)
    if setting.kind == "flag":
        return bool(value)
    if setting.kind in ("choice", "many"):
        known = {pair[0] for pair in setting.choices}
        some = list(value) if setting.kind == "many" and isinstance(value, list) else [value]
        for one in some:
            if one not in known:
                raise InputError(f"{setting.label}: {one!r} is not there; choose what is offered.")
        if setting.kind == "many" and not some:
            raise InputError(f"{setting.label}: nothing is chosen; tick one or more.")
        return some if setting.kind == "many" else value
    return str(value).strip()


def _pairs(values: Sequence[Any]) -> tuple[tuple[Any, str], ...]:
    """Values as pairs of value and label."""
    return tuple((value, plain(value)) for value in values)


# Select


def _select_options(corpus: Any, marks: Marks) -> list[Option]:
    """Ways to select."""
    documents = corpus.documents
    window = Setting("window", "Words to each side", "number", WINDOW, (1, 50))
    found = [_column_option(documents, name) for name in _columns(documents)]
    if is_dated(documents):
        days = Setting("since", "From", "date"), Setting("until", "To", "date")
        found.append(Option("dates", "Date", days, _dates))
    voices = Setting("voice", "Voice", "many", (), _pairs(_OWN_VOICES))
    found.append(Option("voice", "Voice", (voices,), lambda v: {"where": {"voice": v["voice"]}}))
    speaker = _names_setting(corpus, "speaker", "Speakers", "quotes")
    found.append(
        Option("speaker", "Speaker", (speaker,), lambda v: {"speaker": _words(v["speaker"])})
    )
    entity = _names_setting(corpus, "entity", "Names", "mentions")
    named = (entity, window)
    found.append(
        Option(
            "entity",
            "Name in the line",
            named,
            lambda v: {"entity": _words(v["entity"]), "window": v["window"]},
        )
    )
    places = tuple((p, "the hit" if p == "node" else p) for p in ("node", *POSITIONS[:-1]))
    of_speech = (
        Setting("place", "Which word", "choice", "node", places),
        Setting("pos", "Part of speech", "many", (), tuple(PARTS_OF_SPEECH.items())),
    )
    found.append(
        Option("pos", "Part of speech", of_speech, lambda v: {"pos": {v["place"]: v["pos"]}})
    )
    where = (*_PLACES.items(), *((p, p) for p in POSITIONS[:-1]))
    words = (
        Setting("words", "Words", "text", "", (), "peace, cease*; * and ? are wildcards"),
        Setting("place", "Where", "choice", "window", where),
        window,
        Setting("without", "Lines without them", "flag", False),
    )
    found.append(Option("context", "Words around", words, _context))
    found.append(_marked_option(marks))
    shares = (("", "nothing"), *_pairs([*_columns(documents), "voice"]))
    sample = (
        Setting("sample", "Lines", "number", 25, (1, 1_000_000)),
        Setting("by", "Shared equally among", "choice", "", shares),
        Setting("weights", "Every text the same chance", "flag", False),
        Setting("seed", "Seed", "number", 0, (0, 1_000_000)),
    )
    text = "The same seed draws the same lines; another seed others."
    found.append(Option("sample", "Random sample", sample, _sample, text))
    return found


def _columns(documents: pd.DataFrame) -> list[str]:
    """Columns of metadata to select and group by."""
    return [name for name in group_columns(documents) if name != "doc" and _parts(documents[name])]


def _parts(column: pd.Series) -> bool:
    """Whether a column parts the texts: it has two values, or one that some of them lack."""
    return len(column.drop_duplicates()) > 1


def _column_option(documents: pd.DataFrame, name: str) -> Option:
    """Selecting by a column of the documents."""
    column = documents[name].astype(object)
    values = column.where(column.notna(), NONE_LABEL).astype(str)
    names = Labels(documents)
    choices = tuple((value, plain(names.label(value, name))) for value in sorted(set(values)))
    setting = Setting("values", heading(name), "many", (), choices)
    return Option(
        f"column:{name}", heading(name), (setting,), lambda v: {"where": {name: v["values"]}}
    )


def _names_setting(corpus: Any, name: str, label: str, layer: str) -> Setting:
    """Speakers or names: a list where they are known already, else to be written."""
    if corpus.lacks(layer):
        return Setting(name, label, "text", "", (), "Several are separated by commas")
    column = corpus.layer(layer)[name].astype(object).dropna().astype(str)
    counts = column[~column.str.startswith("(")].value_counts()
    often = sorted(counts.index, key=lambda one: (-counts[one], one))[:MOST_NAMES]
    return Setting(name, label, "many", (), tuple((one, plain(one)) for one in often))


def _words(value: Any) -> list[str]:
    """Names or words, from a list or a text with commas."""
    words = list(value) if isinstance(value, list) else words_in(str(value))
    if not words:
        raise InputError("Nothing is written; write a word or a name.")
    return words


def _dates(values: Values) -> dict[str, Any]:
    """Selecting by the day of publication."""
    days = {name: values[name] for name in ("since", "until") if values[name]}
    if not days:
        raise InputError("Neither a first nor a last day is set; write one as 2024-05-31.")
    return {"where": days}


def _context(values: Values) -> dict[str, Any]:
    """Selecting by the words around the hit."""
    words, place = _words(values["words"]), values["place"]
    given = words if place == "window" else {place: words}
    return {"without" if values["without"] else "context": given, "window": values["window"]}


def _sample(values: Values) -> dict[str, Any]:
    """A sample."""
    weights = "text" if values["weights"] and not values["by"] else None
    by = values["by"] or None
    return {"sample": values["sample"], "by": by, "weights": weights, "seed": values["seed"]}


def _marked_option(marks: Marks) -> Option:
    """Selecting by the reader's marks."""
    labels = sorted({mark.label for mark in marks.values() if mark.label})
    which: tuple[tuple[str, str], ...] = (
        ("keep", "lines that are kept"),
        ("drop", "all but dropped lines"),
    )
    which += tuple((f"label:{one}", f"lines labelled “{plain(one)}”") for one in labels)

    def params(values: Values) -> dict[str, Any]:
        wanted = values["which"].removeprefix("label:")
        if not any(wanted in (mark.mark, mark.label) for mark in marks.values()):
            raise InputError(_NO_LINE)
        return {"drop" if values["which"] == "drop" else "keep": wanted}

    setting = Setting("which", "Which", "choice", "keep", which)
    return Option("marked", "By hand: my marks", (setting,), params)


# Order and group


def _order_options(corpus: Any) -> list[Option]:
    """Ways to order."""
    none = (("", "–"),)
    places = tuple((p, "the hit" if p == "node" else p) for p in POSITIONS)
    positions = (
        Setting("first", "First by", "choice", "R1", places),
        Setting("second", "then by", "choice", "", none + places),
        Setting("third", "then by", "choice", "", none + places),
    )
    window = Setting("window", "Words to each side", "number", 5, (1, 50))
    turned = Setting("turned", "The other way round", "flag", False)
    columns = [*_columns(corpus.documents), "voice", "speaker"]
    columns[:0] = ["published"] if is_dated(corpus.documents) else []
    column = Setting("column", "Column", "choice", columns[0], _heads(columns))
    seed = Setting("seed", "Seed", "number", 0, (0, 1_000_000))

    def scored(name: str) -> Callable[[Values], dict[str, Any]]:
        return lambda v: {"by": f"{'-' * v['turned']}{name}", "window": v["window"]}

    return [
        Option("positions", "Words around", positions, _positions),
        Option(
            "typicality",
            "Typical lines first",
            (window, turned),
            scored("typicality"),
            "Lines with the most typical collocates.",
        ),
        Option(
            "rarity",
            "Plain lines first",
            (window, turned),
            scored("rarity"),
            "Lines of ordinary words; the other way round: of rare words.",
        ),
        Option(
            "pattern",
            "Recurring patterns",
            (),
            lambda _: {"by": "pattern"},
            "Lines with the same word sequence around the hit together.",
        ),
        Option(
            "column",
            "Metadata",
            (column, turned),
            lambda v: {"by": "-" * v["turned"] + v["column"]},
        ),
        Option("text", "Order of the texts", (), lambda _: {"by": "text"}),
        Option("random", "At random", (seed,), lambda v: {"by": "random", "seed": v["seed"]}),
    ]


def _positions(values: Values) -> dict[str, Any]:
    """Ordering by words around the hit."""
    keys = [values[name] for name in ("first", "second", "third") if values[name]]
    return {"by": list(dict.fromkeys(keys))}


def _heads(columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Columns with their headings."""
    return tuple((name, heading(name)) for name in columns)


def _by(name: str, _: Values) -> dict[str, Any]:
    """Grouping by a column."""
    return {"by": name}


def _group_options(corpus: Any) -> list[Option]:
    """Ways to group."""
    columns = [*_columns(corpus.documents), *VOICES, "speaker", "doc"]
    found = [
        Option(f"column:{name}", NAMES.get(name) or heading(name), (), partial(_by, name))
        for name in dict.fromkeys(columns)
    ]
    least = Setting("min_lines", "Lines at least", "number", 2, (1, 1000))
    place = Setting("place", "Which word", "choice", "R1", tuple((p, p) for p in POSITIONS))
    number = Setting(
        "clusters", "Clusters (0: as many as part the lines best)", "number", 0, (0, 50)
    )
    window = Setting("window", "Words to each side", "number", WINDOW, (1, 50))
    return [
        *found,
        Option("place", "A word beside the hit", (place,), lambda v: {"by": v["place"]}),
        Option(
            "pattern",
            "Recurring patterns",
            (least,),
            lambda v: {"by": "pattern", "min_lines": v["min_lines"]},
        ),
        Option(
            "clusters", "Similar contexts", (window, number, least), _clusters, "Named by keywords."
        ),
    ]


def _clusters(values: Values) -> dict[str, Any]:
    """Grouping by similar contexts."""
    number = values["clusters"]
    if number == 1:
        raise InputError("Clusters: 1 is no grouping; write 0, or 2 and more.")
    least = values["min_lines"]
    return {
        "by": "clusters",
        "window": values["window"],
        "clusters": number or None,
        "min_lines": least,
    }
