"""The reading trail: the steps of reading a concordance, with the reader's notes and marks."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.reading.lines import lines_given, require_corpus
from analysis.reading.marks import (
    KINDS,
    Mark,
    Marked,
    Place,
    find_again,
    found_table,
    make_mark,
    mark_hits,
    words_at,
)
from analysis.reading.select import select_hits
from analysis.reading.steps import State, Step, checked_text, code_of, steps_of
from analysis.tables import InputError, json_value, require_choice, say, silent

_UNDONE = 200  # actions that can be taken back


class ReadingTrail:
    """The steps by which a concordance is read, as a tree, with notes and marks on lines.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        The corpus, or its documents.
    search : str, sequence of str or pandas.DataFrame
        What to look for, as in `find_contexts`; or a hits table that it, `select_hits`,
        `order_hits` and `group_hits` made.
    name : str
        What the trail is called; it names its file.
    **options
        Further options of `find_contexts`, such as `window` and `sort`.

    Attributes
    ----------
    hits : pandas.DataFrame
        The lines at the current step, with `mark`, `label` and `note` where a line has one.
    steps : pandas.DataFrame
        One row per step: `step` (its number), `parent`, `kind`, `words`, `name`, `lines`,
        `documents`, `note`, and `here` (whether it is the current one).
    at : int
        The number of the current step.
    marks : dict
        What was said of lines, by (doc, start, end).
    found : pandas.DataFrame
        After `rerun`: the marked lines and whether each was found again.

    Raises
    ------
    InputError
        If the search has no form that can be run again.

    Notes
    -----
    `select`, `order` and `group` take the lines of the current step further and return the new
    lines. `go` returns to an earlier step; what is done there begins a branch. Nothing is computed
    twice, and nothing that was done is thrown away but by `remove` and `undo`.

    A mark belongs to a place (document and offsets), so it stays with its line however lines are
    selected and sorted. In a new version of the corpus the line is looked for by its words and 60
    characters around them.

    The terms (select, order, group; a tree of steps) are those of “Reading Concordances in the
    21st Century” and its FlexiConc, which has no notes, marks or page.

    Examples
    --------
    >>> from analysis.layers import Corpus
    >>> texts = pd.DataFrame({"doc": ["a", "b"], "text": ["No war now.", "The war is over."]})
    >>> trail = ReadingTrail(Corpus(texts), "war")
    >>> trail.select(context={"R1": "is"}, note="What is said of it.")["doc"].tolist()
    ['b']
    >>> trail.mark(0, "keep", label="end")
    >>> trail.go(0)[["doc", "mark"]].values.tolist()
    [['b', 'keep'], ['a', '']]
    >>> print(trail)
    0 Search for war: 2 lines in 2 texts
      1 Select with is at R1: 1 line in 1 text
    """

    def __init__(self, corpus: Any, search: Any, *, name: str = "reading", **options: Any) -> None:
        self.corpus = require_corpus(corpus)
        self.name = checked_text(name, "name") or "reading"
        self.found: pd.DataFrame | None = None
        self._tables: dict[int, pd.DataFrame] = {}
        self._undo: list[State] = []
        self._file: tuple[Path, str] | None = None  # where it was saved last, and its hash
        self._state = State({}, {}, 0, 0)
        begin = steps_of(search) if isinstance(search, pd.DataFrame) else None
        if begin is None:
            begin = [("find_contexts", {"query": search, **options})]
        elif options:
            raise InputError("Options of the search belong to find_contexts, which made the hits.")
        for call, params in begin:
            self._take(call, params, "", "")
        self._undo.clear()

    # Steps

    def select(self, *, name: str = "", note: str = "", **conditions: Any) -> pd.DataFrame:
        """Select lines of the current step, as `select_hits` does; returns the new lines."""
        for key in ("keep", "drop"):
            if isinstance(conditions.get(key), str):
                conditions[key] = [
                    place
                    for place, one in self.marks.items()
                    if one.mark == conditions[key] or one.label == conditions[key]
                ]
            elif conditions.get(key) is not None:
                conditions[key] = lines_given(conditions[key], self._lines(self.at), key)
        return self._take("select_hits", conditions, name, note)

    def order(self, *, name: str = "", note: str = "", **options: Any) -> pd.DataFrame:
        """Order the lines of the current step, as `order_hits` does; returns the new lines."""
        return self._take("order_hits", options, name, note)

    def group(self, *, name: str = "", note: str = "", **options: Any) -> pd.DataFrame:
        """Group the lines of the current step, as `group_hits` does; returns the new lines."""
        return self._take("group_hits", options, name, note)

    def go(self, step: int | str) -> pd.DataFrame:
        """Make a step the current one, by its number or name; returns its lines."""
        self._state = replace(self._state, at=self._step(step).id)
        return self.hits

    def describe(
        self, step: int | str | None = None, *, name: str | None = None, note: str | None = None
    ) -> None:
        """Give a step (by default the current one) a name or a note."""
        own = self._step(self.at if step is None else step)
        own = own if name is None else replace(own, name=checked_text(name, "name"))
        own = own if note is None else replace(own, note=checked_text(note, "note"))
        self._change(steps=self._state.steps | {own.id: own})

    def remove(self, step: int | str) -> None:
        """Remove a step and all that follow from it; marks stay."""
        own = self._step(step)
        if own.parent is None:
            raise InputError("The search itself cannot be removed; begin another trail.")
        gone = {own.id}
        for one in self._state.steps.values():  # a step comes after the one it follows from
            if one.parent in gone:
                gone.add(one.id)
        left = {number: one for number, one in self._state.steps.items() if number not in gone}
        at = own.parent if self.at in gone else self.at
        self._change(steps=left, at=at)

    def undo(self) -> bool:
        """Take back the last step, mark, name, note or removal; False if there is none."""
        if not self._undo:
            return False
        self._state = self._undo.pop()
        return True

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return bool(self._undo)

    @property
    def at(self) -> int:
        """The number of the current step."""
        return self._state.at

    @property
    def hits(self) -> pd.DataFrame:
        """The lines at the current step, with what was said of them."""
        return self.lines(self.at)

    def lines(self, step: int | str) -> pd.DataFrame:
        """Return the lines at a step, with what was said of them; the current step stays."""
        table = self._lines(self._step(step).id)
        marks = [[*place, *one.said] for place, one in self._state.marks.items()]
        return mark_hits(table, self.corpus, marks=marks) if marks else table

    @property
    def steps(self) -> pd.DataFrame:
        """All steps, one row each, in the order in which they were taken."""
        rows = [
            (one.id, one.parent, one.kind, one.words, one.name, one.lines, one.documents, one.note)
            for one in self._state.steps.values()
        ]
        names = ["step", "parent", "kind", "words", "name", "lines", "documents", "note"]
        table = pd.DataFrame(rows, columns=names)
        whole = dict.fromkeys(("parent", "lines", "documents"), "Int64")
        return table.astype(whole).assign(here=table["step"] == self.at)

    def step(self, step: int | str) -> Step:
        """Return a step by its number or name."""
        return self._step(step)

    # Marks

    @property
    def marks(self) -> dict[Place, Mark]:
        """What was said of lines, by (doc, start, end)."""
        return {place: one.said for place, one in self._state.marks.items()}

    def mark(
        self,
        lines: Any,
        mark: str | None = None,
        *,
        label: str | None = None,
        note: str | None = None,
    ) -> None:
        """Mark lines of the current step.

        Parameters
        ----------
        lines : int, sequence or pandas.DataFrame
            Rows of the current lines (0, 1 …), a table of hits, or (doc, start, end).
        mark : {"keep", "drop", ""}, optional
            Whether to keep the line; "" takes this back.
        label, note : str, optional
            A category, and a remark; "" takes it back. What is not given stays as it is.

        Raises
        ------
        InputError
            If a line is not there, or the mark is not known.
        """
        if mark is not None:
            require_choice(mark, KINDS, "mark")
        if isinstance(lines, tuple) and len(lines) == 3 and isinstance(lines[0], str):
            lines = [lines]
        marks = dict(self._state.marks)
        pairs = (("mark", mark), ("label", label), ("note", note))
        given = {name: value for name, value in pairs if value is not None}
        places = lines_given(lines, self._lines(self.at), "lines")
        for place, around in zip(places, words_at(self.corpus, places), strict=True):
            if around is None:
                raise InputError(f"There is no place {place[1]} to {place[2]} in {place[0]!r}.")
            before = marks[place].said if place in marks else Mark()
            said = make_mark(*before._replace(**given))
            if any(said):
                marks[place] = Marked(place, around, said)
            else:
                marks.pop(place, None)
        self._change(marks=marks)

    def marked(self, mark: str | None = "keep", *, label: str | None = None) -> pd.DataFrame:
        """Return marked lines as a hits table, in the order of the texts.

        Parameters
        ----------
        mark : {"keep", "drop"} or None
            Which mark; None for every line of which anything was said.
        label : str, optional
            Only lines with this label.

        Returns
        -------
        pandas.DataFrame
            As `hits`; it can be counted, shown, saved, verified and given to hand coding.
        """
        places = [
            list(place)
            for place, one in self._state.marks.items()
            if (mark is None or one.said.mark == mark) and label in (None, one.said.label)
        ]
        root = next(iter(self._state.steps))
        with silent():
            table = select_hits(self._lines(root), self.corpus, keep=places)
        table = import_module("analysis.reading.order").order_hits(table, self.corpus, by="text")
        said = [[*place, *one.said] for place, one in self._state.marks.items()]
        return mark_hits(table, self.corpus, marks=said)

    # Files, other corpora

    def save(self, path: str | os.PathLike[str] | None = None, *, overwrite: bool = False) -> Path:
        """Save the trail, by default beside the corpus: ``trails/<name>.json`` in its folder.

        A file that was changed by others since, or is no trail, is replaced only with `overwrite`.
        """
        file = import_module("analysis.reading.trail_file")
        saved: Path = file.save_trail(self, path, overwrite)
        return saved

    def rerun(self, corpus: Any) -> ReadingTrail:
        """Take all steps again on another corpus, or another version of this one.

        Returns
        -------
        ReadingTrail
            A new trail with the same steps, names, notes and marks. Its `found` says of each marked
            line whether it is in the "same place", has "moved", or was "not found" (its mark is
            kept in the file, for another corpus). A step that cannot be taken there, as by a column
            that is missing, is kept and says why (`problem`).
        """
        other = again(self.name, require_corpus(corpus))
        lines = [*self._state.marks.values(), *self._state.lost]
        found = find_again(lines, other.corpus)
        by_hand = self._by_hand()
        places = [*found, *find_again(by_hand, other.corpus)]
        moved = {old.place: p for old, (p, _) in zip([*lines, *by_hand], places, strict=True)}
        for one in self._state.steps.values():
            other._retake(one, moved)
        marks = {
            place: Marked(place, old.words, old.said)
            for old, (place, _) in zip(lines, found, strict=True)
            if place is not None
        }
        lost = tuple(old for old, (place, _) in zip(lines, found, strict=True) if place is None)
        other._state = replace(
            other._state, marks=marks, lost=lost, at=self.at, next=self._state.next
        )
        other.found = found_table(lines, found)
        if lost:
            count = f"{len(lost):,} of {len(lines):,} marked lines"
            say(f"{count} were not found again; see found.", deeper=-1)
        return other

    def code(self, step: int | str | None = None) -> str:
        """Return the code that leads to a step's lines (by default to all steps)."""
        wanted = None if step is None else self._step(step)
        return code_of(self.corpus, self._state.steps, wanted)

    def write(
        self,
        path: str | os.PathLike[str],
        *,
        title: str | None = None,
        author: str = "",
        overwrite: bool = False,
    ) -> Path:
        """Write the trail as one page of HTML, for a paper's appendix.

        Parameters
        ----------
        path : path
            The page; ``.html`` is added where the name has no ending.
        title, author : str, optional
            What stands above it. Default: the name of the trail.
        overwrite : bool
            Replace a file that is no page of this package, or was edited since.

        Returns
        -------
        pathlib.Path
            The page. It needs no other file and no network: the steps in words with the lines
            left after each, names and notes, the marked lines with their sources, and the code.
        """
        page = import_module("analysis.reading.page").make_page(self, title, author)
        saved: Path = page.save(path, overwrite)
        return saved

    def __len__(self) -> int:
        """How many steps there are."""
        return len(self._state.steps)

    def __repr__(self) -> str:
        """The steps as a tree."""
        import_words = import_module("analysis.reading.page")
        text: str = import_words.as_text(self)
        return text

    # What these are made of

    def _step(self, step: int | str) -> Step:
        """A step by its number or name."""
        steps = self._state.steps
        if isinstance(step, str):
            named = [one for one in steps.values() if one.name == step]
            if len(named) == 1:
                return named[0]
        elif step in steps:
            return steps[step]
        known = ", ".join(f"{n} ({one.name})" if one.name else str(n) for n, one in steps.items())
        raise InputError(f"There is no step {step!r}, or several of that name; there are {known}.")

    def _take(self, call: str, params: dict[str, Any], name: str, note: str) -> pd.DataFrame:
        """Take a step from the current one."""
        state = self._state
        parent = state.at if state.steps else None
        table = self._run(call, params, parent)
        recorded = table.attrs["steps"][-1]["params"]
        step = Step(
            state.next,
            parent,
            call,
            json_value(recorded),
            checked_text(name, "name"),
            checked_text(note, "note"),
            len(table),
            int(table["doc"].nunique()),
        )
        self._tables[step.id] = table
        self._change(steps=state.steps | {step.id: step}, at=step.id, next=step.id + 1)
        return self.hits

    def _run(self, call: str, params: dict[str, Any], parent: int | None) -> pd.DataFrame:
        """Make the lines of a step from those of the one before."""
        function = getattr(import_module("analysis"), call)
        if parent is None:
            made: pd.DataFrame = function(self.corpus, **params)
        else:
            made = function(self._lines(parent), self.corpus, **params)
        return made

    def _again(self, step: Step, params: dict[str, Any]) -> pd.DataFrame:
        """Make the lines of a step that was taken before, perhaps in a file of another hand."""
        try:
            return self._run(step.call, params, step.parent)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"Step {step.id} has values that no step has ({error}).") from error

    def _lines(self, number: int) -> pd.DataFrame:
        """The lines at a step, made when they are first asked for."""
        if number not in self._tables:
            step = self._state.steps[number]
            if step.problem:
                raise InputError(f"Step {number} cannot be taken on this corpus: {step.problem}")
            with silent():
                self._tables[number] = self._again(step, step.params)
        return self._tables[number]

    def _retake(self, step: Step, moved: dict[Place, Place | None]) -> None:
        """Take a step of another trail on this corpus."""
        params = dict(step.params)
        for name in ("keep", "drop"):
            if params.get(name) is not None:
                places = [(str(d), int(s), int(e)) for d, s, e in params[name]]
                there = [moved.get(place, place) for place in places]
                params[name] = [list(place) for place in there if place is not None]
        state = self._state
        taken = replace(step, params=params, lines=None, documents=None, problem="")
        try:
            with silent():
                table = self._again(step, params)
        except InputError as error:
            taken = replace(taken, problem=str(error))
        else:
            self._tables[step.id] = table
            taken = replace(taken, lines=len(table), documents=int(table["doc"].nunique()))
        self._state = replace(state, steps=state.steps | {step.id: taken})

    def _by_hand(self) -> list[Marked]:
        """The lines that steps keep or leave out by hand, with their words."""
        places = {
            (str(doc), int(start), int(end)): None
            for step in self._state.steps.values()
            for name in ("keep", "drop")
            for doc, start, end in step.params.get(name) or ()
        }
        own = [place for place in places if place not in self._state.marks]
        words = words_at(self.corpus, own)  # None: of a corpus that has changed since
        both = zip(own, words, strict=True)
        return [Marked(place, around, Mark()) for place, around in both if around is not None]

    def _change(self, **parts: Any) -> None:
        """Change the trail, so that it can be undone."""
        self._undo = [*self._undo[1 - _UNDONE :], self._state]
        self._state = replace(self._state, **parts)


def again(name: str, corpus: Any) -> ReadingTrail:
    """A trail without steps on a corpus."""
    other = object.__new__(ReadingTrail)
    other.corpus, other.name, other.found = corpus, name, None
    other._tables, other._undo, other._file = {}, [], None
    other._state = State({}, {}, 0, 0)
    return other
