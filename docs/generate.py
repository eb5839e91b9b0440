"""Write what is said elsewhere: reference pages from copier.yml and from lab, JSON Schemas.

`python docs/generate.py` writes them; with `--check` it writes nothing and fails when one is stale.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from lab.process.lanes import CARDS, lanes_of
from lab.process.links import TARGETS
from lab.proof.audit import REMEDIES, TITLES
from lab.records.fields import wanted
from lab.records.kinds import KINDS, Card, Document, Front, Kind
from lab.records.schemas import schemas
from lab.rules.families import all_rules
from lab.rules.registry import Rule

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = Path("docs/reference")
SCHEMAS = Path("template/lab/schemas")
CLASSES_DATA = Path("template/lab/path-classes.json")
CHANGELOG = Path("template/lab/CHANGELOG.md")
SOURCE = "<!-- Written by docs/generate.py from copier.yml: change it there. -->"

CLASSES = {
    "owned": "The template's. An update brings the template's next version of it. What a team "
    "changes in it is merged, and may end in a conflict.",
    "seeded": "The team's from day one. An update never changes it, never deletes it, and never "
    "brings it back.",
    "shared": "Both. An update merges the template's part. The team's part lies between the lines "
    "`team: begin` and `team: end`.",
}


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
        CLASSES_DATA: classes_data(settings),
        CHANGELOG: changelog(),
        **{
            SCHEMAS / f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
            for name, schema in schemas().items()
        },
    }
    stale = [path for path, content in pages.items() if _read(ROOT / path) != content]
    for path in stale:
        if check:
            print(f"{path.as_posix()} is stale: run `python docs/generate.py`.", file=sys.stderr)
        else:
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_text(pages[path], encoding="utf-8", newline="\n")
            print(f"wrote {path.as_posix()}")
    return 1 if check and stale else 0


def questions_page(settings: Mapping[str, Any]) -> str:
    """Every question in the order in which it is asked: its default, choices and refusals."""
    asked = dict(_asked(settings))
    overview = [
        f"| [`{name}`](#{name}) | {_kind(question)} | {_default(question, asked)} |"
        for name, question in asked.items()
    ]
    sections = [line for name, question in asked.items() for line in _section(name, question)]
    return "\n".join(
        [
            SOURCE,
            "",
            "# Questions",
            "",
            f"`copier copy` asks {len(asked)} questions. Each has a default, so `--defaults` asks "
            "none of them. Answer some on the command line and take the rest as it is:",
            "",
            "```console",
            "uvx copier copy --defaults --vcs-ref=HEAD --data task=regression "
            "--data handle=bea . ../my-project",
            "```",
            "",
            "The answers are kept in `.copier-answers.yml` of the project. A misspelt name after "
            "`--data` is ignored by Copier without a word, so look at that file afterwards.",
            "",
            "| question | kind | default |",
            "|---|---|---|",
            *overview,
            "",
            *sections,
        ]
    )


def classes_page(settings: Mapping[str, Any]) -> str:
    """Which paths of a generated project are whose."""
    lines = [
        SOURCE,
        "",
        "# Path classes",
        "",
        "Every path of a generated project is in exactly one of three classes. A pattern is read "
        "as in `.gitignore`: it starts at the project's root, `*` stands for one name or a part of "
        "it, and a folder stands for all that is in it. Why there are three is told in "
        "[Whose file is it?](../explanation/whose-file-is-it.md).",
        "",
    ]
    for name, patterns in settings["path_classes"]["default"].items():
        lines += [f"## {name.capitalize()}", "", CLASSES[name], ""]
        lines += [*(f"- `{pattern}`" for pattern in patterns), ""]
    lines += [
        "## Records about the sample data",
        "",
        "These are seeded as well. A project holds only those of its answer to "
        "[`task`](questions.md#task).",
        "",
        "| task | records |",
        "|---|---|",
    ]
    for task, patterns in settings["examples"]["default"].items():
        lines.append(f"| `{task}` | {'<br>'.join(f'`{pattern}`' for pattern in patterns)} |")
    return "\n".join([*lines, ""])


def classes_data(settings: Mapping[str, Any]) -> str:
    """The same for `lab update`, in each project as its version of the template has it."""
    return json.dumps(settings["path_classes"]["default"], indent=2) + "\n"


def changelog() -> str:
    """The changelog of the template, which travels with each project: its links lead nowhere."""
    return re.sub(r"\[([^]]+)\]\([^:)]+\)", r"\1", _read(ROOT / "CHANGELOG.md"))


KEY_TABLE = ["| key | what it holds | required |", "|---|---|---|"]


def records_page(kinds: Mapping[str, Kind]) -> str:
    """Every kind of record: its folder, its lanes, its links, and the keys of its front matter."""
    lines = [
        "<!-- Written by docs/generate.py from the types in template/lab: change it there. -->",
        "",
        "# Records",
        "",
        f"There are {len(kinds)} kinds. A record is a folder, `KIND-YYYYMMDD-slug`, in the folder "
        "of its kind. It holds `index.md`: YAML between two lines of `---`, the data, and below it "
        "Markdown, the story. The log of a card is beside it, one file for each entry, "
        "`log/<UTC time>-<handle>.md`, and so are the reports of `lab monitor` beside a rollout, "
        "`monitoring/<UTC time>.md`. `uv run lab new` makes a record from the template of its "
        "kind. Why all this is so strict is told in "
        "[Why are records strict?](../explanation/why-records-are-strict.md).",
        "",
        "| kind | what it is | folder | its lanes | points to |",
        "|---|---|---|---|---|",
        *(_kind_row(kind) for kind in kinds.values()),
        "",
        "The lane is the last entry of `history`; it is stored nowhere else. From every open lane, "
        "a card can also go straight to `done`: abandoned, or a hypothesis that ends after its "
        "test. Out of a review, it can go one lane back. Links are written once, on the newer "
        "record.",
        "",
        "A key that is not listed for a kind is refused. "
        "[JSON Schemas](../how-to/write-records-in-an-editor.md) say the same to an editor.",
        "",
        "## Every record",
        "",
        *KEY_TABLE,
        *_keys(Front),
        "",
        f"Documents ({_codes(kinds, Document)}) also have:",
        "",
        *KEY_TABLE,
        *_keys(Document, Front),
        "",
        f"Cards ({_codes(kinds, Card)}) also have:",
        "",
        *KEY_TABLE,
        *_keys(Card, Front),
        "",
    ]
    for kind in kinds.values():
        own = list(_keys(kind.front, Card if kind.code in CARDS else Document))
        if own:
            name = f"{kind.means[0].upper()}{kind.means[1:]}"
            lines += [f"## {kind.code}", "", f"{name}.", "", *KEY_TABLE, *own, ""]
    lines += ["## Parts", "", "What stands in the mappings that the tables above name.", ""]
    for part in _parts(kinds):
        lines += [f"### {part.__name__}", "", (part.__doc__ or "").partition("\n")[0], ""]
        lines += [*KEY_TABLE, *_keys(part), ""]
    return "\n".join(lines)


def _kind_row(kind: Kind) -> str:
    lanes = ", ".join(lanes_of(kind.code))
    links = "; ".join(
        f"`{name}`: {'any' if len(targets) == len(KINDS) else ', '.join(targets)}"
        for name, targets in TARGETS.get(kind.code, {}).items()
        if name in {field.name for field in msgspec.structs.fields(kind.front)}
    )
    return f"| `{kind.code}` | {kind.means} | `{kind.folder}/` | {lanes} | {links} |"


def _codes(kinds: Mapping[str, Kind], base: type[Front]) -> str:
    return ", ".join(f"`{kind.code}`" for kind in kinds.values() if issubclass(kind.front, base))


def _keys(part: type[msgspec.Struct], but: type[msgspec.Struct] | None = None) -> Iterator[str]:
    """A row for each key of a type, without those that it has from another one."""
    known = {field.name for field in msgspec.structs.fields(but)} if but else set()
    for field in msgspec.structs.fields(part):
        if field.name not in known:
            needed = "yes" if field.required else "no"
            yield f"| `{field.encode_name}` | {_holds(field.type)} | {needed} |"


def _holds(kind: Any) -> str:
    """What a field holds, as a sentence; a mapping is described below, under its name."""
    says = wanted(kind)
    inner = _structs(kind)
    linked = f"[{inner[0].__name__}](#{inner[0].__name__.lower()})" if inner else ""
    if says.startswith("a mapping with "):
        return f"See {linked}."
    if says.startswith("a list with "):
        each = linked or says.removeprefix("a list with ").removesuffix(" in each entry")
        return f"A list. Each entry: {each[0].lower() + each[1:]}."
    said = says[0].upper() + says[1:] + ("" if says.endswith("?") else ".")
    return f"{said} Each entry: {linked}." if linked else said


def _structs(kind: Any) -> list[type[msgspec.Struct]]:
    """The types of mappings that a type names."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [kind]
    return [one for inner in getattr(kind, "__args__", ()) for one in _structs(inner)]


