"""Train the annotator: one encoder, every head, batches of one task after another.

python train.py --out /tmp/run --steps 6000            # start, or go on where it stopped
python train.py --out /tmp/smoke --steps 30 --tiny      # a trial of everything
python train.py --out /tmp/more --start /tmp/run --frozen 4 --tasks syntax entities --with-dev
                                                        # the upper layers of a finished run, again
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import sources
from augment import change_case, replace_mentions
from encode import Item, Pieces, bucket, collate, encode_words
from labels import ALLOWED, CODES, TAGS
from network import Annotator, Sizes, load_checkpoint, load_pretrained, pretrained_folder

Ids = dict[str, dict[str, int]]
LOG = logging.getLogger("train")
SHARES = {"syntax": 0.58, "entities": 0.42}
WEIGHTS = {
    "tags": 1.0, "upos": 0.5, "morphology": 0.5, "scripts": 0.5, "heads": 1.0, "relations": 1.0,
}  # fmt: skip


def load_data(tiny: bool, with_dev: bool = False, web: int = 1) -> dict[str, list]:
    """Read the training parts of every source, one list a task.

    `with_dev` adds EWT's validation part to the syntax, `web` says how often a pass has Universal
    NER's sentences from the web.
    """
    data = {
        "syntax": sources.read_ewt("train") + sources.read_gum("train"),
        "entities": sources.read_conll_2003("train")
        + sources.read_wikigold()
        + sources.read_uner("dev") * web,
    }
    if with_dev:
        data["syntax"] += sources.read_ewt("dev")
    data["syntax"] = [s for s in data["syntax"] if 1 < len(s.words) <= 100]
    data["entities"] = [s for s in data["entities"] if len(s.words) <= 120]
    if tiny:
        data = {name: rows[:: len(rows) // 60] for name, rows in data.items()}
    return data


def label_lists(data: dict[str, list]) -> dict[str, list[str]]:
    """Collect the labels that training can learn; rare lemma scripts are left out."""
    lists = {"tags": list(TAGS)}
    for name in ("upos", "morphology", "scripts", "relations"):
        counts: dict[str, int] = {}
        for sentence in data["syntax"]:
            for label in getattr(sentence, name):
                counts[label] = counts.get(label, 0) + 1
        least = {"scripts": 4, "morphology": 3}.get(name, 1)
        kept = [k for k, n in counts.items() if n >= least]
        lists[name] = sorted(kept, key=lambda k: (-counts[k], k))
    return lists


def encode_sentence(
    s: sources.Sentence, cut: Pieces, ids: Ids, rng: np.random.Generator | None
) -> Item:
    """Encode a sentence with every gold label it has; with `rng`, augment it."""
    words, tags = s.words, s.tags
    if rng is not None:
        if tags and not s.heads:
            words, tags = replace_mentions(words, tags, rng)
        words = change_case(words, rng)
    item = encode_words(words, cut)
    item.gold["tags"] = [ids["codes"].get(t, -1) for t in tags] or [-1] * len(words)
    for name in ("upos", "morphology", "scripts", "relations"):
        values = getattr(s, name)
        item.gold[name] = [ids[name].get(v, -1) for v in values] or [-1] * len(words)
    item.gold["heads"] = list(s.heads) or [-1] * len(words)
    if s.heads and words != s.words:
        item.gold["scripts"] = [-1] * len(words)  # the letters' case changed; so would the script
    return item


def allowed_tags() -> Tensor:
    """Give codes × tags: which tags each gold code allows."""
    table = torch.zeros(len(CODES), len(TAGS), dtype=torch.bool)
    for row, code in enumerate(CODES):
        for tag in ALLOWED.get(code, (code,)):
            table[row, TAGS.index(tag)] = True
    return table


def tag_loss(logits: Tensor, gold: Tensor, allowed: Tensor) -> Tensor:
    """Mean −log of the probability of the allowed tags together, over labelled words."""
    known = gold >= 0
    logits, gold = logits[known].float(), gold[known]
    inside = logits.masked_fill(~allowed[gold], -1e9)
    return (logits.logsumexp(-1) - inside.logsumexp(-1)).mean()


def plain_loss(logits: Tensor, gold: Tensor) -> Tensor:
    """Mean cross-entropy over labelled places; nought (with a gradient) where none is."""
    known = gold >= 0
    if not known.any():
        return logits.sum() * 0.0
    return F.cross_entropy(logits[known].float(), gold[known])


def syntax_losses(model: Annotator, words: Tensor, root: Tensor, b: dict[str, Tensor]) -> dict:
    """Give the losses of parts of speech, morphology, lemmas and dependencies."""
    losses = {
        "upos": plain_loss(model.heads["upos"](words), b["upos"]),
        "morphology": plain_loss(model.heads["morphology"](words), b["morphology"]),
        "scripts": plain_loss(model.heads["lemmas"](words), b["scripts"]),
        "heads": plain_loss(model.arcs(words, root, b["word_mask"]), b["heads"]),
    }
    dependent, head = model.label_vectors(words, root)
    rows, places = torch.nonzero((b["heads"] >= 0) & (b["relations"] >= 0), as_tuple=True)
    scores = model.labels_of(dependent[rows, places], head[rows, b["heads"][rows, places]])
    losses["relations"] = plain_loss(scores, b["relations"][rows, places])
    return losses


def losses_of(model: Annotator, task: str, b: dict[str, Tensor], allowed: Tensor) -> dict:
    """Give each loss of one batch."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        named, parsed = model.encode(b["pieces"], b["mask"], b["shapes"])
        losses = {}
        if task == "syntax":
            words = model.words(parsed, b["first"], b["mask"])
            losses = syntax_losses(model, words, model.root(parsed), b)
        if (b["tags"] >= 0).any():
            words = model.words(named, b["first"], b["mask"])
            losses["tags"] = tag_loss(model.heads["entities"](words), b["tags"], allowed)
    return losses


