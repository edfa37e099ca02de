"""Where the panel is shown: the live widget, and below it what a saved notebook keeps."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.panel.static import INSTEAD, draw_png, figure_bundle, table_html
from analysis.panel.views import plain
from analysis.tables import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.panel.panel import Panel
    from analysis.panel.saving import Shown
    from analysis.panel.views import FigureView


class Output:
    """The figure of the current answer, and the outputs of the cell that shows the panel."""

    def __init__(self) -> None:
        self.ax: Axes | None = None
        self._drawn = self._sent = -1  # the answer that the figure, and its view, belong to
        self._png = b""
        self._width = 0
        self._alt = self._note = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._shown = False
        self._html = ""
        self._ids = (f"da-figure-{uuid.uuid4().hex}", f"da-table-{uuid.uuid4().hex}")

    def begin(self, widget: Any) -> bool:
        """Show the live widget; whether there is a kernel that goes on after this cell."""
        from IPython import get_ipython
        from IPython.display import publish_display_data

        bundle = dict(widget._repr_mimebundle_())
        bundle["text/plain"] = INSTEAD
        publish_display_data(bundle)
        self._loop = None
        if hasattr(get_ipython(), "kernel"):  # no other loop is ours to draw in
            with suppress(RuntimeError):
                self._loop = asyncio.get_running_loop()
        return self._loop is not None

    def on_main(self, act: Callable[[], None]) -> None:
        """Draw where notebooks draw: matplotlib's figures are not for several threads at once."""
        if self._loop is None or self._loop.is_closed():
            act()
        else:
            self._loop.call_soon_threadsafe(act)

    def chart(self, now: Shown) -> Axes | None:
        """The figure of an answer, drawn if it is not yet; None where there is none."""
        if self._drawn != now.key:
            self._drawn, self.ax, self._png, self._alt, self._note = now.key, None, b"", "", ""
            with _unannounced():
                try:
                    self.ax = None if now.answer is None else now.answer.figure()
                except InputError as error:
                    self._note = str(error)
                if self.ax is not None:
                    self._picture(self.ax)
        return self.ax

    def _picture(self, ax: Axes) -> None:
        """Keep the picture and its words; the notebook shall not show the figure by itself, too."""
        from matplotlib import pyplot

        from analysis.charts.style import chart_record, quiet_layout
        from analysis.export.pictures import figure_of

        figure = figure_of(ax)
        try:
            with quiet_layout():
                self._png, self._width = draw_png(ax)
        finally:
            pyplot.close(figure)
        self._alt = plain((chart_record(figure) or {}).get("alt", ""))

    def draw(self, panel: Panel) -> None:
        """Draw what the panel shows now: the live figure and the static outputs."""
        now = panel.now
        ax, answer = self.chart(now), now.answer
        if answer is None:
            self._html = table_html_of_nothing(panel.message.data.get("text", ""))
        else:
            self._send(panel.figure, now, ax)
            self._html = table_html(
                answer.table,
                answer.shown,
                caption=answer.caption(),
                note=answer.note,
                tab=now.tab,
                alt=self._alt,
                passages=now.passages,
                chosen=now.title,
            )
        if self._shown:
            self.publish(update=True)

    def _send(self, view: FigureView, now: Shown, ax: Axes | None) -> None:
        """Send the figure to its view, once."""
        if self._sent == now.key:
            return
        self._sent, answer = now.key, now.answer
        areas = [] if ax is None else find_areas(ax, answer.table[answer.shown[0]].tolist())
        with view.hold_sync():
            view.png = self._png
            view.data = {
                "key": now.key,
                "alt": self._alt,
                "caption": plain(answer.caption()),
                "note": plain(self._note),
                "width": self._width,
                "areas": areas,
            }

    def publish(self, *, update: bool = False) -> None:
        """Put the static figure and table below the widget, or renew them there."""
        from IPython.display import publish_display_data

        self._shown = True
        data, known = figure_bundle(self._png, self._alt, self._width)
        words: dict[str, Any] = {"text/html": self._html, "text/plain": ""}
        first, second = ({"display_id": name} for name in self._ids)
        publish_display_data(data, metadata=known, transient=first, update=update)
        publish_display_data(words, transient=second, update=update)


@contextmanager
def _unannounced() -> Iterator[None]:
    """Draw a figure that the notebook is not told of.

    Messages to widgets reach the kernel over a thread of their own, after each of which IPython
    prints the figures it was told of, in another size: also one that is just being drawn here.
    """
    import matplotlib
    from matplotlib import pyplot

    pyplot.draw_if_interactive()  # loads the notebook's backend, which switches interaction on
    interactive = matplotlib.is_interactive()
    matplotlib.interactive(False)
    try:
        yield
    finally:
        matplotlib.interactive(interactive)


def table_html_of_nothing(text: str) -> str:
    """The static state where there is no answer yet: what the panel says of it."""
    import pandas as pd

    nothing = pd.DataFrame({"message": []})
    return table_html(nothing, ["message"], caption="", note=text, tab="nothing yet")


def find_areas(ax: Axes, names: Sequence[object]) -> list[dict[str, Any]]:
    """The bands of a chart of rows, each with the number of the first table row of its name."""
    from analysis.export.pictures import figure_of

    figure = figure_of(ax)
    width, height = figure.get_size_inches() * figure.dpi
    first: dict[str, int] = {}
    for place, name in enumerate(names):
        first.setdefault(str(name), place)
    areas = []
    for panel in figure.axes:
        ticks = list(zip(panel.get_yticks(), panel.get_yticklabels(), strict=False))
        steps = np.diff([y for y, _ in ticks])
        if len(ticks) > 1 and not np.allclose(np.abs(steps), 1):
            continue
        box = panel.get_tightbbox()
        if box is None:
            continue
        for y, label in ticks:
            row = _row_of(label.get_text(), first)
            if row is None:
                continue
            low, high = sorted(panel.transData.transform([(0, y - 0.5), (0, y + 0.5)])[:, 1])
            shares = (box.x0 / width, 1 - high / height, box.width / width, (high - low) / height)
            areas.append({"row": row, "box": [round(float(share), 4) for share in shares]})
    return areas


def _row_of(text: str, first: dict[str, int]) -> int | None:
    """The row that a label names, also where it was shortened."""
    text = " ".join(text.split())
    if text in first:
        return first[text]
    if "…" not in text:
        return None
    head, _, tail = text.partition("…")
    found = [row for name, row in first.items() if name.startswith(head) and name.endswith(tail)]
    return found[0] if len(found) == 1 else None
