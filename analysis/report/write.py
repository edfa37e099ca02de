"""The report: a corpus as one page, with the passages behind every number."""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

import analysis as da
from analysis.layers import Corpus
from analysis.report.figures import Report
from analysis.report.page import About, make_page
from analysis.report.pdf import pdf_path, print_pdf
from analysis.report.sections import SECTIONS
from analysis.report.standouts import find_standouts
from analysis.show.html import page_path
from analysis.tables import InputError


def write_report(
    corpus: Corpus | pd.DataFrame | str | os.PathLike[str],
    path: str | os.PathLike[str] = "figures/report.html",
    *,
    title: str | None = None,
    author: str = "",
    date: str = "",
    article: str | None = None,
    term_groups: Mapping[str, Sequence[str]] | str | os.PathLike[str] | None = None,
    by: str | None = "side",
    with_texts: bool = False,
    pdf: bool = True,
    pdf_passages: bool = False,
    overwrite: bool = False,
) -> Path:
    """Write a report on a corpus: one page, with the passages behind every number.

    Parameters
    ----------
    corpus : Corpus, pandas.DataFrame or path
        A corpus, a documents table (with `doc` and `text`), or a corpus folder.
    path : path
        The page; ``.html`` is added where the name has no ending.
    title : str, optional
        Default: "Report on the corpus" and its name.
    author, date : str, optional
        Who made the report and when, as they are to be read under the title.
    article : str, optional
        The document that is looked at closely. Default: the first.
    term_groups : mapping of str to sequence of str, or path, optional
        Terms counted as one, as in `count_term_groups`, or the file that names them. Default:
        those of the corpus (``term-groups.yml`` of its folder).
    by : str or None
        Column of the documents by which they are compared; None compares nothing.
    with_texts : bool
        Print every text whole, whatever its licence says: for your own use.
    pdf : bool
        Also print the page as a PDF beside it, where Chromium is installed; a warning says so
        where it is not.
    pdf_passages : bool
        Print the tables, three passages of each list and the texts, too.
    overwrite : bool
        Replace a file that is not a report of this package, or was edited since.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    InputError
        If the corpus cannot be read, a choice is not among its documents, a packed corpus has more
        than 20 million tokens (choose texts with `where`), or a file would be lost.

    Notes
    -----
    The page needs no other file, no network and no script. It begins with what stands out (see
    `find_key_differences`), then holds one article at a glance, terms, keywords, sentiment, names
    and voices; each figure as SVG with its data, how to quote it, and for every number the passages
    it was counted from; then the corpus, the texts, how sure all this is, and how it was made. What
    a corpus has no ground for (groups, dates, term groups) is named with the reason. With scripts
    on, all texts can be searched, and figures saved as PNG, SVG and CSV.

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
    chosen = {"by": by, "article": article, "term_groups": _groups(term_groups)}
    about = About(title or "", author, date, with_texts)
    target = page_path(path, overwrite)
    targets = [target, pdf_path(target, overwrite)] if pdf else [target]
    return _write(corpus, targets, chosen, about, overwrite, pdf_passages)


def _write(
    corpus: Corpus | pd.DataFrame | str | os.PathLike[str],
    targets: Sequence[Path],
    chosen: Mapping[str, Any],
    about: About,
    overwrite: bool,
    pdf_passages: bool,
    tell: Callable[[str], None] = lambda chapter: None,
) -> Path:
    """Write the page and, if it has a place, the PDF; tell what is being made."""
    # Arrow, in which pandas keeps text where it can, takes no half surrogates; texts have some.
    with pd.option_context("mode.string_storage", "python"):
        tell("reading texts")
        report = Report(read_any(corpus), **chosen)
        tell("what stands out")
        standouts = find_standouts(report)
        sections = []
        for make in SECTIONS:
            tell(make.__name__)
            sections.append(make(report))
        tell("the page")
        title = about.title or f"Report on the corpus “{report.corpus.name}”"
        page = make_page(report, standouts, sections, replace(about, title=title))
    target = targets[0]
    page.save(target, overwrite)
    for printed in targets[1:]:
        tell("the PDF")
        failed = print_pdf(target, printed, passages=pdf_passages)
        if failed:
            warnings.warn(f"No PDF of the report was made: {failed}", UserWarning, stacklevel=3)
    return target


def read_any(corpus: Corpus | pd.DataFrame | str | os.PathLike[str]) -> Corpus:
    """The corpus, whatever names it."""
    if isinstance(corpus, Corpus):
        return corpus
    if isinstance(corpus, pd.DataFrame):
        return Corpus(corpus)
    return da.read_corpus(corpus, near_duplicates=None)


def _chosen(corpus: Any, pairs: Sequence[str]) -> Any:
    """The texts that --where chooses: several values of one column are alternatives."""
    chosen: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value) or name == "voice":
            raise InputError(
                f"--where {pair!r} does not say which texts; write --where outlet=NAME, or"
                " --where since=2024-05."
            )
        chosen.setdefault(name, []).append(value)
    days = {name: chosen.pop(name)[-1] for name in ("since", "until") if name in chosen}
    return read_any(corpus).where(**days, **chosen) if chosen or days else corpus


def _groups(
    given: Mapping[str, Sequence[str]] | str | os.PathLike[str] | None,
) -> Mapping[str, Sequence[str]] | None:
    """The groups of terms that are given, or None for those of the corpus."""
    if given is None or isinstance(given, Mapping):
        return given
    return da.read_term_groups(Path(given))


def run_report(args: argparse.Namespace) -> None:
    """Write the page and its PDF; say chapter by chapter what is made, and how long it took."""
    began = time.perf_counter()
    print("[report] ", end="", flush=True)
    target = page_path(Path(args.output, "report.html"), args.overwrite)
    path = _write(
        _chosen(args.corpus, args.where or []),
        (target, pdf_path(target, args.overwrite)),
        {"by": args.by, "article": args.article, "term_groups": None},
        About(args.title or "", args.author or "", args.date or "", args.with_texts),
        args.overwrite,
        args.pdf_passages,
        tell=lambda chapter: print(f"{chapter} … ", end="", flush=True),
    )
    size = path.stat().st_size / 1e6
    print(f"\n[report] {path} ({size:.1f} MB), {time.perf_counter() - began:.1f} s", flush=True)
