"""`lab new`: records of every kind, from options or from answers, and every wrong turn."""

import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playing import HYP, PROP, Play

from lab.records.kinds import KINDS

MADE = {
    "HYP": "stages/4-experiments",
    "SPK": "stages/4-experiments",
    "EDA": "stages/4-experiments",
    "TASK": "stages/4-experiments",
    "REQ": "stages/1-requirements",
    "NEED": "stages/2-needs-assessment",
    "LIFT": "stages/2-needs-assessment",
    "PROP": "stages/3-proposals",
    "REP": "stages/5-reports",
    "ROLL": "stages/6-deployment",
    "INC": "stages/6-deployment",
    "RET": "team/retros",
}


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


def test_a_record_of_every_kind_lands_in_its_folder_and_holds(play: Play):
    assert set(MADE) == set(KINDS)
    links = {"NEED": ["--answers", "triage-biopsies"]}
    for kind, folder in MADE.items():
        said = play.lab("new", kind, f"A thing of {kind}", *links.get(kind, []))
        id_ = f"{kind}-20261123-thing-{kind.lower()}"
        assert f"wrote {folder}/{id_}/index.md\n" in said
        assert f"id: {id_}" in play.text(id_)
        assert f"title: A thing of {kind}\n" in play.text(id_)
        if kind == "NEED":  # with two of them, what follows has to say which one it answers
            (play.root / folder / id_ / "index.md").unlink()
            (play.root / folder / id_).rmdir()
    said = play.type("check")
    assert said.code == 0, said.out


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("hypothesis", "HYP"),
        ("Spike", "SPK"),
        ("exploration", "EDA"),
        ("task", "TASK"),
        ("requirements", "REQ"),
        ("report", "REP"),
        ("retro", "RET"),
        ("lift", "LIFT"),
        ("hyp", "HYP"),
    ],
)
def test_kinds_have_names(play: Play, word: str, kind: str):
    assert f"/{kind}-20261123-thing/" in play.lab("new", word, "A thing")


@pytest.mark.parametrize(
    ("title", "slug", "written"),
    [
        ("2026", "2026", '"2026"'),
        ("no", "no", '"no"'),
        ("1.10", "1-10", '"1.10"'),
        ("null", "null", '"null"'),
        ("x: y # z \"q\" 's'", "x-y-z-q-s", '"x: y # z \\"q\\" \'s\'"'),
        ("line\n\tone", "line-one", "line one"),
        ("emoji 🎉 party", "emoji-party", '"emoji 🎉 party"'),
        ("\x1b[31mred\x1b[0m \u202eeman", "31mred-0m-eman", '"[31mred [0m  eman"'),
        ("Größe & Café", "grosse-cafe", '"Größe & Café"'),
        ("- a list?", "list", '"- a list?"'),
        ("word " * 30, "word-word-word-word-word-word-word-word-word", ("word " * 30).strip()),
        ("a" * 200, "a" * 48, "a" * 200),
    ],
)
def test_any_title_can_be_written(play: Play, title: str, slug: str, written: str):
    said = play.lab("new", "TASK", title)
    assert "\x1b" not in said
    found = re.search(r"TASK-20261123-([a-z0-9-]+)/", said)
    assert found
    if title != "Größe & Café":  # how a letter becomes plain is the ids' own matter
        assert found[1] == slug
    assert f"\ntitle: {written}\n" in play.text(f"TASK-20261123-{found[1]}")
    assert play.type("check").code == 0


def test_words_need_no_quotes(play: Play):
    play.lab("new", "TASK", "--by", "ann", "Build", "the", "stub", "--size", "L")
    assert "title: Build the stub\n" in play.text("TASK-20261123-build-stub")
    assert "size: L " in play.text("TASK-20261123-build-stub")


@pytest.mark.parametrize("slug", ["rule-of-thumb", "the", "a1"])
def test_a_slug_is_taken_as_it_was_given(play: Play, slug: str):
    play.lab("new", "TASK", "Build the stub", "--slug", slug, "--by", "ann")
    assert f"id: TASK-20261123-{slug} " in play.text(f"TASK-20261123-{slug}")


