"""An attempt to open a sealed test set: what ends it without a verdict is recorded."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from ..data.jobs import CommandError
from ..errors import LabError
from ..records import files
from ..records.edits import emit
from ..records.openings import Reached, path_of
from ..records.store import Record, Store

UNENDED = "it did not come to an end: it was stopped, or its time was over"


@contextmanager
def attempt(store: Store, record: Record, by: str) -> Generator[Callable[[], None]]:
    """Record it if an opening fails.

    It yields what has to be called before the predict command gets held-out rows: from then on
    a file says that the set was opened, until there is a verdict. So even what kills this
    process leaves a trace.

    Raises:
        LabError: the reason, and where it is recorded.
    """
    path = path_of(record.folder, store.now, by)
    reached: Reached = "dry run"

    def write(reason: str) -> None:
        content = {"at": store.now, "by": by, "slot": record.front.lock.slot}
        content |= {"reached": reached, "reason": reason}
        text = "".join(f"{key}: {emit(value)}\n" for key, value in content.items())
        place = store.root / path
        if place.exists():
            files.replace(place, files.read_whole(place), text)
        else:
            files.create(place, text)

    def hand_over() -> None:
        nonlocal reached
        reached = "held-out rows"
        write(UNENDED)

    try:
        yield hand_over
    except LabError as error:
        if reached == "dry run" and not isinstance(error, CommandError):
            raise  # nothing was run
        write(str(error).splitlines()[0].rstrip(":"))
        raise LabError(
            f"{error}\nThis is recorded in {path}, and the slot of {record.id} stays taken: commit "
            "the file, fix the reason, and judge again."
        ) from error
    if reached == "held-out rows":
        (store.root / path).unlink()
        if not any((folder := (store.root / path).parent).iterdir()):
            folder.rmdir()
