"""XML that holds news: its documents, their titles, dates, outlets and texts."""

import pytest

from analysis.corpus.formats.read import read_file, read_source
from analysis.tables import InputError

ONE = "The talks about the harbour ended on Tuesday without a result, both sides said."
TWO = "They will meet again in June, the mayor added."
NITF = f"""<nitf xml:lang="en"><head><title>No</title><docdata><date.issue norm="20240515T080900Z"/>
<doc-id id-string="D7"/></docdata><pubdata name="The Island Post" position.section="News"
ex-ref="https://example.org/d7"/></head><body><body.head><hedline>
<hl1>Talks end in the harbour</hl1>
</hedline><byline>By <person>Ann Lee</person></byline><dateline>NORDA, May 15</dateline></body.head>
<body.content><block class="lead_paragraph"><p>{ONE}</p></block><block class="full_text">
<p>{ONE}</p>
<media><media-caption>The harbour</media-caption></media><p>{TWO}</p></block></body.content>
</body></nitf>"""
G2 = f"""<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="urn:a:1" xml:lang="de"><rightsInfo><copyrightNotice>© Post</copyrightNotice>
</rightsInfo>
<itemMeta><provider qcode="p:post"><name>The Island Post</name></provider>
<versionCreated>2024-05-15T08:09:00+02:00</versionCreated></itemMeta><contentMeta>
<by>By Ann Lee</by><language tag="en-GB"/><headline>Talks end in the harbour</headline>
</contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml">
<html xmlns="http://www.w3.org/1999/xhtml">
<head><title>Talks</title></head><body><header><p>15.05.2024</p></header>
<h1>Talks end in the harbour</h1><p>{ONE}</p><p>{TWO}</p></body></html></inlineXML></contentSet>
</newsItem><newsItem guid="urn:a:2"><contentSet><remoteContent href="a.jpg"/></contentSet>
</newsItem>
</itemSet></newsMessage>"""
NEWSML = f"""<?xml version="1.0" encoding="utf-8"?><NewsML><NewsItem xml:lang="en"><Identification>
<NewsIdentifier><PublicIdentifier>urn:b:1</PublicIdentifier></NewsIdentifier></Identification>
<NewsManagement><FirstCreated>20240515T080900+0200</FirstCreated></NewsManagement><NewsComponent>
<NewsLines><HeadLine>Talks end in the harbour</HeadLine><ByLine>Ann Lee</ByLine></NewsLines>
<AdministrativeMetadata><Provider><Party FormalName="The Island Post"/></Provider>
</AdministrativeMetadata><NewsComponent><Role FormalName="Main"/><ContentItem><DataContent>
<p>{ONE}</p>
<p>{TWO}</p></DataContent></ContentItem></NewsComponent><NewsComponent><Role FormalName="Caption"/>
<ContentItem><DataContent><p>The harbour</p></DataContent></ContentItem></NewsComponent>
</NewsComponent>
</NewsItem></NewsML>"""
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:content="c" xmlns:dc="d"><channel>
<title>The Island Post</title><language>en-gb</language><item>
<title>Talks end in the harbour</title>
<link>https://example.org/d7</link><pubDate>Wed, 15 May 2024 08:09:00 +0200</pubDate>
<dc:creator>Ann Lee</dc:creator><description>No result.</description>
<content:encoded><![CDATA[<p>{ONE}</p><p>{TWO}</p><script>x()</script>]]></content:encoded></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>The Island Post</title>
<entry>
<title type="html">Talks end in the &lt;b&gt;harbour&lt;/b&gt;</title><author><name>Ann Lee</name>
</author>
<link rel="self" href="https://example.org/x"/><link href="https://example.org/d7"/>
<published>2024-05-15T08:09:00+02:00</published><content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>{ONE}</p><p>{TWO}</p></div></content></entry></feed>"""
TEI = f"""<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
<title>Talks end in the harbour</title></titleStmt><sourceDesc><bibl><author>Ann Lee</author>
<title level="j">The Island Post</title><date when="2024-05-15T08:09">May</date></bibl></sourceDesc>
</fileDesc><profileDesc><langUsage><language ident="en">English</language></langUsage></profileDesc>
</teiHeader><text><body><p>{ONE}<note>A note</note></p><p><s><w>They</w><w>will</w><w>meet</w>
<w>again</w><w>in</w><w>June</w><pc>,</pc><w>the</w><w>mayor</w><w>added</w><pc>.</pc></s></p>
</body></text>
</TEI>"""
ROWS = f"""<corpus><article lang="en"><title>Talks end in the harbour</title>
<date>2024-05-15T08:09</date><source>The Island Post</source><author>Ann Lee</author>
<text><p>{ONE}</p><p>{TWO}</p></text></article></corpus>"""
RCV1 = f"""<?xml version="1.0"?><newsitem itemid="7" date="2024-05-15" xml:lang="en">
<headline>Talks end in the harbour</headline><byline>Ann Lee</byline><text><p>{ONE}</p>
<p>{TWO}</p></text>
</newsitem>"""


@pytest.mark.parametrize(
    "text", [NITF, G2, NEWSML, RSS, ATOM, TEI, ROWS, RCV1],
    ids=["nitf", "newsml-g2", "newsml-1", "rss", "atom", "tei", "rows", "rcv1"],
)  # fmt: skip
def test_each_vocabulary(tmp_path, text):
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    record = read_source(tmp_path / "a.xml").items[0].record
    assert record["title"] == "Talks end in the harbour"
    assert record["paragraphs"] == [ONE, TWO]
    assert record["published"].startswith("2024-05-15")
    assert record["published"][10:] == ("" if text is RCV1 else "T08:09")
    assert record["language"] == "en"
    assert record["facts"].get("outlet") == (None if text is RCV1 else "The Island Post")
    assert record["facts"]["byline"] == "Ann Lee"


def test_what_is_left_out_is_told(tmp_path):
    for name, text in {"n": NITF, "g": G2, "m": NEWSML, "t": TEI}.items():
        (tmp_path / f"{name}.xml").write_text(text, encoding="utf-8")
    assert read_file(tmp_path / "n.xml")["dropped"] == ["dateline: NORDA, May 15", "The harbour"]
    assert read_file(tmp_path / "m.xml")["dropped"] == ["caption: The harbour"]
    assert read_file(tmp_path / "t.xml")["dropped"] == ["A note"]
    source = read_source(tmp_path / "g.xml")
    assert source.left_out == [
        (f"{tmp_path}/g.xml item 2", "a picture, a recording or a link, no text")
    ]
    assert source.items[0].record["dropped"] == ["15.05.2024"]


def test_a_feed_of_summaries_says_so(tmp_path):
    item = "<item><title>{}</title><description>{}</description></item>"
    text = item.format("One", "A summary.") + item.format("Two", "")
    (tmp_path / "a.rss").write_text(f"<rss><channel><title>Post</title>{text}</channel></rss>")
    source = read_source(tmp_path / "a.rss")
    assert [one.record["paragraphs"] for one in source.items] == [["A summary."]]
    assert "1 of 1 entries hold a summary alone" in source.notes[0]
    assert "`discourse fetch`" in source.left_out[0][1]


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (RSS.replace("harbour</title>", "caf&eacute;</title>").encode(), "Talks end in the café"),
        (
            RSS.replace('"1.0"?', '"1.0" encoding="iso-8859-1"?', 1)
            .replace("harbour</title>", "café</title>")
            .encode("latin-1"),
            "Talks end in the café",
        ),
        (
            RSS.replace('"1.0"?', '"1.0" encoding="iso-8859-1"?', 1)
            .replace("harbour</title>", "café</title>")
            .encode(),  # it is UTF-8, whatever it says
            "Talks end in the café",
        ),
        (RSS.replace("harbour</title>", "R&D</title>").encode(), "Talks end in the R&D"),
        (RSS.encode("utf-16"), "Talks end in the harbour"),
    ],
)
def test_feeds_as_they_are_written(tmp_path, data, title):
    (tmp_path / "a.xml").write_bytes(data)
    record = read_file(tmp_path / "a.xml")
    assert record["title"] == title
    assert record["paragraphs"] == [ONE, TWO]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<?xml version='1.0'?><a><b>x</b></a>", "XML of a kind that is not known"),
        ("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "declares XML entities"),
        ("<?xml version='1.0'?>\n<", "is damaged"),
        ("<rss><channel><title>Post</title></channel></rss>", "a feed without an entry"),
        ("<?xml version='1.0'?><conceptItem/>", "describes others"),
    ],
)
def test_xml_without_texts(tmp_path, text, message):
    (tmp_path / "a.xml").write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        read_source(tmp_path / "a.xml")
    assert "\n" not in str(caught.value)


def test_paragraphs_of_unknown_xml_are_taken_with_a_doubt(tmp_path):
    text = (
        f"<?xml version='1.0'?><book><title>Talks</title><sec><p>{ONE}</p><p>{TWO}</p></sec></book>"
    )
    (tmp_path / "a.xml").write_text(text)
    record = read_file(tmp_path / "a.xml")
    assert record["paragraphs"][-2:] == [ONE, TWO]
    assert "(<book>)" in record["notes"][0]


def read_one(tmp_path, text):
    (tmp_path / "a.xml").write_text(f"<?xml version='1.0'?>{text}", encoding="utf-8")
    return read_file(tmp_path / "a.xml")


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("<text><absatz>They met.</absatz><absatz>No one <i>came</i>.</absatz></text>",
         ["They met.", "No one came."]),
        ("<text><t><parrafo>A.</parrafo><parrafo>B.</parrafo></t><t><parrafo>C.</parrafo></t></text>",
         ["A.", "B.", "C."]),
        ("<text><absatz><satz>A.</satz><satz>B.</satz></absatz><absatz>C.</absatz></text>",
         ["A. B.", "C."]),
        ("<text><s>They met.</s><s>No one came.</s></text>", ["They met. No one came."]),
        ("<text><b>T</b><i>he</i></text>", ["The"]),
        ("<text>A <kw>b</kw> c.</text>", ["A b c."]),
        ("<text>They met.</text><text>No one came.</text>", ["They met.", "No one came."]),
    ],
)  # fmt: skip
def test_paragraphs_whatever_their_elements_are_called(tmp_path, text, paragraphs):
    author = "<author><first>Ann</first><last>Lee</last></author>"
    record = read_one(tmp_path, f"<c><a><title>Talks</title>{author}{text}</a></c>")
    assert record["paragraphs"] == paragraphs
    assert record["facts"]["byline"] == "Ann Lee"


def make_nitf(body, head="", title="Talks"):
    return (
        f"<nitf><body><body.head><hedline><hl1>{title}</hl1></hedline>{head}</body.head>"
        f"<body.content>{body}</body.content></body></nitf>"
    )


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        ("<p>It carried forty people and a <br/>horse across the <br/>harbour.</p>",
         ["It carried forty people and a horse across the harbour."]),
        ("<p>She came to the <br/>harbour of <br/>Oban.<br/>Nobody met her.</p>",
         ["She came to the harbour of Oban.", "Nobody met her."]),
        ("<p>Roses are red<br/>Violets are blue</p>", ["Roses are red", "Violets are blue"]),
        ("<p>You need:<br/>2 eggs<br/>flour</p>", ["You need:", "2 eggs", "flour"]),
    ],
)  # fmt: skip
def test_breaks_in_the_middle_of_a_sentence(tmp_path, body, paragraphs):
    assert read_one(tmp_path, make_nitf(body))["paragraphs"] == paragraphs


@pytest.mark.parametrize("abstract", [ONE, "Talks", "Both sides spoke."])
def test_a_standfirst_is_no_repetition(tmp_path, abstract):
    head = (
        f"<byline>By ANN DOE<byttl>Business Writer</byttl></byline><abstract>{abstract}</abstract>"
    )
    record = read_one(tmp_path, make_nitf(f"<p>{ONE}</p><p>{TWO}</p>", head))
    assert record["paragraphs"] == [ONE, TWO]
    assert record["standfirst"] == ("" if abstract in (ONE, "Talks") else abstract)
    assert record["facts"]["byline"] == "ANN DOE"


@pytest.mark.parametrize(
    "text",
    [
        "<newsItem><contentSet><inlineData contenttype='text/plain' wordcount='1,200'>{}"
        "</inlineData></contentSet></newsItem>",
        "<NewsML><NewsItem><NewsComponent><ContentItem><Property FormalName='WordCount' "
        "Value='1200'/><DataContent>{}</DataContent></ContentItem></NewsComponent></NewsItem>"
        "</NewsML>",
    ],
)
def test_tags_as_text_and_a_number_of_words(tmp_path, text):
    data = f"&lt;P&gt;{ONE}&lt;/P&gt; &lt;P&gt;{TWO}&lt;/P&gt;"
    record = read_one(tmp_path, text.format(data))
    assert record["paragraphs"] == [ONE, TWO]
    assert record["facts"]["stated_words"] == "1200"
