"""The command line, as a user meets it."""

import os
import subprocess
import sys
import warnings

import pandas as pd
import pytest

import analysis
from analysis.cli import main as command
from analysis.corpus.manifest import COLUMNS
from analysis.tables import InputError

TITLE = "Ministers explain why the harbour talks ended"
BODY = (
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them."
)
PAGE = f"Menu\nShare\n\n{TITLE}\n\n15 May, 2024 08:09\n\n{BODY}\n"


def run(root, *args, **options):
    return subprocess.run(
        [sys.executable, "-m", "analysis", *map(str, args)],
        cwd=root,
        text=True,
        encoding="utf-8",
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        **{"stdin": subprocess.DEVNULL, **options},
    )


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "saved page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_no_arguments_print_help(root):
    result = run(root)
    assert result.returncode == 0
    assert result.stdout.startswith("usage: discourse")
    for name in command.COMMANDS:
        assert f"\n    {name} " in result.stdout


def test_version(capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"discourse-analysis {analysis.__version__}\n"


def test_add_as_a_user_would(root, page, tmp_path):
    corpus = tmp_path / "corpus"
    flags = ["--corpus", corpus, "--outlet", "The Post", "--country", "GB"]
    asked = run(root, "add", page, *flags)
    assert asked.returncode == 2
    assert asked.stderr == (
        "Error: Nothing was written, since there is no terminal to ask in; add --yes to write what "
        "is shown, or --dry-run to look only.\n"
    )
    assert not corpus.exists()
    added = run(root, "add", page, *flags, "--yes")
    assert (added.returncode, added.stderr) == (0, "")
    assert f"  title      {TITLE}\n  published  2024-05-15T08:09\n" in added.stdout
    text = (corpus / "originals" / "post-2024-05-15.txt").read_text(encoding="utf-8")
    assert text == f"{TITLE}\n\n{BODY}\n"
    lines = (corpus / "sources.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1] == f"post-2024-05-15,{TITLE},The Post,GB,,,2024-05-15T08:09,,,,"
    again = run(root, "add", page, "--corpus", corpus, "--yes")
    assert again.returncode == 0
    assert "already there" in again.stdout


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"%PDF-1.7",
            "cannot be read as a PDF: it is damaged or cut off; open it in a viewer, print it to a "
            "new PDF, or fetch it anew, and retry.",
        ),
        (b"\x00\x01\x02\x03", "is a binary file, not a text; save its text as .txt and retry."),
        (b"", "holds no text beside its title and navigation."),
    ],
)
def test_files_that_are_no_text(page, tmp_path, capsys, data, message):
    page.write_bytes(data)
    assert command.main(["add", str(page), "--corpus", str(tmp_path / "corpus"), "--yes"]) == 2
    assert capsys.readouterr().err == f"Error: {page} {message}\n"
    assert not (tmp_path / "corpus").exists()


def test_a_missing_file_is_one_sentence(tmp_path, capsys):
    assert command.main(["add", str(tmp_path / "none.txt")]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"Error: {tmp_path / 'none.txt'} cannot be read: ")
    assert error.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal of POSIX systems")
