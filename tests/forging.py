"""GitHub and GitLab in the shapes that `lab` uses, on this machine; every call is written down."""

import json
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

TOKEN = "s3cret-t0ken"
REPOSITORY = "team/mail"
Answer = tuple[int, Any, dict[str, str]]


@dataclass
class Call:
    """What was asked."""

    method: str
    path: str
    query: dict[str, str]
    content: Any
    token: str


@dataclass
class FakeForge:
    """What a forge knows. `failing` are answers that come first, instead of the right ones.

    `rights` is what a token of GitHub may write, as a job's `permissions` name it; None for all.
    """

    kind: str
    address: str = ""
    calls: list[Call] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    people: tuple[str, ...] = ("ann",)
    failing: list[Answer] = field(default_factory=list)
    failing_writes: list[Answer] = field(default_factory=list)
    personal: bool = False
    rights: frozenset[str] | None = None
    page: int = 100
    ids: int = 100

    @property
    def prefix(self) -> str:
        return "/repos/team/mail" if self.kind == "github" else "/projects/7"

    @property
    def writes(self) -> list[Call]:
        return [one for one in self.calls if one.method != "GET"]

    def author(self, ours: bool) -> dict[str, Any]:
        if self.kind == "gitlab":
            return {"id": 1 if ours else 2}
        name = "robo" if self.personal else "github-actions[bot]"
        human = {"login": "eve", "type": "User"}
        return {"login": name, "type": "User" if self.personal else "Bot"} if ours else human

    def add(self, text: str, ours: bool, where: str = "comments", **more: Any) -> dict[str, Any]:
        """Something that is there already."""
        self.ids += 1
        number = {"github": "number", "gitlab": "iid"}[self.kind]
        owner = {"github": "user", "gitlab": "author"}[self.kind]
        body = "description" if self.kind == "gitlab" and where != "comments" else "body"
        url = f"https://forge.example/{where}/{self.ids}"
        one = {"id": self.ids, number: self.ids, body: text, owner: self.author(ours)}
        one |= {"html_url" if self.kind == "github" else "web_url": url} | more
        if where != "comments":
            one.setdefault("title", "old")
            one.setdefault("state", "open" if self.kind == "github" else "opened")
        getattr(self, where).append(one)
        return one

    def answer(self, call: Call) -> Answer:
        """What the forge says."""
        if self.failing:
            return self.failing.pop(0)
        if call.method != "GET" and self.failing_writes:
            return self.failing_writes.pop(0)
        if call.method != "GET" and not self._may(call):
            return 403, {"message": "Resource not accessible by integration"}, {}
        if call.path == "/user":
            if self.kind == "github" and not self.personal:
                return 403, {"message": "Resource not accessible by integration"}, {}
            return 200, {"id": 1, "login": "robo"}, {}
        if call.path == "/users":
            return 200, [{"id": 9}] if call.query["username"] in self.people else [], {}
        path = call.path.removeprefix(self.prefix)
        if who := re.fullmatch(r"/assignees/(.+)", path):
            return (204, None, {}) if who[1] in self.people else (404, {"message": "No"}, {})
        if path == "/labels":
            return self._labels(call)
        change = re.fullmatch(r"/(?:issues|merge_requests)/5/(?:comments|notes)(?:/(\d+))?", path)
        change = change or re.fullmatch(r"/issues/comments/(\d+)", path)
        if change:
            return self._comments(call, int(change[1]) if change[1] else None)
        if issue := re.fullmatch(r"/issues(?:/(\d+))?", path):
            return self._issues(call, int(issue[1]) if issue[1] else None)
        if pull := re.fullmatch(r"/(?:pulls|merge_requests)(?:/(\d+))?", path):
            return self._pulls(call, int(pull[1]) if pull[1] else None)
        return 404, {"message": f"no {path}"}, {}

    def _may(self, call: Call) -> bool:
        """A comment on a pull request is one on an issue, so either right will do for it."""
        either = {"pull-requests"} if "/comments" in call.path else set()
        return self.rights is None or bool(self.rights & {"issues", *either})

    def _comments(self, call: Call, id_: int | None) -> Answer:
        if call.method == "GET":
            return self._listed(call, self.comments)
        if call.method == "POST":
            return 201, self.add(call.content["body"], True), {}
        (one,) = [one for one in self.comments if one["id"] == id_]
        if call.method == "DELETE":
            self.comments.remove(one)
            return 204, None, {}
        assert call.method == ("PATCH" if self.kind == "github" else "PUT")
        one.update(call.content)
        return 200, one, {}

    def _issues(self, call: Call, id_: int | None) -> Answer:
        if call.method == "GET":
            label = call.query["labels"]
            found = [issue for issue in self.issues if label in issue.get("labels", ["lab"])]
            return self._listed(call, found)
        if call.method == "POST":
            more = dict(call.content)
            text = more.pop("body", None) or more.pop("description")
            return 201, self.add(text, True, "issues", **more), {}
        return self._rewritten(call, self.issues, id_)

    def _pulls(self, call: Call, id_: int | None) -> Answer:
        if call.method == "GET":
            state, head = call.query["state"], call.query.get("head", "team:").partition(":")
            assert head[0] == "team"
            branch = head[2] or call.query.get("source_branch")
            found = [one for one in self.pulls if state in ("all", one["state"])]
            return self._listed(call, [one for one in found if branch in (None, "", _ref(one))])
        if call.method == "PATCH" or call.method == "PUT":
            return self._rewritten(call, self.pulls, id_)
        more = dict(call.content)
        text = more.pop("body", None) or more.pop("description")
        if self.kind == "github":
            more["head"] = {"ref": more["head"]}
        return 201, self.add(text, True, "pulls", **more), {}

    def _rewritten(self, call: Call, every: list[dict[str, Any]], id_: int | None) -> Answer:
        number = "number" if self.kind == "github" else "iid"
        (one,) = [one for one in every if one[number] == id_]
        changes = dict(call.content)
        if event := changes.pop("state_event", None):
            changes["state"] = {"close": "closed", "reopen": "opened"}[event]
        one.update(changes)
        return 200, one, {}

    def _labels(self, call: Call) -> Answer:
        if call.method == "GET":
            return self._listed(call, self.labels)
        self.labels.append(call.content)
        return 201, call.content, {}

    def _listed(self, call: Call, every: list[dict[str, Any]]) -> Answer:
        """One page, and where the next is."""
        page = int(call.query.get("page", 1))
        begin = (page - 1) * self.page
        headers = {}
        if begin + self.page < len(every):
            here = f"{self.address}{call.path}"
            headers["Link"] = f'<{here}?page=1>; rel="first", <{here}?labels=lab&page={page + 1}>'
            headers["Link"] += '; rel="next"'
        return 200, every[begin : begin + self.page], headers


