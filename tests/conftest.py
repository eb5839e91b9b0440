"""What the tests of the template share: its snapshot, one project per answer set, and one set up.

That one is set up on a Thursday, the 5th of November 2026; its hypothesis is locked on Friday, and
judged on Monday.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import hypothesis
import plumbum
import pytest
from project.using import CARD, SEARCH, InUse, commit, find_pythons, set_up
from rendering import DEFAULTS, Answers, copy, hasten_copier, snapshot
from sharing import Factory, shared

SET_UP = "2026-11-05T12:00:00Z"
LOCKED, JUDGED = "2026-11-06T09:00:00Z", "2026-11-09T09:00:00Z"

os.environ.pop("UV_RUN_RECURSION_DEPTH", None)  # what is printed is not that of `uv run pytest`

# The same examples in every run: a surprise belongs into a session of its own, not into CI.
hypothesis.settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None, max_examples=150
)
hypothesis.settings.load_profile("steady")

GIT_SETTINGS = """\
[user]
    name = Tess Tester
    email = tess@localhost
[init]
    defaultBranch = main
[core]
    autocrlf = false
[safe]
    directory = *
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no process waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session", autouse=True)
def neutral_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Git and Copier see settings of their own, and none of this machine or of a hook."""
    settings = tmp_path_factory.mktemp("settings")
    (settings / "gitconfig").write_text(GIT_SETTINGS, encoding="utf-8")
    (settings / "copier.yml").write_text("{}\n", encoding="utf-8")
    # Copier runs git through plumbum, which took its copy of the environment at import.
    with pytest.MonkeyPatch.context() as patch, plumbum.local.env():
        for name in ("GITHUB_EVENT_PATH", "CI_DEFAULT_BRANCH"):  # of this repository's own CI
            patch.delenv(name, raising=False)
        for name in [name for name in os.environ if name.startswith("GIT_")]:
            patch.delenv(name)
            if name in plumbum.local.env:
                del plumbum.local.env[name]
        for name, value in {
            "GIT_CONFIG_GLOBAL": str(settings / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "COPIER_SETTINGS_PATH": str(settings / "copier.yml"),
        }.items():
            patch.setenv(name, value)
            plumbum.local.env[name] = value
        yield


@pytest.fixture(scope="session", autouse=True)
def one_folder_of_bytecode(tmp_path_factory: Factory) -> Iterator[None]:
    """What one program compiles serves all that tests start, and lies in no project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        if "PYTHONPYCACHEPREFIX" not in os.environ:
            folder = shared(tmp_path_factory, "bytecode", Path.mkdir)
            patch.setenv("PYTHONPYCACHEPREFIX", str(folder))
        yield


@pytest.fixture(scope="session", autouse=True)
def hastened_copier() -> Iterator[None]:
    """Copier makes hundreds of projects in these tests."""
    with pytest.MonkeyPatch.context() as patch:
        hasten_copier(patch)
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: Factory, neutral_machine: None) -> Path:
    """A repository that holds the work tree as one tagged commit. Do not change it."""
    return shared(tmp_path_factory, "template", snapshot)


@pytest.fixture(scope="session")
def render(template: Path, tmp_path_factory: Factory) -> Callable[[Answers], Path]:
    """Render a project from answers, once each. Do not change what it gives: copy it first."""

    def render(answers: Answers = DEFAULTS) -> Path:
        name = sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()[:16]
        made = shared(
            *(tmp_path_factory, f"rendered-{name}"),
            lambda folder: copy(template, folder / "project", answers),
        )
        return made / "project"

    return render


@pytest.fixture(scope="session")
def projects(
    render: Callable[[Answers], Path], tmp_path_factory: Factory
) -> Callable[[str], InUse]:
    """A project of a task, set up once. Do not change it: copy it first."""
    failed = set[str]()

    def project(task: str) -> InUse:
        def make(folder: Path) -> None:
            root = shutil.copytree(render({"task": task}), folder / "project")
            made = set_up(root, next(iter(find_pythons().values())), LAB_NOW=SET_UP)
            (folder / "said.txt").write_text(made.said, encoding="utf-8")

        if task in failed:
            pytest.fail(f"the {task} project: its set-up failed before")
        failed.add(task)
        folder = shared(tmp_path_factory, f"set-up-{task}", make)
        failed.discard(task)
        return InUse(folder / "project", (folder / "said.txt").read_text("utf-8"))

    return project


@pytest.fixture(scope="session")
def judged(projects: Callable[[str], InUse], tmp_path_factory: Factory) -> InUse:
    """A project whose branch `judge` holds an experiment and its verdict. Copy it first."""

    def make(root: Path) -> None:
        project = projects("binary").copy(root)
        project.ok("git", "tag", "set-up")
        lab = ("uv", "run", "--no-sync", "lab")
        project.ok(*lab, "start", CARD, LAB_NOW=LOCKED)
        commit(project, "Start")
        project.ok("git", "switch", "--quiet", "--create", "judge")
        project.change("params.yaml", *SEARCH)
        project.repro()
        project.ok(*lab, "judge", CARD, LAB_NOW=JUDGED)
        commit(project, "Judge")

    return InUse(shared(tmp_path_factory, "judged", make))
