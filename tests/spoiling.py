"""Good data with one thing changed."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st


@st.composite
def spoiled(
    draw: st.DrawFn, good: dict[str, Any], odd: Sequence[Any], keys: Sequence[Any] = ()
) -> Any:
    """Data with another value, another key, or without a part.

    Args:
        draw: Hypothesis gives it.
        good: what is changed.
        odd: values that may stand in the place of one.
        keys: keys that may stand in the place of one, beside that of a slip of the pen.
    """
    data = deepcopy(good)
    inner: Any = data
    while True:
        key = draw(st.sampled_from([*inner] if isinstance(inner, dict) else [*range(len(inner))]))
        if not (isinstance(inner[key], dict | list) and inner[key] and draw(st.booleans())):
            break
        inner = inner[key]
    match draw(st.sampled_from(["value", "value", "gone", "key"])):
        case "value":
            inner[key] = draw(st.sampled_from(odd))
        case "gone":
            del inner[key]
        case _ if isinstance(inner, dict):
            inner[draw(st.sampled_from([f"{key}s", *keys]))] = inner.pop(key)
    return data
