"""What a change answers for: all that is wrong in what it moves, and nobody else's clock."""

import json
from pathlib import Path

import pytest
from playing import HYP, Play
from proving import HYP as CARD
from proving import TS, VERDICT, Proof

WHERE = f"stages/4-experiments/{HYP}/index.md"


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


def line_of(play: Play, id_: str, text: str) -> int:
    """The number of the first line that holds a text."""
    lines = play.text(id_).split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("  - recall > 0.85", "  - roc_auc > 0.85", "CRI002", "roc_auc > 0.85"),
        ('prior: "0.6"', 'prior: "1.0"', "CRI008", "prior:"),
        ("owner: ann", "owner: nan", "REC014", "owner: nan"),
    ],
)
def test_a_card_that_was_wrong_before_is_not_locked(
    play: Play, old: str, new: str, code: str, line: str
):
    play.change(HYP, old, new)
    said = play.refused("start", "linear")
    assert f"{HYP} was not started: nothing was changed." in said
    assert f"  {code} " in said
    assert f"({WHERE}:{line_of(play, HYP, line)})" in said
    play.change(HYP, new, old)
    assert "slot 1 of TS-2026-11" in play.lab("start", "linear")


def test_a_card_without_guardrails_is_not_locked(play: Play):
    text = play.text(HYP)
    head, _, rest = text.partition("guardrails:\n")
    _, _, tail = rest.partition("\nevaluation:")
    play.path(HYP).write_text(f"{head}guardrails: []\nevaluation:{tail}", encoding="utf-8")
    said = play.refused("start", "linear")
    assert "CRI003 `guardrails` is empty" in said
    assert "CRI003" in play.refused("move", "linear", "test")


@pytest.mark.parametrize(("shares", "why"), [((100,), "first step"), ((10, 5, 50, 100), "climb")])
def test_a_rollout_that_does_not_climb_is_not_approved(
    play: Play, shares: tuple[int, ...], why: str
):
    play.lab("new", "REP", "What we know")
    play.lab("new", "ROLL", "To one clinic")
    (rollout,) = (path.parent.name for path in play.root.glob("stages/6-*/ROLL-*/index.md"))
    play.fill_in(rollout)
    text = play.text(rollout)
    head, _, rest = text.partition("steps:")
    _, _, tail = rest.partition("\nmonitors:")
    steps = "".join(
        f"\n  - {{share: {share}, gate: good, rollback: back, owner: ann}}" for share in shares
    )
    play.path(rollout).write_text(f"{head}steps:{steps}\nmonitors:{tail}", encoding="utf-8")
    for words in (("review", rollout, "--approve"), ("move", rollout, "accepted")):
        said = play.refused(*words)
        assert "REP011" in said
        assert why in said
    assert "stays in `draft`" in play.lab("review", rollout, "--changes", "Climb slowly.")


def test_what_puts_things_right_is_never_refused(play: Play):
    play.change(HYP, 'prior: "0.6"', 'prior: "1.0"')
    play.lab("prioritise", "linear", "2")
    play.lab("block", "linear", "--why", "no data")
    play.lab("unblock", "linear")
    play.lab("log", "linear", "Asked for data.")
    play.lab("close", "linear", "--why", "no data", "--learned", "Ask before.")


def test_a_waiver_lets_it_pass_openly(play: Play):
    play.change(HYP, 'prior: "0.6"', 'prior: "1.0"')
    play.write(
        "team/waivers.yml",
        f"waivers:\n  - {{rule: CRI008, record: {HYP}, reason: we are sure, owner: ann, "
        'until: "2027-01-01T00:00:00Z"}\n',
    )
    play.lab("start", "linear")


@pytest.fixture
def locked(proof: Proof) -> Proof:
    """A card that was locked with an unstated metric, when that was forgiven."""
    proof.locked().tested(wrong=1)
    (path,) = proof.root.glob("stages/3-proposals/*/index.md")
    text = path.read_text("utf-8")
    assert "secondary: [precision" in text
    path.write_text(text.replace("secondary: [precision", "secondary: [f1"), encoding="utf-8")
    proof.commit("Another metric")
    return proof


