"""A packed corpus of 1, 10 and 100 million tokens: what each task costs for each of its tokens.

    python benchmarks/scale.py [FOLDER] [--tokens 1 10 100] [--work DIR] [--peers tantivy conc]

The texts of FOLDER are written again and again until there are enough tokens. In each further copy
some of the rare words get another ending, so that the vocabulary grows as that of real text does
(Heaps 1978: with a root of the number of words), and texts differ. Texts and packs are kept in
`--work`, so that a second run measures again without building. Every size is packed, and then
opened and measured, in processes of their own, whose peak memory is that of the whole process with
the pages of the files that it has mapped. `tantivy` (a search engine's index with positions, one
thread, one process) is asked for the same words and phrases: in how many documents they are, how
often (its own text is read for that, as it keeps no number of hits), and the first page. Conc is
asked where it can hold the texts (`CONC`). What was asked of the package stands beside.

With texts, packs and indexes that are there (`--work`), all three sizes take some minutes;
`--peers` with nothing behind it leaves out the others.

Then the same for what the annotator makes: packs of 1, 2 and 4 partitions of some twenty thousand
words, names alone and all heads, on one core, nothing from the cache, the model loaded before:
seconds of the processor, and microseconds a word. `--parts` with nothing behind it leaves it out,
`--tokens` with nothing leaves out the rest.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from texts import default_folder, load

PIECE = 12_000  # characters: longer texts are cut, as books are into chapters
RARE = 3  # occurrences of a word that may get another ending
GROWTH = 0.55  # Heaps' exponent
ENDINGS = "ka mo ri su ne tal vor ent ish ula".split()
WORD, PHRASE = "people", "the united states"
PART = 120_000  # characters of a partition that is annotated
LAYERS = ("mentions", "tagged")  # names alone, and all heads
CONC = 1.5e6  # tokens that Conc is given: it holds a table of all of them while it builds
ASKED = {  # seconds at 100 million tokens, and GB
    "pack": 90.0,
    "open": 1.0,
    "frequencies, with intervals": 20.0,
    "keyness": 20.0,
    "dispersion": 20.0,
    "contexts of a rare word": 0.5,
    "collocates": 3.0,
    "peak GB": 4.0,
    "peak GB, packing": 4.0,
}


# Texts


def pieces(texts: pd.DataFrame) -> pd.DataFrame:
    """The texts, those of books in pieces that end with a line."""
    rows = []
    for doc, part, text in texts[["doc", "part", "text"]].itertuples(index=False):
        begin = number = 0
        while begin < len(text):
            end = (
                len(text) if len(text) - begin <= PIECE else text.rfind("\n", begin, begin + PIECE)
            )
            end = begin + PIECE if end <= begin else end
            rows.append((f"{doc}.{number}", part, text[begin:end]))
            begin, number = end, number + 1
    table = pd.DataFrame(rows, columns=["doc", "part", "text"])
    return table[table["text"].str.strip() != ""].reset_index(drop=True)


def copies(texts: pd.DataFrame, tokens: int) -> Iterator[pd.DataFrame]:
    """The texts, then copies whose rare words are other ones, until there are enough tokens."""
    import analysis as da

    split = pc.split_pattern(pa.array(texts["text"].tolist(), pa.string()), " ")
    encoded = split.flatten().dictionary_encode()
    words = encoded.dictionary.to_numpy(zero_copy_only=False).astype(object)
    codes = encoded.indices.to_numpy()
    counts = np.bincount(codes, minlength=len(words))
    rare = np.flatnonzero((counts <= RARE) & np.array([w.isalpha() for w in words]))
    rng, number, made = np.random.default_rng(7), 0, 0.0
    own = float(len(da.tokenize(texts[["doc", "text"]], sentences=False)))  # of each copy, nearly
    while made < tokens:
        changed = words.copy()
        if number:
            share = (number + 1) ** GROWTH - number**GROWTH
            some = rng.choice(rare, min(len(rare), int(share * len(words))), replace=False)
            ending = f"{ENDINGS[number % len(ENDINGS)]}{ENDINGS[number // len(ENDINGS) % 10]}"
            changed[some] = [words[code] + ending for code in some]
        values = pa.array(changed, pa.string()).take(encoded.indices)
        lists = pa.ListArray.from_arrays(split.offsets, values)
        table = texts.assign(
            doc=texts["doc"] + f"#{number}",
            side=np.where(rng.random(len(texts)) < 0.5, "east", "west"),
            outlet=[f"Outlet {n}" for n in rng.integers(0, 8, len(texts))],
            genre=np.where(rng.random(len(texts)) < 0.7, "news", "comment"),
            published=pd.Timestamp("2024-01-01")
            + pd.to_timedelta(rng.integers(0, 200, len(texts)), unit="D"),
            text=pd.Series(pc.binary_join(lists, " ").to_pylist(), dtype="str"),
        )
        left = (tokens - made) / own
        yield table if left >= 1 else table.iloc[: int(len(table) * left) + 1]
        made, number = made + own, number + 1


def write_texts(folder: Path, tokens: int, file: Path) -> None:
    """Write the texts as Parquet, a copy at a time."""
    texts, writer = pieces(load(folder)), None
    part = file.with_suffix(".part")
    for table in copies(texts, tokens):
        rows = pa.Table.from_pandas(table, preserve_index=False)
        rows = rows.set_column(
            rows.schema.get_field_index("text"), "text", rows["text"].cast(pa.large_string())
        )
        writer = writer or pq.ParquetWriter(part, rows.schema)
        writer.write_table(rows, row_group_size=2000)
    if writer is not None:
        writer.close()
    part.rename(file)


# What is measured, in a process of its own


def peak() -> float:
    """The most memory that this process has held so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of a task, and what it gave; what it took of a processor is kept in `PROCESSOR`."""
    begin, used = time.perf_counter(), time.process_time()
    result = work()
    PROCESSOR.append(time.process_time() - used)
    return time.perf_counter() - begin, result


PROCESSOR: list[float] = []  # seconds of each task so far


def rare_word(counts: pd.DataFrame) -> str:
    """A word that occurs about ten times."""
    near = counts[counts["count"].between(8, 12) & counts["term"].str.isalpha()]
    return str(near["term"].iloc[0])


def measure(pack: Path) -> dict[str, float]:
    """Open a packed corpus and ask what is asked of one."""
    import analysis as da

    da.count_terms(da.tokenize(pd.DataFrame({"doc": ["a"], "text": ["What loads on first use."]})))
    seconds: dict[str, float] = {}
    seconds["open"], corpus = timed(lambda: da.read_corpus(pack))
    seconds["tokens"] = float(sum(part.tokens for part in corpus._store.parts))
    store = corpus._store
    lacking = [one for one in store.parts if not store.made.has("counts", one, None)]
    if lacking:  # they are made once, and kept
        made, _ = timed(lambda: [part.counted() and None for part in corpus.parts()])
        seconds["words counted by document"] = made
    seconds["frequencies, with intervals"], counts = timed(lambda: da.count_terms(corpus))
    seconds["frequencies, processor"] = PROCESSOR[-1]
    seconds["distinct terms"] = float(len(counts))
    word = rare_word(counts)
    tasks: dict[str, Callable[[], Any]] = {
        "frequencies by side": lambda: da.count_terms(corpus, by="side"),
        "three terms by side": lambda: da.count_terms(corpus, terms=["war", "peace*"], by="side"),
        "keyness": lambda: da.compare_terms(corpus, by="side"),
        "dispersion": lambda: da.score_dispersion(corpus),
        "contexts of a rare word": lambda: da.find_contexts(corpus, word, limit=20),
        "the same again": lambda: da.find_contexts(corpus, word, limit=20),
        "contexts of a frequent word, a page": lambda: da.find_contexts(corpus, WORD, limit=20),
        "contexts of a phrase, a page": lambda: da.find_contexts(corpus, PHRASE, limit=20),
        "collocates": lambda: da.find_collocates(corpus, WORD),
    }
    for name, work in tasks.items():
        try:
            seconds[name], _ = timed(work)
            if name in ASKED and name != "contexts of a rare word":
                seconds[f"{name}, processor"] = PROCESSOR[-1]
        except da.InputError as error:
            print(f"{name}: {error}", file=sys.stderr)
    seconds["peak GB"] = peak()
    return seconds


def pack_texts(texts: Path, pack: Path) -> dict[str, float]:
    """Pack the texts with one process, or as many as there are cores."""
    import analysis as da

    seconds, _ = timed(lambda: da.pack_corpus(texts, pack))
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    return {"pack": seconds, "peak GB, packing": max(peak(), children)}


def ask_tantivy(texts: Path, folder: Path) -> dict[str, float]:
    """Index the texts with positions, and ask for words and a phrase."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("doc", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", stored=True, tokenizer_name="default", index_option="position")
    folder.mkdir(exist_ok=True)
    index = tantivy.Index(builder.build(), path=str(folder))
    begin = time.perf_counter()
    if not index.searcher().num_docs:
        writer = index.writer(heap_size=500_000_000, num_threads=1)
        for batch in pq.ParquetFile(texts).iter_batches(1000, columns=["doc", "text"]):
            for doc, text in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                writer.add_document(tantivy.Document(doc=doc, text=text))
        writer.commit()
        writer.wait_merging_threads()
    found = {"tantivy: index": time.perf_counter() - begin}
    index.reload()
    searcher = index.searcher()
    for name, query in (("word", WORD), ("phrase", f'"{PHRASE}"')):
        parsed = index.parse_query(query, ["text"])
        begin = time.perf_counter()
        hits = searcher.search(parsed, 20).hits
        _ = [searcher.doc(place)["text"] for _, place in hits]
        found[f"tantivy: {name}, documents and a page"] = time.perf_counter() - begin
        pattern = re.compile(
            rf"\b{WORD if name == 'word' else PHRASE}\b".replace(" ", r"\s+"), re.I
        )
        begin, number, first = time.perf_counter(), 0, 0
        while places := searcher.search(parsed, 10_000, offset=first).hits:
            first += len(places)
            texts_of = (searcher.doc(place)["text"][0] for _, place in places)
            number += sum(len(pattern.findall(text)) for text in texts_of)
        found[f"tantivy: {name}, all hits counted"] = time.perf_counter() - begin
        found[f"tantivy: hits of the {name}"] = float(number)
    return found | {"peak GB, tantivy": peak()}


