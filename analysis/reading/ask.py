"""The talk with the user that `python -m analysis add` is: what it took, what it could not find."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from analysis.reading.add import (
    Plan,
    count_words,
    make_plan,
    plan_documents,
    read_rows,
    write_plans,
)
from analysis.reading.dates import read_published
from analysis.reading.manifest import COLUMNS, NAME
from analysis.tables import InputError

NEEDED = ("title", "outlet", "published")
LINE = 100  # characters of a value that are shown


def run_add(args: argparse.Namespace) -> int:
    """Do what `python -m analysis add` was asked to.

    Parameters
    ----------
    args : argparse.Namespace
        ``files``, ``corpus``, ``replace``, ``whole``, ``yes``, and one value for each column.

    Returns
    -------
    int
        0, or 1 if the user declined.

    Raises
    ------
    InputError
        If something cannot be read, or is missing and nobody is there to be asked.
    """
    names = (*COLUMNS, "standfirst")
    values = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    plans = plan_documents(
        args.corpus, args.files, values=values, replace=args.replace, whole=args.whole
    )
    for plan in plans:
        print(describe_plan(plan), end="\n\n")
    if args.yes or not sys.stdin.isatty():
        _refuse_gaps(plans, NEEDED[:1] if args.yes else NEEDED)
    else:
        plans = _ask_all(plans, args, values)
        if not _confirm():
            print("Nothing was written.")
            return 1
    write_plans(args.corpus, plans)
    for plan in plans:
        what = "already there" if plan["state"] == "unchanged" else "written"
        print(f"{plan['target']} {what}, row {plan['row']['id']!r} in {Path(args.corpus, NAME)}.")
    return 0


def describe_plan(plan: Plan) -> str:
    """Show what was taken from a file and where it would go.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    str
        Several lines.
    """
    record, row = plan["record"], plan["row"]
    body = record["paragraphs"]
    words = " ".join(body).split()
    where = "a row that the manifest has" if plan["listed"] else "a new row"
    lines = [
        ("title", row.get("title", "")),
        ("standfirst", row.get("standfirst", "")),
        ("published", row.get("published", "")),
        ("body", f"{_count(body, 'paragraph')}, {count_words(body):,} words"),
        ("begins", " ".join(words[:12])),
        ("ends", " ".join(words[-12:])),
        ("dropped", _list_dropped(record["dropped"])),
        ("note", "; ".join(record["notes"])),
        ("filled", ", ".join(plan["filled"]) if plan["listed"] else ""),
        ("kept", "; ".join(f"{name} {row[name]!r}" for name in plan["kept"])),
        ("empty", ", ".join(name for name in COLUMNS if not row.get(name))),
    ]
    shown = [f"  {name:<11}{_cut(value)}" for name, value in lines if value]
    return "\n".join([f"{plan['file']} → {row['id']} ({where})", *shown])


def _count(items: list[str], name: str) -> str:
    return f"{len(items)} {name}{'' if len(items) == 1 else 's'}"


def _list_dropped(dropped: list[str]) -> str:
    if not dropped:
        return "nothing"
    return f"{_count(dropped, 'line')}: " + " | ".join(_cut(line, 40) for line in dropped)


def _cut(value: str, size: int = LINE) -> str:
    return value if len(value) <= size else value[: size - 1] + "…"


def _refuse_gaps(plans: list[Plan], needed: Iterable[str]) -> None:
    """Refuse what lacks a fact, and name the flags that give it."""
    for plan in plans:
        missing = [name for name in needed if not plan["row"].get(name)]
        if missing:
            flags = " ".join(f"--{name} …" for name in missing)
            rest = ", or --yes to leave it empty" if missing != ["title"] else ""
            raise InputError(
                f"{plan['file']}: {', '.join(missing)} could not be found; give {flags}{rest}."
            )


def _ask_all(plans: list[Plan], args: argparse.Namespace, values: dict[str, str]) -> list[Plan]:
    """Ask for what is empty in each plan, and plan anew with the answers."""
    rows = read_rows(args.corpus)
    asked: list[Plan] = []
    for plan in plans:
        answers = _ask(plan, rows)
        if answers:
            plan = make_plan(
                args.corpus,
                plan["file"],
                plan["record"],
                rows,
                {**values, **answers},
                replace=args.replace,
            )
            print(describe_plan(plan), end="\n\n")
        if not plan["listed"]:
            rows = [*rows, plan["row"]]
        asked.append(plan)
    return asked


def _ask(plan: Plan, rows: list[dict[str, str]]) -> dict[str, str]:
    """Ask for each column that is empty; an empty answer leaves it so."""
    empty = [name for name in COLUMNS if not plan["row"].get(name)]
    if empty:
        print(f"{plan['file']}: what could not be found (Enter leaves it empty)")
    answers = {name: _ask_one(name, rows) for name in empty}
    return {name: answer for name, answer in answers.items() if answer}


def _ask_one(name: str, rows: list[dict[str, str]]) -> str:
    known = sorted({row.get(name, "") for row in rows} - {""})
    hint = f" ({', '.join(known[:8])})" if name in ("side", "genre", "language") and known else ""
    while True:
        try:
            answer = input(f"  {name}{hint}: ").strip()
            return read_published(answer) if name == "published" and answer else answer
        except EOFError:
            raise InputError("The input ended before the answer; nothing was written.") from None
        except InputError as error:
            print(f"  {error}")


def _confirm() -> bool:
    try:
        return input("Add? [Y/n] ").strip().lower() in ("", "y", "yes")
    except EOFError:
        return False
