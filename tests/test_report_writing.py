"""Where a report goes: whole, the same each time, and never over somebody's own file."""

from __future__ import annotations

import re
import stat
import types
from pathlib import Path

import pandas as pd
import pytest
from report_samples import GROUPS, sample, sample_report, take_apart

import analysis as da
from analysis.cli import main as command
from analysis.report import pdf
from analysis.report.write import run_report, write_report
from analysis.tables import InputError


@pytest.fixture
def small():
    return sample().head(2)[["doc", "text"]]


def test_the_same_corpus_gives_the_same_bytes_and_stays_as_it_is(tmp_path):
    documents = sample()
    before = documents.copy()
    path = write_report(documents, tmp_path / "again.html", term_groups=GROUPS, pdf=False)
    assert path.read_bytes() == sample_report()
    pd.testing.assert_frame_equal(documents, before)
    assert documents.attrs == {}


def test_a_report_replaces_a_report_and_nothing_else(tmp_path, small):
    path = write_report(small, tmp_path / "sub" / "report", pdf=False)
    assert path == tmp_path / "sub" / "report.html"
    assert write_report(small.head(1).assign(version="original"), path, pdf=False) == path
    assert "1, all originals" in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace("1, all", "2, all"), "utf-8")
    with pytest.raises(InputError, match="or was edited since"):
        write_report(small, path, pdf=False)
    write_report(small, path, pdf=False, overwrite=True)
    other = tmp_path / "mine.html"
    other.write_text("<p>my own", "utf-8")
    with pytest.raises(InputError, match="is not a page of this package"):
        write_report(small, other, pdf=False)
    assert other.read_text("utf-8") == "<p>my own"
    assert sorted(p.name for p in (tmp_path / "sub").iterdir()) == ["report.html"]


def test_a_name_of_another_kind_is_refused(tmp_path, small):
    with pytest.raises(InputError, match=r"saved as \.html"):
        write_report(small, tmp_path / "report.pdf", pdf=False)


def test_without_chromium_there_is_a_page_and_a_warning(tmp_path, small, monkeypatch):
    monkeypatch.setattr(pdf, "PROGRAMS", ("no-such-program",))
    with pytest.warns(UserWarning, match=r"No PDF of the report was made: Chromium is not"):
        path = write_report(small, tmp_path / "report.html")
    assert path.exists()
    assert not path.with_suffix(".pdf").exists()


def program(folder: Path, script: str) -> str:
    """A stand-in for Chromium."""
    path = folder / "chromium-stand-in"
    path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


PRINTS = """for flag in "$@"; do case "$flag" in --print-to-pdf=*) out="${flag#*=}";; esac; done
printf '%%PDF-1.4 /CreationDate (D:20240515080900+00) %%%%EOF' > "$out" """


def test_a_pdf_is_the_same_whatever_the_day_and_keeps_others_files(tmp_path, small, monkeypatch):
    monkeypatch.setattr(pdf, "PROGRAMS", (program(tmp_path, PRINTS),))
    path = write_report(small, tmp_path / "report.html")
    printed = path.with_suffix(".pdf").read_bytes()
    assert b"(D:20000101000000+00)" in printed
    assert printed.startswith(b"%PDF-1.4")
    write_report(small, path)
    path.with_suffix(".pdf").write_bytes(b"%PDF-1.4 somebody's own")
    with pytest.raises(InputError, match=r"report\.pdf is there already"):
        write_report(small, path)


@pytest.mark.parametrize(
    ("script", "told"),
    [("exit 3", "exit status 3"), ("exit 0", "exit status 0"), ("exec sleep 5", "TimeoutExpired")],
)
def test_a_failing_chromium_is_told_of(tmp_path, small, monkeypatch, script, told):
    monkeypatch.setattr(pdf, "PROGRAMS", (program(tmp_path, script),))
    monkeypatch.setattr(pdf, "SECONDS", 0.3)
    with pytest.warns(UserWarning, match=told):
        path = write_report(small, tmp_path / "report.html")
    assert not path.with_suffix(".pdf").exists()


