"""Stage `data`: rows from the chosen source, checked against `schema.yaml`."""

from pathlib import Path

from ..config import load_params
from ..data import load_rows
from ..schema import load_schema
from . import run, wrote

RAW = Path("data/raw")
OUT = Path("data/dataset.parquet")


def main() -> None:
    params = load_params()
    schema = load_schema(params.task)
    file = Path(params.data.file)
    if params.data.source == "file" and RAW.resolve() not in file.resolve().parents:
        print(
            f"note: {file} is outside {RAW}: DVC will not notice when it changes, unless you "
            "add it to the deps of stage data in dvc.yaml."
        )
    rows = load_rows(params.data, params.task, schema)
    rows.write_parquet(OUT)
    wrote(OUT, f"{len(rows)} rows from the {params.data.source} source")


if __name__ == "__main__":
    run(main)
