"""Comments and issues on a forge: one of each, however often, and whatever goes wrong."""

import os
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from forging import TOKEN, Answer, FakeForge, environment, listening

from lab.errors import LabError
from lab.forge.calls import PAUSES, ForgeError
from lab.forge.interface import forge_at
from lab.forge.offer import opened
from lab.forge.place import Place, place_of
from lab.forge.sticky import (
    COMMENT,
    REMINDER,
    TEMPLATE,
    close_pull_requests,
    put_comment,
    put_issue,
    put_pull_request,
)
from lab.update.repository import Repository

TEXT = {"github": "body", "gitlab": "description"}


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Iterator[FakeForge]:
    with listening(FakeForge(request.param)) as forge:
        yield forge


@pytest.fixture
def place(forge: FakeForge, tmp_path: Path) -> Place:
    place = place_of(environment(forge, tmp_path))
    assert place is not None
    return place


def commented(place: Place, text: str, waited: list[float] | None = None) -> str:
    sleep = waited.append if waited is not None else _never
    return put_comment(forge_at(place), 5, text, sleep)


def _never(seconds: float) -> None:
    raise AssertionError(f"it waited {seconds} seconds")


def texts(forge: FakeForge) -> list[str]:
    return [one["body"] for one in forge.comments]


def test_a_comment_is_written_once_and_then_changed_in_place(forge: FakeForge, place: Place):
    forge.add("a word from somebody", False)
    commented(place, "one")
    assert texts(forge) == ["a word from somebody", f"{COMMENT}\none"]
    commented(place, "two")
    assert texts(forge) == ["a word from somebody", f"{COMMENT}\ntwo"]
    assert [one.method for one in forge.writes] == [
        "POST",
        "PATCH" if forge.kind == "github" else "PUT",
    ]
    assert {one.token for one in forge.calls} == {f"Bearer {TOKEN}"}


def test_the_same_text_is_not_written_again(forge: FakeForge, place: Place):
    commented(place, "one")
    commented(place, "one")
    assert len(forge.writes) == 1


def test_what_others_wrote_is_never_touched_even_with_our_mark(forge: FakeForge, place: Place):
    forge.add(f"{COMMENT}\nfrom eve", False)
    forge.add(f"Look: {COMMENT}", True)
    commented(place, "one")
    assert texts(forge) == [f"{COMMENT}\nfrom eve", f"Look: {COMMENT}", f"{COMMENT}\none"]


def test_a_personal_token_knows_its_own_comments(tmp_path: Path):
    with listening(FakeForge("github", personal=True)) as forge:
        forge.comments.append(
            {"id": 3, "body": f"{COMMENT}\nother bot", "user": {"login": "b", "type": "Bot"}}
        )
        place = place_of(environment(forge, tmp_path))
        assert place
        commented(place, "one")
        commented(place, "two")
        assert texts(forge) == [f"{COMMENT}\nother bot", f"{COMMENT}\ntwo"]


def test_two_comments_of_ours_become_one(forge: FakeForge, place: Place):
    forge.add(f"{COMMENT}\nfirst", True)
    forge.add(f"{COMMENT}\nsecond", True)
    commented(place, "one")
    assert texts(forge) == [f"{COMMENT}\none"]


def test_ours_is_found_on_a_later_page(forge: FakeForge, place: Place):
    forge.page = 2
    for number in range(5):
        forge.add(f"{number}", False)
    forge.add(f"{COMMENT}\nold", True)
    commented(place, "new")
    assert texts(forge)[-1] == f"{COMMENT}\nnew"
    assert len(forge.comments) == 6
    pages = [one.query.get("page") for one in forge.calls if one.path.endswith(("notes", "ments"))]
    assert [*pages] == [None, "2", "3"]


def test_a_page_elsewhere_gets_no_token(forge: FakeForge, place: Place):
    with listening(FakeForge("github")) as elsewhere:
        link = {"Link": f'<{elsewhere.address}/notes?page=2>; rel="next"'}
        forge.failing = [(200, [], link)]
        with pytest.raises(ForgeError, match="next page lies elsewhere"):
            commented(place, "one")
        assert elsewhere.calls == []


