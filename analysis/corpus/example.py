"""Where the example corpus is: in the package, or in the checkout that the package is used from."""

from __future__ import annotations

from pathlib import Path

from analysis.tables import InputError


def example_folder() -> Path:
    """Find the folder of the example corpus, which building copies into the package."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "example", package.parent / "corpus"):
        if (folder / "sources.csv").is_file():
            return folder
    raise InputError("The example corpus is not in this installation; install the package again.")
