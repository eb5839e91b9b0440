"""New records from the templates of the stages: complete, and otherwise as the template is."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lab.errors import LabError
from lab.records.edits import emit
from lab.records.kinds import KINDS, Kind
from lab.records.record import parse_record
from lab.records.templates import filled, template_of

TEMPLATE = Path(__file__).parents[2] / "template"
NOW = datetime(2026, 7, 14, 9, tzinfo=UTC)
TITLES = [
    "A plain title",
    "no",
    "12:30",
    'It\'s "50 %": a # b',
    "größer 日本",
    "2026-07-14",
    "{{ a }}",
]


def links_of(kind: Kind) -> dict[str, Any]:
    """What a new record of a kind has to be told."""
    fields = kind.front.__struct_fields__
    values: dict[str, Any] = {"answers": "REQ-20260701-a", "proposal": "PROP-20260701-a"}
    values = {name: value for name, value in values.items() if name in fields}
    return values | ({"evaluation.testset": "TS-2026-07"} if kind.code == "HYP" else {})


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("title", TITLES)
def test_every_template_makes_a_record(kind: Kind, title: str):
    template = template_of(kind, TEMPLATE)
    id_ = f"{kind.code}-20260714-a"
    text = filled(template, id_, title, "ann", NOW, links_of(kind))
    record, findings = parse_record(text, f"{kind.folder}/{id_}/index.md")
    assert findings == []
    assert record is not None
    front = record.front
    assert (front.id, front.title, front.owner, front.created) == (id_, title, "ann", NOW)
    assert (front.history[0].by, front.history[0].at) == ("ann", NOW)
    assert text.partition("\n---\n")[2] == template.partition("\n---\n")[2]
    old, new = template.splitlines(), text.splitlines()
    assert len(old) == len(new)
    for one, other in zip(old, new, strict=True):
        assert one.partition(" #")[2] == other.partition(" #")[2] or emit(title) in other
        if not any(
            word in one for word in ("YYYY", "-handle>", "title:", "<", "answers", "proposal")
        ):
            assert one == other


def test_further_values_take_their_places():
    template = template_of(KINDS["HYP"], TEMPLATE)
    values = links_of(KINDS["HYP"]) | {
        "story.we_believe": "yes: a # model",
        "criteria": ["precision > 0.9", "recall[age < 30] > 0.7"],
        "timebox": 3,
        "follows": "HYP-20260701-a",
    }
    text = filled(template, "HYP-20260714-a", "A title", "ann", NOW, values)
    record, findings = parse_record(text, "stages/4-experiments/HYP-20260714-a/index.md")
    assert findings == []
    assert record is not None
    front = record.front
    assert front.story.we_believe == "yes: a # model"
    assert front.criteria == ["precision > 0.9", "recall[age < 30] > 0.7"]
    assert (front.timebox, front.follows) == (3, "HYP-20260701-a")
    assert "timebox: 3                        # working days" in text


def test_a_stage_without_its_template_is_named(tmp_path: Path):
    with pytest.raises(LabError, match=r"ROLL\.md is missing: this project has no rollout"):
        template_of(KINDS["ROLL"], tmp_path)


def test_a_value_that_has_no_place_is_refused():
    template = template_of(KINDS["TASK"], TEMPLATE)
    with pytest.raises(LabError, match=r"by hand: .*set `story\.we_believe`: a"):
        filled(template, "TASK-20260714-a", "A", "ann", NOW, {"story.we_believe": "a"})
