"""The article dossier: what one text does, in sentences that lead to its words."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import analysis as da
from analysis import wording
from analysis.layers import Corpus
from analysis.report import dossier_text, dossier_words
from analysis.report.dossier_others import Others, find_others, others_part
from analysis.report.dossier_parts import Article, Part, Statement
from analysis.report.dossier_voices import voices
from analysis.show.html import Page, cell_text, page_path
from analysis.tables import InputError

SHORT = 8  # sentences at the head
LEAST_FUNCTION = 0.2  # share of function words below which a text hardly is English
_LEAST_WORDS = 30  # for saying so
_PARTS: tuple[Callable[[Article], Part], ...] = (
    voices,
    dossier_text.acts,
    dossier_text.told,
    dossier_text.evaluations,
    dossier_text.explanations,
    dossier_words.words_for_it,
)


@dataclass(repr=False)
class ArticleDescription:
    """What `describe_article` found: sentences, and the tables that they are made from.

    Attributes
    ----------
    doc : str
        The text.
    facts : dict of str to str
        Title, outlet, date, words …
    parts : list
        Sections, each with its `title`, `statements`, `tables` and `errors`.
    cannot : list of str
        What cannot be said of this text, and why.
    others : tuple of str
        The texts it was set beside.
    window : str
        How these were chosen, in words.
    """

    article: Article
    facts: dict[str, str]
    parts: list[Part]
    cannot: list[str]
    others: tuple[str, ...]
    window: str

    @property
    def doc(self) -> str:
        """The id of the text."""
        return self.article.doc

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """All tables by name, each what a public measure returned or a part of it."""
        return {name: table for part in self.parts for name, table in part.tables.items()}

    @property
    def sentences(self) -> pd.DataFrame:
        """The sentences: `section`, `sentence`, `sure`, `measured`, `places`.

        `sure` is "counted", "mostly right", "read before use", "places to read" or "not measured";
        `measured` says how often the measure was right where it was measured; `places` are the
        words of the text that show it, as (start, end).
        """
        rows = [
            {
                "section": part.title,
                "sentence": one.text,
                "sure": one.sure,
                "measured": "" if one.measured is None else str(one.measured),
                "places": [(word.start, word.end) for word in one.words if not word.doc],
            }
            for part in self.parts
            for one in part.statements
        ]
        columns = ["section", "sentence", "sure", "measured", "places"]
        table = pd.DataFrame(rows, columns=columns)
        table.attrs["corpus"] = dict(self.article.one.documents.attrs["corpus"])
        return table

    @property
    def short(self) -> list[Statement]:
        """The sentences at the head: one or two of each section, the surest first."""
        chosen = [one for part in self.parts for one in part.statements if one.short]
        sure = [one for one in chosen if one.measured is None or one.measured.low >= 0.7]
        return sure[:SHORT]

    def page(self, *, with_text: bool | None = None) -> Page:
        """The dossier as a page."""
        from analysis.report.dossier_page import make_page

        return make_page(self, with_text=with_text)

    def _repr_html_(self) -> str:
        from analysis.report.dossier_page import fragment

        return fragment(self)

    def __repr__(self) -> str:
        """The sentences, a line each."""
        lines = [f"{self.facts['Title']} ({self.doc})", *self.cannot]
        for part in self.parts:
            lines += ["", part.title, *(f"- {one.text} [{one.sure}]" for one in part.statements)]
        return "\n".join(lines)


def describe_article(
    corpus: Corpus | pd.DataFrame | str | os.PathLike[str],
    doc: str | None = None,
    *,
    days: float = 3,
    event: str | None = None,
) -> ArticleDescription:
    """Describe one text: who speaks, who acts, what is asserted, and what other texts have.

    Parameters
    ----------
    corpus : Corpus, pandas.DataFrame or path
        A corpus, a documents table (with `doc` and `text`), or a corpus folder.
    doc : str, optional
        The text; needed unless there is only one.
    days : float
        Texts published up to so many days before or after are "of the same days"; of these, those
        are taken that name two of the five names that the text has most often.
    event : str, optional
        A column of the documents that names the event: texts with the same value are compared in
        place of those of the same days.

    Returns
    -------
    ArticleDescription
        `sentences` (a table), `tables` (by name), `parts`, `facts`, `cannot`, `others`, `window`.
        A notebook shows the sentences with their words.

    Raises
    ------
    InputError
        If the text or the column `event` is not there, or a number is out of its range.

    See Also
    --------
    write_dossier : the same as a page, with the annotated text.

    Notes
    -----
    Every sentence is made from the numbers of a public measure by a fixed form, names whose words
    or deeds it is about, and leads to the words that it rests on. How sure a sentence is, is what
    was measured of its measure on texts that the rules were not written on (docs/accuracy.md):
    *counted* (words as they stand), *mostly right* (the lower end of the interval of the precision
    is 0.8 or more), *read before use* (0.55 or more), *places to read* (less), *not measured* (no
    reading of it was blind). It is not measured on this text. What a measure misses cannot be in a
    sentence; a sentence that none was found says that none was found.

    What is usual on the same days is told of five other texts or more. A name, speaker or word that
    at least half of them have is called usual (`compare_presence`); whether it is unusual to lack
    so many is told by setting each of the other texts beside the rest in the same way.

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["“Peru lied,” Ann Lee said. Peru denied it."]})
    >>> described = describe_article(texts)
    >>> described.sentences["sentence"].iloc[0]
    'Quoted in quotation marks, with the name beside them: Ann Lee.'
    """
    whole = _read(corpus)
    doc = _one(whole, doc)
    if not isinstance(days, int | float) or isinstance(days, bool) or not 0 <= days < 10_000:
        raise InputError(f"days={days!r} is no number of days, such as 3.")
    article = Article(whole, doc)
    cannot = list(_cannot(article))
    if not len(article.words):
        others = Others((), "The text has no words.")
        return ArticleDescription(article, _facts(article), [], cannot, others.docs, others.how)
    if _english(article):
        others = find_others(article, days=days, event=event)
        parts = [make(article) for make in _PARTS]
        parts += [others_part(article, others), dossier_words.tone(article)]
    else:
        others = Others((), "")
        parts = [dossier_words.words_without_grammar(article)]
    return ArticleDescription(article, _facts(article), parts, cannot, others.docs, others.how)


def write_dossier(
    corpus: Corpus | pd.DataFrame | str | os.PathLike[str],
    doc: str | None = None,
    path: str | os.PathLike[str] | None = None,
    *,
    days: float = 3,
    event: str | None = None,
    with_text: bool = False,
    overwrite: bool = False,
) -> Path:
    """Write the dossier of one text: a page of sentences, each leading to its words.

    Parameters
    ----------
    corpus : Corpus, pandas.DataFrame or path
        A corpus, a documents table (with `doc` and `text`), or a corpus folder.
    doc : str, optional
        The text; needed unless there is only one.
    path : path, optional
        The page; ``.html`` is added where the name has no ending. Default: ``figures/dossier-``
        and the id.
    days, event
        As in `describe_article`.
    with_text : bool
        Print the text whole, whatever its licence says: for your own use.
    overwrite : bool
        Replace a file that is not a page of this package, or was edited since.

    Returns
    -------
    pathlib.Path
        The page.

    Raises
    ------
    InputError
        As in `describe_article`, or if a file would be lost.

    Notes
    -----
    The page needs no other file, no network and no script. It holds the sentences of
    `describe_article` with what was measured of each measure, two charts, the tables as downloads,
    and the annotated text, to whose words every sentence leads. A text whose licence does not say
    that it may be printed is shown in passages only, half of its words at most.

    Examples
    --------
    >>> import tempfile
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["“Peru lied,” Ann Lee said. Peru denied it."]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = write_dossier(texts, "a", folder + "/a").read_text("utf-8")
    >>> "Ann Lee" in page
    True
    """
    whole = _read(corpus)
    doc = _one(whole, doc)
    target = page_path(_default_path(doc) if path is None else path, overwrite)
    # Arrow, in which pandas keeps text where it can, takes no half surrogates; texts have some.
    with pd.option_context("mode.string_storage", "python"):
        described = describe_article(whole, doc, days=days, event=event)
        page = described.page(with_text=True if with_text else None)
    return page.save(target, overwrite)


def _read(corpus: Corpus | pd.DataFrame | str | os.PathLike[str]) -> Corpus:
    """The corpus, whatever names it."""
    from analysis.report.write import read_any  # which loads the charts

    return read_any(corpus)


def _default_path(doc: str) -> str:
    """Where a dossier goes unless it is said: the id without what a file name cannot hold."""
    name = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in doc).strip(".-")
    return f"figures/dossier-{name[:80] or 'text'}.html"


def _one(corpus: Corpus, doc: str | None) -> str:
    """The id of the text that is described."""
    known = corpus.documents["doc"].astype(str).tolist()
    if doc is None and len(known) == 1:
        return known[0]
    if doc is None or str(doc) not in known:
        shown = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
        wrong = "Several texts are there" if doc is None else f"doc={doc!r} is not in the corpus"
        raise InputError(f"{wrong}; choose one of {shown}.")
    return str(doc)


def _facts(article: Article) -> dict[str, str]:
    """What is known of the text."""
    row = article.row
    title = row.get("title")
    facts = {"Title": article.doc if pd.isna(title) else str(title)}
    for name, head in (("outlet", "Outlet"), ("published", "Published"), ("genre", "Genre")):
        value = row.get(name)
        if value is not None and not pd.isna(value):
            facts[head] = cell_text(value)
    sentences = article.one.sentences
    facts["Length"] = (
        f"{wording.plural(len(article.words), 'word')},"
        f" {wording.plural(len(sentences), 'sentence')}"
    )
    return facts


def _english(article: Article) -> bool:
    """Whether the model can read the text: its language is English, or none is stated and it is."""
    language = article.row.get("language")
    if isinstance(language, str) and language.strip():
        return language.strip().lower().split("-")[0] == "en"
    return not _looks_foreign(article)


def _looks_foreign(article: Article) -> bool:
    """Whether hardly any word is a function word of English."""
    terms = article.words["term"].astype(str)
    if len(terms) < _LEAST_WORDS:
        return False
    return float(terms.isin(da.stop_words()).mean()) < LEAST_FUNCTION


def _cannot(article: Article) -> Iterator[str]:
    """What cannot be said of the text, and why."""
    if str(article.row.get("version")) == "brief":
        yield (
            "This is a summary written for this project, not the original text. Its words outside"
            " quotation marks are the summariser’s, and nothing here can be said of the outlet."
        )
    if not len(article.words):
        yield "The text has no words."
        return
    if not _english(article):
        language = article.row.get("language")
        why = (
            f"is in “{language}”"
            if isinstance(language, str) and language.strip()
            else "hardly has a function word of English"
        )
        yield (
            f"The text {why}. The model reads English only: who speaks, who acts, what is asserted,"
            " evaluations, explanations and tone cannot be told."
        )
        return
    sentences = len(article.one.sentences)
    if sentences < 5:
        yield (
            f"The text has {wording.plural(sentences, 'sentence')}: shares and courses mean little."
        )


def run_dossier(args: argparse.Namespace) -> int:
    """Write the page of the command line, and say where it is."""
    path = write_dossier(
        args.corpus,
        args.doc,
        args.output,
        days=args.days,
        event=args.event,
        with_text=args.with_text,
        overwrite=args.overwrite,
    )
    print(f"{path} ({path.stat().st_size / 1000:,.0f} kB)")
    return 0
