"""Back, refresh, two tabs, twice, too late: everybody ends where they would expect, with what they typed."""

from io import BytesIO

import pytest
from flask import Flask, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from sqlalchemy import select
from wtforms import ValidationError

from onboarding.accounts.journeys import Journey
from onboarding.accounts.people import Account
from onboarding.db import Database
from onboarding.journey.table import TABLE
from onboarding.journey.visit import Visit
from tests.journey.people import MAN_OF_1965, NewPerson, Person, rows

ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def back(person: Person) -> str:
    """Where the back link of this page leads."""
    links = [link.get("href") for link in person.page.all("a") if link.get("class") == "back"]
    return links[0].rpartition("/")[2] if links else ""


@ONE
@pytest.mark.parametrize("step", [name for name, step in TABLE.items() if not step.entrance])
def test_a_page_out_of_order_leads_to_where_one_stands(new_person: NewPerson, step: str) -> None:
    newcomer = new_person()
    newcomer.visit(step)
    assert newcomer.place == "account"
    walker = new_person()
    walker.choose("register")
    if step != "register":
        walker.visit(step)
        assert walker.place == "register"


@ONE
def test_a_form_sent_out_of_order_changes_nothing(person: Person, database: Database) -> None:
    person.choose("register")
    fields = person.fields()
    answer = person.send("check-answers", fields)
    assert (answer.status_code, answer.location) == (303, "/onboarding/register")
    assert rows(database, Account) == 0


@ONE
def test_an_unknown_step_is_a_page_not_found(person: Person) -> None:
    fields = person.fields()
    assert person.client.get("/onboarding/nonsense").status_code == 404
    assert person.send("nonsense", fields).status_code == 404
    assert person.send("nonsense", {}).status_code == 404


@ONE
def test_answering_again_cuts_what_came_after(person: Person) -> None:
    person.reach_check()
    person.visit("who")
    person.submit(kind="organisation")
    for step in ("citizen", "consent", "check-answers"):
        person.visit(step)
        assert person.place == "organisation"


@ONE
def test_the_back_link_walks_back_over_the_code(person: Person) -> None:
    person.reach_check()
    walked = []
    while before := back(person):
        person.visit(before)
        walked.append(person.place)
    assert walked == ["consent", "citizen", "who", "register", "account"]
    person.visit("check-answers")
    assert person.place == "check-answers"


@ONE
def test_what_was_typed_stands_there_on_the_way_back(person: Person) -> None:
    person.reach_check()
    person.visit("citizen")
    assert person.fields().items() >= MAN_OF_1965.items()
    person.visit("register")
    assert person.fields()["number"] == person.number


@ONE
@pytest.mark.parametrize(
    ("at_hand", "counted"),
    [("with-phone", "Step 2 of 9"), ("with-card", ""), ("with-usb", ""), ("with-nothing", "")],
)
def test_how_far_it_is_is_told_only_where_it_is_known(person: Person, at_hand: str, counted: str) -> None:
    def told() -> str:
        return next((line.text for line in person.page.all("p") if line.get("class") == "progress"), "")

    person.choose("guided-help")
    assert told() == ""
    person.submit(at_hand=at_hand)
    assert told() == counted


@ONE
def test_a_refresh_changes_nothing(person: Person, database: Database) -> None:
    person.reach_check()
    with database.transaction(write=False) as db:
        before = db.execute(select(Journey.__table__)).all()
    for step in ("check-answers", "citizen", "account", "another-device", "resume"):
        person.visit(step)
        person.visit(step)
    with database.transaction(write=False) as db:
        assert db.execute(select(Journey.__table__)).all() == before


@ONE
def test_the_later_of_two_tabs_wins_and_the_earlier_loses_nothing_typed(person: Person) -> None:
    person.prove("register")
    person.submit(kind="citizen")
    first_tab = person.fields() | MAN_OF_1965
    person.visit("who")
    person.submit(kind="organisation")
    answer = person.send("citizen", first_tab)
    assert (answer.status_code, answer.location) == (303, "/onboarding/organisation")
    person.visit("who")
    person.submit(kind="citizen")
    assert person.fields().items() >= MAN_OF_1965.items()


