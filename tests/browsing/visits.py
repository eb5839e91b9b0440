"""Headless Chromium: a folder served on this machine, and what its pages do when they are read."""

import contextlib
import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Chromium calls home by itself; only what a page asks for is to be seen.
FLAGS = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")


@dataclass(frozen=True)
class Setting:
    """How somebody reads: the size of the window, and whether it is dark."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


PHONE_LIGHT = Setting("phone, light", 390, 844, "light")
PHONE_DARK = Setting("phone, dark", 390, 844, "dark")
DESKTOP_LIGHT = Setting("desktop, light", 1280, 900, "light")
DESKTOP_DARK = Setting("desktop, dark", 1280, 900, "dark")
# A page is loaded once in each scheme, and the window is then made wider, or narrower.
TURNS = ((PHONE_LIGHT, DESKTOP_LIGHT), (DESKTOP_DARK, PHONE_DARK))
SETTINGS = tuple(setting for turn in TURNS for setting in turn)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a page, and in which setting."""

    kind: str
    page: str
    setting: str
    what: str
    where: str = ""


@dataclass
class Visit:
    """What pages asked for and complained about while they were open."""

    faults: list[Fault] = field(default_factory=list)

    def add(self, kind: str, page: str, setting: Setting, what: str, where: str = "") -> None:
        """Note a fault; `where` says where on the page it is."""
        self.faults.append(Fault(kind, page, setting.name, what, where))

    def of(self, *kinds: str) -> str:
        """The faults of some kinds, or all: each once, and where. Empty if there are none."""
        where: dict[str, list[str]] = {}
        for one in self.faults:
            if not kinds or one.kind in kinds:
                where.setdefault(one.what, []).append(f"{one.page} ({one.setting}) {one.where}")
        return "\n".join(
            f"{len(places)} times: {what}\n" + "\n".join(f"    {place}" for place in places[:3])
            for what, places in sorted(where.items(), key=lambda both: -len(both[1]))
        )


def none(faults: str) -> None:
    """There are no faults; if there are, all of them are printed, and nothing else."""
    if faults:
        pytest.fail(faults, pytrace=False)


@dataclass
class Here:
    """Where a browser is: what it does is noted for this page."""

    page: str
    setting: Setting


@contextlib.contextmanager
def chromium() -> Generator[Browser]:
    """Debian's Chromium, or whichever is installed; without one, tests are skipped but in CI."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium on this machine: .ci/run installs one")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@contextlib.contextmanager
def served(folder: Path) -> Generator[str]:
    """The address of a folder that is served on this machine; it ends with a slash."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def pages_of(site: Path) -> list[str]:
    """Every page of a built site, relative to it, in order."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def visit(
    address: str,
    names: Sequence[str],
    look: Callable[[Page, str, Setting, Visit], None] = lambda *_: None,
    turns: Sequence[tuple[Setting, ...]] = TURNS,
) -> Visit:
    """Open pages in every setting, note what they ask for, and look at each.

    Of each page it is noted if it asks another machine for something, gets an error, writes to
    the console, opens a dialog, or is wider than the window. Each turn has a browser and a thread
    of its own, because most of the time goes by in the browser.
    """

    def taken(turn: tuple[Setting, ...]) -> list[Fault]:
        with chromium() as browser:
            return _turn(browser, address, names, look, turn).faults

    with ThreadPoolExecutor(len(turns)) as threads:
        return Visit([fault for faults in threads.map(taken, turns) for fault in faults])


def _turn(
    browser: Browser,
    address: str,
    names: Sequence[str],
    look: Callable[[Page, str, Setting, Visit], None],
    turn: tuple[Setting, ...],
) -> Visit:
    found, first = Visit(), turn[0]
    context = browser.new_context(
        viewport={"width": first.width, "height": first.height}, color_scheme=first.scheme
    )
    context.add_init_script(STILL)
    page = context.new_page()
    here = Here("", first)
    _listen(page, address, here, found)
    for name in names:
        here.page, here.setting = name, first
        page.goto(address + name, wait_until="load")
        for setting in turn:
            here.setting = setting
            page.set_viewport_size({"width": setting.width, "height": setting.height})
            if wide := page.evaluate(WIDER):
                found.add("wide", name, setting, wide)
            look(page, name, setting, found)
    return found


def _listen(page: Page, address: str, here: Here, found: Visit) -> None:
    def note(kind: str) -> Callable[[str], None]:
        return lambda what: found.add(kind, here.page, here.setting, what)

    away, failed, said, opened = map(note, ("away", "failed", "console", "dialog"))

    def dismiss(dialog: Dialog) -> None:
        opened(dialog.message)
        dialog.dismiss()

    page.on("request", lambda one: None if _stays(one.url, address) else away(one.url))
    page.on("requestfailed", lambda one: None if _was_left(one) else failed(one.url))
    page.on("response", lambda one: failed(one.url) if one.status >= 400 else None)
    page.on("console", lambda one: said(one.text))
    page.on("pageerror", lambda one: said(str(one)))
    page.on("dialog", dismiss)


def _was_left(request: Request) -> bool:
    """Was it given up because the next page was opened?"""
    return "ERR_ABORTED" in (request.failure or "")


def _stays(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:", "about:"))


STILL = """document.addEventListener("DOMContentLoaded", () => {
    const style = document.createElement("style");
    style.textContent = "*, ::before, ::after { transition: none !important; }";
    document.head.append(style);
})"""  # what fades or slides in is measured when it has arrived
# How much wider than the window a page is, and the elements that make it so; empty if none do.
WIDER = """() => {
    const over = document.documentElement.scrollWidth - window.innerWidth;
    if (over <= 0) return "";
    const clipped = one => {
        for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
            if (getComputedStyle(up).overflowX !== "visible") return true;
        return false;
    };
    const name = one => [one.tagName.toLowerCase(), ...one.classList].join(".");
    const wide = [...document.querySelectorAll("body *")]
        .filter(one => one.getBoundingClientRect().right > window.innerWidth + 0.5)
        .filter(one => !clipped(one));
    return `${over} px too wide: ${[...new Set(wide.map(name))].slice(0, 5).join(", ")}`;
}"""
