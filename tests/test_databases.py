"""Exports of news databases in all their layouts; the texts here are made up."""

import textwrap
from datetime import date

import pandas as pd
import pytest
from lxml import etree

from analysis.corpus.check import check_corpus
from analysis.corpus.formats.databases import read_database, read_database_page, read_database_xml
from analysis.corpus.formats.html import parse_page
from analysis.corpus.formats.read import read_source

FERRY = [
    "The ferry to the islands did not sail on Monday, since the harbour was closed after a crane "
    "fell into the water, the council said.",
    "Nobody was hurt. The ferries are to sail again on Wednesday, and the crane will be lifted "
    "out of the water by the end of the month.",
]
BRIDGE = ["The bridge on Mill Lane opens on Friday, eight months after it was closed to all cars."]


def classic(number, total, documents, title, body, **fields):
    """An article of the classic Nexis, in a text cut at 80 characters."""
    labels = "".join(f"{name}: {value}\n\n" for name, value in fields.items())
    wrapped = []
    for paragraph in body:
        lines, line = [], ""
        for word in paragraph.split():
            if len(line) + 1 + len(word) > 80:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        wrapped.append("\n".join([*lines, line]))
    return (
        f"\n                  {number} {documents[0]} {total} {documents[1]}\n\n\n"
        f"                  The Daily Example (London)\n\n"
        f"                  May 12, 2014 Monday\n                  First Edition\n\n{title}\n\n"
        f"{labels}" + "\n\n".join(wrapped) + "\n\n"
    )


FOOT = (
    "{loaded}: May 30, 2014\n\n{language}: ENGLISH\n\nPUBLICATION-TYPE: Newspaper\n\n\n"
    "                  Copyright 2014 Example Papers\n                  All Rights Reserved\n"
)


@pytest.mark.parametrize(
    ("documents", "labels"),
    [
        (("of", "DOCUMENTS"), ("BYLINE", "SECTION", "LENGTH", "words", "LOAD-DATE", "LANGUAGE")),
        (("von", "DOKUMENTEN"), ("AUTOR", "RUBRIK", "LÄNGE", "Wörter", "UPDATE", "SPRACHE")),
        (
            ("sur", "DOCUMENTS"),
            ("AUTEUR", "RUBRIQUE", "LONGUEUR", "mots", "DATE-CHARGEMENT", "LANGUE"),
        ),
        (
            ("de", "DOCUMENTOS"),
            ("AUTOR", "SECCIÓN", "LONGITUD", "palabras", "FECHA-CARGA", "IDIOMA"),
        ),
        (("van", "DOCUMENTEN"), ("AUTEUR", "SECTIE", "LENGTE", "woorden", "LAADDATUM", "TAAL")),
        (
            ("di", "DOCUMENTI"),
            ("AUTORE", "SEZIONE", "LUNGHEZZA", "parole", "DATA-CARICAMENTO", "LINGUA"),
        ),
    ],
)
def test_classic_nexis_in_all_languages_of_its_interface(documents, labels):
    author, section, length, unit, loaded, language = labels
    fields = {author: "Ann Writer", section: "NEWS; Pg. 1"}
    foot = FOOT.format(loaded=loaded, language=language)
    text = "".join(
        classic(i, 2, documents, title, body, **{**fields, length: f"{n} {unit}"}) + foot
        for i, title, body, n in (
            (1, "Ferry stays in port", FERRY, 52),
            (2, "Bridge opens", BRIDGE, 17),
        )
    )
    found = read_database(text.split("\n"))
    one, two = found.records
    assert (one["title"], two["title"]) == ("Ferry stays in port", "Bridge opens")
    assert one["paragraphs"] == FERRY
    assert (one["published"], one["language"]) == ("2014-05-12", "en")
    assert one["facts"] == {
        "outlet": "The Daily Example (London)",
        "byline": "Ann Writer",
        "section": "NEWS; Pg. 1",
        "stated_words": "52",
        "licence": "Copyright 2014 Example Papers",
        "database": "Nexis",
    }
    assert found.notes == []
    assert one["notes"] == []


