"""The workflows of a project, read by GitHub's own packages and run job by job."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from forging import FakeForge, listening
from project.using import InUse, Ran, commit
from rendering import Answers

from .conftest import forge_of
from .reading import Reader
from .running import Forge, Runner

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("github")]

WORKFLOWS = {
    "checks": ("quality", "evidence", "tests", "gate", "publish"),
    "reminders": ("due", "order"),
    "reproduction": ("reproduction",),
    "updates": ("template",),
}
STAGES = ("data", "train", "evaluate", "lift")
PUSH = {"event_name": "push", "event": {}}
PINNED = re.compile(r"uses: (\S+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$")


def folder(project: Path) -> Path:
    return project / ".github/workflows"


def test_every_workflow_is_read_without_an_error(
    render: Callable[[Answers], Path], reader: Reader
) -> None:
    project = render({})
    found = {}
    for file in folder(project).iterdir():
        workflow = reader.read(file, project, PUSH)
        assert workflow.errors == [], file.name
        found[file.stem] = tuple(dict.fromkeys(job.name for job in workflow.jobs))
        most = 360 if file.stem == "reproduction" else 60
        assert all(0 < (job.timeout or 0) <= most for job in workflow.jobs), file.name
    assert found == WORKFLOWS


def test_a_fault_in_a_workflow_is_found(
    render: Callable[[Answers], Path], reader: Reader, tmp_path: Path
) -> None:
    project = render({})
    text = (folder(project) / "checks.yml").read_text(encoding="utf-8")
    for old, new, told in (
        ("needs: [quality, evidence]", "needs: [quality, evidences]", "evidences"),
        ("github.run_id", "github.run_number_", "run_number_"),
        ("timeout-minutes: 30", "timeout: 30", "timeout"),
    ):
        assert old in text
        broken = tmp_path / "checks.yml"
        broken.write_text(text.replace(old, new, 1), encoding="utf-8")
        errors = reader.read(broken, project, PUSH).errors
        assert any(told in error for error in errors), (told, errors)


def test_two_more_readers_find_nothing(render: Callable[[Answers], Path]) -> None:
    """Zizmor's rules of security, and the schema that editors use."""
    project = render({})
    files = [str(file) for file in folder(project).iterdir()]
    offline = ("--offline", "--no-config")
    for command in (
        ("zizmor", *offline, str(project)),
        ("zizmor", *offline, "--persona=pedantic", "--min-severity=medium", str(project)),
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files),
    ):
        assert_ends_well(*command)


def test_zizmor_sees_what_a_branch_could_do(
    render: Callable[[Answers], Path], tmp_path: Path
) -> None:
    text = (folder(render({})) / "checks.yml").read_text(encoding="utf-8")
    told = text.replace('"$BASE"', "${{ github.head_ref }}")
    (tmp_path / "checks.yml").write_text(told, encoding="utf-8")
    ran = ended("zizmor", "--offline", "--no-config", str(tmp_path / "checks.yml"))
    assert ran.code != 0
    assert "template-injection" in ran.output


def ended(*command: str) -> Ran:
    program = Path(sys.executable).parent / command[0]
    done = subprocess.run([program, *command[1:]], capture_output=True, encoding="utf-8")
    return Ran(done.returncode, done.stdout + done.stderr)


def outputs(ended: dict[str, Ran]) -> str:
    """What the failed jobs have said."""
    return "\n".join(ran.output for ran in ended.values() if ran.code)


def assert_ends_well(*command: str) -> None:
    ran = ended(*command)
    assert ran.code == 0, ran.output


def test_every_action_is_pinned_and_every_token_may_only_read(
    render: Callable[[Answers], Path], reader: Reader
) -> None:
    project = render({})
    wider = {}
    for file in folder(project).iterdir():
        text = file.read_text(encoding="utf-8")
        used = [line.strip().removeprefix("- ") for line in text.splitlines() if "uses:" in line]
        assert [line for line in used if not PINNED.fullmatch(line)] == []
        assert "pull_request_target" not in text
        for job in reader.read(file, project, PUSH).jobs:
            wider |= {
                f"{job.name} {scope}": right
                for scope, right in job.permissions.items()
                if right != "read"
            }
    assert wider == {
        "gate pull-requests": "write",
        "publish pages": "write",
        "publish id-token": "write",
        "due issues": "write",
        "template issues": "write",
    }


