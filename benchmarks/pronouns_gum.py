"""Measure on GUM's coreference how often *he* and *she* are traced to the right name.

    python benchmarks/pronouns_gum.py [--shared DIR] [--errors]

Every *he* and *she* outside quotation marks counts whose person is named before it in its document,
whether it speaks or not; the names are the gold ones, so that only the tracing is measured. Genres
under a non-commercial licence are left out.
"""

from __future__ import annotations

import argparse
import os
import tarfile
from collections import Counter, defaultdict
from pathlib import Path

from entities_gum import Span, Token, _name_of, _read_tokens

from analysis.entities.canonical import Mention
from analysis.entities.pronouns import Pronouns

GROUPS = {
    "news": ("news",),
    "biographies": ("bio",),
    "others": (
        "academic", "conversation", "court", "interview", "speech", "textbook", "vlog", "voyage",
    ),
}  # fmt: skip


def names_of(tokens: list[Token], spans: list[Span]) -> list[Mention]:
    """List the persons that a document names, each under its chain."""
    found = []
    for span in spans:
        inside = [
            s for s in spans if s is not span and span.first <= s.first <= s.last <= span.last
        ]
        name = _name_of(span, tokens, inside) if span.kind == "person" else None
        if name is not None:
            start, end = tokens[name[0]].start, tokens[name[1]].end
            found.append(Mention(start, end, "PERSON", span.chain))
    return sorted(set(found))


def trace(lines: list[str], errors: list[str]) -> Counter[str]:
    """Count right, wrong and open pronouns of a document."""
    text, tokens, spans = _read_tokens(lines)
    names = names_of(tokens, spans)
    named = {one.entity: one.start for one in reversed(names)}
    found = Pronouns(text, names).found
    counts: Counter[str] = Counter()
    for span in spans:
        at = tokens[span.first].start
        alone = span.first == span.last and tokens[span.first].form.lower() in {"he", "she"}
        if not alone or at not in found or named.get(span.chain, len(text)) > at:
            continue
        said = found[at]
        counts["open" if not said else "right" if said == span.chain else "wrong"] += 1
        if said and said != span.chain:
            errors.append(text[max(at - 300, 0) : at + 30].replace("\n", " / "))
    return counts


def read_splits(archive: tarfile.TarFile) -> dict[str, str]:
    """Read which part each document belongs to; what is in no list is in the training part."""
    (name,) = (one for one in archive.getnames() if one.endswith("splits.md"))
    file = archive.extractfile(name)
    parts, part = {}, "train"
    for one in archive.getnames():
        parts[Path(one).stem] = "train"
    for line in file.read().decode("utf-8").splitlines() if file else ():
        if line.startswith("## "):
            part = line[3:].strip()
        elif line.strip().startswith("* "):
            parts[line.strip()[2:]] = part
    return parts


def main() -> None:
    """Read the command line and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = os.environ.get("DISCOURSE_SHARED", Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--shared", type=Path, default=Path(default))
    parser.add_argument(
        "--split", choices=("train", "dev", "test", "develop", "all"), default="develop"
    )
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    documents: dict[str, list[list[str]]] = defaultdict(list)
    with tarfile.open(options.shared / "training" / "gum.tar.gz") as archive:
        splits = read_splits(archive)
        wanted = {"develop": ("train", "dev"), "all": ("train", "dev", "test")}
        wanted = wanted.get(options.split, (options.split,))
        for member in archive:
            name = Path(member.name)
            if splits.get(name.stem) not in wanted:
                continue
            file = archive.extractfile(member) if name.suffix == ".conllu" else None
            if file is not None:
                genre = name.name.split("_")[1]
                documents[genre].append(file.read().decode("utf-8").splitlines())
    errors: list[str] = []
    total: Counter[str] = Counter()
    for group, genres in (*GROUPS.items(), ("together", ())):
        counts = Counter[str]()
        for genre in genres:
            for lines in documents[genre]:
                counts += trace(lines, errors)
        total += counts
        counts = counts or total
        traced = counts["right"] + counts["wrong"]
        print(
            f"{group:12} {counts.total():4} pronouns, precision {counts['right'] / traced:.3f},"
            f" recall {counts['right'] / counts.total():.3f}"
        )
    if options.errors:
        print(*errors, sep="\n\n")


if __name__ == "__main__":
    main()
