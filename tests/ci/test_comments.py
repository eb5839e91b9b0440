"""The jobs of GitHub that write: a comment on each pull request, issues about what is due and new.

They run as they stand in the workflows, with the token and the rights that the workflows give them,
and call a server of this machine that writes everything down.
"""

import re
from pathlib import Path

from forging import TOKEN, FakeForge
from project.using import CARD, InUse, Ran, commit
from rendering import git, release

from .conftest import INDEX
from .running import Forge

TITLE = "A linear model over all measurements finds tumours"
INTERVAL = re.compile(r"\| recall \| (0\.\d+) \| (0\.\d+) \| [+-]?(0\.\d+) \| (\S+) to (\S+) \|")


def commented(forge: Forge) -> Ran:
    """The job that comments, which has to hold, and to have used the job's own token alone."""
    ended = forge.run("checks", "evidence", "gate", steps=["comment"])["gate"]
    assert ended.code == 0, ended.output
    assert {call.token for call in forge.interface.calls} == {f"Bearer {TOKEN}"}
    assert TOKEN not in ended.output
    return ended


def reminded(forge: Forge, now: str) -> str:
    """The last line of the scheduled job at a time."""
    forge.event, forge.now = "schedule", now
    ended = forge.run("reminders")["due"]
    assert ended.code == 0, ended.output
    assert TOKEN not in ended.output
    return ended.output.strip().splitlines()[-1]


def test_a_pull_request_has_one_comment_that_each_push_writes_over(
    forge: Forge, interface: FakeForge, working: InUse, lab: str
) -> None:
    working.ok("git", "switch", "--quiet", "judge")
    forge.push(working)
    forge.propose("judge")
    interface.add("A question of Eve's", ours=False)
    commented(forge)
    _, comment = interface.comments
    first = dict(comment)
    assert f"**{TITLE}**: Supported (confirmatory)" in first["body"]
    found = INTERVAL.search(first["body"])
    assert found, first["body"]
    assert float(found[4]) < float(found[2]) - float(found[1]) < float(found[5])
    head = working.ok("git", "rev-parse", "judge").strip()
    assert f"](https://forge.example/team/mail/blob/{head}/{INDEX})" in first["body"]

    working.ok(lab, "new", "SPK", "Does it hold in March")
    commit(working, "One more record")
    forge.push(working)
    forge.propose("judge")
    commented(forge)
    _, second = interface.comments
    assert second["id"] == first["id"]
    assert "Does it hold in March" in second["body"]
    assert head not in second["body"]
    assert [call.method for call in interface.writes] == ["POST", "PATCH"]


def test_where_a_token_may_only_read_the_summary_says_it(
    forge: Forge, interface: FakeForge
) -> None:
    forge.source = "eve/mail"
    forge.propose("judge")
    ended = commented(forge)
    assert interface.comments == []
    assert [call.method for call in interface.writes] == ["POST"]
    assert "403 Resource not accessible by integration" in ended.output
    assert "the text is in the job's summary" in ended.output
    assert f"**{TITLE}**: Supported (confirmatory)" in forge.summaries["gate"]
    assert INTERVAL.search(forge.summaries["gate"])


def test_a_default_branch_without_metrics_is_compared_with(
    forge: Forge, interface: FakeForge, working: InUse, lab: str
) -> None:
    working.ok("git", "switch", "--quiet", "main")
    made = ("dvc.lock", "evaluation")
    working.ok("git", "rm", "-r", "--quiet", "--cached", *made)
    working.ok("git", "commit", "--quiet", "--no-verify", "--message", "No pipeline has run yet")
    working.ok("git", "switch", "--quiet", "--force", "--create", "first")
    working.ok("git", "checkout", "judge", "--", ".")
    commit(working, "Run the pipeline")
    forge.push(working)
    assert "dvc.lock" not in working.ok("git", "ls-tree", "--name-only", "main")
    forge.propose("first")
    commented(forge)
    (comment,) = interface.comments
    assert "The default branch has no metrics yet" in comment["body"]
    assert re.search(r"\| recall \| 0\.\d+ \| 0\.\d+ to [01]\.\d+ \| 105 \|", comment["body"])


def test_what_is_due_is_one_issue_for_the_product_owner_until_nothing_is(
    forge: Forge, interface: FakeForge, working: InUse, lab: str
) -> None:
    assert reminded(forge, "2026-11-09T05:23:00Z") == "Nothing is due."
    assert interface.writes == []

    assert reminded(forge, "2026-11-12T05:23:00Z").startswith("wrote https://forge.example/issues/")
    (issue,) = interface.issues
    assert (issue["title"], issue["assignees"]) == ("What is due", ["ann"])
    assert "day 5 of 3" in issue["body"]
    assert CARD in issue["body"]

    reminded(forge, "2026-11-13T05:23:00Z")
    assert "day 6 of 3" in issue["body"]

    working.ok("git", "switch", "--quiet", "main")
    more = ("--timebox", "8", "--why", "A holiday", "--impact", "none", "--results-seen", "no")
    working.ok(lab, "amend", CARD, *more, LAB_NOW="2026-11-13T09:00:00Z")
    commit(working, "Extend it")
    forge.push(working)
    assert reminded(forge, "2026-11-16T05:23:00Z").startswith("closed https://")
    assert issue["state"] == "closed"
    assert [call.method for call in interface.writes] == ["POST", "PATCH", "PATCH"]
    assert {call.token for call in interface.calls} == {f"Bearer {TOKEN}"}


def test_a_new_version_of_the_template_is_an_issue_with_its_notes(
    forge: Forge, interface: FakeForge, working: InUse, tmp_path: Path
) -> None:
    known = working.yaml(".copier-answers.yml")["_src_path"]
    git("clone", "--quiet", known, "later", cwd=tmp_path)
    changes = tmp_path / "later/template/lab/CHANGELOG.md"
    told = changes.read_text("utf-8").replace("\n## ", "\n## 9.0.0\n\n- Something new.\n\n## ", 1)
    changes.write_text(told, encoding="utf-8")
    release(tmp_path / "later", "v9.0.0")
    working.ok("git", "switch", "--quiet", "main")
    working.change(".copier-answers.yml", known, str(tmp_path / "later"))
    commit(working, "Say where the template is now")
    forge.push(working)

    forge.event = "schedule"
    ended = forge.run("updates")["template"]
    assert ended.code == 0, ended.output
    (issue,) = interface.issues
    assert issue["title"] == "A new version of the template is there"
    assert "Version v9.0.0 of the template can be taken" in issue["body"]
    assert "No file would conflict." in issue["body"]
    assert "## 9.0.0\n\n- Something new." in issue["body"]
    assert interface.pulls == []
