"""Notebooks, run on a corpus: their figures as bundles, and each of them as a web page."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis._lazy import needs_extra
from analysis.corpus.kinds import why_no_corpus
from analysis.export.record import SUFFIXES, bundle_stem, file_name, load_record
from analysis.files import find_target, write_atomic
from analysis.tables import NO_TELEMETRY, InputError

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"\[([^\]]*)\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)")  # to a file beside it

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
    """Execute every notebook on a corpus; leave the figures and each notebook as a web page."""
    # Beside the page lies the notebook with its outputs. Each notebook gets a fresh kernel of the
    # running Python, without the user's Jupyter and IPython settings. A line is printed per
    # notebook, with its seconds, and at the end what lies where. The page of a notebook that failed
    # holds the error.
    start = time.time_ns()
    if not Path(corpus).is_dir():
        raise InputError(why_no_corpus(corpus))
    shown = {"corpus": os.fspath(corpus), "figures": os.fspath(output), **(parameters or {})}
    used = {**shown, "corpus": os.path.abspath(corpus), "figures": os.path.abspath(output)}
    with needs_extra("report", "Running notebooks"):
        read = {path: _read(path) for path in _notebook_paths(Path(notebooks))}
    known = {name for path, notebook in read.items() for name in _set(notebook, used, path)}
    strangers = sorted(set(parameters or {}) - known)
    if strangers:
        raise InputError(
            f"No notebook has a parameter {strangers[0]!r}; they have {', '.join(sorted(known))}."
        )
    folder = Path(output)
    pages = folder / "notebooks"
    find_target(folder, pages).mkdir(parents=True, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="notebooks-") as made:
        work = Path(made, "work")  # a copy: what a notebook writes beside itself is not kept
        shutil.copytree(next(iter(read)).parent, work, ignore=lambda *_: [".ipynb_checkpoints"])
        for number, (path, notebook) in enumerate(read.items(), start=1):
            print(f"[{number}/{len(read)}] {path.stem} ", end="", flush=True)
            began = time.perf_counter()
            error = _execute(notebook, work, Path(made))
            _set(notebook, shown, path)  # whole paths tell whose computer it was
            _describe_figures(notebook, Path(output))
            write_atomic(pages / path.name, _text(notebook), inside=folder)
            _write_linked(notebook, path, pages)
            page = _page(notebook, path.stem)
            write_atomic(pages / f"{path.stem}.html", page, inside=folder)
            print(f"{time.perf_counter() - began:.1f} s" + (" FAILED" if error else ""), flush=True)
            if error:
                failed += 1
                shows = pages / f"{path.stem}.html"
                print(f"{path}: {error} The page {shows} shows it.", file=sys.stderr, flush=True)
                if not keep_going:
                    break
    _list_written(Path(output), start)
    return 1 if failed else 0


def _notebook_paths(place: Path) -> list[Path]:
    paths = sorted(place.glob("*.ipynb")) if place.is_dir() else [place]
    if not paths or not all(path.is_file() and path.suffix == ".ipynb" for path in paths):
        raise InputError(f"There are no notebooks at {place}; name a folder of .ipynb files.")
    return paths


def _read(path: Path) -> NotebookNode:
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except (ValueError, KeyError, AttributeError, nbformat.ValidationError) as error:
        raise InputError(f"{path} is not a notebook that can be read ({error}).") from error


def _text(notebook: NotebookNode) -> str:
    """A notebook as the text of its file."""
    import nbformat

    return str(nbformat.writes(notebook)) + "\n"


def _set(notebook: NotebookNode, values: Mapping[str, Any], path: Path) -> set[str]:
    """Put values into the cell that assigns the parameters; returns the parameters' names."""
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1 or cells[0].cell_type != "code":
        raise InputError(
            f"{path} has {len(cells)} code cells tagged 'parameters'; tag the one cell that sets "
            "corpus and figures."
        )
    source = cells[0].source
    try:
        body = ast.parse(source).body
    except SyntaxError as error:
        raise InputError(f"{path}: the parameters cell is not Python ({error.msg}).") from error
    names: set[str] = set()
    for node in body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            here = {target.id for target in targets if isinstance(target, ast.Name)}
            for name in here & set(values):
                old = ast.get_source_segment(source, node) or ""
                node.value = ast.parse(repr(values[name]), mode="eval").body
                cells[0].source = cells[0].source.replace(old, ast.unparse(node), 1)
            names |= here
    return names


def _execute(notebook: NotebookNode, work: Path, made: Path) -> str:
    """Run a notebook in place; returns "" or what went wrong, in one sentence."""
    with needs_extra("report", "Running notebooks"):
        from jupyter_client.kernelspec import KernelSpecManager
        from jupyter_client.manager import AsyncKernelManager
        from nbclient import NotebookClient
        from nbclient.exceptions import CellControlSignal, DeadKernelError

    seen: list[int] = [0]
    manager = AsyncKernelManager(
        kernel_name="python3",
        # without folders to look in, the one kernel known is the running Python's own
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[], ensure_native_kernel=True),
        connection_file=str(made / f"kernel-{time.time_ns()}.json"),
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
        client.execute(cleanup_kc=True, env=_environment(made))
    except (CellControlSignal, DeadKernelError) as error:
        number = sum(cell.cell_type == "code" for cell in notebook.cells[: seen[-1] + 1])
        first = next(iter(notebook.cells[seen[-1]].source.strip().splitlines()), "")
        name = getattr(error, "ename", "")
        why = f"{name}: {getattr(error, 'evalue', '')}" if name else "its kernel died"
        return f"code cell {number} ({first[:60]!r}) failed with {' '.join(why.split())}."
    return ""


def _environment(made: Path) -> dict[str, str]:
    """The kernel's environment: nothing of the user's Jupyter, drawing into the page."""
    ours = {
        "IPYTHONDIR": str(made / "ipython"),
        "JUPYTER_CONFIG_DIR": str(made / "jupyter"),
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


def _page(notebook: NotebookNode, title: str) -> str:
    """A notebook as one HTML page that needs nothing else."""
    with needs_extra("report", "Running notebooks"):
        from jinja2 import DictLoader
        from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        extra_loaders=[DictLoader({"page.html.j2": _PAGE})],
        template_file="page.html.j2",
        embed_images=True,
    )
    page, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})
    return page


def _write_linked(notebook: NotebookNode, path: Path, pages: Path) -> None:
    """Put the documents that a notebook links to beside its page, and let its links lead there."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    def lead(match: re.Match[str]) -> str:
        text, target, part = match.groups(default="")
        file = path.parent / target
        if file.suffix == ".ipynb":
            return f"[{text}]({file.stem}.html{part})"
        if file.suffix != ".md" or not file.is_file():
            return text
        words = _LINK.sub(r"\1", file.read_text("utf-8"))
        page = _page(new_notebook(cells=[new_markdown_cell(words, id="document")]), file.stem)
        write_atomic(pages / f"{file.stem}.html", page, inside=pages.parent)
        return f"[{text}]({file.stem}.html{part})"

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(lead, cell.source)


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
