"""PDFs come out in reading order, with whole words and without running heads."""

import base64
import textwrap
import zlib
from itertools import chain

import pytest

from analysis.corpus.formats.pdf import read_pdf
from analysis.corpus.formats.read import read_file, read_source
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


LOCKED = (  # The ferry left at noon, by RC4-128, user password
    "eNqNUj1v1EAQlejYDvEDss01SLDfY1s6XXH5EIigRDkgBaLYs2cPo8MO9l6UREIiJQiJmh+AkNJQ0NAkoohECRK/AF"
    "JQQgkVrO8u4aRLge1i982beW/G01pfWrkqrinS+nby6QsRlNOy/5C024Td3t1Cyhatt8NyQNi6HWBNZSBskE6HYJE1"
    "RDmXMOYRdjPPanqPqoZP7xO2WI4KT8VMqjo3tRGqMFAnSuwWZrntljuhFg+vSQyNtZxULHwg1lRPmBtYl6MqDSabii"
    "shOjkIak5NT76pvp7RX8Vi4B9QUE289hXaR+T1T9f9yvbftjo9eP954fufi08vXX6RHxysHh6xV8/WxPHzzt6Po+GH"
    "hc2XHy/8PtlfWj58zAdPjt9t/rrypm5kppWmgmau4cYkYb1R34+vDSgI69oax/bZdRxuo89TO2MbZqrcpTL0TdVZA0"
    "LGYYCUh7bzoceKsp63RWarjLA12uZZ38TGuNQoCQYSjMAkHFLrQKPWMrE6lTwDTBJwGboEFCZ9w2PuEuSx6hB2h7bB"
    "ulQqHmkhIs7BaGVDToY6SU0G4GTcdxoNaoxMbLUAzXm4g3POcsHj2Z+wU6EjnEaEnz0UjFGGOnqGiTC5caT4h4Gew4"
    "RUc5g0Yg5T5+RqNYP5yuZDrMYj7uV7GOyxjbIM6zvZtBtLYRvbqY5cJFMQlttUxwAyziCOdCpUBP3Mdf6HEvZ4uUir"
    "3S1P4XRLa28rPx5MmBxptZbXVshf+a4Brw=="
)
RESTRICTED = (  # The ferry left at noon, by AES-256, no user password
    "eNqNVL+LZEUQFsSkEzEwMrAP2UTR17/7NQyrd7szKN46y463yB3CVXdX743Mzixv3hx3YqKxGt9lIhgIhsKaXHDcH3"
    "CIYGIgqIGpgZuYWG9mb29gDHyvg+7qr76q+rq6t/Z3B6/LNzTb+u33xz8xyQWfxY9Yr8eq9++eIK92oIXJ7IhV+3CE"
    "c64IcMC2txlOcwdUGw5LHKveHec5v8F1h+cfsmpntpi2XK656v907QI1SNBVpGoP8xiuzO4Ql6DfBstro1aM05aAc2"
    "5WyAOczxZNoiQ7xgHtriaS2ydJr8Z5fLMW/ypOj9pbvBbd/rxtEI7Zi+99/se3f57dO3tw+uwn9oPPfgivvvL3wTdf"
    "XT87+3Xy3cPnfnlh7+t/Tp//sj199Ob1SzcuDXfL92/9eP/B4NoXV7duutf+un/IHt98dO+llxef/vzM3sMu7jn1eQ"
    "Z2Q4Eua1aNFrFdLjujZNUVmOOynuptnNzGdpxgrQ63xnLILQnB3UVFytJ8nwvSYTxpseHVqIVphiazash7qDHnGCKA"
    "kKGUGLVzQdpUvJQenLTOS2UBQm1oOF+Cccl4rbFk4wlvsirWoDVaSNAiOkg5RmezQJ2C3mbVNd5TTiXvQJdQUNQiGQ"
    "IJADQYawgphuyiCsaDF9pIYlS6ZJGCz1nklGWE5JMryqCLMpOD10WDyFZ6j8FkirIzWB72qM3ns8uL9lb/dtdI1e4s"
    "DU9w2oH2eHW5PzrUF/podd4U5Ho84CuCbtE8XQz7vBdzAInglbSx1hiLcSaBsoqEClli0KI2EGSMBYwXISbtIIbkbT"
    "TGuqUQRAOCYLquC1Jt2ZIoNgi0yStjonGl9mB0CCRssALBOmeTU7WlCZ1UqIlmH5tjavEkpI7JR5lqYUm1YLQKqEF5"
    "q5VUfr3T7zRYmOCeiYuPO2u15YVf2CR143Jn+tTmzIZNKr1hU1Zu2HS9aTPruLaB8QSbZduOxh8jpVcdzGb0Rqyu8z"
    "u7dOV7VH4qpXYGvLOoXDQ2qhwlYgRqU7f9fyD0WPSnqbl70nL35CmYt9C0S2FC8Gxrqz8csH8BECxokQ=="
)