class Feed:
    """Batches of one task, each a function of (seed, number) alone, so that training resumes."""

    def __init__(self, task: str, rows: list, cut: Pieces, ids: dict, seed: int, size: int):
        self.task, self.rows, self.cut, self.ids, self.seed = task, rows, cut, ids, seed
        self.lengths = [len(encode_words(s.words, cut).pieces) for s in rows]
        self.size, self.number, self.epoch = size, 0, -1
        self.batches: list[list[int]] = []

    def _choose(self) -> list[int]:
        if not self.batches:
            self.epoch += 1
            rng = np.random.default_rng([self.seed, self.epoch, len(self.task)])
            self.batches = bucket(self.lengths, rng, self.size, 44 * self.size)[::-1]
        self.number += 1
        return self.batches.pop()

    def next(self) -> dict[str, Tensor]:
        """Make the next batch."""
        chosen = self._choose()
        rng = np.random.default_rng([self.seed, self.number, len(self.task), 1])
        batch = collate([encode_sentence(self.rows[i], self.cut, self.ids, rng) for i in chosen])
        return {name: torch.from_numpy(array) for name, array in batch.items()}

    def skip(self, count: int) -> None:
        """Go on after `count` batches without making them."""
        for _ in range(count):
            self._choose()


def freeze(model: Annotator, layers: int) -> None:
    """Leave the embeddings and the lowest layers as they are, if any layer is to be left."""
    if layers:
        model.encoder.requires_grad_(False)
        model.encoder.layers[layers:].requires_grad_(True)


def make_optimizer(model: Annotator, rate: float) -> torch.optim.Optimizer:
    """AdamW with the heads (and the new embeddings) at ten times the encoder's rate."""
    fresh = [p for n, p in model.named_parameters() if not n.startswith("encoder.")]
    extra = [model.encoder.shape.weight]
    taken = {id(p) for p in fresh + extra}
    old = [p for p in model.parameters() if id(p) not in taken]
    groups = [(old, rate, 0.01), (fresh, 10 * rate, 0.01), (extra, 10 * rate, 0.0)]
    return torch.optim.AdamW(
        [{"params": p, "lr": r, "peak": r, "weight_decay": decay} for p, r, decay in groups],
        betas=(0.9, 0.98), fused=True,
    )  # fmt: skip


def set_rate(optimizer: torch.optim.Optimizer, done: float, warm: float = 0.08) -> None:
    """One cycle: up in a line to the peak, then down in a line to nothing.

    `done` is the share of the run behind us. A run may go on with more or fewer steps than it
    began with: the rate depends on nothing else.
    """
    factor = max(0.02, done / warm) if done < warm else max(0.0, (1 - done) / (1 - warm)) + 1e-3
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor


def task_order(steps: int, seed: int, tasks: list[str] | None = None) -> list[str]:
    """Spread the tasks evenly over the run, in shuffled blocks of a hundred."""
    shares = {t: share for t, share in SHARES.items() if not tasks or t in tasks}
    block = [t for t, share in shares.items() for _ in range(round(100 * share))]
    rng = np.random.default_rng([seed, 7])
    blocks = steps // len(block) + 1
    return [block[i] for _ in range(blocks) for i in rng.permutation(len(block))][:steps]


