"""Saved pages come apart into title, standfirst, date and body, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.corpus.formats.articles import (
    looks_like_body,
    mark_navigation,
    read_page,
    split_paragraphs,
)

TITLE = "Ministers explain why the harbour talks ended"
STANDFIRST = "Any new round must deal with fishing rights and the ferry, the harbour master says"
FIRST = (
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them."
)
SECOND = (
    "The harbour master said that he had “never seen such patience” in a meeting about nets, and "
    "that he would invite both delegations again before the end of the summer."
)
BODY = [FIRST, SECOND]


def joined(*paragraphs):
    return "\n\n".join(paragraphs)


def parts(record):
    return record["title"], record["standfirst"], record["published"], record["paragraphs"]


def test_a_page_with_icons_and_its_title_twice():
    icons = "icon bookmark-bicon bookmarkicon cameraicon checkicon chevron downicon chevron left"
    text = f"{icons}\n15 May, 2024 08:09\n\n{TITLE}\n\n{STANDFIRST}\n{TITLE}\n\n{joined(*BODY)} \n"
    record = read_page(text)
    assert parts(record) == (TITLE, STANDFIRST, "2024-05-15T08:09", BODY)
    assert record["dropped"] == [icons]


def test_a_page_with_menu_share_buttons_photo_credit_and_foot():
    text = joined(
        "Skip to main content\nHome\nNews\nWorld\nSport\nSign in",
        f"{TITLE} | The Island Post",
        TITLE,
        "By Ann Writer and Bo Scribe",
        "Published 15 May 2024 | Updated 16 May 2024 | 3 min read",
        "Share Tweet Email Print",
        "FILE PHOTO: The harbour in spring. © Island Pictures / Cy Lens",
        FIRST,
        "READ MORE: Ferry timetable changes again",
        SECOND,
        "You can share this story on social media:",
        "Follow The Island Post on Telegram",
        "Related articles",
        "Ferry timetable changes again",
        "Net prices fall for the third month, but fishers see no reason to celebrate yet",
        "© 2024 The Island Post. All rights reserved.",
    )
    record = read_page(text)
    assert parts(record) == (TITLE, "", "2024-05-15", BODY)
    assert "By Ann Writer and Bo Scribe" in record["dropped"]
    assert "Related articles" in record["dropped"]


BARE = (TITLE, "", "2024-05-15", BODY)
FULL = (TITLE, STANDFIRST, "2024-05-15T08:09", BODY)
LAYOUTS = {
    "byline between standfirst and date": (
        [
            *("Skip to main content", "Sign in", "News", "Sport", TITLE, STANDFIRST),
            *("Ann Writer in Port Town", "Wed 15 May 2024 08.09 BST", "Share", *BODY),
            *("Explore more on these topics", "Harbour", "Reuse this content", "Most viewed"),
        ],
        FULL,
    ),
    "byline, agency and caption after the date": (
        [
            *("Home", "News", "Sport", "Arts", TITLE, "15 May 2024", "Share", "Save"),
            *("Ann Writer", "Island News, Port Town", "The harbour in spring", *BODY),
            *("Related topics", "Harbour", "Ferry"),
        ],
        BARE,
    ),
    "trail of sections before the title": (
        [
            *(f"Home » World » {TITLE}", "SPEED NEWS", TITLE),
            *("News Agencies | Published: 15 May 2024, 9:21 IST", FIRST, "Also Read: Nets"),
            *(SECOND, "(INA)", "Last updated: 16 May 2024, 9:21 IST"),
        ],
        (TITLE, "", "2024-05-15T09:21", BODY),
    ),
    "head stated twice, with a counter": (
        [TITLE, STANDFIRST, "May 15, 2024 - 08:09", "0", TITLE, STANDFIRST, *BODY],
        FULL,
    ),
    "time on a line of its own": (
        ["May 15, 2024", TITLE, STANDFIRST, "May 15, 2024", "08:09", *BODY],
        FULL,
    ),
    "slogan above the title": (
        ["The news is by your side.", TITLE, *BODY, "You might also like"],
        (TITLE, "", "", BODY),
    ),
    "link to another article within the body": (
        [TITLE, "15 May 2024", FIRST, "Read more", "Ferry timetable changes again", SECOND],
        BARE,
    ),
    "published and updated on one line": (
        [TITLE, "Published: 15 May 2024 08:09 AM BST Updated: 16 May 2024 09:36 PM BST", *BODY],
        (TITLE, "", "2024-05-15T08:09", BODY),
    ),
    "date below the text": (
        [TITLE, "It is over.", *BODY, "Nets", SECOND, "Published: 15 May 2024"],
        (TITLE, "", "2024-05-15", ["It is over.", *BODY, "Nets", SECOND]),
    ),
    "date below short paragraphs": (
        [TITLE, *(f"Point {n}." for n in range(9)), "Published: 15 May 2024"],
        (TITLE, "", "2024-05-15", [f"Point {n}." for n in range(9)]),
    ),
}


@pytest.mark.parametrize(("lines", "expected"), LAYOUTS.values(), ids=LAYOUTS)
def test_layouts_of_news_sites(lines, expected):
    assert parts(read_page("\n".join(lines))) == expected


def test_a_date_without_its_year_is_noted():
    record = read_page(joined("15 MAY, 08:09", TITLE, STANDFIRST, *BODY))
    assert parts(record) == (TITLE, STANDFIRST, "", BODY)
    assert record["notes"] == ["'15 MAY, 08:09' states no year"]


def test_subheadings_and_short_lines_of_a_body_stay():
    text = joined("Menu\nShare", TITLE, "15 May 2024", FIRST, "Nets", SECOND, "It is over.")
    assert read_page(text)["paragraphs"] == [FIRST, "Nets", SECOND, "It is over."]


def test_title_date_and_body_as_an_archive_keeps_them():
    text = joined(TITLE, "Friday, July 21, 2017", "The harbour in spring.", *BODY, "Sources")
    expected = (TITLE, "", "2017-07-21", ["The harbour in spring.", *BODY, "Sources"])
    assert parts(read_page(text)) == expected


def test_a_date_that_runs_into_the_first_sentence():
    record = read_page(joined(TITLE, f"Friday, July 21, 2017 {FIRST}", SECOND))
    assert parts(record) == (TITLE, "", "2017-07-21", BODY)


def test_standfirst_between_title_and_date():
    record = read_page(joined("Island Post", TITLE, STANDFIRST + ".", "15.05.2024 08:09", *BODY))
    assert parts(record) == (TITLE, STANDFIRST + ".", "2024-05-15T08:09", BODY)
    record = read_page(joined(TITLE, STANDFIRST, "15.05.2024", *BODY))
    assert parts(record) == (TITLE, STANDFIRST, "2024-05-15", BODY)


def test_date_above_the_title():
    record = read_page(joined("World", "15 May 2024", TITLE, *BODY))
    assert parts(record) == (TITLE, "", "2024-05-15", BODY)


def test_unfinished_sentence_after_the_title_is_a_standfirst():
    assert parts(read_page(joined(TITLE, STANDFIRST, *BODY))) == (TITLE, STANDFIRST, "", BODY)


def test_a_standfirst_that_comes_again_is_kept_once():
    record = read_page(joined(TITLE, STANDFIRST, TITLE, STANDFIRST, *BODY))
    assert parts(record) == (TITLE, STANDFIRST, "", BODY)


def test_short_lines_between_two_titles_go():
    record = read_page(joined(TITLE, STANDFIRST, "Harbour desk", TITLE, *BODY))
    assert parts(record) == (TITLE, STANDFIRST, "", BODY)
    assert record["dropped"] == ["Harbour desk"]


def test_two_short_lines_stated_twice_the_longer_is_the_title():
    record = read_page(joined("The strait", "Harbour talks end", "The strait", "Harbour talks end"))
    assert record["title"] == "Harbour talks end"


def test_plain_text_without_title_or_date_is_all_body():
    assert parts(read_page(joined(*BODY))) == ("", "", "", BODY)
    assert parts(read_page("One line only")) == ("", "", "", ["One line only"])
    assert parts(read_page("")) == ("", "", "", [])


def test_a_transcript_loses_nothing():
    lines = [
        "Minister of the Outer Island:",
        "We came to talk.",
        "(Applause and laughter.)",
        "Minister of the Outer Island:",
        "We shall come again.",
        "(Applause and laughter.)",
        "Video",
        FIRST,
        "(c) the third clause of the agreement",
    ]
    record = read_page("\n".join(lines))
    assert record["paragraphs"] == lines
    assert record["dropped"] == []


def test_update_alone_counts_and_doubtful_dates_are_noted():
    assert read_page(joined(TITLE, "Updated: 16 May 2024", *BODY))["published"] == "2024-05-16"
    record = read_page(joined(TITLE, "05/04/2024", *BODY))
    assert parts(record) == (TITLE, "", "", BODY)
    assert record["notes"] == ["'05/04/2024' can be read two ways"]


def test_a_known_title_is_found_where_it_is_stated():
    text = joined("Island Post of the Outer Isles", "Harbour", STANDFIRST, "Harbour", *BODY)
    assert parts(read_page(text, title="Harbour")) == ("Harbour", STANDFIRST, "", BODY)
    suffixed = read_page(joined(TITLE, "15 May 2024", *BODY), title=f"{TITLE} | Island Post")
    assert suffixed["paragraphs"] == BODY
    absent = read_page(joined(*BODY), title="Not in there")
    assert parts(absent) == ("Not in there", "", "", BODY)


def test_a_title_that_is_not_the_page_s_own_loses_nothing():
    record = read_page(joined("Harbour", TITLE, "15 May 2024", *BODY), title="The end of the talks")
    assert parts(record) == ("The end of the talks", "", "2024-05-15", [TITLE, *BODY])


def test_hard_wrapped_text_is_joined_and_lines_are_paragraphs_otherwise():
    wrapped = (
        "Ministers from both islands left the table on Tuesday\n"
        "after eleven hours of talks about the harbour, the long-\n"
        "term plan for the ferry and the right to fish in the\nstrait.\n\n"
        "The harbour master said that he would invite both of\nthe delegations again.\n"
    )
    assert split_paragraphs(wrapped) == [
        "Ministers from both islands left the table on Tuesday after eleven hours of talks about "
        "the harbour, the long-term plan for the ferry and the right to fish in the strait.",
        "The harbour master said that he would invite both of the delegations again.",
    ]
    assert split_paragraphs(f"{FIRST}\n{SECOND}\nShort\n") == [FIRST, SECOND, "Short"]


@pytest.mark.parametrize(
    "line",
    [
        "Home | News | World | Politics | Business",
        "icon sharericon fbicon twicon",
        "Share on Facebook",
        "0 Comments",
        "* * *",
        "Sign up for our weekly newsletter",
        "We use cookies to improve your visit",
        "Tags: harbour, ferry",
        "Photo: Island Pictures",
        "Copyright 2024 The Island Post",
        "Subscribe",
    ],
)
def test_navigation(line):
    assert mark_navigation([FIRST, line, SECOND]) == [False, True, False]


@pytest.mark.parametrize(
    "line",
    [
        "Video",
        "Economy",
        "Sources",
        "Disney",
        "Share prices fell.",
        "Copyright law is what the ministers discussed next.",
        "An icon of the harbour was sold.",
        "Related questions were put off.",
        "Topics: the ferry and the nets were both discussed at length.",
    ],
)
def test_not_navigation(line):
    assert mark_navigation([FIRST, line, SECOND]) == [False, False, False]


def test_a_foot_heading_with_body_after_it_drops_only_itself_or_nothing():
    assert mark_navigation([FIRST, "Latest news", SECOND, SECOND]) == [False] * 4
    assert mark_navigation([FIRST, "Latest news", "A teaser", "More"]) == [False, True, True, True]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["x ", "news ", "facebook twitter ", "share ", "icon", "| ", "© "])
def test_odd_lines_are_read_at_once(unit):
    line = (unit * 400)[:399]
    lines = [line + "ß", line, (unit * 400)[:380] + " the end of it"] * 5
    assert len(mark_navigation(lines)) == len(lines)
    read_page("\n".join([line, unit * 50, line]))


def test_body_is_long_and_ends_like_a_sentence():
    assert looks_like_body(FIRST)
    assert looks_like_body(SECOND.rstrip(".") + ".”")
    assert not looks_like_body(STANDFIRST)
    assert not looks_like_body("Short.")


words = st.lists(st.sampled_from(["talks", "ferry", "nets", "harbour"]), min_size=26, max_size=40)
sentences = words.map(lambda chosen: "The " + " ".join(chosen) + ".")


@given(st.lists(sentences, min_size=1, max_size=6))
def test_body_paragraphs_always_come_through_in_order(body):
    text = joined("Menu\nSearch", "15 May 2024 08:09", TITLE, STANDFIRST, TITLE, *body, "Share")
    assert parts(read_page(text)) == (TITLE, STANDFIRST, "2024-05-15T08:09", body)


def test_the_article_under_study(shared):
    record = read_page((shared / "texts" / "article.txt").read_text(encoding="utf-8"))
    assert record["title"] == "Putin explains why peace talks with Ukraine collapsed"
    assert record["standfirst"].startswith("Any discussions on the conflict must")
    assert record["standfirst"].endswith("the Russian president says")
    assert record["published"] == "2024-05-15T08:09"
    assert len(record["paragraphs"]) == 10
    assert record["paragraphs"][0].startswith("Russia has never ruled out talks")
    assert record["paragraphs"][-1].endswith("Putin added.")
    assert all(looks_like_body(paragraph) for paragraph in record["paragraphs"])
    assert [line[:4] for line in record["dropped"]] == ["icon"]


def test_wikinews_articles(shared):
    files = sorted((shared / "texts" / "wikinews").glob("*.txt"))
    assert len(files) == 24
    for file in files:
        text = file.read_text(encoding="utf-8")
        title, second, *rest = [line for line in text.split("\n") if line.strip()]
        record = read_page(text)
        assert record["title"] == title.strip()
        assert record["standfirst"] == ""
        assert record["published"][:2] == "20"
        if file.stem == "news_flag":  # the date runs into the first sentence there
            rest = [second.removeprefix("Thursday, May 7, 2015 "), *rest]
        body = [line.strip() for line in rest if not line.startswith("Categories:")]
        left_out = [line for line in body if line in set(record["dropped"])]
        assert record["paragraphs"] == [line for line in body if line not in left_out]
        # captions, and headings of a gallery of them
        assert all("Image:" in line or len(line.split()) < 6 for line in left_out)


def test_a_short_hard_wrapped_text_keeps_its_title_and_every_word():
    page = read_page(
        "Traders march to the harbour\n\n6 March 2025\n\n"
        "Some two hundred traders marched on Thursday. “The ferry is our\n"
        "life,” one of them said.\n\nThe council is to meet in May."
    )
    assert page["title"] == "Traders march to the harbour"
    assert page["dropped"] == []
    assert page["paragraphs"] == [
        "Some two hundred traders marched on Thursday. “The ferry is our life,” one of them said.",
        "The council is to meet in May.",
    ]
