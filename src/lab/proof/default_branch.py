"""Which branch decides what came first: the one that the forge names, never a guess."""

import json
from collections.abc import Mapping
from pathlib import Path

USUAL = ("main", "master")


def of_forge(environment: Mapping[str, str]) -> str | None:
    """The default branch that CI's own variables name; None outside of CI."""
    if environment.get("GITLAB_CI") == "true":
        return environment.get("CI_DEFAULT_BRANCH") or None
    if environment.get("GITHUB_ACTIONS") == "true":
        try:
            event = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_text("utf-8"))
            return str(event["repository"]["default_branch"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
    return None


def only_candidate(branches: set[str]) -> str | None:
    """The default branch where nothing names it; None if there could be several.

    Args:
        branches: the names of all known branches, the forge's and the own ones.
    """
    usual = [name for name in USUAL if name in branches] or sorted(branches)
    return usual[0] if len(usual) == 1 else None
