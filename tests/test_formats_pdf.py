"""PDFs come out in reading order, with whole words and without running heads."""

import io
import textwrap
from itertools import chain

import pypdf
import pytest

from analysis.corpus.formats.pdf import read_pdf
from analysis.corpus.formats.read import read_file
from analysis.tables import InputError

LEFT = [
    "Ministers from both islands left the ta-",
    "ble on Tuesday after eleven hours of talks",
    "about the harbour and the long-term right",
    "to fish in the strait between them.",
    "The harbour master spoke of long-",
    "term patience in a meeting about nets.",
]
RIGHT = [
    "He would invite both delegations again",
    "before the end of the summer, he said.",
    "Fishers on the quay did not agree with",
    "him, and one of them called the day lost.",
    "The next round is planned for the autumn",
    "and will deal with the ferry, too.",
]


def escape(text):
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def make_pdf(*pages):
    """A PDF of pages, each a list of (x, y, size, text)."""
    objects = [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        drawn = "".join(
            f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({escape(text)}) Tj ET\n"
            for x, y, size, text in lines
        ).encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
    return data + trailer % (len(objects) + 1, start)


def column(lines, x, top=700):
    return [(x, top - 14 * i, 11, text) for i, text in enumerate(lines)]


def test_words_parted_at_line_ends_are_joined():
    text = " ".join(read_pdf(make_pdf(column(LEFT, 60)), "a.pdf")[0])
    assert "left the table on Tuesday after" in text
    assert "spoke of long-term patience" in text  # written with its hyphen elsewhere


@pytest.mark.parametrize("order", ["left first", "line by line"])
def test_two_columns(order):
    left, right = column(LEFT, 60), column(RIGHT, 320)
    head = [(60, 740, 18, "Ministers explain why the long harbour talks ended without")]
    pairs = [piece for pair in zip(left, right, strict=True) for piece in pair]
    lines = [*left, *right] if order == "left first" else pairs
    text = " ".join(read_pdf(make_pdf(head + lines), "a.pdf")[0])
    assert text.startswith("Ministers explain why")
    assert text.index("meeting about nets") < text.index("He would invite both delegations again")
    assert "again before the end of the summer" in text


def part(text, width):
    return textwrap.wrap(text, width)


@pytest.mark.parametrize("count", [3, 4, 5])
@pytest.mark.parametrize("order", ["column by column", "line by line"])
def test_many_columns(count, order):
    width = 500 // count
    said = [
        f"Speaker {name} told the assembly on Tuesday that the harbour would be opened again "
        f"to fishers of {name} as soon as the nets had been mended, and sat down."
        for name in ("Ada", "Ben", "Cleo", "Dan", "Eve")[:count]
    ]
    columns = [
        [
            (50 + i * width, 700 - 12 * row, 8, line)
            for row, line in enumerate(part(text, width // 5))
        ]
        for i, text in enumerate(said)
    ]
    lines = list(chain.from_iterable(columns))
    if order == "line by line":
        lines.sort(key=lambda line: (-line[1], line[0]))
    head = [(50, 740, 18, "Ministers explain why the harbour talks ended with nothing")]
    text = " ".join(" ".join(read_pdf(make_pdf(head + lines), "a.pdf")[0]).split())
    assert text.startswith("Ministers explain why")
    assert text.endswith(" ".join(said))


def test_a_headline_parts_the_columns_above_it_from_those_below():
    lines = [*column(LEFT[:4], 60, 800), *column(RIGHT[:4], 320, 800)]
    head = [(60, 720, 18, "Ministers explain why the long harbour talks ended without")]
    below = [*column(RIGHT, 60, 690), *column(LEFT, 320, 690)]
    text = " ".join(read_pdf(make_pdf(lines + head + below), "a.pdf")[0])
    places = [text.index(word) for word in ("left the", "the day lost", "Ministers explain")]
    places += [text.rindex(word) for word in ("He would", "the ferry", "spoke of")]
    assert places == sorted(places)


def test_a_table_is_read_line_by_line():
    rows = [("Harbour", "old", "wide"), ("Nets", "new", "red"), ("Boats", "few", "slow")] * 4
    table = [
        (60 + 170 * i, 700 - 14 * row, 11, cell)
        for row, cells in enumerate(rows)
        for i, cell in enumerate(cells)
    ]
    text = " ".join(read_pdf(make_pdf(table), "a.pdf")[0])
    assert text.startswith("Harbour old wide Nets new red Boats few slow")


def test_running_heads_and_page_numbers_go():
    def page(number, *paragraphs):
        lines = [(60, 800, 9, f"The Island Post, 15 May 2024, no. {number}")]
        lines += [(60, 700 - 14 * i, 11, text) for i, text in enumerate(paragraphs)]
        return [*lines, (290, 30, 9, f"– {number} –")]

    data = make_pdf(page(1, *LEFT), page(2, *RIGHT), page(3, "It ended at noon, they say there."))
    text = " ".join(read_pdf(data, "a.pdf")[0])
    assert "Island Post" not in text
    assert "–" not in text
    assert text.endswith("It ended at noon, they say there.")


LISTS = {
    "two numbers": lambda i: f"Item {i} was carried with {20 + i} votes in favour.",
    "one number": lambda i: f"Item {i} was put to the vote.",
    "a numbered list": lambda i: f"{i}. The member spoke of the harbour.",
    "bare numbers": lambda i: f"{i}",
    "the same line": lambda i: "The motion was carried.",
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("rows", [4, 40])
def test_a_list_whose_lines_differ_in_numbers_is_text(name, rows):
    lines = [LISTS[name](i) for i in range(4 * rows)]
    pages = [column(lines[i : i + rows], 60, 780) for i in range(0, len(lines), rows)]
    paragraphs, dropped = read_pdf(make_pdf(*pages), "a.pdf")
    assert dropped == []
    assert " ".join(paragraphs) == " ".join(lines)


def test_a_table_on_every_page_with_other_numbers_is_text():
    def page(number):
        cells = [("Member", "Votes"), *((name, str(number)) for name in ("Ada", "Ben", "Cleo"))]
        return [
            (60 + 200 * i, 700 - 16 * row, 11, cell)
            for row, pair in enumerate(cells)
            for i, cell in enumerate(pair)
        ]

    paragraphs, dropped = read_pdf(make_pdf(*(page(n) for n in (4, 7, 8, 30))), "a.pdf")
    assert dropped == []
    assert " ".join(paragraphs).split().count("Ada") == 4
    assert [n for n in " ".join(paragraphs).split() if n.isdigit()] == [
        number for number in ("4", "7", "8", "30") for _ in range(3)
    ]


ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii")


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        (lambda n: "The Island Post", lambda n: f"Page {n} of 10"),
        (lambda n: f"The Island Post, 15 May 2024 | {n}", lambda n: ROMAN[n]),
        (lambda n: f"The Post {n}" if n % 2 else f"{n} Harbour news", lambda n: f"- {n + 11} -"),
    ],
)
def test_what_runs_through_the_pages_goes_and_is_listed(head, foot):
    pages, running = [], []
    for n in range(1, 8):
        body = column([f"{name} {n} said so." for name in ("Ada", "Ben", "Cleo", "Dan")], 60)
        pages.append([(60, 800, 9, head(n)), *body, (290, 30, 9, foot(n))])
        running += [head(n), foot(n)]
    paragraphs, dropped = read_pdf(make_pdf(*pages), "a.pdf")
    assert dropped == running
    assert len(" ".join(paragraphs).split()) == 7 * 4 * 4


def test_what_went_is_told_when_it_is_added(tmp_path):
    pages = [
        [(60, 800, 9, "The Island Post"), *column(lines, 60)]
        for lines in (LEFT, RIGHT, [f"{line} Then." for line in LEFT])
    ]
    (tmp_path / "a.pdf").write_bytes(make_pdf(*pages))
    assert read_file(tmp_path / "a.pdf")["dropped"] == ["The Island Post"] * 3


def test_paragraphs_and_the_parts_of_an_article(tmp_path):
    second = [(60, 560 - 14 * i, 11, text) for i, text in enumerate(RIGHT)]
    head = [(60, 780, 20, "Ministers explain why talks ended"), (60, 750, 11, "15 May 2024")]
    (tmp_path / "a.pdf").write_bytes(make_pdf(head + column(LEFT, 60) + second))
    record = read_file(tmp_path / "a.pdf")
    assert record["title"] == "Ministers explain why talks ended"
    assert record["published"] == "2024-05-15"
    assert [p.split()[0] for p in record["paragraphs"]] == ["Ministers", "He"]
    assert read_file(tmp_path / "a.pdf", whole=True)["paragraphs"][1] == "15 May 2024"


def test_a_scan_and_a_locked_file_are_refused_with_that_reason():
    scan = make_pdf([]).replace(b"/Font << /F1 3 0 R >>", b"/XObject << /I 3 0 R >>")
    with pytest.raises(InputError, match=r"^a\.pdf holds pictures of pages and no text \(a scan\)"):
        read_pdf(scan, "a.pdf")
    with pytest.raises(InputError, match=r"^a\.pdf holds no text\.$"):
        read_pdf(make_pdf([]).replace(b"/Font <<", b"/Fnt0 <<"), "a.pdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf(column(LEFT, 60))))
    writer.encrypt("secret", algorithm="RC4-128")
    locked = io.BytesIO()
    writer.write(locked)
    with pytest.raises(InputError, match=r"^a\.pdf is locked with a password; save it without"):
        read_pdf(locked.getvalue(), "a.pdf")


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.7", make_pdf([])[:150]])
def test_damaged_files_are_one_sentence(data):
    with pytest.raises(InputError, match=r"^a\.pdf ") as caught:
        read_pdf(data, "a.pdf")
    assert "\n" not in str(caught.value)