def test_a_card_that_was_locked_wrong_is_not_judged(locked: Proof):
    said = locked.refused("judge", "linear")
    assert "was not judged: nothing was changed." in said
    assert "CRI002" in said
    assert f"({WHERE}:" in said
    assert not (locked.root / VERDICT).exists()
    assert (locked.root / TS).exists()


def test_nobody_votes_on_a_card_that_is_wrong(locked: Proof):
    team = "panel(team) >= 2 of 3"
    locked.change(CARD, "  - recall > 0.85", f"  - {team}")
    said = locked.refused("vote", "linear", "yes", "--by", "ann")
    assert f"nobody votes on {CARD}: nothing was changed." in said
    assert "LCK" in said


def test_a_full_review_lane_is_known_before_anything_is_opened(proof: Proof):
    proof.locked().tested()
    proof.write("team/policy.yml", "wip: {code review hypothesis: 1}\n")
    proof.lab("new", "EDA", "Look at gaps")
    (card,) = (path.parent.name for path in proof.root.glob("stages/4-*/EDA-*/index.md"))
    proof.fill_in(card)
    proof.lab("prioritise", card, "2", "--by", "ann")
    proof.lab("start", card)
    proof.lab("move", card, "review")
    assert "FLO003" in proof.refused("judge", "linear")


def test_an_overdue_card_is_judged_all_the_same(proof: Proof):
    proof.locked().tested()
    proof.at("2026-12-20T09:00:00Z")
    proof.lab("judge", "linear")


def check_of(proof: Proof) -> tuple[int, list[str]]:
    """The exit code of the check, and the level of each finding about the time box."""
    said = proof.type("check", "--format", "json")
    found = json.loads(said.out)["findings"]
    return said.code, [finding["level"] for finding in found if finding["code"] == "FLO004"]


def test_an_overdue_card_is_its_owners_and_no_other_change_is_red_for_it(proof: Proof):
    proof.locked()
    proof.at("2026-12-20T09:00:00Z")
    assert check_of(proof) == (0, ["warning"])
    proof.git("switch", "--quiet", "--create", "other")
    proof.lab("new", "EDA", "Look at gaps")
    proof.commit("Another card")
    assert check_of(proof) == (0, ["warning"])
    assert f"{CARD}" in proof.lab("status", "--for", "bob")


@pytest.mark.parametrize("commit", [True, False])
def test_a_change_answers_for_the_overdue_card_that_it_touches(proof: Proof, commit: bool):
    proof.locked()
    proof.at("2026-12-20T09:00:00Z")
    proof.git("switch", "--quiet", "--create", "more")
    proof.lab("log", "linear", "Another day.")
    if commit:
        proof.commit("Work on")
    assert check_of(proof) == (1, ["error"])
    proof.lab("close", "linear", "--why", "no time", "--learned", "Ask for less.")
    assert check_of(proof)[1] == []


def test_commits_that_the_forge_does_not_have_yet_are_a_change(proof: Proof, tmp_path: Path):
    proof.locked()
    proof.git("init", "--quiet", "--bare", str(tmp_path / "forge"))
    proof.git("remote", "add", "origin", str(tmp_path / "forge"))
    proof.git("push", "--quiet", "origin", "main")
    proof.at("2026-12-20T09:00:00Z")
    assert check_of(proof) == (0, ["warning"])
    proof.lab("log", "linear", "Another day.")
    proof.commit("Work on")
    assert check_of(proof) == (1, ["error"])
    proof.git("push", "--quiet", "origin", "main")
    assert check_of(proof) == (0, ["warning"])


def test_without_git_everything_counts_as_changed(play: Play):
    play.lab("start", "linear")
    play.at("2026-12-20T09:00:00Z")
    assert play.type("check").code == 1
