"""Train tone toward a target that is not seen: adapters of the shared layers, and a head.

    python recover.py --model ../analysis/model --out RECOVERED    # or any finished run
    python tone.py --start RECOVERED --out RUN
    python tone.py --start RECOVERED --out RUN --measure           # only measure

The target is one [MASK] (encode_target). The shared layers stay as they are, so every other head
says what it said before; besides the adapters and the head only the embedding of the target's flag
learns. The same command resumes.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import sources
from adapting import Run
from augment import new_name, world_names
from contrasts import make_contrasts
from encode import Item, Pieces, bucket, collate, encode_target
from labels import state_names
from network import Annotator, Sizes, begin_adapters, load_checkpoint, pretrained_folder
from scoring import calibration_error, fit_temperature, macro_f1, softmax
from sources import Target

LOG = logging.getLogger("tone")
ORDINARY, POLAR = 0, 1  # ordinary news; NewsMTSC, collected to be rich in tone
MOST = 160  # pieces
PRECISE = 0.7
MIX = 0.4  # weight of the label, beside what the teachers say
_NAME = re.compile(r"[A-Z][\w’'-]*[a-z][\w-]*(?: [A-Z][\w-]*[a-z][\w-]*){0,2}")
_BODIES = frozenset(
    "party house senate court committee council department agency union commission group army "
    "congress university association bank times news post corp inc company".split()
)  # words of the names of organisations


def with_tone(model: Annotator, rank: int) -> Annotator:
    """Copy a model and give tone its head and adapters."""
    size = Sizes(**{**json.loads(model.size.to_json()), "tone": rank})
    new = Annotator(size)
    new.load_state_dict(model.state_dict(), strict=False)
    begin_adapters(new.tone.adapters, new.encoder.layers)
    for layer in new.encoder.layers:
        layer.attention_dropout = nn.Identity()
    return new


@torch.no_grad()
def warm_start(model: Annotator, run: Path) -> None:
    """Begin as an earlier model's sentiment did, if the run holds it.

    It had the upper layers for itself, and saw the name. The adapters of these layers begin as
    what is nearest to the difference between them and the shared ones (by singular values).
    """
    old = torch.load(run / "checkpoint.pt", weights_only=True)["average"]
    own = len({name.split(".")[1] for name in old if name.startswith("own.")})
    if not own:
        return
    pairs = zip(model.tone.adapters[-own:], model.encoder.layers[-own:], strict=True)
    for number, (adapter, layer) in enumerate(pairs):
        for name in adapter.into:
            weight, bias = (old[f"own.{number}.{name}.{kind}"] for kind in ("weight", "bias"))
            left, size, right = torch.linalg.svd(
                weight - getattr(layer, name).weight, full_matrices=False
            )
            root = size[: model.size.tone].sqrt()
            adapter.outof[name].weight.copy_(left[:, : len(root)] * root)
            adapter.into[name].weight.copy_(root[:, None] * right[: len(root)])
            adapter.outof[name].bias.copy_(bias - getattr(layer, name).bias)
        for norm, name in zip(adapter.norms, ("norm1", "norm2"), strict=True):
            for kind in ("weight", "bias"):
                getattr(norm, kind).copy_(old[f"own.{number}.{name}.{kind}"])
    for linear, name in ((model.tone.hidden, "sentiment_hidden"), (model.tone.out, "sentiment")):
        for kind in ("weight", "bias"):
            getattr(linear, kind).copy_(old[f"heads.{name}.{kind}"])


def kind_of(name: str) -> str:
    """Guess what a name is.

    >>> [kind_of(name) for name in ("John Kerry", "Russia", "Labour Party")]
    ['PERSON', 'PLACE', 'ORG']
    """
    words = name.split()
    if name.lower() in state_names() or words in world_names()["place"]:
        return "PLACE"
    if _BODIES & {word.lower() for word in words} or words in world_names()["org"]:
        return "ORG"
    return "PERSON"


def other_names(row: Target, known: frozenset[str], rng: np.random.Generator) -> Target:
    """Put world names in the place of the sentence's other names, if they are known as names."""
    parts, at, start, end = [], 0, row.start, row.end
    for match in _NAME.finditer(row.text):
        if match[0] not in known or (match.start() < row.end and match.end() > row.start):
            continue
        name = " ".join(new_name(kind_of(match[0]), len(match[0].split()), rng))
        parts += [row.text[at : match.start()], name]
        at = match.end()
        if at <= row.start:
            start, end = (n + len(name) - len(match[0]) for n in (start, end))
    text = "".join(parts) + row.text[at:]
    return Target(row.doc, text, start, end, row.polarity, row.sure, row.how)