def test_add_at_a_terminal(root, page, tmp_path):
    ours, theirs = os.openpty()
    os.write(ours, b"Herald\nGB\n\n\n\nen\n\ny\n")
    result = run(root, "add", page, "--corpus", tmp_path / "corpus", stdin=theirs)
    os.close(theirs)
    os.close(ours)
    assert result.returncode == 0, result.stderr
    lines = (tmp_path / "corpus" / "sources.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1] == f"herald-2024-05-15,{TITLE},Herald,GB,,,2024-05-15T08:09,,en,,"


def test_the_article_as_a_user_would_add_it(root, shared, tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "sources.csv").write_bytes((root / "corpus" / "sources.csv").read_bytes())
    result = run(root, "add", shared / "texts" / "article.txt", "--corpus", corpus, "--yes")
    assert (result.returncode, result.stderr) == (0, "")
    assert os.listdir(corpus / "originals") == ["rt-2024-05-15.txt"]


def checks(*statuses):
    rows = [("hash", "terms.csv", status, "4 is not 3.") for status in statuses]
    table = pd.DataFrame(rows, columns=["check", "file", "status", "detail"])
    open_ = "checked in part" if "not checked" in statuses else "verified"
    table.attrs["verdict"] = "differs" if "differs" in statuses else open_
    return table


def test_verify_prints_what_differs(monkeypatch, capsys):
    seen = []

    def verify(bundle, *, corpus):
        seen.append((bundle, corpus))
        return checks("ok", "differs" if bundle == "b" else "not checked")

    monkeypatch.setattr(analysis, "verify", verify, raising=False)
    assert command.main(["verify", "a"]) == 3
    assert capsys.readouterr().out == (
        "a: could be checked only in part\n  hash of terms.csv: not checked. 4 is not 3.\n"
    )
    assert command.main(["verify", "a", "b"]) == 1
    assert "b: differs\n  hash of terms.csv: differs. 4 is not 3.\n" in capsys.readouterr().out
    assert seen == [("a", None), ("a", None), ("b", None)]


def test_verify_says_that_no_number_was_computed_again(monkeypatch, capsys):
    monkeypatch.setattr(analysis, "verify", lambda *_, **__: checks("ok"), raising=False)
    assert command.main(["verify", "a"]) == 0
    said = "a: as it was saved; its numbers were not computed again (--corpus)\n"
    assert capsys.readouterr().out == said


def test_nothing_steers_the_terminal(monkeypatch, capsys):
    evil = "\x1b[2J\x9b1mfine\u202e\rok"

    def verify(*_, **__):
        print(f"\r 1%|{evil}", file=sys.stderr)
        print("\n\x1b[A", file=sys.stderr, end="")
        print(f"Fähre\t1\n{evil}")
        warnings.warn(evil, UserWarning, stacklevel=1)
        raise InputError(f"{evil} is wrong.")

    monkeypatch.setattr(analysis, "verify", verify, raising=False)
    assert command.main(["verify", "a"]) == 2
    shown = r"\x1b[2J\x9b1mfine\u202e\rok"
    out, err = capsys.readouterr()
    assert out == f"Fähre\t1\n{shown}\n"
    inside = shown.replace(r"\r", " ")
    assert err == f"\r 1%|{shown}\n\n\x1b[ANote: {shown}\nError: {inside} is wrong.\n"


def test_verify_reads_the_corpus(monkeypatch, root):
    seen = []

    def verify(bundle, *, corpus):
        seen.append(len(corpus))
        return checks("ok")

    monkeypatch.setattr(analysis, "verify", verify, raising=False)
    assert command.main(["verify", "a", "--corpus", str(root / "corpus")]) == 0
    assert seen == [33]


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (InputError("One sentence."), 2, "Error: One sentence.\n"),
        (PermissionError(13, "Permission denied", "x"), 2, "Permission denied: 'x'\n"),
        (KeyboardInterrupt(), 130, "\nStopped.\n"),
    ],
)
def test_errors_end_in_a_status_and_a_sentence(monkeypatch, capsys, error, status, message):
    def fail(_):
        raise error

    monkeypatch.setattr("analysis.cli.add.run_add", fail)
    assert command.main(["add", "x.txt"]) == status
    assert capsys.readouterr().err.endswith(message)


def test_programming_errors_are_not_hidden(monkeypatch):
    def fail(_):
        raise ZeroDivisionError

    monkeypatch.setattr("analysis.cli.add.run_add", fail)
    with pytest.raises(ZeroDivisionError):
        command.main(["add", "x.txt"])


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX systems")
def test_a_reader_that_has_seen_enough(root):
    script = (
        "import sys, analysis.cli.add\n"
        "def fail(_): raise BrokenPipeError\n"
        "analysis.cli.add.run_add = fail\n"
        "from analysis.cli.main import main\n"
        "sys.exit(main(['add', 'x.txt']))"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stderr) == (0, "")


def test_warnings_are_notes_for_users_and_silent_for_developers(monkeypatch, capsys):
    def warn(_):
        warnings.warn("Two texts are alike.", UserWarning, stacklevel=1)
        warnings.warn("Old style.", DeprecationWarning, stacklevel=1)
        return 0

    monkeypatch.setattr("analysis.cli.add.run_add", warn)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        assert command.main(["add", "x.txt"]) == 0
    assert capsys.readouterr().err == "Note: Two texts are alike.\n"


def test_every_column_of_the_manifest_has_a_flag():
    args = command.make_parser().parse_args(["add", "x.txt"])
    assert all(getattr(args, name) is None for name in (*COLUMNS, "standfirst"))
