"""Whose voice a text speaks in: quotations with their speakers, and the voice of every token."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.annotation.annotator import annotate, report
from analysis.annotation.tagged import Spans
from analysis.entities.mentions import document_rows, find_entities, mentions_by_document
from analysis.tables import InputError, measure, passed, progress, require_choice, require_columns
from analysis.terms.counting import word_list
from analysis.text.alike import reads_folded
from analysis.text.forms import form_of, split_lines
from analysis.voices.extraction import find_in_text, find_within, make_within
from analysis.voices.items import DocumentTokens, Quote
from analysis.voices.lexicon import MODES, Lexicon, make_lexicon, own_lexicon, recorded
from analysis.voices.spans import (
    SPEECH,
    find_voice_spans,
    group_of,
    headline_end,
    in_voices,
    look_up,
    majority,
    part_of,
)
from analysis.voices.speakers import name_speakers

QUOTES = (
    "doc",
    "sentence",
    "start",
    "end",
    "text",
    "kind",
    "speaker",
    "speaker_start",
    "speaker_end",
    "cue",
    "cue_start",
    "cue_end",
    "cue_class",
    "chain",
    "mode",
    "depth",
    "score",
)
_WHO = re.compile(r",?\s+(?:who|which|that)$")
_REQUIRED = QUOTES.index("mode")  # of tables that an analyst brings
KINDS = ("direct", "mixed", "indirect")
READ = ("doc", "sentence", "start", "end", "word")
TAGS = ("pos", "dep", "head", "morphology")


@measure("documents", layer="quotes", plain={"cues": recorded})
@reads_folded
def find_quotes(
    corpus: pd.DataFrame,
    *,
    tagged: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
    cues: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find what is quoted or reported, who is given it, and with which verb.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, or its documents, with `doc` and `text`.
    tagged : pandas.DataFrame, optional
        What ``annotate(corpus).tokens`` gives, also of a spaCy pipeline. Default: the bundled
        model's.
    mentions : pandas.DataFrame, optional
        What `find_entities` gives: a speaker is an entity where the text allows it. Default: those
        of the bundled model. Where there are none, a speaker stays as the text words it.
    cues : pandas.DataFrame, optional
        Reporting verbs and phrases with class and mode. Default: ``read_lexicon("reporting")``.

    Returns
    -------
    pandas.DataFrame
        One row per quotation in the order of the texts: `doc` (categorical), `sentence`, `start`,
        `end` (``text[start:end]``, marks included), `text`, `kind`, `speaker` (entity, or the words
        as they stand; "" where nobody is named), `speaker_start`, `speaker_end`, `cue` (as it
        stands; "" where it is a colon or a dash), `cue_start`, `cue_end` (of a colon or dash, too;
        −1 where there is none),
        `cue_class` (see `count_cues`; "" where the list does not have the cue), `chain` (of a
        quotation within another: all speakers, the outermost first, joined by " > "; else ""),
        `mode`, `depth` (0; 1 within a quotation; rows of one depth do not overlap) and `score` (see
        Notes).

    Raises
    ------
    InputError
        If a column is missing, an id stands twice, a text is not a string, `tagged` is not the
        whole of these texts in their order, or a row of `mentions` is no place in its text.

    Notes
    -----
    The bundled model reads the paragraphs and says of every word whether it is *content* (what
    somebody is said to have said, written or thought), *source* or *cue*, and to which cue and
    source a word of content belongs: the definition of PolNeAR [1]_, on which it was trained. The
    most probable division of a text into stretches is taken; what stands between quotation marks is
    one stretch or none, and a whole sentence in marks is never lost. What a quotation itself
    attributes is found by reading its inside once more. An attribution in several stretches has a
    row for each; one that only “he said” interrupts (“The plan, he said, was bad”) has one row that
    holds it, if there are no marks.

    `kind`: **direct**, a clause in quotation marks; **mixed**, a report with words in marks;
    **indirect**, a report without marks. Marked words that nobody is said to have said are in
    `find_marked_words`. `mode`, after Semino and Short [2]_: **speech**, **writing** or
    **thought**, which beliefs and intentions are; the cue's word decides (*believes* is thought,
    also where somebody said so; *a report found* is thought, *a letter says* is speech: the medium
    is not looked at). A row whose cue the list does not have is thought, so that it is nobody's
    voice unless asked for. What somebody “did not say” or “declined to say”, and what “nobody” or
    “no country” said, is no row; what somebody “will say” is. After PolNeAR, what is thanked,
    praised, blamed or rejected is content, too: in *Macri praised the growers* it is *the growers*,
    in *Serbia rejected Kosovo's accusations* these, although their words are Kosovo's. Leave out
    such rows by `cue_class`, where shares of words are meant.

    Who is told, or is praised, in a passive (*residents were informed that …*) is no speaker. A
    line that begins with a bullet, a number, a time or a name and a colon is read by itself. Of
    *A said that B said that C said …* the third level is lost.

    `score` is the probability that a row is right, that is, overlaps what a reader labelled by at
    least half: a logistic regression of what the model says, fitted on half of PolNeAR dev and
    calibrated on the other half. It tells nothing of what was missed, of the speaker, or of texts
    unlike news. Rows below 0.59 that are not wholly in marks are left out; those that
    rules of marks and layout add have 0.5.

    “He”, “she”, “it” and roles (“the Russian president”, “the ministry”) become an entity only if
    the text shortly before names exactly one that fits, or the last speaker and nobody since;
    otherwise they stay as they stand.

    On PolNeAR dev (84 articles of US news): precision 0.89; recall 0.70 of all attributions, 0.95
    of those with quotation marks, 0.94 of those with *say*, *tell* and the like, 0.65 of those with
    other words of speech, 0.37 of beliefs and intentions; speaker 0.93, cue 0.94 of those found
    (see docs/accuracy.md). Least sure are where a long report ends and what “shows” something.

    References
    ----------
    .. [1] Newell, Margolin & Ruths 2018, "An attribution relations corpus for political news",
       LREC 2018.
    .. [2] Semino & Short 2004, *Corpus Stylistics: Speech, Writing and Thought Presentation in a
       Corpus of English Writing*, Routledge.

    Examples
    --------
    >>> text = "The minister said the talks were “a farce”. “We agree,” Ann Lee replied."
    >>> quotes = find_quotes(pd.DataFrame({"doc": ["a"], "text": [text]}))
    >>> quotes[["kind", "text", "speaker", "cue"]].values.tolist()
    [['mixed', 'the talks were “a farce”', 'The minister', 'said'], \
['direct', '“We agree,”', 'Ann Lee', 'replied']]
    """
    documents = require_columns(corpus, ("doc", "text"), "documents")
    tokens = annotate(documents).tokens if tagged is None else tagged
    require_columns(tokens, (*READ, *TAGS), "tagged tokens")
    if mentions is None:
        mentions = find_entities(documents)
    else:
        require_columns(mentions, ("doc", "start", "end", "entity"), "mentions")
        require_places(documents, mentions, "mentions")
        _require_strings(mentions, "entity", "mentions")
    names = mentions_by_document(documents, mentions)
    lexicon = own_lexicon() if cues is None else make_lexicon(cues)
    found: list[tuple[int, Quote, str, str]] = []
    texts = documents["text"].tolist()
    columns = list(document_tokens(documents, tokens))
    said = progress(_find(texts, columns, lexicon), total=len(texts), desc="quotations")
    for row, (text, quotes) in enumerate(zip(texts, said, strict=True)):
        speakers = name_speakers(text, quotes, names.get(row, []))
        found += [(row, quote, *who) for quote, who in zip(quotes, speakers, strict=True)]
    result = _table(documents, found)
    result.attrs["model"] = tokens.attrs.get("model", {})
    return result


