"""SIT: what people see on the site."""

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote

from ..records.kinds import KINDS
from ..records.store import Record, Store
from .registry import Found, rule

LINK = re.compile(r"(?<!\\)\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
CODE = re.compile(
    r"^[ \t]*(`{3,}|~{3,}).*?^[ \t]*\1[`~]*[ \t]*$|`[^`\n]*`|<!--.*?-->",
    re.DOTALL | re.MULTILINE,
)


@rule("SIT001", *KINDS, remedy="Correct the path: it counts from the folder of this file.")
def links_in_the_text(record: Record, store: Store) -> Iterator[Found]:
    """A link in the text leads to a file that exists.

    The strict site would not build, and whoever reads the record would look in vain.
    """
    if "](" not in record.body:
        return
    text = CODE.sub(lambda found: "\n" * found[0].count("\n"), record.body)
    folder = record.folder
    for link in LINK.finditer(text):
        target = unquote(link[1].partition("#")[0])
        if not target or re.match(r"[a-z][a-z0-9+.-]*:|//", target, re.IGNORECASE):
            continue
        if target.startswith("/") or not _exists(store.root, f"{folder}/{target}"):
            line = record.body_line + text.count("\n", 0, link.start())
            yield Found(f"the link to {link[1]} leads nowhere", line)


def _exists(root: Path, path: str) -> bool:
    try:
        return (root / normpath(path)).exists()
    except (OSError, ValueError):
        return False
