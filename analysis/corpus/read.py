"""A folder of texts and its manifest, read into the documents table."""

from __future__ import annotations

import difflib
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.corpus.documents import BRIEF_NOTE, STYLE, read_document
from analysis.corpus.duplicates import find_near_duplicates
from analysis.corpus.example import example_folder
from analysis.corpus.kinds import why_no_corpus
from analysis.corpus.lists import read_aliases, read_style, read_term_groups
from analysis.corpus.manifest import BRIEFS, GROUP, NAME, ORIGINALS, finish_adding, read_manifest
from analysis.files import hash_text
from analysis.layers import Corpus
from analysis.packed import is_packed, open_packed
from analysis.tables import DOCUMENTS, InputError, progress, require_columns

__all__ = ["CorpusWarning", "fingerprint", "read_aliases", "read_corpus", "read_term_groups"]

_BESIDE = ("aliases.csv", "term-groups.yml")
SHOWN = 10  # pairs or files that a warning names


class CorpusWarning(UserWarning):
    """Something about a corpus that does not stop the work but should be known."""


def read_corpus(
    folder: str | Path | Corpus, *, near_duplicates: float | None = 0.7, client: Any = None
) -> Corpus:
    """Read the corpus in a folder: the documents that its manifest lists.

    Parameters
    ----------
    folder : str or pathlib.Path
        A packed corpus (see `pack_corpus`), here or at an address that fsspec opens, such as
        ``s3://…``: it is opened without being read. Or a folder that holds ``sources.csv`` and the
        texts: ``originals/<id>.txt``, else the file that the
        manifest's optional column ``path`` names, else ``briefs/<id>.txt``. Its ``aliases.csv``
        and ``term-groups.yml``, if there are any, come along, and its ``style.yml``, with the
        colours, labels and order of groups in figures. A corpus is given back as it is, so that a
        notebook's cell can be run twice.
    near_duplicates : float or None
        Similarity from which two texts are reported (see `find_near_duplicates`); None looks for
        none.
    client : distributed.Client, optional
        A client of a Dask cluster, whose workers go through the partitions of a packed corpus and
        make its layers; results are the same to the bit. The folder is at the same path on all
        machines.

    Returns
    -------
    Corpus
        Its `documents` have one row per text, in the manifest's order: ``doc`` (the id), ``title``,
        ``outlet``, ``country``, ``side``, ``genre``, ``published`` (datetime64, NaT where
        unknown), ``url``, ``language``, ``licence``, ``version`` ("original" or "brief"),
        ``sha256`` (of the text), ``text``, and the manifest's further columns as text. Empty cells
        are missing values. ``documents.attrs["corpus"]`` holds name, fingerprint, and the numbers
        of documents, briefs and originals; with any brief also a ``note`` that every figure states.
        ``documents.attrs["style"]`` holds what figures need to draw a group always alike.

    Raises
    ------
    InputError
        Naming file and row: for a folder without manifest, a missing column, an id that is empty,
        unsafe or there twice, a path that leaves the folder, an unreadable date, a listed text
        that is absent, empty or cannot be decoded; `client` is none, or the corpus is not packed.

    Warns
    -----
    CorpusWarning
        If texts are near-duplicates of each other and not in one ``duplicate_group``, or a text is
        not in the manifest.

    Notes
    -----
    A time is the clock time as written; a time zone is dropped, so that "by day" means the day
    that the document itself states.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "briefs").mkdir()
    >>> _ = (folder / "briefs" / "a.txt").write_text("Peace talks failed.")
    >>> _ = (folder / "sources.csv").write_text(
    ...     "id,title,outlet,country,side,genre,published,url,language,licence\\n"
    ...     "a,Talks,Post,GB,west,news,2024-05-15,,en,\\n"
    ... )
    >>> corpus = read_corpus(folder)
    >>> corpus.documents.loc[0, ["doc", "version", "text"]].tolist()
    ['a', 'brief', 'Peace talks failed.']
    """
    if isinstance(folder, Corpus):
        corpus = folder
    elif "://" in str(folder) or is_packed(folder):
        corpus = open_packed(folder)
    elif any(Path(folder).glob("part-*/documents.arrow")):
        raise InputError(
            f"{folder} holds partitions of a packed corpus, and no packed.json; make it again with"
            f" 'discourse pack --to {folder} --repair'."
        )
    else:
        corpus = _opened(Path(folder), near_duplicates)
    if client is None:
        return corpus
    joined: Corpus = import_module("analysis.packed.cluster").with_client(corpus, client)
    return joined


def _opened(folder: Path, near_duplicates: float | None, name: str | None = None) -> Corpus:
    """The corpus in a folder, with its aliases and groups of terms."""
    documents = read_documents(folder, near_duplicates=near_duplicates)
    documents.attrs["corpus"]["folder"] = str(folder)
    if (folder / STYLE).is_file():
        documents.attrs["style"] = read_style(folder / STYLE)
    aliases, groups = (path if path.is_file() else None for path in (folder / n for n in _BESIDE))
    corpus = Corpus(documents, name=name, aliases=aliases, term_groups=groups)
    if (folder / STYLE).is_file():
        _say_misspelt(folder / STYLE, corpus)
    return corpus


