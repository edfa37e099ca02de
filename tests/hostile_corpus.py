"""A corpus that tries everything: markup, formulas, odd characters, endless words. And its twin.

The texts were written for these tests. `documents(hostile=False)` are the same texts with harmless
words in the places of the dangerous ones, so that what is made of one can be laid beside the other.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

LONG_WORD = "quarrel" * 1429  # 10,003 letters
LONG_TITLE = "Ministers who met about the harbour meet once more about it " * 85
MARK = "pwned"  # the name that a script of this corpus would set in the page
SCRIPT = f"<script>window.{MARK}=1</script>"
HANDLER = f'<img src="x" onerror="window.{MARK}=2">'
SVG = f"\"><svg/onload='window.{MARK}=3'>"
CLOSING = f"</title></style></textarea></script>--><script>window.{MARK}=4</script>"
LINK = f"[minutes](javascript:window.{MARK}=5)"
FRAME = f'<iframe srcdoc="<script>parent.{MARK}=6</script>"></iframe>'
FETCHING = "<link rel=stylesheet href=https://harbour.invalid/a.css><meta http-equiv=refresh>"
ENTITIES = "&lt;b&gt; &amp;amp; &#60;i&#62; &nbsp;"
MARKDOWN = "**bold** _slanted_ `code` ![figure](https://harbour.invalid/a.png)"
LATEX = r"\input{secret} \write18{ls} 50 % of $x_1^2$ & #1 {~}"
MATHTEXT = r"$\frac{1}{2}$ $\unknown{ $5 to $6"
FORMULA = '=HYPERLINK("https://harbour.invalid","harbour")'
PIPE = "@SUM(1+1)*cmd|' /C calc'!A0"
MINUS = "-2+3+cmd|' /C calc'!A0"
TEMPLATE = "{{ 7*7 }} ${7*7} <%= 7*7 %> {% raw %} %(doc)s {0}"
TURNED = "\u202eruobrah eht\u202c harbour\u200b master\u2066\u2069"
RIGHT_TO_LEFT = "قال الوزير إن الميناء مفتوح"
CONTROLS = "bell\x07 escape\x1b[31m null\x00 \x85 form\x0cfeed"
EMOJI = "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇺🇦 👍🏽"
MARKS = "h" + "\u0301\u0316" * 40 + "arbour"
SEPARATORS = "one\u2028two\u2029three"
SURROGATE = "half \ud83d of a face"  # no file can hold it; JSON can spell it
DATE = pd.Timestamp("2024-05-14")

# name of a place in the texts: what stands there, and what stands there in the harmless twin
PLACES = {
    "script": (SCRIPT, "a word"),
    "handler": (HANDLER, "a sign"),
    "svg": (SVG, "a picture"),
    "closing": (CLOSING, "an end"),
    "link": (LINK, "the minutes"),
    "frame": (FRAME, "a window"),
    "fetching": (FETCHING, "a sheet"),
    "entities": (ENTITIES, "some letters"),
    "markdown": (MARKDOWN, "some bold words"),
    "latex": (LATEX, "half of it"),
    "math": (MATHTEXT, "five to six"),
    "formula": (FORMULA, "the sum"),
    "pipe": (PIPE, "the pipe"),
    "minus": (MINUS, "the rest"),
    "template": (TEMPLATE, "forty-nine"),
    "turned": (TURNED, "the harbour master"),
    "arabic": (RIGHT_TO_LEFT, "the minister"),
    "controls": (CONTROLS, "a bell"),
    "emoji": (EMOJI, "a family"),
    "marks": (MARKS, "harbour"),
    "lines": (SEPARATORS, "one two three"),
    "long": (LONG_WORD, "quarrel"),
    "title": (LONG_TITLE, "Ministers meet once more"),
}
SIDES = ("svg", "formula", "math")
OUTLETS = ("script", "pipe", "turned", "latex", "markdown", "closing", "controls", "long")
TITLES = ("closing", "formula", "title", "handler", "arabic", "math", "minus", "emoji")
SAID = "We will open the harbour to every boat, {script}, and we want peace with the islands"
TEXTS = (
    """{title}

Minister Anna Berg {handler} said on Monday that the talks about {script} had failed.

“SAID,” Berg said. “The war of {formula} must end.” The United Nations welcomed the talks and
warned of {svg}. Berg accused Norway of breaking its {math} promises. She added that peace needs
{latex}, and that the conflict was a terrible mistake because of {markdown}.

A ship named “Harbour Light” lay at the pier. It is a museum.""",
    """Norway rejects {closing} the charge of {pipe}.

Minister Anna Berg promised on Tuesday: “SAID.” Norway rejected {minus} the charge. In Oslo,
President Kari Dahl called the peace {entities} talks a “success” for {template}, and Norway
attacked the {frame} islands. The war must not go on, said Dahl. Peace is {emoji} good.""",
    """Boats wait before {turned}.

“SAID,” Minister Berg told {arabic}. The harbour was closed by Norway in {marks}. The
United Nations might open it, perhaps, {link}. Kari Dahl denied that the {long} war was lost.
Peace, {fetching} peace and {controls} peace. The {long} talks failed, and {lines} the {long}.""",
)  # fmt: skip


def documents(*, hostile: bool = True) -> pd.DataFrame:
    """Eight documents of three sides, two a day, with text that no reader has cleaned."""
    return pd.DataFrame([_row(number, hostile) for number in range(8)])


def _row(number: int, hostile: bool) -> dict[str, object]:
    places = {name: pair[0 if hostile else 1] for name, pair in PLACES.items()}
    side = places[SIDES[number % 3]] if hostile else f"side {number % 3}"
    outlet = places[OUTLETS[number]] if hostile else f"outlet {number}"
    title = places[TITLES[number]] if hostile else f"Title {number}"
    text = TEXTS[number % 3].replace("SAID", SAID)
    for name, value in places.items():
        text = text.replace(f"{{{name}}}", value)
    return {
        "doc": f"d{number}",
        "title": title,
        "outlet": outlet,
        "country": "NO",
        "side": side,
        "genre": places["entities"],
        "published": DATE + pd.Timedelta(days=number // 2),
        "url": "javascript:alert(1)" if hostile else "https://harbour.invalid/a",
        "language": '"><x' if hostile else "en",
        "licence": "CC BY 4.0" if number % 2 else "all rights reserved",
        "version": "original",
        "standfirst": places["template"],
        "text": text,
    }


def write_corpus(folder: Path, *, hostile: bool = True) -> Path:
    """Write the documents as a corpus folder: what a file can hold of them."""
    rows = documents(hostile=hostile)
    (folder / "originals").mkdir(parents=True)
    for doc, text in zip(rows["doc"], rows["text"], strict=True):
        (folder / "originals" / f"{doc}.txt").write_bytes(f"{text}\n".replace("\0", "").encode())
    table = rows.drop(columns=["text", "version"]).rename(columns={"doc": "id"})
    table["language"] = "en"
    with open(folder / "sources.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(table.columns)
        for row in table.astype(str).itertuples(index=False):
            writer.writerow([cell.replace("\0", "") for cell in row])
    return folder
