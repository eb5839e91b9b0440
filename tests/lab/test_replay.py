"""Replay: a verdict comes out again from its evidence, wherever that is kept by now."""

import shutil

import pytest
from proving import EXAMPLES, PREDICTIONS, VERDICT, Proof

from lab.programs import Ended
from lab.project import Project
from lab.proof import cache as kept

MISSING = f"the {PREDICTIONS} that it rests on"


@pytest.fixture
def judged(proof: Proof) -> Proof:
    proof.locked().tested().judged()
    proof.green()
    return proof


def test_the_pipeline_has_moved_on(judged: Proof):
    judged.tested(code="c", wrong=100)
    assert judged.digest() != judged.verdict()["tables"][1]["md5"]
    judged.green()


def test_the_work_tree_is_enough(judged: Proof):
    shutil.rmtree(judged.root / ".dvc/cache")
    judged.green()


def test_evidence_that_is_nowhere(judged: Proof):
    judged.tested(code="c", wrong=100)
    judged.cached(judged.verdict()["tables"][1]["md5"]).unlink()
    judged.red("AUD007", VERDICT, MISSING, "Get the evidence with `uv run dvc pull`")
    assert judged.said[-1].code == 3
    assert judged.audit("--no-replay") == []


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands of DVC; none of them does anything."""
    said: list[tuple[str, ...]] = []

    def run(self: Project, *command: str, **_: object) -> Ended:
        said.append(command)
        return Ended(1, ())

    monkeypatch.setattr(Project, "run", run)
    return said


def test_a_remote_is_asked_for_all_and_then_for_the_one_table(
    judged: Proof, fetched: list[tuple[str, ...]]
):
    judged.tested(code="c", wrong=100)
    for table in judged.verdict()["tables"]:
        judged.cached(table["md5"]).unlink(missing_ok=True)
    judged.audit()
    assert fetched == []  # there is no remote
    judged.write(".dvc/config", "['remote \"storage\"']\n    url = /nowhere\n")
    judged.red("AUD007", VERDICT, MISSING)
    assert fetched[0] == ("dvc", "fetch", "--all-commits", "--quiet")
    gets = [command for command in fetched[1:] if command[:3] == ("dvc", "get", "--quiet")]
    assert gets == fetched[1:]
    brought = judged.git("log", "-1", "--format=%H", "--", VERDICT)
    assert all(brought in command for command in gets)


def test_what_the_remote_brings_counts(judged: Proof, monkeypatch: pytest.MonkeyPatch):
    table = judged.verdict()["tables"][1]["md5"]
    content = judged.cached(table).read_bytes()
    judged.tested(code="c", wrong=100)
    judged.cached(table).unlink()
    judged.write(".dvc/config", "['remote \"storage\"']\n    url = /nowhere\n")

    def run(self: Project, *command: str, **_: object) -> Ended:
        judged.cached(table).write_bytes(content)
        return Ended(0, ())

    monkeypatch.setattr(Project, "run", run)
    assert judged.type("audit").code == 0


def test_without_the_program_a_remote_is_none(judged: Proof, monkeypatch: pytest.MonkeyPatch):
    judged.tested(code="c", wrong=100)
    judged.cached(judged.verdict()["tables"][1]["md5"]).unlink()
    judged.write(".dvc/config", "['remote \"storage\"']\n    url = /nowhere\n")
    monkeypatch.setattr(kept, "Project", lambda root: Project(root / "nowhere"))
    judged.red("AUD007", VERDICT, MISSING)


def test_a_cache_in_another_place(judged: Proof):
    judged.write(".dvc/config.local", "[cache]\n    dir = ../../shared\n")
    shutil.move(judged.root / ".dvc/cache", judged.root.parent / "shared")
    judged.tested(code="c", wrong=100)
    assert kept.cache_of(judged.root).resolve() == (judged.root.parent / "shared/files/md5")
    assert judged.audit() == []


def test_a_broken_configuration_of_dvc(judged: Proof):
    judged.write(".dvc/config", "[[[\nno")
    judged.green()


def test_numbers_that_differ_in_the_last_digits(judged: Proof):
    results = judged.verdict()["results"]
    results[0]["lower"] *= 1 + 1e-13
    judged.reseal(results=results)
    judged.git("commit", "--quiet", "--all", "--amend", "--message", "Judge")
    judged.green()
    results[0]["lower"] *= 1 - 1e-6
    judged.reseal(results=results)
    judged.git("commit", "--quiet", "--all", "--amend", "--message", "Judge")
    judged.red("AUD007", VERDICT, "computed again, `precision > 0.85` has other numbers")


def test_a_verdict_of_the_first_format_is_computed_by_the_method_of_its_time(proof: Proof):
    proof.locked().tested(wrong=20).judged()
    proof.green()
    now = proof.verdict()
    proof.as_first_release_wrote_it()
    proof.git("commit", "--quiet", "--all", "--amend", "--message", "Judge")
    proof.green()
    then = proof.verdict()
    assert (then["results"][0]["seeds"], now["results"][0]["seeds"]) == (3, 1), "they are alike"
    assert "claim" not in then
    assert "rests_on" not in then["results"][0]
    proof.reseal(results=now["results"])
    proof.git("commit", "--quiet", "--all", "--amend", "--message", "Judge")
    proof.red("AUD007", VERDICT, "has other numbers")


@pytest.mark.parametrize("changes", [{"claim": "recipe"}, {"alike": [[1], [2, 3]]}])
def test_a_verdict_that_says_more_of_its_seeds_than_it_knows(judged: Proof, changes: dict):
    assert (judged.verdict()["claim"], judged.verdict()["alike"]) == (
        "these seeds",
        [[1, 2, 3]],
    )
    judged.reseal(**changes)
    judged.git("commit", "--quiet", "--all", "--amend", "--message", "Judge")
    judged.red("AUD007", VERDICT, f"its `{next(iter(changes))}` is another one")


def test_tables_that_were_never_the_pipelines(proof: Proof):
    proof.locked().tested()
    proof.lab("judge", "linear")
    proof.write("dvc.lock", "schema: '2.0'\n")
    proof.red("AUD007", VERDICT, f"dvc.lock does not hold the {EXAMPLES} that it names")
    proof.commit("Judge")
    where = proof.git("rev-parse", "--short=10", "HEAD")
    proof.red("AUD007", VERDICT, f"dvc.lock of {where}, which brought it, does not hold")
