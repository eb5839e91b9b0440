"""REC: what a record is."""

import json
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from ..process.headings import MAY_BE_NOTHING, required
from ..process.iterations import is_closed
from ..process.lanes import ACCEPTED, CARDS, DONE, is_draft
from ..process.links import EVERY, TARGETS
from ..records.body import has_text, says_nothing
from ..records.ids import faults_of
from ..records.record import links
from ..records.research_log import logged, read_log
from ..records.store import Record, Store
from ..records.templates import placeholders
from .registry import Found, from_loading, rule

LONGEST_TLDR = 60
CONFLICT = re.compile(r"^(?:<<<<<<<|>>>>>>>) ", re.MULTILINE)


@rule("REC001", remedy="Put a plain text file there that the tool may read.")
def readable(store: Store) -> Iterator[Found]:
    """A record is a folder with a plain `index.md` that can be read.

    A missing file, a file of many megabytes, a symbolic link that may lead out of the project,
    or one without permission would make everything that is computed from the records wrong
    without a word. What cannot be read is not verified, and the exit code says so.
    """
    return from_loading(store)


@rule("REC002", remedy="Save the file as UTF-8 with plain line ends.")
def encoded(store: Store) -> Iterator[Found]:
    """A record is text in UTF-8.

    In any other encoding a name reads differently on another machine, and a NUL byte ends the
    text for some readers. A byte-order mark or Windows line ends are a warning: they are read,
    but make whole files look changed.
    """
    return from_loading(store)


@rule("REC003", remedy="Write plain `key: value` lines between two lines of ---.")
def well_formed(store: Store) -> Iterator[Found]:
    """The front matter is plain YAML.

    Keys that stand twice, anchors, tags, several documents and deep nesting mean different
    things to different readers, or nothing to a person.
    """
    return from_loading(store)


@rule("REC004", remedy="Compare the keys with the template of the kind.")
def keys(store: Store) -> Iterator[Found]:
    """The front matter has the keys of its kind, and no others.

    A misspelt key is a value that everybody believes to be there. Missing is never fine.
    """
    return from_loading(store)


@rule("REC005", remedy="Compare the value with the template of the kind.")
def values(store: Store) -> Iterator[Found]:
    """Every value has its type, and is read the same by everybody.

    A bare `no`, `1.10`, `12:30` or date is one thing to one YAML reader and another to the
    next. T-shirt sizes are not days, and a probability is text so that 0.10 stays 0.10.
    """
    return from_loading(store)


@rule("REC006", *EVERY, remedy="Make the folder's name and `id` equal; an id is never changed.")
def id_is_the_folder(record: Record, store: Store) -> Iterator[Found]:
    """A record's id is KIND-YYYYMMDD-slug, and equal to the name of its folder.

    Two branches that make the same record then collide in the same path, loudly. Numbers
    would merge without a conflict.
    """
    if record.front.id != record.id:
        yield Found(f"`id` is {record.front.id}, and the folder is {record.id}", ("id",))
    elif fault := faults_of(record.id):
        yield Found(f"{record.id} is not an id: {fault}", ("id",))


@rule("REC007", *EVERY, remedy="Move the folder to where its kind belongs.")
def place(record: Record, store: Store) -> Iterator[Found]:
    """A record lies in the folder of its stage, and nothing else lies there.

    People look for a proposal among the proposals; the site and the board do, too.
    """
    if not record.path.startswith(f"{record.kind.folder}/{record.id}/"):
        yield Found(f"{record.kind.code} records belong into {record.kind.folder}/")


@rule("REC008", *EVERY, remedy="Replace it, or delete the line.", low="warning")
def filled_in(record: Record, store: Store) -> Iterator[Found]:
    """Nothing of the template is left in the front matter once the record counts.

    As long as it is a draft or `to do`, placeholders are welcome. Whoever accepts or starts it
    promises something that others read.
    """
    if is_draft(record):
        return
    for where, text in placeholders(record):
        yield Found(f"`{text}` is left of the template", where)


@rule("REC009", *EVERY, remedy="Write at least a sentence below it.", low="warning")
def headings(record: Record, store: Store) -> Iterator[Found]:
    """Every required heading has something below it once the record counts.

    The headings are the questions that experienced teams ask. A blank answer is a question
    that nobody asked.
    """
    wanted = required(record, store)
    if not wanted:
        return
    written = record.headings()
    for title in wanted:
        if title not in written:
            yield Found(f'the heading "{title}" is missing', record.body_line)
        elif not has_text(written[title][1]):
            yield Found(f'nothing stands below "{title}"', written[title][0])


@rule(
    "REC020",
    *EVERY,
    remedy="Say why there is nothing, in a sentence.",
    low="warning",
    in_change=True,
)
def headings_say_something(record: Record, store: Store) -> Iterator[Found]:
    """What stands below a required heading says more than "None." once the record counts.

    Sometimes there really is nothing. Then a reader wants to know why, and who looked.
    """
    written = record.headings()
    for title in required(record, store):
        if title in written and title not in MAY_BE_NOTHING and says_nothing(written[title][1]):
            yield Found(f'what stands below "{title}" says nothing', written[title][0])


