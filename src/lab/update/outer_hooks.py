"""Hooks of a project in a folder of a larger repository: pre-commit reads one file at its top."""

import shlex
from pathlib import Path

from .. import git

CONFIG = ".pre-commit-config.yaml"
HEAD = """\
# Hooks of this repository. Each project in it has one entry for commits and one for pushes.
default_install_hook_types: [pre-commit, pre-push]
repos:
"""
HOOKS = """\
  - repo: local
    hooks:
      - id: {id}
        name: {folder}
        entry: {run} nox -s lint types records
        language: system
        stages: [pre-commit]
        files: ^{pattern}/
        pass_filenames: false
      - id: {id}-drift
        name: {folder} drift
        entry: {run} lab drift --if-reachable
        language: system
        stages: [pre-push]
        files: ^{pattern}/
        pass_filenames: false
"""


def outer(root: Path) -> tuple[Path, str] | None:
    """The repository of which a project is a folder, and which folder; None if it is its own."""
    top = git.top(root)
    if top is None or top.resolve() == root.resolve():
        return None
    return top, root.resolve().relative_to(top.resolve()).as_posix()


def provide(root: Path) -> list[str]:
    """Write the hooks of a project in a folder, where its repository has no file for hooks yet.

    Returns:
        The lines that a person has to put into the file which is there; none if all is done, or
        if the project is a repository of its own.
    """
    around = outer(root)
    if around is None:
        return []
    top, folder = around
    lines = hooks_of(folder)
    file = top / CONFIG
    if not file.exists():
        file.write_text(HEAD + lines, encoding="utf-8")
        return []
    there = file.read_text(encoding="utf-8", errors="replace")
    return [] if _run(folder) in there else lines.splitlines()


def hooks_of(folder: str) -> str:
    """The entries of a project in a list of pre-commit's."""
    id_ = folder.replace("/", "-").replace(" ", "-")
    pattern = "".join(f"[{letter}]" if letter in "+.()$?*|" else letter for letter in folder)
    return HOOKS.format(id=id_, folder=folder, run=_run(folder), pattern=pattern)


def _run(folder: str) -> str:
    return f"uv run --no-sync --directory {shlex.quote(folder)}"
