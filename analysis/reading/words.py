"""The steps of a reading trail in words, and as code."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from analysis.wording import listing, written

FUNCTIONS = {
    "search": "find_contexts",
    "select": "select_hits",
    "order": "order_hits",
    "group": "group_hits",
}
KIND_OF = {function: kind for kind, function in FUNCTIONS.items()}
_KEYS = {
    "text": "the order of the texts",
    "random": "chance",
    "typicality": "typicality (collocates)",
    "rarity": "rarity of the words",
    "pattern": "recurring pattern around the hit",
    "clusters": "similar contexts",
    "node": "the hit",
}
_PLACES = {
    "window": "in the context",
    "L": "to the left",
    "R": "to the right",
    "node": "in the hit",
}


def describe(call: str, params: Mapping[str, Any]) -> str:
    """A step in words."""
    return {
        "find_contexts": _search,
        "select_hits": _select,
        "order_hits": _order,
        "group_hits": _group,
    }[call](params)


def _values(value: Any) -> str:
    """One value of the metadata or several, as the corpus writes them."""
    items = [value] if isinstance(value, str) or not isinstance(value, list | tuple) else value
    return listing([str(item) for item in items])


def _names(value: Any) -> str:
    """One word or name or several, as they stand."""
    with written(str):
        return _values(value)


def _search(params: Mapping[str, Any]) -> str:
    """A search in words."""
    text = f"Search for {_names(params.get('query', ''))}"
    if params.get("contains"):
        text += f" with {_names(params['contains'])} in the context"
    more = [
        n for n, word in (("regex", "as patterns"), ("case", "case distinguished")) if params.get(n)
    ]
    words = {"regex": "as patterns", "case": "case distinguished"}
    return text + "".join(f", {words[name]}" for name in more)


def _at(value: Any, usual: str) -> str:
    """Words or parts of speech and where they are to stand."""
    places = value if isinstance(value, Mapping) else {usual: value}
    return " and ".join(
        f"{_names(words)} {_PLACES.get(place, f'at {place}')}" for place, words in places.items()
    )


def _select(params: Mapping[str, Any]) -> str:
    """A selection in words."""
    parts = [f"{name}: {_values(value)}" for name, value in (params.get("where") or {}).items()]
    for name in ("speaker", "entity"):
        if params.get(name):
            parts.append(f"{'names' if name == 'entity' else name}: {_names(params[name])}")
    if params.get("pos"):
        parts.append(f"part of speech {_at(params['pos'], 'node')}")
    for name, word in (("context", "with"), ("without", "without")):
        if params.get(name):
            parts.append(f"{word} {_at(params[name], 'window')}")
    for name, word in (("keep", "kept by hand"), ("drop", "left out by hand")):
        if params.get(name) is not None:
            count = len(params[name])
            parts.append(f"{count:,} {'line' if count == 1 else 'lines'} {word}")
    if params.get("sample"):
        shared = f" shared by {params['by']}" if params.get("by") else ""
        weights = params.get("weights")
        shared += (
            f", weights: {weights if isinstance(weights, str) else dict(weights)}"
            if weights
            else ""
        )
        parts.append(
            f"a random sample of {params['sample']:,}{shared} (seed {params.get('seed', 0)})"
        )
    return "Select " + ("; ".join(parts) or "all lines")


def _key(key: str) -> str:
    """A key to order or group by, in words."""
    name = key.removeprefix("-")
    return _KEYS.get(name, name.replace("_", " ")) + (", turned round" if key != name else "")


def _keys(params: Mapping[str, Any]) -> list[str]:
    by = params.get("by", [])
    return [by] if isinstance(by, str) else list(by)


def _order(params: Mapping[str, Any]) -> str:
    """An order in words."""
    keys = _keys(params)
    seed = f" (seed {params.get('seed', 0)})" if "random" in keys else ""
    return f"Order by {', then '.join(map(_key, keys))}{seed}"


def _group(params: Mapping[str, Any]) -> str:
    """A grouping in words."""
    return f"Group by {', within it by '.join(map(_key, _keys(params)))}"


def options_of(call: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a step that are not the usual ones."""
    known = inspect.signature(getattr(import_module("analysis"), call)).parameters
    return {
        name: value
        for name, value in params.items()
        if name in known and _plain(known[name].default) != _plain(value)
    }


def _plain(value: Any) -> Any:
    """A value as JSON gives it back."""
    return list(value) if isinstance(value, tuple) else value


def as_code(call: str, params: Mapping[str, Any], before: str) -> str:
    """A step as a call."""
    options = options_of(call, params)
    first = "corpus" if call == "find_contexts" else f"{before}, corpus"
    if call == "find_contexts":
        first += f", {options.pop('query', '')!r}"
    return f"da.{call}({first}{''.join(f', {k}={v!r}' for k, v in options.items())})"
