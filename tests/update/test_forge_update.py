"""`lab forge update`: a new version of the template, as an issue or as a pull request.

What GitHub and GitLab want said otherwise is in tests/lab/test_forge_writing.py.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from forging import TOKEN, FakeForge, in_a_job, listening
from rendering import commit, git, release

from lab.cli import main
from lab.forge.sticky import TEMPLATE

from .releases import NEXT, History, edit, source_of
from .test_lab_update import both_change_a_line
from .test_migration import format_changes

PERSONAL = "pers0nal-t0ken"
CHANGES = "lab/CHANGELOG.md"
NEWS = """
## {version}

### Added

- `lab x`, thanks @eve <script>

"""


@pytest.fixture
def forge() -> Iterator[FakeForge]:
    with listening(FakeForge("github")) as forge:
        yield forge


@pytest.fixture
def origin(started: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's repository on the forge, which git finds at the address of the forge."""
    git("branch", "--move", "main", cwd=started.project)
    git("clone", "--quiet", "--bare", str(started.project), str(tmp_path / "origin"), cwd=tmp_path)
    settings = tmp_path / "gitconfig"
    before = Path(git("config", "--global", "--list", "--show-origin", cwd=tmp_path).split()[0][5:])
    settings.write_text(
        f"{before.read_text('utf-8')}"
        f'[url "{tmp_path}/origin"]\n    insteadOf = https://forge.example/team/mail.git\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    return tmp_path / "origin"


@pytest.fixture
def job(
    forge: FakeForge, started: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The project, checked out by a scheduled job of the forge."""
    in_a_job(forge, tmp_path, monkeypatch)
    (tmp_path / "event.json").write_text("{}", encoding="utf-8")
    monkeypatch.delenv("TEMPLATE_TOKEN", raising=False)
    monkeypatch.chdir(started.project)
    return started.project


def new_version(history: History, version: str = NEXT) -> None:
    """A version that changes the tool and says so."""
    changes = history.template / "template" / CHANGES
    head, first, rest = changes.read_text("utf-8").partition("\n## ")
    changes.write_text(head + NEWS.format(version=version) + first.strip("\n") + rest, "utf-8")
    edit(source_of(history.template, ".editorconfig"), "root = true", f"root = true\n# {version}")
    release(history.template, version)


def test_a_new_version_becomes_an_issue_until_it_is_taken(
    started: History, forge: FakeForge, job: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_version(started)
    assert main(["forge", "update"]) == 0
    assert capsys.readouterr().out.startswith("wrote https://forge.example/issues/")
    (issue,) = forge.issues
    text = issue["body"]
    assert issue["title"] == "A new version of the template is there"
    assert "Version v99.1.0 of the template can be taken" in text
    assert "No file would conflict." in text
    assert f"### Release notes\n\n## {NEXT}\n\n### Added\n\n- `lab x`" in text
    assert text.count("\n## ") == 1
    assert "@\u200beve &lt;script>" in text
    assert forge.pulls == []

    started.update()
    commit(job)
    assert main(["forge", "update"]) == 0
    assert capsys.readouterr().out.startswith("closed https://forge.example/issues/")
    assert issue["state"] == "closed"


def test_what_would_have_to_be_settled_is_in_the_issue_even_with_a_token(
    started: History,
    forge: FakeForge,
    job: Path,
    origin: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEMPLATE_TOKEN", PERSONAL)
    both_change_a_line(started)
    assert main(["forge", "update"]) == 0
    assert "### Files that would conflict\n\n- noxfile.py" in forge.issues[0]["body"]
    assert forge.pulls == []
    assert "template/" not in git("branch", cwd=origin)


def test_an_update_that_needs_trust_says_so_and_what_is_new(
    started: History, forge: FakeForge, job: Path
) -> None:
    edit(started.template / "template" / CHANGES, "\n## ", f"{NEWS.format(version=NEXT)}## ")
    format_changes(started.template)
    assert main(["forge", "update"]) == 0
    text = forge.issues[0]["body"]
    assert "Version v99.1.0 of the template" in text
    assert "needs `--trust`" in text
    assert "- `lab x`" in text


def test_with_a_token_of_its_own_it_is_a_pull_request(
    started: History,
    forge: FakeForge,
    job: Path,
    origin: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    forge.add(f"{TEMPLATE}\nold", True, "issues")
    new_version(started)
    monkeypatch.setenv("TEMPLATE_TOKEN", PERSONAL)
    assert main(["forge", "update"]) == 0
    said = capsys.readouterr()
    assert "wrote https://forge.example/pulls/" in said.out
    assert PERSONAL not in said.out + said.err
    (pull,) = forge.pulls
    assert pull["title"] == f"Update the template to {NEXT}"
    assert "- `lab x`" in pull["body"]
    assert forge.issues[0]["state"] == "closed"
    branch = f"template/{NEXT}"
    changed = git("diff", "--name-only", f"main..{branch}", cwd=origin).split()
    assert changed == [".copier-answers.yml", ".editorconfig", CHANGES, "pyproject.toml"]
    assert git("log", "-1", "--format=%an", branch, cwd=origin).strip() == "lab"
    tokens = {call.token for call in forge.calls if "pulls" in call.path or "merge_r" in call.path}
    assert tokens == {f"Bearer {PERSONAL}"}
    assert git("status", "--porcelain", cwd=job) == ""

    new_version(started, "v99.2.0")
    assert main(["forge", "update"]) == 0
    assert [one["state"] for one in forge.pulls] == ["closed", "open"]
    assert "v99.2.0" in forge.pulls[1]["body"]
    assert forge.pulls[1]["body"].count("thanks") == 2
    assert "template/v99.2.0" in git("branch", cwd=origin)


def test_a_push_that_is_refused_leaves_an_issue_and_is_red(
    started: History,
    forge: FakeForge,
    job: Path,
    origin: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hook = origin / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho no workflows for you >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    monkeypatch.setenv("TEMPLATE_TOKEN", PERSONAL)
    new_version(started)
    assert main(["forge", "update"]) == 1
    said = capsys.readouterr()
    assert "no pull request was opened, so https://forge.example/issues/" in said.err
    assert "TEMPLATE_TOKEN has to allow to push" in said.err
    assert PERSONAL not in said.out + said.err
    assert TOKEN not in said.out + said.err
    assert "- `lab x`" in forge.issues[0]["body"]
    assert forge.pulls == []


def test_outside_of_a_forge_both_print_what_is_new(
    started: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(started.project)
    new_version(started)
    assert main(["forge", "update"]) == 0
    assert "Version v99.1.0 of the template" in capsys.readouterr().out
    assert main(["preflight"]) == 0
    said = capsys.readouterr().out
    assert f"What is new:\n\n## {NEXT}\n" in said
    assert "- `lab x`, thanks @eve <script>" in said
    assert said.count("\n## ") == 1