class Data:
    """What is learned from, pass by pass, and what it is measured with."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.cut = Pieces(pretrained_folder() / "tokenizer.json")
        self.polar, self.ordinary = sources.read_newsmtsc("train"), sources.read_tone("train")
        self.dev = {"newsmtsc": sources.read_newsmtsc("dev"), "ordinary": sources.read_tone("dev")}
        self.said, self.unjudged, self.said_unjudged = None, [], None
        if options.said:  # what teachers.py wrote
            kept = np.load(options.said)
            self.said, self.said_unjudged = kept["newsmtsc"], kept["unjudged"]
            self.unjudged = sources.read_unjudged()
            if [len(self.polar), len(self.unjudged)] != [len(self.said), len(self.said_unjudged)]:
                raise ValueError(f"{options.said} is of other data; make it again.")
        names = (r.text[r.start : r.end] for r in self.polar + self.ordinary)
        self.known = frozenset(name for name in names if _NAME.fullmatch(name))
        LOG.info("%d of NewsMTSC, %d of ordinary news", len(self.polar), len(self.ordinary))

    def a_pass(self, epoch: int) -> tuple[list[Item], np.ndarray, list[list[int]]]:
        """Give the items of a pass, what is to be said of them, and the batches."""
        rng = np.random.default_rng([self.options.seed, epoch])
        nobody = np.full(3, np.nan)
        said = self.said if self.said is not None else [nobody] * len(self.polar)
        rows = [(row, POLAR, goal) for row, goal in zip(self.polar, said, strict=True)]
        rows += [(r, ORDINARY, nobody) for r in self.ordinary for _ in range(self.options.ordinary)]
        made = make_contrasts(self.options.contrasts, rng)
        rows += [(row, ORDINARY, nobody) for row in made]
        for i in rng.permutation(len(self.unjudged))[: self.options.unjudged]:
            rows.append((self.unjudged[i], POLAR, self.said_unjudged[i]))
        items, goals = [], []
        for row, source, goal in rows:
            if row.doc and rng.random() < self.options.swap:
                row = other_names(row, self.known, rng)
            item = encode_target(row.text, row.start, row.end, self.cut)
            if sum(item.target) != 1 or len(item.pieces) > MOST:
                continue
            item.gold = {"source": [source]}
            goals.append(goal_of(row, goal))
            items.append(item)
        lengths = [len(item.pieces) for item in items]
        batches = bucket(lengths, rng, self.options.batch, 60 * self.options.batch)
        return items, np.stack(goals), batches


def goal_of(row: Target, said: np.ndarray) -> np.ndarray:
    """Join the label, if there is one, and what the teachers say, if they say something."""
    if row.polarity < 0:
        return said
    smooth = 0.05 if row.sure else 0.2
    goal = np.eye(3)[row.polarity] * (1 - smooth) + smooth / 3
    return goal if np.isnan(said).any() else MIX * goal + (1 - MIX) * said


def tensors(items: list[Item]) -> dict[str, Tensor]:
    """Make a batch."""
    return {name: torch.from_numpy(array) for name, array in collate(items).items()}


def scores_of(model: Annotator, b: dict[str, Tensor]) -> Tensor:
    """Score every row's polarities."""
    x = model.encoder.input(b["pieces"], b["shapes"], b["target"])
    return model.judge(x, b["mask"], b["target"])


@torch.no_grad()
def answers(model: Annotator, rows: list[Target], cut: Pieces) -> np.ndarray:
    """Give the logits of rows, as of ordinary news."""
    model.eval()
    items = [encode_target(r.text, r.start, r.end, cut) for r in rows]
    found = np.zeros((len(rows), 3), np.float32)
    lengths = [len(item.pieces) for item in items]
    for chosen in bucket(lengths, np.random.default_rng(0), 64, 4096):
        found[chosen] = scores_of(model, tensors([items[i] for i in chosen])).numpy()
    return found


