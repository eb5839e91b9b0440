"""`lab amend`: change openly what a start has fixed."""

import argparse

from ..proof import amendments
from ..proof.locks import LOCKED
from ..records.store import described
from ..rules import writes
from .options import FIELDS, add_by, add_hypothesis_options, add_id, add_option, days
from .output import print_notes
from .parser import Command
from .session import begin

AMENDABLE = {option: field for option, field in FIELDS.items() if field.partition(".")[0] in LOCKED}


def arguments(command: Command) -> None:
    """Why, what it means, and the new values."""
    command.describe(
        "Change locked fields of a card, on record. After results were seen, the verdict is "
        "exploratory. A time box is extended at most once.",
        'lab amend boosted-trees --timebox 8 --why "two days lost to the cluster" '
        '--impact "none on the criteria" --results-seen no',
        run,
    )
    add_id(command)
    add_option(command, "--why", "TEXT", "why it has to change", required=True)
    add_option(command, "--impact", "TEXT", "what that means", required=True)
    command.add_argument(
        "--results-seen", choices=("yes", "no"), required=True, help="by anybody, before"
    )
    command.add_argument("--timebox", type=days, metavar="DAYS", help="working days")
    add_hypothesis_options(command)
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Change openly what a start has fixed."""
    store, record, by = begin(typed)
    given = vars(typed)
    fields = {
        field: given[option] for option, field in AMENDABLE.items() if given[option] is not None
    }
    seen = typed.results_seen == "yes"
    reasons = {"why": typed.why, "impact": typed.impact, "results_seen": seen}
    changes = amendments.amend(store, record, by, fields, reasons)
    done = writes.carry_out(store, record, changes, f"{record.id} was not amended")
    amended = [".".join(map(str, change.place)) for change in changes[:-1]]
    print(f"{record.id} is amended, and the change is on record: {described(amended)}.")
    if record.kind.code == "HYP":
        print(
            "  Results had been seen: whatever it shows from now on is exploratory."
            if seen
            else "  No results had been seen: its verdict can still be confirmatory."
        )
    print_notes(done.notes)
    return 0
