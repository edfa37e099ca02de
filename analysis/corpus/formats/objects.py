"""JSON as tables: lists of documents wherever an interface or a program puts them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from analysis.corpus.formats.columns import Table, choose_columns, map_columns
from analysis.tables import InputError

PARTS = 5_000_000  # lists and objects in a JSON file
_TOTAL = re.compile(r"(?i)(?:total_?(?:results?|hits?|count|articles|docs)?|num_?found|hits?)")
DEPTH = 5  # of lists in objects, and of objects in a document
COLUMNS = 10_000
_SCRIPT = re.compile(r"\s*(?:window\.)?[\w.]+\s*=\s*(?=[\[{])")  # as a Twitter archive begins


def read_json(text: str, name: str) -> Table:
    """Read a JSON file, or one of JSON lines under the other ending."""
    _require_parts(text, name)
    script = _SCRIPT.match(text)
    text = text[script.end() :].rstrip().rstrip(";") if script else text
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if "Extra data" in str(error):
            return _read_lines(text, name)
        what = "a script, not data" if name.lower().endswith(".js") else f"not JSON ({error.msg})"
        raise InputError(f"{name} line {error.lineno}: it is {what}.") from None
    except RecursionError:
        raise InputError(f"{name} is not JSON that can be read: it is nested too deeply.") from None
    except ValueError as error:
        raise InputError(f"{name} is not JSON that can be read ({error}).") from None
    found = _find_documents(value, name)
    if not found.rows:
        raise InputError(
            f'{name} is not a list of documents; write [{{"title": …, "text": …}}, …].'
        )
    return found._replace(notes=_compare_stated(value, len(found.rows)))


def _find_documents(value: Any, name: str) -> Table:
    """The table of the documents in a JSON file: the outermost with texts, or the largest."""
    largest, best, facts = Table([], [], []), None, {}
    for where, rows in _find_lists(value):
        places = [f"{where} {i}" for i in range(1, len(rows) + 1)]
        table = _flatten_all(rows, places, name)
        chosen = _choose_texts(table) if rows else {}
        if best is None and chosen:
            best, facts = table, chosen
            if len(rows) > 1:
                break
        elif best is not None and len(rows) == 1 and len(chosen) > len(facts):
            # an object in wrappings, whose facts have their own names only further in
            same = best.rows[0][facts["text"]] == table.rows[0][chosen["text"]]
            best, facts = (table, chosen) if same else (best, facts)
        largest = max(largest, table, key=lambda one: (len(one.rows), len(one.header)))
    return best or largest


def _compare_stated(value: Any, found: int) -> list[str]:
    """What is to be said where the answer of a service states more documents than it holds."""
    outer = [value, *value.values()] if isinstance(value, dict) else []
    for one in outer:
        for key, stated in one.items() if isinstance(one, dict) else ():
            if _TOTAL.fullmatch(key) and type(stated) is int and stated > found:
                return [
                    f"the file states {stated:,} documents ({key}) and holds {found:,}; add the "
                    "other pages of the answer, too"
                ]
    return []


def read_json_lines(text: str, name: str) -> Table:
    """Read a file with one JSON object a line."""
    _require_parts(text, name)
    return _read_lines(text, name)


def _require_parts(text: str, name: str) -> None:
    """Refuse what would take far more memory than its size says."""
    if text.count("[") + text.count("{") > PARTS:
        raise InputError(f"{name} has more than {PARTS:,} lists and objects; split it and retry.")


def _read_lines(text: str, name: str) -> Table:
    """The objects of JSON lines; lines that are none are set aside."""
    objects: list[dict[str, Any]] = []
    places: list[str] = []
    left_out: list[tuple[str, str]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError, ValueError) as error:
            reason = getattr(error, "msg", "too deep")
            left_out.append((f"line {number}", f"it is not JSON ({reason})"))
            continue
        if isinstance(value, dict):
            objects.append(value)
            places.append(f"line {number}")
        else:
            left_out.append((f"line {number}", 'it is no object; write {"text": …}'))
    if left_out and len(left_out) >= len(objects):
        spread = _read_stream(text)  # objects that are each spread over several lines
        if not spread:
            raise InputError(f"{name} {left_out[0][0]}: {left_out[0][1]}.")
        objects, left_out = spread, []
        places = [f"document {i}" for i in range(1, len(spread) + 1)]
    if not objects:
        raise InputError(f"{name} is empty.")
    return _flatten_all(objects, places, name)._replace(left_out=left_out)


def _read_stream(text: str) -> list[dict[str, Any]]:
    """The objects of a text that holds one after the other; none if it holds anything else."""
    decoder = json.JSONDecoder()
    objects: list[dict[str, Any]] = []
    at = 0
    while at < len(text):
        gap = re.compile(r"[\s,]*").match(text, at)
        at = gap.end() if gap else at
        if at == len(text):
            break
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        if not isinstance(value, dict):
            return []
        objects.append(value)
    return objects


def _find_lists(value: Any, depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What could be the documents of a JSON file, the outermost first."""
    if depth > DEPTH:
        return
    if _is_rows(value):
        yield "document", value
        yield from _find_inner(value)
    elif isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        yield "row", _pair(value[0], value[1:])
    elif isinstance(value, dict) and value:
        yield from _find_columns(value)
        yield "document", [value]
        yield from _join_parts([dict(flatten(value))])
        inner = list(value.values())
        if len(inner) > 1 and all(isinstance(one, dict) for one in inner):
            yield "document", [{"id": key, **one} for key, one in value.items()]
        for one in inner:
            yield from _find_lists(one, depth + 1)


