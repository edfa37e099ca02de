"""The parts of the annotator: words, pieces, windows, decoding, batches, and their agreement
with the training code. Nothing here depends on what the model says of hard sentences."""

from __future__ import annotations

import copy
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.annotation import model as models
from analysis.annotation.engine import tag_texts
from analysis.annotation.judge import encode_target, judge
from analysis.annotation.model import FOLDER, load_model, pieces_of, read_labels
from analysis.annotation.tagged import Spans
from analysis.annotation.words import Pieces, cut_chunk, cut_windows, split_words
from analysis.tables import NO_TELEMETRY, InputError

ROOT = Path(__file__).resolve().parents[1]
TRAINING = ROOT / "training"
needs_model = pytest.mark.skipif(
    not (FOLDER / "model.onnx").exists(), reason="the model is not in analysis/model"
)
TAGS = ("O", "B-X", "I-X", "B-Y", "I-Y")


def training(name: str):
    """A module of training/, under a name of its own."""
    full = f"training_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full, TRAINING / f"{name}.py")
        sys.modules[full] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[full])
    return sys.modules[full]


def spans_of(text: str) -> Spans:
    """White-space tokens of one sentence."""
    ends = np.cumsum([len(word) + 1 for word in text.split(" ")]) - 1
    starts = np.concatenate([[0], ends[:-1] + 1])
    return Spans(starts, ends, np.zeros(len(ends), int))


@pytest.mark.parametrize(
    ("chunk", "words"),
    [
        ("Russia’s", "Russia ’s"),
        ("parties’", "parties ’"),
        ("can't", "ca n't"),
        ("cannot", "can not"),
        ("they'll,", "they 'll ,"),
        ("I'd've", "I'd 've"),
        ("long-term", "long - term"),
        ("non-profit", "non-profit"),
        ("co-operation", "co-operation"),
        ("U.S.-led", "U.S. - led"),
        ("U.S.’s", "U.S. ’s"),
        ("$61bn", "$ 61 bn"),
        ("US$1.5m", "US$ 1.5 m"),
        ("5pm", "5 pm"),
        ("1960s", "1960s"),
        ("80's", "80's"),
        ("2nd", "2nd"),
        ("1,000.5", "1,000.5"),
        ("2024-05-15", "2024-05-15"),
        ("9/11", "9/11"),
        ("1990-1995", "1990 - 1995"),
        ("26-year-old", "26 - year - old"),
        ("and/or", "and / or"),
        ("50%", "50 %"),
        ("AT&T", "AT&T"),
        ("Mr.", "Mr."),
        ("(Dr.", "( Dr."),
        ("O'Reilly", "O'Reilly"),
        ("Shi'ite", "Shi'ite"),
        ("o'clock", "o'clock"),
        ("why?!", "why ?!"),
        ("end.Next", "end . Next"),
        ("bbc.com,", "bbc.com ,"),
        ("https://a.org/b-c?d=1.", "https://a.org/b-c?d=1 ."),
        ("a.b@c.org", "a.b@c.org"),
        ("#1", "# 1"),
        ("#Peace", "#Peace"),
        ("“Peace…”", "“ Peace … ”"),
    ],
)
def test_words_of_the_english_treebanks(chunk: str, words: str) -> None:
    starts, ends = cut_chunk(chunk)
    assert [chunk[a:b] for a, b in zip(starts, ends, strict=True)] == words.split()


def test_a_stop_that_ends_the_sentence_is_a_word_of_its_own() -> None:
    def words(chunk: str) -> list[str]:
        starts, ends = cut_chunk(chunk, True)
        return [chunk[a:b] for a, b in zip(starts, ends, strict=True)]

    assert words("etc.") == ["etc", "."]
    assert words("B.") == ["B", "."]
    assert words("U.S.") == ["U.S", "."]
    assert words("no.") == ["no", "."]


@given(st.text(max_size=60))
def test_words_cover_every_character_once(text: str) -> None:
    chunk = "".join(text.split())
    if chunk:
        for final in (False, True):
            starts, ends = cut_chunk(chunk, final)
            assert starts[0] == 0
            assert ends[-1] == len(chunk)
            assert list(ends[:-1]) == list(starts[1:])
            assert all(a < b for a, b in zip(starts, ends, strict=True))


