"""The panel: controls, the views that are linked, and what happens between them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import ipywidgets
import pandas as pd

from analysis.panel.form import Field, Form
from analysis.panel.jobs import Jobs
from analysis.panel.output import Output, State
from analysis.panel.saving import Saver
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
from analysis.tables import InputError, require_choice, silent

LIMIT = 200  # passages listed
TYPING, FIGURE = 0.1, 0.3  # seconds without a change before the table, and then the figure
SEARCHES = ("search", "text", "number")  # kinds of controls that are typed into


class Progress:
    """How far long work is, with a button to cancel it."""

    def __init__(self) -> None:
        self.bar = ipywidgets.IntProgress(
            max=1, description="", layout=ipywidgets.Layout(width="16em")
        )
        self.text = ipywidgets.Label("")
        self.cancel = ipywidgets.Button(description="Cancel", tooltip="Stop; what was made stays")
        self.widget = ipywidgets.HBox([self.bar, self.text, self.cancel])
        self.widget.layout.display = "none"
        self.widget.add_class("da-progress")
        self._last = 0.0

    def show(self, shown: bool) -> None:
        """Show or hide it."""
        self.widget.layout.display = "" if shown else "none"
        self._last = 0.0

    def tick(self, done: int, total: int, what: str) -> None:
        """Say how far it is, ten times a second at most."""
        if time.monotonic() - self._last > 0.1 or done >= total:
            self._last = time.monotonic()
            self.bar.max, self.bar.value = max(total, 1), done
            self.text.value = f"{what}: {done:,} of {total:,}"


class Panel:
    """An interactive panel over a corpus: made by `explore`, shown by a notebook."""

    def __init__(self, explorer: Any, *, tab: str, settings: dict[str, Any], figures: str) -> None:
        self.explorer = explorer
        require_choice(tab, explorer.tabs, "tab")
        self.tab = tab
        self.state = State()
        self.jobs = Jobs(background=False)
        self.output = Output()
        self._stop = threading.Event()
        self._lock = threading.RLock()  # the explorer answers one question at a time
        self._make_views(figures)
        self._make_forms()
        self._forms[tab].set(settings)
        self._lay_out()
        self._connect()
        self._show_filters()
        self._count_filters()

    @property
    def answer(self) -> Any:
        """What is shown; None before the first answer."""
        return self.state.answer

    @property
    def passages(self) -> pd.DataFrame | None:
        """The passages of the row that was chosen."""
        return self.state.passages

    def field(self, name: str) -> Field:
        """A control of the tab that is shown, or a filter, by its name."""
        require_choice(name, self._forms[self.tab].fields, "field")
        return self._forms[self.tab].fields[name]

    def _make_views(self, figures: str) -> None:
        """Make the views and buttons."""
        self.rows, self.figure = RowsView(), FigureView()
        self.reader, self.list, self.code = TextView(), PassagesView(), CodeView()
        self.message, self.progress = MessageView(), Progress()
        self.saver = Saver(
            figures, chart=self.chart, table=self._captioned, say=self.say, run=self._on_main
        )
        self.saver.suggest(self.tab)
        self.show_code = ipywidgets.ToggleButton(
            description="Show code", tooltip="The lines that make the same table and figure"
        )
        self.go_on = ipywidgets.Button(
            description="Go on", tooltip="Make what is still missing", layout={"display": "none"}
        )

    def _make_forms(self) -> None:
        """Make the controls of every tab, and the filters that they share."""
        shared: dict[str, Field] = {}
        self._forms = {tab: Form(self.explorer.controls(tab), shared) for tab in self.explorer.tabs}
        self._filters = shared

    def _lay_out(self) -> None:
        """Lay out the widgets."""
        names = list(self._forms)
        self.tabs = ipywidgets.Tab(
            [self._forms[tab].widget for tab in names],
            titles=names,
            selected_index=names.index(self.tab),
        )
        self.fold = ipywidgets.ToggleButton(
            description="Filters", icon="caret-right", tooltip="Which texts and voices count"
        )
        self.fold.add_class("da-fold")
        self.filters = ipywidgets.Box(
            [field.widget for field in self._filters.values()],
            layout=ipywidgets.Layout(flex_flow="row wrap", display="none"),
        )
        self.filters.add_class("da-controls")
        self.filters.add_class("da-filters")
        views = ipywidgets.Box([ipywidgets.VBox([self.rows]), ipywidgets.VBox([self.figure])])
        views.add_class("da-views")
        saver = self.saver
        buttons = ipywidgets.HBox(
            [saver.name, saver.figure, saver.table, self.show_code, saver.overwrite],
            layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center"),
        )
        buttons.add_class("da-save")
        self.widget = ipywidgets.VBox(
            [
                self.tabs,
                self.fold,
                self.filters,
                self.progress.widget,
                ipywidgets.HBox([self.message, self.go_on]),
                views,
                self.list,
                self.reader,
                buttons,
                self.code,
            ]
        )
        self.widget.add_class("da-panel")

    def _connect(self) -> None:
        """Let every widget say what was done to it."""
        fields = {id(f): f for form in self._forms.values() for f in form.fields.values()}
        for field in fields.values():
            field.observe(self._changed)
        self.tabs.observe(self._turned, names="selected_index")
        self.fold.observe(self._folded, names="value")
        self.show_code.observe(self._toggled, names="value")
        self.progress.cancel.on_click(lambda _: self._halt())
        self.go_on.on_click(lambda _: self._ask_soon(0.0))
        self.rows.on_event("choose", self._choose)
        self.figure.on_event("choose", self._choose)
        self.list.on_event("read", self._read)
        self.list.on_event("save", self._save_passages)
        self.reader.on_event("close", lambda _: self._show_text(self.state, None))

    # -- what the reader does ------------------------------------------------------------------

    def _changed(self, field: Field) -> None:
        """A control was set."""
        if field.kind == "search":
            self.jobs.do("complete", lambda: self._complete(field), 0.05)
        self._count_filters()
        self._ask_soon(TYPING if field.kind in SEARCHES else 0.0)

    def _turned(self, change: Any) -> None:
        """Another tab was chosen."""
        self.tab = list(self._forms)[change["new"] or 0]
        self.saver.suggest(self.tab)
        self._show_filters()
        self._ask_soon(0.0)

    def _folded(self, change: Any) -> None:
        """The filters were folded or unfolded."""
        self.fold.icon = "caret-down" if change["new"] else "caret-right"
        self._show_filters()

    def _show_filters(self) -> None:
        """Show the filters where they are unfolded and the tab has some."""
        some = any(name in self._filters for name in self._forms[self.tab].fields)
        self.fold.layout.display = "" if some else "none"
        self.filters.layout.display = "" if some and self.fold.value else "none"

    def _count_filters(self) -> None:
        """Say on the folded filters how many of them are set."""
        known = self._filters.values()
        active = sum(field.value != field.default for field in known)
        self.fold.description = f"Filters ({active} set)" if active else "Filters"

    def _toggled(self, change: Any) -> None:
        """The code was asked for, or sent away."""
        self.show_code.description = "Hide code" if change["new"] else "Show code"
        self._send_code()

    def _halt(self) -> None:
        """The work was cancelled."""
        self._stop.set()
        self.say("Stopping after the documents at hand …")

    def _choose(self, event: dict[str, Any]) -> None:
        """A row or a cell was chosen."""
        row, column = event.get("row"), event.get("column")
        now = self.state
        if event.get("key") != now.key or not isinstance(row, int) or now.answer is None:
            return
        column = column if column in now.answer.table.columns else None

        def find() -> None:
            if self.state.key == now.key:
                self._find_passages(now, row, column)

        self.jobs.do("passages", lambda: self._guard(find))

    def _read(self, event: dict[str, Any]) -> None:
        """A passage was chosen."""
        row = event.get("row")
        now = self.state
        if event.get("key") != now.key or not isinstance(row, int) or now.passages is None:
            return
        if 0 <= row < len(now.passages):
            self._guard(lambda: self._show_text(now, row))

    def _save_passages(self, event: dict[str, Any]) -> None:
        """The passages that are listed in the page were to be saved, in their order there."""
        now, rows = self.state, event.get("rows")
        if event.get("key") != now.key or now.passages is None or not isinstance(rows, list):
            return
        there = range(len(now.passages))
        wanted = [row for row in rows if isinstance(row, int) and row in there]
        if not wanted:
            self.say("No passage is listed; change the filter of the passages.", "error")
            return
        chosen = now.passages.iloc[wanted].reset_index(drop=True)
        self.saver.save_passages(chosen, now.title)

    # -- what is computed ----------------------------------------------------------------------

    def _ask_soon(self, delay: float) -> None:
        """Answer what is set after a moment; until then the table is of the settings before."""
        self.rows.stale = True
        self.saver.enable(False)
        self.jobs.do("ask", self._answer, delay)

    def _answer(self) -> None:
        """Answer what is set; what another tab showed does not stay where that fails."""
        self._guard(self._ask)
        if self.state.tab != self.tab and not self.jobs.waiting("ask"):
            self._clear()

    def _clear(self) -> None:
        """Show no answer."""
        self.state = State(self.state.key + 1)
        self.rows.data, self.figure.png, self.figure.data, self.code.data = {}, b"", {}, {}
        self._show_passages(self.state)
        self._draw_soon(FIGURE)

    def _guard(self, act: Callable[[], Any]) -> None:
        """Do something; what goes wrong is said in one sentence."""
        try:
            with silent():  # the panel has a bar of its own
                act()
        except InputError as error:
            self.say(str(error), "error")
        except Exception as error:
            import logging

            logging.getLogger(__name__).exception("the panel failed")
            why = " ".join(str(error).split())
            self.say(f"This did not work: {type(error).__name__}: {why[:300]}", "error")

    def say(self, text: str, kind: str = "") -> None:
        """Show one sentence; a screen reader reads it out."""
        self.message.data = {"text": text, "kind": kind}

    def _complete(self, field: Field) -> None:
        """Offer words that begin like the one that is being typed."""
        with self._lock:
            word = field.last_word()
            field.offer(self.explorer.complete(word) if word else [])

    def _ask(self) -> None:
        """Answer what is set, and show it."""
        tab, form = self.tab, self._forms[self.tab]
        self.go_on.layout.display = "none"
        with self._lock:
            form.renew(self.explorer.controls(tab, form.values()))
            values = form.values()
            if self.explorer.missing(tab, values):
                if not self._prepare(tab, values):
                    return
                form.renew(self.explorer.controls(tab, values))  # speakers are known by now
            answer = self.explorer.ask(tab, values)
            whole = values["doc"] if answer.marks is not None else None
            self._show_answer(State(self.state.key + 1, tab, answer, whole))

    def _prepare(self, tab: str, values: dict[str, Any]) -> bool:
        """Make what is missing, with progress; False if the reader stopped it or asks otherwise."""
        self._stop.clear()
        self.progress.show(True)

        def tick(done: int, total: int, what: str) -> bool:
            self.progress.tick(done, total, what)
            return not (self._stop.is_set() or self.jobs.waiting("ask"))

        try:
            done = self.explorer.prepare(tab, values, tick)
        except KeyboardInterrupt:  # the cell was stopped
            done = False
        finally:
            self.progress.show(False)
        if not done and not self.jobs.waiting("ask"):
            self.say("Stopped; what was made until then stays.")
            self.go_on.layout.display = ""
        return bool(done)

    # -- what is shown -------------------------------------------------------------------------

    def _show_answer(self, now: State) -> None:
        """Show an answer; the row that was chosen stays so if it is among the new ones."""
        chosen, answer, self.state = self.state.chosen, now.answer, now
        self.rows.data = rows_payload(
            answer.table,
            answer.shown,
            answer.bar,
            caption=answer.caption(),
            note=answer.note,
            key=now.key,
        )
        self.rows.stale = False
        self.saver.enable(True)
        self.say(f"{len(answer.table):,} row{'' if len(answer.table) == 1 else 's'}.")
        self._send_code()
        self._show_passages(now)
        names = identities(answer.table, answer.shown)
        if chosen is not None and chosen[0] in names:
            column = chosen[1] if chosen[1] in answer.table.columns else None
            self._find_passages(now, names.index(chosen[0]), column)
        self._draw_soon(FIGURE)

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

    # -- for Python ----------------------------------------------------------------------------

    def refresh(self) -> Panel:
        """Compute what is set now and wait for it."""
        self._answer()
        return self

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until the panel has nothing to do; False if that takes longer than `timeout` s."""
        return self.jobs.wait(timeout)

    def close(self) -> None:
        """Take the panel off the page and let its tables go."""
        self._stop.set()
        self.jobs.drop()
        for view in (self.rows, self.figure, self.reader, self.list, self.code, self.message):
            view.close()
        self.widget.close()

    def __repr__(self) -> str:
        """Name the panel: what is shown where there are no widgets."""
        return f"<Panel: {self.tab}>"

    def _ipython_display_(self) -> None:
        """Show the panel in a notebook, and below it the last state for when it is saved."""
        self.jobs.background = self.output.begin(self.widget)
        if self.answer is None:
            self._answer()
        self._draw()
        self.output.publish()
