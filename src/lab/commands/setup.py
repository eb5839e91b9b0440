"""`lab setup`: from a fresh copy to a working repository."""

import argparse
from pathlib import Path

from ..project import find_project
from ..update.setup import set_up


def setup(typed: argparse.Namespace) -> int:
    """Run every step, and say what each made."""
    set_up(find_project(Path.cwd()), lambda line: print(line, flush=True))
    return 0
