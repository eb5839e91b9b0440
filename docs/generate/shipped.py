"""What `lab data adopt` and `lab data use` write into a project: the template's own files.

The train command is none: it calls what version 1.0.0 has, and that does not change.
"""

from pathlib import Path

import jinja2

COMMANDS = ("predict", "jobs")
TASKS = ("binary", "multiclass", "regression")
PACKAGE = "{{ package_name }}"


def shipped(template: Path) -> dict[str, str]:
    """The texts that the tool ships, by name, from the folder of the template."""
    source = template / "src/{{package_name}}"
    wiring = (template / "dvc.yaml.jinja").read_text(encoding="utf-8")
    stages = wiring.partition("\nstages:\n")[2].partition("\n# Shown by")[0]
    params = (template / "params.yaml.jinja").read_text(encoding="utf-8")
    split = params.partition("\nsplit:\n")[2].partition("\n\n")[0].splitlines(keepends=True)
    first = ("  test_share:", "  salt:")  # version 1.0.0 has these
    return {
        "split.yaml": "".join(line for line in split if not line.startswith(first)) + "\n",
        **{f"plots-{task}.yaml": _plots(wiring, task) for task in TASKS},
        "stages.yaml": stages.replace(PACKAGE, "PACKAGE"),
        **{f"{name}.py.txt": (source / f"{name}.py").read_text("utf-8") for name in COMMANDS},
    }


def _plots(wiring: str, task: str) -> str:
    """The section `plots` of dvc.yaml, for a task."""
    section = wiring[wiring.index("\nplots:\n") + 1 :]
    return jinja2.Template(section, keep_trailing_newline=True).render(task=task)
