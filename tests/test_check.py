"""What is wrong with a corpus is found, and what is right is left alone."""

import csv
import os
import subprocess
import sys
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cli import main as command
from analysis.corpus.check import Finding, _write_csv, check_corpus, describe_table, make_table
from analysis.corpus.manifest import COLUMNS
from analysis.files import hash_text
from analysis.tables import InputError

TEXT = (
    "Ministers from both islands left the table on Tuesday after eleven hours of talks about the "
    "harbour, the ferry and the right to fish in the strait between them.\n\n"
    "The harbour master said that he had “never seen such patience” in a meeting about nets, and "
    "that he would invite both delegations again before the end of the summer."
)
GERMAN = (
    "Die Minister der beiden Inseln haben am Dienstag nach elf Stunden den Tisch verlassen, an dem "
    "sie über den Hafen, die Fähre und das Recht auf Fischfang in der Meerenge gesprochen hatten. "
    "Der Hafenmeister sagte, er habe noch nie so viel Geduld gesehen und werde sie wieder einladen."
)
TODAY = date(2026, 1, 1)


def check(text=TEXT, **more):
    row = {"doc": "a", "title": "Talks", "published": pd.Timestamp("2024-05-15"), "text": text}
    return check_corpus(pd.DataFrame([{**row, "language": "en", **more}]), today=TODAY)


def kinds(table):
    return [*zip(table["severity"], table["kind"], strict=True)]


def test_a_sound_text_has_no_findings():
    table = check()
    assert table.empty
    assert table.columns.tolist() == ["doc", "severity", "kind", "what", "where", "line", "offset"]
    assert describe_table(table) == "Nothing wrong or suspicious was found."


@pytest.mark.parametrize(
    "text",
    [
        TEXT.encode().decode("cp1252", errors="ignore"),
        TEXT + "\n\nThe cafÃ© was closed on Monday.",
        TEXT + "\n\nIt was â\x80\x9cover\x80\x9d, they said.",
        TEXT + "\n\n" + "Президент заявил".encode().decode("cp1251") + " he said.",
        TEXT + "\n\nThe caf\ufffd was closed on Monday.",
    ],
)
def test_damaged_encodings_are_wrong(text):
    assert ("wrong", "encoding") in kinds(check(text))


@pytest.mark.parametrize(
    "text",
    [
        "Crème brûlée à Besançon, Ângela and São Tomé: 5 £ … “€ 3”, «naïve».",
        "Президент РСФСР и СССР заявил, что переговоры возможны. Россия согласна.",
        "Who said so? What? “Why?” he asked. See https://example.org/?a=b for more.",
        "ÀÉÎÕÜ in capitals, ½ and ¼ and ² and 3°.",
        "Er misst mit «zweierlei Maß» und will eine «Änderung der Regel», «großen Spaß», «Straße».",
        "Hun sa «Året var godt», og «Østfold» og «PÅ» sto på skiltet, «Ærlig talt».",
        "Ils disent «États» et «À bientôt», “Élan” et „Über alles Maß“.",
    ],
)
def test_sound_accents_and_scripts_are_not(text):
    table = check(f"{TEXT}\n\n{text}")
    assert "encoding" not in set(table["kind"])


@given(st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), min_size=1, max_size=60))
def test_text_that_was_read_wrongly_is_found_and_nothing_breaks(text):
    broken = text.encode().decode("cp1252", errors="replace")
    found = check(f"{TEXT}\n\n{broken}")
    assert set(found["severity"]) <= {"wrong", "suspicious"}
    if "é" in text:
        assert ("wrong", "encoding") in kinds(found)


