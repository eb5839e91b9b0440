"""What every choice of every question gives."""

import re
from collections.abc import Callable
from pathlib import Path

import copier
import pytest
import yaml
from packaging.licenses import canonicalize_license_expression
from rendering import CHOICES, CONFIG, DEFAULTS, Answers, copy, git

from lab.commands import COMMANDS

from . import faults
from .reading import files, parsed, texts

Render = Callable[[Answers], Path]

MOST_FILES = 130
FIRST_LINE_OF_LICENCE = {
    "Proprietary": "Copyright Ann Example. All rights reserved.",
    "MIT": "MIT License",
    "BSD-3-Clause": "BSD 3-Clause License",
    "Apache-2.0": "Apache License",
}


def test_every_file_with_a_grammar_parses(project: Path) -> None:
    read = {Path(path).suffix for path in parsed(project)}
    assert read >= {".cff", ".json", ".md", ".py", ".toml", ".yaml", ".yml"}


def test_every_text_is_well_laid_out(project: Path) -> None:
    found = [
        f"{path} {fault}" for path, text in texts(project).items() for fault in faults.in_text(text)
    ]
    assert found == []


def test_every_path_is_portable(project: Path) -> None:
    assert list(faults.in_paths(files(project))) == []


def test_no_jinja_is_left(project: Path) -> None:
    found = [fault for item in texts(project).items() for fault in faults.of_jinja(*item)]
    assert found == []


def test_a_project_is_small_and_holds_nothing_of_the_tool(render: Render) -> None:
    paths = list(files(render(DEFAULTS)))
    assert len(paths) <= MOST_FILES
    kept = [path for path in paths if path.startswith("lab/") and path != "lab/LICENSE"]
    assert {Path(path).suffix for path in kept} == {".json", ".md"}


def test_assistants_are_told_of_commands_and_files_that_are_there(project: Path) -> None:
    text = (project / "AGENTS.md").read_text("utf-8")
    assert len(text.splitlines()) <= 35
    commands = {name for group in COMMANDS.values() for name in group}
    told = set(re.findall(r"uv run lab ([a-z]+)", text)) | set(re.findall(r"`([a-z]+)`", text))
    assert {"status", "board", "show", "new", "try", "log"} <= told
    assert told <= commands
    made = {"data/heldout/", "dvc.lock", "team/testsets/", "evaluation/", "verdict.json"}
    for path in set(re.findall(r"`([a-z/_.]+(?:/|\.[a-z]+))`", text)) - made:
        assert (project / path).exists(), path


def test_no_folder_is_empty(project: Path) -> None:
    folders = [path for path in project.rglob("*") if path.is_dir()]
    assert [folder for folder in folders if not any(folder.iterdir())] == []


def test_every_path_has_exactly_one_owner(project: Path) -> None:
    classes = CONFIG["path_classes"]["default"]
    assert [fault for path in files(project) for fault in faults.of_class(path, classes)] == []


def test_every_shared_file_has_places_for_the_team(project: Path) -> None:
    shared = CONFIG["path_classes"]["default"]["shared"]
    found = [
        f"{path} {fault}"
        for path, text in texts(project).items()
        if faults.matches(shared, path)
        for fault in faults.of_markers(text)
    ]
    assert found == []


def test_a_second_render_is_byte_identical(
    project: Path, answers: Answers, template: Path, tmp_path: Path
) -> None:
    again = copy(template, tmp_path / "again", answers)
    assert files(again) == files(project)
    modes = [
        {path.relative_to(root): path.stat().st_mode for path in root.rglob("*")}
        for root in (again, project)
    ]
    assert modes[0] == modes[1]


def test_the_answers_file_records_the_answers_and_a_commit_that_exists(
    project: Path, answers: Answers, template: Path
) -> None:
    recorded = yaml.safe_load((project / ".copier-answers.yml").read_text(encoding="utf-8"))
    assert answers.items() <= recorded.items()
    assert recorded["_src_path"] == str(template)
    kind = git("cat-file", "-t", f"{recorded['_commit']}^{{commit}}", cwd=template)
    assert kind == "commit\n"


def test_there_are_records_about_the_sample_data_of_the_task_and_no_others(
    project: Path, answers: Answers
) -> None:
    rendered = {path.parent.as_posix() for path in project.glob("stages/*/*-*-*/index.md")}
    of_task = {
        folder.as_posix()
        for pattern in CONFIG["examples"]["default"][answers["task"]]
        for folder in project.glob(pattern.lstrip("/"))
    }
    assert rendered == of_task
    assert len(rendered) == len(CONFIG["examples"]["default"][answers["task"]])


def test_the_task_is_in_what_the_pipeline_reads(project: Path, answers: Answers) -> None:
    said = parsed(project)
    assert said["params.yaml"]["task"] == answers["task"]
    kind = {"binary": "category", "multiclass": "category", "regression": "float"}
    assert said["schema.yaml"]["target"]["type"] == kind[answers["task"]]
    assert ("positive" in said["schema.yaml"]["target"]) is (answers["task"] == "binary")


def test_stage_6_is_there_only_if_it_is_wanted(project: Path, answers: Answers) -> None:
    mentions = {
        path
        for path, text in texts(project).items()
        if "6-deployment" in path + text and not path.startswith("lab/")  # data for every stage
    }
    if answers["deployment"]:
        assert {"mkdocs.yml", "stages/6-deployment/README.md"} <= mentions
    else:
        assert mentions == set()
        assert "eployment" not in str(parsed(project)["mkdocs.yml"]["nav"])


@pytest.mark.parametrize("licence", CHOICES["licence"])
def test_the_licence_is_the_same_wherever_it_is_named(licence: str, render: Render) -> None:
    project = render({"licence": licence})
    said, text = parsed(project), texts(project)["LICENSE"]
    assert text.lstrip().startswith(FIRST_LINE_OF_LICENCE[licence])
    assert "Ann Example" in text
    named = said["pyproject.toml"]["project"]["license"]
    assert named == canonicalize_license_expression(named)
    if licence == "Proprietary":
        assert named == "LicenseRef-Proprietary"
        assert "license" not in said["CITATION.cff"]
    else:
        assert named == said["CITATION.cff"]["license"] == licence


def test_the_examples_of_copier_yml_are_exactly_the_records_of_the_template(
    template: Path,
) -> None:
    folders = {f"/stages/*/{folder.name}" for folder in template.glob("template/stages/*/*-*-*/")}
    listed = [
        pattern for patterns in CONFIG["examples"]["default"].values() for pattern in patterns
    ]
    assert set(listed) == folders
    assert len(listed) == len(folders)
    assert set(CONFIG["examples"]["default"]) == set(CHOICES["task"])


def test_a_copy_from_a_relative_path_can_find_its_template_again(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(template)
    copier.run_copy(".", tmp_path / "project", defaults=True, quiet=True, unsafe=False)
    assert parsed(tmp_path / "project")[".copier-answers.yml"]["_src_path"] == str(
        template.resolve()
    )
