"""Mails, mailboxes, e-books, Markdown and subtitles."""

import io
import zipfile
from email.message import EmailMessage

import pytest

from analysis.corpus.formats.read import read_file, read_source
from analysis.tables import InputError

ONE = "The talks about the harbour ended on Tuesday without a result – both sides said."
TWO = "They will meet again in June, the mayor added."


def make_mail(html="", plain="", subject="Talks end at the café", attached=()):
    message = EmailMessage()
    message["From"] = "The Island Post <news@example.org>"
    message["To"] = "a@example.org"
    message["Message-ID"] = "<1@example.org>"
    message["Date"] = "Wed, 15 May 2024 08:09:00 +0200"
    message["Subject"] = subject
    message.set_content(plain or "View this mail in your browser.", charset="iso-8859-15")
    if html:
        message.add_alternative(html, subtype="html", charset="utf-8")
    for name in attached:
        message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=name)
    return message


HTML = (
    "<html><head><title>x</title><style>p {}</style></head><body><table><tr><td><h1>Talks end at "
    f"the café</h1><p>{ONE}</p><p>{TWO}</p></td></tr></table></body></html>"
)


@pytest.mark.parametrize(
    "message",
    [
        make_mail(HTML, attached=["report é.pdf"]),
        make_mail(plain=f"{ONE.replace('–', '-')}\n\n{TWO}", attached=["report é.pdf"]),
        make_mail(HTML, subject="Fwd: Re: Talks end at the café", attached=["report é.pdf"]),
    ],
)
def test_a_mail(tmp_path, message):
    (tmp_path / "a.eml").write_bytes(bytes(message))
    record = read_file(tmp_path / "a.eml")
    assert (record["title"], record["published"]) == ("Talks end at the café", "2024-05-15T08:09")
    assert record["facts"] == {"outlet": "The Island Post"}
    assert [p.replace("-", "–") for p in record["paragraphs"]] == [ONE, TWO]
    assert record["dropped"] == ["attached file, not read: report é.pdf"]


def test_a_plain_mail_is_unwrapped_and_what_it_quotes_told(tmp_path):
    plain = (
        "The talks about the harbour ended on Tuesday without a result,\nboth sides said.\n"
        "Ann\n\nOn Monday, Joe Carr wrote:\n> Will they go on\n> for long?\n"
    )
    (tmp_path / "a.eml").write_bytes(bytes(make_mail(plain=plain)))
    record = read_file(tmp_path / "a.eml")
    assert record["paragraphs"] == [
        "The talks about the harbour ended on Tuesday without a result, both sides said.",
        "Ann",
        "On Monday, Joe Carr wrote:",
    ]
    assert record["dropped"] == ["quoted: Will they go on for long?"]


def test_raw_headers_and_forwarded_mails(tmp_path):
    raw = bytes(make_mail(plain=ONE.replace("–", "-"))).split(b"\n\n", 1)
    head = b"\n".join(
        line if not line.startswith(b"Subject") else "Subject: Talks in Łódź".encode()
        for line in raw[0].split(b"\n")
    )
    (tmp_path / "a.eml").write_bytes(head + b"\n\n" + raw[1])
    assert read_file(tmp_path / "a.eml")["title"] == "Talks in Łódź"
    digest = make_mail(plain="Two mails of today, for all of you to read.", subject="Digest")
    for title in ("One", "Two"):
        digest.add_attachment(make_mail(plain=f"{TWO} {title}.", subject=title))
    (tmp_path / "d.eml").write_bytes(bytes(digest))
    titles = [item.record["title"] for item in read_source(tmp_path / "d.eml").items]
    assert titles == ["Digest", "One", "Two"]


def test_a_mailbox(tmp_path):
    mails = [make_mail(plain=f"{TWO}\n\n>From here on.", subject=s) for s in ("One", "Two")]
    data = b"".join(b"From a@b Wed May 15 08:09:00 2024\n" + bytes(m) + b"\n\n" for m in mails)
    (tmp_path / "a.mbox").write_bytes(data)
    source = read_source(tmp_path / "a.mbox")
    assert [item.record["title"] for item in source.items] == ["One", "Two"]
    assert source.many
    assert source.items[1].where.endswith("a.mbox mail 2")


