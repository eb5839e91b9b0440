"""Addresses of a template as people have them, and the form that Copier and git take."""

import re

from ..errors import LabError

TAKEN = ("git@", "git://", "git+", "gh:", "gl:")
FORGES = ("https://github.com/", "https://gitlab.com/")
PAGE = re.compile(
    r"(?P<repository>https?://[^?#]+?)"
    r"/(?:-/)?(?:tree|blob|src|commits?|releases|tags|branches|wiki|issues|pulls?|merge_requests)"
    r"(?:/[^?#]*)?(?:[?#].*)?"
)
VIEW = re.compile(r"(?P<repository>https?://[^?#]+)[?#].*")  # Azure DevOps: ?path=…&version=…
OTHER_USER = re.compile(r"(?P<user>[\w.-]+)@(?P<host>[\w.-]+):(?P<path>[^/].*)")


def as_taken(address: str) -> str:
    """A template's address as Copier takes it; folders, and what it takes already, stay.

    >>> as_taken("https://dev.azure.com/acme/ml/_git/template")
    'git+https://dev.azure.com/acme/ml/_git/template'

    Raises:
        LabError: it is the address of a page in the repository, and not of the repository.
    """
    page = PAGE.fullmatch(address) or VIEW.fullmatch(address)
    if page:
        raise LabError(
            f"{address} is a page of a repository; its own address is "
            f"{as_taken(page['repository'])}: use that."
        )
    if address.startswith(TAKEN) or address.endswith(".git"):
        return address
    if address.startswith(FORGES):
        return f"{address.rstrip('/')}.git"
    if "://" in address:
        return f"git+{address.rstrip('/')}"
    if found := OTHER_USER.fullmatch(address):
        return f"git+ssh://{found['user']}@{found['host']}/{found['path']}"
    return address
