"""Pages built like those of six kinds of news sites; every text is invented.

Whatever is not the article says "zebra", so that a test sees what slipped in.
"""

import textwrap

TITLE = "Ministers explain why the harbour talks ended"
STANDFIRST = "Both islands say that they are ready to return to the table before the winter"
PARAGRAPHS = [
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them.",
    "“We came with an offer and we leave with it,” said Ada Holm, who leads the delegation of the "
    "northern island. She did not say what the offer was.",
    "Her counterpart, Piet Varga, told reporters on the quay that the northern side had asked for "
    "a third of the landing fees, which he called a price that nobody could pay.",
    "The talks were the fourth this year. They began in March, when storms had closed the old "
    "harbour and the two councils agreed to share the new one for a season.",
    "Fishermen on both shores have waited since then for rules on who may land where. Some have "
    "sold their boats; others go out at night, when nobody counts the catch.",
    "“A rule that comes in the spring is too late for us,” said Mara Lind, who runs three boats "
    "with her brothers and has lost one of them to the bank.",
    "The mediator, a retired judge from the mainland, said that he would invite both delegations "
    "again before the end of the summer, and that he had not given up hope.",
    "In the evening the ferry left on time. On board were both ministers, who sat at two ends of "
    "the deck and were seen to share a thermos of coffee on the way.",
]
LONG_ZEBRA = (
    "A zebra was seen on the beach on Monday, and the council has asked whoever owns the zebra to "
    "come forward, since the zebra has eaten the flowers in front of the town hall."
)


def paragraphs(tag: str = "<p>{}</p>", *, after: dict[int, str] | None = None) -> str:
    """The article's paragraphs, each in `tag`, with boxes after some of them."""
    boxes = after or {}
    return "\n".join(tag.format(p) + boxes.get(i, "") for i, p in enumerate(PARAGRAPHS))


def page(body: str, *, head: str = "", title: str = TITLE, lang: str = "en") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">'
        f"<title>{title} | The Post</title>{head}</head><body>{body}</body></html>"
    )


SIMPLE = page(f"<article><h1>{TITLE}</h1>{paragraphs()}</article>")

_MENU = "<nav><ul>" + "".join(f"<li><a href='/{i}'>Zebra {i}</a></li>" for i in range(9))
_MENU += "</ul></nav>"
_FOOT = "<footer><p>© The Zebra Post. All rights reserved. Zebra terms of use.</p></footer>"


def weblog() -> str:
    """A newspaper on a weblog system: widgets, share buttons, related posts, comments."""
    comments = "".join(
        f'<li class="comment"><p>{LONG_ZEBRA}</p><p>Reply to zebra {i}</p></li>' for i in range(4)
    )
    return page(
        f"""<div id="page" class="hfeed site"><header id="masthead">{_MENU}</header>
        <div id="content" class="site-content with-sidebar"><div id="primary"><main id="main">
        <article id="post-123" class="post type-post category-news"><header class="entry-header">
        <h1 class="entry-title">{TITLE}</h1><div class="entry-meta"><span class="posted-on">
        <time class="entry-date published" datetime="2024-05-15T08:09:00+00:00">May 15, 2024</time>
        </span><span class="byline"> by <a href="/author/z">Zebra Zed</a></span></div></header>
        <div class="entry-content"><figure class="wp-block-image"><img src="a.jpg" alt="">
        <figcaption>The quay in the evening. Photo: Zebra Agency</figcaption></figure>
        {paragraphs()}
        <div class="sharedaddy sd-sharing-enabled"><h3>Share this zebra:</h3><ul><li>
        <a href="#">Zebra</a></li></ul></div>
        <div id="jp-relatedposts" class="jp-relatedposts"><h3>Related zebra</h3><p>
        <a href="/z">Zebra seen on the beach on Monday morning</a></p></div></div>
        <footer class="entry-footer"><span class="tags-links">Tagged zebra</span></footer></article>
        <div id="comments" class="comments-area"><h2>4 thoughts on zebra</h2>
        <ol class="comment-list">{comments}</ol></div></main></div>
        <aside id="secondary" class="widget-area"><section class="widget"><h2>Recent zebra</h2>
        <p>{LONG_ZEBRA}</p></section></aside></div>{_FOOT}</div>"""
    )


