"""The views of the panel, and how an answer is shown in them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets
import pandas as pd

from analysis.panel.concordance import ConcordanceView, Lines
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
    RowsView,
    TextView,
    identities,
    marks_of,
    passages_title,
    rows_payload,
    text_payload,
)
from analysis.tables import InputError, silent

LIMIT = 2000  # passages listed
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
        self.kept = ""  # a sentence that the next one shall not take the place of
        self._typed = False  # whether what is asked is still being typed
        self._annotated = False  # whether quotations and names are marked in a text
        self._reading: tuple[Any, ...] | None = None  # text, place, hits, corpus
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
        self.reader, self.list, self.code = TextView(), ConcordanceView(), CodeView()
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

    def guard(self, act: Callable[[], Any]) -> None:
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
        text, self.kept = " ".join(filter(None, (self.kept, text))), ""
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

    def _take_away(self) -> None:
        """Show nothing of another tab while this one is being answered."""
        self.rows.data, self.figure.svg, self.figure.data = {}, "", {}
        if not self._has_own_rows(self.tab):
            self.message.data = {"text": f"{self.tab}: being made …", "kind": "hint"}

    def choose_term(self, term: str) -> None:
        """Take a term as the chosen one, which other tabs are one click away from."""
        self.search.choose(term)

    def _show_answer(self, now: State) -> None:
        """Show an answer; the row that was chosen stays so if it is among the new ones."""
        chosen, answer, self.state = self.state.chosen, now.answer, now
        self._show_rows(now)
        self.saver.enable(True, answer.draws)
        if not self._has_own_rows(now.tab):
            self.say(f"{len(answer.table):,} row{'' if len(answer.table) == 1 else 's'}.")
        self._send_code()
        self._show_passages(now)
        names = identities(answer.table, answer.shown) if chosen is not None else []
        if chosen is not None and chosen[0] in names:
            column = chosen[1] if chosen[1] in answer.table.columns else None
            self._find_passages(now, names.index(chosen[0]), column)
        self._draw_soon(FIGURE)

    def _has_own_rows(self, tab: str) -> bool:
        """Whether a tab has a view in the place of the rows."""
        own = self._own.get(tab)
        return own is not None and not getattr(own, "rows_below", False)

    def _show_rows(self, now: State) -> None:
        """Show the table, in the view of the tab where it has one of its own."""
        answer, own = now.answer, self._own.get(now.tab)
        if own is not None:
            own.show(now)
        if self._has_own_rows(now.tab):
            self.rows.data = {}
        else:
            self.rows.data = rows_payload(
                answer.table,
                answer.shown,
                answer.bar,
                caption=answer.caption(),
                note=answer.note,
                key=now.key,
                names=self.explorer.labels,
                unit=answer.unit,
            )
        self._fade(False)

    def show_instead(self, now: State) -> None:
        """Take another answer for the one that is shown, as a view of a tab has made it."""
        self.state = now
        self._send_code()
        self._draw_soon(FIGURE)

    def _send_code(self) -> None:
        """Show the code where it is asked for."""
        shown = self.answer is not None and self.show_code.value
        self.code.data = {"code": self.answer.code if shown else ""}

    def _sort_passages(self, event: dict[str, Any]) -> None:
        """Sort the passages by the words around them, or list them as they were found."""
        from analysis.reading.order import order_hits

        now, keys = self.state, [str(key) for key in event.get("by", ())]
        if event.get("key") != now.key or now.passages is None:
            return
        with self._lock:
            found = order_hits(now.passages, now.answer.texts, by=keys or "text")
        self.state = now._replace(passages=found)
        self._list_passages(self.state, keys)

    def _find_passages(self, now: State, row: int, column: str | None) -> None:
        """Find the passages of a row, or of one of its numbers, and show them."""
        answer = now.answer
        with self._lock:
            found = answer.passages(row, column, limit=LIMIT)
        name = identities(answer.table, answer.shown)[row]
        title = passages_title(answer.table, answer.shown, row, column, self.explorer.labels)
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
            self.list.clear()
        elif now.doc is None:
            self._list_passages(now, ())
        self._show_text(now, None)

    def _list_passages(self, now: State, sort: Sequence[str]) -> None:
        """List the passages, one line each."""
        found: Any = now.passages
        note = "" if len(found) else "No passage was found behind this number."
        if len(found) >= LIMIT:
            note = f"The first {LIMIT:,} are listed."
        lines = Lines(found, self.explorer.documents, title=now.title, note=note, sort=sort)
        self.list.show(lines, now.key, near=not sort)

    def _show_text(self, now: State, row: int | None) -> None:
        """Show the text of a passage, or of the tab Text; nothing where there is neither."""
        doc, here, hits = now.doc, None, None
        if row is not None and now.passages is not None:
            chosen = now.passages.iloc[row]
            doc, here = chosen["doc"], (int(chosen["start"]), int(chosen["end"]))
            hits = now.passages
        if doc is None:
            self.reader.data, self._reading = {}, None
            return
        self._text_of(doc, here, hits)

    def _close_text(self) -> None:
        """Close the text; the line that led to it has the focus again."""
        own = self._own.get(self.state.tab)
        self._show_text(self.state, None)
        (self.list if self.list.lines is not None or own is None else own).focus_line()

    def _text_of(
        self, doc: Any, here: tuple[int, int] | None, hits: Any, corpus: Any = None
    ) -> None:
        """Show a text at a place, with the hits in it; those of the tab Text are its own."""
        now, marks = self.state, list[Mark]()
        corpus = self.explorer.corpus if corpus is None else corpus
        if now.doc is not None:
            marks = marks_of(now.answer.marks)
        elif hits is not None:
            marks = marks_of(hits[(hits["doc"].astype(object) == doc).to_numpy()], "hit")
            marks += _annotations(corpus, doc) if self._annotated else []
        shown = text_payload(corpus.documents, doc, marks, here, now.key)
        self._reading = doc, here, hits, corpus
        whole = now.doc is not None
        self.reader.data = {**shown, "whole": whole, "annotated": self._annotated}

    def _annotate(self, event: dict[str, Any]) -> None:
        """Mark quotations and names in the text that is shown, or do not."""
        self._annotated = bool(event.get("on"))
        if self._reading is not None:
            self._text_of(*self._reading)

    def open_text(
        self, doc: Any, here: tuple[int, int], hits: Any = None, corpus: Any = None
    ) -> None:
        """Show a text below, at a place; hits in it (by default those of the answer) are marked."""
        # `corpus`: where the text stands, if that is not the corpus that the panel shows
        if hits is None and self.answer is not None:
            table = self.answer.table
            hits = table if {"doc", "start", "end"} <= set(table.columns) else None
        self._text_of(doc, here, hits, corpus)

    def _draw_soon(self, delay: float) -> None:
        """Draw the figure after a moment."""
        self.jobs.do("figure", lambda: self._on_main(self._draw), delay)

    def _draw(self) -> None:
        """Draw the figure, and the static state below the panel."""
        own = getattr(self._own.get(self.state.tab), "listed", None)  # a tab's own lines
        lines = self.list.lines if own is None else own
        said = self.message.data.get("text", "")
        self.output.draw(
            self.state,
            self.figure,
            said,
            lines,
            instead=own is not None,
            names=self.explorer.labels,
        )

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
        self.output.on_main(lambda: self.guard(act))


def _annotations(corpus: Any, doc: Any) -> list[Mark]:
    """Who is quoted and who is named in a text."""
    own, found = corpus.select([doc]), list[Mark]()
    for layer, kind, column in (("quotes", "quote", "speaker"), ("mentions", "name", "entity")):
        table = own.layer(layer)
        table = table[["start", "end"]].assign(kind=kind, label=table[column].astype("str"))
        found += marks_of(table)
    return found
