"""What is asked of a forge, and how GitHub and GitLab each want it to be said."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .calls import Caller, ForgeError
from .place import Place


@dataclass(frozen=True)
class Written:
    """A comment, an issue or a pull request: its number, its text, its address, who wrote it.

    `ours` says whether this token's own account has written it, `by` who that is for people;
    `branch` is that of a pull request.
    """

    id: int
    text: str
    url: str
    ours: bool
    title: str = ""
    open: bool = True
    branch: str = ""
    by: str = ""


class Forge(ABC):
    """One project on a forge: what is asked of it, and what all of them do in the same way."""

    body: str  # how it calls the text of an issue or a pull request
    requests: str  # where its pull requests are
    rewrite: str  # the method of HTTP that changes something

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    @abstractmethod
    def comments(self, change: int) -> Iterator[Written]:
        """Every comment of a pull request or merge request, the oldest first."""

    @abstractmethod
    def comment(self, change: int, text: str, id_: int | None) -> str:
        """Write a comment, a new one or over an old one; its address."""

    def remove_comment(self, change: int, id_: int) -> None:
        """Take a comment away."""
        self.caller.send("DELETE", self._path_of_comment(change, id_))

    @abstractmethod
    def issues(self, label: str) -> Iterator[Written]:
        """Every issue with a label, open or closed, the oldest first."""

    @abstractmethod
    def issue(self, title: str, text: str, label: str, who: Sequence[str]) -> str:
        """Open an issue for people, but for those whom the forge does not know; its address."""

    def change_issue(self, id_: int, title: str, text: str, open_: bool) -> str:
        """Make an issue say something else, or close or reopen it; its address."""
        return self._change(f"issues/{id_}", title, text, open_)

    @abstractmethod
    def pull_requests(self, branch: str | None = None) -> Iterator[Written]:
        """The open pull requests or merge requests; of a branch, the closed ones, too."""

    @abstractmethod
    def pull_request(self, title: str, text: str, branch: str, base: str) -> str:
        """Open one, from a branch to its base; its address."""

    def change_pull_request(self, id_: int, title: str, text: str, open_: bool) -> str:
        """Make a pull request say something else, or close it; its address."""
        return self._change(f"{self.requests}/{id_}", title, text, open_)

    def labels(self) -> Iterator[str]:
        """The names of all labels."""
        return (str(entry.get("name")) for entry in self.caller.every("labels"))

    def label(self, name: str, colour: str, means: str) -> None:
        """Make a label; the colour is six hexadecimal digits."""
        content = {"name": name, "color": self._colour(colour), "description": means}
        self.caller.send("POST", "labels", content)

    def _change(self, path: str, title: str, text: str, open_: bool) -> str:
        content = {"title": title, self.body: text} | self._state(open_)
        return _url(self.caller.send(self.rewrite, path, content))

    @abstractmethod
    def _path_of_comment(self, change: int, id_: int) -> str: ...

    @abstractmethod
    def _state(self, open_: bool) -> dict[str, str]: ...

    @abstractmethod
    def _colour(self, digits: str) -> str: ...


class GitHub(Forge):
    """GitHub's REST interface. Comments of a pull request are those of its issue."""

    body, requests, rewrite = "body", "pulls", "PATCH"
    _me: str | None = None

    def comments(self, change: int) -> Iterator[Written]:
        """Every comment, the oldest first."""
        for entry in self.caller.every(f"issues/{change}/comments"):
            yield self._written(entry, "id")

    def comment(self, change: int, text: str, id_: int | None) -> str:
        """Write a comment."""
        if id_ is None:
            return _url(self.caller.send("POST", f"issues/{change}/comments", {"body": text}))
        path = self._path_of_comment(change, id_)
        return _url(self.caller.send(self.rewrite, path, {"body": text}))

    def issues(self, label: str) -> Iterator[Written]:
        """Every issue with a label; pull requests are listed among them, and left out."""
        query = {"labels": label, "state": "all", "sort": "created", "direction": "asc"}
        for entry in self.caller.every("issues", **query):
            if "pull_request" not in entry:
                yield self._written(entry, "number")

    def issue(self, title: str, text: str, label: str, who: Sequence[str]) -> str:
        """Open an issue."""
        content: dict[str, Any] = {"title": title, "body": text, "labels": [label]}
        known = [login for login in who if self._can_be_asked(login)]
        return _url(self.caller.send("POST", "issues", content | {"assignees": known}))

    def pull_requests(self, branch: str | None = None) -> Iterator[Written]:
        """Pull requests; GitHub names a branch with its owner."""
        owner = self.caller.place.project.split("/")[2]
        query = {"state": "all", "head": f"{owner}:{branch}"} if branch else {"state": "open"}
        query |= {"sort": "created", "direction": "asc"}
        for entry in self.caller.every("pulls", **query):
            head = entry.get("head")
            ref = head.get("ref") if isinstance(head, dict) else None
            yield replace(self._written(entry, "number"), branch=str(ref or ""))

    def pull_request(self, title: str, text: str, branch: str, base: str) -> str:
        """Open a pull request."""
        content = {"title": title, "body": text, "head": branch, "base": base}
        return _url(self.caller.send("POST", "pulls", content))

    def _path_of_comment(self, change: int, id_: int) -> str:
        return f"issues/comments/{id_}"

    def _state(self, open_: bool) -> dict[str, str]:
        return {"state": "open" if open_ else "closed"}

    def _colour(self, digits: str) -> str:
        return digits

    def _can_be_asked(self, handle: str) -> bool:
        try:
            self.caller.get(f"assignees/{handle}")
        except ForgeError as error:
            if error.status != 404:
                raise
            return False
        return True

    def _written(self, entry: dict[str, Any], id_: str) -> Written:
        return Written(
            int(entry[id_]),
            str(entry.get("body") or ""),
            _url(entry),
            self._is_ours(entry.get("user")),
            str(entry.get("title") or ""),
            entry.get("state", "open") == "open",
            by=_name(entry.get("user"), "login"),
        )

    def _is_ours(self, user: Any) -> bool:
        """A job's own token may not ask who it is; what it writes is signed by a bot."""
        if self._me is None:
            try:
                self._me = str(self.caller.get("/user").get("login"))
            except ForgeError as error:
                if error.status not in (401, 403, 404) or error.may_pass:
                    raise
                self._me = ""
        if not isinstance(user, dict):
            return False
        return user.get("login") == self._me if self._me else user.get("type") == "Bot"


