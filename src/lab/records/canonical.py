"""The digest of plain data: the same for the same content, however it was written down."""

import hashlib
import json
from typing import Any

VERSION = "v1"


def digest_of(content: Any) -> str:
    """SHA-256 over JSON with sorted keys, without spaces, in UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{VERSION}:{hashlib.sha256(text.encode()).hexdigest()}"
