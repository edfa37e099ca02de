"""Running what the repository holds: its notebooks as a report, JupyterLab, and its tests."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.export.record import SUFFIXES, bundle_stem, file_name, load_record
from analysis.files import write_atomic
from analysis.tables import NO_TELEMETRY, InputError

if TYPE_CHECKING:
    from nbformat import NotebookNode


ROOT = Path(__file__).resolve().parents[2]
CHECKS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy",),
    "pytest": ("pytest",),
}
WHOLE_SUITE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal", "--cov")

# Only blocks that would load scripts from the network are taken out of the page.
_PAGE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block jupyter_widgets -%}{%- endblock -%}
{%- block data_png scoped -%}
{%- set alt = output | get_metadata('alt', 'image/png') -%}
{%- if alt is none -%}{{ super() }}
{%- else -%}{{ super() | replace('<img ', '<img alt="' ~ (alt | escape_html) ~ '" ') }}
{%- endif -%}
{%- endblock -%}
"""


def run_notebooks(
    *,
    notebooks: str | os.PathLike[str] = "notebooks",
    corpus: str | os.PathLike[str] = "corpus",
    output: str | os.PathLike[str] = "figures",
    parameters: Mapping[str, Any] | None = None,
    keep_going: bool = True,
) -> int:
    """Execute every notebook on a corpus; leave the figures and each notebook as a web page.

    Notes
    -----
    Each notebook gets a fresh kernel of the running Python, without the user's Jupyter and IPython
    settings. A line is printed per notebook, with its seconds, and at the end what lies where. The
    page of a notebook that failed holds the error.
    """
    start = time.time_ns()
    paths = _notebook_paths(Path(notebooks))
    if not Path(corpus).is_dir():
        raise InputError(
            f"There is no corpus folder at {corpus}; name the one that holds your sources.csv."
        )
    values = {"corpus": os.fspath(corpus), "figures": os.fspath(output), **(parameters or {})}
    prepared = [(path, *_prepare(path, values)) for path in paths]
    known = {name for _, _, names in prepared for name in names}
    strangers = sorted(set(parameters or {}) - known)
    if strangers:
        raise InputError(
            f"No notebook has a parameter {strangers[0]!r}; they have {', '.join(sorted(known))}."
        )
    pages = Path(output, "notebooks")
    pages.mkdir(parents=True, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="notebooks-") as room:
        work = Path(shutil.copytree(paths[0].parent, Path(room, "work"), ignore=_no_checkpoints))
        for number, (path, notebook, _) in enumerate(prepared, start=1):
            print(f"[{number}/{len(paths)}] {path.stem} ", end="", flush=True)
            began = time.perf_counter()
            error = _execute(notebook, work, Path(room))
            _show_parameters(notebook, values)
            page = pages / f"{path.stem}.html"
            write_atomic(page, _page(notebook, path.stem, Path(output)))
            print(f"{time.perf_counter() - began:.1f} s" + (" FAILED" if error else ""), flush=True)
            if error:
                failed += 1
                print(f"{path}: {error} The page {page} shows it.", file=sys.stderr, flush=True)
                if not keep_going:
                    break
    _list_written(Path(output), start)
    return 1 if failed else 0


def open_lab(folder: str | os.PathLike[str] = "notebooks") -> int:
    """Open JupyterLab on a folder of notebooks, until it is stopped."""
    if not Path(folder).is_dir():
        raise InputError(f"There is no folder {folder} to open; name one that holds notebooks.")
    if find_spec("jupyterlab") is None:
        raise InputError(
            "JupyterLab is not installed for this Python; run 'pip install jupyterlab'."
        )
    return _run([sys.executable, "-m", "jupyterlab", os.fspath(folder)])


def run_tests(extra: Sequence[str] = ()) -> int:
    """Run the linter, the type checker and the tests of the repository."""
    if not (ROOT / "tests").is_dir():
        raise InputError("The tests come with the repository; run this in a clone of it.")
    absent = [name for name in ("ruff", "mypy", "pytest", "xdist", "pytest_cov") if not _has(name)]
    if absent:
        raise InputError(f"{absent[0]} is not installed; run 'pip install -e .[dev]' first.")
    failed = []
    for title, command in CHECKS.items():
        arguments = list(extra) if extra else list(WHOLE_SUITE)
        print(f"== {title}", flush=True)
        line = [sys.executable, "-m", *command, *(arguments if title == "pytest" else [])]
        if _run(line, cwd=ROOT):
            failed.append(title)
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr, flush=True)
    return 1 if failed else 0


def _has(module: str) -> bool:
    return find_spec(module) is not None


def _run(command: list[str], cwd: Path | None = None) -> int:
    try:
        return subprocess.run(
            command, cwd=cwd, check=False, env={**os.environ, **NO_TELEMETRY}
        ).returncode
    except KeyboardInterrupt:  # the program has had it too and has said what there is to say
        return 130


def _notebook_paths(place: Path) -> list[Path]:
    paths = sorted(place.glob("*.ipynb")) if place.is_dir() else [place]
    if not paths or not all(path.is_file() and path.suffix == ".ipynb" for path in paths):
        raise InputError(f"There are no notebooks at {place}; name a folder of .ipynb files.")
    return paths


def _no_checkpoints(_: str, names: list[str]) -> list[str]:
    return [name for name in names if name == ".ipynb_checkpoints"]


