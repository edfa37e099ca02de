"""A full disk, a closed folder, a file that changes meanwhile: one sentence, nothing lost."""

from __future__ import annotations

import builtins
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hostile_trials import check_sentence
from test_annotation_cache import some_tagged, span

import analysis as da
from analysis import files
from analysis.annotation import cache
from analysis.cli import main as command
from analysis.corpus.formats import encodings
from analysis.tables import InputError

TEXT = "Ministers left the table on Tuesday after eleven hours of talks about the harbour. "
MORE = "Ferry fares will rise by a tenth in July, the council said, and commuters pay the most. "


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".adding.lock"
    }


@pytest.fixture
def folder(tmp_path):
    """A corpus of one document, and a file to add to it."""
    (tmp_path / "one.txt").write_text(f"Talks end\n\n15 May 2024\n\n{TEXT * 3}")
    (tmp_path / "two.txt").write_text(f"Fares rise\n\n16 May 2024\n\n{MORE * 3}")
    da.add_documents(tmp_path / "corpus", [tmp_path / "one.txt"], values={"outlet": "Post"})
    return tmp_path / "corpus"


def add(folder: Path, file: str = "two.txt") -> int:
    """What `discourse add` does; its exit status."""
    flags = ["--corpus", str(folder), "--yes", "--outlet", "Post"]
    return command.main(["add", str(folder.parent / file), *flags])


class Refusal:
    """Refuses to touch a folder, from the n-th time on, as a system does."""

    def __init__(self, folder: Path, code: int, first: int = 0) -> None:
        self.folder, self.code, self.first, self.seen = str(folder), code, first, 0

    def __call__(self, path) -> None:
        if not isinstance(path, int) and str(path).startswith(self.folder):
            self.seen += 1
            if self.seen > self.first:
                raise OSError(self.code, os.strerror(self.code), str(path))

    def install(self, monkeypatch) -> None:
        opened, made, renamed, replaced = builtins.open, os.mkdir, os.rename, os.replace

        def open_(path, mode="r", *more, **options):
            if set(mode) & set("wax+"):
                self(path)
            return opened(path, mode, *more, **options)

        def wrap(function):
            def wrapped(path, *more, **options):
                self(path)
                return function(path, *more, **options)

            return wrapped

        monkeypatch.setattr(builtins, "open", open_)
        monkeypatch.setattr(os, "mkdir", wrap(made))
        monkeypatch.setattr(os, "rename", wrap(renamed))
        monkeypatch.setattr(os, "replace", wrap(replaced))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_adding_where_writing_fails_at_any_point(folder, monkeypatch, capsys, code):
    before = snapshot(folder)
    ends = []
    for first in range(12):
        refusal = Refusal(folder / ".adding-", code, first)
        with monkeypatch.context() as patched:
            refusal.install(patched)
            status = add(folder)
        said = capsys.readouterr().err
        if status == 0:
            break
        assert status == 2
        assert len(said.strip().splitlines()) == 1
        assert said.startswith("Error: ")
        documents = da.read_corpus(folder).documents  # finishes what was decided
        ends.append(len(documents))
        if len(documents) == 1:
            assert snapshot(folder) == before
        else:
            assert "Ferry fares" in documents["text"][1]
            shutil.rmtree(folder)
            folder.mkdir()
            for name, content in before.items():
                files.write_atomic(folder / name, content)
    assert status == 0
    assert {1, 2} == set(ends)
    assert len(da.read_corpus(folder).documents) == 2


def test_a_corpus_in_a_closed_folder_can_be_read(folder, monkeypatch):
    Refusal(folder, errno.EACCES).install(monkeypatch)
    assert len(da.read_corpus(folder).documents) == 1
    assert "wrong" not in set(da.check_corpus(folder)["severity"])
    with pytest.raises(OSError, match="Permission denied"):
        da.add_documents(folder, [folder.parent / "two.txt"], values={"outlet": "Post"})


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(folder):  # pragma: no cover
    (folder.parent / "two.txt").chmod(0)
    with pytest.raises(InputError, match=r"two\.txt cannot be read: Permission denied\.$"):
        da.add_documents(folder, [folder.parent / "two.txt"])


def test_bundles_where_writing_fails_at_any_point(tmp_path, monkeypatch):
    stem = tmp_path / "figures" / "terms"
    old, new = (pd.DataFrame({"term": ["peace"], "count": [n]}) for n in (3, 4))
    ends = []
    for first in range(14):
        shutil.rmtree(stem.parent, ignore_errors=True)
        da.save_table(old, stem, caption="C.", formats=["html"])
        before = snapshot(tmp_path)
        said = ""
        with monkeypatch.context() as patched:
            Refusal(stem.parent / ".terms-", errno.ENOSPC, first).install(patched)
            try:
                da.save_table(new, stem, caption="C.", formats=["html"])
            except InputError as error:
                said = check_sentence(error)
        if not said:
            break
        assert "cannot be written to (No space left on device)" in said
        found = da.read_bundle(stem)
        ends.append(int(found["count"][0]))
        assert ends[-1] == 4 or snapshot(tmp_path) == before
        assert "differs" not in set(da.verify(stem)["status"])
    assert set(ends) == {3, 4}