def test_words_do_not_span_sentences() -> None:
    text = "Mr.Smith left"
    tokens = (np.array([0, 2, 3, 9]), np.array([2, 3, 8, 13]))
    assert split_words(text, *tokens, np.array([0, 0, 0, 0])).start.tolist() == [0, 3, 9]
    parted = split_words(text, *tokens, np.array([0, 0, 1, 1]))
    assert parted.start.tolist() == [0, 2, 3, 9]
    assert parted.sentence.tolist() == [0, 0, 1, 1]


def gold_words(text: str):
    """Sentences of a CoNLL-U text: the text, and the offsets of its words."""
    for block in text.split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if line[:1].isdigit()]
        made, spans, whole = "", set(), 0
        for row in rows:
            number, form, misc = row[0], row[1], row[9]
            space = "" if "SpaceAfter=No" in misc else " "
            if "-" in number:
                whole = int(number.split("-")[1])
                at, made = len(made), made + form + space
            elif number.isdigit() and int(number) <= whole:
                spans.add((at, at + len(form)))
                at += len(form)
            elif number.isdigit():
                spans.add((len(made), len(made) + len(form)))
                made += form + space
        if rows and any(row[1] != "_" for row in rows):
            yield made.rstrip(), spans


def test_word_boundaries_agree_with_the_treebank(shared) -> None:
    archive = shared / "training" / "ewt.tar.gz"
    if not archive.exists():
        pytest.skip("the treebank is not here")
    with tarfile.open(archive) as tar:
        text = tar.extractfile("ewt/en_ewt-ud-test.conllu").read().decode()
    right = found = gold = 0
    for sentence, spans in gold_words(text):
        tokens = spans_of(sentence)
        words = split_words(sentence, tokens.start, tokens.end, tokens.sentence)
        ours = set(zip(words.start.tolist(), words.end.tolist(), strict=True))
        right, found, gold = right + len(ours & spans), found + len(ours), gold + len(spans)
    # web text: much of the rest is "its" for "it 's", "dont", "lets"
    assert right / found > 0.98
    assert right / gold > 0.985


