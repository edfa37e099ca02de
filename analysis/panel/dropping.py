"""Files dropped into the panel begin or extend a corpus; nothing is written before it is asked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ipywidgets
import pandas as pd

from analysis.files import join_inside
from analysis.panel.names import plain
from analysis.panel.views import LOOKS, View, module
from analysis.tables import InputError
from analysis.wording import plural

FILES, BYTES = 500, 64 * 2**20  # taken at once
_SHOWN = {
    "file": "File",
    "title": "Title",
    "published": "Published",
    "words": "Words",
    "state": "State",
    "why": "Remarks",
}
_STATES = {"added": "to be added", "replaced": "to be replaced"}


class DropView(View):
    """A place for files, and the table of what came of them."""

    _esm = module("drop")
    _css = LOOKS


class Dropping:
    """The drop zone, folded; the corpus that texts go to; a look before they are added."""

    def __init__(self, panel: Any) -> None:
        self._panel = panel
        self._folder: Path | None = None  # temporary, with the files that were sent
        self._paths: list[Path] = []
        self._left: list[int] = []  # bytes still to come of each
        self.view = DropView(data=self._data())
        self.fold = ipywidgets.ToggleButton(
            description="Add texts", icon="caret-right", tooltip="Begin or extend a corpus"
        )
        named = {"style": {"description_width": "initial"}}
        self.target = ipywidgets.Text(
            description="Corpus folder", value=self._usual(), layout={"width": "26em"}, **named
        )
        self.outlet = ipywidgets.Text(
            description="Outlet of all", placeholder="where the texts do not say", **named
        )
        self.add = ipywidgets.Button(description="Add", layout={"display": "none"})
        self.cancel = ipywidgets.Button(description="Do not add", layout={"display": "none"})
        fields = ipywidgets.HBox([self.target, self.outlet])
        self.body = ipywidgets.VBox([fields, self.view, ipywidgets.HBox([self.add, self.cancel])])
        self.body.layout.display = "none"
        self.widget = ipywidgets.VBox([self.fold, self.body])
        self.fold.add_class("da-fold")
        self.fold.observe(self._folded, names="value")
        self.add.on_click(lambda _: self._work(self._add))
        self.cancel.on_click(lambda _: self.forget())
        self.view.on_msg(lambda _, content, buffers: self.receive(content, buffers))

    def _usual(self) -> str:
        """The folder of the corpus; a new one beside the notebook for one that has none."""
        from analysis.corpus.example import example_folder

        folder = self._panel.explorer.corpus.folder
        if folder is None or Path(folder).resolve() == example_folder().resolve():
            return "my-corpus"
        return str(folder)

    def _folded(self, change: Any) -> None:
        """The zone was folded or unfolded."""
        self.fold.icon = "caret-down" if change["new"] else "caret-right"
        self.body.layout.display = None if change["new"] else "none"

    def _data(self, rows: Sequence[Sequence[str]] = (), caption: str = "") -> dict[str, Any]:
        """What the view shows."""
        limits = {"files": FILES, "bytes": BYTES}
        heads = list(_SHOWN.values())
        return {"limits": limits, "heads": heads, "rows": list(rows), "caption": caption}

    def receive(self, event: Any, buffers: Sequence[Any] = ()) -> None:
        """Take what the page sends of the files."""
        acts = {"begin": self._begin, "piece": self._piece, "end": self._end}
        if not isinstance(event, dict):
            return
        try:
            if event.get("type") == "refused":
                raise InputError(_too_much(event.get("files"), event.get("bytes")))
            if event.get("type") in acts:
                acts[event["type"]](event, buffers)
        except (InputError, OSError) as error:
            self.forget()
            self._panel.say(str(error), "error")

    def _begin(self, event: dict[str, Any], _: Sequence[Any]) -> None:
        """Make room for the files; refuse too many, and names that lead elsewhere."""
        self.forget()
        files = event.get("files") or []
        sizes = [int(one["size"]) for one in files]
        if len(files) > FILES or sum(sizes) > BYTES or min(sizes, default=0) < 0:
            raise InputError(_too_much(len(files), sum(sizes)))
        self._folder = Path(tempfile.mkdtemp(prefix="dropped-"))
        for one in files:
            name = str(one["name"]).replace("\\", "/").lstrip("/")
            path = join_inside(self._folder, name, "the dropped files")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
            self._paths.append(path)
        self._left = sizes
        self._panel.say(f"Receiving {len(files):,} files …")

    def _piece(self, event: dict[str, Any], buffers: Sequence[Any]) -> None:
        """Write a piece of a file; no more than was said."""
        number = event.get("file")
        if not isinstance(number, int) or not 0 <= number < len(self._paths):
            return
        for buffer in buffers:
            data = bytes(buffer)
            if len(data) > self._left[number]:
                raise InputError("A file is longer than the page said; drop the files again.")
            self._left[number] -= len(data)
            with self._paths[number].open("ab") as file:
                file.write(data)

    def _end(self, _: dict[str, Any], __: Sequence[Any]) -> None:
        """All are here: look at them, and ask."""
        if self._paths and not any(self._left):
            self._panel.say("Reading the files …")
            self._work(self._look)
        elif self._paths:
            raise InputError("Not all of the files arrived; drop them again.")

    def _work(self, act: Any) -> None:
        """Do something beside the page; what goes wrong is said."""
        self._panel.beside("drop", act)

    def _found(self, *, dry: bool) -> pd.DataFrame:
        """Add the files, or see what would be added."""
        from analysis.corpus.add import add_documents

        folder = self.target.value.strip()
        if not folder or self._folder is None:
            raise InputError("Name the folder of a corpus, and drop files for it.")
        outlet = self.outlet.value.strip()
        values = {"outlet": outlet} if outlet else None
        files = sorted(self._folder.iterdir())
        return add_documents(folder, files, values=values, dry_run=dry)

    def _look(self) -> None:
        """Show what would be added and what is set aside, and ask."""
        found = self._found(dry=True)
        new = int(found["state"].isin(list(_STATES)).sum())
        aside = int((found["state"] == "set aside").sum())
        folder = self.target.value.strip()
        text = (
            f"{new:,} text{'' if new == 1 else 's'} to be added to {folder}, {aside:,} set aside."
            " Nothing is written yet."
        )
        self.view.data = self._data(self._rows(found), text)
        self.add.description = f"Add {new:,} to {folder}"
        self.add.layout.display = None if new else "none"
        self.cancel.layout.display = None
        self._panel.say(text)

    def _rows(self, found: pd.DataFrame) -> list[list[str]]:
        """The rows of the table: each text, and why some are set aside."""
        table = found.assign(
            file=[self._short(path) for path in found["file"]],
            state=found["state"].map(lambda state: _STATES.get(state, state)),
            why=(found["note"].map(plain) + " " + found["remedy"].map(plain)).str.strip(),
        )
        return [
            [plain(value) for value in row] for row in table[list(_SHOWN)].itertuples(index=False)
        ]

    def _short(self, path: Any) -> str:
        """A file as it was dropped, without the temporary folder."""
        return str(path).replace(f"{self._folder}/", "").replace(str(self._folder), "")

    def _add(self) -> None:
        """Add them, and show the corpus with them."""
        from analysis.corpus.read import read_corpus

        found = self._found(dry=False)
        folder = self.target.value.strip()
        new = int(found["state"].isin(list(_STATES)).sum())
        self.forget()
        self._panel.reopen(read_corpus(folder), f"{plural(new, 'text')} added to {folder}.")

    def forget(self) -> None:
        """Let the files go that were sent."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder, self._paths, self._left = None, [], []
        self.view.data = self._data()
        self.add.layout.display = self.cancel.layout.display = "none"


def _too_much(files: Any, size: Any) -> str:
    """Why so many files are refused."""
    return (
        f"{files} files of {int(size or 0) / 2**20:,.0f} MB are more than the {FILES} files or"
        f" {BYTES // 2**20} MB taken at once; use da.add_documents for so many."
    )
