"""Adding a text finds its row, fills what is empty, and never overwrites unasked."""

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import add_documents, new_corpus, read_aliases, read_term_groups
from analysis.cli import add as ask
from analysis.cli.main import main, make_parser
from analysis.corpus.formats.encodings import clean_text
from analysis.corpus.manifest import COLUMNS, read_manifest
from analysis.corpus.read import read_corpus
from analysis.files import write_atomic
from analysis.tables import InputError

TITLE = "Ministers explain why the harbour talks ended"
STANDFIRST = "Any new round must deal with fishing rights and the ferry, the harbour master says"
ONE = (
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them."
)
TWO = (
    "The harbour master said that he had “never seen such patience” in a meeting about nets, and "
    "that he would invite both delegations again before the end of the summer."
)
PAGE = f"Menu\nShare\n15 May, 2024 08:09\n\n{TITLE}\n\n{STANDFIRST}\n{TITLE}\n\n{ONE}\n\n{TWO}\n"
HEADER = ",".join([*COLUMNS, "standfirst", "note"])
ROW = f"post-1,{TITLE},Post,GB,west,news,2024-05-15T08:09,https://example.org/1,en,free,,mine"
OTHER = "other-1,“Quoted” title,Post,,,,,,,,,"


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path):
    """A corpus whose manifest has a row, and a brief, for the page."""
    folder = tmp_path / "corpus"
    (folder / "briefs").mkdir(parents=True)
    for name in ("post-1", "other-1"):
        (folder / "briefs" / f"{name}.txt").write_text(f"A summary of {name}.", encoding="utf-8")
    (folder / "sources.csv").write_text(f"{HEADER}\n{ROW}\n{OTHER}\n", encoding="utf-8")
    return folder


def test_a_page_joins_the_row_with_its_title(corpus, page):
    added = add_documents(corpus, [page])
    assert added.iloc[0].to_dict() == {
        "doc": "post-1",
        "file": str(page),
        "original": str(corpus / "originals" / "post-1.txt"),
        "title": TITLE,
        "published": "2024-05-15T08:09",
        "paragraphs": 2,
        "words": 59,
        "dropped": 2,
        "state": "added",
        "where": str(page),
        "note": "",
        "remedy": "",
        "duplicate_of": "",
        "similarity": pytest.approx(float("nan"), nan_ok=True),
    }
    text = (corpus / "originals" / "post-1.txt").read_text(encoding="utf-8")
    assert text == f"{TITLE}\n\n{STANDFIRST}\n\n{ONE}\n\n{TWO}\n"
    lines = (corpus / "sources.csv").read_text(encoding="utf-8").splitlines()
    assert lines == [HEADER, ROW.replace("free,,", f'free,"{STANDFIRST}",'), OTHER]
    documents = read_corpus(corpus).documents
    assert documents["version"].tolist() == ["original", "brief"]
    assert documents["standfirst"][0] == STANDFIRST


def test_adding_twice_changes_nothing(corpus, page):
    add_documents(corpus, [page])
    before = {path: path.read_bytes() for path in corpus.rglob("*.*")}
    assert add_documents(corpus, [page])["state"].tolist() == ["already there"]
    assert {path: path.read_bytes() for path in corpus.rglob("*.*")} == before


def test_a_new_document_in_a_new_corpus(tmp_path, page):
    folder = tmp_path / "new"
    values = {"outlet": "The Kyiv Post", "country": "UA", "period": "early"}
    added = add_documents(folder, [page], values=values)
    assert added["doc"].tolist() == ["kyiv-post-2024-05-15"]
    row = read_manifest(folder / "sources.csv")[0]
    assert {name: row[name] for name in ("outlet", "country", "period", "published")} == {
        **values,
        "published": "2024-05-15T08:09",
    }
    documents = read_corpus(folder).documents
    assert documents["version"].tolist() == ["original"]
    assert "note" not in documents.attrs["corpus"]


