"""From a file to its first judged hypothesis, typing nothing but what a person has to."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from project.using import InUse

PAGE, CARD, PART = "The first look", "A model knows it better", "model-knows"
SENTENCES = {  # of a person who has a file, and an idea whom it could help
    "PROP": {
        "why": "Today nobody can tell before it happens.",
        "for-whom": "Those who have to be prepared.",
        "instead": "A rule of thumb, which is often wrong.",
        "then": "they get the answer every morning",
        "otherwise": "they go on as before",
    },
    "HYP": {"value": "be prepared"},
}


@dataclass(frozen=True)
class Question:
    """A file, what `lab data use` has to be told of it, and when an answer is good."""

    file: Path
    options: str
    criterion: str
    guardrail: str


def commands(question: Question) -> list[tuple[str, ...]]:
    """All that is typed, up to the verdict."""
    page, claim = (
        [word for name, text in SENTENCES[kind].items() for word in (f"--{name}", text)]
        for kind in ("PROP", "HYP")
    )
    use = ("data", "use", str(question.file), *shlex.split(question.options), "--yes")
    return [
        ("uv", "run", "lab", *use),
        ("uv", "run", "lab", "new", "PROP", PAGE, *page, "--gate", question.criterion),
        ("uv", "run", "lab", "new", "HYP", CARD, *claim, "--guardrail", question.guardrail),
        ("uv", "run", "lab", "start", PART),
        ("git", "add", "--all"),
        ("git", "commit", "--quiet", "--message", "Our data, and the first hypothesis"),
        ("uv", "run", "lab", "judge", PART),
    ]


def sentences() -> list[str]:
    """What is typed in words, but for names of columns, metrics and commits."""
    return [PAGE, CARD, *(text for texts in SENTENCES.values() for text in texts.values())]


def first_verdict(
    project: InUse, question: Question, seen: Callable[[tuple[str, ...], str], None] | None = None
) -> dict[str, Any]:
    """The verdict about a file in a project that is set up, and commits all the way.

    Args:
        project: of the light track.
        question: what somebody wants to know.
        seen: is told each command that has ended, and what it printed.
    """
    for command in commands(question):
        said = project.ok(*command)
        if seen:
            seen(command, said)
    (path,) = project.root.glob("stages/4-experiments/*/verdict.json")
    return json.loads(path.read_text("utf-8"))
