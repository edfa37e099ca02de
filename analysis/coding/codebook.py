"""The analyst's codebook: questions, codes, rules and examples in a small file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from analysis.coding.design import REST, UNITS, require_choices
from analysis.corpus.formats.encodings import read_text
from analysis.tables import InputError, is_corpus

NAME = "codebook.yml"
_FIELDS = ("question", "unit", "headings", "choices", "rest", "rules", "examples", "terms")
_HINT = "write each as in the docs (docs/coding.md), with 'question:' and 'choices:'"


def read_codebook(source: Any) -> dict[str, dict[str, Any]]:
    """Read the questions of a codebook, each with its codes, rules and examples.

    Parameters
    ----------
    source : Corpus or path
        A corpus, whose folder has a ``codebook.yml``; or the path of such a file.

    Returns
    -------
    dict of str to dict
        By the name of a question: `name`, `question`, `choices` (a mapping of each code to what it
        means), `rules`, `examples` (each with `text` and `code`), and `unit`, `headings`, `terms`
        and `rest` (the choice for passages in which none of the terms stands) where they are
        given. `sample_for_coding` takes such an entry as its ``question=``.

    Raises
    ------
    InputError
        If there is no file, it cannot be read, or an entry lacks its question or codes.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "codebook.yml")
    >>> _ = path.write_text('''
    ... frame:
    ...   question: Which frame does the sentence use?
    ...   unit: sentence
    ...   choices:
    ...     conflict: two sides oppose each other
    ...     cost: what it costs, in money or lives
    ...     none: neither
    ... ''')
    >>> list(read_codebook(path)["frame"]["choices"])
    ['conflict', 'cost', 'none']
    """
    import yaml

    path = _path(source)
    if not path.is_file():
        raise InputError(f"{path} is not there; {_HINT}.")
    try:
        text = read_text(path)
        _require_once(yaml.compose(text, yaml.BaseLoader), path)
        tree = yaml.load(text, yaml.BaseLoader)  # every value is text, also no and 1
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise InputError(f"{path}{line} cannot be read as YAML; {_HINT}.") from None
    if not isinstance(tree, dict) or not tree:
        raise InputError(f"{path} holds no questions; {_HINT}.")
    return {str(name): _entry(str(name), entry, path) for name, entry in tree.items()}


def _require_once(node: Any, path: Path) -> None:
    """Refuse a name that stands twice in one mapping, of which YAML would lose the first."""
    seen: dict[str, int] = {}
    pairs = node.value if getattr(node, "id", "") in ("mapping", "sequence") else []
    for pair in pairs:
        key, value = pair if isinstance(pair, tuple) else (None, pair)
        if key is not None:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                raise InputError(
                    f"{path} line {line}: {name!r} is there twice; it is also in line {seen[name]}."
                )
            seen[name] = line
        _require_once(value, path)


def _path(source: Any) -> Path:
    """The file of a corpus, or the path that was given."""
    if is_corpus(source):
        if source.folder is None:
            raise InputError("This corpus has no folder; give the path of its codebook.")
        return Path(source.folder, NAME)
    if isinstance(source, str | os.PathLike):
        return Path(source)
    raise InputError(f"{source!r} is neither a corpus nor the path of a codebook.")


def _entry(name: str, entry: Any, path: Path) -> dict[str, Any]:
    """One question, checked."""
    where = f"{path}: {name!r}"
    if not isinstance(entry, dict):
        raise InputError(f"{where} is no question; {_HINT}.")
    strange = sorted(set(entry) - set(_FIELDS))
    if strange:
        raise InputError(f"{where} has {strange[0]!r}, which is not known; choose of {_FIELDS}.")
    question = entry.get("question")
    if not isinstance(question, str) or not question.strip():
        raise InputError(f"{where} lacks its question: what does the coder ask of each passage?")
    choices = _choices(entry.get("choices"), where)
    examples = entry.get("examples") or []
    for one in examples if isinstance(examples, list) else [None]:
        if not isinstance(one, dict) or one.get("code") not in choices:
            raise InputError(f"{where}: each example needs a 'text' and a 'code' of {[*choices]}.")
    rules = entry.get("rules") or []
    rules = [rules] if isinstance(rules, str) else rules
    result = {"name": name, "question": question, "choices": choices, "rules": rules}
    result |= {"examples": examples}
    if entry.get("unit"):
        if entry["unit"] not in UNITS:
            raise InputError(f"{where}: unit is {entry['unit']!r}; choose one of {UNITS}.")
        result["unit"] = entry["unit"]
    if not isinstance(rules, list):
        raise InputError(f"{where}: rules are a list of sentences, each after a dash.")
    return result | _of_machine(entry, choices, where)


def _of_machine(entry: dict[str, Any], choices: dict[str, str], where: str) -> dict[str, Any]:
    """The terms of the codes, the choice for the rest, and whether headings are coded."""
    result: dict[str, Any] = {}
    terms, rest = entry.get("terms"), entry.get("rest")
    if terms:
        if not isinstance(terms, dict):
            raise InputError(f"{where}: write terms as 'code: [word, word]', without dashes.")
        if strange := sorted(set(terms) - set(choices)):
            raise InputError(
                f"{where}: terms has {strange[0]!r}, which is none of the choices {[*choices]};"
                " name each group of terms as the code that it stands for."
            )
        free = [one for one in choices if one not in terms]
        rest = rest or (REST if REST in free else free[0] if len(free) == 1 else None)
        if rest is None:
            raise InputError(
                f"{where}: {len(free) or 'none'} of the choices {[*choices]} have no terms; say"
                " which is for passages in which no term stands, as in 'rest: none', or add one."
            )
        result["terms"] = terms
    if rest is not None:
        if rest not in choices or rest in (terms or {}):
            raise InputError(
                f"{where}: rest is {rest!r}; choose one of the choices without terms of its own."
            )
        result["rest"] = rest
    if (headings := entry.get("headings")) is not None:
        if headings not in ("yes", "no", "true", "false"):
            raise InputError(f"{where}: headings is {headings!r}; write yes or no.")
        result["headings"] = headings in ("yes", "true")
    return result


def _choices(given: Any, where: str) -> dict[str, str]:
    """The codes with what they mean."""
    rows = given if isinstance(given, list) else []
    if any(isinstance(code, dict | list) for code in rows):
        raise InputError(f"{where}: write choices as 'code: what it means', without dashes.")
    listed = dict.fromkeys(rows, "") if rows else given
    if not isinstance(listed, dict) or max(len(listed), len(rows)) < 2:
        raise InputError(f"{where} needs two or more choices, as 'code: what it means'.")
    names = require_choices(rows or listed, where)
    if strange := [one for one in listed.values() if isinstance(one, dict | list)]:
        raise InputError(f"{where}: what a code means is {strange[0]!r}; write it as a sentence.")
    return {name: str(meaning) for name, meaning in zip(names, listed.values(), strict=True)}
