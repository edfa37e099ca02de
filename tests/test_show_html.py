"""The one way to write HTML: cells, tables, templates, and pages that are saved."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import numpy as np
import pandas as pd
import pytest

from analysis.show.html import Page, cell, cell_text, html_table, render
from analysis.tables import InputError

EVIL = '"><script>alert(1)</script> &amp; \u202e\x00\ud800'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1234, "1,234"),
        (-2, "−2"),
        (np.int64(7), "7"),
        (0.5, '<data value="0.5">0.5</data>'),
        (float("inf"), "–"),
        (np.nan, "–"),
        (None, "–"),
        (pd.NA, "–"),
        (pd.NaT, "–"),
        ("", "–"),
        (np.bool_(True), "yes"),
        (pd.Timestamp("2024-05-15"), "2024-05-15"),
        (pd.Timestamp("2024-05-15 08:09"), "2024-05-15 08:09"),
        ("a<b", "<bdi>a&lt;b</bdi>"),
        ("a\x00\r", "<bdi>a�&#13;</bdi>"),
        (["<"], "[&#x27;&lt;&#x27;]"),
    ],
)
def test_a_cell(value: object, written: str) -> None:
    assert cell(value) == written


def test_a_table_names_its_rows_links_and_escapes() -> None:
    names = pd.Series([EVIL, "b"], dtype=object)
    ready = pd.Series([cell("x"), cell("y")], dtype=object)
    rows = pd.DataFrame({"name": names, "count": [1.5, None], "ready": ready})
    written = html_table(
        rows, caption=EVIL, links={"count": [f"#{EVIL}", ""]}, ids=["r1", "r2"],
        classes={"ready": EVIL}, heads={"name": EVIL},
    )  # fmt: skip
    assert "<script>" not in written
    (table,) = lxml.html.fromstring(f"<div>{written}</div>").xpath("//table")
    first, second = table.xpath("./tbody/tr")
    shown = EVIL.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert table.findtext("caption") == shown
    assert [first.get("id"), second.get("id")] == ["r1", "r2"]
    assert first.xpath("string(./th[@scope='row'])") == shown
    assert first.xpath("./td[@class='n']/a/@href") == [f"#{shown}"]
    assert second.xpath("string(./td[@class='n'])") == "–"
    assert not second.xpath(".//a")
    assert first.xpath("string(./td[2]/bdi)") == "x"
    assert len(html_table(rows.head(0))) > 0


def test_templates_refuse_what_they_were_not_given() -> None:
    with pytest.raises(Exception, match="'lines' is undefined"):
        render("show/version.html", where="")


def test_a_page_is_saved_whole_and_replaces_no_file_of_the_user(tmp_path: Path) -> None:
    page = Page("A <b> title", "<p>one</p>")
    path = page.save(tmp_path / "new" / "a")
    assert path == tmp_path / "new" / "a.html"
    content = path.read_text("utf-8")
    assert content.startswith("<!DOCTYPE html>")
    assert "<title>A &lt;b&gt; title</title>" in content
    assert "default-src 'none'" in content
    assert "script-src" not in content
    assert Page("Another", "<p>two</p>").save(path) == path, "a page as it was saved is replaced"
    edited = path.read_text("utf-8").replace("two", "my own words")
    path.write_text(edited, encoding="utf-8")
    with pytest.raises(InputError, match=r"was edited since; choose .* overwrite=True"):
        page.save(path)
    assert path.read_text("utf-8") == edited
    page.save(path, overwrite=True)
    assert "<p>one</p>" in path.read_text("utf-8")
    (tmp_path / "notes.html").write_text("my own notes", encoding="utf-8")
    (tmp_path / "folder.html").mkdir()
    for name in ("notes", "folder.html"):
        with pytest.raises(InputError, match="is not a page of this package"):
            page.save(tmp_path / name)
    with pytest.raises(InputError, match=r"saved as \.html"):
        page.save(tmp_path / "a.pdf")
    assert [p.name for p in path.parent.iterdir()] == ["a.html"]


def test_shares_are_written_in_per_cent_and_nothing_has_more_digits_than_it_means():
    assert cell_text(0.0428, "share") == "4.28 %"
    assert cell_text(2.3e-14, "low") == "< 0.0001"
    assert cell_text(-2.3e-14, "low") == "> −0.0001"
    assert cell_text(0.0, "low") == "0"
    table = pd.DataFrame({"voice": ["Xi"], "share": [0.1], "low": [0.05], "high": [0.2]})
    page = html_table(table)
    assert [f">{text} %<" in page for text in (10, 5, 20)] == [True] * 3
    assert ">0.05<" in html_table(table.drop(columns="share"))
