"""The audit where all is well, where it cannot prove anything, and in odd repositories."""

import json
import shutil
from pathlib import Path

import pytest
from proving import CARD, HYP, INDEX, TS, VERDICT, Proof, of_another_user

NO_HISTORY = ("AUD001", ".", "there is no git history here")
ONE_CHANGE = "the lock and the verdict come in one change"


@pytest.fixture
def judged(proof: Proof) -> Proof:
    return proof.locked().tested().judged()


def unproved(proof: Proof, message: str, remedy: str) -> None:
    """The audit can prove nothing, says why and what to do, and ends with 3."""
    assert proof.audit() == [("AUD001", ".", message)]
    assert proof.said[-1].code == 3
    assert remedy in proof.said[-1].out


def test_the_honest_way_holds(judged: Proof):
    assert judged.verdict()["verdict"] == "supported"
    assert judged.verdict()["mode"] == "confirmatory"
    judged.green()
    said = judged.lab("audit")
    assert said.startswith("holds; locked hypotheses: 1; verdicts computed again: 1.\n")
    assert "AUD002 The lock came strictly before the result." in said
    assert "What no history can prove" in said
    assert "computed again" not in judged.lab("audit", "--no-replay")


def test_findings_for_people_and_for_forges(judged: Proof):
    shutil.rmtree(judged.root / CARD)
    said = judged.type("audit")
    assert said.code == 1
    assert said.out.startswith(f"{INDEX}:1: AUD004 it was locked, and was deleted")
    assert "    Restore it from git" in said.out
    assert "What no history can prove" in said.out
    github = judged.type("audit", "--format", "github")
    assert github.out.startswith(f"::error file={INDEX},line=1,title=AUD004::it was locked")
    (issue,) = json.loads(judged.type("audit", "--format", "gitlab").out)
    assert (issue["check_name"], issue["severity"]) == ("AUD004", "major")


def test_before_anything_is_locked(proof: Proof):
    proof.green()
    assert proof.lab("audit").startswith("holds; locked hypotheses: 0.\n")


def test_without_git(judged: Proof):
    shutil.rmtree(judged.root / ".git")
    unproved(judged, "there is no git history here", "Commit the project to git.")
    assert judged.check() == []


def test_without_the_program(judged: Proof):
    judged.patch.setenv("PATH", "")
    unproved(judged, "git is not on the path", "Install it from https://git-scm.com.")
    assert judged.check() == [("AUD001", ".", "git is not on the path")]


def test_of_another_user(judged: Proof):
    of_another_user(judged.patch)
    message = f"git does not trust {judged.root}, because another user owns it"
    unproved(judged, message, f"git config --global --add safe.directory {judged.root}")
    assert judged.check() == [("AUD001", ".", message)]


def test_without_a_commit(judged: Proof):
    shutil.rmtree(judged.root / ".git")
    judged.git("init", "--quiet")
    unproved(judged, "there is no git history here", "Commit the project to git.")


def test_a_shallow_clone(judged: Proof, tmp_path: Path):
    here = tmp_path / "shallow"
    judged.git("clone", "--quiet", "--depth", "2", judged.root.as_uri(), str(here))
    judged.root = here
    judged.patch.chdir(here)
    said = "this clone is shallow: a part of the history is missing"
    unproved(judged, said, "git fetch --unshallow")
    assert judged.check() == [("AUD001", ".", said)]
    judged.git("fetch", "--quiet", "--unshallow")
    assert [one[0] for one in judged.audit("--no-replay")] == []


