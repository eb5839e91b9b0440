"""The settings of a project of version 1.0.0, with what the tool's stages need of them.

Each is a text before and a text after; comments stay.
"""

import re
from pathlib import Path
from typing import Any

from ..data.params import FILE as PARAMS
from ..errors import LabError
from ..records.document import parse_yaml
from ..records.edits import Change, change_yaml
from .modules import Sources, with_fields
from .wiring import template

TYPES = {int: "int", str: "str", type(None): "float"}
PANDERA = re.compile(r'^    "pandera\b.*\n', re.MULTILINE)
UNDOCUMENTED = '"src/*/pipeline/*" = ["D103"]\n'
TEAM, PART = "    # --- team: begin ---\n", "# --- team: begin ---\n"


def with_commands(text: str, package: str) -> str:
    """A params.yaml with what the tool's stages read, and another salt.

    Raises:
        LabError: it cannot be changed safely.
    """
    content = parse_yaml(text, Path(PARAMS))
    split = content.get("split") if isinstance(content, dict) else None
    if not isinstance(split, dict):
        raise LabError(f"{PARAMS} has no section `split`: restore it from git.")
    changes = [Change(("split", "salt"), next_salt(str(split.get("salt", ""))))]
    more = new_keys().items()
    changes += [Change(("split", name), value) for name, value in more if name not in split]
    if "commands" not in content:
        named = {name: f"python -m {package}.{name}" for name in ("train", "predict")}
        changes.append(Change(("commands",), named))
    if champion_in(content):
        changes.append(Change(("evaluate", "champion"), None))
    return change_yaml(text, changes)


def new_keys() -> dict[str, Any]:
    """What the tool reads of the section `split` besides what version 1.0.0 had, with defaults."""
    keys: dict[str, Any] = parse_yaml(template("split.yaml"), Path(PARAMS))
    return keys


def next_salt(salt: str) -> str:
    """Another salt, which nobody has chosen: it follows from the one before."""
    return str(int(salt) + 1) if salt.isdecimal() else f"{salt}-sealed"


def champion_in(content: Any) -> str | None:
    """The hypothesis whose model is the reference, as params.yaml says."""
    match content:
        case {"evaluate": {"champion": str(champion)}}:
            return champion
    return None


def with_lenient_params(path: str, text: str) -> str:
    """The team's config.py, where it refuses unknown keys, with the keys that the tool reads."""
    split = [f"{name}: {TYPES[type(value)]}" for name, value in new_keys().items()]
    fields_of = {"SplitParams": split, "Params": ["commands: dict[str, str]"]}
    for class_, named in fields_of.items():
        fields = [f"{field} | None = None" for field in named]
        text = with_fields(path, text, class_, fields) or text
    return text


def with_line(text: str, line: str) -> str:
    """A file of lines with one more, in the team's part if there is one."""
    head, mark, tail = text.partition(PART)
    end = "" if not head or head.endswith("\n") else "\n"
    return f"{head}{end}{mark}{line}\n{tail}"


def answering(text: str) -> str:
    """An answers file that says that the set is sealed, as Copier writes it."""
    line = "sealed: true"
    changed, there = re.subn(r"^sealed: .*$", line, text, flags=re.MULTILINE)
    return changed if there else f"{text.rstrip()}\n{line}\n"


def with_own_needs(text: str, sources: Sources) -> str:
    """A pyproject.toml as the template renders it for a sealed set; the team keeps what it needs.

    The template's part names pandera, and a setting of ruff's, for the pipeline of version 1.0.0
    alone.
    """
    head, begin, team = text.partition(TEAM)
    found = PANDERA.search(head)
    if found and begin:
        needed = any("pandera" in source for source in sources.values())
        kept = "" if not needed or '"pandera' in team else found[0]
        text = f"{PANDERA.sub('', head)}{begin}{kept}{team}"
    table = "[tool.ruff.lint.extend-per-file-ignores]\n"
    head, begin, team = text.rpartition(PART)
    if UNDOCUMENTED in head and begin and table not in team:
        needed = any("/pipeline/" in path for path in sources)
        kept = f"{table}{UNDOCUMENTED}" if needed else ""
        text = f"{head.replace(UNDOCUMENTED, '')}{begin}{kept}{team}"
    return text
