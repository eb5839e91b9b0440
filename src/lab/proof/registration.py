"""Registering a test set: what it holds is written down before anybody asks it anything."""

import re
from typing import Any

from ..errors import LabError
from ..records import files, testsets
from ..records.store import Store


def register_testset(store: Store, id_: str, by: str) -> dict[str, Any]:
    """Register the held-out examples that the pipeline wrote.

    Raises:
        LabError: the name is taken or none, or the tables cannot be read, or are not those that
            the pipeline wrote.
    """
    from ..data.pipeline import table_path, vouched_for
    from ..data.schema import unit_of
    from ..data.tables import read_tables
    from ..evidence.power import described, digest_of

    if not re.fullmatch(r"TS-[0-9]{4}-[0-9]{2}(-[a-z0-9]+)*", id_):
        raise LabError(f'"{id_}" is no name of a test set: write it like TS-{store.now:%Y-%m}.')
    if id_ in store.testsets:
        raise LabError(f"{id_} is registered already; a new test set has a new name.")
    unit = unit_of(store.root)
    paths = [table_path(store.root, name) for name in ("examples", "predictions")]
    tables = read_tables(paths[0], paths[1], store.task, unit)
    vouched_for(store.root, paths[0])
    digest = digest_of(tables)
    for other in store.testsets.values():
        if other.digest == digest:
            raise LabError(
                f"these examples are registered as {other.id}: a second name would be a second "
                "budget for the same answers."
            )
    content = {
        "id": id_,
        "registered": {"at": store.now, "by": by},
        "task": tables.task,
        "source": tables.source,
        **described(tables),
        "unit": unit,
        "digest": digest,
        "alpha": store.policy.evidence.alpha,
        "budget": store.policy.evidence.budget,
        "retired": None,
    }
    files.create(store.root / testsets.path_of_testset(id_), testsets.written(content))
    return content
