"""How to check the model's interface. The project's own `nox` runs this, too."""

from pathlib import Path

import nox

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "none"
nox.options.error_on_external_run = False

HERE = Path(__file__).parent
(PACKAGE,) = [path.name for path in HERE.glob("src/*_api")]


@nox.session
def contract(session: nox.Session) -> None:
    """The types and openapi.json are fresh, and no caller is broken. The first run makes them."""
    made = (HERE / "openapi.json").exists()
    session.chdir(HERE.parent)
    check = ["--check"] if made else []
    session.run("python", "-m", PACKAGE, "contract", *check, *session.posargs)
