"""What charts say in words: labels, numbers, the note line, captions and alt text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ELLIPSIS = "…"
SUMMARIES = "summaries written for this project"

# Bidirectional overrides could turn a whole note line round; the letters themselves stay.
_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])

# How a column reads on an axis; {per} is the base of a rate.
_COLUMN_LABELS = {
    "rate": "Per {per} words",
    "count": "Count",
    "documents": "Documents containing it",
    "tf_idf": "tf-idf",
    "log_ratio": "Log ratio (+1 = twice as frequent)",
    "lrc": "Conservative log ratio (+1 = twice as frequent)",
    "minus_log10_p": "Evidence (−log₁₀ p; 2 is p = 0.01)",
    "lrc_words": "Conservative log ratio (words as draws)",
    "text_dispersion_keyness": "Text dispersion keyness (G² of documents)",
    "g2_four_term": "Log-likelihood G² (four-term)",
    "g2_two_term": "Log-likelihood G² (two-term)",
    "log_dice": "logDice",
    "mi": "Mutual information (bits)",
    "mi_uncorrected": "Mutual information, span not corrected for (bits)",
    "mi3": "Cubic mutual information MI³ (bits)",
    "t_score": "t-score",
    "z_score": "z-score",
    "dp": "DP (0 = evenly dispersed)",
    "dp_norm": "DPnorm (0 = evenly dispersed)",
    "arf": "Average reduced frequency",
    "juilland_d": "Juilland's D (1 = evenly dispersed)",
    "carroll_d2": "Carroll's D2 (1 = evenly dispersed)",
    "compound": "Tone (−1 to +1)",
    "negative": "Share of negative words",
    "neutral": "Share of neutral words",
    "positive": "Share of positive words",
    "tone": "Tone (word scores summed, per 100 words)",
    "percent_diff": "%DIFF",
    "simple_maths": "Simple maths ratio",
}
_NAMES = ("Juilland", "Carroll", "DP", "%DIFF")
_NOUNS = {"doc": "document", "ngram": "n-gram"}


class Term(str):
    """A word as such, which is no name of a group of the same spelling."""

    __slots__ = ()


_WRITTEN: ContextVar[Callable[[str], str] | None] = ContextVar("written", default=None)


@contextmanager
def written(names: Callable[[str], str]) -> Iterator[None]:
    """Have `label` write names as `names` says, as long as a chart is drawn."""
    token = _WRITTEN.set(names)
    try:
        yield
    finally:
        _WRITTEN.reset(token)


def label(value: object, width: int = 32) -> str:
    """Text of a label as the chart writes it, shortened with … beyond `width` cells."""
    names = _WRITTEN.get()
    if names is None:
        return plain(value, width)
    text = plain(value, 10_000)
    written = names(Term(text) if isinstance(value, Term) else text)
    if written == text and text.isascii() and len(text) <= width:
        return text  # nearly all of them
    return plain(written, width)


def plain(value: object, width: int = 32) -> str:
    """Text of a value: one line, no control characters, shortened with … beyond `width` cells."""
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NaT:
        return "(none)"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a year read back from a file beside an empty cell
    text = clean(value)
    if cells(text) <= width:
        return text
    kept, taken = (width - 1, width) if text.isascii() else (0, 0)
    for character in text[kept:]:
        taken += cells(character)
        if taken > width - 1:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def clean(value: object) -> str:
    """A text in one line, without control characters."""
    text = str(value)
    if not (text.isascii() and text.isprintable()):
        text = text.encode("utf-8", "replace").decode("utf-8").translate(_OVERRIDES)
        text = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join(text.split())


def cells(text: str) -> int:
    """Width of a text in cells of a Latin letter: Chinese characters and emoji take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def number(value: float, digits: int = 3) -> str:
    """A number as a reader expects it: three significant digits, thousands apart, true minus."""
    if value is None or not np.isfinite(value):
        return "not defined"
    whole = abs(value) >= 100 or float(value).is_integer()
    if whole:
        text = f"{value:,.0f}"
    else:
        places = digits - 1 - int(np.floor(np.log10(abs(value))))
        text = f"{value:.{max(places, 0)}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text.replace("-", "−")


