"""Damaged files, slowly a thousand of them: each gives a table or one sentence, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_files import DAMAGES, FORMATS, make_files, sound
from hostile_trials import try_all

EACH = [2, pytest.param(7, marks=pytest.mark.slow)]  # files of each kind of damage and format
SKIPPED = {("renamed", "sources.csv")}
CASES = [(name, kind) for name in DAMAGES for kind in FORMATS if (name, kind) not in SKIPPED]


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch):
    """What is tested here does not depend on it, and there are thousands of files."""
    monkeypatch.setattr("os.fsync", lambda _: None)


def test_damage_is_the_same_each_time_and_seldom_none():
    assert make_files("bits", "docx", 3) == make_files("bits", "docx", 3)
    damaged = [data for name, kind in CASES[::7] for data in make_files(name, kind, 7)]
    assert len(set(damaged)) > 0.8 * len(damaged)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_sound_files_are_taken(tmp_path, kind):
    assert try_all([sound(kind)], kind, tmp_path) == ["table"]


@pytest.mark.parametrize("each", EACH)
@pytest.mark.parametrize(("name", "kind"), CASES, ids=[f"{name}-{kind}" for name, kind in CASES])
def test_a_damaged_file_gives_a_table_or_one_sentence(
    tmp_path: Path, name: str, kind: str, each: int
):
    results = try_all(make_files(name, kind, each), kind, tmp_path)
    assert len(results) == each
    assert all(result == "table" or result.endswith(".") for result in results)
