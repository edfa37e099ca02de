"""The panel: controls, the views that are linked, and what happens between them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ipywidgets

from analysis.panel.dropping import Dropping
from analysis.panel.filters import FilterBar
from analysis.panel.form import Field, Form
from analysis.panel.output import State
from analysis.panel.search import SearchBar
from analysis.panel.stage import TYPING, Stage
from analysis.tables import require_choice

SEARCHES = ("search", "text", "lines", "number")  # kinds of controls that are typed into


class Panel(Stage):
    """An interactive panel over a corpus: made by `explore`, shown by a notebook."""

    def __init__(self, explorer: Any, *, tab: str, settings: dict[str, Any], figures: str) -> None:
        self.explorer = explorer
        require_choice(tab, explorer.tabs, "tab")
        self.tab = tab
        super().__init__(figures)
        self.saver.suggest(tab)
        self._stop = threading.Event()
        self._before: list[tuple[str, str, str]] = []  # tabs, searches and terms to go back to
        self._make_forms()
        self._forms[tab].set(settings)
        self.dropping = Dropping(self)
        self._lay_out()
        self._connect()
        self._connect_forms()
        self._show_tab()
        self.filters.count()

    def field(self, name: str) -> Field:
        """A control of the tab that is shown, or a filter, by its name."""
        require_choice(name, self._forms[self.tab].fields, "field")
        return self._forms[self.tab].fields[name]

    def field_of(self, tab: str, name: str) -> Field:
        """A control of any tab."""
        return self._forms[tab].fields[name]

    def own(self, tab: str) -> Any:
        """The view that a tab has of its own, in the place of rows and figure."""
        return self._own[tab]

    def _make_forms(self) -> None:
        """Make the controls of every tab, and those that they share."""
        shared: dict[str, Field] = {}
        self._forms = {tab: Form(self.explorer.controls(tab), shared) for tab in self.explorer.tabs}
        of_search = ("search", "regex", "case")
        others = {name: field for name, field in shared.items() if name not in of_search}
        self.filters = FilterBar(others, lambda: self._ask_soon(0.0))
        asked = {name: shared[name] for name in of_search if name in shared}
        self.search = SearchBar(asked, self._forms, self.go, self.go_back)

    def _lay_out(self) -> None:
        """Lay out the widgets."""
        names = list(self._forms)
        self.tabs = ipywidgets.Tab(
            [self._forms[tab].widget for tab in names],
            titles=names,
            selected_index=names.index(self.tab),
        )
        self.rows_and_figure = ipywidgets.Box(
            [ipywidgets.VBox([self.rows]), ipywidgets.VBox([self.figure])]
        )
        self.rows_and_figure.add_class("da-views")
        self._stage = ipywidgets.Box([self.rows_and_figure])
        self._stage.add_class("da-stage")
        saver = self.saver
        buttons = ipywidgets.HBox(
            [saver.name, saver.figure, saver.table, self.show_code, saver.overwrite],
            layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center"),
        )
        buttons.add_class("da-save")
        self.widget = ipywidgets.VBox(
            [
                self.search.widget,
                self.tabs,
                self.filters.widget,
                self.dropping.widget,
                self.progress.widget,
                ipywidgets.HBox([self.message, self.go_on]),
                self._stage,
                self.list,
                self.reader,
                buttons,
                self.code,
            ]
        )
        self.widget.add_class("da-panel")

    def _connect_forms(self) -> None:
        """Let the controls say what was done to them."""
        fields = {id(f): f for form in self._forms.values() for f in form.fields.values()}
        for field in fields.values():
            field.observe(self._changed)
            if field.kind in ("search", "text"):
                field.on_enter(self._entered)
        self.tabs.observe(self._turned, names="selected_index")

    def _connect(self) -> None:
        """Let the views and buttons say what was done to them."""
        self.show_code.observe(self._toggled, names="value")
        self.progress.cancel.on_click(lambda _: self._halt())
        self.go_on.on_click(lambda _: self._ask_soon(0.0))
        self.rows.on_event("choose", self._choose)
        self.figure.on_event("choose", self._choose)
        self.list.on_event("read", self._read)
        self.list.on_event("save", self._save_passages)
        self.list.on_event("sort", lambda event: self._beside(lambda: self._sort_passages(event)))
        self.reader.on_event("close", lambda _: self._close_text())
        self.reader.on_event("annotate", lambda event: self._beside(lambda: self._annotate(event)))

    # -- what the reader does ------------------------------------------------------------------

    def _changed(self, field: Field) -> None:
        """A control was set."""
        if field.kind == "search":
            self.jobs.do("complete", lambda: self._complete(field), 0.05)
        if field.name == "search":
            self.search.choose("")
        self._forms[self.tab].show()
        self.filters.count()
        typed = field.kind in SEARCHES
        self._ask_soon(TYPING if typed else 0.0, typed=typed)

    def _entered(self) -> None:
        """Enter was pressed: the question is finished."""
        self._ask_soon(0.0)

    def _turned(self, change: Any) -> None:
        """Another tab was chosen."""
        self.tab = list(self._forms)[change["new"] or 0]
        self.saver.suggest(self.tab)
        self._show_tab()
        self._take_away()
        self._ask_soon(0.0)

    def go(self, tab: str, term: str = "", **settings: Any) -> None:
        """Turn to a tab, about a term where one is given; "Back" leads to what was shown."""
        written = self.search.fields["search"].value
        self._before.append((self.tab, written, self.search.term))
        self.search.came_from(True)
        self._turn_to(tab, {"search": term, "regex": False} if term else {}, settings)
        self.search.choose(term)

    def go_back(self) -> None:
        """Turn to the tab and the search before."""
        if self._before:
            tab, written, term = self._before.pop()
            self.search.came_from(bool(self._before))
            self._turn_to(tab, {"search": written}, {})
            self.search.choose(term)

    def _turn_to(self, tab: str, search: dict[str, Any], settings: dict[str, Any]) -> None:
        """Set what is searched and asked, and show a tab."""
        form = self._forms[tab]
        for name, value in search.items():
            if name in self.search.fields:
                self.search.fields[name].set_quietly(value)
        form.set({name: value for name, value in settings.items() if name in form.fields})
        if tab == self.tab:
            self._ask_soon(0.0)
        else:
            self.tabs.selected_index = list(self._forms).index(tab)

    def _show_tab(self) -> None:
        """Show what the tab uses: search, filters, and its own view or rows and figure."""
        form = self._forms[self.tab]
        self.search.turn(form.fields, form.hint)
        make = self.explorer.tab(self.tab).view
        if make is not None and self.tab not in self._own:
            self._own[self.tab] = make(self)
        own = self._own.get(self.tab)
        self._stage.children = (self.rows_and_figure if own is None else own.widget,)
        self.saver.turn(True)  # a tab may hide its result
        self.filters.show(self.explorer.tab(self.tab).filters)

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

        self.jobs.do("passages", lambda: self.guard(find))

    def _beside(self, act: Callable[[], None]) -> None:
        """Do something beside the kernel; what goes wrong is said."""
        self.jobs.do("passages", lambda: self.guard(act))

    def _read(self, event: dict[str, Any]) -> None:
        """A passage was chosen."""
        row, now = self.list.chosen(event), self.state
        if row is None or event.get("key") != now.key or now.passages is None:
            return
        self.guard(lambda: self._show_text(now, row))
        self.reader.send({"type": "focus"})

    def _save_passages(self, event: dict[str, Any]) -> None:
        """The passages that are listed in the page were to be saved, in their order there."""
        now, lines = self.state, self.list.lines
        if event.get("key") != now.key or lines is None:
            return
        if not len(lines):
            self.say("No passage is listed; change the filter of the passages.", "error")
            return
        self.saver.save_passages(lines.listed(), now.title)

    # -- what is computed ----------------------------------------------------------------------

    def _ask_soon(self, delay: float, *, typed: bool = False) -> None:
        """Answer what is set after a moment; until then the table is of the settings before."""
        self._typed = typed
        self._fade(True)
        self.saver.enable(False)
        self.jobs.forget("error")
        self.jobs.do("ask", self._answer, delay)

    def _answer(self) -> None:
        """Answer what is set; what another tab showed does not stay where that fails."""
        self.guard(self._ask)
        if self.state.tab != self.tab and not self.jobs.waiting("ask"):
            self._clear()

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
            if self.explorer.tab(tab).single and self.search.term:
                values["search"] = self.search.term
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

    def ask_again(self) -> None:
        """Answer what is set once more: files that it rests on may have changed."""
        self._ask_soon(0.0)

    def beside(self, name: str, act: Callable[[], Any]) -> None:
        """Do something beside the page, with the explorer to itself; what goes wrong is said."""

        def job() -> None:
            with self._lock:
                self.guard(act)

        self._typed = False
        self.jobs.do(name, job)

    def reopen(self, corpus: Any, said: str = "") -> None:
        """Show another corpus, or this one with more texts, in its place; say what was done."""
        written, shown = self.search.fields["search"].value, self.widget
        for own in self._own.values():
            own.widget.close()
        self.explorer, self._own = type(self.explorer)(corpus), {}
        self._before, self.state = [], State(self.state.key + 1)
        self._make_forms()
        self.search.fields["search"].set_quietly(written)
        self._lay_out()
        shown.children, self.widget = self.widget.children, shown
        self._connect_forms()
        self._show_tab()
        self.say(said)
        self.kept = said  # beside what the answer says
        self._ask_soon(0.0)

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
        self.dropping.forget()
        for view in (self.rows, self.figure, self.reader, self.list, self.code, self.message):
            view.close()
        for own in self._own.values():
            own.widget.close()
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