@pytest.mark.parametrize(
    ("text", "values", "name"),
    [
        (PAGE, {}, "page-2024-05-15"),
        (f"{TITLE}\n\n{ONE}", {"outlet": "Post"}, "post-ministers-explain-why-the-harbour"),
        (ONE, {"outlet": "Київ"}, "page"),
        (ONE, {"outlet": "Post", "published": "15 May 2024"}, "post-2024-05-15"),
        (PAGE, {"id": "My.Own_id"}, "My.Own_id"),
    ],
)
def test_new_ids(tmp_path, page, text, values, name):
    page.write_text(text, encoding="utf-8")
    assert add_documents(tmp_path / "new", [page], values=values)["doc"].tolist() == [name]


def test_new_ids_do_not_take_what_is_there(tmp_path, page):
    folder = tmp_path / "new"
    (folder / "originals").mkdir(parents=True)
    (folder / "originals" / "page-2024-05-15.txt").write_text("An unlisted text.")
    assert add_documents(folder, [page])["doc"].tolist() == ["page-2024-05-15-2"]
    page.write_text(PAGE.replace("ended", "failed"), encoding="utf-8")
    assert add_documents(folder, [page])["doc"].tolist() == ["page-2024-05-15-3"]
    assert (folder / "originals" / "page-2024-05-15.txt").read_text() == "An unlisted text."


def test_a_text_that_lies_among_the_originals_gets_its_row(tmp_path):
    folder = tmp_path / "new"
    path = write_atomic(folder / "originals" / "mine.txt", PAGE)
    assert add_documents(folder, [path]).loc[0, ["doc", "state"]].tolist() == ["mine", "replaced"]
    assert path.read_text(encoding="utf-8").startswith(TITLE)


def test_a_folder_of_files_and_the_same_file_twice(tmp_path, page):
    (page.parent / "notes.png").write_bytes(b"PK")
    (page.parent / "b.html").write_text(f"<html><body><h1>Harbour</h1><p>{TWO}</p></body></html>")
    added = add_documents(tmp_path / "new", [page.parent])
    assert added["doc"].tolist() == ["b", "page-2024-05-15", ""]
    assert added["state"][2] == "set aside"
    assert len(add_documents(tmp_path / "other", [page, page.parent / "." / "page.txt"])) == 1
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty holds no file to add; name the folder that"):
        add_documents(tmp_path / "other", [tmp_path / "empty"])
    with pytest.raises(InputError, match="No file to add was named"):
        add_documents(tmp_path / "other", [])


def test_existing_cells_and_originals_are_replaced_only_when_asked(corpus, page):
    page.write_text(PAGE.replace("08:09", "10:30"), encoding="utf-8")
    add_documents(corpus, [page])
    assert read_manifest(corpus / "sources.csv")[0]["published"] == "2024-05-15T08:09"
    page.write_text(PAGE.replace("patience", "haste"), encoding="utf-8")
    message = r"post-1\.txt is there already and holds another text than .*; add --replace to put"
    with pytest.raises(InputError, match=message):
        add_documents(corpus, [page])
    with pytest.raises(InputError, match=r"'post-1' already has outlet 'Post'; add --replace"):
        add_documents(corpus, [page], values={"outlet": "Herald"})
    assert "patience" in (corpus / "originals" / "post-1.txt").read_text(encoding="utf-8")
    added = add_documents(corpus, [page], values={"outlet": "Herald"}, replace=True)
    assert added["state"].tolist() == ["replaced"]
    assert "haste" in (corpus / "originals" / "post-1.txt").read_text(encoding="utf-8")
    assert read_manifest(corpus / "sources.csv")[0]["outlet"] == "Herald"


def test_rows_are_found_by_id_then_address_then_title_and_date(corpus, page):
    def matched(**values):
        added = add_documents(corpus, [page], values=values, replace=True, dry_run=True)
        return added.loc[0, "doc"]

    assert matched() == "post-1"
    assert matched(id="OTHER-1") == "other-1"
    assert matched(id="brand-new") == "brand-new"
    assert matched(url="https://example.org/1", title="Else") == "post-1"
    assert matched(title='"Quoted" title') == "other-1"
    assert matched(published="2024-05-16") == "page-2024-05-16"
    (corpus / "sources.csv").write_text(
        f"{HEADER}\n{ROW}\n{ROW.replace('post-1', 'post-2').replace('T08:09', '')}\n"
    )
    with pytest.raises(InputError, match="could be any of post-1, post-2; say which with --id"):
        matched(url="")