def test_a_redirect_is_not_followed(forge: FakeForge, place: Place):
    with listening(FakeForge("github")) as elsewhere:
        forge.failing = [(302, {}, {"Location": f"{elsewhere.address}/x"})]
        with pytest.raises(ForgeError, match=r"302 .*it has moved, and a token is not sent after"):
            commented(place, "one")
        assert elsewhere.calls == []


@pytest.mark.parametrize(
    ("answer", "waits"),
    [
        ((500, {"message": "oh"}, {}), PAUSES[0]),
        ((502, b"<html>", {}), PAUSES[0]),
        ((503, {}, {}), PAUSES[0]),
        ((429, {"message": "slower"}, {"Retry-After": "7"}), 7.0),
        ((403, {"message": "secondary limit"}, {"Retry-After": "3"}), 3.0),
        ((403, {"message": "limit"}, {"X-RateLimit-Remaining": "0"}), PAUSES[-1]),
        ((0, None, {}), PAUSES[0]),
    ],
)
def test_what_passes_is_waited_for(forge: FakeForge, place: Place, answer: Answer, waits: float):
    forge.failing = [answer]
    waited: list[float] = []
    commented(place, "one", waited)
    assert waited == [waits]
    assert texts(forge) == [f"{COMMENT}\none"]


def test_a_comment_whose_answer_got_lost_is_not_written_twice(forge: FakeForge, place: Place):
    """It is there, and the forge says 502: only who looks again knows."""
    right = forge.answer

    def lost(call):
        said = right(call)
        return (502, {}, {}) if call.method == "POST" and len(forge.writes) == 1 else said

    forge.answer = lost  # type: ignore[method-assign]
    commented(place, "one", [])
    assert texts(forge) == [f"{COMMENT}\none"]


def test_it_gives_up_after_a_few_tries(forge: FakeForge, place: Place):
    forge.failing = [(500, {"message": "down"}, {})] * 9
    waited: list[float] = []
    with pytest.raises(ForgeError, match="500 down"):
        commented(place, "one", waited)
    assert waited == list(PAUSES)
    assert len(forge.calls) == len(PAUSES) + 1


def test_it_does_not_wait_for_hours(forge: FakeForge, place: Place):
    forge.failing = [(429, {"message": "slower"}, {"Retry-After": "3600"})]
    with pytest.raises(ForgeError, match="429 slower; it asks for fewer calls"):
        commented(place, "one")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "401 .*; the token is not valid, or has ended"),
        (403, "403 .*; the token may not do that: give the job the permission to write"),
        (404, "404 .*; there is nothing there, or the token may not see it"),
        (410, "410 .*; it is switched off"),
        (422, "422 "),
    ],
)
def test_a_refusal_is_told_at_once_and_without_the_token(
    forge: FakeForge, place: Place, status: int, said: str
):
    forge.failing_writes = [(status, {"message": f"no\x1b[31m {TOKEN} here"}, {})]
    with pytest.raises(ForgeError, match=said) as refused:
        commented(place, "one")
    assert TOKEN not in str(refused.value)
    assert "\x1b" not in str(refused.value)
    assert refused.value.is_refusal == (status in (401, 403, 404))
    assert len(forge.writes) == 1


def test_the_token_is_in_no_description(place: Place):
    assert place.token == TOKEN
    assert TOKEN not in repr(place)


@pytest.mark.parametrize("answer", [(200, b"<html>", {}), (200, {"not": "a list"}, {})])
def test_an_answer_of_another_shape_is_told(forge: FakeForge, place: Place, answer: Answer):
    forge.failing = [answer] * 9
    with pytest.raises(ForgeError, match=r"is no JSON|is no list"):
        commented(place, "one", [])


def issue(place: Place, text: str | None, mark: str = REMINDER, title: str = "Due") -> str | None:
    return put_issue(forge_at(place), mark, title, text, ["ann", "nobody"], sleep=_never)


