"""What `lab data adopt` makes of the files of version 1.0.0, each by itself."""

import re

import pytest
import yaml

from lab.errors import LabError
from lab.update.modules import modules_named, uncalled
from lab.update.settings import (
    answering,
    next_salt,
    with_commands,
    with_lenient_params,
    with_line,
    with_own_needs,
)
from lab.update.wiring import in_the_way, rewired, template, unlocked

STAGES = template("stages-1.0.0.yaml").replace("PACKAGE", "ours")
PLOTS = "\n# Shown on the site.\nplots:\n  - ours:\n      x: a   # and b\n"
OURS = """\
  # made for the board
  poster:
    cmd: python poster.py    # by Kim
    deps: [evaluation/metrics.json]
"""
WHOLE = f"# The pipeline.\n\nstages:\n{OURS}\n{STAGES}{PLOTS}"


def test_stages_are_replaced_and_all_else_stays():
    noted = WHOLE.replace("      - src/ours/model.py\n", "      - src/ours/model.py  # slow\n")
    text = rewired(noted, "ours")
    head, _, tail = text.partition(OURS)
    assert head == "# The pipeline.\n\nstages:\n"
    assert tail.endswith(PLOTS)
    assert "  # slow\n  train:\n" in tail
    stages = yaml.safe_load(text)["stages"]
    assert [*stages] == ["poster", "data", "train", "evaluate", "lift"]
    commands = [stage["cmd"] for stage in stages.values()]
    assert commands[1:] == [f"lab data {name}" for name in ("split", "train", "score", "lift")]
    assert rewired(text, "ours").count("lab data split") == 1


EDITS = {
    "another command": ("pipeline.split", "pipeline.parts", "`split` has another `cmd`: python"),
    "another input": (
        "      - data/raw\n",
        "      - data/raw\n      - geo.csv\n",
        "geo.csv in `de",
    ),
    "a column less": ("      - evaluate\n", "", "stage `evaluate` has no evaluate in `params`"),
    "kept by git": (
        "data/test.parquet\n\n",
        "data/test.parquet:\n          cache: true\n\n",
        "has no",
    ),
    "a stage less": ("  lift:\n", "  worth:\n", "stage `lift` is not there"),
    "a reader": ("deps: [ev", "deps: [data/test.parquet, ev", "`poster`, which is yours, reads da"),
    "frozen": ("    desc: which rows", "    frozen: true\n    desc: which rows", "`frozen`: True"),
}


@pytest.mark.parametrize("case", EDITS)
def test_what_a_team_changed_is_named(case: str):
    old, new, told = EDITS[case]
    assert old in WHOLE
    found = "\n".join(in_the_way(yaml.safe_load(WHOLE.replace(old, new)), "ours"))
    assert told in found


def test_further_modules_of_the_package_are_no_change():
    more = WHOLE.replace(
        "      - src/ours/model.py\n", "      - src/ours/model.py\n      - src/ours/x.py\n"
    )
    assert [*in_the_way(yaml.safe_load(more), "ours")] == []


def test_a_wiring_in_another_style_is_refused():
    flow = f"stages: {yaml.safe_load(WHOLE)['stages']}\n".replace("None", "null")
    with pytest.raises(LabError, match="write its stages key by key"):
        rewired(flow, "ours")


def test_a_lock_forgets_the_stage_that_is_gone():
    kept = "schema: '2.0'\nstages:\n  data:\n    cmd: a\n"
    assert unlocked(f"{kept}  split:\n    cmd: b\n    outs:\n    - path: c\n") == kept
    assert unlocked("schema: '2.0'\n") == "schema: '2.0'\n"


PARAMS = """\
split:
  test_share: 0.3   # thirds
  salt: "7"         # lucky

# ours
evaluate: {slices: [], champion: HYP-1}   # the best
"""


def test_params_get_what_the_tool_reads_and_keep_their_comments():
    text = with_commands(PARAMS, "ours")
    read = yaml.safe_load(text)
    kept = {"test_share": 0.3, "salt": "8"}
    assert read["split"] == kept | {"by": "name", "folds": 5, "validation": None, "copies": "drop"}
    assert read["commands"]["predict"] == "python -m ours.predict"
    assert read["evaluate"]["champion"] is None
    assert re.findall("#.*", text) == ["# thirds", "# lucky", "# ours", "# the best"]
    assert next_salt("ours") == "ours-sealed"
    with pytest.raises(LabError, match="no section `split`"):
        with_commands("task: binary\n", "ours")


