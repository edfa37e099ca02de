"""Tables with one document a row, and zip files, become one original each."""

import csv
import io
import json
import re
import stat
import zipfile
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import add_documents
from analysis.corpus.formats import sheets, zips
from analysis.corpus.formats.read import read_data, read_file, read_source
from analysis.corpus.formats.record import ReadOptions
from analysis.corpus.manifest import read_manifest
from analysis.corpus.read import read_corpus
from analysis.tables import InputError

ROWS = [
    {
        "Headline": "Talks end",
        "Date": "2024-05-15 08:09:00",
        "Source": "The Post",
        "Body Text": "The talks ended.\n\nNo one signed.",
        "Author": "Ann Writer",
        "Lang": "English",
        "Words": "6",
        "Area": "north",
    },
    {
        "Headline": "=SUM(A1) is no title",
        "Date": "May 16, 2024",
        "Source": "Herald",
        "Body Text": 'He said: "No, never", and left.',
        "Author": "",
        "Lang": "de-DE",
        "Words": "60",
        "Area": "south",
    },
    dict.fromkeys(("Headline", "Date", "Source", "Author", "Lang", "Words", "Area"), ""),
]


def write(folder, kind, rows=None):
    rows = ROWS if rows is None else rows
    path = folder / f"export.{kind}"
    names = list(rows[0])
    if kind == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(names)
        for row in rows:
            book.active.append([row.get(name) for name in names])
        for cell in book.active["A"]:
            cell.data_type = "s"  # what begins with = is a text here
        book.save(path)
    elif kind == "json":
        path.write_text(json.dumps({"total": 3, "articles": rows}), encoding="utf-8")
    elif kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, names, delimiter="\t" if kind == "tsv" else ";")
            writer.writeheader()
            writer.writerows(rows)
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "xlsx", "json", "jsonl"])
def test_each_row_is_a_document_with_its_facts(tmp_path, kind):
    added = add_documents(tmp_path / "corpus", [write(tmp_path, kind)])
    assert added["state"].tolist() == ["added", "added"] + ["set aside"] * (
        kind in ("json", "jsonl")
    )
    rows = read_manifest(tmp_path / "corpus" / "sources.csv")
    assert [row["id"] for row in rows] == ["post-2024-05-15", "herald-2024-05-16"]
    facts = ("title", "outlet", "published", "language", "byline", "stated_words")
    assert [rows[0][name] for name in facts] == [
        "Talks end", "The Post", "2024-05-15T08:09", "en", "Ann Writer", "6",
    ]  # fmt: skip
    assert rows[1]["language"] == "de"
    documents = read_corpus(tmp_path / "corpus").documents
    assert documents["text"][0] == "Talks end\n\nThe talks ended.\n\nNo one signed."
    assert documents["text"][1].startswith("=SUM(A1) is no title\n\nHe said")
    assert "the file states 60 words, but 6 were found" in added["note"][1]
    again = add_documents(tmp_path / "corpus", [write(tmp_path, kind)])
    assert again["state"].tolist()[:2] == ["already there", "already there"]


def test_rows_without_text_are_left_out_and_told(tmp_path):
    source = read_source(write(tmp_path, "jsonl"))
    assert source.many
    assert [where.split("export")[1] for where, _ in source.left_out] == [".jsonl line 3"]
    assert source.notes[0].startswith("columns: text from 'Body Text', title from 'Headline'")
    assert source.notes[1].startswith("columns not taken: 'Area' (--column NAME=COLUMN")


def test_columns_by_name(tmp_path):
    path = write(tmp_path, "csv")
    columns = {"region": "area", "text": "Headline", "title": "Author"}
    source = read_source(path, ReadOptions(columns=columns))
    assert source.items[0].record["paragraphs"] == ["Talks end"]
    assert source.items[0].record["title"] == "Ann Writer"
    assert source.items[0].record["facts"]["region"] == "north"
    with pytest.raises(InputError, match=r"export\.csv has no column 'Nope' for text; it has 'He"):
        read_source(path, ReadOptions(columns={"text": "Nope"}))
    with pytest.raises(InputError, match="A column cannot be named 'path'; the corpus uses it"):
        read_source(path, ReadOptions(columns={"path": "Area"}))


