"""A small project on the disk, as `lab` finds one after the pipeline has run."""

import json
from pathlib import Path

import pytest

FILES = {
    "stages/1-requirements/README.md": "# Requirements\n\nWhat we need.\n",
    "stages/1-requirements/templates/REQ.md": "---\nid: REQ-YYYYMMDD-slug\n---\n",
    "stages/1-requirements/REQ-20260701-sort-mail/index.md": """\
---
id: REQ-20260701-sort-mail
title: Sort the mail
tldr: Letters wait too long.
owner: ann
history:
  - {at: "2026-07-01T09:00:00Z", by: ann, to: draft}
  - {at: "2026-07-02T09:00:00Z", by: ann, to: accepted}
---

## Why

Nobody reads them.
""",
    "stages/1-requirements/REQ-20260701-sort-mail/log/20260703T090000Z-ann.md": "# Asked\n",
    "team/README.md": "# Team\n\nWho we are.\n",
    "team/people.yml": "people:\n  - {handle: ann, name: Ann Example}\n  - {handle: bo, name: B}\n",
    "dvc.yaml": """\
plots:
  - recall:
      title: Share of each class
      template: bar_horizontal
      x: recall
      y: {evaluation/plots/recall.csv: class}
""",
    "evaluation/plots/recall.csv": "recall,class\n0.5,letter\n0.875,parcel\n",
    "evaluation/metrics.json": json.dumps(
        {
            "source": "sample",
            "examples": 171,
            "candidate": {"recall": 0.8125, "roc_auc": 0.9375},
            "status_quo": {"recall": 0.6875},
        }
    ),
    "evaluation/lift.json": json.dumps(
        {
            "unit": "EUR per letter",
            "examples": 398,
            "random": -1.25,
            "status_quo": 2.5,
            "perfect": 4.75,
            "potential": 2.25,
            "risk": 3.75,
        }
    ),
    "mkdocs.yml": """\
site_name: Mail &amp; more
site_description: Sorts <b>mail</b>.
docs_dir: build/pages
site_dir: build/site
theme: {name: mkdocs}
validation: {anchors: warn}
markdown_extensions: [admonition, attr_list, md_in_html, tables]
""",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a small project, free to be changed."""
    folder = tmp_path / "project"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder
