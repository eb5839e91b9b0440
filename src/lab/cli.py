"""What people type. It parses, calls and prints; it decides nothing."""

import io
import os
import sys
from collections.abc import Sequence

from .commands.parser import build_parser
from .errors import LabError
from .terminal import clean_lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool. Exit codes: 0 holds, 1 does not, 2 usage, 3 could not verify."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a letter that a console lacks is no failure
    try:
        typed = build_parser().parse_args(arguments)
        return typed.run(typed)
    except LabError as error:
        print(f"lab: {clean_lines(str(error))}", file=sys.stderr)
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
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
