"""`lab drift`: how the project differs from what its version of the template makes."""

import argparse
import difflib
import sys

from ..errors import LabError
from ..project import Project
from ..records.answers import read_origin
from ..terminal import clean_lines
from ..update.drift import HARMLESS, Drift, How, find_drift, restore
from ..update.source import is_another_tool
from .options import add_json
from .output import print_json
from .parser import Command
from .session import project_here
from .update_summary import COULD_NOT, DOES_NOT, HOLDS, print_paths, verified

ANOTHER_TOOL = (
    "The tool in use holds other files than the template's version of it: install what "
    "pyproject.toml names with `uv sync --reinstall-package agile-ml-lab`; if it stays so, take "
    "the tool in anew with `lab update`."
)


def arguments(command: Command) -> None:
    """Files, or their lines, too."""
    command.describe(
        "Compare the files that the template owns with those that its version makes, and the "
        "tool in use with the one that it has. What was kept out when the template came, and what "
        "is left of a tool inside the project, is named, too. "
        "Exit codes: 0 none is changed or missing, 1 one is, 2 wrong usage, 3 could not verify.",
        "lab drift --diff",
        run,
    )
    command.add_argument("--diff", action="store_true", help="show the changes line by line")
    command.add_argument(
        "--restore",
        action="append",
        metavar="PATH",
        help="bring back a file of the template that you have deleted, and stop; repeat it",
    )
    command.add_argument(
        "--if-reachable",
        action="store_true",
        help="end with 0, and say so, where the template cannot be reached and the tool comes "
        "another way; for CI",
    )
    add_json(command, "a list; each has path and how")


def run(typed: argparse.Namespace) -> int:
    """Show the template's files that are changed or missing; 1 if there is one."""

    def bring_back(project: Project) -> int:
        restore(project, typed.restore)
        print_paths(typed.restore, "green", "Back, as your version of the template makes them:")
        return HOLDS

    def show(project: Project) -> int:
        found = find_drift(project)
        code = DOES_NOT if any(file.how not in HARMLESS for file in found) else HOLDS
        if typed.json:
            print_json([{"path": file.path, "how": file.how} for file in found])
            return code
        if code == HOLDS:
            print("Every file of the template is as the template made it.")
        for how in How:
            paths = [file.path for file in found if file.how == how]
            colour = "dim" if how in HARMLESS else "yellow"
            print_paths(paths, colour, f"{how.capitalize()}: {how.remedy}.")
        for file in found if typed.diff else ():
            print(clean_lines(_difference(file)))
        if found and not typed.diff:
            print("`lab drift --diff` shows each line.")
        return code

    def show_both(project: Project) -> int:
        code = show(project)
        if not is_another_tool(project, read_origin(project.root)):
            return code
        print(ANOTHER_TOOL, file=sys.stderr if typed.json else sys.stdout)
        return DOES_NOT

    if typed.restore:
        return verified(bring_back)
    code = verified(show_both)
    if code == COULD_NOT and typed.if_reachable and not _tool_comes_from_template():
        print("So nothing was compared; the tool does not come from there, so that is no fault.")
        return HOLDS
    return code


def _tool_comes_from_template() -> bool:
    """Is the template where the tool comes from, and so in reach wherever the tool is?"""
    try:
        return read_origin(project_here().root).answers.get("tool") == "git"
    except LabError:
        return True  # the project does not say, and that is a fault


def _difference(file: Drift) -> str:
    contents = (file.theirs, file.ours)
    before, after = (content.decode("utf-8", "replace").splitlines() for content in contents)
    names = (f"template/{file.path}", f"project/{file.path}")
    return "\n".join(difflib.unified_diff(before, after, *names, lineterm=""))