def test_one_issue_is_opened_changed_closed_and_opened_again(forge: FakeForge, place: Place):
    assert issue(place, None) is None
    assert forge.writes == []
    forge.add("a stranger's", False, "issues")
    for text in ("one", "one", "two"):
        issue(place, text)
    _, ours = forge.issues
    assert (ours["title"], ours[TEXT[forge.kind]]) == ("Due", f"{REMINDER}\ntwo")
    assert len(forge.writes) == 2
    assert issue(place, None)
    assert ours["state"] == "closed"
    assert issue(place, None) is None
    issue(place, "three")
    assert (len(forge.issues), ours["state"][:4]) == (2, "open")
    assert ours[TEXT[forge.kind]] == f"{REMINDER}\nthree"


def test_an_issue_is_for_those_whom_the_forge_knows(forge: FakeForge, place: Place):
    issue(place, "one")
    content = forge.writes[0].content
    assert content.get("assignees", content.get("assignee_ids")) in (["ann"], [9])
    assert content["labels"] in (["lab"], "lab")


def test_each_mark_has_an_issue_of_its_own(forge: FakeForge, place: Place):
    issue(place, "due")
    issue(place, "1.2.0", TEMPLATE, "Version 1.2.0")
    issue(place, None)
    assert [one["state"][:4] for one in forge.issues] == ["clos", "open"]


def test_a_pull_request_is_no_issue(tmp_path: Path):
    with listening(FakeForge("github")) as forge:
        forge.add(f"{REMINDER}\nold", True, "issues", pull_request={"url": "x"})
        place = place_of(environment(forge, tmp_path))
        assert place
        issue(place, "one")
        assert len(forge.issues) == 2


def test_an_issue_that_was_closed_by_hand_comes_back_with_another_text(
    forge: FakeForge, place: Place
):
    def put(text: str) -> str | None:
        who = ["ann"]
        return put_issue(forge_at(place), TEMPLATE, "New", text, who, insist=False, sleep=_never)

    put("version 1")
    forge.issues[0]["state"] = "closed"
    forge.calls.clear()
    put("version 1")
    assert forge.writes == []
    put("version 2")
    assert forge.issues[0]["state"] in ("open", "opened")


def test_one_pull_request_is_opened_changed_and_left_closed(forge: FakeForge, place: Place):
    pushed = []

    def put(text: str, branch: str = "template/v2") -> str:
        at, push = forge_at(place), lambda: pushed.append(branch)
        return put_pull_request(at, "New", text, branch, "main", push, _never)

    def state(one: dict[str, Any]) -> str:
        return one["state"].removesuffix("ed")

    forge.add(f"{TEMPLATE}\na stranger's", False, "pulls", head={"ref": "template/v2"})
    put("one")
    first = forge.pulls[1]
    assert pushed == ["template/v2"]
    assert "main" in (first.get("base"), first.get("target_branch"))
    put("two")
    assert "two" in (first.get("body") or first["description"])
    put("two", "template/v3")
    close_pull_requests(forge_at(place), "template/v3", _never)
    assert [state(one) for one in forge.pulls] == ["open", "clos", "open"]
    forge.pulls[2]["state"] = "closed"
    forge.calls.clear()
    put("three", "template/v3")
    assert forge.writes == []
    assert pushed == ["template/v2", "template/v3"]


def test_git_opens_the_forge_with_a_token_and_nothing_else(place: Place, tmp_path: Path):
    """The header goes to the one server only, and is gone afterwards."""
    asked = f"Basic {b64encode(b'x-access-token:pers0nal').decode()}"
    with listening(FakeForge("github")) as home, listening(FakeForge("github")) as elsewhere:
        writer = replace(place, web=f"{home.address}/team/mail", token="pers0nal")
        for forge, token in ((home, asked), (elsewhere, "")):
            with opened(writer), pytest.raises(LabError, match="ls-remote failed"):
                Repository(tmp_path).push(f"{forge.address}/team/mail.git", "one")
            assert {call.token for call in forge.calls} == {token}
            assert forge.calls[0].path == "/team/mail.git/info/refs"
    assert not [value for value in os.environ.values() if "Authorization" in value]
