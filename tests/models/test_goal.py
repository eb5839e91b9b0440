"""Where one row in sixteen is positive, the default project earns something."""

import numpy as np
import polars as pl
import pytest
import yaml
from following import adjust
from project.using import InUse

ROWS, FEATURES = 4000, 8
SCHEMA = {
    "id": "id",
    "unit": None,
    "target": {"name": "buys", "type": "category", "values": ["no", "yes"], "positive": "yes"},
    "columns": {f"x{number}": {"type": "float"} for number in range(FEATURES)},
}
PARAMS = {
    "data": {"source": "file"},
    "status_quo": {"rule": "'no'"},  # nobody is called
    "evaluate": {"slices": []},
    "lift": {"unit": "euros per customer", "value": {"yes": {"yes": 9}, "no": {"yes": -1}}},
}


def write_customers(project: InUse) -> None:
    """Customers of whom one in sixteen buys, and what decides it is mostly not in the data."""
    random = np.random.default_rng(16)
    known = random.normal(size=(ROWS, FEATURES))
    signal = known[:, :3].sum(axis=1) + random.normal(scale=2, size=ROWS)
    columns = {f"x{number}": known[:, number] for number in range(FEATURES)}
    buys = np.where(signal > np.quantile(signal, 15 / 16), "yes", "no")
    rows = pl.DataFrame({"id": [f"customer-{row}" for row in range(ROWS)], **columns, "buys": buys})
    rows.write_csv(project.root / "data/raw/data.csv")
    (project.root / "schema.yaml").write_text(yaml.safe_dump(SCHEMA, sort_keys=False), "utf-8")
    adjust(project, PARAMS)


def test_the_value_of_a_decision_reaches_the_model(working: InUse):
    write_customers(working)
    working.repro()
    aimed = working.json("evaluation/metrics.json")
    assert aimed["status_quo"]["kpi"] == 0
    assert aimed["interval"]["kpi"]["low"] > 0
    adjust(working, {"train": {"scoring": None, "threshold": None}})
    assert working.repro().stages() == ["train", "evaluate"]
    plain = working.json("evaluation/metrics.json")
    assert plain["candidate"]["roc_auc"] == pytest.approx(aimed["candidate"]["roc_auc"], abs=0.01)
    assert plain["candidate"]["recall"] < 0.2 < aimed["candidate"]["recall"]
    assert plain["candidate"]["kpi"] < aimed["candidate"]["kpi"]
