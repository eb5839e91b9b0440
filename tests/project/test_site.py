"""The site holds what the project holds, and its pages are in order from the first day."""

import html

import pytest
from browsing.looking import look
from browsing.visits import none, pages_of, served, visit

from lab.numerals import number

from .using import InUse


def test_the_pages_hold_the_numbers_the_plots_and_the_records(project: InUse):
    metrics = project.json("evaluation/metrics.json")
    lift = project.json("evaluation/lift.json")
    home, results, cards = (
        html.unescape(project.text(f"build/site/{page}.html"))
        for page in ("index", "results", "cards")
    )
    for model in ("candidate", "status_quo"):
        for value in metrics[model].values():
            assert number(value) in home
            assert number(value) in results
            assert number(value) in cards
    for name in ("perfect", "random", "status_quo"):
        assert f"<td>{number(lift[name])}</td>" in home
    assert f"would add {number(lift['potential'])}" in home
    assert number(abs(lift["risk"])) in home
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


@pytest.mark.parametrize("task", ["regression"])
def test_the_pages_of_a_fresh_project_are_in_order(project: InUse):
    """As those of a binary project with fifty-odd records, which tests/site examines."""
    site = project.root / "build/site"
    pages = pages_of(site)
    assert len(pages) > 12
    with served(site) as address:
        none(visit(address, pages, look()).of())
