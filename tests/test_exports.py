"""What news databases export comes apart into articles; the texts here are made up."""

import docx
import pytest

from analysis import add_documents
from analysis.corpus.formats.read import read_file, read_source
from analysis.corpus.manifest import read_manifest
from analysis.tables import InputError

FIRST = [
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them.",
    "The harbour master said that he had “never seen such patience” in a meeting about nets.",
]
SECOND = [
    "Ferry fares will rise by a tenth in July, the council said. Commuters from the northern "
    "island pay the most, and many of them have begun to share boats."
]

NEXIS_ONE = [
    "Ministers explain why the harbour talks ended",
    "The Island Post (London)",
    "May 15, 2024 Wednesday",
    "Edition 1, National Edition",
    "Copyright 2024 Island Newspapers Ltd All Rights Reserved",
    "Section: NEWS; Pg. 4",
    "Length: 42 words",
    "Byline: Ann Writer and Bo Scribe",
    "Highlight: Any new round must deal with fishing rights",
    "Body",
    *FIRST,
    "Graphic",
    "A photograph of the harbour in spring",
    "Classification",
    "Language: ENGLISH",
    "Publication-Type: Newspaper",
    "Subject: FISHING (90%); TALKS & MEETINGS (88%)",
    "Load-Date: May 16, 2024",
    "End of Document",
]
NEXIS_TWO = [
    "Ferry fares to rise",
    "Herald of the Strait",
    "May 16, 2024 Thursday 8:09 AM GMT",
    "Length: 400 words",
    "Body",
    *SECOND,
    "Load-Date: May 17, 2024",
    "End of Document",
]
COVER = [
    "User Name: reader",
    "Date and Time: Friday, May 17, 2024 10:00:00 AM",
    "Job Number: 123456",
    "Documents (2)",
    "1. Ministers explain why the harbour talks ended",
    "Client/Matter: -None-",
    "Search Terms: harbour",
    "2. Ferry fares to rise",
    "Client/Matter: -None-",
    "Search Terms: harbour",
]


def write_docx(path, paragraphs):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(path)
    return path


def write_rtf(path, paragraphs):
    def escape(text):
        return "".join(c if c < "\x80" else f"\\u{ord(c)}?" for c in text)

    body = "".join(f"\\pard {escape(text)}\\par\n" for text in paragraphs)
    path.write_text(f"{{\\rtf1\\ansi {body}}}", encoding="ascii")
    return path


def write_txt(path, paragraphs):
    path.write_text("\n\n".join(paragraphs), encoding="utf-8")
    return path


@pytest.mark.parametrize("write", [write_docx, write_rtf, write_txt])
@pytest.mark.parametrize("cover", [[], COVER])
def test_nexis_with_two_articles(tmp_path, write, cover):
    lines = [*cover, *NEXIS_ONE, "Page 1 of 2", *NEXIS_TWO]
    source = read_source(write(tmp_path / f"export.{write.__name__[6:]}", lines))
    one, two = (item.record for item in source.items)
    assert (one["title"], one["published"], one["language"]) == (NEXIS_ONE[0], "2024-05-15", "en")
    assert one["paragraphs"] == FIRST
    assert one["standfirst"] == "Any new round must deal with fishing rights"
    assert one["facts"] == {
        "outlet": "The Island Post (London)",
        "byline": "Ann Writer and Bo Scribe",
        "section": "NEWS; Pg. 4",
        "stated_words": "42",
        "licence": "Copyright 2024 Island Newspapers Ltd All Rights Reserved",
        "database": "Nexis Uni",
    }
    assert (two["title"], two["published"]) == ("Ferry fares to rise", "2024-05-16T08:09")
    assert two["facts"]["outlet"] == "Herald of the Strait"
    assert two["paragraphs"] == SECOND