def test_remains_of_pages_with_their_place():
    table = check(TEXT.replace("\n\n", "\n\nShare Tweet Print\n\n"))
    row = table.iloc[0]
    assert (row["severity"], row["kind"], row["what"]) == (
        "suspicious", "page remains", "“Share Tweet Print”",
    )  # fmt: skip
    assert (row["where"], row["line"]) == ("line 3, character 1", 3)
    assert TEXT.replace("\n\n", "\n\nShare Tweet Print\n\n")[row["offset"] :].startswith("Share")
    for line in ("READ ALSO: Ferry fares to rise", "This site uses cookies to work better"):
        assert ("suspicious", "page remains") in kinds(check(f"{line}\n\n{TEXT}")), line
    assert ("wrong", "page remains") in kinds(check(TEXT + " <br/> and &nbsp; too."))
    many = "\n".join(["Share Tweet Print"] * 9)
    assert "4 more such lines" in set(check(f"{TEXT}\n{many}\n{TEXT[:161]}")["what"])


def test_language_length_and_words():
    assert kinds(check(GERMAN)) == [("suspicious", "language")]
    assert "says 'en', the text reads like 'de'" in check(GERMAN)["what"][0]
    assert check(GERMAN, language="German").empty
    assert check(GERMAN, language=None).empty
    assert kinds(check("")) == [("wrong", "length")]
    assert check("It ended.")["what"].tolist() == ["the text has 2 words"]
    assert check(stated_words="62").empty
    assert kinds(check(stated_words="300")) == [("suspicious", "words")]


@pytest.mark.parametrize(
    "end", [" But the", "…", " And then...", " [+1234 chars]", "\n\nRead more", " Continue reading"]
)
def test_texts_that_stop_in_the_middle(end):
    text = TEXT[:-1] if end == " But the" else TEXT
    assert ("suspicious", "cut") in kinds(check(text + end))


@pytest.mark.parametrize("end", [" “Over.”", "\n\nAnn Writer", " (Reporting by A. Writer)"])
def test_texts_that_end_well(end):
    assert "cut" not in set(check(TEXT + end)["kind"])


def test_dates():
    def dated(value, **more):
        return [(row.severity, row.what) for row in check(published=value, **more).itertuples()]

    assert dated(pd.NaT) == [("suspicious", "the manifest has no date")]
    assert dated(pd.Timestamp("2031-01-01")) == [("wrong", "2031-01-01 is in the future")]
    assert dated(pd.Timestamp("1690-01-01"))[0][0] == "wrong"
    assert dated(pd.Timestamp("2024-05-15"), doc="post-2024-05-16") == [
        ("suspicious", "published 2024-05-15, but the id says 2024-05-16")
    ]
    assert dated(pd.Timestamp("2024-05-15"), accessed="2024-01-01") == [
        ("wrong", "accessed 2024-01-01 is before it was published (2024-05-15)")
    ]
    later = check(TEXT + " In 2021, 2022 and 2023 they met.", published=pd.Timestamp("2012-05-15"))
    assert "most years in the text are later (2023)" in later["what"][0]


def test_rows_out_of_the_order_of_time():
    days = pd.date_range("2024-01-01", periods=30).tolist()
    days[20] = pd.Timestamp("2024-01-05")
    texts = [f"{TEXT} It was meeting number {i} of them all. " * 1 for i in range(30)]
    table = pd.DataFrame({"doc": [f"d{i}" for i in range(30)], "published": days, "text": texts})
    found = check_corpus(table.assign(title=table["doc"]), today=TODAY).query("kind == 'date'")
    assert found[["doc", "what"]].values.tolist() == [
        ["d20", "2024-01-05 is out of the order of the rows around it"]
    ]


def test_duplicates_titles_hashes_and_formulas():
    table = pd.DataFrame(
        {
            "doc": ["a", "b", "c"],
            "title": ["Talks end", "Talks “end”", '=HYPERLINK("x")'],
            "published": pd.Timestamp("2024-05-15"),
            "outlet": ["Post", "Post", "Herald"],
            "text": [TEXT, TEXT.upper(), GERMAN],
            "sha256": [hash_text(TEXT), "0" * 64, None],
        }
    )
    before = table.copy(deep=True)
    found = check_corpus(table, today=TODAY)
    pd.testing.assert_frame_equal(table, before)
    assert found[["doc", "severity", "kind"]].values.tolist() == [
        ["b", "wrong", "hash"],
        ["b", "suspicious", "duplicate"],
        ["b", "suspicious", "title"],
        ["c", "suspicious", "formula"],
    ]
    grouped = check_corpus(table.assign(duplicate_group=["a", "a", None]), today=TODAY)
    assert "duplicate" not in set(grouped["kind"])
    with pytest.raises(InputError, match="'text'"):
        check_corpus(table[["doc"]])


