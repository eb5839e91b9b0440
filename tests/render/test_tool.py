"""Where a project gets the process tool from: what pyproject.toml names, in each of three ways."""

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import copier
import pytest
import yaml
from packaging.requirements import Requirement
from rendering import DEFAULTS, QUESTIONS, ROOT, Answers, commit, copy, git

from lab.proof.pins import git_address
from lab.update.source import Wheel, naming

Render = Callable[[Answers], Path]
VERSION = QUESTIONS["tool_version"]["default"]
WHEEL = Wheel(f"agile_ml_lab-{VERSION}-py3-none-any.whl", b"")

ADDRESSES = {
    "https://github.com/o/r.git": "https://github.com/o/r.git",
    "https://github.com/o/r": "https://github.com/o/r",
    "git+https://git.example.com/o/r": "https://git.example.com/o/r",
    "https://ann:secret@git.example.com/o/r.git": "https://git.example.com/o/r.git",
    "https://token@git.example.com/o/r.git": "https://git.example.com/o/r.git",
    "gh:o/r": "https://github.com/o/r.git",
    "gh:/o/r.git": "https://github.com/o/r.git",
    "gl:group/part/r": "https://gitlab.com/group/part/r.git",
    "git@github.com:o/r.git": "ssh://git@github.com/o/r.git",
    "git+ssh://git@git.example.com:22/o/r.git": "ssh://git@git.example.com:22/o/r.git",
    "forge:o/r.git": "ssh://forge/o/r.git",
    "git+file:///srv/my repo": "file:///srv/my%20repo",
}
FOLDERS = {
    "/srv/template": "file:///srv/template",
    '/srv/a b#c"d@e%': "file:///srv/a%20b%23c%22d%40e%25",
    "C:\\work\\template": "file:///C:/work/template",
}


def settings(project: Path) -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))


def way(project: Path) -> str:
    """The answer on where the tool comes from."""
    answers = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    return answers["tool"]


def named(project: Path) -> str:
    """The one line of the groups that names the tool."""
    group = settings(project)["dependency-groups"]["tool"]
    (line,) = [line for line in group if isinstance(line, str) and line.startswith("agile-ml-lab")]
    return line


@pytest.fixture(scope="module")
def rendered(
    questions: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str, str], str]:
    """The default of a question, for an address of the template."""
    folder = tmp_path_factory.mktemp("unused") / "project"
    worker = copier.run_copy(str(questions), folder, defaults=True, quiet=True, pretend=True)

    def rendered(question: str, source: str, folder: str = "") -> str:
        text = worker.jinja_env.from_string(QUESTIONS[question]["default"])
        return text.render(_copier_answers={"_src_path": source}, template_folder=folder)

    return rendered


@pytest.mark.parametrize(("source", "address"), ADDRESSES.items(), ids=str)
def test_an_address_is_one_that_uv_and_pip_take(
    rendered: Callable[..., str], source: str, address: str
) -> None:
    assert rendered("template_folder", source) == ""
    assert rendered("tool_address", source) == address
    assert Requirement(f"agile-ml-lab @ git+{address}@abc").url == f"git+{address}@abc"


@pytest.mark.parametrize(("folder", "address"), FOLDERS.items(), ids=str)
def test_a_folder_becomes_an_address(
    rendered: Callable[..., str], folder: str, address: str
) -> None:
    assert rendered("tool_address", folder, folder) == address
    assert Requirement(f"agile-ml-lab @ {address}").url == address


@pytest.mark.parametrize("folder", [".", "..", "~/template", "/srv/template", "C:/work", "D:\\t"])
def test_a_folder_is_none_of_the_addresses(rendered: Callable[..., str], folder: str) -> None:
    assert Path(rendered("template_folder", folder)).is_absolute()


def test_short_addresses_are_spelled_out_for_git_as_they_are_for_uv() -> None:
    short = {source: address for source, address in ADDRESSES.items() if source[:2] in ("gh", "gl")}
    assert {source: git_address(source) for source in short} == short


def test_the_version_is_the_tools_own() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert tool["project"]["version"] == VERSION


def test_from_the_repository_it_is_pinned_to_the_commit_of_the_template(
    render: Render, template: Path
) -> None:
    head = git("rev-parse", "HEAD", cwd=template).strip()
    pin = f"agile-ml-lab @ git+{template.as_uri()}@{head}"
    assert named(render({"tool": "git"})) == pin
    assert named(render({"tool": "vendored"})) == pin  # until there is a wheel


def test_from_an_index_it_is_a_version(render: Render) -> None:
    project = render({"tool": "index"})
    assert named(project) == f"agile-ml-lab=={VERSION}"
    assert "agile-ml-lab" not in settings(project)["tool"]["uv"]["sources"]


@pytest.mark.parametrize("api", [True, False])
def test_a_wheel_is_named_exactly_as_the_tool_names_it(render: Render, api: bool) -> None:
    before = (render({"tool": "vendored", "api": api}) / "pyproject.toml").read_text("utf-8")
    project = render({"tool": "vendored", "tool_wheel": True, "api": api})
    after = (project / "pyproject.toml").read_text(encoding="utf-8")
    assert named(project) == f"agile-ml-lab=={VERSION}"
    sources = settings(project)["tool"]["uv"]["sources"]
    assert sources["agile-ml-lab"] == {"path": f"lab/{WHEEL.name}"}
    assert naming(before, WHEEL) == after
    assert naming(after, WHEEL) == after


def test_a_project_from_a_folder_holds_the_tool_and_one_from_an_address_does_not(
    render: Render, template: Path, tmp_path: Path
) -> None:
    assert way(render(DEFAULTS)) == "vendored"
    copier.run_copy(f"git+{template.as_uri()}", tmp_path / "p", defaults=True, quiet=True)
    assert way(tmp_path / "p") == "git"
    assert named(tmp_path / "p") == named(render({"tool": "git"}))


def test_what_is_not_committed_is_taken_from_the_folder_as_it_is(
    template: Path, tmp_path: Path
) -> None:
    """Copier commits it in a clone of its own, so no pin would lead to it."""
    draft = tmp_path / "draft"
    git("clone", "--quiet", str(template), str(draft), cwd=tmp_path)
    copier.run_copy(str(draft), tmp_path / "clean", defaults=True, quiet=True, vcs_ref="HEAD")
    head = git("rev-parse", "HEAD", cwd=draft).strip()
    assert named(tmp_path / "clean") == f"agile-ml-lab @ git+{draft.as_uri()}@{head}"
    (draft / "new.txt").write_text("new\n", encoding="utf-8")
    with pytest.warns(match="Dirty template changes"):
        copier.run_copy(str(draft), tmp_path / "dirty", defaults=True, quiet=True, vcs_ref="HEAD")
    assert named(tmp_path / "dirty") == f"agile-ml-lab @ {draft.as_uri()}"
    commit(draft)
    copier.run_copy(str(draft), tmp_path / "newest", defaults=True, quiet=True)
    assert named(tmp_path / "newest") == f"agile-ml-lab @ git+{draft.as_uri()}@{head}"  # its tag


def test_a_template_without_git_is_taken_from_its_folder(template: Path, tmp_path: Path) -> None:
    unpacked = tmp_path / "a folder"
    shutil.copytree(template, unpacked, ignore=shutil.ignore_patterns(".git"))
    assert named(copy(unpacked, tmp_path / "project")) == f"agile-ml-lab @ {unpacked.as_uri()}"
