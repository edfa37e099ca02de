"""Sentences and tokens with exact character offsets, and the search for words in them."""

from __future__ import annotations

import functools
import os
import re
import time
from collections.abc import Callable, Sequence
from importlib import import_module, resources
from typing import Any

import numpy as np
import pandas as pd
import regex as regular

from analysis.tables import InputError, measure, require_columns
from analysis.text.alike import fold_alike
from analysis.text.forms import fold_possessive, form_of, term_of
from analysis.text.index import IN_POS, INDEXED, TokenIndex, beginning_with, index_of
from analysis.text.scanner import TOKEN, read_tokens, sentence_spans

Query = str | Sequence[str]
_EXCLUDED = re.compile(r"\s*[-–−]\s*(.*[\w*].*)", re.DOTALL)  # a dash alone is looked for
PATTERN_TIME = 3.0  # seconds of work that comparing a pattern with all words may take
LONGEST_PATTERN = 2000  # characters
_IS_WORD = regular.compile(r"[\p{L}\p{N}]")


@measure("documents", layer="sentences")
def split_sentences(corpus: pd.DataFrame) -> pd.DataFrame:
    """Split every text into sentences.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        With `doc` and `text`.

    Returns
    -------
    pandas.DataFrame
        One row per sentence: `doc` (categorical), `sentence` and `paragraph` (numbered from 0 in
        each document), `start`, `end` (character offsets), `text` (``text[start:end]``).

    Raises
    ------
    InputError
        If a column is missing, an id stands twice, or a text is not a string.

    Notes
    -----
    NLTK's Punkt [1]_ with this project's abbreviation list, no trained model, so no download; see
    `analysis.text.sentences`. A blank line always ends a sentence (headlines have no full stop); a
    single line break never does. A closing quotation mark belongs to its sentence. A sentence
    does not end without white space, so text run together (“end.Next”) stays one sentence.

    .. [1] Kiss & Strunk 2006, "Unsupervised multilingual sentence boundary detection",
       Computational Linguistics 32(4).

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["The U.S. agreed. “No,” Mr. Ito said."]})
    >>> split_sentences(texts)["text"].tolist()
    ['The U.S. agreed.', '“No,” Mr. Ito said.']
    """
    documents = require_columns(corpus, ("doc", "text"), "documents")
    texts = _texts(documents)
    columns = sentence_spans(texts)
    given = texts.tolist()
    spans = zip(*(columns[name].tolist() for name in ("doc", "start", "end")), strict=True)
    return pd.DataFrame(
        {
            "doc": pd.Categorical.from_codes(columns["doc"], _doc_index(documents)),
            **{name: columns[name] for name in ("sentence", "paragraph", "start", "end")},
            "text": pd.Series([given[doc][start:end] for doc, start, end in spans], dtype=object),
        }
    )


