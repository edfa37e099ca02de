"""Repairing a packed corpus: what is damaged is made again, from its texts or from its source."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.corpus.kinds import require_whole
from analysis.corpus.manifest import lock_folder
from analysis.corpus.pack import written
from analysis.corpus.partition import (
    DIGEST,
    FOLLOWING,
    describe_texts,
    facts_of,
    file_of,
    find_damage,
    fingerprint_of,
    has_its_texts,
    is_cut,
    make_again,
    restate,
    state_part,
    unlisted,
    write_partition,
    write_texts,
)
from analysis.corpus.streams import PackOptions
from analysis.files import hash_text
from analysis.packed.files import (
    FORMAT,
    HIDDEN,
    NAME,
    DamagedError,
    Part,
    Place,
    from_batch,
    read_plan,
    write_plan,
)
from analysis.packed.remote import require_here
from analysis.tables import InputError


def repair_pack(folder: str | os.PathLike[str], source: Any = None) -> list[str]:
    """Make again what is missing or damaged in a packed corpus.

    Parameters
    ----------
    folder : str or path
        The packed corpus.
    source : Corpus, pandas.DataFrame, str or path, optional
        What the damaged texts were packed from, where that is not where it was.

    Returns
    -------
    list of str
        A sentence for each partition that was repaired; none where all is whole.

    Raises
    ------
    InputError
        If texts are damaged and their source is not there, or is not what it was.

    Notes
    -----
    Every file is compared with its checksum. Tokens and vocabulary follow from the texts; the
    texts themselves are read again from their source. Partitions that are whole are not touched.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.corpus.pack import pack_corpus
    >>> folder = Path(tempfile.mkdtemp(), "packed")
    >>> texts = pd.DataFrame({"doc": ["a"], "text": ["Peace talks failed."]})
    >>> _ = pack_corpus(texts, folder)
    >>> (folder / "part-00000" / "tokens.arrow").unlink()
    >>> repair_pack(folder)
    ['Partition 0 was damaged (tokens.arrow) and is made again from its texts.']
    """
    require_here(folder)
    require_whole(folder)
    place = Place(folder)
    said: list[str] = []
    if not unlisted(place.path, 0) and place.size(NAME) < 0:
        raise InputError(f"{folder} holds no packed corpus; name the folder of one.")
    with written(place.path), lock_folder(place.path):
        plan, parts = _read_or_begin(place, said)
        _adopt(place, plan, parts, said)
        for number in range(len(parts)):
            _correct(place, plan, parts, number, said)
            part = parts[number]
            damaged = find_damage(place, part)
            if not damaged:
                continue
            files = ", ".join(f"{name}.arrow" for name in damaged)
            if set(damaged) <= set(FOLLOWING):
                parts[number] = _remake(place, part)
                origin = "its texts"
            else:
                parts[number] = _read_again(place, part, plan["sources"][part.source], source)
                origin = "its source"
            write_plan(place.path, plan, parts)
            said.append(
                f"Partition {number} was damaged ({files}) and is made again from {origin}."
            )
        _describe(place, plan, parts, said)
    return said


def _read_or_begin(place: Place, said: list[str]) -> tuple[dict[str, Any], list[Part]]:
    """What packed.json says; where it is lost or damaged, one of no partition."""
    try:
        return read_plan(place)
    except InputError as error:
        if not unlisted(place.path, 0) or "was packed in format" in str(error):
            raise
    name = place.path.resolve().name
    said.append(
        f"{NAME} was lost or damaged and is made again from the partitions; the corpus is called"
        f" {name!r}, and where its texts came from is not known any more."
    )
    known = PackOptions()._asdict()
    source = {"path": "", "state": ["", {}], "options": known, "read": 0, "done": True}
    about = {"format": FORMAT, "version": import_module("analysis").__version__, "name": name}
    rest: dict[str, Any] = {"columns": [], "versions": {}, "sources": [source], "style": None}
    return {**about, "corpus": {"documents": 0}, **rest}, []


def _adopt(place: Place, plan: dict[str, Any], parts: list[Part], said: list[str]) -> None:
    """List the whole partitions that packed.json has lost."""
    if not is_cut(plan, parts):
        return
    found = unlisted(place.path, len(parts))
    if found != list(range(len(parts), len(parts) + len(found))):
        raise InputError(
            f"{place.name} lacks a partition between others; restore part-{len(parts):05}, or pack"
            " the texts anew into another folder."
        )
    for number in found:
        parts.append(state_part(place, number, sum(part.documents for part in parts)))
        said.append(f"Partition {number} is listed again; its tokens are made from its texts.")
    if found:
        names = [name for part in parts for name in facts_of(place, part.folder)]
        own = [name for name in names if not str(name).startswith(HIDDEN)]
        plan["columns"] = list(dict.fromkeys([*plan["columns"], *own, "text"]))
        if plan["sources"]:
            plan["sources"][0]["read"] = max(plan["sources"][0]["read"], parts[-1].last)
        write_plan(place.path, plan, parts)


def _correct(
    place: Place, plan: dict[str, Any], parts: list[Part], number: int, said: list[str]
) -> None:
    """Have packed.json say of a partition what its files say, where these agree."""
    part, right = parts[number], parts[number]
    damaged = [name for name in find_damage(place, part) if name not in FOLLOWING]
    if damaged:
        if not has_its_texts(place, part.folder):
            return
        files = {name: file_of(place, part.folder, name) for name in damaged}
        right = part._replace(files={**part.files, **files})
    right = restate(place, right)
    if right != part:
        parts[number] = right
        write_plan(place.path, plan, parts)
        said.append(f"What {NAME} says of partition {number} was wrong and is corrected.")


def _describe(place: Place, plan: dict[str, Any], parts: list[Part], said: list[str]) -> None:
    """Correct what packed.json says of the whole."""
    if not all(one["done"] for one in plan["sources"]):
        return
    versions: Counter[str] = Counter()
    pairs: dict[str, str] = {}
    for part in parts:
        facts = facts_of(place, part.folder)
        pairs |= zip(facts["doc"].astype(str), facts[DIGEST].astype(str), strict=True)
        known = plan["versions"] or "fingerprint" not in plan["corpus"]
        if "version" in facts and known:
            versions.update(facts["version"].dropna().astype(str).tolist())
    before = (plan["corpus"], plan["versions"])
    plan["versions"] = dict(versions)
    describe_texts(plan, pairs.items(), plan["corpus"].get("note"))
    if before != (plan["corpus"], plan["versions"]):
        write_plan(place.path, plan, parts)
        stated = before[0].get("documents")
        if stated and stated != len(pairs):
            said.append(f"{NAME} stated {stated:,} documents; there are {len(pairs):,}.")


def _remake(place: Place, part: Part) -> Part:
    """A partition whose tokens are made again."""
    try:
        make_again(place, part)
    except DamagedError:  # this version of the package cuts tokens otherwise: all of them anew
        facts = from_batch(place.batch(f"{part.folder}/documents.arrow"))
        digests = facts.pop(DIGEST).tolist()
        facts = facts[[name for name in facts if not str(name).startswith(HIDDEN)]]
        files, counts = write_partition(place.path, part.folder, facts, digests)
        return part._replace(files={**part.files, **files}, **counts)
    return part


def _read_again(place: Place, part: Part, known: dict[str, Any], source: Any) -> Part:
    """A partition whose texts are read again from their source."""
    from analysis.corpus.sources import open_stream  # loads what reads files of all formats

    given = source if source is not None else known["path"]
    if isinstance(given, str) and (not given or not ("://" in given or Path(given).exists())):
        where = f"{given} is not there any more" if given else "they came from no file"
        raise InputError(
            f"The texts of partition {part.number} of {place.name} are damaged, and {where}; name"
            f" their source: discourse pack SOURCE --to {place.name} --repair."
        )
    options = PackOptions(**known["options"])
    stream = open_stream(given, place.path, options)
    documents = list(_documents(stream.after(part.first), part))
    table = pd.concat(documents, ignore_index=True) if documents else pd.DataFrame()
    digests = [hash_text(text) for text in table["text"]] if len(table) else []
    pairs = list(zip(table["doc"], digests, strict=True)) if len(table) else []
    if fingerprint_of(pairs) != part.fingerprint:
        what = given if isinstance(given, str | Path) else "the source"
        raise InputError(
            f"The texts of partition {part.number} of {place.name} are damaged, and {what} does not"
            " hold them as they were; name their source: discourse pack SOURCE --to"
            f" {place.name} --repair."
        )
    texts = write_texts(place.path, part.folder, table.pop("text").tolist())
    files, counts = write_partition(place.path, part.folder, table, digests)
    return part._replace(files={**texts, **files}, **counts)


def _documents(batches: Iterator[pd.DataFrame], part: Part) -> Iterator[pd.DataFrame]:
    """The documents of a partition among those of its source from its first on."""
    at, names = part.first, dict(part.renamed)
    for table in batches:
        rows = range(at, at + len(table))
        kept = [r < part.last and r not in part.left_out for r in rows]
        own = table[kept].reset_index(drop=True)
        numbers = [r for r, keep in zip(rows, kept, strict=True) if keep]
        pairs = zip(own["doc"].astype(str), numbers, strict=True)
        own["doc"] = pd.Series([names.get(r, doc) for doc, r in pairs], dtype="str")
        yield own
        at += len(table)
        if at >= part.last:
            return
