"""Saved pages: what they state of an article, and which lines are its text."""

import pytest
from fetch_pages import PARAGRAPHS, TITLE, page

from analysis.corpus.formats.html import parse_page, read_article
from analysis.corpus.formats.read import read_file

ARTICLE = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


@pytest.fixture
def read(tmp_path):
    """Save a page and read it."""

    def _read(html):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        return read_file(path)

    return _read


def article(body=ARTICLE, head="", between="", behind=""):
    """A page with something between its headline and its text, and something behind them."""
    return page(f"<article><h1>{TITLE}</h1>{between}{body}{behind}</article>", head=head)


def ld(text):
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    ("head", "outlet", "byline"),
    [
        ('<meta property="og:site_name" content="The Tide">', "The Tide", ""),
        ('<meta name="author" content="Ada Holm">', "", "Ada Holm"),
        ('<meta name="author" content="By Ada Holm and Piet Varga">', "", "Ada Holm; Piet Varga"),
        ('<meta property="article:author" content="https://social.example/ada">', "", ""),
        (
            ld(
                '{"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle", "author": [{"@type":'
                '"Person", "name": "Ada Holm"}, {"@type": "Person", "name": "Piet Varga"}],'
                '"publisher": {"@type": "Organization", "name": "The Tide"}}]}'
            ),
            "The Tide",
            "Ada Holm; Piet Varga",
        ),
        (
            ld(
                '[{"@type": "NewsArticle", "author": {"@id": "#ada"}},'
                '{"@type": "Person", "@id": "#ada", "name": "Ada Holm"}]'
            ),
            "",
            "Ada Holm",
        ),
        (
            '<meta property="og:site_name" content="The Tide"><meta name="author" content="Tide">'
            + ld('{"@type": "Article", "author": "Ada Holm"}'),
            "The Tide",
            "Ada Holm",
        ),
        (ld('{"@type": "NewsArticle", "author": '), "", ""),
    ],
)
def test_outlet_and_byline_where_a_page_states_them(read, head, outlet, byline):
    record = read(article(head=head))
    assert record["facts"].get("outlet", "") == outlet
    assert record["facts"].get("byline", "") == byline
    assert record["notes"] == []
    assert record["paragraphs"] == PARAGRAPHS


@pytest.mark.parametrize(
    "html",
    [
        article(head='<link rel="canonical" href="https://www.tide.example/a">'),
        article().replace("<html", "<!-- saved from url=(0030)https://www.tide.example/a --><html"),
    ],
)
def test_the_host_is_the_outlet_where_none_is_named_and_that_is_said(read, html):
    record = read(html)
    assert record["url"] == "https://www.tide.example/a"
    assert record["facts"] == {"outlet": "tide.example"}
    assert record["notes"] == ["the outlet tide.example is the address's: the page names none"]


@pytest.mark.parametrize(
    ("between", "published"),
    [
        ("<p>15. Mai 2024, 08:09 Uhr</p>", "2024-05-15T08:09"),
        ("<p>15 mai 2024 à 8h09</p>", "2024-05-15T08:09"),
        ("<time>15 мая 2024, 08:09</time>", "2024-05-15T08:09"),
        ("<time>15 de mayo de 2024</time>", "2024-05-15"),
        ("<div>15 maja 2024</div>", "2024-05-15"),
        ("<p>Published 10:15 GMT, 15 May 2024</p>", "2024-05-15T10:15"),
        (
            '<time datetime="2024-05-15">15 May</time><p>15 May 2024, 8:09 am</p>',
            "2024-05-15T08:09",
        ),
        (
            '<abbr itemprop="datePublished" datetime="2024-05-15T03:55:00-07:00">3:55 AM</abbr>',
            "2024-05-15T03:55",
        ),
        (
            '<abbr itemprop="datePublished" title="2024-05-15T15:55:00-07:00">3:55 PM</abbr>',
            "2024-05-15T15:55",
        ),
    ],
)
def test_the_line_that_gives_the_date_is_no_text(read, between, published):
    record = read(article(between=between))
    assert record["published"] == published
    assert record["paragraphs"] == PARAGRAPHS


