"""Attacks on sessions and forms (class B, first part): planted, replayed and foreign cookies and tokens."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from onboarding.accounts.people import Account
from onboarding.db import Database
from tests.attacks.wizard import (
    BINH,
    HOA,
    ask_code,
    count,
    enter_code,
    fields_of,
    open_way,
    refusals,
    register,
    rows,
    sign_in,
    up_to_check,
)
from tests.clock import MovableClock
from tests.machine.inbox import Inbox
from tests.machine.visitor import Visitor

NewClient = Callable[[], Visitor]
PLANTED = "A" * 43


def cookie(client: Visitor, name: str = "session") -> str:
    """The value of a visitor's cookie."""
    found = client.get_cookie(name)
    assert found is not None
    return found.value


def with_cookie(new_client: NewClient, value: str) -> Visitor:
    """Somebody else's browser with this session cookie."""
    other = new_client()
    other.set_cookie("session", value)
    return other


def test_B02_a_planted_cookie_is_dead_after_the_sign_in(
    client: Visitor, inbox: Inbox, new_client: NewClient
) -> None:
    client.set_cookie("session", PLANTED)
    register(client, inbox, HOA)
    assert cookie(client) != PLANTED
    assert client.get("/account").status_code == 200
    attacker = with_cookie(new_client, PLANTED)
    assert attacker.get("/account").status_code == 303
    attacker.visit("/onboarding/check-answers")
    assert HOA.name not in attacker.page.text
    assert attacker.path == "/onboarding/account"


def test_R24_the_token_changes_at_each_proof(client: Visitor, inbox: Inbox) -> None:
    ask_code(client, HOA.number, "register")
    tokens = [cookie(client)]
    enter_code(client, inbox.code(HOA.e164))
    tokens.append(cookie(client))
    client.visit("/onboarding/who")
    assert cookie(client) == tokens[-1], "and only then"
    assert len(set(tokens)) == 2


def test_B05_no_other_site_signs_anybody_out(client: Visitor, inbox: Inbox, database: Database) -> None:
    register(client, inbox, HOA)
    client.visit("/account")
    form = fields_of(client)
    asked = [
        client.get("/account/sign-out"),
        client.post("/account/sign-out", data={"a": "b"}),
        client.post("/account/sign-out", data=form, headers={"Origin": "https://evil.example"}),
        client.post("/account/sign-out", data=form, headers={"Sec-Fetch-Site": "cross-site"}),
    ]
    assert [answer.status_code for answer in asked] == [405, 403, 403, 403]
    assert client.get("/account").status_code == 200
    assert refusals(database) == ["csrf", "origin", "origin"]


def test_B06_a_token_of_another_session_is_refused(
    client: Visitor, inbox: Inbox, new_client: NewClient, database: Database
) -> None:
    register(client, inbox, HOA)
    attacker = new_client()
    register(attacker, inbox, BINH)
    attacker.visit("/account")
    theirs = fields_of(attacker)
    assert client.post("/account/sign-out", data=theirs).status_code == 403
    assert client.get("/account").status_code == 200
    assert refusals(database) == ["csrf"]


def test_B06_a_token_from_before_the_sign_out_is_refused(client: Visitor, inbox: Inbox) -> None:
    register(client, inbox, HOA)
    client.visit("/account")
    before = fields_of(client)
    client.submit(form="sign-out")
    sign_in(client, inbox, HOA)
    assert client.post("/account/sign-out", data=before).status_code == 403
    assert client.get("/account").status_code == 200


def test_B06_a_form_of_another_browser_comes_back_with_what_was_typed(client: Visitor) -> None:
    open_way(client, "phone")
    form = fields_of(client) | {"number": HOA.number, "csrf_token": "other"}
    assert client.post("/onboarding/phone", data=form).status_code == 403
    assert fields_of(client)["number"] == HOA.number


@pytest.mark.parametrize("end", ["signed out", "idle", "too old", "suspended", "ended elsewhere"])
def test_B09_a_saved_cookie_is_no_session_after_its_end(
    client: Visitor, inbox: Inbox, new_client: NewClient, database: Database, clock: MovableClock, end: str
) -> None:
    register(client, inbox, HOA)
    saved = with_cookie(new_client, cookie(client))
    assert saved.get("/account").status_code == 200
    if end in ("signed out", "ended elsewhere"):
        client.visit("/account")
        client.submit(form="sign-out" if end == "signed out" else "/end")
    elif end == "suspended":
        with database.transaction() as db:
            db.execute(update(Account).values(state="suspended"))
    elif end == "idle":
        clock.advance(minutes=15)
    else:
        for _ in range(60):
            clock.advance(minutes=12)
            saved.get("/account")
    assert saved.get("/account").status_code == 303
    assert saved.get("/account/data").status_code == 303
    saved.visit("/onboarding/check-answers")
    assert HOA.national_id not in saved.page.text


