"""GitLab on this machine: a repository, and gitlab-ci-local that runs the pipeline file in shells.

What a runner has before a job begins is made here as it is there: a clone without branches of its
own, and the variables of the kind of pipeline. Python and uv are those of an environment that
stands for the image.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from compiled import lend
from forging import FakeForge, environment
from project.using import PYTHONS, InUse, Ran, find_pythons, run
from rendering import git

from .reading import NODE
from .running import NOBODY, NOW

RUNNER = "node_modules/gitlab-ci-local/dist/index.js"
STATE = ".gitlab-ci-local"
URL = "https://gitlab.example.com/team/project.git"
PUSH, MERGE_REQUEST, SCHEDULE = "push", "merge_request_event", "schedule"
PYTHON = "3.12"  # that of the image which the pipeline file names
ENDED = re.compile(r"^ (PASS|FAIL) +(\S.*?) *$", re.MULTILINE)
OWN = ("CI_COMMIT_SHA", "CI_JOB_URL")  # gitlab-ci-local knows them itself


@dataclass
class GitLab:
    """A repository with a branch main, and at most one merge request to it.

    Attributes:
        origin: the repository.
        folder: what a runner has checked out; gitlab-ci-local keeps caches and artifacts in it.
        packages: where gitlab-ci-local is.
        image: the environment that stands for the image.
        interface: what answers the jobs' calls.
        now: the time that the jobs take for now.
        given: variables beyond those that GitLab sets itself; a None takes one away.
    """

    origin: Path
    folder: Path
    packages: Path
    image: Path
    interface: FakeForge = field(default_factory=lambda: FakeForge("gitlab", NOBODY))
    now: str = NOW
    given: dict[str, str | None] = field(default_factory=dict)

    def push(self, project: InUse) -> None:
        """Take every branch of a project."""
        git(
            *("fetch", "--quiet", str(project.root), "+refs/heads/*:refs/heads/*"),
            cwd=self.origin,
        )

    def listed(self, source: str, branch: str = "main") -> list[str]:
        """The jobs of a pipeline, in the order of the file."""
        said = self._said(source, branch, "--list-json").output
        jobs = json.loads(said[said.index("[\n") : said.rindex("]") + 1])
        return [job["name"] for job in jobs if job["when"] != "never"]

    def run(self, source: str, *only: str, branch: str = "main") -> dict[str, Ran]:
        """Run the jobs of a pipeline, or some of them.

        Returns:
            What came of each that has begun, by its name.
        """
        said = self._said(source, branch, *only).output
        ended = {name: status for status, name in ENDED.findall(said)}
        assert ended, said
        return {
            name: Ran(int(status == "FAIL"), "\n".join(_lines(said, name)))
            for name, status in ended.items()
        }

    def artifact(self, job: str, path: str) -> Path:
        """What a job has left."""
        return self.folder / STATE / "artifacts" / job / path

    def _said(self, source: str, branch: str, *arguments: str) -> Ran:
        self._check_out(branch)
        for python in PYTHONS:
            lend(self.image / f"environment-{python}")
        options = ["--force-shell-executor", "--shell-isolation", "--no-artifacts-to-source"]
        options += ["--concurrency=1", f"--home={self.packages}"]
        for name, value in self._variables(source, branch).items():
            one = ("--unset-variable", name) if value is None else ("--variable", f"{name}={value}")
            options.extend(one)
        command = [str(NODE), str(self.packages / RUNNER), *arguments, *options]
        return run(command, self.folder, self._environment())

    def _variables(self, source: str, branch: str) -> dict[str, str | None]:
        """What GitLab sets in a kind of pipeline."""
        about = source == MERGE_REQUEST
        known: dict[str, str | None] = {
            name: value
            for name, value in environment(self.interface, self.folder).items()
            if name not in OWN and (about or not name.startswith("CI_MERGE_REQUEST_"))
        }
        return {
            **known,
            "CI_PIPELINE_SOURCE": source,
            "CI_DEFAULT_BRANCH": "main",
            "CI_COMMIT_REF_NAME": branch,
            "CI_COMMIT_BRANCH": None if about else branch,
            # In a shell there is no folder /builds, where the file has its cache of packages.
            "UV_CACHE_DIR": str(self.image / "cache"),
            "UV_PROJECT_ENVIRONMENT": str(self.image / "environment-$PYTHON"),
            **self.given,
        }

    def _environment(self) -> dict[str, str]:
        """The environment of a runner: programs of the image, then those of the system."""
        needed = (shutil.which(name) for name in ("git", "rsync", "bash"))
        folders = [str(self.image / "bin"), *(str(Path(one).parent) for one in needed if one)]
        folders += [str(Path(one).parent) for one in find_pythons().values()]
        mine = InUse(self.folder).environment()
        return mine | {"PATH": os.pathsep.join(dict.fromkeys(folders)), "LAB_NOW": self.now}

    def _check_out(self, branch: str) -> None:
        """What a runner fetches with `GIT_DEPTH: 0`: all branches, as those of origin."""
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            git("init", "--quiet", cwd=self.folder)
            git("remote", "add", "origin", URL, cwd=self.folder)
        git(
            *("fetch", "--quiet", "--prune", str(self.origin)),
            "+refs/heads/*:refs/remotes/origin/*",
            cwd=self.folder,
        )
        git("checkout", "--quiet", "--force", "--detach", f"origin/{branch}", cwd=self.folder)
        git("clean", "--quiet", "-dffx", f"--exclude=/{STATE}", cwd=self.folder)


def make_image(folder: Path) -> Path:
    """Python with pip and uv, as a job has them after the first line of its script."""
    python = find_pythons()[PYTHON]
    for command in (
        ("uv", "venv", "--quiet", "--seed", "--python", python, str(folder)),
        ("uv", "pip", "install", "--quiet", "--python", str(folder), "uv"),
    ):
        subprocess.run(command, check=True)
    cache = subprocess.run(
        ["uv", "cache", "dir"], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    (folder / "cache").symlink_to(cache.stdout.strip())
    return folder


def _lines(said: str, job: str) -> list[str]:
    """What one job has printed."""
    begin = re.compile(rf"{re.escape(job)} *[>$] ?")
    found = ((begin.match(line), line) for line in said.splitlines())
    return [line[match.end() :] for match, line in found if match]
