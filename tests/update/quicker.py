"""Copier as `lab update` runs it, but sooner: each test runs it a few times.

The results are the same; tests/update/test_a_year.py runs everything as a user would.
"""

import json
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import plumbum
from copier._cli import CopierApp
from rendering import git
from sharing import once

from lab.git import neutral_environment
from lab.programs import Ended
from lab.project import Project
from lab.records.answers import read_origin

MakeFresh = Callable[[Project, str, str | None, Path], None]


def run_in_a_fork(project: Project, *arguments: str, **more: str) -> Ended:
    """Copier in a copy of this process, which has imported it already."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            told = neutral_environment() | more
            for variables in (os.environ, plumbum.local.env):
                for name in list(variables.keys() - told.keys()):
                    del variables[name]
                variables.update(told)
            plumbum.local.cwd.chdir(str(project.root))
            CopierApp.run(["copier", *arguments])
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    with open(reading, encoding="utf-8") as said:
        lines = said.read().splitlines()
    return Ended(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), tuple(lines))


def made_once(make: MakeFresh, kept: Path) -> MakeFresh:
    """`make_fresh`, which makes each version from the same answers once, in a folder."""

    def make_fresh(project: Project, source: str, version: str | None, folder: Path) -> None:
        commit = _commit_of(source, version)
        if not commit:
            make(project, source, version, folder)
            return
        answers = json.dumps(read_origin(project.root).answers, sort_keys=True)
        name = sha256(f"{commit} {version} {answers}".encode()).hexdigest()
        made_from = kept / f"{name}.source"

        def make_it(made: Path) -> None:
            make(project, source, version, made)
            made_from.write_text(source, encoding="utf-8")

        shutil.copytree(once(kept / name, make_it), folder)
        for path in (folder / ".copier-answers.yml", folder / "pyproject.toml"):
            text = path.read_text(encoding="utf-8")  # both name the template
            path.write_text(text.replace(made_from.read_text("utf-8"), source), encoding="utf-8")

    return make_fresh


def _commit_of(source: str, version: str | None) -> str:
    """Empty where there is no such version, no template, or the newest is asked for."""
    with suppress(OSError, subprocess.CalledProcessError):
        return (version and git("rev-parse", f"{version}^{{commit}}", cwd=Path(source))) or ""
    return ""
