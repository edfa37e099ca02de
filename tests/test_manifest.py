"""The manifest is read strictly and written back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus.formats.encodings import clean_text
from analysis.corpus.manifest import COLUMNS, check_id, read_manifest, update_manifest
from analysis.files import unescape_cell
from analysis.tables import InputError

HEADER = ",".join(COLUMNS)
ROW = "{},Title,Outlet,GB,west,news,2024-05-15,https://example.org,en,CC BY 4.0"


def manifest(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "sources.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_manifest_with_a_further_column_and_short_and_blank_rows(tmp_path):
    path = manifest(
        tmp_path,
        f"{HEADER},period\n{ROW.format('a')},early\n\n,,,\n b ,Two\n{ROW.format('c')},late",
    )
    rows = read_manifest(path)
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert [row["period"] for row in rows] == ["early", "", "late"]
    assert [row["row"] for row in rows] == [f"{path} row {n}" for n in (2, 5, 6)]
    assert rows[0]["licence"] == "CC BY 4.0"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write(tmp_path, delimiter, encoding, newline):
    row = ROW.format("a").replace("Title", "Peace – “now”")
    text = newline.join([HEADER, row, ""]).replace(",", delimiter)
    path = manifest(tmp_path, text, encoding)
    assert read_manifest(path)[0]["title"] == "Peace – “now”"
    added = update_manifest(path.read_bytes(), [{"id": "b", "title": "Café"}], path)
    assert added.decode(encoding).startswith(text)
    assert added.decode(encoding).endswith(f"b{delimiter}Café{delimiter * 8}{newline}")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_empty_columns_of_a_spreadsheet_are_nothing(tmp_path, delimiter):
    lines = [f"{HEADER},,period,,", f"{ROW.format('a')},,early,,", "b,,,,"]
    path = manifest(tmp_path, "\r\n".join([*lines, ",,,,,"]).replace(",", delimiter))
    first, second = read_manifest(path)
    assert (first["period"], second["period"], "" in first) == ("early", "", False)
    new = update_manifest(path.read_bytes(), [{"id": "c", "topic": "fairs"}], path)
    path.write_bytes(new)
    assert [row["topic"] for row in read_manifest(path)] == ["", "", "fairs"]
    assert read_manifest(path)[0] == {**first, "topic": ""}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"sources\.csv row 1: the column 'id', 'title', .* is missing; a manifest has"),
        (
            HEADER.replace(",side", ""),
            r"sources\.csv row 1: the column 'side' is missing; a manifest has the columns id, t",
        ),
        (HEADER + ",note,note", r"row 1: the column 'note' is there twice; rename one\.$"),
        (HEADER + ",text", r"row 1: a column cannot be named 'text'; rename it"),
        (f"{HEADER},\n{ROW.format('a')},x", r"row 1: column 11 has no name but is not empty; give"),
        (
            f"{HEADER}\n{ROW.format('a')}\n{ROW.format('b')}\n{ROW.format('A')}",
            r"sources\.csv row 4: the id 'A' is there already, in row 2; give every document",
        ),
        (f"{HEADER}\n{ROW.format('')}", r"sources\.csv row 2: the id is empty; an id has up to"),
        (
            f"{HEADER}\n{ROW.format('../../etc/passwd')}",
            r"sources\.csv row 2: the id '../../etc/passwd' cannot name a file in the corpus;",
        ),
        (
            f"{HEADER}\n{ROW.format('a')},one,two",
            r"sources\.csv row 2: it has 12 fields, the header has 10; put a field that holds ','",
        ),
        (
            f'{HEADER}\n{ROW.format("a")}\nb,"Sanitary" zone,c',
            r"sources\.csv row 3: the row cannot be read \(.*\); put a field that holds quot",
        ),
        (f'{HEADER}\na,"open\n{ROW.format("b")}', r"sources\.csv row 2: the row cannot be read"),
    ],
)
def test_refusals_name_the_file_and_the_row(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_manifest(manifest(tmp_path, text))


@pytest.mark.parametrize("name", ["rt-2024-05-15", "a", "A_1.b", "x" * 100])
def test_safe_ids(name):
    check_id(name, "row 2")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "-a",
        ".hidden",
        "a/b",
        "a\\b",
        "a..b",
        "a.",
        "C:x",
        "con",
        "nul.txt",
        "ä",
        "x" * 101,
    ],
)
def test_unsafe_ids(name):
    with pytest.raises(InputError, match=r"^row 2: the id .* and begins with a letter or digit"):
        check_id(name, "row 2")


def test_a_new_manifest(tmp_path):
    data = update_manifest(None, [{"id": "a", "title": "One", "period": "early"}], "s.csv")
    path = manifest(tmp_path, data.decode())
    assert data.decode().splitlines()[0] == f"{HEADER},standfirst,period"
    assert read_manifest(path)[0]["period"] == "early"


def test_other_rows_keep_their_bytes():
    data = (
        f'\ufeff{HEADER}\r\n"a",\'Ti\'tle,,"",,,,,,\r\n\r\nb,Two,,,,,,,,\r\nc,"Thr\nee",x\r\nd,Four'
    ).encode()
    one = update_manifest(data, [{"id": "b", "title": "Two", "outlet": "Post, The"}], "s.csv")
    assert one == data.replace(b"b,Two,,,", b'b,Two,"Post, The",,') + b"\r\n"
    assert update_manifest(data, [{"id": "b", "title": "Two"}], "s.csv") == data + b"\r\n"
    wide = update_manifest(data, [{"id": "e", "period": "late"}], "s.csv").split(b"\r\n")
    assert wide[0] == f"\ufeff{HEADER},period".encode()
    assert wide[1] == b'"a",\'Ti\'tle,,"",,,,,,,'
    assert wide[2:4] == [b"", b"b,Two,,,,,,,,,"]
    assert wide[4] == b'c,"Thr\nee",x,,,,,,,,'
    assert wide[5:] == [b"d,Four,,,,,,,,,", b"e,,,,,,,,,,late", b""]


def test_a_changed_row_keeps_what_its_other_cells_say():
    data = f'{HEADER}\na,One,,"x\ry",,,,,,\n'.encode()
    new = update_manifest(data, [{"id": "a", "outlet": "Post"}], "s.csv")
    assert new.decode().split("\n")[1] == '"a","One","Post","x\ry","","","","","",""'


def test_a_file_that_cannot_hold_a_new_character_becomes_utf8():
    data = f"{HEADER}\na,Café,,,,,,,,\n".encode("cp1252")
    new = update_manifest(data, [{"id": "b", "title": "和平"}], "s.csv")
    assert new.decode("utf-8-sig") == f"{HEADER}\na,Café,,,,,,,,\nb,和平,,,,,,,,\n"


cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\r\n\t,;"'))


@given(st.lists(st.lists(cells, min_size=9, max_size=9), min_size=1, max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory, values):
    records = [dict(zip(COLUMNS, [f"doc-{i}", *row], strict=True)) for i, row in enumerate(values)]
    path = tmp_path_factory.mktemp("m") / "sources.csv"
    data = None
    for record in records:  # one after the other, as documents are added
        data = update_manifest(data, [record], path)
    path.write_bytes(data)
    read = read_manifest(path)
    expected = [{k: " ".join(clean_text(v).split()) for k, v in r.items()} for r in records]
    assert [{name: row[name] for name in COLUMNS} for row in read] == expected
    again = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    plain = [{name: unescape_cell(row[name]) or "" for name in COLUMNS} for row in again]
    assert plain == expected


FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-peace-", "@SUM(A1)", "＝1", "＠x", "-"]
QUOTED = ["'=1", "''", "'", "''=x", "' =x", "'Sanitary zone' near Kharkov"]


@pytest.mark.parametrize("value", FORMULAS + QUOTED)
@pytest.mark.parametrize("name", ["title", "standfirst", "=own(column)"])
def test_no_cell_begins_as_a_formula_and_every_value_comes_back(tmp_path, value, name):
    data = update_manifest(None, [{"id": "a", name: value}], "s.csv")
    cells = [cell for row in csv.reader(io.StringIO(data.decode(), newline="")) for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(tuple("=+-@＝＋－＠"))]
    path = tmp_path / "sources.csv"
    path.write_bytes(data)
    assert read_manifest(path)[0][name] == value
    assert update_manifest(data, [{"id": "a", name: value}], "s.csv") == data
    changed = update_manifest(data, [{"id": "a", "outlet": "@Post"}], "s.csv")
    path.write_bytes(changed)
    row = read_manifest(path)[0]
    assert (row[name], row["outlet"]) == (value, "@Post")


def test_a_value_that_is_no_formula_is_written_as_it_is():
    data = update_manifest(None, [{"id": "a", "title": "'Sanitary zone' near Kharkov"}], "s.csv")
    assert data.decode().splitlines()[1].startswith("a,'Sanitary zone' near Kharkov,")


def test_a_formula_that_somebody_wrote_is_made_inert_when_its_row_is_written_anew():
    data = f'{HEADER}\na,=1+1,"\'=kept",,,,,,,\nb,=2+2,,,,,,,,\n'.encode()
    new = update_manifest(data, [{"id": "a", "side": "west"}], "s.csv").decode().split("\n")
    assert new[1] == "a,'=1+1,'=kept,,west,,,,,"
    assert new[2] == "b,=2+2,,,,,,,,"  # `check` tells of it
    assert update_manifest(data, [{"id": "a", "title": "=1+1"}], "s.csv") == data
