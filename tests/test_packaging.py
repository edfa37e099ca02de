"""What is installed: extras that are told by name when they are missing, and pinned packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def locked(root: Path) -> list[Requirement]:
    lines = (root / "requirements.lock").read_text().splitlines()
    pins = [line.removesuffix("\\") for line in lines if re.match(r"\w", line)]
    return [Requirement(line) for line in pins]


def test_the_lock_pins_and_hashes_every_dependency_within_its_range(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    wanted = {canonicalize_name(each.name): each for each in map(Requirement, lines)}
    wanted.pop(project["name"])
    assert [name for name, each in wanted.items() if ">=" not in str(each.specifier)] == []
    pins: dict[str, list[str]] = {}
    for each in locked(root):
        (pin,) = each.specifier
        assert pin.operator == "=="
        pins.setdefault(canonicalize_name(each.name), []).append(pin.version)
    assert sorted(set(wanted) - set(pins)) == []
    assert all(each.specifier.contains(pin) for name, each in wanted.items() for pin in pins[name])
    text = (root / "requirements.lock").read_text()
    assert len(re.findall(r"^\w.* \\\n    --hash=sha256:", text, re.M)) == len(locked(root))


def test_the_lock_names_no_place(root):
    text = (root / "requirements.lock").read_text()
    assert re.findall(r"https?:|--\S*(?:index|find-links)\S*|file:|@ ", text) == []
    assert not re.search(r"(^|\s)/\w", text)


CORE_ONLY = """
import io, sys, tomllib, zipfile
from importlib import metadata
from pathlib import Path
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

project = tomllib.loads(Path(sys.argv[1], "pyproject.toml").read_text())["project"]
names = lambda lines: {canonicalize_name(Requirement(line).name) for line in lines}
extras = names(sum(project["optional-dependencies"].values(), [])) - names(project["dependencies"])
blocked = {
    module
    for module, distributions in metadata.packages_distributions().items()
    if {canonicalize_name(name) for name in distributions} & extras - {"discourse-analysis"}
}


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in blocked:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Blocker())
import analysis as da, pandas as pd
from analysis.corpus.formats.read import read_source

texts = pd.DataFrame({"doc": ["a"], "text": ["Peace talks failed in Kyiv. No peace, he said."]})
da.save_figure(da.plot_terms(da.count_terms(da.tokenize(texts))), "terms")
print(len(da.verify("terms", corpus=texts).query("status == 'differs'")))


def told(function, *arguments):
    try:
        print(function(*arguments))
    except da.InputError as error:
        print(error)


package = io.BytesIO()
with zipfile.ZipFile(package, "w") as archive:
    for part in ("word/document.xml", "content.xml"):
        archive.writestr(part, "<a/>")
for name, content in {
    "a.docx": package.getvalue(), "a.odt": package.getvalue(), "a.xlsx": package.getvalue(),
    "a.rtf": b"{\\\\rtf1 }", "a.pdf": b"%PDF",
    "a.html": b"<html><p>Peace talks failed in Kyiv.</p></html>",
}.items():
    Path(name).write_bytes(content)
    told(read_source, name)  # as the process does that reads files for add_documents
told(da.find_entities, texts)
told(da.explore, texts)
from analysis.cli.main import main
from analysis.cli.notebooks import run_notebooks
told(lambda: run_notebooks(notebooks=Path(sys.argv[1], "notebooks"), corpus="."))
sys.stderr = sys.stdout
main(["fetch"])
"""


def test_what_an_extra_is_missing_for_is_told_and_the_core_works(root, tmp_path):
    result = subprocess.run(
        [sys.executable, "-c", CORE_ONLY, root],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root), "MPLBACKEND": "agg", "CI": "1"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    first, *lines = result.stdout.splitlines()
    assert first == "0"
    assert lines == [
        f"{name} needs the packages of the extra ‘{extra}’ ({package} is missing): "
        f"pip install 'discourse-analysis[{extra}]'."
        for name, extra, package in [
            ("Reading XML", "files", "lxml"),
            ("Reading XML", "files", "lxml"),
            ("Reading an Excel file", "files", "openpyxl"),
            ("Reading rich text", "files", "striprtf"),
            ("Reading a PDF", "files", "pypdfium2"),
            ("Reading a web page", "files", "trafilatura"),
            ("The bundled model", "model", "onnxruntime"),
            ("The panel", "panel", "ipywidgets"),
            ("Running notebooks", "report", "nbformat"),
            ("Error: Fetching", "fetch", "httpx"),
        ]
    ]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_lists_its_words_and_refuses_an_old_python(root, tmp_path):
    listed = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True)
    assert "  make report\t" in listed.stdout
    old = subprocess.run(
        ["make", "PYTHON=false", f"VENV={tmp_path / 'venv'}", "report"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert old.returncode != 0
    assert old.stderr.startswith("Python 3.11 or later is needed; name one, as in: make PYTHON=")
    assert not (tmp_path / "venv").exists()
