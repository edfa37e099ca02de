"""Codes that coders have filled in: read, joined, and kept beside the sample."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.coding.design import design_of, identity_of, pack, require_same_texts, sizes_of
from analysis.coding.files import (
    SUFFIX,
    coder_name,
    find_sample,
    read_filled,
    read_stored,
    safe_name,
)
from analysis.files import write_atomic
from analysis.tables import InputError, require_columns

CODES = ".codes.json"


def read_codes(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    corpus: Any = None,
    *,
    sample: pd.DataFrame | str | os.PathLike[str] | None = None,
    coders: Sequence[str] | None = None,
    keep: bool = True,
) -> pd.DataFrame:
    """Read the codes that one or several coders have filled in.

    Parameters
    ----------
    paths : path or sequence of paths
        The files that `write_sample` wrote, filled in, in any of the formats that a spreadsheet
        saves as .xlsx or .csv; several of one coder are joined. Or one ``.codes.json`` that was
        kept.
    corpus : Corpus, optional
        The corpus; its texts are then compared with those that were coded.
    sample : pandas.DataFrame or path, optional
        What `sample_for_coding` gave, or its ``.sample.json``; by default the one that lies beside
        the first file and whose name this begins with.
    coders : sequence of str, optional
        Names of the coders, in the order of the files. By default what stands in the column
        `coder`, else what a file's name has more than the sample's: "ann" of ``tone-ann.xlsx``,
        "coder" of ``tone.xlsx`` itself.
    keep : bool
        Write the codes, with coder, date and the fingerprint of the corpus, to ``NAME.codes.json``
        beside the sample (only where `sample` is not a table). What other files gave before stays
        in it.

    Returns
    -------
    pandas.DataFrame
        One row for each row and coder that has a code: the columns of the sample, and `coder`,
        `code`, `note`, `file`. ``attrs["coding"]`` is that of the sample, with `coders` and `date`.

    Raises
    ------
    InputError
        If a file is none of these, a row is not of the sample or there twice, its passage is
        another, a code is none of the choices, one coder has coded a row in two ways (file and row
        are named), nothing is coded, or the texts have changed.

    Notes
    -----
    Rows without a code are left out. Rows stand in random order, so who has coded the first 40 of
    100 has coded a random sample of 40.

    Examples
    --------
    >>> import tempfile
    >>> from analysis.coding.sample import sample_for_coding
    >>> from analysis.coding.files import write_sample
    >>> from analysis.layers import Corpus
    >>> corpus = Corpus(pd.DataFrame({"doc": ["a"], "text": ["Rain fell. Prices fell."]}))
    >>> sample = sample_for_coding(None, corpus, n=2, unit="sentence", choices=["weather", "no"])
    >>> path = write_sample(sample, path=Path(tempfile.mkdtemp(), "topic.csv"))
    >>> rows = pd.read_csv(path, encoding="utf-8-sig")
    >>> rows.assign(code="no").to_csv(path, index=False)
    >>> read_codes(path)["code"].tolist()
    ['no', 'no']
    """
    files = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
    if not files:
        raise InputError("No file is given; name those that the coders filled in.")
    first = Path(files[0])
    if len(files) == 1 and first.name.endswith(".json"):
        codes = read_stored(first)
        require_columns(codes, ("coder", "code"), "codes")
        require_same_texts(codes, corpus)
        return codes
    place = None if isinstance(sample, pd.DataFrame) else find_sample(first, sample)
    drawn = sample if isinstance(sample, pd.DataFrame) else read_stored(place)
    design = design_of(drawn)
    if coders is not None and len(coders) != len(files):
        raise InputError(f"coders={list(coders)} must be a name for each of {len(files)} files.")
    names = [coder_name(one) for one in coders] if coders is not None else [""] * len(files)
    parts = [_coded(Path(file), drawn, name) for file, name in zip(files, names, strict=True)]
    result = _joined(parts)
    today = datetime.date.today().isoformat()
    result.attrs = {"corpus": drawn.attrs.get("corpus", {})}
    known = [*dict.fromkeys(result["coder"])]
    result.attrs["coding"] = {"drawn": len(drawn)} | design | {"coders": known, "date": today}
    if place is not None and keep:
        _keep(result, drawn, place.with_name(place.name.removesuffix(SUFFIX) + CODES))
    require_same_texts(result, corpus)
    return result


def _coded(path: Path, drawn: pd.DataFrame, coder: str) -> pd.DataFrame:
    """The rows of a file that have a code, with the columns of the sample."""
    codes, notes, named, _ = read_filled(path, drawn)
    if not codes:
        raise InputError(f"{path.name}: no row has a code; fill in the column 'code'.")
    rows = drawn[drawn["row"].isin(list(codes))]
    own = path.stem.removeprefix(safe_name(drawn.attrs["coding"]["name"]))
    if own == path.stem:  # the sample was written under another name
        own = path.stem.removeprefix(_stem_of(path))
    return pd.DataFrame(rows).assign(
        coder=coder or named or own.strip("-_ ") or "coder",
        code=rows["row"].map(codes),
        note=[notes.get(row, "") for row in rows["row"]],
        file=path.name,
    )


def _stem_of(path: Path) -> str:
    """The name of the sample that lies beside a file, as far as there is one."""
    try:
        return find_sample(path).name.removesuffix(SUFFIX)
    except InputError:
        return ""


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The codes of all files; refused where a coder has coded a row in two ways."""
    result = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    spelled: dict[str, str] = {}  # Ann and ann are one
    result["coder"] = [spelled.setdefault(name.casefold(), name) for name in result["coder"]]
    several = result.groupby(["coder", "row"])["code"].transform("nunique") > 1
    if several.any():
        one = result[several].iloc[0]
        own = result[(result["row"] == one["row"]) & (result["coder"] == one["coder"])]
        said = " and ".join(f"{r['code']!r} in {r['file']}" for r in own.to_dict("records"))
        raise InputError(
            f"Row {one['row']}: {one['coder']} has coded it {said}; make them the same, or name two"
            " coders in coders=."
        )
    return result.drop_duplicates(["coder", "row"], ignore_index=True)


