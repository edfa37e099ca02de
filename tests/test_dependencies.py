"""pyproject.toml is the one source of dependencies: all other lists agree with it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import analysis

# The few that conda-forge calls otherwise: the base packages come without Qt and pandoc.
CONDA = {
    "brotli": "brotli-python",
    "matplotlib": "matplotlib-base",
    "nbconvert": "nbconvert-core",
    "playwright": "playwright-python",
}
ONLY_PYPI = {"axe-playwright-python", "odfdo"}  # pip adds them, odfdo with the package itself


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def wanted(project: dict[str, Any]) -> dict[str, Requirement]:
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["dev"], *extras["docs"]]
    requirements = [Requirement(line) for line in lines]
    return {canonicalize_name(each.name): each for each in requirements}


def locked(root: Path) -> list[Requirement]:
    lines = (root / "requirements.lock").read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.lstrip().startswith("#")]


def test_every_dependency_has_a_lower_bound(wanted):
    assert [name for name, each in wanted.items() if ">=" not in str(each.specifier)] == []


def test_the_lock_pins_every_dependency_within_its_range(root, wanted):
    pins: dict[str, list[str]] = {}
    for each in locked(root):
        (pin,) = each.specifier
        assert pin.operator == "=="
        pins.setdefault(canonicalize_name(each.name), []).append(pin.version)
    assert sorted(set(wanted) - set(pins)) == []
    outside = [
        f"{name} {version}"
        for name, each in wanted.items()
        for version in pins[name]
        if not each.specifier.contains(version)
    ]
    assert outside == []


def test_the_lock_names_no_place(root):
    text = (root / "requirements.lock").read_text()
    assert re.findall(r"https?:|--\S*(?:index|find-links)\S*|file:|@ ", text) == []
    assert not re.search(r"(^|\s)/\w", text)


def test_the_conda_environment_lists_the_same(root, project, wanted):
    listed = yaml.safe_load((root / "environment.yml").read_text())["dependencies"]
    conda = {}
    for line in listed:
        if isinstance(line, str) and line != "pip":
            name, _, version = line.partition(">=")
            conda[canonicalize_name(name)] = version
    assert conda.pop("python") == project["requires-python"].removeprefix(">=")
    expected = {
        CONDA.get(name, name): str(each.specifier).removeprefix(">=")
        for name, each in wanted.items()
        if name not in ONLY_PYPI
    }
    assert conda == expected
    assert {"pip": ["axe-playwright-python>=0.1.4", "-e ."]} in listed


def test_the_bill_names_every_runtime_dependency_with_its_licence(root, project):
    text = (root / "docs" / "dependencies.md").read_text("utf-8")
    rows = re.findall(r"^\| (\**)([\w.-]+?)\** \| (\S+) \| (.+) \|$", text, re.MULTILINE)
    pins = {canonicalize_name(each.name): str(each.specifier) for each in locked(root)}
    listed = {name: f"=={version}" for _, name, version, _ in rows if name != "package"}
    direct = {name for star, name, _, _ in rows if star}
    assert direct == {canonicalize_name(Requirement(r).name) for r in project["dependencies"]}
    assert {name: pins.get(name) for name in listed} == listed
    assert [name for _, name, _, licence in rows if licence in {"UNKNOWN", "?"}] == []


def test_the_hooks_use_the_locked_ruff(root):
    hooks = yaml.safe_load((root / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    used = {line for hook in hooks for line in hook.get("additional_dependencies", [])}
    assert used == {str(each) for each in locked(root) if each.name == "ruff"}


def test_one_version_everywhere(root, project):
    cited = yaml.safe_load((root / "CITATION.cff").read_text())
    assert project["version"] == analysis.__version__ == cited["version"]
    assert project["name"] == cited["title"]
    assert project["license"] == cited["license"] == "MIT"


def test_every_target_that_a_document_names_exists(root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    named = set()
    for document in [*root.glob("*.md"), *root.glob("docs/*.md"), root / ".ci" / "run"]:
        named |= set(re.findall(r"\bmake ([a-z]+)\b(?=`|\s*(?:#|$))", document.read_text(), re.M))
    assert named <= targets
    assert {"report", "test", "lab", "lint", "format", "bench", "clean"} <= targets


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_lists_its_words_and_refuses_an_old_python(root, tmp_path):
    listed = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True)
    assert "make report\trun every notebook" in listed.stdout
    old = subprocess.run(
        ["make", "PYTHON=false", f"VENV={tmp_path / 'venv'}", "test"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert old.returncode != 0
    assert old.stderr.splitlines()[0] == (
        "Python 3.11 or later is needed; name one, as in: make PYTHON=python3.12 report"
    )
    assert not (tmp_path / "venv").exists()
