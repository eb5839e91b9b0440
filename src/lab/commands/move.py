"""`lab move`: a record into another lane."""

import argparse

from ..process import moves
from ..process.lanes import lanes_of
from ..proof.start import start
from ..records.edits import Change
from ..records.store import Record, Store
from .options import add_by, add_ending_options, add_id, one_line
from .parser import Command
from .session import begin
from .transition import carry_through, step_into


def arguments(command: Command) -> None:
    """Which lane, and what a card says of its end."""
    command.describe(
        "Move a record. LANE is a name, a part of it, or its number. The rules say which steps "
        "are possible.",
        'lab move label-check review --outcome feasible --answer "Yes, in two days"',
        run,
    )
    add_id(command)
    command.add_argument("lane", metavar="LANE", type=one_line, help="the lane")
    add_ending_options(command)
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Into another lane."""
    store, record, by = begin(typed)
    changes = moves.move(store, record, typed.lane, by, vars(typed), _started)
    lanes = lanes_of(record.kind.code)
    to = next(lane for change in changes if (lane := step_into(change)))
    onwards = lanes.index(to) > lanes.index(record.lane)
    carry_through(store, record, changes, "was not moved", commits=onwards)
    return 0


def _started(store: Store, record: Record, by: str) -> list[Change]:
    return start(store, record, by).changes