@pytest.mark.parametrize(
    ("numbers", "stated", "note"),
    [
        ((1, 3), 3, "2 are not in the file"),
        ((1, 2), 5, "states 5 documents"),
        ((501, 502), 2146, "holds the articles 501 to 502"),
    ],
)
def test_classic_nexis_tells_articles_that_are_not_there(numbers, stated, note):
    foot = FOOT.format(loaded="LOAD-DATE", language="LANGUAGE")
    text = "".join(
        classic(i, stated, ("of", "DOCUMENTS"), "Ferry", FERRY, LENGTH="50 words") + foot
        for i in numbers
    )
    found = read_database(text.split("\n"))
    assert len(found.records) == 2
    assert any(note in one for one in found.notes)


@pytest.mark.parametrize("total", [1, 20])
@pytest.mark.parametrize(
    ("first", "others"), [("", ""), (" ", ""), ("   ", ""), ("     ", "     "), ("", "   ")]
)
def test_indented_paragraphs_of_the_classic_nexis_stay_whole(first, others, total):
    foot = FOOT.format(loaded="LOAD-DATE", language="LANGUAGE")
    articles = [
        classic(i, total, ("of", "DOCUMENTS"), "Ferry", ["XX"], LENGTH="50 words") + foot
        for i in range(1, total + 1)
    ]
    cut = [
        textwrap.fill(paragraph, 78, initial_indent=first, subsequent_indent=others)
        for paragraph in FERRY
    ]
    text = "".join(articles).replace("XX", "\n\n".join(cut))
    records = read_database(text.split("\n")).records
    assert [record["paragraphs"] for record in records] == [FERRY] * total


@pytest.mark.parametrize(
    ("fields", "foot"),
    [
        ({}, ""),
        ({"BYLINE": "Ann Writer"}, ""),
        ({"SECTION": "NEWS; Pg. 1"}, "LOAD-DATE: May 30, 2014\n\n"),
        ({}, "LANGUAGE: ENGLISH\n\nPUBLICATION-TYPE: Newspaper\n\n"),
    ],
)
@pytest.mark.parametrize("documents", [("of", "DOCUMENTS"), ("von", "DOKUMENTEN")])
def test_classic_nexis_of_which_only_some_fields_were_delivered(fields, foot, documents):
    foot += "                  Copyright 2014 Example Papers\n"
    text = "".join(
        classic(i, 2, documents, title, body, **fields) + foot
        for i, title, body in ((1, "Ferry stays in port", FERRY), (2, "Bridge opens", BRIDGE))
    )
    one, two = read_database(text.split("\n")).records
    assert (one["title"], two["title"]) == ("Ferry stays in port", "Bridge opens")
    assert (one["paragraphs"], two["paragraphs"]) == (FERRY, BRIDGE)
    assert (one["published"], two["published"]) == ("2014-05-12", "2014-05-12")
    assert one["facts"]["outlet"] == "The Daily Example (London)"


def test_a_line_on_documents_does_not_make_a_text_an_export():
    assert (
        read_database(["Missing papers", "", FERRY[0], "", "3 of 5 DOCUMENTS", "", *BRIDGE]) is None
    )


@pytest.mark.parametrize("fields", [{"LENGTH": "50 words"}, {"BYLINE": "Ann Writer"}])
@pytest.mark.parametrize("line", ["3 of 5 DOCUMENTS", "1 of 2 DOCUMENTS", "2 of 2 DOCUMENTS"])
def test_the_number_of_an_article_in_a_text_of_classic_nexis_begins_none(line, fields):
    foot = FOOT.format(loaded="LOAD-DATE", language="LANGUAGE")
    body = [FERRY[0], line, FERRY[1]]
    one = classic(1, 2, ("of", "DOCUMENTS"), "Ferry", body, **fields)
    two = classic(2, 2, ("of", "DOCUMENTS"), "Bridge", BRIDGE, **fields)
    found = read_database((one + foot + two + foot).split("\n"))
    assert [record["paragraphs"] for record in found.records] == [body, BRIDGE]
    assert found.notes == []


