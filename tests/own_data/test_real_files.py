"""Each file becomes a project's data in one command, and a hypothesis about it gets its verdict."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from first_verdict import Question, first_verdict, sentences
from project.using import InUse, commit

LATER = "--ignore dep_time --ignore arr_time --ignore air_time --ignore dep_delay"


@pytest.mark.parametrize(
    ("name", "options", "criterion", "guardrail"),
    [
        ("penguins.csv", "--target species", "accuracy > 0.8", "balanced_accuracy >= status_quo"),
        (
            "Caravan.csv",
            "--target Purchase --positive Yes",
            "roc_auc > 0.6",
            "balanced_accuracy >= status_quo",
        ),
        (
            "grunfeld.csv",
            "--target invest --time year",
            "mean_absolute_error < 500",
            "r2 >= status_quo - 0.1",
        ),
        (
            "seattle-weather.csv",
            "--target weather --time date",
            "accuracy > 0.4",
            "accuracy > 0.3",
        ),
        (
            "airports.csv",
            "--target country --ignore name --slice state",
            "accuracy > 0.9",
            "accuracy > 0.8",
        ),
        (
            "flights.csv.zip",
            f"--target arr_delay --time time_hour {LATER}",
            "mean_absolute_error < 100",
            "mean_absolute_error <= status_quo + 1",
        ),
    ],
)
def test_from_a_file_to_a_verdict(
    working: InUse,
    file: Callable[[str], Path],
    name: str,
    options: str,
    criterion: str,
    guardrail: str,
):
    said = working.ok("uv", "run", "lab", "data", "describe", str(file(name)))
    assert said.startswith(f"{name}: ")
    told: dict[str, str] = {}
    verdict = first_verdict(
        working,
        Question(file(name), options, criterion, guardrail),
        lambda command, output: told.update({" ".join(command[3:5]): output}),
    )
    assert told["data use"].index("registered TS-") < told["data use"].index("models/candidate")
    numbers = json.loads(working.text("evaluation/metrics.json"))
    assert numbers["source"] == "file"
    assert sum(path.stat().st_size for path in working.root.glob("evaluation/plots/*")) < 200_000
    assert verdict["verdict"] in ("supported", "refuted", "inconclusive")
    assert verdict["mode"] == "confirmatory", verdict["reasons"]
    commit(working, "Judge")
    working.ok("uv", "run", "lab", "check")
    assert len(sentences()) <= 10
