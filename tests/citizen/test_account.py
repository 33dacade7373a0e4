"""What a citizen sees and does on their own page."""

import pytest
from sqlalchemy import select, update

from onboarding.accounts.browsers import Browser
from onboarding.accounts.people import Account
from onboarding.accounts.sign_ins import SignIn
from onboarding.db import Database
from tests.clock import MovableClock
from tests.journey.people import OTHER, NewPerson, Person

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def signed_in(person: Person) -> bool:
    """Whether the account page opens."""
    return bool(person.client.visit("/account").having("data-account-state"))


def ends(person: Person) -> list[str]:
    """The addresses that end a session, as the page offers them."""
    person.client.visit("/account")
    return [form.get("action") for form in person.page.all("form") if form.get("action").endswith("/end")]


def test_the_page_shows_state_ways_and_sessions(person: Person) -> None:
    person.register()
    page = person.client.visit("/account")
    assert page.having("data-account-state")[0].get("data-account-state") == "active"
    for shown in ("Nguyễn Văn Ba", "•••• ••• 567", "this device", "as you stated it"):
        assert shown in page.text
    assert "0901234567" not in person.client.response.text
    links = {link.text: link.get("href") for link in page.all("a")}
    assert "To have your data corrected or deleted, or to withdraw your consent" in page.text
    assert links["Ask us to call you"] == "/onboarding/call-back"
    assert len(ends(person)) == 1


@ONE
def test_every_page_leads_back_to_the_account_while_somebody_is_signed_in(
    new_person: NewPerson, clock: MovableClock
) -> None:
    person, stranger = new_person(), new_person(OTHER)
    person.register()
    for anybody, there in ((person, True), (stranger, False)):
        for address in ("/", "/onboarding/account", "/onboarding/call-back?made=anew"):
            page = anybody.client.visit(address)
            assert ("My account" in [link.text for link in page.all("a")]) is there, address
            assert "Nguyễn Văn Ba" not in page.text
        assert ("signed in on this device already" in anybody.choose("phone").text) is there
        anybody.client.visit("/account/signed-out")
        assert (anybody.client.path == "/account") is there, "it tells nobody what is not so"
    clock.advance(minutes=14)
    assert "My account" in person.client.visit("/").text
    clock.advance(minutes=1)
    assert "My account" not in person.client.visit("/").text, "looking keeps no sign-in awake"


@ONE
@pytest.mark.parametrize("address", ["/account", "/account/data"])
def test_who_is_not_signed_in_is_led_to_sign_in(person: Person, address: str) -> None:
    answer = person.client.get(address)
    assert (answer.status_code, answer.location) == (303, "/onboarding/account?answer=phone&aim=account")
    page = person.client.visit(answer.location)
    assert "Please sign in to see your account." in page.text
    assert [box.get("value") for box in page.having("checked")] == ["phone"]


@ONE
@pytest.mark.parametrize(("idle", "still_open"), [(899, True), (900, False), (901, False)])
def test_B09_a_sign_in_ends_after_15_idle_minutes(
    person: Person, clock: MovableClock, idle: int, still_open: bool
) -> None:
    person.register()
    clock.advance(seconds=idle)
    assert signed_in(person) is still_open


@ONE
def test_the_twelve_hours_end_to_the_second(person: Person, clock: MovableClock) -> None:
    person.register()
    for _ in range(71):
        clock.advance(minutes=10)
        assert signed_in(person)
    clock.advance(minutes=9, seconds=59)
    assert signed_in(person)
    clock.advance(seconds=1)
    assert not signed_in(person)


@ONE
def test_a_download_counts_as_a_click(person: Person, clock: MovableClock) -> None:
    person.register()
    for _ in range(3):
        clock.advance(minutes=10)
        assert person.client.get("/account/data").status_code == 200
    assert signed_in(person)


