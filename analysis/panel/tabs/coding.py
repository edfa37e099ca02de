"""The tab Coding: rows drawn at random, coded by hand, and figures with the codes in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.panel.controls import EACH, Control, by_control
from analysis.panel.question import Answer, Question, Tab, few_groups, record
from analysis.panel.steps import Source, call, literal, method
from analysis.panel.tabs.checkable import (
    MEASURES,
    OWN,
    TABLE,
    TABS,
    WHATS,
    asked_of,
    measured_again,
    within,
)
from analysis.tables import NONE_LABEL, InputError
from analysis.terms.evidence import in_group, measuring_step
from analysis.wording import SURE, listing, number, plural

NAME = "Coding"
_EACH_NAMED = 4  # groups that are named in a note
_SHOWN = ["row", "doc", "start", "end", "text"]  # never the machine's answer
_ALL_CODED = (
    "All that was drawn is coded. For more rows draw a new sample: write another name in File, and"
    " set Seed and Rows to draw; codes of the two are not joined."
)
_VOICES = "The filter by voice has no effect here: rows are drawn of all voices."


def _controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for a sample and its result."""
    layers = [*WHATS, *(OWN + name for name in settings.get("questions", ()))]
    whats = (*layers, *(TABLE + tab for tab in TABS))
    by = by_control(documents, voices=False)
    by = by._replace(when={"what": tuple(layers)})
    equal = "So many rows are drawn of each value that small ones are not left out"
    file = "A sample that is there, or a new one; empty: in the folder coding beside the corpus"
    table = "A layer, your own question, or the table as it now stands in another tab"
    width = "Of an interval, from end to end, to tell how many rows to code; 0: half as wide as now"
    return [
        Control("what", "Check", "choice", whats[0], whats, "", table),
        Control("n", "Rows to draw", "number", 100, (1, 100_000), "", "60 or more; 100 is usual"),
        by,
        by._replace(name="strata", label="Draw from each", help=equal, when={}),
        Control("seed", "Seed", "number", 0, (0, 2**31), "", "The same seed draws the same rows"),
        Control("coder", "Coder", "text", "", (), "", "Your name"),
        Control("file", "File", "text", "", (), "", file),
        Control("width", "Wanted width", "number", 0.0, (0.0, 1e9), "", width),
    ]


def other_tab(settings: Mapping[str, Any]) -> str:
    """The tab whose table is to be checked; "" for what is checked otherwise."""
    what = str(settings.get("what"))
    return what.removeprefix(TABLE) if what.startswith(TABLE) else ""


def _needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that rows are drawn from; none for a sample that is there."""
    file, what = settings.get("file"), WHATS.get(str(settings.get("what")))
    if file and sample_path(Path(file)).exists():
        return []
    if what is None:
        return [] if other_tab(settings) else ["tokens"]
    return [what.layer, *(["sentences"] if what.unit else [])]


def coding_file(corpus: Any, settings: Mapping[str, Any]) -> Path:
    """The file of the sample: the one that is written, or a name after what is checked."""
    from analysis.corpus.example import example_folder

    if settings["file"]:
        path = Path(settings["file"])
        return path if path.suffix.lower() in (".csv", ".xlsx") else Path(f"{path}.csv")
    from analysis.coding.files import safe_name

    what = WHATS.get(settings["what"])
    name = safe_name(settings["what"].removeprefix(OWN).removeprefix(TABLE).lower())
    name = what.name if what else name
    own = corpus.folder is not None and corpus.folder != str(example_folder())
    return Path(corpus.folder if own else "", "coding", f"{name}.csv")


def questions_of(corpus: Any) -> tuple[tuple[str, ...], str]:
    """The questions of the corpus's codebook, and what is wrong in the file."""
    from analysis.coding.codebook import NAME as BOOK
    from analysis.coding.codebook import read_codebook

    if corpus.folder is None or not Path(corpus.folder, BOOK).is_file():
        return (), ""
    try:
        return tuple(read_codebook(corpus)), ""
    except (InputError, OSError) as error:
        return (), str(error)


def sample_path(path: Path) -> Path:
    """Where the sample of a file is kept."""
    from analysis.coding.files import SUFFIX

    return path.with_suffix(SUFFIX)


def _ask(question: Question) -> Answer:
    """The result of what is coded; before that, the rows that are or would be drawn."""
    path = coding_file(question.texts, question.settings)
    if not sample_path(path).exists():
        return _drawn(question, path)
    from analysis.coding.checks import coded_files

    files = coded_files(path)
    return _result(question, path, files) if files else _opened(question, path)


