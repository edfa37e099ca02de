"""Train the heads of attribution, and adapters of the shared layers, on PolNeAR.

    python recover.py --model ../analysis/model --out RECOVERED    # or any finished run
    python report.py --start RECOVERED --out RUN --epochs 4
    python report.py --start RECOVERED --out RUN --measure         # only measure

The shared layers stay as they are, so every other head says what it said before. The same command
resumes.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

import numpy as np
import torch
from analysis.annotation.decoding import decode_tags
from analysis.annotation.words import PACKED, SEPARATOR
from torch import Tensor
from torch.nn import functional as F

from adapting import Run
from attribution import ROLES, Window, encode_window, link_table, make_windows, read_polnear
from encode import Item, Pieces, bucket, collate
from network import (
    LINKS,
    SPANS,
    Annotator,
    Sizes,
    begin_adapters,
    load_checkpoint,
    pretrained_folder,
)
from scoring import f1_of
from train import plain_loss

LOG = logging.getLogger("report")
LABELS = ("O", "B-x", "I-x")
LINK_WEIGHT = 0.5


def with_reporting(model: Annotator, rank: int) -> Annotator:
    """Copy a model and give attribution its heads and adapters."""
    size = Sizes(**{**json.loads(model.size.to_json()), "reporting": rank})
    new = Annotator(size)
    new.load_state_dict(model.state_dict(), strict=False)
    if not model.size.reporting:  # else the run goes on from another one
        begin_adapters(new.reporting.adapters, new.encoder.layers)
    for layer in new.encoder.layers:  # windows are long: it took half of the time
        layer.attention_dropout = torch.nn.Identity()
    return new


class Part:
    """Windows of a part, encoded."""

    def __init__(self, windows: list[Window], cut: Pieces):
        self.windows = windows
        self.items: list[Item] = [encode_window(w, cut) for w in windows]
        self.lengths = [len(item.pieces) for item in self.items]

    def batches(self, size: int, rng: np.random.Generator) -> list[list[int]]:
        """Put windows of like length together."""
        return bucket(self.lengths, rng, size, size * PACKED)

    def tensors(self, chosen: list[int]) -> dict[str, Tensor]:
        """Make a batch."""
        arrays = collate([self.items[i] for i in chosen])
        for name in LINKS:
            arrays[f"link_{name}"], arrays[f"known_{name}"] = link_table(
                [self.windows[i] for i in chosen], name
            )
        return {name: torch.from_numpy(array) for name, array in arrays.items()}


def scores_of(model: Annotator, b: dict[str, Tensor]) -> dict[str, Tensor]:
    """Score every tag and link of a batch."""
    x = model.encoder.input(b["pieces"], b["shapes"], torch.zeros_like(b["pieces"]))
    hidden = model.report(x, b["mask"])
    words, root = model.words(hidden, b["first"], b["mask"]), model.root(hidden)
    found = {name: model.reporting.tags[name](words) for name in SPANS}
    for name in LINKS:
        found[f"link_{name}"] = model.reporting.links(name, words, root, b["word_mask"])
    return found


def losses_of(scores: dict[str, Tensor], b: dict[str, Tensor]) -> dict[str, Tensor]:
    """Cross-entropy of tags; of links, minus the log of the probability of all right places."""
    losses = {name: plain_loss(scores[name], b[name]) for name in SPANS}
    for name in LINKS:
        known = b[f"known_{name}"]
        logits, right = scores[f"link_{name}"][known].float(), b[f"link_{name}"][known]
        inside = logits.masked_fill(~right, -1e9)
        losses[f"link_{name}"] = (logits.logsumexp(-1) - inside.logsumexp(-1)).mean()
    return losses


@torch.no_grad()
def answers(model: Annotator, part: Part, size: int = 16) -> list[dict[str, np.ndarray]]:
    """Give every window's log-probabilities of tags and links."""
    model.eval()
    found: list[dict[str, np.ndarray]] = [{} for _ in part.windows]
    for chosen in part.batches(size, np.random.default_rng(0)):
        b = part.tensors(chosen)
        scores = scores_of(model, b)
        for name, values in scores.items():
            array = F.log_softmax(values.float(), -1).numpy()
            for row, i in enumerate(chosen):
                n = len(part.windows[i].words)
                array_i = array[row, :n]
                found[i][name] = array_i[:, : n + 1] if name.startswith("link") else array_i
    return found


