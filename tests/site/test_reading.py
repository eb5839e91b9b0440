"""Reading with a keyboard, on paper, and in a hurry."""

import re
from pathlib import Path

import pytest
from browsing.visits import none, pages_of
from played.world import World
from playwright.sync_api import Browser, Page

A4 = {"width": 794, "height": 1123}  # in CSS pixels
FRAME = (".md-header", ".md-tabs", ".md-sidebar", ".md-footer", ".md-top")


@pytest.fixture
def page(browser: Browser) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()  # type: ignore[misc]
    context.close()


def test_the_first_key_leads_past_the_navigation(page: Page, address: str):
    for name in ("index.html", "board.html", "hypotheses.html"):
        page.goto(address + name)
        page.keyboard.press("Tab")
        link = page.evaluate("""() => {
            const one = document.activeElement, box = one.getBoundingClientRect();
            const style = getComputedStyle(one);
            return [one.getAttribute("href"), box.top >= 0 && box.height > 0, style.opacity];
        }""")
        assert link[0].startswith("#"), name
        assert link[1] and float(link[2]) == 1, f"{name}: the link that has the focus is not seen"
        page.keyboard.press("Enter")
        assert page.evaluate("Boolean(document.querySelector(location.hash))"), name


def test_what_has_the_focus_looks_different(page: Page, address: str):
    page.goto(address + "hypotheses.html")
    unseen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        what = page.evaluate("""() => {
            const one = document.activeElement, look = () => {
                const style = getComputedStyle(one);
                return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.color,
                        style.backgroundColor, style.borderColor, style.textDecorationLine].join();
            };
            const focused = look();
            const outlined = getComputedStyle(one).outlineStyle !== "none";
            one.blur();
            const plain = look();
            one.focus();
            return outlined || focused !== plain ? "" : one.outerHTML.slice(0, 120);
        }""")
        unseen += [what] if what else []
    none("\n".join(dict.fromkeys(unseen)))


def test_on_paper_there_is_only_the_page_itself(page: Page, address: str, site: Path):
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    faults = []
    names = [one for one in pages_of(site) if "/" not in one or "REP-" in one or "HYP-" in one]
    for name in names:
        page.goto(address + name)
        for part in FRAME:
            for one in page.locator(part).all():
                if one.is_visible():
                    faults.append(f"{name}: {part} is printed")
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            faults.append(f"{name}: {over} px wider than the paper")
    assert len(names) > 30
    none("\n".join(faults))


def test_a_report_fits_on_one_page(page: Page, address: str, world: World):
    """The reports of the world are as long as such reports are: nine headings, a table."""
    reports = [path.parent for path in world.root.glob("stages/5-reports/*-*-*/index.md")]
    assert len(reports) == 4
    for folder in reports:
        page.goto(f"{address}{folder.relative_to(world.root).as_posix()}/index.html")
        assert pages_in(page.pdf(format="A4", prefer_css_page_size=True)) == 1, folder.name


def pages_in(pdf: bytes) -> int:
    """How many pages a document has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
