"""`lab forge comment` and `lab forge remind`: what they say, and where if nobody lets them."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from forging import TOKEN, FakeForge, environment, in_a_job, listening, write_event
from hypothesis import given
from hypothesis import strategies as st
from proving import HYP, INDEX, PREDICTIONS, Proof

from lab.forge.markdown import LONGEST, joined, listed, release_notes, shown, table
from lab.forge.reminder import update_text
from lab.update.merge import Updated

NAMES = ("recall", "precision", "log_loss")
NUMBERS = json.dumps({"candidate": dict.fromkeys(NAMES, 0.5)})
SUMMARY = "    - path: data/heldout.json\n      hash: md5\n      md5: 0123\n      size: 2\n"
HOSTILE = "@ann #1 !2 </b>|`x`*y*_z_[a](https://evil.example) www.evil.example\\ GH-3 :+1:"


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may themselves run in a job of a forge."""
    for name in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def changed(proof: Proof) -> Proof:
    """A branch on which the candidate misses one positive example instead of forty."""
    run(proof, "a", 40)
    proof.git("checkout", "--quiet", "-b", "change")
    run(proof, "b", 1)
    return proof


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Iterator[FakeForge]:
    with listening(FakeForge(request.param)) as forge:
        yield forge


def run(proof: Proof, code: str, wrong: int, **more: list[int]) -> None:
    proof.run(code, wrong, **more)
    proof.write("evaluation/metrics.json", NUMBERS)
    proof.name_outputs(code)
    proof.commit("Run")


