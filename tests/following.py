"""A page of the documentation, done as its reader does it: files, changes and commands."""

import ast
import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from project.using import PACKAGE, InUse

PAGES = Path(__file__).parents[1] / "docs/how-to"
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


def blocks_under(page: str, heading: str | None) -> list[Block]:
    """The code below a heading of the second level; of None, before the first."""
    text = (PAGES / f"{page}.md").read_text("utf-8")
    below = text.partition(f"\n## {heading}\n")[2] if heading else text
    section = re.split(r"^## ", below, flags=re.MULTILINE)[0]
    assert section, f"{page} has no {heading}"
    return [
        Block(language, (file or "").replace("<package>", PACKAGE), code)
        for language, file, code in FENCED.findall(section)
    ]


def follow(project: InUse, blocks: list[Block], home: Path | None = None) -> None:
    """Do what they say, in their order; `~` is `home`."""
    for block in blocks:
        path = project.root / block.file
        match block.language:
            case "console":
                for line in block.text.replace("\\\n", " ").splitlines():
                    words = [word.replace("~", str(home), 1) for word in shlex.split(line)]
                    asks = words[3:5] == ["data", "use"] and "--yes" not in words
                    typed(project, "yes\n", *words) if asks else project.ok(*words)
            case "python":
                assert not path.exists()
                path.write_text(block.text, encoding="utf-8")
            case "diff":
                for old, new in changes(block.text):
                    project.change(block.file, old, new)
            case "yaml":
                text = block.text.replace("my_package", PACKAGE)
                adjust(project, yaml.safe_load(text), block.file or "params.yaml")


def adjust(project: InUse, keys: Mapping[str, Any], file: str = "params.yaml") -> None:
    """Set some keys of a file."""
    params = _merged(project.yaml(file), keys)
    text = yaml.safe_dump(params, sort_keys=False, allow_unicode=True)
    (project.root / file).write_text(text, encoding="utf-8")


def typed(project: InUse, answers: str, *command: str) -> str:
    """Run a command at a terminal, and type what it asks for; what it printed."""
    person, terminal = os.openpty()
    running = subprocess.Popen(
        command,
        cwd=project.root,
        env=project.environment(),
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.STDOUT,
    )
    os.close(terminal)
    os.write(person, answers.encode())
    said = b""
    with suppress(OSError):  # the terminal is closed
        while part := os.read(person, 10_000):
            said += part
    os.close(person)
    assert running.wait() == 0, said.decode()
    return said.decode()


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
