"""What a panel shows at one moment."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd


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