def escape(text):
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def make_pdf(*pages):
    """A PDF of pages, each a list of (x, y, size, text), and of a matrix where that is turned."""
    objects = [
        b"",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        drawn = "".join(
            f"BT /F1 {size} Tf {' '.join(turn) or '1 0 0 1'} {x} {y} Tm ({escape(text)}) Tj ET\n"
            for x, y, size, text, *turn in lines
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
    paragraphs, dropped = read_pdf(make_pdf(*pages), "a.pdf")[:2]
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

    data = make_pdf(*(page(n) for n in (4, 7, 8, 30)))
    paragraphs, dropped = read_pdf(data, "a.pdf")[:2]
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
    paragraphs, dropped = read_pdf(make_pdf(*pages), "a.pdf")[:2]
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


SCAN = make_pdf([(0, 0, 1, "x" * 60)]).replace(
    b"(" + b"x" * 60 + b") Tj ET", b"ET q 9 0 0 9 50 50 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q    "
)


def unpack(packed):
    return zlib.decompress(base64.b64decode(packed))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (SCAN, r"holds pictures of pages and no text \(a scan\)"),
        (make_pdf([]), r"holds no text\.$"),
        (unpack(LOCKED), "is locked with a password; save it without"),
    ],
    ids=["scan", "empty", "locked"],
)
def test_a_file_without_text_is_refused_with_the_reason(data, reason):
    with pytest.raises(InputError, match=rf"^a\.pdf {reason}"):
        read_pdf(data, "a.pdf")


def test_a_file_restricted_without_a_password_is_read():
    assert read_pdf(unpack(RESTRICTED), "a.pdf").paragraphs == ["The ferry left at noon."]


@pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.7", make_pdf([])[:150]])
def test_damaged_files_are_one_sentence(data):
    with pytest.raises(InputError, match=r"^a\.pdf ") as caught:
        read_pdf(data, "a.pdf")
    assert "\n" not in str(caught.value)


def test_a_damaged_list_of_objects_is_found_anew():
    data = make_pdf(column(LEFT, 60))
    damaged = data[: data.rindex(b"xref\n0")] + b"trailer\n<< /Root 1 0 R >>\nstartxref\n99999\n"
    assert read_pdf(damaged, "a.pdf").paragraphs == read_pdf(data, "a.pdf").paragraphs


def test_a_damaged_page_is_told_and_the_others_are_read():
    pages = [column(LEFT[:3], 60), [(60, 700, 11, "gone")], column(LEFT[3:], 60)]
    data = make_pdf(*pages).replace(b"(gone) Tj", b"[(g]N)F5 ]")
    text = read_pdf(data, "a.pdf")
    assert " ".join(text.paragraphs).startswith("Ministers from both islands left the table")
    assert " ".join(text.paragraphs).endswith("long-term patience in a meeting about nets.")
    assert text.notes == ["page 2 of 3: nothing could be read: blank, or damaged"]


SAID = "The mayor said no and left the office at noon."
WIDTHS = dict.fromkeys("abdeghnop", 556) | dict.fromkeys("csy", 500) | {
    " ": 278, "T": 611, "m": 833, "r": 333, "i": 222, "l": 222, "f": 278, "t": 278, ".": 278,
}  # fmt: skip


def place(units, spread=0.0, size=11):
    """Words or letters, each drawn on its own."""
    x, drawn = 60.0, []
    for unit in units:
        if unit.strip():
            drawn.append((round(x, 2), 700, size, unit))
        x += sum(WIDTHS[c] / 1000 + spread for c in unit) * size
    return drawn