def test_tokens_and_keys_reach_only_the_steps_that_need_them(
    render: Callable[[Answers], Path], reader: Reader
) -> None:
    """And where a token is, no package is but the tool's own."""
    project = render({})
    event = PUSH | {"token": "T0KEN"}
    seen: dict[str, list[str]] = {}
    for file in folder(project).iterdir():
        for job in reader.read(file, project, event, {"DVC_CONFIG_LOCAL": "K3Y"}).jobs:
            assert "T0KEN" not in str(job.environment)
            for step in job.steps:
                found = [word for word in ("T0KEN", "K3Y") if word in str(step)]
                if found:
                    seen.setdefault(job.name, []).extend(found)
                if "T0KEN" in found:
                    scripts = [one.script for one in job.steps if "uv" in (one.script or "")]
                    assert scripts == [step.script]
                    assert "uv run --locked --only-group tool lab forge" in (step.script or "")
    assert seen == {
        "evidence": ["K3Y"], "reproduction": ["K3Y"],
        "gate": ["T0KEN"], "due": ["T0KEN"], "order": ["T0KEN"], "template": ["T0KEN"],
    }  # fmt: skip


def test_no_step_that_proves_something_takes_what_another_run_left(
    render: Callable[[Answers], Path], reader: Reader
) -> None:
    """A comment alone looks at the cache of the branch that a change goes to."""
    project = render({})
    restored: dict[str, list[str]] = {}
    for file in folder(project).iterdir():
        for job in reader.read(file, project, PUSH | {"run_id": "77"}).jobs:
            ids = [step.id for step in job.steps]
            for place, step in enumerate(job.steps):
                if "actions/cache" in (uses := step.uses or "") and "/save@" not in uses:
                    restored.setdefault(job.name, []).append(step.given["path"])
                    assert "audit" not in ids[place:]
                    assert "pipeline" not in ids[place:]
    assert restored == {"evidence": [".dvc/cache"], "gate": ["comment.md"]}


def test_variables_of_the_repository_say_where_jobs_run(
    render: Callable[[Answers], Path], reader: Reader
) -> None:
    project = render({})
    index = "https://pypi.example.com/simple"
    for given, runner, python, pythons in (
        ({}, "ubuntu-latest", "3.12", ["3.11", "3.13"]),
        ({"RUNNER": "large", "PYTHON": "3.13"}, "large", "3.13", ["3.11", "3.13"]),
        (
            {"RUNNER": '["self-hosted", "arm64"]', "PYTHONS": '["3.11"]'},
            ["self-hosted", "arm64"], "3.12", ["3.11"],
        ),
    ):  # fmt: skip
        for file in folder(project).iterdir():
            said = reader.read(file, project, PUSH, None, given | {"UV_DEFAULT_INDEX": index})
            assert said.errors == []
            for job in said.jobs:
                assert job.runner == runner
                assert job.environment["UV_DEFAULT_INDEX"] == index
                assert job.matrix or job.environment["UV_PYTHON"] == python
            if file.stem == "checks":
                found = [job.environment["UV_PYTHON"] for job in said.jobs if job.matrix]
                assert found == pythons


def test_the_gate_is_shut_whatever_keeps_a_job_from_passing(
    render: Callable[[Answers], Path], reader: Reader
) -> None:
    """GitHub takes a required check that was skipped for one that has passed."""
    project = render({})
    for result, holds in (
        ("success", True), ("failure", False), ("cancelled", False), ("skipped", False)
    ):  # fmt: skip
        read = reader.read(
            folder(project) / "checks.yml",
            project,
            {"event_name": "merge_group", "event": {}},
            results={"evidence": result},
        )
        (gate,) = [job for job in read.jobs if job.name == "gate"]
        assert gate.runs
        assert gate.failed
        step = gate.steps[0]
        done = subprocess.run(["bash", "-ec", step.script or ""], env=step.environment)
        assert (done.returncode == 0) == holds, result


