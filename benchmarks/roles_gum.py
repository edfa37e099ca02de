"""Measure on GUM's coreference how often a role ("the president") is given to the right entity.

    python benchmarks/roles_gum.py [--shared DIR] [--split train|dev|test|develop] [--errors]

Every definite description counts that `Roles` finds in the text, with gold names: it is right if
GUM has it in the chain of the same name. What GUM has in no chain with a name counts as wrong.
Genres under a non-commercial licence are left out.
"""

from __future__ import annotations

import argparse
import os
import tarfile
from collections import Counter
from pathlib import Path

from entities_gum import LABELS, Span, Token, _name_of, _read_tokens
from pronouns_gum import GROUPS, read_splits

from analysis.entities.roles import BODY_NOUNS, Roles
from analysis.entities.spans import Mention, without_overlaps


def names_of(text: str, tokens: list[Token], spans: list[Span]) -> list[tuple[Mention, str]]:
    """List the names of a document, each with its chain; the longest name is the entity."""
    found = []
    for span in spans:
        inside = [
            s for s in spans if s is not span and span.first <= s.first <= s.last <= span.last
        ]
        name = _name_of(span, tokens, inside) if span.kind in LABELS else None
        if name is not None:
            start, end = tokens[name[0]].start, tokens[name[1]].end
            found.append((Mention(start, end, LABELS[span.kind]), span.chain))
    longest: dict[str, str] = {}
    for one, chain in found:
        own = text[one.start : one.end]
        longest[chain] = max(longest.get(chain, ""), own, key=len)
    return [(one._replace(entity=longest[chain]), chain) for one, chain in found]


def trace(lines: list[str], errors: list[str]) -> Counter[tuple[str, str]]:
    """Count right and wrong roles of a document, and those that have a name and stay open."""
    text, tokens, spans = _read_tokens(lines)
    names = names_of(text, tokens, spans)
    chains = {one.entity: chain for one, chain in names}
    kept = without_overlaps([one for one, _ in names])
    found = {start: (end, entity) for start, end, entity in Roles(text, kept).find()}
    counts: Counter[tuple[str, str]] = Counter()
    starts: dict[int, list[Span]] = {}
    for span in spans:
        starts.setdefault(tokens[span.first].start, []).append(span)
    for start, (end, entity) in found.items():
        near = [*starts.get(start, []), *starts.get(start - len("the "), [])]
        own = [span for span in near if tokens[span.last].end >= end]
        kind = "bodies" if text[start:end].lower().split()[-1] in BODY_NOUNS else "persons"
        right = chains[entity] in {span.chain for span in own}
        counts[kind, "right" if right else "wrong"] += 1
        if not right:
            errors.append(f"{text[max(start - 200, 0) : end + 20]!r} -> {entity}")
    return counts


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("DISCOURSE_SHARED", Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--shared", type=Path, default=Path(default))
    parser.add_argument("--split", choices=("train", "dev", "test", "develop"), default="develop")
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    wanted = {"develop": ("train", "dev")}.get(options.split, (options.split,))
    genres = {genre for some in GROUPS.values() for genre in some}
    errors: list[str] = []
    total: Counter[tuple[str, str]] = Counter()
    with tarfile.open(options.shared / "training" / "gum.tar.gz") as archive:
        splits = read_splits(archive)
        for member in archive:
            name = Path(member.name)
            genre = name.stem.split("_")[1] if name.suffix == ".conllu" else ""
            if splits.get(name.stem) in wanted and genre in genres:
                file = archive.extractfile(member)
                if file is not None:
                    total += trace(file.read().decode("utf-8").splitlines(), errors)
    for kind in ("persons", "bodies"):
        right, wrong = total[kind, "right"], total[kind, "wrong"]
        print(f"{kind:8} {right + wrong:4} given a name, right {right / max(right + wrong, 1):.3f}")
    if options.errors:
        print(*errors, sep="\n\n")


if __name__ == "__main__":
    main()
