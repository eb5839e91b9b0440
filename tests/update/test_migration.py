"""The old way over two releases that the test makes.

The first renames a key of every record, with a migration, and a question. The second drops a file.
"""

from pathlib import Path

import pytest
from render.reading import files, parsed
from rendering import commit, release

from lab.cli import main
from lab.update.copier import NeedsTrustError

from .releases import NOW, History, begin, edit

FORMAT, DROP = "v99.1.0", "v99.2.0"
DROPPED = "stages/4-experiments/templates/SPK.md"
MIGRATION = '''\
"""The summary of a record is called `gist`."""

import sys
from pathlib import Path

from front_matter import change_records, rename_key

sys.exit(1 if change_records(Path(), "*", rename_key("tldr", "gist")) else 0)
'''
DECLARED = f"""
_migrations:
  - version: {FORMAT}
    command: ["{{{{ _copier_python }}}}", "{{{{ _copier_conf.src_path }}}}/hooks/v99_1_0.py"]
"""


def format_changes(template: Path) -> None:
    """`tldr` is called `gist`, everywhere, and the question `way_of_working` is `rhythm`."""
    for file in sorted((template / "template").rglob("*")):
        if file.is_file() and "tldr" in (text := file.read_text(encoding="utf-8")):
            file.write_text(text.replace("tldr", "gist"), encoding="utf-8")
    policy = template / "template/team/policy.yml.jinja"
    edit(policy, "~ way_of_working", "~ rhythm")
    questions = template / "copier.yml"
    edit(questions, "\nway_of_working:\n  type: str\n  default: kanban\n", RENAMED)
    questions.write_text(questions.read_text("utf-8") + DECLARED, encoding="utf-8")
    (template / "hooks/v99_1_0.py").write_text(MIGRATION, encoding="utf-8")
    release(template, FORMAT)


RENAMED = """
rhythm:
  type: str
  default: "{{ way_of_working | default('kanban') }}"
"""


def file_is_dropped(template: Path) -> None:
    (template / "template" / DROPPED).unlink()
    release(template, DROP)


@pytest.fixture
def old(newest: Path, tmp_path: Path) -> History:
    return with_a_comment(newest, tmp_path)


def with_a_comment(template: Path, folder: Path) -> History:
    """A project in whose first record a team has written a comment into the front matter."""
    history = begin(template, folder, {"way_of_working": "sprints"})
    record = next(history.project.glob("stages/4-experiments/HYP-*/index.md"))
    edit(record, "\ntldr: ", "\n# Ours: a comment about tldr\ntldr: ")
    commit(history.project)
    return history


def keys(project: Path) -> set[str]:
    """Which of the two keys the records have."""
    found = parsed(project)
    records = [one for path, one in found.items() if path.endswith("/index.md")]
    assert records
    return {key for record in records for key in ("tldr", "gist") if key in record}


def test_it_needs_trust_and_says_so(
    old: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    format_changes(old.template)
    before = files(old.project)
    monkeypatch.chdir(old.project)
    assert main(["update"]) == 3
    assert "`lab update --trust`; nothing was changed." in capsys.readouterr().err
    assert main(["preflight"]) == 3
    assert "`lab preflight --trust`" in capsys.readouterr().out
    assert files(old.project) == before
    with pytest.raises(NeedsTrustError):
        old.update()


def test_records_of_the_old_format_are_brought_to_the_new(old: History) -> None:
    """In one step over both releases; later updates need no trust."""
    format_changes(old.template)
    file_is_dropped(old.template)
    done = old.update(trust=True)
    assert (done.before, done.after, done.conflicts, done.kept) == (NOW, DROP, [], [])
    assert keys(old.project) == {"gist"}
    record = next(old.project.glob("stages/4-experiments/HYP-*/index.md"))
    assert "\n# Ours: a comment about tldr\ngist: " in record.read_text(encoding="utf-8")
    answers = parsed(old.project)[".copier-answers.yml"]
    assert answers["rhythm"] == "sprints"
    assert "way_of_working" not in answers
    assert not (old.project / DROPPED).exists()

    commit(old.project)
    release(old.template, "v99.3.0")
    assert old.update().changed == [".copier-answers.yml", "pyproject.toml"]


def test_a_migration_that_breaks_leaves_everything_as_it_was(
    old: History, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    format_changes(old.template)
    breaks = f"{MIGRATION.replace('sys.exit', 'print')}\nsys.exit('broken on purpose')\n"
    (old.template / "hooks/v99_1_0.py").write_text(breaks, encoding="utf-8")
    release(old.template, DROP)
    before = files(old.project)
    monkeypatch.chdir(old.project)
    assert main(["update", "--trust"]) == 3
    assert "broken on purpose" in capsys.readouterr().err
    assert files(old.project) == before
