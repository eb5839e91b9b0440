"""A client in TypeScript, generated from the committed contract, compiled strictly, and run."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from api.conftest import binary, interface  # noqa: F401 - the fixtures
from api.serving import Interface, Running
from waiting import PATIENCE

pytestmark = pytest.mark.skipif(not shutil.which("npm"), reason="it needs npm")

PACKAGES = ("openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3")
STRICT = ("--strict", "--noUncheckedIndexedAccess", "--exactOptionalPropertyTypes")
CALLER = """
import createClient from "openapi-fetch";
import type {{ components, operations, paths }} from "./schema";

type Features = components["schemas"]["Features"];
type Answer = components["schemas"]["Answer"];
export type Asked = operations["predict"] & operations["predict_batch"];

const client = createClient<paths>({{ baseUrl: "{url}" }});
const row: Features = {row};

async function ask(): Promise<void> {{
  const {{ data, error }} = await client.POST("/v1/predict", {{ body: row }});
  if (error !== undefined) {{
    throw new Error(`${{error.title}}: ${{error.detail}}`);
  }}
  const answer: Answer = data;
  const label: "malignant" | "benign" = answer.prediction;
  const refused = await client.POST("/v1/predict", {{ body: {{ ...row, mean_area: {value} }} }});
  console.log(label, answer.score.toFixed(3), answer.stub, refused.error?.errors?.[0]?.pointer);
}}

void ask();
"""


def node(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", timeout=PATIENCE
    )


def test_a_generated_client_compiles_strictly_and_is_answered(
    interface: Callable[[str], Interface],  # noqa: F811
    binary: Running,  # noqa: F811
    tmp_path: Path,
):
    ours = interface("binary")
    shutil.copy(ours.root / "api/openapi.json", tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module", "private": true}')
    made = node(tmp_path, "npm", "install", "--no-audit", "--no-fund", "--silent", *PACKAGES)
    assert made.returncode == 0, made.stderr
    made = node(tmp_path, "npx", "openapi-typescript", "openapi.json", "--output", "schema.ts")
    assert made.returncode == 0, made.stderr
    row = json.dumps(ours.example())
    options = ("--module", "nodenext", "--target", "es2022", "--lib", "es2022,dom")
    for value, fault in (("-1", False), ('"1"', True)):
        text = CALLER.format(url=binary.url, row=row, value=value)
        (tmp_path / "caller.ts").write_text(text.replace("./schema", "./schema.js"))
        compiled = node(tmp_path, "npx", "tsc", *STRICT, *options, "caller.ts")
        assert (compiled.returncode != 0) == fault, compiled.stdout
        if not fault:
            said = node(tmp_path, "node", "caller.js")
            label, score, stub, pointer = said.stdout.split()
            assert label in ("malignant", "benign")
            assert 0 <= float(score) <= 1
            assert (stub, pointer) == ("true", "/mean_area")
