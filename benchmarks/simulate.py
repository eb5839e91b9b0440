"""How often the judge is wrong: its error rates at the bar, measured on made-up data.

`uvx nox -s simulation` writes docs/explanation/how-often-the-judge-is-wrong.md. Every data set
is drawn from a population whose true value is known and lies exactly at the bar. Then a
criterion must not be met more often than its error rate. Seeds are fixed.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from math import sqrt
from pathlib import Path

import numpy as np
from scipy.stats import binom, norm

from lab.data.kpi import Amount, Kpi
from lab.data.tables import Prediction, Tables
from lab.evidence.bounds import RESAMPLES, Bounds, Rates, clopper_pearson, exponential, percentiles
from lab.evidence.coarse import Tell, coarse
from lab.evidence.criteria import parse_criterion
from lab.evidence.judge import judge
from lab.evidence.recipes import seeds_needed
from lab.evidence.result import Result
from lab.evidence.seeds import over_seeds
from lab.evidence.unseen import Sample, difference, extremes

PAGE = Path(__file__).parents[1] / "docs/explanation/how-often-the-judge-is-wrong.md"
RATES = (0.05, 0.005)
Draw = Callable[[np.random.Generator], Sample]
Table = list[list[str]]
KEPT: list[tuple[str, float, float, float]] = []  # name, measured, promised, standard error


@dataclass(frozen=True)
class Case:
    """A population: how it is drawn, which metric is judged, and its true value.

    `unit` is how many rows a unit has; the rows of a unit follow each other. `kpi` counts with the
    column `amount`, which is in what the candidate costs.
    """

    name: str
    metric: str
    truth: float
    draw: Draw
    unit: int = 1
    kpi: Kpi | None = None


@dataclass(frozen=True)
class Frequencies:
    """How often, at each of RATES: supported, refuted; and supported by other rules."""

    supported: tuple[float, ...]
    refuted: tuple[float, ...]
    percentile: tuple[float, ...]
    estimate: float
    runs: int


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


def hidden_case(n: int, positives: int) -> Case:
    """A limit: one positive example in fifty is ranked last, and few sets hold enough of them."""
    truth = 0.98 * 0.99

    def draw(generator: np.random.Generator) -> Sample:
        y = (np.arange(n) < positives).astype(int)
        shift = sqrt(2) * norm.ppf(0.99)
        score = norm.cdf(generator.normal(size=n) + shift * y - shift / 2)
        lost = (y == 1) & (generator.random(n) < 0.02)
        return sample("binary", y, labelled(y, y, np.where(lost, score * 1e-9, score)))

    name = f"roc_auc = {truth:.3f}, n = {n}, 2 % of {positives} positive ranked last"
    return Case(name, "roc_auc", truth, draw)


def disaster_case(n: int, rare: float) -> Case:
    """A limit: a rare error is a hundred times as large, and many sets hold none."""
    truth = sqrt(2 / np.pi) * (1 + 99 * rare)

    def draw(generator: np.random.Generator) -> Sample:
        error = generator.normal(size=n) * np.where(generator.random(n) < rare, 100, 1)
        return sample("regression", np.zeros(n), labelled(np.zeros(n), error))

    name = f"mean_absolute_error, {100 * rare:g} % of errors times 100, n = {n}"
    return Case(name, "mean_absolute_error", truth, draw)


def value_case(n: int, positives: int, spread: float, lost: bool = False) -> Case:
    """A decision is worth an amount of its own, log-normal, that one found case in five brings or
    loses; a false alarm costs 1. How many are positive varies.
    """
    found = -1.0 if lost else 1.0
    share, recall, alarms = positives / n, 0.8, 0.1
    mean = np.exp(spread**2 / 2)
    truth = found * share * (1 - recall if lost else recall) * mean - (1 - share) * alarms

    def draw(generator: np.random.Generator) -> Sample:
        y = (generator.random(n) < share).astype(int)
        label = (generator.random(n) < np.where(y == 1, recall, alarms)).astype(int)
        amount = generator.lognormal(0, spread, n)
        return sample("binary", y, Prediction(label, None, {"amount": amount}))

    decision = "0" if lost else "1"
    value = {"1": {decision: Amount("amount", found)}, "0": {"1": -1.0}}
    kpi = Kpi(value=value, positive="1", negative="0")
    what = "losses" if lost else "gains"
    name = (
        f"kpi, {what} with a log-normal spread of {spread:g}, n = {n}, about {positives} positive"
    )
    return Case(name, "kpi", truth, draw, kpi=kpi)


CASES = [
    f1_case(100, 35, 0.9, 0.95),
    f1_case(300, 100, 0.9, 0.95),
    f1_case(1000, 100, 0.9, 0.98),
    f1_case(100, 40, 0.98, 0.99),
    f1_case(300, 100, 0.98, 0.99),
    balanced_case(100, 30, 0.9, 0.9),
    balanced_case(300, 30, 0.95, 0.9),
    balanced_case(1000, 30, 0.98, 0.9),
    accuracies_case(60, 0.02, 0.02),
    accuracies_case(100, 0.03, 0.03),
    accuracies_case(300, 0.05, 0.05),
    accuracies_case(100, 0.01, 0.03),
    accuracies_case(300, 0.01, 0.03),
    accuracies_case(1000, 0.005, 0.015),
]
CONTRIBUTED = [
    area_case(60, 30, 0.75),
    area_case(60, 30, 0.95),
    area_case(100, 30, 0.98),
    area_case(300, 30, 0.98),
    area_case(300, 100, 0.9),
    areas_case(100, 40, 0.85, 0.6),
    areas_case(300, 100, 0.95, 0.6),
    errors_case(50, "normal"),
    errors_case(50, "log-normal"),
    errors_case(100, "log-normal"),
    errors_case(300, "log-normal"),
    errors_case(100, "log-normal", paired=True),
    r2_case(50, 0.5),
    r2_case(100, 0.5),
    r2_case(300, 0.9),
]
LIMITS = [hidden_case(293, 107), disaster_case(300, 0.002), disaster_case(1000, 0.002)]
VALUES = [
    value_case(300, 90, 0.5),
    value_case(300, 90, 1.0),
    value_case(1000, 100, 1.0),
    value_case(300, 90, 1.5),
    value_case(1000, 100, 1.5),
    value_case(1000, 300, 1.5, lost=True),
]
UNITS = [
    units_case(30, 5, 0.5),
    units_case(30, 10, 0.9),
    units_case(100, 5, 0.5),
    units_case(100, 10, 0.9),
]
RANDOM = [*range(1000, 1008), *range(1016, 1022), *range(1030, 1034)]  # where each case starts


def measured(case: Case, runs: int, seed: int) -> Frequencies:
    """Draw data sets and judge each of them, with the bar at the truth."""
    generator = np.random.default_rng(seed)
    n = len(case.draw(np.random.default_rng(0)).y)
    units = np.arange(n) // case.unit
    ours = exponential(generator, RESAMPLES, n // case.unit + 1)[
        :, np.append(units, n // case.unit)
    ]
    usual = generator.multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(np.uint8)
    ones = np.ones((1, n), dtype=np.uint8)
    supported, refuted, by_percentile = (np.zeros(len(RATES)) for _ in range(3))
    passed = 0
    for _ in range(runs):
        one = case.draw(generator)
        plain = difference(case.metric, one, None)
        estimate, bar = float(plain(ones)[0]), case.truth
        low, high = (end(ours) for end in extremes(case.metric, one, None, case.unit))
        other = plain(usual)
        other = other[np.isfinite(other)]
        passed += estimate > bar
        for place, rate in enumerate(RATES):
            found = percentiles(estimate, low, high, Rates.both(rate))
            supported[place] += found.lower > bar
            refuted[place] += found.upper < bar
            edge = np.quantile(other, rate, method="lower")
            by_percentile[place] += bar < edge < other.max()
    by_rate = (tuple(counts / runs) for counts in (supported, refuted, by_percentile))
    return Frequencies(*by_rate, estimate=passed / runs, runs=runs)


def judged(number: int, runs: int) -> list[float]:
    """How often the judge itself supports, and refutes, at each of RATES, with the bar at the
    truth; and how often the estimate is better than the bar.
    """
    case = (CONTRIBUTED + LIMITS + VALUES)[number]
    generator = np.random.default_rng(2000 + number)
    op = "<" if case.metric == "mean_absolute_error" else ">"
    met, missed, passed = np.zeros(len(RATES)), np.zeros(len(RATES)), 0
    for _ in range(runs):
        one = case.draw(generator)
        candidate, reference = one.models
        bar = "champion" if reference else f"{case.truth:.12f}"
        criterion = parse_criterion(f"{case.metric} {op} {bar}")
        models = {"candidate": dict(enumerate(candidate)), "champion": dict(enumerate(reference))}
        ids = np.arange(len(one.y)).astype(str)
        columns = {"amount": candidate[0].cost["amount"]} if case.kpi else {}
        tables = Tables(one.task, ids, one.y, one.classes, None, columns, None, models)
        results = [judge([criterion], [], tables, rate, kpi=case.kpi).results[0] for rate in RATES]
        met += [found.status == "met" for found in results]
        missed += [found.status == "missed" for found in results]
        above = (results[0].estimate or 0.0) > (results[0].threshold or 0.0)
        passed += above == (op == ">")
    return [float(share) for share in (*met / runs, *missed / runs, passed / runs)]


# Proportions, seeds and many hypotheses: no resampling, so that many runs cost little.


def proportions() -> Table:
    """Clopper and Pearson's bounds, not simulated but added up over all outcomes."""
    rows = []
    for n in (30, 100, 300, 1000):
        for truth in (0.7, 0.95):
            hits = np.arange(n + 1)
            chance = binom.pmf(hits, n, truth)
            cells = [f"{truth:g}, n = {n}"]
            for rate in RATES:
                found = [clopper_pearson(float(k), n, Rates.both(rate)) for k in hits]
                above = chance[[one.lower > truth for one in found]].sum()
                below = chance[[one.upper < truth for one in found]].sum()
                cells += [_share(above), _share(below), _share(1 - above - below)]
                KEPT.append((cells[0], above, rate, 0.0))
            rows.append([*cells, _share(chance[hits / n > truth].sum())])
    return rows


