"""A bundle that was tampered with anywhere is found out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFilter

import analysis as da
from analysis.corpus.read import fingerprint
from analysis.export.record import render_record
from analysis.export.replay import recompute
from analysis.files import hash_bytes
from analysis.tables import InputError

TEXTS = {
    "a": "Peace talks failed. The talks, he said, were about peace.",
    "b": "The conflict goes on. Peace must come.",
    "c": "The war goes on and on. “No talks,” she said.",
    "d": "War is not peace.\n\nThe U.S. said so.",
}


def tiny() -> pd.DataFrame:
    documents = pd.DataFrame(
        {"doc": list(TEXTS), "side": ["east", "east", "west", "west"], "text": list(TEXTS.values())}
    )
    documents["sha256"] = [hash_bytes(text.encode()) for text in documents["text"]]
    documents.attrs["corpus"] = {
        "name": "tiny",
        "fingerprint": fingerprint(documents),
        "documents": 4,
        "briefs": 0,
    }
    return documents


def counted(documents: pd.DataFrame) -> pd.DataFrame:
    return da.count_terms(da.tokenize(documents), by="side", documents=documents)


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> dict[str, bytes]:
    """The files of one honest bundle."""
    folder = tmp_path_factory.mktemp("honest")
    da.save_figure(da.plot_terms(counted(tiny()), top=3), folder / "terms")
    plt.close("all")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def bundle(saved, tmp_path) -> Path:
    for name, content in saved.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path / "terms"


def edit_record(bundle: Path, change) -> None:
    """Change the JSON as a careful forger would: all its hashes are right afterwards."""
    path = bundle.with_suffix(".json")
    record = json.loads(path.read_text())
    change(record)
    for name in record["files"]:
        content = (bundle.parent / name).read_bytes()
        record["files"][name] = {"bytes": len(content), "sha256": hash_bytes(content)}
    path.write_bytes(render_record(record))


def edit_record_alone(bundle: Path, change) -> None:
    """Change the JSON, and its own hash, but not what it says of the files."""
    path = bundle.with_suffix(".json")
    record = json.loads(path.read_text())
    change(record)
    path.write_bytes(render_record(record))


def found(checks: pd.DataFrame) -> set[tuple[str, str]]:
    differing = checks[checks["status"] == "differs"]
    return set(zip(differing["check"], differing["file"], strict=True))


def test_an_honest_bundle_is_verified(bundle):
    checks = da.verify(bundle, corpus=tiny())
    assert checks.columns.tolist() == ["check", "file", "status", "detail"]
    assert checks["status"].unique().tolist() == ["ok"]
    assert checks.groupby("check")["file"].nunique().to_dict() == {
        "hash": 6,
        "redraw": 5,
        "corpus": 1,
        "recompute": 1,
    }


def test_without_documents_nothing_is_recomputed(bundle):
    checks = da.verify(bundle.with_suffix(".png"))
    assert set(checks["check"]) == {"hash", "redraw"}
    assert set(checks["status"]) == {"ok"}


def test_verifying_leaves_no_figure_open_and_no_file(bundle):
    before = plt.get_fignums(), sorted(bundle.parent.iterdir())
    da.verify(bundle, corpus=tiny())
    assert (plt.get_fignums(), sorted(bundle.parent.iterdir())) == before


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "csv", "json"])
@pytest.mark.parametrize("place", [0.3, 0.6, 0.999])
def test_one_changed_byte_is_found_in_every_file(bundle, suffix, place):
    path = bundle.with_suffix(f".{suffix}")
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(bytes(content))
    assert ("hash", path.name) in found(da.verify(bundle))


def test_a_space_in_the_json_is_found(bundle):
    path = bundle.with_suffix(".json")
    path.write_bytes(path.read_bytes().replace(b'"kind": ', b'"kind":  '))
    assert found(da.verify(bundle)) == {("hash", "terms.json")}


def test_a_missing_and_a_foreign_file_are_found(bundle):
    bundle.with_suffix(".pdf").unlink()
    bundle.with_suffix(".html").write_text("mine")
    checks = da.verify(bundle)
    assert {("hash", "terms.pdf"), ("hash", "terms.html")} <= found(checks)
    details = dict(zip(checks["file"], checks["detail"], strict=False))
    assert details["terms.html"] == "The file is not part of the bundle."


def forge(bundle: Path, old: str, new: str) -> None:
    path = bundle.with_suffix(".csv")
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_changed_number_with_its_hash_is_drawn_and_recomputed_otherwise(bundle):
    forge(bundle, "176.47058823529412", "276.47058823529412")
    edit_record(bundle, lambda record: None)
    checks = da.verify(bundle, corpus=tiny())
    assert not {name for check, name in found(checks) if check == "hash"}
    assert {("redraw", "terms.png"), ("redraw", "terms.svg")} <= found(checks)
    (detail,) = checks[checks["check"] == "recompute"]["detail"]
    assert "rate is 276.47" in detail
    assert "recomputed 176.47" in detail
    assert "east" in detail
    assert "peace" in detail


def test_a_number_forged_in_every_file_is_still_recomputed(bundle):
    """The forger draws the chart anew from false numbers, with this very package."""
    false = da.read_bundle(bundle)
    false.loc[0, ["rate", "count"]] = [235.294, 4]
    da.save_figure(da.plot_terms(false, top=3), bundle.parent / "false" / "terms")
    plt.close("all")
    checks = da.verify(bundle.parent / "false" / "terms", corpus=tiny())
    assert found(checks) == {("recompute", "terms.csv")}


def test_an_invented_row_is_found(bundle):
    forge(bundle, "east,peace,", "east,victory,")
    edit_record(bundle, lambda record: None)
    checks = da.verify(bundle, corpus=tiny())
    (detail,) = checks[checks["check"] == "recompute"]["detail"]
    assert "victory" in detail
    assert "is not among the recomputed rows" in detail


def test_resampled_intervals_of_an_earlier_version_are_told_not_blamed(bundle):
    def age(record):
        record["made"][0]["steps"][-1]["params"]["seed"] = 0

    forge(bundle, "none: fewer than 3 documents", "95 % bootstrap over documents")
    edit_record(bundle, age)
    checks = da.verify(bundle, corpus=tiny()).set_index("check")
    assert checks.loc["recompute", "status"] == "not checked"
    assert checks.loc["recompute", "detail"] == (
        "An earlier version resampled the intervals (seed=), this one computes them: all other"
        " numbers are the same; save it again."
    )
    forge(bundle, "176.47058823529412", "276.47058823529412")  # the rest is still compared
    edit_record(bundle, lambda record: None)
    assert ("recompute", "terms.csv") in found(da.verify(bundle, corpus=tiny()))


def test_another_corpus_is_found(bundle):
    documents = tiny()
    documents.loc[0, "text"] += " Peace."
    documents["sha256"] = [hash_bytes(text.encode()) for text in documents["text"]]
    assert found(da.verify(bundle, corpus=documents)) == {
        ("corpus", "terms.csv"),
        ("recompute", "terms.csv"),
    }


def test_a_changed_setting_is_drawn_otherwise(bundle):
    edit_record(bundle, lambda record: record["made"][0]["params"].update(size="slide"))
    assert ("redraw", "terms.svg") in found(da.verify(bundle))


def test_a_changed_caption_is_found_in_pictures_and_text(bundle):
    edit_record(bundle, lambda record: record.update(caption="War wins."))
    assert found(da.verify(bundle)) == {
        ("redraw", "terms.png"),
        ("redraw", "terms.svg"),
        ("redraw", "terms.pdf"),
        ("redraw", "terms.txt"),
    }


def test_a_changed_step_gives_other_numbers(bundle):
    edit_record(bundle, lambda record: record["made"][0]["steps"][1]["params"].update(per=100))
    assert ("recompute", "terms.csv") in found(da.verify(bundle, corpus=tiny()))


def older(record):
    record["versions"]["matplotlib"] = "3.0.0"


def redrawn(bundle: Path) -> pd.DataFrame:
    checks = da.verify(bundle)
    return checks[checks["check"] == "redraw"].set_index("file")


def test_other_versions_are_told_not_blamed(bundle):
    edit_record(bundle, older)
    assert da.verify(bundle).attrs["verdict"] == "verified"  # they draw the same bytes
    picture = bundle.with_suffix(".png")
    with Image.open(picture) as image:
        image.filter(ImageFilter.GaussianBlur(2)).save(picture)  # other edges
    edit_record(bundle, older)
    checks = redrawn(bundle)
    assert checks.loc["terms.csv", "status"] == "ok"
    assert checks.loc["terms.png", "status"] == "not checked"
    assert checks.loc["terms.png", "detail"].startswith("Drawn again, it looks the same. Other")
    assert "matplotlib 3.0.0 then" in checks.loc["terms.png", "detail"]
    assert da.verify(bundle).attrs["verdict"] == "checked in part"


def test_other_versions_excuse_no_other_picture(bundle):
    picture = bundle.with_suffix(".png")
    honest = picture.read_bytes()
    with Image.open(io.BytesIO(honest)) as image:
        longer, wider = image.convert("RGB"), image.resize((image.width + 1, image.height))
    ImageDraw.Draw(longer).rectangle((1000, 200, 1060, 240), fill="#333333")  # a mark more
    for forged in (longer, wider, None):
        if forged is None:
            picture.write_bytes(b"\x89PNG no picture")
        else:
            forged.save(picture)
        edit_record(bundle, older)
        assert ("redraw", "terms.png") in found(da.verify(bundle))


def test_one_kind_of_word_for_all_checks(bundle, tmp_path):
    assert da.verify(bundle, corpus=tiny()).attrs["verdict"] == "verified"
    edit_record(bundle, lambda record: record["made"][0].update(steps=[]))
    assert da.verify(bundle, corpus=tiny()).attrs["verdict"] == "checked in part"
    edit_record(bundle, lambda record: record.update(made=record["made"] * 2))
    assert da.verify(bundle).attrs["verdict"] == "checked in part"
    bundle.with_suffix(".csv").write_text("x")
    assert da.verify(bundle).attrs["verdict"] == "differs"


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"top": 2000}, "top=2000, more than 500"),
        ({"top": {"a": [1e300]}}, "more than"),
        ({"order": ["x"] * 200_000}, "far too long value of order="),
        ({"order": "x" * 200_000}, "far too long value of order="),
    ],
)
def test_a_chart_is_asked_for_no_more_than_it_needs(bundle, params, words):
    edit_record(bundle, lambda record: record["made"][0]["params"].update(params))
    checks = da.verify(bundle)
    assert ("redraw", "terms.png") in found(checks)
    assert checks["detail"].str.contains(words).any()


def test_too_many_rows_are_not_drawn(tmp_path):
    rows = pd.DataFrame({"term": [f"t{i}" for i in range(30_000)], "count": 1})
    saved = da.save_table(rows, tmp_path / "t", caption="Many.", formats=["tex"])
    checks = da.verify(saved)
    assert checks.attrs["verdict"] == "checked in part"
    assert "30,000 rows" in checks.set_index("check").loc["redraw", "detail"]


def test_a_huge_picture_is_not_drawn(bundle, monkeypatch):
    monkeypatch.setattr("analysis.export.bounds.PIXELS", 1000)
    checks = da.verify(bundle)
    assert checks["detail"].str.contains("would be a picture of").any()


def test_time_is_limited(bundle, monkeypatch):
    monkeypatch.setattr("analysis.export.verification.TIME", 0.05)
    monkeypatch.setattr("analysis.export.verification.PER_WORD", 0.0)

    def endless(*_, **__):
        while True:
            try:
                sum(range(1000))
            except Exception:
                continue

    monkeypatch.setattr("analysis.export.verification.run_chart", endless)
    monkeypatch.setattr("analysis.export.verification.recompute", endless)
    checks = da.verify(bundle, corpus=tiny())
    assert checks.attrs["verdict"] == "checked in part"
    assert checks[checks["check"] == "recompute"]["detail"].item().startswith("Stopped: computing")
    assert checks[checks["file"] == "terms.svg"]["detail"].iloc[1].startswith("Stopped: drawing it")


def _deep(levels: int) -> list:
    value: list = []
    for _ in range(levels):
        value = [value]
    return value


MALFORMED = {
    "deep": lambda r: r["made"][0]["params"].update(x=_deep(300)),
    "deeper": lambda r: r["attrs"].update(x=_deep(900)),
    "steps": lambda r: r["made"][0].update(steps=r["made"][0]["steps"] * 60),
    "steps in steps": lambda r: r["made"][0]["steps"][0].update(
        params={"x": [{"steps": json.loads(json.dumps(r["made"][0]["steps"])) * 9}] * 9}
    ),
    "charts": lambda r: r.update(made=r["made"] * 60),
    "a step of text": lambda r: r["made"][0].update(steps=["count_terms"]),
    "a step without a call": lambda r: r["made"][0]["steps"][0].pop("call"),
    "on a number": lambda r: r["made"][0]["steps"][0].update(on=1),
    "documents of numbers": lambda r: r["made"][0]["steps"][0].update(docs=[1]),
    "an index of numbers": lambda r: r["data"].update(index=[1]),
    "an index that is not there": lambda r: r["data"].update(index=["nowhere"]),
    "a column without a kind": lambda r: r["data"]["columns"][0].pop("kind"),
    "a column without a name": lambda r: r["data"]["columns"][0].pop("name"),
    "a column of text": lambda r: r["data"].update(columns=["a"]),
    "a column of another kind": lambda r: r["data"]["columns"][0].update(kind=["text"]),
    "a type of a gigabyte": lambda r: r["data"]["columns"][0].update(
        kind="number", dtype="V1000000000"
    ),
    "a type of objects": lambda r: r["data"]["columns"][0].update(kind="date", dtype="object"),
    "categories of lists": lambda r: r["data"]["columns"][0].update(
        kind="category", categories=[[1]], ordered=True
    ),
    "the same category twice": lambda r: r["data"]["columns"][0].update(
        kind="category", categories=["east", "east", "west"], ordered=True
    ),
    "rows below none": lambda r: r["data"].update(rows=-1),
    "a file without a hash": lambda r: r["files"].update({"terms.png": {}}),
    "a file of text": lambda r: r["files"].update({"terms.png": "x"}),
    "a version of a number": lambda r: r["versions"].update(matplotlib=3),
    "a figure of text": lambda r: r.update(figure="x"),
}  # fmt: skip


@pytest.mark.parametrize("how", MALFORMED)
def test_a_malformed_record_is_a_sentence(bundle, how):
    edit_record_alone(bundle, MALFORMED[how])
    checks = da.verify(bundle, corpus=tiny())
    assert checks.attrs["verdict"] == "differs"
    if how not in ("an index that is not there", "the same category twice"):
        assert len(checks) == 1
    with pytest.raises(InputError) as error:
        da.read_bundle(bundle)
    assert "\n" not in str(error.value)
    assert str(error.value).endswith(".")


def test_no_word_of_a_record_steers_the_terminal(bundle):
    def evil(record):
        record["files"]["\x1b[2J\nterms: as it was saved"] = {"bytes": 1, "sha256": "x"}
        record["versions"]["\x9b8m"] = "\x1b[H"
        record["corpus"]["fingerprint"] = "\x1b]0;x\x07"

    edit_record_alone(bundle, evil)
    bundle.with_suffix(".svg").write_text("x")
    checks = da.verify(bundle, corpus=tiny())
    words = "".join(checks.astype(str).to_numpy().ravel())
    assert words.isprintable()
    assert r"\x1b[2J terms: as it was saved" in words


def test_a_record_can_only_call_charts_and_measures(bundle):
    edit_record(bundle, lambda record: record["made"][0].update(call="save_table"))
    checks = da.verify(bundle)
    assert ("redraw", "terms.png") in found(checks)
    assert checks["detail"].str.contains("not a function to run here").any()

    def step(record):
        record["made"][0]["steps"][1]["call"] = "read_corpus.__globals__"

    edit_record(bundle, step)
    assert ("recompute", "terms.csv") in found(da.verify(bundle, corpus=tiny()))


@pytest.mark.parametrize(
    "call", ["read_corpus", "save_table", "add_documents", "explore", "plot_terms"]
)
def test_a_step_can_only_be_a_public_measure(bundle, call):
    edit_record(bundle, lambda record: record["made"][0]["steps"][1].update(call=call, params={}))
    checks = da.verify(bundle, corpus=tiny())
    detail = checks[checks["check"] == "recompute"]["detail"].iloc[0]
    if call == "read_corpus":  # where the documents came from: a step that is not run
        assert "not a function" not in detail
    else:
        assert "not a function to run here" in detail


@pytest.mark.parametrize(
    ("call", "param", "value", "words"),
    [
        ("score_targets", "cache", "/etc", "was given cache=, which no record may set"),
        ("find_entities", "engine", "a_package", "was given engine=, which no record may set"),
        ("tokenize", "workers", 64, "was given workers=, which no record may set"),
        ("count_ngrams", "n", 10**12, "n=1e+12, more than 20"),
    ],
)
def test_a_record_names_no_path_engine_or_huge_number(bundle, call, param, value, words):
    step = {"call": call, "on": "documents", "params": {param: value}}
    edit_record(bundle, lambda record: record["made"][0].update(steps=[step]))
    checks = da.verify(bundle, corpus=tiny())
    assert words in checks[checks["check"] == "recompute"]["detail"].iloc[0]
    assert checks[checks["check"] == "recompute"]["status"].iloc[0] != "ok"


def test_a_chart_takes_no_axes_from_a_record(bundle):
    edit_record(bundle, lambda record: record["made"][0]["params"].update(ax="x"))
    checks = da.verify(bundle)
    assert ("redraw", "terms.png") in found(checks)
    assert checks["detail"].str.contains("ax=, which no record may set").any()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"{", "not readable JSON"),
        (b"\xff\xfe", "not readable JSON"),
        (b"[]", "was not written by"),
        (b'{"schema": "discourse-analysis/bundle/1"}', "lacks its part 'kind'"),
    ],
)
def test_a_broken_json_is_a_difference(bundle, raw, words):
    bundle.with_suffix(".json").write_bytes(raw)
    checks = da.verify(bundle)
    assert checks[["check", "file", "status"]].values.tolist() == [
        ["hash", "terms.json", "differs"]
    ]
    assert words in checks["detail"][0]


def test_a_record_without_a_description_of_its_data_is_a_difference(bundle):
    edit_record(bundle, lambda record: record.update(data={}))
    assert found(da.verify(bundle)) == {("hash", "terms.json")}


def test_a_csv_that_cannot_be_read_is_a_difference(bundle):
    path = bundle.with_suffix(".csv")
    path.write_bytes(b"\xff" + path.read_bytes())
    assert {("hash", "terms.csv"), ("redraw", "terms.csv")} <= found(da.verify(bundle))
    path.unlink()
    assert {("hash", "terms.csv"), ("redraw", "terms.csv")} <= found(da.verify(bundle))


def test_where_there_is_no_bundle(tmp_path):
    for function in (da.verify, da.read_bundle):
        with pytest.raises(InputError, match=r"There is no bundle at .*none: none\.json"):
            function(tmp_path / "none")


def test_a_figure_of_ones_own_is_checked_by_hash_and_corpus(tmp_path):
    axes = Figure().subplots()
    axes.plot([1, 2])
    terms = counted(tiny())
    saved = da.save_figure(axes, tmp_path / "own", data=terms, caption="A.", alt="B.")
    checks = da.verify(saved, corpus=tiny()).set_index(["check", "file"])["status"]
    assert checks["hash"].unique().tolist() == ["ok"]
    assert checks["redraw", "own.png"] == "not checked"
    assert checks["recompute", "own.csv"] == "ok"


def test_data_without_a_record_cannot_be_recomputed(tmp_path):
    axes = Figure().subplots()
    rows = pd.DataFrame({"n": [1]})
    saved = da.save_figure(axes, tmp_path / "own", data=rows, caption="A.", alt="B.")
    checks = da.verify(saved, corpus=tiny())
    assert not found(checks)
    details = checks[checks["check"].isin(["corpus", "recompute"])]["detail"].tolist()
    assert details == [
        "No fingerprint of a corpus is recorded.",
        "No step of a measure is recorded.",
    ]


def test_charts_on_a_shared_figure_are_recomputed_one_by_one(tmp_path):
    terms = counted(tiny())
    grams = da.count_ngrams(da.tokenize(tiny()), n=2)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    da.plot_terms(terms, top=2, ax=left)
    da.plot_terms(grams, top=2, ax=right)
    saved = da.save_figure(figure, tmp_path / "both")
    plt.close(figure)
    checks = da.verify(saved, corpus=tiny())
    assert checks[checks["check"] == "recompute"]["status"].tolist() == ["ok", "ok"]
    assert not found(checks)
    assert "Several charts" in " ".join(checks["detail"])


def test_a_chart_in_the_users_own_figure_is_compared_by_its_data(tmp_path):
    figure, axes = plt.subplots(figsize=(9, 4))
    da.plot_terms(counted(tiny()), top=2, ax=axes)
    saved = da.save_figure(figure, tmp_path / "mine")
    plt.close(figure)
    checks = da.verify(saved).query("check == 'redraw'").set_index("file")["status"]
    assert checks["mine.csv"] == "ok"
    assert checks["mine.png"] == "not checked"


def test_a_table_is_typeset_again_and_recomputed_whole(tmp_path):
    terms = counted(tiny())
    saved = da.save_table(terms, tmp_path / "all", caption="All.", digits=2)
    checks = da.verify(saved, corpus=tiny())
    assert set(checks["status"]) == {"ok"}
    assert set(checks["file"]) == {"all.csv", "all.json", "all.html", "all.tex"}
    da.save_table(terms.iloc[1:], tmp_path / "part", caption="All but one.")
    checks = da.verify(tmp_path / "part", corpus=tiny())
    assert found(checks) == {("recompute", "part.csv")}
    assert (
        f"{len(terms) - 1} rows were saved, {len(terms)} are recomputed"
        in checks["detail"].iloc[-1]
    )


def test_steps_are_run_from_the_table_they_name():
    documents = tiny()
    contexts = da.find_contexts(da.tokenize(documents), "peace", documents=documents)
    fresh = recompute(contexts.attrs["steps"], documents)
    pd.testing.assert_frame_equal(fresh, contexts)
    bare = [{"call": "count_terms", "on": "tokens", "params": {"confidence": None}}]
    assert recompute(bare, documents)["count"].sum() == da.tokenize(documents)["is_word"].sum()


def test_documents_chosen_by_hand_are_chosen_again(tmp_path):
    documents = tiny()
    tokens = da.tokenize(documents)
    terms = da.count_terms(tokens[tokens["doc"].isin(["d", "b"])])
    assert terms.attrs["steps"][-1]["docs"] == ["b", "d"]
    assert "docs" not in da.count_terms(tokens).attrs["steps"][-1]
    shuffled = tokens[tokens["doc"] != "a"].iloc[::-1]
    assert da.count_terms(shuffled).attrs["steps"][-1]["docs"] == ["b", "c", "d"]
    saved = da.save_table(terms, tmp_path / "two", caption="Two documents.")
    assert set(da.verify(saved, corpus=documents)["status"]) == {"ok"}
    few = da.count_terms(da.tokenize(documents[documents["side"] == "west"]))
    da.save_table(few, tmp_path / "west", caption="The West.")
    assert set(da.verify(tmp_path / "west", corpus=documents)["status"]) == {"ok"}


def test_a_text_that_belies_its_hash_is_found(bundle):
    documents = tiny()
    documents.loc[3, "text"] += "  "
    assert found(da.verify(bundle, corpus=documents)) == {("corpus", "terms.csv")}


def test_tables_given_to_a_step_are_given_again(tmp_path):
    documents = tiny()
    tokens = da.tokenize(documents)
    some = tokens[tokens["doc"].isin(["c", "d"])]
    west = documents[documents["side"] == "west"]
    terms = da.count_terms(some, by="side", documents=west)
    assert terms.attrs["steps"][-1]["params"]["documents"] == {"docs": ["c", "d"]}
    saved = da.save_table(terms, tmp_path / "west", caption="The West.")
    assert set(da.verify(saved, corpus=documents)["status"]) == {"ok"}
    steps = [{"call": "read_corpus", "on": "", "params": {}}, *terms.attrs["steps"]]
    pd.testing.assert_frame_equal(recompute(steps, documents), terms)


def test_a_table_that_no_record_holds_is_told_not_blamed(tmp_path):
    documents = tiny()
    usual = pd.DataFrame({"term": ["peace", "war"], "count": [5, 50]})
    keywords = da.compare_terms(
        da.tokenize(documents),
        by="side",
        documents=documents,
        target="east",
        reference=usual,
        min_documents=1,
    )
    saved = da.save_table(keywords, tmp_path / "keywords", caption="Keywords.")
    checks = da.verify(saved, corpus=documents)
    assert not found(checks)
    (row,) = checks[checks["check"] == "recompute"].itertuples()
    assert row.status == "not checked"
    assert "compare_terms was given a table, reference=, that is not kept here" in row.detail


def test_the_bundled_corpus_can_be_named_by_its_folder(root, tmp_path):
    documents = da.read_corpus(root / "corpus", near_duplicates=None).documents
    mentions = da.find_entities(documents.head(2))
    entities = da.count_entities(mentions, tokens=da.tokenize(documents.head(2)))
    saved = da.save_table(entities, tmp_path / "entities", caption="Entities.")
    checks = da.verify(saved, corpus=root / "corpus")
    assert set(checks["status"]) == {"ok"}


def test_a_forged_row_of_a_specification_curve_reaches_no_option(tmp_path: Path) -> None:
    corpus = da.Corpus(pd.DataFrame({"doc": list("abc"), "text": ["War. Talks."] * 3}))
    curve = da.vary(da.count_terms, corpus, ["war"], null=1, choices={"confidence": [0.9]})
    step = curve.attrs["steps"][-1]
    forged = {**step, "params": {**step["params"], "row": {"documents": str(tmp_path / "made")}}}
    with pytest.raises(InputError, match="row holds 'documents'"):
        recompute([forged], corpus)
    assert not (tmp_path / "made").exists()