def test_a_table_without_a_column_of_texts_says_which_it_has(tmp_path):
    path = write(tmp_path, "csv", [{"a": "1", "b": "2"}])
    message = (
        r"export\.csv has no column that is known to hold the texts .*--text-column, as one of"
    )
    with pytest.raises(InputError, match=message + " 'a', 'b'"):
        read_file(path)
    path = write(tmp_path, "csv", [{"text": " ", "b": "2"}])
    with pytest.raises(InputError, match="holds no row with a text"):
        read_file(path)


def test_dates_that_their_neighbours_make_plain(tmp_path):
    def dates(*values, order=""):
        rows = [{"text": f"Text {i}.", "date": value} for i, value in enumerate(values)]
        source = read_source(write(tmp_path, "csv", rows), ReadOptions(date_order=order))
        return [item.record["published"] for item in source.items], source

    assert dates("05/04/2024", "17/04/2024")[0] == ["2024-04-05", "2024-04-17"]
    assert dates("05/04/2024", "04/17/2024")[0] == ["2024-05-04", "2024-04-17"]
    found, source = dates("05/04/2024")
    assert found == [""]
    assert "'05/04/2024' cannot be read, or can be read two" in source.items[0].record["notes"][0]
    assert dates("05/04/2024", order="dmy")[0] == ["2024-04-05"]


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("csv", "text,a\nx,1,2\n", r"row 2: it has 3 fields, the header has 2; put a field"),
        ("csv", 'text\n"x\n', r"row 2: the row cannot be read"),
        ("csv", "\n\n", r"is empty"),
        ("csv", ",".join(f"c{i}" for i in range(10_001)), r"has 10,001 columns, more than 10,000"),
        ("json", "[1, 2]", r"is not a list of documents; write"),
        ("json", '{"a": }', r"line 1: it is not JSON \(Expecting value\)"),
        ("json", "[" * 100_000, r"is not JSON that can be read"),
        ("jsonl", '{"text": "x"}\n[1]', r"line 2: it is no object"),
        ("jsonl", '{"text": "x"}\n{', r"line 2: it is not JSON"),
        ("jsonl", "\n", r"is empty"),
        ("xlsx", "no", r"is not an Excel file"),
    ],
)
def test_bad_tables_are_one_sentence(tmp_path, kind, content, message):
    path = tmp_path / f"bad.{kind}"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        read_file(path)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_long_fields_nested_values_and_limits(tmp_path, monkeypatch):
    limit = csv.field_size_limit()
    rows = [{"text": "peace " * 40_000, "title": "Long"}]
    assert len(read_file(write(tmp_path, "csv", rows))["paragraphs"][0]) > 200_000
    assert csv.field_size_limit() == limit
    rows = [{"text": "x", "source": {"id": 1, "name": "Post"}, "author": ["A", "B"], "id": 7.0}]
    facts = read_file(write(tmp_path, "jsonl", rows))["facts"]
    assert (facts["outlet"], facts["byline"]) == ("Post", "A; B")
    (tmp_path / "a.json").write_text('{"text": "half \\ud83d here"}\n{"text": "b"}')
    items = read_source(tmp_path / "a.json").items
    assert [item.record["paragraphs"] for item in items] == [["half \ufffd here"], ["b"]]
    with pytest.raises(InputError, match=r"export\.jsonl holds 2 documents; add them with add_doc"):
        read_file(write(tmp_path, "jsonl", [{"text": "a"}, {"text": "b"}]))
    monkeypatch.setattr(sheets, "ROWS", 1)
    with pytest.raises(InputError, match="has more than 1 rows"):
        read_file(write(tmp_path, "xlsx", [{"text": "a"}, {"text": "b"}]))


