"""The parts of a packed corpus on the workers of a Dask cluster."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from analysis._lazy import needs_extra
from analysis.layers import Corpus, Tick
from analysis.packed.store import PackedStore, forget_stores, is_packed, open_store
from analysis.tables import InputError, progress, silent

AHEAD = 2  # parts for each thread of the workers that are given out or wait to be taken
CONNECT = "10s"  # in which a scheduler has to answer
_SECONDS = 5.0  # after which a client that waits is looked at again
_GONE = (
    "The client has lost its cluster, or was closed. What was finished is kept: start a cluster,"
    " make a new Client, open the corpus with it and call again, which makes only what lacks."
)


class Task(NamedTuple):
    """What a worker is told: which packed corpus, as it must be, and which documents of it."""

    folder: str
    fingerprint: str
    version: str
    part: bytes


class Refusal(NamedTuple):
    """Why a worker refused a part: as an error, Dask would print it with the worker's stack."""

    sentence: str


def with_client(corpus: Corpus, client: Any) -> Corpus:
    """The same corpus, whose parts the workers of a client work on."""
    with needs_extra("cluster", "A cluster"):
        from distributed import Client
    if not isinstance(client, Client):
        raise InputError(
            f"client= is {type(client).__name__}, not a client of Dask; pass"
            " distributed.Client(ADDRESS), with the address of the scheduler."
        )
    if client.asynchronous:
        raise InputError("client= is asynchronous; make it without asynchronous=True.")
    if not isinstance(corpus._store, PackedStore):
        raise InputError(
            "client= works on packed corpora, and this is none; pack the texts with"
            " 'discourse pack FOLDER --to PACKED' and read PACKED."
        )
    if client.status != "running":
        raise InputError(_GONE)
    joined = corpus._part(corpus._rows)
    joined._client = client
    return joined


@contextlib.contextmanager
def connected(address: str | None) -> Iterator[Any]:
    """A client of the scheduler at an address; None where none is named."""
    if address is None:
        yield None
        return
    with needs_extra("cluster", "A cluster"):
        from distributed import Client
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, ImportError) as error:
        raise InputError(
            f"No scheduler of Dask answers at {address!r} ({error}); name the address that it"
            " prints, as in tcp://host:8786."
        ) from None
    with client:
        yield client


# On this side


def map_parts(
    corpus: Corpus, parts: Iterable[Corpus], function: Callable[..., Any], options: dict[str, Any]
) -> Iterator[Any]:
    """What a function returns of each part, in the order of the parts."""
    yield from _run(corpus, parts, function, options, ordered=True)


def make_layers(corpus: Corpus, names: Collection[str], tick: Tick | None = None) -> bool:
    """Have the workers make layers of whole partitions where they lack; False if it was stopped.

    The partitions are those that have a document of the corpus.
    """
    store: Any = corpus._store
    todo = store.unmade(names, corpus._rows)
    if not todo:
        return True
    what, done, total = f"Making {', '.join(names)}", 0, sum(map(len, todo))
    if tick is not None and not tick(0, total, what):
        return False
    parts = map(corpus.every_voice()._part, todo)
    results = _run(corpus, parts, make_part, {"names": tuple(names)}, ordered=False)
    for documents in progress(results, total=len(todo), desc=what) if tick is None else results:
        done += documents
        if tick is not None and not tick(done, total, what):
            results.close()
            return False
    if store.unmade(names, corpus._rows):
        raise InputError(
            "The workers made the layers, but this machine does not see their files in"
            f" {store.place.name}; name a folder that all machines share."
        )
    return True


def make_for_table(corpus: Corpus, names: Collection[str]) -> None:
    """Have the workers make what a table needs, if all its partitions are chosen whole."""
    store: Any = corpus._store
    store.require_few(names, corpus._rows)
    todo = store.unmade(names, corpus._rows)
    if len(todo) > 1 and sum(map(len, todo)) <= len(corpus):
        make_layers(corpus, names)


def _run(
    corpus: Corpus,
    parts: Iterable[Corpus],
    function: Callable[..., Any],
    options: dict[str, Any],
    *,
    ordered: bool,
) -> Generator[Any]:
    """What a function returns of each part, of which a few for each thread are under way."""
    client, tasks = corpus._client, _tasks(corpus, parts)
    under_way: list[Any] = []
    with _one_sentence(corpus):
        held = _hold(client, _pickled((function, options)))
        try:
            while True:
                room = AHEAD * max(1, sum(client.nthreads().values())) - len(under_way)
                for task in itertools.islice(tasks, max(room, 0)):
                    under_way.append(client.submit(run_part, held, task, pure=False))
                if not under_way:
                    return
                for future in _ended(client, under_way[:1] if ordered else under_way):
                    under_way.remove(future)
                    yield _result(future)
        finally:
            with contextlib.suppress(Exception):
                client.cancel([*under_way, held])


