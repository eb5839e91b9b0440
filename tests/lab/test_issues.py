"""`lab new --from-issue`: what an issue's form says becomes a record."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from playing import TEMPLATE, Play

from lab.errors import LabError
from lab.records.issues import OPTIONS, read_issue, with_sections
from lab.records.kinds import KINDS
from lab.records.templates import template_of

FORMS = {"HYP": "hypothesis", "SPK": "spike", "TASK": "task"}
FIELDS = {
    code: [
        one["attributes"]
        for one in yaml.safe_load(
            (TEMPLATE / f".github/ISSUE_TEMPLATE/{name}.yml").read_text("utf-8")
        )["body"]
        if one["type"] != "markdown"
    ]
    for code, name in FORMS.items()
}
SAID = {
    "In plain words": "Trees may find more.",
    "We believe that": "boosted trees: all of them",
    "It will result in": "more tumours found",
    "In order to": "let patients know a day earlier",
    "It reduces": "cost",
    "It changes": "data",
    "What would prove it": "- recall > 0.85\n* `precision >= status_quo + 0.02`\n\n",
    "What must not get worse": "precision >= status_quo - 0.02",
    "How likely it is": "0.7",
    "Question": "Can a scanner read it?",
    "Size": "L",
    "Time box": "4",
    "Why we believe it": "It was so in 2020.\n\nAnd in 2021.",
}


@pytest.fixture
def play(tmp_path, monkeypatch, capsys) -> Play:
    return Play(tmp_path / "project", monkeypatch, capsys)


def rendered(code: str, title: str = "", **other: str) -> str:
    """An issue as GitHub renders a form; what nobody filled in is a phrase of GitHub's."""
    said = SAID | {"Question": "Can it?"} | other
    parts = [
        f"### {one['label']}\n\n{said.get(one['label'], '_No response_')}" for one in FIELDS[code]
    ]
    return "\n\n".join([f"# {title}"] * bool(title) + parts) + "\n"


def issue(play: Play, text: str) -> str:
    path = play.root.parent / "issue.md"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    return str(path)


def test_a_hypothesis_is_made_of_its_form(play: Play):
    said = play.lab("new", "HYP", "--from-issue", issue(play, rendered("HYP", "Trees: better?")))
    assert "HYP-20261123-trees-better" in said
    text = play.text("HYP-20261123-trees-better")
    for line in (
        'title: "Trees: better?"\n',
        "tldr: Trees may find more.\n",
        '  we_believe: "boosted trees: all of them"\n',
        "  will_result_in: more tumours found\n",
        "  in_order_to: let patients know a day earlier\n",
        "  reduces: cost ",
        "change: data ",
        "size: L ",
        "timebox: 4 ",
        'prior: "0.7" ',
        "  - recall > 0.85\n  - precision >= status_quo + 0.02\n",
        "  - precision >= status_quo - 0.02\n",
        "## Why we believe it\n\nIt was so in 2020.\n\nAnd in 2021.\n\n## What we will do\n",
    ):
        assert line in text, line
    assert "Earlier cards, the literature" not in text
    assert play.type("check").code == 0


@pytest.mark.parametrize("code", ["SPK", "TASK"])
def test_the_other_forms_make_records_that_hold(play: Play, code: str):
    play.lab("new", code, "A", "thing", "--from-issue", issue(play, rendered(code)))
    text = play.text(f"{code}-20261123-thing")
    assert "tldr: Trees may find more.\n" in text
    assert "size: L " in text
    assert ('question: "Can it?"' in text) == (code == "SPK")
    assert play.type("check").code == 0


def test_what_is_typed_comes_before_what_the_issue_says(play: Play):
    path = issue(play, rendered("HYP", "From the issue"))
    play.lab(
        "new", "HYP", "Typed", "--size", "S", "--criterion", "recall > 0.99", "--from-issue", path
    )
    text = play.text("HYP-20261123-typed")
    assert "size: S " in text
    assert "criteria:                         # what would prove it" in text
    assert "  - recall > 0.99\nguardrails:" in text


def test_what_nobody_filled_in_is_left_of_the_template(play: Play):
    said = {one["label"]: "_No response_" for one in FIELDS["HYP"]}
    path = issue(play, rendered("HYP", "Bare", **said))
    play.lab("new", "HYP", "--from-issue", path)
    text = play.text("HYP-20261123-bare")
    assert "  we_believe: <what we try>\n" in text
    assert "No response" not in text
    assert "Earlier cards, the literature" in text


