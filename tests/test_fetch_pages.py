"""What is taken from a page: the article, and nothing of what stands around it."""

from __future__ import annotations

import fetch_pages as pages
import pytest

from analysis.corpus.fetch.client import RefusedError
from analysis.corpus.fetch.pages import count_length, find_doubts, is_titled, read_answer
from analysis.corpus.formats.encodings import decode_page


def read(html: str):
    return read_answer(html.encode(), "text/html; charset=utf-8", "a")


@pytest.mark.parametrize("name", pages.LAYOUTS)
def test_articles_of_six_layouts(name):
    make, standfirst = pages.LAYOUTS[name]
    html = make()
    assert html.lower().count("zebra") > 5
    page = read(html)
    assert page.record["paragraphs"] == pages.PARAGRAPHS
    assert page.record["title"] == pages.TITLE
    assert page.record["standfirst"] == standfirst
    assert page.record["published"][:10] == "2024-05-15"
    assert find_doubts(page, title=pages.TITLE, language="en") == []


@pytest.mark.parametrize(
    ("html", "first"),
    [
        (pages.CONSENT, "a consent page, not the article"),
        (pages.PAYWALL, "a paywall page: it shows the beginning at most"),
        (pages.ROBOT, "a page that keeps programs out, not the article"),
        (
            pages.page("<h1>Page not found</h1><p>Sorry.</p>", title="404"),
            "a page that says that there is no such page",
        ),
        (pages.page(f"<h1>{pages.TITLE}</h1><p>{pages.PARAGRAPHS[0]}</p>"), "too short (29 words)"),
    ],
)
def test_pages_that_are_no_article(html, first):
    assert find_doubts(read(html), title=pages.TITLE, language="en")[0] == first


def test_a_lock_stated_to_machines():
    teaser = f"<article><h1>{pages.TITLE}</h1>" + "".join(
        f"<p>{p}</p>" for p in pages.PARAGRAPHS[:4]
    )
    lock = '<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>'
    assert find_doubts(read(pages.page(teaser))) == []
    locked = read(pages.page(teaser, head=lock))
    assert find_doubts(locked) == ["a paywall page: it shows the beginning at most"]
    whole = pages.page(f"<article><h1>x</h1>{pages.paragraphs()}{pages.paragraphs()}", head=lock)
    assert len(read(whole).record["paragraphs"]) >= 8


def test_another_language_than_the_manifest_says():
    german = (
        "Die Gespräche der beiden Inseln über den Hafen sind am Dienstag nach elf Stunden zu Ende "
        "gegangen, ohne dass sich die Minister auf eine Regel für die Fähre einigen konnten. "
    )
    other = (
        "Der Vermittler sagte, dass er die Seiten vor dem Ende des Sommers wieder einladen will."
    )
    html = pages.page(f"<article><h1>Gespräche</h1><p>{german * 3}</p><p>{other * 2}</p></article>")
    page = read(html)
    doubt = "seems to be in the language 'de'; the manifest says 'en'"
    assert doubt in find_doubts(page, language="en")
    for language in ("de", "de-AT", "German", "", "tlh"):
        assert find_doubts(page, language=language) == []


@pytest.mark.parametrize(
    ("title", "stated", "alike"),
    [
        ("Putin explains why talks collapsed", "Putin explains why talks collapsed — RT", True),
        ("Xi Holds Small-group Talks with Putin", "Xi holds talks with Putin in the garden", True),
        ("Harbour talks end", "Harbour master retires", False),
        ("和平谈判在星期二结束", "和平谈判结束", True),
        ("和平谈判在星期二结束", "港口新闻", False),
        ("Зерновая сделка продлена", "Зерновая сделка продлена на год", True),
        ("", "Anything", True),
    ],
)
def test_titles_are_compared_by_their_words(title, stated, alike):
    assert is_titled(title, [stated], "") is alike


def test_a_descriptive_title_may_have_its_words_from_the_lead():
    lead = "Podolyak, an adviser, answered the words of Putin about peace on Wednesday."
    page = ["“No”: adviser"]
    assert is_titled("Podolyak comments on Putin's words about peace", page, lead)
    assert not is_titled("Podolyak denies that Putin's words mean peace", page, lead)


def test_words_where_nothing_sets_them_apart():
    assert count_length("和平谈判结束 peace talks") == 5


def test_a_title_unlike_the_manifests_is_named():
    doubts = find_doubts(read(pages.SIMPLE), title="Cup final ends in a draw")
    assert doubts == [f"the title is unlike the manifest's: {pages.TITLE!r}"]


