"""What `copier update` replaces, merges, and leaves alone."""

from pathlib import Path

import copier
import pytest
from render.reading import files, parsed, texts
from rendering import CONFIG, commit, copy, git, release, update

from .releases import NEXT, History, begin, edit

SHARED = [path.lstrip("/") for path in CONFIG["path_classes"]["default"]["shared"]]
BEGIN = "# --- team: begin ---\n"


def changed(project: Path) -> set[str]:
    """Paths that differ from the last commit."""
    lines = git("status", "--porcelain", "--untracked-files=all", "--ignored", cwd=project)
    return {line[3:] for line in lines.splitlines()}


def remove(path: Path) -> None:
    """Remove a file, and its folder if that was all in it."""
    path.unlink()
    if not any(path.parent.iterdir()):
        path.parent.rmdir()


# One update in which everything happens that may.


def team_writes(project: Path) -> None:
    """What a team does with its project before the update."""
    edit(project / "README.md", "# My ML project", "# Ours")
    (project / "src/my_ml_project/prices.py").write_text('"""Prices."""\n', encoding="utf-8")
    for path in SHARED:
        edit(project / path, BEGIN, f"{BEGIN}# the team's\n")
    remove(project / "CITATION.cff")
    remove(project / ".devcontainer/devcontainer.json")
    remove(project / "src/my_ml_project/jobs.py")
    remove(next(project.glob("stages/4-experiments/HYP-*/index.md")))
    commit(project)


def template_writes(template: Path) -> None:
    """What a later version of the template brings."""
    (template / "noxfile.py").write_text('"""New."""\n', encoding="utf-8")
    (template / "lab/new.py").write_text('"""New."""\n', encoding="utf-8")
    (template / "stages/4-experiments/templates/SPK.md").unlink()
    edit(template / "README.md.jinja", "## Start", "## Begin")
    edit(template / "params.yaml.jinja", "folds: 5", "folds: 10")
    edit(template / "CITATION.cff.jinja", "type: software", "type: dataset")
    (template / "CONTRIBUTING.md.jinja").unlink()
    (template / "tests/test_new.py").write_text('"""New."""\n', encoding="utf-8")
    for path in SHARED:
        file = template / path
        file = file if file.exists() else file.with_name(f"{file.name}.jinja")
        # Right before a marker, where a new line of the template is likeliest to come.
        before, marker, after = file.read_text(encoding="utf-8").rpartition(BEGIN)
        indent = before[len(before.rstrip(" ")) :]
        before = f"# the template's first\n{before}# the template's last\n{indent}"
        file.write_text(f"{before}{marker}{after}", encoding="utf-8")


@pytest.fixture(scope="module")
def updated(newest: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after that update; its last commit is how the team had left it."""
    history = begin(newest, tmp_path_factory.mktemp("updated"), {})
    team_writes(history.project)
    template_writes(history.template / "template")
    release(history.template, NEXT)
    update(history.project)
    return history.project


def test_owned_files_are_replaced_added_and_removed(updated: Path) -> None:
    written = texts(updated)
    assert written["noxfile.py"] == '"""New."""\n'
    assert written["lab/new.py"] == '"""New."""\n'
    assert "stages/4-experiments/templates/SPK.md" not in written
    assert parsed(updated)[".copier-answers.yml"]["_commit"] == NEXT


def test_shared_files_hold_both_parts(updated: Path) -> None:
    for path in SHARED:
        text = texts(updated)[path]
        assert text.startswith("# the template's first\n"), path
        assert text.count("# the template's last\n") == 1, path
        assert text.count(f"{BEGIN}# the team's\n") == text.count(BEGIN) > 0, path
        assert path.startswith(".git") or parsed(updated)[path], path


def test_nothing_else_is_touched(updated: Path) -> None:
    """Seeded files stay as the team left them: edited, untouched, deleted, dropped or new."""
    assert changed(updated) == {
        ".copier-answers.yml",
        "noxfile.py",
        "lab/new.py",
        "stages/4-experiments/templates/SPK.md",
        *SHARED,
    }


def test_no_empty_folder_is_left_where_the_team_deleted_one(updated: Path) -> None:
    folders = [path for path in updated.rglob("*") if path.is_dir() and ".git" not in path.parts]
    assert [folder for folder in folders if not any(folder.iterdir())] == []


def test_nothing_is_in_conflict(updated: Path) -> None:
    assert git("ls-files", "--unmerged", cwd=updated) == ""
    assert [path for path, text in texts(updated).items() if "\n<<<<<<< " in text] == []


# Updates to a version in which nothing is new.


def test_an_update_takes_the_same_answers_and_no_other_package_name(started: History) -> None:
    release(started.template, NEXT)
    with pytest.raises(ValueError, match='Keep "my_ml_project": an update cannot rename'):
        update(started.project, {"package_name": "another_name"})
    assert changed(started.project) == set()
    update(started.project, {"package_name": "my_ml_project"})
    assert changed(started.project) == {".copier-answers.yml", "pyproject.toml"}


def test_an_update_to_the_same_version_changes_nothing(started: History) -> None:
    update(started.project)
    assert changed(started.project) == set()


def test_recopy_replaces_owned_files_and_keeps_seeded_ones(started: History) -> None:
    edit(started.project / "README.md", "# My ML project", "# Ours")
    edit(started.project / "noxfile.py", "nox", "xon")
    commit(started.project)
    copier.run_recopy(started.project, defaults=True, overwrite=True, quiet=True, unsafe=False)
    assert changed(started.project) == {"noxfile.py"}


# Answers that an update may change.


def but_for_answers(project: Path) -> dict[str, bytes]:
    return {path: text for path, text in files(project).items() if path != ".copier-answers.yml"}


def test_stage_6_can_be_added_and_left(newest: Path, tmp_path: Path) -> None:
    history = begin(newest, tmp_path, {"deployment": False})
    without_stage_6 = but_for_answers(history.project)
    with_stage_6 = but_for_answers(copy(history.template, tmp_path / "with"))

    update(history.project, {"deployment": True})
    assert but_for_answers(history.project) == with_stage_6

    plan = "stages/6-deployment/ROLL-20270101-first/index.md"
    (history.project / plan).parent.mkdir()
    (history.project / plan).write_text("# The team's\n", encoding="utf-8")
    commit(history.project)
    update(history.project, {"deployment": False})
    assert but_for_answers(history.project) == without_stage_6 | {plan: b"# The team's\n"}
