"""Stage `evaluate`: what the candidate and the status quo say about the held-out rows."""

import json
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from ..config import load_params
from ..errors import ProjectError
from ..evaluation import examples_table, metrics_by_model, plots, predictions_table
from ..model import load, predict
from ..schema import Schema, load_schema
from ..status_quo import decide
from . import run, wrote

TEST = Path("data/test.parquet")
CANDIDATE = Path("models/candidate")
CHAMPION = Path("models/champion")
OUT = Path("evaluation")


def main() -> None:
    params = load_params()
    schema = load_schema(params.task)
    rows = pl.read_parquet(TEST)
    models = {"candidate": _predicted(CANDIDATE, params.train.seeds, rows, schema)}
    if params.evaluate.champion:
        models["champion"] = _predicted(CHAMPION, _seeds(CHAMPION), rows, schema)
    decisions = decide(rows, params.status_quo.rule, schema)
    examples = examples_table(rows, schema, params.evaluate.slices)
    predictions = predictions_table(rows[schema.id], models, decisions, schema)
    found = metrics_by_model(params.task, examples, predictions)
    positive = schema.target.positive
    classes = sorted(schema.target.values or [], key=lambda name: name == positive)

    (OUT / "plots").mkdir(parents=True, exist_ok=True)
    examples.write_parquet(OUT / "examples.parquet")
    wrote(OUT / "examples.parquet", f"{len(examples)} held-out examples")
    predictions.write_parquet(OUT / "predictions.parquet")
    wrote(OUT / "predictions.parquet", f"{len(predictions)} predictions")
    summary = {"source": params.data.source, "examples": len(examples), **found}
    (OUT / "metrics.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    wrote(OUT / "metrics.json", ", ".join(name.replace("_", " ") for name in found))
    for name, table in plots(params.task, examples, predictions, classes).items():
        table.write_csv(OUT / "plots" / f"{name}.csv")
        wrote(OUT / "plots" / f"{name}.csv", f"{len(table)} points")


def _predicted(
    folder: Path, seeds: Iterable[int], rows: pl.DataFrame, schema: Schema
) -> dict[int, tuple[pl.Series, pl.Series | None]]:
    return {
        seed: predict(load(folder / f"seed-{seed}.skops", schema), rows, schema) for seed in seeds
    }


def _seeds(folder: Path) -> list[int]:
    found = sorted(int(path.stem.removeprefix("seed-")) for path in folder.glob("seed-*.skops"))
    if not found:
        raise ProjectError(
            f"params.yaml names a champion, and {folder} holds no model: get it with "
            f"`uv run dvc pull {folder}.dvc`, or set evaluate.champion to null."
        )
    return found


if __name__ == "__main__":
    run(main)
