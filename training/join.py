"""Join what was trained apart: the shared model, attribution and tone.

    python join.py --base RECOVERED --parts REPORT TONE --out FINAL

Each part brings its own module; the shared layers are those of the base, which no part changes.
The flag of a target comes with tone, which alone reads it; so do its thresholds, in labels.json.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from network import Annotator, Sizes, load_checkpoint

PARTS = ("tone", "reporting")
FLAG = "encoder.target.weight"


def join(base: Path, parts: list[Path]) -> Annotator:
    """Give the base with the modules of the parts."""
    models = [load_checkpoint(path) for path in (base, *parts)]
    ranks = {name: max(getattr(m.size, name) for m in models) for name in PARTS}
    joined = Annotator(Sizes(**{**json.loads(models[0].size.to_json()), **ranks}))
    weights = models[0].state_dict()
    for model in models[1:]:
        own = tuple(f"{name}." for name in PARTS if getattr(model.size, name))
        for name, value in model.state_dict().items():
            if name == FLAG and model.size.tone:
                weights[name] = torch.stack([weights[name][0], value[1]])  # 0 is read by all
            elif name.startswith(own):
                weights[name] = value
            elif not torch.equal(value, weights[name]):
                raise ValueError(f"{name} differs from the base.")
    joined.load_state_dict(weights)
    return joined


def main() -> None:
    """Read the command line; write a checkpoint that export.py reads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True, type=Path)
    parser.add_argument("--parts", required=True, nargs="+", type=Path)
    parser.add_argument("--out", required=True, type=Path)
    options = parser.parse_args()
    model = join(options.base, options.parts)
    options.out.mkdir(parents=True, exist_ok=True)
    weights = model.state_dict()
    torch.save(
        {"model": weights, "average": weights, "size": model.size.to_json(), "options": {}},
        options.out / "checkpoint.pt",
    )
    lists: dict[str, object] = {}
    for folder in (*options.parts, options.base):
        lists |= json.loads((folder / "labels.json").read_text("utf-8"))
    text = json.dumps(lists, ensure_ascii=False, indent=1)
    (options.out / "labels.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
