"""The held-out set: rows and labels in files that no everyday stage reads, and a public summary.

`data/heldout/rows.parquet` has everything but the target, `labels.parquet` has `id` and the target.
`data/heldout.json` says how many there are and what they are known by: enough to register the set
and to lock a hypothesis, also where the files are not.
"""

import json
from pathlib import Path
from typing import Annotated

import msgspec
import polars as pl
from msgspec import Meta, Struct

from ..errors import LabError
from .content import digest_of_rows
from .pipeline import HELD_OUT, LABELS, ROWS, SUMMARY
from .schema import ORIGIN, Shape
from .sketch import sketch_of
from .split import Parted, shuffled
from .tables import read_rows


class Summary(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What everybody may know of the held-out set.

    `sketch` is of its rows, `trained` of the training rows beside it: whoever parts the data anew
    cannot hold out what was trained on before without anybody seeing it.
    """

    source: str
    examples: Annotated[int, Meta(ge=1)]
    smallest: Annotated[int, Meta(ge=0)]
    positives: int | None
    unit: str | None
    digest: str
    labels: str
    sketch: list[str]
    copies: dict[str, int | str]
    trained: list[str] = []


def summary_of(parted: Parted, shape: Shape, policy: str, labels: str) -> Summary:
    """The public summary of held-out rows.

    Args:
        parted: the rows, and how many copies were found.
        shape: what a row is.
        policy: what became of copies.
        labels: the digest of ids, labels and units.
    """
    test, copies = parted.test, parted.copies
    target = test[shape.target.name]
    sizes = [len(test)]
    positives = None
    if shape.target.categories:
        sizes += [int((target == name).sum()) for name in shape.target.categories]
    if shape.positive is not None:
        positives = int((target == shape.positive).sum())
    if shape.unit:
        sizes.append(test[shape.unit].n_unique())
    return Summary(
        source=str(test[ORIGIN][0]),
        examples=len(test),
        smallest=min(sizes),
        positives=positives,
        unit=shape.unit,
        digest=digest_of_rows(test),
        labels=labels,
        sketch=sketch_of(parted.contents),
        copies={
            "what": policy,
            "within": copies.within,
            "across": copies.across,
            "near": copies.near,
        },
        trained=sketch_of(parted.trained),
    )


def write_heldout(root: Path, test: pl.DataFrame, shape: Shape, summary: Summary) -> None:
    """Seal held-out rows: features and labels apart, in an order that tells nothing."""
    (root / HELD_OUT).mkdir(parents=True, exist_ok=True)
    rows = shuffled(test, shape.id)
    rows.drop(shape.target.name).write_parquet(root / ROWS)
    rows.select(shape.id, shape.target.name).write_parquet(root / LABELS)
    text = json.dumps(msgspec.to_builtins(summary), indent=2, ensure_ascii=False) + "\n"
    (root / SUMMARY).write_text(text, encoding="utf-8", newline="\n")


def read_summary(root: Path) -> Summary:
    """The public summary.

    Raises:
        LabError: it is missing, or is not what `lab data split` writes.
    """
    path = root / SUMMARY
    try:
        return msgspec.json.decode(path.read_bytes(), type=Summary)
    except FileNotFoundError:
        raise LabError(f"{path} is missing: run the pipeline, `uv run dvc repro`.") from None
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise LabError(
            f"{path} is not what `lab data split` writes ({error}): run `uv run dvc repro`."
        ) from None


def read_heldout(root: Path, shape: Shape) -> pl.DataFrame:
    """Held-out rows with their labels: only for who opens the set, and counts its examples.

    Raises:
        SealedError: the files are not here.
        LabError: they are damaged, or do not belong together.
    """
    if absent := [name for name in (ROWS, LABELS) if not (root / name).is_file()]:
        raise SealedError(
            f"{absent[0]} is not here: the held-out set is opened where its files are. Fetch them "
            "with `uv run dvc pull`, or let CI judge if only CI may read them."
        )
    rows, labels = read_rows(root / ROWS), read_rows(root / LABELS)
    if set(labels.columns) != {shape.id, shape.target.name} or shape.id not in rows.columns:
        raise LabError(f"{LABELS} and {ROWS} are not of one schema: run `uv run dvc repro data`.")
    whole = rows.join(labels, on=shape.id, how="left", maintain_order="left")
    if len(rows) != len(labels) or whole[shape.target.name].null_count():
        raise LabError(f"{LABELS} does not label the rows of {ROWS}: run `uv run dvc repro data`.")
    return whole


class SealedError(LabError):
    """The held-out files are not on this machine."""

    code = 3
