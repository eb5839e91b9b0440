"""`lab data describe` on files of different length, beside Polars reading the same file.

`uvx nox -s benchmark` runs it. The file has ten numbers, with gaps written as NA, and a category,
a date and an id in each row. Ours is the whole command in a process of its own: start, guessing,
reading, types, distinct values, copies, doubts about a target. The floor is a process that reads
the file with Polars' own guess of types. Both alternate; it prints medians of three, of seconds
and of what they took of a processor, which says more where other work runs beside.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 3
FLOOR = "import sys, polars as pl; print(pl.read_csv(sys.argv[1], null_values=['NA']).shape)"


def main() -> None:
    """Measure, and print a table in Markdown."""
    print("| rows | MB | describe, s | Polars alone, s | times | processor, times | peak, MB |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name:
        for rows in SIZES:
            path = Path(name) / "rows.csv"
            write(path, rows)
            ours = [sys.executable, "-m", "lab", "data", "describe", str(path), "--target", "kind"]
            floor = [sys.executable, "-c", FLOOR, str(path)]
            pairs = [(timed(ours), timed(floor)) for _ in range(ROUNDS)]
            (mine, work), (bare, floor_work) = (
                [statistics.median(figures) for figures in zip(*side, strict=True)]
                for side in zip(*pairs, strict=True)
            )
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            size = path.stat().st_size / 1e6
            times = f"{mine:.2f} | {bare:.2f} | {mine / bare:.1f} | {work / floor_work:.1f}"
            print(f"| {rows:,} | {size:.0f} | {times} | {peak:.0f} |", flush=True)


def write(path: Path, rows: int) -> None:
    """A file of rows."""
    random = np.random.default_rng(1)
    columns = {
        f"number_{place}": pl.Series(random.normal(size=rows).round(4)).set(
            pl.Series(random.random(rows) < 0.05), None
        )
        for place in range(10)
    }
    day = pl.date(2026, 1, 1) + pl.duration(days=pl.int_range(pl.len()) % 365)
    table = pl.DataFrame({"id": [f"row-{row}" for row in range(rows)], **columns}).with_columns(
        kind=pl.Series(random.choice(["a", "b", "c"], size=rows)), day=day
    )
    table.write_csv(path, null_value="NA")


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds that a process takes, and those of a processor."""
    begun, before = time.perf_counter(), _processor()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun, _processor() - before


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
