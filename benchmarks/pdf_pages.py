"""Invented news pages in layouts that PDFs have, for Chromium to print: their words are known."""

from __future__ import annotations

import html
import itertools
import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

WORDS = {
    "en": (
        "The {place} {body} {did} on {day} that the {thing} had {been} after {n} hours of talks"
        "|A so-called {thing} was named by the vice-president of the {body} in {place}"
        "|Residents of {place} asked whether the {n}-year-old {thing} would be mended"
        "|“We came with a plan,” said the {body}, “and it had {been} on {day}”"
        "|Representatives of the {body} called the {thing} an extraordinary misunderstanding",
        {
            "place": "Norda,Vesta,Orlo,Port Ada,West Harbour,Upper Vesta",
            "body": "council,ministry,mayor,harbour board,long-term committee,opposition",
            "did": "announced,confirmed,acknowledged,said,denied",
            "day": "Monday,Tuesday,Wednesday,Thursday,Friday",
            "thing": "bridge,agreement,ferry,timetable,investigation,reconstruction",
            "been": "failed,been closed,been postponed,been opened,been rejected",
        },
    ),
    "cs": (
        "Rada města {place} v {day} {did}, že {thing} bude po {n} hodinách jednání {been}"
        "|Obyvatelé obce {place} žádali, aby {thing} nebyl {been} dříve než za {n} let"
        "|„Přišli jsme s plánem,“ řekl mluvčí, „a {thing} byl {been}“",
        {
            "place": "Nordov,Vestín,Orlice,Přístav,Žďárek",
            "did": "oznámila,potvrdila,připustila,uvedla,popřela",
            "day": "pondělí,úterý,středu,čtvrtek,pátek",
            "thing": "nejdůležitější most,severočeský přívoz,jízdní řád,železniční tunel",
            "been": "uzavřen,odložen,otevřen,zamítnut,přezkoumán",
        },
    ),
    "uk": (
        "Рада міста {place} у {day} {did}, що {thing} буде {been} після {n} годин перемовин"
        "|Мешканці міста {place} запитали, чому {thing} не було {been} за {n} років"
        "|«Ми прийшли з планом, – сказав речник, – і {thing} було {been}»",
        {
            "place": "Нордове,Вестинськ,Орлине,Портове",
            "did": "оголосила,підтвердила,визнала,повідомила,заперечила",
            "day": "понеділок,вівторок,середу,четвер,п’ятницю",
            "thing": "будівництво мосту,поромне сполучення,розслідування,співробітництво",
            "been": "закрито,відкладено,відкрито,відхилено,відновлено",
        },
    ),
    "zh": (
        "{place}市议会{day}{did},{thing}在{n}小时会谈后已{been}"
        "|{place}居民询问{thing}为何在{n}年里没有{been}"
        "|“我们带着计划而来”,发言人说,“{thing}已{been}”",
        {
            "place": "诺达,维斯塔,奥洛,西港",
            "did": "宣布,证实,承认,表示,否认",
            "day": "星期一,星期二,星期三,星期四",
            "thing": "大桥谈判,渡轮时刻表,重建工程,调查报告",
            "been": "关闭,推迟,开放,被拒绝,恢复",
        },
    ),
}
LANGUAGES = tuple(WORDS)


class Page(NamedTuple):
    """A page to print: its name, its HTML, its text in order, and whether Chromium adds a head."""

    name: str
    html: str
    text: str
    header: bool


class Writer:
    """Invents sentences of one language."""

    def __init__(self, language: str, seed: int) -> None:
        self.language = language
        self.random = random.Random(f"{language} {seed}")
        patterns, words = WORDS[language]
        self.patterns = patterns.split("|")
        self.words = {name: choices.split(",") for name, choices in words.items()}

    def sentence(self) -> str:
        """One sentence with its stop."""
        chosen = {name: self.random.choice(choices) for name, choices in self.words.items()}
        text = self.random.choice(self.patterns).format(n=self.random.randint(2, 99), **chosen)
        return text.replace(",", "，") + "。" if self.language == "zh" else text + "."

    def headline(self, sentences: int = 1) -> str:
        """A headline of one sentence or more, without stops."""
        stop = "；" if self.language == "zh" else "; "
        return stop.join(self.sentence().rstrip(".。") for _ in range(sentences))

    def paragraphs(self, count: int) -> list[str]:
        """Paragraphs of three to six sentences."""
        space = "" if self.language == "zh" else " "
        return [
            space.join(self.sentence() for _ in range(self.random.randint(3, 6)))
            for _ in range(count)
        ]


def _with_soft_hyphens(text: str) -> str:
    """HTML of a text whose long words may be parted."""
    return re.sub(r"\w{9,}", lambda m: f"{m[0][:4]}&shy;{m[0][4:]}", html.escape(text))


def _page(css: str, *parts: str) -> str:
    body = "\n".join(parts)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>Norda Post</title><style>'
        f"body {{ font: 10.5pt/1.35 'Liberation Serif', 'Noto Serif CJK SC', serif; margin: 0 }}"
        f"p {{ margin: 0 0 .6em }} {css}</style></head><body>{body}</body></html>"
    )


def _ps(paragraphs: list[str], attributes: str = "") -> str:
    return "".join(f"<p{attributes}>{_with_soft_hyphens(text)}</p>\n" for text in paragraphs)


def _join(*parts: str | list[str]) -> str:
    return "\n".join(
        itertools.chain.from_iterable([part] if isinstance(part, str) else part for part in parts)
    )


