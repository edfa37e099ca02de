"""The tab Coding: rows drawn at random, coded by hand, and figures with the codes in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from analysis.panel.controls import Control, by_control
from analysis.panel.question import Answer, Question, Tab, few_groups, record
from analysis.panel.steps import Source, call, literal
from analysis.tables import InputError
from analysis.terms.evidence import in_group
from analysis.wording import plural

NAME = "Coding"
OWN = "my question: "  # before the name of a question in codebook.yml
_SHOWN = ["row", "doc", "start", "end", "left", "text", "right"]  # never the machine's answer
_YES_NO = ("yes", "no")


class What(NamedTuple):
    """What can be checked: a layer's rows or sentences, the machine's answer, and the question."""

    name: str
    layer: str
    question: str
    choices: tuple[str, ...] = _YES_NO
    column: str | None = None
    unit: str | None = None


WHATS: dict[str, What] = {
    "quotations found": What(
        "quotations", "quotes", "Is this what somebody else than the author said or wrote?"
    ),
    "quotations, also missed (sentences)": What(
        "quotations-in-sentences",
        "quotes",
        "Does the sentence report what somebody else than the author said or wrote?",
        unit="sentence",
    ),
    "tone toward names": What(
        "tone",
        "targets",
        "How does the sentence speak of the name in bold?",
        ("favourable", "critical", "neither"),
        "tone",
    ),
    "evaluations found": What(
        "evaluations",
        "evaluations",
        "How does somebody evaluate somebody or something with the words in bold?",
        ("favourable", "critical", "neither"),
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


def _controls(
    documents: pd.DataFrame, settings: Mapping[str, Any], voices: Sequence[str]
) -> list[Control]:
    """What can be set for a sample and its result."""
    whats = (*WHATS, *(OWN + name for name in settings.get("questions", ())))
    by = by_control(documents, voices=False)
    equal = "So many rows are drawn of each value that small ones are not left out"
    file = "A sample that is there, or a new one; empty: in the folder coding beside the corpus"
    return [
        Control("what", "Check", "choice", whats[0], whats),
        Control("n", "Rows to draw", "number", 100, (1, 100_000), "", "60 or more; 100 is usual"),
        by,
        by._replace(name="strata", label="Draw from each", help=equal),
        Control("seed", "Seed", "number", 0, (0, 2**31), "", "The same seed draws the same rows"),
        Control("coder", "Coder", "text", "", (), "", "Your name"),
        Control("file", "File", "text", "", (), "", file),
    ]


def _needs(settings: Mapping[str, Any]) -> list[str]:
    """Layers that rows are drawn from; none for a sample that is there."""
    file, what = settings.get("file"), WHATS.get(str(settings.get("what")))
    if file and sample_path(Path(file)).exists():
        return []
    if what is None:
        return ["tokens"]
    return [what.layer, *(["sentences"] if what.unit else [])]


def coding_file(corpus: Any, settings: Mapping[str, Any]) -> Path:
    """The file of the sample: the one that is written, or a name after what is checked."""
    from analysis.corpus.example import example_folder

    if settings["file"]:
        path = Path(settings["file"])
        return path if path.suffix.lower() in (".csv", ".xlsx") else Path(f"{path}.csv")
    from analysis.coding.files import safe_name

    what = WHATS.get(settings["what"])
    name = what.name if what else safe_name(settings["what"].removeprefix(OWN))
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


def coded_files(path: Path) -> dict[str, Path]:
    """The files with codes of a sample, by their coders."""
    from analysis.coding.files import find_sample, read_filled, read_stored

    stored = sample_path(path)
    drawn, found = read_stored(stored), dict[str, Path]()
    for one in sorted(path.parent.glob(f"{path.stem}*")):
        if one.suffix.lower() not in (".csv", ".xlsx") or find_sample(one) != stored:
            continue
        if read_filled(one, drawn)[0]:
            found[one.stem.removeprefix(path.stem).strip("-") or one.suffix[1:]] = one
    return found


def _ask(question: Question) -> Answer:
    """The result of what is coded; before that, the rows that are or would be drawn."""
    path = coding_file(question.texts, question.settings)
    if not sample_path(path).exists():
        return _drawn(question, path)
    files = coded_files(path)
    return _result(question, path, files) if files else _opened(question, path)


def _drawn(question: Question, path: Path) -> Answer:
    """The rows that would be drawn, without what the machine said of them."""
    sample = question.let("sample", _sampling(question, path))
    question.let("table", Source(f"{sample}[{literal(_SHOWN)}]"))
    question.let("path", call("write_sample", sample, path=str(path)))
    coder = question["coder"] or "me"
    question.let("view", call("open_coding", Source("path"), coder=coder))
    design = question.run("sample").attrs["coding"]
    note = (
        f"{question['n']:,} of {sum(design['strata'].values()):,} rows would be drawn;"
        f" “Draw and code” writes them to {path}."
    )
    return _rows(question, f"To be coded: {design['question']}", note)


def _sampling(question: Question, path: Path) -> Source:
    """The call that draws the sample."""
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
        options["choices"] = list(chosen.choices)
    options |= {"strata": question["strata"] or None, "by": question.group}
    options |= {"seed": question["seed"], "name": path.stem}
    return call("sample_for_coding", rows, Source("corpus"), **options)


def _opened(question: Question, path: Path) -> Answer:
    """The rows of a sample that is there, of which none is coded."""
    view = call("open_coding", str(path), coder=question["coder"] or "me")
    question.let("view", view)
    question.steps.renew("view")
    question.let("table", Source(f"view.session.table[{literal(_SHOWN)}]"))
    asked = question.run("view").session.design["question"]
    note = f"{path} holds {plural(len(question.run('table')), 'row')}; none is coded yet."
    return _rows(question, f"To be coded: {asked}", note)


def _rows(question: Question, caption: str, note: str) -> Answer:
    """Rows to be coded, as an answer."""
    table = question.run("table")
    return question.answer(
        shown=["row", "doc", "text"],
        evidence=lambda row, _: table.iloc[[row]][["doc", "start", "end"]],
        caption=caption if caption.endswith(("?", ".")) else f"{caption}.",
        note=note,
        unit="",
    )


def _result(question: Question, path: Path, files: Mapping[str, Path]) -> Answer:
    """The shares of the codes in all rows, with the machine's beside them."""
    given = [str(file) for file in files.values()]
    corpus = Source("corpus")
    codes = question.let("codes", call("read_codes", given, corpus, coders=list(files)))
    question.steps.renew("codes")
    question.let("table", call("count_codes", corpus, codes, by=question.group))
    table, by = question.run("table"), question.by
    agreed = _agreement(question, codes) if len(files) > 1 else ""
    rows = question.run("codes")

    def evidence(row: int, _: Any) -> pd.DataFrame:
        one = record(table, row)
        own = rows[rows["code"] == one["code"]]
        own = own[in_group(own, by, one, question.texts.documents)]
        return own[["doc", "start", "end"]].drop_duplicates()

    measured = ["share", "low", "high", "share_machine", "precision", "recall", "gain"]
    asked = rows.attrs["coding"]["question"]
    return question.answer(
        shown=["code", *by, *measured, "coded", "base"],
        bar="share",
        evidence=evidence,
        figure=call("plot_terms", few_groups(table, by), value="share"),
        caption=f"{asked} Share of each code in all rows.",
        note=f"Question: {asked} {_told(table, rows)} {agreed}".strip(),
        unit="",
    )


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
            " share, without an interval. Code more."
        )
    known = table["gain"].dropna()
    if len(known) and (known < HELPS).all():
        parts.append("The machine adds nothing here: code more.")
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


TAB = Tab(_controls, _needs, _ask, view=_view, filters=False)
