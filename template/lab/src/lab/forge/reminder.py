"""The issues for the product owner: what is due, and a new version of the template."""

from collections.abc import Sequence

import msgspec

from ..errors import LabError
from ..rules.attention import Need
from .markdown import joined, listed, release_notes, shown, table

DUE = "What is due"
TEMPLATE_UPDATE = "A new version of the template is there"


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


class Preflight(msgspec.Struct, frozen=True):
    """What `lab preflight --json` prints; keys that do not matter here are left out."""

    needs_trust: bool
    after: str = ""
    conflicts: list[str] = []
    kept: list[str] = []
    changed: list[str] = []


def read_preflight(text: str) -> Preflight:
    """What an update would do.

    Raises:
        LabError: the text is not what `lab preflight --json` prints.
    """
    try:
        return msgspec.json.decode(text, type=Preflight)
    except (msgspec.DecodeError, RecursionError) as error:
        raise LabError(
            f"this is not what `lab preflight --json` prints ({error}): write that to the file."
        ) from None


def template_text(found: Preflight, notes: str) -> str | None:
    """What an update of the template would bring, and what a person would have to settle.

    Args:
        found: what an update would do.
        notes: the release notes, in Markdown.

    Returns:
        The text, or None if there is nothing to update.
    """
    if not (found.changed or found.needs_trust):
        return None
    version = f"Version {shown(found.after)}" if found.after else "The next version"
    trust = " It runs a migration, so it needs `--trust`: read UPGRADING.md of the template first."
    settled = "### Files that would conflict" if found.conflicts else ""
    kept = "### Files that would stay as they are, and need a look" if found.kept else ""
    return joined(
        f"{version} of the template can be taken, and leaves alone what is the team's: "
        f"`uv run lab update`.{trust * found.needs_trust}",
        settled or ("No file would conflict." if found.after else ""),
        listed((shown(path) for path in found.conflicts), 200),
        kept,
        listed((shown(path) for path in found.kept), 200),
        "### Release notes" if notes.strip() else "",
        release_notes(notes).strip(),
    )
