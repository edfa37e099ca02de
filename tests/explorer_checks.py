"""What the tests of the explorer share: small texts, and checks of an answer."""

from __future__ import annotations

import functools
from typing import Any

import pandas as pd
from matplotlib import pyplot as plt

import analysis as da
from analysis.charts.style import chart_record
from analysis.panel.explorer import Explorer
from analysis.panel.question import Answer


def small_corpus() -> pd.DataFrame:
    """Six texts of two sides and three outlets, with quotations and dates."""
    texts = [
        "Talks fail\n\nPeace talks failed in Geneva on Monday. “We want peace,” Vladimir Putin "
        "said. Russia claimed that the talks were good. The war goes on and on.",
        "The peace talks went well. China welcomed the talks, and Xi Jinping said peace is near. "
        "“No war is good,” Xi Jinping said. Russia agreed with China.",
        "Russia attacked again. It was a horrible attack, the ministry said. Peace is far away, "
        "and the war is terrible. “This is a bad war,” Vladimir Putin claimed.",
        "A good day for peace. Ukraine thanked Germany for its help. “We hope for peace,” Olaf "
        "Scholz said, and he warned that the talks may fail.",
        "The talks on peace were held in Beijing. China and Russia met there. The war in Ukraine "
        "was the topic. Xi Jinping called for peaceful talks.",
        "War, war, war. Nobody likes the war in Ukraine. Germany said that Russia must stop the "
        "war. “Stop the war,” Olaf Scholz said. Talks are not near.",
    ]
    return pd.DataFrame(
        {
            "doc": ["a", "b", "c", "d", "e", "f"],
            "title": ["Talks fail", "B", "C", "D", "E", "F"],
            "outlet": ["Alpha", "Beta", "Alpha", "Gamma", "Beta", "Gamma"],
            "side": ["east", "east", "east", "west", "east", "west"],
            "genre": ["news", "news", "comment", "news", None, "comment"],
            "published": pd.to_datetime(
                ["2024-05-14", "2024-05-15", "2024-05-20", "2024-05-15", None, "2024-05-22"]
            ),
            "text": texts,
        }
    )


@functools.cache
def small_explorer() -> Explorer:
    """An explorer of the small corpus, whose layers all tests share."""
    return Explorer(da.Corpus(small_corpus(), name="small"))


def run_code(answer: Answer, explorer: Explorer) -> dict[str, Any]:
    """Execute the printed code in a fresh namespace, with what it says was given."""
    names: dict[str, Any] = {}
    if "# documents:" in answer.code:
        names["documents"] = explorer.documents
    if "# corpus:" in answer.code:
        names["corpus"] = explorer.corpus
    exec(answer.code, names)
    return names


def check_code(answer: Answer, explorer: Explorer, *, figure: bool = True) -> None:
    """The printed code gives the same table and the same figure."""
    names = run_code(answer, explorer)
    pd.testing.assert_frame_equal(answer.table, names["table"])
    assert answer.table.attrs.get("steps") == names["table"].attrs.get("steps")
    assert set(answer.shown) <= set(answer.table.columns)
    assert answer.bar is None or answer.bar in answer.table.columns
    if figure and "ax" in names:
        drawn = answer.figure()
        assert drawn is not None
        theirs, ours = chart_record(names["ax"].figure), chart_record(drawn.figure)
        pd.testing.assert_frame_equal(ours["data"], theirs["data"])
        assert ours["caption"] == theirs["caption"]
    else:
        assert figure is False or answer.figure() is None
    plt.close("all")


def check_passages(answer: Answer, documents: pd.DataFrame, number: str | None) -> None:
    """Every row has as many passages as it counts, and each stands in its text."""
    texts = dict(zip(documents["doc"], documents["text"], strict=True))
    for row in range(len(answer.table)):
        found = answer.passages(row, limit=None)
        counted = found["words"].sum() if "words" in found.columns else len(found)
        expected = 1 if number is None else int(answer.table[number].iloc[row])
        assert counted == expected, answer.table.iloc[row].to_dict()
        assert found.attrs["hits"] == len(found)
        for doc, start, end, left, node, right in found[
            ["doc", "start", "end", "left", "node", "right"]
        ].itertuples(index=False):
            assert texts[doc][start:end] == node
            before, after = (" ".join(t.split()) for t in (texts[doc][:start], texts[doc][end:]))
            assert before.endswith(" ".join(left.split()))
            assert after.startswith(" ".join(right.split()))
        assert len(found.drop_duplicates(["doc", "start", "end"])) == len(found)
        first = answer.passages(row, limit=1)
        assert len(first) == min(1, len(found))
        assert first.attrs["hits"] == len(found)