FIRST = "The harbour was closed on Monday after a crane fell into the water, the council said."
SECOND = "The firms that use the harbour now say that they will move to the next port."


def load(content, kind, **options):
    """The source that a table of some content is read as."""
    data = content.encode() if isinstance(content, str) else content
    return read_data(data, f"a.{kind}", "a", ReadOptions(**options))


def read_texts(source):
    return [item.record["paragraphs"] for item in source.items]


@pytest.mark.parametrize(
    ("header", "cells", "facts"),
    [
        (
            "created_at,full_text,user,url", "Wed May 15 08:09:00 +0000 2024,X,ann,https://e.org/a",
            {"published": "2024-05-15T08:09", "byline": "ann", "url": "https://e.org/a"},
        ),
        (
            "headline,plain_text,source-hostname,source",
            "T,X,The Post,https://e.org/a",
            {"title": "T", "outlet": "The Post", "url": "https://e.org/a"},
        ),
        (
            "article_title,body,publication,published_utc", "T,X,Post,1715760540",
            {"title": "T", "outlet": "Post", "published": "2024-05-15T08:09"},
        ),
        (
            "newsTitle,Article Text (clean),domain,date,time", "T,X,www.e.org,2024-05-15,08:09",
            {"title": "T", "outlet": "e.org", "published": "2024-05-15T08:09"},
        ),
        (
            "Заголовок,Текст,Дата,Издание,Автор,Рубрика", "T,X,15 мая 2024,Вести,Anna,Мир",
            {"title": "T", "outlet": "Вести", "published": "2024-05-15", "section": "Мир"},
        ),
        (
            "Überschrift,Volltext,Datum,Zeitung,Autor", "T,X,15.05.24,Bote,Anna",
            {"title": "T", "outlet": "Bote", "published": "2024-05-15", "byline": "Anna"},
        ),
        (
            "Titre,Texte,Date de publication,Journal,Langue", "T,X,15 mai 2024,Le J,français",
            {"title": "T", "outlet": "Le J", "published": "2024-05-15", "language": "fr"},
        ),
        (
            "Título,Contenido,Fecha,Periódico,País", "T,X,15 de mayo de 2024,El D,ES",
            {"title": "T", "outlet": "El D", "published": "2024-05-15", "country": "ES"},
        ),
        (
            "Tytuł,Treść,Data publikacji,Źródło", "T,X,15 maja 2024,Gazeta",
            {"title": "T", "outlet": "Gazeta", "published": "2024-05-15"},
        ),
        (
            "Назва,Текст,Дата публікації,Видання", "T,X,15 травня 2024,Вісті",
            {"title": "T", "outlet": "Вісті", "published": "2024-05-15"},
        ),
        (
            "Titolo,Testo,Data,Testata", "T,X,15 maggio 2024,Il G",
            {"title": "T", "outlet": "Il G", "published": "2024-05-15"},
        ),
        (
            "Manchete,Conteúdo,Data,Veículo", "T,X,15 de maio de 2024,O J",
            {"title": "T", "outlet": "O J", "published": "2024-05-15"},
        ),
    ],
)  # fmt: skip
def test_columns_by_the_words_of_the_field_and_of_other_languages(header, cells, facts):
    record = load(f"{header}\n{cells}\n", "csv").items[0].record
    assert record["paragraphs"] == ["X"]
    assert {name: record.get(name) or record["facts"].get(name) for name in facts} == facts


ARTICLES = [{"title": "A", "text": FIRST}, {"title": "B", "text": SECOND}]