@pytest.mark.parametrize("begins", ["GRAPHIC: novels sold best.", "CORRECTION: The ferry sailed."])
def test_a_paragraph_of_classic_nexis_that_begins_as_a_field(begins):
    foot = FOOT.format(loaded="LOAD-DATE", language="LANGUAGE")
    body = [FERRY[0], begins, FERRY[1]]
    words = len(" ".join(body).split())
    text = classic(1, 1, ("of", "DOCUMENTS"), "Ferry", body, LENGTH=f"{words} words") + foot
    record = read_database(text.split("\n")).records[0]
    assert record["paragraphs"] == body
    assert record["dropped"] == []


@pytest.mark.parametrize("name", ["GRAPHIC", "CORRECTION"])
def test_fields_of_several_paragraphs_behind_the_text_of_classic_nexis(name):
    foot = f"{name}: The crane, before it fell.\n\nThe ferry in the harbour.\n\n"
    foot += FOOT.format(loaded="LOAD-DATE", language="LANGUAGE")
    words = len(" ".join(FERRY).split())
    text = classic(1, 1, ("of", "DOCUMENTS"), "Ferry", FERRY, LENGTH=f"{words} words") + foot
    record = read_database(text.split("\n")).records[0]
    assert record["paragraphs"] == FERRY
    told = " ".join([*record["dropped"], record["facts"].get("correction", "")])
    assert "The ferry in the harbour." in told


def test_classic_nexis_tells_what_stands_between_the_articles():
    foot = FOOT.format(loaded="LOAD-DATE", language="LANGUAGE")
    one = classic(1, 2, ("of", "DOCUMENTS"), "Ferry", FERRY, LENGTH="50 words")
    two = classic(2, 2, ("of", "DOCUMENTS"), "Bridge", BRIDGE, LENGTH="17 words")
    stray = "\n\nA note that the archive put here by hand.\n"
    found = read_database((one + foot + stray + two + foot).split("\n"))
    assert [record["paragraphs"] for record in found.records] == [FERRY, BRIDGE]
    assert any("A note that the archive put here" in note for note in found.notes)


def test_classic_nexis_without_numbers_is_split_behind_each_load_date():
    foot = FOOT.format(loaded="LOAD-DATE", language="LANGUAGE")
    parts = [
        classic(i, 2, ("of", "DOCUMENTS"), title, body, LENGTH="50 words").split("DOCUMENTS\n")[1]
        for i, title, body in ((1, "Ferry", FERRY), (2, "Bridge", BRIDGE))
    ]
    found = read_database("".join(part + foot for part in parts).split("\n"))
    assert [record["title"] for record in found.records] == ["Ferry", "Bridge"]
    assert [record["paragraphs"] for record in found.records] == [FERRY, BRIDGE]


def test_classic_nexis_page():
    def block(*lines):
        return f'<div class="c0"><p class="c1"><span>{"<br>".join(lines)}</span></p></div><br>'

    articles = "".join(
        f"<!-- <DOC NUMBER={i}> -->"
        + block(f"{i} of 2 DOCUMENTS")
        + block("Copyright 2014 Example Papers", "All Rights Reserved", "The Daily Example")
        + block("<span>May</span> 12, 2014 Monday&nbsp;", "Late Edition")
        + block(f"<b>LENGTH: </b>{n} words")
        + block(f"<b>HEADLINE: </b>{title}")
        + block("<b>BODY:</b>")
        + "".join(f"<p>{paragraph[:60]}\n{paragraph[60:]}</p>" for paragraph in body)
        + block("<b>LOAD-DATE: </b>May 30, 2014")
        for i, title, body, n in ((1, "Ferry", FERRY, 52), (2, "Correction: Bridge", BRIDGE, 17))
    )
    page = f"<html><head><style>.c0 {{}}</style></head><body>{articles}</body></html>"
    found = read_database_page(parse_page(page, "n.html"))
    assert [record["title"] for record in found.records] == ["Ferry", "Correction: Bridge"]
    assert [len(record["paragraphs"]) for record in found.records] == [2, 1]
    assert {record["facts"]["outlet"] for record in found.records} == {"The Daily Example"}
    assert {record["published"] for record in found.records} == {"2014-05-12"}


