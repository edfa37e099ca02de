"""Near-duplicates among what is added and what is there: told, grouped, or left out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.reading.duplicates import find_near_duplicates
from analysis.reading.encodings import read_text
from analysis.reading.ledger import Ledger
from analysis.reading.manifest import BRIEFS, ORIGINALS
from analysis.reading.plan import Plan
from analysis.tables import InputError, progress, require_choice

CHOICES = ("report", "group", "leave-out", "ignore")
GROUP = "duplicate_group"  # the manifest's column; each group is named by its first document
SIMILARITY = 0.7

Settled = tuple[list[Plan], list[tuple[str, str]], list[dict[str, str]]]


def settle_copies(ledger: Ledger, plans: list[Plan], duplicates: str) -> Settled:
    """Find texts that are nearly another one, and do with them what the user wants.

    Parameters
    ----------
    ledger : Ledger
    plans : list of Plan
        `duplicate_of` and `similarity` are set in those that are kept.
    duplicates : {"report", "group", "leave-out", "ignore"}

    Returns
    -------
    plans : list of Plan
        Those to be written.
    left_out : list of (str, str)
        Places and reasons.
    changed : list of dict
        Rows of documents that were there and are now in a group.

    Raises
    ------
    InputError
        If `duplicates` is none of the four.
    """
    require_choice(duplicates, CHOICES, "duplicates")
    fresh = [plan for plan in plans if plan["state"] != "unchanged"]
    if duplicates == "ignore" or not fresh:
        return plans, [], []
    pairs = _find_pairs(ledger, plans, fresh)
    by_id = {plan["row"]["id"]: plan for plan in fresh}
    rows = [row["id"] for row in ledger.rows.values()]
    kept = {plan["row"]["id"] for plan in plans} | set(rows)
    order = {name: i for i, name in enumerate(dict.fromkeys([*rows, *by_id]))}
    left_out: list[tuple[str, str]] = []
    groups: dict[str, str] = {}
    for later, earlier, similarity in _order_pairs(pairs, order):
        if later not in by_id:  # a listed row whose text is new stands before what it repeats
            later, earlier = earlier, later
        plan = by_id[later]
        if not plan["duplicate_of"] and earlier in kept:
            plan["duplicate_of"], plan["similarity"] = earlier, similarity
            if duplicates == "leave-out" and not plan["listed"]:
                kept.discard(later)
                left_out.append((plan["where"], f"{similarity:.2f} like {earlier}"))
        groups.setdefault(later, groups.setdefault(earlier, earlier))
    if duplicates == "leave-out":
        return [plan for plan in plans if plan["row"]["id"] in kept], left_out, []
    return plans, [], _group(ledger, plans, groups) if duplicates == "group" else []


def _order_pairs(pairs: pd.DataFrame, order: dict[str, int]) -> list[tuple[str, str, float]]:
    """Pairs as later document, earlier one, similarity; the most similar first for each."""
    found: list[tuple[str, str, float]] = []
    columns = (pairs["doc"], pairs["other"], pairs["similarity"])
    for one, other, similarity in zip(*(column.tolist() for column in columns), strict=True):
        earlier, later = sorted((str(one), str(other)), key=order.__getitem__)
        found.append((later, earlier, float(similarity)))
    return sorted(found, key=lambda pair: (order[pair[0]], -pair[2], order[pair[1]]))


def _group(ledger: Ledger, plans: list[Plan], groups: dict[str, str]) -> list[dict[str, str]]:
    """Write the groups into the rows; return those of documents that were there before."""
    added = {plan["row"]["id"]: plan["row"] for plan in plans}
    changed = []
    for name, group in groups.items():
        row = added.get(name)
        if row is not None:
            row[GROUP] = row.get(GROUP) or group
        else:
            old = ledger.find_id(name)
            if old is not None and not old.get(GROUP):
                changed.append({**old, GROUP: group})
    return changed


def _find_pairs(ledger: Ledger, plans: list[Plan], fresh: list[Plan]) -> pd.DataFrame:
    """Pairs with at least one text that is about to be written."""
    new = {plan["row"]["id"]: plan["text"] for plan in fresh}
    names = [row["id"] for row in ledger.rows.values() if row["id"] not in new]
    texts = {
        name: _read(ledger, name)
        for name in progress(names, total=len(names), desc="Reading the corpus")
    }
    table = pd.DataFrame(
        {"doc": [*texts, *new], "text": [*texts.values(), *new.values()]}, dtype=object
    )
    pairs = find_near_duplicates(table, threshold=SIMILARITY)
    return pairs[pairs["doc"].isin(list(new)) | pairs["other"].isin(list(new))]


def _read(ledger: Ledger, name: str) -> str:
    """The text that the corpus has of a document; "" where it has none that can be read."""
    if name.lower() in ledger.fresh:
        return ledger.fresh[name.lower()]
    for room in (ORIGINALS, BRIEFS):
        path = Path(ledger.folder, room, f"{name}.txt")
        try:
            if path.is_file():
                return read_text(path)
        except InputError:
            return ""
    return ""
