"""Files are written whole or not at all, and paths stay in their folder."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.files import (
    append_line,
    finish_writing,
    hash_bytes,
    hash_file,
    hash_text,
    join_inside,
    remove_file,
    write_atomic,
    write_together,
)
from analysis.tables import InputError


@given(st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.binary()))
def test_what_is_written_is_what_is_read(tmp_path_factory, content):
    path = write_atomic(tmp_path_factory.mktemp("w") / "new" / "file", content)
    expected = content if isinstance(content, bytes) else content.encode()
    assert path.read_bytes() == expected
    assert hash_file(path) == hash_bytes(expected) == hashlib.sha256(expected).hexdigest()
    assert os.listdir(path.parent) == ["file"]


def test_a_failed_write_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.name != "posix", reason="permission bits of POSIX systems")
def test_permissions_survive(tmp_path):
    real = tmp_path / "real.txt"
    real.write_text("old")
    real.chmod(0o640)
    assert write_atomic(real, "new") == real
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640
    mask = os.umask(0o022)
    try:
        assert write_atomic(tmp_path / "fresh.txt", "").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(mask)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
@pytest.mark.parametrize("link", ["a", "a/b", "a/b/c.txt"])
@pytest.mark.parametrize("target", ["outside/{}", "root/inside/{}", "nowhere", "root/{}"])
def test_nothing_is_written_through_a_link(tmp_path, link, target):
    root, path = tmp_path / "root", tmp_path / "root" / "a" / "b" / "c.txt"
    for name in ("outside", "root/inside"):
        (tmp_path / name / "b").mkdir(parents=True)
        for place in ("c.txt", "b/c.txt"):
            (tmp_path / name / place).write_text("Not yours.")
    (root / link).parent.mkdir(parents=True, exist_ok=True)
    (root / link).symlink_to(tmp_path / target.format("" if link != "a/b/c.txt" else "c.txt"))
    before = {p: p.read_text() for p in tmp_path.rglob("*.txt") if p.is_file()}
    for write in (
        lambda: write_atomic(path, "new", inside=root),
        lambda: append_line(path, "new", inside=root),
        lambda: remove_file(path, inside=root),
        lambda: write_together(root, {"a/b/c.txt": "new"}, name="x"),
        lambda: write_together(root, {}, name="x", drop=["a/b/c.txt"]),
    ):
        with pytest.raises(InputError, match=rf"{link} is a link, and nothing below .*root"):
            write()
    assert {p: p.read_text() for p in tmp_path.rglob("*.txt") if p.is_file()} == before
    assert not list(root.glob(".x-*"))


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_the_folder_that_the_user_named_may_be_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "real")
    write_atomic(tmp_path / "root" / "a" / "b.txt", "new", inside=tmp_path / "root")
    write_together(tmp_path / "root", {"a/c.txt": "new"}, name="x")
    append_line(tmp_path / "root" / "log", "new", inside=tmp_path / "root")
    assert sorted(os.listdir(tmp_path / "real" / "a")) == ["b.txt", "c.txt"]
    os.link(tmp_path / "real" / "log", tmp_path / "other")
    with pytest.raises(InputError, match="also a file elsewhere"):
        append_line(tmp_path / "root" / "log", "new", inside=tmp_path / "root")


def stop_before_moving(monkeypatch, folder: Path) -> Path:
    """A run that is killed when its plan is made; gives the folder of the plan."""
    with monkeypatch.context() as patch:
        patch.setattr("analysis.files._carry_out", lambda *_: None)
        write_together(folder, {"a.txt": "new", "sub/b.txt": "new"}, name="x", drop=["c.txt"])
    (prepared,) = folder.glob(".x-*.unfinished")
    return prepared


def test_a_stopped_run_is_finished_where_it_was_stopped(tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "c.txt").write_text("old")
    stop_before_moving(monkeypatch, folder)
    folder = folder.rename(tmp_path / "renamed")
    finish_writing(folder, name="x")
    assert sorted(os.listdir(folder)) == ["a.txt", "sub"]


@pytest.mark.parametrize("how", ["copied", "unpacked", "made by hand"])
def test_a_stopped_run_from_elsewhere_is_not_finished(tmp_path, monkeypatch, how):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "c.txt").write_text("old")
    prepared = stop_before_moving(monkeypatch, folder)
    if how == "made by hand":
        mark = prepared / "mark"
        mark.unlink()
        mark.write_bytes(b"")
    elif how == "copied":
        shutil.copytree(folder, tmp_path / "other")
        folder = tmp_path / "other"
    else:
        archive = shutil.make_archive(str(tmp_path / "a"), "tar", folder)
        folder = tmp_path / "other"
        shutil.unpack_archive(archive, folder, filter="tar")
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    for act in (
        lambda: finish_writing(folder, name="x"),
        lambda: write_together(folder, {"a.txt": "newer"}, name="x"),
    ):
        with pytest.raises(InputError, match="copied from elsewhere; delete it"):
            act()
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


def test_hash_of_a_text_is_that_of_its_utf8_bytes():
    assert hash_text("Київ") == hashlib.sha256("Київ".encode()).hexdigest()


@pytest.mark.parametrize("path", ["../a.txt", "/etc/passwd", "briefs/../../a.txt", "a\0b"])
def test_paths_that_lead_out_are_refused(tmp_path, path):
    with pytest.raises(InputError, match=r"^row 3: .* leads out of the corpus folder"):
        join_inside(tmp_path, path, "row 3")


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_that_leads_out_is_refused(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "briefs").symlink_to(tmp_path / "outside")
    with pytest.raises(InputError, match="leads out"):
        join_inside(tmp_path / "corpus", "briefs/a.txt", "row 2")
    assert join_inside(tmp_path / "corpus", Path("x/../a.txt"), "row 2").name == "a.txt"
    (tmp_path / "corpus" / "b.txt").symlink_to("b.txt")
    with pytest.raises(InputError, match=r"^row 2: 'b\.txt' leads out"):
        join_inside(tmp_path / "corpus", "b.txt", "row 2")
