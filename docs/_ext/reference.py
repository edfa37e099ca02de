"""Links of public names, and docstrings read as they were written.

A public name between backticks, on a page or in a docstring, becomes a link to its entry.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes

import analysis
from analysis.terms import dispersion, formulas

if TYPE_CHECKING:
    from sphinx.application import Sphinx

CODE = re.compile(r"(`+[^`]+`+)")
STAR = re.compile(r"""(?<=[\s"“(])\*(?=[\s"”.,;)])""")
NAMES = {*analysis.__all__} | {
    name
    for module in (formulas, dispersion)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and not name.startswith("_")
}


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
        if name not in NAMES or _enclosed(node):
            continue
        link = addnodes.pending_xref(
            "", refdomain="py", reftype="obj", reftarget=name, refspecific=True, refexplicit=True
        )
        link["refdoc"] = app.env.docname
        node.replace_self(link)
        link += node


def _enclosed(node: nodes.Node) -> bool:
    """Whether a node is in a title, a signature or a link already."""
    kinds = (nodes.title, nodes.reference, addnodes.pending_xref, addnodes.desc_signature)
    parent = node.parent
    while parent is not None and not isinstance(parent, kinds):
        parent = parent.parent
    return parent is not None


def setup(app: Sphinx) -> dict[str, bool]:
    """Link names as pages are read."""
    app.connect("autodoc-process-docstring", protect, priority=400)
    app.connect("doctree-read", link_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