@pytest.fixture
def corpus(tmp_path):
    folder = tmp_path / "corpus"
    (folder / "originals").mkdir(parents=True)
    (folder / "originals" / "a.txt").write_text(TEXT, encoding="utf-8")
    rows = [",".join(COLUMNS), "a,Talks,Post,,,,2024-05-15,,en,"]
    (folder / "sources.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_a_folder_that_does_not_fit_its_manifest(corpus):
    assert check_corpus(corpus, today=TODAY).empty
    with (corpus / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("b,Gone,Post,,,,2024-05-16,,en,\nc,Bad,Post,,,,16 May 2024,,en,\n")
    (corpus / "originals" / "c.txt").write_bytes(b"\x00\x01\x02\x03")
    (corpus / "originals" / "d.txt").write_text(TEXT, encoding="utf-8")
    (corpus / "originals" / ".e.txt.x.new").write_text("half")
    (corpus / "originals" / "fetch.csv").write_text("doc,sha256\na,00\n")
    found = check_corpus(corpus, today=TODAY)
    assert found[["doc", "severity", "kind"]].values.tolist() == [
        ["b", "wrong", "file"],
        ["c", "wrong", "date"],
        ["c", "wrong", "file"],
        ["d", "wrong", "file"],
        ["a", "suspicious", "hash"],
        ["c", "suspicious", "date"],
        ["", "suspicious", "file"],
    ]
    assert found["what"][0].startswith("there is no text for 'b', neither ")
    assert found["what"][1] == "published '16 May 2024' is not a date; write 2024-05-16"
    assert "is a binary file" in found["what"][2]
    assert found["where"][3] == "originals/d.txt"


def test_hashes_that_the_manifest_states(corpus):
    lines = (corpus / "sources.csv").read_text().splitlines()
    (corpus / "sources.csv").write_text(f"{lines[0]},text_sha256\n{lines[1]},{'0' * 64}\n")
    assert kinds(check_corpus(corpus, today=TODAY)) == [("wrong", "hash")]


def test_a_path_that_leads_out_of_the_folder(corpus):
    lines = (corpus / "sources.csv").read_text().splitlines()
    (corpus / "sources.csv").write_text(f"{lines[0]},path\n{lines[1]},../x\n")
    (corpus / "originals" / "fetch.csv").write_bytes(b"\xff\xff")
    found = check_corpus(corpus, today=TODAY)
    assert kinds(found) == [("wrong", "file")]
    assert "'../x' leads out of the corpus folder" in found["what"].item()


CURLY = "“We came to talk,” said the mayor. “The bridge isn’t safe, and it wasn’t before.”"
CZECH = (
    "Starostka města řekla, že jednání o mostě selhala po devíti hodinách.\n\nŽádné další kolo není"
    " naplánováno; řada lidí čeká na rozhodnutí už několik let a čeká dál."
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"{TEXT}\n\n{CURLY}".encode().decode("koi8-r"), "encoding"),  # Б─°We came
        (f"{TEXT}\n\n{CURLY}".encode().decode("mac-roman"), "encoding"),
        (f"{TEXT}\n\n{CURLY}".encode().decode("cp850"), "encoding"),
        (f"{TEXT}\n\n{CURLY}".encode("mac-roman").decode("cp1252"), "encoding"),  # ÒWe came,Ó
        (f"{TEXT}\n\n{CURLY}".encode("cp1252").decode("mac-roman"), "encoding"),  # ìWe came,î
        (f"{TEXT}\n\n{CURLY}".encode("mac-roman").decode("cp932", "ignore"), "encoding"),
        (f"{TEXT}\n\nПереговоры о мосте начались".encode("cp1251").decode("cp1252", "ignore"),
         "encoding"),
        (f"{TEXT}\n\n{CURLY}".encode("cp1252").decode("latin-1"), "characters"),
        (TEXT.replace("harbour", "har\x02bour"), "characters"),
        (TEXT.replace("harbour", "har\u00adbour"), "characters"),
        (TEXT.replace("harbour", "hаrbour"), "characters"),  # with a Cyrillic а
        (f"{TEXT}\n\nT h e  h a r b o u r", "spacing"),
        (TEXT.replace("them.\n\nThe", "them.The"), "spacing"),
        (f"{TEXT}\n\nTheharbourofthemainisland was tothewest of it.", "spacing"),
        (f"{TEXT}\n\n{TEXT}", "repetition"),
        ("\n\n".join([TEXT, *(f"{one}. Drawn by hand." for one in "ABC")]), "repetition"),
        (f"{TEXT}\n\nA crowd at the gate. Image: Jane Doe.", "page remains"),
        (f"{TEXT}\n\n(Reporting by Ivan Stone; Editing by Mary Orlo)", "trailer"),
        (f"{TEXT} (Additional reporting by Ivan Stone)", "trailer"),
        (f"{TEXT}\n\nOur Standards: The Thomson Reuters Trust Principles.", "trailer"),
        (f"{TEXT}\n\nIvan Stone is a reporter for the Post and can be reached at 555.", "trailer"),
        (f"{TEXT}\n\nThis story was first published on 3 May 2024.", "trailer"),
        (f"{TEXT}\n\nCorrection: An earlier version misspelled a name.", "trailer"),
        (f"{TEXT}\n\nJo Carr contributed to this report.", "trailer"),
        (f"{TEXT}\n\n(AFP)", "trailer"),
        (f"{TEXT}\n\n(dpa/ab)", "trailer"),
        (f"{TEXT}\n\ndpa-regio, dpa:240515-99-12345/3", "trailer"),
        (f"{TEXT}\n\nQuelle: dpa/AFP", "trailer"),
        (f"{TEXT}\n\nWith material from Reuters.", "trailer"),
        (f"{TEXT}\n\n(Le Quai avec AFP)", "trailer"),
        (f"{TEXT}\n\nТАСС", "trailer"),
        (f"{TEXT}\n\nHe said it &ldquo;twice&rdquo;.", "page remains"),
        (f"{TEXT}\n\n[caption id=1]The harbour[/caption]", "page remains"),
    ],
)  # fmt: skip
def test_what_slipped_through_is_found(text, kind):
    assert kind in set(check(text)["kind"])