def labels(values: Iterable[object], width: int) -> list[str]:
    """Labels of several things; those that shortening would make alike lose their middle
    instead.
    """
    names = list(values)
    short = [label(name, width) for name in names]
    alike = {text for text in short if short.count(text) > 1}
    half = width // 2 - 1
    for number, name in enumerate(names):
        whole = label(name, 10_000)
        if short[number] in alike and whole != short[number] and cells(whole) == len(whole):
            short[number] = whole[: width - half - 1].rstrip() + ELLIPSIS + whole[-half:].lstrip()
    return short


def listing(items: Iterable[object], limit: int = 8, width: int = 40) -> str:
    """Items in a sentence: "a, b and c", with "and n more" beyond `limit`."""
    every = list(items)
    texts = [label(item, width) for item in every[:limit]]
    if len(every) > limit:
        texts.append(f"{len(every) - limit} more")
    if len(texts) < 2:
        return "".join(texts)
    return ", ".join(texts[:-1]) + " and " + texts[-1]


def plural(n: int | float, noun: str) -> str:
    """A number with its noun."""
    noun = noun_of(noun)
    if int(n) != 1 and noun.endswith("ss"):
        noun += "es"
    elif int(n) != 1:
        noun = noun[:-1] + "ies" if noun[-1:] == "y" and noun[-2:-1] not in "aeiou" else noun + "s"
    return f"{int(n):,} {noun}"


def noun_of(column: str) -> str:
    """A column's name as a word: "document" for "doc"."""
    return _NOUNS.get(column, column.replace("_", " "))


def per(table: pd.DataFrame) -> float | None:
    """The base of the rates in a table (1000 in "per 1,000 words"), from its own numbers."""
    # It is read from rate, count and base, so that a table read back from a file still knows it;
    # where every count is zero, from the step that made the table.
    if {"rate", "count", "base"} <= set(table.columns):
        usable = table[(table["count"] > 0) & (table["base"] > 0) & (table["rate"] > 0)]
        if len(usable):
            found = (usable["rate"] * usable["base"] / usable["count"]).to_numpy(dtype=float)
            if np.ptp(found) <= 1e-6 * found.max():
                return float(f"{found[0]:.6g}")  # as given, without the last digits of division
    for step in reversed(table.attrs.get("steps", [])):
        if "per" in step.get("params", {}):
            return float(step["params"]["per"])
    return None


def column_label(table: pd.DataFrame, column: str) -> str:
    """The axis label of a column, with unit and base; "Per 1,000 words" for a rate."""
    if named := _measure_of(table, column):
        return named
    base = per(table)
    known = _COLUMN_LABELS.get(column)
    if known is None:
        text = column.replace("_", " ")
        return text[:1].upper() + text[1:]
    if column == "rate" and not base:
        return "Rate"
    return known.format(per=f"{base or 0:,.10g}")


def _measure_of(table: pd.DataFrame, column: str) -> str:
    """What a column "value" holds where the rows are of one measure; else ""."""
    if column != "value" or "measure" not in table.columns:
        return ""
    names = table["measure"].unique()
    return str(names[0]) if len(names) == 1 else ""


def column_phrase(table: pd.DataFrame, column: str) -> str:
    """The same inside a sentence: "rate per 1,000 words"."""
    text = column_label(table, column)
    if not text.startswith(_NAMES) and not _measure_of(table, column):
        text = text[:1].lower() + text[1:]
    return f"rate {text}" if column == "rate" and text != "rate" else text


def corpus_sentence(attrs: dict[Any, Any]) -> str:
    """Which corpus, how many documents, and whether they are summaries."""
    corpus = attrs.get("corpus")
    if not isinstance(corpus, dict):
        return ""
    name = label(corpus.get("name") or "unnamed", 60)
    text = f"Corpus: {name}"
    documents, briefs = corpus.get("documents"), corpus.get("briefs")
    if documents is not None:
        docs = chosen_documents(attrs)
        number = len(docs) or corpus.get("selected", 0)
        of = f"{label(docs[0], 60) if len(docs) == 1 else format(number, ',')} of "
        text += f", {of if number else ''}{plural(documents, 'document')}"
    if selection := selection_phrase(corpus):
        text += f"; {selection}"
    note = corpus.get("note")
    if note == SUMMARIES and documents and briefs and briefs < documents:
        return f"{text} ({briefs:,} of them {SUMMARIES})."
    return f"{text} ({label(note, 120)})." if note else f"{text}."


