"""`lab forge order`: the product owner's issue becomes a pull request, and nobody else's does."""

from pathlib import Path

import pytest
from forging import FakeForge, environment, listening
from playing import HYP, Play

from lab.update.repository import Repository


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest):
    with listening(FakeForge(request.param)) as forge:
        yield forge


@pytest.fixture
def play(tmp_path: Path, forge: FakeForge, monkeypatch: pytest.MonkeyPatch, capsys) -> Play:
    play = Play(tmp_path / "project", monkeypatch, capsys)
    play.team_of_three()
    play.lab("new", "SPK", "Can the archive be read", "--slug", "archive", "--no-input",
             "--by", "bob")  # fmt: skip
    for name, value in environment(forge, tmp_path).items():
        monkeypatch.setenv(name, value)
    return play


def issue(forge: FakeForge, text: str, by: str = "ann", **changes: object) -> None:
    """An issue with the label, as somebody has written it."""
    forge.add(text, False, "issues", title="Order", **changes)
    author = {"login": by, "username": by, "id": 5, "type": "User"}
    forge.issues[-1] |= {"user": author, "author": author, "labels": ["order"]}


def test_the_order_of_an_issue_becomes_a_pull_request(
    play: Play, forge: FakeForge, monkeypatch: pytest.MonkeyPatch
):
    issue(forge, "First what others wait for:\n\n1. archive\n2. `linear`\n")
    said = play.lab("forge", "order")
    assert "no TEMPLATE_TOKEN may propose it" in said
    assert f"lab prioritise {HYP} 2" in said
    pushed: list[str] = []
    monkeypatch.setenv("TEMPLATE_TOKEN", "another")
    monkeypatch.setattr(Repository, "commit", lambda self, message: pushed.append(message))
    monkeypatch.setattr(Repository, "push", lambda self, address, branch: pushed.append(branch))
    assert "wrote https://forge.example/" in play.lab("forge", "order")
    assert "priority: {rank: 2, by: ann," in play.text(HYP)
    (request,) = forge.pulls
    assert request["title"] == "Order the cards as ann asks"
    assert "Closes #" in (request.get("body") or request["description"])
    assert pushed[1].startswith("lab/order-")
    assert play.lab("forge", "order") == "Nobody asks for another order.\n"


def test_only_a_product_owner_orders(play: Play, forge: FakeForge):
    issue(forge, "1. archive", by="bob")
    issue(forge, "1. archive", state="closed")
    assert play.lab("forge", "order") == "Nobody asks for another order.\n"


@pytest.mark.parametrize("line", ["- nothing-like-it", "1. REQ-20261102-sort-letters"])
def test_a_line_that_names_no_card_is_told(play: Play, forge: FakeForge, line: str):
    issue(forge, f"1. archive\n{line}")
    assert "cannot be followed" in play.refused("forge", "order")
