"""The page of the commands of `lab`, made from the parser."""

import argparse
from collections.abc import Iterator, Mapping

from lab.commands.parser import commands_of

HEAD = """\
<!-- Written by docs/generate from src/lab/commands: change it there. -->

# Commands

All of them run in a generated project. `uv run` uses the project's own environment and brings it
up to date first. `uv run lab COMMAND --help` says the same in the terminal. What the tools around
`lab` are called for is told in [Other commands](other-commands.md).

`ID` is any part of a record's id that no other record has. Options may stand before, between and
after the words.

- **Who acts** is `--by HANDLE`, or the variable `LAB_BY`; else, in a team of one, that person, and
  in a larger team whom git knows.
- **A command changes nothing if a rule is newly broken by it.** It then shows the rule, the reason
  and the remedy, and ends with 1.
- **Exit codes** of all commands: 0 it worked, 1 it did not, 2 it was called wrongly, 3 it could not
  be verified. A message says what is missing and how to fix it.
- **Where the output is not a terminal**, columns are separated by tabs, without colour.
- **The variable `LAB_NOW`** replaces the clock, for tests and to look ahead: with
  `LAB_NOW=2026-12-01T09:00:00Z`, `uv run lab check` says what will be overdue on that day.
- `uv run lab --version` says which tool this is: version, commit where one is known, digest.

What do you want to do?
"""
MORE = {  # by command, the page that tells how
    "new": "[Records](records.md)",
    "check": "[Rules](rules.md) and [checks](checks.md#of-the-records)",
    "try": "[Criteria](criteria.md)",
    "judge": "[Judge a hypothesis](../how-to/judge-a-hypothesis.md)",
    "monitor": "[Monitor a model](../how-to/monitor-a-model.md)",
    "forge": "[On GitHub or GitLab](../how-to/comment-on-a-forge.md)",
    "update": "[Update a project](../how-to/update-a-project.md)",
    "site": "[The site](site.md)",
}
COUNTS: dict[object, str] = {"+": ", one or more", "*": ", any number"}


def commands_page(groups: Mapping[str, Mapping[str, str]], tool: argparse.ArgumentParser) -> str:
    """Every command by what people do: what it does, an example, its words and options."""
    parsers = commands_of(tool)
    lines = [HEAD]
    for title, group in groups.items():
        heading = title[0].upper() + title[1:]
        lines += [f"- [{heading}](#{title.replace(' ', '-')}): "]
        lines[-1] += ", ".join(f"[`{name}`](#lab-{name})" for name in group)
    for title, group in groups.items():
        lines += ["", f"## {title[0].upper()}{title[1:]}"]
        for name in group:
            lines += ["", f"### lab {name}", "", *_command(parsers[name])]
            for action, inner in commands_of(parsers[name]).items():
                lines += ["", f"#### lab {name} {action}", "", *_command(inner)]
            if name in MORE:
                lines += ["", f"More: {MORE[name]}."]
    return "\n".join([*lines, ""])


def _command(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What a command does, how it is typed, and a table of what it takes."""
    yield parser.description or ""
    rows = [row for action in parser._actions if (row := _row(action))]
    if commands_of(parser):
        return
    example = (parser.epilog or "").removeprefix("example: ")
    yield from ("", "```console", example if "uv run" in example else f"uv run {example}", "```")
    if rows:
        yield from ("", "| word or option | what it is |", "|---|---|", *rows)


def _row(action: argparse.Action) -> str | None:
    """A row of the table; None for the help."""
    if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
        return None
    choices = "\\|".join(map(str, action.choices)) if action.choices else ""
    value = "" if action.nargs == 0 else str(action.metavar or choices or action.dest.upper())
    if action.option_strings:
        typed = f"`{' '.join([action.option_strings[-1], value]).strip()}`"
        needed = " Required." if action.required else ""
    else:
        typed = f"`{value}`{COUNTS.get(action.nargs, '')}"
        needed = " May be left out." if action.nargs == "?" else ""
    says = (action.help or "").replace("%(default)s", str(action.default)).replace("|", "\\|")
    says = f"{says[:1].upper()}{says[1:]}{'' if says.endswith('…') else '.'}" if says else ""
    return f"| {typed} | {(says + needed).strip()} |"
