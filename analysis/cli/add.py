"""The command `add`: it shows what it took from files, and asks for what it could not find."""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

from analysis.corpus.add import (
    AddOptions,
    Batch,
    make_batch,
    read_sources,
    refuse_batch,
    write_batch,
)
from analysis.corpus.formats.dates import read_published
from analysis.corpus.formats.record import ReadOptions, count_words
from analysis.corpus.inputs import Aside, check_values
from analysis.corpus.manifest import COLUMNS, NAME, read_rows
from analysis.corpus.outcomes import ADDED_FILES, SET_ASIDE
from analysis.corpus.plan import REPLACED, THERE, Plan
from analysis.tables import InputError

LINE = 100  # characters of a value that are shown
FEW = 5  # documents that are shown and asked for one by one
SHOWN = 20  # lines of a list


def run_add(args: argparse.Namespace) -> int:
    """Do what `discourse add` was asked to."""
    options = AddOptions(
        read_values(args),
        {},
        args.replace,
        args.duplicates,
        tuple(name.strip() for name in args.folder_columns.split(","))
        if args.folder_columns
        else (),
        args.table,
    )
    reading = ReadOptions(
        options.given.get("title", ""), args.whole, read_columns(args), args.date_order or ""
    )
    with read_sources(args.files, reading, args.corpus, options) as sources:
        batch = make_batch(args.corpus, sources, options)
        print(describe_batch(batch, whole=args.dry_run), end="\n\n")
        refuse_batch(batch, strict=args.strict)
        if batch.manifest is None and batch.plans:
            print(f"{args.corpus} is no corpus yet; one is begun there, as by 'discourse new'.")
        if args.dry_run:
            print(f"{describe_counts(batch)}\nNothing was written (--dry-run).")
            return 0
        if not args.yes:
            if not sys.stdin.isatty():
                print(describe_counts(batch))
                raise InputError(
                    "Nothing was written, since there is no terminal to ask in; add --yes to write "
                    "what is shown, or --dry-run to look only."
                )
            options = _ask_all(batch, options, args.corpus)
            if options.answers:
                batch = make_batch(args.corpus, sources, options)
                print(describe_batch(batch), end="\n\n")
            if not _confirm():
                print("Nothing was written.")
                return 1
        batch = write_batch(args.corpus, sources, options, batch)
    _report(batch, Path(args.corpus))
    return 0 if batch.plans or batch.copies else 1


def read_values(args: argparse.Namespace) -> dict[str, str]:
    """The values that flags and --set give to all documents."""
    names = (*COLUMNS, "standfirst")
    values = {name: getattr(args, name) for name in names if getattr(args, name, None) is not None}
    for pair in args.set or []:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value):
            raise InputError(f"--set {pair!r} does not say what is set; write --set topic=fairs.")
        if values.setdefault(name, value) != value:
            raise InputError(
                f"--set {pair!r}: {name} is given as {values[name]!r}, too; give it once."
            )
    return check_values(values)


def read_columns(args: argparse.Namespace) -> dict[str, str]:
    """The flags that say which column of a table is what."""
    columns: dict[str, str] = {}
    for pair in args.column or []:
        name, equals, column = pair.partition("=")
        if not (name.strip() and equals and column.strip()):
            raise InputError(
                f"--column {pair!r} does not say which column is what; write --column outlet=Name."
            )
        columns[name.strip()] = column.strip()
    for name in ("text", "title", "date"):
        column = getattr(args, f"{name}_column")
        if column:
            columns["published" if name == "date" else name] = column
    return columns


