"""A new version of the template, offered on the forge: a pull request, else an issue."""

import os
from base64 import b64encode
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from ..errors import LabError
from ..git import with_settings
from ..project import Project
from ..update.merge import Updated
from ..update.repository import Repository
from .interface import forge_at
from .place import Place
from .reminder import TEMPLATE_UPDATE
from .sticky import TEMPLATE, close_pull_requests, put_issue, put_pull_request


def offer(
    place: Place,
    writer: Place | None,
    copy: Project,
    done: Updated,
    text: str | None,
    who: Sequence[str],
) -> str | None:
    """Say on the forge what an update brings; where that was written.

    A pull request, if there is nothing to settle and a token that may open one; else an issue.
    What a person has to do is then in the issue, and nothing is left when there is no update.

    Args:
        place: the forge, with the job's own token.
        writer: the same with a token that may push and open pull requests, if there is one.
        copy: a copy of the project with the update in its work tree.
        done: what the update did there.
        text: what is to be said of it; None if there is nothing to update.
        who: the people whom the issue is for.

    Raises:
        LabError: the pull request could not be opened; there is an issue in its place.
    """
    url, refused = None, None
    try:
        if writer:
            close_pull_requests(forge_at(writer), _branch(done) if text else "")
        if text and writer and done.settled:
            url = _propose(writer, copy, done, text)
    except LabError as error:
        refused = error
    issue = put_issue(
        forge_at(place), TEMPLATE, TEMPLATE_UPDATE, None if url else text, who, insist=False
    )
    if refused:
        raise LabError(
            f"no pull request was opened{f', so {issue} says what is new' if issue else ''}: "
            f"{refused} TEMPLATE_TOKEN has to allow to push, workflow files included, and to open "
            "pull requests."
        )
    return url or issue


def _propose(place: Place, copy: Project, done: Updated, text: str) -> str:
    """Open a pull request with the update."""
    repository = Repository(copy.root)
    branch = _branch(done)
    title = f"Update the template to {done.after}"

    def push() -> None:
        repository.commit(f"{title}\n\nFrom {done.before}, by `lab forge update`.")
        repository.push(f"{place.web}.git", branch)

    return put_pull_request(forge_at(place), title, text, branch, place.branch, push)


def _branch(done: Updated) -> str:
    return f"template/{done.after}"


@contextmanager
def opened(place: Place) -> Generator[None]:
    """Let git, for a while, open what lies on the same server with a token."""
    server = urlsplit(place.web)
    secret = b64encode(f"x-access-token:{place.token}".encode()).decode()
    header = f"http.{server.scheme}://{server.netloc}/.extraHeader"
    ours = with_settings(os.environ, {header: f"Authorization: Basic {secret}"})
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
