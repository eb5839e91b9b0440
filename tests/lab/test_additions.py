"""What a team has only added survives beside what the template changes; else a person decides."""

import pytest

from lab.update.additions import settled_text, with_additions
from lab.update.ownership import holds_template_part

OLD = [b'"joblib~=1.5",\n', b'"numpy~=2.2",\n', b'"scipy~=1.15",\n']
NEW = [b'"joblib~=1.6",\n', b'"numpy~=2.2",\n', b'"scipy~=1.16",\n']


@pytest.mark.parametrize("place", range(4))
def test_an_added_line_stays_where_it_was(place: int):
    mine = [*OLD[:place], b'"mine",\n', *OLD[place:]]
    assert with_additions(mine, OLD, NEW) == [*NEW[:place], b'"mine",\n', *NEW[place:]]


@pytest.mark.parametrize(
    ("ours", "base", "theirs", "result"),
    [
        ("abxc", "abc", "aBc", "aBxc"),
        ("xabyc", "abc", "c", "xyc"),  # the template has dropped what stood beside it
        ("abcx", "abc", "abcd", "abcxd"),
        ("abc", "abc", "", ""),
        ("x", "", "y", "yx"),
        ("xy", "", "y", "yx"),  # once, where both have it
        ("aXc", "abc", "abd", None),  # one line of the template's was changed
        ("ac", "abc", "abd", None),  # or taken out
    ],
)
def test_each_way_of_adding(ours: str, base: str, theirs: str, result: str | None):
    sides = [[letter.encode() for letter in side] for side in (ours, base, theirs)]
    merged = with_additions(*sides)
    assert merged == (None if result is None else [letter.encode() for letter in result])


def conflict(ours: str, base: str, theirs: str) -> str:
    return f"{'<' * 7} ours\n{ours}{'|' * 7} base\n{base}{'=' * 7}\n{theirs}{'>' * 7} theirs\n"


def test_a_text_is_settled_in_all_its_conflicts_or_not_at_all():
    first = conflict("a\nmine\n", "a\n", "A\n")
    second = conflict("b\n", "", "B\n")
    text = f"begin\n{first}middle\n{second}end\n"
    assert settled_text(text.encode()) == b"begin\nA\nmine\nmiddle\nB\nb\nend\n"
    third = conflict("changed\n", "c\n", "C\n")
    assert settled_text(f"{text}{third}".encode()) is None


@pytest.mark.parametrize(
    ("here", "holds"),
    [
        ("a\nmine\nb\n", True),
        ("a\nb\nmine\n", True),
        ("a\r\nb\r\n", True),
        ("b\na\n", False),
        ("a\n", False),
        ("a\nB\n", False),
    ],
)
def test_what_is_added_is_no_drift_and_what_is_changed_is(here: str, holds: bool):
    assert holds_template_part(here.encode(), b"a\nb\n") == holds