def broadcaster() -> str:
    """A broadcaster's page from a component system: names without meaning, many captions."""
    block = (
        '<div data-component="text-block" class="ssrcss-11r1m41 e1gg7h0"><p class="x9">{}</p></div>'
    )
    image = (
        '<div data-component="image-block"><figure><div><img src="b.jpg"><span class="visually-'
        'hidden">Image source, Zebra Images</span></div><figcaption>Image '
        "caption, The zebra on the "
        "quay during the talks, which went on until late</figcaption></figure></div>"
    )
    links = (
        '<section data-component="related-internet-links" class="RelatedLinks"><h2>More on this '
        'zebra</h2><ul><li><a href="/1">Zebra talks begin in the old harbour</a></li><li>'
        '<a href="/2">Why the zebra was sold to the bank</a></li></ul></section>'
    )
    return page(
        f"""<div id="root">{_MENU}<main id="main-content"><article class="ssrcss-pv1rh6">
        <header><h1 id="main-heading">{TITLE}</h1><div data-component="byline-block">Zebra Zed,
        <span>Zebra correspondent</span></div><time datetime="2024-05-15T08:09:00Z">15 May 2024
        </time></header>{image}{paragraphs(block, after={2: image, 5: links})}
        <section data-component="tag-list" class="tag-list"><h2>Zebra topics</h2><ul><li>Zebra</li>
        </ul></section></article><aside><h2>Top zebra</h2><p>{LONG_ZEBRA}</p></aside></main>{_FOOT}
        </div>""",
        head=f'<meta property="og:title" content="{TITLE}"><script type="application/ld+json">'
        f'{{"@type": "NewsArticle", "headline": "{TITLE}", "datePublished": '
        '"2024-05-15T08:09:00Z"}</script>',
    )


def agency() -> str:
    """A news agency: one block of text, pointers to other news between the paragraphs."""
    also = (
        '<p><strong>Read also:</strong> <a href="/z">Zebra explains what the zebra wants from '
        "the zebra</a></p>"
    )
    return page(
        f"""<div class="header">{_MENU}</div><div class="news"><div class="news-header">
        <div class="news-header__date-date">15 MAY 2024, 08:09</div><h1 class="news-header__title">
        {TITLE}</h1><div class="news-header__lead">{STANDFIRST}</div></div>
        <div class="news-media"><img src="c.jpg"><div class="news-media__caption">Zebra on the quay
        </div><div class="news-media__copyright">© Zebra/Agency</div></div>
        <div class="text-content"><div class="text-block">{paragraphs(after={1: also, 4: also})}
        </div></div><div class="news-tags tags"><a class="tags__item">Zebra</a></div></div>
        <div class="section-news-list most-read"><h2>Zebra now</h2>
        {"".join(f'<div class="item"><p>{LONG_ZEBRA}</p></div>' for _ in range(5))}</div>{_FOOT}"""
    )


def ministry() -> str:
    """An official site: tables, no paragraphs, line breaks and ideographic spaces."""
    lines = "<br><br>".join("\u3000\u3000" + p for p in PARAGRAPHS)
    return (
        f"<html><head><meta http-equiv='Content-Type' content='text/html; charset=utf-8'>"
        f"<title>{TITLE}</title></head><body><table width=960><tr><td class=top>"
        f"<a href='/'>Zebra Home</a> | <a href='/z'>Zebra Ministry</a></td></tr></table>"
        f"<table><tr><td class=left><a href='1'>Zebra A</a><br><a href='2'>Zebra B</a></td>"
        f"<td><div id='News_Body_Title'><h1>{TITLE}</h1></div><div id='News_Body_Time'>2024-05-15 "
        f"08:09</div><div id='News_Body_Txt_A'>{lines}</div><div class='share'>Share zebra</div>"
        f"<div class='print'><a href='#'>[ Print zebra ]</a> <a href='#'>[ Close zebra ]</a></div>"
        f"</td></tr></table><div class='foot'><a href='/c'>Zebra Copyright</a></div></body></html>"
    )


