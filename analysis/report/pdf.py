"""The page as a PDF, printed by Chromium where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from analysis.files import write_atomic
from analysis.tables import InputError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SECONDS = 300
END = b"\n% discourse-analysis report\n"
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--export-tagged-pdf",
)
_DATE = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}([^)]*\))")


def pdf_path(page: Path, overwrite: bool) -> Path:
    """Where the PDF of a page goes; refused where another file would be lost."""
    target = page.with_suffix(".pdf")
    own = not target.exists() or (target.is_file() and target.read_bytes().endswith(END))
    if not own and not overwrite:
        raise InputError(
            f"{target} is there already and is not a report of this package; choose another name,"
            " or pass overwrite=True."
        )
    return target


def find_browser() -> str:
    """The path of a Chromium; "" where there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), "")


def _sandbox() -> list[str]:
    """Chromium does not run sandboxed as root, as in containers; the page runs no foreign code."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--no-sandbox"] if root else []


def print_pdf(page: Path, target: Path, *, passages: bool = False) -> str:
    """Print a page as PDF, with tables and passages if asked; returns "" or why there is none."""
    browser = find_browser()
    if not browser:
        return "Chromium is not installed."
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        made = Path(folder, "report.pdf")
        command = [
            browser,
            *_FLAGS,
            *_sandbox(),
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={made}",
            page.resolve().as_uri() + ("?passages" if passages else ""),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"Chromium could not print it ({type(error).__name__})."
        if done.returncode or not made.is_file() or not made.stat().st_size:
            return f"Chromium could not print it (exit status {done.returncode})."
        content = made.read_bytes()
    # the day of printing would be the only thing that differs between two prints
    write_atomic(target, _DATE.sub(rb"\g<1>20000101000000\2", content) + END)
    return ""
