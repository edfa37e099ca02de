"""How long a fresh Python takes to import the package, and to a first answer and its figure.

    python benchmarks/start.py [CORPUS] [--repeat 5]

Each round is a process of its own. The first is not counted: it compiles the modules, which pip
does when it installs a package, and brings the files into memory. Printed are medians of the time
on the clock and of the processor's, against what was asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASKED = {"import analysis": 0.030, "first answer": 1.5}  # seconds; of the second all steps
STEPS = """
import json, sys, time
clocks = (time.perf_counter, time.process_time)
before, times = [clock() for clock in clocks], {}

def lap(name):
    global before
    now = [clock() for clock in clocks]
    times[name], before = [b - a for a, b in zip(before, now)], now

import analysis as da
lap("import analysis")
corpus = da.read_corpus(sys.argv[1])
lap("read the corpus")
corpus.tokens
lap("tokenize")
terms = da.count_terms(corpus)
lap("count terms")
figure = da.plot_terms(terms.head(10)).figure
lap("plot")
figure.canvas.draw()
lap("draw")
print(json.dumps(times))
"""


def run(corpus: Path, environment: dict[str, str]) -> dict[str, list[float]]:
    """Seconds on the clock and of the processor of each step, in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", STEPS, str(corpus)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    times: dict[str, list[float]] = json.loads(done.stdout)
    times["first answer"] = [sum(column) for column in zip(*times.values(), strict=True)]
    return times


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description="Import time and time to a first answer.")
    parser.add_argument("corpus", nargs="?", type=Path, default=ROOT / "corpus")
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as compiled:
        environment = dict(os.environ, PYTHONPYCACHEPREFIX=compiled, PYTHONPATH=str(ROOT))
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        run(options.corpus, environment)
        rounds = [run(options.corpus, environment) for _ in range(options.repeat)]
    print(f"{'medians of':16} {options.repeat:8d}   processor      asked")
    for step in rounds[0]:
        wall, cpu = (statistics.median(one[step][i] for one in rounds) for i in range(2))
        asked = f"{ASKED[step]:9.3f} s" if step in ASKED else ""
        print(f"{step:16} {wall:8.3f} s {cpu:8.3f} s {asked}")


if __name__ == "__main__":
    main()
