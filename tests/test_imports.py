"""Who may import whom, and what importing costs."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import analysis as da

GROUND = {"_lazy", "tables", "counted", "files", "wording", "layers", "packed"}
MEASURE = GROUND - {"files", "layers", "packed"} | {"text", "annotation"}
MAY_IMPORT = {
    "_lazy": {"tables"},
    "tables": set(),
    "counted": set(),
    "files": {"tables"},
    "wording": {"tables"},
    "layers": {"tables", "counted", "files"},
    "packed": {"_lazy", "tables", "counted", "files", "layers"},
    "corpus": GROUND | {"text"},
    "text": GROUND,
    "annotation": GROUND | {"text"},
    "terms": MEASURE,
    "entities": MEASURE | {"terms"},
    "sentiment": MEASURE | {"terms"},
    "voices": MEASURE | {"terms", "entities", "sentiment", "corpus"},
    "discourse": MEASURE | {"terms", "entities", "voices"},
    "coding": MEASURE | {"files", "layers", "terms", "corpus", "voices"},
    "charts": GROUND - {"files", "layers", "packed"},
    "export": GROUND | {"charts", "corpus", "show"},
    "show": GROUND,
    "reading": GROUND | {"text", "terms", "show"},
}
MEASURES = ("terms", "entities", "sentiment", "voices", "discourse")
NEVER_IN_A_MEASURE = {"matplotlib", "os", "pathlib", "io", "urllib", "requests", "socket", "httpx"}
DEEPEST = 9


def _imports(tree: ast.AST, known: set[str]) -> set[str]:
    """Modules that a tree imports, those of this package by their full name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (full & known) or {node.module}
    return found


@pytest.fixture(scope="module")
def modules(root: Path) -> dict[str, ast.Module]:
    """Every module of the package and its syntax tree."""
    found = {}
    for path in sorted((root / "analysis").rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = ast.parse(path.read_text("utf-8"))
    return found


def test_imports_go_one_way(modules: dict[str, ast.Module]) -> None:
    for name, tree in modules.items():
        package = (name.split(".") + [""])[1]
        imports = _imports(tree, set(modules))
        assert not {target.split(".")[0] for target in imports} & {"tests", "notebooks"}, name
        used = {target.split(".")[1] for target in imports if target.startswith("analysis.")}
        if package in MAY_IMPORT:
            assert used <= MAY_IMPORT[package] | {package}, f"{name} imports {used}"
        if package in MEASURES:
            outside = {target.split(".")[0] for target in imports}
            assert not outside & NEVER_IN_A_MEASURE, name


def test_no_circles_and_not_too_deep(modules: dict[str, ast.Module]) -> None:
    graph = {
        name: {
            target
            for node in tree.body
            for target in _imports(ast.Module([node], []), set(modules))
            if isinstance(node, ast.Import | ast.ImportFrom) and target in modules
        }
        for name, tree in modules.items()
        if name != "analysis"
    }
    depth: dict[str, int] = {}

    def measure(name: str, path: tuple[str, ...] = ()) -> int:
        assert name not in path, f"a circle of imports: {path}"
        if name not in depth:
            below = [measure(t, (*path, name)) for t in graph.get(name, ()) if t != name]
            depth[name] = 1 + max(below, default=0)
        return depth[name]

    deepest = max(graph, key=measure)
    assert depth[deepest] <= DEEPEST, deepest


def test_no_package_hides_a_function(root: Path) -> None:
    inside = {path.stem for path in (root / "analysis").iterdir()}
    assert not inside & set(da.__all__)


def test_words_need_no_matplotlib(root: Path) -> None:
    program = "import sys, analysis.wording; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=root, check=True)
