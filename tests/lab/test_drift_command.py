"""`lab drift` where the template is out of reach, and where it has another tool than is in use."""

import json
import shutil
from pathlib import Path

import pytest
from playing import Play
from rendering import FIRST_VERSION, release

from lab.commands import drift
from lab.errors import LabError


@pytest.fixture
def play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Play:
    def unreachable(project: object) -> None:
        raise LabError("https://forge.example/template.git cannot be read")

    monkeypatch.setattr(drift, "find_drift", unreachable)
    return Play(tmp_path / "project", monkeypatch, capsys)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ('tool: "vendored"\n', 0),
        ('tool: "index"\n', 0),
        ('tool: "git"\n', 3),
        ("", 0),
        (None, 3),
    ],
)
def test_what_cannot_be_compared(play: Play, answers: str | None, code: int):
    if answers is not None:
        said = '_commit: "v2.0.0"\n_src_path: "https://forge.example/template.git"\n'
        play.write(".copier-answers.yml", said + answers)
    assert play.type("drift").code == 3
    told = play.type("drift", "--if-reachable")
    assert told.code == code
    assert "https://forge.example/template.git cannot be read" in told.err
    assert ("nothing was compared" in told.out) == (code == 0)


def test_a_tool_that_is_not_the_templates(
    play: Play, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(drift, "find_drift", lambda project: [])
    bent = shutil.copytree(template, tmp_path / "template")
    with (bent / "src/lab/evidence/judge.py").open("a") as file:
        file.write("# other\n")
    release(bent, "v9.0.0")
    shutil.rmtree(bent / "src/lab")
    release(bent, "v9.1.0")  # as it was before the tool had a place of its own
    for version, code in {FIRST_VERSION: 0, "v9.0.0": 1, "v9.1.0": 0}.items():
        play.write(".copier-answers.yml", f'_commit: "{version}"\n_src_path: "{bent}"\n')
        said = play.type("drift")
        assert said.code == code, said
        assert ("The tool in use holds other files than" in said.out) == (code == 1)
    play.write(".copier-answers.yml", f'_commit: "v9.0.0"\n_src_path: "{bent}"\n')
    said = play.type("drift", "--json")
    assert (said.code, json.loads(said.out)) == (1, [])
