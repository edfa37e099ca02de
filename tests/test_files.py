"""Files are written whole or not at all, and paths stay in their folder."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.files import hash_bytes, hash_file, hash_text, join_inside, write_atomic
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


@pytest.mark.skipif(os.name != "posix", reason="permission bits and links of POSIX systems")
def test_permissions_and_links_survive(tmp_path):
    real = tmp_path / "real.txt"
    real.write_text("old")
    real.chmod(0o640)
    link = tmp_path / "link.txt"
    link.symlink_to(real)
    assert write_atomic(link, "new") == link
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert real.stat().st_mode & 0o777 == 0o640
    mask = os.umask(0o022)
    try:
        assert write_atomic(tmp_path / "fresh.txt", "").stat().st_mode & 0o777 == 0o644
    finally:
        os.umask(mask)


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
