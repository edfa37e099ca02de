"""A packed corpus: written in parts, opened without reading, the same as one in memory."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

import analysis as da

LAYERS = ("documents", "sentences", "tokens", "sentiment")


@pytest.fixture
def packed(documents, tmp_path):
    return da.pack_corpus(da.Corpus(documents), tmp_path / "packed", characters=60)


def same(one: da.Corpus, other: da.Corpus, names=LAYERS) -> None:
    for name in names:
        pd.testing.assert_frame_equal(one.layer(name), other.layer(name))


def test_a_packed_corpus_is_the_corpus_that_was_packed(documents, packed):
    whole = da.Corpus(documents)
    assert len(packed._store.partitions()) > 1
    assert repr(whole).partition("\n")[0] == repr(packed).partition("\n")[0]
    same(whole, packed)
    same(
        whole.where(side="west", since="2024-05-16"), packed.where(side="west", since="2024-05-16")
    )
    same(whole.select(["b", "d"]), packed.select(["d", "b"]))
    assert packed.documents.attrs["corpus"] == whole.documents.attrs["corpus"]


def test_a_part_goes_to_another_process_by_its_path(packed):
    part = packed.where(side="west")
    sent = pickle.dumps(part)
    assert len(sent) < 2000
    same(pickle.loads(sent), part)