@rule("REC010", *EVERY, remedy="Say it shorter: it is for a reader who is not technical.")
def summary(record: Record, store: Store) -> Iterator[Found]:
    """The summary is one plain paragraph of at most 60 words.

    It is what a product owner reads on a phone. What needs more words belongs below.
    """
    words = len(record.front.tldr.split())
    if words > LONGEST_TLDR:
        yield Found(f"`tldr` has {words} words, and {LONGEST_TLDR} is the most", ("tldr",))
    elif "\n\n" in record.front.tldr.strip():
        yield Found("`tldr` has more than one paragraph", ("tldr",))


@rule("REC011", *EVERY, remedy="Name a record that exists: `lab list` shows all.")
def links_lead_somewhere(record: Record, store: Store) -> Iterator[Found]:
    """Every link leads to a record of the right kind.

    A hypothesis without a proposal, or a report about no iteration, breaks the chain from the
    customer's outcome to the decision.
    """
    targets = TARGETS.get(record.kind.code, {})
    for name, target in links(record.front):
        code = target.partition("-")[0]
        allowed = targets.get(name, (record.kind.code,))
        if target == record.id:
            yield Found(f"`{name}` points to the record itself", (name,))
        elif code not in allowed:
            yield Found(f"`{name}` points to {target}, not to a {' or '.join(allowed)}", (name,))
        elif target not in store.records and target not in store.unread:
            yield Found(f"`{name}` points to {target}, which does not exist", (name,))


@rule("REC012", remedy="Give the newer record another slug, and rename its folder.")
def unique(store: Store) -> Iterator[Found]:
    """No two records have the same id, not even in different stages.

    Links say nothing but the id. Ids have no capitals in their slugs, so that no two of them
    are one folder to a Mac or a Windows machine.
    """
    return from_loading(store)


@rule("REC013", remedy="Take out the link that is not true.")
def no_circles(store: Store) -> Iterator[Found]:
    """Links do not run in circles.

    A card that waits for itself waits for ever, and nothing can follow what comes after it.
    """
    for name in ("follows", "supersedes", "depends_on", "unblocks"):
        graph: dict[str, list[str]] = {}  # lists, because the order of a set is not always the same
        for (link, target), records in store.pointing.items():
            if link == name:
                for record in records:
                    if target != record.id:
                        graph.setdefault(record.id, []).append(target)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1][::-1]
            yield Found(
                f"`{name}` leads in a circle: {' -> '.join(circle)}",
                (name,),
                record=store.records[circle[0]],
            )


@rule("REC016", *EVERY, remedy="Write entries with `lab log {id}`.")
def log_entries(record: Record, store: Store) -> Iterator[Found]:
    """A log entry is one file, `<UTC time>-<handle>.md`, with text in it.

    One file each, so that two people who write at once never conflict. The name says when and
    who without opening it.
    """
    folder = record.folder
    for name in record.log:
        path = f"{folder}/log/{name}"
        if name.startswith("."):
            continue
        written = logged(name)
        if not written:
            yield Found(f"log/{name} is not <UTC time>-<handle>.md", 1, path=path)
        elif store.handles and written[1] not in store.handles:
            yield Found(f"nobody has the handle {written[1]}", 1, path=path)
        elif not read_log(record, store, name).strip():
            yield Found("the entry has no text that can be read", 1, path=path)


@rule("REC017", *EVERY, remedy="Keep what is right of both sides, and delete the markers.")
def no_conflict_markers(record: Record, store: Store) -> Iterator[Found]:
    """No conflict marker of git is left in the text.

    The file is then two people's halves, and neither of them wrote it.
    """
    marked = "<<<<<<< " in record.body or ">>>>>>> " in record.body
    if marked and (found := CONFLICT.search(record.body)):
        yield Found(
            "a merge was not finished here",
            record.body_line + record.body.count("\n", 0, found.start()),
        )


@rule("REC018", *EVERY, remedy="Link it to the newer record, or supersede it, too.", in_change=True)
def nothing_on_superseded_ground(record: Record, store: Store) -> Iterator[Found]:
    """Nothing that is still open builds on a record that another one supersedes.

    New insight from the market means new requirements, which can be accepted at any time; what
    answered the old ones has to be looked at again before it goes on.
    """
    if record.lane == DONE or record.kind.code == "REP":
        return
    for name in ("answers", "requirements", "proposal"):
        target = getattr(record.front, name, None)
        if not target or is_closed(record, store):
            continue
        for newer in store.pointing.get(("supersedes", target), ()):
            if newer.lane == ACCEPTED and ("supersedes", record.id) not in store.pointing:
                yield Found(f"`{name}` points to {target}, which {newer.id} supersedes", (name,))


@rule("REC021", *CARDS, remedy="Clear them, as `uvx nbstripout FILE` does, before it is committed.")
def notebooks_without_outputs(record: Record, store: Store) -> Iterator[Found]:
    """A Jupyter notebook beside a card holds no outputs.

    They are rows and charts of a moment, in a file that nobody reads line by line: data that should
    not be in git, and numbers that nobody can make again. A notebook of marimo is plain Python.
    """
    for path in sorted((store.root / record.folder).glob("*.ipynb")):
        try:
            cells = json.loads(path.read_bytes())["cells"]
            written = [number for number, cell in enumerate(cells, 1) if cell.get("outputs")]
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            yield Found(f"{path.name} is no notebook that can be read", 1, "Save it again.")
            continue
        if written:
            yield Found(
                f"cell {written[0]} of {path.name} holds outputs",
                1,
                f"Clear them before it is committed: `uvx nbstripout {record.folder}/{path.name}`.",
                path=f"{record.folder}/{path.name}",
            )