def ask_conc(texts: Path, folder: Path) -> dict[str, float]:
    """Build Conc's corpus of the same texts, and ask it for frequencies, contexts, collocates."""
    import os

    os.environ["POLARS_MAX_THREADS"] = "1"  # one core for all
    from peers import Conc

    documents = pq.read_table(texts).to_pandas()
    folder.mkdir(exist_ok=True)
    conc = Conc(documents.assign(part="x"), folder)
    found = {}
    found["Conc: build"], corpus = timed(conc.build)
    from conc.collocates import Collocates
    from conc.concordance import Concordance
    from conc.frequency import Frequency

    asked: dict[str, Callable[[], Any]] = {
        "frequencies": lambda: Frequency(corpus).frequencies(page_size=20).to_frame(),
        "contexts of a frequent word, a page": lambda: (
            Concordance(corpus).concordance(WORD, context_length=5, page_size=20).to_frame()
        ),
        "collocates": lambda: (
            Collocates(corpus).collocates(WORD, context_length=5, page_size=20).to_frame()
        ),
    }
    for name, work in asked.items():
        found[f"Conc: {name}"], _ = timed(work)
    return found | {"peak GB, Conc": peak()}


def annotate(texts: Path, number: Path) -> dict[str, float]:
    """Make layers of a pack of so many partitions; seconds of the processor of one core."""
    import os

    import analysis as da

    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    rows = next(pq.ParquetFile(texts).iter_batches(2000)).to_pandas()
    part_of = rows["text"].str.len().cumsum() // PART
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DISCOURSE_CACHE"] = str(Path(folder, "cache"))
        for column in LAYERS:  # the model is loaded
            da.Corpus(pd.DataFrame({"doc": ["a"], "text": ["Ann saw Bob."]})).make(column)
        for one in range(int(str(number))):
            corpus = da.pack_corpus(rows[part_of == one].copy(), Path(folder, "pack"))
        found = {"partitions": float(len(corpus._store.parts))}
        found["words"] = float(sum(part.words for part in corpus._store.parts))
        for layer in LAYERS:
            os.environ["DISCOURSE_CACHE"] = str(Path(folder, layer))  # nothing of the one before
            timed(lambda layer=layer: corpus.make(layer))
            found[layer] = PROCESSOR[-1]
    return found