class GitLab(Forge):
    """GitLab's REST interface. Comments are called notes, and issues have a number inside."""

    body, requests, rewrite = "description", "merge_requests", "PUT"
    _me: int | None = None

    def comments(self, change: int) -> Iterator[Written]:
        """Every note that somebody wrote, the oldest first."""
        query = {"sort": "asc", "order_by": "created_at"}
        for entry in self.caller.every(f"merge_requests/{change}/notes", **query):
            if not entry.get("system"):
                yield self._written(entry, "id", "body", self._address(change))

    def comment(self, change: int, text: str, id_: int | None) -> str:
        """Write a note."""
        if id_ is None:
            self.caller.send("POST", f"merge_requests/{change}/notes", {"body": text})
        else:
            self.caller.send(self.rewrite, self._path_of_comment(change, id_), {"body": text})
        return self._address(change)

    def issues(self, label: str) -> Iterator[Written]:
        """Every issue with a label."""
        query = {"labels": label, "state": "all", "order_by": "created_at", "sort": "asc"}
        for entry in self.caller.every("issues", **query, scope="all"):
            yield self._written(entry, "iid", self.body)

    def issue(self, title: str, text: str, label: str, who: Sequence[str]) -> str:
        """Open an issue."""
        ids = [entry["id"] for name in who for entry in self.caller.get("/users", username=name)]
        content = {"title": title, "description": text, "labels": label, "assignee_ids": ids}
        return _url(self.caller.send("POST", "issues", content))

    def pull_requests(self, branch: str | None = None) -> Iterator[Written]:
        """Merge requests."""
        query = {"state": "all", "source_branch": branch} if branch else {"state": "opened"}
        query |= {"order_by": "created_at", "sort": "asc"}
        for entry in self.caller.every("merge_requests", **query, scope="all"):
            written = self._written(entry, "iid", self.body)
            yield replace(written, branch=str(entry.get("source_branch") or ""))

    def pull_request(self, title: str, text: str, branch: str, base: str) -> str:
        """Open a merge request."""
        content = {"title": title, "description": text}
        content |= {"source_branch": branch, "target_branch": base}
        return _url(self.caller.send("POST", "merge_requests", content))

    def _path_of_comment(self, change: int, id_: int) -> str:
        return f"merge_requests/{change}/notes/{id_}"

    def _state(self, open_: bool) -> dict[str, str]:
        return {"state_event": "reopen" if open_ else "close"}

    def _colour(self, digits: str) -> str:
        return f"#{digits}"

    def _address(self, change: int) -> str:
        return f"{self.caller.place.web}/-/merge_requests/{change}"

    def _written(self, entry: dict[str, Any], id_: str, text: str, url: str = "") -> Written:
        if self._me is None:
            self._me = int(self.caller.get("/user")["id"])
        author = entry.get("author")
        return Written(
            int(entry[id_]),
            str(entry.get(text) or ""),
            url or _url(entry),
            isinstance(author, dict) and author.get("id") == self._me,
            str(entry.get("title") or ""),
            entry.get("state", "opened") == "opened",
            by=_name(author, "username"),
        )


def forge_at(place: Place) -> Forge:
    """The forge of a place."""
    caller = Caller(place)
    return GitHub(caller) if place.kind == "github" else GitLab(caller)


def _name(user: Any, key: str) -> str:
    """The handle of an account; empty if it has none."""
    return str(user.get(key) or "") if isinstance(user, dict) else ""


def _url(answer: Any) -> str:
    """Where people see what an answer is about; forges name it each in their way."""
    known = answer if isinstance(answer, dict) else {}
    return str(known.get("html_url") or known.get("web_url") or "")
