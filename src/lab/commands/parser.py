"""The parser of the command line: a command is imported when it is typed, and no sooner."""

import argparse
import builtins
import difflib
import keyword
import textwrap
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from . import COMMANDS

Run = Callable[[argparse.Namespace], int]
WIDTH = 88


class Help(argparse.HelpFormatter):
    """Help whose example stays in one line, so that it can be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("example: "):
            return indent + text
        return super()._fill_text(text, width, indent)


class Command(argparse.ArgumentParser):
    """A command, or an action of one: `lab log`, `lab site build`.

    Its options may stand before, between and after its words. By itself, argparse takes a text
    that may be left out as left out as soon as an option comes first: `lab log ID --by ann "text"`.
    """

    module = ""
    _mixing = False
    _group: Any = None

    def fill(self) -> None:
        """Import the command, which adds its arguments; once."""
        module, self.module = self.module, ""
        if module:
            import_module(module, __package__).arguments(self)

    def describe(self, description: str, example: str, run: Run | None = None) -> None:
        """What its help says, and the function behind it."""
        self.description, self.epilog = description, f"example: {example}"
        if run:
            self.set_defaults(run=run)

    def action(self, name: str, says: str) -> "Command":
        """One of several things that the command does."""
        if self._group is None:
            self._group = self.add_subparsers(title="actions", metavar="ACTION", required=True)
        return self._group.add_parser(name, help=says, formatter_class=Help, allow_abbrev=False)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As argparse does, but mixed where a word may be left out, and with nothing left over."""
        self.fill()
        if self._mixing:
            return super().parse_known_args(args, namespace)
        optional = any(action.nargs in ("*", "?") for action in self._get_positional_actions())
        parse = self.parse_known_intermixed_args if optional else super().parse_known_args
        self._mixing = True
        try:
            typed, left = parse(args, namespace)
        finally:
            self._mixing = False
        if left and left[0].startswith("-"):
            hint = _near(left[0].partition("=")[0], self._option_string_actions)
            self.error(f"unknown: {left[0]}{'.' if hint else ''}{hint}")
        elif left:
            self.error(f"unknown: {' '.join(left)}")
        return typed, left

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            hint = _near(str(value), action.choices)
            known = hint or f" Choose from {', '.join(map(str, action.choices))}."
            raise argparse.ArgumentError(action, f'"{value}" is unknown.{known}')


class Tool(Command):
    """The parser of `lab` itself, whose help lists the commands in their groups."""

    def format_help(self) -> str:
        """Usage, commands by group, options."""
        names = [name for group in COMMANDS.values() for name in group]
        widest = max(map(len, names))
        lines = [self.format_usage(), textwrap.fill(self.description or "", WIDTH), ""]
        for title, group in COMMANDS.items():
            lines += [f"{title}:", *(f"  {name:{widest}}  {group[name]}" for name in group), ""]
        lines += ["options:", "  -h, --help  show this help and exit"]
        lines += ["  --version   show the version and exit", "", self.epilog or "", ""]
        return "\n".join(lines)


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


def build_parser() -> Tool:
    """The parser of the command line; `run` of what it gives is the function to call."""
    tool = Tool(
        prog="lab",
        description="The process tool of this project: it keeps the records of what we believe, "
        "try and learn, and checks that they hold.",
        epilog="Each command says more: lab start --help",
        allow_abbrev=False,
    )
    tool.add_argument("--version", action=Version, nargs=0, help="show the version and exit")
    commands = tool.add_subparsers(metavar="COMMAND", required=True, parser_class=Command)
    for group in COMMANDS.values():
        for name, says in group.items():
            command = commands.add_parser(name, help=says, formatter_class=Help, allow_abbrev=False)
            command.module = module_of(name)
    return tool


def whole_parser() -> Tool:
    """The same with every command imported, for who has to see all arguments."""
    tool = build_parser()
    for command in commands_of(tool).values():
        command.fill()
    return tool


def commands_of(parser: argparse.ArgumentParser) -> dict[str, Command]:
    """The commands of the tool, or the actions of a command, by name."""
    return {
        name: inner
        for action in parser._actions
        if isinstance(action.choices, dict)
        for name, inner in action.choices.items()
    }


def module_of(name: str) -> str:
    """The module of a command: of its name, with a dash below where Python has that word."""
    taken = keyword.iskeyword(name) or hasattr(builtins, name)
    return f".{name}_" if taken else f".{name}"


def _near(word: str, known: Iterable[Any]) -> str:
    near = difflib.get_close_matches(word, map(str, known), 1)
    return f" Did you mean {near[0]}?" if near else ""
