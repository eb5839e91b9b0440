"""One comment and one issue, found again by a mark in them and kept up to date."""

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
        for one in found[1:]:  # two jobs at once may each have written one
            forge.remove_comment(change, one.id)
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
    sleep: Sleep = sleep_for,
) -> str | None:
    """Let there be one open issue with this text, or none if there is no text; its address.

    An issue that was closed is opened again, so that its history stays in one place.
    """

    def put() -> str | None:
        found = list(_ours(forge.issues(LABEL), mark))
        for one in found[1:]:
            if one.open:
                forge.change_issue(one.id, one.title, one.text, False)
        first = found[0] if found else None
        if text is None:
            if first and first.open:
                return forge.change_issue(first.id, first.title, first.text, False)
            return None
        wanted = f"{mark}\n{text}"
        if first is None:
            return forge.issue(title, wanted, LABEL, who)
        if first.open and (first.title, first.text.strip()) == (title, wanted.strip()):
            return first.url
        return forge.change_issue(first.id, title, wanted, True)

    return repeated(put, sleep)


def _ours(written: Iterator[Written], mark: str) -> Iterator[Written]:
    return (one for one in written if one.ours and one.text.lstrip().startswith(mark))