@pytest.mark.parametrize(
    "content",
    [
        ARTICLES,
        {"status": "ok", "meta": {"hits": 2}, "articles": ARTICLES},
        {"response": {"results": [
            {"webTitle": one["title"], "fields": {"bodyText": one["text"], "wordcount": "16"}}
            for one in ARTICLES
        ]}},
        {"hits": {"hits": [{"_id": i, "_source": one} for i, one in enumerate(ARTICLES)]}},
        [{"page": 1, "stories": ARTICLES[:1]}, {"page": 2, "stories": ARTICLES[1:]}],
        {"title": {"0": "A", "1": "B"}, "text": {"0": FIRST, "1": SECOND}},
        {"title": ["A", "B"], "text": [FIRST, SECOND]},
        {"columns": ["title", "text"], "index": [0, 1], "data": [["A", FIRST], ["B", SECOND]]},
        [["title", "text"], ["A", FIRST], ["B", SECOND]],
        {"a1": ARTICLES[0], "b2": ARTICLES[1]},
    ],
)  # fmt: skip
def test_documents_wherever_json_keeps_them(content):
    source = load(json.dumps(content), "json")
    assert read_texts(source) == [[FIRST], [SECOND]]
    assert [item.record["title"] for item in source.items] == ["A", "B"]


GUARDIAN = {
    "webTitle": "A",
    "webPublicationDate": "2024-05-15T08:09:00Z",
    "webUrl": "https://e.org",
}
BLOCKS = [
    {
        "id": "1",
        "title": "Key",
        "bodyHtml": f"<p>{FIRST}</p>",
        "createdDate": "2024-05-15T08:09:00Z",
    },
    {"id": "2", "bodyHtml": f"<p>{SECOND}</p>", "createdDate": "2024-05-15T08:10:00Z"},
]


@pytest.mark.parametrize(
    "content",
    [
        {"response": {"status": "ok", "content": {
            **GUARDIAN, "fields": {"body": f"<p>{FIRST}</p><p>{SECOND}</p>"},
        }}},
        {"response": {"status": "ok", "content": {**GUARDIAN, "blocks": {"body": BLOCKS}}}},
        {"response": {"results": [{**GUARDIAN, "blocks": {"body": BLOCKS}}]}},
        {"props": {"page": {"article": {
            "headline": "A", "date": "2024-05-15T08:09", "url": "https://e.org",
            "text": [FIRST, SECOND],
        }}}},
        {"hits": {"hits": [{"_id": 1, "_source": {
            "title": "A", "date": "2024-05-15T08:09", "url": "https://e.org",
            "content": {"paragraphs": [FIRST, SECOND]},
        }}]}},
    ],
)  # fmt: skip
def test_one_article_in_wrappings_or_in_parts_keeps_its_facts(content):
    source = load(json.dumps(content), "json")
    assert read_texts(source) == [[FIRST, SECOND]]
    record = source.items[0].record
    assert (record["title"], record["published"], record["url"]) == (
        "A", "2024-05-15T08:09", "https://e.org",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"text": f"{FIRST[:40]}… https://t.co/x", "extended_tweet": {"full_text": FIRST}}, FIRST),
        (
            {"text": f"RT @ann: {FIRST[:40]}…",
             "retweeted_status": {"text": f"{FIRST[:30]}…", "full_text": FIRST}},
            f"RT @ann: {FIRST}",
        ),
        ({"text": f"{FIRST[:40]}…", "note_tweet": {"text": SECOND}}, f"{FIRST[:40]}…"),
        ({"content": f"{FIRST[:40]}… [+36 chars]", "page": FIRST}, FIRST),
    ],
)  # fmt: skip
def test_a_text_that_is_cut_is_taken_whole_where_its_row_holds_it(row, text):
    source = load(json.dumps([row, {**dict.fromkeys(row), next(iter(row)): SECOND}]), "json")
    assert read_texts(source) == [[text], [SECOND]]
    assert any("taken whole" in note for note in source.notes) == (not text.endswith("…"))


def test_links_to_a_text_are_no_texts():
    links = {kind: {"title": kind, "href": f"https://e.org/{kind * 70}"} for kind in ("xml", "txt")}
    with pytest.raises(InputError, match=r"but no texts"):
        load(json.dumps({"item": {"headline": "A", "renditions": links}}), "json")


