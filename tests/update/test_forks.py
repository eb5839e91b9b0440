"""A company's own template: its projects follow its versions, and not upstream's by themselves."""

import pytest
from rendering import commit, git, release

from lab.cli import main
from lab.update.versions import label_of, newest_of, version_to_take

from .releases import NEXT, NOW, History, edit, source_of

OWNED, OTHER = "noxfile.py", ".editorconfig"
FIRST, SECOND = f"{NOW}+acme.1", f"{NEXT}+acme.1"


@pytest.fixture
def forked(started: History, monkeypatch: pytest.MonkeyPatch) -> History:
    """A project at a company's first version; upstream has gone on, in the same repository."""
    edit(source_of(started.template, OWNED), "import nox", "import nox  # acme's")
    release(started.template, FIRST)
    monkeypatch.chdir(started.project)
    assert main(["update", "--to", FIRST]) == 0
    commit(started.project)
    git("switch", "--quiet", "--create", "upstream", NOW, cwd=started.template)
    other = source_of(started.template, OTHER)
    other.write_text(f"{other.read_text('utf-8')}# upstream's\n", encoding="utf-8")
    release(started.template, NEXT)
    return started


def test_a_project_of_a_fork_stays_with_it_until_the_fork_goes_on(
    forked: History, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["update"]) == 0
    assert f"up to date with {FIRST}" in capsys.readouterr().out

    git("switch", "--quiet", "--create", "next", FIRST, cwd=forked.template)
    git("merge", "--quiet", "--no-edit", NEXT, cwd=forked.template)
    git("tag", SECOND, cwd=forked.template)
    assert main(["preflight"]) == 0
    assert f"{FIRST} -> {SECOND}" in capsys.readouterr().out
    assert main(["update"]) == 0
    assert "# acme's" in (forked.project / OWNED).read_text(encoding="utf-8")
    assert "# upstream's" in (forked.project / OTHER).read_text(encoding="utf-8")


def test_who_leaves_the_fork_is_told(forked: History, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["update", "--to", NEXT]) == 0
    assert f"{NEXT} is no version of acme's" in capsys.readouterr().out
    assert "# acme's" not in (forked.project / OWNED).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("version", "label"),
    [
        ("v1.1.0+acme.1", "acme"),
        ("1.1+ACME-2", "acme"),
        ("v1.1.0+acme.1-3-g0123abc", "acme"),
        ("v1.1.0", None),
        ("v1.1.0-3-g0123abc", None),
        ("main+acme", None),
    ],
)
def test_whose_a_version_is(version: str, label: str | None) -> None:
    assert label_of(version) == label


def test_the_newest_of_a_fork_is_that_of_pep_440() -> None:
    tags = [
        "v1.9.0+acme.9", "v1.10.0+acme.2", "v1.10.0+acme.10", "v1.10+acme.rc1", "v2.0.0",
        "v3.0.0+other.1", "main+acme",
    ]  # fmt: skip
    assert newest_of("acme", tags) == "v1.10.0+acme.10"
    assert newest_of("other", tags) == "v3.0.0+other.1"
    assert newest_of("nobody", tags) is None


def test_a_template_out_of_reach_is_left_to_copier_to_say(forked: History) -> None:
    nowhere = str(forked.template.with_name("nowhere"))
    assert version_to_take(forked.project, nowhere, FIRST) is None
    assert version_to_take(forked.project, str(forked.template), FIRST) == FIRST
    assert version_to_take(forked.project, str(forked.template), NOW) is None
