"""Calibration and F1. NumPy only."""

from __future__ import annotations

import numpy as np


def softmax(scores: np.ndarray) -> np.ndarray:
    """Give probabilities over the last axis."""
    powers = np.exp(scores - scores.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def fit_temperature(scores: np.ndarray, gold: np.ndarray) -> float:
    """Find the temperature that makes the validation labels most probable (Guo et al. 2017)."""
    grid = np.exp(np.linspace(np.log(0.3), np.log(5.0), 200))
    rows = np.arange(len(gold))
    losses = [-np.log(softmax(scores / t)[rows, gold] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def calibration_error(probabilities: np.ndarray, gold: np.ndarray, bins: int = 15) -> float:
    """Give the expected calibration error: |confidence − accuracy|, weighted over equal bins."""
    confidence, chosen = probabilities.max(1), probabilities.argmax(1)
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        inside = place == b
        if inside.any():
            gap = confidence[inside].mean() - (chosen[inside] == gold[inside]).mean()
            total += inside.mean() * abs(float(gap))
    return total


def f1_of(right: int, found: int, gold: int) -> float:
    """Give the harmonic mean of precision and recall; 0 where nothing is right."""
    return 2 * right / (found + gold) if right else 0.0


def macro_f1(chosen: np.ndarray, gold: np.ndarray, classes: int = 3) -> float:
    """Give the mean over classes of F1."""
    return float(
        np.mean(
            [
                f1_of(
                    int(((chosen == c) & (gold == c)).sum()),
                    int((chosen == c).sum()),
                    int((gold == c).sum()),
                )
                for c in range(classes)
            ]
        )
    )
