"""Two people, two branches: what git merges is right, or is refused; never silently wrong."""

import json
import subprocess
from pathlib import Path

import pytest
from playing import HYP, PROP, Play

CARD = f"stages/4-experiments/{HYP}"
INDEX = f"{CARD}/index.md"
SECOND = "HYP-20261123-boosted-trees-find-tumours"
CLAIMS = (
    "--believe",
    "boosted trees over all measurements",
    "--result",
    "more tumours in the urgent queue",
    "--value",
    "let patients hear sooner",
    "--criterion",
    "precision > 0.9",
    "--guardrail",
    "recall >= status_quo - 0.02",
)


class Team(Play):
    """A team of three in one repository; each works on a branch."""

    def git(self, *words: str, code: int | None = 0) -> str:
        ended = subprocess.run(("git", *words), cwd=self.root, capture_output=True, text=True)
        assert code in (None, ended.returncode), ended.stdout + ended.stderr
        return ended.stdout + ended.stderr

    def commit(self, what: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", what)

    def on(self, branch: str) -> None:
        """Go to a branch; a new one begins at main."""
        known = self.git("branch", "--list", branch)
        self.git("switch", "--quiet", *([branch] if known else ["--create", branch, "main"]))

    def merged(self) -> None:
        """Both branches in main, without a conflict."""
        self.on("main")
        for branch in ("bobs", "cems"):
            self.git("merge", "--quiet", "--no-edit", branch)

    def collided(self) -> str:
        """Both branches in main, with a conflict at the second."""
        self.on("main")
        self.git("merge", "--quiet", "--no-edit", "bobs")
        return self.git("merge", "--no-edit", "cems", code=1)

    def check(self) -> list[tuple[str, str]]:
        """The errors that `lab check` finds: code and path."""
        found = json.loads(self.type("check", "--format", "json").out)
        return [(one["code"], one["path"]) for one in found["findings"] if one["level"] == "error"]


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> Team:
    team = Team(tmp_path / "project", monkeypatch, capsys)
    team.team_of_three()
    team.git("init", "--quiet")
    team.commit("begin")
    assert team.check() == []
    return team


def test_two_log_entries_of_one_card_merge(team: Team):
    for branch, by in (("bobs", "bob"), ("cems", "cem")):
        team.on(branch)
        team.lab("log", "linear", f"{by} tried it.", "--by", by)
        team.commit("log")
    team.merged()
    names = sorted(path.name for path in (team.root / CARD / "log").iterdir())
    assert names == ["20261123T090000Z-bob.md", "20261123T090000Z-cem.md"]
    assert team.check() == []


def test_the_same_new_id_on_two_branches_collides(team: Team):
    for branch, by in (("bobs", "bob"), ("cems", "cem")):
        team.on(branch)
        team.lab("new", "task", "Serve the model", "--tldr", f"{by} serves it.", "--by", by)
        team.commit("new")
    said = team.collided()
    assert "CONFLICT (add/add)" in said
    assert "TASK-20261123-serve-model/index.md" in said
    path = "stages/4-experiments/TASK-20261123-serve-model/index.md"
    assert ("REC003", path) in team.check()


def test_two_moves_of_one_card_collide(team: Team):
    team.on("bobs")
    team.lab("start", "linear", "--by", "bob")
    team.commit("start")
    team.on("cems")
    team.at("2026-11-23T10:00:00Z")
    team.lab("close", "linear", "--why", "a", "--learned", "b", "--by", "cem")
    team.commit("close")
    assert f"CONFLICT (content): Merge conflict in {INDEX}" in team.collided()
    assert ("REC003", INDEX) in team.check()
    for verb in ("start", "show"):
        assert f"{HYP} cannot be read: {INDEX}:" in team.refused(verb, "linear")


def second_card(team: Team) -> None:
    """Another hypothesis that is ready to start."""
    team.lab("new", "hyp", "Boosted trees find tumours", *CLAIMS, "--by", "bob")
    team.fill_in(SECOND, tldr="Trees may find more.", testset="TS-2026-11")
    text = team.text(SECOND).replace("TS-YYYY-MM", "TS-2026-11")
    team.path(SECOND).write_text(text, encoding="utf-8")
    for card, rank in ((HYP, "1"), (SECOND, "2")):
        team.lab("prioritise", card, rank, "--by", "ann")
    team.commit("another card")
    assert team.check() == []


def start_both(team: Team) -> None:
    team.on("bobs")
    team.lab("start", "linear", "--by", "bob")
    team.commit("start")
    team.on("cems")
    team.lab("start", "boosted", "--by", "cem")
    team.commit("start")
    team.merged()


def test_two_cards_that_take_the_same_slot_merge_and_are_found(team: Team):
    second_card(team)
    start_both(team)
    assert {code for code, _ in team.check()} == {"LCK003"}


def test_two_cards_that_pass_the_limit_together_merge_and_are_found(team: Team):
    team.write("team/policy.yml", "reviewers: 1\nwip: {test hypothesis: 1}\n")
    second_card(team)
    start_both(team)
    assert "FLO003" in {code for code, _ in team.check()}


def test_a_key_that_both_added_in_different_places_is_refused(team: Team):
    team.on("bobs")
    team.change(HYP, "size: S", "follows: HYP-20261105-other\nsize: S")
    team.commit("follows")
    team.on("cems")
    team.change(HYP, "outcome: null", "follows: null\noutcome: null")
    team.commit("follows")
    team.merged()
    assert team.text(HYP).count("\nfollows: ") == 2
    assert ("REC003", INDEX) in team.check()


def test_a_rename_beside_a_change_leaves_no_record_unseen(team: Team):
    team.on("bobs")
    new = HYP.replace("linear-model", "simple-model")
    team.git("mv", CARD, f"stages/4-experiments/{new}")
    team.commit("rename")
    team.on("cems")
    team.lab("log", "linear", "Tried it.", "--by", "cem")
    team.change(HYP, "size: S", "size: M")
    team.commit("log")
    team.on("main")
    team.git("merge", "--quiet", "--no-edit", "bobs")
    team.git("merge", "--no-edit", "cems", code=None)  # git may follow the rename, or not
    assert {code for code, _ in team.check()} & {"REC006", "REC001", "REC007"}


def test_the_proposal_and_its_card_can_change_at_once(team: Team):
    team.on("bobs")
    team.lab("prioritise", "linear", "2", "--by", "ann")
    team.commit("priority")
    team.on("cems")
    team.change(PROP, "## Risks", "Also.\n\n## Risks")
    team.commit("proposal")
    team.merged()
    assert team.check() == []