@pytest.mark.parametrize("slug", ["Rule", "a--b", "-a", "a b", "../a", "a" * 49])
def test_what_is_no_slug_is_refused(play: Play, slug: str):
    refused = play.refused("new", "TASK", "Build the stub", f"--slug={slug}", "--by", "ann")
    assert "is no slug: use small letters, digits and dashes" in refused


def test_a_hypothesis_takes_everything_as_options(play: Play):
    play.lab(
        *("new", "HYP", "Trees: better?", "--slug", "trees", "--proposal", "first-triage"),
        *("--believe", "a: b # c", "--result", "- x", "--value", "{help}", "--reduces", "cost"),
        *("--criterion", "recall[age < 30] >= status_quo + 0.02", "--criterion", "precision > .9"),
        *("--guardrail", "precision >= status_quo - 0.02", "--prior", "0.7", "--change", "data"),
        *("--size", "S", "--timebox", "2", "--testset", "TS-2026-12", "--seed", "7", "--seed", "8"),
        *("--tldr", "Better: trees.", "--follows", "linear", "--by", "ann"),
    )
    text = play.text("HYP-20261123-trees")
    for line in (
        f"proposal: {PROP} ",
        '  we_believe: "a: b # c"\n',
        '  will_result_in: "- x"\n',
        '  in_order_to: "{help}"\n',
        "  reduces: cost ",
        "change: data ",
        "size: S ",
        "timebox: 2 ",
        'prior: "0.7" ',
        '  - "recall[age < 30] >= status_quo + 0.02"\n  - precision > .9\n',
        "evaluation: {testset: TS-2026-12, seeds: [7, 8]}",
        'tldr: "Better: trees."\n',
        f"follows: {HYP}\n",
    ):
        assert line in text, line
    assert "<" not in text.split("\n---\n")[0].replace("age < 30", "").replace("<handle>", "")


def test_what_is_not_said_is_the_usual(play: Play):
    play.write("team/policy.yml", "timeboxes: {algorithm: 6, data: 4, spike: 1}\n")
    play.lab("new", "HYP", "One")
    play.lab("new", "HYP", "Two", "--change", "data")
    play.lab("new", "SPK", "Three")
    assert "timebox: 6 " in play.text("HYP-20261123-one")
    assert "testset: TS-2026-11," in play.text("HYP-20261123-one")
    assert "timebox: 4 " in play.text("HYP-20261123-two")
    assert "timebox: 1 " in play.text("SPK-20261123-three")
    assert f"proposal: {PROP} " in play.text("SPK-20261123-three")