def _parts(kinds: Mapping[str, Kind]) -> list[type[msgspec.Struct]]:
    """The mappings inside front matter, each once, in the order in which they occur."""
    found: dict[type[msgspec.Struct], None] = {}
    open_: list[type[msgspec.Struct]] = [kind.front for kind in kinds.values()]
    while open_:
        inner = [
            part for field in msgspec.structs.fields(open_.pop(0)) for part in _structs(field.type)
        ]
        open_ += [part for part in inner if part not in found]
        found |= dict.fromkeys(inner)
    return list(found)


FAMILIES = {
    "REC": "what a record is",
    "FLO": "how cards and documents move",
    "CRI": "criteria that can be decided",
    "LCK": "goalposts that do not move",
    "EVD": "outcomes that rest on evidence",
    "REP": "stages that follow from one another, and reports that end in a decision",
    "TEA": "who works here, by which numbers, with which exceptions",
    "SIT": "what people see on the site",
}


def rules_page(rules: Mapping[str, Rule]) -> str:
    """Every rule of `lab check`: its title, its reason, its remedy and its level."""
    lines = [
        "<!-- Written by docs/generate.py from the rules in src/lab/rules: change it there. -->",
        "",
        "# Rules",
        "",
        f"`lab check` asks {len(rules)} rules. `lab check --explain FLO004` prints one. "
        "`team/policy.yml` can take a rule more or "
        "less seriously (`levels`), and a [waiver](../how-to/agree-on-an-exception.md) excuses one "
        "record for a while.",
        "",
        "| family | what it is about |",
        "|---|---|",
        *(f"| [{family}](#{family.lower()}) | {about} |" for family, about in FAMILIES.items()),
        "| [AUD](#aud) | what the history proves |",
        "",
    ]
    for family, about in FAMILIES.items():
        lines += [f"## {family}", "", f"{about[0].upper()}{about[1:]}.", ""]
        for rule in rules.values():
            if rule.family == family:
                lines += _rule_section(rule)
    lines += [
        "## AUD",
        "",
        "What git's first-parent history proves. `lab audit` asks all of it; `lab check` asks, of "
        "the change at hand, whether it locks and judges at once (AUD002).",
        "",
    ]
    for code, title in TITLES.items():
        lines += [f"### {code}", "", f"**{title}**", "", f"- Remedy: {REMEDIES[code]}", ""]
    return "\n".join(lines)


