"""A packed corpus on a cluster of two processes: the same results, and nothing lost."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import analysis as da
from analysis import InputError
from analysis.cli.main import main
from analysis.packed import cluster as on_cluster
from analysis.packed import store as packed_store

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")


@pytest.fixture(scope="module", autouse=True)
def _main_module():
    """The main module as it was found when Python began: tests that run notebooks replace it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["__main__"], "__spec__", None, raising=False)
        yield


@pytest.fixture(scope="module")
def cluster(_main_module):
    """Two workers with one thread each."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", memory_limit=0
    ) as made:
        yield made


@pytest.fixture
def client(cluster):
    cluster.scale(2)
    with distributed.Client(cluster, set_as_default=False) as made:
        made.wait_for_workers(2)
        yield made


@pytest.fixture
def folder(many, tmp_path) -> Path:
    """The forty packed in ten partitions or so."""
    da.pack_corpus(da.Corpus(many, name="many"), tmp_path / "packed", characters=700)
    packed_store.forget_stores()
    return tmp_path / "packed"


def terms_of(part: da.Corpus, *, of: str) -> list[str]:
    return part.tokens[of].tolist()[:3]


def refuse(part: da.Corpus) -> None:
    raise InputError(f"Not {part.documents['doc'].iloc[0]}.")


def divide(part: da.Corpus) -> float:
    return len(part) / 0


def die(part: da.Corpus, *, mark: Path | None) -> int:
    """Kill the worker, once or as often as it is tried."""
    if mark is None or not mark.exists():
        if mark is not None:
            mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return len(part)


def die_in_the_middle(part: da.Corpus, *, mark: Path) -> int:
    """Die over the fourth partition, once."""
    return die(part, mark=mark) if "d14" in set(part.documents["doc"]) else len(part)


def alone_cluster() -> distributed.LocalCluster:
    """A cluster of one worker for one test."""
    return distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", memory_limit=0
    )


def processes(part: da.Corpus) -> int:
    return os.getpid()


# The same results


@pytest.mark.parametrize(
    "measure",
    [
        partial(da.count_terms, by="side"),
        partial(da.compare_terms, by="side"),
        partial(da.score_dispersion),
        partial(da.count_terms, terms=["peace", "war"]),
        partial(da.find_collocates, query="peace", min_count=1),
        partial(da.find_collocate_network, queries=["peace", "war"], min_count=1),
        partial(da.compare_collocates, query="peace", by="side", min_count=1),
    ],
)
def test_a_measure_is_the_same_to_the_bit(measure, folder, client):
    alone = da.read_corpus(folder)
    assert alone.in_parts
    pd.testing.assert_frame_equal(
        measure(da.read_corpus(folder, client=client)), measure(alone), check_exact=True
    )


def test_parts_are_mapped_in_their_order_on_the_workers(folder, client):
    alone, joined = da.read_corpus(folder), da.read_corpus(folder, client=client)
    chosen = joined.where(side="west")
    assert list(joined.map_parts(terms_of, of="term")) == list(alone.map_parts(terms_of, of="term"))
    assert sum(chosen.map_parts(len)) == 20
    assert os.getpid() not in set(chosen.map_parts(processes))
    assert list(joined.map_parts(lambda part: len(part))) == list(alone.map_parts(len))


def test_no_more_parts_are_given_out_than_are_waited_for(folder, client, monkeypatch):
    submitted = []
    submit = client.submit
    monkeypatch.setattr(
        client, "submit", lambda work, *a, **k: submitted.append(work) or submit(work, *a, **k)
    )
    results = da.read_corpus(folder, client=client).map_parts(len)
    next(results)
    assert submitted.count(on_cluster.run_part) == 2 * on_cluster.AHEAD
    results.close()


# Layers


def test_layers_are_made_into_the_files_and_only_what_lacks(folder, many, client):
    joined = da.read_corpus(folder, client=client)
    told: list[tuple[int, int]] = []
    assert joined.make("sentiment", tick=lambda done, total, _: not told.append((done, total)))
    assert told[0] == (0, 40)
    assert told[-1] == (40, 40)
    made = sorted(folder.glob("part-*/sentiment.made.arrow"))
    assert len(made) == len(joined._store.partitions())
    before = {path: path.stat().st_mtime_ns for path in made}
    made[3].unlink()
    packed_store.forget_stores()
    again = da.read_corpus(folder, client=client)
    assert again.lacks("sentiment")
    assert again.make("sentiment")
    after = {path: path.stat().st_mtime_ns for path in made}
    assert [path for path in made if after[path] != before[path]] == [made[3]]
    pd.testing.assert_frame_equal(again.sentiment, da.Corpus(many).sentiment)


def test_a_table_of_a_whole_small_corpus_is_made_by_the_workers(folder, many, client):
    joined = da.read_corpus(folder, client=client)
    pd.testing.assert_frame_equal(joined.sentiment, da.Corpus(many).sentiment)
    assert list(folder.glob("part-*/sentiment.made.arrow"))


def test_layers_of_a_corpus_at_an_address_are_written_there(folder, many, client):
    pytest.importorskip("fsspec")
    joined = da.read_corpus(f"file://{folder}", client=client)
    assert joined.make("sentiment")
    assert len(list(folder.glob("part-*/sentiment.made.arrow.sha256"))) > 1
    pd.testing.assert_frame_equal(da.read_corpus(folder).sentiment, da.Corpus(many).sentiment)


def test_making_can_be_stopped(folder, client):
    joined = da.read_corpus(folder, client=client)
    assert not joined.make("sentiment", tick=lambda done, *_: done < 10)
    assert joined.make("sentiment")
    assert not joined.lacks("sentiment")


# What can go wrong


def test_the_death_of_a_worker_loses_nothing(folder, tmp_path, client):
    joined = da.read_corpus(folder, client=client)
    sizes = list(joined.map_parts(die_in_the_middle, mark=tmp_path / "died"))
    assert (tmp_path / "died").exists()
    assert sum(sizes) == 40


@pytest.mark.slow
def test_a_worker_killed_while_layers_are_made(folder, many, client):
    killed: list[int] = []

    def kill(done: int, *_: object) -> bool:
        if done and not killed:
            killed.extend(client.run(os.getpid).values())
            os.kill(killed[0], signal.SIGKILL)
        return True

    joined = da.read_corpus(folder, client=client)
    assert joined.make("sentiment", tick=kill)
    assert killed
    packed_store.forget_stores()
    pd.testing.assert_frame_equal(da.read_corpus(folder).sentiment, da.Corpus(many).sentiment)


@pytest.mark.slow
def test_a_part_that_kills_its_workers_is_told(folder):
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        alone_cluster() as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
        pytest.raises(InputError, match="Workers died again and again"),
    ):
        list(da.read_corpus(folder, client=client).map_parts(die, mark=None))


def test_errors_of_the_function_come_through(folder, client):
    joined = da.read_corpus(folder, client=client)
    with pytest.raises(InputError, match=r"^Not d00\.$"):
        list(joined.map_parts(refuse))
    assert "Not d00." not in str(client.get_worker_logs())  # nothing of the worker's stack
    with pytest.raises(ZeroDivisionError):
        list(joined.map_parts(divide))
    assert "division by zero" in str(client.get_worker_logs())
    with pytest.raises(InputError, match="cannot be sent"):
        list(joined.map_parts(terms_of, of=(n for n in "a")))


def test_what_is_no_client_and_what_is_not_packed_are_refused(folder, many, client):
    with pytest.raises(InputError, match="client= is str, not a client of Dask"):
        da.read_corpus(folder, client="tcp://127.0.0.1:8786")
    with pytest.raises(InputError, match="packed corpora, and this is none"):
        da.read_corpus(da.Corpus(many), client=client)


def test_without_the_extra_it_is_named(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="the extra ‘cluster’"):
        da.read_corpus(folder, client=object())


def test_workers_with_another_folder_or_version_refuse(folder, many, tmp_path, client, monkeypatch):
    joined = da.read_corpus(folder, client=client)
    shutil.move(folder, tmp_path / "moved")
    with pytest.raises(InputError, match="does not find the packed corpus"):
        list(joined.map_parts(len))
    other = da.Corpus(many.assign(text=many["text"] + " More."))
    da.pack_corpus(other, folder, characters=700)
    with pytest.raises(InputError, match="finds other texts"):
        list(joined.map_parts(len))
    monkeypatch.setattr(da, "__version__", "99.1")
    with pytest.raises(InputError, match=r"has version .*, the client 99\.1"):
        list(joined.map_parts(len))


def test_a_client_that_is_closed_is_told(folder, cluster):
    with distributed.Client(cluster, set_as_default=False) as client:
        joined = da.read_corpus(folder, client=client)
        results = joined.map_parts(len)
        next(results)
    for work in (lambda: list(results), lambda: list(joined.map_parts(len))):
        with pytest.raises(InputError, match="has lost its cluster, or was closed"):
            work()
    with pytest.raises(InputError, match="has lost its cluster, or was closed"):
        da.read_corpus(folder, client=client)


@pytest.mark.slow
def test_a_scheduler_that_dies_is_told(folder):
    cluster = alone_cluster()
    client = distributed.Client(cluster, set_as_default=False, timeout="3s")
    joined = da.read_corpus(folder, client=client)
    results = joined.map_parts(len)
    next(results)
    cluster.close()
    with pytest.raises(InputError, match="has lost its cluster, or was closed"):
        list(results)
    client.close()


# The command line


def test_layers_by_the_command(folder, cluster, capsys):
    address = cluster.scheduler_address
    assert main(["pack", "--to", str(folder), "--layers", "sentiment", "--dask", address]) == 0
    assert "Layers made: sentiment." in capsys.readouterr().out
    assert len(list(folder.glob("part-*/sentiment.made.arrow"))) > 1
    assert main(["pack", "--to", str(folder), "--layers", "feelings"]) == 2
    assert "feelings" in capsys.readouterr().err


def test_no_scheduler_is_told(folder, monkeypatch, capsys):
    monkeypatch.setattr(on_cluster, "CONNECT", "1s")
    command = ["pack", "--to", str(folder), "--layers", "sentiment", "--dask"]
    assert main([*command, "tcp://127.0.0.1:9"]) == 2
    assert "No scheduler of Dask answers" in capsys.readouterr().err
