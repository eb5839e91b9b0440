"""The wheel of a project and the lines that name it, with a uv that follows a script."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lab import git
from lab.errors import LabError
from lab.programs import Ended
from lab.project import Project
from lab.proof.pins import git_address
from lab.update import source
from lab.update.source import Wheel, is_provided, naming, provide

DONE = Ended(0, ())
WHEEL = "agile_ml_lab-2.1.0-py3-none-any.whl"
PYPROJECT = """\
[dependency-groups]
dev = [
    "agile-ml-lab @ git+file:///srv/template@abc",
    "dvc~=3.67",
]

[tool.ruff]
line-length = 100
"""
VENDORED = PYPROJECT.replace("agile-ml-lab @ git+file:///srv/template@abc", "agile-ml-lab==2.1.0")
PATH = f'agile-ml-lab = {{ path = "lab/{WHEEL}" }}\n'
MARKS = "# --- team: begin ---\n# --- team: end ---\n"
VENDORED = VENDORED.replace("[tool.ruff]", f"[tool.uv.sources]\n{PATH}{MARKS}\n[tool.ruff]")


@dataclass(frozen=True)
class Scripted(Project):
    """A project whose uv builds one wheel, and locks or does not."""

    locked: Ended = DONE
    built: Ended = DONE
    ran: list[tuple[str, ...]] = field(default_factory=list)

    def run_apart(self, *command: str, environment: Mapping[str, str]) -> Ended:
        self.ran.append(command)
        if command[:2] == ("uv", "lock"):
            return self.locked
        assert command[:2] == ("uv", "build")
        (option,) = [word for word in command if word.startswith("--out-dir=")]
        out = Path(option.partition("=")[2])
        out.mkdir()
        (out / ".gitignore").write_text("*\n")
        if not self.built.code:
            readme = Path(command[-1]) / "README.md"
            (out / WHEEL).write_bytes(b"PK\0" + readme.read_bytes())
        return self.built

    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.root.rglob("*") if path.is_file()]
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def template(tmp_path: Path, neutral_machine: None) -> Path:
    """A template of one version, and a README that was changed and not committed since."""
    folder = tmp_path / "template"
    folder.mkdir()
    (folder / "README.md").write_text("committed\n")
    (folder / "pyproject.toml").write_text("")
    git.run(folder, "init", "--quiet")
    git.run(folder, "add", "--all")
    git.run(folder, "commit", "--quiet", "--message", "First")
    git.run(folder, "tag", "v2.1.0")
    (folder / "README.md").write_text("draft\n")
    return folder


Make = Callable[..., Scripted]


@pytest.fixture
def make(template: Path, tmp_path: Path) -> Make:
    """Make a project: from which template and version, with which answers."""

    def make(
        way: str = "vendored",
        wheel: str = "false",
        at: str = "v2.1.0",
        of: str = "",
        built: Ended = DONE,
        locked: Ended = DONE,
    ) -> Scripted:
        root = tmp_path / "project"
        (root / "lab").mkdir(parents=True)
        (root / "lab/CHANGELOG.md").write_text("# Changes\n")
        (root / "pyproject.toml").write_text(PYPROJECT)
        (root / "uv.lock").write_text("version = 1\n")
        (root / ".copier-answers.yml").write_text(
            f'_commit: "{at}"\n_src_path: "{of or template.as_posix()}"\n'
            f'tool: "{way}"\ntool_wheel: {wheel}\n'
        )
        return Scripted(root, locked, built)

    return make


def test_the_wheel_of_the_projects_version_is_put_into_the_project(make: Make):
    project = make()
    assert not is_provided(project)
    assert provide(project) == f"lab/{WHEEL} holds it"
    assert is_provided(project)
    files = project.files()
    assert files[f"lab/{WHEEL}"] == b"PK\0committed\n"
    assert files["pyproject.toml"].decode() == VENDORED
    assert files[".copier-answers.yml"].decode().endswith('tool: "vendored"\ntool_wheel: true\n')
    assert sorted(files) == [
        *(".copier-answers.yml", "lab/CHANGELOG.md", f"lab/{WHEEL}", "pyproject.toml", "uv.lock"),
    ]
    assert project.ran[-1] == ("uv", "lock", "--upgrade-package", "agile-ml-lab")
    provide(project)
    assert project.files() == files


def test_the_wheel_of_an_earlier_version_goes(make: Make):
    project = make(wheel="true")
    (project.root / "lab/agile_ml_lab-2.0.0-py3-none-any.whl").write_bytes(b"PK\0old")
    provide(project)
    assert [path.name for path in project.root.glob("lab/*.whl")] == [WHEEL]


def test_a_project_without_a_lock_gets_none(make: Make):
    project = make()
    (project.root / "uv.lock").unlink()
    provide(project)
    assert not (project.root / "uv.lock").exists()
    assert [command[1] for command in project.ran] == ["build"]


@pytest.mark.parametrize("way", ["git", "index"])
def test_on_another_way_the_wheel_goes_and_the_lock_follows(make: Make, way: str):
    project = make(way, wheel="true")
    (project.root / "lab" / WHEEL).write_bytes(b"PK\0")
    assert is_provided(project)
    assert provide(project) == "agile-ml-lab is locked"
    assert not list(project.root.glob("lab/*.whl"))
    assert project.files()[".copier-answers.yml"].decode().endswith("tool_wheel: false\n")
    assert project.files()["pyproject.toml"].decode() == PYPROJECT
    assert [command[1] for command in project.ran] == ["lock"]


def test_a_version_that_is_no_commit_is_built_from_the_folder_as_it_is(make: Make, template: Path):
    """Copier commits in a clone of its own what is not committed, and records that commit."""
    project = make(at="v2.1.0-1-gabcdef0")
    provide(project)
    assert (project.root / "lab" / WHEEL).read_bytes() == b"PK\0draft\n"
    assert (template / "README.md").read_text() == "draft\n"


def test_a_folder_without_git_is_enough(make: Make, template: Path):
    shutil.rmtree(template / ".git")
    project = make()
    provide(project)
    assert (project.root / "lab" / WHEEL).read_bytes() == b"PK\0draft\n"


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"of": "/nowhere/template.git"}, "/nowhere/template.git cannot be read, and"),
        ({"at": "v9.9.9", "of": "git+file://{}"}, "has no version v9.9.9: its history"),
        ({"built": Ended(2, ("no uv_build",))}, "cannot be built from .*\n    no uv_build\nCheck"),
        ({"locked": Ended(2, ("no index",))}, "cannot be locked:\n    no index\nWhere a machine"),
    ],
    ids=["unreachable", "unknown commit", "not built", "not locked"],
)
def test_what_fails_is_said_and_nothing_is_half_done(
    make: Make, template: Path, broken: dict[str, str | Ended], sentence: str
):
    of = str(broken.get("of", "")).format(template.as_posix())
    project = make(wheel="true", **(broken | {"of": of}))
    (project.root / "lab/agile_ml_lab-2.0.0-py3-none-any.whl").write_bytes(b"PK\0old")
    before = project.files()
    with pytest.raises(LabError, match=sentence):
        provide(project)
    assert project.files() == before


def test_without_uv_it_says_how_to_get_it(make: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(source.shutil, "which", lambda name: None)
    with pytest.raises(LabError, match="python -m pip install uv"):
        provide(make())


def test_a_project_that_names_no_tool_says_so():
    with pytest.raises(LabError, match='does not name "agile-ml-lab"'):
        naming("[project]\n", Wheel(WHEEL, b""))


def test_the_line_joins_the_sources_that_are_there():
    sources = "[tool.uv.sources]\nown-api = { workspace = true }\n"
    named = naming(PYPROJECT.replace("[tool.ruff]", f"{sources}\n[tool.ruff]"), Wheel(WHEEL, b""))
    assert f"[tool.uv.sources]\n{PATH}own-api = {{ workspace = true }}\n\n[tool.ruff]" in named


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("gh:o/r", "https://github.com/o/r.git"),
        ("gl:/g/r.git", "https://gitlab.com/g/r.git"),
        ("git+https://git.example.com/o/r", "https://git.example.com/o/r"),
        ("git@github.com:o/r.git", "git@github.com:o/r.git"),
        ("/srv/template", "/srv/template"),
    ],
)
def test_an_address_is_given_to_git_as_it_takes_it(typed: str, address: str):
    assert git_address(typed) == address
