"""`lab list`: records, one in each line."""

import argparse

from ..errors import LabError
from ..process import clock
from ..process.lanes import ACCEPTED, BOARD, DOCUMENT, DONE, spelt_out
from ..records.kinds import KINDS
from ..records.store import Record, Store
from ..terminal import is_terminal, style, table
from .options import add_json, add_option
from .output import print_json, say_unread
from .parser import Command
from .session import here, kind_of, known_handle
from .summary import days, summary_of


def arguments(command: Command) -> None:
    """Which records."""
    command.describe(
        "List records, one in each line: id, lane, owner, days in the lane, title.",
        "lab list --kind HYP --open",
        run,
    )
    add_option(command, "--kind", "KIND", "only these; repeat it", action="append")
    add_option(command, "--lane", "LANE", "only in this lane; a part of it is enough")
    add_option(command, "--owner", "HANDLE", "only of this person")
    command.add_argument("--open", action="store_true", help="only what is not done or accepted")
    command.add_argument("--ids", action="store_true", help="ids alone, of broken records, too")
    add_json(
        command,
        "a list; each has id, kind, title, lane, owner, created, since, outcome, path",
    )


def run(typed: argparse.Namespace) -> int:
    """Records, one in each line."""
    _, store = here()
    if typed.ids:
        for id_ in [*(record.id for record in _chosen(store, typed)), *sorted(store.unread)]:
            print(id_)
        return 0
    found = _chosen(store, typed)
    if typed.json:
        print_json([summary_of(record) for record in found])
    else:
        rows = [
            [record.id, record.lane, front.owner, days(clock.age(front, store.now)), front.title]
            for record in found
            for front in [record.front]
        ]
        for line in table(("id", "lane", "owner", "age", "title"), rows):
            print(line)
        if is_terminal():
            print(style(f"{len(found)} of {len(store.records)} records", "dim"))
    say_unread(store)
    return 0


def _chosen(store: Store, typed: argparse.Namespace) -> list[Record]:
    """The records that the options leave, by kind and id.

    Raises:
        LabError: an option names what does not exist.
    """
    kinds = [kind_of(text).code for text in typed.kind] if typed.kind else list(KINDS)
    lanes = _lanes(typed.lane) if typed.lane else (*BOARD, *DOCUMENT)
    owner = known_handle(typed.owner, store) if typed.owner else None
    return [
        record
        for record in store.of(*(code for code in KINDS if code in kinds))
        if record.lane in lanes
        and owner in (None, record.front.owner)
        and not (typed.open and record.lane in (DONE, ACCEPTED))
    ]


def _lanes(text: str) -> list[str]:
    """The lanes that a word stands for: the one that it names, or all that it is a part of.

    Raises:
        LabError: there is none.
    """
    every = (*BOARD, *DOCUMENT)
    wanted = spelt_out(text)
    found = [wanted] if wanted in every else [lane for lane in every if wanted in lane]
    if not found:
        raise LabError(f'"{text}" is no lane. Lanes are {", ".join(every)}.')
    return found
