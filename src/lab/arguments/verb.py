"""What every verb is made of: its parser, and the arguments that many of them take."""

import argparse
from typing import Any

from .values import text

Verbs = Any  # what argparse gives for sub-commands has no public name


class Help(argparse.HelpFormatter):
    """Help whose example stays in one line, so that it can be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("example: "):
            return indent + text
        return super()._fill_text(text, width, indent)


class Verb(argparse.ArgumentParser):
    """A verb whose options may stand before, between and after its words.

    By itself, argparse takes a text that may be left out as left out as soon as an option comes
    first: `lab log ID --by ann "text"`.
    """

    _mixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does, but mixed where a word may be left out."""
        optional = any(one.nargs in ("*", "?") for one in self._get_positional_actions())
        if self._mixing or not optional:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False


class Version(argparse.Action):
    """Look the version up only when it is asked for: that takes longer than anything else here."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print it, the commit if one is known, and the digest; and leave."""
        from ..proof.tool import tool_in_use

        tool = tool_in_use()
        print(f"lab {tool.version}")
        if tool.commit:
            print(f"commit {tool.commit}")
        print(f"digest {tool.digest}")
        parser.exit()


def add_verb(verbs: Verbs, name: str, run: str, says: str, more: str, example: str) -> Any:
    """One verb: `run` is the module and the function behind it, imported when it is called."""
    verb = verbs.add_parser(
        name,
        help=says,
        description=more,
        epilog=f"example: {example}",
        formatter_class=Help,
        allow_abbrev=False,
    )
    verb.set_defaults(run=run)
    return verb


def add_option(verb: Any, flag: str, metavar: str, says: str, **more: Any) -> None:
    """An option that takes a text of one line."""
    verb.add_argument(flag, metavar=metavar, type=text, help=says, **more)


def add_id(verb: Any) -> None:
    """Which record the verb is about."""
    verb.add_argument("id", metavar="ID", type=text, help="any part of a record's id")


def add_by(verb: Any) -> None:
    """Who acts."""
    add_option(verb, "--by", "HANDLE", "who you are; else LAB_BY, or whom git knows")


def add_json(verb: Any, holds: str = "") -> None:
    """Print JSON instead; `holds` says what is in it."""
    verb.add_argument(
        "--json",
        action="store_true",
        help=f"print JSON, for programs{': ' if holds else ''}{holds}",
    )
