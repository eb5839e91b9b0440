"""Every page of a project with fifty-odd records, in a real browser: phone and desktop, light
and dark.
"""

import json
from pathlib import Path

import pytest
from browsing.links import BASE, broken_links, feeds, links_of_feed, loaded_from_elsewhere
from browsing.visits import Visit, none, pages_of
from played.world import World
from played.year import LOOSE_ENDS

from lab.records.store import read_store

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("pages")]


def test_the_world_is_one_in_which_the_rules_hold(world: World):
    """But for what is meant to be amiss."""
    _, said, _ = world.type("ann", "check", "--format", "json")
    found = json.loads(said)["findings"]
    assert [one["code"] for one in found if one["level"] == "error"] == []
    assert {*LOOSE_ENDS} <= {one["code"] for one in found if one["level"] == "warning"}
    records = [path.parent.name for path in world.root.glob("*/*/*-*-*/index.md")]
    assert len(records) >= 50
    kinds = {name.partition("-")[0] for name in records}
    assert len(kinds) == 12


def test_a_team_of_eight_has_lived_it(world: World):
    """Another product owner came, one rollout went to all and one was taken back by its test."""
    records = read_store(world.root).records
    by = {step.by for name, record in records.items() if name.startswith("PROP")
          for step in record.front.history if step.to == "accepted"}  # fmt: skip
    assert by == {"pia", "gus"}
    day, night = (records[name].front.ladder for name in sorted(records) if name[:4] == "ROLL")
    assert [entry.step for entry in day] == [1, 2, 3, 4, 0, 1, 2, 3, 4]
    assert [entry.seen[0].says for entry in day if entry.seen][-1] == "supported"
    assert [entry.did for entry in night] == ["widened", "reverted"]
    assert night[1].seen[0].says == "refuted"
    retros = [record for name, record in records.items() if name.startswith("RET")]
    assert {action.state for retro in retros for action in retro.front.actions} == {"done"}
    reports = [record.front for name, record in records.items() if name.startswith("REP")]
    assert [len(report.reviewed.attended) for report in reports if report.reviewed] == [4, 4, 4]
    assert len(read_store(world.root).people) == 8


def test_nothing_leaves_the_readers_machine(visited: Visit, site: Path):
    none(visited.of("away"))
    none("\n".join(loaded_from_elsewhere(site)))


def test_no_page_fails_or_complains(visited: Visit):
    none(visited.of("failed", "console", "dialog"))


def test_no_page_is_wider_than_the_window(visited: Visit):
    none(visited.of("wide"))


def test_no_page_breaks_a_rule_of_level_aa(visited: Visit):
    none(visited.of("axe"))


def test_every_picture_says_in_words_what_it_shows(visited: Visit):
    none(visited.of("alt", "title"))


def test_every_chart_has_its_numbers_beside_it(visited: Visit, site: Path):
    assert any("<svg" in (site / name).read_text("utf-8") for name in pages_of(site))
    none(visited.of("table"))


def test_every_link_leads_somewhere(site: Path):
    none("\n".join(broken_links(site)))


def test_every_place_that_the_search_knows_is_there(site: Path):
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    places = {one["location"].partition("#")[0] or "index.html" for one in index["docs"]}
    assert len(places) > 50
    assert [one for one in places if not (site / one).is_file()] == []


def test_every_entry_of_a_feed_leads_to_a_page(site: Path):
    known = feeds(site)
    if not known:
        pytest.skip("the site has no feed")
    for name, feed in known.items():
        links = links_of_feed(name, feed)
        assert links, f"{name} has no entries"
        for link in links:
            path = link.removeprefix(BASE).partition("#")[0] or "index.html"
            assert (site / path).is_file(), f"{name} leads to {link}"
