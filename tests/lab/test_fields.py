"""From YAML data to the types: every fault is named, in its line, with what to do."""

import json
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from spoiling import spoiled

from lab.records.card_kinds import Hypothesis
from lab.records.fields import convert
from lab.records.finding import Fault
from lab.records.kinds import KINDS
from lab.records.schemas import TEAM
from lab.records.yaml import parse_strict

TYPES = {code: kind.front for code, kind in KINDS.items()} | TEAM
HYP = """
id: HYP-20260714-a-model
title: A model finds cases
tldr: It does.
created: "2026-07-14T09:00:00Z"
owner: ann
proposal: PROP-20260701-first
story:
  we_believe: a model
  will_result_in: cases found
  in_order_to: wait less
  reduces: uncertainty
change: algorithm
size: M
timebox: 5
prior: "0.6"
criteria:
  - precision > 0.95
guardrails: []
evaluation: {testset: TS-2026-07, seeds: [1, 2, 3]}
history:
  - {at: "2026-07-14T09:00:00Z", by: ann, to: to do}
"""


def faults_of(text: str) -> list[Fault]:
    data, faults = parse_strict(text)
    if faults:
        return faults
    value, faults = convert(data, KINDS["HYP"].front, text)
    assert (value is None) == bool(faults)
    return faults


def test_a_good_one_becomes_typed():
    data, _ = parse_strict(HYP)
    front, faults = convert(data, Hypothesis, HYP)
    assert faults == []
    assert front is not None
    assert front.id == "HYP-20260714-a-model"
    assert f"{front.created:%d.%m.%Y %H:%M %Z}" == "14.07.2026 09:00 UTC"
    assert (front.lock, front.reviews) == (None, [])


FAULTY = {
    "an unknown key": (
        ("owner: ann", "ownr: ann"),
        [
            (2, "REC004", "`owner` is missing", "Add it: a handle from team/people.yml, without"),
            (6, "REC004", "`ownr` is no key that belongs here", "Did you mean `owner`?"),
        ],
    ),
    "an unknown key, inside": (
        ("  reduces: uncertainty", "  reduces: uncertainty\n  note: x"),
        [(13, "REC004", "`note` is no key that belongs here in `story`", "Known are we_believe, ")],
    ),
    "a key that is missing inside": (
        (", to: to do}", "}"),
        [(22, "REC004", "`to` is missing in `history[1]`", "Add it: some text; not blank.")],
    ),
    "another word than those known": (
        ("change: algorithm", "change: magic"),
        [(13, "REC005", '`change` is "magic"', "It has to be one of setup, algorithm, feature,")],
    ),
    "text in place of a list": (
        ("guardrails: []", "guardrails: none"),
        [(19, "REC005", '`guardrails` is "none"', "It has to be what must not get worse.")],
    ),
    "a number in place of text": (
        ('prior: "0.6"', "prior: 0.6"),
        [(16, "REC005", "`prior` is 0.6", "It has to be a probability in quotes, such as")],
    ),
    "a number that looks like a word": (
        ("title: A model finds cases", "title: 7"),
        [
            (
                3,
                "REC005",
                "`title` is 7",
                "It has to be one line of text. Put it in quotes if it is text.",
            )
        ],
    ),
    "truth in place of text": (
        ("tldr: It does.", "tldr: true"),
        [(4, "REC005", "`tldr` is true", "It has to be some text; not blank (one plain paragraph")],
    ),
    "too much": (
        ("timebox: 5", "timebox: 5000"),
        [(15, "REC005", "`timebox` is 5000", "It has to be working days.")],
    ),
    "nothing": (
        ("tldr: It does.", "tldr:"),
        [
            (
                4,
                "REC005",
                "`tldr` is empty",
                "It has to be some text; not blank (one plain paragraph",
            )
        ],
    ),
    "blank": (
        ("  we_believe: a model", '  we_believe: " "'),
        [(9, "REC005", '`story.we_believe` is " "', "It has to be some text; not blank.")],
    ),
    "a list in place of a mapping": (
        ("evaluation: {testset: TS-2026-07, seeds: [1, 2, 3]}", "evaluation: [1]"),
        [(20, "REC005", "`evaluation` is a list", "It has to be `key: value`.")],
    ),
    "a month that is none": (
        ('created: "2026-07', 'created: "2026-13'),
        [(5, "REC005", '`created` is "2026-13-14T09:00:00Z"', "It has to be a UTC time in quotes")],
    ),
    "a time without a zone": (
        ('{at: "2026-07-14T09:00:00Z"', '{at: "2026-07-14T09:00:00"'),
        [(22, "REC005", '`history[1].at` is "2026-07-14T09:00:00"', "It has to be a UTC time")],
    ),
    "a time of another zone": (
        ('{at: "2026-07-14T09:00:00Z"', '{at: "2026-07-14T09:00:00+02:00"'),
        [(22, "REC005", '`history[1].at` is "2026-07-14T09:00:00+02:00"', "It has to be a UTC")],
    ),
    "a second line end in a handle": (
        ("owner: ann", 'owner: "ann\\n"'),
        [(6, "REC005", '`owner` is "ann\\n"', "It has to be a handle from team/people.yml")],
    ),
    "an id that leads elsewhere": (
        ("PROP-20260701-first", "../../etc/passwd"),
        [
            (
                7,
                "REC005",
                '`proposal` is "../../etc/passwd"',
                "It has to be the id of a record: KIND-YYYYMMDD-slug (the accepted proposal",
            )
        ],
    ),
    "several at once": (
        ("size: M\ntimebox: 5", "size: XXL\ntimebox: five"),
        [
            (14, "REC005", '`size` is "XXL"', "It has to be one of XS, S, M, L, XL."),
            (15, "REC005", '`timebox` is "five"', "It has to be working days."),
        ],
    ),
}


