"""Every check of this folder can fail: for each there is something that breaks it."""

import configparser

import pytest
import yaml

from . import faults
from .reading import read_front_matter, read_ini, read_python, read_yaml


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("a", "does not end with a newline"),
        ("a\n\n", "ends with an empty line"),
        ("a\r\nb\n", "has a carriage return"),
        ("\ufeffa\n", "starts with a byte order mark"),
        ("a\nb \n", "line 2 ends with a space"),
        ("a\t\n", "line 1 ends with a space"),
    ],
)
def test_a_badly_laid_out_text_is_found(text: str, fault: str) -> None:
    assert fault in faults.in_text(text)


def test_a_well_laid_out_text_has_no_fault() -> None:
    assert list(faults.in_text("a\n\n  b\n")) == []


@pytest.mark.parametrize(
    ("paths", "fault"),
    [
        (["a/" * 80 + "b"], "longer than 160"),
        (["log/12:30.md"], "refused by Windows"),
        (["a\\b"], "refused by Windows"),
        (["what?"], "refused by Windows"),
        (["src/con/data.py"], "refused by Windows"),
        (["NUL.txt"], "refused by Windows"),
        (["data./x"], "loses its end"),
        (["data /x"], "loses its end"),
        (["docs/é.md"], "more than one way"),
        (["README.md", "Readme.md"], "2 times"),
        (["docs/a", "Docs/b"], "2 times"),
    ],
)
def test_a_path_that_is_not_portable_is_found(paths: list[str], fault: str) -> None:
    assert [found for found in faults.in_paths(paths) if fault in found]


def test_a_portable_path_has_no_fault() -> None:
    assert list(faults.in_paths([".dvc/config", "console.py", "src/a/b.py", "src/a/c.py"])) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md.jinja", ""),
        ("src/{{ package_name }}/data.py", ""),
        ("README.md", "# {{ project_name }}"),
        ("README.md", "{%- if deployment %}"),
        ("README.md", "{# a comment #}"),
        ("tests/test_data.py", "import {{ package_name }}"),
        ("tests/test_data.py", "{% if deployment %}"),
    ],
)
def test_jinja_that_is_left_is_found(path: str, text: str) -> None:
    assert list(faults.of_jinja(path, text))


def test_escaped_braces_in_python_are_no_jinja() -> None:
    assert list(faults.of_jinja("a.py", 'f"{{{name}}}"')) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# --- team: begin ---\n",
        "# --- team: end ---\n# --- team: begin ---\n",
        "# --- team: begin ---\n# --- team: begin ---\n# --- team: end ---\n# --- team: end ---\n",
        "# --- team: begin --- here\n# --- team: end ---\n",
    ],
)
def test_markers_that_do_not_match_are_found(text: str) -> None:
    assert list(faults.of_markers(text))


def test_indented_markers_match() -> None:
    text = "  # --- team: begin ---\n  mine\n  # --- team: end ---\n"
    assert list(faults.of_markers(text * 2)) == []


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("lab/cli.py", "is in 2 classes: owned, seeded"),
        ("setup.py", "is in 0 classes"),
        ("docs/lab", "is in 0 classes"),
    ],
)
def test_a_path_without_one_owner_is_found(path: str, fault: str) -> None:
    classes = {"owned": ["/lab"], "seeded": ["/src", "/lab/cli.py"]}
    assert [found for found in faults.of_class(path, classes) if fault in found]


def test_a_folder_gives_its_class_to_all_below() -> None:
    classes = {"owned": ["/lab"], "seeded": ["/src"]}
    assert list(faults.of_class("lab/src/lab/cli.py", classes)) == []


@pytest.mark.parametrize(
    "text",
    [
        "```console\nuv run lab nwe REQ\n```",
        "1. Make it:\n\n    ```console\n    uv run lab new\n    ```\n",
        "```sh\nlab review x\n```",
        "Type `lab start`, then `uv run lab begin`.",
        "Type `lab prioritise x first`.",
    ],
)
def test_a_command_that_lab_does_not_take_is_found(text: str) -> None:
    assert len(list(faults.of_commands(text))) == 1


def test_commands_that_lab_takes_have_no_fault() -> None:
    text = 'Type `lab start`:\n\n```console\nuv run lab new HYP "It works"\ngit add .\n```\n'
    assert list(faults.of_commands(text)) == []


@pytest.mark.parametrize(
    ("details", "fault"),
    [
        ({}, "has no default"),
        ({"default": "x"}, "has no help"),
        ({"type": "str"}, "has no validator"),
        ({"type": "str", "choices": {"A": "a"}, "default": "b"}, "that is no choice"),
        ({"help": "Pick one."}, "does not ask"),
        ({"help": "Which one?"}, "does not ask and then advise"),
    ],
)
def test_an_incomplete_question_is_found(details: dict[str, object], fault: str) -> None:
    assert [found for found in faults.of_question("colour", details) if fault in found]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2",  # twice
        "a: no",  # False in YAML 1.1
        "a: 12:30",  # 750 in YAML 1.1
        "a: 0o7",  # 7 in YAML 1.2
        "a: 1e5",  # a number in YAML 1.2
        "a: 2026-11-05",  # a date in YAML 1.1
        'a: "b',
        "a:\n\t- b",
    ],
)
def test_broken_or_ambiguous_yaml_is_refused(text: str) -> None:
    with pytest.raises((ValueError, yaml.YAMLError)):
        read_yaml(text)


@pytest.mark.parametrize("text", ["---\na: 1\n", "---\n- a\n---\n", "---\na: no\n---\n"])
def test_broken_front_matter_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"front matter|ambiguous"):
        read_front_matter(text)


def test_broken_python_and_ini_are_refused() -> None:
    with pytest.raises(SyntaxError):
        read_python("import {{ package_name }}")
    with pytest.raises(configparser.MissingSectionHeaderError):
        read_ini("analytics = false")
