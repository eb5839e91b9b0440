"""Writing files: whole or not at all, and never over what somebody else wrote."""

import os
from pathlib import Path
from typing import Any

import pytest

from lab.errors import LabError
from lab.records import files


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "index.md"
    path.write_bytes(b"old\r\n")
    return path


def broken(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_text_replaces_the_one_that_was_read(path: Path):
    path.chmod(0o640)
    mode = path.stat().st_mode  # Windows knows only whether a file may be written
    files.replace(path, files.read_whole(path), "größer\r\n")
    assert path.read_bytes() == "größer\r\n".encode()
    assert path.stat().st_mode == mode
    assert os.listdir(path.parent) == ["index.md"]


def test_what_changed_meanwhile_is_not_overwritten(path: Path):
    before = files.read_whole(path)
    path.write_bytes(b"theirs")
    with pytest.raises(LabError, match=r"index\.md was changed meanwhile, and is left as it is"):
        files.replace(path, before, "mine")
    assert path.read_bytes() == b"theirs"
    assert os.listdir(path.parent) == ["index.md"]


def test_what_changes_while_it_is_written_is_not_overwritten(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = files.read_whole(path)
    monkeypatch.setattr(files.os, "fsync", lambda _: path.write_bytes(b"theirs"))
    with pytest.raises(LabError, match="was changed meanwhile"):
        files.replace(path, before, "mine")
    assert path.read_bytes() == b"theirs"


@pytest.mark.parametrize("name", ["replace", "fsync"])
def test_a_failing_write_leaves_the_old_file_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setattr(files.os, name, broken)
    with pytest.raises(LabError, match=r"cannot be written \(No space left on device\): it is as"):
        files.replace(path, b"old\r\n", "new")
    assert path.read_bytes() == b"old\r\n"
    assert os.listdir(path.parent) == ["index.md"]


def test_a_file_that_is_gone_is_not_brought_back(path: Path):
    path.unlink()
    with pytest.raises(LabError, match="cannot be"):
        files.replace(path, b"old\r\n", "new")
    assert os.listdir(path.parent) == []


def test_a_new_file_brings_its_folders(tmp_path: Path):
    path = tmp_path / "a/b/index.md"
    files.create(path, "größer\n")
    assert path.read_bytes() == "größer\n".encode()


def test_create_never_overwrites(path: Path):
    with pytest.raises(LabError, match=r"index\.md exists already, and is left as it is"):
        files.create(path, "new")
    assert path.read_bytes() == b"old\r\n"


def test_create_does_not_write_through_a_link(tmp_path: Path):
    (tmp_path / "index.md").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LabError, match="exists already"):
        files.create(tmp_path / "index.md", "new")
    assert not (tmp_path / "elsewhere").exists()


def test_of_two_who_create_at_once_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "a/index.md"
    made = Path.mkdir

    def mkdir(self: Path, *args: Any, **names: Any) -> None:
        made(self, *args, **names)
        (self / "index.md").write_bytes(b"theirs")

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(LabError, match="exists already"):
        files.create(path, "mine")
    assert path.read_bytes() == b"theirs"


def test_a_new_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(files.os, "fsync", broken)
    with pytest.raises(LabError, match=r"cannot be written \(No space left on device\): nothing"):
        files.create(tmp_path / "a/b/index.md", "new")
    assert os.listdir(tmp_path) == []


def test_a_file_where_a_folder_should_be_is_left(path: Path):
    with pytest.raises(LabError, match="cannot be written"):
        files.create(path / "log/one.md", "new")
    assert path.read_bytes() == b"old\r\n"


def test_what_is_no_text_is_refused_before_anything_is_written(path: Path):
    for call in (
        lambda: files.replace(path, b"old\r\n", "a\udcff"),
        lambda: files.create(path.with_name("new.md"), "a\udcff"),
    ):
        with pytest.raises(LabError, match=r"cannot hold U\+DCFF"):
            call()
    assert path.read_bytes() == b"old\r\n"
    assert os.listdir(path.parent) == ["index.md"]


def test_what_cannot_be_read_is_named(tmp_path: Path):
    with pytest.raises(LabError, match=r"missing\.md cannot be read \(No such file"):
        files.read_whole(tmp_path / "missing.md")


def test_what_is_too_large_for_a_text_is_not_read(tmp_path: Path):
    path = tmp_path / "params.yaml"
    path.touch()
    os.truncate(path, 5_000_000_000)  # a hole: it takes no room on the disk
    with pytest.raises(LabError, match=r"params\.yaml has 5,000 MB, and 64 MB is the most"):
        files.read_whole(path)
