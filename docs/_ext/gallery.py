"""The gallery: figures drawn from the bundled corpus while the site is built, with their code."""

from __future__ import annotations

import ast
import contextlib
import doctest
import hashlib
import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import analysis
from pictures import LAYERS, PICTURES, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sphinx.application import Sphinx

BLOCK = re.compile(r"^```(python|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEAD = """# Gallery

Every figure below was drawn from the bundled corpus while these pages were made, by the code that
stands under it. The bundled texts are **summaries written for this project**: the figures show what
the charts look like and how the briefs are worded. They show nothing about an outlet.

Save any of them as a [bundle](../tutorial.md#save-a-bundle) with `save_figure`; the
note at the foot of each says how much it rests on.

::::{grid} 2 2 3 4
:gutter: 2
:class-container: thumbnails

"""
CARD = """:::{{grid-item-card}} {title}
:img-top: figures/{name}.png
:img-alt: ""
:link: {name}-figure
:link-type: ref
:::

"""
SECTION = """
({name}-figure)=
## {title}

```{{image}} figures/{name}.png
:alt: {alt}
:class: chart
:target: ../_images/{name}.png
```

{caption}

- Chart: {charts}
- Measure: {measures}; [formula and source](../statistics/{statistic})
- Notebook: [how to](../howto/{notebook}.md),
  {{download}}`{notebook}.ipynb <../../notebooks/{notebook}.ipynb>`
- Files: {{download}}`SVG <figures/{name}.svg>`, {{download}}`data <figures/{name}.csv>`

:::{{dropdown}} Code
```python
{code}
```
:::
"""


def needed(code: str) -> list[str]:
    """Layers that a figure's code uses, and those that these are made of, in order."""
    wanted = _names(code)
    for layer in reversed(LAYERS):
        if layer in wanted:
            wanted |= _names(LAYERS[layer])
    return [layer for layer in LAYERS if layer in wanted]


def _names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def complete(picture: Picture) -> str:
    """Write the code of a figure with all that it needs, ready to paste."""
    layers = "\n".join(LAYERS[layer] for layer in needed(picture.code))
    return f"import analysis as da\n\n{layers}\n\n{picture.code.strip()}\n"


def calls(code: str) -> list[str]:
    """Public functions that the code calls, in order, each once."""
    tree = ast.walk(ast.parse(code))
    found = [n.attr for n in tree if isinstance(n, ast.Attribute) and n.attr in analysis.__all__]
    found += [n.value for n in ast.walk(ast.parse(code)) if _is_chart(n)]
    return list(dict.fromkeys(found))


def _is_chart(node: ast.AST) -> bool:
    """Whether a chart is named in a string, as in small multiples."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value in analysis.__all__
        and node.value.startswith("plot_")
    )


def draw(pictures: Iterable[Picture], folder: Path) -> dict[str, dict[str, Any]]:
    """Draw figures into a folder; what their bundles say of them, by name.

    The layers are made once, and only those that a figure needs. The working directory must be
    the repository's.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    space: dict[str, Any] = {"da": analysis}
    records = {}
    for picture in pictures:
        for layer in needed(picture.code):
            if layer not in space:
                exec(LAYERS[layer], space)
        own = dict(space)
        exec(picture.code, own)
        analysis.save_figure(own["figure"], folder / picture.name, formats=("png", "svg"))
        pyplot.close("all")
        records[picture.name] = json.loads((folder / f"{picture.name}.json").read_text("utf-8"))
    return records


def draw_tutorial(page: Path, folder: Path) -> None:
    """Draw the figure of the tutorial by running its code up to there, in a folder of its own."""
    text = page.read_text(encoding="utf-8").split("\n## Save a bundle")[0]
    space: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as empty, contextlib.chdir(empty):
        for language, code in BLOCK.findall(text):
            if language == "pycon":
                code = "".join(e.source for e in doctest.DocTestParser().get_examples(code))
            exec(code, space)
    analysis.save_figure(space["ax"], folder / "tutorial", formats=("png", "svg"))


def section(picture: Picture, record: dict[str, Any]) -> str:
    """Write one figure's part of the page."""
    names = [f"`{name}`" for name in calls(picture.code) if name != "stop_words"]
    return SECTION.format(
        **picture._asdict() | {"code": complete(picture).strip()},
        alt=" ".join(record["alt"].split()),
        caption=record["caption"],
        charts=", ".join(name for name in names if name.startswith("`plot_")),
        measures=", ".join(name for name in names if not name.startswith("`plot_")),
    )


def state(root: Path) -> str:
    """Hash of everything that the figures depend on."""
    digest = hashlib.sha256()
    files = [
        *root.glob("analysis/**/*.py"),
        *root.glob("analysis/data/*"),
        *root.glob("corpus/**/*"),
    ]
    own = [Path(__file__), Path(__file__).with_name("pictures.py"), root / "docs" / "tutorial.md"]
    for path in sorted([*files, *own]):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def write_gallery(app: Sphinx) -> None:
    """Draw the figures and write their page, unless nothing has changed since."""
    root, generated = Path(app.srcdir).parent, Path(app.srcdir, "_generated")
    folder, mark = generated / "figures", generated / "figures" / "state"
    now = state(root)
    if mark.exists() and mark.read_text() == now and (generated / "gallery.md").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    with contextlib.chdir(root):
        records = draw(PICTURES, folder)
    draw_tutorial(Path(app.srcdir, "tutorial.md"), folder)
    cards = "".join(CARD.format(**picture._asdict()) for picture in PICTURES)
    sections = "".join(section(picture, records[picture.name]) for picture in PICTURES)
    (generated / "gallery.md").write_text(HEAD + cards + "::::\n" + sections, encoding="utf-8")
    mark.write_text(now)


class PictureDirective(SphinxDirective):
    """A figure of the gallery on another page, with its alt text and a link to its code."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Insert the figure."""
        name = self.arguments[0]
        folder = Path(self.env.srcdir, "_generated", "figures")
        record = json.loads((folder / f"{name}.json").read_text("utf-8"))
        image = nodes.image(uri=f"/_generated/figures/{name}.png", classes=["chart"])
        image["alt"] = " ".join(record["alt"].split())
        text = record["caption"]
        if name in {picture.name for picture in PICTURES}:
            text += f" [Code](/_generated/gallery.md#{name}-figure)"
        content, _ = self.parse_inline(text)
        return [nodes.figure("", image, nodes.caption("", "", *content))]


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the gallery at the start of a build."""
    app.connect("builder-inited", write_gallery)
    app.add_directive("picture", PictureDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
