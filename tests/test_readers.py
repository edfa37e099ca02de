"""Every encoding, newline and format comes out as the same plain text."""

import codecs
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus.formats.encodings import (
    clean_text,
    decode,
    decode_bytes,
    decode_page,
    find_encoding,
    read_text,
)
from analysis.corpus.formats.read import read_file
from analysis.tables import InputError

TEXT = "The minister said: “We don’t know” – and left the café.\nIt’s over…"
characters = st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028"])
def test_encodings_and_newlines(tmp_path, encoding, newline):
    if encoding == "cp1252" and newline == "\u2028":
        newline = "\v"
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.replace("\n", newline).encode(encoding))
    assert read_text(path) == TEXT


def test_utf16_of_either_order_with_its_mark():
    assert decode(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "a") == TEXT
    assert decode(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "a") == TEXT


@given(st.text(characters, max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_was_written_is_read(tmp_path_factory, text, encoding):
    path = tmp_path_factory.mktemp("r") / "a.txt"
    path.write_bytes(f"Peace: {text}".encode(encoding))
    assert read_text(path) == unicodedata.normalize("NFC", f"Peace: {text}").strip()


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\r\u00ad\u200b\u200c\u200e\u202e\ufeff\u2028\x00")


def test_hidden_characters_go_and_everything_visible_stays():
    hidden = "ne\u00adgo\u200bti\u2060ate\ufeff \u202athe\u202c\u200e \u2066end\u2069\u200d\x07"
    assert clean_text(hidden) == "negotiate the end"
    visible = "“curly” \"straight\" ‘so’ 'so' «so» 5\u00a0% – — …\t№ ½ мир 和平 \u0600"
    assert clean_text(visible) == visible
    assert clean_text("cafe\u0301 e\u00ad\u0301") == "café é"


@pytest.mark.parametrize(
    "emoji",
    ["👩‍👩‍👧", "🏳️‍🌈", "👩🏽‍🚀", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"],
)
def test_joined_emoji_stay_whole(emoji):
    assert clean_text(f"a{emoji}\u200db") == f"a{emoji}b"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (TEXT, "cp1252"),
        ("Größe, Straße, schön: für die Leute in München und Köln.", "cp1252"),
        ("El niño comió piñas en España; ¿qué más?", "cp1252"),
        ("Les négociations ont échoué à l’été, dit-il. Où çà?", "cp1252"),
        ("a ’ b", "cp1252"),
        ("Łódź żółć gęślą jaźń w Polsce", "cp1250"),
        ("Президент России заявил, что переговоры возможны.", "cp1251"),
        ("Президент России заявил, что переговоры возможны.", "koi8_r"),
        ("中国外交部发言人表示，中方支持和平谈判。", "gb18030"),
        ("日本の外務省は和平交渉を支持した。", "cp932"),
        ("America’s priorities — the nation’s “genius” and its hopes " * 3, "big5"),
    ],
)
def test_encodings_of_old_files_are_recognised(text, encoding):
    assert decode(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("Starostka města řekla, že most bude uzavřen.", "cp1250", "windows-1250"),
        ("STAROSTKA MĚSTA ŘEKLA, ŽE MOST BUDE UZAVŘEN.", "cp1250", "windows-1250"),
        ("A polgármester szerint a híd ősszel nyílik meg újra.", "iso8859-2", "windows-1250"),
        ("Belediye başkanı görüşmelerin başarısız olduğunu söyledi.", "cp1254", "windows-1254"),
        ("Läbirääkimised nurjusid. Šokk tuli õhtul: hinnad tõusid.", "iso8859-15", "iso-8859-15"),
        ("“We came to talk,” said the mayor. “The bridge isn’t safe.”", "mac-roman", "mac-roman"),
        ("ЦЕНЫ НА ХЛЕБ ВЫРОСЛИ В ИЮНЕ, СООБЩИЛ МЭР.", "koi8-r", "koi8-r"),
        ("Ми не чекатимемо, додав Їжакевич.", "cp1251", "windows-1251"),
    ],
)
def test_a_guess_is_told(tmp_path, text, encoding, said):
    found = decode_bytes(text.encode(encoding), "a.txt")
    assert found.text == text
    assert found.notes == [f"encoding guessed: {said}"]
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    assert f"encoding guessed: {said}" in read_file(path)["notes"]


CURLY = "“We came to talk,” said Olena Hrytsak. “Not to sign.”\nThe café was closed.\n"