def _prepare(path: Path, values: Mapping[str, Any]) -> tuple[NotebookNode, set[str]]:
    """A notebook with a cell that sets its parameters, and the names of its parameters."""
    import nbformat

    try:
        notebook = nbformat.read(path, as_version=4)
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        raise InputError(f"{path} is not a notebook that can be read ({error}).") from error
    tagged = [
        place
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", [])
    ]
    if len(tagged) != 1:
        raise InputError(
            f"{path} has {len(tagged)} code cells tagged 'parameters'; tag the one cell that sets "
            "corpus and figures."
        )
    place = tagged[0]
    names = _assigned(notebook.cells[place].source, path)
    injected = {
        name: os.path.abspath(value) if name in ("corpus", "figures") else value
        for name, value in values.items()
        if name in names
    }
    cell = nbformat.v4.new_code_cell(
        _assignments(injected), metadata={"tags": ["injected-parameters"]}, id="parameters-set"
    )
    notebook.cells.insert(place + 1, cell)
    return notebook, names


def _assigned(source: str, path: Path) -> set[str]:
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise InputError(f"{path}: the parameters cell is not Python ({error.msg}).") from error
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    targets += [node.target for node in body if isinstance(node, ast.AnnAssign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _assignments(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{name} = {value!r}" for name, value in values.items())


def _show_parameters(notebook: NotebookNode, values: Mapping[str, Any]) -> None:
    """On the page, show folders as they were named: whole paths tell whose computer it was."""
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            names = _assigned(cell.source, Path())
            cell.source = _assignments({n: v for n, v in values.items() if n in names})


def _execute(notebook: NotebookNode, work: Path, room: Path) -> str:
    """Run a notebook in place; returns "" or what went wrong, in one sentence."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    seen: list[int] = []
    manager = AsyncKernelManager(
        kernel_name="python3",
        # without folders to look in, the one kernel known is the running Python's own
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True),
        connection_file=str(room / f"kernel-{time.time_ns()}.json"),
    )
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=None,
        shutdown_kernel="immediate",
        # the kernel's own messages would stand in the middle of the list of notebooks
        extra_arguments=["--log-level=CRITICAL"],
        resources={"metadata": {"path": str(work)}},
        on_cell_start=lambda cell, cell_index: seen.append(cell_index),
    )
    try:
        # nbclient leaves a manager's kernel running unless told otherwise
        client.execute(cleanup_kc=True, env=_environment(room))
    except (CellControlSignal, DeadKernelError) as error:
        return _what_failed(notebook, seen[-1] if seen else 0, error)
    return ""


def _environment(room: Path) -> dict[str, str]:
    """The kernel's environment: nothing of the user's Jupyter, drawing into the page."""
    ours = {
        "IPYTHONDIR": str(room / "ipython"),
        "JUPYTER_CONFIG_DIR": str(room / "jupyter"),
        "JUPYTER_NO_CONFIG": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "TQDM_DISABLE": "1",
    }
    path = os.environ.get("PYTHONPATH", "")
    if "site-packages" not in ROOT.parts:  # a clone that is used without being installed
        ours["PYTHONPATH"] = os.pathsep.join([str(ROOT), path] if path else [str(ROOT)])
    return {**os.environ, **NO_TELEMETRY, **ours}


def _what_failed(notebook: NotebookNode, place: int, error: Exception) -> str:
    """Which cell failed, by its number among the code cells of the file, and why."""
    cells = notebook.cells[: place + 1]
    number = sum(
        cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", [])
        for cell in cells
    )
    source = next(iter(notebook.cells[place].source.strip().splitlines()), "")
    name = getattr(error, "ename", "")
    why = f"{name}: {getattr(error, 'evalue', '')}" if name else "its kernel died"
    return f"code cell {number} ({source[:60]!r}) failed with {' '.join(why.split())}."


def _page(notebook: NotebookNode, title: str, output: Path) -> str:
    """A notebook as one HTML page that needs nothing else, its figures described in words."""
    from jinja2 import DictLoader
    from nbconvert import HTMLExporter

    _describe_figures(notebook, output)
    exporter = HTMLExporter(
        extra_loaders=[DictLoader({"page.html.j2": _PAGE})],
        template_file="page.html.j2",
        embed_images=True,
    )
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})
    return page


def _describe_figures(notebook: NotebookNode, output: Path) -> None:
    """Give the pictures a cell shows the alt texts of the bundles that the cell names."""
    stems = [path.stem for path in sorted(output.glob("*.json"))]
    for cell in notebook.cells:
        pictures = [out for out in cell.get("outputs", []) if "image/png" in out.get("data", {})]
        found = [
            (match.start(), stem)
            for stem in stems
            for match in re.finditer(rf"[/\"']{re.escape(stem)}[\"']", cell.source)
        ]
        if len(found) == len(pictures):
            for picture, (_, stem) in zip(pictures, sorted(found), strict=True):
                picture.metadata.setdefault("image/png", {})["alt"] = _alt(output / stem)


def _alt(stem: Path) -> str:
    try:
        return str(load_record(stem)["alt"])
    except InputError:  # a JSON of somebody else's
        return ""


def _list_written(output: Path, start: int) -> None:
    """Tell what lies in the output folder, and what of it is new."""
    print(f"\nIn {output}:")
    for name, suffixes, moment in _bundles(output):
        age = "new or changed" if moment >= start else "as before"
        print(f"  {name:<36} {' '.join(suffixes):<22} {age}")
    for page in sorted((output / "notebooks").glob("*.html")):
        print(f"  notebooks/{page.name}")


def _bundles(output: Path) -> Iterator[tuple[str, list[str], int]]:
    for path in sorted(output.glob("*.json")):
        stem = bundle_stem(path)
        found = [suffix[1:] for suffix in SUFFIXES if file_name(stem, suffix).exists()]
        yield stem.name, found, path.stat().st_mtime_ns
