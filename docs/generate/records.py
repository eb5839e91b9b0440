"""The page of the kinds of records, made from their types."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from lab.process.lanes import CARDS, lanes_of
from lab.process.links import TARGETS
from lab.records.card_kinds import Card
from lab.records.fields import wanted
from lab.records.front import Front
from lab.records.kinds import KINDS, Document, Kind

KEY_TABLE = ["| key | what it holds | required |", "|---|---|---|"]


def records_page(kinds: Mapping[str, Kind]) -> str:
    """Every kind of record: its folder, its lanes, its links, and the keys of its front matter."""
    lines = [
        "<!-- Written by docs/generate from the types in src/lab: change it there. -->",
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