def measure(part: Part, found: list[dict[str, np.ndarray]]) -> dict[str, float]:
    """Give precision, recall and F1 of words, and how many links are right."""
    said: dict[str, float] = {}
    counted = [
        np.array([any(c.isalnum() for c in w) and w != SEPARATOR for w in window.words])
        for window in part.windows
    ]
    for role in ROLES:
        right = chosen = gold = 0
        for window, scores, kept in zip(part.windows, found, counted, strict=True):
            tags = decode_tags(scores[role][None], np.array([len(kept)]), LABELS)[0]
            mine, theirs = (tags > 0) & kept, (np.array(window.tags[role]) > 0) & kept
            right += int((mine & theirs).sum())
            chosen, gold = chosen + int(mine.sum()), gold + int(theirs.sum())
        said[f"{role}.precision"] = right / max(chosen, 1)
        said[f"{role}.recall"] = right / max(gold, 1)
        said[f"{role}.f1"] = f1_of(right, chosen, gold)
    for name in LINKS:
        right = count = 0
        for window, scores in zip(part.windows, found, strict=True):
            best = scores[f"link_{name}"].argmax(-1) - 1
            for word, goals in window.links[name].items():
                count += bool(goals)
                right += int(best[word]) in goals
        said[f"link_{name}"] = right / max(count, 1)
    return said


class Reports(Run):
    """The training of attribution."""

    def __init__(self, options: argparse.Namespace):
        torch.manual_seed(options.seed)
        start = load_checkpoint(Path(options.start))
        super().__init__(options, with_reporting(start, options.rank))
        cut = Pieces(pretrained_folder() / "tokenizer.json")
        folder = Path(options.polnear) if options.polnear else None
        self.parts = {}
        for name in ("dev",) if options.measure else ("train", "dev"):
            articles = read_polnear(name, folder)[: options.articles or None]
            self.parts[name] = Part(make_windows(articles, cut), cut)
            LOG.info("%s: %d windows, %d pieces", name, len(self.parts[name].windows),
                     sum(self.parts[name].lengths))  # fmt: skip
        self.model.requires_grad_(False)
        self.model.reporting.requires_grad_(True)
        self.learn_from(list(self.model.reporting.parameters()), [])
        if "train" in self.parts:
            self.order = [
                chosen
                for epoch in range(options.epochs)
                for chosen in self.parts["train"].batches(
                    options.batch, np.random.default_rng([options.seed, epoch])
                )
            ]
            self.steps = len(self.order)
            self.judged = self.steps // options.epochs

    def judge(self) -> None:
        """Measure the averaged weights on dev."""
        self.exchange()
        said = measure(self.parts["dev"], answers(self.model, self.parts["dev"]))
        self.exchange()
        self.model.train()
        shown = " ".join(f"{name} {value:.4f}" for name, value in said.items())
        LOG.info("dev at step %d: %s", self.step, shown)

    def losses(self) -> tuple[Tensor, dict[str, float]]:
        """Give the loss of this step, tags and half of the links, and its parts."""
        b = self.parts["train"].tensors(self.order[self.step])
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.options.bfloat16):
            scores = scores_of(self.model, b)
        found = losses_of(scores, b)
        loss = sum(v * (LINK_WEIGHT if n.startswith("link") else 1.0) for n, v in found.items())
        return loss, {name: value.item() for name, value in found.items()}


def main() -> None:
    """Read the command line; train or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", required=True, help="folder of a finished run")
    parser.add_argument("--out", required=True)
    parser.add_argument("--polnear", default="", help="folder with train/ and dev/, if unpacked")
    parser.add_argument("--rank", type=int, default=64, help="of what is added to the layers")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=8, help="windows in a batch")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=50)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--articles", type=int, default=0, help="only so many, for a trial")
    parser.add_argument("--until", default="", help="HH:MM today: end by the clock, if sooner")
    parser.add_argument("--bfloat16", action="store_true", help="where the processor is fast at it")
    parser.add_argument("--measure", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    run = Reports(options)
    run.resume()
    if options.measure:
        run.judge()
    else:
        run.train()


if __name__ == "__main__":
    main()