def selection_phrase(corpus: Mapping[str, Any]) -> str:
    """How documents were chosen, as in "side: russia"; "" where their ids would be named."""
    selection = str(corpus.get("selection") or "")
    if selection.startswith("documents ") and selection.count(",") != 1:
        return ""  # one is named before, of many their number says more than their ids
    parts = [part.partition(": ") for part in plain(selection, 120).split("; ")]
    named = [
        f"{head}{colon}{' or '.join(label(value, 60) for value in values.split(' or '))}"
        for head, colon, values in parts
    ]
    return "; ".join(named) if selection else ""


def chosen_documents(attrs: dict[Any, Any]) -> list[str]:
    """Which documents were chosen, as the steps have it; none for the whole corpus."""
    docs: list[str] = []
    for step in attrs.get("steps", ()):
        tokens = step["params"].get("tokens")  # what mentions are counted against
        if isinstance(tokens, dict) and tokens.get("docs"):
            docs = tokens["docs"]
        elif step.get("docs") and step["on"] != "mentions":  # a text may name nobody
            docs = step["docs"]
        for chosen in step.get("selection", ()):
            docs = chosen.get("select", docs)
    return list(docs)


class Intervals(NamedTuple):
    """What a chart or table has to say about its intervals (see `interval_sentence`)."""

    groups: Sequence[str] = ()  # columns whose values are the groups that documents are counted in
    items: Sequence[str] = ()  # columns that name what is measured in each group
    value: str = ""  # the column of the estimates
    mark: str = "lines"  # how intervals are drawn; "" where they are not
    hollow: str = "Hollow"  # how an estimate without an interval is drawn
    noun: str = ""  # what a group is called, where its columns do not say it
    least: tuple[str, float] | None = None  # a column, and what it must be for an estimate
    part: str = ""  # into what each group is cut, as a "slice" of the text
    dates: str = ""  # how dates are written, where they are not days


_LINES = Intervals()


def documents_column(table: pd.DataFrame) -> list[str]:
    """The column that counts the documents of each row's group, as a list; [] if there is none."""
    # in a table of means `documents` are those that the mean is taken over, in a table of counts
    # those that contain the item
    if "group_documents" in table.columns:
        return ["group_documents"]
    mean = {"documents", "low", "high"} <= set(table.columns)
    return ["documents"] if mean and not {"rate", "share"} & set(table.columns) else []


def interval_sentence(
    table: pd.DataFrame, about: Intervals = _LINES, *, brief: bool = False
) -> str:
    """How the intervals were made, over how many documents, and which estimates have none."""
    # `brief` leaves out what the intervals do not cover: bursts, and other texts than one.
    if about.value in table.columns:
        table = table[table[about.value].notna()]
    if about.least is not None:
        table = table[table[about.least[0]] >= about.least[1]]
    groups = [name for name in about.groups if name in table.columns]
    groups = [name for name in groups if _several(table[name].astype(str))] or groups
    names = _joined(table, groups, about.dates)
    noun = about.noun or (noun_of(groups[0]) if len(groups) == 1 else "group")
    counts = _documents_phrase(table, names, noun, about.part)
    if not about.mark or not {"low", "high"} <= set(table.columns):
        return "" if brief or not (counts and _several(names)) else f"Documents: {counts}."
    known = table["low"].notna() & table["high"].notna()
    text = pd.Series("", index=table.index, dtype=object)
    if "interval" in table.columns:
        text = table["interval"].astype(object).where(table["interval"].notna(), "")
    parts = [_methods_sentence(text[known], counts, names, about.mark)]
    if not known.any() and counts and _several(names):
        parts = [f"Documents: {counts}."]
    if not brief:
        parts.append(
            _bursts_sentence(
                text.str.contains(BURSTS, regex=False), _joined(table, about.items), names
            )
        )
        alone = text[known].str.contains(ALONE, regex=False)
        parts.append(_alone_sentence(names[known][alone], names, noun))
    parts.append(_without_sentence(text[~known], known, about.hollow))
    return sentences(*parts, open_sentence(table["low"], table["high"], about.mark))


# As `analysis.terms.estimate` puts it in the column `interval`.
BURSTS = "; comes in bursts"
ALONE = "sentences of one document"
_MOST_NAMED = 8  # groups whose documents are counted one by one


def _several(names: pd.Series) -> bool:
    """Whether there are two groups or more."""
    return len(set(names)) > 1