UNI = {
    "de": (
        "15. Mai 2024 Mittwoch",
        "Rubrik",
        "Länge",
        "Wörter",
        "Autor",
        "Textkörper",
        "Ladedatum",
        "Ende des Dokuments",
    ),
    "fr": (
        "mercredi 15 mai 2024",
        "Rubrique",
        "Longueur",
        "mots",
        "Auteur",
        "Corps de l’article",
        "Date de chargement",
        "Fin du document",
    ),
    "es": (
        "15 de mayo de 2024",
        "Sección",
        "Longitud",
        "palabras",
        "Autor",
        "Cuerpo",
        "Fecha de carga",
        "Fin del documento",
    ),
    "nl": (
        "15 mei 2024 woensdag",
        "Sectie",
        "Lengte",
        "woorden",
        "Auteur",
        "Hoofdtekst",
        "Laaddatum",
        "Einde van document",
    ),
    "it": (
        "15 maggio 2024 mercoledì",
        "Sezione",
        "Lunghezza",
        "parole",
        "Autore",
        "Corpo",
        "Data di caricamento",
        "Fine del documento",
    ),
    "pt": (
        "15 de maio de 2024",
        "Seção",
        "Comprimento",
        "palavras",
        "Autor",
        "Corpo",
        "Data de carregamento",
        "Fim do documento",
    ),
    "unknown": (
        "May 15, 2024",
        "Section",
        "Xlength",
        "words",
        "Byline",
        "Body",
        "Xload",
        "Xend xdocument",
    ),
}


@pytest.mark.parametrize("language", UNI)
def test_nexis_uni_in_other_languages_of_its_interface(language):
    date, section, length, unit, byline, body, loaded, end = UNI[language]
    lines = [
        line
        for title, text in (("Correction: the ferry", FERRY), ("Bridge opens", BRIDGE))
        for line in (
            title,
            "The Norda Post",
            date,
            "Copyright 2024 Norda Post",
            f"{section}: NEWS; 7",
            f"{length}: 50 {unit}",
            f"{byline}: Ivan Stone",
            body,
            *text,
            f"{loaded}: May 20, 2024",
            end,
        )
    ]
    one, two = read_database(lines).records
    assert (one["title"], two["title"]) == ("Correction: the ferry", "Bridge opens")
    assert (one["paragraphs"], two["paragraphs"]) == (FERRY, BRIDGE)
    assert one["published"] == "2024-05-15"
    assert one["facts"]["outlet"] == "The Norda Post"
    assert one["facts"]["byline"] == "Ivan Stone"
    assert one["facts"]["section"] == "NEWS; 7"


def test_a_label_right_behind_the_text_is_not_joined_to_it():
    text = [
        "Ferry",
        "",
        "The Post",
        "",
        "May 15, 2024",
        "",
        "Length: 14 words",
        "",
        "Body",
        FERRY[0][:70],
    ]
    record = read_database([*text, "Load-Date: May 16, 2024", "End of Document"]).records[0]
    assert record["paragraphs"] == [FERRY[0][:70]]
    assert record["notes"] == []


def uni(*head, body=FERRY, foot=("Load-Date: May 30, 2023",), length="50 words"):
    return [*head, f"Length: {length}", "Body", *body, *foot, "End of Document"]