def test_a_number_of_documents_that_an_answer_states():
    for content in ({"totalResults": 3, "articles": ARTICLES},
                    {"response": {"total": 3, "results": ARTICLES}}):  # fmt: skip
        notes = load(json.dumps(content), "json").notes
        assert any("states 3 documents" in note and "holds 2" in note for note in notes)
    notes = load(json.dumps({"total": 2, "articles": ARTICLES}), "json").notes
    assert not any("states" in note for note in notes)


def test_the_publisher_is_the_outlet():
    one = {"headline": "A", "articleBody": FIRST, "publisher": {"@type": "X", "name": "The Post"}}
    assert load(json.dumps(one), "json").items[0].record["facts"]["outlet"] == "The Post"


def test_one_object_with_lists_in_it_is_one_document():
    one = {"title": "A", "text": FIRST, "comments": [{"text": "No."}, {"text": "Yes."}]}
    assert read_texts(load(json.dumps(one), "json")) == [[FIRST]]


def test_archives_of_platforms_and_objects_over_several_lines():
    tweets = [{"tweet": {"full_text": FIRST, "created_at": "Wed May 15 08:09:00 +0000 2024"}}]
    source = load(f"window.YTD.tweets.part0 = {json.dumps(tweets)}", "js")
    assert source.items[0].record["published"] == "2024-05-15T08:09"
    spread = "\n".join(json.dumps(one, indent=1) for one in ARTICLES)
    assert read_texts(load(spread, "jsonl")) == [[FIRST], [SECOND]]


def test_the_service_of_a_paper_that_gives_no_texts():
    docs = [{"headline": {"main": "A"}, "lead_paragraph": FIRST, "byline": {"original": "By Ann"},
             "web_url": "https://e.org/a", "pub_date": "2024-05-15T08:09:00+0000"}]  # fmt: skip
    source = load(json.dumps({"response": {"docs": docs}}), "json")
    record = source.items[0].record
    assert (record["title"], record["facts"]["byline"], record["url"]) == (
        "A", "Ann", "https://e.org/a",
    )  # fmt: skip
    assert any("holds summaries, not whole articles" in note for note in source.notes)
    cut = [{"content": f"{FIRST[:40]}… [+1234 chars]"}]
    source = load(json.dumps(cut), "json")
    assert read_texts(source) == [[FIRST[:40]]]
    assert any("cut off" in note for note in source.notes)


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        (["One.", "Two."], ["One.", "Two."]),
        ([["One.", "Two."], ["Three."]], ["One. Two.", "Three."]),
        ([{"text": "One."}, {"text": "Two."}], ["One.", "Two."]),
        (["A ", {"type": "bold", "text": "big"}, " word."], ["A big word."]),
        ("['One.', \"It's two.\"]", ["One.", "It's two."]),
        (
            "<p>One <b>bold</b>&nbsp;word.</p><p>A<br>B &amp; C</p>",
            ["One bold word.", "A", "B & C"],
        ),
        ("<div>One.<script>x()</script><p>Two.</p>tail</div>", ["One.", "Two.", "tail"]),
        ("One <i>line</i>.\nTwo.", ["One line.", "Two."]),
        ("If a < b and c > d, stop.", ["If a < b and c > d, stop."]),
        ("One._x000D_\nTwo.", ["One.", "Two."]),
        ("One.\\nTwo.\\r\\n\\r\\nThree \\u2013 four.", ["One.", "Two.", "Three – four."]),
        ("The file C:\\news\\new.txt was lost.", ["The file C:\\news\\new.txt was lost."]),
        ("R&amp;D &quot;costs&quot;", ['R&D "costs"']),
    ],
)
def test_texts_as_cells_spell_them(text, paragraphs):
    assert read_texts(load(json.dumps([{"text": text}]), "json")) == [paragraphs]


def test_captions_in_markup_are_left_out_and_told():
    html = f"<p>{FIRST}</p><figure><img src='a'><figcaption>A crane</figcaption></figure>"
    record = load(json.dumps([{"body": html}]), "json").items[0].record
    assert (record["paragraphs"], record["dropped"]) == ([FIRST], ["A crane"])


