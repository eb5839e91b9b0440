"""`lab rollout`: look at a rollout, widen it, hold it or take it back, step by step."""

import argparse

from ..errors import LabError
from ..process import ladder
from ..proof.rollouts import Shown, kept, shown
from ..records.store import Record, Store
from ..rules import writes
from .options import add_by, add_id, add_option
from .output import print_notes
from .parser import Command
from .session import begin, here

DID = {"widen": "widened", "hold": "held", "revert": "reverted"}


def arguments(command: Command) -> None:
    """What is done, and why."""
    command.describe(
        "Move a rollout along its ladder: widen it to its next step, hold it where it is, or "
        "revert it to nobody. Why says what the gate has shown. It is not widened while an "
        "incident is open, nor past what its split test refutes; look shows what the test says.",
        'lab rollout one-clinic widen --why "a week without complaint, 12 letters read late"',
        run,
    )
    add_id(command)
    command.add_argument("what", choices=(*DID, "look"), help="what is done")
    add_option(command, "--why", "TEXT", "what the gate has shown; not for look")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Along the ladder."""
    if typed.what == "look":
        return _look(typed)
    if not typed.why:
        raise LabError(f'why? lab rollout {typed.id} {typed.what} --why "…"')
    store, record, by = begin(typed)
    claims = _shown(store, record)
    did = DID[typed.what]
    changes = ladder.climb(store, record, by, did, typed.why, kept(claims))
    failed = f"{record.id} was not {did}"
    done = writes.carry_out(store, record, changes, failed, commits=typed.what == "widen")
    front = done.record.front
    step = ladder.stands_at(front)
    print(f"{record.id} is {did}: {ladder.share_of(front):g} % of the users.")
    if step:
        print(f"  The gate to the next step: {front.steps[step - 1].gate}")
    else:
        print(f'  Write down what users saw: lab new INC "…" --answers {record.id}')
    _print(claims)
    print_notes(done.notes)
    return 0


def _look(typed: argparse.Namespace) -> int:
    _, store = here()
    record = store.find(typed.id)
    ladder.see_that_it_climbs(record)
    if record.front.test is None:
        raise LabError(f"{record.id} has no split test: name its table and claims in `test`.")
    _print(shown(store.root, record.front))
    return 0


def _shown(store: Store, record: Record) -> list[Shown]:
    """What its test shows, once users meet the model."""
    ladder.see_that_it_climbs(record)
    return shown(store.root, record.front) if ladder.share_of(record.front) else []


def _print(claims: list[Shown]) -> None:
    for claim in claims:
        if (look := claim.last) is None:
            print(f"{claim.claim}  too early\n    Its table has no row of that KPI yet.")
        else:
            print(f"{claim.claim}  {look.says}\n    {look.told(claim.expects)}")