@measure("documents", layer="tokens")
def tokenize(corpus: pd.DataFrame, *, sentences: bool = True, workers: int = 1) -> pd.DataFrame:
    """Cut every text into tokens.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        With `doc` and `text`.
    sentences : bool
        Number the sentences, too. False leaves the column out and is faster.
    workers : int
        Processes to share the work; worth it from some ten million words on.

    Returns
    -------
    pandas.DataFrame
        One row per token, in the documents' order: `doc` (categorical: every document, also an
        empty one), `sentence` (int32, from 0 in each document), `position` (int32, from 0 in each
        document), `start`, `end` (int32 character offsets: ``text[start:end] == word``), `word`
        (categorical, as written), `term` (categorical, what it is counted as: lower-cased, a
        possessive as its noun), `is_word` (bool, False for punctuation and emoji). About 30 bytes
        a token.

    Raises
    ------
    InputError
        If a column is missing, an id stands twice, or a text is not a string.

    Notes
    -----
    Words keep inner apostrophes and hyphens (Russia’s, long-term); numbers their separators
    (1,000.5); an amount its currency sign ($61bn); abbreviations their stops (U.S.); addresses,
    e-mails, hashtags and emoji are one token each. Every character that is not white space is in
    exactly one token. What this cannot do: a script written without spaces (Chinese) comes
    through as one token for each run of letters.

    A possessive counts with its noun: “Russia”, “Russia’s” and “RUSSIA'S” are the term *russia*,
    “states'” and “James's” are *states* and *james* (an apostrophe behind a word is a token of its
    own, whether it closes a quotation or not). Contractions keep their form (it's, that's,
    let's, who's …: a closed list), and so do decades (the 1960's) and single letters (A's). What
    the list does not name is taken for a possessive, so “the report's out” counts as *report*,
    and a plural written “BOD's” as *bod*; of 396 folded words read in news and Brown one was such a
    contraction and one such a plural. `unit="word"` of the measures counts the forms instead, and a
    search for ``russia's`` finds only these.

    Examples
    --------
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Russia’s $61bn, long-term."]})
    >>> tokenize(texts)["word"].tolist()
    ['Russia’s', '$61bn', ',', 'long-term', '.']
    >>> tokenize(texts)["term"].tolist()
    ['russia', '$61bn', ',', 'long-term', '.']
    """
    documents = require_columns(corpus, ("doc", "text"), "documents")
    texts = _texts(documents)
    if workers > 1 and len(texts) > 1:
        columns, words = _read_in_parallel(texts, sentences, workers)
    else:
        columns, words = read_tokens(texts, sentences=sentences)
    return _token_table(columns, words, _doc_index(documents))


@functools.cache
def stop_words(path: str | os.PathLike[str] | None = None) -> frozenset[str]:
    """Return the package's own list of English function words, or read yours.

    Parameters
    ----------
    path : str or path, optional
        A file with one word a line; lines that begin with ``#`` are comments.

    Returns
    -------
    frozenset of str
        Articles, prepositions, conjunctions, auxiliaries and pronouns, lower-cased, with a straight
        apostrophe.

    Raises
    ------
    InputError
        If the file cannot be read or holds no word.

    Notes
    -----
    Negations (no, not, never, n't forms) and modal verbs (must, should, can …) are not on it:
    discourse analysts count them. Every measure takes any other list instead. Terms are left out
    of the rows only; the base of a rate always holds all words.

    Examples
    --------
    >>> "the" in stop_words(), "must" in stop_words(), "not" in stop_words()
    (True, False, False)
    """
    if path is not None:
        words: frozenset[str] = import_module("analysis.corpus.lists").read_stop_words(path)
        return words
    lines = (resources.files("analysis") / "data" / "stopwords.txt").read_text("utf-8")
    return frozenset(line for line in lines.splitlines() if line and not line.startswith("#"))


def match_vocabulary(categories: pd.Index, pattern: str, *, as_regex: bool = False) -> np.ndarray:
    """Find the codes of the words that a pattern matches as a whole."""
    if not as_regex and not set(pattern) & set("*?"):
        code = [categories.get_loc(pattern)] if pattern in categories else []
        return np.asarray(code, dtype=np.intp)
    first = _literal_start(pattern) if as_regex else re.split(r"[*?]", pattern, maxsplit=1)[0]
    some, accepts = beginning_with(categories, first), _acceptor(pattern, as_regex)
    return some.start + np.flatnonzero([accepts(word) for word in categories[some]])


def _literal_start(pattern: str) -> str:
    """The letters that all words begin with that a regular expression matches; "" if unsure."""
    found = re.match(r"[a-z]+(?![?*+{])", pattern)  # a quantifier's letter is not one of them
    return found[0] if found and "|" not in pattern and "(?" not in pattern else ""


