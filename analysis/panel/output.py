"""Where the panel is shown: the live widget, and below it what a saved notebook keeps."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from analysis.panel.labels import Labels
from analysis.panel.marks import marks_payload
from analysis.panel.names import plain
from analysis.panel.static import INSTEAD, draw_png, figure_bundle, table_html
from analysis.tables import InputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.panel.concordance import Lines
    from analysis.panel.views import FigureView


class State(NamedTuple):
    """What is shown at one moment; a change puts another one in its place, as a whole."""

    # The page, the kernel's thread and that of the jobs may look at the panel at the same time.

    key: int = 0  # number of the answer: events of an older one are ignored
    tab: str = ""
    answer: Any = None
    doc: Any = None  # the document that the tab Text shows
    passages: pd.DataFrame | None = None
    title: str = ""  # whose passages they are
    chosen: tuple[tuple[str, ...], str | None] | None = None  # row and column


class Output:
    """The figure of the current answer, and the outputs of the cell that shows the panel."""

    def __init__(self) -> None:
        self.ax: Axes | None = None
        self._drawn = self._sent = -1  # the answer that the figure, and its view, belong to
        self._png, self._svg = b"", ""
        self._width = 0
        self._record: dict[str, Any] = {}
        self._alt = self._note = ""
        self.loop: asyncio.AbstractEventLoop | None = None
        self._shown = False
        self.html = ""
        self._ids = (f"da-figure-{uuid.uuid4().hex}", f"da-table-{uuid.uuid4().hex}")

    def begin(self, widget: Any) -> bool:
        """Show the live widget; whether there is a kernel that goes on after this cell."""
        from IPython import get_ipython
        from IPython.display import publish_display_data

        bundle = dict(widget._repr_mimebundle_())
        bundle["text/plain"] = INSTEAD
        publish_display_data(bundle)
        self.loop = None
        if hasattr(get_ipython(), "kernel"):  # no other loop is ours to draw in
            with suppress(RuntimeError):
                self.loop = asyncio.get_running_loop()
        return self.loop is not None

    def on_main(self, act: Callable[[], None]) -> None:
        """Draw where notebooks draw: matplotlib's figures are not for several threads at once."""
        if self.loop is None or self.loop.is_closed():
            act()
        else:
            self.loop.call_soon_threadsafe(act)

    def chart(self, now: State) -> Axes | None:
        """The figure of an answer, drawn if it is not yet; None where there is none."""
        if self._drawn != now.key:
            self._drawn, self.ax, self._record = now.key, None, {}
            self._png, self._svg, self._alt, self._note = b"", "", "", ""
            with _off_screen():
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

        from analysis.charts.marks import figure_svg
        from analysis.charts.style import chart_record, quiet_layout
        from analysis.export.pictures import figure_of

        figure = figure_of(ax)
        try:
            with quiet_layout():
                self._png, self._width = draw_png(ax)
                self._svg = figure_svg(figure)
        finally:
            pyplot.close(figure)
        self._record = chart_record(figure) or {}
        self._alt = plain(self._record.get("alt", ""))

    def draw(
        self,
        now: State,
        view: FigureView,
        message: str,
        lines: Lines | None = None,
        instead: bool = False,
        names: Labels | None = None,
    ) -> None:
        """Draw what is shown now: the live figure and the static outputs."""
        self.chart(now)
        answer = now.answer
        view.stale = False
        if answer is None:
            self.html = table_html(
                pd.DataFrame({"message": []}), ["message"], caption="", note=message, tab="none"
            )
        else:
            self._send(view, now, names)
            self.html = table_html(
                answer.table,
                answer.shown,
                caption=answer.caption(),
                note=answer.note,
                tab=now.tab,
                alt=self._alt,
                lines=lines,
                instead=instead,
                names=names,
            )
        if self._shown:
            self.publish(update=True)

    def _send(self, view: FigureView, now: State, names: Labels | None) -> None:
        """Send the figure to its view, once."""
        if self._sent == now.key:
            return
        self._sent, answer, record = now.key, now.answer, self._record
        caption = plain(record.get("caption", "")) or plain(answer.caption())
        with view.hold_sync():
            view.svg = self._svg
            view.data = {
                "key": now.key,
                "alt": self._alt,
                "caption": caption,
                "note": plain(self._note),
                "width": self._width,
                "marks": marks_payload(record, answer.table, names) if record else [],
                "copy": {
                    "caption": caption,
                    "note": plain(record.get("note", "")),
                    "code": answer.code,
                },
            }

    def publish(self, *, update: bool = False) -> None:
        """Put the static figure and table below the widget, or renew them there."""
        from IPython.display import publish_display_data

        self._shown = True
        data, known = figure_bundle(self._png, self._alt, self._width)
        words: dict[str, Any] = {"text/html": self.html, "text/plain": ""}
        first, second = ({"display_id": name} for name in self._ids)
        publish_display_data(data, metadata=known, transient=first, update=update)
        publish_display_data(words, transient=second, update=update)


@contextmanager
def _off_screen() -> Iterator[None]:
    """Draw a figure that the notebook does not print."""
    # Messages to widgets reach the kernel over a thread of their own, after each of which IPython
    # prints the figures it knows of, in another size: also one that is just being drawn here.
    import matplotlib
    from matplotlib import pyplot

    pyplot.draw_if_interactive()  # loads the notebook's backend, which switches interaction on
    interactive = matplotlib.is_interactive()
    matplotlib.interactive(False)
    try:
        yield
    finally:
        matplotlib.interactive(interactive)
