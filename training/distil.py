"""Give sentiment its own upper layers, and teach them what several other models say together.

    python train.py --out T1 --tasks sentiment --once --seed 11 --steps 1040    # some teachers
    python distil.py --run RUN --teachers T1 T2 T3 --out FINAL

The shared layers and every other head stay as they are in RUN: only sentiment changes. The teachers
judge the training targets and names in sentences that nobody has judged (CoNLL-2003, GUM, WikiGold,
Universal NER dev); no validation or test part is touched. With `--swap`, every name is replaced by
another of its kind in a twin of its sentence, and model and goal are the same for both: the name
itself is to say nothing.
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

import sources
from augment import new_name, world_names
from encode import Item, Pieces, bucket, collate, encode_target
from evaluate import Model
from export import load_run
from labels import TAGS, spans_of
from network import Annotator, Sizes, pretrained_folder

LOG = logging.getLogger("distil")
BODIES = frozenset(
    "party house senate court committee council department agency union commission group army "
    "congress university association bank times news post corp inc company".split()
)  # words of the names of organisations
PRONOUNS = frozenset("i he she it we you they his her its our your their this that".split())
LEAST_WORDS = 12  # shorter sentences are mostly captions and tables of results


def unjudged(limit: int, seed: int) -> list[tuple[str, int, int]]:
    """List names in sentences without judgements: (text, start, end), a seeded sample."""
    rows = sources.read_conll_2003("train") + sources.read_wikigold()
    rows += sources.read_uner("dev") + sources.read_gum("train")
    found = []
    for s in rows:
        if not LEAST_WORDS <= len(s.words) <= 80:
            continue
        starts = np.cumsum([0, *(len(word) + 1 for word in s.words)])
        text = " ".join(s.words)
        tags = [tag if tag in TAGS else "O" for tag in s.tags]
        for low, high, kind in spans_of(tags):
            if kind in {"PERSON", "ORG", "PLACE"}:
                found.append((text, int(starts[low]), int(starts[high]) - 1))
    chosen = np.random.default_rng(seed).permutation(len(found))[:limit]
    return [found[i] for i in chosen]


def kind_of(name: str) -> str:
    """Guess what a marked name is; empty if it is no name that another could stand for.

    >>> [kind_of(name) for name in ("John Kerry", "Russia", "the Senate", "Labour Party", "FBI")]
    ['PERSON', 'PLACE', '', 'ORG', 'ORG']
    """
    words = name.split()
    if not 0 < len(words) <= 3 or not all(word[:1].isupper() for word in words):
        return ""
    if name.lower() in PRONOUNS:
        return ""
    if name.lower() in sources.state_names() or words in world_names()["place"]:
        return "PLACE"
    if name.isupper() or BODIES & {word.lower() for word in words} or words in world_names()["org"]:
        return "ORG"
    return "PERSON"


Marked = tuple[str, int, int]


def swap_names(rows: list[Marked], seed: int) -> list[Marked | None]:
    """Put another name of its kind in the place of each: of this list, or of the world's."""
    rng = np.random.default_rng([seed, 3])
    names = [text[start:end] for text, start, end in rows]
    kinds = [kind_of(name) for name in names]
    pool = {k: [n for n, kind in zip(names, kinds, strict=True) if kind == k] for k in set(kinds)}
    twins: list[Marked | None] = []
    for (text, start, end), name, kind in zip(rows, names, kinds, strict=True):
        if not kind:
            twins.append(None)
            continue
        world = " ".join(new_name(kind, len(name.split()), rng))
        other = world if rng.random() < 0.5 else pool[kind][rng.integers(len(pool[kind]))]
        twins.append((text[:start] + other + text[end:], start, start + len(other)))
    return twins


def make_items(
    limit: int, seed: int, swap: bool = False
) -> tuple[list[Item], np.ndarray, list[Item]]:
    """Encode the training targets and the unjudged names; give gold polarities (-1: none), twins.

    An item that has no twin is its own.
    """
    cut = Pieces(pretrained_folder() / "tokenizer.json")
    judged = sources.read_newsmtsc("train")
    rows = [(t.text, t.start, t.end) for t in judged] + unjudged(limit, seed)
    items = [encode_target(*row, cut) for row in rows]
    gold = np.array([t.polarity for t in judged] + [-1] * (len(items) - len(judged)))
    kept = [i for i, x in enumerate(items) if sum(x.target) and len(x.pieces) <= 150]
    twins = list(items)
    if swap:
        others = swap_names(rows, seed)
        twins = [
            encode_target(*other, cut) if other else item
            for item, other in zip(items, others, strict=True)
        ]
    return [items[i] for i in kept], gold[kept], [twins[i] for i in kept]


def batches(items: list[Item], size: int, rng: np.random.Generator) -> list[list[int]]:
    """Put items of like length together."""
    return bucket([len(item.pieces) for item in items], rng, size, 60 * size)


def tensors(items: list[Item]) -> dict[str, Tensor]:
    """Make a batch."""
    return {name: torch.from_numpy(array) for name, array in collate(items).items()}


