"""Where a job runs: which forge, which project, which change; as CI's own variables say it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from ..errors import LabError

Occasion = Literal["change", "schedule", "request"]
OCCASIONS: dict[str, Occasion] = {
    "schedule": "schedule",
    "workflow_dispatch": "request",  # GitHub's "Run workflow"
    "web": "request",  # GitLab's "New pipeline"
}


@dataclass(frozen=True)
class Place:
    """The forge around a job.

    Attributes:
        kind: which forge it is.
        root: the address of its interface, below which every call has to lie.
        project: where in it this project is.
        web: the address of the project for people.
        token: what opens it, or empty; never printed.
        change: the number of the pull request or merge request, if the job is about one.
        base: the branch that the change will be merged into.
        branch: the branch that the job runs on, if it is not about a change.
        commit: the commit that people see as the head of the change.
        guest: does the change come from where this project's secrets are not given to?
        occasion: why the job runs: a change, a schedule, or because somebody asked for it.
        run: the address of the job.
        summary: the file that becomes the summary of the job, if there is one.
    """

    kind: Literal["github", "gitlab"]
    root: str
    project: str
    web: str
    token: str = field(default="", repr=False)
    change: int | None = None
    base: str | None = None
    branch: str = ""
    commit: str = ""
    guest: bool = False
    occasion: Occasion = "change"
    run: str = ""
    summary: Path | None = None

    @property
    def schedules(self) -> str:
        """The address at which people see what ran on a schedule."""
        runs = "actions/workflows/reproduction.yml" if self.kind == "github" else "-/pipelines"
        return f"{self.web}/{runs}"

    def file(self, path: str) -> str:
        """The address at which people see a file of the change."""
        within = "blob" if self.kind == "github" else "-/blob"
        return f"{self.web}/{within}/{quote(self.commit or 'HEAD', safe='')}/{quote(path)}"


def place_of(environment: Mapping[str, str]) -> Place | None:
    """The forge that a job's environment names; None outside of CI.

    Raises:
        LabError: a variable that CI always sets is missing, or the event cannot be read.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(environment)
    if environment.get("GITLAB_CI") == "true":
        return _gitlab(environment)
    return None


def _github(environment: Mapping[str, str]) -> Place:
    name = _wanted(environment, "GITHUB_REPOSITORY")
    web = f"{environment.get('GITHUB_SERVER_URL', 'https://github.com').rstrip('/')}/{name}"
    pull = _mapping(_event(environment.get("GITHUB_EVENT_PATH", "")).get("pull_request"))
    head = _mapping(pull.get("head"))
    source = _mapping(head.get("repo")).get("full_name")
    summary = environment.get("GITHUB_STEP_SUMMARY")
    return Place(
        kind="github",
        root=_wanted(environment, "GITHUB_API_URL").rstrip("/"),
        project=f"/repos/{name}",
        web=web,
        token=environment.get("GITHUB_TOKEN", ""),
        change=_number(pull.get("number")),
        base=_mapping(pull.get("base")).get("ref"),
        branch=environment.get("GITHUB_REF_NAME", ""),
        commit=str(head.get("sha") or environment.get("GITHUB_SHA", "")),
        guest=bool(pull)
        and (source != name or environment.get("GITHUB_ACTOR") == "dependabot[bot]"),
        occasion=OCCASIONS.get(environment.get("GITHUB_EVENT_NAME", ""), "change"),
        run=f"{web}/actions/runs/{environment.get('GITHUB_RUN_ID', '')}",
        summary=Path(summary) if summary else None,
    )


def _gitlab(environment: Mapping[str, str]) -> Place:
    # A merge request is numbered where it goes to; a fork's pipeline runs where it comes from.
    project, web = _wanted(environment, "CI_PROJECT_ID"), _wanted(environment, "CI_PROJECT_URL")
    project = environment.get("CI_MERGE_REQUEST_PROJECT_ID") or project
    source = environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID") or project
    return Place(
        kind="gitlab",
        root=_wanted(environment, "CI_API_V4_URL").rstrip("/"),
        project=f"/projects/{quote(project, '')}",
        web=(environment.get("CI_MERGE_REQUEST_PROJECT_URL") or web).rstrip("/"),
        token=environment.get("GITLAB_TOKEN", ""),
        change=_number(environment.get("CI_MERGE_REQUEST_IID")),
        base=environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") or None,
        branch=environment.get("CI_COMMIT_BRANCH", ""),
        commit=environment.get("CI_COMMIT_SHA", ""),
        guest=source != project,
        occasion=OCCASIONS.get(environment.get("CI_PIPELINE_SOURCE", ""), "change"),
        run=environment.get("CI_JOB_URL", ""),
    )


def _wanted(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name):
        return value
    raise LabError(f"{name} is not set, and every CI job has it: run this in a job of the forge.")


def _event(path: str) -> dict[str, Any]:
    """What made the job run; empty if nothing says so."""
    if not path:
        return {}
    try:
        return _mapping(json.loads(Path(path).read_text("utf-8")))
    except (OSError, ValueError, RecursionError) as error:
        raise LabError(f"GITHUB_EVENT_PATH names a file that cannot be read ({error}).") from None


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() else None