def test_the_kpi_is_that_of_the_requirements(play: Play):
    play.lab("new", "LIFT", "Worth it")
    assert "kpi: tumours_read_late" in play.text("LIFT-20261123-worth")
    play.lab("new", "PROP", "Again", "--kpi", "urgent_reads_wasted", "--question", "What now?")
    assert "kpi: urgent_reads_wasted" in play.text("PROP-20261123-again")
    assert 'question: "What now?"' in play.text("PROP-20261123-again")
    assert "no KPI `sales`" in play.refused("new", "PROP", "More", "--kpi", "sales")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["HYP"], 'say what it is about: lab new HYP "a title of one line"'),
        (["HYP", " \n"], "say what it is about"),
        (["GUESS", "x"], '"GUESS" is no kind of record. Kinds are REQ (requirements), NEED'),
        (["TASK", "!!!"], "give a short name with --slug"),
        (["TASK", "日本語"], "give a short name with --slug"),
        (["TASK", "a" * 201], "the title has 201 characters, and 200 is the most"),
        (["TASK", "x", "--slug", "../../etc"], '"../../etc" is no slug'),
        (["TASK", "x", "--slug", "A B"], '"A B" is no slug'),
        (["TASK", "x", "--slug", "a" * 49], "at most 48 characters"),
        (["TASK", "x", "--believe", "y"], "--believe is not for a TASK (delivery task)"),
        (["TASK", "x", "--testset", "TS-2026-11"], "--testset is not for a TASK"),
        (["TASK", "x", "--seed", "1"], "--seed is not for a TASK"),
        (["TASK", "x", "--proposal", "first"], "--proposal is not for a TASK"),
        (["TASK", "x", "--question", "why"], "--question is not for a TASK"),
        (["REQ", "x", "--size", "S"], "--size is not for a REQ"),
        (["REQ", "x", "--timebox", "3"], "--timebox is not for a REQ"),
        (["TASK", "x", "--tldr", "word " * 61], "REC010"),
        (["HYP", "x", "--proposal", "linear"], "not to a PROP"),
        (["HYP", "x", "--proposal", "../x"], 'No record has "../x" in its id'),
        (["HYP", "x", "--follows", "nothing"], 'No record has "nothing" in its id'),
        (["HYP", "x", "--criterion", "recall = 4"], "`=` cannot be decided. Write > or >=."),
        (["HYP", "x", "--criterion", "recall > 2"], "can never hold"),
        (["HYP", "x", "--guardrail", "recal > 0.2"], "Did you mean `recall`?"),
        (["HYP", "x", "--prior", "2"], "REC005 `prior`"),
        (["HYP", "x", "--testset", "foo"], "REC005 `evaluation.testset`"),
        (["INC", "x"], 'there is none that is open: make it first with lab new ROLL "…"'),
        (["TASK", "x", "--by", "zoe"], "zoe is not in team/people.yml (ann)"),
    ],
)
def test_a_wrong_turn_is_one_message_and_makes_nothing(play: Play, words: list[str], why: str):
    assert why in play.refused("new", *words)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "required: KIND"),
        (["", "x"], "it is empty"),
        (["TASK", "x", "--timebox", "0"], "0 is no time box; write working days, from 1 to 260"),
        (["TASK", "x", "--timebox", "-3"], "-3 is no time box"),
        (["TASK", "x", "--timebox", "261"], "261 is no time box"),
        (["TASK", "x", "--timebox", "abc"], '"abc" is no whole number'),
        (["TASK", "x", "--timebox", "1.5"], '"1.5" is no whole number'),
        (["TASK", "x", "--size", "3d"], '"3d" is unknown. Choose from XS'),
        (["TASK", "x", "--tldr", ""], "it is empty"),
        (["HYP", "x", "--seed", "-1"], "-1 is no seed"),
        (["HYP", "x", "--seed", str(2**32)], "is no seed"),
        (["HYP", "x", "--reduces", "time"], '"time" is unknown'),
        (["HYP", "x", "--belief", "y"], "unknown: --belief. Did you mean --believe?"),
    ],
)
def test_wrong_usage_is_exit_code_2(play: Play, words: list[str], why: str):
    assert why in play.misused("new", *words)


def test_an_id_is_not_given_twice(play: Play):
    play.lab("new", "TASK", "The stub")
    said = play.refused("new", "TASK", "A stub")
    assert "TASK-20261123-stub exists already: choose another title, or a name with --slug" in said
    (play.root / "stages/4-experiments/TASK-20261123-half").mkdir()  # broken, and still there
    assert "exists already" in play.refused("new", "TASK", "half")


def test_a_kind_without_a_template_is_not_part_of_the_project(play: Play):
    (play.root / "stages/6-deployment/templates/ROLL.md").unlink()
    said = play.refused("new", "ROLL", "Live")
    assert "this project has no rollout and monitoring plan (ROLL)" in said


def test_a_card_without_a_proposal(play: Play):
    play.path(PROP).unlink()
    (play.root / "stages/3-proposals" / PROP).rmdir()
    assert 'make it first with lab new PROP "…"' in play.refused("new", "HYP", "x")
    play.lab("new", "SPK", "Is there data?")
    assert "proposal: null" in play.text("SPK-20261123-there-data")


