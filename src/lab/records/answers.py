"""The answers that a project was made from, and the version of the template that made it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LabError
from .document import read_yaml

ANSWERS = ".copier-answers.yml"


@dataclass(frozen=True)
class Origin:
    """Where a project comes from.

    Attributes:
        source: the template, as git reaches it.
        version: the version or the commit of it.
        answers: what was answered, by the names of the questions.
    """

    source: str
    version: str
    answers: dict[str, Any]


def read_origin(root: Path) -> Origin:
    """What the answers file of a project says.

    Raises:
        LabError: it is missing, broken, or does not say where the template is.
    """
    path = root / ANSWERS
    if not path.is_file():
        raise LabError(
            f"{path} is missing, so nothing says which template made this project: restore it from "
            "git, or adopt the template with `copier copy`."
        )
    match read_yaml(path):
        case {"_src_path": str(source), "_commit": str(version), **others}:
            answers = {name: answer for name, answer in others.items() if name[:1] != "_"}
            return Origin(source, version, answers)
    raise LabError(
        f"{path} has no _src_path or no _commit, so the template's old version cannot be made "
        "again: restore both from git."
    )
