"""What the page on other models changes is there in a fresh project; `models` does it all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from following import blocks_under, changes, headings
from rendering import Answers

PAGE = "use-another-model"


@pytest.mark.parametrize("heading", headings(PAGE))
def test_the_page_changes_what_is_there(render: Callable[[Answers], Path], heading: str):
    blocks = blocks_under(PAGE, heading)
    assert 0 < sum(block.lines for block in blocks) <= 40
    for block in blocks:
        if block.language == "python":
            assert not (render({}) / block.file).exists()
        for old, _ in changes(block.text) if block.language == "diff" else ():
            assert (render({}) / block.file).read_text("utf-8").count(old) == 1, old
