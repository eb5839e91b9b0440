"""People who come, go, stand in for each other, and hand the product owner's role over."""

import pytest
from playing import HYP, Play
from proving import HYP as CARD
from proving import TS, Proof

PEOPLE = """\
people:
  - {{handle: ann, name: Ann Example, roles: [product owner, data scientist], backups: [bob]{ann}}}
  - {{handle: bob, name: Bob, roles: [data scientist], backups: [cem]{bob}}}
  - {{handle: cem, name: Cem, roles: [machine-learning engineer], backups: [bob]}}
  - {{handle: quin, name: Quin, roles: [product owner], backups: [bob], from: "2026-11-27"}}
"""


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    play = Play(tmp_path / "project", monkeypatch, capsys)
    play.team_of_three()
    return play


def people(play: Play, ann: str = "", bob: str = "") -> None:
    play.write("team/people.yml", PEOPLE.format(ann=ann, bob=bob))


def test_a_new_product_owner_leaves_everything_as_it_was_decided(play: Play):
    play.lab("start", "linear", "--by", "bob")
    play.lab("log", "linear", "Tried it.", "--by", "bob")
    play.judge("refuted", by="bob")
    play.tick()
    play.lab("review", "linear", "--approve", "--by", "cem", "--learned", "Size is enough.")
    people(play, ', until: "2026-11-26"')
    play.at("2026-11-27T09:00:00Z")
    said = play.type("check", "--format", "json")
    assert said.code == 0, said.out
    assert "on the team from the beginning until 2026-11-26" in play.refused(
        "prioritise", "linear", "1", "--by", "ann"
    )
    play.lab("new", "EDA", "Look at gaps", "--by", "bob")
    said = play.refused("prioritise", "gaps", "2", "--by", "bob")
    assert "bob is no product owner, and only they set priorities (quin)" in said
    play.lab("prioritise", "gaps", "2", "--by", "quin")
    assert play.type("check").code == 0


def test_roles_that_simply_change_are_told_to_get_their_days(play: Play):
    people(play)
    text = (play.root / "team/people.yml").read_text("utf-8")
    play.write("team/people.yml", text.replace("[product owner, data", "[data"))
    said = play.type("check")
    assert said.code == 1
    assert "by its days (`from`, `until`) in team/people.yml" in said.out
    dated = '[{role: product owner, until: "2026-11-26"}, data'
    play.write("team/people.yml", text.replace("[product owner, data", dated))
    play.at("2026-11-27T09:00:00Z")
    assert play.type("check").code == 0


def test_a_backup_acts_while_somebody_is_away(play: Play):
    play.lab("new", "EDA", "Look at gaps", "--by", "bob")
    people(play, ', away: [{from: "2026-11-23", until: "2026-11-24"}]')
    assert "bob" in play.lab("status")
    play.lab("prioritise", "gaps", "2", "--by", "bob")
    play.at("2026-11-25T09:00:00Z")
    assert "only they set priorities (ann)" in play.refused(
        "prioritise", "gaps", "3", "--by", "bob"
    )
    assert play.type("check").code == 0


def test_who_has_left_is_asked_for_nothing(play: Play):
    play.lab("start", "linear", "--by", "bob")
    play.lab("log", "linear", "@cem, can you help?", "--by", "bob")
    assert "was asked for help" in play.lab("status", "--for", "cem")
    people(play, bob=', until: "2026-11-24"')
    text = (play.root / "team/people.yml").read_text("utf-8")
    left = text.replace("engineer], backups: [bob]}", 'engineer], until: "2026-11-24"}')
    assert left != text
    play.write("team/people.yml", left)
    play.at("2026-11-26T09:00:00Z")
    waiting = play.lab("status")
    assert "was asked for help" not in waiting
    assert "\tann\t" in waiting
    assert "\tbob\t" not in waiting
    said = play.type("check")
    assert f"{HYP}/index.md" in said.out
    assert "TEA010 warning: bob is not on the team" in said.out


def test_a_panel_is_who_was_on_it_when_the_card_was_locked(proof: Proof):
    proof.change(CARD, "  - recall > 0.85", "  - panel(team) >= 2 of 3")
    proof.locked()
    for by in ("ann", "bob", "cem"):
        proof.lab("vote", "linear", "yes", "--by", by)
    proof.commit("Vote")
    text = (proof.root / "team/people.yml").read_text("utf-8")
    left = text.replace("backups: [bob]}", 'backups: [bob], until: "2026-11-24"}')
    joined = "  - {handle: dan, name: Dan, roles: [data scientist], backups: [bob]}\n"
    assert left != text
    proof.write("team/people.yml", left + joined.replace("}", ', from: "2026-11-24"}'))
    proof.commit("Cem leaves, and Dan comes")
    proof.at("2026-11-25T09:00:00Z")
    assert "dan is not on the panel" in proof.refused("vote", "linear", "yes", "--by", "dan")
    proof.tested().judged()
    assert proof.verdict()["counted"] == {"panel(team) >= 2 of 3": [3, 3]}
    proof.green()
    assert (proof.root / TS).exists()
