"""Shares of voice, verbs of saying, quotations and tone by voice: numbers counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta, t

from analysis.sentiment.arc import score_arc
from analysis.sentiment.lexicon import find_sentiment_words, score_sentiment
from analysis.tables import InputError
from analysis.text.tokens import split_sentences, tokenize
from analysis.voices.counts import count_cues, count_quotes, count_voices, voice_stretches
from analysis.voices.quotes import add_voices, find_quotes
from analysis.voices.spans import resolved_voices
from analysis.voices.tone import score_tone_by_voice

TEXTS = pd.DataFrame(
    {
        "doc": ["a", "b", "c"],
        "outlet": ["RT", "RT", "AP"],
        "title": ["Putin ready", "", "Talks"],
        "text": [
            "Putin ready\n\n“We want peace,” Putin said. He left.",
            "Xi warned of war. “We want talks now,” Xi claimed.",
            "Talks\n\nThe “deal” is off, he said.",
        ],
    }
)
# voice and speech by word of each text, in the order of the words
SAID = {
    "a": [("headline", "")] * 2 + [("Putin", "quoted")] * 3 + [("writer", "")] * 4,
    "b": [("writer", "")] * 2 + [("Xi", "reported")] * 2 + [("Xi", "quoted")] * 4
    + [("writer", "")] * 2,
    "c": [("headline", "")] + [("he", "reported")] * 4 + [("writer", "")] * 2,
}  # fmt: skip


def voiced() -> pd.DataFrame:
    """The tokens with the voices above; a mark has the voice of the word before it."""
    tokens = tokenize(TEXTS)
    left = {doc: iter(pairs) for doc, pairs in SAID.items()}
    now: dict[str, tuple[str, str]] = {}
    pairs = []
    for doc, word in zip(tokens["doc"], tokens["is_word"], strict=True):
        if word:
            now[doc] = next(left[doc])
        pairs.append(now.get(doc, ("writer", "")))
    voice, speech = zip(*pairs, strict=True)
    return tokens.assign(voice=pd.Categorical(voice), speech=list(speech))


def quotes() -> pd.DataFrame:
    rows = [
        ("a", 1, 13, 29, "direct", "Putin", "said", "neutral"),
        ("b", 0, 3, 16, "indirect", "Xi", "warned of", "doubting"),
        ("b", 1, 18, 37, "direct", "Xi", "Claimed", "doubting"),
        ("c", 1, 11, 17, "mixed", "", "", ""),
        ("c", 1, 7, 24, "indirect", "he", "said", "neutral"),
    ]
    names = ["doc", "sentence", "start", "end", "kind", "speaker", "cue", "cue_class"]
    return pd.DataFrame(rows, columns=names)


# ---- shares of voice ------------------------------------------------------------------------


def test_shares_of_voice_are_words_over_all_words() -> None:
    counts = count_voices(voiced(), confidence=None)
    found = counts.set_index(["voice", "speech"])["count"].to_dict()
    assert found == {
        ("writer", ""): 10,
        ("Xi", "quoted"): 4,
        ("(unresolved)", "reported"): 4,
        ("Putin", "quoted"): 3,
        ("headline", ""): 3,
        ("Xi", "reported"): 2,
    }
    assert counts["base"].eq(26).all()
    assert counts["share"].tolist() == pytest.approx((counts["count"] / 26).tolist())
    assert counts["count"].is_monotonic_decreasing
    assert counts["voice"].tolist()[1:3] == ["(unresolved)", "Xi"]  # ties by name


def test_groups_add_up_to_the_whole_and_to_their_base() -> None:
    tokens = voiced()
    groups = count_voices(tokens, by="outlet", documents=TEXTS, confidence=None)
    assert groups.groupby("outlet")["count"].sum().to_dict() == {"AP": 7, "RT": 19}
    assert groups.groupby("outlet")["base"].max().to_dict() == {"AP": 7, "RT": 19}
    whole = count_voices(tokens, confidence=None).set_index(["voice", "speech"])["count"]
    summed = groups.groupby(["voice", "speech"])["count"].sum()
    assert summed.sort_index().to_dict() == whole.sort_index().to_dict()


def test_speech_can_be_counted_together_and_pronouns_kept() -> None:
    counts = count_voices(
        voiced(), split_speech=False, merge_unresolved=False, confidence=None
    ).set_index("voice")
    assert counts.loc["Xi", "count"] == 6
    assert counts.loc["he", "count"] == 4
    assert "speech" not in counts.columns


def test_chosen_voices_have_rows_where_they_are_silent() -> None:
    counts = count_voices(
        voiced(), by="outlet", documents=TEXTS, voices=["Xi", "Biden"], split_speech=False
    )
    rows = counts.set_index(["outlet", "voice"])
    assert rows.loc[("AP", "Xi"), "count"] == 0
    assert rows.loc[("RT", "Biden"), "share"] == 0
    assert rows.loc[("RT", "Biden"), "interval"] == "none: fewer than 3 documents"
    whole = count_voices(voiced(), voices=["Biden"], split_speech=False).iloc[0]
    assert (whole["count"], whole["low"]) == (0, 0)
    assert 0 < whole["high"] < 1


def test_the_interval_of_a_share_takes_documents_as_the_draws() -> None:
    xi = count_voices(voiced(), split_speech=False).set_index("voice").loc["Xi"]
    # 6 of 26 words in three texts of 9, 10 and 7, all of them in the second
    share, words = 6 / 26, np.array([9, 10, 7])
    effective = 26**2 / (words**2).sum()
    variance = (
        effective / (effective - 1) * (((np.array([0, 6, 0]) - share * words) / 26) ** 2).sum()
    )
    draws = share * (1 - share) / variance * (t.ppf(0.975, 25) / t.ppf(0.975, 2)) ** 2
    assert xi["low"] == pytest.approx(beta.ppf(0.025, draws * share, draws * (1 - share) + 1))
    assert xi["high"] == pytest.approx(beta.ppf(0.975, draws * share + 1, draws * (1 - share)))
    assert xi["interval"] == (
        "95 % Korn–Graubard over documents; comes in bursts, so this may be too short"
    )


def test_bad_voices_are_refused() -> None:
    tokens = voiced()
    with pytest.raises(InputError, match="lacks 'voice'"):
        count_voices(tokenize(TEXTS))
    with pytest.raises(InputError, match="by='voice' has rows of its own"):
        count_voices(tokens, by=["voice"])
    with pytest.raises(InputError, match="not a list"):
        count_voices(tokens, voices="Xi")


def test_stretches_hold_the_counted_words() -> None:
    tokens = voiced()
    passages = voice_stretches(tokens)
    counts = count_voices(tokens, merge_unresolved=False, confidence=None)
    words = passages.groupby(["voice", "speech"], observed=True)["words"].sum()
    assert words.to_dict() == counts.set_index(["voice", "speech"])["count"].to_dict()
    some = tokens[~((tokens["doc"] == "b") & (tokens["position"] == 7))]
    assert (voice_stretches(some)["voice"] == "Xi").sum() == 3  # a hole parts a passage


def test_every_row_has_a_voice_its_group_and_its_part() -> None:
    found = quotes().assign(speaker_start=-1, speaker_end=-1, cue_start=-1, cue_end=-1, text="")
    found["chain"] = ""
    tokens = add_voices(tokenize(TEXTS), found, documents=TEXTS, groups=["Xi"])
    names = ["headline", "writer", "Xi", "other speakers"]
    assert tokens["voice_group"].cat.categories.tolist() == names
    assert (tokens["voice_group"] == "Xi").equals(tokens["voice"] == "Xi")
    counts = count_voices(tokens, by="part", split_speech=False, confidence=None)
    assert counts.groupby("part", observed=True)["count"].sum().sum() == 26
    assert set(counts.loc[counts["part"] == "headline", "voice"]) == {"headline"}
    rows = pd.DataFrame({"doc": list("aaabb"), "start": [0, 13, 30, 0, 20]}).assign(end=50)
    placed = add_voices(rows, found, documents=TEXTS)
    assert placed["part"].tolist() == ["headline", "opening fifth", "rest", "opening fifth", "rest"]
    own = add_voices(tokenize(TEXTS), found, documents=TEXTS, keep=["writer", "Xi"])
    assert set(own["voice"]) == {"writer", "Xi"}
    said = add_voices(tokenize(TEXTS), found, documents=TEXTS, keep=["speakers"])
    assert set(said["voice"]) == {"Xi", "Putin", "he"}
    for options, match in [
        ({"groups": ["Biden"]}, "'Biden', whose voice is nowhere"),
        ({"keep": []}, "keep is empty"),
        ({"keep": "writer"}, "is not a list"),
    ]:
        with pytest.raises(InputError, match=match):
            add_voices(tokenize(TEXTS), found, documents=TEXTS, **options)
    with pytest.raises(InputError, match="'x' of the table is not in the documents"):
        add_voices(rows.assign(doc="x"), found, documents=TEXTS)


def test_the_arc_splits_into_writer_and_speakers() -> None:
    found = find_quotes(TEXTS)
    scores = score_sentiment(split_sentences(TEXTS))
    arc = score_arc(add_voices(scores, found, documents=TEXTS), by="voice_group", bins=2)
    assert set(arc["voice_group"]) == {"headline", "writer", "speakers"}
    assert arc["base"].sum() == len(scores)


# ---- verbs, kinds, contexts -------------------------------------------------------------------


def test_the_profile_of_verbs_by_speaker() -> None:
    counts = count_cues(quotes())
    rows = counts.set_index(["speaker", "cue_class"])
    assert rows.loc[("Xi", "doubting"), ["count", "base", "share"]].tolist() == [2, 2, 1.0]
    assert rows.loc[("Xi", "doubting"), "cues"] == "claimed 1, warned of 1"
    assert rows.loc[("Xi", "neutral"), "count"] == 0
    assert rows.loc[("Xi", "neutral"), "cues"] == ""
    assert rows.loc[("(unresolved)", "neutral"), "share"] == 1.0
    assert rows.loc[("Xi", "neutral"), "interval"] == "none: fewer than 3 sentences of one document"
    assert counts.groupby("speaker")["count"].sum().to_dict() == {
        "(unresolved)": 1, "Putin": 1, "Xi": 2,
    }  # fmt: skip


def test_the_profile_by_outlet_and_verb() -> None:
    counts = count_cues(quotes(), by="outlet", documents=TEXTS, item="cue", confidence=None)
    own = counts[counts["outlet"] == "RT"]
    assert dict(zip(own["cue"], own["count"], strict=True)) == {
        "claimed": 1, "said": 1, "warned of": 1,
    }  # fmt: skip
    assert own["base"].tolist() == [3, 3, 3]
    whole = count_cues(quotes(), by=None, confidence=None)
    assert whole["count"].tolist() == [2, 2]
    assert count_cues(quotes(), min_count=2, confidence=None)["speaker"].unique().tolist() == ["Xi"]


def test_quotations_per_thousand_words() -> None:
    counts = count_quotes(quotes(), tokens=tokenize(TEXTS), by="outlet", documents=TEXTS)
    rows = counts.set_index(["outlet", "kind"])
    assert rows.loc[("RT", "direct"), ["count", "base"]].tolist() == [2, 19]
    assert rows.loc[("RT", "direct"), "rate"] == pytest.approx(2000 / 19)
    assert rows.loc[("RT", "mixed"), "count"] == 0
    speakers = count_quotes(quotes(), tokens=tokenize(TEXTS), item="speaker", confidence=None)
    assert speakers["speaker"].tolist() == ["Xi", "(none)", "Putin", "he"]


def test_bad_quotations_are_refused() -> None:
    tokens = tokenize(TEXTS)
    with pytest.raises(InputError, match="item='verb'"):
        count_cues(quotes(), item="verb")
    with pytest.raises(InputError, match="min_count=0"):
        count_cues(quotes(), min_count=0)
    with pytest.raises(InputError, match="item='text'"):
        count_quotes(quotes(), tokens=tokens, item="text")
    with pytest.raises(InputError, match="is not in the tokens"):
        count_quotes(quotes(), tokens=tokens[tokens["doc"] != "c"])


def test_empty_tables_give_empty_tables() -> None:
    assert len(count_cues(quotes().head(0))) == 0
    assert len(count_quotes(quotes().head(0), tokens=tokenize(TEXTS))) == 0
    assert len(voice_stretches(voiced().head(0))) == 0
    assert len(count_voices(voiced().head(0))) == 0


# ---- tone --------------------------------------------------------------------------------------


def test_tone_by_voice_adds_up() -> None:
    tokens = voiced()
    words = find_sentiment_words(split_sentences(TEXTS))
    tone = score_tone_by_voice(words, voiced=tokens, by="outlet", documents=TEXTS)
    for _, own in tone.groupby("outlet"):
        whole, parts = (
            own[own["voice_group"] == "all voices"],
            own[own["voice_group"] != "all voices"],
        )
        for column in ("total", "base", "count", "tone_share"):
            assert parts[column].sum() == pytest.approx(whole[column].sum())
    assert tone["tone"].tolist() == pytest.approx((100 * tone["total"] / tone["base"]).tolist())
    whole = score_tone_by_voice(words, voiced=tokens).set_index("voice_group")
    assert whole.loc["all voices", "total"] == pytest.approx(words["contribution"].sum())
    assert whole.loc["all voices", "documents"] == 3
    assert whole.loc["headline", "documents"] == 2
    strange = words.head(1).assign(doc="z", start=0)
    with pytest.raises(InputError, match="sentiment word at character 0 of 'z'"):
        score_tone_by_voice(strange, voiced=tokens)


def test_a_silent_voice_has_no_tone() -> None:
    tokens = voiced().assign(voice="writer")
    tokens.loc[tokens["doc"] == "b", "voice"] = "Xi"
    words = find_sentiment_words(split_sentences(TEXTS))
    tone = score_tone_by_voice(words, voiced=tokens, by="doc").set_index(["doc", "voice_group"])
    assert np.isnan(tone.loc[("b", "writer"), "tone"])
    assert tone.loc[("b", "speakers"), "tone_share"] == 1.0


# ---- what all of them keep to -------------------------------------------------------------------


def test_nothing_is_changed_and_every_step_is_recorded() -> None:
    tokens, table, documents = voiced(), quotes(), TEXTS.copy(deep=True)
    words = find_sentiment_words(split_sentences(TEXTS))
    before = [frame.copy(deep=True) for frame in (tokens, table, words)]
    made = {
        "count_voices": count_voices(tokens, by="outlet", documents=documents),
        "count_cues": count_cues(table),
        "count_quotes": count_quotes(table, tokens=tokens),
        "score_tone_by_voice": score_tone_by_voice(words, voiced=tokens),
    }
    for old, new in zip(before, (tokens, table, words), strict=True):
        pd.testing.assert_frame_equal(old, new)
    pd.testing.assert_frame_equal(documents, TEXTS)
    for call, result in made.items():
        assert result.attrs["steps"][-1]["call"] == call


# ---- who a speaker is -----------------------------------------------------------------------


def speakers(text: str) -> list[str]:
    return find_quotes(pd.DataFrame({"doc": ["a"], "text": [text]}))["speaker"].tolist()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Russian President Vladimir Putin met Chinese President Xi Jinping. The Chinese leader"
         " said that talks went on. The Russian president said that they were over.",
         ["Xi Jinping", "Vladimir Putin"]),
        ("Prime Minister Leo Marsh of Norway met Tom Ray. The Norwegian prime minister said that"
         " all was well. The prime minister said that he was glad.", ["Leo Marsh", "Leo Marsh"]),
        ("The Danish president said that all was well.", ["The Danish president"]),
        ("The Justice Ministry closed. The ministry said that it was late.", ["Justice Ministry"]),
        ("Acme Corporation lost money. The company said that it would close.",
         ["Acme Corporation"]),
        ("Mayor Ida Stone won. Her brother Paul Stone cheered. “We did it,” Stone said.",
         ["Ida Stone"]),
        ("Germany's foreign minister, Eva Kohl, came. The minister said that it was late.",
         ["Eva Kohl"]),
        ("Sen. Bob Carr, a Republican from Ohio, spoke. The senator said that he would vote. The"
         " Ohio Republican said that it was late.", ["Bob Carr", "Bob Carr"]),
        ("Vice President Ann Ray met President Tom Hale. The president said that it was late.",
         ["Tom Hale"]),
        ("Acme Bank and Beta Bank merged. The bank said that jobs were safe.", ["The bank"]),
        # who spoke last and is named later, before whom the pronouns before meant
        ("Jon Marsh said that he would appeal. He is the mayor.\n\nLeo Pell called the ruling a"
         " “huge win”.\n\n“The court was right,” he said.", ["Jon Marsh", "Leo Pell", "Leo Pell"]),
        ("A spokesman for the Justice Ministry said that it was late.", ["Justice Ministry"]),
    ],
)  # fmt: skip
def test_roles_and_short_forms_of_speakers(text: str, names: list[str]) -> None:
    assert speakers(text) == names


def test_whom_nobody_names_is_not_somebody_unresolved() -> None:
    voices = pd.Series(
        ["he", "the minister", "officials", "a source", "the report", "The Hill", "US State"
         " Department", "Ann Lee", "the two"]
    )  # fmt: skip
    assert resolved_voices(voices).tolist() == [
        "(unresolved)", "(unresolved)", "(unnamed)", "(unnamed)", "(unnamed)", "The Hill",
        "US State Department", "Ann Lee", "(unresolved)",
    ]  # fmt: skip