def test_B09_idle_and_absolute_ends_are_exact(client: Visitor, inbox: Inbox, clock: MovableClock) -> None:
    register(client, inbox, HOA)
    clock.advance(minutes=14, seconds=59)
    assert client.get("/account").status_code == 200
    clock.advance(minutes=15)
    assert client.get("/account").status_code == 303


def test_E04_a_clock_set_back_revives_no_session(client: Visitor, inbox: Inbox, clock: MovableClock) -> None:
    register(client, inbox, HOA)
    client.visit("/account")
    client.submit(form="sign-out")
    clock.advance(hours=-1)
    assert client.get("/account").status_code == 303
    clock.advance(hours=2)
    assert client.get("/account").status_code == 303


def test_E04_a_clock_set_on_ends_codes_and_sessions_and_setting_it_right_revives_none(
    client: Visitor, inbox: Inbox, new_client: NewClient, clock: MovableClock
) -> None:
    register(client, inbox, HOA)
    other = new_client()
    ask_code(other, BINH.number)
    code = inbox.code(BINH.e164)
    clock.advance(hours=1)
    assert client.get("/account").status_code == 303
    enter_code(other, code)
    assert other.path != "/onboarding/no-account"
    clock.advance(hours=-1)
    other.visit("/onboarding/phone-code")
    if other.path == "/onboarding/phone-code":
        enter_code(other, code)
    assert other.path != "/onboarding/no-account"


def test_R27_a_session_of_somebody_else_is_not_there(client: Visitor, inbox: Inbox, new_client: NewClient) -> None:
    register(client, inbox, HOA)
    client.visit("/account")
    end = next(form.get("action") for form in client.page.all("form") if form.get("action").endswith("/end"))
    other = new_client()
    register(other, inbox, BINH)
    other.visit("/account")
    assert other.post(end, data=fields_of(other)).status_code == 404
    assert client.get("/account").status_code == 200


def test_B18_no_step_is_reached_that_nothing_led_to(client: Visitor, database: Database) -> None:
    ask_code(client, HOA.number, "register")
    for step in ("who", "citizen", "consent", "check-answers", "registered", "signed-in", "have-account"):
        form = fields_of(client)
        assert client.get(f"/onboarding/{step}").headers["Location"] == "/onboarding/register-code"
        assert client.post(f"/onboarding/{step}", data=form).headers["Location"] == "/onboarding/register-code"
    assert count(database, "accounts") == count(database, "sign_ins") == 0


def test_B18_back_and_a_second_tab_keep_what_was_typed_and_skip_nothing(
    client: Visitor, inbox: Inbox, database: Database
) -> None:
    up_to_check(client, inbox, HOA)
    last = fields_of(client)
    client.visit("/onboarding/citizen")
    assert fields_of(client)["name"] == HOA.name
    client.submit(name="Đặng Thị Hoà")
    client.visit("/onboarding/check-answers")
    assert client.path == "/onboarding/consent", "what hung on the answer is asked again"
    client.post("/onboarding/check-answers", data=last)
    assert count(database, "accounts") == 0


def test_B16_extra_fields_are_ignored(client: Visitor, inbox: Inbox, database: Database) -> None:
    up_to_check(client, inbox, HOA)
    more = {
        "is_staff": "1",
        "account_id": "1",
        "verified": "1",
        "acr": "high",
        "state": "closed",
        "identity": "certificate",
    }
    client.post("/onboarding/check-answers", data=fields_of(client) | more)
    with database.transaction(write=False) as db:
        account = db.query(Account).one()
        assert (account.state, account.identity, account.kind) == ("active", "declared", "citizen")


def test_B16_extra_fields_prove_no_number(client: Visitor, database: Database) -> None:
    open_way(client, "register")
    more = {"number": HOA.number, "proven_number": HOA.e164, "facts": "{}", "flow": "x", "purpose": "link"}
    before = rows(database)["accounts"]
    answer = client.post("/onboarding/register", data=fields_of(client) | more)
    assert answer.headers["Location"] == "/onboarding/register-code"
    assert client.get("/onboarding/who").headers["Location"] == "/onboarding/register-code"
    assert rows(database)["accounts"] == before
