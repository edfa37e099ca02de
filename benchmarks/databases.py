"""Articles that exports of news databases state, and those that are found in them.

python benchmarks/databases.py FOLDER [FOLDER …]: for each file of the folders, how many articles
the file states (where it states none: as many as were found), how many are found, how many of
these have a title, a date of their own, an outlet and a byline; and how many of those for which
a number of words is stated have that many within 3 %.
"""

from __future__ import annotations

import re
import sys
import warnings
from pathlib import Path

from analysis.corpus.formats.read import SUFFIXES, read_source
from analysis.corpus.formats.record import Record, Source
from analysis.tables import InputError

CLOSE = 0.03
COLUMNS = ("stated", "found", "title", "date", "outlet", "byline", "words", "of", "notes")


def main(folders: list[str]) -> None:
    """Print one line for each file, and one for all of them."""
    totals = dict.fromkeys(COLUMNS, 0)
    print(f"{'file':48}" + "".join(f"{name:>8}" for name in COLUMNS))
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and path.suffix.lower() in SUFFIXES:
                counts = measure(path)
                if isinstance(counts, str):
                    print(f"{path.name[-47:]:48}{counts}")
                    continue
                totals = {name: totals[name] + counts[name] for name in COLUMNS}
                print(f"{path.name[-47:]:48}" + "".join(f"{counts[name]:8}" for name in COLUMNS))
    print(f"{'all':48}" + "".join(f"{totals[name]:8}" for name in COLUMNS))


def measure(path: Path) -> dict[str, int] | str:
    """Count what is found in a file; why nothing is, where nothing is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            source = read_source(path)
    except InputError as error:
        return str(error).removeprefix(str(path))[:100]
    records = [item.record for item in source.items if "database" in item.record["facts"]]
    if not records:
        return "no export of a news database"
    close = [_is_close(record) for record in records if record["facts"].get("stated_words")]
    return {
        "stated": _find_stated(source, len(records) + len(source.left_out)),
        "found": len(records),
        "title": sum(bool(record["title"]) for record in records),
        "date": sum(bool(r["published"]) and not _is_loaded(r) for r in records),
        "outlet": sum(bool(record["facts"].get("outlet")) for record in records),
        "byline": sum(bool(record["facts"].get("byline")) for record in records),
        "words": sum(close),
        "of": len(close),
        "notes": sum(bool(record["notes"]) for record in records),
    }


def _find_stated(source: Source, found: int) -> int:
    """The number of articles that a file states: as found, unless a note says otherwise."""
    numbers = [
        re.search(r"(?:states|lists) ([\d,]+) (?:documents|articles|results)", note)
        for note in source.notes
    ]
    return next((int(match[1].replace(",", "")) for match in numbers if match), found)


def _is_loaded(record: Record) -> bool:
    """Whether the date of a record is that on which the database took it in."""
    return any("loaded into the database" in note for note in record["notes"])


def _is_close(record: Record) -> bool:
    stated = int(record["facts"]["stated_words"])
    body = len(" ".join(record["paragraphs"]).split())
    whole = body + len(record["title"].split())
    return any(abs(count - stated) <= CLOSE * stated for count in (body, whole))


if __name__ == "__main__":
    main(sys.argv[1:])
