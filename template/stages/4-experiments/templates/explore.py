"""What the training rows look like. The findings go into the record beside this file.

`uv run lab explore` opens it, with the held-out rows out of reach.
"""

import marimo

__generated_with = "0.25.2"
app = marimo.App()


@app.cell
def _():
    from pathlib import Path

    import marimo as mo
    import polars as pl

    parents = Path(__file__).resolve().parents
    root = next(folder for folder in parents if (folder / "dvc.yaml").is_file())
    return mo, pl, root


@app.cell
def _(pl, root):
    rows = pl.read_parquet(root / "data/train.parquet")
    return (rows,)


@app.cell
def _(mo, rows):
    mo.ui.table(rows.describe())
    return


@app.cell
def _(mo, rows):
    gaps = rows.null_count().transpose(include_header=True, column_names=["gaps"])
    mo.ui.table(gaps.filter(gaps["gaps"] > 0))
    return


if __name__ == "__main__":
    app.run()