POSTS = [(f"{8 + i:02d}:30", f"Stage {i} of the talks", text) for i, text in enumerate(PARAGRAPHS)]


@pytest.mark.parametrize(
    "post",
    [
        '<article class="post"><time>{}</time><h2>{}</h2><p>{}</p></article>',
        '<div class="post"><time datetime="x">{}</time><h3>{}</h3><p>{}</p></div>',
        '<div class="entry"><p>{}</p><h2>{}</h2><p>{}</p></div>',
        '<div class="live-post"><header><time>{}</time><h2>{}</h2></header><p>{}</p></div>',
    ],
)
def test_headings_and_times_of_a_live_blog_are_its_text(read, post):
    posts = "".join(post.format(*parts) for parts in POSTS)
    record = read(page(f"<main><h1>{TITLE}</h1><div>{posts}</div></main>"))
    assert record["title"] == TITLE
    assert record["paragraphs"] == [part for parts in POSTS for part in parts]


LEAD = "Both islands say that they are ready to return to the table before the winter begins"


@pytest.mark.parametrize(
    ("head", "box", "behind"),
    [
        ("", '<p class="standfirst">{}</p>', ""),
        (f'<meta property="og:description" content="{LEAD}">', "<h2>{}</h2>", ""),
        (f'<meta name="description" content="{LEAD[:60]}…">', "<div><span>{}</span></div>", ""),
        (
            "",
            "<p class='summary'>{}</p>",
            "<p class='excerpt'>A zebra was seen at the town hall</p>",
        ),
    ],
)
def test_the_summary_between_headline_and_text_is_the_standfirst(read, head, box, behind):
    header = f"<header><h1>{TITLE}</h1>{box.format(LEAD)}</header>"
    record = read(page(f"{header}<article>{ARTICLE}</article><aside>{behind}</aside>", head=head))
    assert record["standfirst"] == LEAD
    assert record["paragraphs"] == PARAGRAPHS


LOST = (
    "Olaf Brandt, a fisherman of sixty, heard of the end of the talks on his radio at dawn, so he "
    "told this paper, and his daughter heard it from him when she came home from the market."
)


@pytest.mark.parametrize(
    "box",
    [
        "<div>{}</div>",
        "<div class='intro'>{}</div>",
        "<section>{}</section>",
        "<div class='teaser'>{}</div>",
        "<p class='teaser'>{}</p>",
        "<p class='author-note'>{}</p>",
        "<p class='banner'>{}</p>",
        "{}",
    ],
)
@pytest.mark.parametrize("place", [0, 4])
@pytest.mark.parametrize("around", ["<article>{}</article>", "<div class='body'>{}</div>"])
def test_a_paragraph_is_kept_whatever_marks_it(read, box, place, around):
    parts = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
    parts.insert(place, box.format(LOST))
    record = read(page(around.format(f"<h1>{TITLE}</h1>{''.join(parts)}")))
    assert record["paragraphs"] == [*PARAGRAPHS[:place], LOST, *PARAGRAPHS[place:]]


def test_a_plain_box_behind_the_last_paragraph_is_text(read):
    assert read(article(behind=f"<div>{LOST}</div>"))["paragraphs"] == [*PARAGRAPHS, LOST]


@pytest.mark.parametrize(
    "box",
    [
        "<p class='promo-text'>{}</p>",
        "<p class='copyright'>{}</p>",
        "<div class='social'>{}</div>",
        "<div class='chat-box'><p>{}</p></div>",
    ],
)
@pytest.mark.parametrize("text", [LOST, "Short words stood here, too."])
def test_what_a_box_inside_the_article_holds_is_told(read, box, text):
    parts = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
    parts.insert(4, box.format(text))
    record = read(article(body="".join(parts)))
    assert text in [*record["paragraphs"], *record["dropped"]]


