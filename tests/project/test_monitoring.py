"""`lab monitor` on real rows: held-out ones look like the training ones, shifted ones do not."""

from pathlib import Path

import polars as pl

from .using import InUse


def test_held_out_rows_have_not_drifted_and_shifted_ones_have(
    project: InUse, task: str, tmp_path: Path
):
    mine = project.copy(tmp_path / "project")
    said = mine.ok("uv", "run", "lab", "monitor", "data/test.parquet")
    assert f"{len(mine.table('data/test'))} rows look like the training data" in said
    moved = {"binary": "mean_texture", "multiclass": "pixel_3_4", "regression": "bmi"}[task]
    column = pl.col(moved)
    rows = mine.table("data/test").with_columns((column * 0.5 + column.max() * 0.5).alias(moved))
    if task == "multiclass":
        rows = rows.with_columns(column.floor())
    rows.write_csv(mine.root / "live.csv")
    found = mine.run("uv", "run", "lab", "monitor", "live.csv")
    assert found.code == 1, found.output
    assert f"drifted\t{moved}\t" in found.output
    assert "1 of " in found.output
    assert len([*mine.root.glob("evaluation/monitoring/*.md")]) == 2
    mine.ok("uv", "run", "lab", "check")
