"""A page of the documentation, done as its reader does it: files, changes and commands."""

import ast
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from project.using import PACKAGE, InUse

PAGES = Path(__file__).parents[2] / "docs/how-to"
FENCED = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One piece of code: its language, the file that it is about, and its text."""

    language: str
    file: str
    text: str

    @property
    def lines(self) -> int:
        """How many lines of their own a reader has to write."""
        if self.language == "diff":
            return sum(line.startswith("+") for line in self.text.splitlines())
        if self.language != "python":
            return 0
        documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
        nodes = [node for node in ast.walk(ast.parse(self.text)) if isinstance(node, documented)]
        docs = sum(len((ast.get_docstring(node) or "").splitlines()) for node in nodes)
        return sum(bool(line.strip()) for line in self.text.splitlines()) - docs


def headings(page: str) -> list[str]:
    """Its headings of the second level."""
    return re.findall(r"^## (.*)$", (PAGES / f"{page}.md").read_text("utf-8"), re.MULTILINE)


def blocks_under(page: str, heading: str) -> list[Block]:
    """The code below a heading of the second level."""
    text = (PAGES / f"{page}.md").read_text("utf-8")
    section = re.split(r"^## ", text.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]
    assert section, f"{page} has no {heading}"
    return [
        Block(language, (file or "").replace("<package>", PACKAGE), code)
        for language, file, code in FENCED.findall(section)
    ]


def follow(project: InUse, blocks: list[Block]) -> None:
    """Do what they say, in their order."""
    for block in blocks:
        path = project.root / block.file
        match block.language:
            case "console":
                for line in block.text.splitlines():
                    project.ok(*shlex.split(line))
            case "python":
                assert not path.exists()
                path.write_text(block.text, encoding="utf-8")
            case "diff":
                for old, new in changes(block.text):
                    project.change(block.file, old, new)
            case "yaml":
                adjust(project, yaml.safe_load(block.text))


def adjust(project: InUse, keys: Mapping[str, Any]) -> None:
    """Set some keys of params.yaml."""
    params = _merged(project.yaml("params.yaml"), keys)
    text = yaml.safe_dump(params, sort_keys=False, allow_unicode=True)
    (project.root / "params.yaml").write_text(text, encoding="utf-8")


def changes(diff: str) -> Iterator[tuple[str, str]]:
    """What each part of a diff replaces, and by what."""
    for part in re.split(r"^…\n", diff, flags=re.MULTILINE):
        lines = part.splitlines(keepends=True)
        assert all(line[0] in " +-" for line in lines), part
        old, new = (
            "".join(line[1:] for line in lines if line[0] in signs) for signs in (" -", " +")
        )
        yield old, new


def _merged(content: Any, keys: Any) -> Any:
    if not isinstance(content, dict) or not isinstance(keys, dict):
        return keys
    return content | {key: _merged(content.get(key), keys[key]) for key in keys}