def test_chromium_prints_all_figures(tmp_path):
    if not pdf.find_browser():
        pytest.skip("Chromium is not installed")
    path = write_report(sample(), tmp_path / "report.html", term_groups=GROUPS)
    content = path.with_suffix(".pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert content.endswith(pdf.END)
    assert b"/Outlines" in content
    assert b"/StructTreeRoot" in content
    short = len(re.findall(rb"/Type\s*/Page\b", content))
    path = write_report(sample(), path, term_groups=GROUPS, pdf_passages=True)
    long = len(re.findall(rb"/Type\s*/Page\b", path.with_suffix(".pdf").read_bytes()))
    assert 8 < short < 20 < long


def test_the_command_writes_the_page_and_runs_the_notebooks(monkeypatch, tmp_path, capsys):
    calls = []

    def record(name):
        return lambda *args, **options: calls.append((name, args, options)) or 0

    monkeypatch.setattr("analysis.cli.notebooks.run_notebooks", record("notebooks"))
    monkeypatch.setattr("analysis.report.write.run_report", record("page"))
    chosen = ["--notebooks", "n", "--corpus", "c", "--output", "o"]
    assert command.main(["report", *chosen]) == 0
    assert command.main(["report", "--with-texts"]) == 0
    assert command.main(["report", "--no-page", *chosen]) == 0
    assert [name for name, _, _ in calls] == ["page", "notebooks", "page", "notebooks"]
    assert calls[1][2] == {"notebooks": "n", "corpus": "c", "output": "o"}
    assert calls[2][1][0].with_texts is True
    assert command.main(["report", "--no-page"]) == 2
    assert "without --notebooks" in capsys.readouterr().err


def test_the_command_on_a_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pdf, "PROGRAMS", ())
    corpus = tmp_path / "corpus"
    (corpus / "briefs").mkdir(parents=True)
    (corpus / "sources.csv").write_text(
        "id,title,outlet,country,side,genre,published,url,language,licence\n"
        "a,Talks,Post,GB,west,news,2024-05-15,,en,all rights reserved\n",
        "utf-8",
    )
    (corpus / "briefs" / "a.txt").write_text("Talks failed, Putin said. Peace must come.", "utf-8")
    (corpus / "term-groups.yml").write_text("talks: [talks]\n", "utf-8")
    (corpus / "aliases.csv").write_text("variant,entity,label\nPutin,Vladimir Putin,PERSON\n")
    args = types.SimpleNamespace(corpus=corpus, output=tmp_path / "out", by="side", article=None,
                                 with_texts=False, overwrite=False, pdf_passages=False,
                                 title="A title", author="A. Author", date="May 2026",
                                 where=None)  # fmt: skip
    with pytest.warns(UserWarning, match="No PDF"):
        run_report(args)
    out = capsys.readouterr().out
    assert re.match(r"\[report\] reading texts … what stands out … article … terms … ", out)
    assert re.search(r"\n\[report\] \S+report\.html \(0\.\d MB\), \d+\.\d s\n$", out)
    page = take_apart(tmp_path / "out" / "report.html")
    text = page.text_content()
    assert page.findtext(".//h1/bdi") == "A title"
    assert page.findtext(".//header/p/bdi") == "A. Author · May 2026"
    assert "Nothing stands out" in text or "Nothing was compared" in text
    assert "Vladimir Putin" in text
    assert "Briefs are summaries written for this project" in text
    assert len(page.xpath("//div[@class='whole']")) == 1
    assert "1: 0 originals, 1 briefs" in text


def test_a_folder_without_manifest_is_refused_in_a_sentence(tmp_path, capsys):
    assert command.main(["report", "--corpus", str(tmp_path)]) == 2
    assert "has no sources.csv" in capsys.readouterr().err


def test_a_report_on_more_texts_than_memory_holds_is_refused_and_one_on_some_is_written(
    tmp_path, monkeypatch, capsys
):
    texts = sample()[["doc", "text"]].assign(outlet=lambda table: [f"o{n}" for n in table.index])
    packed = da.pack_corpus(texts, tmp_path / "packed", workers=1)
    most = int(packed._store.counts["tokens"].sum()) - 1
    monkeypatch.setattr("analysis.packed.store.MOST", most)
    monkeypatch.setattr(pdf, "PROGRAMS", ("no-such-program",))
    with pytest.raises(InputError, match=r"A report, .* takes whole layers.* corpus\.where"):
        write_report(packed, tmp_path / "report", pdf=False)
    asked = ["report", "--corpus", str(tmp_path / "packed"), "--output", str(tmp_path / "out")]
    assert command.main(asked) == 2
    assert "--where published=2024-05" in capsys.readouterr().err
    assert command.main([*asked, "--where", "outlet=o0", "--where", "outlet=o1"]) == 0
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "outlet: o0 or o1" in page
    assert command.main([*asked, "--where", "outlet"]) == 2
    assert "--where outlet=NAME" in capsys.readouterr().err
