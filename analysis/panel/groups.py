"""The editor of term-groups.yml: saved whole, and never over what was changed meanwhile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ipywidgets

from analysis.corpus.example import example_folder
from analysis.corpus.formats.encodings import read_text
from analysis.corpus.lists import parse_term_groups
from analysis.files import hash_bytes, write_atomic
from analysis.tables import InputError

NAME = "term-groups.yml"


class GroupsView:
    """Buttons to save and to read the file, above rows and figure."""

    rows_below = True  # the panel's own rows are shown, too

    def __init__(self, panel: Any) -> None:
        self._panel = panel
        self._seen = ""  # hash of the file as it was read or written here
        self.save = ipywidgets.Button(
            description="Save groups", tooltip=f"Write {NAME} beside the corpus"
        )
        self.again = ipywidgets.Button(
            description="Read again", tooltip=f"Take what {NAME} holds; what is written here goes"
        )
        self.overwrite = ipywidgets.Checkbox(
            description="Overwrite what was changed meanwhile",
            indent=False,
            layout={"display": "none", "width": "auto"},
        )
        self.save.on_click(lambda _: self._guarded(self._write))
        self.again.on_click(lambda _: self._guarded(self._read))
        buttons = ipywidgets.HBox([self.save, self.again, self.overwrite])
        self.widget = ipywidgets.VBox([buttons, panel.rows_and_figure])
        folder = panel.explorer.corpus.folder
        self.path = None if folder is None else Path(folder, NAME)
        self._field = panel.field_of("Term groups", "groups")
        if not self._field.value:
            self._guarded(self._read, quiet=True)

    def show(self, state: Any) -> None:
        """Show an answer: rows and figure do."""

    def _guarded(self, act: Any, **options: Any) -> None:
        """Do something, or say in a sentence why not."""
        try:
            act(**options)
        except (InputError, OSError) as error:
            self._panel.say(str(error), "error")

    def _read(self, *, quiet: bool = False) -> None:
        """Take the file, or the groups that the corpus was made with."""
        there = self.path is not None and self.path.exists()
        if there and self.path is not None:
            self._seen = hash_bytes(self.path.read_bytes())
            text = read_text(self.path)
        else:
            groups = self._panel.explorer.corpus.term_groups
            text = "\n".join(
                f"{_quoted(n)}: [{', '.join(map(_quoted, groups[n]))}]" for n in groups
            )
        self.overwrite.layout.display = "none"
        if quiet:
            self._field.set_quietly(text)
        else:
            self._field.value = text

    def _write(self) -> None:
        """Write the file, unless it is not what was read here."""
        text = self._field.value.rstrip() + "\n"
        parse_term_groups(text, "Groups")
        if self.path is None:
            raise InputError(
                "This corpus has no folder to save groups in; begin one with da.new_corpus, or take"
                " the groups along with Show code."
            )
        if self.path.parent.resolve() == example_folder().resolve():
            raise InputError("The example corpus stays as it is; save groups in one of your own.")
        now = hash_bytes(self.path.read_bytes()) if self.path.exists() else ""
        if now != self._seen and not self.overwrite.value:
            self.overwrite.layout.display = ""
            raise InputError(
                f"{self.path} was changed meanwhile by another program; read it again, or tick"
                " Overwrite and save again."
            )
        write_atomic(self.path, text)
        self._seen = hash_bytes(text.encode("utf-8"))
        self.overwrite.value = False
        self.overwrite.layout.display = "none"
        self._panel.say(f"Saved in {self.path}.")


def _quoted(text: str) -> str:
    """A name or term as YAML reads it back."""
    plain = text.replace(" ", "").replace("-", "").isalnum() and not text.startswith("-")
    return text if plain else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
