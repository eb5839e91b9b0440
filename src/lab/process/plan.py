"""What a team wants in front of it when it plans: goal, people, carry-over, what comes next."""

from collections.abc import Iterator

from ..records.store import Record, Store
from ..terminal import count
from . import clock, flow
from .actions import open_actions
from .board import waiting_for
from .iterations import days_left, open_iterations
from .lanes import CARDS, DONE, TO_DO, group_of, started_at

ENOUGH = 5  # finished cards of a size, below which their days suggest nothing


def plan(store: Store, group: str | None = None) -> str:
    """A page in Markdown.

    Args:
        store: the project.
        group: only what belongs to the people of a group.
    """
    cards = [
        card
        for card in store.of(*CARDS)
        if card.lane != DONE and (group is None or _group(card, store) == group)
    ]
    parts = [
        f"# Plan of {store.now:%Y-%m-%d}" + (f", {group}" if group else ""),
        "## Goal",
        "\n".join(_goals(store, group)) or "No iteration is open: what is the one question?",
        "## Who is here",
        "\n".join(_people(store, group)),
        "## Carried over",
        "\n".join(_carried(cards, store)) or "Nothing is in work.",
        "## Next, in the order of the product owner",
        _next(cards, store) or "Nothing is to do.",
        "## In the way",
        "\n".join(_in_the_way(cards)) or "Nothing.",
        "## Actions of retros",
        "\n".join(_actions(store)) or "None is open.",
    ]
    return "\n\n".join(parts) + "\n"


def _group(record: Record, store: Store) -> str | None:
    owner = store.handles.get(record.front.owner)
    return owner.group if owner else None


def _goals(store: Store, group: str | None) -> Iterator[str]:
    for proposal in open_iterations(store):
        if group in store.policy.groups and group_of(proposal, store) != group:
            continue
        gate, left = proposal.front.gate, days_left(proposal, store)
        box = f"time box of {count(proposal.front.timebox, 'working day')}"
        when = f"until {left[0]}" if left else f"not begun, {box}"
        yield f"- **{proposal.front.question}** ({proposal.id}, {when})"
        yield f"  If `{gate.criterion}`: {gate.then}. Else: {gate.otherwise}."


def _people(store: Store, group: str | None) -> Iterator[str]:
    for person in store.team():
        if group is None or person.group == group:
            away = next((span for span in person.away if span.holds(store.now)), None)
            until = f", away until {away.until or 'further notice'}" if away else ""
            roles = ", ".join(person.roles_at(store.now))
            yield f"- {person.name} (@{person.handle}): {roles}{until}"


def _carried(cards: list[Record], store: Store) -> Iterator[str]:
    for card in sorted(cards, key=lambda card: card.front.history[-1].at):
        if started_at(card):
            used = clock.days_used(card.front, store)
            yield (
                f"- {card.front.title} ({card.id}, @{card.front.owner}): `{card.lane}`, "
                f"{used} of {count(card.front.timebox, 'working day')} used"
            )


def _next(cards: list[Record], store: Store) -> str:
    """Cards to do, those without a rank last; delivery tasks stand among them."""
    usual = suggested(store)
    waiting = [card for card in cards if card.lane == TO_DO]
    waiting.sort(key=lambda card: (_rank(card) or 10**6, card.id))
    rows = [
        f"| {_rank(card) or 'none yet'} | {card.front.title.replace('|', '')} ({card.id}) "
        f"| {card.kind.means} | @{card.front.owner} | {card.front.size} "
        f"| {card.front.timebox}{_usually(card, usual)} "
        f"| {', '.join(waiting_for(card, store))} |"
        for card in waiting
    ]
    head = "| rank | card | kind | owner | size | days | waited for by |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *rows]) if rows else ""


def _rank(card: Record) -> int | None:
    return card.front.priority.rank if card.front.priority else None


def _usually(card: Record, usual: dict[str, int]) -> str:
    days = usual.get(card.front.size)
    return f" (cards of this size took up to {days})" if days else ""


def suggested(store: Store) -> dict[str, int]:
    """The working days within which 85 % of the cards of a size were done, where enough were."""
    sizes: dict[str, list[int]] = {}
    for card in flow.finished(store):
        sizes.setdefault(card.record.front.size, []).append(card.days)
    return {
        size: flow.percentile(days, 0.85) for size, days in sizes.items() if len(days) >= ENOUGH
    }


def _in_the_way(cards: list[Record]) -> Iterator[str]:
    for card in cards:
        for block in card.front.blocked:
            if block.until is None:
                yield f"- {card.id} is blocked: {block.why}"
        for concern in card.front.concerns:
            if not concern.answer:
                yield f"- {concern.by} is concerned about {card.id}: {concern.what}"


def _actions(store: Store) -> Iterator[str]:
    for record, number, action in open_actions(store):
        yield f"- {action.what} (@{action.owner}, {action.due:%Y-%m-%d}, {record.id} {number})"
