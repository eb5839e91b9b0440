"""`lab setup`: from a fresh copy to a working repository.

Each step looks at what is there before it does anything, so a second run repeats nothing,
and a run that was broken off can be taken up again.
"""

import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .. import git
from ..errors import LabError
from ..numerals import number
from ..programs import Ended
from ..project import Project
from ..records.people import NOBODY, Person
from ..records.store import Store, read_store
from ..site.build import build_site
from ..site.numbers import Numbers, read_numbers
from . import outer_hooks
from .source import is_provided, provide

Say = Callable[[str], None]
UV_FAILURES = (  # what it prints, why, and what to do; the first that fits
    (
        ("hash mismatch",),
        "A package is not the one that was locked",
        "If it is the tool's wheel, restore it: `git checkout -- lab uv.lock`.",
    ),
    (
        ("git operation failed",),
        "The template's repository cannot be read",
        "See that git gets there, or have the tool in the project: "
        "`lab update --data tool=vendored`, on a machine that can read it.",
    ),
    (
        ("failed to fetch", "dns error", "could not connect", "timed out"),
        "The package index cannot be reached",
        "Check the network or the proxy.",
    ),
)
AGAIN = "Then run `uv run lab setup` again: it goes on where it stopped."


def set_up(project: Project, say: Say, turn_to: Say = lambda name: None) -> None:
    """Run every step in order and say what each made.

    Args:
        project: the fresh copy.
        say: called with each line.
        turn_to: called with the name of each step as it begins.

    Raises:
        LabError: a step failed; it names the missing piece, how to fix it and how to go on.
    """
    began = time.monotonic()
    say(f"Setting up {project.root}")
    for place, (name, step) in enumerate(STEPS.items(), start=1):
        say(f"[{place}/{len(STEPS)}] {name}")
        step_began = time.monotonic()
        turn_to(name)
        try:
            done = step(project, lambda line: say(f"      {line}"))
        except LabError as error:
            raise LabError(f"{error} {AGAIN}") from None
        say(f"      {done} ({time.monotonic() - step_began:.1f} s)")
    say("")
    say(f"Ready in {time.monotonic() - began:.0f} s.")
    for line in _what_next(project):
        say(line)


def _repository(project: Project, say: Say) -> str:
    if shutil.which("git") is None:
        raise LabError("git is not on the path: install it from https://git-scm.com.")
    if (project.root / ".git").exists():
        return "is there already"
    around = git.top(project.root)
    ignored = around and git.run(around, "check-ignore", str(project.root), missing_ok=True)
    if around and not ignored:
        return f"is that of {around.as_posix()}, of which this is a folder"
    git.run(project.root, "init", "--initial-branch=main")
    own = f" of its own, because {around.as_posix()} ignores this folder" if around else ""
    return f"made one{own}, on branch main"


def _tool(project: Project, say: Say) -> str:
    """Put the tool itself into a project that was made from a folder of one machine."""
    if is_provided(project):
        return "comes from where pyproject.toml says"
    if shutil.which("uv") is None:
        return "stays where it is: its wheel is built by uv, and uv is not on the path"
    return provide(project)


def _environment(project: Project, say: Say) -> str:
    if shutil.which("uv") is None:
        missing = [name for name in ("dvc", "mkdocs", "nox", "pre-commit") if not _has(name)]
        if missing:
            raise LabError(
                f"{missing[0]} is not in this environment, and uv is not on the path: "
                "run `python -m pip install uv`."
            )
        return f"uses {sys.prefix} as it is, because uv is not on the path"
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    ended = project.run("uv", "sync", "--python", running)  # whatever UV_PYTHON says by now
    if ended.code:
        reason, advice = _why_not(ended)
        raise LabError(f"{reason}:\n{ended.tail()}\n{advice}")
    return ".venv holds what uv.lock says"


def _why_not(ended: Ended) -> tuple[str, str]:
    """Why uv could not make the environment, and what a person can do."""
    printed = "\n".join(ended.lines).lower()
    for words, reason, advice in UV_FAILURES:
        if any(word in printed for word in words):
            return reason, advice
    return "uv sync failed", "Fix what it names."


