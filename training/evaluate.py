"""Measure a model: every figure of the model card, for the ONNX file (or the checkpoint).

    python evaluate.py --model /tmp/run/model/model.onnx --labels /tmp/run/model/labels.json

Validation: the own split by article of NewsMTSC, our labels of tone, EWT dev, GUM dev.
Test: CoNLL-2003 testa (never
trained on), Universal NER EWT test, GUM test, EWT test. Nothing is chosen on the test parts.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the next line
import onnxruntime
from analysis.annotation.decoding import choose_lemma, decode_tags, decode_trees
from analysis.annotation.model import switches

import sources
from encode import Item, Pieces, collate, encode_target, encode_words
from labels import POLARITIES, TAGS, spans_of
from scoring import calibration_error, f1_of, fit_temperature, macro_f1, softmax

INPUTS = ("pieces", "mask", "shapes", "target", "first", "word_mask")
WORD_OUTPUTS = ["entities", "upos", "morphology", "lemmas", "arcs", "relations"]


class Model:
    """An ONNX session that computes only the outputs that are asked for."""

    def __init__(self, path: Path, threads: int = 1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

        self.inputs = {
            each.name for each in self.session.get_inputs()
        }  # earlier models: no switches

    def run(self, items: list[Item], names: list[str], size: int = 32) -> list[list[np.ndarray]]:
        """Run items in batches of like length; give each item's outputs in the items' order."""
        order = sorted(range(len(items)), key=lambda i: len(items[i].pieces))
        found: list[Any] = [None] * len(items)
        for at in range(0, len(order), size):
            chosen = order[at : at + size]
            batch = collate([items[i] for i in chosen])
            feed = {name: batch[name] for name in INPUTS}
            feed |= switches(names)
            wanted = self.session.run(names, {n: v for n, v in feed.items() if n in self.inputs})
            for row, i in enumerate(chosen):
                found[i] = [output[row] for output in wanted]
        return found


Spans = set[tuple[int, int, str]]


def best_tags(scores: np.ndarray) -> list[str]:
    """Decode one sentence's tags as the package does."""
    return [TAGS[i] for i in decode_tags(scores[None], np.array([len(scores)]), TAGS)[0]]


def best_tree(arcs: np.ndarray) -> np.ndarray:
    """Decode one sentence's heads as the package does."""
    return decode_trees(arcs[None], np.array([len(arcs)]))[0]


def find_entities(model: Model, rows: list, cut: Pieces) -> list[Spans]:
    """Tag gold words; give each sentence's spans (start, end, type)."""
    found = model.run([encode_words(s.words, cut) for s in rows], ["entities"])
    tags = [best_tags(scores[: len(s.words)]) for s, (scores,) in zip(rows, found, strict=True)]
    return [set(spans_of(each)) for each in tags]


def measure_entities(rows: list, ours: list[Spans], mapping: dict[str, str]) -> dict:
    """F1 of exact span and type; `mapping` renames types, a type it lacks is not counted."""
    counts: dict[str, dict[str, int]] = {k: {} for k in ("right", "found", "gold")}
    for s, spans in zip(rows, ours, strict=True):
        found = {(a, b, mapping[k]) for a, b, k in spans if k in mapping}
        tags = [t if t in TAGS else "O" for t in s.tags]
        gold = {(a, b, mapping[k]) for a, b, k in spans_of(tags) if k in mapping}
        for name, part in (("right", found & gold), ("found", found), ("gold", gold)):
            for _, _, kind in part:
                counts[name][kind] = counts[name].get(kind, 0) + 1
    kinds = sorted(set(mapping.values()))
    by_kind = {k: round(f1_of(*(counts[n].get(k, 0) for n in counts)), 4) for k in kinds}
    right, found, gold = (sum(counts[n].values()) for n in counts)
    return {
        "f1": round(f1_of(right, found, gold), 4),
        "precision": round(right / max(1, found), 4),
        "recall": round(right / max(1, gold), 4),
        "mentions": gold,
        **by_kind,
    }