def test_the_cache_on_a_full_disk(tmp_path, monkeypatch):
    kept = cache.Kept(tmp_path, ["v"], lambda texts, _: [some_tagged(text) for text in texts])

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.warns(UserWarning, match="cannot be kept in .*No space left on device"):
        assert len(kept(["a", "b"], [span()] * 2)) == 2
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_that_changes_while_it_is_read(folder, monkeypatch):
    path = folder.parent / "two.txt"
    state, calls = os.fstat, []

    def fstat(number):
        calls.append(number)
        if len(calls) == 2:
            with path.open("a") as file:
                file.write("One more line.\n")
        return state(number)

    monkeypatch.setattr(encodings.os, "fstat", fstat)
    with pytest.raises(InputError, match=r"two\.txt was changed while it was read; retry"):
        encodings.read_bytes(path)
    monkeypatch.undo()
    added = da.add_documents(folder, [path], values={"outlet": "Post"})
    assert "One more line." in Path(added["original"][0]).read_text()


def test_a_file_that_is_too_large_or_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(encodings, "LARGEST", 1024**2)
    (tmp_path / "a.txt").write_bytes(b"a" * (1024**2 + 1))
    with pytest.raises(InputError, match=r"a\.txt is larger than 1 MB; split it"):
        encodings.read_bytes(tmp_path / "a.txt")
    if Path("/dev/zero").exists():
        with pytest.raises(InputError, match="/dev/zero is larger than 1 MB"):
            encodings.read_bytes("/dev/zero")


SCRIPT = """
import sys, pathlib, pandas as pd, analysis as da
from analysis.__main__ import main
room = pathlib.Path(sys.argv[1])
status = main(["add", sys.argv[2], "--corpus", str(room / "corpus"), "--yes"])
print("add", status)
table = pd.DataFrame({"text": ["a" * 700_000]})
try:
    da.save_table(table, room / "big", caption="C.")
except da.InputError as error:
    print("save", error)
print("left", sorted(path.name for path in room.rglob("*") if path.suffix in (".txt", ".csv")))
"""


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="needs to mount a disk")
def test_a_disk_that_is_really_full(tmp_path, root):
    room = tmp_path / "disk"
    room.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(room)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        (tmp_path / "big.txt").write_text(f"Talks end\n\n15 May 2024\n\n{TEXT * 20_000}")
        run = [sys.executable, "-c", SCRIPT, str(room), str(tmp_path / "big.txt")]
        done = subprocess.run(run, capture_output=True, text=True, cwd=root, check=True)
    finally:
        subprocess.run(["umount", str(room)], check=True)
    said = done.stdout.splitlines()
    assert said[-3] == "add 2"
    assert "cannot be written to (No space left on device); nothing was saved." in said[-2]
    assert said[-1] == "left []"
    assert done.stderr.startswith("Error: [Errno 28] No space left on device")
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_leads_out_is_not_written_to(folder, tmp_path):
    outside = tmp_path / "outside"
    (folder / "originals").rename(outside)
    (folder / "originals").symlink_to(outside)
    before = snapshot(outside)
    with pytest.raises(InputError, match=r"originals is a link, .*corpus") as caught:
        da.add_documents(folder, [tmp_path / "two.txt"], values={"outlet": "Post"})
    check_sentence(caught.value)
    assert snapshot(outside) == before


@pytest.mark.parametrize(
    "plan",
    [
        '{"files": [["../out.txt", ""]], "drop": []}',
        '{"files": [], "drop": [["../two.txt", ""]]}',
        '{"files": [["/tmp/out.txt", ""]], "drop": []}',
        '{"files": [["a\\u0000b", ""]], "drop": []}',
        '{"files": 3',
        "[]",
        '{"files": [["a"]], "drop": []}',
    ],
)
def test_a_plan_that_was_tampered_with(folder, plan):
    room = folder / ".adding-x.unfinished"
    room.mkdir()
    (room / "0").write_text("evil")
    (room / "plan.json").write_text(plan)
    before = snapshot(folder.parent)
    with pytest.raises(InputError) as caught:
        da.read_corpus(folder)
    check_sentence(caught.value)
    assert snapshot(folder.parent) == before
