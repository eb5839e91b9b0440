"""`lab status`: what waits for whom."""

import argparse

from ..process.attention import needs
from ..process.need import Need
from ..terminal import as_typed, clean, is_terminal, style, table
from .options import add_json, add_option
from .output import print_json, say_unread
from .parser import Command
from .session import here, known_handle


def arguments(command: Command) -> None:
    """For whom."""
    command.describe(
        "Show what needs a decision, from whom, since when, and what to type.",
        "lab status --for ann",
        run,
    )
    add_option(command, "--for", "HANDLE", "only what waits for them", dest="who")
    add_json(command, "a list; each has what, who, since, record, do, urgent, called")


def run(typed: argparse.Namespace) -> int:
    """What waits for whom."""
    _, store = here()
    found = needs(store)
    if typed.who:
        handle = known_handle(typed.who, store)
        found = [need for need in found if handle in need.who]
    if typed.json:
        print_json(found)
    elif is_terminal():
        _print_needs(found)
    else:
        for line in table((), [[*_headed(need), need.what, as_typed(need.do)] for need in found]):
            print(line)
    say_unread(store)
    return 0


def _headed(need: Need) -> list[str]:
    """Since when, whom, and which record."""
    return [f"{need.since:%Y-%m-%d}", ", ".join(need.who) or "nobody yet", need.record]


def _print_needs(found: list[Need]) -> None:
    """What waits, each in a block whose last line can be typed."""
    for need in found:
        since, who, record = _headed(need)
        print(f"{style(since, 'dim')}  {style(clean(who), 'bold')}  {record}")
        print(f"    {clean(need.what)}")
        print(style(f"    {clean(as_typed(need.do))}", "cyan"))
    if not found:
        print("Nothing waits for a decision.")
