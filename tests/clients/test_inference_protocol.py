"""The public client of the Open Inference Protocol: Triton's, of another company."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from api.conftest import binary, interface  # noqa: F401 - the fixtures
from api.serving import Interface, Running

from .test_typescript import node

pytestmark = pytest.mark.skipif(not shutil.which("uv"), reason="it needs uv")

CALLER = """
import numpy as np
import tritonclient.http as triton

NAME = "my-ml-project"
client = triton.InferenceServerClient("{address}")
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(NAME)
inputs = []
for column in client.get_model_metadata(NAME)["inputs"]:
    one = triton.InferInput(column["name"], [2], column["datatype"])
    one.set_data_from_numpy(np.full(2, 1.0), binary_data=False)
    inputs.append(one)
outputs = [triton.InferRequestedOutput("score", binary_data=False)]
answer = client.infer(NAME, inputs, outputs=outputs).as_numpy("score")
assert answer.shape == (2,) and answer[0] == answer[1], answer
inputs[0].set_data_from_numpy(np.full(2, -1.0), binary_data=False)
try:
    client.infer(NAME, inputs, outputs=outputs)
except triton.InferenceServerException as error:
    assert "/inputs/0/data/0: Input should be greater than or equal to 0" in error.message(), error
    print("answered, and refused")
"""


def test_tritons_client_is_answered(
    interface: Callable[[str], Interface],  # noqa: F811
    binary: Running,  # noqa: F811
    tmp_path: Path,
):
    address = binary.url.removeprefix("http://")
    (tmp_path / "caller.py").write_text(CALLER.format(address=address))
    packages = ("--with", "tritonclient[http]==2.73.0")
    said = node(tmp_path, "uv", "run", "--no-project", *packages, "python", "caller.py")
    assert said.stdout == "answered, and refused\n", said.stderr