def describe_batch(batch: Batch, *, whole: bool = False) -> str:
    """Show what was taken from all files; with `whole` every line of every list."""
    blocks = []
    most = len(batch.plans) + len(batch.copies) + len(batch.aside) if whole else SHOWN
    if len(batch.plans) <= FEW:
        blocks += [describe_plan(plan) for plan in batch.plans]
    else:
        blocks.append(_describe_many(batch.plans, most))
    blocks += [f"note: {note}" for note in batch.notes]
    doubts = [
        f"{plan['where']}: {note}" for plan in batch.plans for note in plan["record"]["notes"]
    ]
    copies = [
        f"{plan['row']['id']} is {plan['similarity']:.2f} like {plan['duplicate_of']}"
        for plan in batch.plans
        if plan["duplicate_of"]
    ]
    if len(batch.plans) > FEW:
        blocks += _list("doubt", doubts, most)
    blocks += _list("near-duplicate", copies, most)
    blocks += _list(
        "the same text again",
        [f"{copy.where} is a copy of {copy.doc}" for copy in batch.copies],
        most,
    )
    blocks += _list_aside(batch, most if whole else 3)
    return "\n\n".join(blocks) or "There is nothing to add."


def describe_counts(batch: Batch) -> str:
    """How many were found, and what becomes of them."""
    counts = batch.count_states()
    parts = " + ".join(
        f"{count:,} {state}" for state, count in counts.items() if count or state != REPLACED
    )
    files = f"{len(batch.files):,} file{'' if len(batch.files) == 1 else 's'}"
    return f"In {files}: {sum(counts.values()):,} found = {parts}."


def _list_aside(batch: Batch, most: int) -> list[str]:
    """What is set aside, by reason, and what to do about it."""
    groups: dict[tuple[str, str], list[Aside]] = {}
    for one in batch.aside:
        groups.setdefault((re.sub(r"\d+", "0", one.reason), one.remedy), []).append(one)
    if not groups:
        return []
    lines = [f"set aside ({len(batch.aside):,}):"]
    for (_, remedy), ones in groups.items():
        lines += [f"  {one.where}" for one in ones[:most]]
        lines += [f"  … and {len(ones) - most:,} more"] if len(ones) > most else []
        lines += [f"    why:    {ones[0].reason}", f"    to do:  {remedy}"]
    return ["\n".join(lines)]


def _list(name: str, lines: list[str], most: int) -> list[str]:
    """A list with its length, cut after some lines."""
    if not lines:
        return []
    more = [f"  … and {len(lines) - most:,} more"] if len(lines) > most else []
    shown = [f"  {line if most > SHOWN else _cut(line, 160)}" for line in lines[:most]]
    return ["\n".join([f"{name} ({len(lines):,}):", *shown, *more])]


def _describe_many(plans: list[Plan], most: int) -> str:
    states = Counter(plan["state"] for plan in plans)
    words = sum(count_words(plan["record"]["paragraphs"]) for plan in plans)
    empty = {name: sum(not plan["row"].get(name) for plan in plans) for name in COLUMNS}
    outlets = Counter(plan["row"].get("outlet") or "(none)" for plan in plans)
    dates = sorted(plan["row"]["published"][:10] for plan in plans if plan["row"].get("published"))
    common = ", ".join(f"{outlet} {count:,}" for outlet, count in outlets.most_common(8))
    lines = [f"{len(plans):,} documents, {words:,} words"]
    lines += [f"  {state:<11}{count:,}" for state, count in sorted(states.items())]
    lines.append(f"  {'outlets':<11}{common}{' …' if len(outlets) > 8 else ''}")
    if dates:
        lines.append(f"  {'published':<11}{dates[0]} to {dates[-1]}")
    gaps = [f"{name} {count:,}" for name, count in empty.items() if count]
    if gaps:
        lines.append(f"  {'empty':<11}{', '.join(gaps)}")
    for plan in plans[:most]:
        row = plan["row"]
        date = row.get("published", "")[:10] or "no date"
        lines.append(f"  {row['id']:<30} {date:<10}  {_cut(row.get('title', ''), 70)}")
    if len(plans) > most:
        lines.append(f"  … and {len(plans) - most:,} more")
    return "\n".join(lines)


