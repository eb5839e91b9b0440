"""A change of many files as one: killed, broken off and disturbed at every moment.

Python tells a hook each time before it opens, moves or removes a file. So a test can stop a
process, or let a person write, at each such moment in turn.
"""

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rendering import commit, git

from lab.errors import LabError
from lab.update import work_tree
from lab.update.change import Change, Step, begin, complete, is_begun
from lab.update.repository import Repository
from lab.update.work_tree import LINK, content_of

EDITED, CONFLICT, DELETED, NEW = "noxfile.py", "docs/both.md", "old/only.md", "new/deep/a b.md"
STEPS = [
    Step(EDITED, b"before\n", b"after\n"),
    Step(CONFLICT, b"ours\n", b"<<<<<<<\nours\n=======\ntheirs\n>>>>>>>\n"),
    Step(DELETED, b"gone\n", None),
    Step(NEW, None, b"new\n"),
    Step("run.sh", b"true\n", b"true\n", runs=True),
    Step("pyproject.toml", b"[project]\r\n", b"[project]\nname = 'x'\n"),
    Step("link", LINK + b"noxfile.py", b"no link any more\n"),
    Step("now a link", b"a file\n", LINK + b"noxfile.py"),
]
MOMENTS = ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod")
OURS = b"a person wrote this\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A project in a folder of a repository, as it is before the change."""
    root = tmp_path / "larger/project"
    for step in STEPS:
        (root / step.path).parent.mkdir(parents=True, exist_ok=True)
        if step.before is None:
            (root / step.path).parent.rmdir()
        elif step.before.startswith(LINK):
            (root / step.path).symlink_to(step.before.removeprefix(LINK).decode())
        else:
            (root / step.path).write_bytes(step.before)
    git("init", "--quiet", cwd=root.parent)
    commit(root)
    return Repository(root)


@pytest.fixture
def change(repository: Repository) -> Change:
    blobs = [
        git("hash-object", "-w", str(repository.root / path), cwd=repository.root).strip()
        for path in (EDITED, CONFLICT, DELETED)
    ]
    stages = [f"100644 {blob} {stage}" for stage, blob in enumerate(blobs, start=1)]
    return Change(STEPS, {CONFLICT: stages}, {"after": "v2"})


def each_moment(
    repository: Repository, change: Change, happens: Callable[[], None]
) -> Iterator[tuple[Repository, int]]:
    """The change, begun by a process of its own in which something happens at one moment.

    Yields:
        A project for each moment, and how the process ended.
    """
    for number in range(1, 1000):
        top = repository.root.parent.with_name(f"moment-{number}")
        shutil.copytree(repository.root.parent, top, symlinks=True)
        disturbed = Repository(top / "project")
        child = os.fork()
        if child == 0:
            code = FAILED
            try:
                code = _begin_with(disturbed, change, happens, number)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert ended != FAILED
        yield disturbed, ended
        if ended == NOTHING_HAPPENED:
            return
        shutil.rmtree(top)


DONE, REFUSED, STOPPED, NOTHING_HAPPENED, FAILED = range(5)


def _begin_with(
    repository: Repository, change: Change, happens: Callable[[], None], number: int
) -> int:
    left = number
    os.chdir(repository.root)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in MOMENTS or (event == "open" and arguments[1] not in ("r", "rb", None)):
            left -= 1
            if left == 0:
                happens()

    sys.addaudithook(hook)
    try:
        begin(repository, change)
    except LabError:
        return REFUSED
    except KeyboardInterrupt:
        return STOPPED
    return NOTHING_HAPPENED if left > 0 else DONE


def is_done(repository: Repository, *but_for: str) -> bool:
    """Is all of the change there?"""
    steps = [step for step in STEPS if step.path not in but_for]
    there = all(content_of(repository.root / step.path) == step.after for step in steps)
    runs = bool((repository.root / "run.sh").stat().st_mode & 0o100)
    status = git("status", "--porcelain", cwd=repository.root)
    return there and runs and (CONFLICT in but_for or f"UU project/{CONFLICT}" in status)


def is_undone(repository: Repository, *but_for: str) -> bool:
    steps = [step for step in STEPS if step.path not in but_for]
    return all(content_of(repository.root / step.path) == step.before for step in steps)


def nothing_is_left_over(repository: Repository) -> bool:
    files = [path.name for path in repository.root.rglob(".*") if path.is_file()]
    return files == [] and not repository.path_for("lab-update.json").exists()


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_change_is_done_as_one(repository: Repository, change: Change) -> None:
    assert begin(repository, change) == []
    assert is_done(repository)
    assert nothing_is_left_over(repository)
    assert not (repository.root / "old").exists()
    assert complete(repository) is None


