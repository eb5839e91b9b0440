"""What was committed when a hypothesis was judged, and what changed between two of them."""

import json

from lab.site.snapshots import DVC_LOCK, METRICS, PARAMS, SCHEMA, changes, snapshot_of

PARAMS_THEN = "train: {model: linear, seeds: [1, 2]}\nevaluate: {champion: HYP-1}\n"
COLUMNS = "columns:\n  radius: {role: feature}\n  age: {role: slice}\n"


def lock(digest: str) -> str:
    return f"stages: {{data: {{outs: [{{path: data/train.parquet, md5: '{digest}'}}]}}}}\n"


def texts(**changed: str) -> dict[str, str]:
    metrics = {"rows": "development", "candidate": {"recall": 0.9}}
    known = {
        METRICS: json.dumps(metrics),
        PARAMS: PARAMS_THEN,
        SCHEMA: COLUMNS,
        DVC_LOCK: lock("a"),
    }
    return known | changed


THEN = snapshot_of(texts(), {"src/mail/model.py": "1", "src/mail/old.py": "1", "params.yaml": "1"})


def test_a_snapshot_holds_development_numbers_and_the_champion_of_its_time():
    assert (THEN.development, THEN.champion, THEN.data) == ({"recall": 0.9}, "HYP-1", "a")
    on_show = json.dumps({"candidate": {"recall": 0.9}})  # of held-out rows: no development number
    assert snapshot_of(texts(**{METRICS: on_show}), {}).development == {}


def test_what_changed_is_told_in_settings_columns_code_and_rows():
    now = texts(
        **{
            PARAMS: "train: {model: boosted, depth: 3, seeds: [1, 2]}\nevaluate: {champion: A}\n",
            SCHEMA: "columns:\n  radius: {role: ignore}\n  texture: {role: feature}\n",
            DVC_LOCK: lock("b"),
        }
    )
    tree = {"src/mail/model.py": "2", "src/mail/new.py": "1"}
    assert changes(THEN, snapshot_of(now, tree)) == [
        ("train.depth", "not there → 3"),
        ("train.model", "linear → boosted"),
        ("new columns", "texture"),
        ("columns taken out", "age"),
        ("columns described anew", "radius"),
        ("code", "src/mail/model.py, src/mail/new.py, src/mail/old.py"),
        ("training rows", "others than before"),
    ]
    assert changes(THEN, THEN) == []


def test_files_that_cannot_be_read_tell_nothing():
    broken = dict.fromkeys((METRICS, PARAMS, SCHEMA, DVC_LOCK), "{[")
    assert changes(snapshot_of(broken, {}), snapshot_of(broken, {})) == []
