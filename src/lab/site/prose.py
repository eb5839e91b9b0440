"""Prose: Markdown that people wrote, made safe for any builder.

Everything that could reach beyond its own text is taken out of the builder's hands before it
comes there: raw HTML becomes letters, code becomes HTML of ours, links are spelt anew or become
letters, and attribute lists, macros and unclosed fences lose their meaning. What is left are
headings, lists, tables, emphasis and quotations.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape

from markupsafe import Markup

from .markup import entities, text

# Control characters steer parsers, and marks of direction turn around what follows them.
STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029"
    r"\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
FENCE = re.compile(r"(?P<indent> *)(?P<mark>`{3,}|~{3,})[^`]*")
ITEM = re.compile(r" {0,3}(?:[-*+]|[0-9]+[.)])[ \t]")
PART = re.compile(r"\{\{\s*([A-Z]{3,4}-[0-9]{8}-[a-z0-9-]+)#([a-z_]+)\s*\}\}\s*")
BOX = re.compile(r"^([ \t]*[-*+][ \t]+)\[([ xX])\](?=[ \t])", re.MULTILINE)
FIRST_HEADING = re.compile(r"^#(?=[ \t])", re.MULTILINE)
UNDERLINED = re.compile(r"(?<=[^\n])\n=+[ \t]*$", re.MULTILINE)
DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*<?([^\s<>]+)>?(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'"
    r"|\([^()\n]*\)))?[ \t]*$",
    re.MULTILINE,
)
URL = r"[^\s<>()\\`\[\]{}\"']*(?:\([^\s<>()\\`\[\]{}\"']*\)[^\s<>()\\`\[\]{}\"']*)*"
LABEL = (
    r"(?:!\[[^\[\]\n]*\]\([^()\s]*\)|!(?!\[)|\\.|`[^`\n]*`|\[[^\[\]\n]*\]|[^\[\]`\\!\n]"
    r"|\n(?!\s*\n)){0,500}"
)
TITLE = r"(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
TOKEN = re.compile(
    r"(?=[\\`<!\[\]{}A-Z])(?:"  # at other letters nothing begins, and looking costs time
    r"(?P<escaped>\\[!-/:-@\[-`{-~])"
    r"|(?<!`)(?P<tick>`+)(?!`)(?P<code>(?:[^\n]|\n(?!\s*\n)){1,1000}?)(?<!`)(?P=tick)(?!`)"
    r"|(?P<comment><!--.*?-->)"
    r"|(?P<reference>\{\{\s*[A-Z]{3,4}-[0-9]{8}-[a-z0-9-]+#[0-9a-z_.]+\s*\}\})"
    rf"|(?P<image>!)?\[(?P<label>{LABEL})\]"
    rf"(?:\(\s*<?(?P<url>{URL})>?{TITLE}\s*\)|\[(?P<name>[^\[\]\n]*)\])?"
    r"|<(?P<address>https?://[^\s<>`]+)>"
    r"|(?<![\w/-])(?P<id>[A-Z]{3,4}-[0-9]{8}-[a-z0-9]+(?:-[a-z0-9]+)*)"
    r"|(?P<special>[<`\[\]{}]))",
    re.DOTALL,
)
ELSEWHERE = re.compile(r"(?:https?://|mailto:)[^\s\"'<>\\]+", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where a text stands, and so what it may lead to.

    `locate` gives the target of a relative link as the site has it, or None if it is not on
    the site. `value` gives what a reference stands for, `part` the generated block of HTML,
    `record` the way to the record with an id.
    """

    locate: Callable[[str], str | None]
    value: Callable[[str], str | None] = lambda reference: None
    part: Callable[[str, str], str | None] = lambda id_, name: None
    record: Callable[[str], str | None] = lambda id_: None


def prose(markdown: str, place: Place) -> Markup:
    """Markdown that shows what a person wrote, and does nothing else."""
    known: dict[str, str] = {}
    blocks = list(_blocks(STEERING.sub("", markdown.expandtabs(4)), place))
    for number, (kind, block) in enumerate(blocks):
        if kind == "text":
            for name, url in DEFINITION.findall(block):
                known.setdefault(name.lower(), url)
            blocks[number] = (kind, DEFINITION.sub("", block))
    shown = (
        _Text(place, known).shown(block) if kind == "text" else block for kind, block in blocks
    )
    return Markup("\n".join(shown).strip("\n"))


