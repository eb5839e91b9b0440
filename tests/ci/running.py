"""A forge in a folder: a repository, a cache, and a runner that stands in for every action.

Each stand-in does what the action promises, as far as these workflows use it. An action that has
none fails the job: nobody has said what it does.
"""

import json
import os
import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from compiled import lend
from forging import REPOSITORY, TOKEN, FakeForge, environment, pull_request
from project.using import InUse, Ran, find_pythons, run
from rendering import git

from .reading import Job, Reader, Step, Workflow

NOW = "2026-11-09T15:00:00Z"  # when jobs run: three working days after the hypothesis was locked
NOBODY = "http://127.0.0.1:9"
PULL, MERGED = "refs/pull/5/head", "refs/pull/5/merge"
QUEUE = "refs/heads/gh-readonly-queue/main/pr-5"


@dataclass
class Forge:
    """A repository with a branch main, and at most one pull request to it.

    Attributes:
        origin: the repository.
        reader: what reads workflow files.
        machine: the folder in which one job after the other runs, as on a forge always the same.
        cache: the folder of what jobs leave to later ones.
        environment: where jobs keep their environment for later ones; None for nowhere, as on
            machines that the forge lends.
        interface: what answers the jobs' calls.
        event: what made the jobs run.
        source: the repository that a pull request comes from.
        has_pages: is Pages switched on?
        now: the time that the jobs take for now.
        secrets: what the repository keeps.
        variables: what it says of its runners.
        steps: what came of each step that has a name, in the last run of a workflow.
        published: what was done to the site.
        summaries: what each job wrote to its summary.
        runs: how many workflows have run.
    """

    origin: Path
    reader: Reader
    machine: Path
    cache: Path
    environment: Path | None = None
    interface: FakeForge = field(default_factory=lambda: FakeForge("github", NOBODY))
    event: str = "push"
    source: str = REPOSITORY
    has_pages: bool = True
    now: str = NOW
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    steps: dict[str, Ran] = field(default_factory=dict)
    published: list[str] = field(default_factory=list)
    summaries: dict[str, str] = field(default_factory=dict)
    runs: int = 0

    @property
    def is_fork(self) -> bool:
        return self.source != REPOSITORY

    def github(self) -> dict[str, Any]:
        """The context `github` of the event, as far as the workflows ask."""
        pull, queue = self.event == "pull_request", self.event == "merge_group"
        about = pull_request(self.source, "main", self._commit(PULL)) if pull else {}
        ref = MERGED if pull else QUEUE if queue else "refs/heads/main"
        return {
            "event_name": self.event,
            "run_id": str(self.runs),
            "run_attempt": "1",
            "ref": ref,
            "ref_name": "5/merge" if pull else ref.removeprefix("refs/heads/"),
            "base_ref": "main" if pull else "",
            "token": TOKEN,
            "event": {"repository": {"has_pages": self.has_pages, "default_branch": "main"}}
            | about,
        }

    def read(self, name: str, results: dict[str, str] | None = None) -> Workflow:
        """A workflow file of the commit that is checked, after what became of its jobs."""
        folder = self.machine / "reading"
        shutil.rmtree(folder, ignore_errors=True)
        self.check_out(folder, {"fetch-depth": 0})
        file = folder / ".github/workflows" / f"{name}.yml"
        secrets = {} if self.is_fork else self.secrets
        return self.reader.read(file, folder, self.github(), secrets, self.variables, results or {})

    def run(
        self, name: str, *only: str, each: bool = True, steps: Collection[str] | None = None
    ) -> dict[str, Ran]:
        """Run the jobs of a workflow, or some of them, in the order of the file.

        One that needs a failed job is skipped, unless its condition says otherwise.

        Args:
            name: the workflow.
            only: the jobs to run; none for all.
            each: run a job once for each combination of its matrix, or only for the first?
            steps: the named steps to run; None for all.

        Returns:
            What came of each, by the name of the job and its combination.
        """
        self.runs += 1
        workflow = self.read(name)
        assert workflow.errors == []
        assert workflow.begins_at(self.event, "main"), f"{name} does not run at a {self.event}"
        ended: dict[str, Ran] = {}
        results: dict[str, str] = {}
        self.steps = {}
        names = dict.fromkeys(job.name for job in workflow.jobs)
        for name_of_job in names:
            found = self.read(name, results).jobs if results else workflow.jobs
            jobs = [job for job in found if job.name == name_of_job]
            missing = {*jobs[0].needs} - results.keys()
            assert not missing or only, f"{name_of_job} needs {missing}, which come later"
            held = all(results.get(other, "success") == "success" for other in jobs[0].needs)
            if (only and name_of_job not in only) or not (jobs[0].runs if held else jobs[0].failed):
                results[name_of_job] = "success" if only else "skipped"
                continue
            for job in jobs if each else jobs[:1]:
                title = " ".join([job.name, *map(str, job.matrix.values())])
                runner = Runner(self, job, steps)
                ended[title] = runner.run()
                self.steps |= runner.ended
                self.summaries[title] = runner.summary()
                if results.get(job.name) != "failure":
                    results[job.name] = "failure" if ended[title].code else "success"
        return ended

    def check_out(self, folder: Path, given: dict[str, Any]) -> None:
        """A clean clone, as actions/checkout makes one: shallow, unless it is told otherwise."""
        whole = given.get("fetch-depth") == 0
        commit = self._commit(self.github()["ref"])
        folder.mkdir(parents=True, exist_ok=True)
        git("init", "--quiet", cwd=folder)
        git("remote", "add", "origin", self.origin.as_uri(), cwd=folder)
        refs = ["+refs/heads/*:refs/remotes/origin/*"] if whole else []
        depth = [] if whole else ["--depth=1"]
        git("fetch", "--quiet", *depth, "origin", *refs, commit, cwd=folder)
        if self.event in ("pull_request", "merge_group"):
            git("checkout", "--quiet", "--detach", commit, cwd=folder)
        else:
            git("checkout", "--quiet", "-B", "main", commit, cwd=folder)

    def push(self, project: InUse) -> None:
        """Take every branch of a project."""
        git("fetch", "--quiet", str(project.root), "+refs/heads/*:refs/heads/*", cwd=self.origin)

    def propose(self, branch: str) -> None:
        """Open a pull request, or bring it up to date: the commit that merging would make."""
        self.event = "pull_request"
        tree = git("merge-tree", "--write-tree", "main", branch, cwd=self.origin).strip()
        parents = ("-p", "main", "-p", branch)
        merge = git("commit-tree", tree, *parents, "-m", "Merge", cwd=self.origin).strip()
        git("update-ref", PULL, branch, cwd=self.origin)
        git("update-ref", MERGED, merge, cwd=self.origin)
        git("update-ref", QUEUE, merge, cwd=self.origin)

    def _commit(self, revision: str) -> str:
        return git("rev-parse", revision, cwd=self.origin).strip()