def _joined(table: pd.DataFrame, columns: Sequence[str], dates: str = "") -> pd.Series:
    """The names of each row's group, or of what it measures."""
    known = [name for name in columns if name in table.columns]
    texts = [_texts(table[name].tolist(), dates) for name in known]
    joined = [" · ".join(filter(None, row)) for row in zip(*texts, strict=True)]
    return pd.Series(joined or "", index=table.index, dtype=object)


def _texts(values: Sequence[Any], dates: str) -> list[str]:
    """Values as they are written."""
    keys = [(type(value), value) for value in values]
    written = {
        key: "" if key[1] == "" else date(key[1], dates) if dates else label(key[1], 40)
        for key in dict.fromkeys(keys)
    }
    return [written[key] for key in keys]


def date(value: object, form: str) -> str:
    """A date in a form such as "%b %Y"; anything else as its label."""
    return f"{value:{form}}" if isinstance(value, pd.Timestamp) else label(value, 40)


def span(low: float, high: float) -> str:
    """A whole number, or the lowest and highest of several: "4 to 7"."""
    return f"{low:,.0f}" if low == high else f"{low:,.0f} to {high:,.0f}"


def _documents_phrase(table: pd.DataFrame, names: pd.Series, noun: str, part: str = "") -> str:
    """How many documents each group has: "east 5, west 7"; "" where it is not known."""
    column = documents_column(table)
    if not column or not len(table):
        return ""
    size = table[column[0]].astype(int)
    least, most = (size.groupby(names, sort=False).agg(how) for how in ("min", "max"))
    low, high = int(least.min()), int(most.max())
    if part and (least != most).any():
        return f"{span(low, high)} in each {part}{f' of each {noun}' if len(most) > 1 else ''}"
    if len(most) == 1:
        return span(low, high)
    if low == high:
        return f"{low:,} in each of {plural(len(most), noun)}"
    numbers = any(str(name)[-1:].isdigit() for name in most.index)  # "2024-05-01 18" misleads
    if len(most) > _MOST_NAMED or noun == "cell" or numbers:
        return f"{span(low, high)} per {noun}, {plural(len(most), noun)}"
    return ", ".join(f"{name or '(none)'} {span(least[name], most[name])}" for name in most.index)


def _methods_sentence(text: pd.Series, counts: str, names: pd.Series, mark: str) -> str:
    """By which method the intervals were made, over what, and how many documents that is."""
    if not len(text):
        return ""
    plain = text.str.partition(BURSTS)[0]
    alone = plain.str.contains(ALONE, regex=False)
    methods = sorted({method.partition(" over ")[0] for method in plain} - {""})
    how = "; ".join(methods)
    if alone.all() and how:
        how += " over sentences"
    elif counts and not _several(names):
        how += f" over {counts} documents"
    elif how:
        how += " over documents" * bool(plain.str.contains(" over documents").any())
        how += f" ({counts})" if counts else ""
    return f"Intervals ({mark}): {how.strip()}." if how else ""


def _bursts_sentence(bursts: pd.Series, items: pd.Series, names: pd.Series) -> str:
    """For which items the intervals may be too short, and why."""
    if not bursts.any():
        return ""
    why = "half of the documents or fewer, but often or at length in these"
    if bursts.all() and len(bursts) > 1:
        return f"All is in {why}: intervals may be too short."
    everywhere = bursts.groupby(items, sort=False).transform("all")
    several = _several(names)
    found: dict[str, None] = {}
    for item, name, all_groups in zip(
        items[bursts], names[bursts], everywhere[bursts], strict=True
    ):
        found[item if all_groups or not several else f"{item} in {name}".strip()] = None
    return f"In {why}, so that intervals may be too short: {listing(found, 3, 60)}."


def _alone_sentence(alone: pd.Series, names: pd.Series, noun: str) -> str:
    """Which groups are one document, and what their intervals say."""
    found, every = list(dict.fromkeys(alone)), len(set(names))
    if not found:
        return ""
    one = "its sentences are the units, so the interval says how sure this text is"
    many = "their sentences are the units, so the intervals say how sure these texts are"
    rest = "not what other texts would give."
    if len(found) == 1:
        return f"{found[0] or 'This'} is one document: {one}, {rest}"
    if len(found) == every and every > 3:
        each = "Each" if noun == "document" else f"Each {noun}"
        return f"{each} is one document: {one}, {rest}"
    who = listing(found)
    if len(found) > 3:
        who = f"{len(found)} of {plural(every, noun)}"
    return f"{who} are one document each: {many}, {rest}"


