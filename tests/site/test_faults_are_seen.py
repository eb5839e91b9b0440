"""A page with every fault is found to have every fault: who looks for them is not blind."""

from pathlib import Path

from browsing.links import broken_links, loaded_from_elsewhere, read_site
from browsing.looking import look
from browsing.visits import DESKTOP_LIGHT, TURNS, pages_of, served, visit

ICON = '<link rel="icon" href="data:,">'  # or the browser asks for one
BAD = f"""<!doctype html><html lang="en"><head><title>Bad</title>{ICON}</head><body>
<main><article><h1>Bad</h1><h1>Twice</h1>
<img src="https://elsewhere.invalid/p.png"><img src="gone.png" alt="gone">
<p style="color: #999; background: #fff">Too pale to be read.</p>
<div style="width: 3000px; height: 1em">wide</div>
<svg role="img" aria-label="a chart of 0.123" width="9" height="9"></svg>
<svg width="9" height="9"></svg>
<a href="nowhere.html">nowhere</a> <a href="#gone">no anchor</a>
<a href="javascript:alert(1)" onclick="alert(2)">runs</a>
<script>console.error("a complaint"); alert("a dialog")</script>
</article></main></body></html>"""
GOOD = f"""<!doctype html><html lang="en"><head><title>Good</title>{ICON}</head><body>
<main><article><h1 id="here">Good</h1><p>All is well. <img src="data:," alt="nothing"></p>
<figure><svg role="img" aria-label="a chart of 0.123" width="9" height="9"></svg>
<table><tr><th scope="col">value</th></tr><tr><td>0.123</td></tr></table></figure>
<div style="overflow-x: auto" tabindex="0"><div style="width: 3000px">a wide one</div></div>
<p><a href="#here">up</a></p></article></main></body></html>"""


def test_a_page_with_every_fault_has_every_fault(tmp_path: Path):
    (tmp_path / "bad.html").write_text(BAD, encoding="utf-8")
    with served(tmp_path) as address:
        found = visit(address, pages_of(tmp_path), look())
    kinds = {one.kind for one in found.faults}
    assert kinds == {"away", "failed", "console", "dialog", "wide", "axe", "alt", "table", "title"}
    wide = {one.setting for one in found.faults if one.kind == "wide"}
    assert wide == {setting.name for turn in TURNS for setting in turn}
    assert "color-contrast" in found.of("axe")
    assert "3000" not in found.of("alt")
    assert DESKTOP_LIGHT.name in found.of("alt")
    assert [line.partition(": ")[2].split(":")[0] for line in broken_links(tmp_path)] == [
        "<img> 'gone.png'",
        "<a> 'nowhere.html'",
        "<a> '#gone'",
        "<a> 'javascript",
    ]
    assert len(list(loaded_from_elsewhere(tmp_path))) == 1
    assert len(read_site(tmp_path)["bad.html"].running) == 2


def test_a_page_that_is_in_order_has_none(tmp_path: Path):
    (tmp_path / "good.html").write_text(GOOD, encoding="utf-8")
    with served(tmp_path) as address:
        assert visit(address, ["good.html"], look()).of() == ""
    assert list(broken_links(tmp_path)) == []
