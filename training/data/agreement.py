"""Print how far two readers of `discourse.tsv` agree. Needs pandas only.

`python training/data/agreement.py` compares the sentences of `discourse-second.tsv` with the first
reading of the same sentences. Two findings match if they are of the same kind and the spans that
anchor them (`ANCHOR`) overlap; each finding is matched once, the pairs that share most first.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent
SENTENCE = ["source", "doc", "start", "end"]
FIELDS = {
    "EVAL": ["evaluator", "act", "target", "polarity", "negated", "modality", "for"],
    "ROLE": ["participant", "role", "verb", "form", "negated"],
    "NODOER": ["event", "affected"],
    "VAGUE": ["phrase", "verb"],
    "EXPL": ["explained", "cause", "marker", "complete", "negated"],
    "MARK": ["words", "subkind"],
    "DESC": ["phrase", "meant"],
}
ANCHOR = {
    "EVAL": ["act"],
    "ROLE": ["participant", "verb"],
    "NODOER": ["event"],
    "VAGUE": ["phrase"],
    "EXPL": ["marker"],
    "MARK": ["words"],
    "DESC": ["phrase"],
}


def read(path: Path) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """Read a file of findings: per sentence, its findings with the names of their fields."""
    columns = [*SENTENCE, "split", "kind", *range(7)]
    table = pd.read_csv(
        path,
        sep="\t",
        header=None,
        skiprows=1,
        names=columns,
        dtype=str,
        quoting=3,
        na_filter=False,
    )
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in table.to_dict("records"):
        findings = found.setdefault(tuple(row[c] for c in SENTENCE), [])
        if row["kind"] != "NONE":
            values = {name: row[i] for i, name in enumerate(FIELDS[row["kind"]])}
            findings.append({"kind": row["kind"], **values})
    return found


def shared(one: str, other: str) -> float:
    """Give the characters in both spans / characters in either; 0 where one is no span."""
    if ":" not in one or ":" not in other:
        return 0.0
    (a, b), (c, d) = (map(int, span.split(":")) for span in (one, other))
    return max(min(b, d) - max(a, c), 0) / (max(b, d) - min(a, c))


def same(one: str, other: str) -> bool:
    """Tell whether two fields agree: spans overlap, anything else is equal."""
    return one == other or shared(one, other) > 0


def match(
    first: list[dict[str, str]], second: list[dict[str, str]], anchor: list[str]
) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Pair the findings of one kind in one sentence, each at most once."""
    scored = []
    for (i, one), (j, other) in product(enumerate(first), enumerate(second)):
        anchors = [shared(one[name], other[name]) for name in anchor]
        if all(anchors):
            fields = sum(same(one[name], other[name]) for name in one)
            scored.append((-sum(anchors), -fields, i, j))
    pairs, left, right = [], set(), set()
    for *_, i, j in sorted(scored):
        if i not in left and j not in right:
            left.add(i)
            right.add(j)
            pairs.append((first[i], second[j]))
    return pairs


def wilson(hits: float, total: float, z: float = 1.959964) -> tuple[float, float]:
    """Give the 95 % Wilson interval of a proportion."""
    share, slack = hits / total, z * z / total
    middle = (share + slack / 2) / (1 + slack)
    half = z / (1 + slack) * (share * (1 - share) / total + slack / (4 * total)) ** 0.5
    return middle - half, middle + half


def dice(share: float) -> float:
    """Turn the share of findings that both have among those that either has into F1."""
    return 2 * share / (1 + share)


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Give Cohen's kappa (1960) of two readings; not a number where both gave one value only."""
    table = pd.DataFrame(pairs, columns=["first", "second"])
    shares = [table[c].value_counts(normalize=True) for c in table]
    chance = float(shares[0].mul(shares[1], fill_value=0).sum())
    agreed = float((table["first"] == table["second"]).mean())
    return (agreed - chance) / (1 - chance) if chance < 1 else float("nan")


def category(value: str) -> str:
    """Give the value of a field; for one that may be a span, `span`."""
    return "span" if ":" in value else value


def interval(hits: int, total: int) -> str:
    """Write a proportion with its interval, in per cent."""
    low, high = wilson(hits, total)
    return f"{hits / total:.0%} ({low:.0%}–{high:.0%})"


def main() -> None:
    """Print the two tables: findings, and fields of the findings that match."""
    first, second = read(FOLDER / "discourse.tsv"), read(FOLDER / "discourse-second.tsv")
    findings, fields = [], []
    for kind, names in FIELDS.items():
        pairs, n_first, n_second = [], 0, 0
        for sentence, labels in second.items():
            one = [f for f in first[sentence] if f["kind"] == kind]
            other = [f for f in labels if f["kind"] == kind]
            n_first, n_second = n_first + len(one), n_second + len(other)
            pairs += match(one, other, ANCHOR[kind])
        both, either = len(pairs), n_first + n_second - len(pairs)
        low, high = map(dice, wilson(both, either))
        findings.append(
            {
                "kind": kind,
                "first": n_first,
                "second": n_second,
                "both": both,
                "of the first in the second": interval(both, n_first),
                "of the second in the first": interval(both, n_second),
                "F1": f"{dice(both / either):.2f} ({low:.2f}–{high:.2f})",
            }
        )
        for name in names:
            agreed = sum(same(one[name], other[name]) for one, other in pairs)
            identical = sum(one[name] == other[name] for one, other in pairs)
            values = [(category(one[name]), category(other[name])) for one, other in pairs]
            spans = any(v == "span" for pair in values for v in pair) and name != "meant"
            fields.append(
                {
                    "kind": kind,
                    "field": name,
                    "n": both,
                    "agree": "anchor" if name in ANCHOR[kind] else interval(agreed, both),
                    "identical": interval(identical, both),
                    "kappa": "" if spans else f"{kappa(values):.2f}",
                }
            )
    print(f"{len(second)} sentences read twice\n")
    for table in (findings, fields):
        print(pd.DataFrame(table).to_string(index=False), end="\n\n")


if __name__ == "__main__":
    main()