def _without_sentence(text: pd.Series, known: pd.Series, hollow: str) -> str:
    """Which estimates have no interval, and why."""
    if not len(text):
        return ""
    reasons = sorted({reason.removeprefix("none: ") for reason in text} - {""})
    why = f" ({'; '.join(reasons)})" if reasons else ""
    if not known.any():
        return f"No intervals{why}: all {hollow.lower()}."
    return f"{hollow}: no interval{why}."


def open_sentence(low: pd.Series, high: pd.Series, mark: str = "lines") -> str:
    """That some intervals have no end, where they are drawn with an arrow."""
    ends = [
        name
        for name, there in (("upper", np.isposinf(high)), ("lower", np.isneginf(low)))
        if there.any()
    ]
    if not ends or mark != "lines":
        return ""
    return f"Arrow: the interval has no {' or no '.join(ends)} end."


def cut_sentence(reach: float | None, form: Callable[[float], str] = number) -> str:
    """That intervals are longer than the axis, where they are, in the form of the axis."""
    return f"Intervals that leave the axis reach up to {form(reach)}." if reach else ""


def base_sentence(table: pd.DataFrame, groups: Sequence[str], unit: str = "word") -> str:
    """How many words (or other units) the values rest on: each group's base once."""
    if "base" not in table.columns:
        return ""
    base = table.groupby(list(groups), observed=True)["base"].max() if groups else table["base"]
    total = base.sum() if groups else base.max()
    return f"n = {plural(total, unit)}." if np.isfinite(total) else ""


SURE = 60  # coded rows from which on intervals cover what they say


def coded_sentences(table: pd.DataFrame) -> list[str]:
    """With how many coded rows values were corrected, and which intervals are less sure."""
    coded = table.attrs.get("coded")
    if not isinstance(coded, str) or not any(str(n).endswith("_machine") for n in table.columns):
        return []
    said = [f"{coded[:1].upper()}{coded[1:]}."]
    if {"coded", "low"} <= set(table.columns):
        few = (table["coded"] < SURE) & table["low"].notna()
        which = "all" if few.all() else f"{int(few.sum()):,} of {len(table):,}"
        text = f"Fewer than {SURE} rows coded: {which} intervals are less sure than they say."
        said += [text] if few.any() else []
    return said


def sentences(*parts: str) -> str:
    """Join the parts that say something."""
    return " ".join(part.strip() for part in parts if part and part.strip())


def top_three(names: Iterable[object], values: Iterable[float], unit: str = "") -> str:
    """The three largest values, for the alt text."""
    known = [(label(n, 100), float(v)) for n, v in zip(names, values, strict=True)]
    known = sorted((p for p in known if np.isfinite(p[1])), key=lambda p: (-p[1], p[0]))[:3]
    highest = listing([f"{name} ({number(value)}{unit})" for name, value in known], width=200)
    return f"Highest: {highest}." if highest else ""


def alt_text(
    shape: str, axes: Mapping[str, str], names: Iterable[object], values: pd.Series, unit: str = ""
) -> str:
    """A chart for readers who cannot see it: its shape, its axes, its highest values."""
    # The range of the values follows the last of `axes`.
    last = len(axes) - 1
    scales = [
        f"{axis} axis: {phrase}{f', {value_range(values)}{unit}' if place == last else ''}."
        for place, (axis, phrase) in enumerate(axes.items())
    ]
    return sentences(shape, *scales, top_three(names, values, unit))


def pairs(first: Iterable[object], second: Iterable[object], link: str = " in ") -> list[str]:
    """What each of two columns' rows is called: "peace in east"."""
    return [f"{label(a, 40)}{link}{label(b, 40)}" for a, b in zip(first, second, strict=True)]


def split_phrase(names: Iterable[str]) -> str:
    """By what a table was split, " by side and genre"; "" where it was not."""
    named = listing(map(noun_of, names))
    return f" by {named}" if named else ""


def value_range(values: Iterable[float]) -> str:
    """Lowest to highest in words, "from 0.1 to 12"."""
    array = np.asarray(list(values), dtype=float)
    array = array[np.isfinite(array)]
    if not len(array):
        return "without a defined value"
    if array.min() == array.max():
        return f"all {number(array[0])}" if len(array) > 1 else number(array[0])
    return f"from {number(array.min())} to {number(array.max())}"