@pytest.mark.parametrize(
    "drawn",
    [
        place(part for word in SAID.split() for part in (word, " ")),
        place(SAID),
        place(SAID, spread=0.25),
        [(60, 700, 11, "  ".join(" ".join(word) for word in SAID.split()))],
        [*column([SAID], 60), (60.3, 700, 11, SAID)],
        place("T", size=14) + [(60 + 0.611 * 14, 700, 11, SAID[1:])],
    ],
    ids=["by word", "by letter", "letterspaced", "with spaces", "drawn twice", "small capitals"],
)
def test_words_are_neither_glued_nor_parted_nor_doubled(drawn):
    assert read_pdf(make_pdf(drawn), "a.pdf").paragraphs == [SAID]


@pytest.mark.parametrize(("rows", "size"), [(1, 22), (2, 32), (3, 46)])
def test_a_drop_cap_begins_its_word(rows, size):
    wide = 0.722 * size + 2
    lines = ["embers of the council left the hall at noon on Friday.", "Nobody spoke of the"]
    lines += ["bridge, and the ferries sailed on as they", "had done before the talks."]
    text = [(60 + wide * (i < rows), 700 - 14 * i, 11, line) for i, line in enumerate(lines)]
    cap = (60, 700 - 14 * (rows - 1), size, "N")
    got = read_pdf(make_pdf([cap, *text]), "a.pdf").paragraphs
    assert got == ["N" + " ".join(lines)]


def test_a_drop_cap_may_be_a_word_and_may_follow_a_quotation_mark():
    lines = ["council met, and the council left", "the hall at noon with the mayor of", "the town."]
    text = [(60 + 26 * (i < 2), 700 - 14 * i, 11, line) for i, line in enumerate(lines)]
    for cap in ("A", "“A"):
        got = read_pdf(make_pdf([(60, 686, 32, cap), *text]), "a.pdf").paragraphs
        assert got == [f"{cap} " + " ".join(lines)]
        text = [(x + 12 * (i < 2), *rest) for i, (x, *rest) in enumerate(text)]


@pytest.mark.parametrize("below", ["By Ivan Stone, 15 May 2024", "15 May 2024"])
@pytest.mark.parametrize("centred", [0, 30])
def test_a_headline_on_several_lines_is_the_title(tmp_path, below, centred):
    heads = ["Bridge talks in Norda fail after", "nine hours of bitter argument", "in the hall"]
    drawn = [(60 + i * centred, 790 - 27 * i, 22, head) for i, head in enumerate(heads)]
    (tmp_path / "a.pdf").write_bytes(
        make_pdf([*drawn, (60, 700, 9, below), *column(LEFT, 60, 670)])
    )
    record = read_file(tmp_path / "a.pdf")
    assert record["title"] == " ".join(heads)
    assert record["published"] == "2024-05-15"
    assert record["paragraphs"][0].startswith("Ministers from both islands")


@pytest.mark.parametrize(
    ("before", "behind", "joined"),
    [
        ("the vice-", "president left", "the vice-president left"),
        ("the US-", "led forces", "the US-led forces"),
        ("the 14-", "year-old boy", "the 14-year-old boy"),
        ("from 1914-", "1918 on", "from 1914-1918 on"),
        ("at Guinea-", "Bissau then", "at Guinea-Bissau then"),
        ("the minister-", "elect said", "the minister-elect said"),
        ("the represen-", "tatives left", "the representatives left"),
        ("inter\xad", "national law", "international law"),
        ("state-of-the-", "art nets", "state-of-the-art nets"),
        ("in spring- ", "and autumn-time", "in spring- and autumn-time"),
        ("the harbour—", "the old one", "the harbour—the old one"),
    ],
)
def test_the_hyphen_at_a_line_end(before, behind, joined):
    lines = ["The members of the council spoke of " + before, behind + " and went on to the end."]
    text = " ".join(read_pdf(make_pdf(column(lines, 60)), "a.pdf").paragraphs)
    assert text == f"The members of the council spoke of {joined} and went on to the end."


def test_text_that_runs_another_way_is_left_out_and_listed():
    stamp = (30, 500, 8, "Archive copy of 2024", "0", "1", "-1", "0")
    text = read_pdf(make_pdf([*column(LEFT, 60), stamp]), "a.pdf")
    assert text.dropped == ["Archive copy of 2024"]
    assert "Archive" not in " ".join(text.paragraphs)
    turned = [(80 + 14 * i, 60, 11, line, "0", "1", "-1", "0") for i, line in enumerate(LEFT)]
    assert (
        read_pdf(make_pdf(turned), "a.pdf").paragraphs
        == read_pdf(make_pdf(column(LEFT, 60)), "a.pdf").paragraphs
    )


