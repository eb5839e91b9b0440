"""How fast the model API answers: stub, trained and compiled, beside what each of them stands on.

`uvx nox -s benchmark` makes a default project, sets it up, and serves it on this machine. The
stub is measured beside a bare endpoint of the same framework, with the same types and the same
server; the trained model and its compiled form beside the same model called in process. All take
turns in one run, and the ratios matter. The callers are on the second core.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import uvloop

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from api.serving import Running, serving  # noqa: E402
from project.using import InUse, set_up  # noqa: E402
from rendering import copy, snapshot  # noqa: E402

AT_ONCE = 8
BATCH = 1000
BARE = """
import sys
import uvicorn
from fastapi import FastAPI
from my_ml_project_api.cli import _listen
from my_ml_project_api.messages import Answer, Batch, BatchAnswer
from my_ml_project_api.models import Features, Prediction

app = FastAPI()
ANSWER = Answer(prediction="benign", score=0.25, model="bare", stub=True)
ROW = Prediction(prediction="benign", score=0.25)

@app.post("/v1/predict")
async def predict(row: Features) -> Answer:
    return ANSWER

@app.post("/v1/predict/batch")
async def predict_batch(batch: Batch) -> BatchAnswer:
    return BatchAnswer(predictions=[ROW] * len(batch.rows), model="bare", stub=True)

listening = _listen("127.0.0.1", 0)
print(f"http://127.0.0.1:{listening.getsockname()[1]}/", file=sys.stderr, flush=True)
config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
uvicorn.Server(config).run(sockets=[listening])
"""
IN_PROCESS = """
import json, statistics, sys, time
from pathlib import Path
from my_ml_project.serving import load
rows = json.load(open("rows.json"))
served = load(Path.cwd(), Path("models/candidate/seed-1"))

def took(some):
    began = time.perf_counter()
    served.predict(some)
    return 1000 * (time.perf_counter() - began)

def measured(some, times):
    took(some)
    found = sorted(took(some) for _ in range(times))
    return [statistics.median(found), found[int(0.99 * len(found))]]

print(json.dumps({"single": measured(rows[:1], 300), "batch": measured(rows, 30)}))
"""


# A champion as `lab promote` leaves one: compiled, with the digests that the service asks for.
PROMOTED = """
import hashlib, json, shutil
from pathlib import Path
from my_ml_project_api.trained import compile_all
folder = Path("models/compiled")
folder.mkdir()
shutil.copy("models/candidate/seed-1", folder)
print(*compile_all(Path.cwd(), str(folder)))
digest = lambda path: hashlib.sha256(path.read_bytes()).hexdigest()
(folder / "champion.json").write_text(json.dumps({
    "hypothesis": "HYP-benchmark", "commit": None, "data": None, "metrics": [],
    "files": {"seed-1": digest(folder / "seed-1")},
    "compiled": {path.name: digest(path) for path in folder.glob("compiled-*")},
    "verdict": dict.fromkeys(["verdict", "mode", "at", "testset", "seal"], "benchmark"),
}))
"""


@dataclass(frozen=True)
class Load:
    """What a target was asked, and how it did: per second, and milliseconds for one caller."""

    rate: float
    p50: float
    p99: float


def main() -> None:
    """Measure, and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often everything takes its turn")
    parser.add_argument("--seconds", type=float, default=3.0, help="of load, in each turn")
    typed = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        print("setting up a project", file=sys.stderr)
        project = _project(Path(folder))
        row = json.loads((project.root / "rows.json").read_text())[0]
        batch = (project.root / "rows.json").read_text()
        targets = dict(_targets(project, Path(folder), stack))
        bodies = {
            "bare endpoint": ("/v1/predict", json.dumps(row)),
            "stub": ("/v1/predict", json.dumps(row)),
            "trained": ("/v1/predict", json.dumps(row)),
            "trained, batch": ("/v1/predict/batch", f'{{"rows": {batch}}}'),
            "compiled": ("/v1/predict", json.dumps(row)),
            "bare endpoint, batch": ("/v1/predict/batch", f'{{"rows": {batch}}}'),
            "stub, batch": ("/v1/predict/batch", f'{{"rows": {batch}}}'),
            "compiled, batch": ("/v1/predict/batch", f'{{"rows": {batch}}}'),
        }
        found: dict[str, list[Load]] = {name: [] for name in bodies}
        alone: list[Mapping[str, list[float]]] = []
        for number in range(typed.rounds):
            print(f"round {number + 1} of {typed.rounds}", file=sys.stderr)
            for name, (path, body) in bodies.items():
                url = targets[name.partition(",")[0]].url
                found[name].append(uvloop.run(_load(url, path, body.encode(), typed.seconds)))
            alone.append(json.loads(project.ok(".venv/bin/python", "-c", IN_PROCESS)))
    _print(found, alone)