@ONE
@pytest.mark.parametrize("token", ["", "nonsense", None])
def test_a_form_without_a_token_of_this_browser_comes_back_with_what_was_typed(
    new_person: NewPerson, token: str | None, database: Database
) -> None:
    other = new_person()
    person = new_person()
    person.prove("register")
    person.submit(kind="citizen")
    foreign = other.fields()["csrf_token"] if token is None else token
    answer = person.send("citizen", person.fields() | MAN_OF_1965 | {"csrf_token": foreign})
    assert answer.status_code == 403
    assert "open for a long time" in person.page.errors[0]
    assert person.fields().items() >= MAN_OF_1965.items()
    person.submit()
    assert person.place == "consent"
    stranger = new_person()
    assert stranger.send("citizen", person.fields() | {"csrf_token": foreign}).status_code == 403
    assert rows(database, Journey) == 1


@ONE
def test_a_page_from_before_the_sign_in_is_no_longer_valid(person: Person) -> None:
    person.reach_check()
    form = person.fields()
    person.submit()
    first_page = person.send("check-answers", form)
    assert first_page.status_code == 403
    person.visit("check-answers")
    assert person.place == "registered"


@ONE
def test_a_finished_journey_stays_finished_and_makes_room_for_another(person: Person, database: Database) -> None:
    person.register()
    code = person.page.support_code
    for step in ("who", "citizen", "check-answers", "register-code"):
        person.visit(step)
        assert (person.place, back(person)) == ("registered", "")
    person.choose("phone")
    assert person.place == "phone"
    assert person.page.support_code != code
    with database.transaction(write=False) as db:
        assert list(db.scalars(select(Journey.outcome).order_by(Journey.started_at, Journey.finished_at))) in (
            ["registered", None],
            [None, "registered"],
        )


@ONE
def test_the_support_code_is_the_same_on_every_page_of_a_journey(person: Person) -> None:
    codes = {person.page.support_code}
    for page in (person.ask_code("register"), person.enter_code(), person.submit(kind="citizen")):
        codes.add(page.support_code)
    assert len(codes) == 1


@ONE
def test_a_browser_that_comes_back_after_its_journey_was_erased_begins_anew(
    person: Person, database: Database
) -> None:
    person.choose("register")
    with database.transaction() as db:
        for journey in db.scalars(select(Journey)):
            journey.token_hash = None
    person.choose("phone")
    assert person.place == "phone"
    assert rows(database, Journey) == 2


@ONE
@pytest.mark.parametrize(
    "query",
    [
        "endpoint=x",
        "_scheme=javascript",
        "_external=1&_scheme=javascript",
        "_method=PUT",
        "_anchor=x",
        "name=x&lang=en",
    ],
)
def test_no_parameter_of_an_address_is_more_than_a_parameter(person: Person, query: str) -> None:
    for address in ("/onboarding", "/onboarding/account", "/onboarding/resume", "/"):
        response = person.client.get(f"{address}?{query}", follow_redirects=True)
        assert response.status_code == 200
        links = [link.get("href") for link in person.page.all("a") if link.get("hreflang")]
        assert all(link.startswith("/") and not link.startswith("//") for link in links)


@ONE
def test_each_step_sees_what_led_to_it_and_nothing_later(app: Flask) -> None:
    with app.test_request_context("/onboarding/register-code"):
        visit = Visit(TABLE, TABLE["register-code"])
        visit.trail = [{"step": "register", "to": "register-code"}, {"step": "resume", "to": "resume-code"}]
        visit.memory = {"facts": {"register": {"number": "first"}, "resume": {"number": "second"}}}
        assert visit.facts["number"] == "first"
        visit.step = TABLE["resume-code"]
        assert visit.facts["number"] == "second"


@ONE
def test_a_page_shown_after_the_token_changed_can_be_sent(app: Flask) -> None:
    with app.test_request_context("/"):
        before = generate_csrf()
        session.renew()  # type: ignore[attr-defined]
        validate_csrf(generate_csrf())
        with pytest.raises(ValidationError):
            validate_csrf(before)


@ONE
def test_a_file_in_place_of_a_text_is_refused(person: Person) -> None:
    person.choose("register")
    fields = {name: text for name, text in person.fields().items() if name != "number"}
    answer = person.client.post(
        "/onboarding/register", data={**fields, "number": (BytesIO(b"0901234567"), "a.txt")}
    )
    assert answer.status_code == 400