CONFIG = '''\
class SplitParams(Section):
    """Which."""

    salt: str
    copies: str = "keep"


class Params(Section):
    split: SplitParams

    def seeds(self): ...
'''


def test_each_parameter_of_the_new_stages_is_there_afterwards():
    stages = yaml.safe_load(template("stages.yaml"))
    named = {name for stage in stages.values() for name in stage["params"]}
    read = yaml.safe_load(with_commands(PARAMS, "ours"))
    nested = [name.partition(".")[::2] for name in named if "." in name]
    assert [name for section, name in nested if name not in read[section]] == []
    first = {"task", "data", "split", "train", "compute", "status_quo", "evaluate", "lift"}
    assert {name for name in named if "." not in name} <= first | {"commands"}


def test_a_strict_reader_lets_the_new_keys_pass():
    text = with_lenient_params("config.py", CONFIG)
    keys = "by: str", "folds: int", "validation: float"
    new = "".join(f"    {key} | None = None\n" for key in keys)
    assert f'    copies: str = "keep"\n{new}\n' in text
    assert "    split: SplitParams\n    commands: dict[str, str] | None = None\n\n    def" in text
    other = CONFIG.replace("class Params", "class Settings")
    assert "commands" not in with_lenient_params("config.py", other)


SOURCES = {
    "src/ours/__init__.py": "",
    "src/ours/train.py": "from .model import train\n",
    "src/ours/model.py": "import polars\nfrom . import features\n",
    "src/ours/features.py": "",
    "src/ours/split.py": "from .features import x\n",
    "src/ours/data.py": "",
    "src/ours/poster.py": "",
    "src/ours/pipeline/__init__.py": "",
    "src/ours/pipeline/split.py": "from ..split import split\nfrom . import run\n",
    "tests/test_split.py": "from ours.split import split\n",
    "tests/test_model.py": "from ours.data import make\n",
}


def test_what_nothing_leads_to_is_listed_with_its_own_tests():
    called = ["ours.train", *modules_named(["python -m ours.poster"], "ours")]
    left = ["src/ours/pipeline", "src/ours/split.py", "tests/test_split.py"]
    assert uncalled(SOURCES, "ours", called) == left
    still = {**SOURCES, "scripts/now.py": "import ours.split\n"}
    assert uncalled(still, "ours", called) == ["src/ours/pipeline"]
    with pytest.raises(LabError, match="is not readable as Python"):
        uncalled({**SOURCES, "src/ours/model.py": "def"}, "ours", called)


PYPROJECT = """\
dependencies = [
    "numpy~=2.2",
    "pandera[polars]~=0.35.0",
    # --- team: begin ---
    "ours",
    # --- team: end ---
]

[tool.ruff.lint.per-file-ignores]
"src/*/pipeline/*" = ["D103"]
"tests/*" = ["D1"]

# --- team: begin ---
# --- team: end ---
"""


def test_a_team_keeps_what_its_old_modules_need():
    old = with_own_needs(PYPROJECT, {"src/ours/pipeline/a.py": "import pandera.polars\n"})
    head, _, team = old.partition("    # --- team: begin ---\n")
    assert "pandera" not in head
    assert team.startswith('    "pandera[polars]~=0.35.0",\n    "ours",\n')
    assert old.endswith(
        "# --- team: begin ---\n[tool.ruff.lint.extend-per-file-ignores]\n"
        '"src/*/pipeline/*" = ["D103"]\n# --- team: end ---\n'
    )
    gone = with_own_needs(PYPROJECT, {"src/ours/a.py": ""})
    assert "pandera" not in gone
    assert "pipeline" not in gone
    assert with_own_needs(gone, {"src/ours/a.py": "import pandera\n"}) == gone


def test_small_files_get_their_line():
    assert answering("task: x\nsealed: false\ntool: git\n") == "task: x\nsealed: true\ntool: git\n"
    assert answering("task: x\n") == "task: x\nsealed: true\n"
    assert with_line("/.venv/", "__pycache__/") == "/.venv/\n__pycache__/\n"
    marked = "/a/\n# --- team: begin ---\n# --- team: end ---\n"
    assert with_line(marked, "/b/") == "/a/\n# --- team: begin ---\n/b/\n# --- team: end ---\n"