def test_a_damaged_repository(judged: Proof):
    blob = judged.git("rev-parse", f"HEAD~2:{INDEX}")
    (judged.root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    found = judged.audit()
    assert [one[0] for one in found] == ["AUD001"]
    assert f"git does not have {blob[:10]}, a part of the history" in found[0][2]
    tree = judged.git("rev-parse", "HEAD~2^{tree}")
    (judged.root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    assert [one[0] for one in judged.audit()] == ["AUD001"]
    assert judged.said[-1].code == 3


def test_a_project_in_a_folder_of_a_larger_repository(judged: Proof, tmp_path: Path):
    (tmp_path / "whole").mkdir()
    shutil.rmtree(judged.root / ".git")
    verdict = (judged.root / VERDICT).read_bytes()
    card = judged.text(HYP)
    (judged.root / VERDICT).unlink()
    moved = tmp_path / "whole/teams/project"
    shutil.copytree(judged.root, moved)
    judged.root = moved
    judged.patch.chdir(moved)
    before = card.replace("outcome: supported", "outcome: null")
    judged.write(INDEX, before)
    results = (moved / "dvc.lock").read_bytes()
    (moved / "dvc.lock").unlink()
    judged.git("init", "--quiet", "--initial-branch=main", where=tmp_path / "whole")
    judged.commit("All but the results")
    (moved / "dvc.lock").write_bytes(results)
    judged.write(INDEX, card)
    (moved / VERDICT).write_bytes(verdict)
    assert judged.audit() == []
    judged.commit("Judge")
    judged.green()
    judged.git("reset", "--quiet", "--soft", "HEAD~1")
    judged.git("commit", "--quiet", "--amend", "--message", "All of it")
    judged.red("AUD002", VERDICT, ONE_CHANGE)


def test_a_detached_head(judged: Proof):
    judged.git("switch", "--quiet", "--detach")
    judged.green()
    judged.git("switch", "--quiet", "--detach", "HEAD~2")  # without the verdict
    judged.green()


def test_another_default_branch(judged: Proof):
    judged.git("branch", "--move", "trunk")
    judged.green()
    judged.git("reset", "--quiet", "--soft", "HEAD~3")
    judged.commit("All of it")
    judged.red("AUD002", VERDICT, ONE_CHANGE)


def test_a_clone_knows_the_default_branch_of_its_origin(judged: Proof, tmp_path: Path):
    judged.git("branch", "--move", "trunk")
    judged.git("reset", "--quiet", "--hard", "HEAD~3")  # registered
    judged.git("clone", "--quiet", str(judged.root), str(tmp_path / "clone"))
    shutil.copytree(judged.root / ".dvc/cache", tmp_path / "clone/.dvc/cache")
    shutil.copytree(judged.root / "evaluation", tmp_path / "clone/evaluation", dirs_exist_ok=True)
    judged.root = tmp_path / "clone"
    judged.patch.chdir(judged.root)
    judged.git("switch", "--quiet", "--create", "work")
    judged.lab("start", "linear")
    judged.commit("Start")
    judged.tested().judged()
    judged.red("AUD002", VERDICT, f"{ONE_CHANGE} on this branch")
    judged.git("switch", "--quiet", "trunk")
    judged.git("merge", "--quiet", "--ff-only", "work")
    judged.green()  # as the audit says of itself: two commits in order look like two changes


def test_a_branch_without_common_history(judged: Proof):
    judged.git("switch", "--quiet", "--orphan", "other")
    judged.git("checkout", "main", "--", ".")
    judged.commit("All of it")
    judged.red("AUD002", VERDICT, f"{ONE_CHANGE} on this branch")


def test_a_branch_that_is_behind_the_default_branch(judged: Proof):
    judged.git("switch", "--quiet", "--create", "old", "HEAD~3")
    judged.green()


def test_a_commit_in_which_nobody_can_read_the_record(judged: Proof):
    text = judged.text(HYP)
    judged.write(INDEX, "<<<<<<< HEAD\n" + text)
    judged.commit("Merge by mistake")
    found = judged.audit()
    assert ("AUD003", INDEX) in [one[:2] for one in found]
    judged.write(INDEX, text)
    judged.commit("Fix")
    judged.green()


@pytest.mark.parametrize(
    "text",
    ["", "\0", "---\n- a\n---\n", "---\nlock: 7\n---\n", "---\n" + "[" * 5000 + "\n---\n", "\xff"],
)
@pytest.mark.parametrize("path", [INDEX, VERDICT, TS, "dvc.lock", "params.yaml", "team/people.yml"])
def test_whatever_stands_in_the_files(judged: Proof, path: str, text: str):
    (judged.root / path).write_bytes(text.encode("latin-1"))
    judged.audit()
    judged.check()
    judged.commit("Odd")
    judged.audit()
    judged.check()


def test_odd_files_in_the_history(judged: Proof):
    odd = judged.root / CARD / "log"
    odd.mkdir(exist_ok=True)
    for name in ("a\nb.md", "c\td.md", ":000000 x.md", "ü.md", '"q".md', "\x01e.md"):
        (odd / name).write_text("Odd.\n")
    (judged.root / f"{CARD}/ballots").mkdir()
    (judged.root / f"{CARD}/ballots/a\nb.yml").write_text("Odd.\n")
    judged.commit("Odd")
    found = judged.audit()
    assert [one[0] for one in found] == ["AUD003"]  # the ballot, after the verdict


def test_a_record_that_becomes_a_link(judged: Proof, tmp_path: Path):
    kept = tmp_path / "kept.md"
    shutil.copyfile(judged.root / INDEX, kept)
    (judged.root / INDEX).unlink()
    (judged.root / INDEX).symlink_to(kept)
    judged.red("AUD004", INDEX, "it was locked, and was deleted or renamed in the work tree")
    judged.commit("Link")
    judged.red("AUD004", INDEX, "it was locked, and was deleted or renamed in")


def test_a_second_usual_branch_makes_the_default_one_unknown(judged: Proof):
    judged.git("branch", "--move", "master")
    judged.git("branch", "main", "HEAD~1")  # with the lock alone
    assert [one[:2] for one in judged.audit()] == [("AUD001", ".")]
    assert "main and master could each be the default branch" in judged.audit()[0][2]


def test_the_forge_says_which_branch_is_the_default_one(judged: Proof, tmp_path: Path):
    judged.git("branch", "--move", "master")
    judged.git("branch", "main", "HEAD~1")
    judged.patch.setenv("GITLAB_CI", "true")
    judged.patch.setenv("CI_DEFAULT_BRANCH", "master")
    judged.green()
    judged.patch.setenv("CI_DEFAULT_BRANCH", "trunk")
    assert "the default branch trunk is not in this clone" in judged.audit()[0][2]
    judged.patch.delenv("GITLAB_CI")
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"repository": {"default_branch": "master"}}), "utf-8")
    judged.patch.setenv("GITHUB_ACTIONS", "true")
    judged.patch.setenv("GITHUB_EVENT_PATH", str(event))
    judged.green()


def test_a_branch_of_another_name_is_no_default_branch_by_itself(judged: Proof):
    judged.git("branch", "--move", "trunk")
    judged.git("switch", "--quiet", "--create", "work")
    assert "trunk and work could each be the default branch" in judged.audit()[0][2]
