"""The way in: a link that works once, then a passkey."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from onboarding.accounts import staff, staff_attempts, staff_keys
from onboarding.accounts.events import Event
from onboarding.accounts.passkeys import Passkey
from tests.clock import MovableClock
from tests.console.authenticator import PRESENT, Authenticator
from tests.machine.visitor import Visitor


@pytest.fixture
def code(app: Flask, clock: MovableClock) -> str:
    """The code of a link for Lan, a helper."""
    with app.extensions["database"].transaction() as db:
        return staff_keys.make_link(db, clock.now(), staff.add(db, clock.now(), "Lan", "helper"))


FIRST, SIGN_IN = "/console/first-sign-in", "/console/sign-in"


def token(visitor: Visitor, path: str) -> str:
    """The form token of a page; all pages of a browser have the same, until somebody signs in."""
    visitor.visit(path)
    return next(field.get("value") for field in visitor.page.all("input") if field.get("name") == "csrf_token")


def ask(visitor: Visitor, path: str, **sent: str) -> Any:
    """Open a page, and ask for what its script asks for."""
    return visitor.post(f"{path}/challenge", data={"csrf_token": token(visitor, path), **sent}).json


def send(visitor: Visitor, path: str, **sent: str) -> TestResponse:
    """Send the form of the page where somebody is."""
    own = next(one.get("value") for one in visitor.page.all("input") if one.get("name") == "csrf_token")
    return visitor.post(path, data={"csrf_token": own, **sent})


def register(visitor: Visitor, code: str, device: Authenticator) -> TestResponse:
    """Open the link and register a passkey."""
    asked = ask(visitor, FIRST, code=code)
    return send(visitor, FIRST, code=code, proof=device.make(asked))


def answer(visitor: Visitor, device: Authenticator) -> TestResponse:
    """Sign in with a passkey."""
    return send(visitor, SIGN_IN, proof=device.answer(ask(visitor, SIGN_IN)))


def test_a_link_and_then_a_passkey(client: Visitor, new_client: Callable[[], Visitor], code: str) -> None:
    device = Authenticator()
    assert register(client, code, device).location == "/console/"
    client.visit("/console/")
    assert "Lan" in client.page.text
    elsewhere = new_client()
    assert answer(elsewhere, device).location == "/console/"
    elsewhere.visit("/console/")
    assert client.get("/console/").location == "/console/sign-in", "staff have one session (P26)"


def test_R01_a_link_works_once(client: Visitor, new_client: Callable[[], Visitor], code: str) -> None:
    register(client, code, Authenticator())
    late = new_client()
    assert ask(late, FIRST, code=code) == {"refused": "link"}
    assert late.get("/console/").location == "/console/sign-in"


@pytest.mark.parametrize(("seconds", "alive"), [(-1, True), (0, False)])
def test_R01_a_link_lives_for_a_day(
    client: Visitor, clock: MovableClock, code: str, seconds: int, alive: bool
) -> None:
    clock.advance(hours=24, seconds=seconds)
    assert ("challenge" in ask(client, FIRST, code=code)) is alive


def test_R01_a_link_opened_in_two_browsers_at_once_lets_one_in(
    new_client: Callable[[], Visitor], app: Flask, code: str
) -> None:
    visitors = [(new_client(), Authenticator()) for _ in range(6)]
    proofs = [device.make(ask(visitor, FIRST, code=code)) for visitor, device in visitors]

    def sent(n: int) -> int:
        return send(visitors[n][0], FIRST, code=code, proof=proofs[n]).status_code

    with ThreadPoolExecutor(6) as many:
        assert sorted(many.map(sent, range(6))) == [303, *[403] * 5]
    with app.extensions["database"].transaction(write=False) as db:
        assert len(db.scalars(select(Passkey)).all()) == 1


WRONG_DEVICES = {
    "another origin": {"origin": "http://localhost.evil.example"},
    "another port": {"origin": "http://localhost:9"},
    "within another site": {"cross_origin": True},
    "nobody asked for finger or PIN": {"flags": PRESENT},
    "nobody there": {"flags": 0},
}


@pytest.mark.parametrize("wrong", WRONG_DEVICES.values(), ids=WRONG_DEVICES)
def test_P30_a_passkey_needs_our_page_and_its_owner(
    client: Visitor, new_client: Callable[[], Visitor], code: str, wrong: dict[str, Any]
) -> None:
    assert register(client, code, Authenticator(**wrong)).status_code == 403
    good = Authenticator()
    assert register(client, code, good).location == "/console/", "the link is as it was"
    assert answer(new_client(), replace(good, **wrong)).status_code == 403


def test_a_passkey_answers_its_own_challenge_once(
    client: Visitor, new_client: Callable[[], Visitor], clock: MovableClock, code: str
) -> None:
    device = Authenticator()
    register(client, code, device)
    visitor, other = new_client(), new_client()
    proof = device.answer(ask(visitor, SIGN_IN))
    ask(other, SIGN_IN)
    assert send(other, SIGN_IN, proof=proof).status_code == 403, "of another browser"
    assert send(visitor, SIGN_IN, proof=proof).status_code == 303
    other.visit(SIGN_IN)
    assert send(other, SIGN_IN, proof=proof).status_code == 403, "used"
    proof = device.answer(ask(other, SIGN_IN))
    clock.advance(minutes=5)
    assert send(other, SIGN_IN, proof=proof).status_code == 403, "too late"


def test_a_copied_device_is_told_by_its_count(
    client: Visitor, new_client: Callable[[], Visitor], code: str
) -> None:
    device = Authenticator(count=5)
    register(client, code, device)
    assert answer(new_client(), replace(device, count=9)).location == "/console/"
    assert answer(new_client(), replace(device, count=8)).status_code == 403, "what the copy counts is behind"


def test_a_device_that_counts_nothing_is_let_in(
    client: Visitor, new_client: Callable[[], Visitor], code: str
) -> None:
    device = Authenticator(step=0)
    register(client, code, device)
    for _ in range(2):
        assert answer(new_client(), device).location == "/console/"


NO_ANSWERS = ("", "{}", "[]", "null", '{"id": 1}', "x" * 20_000, "[" * 9_000, '{"rawId": "AA"}', '"\\ud800"')


def test_what_is_no_answer_is_refused(client: Visitor, clock: MovableClock, code: str) -> None:
    for proof in NO_ANSWERS:
        for path in (FIRST, SIGN_IN):
            ask(client, path, code=code)
            assert send(client, path, code=code, proof=proof).status_code == 403, proof[:9]
        clock.advance(minutes=3)


def test_a_stranger_s_key_and_one_of_somebody_who_left(
    app: Flask, client: Visitor, new_client: Callable[[], Visitor], clock: MovableClock, code: str
) -> None:
    device = Authenticator()
    register(client, code, device)
    stranger = replace(device, key=Authenticator().key)
    assert answer(new_client(), stranger).status_code == 403
    assert answer(new_client(), replace(device, user=b"somebody else")).status_code == 403
    with app.extensions["database"].transaction() as db:
        staff.end(db, clock.now(), staff.everybody(db)[0])
    assert answer(new_client(), device).status_code == 403


def test_R24_the_token_changes_at_the_sign_in(client: Visitor, code: str) -> None:
    client.get("/console/sign-in")
    before = client.get_cookie("staff")
    register(client, code, Authenticator())
    after = client.get_cookie("staff")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_P23_P24_a_session_ends_after_15_idle_minutes_and_after_12_hours(
    client: Visitor, clock: MovableClock, code: str
) -> None:
    register(client, code, Authenticator())
    for _ in range(48):
        clock.advance(minutes=14, seconds=59)
        assert client.get("/console/").status_code == 200
    clock.advance(minutes=1)
    assert client.get("/console/").status_code == 303, "twelve hours"


def test_B25_many_failures_slow_an_address_down_and_lock_nobody_out(
    app: Flask, client: Visitor, new_client: Callable[[], Visitor], clock: MovableClock, code: str
) -> None:
    lan = Authenticator()
    register(client, code, lan)
    attacker = {"REMOTE_ADDR": "203.0.113.66"}
    noisy = new_client()
    noisy.environ_base |= attacker
    got = [answer(noisy, replace(lan, key=Authenticator().key)).status_code for _ in range(12)]
    assert got == [403] * 10 + [429] * 2
    assert answer(noisy, lan).status_code == 429, "not even a good key, from there"
    assert answer(new_client(), lan).location == "/console/", "elsewhere its owner is let in"
    clock.advance(minutes=5)
    assert answer(noisy, lan).location == "/console/"
    assert reasons(app) == ["signature"] * 10


def test_B25_one_key_tried_from_many_addresses_raises_the_alarm_and_locks_nobody_out(
    app: Flask,
    client: Visitor,
    new_client: Callable[[], Visitor],
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lan = Authenticator()
    register(client, code, lan)
    visitor = new_client()
    monkeypatch.setattr(staff_attempts, "ALARM", 4)
    for n in range(6):
        visitor.environ_base |= {"REMOTE_ADDR": f"203.0.113.{n}"}
        assert answer(visitor, replace(lan, key=Authenticator().key)).status_code == 403
    assert answer(new_client(), lan).location == "/console/"
    with app.extensions["database"].transaction(write=False) as db:
        alarms = db.scalars(select(Event).where(Event.kind == "alarm")).all()
    assert [one.facts["name"] for one in alarms] == ["staff sign-ins"]


def reasons(app: Flask) -> list[str]:
    """Why sign-ins were refused."""
    with app.extensions["database"].transaction(write=False) as db:
        return [one.facts["reason"] for one in db.scalars(select(Event).where(Event.kind == "staff-refused"))]
