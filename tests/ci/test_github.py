"""The workflows of a project, read by GitHub's own packages and run job by job."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from forging import FakeForge, listening
from project.using import PYTHONS, InUse, Ran
from rendering import Answers

from .conftest import forge_of
from .reading import Reader
from .running import Forge, Runner

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("github")]

WORKFLOWS = {
    "checks": (
        "lint", "types", "tests", "records", "drift", "pipeline", "evidence", "comment", "site",
        "publish",
    ),
    "contract": ("contract",),
    "reminders": ("due",),
    "reproduction": ("reproduction",),
    "updates": ("template",),
}  # fmt: skip
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
        ("needs: pipeline\n", "needs: pipelines\n", "pipelines"),
        ("github.run_id", "github.run_number_", "run_number_"),
        ("timeout-minutes: 10", "timeout: 10", "timeout"),
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
    for command in (
        ("zizmor", "--offline", "--no-config", str(project)),
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files),
    ):
        assert_ends_well(*command)


def test_zizmor_sees_what_a_branch_could_do(
    render: Callable[[Answers], Path], tmp_path: Path
) -> None:
    text = (folder(render({})) / "contract.yml").read_text(encoding="utf-8")
    told = text.replace('"$BASE"', "${{ github.head_ref }}")
    (tmp_path / "contract.yml").write_text(told, encoding="utf-8")
    ran = ended("zizmor", "--offline", "--no-config", str(tmp_path / "contract.yml"))
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
        "comment pull-requests": "write",
        "publish pages": "write",
        "publish id-token": "write",
        "due issues": "write",
        "template issues": "write",
    }


def test_no_job_that_proves_something_takes_what_another_run_left(
    render: Callable[[Answers], Path], reader: Reader
) -> None:
    """A comment alone looks at the cache of the branch that a change goes to."""
    project = render({})
    restored: dict[str, list[dict[str, str]]] = {}
    for file in folder(project).iterdir():
        for job in reader.read(file, project, PUSH | {"run_id": "77"}).jobs:
            for step in job.steps:
                if "actions/cache" in (uses := step.uses or "") and "/save@" not in uses:
                    restored.setdefault(job.name, []).append(step.given)
    assert restored.keys() == {"evidence", "comment"}
    for first in (restored["evidence"][0], restored["comment"][0]):
        assert first["key"].endswith("-77")
        assert "restore-keys" not in first
    assert len(restored["evidence"]) == 1


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
    return lent.run("checks", "pipeline", "site", "publish")


def test_the_default_branch_is_published_once_all_holds(
    lent: Forge, pushed: dict[str, Ran], forge: Forge
) -> None:
    assert {job.name for job in forge.read("checks").jobs if not job.runs} == {"comment"}
    assert {title: ran.code for title, ran in pushed.items()} == dict.fromkeys(
        ["pipeline", "site", "publish"], 0
    ), outputs(pushed)
    assert pushed["pipeline"].stages() == list(STAGES)
    assert lent.published == ["uploaded", "deployed"]


def test_an_honest_pull_request_passes_every_job(lent: Forge, pushed: dict[str, Ran]) -> None:
    """The pipeline runs again what the change has changed, and the comment knows both sides.

    One Python is enough: GitLab's pipeline runs the tests with each. And the machines keep their
    environment: that each job makes its own is seen at the push.
    """
    lent.propose("judge")
    lent.environment = lent.machine / "environment"
    assert {job.name for job in lent.read("checks").jobs if not job.runs} == {"publish"}
    tests = [job for job in lent.read("checks").jobs if job.name == "tests"]
    assert [job.environment["UV_PYTHON"] for job in tests] == list(PYTHONS)
    ended = lent.run("checks", each=False) | lent.run("contract")
    assert {title: ran.code for title, ran in ended.items()} == dict.fromkeys(
        [
            *("lint", "types", f"tests {PYTHONS[0]}", "records", "drift"),
            *("pipeline", "evidence", "comment", "site", "contract"),
        ],
        0,
    ), outputs(ended)
    assert ended["pipeline"].stages() == ["data", "train", "evaluate", "lift"]
    assert "the pipeline writes what is committed" in ended["pipeline"].output
    assert "verdicts computed again: 1." in ended["evidence"].output
    (comment,) = lent.interface.comments
    assert f"wrote {comment['html_url']}" in ended["comment"].output
    assert "difference | 95 % interval" in comment["body"]


def test_nothing_is_published_where_pages_are_switched_off(forge: Forge) -> None:
    forge.has_pages = False
    jobs = {job.name: job for job in forge.read("checks").jobs}
    assert {name for name, job in jobs.items() if not job.runs} == {"comment", "publish"}
    (upload,) = [step for step in jobs["site"].steps if "upload-pages" in (step.uses or "")]
    assert not upload.runs


def test_an_unknown_action_fails(forge: Forge) -> None:
    job = forge.read("checks").jobs[0]
    step = replace(job.steps[0], uses="somebody/surprise@0000")
    with pytest.raises(LookupError, match="somebody/surprise"):
        Runner(forge, replace(job, steps=(step,))).run()
