"""All documents of some files, planned together: read, matched with rows, compared, written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from analysis.reading.copies import settle_copies
from analysis.reading.dates import read_published
from analysis.reading.encodings import clean_text
from analysis.reading.ledger import Ledger, read_rows
from analysis.reading.manifest import check_id
from analysis.reading.plan import Plan, make_plan
from analysis.reading.source import Options, Source, reason_of
from analysis.reading.store import lock_folder, read_manifest_bytes, write_plans
from analysis.tables import InputError, progress

ONE_DOCUMENT = ("id", "title", "standfirst", "url")  # given values that no two documents share


class Wishes(NamedTuple):
    """What the user wants of all documents.

    `given` maps columns to values, `answers` the place of a document to further values; `replace`
    and `duplicates` are as for `add_documents`.
    """

    given: Mapping[str, str] = {}
    answers: Mapping[str, Mapping[str, str]] = {}
    replace: bool = False
    duplicates: str = "report"


class Batch(NamedTuple):
    """What adding some files would do.

    `left_out` pairs a place with a reason; `changed` are rows of the manifest that get a group;
    `notes` concern whole files; `manifest` is the manifest that all of it was planned with.
    """

    plans: list[Plan]
    left_out: list[tuple[str, str]]
    changed: list[dict[str, str]]
    notes: list[str]
    manifest: bytes | None


def read_sources(files: Iterable[str | Path], options: Options) -> list[tuple[Path, Source]]:
    """Read all files, and those of a folder in its place; a damaged one of a folder is left out.

    Parameters
    ----------
    files : iterable of str or pathlib.Path
    options : Options

    Returns
    -------
    list of (pathlib.Path, Source)

    Raises
    ------
    InputError
        If a file that was named cannot be read, a folder holds none that can, or none was named.
    """
    from analysis.readers import read_source  # the door to all formats

    files = list(map(Path, files))
    paths, named = list_files(files), set(files)
    sources: list[tuple[Path, Source]] = []
    refused: list[InputError] = []
    for path in progress(paths, total=len(paths), desc="Reading files"):
        try:
            source = read_source(path, options)
        except InputError as error:
            if path in named:
                raise
            refused.append(error)
            source = Source([], [(str(path), reason_of(error, str(path)))], False, [])
        sources.append((path, source))
    if refused and not any(source.items for _, source in sources):
        raise refused[0]
    return sources


def list_files(files: Iterable[str | Path]) -> list[Path]:
    """The files named, with those that hold one text each in place of a folder.

    Parameters
    ----------
    files : iterable of str or pathlib.Path

    Returns
    -------
    list of pathlib.Path

    Raises
    ------
    InputError
        If a folder holds none, or none was named.
    """
    from analysis.readers import DOCUMENTS

    paths: list[Path] = []
    for path in map(Path, files):
        if not path.is_dir():
            paths.append(path)
            continue
        inside = [
            p
            for p in sorted(path.iterdir())
            if p.suffix and p.suffix.lower() in DOCUMENTS and not p.name.startswith((".", "~$"))
        ]
        if not inside:
            page = path.with_name(path.name.removesuffix("_files") + ".html")
            hint = f"; its page is {page}" if path.name.endswith("_files") and page.exists() else ""
            kinds = ", ".join(filter(None, DOCUMENTS))
            raise InputError(
                f"The folder {path} holds no {kinds} file to add{hint}; tables and zip files are "
                "added by their own names."
            )
        paths += inside
    if not paths:
        raise InputError("No file to add was named; name one or more.")
    return paths


def check_values(values: Mapping[str, str]) -> dict[str, str]:
    """The given values, cleaned; refused where they cannot be true of any document.

    Parameters
    ----------
    values : mapping of str to str

    Returns
    -------
    dict of str to str

    Raises
    ------
    InputError
        If the id is not safe, or the date none.
    """
    given = {name: " ".join(clean_text(value).split()) for name, value in values.items()}
    if given.get("id"):
        check_id(given["id"], "--id")
    if given.get("published"):
        given["published"] = read_published(given["published"])
    return given


def make_batch(folder: str | Path, sources: list[tuple[Path, Source]], wishes: Wishes) -> Batch:
    """Plan all documents of some files.

    Parameters
    ----------
    folder : str or pathlib.Path
        The corpus folder.
    sources : list of (pathlib.Path, Source)
    wishes : Wishes

    Returns
    -------
    Batch

    Raises
    ------
    InputError
        As `add_documents`.
    """
    manifest = read_manifest_bytes(folder)
    ledger = Ledger(Path(folder), read_rows(folder))
    count = sum(len(source.items) for _, source in sources)
    shared = [name for name in ONE_DOCUMENT if wishes.given.get(name)]
    if shared and count > 1:
        what = f"{count} files" if count == len(sources) else f"{count} documents"
        raise InputError(
            f"--{shared[0]} describes one document, but there are {what}; add them one by one."
        )
    plans: list[Plan] = []
    left_out: list[tuple[str, str]] = []
    every = ((path, source, item) for path, source in sources for item in source.items)
    for path, source, item in progress(every, total=count, desc="Looking at documents"):
        given = {**wishes.given, **wishes.answers.get(item.where, {})}
        plan = make_plan(ledger, path, item, given, replace=wishes.replace, many=source.many)
        if isinstance(plan, str):
            left_out.append((item.where, plan))
            continue
        plans.append(plan)
        if plan["listed"]:
            ledger.fresh[plan["row"]["id"].lower()] = plan["text"]
        else:
            ledger.add(plan["row"], plan["text"])
    _refuse_twice(plans)
    for _, source in sources:
        left_out += source.left_out
    notes = [f"{path}: {note}" for path, source in sources for note in source.notes]
    kept, copies, changed = settle_copies(ledger, plans, wishes.duplicates)
    return Batch(kept, [*left_out, *copies], changed, notes, manifest)


def _refuse_twice(plans: list[Plan]) -> None:
    """Refuse two documents that would be one file."""
    seen: dict[str, Plan] = {}
    for plan in plans:
        name = plan["row"]["id"]
        other = seen.setdefault(name.lower(), plan)
        if other is not plan:
            raise InputError(
                f"{other['where']} and {plan['where']} both belong to {name!r}; add only one of "
                "them, or add them one by one with an --id for each."
            )


def write_batch(
    folder: str | Path, sources: list[tuple[Path, Source]], wishes: Wishes, batch: Batch
) -> Batch:
    """Write a batch while no other process writes to the corpus.

    Parameters
    ----------
    folder : str or pathlib.Path
    sources : list of (pathlib.Path, Source)
    wishes : Wishes
    batch : Batch
        From `make_batch`. If another process has changed the manifest since, it is made anew.

    Returns
    -------
    Batch
        As it was written.

    Raises
    ------
    InputError
        As `make_batch`, or if another process goes on adding for too long.
    OSError
        If the folder cannot be written to.
    """
    with lock_folder(folder):
        if read_manifest_bytes(folder) != batch.manifest:
            batch = make_batch(folder, sources, wishes)
        write_plans(folder, batch.plans, batch.changed)
    return batch
