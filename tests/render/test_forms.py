"""Issue forms: which forge has them, and that the forge would take them."""

import json
from collections.abc import Callable
from importlib.resources import files as resources
from pathlib import Path

import jsonschema
import pytest
import yaml
from rendering import Answers

from .reading import files

FORMS = ("hypothesis", "spike", "task")
MINE = (".github/ISSUE_TEMPLATE/", ".github/pull_request", ".gitlab/")


@pytest.mark.parametrize(
    ("ci", "there"),
    [
        (
            "github",
            {f".github/ISSUE_TEMPLATE/{name}.yml" for name in (*FORMS, "config")}
            | {".github/pull_request_template.md"},
        ),
        (
            "gitlab",
            {f".gitlab/issue_templates/{name.capitalize()}.md" for name in FORMS}
            | {".gitlab/merge_request_templates/Default.md"},
        ),
        ("none", set()),
    ],
)
def test_each_forge_has_its_own(ci: str, there: set[str], render: Callable[[Answers], Path]):
    assert {one for one in files(render({"ci": ci})) if one.startswith(MINE)} == there


@pytest.mark.parametrize("name", [*FORMS, "config"])
def test_github_takes_them(name: str, render: Callable[[Answers], Path]):
    path = render({"ci": "github"}) / f".github/ISSUE_TEMPLATE/{name}.yml"
    form = yaml.safe_load(path.read_text("utf-8"))
    kind = "config" if name == "config" else "forms"
    vendored = resources("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((vendored / f"github-issue-{kind}.json").read_text("utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(form)] == []
    assert list(validator.iter_errors({**form, "body": [{"type": "unknown"}]}))
