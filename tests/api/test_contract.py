"""The contract: what is made from the project's files, and what files are refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from .serving import PACKAGE, Interface

NUMBERS = {"float": "number", "integer": "integer"}
TIMES = {"date": "date", "datetime": "date-time"}


def test_every_column_is_a_field_with_all_that_the_schema_says(each: Interface):
    columns = {
        name: column
        for name, column in each.yaml("schema.yaml")["columns"].items()
        if column.get("role", "feature") == "feature"
    }
    row = each.openapi()["components"]["schemas"]["Features"]
    assert list(row["properties"]) == list(columns)
    assert row["additionalProperties"] is False
    nullable = {name for name, column in columns.items() if column.get("nullable")}
    assert set(row["required"]) == set(columns) - nullable
    for name, column in columns.items():
        shape = row["properties"][name]
        kinds = [one for one in shape.get("anyOf", [shape]) if one.get("type") != "null"]
        (kind,) = kinds
        if "values" in column:
            assert kind["enum"] == column["values"]
        elif column["type"] not in NUMBERS:
            wanted = "boolean" if column["type"] == "boolean" else "string"
            assert kind["type"] == wanted
            assert shape.get("format") == TIMES.get(column["type"])
        else:
            assert kind["type"] == NUMBERS[column["type"]]
            assert kind["minimum"] == column.get("min", -1e15)
            assert kind["maximum"] == column.get("max", 1e15)
        assert shape.get("x-unit") == column.get("unit")
        assert column.get("description", "") in shape.get("description", "")
        if "example" in column:
            assert shape["examples"] == [column["example"]]


def test_the_answer_is_the_target(each: Interface):
    target = each.yaml("schema.yaml")["target"]
    answer = each.openapi()["components"]["schemas"]["Answer"]
    prediction = answer["properties"]["prediction"]
    assert prediction.get("enum") == target.get("values")
    assert ("score" in answer["properties"]) == ("positive" in target)
    assert {"prediction", "model", "stub"} <= set(answer["required"])


@pytest.mark.parametrize(
    ("asked", "scheme"),
    [
        ("none", None),
        ("bearer", {"type": "http", "scheme": "bearer"}),
        ({"api_key": "X-Key"}, {"type": "apiKey", "in": "header", "name": "X-Key"}),
    ],
)
def test_the_document_says_where_it_is_and_who_may_call(mine: Interface, asked: Any, scheme: Any):
    assert mine.openapi()["servers"] == [{"url": "/"}]
    here = ["https://models.example/a"]
    mine.change("api/contract.yaml", lambda told: told.update(servers=here, security=asked))
    mine.ok("contract")
    document = mine.openapi()
    validate(document)
    assert [server["url"] for server in document["servers"]] == here
    assert document["security"] == ([{"gateway": []}] if scheme else [])
    assert document["components"].get("securitySchemes") == (scheme and {"gateway": scheme})
    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    ]
    assert names == ["predict", "predict_batch", "model", "health", "ready", "metrics"]


def test_the_version_is_in_the_path_and_in_the_document(mine: Interface):
    assert "/v1/predict" in mine.openapi()["paths"]
    mine.change("api/contract.yaml", lambda content: content.update(version="2.3.4"))
    mine.ok("contract")
    assert mine.openapi()["info"]["version"] == "2.3.4"
    assert "/v2/predict" in mine.openapi()["paths"]
    assert not [path for path in mine.openapi()["paths"] if path.startswith("/v1")]


def test_the_document_is_valid_and_every_error_is_a_problem(each: Interface):
    document = each.openapi()
    validate(document)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            errors = {one for one in operation["responses"] if int(one) >= 400}
            for status in errors:
                assert list(operation["responses"][status]["content"]) == [
                    "application/problem+json"
                ]
            if "requestBody" in operation:
                assert errors == {"408", "413", "415", "422", "500", "503"}, path


def test_examples_fit_the_schema(each: Interface):
    document = each.openapi()
    row = {**document["components"]["schemas"]["Features"], "components": document["components"]}
    jsonschema.validate(each.example(), row)


def test_what_was_made_is_formatted_python_without_surprises(each: Interface):
    made = (each.root / "api/src" / PACKAGE / "models.py").read_text(encoding="utf-8")
    assert made.isascii()
    compile(made, "models.py", "exec")
    said = each.python(
        f"from {PACKAGE}.models import Features, EXAMPLE\n"
        "row = Features.model_validate(EXAMPLE)\n"
        "import json; print(json.dumps(row.model_dump(by_alias=True)))"
    )
    example = each.example()
    assert {name: value for name, value in json.loads(said).items() if name in example} == example


def type_faults(interface: Interface, path: str) -> list[str]:
    """What the type checker says of a folder or a file."""
    settings = 'search-path = ["api/src"]\nproject-includes = ["api/src"]\n'
    (interface.root / "pyrefly.toml").write_text(settings)
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "pyrefly", "check", "--output-format", "min-text"),
            *("--python-interpreter-path", sys.executable, path),
        ],
        cwd=interface.root,
        capture_output=True,
        encoding="utf-8",
    )
    return [line for line in checked.stdout.splitlines() if line.startswith("ERROR")]


def test_the_code_is_typed(mine: Interface):
    """The whole package, with the types that were made, for those who call it."""
    assert type_faults(mine, "api/src") == []
    assert (mine.root / "api/src" / PACKAGE / "py.typed").is_file()


def test_a_wrong_field_is_a_type_error_for_the_caller(
    interface: Callable[[str], Interface], tmp_path: Path
):
    mine = interface("regression").copy(tmp_path / "project")
    (mine.root / "caller.py").write_text(
        f"from {PACKAGE}.models import Features\n"
        'Features(age=50, sex="3", bmi=25.7, bp=93, s1=186, s2=119, s3=48, s4=4, s5=4.6)\n'
    )
    found = "\n".join(type_faults(mine, "caller.py"))
    for complaint in ("parameter `sex`", "argument `s6`"):
        assert complaint in found


def _without(name: str) -> Callable[[Any], None]:
    return lambda content: content.pop(name)


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("schema.yaml", _without("target"), "schema.yaml: target: Field required"),
        ("schema.yaml", _without("columns"), "schema.yaml: columns: Field required"),
        ("schema.yaml", lambda c: c.update(columns={}), "schema.yaml: columns: "),
        (
            "schema.yaml",
            lambda c: c["columns"]["mean_area"].update(type="magic"),
            "schema.yaml: columns.mean_area.type: Input should be 'float', 'integer', 'boolean'",
        ),
        (
            "schema.yaml",
            lambda c: c["columns"]["mean_area"].update(values=["a"]),
            "schema.yaml: mean_area is no category, and has `values`",
        ),
        ("schema.yaml", lambda c: c["target"].pop("positive"), "which of its values is `positive`"),
        (
            "params.yaml",
            lambda c: c.update(task="regression"),
            "schema.yaml: a regression task cannot predict a category",
        ),
        ("params.yaml", _without("task"), "params.yaml: task: Field required"),
        ("api/contract.yaml", _without("version"), "api/contract.yaml: version: Field required"),
        (
            "api/contract.yaml",
            lambda c: c.update(version="1.0"),
            "api/contract.yaml: version: String should match pattern",
        ),
        (
            "api/contract.yaml",
            lambda c: c.update(max_bach=3),
            "api/contract.yaml: max_bach: Extra inputs are not permitted",
        ),
        (
            "api/contract.yaml",
            lambda c: c.update(callers=[{"name": "website"}]),
            "api/contract.yaml: callers.0.contact: Field required",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused_and_nothing_is_written(
    mine: Interface, file: str, change: Callable[[Any], None], said: str
):
    before = (mine.root / "api/openapi.json").read_bytes()
    mine.change(file, change)
    refused = mine.run("contract")
    assert refused.returncode == 1
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert (mine.root / "api/openapi.json").read_bytes() == before


def test_a_missing_or_broken_file_is_named(mine: Interface):
    (mine.root / "schema.yaml").write_text("columns: [", encoding="utf-8")
    assert "schema.yaml is not readable as YAML" in mine.run("contract").stderr
    (mine.root / "schema.yaml").unlink()
    assert "schema.yaml is not in " in mine.run("contract").stderr


def test_a_stale_contract_is_told_and_making_it_again_mends_it(mine: Interface):
    mine.ok("contract", "--check")
    mine.change("schema.yaml", lambda c: c["columns"]["mean_area"].update(max=7000))
    stale = mine.run("contract", "--check")
    assert stale.returncode == 1
    assert (
        "models.py is not what schema.yaml, params.yaml and api/contract.yaml say" in stale.stderr
    )
    assert "wrote models.py" in mine.ok("contract")
    assert (
        mine.openapi()["components"]["schemas"]["Features"]["properties"]["mean_area"]["maximum"]
        == 7000
    )
    mine.ok("contract", "--check")
    assert "openapi.json is as it was" in mine.ok("contract")


def test_what_the_first_release_made_of_the_same_files_is_fresh(mine: Interface):
    path = mine.root / "api/openapi.json"
    document = mine.openapi()
    for name in ("servers", "security"):
        del document[name]
    document["paths"]["/health"]["get"]["operationId"] = "health_health_get"
    del document["components"]["schemas"]["ModelInfo"]["properties"]["compiled"]
    path.write_text(json.dumps(document))
    mine.ok("contract", "--check")
    document["components"]["schemas"]["Features"]["properties"]["mean_area"]["maximum"] = 1.0
    path.write_text(json.dumps(document))
    assert "openapi.json is not what schema.yaml" in mine.run("contract", "--check").stderr


def test_an_openapi_document_that_somebody_edited_is_told(mine: Interface):
    path = mine.root / "api/openapi.json"
    path.write_text(path.read_text().replace('"maximum": 50.0', '"maximum": 51.0', 1))
    stale = mine.run("contract", "--check")
    assert stale.returncode == 1
    assert "api/openapi.json is not what schema.yaml" in stale.stderr


def test_before_the_contract_is_made_the_command_says_how(mine: Interface):
    (mine.root / "api/src" / PACKAGE / "models.py").unlink()
    for arguments in (["--stub"], ["contract", "--check"]):
        refused = mine.run(*arguments)
        assert refused.returncode == 1
        assert "The contract was not made yet: run `uv run my-ml-project-api contract`." in (
            refused.stderr
        )


def test_what_is_only_said_in_words_does_not_make_another_contract(mine: Interface, tmp_path: Path):
    def digest(interface: Interface) -> str:
        interface.ok("contract")
        return interface.python(f"from {PACKAGE}.models import CONTRACT; print(CONTRACT)")

    before = digest(mine)
    mine.change("schema.yaml", lambda c: c["columns"]["mean_area"].update(description="other"))
    assert digest(mine) == before
    mine.change("schema.yaml", lambda c: c["columns"]["mean_area"].update(max=7000))
    assert digest(mine) != before