def test_a_process_that_is_killed_at_any_moment_is_completed_by_the_next(
    repository: Repository, change: Change
) -> None:
    ways = set()
    for disturbed, ended in each_moment(repository, change, kill):
        if ended == NOTHING_HAPPENED:
            break
        assert ended == -signal.SIGKILL
        undone = is_undone(disturbed)
        completed = complete(disturbed)
        ways.add((undone, completed is None))
        if completed:
            assert (completed[0].says, completed[1]) == ({"after": "v2"}, [])
        elif is_undone(disturbed):
            assert begin(disturbed, change) == []
        assert is_done(disturbed)
        assert nothing_is_left_over(disturbed)
    assert ways >= {(True, True), (False, False)}


def test_what_a_person_writes_after_a_kill_stays(repository: Repository, change: Change) -> None:
    """In a file that was changed already, in one that was not, and in a new one."""
    for disturbed, ended in each_moment(repository, change, kill):
        if ended == NOTHING_HAPPENED:
            break
        root = disturbed.root
        for path in (EDITED, "pyproject.toml", "notes.md"):
            (root / path).write_bytes(OURS)
        completed = complete(disturbed)
        for path in (EDITED, "pyproject.toml", "notes.md"):
            assert (root / path).read_bytes() == OURS
        if completed:
            assert completed[1] == [EDITED, "pyproject.toml"]
            assert (root / NEW).read_bytes() == b"new\n"
        else:
            assert content_of(root / DELETED) in (b"gone\n", None)


def interrupt() -> None:
    raise KeyboardInterrupt


def test_ctrl_c_at_any_moment_leaves_all_or_nothing(repository: Repository, change: Change) -> None:
    ends = []
    for disturbed, ended in each_moment(repository, change, interrupt):
        ends.append(ended)
        if ended == STOPPED:
            assert is_undone(disturbed)
            assert complete(disturbed) is None
        else:
            assert is_done(disturbed)
            assert nothing_is_left_over(disturbed)
    assert {STOPPED, DONE} <= set(ends)


@pytest.mark.parametrize("way", ["over it", "in its place"])
def test_a_person_who_saves_files_at_any_moment_keeps_them(
    repository: Repository, change: Change, way: str
) -> None:
    saved = (EDITED, CONFLICT, DELETED, NEW)

    def save() -> None:
        for path in map(Path, saved):
            path.parent.mkdir(parents=True, exist_ok=True)
            if way == "over it":
                path.write_bytes(OURS)
            else:
                Path("saved").write_bytes(OURS)
                os.replace("saved", path)

    ends = set()
    for disturbed, ended in each_moment(repository, change, save):
        if ended == NOTHING_HAPPENED:
            break
        ends.add(ended)
        assert [(disturbed.root / path).read_bytes() for path in saved] == [OURS] * len(saved)
        if ended == REFUSED:
            assert is_undone(disturbed, *saved)
        else:
            assert is_done(disturbed, *saved)
            assert nothing_is_left_over(disturbed)
    assert DONE in ends


def test_a_file_that_was_changed_before_stops_all_of_it(
    repository: Repository, change: Change
) -> None:
    (repository.root / EDITED).write_bytes(OURS)
    with pytest.raises(LabError, match=r"noxfile\.py was changed while the update was made"):
        begin(repository, change)
    assert is_undone(repository, EDITED)
    assert complete(repository) is None


def test_what_is_in_the_way_of_a_new_file_stops_all_of_it(
    repository: Repository, change: Change
) -> None:
    (repository.root / "new").rmdir()
    (repository.root / "new").write_bytes(OURS)
    with pytest.raises(LabError, match=r"new/deep/a b.md was changed"):
        begin(repository, change)
    assert is_undone(repository)
    assert (repository.root / "new").read_bytes() == OURS


def test_a_disk_that_refuses_is_said_and_the_next_call_goes_on(
    repository: Repository, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(work_tree, "write", refuse)
        with pytest.raises(LabError, match=r"No space left on device.*run `lab update` again"):
            begin(repository, change)
    assert is_undone(repository)
    assert is_begun(repository)
    assert complete(repository) is None
    assert begin(repository, change) == []


def test_a_plan_of_another_form_is_named(repository: Repository, change: Change) -> None:
    repository.path_for("lab-update.json").write_text('{"format": 2}', encoding="utf-8")
    with pytest.raises(LabError, match="run the version of the tool that began it"):
        complete(repository)
