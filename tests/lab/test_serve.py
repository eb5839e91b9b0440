"""Serving: what is written appears, and a fault stops nothing."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.site.build import write_pages
from lab.site.serve import rewritten, stamp

RECORD = "stages/1-requirements/REQ-20260701-sort-mail/index.md"


@pytest.mark.parametrize(
    "path", [RECORD, "team/people.yml", "evaluation/metrics.json", "mkdocs.yml", "dvc.yaml"]
)
def test_a_change_of_any_source_is_seen(root: Path, path: str):
    before = stamp(root)
    assert stamp(root) == before
    with (root / path).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert stamp(root) != before


def test_pages_that_are_written_are_no_source(root: Path):
    before = stamp(root)
    write_pages(root)
    assert stamp(root) == before


def test_what_changed_is_said_and_a_fault_too(root: Path):
    write_pages(root, is_dated=False)
    path = root / RECORD
    good = path.read_text("utf-8")
    path.write_text(good.replace("Nobody", "Somebody"), encoding="utf-8")
    assert rewritten(root).startswith("1 page changed (")
    path.write_text("---\nid: [\n---\n", encoding="utf-8")
    assert f"{RECORD}:" in rewritten(root)
    assert "Somebody" in (root / "build/pages" / RECORD).read_text("utf-8")


@pytest.fixture(params=["SIGINT", "SIGTERM"])
def served(root: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the site of the small project, served for real."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (root / "stages").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "lab", "site", "serve", "--address", address]
    with subprocess.Popen(command, cwd=root, env=os.environ, stdout=subprocess.PIPE) as server:
        yield f"http://{address}/"
        server.send_signal(getattr(signal, request.param))
        assert server.wait(timeout=20) == 0
    with socket.socket() as again:  # nobody serves there any more
        assert again.connect_ex((address.partition(":")[0], int(address.partition(":")[2]))) != 0


def shows(url: str, words: str) -> bool:
    """Does a page hold these words within half a minute?"""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if words in answer.read().decode():
                    return True
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.1)
    return False


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C cannot be sent to one process there")
def test_what_is_written_appears(root: Path, served: str):
    page = served + RECORD.replace(".md", ".html")
    assert shows(page, "Nobody reads them.")
    path = root / RECORD
    path.write_text(path.read_text("utf-8").replace("Nobody", "Somebody"), encoding="utf-8")
    assert shows(page, "Somebody reads them.")
