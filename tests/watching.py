"""A project whose pipeline has run, and a log of what its model has answered since."""

import json
from typing import Any

import numpy as np
import polars as pl
from playing import Play

from lab.data.pipeline import md5_of

SCHEMA = """\
id: id
target: {name: ill, type: category, values: [well, ill], positive: ill}
columns:
  age: {type: integer, min: 0, max: 120, unit: years}
  weight: {type: float, min: 0, nullable: true}
  town: {type: category, values: [north, south, west]}
"""


def rows_of(seed: int, n: int, older: float = 0.0) -> list[dict[str, Any]]:
    """Inputs of n people, who may all be older."""
    generator = np.random.default_rng(seed)
    return [
        {
            "age": int(generator.integers(20, 70) + older),
            "weight": None if generator.random() < 0.1 else float(generator.normal(70, 9)),
            "town": str(generator.choice(["north", "south", "west"])),
        }
        for _ in range(n)
    ]


def run_pipeline(play: Play) -> None:
    """Leave behind what a pipeline does: 300 training rows, and answers about 200 held-out ones."""
    play.write("schema.yaml", SCHEMA)
    (play.root / "data").mkdir()
    (play.root / "evaluation").mkdir(exist_ok=True)
    training = pl.DataFrame(rows_of(1, 300)).with_columns(source=pl.lit("sample"))
    training.write_parquet(play.root / "data/train.parquet")
    generator = np.random.default_rng(2)
    score = generator.beta(2, 4, size=200)
    said = [("candidate", 2, 1 - score), ("candidate", 1, score), ("status_quo", 0, score)]
    pl.concat(
        pl.DataFrame(
            {"id": [f"e{n}" for n in range(200)], "model": model, "seed": seed}
            | {"label": (score > 0.5).astype(int), "score": score}
        )
        for model, seed, score in said
    ).write_parquet(play.root / "evaluation/predictions.parquet")
    vouch(play)


def vouch(play: Play) -> None:
    """Let dvc.lock name the tables as they are."""
    names = ("data/train.parquet", "evaluation/predictions.parquet")
    outs = "".join(f"    - path: {name}\n      md5: {md5_of(play.root / name)}\n" for name in names)
    play.write("dvc.lock", f"schema: '2.0'\nstages:\n  split:\n    outs:\n{outs}")


def write_log(play: Play, older: float = 0.0, n: int = 400, **changes: Any) -> None:
    """A prediction log of n answers."""
    generator = np.random.default_rng(9)
    lines = []
    for number, features in enumerate(rows_of(8, n, older)):
        score = float(generator.beta(2, 4))
        line = {"at": f"2026-11-{1 + number % 20:02}T08:00:00.123Z", "request_id": f"r{number}"}
        line |= {"model": "v1", "stub": False, "features": features}
        line |= {"prediction": "ill" if score > 0.5 else "well", "score": score}
        lines.append(json.dumps(line | changes) + "\n")
    play.write("live.jsonl", "".join(lines))


def reports(play: Play) -> list[str]:
    """The files of all reports."""
    return [name for name in play.files() if "/monitoring/" in name]