@pytest.fixture(scope="module")
def lent(
    judged: InUse, reader: Reader, machine: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Forge]:
    """A forge that has seen nothing of the project yet, with an empty machine for each job."""
    forge = forge_of(judged, reader, machine, tmp_path_factory.mktemp("lent"))
    with listening(FakeForge("github")) as forge.interface:
        yield forge


@pytest.fixture(scope="module")
def pushed(lent: Forge) -> dict[str, Ran]:
    """The first push to the default branch."""
    return lent.run("checks", each=False)


def test_the_default_branch_is_published_once_all_holds(
    lent: Forge, pushed: dict[str, Ran], forge: Forge
) -> None:
    assert {job.name for job in forge.read("checks").jobs if not job.runs} == {"gate"}
    assert {title: ran.code for title, ran in pushed.items()} == dict.fromkeys(
        ["quality", "evidence", "tests 3.11", "publish"], 0
    ), outputs(pushed)
    assert pushed["evidence"].stages() == list(STAGES)
    assert " passed in " in pushed["tests 3.11"].output
    assert lent.published == ["uploaded", "deployed"]


def test_an_honest_pull_request_passes_every_job(lent: Forge, pushed: dict[str, Ran]) -> None:
    """The pipeline runs again what the change has changed, and the comment knows both sides."""
    lent.propose("judge")
    jobs = lent.read("checks").jobs
    assert {job.name for job in jobs if not job.runs} == {"tests", "publish"}
    ended = lent.run("checks")
    assert {title: ran.code for title, ran in ended.items()} == dict.fromkeys(
        ["quality", "evidence", "gate"], 0
    ), outputs(ended)
    for session in ("lint", "types", "contract", "tests", "site"):
        assert f"Session {session} was successful" in ended["quality"].output
    assert ended["evidence"].stages() == ["data", "train", "evaluate", "lift"]
    assert "the pipeline writes what is committed" in ended["evidence"].output
    assert "verdicts computed again: 1." in ended["evidence"].output
    (comment,) = lent.interface.comments
    assert f"wrote {comment['html_url']}" in ended["gate"].output
    assert "difference | 95 % interval" in comment["body"]


def test_a_queue_of_merges_asks_the_same(forge: Forge) -> None:
    forge.propose("judge")
    forge.event = "merge_group"
    jobs = forge.read("checks").jobs
    assert {job.name for job in jobs if not job.runs} == {"tests", "publish"}
    ended = forge.run("checks", steps=["records", "contract"])
    assert list(forge.steps) == ["packages", "records", "contract"]
    assert {title: ran.code for title, ran in ended.items()} == dict.fromkeys(
        ["quality", "evidence", "gate"], 0
    ), outputs(ended)


def test_a_forgotten_lock_is_red(forge: Forge, working: InUse) -> None:
    working.change("pyproject.toml", '    "threadpoolctl', '    "tqdm~=4.67",\n    "threadpoolctl')
    commit(working, "Need one more package")
    forge.push(working)
    forge.propose("change")
    ended = forge.run("checks", steps=[])
    assert [title for title, ran in ended.items() if ran.code] == ["quality", "evidence", "gate"]
    assert "uv.lock` needs to be updated" in ended["quality"].output
    assert "uv.lock` needs to be updated" in ended["evidence"].output


def test_nothing_is_published_where_pages_are_switched_off(forge: Forge) -> None:
    forge.has_pages = False
    jobs = {job.name: job for job in forge.read("checks").jobs}
    assert {name for name, job in jobs.items() if not job.runs} == {"gate", "publish"}
    (upload,) = [step for step in jobs["quality"].steps if "upload-pages" in (step.uses or "")]
    assert not upload.runs


def test_an_unknown_action_fails(forge: Forge) -> None:
    job = forge.read("checks").jobs[0]
    step = replace(job.steps[0], uses="somebody/surprise@0000")
    with pytest.raises(LookupError, match="somebody/surprise"):
        Runner(forge, replace(job, steps=(step,))).run()
