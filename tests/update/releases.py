"""The template's released versions, and later ones that tests make, in a temporary repository."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rendering import CONFIG, ROOT, Answers, commit, copy, git, release, snapshot

from lab.project import Project
from lab.rules.ownership import Classes
from lab.update import Updated, Wanted, update

RELEASES: list[dict[str, Any]] = yaml.safe_load((ROOT / "releases.yml").read_text("utf-8"))[
    "releases"
]
NOW = "v99.0.0"  # the work tree, as if it were released; later than any version
NEXT = "v99.1.0"  # what a test makes of it
NO_CHANGE: Mapping[str, str] = {}
CLASSES = Classes(CONFIG["path_classes"]["default"])


def repository_of_releases(folder: Path) -> Path:
    """A repository of the template in which every release has its tag, and the work tree NOW.

    A release whose commit is missing, as in a shallow clone, is a failure and not passed over.
    """
    if not RELEASES:
        return retag(snapshot(folder), NOW)
    git("clone", "--quiet", str(ROOT), str(folder), cwd=ROOT)
    for old in git("tag", cwd=folder).split():
        git("tag", "--delete", old, cwd=folder)
    for one in RELEASES:
        git("tag", f"v{one['version']}", one["commit"], cwd=folder)
    git("rm", "-r", "--quiet", "--force", ".", cwd=folder)
    with_work_tree = snapshot(folder.with_name("work-tree"))
    shutil.rmtree(with_work_tree / ".git")
    shutil.copytree(with_work_tree, folder, dirs_exist_ok=True)
    return release(folder, NOW)


def retag(template: Path, version: str) -> Path:
    """The one version of a repository by another name."""
    for old in git("tag", cwd=template).split():
        git("tag", "--delete", old, cwd=template)
    git("tag", version, cwd=template)
    return template


@dataclass(frozen=True)
class History:
    """A project under git, and a repository of the template that may change."""

    template: Path
    project: Path

    def update(
        self, answers: Mapping[str, str] = NO_CHANGE, trust: bool = False, take: bool = True
    ) -> Updated:
        """`lab update`, in this process."""
        return update(Project(self.project), Wanted(None, answers, trust, lambda new: take))


def begin(template: Path, folder: Path, answers: Answers, version: str = NOW) -> History:
    """A new project of a version, in a folder that is empty."""
    git("clone", "--quiet", str(template), str(folder / "template"), cwd=folder)
    made = folder / "template"
    newest = git("tag", "--sort=version:refname", cwd=made).split()
    for later in newest[newest.index(version) + 1 :]:
        git("tag", "--delete", later, cwd=made)
    project = copy(made, folder / "project", answers)
    git("init", "--quiet", cwd=project)
    commit(project)
    git("fetch", "--quiet", "--tags", "origin", cwd=made)
    return History(made, project)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def source_of(template: Path, path: str) -> Path:
    """The file of the template that a path of a project is made from."""
    file = template / "template" / path
    return file if file.exists() else file.with_name(f"{file.name}.jinja")
