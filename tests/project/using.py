"""A generated project in use: its commands, its tables, its copies."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from compiled import keep, lend

PACKAGE = "my_ml_project"
LONGEST = 1800  # seconds; 327,000 flights take a third of that where nothing runs beside
PYTHONS = ("3.11", "3.12", "3.13")
CARD = "HYP-20261105-linear-model-finds-tumours"
SEARCH = ("linear: {C: [0.01, 0.1, 1.0]}", "linear: {C: [0.03, 0.3, 3.0]}")  # what it says
FEW_TESTS = {"PYTEST_ADDOPTS": "tests/test_config.py"}  # where a project's own are not in question
NOT_THEIRS = (
    *("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "PYTHONPATH"),
    "PYTHONDONTWRITEBYTECODE",  # it makes every command compile all that it imports
)


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its exit code and everything it printed."""

    code: int
    output: str

    def stages(self) -> list[str]:
        """The stages that DVC ran, in order."""
        return re.findall(r"Running stage '(\w+)'", self.output)


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    """Run a command to its end; what it prints on both streams belongs together."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LONGEST,
    )
    return Ran(done.returncode, done.stdout)


@dataclass(frozen=True)
class InUse:
    """A generated project on the disk, and what `lab setup` said when it was set up."""

    root: Path
    said: str = ""

    def run(self, *command: str, **environment: str) -> Ran:
        """Run a command as a person at the project's root would."""
        return run(command, self.root, self.environment() | environment)

    def environment(self) -> dict[str, str]:
        """The environment of a person, without what belongs to these tests."""
        return {
            name: value
            for name, value in os.environ.items()
            if name not in NOT_THEIRS
            and not name.startswith(("COV_", "COVERAGE_", "PYTEST_", "MODEL_API_"))
        }

    def ok(self, *command: str, **environment: str) -> str:
        """Run a command that has to succeed; give what it printed."""
        ran = self.run(*command, **environment)
        assert ran.code == 0, ran.output
        return ran.output

    def repro(self) -> Ran:
        """`dvc repro`, which has to succeed."""
        ran = self.run("uv", "run", "dvc", "repro")
        assert ran.code == 0, ran.output
        return ran

    def table(self, name: str) -> pl.DataFrame:
        """A Parquet table, by its path without the ending."""
        return pl.read_parquet(self.root / f"{name}.parquet")

    def json(self, path: str) -> Any:
        return json.loads(self.text(path))

    def yaml(self, path: str) -> Any:
        return yaml.safe_load(self.text(path))

    def yaml_front(self, path: Path) -> Any:
        """The front matter of a record."""
        return yaml.safe_load(path.read_text(encoding="utf-8").split("\n---\n")[0])

    def text(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        """Change a line of a file, as a person would in an editor."""
        content = self.text(path)
        assert content.count(old) == 1, f"{path} holds {old!r} {content.count(old)} times"
        (self.root / path).write_text(content.replace(old, new), encoding="utf-8")

    def copy(self, target: Path) -> "InUse":
        """A working copy with its data, its cache and an environment of its own.

        What lies there already goes, but for an environment: to fill one takes long.
        """
        for path in target.iterdir() if target.exists() else ():
            if path.name != ".venv":
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        ignored = shutil.ignore_patterns(".venv")
        shutil.copytree(self.root, target, ignore=ignored, symlinks=True, dirs_exist_ok=True)
        copied = InUse(target, self.said)
        copied.ok("uv", "sync", "--quiet", "--python", self.python())
        lend(target / ".venv")
        return copied

    def python(self) -> str:
        """The version of Python in the project's environment."""
        config = self.text(".venv/pyvenv.cfg")
        found = re.search(r"^version(?:_info)? = (\d+\.\d+)", config, re.MULTILINE)
        assert found, config
        return found[1]


def commit(project: InUse, message: str) -> None:
    """Commit everything, as somebody does who skips the hooks."""
    project.ok("git", "add", "--all")
    project.ok("git", "commit", "--quiet", "--no-verify", "--message", message)


def set_up(root: Path, python: str, **environment: str) -> InUse:
    """`lab setup` on a fresh copy, with the given Python."""
    lend(root / ".venv")
    said = InUse(root).ok("uv", "run", "--python", python, "lab", "setup", **environment)
    keep(root / ".venv")
    return InUse(root, said)


@cache
def find_pythons() -> Mapping[str, str]:
    """Interpreters of the versions we support, where they are installed."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = {}
    for version in PYTHONS:
        asked = subprocess.run(
            ["uv", "python", "find", "--no-python-downloads", "--no-project", version],
            capture_output=True,
            encoding="utf-8",
        )
        places = [Path(asked.stdout.strip())] if asked.returncode == 0 else []
        places += sorted(kept.glob(f"{version}.*/bin/python"))
        if places:
            found[version] = str(places[0])
    return found
