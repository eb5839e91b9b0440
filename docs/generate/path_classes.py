"""Whose file is it: the page, and the same as data for `lab update`."""

import json
from collections.abc import Mapping
from typing import Any

from questions import SOURCE

CLASSES = {
    "owned": "The template's. An update brings the template's next version of it. What a team "
    "changes in it is merged, and may end in a conflict.",
    "seeded": "The team's from day one. An update never changes it, never deletes it, and never "
    "brings it back.",
    "shared": "Both. An update merges the template's part. The team's part lies between the lines "
    "`team: begin` and `team: end`.",
}


def classes_page(settings: Mapping[str, Any]) -> str:
    """Which paths of a generated project are whose."""
    lines = [
        SOURCE,
        "",
        "# Path classes",
        "",
        "Every path of a generated project is in exactly one of three classes. A pattern is read "
        "as in `.gitignore`: it starts at the project's root, `*` stands for one name or a part of "
        "it, and a folder stands for all that is in it. Why there are three is told in "
        "[Whose file is it?](../explanation/whose-file-is-it.md).",
        "",
    ]
    for name, patterns in settings["path_classes"]["default"].items():
        lines += [f"## {name.capitalize()}", "", CLASSES[name], ""]
        lines += [*(f"- `{pattern}`" for pattern in patterns), ""]
    lines += [
        "## Records about the sample data",
        "",
        "These are seeded as well. A project holds only those of its answer to "
        "[`task`](questions.md#task).",
        "",
        "| task | records |",
        "|---|---|",
    ]
    for task, patterns in settings["examples"]["default"].items():
        lines.append(f"| `{task}` | {'<br>'.join(f'`{pattern}`' for pattern in patterns)} |")
    return "\n".join([*lines, ""])


def classes_data(settings: Mapping[str, Any]) -> str:
    """The same for `lab update`, in each project as its version of the template has it."""
    return json.dumps(settings["path_classes"]["default"], indent=2) + "\n"
