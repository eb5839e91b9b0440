"""What migrations share: the front matter of a project's records, changed line by line.

A migration knows a few lines and leaves all others as they are, byte for byte: comments, order,
line ends. Standard library only, because the project's environment may be older than the migration.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

Change = Callable[[list[str]], list[str]]
FENCE = "---"
PLACES = ("stages/*/{kind}-*/index.md", "team/retros/{kind}-*/index.md")


class UnclearError(Exception):
    """A record that a migration does not understand; a person has to look at it."""


def change_records(root: Path, kind: str, change: Change) -> list[str]:
    """Change the front matter of all records of a kind, and say what was changed.

    Args:
        root: the project.
        kind: such as HYP; `*` stands for every kind.
        change: gets the lines between the fences, with their line ends, and gives the new ones;
            it gives them unchanged where there is nothing to do.

    Returns:
        The paths of the records that were left alone because they are unclear.
    """
    unclear = []
    for path in _records(root, kind):
        name = path.relative_to(root).as_posix()
        try:
            before = path.read_bytes().decode("utf-8")
            after = _changed(before, change)
        except (UnclearError, UnicodeDecodeError) as error:
            print(f"left alone: {name}: {error}")
            unclear.append(name)
            continue
        if after != before:
            path.write_bytes(after.encode("utf-8"))
            print(f"changed: {name}")
    return unclear


def rename_key(old: str, new: str) -> Change:
    """A change: another name for a key at the top of the front matter."""

    def change(lines: list[str]) -> list[str]:
        keys = [line.partition(":")[0] for line in lines]
        if old in keys and new in keys:
            raise UnclearError(f"it has both {old} and {new}; keep one of them")
        return [
            f"{new}{line.removeprefix(old)}" if key == old else line
            for key, line in zip(keys, lines, strict=True)
        ]

    return change


def _records(root: Path, kind: str) -> Iterator[Path]:
    for place in PLACES:
        yield from sorted(root.glob(place.format(kind=kind)))


def _changed(text: str, change: Change) -> str:
    lines = text.splitlines(keepends=True)
    fences = [number for number, line in enumerate(lines) if line.rstrip() == FENCE]
    if len(fences) < 2 or fences[0] != 0:
        raise UnclearError("its front matter does not begin in the first line, or does not end")
    end = fences[1]
    return "".join([lines[0], *change(lines[1:end]), *lines[end:]])
