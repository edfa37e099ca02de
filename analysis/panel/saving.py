"""Saving from the panel: figure, table and passages as bundles, never over a file unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import ipywidgets
import pandas as pd

from analysis.tables import InputError

if TYPE_CHECKING:
    from analysis.panel.panel import Panel


HIDDEN = ipywidgets.Layout(display="none")


class Saver:
    """The line of buttons below table and figure."""

    def __init__(self, panel: Panel, figures: str) -> None:
        self._panel, self._folder = panel, figures
        self._suggested = ""
        self.name = ipywidgets.Text(
            description="Name",
            tooltip="Name of the bundle's files",
            style={"description_width": "initial"},
        )
        self.figure = ipywidgets.Button(
            description="Save figure", tooltip=f"PNG, SVG, PDF and the plotted data in {figures}"
        )
        self.table = ipywidgets.Button(
            description="Save table", tooltip=f"CSV, LaTeX and HTML in {figures}"
        )
        self.overwrite = ipywidgets.Checkbox(
            description="Overwrite",
            tooltip="Replace the files that have this name",
            indent=False,
            layout=ipywidgets.Layout(display="none", width="auto"),
        )
        self.show = ipywidgets.ToggleButton(
            description="Show code", tooltip="The lines that make the same table and figure"
        )
        self.widget = ipywidgets.HBox(
            [self.name, self.figure, self.table, self.show, self.overwrite],
            layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center"),
        )
        self.widget.add_class("da-save")
        self.figure.on_click(lambda _: self._save_figure())
        self.table.on_click(lambda _: self._save_table())
        self.show.observe(self._toggle, names="value")
        self.suggest(panel.tab)

    @property
    def with_code(self) -> bool:
        """Whether the code is shown."""
        return bool(self.show.value)

    def suggest(self, tab: str) -> None:
        """Suggest a name after a tab, unless the reader has written another one."""
        if self.name.value == self._suggested:
            self._suggested = self.name.value = f"explore-{tab.lower()}"

    def enable(self, able: bool) -> None:
        """Let nothing be saved while the table is not that of the settings."""
        self.figure.disabled = self.table.disabled = not able

    def _toggle(self, change: Any) -> None:
        answer = self._panel.answer
        self.show.description = "Hide code" if change["new"] else "Show code"
        self._panel.code.data = {"code": answer.code if answer and change["new"] else ""}

    def _save_figure(self) -> None:
        def save(path: Path, overwrite: bool) -> Path:
            from analysis.export.save import save_figure

            ax = self._panel.chart()
            if ax is None:
                raise InputError("There is no figure to save here; save the table.")
            return save_figure(ax, path, overwrite=overwrite)

        self._save("", save)

    def _save_table(self) -> None:
        def save(path: Path, overwrite: bool) -> Path:
            from analysis.export.save import save_table

            now = self._panel.now
            if now.answer is None:
                raise InputError("There is no table to save yet; look for something first.")
            caption = now.answer.caption() or now.tab
            return save_table(now.answer.table, path, caption=caption, overwrite=overwrite)

        self._save("-table", save)

    def save_passages(self, told: dict[str, Any]) -> None:
        """Save the passages that are listed in the page, in their order there."""
        panel = self._panel
        now, rows = panel.now, told.get("rows")
        passages, title = now.passages, now.title
        if told.get("key") != now.key or passages is None or not isinstance(rows, list):
            return
        wanted = [row for row in rows if isinstance(row, int) and 0 <= row < len(passages)]
        if not wanted:
            panel.say("No passage is listed; change the filter of the passages.", "error")
            return

        def save(path: Path, overwrite: bool) -> Path:
            from analysis.export.save import save_table

            table = passages.iloc[wanted].reset_index(drop=True)
            return save_table(table, path, caption=title, overwrite=overwrite)

        self._save("-passages", save)

    def _save(self, ending: str, save: Callable[[Path, bool], Path]) -> None:
        """Save under the name that is written, or say why not."""
        panel = self._panel

        def act() -> None:
            overwrite = bool(self.overwrite.value)
            try:
                path = self._path(ending)
                if not overwrite:
                    _refuse_known(path)
                record = save(path, overwrite)
            except OSError as error:
                panel.say(f"{self._folder} cannot be written to ({error.strerror}).", "error")
                return
            except InputError as error:
                panel.say(str(error), "error")
                if "Overwrite" in str(error) or "overwrite" in str(error):
                    self.overwrite.layout.display = ""
                return
            self.overwrite.value = False
            self.overwrite.layout.display = "none"
            names = sorted(path.name for path in record.parent.glob(f"{record.stem}.*"))
            panel.say(f"Saved in {record.parent}: {', '.join(names)}.")

        panel.say("Saving …")
        panel.on_main(act)

    def _path(self, ending: str) -> Path:
        name = self.name.value.strip()
        if not name or name.startswith(".") or set(name) & set('\\:*?"<>|\0'):
            raise InputError(
                f"{name!r} is no name for files; write a name of letters, digits and hyphens."
            )
        return Path(self._folder, name + ending)


def _refuse_known(path: Path) -> None:
    """Refuse a name that files have already, also where a bundle of this package has it."""
    from analysis.export.record import SUFFIXES, bundle_stem, file_name

    stem = bundle_stem(path)
    there = [known for suffix in SUFFIXES if (known := file_name(stem, suffix)).exists()]
    if there:
        raise InputError(
            f"{there[0]} is there already; write another name, or tick Overwrite and save again."
        )


class Shown(NamedTuple):
    """What is shown at one moment; a change puts another one in its place, as a whole.

    The page, the kernel's thread and that of the work may look at the panel at the same time.
    """

    key: int = 0  # number of the answer: what the page says of an older one is not heard
    tab: str = ""
    answer: Any = None
    whole: Any = None  # the document that the tab Text shows
    passages: pd.DataFrame | None = None
    title: str = ""  # whose passages they are
    chosen: tuple[tuple[str, ...], str | None] | None = None  # row and column
