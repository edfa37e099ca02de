"""What stands in the tab Coding: draw, code one passage at a time, and see the result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets

from analysis.coding.files import write_sample
from analysis.coding.session import CodingSession
from analysis.panel.coding import CodingView
from analysis.panel.names import plain
from analysis.panel.tabs.coding import NAME, coding_file, questions_of, sample_path
from analysis.tables import InputError
from analysis.wording import plural

_DONE = (
    "Next: press Show result. For a second coder write another name in Coder and press Go on"
    " coding: the same rows come, without your codes."
)


def _write(sample: Any, path: Path) -> None:
    """Write a sample; one sentence where that is not possible."""
    try:
        write_sample(sample, path=path)
    except OSError as error:
        raise InputError(
            f"The sample could not be written to {path} ({error.strerror or error}); write another"
            " name in File, in a folder with room that may be written to."
        ) from None


class CheckingView:
    """Two buttons, the passage that is coded, and below it rows and figure."""

    rows_below = True  # the panel's own rows are shown, too

    def __init__(self, panel: Any) -> None:
        self._panel = panel
        self.coding: CodingView | None = None
        self.code = ipywidgets.Button(
            description="Draw and code", tooltip="Draw the sample where there is none, and code it"
        )
        self.result = ipywidgets.Button(
            description="Show result", tooltip="Shares with the codes in them"
        )
        self.code.on_click(lambda _: panel.beside("code", self._begin))
        self.result.on_click(lambda _: self._end())
        self._asked: tuple[Path, str] | None = None  # the sample and coder whose result is shown
        self._said = ipywidgets.Label()
        self._said.add_class("da-coding-said")
        self._place = ipywidgets.VBox([])
        self._below = ipywidgets.VBox([panel.rows_and_figure])
        buttons = ipywidgets.HBox([self.code, self.result, self._said])
        buttons.add_class("da-checking")
        self.widget = ipywidgets.VBox([buttons, self._place, self._below])

    def show(self, state: Any) -> None:
        """Show an answer: rows and figure do; a sample that is no longer asked for is closed."""
        path = self._path()
        there = sample_path(path).exists()
        self.code.description = "Go on coding" if there else "Draw and code"
        self.result.layout.display = None if there else "none"
        if self.coding is not None and not self._is_open(path):
            self._close()
        if self.coding is None:
            self._hide_result(path, there)
        problem = questions_of(self._panel.explorer.corpus)[1]
        self._panel.kept = " ".join(filter(None, (self._panel.kept, problem)))

    def _hide_result(self, path: Path, there: bool) -> None:
        """Hide the result from a coder who has rows left: who sees an answer agrees with it."""
        coder = self._panel.field_of(NAME, "coder").value.strip()
        said = ""
        if there and coder:
            try:
                state = CodingSession(path, coder).state()
            except InputError as error:  # another file holds the coder's codes, or it is damaged
                self._said.value = plain(str(error))
                return
            said = (
                f"{coder}: {state['coded']:,} of {state['rows']:,} rows coded in {state['file']}."
            )
            if state["coded"] < state["rows"] and self._asked != (path, coder):
                said += " The result is hidden until you have coded all, or press Show result."
                self._show_below(False)
            else:
                self._show_below(True)
        else:
            self._show_below(True)
        self._said.value = plain(said)

    def _show_below(self, shown: bool) -> None:
        """Show or hide rows and figure, and what saves them."""
        self._below.layout.display = None if shown else "none"
        self._panel.saver.turn(shown)

    def _settings(self) -> dict[str, Any]:
        """What is set in the tab."""
        controls = self._panel.explorer.controls(NAME)
        return {one.name: self._panel.field_of(NAME, one.name).value for one in controls}

    def _path(self) -> Path:
        """The file that the settings lead to."""
        settings = self._settings()
        settings["file"] = settings["file"].strip()
        return coding_file(self._panel.explorer.corpus, settings)

    def _is_open(self, path: Path) -> bool:
        """Whether it is this sample that is coded, by the coder who is named."""
        if self.coding is None:
            return False
        coder = self._panel.field_of(NAME, "coder").value.strip()
        return self.coding.session.path == CodingSession.file_of(path, coder)

    def _begin(self) -> None:
        """Draw the sample where there is none, and open it where the coder stopped."""
        path, settings = self._path(), self._settings()
        coder = settings["coder"].strip()
        if not coder:
            raise InputError("Write your name in Coder: codes are kept for each coder.")
        new = not sample_path(path).exists()
        if new:
            if path.exists():
                raise InputError(f"{path} is there and is no sample; write another name in File.")
            answer = self._panel.explorer.ask(NAME, settings)
            _write(answer.value("sample"), path)
        session = CodingSession(path, coder)
        self._close()
        self._asked, self._said.value = None, ""
        self.coding = CodingView(session, done=_DONE)
        self._place.children = (self.coding,)
        self._show_below(False)  # who sees the machine's share is drawn to it
        state = session.state()
        rows = plural(state["rows"], "row")
        said = f"{rows} drawn" if new else f"{state['coded']:,} of {rows} coded"
        self._panel.kept = f"{path}: {said}."
        self._panel.ask_again()

    def _end(self) -> None:
        """Show the result of what is coded until now; the codes are in the file."""
        self._close()
        self._asked = self._path(), self._panel.field_of(NAME, "coder").value.strip()
        self._panel.ask_again()

    def _close(self) -> None:
        """Close the passage; rows and figure are shown again."""
        if self.coding is not None:
            self._place.children = ()
            self.coding.close()
        self.coding = None
        self._show_below(True)
