"""`lab decide`: the stakeholders' decision on a report."""

import argparse
from typing import TYPE_CHECKING, get_args

from ..errors import LabError
from ..process import endings
from ..process.iterations import cards_of
from ..process.lanes import DONE
from ..records.kinds import Choice
from ..records.store import Record, Store
from ..rules import writes
from ..terminal import as_typed
from .options import add_by, add_id, add_option, day, handles
from .output import print_notes
from .parser import Command
from .session import begin

if TYPE_CHECKING:
    from ..proof.gate import Fallen


def arguments(command: Command) -> None:
    """The choice, its reason, and what follows from it."""
    command.describe(
        "Write the stakeholders' decision into a report and accept it. On a proposal it ends an "
        "iteration in its middle (stop, pivot or pause).",
        'lab decide first-triage pivot --gate "not passed" --because "recall is unclear"',
        run,
    )
    add_id(command)
    command.add_argument("choice", choices=get_args(Choice))
    add_option(command, "--because", "TEXT", "why, in a sentence", required=True)
    command.add_argument(
        "--gate",
        choices=("passed", "not passed"),
        help="how the gate fell; where verdicts say it, they do",
    )
    add_option(command, "--gate-because", "TEXT", "why the gate is not what the verdicts say")
    add_option(command, "--next", "TEXT", "the question for the next iteration")
    add_option(command, "--not-deployed", "TEXT", "why a good model does not ship")
    command.add_argument(
        "--revisit-on", metavar="DAY", type=day, help="when to look again: 2027-03-01"
    )
    command.add_argument(
        "--attended", metavar="HANDLES", type=handles, help="who was at the review: ann,bob,eve"
    )
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """The stakeholders' decision on a report."""
    store, record, by = begin(typed)
    fallen = _gate(typed, store, record)
    changes = endings.decide(store, record, by, vars(typed))
    done = writes.carry_out(
        store, record, changes, f"{record.id} was not decided", record.kind.code == "REP"
    )
    print(f"{record.id} is decided: {typed.choice}, by {by}. Its iteration is closed.")
    if record.kind.code == "PROP":
        _print_left(store, record)
    if fallen:
        print(f"  The gate is {fallen.word}: {fallen.why}.")
    print_notes(done.notes)
    return 0


def _print_left(store: Store, proposal: Record) -> None:
    """What is left to do of an iteration that was stopped in its middle."""
    for card in cards_of(proposal, store):
        if card.lane != DONE:
            do = as_typed(f"lab close {card.id} --why … --learned …")
            print(f"  {card.id} is still open: {do}")
    print(as_typed(f"  What was learned all the same: lab report {proposal.id}"))


def _gate(typed: argparse.Namespace, store: Store, record: Record) -> "Fallen | None":
    """How the gate fell, if the verdicts say it and nobody overrides them.

    Raises:
        LabError: the verdicts say otherwise, and nobody says why.
    """
    from ..proof.gate import gate_of

    proposal = store.get(getattr(record.front, "proposal", None))
    fallen = gate_of(proposal, store) if proposal and record.kind.code == "REP" else None
    if fallen is None:
        return None
    if typed.gate in (None, fallen.word):
        typed.gate, typed.gate_because = fallen.word, None
        return fallen
    if not typed.gate_because:
        raise LabError(
            f"the gate is {fallen.word}: {fallen.why}. Leave --gate out, or say why you decide "
            'otherwise: --gate-because "…"'
        )
    return None
