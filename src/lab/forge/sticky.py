"""One comment, issue or pull request, found again by a mark in it and kept up to date."""

from collections.abc import Callable, Iterator, Sequence
from time import sleep as sleep_for

from .calls import repeated
from .interface import Forge, Written

COMMENT = "<!-- lab: comment -->"
REMINDER = "<!-- lab: reminder -->"
TEMPLATE = "<!-- lab: template update -->"
LABEL = "lab"  # a forge lists issues by label quickly, and by text not at all
Sleep = Callable[[float], None]


def put_comment(forge: Forge, change: int, text: str, sleep: Sleep = sleep_for) -> str:
    """Let a change have exactly one comment of ours, with this text; its address.

    Only what our own account has written is touched: anybody may copy the mark.
    """
    text = f"{COMMENT}\n{text}"

    def put() -> str:
        found = list(_ours(forge.comments(change), COMMENT))
        for comment in found[1:]:  # two jobs at once may each have written one
            forge.remove_comment(change, comment.id)
        first = found[0] if found else None
        if first and first.text.strip() == text.strip():
            return first.url
        return forge.comment(change, text, first.id if first else None)

    return repeated(put, sleep)


def put_issue(
    forge: Forge,
    mark: str,
    title: str,
    text: str | None,
    who: Sequence[str],
    insist: bool = True,
    sleep: Sleep = sleep_for,
) -> str | None:
    """Let there be one open issue with this text, or none if there is no text; its address.

    An issue that was closed is opened again, so that its history stays in one place; unless
    somebody has closed it with the same text, and nobody is to insist on it.
    """

    def put() -> str | None:
        found = list(_ours(forge.issues(LABEL), mark))
        for issue in found[1:]:
            if issue.open:
                forge.change_issue(issue.id, issue.title, issue.text, False)
        first = found[0] if found else None
        if text is None:
            if first and first.open:
                return forge.change_issue(first.id, first.title, first.text, False)
            return None
        wanted = f"{mark}\n{text}"
        if first is None:
            return forge.issue(title, wanted, LABEL, who)
        same = (first.title, first.text.strip()) == (title, wanted.strip())
        if same and (first.open or not insist):
            return first.url
        return forge.change_issue(first.id, title, wanted, True)

    return repeated(put, sleep)


def put_pull_request(
    forge: Forge,
    title: str,
    text: str,
    branch: str,
    base: str,
    push: Callable[[], None],
    sleep: Sleep = sleep_for,
    mark: str = TEMPLATE,
) -> str:
    """Let there be one pull request of ours from a branch; its address.

    One that somebody has closed stays so, and so does what somebody has pushed to the branch.

    Args:
        forge: where.
        title: of the pull request.
        text: in Markdown.
        branch: it holds the change.
        base: the branch that it is for.
        push: brings the branch to the forge.
        sleep: waits for seconds.
        mark: by which ours are known.
    """

    def put() -> str:
        wanted = f"{mark}\n{text}"
        found = _ours(forge.pull_requests(branch), mark)
        first = next((opened for opened in found if opened.branch == branch), None)
        if first is None:
            push()
            return forge.pull_request(title, wanted, branch, base)
        if first.open and (first.title, first.text.strip()) != (title, wanted.strip()):
            return forge.change_pull_request(first.id, title, wanted, True)
        return first.url

    return repeated(put, sleep)


def close_pull_requests(forge: Forge, but: str, sleep: Sleep = sleep_for) -> None:
    """Close ours about the template, but for that of one branch."""

    def close() -> None:
        for request in _ours(forge.pull_requests(), TEMPLATE):
            if request.open and request.branch != but:
                forge.change_pull_request(request.id, request.title, request.text, False)

    repeated(close, sleep)


def _ours(written: Iterator[Written], mark: str) -> Iterator[Written]:
    return (entry for entry in written if entry.ours and entry.text.lstrip().startswith(mark))
