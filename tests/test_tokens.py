"""Tokens, sentences and the search in them."""

from __future__ import annotations

import fnmatch
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import analysis as da
from analysis.tables import SENTENCES, TOKENS, InputError
from analysis.text.alike import fold_alike
from analysis.text.forms import term_of
from analysis.text.scanner import TOKEN
from analysis.text.tokens import find_hits, match_vocabulary

ALPHABET = st.sampled_from(
    list("abcdzABé.,!?'’“”\"-–—()0159$€@#:/_…&%\0\u200d\u00ad\ufe0f")
    + [" ", " ", " ", "\n", "\n\n", "\t", "\u00a0", "\u2003", "\x1c", "\x85", "😀", "👍🏽", "🇺🇦"]
    + [
        "мир",
        "和平",
        "U.S.",
        "don’t",
        "talks.",
        "http://a.b/c.",
        "x@y.org",
        "\ud800",
        "e\u0301",
        "שלום",
    ]
)
TEXT = st.one_of(st.lists(ALPHABET, max_size=60).map("".join), st.text(max_size=60))


def frame(*texts: str) -> pd.DataFrame:
    kept = pd.Series(list(texts), dtype=object)  # Arrow refuses half a surrogate pair
    return pd.DataFrame({"doc": [f"d{i}" for i in range(len(texts))], "text": kept})


def words(text: str) -> list[str]:
    return da.tokenize(frame(text))["word"].tolist()


