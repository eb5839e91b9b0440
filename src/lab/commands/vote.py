"""`lab vote`: what the members of a panel say about a criterion that people decide."""

import argparse

from ..errors import LabError
from ..evidence.criteria import CriterionError, parse_criterion
from ..process.lanes import TEST
from ..proof.locks import promised_texts
from ..records import files
from ..records.ballots import Ballot, members_of, path_of, read_ballots
from ..records.edits import Change, change_yaml, emit
from ..records.store import Record, Store
from ..rules import writes
from .options import add_by, add_id, add_option, one_line
from .parser import Command
from .session import begin


def arguments(command: Command) -> None:
    """The answer to a criterion."""
    command.describe(
        "Say yes or no to a criterion such as panel(team) >= 3 of 5, while the card is in test "
        "hypothesis. Each voter has a file of their own; after the verdict nobody votes.",
        'lab vote clear-words yes --why "I would sign this letter"',
        run,
    )
    add_id(command)
    command.add_argument("answer", choices=("yes", "no"))
    command.add_argument(
        "criterion", metavar="CRITERION", type=one_line, nargs="?", help="which, if it has several"
    )
    add_option(command, "--why", "TEXT", "why")
    command.add_argument("--replace", action="store_true", help="instead of what you said before")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """Write a person's answer to one criterion into their own file."""
    store, record, by = begin(typed)
    criterion = _criterion(record, typed.criterion)
    _may_vote(store, record, by, criterion)
    before = {ballot.by: ballot for ballot in read_ballots(store.root, record.folder)}.get(by)
    answer = before.answers.get(criterion) if before else None
    if answer == typed.answer and not typed.replace:
        raise LabError(f"{by} has said {answer} already.")
    if answer and not typed.replace:
        raise LabError(
            f"{by} has said {answer}: to think better of it before the verdict, add --replace."
        )
    writes.see_that_clean(store, record, f"nobody votes on {record.id}", later=("FLO004",))
    new = Ballot(at=store.now, by=by, answers={criterion: typed.answer}, why=typed.why)
    _write(store, record, before, new)
    print(f"{by} says {typed.answer} to `{criterion}`.")
    print(f"  Commit {path_of(record.folder, by)}: git shows who wrote it.")
    return 0


def _criterion(record: Record, wanted: str | None) -> str:
    """The criterion that is meant: the only one of a panel, or the one that is named."""
    if record.kind.code != "HYP":
        raise LabError(f"{record.id} is a {record.kind.means}; panels vote on hypotheses.")
    panels = []
    for text in promised_texts(record.front):
        try:
            if parse_criterion(text).metric == "panel":
                panels.append(text)
        except CriterionError:
            continue
    if not panels:
        raise LabError(f"{record.id} has no criterion for a panel, such as panel(team) >= 3 of 5.")
    known = " or ".join(f'"{panel}"' for panel in panels)
    if wanted is None:
        if len(panels) > 1:
            raise LabError(f"{record.id} asks several panels: say which, {known}.")
        return panels[0]
    plain = " ".join(wanted.split())
    for panel in panels:
        if " ".join(panel.split()) == plain:
            return panel
    raise LabError(f"{record.id} does not ask a panel that: it asks {known}.")


def _may_vote(store: Store, record: Record, by: str, criterion: str) -> None:
    if record.lane != TEST:
        raise LabError(f"{record.id} is in `{record.lane}`; panels vote in `{TEST}`.")
    panel = parse_criterion(criterion).argument
    members = members_of(panel, store.people, record.front.lock.at)
    if by not in members:
        raise LabError(
            f"{by} is not on the panel of `{criterion}`: it is for {panel} "
            f"({', '.join(members) or 'nobody has this role in team/people.yml'})."
        )


def _write(store: Store, record: Record, ballot: Ballot | None, new: Ballot) -> None:
    """The voter's own file, with what they said of other criteria."""
    path = store.root / path_of(record.folder, new.by)
    content = {"at": new.at, "by": new.by, "answers": new.answers}
    if ballot is None:
        content |= {"why": new.why} if new.why else {}
        files.create(path, "".join(f"{key}: {emit(value)}\n" for key, value in content.items()))
        return
    before = files.read_whole(path)
    content |= {"answers": ballot.answers | new.answers, "why": new.why}
    changes = [Change((key,), value) for key, value in content.items()]
    files.replace(path, before, change_yaml(before.decode("utf-8"), changes))
