"""What people write over the templates' placeholders."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType


def filled_in(
    text: str,
    moment: str,
    handle: str = "ann",
    say: Callable[[], str] = lambda: "Something.",
    fields: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The text of a new record with nothing left open, as a person would leave it.

    Args:
        text: of a record that `lab new` made.
        moment: what is written where a time is asked for.
        handle: who is written where a person is asked for.
        say: what stands under a heading; called once for each comment of the template.
        fields: the values of front-matter keys, as YAML.
    """
    front, fence, body = text.partition("\n---\n")
    for name, value in fields.items():
        front = re.sub(rf"(?m)^([ -]*{name}: ).*$", lambda found, to=value: found[1] + to, front)
    front = re.sub(r"<a-handle>|<your-handle>", handle, front)
    front = re.sub(r"<[a-z][^<>\n]*>", "something", front)
    front = front.replace("YYYY-MM-DDThh:mm:ssZ", moment)
    body = re.sub(r"<!--.*?-->", lambda _: say(), body, flags=re.DOTALL)
    return front + fence + body
