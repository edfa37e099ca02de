"""The small files that an analyst keeps: groups of terms, aliases, looks, stop words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.corpus.formats.encodings import clean_text, read_bytes, read_text
from analysis.corpus.manifest import parse_sheet
from analysis.tables import InputError


def read_term_groups(path: str | Path) -> dict[str, list[str]]:
    """Read named groups of terms from a small YAML file.

    Parameters
    ----------
    path : str or pathlib.Path
        ``name: [pattern, pattern, …]`` on each line; a single pattern needs no brackets. What
        stands within a pattern that begins with a hyphen is not counted: ``war: [war, -cold war]``.

    Returns
    -------
    dict of str to list of str
        In the file's order; none, where it holds only comments. Every value is text, also ``no``
        or ``2022``.

    Raises
    ------
    InputError
        If the file is no such list, or a group is empty, there twice, or holds only exclusions.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "groups.yml")
    >>> _ = path.write_text("war: [war, 'war*']\\npeace: peace process\\n")
    >>> read_term_groups(path)
    {'war': ['war', 'war*'], 'peace': ['peace process']}
    """
    return parse_term_groups(read_text(path), path)


def parse_term_groups(text: str, path: str | Path) -> dict[str, list[str]]:
    """Named groups of terms as the text of a file holds them; `path` is named in errors."""
    import yaml

    try:
        tree = yaml.compose(text, yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(
            f"{path}{line} cannot be read: {error.problem}; write each group as "
            "'name: [term, term]', and a term with * or : in quotation marks."
        ) from None
    if tree is None:  # as a new corpus has it: nothing but comments
        return {}
    if not isinstance(tree, yaml.MappingNode) or not tree.value:
        raise InputError(f"{path} holds no groups; write each as 'name: [term, term]' on a line.")
    groups: dict[str, list[str]] = {}
    for key, node in tree.value:
        name = str(key.value)
        if name in groups:
            raise InputError(f"{path}: the group {name!r} is there twice; join the two.")
        groups[name] = _read_group(name, node, path)
    return groups


def _read_group(name: str, node: Any, path: str | Path) -> list[str]:
    items = node.value if node.id == "sequence" else [node]
    if any(item.id != "scalar" for item in items):
        raise InputError(f"{path}: the group {name!r} is no list; write '{name}: [term, term]'.")
    terms = [item.value.strip() for item in items if item.value.strip()]
    if not terms:
        raise InputError(f"{path}: the group {name!r} is empty; give it a term or take it out.")
    if all(len(term) > 1 and term[0] in "-–−" for term in terms):
        raise InputError(
            f"{path}: the group {name!r} holds only what to leave out; name what counts, as in"
            ' war: [war, "-cold war"].'
        )
    return terms


def read_style(path: str | Path) -> dict[str, Any]:
    """Read how the figures of a corpus write, order and colour its groups and terms.

    Parameters
    ----------
    path : str or pathlib.Path
        A YAML file with any of ``colors:`` (name: colour, by name or hex), ``labels:`` (name: how
        it is written) and ``order:`` (a list of names).

    Returns
    -------
    dict
        Those of the three that the file has. All values are text.

    Raises
    ------
    InputError
        If the file has another part, or a part another form, or a colour is none.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "style.yml")
    >>> _ = path.write_text("colors: {russia: '#D55E00'}\\nlabels: {russia: Russia}\\n")
    >>> read_style(path)
    {'colors': {'russia': '#D55E00'}, 'labels': {'russia': 'Russia'}}
    """
    import yaml

    try:
        tree = yaml.load(read_text(path), yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(
            f"{path}{line} cannot be read: {error.problem}; put a colour such as '#D55E00' in"
            " quotation marks."
        ) from None
    if tree in (None, ""):
        return {}
    if not isinstance(tree, dict):
        raise InputError(f"{path} is no style; write colors:, labels: and order: into it.")
    style: dict[str, Any] = {}
    for part, value in tree.items():
        if part not in ("colors", "labels", "order"):
            raise InputError(f"{path}: {part!r} is no part of a style; use colors, labels, order.")
        if value in (None, ""):
            continue
        style[str(part)] = _style_part(path, str(part), value)
    return style


def _style_part(path: str | Path, part: str, value: Any) -> Any:
    """One part of a style, checked."""
    kind = list if part == "order" else dict
    own = value if isinstance(value, list) else value.values() if isinstance(value, dict) else []
    if not isinstance(value, kind) or not all(isinstance(one, str) and one for one in own):
        form = (
            "[russia, ukraine]" if part == "order" else "a name, a colon and a value on each line"
        )
        raise InputError(f"{path}: {part} has another form; write it as {form}.")
    if isinstance(value, dict) and part == "colors":
        for name, colour in value.items():
            _require_colour(path, str(name), colour)
    return value


def _require_colour(path: str | Path, name: str, colour: str) -> None:
    """Refuse what is no colour."""
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        return
    from matplotlib.colors import is_color_like

    if not re.fullmatch(r"[A-Za-z]{3,}|#[0-9A-Fa-f]{3}", colour) or not is_color_like(colour):
        raise InputError(
            f"{path}: the colour {colour!r} of {name!r} is none; write a name such as darkred or a"
            " hex such as '#8B0000', in quotation marks."
        )


def read_aliases(path: str | Path) -> pd.DataFrame:
    """Read the analyst's list of names that mean one entity.

    Parameters
    ----------
    path : str or pathlib.Path
        A CSV file with the columns ``variant``, ``entity`` and ``label`` (PERSON, ORG, PLACE,
        NORP) and any others. Rows that begin with ``#`` are comments.

    Returns
    -------
    pandas.DataFrame
        One row per variant, with the file's columns as text.

    Raises
    ------
    InputError
        Naming file and row: for a missing column, an empty cell, a variant that is there twice,
        or an entity that is itself listed as a variant of another.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "aliases.csv")
    >>> _ = path.write_text("variant,entity,label\\nKiev,Kyiv,PLACE\\n")
    >>> read_aliases(path).loc[0, "entity"]
    'Kyiv'
    """
    sheet = parse_sheet(read_bytes(path), str(path))
    missing = [name for name in ("variant", "entity", "label") if name not in sheet.header]
    if missing:
        raise InputError(
            f"{path} row 1: the column {', '.join(map(repr, missing))} is missing; "
            "a list of aliases has the columns variant, entity and label."
        )
    size = len(sheet.header)
    filled = [
        (f"{path} row {row.number}", [clean_text(f).strip() for f in row.fields + [""] * size])
        for row in sheet.rows[1:]
        if any(row.fields) and not row.fields[0].startswith("#")
    ]
    aliases = pd.DataFrame([fields[:size] for _, fields in filled], columns=sheet.header, dtype=str)
    _check_aliases(aliases, [where for where, _ in filled])
    return aliases


def _check_aliases(aliases: pd.DataFrame, places: list[str]) -> None:
    """Refuse aliases that do not lead to one entity each."""
    targets: dict[str, str] = {}
    rows = list(zip(places, aliases["variant"], aliases["entity"], aliases["label"], strict=True))
    for where, variant, entity, label in rows:
        if not (variant and entity and label):
            raise InputError(f"{where}: fill in variant, entity and label, or take the row out.")
        if variant in targets:
            raise InputError(f"{where}: the variant {variant!r} is there already; keep one row.")
        targets[variant] = entity
    for where, _, entity, _ in rows:
        final = targets.get(entity, entity)
        if final != entity:
            raise InputError(
                f"{where}: the entity {entity!r} is itself a variant of {final!r}; "
                f"name {final!r} here."
            )


def read_stop_words(path: str | Path) -> frozenset[str]:
    """Read a list of stop words, one on a line."""
    lines = [line.strip().lower().replace("’", "'") for line in read_text(path).split("\n")]
    words = frozenset(line for line in lines if line and not line.startswith("#"))
    if not words:
        raise InputError(f"{path} holds no word; write one on each line.")
    return words
