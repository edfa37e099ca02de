"""What is given away works elsewhere: the wheel in an empty environment, the tests of the sdist."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, code: int = 0) -> str:
    """Run a program with nothing of the checkout in its way; returns what it says."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kept, "MPLBACKEND": "agg", "XDG_CACHE_HOME": str(cwd / "cache")},
        capture_output=True,
        text=True,
    )
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sdist, and of the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, root, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def pins(root: Path, built: Path) -> Path:
    """The lock as constraints, which cannot have hashes."""
    lines = (root / "requirements.lock").read_text().splitlines()
    names = [line.removesuffix("\\") for line in lines if line[:1].isalnum()]
    path = built / "pins.txt"
    path.write_text("\n".join(names))
    return path


def test_the_wheel_works_in_an_empty_environment(root, built, pins, tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python, discourse = programs / "python", programs / "discourse"
    pip = [python, "-m", "pip", "install", "--quiet", "--constraint", pins]
    (wheel,) = built.glob("*.whl")
    place = tmp_path / "project"
    place.mkdir()

    run(*pip, wheel, cwd=place)
    example = run(
        python,
        "-c",
        "from analysis.corpus.example import example_folder; print(example_folder())",
        cwd=place,
    ).strip()
    assert Path(example).is_relative_to(tmp_path)
    shutil.copytree(example, place / "corpus")
    assert sorted(path.name for path in (place / "corpus").iterdir()) == [
        "aliases.csv",
        "briefs",
        "sources.csv",
        "style.yml",
        "term-groups.yml",
    ]
    lines = re.search(r"```python\n(.*?)```", (root / "README.md").read_text("utf-8"), re.DOTALL)
    assert lines is not None
    run(python, "-c", lines[1], cwd=place)
    (bundle,) = (place / "figures").glob("*.json")
    (place / "analysis").mkdir()  # what many projects have; the command must not mind
    (place / "analysis" / "__init__.py").touch()
    said = run(discourse, "verify", bundle, "--corpus", "corpus", cwd=place)
    assert said == f"{bundle}: as it was saved\n"
    run(discourse, "report", "--output", "small", cwd=place)  # without the model, and says so
    assert "extra ‘model’" in (place / "small" / "report.html").read_text("utf-8")

    run(*pip, f"{wheel}[all]", cwd=place)
    run(discourse, "report", "--corpus", "corpus", "--output", "out", cwd=place)
    assert "</html>" in (place / "out" / "report.html").read_text("utf-8")
    assert not (place / "out" / "notebooks").exists()


def test_the_tests_of_the_sdist_run(built, tmp_path):
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
        names = packed.getnames()
    assert not [name for name in names if "/originals" in name or "__pycache__" in name]
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    said = run(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
        "tests/test_frequency.py", "tests/test_corpus.py", "tests/test_packaging.py", cwd=folder,
    )  # fmt: skip
    assert " passed" in said
    assert "failed" not in said
