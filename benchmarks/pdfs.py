"""Measure the text of PDFs: ours and other readers' side by side, by words and their order.

    python benchmarks/pdfs.py [FOLDER …] [--printed] [--readers ours,pdftotext,…] [--each]

For the PDFs of a folder a text NAME.txt beside NAME.pdf is the measure; where there is none, what
pdftotext (Poppler) reads is, so that numbers below 1 then are only differences. With --printed,
invented news pages are printed by Chromium (`pdf_pages.py`), whose words are known. Precision and
recall are of words (of characters in Chinese), order is the share of the text's runs of three
words that a reader has; the mean over files. For the other readers, words that a line end parts
are joined first (ours joins them itself). Each reader runs in a process of its own: CPU seconds
and megabytes are of all files together. Readers that are not installed are left out.

Measured in November 2026, CPU seconds on one core:

28 printed pages (7 layouts in English, Czech, Ukrainian and Chinese, 22,200 words):

                    P      R  order       s     MB
    ours        0.995  1.000  0.999     1.7    119
    pypdf       0.797  0.861  0.628     2.4    136   (the reader until then, with its own order of
                                                      lines: 0.805  0.864  0.618)
    pypdfium2   0.968  0.995  0.992     0.3    117
    pdfplumber  0.805  0.862  0.563     6.2    154
    pdfminer    0.795  0.862  0.625     4.1    129
    pdftotext   0.951  0.984  0.949     0.4    106

Hence pypdfium2 (PDFium; BSD-3-Clause and Apache-2.0, a wheel of 4 MB for every platform, nothing
else needed) for the letters and their places, and own code for columns, running heads and
paragraphs. It also opens files with AES and without a user password, damaged lists of objects and
damaged pages, which pypdf refuses. On real files there is no true text; what differs from pdftotext
there are mostly tables, which are read row by row here, and running heads.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean

from pdf_pages import invent_pages

from analysis.corpus.formats.pdf import read_pdf
from analysis.report.pdf import find_browser
from analysis.tables import InputError

_PARTED = re.compile(r"(?<=\w)[-\u00ad\u2010\ufffe\x02]\r?\n(?=\w)")
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


def _read_ours(path: Path) -> str:
    return "\n".join(read_pdf(path.read_bytes(), path.name).paragraphs)


def _read_pypdf(path: Path) -> str:
    import pypdf

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def _read_pypdfium2(path: Path) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def _read_pdfplumber(path: Path) -> str:
    import pdfplumber

    with pdfplumber.open(path) as document:
        return "\n".join(page.extract_text() for page in document.pages)


def _read_pdfminer(path: Path) -> str:
    from pdfminer.high_level import extract_text

    return extract_text(path)


def _read_poppler(path: Path) -> str:
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True)
    return done.stdout.decode()


READERS: dict[str, Callable[[Path], str]] = {
    "ours": _read_ours,
    "pypdf": _read_pypdf,
    "pypdfium2": _read_pypdfium2,
    "pdfplumber": _read_pdfplumber,
    "pdfminer.six": _read_pdfminer,
    "pdftotext": _read_poppler,
}


def run_reader(reader: str, paths: list[Path]) -> dict[str, object]:
    """Let one reader read files: the texts, "" where it failed, why, and what it cost."""
    texts, failed, started = [], {}, time.process_time()
    for path in paths:
        try:
            text = READERS[reader](path)
            texts.append(text if reader == "ours" else _PARTED.sub("", text))
        except ImportError:
            return {"missing": True}
        except Exception as error:  # whatever a reader trips over counts as no text
            texts.append("")
            failed[path.name] = f"{type(error).__name__}: {error}"[:200]
            if reader == "ours" and not isinstance(error, InputError):
                failed[path.name] += " (not a sentence for users)"
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    most = max(usage.ru_maxrss for usage in used) / 1024
    seconds = sum(usage.ru_utime + usage.ru_stime for usage in used) - started
    return {"texts": texts, "failed": failed, "seconds": seconds, "megabytes": most}


def start_reader(reader: str, paths: list[Path]) -> dict[str, object]:
    """Do so in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out.json")
        command = [sys.executable, __file__, "--run", reader, "--out", str(out)]
        subprocess.run([*command, *map(str, paths)], check=True, stderr=subprocess.DEVNULL)
        return json.loads(out.read_text(encoding="utf-8"))