def test_numbers_of_lines_are_left_out_and_listed():
    said = [f"Q. Did you see the ferry leave the {place} on that day?" for place in "abcdefghij"]
    numbers = [(40, 700 - 14 * i, 11, str(i + 1)) for i in range(10)]
    text = read_pdf(make_pdf([*numbers, *column(said, 80)]), "a.pdf")
    assert " ".join(text.paragraphs) == " ".join(said)
    assert text.dropped == [str(i + 1) for i in range(10)]


def test_what_a_browser_adds_to_a_page_is_left_out_but_its_address_is_kept(tmp_path):
    page = [(30, 825, 7, "11/28/26, 8:57 PM"), (300, 825, 7, "Ministers explain - Norda Post")]
    page += [(60, 780, 20, "Ministers explain why talks ended"), *column(LEFT, 60)]
    page += [(30, 15, 7, "https://post.example/ferry"), (560, 15, 7, "1/1")]
    (tmp_path / "a.pdf").write_bytes(make_pdf(page))
    record = read_file(tmp_path / "a.pdf")
    assert record["url"] == "https://post.example/ferry"
    assert record["title"] == "Ministers explain why talks ended"
    assert record["published"] == ""
    assert record["dropped"] == [text for *_, text in page if text in record["dropped"]]
    assert len(record["dropped"]) == 4


def test_the_export_of_a_database_printed_as_pdf_gives_its_articles(tmp_path):
    def page(title, number):
        head = ["The Norda Post", "May 15, 2024 Wednesday", "Copyright 2024 Norda Post Ltd."]
        head += [
            "All Rights Reserved",
            "Section: NEWS; Pg. 4",
            "Length: 35 words",
            "Byline: Ann Lee",
        ]
        foot = ["Load-Date: May 16, 2024", "End of Document"]
        lines = [(60, 810, 8, f"Page {number} of 2"), (60, 780, 16, title)]
        lines += (
            column(head, 60, 750) + column(["Body"], 60, 640) + column(part(SAID * 5, 80), 60, 610)
        )
        return lines + column(foot, 60, 480)

    data = make_pdf(page("Talks about the bridge fail", 1), page("Ferry sails again", 2))
    (tmp_path / "a.pdf").write_bytes(data)
    items = read_source(tmp_path / "a.pdf").items
    assert [item.record["title"] for item in items] == [
        "Talks about the bridge fail",
        "Ferry sails again",
    ]
    for item in items:
        assert item.record["facts"]["outlet"] == "The Norda Post"
        assert item.record["facts"]["section"] == "NEWS; Pg. 4"
        assert item.record["facts"]["byline"] == "Ann Lee"
        assert item.record["published"] == "2024-05-15"
        assert " ".join(item.record["paragraphs"]) == SAID * 5


def test_a_dotless_i_is_no_roman_number():
    pages = [[(60, 800, 9, "\x07"), *column(LEFT, 60)] for _ in range(3)]
    data = make_pdf(*pages).replace(b"/WinAnsiEncoding", b"<< /Differences [7 /dotlessi] >>")
    assert read_pdf(data, "a.pdf").dropped == ["ı"] * 3


@pytest.mark.parametrize("space", [0.19, 0.14, 0.11])
def test_words_set_tightly_are_parted(space):
    drawn, x = [], 60.0
    for letter in SAID:
        if letter != " ":
            drawn.append((round(x, 2), 700, 11, letter))
        x += (space if letter == " " else WIDTHS[letter] / 1000 - 0.02) * 11
    assert read_pdf(make_pdf(drawn), "a.pdf").paragraphs == [SAID]


@pytest.mark.parametrize("small", [9.2, 7.7, 6.0])
@pytest.mark.parametrize("mark", ["1", "12", "[3]", "*"])
def test_marks_of_notes_are_left_out_and_listed(small, mark):
    wide = sum({"[": 278, "]": 278, "*": 389}.get(c, 556) for c in mark) / 1000 * small
    drawn = [(60, 700, 11, "The mayor said no")]
    x = 60 + sum(WIDTHS[c] for c in "The mayor said no") / 1000 * 11
    drawn += [(x, 704, small, mark), (x + wide, 700, 11, ", and left.")]
    text = read_pdf(make_pdf([*drawn, *column(LEFT, 60, 686)]), "a.pdf")
    assert text.dropped == [mark]
    assert " ".join(text.paragraphs).startswith("The mayor said no, and left. Ministers from")


