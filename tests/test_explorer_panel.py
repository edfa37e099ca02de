"""The panel, driven as a page would drive it, without a browser."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
import pytest
from matplotlib import pyplot

import analysis as da
from analysis.panel.explorer import explore
from analysis.panel.jobs import Jobs
from analysis.panel.output import Output, State
from analysis.panel.panel import Panel
from analysis.panel.question import Answer
from analysis.tables import InputError


@pytest.fixture
def panel(documents: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Panel:
    """A panel that draws no figure: drawing takes most of the time."""
    monkeypatch.setattr(Answer, "figure", lambda self: None)
    return explore(documents, settings={"search": "peace, war"}).refresh()


@pytest.fixture
def drawn(documents: pd.DataFrame, tmp_path: Path) -> Panel:
    before = documents.copy(deep=True)
    made = explore(documents, settings={"search": "peace, war"}, figures=tmp_path / "figures")
    made.refresh()
    pd.testing.assert_frame_equal(documents, before)
    return made


def send(view: Any, **message: Any) -> None:
    """Say something as the page would."""
    view.receive(message)


def texts(panel: Panel) -> list[str]:
    return [row[0] for row in panel.rows.data["rows"]]


def test_a_setting_is_answered_with_rows_bars_and_a_figure(drawn: Panel) -> None:
    panel = drawn
    assert texts(panel) == ["peace", "war"]
    assert panel.answer.table["count"].tolist() == [4, 2]
    assert [column["label"] for column in panel.rows.data["columns"]][:3] == [
        "Term",
        "Count",
        "Rate",
    ]
    value, low, high = panel.rows.data["bars"][0]
    assert low <= value <= high
    assert panel.figure.svg.startswith("<svg")
    assert "peace" in panel.figure.data["alt"]
    assert [mark["row"] for mark in panel.figure.data["marks"]] == [0, 1]
    assert panel.figure.data["marks"][0]["told"].startswith("Rate ")
    assert panel.figure.data["copy"]["note"].startswith("4 texts, 35 words")
    assert panel.message.data["text"] == "2 rows."


def test_a_changed_control_asks_again(panel: Panel) -> None:
    key = panel.state.key
    panel.field("search").value = "talks"
    assert texts(panel) == ["talks"]
    assert panel.state.key == key + 1
    panel.field("by").value = "side"
    assert [row[:2] for row in panel.rows.data["rows"]] == [["talks", "east"], ["talks", "west"]]
    panel.field("by").value = ""
    assert len(texts(panel)) == 1


def test_completion_keeps_what_was_written_before(panel: Panel) -> None:
    panel.field("search").value = "war, pea"
    assert panel.field("search").widget.options == ("war, peace",)
    panel.field("search").value = ""
    assert panel.field("search").widget.options == ()


def test_a_row_leads_to_passages_and_a_passage_to_the_text(panel: Panel) -> None:
    send(panel.rows, type="choose", key=panel.state.key, row=0, column="count")
    assert panel.rows.chosen == {"row": 0, "column": "count"}
    assert panel.list.data["title"] == "Passages: peace (Count)"
    assert [row[1] for row in panel.list.data["rows"]] == ["Peace", "peace", "Peace", "peace"]
    assert panel.reader.data == {}
    turn = panel.list.data["turn"]
    send(panel.list, type="read", key=panel.state.key, row=1, turn=turn)
    pieces = panel.reader.data["pieces"]
    assert "".join(piece[0] for piece in pieces) == panel.explorer.documents["text"][0]
    assert [piece[0] for piece in pieces if piece[2] >= 0] == ["Peace", "peace"]
    assert panel.reader.data["here"] == 1
    send(panel.reader, type="close")
    assert panel.reader.data == {}


def test_the_only_passage_opens_its_text(panel: Panel) -> None:
    panel.field("search").value = "conflict"
    send(panel.rows, type="choose", key=panel.state.key, row=0, column=None)
    assert len(panel.list.data["rows"]) == 1
    assert panel.reader.data["hits"] == 1


def test_what_was_chosen_stays_chosen_while_it_is_there(panel: Panel) -> None:
    send(panel.rows, type="choose", key=panel.state.key, row=1, column=None)
    panel.field("per").value = 100
    assert panel.rows.chosen == {"row": 1, "column": None}
    assert panel.list.data["title"] == "Passages: war"
    panel.field("search").value = "peace"
    assert panel.rows.chosen == {}
    assert panel.list.data == {}


def test_what_the_page_says_of_an_older_table_is_not_heard(panel: Panel) -> None:
    send(panel.rows, type="choose", key=panel.state.key - 1, row=0, column=None)
    send(panel.rows, type="choose", key=panel.state.key, row="0", column=None)
    send(panel.list, type="read", key=panel.state.key, row=0)
    panel.rows.receive("choose")
    assert panel.list.data == {}
    send(panel.rows, type="choose", key=panel.state.key, row=99, column=None)
    assert panel.message.data["kind"] == "error"
    send(panel.rows, type="choose", key=panel.state.key, row=0, column="no such column")
    assert panel.rows.chosen == {"row": 0, "column": None}


def test_a_click_that_comes_too_late_does_nothing(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Any] = []
    monkeypatch.setattr(panel.jobs, "do", lambda name, job, delay=0.0: jobs.append(job))
    send(panel.rows, type="choose", key=panel.state.key, row=0, column=None)
    panel.tabs.selected_index = panel.explorer.tabs.index("Contexts")
    choose, ask = jobs
    panel.search.fields["search"].set_quietly("")
    ask()  # nothing is searched in this tab: the table goes
    assert panel.answer is None
    choose()
    assert panel.list.data == {}
    assert panel.message.data["text"].startswith("Write a word")
    assert panel.message.data["kind"] == "hint"
    panel.saver.table.click()
    assert panel.message.data["text"].startswith("There is no table to save yet")


def test_errors_are_one_sentence_and_leave_the_table_pale(panel: Panel) -> None:
    panel.field("search").value = "nowhereword"
    assert panel.message.data["kind"] == "error"
    assert "nowhereword" in panel.message.data["text"]
    assert panel.rows.stale
    assert panel.saver.figure.disabled
    assert texts(panel) == ["peace", "war"]
    panel.field("search").value = "peace"
    assert not panel.rows.stale
    assert panel.message.data["kind"] == ""


def test_another_tab_takes_the_place_of_the_table(panel: Panel) -> None:
    panel.tabs.selected_index = panel.explorer.tabs.index("Contexts")
    assert panel.tab == "Contexts"
    assert panel.answer.caption() == "Search for peace and war."  # one search for all tabs
    assert panel.rows.data == {}  # this one has a view of its own
    assert panel.own("Contexts").lines.data["total"] == len(panel.answer.table) > 2
    assert panel.saver.name.value == "explore-contexts"


def test_a_failure_of_the_package_is_told_too(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(panel.explorer, "ask", fail)
    panel.refresh()
    assert panel.message.data["text"] == "This did not work: ZeroDivisionError: by zero"


def test_filters_are_shared_counted_and_hidden_for_single_texts(panel: Panel) -> None:
    assert panel.filters.box.layout.display == "none"
    panel.filters.fold.value = True
    assert panel.filters.box.layout.display == ""
    panel.field("side").value = ["east"]
    assert panel.filters.fold.description == "Filters (1 set)"
    assert panel.answer.table["count"].tolist() == [3, 0]
    panel.tabs.selected_index = panel.explorer.tabs.index("Collocates")
    assert panel.field("side").value == ["east"]
    panel.tabs.selected_index = panel.explorer.tabs.index("Text")
    assert panel.filters.widget.layout.display == "none"
    assert panel.reader.data["whole"] is True
    send(panel.rows, type="choose", key=panel.state.key, row=1, column=None)
    marked = [piece[0] for piece in panel.reader.data["pieces"] if piece[2] >= 0]
    assert marked == ["Peace", "peace"]  # what is searched is marked here, too


def test_targets_follow_the_groups(panel: Panel) -> None:
    panel.tabs.selected_index = panel.explorer.tabs.index("Keywords")
    panel.field("by").value = "side"
    panel.field("target").value = "west"
    panel.field("by").value = "outlet"
    known = [value for _, value in panel.field("target").widget.options]
    assert "Gamma" in known
    assert "west" not in known
    assert panel.field("target").value == panel.field("target").default


def test_code_is_shown_and_follows(panel: Panel) -> None:
    assert panel.code.data == {"code": ""}
    panel.show_code.value = True
    assert panel.code.data["code"] == panel.answer.code
    panel.field("search").value = "talks"
    assert "talks" in panel.code.data["code"]
    panel.show_code.value = False
    assert panel.code.data == {"code": ""}


class Slow:
    """An explorer whose layer takes a while: ten steps of ten milliseconds."""

    tabs = ("Terms", "Contexts")

    def __init__(self, real: Any) -> None:
        self.real, self.done, self.began = real, 0, threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def missing(self, tab: str, settings: Any) -> list[str]:
        return ["tokens"] if self.done < 10 else []

    def prepare(self, tab: str, settings: Any, tick: Any) -> bool:
        while self.done < 10:
            self.began.set()
            time.sleep(0.01)
            self.done += 1
            if not tick(self.done, 10, "tokens"):
                return False
        return True


@pytest.fixture
def slow(panel: Panel) -> Panel:
    panel.explorer = Slow(panel.explorer)
    panel.jobs.background = True
    return panel


def test_long_work_shows_progress_and_ends(slow: Panel) -> None:
    seen: list[str] = []
    slow.progress.text.observe(lambda change: seen.append(change["new"]), names="value")
    slow.field("search").value = "talks"
    assert slow.wait()
    assert texts(slow) == ["talks"]
    assert seen[-1] == "tokens: 10 of 10"
    assert slow.progress.widget.layout.display == "none"


def test_long_work_is_cancelled_and_goes_on_where_it_was(slow: Panel) -> None:
    slow.field("search").value = "talks"
    assert slow.explorer.began.wait(5)
    slow.progress.cancel.click()
    assert slow.wait()
    assert 0 < slow.explorer.done < 10
    assert slow.message.data["text"] == "Stopped; what was made until then stays."
    assert slow.go_on.layout.display == ""
    assert slow.rows.stale
    slow.go_on.click()
    assert slow.wait()
    assert texts(slow) == ["talks"]
    assert slow.go_on.layout.display == "none"


def test_another_question_ends_the_work_for_the_first(slow: Panel) -> None:
    slow.field("search").value = "talks"
    assert slow.explorer.began.wait(5)
    slow.field("rows").value = 5
    assert slow.wait()
    assert slow.message.data["text"] == "1 row."
    assert slow.go_on.layout.display == "none"


def test_stopping_the_cell_cancels(slow: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(slow.explorer, "prepare", interrupted, raising=False)
    slow.refresh()
    assert slow.message.data["text"].startswith("Stopped")
    assert slow.progress.widget.layout.display == "none"


def test_typing_asks_once(slow: Panel) -> None:
    slow.explorer.done = 10
    key = slow.state.key
    for text in ("t", "ta", "tal", "talk", "talks"):
        slow.field("search").value = text
    assert slow.wait()
    assert slow.state.key == key + 1
    assert texts(slow) == ["talks"]


def test_a_job_that_fails_does_not_stop_the_next(caplog: pytest.LogCaptureFixture) -> None:
    work, done = Jobs(background=True), []
    work.do("a", lambda: 1 // 0)  # type: ignore[arg-type, return-value]
    work.do("b", lambda: done.append(1), 0.02)
    assert work.wait(5)
    assert done == [1]
    assert "a job of the explorer failed" in caplog.text
    work.do("c", lambda: done.append(2), 60)
    assert work.waiting("c")
    assert not work.wait(0.01)
    work.drop()
    assert work.wait(5)
    assert done == [1]


def test_a_thread_with_nothing_to_do_ends_and_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.panel.jobs.IDLE", 0.01)
    work, done = Jobs(background=True), []
    work.do("a", lambda: done.append(threading.current_thread()))
    assert work.wait(5)
    done[0].join(5)
    assert not done[0].is_alive()
    work.do("a", lambda: done.append(threading.current_thread()))
    assert work.wait(5)
    assert len(done) == 2


def test_what_cannot_be_set_is_refused(documents: pd.DataFrame) -> None:
    assert explore(documents).explorer.tabs[0] == "Terms"
    with pytest.raises(InputError, match=r"Terms.*Text"):
        explore(documents, tab="terms")
    with pytest.raises(InputError, match=r"'colour'.*'search'"):
        explore(documents, settings={"colour": "red"})
    with pytest.raises(InputError, match=r"by='planet' cannot be set; choose from ''.*'side'"):
        explore(documents, settings={"by": "planet"})
    with pytest.raises(InputError, match=r"dates.*two dates"):
        explore(documents, settings={"dates": "yesterday"})
    with pytest.raises(InputError, match="folder or its documents table"):
        explore(7)  # type: ignore[arg-type]


def test_a_folder_is_named_in_the_code(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    panel = explore("corpus", settings={"search": "peace", "dates": ("2024-05-01", "")})
    code = panel.refresh().answer.code
    assert 'corpus = da.read_corpus("corpus")' in code
    assert 'chosen = corpus.where(since="2024-05-01")' in code
    assert panel.filters.fold.description == "Filters (1 set)"
    panel.close()
    assert not panel.rows.comm
    assert repr(panel) == "<Panel: Terms>"


def test_a_figure_is_drawn_without_telling_the_notebook(drawn: Panel) -> None:
    # IPython prints what it was told of from the thread of the widgets' messages
    seen: list[bool] = []
    answer = drawn.answer

    class Asked:
        def figure(self) -> Any:
            seen.append(matplotlib.is_interactive())
            return answer.figure()

    before = pyplot.get_fignums()
    matplotlib.interactive(True)
    try:
        ax = Output().chart(State(key=7, answer=Asked()))
        assert matplotlib.is_interactive()
    finally:
        matplotlib.interactive(False)
    assert ax is not None
    assert seen == [False]
    assert pyplot.get_fignums() == before


def test_a_chosen_term_travels_and_back_leads_back(panel: Panel) -> None:
    send(panel.rows, type="choose", key=panel.state.key, row=1, column=None)
    assert panel.search.term == "war"
    assert panel.search.label.value == "“war” →"
    panel.tabs.selected_index = panel.explorer.tabs.index("Collocates")
    assert panel.message.data["kind"] == "error" or "war" in panel.answer.caption()
    panel.go("Contexts", "war")
    assert panel.field("search").value == "war"
    assert panel.answer.caption() == "Search for war."
    panel.search.back.click()
    assert (panel.tab, panel.field("search").value) == ("Collocates", "peace, war")
    links = {link.description: link for link in panel.search.links}
    links["over time"].click()
    assert (panel.tab, panel.field("view").value) == ("Terms", "over time")
    assert set(panel.answer.table["term"]) == {"war"}
    panel.field("search").value = "peace"
    assert panel.search.term == ""


def test_what_is_typed_is_no_error_before_a_pause_or_enter(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, float]] = []
    do = panel.jobs.do

    def noted(name: str, job: Any, delay: float = 0.0) -> None:
        given.append((name, delay))
        if name != "error" or not delay:
            do(name, job)

    monkeypatch.setattr(panel.jobs, "do", noted)
    panel.field("search").value = "nowhereword"
    assert panel.message.data["kind"] == ""
    assert dict(given)["error"] > 0.5
    box = panel.field("search").widget
    box._handle_custom_msg({"event": "submit"}, [])
    assert panel.message.data["kind"] == "error"


def test_controls_without_effect_are_hidden_and_filters_cleared(panel: Panel) -> None:
    assert panel.field("every").widget.layout.display == "none"
    panel.field("view").value = "over time"
    assert panel.field("every").widget.layout.display is None
    panel.field("side").value = ["east"]
    assert panel.filters.unset.layout.display is None
    panel.filters.unset.click()
    assert panel.field("side").value == []
    assert panel.filters.fold.description == "Filters"
    panel.tabs.selected_index = panel.explorer.tabs.index("Entities")
    assert panel.search.fields["search"].widget.layout.display == "none"


def test_groups_are_saved_whole_and_never_over_another_change(
    documents: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answer, "figure", lambda self: None)
    folder = da.new_corpus(tmp_path / "mine")
    (folder / "a.txt").write_text("Peace talks. The war goes on, and peace is far.")
    da.add_documents(folder, [folder / "a.txt"], values={"outlet": "Post"})
    path = folder / "term-groups.yml"
    path.write_text("# mine\nwar: [war, wars]\n")
    panel = explore(folder, tab="Term groups").refresh()
    assert panel.field("groups").value == "# mine\nwar: [war, wars]"
    assert panel.answer.table[["term", "count"]].values.tolist() == [["war", 1]]
    view = panel._own["Term groups"]
    panel.field("groups").value = "# mine\nwar: [war, wars]\npeace: [peace]\n"
    assert panel.answer.table[["term", "count"]].values.tolist() == [["peace", 2], ["war", 1]]
    send(panel.rows, type="choose", key=panel.state.key, row=1, column=None)
    assert panel.search.term == "war, wars"
    view.save.click()
    assert panel.message.data["text"] == f"Saved in {path}."
    assert path.read_text() == "# mine\nwar: [war, wars]\npeace: [peace]\n"
    path.write_text("war: [battle]\n")  # by another program
    panel.field("groups").value = "war: [war]"
    view.save.click()
    assert "changed meanwhile" in panel.message.data["text"]
    assert path.read_text() == "war: [battle]\n"
    view.overwrite.value = True
    view.save.click()
    assert path.read_text() == "war: [war]\n"
    path.write_text("war: [far]\n")
    view.again.click()
    assert panel.field("groups").value == "war: [far]"
    panel.field("groups").value = "war: [war"
    view.save.click()
    assert path.read_text() == "war: [far]\n"


def drop(panel: Panel, files: dict[str, bytes]) -> None:
    """Send files as the page would: in pieces."""
    sizes = [{"name": name, "size": len(data)} for name, data in files.items()]
    panel.dropping.receive({"type": "begin", "files": sizes})
    for number, data in enumerate(files.values()):
        for at in range(0, len(data), 10):
            panel.dropping.receive(
                {"type": "piece", "file": number}, [memoryview(data[at : at + 10])]
            )
    panel.dropping.receive({"type": "end"})


def test_dropped_files_begin_a_corpus_after_a_question(panel: Panel, tmp_path: Path) -> None:
    dropping, folder = panel.dropping, tmp_path / "new"
    dropping.target.value = str(folder)
    text = b"A bridge opened\n\n2024-05-14\n\nThe peace bridge opened in spring, the mayor said."
    drop(panel, {"texts/bridge.txt": text, "texts/broken.pdf": b"%PDF-nothing"})
    assert not folder.exists()  # nothing is written before it is asked
    states = {row[0]: row[4] for row in dropping.view.data["rows"]}
    assert states["texts/bridge.txt"] == "to be added"
    assert states["texts/broken.pdf"] == "set aside"
    assert all(row[5] for row in dropping.view.data["rows"] if row[4] == "set aside")
    assert "1 text to be added" in panel.message.data["text"]
    shown = panel.widget
    dropping.add.click()
    assert (folder / "sources.csv").exists()
    assert len(panel.explorer.documents) == 1
    assert panel.widget is shown
    assert panel.answer.table["count"].tolist() == [1, 0]
    assert "read_corpus" in panel.answer.code
    drop(panel, {"more.txt": b"Another text\n\nThe war is over, they said, and peace is here."})
    dropping.cancel.click()
    assert dropping.view.data["rows"] == []
    assert len(da.read_corpus(folder)) == 1


def test_dropped_files_are_bounded_and_stay_in_their_folder(panel: Panel, tmp_path: Path) -> None:
    receive = panel.dropping.receive
    receive({"type": "begin", "files": [{"name": "a.txt", "size": 2**30}]})
    assert "taken at once" in panel.message.data["text"]
    receive({"type": "begin", "files": [{"name": "../../a.txt", "size": 1}]})
    assert panel.message.data["kind"] == "error"
    receive({"type": "begin", "files": [{"name": "a.txt", "size": 1}]})
    receive({"type": "piece", "file": 0}, [b"two"])
    assert "longer than the page said" in panel.message.data["text"]
    receive({"type": "begin", "files": [{"name": "a.txt", "size": 5}]})
    receive({"type": "end"})
    assert "Not all of the files arrived" in panel.message.data["text"]


def test_the_article_tab_shows_sentences_of_words() -> None:
    text = "“Peru lied,” Ann Lee said. Norway sent ships to Lima."
    corpus = da.Corpus(pd.DataFrame({"doc": ["a"], "title": ["Talks"], "text": [text]}))
    panel = explore(corpus, tab="Article").refresh()
    assert not panel.message.data.get("error")
    assert any("Ann Lee" in cell for row in panel.rows.data["rows"] for cell in row)
