"""Calls to a forge's interface: one at a time, with its answers and its refusals in words.

A call is never repeated by itself: what was lost on the way may have been done. Whoever calls
looks again at what there is, and then repeats the whole.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ..errors import LabError
from ..terminal import clean, cut
from .place import Place

TIMEOUT = 30  # seconds for one answer
PAUSES = (1.0, 4.0, 16.0)  # seconds before each further try
LONGEST = 120.0  # seconds that a forge may ask us to wait
MOST_PAGES = 100
NEXT = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?next"?')
T = TypeVar("T")


class ForgeError(LabError):
    """The forge did not do what was asked. `status` is that of HTTP, 0 if no answer came."""

    def __init__(self, message: str, status: int = 0, wait: float | None = None) -> None:
        super().__init__(message)
        self.status, self.wait = status, wait

    @property
    def may_pass(self) -> bool:
        """May the same work in a moment?"""
        return self.wait is not None or self.status in (0, 429) or self.status >= 500

    @property
    def is_refusal(self) -> bool:
        """Does the forge not let this token in, or not so far?"""
        return self.status in (401, 403, 404) and not self.may_pass


class _NoRedirect(HTTPRedirectHandler):
    """A redirect would carry the token to wherever it leads."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = build_opener(_NoRedirect)


@dataclass(frozen=True)
class Caller:
    """Calls the interface of one forge."""

    place: Place

    def get(self, path: str, **query: Any) -> Any:
        """One thing."""
        return self._call("GET", self._address(path, query))[0]

    def every(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Each entry of a list, page by page."""
        address = self._address(path, {"per_page": 100, **query})
        for _ in range(MOST_PAGES):
            entries, link = self._call("GET", address)
            if not isinstance(entries, list):
                raise ForgeError(f"{path} is no list at {self.place.root}.", 200)
            yield from (entry for entry in entries if isinstance(entry, dict))
            following = NEXT.search(link)
            if not following:
                return
            address = following[1]
            if not address.startswith(f"{self.place.root}/"):
                raise ForgeError(
                    "the forge's next page lies elsewhere; nothing was sent there.", 200
                )
        raise ForgeError(f"{path} has more than {MOST_PAGES} pages.", 200)

    def send(self, method: str, path: str, content: dict[str, Any] | None = None) -> Any:
        """Write something; the forge's answer."""
        return self._call(method, self._address(path, {}), content)[0]

    def _address(self, path: str, query: dict[str, Any]) -> str:
        within = path if path.startswith("/") else f"{self.place.project}/{path}"
        return f"{self.place.root}{within}{f'?{urlencode(query)}' if query else ''}"

    def _call(
        self, method: str, address: str, content: dict[str, Any] | None = None
    ) -> tuple[Any, str]:
        """The answer, and its `Link` header."""
        headers = {"Accept": "application/json", "User-Agent": "agile-ml-lab"}
        headers["Authorization"] = f"Bearer {self.place.token}"
        data = None
        if content is not None:
            data = json.dumps(content).encode()
            headers["Content-Type"] = "application/json"
        what = f"{method} {address.removeprefix(self.place.root).partition('?')[0]}"
        try:
            request = Request(address, data, headers, method=method)
            with _OPENER.open(request, timeout=TIMEOUT) as answer:
                body, link = answer.read(), answer.headers.get("Link") or ""
        except HTTPError as error:
            with error:
                raise self._refused(what, error) from None
        except (OSError, HTTPException, ValueError) as error:
            reason = self._without_token(clean(f"{error}"))
            raise ForgeError(f"{what}: no answer from {self.place.root} ({reason}).") from None
        try:
            return (json.loads(body) if body else None), link
        except (ValueError, RecursionError):
            raise ForgeError(f"{what}: the answer of {self.place.root} is no JSON.") from None

    def _refused(self, what: str, error: HTTPError) -> ForgeError:
        try:
            answer = json.loads(error.read(65536))
        except (OSError, HTTPException, ValueError, RecursionError):
            answer = None
        message = answer.get("message") or answer.get("error") if isinstance(answer, dict) else None
        words = cut(self._without_token(clean(str(message or error.reason))), 200)
        limited = (
            error.headers.get("X-RateLimit-Remaining") == "0" or "Retry-After" in error.headers
        )
        wait = _wait(error) if error.code == 429 or (error.code == 403 and limited) else None
        remedy = REMEDIES.get(error.code, "") if wait is None else "it asks for fewer calls"
        if 300 <= error.code < 400:
            remedy = "it has moved, and a token is not sent after it"
        return ForgeError(
            f"{what}: {error.code} {words}{f'; {remedy}' if remedy else ''}.", error.code, wait
        )

    def _without_token(self, text: str) -> str:
        return text.replace(self.place.token, "***") if self.place.token else text


REMEDIES = {
    401: "the token is not valid, or has ended",
    403: "the token may not do that: give the job the permission to write",
    404: "there is nothing there, or the token may not see it",
    410: "it is switched off in the settings of the project",
}


def _wait(error: HTTPError) -> float:
    """Seconds that the forge asks for; where it names a moment, until then."""
    for name, since in (("Retry-After", 0.0), ("X-RateLimit-Reset", time.time())):
        try:
            return max(0.0, float(error.headers.get(name) or "") - since)
        except ValueError:
            continue
    return PAUSES[-1]


def repeated(task: Callable[[], T], sleep: Callable[[float], None] = time.sleep) -> T:
    """Do something that may be done again from its beginning, until the forge has answered.

    Raises:
        ForgeError: it refused, or did not come back.
    """
    for pause in PAUSES:
        try:
            return task()
        except ForgeError as error:
            wait = pause if error.wait is None else error.wait
            if not error.may_pass or wait > LONGEST:
                raise
            sleep(wait)
    return task()