def test_letters_that_a_language_does_not_have():
    found = check(CZECH.encode("cp1250").decode("cp1252"), language="cs")
    assert "encoding" in set(found["kind"])
    assert "encoding" not in set(check(CZECH, language="cs")["kind"])
    assert "encoding" not in set(check(CZECH, language="en")["kind"])  # another kind says so


def test_lines_that_documents_share():
    rows = [
        {"doc": f"d{i}", "title": f"Day {i}", "text": f"Day {i}\n\nSign in today\n\nIt was {i}."}
        for i in range(9)
    ]
    table = check_corpus(pd.DataFrame(rows), today=TODAY)
    shared = table[table["kind"] == "shared line"]
    assert shared["what"].tolist() == ["9 documents have this line: “Sign in today”"]


def test_a_kind_shows_three_examples_and_its_number():
    rows = [{"doc": f"d{i}", "title": f"S{i}", "text": f"Text {i} is short."} for i in range(9)]
    shown = describe_table(check_corpus(pd.DataFrame(rows), today=TODAY)).splitlines()
    at = shown.index("suspicious: length (9 in 9 texts)")
    assert [line.split()[0] for line in shown[at + 1 : at + 5]] == ["d0", "d1", "d2", "…"]
    assert shown[-1] == "All of them as a table: --csv FILE"