def _drawn(question: Question, path: Path) -> Answer:
    """How many rows would be drawn of each group, without what the machine said of them."""
    corpus = question.whole_texts
    if other_tab(question.settings):
        sample, by = _sampling_table(question, path)
        corpus = Source("corpus")
    else:
        sample, by = _sampling(question, path), question.by
    sample = question.let("sample", sample)
    by += question.run("sample").attrs["coding"]["items"]  # each row of a table is corrected
    by = [*by, *([question["strata"]] if question["strata"] else [])]
    by = list(dict.fromkeys(by))
    question.let("table", call("count_sample", sample, corpus, by=by or None))
    question.let("path", call("write_sample", sample, path=str(path)))
    question.let("view", call("open_coding", Source("path"), coder=question["coder"] or "me"))
    drawn, counts = question.run("sample"), question.run("table")
    asked = drawn.attrs["coding"]["question"]
    writes = f"“Draw and code” writes {plural(len(drawn), 'row')} to {path}."
    note = f"Question: {asked} {writes} {_too_few(counts, by)}"
    return question.answer(
        shown=[*by, "drawn", "base", "reason"],
        bar="drawn",
        evidence=lambda row, _: _drawn_of(question, drawn, by, record(counts, row)),
        caption=_asked(asked),
        note=f"{note} {_voice_note(question)}".strip(),
        unit="row",
    )


def _asked(question: str) -> str:
    """What is to be coded, as a caption."""
    return f"To be coded: {question}{'' if question.endswith(('?', '.')) else '.'}"


def _drawn_of(
    question: Question, drawn: pd.DataFrame, by: Sequence[str], row: Mapping[str, Any]
) -> pd.DataFrame:
    """The rows that are drawn of a group."""
    own = in_group(drawn, list(by), row, question.run("corpus").documents)
    return drawn.loc[own, ["doc", "start", "end"]]


def _too_few(counts: pd.DataFrame, by: Sequence[str]) -> str:
    """Which groups would have too few rows to be corrected, and what to do."""
    few = counts[counts["reason"] != ""]
    if not len(few):
        return ""
    if not by:
        return f"{str(few['reason'].iloc[0]).capitalize()}."
    names = [" · ".join(str(row[name]) for name in by) for row in few.to_dict("records")]
    return (
        f"{listing(names, _EACH_NAMED)} {'has' if len(few) == 1 else 'have'} too few rows to be"
        " corrected (see reason)."
    )


def _voice_note(question: Question) -> str:
    """That a filter has no effect here."""
    return _VOICES if question.settings.get(EACH) and not other_tab(question.settings) else ""


def _sampling(question: Question, path: Path) -> Source:
    """The call that draws the sample of a layer or of texts."""
    options: dict[str, Any] = {"n": question["n"]}
    chosen, rows = WHATS.get(question["what"]), None
    if chosen is None:
        name = question["what"].removeprefix(OWN)
        book = call("read_codebook", Source("corpus"))
        options["question"] = question.let("entry", Source(f"{book}[{literal(name)}]"))
        question.steps.renew("entry")
    else:
        rows = chosen.layer
        options |= {"column": chosen.column, "unit": chosen.unit, "question": chosen.question}
        options["choices"] = list(chosen.choices) or None
    options |= {"strata": question["strata"] or None, "by": question.group}
    options |= {"seed": question["seed"], "name": path.stem}
    return call("sample_for_coding", rows, question.whole_texts, **options)


def _sampling_table(question: Question, path: Path) -> tuple[Source, list[str]]:
    """The call that draws the sample of another tab's table, and what groups it."""
    from analysis.terms.evidence import groups_of

    tab, other = other_tab(question.settings), question.beside
    if other is None:
        raise InputError(
            f"Nothing was asked in the tab {tab} yet; show there what is to be checked."
        )
    measured = question.take(other, "measured")
    table = question.run("measured")
    asked = asked_of(table, tab)
    known = {"count", "base"} <= set(table.columns) and not asked.choices
    n = min(question["n"], int(table["count"].sum())) if known else question["n"]
    options: dict[str, Any] = {"n": n, "question": asked.question}
    if asked.column in table.columns or asked.choices:
        options |= {"column": asked.column}
        options["choices"] = list(asked.choices) or _classes(table[str(asked.column)])
    options |= {"strata": question["strata"] or None, "seed": question["seed"], "name": path.stem}
    step = measuring_step(table.attrs["steps"])
    by = [] if step is None else groups_of(step, dict.fromkeys(map(str, table.columns)))
    return call("sample_for_coding", measured, Source("corpus"), **options), by


def _classes(column: pd.Series) -> list[str]:
    """The machine's classes, and one for what is none of them."""
    found = sorted({*column.astype(str)})
    return found if NONE_LABEL in found else [*(one for one in found if one != "none"), "none"]


