"""The site holds what the project holds, and no page asks anything of another machine."""

import functools
import html
import http.server
import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from lab.evidence.words import number

from .using import InUse


def test_the_pages_hold_the_numbers_the_plots_and_the_records(project: InUse):
    metrics = project.json("evaluation/metrics.json")
    lift = project.json("evaluation/lift.json")
    home, results, cards = (
        project.text(f"build/site/{page}.html") for page in ("index", "results", "cards")
    )
    for model in ("candidate", "status_quo"):
        for value in metrics[model].values():
            assert f"{value:.3f}" in home
            assert f"{value:.3f}" in results
            assert f"{value:.3f}" in cards
    for name in ("perfect", "random", "status_quo", "potential", "risk"):
        assert f"<td>{number(lift[name])}</td>" in home
    assert "Out of date." not in home + results + cards
    plots = project.yaml("dvc.yaml")["plots"]
    assert results.count("<svg class=") == len(plots)
    assert results.count("<details") == len(plots)
    for index in project.root.glob("stages/*/*-*-*/index.md"):
        page = index.relative_to(project.root).with_suffix(".html")
        record = (project.root / "build/site" / page).read_text(encoding="utf-8")
        assert index.parent.name in html.unescape(record)
        stage = project.text(f"build/site/stages/{index.parents[1].name}/index.html")
        assert f'href="{index.parent.name}/index.html"' in stage
    assert not list(project.root.glob("build/site/**/templates"))


def test_a_broken_link_is_an_error_that_names_the_page(working: InUse):
    said = "What we promise each other."
    working.change("team/working-agreement.md", said, f"{said} [gone](gone.md)")
    broken = working.run("uv", "run", "lab", "site", "build")
    assert broken.code == 1
    assert "team/working-agreement.md" in broken.output
    assert "gone.md" in broken.output
    assert "Traceback" not in broken.output


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or whichever is installed."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine: .ci/run installs one")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"],
        )
        yield browser
        browser.close()


@pytest.fixture
def address(project: InUse) -> Iterator[str]:
    """The project's site, served on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(project.root / "build/site"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_every_page_stays_on_the_readers_machine(
    project: InUse, browser: Browser, address: str, width: int, scheme: str
):
    root = project.root / "build/site"
    pages = [path.relative_to(root).as_posix() for path in root.rglob("*.html")]
    assert len(pages) > 12
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "response", lambda answer: complaints.extend([answer.url] if answer.status >= 400 else [])
    )
    for name in pages:
        page.goto(address + name, wait_until="load")
        assert page.locator("h1").count() >= 1, name
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{name} overflows by {wide} px at {width}"
    assert {url for url in asked if not url.startswith(address)} == set()
    assert complaints == []
    context.close()