def _acceptor(pattern: str, as_regex: bool) -> Callable[[str], bool]:
    """A test of whether a pattern matches a word as a whole."""
    if not as_regex and not set(pattern) & set("*?"):
        return pattern.__eq__
    if pattern == "*":
        return lambda word: _IS_WORD.search(word) is not None
    try:
        if len(pattern) > LONGEST_PATTERN:
            raise regular.error(f"it is longer than {LONGEST_PATTERN} characters")
        compiled = regular.compile(pattern if as_regex else _wildcards(pattern))
    except (regular.error, RecursionError, OverflowError, MemoryError) as error:
        reason = str(error) or "it is nested too deeply"
        raise InputError(
            f"The regular expression {pattern[:200]!r} cannot be read ({reason}); correct it, or"
            " search with * and ? as wildcards."
        ) from None
    return functools.partial(_match_in_time, compiled, time.process_time() + PATTERN_TIME)


def _match_in_time(compiled: Any, end: float, word: str) -> bool:
    """Whether a pattern matches a word, as long as there is time."""
    try:
        left = max(end - time.process_time(), 1e-3)  # the clock that regex counts by
        return compiled.fullmatch(word, timeout=left) is not None
    except (TimeoutError, MemoryError):
        raise InputError(
            f"The pattern {compiled.pattern[:200]!r} takes too long, or too much memory, to compare"
            " with the words of these texts; write it without a repetition in a repetition such as"
            " (a+)+, or search with * and ? as wildcards."
        ) from None


def match_forms(tokens: pd.DataFrame, pattern: str, *, as_regex: bool = False) -> list[str]:
    """The possessive forms (russia's) that a pattern with an apostrophe matches, sorted."""
    # they are no terms: a pattern without an apostrophe matches them by their noun
    if "'" not in pattern or "word" not in tokens:
        return []
    exact = not as_regex and not set(pattern) & set("*?")
    if exact and fold_possessive(pattern) == pattern:
        return []
    accepts, forms = _acceptor(pattern, as_regex), map(form_of, tokens["word"].cat.categories)
    found = {form for form in forms if accepts(form) and fold_possessive(form) != form}
    return sorted(found.difference(tokens["term"].cat.categories))  # are where forms are counted


