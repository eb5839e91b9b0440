"""The issues for the product owner: what is due, and a new version of the template."""

from collections.abc import Sequence

from ..process.need import Need
from ..update.merge import Updated
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
            _called(need) if need.called else shown(", ".join(need.who) or "-"),
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


def _called(need: Need) -> str:
    """Handles at which a forge tells people that they are asked."""
    return ", ".join(f"@{handle}" for handle in need.who)


def update_text(done: Updated) -> str | None:
    """What an update of the template brings, and what a person would have to settle.

    Returns:
        The text, or None if there is nothing to update.
    """
    if not (done.changed or done.needs_trust):
        return None
    trust = " It runs a migration, so it needs `--trust`: read UPGRADING.md of the template first."
    settled = "No file would conflict." * done.settled
    return joined(
        f"Version {shown(done.after)} of the template can be taken, and leaves alone what is the "
        f"team's: `uv run lab update`.{trust * done.needs_trust}",
        "### Files that would conflict" if done.conflicts else settled,
        listed((shown(path) for path in done.conflicts), 200),
        "### Files that would stay as they are, and need a look" if done.kept else "",
        listed((shown(path) for path in done.kept), 200),
        "### New files that would be the team's" if done.added else "",
        listed((shown(path) for path in done.added), 200),
        "### Release notes" if done.notes else "",
        release_notes(done.notes),
    )
