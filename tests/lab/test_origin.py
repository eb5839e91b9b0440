"""Links to the team's forge, made from git's remote."""

import subprocess
from pathlib import Path

import pytest

from lab.site.origin import Origin, origin_of


def project(folder: Path, remote: str | None, *files: str) -> Path:
    subprocess.run(["git", "init", "-q", folder], check=True)
    if remote:
        subprocess.run(["git", "-C", folder, "remote", "add", "origin", remote], check=True)
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    return folder


@pytest.mark.parametrize(
    ("remote", "web"),
    [
        ("https://github.com/team/letters.git", "https://github.com/team/letters"),
        ("https://ann:secret@github.com/team/letters", "https://github.com/team/letters"),
        ("git@github.com:team/letters.git", "https://github.com/team/letters"),
        (
            "ssh://git@gitlab.example.org:2222/a/b/letters.git",
            "https://gitlab.example.org/a/b/letters",
        ),
        ("https://gitlab.example.org:8443/a/letters/", "https://gitlab.example.org:8443/a/letters"),
        ("/srv/git/letters.git", None),
        ("file:///srv/git/letters.git", None),
        ('https://github.com/a/b"onclick="x', None),
        ("https://git.example.org/a/b", None),  # nothing says which forge it is
        (None, None),
    ],
)
def test_an_address_for_people_follows_from_the_remote(
    tmp_path: Path, remote: str | None, web: str | None
):
    origin = origin_of(project(tmp_path, remote))
    assert (origin.web if origin else None) == web


@pytest.mark.parametrize(
    ("file", "kind"), [(".gitlab-ci.yml", "gitlab"), (".github/workflows/checks.yml", "github")]
)
def test_a_host_of_any_name_is_known_by_its_pipeline_files(tmp_path: Path, file: str, kind: str):
    origin = origin_of(project(tmp_path, "git@git.example.org:a/b.git", file))
    assert origin == Origin(kind, "https://git.example.org/a/b")  # type: ignore[arg-type]


def test_each_forge_has_its_own_addresses():
    hub, lab = Origin("github", "https://h/a/b"), Origin("gitlab", "https://l/a/b")
    assert hub.commit("c0ffee") == "https://h/a/b/commit/c0ffee"
    assert lab.commit("c0ffee") == "https://l/a/b/-/commit/c0ffee"
    assert hub.file("a b/c.md", "c0ffee") == "https://h/a/b/blob/c0ffee/a%20b/c.md"
    assert (
        hub.new_issue("On: 50 % & more")
        == "https://h/a/b/issues/new?title=On%3A%2050%20%25%20%26%20more"
    )
    assert lab.new_issue("x") == "https://l/a/b/-/issues/new?issue%5Btitle%5D=x"


def test_outside_of_git_there_is_none(tmp_path: Path):
    assert origin_of(tmp_path) is None


def test_a_project_in_a_folder_of_a_repository_has_that_folder_in_its_addresses(tmp_path: Path):
    root = project(tmp_path, "git@github.com:team/all.git", "letters/dvc.yaml") / "letters"
    origin = origin_of(root)
    assert origin
    assert origin.file("stages/x.md", "c0ffee").endswith("/blob/c0ffee/letters/stages/x.md")