@pytest.mark.parametrize(
    ("data", "text", "place"),
    [
        (CURLY.encode()[:-1] + b"\xe2\x80", CURLY[:-1] + "\ufffd", "line 2 (0xe280)"),
        (CURLY.encode().replace(b"was", b"w\x80s"), CURLY.replace("was", "w\ufffds"), "2 (0x80)"),
        (CURLY.encode().replace("é".encode(), b"\xe9"), CURLY.replace("é", "\ufffd"), "2 (0xe9)"),
        (
            CURLY.encode() + "Die Brücke für alle.".encode("latin-1"),
            f"{CURLY}Die Br\ufffdcke f\ufffdr alle.",
            "line 3 (0xfc)",
        ),
        ("Київ і мир\n".encode() + b"\xff\n", "Київ і мир\n\ufffd\n", "line 2 (0xff)"),
        (codecs.BOM_UTF8 + "Київ ".encode() + b"\xff", "Київ \ufffd", "line 1 (0xff)"),
        (codecs.BOM_UTF16_LE + "Bridge".encode("utf-16-le") + b"a", "Bridge\ufffd", "UTF-16"),
    ],
)
def test_a_broken_byte_changes_no_other_letter(data, text, place):
    found = decode_bytes(data, "a.txt")
    assert found.text == text
    assert len(found.notes) == 1
    assert place in found.notes[0]


@pytest.mark.parametrize(
    ("stated", "text", "encoding"),
    [
        ("iso-8859-1", "Cafés fermés", "utf-8"),  # valid UTF-8 is UTF-8
        ("iso-8859-1", "Переговоры о гавани продолжались", "cp1251"),
        ("utf-16", "Cafés ouverts à Paris", "cp1252"),
        ("undefined", "Cafés ouverts à Paris", "cp1252"),
        ("x-user-defined", "Cafés ouverts à Paris", "cp1252"),
        ("shift_jis", "Cafés ouverts à Paris", "cp1252"),
        ("iso-8859-2", "Starostka města řekla, že most", "iso8859-2"),
        ("x-sjis", "市長は橋を閉鎖する", "cp932"),
    ],
)
def test_what_a_page_says_of_its_encoding(stated, text, encoding):
    page = f"<html><meta charset={stated}><p>{text}</p>".encode(encoding)
    assert f"<p>{text}</p>" in decode_page(page, "a.html").text


def test_a_lone_odd_pair_of_bytes_does_not_make_an_english_text_chinese():
    data = ("Peace will come in the course of the " * 20).encode() + b"\xbd\xa2 decrease"
    assert find_encoding(data, "a.txt") == "cp1252"


