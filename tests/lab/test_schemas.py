"""The JSON Schemas: an editor that uses them says what the loader says."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playing import write_project
from spoiling import spoiled

from lab.records.fields import convert
from lab.records.front import TIME
from lab.records.kinds import KINDS
from lab.records.schemas import TEAM, schemas
from lab.records.store import read_store
from lab.records.yaml import parse_strict

SCHEMAS = schemas()
TYPES = {code: kind.front for code, kind in KINDS.items()} | TEAM
TEMPLATE = Path(__file__).parents[2] / "template"


def valid(name: str, data: Any) -> bool:
    return jsonschema.Draft202012Validator(SCHEMAS[name]).is_valid(data)


@pytest.mark.parametrize("name", TYPES)
def test_every_schema_is_one_and_lies_in_the_template(name: str):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMAS[name]["additionalProperties"] is False
    written = (TEMPLATE / f"lab/schemas/{name}.json").read_text("utf-8")
    assert json.loads(written) == SCHEMAS[name], "run `python docs/generate`"


def test_the_sample_records_and_the_team_files_fit_their_schemas(tmp_path: Path):
    write_project(tmp_path)
    store = read_store(tmp_path)
    assert store.findings == ()
    assert len(store.records) == 4
    for record in store.records.values():
        data, _ = parse_strict(record.yaml)
        jsonschema.validate(data, SCHEMAS[record.kind.code])
    for name in ("people", "policy"):
        data, _ = parse_strict((tmp_path / f"team/{name}.yml").read_text("utf-8"))
        jsonschema.validate(data, SCHEMAS[name])


def test_every_record_names_its_schema():
    for code, kind in KINDS.items():
        text = (TEMPLATE / kind.folder / f"templates/{code}.md").read_text("utf-8")
        place = re.search(r"yaml-language-server: \$schema=(\S+)", text)
        assert place
        record = TEMPLATE / kind.folder / f"{code}-20260714-a"
        assert (record / place[1]).resolve() == TEMPLATE / f"lab/schemas/{code}.json"


ODD = [
    *(None, True, 0, -1, 5, 1.5, 10**9, "", " ", "x", "x\n", "ann", "0.6", [], ["x"], [None], {}),
    *({"x": 1}, "2026-07-14T09:00:00+02:00", "2026-07-14", "HYP-20260714-a\n", "M", "y" * 300),
]


@pytest.mark.parametrize("name", TYPES)
@given(data=st.data())
@settings(max_examples=25)
def test_a_schema_refuses_what_the_loader_refuses(
    name: str,
    fronts: Callable[[type], st.SearchStrategy[dict[str, Any]]],
    data: st.DataObject,
):
    good = data.draw(fronts(TYPES[name]).filter(bool))
    assert valid(name, good)
    bad = data.draw(spoiled(good, ODD))
    _, faults = convert(bad, TYPES[name], json.dumps(bad, ensure_ascii=False))
    assert valid(name, bad) == (not faults)


def test_a_day_that_is_none_has_the_form_of_a_time_and_only_the_loader_sees_it():
    assert re.search(TIME, "2026-13-14T09:00:00Z")
    assert not re.search(TIME, "2026-07-14T09:00:00+02:00")
    assert not re.search(TIME, "2026-07-14T09:00:00Z\n")
