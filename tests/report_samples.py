"""What the tests of the report share: a small corpus, and a page taken apart."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from lxml import html

from analysis.report.write import write_report

GROUPS = {"peace": ["peace*", "talks"], "war": ["war", "wars"]}
TEXTS = {
    "a1": "“We want peace,” President Vladimir Putin said in Moscow. The talks were about peace, "
    "and Xi Jinping praised Putin. The war goes on.",
    "a2": "Vladimir Putin claimed that Ukraine had refused peace. Ukraine rejected the claim. "
    "China backs the talks, Xi Jinping told reporters in Beijing.",
    "a3": "Xi Jinping met Vladimir Putin in Beijing. China and Russia want talks, Xi said.",
    "b1": "The war must end, Volodymyr Zelensky said in Kyiv. “Russia attacked us,” he told "
    "reporters. Ukraine condemned the brutal war.",
    "b2": "Ukraine welcomed the support of China. “There is no peace without Ukraine,” Zelensky "
    "said. Critics warned that the war in Ukraine would go on.",
    "b3": "Olaf Scholz praised the brave people of Ukraine. Russia condemned Scholz. The war is a "
    "terrible crime, Scholz argued in Berlin.",
}


def sample() -> pd.DataFrame:
    """Six texts of two sides; those of the second may not be printed."""
    names = list(TEXTS)
    days = ["2024-05-03", "2024-05-20", "2024-06-02", "2024-05-07", "2024-06-11", "2024-06-20"]
    return pd.DataFrame(
        {
            "doc": names,
            "title": [f"Title of {name}" for name in names],
            "outlet": ["Alpha", "Alpha", "Beta", "Gamma", "Gamma", "Delta"],
            "side": ["east"] * 3 + ["west"] * 3,
            "published": pd.to_datetime(days),
            "language": "en",
            "licence": ["public domain"] * 3 + ["all rights reserved"] * 3,
            "url": "https://example.org/text",
            "text": [TEXTS[name] for name in names],
        }
    )


@cache
def sample_report() -> bytes:
    """The report on the sample, made once for all tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "report.html")
        return write_report(sample(), path, term_groups=GROUPS, pdf=False).read_bytes()


def take_apart(page: Path | bytes) -> Any:
    """The page as a tree."""
    return html.document_fromstring(page if isinstance(page, bytes) else page.read_bytes())


def figure(page: Any, title: str) -> Any:
    """The part of the page that is the figure of this title."""
    found = [part for part in page.xpath("//article") if part.find("h3").text.endswith(title)]
    assert len(found) == 1, title
    return found[0]


def rows(part: Any) -> list[dict[str, Any]]:
    """The data of a figure as dicts: column → (text, exact number or None, address or None)."""
    table = part.xpath(".//details[@class='data']//table")[0]
    heads = [cell.text_content() for cell in table.xpath("./thead/tr/th")]
    return [
        {head: _cell(cell) for head, cell in zip(heads, row, strict=True)}
        for row in table.xpath("./tbody/tr")
    ]


def _cell(cell: Any) -> tuple[str, float | None, str | None]:
    exact = cell.xpath(".//data/@value")
    links = cell.xpath(".//a/@href")
    return cell.text_content(), float(exact[0]) if exact else None, links[0] if links else None


def texts(part: Any, head: str) -> list[str]:
    """What stands in a column of a figure's data."""
    return [row[head][0] for row in rows(part)]


def numbers(part: Any, head: str) -> list[float | None]:
    """The exact numbers of a column of a figure's data."""
    return [row[head][1] for row in rows(part)]


def passages(page: Any, address: str) -> list[Any]:
    """The passages that an address leads to."""
    return place(page, address).xpath("./ol/li")


def place(page: Any, address: str) -> Any:
    """The part of the page that an address leads to."""
    return _places(page)[address.removeprefix("#")]


@cache
def _places(page: Any) -> dict[str, Any]:
    return {part.get("id"): part for part in page.xpath("//*[@id]")}
