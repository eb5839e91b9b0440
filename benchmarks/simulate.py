"""How often the judge is wrong: its error rates at the bar, measured on made-up data.

`uvx nox -s simulation` writes docs/explanation/how-often-the-judge-is-wrong.md. Every data set
is drawn from a population whose true value is known and lies exactly at the bar. Then a
criterion must not be met more often than its error rate. Seeds are fixed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
from scipy.stats import binom, norm
from scipy.stats import t as student

from lab.evidence.bounds import RESAMPLES, bootstrap, clopper_pearson, with_seeds
from lab.evidence.tables import Prediction
from lab.evidence.unseen import Sample, difference, extremes

PAGE = Path(__file__).parents[1] / "docs/explanation/how-often-the-judge-is-wrong.md"
RATES = (0.05, 0.005)
Draw = Callable[[np.random.Generator], Sample]


@dataclass(frozen=True)
class Case:
    """A population: how it is drawn, which metric is judged, and its true value.

    `unit` is how many rows a unit has; the rows of a unit follow each other.
    """

    name: str
    metric: str
    truth: float
    draw: Draw
    unit: int = 1


@dataclass(frozen=True)
class Rates:
    """How often, at each of RATES: supported, refuted; and supported by other rules."""

    supported: tuple[float, ...]
    refuted: tuple[float, ...]
    percentile: tuple[float, ...]
    estimate: float


# Populations with a known truth.


def sample(
    task: str, y: np.ndarray, candidate: Prediction, reference: Prediction | None = None
) -> Sample:
    """One data set of one seed."""
    classes = tuple(str(code) for code in range(int(y.max()) + 1)) if task != "regression" else ()
    return Sample(task, classes, y, ((candidate,), (reference,) if reference else ()))


def labelled(y: np.ndarray, label: np.ndarray, score: np.ndarray | None = None) -> Prediction:
    """A prediction without costs."""
    return Prediction(label, score, {})


def binary(n: int, positives: int, recall: float, specificity: float) -> Draw:
    """Labels of a classifier; how many are positive is fixed."""

    def draw(generator: np.random.Generator) -> Sample:
        y = (np.arange(n) < positives).astype(int)
        right = generator.random(n) < np.where(y == 1, recall, specificity)
        return sample("binary", y, labelled(y, np.where(right, y, 1 - y)))

    return draw


def f1_case(n: int, positives: int, recall: float, specificity: float) -> Case:
    """F1, whose true value is that of the expected confusion matrix."""

    def draw(generator: np.random.Generator) -> Sample:
        while True:
            y = (generator.random(n) < positives / n).astype(int)
            if y.any() and not y.all():
                break
        right = generator.random(n) < np.where(y == 1, recall, specificity)
        return sample("binary", y, labelled(y, np.where(right, y, 1 - y)))

    hit, wrong = positives * recall, (n - positives) * (1 - specificity)
    truth = 2 * hit / (hit + wrong + positives)
    return Case(f"f1 = {truth:.3f}, n = {n}, about {positives} positive", "f1", truth, draw)


def balanced_case(n: int, positives: int, recall: float, specificity: float) -> Case:
    """Balanced accuracy with a small class."""
    truth = (recall + specificity) / 2
    name = f"balanced_accuracy = {truth:.3f}, n = {n}, {positives} positive"
    return Case(name, "balanced_accuracy", truth, binary(n, positives, recall, specificity))


def area_case(n: int, positives: int, truth: float) -> Case:
    """Area under the ROC curve of two normal distributions."""
    shift = sqrt(2) * norm.ppf(truth)

    def draw(generator: np.random.Generator) -> Sample:
        y = (np.arange(n) < positives).astype(int)
        score = norm.cdf(generator.normal(size=n) + shift * y - shift / 2)
        return sample("binary", y, labelled(y, y, score))

    name = f"roc_auc = {truth:g}, n = {n}, {positives} positive"
    return Case(name, "roc_auc", truth, draw)


def areas_case(n: int, positives: int, truth: float, shared: float) -> Case:
    """Two models that rank equally well; what is hard for one is hard for the other."""
    shift = sqrt(2) * norm.ppf(truth)

    def draw(generator: np.random.Generator) -> Sample:
        y = (np.arange(n) < positives).astype(int)
        common = generator.normal(size=n) * sqrt(shared)
        said = [
            norm.cdf(common + generator.normal(size=n) * sqrt(1 - shared) + shift * (y - 0.5))
            for _ in range(2)
        ]
        return sample("binary", y, *(labelled(y, y, score) for score in said))

    return Case(f"roc_auc {truth:g} against the same, n = {n}", "roc_auc", 0.0, draw)


def accuracies_case(n: int, wins: float, losses: float) -> Case:
    """Paired accuracy: how often only the candidate is right, and only the reference."""

    def draw(generator: np.random.Generator) -> Sample:
        y = (np.arange(n) % 2).astype(int)
        lot = generator.random(n)
        mine, other = lot >= losses, (lot < losses) | (lot >= losses + wins)
        said = (labelled(y, np.where(right, y, 1 - y)) for right in (mine, other))
        return sample("binary", y, *said)

    name = f"accuracy against a reference, n = {n}, {wins:g} won, {losses:g} lost"
    return Case(name, "accuracy", wins - losses, draw)


def errors_case(n: int, kind: str, paired: bool = False) -> Case:
    """Mean absolute error, negated so that larger is better: normal or heavy-tailed errors."""
    truth = sqrt(2 / np.pi) if kind == "normal" else float(np.exp(0.5))

    def drawn(generator: np.random.Generator) -> np.ndarray:
        return generator.normal(size=n) if kind == "normal" else generator.lognormal(size=n)

    def draw(generator: np.random.Generator) -> Sample:
        y, common = np.zeros(n), drawn(generator)
        said = [labelled(y, drawn(generator) + paired * common) for _ in range(1 + paired)]
        return sample("regression", y, *said)

    what = "mean_absolute_error"
    name = f"{what}, {kind} errors, n = {n}" + (", against the same" if paired else "")
    return Case(name, what, 0.0 if paired else truth, draw)


def r2_case(n: int, truth: float) -> Case:
    """Share of variance explained, normal."""

    def draw(generator: np.random.Generator) -> Sample:
        signal = generator.normal(size=n) * sqrt(truth)
        y = signal + generator.normal(size=n) * sqrt(1 - truth)
        return sample("regression", y, labelled(y, signal))

    return Case(f"r2 = {truth:g}, n = {n}", "r2", truth, draw)


def units_case(units: int, rows: int, alike: float) -> Case:
    """Accuracy 0.9 where the rows of a unit are alike."""
    limit = norm.ppf(0.9)

    def draw(generator: np.random.Generator) -> Sample:
        own = np.repeat(generator.normal(size=units), rows) * sqrt(alike)
        right = own + generator.normal(size=units * rows) * sqrt(1 - alike) < limit
        y = np.arange(units * rows) % 2
        return sample("binary", y, labelled(y, np.where(right, y, 1 - y)))

    name = f"accuracy = 0.9, {units} units of {rows} rows, correlation {alike:g}"
    return Case(name, "accuracy", 0.9, draw, rows)


CASES = [
    f1_case(100, 35, 0.9, 0.95),
    f1_case(300, 100, 0.9, 0.95),
    f1_case(1000, 100, 0.9, 0.98),
    f1_case(100, 40, 0.98, 0.99),
    f1_case(300, 100, 0.98, 0.99),
    balanced_case(100, 30, 0.9, 0.9),
    balanced_case(300, 30, 0.95, 0.9),
    balanced_case(1000, 30, 0.98, 0.9),
    area_case(60, 30, 0.75),
    area_case(60, 30, 0.95),
    area_case(100, 30, 0.98),
    area_case(300, 30, 0.98),
    area_case(300, 100, 0.9),
    area_case(1000, 100, 0.98),
    areas_case(100, 40, 0.85, 0.6),
    areas_case(300, 100, 0.95, 0.6),
    accuracies_case(60, 0.02, 0.02),
    accuracies_case(100, 0.03, 0.03),
    accuracies_case(300, 0.05, 0.05),
    accuracies_case(100, 0.01, 0.03),
    accuracies_case(300, 0.01, 0.03),
    accuracies_case(1000, 0.005, 0.015),
    errors_case(30, "normal"),
    errors_case(30, "log-normal"),
    errors_case(100, "log-normal"),
    errors_case(300, "log-normal"),
    errors_case(100, "log-normal", paired=True),
    r2_case(30, 0.5),
    r2_case(100, 0.5),
    r2_case(300, 0.9),
]
UNITS = [
    units_case(30, 5, 0.5),
    units_case(30, 10, 0.9),
    units_case(100, 5, 0.5),
    units_case(100, 10, 0.9),
]


def measured(case: Case, runs: int, seed: int) -> Rates:
    """Draw data sets and judge each of them, with the bar at the truth."""
    generator = np.random.default_rng(seed)
    smaller = case.metric == "mean_absolute_error"
    sign = -1.0 if smaller else 1.0
    counts = np.zeros((3, len(RATES)))
    passed = 0
    counted = None
    weights: dict[int, np.ndarray] = {}
    for _ in range(runs):
        one = case.draw(generator)
        n = len(one.y)
        plain = difference(case.metric, one, None)
        estimate = sign * float(plain(np.ones((1, n), dtype=np.uint8))[0])
        ends = extremes(case.metric, one, None, case.unit)
        units = None if case.unit == 1 else np.repeat(np.arange(n // case.unit), case.unit)
        if counted is None:
            counted = generator.multinomial(n, [1 / n] * n, size=RESAMPLES).astype(np.uint8)
        if not weights:
            found: list[np.ndarray] = []

            def keep(drawn: np.ndarray, found: list[np.ndarray] = found) -> np.ndarray:
                found.append(drawn)
                return np.zeros(len(drawn))

            from lab.evidence import bounds

            threads, bounds.THREADS = bounds.THREADS, 1
            bootstrap([keep], n, units, RESAMPLES, seed)
            bounds.THREADS = threads
            whole = np.concatenate(found)
            kept = np.r_[np.arange(n), np.full(case.unit, n)]
            weights[n] = whole[:, kept]
        low, high = (sign * end(weights[n]) for end in ends)
        if smaller:
            low, high = high, low
        other = sign * plain(counted)
        bar = sign * case.truth
        passed += estimate > bar
        for place, rate in enumerate(RATES):
            lower = min(estimate, np.quantile(low, rate, method="lower"))
            upper = max(estimate, np.quantile(high, 1 - rate, method="higher"))
            counts[0, place] += lower > bar
            counts[1, place] += upper < bar
            usual = np.nanquantile(other, rate, method="lower")
            counts[2, place] += usual > bar and usual < np.nanmax(other)
    return Rates(*(tuple(row) for row in counts / runs), passed / runs)


def _job(job: tuple[Case, int, int]) -> Rates:
    return measured(*job)
