"""What `lab data adopt` writes into a project of version 1.0.0: the template's own files.

The train command is none: it calls what version 1.0.0 has, and that does not change.
"""

from pathlib import Path

COMMANDS = ("predict", "jobs")
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
        "stages.yaml": stages.replace(PACKAGE, "PACKAGE"),
        **{f"{name}.py.txt": (source / f"{name}.py").read_text("utf-8") for name in COMMANDS},
    }