@given(st.lists(st.integers(1, 16), min_size=1, max_size=60), st.integers(20, 60))
def test_windows_keep_every_word_once(pieces: list[int], most: int) -> None:
    first = np.concatenate([[0], np.cumsum(pieces)])
    sentence = np.repeat([0, 1], [len(pieces) // 3, len(pieces) - len(pieces) // 3])
    windows = cut_windows(sentence, first, most)
    kept = [word for low, high in zip(windows.low, windows.high, strict=True)
            for word in range(low, high)]  # fmt: skip
    assert kept == list(range(len(pieces)))
    assert (windows.first <= windows.low).all()
    assert (windows.high <= windows.last).all()
    assert (first[windows.last] - first[windows.first] <= most - 2).all()
    assert (sentence[windows.first] == sentence[windows.last - 1]).all()


def test_a_sentence_that_fits_has_one_window() -> None:
    windows = cut_windows(np.array([0, 0, 1]), np.array([0, 2, 5, 6]), most=7)
    assert windows.first.tolist() == [0, 2]
    assert windows.last.tolist() == [2, 3]


@pytest.fixture(scope="module")
def cut() -> Pieces:
    if not (FOLDER / "model.onnx").exists():
        pytest.skip("the model is not in analysis/model")
    return pieces_of(load_model())


WORDS = ["Russia", "’s", "NATO", "iPhone", "A", "2024", "Überraschung", "北京", "\x07", "é", "xi",
         "donaudampfschifffahrtsgesellschaftskapitän" * 3, "F-16", "😀", "Kyiv's"]  # fmt: skip


def test_pieces_are_those_of_the_training_code(cut: Pieces) -> None:
    encode = training("encode")
    theirs = encode.Pieces(FOLDER / "tokenizer.json")
    item = encode.encode_words(WORDS, theirs)
    ours = cut.encode(WORDS)
    assert [101, *ours.ids.tolist(), 102] == item.pieces
    assert [0, *ours.shapes.tolist(), 0] == item.shapes
    assert (ours.first[:-1] + 1).tolist() == item.first


NAMES = ["Russia", "the United States", "The Senate", "Jean-Claude Juncker", "Xi", "FBI", "OPEC+",
         "U.S.", "Côte d'Ivoire", "the Hague", "Marks & Spencer", "Mc",
         "北京"]  # fmt: skip
SENTENCES = ["{} lied.", "He blamed “{}” for it.", "It was {}’s fault, not {}.",
             "Anti-{} mobs ran.", "They met ({}), then left", "Nobody thanked {}."]  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_name_of_a_target_is_not_seen(cut: Pieces, sentence: str) -> None:
    before, _, behind = sentence.partition("{}")
    behind = behind.replace("{}", "others")
    seen = set()
    for name in NAMES:
        text = before + name + behind
        bare = len(before) + len(name) - len(name.removeprefix("the ").removeprefix("The "))
        for start in {len(before), bare}:  # with `the` or without
            target = encode_target(text, start, len(before) + len(name), cut)
            assert target.ids.count(103) == sum(target.flags) == 1
            assert target.flags[target.ids.index(103)] == 1
            seen.add((tuple(target.ids), tuple(target.shapes), tuple(target.flags)))
    assert len(seen) == 1


def test_the_ending_of_a_possessive_stays(cut: Pieces) -> None:
    text = "Critics mocked Russia's army"
    whole, name = (encode_target(text, 15, end, cut) for end in (23, 21))
    assert whole == name
    assert len(name.ids) == len(encode_target(text.replace("'s", ""), 15, 21, cut).ids) + 2
    other = encode_target("Critics mocked the army of Russia", 27, 33, cut)
    assert other.ids[-2] == 103  # only the target is hidden
    assert 103 not in other.ids[:-2]


@needs_model
def test_a_sentence_of_5000_words_is_read_in_windows() -> None:
    one = "the old minister met the new president in Berlin and "
    text = (one * 500).strip()
    (tagged,) = tag_texts([text], [spans_of(text)], most=80)
    assert len(tagged.start) == 5000
    assert (tagged.head < 0).sum() == 1
    head = tagged.head.copy()
    for _ in range(5000):  # every word reaches the root: there are no rings
        head = np.where(head >= 0, tagged.head[head], -1)
        if (head < 0).all():
            break
    assert (head < 0).all()
    middle = tagged.pos[200:4800].reshape(-1, 10)
    assert (middle == middle[0]).mean() > 0.97
    (wide,) = tag_texts([text[:3900]], [spans_of(text[:3900])])  # windows of the usual size
    assert (wide.pos[:700] == tagged.pos[:700]).mean() > 0.97


@needs_model
def test_windowed_is_as_unwindowed_far_from_the_edges() -> None:
    text = (
        "Vladimir Putin met Xi Jinping in Beijing on Monday , and Joe Biden flew to Paris , " * 12
    )
    spans = spans_of(text.strip())
    (whole,) = tag_texts([text], [spans])
    (parts,) = tag_texts([text], [spans], most=130)
    assert (whole.pos == parts.pos).mean() > 0.97
    assert (whole.entity == parts.entity).mean() > 0.95
    short = "Vladimir Putin met Xi Jinping in Beijing ."
    same = [tag_texts([short], [spans_of(short)], most=most)[0] for most in (40, 512)]
    assert all((a == b).all() for a, b in zip(*same, strict=True))


@needs_model
def test_only_what_is_asked_for_is_computed(monkeypatch) -> None:
    text = "Vladimir Putin met Xi Jinping in Beijing , and nobody was told by the Kremlin ."
    model = load_model()
    sessions = []

    class Session:
        def run(self, names, feed):
            found = model._session.run(None, feed)
            sessions.append([one.size for one in found])
            names_of = [output.name for output in model._session.get_outputs()]
            return [found[names_of.index(name)] for name in names]

    whole = tag_texts([text], [spans_of(text)])[0]
    watched = copy.copy(model)
    watched._session = Session()
    monkeypatch.setitem(models._LOADED, FOLDER, watched)
    names = tag_texts([text], [spans_of(text)], wanted=("entities",))[0]
    judge([text], [(0, 14)])
    np.testing.assert_array_equal(names.entity, whole.entity)
    np.testing.assert_array_equal(names.score, whole.score)
    made = [output.name for output in model._session.get_outputs()]
    computed = [{made[i] for i, size in enumerate(sizes) if size} for sizes in sessions]
    assert computed == [{"entities"}, {"sentiment"}]


@needs_model
def test_sentiment_does_not_depend_on_batch_or_workers() -> None:
    texts = ["The brutal Lavrov lied and killed.", "Critics praised the wonderful Lavrov.",
             "Lavrov arrived.", "x " * 90 + "the corrupt Lavrov lied" + " y" * 90] * 6  # fmt: skip
    spans = [(text.index("Lavrov"), text.index("Lavrov") + 6) for text in texts]
    judged = judge(texts, spans)
    assert judged.shape == (24, 3)
    np.testing.assert_allclose(judged.sum(1), 1, atol=1e-5)
    assert judged[0].argmax() == 0
    assert judged[1].argmax() == 2
    alone = np.concatenate(
        [judge([t], [s], workers=1) for t, s in zip(texts[:4], spans[:4], strict=True)]
    )
    np.testing.assert_array_equal(alone, judged[:4])
    turned = judge(texts[::-1], spans[::-1], workers=3)[::-1]
    np.testing.assert_array_equal(turned, judged)


@needs_model
def test_sentiment_of_nothing_and_of_white_space(cut: Pieces) -> None:
    assert judge([], []).shape == (0, 3)
    assert np.isnan(judge(["a  b"], [(1, 3)])).all()
    with pytest.raises(ValueError, match="do not go together"):
        judge(["a"], [])
    long = encode_target("word " * 2000 + "Lavrov" + " word" * 2000, 10000, 10006, cut)
    assert len(long.ids) == 512
    assert 200 < long.flags.index(1) < 312
    behind = encode_target("a." * 40 + "Lavrov", 80, 86, cut)
    assert sum(behind.flags) == 1  # a chunk is cut down to 16 pieces, the target is not lost


@needs_model
def test_the_model_is_loaded_once_by_many_threads(monkeypatch) -> None:
    made = []

    class Slow:
        def __init__(self, folder: Path) -> None:
            made.append(folder)

    monkeypatch.setattr(models, "Model", Slow)
    monkeypatch.setattr(models, "_LOADED", {})
    threads = [threading.Thread(target=models.load_model) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    if not (FOLDER / "model.onnx").exists():
        pytest.skip("the model is not in analysis/model")
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    yield folder
    read_labels.cache_clear()


def test_a_damaged_model_is_refused_in_one_sentence(copied: Path) -> None:
    path = copied / "model.onnx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"damaged.*install the package again"):
        load_model(copied)
    path.unlink()
    with pytest.raises(InputError, match=r"model\.onnx cannot be read"):
        load_model(copied)
    (copied / "labels.json").write_text("{")
    read_labels.cache_clear()
    with pytest.raises(InputError, match=r"labels\.json is damaged"):
        load_model(copied)


@pytest.mark.parametrize("name", ["onnxruntime", "tokenizers"])
def test_a_missing_package_is_told_in_one_sentence(name: str, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=rf"\({name} is missing\): pip install .*\[model\]"):
        load_model(tmp_path)


@needs_model
def test_the_tables_carry_the_models_errors() -> None:
    said = models.describe_model()
    assert json.loads((FOLDER / "labels.json").read_text())["sha256"].startswith(said["sha256"])
    assert len(said["sha256"]) == 12
    assert set(said) == {"name", "sha256", "measured"}


# ---- telemetry --------------------------------------------------------------------------------


def run_apart(code: str, home: Path, **variables: str) -> str:
    """What a fresh Python prints whose home is an empty folder, without the tests' own settings."""
    environment = {k: v for k, v in os.environ.items() if k not in NO_TELEMETRY}
    places = {name: str(home) for name in ("HOME", "USERPROFILE", "XDG_CACHE_HOME", "LOCALAPPDATA")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "PYTHONPATH": str(ROOT), **places, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


@needs_model
def test_loading_the_model_reports_to_nobody(tmp_path: Path) -> None:
    code = "import os; from analysis.annotation.model import load_model; load_model(); "
    code += "print(os.environ.get('ORT_DISABLE_TELEMETRY'))"
    said = run_apart(code, tmp_path), run_apart(code, tmp_path, ORT_DISABLE_TELEMETRY="0")
    assert list(tmp_path.rglob("*")) == [], "onnxruntime's telemetry keeps a device id here"
    assert said == ("1\n", "1\n")


@needs_model
def test_an_import_of_onnxruntime_before_ours_is_told_once(tmp_path: Path) -> None:
    load = "from analysis.annotation.model import Model, FOLDER; Model(FOLDER); Model(FOLDER)"
    told = run_apart(f"import onnxruntime; {load}", tmp_path)
    assert told.count("onnxruntime was imported before") == 1
    assert run_apart(f"import onnxruntime; {load}", tmp_path, ORT_DISABLE_TELEMETRY="1") == ""