@pytest.mark.parametrize(
    ("head", "title", "outlet", "published", "noted"),
    [
        (
            ("Barca", "Jornal", "Quarta-feira, 24 de maio de 2023"),
            "Barca",
            "Jornal",
            "2023-05-24",
            False,
        ),
        (("Ferry", "Zeitung", "Sonntag 21.Mai 2023"), "Ferry", "Zeitung", "2023-05-21", False),
        (
            ("Ferry", "The Blogs", "(Green)", "June 26, 2009"),
            "Ferry",
            "The Blogs",
            "2009-06-26",
            False,
        ),
        (
            ("WORLD;", "A ferry sank", "The Post", "Correction Appended"),
            "WORLD; A ferry sank",
            "The Post",
            "2023-05-30",
            True,
        ),
        (
            ("Ferry", "The Post - Final Edition", "Spring 2023", "First Edition"),
            "Ferry",
            "The Post - Final Edition",
            "2023-05-30",
            True,
        ),
        (
            ("Length: ten miles", "The Post", "May 2, 2023"),
            "Length: ten miles",
            "The Post",
            "2023-05-02",
            False,
        ),
        (
            ("Flood-19, part 1 of 2023", "The Post", "May 2, 2023"),
            "Flood-19, part 1 of 2023",
            "The Post",
            "2023-05-02",
            False,
        ),
    ],
)
def test_the_head_of_nexis_uni(head, title, outlet, published, noted):
    record = read_database(uni(*head)).records[0]
    assert (record["title"], record["facts"]["outlet"]) == (title, outlet)
    assert record["published"] == published
    assert any("loaded into the database" in note for note in record["notes"]) == noted


def test_what_stands_in_or_behind_the_text_of_nexis_uni():
    body = [
        "PDF-Datei dieses Dokuments",
        FERRY[0],
        "Language: a key to the harbour, as its master says to whoever asks him for a berth.",
        "Link to Image",
        FERRY[1],
        "Note: the crane weighs forty tons.",
        BRIDGE[0],
    ]
    foot = (
        "Graphic",
        "A crane in the water",
        "Correction",
        "Correction: May 20, 2024",
        "The ferry was built in 1994.",
        "Classification",
        "Language: ENGLISH",
        "Load-Date: May 16, 2024",
    )
    record = read_database(uni("Ferry", "The Post", "May 15, 2024", body=body, foot=foot)).records[
        0
    ]
    assert record["paragraphs"] == [body[1], body[2], body[4], body[5], body[6]]
    assert record["dropped"] == [body[0], body[3], "A crane in the water"]
    assert record["facts"]["correction"] == "May 20, 2024 The ferry was built in 1994."


def test_a_count_of_words_that_is_off_in_the_whole_file_is_told_once():
    lines = [
        line
        for n in range(12)
        for line in uni(f"Ferry {n}", "The Post", "May 15, 2024", length="57 words")
    ]
    lines += uni("Bridge", "The Post", "May 15, 2024", body=BRIDGE, length="200 words")
    found = read_database(lines)
    assert [bool(record["notes"]) for record in found.records] == [False] * 12 + [True]
    assert len(found.notes) == 1


def factiva(body, *, lead="The harbour was closed.", gap="  "):
    fields = {
        "SE": "News",
        "HD": "Harbour closed",
        "BY": "Von Ann Writer",
        "PD": "15 May 2024",
        "ET": "08:09",
        "SN": "The Post",
        "LA": "English",
        "LP": lead,
        "TD": body[0],
    }
    lines = [f"{tag}{gap}{value}" for tag, value in fields.items()]
    rest = [line for paragraph in body[1:] for line in ("", paragraph)]
    codes = [
        "",
        f"CO{gap}ferry : Ferry Ltd",
        f"NS{gap}gcat : News",
        f"AN{gap}Document POST00020240515ek5f0001a",
    ]
    return [*lines, *rest, *codes]


@pytest.mark.parametrize(
    "begins",
    [
        "AN inquiry",
        "IN NORDA, a blow",
        "CO levels",
        "RE your letter",
        "NS Power",
        "ED Miller",
        "TD Bank",
        "PG films",
    ],
)
def test_capitals_at_the_start_of_a_paragraph_are_no_tag_of_factiva(begins):
    body = [FERRY[0], f"{begins} in the town of Norda has failed again.", FERRY[1]]
    one, two = read_database(factiva(body) + factiva(BRIDGE, lead=f"{begins} is here.")).records
    assert one["paragraphs"] == ["The harbour was closed.", *body]
    assert two["paragraphs"] == [f"{begins} is here.", *BRIDGE]
    assert one["facts"]["accession"] == "POST00020240515ek5f0001a"
    assert (one["published"], one["facts"]["byline"]) == ("2024-05-15T08:09", "Ann Writer")


