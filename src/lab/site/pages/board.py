"""The board: six lanes, what others wait for first."""

from ...process.board import Lane, Tile, board, rhythm
from ...process.lanes import DONE
from ..markup import attribute, count, lead, page, said
from ..parts import chip, days_of, person, to_record
from ..world import World

HERE = "board.md"


def board_page(world: World) -> str:
    """All lanes with their cards."""
    lanes = board(world.store)
    pace = rhythm(world.store)
    return page(
        "Board",
        lead(pace) if pace else "",
        f'<div class="lab-board">{"".join(_lane(one, world) for one in lanes)}</div>',
        '<p class="lab-note">In each lane the cards that others wait for come first, then what is '
        "blocked or over its time box, then the product owner's order.</p>",
        hide=("navigation", "toc"),
    )


def _lane(lane: Lane, world: World) -> str:
    number = len(lane.cards)
    full = bool(lane.limit and number > lane.limit)
    held = f"{number} of {lane.limit}" if lane.limit else str(number)
    if lane.name == DONE:
        held = f"the last {number}" if number else "0"
    over = " over the limit" if full else ""
    cards = "".join(_card(one, world) for one in lane.cards)
    name = attribute(lane.name)
    empty = "" if lane.cards else " lab-empty"
    return (
        f'<section class="lab-lane{empty}" aria-label="{name}"><h2>{name} '
        f'<span class="lab-count">{held}{over}</span></h2>{cards}</section>'
    )


def _card(card: Tile, world: World) -> str:
    record = world.store.records[card.id]
    flags = []
    if card.waited_for_by:
        flags.append(
            f"<strong>{count(len(card.waited_for_by), 'card waits', 'cards wait')} for it</strong>"
        )
    if card.blocked:
        flags.append(f"<strong>blocked:</strong> {said(card.blocked)}")
    flag = f'<p class="lab-flag">{"; ".join(flags)}</p>' if flags else ""
    facts = [person(card.owner, world), *([_box(card)] if _box(card) else [])]
    if card.lane == DONE:
        facts.append(chip(card.outcome))
    else:
        facts.append(f"in this lane {'since today' if card.age == 0 else days_of(card.age)}")
    rank = f" · priority {card.rank}" if card.rank is not None and card.lane != DONE else ""
    return (
        f'<div class="lab-card"><p class="lab-kind">{attribute(record.kind.means)}{rank}</p>'
        f'<p class="lab-title">{to_record(record, HERE)}</p>{flag}'
        f"<p>{'<br>'.join(facts)}</p></div>"
    )


def _box(card: Tile) -> str:
    """What is left of the time box, where one runs."""
    if card.left is None:
        return ""
    if card.left < 0:
        return f"<strong>{count(-card.left, 'working day')} over</strong> the time box"
    return f"{count(card.left, 'working day')} of {card.timebox} left"
