"""Settings of the service, from environment variables."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

PREFIX = "MODEL_API_"
METRICS = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus_client adds up over processes
# What Kubernetes tells a pod of a service called model-api, by the form of Docker's old links.
INJECTED = re.compile(
    PREFIX + r"(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
LINK = re.compile(r"(tcp|udp|sctp)://")


class SettingsError(Exception):
    """A variable that cannot be used, told in one sentence."""


def _setting(default: Any, means: str, least: float | None = None) -> Any:
    return field(default=default, metadata={"means": means, "least": least})


@dataclass(frozen=True)
class Settings:
    """What the service can be told; the variable is MODEL_API_ and the name in capitals."""

    host: str = _setting("127.0.0.1", "the address to listen at; 0.0.0.0 in a container")
    port: int = _setting(8000, "the port to listen at; 0 takes a free one", 0)
    model: str = _setting("models/champion", "the folder of the model that answers")
    seed: int = _setting(0, "which seed's model answers; 0 takes the lowest there is", 0)
    max_body: int = _setting(0, "bytes of the largest body; 0 takes what the contract needs", 0)
    max_header: int = _setting(16_384, "bytes of the largest headers of a request", 1024)
    max_connections: int = _setting(500, "connections at once; for more, idle ones go", 1)
    read_timeout: float = _setting(10.0, "seconds that headers, and a body, may take", 0.01)
    workers: int = _setting(1, "processes that answer, each with the model and these limits", 1)
    cors_origins: str = _setting("", "pages that may call from a browser; empty is none, * is all")
    shutdown_timeout: int = _setting(30, "seconds that running requests get at the end", 0)
    prediction_log: str = _setting("", "a file for every row and its prediction; empty is off")


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives; what it does not give is the default.

    Raises:
        SettingsError: a variable has no use, or a value does not fit.
    """
    known = {f"{PREFIX}{one.name.upper()}": one for one in fields(Settings)}
    theirs = injected(environment)
    given = {
        name: text
        for name, text in environment.items()
        if name.startswith(PREFIX) and name not in theirs
    }
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise SettingsError(f"{unknown[0]} is no setting: known are {', '.join(known)}.")
    return Settings(
        **{known[name].name: _value(name, text, known[name]) for name, text in given.items()}
    )


def injected(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Variables that look like settings, and that Kubernetes has set, in their order."""
    return sorted(
        name
        for name, text in environment.items()
        if INJECTED.fullmatch(name) or (name == f"{PREFIX}PORT" and LINK.match(text))
    )


def _value(name: str, text: str, setting: Any) -> Any:
    if isinstance(setting.default, str):
        return text
    least = setting.metadata["least"]
    try:
        value = type(setting.default)(text)
    except ValueError:
        value = None
    if value is None or not least <= value < float("inf"):
        kind = "a whole number" if isinstance(setting.default, int) else "a number"
        raise SettingsError(f"{name} is {text!r}: it takes {kind}, {least} or more.")
    return value