def _find_inner(value: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The documents of a list whose objects hold others: parts of a text, or documents."""
    rows = [dict(flatten(row)) for row in value]
    yield from _join_parts(rows)
    for key in dict.fromkeys(key for row in rows for key in row if _is_rows(row[key])):
        yield "document", [one for row in rows if _is_rows(row.get(key)) for one in row[key]]


def _join_parts(rows: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Objects whose text is a list of objects in them, which have fewer facts of their own."""
    for key in dict.fromkeys(key for row in rows for key in row if _is_rows(row[key])):
        parts = [
            [dict(flatten(one)) for one in row[key]] if _is_rows(row.get(key)) else []
            for row in rows
        ]
        flat = [one for some in parts for one in some]
        table = Table(list(dict.fromkeys(name for one in flat for name in one)), flat, [])
        column = _choose_texts(table).get("text")
        outer = dict.fromkeys(name for row in rows for name in row)
        if column and _count_facts(outer) > _count_facts(table.header):
            yield (
                "document",
                [
                    {
                        **{name: cell for name, cell in row.items() if name != key},
                        f"text ({key})": [one[column] for one in some if one.get(column)],
                    }
                    for row, some in zip(rows, parts, strict=True)
                ],
            )


def _count_facts(header: Iterable[str]) -> int:
    """How many of the facts that every document has are among some columns."""
    return len({"title", "published", "url", "byline"}.intersection(map_columns(header)))


def _find_columns(value: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The rows of an object that holds columns, in the ways in which pandas writes them."""
    columns, rows = value.get("columns"), value.get("data")
    if isinstance(columns, list) and isinstance(rows, list):
        yield "row", _pair(columns, [row for row in rows if isinstance(row, list)])
    inner = list(value.values())
    if len(inner) > 1 and all(isinstance(one, list) for one in inner):
        if len(set(map(len, inner))) == 1:
            yield "row", _pair(list(value), list(map(list, zip(*inner, strict=True))))
    elif len(inner) > 1 and all(
        isinstance(one, dict) and one and all(str(key).isdigit() for key in one) for one in inner
    ):
        numbers = dict.fromkeys(number for one in inner for number in one)
        yield "row", [{c: one.get(n) for c, one in value.items()} for n in numbers]


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _pair(header: list[Any], rows: list[list[Any]]) -> list[dict[str, Any]]:
    """The rows of a list of lists under a header."""
    names = [name if isinstance(name, str) else "" for name in header]
    return [dict(zip(names, row, strict=False)) for row in rows] if all(names) else []


def _choose_texts(table: Table) -> dict[str, str]:
    """The columns of a table that holds texts; none of one that holds none."""
    try:
        return choose_columns(table, {}, "")[0]
    except InputError:
        return {}


def _flatten_all(objects: list[dict[str, Any]], places: list[str], name: str) -> Table:
    rows = [dict(flatten(one)) for one in objects]
    header = list(dict.fromkeys(key for row in rows for key in row))
    if len(header) > COLUMNS:
        raise InputError(
            f"{name} has {len(header):,} columns, more than {COLUMNS:,}; keep those that describe "
            "documents and retry."
        )
    return Table(header, rows, places)


def flatten(value: dict[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """The fields of an object, those of objects in it under both names (headline.main)."""
    for key, one in value.items():
        path = f"{prefix}{key}"
        if isinstance(one, dict) and one and depth < DEPTH and not str(key).startswith("$"):
            if len(one) == 1 and next(iter(one)).startswith("$"):  # {"$date": …} of a database
                one = next(iter(one.values()))
            else:
                inside = "" if key in ("_source", "tweet") and not prefix else f"{path}."
                yield from flatten(one, inside, depth + 1)
                continue
        yield path, one
