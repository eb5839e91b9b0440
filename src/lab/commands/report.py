"""`lab report`: the draft of an iteration's report."""

import argparse

from ..errors import LabError
from ..process.iterations import open_iterations, report_of
from ..process.report_draft import sections, with_sections
from ..records.ids import new_id
from ..records.kinds import KINDS
from ..records.store import Record, Store
from ..records.templates import filled, template_of
from ..rules import writes
from ..terminal import as_typed
from .options import add_by, add_option
from .output import print_made
from .parser import Command
from .session import begin_new


def arguments(command: Command) -> None:
    """Of which iteration."""
    command.describe(
        "Make a REP draft from the cards and verdicts of an iteration: what was done, results "
        "beside the status quo, the gate, what was raised. Its numbers are references.",
        "lab report first-triage",
        run,
    )
    command.add_argument("id", metavar="ID", nargs="?", help="any part of a proposal's id")
    add_option(command, "--title", "TEXT", "its title, else made of the question")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Assemble the draft from the cards and the verdicts of an iteration."""
    store, by = begin_new(typed)
    proposal = _iteration(typed.id, store)
    if known := report_of(proposal, store):
        raise LabError(f"{proposal.id} has a report: {known.path}. Its numbers are always fresh.")
    title = " ".join((typed.title or f"Report: {proposal.front.question}").split())[:200]
    kind = KINDS["REP"]
    id_ = new_id("REP", proposal.id.split("-", 2)[2], store.now)
    text = filled(
        template_of(kind, store.root), id_, title, by, store.now, {"proposal": proposal.id}
    )
    front, fence, body = text.partition("\n---\n")
    text = front + fence + with_sections(body, sections(proposal, store))
    print_made(writes.make(store, kind, id_, text))
    print("  Its numbers are references: the site shows them, and `lab check` keeps them true.")
    print(as_typed(f"  Next: say what it means, then: lab decide {id_} CHOICE --because …"))
    return 0


def _iteration(part: str | None, store: Store) -> Record:
    if part:
        proposal = store.find(part)
        if proposal.kind.code != "PROP":
            raise LabError(f"{proposal.id} is a {proposal.kind.means}; a report is about a PROP.")
        return proposal
    running = open_iterations(store)
    if len(running) == 1:
        return running[0]
    if not running:
        raise LabError("no iteration is open, so there is nothing to report on.")
    shown = "".join(f"\n    lab report {proposal.id}" for proposal in running)
    raise LabError(f"{len(running)} iterations are open: say which one.{shown}")