def page(*articles, summary=""):
    return parse_page(f"<html><body>{''.join(articles)}{summary}</body></html>", "f.html")


def untagged(title, *lines, number="1"):
    inner = "".join(f"<div>{line}</div>" for line in lines)
    body = "".join(f'<p class="articleParagraph">{paragraph}</p>' for paragraph in FERRY)
    return (
        f'<div class="article enArticle"><div><span class="enHeadline counted">{title}</span></div>'
        f"{inner}{body}<p>Document POST00020240515ek5f0000{number}</p></div>"
    )


def test_factiva_page_without_tags():
    found = read_database_page(
        page(
            untagged(
                "1) Ferry", "Special to The Post", "52 words", "15 May 2024", "The Post", "English"
            ),
            untagged(
                "2) Bridge",
                '<div class="author">VON ANNA FEDER</div>',
                "52 Wörter",
                "15 Mai 2024",
                "Die Post",
                "Deutsch",
                number="2",
            ),
            summary="<table><tr><td>Results Found</td><td>1,771</td></tr></table>",
        )
    )
    one, two = found.records
    assert (one["title"], two["title"]) == ("Ferry", "Bridge")
    assert one["facts"].get("byline") is None
    assert two["facts"]["byline"] == "ANNA FEDER"
    assert one["facts"]["accession"] == "POST00020240515ek5f00001"
    assert (two["published"], two["language"]) == ("2024-05-15", "de")
    assert any("1,771 results" in note for note in found.notes)


@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("byline", ["By Ann Writer", "Ann Writer"])
@pytest.mark.parametrize(
    ("document", "words", "day", "language", "code"),
    [
        ("Document", "50 words", "15 May 2024", "English", "en"),
        ("Dokument", "50 Wörter", "15. Mai 2024", "Deutsch", "de"),
        ("Document", "50 mots", "15 mai 2024", "Français", "fr"),
    ],
)
def test_factiva_text_without_tags(between, byline, document, words, day, language, code):
    def article(title, body, number):
        facts = [words, day, "14:05", "The Post", "POST", language, "© 2024 The Post Limited."]
        head = between.join([title, byline, *facts])
        end = f"{document} POST000020240515ek5f0000{number}"
        return "\n\n".join([head, *body, end, f"Page {number} of 2 © 2024 Factiva, Inc.", ""])

    text = article("Ferry stays in port", FERRY, 1) + article("The bridge opens soon", BRIDGE, 2)
    found = read_database(text.split("\n"))
    one, two = found.records
    assert (one["title"], two["title"]) == ("Ferry stays in port", "The bridge opens soon")
    assert (one["paragraphs"], two["paragraphs"]) == (FERRY, BRIDGE)
    assert (one["published"], one["language"]) == ("2024-05-15T14:05", code)
    assert one["facts"]["outlet"] == "The Post"
    assert one["facts"]["byline"] == "Ann Writer"
    assert one["facts"]["accession"] == "POST000020240515ek5f00001"
    assert found.notes == []


