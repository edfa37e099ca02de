"""Damaged files, slowly a thousand of them: each gives a table or one sentence, nothing else."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest
from hostile_files import DAMAGES, FORMATS, make_files, make_zip, sound
from hostile_trials import try_all

from analysis.corpus import reader as bounded
from analysis.corpus.formats.read import read_source
from analysis.corpus.formats.record import ReadOptions
from analysis.corpus.reader import BoundedReader
from analysis.tables import InputError

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


@pytest.fixture
def reader():
    with BoundedReader() as reader:
        yield reader


@pytest.fixture
def answering(monkeypatch):
    """Has the other process answer with what a test says."""

    def answer(program: str) -> None:
        start = f"import os, sys, time; print('[\"ready\"]', flush=True); {program}; main = int"
        monkeypatch.setattr(bounded, "_START", start)

    return answer


@pytest.mark.parametrize("kind", FORMATS)
def test_another_process_reads_the_same(tmp_path, reader, kind):
    path = tmp_path / f"a.{kind.removeprefix('sources.')}"
    path.write_bytes(sound("csv" if kind == "sources.csv" else kind))
    options = ReadOptions(title="Talks", columns={"outlet": "outlet"})
    assert reader.read(path, options) == read_source(path, options)
    with pytest.raises(InputError, match=r"^.+\.$") as one:
        reader.read(tmp_path / f"none.{kind}")
    with pytest.raises(InputError) as other:
        read_source(tmp_path / f"none.{kind}")
    assert str(one.value) == str(other.value)


def test_paths_are_those_of_the_folder_that_is_worked_in(tmp_path, reader, monkeypatch):
    for name in ("b", "ü \udcff"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.txt").write_text(f"The talks ended {len(name)}.")
        (folder / "pandas.py").write_text("raise SystemExit")  # is not imported
        monkeypatch.chdir(folder)
        (item,) = reader.read("a.txt", ReadOptions(whole=True)).items
        assert item.where == "a.txt"
        assert item.record["paragraphs"] == [f"The talks ended {len(name)}."]


def test_a_slow_file_is_given_up_and_the_next_is_read(tmp_path, reader):
    (tmp_path / "slow.html").write_bytes(
        b"<p " + b" ".join(b"a%d=1" % i for i in range(400_000)) + b">x"
    )
    (tmp_path / "a.txt").write_text("The talks ended.")
    reader.read(tmp_path / "a.txt")
    reader.limit = 0.5
    with pytest.raises(InputError, match=r"slow\.html could not be read: .* more than 0\.5 s\.$"):
        reader.read(tmp_path / "slow.html")
    reader.limit = 60.0
    assert reader.read(tmp_path / "a.txt").items


def test_many_steps_may_take_longer(tmp_path, answering):
    answering(
        "[(time.sleep(0.1), print('[\"done\", %d, false]' % i, flush=True)) for i in range(20)]; "
        "print('[\"rest\", [[], true, []], false]', flush=True); time.sleep(60)"
    )
    (tmp_path / "large.txt").write_bytes(b"a" * 200_000)  # 4 s more
    (tmp_path / "small.txt").write_bytes(b"a")
    with BoundedReader(1.0) as reader:
        with pytest.raises(InputError, match="more than 1 s"):
            reader.read(tmp_path / "small.txt")
        assert reader.read(tmp_path / "large.txt").many


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread watches from time to time")
def test_memory_has_a_limit(tmp_path, reader):
    (tmp_path / "a.csv").write_bytes(b"title,text\n" + b"a,b\n" * 20_000_000)
    with pytest.raises(InputError, match=r"a\.csv .*(memory|rows)"):
        reader.read(tmp_path / "a.csv")


@pytest.mark.parametrize(
    "answer",
    [
        "", "x", "[]", '["item", {}, false]', '["rest", [[], 1, []], false]', "[" * 100_000,
        '["rest", [[["a", "b", "c"]], true, []], false]', '["nothing", 1, false]',
        '["item", ["a", "b", {"title": "t"}], false]', '["done", "nan x", false]',
        '["item", ["a", 1, {}], false]', '["rest", null, 1]', '["done", [], false]',
    ],
)  # fmt: skip
def test_no_answer_of_another_form_is_taken(tmp_path, answering, answer):
    answering(f"print({answer!r}, flush=True)")
    (tmp_path / "a.txt").write_text("The talks ended.")
    with BoundedReader() as reader, pytest.raises(InputError, match="could not be read") as error:
        reader.read(tmp_path / "a.txt")
    assert str(error.value).endswith(".")


def test_the_process_that_reads_does_not_start(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "_START", "raise SystemExit")
    with BoundedReader() as reader, pytest.raises(InputError, match="does not start"):
        reader.read(tmp_path / "a.txt")


def test_it_starts_with_telemetry_switched_off(monkeypatch, tmp_path):
    def start(command, *, env, **_):
        assert env["ORT_DISABLE_TELEMETRY"] == "1"
        raise OSError("started")

    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    monkeypatch.setattr(bounded.subprocess, "Popen", start)
    with BoundedReader() as reader, pytest.raises(OSError, match="started"):
        reader.read(tmp_path / "a.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with a name")
def test_a_pipe_is_refused(tmp_path, reader):
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(InputError, match="is a pipe or a device"):
        reader.read(tmp_path / "a.txt")


def test_nothing_is_left_behind(tmp_path):
    before = set(threading.enumerate())
    (tmp_path / "a.txt").write_text("The talks ended.")
    with BoundedReader() as reader:
        reader.read(tmp_path / "a.txt")
        process = reader._worker._process
    assert process.returncode is not None
    slow = b" ".join(b"a%d=1" % i for i in range(400_000))
    (tmp_path / "b.html").write_bytes(b"<p " + slow + b">x")
    with BoundedReader() as reader:  # closed by another thread while a file is read
        reader.read(tmp_path / "a.txt")
        threading.Timer(0.3, reader.close).start()
        with pytest.raises(InputError, match="could not be read"):
            reader.read(tmp_path / "b.html")
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(timeout=10)
    assert not [thread for thread in left if thread.is_alive()]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("close", [True, False])
def test_a_fork_reads_with_a_process_of_its_own(tmp_path, reader, close):
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(f"The talks {name} ended.")
    reader.read(tmp_path / "a.txt")
    child = os.fork()
    if not child:
        right = "b ended" in str(reader.read(tmp_path / "b.txt"))
        reader._worker._questions.write(b"{" if not close else b"")
        reader.close()
        os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert "talks a ended" in str(reader.read(tmp_path / "a.txt"))


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the processes of Linux")
def test_it_ends_with_the_process_that_asks(tmp_path, root):
    (tmp_path / "a.txt").write_text("The talks ended.")
    program = (
        "import os, signal; from analysis.corpus.reader import BoundedReader; "
        "r = BoundedReader(); r.read('a.txt'); print(r._worker._process.pid, flush=True); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, check=False,
    )  # fmt: skip
    other = Path("/proc", done.stdout.decode().strip())
    for _ in range(100):
        if not other.exists() or "Z" in (other / "stat").read_text().split()[2]:
            break
        time.sleep(0.1)
    else:
        pytest.fail("the process that reads is still there")


def _many_attributes() -> bytes:
    return b"<html><p " + b" ".join(b"a%d=1" % i for i in range(90_000)) + b">x"


def _long_header() -> bytes:
    head = b"Snapshot-Content-Location: " + b"=?utf-8?q?a" * 20_000
    return head + b"\r\nContent-Type: text/html\r\n\r\n<p>Talks end"


def _odt(attribute: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(sound("odt"))) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    content = members["content.xml"]
    at = content.index(b"</text:p>")
    members["content.xml"] = content[:at] + b"<text:s " + attribute + b"/>" + content[at:]
    return make_zip(members)


def _docx_of_parts() -> bytes:
    with zipfile.ZipFile(io.BytesIO(sound("docx"))) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    part = b"<a>" + b" " * 3_900_000 + b"</a>"
    return make_zip(members | {f"word/part{i}.xml": part for i in range(60)})


ATTACKS = {
    "attributes.html": _many_attributes,
    "header.mhtml": _long_header,
    "spaces.odt": lambda: _odt(b'text:c="&#49;999999999"'),
    "prefix.odt": lambda: _odt(
        b'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0" t:c="1999999999"'
    ),
    "parts.docx": _docx_of_parts,
    "parts.zip": lambda: make_zip({f"{i}.docx": _docx_of_parts() for i in range(3)}),
    "undefined.html": lambda: b"<meta charset=undefined><title>Talks</title><p>caf\xe9 talks end",
    "idna.html": lambda: b"<meta charset=idna><title>Talks</title><p>caf\xe9 talks end",
    "zeros.txt": lambda: b"\0" * 5_000_000,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_in_a_table_or_one_sentence(tmp_path, reader, name):
    (tmp_path / name).write_bytes(ATTACKS[name]())
    (tmp_path / "next.txt").write_text("The talks ended.")
    reader.limit = 8.0
    said = ""
    try:
        assert reader.read(tmp_path / name).items
    except InputError as error:
        said = str(error)
    assert not said or (said.endswith(".") and "\n" not in said), said
    assert reader.read(tmp_path / "next.txt").items
