"""What can be done to a project that a pipeline has to see, and which job has to say what."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from project.using import CARD, PACKAGE, InUse, commit

from .conftest import INDEX
from .running import Forge

QUICK = ("lint", "records", "contract")
VERDICT = f"stages/4-experiments/{CARD}/verdict.json"


@dataclass(frozen=True)
class Breakage:
    """What somebody does, which steps of CI see it, and what they say.

    `since` is what main holds; the rest of the project is what the pull request brings.
    """

    breaks: Callable[[InUse], None]
    steps: dict[str, str]
    since: str = "main"


def unused_import(project: InUse) -> None:
    add(project, f"src/{PACKAGE}/features.py", "import os\n")


def wrong_type(project: InUse) -> None:
    add(project, f"src/{PACKAGE}/features.py", '\n\nPARTS: int = "two"\n')


def failing_test(project: InUse) -> None:
    add(project, "tests/test_features.py", '\n\ndef test_own():\n    assert len("two") == 2\n')


def unknown_key(project: InUse) -> None:
    project.change(INDEX, "\ntimebox: ", "\ntimebax: ")


def never_run(project: InUse) -> None:
    project.change("params.yaml", "malignant: 10,", "malignant: 11,")


def forged_metric(project: InUse) -> None:
    metrics = project.json("evaluation/metrics.json")
    metrics["candidate"]["recall"] = 1.0
    write(project, "evaluation/metrics.json", json.dumps(metrics, indent=2) + "\n")


def broken_schema(project: InUse) -> None:
    project.change("params.yaml", "source: sample", "source: file")


def forged_verdict(project: InUse) -> None:
    verdict = project.json(VERDICT)
    verdict["results"][0]["estimate"] = 0.999
    write(project, VERDICT, json.dumps(verdict, indent=2, ensure_ascii=False) + "\n")


def lock_and_verdict_at_once(project: InUse) -> None:
    """Nothing more to do: main stands before the lock."""


def moved_goalpost(project: InUse) -> None:
    project.change(INDEX, "  - recall > 0.85\n", "  - recall > 0.5\n")


def broken_caller(project: InUse) -> None:
    text = project.text("schema.yaml").replace("mean_radius", "mean_size")
    write(project, "schema.yaml", text)
    website = 'callers: [{name: website, contact: "@bob", sends: all, reads: [prediction]}]'
    project.change("api/contract.yaml", "callers: []", website)
    project.run("uv", "run", "my-ml-project-api", "contract")


def broken_link(project: InUse) -> None:
    add(project, "stages/4-experiments/README.md", "\nSee [the plan](no-such-plan.md).\n")


def changed_file_of_the_template(project: InUse) -> None:
    add(project, ".editorconfig", "\n[*.md]\nindent_size = 8\n")


def tool_of_a_fork(project: InUse) -> None:
    source = project.yaml(".copier-answers.yml")["_src_path"]
    project.change(".copier-answers.yml", f'"{source}"', '"https://forge.example/eve/fork.git"')


MISTAKES = {
    "unused import": Breakage(unused_import, {"lint": "F401"}),
    "wrong type": Breakage(wrong_type, {"types": "bad-assignment"}),
    "failing test": Breakage(failing_test, {"tests": "test_own"}),
    "unknown key": Breakage(unknown_key, {"records": "timebox"}),
    "broken pipeline": Breakage(broken_schema, {"pipeline": "set data.file in params.yaml"}),
    "broken caller": Breakage(broken_caller, {"contract": "breaks"}),
    "broken link": Breakage(broken_link, {"site": "no-such-plan.md"}),
    "changed file": Breakage(changed_file_of_the_template, {"drift": ".editorconfig"}),
}
FORGERIES = {
    "never run": Breakage(never_run, {"pipeline": "`evaluate` was not run after"}),
    "forged metric": Breakage(forged_metric, {"pipeline": "evaluation/metrics.json is not what"}),
    "forged verdict": Breakage(forged_verdict, {"records": "EVD002", "audit": "AUD007"}),
    "lock and verdict at once": Breakage(
        lock_and_verdict_at_once, {"records": "AUD002", "audit": "AUD002"}, "set-up"
    ),
    "tool of a fork": Breakage(tool_of_a_fork, {"records": "AUD008", "audit": "AUD008"}),
    "moved goalpost": Breakage(moved_goalpost, {"records": "LCK", "audit": "AUD003"}),
}


def assert_the_right_step_fails(breakage: Breakage, working: InUse, forge: Forge) -> None:
    """Propose it: those steps fail, with their words, and no other; and so the gate is shut."""
    working.ok("git", "branch", "--quiet", "--force", "main", breakage.since)
    breakage.breaks(working)
    if working.ok("git", "status", "--porcelain"):
        commit(working, "Break it")
    forge.push(working)
    forge.propose("change")
    ended = forge.run("checks", steps={*QUICK, *breakage.steps}, each=False)
    failed = {name: ran.output for name, ran in forge.steps.items() if ran.code}
    assert failed.keys() == breakage.steps.keys(), "\n".join(failed.values())
    for step, message in breakage.steps.items():
        assert message in failed[step], failed[step]
    assert ended["gate"].code


def add(project: InUse, path: str, text: str) -> None:
    write(project, path, project.text(path) + text)


def write(project: InUse, path: str, text: str) -> None:
    (project.root / path).write_text(text, encoding="utf-8")