STEPS: dict[str, Callable[..., Any]] = {
    "pack": pack_texts,
    "measure": measure,
    "tantivy": ask_tantivy,
    "conc": ask_conc,
    "annotate": annotate,
}


def run(step: str, *paths: Path) -> dict[str, float]:
    """Run a step in a process of its own."""
    command = [sys.executable, __file__, "--step", step, *map(str, paths)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(f"{step} failed with {done.returncode}", file=sys.stderr)
        return {}
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(step, json.dumps(found), file=sys.stderr, flush=True)  # a long run may be stopped
    return found


def main() -> None:
    """Build, pack, measure every size; print a table of seconds, and of nanoseconds a token."""
    parser = argparse.ArgumentParser(description="Cost for each token of large packed corpora.")
    parser.add_argument("folder", nargs="*", type=Path)
    parser.add_argument("--tokens", nargs="*", type=float, default=[1, 10, 100], help="millions")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "scale"))
    parser.add_argument(
        "--peers", nargs="*", default=["tantivy", "conc"], choices=["tantivy", "conc"]
    )
    parser.add_argument("--parts", nargs="*", type=int, default=[1, 2, 4], help="annotated")
    parser.add_argument("--step", choices=STEPS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(STEPS[options.step](*options.folder)))
        return
    options.work.mkdir(parents=True, exist_ok=True)
    columns = {}
    for size in options.tokens:
        texts = options.work / f"texts-{size:g}.parquet"
        if not texts.exists():
            write_texts((options.folder or [default_folder()])[0], int(size * 1e6), texts)
        pack = options.work / f"pack-{size:g}"
        found: dict[str, float] = {}
        if not (pack / "packed.json").exists():
            found |= run("pack", texts, pack)
        found |= run("measure", pack)
        for peer in options.peers:
            if peer == "conc" and size * 1e6 > CONC:
                continue
            found |= run(peer, texts, options.work / f"{peer}-{size:g}")
        columns[f"{size:g} M"] = found
    if columns:
        print_table(columns)
    texts = options.work / "texts-1.parquet"
    if options.parts and not texts.exists():
        write_texts((options.folder or [default_folder()])[0], int(1e6), texts)
    for number in options.parts:
        found = run("annotate", texts, Path(str(number)))
        line = f"{found['partitions']:.0f} partitions annotated, {found['words']:,.0f} words"
        for layer in LAYERS:
            line += (
                f"   {layer} {found[layer]:8,.1f} s {found[layer] * 1e6 / found['words']:6,.1f} µs"
            )
        print(line)


def print_table(columns: dict[str, dict[str, float]]) -> None:
    """Seconds of every task and size, and nanoseconds a token."""
    names = list(dict.fromkeys(name for found in columns.values() for name in found))
    print(f"{'':40}" + "".join(f"{size:>24}" for size in columns) + f"{'asked of 100 M':>18}")
    for name in names:
        line = f"{name:40}"
        for found in columns.values():
            value = found.get(name, np.nan)
            each = value * 1e9 / found.get("tokens", np.nan)
            plain = name in ("tokens", "distinct terms") or name.startswith("peak")
            plain = plain or "hits of the" in name
            shown = f"{value:,.2f}" if name.startswith("peak") else f"{value:,.0f}"
            line += f"{shown if plain else f'{value:,.3f} s {each:9,.1f} ns':>24}"
        asked = ASKED.get(name.removesuffix(", processor"))
        print(line if asked is None else f"{line}{f'{asked:g}':>18}")


if __name__ == "__main__":
    main()
