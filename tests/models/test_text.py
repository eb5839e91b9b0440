"""Words of a text column decide, by the lines that the page shows, to judged and served."""

import random

import polars as pl
import yaml
from following import adjust, blocks_under, follow
from project.test_life import CARDS, folder, lab
from project.using import InUse, commit

from .test_pages import PAGE, as_judged

CARD, TESTSET = CARDS["binary"][0], "TS-2026-12-tickets"
URGENT = ("down", "crash", "outage", "lost", "leak", "failure")
CALM = ("invoice", "colour", "typo", "question", "thanks", "logo")
EVERY = ("the", "page", "server", "customer", "since", "monday", "again", "our", "account")
SCHEMA = {
    "id": "id",
    "unit": None,
    "target": {"name": "urgent", "type": "category", "values": ["no", "yes"], "positive": "yes"},
    "columns": {
        "ticket": {"type": "text", "example": "the server is down"},
        "waited": {"type": "float", "min": 0, "max": 9, "example": 1},
    },
}
PARAMS = {
    "data": {"source": "file"},
    "status_quo": {"rule": "CASE WHEN waited > 5 THEN 'yes' ELSE 'no' END"},
    "evaluate": {"slices": []},
    "lift": {"unit": "points", "value": {"yes": {"yes": 3}, "no": {"yes": -1}}},
}


def write_tickets(project: InUse) -> None:
    """Tickets whose urgency is in their words, in all but one of thirty."""
    draw = random.Random(5)
    rows = []
    for number in range(1200):
        urgent = draw.random() < 0.4
        told = draw.sample(URGENT if urgent != (draw.random() < 0.03) else CALM, 2)
        words = [*draw.sample(EVERY, 5), *told]
        draw.shuffle(words)
        text = f"{' '.join(words)} {number}"
        rows.append((f"ticket-{number}", text, draw.uniform(0, 9), "yes" if urgent else "no"))
    table = pl.DataFrame(rows, ["id", "ticket", "waited", "urgent"], orient="row")
    table.write_csv(project.root / "data/raw/data.csv")
    (project.root / "schema.yaml").write_text(yaml.safe_dump(SCHEMA, sort_keys=False), "utf-8")
    adjust(project, PARAMS)


def test_words_decide(working: InUse):
    write_tickets(working)
    refused = working.run("uv", "run", "dvc", "repro")
    assert "ticket in schema.yaml" in refused.output
    follow(working, blocks_under(PAGE, "Words of a text column"))
    working.repro()
    assert working.json("evaluation/metrics.json")["candidate"]["roc_auc"] > 0.9
    working.change(f"{folder(working, CARD)}/index.md", "TS-2026-11", TESTSET)
    lab(working, "testset", "register", TESTSET)
    commit(working, "Tickets")
    lab(working, "start", CARD)
    commit(working, "Start")
    adjust(working, {"train": {"search": {"linear": {"C": [0.1, 1.0, 10.0]}}}})
    working.repro()
    assert lab(working, "judge", CARD).startswith("Supported")
    as_judged(working, CARD, "yes")
