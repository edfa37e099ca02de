"""Write model-card.md and measured.json from what evaluate.py measured: no figure is typed.

python evaluate.py … full.onnx … --test > full.json
python evaluate.py … model.onnx … --test > int8.json
python card.py --full full.json --int8 int8.json --run "seed 1" --folder RUN/model
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

TEMPLATE = Path(__file__).with_name("model-card.txt")
TARGETS = {
    "sentiment macro_f1": "0.80",
    "sentiment positive_f1": "0.72",
    "tone all negative precision": "0.70",
    "tone all positive precision": "0.70",
    "tone_check all negative precision": "0.70",
    "tone_check all positive precision": "0.70",
    "tone all negative recall": "0.40",
    "tone all ece": "≤ 0.04",
    "conll-testa f1": "0.92",
    "uner-ewt-test f1": "0.78",
    "gum-test-news f1": "0.75",
    "ewt-test upos": "97",
    "ewt-test uas": "91",
    "ewt-test las": "89",
    "agency ewt+gum test together f1": "0.90",
}


def flatten(value: Any, name: str = "") -> dict[str, float]:
    """Give every number of nested tables under its path.

    >>> flatten({"a": {"b": 1.0}, "c": 2})
    {'a b': 1.0, 'c': 2}
    """
    if isinstance(value, dict):
        found: dict[str, float] = {}
        for key, part in value.items():
            found |= flatten(part, f"{name} {key}".strip())
        return found
    return {name: value} if isinstance(value, int | float) else {}


def table(full: dict, int8: dict) -> str:
    """Write the figures before and after quantisation beside the targets."""
    before, after = flatten(full), flatten(int8)
    lines = ["| figure | float32 | int8 | to reach |", "|---|---|---|---|"]
    for name, value in before.items():
        short = name.removeprefix("entities ").removeprefix("syntax ")
        lines.append(f"| {short} | {value:g} | {after[name]:g} | {TARGETS.get(short, '')} |")
    return "\n".join(lines)


def measured(int8: dict) -> dict[str, Any]:
    """Pick the figures that tables and figures made with the model carry along."""
    entities, sentiment, syntax = (int8[name] for name in ("entities", "sentiment", "syntax"))
    names = {
        "CoNLL-2003 testa": "conll-testa", "UNER EWT test": "uner-ewt-test",
        "GUM news test": "gum-test-news",
    }  # fmt: skip
    treebank = syntax["ewt-test"]
    return {
        "entities_f1": {name: round(entities[key]["f1"], 3) for name, key in names.items()},
        "las": round(treebank["las"], 1),
        "passive_agent_f1": round(syntax["agency ewt+gum test"]["together"]["f1"], 3),
        "sentiment_ece": round(sentiment["ece"], 3),
        "sentiment_high": round(sentiment["high"], 3),
        "sentiment_low": round(sentiment["low"], 3),
        "sentiment_macro_f1": round(sentiment["macro_f1"], 3),
        "tone": {
            **{name: int8["tone"]["all"][name] for name in ("ece", *_each("recall"))},
            **{
                name: int8["tone_check"]["all"][name]
                for name in _each("called", "opposite", "precision")
            },
            **{f"balance {end}": int8["tone_balance"][end] for end in ("low", "high")},
        },
        "uas": round(treebank["uas"], 1),
        "upos": round(treebank["upos"], 1),
    }


def _each(*figures: str) -> list[str]:
    """Name figures of both polarities."""
    return [f"{name} {figure}" for figure in figures for name in ("negative", "positive")]


def main() -> None:
    """Read the command line and write both files beside the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", required=True, type=Path)
    parser.add_argument("--int8", required=True, type=Path)
    parser.add_argument("--folder", required=True, type=Path, help="where model.onnx lies")
    parser.add_argument("--run", required=True)
    options = parser.parse_args()
    full, int8 = (json.loads(p.read_text("utf-8")) for p in (options.full, options.int8))
    model = options.folder / "model.onnx"
    card = TEMPLATE.read_text("utf-8").format(
        sha256=hashlib.sha256(model.read_bytes()).hexdigest(),
        megabytes=round(model.stat().st_size / 1e6, 1),
        run=options.run,
        table=table(full, int8),
    )
    (options.folder / "model-card.md").write_text(card, encoding="utf-8")
    text = json.dumps(measured(int8), indent=1, sort_keys=True) + "\n"
    (options.folder / "measured.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