def test_a_title_that_the_file_does_not_state(corpus, page):
    page.write_text(ONE, encoding="utf-8")
    add_documents(corpus, [page], values={"id": "post-1"})
    assert read_corpus(corpus).documents["text"][0] == ONE
    add_documents(corpus, [page], values={"id": "post-1", "title": TITLE}, replace=True)
    assert read_corpus(corpus).documents["text"][0] == f"{TITLE}\n\n{ONE}"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"id": "../x"}, r"values: the id '\.\./x' cannot name a file in the corpus"),
        ({"published": "soon"}, r"--published 'soon' is not a date that can be read; write 2024-"),
        ({"published": "05/04/2024"}, "is not a date that can be read"),
    ],
)
def test_values_that_cannot_be(corpus, page, values, message):
    with pytest.raises(InputError, match=message):
        add_documents(corpus, [page], values=values)
    assert not (corpus / "originals").exists()


def test_values_of_one_document_for_two_files(corpus, page, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text(TWO, encoding="utf-8")
    with pytest.raises(InputError, match="--title describes one document, but there are 2; add"):
        add_documents(corpus, [page, other], values={"title": "One"})
    added = add_documents(corpus, [page, other], values={"language": "en"})
    assert added["doc"].tolist() == ["post-1", "other"]


def test_names_that_cannot_be_ids_and_folders_that_are_files(tmp_path):
    folder = tmp_path / "new"
    path = write_atomic(folder / "originals" / "my text.txt", ONE)
    with pytest.raises(InputError, match="the id 'my text' cannot name a file"):
        add_documents(folder, [path])
    with pytest.raises(InputError, match="is a file; name a folder"):
        add_documents(path, [path])


words = st.lists(st.sampled_from(["talks", "ferry", "nets", "“мир”", "café"]), min_size=26)
paragraphs = st.lists(words.map(lambda chosen: "The " + " ".join(chosen) + "."), min_size=1)


@given(paragraphs)
@settings(max_examples=20)
def test_what_is_added_is_what_is_read(tmp_path_factory, body):
    folder = tmp_path_factory.mktemp("a")
    path = write_atomic(folder / "page.txt", f"{TITLE}\n15 May 2024\n" + "\n".join(body))
    add_documents(folder / "corpus", [path])
    text = read_corpus(folder / "corpus").documents["text"][0]
    assert text == clean_text("\n\n".join([TITLE, *body]))


def arguments(corpus, *files, **given):
    flags = [
        part
        for name, value in given.items()
        for part in ([f"--{name}"] if value is True else [f"--{name}", value])
    ]
    return make_parser().parse_args(["add", *map(str, files), "--corpus", str(corpus), *flags])


@pytest.fixture
def terminal(monkeypatch):
    """Answer the questions of a user at a terminal; returns the questions put."""

    def answer(*answers):
        questions = []
        replies = iter(answers)

        def reply(question=""):
            questions.append(question)
            try:
                return next(replies)
            except StopIteration:
                raise EOFError from None

        stdin = io.StringIO()
        stdin.isatty = lambda: True
        monkeypatch.setattr("sys.stdin", stdin)
        monkeypatch.setattr("builtins.input", reply)
        return questions

    return answer


def test_what_was_taken_is_shown(corpus, page, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert ask.run_add(arguments(corpus, page, yes=True)) == 0
    shown = capsys.readouterr().out
    for line in (
        f"{page} → post-1 (a row that the manifest has)",
        f"  title      {TITLE}",
        f"  standfirst {STANDFIRST}",
        "  published  2024-05-15T08:09",
        "  body       2 paragraphs, 59 words",
        "  begins     Ministers from both islands left the table on Tuesday after eleven hours",
        "  ends       he would invite both delegations again before the end of the summer.",
        "  dropped    2 lines: Menu | Share",
        "  filled     standfirst",
    ):
        assert line in shown.splitlines()
    assert "post-1.txt written, row 'post-1' in" in shown
    assert ask.run_add(arguments(corpus, page, yes=True)) == 0
    assert "post-1.txt already there, row 'post-1' in" in capsys.readouterr().out


def test_long_values_doubts_and_differences_are_shown(corpus, page, capsys):
    page.write_text(f"{'Very long title ' * 8}\n05/04/2024\n{ONE}", encoding="utf-8")
    ask.run_add(arguments(corpus, page, yes=True, id="other-1"))
    shown = capsys.readouterr().out
    assert "  kept       title '“Quoted” title'" in shown
    assert "  note       '05/04/2024' can be read two ways" in shown
    page.write_text(f"{'Very long title ' * 8}\n15 May 2024\n{ONE}", encoding="utf-8")
    ask.run_add(arguments(corpus, page, yes=True))
    assert "Very long title Very long title" in (shown := capsys.readouterr().out)
    assert "…\n" in shown
    assert "  dropped    nothing" in shown
    assert "  empty      outlet, country, side, genre, url, language, licence" in shown


def test_without_a_terminal_nothing_is_written_unasked(tmp_path, page, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    page.write_text(ONE, encoding="utf-8")
    with pytest.raises(InputError, match=r"Nothing was written, since .*; add --yes to write what"):
        ask.run_add(arguments(tmp_path / "new", page))
    assert not (tmp_path / "new").exists()
    assert "1 found = 1 added + 0 already there + 0 set aside." in capsys.readouterr().out
    assert ask.run_add(arguments(tmp_path / "new", page, yes=True)) == 0
    assert read_manifest(tmp_path / "new" / "sources.csv")[0]["title"] == ""


def test_at_a_terminal_gaps_are_asked_for(corpus, page, terminal, capsys):
    page.write_text(f"{ONE}\n\n{TWO}", encoding="utf-8")
    answers = (
        TITLE + "!",
        "Herald",
        "GB",
        "west",
        "news",
        "soon",
        "16 May 2024",
        "",
        "en",
        "",
        "y",
    )
    questions = terminal(*answers)
    assert ask.run_add(arguments(corpus, page)) == 0
    assert questions[0].strip() == "title:"
    assert "  side (west): " in questions
    assert "is not a date that can be read" in capsys.readouterr().out
    row = read_manifest(corpus / "sources.csv")[-1]
    assert row["id"] == "herald-2024-05-16"
    assert (row["title"], row["country"], row["url"]) == (TITLE + "!", "GB", "")
    assert read_corpus(corpus).documents["text"].iloc[-1].startswith(TITLE + "!\n\nMinisters")


def test_declining_or_ending_the_input_writes_nothing(corpus, page, terminal, capsys):
    terminal("n")
    assert ask.run_add(arguments(corpus, page)) == 1
    assert "Nothing was written." in capsys.readouterr().out
    terminal()
    assert ask.run_add(arguments(corpus, page)) == 1
    page.write_text(ONE, encoding="utf-8")
    with pytest.raises(InputError, match="The input ended before the answer"):
        ask.run_add(arguments(corpus, page))
    assert sorted(os.listdir(corpus)) == ["briefs", "sources.csv"]


def test_whole_keeps_every_line(tmp_path, page):
    add_documents(tmp_path / "new", [page], values={"title": "Mine"}, whole=True)
    text = read_corpus(tmp_path / "new").documents["text"][0]
    assert text.startswith("Mine\n\nMenu\n\nShare\n\n15 May, 2024 08:09")


def test_the_article_joins_its_row_of_the_bundled_corpus(shared, root, tmp_path):
    (tmp_path / "corpus").mkdir()
    manifest = (root / "corpus" / "sources.csv").read_bytes()
    (tmp_path / "corpus" / "sources.csv").write_bytes(manifest)
    added = add_documents(tmp_path / "corpus", [shared / "texts" / "article.txt"])
    assert added.loc[0, ["doc", "published", "paragraphs", "dropped"]].tolist() == [
        "rt-2024-05-15",
        "2024-05-15T08:09",
        10,
        1,
    ]
    new = (tmp_path / "corpus" / "sources.csv").read_bytes().splitlines()
    changed = [old for old, now in zip(manifest.splitlines(), new, strict=True) if old != now]
    assert [line[:13] for line in changed] in ([b"rt-2024-05-15"], [])
    text = (tmp_path / "corpus" / "originals" / "rt-2024-05-15.txt").read_text(encoding="utf-8")
    assert text.count("\n\n") == 11
    assert text.startswith("Putin explains why peace talks with Ukraine collapsed\n\nAny discuss")
    assert "icon" not in text
    assert "2024 08:09" not in text


def test_a_new_corpus_is_explained_and_overwrites_nothing(tmp_path, page, capsys):
    folder = new_corpus(tmp_path / "mine")
    assert read_manifest(folder / "sources.csv") == []
    assert read_term_groups(folder / "term-groups.yml") == {}
    assert read_aliases(folder / "aliases.csv").empty
    with pytest.raises(InputError, match="lists no document; add one with"):
        read_corpus(folder)
    (folder / "term-groups.yml").write_text("war: [war]\n")
    add_documents(folder, [page], values={"outlet": "Post"})
    manifest = (folder / "sources.csv").read_bytes()
    (folder / "aliases.csv").unlink()
    assert new_corpus(folder) == folder
    assert (folder / "sources.csv").read_bytes() == manifest
    assert (folder / "aliases.csv").exists()
    assert read_corpus(folder).term_groups == {"war": ["war"]}
    with pytest.raises(InputError, match=r"page\.txt is a file; name a folder"):
        new_corpus(page)


def test_the_examples_of_a_new_corpus_can_be_used(tmp_path):
    folder = new_corpus(tmp_path)
    for name in ("term-groups.yml", "aliases.csv"):
        lines = (folder / name).read_text("utf-8").splitlines()
        at = next(i for i, line in enumerate(lines) if "For example" in line)
        examples = [line.removeprefix("# ") for line in lines[at + 1 :] if line.strip("# ")]
        (folder / name).write_text("\n".join([*lines[:at], *examples]) + "\n", "utf-8")
    assert list(read_term_groups(folder / "term-groups.yml")) == ["war", "talks"]
    assert read_aliases(folder / "aliases.csv")["entity"].tolist() == ["Kyiv", "Volodymyr Zelensky"]


def test_a_corpus_is_begun_from_the_command_line(tmp_path, page, capsys):
    assert main(["new", str(tmp_path / "mine")]) == 0
    assert f"discourse add FILE… --corpus {tmp_path / 'mine'}" in capsys.readouterr().out
    assert main(["add", str(page), "--corpus", str(tmp_path / "other"), "--yes"]) == 0
    assert "is no corpus yet; one is begun there" in capsys.readouterr().out
    assert (tmp_path / "other" / "term-groups.yml").exists()


@pytest.mark.parametrize(
    "caption",
    [
        "A crowd at the gate. Image: Jane Doe.",
        "The stand of the school Image: Twitter / J. M. Doe.",
        "The gate (Photo: AP/Jane Doe)",
        "Smoke over the quay | Foto: dpa",
        "A dog. Photo by Jane Doe",
    ],
)
def test_captions_with_a_credit_are_left_out_and_shown(tmp_path, caption):
    page, prose = tmp_path / "a.txt", "Photo: John Smith came home. Credit: it was hard to get."
    page.write_text(f"{ONE}\n\n{caption}\n\n{prose}\n\n{TWO}\n", encoding="utf-8")
    new_corpus(tmp_path / "own")
    values = {"outlet": "X", "title": "T", "published": "2024-05-15", "id": "a"}
    added = add_documents(tmp_path / "own", [page], values=values)
    text = (tmp_path / "own" / "originals" / "a.txt").read_text(encoding="utf-8")
    assert text == f"T\n\n{ONE}\n\n{prose}\n\n{TWO}\n"
    assert added["dropped"].tolist() == [1]