def _opened(question: Question, path: Path) -> Answer:
    """The rows of a sample that is there, of which none is coded."""
    view = call("open_coding", str(path), coder=question["coder"] or "me")
    question.let("view", view)
    question.steps.renew("view")
    question.let("table", Source(f"view.session.table[{literal(_SHOWN)}]"))
    table, design = question.run("table"), question.run("view").session.design
    return question.answer(
        shown=["row", "doc", "text"],
        evidence=lambda row, _: table.iloc[[row]][["doc", "start", "end"]],
        caption=_asked(design["question"]),
        note=f"{path} holds {plural(len(table), 'row')}; none is coded yet.",
        unit="",
    )


def _result(question: Question, path: Path, files: Mapping[str, Path]) -> Answer:
    """The figures with the codes in them, and the machine's beside them."""
    from analysis.coding.files import read_stored

    given = [str(file) for file in files.values()]
    design = read_stored(sample_path(path)).attrs["coding"]
    drawn, left_out = _drawn_from(question, list(design["frame"]["rows"]))
    codes = question.let("codes", call("read_codes", given, drawn))
    question.steps.renew("codes")
    if (design.get("source") or {}).get("kind") == "steps":
        by, value, figure, caption = _corrected(question, design, codes)
    else:
        by, value, figure, caption = _estimated(question, design, codes, drawn)
    table, rows = question.run("table"), question.run("codes")
    agreed = _agreement(question, codes) if len(set(rows["coder"])) > 1 else ""
    plan = _planned(question, table, value, by)
    texts = question.run(drawn).documents
    column, choices = design["column"] or "code", design["choices"]

    def evidence(row: int, _: Any) -> pd.DataFrame:
        one, own = record(table, row), rows
        known = [name for name in (*by, *design["items"]) if name in one]
        own = own[in_group(own, known, one, texts)]
        if str(one.get(column)) in choices:
            own = own[own["code"] == str(one[column])]
        return own[["doc", "start", "end"]].drop_duplicates()

    items = [name for name in (column, *design["items"]) if name in table.columns]
    parts = (value, f"{value}_machine", "precision", "recall", "low", "high", "gain")
    asked = design["question"]
    note = f"Question: {asked} {_told(table, rows)} {agreed} {plan} {left_out}"
    return question.answer(
        shown=[*items, "code", *by, *parts, "coded", "rows", "base"],
        bar=value,
        evidence=evidence,
        figure=figure,
        caption=caption,
        note=f"{note} {_voice_note(question)}",
        unit="word" if value == "rate" or "voice" in items else "row",
    )


def _drawn_from(question: Question, docs: Sequence[str]) -> tuple[Source, str]:
    """The texts that a sample was drawn from, and what the filters do to its result."""
    whole, shown = (
        set(part.documents["doc"].astype(str)) for part in (question.run("corpus"), question.texts)
    )
    known = set(docs)
    if not known & shown:
        raise InputError(
            "The sample was drawn from none of the texts that the filters leave; clear the filters,"
            " or write another name in File to draw a new one."
        )
    beyond = len(shown - known)
    said = (
        f"Of {plural(beyond, 'text')} that the filters leave nothing was drawn." if beyond else ""
    )
    if known == whole or not known <= whole:  # of texts that are gone, reading the codes tells
        return Source("corpus"), said
    if known == shown:
        return question.whole_texts, said
    return question.let("drawn", method(Source("corpus"), "select", list(docs))), said


def _estimated(
    question: Question, design: Mapping[str, Any], codes: Source, drawn: Source
) -> tuple[list[str], str, Source | None, str]:
    """Shares of the codes, or the mean of such as are numbers: groups, value, chart, caption."""
    known = {*design["frame"]["rows"]}
    shown = [str(doc) for doc in question.texts.documents["doc"] if str(doc) in known]
    numbers = bool(pd.to_numeric(pd.Series(design["choices"]), errors="coerce").notna().all())
    function = "summarise_codes" if numbers else "count_codes"
    docs = shown if len(shown) < len(known) else None
    question.let("table", call(function, drawn, codes, by=question.group, docs=docs))
    table, by, value = question.run("table"), question.by, "value" if numbers else "share"
    asked = design["question"]
    if not numbers:
        figure = call("plot_terms", few_groups(table, by), value="share")
        return by, value, figure, f"{asked} Share of each code in all rows."
    drawing = call("plot_terms", few_groups(table, by), value="value", item=by[0]) if by else None
    return by, value, drawing, f"{asked} Mean of the codes over all rows."


