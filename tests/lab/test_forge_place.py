"""Where a job runs, as the variables of CI say it."""

from pathlib import Path

import pytest
from forging import FakeForge, environment, write_event

from lab.errors import LabError
from lab.forge.place import place_of

GITHUB, GITLAB = FakeForge("github", "https://api.example/v3"), FakeForge("gitlab", "https://l/api")


def test_outside_of_ci_there_is_none():
    assert place_of({"PATH": "/bin", "GITHUB_TOKEN": "x"}) is None


def test_a_job_of_github(tmp_path: Path):
    place = place_of(environment(GITHUB, tmp_path))
    assert place
    assert (place.root, place.project) == ("https://api.example/v3", "/repos/team/mail")
    assert (place.change, place.base, place.guest) == (5, "main", False)
    assert place.run == "https://forge.example/team/mail/actions/runs/3"
    assert place.file("a b/ü.md") == "https://forge.example/team/mail/blob/abc123/a%20b/%C3%BC.md"


def test_a_job_of_gitlab(tmp_path: Path):
    place = place_of(environment(GITLAB, tmp_path))
    assert place
    assert (place.root, place.project) == ("https://l/api", "/projects/7")
    assert (place.change, place.base, place.guest) == (5, "main", False)
    assert place.file("a.md") == "https://forge.example/team/mail/-/blob/abc123/a.md"


@pytest.mark.parametrize(
    ("source", "actor", "guest"),
    [
        ("team/mail", "ann", False),
        ("eve/mail", "eve", True),
        (None, "ann", True),
        ("team/mail", "dependabot[bot]", True),
    ],
)
def test_who_gets_no_secrets_is_a_guest(
    source: str | None, actor: str, guest: bool, tmp_path: Path
):
    variables = environment(GITHUB, tmp_path) | {"GITHUB_ACTOR": actor}
    write_event(tmp_path, source)
    place = place_of(variables)
    assert place
    assert place.guest == guest


@pytest.mark.parametrize(("runs_in", "web"), [("7", "team/mail"), ("8", "eve/mail")])
def test_a_fork_comments_where_its_merge_request_goes_to(runs_in: str, web: str, tmp_path: Path):
    """Its pipeline runs in the fork, or where a member of the project has started it."""
    fork = {"CI_PROJECT_ID": runs_in, "CI_PROJECT_URL": f"https://forge.example/{web}"}
    fork["CI_MERGE_REQUEST_SOURCE_PROJECT_ID"] = "8"
    place = place_of(environment(GITLAB, tmp_path) | fork)
    assert place
    assert (place.project, place.change, place.guest) == ("/projects/7", 5, True)
    assert place.web == "https://forge.example/team/mail"


def test_a_push_is_about_no_change(tmp_path: Path):
    variables = environment(GITHUB, tmp_path) | {"GITHUB_SHA": "def"}
    (tmp_path / "event.json").write_text('{"pull_request": "odd"}', "utf-8")
    place = place_of(variables)
    assert place
    assert (place.change, place.base, place.commit, place.guest) == (None, None, "def", False)


@pytest.mark.parametrize(
    "content", ["", "{", "\udcff", "[" * 100_000], ids=["empty", "cut", "no text", "deep"]
)
def test_an_event_that_cannot_be_read_is_told(content: str, tmp_path: Path):
    variables = environment(GITHUB, tmp_path)
    (tmp_path / "event.json").write_text(content, "utf-8", errors="surrogateescape")
    with pytest.raises(LabError, match="GITHUB_EVENT_PATH names a file that cannot be read"):
        place_of(variables)


@pytest.mark.parametrize(
    ("forge", "name"),
    [
        (GITHUB, "GITHUB_REPOSITORY"),
        (GITHUB, "GITHUB_API_URL"),
        (GITLAB, "CI_API_V4_URL"),
        (GITLAB, "CI_PROJECT_ID"),
        (GITLAB, "CI_PROJECT_URL"),
    ],
)
def test_a_variable_that_is_missing_is_named(forge: FakeForge, name: str, tmp_path: Path):
    variables = environment(forge, tmp_path)
    del variables[name]
    with pytest.raises(LabError, match=f"{name} is not set, and every CI job has it"):
        place_of(variables)