def rows_of_forms(tokens: pd.DataFrame, forms: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of some possessive forms, ascending, and the number of the form in each."""
    number = {form: place for place, form in enumerate(forms)}
    column: Any = tokens["word"].array
    words = [number.get(form_of(word), -1) for word in column.categories]
    found = np.append(np.asarray(words, dtype=np.int64), -1)[column.codes]
    rows = np.flatnonzero(found >= 0)
    return rows, found[rows]


def _match_case(words: pd.Index, pattern: str, as_regex: bool) -> np.ndarray:
    """Codes of the words that a pattern matches as they are written, with or without their 's."""
    first = "" if as_regex else re.split(r"[*?']", pattern, maxsplit=1)[0]
    some, accepts = beginning_with(words, first), _acceptor(pattern, as_regex)
    apostrophe = "'" in pattern

    def matches(word: str) -> bool:
        return accepts(fold_possessive(word)) or (apostrophe and accepts(word))

    found = {
        some.start + i
        for i, word in enumerate(words[some])
        if matches(fold_alike(word).replace("’", "'"))
    }
    for i, word in enumerate(words):  # words that another sign begins stand elsewhere
        if not word.isascii() and (plain := fold_alike(word)) != word:
            found.update([i] if matches(plain.replace("’", "'")) else [])
    return np.array(sorted(found), dtype=np.int64)


def token_test(
    tokens: pd.DataFrame, pattern: str, *, as_regex: bool = False, case: bool = False
) -> Callable[[np.ndarray | slice], np.ndarray]:
    """A test of which rows a pattern for one token matches."""
    if case:
        words: Any = tokens["word"].array
        return _coded_test(words, _match_case(words.categories, pattern, as_regex))
    terms: Any = tokens["term"].array
    test = _coded_test(terms, match_vocabulary(terms.categories, pattern, as_regex=as_regex))
    forms = match_forms(tokens, pattern, as_regex=as_regex)
    if not forms:
        return test
    found = np.zeros(len(tokens), dtype=bool)
    found[rows_of_forms(tokens, forms)[0]] = True
    return lambda rows: test(rows) | found[rows]


def _coded_test(column: Any, wanted: np.ndarray) -> Callable[[np.ndarray | slice], np.ndarray]:
    return lambda rows: _isin(column.codes[rows], wanted, len(column.categories))


def find_hits(
    tokens: pd.DataFrame, query: str | Sequence[str], *, regex: bool = False, case: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Find where a word, phrase, wildcard or regular expression occurs."""
    # A pattern is compared with the term (russia: also Russia's); one with an apostrophe is
    # compared with the form, too (russia's: only that). A phrase is found within a document; it may
    # cross the end of a sentence where it names the stop, not that of a headline, which has none.
    require_columns(tokens, ("doc", "word" if case else "term"), "tokens")
    return search(tokens, query, regex, case, table_index(tokens))


def search(
    tokens: pd.DataFrame, query: Query, regex: bool, case: bool, index: TokenIndex | None
) -> tuple[np.ndarray, np.ndarray]:
    """Find hits as `find_hits` does, in a table whose index is known (None: it has none)."""
    if isinstance(query, str):
        rows, length = _find_phrase(tokens, _parse(query, regex, case), case, regex, index)
        return rows, np.full(len(rows), length)
    wanted, excluded = split_exclusions(list(query))
    if not wanted:
        raise InputError(
            f"The query holds only what to leave out ({', '.join(excluded)}); give it a word to"
            " look for, too."
            if excluded
            else "The query is empty; give a word or a phrase to look for."
        )
    found = [search(tokens, one, regex, case, index) for one in wanted]
    starts, lengths = (np.concatenate(column) for column in zip(*found, strict=True))
    if len(found) > 1:
        starts, lengths = np.unique(np.stack([starts, lengths]), axis=1)
    if excluded:  # whatever their part of speech
        every = tokens.drop(columns=IN_POS) if IN_POS in tokens else tokens
        others = search(every, excluded, regex, case, index)
        kept = ~lie_within((starts, lengths), others)
        starts, lengths = starts[kept], lengths[kept]
    return starts, lengths


def split_exclusions(queries: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part a list of queries into what is looked for and what is left out ("-cold war")."""
    matches = [_EXCLUDED.fullmatch(query) for query in queries]
    wanted = [query for query, match in zip(queries, matches, strict=True) if match is None]
    return wanted, [match[1] for match in matches if match is not None]


def lie_within(
    hits: tuple[np.ndarray, np.ndarray], others: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Mark hits that lie within one of the others (or are it)."""
    if not len(others[0]) or not len(hits[0]):
        return np.zeros(len(hits[0]), dtype=bool)
    order = np.argsort(others[0], kind="stable")
    start, end = others[0][order], np.maximum.accumulate((others[0] + others[1])[order])
    place = np.searchsorted(start, hits[0], side="right") - 1
    within: np.ndarray = (place >= 0) & (end[np.maximum(place, 0)] >= hits[0] + hits[1])
    return within


def patterns_of(query: Query, as_regex: bool, case: bool) -> list[list[str]] | None:
    """Of each alternative of a query the patterns that terms of a hit match.

    None where more than the terms counts: the case of letters, or a possessive.
    """
    wanted = [query] if isinstance(query, str) else split_exclusions(list(query))[0]
    patterns = [_parse(one, as_regex, case) for one in wanted]
    if case or not patterns or any("'" in pattern for one in patterns for pattern in one):
        return None
    return patterns


def _parse(query: str, as_regex: bool, case: bool) -> list[str]:
    """The patterns of a query, one for each token."""
    patterns: list[str] = []
    for chunk in fold_alike(query).replace("’", "'").split():
        whole = as_regex or set(chunk) & set("*?_")  # u.s._propn, a lemma with its tag
        patterns.extend([chunk] if whole else TOKEN.findall(chunk))
    if not patterns:
        raise InputError(f"The query {query!r} is empty; give a word or a phrase to look for.")
    return patterns if case or as_regex else [form_of(pattern) for pattern in patterns]


def _find_phrase(
    tokens: pd.DataFrame, patterns: list[str], case: bool, as_regex: bool, index: TokenIndex | None
) -> tuple[np.ndarray, int]:
    """Rows at which the patterns match successive tokens of one document."""
    counts = tokens[IN_POS].to_numpy() if IN_POS in tokens else None
    rows = _rows_of(tokens, patterns[0], case, as_regex, index)
    for offset, pattern in enumerate(patterns):
        if not len(rows) and not as_regex:
            return rows, len(patterns)
        if offset:
            rows = rows[rows + offset < len(tokens)]
            rows = rows[token_test(tokens, pattern, as_regex=as_regex, case=case)(rows + offset)]
        rows = rows if counts is None else rows[counts[rows + offset]]
    if len(patterns) > 1:
        doc_array: Any = tokens["doc"].array
        doc, last = doc_array.codes, rows + len(patterns) - 1
        kept = doc[rows] == doc[last]
        if "position" in tokens:  # where rows were left out, the next row is not the next token
            position = tokens["position"].to_numpy()
            kept &= position[last] - position[rows] == len(patterns) - 1
        rows = rows[kept]
        rows = rows[~_leaves_paragraph(tokens, rows, len(patterns))]
    return rows, len(patterns)


def _rows_of(
    tokens: pd.DataFrame, pattern: str, case: bool, as_regex: bool, index: TokenIndex | None
) -> np.ndarray:
    """Rows that a pattern matches; looked up in the index where there is one."""
    if index is not None and not case and not match_forms(tokens, pattern, as_regex=as_regex):
        wanted = match_vocabulary(tokens["term"].cat.categories, pattern, as_regex=as_regex)
        if len(wanted) == 1:
            return index.rows_of(int(wanted[0]))
    test = token_test(tokens, pattern, as_regex=as_regex, case=case)
    return np.flatnonzero(test(slice(None)))


def _leaves_paragraph(tokens: pd.DataFrame, rows: np.ndarray, length: int) -> np.ndarray:
    """Which phrases go on behind a sentence without a stop: a headline, or a paragraph's end."""
    found = np.zeros(len(rows), dtype=bool)
    if "sentence" not in tokens or "is_word" not in tokens:
        return found
    sentence = tokens["sentence"].to_numpy()
    crossing = np.flatnonzero(sentence[rows] != sentence[rows + length - 1])
    terms: Any = tokens["term"].array
    for offset in range(length - 1):
        here = rows[crossing] + offset
        ends = sentence[here] != sentence[here + 1]
        word = tokens["is_word"].to_numpy()[here]
        stop = [term.endswith(".") for term in terms.categories.take(terms.codes[here])]  # U.S.
        found[crossing] |= ends & word & ~np.asarray(stop, dtype=bool)
    return found


def table_index(tokens: pd.DataFrame) -> TokenIndex | None:
    """The index that a table has because a measure made it; none is made here."""
    parts: dict[str, Any] = {name: tokens[name].array for name in INDEXED if name in tokens}
    if len(parts) < 3 or not all(isinstance(parts[name], pd.Categorical) for name in INDEXED[:2]):
        return None
    arrays = {name: parts[name].codes for name in INDEXED[:2]}
    arrays["is_word"] = parts["is_word"].to_numpy()
    return index_of(arrays, len(parts["term"].categories))


def _isin(codes: np.ndarray, wanted: np.ndarray, size: int) -> np.ndarray:
    if len(wanted) == 1:
        return codes == codes.dtype.type(wanted[0])
    table = np.zeros(size + 1, dtype=bool)  # one more, so that code -1 (missing) is False
    table[wanted] = True
    return table[codes]


def _wildcards(pattern: str) -> str:
    """A regular expression for * and ?, whose time does not grow with the number of stars."""
    first, *rest = ("".join(_one_of(char) for char in part) for part in pattern.split("*"))
    middle = "".join(f"(?>.*?{part})" for part in rest[:-1] if part)
    return f"(?s:{first}{middle}{f'.*{rest[-1]}' if rest else ''})"


def _one_of(char: str) -> str:
    return "." if char == "?" else re.escape(char)


def _texts(documents: pd.DataFrame) -> pd.Series:
    """The texts, each of which is one and has an id of its own."""
    require_columns(documents, ("doc", "text"), "documents")
    if documents["doc"].duplicated().any():
        twice = documents.loc[documents["doc"].duplicated(), "doc"].iloc[0]
        raise InputError(f"The id {twice!r} stands twice in the documents; ids must be unique.")
    texts = documents["text"].reset_index(drop=True)
    if isinstance(texts.dtype, pd.StringDtype) and not texts.hasnans:
        return texts
    for doc, text in zip(documents["doc"], texts, strict=True):
        if not isinstance(text, str):
            raise InputError(
                f"The text of document {doc!r} is {type(text).__name__}, not str; give it a text"
                " or drop the row."
            )
    return texts


def _doc_index(documents: pd.DataFrame) -> pd.Index:
    return pd.Index(documents["doc"], dtype=object)


def _join(parts: list[dict[str, np.ndarray]], name: str) -> np.ndarray:
    """One column of all blocks, given up by them so that it is held only once."""
    return np.concatenate([np.empty(0, np.int32), *(part.pop(name) for part in parts)])


def _read_in_parallel(
    texts: pd.Series, sentences: bool, workers: int
) -> tuple[dict[str, np.ndarray], list[str]]:
    """Share the texts among processes and bring their word codes together."""
    from joblib import Parallel, delayed

    sizes = np.cumsum(texts.str.len().to_numpy(dtype=np.int64))
    shares = np.minimum(sizes * workers // max(int(sizes[-1]), 1), workers - 1)
    parts = [texts[shares == share] for share in range(workers)]
    done = Parallel(n_jobs=workers)(
        delayed(read_tokens)(part, sentences=sentences) for part in parts
    )
    words = sorted(set().union(*(own for _, own in done)))
    code_of = {word: code for code, word in enumerate(words)}
    first = 0
    for part, (columns, own) in zip(parts, done, strict=True):
        columns["doc"] += np.int32(first)
        columns["word"] = np.asarray([code_of[word] for word in own], np.int32)[columns["word"]]
        first += len(part)
    names = list(done[0][0])
    return {name: np.concatenate([part.pop(name) for part, _ in done]) for name in names}, words


def vocabulary_of(words: list[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The sorted terms of some words, the term of each word, and which are words at all."""
    plain = [word.isalnum() for word in words]
    terms = [
        word.lower() if alnum and word.isascii() else term_of(word)
        for word, alnum in zip(words, plain, strict=True)
    ]
    vocabulary = sorted(dict.fromkeys(terms))  # nearly sorted, which makes it quick
    term_code = dict(zip(vocabulary, range(len(vocabulary)), strict=True))
    term_of_word = np.fromiter(map(term_code.__getitem__, terms), np.int32, len(terms))
    is_word = np.array(plain, dtype=bool)
    doubtful = np.flatnonzero(~is_word)
    is_word[doubtful] = [_IS_WORD.search(words[i]) is not None for i in doubtful.tolist()]
    return vocabulary, term_of_word, is_word


def _token_table(columns: dict[str, np.ndarray], words: list[str], docs: pd.Index) -> pd.DataFrame:
    """The token columns as a table, with vocabularies."""
    vocabulary, term_of_word, is_word = vocabulary_of(words)
    word = columns["word"]
    categories = {"doc": docs, "word": pd.Index(words, dtype=object)}
    categories["term"] = pd.Index(vocabulary, dtype=object)
    columns |= {"term": term_of_word[word], "is_word": is_word[word]}
    return pd.DataFrame(
        {
            name: pd.Categorical.from_codes(codes, categories[name], validate=False)
            if name in categories
            else codes
            for name, codes in columns.items()
        },
        copy=False,
    )
