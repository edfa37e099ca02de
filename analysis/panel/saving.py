"""Saving from the panel: figure, table and passages as bundles, never over a file unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets
import pandas as pd

from analysis.tables import InputError


class Saver:
    """The buttons that save a figure or a table under a name, and what they say of it."""

    # `chart` and `table` give what is to be saved, the table with its caption; `say` shows a
    # sentence; `run` runs a function where figures are drawn.

    def __init__(
        self,
        folder: str,
        *,
        chart: Callable[[], Any],
        table: Callable[[], tuple[pd.DataFrame, str]],
        say: Callable[[str, str], None],
        run: Callable[[Callable[[], None]], None],
    ) -> None:
        self.folder, self._say, self._run = folder, say, run
        self._chart, self._table = chart, table
        self._suggested = ""
        self.name = ipywidgets.Text(
            description="Name",
            tooltip="Name of the bundle's files",
            style={"description_width": "initial"},
        )
        self.figure = ipywidgets.Button(
            description="Save figure", tooltip=f"PNG, SVG, PDF and the plotted data in {folder}"
        )
        self.table = ipywidgets.Button(
            description="Save table", tooltip=f"CSV, LaTeX and HTML in {folder}"
        )
        self.overwrite = ipywidgets.Checkbox(
            description="Overwrite",
            tooltip="Replace the files that have this name",
            indent=False,
            layout=ipywidgets.Layout(display="none", width="auto"),
        )
        self.figure.on_click(lambda _: self._save("", self._write_figure))
        self.table.on_click(lambda _: self._save("-table", self._write_table))

    def suggest(self, tab: str) -> None:
        """Suggest a name after a tab, unless the reader has written another one."""
        if self.name.value == self._suggested:
            self._suggested = self.name.value = f"explore-{tab.lower()}"

    def turn(self, shown: bool) -> None:
        """Show the buttons that save, or hide them where the result is hidden."""
        for one in (self.name, self.figure, self.table):
            one.layout.visibility = "visible" if shown else "hidden"

    def enable(self, able: bool, drawn: bool | None = None) -> None:
        """Let nothing be saved while the table is not that of the settings; `drawn`: a figure."""
        self.figure.disabled = self.table.disabled = not able
        if drawn is not None:
            self.figure.layout.display = None if drawn else "none"

    def save_passages(self, passages: pd.DataFrame, title: str) -> None:
        """Save passages in their order."""
        from analysis.export.save import save_table

        def write(path: Path, overwrite: bool) -> Path:
            return save_table(passages, path, caption=title, overwrite=overwrite)

        self._save("-passages", write)

    def _write_figure(self, path: Path, overwrite: bool) -> Path:
        """Write the bundle of the figure."""
        from analysis.export.save import save_figure

        ax = self._chart()
        if ax is None:
            raise InputError("There is no figure to save here; save the table.")
        return save_figure(ax, path, overwrite=overwrite)

    def _write_table(self, path: Path, overwrite: bool) -> Path:
        """Write the bundle of the table."""
        from analysis.export.save import save_table

        table, caption = self._table()
        return save_table(table, path, caption=caption, overwrite=overwrite)

    def _save(self, ending: str, write: Callable[[Path, bool], Path]) -> None:
        """Save under the name that is written, or say why not."""

        def act() -> None:
            overwrite = bool(self.overwrite.value)
            try:
                path = self._path(ending)
                if not overwrite:
                    _refuse_existing(path)
                record = write(path, overwrite)
            except OSError as error:
                self._say(f"{self.folder} cannot be written to ({error.strerror}).", "error")
                return
            except InputError as error:
                self._say(str(error), "error")
                if "overwrite" in str(error).lower():
                    self.overwrite.layout.display = ""
                return
            self.overwrite.value = False
            self.overwrite.layout.display = "none"
            names = sorted(path.name for path in record.parent.glob(f"{record.stem}.*"))
            self._say(f"Saved in {record.parent}: {', '.join(names)}.", "")

        self._say("Saving …", "")
        self._run(act)

    def may_overwrite(self) -> bool:
        """Whether Overwrite is ticked, which counts once; it is offered from now on."""
        self.overwrite.layout.display = ""
        ticked = bool(self.overwrite.value)
        self.overwrite.value = False
        return ticked

    def check(self, name: str) -> None:
        """Refuse what is no name for files."""
        if not name or name.startswith(".") or set(name) & set('\\/:*?"<>|\0'):
            raise InputError(
                f"{name!r} is no name for files; write a name of letters, digits and hyphens."
            )

    def _path(self, ending: str) -> Path:
        """The path of a bundle; refused where the name is none."""
        name = self.name.value.strip()
        self.check(name.replace("/", "-"))
        return Path(self.folder, name + ending)


def _refuse_existing(path: Path) -> None:
    """Refuse a name that files have already, also where a bundle of this package has it."""
    from analysis.export.record import SUFFIXES, bundle_stem, file_name

    stem = bundle_stem(path)
    there = [known for suffix in SUFFIXES if (known := file_name(stem, suffix)).exists()]
    if there:
        raise InputError(
            f"{there[0]} is there already; write another name, or tick Overwrite and save again."
        )
