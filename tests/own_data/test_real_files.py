"""Each file becomes a project's data in one command, and a hypothesis about it gets its verdict."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from project.using import InUse

PROP, HYP = "PROP-20261104-first-triage-model", "HYP-20261105-linear-model-finds-tumours"
CARD = f"stages/4-experiments/{HYP}/index.md"
BEFORE = "  - precision > 0.85\n  - recall > 0.85\nguardrails:\n  - recall >= status_quo - 0.02"


@pytest.mark.parametrize(
    ("name", "options", "criterion"),
    [
        ("penguins.csv", "--target species", "accuracy > 0.8"),
        ("Caravan.csv", "--target Purchase --positive Yes", "recall > 0.2"),
        ("grunfeld.csv", "--target invest --time year", "mean_absolute_error < 500"),
        ("seattle-weather.csv", "--target weather --time date", "accuracy > 0.4"),
        ("airports.csv", "--target country --ignore name --slice state", "accuracy > 0.9"),
        (
            "flights.csv.zip",
            "--target arr_delay --time time_hour --ignore dep_time --ignore arr_time "
            "--ignore air_time --ignore dep_delay",
            "mean_absolute_error < 100",
        ),
    ],
)
def test_from_a_file_to_a_verdict(
    working: InUse, file: Callable[[str], Path], name: str, options: str, criterion: str
):
    said = working.ok("uv", "run", "lab", "data", "describe", str(file(name)))
    assert said.startswith(f"{name}: ")
    for card in (PROP, HYP):  # somebody works on these two, so they stay
        index = next(working.root.glob(f"stages/*/{card}/index.md"))
        text = index.read_text("utf-8") + "\nAbout our own data.\n"
        metric = criterion.split()[0]
        text = re.sub(r"(?m)^(  primary|  criterion): .*$", rf"\1: {metric}", text, count=2)
        text = text.replace(f"  criterion: {metric}\n", f"  criterion: {criterion}\n")
        text = text.replace("secondary: [precision]", "secondary: []")
        index.write_text(text.replace("guardrail: [recall]", f"guardrail: [{metric}]"), "utf-8")
    commit(working, "Ours")
    words = options.split()
    told = working.ok("uv", "run", "lab", "data", "use", str(file(name)), *words, "--yes")
    assert told.index("registered TS-") < told.index("wrote models/candidate")
    testset = told.partition("registered ")[2].partition(":")[0]
    numbers = json.loads(working.text("evaluation/metrics.json"))
    assert numbers["source"] == "file"
    assert sum(path.stat().st_size for path in working.root.glob("evaluation/plots/*")) < 200_000

    working.change(CARD, BEFORE, f"  - {criterion}\nguardrails:\n  - {criterion}")
    working.change(CARD, "testset: TS-2026-11", f"testset: {testset}")
    working.ok("uv", "run", "lab", "start", HYP)
    commit(working, "Start")
    working.change("params.yaml", "  folds: 5                      # settings", "  folds: 4  # s")
    assert "train" in working.repro().stages()
    working.run("uv", "run", "lab", "judge", HYP)
    verdict = json.loads(working.text(CARD.replace("index.md", "verdict.json")))
    assert verdict["verdict"] in ("supported", "refuted", "inconclusive")
    assert verdict["mode"] == "confirmatory", verdict["reasons"]
    commit(working, "Judge")
    working.ok("uv", "run", "lab", "check")


def commit(project: InUse, message: str) -> None:
    project.ok("git", "add", "--all")
    project.ok("git", "commit", "--quiet", "--no-verify", "--message", message)