def test_what_no_field_takes_is_kept_under_its_own_heading(play: Play):
    more = "\n### Anything else\n\nSee the\n## not a section\n<!-- gone --> and @ann <b>.\n"
    path = issue(play, rendered("TASK", "More") + more + "\n### Question\n\nWhy now?\n")
    play.lab("new", "TASK", "--from-issue", path)
    text = play.text("TASK-20261123-more")
    assert text.endswith(
        "## Anything else\n\nSee the\n\\## not a section\n and @ann <b>.\n\n"
        "## Question\n\nWhy now?\n"
    )


@pytest.mark.parametrize(
    ("heading", "value", "said"),
    [
        ("Size", "3d", 'below "Size" the issue says "3d": it is one of XS, S, M, L, XL.'),
        ("It changes", "mind", "it is one of setup, algorithm, feature, data, explain."),
        ("It reduces", "fun", "it is one of risk, uncertainty, cost."),
        ("Time box", "soon", 'below "Time box" of the issue: "soon" is no whole number.'),
        ("Time box", "0", "0 is no time box; write working days, from 1 to 260."),
        ("What would prove it", "it works", "unknown metric `it`."),
    ],
)
def test_what_cannot_be_taken_is_refused(play: Play, heading: str, value: str, said: str):
    path = issue(play, rendered("HYP", "X", **{heading: value}))
    assert said in play.refused("new", "HYP", "--from-issue", path)


def test_a_heading_that_stands_there_twice_is_refused(play: Play):
    path = issue(play, rendered("TASK", "X") + "\n### Size\n\nS\n")
    assert 'the issue has "Size" twice' in play.refused("new", "TASK", "--from-issue", path)


def test_an_issue_without_a_title_needs_one(play: Play):
    path = issue(play, rendered("TASK"))
    assert "say what it is about" in play.refused("new", "TASK", "--from-issue", path)


def test_a_file_that_is_not_there_is_named(play: Play):
    assert "no.md cannot be read" in play.refused("new", "TASK", "X", "--from-issue", "no.md")


def test_headings_in_code_are_code():
    fenced = "### Why we ask\n\n~~~md\n### Size\n```\n~~~\n\n### Size\n\nS\n"
    found = read_issue(fenced)
    assert found.sections == {"Why we ask": "~~~md\n### Size\n```\n~~~"}
    assert found.options == {"size": "S"}


@pytest.mark.parametrize("code", FORMS)
def test_every_field_of_a_form_has_its_place_in_the_record(code: str):
    """A heading that neither an option nor the template knows would land at the end."""
    text = template_of(KINDS[code], TEMPLATE)
    headings = set(re.findall(r"^## (.+)$", text, re.MULTILINE))
    labels = [one["label"] for one in FIELDS[code]]
    assert [one for one in labels if one not in OPTIONS and one not in headings] == []
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("code", FORMS)
def test_gitlab_asks_for_the_same(code: str):
    path = Path(TEMPLATE / f".gitlab/issue_templates/{FORMS[code].capitalize()}.md")
    text = path.read_text("utf-8")
    assert re.findall(r"^### (.+)$", text, re.MULTILINE) == [one["label"] for one in FIELDS[code]]
    assert f"/label ~{FORMS[code]}\n" in text
    for one in FIELDS[code]:
        if "options" in one:
            assert f"One of: {', '.join(one['options'])}. -->" in text
    found = read_issue(text.replace("/label", "\n### End\n\n/label"))
    assert (found.options, list(found.sections)) == ({}, ["End"])


def test_both_forges_ask_for_the_same_before_a_merge():
    texts = [
        (TEMPLATE / path).read_text("utf-8")
        for path in (
            ".github/pull_request_template.md",
            ".gitlab/merge_request_templates/Default.md",
        )
    ]
    assert texts[0] == texts[1]
    assert "team/definition-of-done.md" in texts[0]


@given(st.text(alphabet="#` ~-\nabc<!>\r_"))
def test_any_text_is_read_and_opens_no_section(text: str):
    try:
        found = read_issue(text.replace("\r", "\n"))
    except LabError:
        assume(False)
        raise
    assert found.options == {}
    made = with_sections("---\nid: x\n---\n\n## One\n\n<!-- hint -->\n", found.sections)
    headings = [line for line in made.split("\n") if line.startswith("## ")]
    assert len(headings) == 1 + len(set(found.sections) - {"One"})
    assert made.count("<!--") <= 1
