"""`lab challenge`: the recipe trained again on newer data, against the champion."""

import argparse

from ..data.pipeline import is_up_to_date
from ..data.schema import mapping_in
from ..errors import LabError
from ..process import challenger
from ..process.iterations import open_iterations
from ..process.one_page import page_of
from ..records import testsets
from ..records.ids import new_id
from ..records.issues import with_sections
from ..records.kinds import KINDS
from ..records.store import Record, Store, read_store
from ..records.templates import filled, template_of
from ..rules import writes
from ..terminal import as_typed
from .options import add_by, add_option, one_line
from .output import print_made
from .parser import Command
from .questions import must_be_decidable
from .session import begin_new, project_here


def arguments(command: Command) -> None:
    """In which iteration, on which set, and what has to hold."""
    command.describe(
        "New data are there, and the pipeline has run: register the held-out rows as a test set "
        "of their own, and write the hypothesis that the recipe, trained again, beats the "
        "champion on them. It is then started, judged and promoted as any other.",
        "lab challenge --testset TS-2026-12",
        run,
    )
    add_option(command, "--proposal", "ID", "the iteration; else the only one that runs")
    command.add_argument(
        "--testset", metavar="TS", type=one_line, help="its name; else made of the month"
    )
    command.add_argument(
        "--criterion",
        metavar="TEXT",
        action="append",
        help="what has to hold, again for more; else the primary metric is above the champion's",
    )
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Write the challenger's hypothesis."""
    from ..proof.registration import register_testset
    from ..proof.trained import trained_before

    store, by = begin_new(typed)
    champion = challenger.champion_of(store, mapping_in(store.root / "params.yaml"))
    if champion is None:
        raise LabError("there is no champion to challenge: `lab promote` makes one.")
    proposal = _iteration(typed.proposal, store)
    for criterion in typed.criterion or ():
        must_be_decidable(criterion, store)
    if not is_up_to_date(project_here()):
        raise LabError("the pipeline has not run on what is there now: `uv run dvc repro` first.")
    testset = typed.testset or f"TS-{store.now:%Y-%m}"
    found = register_testset(store, testset, by)
    print(f"wrote {testsets.path_of_testset(testset)}: {found['examples']} held-out rows")
    if trained := trained_before(store.root, found.get("sketch", [])):
        print(f"  note: {trained}, so its verdict will be exploratory: hold out newer rows.")
    store, kind = read_store(store.root), KINDS["HYP"]
    title = f"Trained again for {testset}, the model beats the champion"
    id_ = new_id(kind.code, title, store.now)
    values = challenger.values_of(champion, proposal, testset, typed.criterion or (), store)
    sections = challenger.sections_of(champion, proposal, testset, found["examples"], store)
    template = template_of(kind, store.root, light=page_of(proposal, store) is not None)
    text = with_sections(filled(template, id_, title, by, store.now, values), sections)
    print_made(writes.make(store, kind, id_, text))
    print(as_typed(f"  Next: lab prioritise {id_} 1, lab start {id_}, and commit both"))
    print(as_typed(f"  Once that is merged: lab judge {id_}"))
    return 0


def _iteration(named: str | None, store: Store) -> Record:
    """The iteration that is meant.

    Raises:
        LabError: none runs, or several do and nobody says which.
    """
    if named:
        return store.find(named)
    running = open_iterations(store)
    if len(running) != 1:
        listed = ", ".join(record.id for record in running) or "none"
        raise LabError(f"say in which iteration: lab challenge --proposal ID (open: {listed})")
    return running[0]
