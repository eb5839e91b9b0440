"""Stage `lift`: what a model could add at best. It needs labels and the rule, no model."""

import json
from pathlib import Path

import polars as pl

from ..config import load_params
from ..lift import expected_lift
from ..schema import load_schema
from ..status_quo import decide
from . import run, wrote

IN = Path("data/train.parquet")
OUT = Path("evaluation/lift.json")
DECISIONS = Path("evaluation/decisions.parquet")


def main() -> None:
    params = load_params()
    schema = load_schema(params.task)
    rows = pl.read_parquet(IN)
    decisions = decide(rows, params.status_quo.rule, schema)
    labels = rows[schema.target.name]
    found = expected_lift(labels.to_list(), decisions.to_list(), params.lift, schema.target.values)
    summary = {
        "source": params.data.source,
        "examples": len(rows),
        "unit": params.lift.unit,
        **{name: round(value, 6) for name, value in found.items()},
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    table = pl.DataFrame(
        {"id": rows[schema.id], "y": labels, "status_quo": decisions, "source": rows["source"]}
    )
    table.write_parquet(DECISIONS)
    wrote(DECISIONS, f"{len(table)} decisions as they are made today")
    OUT.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    wrote(OUT, f"potential {found['potential']:.4g}, risk {found['risk']:.4g} {params.lift.unit}")


if __name__ == "__main__":
    run(main)
