"""Origin: where the project lies on the team's forge, by git's remote; a page links it, no more."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from .. import git

# https://host/group/project.git, ssh://git@host:22/group/project, git@host:group/project.git
REMOTE = re.compile(
    r"(?:https?://(?:[^@/\s]*@)?(?P<web>[\w.-]+(?::[0-9]+)?)/"
    r"|(?:ssh://)?(?:[\w.-]+@)(?P<host>[\w.-]+)(?::[0-9]+)?[:/])"
    r"(?P<path>[\w.~-]+(?:/[\w.~-]+)+)/?"
)


@dataclass(frozen=True)
class Origin:
    """A project on a forge: the addresses that people open. Nothing is asked of them here.

    `folder` is that of the project in its repository, with a slash at its end, or empty.
    """

    kind: Literal["github", "gitlab"]
    web: str
    folder: str = ""

    def commit(self, id_: str) -> str:
        """The page of a commit."""
        return f"{self._below}/commit/{quote(id_)}"

    def file(self, path: str, commit: str) -> str:
        """A file as it was in a commit."""
        return f"{self._below}/blob/{quote(commit)}/{quote(self.folder + path)}"

    def new_issue(self, title: str) -> str:
        """The form of a new issue, with its title filled in."""
        key = "title" if self.kind == "github" else quote("issue[title]")
        return f"{self._below}/issues/new?{key}={quote(title)}"

    @property
    def _below(self) -> str:
        return self.web if self.kind == "github" else f"{self.web}/-"


def origin_of(root: Path) -> Origin | None:
    """Where git's remote `origin` says that a project lies; None if that is no known forge.

    A name or a password in the remote's address is left out.
    """
    try:
        remote = git.setting(root, "remote.origin.url") or ""
        folder = git.run(root, "rev-parse", "--show-prefix").decode().strip() if remote else ""
    except git.GitError:
        return None
    found = REMOTE.fullmatch(remote)
    kind = _kind(found["web"] or found["host"], root) if found else None
    if found is None or kind is None:
        return None
    path = found["path"].removesuffix(".git")
    return Origin(kind, f"https://{found['web'] or found['host']}/{path}", folder)


def _kind(host: str, root: Path) -> Literal["github", "gitlab"] | None:
    """Which forge a host is: by its name, or by whose pipeline files there are."""
    if "github" in host:
        return "github"
    if "gitlab" in host or (root / ".gitlab-ci.yml").is_file():
        return "gitlab"
    return "github" if (root / ".github/workflows").is_dir() else None
