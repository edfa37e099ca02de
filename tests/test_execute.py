"""Notebooks run in a copy with the caller's parameters; failures are named."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
import pytest
from lxml import html

from analysis.cli import notebooks as execute
from analysis.cli.notebooks import run_notebooks
from analysis.tables import InputError

SETUP = 'corpus = "../corpus"\nfigures = "../figures"\nterm = "peace"'
CHART = """
import pandas as pd
from matplotlib import pyplot as plt
import analysis as da
from pathlib import Path

text = Path(corpus, "a.txt").read_text()
figure, ax = plt.subplots()
ax.barh([term], [text.count(term)])
rows = pd.DataFrame({"term": [term], "count": [text.count(term)]})
saved = da.save_figure(ax, figures + "/one-term", data=rows, caption="C.", alt="A <b> bar.")
"""


def notebook(*cells: str, tagged: int | None = 0) -> nbformat.NotebookNode:
    built = nbformat.v4.new_notebook()
    built.cells = [nbformat.v4.new_markdown_cell("# A question\n\nWith $5 and <b>prose</b>.")]
    for place, source in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source)
        if place == tagged:
            cell.metadata["tags"] = ["parameters"]
        built.cells.append(cell)
    return built


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """A clone in small: notebooks/ and corpus/, and we stand in it."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("peace, peace and war")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(place: Path, name: str, built: nbformat.NotebookNode) -> bytes:
    path = place / "notebooks" / name
    nbformat.write(built, path)
    return path.read_bytes()


def test_notebooks_become_bundles_and_pages(place, capfd):
    before = write(place, "01-first.ipynb", notebook(SETUP, CHART, "print(term, 'printed')"))
    write(place, "02-second.ipynb", notebook(SETUP, "open('stray.txt', 'w').close()\nterm"))
    assert run_notebooks(parameters={"term": "war"}) == 0

    assert (place / "figures" / "one-term.csv").read_text() == "term,count\nwar,1\n"
    assert (place / "notebooks" / "01-first.ipynb").read_bytes() == before
    assert sorted(path.name for path in (place / "notebooks").iterdir()) == [
        "01-first.ipynb",
        "02-second.ipynb",
    ]
    assert not list(place.glob("*.txt"))

    text = (place / "figures" / "notebooks" / "01-first.html").read_text()
    page = html.fromstring(text)
    assert page.xpath("//head/title/text()") == ["01-first"]
    assert "war printed" in page.text_content()
    assert page.xpath("//img/@alt") == ["A <b> bar."]
    assert not page.xpath("//script[@src] | //link[@href] | //img[starts-with(@src, 'http')]")
    assert str(place) not in text
    assert "corpus = 'corpus'" in page.text_content()

    out, err = capfd.readouterr()
    lines = out.splitlines()
    assert lines[0].startswith("[1/2] 01-first ")
    assert lines[0].endswith(" s")
    assert lines[1].startswith("[2/2] 02-second ")
    assert "In figures:" in lines
    (told,) = [line.split() for line in lines if "one-term" in line]
    assert told == ["one-term", "png", "svg", "pdf", "csv", "txt", "json", "new", "or", "changed"]
    assert "  notebooks/02-second.html" in lines
    assert err == ""


HOUSE = """
import pandas as pd
import analysis as da
documents = pd.DataFrame({"doc": ["a"], "text": ["Peace and peace. War."]})
terms = da.count_terms(da.tokenize(documents))
ax = da.plot_terms(terms)
da.save_figure(ax, f"{figures}/first")
"""


def test_every_chart_is_shown_and_described_and_progress_is_not(place):
    second = "ax = da.plot_terms(terms, top=1)\nda.save_figure(ax, f'{figures}/second')"
    bar = "from analysis.tables import progress\nimport time\n"
    bar += "for _ in progress(range(3)): time.sleep(0.6)"
    write(place, "01.ipynb", notebook(SETUP, HOUSE, second, bar))
    assert run_notebooks() == 0
    page = html.parse(place / "figures" / "notebooks" / "01.html")
    alts = page.xpath("//img/@alt")
    assert [alt.split(",")[0] for alt in alts] == ["Dot plot of 3 terms", "Dot plot of 1 term"]
    assert not page.xpath("//*[@data-mime-type='application/vnd.jupyter.stderr']")


