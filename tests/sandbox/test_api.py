"""What programs call: everything by JSON, and nothing that a page of another site could send."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding.accounts.people import find_by_number
from onboarding.config import Settings
from onboarding.installation import clock_of
from onboarding.sandbox.clients import READY, READY_SECRET
from tests.machine.visitor import Visitor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_the_clock_goes_forward_for_all_processes_at_once_and_back_to_the_computers_time(
    visitor: Visitor, settings: Settings
) -> None:
    other_process, computers = clock_of(settings), clock_of(Settings())
    for seconds in (900, 60.5):
        assert visitor.post("/sandbox/clock.json", json={"forward": seconds}).status_code == 200
    ahead = other_process.now() - computers.now()
    assert timedelta(seconds=960) < ahead < timedelta(seconds=961)
    assert visitor.get("/sandbox/clock.json").get_json()["forward"] == 960.5
    for wrong in (-1, 1e9, float("nan"), "60", True):
        assert visitor.post("/sandbox/clock.json", json={"forward": wrong}).status_code == 400
    said_twice = '{"forward": 1, "forward": 2}'
    twice = visitor.post("/sandbox/clock.json", data=said_twice, content_type="application/json")
    assert "a member twice" in twice.get_json()["error"]
    assert visitor.post("/sandbox/clock.json", json={"forward": None}).get_json()["forward"] == 0
    assert other_process.now() - computers.now() < timedelta(seconds=1)


def test_a_service_is_registered_and_the_ready_one_is_named_with_its_secret(visitor: Visitor) -> None:
    asked = {"name": "Biên lai", "redirect_uris": ["http://localhost:4000/callback"]}
    made = visitor.post("/sandbox/clients.json", json=asked)
    assert made.status_code == 201
    assert len(made.get_json()["client_secret"]) == 43
    ready, added = visitor.get("/sandbox/clients.json").get_json()
    assert (ready["client_id"], ready["client_secret"]) == (str(READY), READY_SECRET)
    assert added == {name: text for name, text in made.get_json().items() if name != "client_secret"}
    told_at = {
        "backchannel_logout_uri": "http://127.0.0.1:4000/logout",
        "events_uri": "http://127.0.0.1:4000/events",
    }
    whole = asked | told_at | {"name": "Told", "post_logout_redirect_uris": ["http://localhost:4000/"]}
    told = visitor.post("/sandbox/clients.json", json=whole).get_json()
    assert {name: told[name] for name in told_at} == told_at
    assert told["post_logout_redirect_uris"] == ["http://localhost:4000/"]
    wrongs = (
        {"redirect_uris": [1]},
        {"redirect_uris": []},
        {"post_logout_redirect_uris": [1]},
        {"events_uri": "x"},
    )
    for wrong in (asked, *(asked | {"name": "Other"} | one for one in wrongs)):
        refused = visitor.post("/sandbox/clients.json", json=wrong)
        assert (refused.status_code, list(refused.get_json())) == (400, ["error"])


def test_a_person_is_made_once(sandbox: Flask, visitor: Visitor) -> None:
    first, again = (visitor.post("/sandbox/people.json", json={"person": 77}) for _ in range(2))
    assert first.get_json() == again.get_json()
    assert first.get_json()["number"] == "+84900000077"
    with sandbox.extensions["database"].transaction(write=False) as db:
        account = find_by_number(db, "+84900000077")
        assert account is not None
        assert account.name == first.get_json()["name"]
    assert visitor.post("/sandbox/people.json", json={"person": 10**7}).status_code == 400
    assert [one["number"] for one in visitor.get("/sandbox/people.json").get_json()][7] == "+84900000007"


def test_R31_pages_of_other_sites_change_nothing_here(visitor: Visitor) -> None:
    from_elsewhere = (
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    )
    for address in (f"/sandbox/{name}.json" for name in ("clients", "people", "clock", "faults")):
        for headers in from_elsewhere:
            refused = visitor.post(address, json={}, headers=headers)
            assert (refused.status_code, refused.get_json()) == (
                403,
                {"error": "a page of another site sent this"},
            )
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            unread = visitor.post(address, data="{}", content_type=kind)
            assert (unread.status_code, unread.get_json()) == (415, {"error": "a POST has to be application/json"})
        assert visitor.post(address, data=b"[" * 60_000, content_type="application/json").status_code == 400
        assert visitor.options(address).status_code == 405
