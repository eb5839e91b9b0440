"""What is new in a version of the template, from two of its changelogs."""

from hypothesis import given
from hypothesis import strategies as st

from lab.update.release_notes import CHANGELOG, new_sections

HEAD = "# Changelog\n\nNewest first.\n\n"


def files(*sections: str, head: str = HEAD) -> dict[str, bytes]:
    return {CHANGELOG: (head + "\n".join(f"{one}\n" for one in sections)).encode()}


def test_what_is_above_the_old_version_is_new():
    first, second, third = "## 1.0.0\n\n- a", "## 1.1.0\n\n- b", "## 1.2.0\n\n### Added\n\n- c"
    assert new_sections(files(first), files(third, second, first)) == f"{third}\n\n{second}"
    assert new_sections(files(third, second, first), files(third, second, first)) == ""


def test_a_section_that_has_grown_is_new():
    before, after = "## Unreleased\n\n- a", "## Unreleased\n\n- a\n- b"
    assert new_sections(files(before), files(after)) == after


def test_a_version_without_a_changelog_has_no_notes():
    assert new_sections({}, {}) == ""
    assert new_sections(files("## 1.0.0"), {}) == ""
    assert new_sections({}, files("## 1.0.0")) == "## 1.0.0"


def test_line_ends_and_spaces_around_a_section_do_not_count():
    content = files("## 1.0.0\n\n- a")
    crlf = {CHANGELOG: content[CHANGELOG].replace(b"\n", b"\r\n") + b"\r\n\r\n"}
    assert new_sections(content, crlf) == ""


VERSIONS = st.lists(st.integers(0, 99), unique=True, max_size=8).map(sorted)


@given(VERSIONS, st.integers(0, 8))
def test_updating_step_by_step_tells_the_same_as_at_once(versions: list[int], cut: int):
    newest_first = [f"## 1.{one}.0\n\n- change {one}" for one in reversed(versions)]
    old, middle = newest_first[len(newest_first) :], newest_first[cut:]
    steps = [
        new_sections(files(*old), files(*middle)),
        new_sections(files(*middle), files(*newest_first)),
    ]
    at_once = new_sections(files(*old), files(*newest_first))
    assert at_once == "\n\n".join(one for one in reversed(steps) if one)
