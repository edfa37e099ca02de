"""How the documentation site is built by `make docs`.

The site works from the disk and offline: formulas are MathML, fonts and scripts are
local files, the search reads an index that lies beside the pages.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

import analysis  # noqa: E402

project = "Discourse analysis of news"
author = "The discourse-analysis authors"
copyright = "the discourse-analysis authors, MIT licence"
version = release = analysis.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
    "mathml",
    "notebooks",
    "reference",
    "repository",
]
exclude_patterns = ["_build", "_ext", "_templates", "_generated/figures"]
templates_path = ["_templates"]
language = "en"
highlight_language = "none"
pygments_style = "a11y-high-contrast-light"
default_role = "literal"  # `term` in a docstring is a column or a name

html_theme = "pydata_sphinx_theme"
html_title = "Discourse analysis of news"
html_math_renderer = "mathml"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_search_summary = False  # browsers let no page from the disk read another
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {"tutorial": [], "index": []}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "Discourse analysis of news"},
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "collapse_navigation": False,
}

myst_enable_extensions = [
    "colon_fence",
    "deflist",
    "dollarmath",
    "attrs_inline",
    "attrs_block",
]
myst_heading_anchors = 4

nb_execution_mode = "off"  # the extension `notebooks` runs them
nb_merge_streams = True
nb_ipywidgets_js = {}  # they would come from a network

autosummary_imported_members = True  # a package's names are those of its modules
autosummary_context = {"public": analysis.__all__}
toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"  # the docstrings say the types
autodoc_preserve_defaults = False  # charts have parameters that their decorator adds
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
