"""What breaks callers, found a second way: bodies that were valid are tried on the new schema.

A program of its own, because it imports the package of a generated project.
"""

import copy
import json
from random import Random
from typing import Any

import jsonschema
from my_ml_project_api.breaking import breaking_changes  # pyrefly: ignore[missing-import]

PAIRS = 500
NAMES = "xy"
LEVELS = (-1.0, 0.0, 0.5, 1.0, 2.0)
VALUES = (None, -2, -1, -0.5, 0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, "a", "b", "c", "d")
random = Random(7)
Schema = dict[str, Any]


def shape() -> Schema:
    """A number, a whole number, or a text; perhaps null."""
    kind = random.choice(("number", "integer", "enum", "const", "string"))
    texts = random.sample("abc", random.randint(1, 3))
    made: Schema = {"type": "string"}
    if kind in ("number", "integer"):
        made = {"type": kind} | limits()
    elif kind == "enum":
        made |= {"enum": texts}
    elif kind == "const":
        made |= {"const": texts[0]}
    return made if random.random() < 0.7 else {"anyOf": [made, {"type": "null"}]}


def limits() -> Schema:
    """Some limits."""
    low, high = sorted(random.sample(LEVELS, 2))
    found = {"minimum": low, "maximum": high}
    return {name: found[name] for name in found if random.random() < 0.7}


def row() -> Schema:
    """An object of one or two fields, some of them needed."""
    fields = {name: shape() for name in random.sample(NAMES, random.randint(1, 2))}
    return {
        "type": "object",
        "properties": fields,
        "required": [name for name in fields if random.random() < 0.5],
        "additionalProperties": False,
    }


def renewed(old: Schema) -> Schema:
    """The same object with one thing changed; now and then another one."""
    new = copy.deepcopy(old)
    name = random.choice(list(old["properties"]))
    field = new["properties"][name]
    match random.randint(0, 5):
        case 0:
            return row()
        case 1:
            new["properties"][name] = shape()
        case 2:
            new["required"] = [one for one in old["properties"] if random.random() < 0.5]
        case 3 if len(old["properties"]) > 1:
            del new["properties"][name]
            new["required"] = [one for one in old["required"] if one != name]
        case _ if field.get("type") in ("number", "integer"):
            new["properties"][name] = {"type": field["type"]} | limits()
    return new


def fits(body: Any, schema: Schema) -> bool:
    """Whether a body is valid, as jsonschema sees it."""
    return jsonschema.Draft202012Validator(schema).is_valid(body)


with open("api/openapi.json", encoding="utf-8") as file:
    DOCUMENT = json.load(file)
BODIES = [{}, *({name: value} for name in NAMES for value in VALUES)]
BODIES += [{"x": one, "y": other} for one in VALUES for other in VALUES]
counted = {"passed": 0, "broken": 0, "unharmed": 0}
for _ in range(PAIRS):
    old, new = (first := row()), renewed(first)
    # In an answer whoever reads leaves alone what they do not know.
    known = old | {"additionalProperties": True}
    for part, before, after in (("Features", old, new), ("Answer", new, known)):
        documents = [copy.deepcopy(DOCUMENT), copy.deepcopy(DOCUMENT)]
        for document, schema in zip(documents, (old, new), strict=True):
            document["components"]["schemas"][part] = schema
        found = breaking_changes(documents[0], documents[1])
        harmed = [body for body in BODIES if fits(body, before) and not fits(body, after)]
        if found:
            counted["broken" if harmed else "unharmed"] += 1
        else:
            assert not harmed, (part, old, new, harmed[0])
            counted["passed"] += 1
print(json.dumps(counted))
