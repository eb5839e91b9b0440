"""What the words on the command line are turned into, or what is wrong with them."""

import argparse

from ..terminal import clean

LONGEST_BOX = 260
CHANGES = ("setup", "algorithm", "feature", "data", "explain")
REDUCES = ("risk", "uncertainty", "cost")
SIZES = ("XS", "S", "M", "L", "XL")


def text(typed: str) -> str:
    """A text of one line; an empty one is a mistake, and never meant."""
    if not (one_line := clean(typed).strip()):
        raise argparse.ArgumentTypeError("it is empty; write something, or leave it out")
    return one_line


def days(typed: str) -> int:
    """The working days of a time box."""
    number = _whole(typed)
    if not 1 <= number <= LONGEST_BOX:
        raise argparse.ArgumentTypeError(
            f"{number} is no time box; write working days, from 1 to {LONGEST_BOX}"
        )
    return number


def seed(typed: str) -> int:
    """A seed of the random numbers."""
    number = _whole(typed)
    if not 0 <= number < 2**32:
        raise argparse.ArgumentTypeError(
            f"{number} is no seed; write a number from 0 to {2**32 - 1}"
        )
    return number


def rank(typed: str) -> int:
    """A place in the product owner's order."""
    number = _whole(typed)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is no rank; 1 comes first, then 2, and so on")
    return number


def day(typed: str) -> str:
    """A day, as the records write times."""
    from datetime import date

    try:
        return f"{date.fromisoformat(typed)}T00:00:00Z"
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'"{clean(typed)}" is no day; write it like 2027-03-01'
        ) from None


def answer(typed: str) -> tuple[str, str]:
    """The name of a question of the template, and an answer to it."""
    name, equals, said = text(typed).partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(
            f'"{clean(typed)}" is no answer; write its name, =, and the answer: api=true'
        )
    return name, said


def _whole(typed: str) -> int:
    try:
        return int(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{clean(typed)}" is no whole number') from None