class Run:
    """The state of one training: model, average, optimizer, feeds, and where it stands."""

    def __init__(self, options: argparse.Namespace):
        self.options, self.out = options, Path(options.out)
        self.out.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(options.seed)
        data = load_data(options.tiny, options.with_dev, options.web)
        start = Path(options.start) if options.start else None
        lists = json.loads((start / "labels.json").read_text()) if start else label_lists(data)
        text = json.dumps(lists, ensure_ascii=False, indent=1)
        (self.out / "labels.json").write_text(text, encoding="utf-8")
        ids = {name: {v: i for i, v in enumerate(values)} for name, values in lists.items()}
        ids["codes"] = {code: i for i, code in enumerate(CODES)}
        cut = Pieces(pretrained_folder() / "tokenizer.json")
        self.feeds = {
            t: Feed(t, rows, cut, ids, options.seed, options.batch) for t, rows in data.items()
        }
        counts = (len(lists[n]) for n in ("tags", "upos", "morphology", "scripts", "relations"))
        self.size = Sizes(*counts)
        if start:
            self.model = load_checkpoint(start)
            self.size = self.model.size
        else:
            self.model = Annotator(self.size)
            load_pretrained(self.model.encoder)
        freeze(self.model, options.frozen)
        self.average = {n: p.detach().clone() for n, p in self.model.named_parameters()}
        self.optimizer = make_optimizer(self.model, options.rate)
        self.order, self.step = task_order(options.steps, options.seed, options.tasks), 0
        self.began, self.first = datetime.now(), 0.0
        LOG.info("%s", {t: len(rows) for t, rows in data.items()})

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one."""
        path = self.out / "checkpoint.pt"
        if not path.exists():
            return
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average, self.step = state["average"], state["step"]
        torch.set_rng_state(state["random"])
        for task, feed in self.feeds.items():
            feed.skip(self.order[: self.step].count(task))
        self.began, self.first = datetime.now(), self.step / self.options.steps
        LOG.info("resume at step %d", self.step)

    def save(self) -> None:
        """Write a checkpoint whole or not at all."""
        path = self.out / "checkpoint.pt"
        torch.save(
            {
                "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(),
                "average": self.average, "step": self.step, "random": torch.get_rng_state(),
                "size": self.size.to_json(), "options": vars(self.options),
            },
            path.with_suffix(".part"),
        )  # fmt: skip
        path.with_suffix(".part").replace(path)

    def done(self) -> float:
        """Give the share of the run behind us, by steps or, with a time limit, by the clock."""
        share = self.step / self.options.steps
        if not self.options.until:
            return share
        now = datetime.now()
        end = datetime.combine(now.date(), datetime.strptime(self.options.until, "%H:%M").time())
        spent = (now - self.began) / max(end - self.began, timedelta(seconds=1))
        return max(share, self.first + (1 - self.first) * spent)

    def learn(self, allowed: Tensor) -> dict[str, float]:
        """Take one step; give its losses."""
        task = self.order[self.step]
        losses = losses_of(self.model, task, self.feeds[task].next(), allowed)
        loss = sum(WEIGHTS.get(name, 1.0) * value for name, value in losses.items())
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        set_rate(self.optimizer, self.done())
        self.optimizer.step()
        self.step += 1
        if self.step % 5 == 0:
            decay = min(self.options.average, self.step / (self.step + 49))
            with torch.no_grad():
                values = [p for _, p in self.model.named_parameters()]
                torch._foreach_lerp_(list(self.average.values()), values, 1 - decay)
        return {f"{task[:3]}.{name}": value.item() for name, value in losses.items()}


def run(options: argparse.Namespace) -> None:
    """Train until the given number of steps, from the checkpoint if there is one."""
    state = Run(options)
    state.resume()
    state.model.train()
    allowed, began, first, seen = allowed_tags(), time.time(), state.step, {}
    while state.done() < 1:
        for key, value in state.learn(allowed).items():
            seen[key] = 0.98 * seen.get(key, value) + 0.02 * value
        if state.step % options.log_every == 0:
            pace = (time.time() - began) / (state.step - first)
            shown = " ".join(f"{k} {v:.3f}" for k, v in sorted(seen.items()))
            LOG.info("step %d (%.3f) %.2f s/step %s", state.step, state.done(), pace, shown)
        if state.step % options.save_every == 0:
            state.save()
    state.save()
    LOG.info("finished at step %d", state.step)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1.3e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save-every", type=int, default=500)
    parser.add_argument("--log-every", type=int, default=50)
    parser.add_argument("--average", type=float, default=0.995, help="how slowly it forgets")
    parser.add_argument("--until", default="", help="HH:MM today: end by the clock, if sooner")
    parser.add_argument("--tasks", nargs="*", choices=list(SHARES), help="only these; default: all")
    parser.add_argument("--start", default="", help="begin with the weights of this run")
    parser.add_argument("--frozen", type=int, default=0, help="leave so many layers as they are")
    parser.add_argument("--with-dev", action="store_true", help="learn from EWT's dev part, too")
    parser.add_argument("--web", type=int, default=1, help="passes over UNER in one of the others")
    parser.add_argument("--tiny", action="store_true")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    run(given)