def row(said: str, name: str) -> list[str]:
    """The cells of a row of a table."""
    (line,) = [line for line in said.splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_each_metric_stands_beside_the_default_branch_with_its_interval(changed: Proof):
    said = changed.lab("forge", "comment")
    recall = row(said, "recall")
    assert recall[1:3] == ["0.800", "0.995"]  # 160 and 199 of 200
    found = re.fullmatch(r"\+(0\.\d+) to \+(0\.\d+)", recall[4])
    assert found
    assert 0.1 < float(found[1]) < 0.195 < float(found[2]) < 0.3
    assert (recall[3], recall[5:]) == ("+0.195", ["**better**", "400"])
    assert row(said, "log loss")[5] == "**better**"
    assert row(said, "precision")[5] == "cannot be told"
    assert "decided by `lab judge` alone" in said


def test_the_text_is_made_by_one_job_and_written_by_another(
    changed: Proof, monkeypatch: pytest.MonkeyPatch
):
    said = changed.lab("forge", "comment")
    file = changed.root / "build/comment.md"
    file.parent.mkdir()
    with listening(FakeForge("github")) as forge:
        for name, value in environment(forge, changed.root / ".git").items():
            monkeypatch.setenv(name, value)
        assert "no job has made it" in changed.lab("forge", "comment", "--read", str(file))
        changed.lab("forge", "comment", "--write", str(file))
        assert forge.calls == []
        assert row(file.read_text("utf-8"), "recall") == row(said, "recall")
        changed.write(PREDICTIONS, "nothing that can be read")
        changed.lab("forge", "comment", "--read", str(file))
        (comment,) = forge.comments
    assert row(comment["body"], "recall") == row(said, "recall")


def test_a_worse_candidate_is_called_worse(changed: Proof):
    run(changed, "c", 90)
    said = changed.lab("forge", "comment")
    assert row(said, "recall")[1:3] == ["0.800", "0.550"]
    assert row(said, "recall")[5] == "**worse**"
    assert row(said, "log loss")[5] == "**worse**"


def test_the_same_predictions_change_no_metric(proof: Proof):
    proof.git("checkout", "--quiet", "-b", "change")
    said = proof.lab("forge", "comment")
    assert "The predictions are those of the default branch" in said
    assert "| recall |" not in said


def test_where_the_default_branch_has_no_metrics_they_begin(proof: Proof):
    proof.git("rm", "--quiet", "--cached", "dvc.lock", "evaluation/metrics.json")
    proof.git("commit", "--quiet", "--message", "None yet")
    proof.git("checkout", "--quiet", "-b", "change")
    run(proof, "b", 20)
    said = proof.lab("forge", "comment")
    assert "The default branch has no metrics yet" in said
    assert row(said, "recall")[:2] == ["recall", "0.900"]
    low, high = row(said, "recall")[2].split(" to ")
    assert 0.8 < float(low) < 0.9 < float(high) < 1
    assert row(said, "recall")[3] == "200"


def test_without_any_pipeline_it_says_so(proof: Proof):
    (proof.root / "dvc.lock").unlink()
    assert "The pipeline was not run yet" in proof.lab("forge", "comment")


def test_without_the_old_predictions_their_values_stand_alone(changed: Proof):
    digest = changed.git("show", "main:dvc.lock").split(PREDICTIONS)[1].split("md5: ")[1][:32]
    changed.cached(digest).unlink()
    said = changed.lab("forge", "comment")
    assert "no interval of the difference" in said
    assert row(said, "recall")[1:3] == ["0.500", "0.995"]


def test_other_examples_are_not_compared(changed: Proof):
    run(changed, "c", 1, ids=list(range(390)))
    said = changed.lab("forge", "comment")
    assert "examples are not those of the default branch" in said
    assert "better" not in said


def test_the_new_predictions_may_be_in_the_cache_alone(changed: Proof):
    for name in ("examples", "predictions"):
        (changed.root / f"evaluation/{name}.parquet").unlink()
    assert row(changed.lab("forge", "comment"), "recall")[2] == "0.995"


def test_numbers_of_a_sealed_project_are_called_development_numbers(changed: Proof):
    assert "Development numbers" not in changed.lab("forge", "comment")
    lock = changed.root / "dvc.lock"
    text = lock.read_text("utf-8")
    lock.write_text(text.replace("    outs:\n", f"    outs:\n{SUMMARY}", 1), encoding="utf-8")
    said = changed.lab("forge", "comment")
    assert "Development numbers: predictions of the training rows" in said


def test_locks_and_verdicts_of_the_change_are_told(proof: Proof):
    proof.lab("testset", "register", "TS-2026-11")
    proof.commit("Register")
    proof.git("checkout", "--quiet", "-b", "lock")
    proof.lab("start", "linear")
    said = proof.lab("forge", "comment")
    assert "### Locks taken\n\n- **A linear model" in said
    assert "precision &#62; 0.85" in said
    assert "Slot 1 of 10 of TS-2026-11, error rate 0.005, time box 3 working" in said
    assert "### Time boxes\n\n- day 1 of 3: A linear model" in said
    assert "### Verdicts" not in said
    proof.commit("Start")
    proof.git("checkout", "--quiet", "main")
    proof.git("merge", "--quiet", "--no-ff", "lock")
    proof.git("checkout", "--quiet", "-b", "answer")
    proof.tested()
    proof.lab("judge", "linear")
    said = proof.lab("forge", "comment")
    assert "### Locks taken" not in said
    assert "**: Supported (confirmatory)" in said
    assert row(said, "recall &#62; 0.85")[1:3] == ["criterion", "met"]
    assert row(said, "precision &#62; 0.50")[1:3] == ["guardrail", "met"]
    assert f"`{INDEX}`: code review hypothesis" in said
    verdict = proof.root / INDEX.replace("index.md", "verdict.json")
    verdict.write_text(verdict.read_text("utf-8").replace("supported", "refuted"), "utf-8")
    assert "its verdict cannot be read" in proof.lab("forge", "comment")


def test_guardrails_of_what_is_in_use_are_asked_again(proof: Proof):
    proof.locked().tested().judged()
    proof.lab("review", HYP, "--approve", "--by", "cem", "--learned", "It works")
    proof.change(HYP, "  - precision > 0.50", "  - recall > 0.80")
    proof.commit("In use")
    proof.git("checkout", "--quiet", "-b", "change")
    run(proof, "c", 90)
    said = proof.lab("forge", "comment")
    assert "### Guardrails of what is in use" in said
    (line,) = [line for line in said.splitlines() if "0.80" in line and "| **no** |" in line]
    assert "0.550" in line


def test_it_is_written_on_the_change(
    changed: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    in_a_job(forge, tmp_path, monkeypatch)
    changed.change(HYP, "size: ", "size:  ")
    for _ in range(2):
        said = changed.type("forge", "comment")
        assert said.code == 0
        assert said.out.startswith("wrote https://forge.example/")
        assert TOKEN not in said.out + said.err
    (comment,) = forge.comments
    assert "| recall | 0.800 | 0.995 |" in comment["body"]
    within = "blob" if forge.kind == "github" else "-/blob"
    assert f"](https://forge.example/team/mail/{within}/abc123/{INDEX})" in comment["body"]
    assert len(forge.writes) == 1


def test_without_a_token_it_goes_to_the_summary(
    changed: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    in_a_job(forge, tmp_path, monkeypatch, GITHUB_TOKEN="", GITLAB_TOKEN="")
    said = changed.type("forge", "comment")
    assert said.code == 0
    assert "No comment was written, because there is no GIT" in said.out
    summary = tmp_path / "summary.md"
    shown = summary.read_text("utf-8") if forge.kind == "github" else said.out
    assert "| recall | 0.800 | 0.995 |" in shown
    assert forge.calls == []


@pytest.mark.parametrize("source", ["eve/mail", None])
@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_fork_whose_token_may_not_write_ends_well(
    changed: Proof,
    forge: FakeForge,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str | None,
    status: int,
):
    in_a_job(forge, tmp_path, monkeypatch, CI_MERGE_REQUEST_SOURCE_PROJECT_ID="8")
    write_event(tmp_path, source)
    forge.failing_writes = [(status, {"message": "Resource not accessible"}, {})]
    said = changed.type("forge", "comment")
    assert (said.code, said.err) == (0, "")
    assert f"because POST /{'repos' if forge.kind == 'github' else 'projects'}/" in said.out
    assert forge.comments == []


def test_at_home_a_refusal_is_red_and_says_what_to_do(
    changed: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    in_a_job(forge, tmp_path, monkeypatch)
    forge.failing_writes = [(403, {"message": "Resource not accessible"}, {})]
    said = changed.type("forge", "comment")
    assert said.code == 1
    assert "give the job the permission to write" in said.err
    assert "No comment was written" in said.out
    assert TOKEN not in said.out + said.err


def test_a_job_without_a_change_writes_to_its_summary(
    changed: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    in_a_job(forge, tmp_path, monkeypatch, CI_MERGE_REQUEST_IID="")
    (tmp_path / "event.json").write_text("{}", encoding="utf-8")
    assert "this job is not about a change" in changed.lab("forge", "comment")
    assert forge.calls == []


def test_a_branch_of_any_name_is_what_a_change_is_compared_with(
    changed: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    changed.git("branch", "--quiet", "--move", "main", "develop")
    in_a_job(forge, tmp_path, monkeypatch, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="develop")
    write_event(tmp_path, "team/mail", "develop")
    changed.lab("forge", "comment")
    assert "| recall | 0.800 | 0.995 |" in forge.comments[0]["body"]


def test_a_clone_without_the_base_says_what_to_do(
    changed: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    in_a_job(forge, tmp_path, monkeypatch, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="elsewhere")
    write_event(tmp_path, "team/mail", "elsewhere")
    refused = changed.refused("forge", "comment")
    assert "does not hold all of elsewhere" in refused
    assert "fetch-depth: 0" in refused
    assert forge.calls == []


def test_it_works_on_what_a_runner_checks_out(
    changed: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """No branch of its own: the change merged into the base, and DVC's cache brought along."""
    runner = tmp_path / "runner"
    changed.git("clone", "--quiet", "--no-checkout", str(changed.root), str(runner))
    changed.git("checkout", "--quiet", "--detach", "origin/main", where=runner)
    for name in changed.git("branch", "--format=%(refname:short)", where=runner).split("\n"):
        if "detached" not in name:
            changed.git("branch", "--quiet", "-D", name, where=runner)
    changed.git("merge", "--quiet", "--no-ff", "--no-edit", "origin/change", where=runner)
    shutil.copytree(changed.root / ".dvc/cache", runner / ".dvc/cache")
    in_a_job(forge, tmp_path, monkeypatch)
    changed.patch.chdir(runner)
    changed.lab("forge", "comment")
    assert "| recall | 0.800 | 0.995 | +0.195 |" in forge.comments[0]["body"]


def test_a_shallow_clone_compares_nothing(changed: Proof, tmp_path: Path):
    shallow = tmp_path / "shallow"
    changed.git("clone", "--quiet", "--depth=1", changed.root.as_uri(), str(shallow))
    changed.patch.chdir(shallow)
    said = changed.type("forge", "comment")
    assert (said.code, said.out) == (1, "")
    assert "does not hold all of the history" in said.err


def test_what_is_due_becomes_an_issue_until_nothing_is(
    proof: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    proof.locked()
    assert proof.lab("forge", "remind") == "Nothing is due.\n"
    in_a_job(forge, tmp_path, monkeypatch)
    assert proof.lab("forge", "remind") == "Nothing is due.\n"
    proof.at("2026-11-27T09:00:00Z")
    assert proof.lab("forge", "remind").startswith("wrote https://forge.example/issues/")
    (issue,) = forge.issues
    text = issue.get("description") or issue["body"]
    assert issue["title"] == "What is due"
    assert "time box is over&#58; day 5 of 3" in text
    assert "@" not in text
    proof.lab("amend", "linear", "--timebox", "8", "--why", "x", "--impact", "none",
              "--results-seen", "no")  # fmt: skip
    assert proof.lab("forge", "remind").startswith("closed https://")
    assert issue["state"] == "closed"


def test_who_is_asked_by_name_in_a_log_is_called_on_the_forge(
    proof: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    proof.locked()
    proof.lab("log", "linear", "@ann, may it run at night? Not you, @zoe.", "--by", "bob")
    in_a_job(forge, tmp_path, monkeypatch)
    proof.lab("forge", "remind")
    (issue,) = forge.issues
    text = issue.get("description") or issue["body"]
    assert "| was asked for help in the log | @ann |" in text
    assert "zoe" not in text


def test_a_reminder_without_a_token_is_red(
    proof: Proof, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    in_a_job(forge, tmp_path, monkeypatch, GITHUB_TOKEN="", GITLAB_TOKEN="")
    said = proof.type("forge", "remind")
    assert said.code == 1
    assert re.search("there is no GIT(HUB|LAB)_TOKEN, so no issue was written", said.err)


def test_an_update_is_told_with_its_notes_and_conflicts():
    done = Updated(
        before="1.1.0",
        after="1.2.0",
        notes="## 1.2.0\n\n- `lab x`, thanks @eve <script>\n/close",
        conflicts=["noxfile.py", "lab/odd|name.py"],
        kept=["mkdocs.yml"],
        added=["tests/test_new.py"],
        changed=["noxfile.py"],
    )
    text = update_text(done)
    assert text is not None
    assert "Version 1.2.0 of the template can be taken" in text
    assert "conflict\n\n- noxfile.py\n- lab/odd&#124;name.py\n\n### Files" in text
    assert "need a look\n\n- mkdocs.yml\n\n### New files" in text
    assert "- tests/test&#95;new.py\n\n### Release notes\n\n## 1.2.0\n\n- `lab x`" in text
    assert "@\u200beve &lt;script>" in text
    assert "\n/close" not in text
    assert "--trust" not in text
    assert "No file would conflict" not in text


def test_an_update_that_needs_trust_says_so_and_without_one_nothing_is_said():
    text = update_text(Updated("1.1.0", "1.2.0", needs_trust=True))
    assert text is not None
    assert "needs `--trust`" in text
    assert "No file would conflict" not in text
    assert update_text(Updated("1.1.0", "1.1.0")) is None


def test_a_hostile_title_calls_nobody_and_breaks_no_table(proof: Proof):
    proof.change(HYP, "title: A linear model over all measurements finds tumours",
                 f"title: {json.dumps(HOSTILE)}")  # fmt: skip
    proof.locked()
    proof.at("2026-11-27T09:00:00Z")
    proof.git("checkout", "--quiet", "-b", "change")
    proof.lab("log", HYP, "Something")
    said = proof.lab("forge", "comment")
    page = [line for line in said.splitlines() if "GH" in line]
    assert len(page) == 2  # its time box and its page
    for line in page:
        for part in ("@ann", "#1 ", "</b>", "`x`", "*y*", "](", "https://evil", "www.", "GH-3"):
            assert part not in line, part


@given(st.text())
def test_any_text_is_one_line_that_calls_nobody(text: str):
    said = shown(text)
    assert "\n" not in said
    assert not re.search(r"[@#!~$*`\[\]<>|\\](?!\d+;)", re.sub(r"&#\d+;", "", said))


@given(st.text(alphabet="@#/a&<[]() \n:"))
def test_release_notes_mention_nobody_and_give_no_orders(text: str):
    said = release_notes(text)
    assert not re.search(r"[@#][a-z]", said)
    assert not re.search(r"(?m)^\s*/\w", said)
    assert "](" not in said
    assert "<" not in said


def test_a_long_text_is_cut_at_a_line():
    said = joined("a", listed((f"line {number}" for number in range(9000)), 9000))
    assert len(said) < LONGEST + 100
    assert re.search(r"\n- line \d+\n\nThe rest is too long to be shown here\.$", said)
    assert table(["a"], []) == ""
