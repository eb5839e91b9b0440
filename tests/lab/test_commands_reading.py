"""`lab list`, `show`, `board`, `status` and `completion`: in a pipe, as JSON, in a terminal."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from playing import HYP, PROP, Play

from lab import terminal
from lab.cli import main

CARD = {
    *("id", "kind", "title", "owner", "lane", "age", "timebox", "used", "left", "rank"),
    *("blocked", "waited_for_by", "outcome"),
}
SUMMARY = {
    *("id", "kind", "title", "lane", "owner", "created", "since", "outcome", "path"),
}
STEERING = "\x1b[2J\x1b]0;pwned\x07\u202e\x9b31m"
TURNING = "\u202e\u2066\u200b"  # what the front matter may hold, and turns a line around


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch):
    """Let the output be a terminal of 100 columns, without colour."""
    monkeypatch.setattr(terminal, "is_terminal", lambda: True)
    for module in ("list_", "board", "status"):
        monkeypatch.setattr(f"lab.commands.{module}.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")


def emptied(play: Play) -> Play:
    for folder in play.root.glob("stages/*/*-2026*"):
        shutil.rmtree(folder)
    return play


# ---------------------------------------------------------------------------
# In a pipe.
# ---------------------------------------------------------------------------


def test_list_is_one_record_in_each_line(play: Play):
    rows = [line.split("\t") for line in play.lab("list").splitlines()]
    assert [row[0].partition("-")[0] for row in rows] == ["REQ", "NEED", "PROP", "HYP"]
    assert rows[3] == [
        HYP,
        "to do",
        "ann",
        "18 d",
        "A linear model over all measurements finds tumours",
    ]


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (["--kind", "hyp"], ["HYP"]),
        (["--kind", "hypothesis", "--kind", "REQ"], ["REQ", "HYP"]),
        (["--open"], ["HYP"]),
        (["--lane", "accepted"], ["REQ", "NEED", "PROP"]),
        (["--lane", "ACC"], ["REQ", "NEED", "PROP"]),
        (["--lane", "to-do"], ["HYP"]),
        (["--lane", "review"], []),
        (["--owner", "@ann", "--kind", "need"], ["NEED"]),
    ],
)  # fmt: skip
def test_list_can_be_narrowed(play: Play, words: list[str], kinds: list[str]):
    found = [line.partition("-")[0] for line in play.lab("list", *words).splitlines()]
    assert found == kinds
    ids = [line.partition("-")[0] for line in play.lab("list", "--ids", *words).splitlines()]
    assert ids == kinds


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["list", "--kind", "guess"], '"guess" is no kind of record'),
        (["list", "--lane", "2"], '"2" is no lane. Lanes are to do, test hypothesis,'),
        (["list", "--owner", "zoe"], "zoe is not in team/people.yml (ann)"),
        (["status", "--for", "zoe"], "zoe is not in team/people.yml (ann)"),
        (["show", "zebra"], 'No record has "zebra" in its id'),
        (["show", "../../etc"], "`lab list` shows all"),
        (["show", "2026"], "stands for 4 records: write more of the id.\n    HYP-"),
        (["show", "\x1b[31m"], "[31m"),
    ],
)
def test_what_does_not_exist_is_said(play: Play, words: list[str], why: str):
    said = play.refused(*words)
    assert why in said
    assert "\x1b" not in said


def test_board_and_status_are_tabs_in_a_pipe(play: Play):
    play.lab("start", "linear")
    play.lab("block", "linear", "--why", "no\tlabels")
    assert play.lab("board").splitlines() == [
        "to do  0",
        "test hypothesis  1/3",
        f"test hypothesis\t{HYP}\tann\t0 d\t3 of 3 d left\tblocked, priority 1"
        "\tA linear model over all measurements finds tumours",
        "code review hypothesis  0/3",
        "update model  0/2",
        "code review update model  0/2",
        "done  0",
    ]
    assert play.lab("status") == (
        f"2026-11-23\tann\t{HYP}\tblocked: no labels\tlab unblock {HYP}\n"
    )
    assert play.lab("status", "--for", "@ann") == play.lab("status")


def test_the_board_says_what_is_left_of_a_time_box(play: Play):
    def card() -> list[str]:
        (line,) = [line for line in play.lab("board").splitlines() if "\t" in line]
        return line.split("\t")[3:-1]

    assert card()[1] == "3 d"
    play.at("2026-11-21T09:00:00Z")  # a Saturday
    assert "day 1 of 3" in play.lab("start", "linear")
    assert card()[:2] == ["0 d", "3 of 3 d left"]
    play.at("2026-11-27T09:00:00Z")
    assert card()[:2] == ["6 d", "2 d over"]
    play.lab("close", "linear", "--why", "no time", "--learned", "Plan first.")
    assert card()[1:] == ["5 of 3 d", "abandoned"]


def test_show_has_the_facts_the_links_and_the_story(play: Play):
    play.lab("start", "linear")
    play.lab("log", "linear", "Tried it.")
    said = play.lab("show", "linear")
    assert said.startswith(
        f"A linear model over all measurements finds tumours\n{HYP} · hypothesis · "
    )
    for fact in (
        r"lane +test hypothesis, since 2026-11-23 by ann",
        r"priority +1 \(by ann\)",
        r"time box +1 of 3 working days used",
        r"criterion +precision > 0.85",
        r"guardrail +recall >= status_quo - 0.02",
        r"locked +2026-11-23, slot 1",
        rf"proposal +{PROP}",
        r"log +1 entry",
    ):
        assert re.search(rf"(?m)^  {fact}$", said), fact
    assert "\n## Why we believe it\n" in said
    said = play.lab("show", "first-triage")
    assert re.search(rf"(?m)^  part of it +{HYP}$", said)
    assert re.search(r"(?m)^  answers +NEED-", said)


# ---------------------------------------------------------------------------
# As JSON.
# ---------------------------------------------------------------------------


def test_json_has_the_keys_that_the_help_names(play: Play, capsys: pytest.CaptureFixture[str]):
    (*_, hypothesis) = json.loads(play.lab("list", "--json"))
    assert set(hypothesis) == SUMMARY
    assert hypothesis["since"] == "2026-11-05T09:00:00Z"
    shown = json.loads(play.lab("show", "linear", "--json"))
    assert set(shown) == SUMMARY | {"front", "linked_from", "log", "body", "card"}
    assert shown["front"]["criteria"] == ["precision > 0.85", "recall > 0.85"]
    assert set(shown["card"]) == CARD
    proposal = json.loads(play.lab("show", "first-triage", "--json"))
    assert set(proposal) == SUMMARY | {"front", "linked_from", "log", "body"}
    assert proposal["linked_from"] == {"part of it": [HYP]}
    board = json.loads(play.lab("board", "--json"))
    assert set(board) == {"rhythm", "lanes"}
    assert set(board["lanes"][0]) == {"name", "limit", "cards"}
    assert set(board["lanes"][0]["cards"][0]) == CARD
    play.lab("block", "linear", "--why", "x")
    (need,) = json.loads(play.lab("status", "--json"))
    keys = {"what", "who", "since", "record", "do", "urgent", "called"}
    assert set(need) == keys
    for verb, named in (("list", SUMMARY), ("board", CARD), ("status", keys)):
        with pytest.raises(SystemExit):
            main([verb, "--help"])
        text = " ".join(capsys.readouterr().out.partition("--json ")[2].split())
        listed = {word.strip(",") for word in text.partition("example:")[0].split()}
        assert named <= listed, verb


def test_json_of_an_empty_project_is_still_json(play: Play):
    emptied(play)
    assert json.loads(play.lab("list", "--json")) == []
    assert json.loads(play.lab("status", "--json")) == []
    board = json.loads(play.lab("board", "--json"))
    assert [one["cards"] for one in board["lanes"]] == [[]] * 6
    assert [play.lab(verb) for verb in ("list", "status")] == ["", ""]
    assert play.lab("board").startswith("to do  0\ntest hypothesis  0/3\n")


def test_what_cannot_be_read_is_said_beside_the_output(play: Play):
    play.path(HYP).write_text("nothing\n")
    for verb in ("list", "board", "status"):
        for more in ([], ["--json"]):
            said = play.type(verb, *more)
            assert said.code == 0
            assert said.err == "1 record cannot be read: `lab check` says why.\n"
            assert HYP not in said.out
    assert HYP in play.lab("list", "--ids")
    play.path(PROP).write_text("nothing\n")
    assert play.type("list").err.startswith("2 records cannot be read")


# ---------------------------------------------------------------------------
# In a terminal.
# ---------------------------------------------------------------------------


def test_a_terminal_gets_tables(play: Play, screen):
    play.lab("start", "linear")
    said = play.lab("list").splitlines()
    assert re.fullmatch(r"id +lane +owner  age   title", said[0])
    assert said[4].startswith(f"{HYP}  test hypothesis  ann    0 d   A linear")
    assert said[5] == "4 of 4 records"
    assert max(map(len, said)) <= 100
    board = play.lab("board")
    assert "\ntest hypothesis  1/3\n" in board
    assert f"\n  {HYP}  ann  0 d  2 of 3 d left  priority 1" in board
    assert max(map(len, board.splitlines())) <= 100
    assert play.lab("status") == "Nothing waits for a decision.\n"
    play.lab("block", "linear", "--why", "no labels")
    assert play.lab("status") == (
        f"2026-11-23  ann  {HYP}\n    blocked: no labels\n    lab unblock {HYP}\n"
    )


def test_a_narrow_window_keeps_ids_whole(play: Play, screen, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "44")
    said = play.lab("list").splitlines()
    assert said[-4:] == [
        HYP,
        "  to do · ann · 18 d",
        "  A linear model over all measurements find…",
        "4 of 4 records",
    ]


def test_a_lane_that_is_too_full_is_red(play: Play, screen, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NO_COLOR")
    play.lab("start", "linear")
    assert "\x1b[1mtest hypothesis  1/3\x1b[0m" in play.lab("board")
    play.write("team/policy.yml", "wip: {test hypothesis: 1}\n")
    play.lab("new", "SPK", "Labels")
    play.change("SPK-20261123-labels", "outcome: null", "outcome: null")
    play.change(
        "SPK-20261123-labels",
        'ann, to: to do}\n',
        'ann, to: to do}\n  - {at: "2026-11-23T09:00:00Z", by: ann, to: test hypothesis}\n',
    )  # fmt: skip
    assert "\x1b[1;31mtest hypothesis  2/1\x1b[0m" in play.lab("board")


def hostile(play: Play) -> None:
    """A project whose people write what steers a terminal."""
    play.lab("start", "linear")
    bad = json.dumps(f"bad {TURNING}")
    text = play.text(HYP)
    text = re.sub(r"(?m)^title: .*$", lambda _: f"title: {bad}", text)
    text = re.sub(r"(?m)^tldr: .*$", lambda _: f"tldr: {bad}", text)
    text = text.replace("learned: null", f"learned: {bad}")
    text = text.replace(
        "outcome: null",
        f'blocked:\n  - {{at: "2026-11-23T09:00:00Z", by: ann, why: {bad}}}\n'
        f'concerns:\n  - {{at: "2026-11-23T09:00:00Z", by: ann, what: {bad}}}\noutcome: null',
    )
    play.path(HYP).write_text(f"{text}\n{STEERING}\n", encoding="utf-8")


@pytest.mark.parametrize("terminal_", [False, True])
def test_what_people_write_cannot_steer_the_terminal(play: Play, terminal_: bool, request):
    if terminal_:
        request.getfixturevalue("screen")
    hostile(play)
    for words in (
        *(["list"], ["show", "linear"], ["board"], ["status"], ["check"]),
        *(["list", "--json"], ["show", "linear", "--json"], ["status", "--json"]),
        *(["block", "linear", "--why", "x"], ["new", "HYP", f"bad {STEERING}"]),
        ["close", "linear", "--why", STEERING + "x"],
    ):
        said = play.type(*words)
        if words[0] in ("list", "show", "status"):
            assert "bad" in said.out, words
        steering = [one for one in said.out + said.err if not one.isprintable()]
        assert set(steering) <= {"\n", "\t"}, words


def test_json_still_holds_what_was_written(play: Play):
    hostile(play)
    assert json.loads(play.lab("show", "linear", "--json"))["title"] == f"bad {TURNING}"


# ---------------------------------------------------------------------------
# Completion.
# ---------------------------------------------------------------------------

COMPLETE = """
lab() { "$PYTHON" -m lab "$@"; }
source "$SCRIPT"
COMP_WORDS=("$@")
COMP_CWORD=$(( $# - 1 ))
_shtab_lab lab "${COMP_WORDS[COMP_CWORD]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["lab", "sta"], ["status", "start"]),
        (["lab", "show", "HY"], [HYP]),
        (["lab", "review", "PR"], [PROP]),
        (["lab", "new", "T"], ["TASK"]),
        (["lab", "new", "HYP", "--size", "X"], ["XS", "XL"]),
        (["lab", "new", "HYP", "--proposal", "PROP"], [PROP]),
        (["lab", "close", "--lear"], ["--learned"]),
    ],
)
def test_bash_completes_verbs_options_and_ids(play: Play, typed: list[str], found: list[str]):
    script = play.root / "lab.bash"
    script.write_text(play.lab("completion", "bash"), encoding="utf-8")
    ended = subprocess.run(
        ["bash", "--norc", "-c", COMPLETE, "bash", *typed],
        env={"PATH": "/usr/bin:/bin", "SCRIPT": str(script), "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.split() == found


@pytest.mark.parametrize("shell", ["zsh", "fish", "tcsh", "powershell"])
def test_other_shells_have_a_script_that_knows_verbs_and_ids(play: Play, shell: str):
    script = play.lab("completion", shell)
    assert "prioritise" in script
    assert "lab list --ids" in script or shell in ("tcsh", "powershell")


def test_completion_needs_no_project(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["completion", "bash"]) == 0
    assert "_shtab_lab" in capsys.readouterr().out