def test_own_sessions_can_be_ended_and_other_peoples_are_not_there(
    new_person: NewPerson, clock: MovableClock, database: Database
) -> None:
    phone, stranger = new_person(), new_person(OTHER)
    phone.register()
    stranger.register(national_id="093065005555")
    clock.advance(minutes=2)
    computer = new_person()
    computer.sign_in()
    (foreign,) = ends(stranger)
    mine = ends(computer)
    said = [
        button.text.partition(" out ")[0] for button in computer.page.all("button") if " device out" in button.text
    ]
    assert said == ["Sign this device", "Sign that device"], "nobody means the other one and loses this one"
    assert len(mine) == 2
    token = {"csrf_token": computer.fields()["csrf_token"]}
    assert computer.client.post(foreign, data=token).status_code == 404
    assert computer.client.post(f"/account/sessions/{'0' * 32}/end", data=token).status_code == 404
    assert computer.client.post(mine[1], data=token).status_code == 303
    assert (signed_in(phone), signed_in(computer), signed_in(stranger)) == (False, True, True)
    assert ends(computer) == mine[:1]
    computer.submit(form=mine[0])
    assert not signed_in(computer)
    with database.transaction(write=False) as db:
        reasons = sorted(str(one.end_reason) for one in db.scalars(select(SignIn)))
        known = db.scalars(select(Browser.account_id)).all()
    assert reasons == ["None", "by-owner", "by-owner"]
    assert len(known) == 1, "the stranger's; a lost telephone is no known browser any more"


@ONE
def test_who_signs_in_again_in_one_browser_sees_no_second_device(person: Person, clock: MovableClock) -> None:
    person.register()
    clock.advance(minutes=2)
    person.sign_in()
    assert len(ends(person)) == 1
    assert "this device" in person.page.text


@ONE
def test_the_page_tells_what_was_done(new_person: NewPerson, clock: MovableClock) -> None:
    phone, computer = new_person(), new_person()
    phone.register()
    clock.advance(minutes=2)
    computer.sign_in()
    computer.submit(form=ends(computer)[1])
    assert "That device is signed out." in computer.page.text
    assert "That device is signed out." not in computer.client.visit("/account?done=<b>").text


def test_the_oldest_of_six_sign_ins_ends(new_person: NewPerson, clock: MovableClock) -> None:
    browsers = [new_person()]
    browsers[0].register()
    for _ in range(5):
        assert all(signed_in(browser) for browser in browsers)
        clock.advance(minutes=13)
        assert all(signed_in(browser) for browser in browsers)
        browsers.append(new_person())
        browsers[-1].sign_in()
    assert [signed_in(browser) for browser in browsers] == [False, True, True, True, True, True]


def test_sign_ins_that_fell_asleep_make_room_and_are_not_ended_again(
    new_person: NewPerson, database: Database, clock: MovableClock
) -> None:
    person = new_person()
    person.register()
    for _ in range(6):
        clock.advance(minutes=15)
        new_person().sign_in()
    with database.transaction(write=False) as db:
        assert db.scalars(select(SignIn.end_reason)).all() == [None] * 7


def test_B09_a_saved_cookie_is_dead_after_signing_out(person: Person) -> None:
    person.register()
    person.client.visit("/account")
    cookie = person.client.get_cookie("session")
    assert cookie is not None
    person.submit(form="sign-out")
    assert (person.client.path, person.page.heading) == ("/account/signed-out", "You are signed out")
    assert "close the browser" in person.page.text
    person.client.set_cookie("session", cookie.value)
    assert not signed_in(person)
    person.visit("registered")
    assert person.place == "account"


@ONE
def test_signing_out_has_the_browser_forget_the_pages(person: Person) -> None:
    person.register()
    person.client.visit("/account")
    answer = person.client.post("/account/sign-out", data=person.fields())
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert (answer.status_code, answer.location) == (303, "/account/signed-out")


@ONE
def test_B05_nobody_is_signed_out_without_the_pages_token(person: Person) -> None:
    person.register()
    assert person.client.post("/account/sign-out", data={}).status_code == 403
    assert person.client.get("/account/sign-out").status_code == 405
    assert signed_in(person)


@ONE
def test_B09_suspending_an_account_ends_its_sessions(person: Person, database: Database) -> None:
    person.register()
    with database.transaction() as db:
        db.execute(update(Account).values(state="suspended"))
    assert not signed_in(person)


def test_B02_a_cookie_planted_before_the_sign_in_is_dead_after_it(new_person: NewPerson, person: Person) -> None:
    new_person(OTHER)
    person.ask_code("register")
    planted = person.client.get_cookie("session")
    assert planted is not None
    person.enter_code()
    proven = person.client.get_cookie("session")
    assert proven is not None
    assert proven.value != planted.value
    thief = new_person(OTHER)
    thief.client.set_cookie("session", planted.value)
    thief.visit("who")
    assert thief.place == "account"