@pytest.mark.parametrize(("before", "raised"), [("m", "2"), ("km", "2"), ("10", "6"), ("St", "e")])
def test_raised_signs_that_are_no_notes_stay_in_their_word(before, raised):
    wide = {"m": 0.833, "km": 1.333, "10": 1.112, "St": 0.945}[before] * 11
    drawn = [(60, 700, 11, before), (60 + wide, 704, 8, raised), (140, 700, 11, "and the rest")]
    text = read_pdf(make_pdf([*drawn, *column(LEFT, 60, 686)]), "a.pdf")
    assert text.dropped == []
    assert text.paragraphs[0].startswith(f"{before}{raised} and the rest")


@pytest.mark.parametrize("rows", [1, 2, 3, 5])
@pytest.mark.parametrize("shift", [0, 5])
def test_a_last_column_that_is_short_comes_last(rows, shift):
    words = [f"w{n:03}" for n in range(7 * 24)]
    lines = [" ".join(words[i : i + 7]) + "n" * (i % 4) for i in range(0, len(words), 7)]
    left = [(60, 700 - 12 * i - (i > 9) * 4, 9, line) for i, line in enumerate(lines[:-rows])]
    right = [(250, 700 - shift - 12 * i, 9, line) for i, line in enumerate(lines[-rows:])]
    head = [(200, 760, 22, "Bridge talks in Norda end again")]
    text = " ".join(read_pdf(make_pdf(head + left + right), "a.pdf").paragraphs)
    assert text == "Bridge talks in Norda end again " + " ".join(lines)


@pytest.mark.parametrize("title", ["Rain", "No deal", "Kein Ergebnis"])
@pytest.mark.parametrize("above", [[], [(60, 790, 9, "POLITICS")]])
def test_a_short_headline_in_large_type_is_the_title(tmp_path, title, above):
    body = column([*LEFT, *RIGHT], 60)
    (tmp_path / "a.pdf").write_bytes(make_pdf([*above, (60, 750, 24, title), *body]))
    assert read_file(tmp_path / "a.pdf")["title"] == title


def test_paragraphs_of_two_lines_are_parted_by_their_indents():
    lines = [("The council met for nine hours on", "Wednesday, and nobody spoke.")] * 8
    drawn = [
        (60 + 14 * (i == 0), 700 - 14 * (2 * n + i), 11, text)
        for n, pair in enumerate(lines)
        for i, text in enumerate(pair)
    ]
    assert read_pdf(make_pdf(drawn), "a.pdf").paragraphs == [" ".join(pair) for pair in lines]


def test_paragraphs_of_one_line_are_parted_by_their_distance():
    said = ["Did you see the ferry?", "No, I was at home.", "Who told you about it?", "Nobody did."]
    drawn = [(60, 700 - 26 * i, 11, text) for i, text in enumerate(said * 3)]
    assert read_pdf(make_pdf(drawn), "a.pdf").paragraphs == said * 3


def test_latin_words_in_text_from_the_right_are_not_turned_round():
    letters = dict(zip("ABCDE", "قالت،", strict=True))
    pairs = "\n".join(f"<{ord(code):02x}> <{ord(sign):04x}>" for code, sign in letters.items())
    table = (
        "begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"5 beginbfchar\n{pairs}\nendbfchar endcmap"
    ).encode()
    entry = b"99 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(table), table)
    data = make_pdf([(60, 700, 11, "DCBA ENord DCBA")]).replace(
        b"/WinAnsiEncoding", b"/WinAnsiEncoding /ToUnicode 99 0 R"
    )
    data = data.replace(b"1 0 obj", entry + b"1 0 obj", 1)
    assert read_pdf(data, "a.pdf").paragraphs == ["قالت Nord، قالت"]


def test_a_mark_below_the_end_of_a_word_belongs_to_its_own_line():
    lines = [(60, 712, 11, "one leg"), (60, 700, 11, "one egg"), (140, 700, 11, "is said.")]
    end = 60 + sum(WIDTHS[c] for c in "one egg") / 1000 * 11
    text = read_pdf(make_pdf([*lines, (end - 1, 706, 9, "2")]), "a.pdf")
    assert text.dropped == ["2"]
    assert " ".join(text.paragraphs) == "one leg one egg is said."
