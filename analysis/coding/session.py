"""Coding row by row: each code is written to the coder's file at once, and a stop loses nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.coding.design import design_of
from analysis.coding.files import (
    SUFFIX,
    UNDECIDED,
    Filled,
    coder_name,
    files_of,
    read_filled,
    read_stored,
    safe_name,
    taken_for,
    write_filled,
)
from analysis.tables import InputError
from analysis.wording import noun_of

_PATIENCE = 10  # seconds


class CodingSession:
    """One coder's way through a sample: code, skip, undo, note; it goes on where it stopped.

    Parameters
    ----------
    sample : path
        The ``.sample.json`` that `write_sample` wrote, or the file beside it.
    coder : str
        The name of the coder. Codes are kept in ``NAME-CODER.csv`` beside the sample, which
        `read_codes` reads. Two views of one coder write to the same file, and keep each other's
        codes.
    """

    def __init__(self, sample: str | os.PathLike[str], coder: str) -> None:
        path = Path(sample)
        path = path if path.name.endswith(SUFFIX) else path.with_suffix(SUFFIX)
        self.coder = coder_name(coder)
        self.table = read_stored(path)
        self.design = design_of(self.table)
        self.rows = self.table.to_dict("records")
        self.path = self.file_of(path, coder)
        self.codes: dict[str, str] = {}
        self.notes: dict[str, str] = {}
        self._further: dict[str, dict[str, str]] = {}
        self._require_no_other(path)
        self._read()
        self._before: list[tuple[int, str | None]] = []  # rows that were coded, and their codes
        self.at = self._next(-1)

    @staticmethod
    def file_of(sample: Path, coder: str) -> Path:
        """Where a coder's codes of a sample are kept."""
        name = sample.name.removesuffix(SUFFIX)
        name = name if name != sample.name else sample.stem
        return sample.with_name(f"{name}-{safe_name(coder)}.csv")

    @property
    def row(self) -> str:
        """The id of the row that is shown."""
        return str(self.rows[self.at]["row"])

    def code(self, choice: str) -> None:
        """Give the row that is shown a code, and go to the next without one."""
        if choice not in self.design["choices"]:
            raise InputError(f"{choice!r} is none of the codes {self.design['choices']}.")
        with self._holding():
            before = self.codes.get(self.row)
            self.codes[self.row] = choice
        self._before.append((self.at, before))
        self.at = self._next(self.at)

    def skip(self) -> None:
        """Go to the next row without a code; this one comes again."""
        self.at = self._next(self.at)

    def undo(self) -> None:
        """Take the last code back, and show its row."""
        if not self._before:
            return
        at, code = self._before[-1]
        row = str(self.rows[at]["row"])
        with self._holding():
            if code is None:
                self.codes.pop(row, None)
            else:
                self.codes[row] = code
        self._before.pop()
        self.at = at

    def note(self, text: str) -> None:
        """Keep a note on the row that is shown."""
        with self._holding():
            self.notes[self.row] = " ".join(text.split())

    def go(self, step: int) -> None:
        """Show a row before or after, coded or not."""
        self.at = min(max(self.at + step, 0), len(self.rows) - 1)

    def state(self) -> dict[str, Any]:
        """What a view shows: the row, the codes to choose from, and how far it is."""
        row = self.rows[self.at]
        return {
            "question": self.design["question"],
            "choices": [
                {"code": one, "meaning": self.design["meaning"].get(one, "")}
                for one in self.design["choices"]
            ],
            "rules": [*self.design["rules"], UNDECIDED],
            "examples": [
                {name: str(one.get(name) or "") for name in ("text", "code")}
                for one in self.design["examples"]
            ],
            "about": self._about(row),
            **{name: str(row.get(name) or "") for name in ("row", "doc", "left", "text", "right")},
            "code": self.codes.get(self.row, ""),
            "note": self.notes.get(self.row, ""),
            "place": self.at + 1,
            "rows": len(self.rows),
            "coded": len(self.codes),
            "can_undo": bool(self._before),
            "file": self.path.name,
        }

    def _about(self, row: dict[Any, Any]) -> list[dict[str, str]]:
        """What the row was counted as, which the coder must know to judge it."""
        names = taken_for(self.design)
        return [
            {"name": noun_of(name), "value": str(row[name]).removesuffix(" 00:00:00")}
            for name in names
            if name in row
        ]

    def _next(self, at: int) -> int:
        """The next row without a code, from the beginning again at the end; else the last."""
        size = len(self.rows)
        order = [*range(at + 1, size), *range(max(at, 0) + (at >= 0))]
        free = (i for i in order if str(self.rows[i]["row"]) not in self.codes)
        return next(free, max(at, 0))

    def _read(self) -> None:
        """What the coder's file holds now."""
        if self.path.exists():
            filled = read_filled(self.path, self.table, self.coder)
            self.codes, self.notes, _, self._further = filled

    def _require_no_other(self, sample: Path) -> None:
        """Refuse to begin beside a workbook that holds the coder's codes."""
        for one in files_of(sample):
            if one.suffix.lower() == self.path.suffix or one.stem != self.path.stem:
                continue
            if read_filled(one, self.table).codes:
                raise InputError(
                    f"{one.name} holds codes of {self.coder}, and the view keeps its own in"
                    f" {self.path.name}; save it as {self.path.name} (CSV UTF-8), take it out of"
                    " the folder, and go on here. Or go on in the spreadsheet."
                )

    @contextlib.contextmanager
    def _holding(self) -> Iterator[None]:
        """Change the codes that the file holds now: another view may have written some since."""
        import filelock

        lock = filelock.FileLock(self.path.with_name(f".{self.path.name}.lock"))
        before = dict(self.codes), dict(self.notes)
        try:
            with lock.acquire(timeout=_PATIENCE):
                self._read()
                before = dict(self.codes), dict(self.notes)
                yield
                filled = Filled(self.codes, self.notes, self.coder, self._further)
                write_filled(self.path, self.table, filled)
        except filelock.Timeout:
            raise InputError(
                f"Another view has kept {self.path.name} for {_PATIENCE} seconds; close it, and"
                " give the code again."
            ) from None
        except OSError as error:  # a full disk, a folder that may not be written to
            self.codes, self.notes = before  # what the file holds
            raise InputError(
                f"Not kept: {self.path} could not be written ({error.strerror or error}); make room"
                " or let it be written to, and give it again. The codes before are in the file."
            ) from None
