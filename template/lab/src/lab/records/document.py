"""A document: YAML front matter (the data) and Markdown (the story)."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml_rs

from ..errors import LabError

FENCE = "---"


@dataclass(frozen=True)
class Document:
    """A Markdown file; `front` is empty where it has no front matter."""

    front: dict[str, Any]
    body: str


def read_yaml(path: Path) -> Any:
    """The content of a YAML file.

    Raises:
        LabError: the file is missing, not UTF-8, or not YAML; the message names it.
    """
    return parse_yaml(read_text(path), path)


def read_document(path: Path) -> Document:
    """A Markdown file with or without front matter.

    Raises:
        LabError: the file is not UTF-8, or its front matter does not end, is not YAML, or
            is not a mapping.
    """
    lines = io.StringIO(read_text(path)).readlines()
    if not lines or lines[0].rstrip() != FENCE:
        return Document({}, "".join(lines))
    ends = [number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == FENCE]
    if not ends:
        raise LabError(f"{path}:1: the front matter does not end: close it with a line of {FENCE}.")
    # An empty line stands for the fence, so that the parser counts lines as the file does.
    front = parse_yaml("".join(["\n", *lines[1 : ends[0]]]), path)
    if not isinstance(front, dict):
        raise LabError(f"{path}:2: the front matter is not a list of `key: value` lines.")
    return Document(front, "".join(lines[ends[0] + 1 :]))


def read_text(path: Path) -> str:
    """The text of a file, with plain line ends.

    Raises:
        LabError: the file is missing, or not UTF-8; the message names it.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Path.read_text drops half a BOM
    except UnicodeDecodeError:
        raise LabError(f"{path} is not UTF-8: save it in that encoding.") from None
    except OSError as error:
        raise LabError(f"{path} cannot be read ({error.strerror}): restore it.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_yaml(text: str, path: Path) -> Any:
    """The content of a YAML text; `path` is where it stands, for the message.

    Raises:
        LabError: it is not YAML.
    """
    if "\0" in text:  # the parser would take it for the end
        raise LabError(f"{path} is not valid YAML: it holds a NUL character, delete it.")
    try:
        return yaml_rs.loads(text, parse_datetime=False)
    except yaml_rs.YAMLDecodeError as error:
        raise LabError(f"{path} is not valid YAML: {error}") from None
