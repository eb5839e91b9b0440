"""`lab board`: the six lanes."""

import argparse

from ..errors import LabError
from ..process.board import Lane, Tile, board, rhythm
from ..process.lanes import DONE
from ..records.store import Store
from ..terminal import is_terminal, style, table
from .options import add_json, add_option
from .output import print_json, say_unread
from .parser import Command
from .session import here
from .summary import days


def arguments(command: Command) -> None:
    """For people, or for programs."""
    command.describe(
        "Show the board: each lane with its limit, each card with its owner, its days in the "
        "lane and what is left of its time box; what others wait for comes first.",
        "lab board",
        run,
    )
    add_option(command, "--group", "NAME", "only the cards of this working group")
    add_json(
        command,
        "rhythm, and lanes; each has name, limit and cards; each card has id, kind, title, owner, "
        "lane, age, timebox, used, left, rank, blocked, waited_for_by, outcome",
    )


def run(typed: argparse.Namespace) -> int:
    """The six lanes."""
    _, store = here()
    group = group_named(typed.group, store) if typed.group else None
    lanes, text = board(store, group=group), rhythm(store, group)
    if typed.json:
        print_json({"rhythm": text, "lanes": lanes})
    else:
        if text:
            print(style(text, "bold"))
        for lane in lanes:
            _print_lane(lane)
    say_unread(store)
    return 0


def group_named(name: str, store: Store) -> str:
    """A group of team/people.yml.

    Raises:
        LabError: nobody is in it.
    """
    known = sorted({person.group for person in store.people if person.group})
    if name not in known:
        raise LabError(
            f"nobody is in the group {name}: team/people.yml knows {', '.join(known) or 'none'}."
        )
    return name


def _print_lane(lane: Lane) -> None:
    facts = [[card.id, card.owner, days(card.age), _box(card), _flags(card)] for card in lane.cards]
    count = f"{len(lane.cards)}/{lane.limit}" if lane.limit else str(len(lane.cards))
    full = bool(lane.limit and len(lane.cards) > lane.limit)
    print(style(f"{lane.name}  {count}", "bold", *(["red"] if full else [])))
    rows = [[*row, card.title] for row, card in zip(facts, lane.cards, strict=True)]
    if is_terminal():
        for line in table((), rows, indent="  "):
            print(line)
        print()
    else:
        for line in table((), [[lane.name, *row] for row in rows]):
            print(line)


def _box(card: Tile) -> str:
    if card.left is None:
        return f"{card.timebox} d" if card.lane != DONE else f"{card.used} of {card.timebox} d"
    if card.left < 0:
        return f"{-card.left} d over"
    return f"{card.left} of {card.timebox} d left"


def _flags(card: Tile) -> str:
    flags = []
    if card.waited_for_by:
        flags.append(f"waited for by {len(card.waited_for_by)}")
    if card.blocked:
        flags.append("blocked")
    if card.rank is not None and card.lane != DONE:
        flags.append(f"priority {card.rank}")
    if card.outcome:
        flags.append(card.outcome)
    return ", ".join(flags)
