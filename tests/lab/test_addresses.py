"""Every address that a person may have of a template is taken, or the right one is said."""

import copier._vcs
import pytest

from lab.errors import LabError
from lab.proof.pins import git_address
from lab.update.addresses import as_taken

AZURE = "https://dev.azure.com/acme/ml/_git/template"


@pytest.mark.parametrize(
    ("address", "git"),
    [
        ("https://github.com/acme/template", "https://github.com/acme/template.git"),
        ("https://github.com/acme/template/", "https://github.com/acme/template.git"),
        ("https://gitlab.com/acme/ml/template", "https://gitlab.com/acme/ml/template.git"),
        ("https://git.example.com/acme/template", "https://git.example.com/acme/template"),
        ("https://git.example.com/acme/template.git", "https://git.example.com/acme/template.git"),
        (AZURE, AZURE),
        (f"git+{AZURE}", AZURE),
        ("git@ssh.dev.azure.com:v3/acme/ml/template", "git@ssh.dev.azure.com:v3/acme/ml/template"),
        ("acme@vs-ssh.visualstudio.com:v3/acme/ml/t", "ssh://acme@vs-ssh.visualstudio.com/v3/acme/ml/t"),
        ("ssh://git@git.example.com:2222/acme/t", "ssh://git@git.example.com:2222/acme/t"),
        ("gh:acme/template", "https://github.com/acme/template.git"),
        ("git@git.example.com:acme/template.git", "git@git.example.com:acme/template.git"),
    ],
)  # fmt: skip
def test_what_copier_and_git_make_of_it(address: str, git: str) -> None:
    """Copier's own function is the second reader."""
    taken = as_taken(address)
    assert copier._vcs.get_repo(taken) == git
    assert git_address(taken) == git
    assert as_taken(taken) == taken


@pytest.mark.parametrize(
    ("page", "right"),
    [
        ("https://github.com/acme/template/tree/main", "https://github.com/acme/template.git"),
        ("https://github.com/acme/template/releases", "https://github.com/acme/template.git"),
        (
            "https://git.example.com/acme/ml/template/-/tree/main?ref_type=heads",
            "git+https://git.example.com/acme/ml/template",
        ),
        (f"{AZURE}?version=GBmain", f"git+{AZURE}"),
        ("https://git.example.com/acme/t/src/branch/main", "git+https://git.example.com/acme/t"),
    ],
)
def test_a_page_is_refused_with_the_address_that_works(page: str, right: str) -> None:
    with pytest.raises(LabError) as refused:
        as_taken(page)
    assert f"its own address is {right}: use that" in str(refused.value)


@pytest.mark.parametrize("folder", ["/srv/template", "../template", "~/template", "C:\\work\\t"])
def test_a_folder_stays_one(folder: str) -> None:
    assert as_taken(folder) == folder
