"""A data-science tree and a Kedro project take the template in: what collides is found before."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from render.reading import files
from rendering import commit, git

from lab.cli import main
from lab.update.collisions import collisions

DATA_SCIENCE = {  # the folders and modules that cookiecutter-data-science 2 makes
    ".gitignore": "# Data\n/data/\n\n.env\n",
    "Makefile": "requirements:\n\tpip install -r requirements.txt\n",
    "README.md": "# Churn\n",
    "churn/__init__.py": "",
    "churn/config.py": "from pathlib import Path\n\nROOT = Path(__file__).parents[1]\n",
    "churn/dataset.py": "",
    "churn/features.py": "",
    "churn/modeling/__init__.py": "",
    "churn/modeling/predict.py": "",
    "churn/modeling/train.py": "",
    "docs/mkdocs.yml": "site_name: Churn\n",
    "models/.gitkeep": "",
    "notebooks/.gitkeep": "",
    "pyproject.toml": '[project]\nname = "churn"\nversion = "0.0.1"\n',
    "references/.gitkeep": "",
    "reports/figures/.gitkeep": "",
    "requirements.txt": "pandas\n",
    "tests/test_data.py": "def test_code_is_tested():\n    assert True\n",
}
KEDRO = {  # those of a Kedro starter
    ".gitignore": "data/**\n!data/**/\n!.gitkeep\nconf/local/**\n",
    "README.md": "# Spaceflights\n",
    "conf/base/catalog.yml": "{}\n",
    "conf/base/parameters.yml": "{}\n",
    "data/01_raw/.gitkeep": "",
    "pyproject.toml": '[project]\nname = "spaceflights"\nversion = "0.1"\n[tool.kedro]\n',
    "requirements.txt": "kedro~=1.0\n",
    "src/spaceflights/__init__.py": "",
    "src/spaceflights/__main__.py": "",
    "src/spaceflights/pipeline_registry.py": "",
    "src/spaceflights/pipelines/data_science/nodes.py": "",
    "src/spaceflights/settings.py": "",
    "tests/pipelines/data_science/test_pipeline.py": "",
    "tests/test_run.py": "",
}


def tree(folder: Path, content: Mapping[str, str]) -> Path:
    """A repository with these files, committed."""
    for path, text in content.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    git("init", "--quiet", cwd=folder)
    git("add", "--all", "--force", cwd=folder)
    commit(folder)
    return folder


def test_a_data_science_tree_is_told_its_ways_out_and_then_takes_the_template_in(
    newest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repository = tree(tmp_path / "churn", DATA_SCIENCE)
    monkeypatch.chdir(repository)
    before = files(repository)
    assert main(["adopt", str(newest), "--data", "package_name=churn"]) == 1
    said = capsys.readouterr().out
    assert "churn/: it and the template's src/churn/ would be two packages of one name" in said
    assert "--data package_name=churn_model" in said
    assert ".gitignore, line 2 (/data/): it keeps data/" in said
    assert files(repository) == before

    (repository / ".gitignore").write_text(".env\n", encoding="utf-8")
    commit(repository)
    before = files(repository)
    assert main(["adopt", str(newest), "--data", "package_name=churn_model"]) == 0
    said = capsys.readouterr().out
    assert {
        path: content for path, content in files(repository).items() if path in before
    } == before
    assert (repository / "src/churn_model/train.py").is_file()
    for path in (".gitignore", "README.md", "pyproject.toml"):
        assert f"  {path}\n" in said
    commit(repository)
    assert main(["adopt", str(newest)]) == 3
    assert "`lab update` updates it" in capsys.readouterr().err


def test_a_kedro_starter_keeps_its_package(
    newest: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    repository = tree(tmp_path / "spaceflights", KEDRO)
    monkeypatch.chdir(repository)
    assert main(["adopt", str(newest), "--data", "package_name=spaceflights"]) == 1
    said = capsys.readouterr().out
    assert said.startswith("1 thing would collide")
    assert ".gitignore, line 1 (data/**): it keeps data/raw/README.md" in said
    (repository / ".gitignore").write_text("conf/local/**\n", encoding="utf-8")
    (repository / "uncommitted.txt").touch()
    assert main(["adopt", str(newest), "--data", "package_name=spaceflights"]) == 3
    assert "commit or stash everything first" in capsys.readouterr().err
    commit(repository)
    before = files(repository)
    assert main(["adopt", str(newest), "--data", "package_name=spaceflights"]) == 0
    assert {
        path: content for path, content in files(repository).items() if path in before
    } == before
    assert (repository / "src/spaceflights/train.py").is_file()


@pytest.mark.parametrize(
    ("theirs", "found"),
    [
        ({"churn/config.py"}, ["churn/"]),
        ({"churn.py"}, ["churn.py"]),
        ({"churn/notes.md"}, []),
        ({"src/churn/config.py"}, ["src/churn/config.py"]),
        ({"src/churn/__init__.py", "src/churn/own.py"}, []),
        ({"tests/test_data.py"}, ["tests/test_data.py"]),
        ({"tests/unit/test_data.py"}, ["tests/unit/test_data.py"]),
        ({"tests/unit/test_data.py", "tests/unit/__init__.py"}, []),
        ({"lab/notes.md"}, ["lab/"]),
        ({"api/main.py"}, ["api/"]),
        ({"data"}, ["data"]),
        ({"Readme.md"}, ["Readme.md"]),
        ({"README.md", "pyproject.toml", "notebooks/a.ipynb"}, []),
    ],
)  # fmt: skip
def test_each_kind_of_collision_and_nothing_else(theirs: set[str], found: list[str]) -> None:
    template = {
        "README.md", "pyproject.toml", "src/churn/__init__.py", "src/churn/config.py",
        "src/churn/features.py", "tests/test_data.py", "lab/stages.json", "api/README.md",
        "data/raw/README.md",
    }  # fmt: skip
    seen = collisions(theirs, template, "churn", {})
    assert [collision.path for collision in seen] == found
    assert all(collision.way_out for collision in seen)
