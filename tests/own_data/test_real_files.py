"""Each file becomes a project's data in one command, and a hypothesis about it gets its verdict."""

import csv
import gzip
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


def spoiled(path: Path, folder: Path) -> Path:
    """A file as somebody may get it from somewhere, with the rows of another one.

    Windows wrote it, in German, packed; with a title, two words and a number for what is missing,
    copies of rows, empty lines, a column that says nothing, and one that has the answer in it.
    """
    names, *rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    island, bill = names.index("island"), names.index("bill_length_mm")
    names[bill] = "Schnabellänge (mm)"
    lines = ["Zählung der Pinguine;;;", "", ";".join([*names, "leer", "Art"])]
    for number, row in enumerate([*rows, *rows[:5]]):
        row = [value.replace(".", ",") if value != "NA" else "k.A." for value in row]
        row[bill] = "-999" if number % 50 == 0 else row[bill]
        row[island] = f'"{row[island]}; Süd"'
        lines.append(";".join([*row, "", row[0]]))
        lines += [""] if number % 100 == 0 else []
    target = folder / "zählung.csv.gz"
    target.write_bytes(gzip.compress("\r\n".join(lines).encode("cp1252")))
    return target


def test_from_a_broken_file_to_a_verdict(
    working: InUse, file: Callable[[str], Path], tmp_path: Path
):
    broken = spoiled(file("penguins.csv"), tmp_path)
    said = working.ok("uv", "run", "lab", "data", "describe", str(broken), "--target", "species")
    assert "cp1252, values parted by ;; names in line 3; numbers like 1234,5" in said
    for doubt in (
        "leer: empty in every row",
        "Art: the same as the target species",
        "4 rows are the same as another one",
    ):
        assert doubt in said
    options = "--target species --ignore Art --ignore leer"
    question = Question(broken, options, "accuracy > 0.8", "balanced_accuracy >= status_quo")
    verdict = first_verdict(working, question)
    assert (verdict["verdict"], verdict["mode"]) == ("supported", "confirmatory")
    missing = working.yaml("params.yaml")["data"]["format"]["missing"]
    assert set(missing) == {"k.A.", "-999"}
