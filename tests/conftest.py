"""What several test files share."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # for the tests that import onnxruntime themselves
settings.register_profile("suite", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("suite")

ROOT = Path(__file__).resolve().parent.parent
CACHE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of a run one cache of the annotator, which no other run has."""
    if not hasattr(config, "workerinput"):
        config.stash[CACHE] = tempfile.mkdtemp(prefix="discourse-cache-")
        os.environ["DISCOURSE_CACHE"] = config.stash[CACHE]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the cache."""
    if folder := config.stash.get(CACHE, ""):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data, which is not part of the repository."""
    folder = Path(os.environ.get("DISCOURSE_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("the reference data are not here: set DISCOURSE_SHARED to their folder")
    return folder


@pytest.fixture
def documents() -> pd.DataFrame:
    """Four tiny documents of two sides, with numbers small enough to count by hand."""
    return pd.DataFrame(
        {
            "doc": ["a", "b", "c", "d"],
            "side": ["east", "east", "west", "west"],
            "outlet": ["Alpha", "Beta", "Gamma", "Gamma"],
            "published": pd.to_datetime(["2024-05-14", "2024-05-15", "2024-05-15", "2024-05-22"]),
            "text": [
                "Peace talks failed. The talks, he said, were about peace.",
                "The conflict goes on. Peace must come.",
                "The war goes on and on. “No talks,” she said.",
                "War is not peace.\n\nThe U.S. said so.",
            ],
        }
    )


def pytest_make_parametrize_id(val, argname):
    """Name a case of bytes by its argument: archives hold the time at which they were made."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def many() -> pd.DataFrame:
    """Forty documents of two sides, no two alike."""
    rng = np.random.default_rng(3)
    words = "peace war talks failed good bad terrible minister Kyiv said the of and city".split()
    texts = [" ".join(rng.choice(words, 30)).capitalize() + "." for _ in range(40)]
    return pd.DataFrame(
        {"doc": [f"d{n:02}" for n in range(40)], "side": ["east", "west"] * 20, "text": texts}
    )
