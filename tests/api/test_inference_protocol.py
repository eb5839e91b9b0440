"""The Open Inference Protocol, on the stub of each task."""

from pathlib import Path
from typing import Any

import pytest

from .conftest import start
from .serving import Interface, Running

MODEL = "/v2/models/my-ml-project"
TYPES = {"float": "FP64", "integer": "INT64", "boolean": "BOOL"}


def columns(each: Interface, rows: int) -> list[dict[str, Any]]:
    """So many examples, as the protocol sends them."""
    described = each.yaml("schema.yaml")["columns"]
    return [
        {
            "name": name,
            "shape": [rows],
            "datatype": TYPES.get(described[name]["type"], "BYTES"),
            "data": [value] * rows,
        }
        for name, value in each.example().items()
    ]


def test_it_says_what_it_is(each: Interface, stub: Running):
    assert stub.http.get("/v2").json()["version"] == "1.0.0"
    assert stub.http.get("/v2/health/live").json() == {"live": True}
    assert stub.http.get("/v2/health/ready").json() == {"ready": True}
    assert stub.http.get(f"{MODEL}/versions/1.0.0/ready").json()["ready"] is True
    told = stub.http.get(MODEL).json()
    assert [(one["name"], one["datatype"]) for one in told["inputs"]] == [
        (one["name"], one["datatype"]) for one in columns(each, 1)
    ]
    assert told["outputs"][0]["name"] == "prediction"
    assert stub.http.get("/v2/models/another").json()["error"].startswith("There is no such page")


def test_columns_get_the_answers_of_rows(each: Interface, stub: Running):
    asked = stub.post(f"{MODEL}/infer", {"id": "mine", "inputs": columns(each, 3)}).json()
    rows = stub.post("/v1/predict/batch", {"rows": [each.example()] * 3}).json()
    assert (asked["model_name"], asked["model_version"]) == ("my-ml-project", "stub")
    assert asked["id"] == "mine"
    for output in asked["outputs"]:
        assert output["shape"] == [3]
        assert output["data"] == [row[output["name"]] for row in rows["predictions"]]
    nested = [
        tensor | {"shape": [3, 1], "data": [[value] for value in tensor["data"]]}
        for tensor in columns(each, 3)
    ]
    only = stub.post(f"{MODEL}/infer", {"inputs": nested, "outputs": [{"name": "prediction"}]})
    assert only.json()["outputs"] == asked["outputs"][:1]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"shape": [2]}, "/inputs"),
        ({"shape": [3, 3]}, "/inputs/0/shape"),
        ({"datatype": "BYTES"}, "/inputs/0/datatype"),
        ({"data": [1.0, 2.0, -1.0]}, "/inputs/0/data/2"),
        ({"data": ["a", "b", "c"]}, "/inputs/0/data/0"),
        ({"data": [[1.0, 2.0], [3.0], [4.0]]}, "/inputs/0/data/0"),
        ({"name": "unknown"}, "/inputs/0/name"),
        ({"name": "mean_texture"}, "/inputs/0/name"),
    ],
)
def test_what_does_not_fit_the_contract_is_named(
    interface: Any, binary: Running, change: dict[str, Any], pointer: str
):
    first, *others = columns(interface("binary"), 3)
    refused = binary.post(f"{MODEL}/infer", {"inputs": [first | change, *others]})
    assert refused.status_code == 422
    assert pointer in [one["pointer"] for one in refused.json()["errors"]]
    assert pointer in refused.json()["error"]


def test_without_a_model_it_is_not_ready(interface: Any, tmp_path: Path):
    with start(interface("binary"), tmp_path) as running:
        assert running.http.get("/v2/health/live").status_code == 200
        assert running.http.get("/v2/health/ready").status_code == 503
        inputs = {"inputs": columns(interface("binary"), 1)}
        refused = running.post(f"{MODEL}/infer", inputs)
        assert (refused.status_code, refused.json()["error"][:20]) == (503, "There is no model in")
