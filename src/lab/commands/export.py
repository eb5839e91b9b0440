"""`lab export`: the state of the project as one JSON document."""

import argparse
from pathlib import Path

from ..errors import LabError
from .options import add_option
from .output import print_json, say_unread
from .parser import Command
from .session import here


def arguments(command: Command) -> None:
    """Where to."""
    command.describe(
        "Write what the project believes, decides and has learned, what is blocked, what waits for "
        "whom, and what its test sets have spent: one JSON document, of a versioned form, for "
        "`lab portfolio` and other readers.",
        "lab export --out ../portfolio/churn.json",
        run,
    )
    add_option(command, "--out", "FILE", "write it there; else it is printed")
    command.add_argument("--schema", action="store_true", help="print its JSON Schema, and stop")


def run(typed: argparse.Namespace) -> int:
    """Write or print it."""
    import msgspec

    from ..proof.export import state_of
    from ..records.state import schema

    if typed.schema:
        print_json(schema())
        return 0
    _, store = here()
    state = state_of(store)
    if typed.out:
        try:
            Path(typed.out).parent.mkdir(parents=True, exist_ok=True)
            Path(typed.out).write_bytes(msgspec.json.format(msgspec.json.encode(state)) + b"\n")
        except OSError as error:
            raise LabError(f"{typed.out} cannot be written ({error.strerror}).") from None
        print(f"wrote {typed.out}")
    else:
        print_json(state)
    say_unread(store)
    return 0