def test_progress_is_shown_in_jupyter(place, monkeypatch):
    bar = "import os, time\nos.environ.pop('TQDM_DISABLE', None)\nos.environ.pop('CI', None)\n"
    bar += "from analysis.tables import progress\n"
    bar += "for _ in progress(range(3), desc='reading'): time.sleep(0.6)"
    write(place, "01.ipynb", notebook(SETUP, bar))
    assert run_notebooks() == 0
    assert "reading" in (place / "figures" / "notebooks" / "01.html").read_text()


def test_a_second_run_leaves_the_same_bundle(place, capfd):
    write(place, "01.ipynb", notebook(SETUP, CHART))
    run_notebooks()
    files = {path: path.read_bytes() for path in (place / "figures").glob("one-term.*")}
    page = (place / "figures" / "notebooks" / "01.html").read_text()
    capfd.readouterr()
    run_notebooks()
    assert {path: path.read_bytes() for path in (place / "figures").glob("*.*")} == files
    assert "as before" in capfd.readouterr().out
    assert html.fromstring(page).xpath("//img/@alt") == ["A <b> bar."]


def test_a_failing_cell_is_named_and_the_others_run(place, capfd):
    write(place, "01-bad.ipynb", notebook(SETUP, "1 + 1", "\nrows = {}\nrows['side']"))
    write(place, "02-good.ipynb", notebook(SETUP, "print('fine')"))
    assert run_notebooks(output="out") == 1
    out, err = capfd.readouterr()
    assert "FAILED" in out.splitlines()[0]
    assert out.splitlines()[1].startswith("[2/2] 02-good ")
    assert err.count("\n") == 1
    assert "code cell 3 ('rows = {}') failed with KeyError: 'side'." in err
    assert "KeyError" in (place / "out" / "notebooks" / "01-bad.html").read_text()
    assert (place / "out" / "notebooks" / "02-good.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a process by its number")
def test_no_kernel_is_left_running(place):
    note = "import os\nfrom pathlib import Path\nPath(figures, str(os.getpid())).touch()"
    for name, last in {"01-whole": "pass", "02-failing": "1 / 0"}.items():
        nbformat.write(notebook(SETUP, note, last), place / "notebooks" / f"{name}.ipynb")
    assert run_notebooks() == 1
    numbers = [int(path.name) for path in (place / "figures").iterdir() if path.name.isdigit()]
    assert len(numbers) == 2
    for number in numbers:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_without_keep_going_the_first_failure_ends_it(place, capfd):
    write(place, "01-bad.ipynb", notebook(SETUP, "import os\nos._exit(3)"))
    write(place, "02-good.ipynb", notebook(SETUP))
    assert run_notebooks(keep_going=False) == 1
    out, err = capfd.readouterr()
    assert "code cell 2 ('import os') failed with its kernel died." in err
    assert "02-good" not in out


def test_one_notebook_can_be_named(place, capfd):
    write(place, "01.ipynb", notebook(SETUP, "assert term == 'peace'"))
    write(place, "02.ipynb", notebook(SETUP, "raise SystemError"))
    assert run_notebooks(notebooks="notebooks/01.ipynb") == 0
    assert "[1/1] 01 " in capfd.readouterr().out


def test_the_kernel_is_this_python_without_the_users_settings(place, monkeypatch):
    hostile = place / "hostile"
    (hostile / "profile_default" / "startup").mkdir(parents=True)
    (hostile / "profile_default" / "startup" / "00.py").write_text("term = 'poisoned'")
    monkeypatch.setenv("IPYTHONDIR", str(hostile))
    kernel = hostile / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text('{"argv": ["/bin/false"], "display_name": "no"}')
    monkeypatch.setenv("JUPYTER_PATH", str(hostile))
    check = f"""
import os, sys
assert sys.executable == {sys.executable!r}
assert "poisoned" not in globals().values()
assert "inline" in os.environ["MPLBACKEND"]
"""
    built = notebook("corpus = '..'", check)
    built.metadata["kernelspec"] = {"name": "no-such-kernel", "display_name": "None"}
    write(place, "01.ipynb", built)
    assert run_notebooks() == 0