def annotate(model: Model, rows: list, cut: Pieces, labels: dict) -> list[dict]:
    """Tag and parse gold words: upos, morphology, lemma, head, relation of every word."""
    items = [encode_words(s.words, cut) for s in rows]
    known = frozenset(labels["known_lemmas"]), frozenset(cut.tokenizer.get_vocab())
    result = []
    for s, out in zip(rows, model.run(items, WORD_OUTPUTS), strict=True):
        n = len(s.words)
        _, upos, morphology, lemmas, arcs, relations = out
        heads = best_tree(arcs[:n, : n + 1])
        kinds = relations[np.arange(n), heads]
        result.append(
            {
                "upos": [labels["upos"][i] for i in upos[:n]],
                "morphology": [labels["morphology"][i] for i in morphology[:n]],
                "lemmas": [
                    choose_lemma(w, labels["upos"][p], [labels["lemmas"][i] for i in five], *known)
                    for w, p, five in zip(s.words, upos[:n], lemmas[:n], strict=True)
                ],
                "heads": heads.tolist(),
                "relations": [labels["relations"][i] for i in kinds],
            }
        )
    return result


def measure_syntax(rows: list, ours: list[dict]) -> dict:
    """UPOS, morphology, lemma, UAS, LAS (whole relation, and without subtype), in per cent."""
    pairs = [
        (s, o, i) for s, o in zip(rows, ours, strict=True) for i in range(len(s.words))
    ]  # fmt: skip
    total = len(pairs)

    def share(test: Any) -> float:
        return round(100 * sum(test(s, o, i) for s, o, i in pairs) / total, 2)

    def attached(s: Any, o: dict, i: int) -> bool:
        return s.heads[i] == o["heads"][i]

    def base(relation: str) -> str:
        return relation.split(":")[0]

    return {
        "words": total,
        "upos": share(lambda s, o, i: s.upos[i] == o["upos"][i]),
        "morphology": share(lambda s, o, i: s.morphology[i] == o["morphology"][i]),
        "lemma": share(lambda s, o, i: s.lemmas[i] == o["lemmas"][i]),
        "lemma_any_case": share(lambda s, o, i: s.lemmas[i].lower() == o["lemmas"][i].lower()),
        "uas": share(attached),
        "las": share(
            lambda s, o, i: attached(s, o, i) and base(s.relations[i]) == base(o["relations"][i])
        ),
        "las_with_subtypes": share(
            lambda s, o, i: attached(s, o, i) and s.relations[i] == o["relations"][i]
        ),
    }


def measure_relations(rows: list, ours: list[dict], names: tuple[str, ...]) -> dict:
    """F1 of given relations, head and label both right."""
    result, sums = {}, [0, 0, 0]
    for name in names:
        right = found = gold = 0
        for s, o in zip(rows, ours, strict=True):
            for i in range(len(s.words)):
                is_gold, is_ours = s.relations[i] == name, o["relations"][i] == name
                gold += is_gold
                found += is_ours
                right += is_gold and is_ours and s.heads[i] == o["heads"][i]
        result[name] = {"f1": round(f1_of(right, found, gold), 4), "gold": gold}
        sums = [a + b for a, b in zip(sums, (right, found, gold), strict=True)]
    return {**result, "together": {"f1": round(f1_of(*sums), 4), "gold": sums[2]}}


def judge(model: Model, rows: list, cut: Pieces) -> np.ndarray:
    """Give the tone of every target: negative, neutral, positive, as of ordinary news."""
    items = [encode_target(t.text, t.start, t.end, cut) for t in rows]
    for item in items:
        item.first = [1]  # the graph wants a word, though tone needs none
    return np.stack([out[0] for out in model.run(items, ["sentiment"])])


