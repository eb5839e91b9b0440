"""A small project whose held-out set is sealed, with a pipeline that runs within a second.

The team's two commands are a few lines without scikit-learn, the stages run in this process, and
a stand-in of a few lines does what DVC does: it runs stages, names their outputs in dvc.lock, and
keeps copies by content. Everything else is real: git, the files, opening, judging, the audit.
"""

import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
import yaml
from playing import TEMPLATE
from proving import HYP, Proof, write_proof_project

from lab.cli import main
from lab.data.pipeline import md5_of, md5_of_folder
from lab.programs import Ended, run_in

OPENING = f"evaluation/openings/{HYP}"
DATA = "data/raw/data.csv"
ROWS = 1200
PARAMS = """\
task: binary
data: {source: file, file: data/raw/data.csv}
split: {test_share: 0.5, salt: "1", folds: 2}
commands: {train: python -m tiny.train, predict: python -m tiny.predict}
train: {seeds: [1, 2, 3], bar: 50}
status_quo: {rule: "CASE WHEN size > 80 THEN 'bad' ELSE 'good' END"}
evaluate: {slices: [age], champion: null}
lift:
  unit: points
  value: {bad: {bad: 10, good: -50}, good: {bad: -5, good: 0}}
"""
SCHEMA = """\
id: id
unit: null
target: {name: state, type: category, values: [good, bad], positive: bad}
columns:
  size: {type: float, min: 0, max: 100}
  age: {type: integer, min: 0, max: 99}
"""
SOURCE = {
    "__init__.py": "",
    "features.py": "def feature(size):\n    return size\n",
    "train.py": """\
import json, sys
from pathlib import Path

import yaml

bar = yaml.safe_load(Path("params.yaml").read_text())["train"]["bar"]
for job in json.loads(Path(sys.argv[1]).read_text())["jobs"]:
    Path(job["model"]).write_text(json.dumps({"bar": bar + job["seed"] / 1000}))
""",
    "predict.py": """\
import json, sys
from pathlib import Path

import polars as pl

from tiny.features import feature

for job in json.loads(Path(sys.argv[1]).read_text())["jobs"]:
    bar = json.loads(Path(job["model"]).read_text())["bar"]
    rows = pl.read_parquet(job["rows"])
    found = [feature(size) for size in rows["size"]]
    said = rows.select("id").with_columns(
        label=pl.Series(["bad" if size > bar else "good" for size in found]),
        score=pl.Series([size / 100 for size in found]),
    )
    said.write_parquet(job["to"])
""",
}


