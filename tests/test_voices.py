"""Quotations as a table, and whose voice every token is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import tag_at_random

from analysis.tables import InputError
from analysis.text.tokens import split_sentences, tokenize
from analysis.voices.lexicon import MODES, read_reporting_verbs
from analysis.voices.quotes import KINDS, QUOTES, add_voices, find_quotes
from analysis.voices.spans import headline_end


def texts(*contents: str, **columns: list) -> pd.DataFrame:
    docs = [chr(97 + number) for number in range(len(contents))]
    return pd.DataFrame({"doc": docs, "text": list(contents), **columns})


def names(*rows: tuple) -> pd.DataFrame:
    """Mentions: doc, start, end, label, entity."""
    return pd.DataFrame(rows, columns=["doc", "start", "end", "label", "entity"])


def mention(text: str, name: str, label: str, entity: str, nth: int = 0) -> tuple:
    start = -1
    for _ in range(nth + 1):
        start = text.index(name, start + 1)
    return ("a", start, start + len(name), label, entity)


def check_table(quotes: pd.DataFrame, documents: pd.DataFrame) -> None:
    """Exact offsets, no overlaps, known kinds, nothing half there."""
    assert tuple(quotes.columns) == QUOTES
    of = dict(zip(documents["doc"], documents["text"], strict=True))
    last: dict[tuple[str, int], int] = {}
    for row in quotes.itertuples():
        text = of[row.doc]
        assert row.text == text[row.start : row.end]
        assert 0 <= row.start < row.end <= len(text)
        assert row.start >= last.get((row.doc, row.depth), 0)
        last[row.doc, row.depth] = row.end
        assert row.kind in KINDS
        assert row.mode in MODES
        assert 0 < row.score < 1
        assert (row.depth > 0) == (row.chain != "")
        assert row.cue_start >= 0 or (row.cue == "" == row.cue_class)
        assert row.cue == "" or row.cue == text[row.cue_start : row.cue_end]
        assert (row.speaker_start < 0) == (row.speaker == "")


def test_columns_and_values() -> None:
    documents = texts("The talks failed, Ann Lee said.", "Nobody spoke here.")
    quotes = find_quotes(documents)
    check_table(quotes, documents)
    row = quotes.iloc[0]
    assert (row["doc"], row["sentence"], row["kind"]) == ("a", 0, "indirect")
    assert (row["text"], row["start"], row["end"]) == ("The talks failed", 0, 16)
    assert (row["speaker"], row["speaker_start"], row["speaker_end"]) == ("Ann Lee", 18, 25)
    assert (row["cue"], row["cue_start"], row["cue_end"]) == ("said", 26, 30)
    assert (row["cue_class"], row["chain"]) == ("neutral", "")
    assert quotes["doc"].cat.categories.tolist() == ["a", "b"]


def test_steps_are_recorded() -> None:
    documents = texts("The talks failed, Ann Lee said.")
    step = find_quotes(documents).attrs["steps"][-1]
    assert (step["call"], step["on"]) == ("find_quotes", "documents")
    quotes = find_quotes(documents)
    step = add_voices(tokenize(documents), quotes, documents=documents).attrs["steps"][-1]
    assert step["call"] == "add_voices"


def test_arguments_are_not_changed() -> None:
    documents = texts("The talks failed, Ann Lee said. “We go,” she added.")
    tokens = tokenize(documents)
    mentions = names(mention(documents["text"][0], "Ann Lee", "PERSON", "Ann Lee"))
    quotes = find_quotes(documents, mentions=mentions)
    before = [table.copy() for table in (documents, tokens, mentions, quotes)]
    add_voices(tokens, quotes, documents=documents)
    find_quotes(documents, mentions=mentions, cues=read_reporting_verbs())
    for old, new in zip(before, (documents, tokens, mentions, quotes), strict=True):
        pd.testing.assert_frame_equal(old, new)


def test_no_documents_and_no_quotations_give_typed_tables() -> None:
    empty = find_quotes(texts())
    full = find_quotes(texts("The talks failed, Ann Lee said."))
    assert empty.dtypes.astype(str).to_dict() == full.dtypes.astype(str).to_dict()
    documents = texts("Nobody spoke here.")
    voiced = add_voices(tokenize(documents), find_quotes(documents), documents=documents)
    assert set(voiced["voice"]) == {"writer"}
    assert set(voiced["speech"]) == {""}


# speakers


def speakers(text: str, *rows: tuple) -> list[str]:
    return find_quotes(texts(text), mentions=names(*rows))["speaker"].tolist()


def test_surname_is_the_entity_of_its_mention() -> None:
    text = "Ann Lee came. Lee said that the talks had failed."
    again = mention(text, "Lee", "PERSON", "Ann Lee", 1)
    assert speakers(text, mention(text, "Ann Lee", "PERSON", "Ann Lee"), again) == ["Ann Lee"]


def test_without_mentions_the_words_stand() -> None:
    assert speakers("President Lee said it was over.") == ["President Lee"]


def test_name_within_a_description_is_not_the_speaker() -> None:
    text = "Russian officials said that the talks had failed. Lee’s lawyer said so."
    found = speakers(
        text, mention(text, "Russian", "NORP", "Russian"), mention(text, "Lee", "PERSON", "Ann Lee")
    )
    assert found[0] == "Russian officials"


@pytest.mark.parametrize(
    ("speaker", "entity"),
    [
        ("The Ruritanian news agency Argus", "Argus"),
        ("Officials at Argus", "officials at Argus"),
        ("Lawyers for the agency Argus", "lawyers for the agency Argus"),
    ],
)
def test_a_name_behind_its_description_is_the_speaker(speaker: str, entity: str) -> None:
    text = f"{speaker} said that the talks had failed."
    assert speakers(text, mention(text, "Argus", "ORG", "Argus")) == [entity]


def test_pronoun_is_the_one_person_named_before() -> None:
    text = "Ann Lee came. She said that the talks had failed."
    assert speakers(text, mention(text, "Ann Lee", "PERSON", "Ann Lee")) == ["Ann Lee"]


def test_pronoun_stays_where_two_could_be_meant() -> None:
    text = "Ann Lee met Eva Moon. She said that the talks had failed."
    rows = [mention(text, name, "PERSON", name) for name in ("Ann Lee", "Eva Moon")]
    assert speakers(text, *rows) == ["She"]


def test_pronoun_is_the_last_speaker_if_nobody_was_named_since() -> None:
    text = "Eva Moon came. Ann Lee said that the talks had failed. She added that it was late."
    rows = [mention(text, name, "PERSON", name) for name in ("Eva Moon", "Ann Lee")]
    assert speakers(text, *rows) == ["Ann Lee", "Ann Lee"]


def test_pronoun_does_not_take_a_name_of_the_other_gender() -> None:
    text = "Mr Lee came. She said that the talks had failed."
    assert speakers(text, mention(text, "Lee", "PERSON", "Karl Lee")) == ["She"]


def test_pronoun_stays_where_nobody_is_named() -> None:
    assert speakers("He said that the talks had failed.", ("a", 0, 0, "PERSON", "X")) == ["He"]


def test_role_is_who_the_text_gave_it_to() -> None:
    text = "Russian President Ann Lee came. The Russian president said that the talks had failed."
    assert speakers(text, mention(text, "Ann Lee", "PERSON", "Ann Lee")) == ["Ann Lee"]
    other = text.replace("The Russian", "The Chinese")
    assert speakers(other, mention(text, "Ann Lee", "PERSON", "Ann Lee")) == [
        "The Chinese president"
    ]


def test_role_in_apposition_and_ministry() -> None:
    text = "Ann Lee, the mayor, came. The mayor said that the talks had failed."
    assert speakers(text, mention(text, "Ann Lee", "PERSON", "Ann Lee")) == ["Ann Lee"]
    text = "The Defence Ministry met. The ministry said that the talks had failed."
    row = mention(text, "Defence Ministry", "ORG", "Defence Ministry")
    assert speakers(text, row) == ["Defence Ministry"]


def test_relayed_speech_keeps_the_chain() -> None:
    text = "Amsel told the paper that Petrov had said that the war would go on."
    outer, inner = find_quotes(texts(text)).to_dict("records")
    assert (outer["speaker"], outer["depth"], outer["chain"]) == ("Amsel", 0, "")
    assert outer["text"] == "Petrov had said that the war would go on"
    assert (inner["speaker"], inner["depth"], inner["chain"]) == ("Petrov", 1, "Amsel > Petrov")
    assert inner["text"] == "the war would go on"


def test_a_quotation_within_itself_is_none() -> None:
    rows = find_quotes(texts("The army, Petrov said, had lost two villages."))
    assert rows["depth"].tolist() == [0]


def test_mode_is_that_of_the_cue() -> None:
    documents = texts(
        "Ann Lee said the talks failed. Ann Lee tweeted that the talks failed. "
        "Ann Lee believes that the talks failed."
    )
    assert find_quotes(documents)["mode"].tolist() == ["speech", "writing", "thought"]


def test_what_was_not_said_is_nobodys() -> None:
    for text in (
        "The ministry did not say that the talks had failed.",
        "The ministry didn't say that the talks had failed.",
        "The ministry declined to say whether the talks had failed.",
    ):
        assert find_quotes(texts(text)).empty, text


# voices


def test_thoughts_are_the_writers_unless_asked() -> None:
    documents = texts("Ann Lee believes that the talks failed.")
    quotes, tokens = find_quotes(documents), tokenize(documents)
    voiced = add_voices(tokens, quotes, documents=documents)
    own = voiced[voiced["word"] == "failed"].iloc[0]
    assert (own["voice"], own["speech"]) == ("writer", "thought")
    modes = ("speech", "writing", "thought")
    asked = add_voices(tokens, quotes, documents=documents, modes=modes)
    own = asked[asked["word"] == "failed"].iloc[0]
    assert (own["voice"], own["speech"]) == ("Ann Lee", "thought")
    with pytest.raises(InputError, match="modes"):
        add_voices(tokens, quotes, documents=documents, modes=("song",))


def test_words_within_a_quotation_are_the_inner_speakers() -> None:
    documents = texts("Amsel told the paper that Petrov had said that the war would go on.")
    voiced = add_voices(tokenize(documents), find_quotes(documents), documents=documents)
    voices = dict(zip(voiced["word"], voiced["voice"], strict=True))
    assert (voices["had"], voices["war"], voices["paper"]) == ("Amsel", "Petrov", "writer")


def test_every_token_has_its_voice() -> None:
    documents = texts("Amsel said the talks were “a farce”. The war goes on.")
    tokens = add_voices(tokenize(documents), find_quotes(documents), documents=documents)
    words = tokens[tokens["is_word"]]
    assert words["word"][words["voice"] == "Amsel"].tolist() == "the talks were a farce".split()
    assert words["word"][words["speech"] == "quoted"].tolist() == ["a", "farce"]
    assert words["word"][words["speech"] == "reported"].tolist() == ["the", "talks", "were"]
    assert (
        words["word"][words["voice"] == "writer"].tolist() == "Amsel said The war goes on".split()
    )


def test_parenthesis_in_a_report_is_the_writers() -> None:
    documents = texts("The army, Petrov said, had lost two villages.")
    tokens = add_voices(tokenize(documents), find_quotes(documents), documents=documents)
    assert "Petrov said" in " ".join(tokens["word"][tokens["voice"] == "writer"])


def test_marked_words_without_a_speaker_are_the_writers() -> None:
    documents = texts("The “experts” arrived in two cars.")
    tokens = add_voices(tokenize(documents), find_quotes(documents), documents=documents)
    assert set(tokens["voice"]) == {"writer"}


def test_speech_without_a_named_speaker() -> None:
    documents = texts("It was claimed that the talks had failed.")
    tokens = add_voices(tokenize(documents), find_quotes(documents), documents=documents)
    assert "(unnamed)" in set(tokens["voice"])


def test_sentence_belongs_to_most_of_its_characters() -> None:
    documents = texts("“We have lost two villages to the enemy,” he said. He left. Lee said: “No.”")
    voiced = add_voices(split_sentences(documents), find_quotes(documents), documents=documents)
    assert voiced["voice"].tolist() == ["he", "writer", "writer"]
    assert voiced["speech"].tolist() == ["quoted", "", ""]
    assert voiced["voice_share"].tolist() == pytest.approx([41 / 50, 1.0, 10 / 15])


def test_mentions_get_the_voice_of_their_place() -> None:
    text = "Lee said that China had won."
    rows = names(
        mention(text, "Lee", "PERSON", "Ann Lee"), mention(text, "China", "PLACE", "China")
    )
    documents = texts(text)
    voiced = add_voices(rows, find_quotes(documents, mentions=rows), documents=documents)
    assert voiced["voice"].tolist() == ["writer", "Ann Lee"]
    assert "voice_share" not in voiced


def test_speaker_called_writer_is_not_the_writer() -> None:
    documents = texts("writer said that the talks had failed.")
    assert find_quotes(documents)["speaker"].tolist() == ["writer (speaker)"]


@pytest.mark.parametrize(
    ("text", "title", "standfirst", "headline"),
    [
        ("Talks end\n\nThey ended.", "Talks end", None, "Talks end"),
        ("TALKS END!\n\nThey ended.", "Talks end", None, "TALKS END!"),
        ("Talks\n\nBoth left.\n\nIt ended.", "Talks", "Both left.", "Talks\n\nBoth left."),
        ("They ended.\n\nTalks end", "Talks end", None, ""),
        ("Talks end\n\nThey ended.", None, None, "Talks end"),
        ("Talks end\n\nThey ended.", np.nan, np.nan, "Talks end"),
        ("They ended.\n\nAll left.", None, None, ""),
        ("Talks end", None, None, ""),
        ("", None, None, ""),
        ("\n\n", None, None, ""),
    ],
)  # fmt: skip
def test_headline(text: str, title: object, standfirst: object, headline: str) -> None:
    assert text[: headline_end(text, title, standfirst)] == headline


def test_words_that_a_headline_attributes_are_the_speakers() -> None:
    documents = texts("Talks have failed, says minister\n\nThe war goes on. It is long.")
    tokens = add_voices(tokenize(documents), find_quotes(documents), documents=documents)
    words = tokens[tokens["is_word"]]
    assert words["voice"].tolist()[:5] == ["minister"] * 3 + ["headline"] * 2


# bad input


def test_wrong_tables_are_refused() -> None:
    documents = texts("Lee said that we go.")
    quotes = find_quotes(documents)
    with pytest.raises(InputError, match="lacks 'text'"):
        find_quotes(documents[["doc"]])
    with pytest.raises(InputError, match="tagged tokens table lacks 'pos'"):
        find_quotes(documents, tagged=tokenize(documents))
    with pytest.raises(InputError, match="not in the documents table"):
        find_quotes(documents, mentions=names(("z", 0, 1, "ORG", "Z")))
    with pytest.raises(InputError, match="not in the documents table"):
        add_voices(tokenize(texts("a", "b")), quotes, documents=documents)
    with pytest.raises(InputError, match="places table lacks"):
        add_voices(documents, quotes, documents=documents)
    with pytest.raises(InputError, match="quotes table lacks"):
        add_voices(tokenize(documents), documents, documents=documents)
    tagged = tokenize(documents).assign(pos="X", dep="x", head=-1, morphology="")
    with pytest.raises(InputError, match="not all of its text"):
        find_quotes(documents.assign(text="Lee"), tagged=tagged)


def find_at_random(documents: pd.DataFrame) -> pd.DataFrame:
    """Quotations by tags that make no sense, so that nothing rests on the model."""
    return find_quotes(documents, tagged=tag_at_random(documents), mentions=names())


BAD: dict[str, Callable[[], str]] = {
    "empty": lambda: "",
    "blank": lambda: " \n\n \n",
    "no quotation": lambda: "The war goes on. Nothing else happened here.",
    "only quotations": lambda: "“We go.” “We stay.”\n\n“We wait.”",
    "only marks": lambda: "“”‘’\"\"''«»„“ “ ”",
    "recognition noise": lambda: (
        'Tbe minlster sa1d:"Vve w,ll n0t l e a v e" ~~|| “ ” ’ ,, he sald . " "'
    ),
    "markup": lambda: (
        '<p class="q">“We go,” <b>Lee</b> said &amp; <a href="x">left</a></p> {{q|a}} [[b]]'
    ),
    "no full stop": lambda: "he said that we go and " * 450,
    "no full stop, one mark": lambda: "“" + "we go and he said " * 560,
    "many marks": lambda: '" ' * 2000,
    "many apostrophes": lambda: "'a " * 2000,
    "many openers": lambda: "“a" * 2000,
    "nested openers": lambda: "“‘" * 500,
    "one word": lambda: "a" * 10_000,
    "inches": lambda: '5" ' * 2000,
    "cues only": lambda: "said says told " * 300,
    "brackets": lambda: "he said " + "(" * 2000,
    "colons": lambda: "he said: " * 500,
    "lines": lambda: "said\n" * 2000,
    "paragraphs": lambda: "“a\n\n" * 800,
}


@pytest.mark.parametrize("what", BAD)
def test_bad_texts_give_sensible_tables(what: str) -> None:
    documents = texts(BAD[what]())
    quotes = find_at_random(documents)
    check_table(quotes, documents)
    tokens = add_voices(tokenize(documents), quotes, documents=documents)
    assert tokens["voice"].notna().all()


def test_only_quotations_have_no_speaker() -> None:
    quotes = find_quotes(texts("“We go now, all of us.” “We stay here, all of us.”"))
    assert quotes["kind"].tolist() == ["direct", "direct"]
    assert quotes["speaker"].tolist() == ["", ""]


# properties

WORDS = st.sampled_from(
    "Ann Lee said says told that the minister , . : ; “ ” \" ' ‘ ’ ( ) — we go he according to as "
    "claimed war and but of called “peace” asked to not 5 \n\n In’s view, ! ?".split(" ")
)
PROSE = st.lists(WORDS, max_size=40).map(" ".join)


@settings(max_examples=50)
@given(st.lists(PROSE, min_size=1, max_size=3))
def test_offsets_are_exact_and_voices_cover_every_token_once(contents: list[str]) -> None:
    documents = texts(*contents)
    quotes = find_at_random(documents)
    check_table(quotes, documents)
    tokens = tokenize(documents)
    voiced = add_voices(tokens, quotes, documents=documents)
    assert len(voiced) == len(tokens)
    assert voiced["voice"].notna().all()
    assert voiced["speech"].notna().all()
    inside = np.zeros(len(tokens), dtype=int)
    for row in quotes.itertuples():
        own = (
            (tokens["doc"] == row.doc) & (tokens["start"] >= row.start) & (tokens["end"] <= row.end)
        )
        inside += own.to_numpy()
    assert inside.max(initial=0) <= 1
    spoken = (voiced["speech"] != "").to_numpy()
    assert not (spoken & (inside == 0)).any()
    assert set(voiced["voice"][spoken]) <= {*quotes["speaker"], "(unnamed)"}


@settings(max_examples=25)
@given(PROSE)
def test_sentences_share_is_a_share(content: str) -> None:
    documents = texts(content)
    quotes = find_at_random(documents)
    voiced = add_voices(split_sentences(documents), quotes, documents=documents)
    assert voiced["voice_share"].between(0, 1).all()
    assert (voiced["voice_share"] > 0).all()