def _result(future: Any) -> Any:
    """What a worker returned of a part, or its refusal."""
    found = future.result()
    if isinstance(found, Refusal):
        raise InputError(found.sentence)
    return found


def _hold(client: Any, given: bytes) -> Any:
    """What all parts need, for the workers to fetch from each other."""
    from dask import config

    # A task can be run again where its worker dies; data that are scattered are lost.
    with config.set({"distributed.admin.large-graph-warning-threshold": "2GB"}):
        return client.submit(keep, given, pure=False)


def _ended(client: Any, futures: list[Any]) -> list[Any]:
    """Those of some futures that have ended, waited for a while."""
    from distributed import wait

    with client.as_current():
        try:
            ended = wait(futures, _SECONDS, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            return []
    return [future for future in futures if future in ended]


def _tasks(corpus: Corpus, parts: Iterable[Corpus]) -> Iterator[Task]:
    """What the workers are told of each part."""
    store: Any = corpus._store
    fingerprint = store.documents.attrs["corpus"]["fingerprint"]
    for part in parts:
        yield Task(store.place.name, fingerprint, _version(), _pickled(part))


def _pickled(thing: Any) -> bytes:
    """A thing as Dask sends it."""
    from distributed.protocol import pickle

    try:
        sent: bytes = pickle.dumps(thing)
    except Exception as error:
        raise InputError(
            f"This cannot be sent to the workers of a cluster ({error}); give map_parts a function"
            " of a module, and options that can be pickled."
        ) from None
    return sent


@contextlib.contextmanager
def _one_sentence(corpus: Corpus) -> Iterator[None]:
    """Say in a sentence what went wrong between the machines."""
    from asyncio import CancelledError

    from distributed import KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError

    try:
        yield
    except KilledWorker as error:
        raise InputError(
            f"Workers died again and again over one part of the corpus ({error.task}), probably for"
            " want of memory; give each at least 4 GB and call again: what was finished is kept."
        ) from None
    except (CancelledError, FutureCancelledError, CommClosedError):
        raise InputError(_GONE) from None
    except InputError:
        raise
    except Exception as error:
        if corpus._client.status != "running":
            raise InputError(_GONE) from None
        if "deserializ" in str(error) or isinstance(error.__cause__, ImportError):
            raise InputError(
                f"A worker cannot read what it is sent ({error.__cause__ or error}); install"
                f" discourse-analysis[cluster] {_version()} on all workers."
            ) from None
        raise


# On a worker


def keep(given: bytes) -> bytes:
    """Hold what all parts need, so that each worker fetches it once."""
    return given


def run_part(given: bytes, task: Task) -> Any:
    """What the function returns of the part of a task, or why it, or this worker, refuses it."""
    try:
        with silent():
            return _call(given, task)
    except InputError as error:  # of whichever class, which may not come through a pickle
        return Refusal(str(error))


def _call(given: bytes, task: Task) -> Any:
    """Open the packed corpus of a task and call the function with the part."""
    from distributed.protocol import pickle

    _require_same(task)
    try:
        function, options = pickle.loads(given)
    except (ImportError, AttributeError) as error:
        raise InputError(
            f"{_here()} cannot load the function ({error}); put its module on all workers, as"
            " client.upload_file does."
        ) from None
    return function(pickle.loads(task.part), **options)


def make_part(part: Corpus, *, names: Collection[str]) -> int:
    """Make layers of a partition into its files; the number of its documents."""
    store: Any = part._store
    store.made.look_again()
    part.make(*names)
    if store.unmade(names, part._rows):
        raise InputError(f"{_here()} cannot write into {store.place.name}; give it the right to.")
    return len(part)


def _require_same(task: Task) -> None:
    """Refuse to work on another corpus than the client has, or with another version."""
    if task.version != _version():
        raise InputError(
            f"{_here()} has version {_version()} of discourse-analysis, the client {task.version};"
            " install the same on all machines."
        )
    if not is_packed(task.folder):
        raise InputError(
            f"{_here()} does not find the packed corpus {task.folder}; name a folder that all"
            " machines share under one path, or an address such as s3://…."
        )
    if _fingerprint(task.folder) != task.fingerprint:
        forget_stores()  # of an address no one knows whether it was changed
        if _fingerprint(task.folder) != task.fingerprint:
            raise InputError(
                f"{_here()} finds other texts in {task.folder} than the client has; if texts were"
                " added, open the corpus again, else share one folder."
            )


def _fingerprint(folder: str) -> str:
    """The fingerprint of a packed corpus."""
    return str(open_store(folder).documents.attrs["corpus"]["fingerprint"])


def _version() -> str:
    """The version of this package."""
    return str(import_module("analysis").__version__)


def _here() -> str:
    """What a sentence calls this worker."""
    from distributed import get_worker

    return f"The worker {get_worker().address}"
