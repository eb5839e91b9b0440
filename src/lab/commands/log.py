"""`lab log`: a new entry of a card's research log."""

import argparse
import sys

from ..errors import LabError
from ..process import cards
from ..process.card_needs import MENTION
from ..process.lanes import CARDS
from ..records import files
from ..records.store import Store, described
from ..terminal import clean_lines
from .options import add_by, add_id
from .parser import Command
from .session import begin


def arguments(command: Command) -> None:
    """The text of an entry."""
    command.describe(
        "Write an entry: what was tried, what was seen. @handle asks somebody for help. Without "
        "a text it is read from the standard input.",
        'lab log boosted-trees "Depth 3 is enough. @bob, is mean_area measured twice?"',
        run,
    )
    add_id(command)
    command.add_argument("text", metavar="TEXT", nargs="*", help="the entry, in Markdown")
    add_by(command)


def run(typed: argparse.Namespace) -> int:
    """A new entry of a research log."""
    store, record, by = begin(typed)
    if record.kind.code not in CARDS:
        raise LabError(f"{record.id} is a {record.kind.means}; a research log belongs to a card.")
    text = " ".join(typed.text).strip()
    text = _entry(_typed_in(text) if text in ("", "-") else text)
    if not text:
        raise LabError(f'the entry is empty: lab log {record.id} "what was tried, what was seen"')
    path = cards.log_path(store, record, by)
    files.create(path, f"{text}\n")
    print(f"wrote {path.relative_to(store.root).as_posix()}")
    _say_who_is_asked(text, by, store)
    return 0


def _entry(text: str) -> str:
    """A text as it can be written.

    Raises:
        LabError: it is not UTF-8.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        raise LabError("the entry is not UTF-8: nothing was written.") from None
    return clean_lines(text).strip()


def _say_who_is_asked(text: str, by: str, store: Store) -> None:
    asked = [handle for handle in dict.fromkeys(MENTION.findall(text)) if handle != by]
    known = [handle for handle in asked if handle in store.handles]
    if known:
        print(f"  {described(known)}: asked for help; `lab status` shows it until they write here.")
    if unknown := [handle for handle in asked if handle not in store.handles]:
        print(f"  nobody in team/people.yml is {described(unknown)}: they will not be asked.")


def _typed_in(text: str) -> str:
    """An entry from the standard input, or line by line from a person at the terminal."""
    if text == "-" or not sys.stdin.isatty():
        try:
            return sys.stdin.read()
        except UnicodeDecodeError:
            raise LabError("the entry is not UTF-8: nothing was written.") from None
    print("What was tried, what was seen? End with an empty line.")
    lines = []
    try:
        while line := input():
            lines.append(line)
    except EOFError:  # Ctrl-D ends it, too
        pass
    return "\n".join(lines)
