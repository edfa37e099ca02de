"""Write docs/dependencies.md: what the package needs at run time, and under which licence.

    python .ci/bill.py            # write it
    python .ci/bill.py --check    # exit status 1 if the file does not say what is installed

Walks from the requirements in pyproject.toml through what each installed package says it requires.
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
BILL = ROOT / "docs" / "dependencies.md"
HEAD = """# What the package needs, and under which licence

Every package that `analysis` needs at run time on Linux, directly (**bold**) or through another,
with the version pinned in `requirements.lock` and the licence that the package states of itself.
Written by `.ci/bill.py`; a test compares it with the lock. `make audit` asks pip-audit for known
vulnerabilities, where its service can be reached.

| package | version | licence |
|---|---|---|
"""
SHORT = {
    "Apache Software License": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
}


def needed(project: dict) -> dict[str, bool]:
    """Give every run-time package's name, and whether the project names it itself."""
    found: dict[str, bool] = {}
    wanted = [(Requirement(line), True) for line in project["dependencies"]]
    while wanted:
        requirement, direct = wanted.pop()
        name = canonicalize_name(requirement.name)
        extras = requirement.extras or {""}
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        if name in found and not requirement.extras:
            found[name] |= direct
            continue
        found[name] = found.get(name, False) or direct
        for line in metadata.requires(name) or []:
            each = Requirement(line)
            if not each.marker or any(each.marker.evaluate({"extra": e}) for e in extras):
                wanted.append((Requirement(line.split(";")[0]), False))
    return found


def licence(name: str) -> str:
    """Read a package's licence: the expression, the classifiers, or the free field's first line."""
    about = metadata.metadata(name)
    if about.get("License-Expression"):
        return about["License-Expression"]
    classifiers = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if "License" in c]
    named = [SHORT.get(c, c) for c in classifiers if c != "OSI Approved"]
    field = (about.get("License") or "").strip().splitlines()
    return " / ".join(named) or SHORT.get(field[0], field[0][:60]) if named or field else "UNKNOWN"


def bill() -> str:
    """Lay out the whole page."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.M))
    pins = {canonicalize_name(name): version for name, version in lock.items()}
    lines = []
    for name, direct in sorted(needed(project).items()):
        shown = f"**{name}**" if direct else name
        lines.append(f"| {shown} | {pins.get(name, '?')} | {licence(name)} |")
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or compare it."""
    if "--check" in sys.argv[1:]:
        return int(BILL.read_text("utf-8") != bill())
    BILL.write_text(bill(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
