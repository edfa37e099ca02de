"""The views of the panel, and how an answer is shown in them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets
import pandas as pd

from analysis.panel.jobs import Jobs
from analysis.panel.output import Output, State
from analysis.panel.progress import Progress
from analysis.panel.question import EmptySearch
from analysis.panel.saving import Saver
from analysis.panel.search import SearchBar, term_of
from analysis.panel.views import (
    CodeView,
    FigureView,
    Mark,
    MessageView,
    PassagesView,
    RowsView,
    TextView,
    identities,
    marks_of,
    passages_payload,
    passages_title,
    rows_payload,
    text_payload,
)
from analysis.tables import InputError, silent

LIMIT = 200  # passages listed
TYPING, FIGURE = 0.1, 0.3  # seconds without a change before the table, and then the figure
PAUSE = 1.0  # seconds without a key before a search that finds nothing is called an error
_HIDDEN = {"display": "none"}


class Stage:
    """The views: rows, figure, passages, text, code and message, and what is shown in them."""

    explorer: Any
    tab: str
    search: SearchBar

    def __init__(self, figures: str) -> None:
        self.state = State()
        self.jobs = Jobs(background=False)
        self.output = Output()
        self._lock = threading.RLock()  # the explorer answers one question at a time
        self._typed = False  # whether what is asked is still being typed
        self._own: dict[str, Any] = {}  # the views of tabs that have one of their own
        self._make_views(figures)

    @property
    def answer(self) -> Any:
        """What is shown; None before the first answer."""
        return self.state.answer

    @property
    def passages(self) -> pd.DataFrame | None:
        """The passages of the row that was chosen."""
        return self.state.passages

    def _make_views(self, figures: str) -> None:
        """Make the views and buttons."""
        self.rows, self.figure = RowsView(), FigureView()
        self.reader, self.list, self.code = TextView(), PassagesView(), CodeView()
        self.message, self.progress = MessageView(), Progress()
        self.saver = Saver(
            figures, chart=self.chart, table=self._captioned, say=self.say, run=self._on_main
        )
        self.show_code = ipywidgets.ToggleButton(
            description="Show code", tooltip="The lines that make the same table and figure"
        )
        self.go_on = ipywidgets.Button(
            description="Go on", tooltip="Make what is still missing", layout=_HIDDEN
        )

    def _guard(self, act: Callable[[], Any]) -> None:
        """Do something; what goes wrong is said in one sentence."""
        try:
            with silent():  # the panel has a bar of its own
                act()
        except EmptySearch as error:
            self._clear()
            self.say(str(error), "hint")
        except InputError as error:
            text = str(error)
            pause = PAUSE - TYPING if self._typed else 0.0  # a word that is typed is found later
            self.jobs.do("error", lambda: self.say(text, "error"), pause)
        except Exception as error:
            import logging

            logging.getLogger(__name__).exception("the panel failed")
            why = " ".join(str(error).split())
            self.say(f"This did not work: {type(error).__name__}: {why[:300]}", "error")

    def say(self, text: str, kind: str = "") -> None:
        """Show one sentence; a screen reader reads it out."""
        self.message.data = {"text": text, "kind": kind}

    # -- what is shown -------------------------------------------------------------------------

    def _fade(self, stale: bool) -> None:
        """Show that rows and figure belong to other settings."""
        self.rows.stale = stale
        if stale:
            self.figure.stale = True  # until the new one is drawn

    def _clear(self) -> None:
        """Show no answer."""
        self.state = State(self.state.key + 1)
        self.rows.data, self.figure.svg, self.figure.data, self.code.data = {}, "", {}, {}
        if self.tab in self._own:
            self._own[self.tab].show(self.state)
        self._show_passages(self.state)
        self._draw_soon(FIGURE)

    def choose_term(self, term: str) -> None:
        """Take a term as the chosen one, which other tabs are one click away from."""
        self.search.choose(term)

    def _show_answer(self, now: State) -> None:
        """Show an answer; the row that was chosen stays so if it is among the new ones."""
        chosen, answer, self.state = self.state.chosen, now.answer, now
        self._show_rows(now)
        self.saver.enable(True, answer.draws)
        self.say(f"{len(answer.table):,} row{'' if len(answer.table) == 1 else 's'}.")
        self._send_code()
        self._show_passages(now)
        names = identities(answer.table, answer.shown)
        if chosen is not None and chosen[0] in names:
            column = chosen[1] if chosen[1] in answer.table.columns else None
            self._find_passages(now, names.index(chosen[0]), column)
        self._draw_soon(FIGURE)

    def _show_rows(self, now: State) -> None:
        """Show the table, in the view of the tab where it has one of its own."""
        answer, own = now.answer, self._own.get(now.tab)
        if own is not None:
            own.show(now)
        self.rows.data = rows_payload(
            answer.table,
            answer.shown,
            answer.bar,
            caption=answer.caption(),
            note=answer.note,
            key=now.key,
        )
        self._fade(False)

    def _send_code(self) -> None:
        """Show the code where it is asked for."""
        shown = self.answer is not None and self.show_code.value
        self.code.data = {"code": self.answer.code if shown else ""}

    def _find_passages(self, now: State, row: int, column: str | None) -> None:
        """Find the passages of a row, or of one of its numbers, and show them."""
        answer = now.answer
        with self._lock:
            found = answer.passages(row, column, limit=LIMIT)
        name = identities(answer.table, answer.shown)[row]
        title = passages_title(answer.table, answer.shown, row, column)
        self.state = now._replace(passages=found, title=title, chosen=(name, column))
        self.rows.chosen = {"row": row, "column": column}
        self.choose_term(term_of(answer.table, row) or self.search.term)
        self._show_passages(self.state)
        if len(found) == 1 or (len(found) and now.doc is not None):
            self._show_text(self.state, 0)
        self._draw_soon(FIGURE)

    def _show_passages(self, now: State) -> None:
        """Show the passages that were found."""
        if now.passages is None:
            self.rows.chosen = {}
            self.list.data = {}
        elif now.doc is None:
            self.list.data = passages_payload(now.passages, now.title, now.key, LIMIT)
        self._show_text(now, None)

    def _show_text(self, now: State, row: int | None) -> None:
        """Show the text of a passage, or of the tab Text; nothing where there is neither."""
        doc, marks, here = now.doc, list[Mark](), None
        if row is not None and now.passages is not None:
            chosen = now.passages.iloc[row]
            doc, here = chosen["doc"], (int(chosen["start"]), int(chosen["end"]))
            same = (now.passages["doc"].astype(object) == doc).to_numpy()
            marks = marks_of(now.passages[same], "hit")
        if now.doc is not None:
            marks = marks_of(now.answer.marks)
        if doc is None:
            self.reader.data = {}
            return
        shown = text_payload(self.explorer.documents, doc, marks, here, now.key)
        self.reader.data = {**shown, "whole": now.doc is not None}

    def open_text(self, doc: Any, here: tuple[int, int]) -> None:
        """Show a text below, at a place; the hits of the answer in it are marked."""
        table = None if self.answer is None else self.answer.table
        marks = list[Mark]()
        if table is not None and {"doc", "start", "end"} <= set(table.columns):
            same = (table["doc"].astype(object) == doc).to_numpy()
            marks = marks_of(table[same], "hit")
        shown = text_payload(self.explorer.documents, doc, marks, here, self.state.key)
        self.reader.data = {**shown, "whole": False}

    def _draw_soon(self, delay: float) -> None:
        """Draw the figure after a moment."""
        self.jobs.do("figure", lambda: self._on_main(self._draw), delay)

    def _draw(self) -> None:
        """Draw the figure, and the static state below the panel."""
        self.output.draw(self.state, self.figure, self.message.data.get("text", ""))

    def chart(self) -> Any:
        """The figure of what is shown; None where there is none."""
        return self.output.chart(self.state)

    def _captioned(self) -> tuple[pd.DataFrame, str]:
        """The table that is shown, and its caption."""
        now = self.state
        if now.answer is None:
            raise InputError("There is no table to save yet; look for something first.")
        return now.answer.table, now.answer.caption() or now.tab

    def _on_main(self, act: Callable[[], None]) -> None:
        """Do something where figures are drawn; what goes wrong is said."""
        self.output.on_main(lambda: self._guard(act))
