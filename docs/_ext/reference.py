"""The API pages, written from the names that the package makes public, and links to them.

Each group of rooms becomes a page below `_generated/api/`. A name that is public and in no group
lands on a page of its own, so nothing can be left out. Wherever a page or a docstring has the name
of a public function between backticks, it becomes a link.
"""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

import analysis
from analysis.terms import dispersion, formulas

if TYPE_CHECKING:
    from types import ModuleType

    from sphinx.application import Sphinx

GROUPS: dict[str, str] = {
    "corpus": "Corpus and texts",
    "text": "Sentences, tokens, search",
    "annotation": "Annotation",
    "terms": "Terms",
    "entities": "Names",
    "sentiment": "Sentiment",
    "voices": "Voices and quotations",
    "discourse": "Naming, agency, stance, explanation",
    "charts": "Charts",
    "export": "Bundles",
    "show": "Pages and passages",
    "report": "The report",
    "panel": "The panel",
}
DISPERSION = (
    "deviation_of_proportions",
    "normalised_dp",
    "juilland_d",
    "carroll_d2",
    "average_reduced_frequency",
)
CODE = re.compile(r"(`+[^`]+`+)")
STAR = re.compile(r"""(?<=[\s"“(])\*(?=[\s"”.,;)])""")
_ROLE = {True: "autoexception", False: "autofunction"}


def public_of(module: ModuleType) -> list[str]:
    """Names of the public functions that a module defines, in the order of its lines."""
    found = inspect.getmembers(module, inspect.isfunction)
    own = [(f.__code__.co_firstlineno, n) for n, f in found if f.__module__ == module.__name__]
    return [name for _, name in sorted(own) if not name.startswith("_")]


FORMULAS: dict[str, tuple[str, ...]] = {
    "analysis.terms.formulas": tuple(public_of(formulas)),
    "analysis.terms.dispersion": tuple(n for n in public_of(dispersion) if n in DISPERSION),
}
FORMULA_PAGES = {  # title → module
    "Formulas of keyness": "analysis.terms.formulas",
    "Formulas of association": "analysis.terms.formulas",
    "Formulas of dispersion": "analysis.terms.dispersion",
}
TARGETS: dict[str, str] = {
    name: f"{module}.{name}" for module, names in FORMULAS.items() for name in names
} | {name: f"analysis.{name}" for name in analysis.__all__}


def grouped() -> dict[str, list[str]]:
    """Public names by page, in the order of the packages."""
    pages: dict[str, list[str]] = {}
    for name, package in sorted(analysis._PACKAGE_OF.items()):
        pages.setdefault(GROUPS.get(package, "Corpus and texts"), []).append(name)
    return {title: pages[title] for title in GROUPS.values() if title in pages}


def slug(title: str) -> str:
    """Name a page's file after its title."""
    return title.lower().replace(",", "").replace(" ", "-")


def page(title: str, module: str, names: list[str], before: str = "") -> str:
    """Write one API page: a table of the names, then each of them in full."""
    lines = [title, "=" * len(title), "", before, "", f".. currentmodule:: {module}", ""]
    lines += [".. autosummary::", "   :nosignatures:", ""]
    lines += [f"   {name}" for name in names]
    for name in names:
        thing = getattr(importlib.import_module(module), name)
        lines += ["", name, "-" * len(name), "", f".. {_ROLE[inspect.isclass(thing)]}:: {name}"]
    return "\n".join(lines) + "\n"


def write_pages(app: Sphinx) -> None:
    """Write the API pages before Sphinx looks for files; unchanged ones keep their date."""
    folder = Path(app.srcdir, "_generated", "api")
    folder.mkdir(parents=True, exist_ok=True)
    pages = {slug(t): page(t, "analysis", names) for t, names in grouped().items()}
    for title, module in FORMULA_PAGES.items():
        before = f"Arithmetic on numbers and arrays, imported from ``{module}``."
        pages[slug(title)] = page(title, module, list(FORMULAS[module]), before)
    for name, text in pages.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.glob("*.rst"):
        if path.stem not in pages:
            path.unlink()


def list_pages(app: Sphinx, name: str, content: list[str]) -> None:
    """Put the pages, in the order of `GROUPS`, and their functions into the page `reference`."""
    if name != "reference":
        return
    pages = grouped()
    titles = [*pages, *FORMULA_PAGES]
    entries = "\n".join(f"_generated/api/{slug(title)}" for title in titles)
    rows = ["| page | functions |", "|---|---|"]
    for title, names in (pages | {t: list(FORMULAS[m]) for t, m in FORMULA_PAGES.items()}).items():
        listed = ", ".join(f"`{name}`" for name in names)
        rows.append(f"| [{title}](_generated/api/{slug(title)}.rst) | {listed} |")
    content[0] = content[0].replace("_generated/api/*", entries)
    content[0] = content[0].replace("%functions%", "\n".join(rows))


def protect(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Keep what docstrings write plainly (|v/f|, "peace *") from being read as markup."""
    for number, line in enumerate(lines):
        if line.lstrip().startswith((">>>", "...")):
            continue
        pieces = CODE.split(line)
        pieces[::2] = [STAR.sub(r"\\*", piece.replace("|", r"\|")) for piece in pieces[::2]]
        lines[number] = "".join(pieces)


def link_names(app: Sphinx, tree: nodes.document) -> None:
    """Make links of public names between backticks."""
    for node in list(tree.findall(nodes.literal)):
        name = node.astext().removeprefix("da.").removeprefix("analysis.").removesuffix("()")
        if name not in TARGETS or _enclosed(node):
            continue
        link = addnodes.pending_xref(
            "", refdomain="py", reftype="obj", reftarget=TARGETS[name], refexplicit=True
        )
        link["refdoc"] = app.env.docname
        node.replace_self(link)
        link += node


def _enclosed(node: nodes.Node) -> bool:
    """Whether a node is in a title, a signature or a link already."""
    parent = node.parent
    while parent is not None:
        if isinstance(parent, nodes.title | nodes.reference | addnodes.pending_xref):
            return True
        if isinstance(parent, addnodes.desc_signature):
            return True
        parent = parent.parent
    return False


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages at the start of a build, link names as pages are read."""
    app.connect("builder-inited", write_pages)
    app.connect("source-read", list_pages)
    app.connect("autodoc-process-docstring", protect, priority=400)
    app.connect("doctree-read", link_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
