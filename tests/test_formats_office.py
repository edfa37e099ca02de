"""Word, OpenDocument, rich text, web archives: the same article from each of them."""

import io
import zipfile

import docx
import odfdo
import pytest

from analysis.corpus.formats.office import read_docx, read_odt, read_rtf
from analysis.corpus.formats.read import read_file
from analysis.tables import InputError

TITLE = "Ministers explain why the harbour talks ended"
ONE = (
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them – a “long” day."
)
TWO = (
    "The harbour master said that he had “never seen such patience” in a meeting about nets, and "
    "that he would invite both delegations again before the end of the summer."
)


def make_docx(paragraphs, style="Title"):
    document = docx.Document()
    for i, text in enumerate(paragraphs):
        document.add_paragraph(text, style=style if i == 0 else None)
    document.sections[0].header.paragraphs[0].text = "Running head"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def make_odt(paragraphs):
    document = odfdo.Document("text")
    document.body.clear()
    document.body.append(odfdo.Header(1, paragraphs[0]))
    for text in paragraphs[1:]:
        document.body.append(odfdo.Paragraph(text))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def make_rtf(paragraphs):
    def escape(text):
        return "".join(c if c < "\x80" else f"\\u{ord(c)}?" for c in text)

    body = "".join(f"\\pard {escape(text)}\\par\n" for text in paragraphs)
    return (
        f"{{\\rtf1\\ansi\\ansicpg1252{{\\info{{\\title no}}}}{{\\header h\\par}}{body}}}".encode()
    )