def seeds(runs: int) -> Table:
    """Accuracy of a recipe on 500 examples, with the bar at the mean over all its seeds.

    Either its seeds vary, with a standard deviation of `ratio` times the standard error of the
    examples; or it collapses with one seed in five, from 0.95 to 0.7.
    """
    generator = np.random.default_rng(7)
    n, truth = 500, 0.9
    error = sqrt(truth * (1 - truth) / n)
    rows = []
    for name, ratio in (("ratio 0.5", 0.5), ("ratio 3", 3.0), ("one in five collapses", None)):
        cells = [name]
        for rate in RATES:
            enough = seeds_needed(rate)
            for count in (3, enough):
                wrong = 0
                for _ in range(runs):
                    if ratio is None:
                        own = np.where(generator.random(count) < 0.2, 0.7, 0.95)
                    else:
                        own = truth + ratio * error * generator.normal(size=count)
                    hits = np.searchsorted(np.sort(generator.random(n)), own)
                    found = clopper_pearson(hits.mean(), n, Rates.both(rate))
                    if count == enough:
                        whole = Bounds(found.estimate, found.lower, found.upper)
                        found = over_seeds(whole, hits / n, (), Rates.both(rate))
                    wrong += found.lower > truth
                cells.append(_share(wrong / runs))
            KEPT.append((f"{enough} seeds, {name}", wrong / runs, rate, _error(rate, runs)))
        rows.append(cells)
    return rows


