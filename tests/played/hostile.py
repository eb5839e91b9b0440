"""Records whose writers do not wish us well: every text in them tries something.

One record of each kind is copied from a world, under a new id, and every text that people may
write freely is replaced. Wherever it is shown, it has to be shown as text.
"""

import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import yaml

RAN = "window.ran"  # what every script in here sets
AWAY = "https://elsewhere.invalid"
LINE = (
    f"<script>{RAN}='a line'</script>\"'><img src=x onerror=\"{RAN}='an image'\">"
    f"[click](javascript:{RAN}='a link') {{{{ 7 * 7 }}}} `tick *star* | pipe "
    "\u202eoverride\u202c 🧪"
)
# Each of them is followed by a line that has to be readable on the page.
BODIES = {
    "script": f"<script>{RAN} = 'script'</script>\n\n<script src='{AWAY}/x.js'></script>",
    "handlers": f"<img src=x onerror=\"{RAN}='img'\"><svg onload=\"{RAN}='svg'\"><details open "
    f"ontoggle=\"{RAN}='toggle'\"><body onload=\"{RAN}='body'\">",
    "remote": f"![a picture]({AWAY}/p.png) <img src='{AWAY}/q.png'> <iframe src='{AWAY}'></iframe>"
    f"\n\n![by reference][far]\n\n[far]: {AWAY}/r.png",
    "head": f"<style>@import url({AWAY}/a.css); body {{display: none}}</style>\n"
    f'<link rel="stylesheet" href="{AWAY}/b.css">\n<base href="{AWAY}/">\n'
    f'<meta http-equiv="refresh" content="0;url={AWAY}">',
    "links": f"[one](javascript:{RAN}='one') [two](JaVaScRiPt:{RAN}='two') "
    f"<javascript:{RAN}='three'> [four][bad] [five](data:text/html,<script>{RAN}=5</script>)\n\n"
    f"[bad]: javascript:{RAN}='four'",
    "closing": "</p></div></article></main></div></body></html>",
    "attributes": f"A word{{: onclick=\"{RAN}='click'\" style=\"position:fixed;inset:0\" }}\n\n"
    f"## A heading {{: #__search .md-header onmouseover=\"{RAN}='over'\" }}\n\n"
    f"[a link]({AWAY}){{ onclick=\"{RAN}='link'\" }}",
    "templates": "{{ config }} {% include 'main.html' %} {# gone #} --8<-- \"team/people.yml\"\n\n"
    '::: lab.cli\n\n[TOC]\n\n*[gone]: replaced\n\n=== "A tab"\n\n!!! danger',
    "markdown": '<div markdown="1">\n\n**bold**\n\n<details markdown><summary>more\n\n[not closed]('
    "\n\n| a | b\n|--\n| c\n\n1. one\n   - two\n         three",
    "wide": "| " + " | ".join(f"column {number}" for number in range(40)) + " |\n"
    + "|---" * 40 + "|\n" + ("| " + " | ".join(["a long cell"] * 40) + " |\n") * 30,
    "long": "x" * 600 + "\n\n`" + "y" * 600 + "`\n\n    " + "z" * 600,
    "letters": "\u202eevol\u202c \u2066isolated \u05d0\u05d1\u05d2 \u0627\u0644👩‍🔬🏳️‍🌈 "
    "Z\u0351\u036b\u0343 \u200bzero\u200bwidth &lt;b&gt; &#60;i&#62; \ufeff \x7f",
    "front matter": "---\ntitle: another\ntemplate: other.html\nhide: [toc]\n---\n\n# Another",
    "comment": "<!-- a comment that never ends",
    "fence": "```html\n<b>a fence that never ends</b>",
    "processing": "<?php a processing instruction that never ends\n\n<![CDATA[ and this",
}  # fmt: skip
FREE = {
    "title", "tldr", "customer_outcome", "means", "we_believe", "will_result_in",
    "in_order_to", "question", "answer", "learned", "because", "why", "what", "impact",
    "rollback", "alarm", "then", "else", "next", "not_deployed", "not_shipped", "unit",
    "source", "reason", "reasons", "criterion", "criteria",
}  # fmt: skip
PEOPLE = ("bob", "fay")


def end_of(name: str) -> str:
    """The line after a hostile body, which has to be readable."""
    return f"The end of {name.replace(' ', '-')}."


def add_hostile_records(root: Path) -> list[str]:
    """Add a record of each kind, and a few more hypotheses; their folders, relative to the root."""
    bodies, added = cycle(BODIES), []
    for index in _one_of_each_kind(root):
        folder = index.parent
        kind = folder.name.partition("-")[0]
        new = folder.with_name(f"{kind}-20261118-hostile-{len(added)}")
        front = yaml.safe_load(index.read_text("utf-8").split("\n---\n")[0])
        told = replaced(front) | {"id": new.name}
        new.mkdir()
        name = next(bodies)
        text = yaml.safe_dump(told, sort_keys=False, allow_unicode=True)
        body = f"## Something\n\n{BODIES[name]}\n\n{end_of(name)}\n"
        (new / "index.md").write_text(f"---\n{text}---\n\n{body}", encoding="utf-8")
        if (folder / "verdict.json").is_file():
            said = (
                (folder / "verdict.json")
                .read_text("utf-8")
                .replace("recall > 0.85", json.dumps(LINE)[1:-1])
            )
            (new / "verdict.json").write_text(said, encoding="utf-8")
        added.append(new.relative_to(root).as_posix())
    log = root / next(one for one in added if "/HYP-" in one) / "log"
    log.mkdir()
    for number, (name, body) in enumerate(BODIES.items()):
        entry = log / f"20261118T10{number:02}00Z-bob.md"
        entry.write_text(f"{body}\n\n{end_of(name)}\n", encoding="utf-8")
    return added


def rename_people(root: Path) -> None:
    """Give people hostile names, and write into the pages that a team shares."""
    path = root / "team/people.yml"
    people = yaml.safe_load(path.read_text("utf-8"))
    for person in people["people"]:
        if person["handle"] in PEOPLE:
            person["name"] = LINE
    path.write_text(yaml.safe_dump(people, sort_keys=False, allow_unicode=True), encoding="utf-8")
    waivers = root / "team/waivers.yml"
    told = replaced(yaml.safe_load(waivers.read_text("utf-8")))
    waivers.write_text(yaml.safe_dump(told, sort_keys=False, allow_unicode=True), encoding="utf-8")
    for name, page in (("script", "working-agreement"), ("handlers", "definition-of-done")):
        with (root / f"team/{page}.md").open("a", encoding="utf-8") as file:
            file.write(f"\n{LINE}\n\n{BODIES[name]}\n\n{end_of(name)}\n")


def replaced(value: Any, key: str = "") -> Any:
    """A value with every free text in it replaced."""
    if isinstance(value, dict):
        return {name: replaced(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [replaced(item, key) for item in value]
    return LINE if key in FREE and isinstance(value, str) else value


def _one_of_each_kind(root: Path) -> Iterator[Path]:
    """The newest record of each kind; of hypotheses one to do, one closed, and one judged."""
    kinds: dict[str, Path] = {}
    for index in sorted(root.glob("*/*/*-*-*/index.md")):
        kinds[index.parent.name.partition("-")[0]] = index
    kinds["HYP"] = next(root.glob("stages/4-experiments/HYP-*-patient-age/index.md"))
    yield from kinds.values()
    for slug in ("counted-nuclei", "radius-alone", "slide-edges"):
        yield next(root.glob(f"stages/4-experiments/HYP-*-{slug}/index.md"))