def test_factiva_xml():
    article = (
        "<article><accessionNo>x/Article/POST00020240515ek5f0001a</accessionNo>"
        "<baseLanguage>EN</baseLanguage><byline>By Ann Writer</byline>"
        "<headline><paragraph><hlt>Ferry</hlt> stays in port</paragraph></headline>"
        f"<leadParagraph><paragraph>{FERRY[0]}</paragraph></leadParagraph>"
        "<publicationDate><dateTime>2024-05-15T08:09:58Z</dateTime></publicationDate>"
        f"<sourceName>The Post</sourceName><tailParagraphs><paragraph>{FERRY[1]}</paragraph>"
        "</tailParagraphs><wordCount>52</wordCount></article>"
    )
    document = (
        '<PPSResponse><r xmlns="http://global.factiva.com/pps/2.0"><ppsarticleResultSet count="2">'
        f"<ppsarticle>{article}</ppsarticle></ppsarticleResultSet></r></PPSResponse>"
    )
    found = read_database_xml(etree.fromstring(document))
    (record,) = found.records
    assert (record["title"], record["paragraphs"]) == ("Ferry stays in port", FERRY)
    assert (record["published"], record["language"]) == ("2024-05-15T08:09", "en")
    assert record["facts"] == {
        "outlet": "The Post",
        "byline": "Ann Writer",
        "stated_words": "52",
        "accession": "POST00020240515ek5f0001a",
        "database": "Factiva",
    }
    assert found.notes == ["the file states 2 articles, but 1 were found"]
    assert read_database_xml(etree.fromstring("<rss><channel/></rss>")) is None


def proquest(title, number, body, document_url="Document URL: "):
    return [
        title,
        "Author: Writer, Ann",
        "Publication info: The Post ; Norda. 15 May 2024: A.1.",
        "ProQuest document link",
        "Abstract: None available.",
        "Full text: " + body[0],
        *body[1:],
        "Subject: Ports",
        "Publication title: The Post; Norda",
        "Publication date: May 15, 2024",
        "Language of publication: English",
        f"ProQuest document ID: {number}",
        f"{document_url}https://example.org/{number}",
        "Database: Example Newsstream",
    ]


def test_proquest_mail_has_documents_without_rules_between_them():
    body = [
        FERRY[0],
        "Location: the old harbour, said the council.",
        FERRY[1],
        "CAPTION: A crane in the water.",
    ]
    cover = ["All documents are reproduced with permission.", "Jane sent you the following:"]
    lines = [
        *cover,
        *proquest("Ferry", "1500001", body, "DocumentURL:"),
        *proquest("Bridge", "1500002", BRIDGE),
    ]
    for prefix in ("", "> "):
        one, two = read_database([prefix + line for line in lines]).records
        assert (one["title"], two["title"]) == ("Ferry", "Bridge")
        assert one["paragraphs"] == body[:3]
        assert one["dropped"] == body[3:]
        assert (one["facts"]["accession"], one["url"]) == ("1500001", "https://example.org/1500001")
        assert (two["paragraphs"], two["facts"]["outlet"]) == (BRIDGE, "The Post")


@pytest.mark.parametrize(
    ("author", "link", "text", "fields"),
    [
        (
            "Autor",
            "ProQuest-Dokument-Link",
            "Volltext",
            "Titel Publikationstitel Erscheinungsjahr Publikationsdatum Sprache_der_Publikation "
            "ProQuest-Dokument-ID Datenbank",
        ),
        (
            "Auteur",
            "Lien vers le document ProQuest",
            "Texte intégral",
            "Titre Titre_de_la_publication Année_de_publication Date_de_publication "
            "Langue_de_publication ID_du_document_ProQuest Base_de_données",
        ),
        (
            "Autor",
            "Enlace de documentos de ProQuest",
            "Texto completo",
            "Título Título_de_publicación Año_de_publicación Fecha_de_publicación "
            "Idioma_de_la_publicación ID_del_documento_de_ProQuest Base_de_datos",
        ),
    ],
)
def test_proquest_in_other_languages_of_its_interface(author, link, text, fields):
    values = ("The Post", "2024", "2024-05-15", "English", "30000001", "Newsstream")

    def document(title, body):
        names = [name.replace("_", " ") for name in fields.split()]
        tail = [f"{name}: {value}" for name, value in zip(names, (title, *values), strict=True)]
        parts = ["_" * 60, title, f"{author}: Writer, Ann", link]
        return "\n\n".join([*parts, f"{text}: {body[0]}", *body[1:], *tail])

    lines = "\n\n".join([document("Ferry", FERRY), document("Bridge", BRIDGE)]).split("\n")
    one, two = read_database(lines).records
    assert (one["title"], two["title"]) == ("Ferry", "Bridge")
    assert (one["paragraphs"], two["paragraphs"]) == (FERRY, BRIDGE)
    assert (one["published"], one["language"]) == ("2024-05-15", "en")
    assert one["facts"]["outlet"] == "The Post"
    assert one["facts"]["byline"] == "Writer, Ann"
    assert one["facts"]["accession"] == "30000001"