def measure_sentiment(model: Model, rows: list, cut: Pieces, labels: dict) -> dict:
    """Macro-F1, F1 by class, accuracy, calibration error on NewsMTSC, with its own prior."""
    prior = labels["tone_newsmtsc"]
    scores = np.log(judge(model, rows, cut) + 1e-9) * prior["scale"] + np.array(prior["bias"])
    probabilities = softmax(scores)
    gold = np.array([t.polarity for t in rows])
    chosen = probabilities.argmax(1)
    docs = np.unique([t.doc for t in rows], return_inverse=True)[1]
    low, high = bootstrap(lambda i: macro_f1(chosen[i], gold[i]), docs)
    confusion = np.bincount(3 * gold + chosen, minlength=9).reshape(3, 3)
    each = (f1_of(confusion[c, c], confusion[:, c].sum(), confusion[c].sum()) for c in range(3))
    return {
        "targets": len(rows),
        "macro_f1": round(macro_f1(chosen, gold), 4),
        "low": low,
        "high": high,
        **{f"{name}_f1": round(float(f1), 4) for name, f1 in zip(POLARITIES, each, strict=True)},
        "accuracy": round(float((chosen == gold).mean()), 4),
        "ece": round(calibration_error(probabilities, gold), 4),
        "ece_cross_fitted": round(cross_fitted_error(scores, gold, docs), 4),
        "confusion": confusion.tolist(),
    }


def measure_tone(probabilities: np.ndarray, rows: list, labels: dict) -> dict:
    """Precision and recall of negative and positive in ordinary news, at the thresholds."""
    gold = np.array([t.polarity for t in rows])
    drawn = np.array([t.how == "random" for t in rows])
    result: dict[str, Any] = {"mentions": len(rows)}
    for part, kept in (("all", gold >= 0), ("drawn at random", drawn)):
        said = {"ece": round(calibration_error(probabilities[kept], gold[kept]), 4)}
        for c, least in zip((0, 2), labels["tone_thresholds"], strict=True):
            called, there = probabilities[kept, c] >= least, gold[kept] == c
            right, name = int((called & there).sum()), POLARITIES[c]
            said[f"{name} called"], said[f"{name} gold"] = int(called.sum()), int(there.sum())
            said[f"{name} opposite"] = int((called & (gold[kept] == 2 - c)).sum())
            said[f"{name} precision"] = round(right / max(1, said[f"{name} called"]), 4)
            said[f"{name} recall"] = round(right / max(1, said[f"{name} gold"]), 4)
        if kept.any():
            result[part] = said
    return result


def measure_balance(probabilities: np.ndarray, rows: list, labels: dict) -> dict[str, float]:
    """How much oftener a negative mention is called than a positive one, wrong calls included.

    Times this, the odds of favourable among what is called are those among what readers find.
    """
    gold = np.array([t.polarity for t in rows])
    called = probabilities[:, [0, 2]] >= labels["tone_thresholds"]

    def ratio(i: np.ndarray) -> float:
        found = [called[i, c].sum() / max(1, (gold[i] == 2 * c).sum()) for c in (0, 1)]
        return float(found[0] / max(found[1], 1e-9))

    low, high = bootstrap(ratio, np.unique([t.doc for t in rows], return_inverse=True)[1])
    return {"ratio": round(ratio(np.arange(len(rows))), 4), "low": low, "high": high}


def read_names() -> dict[str, list[str]]:
    """Read the names, and the sentences of blame, neutral and praise, of data/names.txt."""
    lists: dict[str, list[str]] = {}
    path = Path(__file__).with_name("data") / "names.txt"
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            current = lists.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            current.extend(line.split("; ") if "{}" not in line else [line])
    return lists


def measure_names(model: Model, cut: Pieces) -> dict:
    """How far the name alone moves the tone: the greatest spread of a probability."""
    lists = read_names()
    names = lists.pop("names")
    result = {}
    for kind, sentences in lists.items():
        rows = [
            sources.Target("", sentence.format(name), sentence.index("{}"),
                           sentence.index("{}") + len(name), 0)
            for sentence in sentences
            for name in names
        ]  # fmt: skip
        p = judge(model, rows, cut).reshape(len(sentences), len(names), 3)
        result[kind] = {
            "greatest spread": round(float(np.ptp(p, axis=1).max()), 4),
            "mean score": round(float((p[..., 2] - p[..., 0]).mean()), 4),
        }
    return result


def cross_fitted_error(scores: np.ndarray, gold: np.ndarray, docs: np.ndarray) -> float:
    """Give the calibration error with a temperature fitted on the other half of the articles."""
    half = docs % 2 == 0
    fitted = np.zeros_like(scores)
    for part in (half, ~half):
        fitted[part] = softmax(scores[part] / fit_temperature(scores[~part], gold[~part]))
    return calibration_error(fitted, gold)


