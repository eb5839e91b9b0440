"""Reading with a keyboard, on paper, and in a hurry."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing.visits import STILL, WIDER, none, pages_of
from played.ideas import FIRST, SECOND
from played.world import World
from playwright.sync_api import Browser, Page

A4 = {"width": 794, "height": 1123}  # in CSS pixels
# Where the element with the focus, or its label, is drawn; nothing once the page is left again.
PLACE = """() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    // A field of text shows its caret; the search of the theme lies over the page.
    if (one.matches("input[type=text], input[type=search], .md-search *")) return {};
    one.scrollIntoView({block: "center"});
    const boxes = [one, ...(one.labels ?? [])].map(part => part.getBoundingClientRect());
    const box = boxes.reduce((most, next) => next.width > most.width ? next : most);
    return {x: Math.max(0, box.x - 6), y: Math.max(0, box.y - 6),
            width: box.width + 12, height: box.height + 12};
}"""
FRAME = (".md-header", ".md-tabs", ".md-sidebar", ".md-footer", ".md-top")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(STILL)
    yield context.new_page()
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
        assert link[1:] == [True, "1"], f"{name}: the link that has the focus is not seen"
        page.keyboard.press("Enter")
        assert page.evaluate("Boolean(document.querySelector(location.hash))"), name


def test_what_has_the_focus_looks_different(page: Page, address: str):
    page.goto(address + "hypotheses.html")
    unseen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        box = page.evaluate(PLACE)
        if box is None:
            break
        if not box:
            continue
        focused = page.screenshot(clip=box)
        page.evaluate("(window.last = document.activeElement).blur()")
        if page.screenshot(clip=box) == focused:
            unseen.append(page.evaluate("window.last.outerHTML.slice(0, 150)"))
        page.evaluate("window.last.focus()")
    none("\n".join(unseen))


def test_a_table_is_found_through_and_sorted(page: Page, address: str):
    page.goto(address + "hypotheses.html")
    rows = page.locator("article tbody tr")
    every = rows.all_inner_texts()
    page.locator("article input[type=search]").first.fill("scanner REFUTED")
    found = [row.inner_text() for row in rows.all() if row.is_visible()]
    assert 0 < len(found) < len(every)
    assert all("scanner" in row.lower() and "refuted" in row.lower() for row in found)
    page.locator("article input[type=search]").first.fill("")
    assert sum(row.is_visible() for row in rows.all()) == len(every)

    heads = [head.strip() for head in page.locator("article th").all_inner_texts()]
    days = heads.index("days")
    for order in ("ascending", "descending"):
        page.locator("article th button").nth(days).click()
        assert page.locator("article th").nth(days).get_attribute("aria-sort") == order
        shown = [row.locator("td").nth(days).inner_text() for row in rows.all()]
        numbers = [int(found[0]) for text in shown if (found := re.findall(r"\d+", text))]
        assert numbers == sorted(numbers, reverse=order == "descending")
        assert len(set(numbers)) > 3


def test_without_scripts_everything_is_there(browser: Browser, address: str, world: World):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "hypotheses.html")
    assert page.locator("article tbody tr").count() == len(
        list(world.root.glob("stages/4-experiments/HYP-*/index.md"))
    )
    page.goto(address + "learnings.html")
    text = page.locator("article").inner_text()
    for idea in (*FIRST, *SECOND):
        assert idea.learned in text
    context.close()


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
        if wide := page.evaluate(WIDER):
            faults.append(f"{name}: {wide}")
    assert len(names) > 30
    none("\n".join(faults))


SHOWN = "all => all.filter(one => one.checkVisibility()).length"


def test_what_waits_is_complete_on_paper(page: Page, address: str):
    page.goto(f"{address}index.html")
    waiting = page.locator(".lab-needs li")
    assert waiting.evaluate_all(SHOWN) == 4 < waiting.count()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert waiting.evaluate_all(SHOWN) == waiting.count()


def test_the_champion_stands_out_among_what_was_judged(page: Page, address: str):
    page.goto(f"{address}iterations.html")
    assert page.locator(".lab-figure svg .ring").count() == 1
    numbers = page.locator(".lab-figure tbody tr").all_text_contents()
    (champion,) = [row for row in numbers if ", champion" in row]
    assert "All thirty measurements find more tumours" in champion
    page.goto(f"{address}cards.html")
    assert "Champion: the model of All thirty" in page.locator("article").inner_text()


def test_the_board_shows_the_cards_of_one_person(page: Page, address: str):
    page.goto(f"{address}board.html")
    page.locator(".lab-filter select").first.select_option("Bob Müller")
    shown = page.locator(".lab-card:not([hidden])")
    assert set(shown.evaluate_all("all => all.map(one => one.dataset.person)")) == {"Bob Müller"}


def test_ages_count_on_to_the_day_of_the_reader(page: Page, address: str):
    page.clock.set_fixed_time("2026-12-24T12:00:00Z")
    page.goto(f"{address}board.html")
    ages = page.locator(".lab-age").evaluate_all("all => all.map(one => one.textContent)")
    days = [int(age.split()[0]) for age in ages]
    assert days
    assert min(days) >= 35  # the site was built on the 19th of November


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
