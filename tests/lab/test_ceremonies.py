"""Pages that are assembled for a planning and a retro, and actions that come back until done."""

import json

import pytest
from playing import HYP, PROP, Play

from lab.process.plan import suggested
from lab.records.store import read_store


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    play = Play(tmp_path / "project", monkeypatch, capsys)
    play.team_of_three()
    return play


def section(text: str, heading: str) -> str:
    """What stands below a heading of the second level."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].strip()


@pytest.fixture
def held(play: Play) -> str:
    """An accepted retro of two actions; its id."""
    play.lab("new", "RET", "November", "--by", "bob")
    retro = "RET-20261123-november"
    play.fill_in(retro)
    text = play.text(retro)
    head, _, rest = text.partition("actions:")
    tail = rest[rest.index("\nhistory:") :]
    actions = "".join(
        f'\n  - {{what: {what}, owner: {who}, due: "2026-11-30T09:00:00Z"}}'
        for what, who in (("Export at night", "bob"), ("Shorter | cards", "cem"))
    )
    play.path(retro).write_text(f"{head}actions:{actions}{tail}", encoding="utf-8")
    play.lab("review", retro, "--approve", "--by", "ann")
    return retro


def test_a_retro_begins_with_who_is_here_and_what_the_time_has_shown(play: Play, held: str):
    assert "attendance: [ann, bob, cem]" in play.text(held)
    play.lab("start", "linear", "--by", "bob")
    play.lab("block", "linear", "--why", "no disk", "--by", "bob")
    play.lab("unblock", "linear", "--by", "bob")
    play.judge("refuted", by="bob")
    play.tick()
    play.lab("review", "linear", "--approve", "--by", "cem", "--learned", "Size is enough.")
    play.lab("action", held, "1", "--done", "It runs at two.", "--by", "bob")
    play.at("2026-12-21T09:00:00Z")
    play.lab("new", "RET", "December", "--by", "cem")
    text = play.text("RET-20261221-december")
    actions = section(text, "Actions from last time")
    assert f"| Shorter \\| cards | cem | 2026-11-30 | open | `lab action {held} 2` |" in actions
    assert "| Export at night | bob | 2026-11-30 | done | It runs at two. |" in actions
    figures = section(text, "In figures")
    assert "- 1 card done since the last retro." in figures
    assert "- Half of them took 2 working days or less." in figures
    assert f"- {HYP} was blocked: no disk" in figures
    assert "- refuted: Size is enough." in section(text, "What went well")
    assert "Nobody can stand in for ann yet." in section(text, "Who can stand in for whom")
    assert section(text, "What held us back").startswith("<!--")  # that is for the team to say


def test_an_action_comes_back_from_its_day_on_until_it_is_closed(play: Play, held: str):
    assert "action:" not in play.lab("status")
    play.at("2026-12-01T09:00:00Z")
    said = play.lab("status", "--for", "cem")
    assert f'action: Shorter | cards\tlab action {held} 2 --done "…"' in said
    said = play.refused("action", held, "--done", "x", "--by", "cem")
    assert "has 2 open actions: say which one.\n    1: Export at night\n    2: Shorter" in said
    assert "has no action 3, only 2" in play.refused(
        "action", held, "3", "--done", "x", "--by", "cem"
    )
    assert "actions belong to retros" in play.refused("action", HYP, "--done", "x", "--by", "cem")
    said = play.lab("action", held, "2", "--dropped", "They are short.", "--by", "cem")
    assert said == "dropped: Shorter | cards\n  They are short.\n"
    play.lab("action", held, "--done", "It runs at two.", "--by", "bob")
    assert "action:" not in play.lab("status")
    assert play.type("check").code == 0


def test_a_plan_has_goal_people_carry_over_and_what_comes_next(play: Play, held: str):
    play.lab("new", "TASK", "Build the stub", "--by", "cem")
    play.lab("new", "EDA", "Look at gaps", "--by", "bob", "--size", "XS")
    play.lab("prioritise", "stub", "1", "--by", "ann", "--concern", "Who calls it?")
    people = (play.root / "team/people.yml").read_text("utf-8")
    away = people.replace("backups: [cem]}", 'backups: [cem], away: [{until: "2026-11-27"}]}')
    play.write("team/people.yml", away)
    play.lab("start", "linear", "--by", "bob")
    text = play.lab("plan")
    assert f"({PROP}, until 2026-12-04)" in section(text, "Goal")
    assert "If `recall > 0.85`: plan a second iteration" in section(text, "Goal")
    assert "(@bob): data scientist, away until 2026-11-27" in section(text, "Who is here")
    assert f"({HYP}, @bob): `test hypothesis`, 1 of 3 working days used" in section(
        text, "Carried over"
    )
    rows = section(text, "Next, in the order of the product owner").split("\n")[2:]
    assert [row.split(" | ")[0] for row in rows] == ["| 1", "| none yet"]
    assert "Build the stub (TASK-20261123-build-stub) | delivery task | @cem" in rows[0]
    assert "Who calls it?" in section(text, "In the way")
    assert "Export at night (@bob, 2026-11-30" in section(text, "Actions of retros")


def test_a_plan_of_a_group_and_one_of_nothing(play: Play):
    people = (play.root / "team/people.yml").read_text("utf-8")
    grouped = people.replace("backups: [bob]}", "backups: [bob], group: night}")
    play.write("team/people.yml", grouped)
    text = play.lab("plan", "--group", "night")
    assert text.startswith("# Plan of 2026-11-23, night\n")
    assert section(text, "Who is here") == "- Cem (@cem): machine-learning engineer"
    assert section(text, "Carried over") == "Nothing is in work."
    assert section(text, "Next, in the order of the product owner") == "Nothing is to do."
    assert "nobody is in the group day" in play.refused("plan", "--group", "day")


def test_sizes_suggest_days_once_enough_cards_are_done(play: Play):
    play.write("team/policy.yml", "reviewers: 1\nwip: {test hypothesis: null}\n")
    for number in range(5):
        play.at("2026-11-23T09:00:00Z")
        play.lab("new", "EDA", f"Look {number} times", "--by", "bob", "--size", "S")
        card = f"EDA-20261123-look-{number}-times"
        play.fill_in(card)
        play.lab("prioritise", card, "1", "--by", "ann")
        play.lab("start", card, "--by", "bob")
        play.at(f"2026-11-{23 + number}T10:00:00Z")
        play.lab("close", card, "--why", "x", "--learned", "y", "--by", "bob")
        found = suggested(read_store(play.root))
        assert found == ({} if number < 4 else {"S": 5})


def test_learnings_travel_and_insights_are_marked(play: Play):
    play.lab("start", "linear", "--by", "bob")
    play.judge("refuted", by="bob")
    play.tick()
    play.lab("review", "linear", "--approve", "--by", "cem", "--learned", "Size is enough.")
    (learning,) = json.loads(play.lab("learnings", "--json"))
    assert learning | {"on": "", "customer_outcome": ""} == {
        "id": HYP,
        "on": "",
        "kind": "hypothesis",
        "title": "A linear model over all measurements finds tumours",
        "outcome": "refuted",
        "learned": "Size is enough.",
        "insight": None,
        "change": "algorithm",
        "customer_outcome": "",
    }
    assert learning["customer_outcome"].startswith("a patient with a malignant biopsy")
    assert play.lab("learnings", "--insights") == ""
    play.change(
        HYP, "outcome: refuted", "insight: One measurement can be dropped.\noutcome: refuted"
    )
    said = play.lab("learnings", "--insights")
    assert "refuted  A linear model" in said
    assert "    insight: One measurement can be dropped.\n" in said
    assert play.type("check").code == 0


def test_a_proposal_begins_as_a_copy_of_one_that_worked(play: Play):
    said = play.refused("new", "PROP", "Again", "--like", HYP, "--by", "bob")
    assert "--like is for a new proposal" in said
    assert "--like is for a new proposal" in play.refused(
        "new", "TASK", "Again", "--like", PROP, "--by", "bob"
    )
    play.lab("new", "PROP", "At the other clinic", "--like", PROP, "--timebox", "5", "--by", "bob")
    (path,) = play.root.glob("stages/3-*/PROP-20261123-*/index.md")
    store = read_store(play.root)
    old, new = store.records[PROP], store.records[path.parent.name]
    assert new.body == old.body
    assert new.front.metrics == old.front.metrics
    assert new.front.gate == old.front.gate
    assert (new.front.timebox, new.lane, new.front.owner) == (5, "draft", "bob")
    assert new.front.title == "At the other clinic"
    assert play.type("check").code == 0


def test_who_agreed_to_a_box_and_who_was_at_a_review_is_written_down(play: Play):
    assert "FLO021" not in play.type("check").out
    play.lab("start", "linear", "--by", "bob", "--agreed", "@ann, bob")
    assert "agreed_by: [ann, bob]" in play.text(HYP)
    assert "gap" in play.misused("start", "linear", "--agreed", "ann,,bob")
    play.lab("new", "REP", "What we know", "--by", "bob")
    report = next(path.parent.name for path in play.root.glob("stages/5-*/REP-*/index.md"))
    words = ("decide", report, "stop", "--because", "enough is known", "--by", "ann")
    refused = play.refused(*words, "--attended", "bob,eve")
    assert "REC014 nobody has the handle eve" in refused
