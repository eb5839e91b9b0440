"""What is read from git: steps in order, each with what it changed."""

from pathlib import Path

import pytest
from proving import Repository

from lab import git
from lab.git import GitError
from lab.proof.history import History, Past

Seen = list[tuple[int, str | None]]


class Notes(Repository):
    """A folder with one file under git."""

    def put(self, text: str, path: str = "notes/a.txt") -> str:
        self.write(path, text)
        return self.commit(text)

    def seen(self, past: Past | None = None, path: str = "notes/a.txt") -> Seen:
        past = past or History(self.root).past(".*", "notes")
        return [(one.step, one.text) for one in past.versions(path)]


@pytest.fixture
def here(tmp_path: Path) -> Notes:
    (tmp_path / "here").mkdir()
    found = Notes(tmp_path / "here")
    found.git("init", "--quiet", "--template=", "--initial-branch=main")
    return found


def test_each_commit_is_a_step_and_the_work_tree_is_the_last(here: Notes):
    here.put("1")
    here.put("2")
    here.commit("Nothing")
    (here.root / "notes/a.txt").unlink()
    here.commit("Gone")
    here.put("3")
    here.write("notes/a.txt", "4")
    assert here.seen() == [(0, "1"), (1, "2"), (2, None), (3, "3"), (4, "4")]
    past = History(here.root).past(".*", "notes")
    assert past.at("notes/a.txt", 1) == "2"
    assert past.at("notes/a.txt", 2) is None
    assert past.last == 4
    assert past.versions("notes/a.txt")[-1].where == "in the work tree"


def test_only_what_is_wanted_is_read(here: Notes):
    here.put("1")
    here.put("1", "notes/b.txt")
    here.put("1", "elsewhere/a.txt")
    past = History(here.root).past(r"(notes|elsewhere)/a\.txt", "notes")
    assert past.paths(".*") == ["notes/a.txt"]


def test_the_change_of_a_branch_is_one_step(here: Notes):
    here.put("1")
    here.git("switch", "--quiet", "--create", "work")
    here.put("2")
    here.put("3")
    assert here.seen() == [(0, "1"), (1, "3")]
    here.write("notes/a.txt", "4")
    assert here.seen() == [(0, "1"), (1, "3"), (1, "4")]
    change = History(here.root).change(".*", "notes")
    assert change.given
    assert here.seen(change) == [(0, "1"), (1, "3"), (1, "4")]


def test_on_the_default_branch_a_change_is_what_is_not_committed(here: Notes):
    here.put("1")
    here.put("2")
    here.write("notes/a.txt", "3")
    assert here.seen(History(here.root).change(".*", "notes")) == [(0, "2"), (1, "3")]


def test_a_merge_counts_as_what_it_brought(here: Notes):
    here.put("1")
    here.git("switch", "--quiet", "--create", "work")
    here.put("2")
    here.put("3")
    here.git("switch", "--quiet", "main")
    here.put("x", "notes/b.txt")
    here.git("merge", "--quiet", "--no-ff", "--message", "Merge", "work")
    assert here.seen() == [(0, "1"), (2, "3")]
    assert [text for _, text in History(here.root).every("notes/a.txt")] == ["1", "2", "3"]


def test_what_the_default_branch_already_knows_comes_from_there(here: Notes):
    here.put("1")
    here.git("switch", "--quiet", "--create", "work")
    here.put("y", "notes/c.txt")
    here.git("switch", "--quiet", "main")
    here.put("2")
    here.put("3")
    here.git("switch", "--quiet", "work")
    here.git("merge", "--quiet", "--message", "Catch up", "main")
    assert here.seen() == [(0, "1"), (1, "2"), (2, "3")]
    assert here.seen(path="notes/c.txt") == [(3, "y")]


def test_own_commits_on_the_default_branch_that_origin_does_not_have(here: Notes, tmp_path: Path):
    here.put("1")
    here.git("clone", "--quiet", str(here.root), str(tmp_path / "clone"))
    here.root = tmp_path / "clone"
    here.put("2")
    here.put("3")
    assert here.seen() == [(0, "1"), (1, "2"), (2, "3")]
    here.git("fetch", "--quiet")
    here.git("switch", "--quiet", "--create", "work")
    here.put("4")  # the own main is nearer than origin's
    assert here.seen() == [(0, "1"), (1, "2"), (2, "3"), (3, "4")]


def test_line_ends_and_marks_do_not_count(here: Notes):
    here.git("config", "core.autocrlf", "false")
    (here.root / "notes").mkdir()
    (here.root / "notes/a.txt").write_bytes(b"\xef\xbb\xbf1\r\n")
    here.commit("Windows")
    assert here.seen() == [(0, "1\n")]
    (here.root / "notes/a.txt").write_bytes(b"1\n")
    assert here.seen() == [(0, "1\n")]
    (here.root / "notes/a.txt").write_bytes(b"\xff")
    here.commit("No text")
    assert here.seen() == [(0, "1\n"), (1, "")]


def test_the_content_of_a_file_in_a_commit(here: Notes):
    first = here.put("1")
    second = here.put("2")
    here.put("x", "notes/b.txt")
    history = History(here.root)
    assert history.show(first, "notes/a.txt") == "1"
    assert history.show("HEAD", "notes/none.txt") is None
    assert history.last_change("notes/a.txt") == second
    with pytest.raises(GitError, match="git ls-tree failed: Not a valid object name nowhere"):
        history.show("nowhere", "notes/a.txt")


def test_options_are_no_revisions(here: Notes):
    here.put("1")
    assert History(here.root).id_of("--all") is None
    with pytest.raises(GitError):
        History(here.root).show("--full-tree", "notes/a.txt")


def test_a_very_large_file_is_not_read(here: Notes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("lab.git.LARGEST", 10)
    here.put("x" * 10)
    here.put("x" * 11)
    assert here.seen()[:2] == [(0, "x" * 10), (1, "")]


def test_missing_objects_are_said(here: Notes):
    here.put("1")
    with pytest.raises(GitError, match="does not have 0000000000"):
        git.texts(here.root, ["0" * 40])