def test_nexis_with_one_article_and_without_the_word_body(tmp_path):
    lines = [line for line in NEXIS_ONE if line != "Body"]
    record = read_file(write_docx(tmp_path / "one.docx", lines))
    assert record["paragraphs"] == FIRST
    assert record["facts"]["outlet"] == "The Island Post (London)"
    cover = [COVER[0], COVER[1], COVER[2], "Documents (1)", *COVER[4:7]]
    record = read_file(write_docx(tmp_path / "one.docx", [*cover, *NEXIS_ONE]))
    assert (record["title"], record["paragraphs"]) == (NEXIS_ONE[0], FIRST)


def test_what_an_export_states_lands_in_the_manifest(tmp_path):
    path = write_docx(tmp_path / "export.docx", [*COVER, *NEXIS_ONE, *NEXIS_TWO])
    added = add_documents(tmp_path / "corpus", [path])
    assert added["doc"].tolist() == [
        "island-post-london-2024-05-15",
        "herald-of-the-strait-2024-05-16",
    ]
    assert added["note"].tolist() == ["", "the file states 400 words, but 29 were found"]
    row = read_manifest(tmp_path / "corpus" / "sources.csv")[0]
    assert (row["byline"], row["database"]) == ("Ann Writer and Bo Scribe", "Nexis Uni")
    assert add_documents(tmp_path / "corpus", [path])["state"].tolist() == ["already there"] * 2


def factiva(number, title, date, body, **more):
    fields = {
        "HD": title,
        "BY": "By Ann Writer",
        "WC": "42 words",
        "PD": date,
        "ET": "08:09",
        "SN": "The Island Post",
        "SC": "ISLPST",
        "LA": "English",
        "CY": "(c) 2024 Island Newspapers",
        "LP": body[0],
        "TD": "\n\n".join(body[1:]),
        "CO": "islpst : Island Newspapers",
        "NS": "gfish : Fishing",
        **more,
        "AN": f"Document ISLPST00{number:08d}ek5f000gh",
    }
    return "\n\n".join(f"{tag}\t{value}" for tag, value in fields.items() if value)


def test_factiva_tagged_text(tmp_path):
    text = factiva(1, "Ministers explain why talks ended", "15 May 2024", FIRST)
    text += "\n\n" + factiva(2, "Ferry fares to rise", "16 May 2024", SECOND, BY="", ET="")
    (tmp_path / "f.txt").write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8")
    one, two = (item.record for item in read_source(tmp_path / "f.txt").items)
    assert (one["title"], one["published"]) == (
        "Ministers explain why talks ended", "2024-05-15T08:09",
    )  # fmt: skip
    assert one["paragraphs"] == FIRST
    assert one["language"] == "en"
    assert one["facts"] == {
        "outlet": "The Island Post",
        "byline": "Ann Writer",
        "stated_words": "42",
        "licence": "(c) 2024 Island Newspapers",
        "accession": "ISLPST0000000001ek5f000gh",
        "database": "Factiva",
    }
    assert (two["published"], two["paragraphs"]) == ("2024-05-16", SECOND)


def test_factiva_text_cut_at_a_width_and_capitals_in_the_text(tmp_path):
    text = (
        "SE   News\nHD   Ferry fares to rise\nPD   16 May 2024\nSN   Herald\nLP\n"
        "Ferry fares will rise by a tenth\nin July. NATO ships and\nUS boats pay, too, the "
        "council\nUS officials met said.\nTD\nNo one was glad.\n\nAll paid.\n"
        "AN   Document HRLD000020240516\n"
    )
    (tmp_path / "f.txt").write_text(text, encoding="utf-8")
    record = read_file(tmp_path / "f.txt")
    assert record["paragraphs"] == [
        "Ferry fares will rise by a tenth in July. NATO ships and US boats pay, too, the council "
        "US officials met said.",
        "No one was glad.",
        "All paid.",
    ]
    assert record["facts"]["section"] == "News"


def paragraphs(texts, name):
    return "".join(f'<p class="{name}">{text}</p>' for text in texts)


