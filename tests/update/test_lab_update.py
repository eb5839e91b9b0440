"""`lab update`: what it says, what it leaves, and that it is whole or nothing."""

import json
import re
from pathlib import Path

import copier
import pytest
from render.reading import files
from rendering import commit, git, release

from lab.cli import main

from .releases import NEXT, NOW, History, edit, source_of

OWNED = "noxfile.py"
DROPPED = "stages/4-experiments/templates/SPK.md"


def both_change_a_line(history: History) -> None:
    """The same line of an owned file, changed by the team and by the template."""
    line = "nox.options.error_on_external_run = False"
    edit(history.project / OWNED, line, "nox.options.error_on_external_run = True  # ours")
    commit(history.project)
    edit(source_of(history.template, OWNED), line, "# theirs")
    release(history.template, NEXT)


def status(project: Path) -> str:
    return git("status", "--porcelain", "--untracked-files=all", cwd=project)


def test_a_conflict_is_listed_and_can_be_thrown_away(
    started: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    both_change_a_line(started)
    before = files(started.project)
    monkeypatch.chdir(started.project)

    assert main(["preflight"]) == 1
    said = capsys.readouterr().out
    assert f"{NOW} -> {NEXT}" in said
    assert f"  {OWNED}\n" in said
    assert files(started.project) == before

    assert main(["update", "--json"]) == 1
    done = json.loads(capsys.readouterr().out)
    assert (done["conflicts"], done["kept"]) == ([OWNED], [])
    text = (started.project / OWNED).read_text(encoding="utf-8")
    assert "<<<<<<< " in text
    assert "True  # ours" in text
    assert "# theirs" in text
    assert f"UU {OWNED}" in status(started.project)

    git("reset", "--quiet", "--hard", cwd=started.project)
    git("clean", "--quiet", "--force", "-d", cwd=started.project)
    assert files(started.project) == before


def test_what_is_not_committed_stops_an_update(
    started: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (started.project / "notes.txt").write_text("mine\n", encoding="utf-8")
    before = files(started.project)
    monkeypatch.chdir(started.project)
    assert main(["update"]) == 3
    assert "notes.txt is not committed (1 in all): commit or stash" in capsys.readouterr().err
    assert files(started.project) == before


def test_a_merge_that_nobody_finished_stops_an_update(
    started: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(started.project)
    both_change_a_line(started)
    assert main(["update"]) == 1
    commit(started.project)  # with the markers in it
    before = files(started.project)
    capsys.readouterr()
    assert main(["update"]) == 3
    said = capsys.readouterr().err
    assert re.search(rf"{OWNED}, line \d+, holds the markers of a merge that nobody finished", said)
    assert files(started.project) == before

    git("checkout", "--quiet", "-b", "side", "HEAD~1", cwd=started.project)
    (started.project / "side.txt").write_text("theirs\n", encoding="utf-8")
    commit(started.project)
    git("checkout", "--quiet", "main", cwd=started.project)
    git("merge", "--quiet", "--no-commit", "--strategy=ours", "side", cwd=started.project)
    assert status(started.project) == ""
    assert main(["update"]) == 3
    assert "a merge is begun here and not committed" in capsys.readouterr().err


def test_a_deleted_file_of_the_template_is_listed_and_can_be_brought_back(
    started: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(started.project)
    gone, seeded = started.project / ".editorconfig", started.project / "params.yaml"
    before = {path: path.read_bytes() for path in (gone, seeded)}
    for path in before:
        path.unlink()
    commit(started.project)
    edit(source_of(started.template, OWNED), "import nox", "import nox  # later")
    release(started.template, NEXT)
    assert started.update().deleted == [".editorconfig"]
    assert not gone.exists()
    commit(started.project)

    capsys.readouterr()
    assert main(["drift", "--restore", ".editorconfig", "--restore", "parms.yaml"]) == 3
    assert "Did you mean params.yaml?" in capsys.readouterr().err
    assert not gone.exists()
    assert main(["drift", "--restore", ".editorconfig", "--restore", "params.yaml"]) == 0
    assert {path: path.read_bytes() for path in before} == before
    assert main(["drift", "--restore", "params.yaml"]) == 3
    assert "params.yaml is there" in capsys.readouterr().err
    assert main(["drift"]) == 0


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("pakage_name=other", "the template has no question pakage_name"),
        ("package_name=other", 'Keep "my_ml_project": an update cannot rename the package'),
    ],
)
def test_a_refused_answer_leaves_everything_as_it_was(
    started: History,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    says: str,
) -> None:
    edit(source_of(started.template, OWNED), "import nox", "import nox  # later")
    release(started.template, NEXT)
    before = files(started.project)
    monkeypatch.chdir(started.project)
    assert main(["update", "--data", answer]) == 3
    assert says in capsys.readouterr().err
    assert files(started.project) == before
    assert status(started.project) == ""


def test_a_template_that_is_gone_leaves_everything_as_it_was(
    started: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started.template.rename(started.template.with_name("elsewhere"))
    monkeypatch.chdir(started.project)
    for command in ("drift", "preflight", "update"):
        assert main([command]) == 3
        assert "Look at _src_path and _commit" in capsys.readouterr().err
    assert status(started.project) == ""


def test_a_dropped_file_that_a_team_has_edited_is_kept(started: History) -> None:
    dropped = started.project / DROPPED
    dropped.write_text(dropped.read_text("utf-8") + "Ours.\n", encoding="utf-8")
    commit(started.project)
    before = dropped.read_bytes()
    source_of(started.template, DROPPED).unlink()
    source_of(started.template, "stages/4-experiments/templates/EDA.md").unlink()
    release(started.template, NEXT)

    done = started.update()
    assert done.kept == [DROPPED]
    assert dropped.read_bytes() == before
    assert not (started.project / "stages/4-experiments/templates/EDA.md").exists()


def test_a_binary_in_the_place_of_a_template_file_is_kept(started: History) -> None:
    binary = bytes(range(256)) * 4
    (started.project / OWNED).write_bytes(binary)
    commit(started.project)
    edit(source_of(started.template, OWNED), "import nox", "import nox  # later")
    release(started.template, NEXT)
    assert started.update().kept == [OWNED]
    assert (started.project / OWNED).read_bytes() == binary


def test_an_ignored_file_is_kept(started: History) -> None:
    """Git cannot bring it back, neither after an update nor when one is broken off."""
    edit(started.project / ".gitignore", "# --- team: begin ---", "# --- team: begin ---\n/api/")
    git("rm", "-r", "--quiet", "--cached", "api", cwd=started.project)
    git("commit", "--quiet", "--all", "--message", "Ignore", cwd=started.project)
    ours = started.project / "api/README.md"
    ours.write_text("ours\n", encoding="utf-8")
    edit(source_of(started.template, "api/README.md"), "# ", "# Later: ")
    release(started.template, NEXT)
    assert "api/README.md" in started.update().kept
    assert ours.read_text(encoding="utf-8") == "ours\n"


def test_drift_names_what_the_team_has_changed(
    started: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(started.project)
    begin = "# --- team: begin ---"
    edit(started.project / "mkdocs.yml", begin, f"{begin}\n# ours, and no drift")
    edit(started.project / "README.md", "# My ML project", "# Ours, and no drift")
    assert main(["drift"]) == 0
    capsys.readouterr()

    edit(started.project / OWNED, "import nox", "import nox  # ours")
    (started.project / ".editorconfig").unlink()
    edit(started.project / ".gitignore", "/data/*.parquet", "/data/mine/*.parquet")
    assert main(["drift", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {"path": ".editorconfig", "how": "missing"},
        {"path": ".gitignore", "how": "changed outside the marker lines"},
        {"path": OWNED, "how": "changed"},
    ]
    assert main(["drift", "--diff"]) == 1
    assert "+import nox  # ours\n" in capsys.readouterr().out


def test_new_seeded_files_are_added_once(started: History) -> None:
    """They come with a version; never over a file, and not where a team deleted one."""
    template = started.template / "template"
    (started.project / "tests/test_ours.py").write_text('"""Ours."""\n', encoding="utf-8")
    (started.project / "tests/test_gone.py").write_text('"""Gone."""\n', encoding="utf-8")
    commit(started.project)
    (started.project / "tests/test_gone.py").unlink()
    commit(started.project)
    for name in ("new", "ours", "gone"):
        (template / f"tests/test_{name}.py").write_text('"""Theirs."""\n', encoding="utf-8")
    release(started.template, NEXT)

    done = started.update()
    assert (done.added, done.left) == (["tests/test_new.py"], ["tests/test_gone.py"])
    read = {path.name: path.read_text("utf-8") for path in started.project.glob("tests/*.py")}
    assert read["test_new.py"] == '"""Theirs."""\n'
    assert read["test_ours.py"] == '"""Ours."""\n'
    assert "test_gone.py" not in read


def test_new_seeded_files_can_be_left_out(started: History) -> None:
    new = started.template / "template/tests/test_new.py"
    new.write_text('"""Theirs."""\n', encoding="utf-8")
    release(started.template, NEXT)
    done = started.update(take=False)
    assert (done.added, done.left) == ([], ["tests/test_new.py"])
    assert not (started.project / "tests/test_new.py").exists()


def test_an_update_only_goes_forward(
    started: History,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A project from between two versions is up to date until the next one comes."""
    edit(source_of(started.template, OWNED), "import nox", "import nox  # later")
    commit(started.template)
    project = tmp_path / "between"
    copier.run_copy(str(started.template), project, defaults=True, quiet=True, vcs_ref="HEAD")
    git("init", "--quiet", cwd=project)
    commit(project)
    monkeypatch.chdir(project)
    assert main(["preflight"]) == 0
    assert capsys.readouterr().out.startswith(f"The project is up to date with {NOW}-1-g")
    assert main(["update", "--data", "deployment=false"]) == 0
    assert not (project / "stages/6-deployment").exists()
    git("reset", "--quiet", "--hard", cwd=project)
    assert main(["update", "--to", NOW]) == 3
    assert f"{NOW} is older than the version that this project has" in capsys.readouterr().err
    assert status(project) == ""