@pytest.mark.parametrize(
    "offer",
    [
        "Subscribe now to read the rest of this article.",
        "To continue reading, please sign in.",
        "Jetzt abonnieren und weiterlesen.",
        "Abonnez-vous pour lire la suite.",
        "Suscríbete para seguir leyendo.",
        "Оформите подписку, чтобы читать дальше.",
    ],
)
@pytest.mark.parametrize("box", ["<p>{}</p>", "<div class='paywall'>{}</div>"])
def test_a_sentence_that_asks_to_pay_is_left_out_and_told(read, offer, box):
    record = read(article(behind=box.format(offer)))
    assert record["paragraphs"] == PARAGRAPHS
    if "<p>" in box:
        assert offer in record["dropped"]
        assert record["notes"] == ["the page asks to be paid for: its text may be cut"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Join us, he said, and went home.",
        "This is good news for our members, he said.",
        "Registraron tres barcos en la isla.",
        "Jetzt muss sich jeder anmelden.",
        "Subscribe, he said.",
        "To read was all she wanted, “and I did,” she said.",
    ],
)
def test_a_last_sentence_about_reading_is_text(read, sentence):
    record = read(article(behind=f"<p>{sentence}</p>"))
    assert record["paragraphs"] == [*PARAGRAPHS, sentence]


def test_a_list_of_other_articles_is_no_live_blog(read):
    cards = "".join(
        f'<div class="card"><time>{i}:00</time><h3><a href="/{i}">Zebra {i}</a></h3>'
        f"<p>Zebra {i} was seen.</p></div>"
        for i in range(6)
    )
    record = read(article(behind=f"<div>{cards}</div>"))
    assert record["paragraphs"] == PARAGRAPHS


def test_the_title_is_the_one_without_the_outlet(read):
    two = f"<h1>The Tide</h1><article><h1>{TITLE}</h1>{ARTICLE}</article>"
    head = f'<meta property="og:title" content="{TITLE} | The Tide Politics">'
    assert read(page(two, head=head))["title"] == TITLE


def test_a_lead_above_the_headline_is_kept(read):
    first, *rest = (f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    record = read(page(f"<article>{first}<h2>{TITLE}</h2>{''.join(rest)}</article>"))
    assert record["title"] == TITLE
    assert record["paragraphs"] == PARAGRAPHS


@pytest.mark.parametrize(
    "box",
    [
        "<figure><img><figcaption>{}</figcaption></figure>",
        '<div class="image-caption"><p>{}</p></div>',
    ],
)
def test_captions_are_left_out_and_told(read, box):
    caption = "Boats in the harbour of the northern island in March"
    record = read(article(behind=box.format(caption)))
    assert record["paragraphs"] == PARAGRAPHS
    assert caption in record["dropped"]


@pytest.mark.parametrize(
    "line",
    [
        "(Reporting by Ada Holm in Port Town; further reporting by Piet Varga; Editing by Jo Ek)",
        "Reporting and writing by Ada Holm",
        "(Bericht von Ada Holm, redigiert von Piet Varga)",
        "Our Standards: The Tide Trust Principles.",
        "Ada Holm is a reporter for The Tide. She can be reached at ada@tide.example.",
        "Follow Ada Holm on X: @adaholm",
        "Piet Varga contributed to this report.",
        "Correction: An earlier version of this article misstated the year the ferry was built.",
        "This story was first published on May 14, 2024.",
        "(AFP/dpa)",
        "AFP",
        "– Reuters",
        "(dpa/ab)",
        "dpa-regio, dpa:240515-99-12345/3",
        "Quelle: dpa/AFP",
        "Fuente: EFE",
        "With material from Reuters.",
        "(Le Quai avec AFP)",
        "Mit dpa",
        "Associated Press writer Ada Holm contributed to this report.",
        "ТАСС",
        "По материалам ТАСС",
        "ada@tide.example",
        "© 2024 The Tide. All rights reserved.",
    ],
)
def test_what_agencies_put_behind_an_article_is_left_out_and_told(read, line):
    record = read(article(behind=f"<p>{line}</p>"))
    assert record["paragraphs"] == PARAGRAPHS
    assert record["dropped"] == [line]


SHORT = ["The talks ended on Tuesday.", "No date was set for others.", "All went home by ferry."]


@pytest.mark.parametrize("line", ["(AFP)", "Reporting by Ada Holm; Editing by Jo Ek", "ANSA"])
def test_an_agency_stands_behind_short_pieces_too(read, line):
    body = "".join(f"<p>{paragraph}</p>" for paragraph in [*SHORT, line])
    record = read(article(body=body))
    assert record["paragraphs"] == SHORT
    assert record["dropped"] == [line]


@pytest.mark.parametrize(
    "sentence",
    [
        "Petra and Hina.",
        "Sid, Ana.",
        "He came with her.",
        "Source of it all: the tide.",
        "No, he said.",
    ],
)
def test_a_short_last_line_is_no_agency(read, sentence):
    record = read(article(behind=f"<p>{sentence}</p>"))
    assert record["paragraphs"] == [*PARAGRAPHS, sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "Join us, he told the crowd, and we will send you updates from the quay every day.",
        "Follow the money on Facebook and you end at the harbour, she said.",
        "Photo: that is how she signs her letters to the council, with one word and a colon.",
        "We use cookies, said the baker, to lure the children off the quay.",
        "Related: the minister used the word twice and then left the room.",
        "Subscribe to the newsletter of the harbour master if you want to know the tides.",
        "Reporting by the council shows that half of the boats are gone.",
        "Correction: that was the word he used for what the nets had done.",
        "Ada Holm is a reporter who has lived on the quay since the old harbour was closed.",
    ],
)
def test_a_sentence_of_the_body_is_never_a_notice(read, sentence):
    paragraphs = [*PARAGRAPHS[:3], sentence, *PARAGRAPHS[3:]]
    record = read(article(body="".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)))
    assert record["paragraphs"] == paragraphs
    assert record["dropped"] == []


