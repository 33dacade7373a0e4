"""Attacks on codes (class A), over HTTP: what the pages add to the rules of the accounts."""

from collections.abc import Callable

import pytest

from onboarding.db import Database
from onboarding.journey.proving import WHY_NOT
from tests.attacks.wizard import (
    BINH,
    HOA,
    ask_code,
    count,
    enter_code,
    fields_of,
    register,
    rows,
    sign_in,
)
from tests.clock import MovableClock
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor

NewClient = Callable[[], Visitor]
PATH = "/onboarding/phone"


def wrong(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_A11_after_five_wrong_codes_the_page_names_the_end_and_another_way(
    client: Visitor, inbox: Inbox, clock: MovableClock, database: Database
) -> None:
    register(client, inbox, HOA)
    stranger = client.application.test_client()
    ask_code(stranger, HOA.number)
    code = inbox.code(HOA.e164)
    for _ in range(5):
        enter_code(stranger, wrong(code))
    assert "09:10" in stranger.page.errors[0]
    ways = {link.get("href").rpartition("=")[2] for link in stranger.page.all("a")}
    assert ways >= {"usb", "guided-help"}
    locked = stranger.page.errors
    before = rows(database, without=("events", "journeys", "limits"))
    enter_code(stranger, code)
    assert stranger.page.errors == locked, "a right code is answered alike"
    assert rows(database, without=("events", "journeys", "limits")) == before
    # R11: the owner's own browser and open session are not locked out.
    assert client.get("/account").status_code == 200
    client.visit("/account")
    client.submit(form="sign-out")
    clock.advance(seconds=30)
    sign_in(client, inbox, HOA)
    assert client.path == "/account"


def test_A14_a_used_code_is_worth_nothing_and_the_session_lives_on(
    client: Visitor, inbox: Inbox, new_client: NewClient, clock: MovableClock
) -> None:
    register(client, inbox, HOA)
    clock.advance(minutes=2)
    ask_code(client, HOA.number)
    code = inbox.code(HOA.e164)
    enter_code(client, code)
    assert client.path == "/account"
    thief = new_client()
    ask_code(thief, HOA.number)
    enter_code(thief, code)
    assert thief.page.errors
    assert thief.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(("seconds", "works"), [(599, True), (600, False), (601, False)])
def test_A16_a_code_lives_for_ten_minutes(
    client: Visitor, inbox: Inbox, clock: MovableClock, seconds: int, works: bool
) -> None:
    ask_code(client, BINH.number)
    code = inbox.code(BINH.e164)
    clock.advance(seconds=seconds)
    enter_code(client, code)
    assert (client.path == "/onboarding/no-account") is works
    if not works:
        clock.advance(hours=-1)
        enter_code(client, code)
        assert client.path == "/onboarding/phone-code", "a clock set back revives nothing"


def test_A17_the_first_code_still_counts_after_a_second_and_ends_both(
    client: Visitor, inbox: Inbox, clock: MovableClock
) -> None:
    ask_code(client, BINH.number)
    first = inbox.code(BINH.e164)
    clock.advance(seconds=30)
    client.submit(resend="1", code="")
    second = inbox.code(BINH.e164)
    enter_code(client, first)
    assert client.path == "/onboarding/no-account"
    client.visit("/onboarding/phone-code")
    assert client.path == "/onboarding/no-account", f"{second} has no page to be entered on"


def test_A20_a_code_proves_the_number_it_was_sent_to(client: Visitor, inbox: Inbox, clock: MovableClock) -> None:
    ask_code(client, BINH.number)
    code = inbox.code(BINH.e164)
    clock.advance(minutes=1)
    client.visit(PATH)
    client.submit(number=HOA.number)
    enter_code(client, code)
    assert client.path == "/onboarding/phone-code"
    assert client.page.errors
    enter_code(client, inbox.code(HOA.e164))
    client.submit()  # on to registration, with the number proven last
    assert client.path == "/onboarding/who"


def test_A20_the_form_cannot_name_another_number(client: Visitor, inbox: Inbox, database: Database) -> None:
    register(client, inbox, HOA)
    thief = client.application.test_client()
    ask_code(thief, BINH.number)
    form = fields_of(thief) | {"code": inbox.code(BINH.e164), "number": HOA.e164, "proven_number": HOA.e164}
    assert thief.post("/onboarding/phone-code", data=form).headers["Location"] == "/onboarding/no-account"
    assert thief.get("/account").status_code == 303
    assert count(database, "sign_ins") == 1


@pytest.mark.parametrize("spelling", ["{0} {1}", " {0}-{1} ", "{0}.{1}", "wide"])
def test_A21_a_code_may_be_spaced_and_pasted(client: Visitor, inbox: Inbox, spelling: str) -> None:
    ask_code(client, BINH.number)
    code = inbox.code(BINH.e164)
    wide = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)
    enter_code(client, wide if spelling == "wide" else spelling.format(code[:3], code[3:]))
    assert client.path == "/onboarding/no-account"


@pytest.mark.parametrize("form", ["12345", "1234567", "abcdef", "", "0" * 60_000, "12345٣", "1e5000", "١٢٣٤٥٦"])
def test_A22_what_cannot_be_a_code_is_told_so_and_is_no_guess(client: Visitor, inbox: Inbox, form: str) -> None:
    client.visit("/?lang=en")
    ask_code(client, BINH.number)
    for _ in range(6):
        enter_code(client, form)
        assert client.page.errors == [WHY_NOT["malformed"]]
    enter_code(client, inbox.code(BINH.e164))
    assert client.path == "/onboarding/no-account"


def test_A22_a_code_as_a_list_or_too_long_is_refused(client: Visitor, inbox: Inbox) -> None:
    ask_code(client, BINH.number)
    form, code = fields_of(client), inbox.code(BINH.e164)
    form.pop("code")
    path = "/onboarding/phone-code"
    assert client.post(path, data={**form, "code[]": code}).status_code == 200
    assert client.page.errors, "no code was entered"
    assert client.post(path, data={**form, "code": "1" * 10**6}).status_code == 413
    assert client.post(path, json={**form, "code": int(code)}).status_code == 415


def test_A28_message_and_page_name_the_host(client: Visitor, inbox: Inbox) -> None:
    ask_code(client, BINH.number)
    message = inbox.messages(BINH.e164)[0]
    assert message["text"].splitlines()[-1] == f"@127.0.0.1 #{message['code']}"
    assert "localhost" in client.page.text


@pytest.mark.parametrize(
    "name", ["An\r\nMa: 123456", "http://evil.example", "%s%s%n", "{0}", "An\u202egnp.exe", "\x1b[2J"]
)
def test_A29_no_name_reaches_a_message(client: Visitor, inbox: Inbox, name: str) -> None:
    ask_code(client, BINH.number, "register")
    enter_code(client, inbox.code(BINH.e164))
    client.submit(kind="citizen")
    client.submit(name=name, birth_day="5", birth_month="11", birth_year="1990", national_id=BINH.national_id)
    refused = client.path == "/onboarding/citizen"
    assert refused or name.startswith("An\r\n"), "folded to one line, it is a strange name at worst"
    if not refused:
        client.submit(consent="y")
        client.submit()
    assert all("123456" not in message["text"] for message in inbox.messages(BINH.e164)[:1])
    for message in inbox.messages(BINH.e164):
        assert message["text"].isascii()
        assert len(message["text"]) <= 160
