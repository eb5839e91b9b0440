"""verdict.json: written once, sealed, and read strictly."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest

from lab.data.counts import Counted
from lab.evidence.criteria import parse_criterion
from lab.evidence.judge import judge
from lab.evidence.verdict import read, seal_of, written


@pytest.fixture
def content() -> dict[str, Any]:
    one = parse_criterion("share(forms) > 0.8")
    found = judge([one], [], None, 0.005, shares={"forms": Counted(99, 100)})
    return {
        "format": 2,
        "id": "HYP-20260714-forms",
        "verdict": found.verdict,
        "mode": "confirmatory",
        "reasons": [],
        "at": datetime(2026, 7, 14, 9, tzinfo=UTC).isoformat().replace("+00:00", "Z"),
        "by": "ann",
        "digest": "v1:" + "0" * 64,
        "testset": "TS-2026-07",
        "testset_digest": "v1:" + "1" * 64,
        "slot": 1,
        "alpha": "0.005",
        "resamples": found.resamples,
        "seed": found.seed,
        "results": [asdict(result) for result in found.results],
        "commit": None,
        "tables": [{"path": "evaluation/examples.parquet", "md5": "0" * 32}],
        "counted": {"forms": [99, 100]},
        "status_quo": {"share(forms) > 0.8": None},
        "tool": {"version": "2.0.0", "commit": "c" * 40, "digest": "v1:" + "2" * 64},
    }


def test_what_is_written_is_read(content):
    verdict = read(written(content))
    assert (verdict.verdict, verdict.id) == ("supported", "HYP-20260714-forms")
    assert verdict.results[0].estimate == 0.99
    assert written(content) == written(content)


def test_a_verdict_of_the_first_format_names_no_tool_and_is_read(content):
    old = {key: value for key, value in content.items() if key != "tool"} | {"format": 1}
    verdict = read(written(old))
    assert (verdict.format, verdict.tool, verdict.verdict) == (1, None, "supported")


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.update(format=1),
        lambda plain: plain.update(format=1, tool=None),
        lambda plain: plain.update(tool=None),
        lambda plain: plain.pop("tool"),
        lambda plain: plain["tool"].update(digest="v1:none"),
        lambda plain: plain["tool"].update(fork="of mine"),
        lambda plain: plain["tool"].pop("commit"),
        lambda plain: plain.update(format=3),
    ],
)
def test_format_and_tool_belong_together(content, change):
    plain = json.loads(written(content))
    change(plain)
    plain["seal"] = seal_of(plain)
    with pytest.raises(ValueError, match="not what the judge writes"):
        read(json.dumps(plain))


def test_the_seal_does_not_depend_on_order_or_layout(content):
    plain = json.loads(written(content))
    other = json.dumps(dict(reversed(plain.items())))
    assert read(other) == read(written(content))
    assert seal_of(plain) == plain["seal"]


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.update(mode="exploratory"),
        lambda plain: plain.update(by="bo"),
        lambda plain: plain["results"][0].update(estimate=0.995),
        lambda plain: plain["results"][0].update(threshold=0.7),
        lambda plain: plain["counted"].update(forms=[100, 100]),
        lambda plain: plain["tables"].clear(),
        lambda plain: plain["tool"].update(version="2.0.1"),
    ],
)
def test_a_change_breaks_the_seal(content, change):
    plain = json.loads(written(content))
    change(plain)
    with pytest.raises(ValueError, match="its seal is broken"):
        read(json.dumps(plain))


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.update(verdict="great"),
        lambda plain: plain.update(remark="typed by hand"),
        lambda plain: plain.pop("seed"),
        lambda plain: plain.update(results=[]),
        lambda plain: plain["results"][0].update(status="error"),
        lambda plain: plain["tables"][0].update(md5="none"),
    ],
)
def test_what_the_judge_never_writes_is_refused(content, change):
    plain = json.loads(written(content))
    change(plain)
    plain["seal"] = seal_of(plain)
    with pytest.raises(ValueError, match="not what the judge writes"):
        read(json.dumps(plain))


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, "null"])
def test_a_file_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="not what the judge writes"):
        read(text)
