"""The people of `team/people.yml`."""

from pathlib import Path

from ..errors import LabError
from .document import read_yaml


def first_person(root: Path) -> tuple[str, str]:
    """Name and handle of the first person on the team.

    Raises:
        LabError: the file cannot be read, or its first entry lacks one of the two.
    """
    path = root / "team/people.yml"
    match read_yaml(path):
        case {"people": [{"name": name, "handle": handle}, *_]} if name and handle:
            return str(name), str(handle)
    raise LabError(f"{path} names nobody: list one person with `handle` and `name`.")