def hypotheses(runs: int) -> Table:
    """Twenty models of accuracy 0.9, at the bar, on one test set of 300 examples."""
    generator = np.random.default_rng(8)
    n, truth, many = 300, 0.9, 20
    least = [
        next(k for k in range(n + 1) if clopper_pearson(k, n, Rates.both(rate)).lower > truth)
        for rate in RATES
    ]
    rows = []
    for alike in (0.0, 0.5, 0.9):
        wins = np.zeros(4)
        for _ in range(runs):
            common = generator.normal(size=n) * sqrt(alike)
            own = generator.normal(size=(many, n)) * sqrt(1 - alike)
            hits = (common + own < norm.ppf(truth)).sum(axis=1)
            wins[0] += (hits / n > truth).any()
            wins[1] += (hits >= least[0]).any()
            wins[2] += (hits[:10] >= least[1]).any()
            wins[3] += (hits >= least[1]).any()
        name = f"correlation {alike:g}"
        KEPT.append((name, wins[2] / runs, 0.05, _error(0.05, runs)))
        rows.append([name, *(_share(share) for share in wins / runs)])
    return rows


def published(runs: int) -> Table:
    """Ten openings of one test set of 300 examples, the next built from what the last ones told.

    *Votes*: nine useless models (accuracy 0.5), and a tenth that lets them vote, each with the
    log-odds of its published estimate. *Tunes*: each model changes a fifth of the answers of the
    one with the best published estimate; all have a true accuracy of 0.85, which is the bar.
    """
    generator = np.random.default_rng(9)
    rows = []
    for tell in (None, "steps", "status"):
        cells = [{None: "every digit", "steps": "in steps", "status": "statuses alone"}[tell]]
        for bar in (0.85, 0.5):
            told = _told(300, bar, tell)
            wrong = sum(_votes(generator, told) for _ in range(runs)) / runs
            cells.append(_share(wrong))
            if tell == "status" and bar == 0.85:
                KEPT.append(("votes from statuses", wrong, 0.005, _error(0.005, runs)))
        told = _told(300, 0.85, tell)
        climbs = np.array([_tunes(generator, told) for _ in range(runs)])
        cells += [_share(climbs[:, -1].mean()), _share(climbs.any(axis=1).mean())]
        if tell is not None:
            any_ = climbs.any(axis=1).mean()
            KEPT.append((f"tunes by {tell}", any_, 0.05, _error(0.05, runs)))
        rows.append(cells)
    return rows


