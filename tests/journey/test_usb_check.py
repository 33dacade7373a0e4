"""The page that checks a computer, and what its script sends and fetches beside it."""

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from onboarding.accounts.journeys import Journey
from onboarding.accounts.usb_checks import UsbCheck
from onboarding.db import Database
from onboarding.resources import folder
from onboarding.signatures.bridges import BRIDGES
from tests.machine.visitor import Visitor

FOUND = {"bridge": "vgca", "port-8987": "nothing", "program": "missing"}
ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def ask(client: Visitor, aside: str, **sent: Any) -> TestResponse:
    """What the page's script asks for; the page stays in front of the visitor."""
    return FlaskClient.open(client, f"/onboarding/usb-check/{aside}", **sent)


def send(client: Visitor, **found: str) -> int:
    """What the page's script sends; the answer's status."""
    csrf = next(field.get("value") for field in client.page.having("name") if field.get("name") == "csrf_token")
    return ask(client, "findings", method="POST", data=found, headers={"X-CSRFToken": csrf}).status_code


def rows(database: Database) -> list[tuple[str, str]]:
    """Support codes and findings."""
    with database.transaction() as db:
        return [tuple(row) for row in db.execute(select(Journey.support_code, UsbCheck.findings).join(UsbCheck))]


def test_what_was_found_lies_under_the_code_on_the_page(client: Visitor, database: Database) -> None:
    """Whoever opens the page first of all gets a journey by sending; opening it writes nothing."""
    client.visit("/onboarding/usb-check")
    code = client.page.having("data-support-code")[0].text
    assert rows(database) == []
    assert send(client, **FOUND) == 200
    assert rows(database) == [(code, json.dumps(FOUND, sort_keys=True))]


@ONE
def test_R19_what_is_not_of_the_closed_list_is_refused_whole(client: Visitor, database: Database) -> None:
    client.visit("/onboarding/usb-check")
    assert send(client, **FOUND, subject="CN=Ba") == 400
    assert send(client) == 400
    assert ask(client, "findings", method="POST", data=FOUND).status_code == 403
    assert ask(client, "findings").status_code == 405
    assert rows(database) == []


@ONE
def test_everything_that_the_scripts_say_has_a_sentence_in_both_languages(client: Visitor) -> None:
    """Names that a script composes of a number or a state are met in the browser."""
    scripts = "".join(path.read_text() for path in sorted((folder("static") / "signatures").glob("*.js")))
    said = {*re.findall(r'(?:trouble|Trouble|tell|say|words)\("([\w-]+)"', scripts)}
    said |= {*re.findall(r'"((?:certificate|version|clock|extension|program|system)-[a-z]+)"', scripts)}
    said -= {"certificate-from", "certificate-until"}
    assert len(said) > 25
    for language in ("vi", "en"):
        area = client.get(f"/onboarding/usb-check?lang={language}").text
        named = re.findall(r'data-usb-words="([^"]+)"', area + ask(client, "words").text)
        assert said - set(" ".join(named).split()) == set()


@ONE
def test_without_scripts_the_page_says_what_to_check_by_hand_and_leads_on(client: Visitor) -> None:
    client.visit("/onboarding/usb-check")
    assert "bắt đầu bằng https" in client.response.text
    client.submit()
    assert client.path == "/onboarding/usb"


@ONE
def test_a_page_names_the_scripts_of_every_bridge_and_loads_none(client: Visitor) -> None:
    client.visit("/onboarding/usb-check")
    loaded = " ".join(script.get("src") for script in client.page.all("script"))
    offered = {
        field.get("value"): field.get("data-usb-scripts") for field in client.page.having("data-usb-scripts")
    }
    assert offered.keys() == {bridge.name for bridge in BRIDGES}
    for bridge in BRIDGES:
        assert all(script in offered[bridge.name] and script not in loaded for script in bridge.scripts)