def score(text: str, truth: str) -> tuple[float, float, float]:
    """Precision and recall of words, and the share of runs of three words."""
    words, true = _split(text), _split(truth)
    common = (Counter(words) & Counter(true)).total()
    runs, true_runs = (Counter(zip(w, w[1:], w[2:], strict=False)) for w in (words, true))
    order = (runs & true_runs).total() / max(true_runs.total(), 1)
    return common / max(len(words), 1), common / max(len(true), 1), order


def _split(text: str) -> list[str]:
    return _WORD.findall(text.replace("\u00ad", "").casefold())


def print_pages(folder: Path) -> None:
    """Print the invented pages, each with its text beside it."""
    for page in invent_pages():
        source = folder / f"{page.name}.html"
        source.write_text(page.html, encoding="utf-8")
        command = [find_browser(), "--headless", "--no-sandbox", "--disable-gpu"]
        command += [] if page.header else ["--no-pdf-header-footer"]
        command += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={folder}/{page.name}.pdf"]
        subprocess.run([*command, source.as_uri()], check=True, capture_output=True, timeout=120)
        (folder / f"{page.name}.txt").write_text(page.text, encoding="utf-8")


def measure(folder: Path, readers: list[str], *, each: bool) -> None:
    """Print the scores of the readers on the PDFs of a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".pdf")
    results = {reader: start_reader(reader, paths) for reader in readers}
    results = {reader: found for reader, found in results.items() if "missing" not in found}
    truths = [_find_truth(path, i, results) for i, path in enumerate(paths)]
    told = [i for i, truth in enumerate(truths) if len(_split(truth)) >= 20]
    print(f"{folder}: {len(paths)} PDFs, {len(told)} of them with 20 words or more to compare")
    print(f"{'':14}{'P':>7}{'R':>7}{'order':>7}{'failed':>8}{'words':>10}{'s':>8}{'MB':>7}")
    for reader, found in results.items():
        texts = found["texts"]
        scores = [score(texts[i], truths[i]) for i in told]
        means = "".join(f"{mean(part):7.3f}" for part in zip(*scores, strict=True))
        words = sum(len(_split(text)) for text in texts)
        cost = f"{found['seconds']:8.1f}{found['megabytes']:7.0f}"
        print(f"{reader:14}{means}{len(found['failed']):8}{words:10,}{cost}")
        if each:
            _print_each([paths[i] for i in told], scores)
            print(*(f"    {name}: {why}" for name, why in found["failed"].items()), sep="\n")


def _find_truth(path: Path, number: int, results: dict[str, dict[str, object]]) -> str:
    beside = path.with_suffix(".txt")
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    return results["pdftotext"]["texts"][number] if "pdftotext" in results else ""


def _print_each(paths: list[Path], scores: list[tuple[float, float, float]]) -> None:
    for path, values in sorted(zip(paths, scores, strict=True), key=lambda pair: pair[1][2]):
        print("    " + " ".join(f"{value:.3f}" for value in values), path.name)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--printed", action="store_true", help="print invented pages with Chromium")
    parser.add_argument("--readers", default=",".join(READERS))
    parser.add_argument("--each", action="store_true", help="show every file, the worst first")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        found = run_reader(options.run, options.folders)
        options.out.write_text(json.dumps(found), encoding="utf-8")
        return
    readers = options.readers.split(",")
    if not shutil.which("pdftotext"):
        readers = [reader for reader in readers if reader != "pdftotext"]
    for folder in options.folders:
        measure(folder, readers, each=options.each)
    if options.printed and not find_browser():
        print("Chromium is not installed: no pages were printed.")
    elif options.printed:
        with tempfile.TemporaryDirectory(prefix="pages-") as name:
            print_pages(Path(name))
            measure(Path(name), readers, each=options.each)


if __name__ == "__main__":
    main()
