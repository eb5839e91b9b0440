"""`lab try` beside `scipy.stats.bootstrap`: one paired question about the area under the curve.

`uvx nox -s benchmark` runs it. Both decide `roc_auc >= champion + 0.01` on the same tables. Ours
is the whole command in a process of its own: start, reading, all resamples, answer. The other is
scipy's paired bootstrap with scikit-learn's metric, on arrays that are in memory already; where
2,000 resamples would take too long it does fewer, and its time is scaled up. Beside it stands
the judge alone, on tables in memory. It runs once. At the end an area and an accuracy that is
compared are decided beside an accuracy, each by the whole command, in turns.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import polars as pl

from lab.data.tables import read_tables
from lab.evidence.criteria import parse_criterion
from lab.evidence.judge import judge

CRITERION = "roc_auc >= champion + 0.01"
RESAMPLES = 2000
IN_TURNS = ("accuracy > 0.5", "accuracy > champion - 0.5", "roc_auc > 0.5")
TURNS = 3
SIZES = {1_000: 200, 100_000: 10, 1_000_000: 3}  # examples, and resamples that scipy really does


@dataclass(frozen=True)
class Row:
    """What was measured at one size: seconds, and megabytes at the peak."""

    examples: int
    ours: float
    judge: float
    memory: float
    scipy: float
    really: int


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=max(SIZES), help="examples at most")
    largest = parser.parse_args().largest
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            _measured(Path(folder), size, really)
            for size, really in SIZES.items()
            if size <= largest
        ]
        accuracy, compared, area = _in_turns(Path(folder))
    print(
        "| examples | lab try, s | peak, MB | judge alone, s | scipy, s | of so many resamples "
        "| command faster | judge faster |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for row in rows:
        print(
            f"| {row.examples:,} | {row.ours:.1f} | {row.memory:.0f} | {row.judge:.2f} "
            f"| {row.scipy:.0f} | {row.really} | {row.scipy / row.ours:.0f} times "
            f"| {row.scipy / row.judge:.0f} times |"
        )
    print(
        f"\nAn area on {rows[-1].examples:,} examples takes {area:.1f} s of the processor, an "
        f"accuracy {accuracy:.1f} s, and one beside the champion's {compared:.1f} s: "
        f"{area / accuracy:.2f} and {compared / accuracy:.2f} times as long."
    )


def _measured(folder: Path, size: int, really: int) -> Row:
    y, candidate, champion = _drawn(size)
    _write(folder, y, candidate, champion)
    command = (Path(sys.executable).with_name("lab"), "try", CRITERION, "--task", "binary")
    tables = [f"--{name}={folder / name}.parquet" for name in ("examples", "predictions")]
    began = time.perf_counter()
    subprocess.run([*command, *tables], check=True, capture_output=True, cwd=folder)
    ours = time.perf_counter() - began
    # The greatest of all that have ended; sizes rise, so it is that of this one.
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    read = read_tables(folder / "examples.parquet", folder / "predictions.parquet", "binary")
    began = time.perf_counter()
    judge([parse_criterion(CRITERION)], [], read, 0.05)
    alone = time.perf_counter() - began
    return Row(size, ours, alone, memory, _scipy(y, candidate, champion, really), really)


def _in_turns(folder: Path) -> list[float]:
    """The processor's time of each question on the tables that were written last: medians."""
    command = [Path(sys.executable).with_name("lab"), "try", "--task", "binary"]
    command += [f"--{name}={folder / name}.parquet" for name in ("examples", "predictions")]
    times: dict[str, list[float]] = {criterion: [] for criterion in IN_TURNS}
    for _ in range(TURNS):
        for criterion in IN_TURNS:
            before = _spent()
            subprocess.run([*command, criterion], check=True, capture_output=True, cwd=folder)
            times[criterion].append(_spent() - before)
    return [median(spent) for spent in times.values()]


def _spent() -> float:
    """Seconds of the processor in all processes that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def _drawn(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(1)
    y = (generator.random(size) < 0.3).astype(np.int8)
    common = generator.normal(size=size)
    candidate, champion = (
        1 / (1 + np.exp(-(common + generator.normal(size=size) + shift * (y - 0.5))))
        for shift in (3.2, 3.0)
    )
    return y, candidate, champion


def _write(folder: Path, y: np.ndarray, candidate: np.ndarray, champion: np.ndarray) -> None:
    examples = pl.DataFrame({"id": np.arange(len(y)), "y": y}).cast({"id": pl.String})
    examples.write_parquet(folder / "examples.parquet")
    said = (
        examples.select(
            "id",
            model=pl.lit(model),
            seed=pl.lit(1),
            label=pl.Series((score > 0.5).astype(np.int8)),
            score=pl.Series(score),
        )
        for model, score in (("candidate", candidate), ("champion", champion))
    )
    pl.concat(said).write_parquet(folder / "predictions.parquet")


def _scipy(y: np.ndarray, candidate: np.ndarray, champion: np.ndarray, really: int) -> float:
    from scipy.stats import bootstrap
    from sklearn.metrics import roc_auc_score

    def difference(y: np.ndarray, one: np.ndarray, other: np.ndarray) -> float:
        return float(roc_auc_score(y, one) - roc_auc_score(y, other))

    began = time.perf_counter()
    bootstrap(
        (y, candidate, champion),
        difference,
        paired=True,
        vectorized=False,
        method="percentile",
        n_resamples=really,
        batch=1,
        rng=np.random.default_rng(1),
    )
    return (time.perf_counter() - began) * RESAMPLES / really


if __name__ == "__main__":
    main()
