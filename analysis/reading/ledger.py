"""The rows of a manifest, found quickly by what they say, while documents are being added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from analysis.reading.headlines import same_title, title_key, title_keys
from analysis.reading.manifest import NAME, ORIGINALS, finish_adding, read_manifest
from analysis.tables import InputError

CANDIDATES = 200  # rows of one title and day that are looked at


class Ledger:
    """The rows of a manifest, and those that are about to be added to it.

    Parameters
    ----------
    folder : pathlib.Path
        The corpus folder; it need not exist.
    rows : list of dict
        The manifest.
    """

    def __init__(self, folder: Path, rows: list[dict[str, str]]) -> None:
        self.folder = folder
        self.rows: dict[str, dict[str, str]] = {}
        self.fresh: dict[str, str] = {}  # id of a row that a document was found for → its text
        self._by: dict[str, dict[str, list[str]]] = {
            name: defaultdict(list) for name in ("url", "accession", "whole", "part")
        }
        self._numbers: dict[str, int] = {}
        self.files = {path.stem.lower() for path in (folder / ORIGINALS).glob("*.txt")}
        for row in rows:
            self.add(row)

    def add(self, row: dict[str, str], text: str | None = None) -> None:
        """Add a row; with its text if it is about to be written."""
        key = row["id"].lower()
        self.rows[key] = row
        if text is not None:
            self.fresh[key] = text
        for name in ("url", "accession"):
            if row.get(name):
                self._by[name][row[name]].append(key)
        title, date = row.get("title", ""), row.get("published", "")[:10]
        for name, keys in (("whole", {title_key(title)}), ("part", title_keys(title))):
            for part in keys - {""}:
                for day in {date, "any"}:
                    self._by[name][f"{part} {day}"].append(key)

    def find_id(self, name: str) -> dict[str, str] | None:
        """The row with an id, whatever its case."""
        return self.rows.get(name.lower())

    def find(self, found: Mapping[str, str], outlet: str = "") -> list[dict[str, str]]:
        """The rows that could be a document's: by accession number, address, title and date.

        Parameters
        ----------
        found : mapping of str to str
            What is known of the document.
        outlet : str
            What its file says who published it; a row of another outlet is then another's.

        Returns
        -------
        list of dict
            In the manifest's order.
        """
        for name in ("accession", "url"):
            same = self._by[name].get(found.get(name, ""), []) if found.get(name) else []
            if same:
                return [self.rows[key] for key in same]
        title, date = found.get("title", ""), found.get("published", "")[:10]
        days = [date, ""] if date else ["any"]
        wanted = [("part", title_key(title)), *(("whole", part) for part in title_keys(title))]
        keys = dict.fromkeys(
            key
            for name, part in wanted
            for day in days
            for key in self._by[name].get(f"{part} {day}", [])[:CANDIDATES]
        )
        rows = [self.rows[key] for key in keys]
        return [
            row
            for row in rows
            if same_title(row["title"], title)
            and (not date or not row["published"] or row["published"][:10] == date)
            and not (outlet and row["outlet"] and outlet.casefold() != row["outlet"].casefold())
            and not (found.get("accession") and row.get("accession"))
        ]

    def choose_id(self, name: str, holds: str | None) -> str:
        """A free id: the name, or the name with a number behind it.

        Parameters
        ----------
        name : str
        holds : str or None
            The text as it would be written: a file that is not listed but holds just that is
            free, since it is what a stopped run left behind. None: files do not matter.

        Returns
        -------
        str
        """
        number = self._numbers.get(name.lower(), 1)
        while True:
            choice = name if number == 1 else f"{name}-{number}"
            key = choice.lower()
            if key not in self.rows and (
                holds is None or key not in self.files or self._holds(choice, holds)
            ):
                self._numbers[name.lower()] = number
                return choice
            number += 1

    def _holds(self, name: str, text: str) -> bool:
        try:
            return (self.folder / ORIGINALS / f"{name}.txt").read_bytes() == f"{text}\n".encode()
        except OSError:
            return False


def read_rows(folder: str | Path) -> list[dict[str, str]]:
    """Read the manifest of a folder that need not have one yet.

    Parameters
    ----------
    folder : str or pathlib.Path

    Returns
    -------
    list of dict
        As `read_manifest`; empty where there is none.

    Raises
    ------
    InputError
        As `read_manifest`, or if the folder is a file.
    """
    if Path(folder).exists() and not Path(folder).is_dir():
        raise InputError(f"The corpus folder {folder} is a file; name a folder.")
    finish_adding(folder)
    return read_manifest(Path(folder, NAME)) if Path(folder, NAME).exists() else []
