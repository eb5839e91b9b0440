"""`lab monitor` on prediction logs of different length, beside a bare reading of the same log.

`uvx nox -s benchmark` runs it. The log has thirty numbers and one category in each row, and the
training data 10,000 rows. Ours is the whole command in a process of its own: start, reading,
checks, report. The floor is polars reading the log with a schema, in memory. It runs once.
"""

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

SIZES = (1_000, 100_000, 1_000_000)
NUMBERS = [f"number_{place}" for place in range(30)]
TRAINING = "data/train.parquet"


@dataclass(frozen=True)
class Row:
    """What was measured at one size: megabytes of the log and at the peak, and seconds."""

    rows: int
    log: float
    ours: float
    floor: float
    peak: float


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--largest", type=int, default=max(SIZES), help="rows at most")
    largest = parser.parse_args().largest
    with tempfile.TemporaryDirectory() as folder:
        _write_project(Path(folder))
        measured = [_measured(Path(folder), size) for size in SIZES if size <= largest]
    print("| rows | log, MB | lab monitor, s | polars reads it, s | times the reading | peak, MB |")
    print("|---:|---:|---:|---:|---:|---:|")
    for row in measured:
        print(
            f"| {row.rows:,} | {row.log:.0f} | {row.ours:.1f} | {row.floor:.2f} "
            f"| {row.ours / row.floor:.1f} | {row.peak:.0f} |"
        )


def _write_project(root: Path) -> None:
    columns: dict[str, Any] = {name: {"type": "float"} for name in NUMBERS}
    columns["town"] = {"type": "category", "values": ["a", "b", "c"]}
    target = {"name": "ill", "type": "category", "values": ["no", "yes"], "positive": "yes"}
    for folder in ("stages", "data"):
        (root / folder).mkdir()
    (root / "dvc.yaml").touch()
    (root / "schema.yaml").write_text(json.dumps({"target": target, "columns": columns}))
    pl.DataFrame(_drawn(10_000, 1)).write_parquet(root / TRAINING)
    digest = hashlib.md5((root / TRAINING).read_bytes(), usedforsecurity=False).hexdigest()
    outs = [{"path": TRAINING, "md5": digest}]
    (root / "dvc.lock").write_text(json.dumps({"stages": {"split": {"outs": outs}}}))


def _drawn(size: int, seed: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    found = {name: generator.normal(size=size).round(4) for name in NUMBERS}
    return found | {"town": generator.choice([*"abc"], size)}


def _measured(root: Path, size: int) -> Row:
    log = root / "live.jsonl"
    features = pl.DataFrame(_drawn(size, 2))
    pl.DataFrame(
        {
            "at": ["2026-11-21T08:00:00.123Z"] * size,
            "request_id": [f"r{number}" for number in range(size)],
            "model": ["1.0.0"] * size,
            "stub": [False] * size,
            "features": features.to_struct(),
        }
    ).write_ndjson(log)
    began = time.perf_counter()
    command = (sys.executable, "-m", "lab", "monitor", log.name)
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    ours = time.perf_counter() - began
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    # The greatest of all that have ended; sizes rise, so it is that of this one.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    began = time.perf_counter()
    pl.read_ndjson(log, schema_overrides={"features": features.to_struct().dtype})
    floor = time.perf_counter() - began
    return Row(size, log.stat().st_size / 1e6, ours, floor, peak)


if __name__ == "__main__":
    main()
