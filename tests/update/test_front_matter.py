"""`hooks/front_matter.py`: what migrations share touches nothing that it does not mean."""

import importlib.util
from pathlib import Path

import pytest
from rendering import ROOT

_spec = importlib.util.spec_from_file_location("front_matter", ROOT / "hooks/front_matter.py")
assert _spec is not None
assert _spec.loader is not None
front_matter = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(front_matter)


def record(root: Path, content: bytes, kind: str = "HYP") -> Path:
    path = root / f"stages/4-experiments/{kind}-20270101-one/index.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_key_is_renamed_and_nothing_else(tmp_path: Path) -> None:
    before = b"---\r\n# old: not a key\r\nold: 1 # old\r\n  old: nested\r\n---\r\nold: in the story"
    path = record(tmp_path, before)
    for _ in range(2):  # twice is as once
        assert (
            front_matter.change_records(tmp_path, "*", front_matter.rename_key("old", "new")) == []
        )
        assert path.read_bytes() == before.replace(b"\nold: 1", b"\nnew: 1")


@pytest.mark.parametrize(
    "content",
    [
        b"no front matter\n",
        b"---\nold: 1\n",
        b"---\nold: 1\nnew: 2\n---\n",
        b"---\nold: \xff\n---\n",
    ],
    ids=["none", "open", "both", "not UTF-8"],
)
def test_what_is_unclear_is_named_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = record(tmp_path, content)
    name = "stages/4-experiments/HYP-20270101-one/index.md"
    assert front_matter.change_records(tmp_path, "*", front_matter.rename_key("old", "new")) == [
        name
    ]
    assert path.read_bytes() == content
    assert capsys.readouterr().out.startswith(f"left alone: {name}: ")


def test_only_the_kind_that_is_meant_is_changed(tmp_path: Path) -> None:
    spike = record(tmp_path, b"---\nold: 1\n---\n", "SPK")
    hypothesis = record(tmp_path, b"---\nold: 1\n---\n")
    front_matter.change_records(tmp_path, "SPK", front_matter.rename_key("old", "new"))
    assert spike.read_bytes() == b"---\nnew: 1\n---\n"
    assert hypothesis.read_bytes() == b"---\nold: 1\n---\n"
