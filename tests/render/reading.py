"""Read the files of a rendered project, as strictly as anything that will ever read them."""

import ast
import configparser
import json
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lab.records.yaml import parse_core

FENCE = "---\n"


def files(project: Path) -> dict[str, bytes]:
    """Every file of a project by its path, with slashes; git's own are left out."""
    found = {path.relative_to(project): path for path in sorted(project.rglob("*"))}
    return {
        relative.as_posix(): path.read_bytes()
        for relative, path in found.items()
        if path.is_file() and relative.parts[0] != ".git"
    }


def texts(project: Path) -> dict[str, str]:
    """Every file of a project, decoded."""
    return {path: content.decode() for path, content in files(project).items()}


def parsed(project: Path) -> dict[str, Any]:
    """What every file of a project with a grammar says, by its path.

    Raises:
        UnreadableError: the first file that breaks its grammar.
    """
    contents = {}
    for path, text in texts(project).items():
        if reader := READERS.get(path) or READERS.get(Path(path).suffix):
            try:
                contents[path] = reader(text)
            except (ValueError, SyntaxError, configparser.Error, yaml.YAMLError) as error:
                raise UnreadableError(f"{path}: {error}\n{text}") from error
    return contents


class UnreadableError(Exception):
    """A file of the project that breaks its grammar."""


@cache
def read_yaml(text: str) -> Any:
    """YAML that means the same to a 1.1 and to a 1.2 parser.

    Raises:
        ValueError: it is not YAML, has a key twice, holds a bare date, or a word such as
            `no` that the two read differently.
    """
    old = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    new, faults = parse_core(text)
    if faults:
        raise ValueError(faults[0].message)
    # As JSON, because True == 1 in Python.
    if json.dumps(old, default=repr) != json.dumps(new, default=repr):
        raise ValueError(f"ambiguous YAML: {old!r} or {new!r}")
    return new


@cache
def read_front_matter(text: str) -> dict[str, Any]:
    """The front matter of Markdown, empty where it has none.

    Raises:
        ValueError: it does not end, or is not a mapping of unambiguous YAML.
    """
    if not text.startswith(FENCE):
        return {}
    front, fence, _ = text.removeprefix(FENCE).partition("\n" + FENCE)
    content = read_yaml(front)
    if not fence or not isinstance(content, dict):
        raise ValueError("the front matter does not end, or is no mapping")
    return content


@cache
def read_python(text: str) -> ast.Module:
    """Python, with the grammar of the oldest version that a project may use."""
    return ast.parse(text, feature_version=(3, 11))


def read_ini(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return parser


READERS: dict[str, Callable[[str], Any]] = {
    ".dvc/config": read_ini,
    ".cff": read_yaml,
    ".json": json.loads,
    ".md": read_front_matter,
    ".py": read_python,
    ".toml": tomllib.loads,
    ".yaml": read_yaml,
    ".yml": read_yaml,
}
