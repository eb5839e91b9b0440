"""A merge that nobody finished is a finding, in every tracked text file and in no other."""

import json
from contextlib import suppress

import pytest
from proving import Proof

from lab.proof.merges import under_way

OURS, THEIRS = "<" * 7 + " HEAD\n", ">" * 7 + " theirs\n"
BETWEEN = "=" * 7 + "\n"
HALVES = f"{OURS}a = 1\n{BETWEEN}a = 2\n{THEIRS}"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("src/model/features.py", f"import os\n{HALVES}", 2),
        ("noxfile.py", HALVES, 1),
        ("notes with space.txt", f"one\n{HALVES}".replace("\n", "\r\n"), 2),
        ("deleted-there.md", f"{OURS}text\n{BETWEEN}{THEIRS}", 1),
    ],
)
def test_markers_are_found_in_every_tracked_text(proof: Proof, path: str, text: str, line: int):
    (proof.root / path).parent.mkdir(parents=True, exist_ok=True)
    (proof.root / path).write_bytes(text.encode())
    proof.git("add", "--all")
    message = "a merge was not finished here"
    proof.red("AUD011", path, message)
    assert proof.check() == [("AUD011", path, message)]
    lines = [
        found["line"]
        for found in json.loads(proof.said[-1].out)["findings"]
        if found["code"] == "AUD011"
    ]
    assert lines == [line]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("underlined.md", "A title\n=======\n"),
        ("one-marker.md", f"{OURS}a quoted line\n"),
        ("other-order.md", f"{THEIRS}{BETWEEN}{OURS}"),
        ("indented.md", "".join(f"    {row}\n" for row in HALVES.splitlines())),
        ("binary.bin", f"{HALVES}\0"),
    ],
)
def test_what_only_looks_alike_is_not(proof: Proof, path: str, text: str):
    proof.write(path, text)
    proof.commit()
    proof.green()


def test_a_file_may_show_them_on_purpose_and_an_untracked_one_is_nobodys(proof: Proof):
    proof.write("docs/merging.md", HALVES)
    proof.write(".gitattributes", "docs/merging.md conflict-marker-size=32\n")
    proof.commit()
    proof.write("draft.txt", HALVES)
    proof.green()


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (("merge", "--no-commit", "--no-ff", "-s", "ours", "side"), "a merge"),
        (("cherry-pick", "side"), "a cherry-pick"),
        (("rebase", "side"), "a rebase"),
    ],
)
def test_what_is_begun_and_not_committed_is_known(
    proof: Proof, command: tuple[str, ...], what: str
):
    for branch, text in (("side", "theirs\n"), ("main", "ours\n")):
        proof.git("switch", "--quiet", *(["--create"] if branch == "side" else []), branch)
        proof.write("same.txt", text)
        proof.commit()
    assert under_way(proof.root) is None
    with suppress(AssertionError):  # there is a conflict
        proof.git(*command)
    assert under_way(proof.root) == what
