"""`lab judge` and `lab try`: what they print and write, and every wrong turn."""

import json
import shutil
from pathlib import Path

import pytest
from proving import EXAMPLES, HYP, INDEX, PREDICTIONS, TS, VERDICT, Proof, tables

from lab.cli import main
from lab.errors import LabError
from lab.records import files
from lab.rules import writes as writing

RESULT = {
    "criterion", "role", "metric", "slice", "status", "n", "estimate", "lower", "upper",
    "threshold", "reference", "method", "needed_n", "reason", "seeds", "rests_on",
}  # fmt: skip


@pytest.fixture
def locked(proof: Proof) -> Proof:
    return proof.locked()


@pytest.fixture
def tested(locked: Proof) -> Proof:
    return locked.tested()


# ---------------------------------------------------------------------------
# Judging.
# ---------------------------------------------------------------------------


def test_a_verdict_is_written_and_the_card_moves_on(tested: Proof):
    said = tested.lab("judge", "linear")
    assert said.startswith("Supported (confirmatory).\n\nprecision > 0.85  met\n")
    assert f"wrote {VERDICT}; the card is in `code review hypothesis`." in said
    text = tested.text(HYP)
    assert "outcome: supported" in text
    assert "by: bob, to: code review hypothesis}" in text
    found = tested.verdict()
    assert (found["id"], found["by"], found["slot"], found["alpha"]) == (HYP, "bob", 1, "0.005")
    assert found["commit"] == tested.git("rev-parse", "HEAD")
    assert found["tables"] == [
        {"path": path, "md5": tested.digest(path)} for path in (EXAMPLES, PREDICTIONS)
    ]
    tested.commit("Judge")
    tested.green()


def test_the_verdict_as_json(tested: Proof):
    found = json.loads(tested.lab("judge", "linear", "--json"))
    assert found == tested.verdict()
    assert all(set(one) == RESULT for one in found["results"])
    assert [one["role"] for one in found["results"]] == ["criterion", "criterion", "guardrail"]


@pytest.mark.parametrize(
    ("wrong", "verdict"), [(1, "supported"), (20, "inconclusive"), (120, "refuted")]
)
def test_each_verdict(locked: Proof, wrong: int, verdict: str):
    locked.tested(wrong=wrong).judged()
    assert locked.verdict()["verdict"] == verdict
    assert f"outcome: {verdict}" in locked.text(HYP)
    locked.green()


def test_only_a_supported_hypothesis_makes_a_champion(locked: Proof):
    locked.tested(wrong=20).judged()
    refused = locked.type("promote", "linear")
    assert refused.code == 1
    assert "is inconclusive: only a supported hypothesis makes a champion" in refused.err


def test_the_same_evidence_gives_the_same_verdict(tested: Proof):
    tested.lab("judge", "linear")
    first = tested.verdict()
    tested.git("reset", "--quiet", "--hard")
    (tested.root / VERDICT).unlink()
    tested.lab("judge", "linear")
    assert tested.verdict() == first


def test_tables_in_csv(locked: Proof):
    for path, table in zip((EXAMPLES, PREDICTIONS), tables(1), strict=True):
        (locked.root / path).unlink()
        table.write_csv((locked.root / path).with_suffix(".csv"))
    locked.name_outputs("b")
    locked.commit("Run")
    locked.judged()
    assert [one["path"] for one in locked.verdict()["tables"]] == [
        "evaluation/examples.csv",
        "evaluation/predictions.csv",
    ]
    locked.green()
    locked.tested(code="c")  # the pipeline writes Parquet now
    locked.green()


def test_a_card_that_was_not_started(proof: Proof):
    assert "is not locked: what would prove it" in proof.refused("judge", "linear")
    assert "only hypotheses are judged" in proof.refused("judge", "PROP")


def test_a_lock_that_is_not_committed(proof: Proof):
    proof.lab("testset", "register", "TS-2026-11")
    proof.commit("Register")
    proof.lab("start", "linear")
    proof.run("b", wrong=1)
    said = proof.refused("judge", "linear")
    assert f"the lock of {HYP} is not committed yet" in said
    assert f"git add {INDEX} team" in said
    proof.commit("Start")
    proof.lab("judge", "linear")


def test_a_registration_that_is_not_committed(proof: Proof):
    proof.lab("testset", "register", "TS-2026-11")
    proof.lab("start", "linear")
    proof.git("add", INDEX)
    proof.git("commit", "--quiet", "--message", "Start")
    proof.run("b", wrong=1)
    assert f"the test set of {HYP} is not committed yet" in proof.refused("judge", "linear")


