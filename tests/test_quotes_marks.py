"""Quotation marks paired: every style of mark, nesting, marks without a partner, apostrophes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.voices.marks import MAX_OPEN, find_marked


def marked(text: str) -> list[str]:
    return [text[one.start : one.end] for one in find_marked(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said “we go” and left.", ["“we go”"]),
        ('He said "we go" and left.', ['"we go"']),
        ("He said 'we go' and left.", ["'we go'"]),
        ("He said ‘we go’ and left.", ["‘we go’"]),
        ("He said «we go» and left.", ["«we go»"]),
        ("He said »we go« and left.", ["»we go«"]),
        ("He said „we go“ and left.", ["„we go“"]),
        ("He said „we go” and left.", ["„we go”"]),
        ("He said ”we go” and left.", ["”we go”"]),
        ("He said ‹we go› and left.", ["‹we go›"]),
        ("He said ``we go'' and left.", ["``we go''"]),
        ("He said ＂we go＂ and left.", ["＂we go＂"]),
        ('("we go") and [“we go”]', ['"we go"', "“we go”"]),
        ('—"we go"—', ['"we go"']),
    ],
)
def test_every_style_of_mark_is_paired(text: str, expected: list[str]) -> None:
    assert marked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“He said ‘yes’ to it”", ["“He said ‘yes’ to it”", "‘yes’"]),
        ("‘He said “yes” to it’", ["‘He said “yes” to it’", "“yes”"]),
        ("\"He said 'yes' to it\"", ["\"He said 'yes' to it\"", "'yes'"]),
        ("“a ‘b “c” d’ e”", ["“a ‘b “c” d’ e”", "‘b “c” d’", "“c”"]),
    ],
)  # fmt: skip
def test_marks_nest(text: str, expected: list[str]) -> None:
    assert marked(text) == expected
    assert [one.depth for one in find_marked(text)] == list(range(len(expected)))


@pytest.mark.parametrize(
    "text",
    [
        "The workers' union can't pay its members' fees.",
        "The workers’ union can’t pay its members’ fees.",
        "’Tis the ’90s and rock ’n’ roll.",
        "'Twas the '80s.",
        "O'Brien's dog's collar is at Sant'Angelo.",
        'It is 6" long and 5\'10" high.',
        "no marks at all",
        "",
    ],
)
def test_apostrophes_and_inches_are_no_marks(text: str) -> None:
    assert marked(text) == []


def test_apostrophes_within_single_marks() -> None:
    assert marked("‘We don’t pay’, he said.") == ["‘We don’t pay’"]
    assert marked("'We don't pay', he said.") == ["'We don't pay'"]
    assert marked("He praised ‘the workers’ union’ today.") == ["‘the workers’ union’"]


def test_mark_without_a_partner_covers_its_sentence() -> None:
    text = "He said: “We go. The road is closed. Nobody came."
    assert marked(text) == ["“We go."]
    assert not find_marked(text)[0].closed
    assert marked("We go.” The road is closed.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We will never sign, said Ann Lee. Nobody came.', ['"We will never sign,']),
        ("“We will never sign, the mayor told us on Monday. He left.", ["“We will never sign,"]),
        ("“We go!” he said. “We stay, Joe Carr replied.", ["“We go!”", "“We stay,"]),
        ("“We lost, Lee said.\n\n“We won,” Carr said.", ["“We lost,", "“We won,”"]),
        ("“We lost, I said.\n\n“We won,” Carr said.", ["“We lost, I said.\n\n“We won,”"]),
    ],
)
def test_mark_without_a_partner_ends_before_who_speaks(text: str, expected: list[str]) -> None:
    assert marked(text) == expected


def test_mark_opened_again_closes_the_first() -> None:
    assert marked('He said "we go. The "road" is closed.') == ['"we go.', '"road"']


def test_mark_without_a_partner_stops_where_no_sentence_ends() -> None:
    text = "He said “we go " + "and go " * 5000
    assert [one.end - one.inner_start <= MAX_OPEN for one in find_marked(text)] == [True]


def test_quotation_runs_over_paragraphs() -> None:
    repeated = "“One is here.\n\n“Two is here.\n\n“Three is here.” And no more."
    assert marked(repeated) == ["“One is here.\n\n“Two is here.\n\n“Three is here.”"]
    unrepeated = '"One is here.\n\nTwo is here." And no more.'
    assert marked(unrepeated) == ['"One is here.\n\nTwo is here."']


def test_paragraph_that_opens_another_quotation_does_not_run_on() -> None:
    assert marked("“One is here.\n\nHe said “two” and left.") == ["“One is here.", "“two”"]


def test_displaced_and_mixed_marks() -> None:
    assert marked('He said," Yes, we go". Then he left.') == ['" Yes, we go"']
    assert marked('He said "as much as that.“ Then he left.') == ['"as much as that.“']


MARKS = "“”\"'‘’«»„‚`"
LETTERS = st.sampled_from(["a", "B", "s", " ", ".", ",", "\n\n", "word ", "It’s ", "5", *MARKS])


@given(st.lists(LETTERS, max_size=60).map("".join))
def test_stretches_never_cross_and_never_raise(text: str) -> None:
    found = find_marked(text)
    for one in found:
        assert 0 <= one.start < one.inner_start < one.inner_end <= one.end <= len(text)
        assert text[one.start] in MARKS
        if one.closed:
            assert text[one.end - 1] in MARKS
    for one in found:
        for two in found:
            apart = one.end <= two.start or two.end <= one.start
            inside = (one.start <= two.start and two.end <= one.end) or (
                two.start <= one.start and one.end <= two.end
            )
            assert apart or inside
    assert [one.start for one in found] == sorted(one.start for one in found)


@given(st.text(st.sampled_from("abc .,"), max_size=200), st.sampled_from(MARKS))
def test_one_mark_never_swallows_the_rest(text: str, mark: str) -> None:
    sentence = "and so it goes on. The end is here. "
    whole = f"He went {mark}{text}{sentence}" + "Nothing more. " * 60
    covered = sum(one.end - one.start for one in find_marked(whole))
    assert covered <= len(text) + len(sentence) + 2


@given(st.text(st.sampled_from("abc ’'"), max_size=80))
def test_text_without_openers_has_no_stretch(text: str) -> None:
    assert all(text[one.start] in "'’" for one in find_marked(text))
    assert find_marked(text.replace("'", "").replace("’", "")) == []
