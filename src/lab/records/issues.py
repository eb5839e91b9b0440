"""Issues of a forge as forms render them: `### Heading`, and below it what somebody wrote."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import LabError

# The headings of the forms in .github/ISSUE_TEMPLATE and .gitlab/issue_templates, each with the
# option of `lab new` that says the same.
OPTIONS = {
    "In plain words": "tldr",
    "We believe that": "believe",
    "It will result in": "result",
    "In order to": "value",
    "It reduces": "reduces",
    "It changes": "change",
    "What would prove it": "criterion",
    "What must not get worse": "guardrail",
    "How likely it is": "prior",
    "Question": "question",
    "Size": "size",
    "Time box": "timebox",
}
LISTS = frozenset({"criterion", "guardrail"})
NOTHING = frozenset({"", "_No response_", "None"})
HEADING = re.compile(r"(#{1,3})[ \t]+(.+?)[ \t#]*")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
HINT = re.compile(r"<!--.*?-->", re.DOTALL)
BULLET = re.compile(r"^[-*+][ \t]+")


@dataclass(frozen=True)
class Issue:
    """What an issue says: its title, options of `lab new`, and all else by its heading."""

    title: str
    options: Mapping[str, str | list[str]]
    sections: Mapping[str, str]


def read_issue(text: str) -> Issue:
    """An issue from its text; a first line `# …` is its title.

    Raises:
        LabError: a heading of a form stands there twice.
    """
    title, options, sections = "", {}, {}
    for level, heading, answer in _parts(HINT.sub("", text)):
        if level == 1:
            title = heading
        if answer in NOTHING:
            continue
        option = OPTIONS.get(heading)
        if heading in sections or option in options:
            raise LabError(f'the issue has "{heading}" twice: leave one of them.')
        if option is None or level == 1:
            sections[heading] = answer
        else:
            options[option] = _items(answer) if option in LISTS else " ".join(answer.split())
    return Issue(title, options, sections)


def with_sections(text: str, sections: Mapping[str, str]) -> str:
    """A new record's text with what an issue said, below the same heading or one of its own."""
    head, fence, body = text.partition("\n---\n")
    left = dict(sections)
    lines: list[str] = []
    skipping = False
    for line in body.split("\n"):
        if line.startswith("## "):
            skipping = False
            lines.append(line)
            if (answer := left.pop(line[3:].strip(), None)) is not None:
                lines += ["", _as_text(answer), ""]
                skipping = True
        elif not skipping:
            lines.append(line)
    for heading, answer in left.items():
        lines += [f"## {' '.join(heading.split())}", "", _as_text(answer), ""]
    return head + fence + "\n".join(lines).rstrip("\n") + "\n"


def _parts(text: str) -> Iterator[tuple[int, str, str]]:
    """The level and the words of each heading, and what is below it; code holds no headings."""
    level, heading, below, fence = 0, "", [], ""
    for line in text.split("\n"):
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
        found = None if fence or mark else HEADING.fullmatch(line.rstrip())
        if found and (len(found[1]) == 3 or (len(found[1]) == 1 and not heading)):
            if heading:
                yield level, heading, "\n".join(below).strip()
            level, heading, below = len(found[1]), found[2], []
        else:
            below.append(line)
    if heading:
        yield level, heading, "\n".join(below).strip()


def _items(answer: str) -> list[str]:
    """One entry a line, with or without a bullet and the marks of code."""
    lines = (BULLET.sub("", line.strip()).strip("`").strip() for line in answer.split("\n"))
    return [line for line in lines if line]


def _as_text(answer: str) -> str:
    """A text that opens no section, and no comment, in the record."""
    plain = "".join(
        letter if letter.isprintable() or letter in "\n\t" else " " for letter in answer
    )
    plain = plain.replace("<!--", "&lt;!--")
    return "\n".join(f"\\{line}" if HEADING.fullmatch(line) else line for line in plain.split("\n"))
