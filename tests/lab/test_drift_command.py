"""`lab drift` where the template is out of reach: a fault only where the tool comes from there."""

from pathlib import Path

import pytest
from playing import Play

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
