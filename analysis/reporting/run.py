"""The page's part of the command `report`: where it goes, and what is said of it."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from analysis.report import write_report


def run_report(args: argparse.Namespace) -> None:
    """Write the page and its PDF, and say in a line how long it took."""
    print("[report] ", end="", flush=True)
    began = time.perf_counter()
    path = write_report(
        args.corpus,
        Path(args.output, "report.html"),
        by=args.by,
        article=args.article,
        with_texts=args.with_texts,
        overwrite=args.overwrite,
    )
    size = path.stat().st_size / 1e6
    print(f"{path} ({size:.1f} MB), {time.perf_counter() - began:.1f} s", flush=True)