def _told(n: int, bar: float, tell: Tell | None) -> np.ndarray:
    """What is published as the accuracy of k of n right answers, for each k."""
    found = []
    for k in range(n + 1):
        bounds = clopper_pearson(float(k), n, Rates.both(0.005))
        sides = "met" if bounds.lower > bar else "missed" if bounds.upper < bar else "unclear"
        result = Result("accuracy > bar", "criterion", "accuracy", None, sides, n)
        result = replace(
            result,
            estimate=bounds.estimate,
            lower=bounds.lower,
            upper=bounds.upper,
            threshold=bar,
        )
        if tell == "status":  # the middle of what a status leaves open
            value = {"met": (1 + bar) / 2, "missed": bar / 2, "unclear": bar}[sides]
        else:
            value = (coarse(result, tell) if tell else result).estimate or 0.0
        found.append(value)
    return np.array(found)


def _votes(generator: np.random.Generator, told: np.ndarray) -> bool:
    """Is a vote of nine useless models supported, against a bar of 0.5?"""
    n = len(told) - 1
    y, answers = generator.integers(0, 2, n), generator.integers(0, 2, (9, n))
    estimates = np.clip(told[(answers == y).sum(axis=1)], 0.01, 0.99)
    weights = np.log(estimates / (1 - estimates))
    total = weights @ (2 * answers - 1)
    vote = np.where(total == 0, generator.integers(0, 2, n), total > 0)
    right = float((vote == y).sum())
    return clopper_pearson(right, n, Rates.both(0.005)).lower > 0.5


def _tunes(generator: np.random.Generator, told: np.ndarray) -> list[bool]:
    """Which of ten models is supported, if each starts from the best that was published."""
    n, truth = len(told) - 1, 0.85
    best, known, found = generator.random(n) < truth, -1.0, []
    for _ in range(10):
        redrawn = generator.random(n) < 0.2
        right = np.where(redrawn, generator.random(n) < truth, best)
        k = int(right.sum())
        found.append(clopper_pearson(float(k), n, Rates.both(0.005)).lower > truth)
        if told[k] > known:
            best, known = right, told[k]
    return found


# The page.


