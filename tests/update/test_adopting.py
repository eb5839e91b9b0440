"""A repository that was there before the template: it keeps every byte, and can be updated."""

import subprocess
import sys
from pathlib import Path

from render.reading import files
from rendering import commit, git, release

from lab.project import Project
from lab.update.drift import How, find_drift

from .releases import NEXT, NOW, History, edit, source_of

COPIER = (sys.executable, "-m", "copier")
THEIRS = {
    ".gitignore": "*.log\n",
    "README.md": "# Theirs\n",
    "noxfile.py": '"""Theirs."""\n',
    "pyproject.toml": '[project]\nname = "theirs"\nversion = "3.1"\n',
    "src/my_ml_project/model.py": '"""Theirs."""\n',
    "src/theirs/__init__.py": "",
    "tests/test_model.py": '"""Theirs."""\n',
}


def test_adopting_overwrites_nothing_and_updates_lose_nothing(newest: Path, tmp_path: Path) -> None:
    template, project = tmp_path / "template", tmp_path / "project"
    git("clone", "--quiet", str(newest), str(template), cwd=tmp_path)
    for path, text in THEIRS.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    git("init", "--quiet", cwd=project)
    commit(project)

    # As docs/how-to/adopt-a-repository.md says it.
    subprocess.run(
        [*COPIER, "copy", "--quiet", "--defaults", "--skip=*", str(template), str(project)],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    now = files(project)
    assert {path: now[path].decode() for path in THEIRS} == THEIRS
    assert {"stages/1-requirements/README.md", "lab/path-classes.json", "dvc.yaml"} <= now.keys()
    commit(project)
    found = {file.path: file.how for file in find_drift(Project(project))}
    assert found == {
        ".gitignore": How.OUTSIDE,
        "README.md": How.KEPT_OUT,
        "noxfile.py": How.CHANGED,
        "pyproject.toml": How.OUTSIDE,
        "src/my_ml_project/model.py": How.KEPT_OUT,
        "tests/test_model.py": How.KEPT_OUT,
    }

    for path in ("noxfile.py", ".gitignore"):
        file = source_of(template, path)
        file.write_text(f"# theirs\n{file.read_text('utf-8')}", encoding="utf-8")
    edit(source_of(template, ".editorconfig"), "root = true", "root = true\n# later")
    release(template, NEXT)
    done = History(template, project).update({})
    assert (done.before, done.after) == (NOW, NEXT)
    after = files(project)
    for path, text in THEIRS.items():
        lines = after[path].decode().splitlines()
        assert [line for line in lines if line in text.splitlines()] == text.splitlines(), path
    assert b"# later" in after[".editorconfig"]
