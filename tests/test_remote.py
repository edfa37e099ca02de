"""A packed corpus at an address: what is asked of the server, how often, and what it refuses."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import ClassVar

import pandas as pd
import pytest

import analysis as da
from analysis import InputError
from analysis.cli.main import main
from analysis.packed import store as packed_store

fsspec = pytest.importorskip("fsspec")


class Bucket(fsspec.AbstractFileSystem):
    """Files in memory that count how often they are asked for."""

    protocol = "bucket"
    files: ClassVar[dict[str, bytes]] = {}
    asked: ClassVar[list[tuple[str, str]]] = []
    writable = True
    away = False

    def _ask(self, what: str, path: str) -> str:
        if self.away:
            raise RuntimeError("Could not connect to the endpoint.\nMore of it.")
        self.asked.append((what, path))
        return path

    def info(self, path, **_):
        path = self._ask("info", self._strip_protocol(path))
        if path not in self.files:
            raise FileNotFoundError(path)
        return {"name": path, "type": "file", "size": len(self.files[path]), "at": hash(path)}

    def find(self, path, detail=False, **_):
        path = self._ask("find", self._strip_protocol(path))
        return {n: {"size": len(d)} for n, d in self.files.items() if n.startswith(path + "/")}

    def cat_file(self, path, **_):
        path = self._ask("read", self._strip_protocol(path))
        if path not in self.files:
            raise FileNotFoundError(path)
        return self.files[path]

    def pipe_file(self, path, value, **_):
        path = self._ask("write", self._strip_protocol(path))
        if not self.writable:
            raise PermissionError("Access Denied")
        self.files[path] = bytes(value)


fsspec.register_implementation("bucket", Bucket, clobber=True)
ADDRESS = "bucket://news/packed"


@pytest.fixture
def folder(many, tmp_path, monkeypatch) -> Path:
    """The forty packed in ten partitions or so; nothing is fetched yet."""
    monkeypatch.setenv("DISCOURSE_CACHE", str(tmp_path / "cache"))
    da.pack_corpus(da.Corpus(many, name="many"), tmp_path / "packed", characters=700)
    return tmp_path / "packed"


@pytest.fixture
def bucket(folder, monkeypatch) -> type[Bucket]:
    """The pack behind an address."""
    there = {
        f"news/packed/{path.relative_to(folder)}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    for name, value in {"files": there, "asked": [], "writable": True, "away": False}.items():
        monkeypatch.setattr(Bucket, name, value)
    packed_store.forget_stores()
    return Bucket


def read(bucket: type[Bucket]) -> list[str]:
    """The names of the files that were read since it was asked last."""
    names = [path.rpartition("/")[2] for what, path in bucket.asked if what == "read"]
    bucket.asked.clear()
    return names


def test_opening_and_choosing_read_no_text_and_no_token(bucket):
    corpus = da.read_corpus(ADDRESS)
    assert len(corpus.where(side="east")) == 20
    repr(corpus)
    counts: dict[str, int] = {}
    for name in read(bucket):
        counts[name] = counts.get(name, 0) + 1
    assert not {"texts.arrow", "tokens.arrow"} & set(counts)
    assert counts["documents.arrow"] == len(corpus._store.partitions())


def test_results_are_those_of_the_folder_and_a_file_is_read_once(bucket, folder):
    corpus, here = da.read_corpus(ADDRESS), da.read_corpus(folder)
    read(bucket)
    for ask in (
        lambda c: da.count_terms(c, by="side"),
        lambda c: da.find_contexts(c, "peace"),
        lambda c: da.find_collocates(c, "peace"),
        lambda c: da.find_passages(da.count_terms(c, terms=["war"], by="side"), c, term="war"),
        lambda c: c.documents,
        lambda c: c.sentences,
    ):
        pd.testing.assert_frame_equal(ask(corpus), ask(here), check_exact=True)
    names = [path for what, path in bucket.asked if what == "read"]
    assert len(names) == len(set(names))
    bucket.asked.clear()
    da.find_contexts(corpus, "war")
    da.find_collocates(corpus, "talks")
    assert not bucket.asked


def test_another_session_reads_what_this_machine_has_not_got(bucket):
    da.count_terms(da.read_corpus(ADDRESS), by="side")
    packed_store.forget_stores()
    read(bucket)
    da.count_terms(da.read_corpus(ADDRESS), by="side")
    assert set(read(bucket)) <= {"packed.json", "counts.made.arrow.sha256"}


def test_layers_are_written_there_and_found_by_another_session(bucket, folder):
    corpus = da.read_corpus(ADDRESS)
    assert corpus.make("sentiment")
    assert sum(name.endswith("sentiment.made.arrow") for name in bucket.files) > 1
    packed_store.forget_stores()
    again = da.read_corpus(ADDRESS)
    read(bucket)
    assert not again.lacks("sentiment")
    assert set(read(bucket)) == {"sentiment.made.arrow.sha256"}
    pd.testing.assert_frame_equal(again.sentiment, da.read_corpus(folder).sentiment)


def test_where_one_may_only_read_layers_are_kept_on_this_machine(bucket, folder):
    bucket.writable = False
    before = dict(bucket.files)
    assert da.read_corpus(ADDRESS).make("sentiment")
    assert sum(what == "write" for what, _ in bucket.asked) == 1
    assert bucket.files == before
    packed_store.forget_stores()
    again = da.read_corpus(ADDRESS)
    assert not again.lacks("sentiment")
    pd.testing.assert_frame_equal(again.sentiment, da.read_corpus(folder).sentiment)


def test_texts_added_there_are_seen_at_the_next_opening(bucket, folder, many):
    assert len(da.read_corpus(ADDRESS)) == 40
    da.pack_corpus(many.assign(doc=many["doc"] + "x", text=many["text"] + " More."), folder)
    for path in folder.rglob("*"):
        if path.is_file():
            bucket.files[f"news/packed/{path.relative_to(folder)}"] = path.read_bytes()
    assert len(da.read_corpus(ADDRESS)) == 80


def test_a_damaged_layer_is_made_again(bucket, folder, capsys):
    assert da.read_corpus(ADDRESS).make("sentiment")
    shutil.rmtree(folder.parent / "cache" / "packs")
    name = min(n for n in bucket.files if n.endswith("sentiment.made.arrow"))
    bucket.files[name] = bucket.files[name][:-5]
    packed_store.forget_stores()
    again = da.read_corpus(ADDRESS)
    pd.testing.assert_frame_equal(again.sentiment, da.read_corpus(folder).sentiment)


def test_a_damaged_partition_is_named(bucket):
    for name in [n for n in bucket.files if n.endswith("part-00002/tokens.arrow")]:
        bucket.files[name] = b"x" * len(bucket.files[name])
    with pytest.raises(
        InputError, match=r"^Partition 2 of .* is damaged: tokens\.arrow was chang"
    ) as told:
        len(da.read_corpus(ADDRESS).tokens)
    assert f"--to {ADDRESS}" not in str(told.value)  # which would be refused
    assert "--to FOLDER --repair', where FOLDER is a copy on this machine" in str(told.value)


@pytest.mark.parametrize("change", [{"format": 0}, {"partitions": 5}, {"lost": True}, None])
def test_the_repair_of_a_plan_is_one_that_works(bucket, change):
    name = next(n for n in bucket.files if n.endswith("packed.json"))
    plan = json.loads(bucket.files[name])
    if change == {"lost": True}:
        change = {"partitions": plan["partitions"][:-1]}
    bucket.files[name] = json.dumps(plan | change).encode() if change else b"{"
    with pytest.raises(InputError) as told:
        da.read_corpus(ADDRESS)
    assert f"--to {ADDRESS}" not in str(told.value)


def test_a_checksum_is_no_path(bucket, tmp_path):
    assert da.read_corpus(ADDRESS).make("sentiment")
    for name in [n for n in bucket.files if n.endswith("sentiment.made.arrow.sha256")]:
        key = bucket.files[name].split(b"\n")[1]
        bucket.files[name] = b"../../../stolen  x\n" + key + b"\n"
    packed_store.forget_stores()
    again = da.read_corpus(ADDRESS)
    assert len(again.sentiment)
    assert not list(tmp_path.rglob("stolen*"))


def test_a_server_that_is_away_is_told_and_then_goes_on(bucket):
    corpus = da.read_corpus(ADDRESS)
    bucket.away = True
    with pytest.raises(InputError, match=r"cannot be read: Could not connect to the endpoint; see"):
        da.count_terms(corpus, by="side")
    with pytest.raises(InputError, match=r"packed\.json cannot be read: Could not connect"):
        da.read_corpus(ADDRESS)
    bucket.away = False
    assert len(da.count_terms(corpus, by="side"))


def test_what_is_not_there_and_what_cannot_be_written_there(bucket, many, capsys):
    with pytest.raises(InputError, match="holds no packed corpus"):
        da.read_corpus("bucket://news/other")
    with pytest.raises(InputError, match=r"cannot be opened .*install fsspec and the driver"):
        da.read_corpus("nosuch://news/packed")
    with pytest.raises(InputError, match=r"is an address; pack, or repair, in a folder"):
        da.pack_corpus(many, "bucket://news/new")
    assert main(["pack", "--to", ADDRESS, "--repair"]) == 2
    assert "is an address" in capsys.readouterr().err


def test_tables_at_an_address_are_packed(tmp_path, many):
    long = pd.concat([many.assign(doc=many["doc"] + f"-{n}") for n in range(140)])
    long["text"] = long["text"] + " " + long["doc"]  # more than a megabyte, in which nothing is
    long.to_csv(tmp_path / "long.csv", index=False)  # but ASCII
    long.to_parquet(tmp_path / "long.parquet")
    for name in ("long.csv", "long.parquet"):
        packed = da.pack_corpus(f"file://{tmp_path / name}", tmp_path / f"of-{name}")
        assert packed.documents["text"].tolist() == long["text"].tolist()
    for name in ("no.csv", "no.parquet"):
        with pytest.raises(InputError, match=rf"{name} cannot be read: there is no such file\.$"):
            da.pack_corpus(f"file://{tmp_path / name}", tmp_path / "none")


@pytest.mark.slow
def test_a_bucket_of_s3(folder, monkeypatch):
    s3fs = pytest.importorskip("s3fs", reason="needs s3fs and moto[server]")
    server = pytest.importorskip("moto.server", reason="needs moto[server]")
    at = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    at.start()
    try:
        host, port = at.get_host_and_port()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        system = s3fs.S3FileSystem(skip_instance_cache=True)
        system.mkdir("news")
        system.put(str(folder), "news/packed", recursive=True)
        corpus = da.read_corpus("s3://news/packed")
        pd.testing.assert_frame_equal(
            da.count_terms(corpus, by="side"), da.count_terms(da.read_corpus(folder), by="side")
        )
        assert corpus.make("sentiment")
        packed_store.forget_stores()
        assert not da.read_corpus("s3://news/packed").lacks("sentiment")
        with pytest.raises(InputError, match="holds no packed corpus"):
            da.read_corpus("s3://none/packed")
    finally:
        at.stop()
    began = time.monotonic()
    with pytest.raises(InputError, match="cannot be read"):
        da.read_corpus("s3://news/packed")
    assert time.monotonic() - began < 120