def _ref(one: dict[str, Any]) -> str:
    """The branch of a pull request or merge request."""
    return one["head"]["ref"] if "head" in one else one["source_branch"]


@contextmanager
def listening(forge: FakeForge) -> Generator[FakeForge]:
    """The forge on a port of this machine, for as long as it is needed."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.close_connection = True
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                return
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            token = self.headers.get("Authorization", "")
            content = json.loads(body) if body else None
            call = Call(self.command, parts.path, query, content, token)
            forge.calls.append(call)
            status, answer, headers = forge.answer(call)
            if status == 0:
                return  # the line goes dead
            said = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if status != 204:
                self.wfile.write(said)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forge.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def in_a_job(forge: FakeForge, folder: Path, patch: pytest.MonkeyPatch, **more: str) -> None:
    """Let the environment be that of a job about change 5."""
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "GITHUB_TOKEN", "GITLAB_TOKEN", "GITHUB_ACTOR"):
        patch.delenv(name, raising=False)
    for name, value in (environment(forge, folder) | more).items():
        patch.setenv(name, value)


def environment(forge: FakeForge, folder: Path) -> dict[str, str]:
    """The variables that the forge's CI sets."""
    if forge.kind == "gitlab":
        return {
            "GITLAB_CI": "true",
            "CI_API_V4_URL": forge.address,
            "CI_PROJECT_ID": "7",
            "CI_PROJECT_URL": "https://forge.example/team/mail",
            "CI_MERGE_REQUEST_IID": "5",
            "CI_MERGE_REQUEST_PROJECT_ID": "7",
            "CI_MERGE_REQUEST_PROJECT_URL": "https://forge.example/team/mail",
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "7",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_COMMIT_SHA": "abc123",
            "CI_COMMIT_BRANCH": "main",
            "CI_JOB_URL": "https://forge.example/jobs/3",
            "GITLAB_TOKEN": TOKEN,
        }
    write_event(folder, REPOSITORY)
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": forge.address,
        "GITHUB_SERVER_URL": "https://forge.example",
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_RUN_ID": "3",
        "GITHUB_REF_NAME": "main",
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_TOKEN": TOKEN,
    }


def pull_request(source: str | None, base: str = "main", commit: str = "abc123") -> dict[str, Any]:
    """GitHub's event of a pull request from a repository, None if that is gone."""
    head = {"sha": commit, "repo": {"full_name": source} if source else None}
    return {"pull_request": {"number": 5, "head": head, "base": {"ref": base}}}


def write_event(folder: Path, source: str | None, base: str = "main") -> None:
    """What made a job of GitHub run."""
    (folder / "event.json").write_text(json.dumps(pull_request(source, base)), encoding="utf-8")