def _find(
    texts: Sequence[str], columns: Sequence[DocumentTokens], lexicon: Lexicon
) -> Iterator[list[Quote]]:
    """The quotations of each text, those within others behind them, in the order of the texts."""
    spans = [
        Spans(*(np.array(c, np.int64) for c in (own.start, own.end, own.sentence)))
        for own in columns
    ]
    lines = [split_lines(text) for text in texts]
    outer = [
        find_in_text(text, own, reporting, lexicon)
        for text, own, reporting in zip(texts, columns, report(lines, spans), strict=True)
    ]
    inner = [make_within(*row, lexicon) for row in zip(texts, columns, outer, strict=True)]
    read = report([one.text for one in inner], [one.spans() for one in inner])
    for quotes, within, reporting in zip(outer, inner, read, strict=True):
        both = [*quotes, *find_within(within, reporting, lexicon)]
        yield sorted(both, key=lambda one: (one.start, one.depth, one.end))


def document_tokens(documents: pd.DataFrame, tokens: pd.DataFrame) -> Iterator[DocumentTokens]:
    """The tokens of each document, in the documents' order, as lists."""
    home = document_rows(documents, tokens["doc"], "tagged tokens")
    order = np.argsort(home, kind="stable")
    edges = np.searchsorted(home[order], np.arange(len(documents) + 1))
    names = ("start", "end", "word", "term", "sentence", *TAGS)
    arrays = {name: _values(tokens[name]) for name in names if name != "term"}
    arrays["term"] = _forms(tokens["word"])
    for row, text in enumerate(documents["text"]):
        own = order[edges[row] : edges[row + 1]]
        lists = {name: arrays[name][own].tolist() for name in names}
        if not _cover(text, lists["start"], lists["end"]):
            raise InputError(
                f"The tagged tokens of {documents['doc'].iloc[row]!r} are not all of its text in"
                " its order; pass the whole table that annotate gives for these documents."
            )
        yield DocumentTokens(**lists)