@pytest.mark.parametrize(
    ("encoding", "header", "meta"),
    [
        ("utf-8", "text/html; charset=iso-8859-1", "windows-1251"),  # both wrong
        ("cp1251", "text/html; charset=windows-1251", "utf-8"),
        ("cp1251", "text/html", "windows-1251"),
        ("cp1251", "text/html; charset=ISO-8859-1", "windows-1251"),  # the server's habit
        ("cp1251", "text/html; charset=nonsense", "rot13"),
        ("cp1251", "text/html; charset=utf-7", "unicode_escape"),
        ("utf-16", "text/html", "utf-8"),
        ("utf-8-sig", "text/html; charset=windows-1251", "windows-1251"),
    ],
)
def test_the_encoding_whatever_is_claimed(encoding, header, meta):
    text = f"<html><head><meta charset='{meta}'></head><body>" + "Переговоры о гавани. " * 20
    assert decode_page(text.encode(encoding), "a", header).text == text


def test_latin_pages_are_read_as_browsers_do():
    data = "<html><body>“Café”</body></html>".encode("cp1252")
    assert "“Café”" in decode_page(data, "a", "text/html; charset=iso-8859-1").text


def test_a_plain_text_is_a_page_too():
    text = "\n\n".join([pages.TITLE, "15 May 2024", *pages.PARAGRAPHS])
    page = read_answer(text.encode("cp1252"), "text/plain", "a")
    assert page.record["paragraphs"] == pages.PARAGRAPHS
    assert page.titles == [pages.TITLE]
    assert read_answer(pages.SIMPLE.encode(), "text/plain", "a").titles[0] == pages.TITLE


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (b" \n", "text/html", "the page is empty"),
        (b"GIF89a...", "image/gif", "it is 'image/gif', not a page"),
        (b"\x00\x01\x02\x03" * 50, "text/html", "the page is a binary file, not a text"),
        (b"%PDF-1.7 nothing", "application/pdf", "PDF"),
    ],
)
def test_what_is_no_page(data, kind, message):
    with pytest.raises(RefusedError, match=message):
        read_answer(data, kind, "the page")


def test_an_article_in_a_box_with_an_odd_name_is_kept():
    html = pages.page(
        f"<div class='comments related'><h1>{pages.TITLE}</h1>{pages.paragraphs()}</div>"
    )
    assert read(html).record["paragraphs"] == pages.PARAGRAPHS


def test_the_text_behind_a_box_is_kept():
    one, two = pages.PARAGRAPHS[:2]
    html = pages.page(
        f"<article><h1>{pages.TITLE}</h1><p>{one} <span class='share'>zebra</span> {two}</p>"
        f"<div><aside>zebra</aside>{pages.PARAGRAPHS[2]}</div>{pages.paragraphs()}</article>"
    )
    text = "\n".join(read(html).record["paragraphs"])
    assert f"{one} {two}" in " ".join(text.split())
    assert "zebra" not in text


def test_tables_and_lists_of_an_article_stay():
    table = (
        "<table><tr><th>Year</th><th>Landings</th></tr>"
        "<tr><td>2023</td><td>412 tons</td></tr></table>"
    )
    points = "<ul><li>The harbour stays open for both islands until the spring.</li></ul>"
    html = pages.page(
        f"<article><h1>{pages.TITLE}</h1>{pages.paragraphs(after={2: table + points})}"
    )
    text = "\n".join(read(html).record["paragraphs"])
    assert "412 tons" in text
    assert "stays open for both islands" in text


def test_lines_parted_by_breaks_become_paragraphs():
    one, two, three, four = pages.PARAGRAPHS[:4]
    bold = two.replace("offer", "<b>offer</b>", 1)
    point = f"<blockquote>{three}</blockquote>"
    html = pages.page(
        f"<h1>{pages.TITLE}</h1><font>{one}<br>{bold}<br><br>{point}{four}<br>&nbsp;<br></font>"
    )
    text = "\n".join(read(html).record["paragraphs"])
    assert text == "\n".join([one, two, three, four])


def test_characters_that_no_file_can_hold():
    strange = "&#xD800;&#x110000;&#0;&#x1F3F4;"
    html = pages.page(f"<h1>{pages.TITLE}</h1><p>{strange} talks</p>{pages.paragraphs()}")
    "\n".join(read(html).record["paragraphs"]).encode()
