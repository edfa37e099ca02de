"""Reading trails as files: JSON with its own version and hash, checked before anything is run."""

from __future__ import annotations

import inspect
import json
import os
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.files import hash_text, write_atomic
from analysis.reading.lines import require_corpus
from analysis.reading.marks import Mark, Marked, Place, find_again, make_mark
from analysis.reading.steps import State, Step
from analysis.reading.words import KIND_OF
from analysis.tables import InputError, is_corpus

if TYPE_CHECKING:
    from analysis.reading.trail import ReadingTrail

SCHEMA = "discourse-analysis/trail/1"
LARGEST = 50_000_000  # bytes
MOST_STEPS = 1000
DEEPEST = 20  # lists and objects in one another
MOST_WORDS = 1000  # words, values or names in one parameter of a step
WIDEST = 1000  # words to each side
_NAME = re.compile(r"[^\w-]+")
_TABLES = ("documents",)  # parameters that a file may not set


def save_trail(trail: ReadingTrail, path: str | os.PathLike[str] | None, overwrite: bool) -> Path:
    """Save a trail as JSON, whole or not at all."""
    target, root = _target(trail, path)
    content = _content(trail)
    if target.exists() and not overwrite:
        known = trail._file is not None and trail._file[0] == target.resolve()
        there = target.read_bytes().decode("utf-8", "replace") if target.is_file() else ""
        if there != content and not (known and hash_text(there) == (trail._file or ("", ""))[1]):
            raise InputError(
                f"{target} is there already and is not this trail as it was last saved; give"
                " another name or path, or overwrite=True."
            )
    try:
        write_atomic(target, content, inside=root)
    except OSError as error:
        raise InputError(f"{target} cannot be written ({error.strerror}); give a path.") from error
    trail._file = (target.resolve(), hash_text(content))
    return target


def _target(trail: ReadingTrail, path: str | os.PathLike[str] | None) -> tuple[Path, Path]:
    """Where a trail is saved, and the folder below which no link is followed."""
    if path is not None:
        target = Path(path)
        target = target if target.suffix else target.with_suffix(".json")
        if target.suffix.lower() != ".json":
            raise InputError(f"A trail is saved as .json, not as {target.name!r}.")
        return target, target.parent
    folder = trail.corpus.folder
    if folder is None:
        raise InputError("The corpus has no folder; give the path of the trail's file.")
    name = _NAME.sub("-", trail.name).strip("-_")[:80] or "reading"
    return Path(folder) / "trails" / f"{name}.json", Path(folder)


def _content(trail: ReadingTrail) -> str:
    """A trail as the text of its file."""
    state, attrs = trail._state, trail.corpus.documents.attrs.get("corpus", {})
    record = {
        "schema": SCHEMA,
        "name": trail.name,
        "corpus": {key: attrs.get(key) for key in ("name", "fingerprint")},
        "selection": trail.corpus.selection,
        "at": state.at,
        "next": state.next,
        "steps": [vars(step) for step in state.steps.values()],
        "marks": [_marked(one) for one in state.marks.values()],
        "lost": [_marked(one) for one in state.lost],
    }
    content = _sealed(record)
    if len(content) > LARGEST:
        raise InputError(
            f"The trail is larger than {LARGEST // 10**6} MB and could not be read again; mark"
            " fewer lines, or give them shorter notes and labels."
        )
    try:
        _check(json.loads(content), Path("trail"))
    except InputError as error:
        raise InputError(
            f"The trail could not be read again: at most {MOST_STEPS:,} steps are kept, and"
            f" {MOST_WORDS:,} words or values and {WIDEST:,} words to a side in each."
        ) from error
    return content


def _sealed(record: dict[str, Any]) -> str:
    """A record with its own hash."""
    whole = {key: value for key, value in record.items() if key != "sha256"}
    plain = json.dumps(whole, sort_keys=True, ensure_ascii=True)
    return json.dumps(whole | {"sha256": hash_text(plain)}, indent=1, ensure_ascii=True) + "\n"


