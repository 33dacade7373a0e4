"""Where a journey begins: an address begins only so many, and nobody loses an answer by it."""

from dataclasses import replace

import pytest
from flask import Flask

from onboarding.accounts.journeys import Journey
from onboarding.config import Settings
from onboarding.db import Database
from tests.attacks.wizard import refusals
from tests.clock import MovableClock
from tests.journey.people import NewPerson, Person, rows
from tests.journey.test_usb_check import FOUND, send

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_P09_an_address_begins_only_so_many_journeys_and_the_next_one_keeps_the_answer(
    app: Flask, settings: Settings, database: Database, new_person: NewPerson, clock: MovableClock
) -> None:
    app.extensions["settings"] = replace(settings, ip_posts=1)
    hall = [new_person() for _ in range(6)]
    for one in hall:
        one.client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    for one in hall[:4]:
        one.choose("phone")
        one.choose("register")
        assert one.place == "register", "who has begun may change the answer"
    late, checking = hall[4:]
    late.choose("usb")
    assert (late.client.response.status_code, rows(database, Journey)) == (429, 4)
    assert late.page.errors == ["Many people use this internet connection now. Try again at 09:05."]
    assert late.fields()["answer"] == "usb"
    checking.visit("usb-check")
    assert send(checking.client, **FOUND) == 429
    assert refusals(database) == ["address"] * 2
    elsewhere = new_person()
    elsewhere.choose("usb")
    clock.advance(minutes=5)
    late.submit()
    assert elsewhere.place == late.place == "usb"


def test_P09_what_is_no_number_counts_here_as_on_every_page_that_proves_one(app: Flask, person: Person) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], ip_posts=3)
    person.visit("resume")
    for _ in range(3):
        person.submit(support_code="HG-7K3M-92QX", number="123")
        assert "Many people use this internet connection now" not in person.page.text
    person.submit(support_code="HG-7K3M-92QX", number="123")
    assert "Many people use this internet connection now" in person.page.text
