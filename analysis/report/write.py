"""The report: a corpus as one page, on which every number keeps its evidence."""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from analysis.files import write_atomic
from analysis.report.figures import Ledger
from analysis.report.layers import make_layers
from analysis.report.page import GENERATOR, write_page
from analysis.report.pdf import print_pdf
from analysis.report.sections import entities, glance, keywords, sentiment, terms, voices
from analysis.tables import InputError

_SECTIONS = (glance, terms, keywords, sentiment, entities, voices)
_SEAL = re.compile(rb"<!-- ([0-9a-f]{64}) -->\n\Z")


def write_report(
    corpus: str | os.PathLike[str] | pd.DataFrame,
    path: str | os.PathLike[str] = "figures/report.html",
    *,
    title: str | None = None,
    article: str | None = None,
    term_groups: Mapping[str, Sequence[str]] | str | os.PathLike[str] | None = None,
    by: str | None = "side",
    with_texts: bool = False,
    pdf: bool = True,
    overwrite: bool = False,
) -> Path:
    """Write a report on a corpus: one page, with the passages behind every number.

    Parameters
    ----------
    corpus : path or pandas.DataFrame
        A corpus folder, or a documents table (with `doc` and `text`).
    path : path
        The page; ``.html`` is added where the name has no ending.
    title : str, optional
        Default: "Report on the corpus" and its name.
    article : str, optional
        The document that is looked at closely. Default: the first.
    term_groups : mapping of str to sequence of str, or path, optional
        Terms counted as one, as in `count_term_groups`, or the file that names them. Default:
        ``term-groups.yml`` of the corpus folder, if there is one.
    by : str or None
        Column of the documents by which they are compared; None compares nothing.
    with_texts : bool
        Print every text whole, whatever its licence says: for your own use.
    pdf : bool
        Also print the page as a PDF beside it, where Chromium is installed; a warning says so
        where it is not.
    overwrite : bool
        Replace a file that is not a report of this package, or was edited since.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    InputError
        If the corpus cannot be read, a choice is not among its documents, or a file would be lost.

    Notes
    -----
    The page needs no other file, no network and no script. It holds a summary of the corpus, one
    article at a glance, terms, keywords, sentiment, names and voices; each figure as SVG with its
    data, its method, how to quote it, and for every number the passages it was counted from. What
    a corpus has no ground for (groups, dates, term groups) is named with the reason.

    A passage has at most 40 words. A text is printed whole only if its `licence` says that it may
    be (public domain, CC0, CC BY, CC BY-SA) or if it is a summary written for the project; of
    other texts, lists of all sentences show at most half. On a page with more than 12,000
    passages the longest lists are cut, and say so.

    The same corpus gives the same bytes with the same versions, except in the PDF, whose making
    is Chromium's. All numbers are those of the package's measures, with their limits: the report
    says how they were made, not that they are right.

    Examples
    --------
    >>> import tempfile
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["China met Russia. The talks failed."]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = write_report(texts, folder + "/report", by=None, pdf=False).read_text("utf-8")
    >>> page.count("<figure>") > 3
    True
    """
    target = _target(path)
    places = [target, target.with_suffix(".pdf")] if pdf else [target]
    for place in places:
        _require_own(place, overwrite)
    # Arrow, in which pandas keeps text where it can, takes no half surrogates; texts have some.
    with pd.option_context("mode.string_storage", "python"):
        layers = make_layers(corpus, by=by, article=article, term_groups=term_groups)
        ledger = Ledger()
        sections = [make(layers, ledger) for make in _SECTIONS]
        name = str(layers.documents.attrs["corpus"].get("name") or "unnamed")
        title = title or f"Report on the corpus “{name}”"
        page = write_page(layers, sections, ledger, title=title, with_texts=with_texts)
    write_atomic(target, seal_page(page))
    if pdf:
        failed = print_pdf(target, target.with_suffix(".pdf"))
        if failed:
            warnings.warn(f"No PDF of the report was made: {failed}", UserWarning, stacklevel=2)
    return target


def _target(path: str | os.PathLike[str]) -> Path:
    """Where the page goes."""
    target = Path(path)
    if not target.suffix:
        target = target.with_suffix(".html")
    if target.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"A report is saved as .html, not as {target.name!r}.")
    return target


def seal_page(page: str) -> bytes:
    """The page as bytes, ending in the hash of all that comes before.

    Examples
    --------
    >>> seal_page("")[:9]
    b'<!-- e3b0'
    """
    content = page.encode("utf-8")
    return content + f"<!-- {hashlib.sha256(content).hexdigest()} -->\n".encode()


def _require_own(place: Path, overwrite: bool) -> None:
    """Refuse to replace a file that no report of this package is, or that was edited."""
    if overwrite or not place.exists():
        return
    content = place.read_bytes() if place.is_file() else b""
    own = GENERATOR.encode() in (content[-200:] if place.suffix == ".pdf" else content[:1000])
    if own and place.suffix != ".pdf":
        found = _SEAL.search(content)
        own = bool(found) and _hash(content[: found.start()]) == found[1] if found else False
    if not own:
        raise InputError(
            f"{place} is there already and is not a report of this package, or was edited since;"
            " choose another name, or pass overwrite=True."
        )


def _hash(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def run_report(args: argparse.Namespace) -> None:
    """Write the page and its PDF, and say in a line how long it took."""
    print("[report] ", end="", flush=True)
    began = time.perf_counter()
    path = write_report(
        args.corpus,
        Path(args.output, "report.html"),
        by=args.by,
        article=args.article,
        with_texts=args.with_texts,
        overwrite=args.overwrite,
    )
    size = path.stat().st_size / 1e6
    print(f"{path} ({size:.1f} MB), {time.perf_counter() - began:.1f} s", flush=True)