def measure(scores: np.ndarray, rows: list[Target]) -> dict[str, float]:
    """Give F1s, the calibration error, and the recall left where precision is at least 0.7."""
    gold, p = np.array([row.polarity for row in rows]), softmax(scores)
    chosen = p.argmax(1)
    said = {"macro_f1": macro_f1(chosen, gold), "ece": calibration_error(p, gold)}
    for c, name in ((0, "negative"), (2, "positive")):
        right = (chosen == c) & (gold == c)
        said[f"{name}.p"] = right.sum() / max(1, (chosen == c).sum())
        said[f"{name}.r"] = right.sum() / max(1, (gold == c).sum())
        order = np.argsort(-p[:, c])
        hits = np.cumsum(gold[order] == c)
        precise = np.flatnonzero(hits / np.arange(1, len(order) + 1) >= 0.7)
        at = precise[-1] if len(precise) else 0
        said[f"{name}.r70"], said[f"{name}.at70"] = hits[at] / hits[-1], p[order[at], c]
    return {name: float(value) for name, value in said.items()}


def fit_prior(scores: np.ndarray, gold: np.ndarray) -> tuple[float, np.ndarray]:
    """Fit the temperature and the biases that make the labels most probable, biases kept small."""
    z, y = torch.from_numpy(scores).double(), torch.from_numpy(gold)
    heat = torch.zeros(1, dtype=torch.double, requires_grad=True)
    bias = torch.zeros(3, dtype=torch.double, requires_grad=True)
    optimizer = torch.optim.LBFGS([heat, bias], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = F.cross_entropy((z + bias) / heat.exp(), y) + 0.002 * bias.square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    return float(heat.detach().exp()), bias.detach().numpy()


def least_probability(p: np.ndarray, right: np.ndarray, precision: float) -> float:
    """Give the least probability from which on so large a share is right (and ten are called)."""
    order = np.argsort(-p)
    share = np.cumsum(right[order]) / np.arange(1, len(p) + 1)
    good = np.flatnonzero((share >= precision) & (np.arange(len(p)) >= 9))
    return float(p[order[good[-1]]]) if len(good) else 1.0


def halves(rows: list[Target]) -> np.ndarray:
    """Put every second document (in the order of names) into the other half."""
    return np.unique([row.doc for row in rows], return_inverse=True)[1] % 2 == 0


def calibrate(model: Annotator, shift: np.ndarray, data: Data) -> dict[str, object]:
    """Fold temperature and prior of ordinary news into the head; give what labels.json keeps.

    The thresholds are those from which on PRECISE of what is called negative (positive) is, in
    the validation part. `tone_newsmtsc` puts NewsMTSC's prior back into log-probabilities.
    """
    rows, polar = data.dev["ordinary"], data.dev["newsmtsc"]
    scores, gold = answers(model, rows, data.cut), np.array([row.polarity for row in rows])
    heat, bias = fit_prior(scores, gold)
    judged = answers(model, polar, data.cut) + shift
    other = fit_temperature(judged, np.array([row.polarity for row in polar]))
    with torch.no_grad():
        model.tone.out.bias += torch.from_numpy(bias).float()
        for value in (model.tone.out.weight, model.tone.out.bias):
            value /= heat
    p, crossed = softmax((scores + bias) / heat), np.zeros_like(scores)
    half = halves(rows)
    for part in (half, ~half):
        again, prior = fit_prior(scores[~part], gold[~part])
        crossed[part] = softmax((scores[part] + prior) / again)
    LOG.info("calibration error %.3f, fitted on the other half %.3f",
             calibration_error(p, gold), calibration_error(crossed, gold))  # fmt: skip
    limits = []
    for c, name in ((0, "negative"), (2, "positive")):
        limits.append(least_probability(p[:, c], gold == c, PRECISE))
        called = np.zeros(len(rows), bool)
        for part in (half, ~half):
            limit = least_probability(crossed[~part, c], gold[~part] == c, PRECISE)
            called[part] = crossed[part, c] >= limit
        right, there = (called & (gold == c)).sum(), (gold == c).sum()
        mine = p[:, c] >= limits[-1]
        mine = (mine & (gold == c)).sum(), mine.sum()
        LOG.info("%s from %.3f: %d of %d right, of %d", name, limits[-1], *mine, there)
        LOG.info("%s from the other half's limit: %d of %d right", name, right, called.sum())
    return {
        "tone_thresholds": [round(limit, 4) for limit in limits],
        "tone_newsmtsc": {"scale": heat / other, "bias": ((shift - bias) / other).tolist()},
    }


class Tones(Run):
    """The training of tone."""

    def __init__(self, options: argparse.Namespace):
        torch.manual_seed(options.seed)
        self.data = Data(options)
        super().__init__(options, with_tone(load_checkpoint(Path(options.start)), options.rank))
        warm_start(self.model, Path(options.start))
        # NewsMTSC is richer in tone than ordinary news: what it adds to the scores is its own.
        self.shift = nn.Parameter(torch.tensor([1.0, -1.0, 1.2]))
        with torch.no_grad():
            self.model.tone.out.bias -= self.shift
        self.model.requires_grad_(False)
        self.model.tone.requires_grad_(True)
        flag = self.model.encoder.target.weight
        flag.requires_grad_(True)
        flag.register_hook(lambda gradient: gradient * torch.tensor([[0.0], [1.0]]))
        self.learn_from(list(self.model.tone.parameters()), [flag, self.shift])
        self.pass_of, self.epoch = self.data.a_pass(0), 0
        self.per_pass = len(self.pass_of[2])
        self.steps = self.per_pass * options.epochs

    def resume(self) -> None:
        """Go on from the checkpoint, or take the mean of some."""
        if not self.options.mean:
            super().resume()
            return
        states = [torch.load(p, weights_only=True)["average"] for p in self.options.mean]
        self.average = [torch.stack(values).mean(0) for values in zip(*states, strict=True)]

    def labels(self) -> dict[str, Any]:
        """Calibrate; give the thresholds and NewsMTSC's prior."""
        return calibrate(self.model, self.shift.detach().numpy(), self.data)

    def judge(self) -> None:
        """Measure the averaged weights on both validation parts."""
        self.exchange()
        for name, rows in self.data.dev.items():
            scores = answers(self.model, rows, self.data.cut)
            if name == "newsmtsc":
                scores = scores + self.shift.detach().numpy()
            np.save(self.out / f"{name}.npy", scores)
            said = measure(scores, rows)
            shown = " ".join(f"{key} {value:.3f}" for key, value in said.items())
            LOG.info("step %d, %s: %s", self.step, name, shown)
        self.exchange()
        self.model.train()

    def batch(self) -> dict[str, Tensor]:
        """Make the batch of this step."""
        epoch, number = divmod(self.step, self.per_pass)
        if epoch != self.epoch:
            self.pass_of, self.epoch = self.data.a_pass(epoch), epoch
        items, goals, batches = self.pass_of
        chosen = batches[number % len(batches)]
        goal = torch.from_numpy(goals[chosen]).float()
        return tensors([items[i] for i in chosen]) | {"goal": goal}

    def losses(self) -> tuple[Tensor, dict[str, float]]:
        """Give the cross-entropy of this step."""
        b = self.batch()
        scores = scores_of(self.model, b) + self.shift * b["source"]
        loss = -(b["goal"] * scores.log_softmax(-1)).sum(-1).mean()
        return loss, {"loss": loss.item()}


def main() -> None:
    """Read the command line; train or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", required=True, help="folder of a finished run")
    parser.add_argument("--out", required=True)
    parser.add_argument("--rank", type=int, default=64, help="of what is added to the layers")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--ordinary", type=int, default=2, help="times of ordinary news in a pass")
    parser.add_argument(
        "--contrasts", type=int, default=600, help="sentences of patterns in a pass"
    )
    parser.add_argument("--said", default="", help="file of what teachers.py wrote")
    parser.add_argument("--unjudged", type=int, default=3000, help="of unjudged names in a pass")
    parser.add_argument("--swap", type=float, default=0.3, help="share with other names changed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log-every", type=int, default=50)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--until", default="", help="HH:MM today: end by the clock, if sooner")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--mean", nargs="+", help="end with the mean of these states of a training")
    parser.add_argument("--finish", action="store_true", help="end with the weights that are there")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    run = Tones(options)
    run.resume()
    if options.measure or options.finish or options.mean:
        run.judge()
        if options.finish or options.mean:
            run.finish()
    else:
        run.train()


if __name__ == "__main__":
    main()
