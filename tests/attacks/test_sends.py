"""Attacks that make us send messages (class A), over HTTP: what the pages add to the limits of the accounts."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.db import Database
from onboarding.journey.proving import WHY_NO_CODE
from tests.attacks.wizard import (
    HOA,
    ask_code,
    count,
    events,
    fields_of,
    open_way,
    refusals,
    rows,
)
from tests.clock import MovableClock
from tests.machine.visitor import Visitor

PATH = "/onboarding/phone"


def test_A01_numbers_in_a_row_from_one_address_get_three_messages(client: Visitor, database: Database) -> None:
    client.visit("/?lang=en")
    open_way(client, "phone")
    for n in range(30):
        client.visit(PATH)
        client.submit(number=f"090 100 00 {n:02d}")
    assert client.page.errors == [WHY_NO_CODE["address"] % {"time": "09:05"}]
    assert count(database, "messages") == count(database, "codes") == 3
    assert refusals(database) == ["address"] * 27
    assert events(database, "code-limited") == [], "which the journey's story would keep"


@pytest.mark.parametrize("number", ["+882 16 555 01 23", "+883 510 012 345", "+1 900 555 0199", "+44 7911 123456"])
def test_A03_foreign_and_premium_numbers_are_refused_before_anything_is_written(
    client: Visitor, database: Database, number: str
) -> None:
    open_way(client, "phone")
    client.submit(number=number)
    assert client.page.errors
    assert "Việt Nam" in client.page.errors[0]
    assert count(database, "messages") == count(database, "codes") == 0
    assert refusals(database) == ["number"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_A03_A22_an_address_that_posts_too_much_is_told_so_and_fills_no_journeys_story(
    app: Flask, client: Visitor, database: Database
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], ip_posts=4)
    client.visit("/?lang=en")
    ask_code(client, HOA.number)
    busy = [WHY_NO_CODE["address"] % {"time": "09:05"}]
    for _ in range(2):
        client.submit(code="12")
    client.visit(PATH)
    client.submit(number="+1 900 555 0199")
    assert client.page.errors != busy
    before = events(database)
    client.submit(number="+1 900 555 0199")
    assert client.page.errors == busy
    client.visit("/onboarding/phone-code")
    for answer in ({"code": "12"}, {"code": "", "resend": "1"}):
        client.submit(**answer)
        assert client.page.errors == busy
    assert events(database) == before + [("request-refused", {"reason": "address"})] * 3


@pytest.mark.parametrize("number", ["0293 3870 123", "1900 1234", "0400 123 456", "113"])
def test_A04_numbers_that_no_message_reaches_are_refused_before_anything_is_written(
    client: Visitor, database: Database, number: str
) -> None:
    open_way(client, "register")
    client.submit(number=number)
    assert len(client.page.errors) == 1
    assert "Việt Nam" not in client.page.errors[0], "a message of its own"
    assert count(database, "messages") == count(database, "codes") == 0
    assert refusals(database) == ["number"]


def test_A06_unread_codes_of_a_prefix_end_in_other_ways_being_offered(app: Flask, database: Database) -> None:
    for n in range(21):
        visitor = app.test_client()
        visitor.environ_base["REMOTE_ADDR"] = f"10.1.{n}.1"
        ask_code(visitor, f"090 100 00 {n:02d}")
    assert visitor.path == PATH
    assert "USB" in visitor.page.errors[0]
    offered = {link.get("href") for link in visitor.page.all("a") if link.inside("ul")}
    assert offered >= {"/onboarding/account?answer=usb", "/onboarding/call-back"}
    assert count(database, "messages") == 20
    assert [facts["name"] for _kind, facts in events(database, "alarm")] == ["conversion of +8490"]


@pytest.mark.parametrize("field", ["csrf_token", "form_id", "everything"])
def test_A07_without_the_page_and_its_token_there_is_no_message(
    client: Visitor, database: Database, field: str
) -> None:
    open_way(client, "phone")
    form = {} if field == "everything" else fields_of(client)
    form.pop(field, None)
    before = rows(database, without=("events",))
    answer = client.post(PATH, data={**form, "number": HOA.number})
    if field == "form_id":
        assert answer.status_code == 303, "the token is enough; the id only tells a form sent twice"
        return
    assert answer.status_code == 403
    assert rows(database, without=("events",)) == before
    assert refusals(database) == ["csrf"]


def test_A07_from_nowhere(client: Visitor, database: Database) -> None:
    before = rows(database, without=("events",))
    assert client.post(PATH, data={"number": HOA.number}).status_code == 403
    assert rows(database, without=("events",)) == before


def test_A08_a_double_click_sends_one_message(client: Visitor, database: Database) -> None:
    open_way(client, "phone")
    form = fields_of(client) | {"number": HOA.number}
    answers = [client.post(PATH, data=form) for _ in range(2)]
    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [
        (303, "/onboarding/phone-code")
    ] * 2
    assert count(database, "messages") == 1


def test_A08_twenty_clicks_at_once_send_one_message(app: Flask, client: Visitor, database: Database) -> None:
    open_way(client, "phone")
    form, cookie = fields_of(client) | {"number": HOA.number}, client.get_cookie("session")
    assert cookie is not None

    def click(_n: int) -> tuple[int, str | None]:
        headers = {"Cookie": f"session={cookie.value}"}
        answer = FlaskClient.open(
            app.test_client(use_cookies=False), PATH, method="POST", data=form, headers=headers
        )
        return answer.status_code, answer.headers.get("Location")

    with ThreadPoolExecutor(10) as people:
        assert set(people.map(click, range(20))) == {(303, "/onboarding/phone-code")}
    assert count(database, "messages") == 1


def test_A09_impatience_sends_nothing_before_its_time(
    client: Visitor, clock: MovableClock, database: Database
) -> None:
    ask_code(client, HOA.number)
    for wait in (30, 60, 120, 120):
        clock.advance(seconds=wait - 1)
        before = count(database, "messages")
        client.submit(resend="1", code="")
        assert count(database, "messages") == before
        clock.advance(seconds=1)
        client.submit(resend="1", code="")
        assert count(database, "messages") == before + 1
