"""What may be wrong with a path, a text or a question; each function finds one kind of fault."""

import contextlib
import io
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from pathspec import PathSpec
from rendering import QUESTIONS

from lab.commands import COMMANDS
from lab.commands.parser import build_parser

# `${{ … }}` is GitHub's, and no template needs it of Jinja.
JINJA = re.compile(r"(?<!\$)\{\{|\{%|\{#")
# In Python, doubled braces are an escape; there only the name of a question gives Jinja away.
JINJA_IN_PYTHON = re.compile(rf"\{{\{{-?\s*({'|'.join(QUESTIONS)})\b|\{{%")
REFUSED_BY_WINDOWS = re.compile(r'[<>:"|?*\\\x00-\x1f]')
DEVICE_OF_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
LONGEST_PATH = 160
FENCE = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
IN_FENCE = re.compile(r"^ *(?:uv run )?(lab .*)$", re.MULTILINE)
IN_LINE = re.compile(r"`(?:uv run )?(lab [^`\n]*)`")
MARKER = re.compile(r"^\s*# --- team: (begin|end) ---$", re.MULTILINE)


def in_text(text: str) -> Iterator[str]:
    """Emptiness, line ends and spaces that a person would not have typed."""
    if not text.strip():
        yield "is empty"
    if not text.endswith("\n"):
        yield "does not end with a newline"
    if text.endswith("\n\n"):
        yield "ends with an empty line"
    if "\r" in text:
        yield "has a carriage return"
    if text.startswith("\ufeff"):
        yield "starts with a byte order mark"
    for number, line in enumerate(text.splitlines(), start=1):
        if line != line.rstrip():
            yield f"line {number} ends with a space"


def in_paths(paths: Iterable[str]) -> Iterator[str]:
    """Paths that some system refuses, or cannot tell apart."""
    paths = list(paths)
    for path in paths:
        if len(path) > LONGEST_PATH:
            yield f"{path} is longer than {LONGEST_PATH} characters"
        for part in PurePosixPath(path).parts:
            if REFUSED_BY_WINDOWS.search(part) or DEVICE_OF_WINDOWS.match(part):
                yield f"{path} is refused by Windows"
            if part.endswith((" ", ".")):
                yield f"{path} loses its end on Windows"
            if not part.isascii():
                yield f"{path} is written in more than one way"
    folders = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    for path, count in Counter(map(str.casefold, [*paths, *folders])).items():
        if count > 1:
            yield f"{path} is there {count} times but for case"


def of_jinja(path: str, text: str) -> Iterator[str]:
    """What rendering has left over. Only for answers that hold no braces themselves."""
    if path.endswith(".jinja") or "{" in path or "}" in path:
        yield f"{path} is not rendered"
    pattern = JINJA_IN_PYTHON if path.endswith(".py") else JINJA
    for found in pattern.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield f"{path}:{line} is not rendered: {text.splitlines()[line - 1]}"


def of_markers(text: str) -> Iterator[str]:
    """Places for the team that are missing, or that do not end before the next one begins."""
    markers = MARKER.findall(text)
    if not markers:
        yield "has no place for the team"
    if markers != ["begin", "end"] * (len(markers) // 2):
        yield f"has markers that do not match: {', '.join(markers)}"


def of_class(path: str, classes: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """A path that nobody owns, or more than one does."""
    owners = [name for name, patterns in classes.items() if matches(patterns, path)]
    if len(owners) != 1:
        yield f"{path} is in {len(owners)} classes: {', '.join(owners)}"


def matches(patterns: Iterable[str], path: str) -> bool:
    """Whether a path matches any of the patterns, as Copier reads them."""
    return PathSpec.from_lines("gitignore", patterns).match_file(path)


def of_commands(text: str) -> Iterator[str]:
    """Commands of `lab` that it would not take; in a sentence, a command alone will do."""
    fenced = [line for block in FENCE.findall(text) for line in IN_FENCE.findall(block)]
    named = IN_LINE.findall(FENCE.sub("", text))
    names = {name for group in COMMANDS.values() for name in group}
    for command in fenced + named:
        words = shlex.split(command, comments=True)[1:]
        if command in named and words and words[0] in names and len(words) == 1:
            continue
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                build_parser().parse_args(words)
        except SystemExit as ended:
            if ended.code:
                yield f"{command}: {said.getvalue().splitlines()[-1]}"


def of_question(name: str, details: Mapping[str, Any]) -> Iterator[str]:
    """What a question lacks for a person, or for an unattended update."""
    for key in ("type", "default", "help"):
        if key not in details:
            yield f"{name} has no {key}"
    is_free_text = details.get("type") != "bool" and "choices" not in details
    if is_free_text and "validator" not in details:
        yield f"{name} has no validator"
    default = details.get("default")
    computed = "{{" in str(default)
    if "choices" in details and not computed and default not in details["choices"].values():
        yield f"{name} has a default that is no choice"
    help_text = details.get("help", "")
    if help_text.count("?") < 1 or not help_text.rstrip().endswith("."):
        yield f"{name} has a help text that does not ask and then advise"