def daily() -> str:
    """A regional daily: newsletter box in the text, teasers with long texts, cookie banner."""
    box = (
        '<div class="newsletter-signup inline-box"><h4>The morning '
        "zebra</h4><p>Sign up and get the "
        "zebra by post every morning before breakfast, with everything that matters.</p><form>"
        "<input><button>Subscribe to the zebra</button></form></div>"
    )
    pull = (
        '<blockquote class="pull-quote"><p>The zebra says: a price '
        "nobody could pay</p></blockquote>"
    )
    teasers = "".join(
        f'<article class="teaser"><h3><a href="/{i}">Zebra number {i} is at large</a></h3>'
        f"<p>{LONG_ZEBRA}</p></article>"
        for i in range(6)
    )
    return page(
        f"""<div class="cookie-banner consent-layer" role="dialog"><p>We value your zebra. We use
        cookies to keep the zebra fed and to measure how it runs.</p><button>Accept zebra</button>
        </div>{_MENU}<div class="layout layout--with-sidebar"><div class="layout__main">
        <article class="article article--has-related"><div class="article__breadcrumb breadcrumb">
        <a>Zebra</a> › <a>Local zebra</a></div><h1 class="article__headline">{TITLE}</h1>
        <p class="article__standfirst">{STANDFIRST}</p><div class="article__meta">
        <span class="article__date">15 May 2024</span></div>
        <div class="article__body">{paragraphs(after={1: box, 3: pull})}</div>
        <div class="author-bio"><p>Zebra Zed writes about zebra and the sea for the Post and has
        done so for more than twenty years.</p></div></article></div>
        <div class="layout__sidebar sidebar"><h2>Most read zebra</h2>{teasers}</div></div>
        <section class="recommended"><h2>You may also like zebra</h2>{teasers}</section>{_FOOT}"""
    )


def channel() -> str:
    """A television channel's site: "read more" boxes, player, share bar, discussion."""
    more = (
        '<div class="read-more read-more_medium"><a class="read-more__link" '
        'href="/z"><img src="d.jpg">'
        '<span class="read-more__type">Read more</span><span '
        'class="read-more__title">Zebra says what '
        "the zebra would do with the harbour</span></a></div>"
    )
    return page(
        f"""<div class="layout"><header class="layout__header">{_MENU}</header>
        <div class="layout__content"><div class="article"><div class="article__date"><span
        class="date date_article-header">15 May, 2024 08:09</span></div>
        <div class="article__heading-container"><h1 class="article__heading">{TITLE}</h1></div>
        <div class="article__summary summary">{STANDFIRST}</div>
        <div class="article__cover"><div class="media media_article"><img src="e.jpg"></div>
        <div class="media__footer"><span class="media__title">FILE PHOTO: the zebra at sea</span>
        <span class="media__copyright">© Zebra TV</span></div></div>
        <div class="article__share"><div class="share-panel"><a>Zebra</a></div></div>
        <div class="article__text text">{paragraphs(after={2: more, 5: more})}
        <p>You can share this story on social media:</p></div>
        <div class="article__tags"><a>Zebra</a></div></div>
        <div class="comments-block" id="comments"><p>{LONG_ZEBRA}</p></div>
        <div class="columns most-popular"><p>{LONG_ZEBRA}</p></div></div>{_FOOT}</div>"""
    )


LAYOUTS = {
    "weblog": (weblog, ""),
    "broadcaster": (broadcaster, ""),
    "agency": (agency, STANDFIRST),
    "ministry": (ministry, ""),
    "daily": (daily, STANDFIRST),
    "channel": (channel, STANDFIRST),
}

CONSENT = page(
    "<div class='consent'><h1>We value your privacy</h1><p>We and our 842 "
    "partners store and access "
    "information on a device, such as cookies, and process personal data "
    "for the purposes described "
    "below. You may click to accept all or review your choices.</p><button>Accept all</button>"
    "<button>Manage consent</button></div>",
    title="Before you continue to The Post",
)
PAYWALL = page(
    f"<article><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><div class='paywall'>"
    "<p>Subscribe to continue reading. Already a subscriber? Log in.</p></div></article>"
)
ROBOT = page("<h1>Just a moment...</h1><p>Enable JavaScript and cookies to continue</p>", title="…")


def make_pdf() -> bytes:
    """The article on a page of a PDF, set by hand."""
    blocks = [TITLE, *(p.replace("“", '"').replace("”", '"') for p in PARAGRAPHS)]
    lines = ["BT /F 10 Tf 14 TL 60 780 Td"]
    for block in blocks:
        lines += [f"({line}) Tj T*" for line in textwrap.wrap(block, 80)] + ["T*"]
    stream = "\n".join([*lines, "ET"])
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return f"{body}xref\n0 6\n0000000000 65535 f \n{table}{end}".encode("ascii")
