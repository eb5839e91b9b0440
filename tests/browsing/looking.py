"""What is looked at on an open page: axe's rules, pictures and their tables, screenshots."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from browsing.visits import DESKTOP_LIGHT, PHONE_DARK, PHONE_LIGHT, Setting, Visit

SEEN = Path(__file__).with_name("seen.js").read_text(encoding="utf-8")
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL_RULES = {"runOnly": AA, "resultTypes": ["violations"]}
# Most rules do not depend on the setting. Colours do, and so does what is as small as a finger.
BY_SETTING = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]},
    "resultTypes": ["violations"],
}
RECORD = re.compile(r"(?:stages/[^/]+|team/retros)/([A-Z]+)-\d{8}-")


def look(shots: Path | None = None) -> Callable[[Page, str, Setting, Visit], None]:
    """How one page is looked at in one setting; screenshots are kept if there is a folder.

    All rules are asked once of each page, and those that depend on colours once more in the
    dark. On the phone, where the same colours are closer together, one record of each kind is
    enough, beside the pages that are of no record.
    """
    first: dict[tuple[str, str], str] = {}

    def looked(page: Page, name: str, setting: Setting, found: Visit) -> None:
        if shots:
            _keep(page, name, setting, shots)
        if setting == DESKTOP_LIGHT:
            for kind, what in page.evaluate(SEEN):
                found.add(kind, name, setting, what)
        record = RECORD.match(name)
        alike = record and first.setdefault((record[1], setting.name), name) != name
        if alike and setting in (PHONE_LIGHT, PHONE_DARK):
            return
        rules = ALL_RULES if setting == DESKTOP_LIGHT else BY_SETTING
        for what, where in violations(page, rules):
            found.add("axe", name, setting, what, where)

    return looked


def violations(page: Page, rules: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What axe finds on an open page: the rule and why it is broken, and where."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    for broken in page.evaluate("rules => axe.run(rules)", rules)["violations"]:
        for node in broken["nodes"]:
            told = (node["any"] + node["all"] + node["none"])[:1]
            why = told[0]["message"] if told else broken["help"]
            html = " ".join(node["html"].split())
            yield f"{broken['id']}: {why}", f"{node['target'][0]} {html[:120]}"


def _keep(page: Page, name: str, setting: Setting, folder: Path) -> None:
    path = folder / setting.name.replace(", ", "-") / f"{name.replace('/', '_')}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