def describe_plan(plan: Plan) -> str:
    """Show what was taken from a file and where it would go."""
    record, row = plan["record"], plan["row"]
    body = record["paragraphs"]
    words = " ".join(body).split()
    where = "a row that the manifest has" if plan["listed"] else "a new row"
    other = [name for name in record["facts"] if name not in COLUMNS and row.get(name)]
    lines = [
        ("title", row.get("title", "")),
        ("standfirst", row.get("standfirst", "")),
        ("published", row.get("published", "")),
        ("outlet", row.get("outlet", "") if record["facts"].get("outlet") else ""),
        ("body", f"{_count(body, 'paragraph')}, {count_words(body):,} words"),
        ("begins", " ".join(words[:12])),
        ("ends", " ".join(words[-12:])),
        ("dropped", _list_dropped(record["dropped"])),
        ("also", "; ".join(f"{name} {row[name]!r}" for name in other)),
        ("note", "; ".join(record["notes"])),
        ("filled", ", ".join(plan["filled"]) if plan["listed"] else ""),
        ("kept", "; ".join(f"{name} {row[name]!r}" for name in plan["conflicts"])),
        ("empty", ", ".join(name for name in COLUMNS if not row.get(name))),
    ]
    shown = [f"  {name:<11}{_cut(value)}" for name, value in lines if value]
    return "\n".join([f"{plan['where']} → {row['id']} ({where})", *shown])


def _count(items: list[str], name: str) -> str:
    return f"{len(items)} {name}{'' if len(items) == 1 else 's'}"


def _list_dropped(dropped: list[str]) -> str:
    if not dropped:
        return "nothing"
    return f"{_count(dropped, 'line')}: " + " | ".join(_cut(line, 40) for line in dropped)


def _cut(value: str, size: int = LINE) -> str:
    return value if len(value) <= size else value[: size - 1] + "…"


def _ask_all(batch: Batch, options: AddOptions, corpus: str) -> AddOptions:
    """Ask for what is empty: of a few documents one by one, of many for what all of them lack."""
    rows = read_rows(corpus)
    plans = batch.plans
    if len(plans) <= FEW:
        answers = {}
        for plan in plans:
            names = [name for name in COLUMNS if not plan["row"].get(name)]
            found = _ask(plan["where"], names, rows)
            if found:
                answers[plan["where"]] = found
            rows = [*rows, {**plan["row"], **found}]
        return options._replace(answers=answers)
    names = [
        name
        for name in COLUMNS
        if name not in ("id", "title", "url") and not any(p["row"].get(name) for p in plans)
    ]
    found = _ask(f"{len(plans):,} documents", names, rows)
    return options._replace(answers={plan["where"]: found for plan in plans} if found else {})


def _ask(where: str, names: list[str], rows: list[dict[str, str]]) -> dict[str, str]:
    """Ask for each column that is empty; an empty answer leaves it so."""
    if names:
        print(f"{where}: what could not be found (Enter leaves it empty)")
    answers = {name: _ask_one(name, rows) for name in names}
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


def _report(batch: Batch, corpus: Path) -> None:
    """Say what was written."""
    manifest = corpus / NAME
    if len(batch.plans) > FEW:
        filled = sum(plan["listed"] and bool(plan["filled"]) for plan in batch.plans)
        more = f"; empty cells filled in {filled:,} rows" if filled else ""
        print(f"The rows are in {manifest}{more}.")
        print(f"What became of each file, with all doubts: {corpus / ADDED_FILES}")
    else:
        for plan in batch.plans:
            what = THERE if plan["state"] == THERE else "written"
            print(f"{plan['target']} {what}, row {plan['row']['id']!r} in {manifest}.")
    if any(not one.chosen for one in batch.aside):
        print(f"What was set aside, why, and what to do: {corpus / SET_ASIDE}")
    print(describe_counts(batch))
