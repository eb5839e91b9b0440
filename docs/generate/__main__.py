"""Write what is said elsewhere: reference pages from copier.yml and from lab, JSON Schemas, and
what the tool ships of the template.

`python docs/generate` writes them; with `--check` it writes nothing and fails when one is stale.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import yaml
from commands import commands_page
from criteria import criteria_page
from home import with_lists
from path_classes import classes_data, classes_page
from questions import questions_page
from records import records_page
from rules import rules_page
from shipped import shipped

from lab.commands import COMMANDS
from lab.commands.parser import whole_parser
from lab.evidence.metrics import METRICS
from lab.records.kinds import KINDS
from lab.records.schemas import schemas
from lab.rules.families import all_rules

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = Path("docs/reference")
HOME = Path("docs/index.md")
SCHEMAS = Path("template/lab/schemas")
CLASSES_DATA = Path("template/lab/path-classes.json")
CHANGELOG = Path("template/lab/CHANGELOG.md")
SHIPPED = Path("src/lab/update/templates")


def main() -> int:
    """Write the pages, or say which are stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail at a stale page")
    check = parser.parse_args().check
    settings = yaml.safe_load((ROOT / "copier.yml").read_text(encoding="utf-8"))
    pages = {
        REFERENCE / "questions.md": questions_page(settings),
        REFERENCE / "path-classes.md": classes_page(settings),
        REFERENCE / "records.md": records_page(KINDS),
        REFERENCE / "rules.md": rules_page(all_rules()),
        REFERENCE / "commands.md": commands_page(COMMANDS, whole_parser()),
        REFERENCE / "criteria.md": criteria_page(METRICS),
        HOME: with_lists(_read(ROOT / HOME), navigation()),
        CLASSES_DATA: classes_data(settings),
        CHANGELOG: changelog(),
        **{SHIPPED / name: text for name, text in shipped(ROOT / "template").items()},
        **{
            SCHEMAS / f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
            for name, schema in schemas().items()
        },
    }
    stale = [path for path, content in pages.items() if _read(ROOT / path) != content]
    for path in stale:
        if check:
            print(f"{path.as_posix()} is stale: run `python docs/generate`.", file=sys.stderr)
        else:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(pages[path], encoding="utf-8", newline="\n")
            print(f"wrote {path.as_posix()}")
    return 1 if check and stale else 0


def navigation() -> list[dict]:
    """The navigation of the documentation's site; the rest of its settings has tags of others."""
    lines = _read(ROOT / "mkdocs.yml").split("\nnav:\n")[1].split("\n\n")[0]
    return yaml.safe_load(lines)


def changelog() -> str:
    """The changelog of the template, which travels with each project: its links lead nowhere."""
    return re.sub(r"\[([^]]+)\]\([^:)]+\)", r"\1", _read(ROOT / "CHANGELOG.md"))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    raise SystemExit(main())
