"""The template's released versions, and later ones that tests make, in a temporary repository."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import yaml
from rendering import CONFIG, ROOT, Answers, commit, copy, git, release, snapshot
from sharing import once

from lab.project import Project
from lab.update.merge import Updated, Wanted, update
from lab.update.ownership import Classes

Release = Mapping[str, str]
RELEASES: list[Release] = yaml.load(
    (ROOT / "releases.yml").read_text("utf-8"), Loader=yaml.BaseLoader
)["releases"]  # all of it is text, also a commit of digits alone
OWN_TOOL = "lab/src"  # where a project of version 1.0.0 has it
NOW = "v99.0.0"  # the work tree, as if it were released; later than any version
NEXT = "v99.1.0"  # what a test makes of it
VERSIONS = [*(f"v{one['version']}" for one in RELEASES), NOW]
NO_CHANGE: Mapping[str, str] = {}
CLASSES = Classes(CONFIG["path_classes"]["default"])


class MissingReleaseError(LookupError):
    """A release whose files are not in a repository's history."""


def repository_of_releases(
    folder: Path, source: Path = ROOT, releases: Sequence[Release] = RELEASES
) -> Path:
    """A repository of the template in which every release has its tag, and the work tree NOW.

    Raises:
        MissingReleaseError: a release is not in the history; it is not passed over.
    """
    if not releases:
        return retag(snapshot(folder), NOW)
    commits = {f"v{one['version']}": commit_of(one, source) for one in releases}
    git("clone", "--quiet", str(source), str(folder), cwd=source)
    for old in git("tag", cwd=folder).split():
        git("tag", "--delete", old, cwd=folder)
    for version, found in commits.items():
        git("tag", version, found, cwd=folder)
    git("rm", "-r", "--quiet", "--force", ".", cwd=folder)
    with_work_tree = snapshot(folder.with_name("work-tree"))
    shutil.rmtree(with_work_tree / ".git")
    shutil.copytree(with_work_tree, folder, dirs_exist_ok=True)
    return release(folder, NOW)


def commit_of(one: Release, repository: Path) -> str:
    """The commit of a release; where the history was rewritten, the one with the same files.

    Raises:
        MissingReleaseError: there is neither.
    """
    history = git("log", "--all", "--format=%H %T", cwd=repository).split()
    trees = dict(zip(history[::2], history[1::2], strict=True))
    if one["commit"] in trees:
        return one["commit"]
    for found, tree in trees.items():
        if tree == one["tree"]:
            return found
    shallow = git("rev-parse", "--is-shallow-repository", cwd=repository).strip() == "true"
    raise MissingReleaseError(
        f"version {one['version']} of releases.yml is not in the history of {repository}: no "
        f"commit is {one['commit']}, and none has the tree {one['tree']}; fetch "
        + ("the whole history with `git fetch --unshallow`." if shallow else "the branch it is on.")
    )


def retag(template: Path, version: str) -> Path:
    """The one version of a repository by another name."""
    for old in git("tag", cwd=template).split():
        git("tag", "--delete", old, cwd=template)
    git("tag", version, cwd=template)
    return template


@dataclass(frozen=True)
class History:
    """A project under git, and a repository of the template that may change.

    Attributes:
        template: the repository.
        project: the project.
        tool: the folder of the tool that it is updated with, if it is not this one.
    """

    template: Path
    project: Path
    tool: Path | None = None

    def update(
        self, answers: Mapping[str, str] = NO_CHANGE, trust: bool = False, take: bool = True
    ) -> Updated:
        """`lab update`, in this process if it is that of this version."""
        if self.tool and self.tool.is_dir():
            return self._update_with(self.tool, answers, trust)
        return update(Project(self.project), Wanted(None, answers, trust, lambda new: take))

    def _update_with(self, tool: Path, answers: Mapping[str, str], trust: bool) -> Updated:
        words = [f"--data={name}={answer}" for name, answer in answers.items()]
        ended = subprocess.run(
            [sys.executable, "-m", "lab", "update", "--json", *words, *["--trust"] * trust],
            cwd=self.project,
            env=os.environ | {"PYTHONPATH": str(tool)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ended.stderr == ""
        return Updated(**json.loads(ended.stdout))


def begin(template: Path, folder: Path, answers: Answers, version: str = NOW) -> History:
    """A new project of a version, in a folder that is empty.

    A template that already has later versions has them again as soon as the project is made.
    """
    made = folder / "template"
    git("clone", "--quiet", str(template), str(made), cwd=folder)
    first = rendered(template, answers, version)
    project = shutil.copytree(first.project, folder / "project")
    edit(project / ".copier-answers.yml", str(first.template), str(made))
    named = (project / "pyproject.toml").read_text(encoding="utf-8")
    named = named.replace(str(first.template), str(made))  # where the tool comes from
    (project / "pyproject.toml").write_text(named, encoding="utf-8")
    git("init", "--quiet", cwd=project)
    commit(project)
    return History(made, project, project / OWN_TOOL)


def rendered(template: Path, answers: Answers, version: str) -> History:
    """A project of a version, made once. Do not change it."""

    def make(folder: Path) -> None:
        folder.mkdir()
        copy(of_version(template, folder / "template", version), folder / "project", answers)

    key = sha256(f"{version} {json.dumps(answers, sort_keys=True)}".encode()).hexdigest()
    folder = once(template.with_name(f"{template.name}-{key}"), make)
    return History(folder / "template", folder / "project")


def of_version(template: Path, folder: Path, version: str) -> Path:
    """A copy of a repository of the template as it was when a version was the newest."""
    git("clone", "--quiet", str(template), str(folder), cwd=template)
    tags = git("tag", "--sort=version:refname", cwd=folder).split()
    for later in tags[tags.index(version) + 1 :]:
        git("tag", "--delete", later, cwd=folder)
    git("checkout", "--quiet", version, cwd=folder)
    return folder


def classes_of(project: Path) -> Classes:
    """The path classes of the version that a project has."""
    return Classes(json.loads((project / "lab/path-classes.json").read_text(encoding="utf-8")))


def everything(project: Path) -> dict[str, tuple[int, bytes]]:
    """The mode and the content of every file; of a link, where it leads."""
    found = {}
    for path in sorted(project.rglob("*")):
        name = path.relative_to(project).as_posix()
        if path.is_symlink():
            found[name] = (0, os.fsencode(path.readlink()))
        elif path.is_file() and not name.startswith(".git/"):
            found[name] = (path.stat().st_mode, path.read_bytes())
    return found


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def source_of(template: Path, path: str) -> Path:
    """The file of the template that a path of a project is made from."""
    file = template / "template" / path
    return file if file.exists() else file.with_name(f"{file.name}.jinja")