def sentences(text: str) -> list[str]:
    return da.split_sentences(frame(text))["text"].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Beijing’s peace initiative", ["Beijing’s", "peace", "initiative"]),
        ("don't re-translate", ["don't", "re-translate"]),
        ("‘punish’ Russia", ["‘", "punish", "’", "Russia"]),
        ("1,000.5 and 12:30", ["1,000.5", "and", "12:30"]),
        ("In 2022, 16,000.", ["In", "2022", ",", "16,000", "."]),
        ("$61bn US$1.5 100€ £3-a-day", ["$61bn", "US$1.5", "100€", "£3-a-day"]),
        ("U.S.-led U.S. a.m. J. Smith", ["U.S.-led", "U.S.", "a.m.", "J", ".", "Smith"]),
        ("see https://a.org/x?y=1.", ["see", "https://a.org/x?y=1", "."]),
        ("(www.un.org)", ["(", "www.un.org", ")"]),
        ("mail x.y@un.org!", ["mail", "x.y@un.org", "!"]),
        ("#StopWar @RT_com # @", ["#StopWar", "@RT_com", "#", "@"]),
        ("peace👍🏽😀🇺🇦 👩‍🚀", ["peace", "👍🏽", "😀", "🇺🇦", "👩‍🚀"]),
        ("мир и 和平", ["мир", "и", "和平"]),
        ("wait...no -- yes…", ["wait", "...", "no", "--", "yes", "…"]),
        ("A/RES/ES-11/6", ["A", "/", "RES", "/", "ES-11", "/", "6"]),
        ("naïve e\u0301te\u0301", ["naïve", "e\u0301te\u0301"]),
        ("12-point 75th F-16", ["12-point", "75th", "F-16"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_token_kinds(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.lists(TEXT, max_size=5))
def test_tokens_are_exactly_what_the_pattern_finds_in_each_chunk(texts: list[str]) -> None:
    tokens = da.tokenize(frame(*texts))
    for number, text in enumerate(texts):
        own = tokens[tokens["doc"] == f"d{number}"]
        plain = [fold_alike(chunk) for chunk in text.split()]
        assert [fold_alike(w) for w in own["word"]] == [m for c in plain for m in TOKEN.findall(c)]
        slices = [text[a:b] for a, b in zip(own["start"], own["end"], strict=True)]
        assert slices == own["word"].tolist()
        assert "".join(slices) == "".join(text.split())
        assert own["position"].tolist() == list(range(len(own)))
        assert own["term"].tolist() == [term_of(word) for word in slices]


@given(st.lists(TEXT, max_size=5))
def test_sentences_tile_the_text_and_hold_the_tokens(texts: list[str]) -> None:
    documents = frame(*texts)
    split, tokens = da.split_sentences(documents), da.tokenize(documents)
    assert tuple(split.columns) == SENTENCES
    for number, text in enumerate(texts):
        own = split[split["doc"] == f"d{number}"]
        assert own["sentence"].tolist() == list(range(len(own)))
        assert own["paragraph"].is_monotonic_increasing
        for row in own.itertuples():
            assert row.text == text[row.start : row.end] == row.text.strip()
            inside = tokens[(tokens["doc"] == row.doc) & (tokens["sentence"] == row.sentence)]
            assert inside["start"].min() == row.start
            assert inside["end"].max() == row.end
        assert "".join("".join(own["text"]).split()) == "".join(text.split())
    assert len(tokens.merge(split, on=["doc", "sentence"])) == len(tokens)


def test_columns_types_and_size(documents: pd.DataFrame) -> None:
    tokens = da.tokenize(documents)
    assert tuple(tokens.columns) == TOKENS
    assert {str(tokens[c].dtype) for c in ("sentence", "position", "start", "end")} == {"int32"}
    assert list(tokens["doc"].cat.categories) == ["a", "b", "c", "d"]
    for column in ("word", "term"):
        assert tokens[column].cat.categories.is_monotonic_increasing
    assert tokens.loc[tokens["word"] == ",", "is_word"].tolist() == [False] * 3
    big = da.tokenize(
        pd.concat([documents.assign(doc=documents["doc"] + str(i)) for i in range(99)])
    )
    assert big.memory_usage(index=False, deep=False).sum() / len(big) < 40


def test_no_sentences_when_not_asked_for(documents: pd.DataFrame) -> None:
    plain = da.tokenize(documents, sentences=False)
    assert "sentence" not in plain
    pd.testing.assert_frame_equal(plain, da.tokenize(documents).drop(columns="sentence"))


def test_processes_give_the_same_table() -> None:
    texts = frame(
        *(f"Text {i} says “peace {i % 7}.” And Kyiv " + "word " * 60_000 for i in range(8))
    )
    pd.testing.assert_frame_equal(da.tokenize(texts), da.tokenize(texts, workers=2))


def test_long_unbroken_lines_take_linear_time() -> None:
    for piece in ("a.", "a-", "a@", "1,", "'", "http://", "😀\u200d", "x"):
        text = piece * 50_000
        tokens = da.tokenize(frame(text))
        assert "".join(tokens["word"].astype(str)) == text


def test_empty_tables() -> None:
    assert len(da.tokenize(frame())) == 0
    assert len(da.split_sentences(frame())) == 0
    assert tuple(da.tokenize(frame("")).columns) == TOKENS


def test_arguments_are_not_changed_and_the_corpus_note_travels(documents: pd.DataFrame) -> None:
    documents.attrs["corpus"] = {"name": "tiny"}
    before = documents.copy(deep=True)
    tokens, split = da.tokenize(documents), da.split_sentences(documents)
    pd.testing.assert_frame_equal(documents, before)
    assert tokens.attrs["corpus"] == split.attrs["corpus"] == {"name": "tiny"}
    (step,) = tokens.attrs["steps"]
    assert step == {"call": "tokenize", "on": "documents", "params": {"sentences": True}}


def test_bad_documents_are_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="lacks 'text'"):
        da.tokenize(pd.DataFrame({"doc": ["a"]}))
    with pytest.raises(InputError, match="'a' stands twice"):
        da.tokenize(pd.DataFrame({"doc": ["a", "a"], "text": ["x", "y"]}))
    with pytest.raises(InputError, match="document 'a' is float, not str"):
        da.split_sentences(pd.DataFrame({"doc": ["a"], "text": [np.nan]}))
    with pytest.raises(InputError, match="DataFrame"):
        da.tokenize(["a text"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "expected",
    [
        ["President Vladimir Putin met Mr. Xi.", "They spoke."],
        ["It was Jan. 5 in the U.S. capital.", "No. 5 came at 8 a.m. on Friday."],
        ["He left the U.S. in May.", "The talks went on in the U.S.", "The war did, too."],
        ["“We are open to a dialogue.”", "Putin added that it must be fair."],
        ["“Really?” he asked.", "“No!”", "She left."],
        ["Rules which “no one has ever seen… and which change.”", "That is all."],
        ["J. R. Smith of St. Petersburg Univ. wrote it.", "Gen. Lee did not."],
        ["It rose by 3.5 percent in 2022.", "In 2023 it fell."],
        ["(It ended there.)", "Then it began."],
        ["He said no.", "The end."],
        ["What?!", "Yes..."],
        ["Yahoo! said so in Vol. 3 of the report (see p. 7)."],
        ["Мир нужен всем.", "Война идёт."],
        ["See Fig. 2 and Art. 5 of the treaty.", "Sgt. Ito agreed."],
        ["The anti-U.S. propaganda praised the Chile–U.S. deal.", "Non-U.S. firms left."],
        ["The Russian-U.K. dispute and Mexico/U.S. talks grew.", "It is non-U.S.", "He left."],
        ["It is #St. Lucia, –St. Lucia or @J. K. Rowling.", "J.-P. Sartre agreed."],
        ["He took vitamin-C.", "Then he left.", "Stop!", "What now?", "and why?"],
        ["The (Jeopardy! host) left.", "WOW!", "that is great."],
    ],
)
def test_sentence_ends(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_blank_lines_end_sentences_and_single_ones_do_not() -> None:
    split = da.split_sentences(frame("A headline\n\nThe first\nline. The second.\n \nLast"))
    assert split["text"].tolist() == ["A headline", "The first\nline.", "The second.", "Last"]
    assert split["paragraph"].tolist() == [0, 1, 1, 2]


def test_stray_closing_mark_belongs_to_the_sentence_before_it() -> None:
    assert sentences("They talked . ” He left .") == ["They talked . ”", "He left ."]


def test_sentences_agree_with_punkt_on_plain_prose() -> None:
    from nltk.tokenize.punkt import PunktSentenceTokenizer

    prose = (
        "The ministers met on Monday. They spoke for three hours! Did they agree? Nobody said so. "
        "In 1995 the treaty was signed. It has 31 articles, of which 4.2 matters most. Some left."
    )
    assert sentences(prose) == PunktSentenceTokenizer().tokenize(prose)


@pytest.mark.parametrize("beside", ["one", "один", "’"])  # bytes of one, two and three
def test_all_white_space_of_unicode_parts_tokens_and_nothing_else_does(beside: str) -> None:
    spaces = [chr(code) for code in range(0x11000) if chr(code).isspace()]
    alike = list("\0\x01\x08\x0e\x1b\x7f\x80\x84\x86\x9f\xad\u180e\u200b\u200c\u200d\u2060\ufeff")
    for sign in spaces + alike:
        text = f"{beside}{sign}{beside}{sign}{sign} end"
        tokens = da.tokenize(frame(text))
        starts, ends = tokens["start"], tokens["end"]
        assert [text[a:b] for a, b in zip(starts, ends, strict=True)] == tokens["word"].tolist()
        gaps = [text[b:a] for a, b in zip(starts[1:], ends[:-1], strict=True)]
        assert [gap for gap in gaps if gap] == (
            [sign, f"{sign}{sign} "] if sign in spaces else [" "]
        )


@pytest.mark.parametrize("sign", ["\u200b", "．", "＇", "’"])
def test_a_sentence_ends_at_what_looks_like_its_end(sign: str) -> None:
    end = "They left．" if sign == "．" else f"They left.{sign}"
    assert sentences(f"{end} We stayed.") == [end, "We stayed."]


@pytest.mark.parametrize("word", ["talks.", "talks!", "...", "J.", "2022.", "u.s."])
@pytest.mark.parametrize("following", ["--", "talks", "Talks", "12", "The"])
def test_sentences_end_where_punkt_ends_them(word: str, following: str) -> None:
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    if word == "J." and following in ("12", "The"):  # p. 7; … and I. The …
        expected = following == "The"
    else:
        parameters = PunktParameters()
        parameters.abbrev_types, parameters.sent_starters = {"u.s"}, {"the"}
        punkt = PunktSentenceTokenizer(parameters)
        expected = punkt.text_contains_sentbreak(f"{word} {following}")
    assert (len(sentences(f"{word} {following}")) == 2) == expected


def hits(tokens: pd.DataFrame, query: str, **options: bool) -> list[str]:
    rows, lengths = find_hits(tokens, query, **options)
    word = tokens["word"].astype(str).tolist()
    return [" ".join(word[a : a + n]) for a, n in zip(rows, lengths, strict=True)]


def test_queries(documents: pd.DataFrame) -> None:
    tokens = da.tokenize(documents)
    assert hits(tokens, "peace") == ["Peace", "peace", "Peace", "peace"]
    assert hits(tokens, "Peace", case=True) == ["Peace", "Peace"]
    assert hits(tokens, "peace talks") == ["Peace talks"]
    assert hits(tokens, "the *") == ["The talks", "The conflict", "The war", "The U.S."]
    assert hits(tokens, "t?l*") == ["talks", "talks", "talks"]
    assert hits(tokens, r"w.r|p\w+e", regex=True)[-1:] == ["peace"]
    assert hits(tokens, "talks, he") == ["talks , he"]
    assert hits(tokens, "on the") == []  # not across documents
    assert hits(tokens, "nothing") == []
    assert hits(tokens, "peace the") == []


def test_several_queries_are_alternatives_without_duplicates(documents: pd.DataFrame) -> None:
    tokens = da.tokenize(documents)
    rows, lengths = find_hits(tokens, ["war", "w*r", "the war"])
    assert lengths.tolist() == [2, 1, 1]
    assert rows.tolist() == sorted(rows)


def test_a_phrase_stands_together_in_the_text_also_where_rows_were_left_out() -> None:
    tokens = da.tokenize(frame("Peace, he said, talks. Peace talks."))
    chosen = tokens[~tokens["term"].isin(["he", "said", ","])]
    rows, lengths = find_hits(chosen, "peace talks")
    assert chosen["start"].iloc[rows].tolist() == [23]
    assert lengths.tolist() == [2]


def test_bad_queries(documents: pd.DataFrame) -> None:
    tokens = da.tokenize(documents)
    with pytest.raises(InputError, match="is empty"):
        find_hits(tokens, "  ")
    with pytest.raises(InputError, match="is empty"):
        find_hits(tokens, [])
    with pytest.raises(InputError, match=r"'\(' cannot be read"):
        find_hits(tokens, "(", regex=True)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:a|aa)+c?d", "(?R)", "(" * 1900, "(?:" * 500 + ")" * 500, "a" * 3000, "a{99999999999}",
    ],
)  # fmt: skip
def test_no_pattern_takes_for_ever(pattern, monkeypatch) -> None:
    monkeypatch.setattr("analysis.text.tokens.PATTERN_TIME", 0.1)
    tokens = da.tokenize(frame("ab" * 40 + " " + "a" * 60))
    words = "takes too long, or too much memory|cannot be read"
    with pytest.raises(InputError, match=words) as error:
        find_hits(tokens, pattern, regex=True)
    assert len(str(error.value)) < 600


@given(st.text("ab*?", min_size=1, max_size=8), st.text("ab", min_size=1, max_size=8))
def test_wildcards_match_as_those_of_file_names(pattern, word) -> None:
    found = len(find_hits(da.tokenize(frame(word)), pattern)[0])
    assert found == (fnmatch.fnmatchcase(word, pattern))


def test_many_stars_take_no_longer() -> None:
    tokens = da.tokenize(frame("a" * 3000))
    assert not len(find_hits(tokens, "a*" * 30 + "z")[0])
    assert len(find_hits(tokens, "a*" * 30 + "a")[0]) == 1


def test_stop_words_keep_negations_and_modals() -> None:
    listed = da.stop_words()
    assert {"the", "of", "and"} <= listed
    assert not listed & {"not", "no", "never", "don't", "must", "should", "can", "may", "perhaps"}
    assert all(word == term_of(word) for word in listed)


@pytest.mark.parametrize(
    "pattern", ["war.*", "wars?", "wa*", "war|peace", "(?i)war", "wa{1,2}r", "w+ar", "wa(?:r|rs)"]
)
def test_regular_expressions_match_whole_words_wherever_they_stand(pattern: str) -> None:
    words = pd.Index(sorted(["peace", "w", "wa", "waa", "waar", "war", "wars", "warsaw", "wwar"]))
    found = words[match_vocabulary(words, pattern, as_regex=True)]
    assert found.tolist() == [word for word in words if re.fullmatch(pattern, word)]