def main() -> None:
    """Measure, write the page, and fail if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000, help="data sets of each case")
    runs = parser.parse_args().runs
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(_numbered, range(len(CASES + UNITS)), repeat(runs)))
        shares = list(pool.map(judged, range(len(CONTRIBUTED + LIMITS + VALUES)), repeat(runs)))
    for case, one in zip(CASES + UNITS, found, strict=True):
        for share, rate in zip(one.supported, RATES, strict=True):
            KEPT.append((case.name, share, rate, _error(rate, one.runs)))
    for case, supported in zip(CONTRIBUTED, shares, strict=False):
        for share, rate in zip(supported, RATES, strict=False):
            KEPT.append((case.name, share, rate, _error(rate, runs)))
    text = _page(runs, found, shares)
    PAGE.write_text(text, encoding="utf-8")
    print(text)
    broken = [
        f"{name}: {share:.4f} at {rate:g}"
        for name, share, rate, error in KEPT
        if share > rate + 3 * error
    ]
    if broken:
        raise SystemExit("supported too often: " + "; ".join(broken))


def _numbered(number: int, runs: int) -> Frequencies:
    case = (CASES + UNITS)[number]
    runs = runs if "n = 1000" not in case.name else max(1, runs // 4)
    return measured(case, runs, RANDOM[number])


def _error(rate: float, runs: int) -> float:
    """The standard error of a share that is measured in so many runs."""
    return sqrt(rate * (1 - rate) / runs)


def _share(share: float) -> str:
    return f"{100 * share:.1f}" if share >= 0.1 else f"{100 * share:.2f}"


def _rows(cases: Sequence[Case], found: Sequence[Frequencies]) -> Table:
    return [
        [case.name, *map(_share, (*one.supported, *one.refuted, *one.percentile, one.estimate))]
        for case, one in zip(cases, found, strict=True)
    ]


def _table(head: str, rows: Table) -> str:
    columns = [part.strip() for part in head.split("|")]
    rule = "|---|" + "---:|" * (len(columns) - 1)
    lines = [f"| {' | '.join(columns)} |", rule, *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines)


def _page(runs: int, found: Sequence[Frequencies], shares: Sequence[Sequence[float]]) -> str:
    judged_cases = [
        [case.name, *map(_share, one)]
        for case, one in zip(CONTRIBUTED + LIMITS + VALUES, shares, strict=True)
    ]
    limits, values = len(CONTRIBUTED), len(CONTRIBUTED + LIMITS)
    return TEXT.format(
        runs=runs,
        resamples=f"{RESAMPLES:,}",
        fewer=max(1, runs // 4),
        mc5=_share(_error(0.05, runs)),
        mc05=_share(_error(0.005, runs)),
        published=_table(
            "published | votes, bar 0.85 | votes, bar 0.5 | tunes: the tenth | tunes: any of ten",
            published(runs),
        ),
        proportions=_table(
            "accuracy | supported, 5 % | refuted, 5 % | between, 5 % "
            "| supported, 0.5 % | refuted, 0.5 % | between, 0.5 % | estimate > bar",
            proportions(),
        ),
        cases=_table(HEAD, _rows(CASES, found[: len(CASES)])),
        units=_table(
            HEAD.replace("percentile", "rows as if alone"), _rows(UNITS, found[len(CASES) :])
        ),
        contributed=_table(OWN, judged_cases[:limits]),
        limits=_table(OWN, judged_cases[limits:values]),
        values=_table(OWN, judged_cases[values:]),
        seeds=_table(
            "recipe | 3 seeds, 5 % | 14 seeds, 5 % | 3 seeds, 0.5 % | 24 seeds, 0.5 %",
            seeds(runs),
        ),
        hypotheses=_table(
            "models | estimate > bar | twenty at 5 % | ten at 0.5 % | twenty at 0.5 %",
            hypotheses(runs),
        ),
    )


HEAD = (
    "at the bar | supported, 5 % | supported, 0.5 % | refuted, 5 % | refuted, 0.5 % "
    "| percentile, 5 % | percentile, 0.5 % | estimate > bar"
)
OWN = (
    "at the bar | supported, 5 % | supported, 0.5 % | refuted, 5 % | refuted, 0.5 % "
    "| estimate > bar"
)
TEXT = """\
# How often the judge is wrong

<!-- Written by `uvx nox -s simulation`. Change benchmarks/simulate.py, not this page. -->

