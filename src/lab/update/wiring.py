"""The stages of `dvc.yaml` as version 1.0.0 had them, put in the place of which are the tool's.

Only what is as that version made it is replaced. Stages, plots and comments of the team stay where
they are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import LabError
from ..records.document import parse_yaml
from ..records.lines import nodes_of

FILE, LOCK = "dvc.yaml", "dvc.lock"
GONE = ("data/dataset.parquet", "data/test.parquet")  # no stage writes them any more
COMMENT = re.compile(r"(?:^|\s)(#.*)$")
STAGE = re.compile(r"^  (\w+):\n", re.MULTILINE)
LISTS = ("deps", "params", "outs", "metrics")


def template(name: str) -> str:
    """A text that the tool ships for projects of version 1.0.0."""
    return (Path(__file__).parent / "templates" / name).read_text(encoding="utf-8")


def old_stages(package: str) -> dict[str, Any]:
    """The five stages of version 1.0.0, for a package."""
    text = template("stages-1.0.0.yaml").replace("PACKAGE", package)
    stages: dict[str, Any] = parse_yaml(text, Path(FILE))
    return stages


def new_stages(package: str) -> dict[str, str]:
    """The text of each stage that the tool runs, for a package."""
    text = template("stages.yaml").replace("PACKAGE", package)
    _, *parts = STAGE.split(text)
    return {
        name: f"  {name}:\n{body.rstrip()}\n"
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def is_rewired(content: Any) -> bool:
    """Does a stage call the tool already?"""
    commands = (str(stage.get("cmd")) for stage in _stages(content).values())
    return any(command.startswith("lab data ") for command in commands)


def in_the_way(content: Any, package: str) -> Iterator[str]:
    """What is not as version 1.0.0 made it, and what reads a file that goes.

    Args:
        content: what dvc.yaml says.
        package: the team's package.
    """
    stages, old = _stages(content), old_stages(package)
    for name, made in old.items():
        if name not in stages:
            yield f"stage `{name}` is not there"
            continue
        yield from _changed(name, stages[name], made, f"src/{package}/")
    for name, stage in stages.items():
        for path in _names(stage.get("deps")) if name not in old else ():
            if path in GONE:
                yield f"stage `{name}`, which is yours, reads {path}, which no stage will write"


def _changed(
    name: str, stage: Mapping[str, Any], made: Mapping[str, Any], package: str
) -> Iterator[str]:
    """How a stage differs; a further module of the package is none: all of it will be a dep."""
    for key in sorted((stage.keys() | made.keys()) - {"desc", *LISTS}):
        if stage.get(key) != made.get(key):
            yield f"stage `{name}` has another `{key}`: {stage.get(key)}"
    for key in LISTS:
        here, there = _names(stage.get(key)), _names(made.get(key))
        added = [item for item in here if item not in there and not item.startswith(package)]
        yield from (f"stage `{name}` has {item} in `{key}`" for item in added)
        lost = [item for item in there if item not in here]
        yield from (f"stage `{name}` has no {item} in `{key}`" for item in lost)


def rewired(text: str, package: str) -> str:
    """A dvc.yaml with the tool's stages in the place of those of version 1.0.0.

    Raises:
        LabError: it is written in a way in which they cannot be told apart.
    """
    before = parse_yaml(text, Path(FILE))
    new = new_stages(package)
    for name in old_stages(package):
        text = _swapped(text, ("stages", name), new.get(name, ""))
    others = {name: stage for name, stage in _stages(before).items() if name not in ALL}
    tools = parse_yaml("".join(new.values()), Path(FILE))
    if parse_yaml(text, Path(FILE)) != {**before, "stages": {**others, **tools}}:
        raise LabError(
            f"{FILE} cannot be rewritten safely: write its stages key by key, each in lines of its "
            "own, as version 1.0.0 did, and run `lab data adopt` again."
        )
    return text


ALL = ("data", "split", "train", "evaluate", "lift")


def unlocked(text: str) -> str:
    """A dvc.lock without the stage that is gone, of which DVC would never forget what it wrote."""
    return _swapped(text, ("stages", "split"), "")


def _swapped(text: str, place: tuple[str, ...], new: str) -> str:
    """A YAML text with the lines of one key replaced; comments in them go above."""
    nodes = nodes_of(text)
    if place not in nodes:
        return text
    key, value = nodes[place]
    lines = text.splitlines(keepends=True)
    start, end = key.start_mark.line, max(value.end_mark.line, key.start_mark.line + 1)
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip()[0] == "#"):
        end -= 1
    said = [found[1] for line in lines[start:end] if (found := COMMENT.search(line.rstrip()))]
    while not new and not said and end < len(lines) and not lines[end].strip():
        end += 1  # nothing takes its place, nor the empty line after it
    indent = " " * key.start_mark.column
    return "".join([*lines[:start], *(f"{indent}{line}\n" for line in said), new, *lines[end:]])


def _stages(content: Any) -> dict[str, Any]:
    stages = content.get("stages") if isinstance(content, dict) else None
    found = stages.items() if isinstance(stages, dict) else ()
    return {str(name): stage for name, stage in found if isinstance(stage, dict)}


def _names(listed: Any) -> Sequence[str]:
    """The paths or the keys of a list, each with its own settings if it has some."""
    return [_name(item) for item in listed] if isinstance(listed, list) else []


def _name(item: Any) -> str:
    match item:
        case {**entries} if len(entries) == 1:
            ((path, settings),) = entries.items()
            return str(path) if settings in (None, {"cache": False}) else f"{path}: {settings}"
    return str(item)
