"""`lab explore`: a notebook is made, and what is started cannot read the held-out rows."""

import sys
from pathlib import Path

import jinja2
import pytest
from playing import Play

from lab.commands import explore
from lab.enclosure import is_possible

TEMPLATE = Path(__file__).parents[2] / "template"
EDA, FOLDER = "EDA-20261123-who-leaves", "stages/4-experiments/EDA-20261123-who-leaves"


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    """A project with an exploration, and with rows to learn from and others."""
    play = Play(tmp_path / "project", monkeypatch, capsys)
    params = (TEMPLATE / "params.yaml.jinja").read_text("utf-8")
    play.write("params.yaml", jinja2.Template(params).render(task="binary", package_name="churn"))
    for path in ("data/train.parquet", "data/heldout/rows.parquet", ".dvc/cache/files/md5/ab/c"):
        play.write(path, "rows")
    play.lab("new", "EDA", "Who leaves?")
    return play


def reading(path: str) -> tuple[str, ...]:
    return ("--", sys.executable, "-c", f"open({path!r}).read()")


@pytest.mark.skipif(not is_possible(), reason="this system has no Landlock")
@pytest.mark.parametrize(
    ("path", "code"),
    [("data/train.parquet", 0), ("data/heldout/rows.parquet", 1), (".dvc/cache/files/md5/ab/c", 1)],
)
def test_held_out_rows_are_out_of_reach(play: Play, path: str, code: int):
    assert play.type("explore", "who-leaves", *reading(path)).code == code


def test_where_the_system_has_no_way_it_is_said(play: Play, monkeypatch):
    monkeypatch.setattr("lab.commands.explore.enclosed", lambda denied, scratch: ())
    said = play.type("explore", "who-leaves", *reading("data/train.parquet"))
    assert said.code == 0
    assert "cannot keep the held-out rows out of reach" in said.out


def test_the_notebook_is_made_once_and_run(play: Play, monkeypatch):
    monkeypatch.setattr("lab.commands.explore.find_spec", lambda name: True)
    ran = []
    monkeypatch.setattr(
        "lab.commands.explore.hand_over", lambda root, command: ran.append(command) or 0
    )
    assert f"wrote {FOLDER}/{explore.NOTEBOOK}" in play.lab("explore", "who-leaves")
    template = TEMPLATE / f"stages/4-experiments/templates/{explore.NOTEBOOK}"
    made = play.root / FOLDER / explore.NOTEBOOK
    assert made.read_text("utf-8") == template.read_text("utf-8")
    made.write_text("x = 1\n", encoding="utf-8")
    play.lab("explore", "who-leaves", "--run")
    assert made.read_text("utf-8") == "x = 1\n"
    assert ran[0][-3:] == ["marimo", "edit", str(made)]
    assert ran[1][-2:] == [sys.executable, str(made)]


def test_without_marimo_it_says_how_to_get_it(play: Play, monkeypatch):
    monkeypatch.setattr("lab.commands.explore.find_spec", lambda name: None)
    said = play.type("explore", "who-leaves")
    assert said.code == 1
    assert "uv add --dev marimo" in said.err


def test_only_an_exploration_is_explored(play: Play):
    assert "make an exploration first" in play.refused("explore", "finds-tumours")
