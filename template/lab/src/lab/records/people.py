"""The people of `team/people.yml`."""

from pathlib import Path

from ..errors import LabError
from .document import read_yaml


def first_person(root: Path) -> tuple[str, str]:
    """Name and handle of the first person on the team."""
    path = root / "team/people.yml"
    content = read_yaml(path)
    try:
        first = content["people"][0]
        return str(first["name"]), str(first["handle"])
    except (KeyError, IndexError, TypeError):
        raise LabError(f"{path} names nobody: list one person with `handle` and `name`.") from None
