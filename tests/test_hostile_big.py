"""Bombs, and files that are far too large: a table or one sentence in 2 GB and 30 seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile_big import BIG

MEMORY = 2 * 1024**3
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs fork and its accounts"),
    pytest.mark.slow,
]


@pytest.fixture(scope="module")
def results(root):
    """What came of each file: one process imports the package and forks for each of them."""
    script = Path(__file__).with_name("hostile_big.py")
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["name"]: {**row, "said": done.stderr[-2000:]} for row in rows}


@pytest.mark.parametrize("name", BIG)
def test_a_table_or_one_sentence_in_bounds(results, name):
    row = results[name]
    assert row["status"] == 0, row["said"]  # too slow is a fault of its own, see time_limit
    assert row["memory"] < MEMORY
    if BIG[name][1]:
        assert row["result"] == "table", row["result"]
    else:
        assert row["result"].endswith(".")
