"""A file becomes the project's data in one command, and nothing that somebody wrote is lost."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from playing import PROP
from sealing import Sealed, rows_as_csv

ANSWERS = "_commit: v2.0.0\n_src_path: /somewhere\npackage_name: tiny\n"
USE = ("data", "use", "--target", "state", "--yes", "--by", "ann")


@pytest.fixture
def team(sealed: Sealed) -> Sealed:
    """A team whose work is committed."""
    sealed.write(".copier-answers.yml", ANSWERS)
    sealed.commit()
    return sealed


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A file from elsewhere: semicolons, decimal commas, a word for gaps, a column too many."""
    head, *rows = (line.split(",") for line in rows_as_csv(400, seed=3).splitlines())
    lines = [";".join([*head, "branch"])]
    for name, size, age, state in rows:
        age = "k.A." if name.endswith("7") else age
        lines.append(";".join([name, size.replace(".", ","), age, state, "Bonn"]))
    path = tmp_path / "shop.csv"
    path.write_text("\n".join(lines) + "\n", encoding="cp1252")
    return path


def said(team: Sealed, *words: str) -> str:
    """What a command says that has to succeed."""
    found = team.type(*words)
    assert found.code == 0, found
    return found.out


def refused(team: Sealed, *words: str) -> str:
    """What a command says that must fail, and change nothing but what git keeps for itself."""
    before = ours(team)
    found = team.type(*words)
    assert found.code == 1, found
    assert ours(team) == before
    return found.err


def ours(team: Sealed) -> dict[str, bytes]:
    return {name: text for name, text in team.files().items() if not name.startswith(".git/")}


def testsets(team: Sealed) -> list[Any]:
    """The test sets that are registered, in their order."""
    paths = sorted((team.root / "team/testsets").glob("*.yml"))
    return [content(team, path.relative_to(team.root).as_posix()) for path in paths]


def content(team: Sealed, path: str) -> Any:
    return yaml.safe_load((team.root / path).read_text("utf-8"))


def test_a_file_becomes_the_projects_data(team: Sealed, shop: Path):
    said(team, "testset", "register", "TS-2026-10", "--by", "ann")
    team.commit()
    out = said(team, *USE, str(shop), "--positive", "bad")
    assert (team.root / "data/raw/shop.csv").read_bytes() == shop.read_bytes()
    assert (team.root / "data/raw/shop.csv.dvc").is_file()
    params = content(team, "params.yaml")
    assert params["data"] == {
        "source": "file",
        "file": "data/raw/shop.csv",
        "format": {"separator": ";", "decimal": ",", "missing": ["k.A."]},
    }
    assert params["status_quo"]["rule"] == "'good'"
    assert params["lift"]["value"] == {"bad": {"bad": 1, "good": 0}, "good": {"bad": 0, "good": 1}}
    assert params["train"] == {"seeds": [1, 2, 3], "bar": 50}
    assert content(team, "schema.yaml") == {
        "id": "id",
        "unit": None,
        "time": None,
        "target": {
            "name": "state",
            "type": "category",
            "values": ["bad", "good"],
            "positive": "bad",
        },
        "columns": {
            "size": {"type": "float", "example": pytest.approx(50, abs=10)},
            "age": {"type": "integer", "nullable": True, "example": pytest.approx(50, abs=10)},
            "branch": {"type": "category", "role": "ignore"},
        },
    }
    assert "branch: the same in every row" in (team.root / "schema.yaml").read_text("utf-8")
    assert [testset["retired"] is None for testset in testsets(team)] == [False, True]
    assert testsets(team)[1]["examples"] < 400
    assert out.index("registered TS-") < out.index("wrote models/candidate")
    assert "Left to decide:" in out


def test_without_an_answer_nothing_changes(team: Sealed, shop: Path):
    before = ours(team)
    out = said(team, *(word for word in USE if word != "--yes"), str(shop))
    assert "params.yaml: the file and how it is written" in out
    assert "Nothing was changed. To do it: add --yes" in out
    assert ours(team) == before


def test_what_somebody_wrote_stays_and_is_named(team: Sealed, shop: Path):
    index = f"stages/3-proposals/{PROP}/index.md"
    team.write(index, (team.root / index).read_text("utf-8") + "\nWe think so, too.\n")
    team.commit()
    out = said(team, *USE, str(shop))
    assert "stays, since somebody worked on it or links to it: REQ-20261102" in out
    assert "deleted, never edited: HYP-20261105-linear-model-finds-tumours" in out
    assert "We think so, too." in (team.root / index).read_text("utf-8")
    assert [*team.root.glob("stages/1-requirements/REQ-*/index.md")]
    assert not [*team.root.glob("stages/4-experiments/HYP-*/index.md")]


def test_rows_without_a_label_or_an_id_and_units(team: Sealed, shop: Path):
    lines = shop.read_text("cp1252").splitlines()
    rows = [[*line.split(";")[1:], f"house{place // 8}"] for place, line in enumerate(lines)]
    rows[0][-1] = "house"
    rows[5][2] = ""
    shop.write_text("\n".join(map(";".join, rows)) + "\n")
    out = said(team, *USE, str(shop), "--unit", "house", "--slice", "age")
    schema, params = content(team, "schema.yaml"), content(team, "params.yaml")
    assert (schema["id"], schema["unit"]) == (None, "house")
    assert schema["columns"]["age"]["role"] == "slice"
    assert params["data"]["unlabelled"] == "drop"
    assert "rows held out and sealed, by house" in out


def test_several_files_of_one_shape(team: Sealed, shop: Path):
    lines = shop.read_text("cp1252").splitlines()
    parts = []
    for number in (1, 2):
        part = shop.with_name(f"shop-{number}.csv")
        part.write_text("\n".join([lines[0], *lines[number::2]]) + "\n")
        parts.append(str(part))
    said(team, *USE, *parts)
    assert content(team, "params.yaml")["data"]["file"] == "data/raw/rows/*.csv"
    assert len(list((team.root / "data/raw/rows").glob("*.csv"))) == 2


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--positive", "ugly"], "state has no value 'ugly': it has bad, good"),
        (["--task", "regression"], "state holds category, and a regression predicts a number"),
        (["--unit", "house", "--id", "name"], "there is no column 'name'"),
        (["--unit", "branch"], "1 of branch leave"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_changes(
    team: Sealed, shop: Path, more: list[str], told: str
):
    assert told in refused(team, *USE, str(shop), *more)


def test_work_that_is_not_committed_and_open_promises_are_not_risked(team: Sealed, shop: Path):
    team.write("params.yaml", (team.root / "params.yaml").read_text("utf-8") + "# mine\n")
    assert "params.yaml is not committed" in refused(team, *USE, str(shop))
    team.git("checkout", "params.yaml")
    team.locked()
    assert "is locked and has no verdict" in refused(team, *USE, str(shop))