def _say_misspelt(path: Path, corpus: Corpus) -> None:
    """Tell names of a style that nothing here has, but something has nearly."""
    style, documents = corpus.documents.attrs["style"], corpus.documents
    named = dict.fromkeys(n for part in ("colors", "labels", "order") for n in style.get(part, ()))
    known = {*corpus.term_groups, *(t for terms in corpus.term_groups.values() for t in terms)}
    for column in set(documents.columns) - {"text"}:
        known |= set(documents[column].dropna().astype(str).unique())
    known |= set((style.get("labels") or {}).values())
    for name in [name for name in named if name not in known]:
        near = difflib.get_close_matches(name, sorted(known), 1, 0.8)
        if near and not documents["text"].str.contains(name, case=False, regex=False).any():
            warnings.warn(
                f"{path} names {name!r}, which these texts do not have; is {near[0]!r} meant?",
                UserWarning,
                stacklevel=4,
            )


def example_corpus() -> Corpus:
    """Read the corpus that comes with the package.

    Returns
    -------
    Corpus
        33 documents around a news article of 15 May 2024 on why peace talks collapsed, with
        groups of terms and aliases: summaries written for this project, not the original texts.

    Notes
    -----
    No finding about an outlet can be drawn from it: it shows what the package does.

    Examples
    --------
    >>> len(example_corpus())
    33
    """
    return _opened(example_folder(), None, name="example")


def read_documents(folder: str | Path, *, near_duplicates: float | None = 0.7) -> pd.DataFrame:
    """Read the documents that a folder's manifest lists, as a table."""
    folder = Path(folder)
    _require_manifest(folder)
    records = read_manifest(folder / NAME)
    if not records:
        raise InputError(
            f"{folder / NAME} lists no document; add one with "
            f"'discourse add FILE --corpus {folder}'."
        )
    rows = [
        read_document(folder, record)
        for record in progress(records, total=len(records), desc="Reading texts")
    ]
    documents = _make_table(rows)
    documents.attrs["corpus"] = _describe(folder, documents)
    _report_unlisted(folder, set(documents["doc"]))
    if near_duplicates is not None:
        pairs = find_near_duplicates(documents, threshold=near_duplicates)
        _report_duplicates(folder, _drop_grouped(pairs, documents))
    return documents


def _require_manifest(folder: Path) -> None:
    """Refuse what is no folder with a manifest, and say what it is and what to do."""
    if folder.is_dir():
        finish_adding(folder)
    if not (folder / NAME).is_file():
        raise InputError(why_no_corpus(folder))


def _make_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The documents table: its own columns first, then the manifest's further ones."""
    names = [*DOCUMENTS, *(name for name in rows[0] if name not in DOCUMENTS)]
    documents = pd.DataFrame({name: [row[name] for row in rows] for name in names})
    documents["published"] = documents["published"].astype("datetime64[us]")
    kinds = {name: documents["doc"].dtype for name in names if name != "published"}
    return documents.astype(kinds)  # a column of empty cells is text, too


def _describe(folder: Path, documents: pd.DataFrame) -> dict[str, Any]:
    """What every table and figure made from these documents says about them."""
    briefs = int((documents["version"] == "brief").sum())
    corpus: dict[str, Any] = {
        "name": folder.resolve().name,
        "fingerprint": fingerprint(documents),
        "documents": len(documents),
        "briefs": briefs,
        "originals": len(documents) - briefs,
    }
    return {**corpus, "note": BRIEF_NOTE} if briefs else corpus


def fingerprint(documents: pd.DataFrame) -> str:
    """Hash which documents there are and what their texts say."""
    require_columns(documents, ["doc", "sha256"], "documents")
    pairs = zip(documents["doc"].astype(str), documents["sha256"].astype(str), strict=True)
    return hash_text("".join(f"{doc} {digest}\n" for doc, digest in sorted(pairs)))


def _report_unlisted(folder: Path, known: set[str]) -> None:
    """Warn about texts that lie in the folder but are not in the manifest."""
    unlisted = sorted(
        f"{part}/{path.name}"
        for part in (ORIGINALS, BRIEFS)
        for path in (folder / part).glob("*.txt")
        if path.stem not in known
    )
    if unlisted:
        warnings.warn(
            f"{folder / NAME} does not list {_shorten(unlisted)}; these texts are left out.",
            CorpusWarning,
            stacklevel=4,
        )


def _drop_grouped(pairs: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Pairs without those that the manifest itself puts into one group."""
    if GROUP not in documents.columns or pairs.empty:
        return pairs
    groups = documents.set_index("doc")[GROUP]
    one, other = pairs["doc"].map(groups), pairs["other"].map(groups)
    return pairs[one.isna() | (one != other)]


def _report_duplicates(folder: Path, pairs: pd.DataFrame) -> None:
    """Warn about texts that are counted more than once, as it were."""
    named = [f"{pair.doc} and {pair.other} ({pair.similarity:.2f})" for pair in pairs.itertuples()]
    if named:
        warnings.warn(
            f"{folder} holds near-duplicates, whose words count twice: {_shorten(named)}; "
            "take one of each pair out of the manifest if that is not what you want.",
            CorpusWarning,
            stacklevel=4,
        )


def _shorten(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
