"""A training that leaves the shared layers as they are: what attribution and tone both need."""

from __future__ import annotations

import argparse
import json
import logging
import time
from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from network import Annotator
from train import set_rate

LOG = logging.getLogger("adapting")
EVERY = 250  # steps between two checkpoints


class Run(ABC):
    """The state of one training; the same command resumes it."""

    def __init__(self, options: argparse.Namespace, model: Annotator):
        self.options, self.model, self.out = options, model, Path(options.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.step, self.steps, self.judged = 0, 0, EVERY
        self.first, self.began = 0.0, datetime.now()

    def learn_from(self, values: list[nn.Parameter], plain: list[nn.Parameter]) -> None:
        """Say which weights learn; `plain` ones without decay."""
        self.values = [*values, *plain]
        self.average = [p.detach().clone() for p in self.values]
        rate = self.options.rate
        groups = [(values, 0.01), (plain, 0.0)]
        self.optimizer = torch.optim.AdamW(
            [{"params": some, "lr": rate, "peak": rate, "weight_decay": decay}
             for some, decay in groups if some],
            betas=(0.9, 0.98), fused=True,
        )  # fmt: skip

    @abstractmethod
    def losses(self) -> tuple[Tensor, dict[str, float]]:
        """Give the loss of this step, and what the log tells of it."""

    @abstractmethod
    def judge(self) -> None:
        """Measure the averaged weights."""

    def labels(self) -> dict[str, Any]:
        """Give what the label file is to hold beside the lists of the start."""
        return {}

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one."""
        path = self.out / "training.pt"
        if path.exists():
            kept = torch.load(path, weights_only=True)
            with torch.no_grad():
                for value, old in zip(self.values, kept["values"], strict=True):
                    value.copy_(old)
            self.average, self.step = kept["average"], kept["step"]
            self.optimizer.load_state_dict(kept["optimizer"])
            self.first = self.step / max(self.steps, 1)
            LOG.info("resume at step %d", self.step)

    def save(self) -> None:
        """Write a checkpoint whole or not at all."""
        path = self.out / "training.pt"
        kept = {
            "values": [p.detach() for p in self.values], "average": self.average,
            "optimizer": self.optimizer.state_dict(), "step": self.step,
        }  # fmt: skip
        torch.save(kept, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def finish(self) -> None:
        """Write the whole model, with the averaged weights, as the other scripts read it."""
        self.exchange()
        kept = self.labels()
        weights = self.model.state_dict()
        torch.save(
            {"model": weights, "average": weights, "size": self.model.size.to_json(),
             "options": {k: str(v) for k, v in vars(self.options).items()}},
            self.out / "checkpoint.pt",
        )  # fmt: skip
        lists = json.loads((Path(self.options.start) / "labels.json").read_text("utf-8"))
        text = json.dumps(lists | kept, ensure_ascii=False, indent=1)
        (self.out / "labels.json").write_text(text, encoding="utf-8")

    @torch.no_grad()
    def exchange(self) -> None:
        """Let weights and their average change places."""
        for value, mean in zip(self.values, self.average, strict=True):
            kept = value.clone()
            value.copy_(mean)
            mean.copy_(kept)

    def done(self) -> float:
        """Give the share of the run behind us, by steps or, with a time limit, by the clock."""
        share = self.step / self.steps
        if not self.options.until:
            return share
        now = datetime.now()
        end = datetime.combine(now.date(), datetime.strptime(self.options.until, "%H:%M").time())
        spent = (now - self.began) / max(end - self.began, timedelta(seconds=1))
        return max(share, self.first + (1 - self.first) * spent)

    def learn(self) -> dict[str, float]:
        """Take one step; give what the log tells of it."""
        loss, told = self.losses()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.values, 1.0)
        set_rate(self.optimizer, min(1.0, self.done()))
        self.optimizer.step()
        self.step += 1
        if self.step % 5 == 0:
            decay = min(0.99, self.step / (self.step + 49))
            with torch.no_grad():
                torch._foreach_lerp_(self.average, [p.detach() for p in self.values], 1 - decay)
        return told

    def train(self) -> None:
        """Go through the passes."""
        self.model.train()
        began, first = time.time(), self.step
        seen: dict[str, float] = {}
        while self.done() < 1:
            for key, value in self.learn().items():
                seen[key] = 0.98 * seen.get(key, value) + 0.02 * value
            if self.step % self.options.log_every == 0:
                pace = (time.time() - began) / (self.step - first)
                shown = " ".join(f"{k} {v:.3f}" for k, v in seen.items())
                LOG.info("step %d of %d, %.2f s/step %s", self.step, self.steps, pace, shown)
            if self.step % EVERY == 0:
                self.save()
            if self.step % self.judged == 0:
                self.judge()
        self.save()
        self.judge()
        self.finish()
        LOG.info("finished")
