"""From every released version to the work tree: projects that nobody has touched, and toggles."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from render.reading import files
from rendering import Answers, commit, copy

from lab.proof.provenance import SET_UP
from lab.records.answers import ANSWERS

from .releases import CLASSES, NOW, VERSIONS, begin, edit

LEAN = {"api": False, "deployment": False, "task": "regression", "way_of_working": "sprints"}


def but_for_seeded(project: Path) -> dict[str, bytes]:
    """The files that an update brings; answers stand in the order in which they were given."""
    found = {path: text for path, text in files(project).items() if CLASSES.of(path) != "seeded"}
    return found | {ANSWERS: b"\n".join(sorted(found[ANSWERS].splitlines()))}


def broken(project: Path) -> list[tuple[str, str]]:
    """What `lab check` of this version of the tool finds, and how to fix it."""
    said = subprocess.run(
        [sys.executable, "-m", "lab", "check", "--format=json"],
        cwd=project,
        check=False,
        stdout=subprocess.PIPE,
    ).stdout
    return [(found["code"], found["remedy"]) for found in json.loads(said)["findings"]]


@pytest.mark.long
@pytest.mark.parametrize(
    ("answers", "then"), [({}, {}), (LEAN, {"tool": "git"})], ids=["defaults", "lean"]
)
@pytest.mark.parametrize("version", VERSIONS[:-1] or VERSIONS)
def test_an_update_is_a_fresh_copy_outside_seeded_paths(
    releases: Path, tmp_path: Path, version: str, answers: Answers, then: dict[str, str]
) -> None:
    """A project that is to hold its tool says that a set-up puts it there, and nothing else."""
    history = begin(releases, tmp_path, answers, version)
    seeded = {
        path: text for path, text in files(history.project).items() if CLASSES.of(path) == "seeded"
    }
    done = history.update(then, trust=True)
    assert (done.after, done.conflicts, done.kept) == (NOW, [], [])
    wiring = {"sealed": version == NOW}  # a pipeline of its own stays one
    fresh = copy(history.template, tmp_path / "fresh", {**answers, **then, **wiring})
    assert but_for_seeded(history.project) == but_for_seeded(fresh)
    assert files(history.project).items() >= seeded.items()
    assert broken(history.project) == ([] if then else [("AUD008", SET_UP)])


# Answers that are changed, each group in one update, and changed back in the next.
TOGGLES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "forge and API": ({"ci": "gitlab", "api": "false"}, {"ci": "github", "api": "true"}),
    "no forge": ({"ci": "github"}, {"ci": "none"}),
    "the others": (
        {
            "deployment": "false",
            "licence": "Proprietary",
            "risk": "low",
            "task": "binary",
            "track": "light",
            "way_of_working": "kanban",
        },
        {
            "deployment": "true",
            "licence": "MIT",
            "risk": "high",
            "task": "multiclass",
            "track": "full",
            "way_of_working": "sprints",
        },
    ),
}
# What a team has beside the files that come and go.
BESIDE = {
    ".github/workflows/ours.yml": b"on: push\n",
    ".gitlab/issue_templates/Ours.md": b"Ours.\n",
    "api/ours.md": b"Ours.\n",
    "stages/6-deployment/ours.md": b"Ours.\n",
}
CI = {"github": ".github/workflows/checks.yml", "gitlab": ".gitlab-ci.yml"}


def write(project: Path, content: Mapping[str, bytes]) -> None:
    for path, text in content.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(text)
    commit(project)


@pytest.mark.parametrize("group", TOGGLES)
def test_an_answer_can_be_changed_and_changed_back(
    newest: Path, tmp_path: Path, group: str
) -> None:
    """What is switched on comes with its seeded files; what is switched off leaves them."""
    first, then = TOGGLES[group]
    history = begin(newest, tmp_path, first)
    write(history.project, BESIDE)
    before = files(history.project)
    done = history.update(then)
    fresh = copy(history.template, tmp_path / "then", then)
    assert (done.conflicts, done.kept, done.left) == ([], [], [])
    assert but_for_seeded(history.project) == but_for_seeded(fresh) | BESIDE
    brought = {path for path in files(fresh).keys() - before.keys() if CLASSES.of(path) == "seeded"}
    assert set(done.added) == {path for path in brought if not path.startswith("stages/")}
    for forge, path in CI.items():
        assert (history.project / path).exists() == (then.get("ci", "github") == forge)
    commit(history.project)

    back = history.update(first)
    assert (back.conflicts, back.kept, back.added) == ([], [], [])
    after = files(history.project)
    assert after == before | {path: files(fresh)[path] for path in done.added}


@pytest.mark.long
def test_what_a_team_wrote_into_a_file_that_is_switched_off_is_kept(
    newest: Path, tmp_path: Path
) -> None:
    """And when it is switched on again, every line of it is still there."""
    edited = [".gitlab-ci.yml", ".gitlab/issue_templates/Task.md", "api/README.md"]
    history = begin(newest, tmp_path, {"ci": "gitlab", "api": "true"})
    project = history.project
    for path in edited:
        text = (project / path).read_bytes()
        head, line, tail = text.partition(b"\n\n")
        (project / path).write_bytes(b"# ours, first\n" + head + line + b"# ours, then\n" + tail)
    edit(project / "pyproject.toml", "# --- team: begin ---", "# --- team: begin ---\n# ours")
    commit(project)
    before = files(project)

    done = history.update({"ci": "none", "api": "false", "licence": "MIT"})
    after = files(project)
    assert (done.conflicts, done.kept) == ([], edited)
    assert {path: after[path] for path in edited} == {path: before[path] for path in edited}
    assert {"api/contract.yaml", "tests/test_serving.py"} <= after.keys()
    gone = {".gitlab/issue_templates/Spike.md", "api/pyproject.toml"}
    assert gone < before.keys()
    assert not gone & after.keys()
    shared = after["pyproject.toml"].decode()
    assert 'license = "MIT"\n' in shared
    assert "# --- team: begin ---\n# ours\n" in shared
    commit(project)

    back = history.update({"ci": "gitlab", "api": "true"})
    again = files(project)
    assert sorted([*back.conflicts, *back.kept]) == edited
    for path in edited:
        ours = after[path].splitlines()
        assert in_order(ours, again[path].splitlines()) == ours, path
    assert gone < again.keys()


def in_order(wanted: list[bytes], lines: list[bytes]) -> list[bytes]:
    """As many of the wanted lines as stand among others in their order."""
    left = iter(lines)
    return [line for line in wanted if line in left]


def test_what_a_team_has_already_is_not_replaced_by_what_is_switched_on(
    newest: Path, tmp_path: Path
) -> None:
    history = begin(newest, tmp_path, {"ci": "none", "api": "false"})
    ours = {
        ".github/workflows/checks.yml": b"on: push\njobs: {}\n",
        ".gitlab-ci.yml": b"stages: []\n",
        "api/README.md": b"# Ours\n",
        "api/contract.yaml": b"ours: true\n",
    }
    write(history.project, ours)
    done = history.update({"ci": "github", "api": "true"})
    after = files(history.project)
    assert done.conflicts == [".github/workflows/checks.yml", "api/README.md"]
    assert done.kept == []
    for path in done.conflicts:
        assert ours[path] in after[path], path
    for path in (".gitlab-ci.yml", "api/contract.yaml"):
        assert after[path] == ours[path]