def _marked(one: Marked) -> dict[str, Any]:
    """A marked line for the file."""
    place = dict(zip(("doc", "start", "end"), one.place, strict=True))
    words = dict(zip(("left", "node", "right"), one.words, strict=True))
    return place | words | one.said._asdict()


def read_trail(path: str | os.PathLike[str], corpus: Any = None) -> ReadingTrail:
    """Read a reading trail that was saved.

    Parameters
    ----------
    path : path
        The file that ``ReadingTrail.save`` wrote.
    corpus : Corpus or pandas.DataFrame, optional
        The corpus. Default: the one beside which the file lies.

    Returns
    -------
    ReadingTrail
        The trail as it was. What was selected of the corpus is selected again. If the corpus has
        changed since, the steps are taken again and `found` says where the marked lines are now.

    Raises
    ------
    InputError
        If the file is no trail, is damaged, or was written by another version.

    Notes
    -----
    The file is checked before any step is taken; it can name only `find_contexts`, `select_hits`,
    `order_hits` and `group_hits`, with plain values.
    """
    source = Path(path)
    record = _parse(source)
    if corpus is None:
        folder = source.resolve().parent.parent
        corpus = import_module("analysis").read_corpus(folder)
    whole = require_corpus(corpus)
    chosen = whole if whole.selection else _select(whole, record["selection"], source)
    trail: ReadingTrail = import_module("analysis.reading.trail").again(record["name"], chosen)
    steps = {step.id: step for step in map(_step, record["steps"])}
    marks = {one.place: one for one in map(_mark, record["marks"])}
    lost = tuple(map(_mark, record["lost"]))
    trail._state = State(steps, marks, record["at"], record["next"], lost)
    now = chosen.documents.attrs.get("corpus", {}).get("fingerprint")
    moved = any(how != "same place" for _, how in find_again([*marks.values()], chosen))
    if moved or now != record["corpus"].get("fingerprint"):
        trail = trail.rerun(chosen)
    trail._file = (source.resolve(), hash_text(source.read_text("utf-8")))
    return trail


def _select(corpus: Any, selection: list[Any], source: Path) -> Any:
    """The part of a corpus that the trail was made on."""
    for chosen in selection:
        if "select" in chosen:
            known = set(corpus.documents["doc"])
            there = [doc for doc in chosen["select"] if doc in known]
            corpus = corpus.select(there) if there else corpus
        else:
            corpus = corpus.where(**chosen["where"])
    if not is_corpus(corpus):
        raise _damaged(source, "its selection is none")
    return corpus


def _damaged(path: Path, why: str) -> InputError:
    return InputError(f"{path} is damaged ({why}); take another copy of it.")


