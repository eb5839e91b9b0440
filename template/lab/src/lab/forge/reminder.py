"""The issues for the product owner: what is due, and a new version of the template."""

from collections.abc import Sequence

from ..rules.attention import Need
from ..terminal import clean
from .markdown import joined, listed, release_notes, shown, silenced, table

TITLE = "What is due"


def reminder_text(needs: Sequence[Need], run: str = "") -> str | None:
    """What is due, the oldest first; None if nothing is."""
    if not needs:
        return None
    rows = [
        [
            f"{need.since:%Y-%m-%d}",
            shown(need.what),
            shown(", ".join(need.who) or "-"),
            shown(need.record),
            shown(need.do),
        ]
        for need in needs
    ]
    return joined(
        f"{len(needs)} {'thing is' if len(needs) == 1 else 'things are'} due. This text follows "
        "the records, and the issue closes by itself when nothing is due any more.",
        table(["since", "what", "waits for", "record", "what to do"], rows),
        f"[The job that wrote this]({run})" if run else "",
    )


def template_title(version: str) -> str:
    """The title of the issue about a version of the template; a title is no Markdown."""
    return f"Version {silenced(clean(version))} of the template is there"


def template_text(version: str, notes: str, conflicts: Sequence[str]) -> str:
    """What a version of the template brings, and which files would conflict.

    Args:
        version: which one.
        notes: its release notes, in Markdown.
        conflicts: paths that both the team and the template have changed.
    """
    return joined(
        f"An update to version {shown(version)} brings the template's part of this project up to "
        "date, and leaves what is the team's alone: `uv run lab update`.",
        "### Files that would conflict",
        listed((shown(path) for path in conflicts), 200) or "None.",
        "### Release notes" if notes.strip() else "",
        release_notes(notes).strip(),
    )