# ---------------------------------------------------------------------------
# In a terminal.
# ---------------------------------------------------------------------------


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let a person answer; what they were asked is kept."""

    def answer(*answers: str) -> list[str]:
        asked: list[str] = []
        left = iter(answers)

        def reply(words: str = "") -> str:
            asked.append(words.strip())
            try:
                return next(left)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", reply)
        for module in ("new", "close", "transition"):
            monkeypatch.setattr(f"lab.commands.{module}.can_ask", lambda: True)
        return asked

    return answer


def test_a_hypothesis_is_asked_for(play: Play, answer):
    asked = answer(
        *("Boosted trees", "boosted \x1b[31mtrees", "more tumours", "help patients"),
        *("recall = 3", "recall > 0.85", "precision > 7", "", "", "XXL", "L", "soon", "0", "4"),
    )
    said = play.lab("new", "HYP")
    assert asked == [
        "Title, one line:",
        "We believe that:",
        "will result in:",
        "in order to:",
        "A criterion, such as precision > 0.95:",
        "A criterion, such as precision > 0.95:",
        "Another one:",
        "Another one:",
        "A guardrail, such as recall >= status_quo - 0.02:",
        "Size, XS S M L XL (M):",
        "Size, XS S M L XL (M):",
        "Time box, in working days (5):",
        "Time box, in working days (5):",
        "Time box, in working days (5):",
    ]
    for problem in (
        "  `=` cannot be decided. Write > or >=.\n",
        "  `precision > 7` can never hold.",
        "  It is one of XS, S, M, L, XL.\n",
        '  "soon" is no whole number.\n',
        "  0 is no time box; write working days, from 1 to 260.\n",
    ):
        assert problem in said
    text = play.text("HYP-20261123-boosted-trees")
    for line in (
        '  we_believe: "boosted  [31mtrees"\n',
        "criteria:                         # what",
        "  - recall > 0.85\nguardrails:",
        "  - <metric> >= status_quo - <margin>\n",
        "size: L ",
        "timebox: 4 ",
    ):
        assert line in text, line


def test_everything_can_be_left_for_later(play: Play, answer):
    answer(*[""] * 7)
    play.lab("new", "HYP", "Trees")
    text = play.text("HYP-20261123-trees")
    assert "we_believe: <what we try>" in text
    assert "size: M " in text
    assert "timebox: 5 " in text


def test_what_is_given_is_not_asked_for(play: Play, answer):
    asked = answer()
    words = ["--believe", "a", "--result", "b", "--value", "c", "--criterion", "recall > 0.8"]
    words += ["--guardrail", "precision > 0.5", "--size", "S", "--timebox", "2"]
    play.lab("new", "HYP", "Trees", *words)
    play.lab("new", "HYP", "Forests", "--no-input")
    play.lab("new", "TASK", "Stub")
    assert asked == []


def test_no_answer_changes_nothing(play: Play, answer):
    answer("Trees", "boosted trees")
    before = play.files()
    said = play.type("new", "HYP")
    assert said.code == 1
    assert said.err == "\nlab: no answer came; nothing was changed.\n"
    assert play.files() == before


def test_an_interrupt_changes_nothing(play: Play, answer, monkeypatch: pytest.MonkeyPatch):
    answer()

    def interrupt(words: str = "") -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupt)
    before = play.files()
    assert play.type("new", "HYP").code == 130
    assert play.files() == before


def test_closing_asks_why_and_for_the_lesson(play: Play, answer):
    asked = answer("no labels", "Ask first.")
    assert "is done: abandoned. Learned: Ask first." in play.lab("close", "linear")
    assert asked == ["Why is it abandoned?", "What did we learn? One sentence:"]
    assert "to: done, why: no labels}" in play.text(HYP)


def test_a_review_that_ends_a_card_asks_for_the_lesson(play: Play, answer):
    asked = answer("Size is enough.")
    play.lab("start", "linear")
    play.judge("refuted")
    play.tick()
    assert "Learned: Size is enough." in play.lab("review", "linear", "--approve")
    assert asked == ["What did we learn? One sentence:"]


def test_a_log_entry_is_typed_line_by_line(play: Play, answer, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lab.commands.log.sys.stdin.isatty", lambda: True, raising=False)
    answer("# Tried", "depth 3")  # then Ctrl-D
    play.lab("log", "linear")
    answer("more", "", "not this")
    play.lab("log", "linear")
    texts = [path.read_text() for path in sorted(play.path(HYP).parent.glob("log/*"))]
    assert texts == ["# Tried\ndepth 3\n", "more\n"]


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_the_questions_come_in_a_real_terminal(play: Play):
    import pty  # Windows has none

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "lab", "new", "HYP", "Trees"]
    os.write(ours, b"boosted trees\n\n\nrecall > 0.85\n\n\nS\n2\n")
    ended = subprocess.run(command, stdin=theirs, stdout=theirs, stderr=theirs, timeout=60)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert ended.returncode == 0, shown
    assert "We believe that" in shown
    text = play.text("HYP-20261123-trees")
    assert "we_believe: boosted trees\n" in text
    assert "  - recall > 0.85\n" in text
    assert "timebox: 2 " in text
