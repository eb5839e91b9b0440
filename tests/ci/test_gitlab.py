"""GitLab's pipeline of a project, run by gitlab-ci-local in shells of this machine."""

import json
import os
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from forging import TOKEN, FakeForge, listening
from project.using import InUse, Ran, commit
from rendering import git, update

from .breaking import broken_caller, unknown_key
from .conftest import INDEX, copy_of
from .gitlab import MERGE_REQUEST, PUSH, SCHEDULE, GitLab, make_image

CHECKS = ("quality", "evidence")
OTHERS = ("tests: [3.11]", "tests: [3.13]")
SESSIONS = ("lint", "types", "tests", "site")
REPORT = "gl-code-quality-report.json"
TITLE = "A linear model over all measurements finds tumours"

pytestmark = [
    pytest.mark.long,
    pytest.mark.xdist_group("gitlab"),
    # on a forge nobody would see it: there they fail
    pytest.mark.skipif(
        not shutil.which("rsync") and "CI" not in os.environ, reason="rsync is not installed here"
    ),
]


@pytest.fixture(scope="module")
def moved(judged: InUse, tmp_path_factory: pytest.TempPathFactory) -> InUse:
    """The project with its verdict on a branch, after its team has gone to GitLab."""
    project = copy_of(judged, tmp_path_factory.mktemp("moved") / "project")
    project.ok("git", "switch", "--quiet", "main")
    update(project.root, {"ci": "gitlab"})
    commit(project, "Go to GitLab")
    project.ok("git", "rebase", "--quiet", "main", "judge")
    return project


@pytest.fixture(scope="module")
def place(moved: InUse, packages: Path, tmp_path_factory: pytest.TempPathFactory) -> GitLab:
    """GitLab with that project, and its runner."""
    folder = tmp_path_factory.mktemp("gitlab")
    git("clone", "--quiet", "--bare", str(moved.root), "origin.git", cwd=folder)
    image = make_image(folder / "image")
    shutil.copytree(moved.root / ".dvc/cache", folder / "store")
    remote = f"[core]\n    remote = store\n['remote \"store\"']\n    url = {folder / 'store'}"
    given: dict[str, str | None] = {"DVC_CONFIG_BASE64": b64encode(remote.encode()).decode()}
    origin = folder / "origin.git"
    return GitLab(origin, folder / "project", packages, image, given=given)


@pytest.fixture
def gitlab(place: GitLab, moved: InUse) -> Iterator[GitLab]:
    """The same, with nothing said on it yet."""
    place.push(moved)
    with listening(FakeForge("gitlab")) as interface:
        yield replace(place, interface=interface)


@pytest.fixture(scope="module")
def pushed(place: GitLab, moved: InUse) -> dict[str, Ran]:
    """A push to the default branch; what it has computed stays in the cache."""
    place.push(moved)
    return place.run(PUSH)


@pytest.fixture
def working(moved: InUse, tmp_path: Path) -> InUse:
    """A copy on a branch of its own, without an environment."""
    copied = copy_of(moved, tmp_path / "project")
    copied.ok("git", "switch", "--quiet", "--create", "change")
    return copied


def held(ended: dict[str, Ran]) -> dict[str, Ran]:
    """Jobs of which every one has to hold, and none may show the token."""
    assert [name for name, ran in ended.items() if ran.code] == [], outputs(ended)
    assert TOKEN not in outputs(ended)
    return ended


def outputs(ended: dict[str, Ran]) -> str:
    return "\n".join(f"{name}: {ran.output}" for name, ran in ended.items())


def test_each_kind_of_pipeline_has_its_jobs(gitlab: GitLab) -> None:
    assert gitlab.listed(PUSH) == [*CHECKS, *OTHERS, "pages"]
    assert gitlab.listed(MERGE_REQUEST, "judge") == [*CHECKS, "comment"]
    assert gitlab.listed(SCHEDULE) == ["reproduction", "due", "order", "template"]


def test_no_job_takes_what_another_branch_left_and_each_keeps_its_packages(moved: InUse) -> None:
    said = moved.yaml(".gitlab-ci.yml")
    assert said["default"]["cache"] == {
        "key": {"files": ["uv.lock"], "prefix": "$CI_COMMIT_REF_SLUG"}, "paths": [".cache/uv"]
    }  # fmt: skip
    assert {name for name, job in said.items() if "cache" in job} == {"default", "pages"}


def test_tokens_and_keys_have_scopes_of_their_own(moved: InUse) -> None:
    """Variables of those scopes reach no other job; where a token is, there is the tool alone."""
    said = moved.yaml(".gitlab-ci.yml")
    scopes: dict[str, set[str]] = {"lab/data": set(), "lab/forge": set()}
    for name, job in said.items():
        scope = said.get(job.get("extends"), {}).get("environment", {}).get("name")
        if scope:
            scopes[scope].add(name)
        if scope == "lab/forge":
            (line,) = job["script"]
            assert line.startswith("uv run --locked --only-group tool lab forge")
    assert scopes == {
        "lab/data": {"evidence", "reproduction"},
        "lab/forge": {"comment", "due", "order", "template"},
    }  # fmt: skip