def test_factiva_page_with_tags_and_without(tmp_path):
    rows = {
        "HD": "Ministers explain",
        "WC": "42 words",
        "PD": "15 May 2024",
        "SN": "The Post",
        "LA": "English",
        "LP": paragraphs(FIRST[:1], "articleParagraph"),
        "TD": paragraphs(FIRST[1:], "articleParagraph"),
        "AN": "Document POST000020240515",
    }
    table = "".join(f"<tr><td><b>{tag}</b></td><td>{rows[tag]}</td></tr>" for tag in rows)
    plain = (
        '<div class="article enArticle"><div id="hd"><span class="enHeadline">Ferry fares to rise'
        "</span></div><div>By Ann Writer</div><div>29 words</div><div>16 May 2024</div>"
        "<div>18:30</div><div>Herald</div><div>HRLD</div><div>English</div>"
        "<div>Copyright 2024 Herald</div>"
        + paragraphs(SECOND, "articleParagraph enarticleParagraph")
        + "<p>Document HRLD000020240516</p></div>"
    )
    page = f'<html><body><div class="article enArticle"><table>{table}</table></div>{plain}</body>'
    (tmp_path / "f.html").write_text(page, encoding="utf-8")
    one, two = (item.record for item in read_source(tmp_path / "f.html").items)
    assert (one["title"], one["paragraphs"]) == ("Ministers explain", FIRST)
    assert one["facts"]["accession"] == "POST000020240515"
    assert (two["title"], two["published"]) == ("Ferry fares to rise", "2024-05-16T18:30")
    assert two["paragraphs"] == SECOND
    assert two["facts"] == {
        "outlet": "Herald",
        "byline": "Ann Writer",
        "stated_words": "29",
        "licence": "Copyright 2024 Herald",
        "accession": "HRLD000020240516",
        "database": "Factiva",
    }
    assert two["language"] == "en"


PROQUEST = """____________________________________________________________

Report Information from ProQuest
____________________________________________________________

Document 1 of 2

Ministers explain why the harbour talks ended

Author: Writer, Ann

Publication info: The Island Post; London [London]. 15 May 2024: 4.

Abstract: A day of talks.

Full text: {one}

{two}

Subject: Fishing; Islands

Location: The strait

Title: Ministers explain why the harbour talks ended

Publication title: The Island Post; London

Publication date: May 15, 2024

Section: News

Publisher: Island Newspapers

Language of publication: English

ProQuest document ID: 300000001

Document URL: https://www.example.org/docview/300000001

Copyright: Copyright Island Newspapers May 15, 2024

Database: Newsstream
____________________________________________________________

Title: Ferry fares to rise

Abstract: Only an abstract.

ProQuest document ID: 300000002
____________________________________________________________
"""


@pytest.mark.parametrize("kind", ["txt", "html"])
def test_proquest(tmp_path, kind):
    text = PROQUEST.format(one=FIRST[0], two=FIRST[1])
    if kind == "html":
        lines = text.replace("_" * 60, "<hr>").split("\n\n")
        text = f"<html><body>{''.join(f'<p>{line}</p>' for line in lines)}</body></html>"
    (tmp_path / f"p.{kind}").write_text(text, encoding="utf-8")
    source = read_source(tmp_path / f"p.{kind}")
    record = source.items[0].record
    assert len(source.items) == 1
    assert (record["title"], record["published"]) == (
        "Ministers explain why the harbour talks ended", "2024-05-15",
    )  # fmt: skip
    assert record["paragraphs"] == FIRST
    assert record["url"] == "https://www.example.org/docview/300000001"
    assert record["facts"]["outlet"] == "The Island Post"
    assert record["facts"]["byline"] == "Writer, Ann"
    assert record["facts"]["accession"] == "300000001"
    assert record["language"] == "en"