def _keep(codes: pd.DataFrame, drawn: pd.DataFrame, path: Path) -> Path:
    """Keep codes in a file, whole or not at all, with what other files gave before."""
    try:
        kept = read_stored(path) if path.exists() else None
        same = kept is None or _is_of(kept, codes)
    except InputError:  # damaged
        kept, same = None, False
    if not same:  # codes of another sample stay as they are
        mark = identity_of(drawn).split()[-1]
        return _keep(codes, drawn, path.with_name(path.name.replace(CODES, f"-{mark}{CODES}")))
    if kept is not None:
        chance = drawn.set_index("row")["probability"]
        codes = _with_kept(codes, kept.assign(probability=kept["row"].map(chance)))
    return write_atomic(path, json.dumps(pack(codes), ensure_ascii=False, indent=1) + "\n")


def _is_of(kept: pd.DataFrame, codes: pd.DataFrame) -> bool:
    """Whether codes are of the same sample, or of that which it was enlarged of."""
    of = kept.attrs["coding"].get("drawn")
    same = _origin(kept) == _origin(codes)
    return same and (of in sizes_of(codes.attrs["coding"]))


def _origin(codes: pd.DataFrame) -> list[Any]:
    """What tells the sample of some codes from others."""
    design = codes.attrs["coding"]
    return [design.get(name) for name in ("fingerprint", "strata", "seed", "choices")]


def _with_kept(codes: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """Codes, and before them those that other files gave."""
    if not {"coder", "code", "row"} <= set(kept.columns):
        return codes
    kept = kept.assign(file=kept["file"].fillna("") if "file" in kept else "")
    again = _keys(kept, "file").isin(_keys(codes, "file"))
    again |= _keys(kept, "row").isin(_keys(codes, "row"))
    result = pd.concat([kept[~again], codes], ignore_index=True)[list(codes.columns)]
    known = [*dict.fromkeys(result["coder"])]
    result.attrs = codes.attrs | {"coding": codes.attrs["coding"] | {"coders": known}}
    return result


def _keys(codes: pd.DataFrame, name: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(codes[["coder", name]].astype(str))
