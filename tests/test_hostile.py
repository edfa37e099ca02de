"""More than a thousand damaged files: each gives a table or one sentence, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_files import DAMAGES, FORMATS, make_files, sound
from hostile_room import try_all

EACH = 7  # files of each kind of damage and format
SKIPPED = {("renamed", "sources.csv")}
CASES = [(name, kind) for name in DAMAGES for kind in FORMATS if (name, kind) not in SKIPPED]


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """What is tested here does not depend on it, and there are thousands of files."""
    monkeypatch.setattr("os.fsync", lambda _: None)


def test_there_are_a_thousand_files():
    assert len(CASES) * EACH >= 1000
    assert make_files("bits", "docx", 3) == make_files("bits", "docx", 3)
    damaged = [data for name, kind in CASES[::7] for data in make_files(name, kind, EACH)]
    assert len(set(damaged)) > 0.8 * len(damaged)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_sound_files_are_taken(tmp_path, kind):
    assert try_all([sound(kind)], kind, tmp_path) == ["table"]


@pytest.mark.parametrize(("name", "kind"), CASES, ids=[f"{name}-{kind}" for name, kind in CASES])
def test_a_damaged_file_gives_a_table_or_one_sentence(tmp_path: Path, name: str, kind: str):
    files = make_files(name, kind, EACH)
    results = try_all(files, kind, tmp_path)
    assert len(results) == EACH
    assert all(result == "table" or result.endswith(".") for result in results)
