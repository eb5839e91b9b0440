"""The template as it lies on the disk, and the projects that Copier makes from it."""

import itertools
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml
from copier._jinja_ext import SandboxedEnvironment
from copier._main import Worker

ROOT = Path(__file__).parents[1]
FIRST_VERSION = "v0.0.0"
UNUSED = ("tests", "docs", "benchmarks")  # by projects; without them a clone takes half the time

CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
QUESTIONS: dict[str, dict[str, Any]] = {
    name: details for name, details in CONFIG.items() if not name.startswith("_")
}
ASKED: dict[str, dict[str, Any]] = {
    name: details
    for name, details in QUESTIONS.items()
    if details.get("when", True) is not False and details.get("ask", True) is not False
}
CHOICES: dict[str, list[Any]] = {
    name: [True, False] if details["type"] == "bool" else list(details["choices"].values())
    for name, details in ASKED.items()
    if details["type"] == "bool" or "choices" in details
}

Answers = Mapping[str, Any]
DEFAULTS: Answers = {}


def each_choice() -> list[dict[str, Any]]:
    """Answer sets that hold every choice: all the first ones, then one other in each."""
    first = {name: choices[0] for name, choices in CHOICES.items()}
    others = ({name: choice} for name, choices in CHOICES.items() for choice in choices[1:])
    return [first | other for other in itertools.chain([{}], others)]


def snapshot(target: Path) -> Path:
    """A repository with one tagged commit: the files of this one as they are now, but for UNUSED.

    Copying from a dirty work tree itself would record a commit that does not exist.
    """
    unused = (f":!/{folder}" for folder in UNUSED)
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", *unused, cwd=ROOT)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name, follow_symlinks=False)
    git("init", "--quiet", cwd=target)
    return release(target, FIRST_VERSION)


def hasten_copier(patch: pytest.MonkeyPatch) -> None:
    """Let Copier in this process compile each text once, and not ask git about each file.

    It compiles every part of every path anew for each project. And it starts git for each file, to
    learn whether executable bits count on this machine: they do, as by default.
    """
    compiled: dict[Any, Any] = {}
    compile_text = SandboxedEnvironment.compile

    def compile_once(
        self: SandboxedEnvironment, source: Any, name: str | None = None, *others: Any
    ) -> Any:
        key = (source, name, self.lexer, frozenset(self.extensions))
        if key not in compiled:
            compiled[key] = compile_text(self, source, name, *others)
        return compiled[key]

    patch.setattr(SandboxedEnvironment, "compile", compile_once)
    patch.setattr(Worker, "_sync_git_index_executable_bit", lambda *_: None)


def release(template: Path, version: str) -> Path:
    """Commit what has changed in a repository of the template, and tag it."""
    commit(template)
    git("tag", version, cwd=template)
    return template


def copy(template: Path, project: Path, answers: Answers = DEFAULTS) -> Path:
    """`copier copy --defaults`, without trust.

    Raises:
        ValueError: an answer is refused.
    """
    copier.run_copy(
        str(template), project, data=dict(answers), defaults=True, quiet=True, unsafe=False
    )
    return project


def completed(template: Path, answers: Answers) -> dict[str, Any]:
    """All answers that follow from a few of them, without making a project.

    Raises:
        ValueError: an answer is refused.
    """
    with tempfile.TemporaryDirectory() as folder:
        worker = copier.run_copy(
            str(template), folder, data=dict(answers), defaults=True, quiet=True, pretend=True
        )
    return dict(worker.answers.combined)


def update(project: Path, answers: Answers = DEFAULTS) -> None:
    """`copier update --defaults` to the newest version, without trust.

    Raises:
        ValueError: an answer is refused.
    """
    copier.run_update(
        project, data=dict(answers), defaults=True, overwrite=True, quiet=True, unsafe=False
    )


def commit(repository: Path) -> None:
    """Commit everything in a repository."""
    git("add", "--all", "--force", cwd=repository)
    git("commit", "--quiet", "--allow-empty", "--message", "Everything", cwd=repository)


def git(*arguments: str, cwd: Path) -> str:
    """What git prints."""
    return subprocess.run(
        ["git", *arguments], cwd=cwd, check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout
