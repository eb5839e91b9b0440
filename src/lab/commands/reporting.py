"""`lab report`: the draft of an iteration's report."""

import argparse

from ..errors import LabError
from ..process.iterations import open_iterations, report_of
from ..process.report_draft import sections, with_sections
from ..records.ids import new_id
from ..records.kinds import KINDS
from ..records.store import Record, Store
from ..records.templates import filled, template_of
from ..rules import writes as writing
from .using import begin_new, print_made


def report(typed: argparse.Namespace) -> int:
    """Assemble the draft from the cards and the verdicts of an iteration."""
    store, by = begin_new(typed)
    proposal = _iteration(typed.id, store)
    if known := report_of(proposal, store):
        raise LabError(f"{proposal.id} has a report: {known.path}. Its numbers are always fresh.")
    title = " ".join(typed.title or f"Report: {proposal.front.question}".split())[:200]
    kind = KINDS["REP"]
    id_ = new_id("REP", proposal.id.split("-", 2)[2], store.now)
    text = filled(
        template_of(kind, store.root), id_, title, by, store.now, {"proposal": proposal.id}
    )
    front, fence, body = text.partition("\n---\n")
    text = front + fence + with_sections(body, sections(proposal, store))
    print_made(writing.make(store, kind, id_, text))
    print("  Its numbers are references: the site shows them, and `lab check` keeps them true.")
    print(f"  Next: say what it means, then: lab decide {id_} CHOICE --because …")
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
    shown = "".join(f"\n    lab report {one.id}" for one in running)
    raise LabError(f"{len(running)} iterations are open: say which one.{shown}")
