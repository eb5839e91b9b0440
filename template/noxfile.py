"""How to check this project. `uv run nox` runs what a commit has to pass.

Every session runs in the project's own environment, the one that `uv run` keeps up to
date, so a session starts at once and tests what you use.
"""

from pathlib import Path

import nox

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "none"
nox.options.error_on_external_run = False
nox.options.sessions = ["lint", "contract", "types", "records", "tests"]

ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # on a few rows, threads only wait for each other


@nox.session
def lint(session: nox.Session) -> None:
    """Rules and format of the code, with ruff. `-- --fix` fixes what it can."""
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", *([] if "--fix" in session.posargs else ["--check"]))


@nox.session
def contract(session: nox.Session) -> None:
    """The model's interface, where there is one: its files are fresh, and no caller is broken.

    The first run makes them. `-- --against BRANCH` says what a change is compared with.
    """
    made = Path("api/openapi.json").exists()
    for package in Path("api").glob("src/*_api"):
        check = ["--check"] if made else []
        session.run("python", "-m", f"{package.name}.cli", "contract", *check, *session.posargs)


@nox.session
def types(session: nox.Session) -> None:
    """Types, with pyrefly."""
    session.run("pyrefly", "check", *session.posargs)


@nox.session
def records(session: nox.Session) -> None:
    """What the team has written: stages, people and policy hold together."""
    session.run("lab", "check", *session.posargs)


@nox.session
def audit(session: nox.Session) -> None:
    """Proof from git's history that no goalpost moved; it computes every verdict again."""
    session.run("lab", "audit", *session.posargs)


@nox.session
def drift(session: nox.Session) -> None:
    """The template's files and the tool are as the template's version makes them."""
    session.run("lab", "drift", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Tests of your own functions."""
    session.run("pytest", *session.posargs, env=ONE_THREAD)


@nox.session
def coverage(session: nox.Session) -> None:
    """The same tests, and which lines they do not reach; slower, so not at every commit."""
    coverage = ("--cov", "--cov-report=term-missing:skip-covered")
    session.run("pytest", *coverage, *session.posargs, env=ONE_THREAD)


@nox.session
def pipeline(session: nox.Session) -> None:
    """Whatever of the pipeline is out of date."""
    session.run("dvc", "repro", *session.posargs)


@nox.session
def reproduce(session: nox.Session) -> None:
    """The pipeline writes what is committed: it trains again, beside an empty cache."""
    session.run("lab", "reproduce", *session.posargs)


@nox.session
def site(session: nox.Session) -> None:
    """The site, strictly: a broken link is an error."""
    session.run("lab", "site", "build", *session.posargs)