def _corrected(
    question: Question, design: Mapping[str, Any], codes: Source
) -> tuple[list[str], str, Source | None, str]:
    """The table of a measure, corrected: groups, value, chart, caption."""
    from analysis.terms.evidence import groups_of

    steps = design["source"]["steps"]
    measured = question.let("measured", measured_again(question, steps))
    whole = question.run("measured")
    rows = within(measured, design, [str(name) for name in whole.columns])
    rows = rows if rows == measured else question.let("drawn_rows", rows)
    question.let("table", call("correct", rows, codes, Source("corpus")))
    table = question.run("table")
    step = measuring_step(steps) or {}
    by = groups_of(step, dict.fromkeys(map(str, table.columns)))
    value = next(name for name in ("share", "rate", "compound") if name in table.columns)
    known = MEASURES.get(str(step.get("call")))
    figure = None if known is None else _chart(known.chart, table, by, design)
    return by, value, figure, f"{design['question']} {value.capitalize()}, corrected by the codes."


def _chart(chart: str, table: pd.DataFrame, by: list[str], design: Mapping[str, Any]) -> Source:
    """The chart of a corrected table."""
    drawn = few_groups(table, by, "count" if "base" not in table.columns else "base")
    column = design["column"]
    if chart == "plot_terms":
        items = [name for name in (column, *design["items"]) if name in table.columns]
        return call(chart, drawn, item=items[0] if items else None)
    if chart == "plot_shares":
        return call(chart, drawn, row=(by or ["speaker"])[0], part=column)
    if chart == "plot_voices" and by:
        return call("plot_terms", drawn, value="share", item="voice")
    if chart in ("plot_sentiment", "plot_targets") and by:
        return call(chart, drawn, by=by[0])
    return call(chart, drawn)


def _planned(question: Question, table: pd.DataFrame, value: str, by: Sequence[str]) -> str:
    """How many rows more make the intervals as narrow as is wanted."""
    if "least_width" not in table.columns:
        return ""
    now = (table["high"] - table["low"]).dropna()
    width = question["width"] or (float(f"{now.max() / 2:.2g}") if len(now) else 0.0)
    if not width:
        return ""
    plan = call("plan_coding", Source("table"), width=width)
    question.let("plan", plan)
    found = question.run("plan")
    more = found["more"].dropna()
    half = "" if question["width"] else ", half as wide as now (see Wanted width)"
    wanted = f"For intervals at most {number(width)} wide{half}"
    if not len(more):
        return f"{wanted}: {found['reason'].iloc[0]}."
    if not (more > 0).any():
        return f"{wanted}: it is narrow enough."
    row = found.loc[more.idxmax()]
    names = [str(row[name]) for name in found.columns if name in (*by, "code", "term", "entity")]
    of = f" of {' · '.join(names)}" if names else ""
    in_all = f"{int(row['needed']):,} in all; {row['reason']}"
    return f"{wanted}: code up to {int(more.max()):,} more{of} ({in_all})."


def _told(table: pd.DataFrame, codes: pd.DataFrame) -> str:
    """How much is coded, and what that is worth."""
    from analysis.coding.core import HELPS
    from analysis.coding.design import ENOUGH

    done, drawn = codes["row"].nunique(), codes.attrs["coding"].get("drawn", 0)
    said = str(table.attrs.get("coded", ""))
    parts = [f"{said[:1].upper()}{said[1:]} of {drawn:,} drawn."]
    if (table["coded"] < ENOUGH).any():
        parts.append(
            f"Where fewer than {ENOUGH} rows are coded nothing is corrected: it is the machine's"
            " share, without an interval."
        )
    if ((table["coded"] >= ENOUGH) & (table["coded"] < SURE)).any():
        parts.append(f"With fewer than {SURE} coded rows an interval is less sure than it says.")
    known = table["gain"].dropna()
    if len(known) and (known < HELPS).all():
        parts.append("The machine's answers add nothing here.")
    elif (known < HELPS).any():
        none = int((known < HELPS).sum())
        parts.append(f"The machine's answers add nothing to {none:,} of {len(known):,} figures.")
    if done == drawn:
        parts.append(_ALL_CODED)
    elif done < drawn:
        parts.append("Rows come in random order: these are a random sample.")
    return " ".join(parts)


def _agreement(question: Question, codes: Source) -> str:
    """How far coders agree, in words."""
    question.let("agreement", call("score_agreement", codes))
    try:
        found = record(question.run("agreement"), 0)
    except InputError as error:
        return str(error)
    both = f"{found['rows']:,} rows were coded by two or more: {100 * found['agreement']:.0f} %"
    interval = ""
    if pd.notna(found["low"]):
        interval = f" ({found['low']:.2f} to {found['high']:.2f})"
    alpha = f", Krippendorff's α {found['alpha']:.2f}{interval}" if pd.notna(found["alpha"]) else ""
    return f"{both} of their codes are the same{alpha}."


def _view(panel: Any) -> Any:
    """The buttons and the coding view."""
    from analysis.panel.checking import CheckingView

    return CheckingView(panel)


TAB = Tab(_controls, _needs, _ask, view=_view)
