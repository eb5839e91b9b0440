"""How to check this template. `uvx nox` runs everything that a change has to pass.

Each session installs the `dev` group of pyproject.toml into an environment of its own;
uv's cache makes that cheap.
"""

import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
nox.options.sessions = [
    *("lint", "types", "docs", "lab", "api", "render", "projects"),
]


ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # on a few rows, threads only wait for each other


def install(session: nox.Session) -> None:
    """What every session needs, in the session's own environment."""
    session.run_install(
        *("uv", "sync", "--quiet", "--python", session.virtualenv.location),
        env={"UV_PROJECT_ENVIRONMENT": session.virtualenv.location},
    )
    # Tests start hundreds of programs: what one compiles serves all, and lies in no project.
    compiled = (session.env_dir / "tmp/compiled").absolute()
    shutil.rmtree(compiled, ignore_errors=True)
    session.env.update(PYTHONPYCACHEPREFIX=str(compiled), PYTHONDONTWRITEBYTECODE=None)


def in_projects(session: nox.Session, marked: str) -> None:
    """The tests in generated projects that are marked so, in the folders that are named, or all."""
    folders = [f"tests/{name}" for name in ("project", "update", "ci", "site")]
    given = [*session.posargs]
    chosen = folders if not any(word.startswith("tests/") for word in given) else []
    workers = ("--numprocesses=2", "--dist=loadgroup", "--no-loadscope-reorder")
    session.run("pytest", *chosen, "-m", marked, *workers, *given, env=ONE_THREAD)


@nox.session
def lint(session: nox.Session) -> None:
    """Rules and format of all code, that of the generated project included; and the workflows."""
    install(session)
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", *([] if "--fix" in session.posargs else ["--check"]))
    session.run("zizmor", "--offline", "--quiet", ".github")
    workflows = [str(path) for path in Path(".github/workflows").glob("*.yml")]
    session.run("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)


@nox.session
def types(session: nox.Session) -> None:
    """Types of the tool, the tests and the benchmarks. The project checks its own model."""
    install(session)
    session.run("pyrefly", "check", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation: generated pages are fresh, and no link is broken."""
    install(session)
    session.run("python", "docs/generate", "--check")
    session.run("mkdocs", "build", "--strict")


@nox.session
def lab(session: nox.Session) -> None:
    """The process tool, module by module."""
    install(session)
    session.run("pytest", "tests/lab", "--numprocesses=2", *session.posargs, env=ONE_THREAD)


@nox.session
def api(session: nox.Session) -> None:
    """The model API: its contract, its stub, its client, and whom a change breaks."""
    install(session)
    session.run("pytest", "tests/api", "--numprocesses=2", *session.posargs)


@nox.session
def clients(session: nox.Session) -> None:
    """Clients of others call the stub: one generated in TypeScript, and one of the protocol /v2.

    It takes packages from npm and PyPI: run it where you touch the routes or the contract.
    """
    install(session)
    session.run("pytest", "tests/clients", *session.posargs)


@nox.session
def render(session: nox.Session) -> None:
    """What Copier makes of every answer, and what it refuses."""
    install(session)
    session.run("pytest", "tests/render", "--numprocesses=2", *session.posargs)


@nox.session
def projects(session: nox.Session) -> None:
    """Generated projects: used as their owners would, updated from every release, on a forge, read.

    All of it in one run, which begins with what takes longest, so that no process waits at the end.
    `-- -k update` runs a part. `-- tests/site --shots DIR` keeps a picture of every page of the
    site, on phone and desktop, in light and dark.
    """
    install(session)
    in_projects(session, "not newest and not weekly")


@nox.session
def models(session: nox.Session) -> None:
    """The how-to page on other models, done in a project: each is trained, judged and served.

    It takes the packages of those models, and minutes: run it where you touch the page or `src/`.
    """
    install(session)
    session.run("pytest", "tests/models", *session.posargs, env=ONE_THREAD)


@nox.session
def own_data(session: nox.Session) -> None:
    """Files that people really have, and the pages on own data and on the model, word for word.

    Each file goes from `lab data use` to a verdict. It downloads them, and takes minutes: run it
    where you touch `lab data` or these pages.
    """
    install(session)
    session.run("pytest", "tests/own_data", *session.posargs, env=ONE_THREAD)


@nox.session
def exploring(session: nox.Session) -> None:
    """The pages on exploring, on variants and on MLflow, word for word.

    It takes the packages that they name, and minutes: run it where you touch them or `lab explore`.
    """
    install(session)
    session.run("pytest", "tests/exploring", *session.posargs, env=ONE_THREAD)


@nox.session
def example(session: nox.Session) -> None:
    """A project as the template makes it by default, set up and with its site built.

    `-- DIR` says where; what is committed is rendered, not the work tree.
    """
    install(session)
    target = session.posargs[0] if session.posargs else "build/example"
    session.run("copier", "copy", "--defaults", "--vcs-ref=HEAD", ".", target)
    session.chdir(target)
    session.run("uv", "run", "lab", "setup", external=True)


@nox.session
def weekly(session: nox.Session) -> None:
    """What takes long and breaks seldom, in generated projects: it runs once a week."""
    install(session)
    in_projects(session, "weekly")


@nox.session
def newest(session: nox.Session) -> None:
    """A generated project with the newest release of every package, whatever its bounds say."""
    install(session)
    session.run("pytest", "tests/project", "-m", "newest", *session.posargs)


@nox.session
def benchmark(session: nox.Session) -> None:
    """What we claim about speed, measured again."""
    install(session)
    session.run("python", "benchmarks/records.py", *session.posargs)
    session.run("python", "benchmarks/monitor.py")
    session.run("python", "benchmarks/bootstrap.py")
    session.run("python", "benchmarks/api.py")
    session.run("python", "benchmarks/site.py", *session.posargs)
    session.run("python", "benchmarks/portfolio.py")
    session.run("python", "benchmarks/describe.py")
    session.run("python", "benchmarks/first_verdict.py")
    session.run("python", "benchmarks/setup.py", *session.posargs)
    session.run("python", "benchmarks/beside_release.py", *session.posargs)


@nox.session
def simulation(session: nox.Session) -> None:
    """How often the judge is wrong, measured again, for a page of the documentation."""
    install(session)
    session.run("python", "benchmarks/simulate.py", *session.posargs, env={"OMP_NUM_THREADS": "1"})