class Sealed(Proof):
    """The team of a `Proof`, in a project whose held-out set is sealed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.patch.setenv("PYTHONPATH", str(self.root / "src"))
        self.patch.setattr("lab.project.run_in", with_dvc(run_in))

    def repro(self) -> None:
        """Run the pipeline."""
        repro(self.root)

    def dvc(self, *words: str) -> None:
        """Do what DVC does."""
        _dvc(self.root, *words)

    def revise(self, path: str, old: str, new: str) -> None:
        """Change a text of the project by hand."""
        text = (self.root / path).read_text("utf-8")
        assert old in text, old
        self.write(path, text.replace(old, new))

    def opened(self) -> dict[str, Any]:
        """Lock, judge, and commit both; the verdict."""
        self.locked().judged()
        return self.verdict()

    def exposed(self, message: str, code: str = "AUD007") -> None:
        """The audit has this among what it finds."""
        found = self.audit()
        assert any(one[0] == code and message in one[2] for one in found), found


def with_dvc(run: Callable[..., Ended]) -> Callable[..., Ended]:
    """What runs programs, with a stand-in for DVC."""

    def run_with(root: Path, command: tuple[str, ...], *more: Any, **options: Any) -> Ended:
        if command[0] != "dvc":
            return run(root, command, *more, **options)
        if command[1] == "repro" and (heard := more[1]):
            for name in yaml.safe_load((root / "dvc.yaml").read_text("utf-8"))["stages"]:
                heard(f"Running stage '{name}':")
        return Ended(_dvc(root, *command[1:]), ())

    return run_with


def write_sealed_project(root: Path) -> None:
    """The project of a `Sealed`, before its pipeline has run."""
    write_proof_project(root)
    wiring = (TEMPLATE / "dvc.yaml.jinja").read_text("utf-8")
    files = {
        "dvc.yaml": jinja2.Template(wiring).render(package_name="tiny", task="binary"),
        "params.yaml": PARAMS,
        "schema.yaml": SCHEMA,
        "lab/stages.json": "{}\n",
        ".gitignore": "/data/*.parquet\n/data/heldout/\n/models/\n/evaluation/*.parquet\n"
        "/evaluation/openings/*/\n/.dvc/cache/\n__pycache__/\n",
        DATA: rows_as_csv(ROWS),
    } | {f"src/tiny/{name}": text for name, text in SOURCE.items()}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def rows_as_csv(number: int, first: int = 0, seed: int = 1) -> str:
    """Rows of which one in fifty is not what its size makes it."""
    draw = random.Random(seed)
    lines = ["id,size,age,state"]
    for row in range(first, first + number):
        size = draw.uniform(0, 100)
        bad = (size > 50) != (draw.random() < 0.02)
        lines.append(f"case-{row},{size!r},{draw.randrange(100)},{'bad' if bad else 'good'}")
    return "\n".join(lines) + "\n"


def repro(root: Path, *names: str) -> None:
    """What `dvc repro --force` does, for all stages or some."""
    wiring = yaml.safe_load((root / "dvc.yaml").read_text("utf-8"))["stages"]
    stages = {}
    for name, stage in wiring.items():
        if names and name not in names:
            continue
        assert main(stage["cmd"].split()[1:]) == 0
        for out in _outs(stage):
            if not (root / out).is_dir():
                _keep(root, root / out)
        stages[name] = _state(root, stage)
    content = {"schema": "2.0", "stages": stages}
    (root / "dvc.lock").write_text(yaml.safe_dump(content), encoding="utf-8")


def _dvc(root: Path, command: str, *words: str) -> int:
    """The exit code of a command of DVC's, after what it does to the files."""
    match command:
        case "repro":
            repro(root, *(word for word in words if not word.startswith("-")))
        case "status":
            lock = yaml.safe_load((root / "dvc.lock").read_text("utf-8"))["stages"]
            wiring = yaml.safe_load((root / "dvc.yaml").read_text("utf-8"))["stages"]
            names = [word for word in words if not word.startswith("-")]
            return int(any(lock[name] != _state(root, wiring[name]) for name in names))
        case "add":
            path = root / words[-1]
            every = [path] if path.is_file() else sorted(path.rglob("*"))
            sums = {str(file): _keep(root, file) for file in every if file.is_file()}
            assert sums
            whole = md5_of(path) if path.is_file() else md5_of_folder(path)
            out = {"md5": whole, "nfiles": len(sums), "hash": "md5"}
            pointer = {"outs": [out | {"path": path.name}]}
            path.with_name(f"{path.name}.dvc").write_text(yaml.safe_dump(pointer), "utf-8")
        case "pull" | "fetch" | "get":
            return 0
        case _:
            raise AssertionError(f"the stand-in does not know dvc {command}")
    return 0


def _state(root: Path, stage: Mapping[str, Any]) -> dict[str, Any]:
    params = yaml.safe_load((root / "params.yaml").read_text("utf-8"))
    return {
        "cmd": stage["cmd"],
        "deps": [_named(root, path) for path in stage["deps"]],
        "params": {"params.yaml": {key: _at(params, key) for key in stage["params"]}},
        "outs": [_named(root, path) for path in _outs(stage)],
    }


def _at(params: Any, key: str) -> Any:
    for part in key.split("."):
        params = params.get(part) if isinstance(params, dict) else None
    return params


def _outs(stage: Mapping[str, Any]) -> list[str]:
    every = [*stage.get("outs", ()), *stage.get("metrics", ())]
    return [out if isinstance(out, str) else next(iter(out)) for out in every]


def _named(root: Path, path: str) -> dict[str, str]:
    place = root / path
    shutil.rmtree(place / "__pycache__", ignore_errors=True)
    return {"path": path, "md5": md5_of_folder(place) if place.is_dir() else md5_of(place)}


def _keep(root: Path, path: Path) -> str:
    digest = md5_of(path)
    copy = root / ".dvc/cache/files/md5" / digest[:2] / digest[2:]
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, copy)
    return digest