def test_a_guess_of_the_encoding_is_told(corpus):
    (corpus / "originals" / "a.txt").write_bytes(CZECH.encode("cp1250"))
    found = check_corpus(corpus, today=TODAY)
    assert "encoding guessed: windows-1250" in found["what"].tolist()


def test_the_command(corpus, tmp_path, capsys):
    out = tmp_path / "findings.csv"
    assert command.main(["check", "--corpus", str(corpus), "--csv", str(out)]) == 0
    assert capsys.readouterr().out == "Nothing wrong or suspicious was found.\n"
    (corpus / "originals" / "a.txt").write_text(TEXT[:-1] + " and the", encoding="utf-8")
    assert command.main(["check", "--corpus", str(corpus)]) == 0  # mere suspicion
    (corpus / "originals" / "a.txt").write_text(f"{TEXT} A cafÃ¨ and", encoding="utf-8")
    assert command.main(["check", "--corpus", str(corpus), "--csv", str(out)]) == 1
    shown = capsys.readouterr().out
    assert "wrong: encoding (1 in 1 text)\n  a    text in UTF-8 was read as another" in shown
    assert shown.splitlines()[-1] == "cut 1, encoding 1"
    assert pd.read_csv(out)["kind"].tolist() == ["encoding", "cut"]
    assert command.main(["check", "--corpus", str(tmp_path)]) == 2
    assert "has no sources.csv to check" in capsys.readouterr().err
    assert command.main(["check", "--corpus", str(corpus), "--csv", str(tmp_path)]) == 2
    assert "is a folder; name a file for the table." in capsys.readouterr().err


def test_findings_are_not_written_over_another_file(corpus, capsys):
    before = (corpus / "sources.csv").read_bytes()
    argv = ["check", "--corpus", str(corpus), "--csv", str(corpus / "sources.csv")]
    assert command.main(argv) == 2
    assert "is not a table of findings; choose another name" in capsys.readouterr().err
    assert (corpus / "sources.csv").read_bytes() == before


def test_formulas_in_a_folder_are_those_that_a_spreadsheet_would_run(corpus, tmp_path, capsys):
    with (corpus / "sources.csv").open("a", encoding="utf-8") as file:
        file.write('b,"=HYPERLINK(""x"")",Post,,,,2024-05-16,,en,\n')
        file.write("c,'=SUM(A1),Post,,,,2024-05-17,,en,\n")
    for doc, text in (("b", GERMAN), ("c", TEXT.replace("talks", "=cmd(x) Ã¨"))):
        (corpus / "originals" / f"{doc}.txt").write_text(text, encoding="utf-8")
    found = check_corpus(corpus, today=TODAY).query("kind == 'formula'")
    assert found[["doc", "where"]].values.tolist() == [["b", f"{corpus / 'sources.csv'} row 3"]]
    out = tmp_path / "findings.csv"
    command.main(["check", "--corpus", str(corpus), "--csv", str(out)])
    table = check_corpus(corpus)
    cells = list(csv.reader(out.read_text("utf-8").splitlines()))
    assert [row[3] for row in cells[1:]] == table["what"].tolist()
    assert cells[1][5:] == [str(table["line"][0]), str(table["offset"][0])]


def test_the_table_of_findings_runs_in_no_spreadsheet():
    table = make_table([Finding("-a", "wrong", "x", "=1+1", "@b", 1, -1)], [])
    text = _write_csv(table)
    assert text.splitlines()[1] == "'-a,wrong,x,'=1+1,'@b,1,-1"
    assert table["doc"][0] == "-a"


def test_the_corpus_of_the_repository_has_nothing_wrong(root):
    result = subprocess.run(
        [sys.executable, "-m", "analysis", "check"],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        timeout=120,
    )
    assert "wrong (" not in result.stdout
    assert result.returncode == 0, result.stderr