@pytest.mark.parametrize(
    "body",
    [
        [FERRY[0], "Title: that is what he wanted, a title.", "Everyone went home."],
        [FERRY[0], "Title: that is what he wanted, a title."],
        [FERRY[0], "Section: none of them had it.", "Pages: 3.", "Nobody read on."],
    ],
)
def test_a_paragraph_of_proquest_that_begins_as_a_field(body):
    fields = ["Title: Ferry", "Publication title: The Post", "ProQuest document ID: 30000001"]
    parts = ["_" * 60, "Ferry", "ProQuest document link", f"Full text: {body[0]}", *body[1:]]
    record = read_database("\n\n".join([*parts, *fields]).split("\n")).records[0]
    assert record["title"] == "Ferry"
    assert record["paragraphs"] == body
    assert record["facts"]["outlet"] == "The Post"


def test_documents_without_a_text_are_set_aside(tmp_path):
    lines = [*proquest("Ferry", "1500001", FERRY), "_" * 40]
    lines += [line for line in proquest("Bridge", "1500002", BRIDGE) if "Full text" not in line]
    (tmp_path / "p.txt").write_text("\n".join(lines), encoding="utf-8")
    source = read_source(tmp_path / "p.txt")
    assert [item.record["title"] for item in source.items] == ["Ferry"]
    ((_, why),) = source.left_out
    assert "full text" in why


def test_europresse_pages_of_the_old_kind():
    article = (
        '<table><tr><td><span class="DocPublicationName">{outlet}, no. 12</span><br>'
        '<span class="DocHeader">Politique, </span><span class="DocHeader">jeudi </span>'
        '<span class="DocHeader">3 octobre 2013</span><br><br>'
        '<span class="TitreArticleVisu">Le <span>port</span> fermé</span><br><br>Anne Plume<br>'
        "<p></p>{one}<b> Suite.</b><p></p>{two}<p></p><b>© 2013 {outlet}. Tous droits réservés.</b>"
        "<p></p>Numéro de document : news·20131003·QU·100{n}<br><table><tr><td>Ce certificat est "
        "émis à <b>University</b></td></tr></table></td></tr></table>"
    )
    tree = page(
        *(
            article.format(outlet=outlet, one=FERRY[0], two=FERRY[1], n=n)
            for n, outlet in enumerate(["Le Quotidien", "Le Matin"])
        )
    )
    one, two = read_database_page(tree).records
    assert one["title"] == "Le port fermé"
    assert one["paragraphs"] == [f"{FERRY[0]} Suite.", FERRY[1]]
    assert (one["published"], two["facts"]["outlet"]) == ("2013-10-03", "Le Matin")
    assert one["facts"]["byline"] == "Anne Plume"
    assert one["facts"]["section"] == "Politique"
    assert two["facts"]["accession"] == "news·20131003·QU·1001"


def test_check_compares_words_with_what_is_usual_in_a_database():
    body = " ".join(FERRY)
    documents = pd.DataFrame(
        {
            "doc": [f"d{n}" for n in range(13)],
            "title": [f"Ferry {n}" for n in range(13)],
            "text": [f"{body} {n}" for n in range(12)] + [BRIDGE[0]],
            "published": [date(2024, 5, 15)] * 13,
            "language": ["de"] * 13,
            "database": ["Nexis"] * 13,
            "stated_words": ["60"] * 12 + ["200"],
        }
    )
    found = check_corpus(documents).query("kind == 'words'")
    assert found["doc"].tolist() == ["d12"]
    alone = check_corpus(documents.assign(database="")).query("kind == 'words'")
    assert len(alone) == 13
