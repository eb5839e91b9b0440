"""The draft of a retro: what was agreed on last time, and what the time since has shown."""

from datetime import datetime

from ..records.store import Store
from ..terminal import count
from . import flow
from .actions import open_actions
from .clock import days_used
from .lanes import CARDS, DONE, started_at

ACTIONS, WELL, HELD_BACK, BACKUPS = (
    "Actions from last time",
    "What went well",
    "In figures",
    "Who can stand in for whom",
)


def sections(store: Store) -> dict[str, str]:
    """What can be said already, by heading; what a team thinks of it is for the team to write."""
    since = max((record.front.created for record in store.of("RET")), default=None)
    texts = {
        ACTIONS: f"{_actions(store)}\n\n## {HELD_BACK}\n\n{_figures(store, since)}",
        WELL: _learned(store, since),
        BACKUPS: _without_backup(store),
    }
    return {heading: text for heading, text in texts.items() if text}


def _actions(store: Store) -> str:
    """Every action that is open, and how the last retro's others ended."""
    rows = [
        f"| {_cell(action.what)} | {action.owner} | {action.due:%Y-%m-%d} | open "
        f"| `lab action {record.id} {number}` |"
        for record, number, action in open_actions(store)
    ]
    last = max(store.of("RET"), key=lambda record: record.front.created, default=None)
    rows += [
        f"| {_cell(action.what)} | {action.owner} | {action.due:%Y-%m-%d} | {action.state} "
        f"| {_cell(action.result or '')} |"
        for action in (last.front.actions if last else ())
        if action.state != "open"
    ]
    if not rows:
        return "No action is open."
    return "\n".join(["| action | owner | due | state | |", "|---|---|---|---|---|", *rows])


def _figures(store: Store, since: datetime | None) -> str:
    """How the work went since the last retro."""
    done = [card for card in flow.finished(store) if since is None or card.on >= since.date()]
    lines = [f"- {count(len(done), 'card')} done since the last retro."]
    if done:
        half = flow.percentile([card.days for card in done], 0.5)
        lines.append(f"- Half of them took {count(half, 'working day')} or less.")
        over = sum(card.used > card.record.front.timebox for card in done)
        lines.append(f"- {count(over, 'card')} took longer than the time box.")
    for record in store.of(*CARDS):
        card = record.front
        if record.lane != DONE and started_at(record):
            lines.append(
                f"- {record.id} is in `{record.lane}`, {days_used(card, store)} of "
                f"{card.timebox} working days used."
            )
        for block in card.blocked:
            if since is None or (block.until or store.now) >= since:
                lines.append(f"- {record.id} was blocked: {block.why}")
    lines += [
        f"- {waiver.rule} is waived for {waiver.record} until {waiver.until:%Y-%m-%d}: "
        f"{waiver.reason}"
        for waiver in store.waivers
    ]
    return "\n".join(lines)


def _learned(store: Store, since: datetime | None) -> str:
    """What the cards that are done have taught."""
    return "\n".join(
        f"- {card.record.front.outcome}: {card.record.front.learned}"
        for card in flow.finished(store)
        if card.record.front.learned and (since is None or card.on >= since.date())
    )


def _without_backup(store: Store) -> str:
    """For whom nobody can stand in."""
    team = {person.handle for person in store.team()}
    alone = [person.handle for person in store.team() if not team & {*person.backups}]
    return f"Nobody can stand in for {', '.join(alone)} yet." if alone and len(team) > 1 else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
