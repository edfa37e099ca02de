"""Hostile files, tried by every way into the package; nothing beside them may change."""

from __future__ import annotations

import contextlib
import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import analysis as da
from analysis.corpus.check import check_corpus
from analysis.tables import InputError

SECONDS = 30.0


class TooSlowError(BaseException):
    """Not an Exception, so that nobody takes it for a fault of the file."""


@contextlib.contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Stop what takes too long, by the processor's clock: other programs may be at work, too."""

    def stop(*_):
        raise TooSlowError(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def list_tree(folder: Path, *, but: str = "corpus") -> dict[str, tuple[int, int]]:
    """Every file in a folder with its size and time, without those of the corpus."""
    found = {}
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != but]
        for name in (*files, *folders):
            state = os.lstat(os.path.join(root, name))
            is_file = name in files
            found[os.path.relpath(os.path.join(root, name), folder)] = (
                (state.st_size, state.st_mtime_ns) if is_file else (0, 0)
            )
    return found


def check_sentence(error: InputError) -> str:
    """One sentence: a line that can be read, with a stop at its end."""
    text = str(error)
    assert text.endswith("."), text
    assert "\n" not in text, text
    assert "\r" not in text, text
    assert len(text) < 2500, text
    assert "Traceback" not in text, text
    text.encode()  # can be printed
    return text


def _count_names(documents: pd.DataFrame) -> pd.DataFrame:
    """Count names at the beginning of texts: the model reads some 25,000 characters a second."""
    begun = documents.assign(text=documents["text"].str[:20_000])
    return da.count_entities(da.find_entities(begun), tokens=da.tokenize(begun), confidence=None)


def try_measures(documents: pd.DataFrame) -> None:
    """Measure texts in every way that needs no model; what cannot be measured is said so."""
    tokens, sentences = da.tokenize(documents), da.split_sentences(documents)
    assert len(da.count_terms(tokens, confidence=None)) <= len(tokens)
    for measure in (
        lambda: da.count_ngrams(tokens, n=2),
        lambda: da.score_dispersion(tokens),
        lambda: da.score_readability(tokens, by="doc"),
        lambda: da.score_diversity(tokens, by="doc"),
        lambda: da.score_tfidf(tokens),
        lambda: da.find_contexts(tokens, "the", documents=documents),
        lambda: da.find_collocates(tokens, "harbour", min_count=1),
        lambda: da.count_over_text(tokens, ["the"], confidence=None),
        lambda: da.count_over_time(tokens, ["the"], documents=documents, confidence=None),
        lambda: da.compare_terms(tokens, by="doc", min_documents=1),
        lambda: da.score_sentiment(sentences),
        lambda: _count_names(documents),
    ):
        try:
            assert isinstance(measure(), pd.DataFrame)
        except InputError as error:
            check_sentence(error)


def try_corpus(folder: Path) -> str:
    """Read, check and measure a corpus; "table" or the sentence that refuses it."""
    try:
        found = check_corpus(folder, today="2026-01-01")
        assert found["severity"].isin(["wrong", "suspicious"]).all()
        documents = da.read_corpus(folder).documents
        try_measures(documents)
    except InputError as error:
        return check_sentence(error)
    return "table"


def try_file(path: Path, corpus: Path) -> str:
    """Add a file to a new corpus and use that; "table" or the sentence that refuses it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            added = da.add_documents(corpus, [path])
        except InputError as error:
            return check_sentence(error)
        assert added["state"].isin(["added", "already there", "set aside"]).all()
        if not (added["state"] == "added").any():
            return "table"
        text = try_corpus(corpus)
        assert text == "table", f"taken, but then refused: {text}"
    return "table"


def try_manifest(data: bytes, corpus: Path) -> str:
    """Use a corpus with such a manifest, and add a file to it."""
    for name in ("originals/a.txt", "texts/b.txt"):
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text("The talks ended. No one signed.\n")
    (corpus / "sources.csv").write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = try_corpus(corpus)
        path = corpus.parent / "new.txt"
        path.write_text("A title\n\nFishers on the quay did not agree with him.\n")
        try:
            da.add_documents(corpus, [path], values={"outlet": "Post", "published": "2024-05-17"})
        except InputError as error:
            check_sentence(error)
            assert (corpus / "sources.csv").read_bytes() == data
        path.unlink()
    return result


def try_all(files: list[bytes], kind: str, folder: Path) -> list[str]:
    """Try files one after the other, each in a folder of its own; what came of each."""
    results = []
    for number, data in enumerate(files):
        place = folder / str(number)
        place.mkdir()
        path = place / f"x.{kind.rsplit('.', 1)[-1]}"
        if kind != "sources.csv":
            path.write_bytes(data)
        before = list_tree(folder)
        with time_limit():
            if kind == "sources.csv":
                results.append(try_manifest(data, place / "corpus"))
            else:
                results.append(try_file(path, place / "corpus"))
        assert list_tree(folder) == before
    return results
