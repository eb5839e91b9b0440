"""A forge in a folder: a repository, a cache, and a runner that stands in for every action.

Each stand-in does what the action promises, as far as these workflows use it. An action that has
none fails the job: nobody has said what it does.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from project.using import Ran, find_pythons, run
from rendering import git

from .reading import Job, Step, Workflow, read


@dataclass
class Forge:
    """A repository with a branch main, and at most one pull request to it."""

    origin: Path
    packages: Path
    runners: Path
    event: str = "push"
    has_pages: bool = True
    secrets: dict[str, str] = field(default_factory=dict)
    published: list[str] = field(default_factory=list)

    def github(self) -> dict[str, Any]:
        """The context `github` of the event, as far as the workflows ask."""
        pull = self.event == "pull_request"
        return {
            "event_name": self.event,
            "ref": "refs/pull/1/merge" if pull else "refs/heads/main",
            "ref_name": "1/merge" if pull else "main",
            "base_ref": "main" if pull else "",
            "token": "",
            "event": {"repository": {"has_pages": self.has_pages, "default_branch": "main"}},
        }

    def read(self, name: str) -> Workflow:
        """A workflow file of the commit that is checked."""
        folder = self.runners / "reading"
        shutil.rmtree(folder, ignore_errors=True)
        self.check_out(folder, {"fetch-depth": 0})
        file = folder / ".github/workflows" / f"{name}.yml"
        return read(self.packages, file, folder, self.github(), self.secrets)

    def run(self, name: str, *only: str) -> dict[str, Ran]:
        """Run the jobs of a workflow, or some of them, in the order of the file.

        A job of a matrix is there once per combination. One that needs a failed job is skipped.
        """
        workflow = self.read(name)
        assert workflow.errors == []
        ended: dict[str, Ran] = {}
        for job in workflow.jobs:
            title = " ".join([job.name, *map(str, job.matrix.values())])
            failed = {said.split()[0] for said, ran in ended.items() if ran.code}
            missing = set(job.needs) - {said.split()[0] for said in ended}
            if (only and job.name not in only) or not job.runs or failed & set(job.needs):
                continue
            assert not missing or only, f"{title} needs {missing}, which come later"
            ended[title] = Runner(self, self.runners / title.replace(" ", "-")).run(job)
        return ended

    def check_out(self, folder: Path, given: dict[str, Any]) -> None:
        """A clean clone, as actions/checkout makes one: shallow, unless it is told otherwise."""
        whole = given.get("fetch-depth") == 0
        commit = git("rev-parse", self.github()["ref"], cwd=self.origin).strip()
        folder.mkdir(parents=True)
        git("init", "--quiet", cwd=folder)
        git("remote", "add", "origin", self.origin.as_uri(), cwd=folder)
        refs = ["+refs/heads/*:refs/remotes/origin/*"] if whole else []
        depth = [] if whole else ["--depth=1"]
        git("fetch", "--quiet", *depth, "origin", *refs, commit, cwd=folder)
        if self.event == "pull_request":
            git("checkout", "--quiet", "--detach", commit, cwd=folder)
        else:
            git("checkout", "--quiet", "-B", "main", commit, cwd=folder)

    def propose(self, branch: str) -> None:
        """Open a pull request: a branch, and the commit that merging it would make."""
        self.event = "pull_request"
        tree = git("merge-tree", "--write-tree", "main", branch, cwd=self.origin).strip()
        parents = ("-p", "main", "-p", branch)
        merge = git("commit-tree", tree, *parents, "-m", "Merge", cwd=self.origin).strip()
        git("update-ref", "refs/pull/1/merge", merge, cwd=self.origin)


class Runner:
    """One job on a machine of its own."""

    def __init__(self, forge: Forge, folder: Path) -> None:
        self.forge, self.folder = forge, folder
        self.afterwards: list[Callable[[], None]] = []

    def run(self, job: Job) -> Ran:
        """Run the steps until one fails."""
        shutil.rmtree(self.folder, ignore_errors=True)
        said = []
        for step in job.steps:
            if not step.runs:
                continue
            ran = self._use(step) if step.uses else self._script(job, step)
            said.append(ran.output)
            if ran.code:
                return Ran(ran.code, "\n".join(said))
        for done in self.afterwards:
            done()
        return Ran(0, "\n".join(said))

    def _use(self, step: Step) -> Ran:
        name = (step.uses or "").partition("@")[0]
        if name not in STAND_INS:
            raise LookupError(f"nobody has said what {name} does")
        STAND_INS[name](self, step.given)
        return Ran(0, f"stood in for {name}")

    def _script(self, job: Job, step: Step) -> Ran:
        """A script as GitHub runs it: by bash, until a command fails."""
        mine = {key: value for key, value in os.environ.items() if not key.startswith(NOT_THEIRS)}
        given = {
            key: "" if value is None else str(value) for key, value in step.environment.items()
        }
        own = {key: str(value) for key, value in job.environment.items()}
        if "UV_PYTHON" in own:
            own["UV_PYTHON"] = find_pythons()[own["UV_PYTHON"]]
        return run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.script or ""],
            self.folder,
            mine | {"CI": "true", "GITHUB_ACTIONS": "true"} | own | given,
        )

    def checkout(self, given: dict[str, Any]) -> None:
        """actions/checkout."""
        assert given.get("persist-credentials") is False, "a job keeps the token in git's settings"
        self.forge.check_out(self.folder, given)

    def setup_uv(self, given: dict[str, Any]) -> None:
        """astral-sh/setup-uv: uv is on the path."""
        assert not given
        assert shutil.which("uv")

    def restore(self, given: dict[str, Any]) -> None:
        """actions/cache/restore: what the key names, else the newest that begins as told."""
        shelf = self.forge.runners / "cache"
        kept = sorted(shelf.glob("*"), key=lambda one: one.stat().st_mtime_ns, reverse=True)
        found = [one for one in kept if one.name == given["key"]]
        found += [one for one in kept if one.name.startswith(given["restore-keys"])]
        if found:
            shutil.copytree(found[0], self.folder / given["path"], dirs_exist_ok=True)

    def cache(self, given: dict[str, Any]) -> None:
        """actions/cache: it restores, and keeps what a job that held leaves behind."""
        self.restore(given)
        shelf = self.forge.runners / "cache" / given["key"]
        if not shelf.exists():
            self.afterwards.append(lambda: shutil.copytree(self.folder / given["path"], shelf))

    def upload_pages(self, given: dict[str, Any]) -> None:
        """actions/upload-pages-artifact: a site that has a first page."""
        assert (self.folder / given["path"] / "index.html").is_file()
        self.forge.published.append("uploaded")

    def deploy_pages(self, given: dict[str, Any]) -> None:
        """actions/deploy-pages: it needs what was uploaded."""
        assert self.forge.published == ["uploaded"]
        self.forge.published.append("deployed")


NOT_THEIRS = (
    "VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "PYTHONPATH", "COV_", "COVERAGE_",
    "PYTEST_", "NOX_", "LAB_", "GITHUB_", "CI_",
)  # fmt: skip
STAND_INS: dict[str, Callable[[Runner, dict[str, Any]], None]] = {
    "actions/checkout": Runner.checkout,
    "astral-sh/setup-uv": Runner.setup_uv,
    "actions/cache": Runner.cache,
    "actions/cache/restore": Runner.restore,
    "actions/upload-pages-artifact": Runner.upload_pages,
    "actions/deploy-pages": Runner.deploy_pages,
}