@pytest.mark.parametrize(
    ("built", "options", "words"),
    [
        (None, {}, "There are no notebooks at notebooks"),
        (None, {"notebooks": "gone"}, "There are no notebooks at gone"),
        (notebook(SETUP), {"corpus": "nowhere"}, "The corpus folder nowhere does not exist"),
        (notebook(SETUP, tagged=None), {}, "has 0 code cells tagged 'parameters'"),
        (
            notebook(SETUP),
            {"parameters": {"speed": 1}},
            "No notebook has a parameter 'speed'; they",
        ),
        (notebook("corpus = = 1"), {}, "the parameters cell is not Python"),
    ],
)
def test_what_cannot_be_run_is_refused(place, built, options, words):
    if built is not None:
        write(place, "01.ipynb", built)
    with pytest.raises(InputError, match=words):
        run_notebooks(**options)
    assert not (place / "figures").exists()


@pytest.mark.parametrize("package", ["nbformat", "nbclient", "nbconvert"])
def test_a_missing_package_is_told_with_its_extra(place, monkeypatch, package):
    write(place, "01.ipynb", notebook(SETUP))
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=r"pip install 'discourse-analysis\[report\]'"):
        run_notebooks()


def test_a_file_that_is_no_notebook_is_refused(place):
    (place / "notebooks" / "01.ipynb").write_text("{}")
    with pytest.raises(InputError, match="is not a notebook that can be read"):
        run_notebooks()


def test_parameters_are_set_where_they_are_assigned():
    source = "a: int = 1  # one\nb = c = 2\nd.e = 3\nf = (\n    'ü'\n)"
    built = notebook(source)
    assert execute._set(built, {"a": "x", "f": 0, "g": 1}, Path()) == {"a", "b", "c", "f"}
    assert built.cells[1].source == "a: int = 'x'  # one\nb = c = 2\nd.e = 3\nf = 0"


def test_linked_documents_lie_beside_the_page(place):
    (place / "docs").mkdir()
    (place / "docs" / "errors.md").write_text("# How often\n\nSee [the card](card.md). **Often.**")
    built = notebook(SETUP)
    built.cells[0].source = "[how often](../docs/errors.md#model), [next](02.ipynb), [gone](no.md)"
    write(place, "01.ipynb", built)
    assert run_notebooks() == 0
    pages = place / "figures" / "notebooks"
    links = html.parse(pages / "01.html").xpath("//div[contains(@class, 'jp-Markdown')]//a")
    assert {link.text: link.get("href") for link in links} == {
        "how often": "errors.html#model", "next": "02.html"
    }  # fmt: skip
    words = html.parse(pages / "errors.html").getroot().text_content()
    assert "See the card. Often." in words


def test_pictures_without_a_bundle_or_with_a_strangers_json_stay_undescribed(place):
    figures = place / "figures"
    figures.mkdir()
    (figures / "mine.json").write_text("{}")
    picture = nbformat.v4.new_output("display_data", {"image/png": "x"})
    named = nbformat.v4.new_code_cell("save(ax, figures + '/mine')", outputs=[picture])
    other = nbformat.v4.new_code_cell("plt.plot()", outputs=[nbformat.from_dict(dict(picture))])
    built = nbformat.v4.new_notebook(cells=[named, other])
    execute._describe_figures(built, figures)
    assert built.cells[0].outputs[0].metadata == {"image/png": {"alt": ""}}
    assert built.cells[1].outputs[0].metadata == {}


def test_an_installed_copy_is_not_put_before_the_standard_library(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", "theirs")
    ours = execute._environment(tmp_path)["PYTHONPATH"]
    assert ours.endswith("theirs")
    assert str(execute.ROOT) in ours
    monkeypatch.setattr(execute, "ROOT", tmp_path / "site-packages")
    assert execute._environment(tmp_path)["PYTHONPATH"] == "theirs"


def test_kernels_start_with_telemetry_switched_off(monkeypatch, tmp_path):
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    assert execute._environment(tmp_path)["ORT_DISABLE_TELEMETRY"] == "1"