def _rule_section(rule: Rule) -> list[str]:
    asked = ", ".join(f"`{kind}`" for kind in rule.kinds) if rule.kinds else "the whole project"
    remedy = rule.remedy.replace("{id}", "ID")
    return [
        f"### {rule.code}",
        "",
        f"**{rule.title}** {' '.join(rule.reason.split())}",
        "",
        f"- Remedy: {remedy}",
        f"- Asked of: {asked}. Level: {rule.levels}.",
        "",
    ]


def _asked(settings: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The questions that a person sees, by name."""
    for name, question in settings.items():
        hidden = name.startswith("_") or question.get("when") is False
        if not hidden and question.get("ask") is not False:
            yield name, question


def _kind(question: Mapping[str, Any]) -> str:
    if "choices" in question:
        return "choice"
    return {"bool": "yes or no", "int": "whole number", "str": "text"}[question["type"]]


def _default(question: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """A default in words: a computed one names the answers that it is made from."""
    default = question["default"]
    if isinstance(default, bool):
        return "yes" if default else "no"
    if "{" in str(default):
        sources = [f"[`{name}`](#{name})" for name in asked if re.search(rf"\b{name}\b", default)]
        return f"made from {' and '.join(sources)}"
    return str(default)


def _section(name: str, question: Mapping[str, Any]) -> list[str]:
    lines = [f"## {name}", "", question["help"].strip(), ""]
    if "choices" in question:
        labels = [str(label).partition(": ") for label in question["choices"]]
        lines += [*(f"- **{choice}**: {meaning}" for choice, _, meaning in labels), ""]
    refusals = _refusals(question.get("validator", ""))
    if refusals:
        lines += ["Refused, with these words:", "", *(f"- {refusal}" for refusal in refusals), ""]
    return lines


def _refusals(validator: str) -> list[str]:
    """What a validator says; an answer that it repeats is set in italics."""
    said = [part.strip() for part in re.split(r"\{%.*?%\}", validator)]
    return [re.sub(r"\{\{\s*(\w+).*?\}\}", _in_italics, part) for part in said if part]


def _in_italics(found: re.Match[str]) -> str:
    return f"*{found[1].replace('_', ' ')}*"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    raise SystemExit(main())