A criterion `metric > bar` is tried on data from a population whose true value lies *exactly at
the bar*. Calling it met is then an error, and must not happen more often than the error rate:
5 %, or 0.5 % when ten hypotheses share a test set. `uvx nox -s simulation` makes all numbers
on this page again, with fixed seeds. All are percentages. Each row that resamples has {runs} data
sets ({fewer} where n = 1000) of {resamples} resamples each. So a rate of 5 % is known to
about ±{mc5}, one of 0.5 % to about ±{mc05} (one standard error; twice that where n = 1000).

The run fails if the judge supports a claim more often than promised, by more than three
standard errors.

## Proportions

Accuracy, precision, recall and `share` have the exact bounds of Clopper and Pearson. Nothing
is simulated here: the chances of all outcomes are added up. *Between* is how often the truth
lies between the bounds. The last column is what a team does that compares the estimate with
the bar: about every second model that is no better than the bar passes.

{proportions}

## Areas, means and r2

Here the judge itself decides, on the contributions of the examples: DeLong, Student's t, Fieller.

{contributed}

### Where it does not hold

*No* rule keeps its promise for every population where few examples count for nearly everything.
These rows are such populations; they do not fail the run. A sample that holds none of the rare
errors cannot tell of them: that is why a verdict says what it rests on.

{limits}

### What a decision is worth, without limits

A KPI that counts with a column of the data has no limits where `schema.yaml` sets none for that
column. Here amounts are log-normal: with a spread of 1.5 one in a thousand is a hundred times the
middle one. False support is rare. A good idea with rare, large gains is *refuted* a little too
often, because a sample that lacks the few largest amounts shows a mean and a spread that are both
too small. `min` and `max` of the column in `schema.yaml` are the remedy. These rows do not fail
the run.

{values}

## Everything else

A bootstrap with random weights, in which one more example takes part: the worst that could
still come, with a random weight of its own. The column *percentile* is the usual percentile
bootstrap, which we do not use, and this table is why: it knows nothing of a mistake that did
not happen to occur. Near 1 and in small classes it supports far more often than it says; at
0.5 % it can be wrong thirty times as often. It is given the benefit of the doubt where all
resamples are equal: that counts as no support.

{cases}

What the caution costs: where the truth is close to the limit of a metric, or two models differ
in few examples, the judge supports less often than it might. A larger test set is the remedy.

## Rows that belong together

Ten letters of one sender are not ten independent examples. If `schema.yaml` names the unit,
whole units are weighted. The columns *rows as if alone* show what happens otherwise.

{units}

## Seeds

A claim about a recipe has to hold over its seeds. How often is it supported where the mean over
*all* its seeds is only at the bar? *Ratio* is the standard deviation of the seeds, beside the
standard error that the examples cause. With 3 seeds the judge says "these seeds", because of the
columns here: taken for the recipe, they would promise too much. With 14 at 5 %, or 24 at 0.5 %, it
speaks of the recipe.

{seeds}

## Many hypotheses on one test set

Twenty models, none better than the bar, on the same 300 examples: how often does at least one of
them win? *Correlation*: what is hard for one model is hard for the others. The budget lets ten of
them share 5 %, so each has 0.5 %; the verdicts of the other ten are exploratory.

{hypotheses}

## What openings tell

A held-out set is sealed, and each opening tells a little of it. These teams build the next model
out of what was published, on one test set of 300 examples with an error rate of 0.5 % for each of
ten openings. One *votes*: nine useless models are opened, and a tenth lets them vote, each with
the weight of its published estimate; it is no better than chance, and the column says how often it
is supported. The published estimates come from criteria with a bar at 0.85, as claims have, or at
0.5, where useless models lie. One *tunes*, and means well: each model starts from the best
published one, and none is better than the bar.

`tell` in `team/policy.yml` decides what is published: numbers in steps of their own uncertainty,
or no more than each status. For a team that tunes, **the promise holds with steps**: of ten
openings, less than 5 % bring a false winner. It does not hold for one that combines models by
published numbers, in steps or not. That takes **statuses alone**, and bars that claims have: who
asks questions only to read the set out, with bars where useless models lie, still gets something.

{published}
"""

if __name__ == "__main__":
    main()
