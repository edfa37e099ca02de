"""Write what follows from pyproject.toml and requirements.lock; `make lock` and `make release` do.

docs/dependencies.md, environment.yml, the version in CITATION.cff, and the linter's in
.pre-commit-config.yaml.
"""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
NAME = PROJECT["name"]
EXTRAS = ("", "model", "panel", "files", "fetch", "report", "cluster")  # "" is the core
HEAD = """# What the package needs, and under which licence

Every package that is needed at run time on Linux, directly (**bold**) or through another, with the
version pinned in `requirements.lock`, the licence that the package states of itself, and the
extras that install it (see [installing](installing.md)). Written by `make lock`; `make audit` asks
for known vulnerabilities.

| package | version | licence | installed with |
|---|---|---|---|
"""
ENVIRONMENT = """\
# For conda and its relatives: conda env create -f environment.yml
# Written by `make lock`: the dependencies of pyproject.toml, by their names on conda-forge.
name: discourse-analysis
channels:
  - conda-forge
dependencies:
  - python{python}
"""
# The few that conda-forge calls otherwise: the base packages come without Qt and pandoc.
CONDA = {
    "brotli": "brotli-python",
    "build": "python-build",
    "jupyter-client": "jupyter_client",
    "matplotlib": "matplotlib-base",
    "nbconvert": "nbconvert-core",
    "playwright": "playwright-python",
}
ONLY_PYPI = {"axe-playwright-python", "odfdo", "slipcover"}
SHORT = {
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
}


def own(extra: str) -> list[Requirement]:
    """List what the project names for an extra, with what that extra includes."""
    lines = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    found = []
    for requirement in map(Requirement, lines):
        if canonicalize_name(requirement.name) == NAME:
            found += [each for name in sorted(requirement.extras) for each in own(name)]
        else:
            found.append(requirement)
    return found


def needed(requirements: list[Requirement]) -> set[str]:
    """Name what requirements install here, through what each installed package says it requires."""
    found: set[tuple[str, str]] = set()
    wanted = [(each.name, each.extras) for each in requirements]
    while wanted:
        name, extras = wanted.pop()
        for extra in ("", *extras):
            key = (canonicalize_name(name), extra)
            if key in found:
                continue
            found.add(key)
            for each in map(Requirement, metadata.requires(name) or []):
                if not each.marker or each.marker.evaluate({"extra": extra}):
                    wanted.append((each.name, each.extras))
    return {name for name, _ in found}


def licence(name: str) -> str:
    """Read a package's licence: the expression, the classifiers, or the free field's first line."""
    about = metadata.metadata(name)
    if about.get("License-Expression"):
        return about["License-Expression"]
    classifiers = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if "License" in c]
    named = [SHORT.get(c, c) for c in classifiers if c != "OSI Approved"]
    field = (about.get("License") or "").strip().splitlines()
    return " / ".join(named) or SHORT.get(field[0], field[0][:60]) if named or field else "UNKNOWN"


def list_dependencies() -> str:
    """Lay out docs/dependencies.md."""
    pins = {canonicalize_name(n): v for n, v in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.M)}
    direct = {canonicalize_name(each.name) for extra in EXTRAS for each in own(extra)}
    parts = {extra: needed(own(extra)) for extra in EXTRAS}
    lines = []
    for name in sorted(set().union(*parts.values())):
        where = [extra for extra in EXTRAS if name in parts[extra]]
        where = ["always"] if "" in where else where
        shown = f"**{name}**" if name in direct else name
        lines.append(f"| {shown} | {pins[name]} | {licence(name)} | {', '.join(where)} |\n")
    return HEAD + "".join(lines)


def list_environment() -> str:
    """Lay out environment.yml."""
    text = ENVIRONMENT.format(python=PROJECT["requires-python"])
    seen: set[str] = {"pip"}
    pip = []
    for title, extras in {
        "": EXTRAS,
        "  # for working on the package\n": ("dev",),
        "  # for its documentation\n": ("docs",),
    }.items():
        text += title
        wanted = {canonicalize_name(each.name): each for extra in extras for each in own(extra)}
        for name in sorted(set(wanted) - seen):
            if name in ONLY_PYPI:
                pip.append(f"      - {wanted[name]}\n")
            else:
                text += f"  - {CONDA.get(name, name)}{wanted[name].specifier}\n"
        seen |= set(wanted)
    return f"{text}  # the package itself, from this folder\n  - pip\n  - pip:\n" + "".join(
        [*sorted(pip), "      - -e .\n"]
    )


def put(name: str, pattern: str, new: str) -> None:
    """Replace the parts of a file that match."""
    path = ROOT / name
    path.write_text(re.sub(pattern, new, path.read_text("utf-8"), flags=re.M), "utf-8")


def main() -> None:
    """Write all of them."""
    (ROOT / "docs" / "dependencies.md").write_text(list_dependencies(), "utf-8")
    (ROOT / "environment.yml").write_text(list_environment(), "utf-8")
    source = (ROOT / "analysis" / "__init__.py").read_text("utf-8")
    version = re.search(r'^__version__ = "(.*)"', source, re.M)
    assert version, "analysis/__init__.py has no __version__"
    put("CITATION.cff", r"^version: .*", f"version: {version[1]}")
    ruff = re.search(r"^ruff==\S+", LOCK, re.M)
    assert ruff, "the lock has no ruff"
    put(".pre-commit-config.yaml", r"ruff==[^]\s]+", ruff[0])


if __name__ == "__main__":
    main()
