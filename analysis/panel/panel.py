"""The panel: controls, the views that are linked, and what happens between them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import ipywidgets
import pandas as pd

from analysis.panel.form import Field, Form
from analysis.panel.output import Output
from analysis.panel.saving import Saver, Shown
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
from analysis.panel.work import Work
from analysis.tables import InputError, require_choice, silent

LIMIT = 200  # passages listed
TYPING, FIGURE = 0.1, 0.3  # seconds without a change before the table, and then the figure
SEARCHES = ("search", "text", "number")  # kinds of controls that are typed into


class Panel:
    """An interactive panel over a corpus: made by `explore`, shown by a notebook."""

    def __init__(self, explorer: Any, *, tab: str, settings: dict[str, Any], figures: str) -> None:
        self.explorer = explorer
        require_choice(tab, explorer.tabs, "tab")
        self.tab = tab
        self.now = Shown()
        self._stop = threading.Event()
        self._engine = threading.RLock()  # the engine answers one question at a time
        self._work = Work(background=False)
        self._output = Output()
        self._make_views(figures)
        self._make_forms()
        self._forms[tab].set(settings)
        self._lay_out()
        self._connect()
        self._show_filters()
        self._name_filters()

    @property
    def answer(self) -> Any:
        """What is shown; None before the first answer."""
        return self.now.answer

    @property
    def passages(self) -> pd.DataFrame | None:
        """The passages of the row that was chosen."""
        return self.now.passages

    def _make_views(self, figures: str) -> None:
        self.rows, self.figure = RowsView(), FigureView()
        self.reader, self.list, self.code = TextView(), PassagesView(), CodeView()
        self.message = MessageView()
        self._saver = Saver(self, figures)
        self._bar = ipywidgets.IntProgress(
            max=1, description="", layout=ipywidgets.Layout(width="16em")
        )
        self._doing = ipywidgets.Label("")
        self._cancel = ipywidgets.Button(description="Cancel", tooltip="Stop; what was made stays")
        self._again = ipywidgets.Button(
            description="Go on", tooltip="Make what is still missing", layout={"display": "none"}
        )
        self._progress = ipywidgets.HBox([self._bar, self._doing, self._cancel])
        self._progress.layout.display = "none"
        self._progress.add_class("da-progress")

    def _make_forms(self) -> None:
        shared: dict[str, Field] = {}
        self._forms = {tab: Form(self.explorer.controls(tab), shared) for tab in self.explorer.tabs}
        self._filters = shared

    def _lay_out(self) -> None:
        tabs = list(self._forms)
        self._tabs = ipywidgets.Tab(
            [self._forms[tab].widget for tab in tabs],
            titles=tabs,
            selected_index=tabs.index(self.tab),
        )
        self._fold = ipywidgets.ToggleButton(
            description="Filters", icon="caret-right", tooltip="Which texts and voices count"
        )
        self._fold.add_class("da-fold")
        box = ipywidgets.Box(
            [field.widget for field in self._filters.values()],
            layout=ipywidgets.Layout(flex_flow="row wrap", display="none"),
        )
        box.add_class("da-controls")
        box.add_class("da-filters")
        self._filter_box = box
        views = ipywidgets.Box([ipywidgets.VBox([self.rows]), ipywidgets.VBox([self.figure])])
        views.add_class("da-views")
        self.widget = ipywidgets.VBox(
            [
                self._tabs,
                self._fold,
                box,
                self._progress,
                ipywidgets.HBox([self.message, self._again]),
                views,
                self.list,
                self.reader,
                self._saver.widget,
                self.code,
            ]
        )
        self.widget.add_class("da-panel")

    def _connect(self) -> None:
        fields = {id(f): f for form in self._forms.values() for f in form.fields.values()}
        for field in fields.values():
            field.observe(self._changed)
        self._tabs.observe(self._turned, names="selected_index")
        self._fold.observe(self._folded, names="value")
        self._cancel.on_click(lambda _: self._halt())
        self._again.on_click(lambda _: self._ask_soon(0.0))
        self.rows.on_event("choose", self._choose)
        self.figure.on_event("choose", self._choose)
        self.list.on_event("read", self._read)
        self.list.on_event("save", self._saver.save_passages)
        self.reader.on_event("close", lambda _: self._show_text(self.now, None))

    # -- what the reader does ------------------------------------------------------------------

    def _changed(self, field: Field) -> None:
        if field.kind == "search":
            self._work.do("complete", lambda: self._complete(field), 0.05)
        self._name_filters()
        self._ask_soon(TYPING if field.kind in SEARCHES else 0.0)

    def _turned(self, change: Any) -> None:
        self.tab = list(self._forms)[change["new"] or 0]
        self._saver.suggest(self.tab)
        self._show_filters()
        self._ask_soon(0.0)

    def _folded(self, change: Any) -> None:
        self._fold.icon = "caret-down" if change["new"] else "caret-right"
        self._show_filters()

    def _show_filters(self) -> None:
        """Show the filters where they are unfolded and the tab has some."""
        some = any(name in self._filters for name in self._forms[self.tab].fields)
        self._fold.layout.display = "" if some else "none"
        self._filter_box.layout.display = "" if some and self._fold.value else "none"

    def _name_filters(self) -> None:
        """Say on the folded filters how many of them are set."""
        known = self._filters.values()
        active = sum(field.value != field.default for field in known)
        self._fold.description = f"Filters ({active} set)" if active else "Filters"

    def _halt(self) -> None:
        self._stop.set()
        self.say("Stopping after the documents at hand …")

    def _choose(self, told: dict[str, Any]) -> None:
        row, column = told.get("row"), told.get("column")
        now = self.now
        if told.get("key") != now.key or not isinstance(row, int) or now.answer is None:
            return
        column = column if column in now.answer.table.columns else None

        def find() -> None:
            if self.now.key == now.key:
                self._find_passages(now, row, column)

        self._work.do("passages", lambda: self._guard(find))

    def _read(self, told: dict[str, Any]) -> None:
        row = told.get("row")
        now = self.now
        if told.get("key") != now.key or not isinstance(row, int) or now.passages is None:
            return
        if 0 <= row < len(now.passages):
            self._guard(lambda: self._show_text(now, row))

    # -- what is computed ----------------------------------------------------------------------

    def _ask_soon(self, delay: float) -> None:
        self.rows.stale = True
        self._saver.enable(False)
        self._work.do("ask", self._answer, delay)

    def _answer(self) -> None:
        """Answer what is set; what another tab showed does not stay where that fails."""
        self._guard(self._ask)
        if self.now.tab != self.tab and not self._work.waiting("ask"):
            self._clear()

    def _clear(self) -> None:
        self.now = Shown(self.now.key + 1)
        self.rows.data, self.figure.png, self.figure.data, self.code.data = {}, b"", {}, {}
        self._show_passages(self.now)
        self._draw_soon(FIGURE)

    def _guard(self, act: Callable[[], Any]) -> None:
        """Do something; what goes wrong is told in one sentence."""
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
        with self._engine:
            word = field.last_word()
            field.offer(self.explorer.complete(word) if word else [])

    def _ask(self) -> None:
        tab, form = self.tab, self._forms[self.tab]
        self._again.layout.display = "none"
        with self._engine:
            form.renew(self.explorer.controls(tab, form.values()))
            values = form.values()
            if self.explorer.missing(tab, values):
                if not self._prepare(tab, values):
                    return
                form.renew(self.explorer.controls(tab, values))  # speakers are known by now
            answer = self.explorer.ask(tab, values)
            whole = values["doc"] if answer.marks is not None else None
            self._show_answer(Shown(self.now.key + 1, tab, answer, whole))

    def _prepare(self, tab: str, values: dict[str, Any]) -> bool:
        """Make what is missing, with progress; False if the reader stopped it or asks otherwise."""
        self._stop.clear()
        self._progress.layout.display = ""
        told = 0.0

        def tick(done: int, total: int, what: str) -> bool:
            nonlocal told
            if time.monotonic() - told > 0.1 or done >= total:
                told = time.monotonic()
                self._bar.max, self._bar.value = max(total, 1), done
                self._doing.value = f"{what}: {done:,} of {total:,}"
            return not (self._stop.is_set() or self._work.waiting("ask"))

        try:
            done = self.explorer.prepare(tab, values, tick)
        except KeyboardInterrupt:  # the cell was stopped
            done = False
        finally:
            self._progress.layout.display = "none"
        if not done and not self._work.waiting("ask"):
            self.say("Stopped; what was made until then stays.")
            self._again.layout.display = ""
        return bool(done)

    # -- what is shown -------------------------------------------------------------------------

    def _show_answer(self, now: Shown) -> None:
        chosen, answer, self.now = self.now.chosen, now.answer, now
        self.rows.data = rows_payload(
            answer.table,
            answer.shown,
            answer.bar,
            caption=answer.caption(),
            note=answer.note,
            key=now.key,
        )
        self.rows.stale = False
        self._saver.enable(True)
        self.say(f"{len(answer.table):,} row{'' if len(answer.table) == 1 else 's'}.")
        self.code.data = {"code": answer.code if self._saver.with_code else ""}
        self._show_passages(now)
        names = identities(answer.table, answer.shown)
        if chosen is not None and chosen[0] in names:
            column = chosen[1] if chosen[1] in answer.table.columns else None
            self._find_passages(now, names.index(chosen[0]), column)
        self._draw_soon(FIGURE)

    def _find_passages(self, now: Shown, row: int, column: str | None) -> None:
        answer = now.answer
        with self._engine:
            found = answer.passages(row, column, limit=LIMIT)
        name = identities(answer.table, answer.shown)[row]
        title = passages_title(answer.table, answer.shown, row, column)
        self.now = now._replace(passages=found, title=title, chosen=(name, column))
        self.rows.chosen = {"row": row, "column": column}
        self._show_passages(self.now)
        if len(found) == 1 or (len(found) and now.whole is not None):
            self._show_text(self.now, 0)
        self._draw_soon(FIGURE)

    def _show_passages(self, now: Shown) -> None:
        if now.passages is None:
            self.rows.chosen = {}
            self.list.data = {}
        elif now.whole is None:
            self.list.data = passages_payload(now.passages, now.title, now.key, LIMIT)
        self._show_text(now, None)

    def _show_text(self, now: Shown, row: int | None) -> None:
        """Show the text of a passage, or of the tab Text; nothing where there is neither."""
        doc, marks, here = now.whole, list[Mark](), None
        if row is not None and now.passages is not None:
            chosen = now.passages.iloc[row]
            doc, here = chosen["doc"], (int(chosen["start"]), int(chosen["end"]))
            same = (now.passages["doc"].astype(object) == doc).to_numpy()
            marks = marks_of(now.passages[same], "hit")
        if now.whole is not None:
            marks = marks_of(now.answer.marks)
        if doc is None:
            self.reader.data = {}
            return
        shown = text_payload(self.explorer.documents, doc, marks, here, now.key)
        self.reader.data = {**shown, "whole": now.whole is not None}

    def _draw_soon(self, delay: float) -> None:
        self._work.do("figure", lambda: self.on_main(lambda: self._output.draw(self)), delay)

    def chart(self) -> Any:
        """The figure of what is shown; None where there is none."""
        return self._output.chart(self.now)

    def on_main(self, act: Callable[[], None]) -> None:
        """Do something where figures are drawn; what goes wrong is told."""
        self._output.on_main(lambda: self._guard(act))

    # -- for Python ----------------------------------------------------------------------------

    def refresh(self) -> Panel:
        """Compute what is set now and wait for it."""
        self._answer()
        return self

    def wait(self, timeout: float = 60.0) -> bool:
        """Wait until the panel has nothing to do; False if that takes longer than `timeout` s."""
        return self._work.wait(timeout)

    def close(self) -> None:
        """Take the panel off the page and let its tables go."""
        self._stop.set()
        self._work.drop()
        for view in (self.rows, self.figure, self.reader, self.list, self.code, self.message):
            view.close()
        self.widget.close()

    def __repr__(self) -> str:
        """Name the panel: what is shown where there are no widgets."""
        return f"<Panel: {self.tab}>"

    def _ipython_display_(self) -> None:
        """Show the panel in a notebook, and below it the last state for when it is saved."""
        self._work.background = self._output.begin(self.widget)
        if self.answer is None:
            self._answer()
        self._output.draw(self)
        self._output.publish()