_RUNNING = (
    "@page { size: A4; margin: 22mm 20mm; @top-left { content: 'The Norda Post'; font-size: 8pt }"
    " @top-right { content: '15 May 2024'; font-size: 8pt }"
    " @bottom-center { content: counter(page); font-size: 8pt } }"
)
_JUSTIFIED = "p { text-align: justify; text-indent: 1em; margin: 0 }"


def _one_column(w: Writer) -> tuple[str, str]:
    """A long article with running heads and page numbers."""
    title, body = w.headline(), w.paragraphs(18)
    return _page(_RUNNING, f"<h1>{title}</h1>", _ps(body)), _join(title, body)


def _browser_print(w: Writer) -> tuple[str, str]:
    """An article as a browser prints it: with date, title, address and number."""
    title, body = w.headline(), w.paragraphs(12)
    return _page("", f"<h1>{title}</h1>", "<p>15 May 2024</p>", _ps(body)), _join(
        title, "15 May 2024", body
    )


def _two_columns(w: Writer) -> tuple[str, str]:
    """A wrapped headline over two even columns that begin with a drop cap."""
    title, body = w.headline(2), w.paragraphs(9)
    css = (
        _RUNNING
        + _JUSTIFIED
        + (
            "div { column-count: 2; column-gap: 14pt } .first { text-indent: 0 }"
            ".first::first-letter { float: left; font-size: 3.1em; line-height: .85 }"
        )
    )
    first = f'<p class="first">{_with_soft_hyphens(body[0])}</p>'
    return _page(css, f"<h1>{title}</h1><div>", first, _ps(body[1:]), "</div>"), _join(title, body)


def _three_columns(w: Writer) -> tuple[str, str]:
    """Three narrow columns, with subheads, a quotation set apart and a caption."""
    title, body = w.headline(), w.paragraphs(10)
    heads, caption = [w.headline() for _ in range(2)], w.sentence()
    css = (
        _RUNNING
        + _JUSTIFIED
        + (
            "div { column-count: 3; column-gap: 11pt; font-size: 9pt } h2 { font-size: 10pt }"
            "figure { margin: 0; break-inside: avoid } svg { width: 100%; height: 60pt }"
            "figcaption { font: italic 7.5pt sans-serif }"
        )
    )
    figure = f'<figure><svg><rect width="200" height="60" fill="#aaa"/></svg><figcaption>{caption}'
    parts = (
        f"<h1>{title}</h1><div>", _ps(body[:3]), f"<h2>{heads[0]}</h2>", _ps(body[3:6]),
        f"{figure}</figcaption></figure>", f"<h2>{heads[1]}</h2>", _ps(body[6:]), "</div>",
    )  # fmt: skip
    text = _join(title, body[:3], heads[0], body[3:6], caption, heads[1], body[6:])
    return _page(css, *parts), text


def _sidebar(w: Writer) -> tuple[str, str]:
    """A column of text and a narrow one with another piece beside it."""
    title, body, box = w.headline(2), w.paragraphs(7), w.paragraphs(3)
    css = _RUNNING + (
        "main { display: grid; grid-template-columns: 3fr 1.2fr; gap: 18pt }"
        "aside { font: 8.5pt/1.3 sans-serif }"
    )
    parts = f"<h1>{title}</h1><main><section>", _ps(body), "</section><aside>", _ps(box), "</aside>"
    return _page(css, *parts, "</main>"), _join(title, body, box)


def _letterspaced(w: Writer) -> tuple[str, str]:
    """Letterspaced capitals, small capitals, type made bold by a stroke, a stamp in the margin."""
    kicker, title, body = w.headline(), w.headline(), w.paragraphs(8)
    css = _RUNNING + (
        "h2 { letter-spacing: .22em; font-size: 10pt; text-transform: uppercase }"
        "h1 { font-variant: small-caps; text-shadow: .3pt 0 0 #000 } article { margin-left: 30pt }"
        "aside { position: absolute; left: 0; top: 120pt; writing-mode: vertical-rl;"
        "font-size: 7pt }"
    )
    parts = f"<h2>{kicker}</h2><h1>{title}</h1><aside>Norda Post archive copy</aside><article>"
    return _page(css, parts, _ps(body), "</article>"), _join(kicker, title, body)


def _two_articles(w: Writer) -> tuple[str, str]:
    """An article in two columns and below it one in three."""
    titles, bodies = [w.headline(), w.headline()], [w.paragraphs(5), w.paragraphs(5)]
    css = _RUNNING + _JUSTIFIED + "div { column-gap: 13pt; margin-bottom: 14pt; font-size: 9pt }"
    parts = [
        f'<h1>{title}</h1><div style="column-count: {n}">{_ps(body)}</div>'
        for n, title, body in zip((2, 3), titles, bodies, strict=True)
    ]
    return _page(css, *parts), _join(titles[0], bodies[0], titles[1], bodies[1])


LAYOUTS: dict[str, Callable[[Writer], tuple[str, str]]] = {
    "one column": _one_column,
    "browser print": _browser_print,
    "two columns": _two_columns,
    "three columns": _three_columns,
    "sidebar": _sidebar,
    "letterspaced": _letterspaced,
    "two articles": _two_articles,
}


def invent_pages(seed: int = 14) -> Iterator[Page]:
    """Every layout in every language."""
    for language in LANGUAGES:
        for layout, lay_out in LAYOUTS.items():
            page, text = lay_out(Writer(language, seed))
            yield Page(f"{layout} {language}", page, text, layout == "browser print")