@pytest.mark.parametrize("declared", [False, True])
@pytest.mark.parametrize(
    ("text", "encoding", "byte"),
    [
        ("The mayor said – “for now” – that it’s closed. The café is open.", "cp1252", b"\x81"),
        ("Мэр сказала, что мост останется закрытым, так как в нём трещины.", "cp1251", b"\x98"),
        ("Starostka řekla, že most zůstane zavřený, protože má trhliny.", "cp1250", b"\x90"),
        ("ראש העיר אמרה שהגשר יישאר סגור בגלל סדקים בעמודים.", "cp1255", b"\xff"),
        ("Η δήμαρχος είπε ότι η γέφυρα θα μείνει κλειστή.", "cp1253", b"\xff"),
        ("市長は、橋は閉鎖されたままだと述べた。技術者がひび割れを見つけた。", "euc_jp", b"\xff"),
        ("시장은 다리가 계속 폐쇄될 것이라고 말했다. 균열을 발견했다.", "cp949", b"\xff"),
    ],
)
def test_one_byte_that_is_in_no_encoding_changes_no_letter(text, encoding, byte, declared):
    data = text.encode(encoding)
    page = data + b"\n" + byte + b"\n" + data
    if declared:
        page = f"<meta charset={encoding}>".encode() + page
    found = decode_page(page, "x")
    assert found.text.split(">")[-1].split("\n") == [text, "\ufffd", text]
    assert any(f"but not line 2 (0x{byte.hex()})" in note for note in found.notes)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"%PDF-1.7 ...",
            r"^x is a PDF, not a text; save its text as \.txt \(UTF-8\) and retry\.$",
        ),
        (b"PK\x03\x04abc", "is a Word, OpenDocument or zip file, not a text"),
        (b"\x89PNG\r\n", "is a picture, not a text"),
        (b"\x00\x01\x02\x03\x04\x05", r"^x is a binary file, not a text; save its text as \.txt"),
        (b"\x01\x02\x03\x04 and some text", "is a binary file"),
        (codecs.BOM_UTF16_LE + b"a", "^x cannot be decoded: it is UTF-16, but not line 1"),
        (bytes(37 * i % 128 + 128 for i in range(512)), "cannot be decoded"),
    ],
)
def test_what_is_no_text_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        decode(data, "x")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"none\.txt cannot be read: No such file"):
        read_text(tmp_path / "none.txt")
    with pytest.raises(InputError, match=r"cannot be read: "):
        read_text(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_file("a\0b.txt")
    with pytest.raises(InputError, match=r"a\.png is a picture; recognise its text \(OCR\)"):
        read_file("a.png")
    (tmp_path / "empty.txt").write_text("\n \n")
    with pytest.raises(InputError, match="holds no text"):
        read_file(tmp_path / "empty.txt")


HEAD = "Ministers explain why the harbour talks ended"
STANDFIRST = "Any new round must deal with fishing rights and the ferry"
ONE = (
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them."
)
TWO = (
    "The harbour master said that he had “never seen such patience” in a meeting about nets, and "
    "that he would invite both delegations again before the end of the summer."
)
PAGE = f"""<!doctype html><html lang="en-GB"><head><meta charset="CHARSET">
<title>{HEAD} | Island Post</title><meta property="og:title" content="{HEAD}">
META<link rel="canonical" href="https://example.org/harbour"></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/n">News</a></li></ul></nav>
<article><h1>{HEAD}</h1><p>{STANDFIRST}</p><p>{ONE}</p><p>{TWO}</p><p>Share this</p></article>
<footer><p>© 2024 Island Post</p></footer></body></html>"""


def page(charset="utf-8", meta=""):
    return PAGE.replace("CHARSET", charset).replace("META", meta).encode(charset)


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "utf-16"])
@pytest.mark.parametrize("name", ["a.html", "a.HTM", "a.txt"])
def test_a_web_page(tmp_path, charset, name):
    path = tmp_path / name
    path.write_bytes(page(charset))
    record = read_file(path)
    assert record["title"] == HEAD
    assert record["standfirst"] == STANDFIRST
    assert record["paragraphs"] == [ONE, TWO]
    assert record["url"] == "https://example.org/harbour"
    assert record["language"] == "en"
    assert record["published"] == ""


@pytest.mark.parametrize(
    ("meta", "published"),
    [
        (
            '<meta property="article:published_time" content="2024-05-15T08:09Z">',
            "2024-05-15T08:09",
        ),
        ('<meta name="pubdate" content="15 May 2024">', "2024-05-15"),
        (
            '<script type="application/ld+json">{"datePublished": "2024-05-15T08:09:00+03:00"}'
            "</script>",
            "2024-05-15T08:09",
        ),
        ('<time datetime="2024-05-15T08:09">today</time>', "2024-05-15T08:09"),
        ('<meta name="pubdate" content="soon">', ""),
    ],
)
def test_the_date_that_a_page_states(tmp_path, meta, published):
    (tmp_path / "a.html").write_bytes(page(meta=meta))
    assert read_file(tmp_path / "a.html")["published"] == published


def test_odd_pages(tmp_path):
    path = tmp_path / "a.html"
    path.write_bytes(page().replace(b"utf-8", b"no-such-charset"))
    assert read_file(path)["paragraphs"] == [ONE, TWO]
    path.write_bytes(f"<html><body><p>{HEAD}</p></body></html>".encode())
    assert read_file(path)["paragraphs"] == [HEAD]
    path.write_bytes(b"<html><body></body></html>")
    with pytest.raises(InputError, match="holds no text"):
        read_file(path)
    path.write_bytes(b"")
    with pytest.raises(InputError, match="is not a web page that can be read"):
        read_file(path)


def test_whole_takes_every_paragraph(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(f"Menu\nSearch\n\n{HEAD}\n\n15 May 2024\n\n{ONE}\n", encoding="utf-8")
    record = read_file(path, whole=True, title="My title")
    assert record["paragraphs"] == ["Menu", "Search", HEAD, "15 May 2024", ONE]
    assert (record["title"], record["published"]) == ("My title", "")
    assert read_file(path)["paragraphs"] == [ONE]


def test_old_speeches_in_another_encoding(shared):
    with zipfile.ZipFile(shared / "texts" / "large" / "state_union.zip") as archive:
        data = archive.read("state_union/1970-Nixon.txt")
    assert "America’s priorities" in decode(data, "1970-Nixon.txt")
