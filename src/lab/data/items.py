"""The items that a scripted check goes through: listed before the answer, so none is picked."""

from collections.abc import Sequence
from pathlib import Path

from ..errors import LabError
from .counts import Counted, passed_in

ITEMS = "team/items"


def items_path(check: str) -> str:
    """Where the items of a scripted check are listed, one in each line."""
    return f"{ITEMS}/{check}.txt"


def read_items(root: Path, check: str) -> Sequence[str]:
    """The ids of the items that a scripted check is about.

    Raises:
        LabError: they are not listed, or one is listed twice.
    """
    path = root / items_path(check)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise LabError(
            f"{items_path(check)} is missing: list what share({check}) is about, the id of one "
            "item in each line. Which items count is fixed before anybody sees who passes."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(f"{items_path(check)} cannot be read ({error}).") from None
    ids = [line.strip() for line in lines if line.strip()]
    if not ids or len(set(ids)) < len(ids):
        raise LabError(f"{items_path(check)} has to list at least one item, and each once.")
    return ids


def counted_of(items: Sequence[str], path: Path) -> Counted:
    """How many of the listed items passed; one that the check leaves out did not.

    Raises:
        LabError: the check names an item that is not listed, or its file has another shape.
    """
    passed = passed_in(path)
    if strange := sorted(passed.keys() - set(items)):
        raise LabError(
            f"{path} names {strange[0]}, which is not listed in {items_path(path.stem)}: only "
            "what was listed before the lock counts."
        )
    return Counted(sum(passed.get(item, False) for item in items), len(items))
