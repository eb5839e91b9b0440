"""What people type. It parses, calls and prints; it decides nothing."""

import errno
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from .commands.parser import build_parser
from .errors import LabError
from .terminal import as_typed, clean_lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool. Exit codes: 0 holds, 1 does not, 2 usage, 3 could not verify."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a letter that a console lacks is no failure
    try:
        try:
            typed = build_parser().parse_args(arguments)
            return typed.run(typed)
        finally:
            sys.stdout.flush()  # so that what cannot be written is known here, not at the exit
    except LabError as error:
        print(f"lab: {as_typed(clean_lines(str(error)))}", file=sys.stderr)
        return error.code
    except EOFError:
        print("\nlab: no answer came; nothing was changed.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(
            "\nlab: stopped; nothing is lost, and the same command can be run again.",
            file=sys.stderr,
        )
        return 130
    except BrokenPipeError:  # whoever read it has read enough
        _write_nowhere()
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        why = error.strerror or type(error).__name__
        print(f"lab: {where}{why}. {_remedy(error)}", file=sys.stderr)
        _write_nowhere()
        return 1


def _remedy(error: OSError) -> str:
    """What a person can do about something that the system refused."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return f"{'Make room' if full else 'Put it right'}, and run the same command again."


def _write_nowhere() -> None:
    """What is left in the buffer can be written nowhere: do not try again at the exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