def test_without_git(tested: Proof):
    shutil.rmtree(tested.root / ".git")
    assert "is not committed yet" in tested.refused("judge", "linear")


@pytest.mark.parametrize("path", [EXAMPLES, PREDICTIONS])
def test_tables_that_are_not_there(tested: Proof, path: str):
    (tested.root / path).unlink()
    assert f"{path} is missing: run the pipeline" in tested.refused("judge", "linear")


def test_tables_that_dvc_does_not_know(tested: Proof):
    tested.write("dvc.lock", "schema: '2.0'\nstages: {}\n")
    assert "dvc.lock does not know evaluation/examples.parquet" in tested.refused("judge", "linear")
    (tested.root / "dvc.lock").unlink()
    assert "dvc.lock does not know evaluation/examples.parquet" in tested.refused("judge", "linear")
    tested.write("dvc.lock", "[")
    assert "dvc.lock is not valid YAML" in tested.refused("judge", "linear")


def test_a_test_set_that_is_not_registered(tested: Proof):
    (tested.root / TS).unlink()
    tested.commit("Clean up")
    assert "the test set of" in tested.refused("judge", "linear")


def test_a_criterion_that_cannot_be_computed(proof: Proof):
    proof.change(HYP, "  - precision > 0.50", "  - recall[height < 3] >= 0.1")
    proof.commit("Ask for a column that is not there")
    proof.locked().tested()
    before = proof.files()
    said = proof.type("judge", "linear")
    assert (said.code, proof.files()) == (1, before)
    assert "the examples have no column `height`" in said.out
    assert f"{HYP} has no verdict: fix what could not be computed." in said.err


def test_a_verdict_that_may_not_be_written(tested: Proof):
    def refuse(path: Path, content: bytes) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    tested.patch.setattr(files, "_write", refuse)
    assert "cannot be written (Permission denied): nothing was" in tested.refused("judge", "linear")


def test_a_card_that_may_not_be_written_takes_its_verdict_back(tested: Proof):
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    tested.patch.setattr(files.os, "replace", refuse)
    said = tested.refused("judge", "linear")
    assert "index.md cannot be written (Permission denied): it is as it was" in said
    assert not (tested.root / VERDICT).exists()


def test_a_verdict_without_its_card_is_taken_back(tested: Proof):
    def refuse(*_: object) -> None:
        raise LabError("the card cannot be written")

    tested.patch.setattr(writing, "carry_out", refuse)
    assert "the card cannot be written" in tested.refused("judge", "linear")
    assert not (tested.root / VERDICT).exists()


def test_an_earlier_verdict_comes_back_if_the_card_cannot_be_written(again: Proof):
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    again.patch.setattr(writing, "carry_out", refuse)
    before = again.files()
    said = again.type("judge", "linear")
    assert (said.code, said.err) == (
        1, "lab: No space left on device. Make room, and run the same command again.\n"
    )  # fmt: skip
    assert again.files() == before


# ---------------------------------------------------------------------------
# Judging again.
# ---------------------------------------------------------------------------


@pytest.fixture
def again(tested: Proof) -> Proof:
    """A card whose reviewer has asked for changes."""
    tested.judged()
    tested.lab("review", "linear", "--changes", "say more", "--by", "cem")
    tested.commit("Ask for changes")
    return tested


def test_judged_again_on_the_same_evidence(again: Proof):
    before = again.verdict()
    again.at("2026-11-24T09:00:00Z")
    again.lab("judge", "linear")
    assert again.verdict()["mode"] == "confirmatory"
    assert again.verdict()["results"] == before["results"]
    again.commit("Judge again")
    again.green()


def test_judged_again_on_other_evidence(again: Proof):
    again.tested(code="c", wrong=0)
    said = again.lab("judge", "linear")
    assert "exploratory because it was judged before" in said
    assert again.verdict()["mode"] == "exploratory"
    again.commit("Judge again")
    again.green()
    again.lab("review", "linear", "--changes", "say more", "--by", "cem")
    again.commit("Ask again")
    again.lab("judge", "linear")  # the same as last time, which was the second time
    assert again.verdict()["reasons"] == ["it was judged before"]
    again.commit("Judge again")
    again.green()