@pytest.mark.parametrize(("swap", "expected"), FAULTY.values(), ids=FAULTY)
def test_each_fault_has_its_line_and_its_remedy(swap: tuple[str, str], expected: list):
    assert swap[0] in HYP
    found = sorted(faults_of(HYP.replace(*swap)), key=lambda fault: fault.line)
    assert [(one.line, one.code, one.message) for one in found] == [one[:3] for one in expected]
    for one, (*_, remedy) in zip(found, expected, strict=True):
        assert one.remedy.startswith(remedy)


ODD_TIMES = [
    *("2026-07-14 09:00:00Z", "2026-07-14t09:00:00z", "2026-07-14T09:00:00+0000", "2026-07-14"),
    *("2026-07-14T09:00Z", "20260714T090000Z", "2026-02-30T09:00:00Z", "2026-07-14T24:00:00Z"),
    *(
        "1926-07-14T09:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "now",
        "",
        "\\x32026",
    ),
    *("2026-07-14T09:00:00-00:00", "2026-07-14T09:00:00.1234567Z", "2026-07-14T09:00:00Z\\n"),
    "2026-07-14T09:00:00\\x2b02:00",
]


@pytest.mark.parametrize("time", ODD_TIMES)
def test_there_is_one_way_to_write_a_time(time: str):
    (fault,) = faults_of(HYP.replace('created: "2026-07-14T09:00:00Z"', f'created: "{time}"'))
    assert (fault.line, fault.code) == (5, "REC005")
    assert fault.remedy == 'It has to be a UTC time in quotes: "2026-07-14T09:00:00Z".'


def test_nothing_in_a_message_hides_or_fills_the_screen():
    (fault,) = faults_of(HYP.replace("size: M", 'size: "M\\u200b\\n' + "M" * 999 + '"'))
    assert fault.message.startswith('`size` is "M\\u200b\\nMMM')
    assert len(fault.message) < 90


# ---------------------------------------------------------------------------
# The fast conversion and the slow walk agree, for every type and every fault.
# ---------------------------------------------------------------------------

ODD = [
    *(None, True, 0, -1, 5, 5.0, 1.5, 10**30, "", " ", "x", "x\n", "ann", "2026-07-14", "0.6"),
    *([], ["x"], [None], [[]], {}, {"x": 1}, {"at": 1}, "2026-07-14T09:00:00+02:00"),
    *("2026-13-01T09:00:00Z", "HYP-20260714-a", "HYP-20260714-a\n", "M", "supported", "y" * 300),
]


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)
@given(data=st.data())
@settings(max_examples=30)
def test_one_way_finds_a_fault_where_the_other_fails(
    kind: type[msgspec.Struct],
    fronts: Callable[[type], st.SearchStrategy[dict[str, Any]]],
    data: st.DataObject,
):
    good = data.draw(fronts(kind))
    value, faults = convert(good, kind, json.dumps(good, ensure_ascii=False))
    assert faults == []
    assert value is not None
    assume(good)
    bad = data.draw(spoiled(good, ODD, ["x", 1, None, ""]))
    text = json.dumps(bad, ensure_ascii=False) if isinstance(bad, dict) else ""
    value, faults = convert(bad, kind, text.encode(errors="replace").decode())
    assert (value is None) == bool(faults)
    assert all(fault.remedy != "Compare it with the template of its kind." for fault in faults)
    assert all(re.fullmatch(r"`.+` is .+", fault.message) for fault in faults)
    if value is not None:
        msgspec.convert(bad, kind)
