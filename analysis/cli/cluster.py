"""The flag --dask of commands that read a packed corpus."""

from __future__ import annotations

import argparse
import contextlib
import logging
from collections.abc import Iterator
from typing import Any


def declare_dask(parser: argparse.ArgumentParser) -> None:
    """Declare the flag."""
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="of the scheduler of a Dask cluster, which works on a packed corpus (docs/scale.md)",
    )


@contextlib.contextmanager
def on_cluster(args: argparse.Namespace, folder: Any) -> Iterator[Any]:
    """The folder as it is; with --dask, its corpus on the cluster."""
    if args.dask is None:
        yield folder
        return
    import analysis
    from analysis.packed.cluster import connected

    with connected(args.dask) as client:
        # What goes wrong is said in a sentence; Dask would print the whole stack before it.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        yield analysis.read_corpus(folder, client=client)