@pytest.mark.parametrize(
    "box",
    [
        '<div class="article-side"><b class="relatedHeadline">Zebra</b></div>',
        '<div class="article-table"><table><tr><th>Screen</th><td>HD</td></tr></table></div>',
    ],
)
def test_a_page_that_has_words_of_a_database_is_a_page(read, box):
    assert read(article(behind=box))["paragraphs"][: len(PARAGRAPHS)] == PARAGRAPHS


def test_a_date_is_guessed_only_from_a_day_and_that_is_said(read):
    head = '<link rel="canonical" href="https://tide.example/2024/05/15/talks">'
    record = read(article(head=head + '<meta property="og:site_name" content="The Tide">'))
    assert record["published"] == "2024-05-15"
    assert read(article(behind="<p>© 2024 The Tide</p>"))["published"] == ""


BODY = "".join(
    f"<p>The ferry between the two towns stops in June number {i}, after forty years, because "
    "nobody wants to pay for a new boat any more.</p>"
    for i in range(6)
)


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("<p class=byline><span class=byline__date>Dec 1st 2016 1:01PM</span></p>", None),
        ("<div class=author><a>See full bio</a></div>", None),
        ("<div class=author-info><span>Lesedauer: 3 Minuten</span></div>", None),
        (
            "<div class=byline>By <a>Ann Doe</a>, <a>Bob Ray</a> December 3, 2018</div>",
            "Ann Doe; Bob Ray",
        ),
        ("<p class=byline>By Ann de Vries</p>", "Ann de Vries"),
    ],
)
def test_a_guessed_byline_is_a_name_that_stands_in_the_page(line: str, byline: str | None) -> None:
    html = (
        f"<html><body><article><h1>The ferry stops in June</h1>{line}{BODY}</article></body></html>"
    )
    record = read_article(parse_page(html, "page.html")).record
    assert record["facts"].get("byline") == byline


def test_the_headline_is_the_heading_that_the_title_states() -> None:
    headline = "Ferry service ends after forty years on the sound"
    html = (
        f"<html><head><title>{headline} | The Sound</title></head><body><h1>The Sound</h1>"
        f"<div><h2>{headline}</h2>{BODY}</div></body></html>"
    )
    assert read_article(parse_page(html, "page.html")).record["title"] == headline
