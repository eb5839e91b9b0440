"""The command: serve the stub or the trained model, make and check the contract, or compile."""

import argparse
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from . import COMMAND, PACKAGE
from .contract import (
    DECIDED,
    Caller,
    ContractError,
    callers_in,
    models_text,
    read_contract,
)
from .settings import PREFIX, Settings, SettingsError, from_environment, injected

MODELS = Path(__file__).with_name("models.py")
OPENAPI = Path("api/openapi.json")
NOT_VERIFIED = 3


class RefusedError(Exception):
    """Something to tell a person in one sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command. Exit codes: 0 holds, 1 does not, 2 usage, 3 could not verify."""
    typed = _parser().parse_args(arguments)
    return _told(lambda: typed.run(typed))


def _told(run: Callable[[], int]) -> int:
    """An exit code, and what went wrong in one sentence."""
    try:
        return run()
    except (ContractError, SettingsError, RefusedError) as error:
        print(f"{COMMAND}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    width = max(len(one.name) for one in fields(Settings)) + len(PREFIX)
    settings = "\n".join(
        f"  {PREFIX + one.name.upper():{width}}  {one.metadata['means']}"
        + (f" [{one.default}]" if one.default != "" else "")
        for one in fields(Settings)
    )
    parser = argparse.ArgumentParser(
        prog=COMMAND,
        description="Serve the model: GET /openapi.json lists the routes.",
        epilog=f"environment variables:\n{settings}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--stub", action="store_true", help="answer from the contract alone")
    parser.add_argument("--host", help="the address to listen at")
    parser.add_argument("--port", type=int, help="the port to listen at")
    parser.set_defaults(run=_serve)
    commands = parser.add_subparsers(metavar="contract | compile")
    contract = commands.add_parser(
        "contract",
        help="make the types and openapi.json anew, and check that no caller breaks",
        description="Make models.py and openapi.json anew from schema.yaml, params.yaml and "
        "api/contract.yaml, and check that no caller breaks.",
    )
    contract.add_argument("--check", action="store_true", help="write nothing; say what is stale")
    contract.add_argument(
        "--against", metavar="REF", help="the commit that callers know [where main was left]"
    )
    contract.set_defaults(run=_contract)
    compiles = commands.add_parser(
        "compile",
        help="make a champion answer faster, where that changes nothing",
        description="Write each model of a folder as arrays, for a service without scikit-learn, "
        "where that changes no label and no score. `lab promote` does it.",
    )
    compiles.add_argument("--model", help="the folder [what MODEL_API_MODEL says]")
    compiles.set_defaults(run=_compile)
    return parser


# ---------------------------------------------------------------------------
# Serving.
# ---------------------------------------------------------------------------


def _serve(typed: argparse.Namespace) -> int:
    _made()
    settings = from_environment()
    for name in injected():
        print(
            f"{COMMAND}: {name} is what Kubernetes says of a service called model-api, and no "
            "setting: it is ignored. `enableServiceLinks: false` in the pod keeps it away.",
            file=sys.stderr,
        )
    given = {"host": typed.host, "port": typed.port}
    settings = replace(
        settings, **{key: value for key, value in given.items() if value is not None}
    )
    if settings.workers == 1:
        return _answer(typed.stub, settings)
    if not hasattr(os, "fork"):
        raise RefusedError("There is one worker on this system: start several services.")
    listening = _listen(settings.host, settings.port)
    from .server import supervise

    return supervise(
        settings.workers, lambda: _told(lambda: _answer(typed.stub, settings, listening))
    )


def _answer(stub: bool, settings: Settings, listening: socket.socket | None = None) -> int:
    """Answer until a signal ends it."""
    import uvicorn

    from . import trained
    from .app import MAJOR, create_app
    from .server import limited
    from .trained import Stub, Unready

    predictor = Stub() if stub else trained.load(Path.cwd(), settings)
    try:
        app = create_app(predictor, settings)
    except OSError as error:
        raise RefusedError(f"The prediction log cannot be written: {error}.") from None
    listening = listening or _listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    if isinstance(predictor, Unready):
        print(f"{COMMAND}: {predictor.reason}", file=sys.stderr)
        print(f"Nothing is predicted until then; {url}/ready says so, too.", file=sys.stderr)
    else:
        if isinstance(predictor, trained.Trained) and predictor.note:
            print(f"{COMMAND}: {predictor.note}", file=sys.stderr)
        what = "The stub" if stub else predictor.info.version
        what += ", compiled," if predictor.info.compiled else ""
        print(f"{what} answers at {url}/v{MAJOR}/predict; {url}/openapi.json", file=sys.stderr)
    sys.stderr.flush()
    config = uvicorn.Config(
        app,
        http=limited(settings, app.state.metrics.refused),
        ws="none",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=settings.shutdown_timeout,
    )
    if settings.prediction_log and hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a moved log is noticed at the next row
    uvicorn.Server(config).run(sockets=[listening])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    if not host:
        raise RefusedError(
            "The host is empty, which would mean every address: name one, such as 127.0.0.1, or "
            "0.0.0.0 in a container."
        )
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise RefusedError(
            f"{host}:{port} cannot be listened at ({error}): take another with --port."
        ) from None


def _made() -> None:
    if not MODELS.is_file():
        raise RefusedError(f"The contract was not made yet: run `uv run {COMMAND} contract`.")


def _compile(typed: argparse.Namespace) -> int:
    """Say of each model what became of it. A model that stays as it is, is no failure."""
    _made()
    from . import trained

    for line in trained.compile_all(Path.cwd(), typed.model or from_environment().model):
        print(line)
    return 0


# ---------------------------------------------------------------------------
# The contract.
# ---------------------------------------------------------------------------


def _contract(typed: argparse.Namespace) -> int:
    root = Path.cwd()
    contract = read_contract(root)
    models = models_text(contract, PACKAGE)
    if typed.check:
        _fresh(models)
    else:
        _write(MODELS, models)
    importlib.invalidate_caches()
    from .app import openapi_text

    text = openapi_text()
    document = json.loads(text)
    if not typed.check:
        _write(OPENAPI, text)
    elif not _same(json.loads(_text(OPENAPI)), document):
        raise RefusedError(_stale(OPENAPI))
    if fault := _fault_of_git():
        print(f"{COMMAND}: {fault}, so nobody knows what callers rely on.", file=sys.stderr)
        return NOT_VERIFIED
    if _git("rev-parse", "--verify", "--quiet", "HEAD") is None:
        print("There is no commit yet, so there are no callers to break.")
        return 0
    return _compare(document, contract.decided.callers, typed.against)


def _same(kept: dict[str, Any], made: dict[str, Any]) -> bool:
    """Is a committed document what is made now, or what release 1.0.0 made of the same files?

    That release named operations by their paths, and has no field `compiled`. An update has not to
    make the file anew.
    """
    first = kept.get("paths", {}).get("/health", {}).get("get", {})
    if first.get("operationId") != "health_health_get":
        return kept == made
    ours, theirs = (
        {**document["components"]["schemas"], "ModelInfo": None, "paths": sorted(document["paths"])}
        for document in (kept, made)
    )
    decided = made["security"] or made["servers"] != [{"url": "/"}]
    return ours == theirs and kept["info"] == made["info"] and not decided


def _compare(document: dict[str, Any], callers: Sequence[Caller], against: str | None) -> int:
    """Say what the contract does to those who call by the one that was published."""
    from .breaking import verdict

    base = against or _base()
    if base is None or _git("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}") is None:
        print(
            f"{COMMAND}: git does not know {base or 'where this branch left the default one'}, so "
            "nobody knows what callers rely on: fetch it (`git fetch --unshallow`), or name a "
            "commit with --against.",
            file=sys.stderr,
        )
        return NOT_VERIFIED
    known = _git("show", f"{base}:./{OPENAPI.as_posix()}")
    if known is None:
        print("There is no earlier contract that callers could know.")
        return 0
    named = [*callers, *(one for one in _callers_at(base) if one not in callers)]
    holds, lines = verdict(json.loads(known), document, named)
    print("\n".join(lines), file=sys.stdout if holds else sys.stderr)
    return 0 if holds else 1


def _callers_at(base: str) -> list[Caller]:
    """Who called when the contract was published: a change does not get rid of them."""
    return callers_in(_git("show", f"{base}:./{DECIDED}") or "")


def _base() -> str | None:
    """The commit at which this branch left the default one; None where that cannot be known."""
    for branch in ("origin/HEAD", "origin/main", "origin/master", "main", "master"):
        if found := _git("merge-base", "HEAD", branch):
            return found.strip()
    shallow = _git("rev-parse", "--is-shallow-repository") or ""
    return None if shallow.strip() == "true" else "HEAD"


def _fault_of_git() -> str | None:
    """Why git cannot say what is committed; None if it can, or if there is no repository."""
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--git-dir"], env=environment, capture_output=True, text=True
        )
    except OSError:
        return "git is not on the path"
    if done.returncode == 0 or "not a git repository (or any" in done.stderr:
        return None
    return done.stderr.strip().partition("\n")[0].removeprefix("fatal: ") or "git fails"


def _git(*arguments: str) -> str | None:
    """What git prints; None where it fails or is not there."""
    try:
        done = subprocess.run(
            ["git", *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _fresh(models: str) -> None:
    _made()
    if _text(MODELS) != models:
        raise RefusedError(_stale(MODELS))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RefusedError(f"{path} is missing: run `uv run {COMMAND} contract`.") from None


def _stale(path: Path) -> str:
    name = path.name if path.is_absolute() else path.as_posix()
    return (
        f"{name} is not what schema.yaml, params.yaml and {DECIDED} say: "
        f"run `uv run {COMMAND} contract`, look at the difference, and commit it."
    )


def _write(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        print(f"{path.name} is as it was")
        return
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8", newline="\n")
    fresh.replace(path)
    print(f"wrote {path.name}")


if __name__ == "__main__":
    sys.exit(main())
