"""An opening of a sealed test set that gives no verdict leaves a record of it."""

import os

import pytest
import yaml
from proving import HYP
from sealing import Sealed

PREDICT = "src/tiny/predict.py"
FOLDER = f"stages/4-experiments/{HYP}/openings"
BEGIN = "    found = ["


def broken(sealed: Sealed, line: str) -> None:
    """A predict command that does something else with held-out rows, up to date and committed."""
    sealed.locked()
    asked = '"lab-opening" in job["rows"]'
    sealed.revise(PREDICT, BEGIN, f"    if {asked} and len(rows) > 50:\n        {line}\n{BEGIN}")
    sealed.repro()
    sealed.commit("Break it")


def failed(sealed: Sealed) -> str:
    """The message of an opening that fails."""
    said = sealed.type("judge", "linear")
    assert (said.code, said.out) == (1, "")
    return said.err


def recorded(sealed: Sealed) -> dict[str, object]:
    (path,) = (sealed.root / FOLDER).iterdir()
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("rows = rows.head(7)", "does not hold each of"),
    ],
    ids=["crash", "rows are missing"],
)
def test_a_predict_command_that_fails_on_held_out_rows(sealed: Sealed, line: str, reason: str):
    broken(sealed, line)
    said = failed(sealed)
    assert f"This is recorded in {FOLDER}/" in said
    content = recorded(sealed)
    assert reason in str(content["reason"])
    assert (content["by"], content["slot"], content["reached"]) == ("bob", 1, "held-out rows")
    assert "at the held-out rows: " in (shown := sealed.lab("show", "linear"))
    assert "slot 1 stays taken" in shown
    sealed.commit("Record it")
    assert f"opened without a verdict: {HYP}, " in sealed.lab("audit")


def test_a_failed_dry_run_says_that_no_held_out_row_was_shown(sealed: Sealed):
    sealed.locked()
    sealed.revise(PREDICT, BEGIN, f'    if "lab-opening" in job["rows"]:\n        1 / 0\n{BEGIN}')
    sealed.repro()
    sealed.commit("Break it")
    failed(sealed)
    assert recorded(sealed)["reached"] == "dry run"


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C cannot be sent to one process there")
def test_an_opening_that_somebody_stops_is_recorded(sealed: Sealed):
    broken(sealed, "import os, signal; os.kill(os.getppid(), signal.SIGINT); found = 1 / 0")
    assert sealed.type("judge", "linear").code == 130
    assert "it did not come to an end" in str(recorded(sealed)["reason"])


def test_what_gives_a_verdict_leaves_nothing_and_nothing_can_be_fixed_before_counts(sealed: Sealed):
    sealed.locked()
    sealed.revise("params.yaml", "bar: 50", "bar: 51")
    assert "not up to date" in sealed.refused("judge", "linear")
    assert not (sealed.root / FOLDER).exists()
    sealed.repro()
    sealed.judged()
    assert not (sealed.root / FOLDER).exists()


@pytest.mark.parametrize(
    ("done", "code", "said"),
    [("unlink", "AUD004", "was taken out"), ("rewrite", "AUD003", "was rewritten")],
)
def test_a_record_of_it_stays_as_it_was(sealed: Sealed, done: str, code: str, said: str):
    broken(sealed, "raise SystemExit(3)")
    failed(sealed)
    sealed.commit("Record it")
    (path,) = (sealed.root / FOLDER).iterdir()
    if done == "unlink":
        path.unlink()
    else:
        text = path.read_text("utf-8").replace("held-out rows", "dry run")
        path.write_text(text, "utf-8")
    sealed.commit("Forget it")
    sealed.exposed(said, code)