def bootstrap(score: Any, docs: np.ndarray, resamples: int = 500) -> tuple[float, float]:
    """Give the 95 % percentile interval of a score, resampling whole articles."""
    rng = np.random.default_rng(0)
    groups = [np.flatnonzero(docs == d) for d in range(docs.max() + 1)]
    values = []
    for _ in range(resamples):
        drawn = rng.integers(len(groups), size=len(groups))
        values.append(score(np.concatenate([groups[d] for d in drawn])))
    low, high = np.percentile(values, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


FOUR = {"PERSON": "PERSON", "ORG": "ORG", "PLACE": "PLACE", "NORP": "MISC", "MISC": "MISC"}
THREE = {k: k for k in ("PERSON", "ORG", "PLACE")}


def measure(model: Model, labels: dict, cut: Pieces, *, test: bool) -> dict:
    """Measure everything; without `test` the validation parts alone."""
    news = frozenset(("news",))
    sets = {"gum-dev-news": (sources.read_gum("dev", news), {"": THREE})}
    if test:
        five = {k: k for k in FOUR}
        four = {"": FOUR, " three types": THREE, " five types": five}
        sets |= {
            "conll-testa": (sources.read_conll_2003("testa"), four),
            "uner-ewt-test": (sources.read_uner("test"), {"": THREE}),
            "gum-test-news": (sources.read_gum("test", news), {"": THREE}),
            "gum-test-free": (sources.read_gum("test"), {"": THREE}),
        }
    entities = {}
    for name, (rows, mappings) in sets.items():
        spans = find_entities(model, rows, cut)
        for suffix, mapping in mappings.items():
            entities[name + suffix] = measure_entities(rows, spans, mapping)
    parts = {name: sources.read_tone(name) for name in ("test" if test else "dev", "check")}
    (tones, judged), (checks, checked) = (
        (rows, judge(model, rows, cut)) for rows in parts.values()
    )
    result: dict[str, Any] = {
        "entities": entities,
        "sentiment": measure_sentiment(model, sources.read_newsmtsc("dev"), cut, labels),
        "tone": measure_tone(judged, tones, labels),
        "tone_check": measure_tone(checked, checks, labels),
        "tone_balance": measure_balance(np.concatenate([judged, checked]), tones + checks, labels),
        "names": measure_names(model, cut),
        "syntax": {},
    }
    part = "test" if test else "dev"
    ewt, gum = sources.read_ewt(part), sources.read_gum(part)
    ours = [annotate(model, rows, cut, labels) for rows in (ewt, gum)]
    result["syntax"][f"ewt-{part}"] = measure_syntax(ewt, ours[0])
    result["syntax"][f"gum-{part}-free"] = measure_syntax(gum, ours[1])
    result["syntax"][f"agency ewt+gum {part}"] = measure_relations(
        ewt + gum, ours[0] + ours[1], ("nsubj:pass", "obl:agent")
    )
    return result


def measure_speed(model: Model, cut: Pieces) -> dict:
    """Words a second of processor time, one thread, cutting and decoding included."""
    rows = sources.read_conll_2003("testa") + sources.read_gum("dev", frozenset(("news",)))
    words = sum(len(s.words) for s in rows)
    speed = {}
    for name, wanted in (("entities", ["entities"]), ("all", WORD_OUTPUTS)):
        began = time.process_time()
        items = [encode_words(s.words, cut) for s in rows]
        for s, out in zip(rows, model.run(items, wanted), strict=True):
            n = len(s.words)
            best_tags(out[0][:n])
            if name == "all":
                best_tree(out[4][:n, : n + 1])
        speed[name] = round(words / (time.process_time() - began))
    return speed


def main() -> None:
    """Read the command line and print every figure as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, type=Path)
    parser.add_argument("--labels", required=True, type=Path)
    parser.add_argument("--test", action="store_true")
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    labels = json.loads(options.labels.read_text(encoding="utf-8"))
    model = Model(options.model)
    cut = Pieces(options.labels.with_name("tokenizer.json"))
    found = measure(model, labels, cut, test=options.test)
    if options.speed:
        found["words a second"] = measure_speed(model, cut)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
