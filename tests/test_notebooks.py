"""The notebooks run on every kind of corpus."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import analysis as da
from analysis.cli.notebooks import run_notebooks

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ALWAYS = {  # figures that any corpus gives, be it one document without a date
    "01-article-arc",
    "01-article-terms",
    "02-barcode",
    "02-over-the-text",
    "02-term-groups",
    "04-by-document",
    "04-by-group",
    "05-by-group",
    "05-heatmap",
    "06-your-own-terms",
    "07-share",
    "07-share-by-group",
    "07-share-by-part",
    "07-verbs-by-group",
    "08-arc",
    "08-evaluators",
    "08-tone-around-names",
    "08-tone-by-voice",
    "09-agency",
    "09-forms",
    "09-predications",
    "09-stance",
    "09-strategies",
    "11-explore",
}
WITH_GROUPS = {
    "09-variants",  # names that several texts share
    "03-keyness",
    "03-keywords",
    "04-word-shift",
    "07-doubting-verbs",
    "07-marked-words",
    "10-by-group",
    "10-fates",
    "10-fates-table",
}
TEXT = (
    "Minister Anna Berg said on Monday that peace talks in Geneva had failed.\n\n"
    "“We want peace,” Berg said. “The war must end.” The United Nations welcomed the talks "
    "and warned of an invasion. Berg accused Norway of breaking its guarantees. She added that "
    "peace needs guarantees, and that the conflict was a terrible mistake.\n\n"
    "Norway rejected the charge. In Oslo, President Kari Dahl called the talks a success."
)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_clean(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert sum("parameters" in cell.metadata.get("tags", []) for cell in code) == 1
    lines = [line for cell in code for line in cell.source.splitlines() if line.strip()]
    assert len(lines) <= 45
    kinds = {type(node) for cell in code for node in ast.walk(ast.parse(cell.source))}
    assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.Lambda}


def bundled(folder: Path) -> Path:
    return Path(shutil.copytree(ROOT / "corpus", folder / "corpus"))


def with_the_article(folder: Path, shared: Path) -> Path:
    corpus = bundled(folder)
    da.add_documents(corpus, [shared / "texts" / "article.txt"])
    return corpus


def single(folder: Path) -> Path:
    manifest = "id,title,outlet,country,side,genre,published,url,language,licence\n"
    row = "only,One text,The Example,NO,north,news,2025-03-03,,en,own\n"
    (folder / "briefs").mkdir(parents=True)
    (folder / "sources.csv").write_text(manifest + row, encoding="utf-8")
    (folder / "briefs" / "only.txt").write_text(TEXT, encoding="utf-8")
    return folder


def without_dates(folder: Path) -> Path:
    corpus = bundled(folder)
    table = pd.read_csv(corpus / "sources.csv", dtype=str, keep_default_na=False)
    table.assign(published="").to_csv(corpus / "sources.csv", index=False)
    return corpus


def run_here(path: Path, shell: InteractiveShell, corpus: Path, output: Path) -> None:
    """Run the cells of a notebook in this process, and show what each of them ends with."""
    shell.reset()
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        shell.run_cell(cell.source, silent=False).raise_error()
        if "parameters" in cell.metadata.get("tags", []):
            shell.push({"corpus": str(corpus), "figures": str(output)})
    plt.close("all")


def check_bundles(corpus: Path, output: Path, expected: set[str], count: int | None) -> None:
    """The figures are there, and some of them, spread over all, are the same when made again."""
    made = {path.stem for path in output.glob("*.json")}
    assert expected <= made
    measured = da.read_corpus(corpus)  # with its aliases
    names = sorted(made - {"06-your-own-terms"})  # of texts of its own
    for name in names[:: len(names) // count] if count else names:
        checks = da.verify(output / name, corpus=measured)
        assert not (checks["status"] == "differs").any(), checks.to_string()


def check_here(corpus: Path, folder: Path, expected: set[str], count: int | None = 5) -> None:
    """Run all notebooks in this process; verify some of their bundles."""
    output = folder / "out"
    output.mkdir()
    shell = InteractiveShell.instance()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT / "notebooks")
        for path in NOTEBOOKS:
            run_here(path, shell, corpus, output)
    check_bundles(corpus, output, expected, count)


def test_notebooks_run_on_the_bundled_corpus(tmp_path: Path) -> None:
    corpus, output = bundled(tmp_path), tmp_path / "out"
    assert run_notebooks(notebooks=ROOT / "notebooks", corpus=corpus, output=output) == 0
    for path in NOTEBOOKS:
        page = (output / "notebooks" / f"{path.stem}.html").read_text("utf-8")
        assert "Traceback" not in page
        assert "<img" in page
    check_bundles(corpus, output, ALWAYS | WITH_GROUPS | {"02-over-time", "05-network"}, 5)
    record = (output / "02-term-groups.json").read_text("utf-8")
    assert "summaries written for this project" in record


@pytest.mark.slow
def test_every_figure_of_the_notebooks_can_be_made_again(tmp_path: Path) -> None:
    check_here(bundled(tmp_path), tmp_path, ALWAYS | WITH_GROUPS, count=None)


@pytest.mark.slow
def test_notebooks_run_with_the_article_as_original(tmp_path: Path, shared: Path) -> None:
    corpus = with_the_article(tmp_path, shared)
    documents = da.read_corpus(corpus).documents.set_index("doc")
    assert documents.loc["rt-2024-05-15", "version"] == "original"
    assert str(documents.loc["rt-2024-05-15", "published"]) == "2024-05-15 08:09:00"
    check_here(corpus, tmp_path, ALWAYS | WITH_GROUPS | {"02-over-time", "05-network"})


@pytest.mark.slow
def test_notebooks_run_on_a_single_document(tmp_path: Path) -> None:
    check_here(single(tmp_path / "corpus"), tmp_path, ALWAYS)


@pytest.mark.slow
def test_notebooks_run_without_dates(tmp_path: Path) -> None:
    corpus = without_dates(tmp_path)
    check_here(corpus, tmp_path, ALWAYS | WITH_GROUPS)
    assert not (tmp_path / "out" / "02-over-time.json").exists()
