"""The model's interface of a project, and its service, running on this machine."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import yaml
from waiting import PATIENCE, wait_for

PACKAGE = "my_ml_project_api"


@dataclass(frozen=True)
class Interface:
    """The API's package and the files that its contract is made from, without the rest.

    Attributes:
        root: the folder that holds them.
        compiles: whether Python keeps what it compiles. It takes a module that was written twice
            in a second, at one length, for the first of the two.
    """

    root: Path
    compiles: bool = True

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the package's command in the project's folder."""
        return subprocess.run(
            [sys.executable, "-m", f"{PACKAGE}.cli", *arguments],
            cwd=self.root,
            env=self.environment(environment),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )

    def ok(self, *arguments: str, **environment: str) -> str:
        """Run a command that has to succeed."""
        done = self.run(*arguments, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment(self, added: Mapping[str, str]) -> dict[str, str]:
        """The environment of the tests, with the package where Python finds it."""
        kept = {name: value for name, value in os.environ.items() if "MODEL_API" not in name}
        if not self.compiles:
            kept["PYTHONDONTWRITEBYTECODE"] = "1"
        return kept | {"PYTHONPATH": str(self.root / "api/src"), **added}

    def python(self, code: str) -> str:
        """What a program that uses the package prints."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.root,
            env=self.environment({}),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def yaml(self, name: str) -> Any:
        return yaml.safe_load((self.root / name).read_text(encoding="utf-8"))

    def change(self, name: str, change: Any) -> None:
        """Change what a YAML file holds, by a function."""
        content = self.yaml(name)
        change(content)
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def openapi(self) -> Any:
        return json.loads((self.root / "api/openapi.json").read_text(encoding="utf-8"))

    def example(self) -> dict[str, Any]:
        """A row that fits the contract."""
        code = f"import json; from {PACKAGE}.models import EXAMPLE; print(json.dumps(EXAMPLE))"
        return json.loads(self.python(code))

    def copy(self, target: Path) -> "Interface":
        """A copy, free to be changed."""
        return Interface(shutil.copytree(self.root, target), compiles=False)


@dataclass
class Running:
    """A service that runs: where it is, and what it has printed."""

    url: str
    process: subprocess.Popen[bytes]
    out: Path
    err: Path
    http: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx2.Client(base_url=self.url, timeout=PATIENCE)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def log(self) -> list[dict[str, Any]]:
        """Its log, line by line, all of it JSON."""
        return [json.loads(line) for line in self.out.read_text("utf-8").splitlines()]

    def requests(self, count: int) -> list[dict[str, Any]]:
        """The first lines about requests; each is written just after its answer was sent."""

        def lines() -> list[dict[str, Any]] | None:
            written = [line for line in self.log() if line["event"] == "request"]
            return written if len(written) >= count else None

        found = wait_for(lines, f"{count} requests in the log")
        assert len(found) == count, found
        return found

    def post(self, path: str, body: Any, **headers: str) -> httpx2.Response:
        return self.http.post(path, json=body, headers=headers)

    def stop(self) -> int:
        """End it as an orchestrator would; give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def serving(
    command: list[str],
    folder: Path,
    environment: Mapping[str, str],
    logs: Path,
    output: int | None = None,
) -> Generator[Running]:
    """Start a service on a free port and wait until it listens; `output` is a file for its log."""
    logs.mkdir(parents=True, exist_ok=True)
    out, err = logs / "out.log", logs / "err.log"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [*command, "--port", "0"],
            cwd=folder,
            env=environment,
            stdout=stdout if output is None else output,
            stderr=stderr,
        )
    try:
        running = Running(_address(process, err), process, out, err)
        with running.http:
            yield running
    finally:
        process.kill()
        process.wait()


def _address(process: subprocess.Popen[bytes], err: Path) -> str:
    """Where it says that it listens."""

    def address() -> str | None:
        ended = process.poll() is not None
        said = err.read_text(encoding="utf-8")
        if "http://" in said and said.endswith("\n"):
            return "http://" + said.partition("http://")[2].partition("/")[0].strip(".;,")
        assert not ended, said
        return None

    return wait_for(address, "the service listens")
