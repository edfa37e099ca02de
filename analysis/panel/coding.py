"""Coding a sample in a notebook: one passage at a time, by the keyboard."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from analysis.coding.session import CodingSession
from analysis.panel.views import LOOKS, View, module
from analysis.tables import InputError


class CodingView(View):
    """One passage, the codes to choose from, and how many rows are coded."""

    _esm = module("coding")
    _css = LOOKS

    def __init__(self, session: CodingSession, *, done: str = "") -> None:
        self.session = session
        self._done = done or (
            f"Read them with codes = da.read_codes({str(session.path)!r}, corpus); then"
            " da.count_codes(corpus, codes), or da.correct for the table of a measure."
        )
        super().__init__(data=self._state())
        acts: dict[str, Callable[[dict[str, Any]], None]] = {
            "code": lambda event: session.code(str(event.get("code"))),
            "skip": lambda _: session.skip(),
            "undo": lambda _: session.undo(),
            "note": lambda event: session.note(str(event.get("text", ""))),
            "go": lambda event: session.go(1 if event.get("step") == 1 else -1),
        }
        for kind, act in acts.items():
            self.on_event(kind, partial(self._do, act))

    def _do(self, act: Callable[[dict[str, Any]], None], event: dict[str, Any]) -> None:
        """Do what the coder asked for, of the row that is shown, and show what comes next."""
        error = ""
        if event.get("row") == self.session.row:  # else a key was pressed before the row changed
            try:
                act(event)
            except (InputError, OSError) as problem:
                error = str(problem)
        self.data = self._state() | {"error": error}

    def _state(self) -> dict[str, Any]:
        """What is shown; `done` says what to do next when all rows are coded."""
        return self.session.state() | {"done": self._done}


def open_coding(sample: str | os.PathLike[str], *, coder: str) -> CodingView:
    """Open a view in which a sample is coded, one passage at a time.

    Parameters
    ----------
    sample : path
        The file that `write_sample` wrote, or the ``.sample.json`` beside it.
    coder : str
        Your name; codes are kept in ``NAME-CODER.csv`` beside the sample.

    Returns
    -------
    CodingView
        A widget: 1 to 9 choose a code, S skips the row until the others are coded, U takes the
        last code back, N writes a note, the arrows turn back and forth. Each code is written to the
        file at once; opened again, it goes on where you stopped. `read_codes` reads the file.

    Raises
    ------
    InputError
        If there is no such sample, or the coder's file does not fit it.

    Examples
    --------
    >>> open_coding("coding/tone.xlsx", coder="Ann")  # doctest: +SKIP
    """
    return CodingView(CodingSession(sample, coder))
