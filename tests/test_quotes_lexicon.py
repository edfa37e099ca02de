"""The list of reporting verbs: its classes, the forms of a verb, an analyst's own list."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.tables import InputError
from analysis.voices.lexicon import (
    CLASSES,
    inflect,
    make_lexicon,
    own_lexicon,
    read_reporting_verbs,
)
from analysis.voices.quotes import find_quotes


def texts(*contents: str) -> pd.DataFrame:
    docs = [chr(97 + number) for number in range(len(contents))]
    return pd.DataFrame({"doc": docs, "text": list(contents)})


def test_the_list_is_large_and_every_class_is_there() -> None:
    verbs = read_reporting_verbs()
    assert len(verbs) >= 300
    assert set(verbs["class"]) == set(CLASSES)
    assert not verbs.duplicated(["cue", "part"]).any()
    assert not (verbs["part"] == "verb").sum() < 300


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("say", "say says saying said"),
        ("deny", "deny denies denying denied"),
        ("admit", "admit admits admitting admitted"),
        ("quip", "quip quips quipping quipped"),
        ("agree", "agree agrees agreeing agreed"),
        ("lie", "lie lies lying lied"),
        ("echo", "echo echoes echoing echoed"),
        ("stress", "stress stresses stressing stressed"),
        ("write", "write writes writing wrote written"),
        ("signal", "signal signals signalling signaling signaled signalled"),
    ],
)
def test_forms_of_a_verb(verb: str, forms: str) -> None:
    assert {form for form, _ in inflect(verb)} == set(forms.split())


def test_own_list_is_read_and_used(tmp_path: object) -> None:
    path = tmp_path / "cues.csv"  # type: ignore[operator]
    path.write_text("# mine\ncue,part,class,takes,mode\nsay,verb,emotive,clause,thought\n", "utf-8")
    cues = read_reporting_verbs(path)
    quotes = find_quotes(texts("Lee said that we go. Kim claimed that we go."), cues=cues)
    rows = quotes[["cue", "cue_class", "mode"]].to_numpy().tolist()
    assert rows == [["said", "emotive", "thought"], ["claimed", "", "thought"]]
    path.write_text("cue,part,class,takes\nsay,verb,emotive,clause\n", "utf-8")
    quotes = find_quotes(texts("Lee said that we go."), cues=read_reporting_verbs(path))
    assert quotes["mode"].tolist() == ["speech"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("cue,part,class\nsay,verb,neutral\n", "'takes'"),
        ("cue,part,class,takes\nsay,verb,loud,clause\n", "line 2: class='loud'"),
        ("cue,part,class,takes\n# x\nsay,noise,neutral,clause\n", "line 3: part='noise'"),
        ("cue,part,class,takes\nsay,verb,neutral,anything\n", "takes='anything'"),
        ("cue,part,class,takes,mode\nsay,verb,neutral,clause,song\n", "mode='song'"),
        ("cue,part,class,takes\nsay,verb,neutral\n", "line 2: it has 3 fields"),
        ("cue,part,class,takes\n,verb,neutral,clause\n", "cue is empty"),
        ("", "lacks"),
    ],
)
def test_a_bad_list_is_refused_in_one_sentence(
    content: str, message: str, tmp_path: object
) -> None:
    path = tmp_path / "cues.csv"  # type: ignore[operator]
    path.write_text(content, "utf-8")
    with pytest.raises(InputError, match=message):
        read_reporting_verbs(path)


def test_lexicon_from_a_table_is_checked() -> None:
    with pytest.raises(InputError, match="lacks"):
        make_lexicon(pd.DataFrame({"cue": ["say"]}))
    assert own_lexicon().verbs["said"][0][0].cue == "say"
