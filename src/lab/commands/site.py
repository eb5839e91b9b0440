"""`lab site`: the site that people read."""

import argparse
from pathlib import Path

from ..project import find_project
from ..site.build import build_site
from ..site.serve import serve_site


def build(typed: argparse.Namespace) -> int:
    """Write the pages and build them."""
    print(f"wrote {build_site(find_project(Path.cwd()))}")
    return 0


def serve(typed: argparse.Namespace) -> int:
    """Serve the site while it is written."""
    return serve_site(find_project(Path.cwd()), typed.address, lambda line: print(line, flush=True))