def test_the_separator_and_a_header_below_other_lines():
    assert read_texts(load('sep=;\r\ntitle;text\r\nA;"One, two; three."', "csv")) == [
        ["One, two; three."]
    ]
    assert read_texts(load("text\nOne, two; three.\n", "csv")) == [["One, two; three."]]
    source = load("Export of 15 May;;\n;;\nTitel;Datum;Volltext\nA;15.05.2024;Eins.\n", "csv")
    assert read_texts(source) == [["Eins."]]
    assert "the header is row 3; above it stands: Export of 15 May" in source.notes[1]


ROW = 'x,"A ""quoted"" text, here.",Post\n'


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a,One, two and three,Post\n", "it has 4 fields, the header has 3"),
        ('a,"He said "no" and left, twice",Post\n', r"cannot be read \(line 3: "),
        ('a,"He left\n', r"cannot be read \(line 3: "),
        ('a,"He "left"\nand came,\n\nand went",Post\n', r"cannot be read \(lines 3–6: "),
        ("a,He left\n", "it ends with its text, before the column 'outlet'"),
        ("a,,Post\n", "no text in its column 'text'"),
        ("a,nan,Post\n", "no text in its column 'text'"),
    ],
)
def test_one_bad_row_is_set_aside_with_its_number(row, why):
    source = load(f"title,text,outlet\n{ROW}{row}{ROW}{ROW}", "csv")
    assert read_texts(source) == [['A "quoted" text, here.']] * 3
    assert [where for where, _ in source.left_out] == ["a.csv row 3"]
    assert re.search(why, source.left_out[0][1])


def test_marks_that_a_backslash_protects():
    source = load('title,text\nA,"He said \\"no\\", and left."\nB,"Two."\n', "csv")
    assert read_texts(source) == [['He said "no", and left.'], ["Two."]]
    source = load('{"text": "A"}\n{"text": "B"}\n{"text": "C', "jsonl")
    assert source.left_out == [
        ("a.jsonl line 3", "it is not JSON (Unterminated string starting at)")
    ]


def test_headers_with_a_name_twice_and_none():
    source = load("text,,text,title,\nOne.,x,Two.,,\n", "csv")
    assert read_texts(source) == [["One."]]
    assert source.notes[1].startswith("columns not taken: 'column 2', 'text (2)', 'title' (")
    assert "are called 'column 2', 'text (2)'" in source.notes[2]


HEADS = ["Title", "Date", "Text", "Outlet"]
DATED = [["A", "2024-05-15", FIRST, "Post"], ["B", "2024-05-16", SECOND, "Herald"]]


@pytest.mark.parametrize(
    ("groups", "heads", "merged"),
    [
        (["Article", "", "", "Source"], HEADS, []),
        (["Article", "", "", "Source"], HEADS, ["A1:C1"]),
        (["Article", "", "Source", ""], HEADS, ["A1:B1", "C1:D1"]),
        (["Metadata", "", "Text", ""], HEADS, []),
        (["Metadata", "", "Text", "Source"], ["Title", "Date", "", "Outlet"], ["C1:C2"]),
        (["Metadata", "", "Text", "Source"], ["Title", "Date", "", "Outlet"], []),
    ],
)
def test_names_of_columns_below_those_of_groups(groups, heads, merged):
    book = openpyxl.Workbook()
    for row in (groups, heads, *DATED):
        book.active.append([cell or None for cell in row])
    for cells in merged:
        book.active.merge_cells(cells)
    file = io.BytesIO()
    book.save(file)
    lines = [";".join(row) for row in (groups, heads, *DATED)]
    for source in (load(file.getvalue(), "xlsx"), load("\n".join(lines), "csv")):
        assert read_texts(source) == [[FIRST], [SECOND]]
        records = [item.record for item in source.items]
        assert [(r["title"], r["published"]) for r in records] == [
            ("A", "2024-05-15"), ("B", "2024-05-16"),
        ]  # fmt: skip
        assert [r["facts"]["outlet"] for r in records] == ["Post", "Herald"]