def make_mhtml(paragraphs):
    body = "".join(f"<p>{text}</p>" for text in paragraphs[1:])
    page = f"<html lang='en'><body><article><h1>{paragraphs[0]}</h1>{body}</article></body></html>"
    head = (
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://example.org/a\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return f"{head}{page}\r\n--B--\r\n".encode()


MAKERS = {"docx": make_docx, "odt": make_odt, "rtf": make_rtf, "mhtml": make_mhtml}


@pytest.mark.parametrize("kind", MAKERS)
def test_title_date_and_body(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(MAKERS[kind]([TITLE, "15 May 2024", ONE, TWO]))
    record = read_file(path)
    assert (record["title"], record["published"]) == (TITLE, "2024-05-15")
    assert record["paragraphs"] == [ONE, TWO]
    assert record["url"] == ("https://example.org/a" if kind == "mhtml" else "")


@pytest.mark.parametrize("kind", ["docx", "odt", "rtf"])
def test_whole_keeps_every_paragraph(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    path.write_bytes(MAKERS[kind]([TITLE, "15 May 2024", ONE]))
    assert read_file(path, whole=True)["paragraphs"] == [TITLE, "15 May 2024", ONE]


def test_word_keeps_tables_and_breaks_and_leaves_out_deleted_text():
    document = docx.Document()
    document.add_paragraph("First line\nsecond\tline")
    document.add_table(1, 2).rows[0].cells[1].text = "in a cell"
    paragraph = document.add_paragraph("kept ")
    for tag in ("w:ins", "w:del"):
        run = paragraph.add_run(f"{tag} ")._r
        mark = paragraph._p.makeelement(docx.oxml.ns.qn(tag), {})
        run.addprevious(mark)
        mark.append(run)
    file = io.BytesIO()
    document.save(file)
    title, paragraphs, dropped = read_docx(file.getvalue(), "a.docx")
    assert (title, dropped) == ("", [])
    assert paragraphs == ["First line", "second line", "in a cell", "kept w:ins"]


def test_opendocument_tells_the_notes_it_leaves_out():
    document = odfdo.Document("text")
    document.body.clear()
    paragraph = odfdo.Paragraph("The talks ended.")
    paragraph.insert_note(after="talks", note_id="n1", citation="1", body="A foot note")
    document.body.append(paragraph)
    file = io.BytesIO()
    document.save(file)
    found = read_odt(file.getvalue(), "a.odt")
    assert found == ("", ["The talks ended."], ["footnote: A foot note"])


def test_rich_text_links_tables_and_code_pages():
    data = (
        rb"{\rtf1\ansi\ansicpg1252 {\field{\*\fldinst{HYPERLINK "
        rb'"https://example.org/x?a=b"}}{\fldrslt Talks end}}\par caf\'e9\par'
        rb"\trowd\cellx1 HD\cell Title\cell\row}"
    )
    assert read_rtf(data, "a.rtf")[1] == ["Talks end", "café", "HD | Title"]
    raw = "{\\rtf1\\ansi “café”\\par}".encode()
    assert read_rtf(raw, "a.rtf")[1] == ["“café”"]


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return file.getvalue()


W = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'"
SHOWN, HIDDEN, STYLED = "<w:vanish w:val='0'/>", "<w:vanish/>", "<w:rStyle w:val='H'/>"


def word(*paragraphs, **parts):
    """A Word file of the XML of its paragraphs."""
    body = f"<w:document {W}><w:body>{''.join(paragraphs)}</w:body></w:document>"
    more = {f"word/{name}__xml": f"<w:{name} {W}>{xml}</w:{name}>" for name, xml in parts.items()}
    return zipped(**{"word/document__xml": body} | more)


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_hidden_text_notes_and_comments_of_word_are_left_out_and_told():
    data = word(
        f"<w:p>{run('The talks ')}{run('secret', HIDDEN)}{run('ended.', SHOWN)}</w:p>",
        f"<w:p><w:pPr><w:pStyle w:val='H'/></w:pPr>{run('all hidden')}</w:p>",
        f"<w:p>{run('by style', STYLED)}{run('Shown.')}</w:p>",
        styles="<w:style w:styleId='H'><w:name w:val='h'/><w:rPr><w:vanish/></w:rPr></w:style>",
        footnotes=f"<w:footnote><w:p>{run('A note')}</w:p></w:footnote>",
        comments=f"<w:comment><w:p>{run('A doubt')}</w:p></w:comment>",
    )
    _, paragraphs, dropped = read_docx(data, "a.docx")
    assert paragraphs == ["The talks ended.", "Shown."]
    assert dropped == [
        "hidden text: secret", "hidden text: all hidden", "hidden text: by style",
        "footnote: A note", "comment: A doubt",
    ]  # fmt: skip


def test_paragraphs_that_word_joins():
    deleted = "<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr>"
    initial = "<w:pPr><w:framePr w:dropCap='drop' w:lines='3'/></w:pPr>"
    data = word(
        f"<w:p>{initial}{run('T')}</w:p><w:p>{run('he talks ended.')}</w:p>",
        f"<w:p>{initial}{run('A')}</w:p><w:p>{run(' harbour is built.')}</w:p>",
        f"<w:p>{deleted}{run('First half ')}</w:p><w:p>{run('ends here.')}</w:p>",
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p>"
        f"{run('Click to enter text')}</w:p></w:sdtContent></w:sdt>",
    )
    assert read_docx(data, "a.docx").paragraphs == [
        "The talks ended.", "A harbour is built.", "First half ends here.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rtf", "paragraphs", "dropped"),
    [
        (r"One\bin  two.\par", ["One two."], []),
        (r"The {\v secret }talks \v more \v0 end.\par", ["The talks end."],
         ["hidden text: secret", "hidden text: more"]),
        (r"Talks{\footnote\pard A note\par of two} end.\par Next.", ["Talks end.", "Next."],
         ["footnote: A note of two"]),
        (r"Talks {\deleted failed}end.\par", ["Talks end."], []),
        (r"{\f1\*\cs7 Kept text.}\par", ["Kept text."], []),
    ],
)  # fmt: skip
def test_rich_text_tells_what_it_hides(rtf, paragraphs, dropped):
    head = r"{\rtf1\ansi{\stylesheet{\s0 Normal;}{\s1\v Hidden;}}"
    found = read_rtf(f"{head} {rtf}}}".encode(), "a.rtf")
    assert (found.paragraphs, sorted(found.dropped)) == (paragraphs, sorted(dropped))


def test_a_long_run_of_spaces_in_opendocument_is_one_space():
    data = zipped(
        content__xml="<office:document-content xmlns:office='o' xmlns:t='t'><office:body><t:p>Talks"
        "<t:s t:c='999999999'/>end<t:line-break/>today.<t:note t:note-class='endnote'><t:note-body>"
        "<t:p>A note</t:p></t:note-body></t:note></t:p></office:body></office:document-content>"
    )
    found = read_odt(data, "a.odt")
    assert found == ("", ["Talks end", "today."], ["endnote: A note"])


@pytest.mark.parametrize("reader", [read_docx, read_odt])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not a"),
        (b"\xd0\xcf\x11\xe0", "is locked with a password or in the format of before 2007"),
        (b"PK\x03\x04", "cannot be opened: it is damaged"),
        (zipped(other__xml="<a/>"), "cannot be read as "),
    ],
)
def test_files_that_are_none_are_one_sentence(reader, data, message):
    with pytest.raises(InputError, match=message) as caught:
        reader(data, "a.x")
    assert str(caught.value).startswith("a.x")
    assert "\n" not in str(caught.value)


def test_other_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="is not a rich text file"):
        read_rtf(b"no", "a.rtf")
    (tmp_path / "a.mht").write_bytes(b"From: x\n\nno page")
    with pytest.raises(InputError, match="holds no web page"):
        read_file(tmp_path / "a.mht")
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0" + "WordDocument".encode("utf-16-le"))
    with pytest.raises(InputError, match=r"old Word file; open it, save it as \.docx and retry\.$"):
        read_file(tmp_path / "a.doc")
    (tmp_path / "a.docx").write_bytes(make_docx([""]))
    with pytest.raises(InputError, match="holds no text"):
        read_file(tmp_path / "a.docx")


def test_a_complete_page_folder(tmp_path):
    from analysis import add_documents

    page = make_mhtml([TITLE, ONE, TWO]).decode().split("\r\n\r\n")[2].split("\r\n")[0]
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "Talks.html").write_text(page, encoding="utf-8")
    (tmp_path / "saved" / "Talks_files").mkdir()
    (tmp_path / "saved" / "Talks_files" / "logo.png").write_bytes(b"\x89PNG")
    added = add_documents(tmp_path / "corpus", [tmp_path / "saved"])
    assert added[["title", "state"]].values.tolist() == [[TITLE, "added"]]
    with pytest.raises(InputError, match=r"Talks_files holds the .*; its page is .*Talks\.html"):
        add_documents(tmp_path / "corpus", [tmp_path / "saved" / "Talks_files"])
