"""A document: YAML front matter (the data) and Markdown (the story)."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import LabError
from .files import read_whole
from .yaml import parse_core

FENCE = "---"
FENCE_LINE = re.compile(r"---[ \t]*(?:\n|\Z)")


@dataclass(frozen=True)
class Document:
    """A Markdown file; `front` is empty where it has no front matter."""

    front: dict[str, Any]
    body: str


def split(text: str) -> tuple[str, str] | None:
    """The front matter and the body of a Markdown text, or None if it does not end.

    An empty line stands for the first fence, so that lines count as they do in the file.
    """
    first = FENCE_LINE.match(text)
    if not first:
        return "", text
    end = text.find("\n---", first.end() - 1)
    while end >= 0:
        if last := FENCE_LINE.match(text, end + 1):
            return text[first.end() - 1 : end + 1], text[last.end() :]
        end = text.find("\n---", end + 1)
    return None


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
    parts = split(read_text(path))
    if parts is None:
        raise LabError(f"{path}:1: the front matter does not end: close it with a line of {FENCE}.")
    if not parts[0]:
        return Document({}, parts[1])
    front = parse_yaml(parts[0], path)
    if not isinstance(front, dict):
        raise LabError(f"{path}:2: the front matter is not a list of `key: value` lines.")
    return Document(front, parts[1])


def read_text(path: Path) -> str:
    """The text of a file, with plain line ends.

    Raises:
        LabError: the file is missing, or not UTF-8; the message names it.
    """
    try:
        text = read_whole(path).decode("utf-8-sig")  # Path.read_text drops half a BOM
    except UnicodeDecodeError:
        raise LabError(f"{path} is not UTF-8: save it in that encoding.") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_yaml(text: str, path: Path) -> Any:
    """The content of a YAML text, as YAML 1.2 has it; `path` is where it stands, for the message.

    Raises:
        LabError: it is not YAML.
    """
    data, faults = parse_core(text)
    for fault in faults:
        what = fault.message.removeprefix("this is not valid YAML: ")
        raise LabError(f"{path} is not valid YAML in line {fault.line}: {what}. {fault.remedy}")
    return data