def test_judged_again_after_an_edited_verdict(again: Proof):
    text = (again.root / VERDICT).read_text("utf-8")
    again.write(VERDICT, text.replace("supported", "refuted"))
    again.lab("judge", "linear")
    assert again.verdict()["verdict"] == "supported"  # on the same evidence, so nothing was picked
    assert again.verdict()["mode"] == "confirmatory"
    again.commit("Judge again")
    again.green()


@pytest.mark.parametrize("text", ["", "[]", '{"tables": 7}', '{"tables": [7], "reasons": 7}'])
def test_judged_again_after_something_that_is_no_verdict(again: Proof, text: str):
    again.write(VERDICT, text)
    again.lab("judge", "linear")
    assert again.verdict()["reasons"] == ["it was judged before"]


def test_a_verdict_on_another_branch_is_known(tested: Proof):
    tested.git("switch", "--quiet", "--create", "work")
    tested.tested(code="c", wrong=0).judged()
    tested.git("switch", "--quiet", "main")
    shutil.copyfile(tested.cached(_first_predictions(tested)), tested.root / PREDICTIONS)
    tested.lab("judge", "linear")
    assert tested.verdict()["reasons"] == ["it was judged before"]


def _first_predictions(proof: Proof) -> str:
    lines = (proof.root / "dvc.lock").read_text("utf-8").splitlines()
    place = lines.index(f"    - path: {PREDICTIONS}")
    return lines[place + 2].split()[1]


# ---------------------------------------------------------------------------
# Shares.
# ---------------------------------------------------------------------------

SHARE = "evaluation/checks/form.csv"


@pytest.fixture
def share(proof: Proof) -> Proof:
    proof.change(HYP, "  - recall > 0.85", "  - share(form) > 0.85")
    proof.write("team/items/form.txt", "".join(f"{number}\n" for number in range(200)))
    proof.commit("Ask a script")
    return proof.locked()


def test_a_scripted_check(share: Proof):
    rows = "".join(f"{number},{int(number > 0)}\n" for number in range(200))
    share.write(SHARE, f"id,passed\n{rows}")
    share.tested().judged()
    assert share.verdict()["counted"] == {"form": [199, 200]}
    assert share.verdict()["tables"][2] == {"path": SHARE, "md5": share.digest(SHARE)}
    share.green()
    share.write(SHARE, "id,passed\n1,0\n")
    share.green()  # the evidence comes from DVC's cache


def test_an_item_that_a_check_leaves_out_has_failed(share: Proof):
    rows = "".join(f"{number},1\n" for number in range(190))
    share.write(SHARE, f"id,passed\n{rows}")
    share.tested().judged()
    assert share.verdict()["counted"] == {"form": [190, 200]}
    share.green()


def test_an_item_that_nobody_listed(share: Proof):
    rows = "".join(f"{number},1\n" for number in range(201))
    share.write(SHARE, f"id,passed\n{rows}")
    share.tested()
    assert "names 200, which is not listed" in share.refused("judge", "linear")


def test_a_scripted_check_that_somebody_has_edited(share: Proof):
    rows = "".join(f"{number},0\n" for number in range(200))
    share.write(SHARE, f"id,passed\n{rows}")
    share.tested()
    share.write(SHARE, f"id,passed\n{rows}".replace(",0", ",1"))
    assert f"{SHARE} is not what the pipeline wrote" in share.refused("judge", "linear")
    share.name_outputs("b")
    share.red("AUD005", "dvc.lock", f"{SHARE} changed in the work tree")


def test_a_scripted_check_that_has_not_run(share: Proof):
    share.tested()
    assert f"{SHARE} is missing" in share.refused("judge", "linear")


# ---------------------------------------------------------------------------
# Trying.
# ---------------------------------------------------------------------------