@torch.no_grad()
def judge(model: Annotator, items: list[Item]) -> Tensor:
    """Give a teacher's log-probabilities for every item."""
    found = torch.zeros(len(items), 3)
    for chosen in batches(items, 64, np.random.default_rng(0)):
        b = tensors([items[i] for i in chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            _, _, last = model.encode(b["pieces"], b["mask"], b["shapes"], b["target"])
        found[chosen] = model.sentiment(last.float(), b["mask"], b["target"]).log_softmax(-1)
    return found


def judge_with(teacher: Path, items: list[Item]) -> Tensor:
    """Give the probabilities of a teacher: a run's folder, or an exported model."""
    if teacher.suffix != ".onnx":
        return judge(load_run(teacher), items).exp()
    for item in items:
        item.first = item.first or [1]  # the graph wants a word, though sentiment needs none
    found = Model(teacher).run(items, ["sentiment"])
    return torch.from_numpy(np.stack([scores for (scores,) in found]))


@torch.no_grad()
def below(model: Annotator, items: list[Item]) -> list[Tensor]:
    """Give what the shared layers say of every item, up to where the own layers begin."""
    found: list[Tensor] = [torch.empty(0)] * len(items)
    for chosen in batches(items, 64, np.random.default_rng(0)):
        b = tensors([items[i] for i in chosen])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = model.encoder(b["pieces"], b["mask"], b["shapes"], b["target"])
        for row, i in enumerate(chosen):
            part = states[len(states) - 1 - len(model.own)][row, : len(items[i].pieces)]
            found[i] = part.to(torch.bfloat16)
    return found


def branched(model: Annotator, own: int) -> Annotator:
    """Copy a model and give sentiment `own` layers, which begin as copies of the shared ones.

    A model that has them already keeps them.
    """
    if model.size.own == own:
        return model
    size = Sizes(**{**json.loads(model.size.to_json()), "own": own})
    new = Annotator(size)
    new.load_state_dict(model.state_dict(), strict=False)
    for mine, shared in zip(new.own, model.encoder.layers[-own:], strict=True):
        mine.load_state_dict(copy.deepcopy(shared.state_dict()))
    return new


def loss_of(
    model: Annotator, b: dict[str, Tensor], lower: Tensor, said: Tensor, mix: float
) -> Tensor:
    """Cross-entropy with what the teachers say together and, where there is one, the gold label."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        last = model.last(lower, b["mask"])
    scores = model.sentiment(last.float(), b["mask"], b["target"]).log_softmax(-1)
    gold = F.one_hot(b["polarity"].clamp(min=0), 3).float()
    goal = torch.where((b["polarity"] >= 0)[:, None], mix * gold + (1 - mix) * said, said)
    return -(goal * scores).sum(-1).mean()


def train(
    model: Annotator,
    pairs: tuple[list[Item], list[Item]],
    gold: np.ndarray,
    said: Tensor,
    options: argparse.Namespace,
) -> None:
    """Train the own layers and sentiment's head; leave the average of the weights in the model."""
    items = pairs[0]
    lowers = [below(model.eval(), items)]
    lowers.append(below(model, pairs[1]) if options.swap else lowers[0])
    LOG.info("the shared layers have been run over %d targets", len(items))
    parts = [*model.own.parameters(), *model.heads["sentiment_hidden"].parameters()]
    parts += list(model.heads["sentiment"].parameters())
    average = [p.detach().clone() for p in parts]
    optimizer = torch.optim.AdamW(parts, lr=options.rate, weight_decay=0.01)
    total = options.epochs * len(batches(items, 32, np.random.default_rng(0)))
    step, running = 0, 0.0
    model.train()
    for epoch in range(options.epochs):
        side = np.random.default_rng([options.seed, epoch, 5]).integers(2, size=len(items))
        for chosen in batches(items, 32, np.random.default_rng([options.seed, epoch])):
            b = tensors([pairs[side[i]][i] for i in chosen])
            b["polarity"] = torch.from_numpy(gold[chosen])
            padded = torch.nn.utils.rnn.pad_sequence(
                [lowers[side[i]][i].float() for i in chosen], True
            )
            loss = loss_of(model, b, padded, said[chosen], options.mix)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parts, 1.0)
            done = step / total
            for group in optimizer.param_groups:
                group["lr"] = options.rate * (done / 0.1 if done < 0.1 else (1 - done) / 0.9)
            optimizer.step()
            step += 1
            running = 0.98 * running + 0.02 * loss.item() if step > 1 else loss.item()
            if step % 5 == 0:
                decay = min(0.99, step / (step + 49))
                torch._foreach_lerp_(average, [p.detach() for p in parts], 1 - decay)
            if step % 200 == 0:
                LOG.info("step %d of %d, loss %.3f", step, total, running)
    with torch.no_grad():
        for p, value in zip(parts, average, strict=True):
            p.copy_(value)


def main() -> None:
    """Read the command line, train, and write a checkpoint that export.py reads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, type=Path)
    parser.add_argument("--teachers", nargs="+", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--own", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--mix", type=float, default=0.3, help="weight of the gold label")
    parser.add_argument("--unjudged", type=int, default=12000)
    parser.add_argument("--swap", action="store_true", help="names say nothing by themselves")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    items, gold, twins = make_items(options.unjudged, options.seed, options.swap)
    sides = (items, twins) if options.swap else (items,)
    said = torch.stack([judge_with(t, side) for t in options.teachers for side in sides]).mean(0)
    LOG.info("%d teachers have judged %d targets", len(options.teachers), len(items))
    model = branched(load_run(options.run), options.own)
    train(model, (items, twins), gold, said, options)
    options.out.mkdir(parents=True, exist_ok=True)
    lists = (options.run / "labels.json").read_text("utf-8")
    (options.out / "labels.json").write_text(lists, encoding="utf-8")
    weights = {name: value.detach() for name, value in model.named_parameters()}
    kept = {name: str(value) for name, value in vars(options).items()}
    torch.save(
        {"model": weights, "average": weights, "size": model.size.to_json(), "options": kept},
        options.out / "checkpoint.pt",
    )  # fmt: skip


if __name__ == "__main__":
    main()