def _cover(text: str, start: list[int], end: list[int]) -> bool:
    """Whether tokens stand in order, within a text, and leave out nothing but spaces."""
    gaps = zip([0, *end], [*start, len(text)], strict=True)
    return all(low <= high and not text[low:high].strip() for low, high in gaps)


def _values(column: pd.Series) -> np.ndarray:
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = column.cat.categories.to_numpy(dtype=object)
        return np.asarray(categories[column.cat.codes.to_numpy()])
    return column.to_numpy()


def _forms(words: pd.Series) -> np.ndarray:
    """The words in lower case, possessives as they stand (they tell whose a noun is)."""
    words = words.astype("category")
    forms = np.asarray([form_of(word) for word in words.cat.categories], dtype=object)
    return forms[words.cat.codes.to_numpy()]


def _table(documents: pd.DataFrame, found: list[tuple[int, Quote, str, str]]) -> pd.DataFrame:
    """The table of quotations, typed also where it is empty."""
    texts = documents["text"].tolist()
    row = np.array([item[0] for item in found], dtype=np.int64)
    quotes = [item[1] for item in found]
    numbers = {
        "sentence": [one.sentence for one in quotes],
        "start": [one.start for one in quotes],
        "end": [one.end for one in quotes],
        "speaker_start": [one.speaker[0] for one in quotes],
        "speaker_end": [one.speaker[1] for one in quotes],
        "cue_start": [one.cue[0] for one in quotes],
        "cue_end": [one.cue[1] for one in quotes],
        "depth": [one.depth for one in quotes],
    }
    strings = {
        "text": [texts[number][one.start : one.end] for number, one, _, _ in found],
        "kind": [one.kind for one in quotes],
        "speaker": [_WHO.sub("", item[2]) for item in found],
        "cue": [_cue_text(texts[number], one) for number, one, _, _ in found],
        "cue_class": [one.cue_class for one in quotes],
        "chain": [item[3] for item in found],
        "mode": [one.mode for one in quotes],
    }
    ids = pd.Index(documents["doc"].astype(object))
    columns: dict[str, Any] = {"doc": pd.Categorical.from_codes(row, ids)}
    columns |= {name: np.array(values, dtype=np.int32) for name, values in numbers.items()}
    columns |= {name: pd.Series(values, dtype="str") for name, values in strings.items()}
    columns["score"] = np.array([one.score for one in quotes], dtype=np.float64)
    return pd.DataFrame({name: columns[name] for name in QUOTES})