def _parse(path: Path) -> dict[str, Any]:
    """The record in a trail's file, checked in every part."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    if len(raw) > LARGEST:
        raise InputError(f"{path} is larger than {LARGEST // 10**6} MB, as no trail is.")
    try:
        record = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, "it is not whole JSON") from error
    schema = record.get("schema") if isinstance(record, dict) else None
    if not isinstance(schema, str) or not schema.startswith("discourse-analysis/trail/"):
        raise InputError(f"{path} is no reading trail; give a file that ReadingTrail.save wrote.")
    if schema != SCHEMA:
        raise InputError(
            f"{path} was written by another version of this package ({schema[:60]!r}, not"
            f" {SCHEMA!r}); open it with that one."
        )
    if record.get("sha256") != json.loads(_sealed(record))["sha256"]:
        raise _damaged(path, "it was changed after it was saved")
    _check(record, path)
    return record


_PARTS: dict[str, Any] = {
    "name": str, "corpus": dict, "selection": list, "at": int, "next": int, "steps": list,
    "marks": list, "lost": list,
}  # fmt: skip


def _check(record: dict[str, Any], path: Path) -> None:
    """Refuse a record whose parts have another form than those that are saved."""
    if not all(isinstance(record.get(name), kind) for name, kind in _PARTS.items()) or not all(
        _is_count(record[name]) for name in ("at", "next")
    ):
        raise _damaged(path, "a part is missing")
    if not 0 < len(record["steps"]) <= MOST_STEPS or not _flat(record):
        raise _damaged(path, "it has no step, or too much")
    known: set[int] = set()
    for step in record["steps"]:
        if not _is_step(step, known):
            raise _damaged(path, "a step has another form")
        known.add(step["id"])
    if record["at"] not in known or record["next"] <= max(known):
        raise _damaged(path, "its current step is none")
    try:
        for one in (*record["marks"], *record["lost"]):
            _mark(one)
    except (InputError, KeyError, TypeError, ValueError) as error:
        raise _damaged(path, "a mark has another form") from error
    for chosen in record["selection"]:
        if not isinstance(chosen, dict) or not _is_selection(chosen):
            raise _damaged(path, "its selection has another form")


def _is_selection(chosen: dict[str, Any]) -> bool:
    """Whether something is a selection of a corpus: documents, or values of columns."""
    if "select" in chosen:
        docs = chosen["select"]
        return isinstance(docs, list) and all(isinstance(doc, str) for doc in docs)
    where = chosen.get("where")
    values = (
        [one for v in where.values() for one in _listed(v)] if isinstance(where, dict) else [()]
    )
    return all(one is None or isinstance(one, str | int | float) for one in values)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _flat(record: Any) -> bool:
    """Whether a record is not nested deeper than any trail."""
    level = [record]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    return not level


def _is_step(step: Any, known: set[int]) -> bool:
    """Whether something is a step that may be taken after some others."""
    if not isinstance(step, dict) or set(step) != set(Step.__dataclass_fields__):
        return False
    call, params = step["call"], step["params"]
    if not isinstance(call, str) or call not in KIND_OF or not isinstance(params, dict):
        return False
    names = list(inspect.signature(getattr(import_module("analysis"), call)).parameters)
    options = set(names[1:] if call == "find_contexts" else names[2:]) - {*_TABLES}
    begins = call == "find_contexts"
    whole = all(isinstance(step[n], str) for n in ("name", "note", "problem"))
    counts = all(step[n] is None or _is_count(step[n]) for n in ("lines", "documents"))
    numbered = _is_count(step["id"]) and step["id"] not in known
    parent = step["parent"] is None if begins else step["parent"] in known
    first = begins == (not known)
    bounded = all(_is_bounded(name, value) for name, value in params.items())
    return set(params) <= options and whole and counts and numbered and parent and first and bounded


def _is_count(value: Any) -> bool:
    """Whether something is a whole number from 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_bounded(name: str, value: Any) -> bool:
    """Whether a parameter of a step has a form and size that can be run in short time."""
    if name in ("keep", "drop"):
        return value is None or (isinstance(value, list) and all(map(_is_place, value)))
    if name == "window":
        return value == "sentence" or all(_is_count(v) and v <= WIDEST for v in _listed(value))
    inner = value.values() if isinstance(value, dict) else [value]
    return sum(len(_listed(one)) for one in inner) <= MOST_WORDS


def _is_place(one: Any) -> bool:
    """Whether something is a document with two offsets."""
    if not isinstance(one, list) or len(one) != 3:
        return False
    return isinstance(one[0], str) and all(map(_is_count, one[1:])) and one[1] < one[2]


def _step(step: dict[str, Any]) -> Step:
    return Step(**step)


def _mark(one: dict[str, Any]) -> Marked:
    """A marked line of the file."""
    words = tuple(one[name] for name in ("left", "node", "right"))
    place = (one["doc"], one["start"], one["end"])
    if not _is_place([*place]) or not all(isinstance(word, str) for word in words):
        raise InputError("A mark has another form.")
    said: Mark = make_mark(one["mark"], one["label"], one["note"])
    known: Place = place
    return Marked(known, (words[0], words[1], words[2]), said)