@pytest.fixture
def loose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder outside of any project, with tables as CSV and as Parquet."""
    monkeypatch.chdir(tmp_path)
    for name, table in zip(("examples", "predictions"), tables(20), strict=True):
        table.write_csv(tmp_path / f"{name}.csv")
        table.write_parquet(tmp_path / f"{name}.parquet")
    return tmp_path


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_criteria_are_tried_outside_of_any_project(
    loose: Path, capsys: pytest.CaptureFixture[str], kind: str
):
    files = ("--examples", f"examples.{kind}", "--predictions", f"predictions.{kind}")
    words = ("precision > 0.95", "recall > 0.70", "--guardrail", "recall[age < 45] > 0.1", *files)
    assert main(["try", *words, "--json", "--budget", "10"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {
        *("verdict", "mode", "rows", "alpha", "resamples", "seed", "claim", "alike", "results")
    }
    assert (found["verdict"], found["mode"]) == ("supported", "exploratory")
    assert found["alpha"] == pytest.approx(0.005)
    assert all(set(one) == RESULT for one in found["results"])
    assert [one["metric"] for one in found["results"]] == ["precision", "recall", "recall"]
    assert found["results"][1]["estimate"] == pytest.approx(0.9)
    assert found["results"][2]["slice"] == "age < 45"
    assert main(["try", *words]) == 0
    assert capsys.readouterr().out.startswith("Supported (exploratory: nothing was locked).\n")
    assert sorted(path.name for path in loose.iterdir()) == [
        "examples.csv", "examples.parquet", "predictions.csv", "predictions.parquet",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["recal > 0.7"], "Did you mean `recall`?"),
        (["recall > 0.7", "--alpha", "7"], "--alpha is an error rate such as 0.05"),
        (["recall > 0.7", "--alpha", "x"], "--alpha is an error rate such as 0.05"),
        (["recall > 0.7", "--budget", "0"], "--budget at least 1"),
        (["recall > 0.7", "--unit", "ward"], "has no column ward"),
        (["recall > 0.7", "--examples", "none.csv"], "none.csv is missing"),
    ],
)
def test_wrong_turns_of_a_try(
    loose: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
):
    files = ["--examples", "examples.csv", "--predictions", "predictions.csv"]
    assert main(["try", *files, *words]) == 1
    assert said in capsys.readouterr().err


def test_a_try_that_cannot_be_computed(loose: Path, capsys: pytest.CaptureFixture[str]):
    files = ["--examples", "examples.csv", "--predictions", "predictions.csv"]
    assert main(["try", "recall >= champion", *files, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] is None
    assert found["results"][0]["reason"] == "there are no predictions of the champion"


def test_a_try_in_a_project_reads_its_tables(proof: Proof):
    assert json.loads(proof.lab("try", "recall > 0.85", "--json"))["verdict"] == "supported"


def test_a_card_about_one_model_is_not_judged_by_another(tested: Proof):
    params = (tested.root / "params.yaml").read_text("utf-8")
    tested.write("params.yaml", f"{params}train: {{model: boosted_trees}}\n")
    said = tested.refused("judge", "linear")
    assert f"{HYP} is about the model linear, and `train.model`" in said
    tested.write("params.yaml", f"{params}train: {{model: linear}}\n")
    assert "The model that was judged is `linear`" in tested.lab("judge", "linear")
    assert tested.verdict()["model"] == "linear"


def test_a_bar_above_all_values_is_refused_at_the_start(proof: Proof):
    proof.change(HYP, "  - recall > 0.85", "  - recall >= status_quo + 0.2")
    proof.write("evaluation/metrics.json", '{"status_quo": {"recall": 0.85}}')
    proof.lab("testset", "register", "TS-2026-11")
    said = proof.refused("start", "linear")
    assert "the status_quo reaches 0.850 in evaluation/metrics.json, so the bar is 1.05" in said
    assert "recall is at most 1" in said
    proof.change(HYP, "status_quo + 0.2", "status_quo - 0.02")
    proof.lab("start", "linear")


def test_a_bar_above_all_values_of_a_slice_is_refused_at_the_start(proof: Proof):
    proof.run("b", wrong=2)
    proof.change(HYP, "  - recall > 0.85", "  - recall[age >= 20] >= status_quo + 0.2")
    proof.lab("testset", "register", "TS-2026-11")
    said = proof.refused("start", "linear")
    assert "the status_quo reaches 0.850 in that part of the examples, so the bar is 1.05" in said
    proof.change(HYP, "status_quo + 0.2", "status_quo - 0.02")
    proof.lab("start", "linear")


def test_a_reference_that_has_no_value_is_refused_at_the_start(proof: Proof):
    """The precision of a rule that never says yes is no number, and no bar."""
    proof.change(HYP, "  - recall > 0.85", "  - precision >= status_quo")
    said = '{"rows": "development", "status_quo": {"recall": 0.0, "accuracy": 0.9}}'
    proof.write("evaluation/metrics.json", said)
    proof.lab("testset", "register", "TS-2026-11")
    refused = proof.refused("start", "linear")
    assert "the status_quo has no precision in evaluation/metrics.json" in refused