def test_a_header_that_is_made_to_be_slow_is_refused(tmp_path):
    head = b"From: x\nMIME-Version: 1.0\nContent-Type: text/html\n"
    data = head + b"Snapshot-Content-Location: " + b"=?utf-8?q?a" * 20_000 + b"\n\n<html></html>"
    (tmp_path / "a.mhtml").write_bytes(data)
    with pytest.raises(InputError, match=r"a header of more than 20,000 characters"):
        read_file(tmp_path / "a.mhtml")


def make_epub(folder, pages):
    items = "".join(
        f"<item id='p{i}' href='{name}' media-type='application/xhtml+xml'/>"
        for i, name in enumerate(pages)
    )
    order = "".join(f"<itemref idref='p{i}'/>" for i in reversed(range(len(pages))))
    package = (
        "<package xmlns:dc='d'><metadata><dc:title>The Island Post</dc:title>"
        "<dc:creator>Ann Lee</dc:creator><dc:language>en</dc:language><dc:date>2024-05-15</dc:date>"
        f"</metadata><manifest>{items}<item id='n' href='nav.xhtml' properties='nav' "
        f"media-type='application/xhtml+xml'/></manifest><spine><itemref idref='n'/>{order}</spine>"
        "</package>"
    )
    container = (
        f"<container><rootfiles><rootfile full-path='{folder}a.opf'/></rootfiles></container>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr(f"{folder}a.opf", package)
        archive.writestr(f"{folder}nav.xhtml", "<html><body><p>Contents</p></body></html>")
        for name, text in pages.items():
            page = f"<html><head><title>no</title></head><body>{text}</body></html>"
            archive.writestr(f"{folder}{name}", page)
    return file.getvalue()


def test_a_book_is_one_document_in_the_order_that_it_states(tmp_path):
    pages = {"b.xhtml": f"<p>{TWO}</p>", "a b.xhtml": f"<h1>Talks</h1><p>{ONE}</p>"}
    (tmp_path / "a.epub").write_bytes(make_epub("OEBPS/", pages))
    record = read_file(tmp_path / "a.epub")
    assert record["title"] == "The Island Post"
    assert record["paragraphs"] == ["Talks", ONE, TWO]
    assert (record["published"], record["language"]) == ("2024-05-15", "en")
    assert record["facts"] == {"byline": "Ann Lee"}


def test_a_newspaper_of_calibre_is_one_document_an_article(tmp_path):
    pages = {
        f"feed_0/article_{i}/index.html": f"<h1>Talks of day {i}</h1><p>{ONE}</p><p>{TWO}</p>"
        for i in (1, 0)
    }
    pages["feed_0/index.html"] = "<p>Section</p>"
    (tmp_path / "a.epub").write_bytes(make_epub("", pages))
    items = read_source(tmp_path / "a.epub").items
    assert [item.record["title"] for item in items] == ["Talks of day 0", "Talks of day 1"]
    assert items[0].record["paragraphs"] == [ONE, TWO]
    assert items[0].record["facts"] == {"outlet": "The Island Post"}


def test_markdown(tmp_path):
    (tmp_path / "a.md").write_text(
        '---\ntitle: "Talks: no end"\ndate: 2024-05-15\nauthor: [Ann Lee, Joe Carr]\n'
        "source: The Island Post\nlang: en\nurl: https://example.org/a\n---\n"
        "The talks about the **harbour** [ended](https://example.org/b) on\nTuesday, *both* said."
        "\n\n"
        "![harbour](a.png)\n\n- They meet in June\n- She said snake_case_word\n\n## What next\n\n"
        "> No one knows.\n"
    )
    record = read_file(tmp_path / "a.md")
    assert (record["title"], record["published"]) == ("Talks: no end", "2024-05-15")
    assert record["facts"] == {"byline": "Ann Lee; Joe Carr", "outlet": "The Island Post"}
    assert (record["url"], record["language"]) == ("https://example.org/a", "en")
    assert record["paragraphs"] == [
        "The talks about the harbour ended on Tuesday, both said.",
        "They meet in June",
        "She said snake_case_word",
        "What next",
        "No one knows.",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.srt",
            "1\n00:00:01,000 --> 00:00:02,500\n<i>The talks ended</i>\n\n2\n00:00:02,600 --> "
            "00:00:04,000\non Tuesday.\n\n3\n00:00:09,000 --> 00:00:10,000\n"
            "{\\an8}They will go on.\n",
        ),
        (
            "a.vtt",
            "WEBVTT - x\n\nNOTE no text\n\n00:01.000 --> 00:02.500 align:start\nThe talks ended\n\n"
            "00:02.600 --> 00:04.000\nThe talks ended\non Tuesday.\n\n00:09.000 --> 00:10.000\n"
            "<c>They</c> will go on.\n",
        ),
    ],
)  # fmt: skip
def test_subtitles_without_their_times(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert read_file(tmp_path / name)["paragraphs"] == [
        "The talks ended on Tuesday.",
        "They will go on.",
    ]


def test_articles_that_proquest_mailed(tmp_path):
    article = (
        "<p>Harbour closed {0}</p><p>Lee, Ann. The Daily Example; Norda. {0} May 2024.</p>"
        "<p>Author: Lee, Ann</p><p>Full text:</p><p>" + ONE + "</p><p>Publication title: The Daily "
        "Example; Norda</p><p>Publication date: May {0}, 2024</p><p>ProQuest document ID: 15{0}</p>"
    )
    html = f"<html><body>{article.format(14)}{article.format(15)}</body></html>"
    (tmp_path / "a.eml").write_bytes(bytes(make_mail(html)))
    items = read_source(tmp_path / "a.eml").items
    assert [item.record["title"] for item in items] == ["Harbour closed 14", "Harbour closed 15"]
    assert items[1].record["paragraphs"] == [ONE]
    assert items[1].record["published"] == "2024-05-15"
    assert items[1].record["facts"]["outlet"] == "The Daily Example"


def test_a_guess_of_a_mails_encoding_is_told(tmp_path):
    head = "From: The Post <post@example.org>\nSubject: Most\nContent-Type: text/plain\n\n"
    text = "Starostka města řekla, že jednání o mostě selhala po devíti hodinách."
    (tmp_path / "a.eml").write_bytes(head.encode() + text.encode("cp1250"))
    record = read_file(tmp_path / "a.eml")
    assert record["paragraphs"] == [text]
    assert record["notes"] == ["encoding guessed: windows-1250"]


@pytest.mark.parametrize(
    ("parameters", "plain", "paragraphs", "dropped"),
    [
        (
            "format=flowed",
            "The talks ended without \na result on Wednesday.\nNobody came to the town hall of the "
            "city in the evening.\nNobody said why.\n> Will they \n> go on?\n",
            [
                "The talks ended without a result on Wednesday.",
                "Nobody came to the town hall of the city in the evening.",
                "Nobody said why.",
            ],
            ["quoted: Will they go on?"],
        ),
        ("format=flowed; delsp=yes", "The talks with \nout  \na result.\n",
         ["The talks without a result."], []),
        ("format=flowed", ONE.replace(" result", "\nresult"), [ONE], []),
        ("format=fixed", "The talks \nended.\n", ["The talks", "ended."], []),
    ],
)  # fmt: skip
def test_lines_that_a_mail_says_go_on(tmp_path, parameters, plain, paragraphs, dropped):
    head = f"From: a@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; {parameters}"
    (tmp_path / "a.eml").write_text(f"{head}\nSubject: Talks\n\n{plain}", encoding="utf-8")
    record = read_file(tmp_path / "a.eml")
    assert (record["paragraphs"], record["dropped"]) == (paragraphs, dropped)


@pytest.mark.parametrize("html", [f'<div dir="ltr">{TWO}</div>', f"<p>{TWO}</p>", f"<div>{TWO}"])
@pytest.mark.parametrize("plain", ["", TWO])
def test_a_mail_of_one_paragraph_in_html(tmp_path, html, plain):
    (tmp_path / "a.eml").write_bytes(bytes(make_mail(html, plain=plain)))
    assert read_file(tmp_path / "a.eml")["paragraphs"] == [TWO]
