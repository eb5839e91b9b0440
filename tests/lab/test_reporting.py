"""The draft of a report: what it holds, and that its numbers are looked up."""

import re
from pathlib import Path

import pytest
from playing import HYP, PROP, Play

from lab.process.report_draft import sections, with_sections
from lab.proof.references import REFERENCE, broken, resolved
from lab.records.store import Store, read_store
from lab.rules.run import check


@pytest.fixture
def play(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


@pytest.fixture
def judged(play: Play) -> Play:
    """A hypothesis that was started, judged as supported and reviewed."""
    play.lab("start", HYP)
    play.judge("supported")
    return play


def store(play: Play) -> Store:
    return read_store(play.root)


def test_the_report_command_assembles_the_draft(judged: Play):
    out = judged.lab("report")
    (path,) = judged.root.glob("stages/5-reports/REP-*/index.md")
    assert f"wrote stages/5-reports/{path.parent.name}/index.md" in out
    text = path.read_text("utf-8")
    assert f"proposal: {PROP}" in text
    assert "We asked: Do all thirty measurements" in text
    assert f"{{{{{HYP}#1.estimate}}}}" in text
    assert "`recall > 0.85`: if it is passed, plan a second iteration" in text
    assert f"found it {{{{{HYP}#2.status}}}}" in text
    assert "> a patient with a malignant biopsy hears the result sooner" in text
    codes = {one.code for one in check(store(judged)).findings if path.parent.name in one.path}
    assert codes == set()


def test_no_number_of_the_draft_is_typed(judged: Play):
    made = sections(store(judged).records[PROP], store(judged))
    text = REFERENCE.sub("", made["Results"])
    text = re.sub(r"`[^`]*`|\]\([^)]*\)", "", text)
    assert not re.search(r"\d", text)


def test_references_become_the_values_of_the_verdict(judged: Play):
    found = store(judged)
    text = f"{{{{{HYP}#1.lower}}}} {{{{ {HYP}#2.criterion }}}} {{{{{HYP}#verdict}}}}"
    assert resolved(text, found) == "0.900 recall > 0.85 supported"
    assert resolved(f"{{{{{HYP}#days}}}} of {{{{{HYP}#timebox}}}}", found) == "2 of 3"


@pytest.mark.parametrize(
    "text",
    [
        "{{HYP-20200101-nothing#1.estimate}}",
        f"{{{{{HYP}#0.estimate}}}}",
        f"{{{{{HYP}#9.estimate}}}}",
        f"{{{{{HYP}#1.nonsense}}}}",
        f"{{{{{HYP}#nonsense}}}}",
        f"{{{{{PROP}#verdict}}}}",
    ],
)
def test_a_reference_that_leads_nowhere_is_left_and_found(judged: Play, text: str):
    found = store(judged)
    assert resolved(text, found) == text
    assert broken(f"a {text}", found) == [(2, text)]


def test_a_mark_for_what_the_site_draws_leads_somewhere(judged: Play):
    found = store(judged)
    for mark in (f"{{{{{HYP}#chart}}}}", f"{{{{{HYP}#timeline}}}}", f"{{{{{PROP}#cards}}}}"):
        assert broken(mark, found) == []
        assert resolved(mark, found) == mark
    for mark in (f"{{{{{HYP}#1.chart}}}}", f"{{{{{PROP}#chart}}}}", f"{{{{{HYP}#gauge}}}}"):
        assert broken(mark, found) == [(0, mark)]


def test_before_a_verdict_its_numbers_lead_nowhere(play: Play):
    text = f"{{{{{HYP}#1.estimate}}}}"
    assert broken(text, store(play)) == [(0, text)]
    assert resolved(f"{{{{{HYP}#outcome}}}}", store(play)) == "to do"


def a_report(play: Play) -> str:
    play.lab("report")
    (path,) = play.root.glob("stages/5-reports/REP-*/index.md")
    return path.parent.name


@pytest.mark.parametrize("typed", ["0.97", "97 %", "precision is .97 now", "-0.2"])
def test_a_typed_number_in_the_results_is_red(judged: Play, typed: str):
    id_ = a_report(judged)
    judged.change(id_, "## What it means", f"{typed}\n\n## What it means")
    (found,) = [one for one in check(store(judged)).findings if id_ in one.path]
    assert found.code == "REP018"
    assert "is typed into the results" in found.message


def test_a_verdict_that_is_gone_makes_the_report_red(judged: Play):
    id_ = a_report(judged)
    (judged.path(HYP).parent / "verdict.json").unlink()
    codes = {one.code for one in check(store(judged)).findings if id_ in one.path}
    assert codes == {"REP018"}


def test_an_iteration_has_one_report(judged: Play):
    id_ = a_report(judged)
    assert f"has a report: stages/5-reports/{id_}" in judged.refused("report", PROP)


def test_without_an_open_iteration_there_is_nothing_to_report(play: Play):
    play.change(PROP, "to: accepted", "to: draft")
    assert "no iteration is open" in play.refused("report")


def test_a_report_is_about_a_proposal(play: Play):
    assert "a report is about a PROP" in play.refused("report", HYP)


def test_texts_go_below_their_headings_and_nothing_else_changes():
    body = "\n## A\n\n<!-- a -->\n\n## B\n\n<!-- b -->\n"
    assert (
        with_sections(body, {"B": "new"}) == "\n## A\n\n<!-- a -->\n\n## B\n\nnew\n\n<!-- b -->\n"
    )


def test_a_report_has_the_title_that_was_typed(judged: Play):
    judged.lab("report", "--title", "Second  report")
    (path,) = judged.root.glob("stages/5-reports/REP-*/index.md")
    assert "title: Second report\n" in path.read_text("utf-8")


def test_showing_a_report_looks_its_numbers_up(judged: Play):
    judged.lab("report")
    said = judged.lab("show", "REP")
    assert "{{" not in said
    assert "| `recall > 0.85` | 0.925 |" in said


def test_who_is_late_is_told_the_command_that_assembles_it(judged: Play):
    judged.at("2027-01-20T09:00:00Z")
    assert f"lab report {PROP}" in judged.lab("status")
    assert f"`lab report {PROP}`" in judged.type("check").out
