"""`lab monitor` on real rows: held-out ones look like the training ones, shifted ones do not."""

import polars as pl

from .using import InUse


def test_held_out_rows_have_not_drifted_and_shifted_ones_have(living: InUse, task: str):
    said = living.ok("uv", "run", "lab", "monitor", "data/heldout/rows.parquet")
    assert f"{len(living.table('data/heldout/rows'))} rows look like the training data" in said
    moved = {"binary": "mean_texture", "multiclass": "pixel_3_4", "regression": "bmi"}[task]
    column = pl.col(moved)
    shifted = (column * 0.5 + column.max() * 0.5).alias(moved)
    rows = living.table("data/heldout/rows").with_columns(shifted)
    if task == "multiclass":
        rows = rows.with_columns(column.floor())
    rows.write_csv(living.root / "live.csv")
    found = living.run("uv", "run", "lab", "monitor", "live.csv")
    assert found.code == 1, found.output
    assert f"drifted\t{moved}\t" in found.output
    assert "1 of " in found.output
    assert len([*living.root.glob("evaluation/monitoring/*.md")]) == 2
    living.ok("uv", "run", "lab", "check")