def test_a_row_of_short_texts_is_no_header():
    assert read_texts(load("title,text\nDate,Title\nText,Source\n", "csv")) == [
        ["Title"],
        ["Source"],
    ]


@pytest.mark.parametrize(
    ("header", "cells", "paragraphs"),
    [
        ("Text 1;Text 2", "The talks;ended.", ["The talks ended."]),
        ("Text;Text_2;Text_3", "One.;Two.;", ["One.", "Two."]),
        ("Volltext (Teil 1);Volltext (Teil 2)", "One.;One.", ["One."]),
        ("body1;body2", f"{'a' * 2000};{'a' * 7}", ["a" * 2007]),
        ("Text;Text 3", "One.;Two.", ["One."]),
    ],
)
def test_texts_that_are_split_over_columns(header, cells, paragraphs):
    source = load(f"Title;{header}\nA;{cells}\n", "csv")
    assert read_texts(source) == [paragraphs]
    assert any("put together" in note for note in source.notes) == ("Text 3" not in header)


def test_the_header_that_the_user_means():
    source = load("Export of May\n\na1;b1\nx;y\n", "csv", columns={"text": "B1"})
    assert read_texts(source) == [["y"]]
    source = load("Name of the newspaper,Body of the text\nPost,One.\n", "csv")
    assert source.items[0].record["facts"] == {"outlet": "Post"}


def test_columns_that_only_their_content_shows():
    source = load(f'kopf,rumpf\nA,"{FIRST * 4}"\n', "csv")
    assert read_texts(source) == [[FIRST * 4]]
    assert any(
        "taken from the column 'rumpf', since it holds the longest" in n for n in source.notes
    )
    for content, why in (
        (f'"{FIRST * 4}",x\n"{FIRST}",y\n', "begins with a text where the names of its columns"),
        (
            "title,media_name,url\nA,Post,https://e.org/a\n",
            "no texts; put them into the column 'url'",
        ),
    ):
        with pytest.raises(InputError, match=why):
            load(content, "csv")


def test_every_sheet_is_read_or_named():
    book = openpyxl.Workbook()
    book.active.title = "May"
    for row in (["Export"], [], ["Outlet", "Title", "Text", "Date"], ["Post", "A", FIRST, 45427],
                [None, "B", SECOND, datetime(2024, 5, 16, 8, 9)]):  # fmt: skip
        book.active.append(row)
    book.active.merge_cells("A4:A5")
    book.active["F5"] = "beside the table"
    book.create_sheet("June").append(["Text"])
    book["June"].append(["Third._x000D_\nFourth."])
    book.create_sheet("Notes").append(["to do"])
    book.create_sheet("Old").sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    source = load(file.getvalue(), "xlsx")
    assert read_texts(source) == [[FIRST], [SECOND], ["Third.", "Fourth."]]
    assert [item.record["facts"].get("outlet") for item in source.items] == ["Post", "Post", None]
    dates = [item.record["published"] for item in source.items]
    assert dates == ["2024-05-15", "2024-05-16T08:09", ""]
    assert source.items[2].where == "a.xlsx sheet 'June' row 2"
    assert "sheet 'Notes' was not read: it has no column of texts" in source.notes
    assert any(note.startswith("sheet 'Old' is hidden") for note in source.notes)


def test_dates_that_state_a_month_are_told():
    source = load("date,text\n05/2024,One.\n2024,Two.\n", "csv")
    found = [(i.record["published"], i.record["facts"]["date_precision"]) for i in source.items]
    assert found == [("2024-05-01", "month"), ("2024-01-01", "year")]
    assert "dates that state no more than a month: 1" in source.notes[1]