def _project(folder: Path) -> InUse:
    made = set_up(copy(snapshot(folder / "template"), folder / "project"), sys.executable)
    columns = list(made.yaml("schema.yaml")["columns"])
    rows = made.table("data/train").select(columns).to_dicts()
    many = [rows[number % len(rows)] for number in range(BATCH)]
    (made.root / "rows.json").write_text(json.dumps(many))
    (made.root / "bare.py").write_text(BARE)
    print(made.ok(".venv/bin/python", "-c", PROMOTED).strip(), file=sys.stderr)
    return made


def _targets(project: InUse, folder: Path, stack: ExitStack) -> Iterator[tuple[str, Running]]:
    environment = project.environment()
    models = {"trained": "models/candidate", "compiled": "models/compiled"}
    service = str(project.root / ".venv/bin/my-ml-project-api")
    commands = {
        "bare endpoint": [str(project.root / ".venv/bin/python"), "bare.py"],
        "stub": [service, "--stub"],
        "trained": [service],
        "compiled": [service],
    }
    for name, command in commands.items():
        named = {"MODEL_API_MODEL": models[name]} if name in models else {}
        started = serving(command, project.root, environment | named, folder / name)
        yield name, stack.enter_context(started)


async def _load(url: str, path: str, body: bytes, seconds: float) -> Load:
    """Ask for a while: first one caller, whose waiting counts, then several at once."""
    host, _, port = url.removeprefix("http://").partition(":")
    head = f"POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
    request = f"{head}content-length: {len(body)}\r\n\r\n".encode() + body
    await _ask(host, int(port), request, seconds / 10)
    single = sorted(await _ask(host, int(port), request, seconds / 2))
    began = time.perf_counter()
    callers = (_ask(host, int(port), request, seconds / 2) for _ in range(AT_ONCE))
    answers = sum(len(one) for one in await asyncio.gather(*callers))
    rate = answers / (time.perf_counter() - began)
    return Load(rate, statistics.median(single), single[int(0.99 * len(single))])


async def _ask(host: str, port: int, request: bytes, seconds: float) -> list[float]:
    """Milliseconds of each answer on one connection."""
    reader, writer = await asyncio.open_connection(host, port, limit=2**22)
    took: list[float] = []
    ends = time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise SystemExit(head.decode() + (await reader.read(2000)).decode())
        (length,) = [
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.startswith(b"content-length:")
        ]
        await reader.readexactly(length)
        took.append(1000 * (time.perf_counter() - began))
    writer.close()
    return took


def _print(found: Mapping[str, list[Load]], alone: list[Mapping[str, list[float]]]) -> None:
    def median(name: str, of: str) -> float:
        return statistics.median(getattr(one, of) for one in found[name])

    def ratio(name: str, other: str, of: str) -> float:
        pairs = zip(found[name], found[other], strict=True)
        return statistics.median(getattr(one, of) / getattr(two, of) for one, two in pairs)

    print(f"\n| asked | answers per second, {AT_ONCE} at once | p50, ms | p99, ms |")
    print("|---|---:|---:|---:|")
    for name in found:
        rate, p50, p99 = (median(name, of) for of in ("rate", "p50", "p99"))
        print(f"| {name} | {rate:,.0f} | {p50:.2f} | {p99:.2f} |")
    for name in ("single", "batch"):
        p50, p99 = (statistics.median(one[name][at] for one in alone) for at in (0, 1))
        print(f"| in process, {name} | | {p50:.2f} | {p99:.2f} |")
    share = statistics.median(
        one["single"][0] / load.p50 for one, load in zip(alone, found["trained"], strict=True)
    )
    rows = statistics.median(
        single.p50 * BATCH / batch.p50
        for single, batch in zip(found["trained"], found["trained, batch"], strict=True)
    )
    print("\n| ratio | |\n|---|---:|")
    print(
        f"| bare endpoint's rate to the stub's | {1 / ratio('stub', 'bare endpoint', 'rate'):.2f} |"
    )
    print(f"| stub's p50 to the bare endpoint's | {ratio('stub', 'bare endpoint', 'p50'):.2f} |")
    print(f"| share of a trained answer that the model takes in process | {share:.0%} |")
    print(f"| a row alone to a row in a batch of {BATCH:,}, trained | {rows:.0f} |")
    print(f"| compiled's p50 to the stub's | {ratio('compiled', 'stub', 'p50'):.2f} |")
    print(f"| trained p50 to compiled's | {ratio('trained', 'compiled', 'p50'):.1f} |")
    many = ratio("compiled, batch", "trained, batch", "rate")
    print(f"| batches of {BATCH:,}, compiled, to trained | {many:.2f} |")
    bare = ratio("compiled, batch", "bare endpoint, batch", "rate")
    print(f"| ... and to the bare endpoint | {bare:.2f} |")


if __name__ == "__main__":
    os.environ.pop("VIRTUAL_ENV", None)
    main()