FRENCH = [
    "Les ministres des deux îles ont quitté la table mardi après onze heures de négociations sur "
    "le port, le bac et le droit de pêcher dans le détroit qui les sépare, selon un participant.",
    "Le capitaine du port a dit qu’il n’avait « jamais vu une telle patience » dans une réunion "
    "sur les filets, et qu’il inviterait les deux délégations avant la fin de l’été.",
]


def test_europresse_page(tmp_path):
    page = (
        '<html><body><article><header><div><span class="DocPublicationName">Le Détroit, no. 12'
        '</span></div><div><span class="DocHeader">Monde, mercredi 15 mai 2024 - 62 mots, p. 4'
        '</span></div><div class="titreArticle"><p class="titreArticleVisu">Pourquoi les '
        'négociations ont échoué</p></div><div class="sm-margin-bottomNews">Anne Plume</div>'
        f'</header><section><div class="DocText clearfix">{paragraphs(FRENCH, "")}'
        "<p>© 2024 Le Détroit. Tous droits réservés.</p></div></section>"
        '<div class="publiC-lblNodoc">news·20240515·LD·0012</div></article></body></html>'
    )
    (tmp_path / "e.html").write_text(page, encoding="utf-8")
    record = read_file(tmp_path / "e.html")
    assert record["title"] == "Pourquoi les négociations ont échoué"
    assert (record["published"], record["language"]) == ("2024-05-15", "fr")
    assert record["paragraphs"] == FRENCH
    assert record["facts"] == {
        "outlet": "Le Détroit",
        "byline": "Anne Plume",
        "section": "Monde",
        "stated_words": "62",
        "accession": "news·20240515·LD·0012",
        "database": "Europresse",
    }


def test_europresse_text(tmp_path):
    def article(title, number):
        return [
            "Le Détroit, no. 12", "Mercredi 15 mai 2024 - Monde - p. 4", "62 mots", title,
            "Anne Plume", *FRENCH, "© 2024 Le Détroit. Tous droits réservés.",
            f"Numéro de document : news·20240515·LD·{number}",
        ]  # fmt: skip

    lines = [*article("Pourquoi ils ont échoué", "12"), *article("Le bac coûtera plus", "13")]
    one, two = (item.record for item in read_source(write_txt(tmp_path / "e.txt", lines)).items)
    assert (one["title"], two["title"]) == ("Pourquoi ils ont échoué", "Le bac coûtera plus")
    assert one["paragraphs"] == FRENCH
    assert one["facts"] == {
        "outlet": "Le Détroit",
        "byline": "Anne Plume",
        "section": "Monde",
        "stated_words": "62",
        "accession": "news·20240515·LD·12",
        "database": "Europresse",
    }


def test_an_export_of_results_alone_is_refused(tmp_path):
    lines = ["Title only", "Length: 12 words", "Load-Date: May 15, 2024", "End of Document"]
    with pytest.raises(InputError, match=r"export of a news database but holds no article with"):
        read_source(write_docx(tmp_path / "none.docx", lines))


def test_accession_numbers_tell_documents_apart(tmp_path):
    bodies = [SECOND, [SECOND[0] + " Others row."]]
    texts = [factiva(i, "Ferry fares to rise", "16 May 2024", bodies[i]) for i in (0, 1)]
    for i, text in enumerate(texts):
        (tmp_path / f"{i}.txt").write_text(text, encoding="utf-8")
    added = add_documents(tmp_path / "corpus", [tmp_path / "0.txt"])
    more = add_documents(tmp_path / "corpus", [tmp_path / "1.txt", tmp_path / "0.txt"])
    assert added["doc"].tolist() == ["island-post-2024-05-16"]
    assert more[["doc", "state"]].values.tolist() == [
        ["island-post-2024-05-16-2", "added"],
        ["island-post-2024-05-16", "already there"],
    ]
    assert more["duplicate_of"].tolist() == ["island-post-2024-05-16", ""]
