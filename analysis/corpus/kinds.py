"""What a path is where a corpus folder is asked for: a packed corpus, a part of one, a file."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from analysis.tables import InputError

MANIFEST, PLAN = "sources.csv", "packed.json"
_PART = re.compile(r"part-\d+")


def find_pack(path: str | os.PathLike[str]) -> str:
    """The packed corpus that a path is, or that it is a part or file of; "" where it is none."""
    here = "://" not in str(path)
    if here:
        named = Path(path) if Path(path).name else Path(path).absolute()
        known = [str(one) for one in (named, *list(named.parents)[:2])]
    else:
        known = str(path).rstrip("/").rsplit("/", 2)
        known = ["/".join(known[: len(known) - up]) for up in range(len(known))]
    names = [PurePosixPath(Path(one).as_posix()).name for one in known]
    roots = known[:1]
    if len(known) > 1 and (names[0] == PLAN or _PART.fullmatch(names[0])):
        roots.append(known[1])
    if len(known) > 2 and _PART.fullmatch(names[1]):
        roots.append(known[2])
    return next((root for root in roots if _is_pack(root)), "")


def _is_pack(folder: str) -> bool:
    """Whether a folder holds a packed corpus, also one whose packed.json is lost."""
    from analysis.packed import is_packed  # where no corpus is asked for, Arrow is not loaded

    if "://" in folder:
        return is_packed(folder)
    return Path(folder, PLAN).is_file() or any(Path(folder).glob("part-*/documents.arrow"))


def _name(path: str | os.PathLike[str], pack: str) -> str:
    """What a path has to do with the packed corpus that it belongs to."""
    if str(path).rstrip("/") == pack:
        return f"{path} is a packed corpus"
    return f"{path} belongs to the packed corpus {pack}"


def refuse_packed(folder: str | os.PathLike[str]) -> None:
    """Refuse a packed corpus where documents are listed by a manifest; and addresses."""
    if "://" in str(folder):
        raise InputError(
            f"{folder} is an address; name a corpus folder of this machine, with {MANIFEST}, or"
            " pack texts with 'discourse pack FILE --to PACK' and copy PACK there."
        )
    if pack := find_pack(folder):
        raise InputError(
            f"{_name(folder, pack)}, which has no {MANIFEST}, and nothing was written; add texts to"
            f" it with 'discourse pack FILE --to {pack}'."
        )


def require_whole(folder: str | os.PathLike[str]) -> None:
    """Refuse a part of a packed corpus where the whole is asked for."""
    pack = find_pack(folder)
    if pack and str(folder).rstrip("/") != pack:
        raise InputError(f"{_name(folder, pack)}; name {pack}.")


def why_no_source(path: str | os.PathLike[str]) -> str:
    """Why a path is not read as a text to add or to pack: it is one of a packed corpus; or ""."""
    pack = find_pack(path)
    if not pack:
        return ""
    if not Path(pack, PLAN).is_file():
        return (
            f"{_name(path, pack)}, whose {PLAN} is lost; make it again with"
            f" 'discourse pack --to {pack} --repair'."
        )
    return f"{_name(path, pack)}, no text; pack its texts with 'discourse pack {pack} --to PACK'."


def why_no_corpus(folder: str | os.PathLike[str]) -> str:
    """Why a path cannot be read as a corpus, and what makes one of it."""
    path, pack = Path(folder), find_pack(folder)
    if pack and str(folder).rstrip("/") != pack:
        return (
            f"{_name(folder, pack)}; read {pack}, and add texts to it with"
            f" 'discourse pack FILE --to {pack}'."
        )
    if "://" in str(folder):
        return (
            f"{folder} holds no packed corpus ({PLAN}); name the folder of one, or pack a table at"
            f" an address with 'discourse pack {folder} --to PACK' and read PACK."
        )
    either = f"a folder with {MANIFEST}, or a packed corpus, with {PLAN}"
    if not path.exists():
        return (
            f"The corpus folder {folder} does not exist; name {either}: 'discourse add FILE…"
            f" --corpus {folder}' makes the first, 'discourse pack FILE --to {folder}' the other."
        )
    if path.name == MANIFEST:
        return f"{folder} is the table of a corpus; read its folder, {path.parent}."
    if not path.is_dir():
        return (
            f"{folder} is a file, and a corpus is {either}; make one with 'discourse add {folder}"
            f" --corpus CORPUS' or 'discourse pack {folder} --to PACK', and read that."
        )
    texts = next(path.glob("*.txt"), None)
    files, source = (path / "*.txt", folder) if texts else ("FILE…", "FILE")
    return (
        f"{folder} has no {MANIFEST}, the table of its documents, and is no packed corpus, with"
        f" {PLAN}; make one with 'discourse add {files} --corpus {folder}' or"
        f" 'discourse pack {source} --to PACK', and read that."
    )