def test_a_push_to_the_default_branch_passes_every_job_and_is_published(
    place: GitLab, pushed: dict[str, Ran]
) -> None:
    ended = held(pushed)
    assert set(ended) == {*CHECKS, *OTHERS, "pages"}
    assert ended["evidence"].output.count("Running stage") == 4
    assert "holds: the pipeline writes what is committed" in ended["evidence"].output
    for session in SESSIONS:
        assert f"Session {session} was successful" in ended["quality"].output
    for python in ("3.11", "3.13"):
        assert re.search(rf"Using C?Python {python}\.", ended[f"tests: [{python}]"].output)
        assert " passed in " in ended[f"tests: [{python}]"].output
    assert TITLE in place.artifact("pages", "public/index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def proposed(place: GitLab, pushed: dict[str, Ran], moved: InUse) -> FakeForge:
    """What is said on a merge request whose pipeline has run once."""
    place.push(moved)
    with listening(FakeForge("gitlab")) as interface:
        interface.add("A question of Eve's", ours=False)
        asking = replace(place, interface=interface)
        ended = held(asking.run(MERGE_REQUEST, "evidence", "comment", branch="judge"))
    assert list(ended) == ["evidence", "comment"]
    return interface


def test_a_merge_request_has_one_comment_that_each_push_writes_over(
    gitlab: GitLab, proposed: FakeForge
) -> None:
    gitlab.interface.comments = [dict(note) for note in proposed.comments]
    _, first = proposed.comments
    assert f"**{TITLE}**: Supported (confirmatory)" in first["body"]
    found = re.search(r"\| recall \| \S+ \| \S+ \| \S+ \| \S+ to \S+ \|", first["body"])
    assert found, first["body"]

    text = gitlab.artifact("evidence", "comment.md")
    text.write_text(text.read_text("utf-8") + "\nDoes it hold in March?\n", encoding="utf-8")
    held(gitlab.run(MERGE_REQUEST, "comment", branch="judge"))
    _, second = gitlab.interface.comments
    assert second["id"] == first["id"]
    assert "Does it hold in March" in second["body"]
    calls = [*proposed.calls, *gitlab.interface.calls]
    assert [call.method for call in calls if call.method != "GET"] == ["POST", "PUT"]
    assert {call.token for call in calls} == {f"Bearer {TOKEN}"}


def test_a_fork_has_no_token_and_its_comment_is_in_the_log(
    gitlab: GitLab, proposed: FakeForge
) -> None:
    eve = {"CI_PROJECT_ID": "8", "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "8"}
    gitlab.given = {**gitlab.given, **eve, "GITLAB_TOKEN": None}
    ended = held(gitlab.run(MERGE_REQUEST, "comment", branch="judge"))
    assert f"**{TITLE}**: Supported (confirmatory)" in ended["comment"].output
    assert "because there is no GITLAB_TOKEN; the text is above" in ended["comment"].output
    assert gitlab.interface.calls == []


def test_what_is_due_is_one_issue_for_the_product_owner(gitlab: GitLab) -> None:
    gitlab.now = "2026-11-12T05:23:00Z"
    ended = held(gitlab.run(SCHEDULE))
    assert list(ended) == ["reproduction", "due", "order", "template"]
    assert "Nothing is due on a schedule" in ended["reproduction"].output
    assert "The project is up to date with the template." in ended["template"].output
    assert "Nobody asks for another order." in ended["order"].output
    (issue,) = gitlab.interface.issues
    assert (issue["title"], issue["assignee_ids"]) == ("What is due", [9])
    assert "day 5 of 3" in issue["description"]
    assert {call.token for call in gitlab.interface.calls} == {f"Bearer {TOKEN}"}


def test_one_job_names_every_fault_and_a_forgotten_lock_is_one(
    gitlab: GitLab, working: InUse
) -> None:
    unknown_key(working)
    broken_caller(working)
    commit(working, "Break a record, and a caller")
    gitlab.push(working)
    ended = gitlab.run(MERGE_REQUEST, "quality", branch="change")["quality"]
    assert ended.code
    assert "Session lint was successful" in ended.output
    assert "timebax" in ended.output
    assert "breaks" in ended.output
    report = json.loads(gitlab.artifact("quality", REPORT).read_text(encoding="utf-8"))
    assert any("timebax" in one["description"] for one in report)
    assert {one["location"]["path"] for one in report} == {INDEX}

    working.change("pyproject.toml", '    "threadpoolctl', '    "tqdm~=4.67",\n    "threadpoolctl')
    commit(working, "Need one more package")
    gitlab.push(working)
    locked = gitlab.run(MERGE_REQUEST, "quality", branch="change")["quality"]
    assert locked.code
    assert "uv.lock` needs to be updated" in locked.output
