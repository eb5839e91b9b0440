"""Text that people wrote is shown as text: it runs nothing, loads nothing, and moves nothing."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from browsing.links import read_site
from browsing.visits import DESKTOP_DARK, PHONE_LIGHT, Setting, Visit, none, pages_of, served, visit
from played.hostile import AWAY, BODIES, RAN, add_hostile_records, end_of, rename_people
from played.world import World
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.weekly, pytest.mark.xdist_group("hostile")]


@dataclass
class Hostile:
    """A world with hostile records: its pages before and after they came, and its site."""

    root: Path
    added: list[str]
    before: dict[str, bytes]
    after: dict[str, bytes]

    @property
    def logged(self) -> str:
        """The folder of the record with a hostile research log."""
        return next(one for one in self.added if "/HYP-" in one)

    @property
    def site(self) -> Path:
        return self.root / "build/site"


@pytest.fixture(scope="module")
def hostile(world: World, tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """A copy of the world with hostile records, and then with hostile people."""
    root = shutil.copytree(world.root, tmp_path_factory.mktemp("hostile") / "project")
    copied = World(root, now=world.now)
    before = contents(root / "build/pages")
    added = add_hostile_records(root)
    copied.lab("ann", "site", "build")
    after = contents(root / "build/pages")
    rename_people(root)
    copied.lab("ann", "site", "build")
    return Hostile(root, added, before, after)


@pytest.fixture(scope="module")
def opened(hostile: Hostile) -> Visit:
    """What hostile pages did in the browser, and all pages that may speak of them."""

    def look(page: Page, name: str, setting: Setting, found: Visit) -> None:
        if ran := page.evaluate(f"{RAN}"):
            found.add("ran", name, setting, str(ran))
        if page.locator("main article").count() != 1:
            found.add("ran", name, setting, "the page has lost its frame")

    with served(hostile.site) as address:
        return visit(address, spoken_of(hostile), look, ((PHONE_LIGHT,), (DESKTOP_DARK,)))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def spoken_of(hostile: Hostile) -> list[str]:
    """The pages of hostile records, and those that are of no record."""
    own = tuple(f"{folder}/" for folder in hostile.added)
    record = re.compile(r"(?:stages/[^/]+|team/retros)/[A-Z]+-\d+-")
    return [
        name for name in pages_of(hostile.site) if name.startswith(own) or not record.match(name)
    ]


def test_no_text_runs_or_loads_anything(opened: Visit):
    none(opened.of("ran", "away", "dialog", "failed", "console"))


def test_no_text_makes_a_page_wider_than_the_window(opened: Visit):
    none(opened.of("wide"))


def test_no_text_becomes_an_attribute_or_a_link_that_runs(hostile: Hostile):
    pages = read_site(hostile.site)
    found = [f"{name}: {what}" for name, page in pages.items() for what in page.running]
    found += [
        f"{name}: {target}"
        for name, page in pages.items()
        for tag, target in page.links
        if target.startswith(AWAY) and tag != "a"
    ]
    none("\n".join(found))


def test_every_body_is_readable_to_its_end(hostile: Hostile, browser: Browser):
    page = browser.new_page()
    missing = []
    with served(hostile.site) as address:
        for folder in hostile.added:
            index = (hostile.root / folder / "index.md").read_text("utf-8")
            page.goto(f"{address}{folder}/index.html")
            shown = page.locator("article").inner_text()
            missing += [
                f"{folder}: {end_of(name)}"
                for name in BODIES
                if end_of(name) in index and end_of(name) not in shown
            ]
            if "<script>" not in shown:
                missing.append(f"{folder}: its texts are not shown letter by letter")
        shown = ""
        for name in pages_of(hostile.site):
            if name.startswith(f"{hostile.logged}/"):
                page.goto(address + name)
                shown += page.locator("article").inner_text()
        missing += [f"log: {end_of(name)}" for name in BODIES if end_of(name) not in shown]
    page.close()
    none("\n".join(missing))


def test_a_title_is_one_heading_and_one_name_of_the_window(hostile: Hostile, browser: Browser):
    page = browser.new_page()
    with served(hostile.site) as address:
        for folder in hostile.added:
            page.goto(f"{address}{folder}/index.html")
            for shown in (page.locator("h1").inner_text(), page.title()):
                assert "<script>" in shown, shown
                assert "{{ 7 * 7 }}" in shown, shown
                assert "&lt;" not in shown, shown
    page.close()


def test_the_search_shows_a_hostile_title_as_text(hostile: Hostile, browser: Browser):
    page = browser.new_page()
    with served(hostile.site) as address:
        page.goto(address)
        page.keyboard.press("/")
        page.keyboard.type("override")
        page.wait_for_selector(".md-search-result__item")
        assert "<script>" in page.locator(".md-search-result__list").inner_text()
        assert page.evaluate(f"{RAN}") is None
    page.close()


def test_pages_that_do_not_speak_of_them_are_the_same_to_the_byte(hostile: Hostile):
    """Pages of records; those that list records may have one more in their lists."""
    record = re.compile(r"(?:stages/[^/]+|team/retros)/[A-Z]+-\d+-(?!hostile)")
    others = [name for name in hostile.before if record.match(name)]
    told = b" with changes that are not committed"  # of which commit a page is
    after = {name: page.replace(told, b"") for name, page in hostile.after.items()}
    changed = [name for name in others if hostile.before[name] != after.get(name)]
    silent = [name for name in changed if b"-20261118-hostile-" not in hostile.after[name]]
    assert silent == []
    assert len(changed) < len(others) / 2
