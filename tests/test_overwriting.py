"""A bundle is replaced whole, and nobody's own work is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

import analysis as da
from analysis.tables import InputError

WORDS = {"caption": "Two terms.", "alt": "Bars: peace 3, war 1."}
ROWS = pd.DataFrame({"term": ["peace", "=war()"], "count": [3, 1]})


@pytest.fixture
def ax():
    axes = Figure(figsize=(4, 3)).subplots()
    axes.barh(["peace", "war"], [3, 1])
    return axes


def own(axes, path, **options):
    return da.save_figure(axes, path, **{"data": ROWS, **WORDS, **options})


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_what_is_the_same_is_left_alone(ax, tmp_path):
    own(ax, tmp_path / "own")
    moments = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    own(ax, tmp_path / "own")
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == moments


def test_a_bundle_of_ours_is_replaced_whole(ax, tmp_path):
    own(ax, tmp_path / "own")
    own(ax, tmp_path / "own", data=ROWS.head(1), formats=["png"])
    assert sorted(files(tmp_path)) == ["own.csv", "own.json", "own.png", "own.txt"]
    assert len(da.read_bundle(tmp_path / "own")) == 1


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "csv", "json"])
def test_what_was_edited_by_hand_is_not_lost(ax, tmp_path, suffix):
    own(ax, tmp_path / "own")
    edited = tmp_path / f"own.{suffix}"
    text = edited.read_bytes().replace(b"Two terms", b"2 terms") + b"\n"
    text = text.replace(b'"caption": "2 terms', b'"caption": "Edited') if suffix == "json" else text
    edited.write_bytes(text)
    before = files(tmp_path)
    with pytest.raises(InputError, match=rf"own\.{suffix} would be lost: .* overwrite=True"):
        own(ax, tmp_path / "own", data=ROWS.head(1), caption="Other.")
    assert files(tmp_path) == before
    own(ax, tmp_path / "own", data=ROWS.head(1), caption="Other.", overwrite=True)
    assert len(da.read_bundle(tmp_path / "own")) == 1


def test_somebody_elses_file_is_not_lost(ax, tmp_path):
    (tmp_path / "own.json").write_text('{"mine": true}')
    with pytest.raises(InputError, match=r"own\.json would be lost"):
        own(ax, tmp_path / "own")
    assert list(files(tmp_path)) == ["own.json"]
    (tmp_path / "dir.csv").mkdir()
    with pytest.raises(InputError, match=r"dir\.csv would be lost"):
        own(ax, tmp_path / "dir")


def test_a_table_does_not_replace_a_figure(ax, tmp_path):
    own(ax, tmp_path / "own")
    with pytest.raises(InputError, match="belongs to another bundle"):
        da.save_table(ROWS.head(1), tmp_path / "own", caption="A table.")


def test_a_save_that_was_cut_short_is_finished_by_whoever_reads(ax, tmp_path, monkeypatch):
    own(ax, tmp_path / "own", caption="Before.", formats=["png", "svg"])
    real, moves = os.replace, []

    def cut(source, target):
        moves.append(target)
        if len(moves) == 3:
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", cut)
        with pytest.raises(KeyboardInterrupt):
            own(ax, tmp_path / "own", data=ROWS.head(1), formats=["png"], overwrite=True)
    assert len(da.read_bundle(tmp_path / "own")) == 1
    assert sorted(files(tmp_path)) == ["own.csv", "own.json", "own.png", "own.txt"]
    assert set(da.verify(tmp_path / "own")["status"]) == {"ok", "not checked"}
    assert len(os.listdir(tmp_path)) == 4


def test_what_was_edited_after_a_save_was_cut_short_is_not_lost(ax, tmp_path, monkeypatch):
    own(ax, tmp_path / "own", caption="Before.")
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            own(ax, tmp_path / "own", data=ROWS.head(1))
    (tmp_path / "own.svg").write_text("edited")
    checks = da.verify(tmp_path / "own")
    assert checks.loc[checks["status"] == "differs", "file"].unique().tolist() == ["own.svg"]
    assert (tmp_path / "own.svg").read_text() == "edited"


def test_a_folder_that_cannot_be_made_is_one_sentence(ax, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written to"):
        own(ax, tmp_path / "file" / "own")
