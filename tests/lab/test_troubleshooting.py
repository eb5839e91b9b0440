"""Every message that the page on troubleshooting explains is one that the tool prints."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_each_heading_is_a_part_of_a_message():
    page = (ROOT / "docs/how-to/find-out-what-went-wrong.md").read_text("utf-8")
    sources = [
        path.read_text("utf-8")
        for path in (ROOT / "src/lab").rglob("*")
        if path.suffix in (".py", ".md", ".html")
    ]
    headings = re.findall(r"^### `(.*)`$", page, re.MULTILINE)
    assert len(headings) > 20
    assert [text for text in headings if not any(text in source for source in sources)] == []
