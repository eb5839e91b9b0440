"""Options and words that several commands take, and what they are turned into."""

import argparse
from typing import Any, get_args

from ..records.card_kinds import ChangeKind, Reduces, Size
from ..terminal import clean

LONGEST_BOX = 260
CHANGES: tuple[str, ...] = get_args(ChangeKind)
REDUCES: tuple[str, ...] = get_args(Reduces)
SIZES: tuple[str, ...] = get_args(Size)
# Where an option is written in the front matter; a kind without that field does not take it.
FIELDS = {
    "tldr": "tldr",
    "proposal": "proposal",
    "answers": "answers",
    "follows": "follows",
    "question": "question",
    "kpi": "kpi",
    "gate": "gate.criterion",
    "then": "gate.then",
    "otherwise": "gate.else",
    "size": "size",
    "timebox": "timebox",
    "believe": "story.we_believe",
    "result": "story.will_result_in",
    "value": "story.in_order_to",
    "reduces": "story.reduces",
    "criterion": "criteria",
    "guardrail": "guardrails",
    "prior": "prior",
    "testset": "evaluation.testset",
    "seed": "evaluation.seeds",
    "model": "evaluation.model",
    "change": "change",
}

Arguments = argparse._ActionsContainer  # a parser, or a group of arguments in it


def add_option(parser: Arguments, flag: str, metavar: str, says: str, **more: Any) -> None:
    """An option that takes a text of one line."""
    parser.add_argument(flag, metavar=metavar, type=one_line, help=says, **more)


def add_id(parser: Arguments) -> None:
    """Which record the command is about."""
    parser.add_argument("id", metavar="ID", type=one_line, help="any part of a record's id")


def add_by(parser: Arguments) -> None:
    """Who acts."""
    add_option(parser, "--by", "HANDLE", "who you are; else LAB_BY, or whom git knows")


def add_json(parser: Arguments, holds: str = "") -> None:
    """Print JSON instead; `holds` says what is in it."""
    parser.add_argument(
        "--json",
        action="store_true",
        help=f"print JSON, for programs{': ' if holds else ''}{holds}",
    )


def add_format(parser: Arguments) -> None:
    """How findings are printed."""
    parser.add_argument(
        "--format",
        choices=("text", "github", "gitlab", "json"),
        default="text",
        help="for people, for annotations, or for programs",
    )


def add_hypothesis_options(parser: Arguments) -> None:
    """What a hypothesis claims and how it is tested: given when it is made, or amended."""
    add_option(parser, "--believe", "TEXT", "story: we believe that …")
    add_option(parser, "--result", "TEXT", "story: … will result in …")
    add_option(parser, "--value", "TEXT", "story: … in order to …")
    parser.add_argument("--reduces", choices=REDUCES, help="story")
    add_option(parser, "--criterion", "TEXT", "what would prove it; repeat it", action="append")
    add_option(parser, "--guardrail", "TEXT", "what must not get worse; repeat it", action="append")
    add_option(parser, "--prior", "P", "how likely you think it is: 0.6")
    add_option(parser, "--testset", "TS", "the test set: TS-2026-11")
    parser.add_argument("--seed", type=seed, action="append", metavar="N", help="repeat it")
    add_option(parser, "--model", "NAME", "train.model that it is about: boosted_trees")


def add_ending_options(parser: Arguments) -> None:
    """What a card says of its end."""
    add_option(parser, "--outcome", "OUTCOME", "how it ended; a verdict is computed")
    add_option(parser, "--answer", "TEXT", "of a spike")
    add_option(parser, "--learned", "TEXT", "one sentence, whatever the outcome")
    add_option(parser, "--not-shipped", "TEXT", "why a supported hypothesis ends without an update")


def add_update_options(parser: Arguments) -> None:
    """To which version of the template, with which answers."""
    add_option(
        parser, "--to", "VERSION", "a tag or a commit of the template; else the newest version"
    )
    parser.add_argument(
        "--data",
        metavar="NAME=ANSWER",
        type=answer,
        action="append",
        help="answer a question otherwise than before; repeat it",
    )
    parser.add_argument(
        "--trust", action="store_true", help="let the template run its migrations, if it has some"
    )


def one_line(typed: str) -> str:
    """A text of one line; an empty one is a mistake, and never meant."""
    if not (line := clean(typed).strip()):
        raise argparse.ArgumentTypeError("it is empty; write something, or leave it out")
    return line


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


def handles(typed: str) -> list[str]:
    """Some people, by their handles; whether they are known, a rule says."""
    found = list(dict.fromkeys(part.strip().removeprefix("@") for part in typed.split(",")))
    if not all(found):
        raise argparse.ArgumentTypeError(f"{typed!r} has a gap; write handles like ann,bob")
    return found


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
    name, equals, answered = one_line(typed).partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(
            f'"{clean(typed)}" is no answer; write its name, =, and the answer: api=true'
        )
    return name, answered


def _whole(typed: str) -> int:
    try:
        return int(typed)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{clean(typed)}" is no whole number') from None
