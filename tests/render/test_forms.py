"""Issue forms and bots: which forge has them, and that the forge would take them."""

import json
import re
from collections.abc import Callable
from importlib.resources import files as resources
from pathlib import Path

import jsonschema
import pytest
import yaml
from rendering import Answers

from lab.update.outer_hooks import hooks_of

from .reading import files

ROOT = Path(__file__).parents[2]
FORMS = ("hypothesis", "spike", "task")
MINE = (".github/ISSUE_TEMPLATE/", ".github/pull_request", ".github/dependabot", ".gitlab/")


@pytest.mark.parametrize(
    ("ci", "there"),
    [
        (
            "github",
            {f".github/ISSUE_TEMPLATE/{name}.yml" for name in (*FORMS, "order", "config")}
            | {".github/pull_request_template.md", ".github/dependabot.yml"},
        ),
        (
            "gitlab",
            {f".gitlab/issue_templates/{name.capitalize()}.md" for name in (*FORMS, "order")}
            | {".gitlab/merge_request_templates/Default.md"},
        ),
        ("none", set()),
    ],
)
def test_each_forge_has_its_own(ci: str, there: set[str], render: Callable[[Answers], Path]):
    assert {one for one in files(render({"ci": ci})) if one.startswith(MINE)} == there


@pytest.mark.parametrize("name", [*FORMS, "order", "config"])
def test_github_takes_them(name: str, render: Callable[[Answers], Path]):
    path = render({"ci": "github"}) / f".github/ISSUE_TEMPLATE/{name}.yml"
    form = yaml.safe_load(path.read_text("utf-8"))
    kind = "github-issue-config" if name == "config" else "github-issue-forms"
    assert faults(kind, form) == []
    assert faults(kind, {**form, "body": [{"type": "unknown"}]})


def test_dependabot_takes_its_settings_and_touches_nothing_of_the_template(
    render: Callable[[Answers], Path],
):
    settings = yaml.safe_load((render({}) / ".github/dependabot.yml").read_text("utf-8"))
    assert faults("dependabot", settings) == []
    assert faults("dependabot", {**settings, "version": 1})
    found = [
        (one["package-ecosystem"], one["directory"], one["versioning-strategy"])
        for one in settings["updates"]
    ]
    assert found == [("uv", "/", "lockfile-only")]  # uv.lock, which is nobody's but the team's


def test_the_page_on_other_systems_has_settings_that_they_take_and_the_same_commands():
    page = (ROOT / "docs/how-to/use-another-ci.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(\w+)\n(.*?)```", page, re.DOTALL))
    azure, renovate = yaml.safe_load(blocks["yaml"]), json.loads(blocks["json"])
    assert faults("azure-pipelines", azure) == []
    assert faults("azure-pipelines", {**azure, "steps": [{"scripts": "nox"}]})
    assert faults("renovate", renovate) == []
    assert faults("renovate", {**renovate, "rangeStrategy": "all"})
    assert renovate["enabledManagers"] == ["pep621"]
    five = blocks["console"].split("\n")[:5]
    for text in (blocks["yaml"], blocks["groovy"]):
        assert [command for command in five if command not in text] == []


def test_the_page_on_larger_repositories_has_hooks_and_jobs_that_are_taken():
    page = (ROOT / "docs/how-to/work-in-a-monorepo.md").read_text(encoding="utf-8")
    hooks, github, gitlab = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert hooks == hooks_of("ml/churn")
    assert faults("github-workflows", yaml.safe_load(github)) == []
    assert faults("gitlab-ci", yaml.safe_load(gitlab)) == []
    for command in ("uv sync --locked", "nox -s lint", "lab check", "lab reproduce", "lab audit"):
        assert command in github
        assert command in gitlab


def test_gitlab_takes_its_pipeline(render: Callable[[Answers], Path]):
    pipeline = yaml.safe_load((render({"ci": "gitlab"}) / ".gitlab-ci.yml").read_text("utf-8"))
    assert faults("gitlab-ci", pipeline) == []
    assert faults("gitlab-ci", {**pipeline, "lint": {"scripts": ["nox"]}})


def faults(schema: str, content: object) -> list[str]:
    """What a schema that editors use, too, finds wrong."""
    vendored = resources("check_jsonschema") / "builtin_schemas" / "vendor"
    validator = jsonschema.Draft7Validator(json.loads((vendored / f"{schema}.json").read_text()))
    return [error.message for error in validator.iter_errors(content)]
