"""What the pipeline left behind: tables, vouchers, the value function, checks."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from lab.data.counts import Counted, shares_of
from lab.data.kpi import kpi_of
from lab.data.pipeline import md5_of, models_in, table_path, vouched_for
from lab.data.schema import unit_of
from lab.errors import LabError
from lab.evidence.payoff import payoffs

LOCK = """\
schema: '2.0'
stages:
  evaluate:
    cmd: python -m evaluate
    outs:
    - path: evaluation/examples.csv
      hash: md5
      md5: {md5}
      size: 4
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "evaluation/examples.csv"
    path.parent.mkdir()
    path.write_bytes(b"id,y\n")
    (tmp_path / "dvc.lock").write_text(LOCK.format(md5=md5_of(path)), encoding="utf-8")
    return path


def test_a_digest_is_that_of_the_content(table: Path):
    assert md5_of(table) == hashlib.md5(b"id,y\n", usedforsecurity=False).hexdigest()


def test_parquet_goes_before_csv(table: Path):
    root = table.parents[1]
    assert table_path(root, "examples") == table
    assert table_path(root, "predictions").suffix == ".parquet"
    table.with_suffix(".parquet").touch()
    assert table_path(root, "examples").suffix == ".parquet"


def test_a_table_is_vouched_for_by_what_the_pipeline_wrote(table: Path):
    root = table.parents[1]
    assert vouched_for(root, table) == md5_of(table)
    table.write_bytes(b"id,z\n")
    with pytest.raises(LabError, match="somebody changed it"):
        vouched_for(root, table)
    (root / "dvc.lock").write_text("schema: '2.0'\nstages: {}\n", encoding="utf-8")
    with pytest.raises(LabError, match="does not know evaluation/examples"):
        vouched_for(root, table)
    (root / "dvc.lock").unlink()
    with pytest.raises(LabError, match="does not know"):
        vouched_for(root, table)


def test_the_value_function_is_read_with_the_names_of_the_classes(tmp_path: Path):
    assert kpi_of(tmp_path) is None
    (tmp_path / "params.yaml").write_text("lift: {value: {ill: {ill: 10, well: -50}}, wrong: -2}\n")
    (tmp_path / "schema.yaml").write_text(
        "unit: clinic\ntarget: {values: [well, ill], positive: ill}\n"
    )
    found = kpi_of(tmp_path)
    assert found is not None
    assert found.value == {"ill": {"ill": 10, "well": -50}}
    assert (found.wrong, found.correct, found.positive, found.negative) == (-2, 0, "ill", "well")
    assert payoffs(found, ["ill", "well"], np.array([0, 1])).tolist() == [[10, -50], [-2, 0]]
    assert unit_of(tmp_path) == "clinic"


def test_no_unit_is_none(tmp_path: Path):
    assert unit_of(tmp_path) is None


def test_checks_are_counted(tmp_path: Path):
    folder = tmp_path / "evaluation/checks"
    folder.mkdir(parents=True)
    (folder / "forms.csv").write_text("id,passed\na,1\nb,0\nc,TRUE\n")
    (folder / "none.csv").write_text("id,passed\n")
    assert shares_of(tmp_path) == {"forms": Counted(2, 3), "none": Counted(0, 0)}


@pytest.mark.parametrize(
    "rows", ["id,passed\na,1\na,1\n", "id,passed\na,yes\n", "id,ok\na,1\n", "passed\n1\n",
             "id,passed\n,1\n"]
)  # fmt: skip
def test_a_check_of_another_shape_is_refused(tmp_path: Path, rows: str):
    folder = tmp_path / "evaluation/checks"
    folder.mkdir(parents=True)
    (folder / "forms.csv").write_text(rows)
    with pytest.raises(LabError, match="needs the columns"):
        shares_of(tmp_path)


@pytest.mark.parametrize("names", [["seed-10", "seed-2"], ["seed-10.tar.gz", "seed-2.skops"]])
def test_models_are_known_by_their_seeds_whatever_they_end_in(tmp_path: Path, names: list[str]):
    for name in [*names, "seed-x", "champion.json"]:
        (tmp_path / name).touch()
    assert {seed: path.name for seed, path in models_in(tmp_path).items()} == {
        10: names[0],
        2: names[1],
    }