def _pipeline_and_checks(project: Project, say: Say) -> str:
    """Both at once: the checks need nothing of the pipeline, and most machines have two cores."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        checks = beside.submit(project.run, "nox")
        say("checks    run beside the pipeline")
        pipeline = _pipeline(project, say)
        say(_checked(checks.result()))
    return pipeline


def _pipeline(project: Project, say: Say) -> str:
    ran: list[str] = []
    began = time.monotonic()

    def took() -> None:
        nonlocal began
        if ran:
            say(f"{ran[-1]:9} is done ({time.monotonic() - began:.1f} s)")
        began = time.monotonic()

    def hear(line: str) -> None:
        if line.startswith("Running stage "):
            took()
            ran.append(line.split("'")[1])
            say(f"{ran[-1]:9} runs")
        elif line.startswith(("wrote ", "note: ")):
            say(f"{ran[-1] if ran else '':9} {line}")

    ended = project.run("dvc", "repro", heard=hear)
    if ended.code:
        stage = f"stage {ran[-1]!r} failed" if ran else "dvc repro failed"
        raise LabError(
            f"The pipeline is broken: {stage}.\n{ended.tail()}\n"
            "Fix it, and see it work with `uv run dvc repro`."
        )
    took()
    return f"ran {len(ran)} stages" if ran else "the pipeline is up to date"


def _testset(project: Project, say: Say) -> str:
    """Register the held-out examples once, so that hypotheses can be started on them."""
    from ..proof.registration import register_testset

    store = read_store(project.root)
    wanted = {record.front.evaluation.testset for record in store.of("HYP")}
    if store.testsets or len(wanted) != 1:
        return "left to you: lab testset register" if not store.testsets else "is there already"
    (name,) = wanted
    testset = register_testset(store, name, _first_person(store).handle)
    return f"registered {name}: {testset['examples']} held-out examples"


def _first_person(store: Store) -> Person:
    if not store.people:
        raise LabError(NOBODY)
    return store.people[0]


def _checked(ended: Ended) -> str:
    """What the project's own checks found, in one line."""
    if ended.code:
        raise LabError(
            f"The project's own checks fail:\n{ended.tail()}\n"
            "Fix it, and see it pass with `uv run nox`."
        )
    tests = [line.strip("= ") for line in ended.lines if " passed" in line and " in " in line]
    passed = [
        line.removeprefix("nox > * ").partition(",")[0]
        for line in ended.lines
        if line.startswith("nox > * ")
    ]
    return f"checks    {', '.join([*passed, *tests])}"


def _site(project: Project, say: Say) -> str:
    index = build_site(project)
    return f"built {len(list(index.parent.rglob('*.html')))} pages"


def _hooks(project: Project, say: Say) -> str:
    if missing := outer_hooks.provide(project.root):
        for line in missing:
            say(line)
        return "left to you: put these lines into the list of the repository's hooks"
    around = outer_hooks.outer(project.root)
    named = (f"--config={around[0] / outer_hooks.CONFIG}",) if around else ()
    try:
        ended = project.run("pre-commit", "install", *named)
    except LabError as error:
        return f"not installed: {error}"
    if ended.code:
        return "not installed: " + (ended.lines[-1] if ended.lines else "pre-commit failed")
    return "run at each commit and push"


def _commit(project: Project, say: Say) -> str:
    root = project.root
    if git.commit_id(root, "HEAD") or outer_hooks.outer(root):
        changed = len(git.entries(git.run(root, "status", "--porcelain", "-z", "--no-renames")))
        return f"left to you: {changed} changed files" if changed else "nothing to commit"
    author = {}
    if not all(git.setting(root, key) for key in ("user.name", "user.email")):
        person = _first_person(read_store(root))
        author = git.author(person.name, f"{person.handle}@localhost")
        say("git does not know you yet: set user.name and user.email with `git config --global`")
    git.run(root, "add", "--all")
    # The checks have just run, so the hooks have nothing to add.
    commit = ["commit", "--quiet", "--no-verify", "--message", "Start from agile-ml-template"]
    git.run(root, *commit, variables=author)
    return f"committed {len(git.entries(git.run(root, 'ls-files', '-z')))} files"


STEPS: dict[str, Callable[[Project, Say], str]] = {
    "repository": _repository,
    "tool": _tool,
    "environment": _environment,
    "pipeline and checks": _pipeline_and_checks,
    "test set": _testset,
    "site": _site,
    "hooks": _hooks,
    "first commit": _commit,
}


def _has(program: str) -> bool:
    return shutil.which(program, path=str(Path(sys.executable).parent)) is not None


def _rows(numbers: Numbers) -> str:
    return "training rows, out of fold" if numbers.of_development else "held-out examples"


def _what_next(project: Project) -> list[str]:
    """What was made and where to look, with the numbers that the pipeline wrote."""
    numbers = read_numbers(project.root, "metrics")
    metrics = numbers.values
    candidate, status_quo = metrics["candidate"], metrics["status_quo"]
    width = max(map(len, candidate), default=0)
    compared = [
        f"  {name:{width}} {number(value):>9}"
        + (f" {number(status_quo[name]):>10}" if name in status_quo else "")
        for name, value in candidate.items()
    ]
    return [
        f"  {'':{width}} candidate status quo, on {metrics['examples']} {_rows(numbers)}"
        f" ({metrics['source']} data)",
        *compared,
        "",
        "  stages/                 what we believe, try and learn: start with stages/4-experiments",
        "  params.yaml             change something, then: uv run dvc repro",
        "  evaluation/             the tables, metrics and plots that it writes",
        "  build/site/index.html   the site: open it in a browser",
        "  README.md               everything else",
    ]
