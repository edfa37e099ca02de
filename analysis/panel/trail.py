"""The reading trail in the panel: lines, and beside them the steps that led to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets

from analysis.panel.concordance import ConcordanceView, Lines
from analysis.panel.names import plain
from analysis.panel.trail_forms import forms, forms_payload, params_of
from analysis.panel.views import LOOKS, View, looks, module
from analysis.tables import InputError
from analysis.wording import plural, sentences, written

if TYPE_CHECKING:
    from analysis.reading.trail import ReadingTrail

Event = dict[str, Any]


class TrailView(View):
    """The trail: the next step, the steps so far as a tree, and files."""

    _esm = module("trail")
    _css = LOOKS + looks("concordance")


class ReadingView:
    """What stands in the tab Contexts: the lines at a step of a trail, and the trail."""

    def __init__(self, panel: Any) -> None:
        self.panel = panel
        self.lines, self.view = ConcordanceView(), TrailView()
        self.widget = ipywidgets.Box([self.lines, self.view])
        self.widget.add_class("da-trail-box")
        self.trail: ReadingTrail | None = None
        self._trails: dict[str, ReadingTrail] = {}  # by the code of their search
        self._key, self._options = 0, dict[str, Any]()
        for view, acts in ((self.lines, self._line_acts()), (self.view, self._trail_acts())):
            for kind, act in acts.items():
                view.on_event(kind, self._beside(act))

    def _line_acts(self) -> dict[str, Callable[[ReadingTrail, Event], None]]:
        """What can be done with lines."""
        return {
            "read": self._read,
            "sort": self._sort,
            "mark": self._mark,
            "save": lambda _, __: self.panel.saver.save_passages(*self._listed()),
        }

    def _trail_acts(self) -> dict[str, Callable[[ReadingTrail, Event], None]]:
        """What can be done with the trail."""
        return {
            "step": self._step,
            "go": lambda trail, event: self._change(lambda: trail.go(event["id"])),
            "undo": lambda trail, _: self._change(trail.undo),
            "delete": lambda trail, event: self._change(lambda: trail.remove(event["id"])),
            "write": self._write,
            "save": self._save,
            "open": self._open,
            "rerun": self._rerun,
            "page": self._page,
            "table": self._table,
        }

    def _beside(self, act: Callable[[ReadingTrail, Event], None]) -> Callable[[Event], None]:
        """An act that is done beside the kernel, with what is shown; what goes wrong is said."""

        def do(event: Event) -> None:
            trail = self.trail
            if event.get("key") == self._key and trail is not None:
                job = f"trail {event['type']} {event.get('row', '')}"  # no two marks in one
                self.panel.jobs.do(job, lambda: self.panel.guard(lambda: act(trail, event)))

        return do

    # -- what is shown -------------------------------------------------------------------------

    @property
    def listed(self) -> Lines | None:
        """The lines that are listed."""
        return self.lines.lines

    def focus_line(self) -> None:
        """Give the lines the focus."""
        self.lines.focus_line()

    def show(self, state: Any) -> None:
        """Show an answer: a search begins a trail, or leads back to the one that it began."""
        self._key, answer = state.key, state.answer
        if answer is None:
            self.trail, self.view.data = None, {}
            self.lines.clear()
            return
        if answer.code not in self._trails:
            from analysis.reading.trail import ReadingTrail

            self._trails[answer.code] = ReadingTrail(answer.texts, answer.table, name=_name(answer))
        self.trail = self._trails[answer.code]
        self._options = forms(self.trail.corpus, self.trail.marks)
        self._show_lines(self.trail)

    def _show_lines(self, trail: ReadingTrail) -> None:
        """Show the lines at the current step, and what made them."""
        table, step = trail.hits, trail.step(trail.at)
        order = step
        while order.call != "order_hits" and order.parent is not None:
            order = trail.step(order.parent)
        by = order.params.get("by" if order.call == "order_hits" else "sort") or ()
        title, root = self._title(step), order
        while root.parent is not None:
            root = trail.step(root.parent)
        lines = Lines(
            table,
            trail.corpus.documents,
            title=title if step is root else f"{self._title(root)} › {title}",
            sort=[by] if isinstance(by, str) else list(by),
            group="group",
            grouped_by=_grouped_by(trail, step),
            marks=trail.marks,
        )
        self.lines.show(lines, self._key)
        self._show_trail(trail)
        self._answer(trail, table)
        self.panel.say(f"{plural(len(table), 'line')}.")

    def _answer(self, trail: ReadingTrail, table: Any) -> None:
        """Let the panel save, and show as code, what is shown."""
        now = self.panel.state
        if now.answer is None:
            return
        caption = f"{self.lines.lines.title if self.lines.lines else ''}."
        answer = replace(now.answer, table=table, code=self.code(), _caption=caption)
        self.panel.show_instead(now._replace(answer=answer))

    def code(self) -> str:
        """The program that leads to the lines, complete in a new notebook."""
        trail, explorer = self.trail, self.panel.explorer
        if trail is None:
            return ""
        made = trail.code(trail.at).splitlines()
        chosen = [line for line in made if line.startswith("corpus = corpus.")]
        chosen = chosen[len(explorer.corpus.selection) :]
        steps = [line for line in made if line.startswith("lines_")]
        page = f"page = da.show_contexts(lines_{trail.at})"
        return (
            "\n".join(["import analysis as da", "", explorer.origin, *chosen, *steps, page]) + "\n"
        )

    def _show_trail(self, trail: ReadingTrail) -> None:
        """Show the steps and the marks."""
        steps = [
            {
                "id": one.id,
                "parent": one.parent,
                "title": plain(self._title(one)),
                "name": plain(one.name),
                "about": plain(one.problem or self._words(one)),
                "count": one.lines or 0,
                "note": plain(one.note),
            }
            for one in map(trail.step, trail.steps["step"].tolist())
        ]
        self.view.data = {
            "key": self._key,
            "name": plain(trail.name),
            "here": trail.at,
            "steps": steps,
            "forms": forms_payload(self._options),
            "marks": _told(trail),
            "undo": trail.can_undo,
            "trails": [path.stem for path in sorted(self._folder().glob("*.json"))],
        }

    def _words(self, step: Any) -> str:
        """A step in words, with groups as the corpus writes them."""
        with written(self.panel.explorer.labels.label):
            return str(step.words)

    def _title(self, step: Any) -> str:
        """What a step is called, or else does."""
        return str(step.name) or self._words(step)

    def _listed(self) -> tuple[Any, str]:
        """The lines that are listed, and their title, to be saved."""
        lines = self.listed
        if lines is None or not len(lines):
            raise InputError("No line is listed; change the filter of the lines.")
        return lines.listed(), lines.title

    # -- what is done --------------------------------------------------------------------------

    def _change(self, act: Callable[[], Any]) -> None:
        """Change the trail and show where it is now."""
        act()
        if self.trail is not None:
            self._show_lines(self.trail)

    def _step(self, trail: ReadingTrail, event: Event) -> None:
        """Take a step."""
        kind = str(event.get("kind"))
        self._options = forms(trail.corpus, trail.marks)
        params = params_of(self._options, kind, event.get("option"), event.get("values"))
        table = {"select": trail.select, "order": trail.order, "group": trail.group}[kind](**params)
        if not len(table):
            trail.undo()
            raise InputError("No line is left after this step; it was not taken.")
        self._options = forms(trail.corpus, trail.marks)  # speakers and names may be known by now
        self._show_lines(trail)

    def _sort(self, trail: ReadingTrail, event: Event) -> None:
        """Order by words around the hit: one step, however often it is changed."""
        keys = [str(key) for key in event.get("by", ())]
        own = trail.step(trail.at)
        ends = own.id not in trail.steps["parent"].dropna().tolist()
        if own.call == "order_hits" and ends and not (own.name or own.note):
            trail.remove(own.id)
        if keys:
            trail.order(by=keys)
        self._show_lines(trail)

    def _read(self, trail: ReadingTrail, event: Event) -> None:
        """Open the text of a line at its place."""
        row, lines = self.lines.chosen(event), self.listed
        if row is not None and lines is not None:
            doc, start, end = lines.place(row)
            self.panel.open_text(doc, (start, end), lines.table, trail.corpus)
            self.panel.reader.send({"type": "focus"})

    def _mark(self, trail: ReadingTrail, event: Event) -> None:
        """Say something of a line."""
        row, lines = self.lines.chosen(event), self.listed
        if row is None or lines is None:
            return
        doc, start, end = lines.place(row)
        given = {name: str(event.get(name) or "") for name in ("mark", "label", "note")}
        trail.mark((str(doc), start, end), **given)
        lines.marks = trail.marks
        self._options = forms(trail.corpus, trail.marks)
        self._show_trail(trail)

    def _write(self, trail: ReadingTrail, event: Event) -> None:
        """Give a step a name or a note."""
        what = "name" if event.get("what") == "title" else "note"
        self._change(lambda: trail.describe(event["id"], **{what: str(event.get("text", ""))}))

    # -- files ---------------------------------------------------------------------------------

    def _folder(self) -> Path:
        """Where trails are saved: beside the corpus, else with the figures."""
        folder = self.panel.explorer.corpus.folder
        return Path(folder or self.panel.saver.folder) / "trails"

    def _named(self, trail: ReadingTrail, event: Event) -> str:
        """The name that was written, as the trail's."""
        name = str(event.get("name", "")).strip()
        self.panel.saver.check(name)
        trail.name = name
        return name

    def _save(self, trail: ReadingTrail, event: Event) -> None:
        """Save the trail."""
        name = self._named(trail, event)
        self._folder().mkdir(parents=True, exist_ok=True)
        path = trail.save(
            self._folder() / f"{name}.json", overwrite=self.panel.saver.may_overwrite()
        )
        self._show_trail(trail)
        self.panel.say(f"Saved: {path}.")

    def _open(self, _: ReadingTrail, event: Event) -> None:
        """Open a trail that was saved, in place of this one."""
        from analysis.reading.trail_file import read_trail

        known = {path.stem: path for path in self._folder().glob("*.json")}
        if event.get("name") not in known:
            raise InputError("This trail is not there any more; save the trail, or open another.")
        self._take_up(read_trail(known[event["name"]], self.panel.explorer.corpus))

    def _rerun(self, trail: ReadingTrail, _: Event) -> None:
        """Take all steps again on the texts that are there now."""
        from analysis.corpus.read import read_corpus

        folder = self.panel.explorer.corpus.folder
        self._take_up(trail.rerun(read_corpus(folder) if folder else trail.corpus))

    def _take_up(self, trail: ReadingTrail) -> None:
        """Show another trail; say where its marked lines are, if the texts are others."""
        for code, one in self._trails.items():
            if one is self.trail:
                self._trails[code] = trail
        self.trail = trail
        self._options = forms(trail.corpus, trail.marks)
        self._show_lines(trail)
        found = trail.found
        lost = 0 if found is None else int((found["found"] == "not found").sum())
        count = plural(len(trail), "step")
        self.panel.say(
            f"{count}; {plural(lost, 'marked line')} not found again." if lost else f"{count}."
        )

    def _page(self, trail: ReadingTrail, event: Event) -> None:
        """Write the page for an appendix."""
        name = self._named(trail, event)
        path = Path(self.panel.saver.folder, f"{name}.html")
        made = trail.write(path, overwrite=self.panel.saver.may_overwrite())
        self.panel.say(f"Written: {made}.")

    def _table(self, trail: ReadingTrail, event: Event) -> None:
        """Give the lines that are kept to hand coding."""
        from analysis.coding.files import write_sample
        from analysis.coding.sample import sample_for_coding

        name = self._named(trail, event)
        kept = trail.marked("keep")
        if not len(kept):
            raise InputError("No line is kept; press K on the lines that are to be coded.")
        labels = sorted({label for label in kept["label"].tolist() if label})
        places = kept.drop(columns=["mark", "label", "note"])
        choices = labels if len(labels) > 1 else None
        sample = sample_for_coding(places, trail.corpus, n=len(kept), unit="row", choices=choices)
        path = Path(self.panel.saver.folder, f"{name}-coding.csv")
        made = write_sample(sample, path=path, overwrite=self.panel.saver.may_overwrite())
        self.panel.kept = f"Written for hand coding: {made}, {plural(len(kept), 'line')}."
        self.panel.go("Coding", file=str(made))


def _grouped_by(trail: ReadingTrail, step: Any) -> str:
    """What the lines at a step are grouped by; "" for none."""
    while step.call != "group_hits" and step.parent is not None:
        step = trail.step(step.parent)
    by = step.params.get("by") if step.call == "group_hits" else None
    return str(by if isinstance(by, str) else (by or [""])[0])


def _name(answer: Any) -> str:
    """A name for a trail after its search."""
    words = answer.caption().removeprefix("Contexts of ").rstrip(".")
    name = "".join(one if one.isalnum() else "-" for one in words).strip("-")
    return "-".join(part for part in name.split("-") if part)[:60] or "reading"


def _told(trail: ReadingTrail) -> str:
    """How many lines are marked, in words."""
    marks = trail.marks.values()
    counts = {
        "kept": sum(one.mark == "keep" for one in marks),
        "dropped": sum(one.mark == "drop" for one in marks),
        "with a label or note": sum(bool(one.label or one.note) for one in marks),
    }
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return sentences(f"Marked lines: {said}." if said else "")
