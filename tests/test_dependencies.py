"""The lock holds what pyproject.toml asks for; make says what it needs."""

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


def test_one_version_everywhere(root, project):
    cited = yaml.safe_load((root / "CITATION.cff").read_text())
    assert project["version"] == analysis.__version__ == cited["version"]
    assert project["name"] == cited["title"]
    assert project["license"] == cited["license"] == "MIT"


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