def test_ids_of_a_table_are_kept_where_they_can_be(tmp_path):
    rows = [{"id": "a/1", "text": "One."}, {"id": "2", "text": "Two."}, {"id": "..", "text": "C."}]
    added = add_documents(tmp_path / "corpus", [write(tmp_path, "csv", rows)])
    assert added["doc"].tolist() == ["a-1", "2", "export"]
    again = add_documents(tmp_path / "corpus", [write(tmp_path, "csv", rows)])
    assert again["state"].tolist()[:2] == ["already there"] * 2
    other = write(tmp_path, "csv", [{"id": "2", "text": "Another text."}])
    assert add_documents(tmp_path / "corpus", [other])["doc"].tolist() == ["2-2"]


cells = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]))


@given(st.lists(cells, min_size=1, max_size=4))
def test_what_a_table_holds_is_what_is_read(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("t")
    rows = [{"text": f"Peace {text}", "n": str(i)} for i, text in enumerate(texts)]
    found = [read_source(write(folder, kind, rows)) for kind in ("csv", "jsonl")]
    bodies = [[item.record["paragraphs"] for item in source.items] for source in found]
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) == len(texts)


def make_zip(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


TEXT = "Talks end in the harbour\n\n15 May 2024\n\nThe talks ended without a result."


def test_a_zip_of_files_a_table_and_a_zip(tmp_path):
    inner = make_zip({"c.txt": TEXT.replace("end", "go on")})
    data = make_zip(
        {
            "x/a.txt": TEXT,
            "x/b.csv": "title,text\nOne,First.\nTwo,Second.\n",
            "y.zip": inner,
            "__MACOSX/x/._a.txt": "litter",
            "x/picture.png": b"\x89PNG",
            "~$lock.docx": "",
        }
    )
    (tmp_path / "all.zip").write_bytes(data)
    added = add_documents(tmp_path / "corpus", [tmp_path / "all.zip"])
    assert added["state"].tolist() == ["added"] * 4 + ["set aside"]
    assert added["title"].tolist()[:4] == [
        "Talks end in the harbour", "One", "Two", "Talks go on in the harbour",
    ]  # fmt: skip
    assert added["where"].iloc[-1].endswith("all.zip: x/picture.png")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip", "corpus"]


def linked():
    info = zipfile.ZipInfo("a.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK no", "cannot be opened: it is damaged"),
        (make_zip({"../a.txt": TEXT}), r"'\.\./a\.txt' leads out of the archive"),
        (make_zip({"/a.txt": TEXT}), "leads out of the archive"),
        (linked(), "'a.txt' is a link"),
        (
            make_zip({"a.txt": b"a" * 10_000_000}),
            r"unpacks to 10 MB, \d{3}|,\d{3} times its packed",
        ),
        (make_zip({"a.zip": make_zip({"b.zip": make_zip({"c.txt": TEXT})})}), "in an archive in"),
        (make_zip({"a.png": b""}), "holds no file that can be read"),
    ],
)
def test_zips_that_are_not_to_be_trusted(tmp_path, data, message):
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        add_documents(tmp_path / "corpus", [tmp_path / "a.zip"])
    assert str(tmp_path / "a.zip") in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_limits_of_zips_and_damaged_members(monkeypatch):
    data = make_zip({"a.txt": TEXT * 50, "b.txt": TEXT * 50})
    broken = data.replace(data[40:60], b"\0" * 20, 1)
    archive = zips.open_zip(broken, "a.zip")
    with pytest.raises(InputError, match=r"a\.zip: 'a\.txt' is damaged"):
        zips.read_member(archive, "a.txt", "a.zip")
    locked = bytearray(data)
    for at in (data.find(b"PK\x01\x02") + 8,):
        locked[at] |= 1
    with pytest.raises(InputError, match="locked with a password"):
        zips.open_zip(bytes(locked), "a.zip")
    monkeypatch.setattr(zips, "TOTAL_SIZE", 1000)
    with pytest.raises(InputError, match="unpacks to 0 MB, more than"):
        zips.open_zip(data, "a.zip")
    monkeypatch.setattr(zips, "MEMBERS", 1)
    with pytest.raises(InputError, match="holds 2 files, more than 1"):
        zips.open_zip(data, "a.zip")