class Runner:
    """One job on a machine of its own."""

    def __init__(self, forge: Forge, job: Job, steps: Collection[str] | None = None) -> None:
        self.forge, self.job, self.steps = forge, job, steps
        self.folder, self.temporary = forge.machine / "project", forge.machine / "temporary"
        self.ended: dict[str, Ran] = {}

    def run(self) -> Ran:
        """Run the steps; after one that fails, only those whose condition says so."""
        for folder in (self.folder, self.temporary):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        lend(self._kept() or self.folder / ".venv")
        self.forge.interface.rights = self._rights()
        said, code = [], 0
        for step in self.job.steps:
            if not (step.failed if code else step.runs) or not self._is_wanted(step):
                continue
            ran = self._use(step) if step.uses else self._script(step)
            said.append(ran.output)
            if step.id:
                self.ended[step.id] = ran
            if ran.code and not step.lenient:
                code = ran.code
                if step.id == "packages":
                    break  # every other step asks for its success
        return Ran(code, "\n".join(said))

    def _is_wanted(self, step: Step) -> bool:
        return self.steps is None or not step.id or step.id in {"packages", *self.steps}

    def summary(self) -> str:
        """What the job wrote for people to see."""
        file = self.temporary / "summary.md"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def _kept(self) -> Path | None:
        """Where jobs of this name find their environment again."""
        return self.forge.environment / self.job.name if self.forge.environment else None

    def _rights(self) -> frozenset[str]:
        """What the job's token may write; one for a fork may only read."""
        given = self.job.permissions.items()
        return frozenset(
            () if self.forge.is_fork else (name for name, right in given if right == "write")
        )

    def _use(self, step: Step) -> Ran:
        name = (step.uses or "").partition("@")[0]
        if name not in STAND_INS:
            raise LookupError(f"nobody has said what {name} does")
        STAND_INS[name](self, step.given)
        return Ran(0, f"stood in for {name}")

    def _script(self, step: Step) -> Ran:
        """A script as GitHub runs it: by bash, until a command fails."""
        mine = {key: value for key, value in os.environ.items() if not key.startswith(NOT_THEIRS)}
        given = {
            key: "" if value is None else str(value) for key, value in step.environment.items()
        }
        own = {key: str(value) for key, value in self.job.environment.items() if value}
        if "UV_PYTHON" in own:
            own["UV_PYTHON"] = find_pythons()[own["UV_PYTHON"]]
        return run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.script or ""],
            self.folder,
            mine | self._variables() | own | given,
        )

    def _variables(self) -> dict[str, str]:
        """What GitHub sets for each step. The token is not among it: a step has to ask for that."""
        known = environment(self.forge.interface, self.temporary)
        del known["GITHUB_TOKEN"]
        event = json.dumps(self.forge.github()["event"])
        Path(known["GITHUB_EVENT_PATH"]).write_text(event, encoding="utf-8")
        kept = self._kept()
        known |= {"UV_PROJECT_ENVIRONMENT": str(kept)} if kept else {}
        return known | {"CI": "true", "LAB_NOW": self.forge.now}

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
        kept = [*self.forge.cache.glob("*")]
        kept.sort(key=lambda shelf: shelf.stat().st_mtime_ns, reverse=True)
        found = [shelf for shelf in kept if shelf.name == quote(given["key"], "")]
        if begin := given.get("restore-keys"):
            found += [shelf for shelf in kept if shelf.name.startswith(quote(begin, ""))]
        path = self.folder / given["path"]
        if found and found[0].is_file():
            shutil.copy(found[0], path)
        elif found:
            shutil.copytree(found[0], path, dirs_exist_ok=True)

    def save(self, given: dict[str, Any]) -> None:
        """actions/cache/save: what lies there now; the first under a key stays."""
        shelf = self.forge.cache / quote(given["key"], "")
        path = self.folder / given["path"]
        if not shelf.exists() and path.exists():
            (shutil.copytree if path.is_dir() else shutil.copy)(path, shelf)
            os.utime(shelf)  # the copy is as old as the folder, and the newest is looked for

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
    "actions/cache/restore": Runner.restore,
    "actions/cache/save": Runner.save,
    "actions/upload-pages-artifact": Runner.upload_pages,
    "actions/deploy-pages": Runner.deploy_pages,
}
