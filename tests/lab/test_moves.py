"""Changes are made in memory, the rules are asked before and after, and what is new counts."""

import pytest
from playing import HYP, Play

from lab.errors import LabError
from lab.process import reviews as reviewing
from lab.records.edits import Change
from lab.records.finding import Finding, RefusedError
from lab.records.store import Store, read_store
from lab.rules import writes as writing


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


@pytest.fixture
def store(play: Play) -> Store:
    return read_store(play.root)


def test_a_change_that_breaks_no_rule_is_written(play: Play, store: Store):
    done = writing.carry_out(
        store, store.records[HYP], [Change(("size",), "L")], "x was not changed"
    )
    assert done.record.path == f"stages/4-experiments/{HYP}/index.md"
    assert done.notes == ()
    assert "\nsize: L " in play.text(HYP)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([Change(("size",), "3d")], "REC005"),  # no value of its type
        ([Change(("sizes",), "L")], "REC004"),  # no key
        ([Change(("owner",), "zoe")], "REC014"),  # nobody
        ([Change(("follows",), HYP)], "REC011"),  # itself
        ([Change(("criteria",), ["recall > 2"])], "CRI"),
    ],
)
def test_a_change_that_breaks_a_rule_is_not(play: Play, store: Store, changes, code: str):
    before = play.files()
    with pytest.raises(RefusedError) as refused:
        writing.carry_out(store, store.records[HYP], changes, "x was not changed")
    assert str(refused.value).startswith("x was not changed: nothing was changed.\n  ")
    assert all(code in one.code for one in refused.value.findings)
    assert play.files() == before


def test_what_was_broken_before_is_not_asked_again(play: Play):
    play.change(HYP, "precision > 0.85", "precision > 7")
    store = read_store(play.root)
    writing.carry_out(store, store.records[HYP], [Change(("size",), "L")], "x was not changed")
    assert "\nsize: L " in play.text(HYP)


def test_a_file_that_changed_meanwhile_in_a_way_that_cannot_be_read_is_left(
    play: Play, store: Store
):
    play.path(HYP).write_text("gone\n")
    with pytest.raises(LabError, match="the file has no front matter"):
        writing.carry_out(store, store.records[HYP], [Change(("size",), "L")], "x was not changed")
    assert play.text(HYP) == "gone\n"


def test_a_file_that_is_gone_is_said(play: Play, store: Store):
    play.path(HYP).unlink()
    with pytest.raises(LabError, match="cannot be read"):
        writing.carry_out(store, store.records[HYP], [Change(("size",), "L")], "x was not changed")


def finding(message: str, path: str = "a", code: str = "FLO003") -> Finding:
    return Finding(path, 1, code, message, "remedy")


FIVE, FOUR = "holds 5 cards, and 3 is the limit", "holds 4 cards, and 3 is the limit"


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ([], [finding("x")], ["x"]),
        ([finding("x")], [finding("x")], []),
        ([finding("x")], [], []),
        ([finding(FIVE)], [finding(FOUR)], []),  # better than it was
        ([finding(FIVE)], [finding(FIVE), finding(FOUR)], [FOUR]),  # one more
        ([finding("x")], [finding("x", path="b")], ["x"]),
        ([finding("x")], [finding("x", code="FLO004")], ["x"]),
        ([finding("no HYP-20261105-a")], [finding("no HYP-20261106-a")], ["no HYP-20261106-a"]),
    ],
)
def test_what_is_new_is_told_by_its_words_and_not_by_its_numbers(before, after, new):
    assert [one.message for one in writing._newly(before, after)] == new


def test_a_windows_file_stays_one(play: Play):
    path = play.path(HYP)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    play.lab("start", "linear")
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf---\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b"to: test hypothesis" in content


def test_the_approvals_of_a_card_are_those_since_it_came(play: Play):
    play.team_of_three(reviewers=2)
    play.lab("start", "linear", "--by", "bob")
    play.judge("supported", by="bob")
    play.lab("review", "linear", "--approve", "--by", "cem")
    record = read_store(play.root).records[HYP]
    assert reviewing.approvals(record) == {"cem"}
    assert reviewing.may_approve(read_store(play.root), record) == ["ann"]
    assert reviewing.approvals_needed(read_store(play.root)) == 2
    play.write("team/policy.yml", "reviewers: 9\n")
    assert reviewing.approvals_needed(read_store(play.root)) == 2  # there are no more others