def _blocks(markdown: str, place: Place) -> Iterator[tuple[str, str]]:
    """Code and generated parts, ready, and the text between them."""
    lines, pending, here, in_list = markdown.split("\n"), [], 0, False
    while here < len(lines):
        line = lines[here]
        blank_before = not pending or not pending[-1].strip()
        found = FENCE.fullmatch(line)
        end = _end_of_fence(lines, here, found["mark"]) if found else None
        step = 8 if in_list else 4
        if found and end is not None:
            indent = len(found["indent"])
            inside = [_dedented(inner, indent) for inner in lines[here + 1 : end]]
            block, here = _code(inside, found["indent"]), end + 1
        elif (part := PART.fullmatch(line)) and (made := place.part(part[1], part[2])):
            block, here = f"\n{made}\n", here + 1
        elif blank_before and line.startswith(" " * step) and line.strip():
            end = _end_of_indented(lines, here, step)
            inside = [inner[step:] for inner in lines[here:end]]
            block, here = _code(inside, " " * (step - 4)), end
        else:
            if ITEM.match(line):
                in_list = True
            elif line[:1].strip() and blank_before:
                in_list = False
            pending.append(line)
            here += 1
            continue
        yield "text", "\n".join(pending)
        pending = []
        yield "block", block
    yield "text", "\n".join(pending)


def _end_of_fence(lines: list[str], begin: int, mark: str) -> int | None:
    """The line that closes a fence; one that is never closed is no fence."""
    closing = re.compile(rf" *{re.escape(mark[0])}{{{len(mark)},}} *")
    return next((n for n in range(begin + 1, len(lines)) if closing.fullmatch(lines[n])), None)


def _end_of_indented(lines: list[str], begin: int, step: int) -> int:
    end = last = begin
    while end < len(lines) and (not lines[end].strip() or lines[end].startswith(" " * step)):
        last = end if lines[end].strip() else last
        end += 1
    return last + 1


def _dedented(line: str, indent: int) -> str:
    return line[indent:] if not line[:indent].strip() else line.lstrip()


def _code(lines: list[str], indent: str) -> str:
    """Code as HTML of ours, on one line; inside a list it has to look like a part of a line."""
    inside = entities("\n".join(lines))
    if indent:
        return f'{indent}<code class="lab-block" tabindex="0">{inside}</code>'
    return f'\n<pre tabindex="0"><code>{inside}</code></pre>\n'


@dataclass
class _Text:
    """A run of Markdown without blocks of code."""

    place: Place
    known: Mapping[str, str]

    def shown(self, markdown: str) -> str:
        """The run with everything in it that has to be escaped."""
        plain = BOX.sub(lambda box: f"{box[1]}{'☐' if box[2] == ' ' else '☑'}", markdown)
        return self._inline(UNDERLINED.sub("\n---", FIRST_HEADING.sub("##", plain)))

    def _inline(self, markdown: str, in_link: bool = False) -> str:
        return TOKEN.sub(lambda found: self._token(found, in_link), markdown)

    def _token(self, found: re.Match[str], in_link: bool) -> str:
        match found.lastgroup:
            case "escaped":
                return entities(found[0][1:])
            case "comment":
                return ""
            case "reference":
                return text(self.place.value(found[0]) or found[0])
            case "address":
                shown = text(found["address"])
                return shown if in_link else self._link(shown, found["address"])
            case "id":
                target = None if in_link else self.place.record(found[0])
                return f"[{found[0]}]({target})" if target else found[0]
            case "special":
                return entities(found[0])
        if found["tick"]:
            return self._code(found["code"])
        return self._bracket(found, in_link)

    def _code(self, inside: str) -> str:
        filled = re.sub(
            r"\{\{[^{}\n]*\}\}", lambda mark: self.place.value(mark[0]) or mark[0], inside
        )
        return f"<code>{entities(' '.join(filled.split()))}</code>"

    def _bracket(self, found: re.Match[str], in_link: bool) -> str:
        """A link, an image, or letters in brackets."""
        label, url = found["label"], found["url"]
        if url is None:
            url = self.known.get((found["name"] or label).lower())
        if url is not None and found["image"]:
            return self._image(label, url, in_link)
        if url is not None and not in_link:
            return self._link(self._inline(label, True), url)
        rest = found[0][len(label) + len(found["image"] or "") + 2 :]
        bang = found["image"] or ""
        inside = self._inline(label, in_link)
        return f"{bang}&#91;{inside}&#93;{self._inline(rest, in_link)}"

    def _image(self, alt: str, url: str, in_link: bool) -> str:
        """A picture of the site; one from elsewhere would be asked for, so it is a link."""
        target = self._target(url)
        named = text(unescape(alt)) or text(url.rpartition("/")[2])
        if target is None or ELSEWHERE.match(target):
            return named if in_link else self._link(named, url)
        return f"![{named}]({target})"

    def _link(self, label: str, url: str) -> str:
        target = self._target(url)
        return f"[{label}]({target})" if target is not None else label

    def _target(self, url: str) -> str | None:
        """A target that leads to a page, and runs nothing; None for any other."""
        url = url.replace("(", "%28").replace(")", "%29")
        if ELSEWHERE.fullmatch(url):
            return escape(unescape(url), quote=False)
        scheme = re.match(r"[^/?#]*:", url)
        if scheme or url.startswith(("/", "\\")) or unescape(url) != url or not url:
            return None
        return self.place.locate(url)