def _cue_text(text: str, quote: Quote) -> str:
    """The words of a cue; "" where it is a colon or a dash."""
    words = text[slice(*quote.cue)] if quote.cue[0] >= 0 else ""
    return words if any(char.isalnum() for char in words) else ""


@measure("tagged", layer="voiced")
def add_voices(
    corpus: pd.DataFrame,
    quotes: pd.DataFrame | None = None,
    *,
    groups: Sequence[str] = (),
    keep: Sequence[str] | None = None,
    modes: Sequence[str] = ("speech", "writing"),
    documents: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Add to every row of a table whose voice it is, and in which part of its text it stands.

    Parameters
    ----------
    corpus : Corpus or pandas.DataFrame
        A corpus, whose tagged tokens are taken; or a table of places in texts (`doc`, `start`,
        `end`): tokens, sentences, mentions, targets.
    quotes : pandas.DataFrame
        What `find_quotes` gives for the same documents.
    documents : pandas.DataFrame
        The documents: `doc`, `text`, and where there are any `title` and `standfirst`.
    groups : sequence of str
        Speakers who are groups of their own in `voice_group`.
    keep : sequence of str, optional
        Voices whose rows are kept: "headline", "writer", names of speakers, or "speakers" for all
        of them. Default: all rows.
    modes : sequence of {"speech", "writing", "thought"}
        What is a speaker's own voice. Of other modes only the words in quotation marks are.

    Returns
    -------
    pandas.DataFrame
        The rows with `voice` (categorical: "headline", "writer", "(unnamed)" for speech whose
        speaker is not named, and the speakers); `speech` (categorical: "quoted" within quotation
        marks, "reported" in the reporter's words, "thought" where these are beliefs or intentions,
        "" where nobody is quoted); `voice_group`
        (categorical: "headline", "writer", the speakers of `groups`, "speakers" or "other
        speakers"); `part` (categorical: "headline", "opening fifth", the first 20 % of the
        characters after it, "rest"). Sentences and other tables of stretches also have
        `voice_share`, the share of the row's characters that this voice has (0–1).

    Raises
    ------
    InputError
        If a column is missing, the tables are of other documents, a row of `quotes` is no place in
        its text, its `kind` or `mode` is unknown, or a speaker of `groups` has no row.

    Notes
    -----
    A token, mention or target belongs to the voice at its first character. A sentence, which may
    hold several, belongs to the voice with most of its characters (a tie goes to the headline, then
    to the writer, then to the earlier speaker): to count only sentences that are one voice's
    throughout, keep those with ``voice_share == 1``. Any measure groups by the new columns, as in
    ``by="voice_group"``.

    Beliefs and intentions (*he hopes to win*) are what the writer says of somebody, unless `modes`
    has "thought": then they are the voice of who is said to think so. Where a quotation holds
    another (`depth` 1), its words are the inner speaker's. Every word has one voice.

    The words between (“X said that”) are the writer's; so are marked words that nobody is said to
    have said (`find_marked_words`). The headline is the
    title and the standfirst of the documents table where the text begins with them; where no title
    is known, a short first line that is no sentence. Words that a headline attributes are the
    speaker's, and stand in the part "headline". Every row has exactly one voice, so what is counted
    by voice adds up to the whole. With `keep`, rates are per so many words *of these voices*; a
    phrase that another voice interrupts is none, and the span of a collocate steps over the words
    left out.

    News is written from the top down: what stands first is what the paper holds most important
    (Bell 1991, *The Language of News Media*, ch. 8; van Dijk 1988). Editors cut from the end, so
    a late speaker may be missing in another edition. A fifth of a short text is a few sentences.

    Examples
    --------
    >>> from analysis.text.tokens import tokenize
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["“We agree,” Ann Lee said on Friday."]})
    >>> voiced = add_voices(tokenize(texts), find_quotes(texts), documents=texts)
    >>> voiced.loc[voiced["is_word"], ["word", "voice", "speech"]].values.tolist()[1:4]
    [['agree', 'Ann Lee', 'quoted'], ['Ann', 'writer', ''], ['Lee', 'writer', '']]
    """
    table = require_columns(corpus, ("doc", "start", "end"), "places")
    quotes = require_columns(passed(quotes, "quotes"), QUOTES[:_REQUIRED], "quotes")
    for mode in word_list(modes, "modes"):
        require_choice(mode, MODES, "modes")
    documents = require_columns(passed(documents, "documents"), ("doc", "text"), "documents")
    require_places(documents, quotes, "quotes")
    _require_strings(quotes, "speaker", "quotes")
    for name, choices in (("kind", KINDS), ("mode", MODES)):
        for value in quotes[name].unique() if name in quotes else ():
            require_choice(value, choices, f"{name} of the quotes")
    texts = documents["text"].tolist()
    titles = _column(documents, "title"), _column(documents, "standfirst")
    heads = [headline_end(text, *head) for text, *head in zip(texts, *titles, strict=True)]
    quoted = document_rows(documents, quotes["doc"], "quotes")
    spans = find_voice_spans(texts, heads, quotes, quoted, modes)
    doc = document_rows(documents, table["doc"], "table")
    start, end = (table[name].to_numpy().astype(np.int64) for name in ("start", "end"))
    result = table.copy(deep=False)
    result.attrs = dict(table.attrs)
    if {"word", "label"} & set(table.columns):
        place = look_up(spans, doc, start)
    else:
        place, share = majority(spans, doc, start, end)
        result["voice_share"] = share
    voices = sorted(spans.voices)
    place_of = {voice: code for code, voice in enumerate(voices)}
    recode = np.array([place_of[voice] for voice in spans.voices], dtype=np.int64)
    result["voice"] = pd.Categorical.from_codes(recode[spans.voice[place]], pd.Index(voices))
    result["speech"] = pd.Categorical.from_codes(spans.speech[place], pd.Index(SPEECH))
    result["voice_group"] = group_of(result["voice"], groups)
    length = np.array([len(text) for text in texts], dtype=np.int64)
    result["part"] = part_of(start, np.array(heads, dtype=np.int64)[doc], length[doc])
    return result if keep is None else in_voices(result, keep)


def require_places(documents: pd.DataFrame, table: pd.DataFrame, what: str) -> None:
    """Refuse a table whose rows are not places in their texts: start < end, both whole numbers."""
    rows = document_rows(documents, table["doc"], what)
    if not len(table):
        return
    for name in ("start", "end"):
        kind = pd.api.types.infer_dtype(table[name])
        if kind != "integer":
            raise InputError(
                f"The column {name!r} of the {what} holds {kind} values; give whole numbers, as by"
                f' table.astype({{"{name}": int}}).'
            )
    length = documents["text"].str.len().to_numpy(dtype=np.int64)[rows]
    start, end = table["start"].to_numpy(), table["end"].to_numpy()
    wrong = np.flatnonzero((start < 0) | (start > end) | (end > length))
    if len(wrong):
        row = int(wrong[0])
        raise InputError(
            f"Row {table.index[row]!r} of the {what} goes from {start[row]} to {end[row]} in a text"
            f" of {length[row]} characters; both must be within it, and start not behind end."
        )


def _require_strings(table: pd.DataFrame, name: str, what: str) -> None:
    """Refuse a table where a column has anything but strings."""
    strange = [value for value in table[name].unique() if not isinstance(value, str)]
    if strange:
        raise InputError(
            f"The column {name!r} of the {what} holds {strange[0]!r}; give strings, or leave the"
            " row out."
        )


def _column(documents: pd.DataFrame, name: str) -> list[Any]:
    return documents[name].tolist() if name in documents else [None] * len(documents)
