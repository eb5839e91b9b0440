"""What a model is worth where 6 % of the rows are positive: trained for value, and for accuracy.

`uv run python benchmarks/imbalanced.py` makes a default project of the committed template, gives it
the Caravan data of the package ISLP, and runs its pipeline twice. The numbers are those of
development; the page on changing the model shows them.
"""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from following import adjust  # noqa: E402
from project.using import InUse  # noqa: E402
from rendering import DEFAULTS, copy, snapshot  # noqa: E402

PARAMS = {
    "data": {"source": "file"},
    "status_quo": {"rule": "'no'"},
    "evaluate": {"slices": []},
    "lift": {"unit": "euros per customer", "value": {"yes": {"yes": 9}, "no": {"yes": -1}}},
}
WAYS = {"value": {}, "accuracy": {"scoring": None, "threshold": None}}


def main() -> None:
    """Print one line of metrics for each way to train."""
    with tempfile.TemporaryDirectory() as folder:
        project = InUse(copy(snapshot(Path(folder) / "template"), Path(folder) / "p", DEFAULTS))
        write_caravan(project, Path(folder) / "ISLP")
        project.ok("git", "init", "--quiet")
        for way, train in WAYS.items():
            adjust(project, {"train": train})
            project.repro()
            numbers = project.json("evaluation/metrics.json")
            print(way, numbers["candidate"], "kpi", numbers["interval"]["kpi"])


def write_caravan(project: InUse, folder: Path) -> None:
    """The data, its schema and what decisions are worth."""
    install = ("uv", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), "ISLP")
    subprocess.run(install, check=True)
    with (folder / "ISLP/data/Caravan.csv").open(encoding="utf-8") as file:
        rows = [
            {"id": f"customer-{row}", **found} for row, found in enumerate(csv.DictReader(file), 1)
        ]
    names = [name for name in rows[0] if name not in ("id", "", "Purchase")]
    with (project.root / "data/raw/data.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, ["id", *names, "purchase"], extrasaction="ignore")
        table.writeheader()
        table.writerows({**row, "purchase": row["Purchase"].lower()} for row in rows)
    target = {"name": "purchase", "type": "category", "values": ["no", "yes"], "positive": "yes"}
    columns = {name: {"type": "integer", "min": 0, "example": 1} for name in names}
    schema = {"id": "id", "unit": None, "target": target, "columns": columns}
    (project.root / "schema.yaml").write_text(yaml.safe_dump(schema, sort_keys=False), "utf-8")
    adjust(project, PARAMS)


if __name__ == "__main__":
    main()
