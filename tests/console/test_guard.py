"""Who may open what: every address of the console, every role, and whoever is not signed in."""

from collections.abc import Callable

import pytest
from flask import Flask

from onboarding.accounts.staff import ROLES
from onboarding.console.guard import ANYBODY, allow, roles_of
from tests.machine.visitor import Visitor

NOBODY = "nobody"
TABLE = {
    "console.first_challenge": {ANYBODY},
    "console.first_sign_in": {ANYBODY},
    "console.home": {*ROLES},
    "console.register_passkey": {ANYBODY},
    "console.sign_in": {ANYBODY},
    "console.sign_in_by_passkey": {ANYBODY},
    "console.sign_in_challenge": {ANYBODY},
    "console.sign_out": {*ROLES},
    "console.stay": {*ROLES},
}


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.")}


def test_the_table_of_addresses_and_roles_is_what_the_views_say(app: Flask) -> None:
    assert {endpoint: set(roles_of(app, endpoint)) for endpoint in endpoints(app)} == TABLE


def test_the_overview_opens_for_staff_only(as_role: Callable[..., Visitor], client: Visitor) -> None:
    for role in ROLES:
        as_role(role).visit("/console/")
    assert client.get("/console/").location == "/console/sign-in"


def test_a_view_cannot_be_given_to_a_role_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="no such roles"):
        allow("superuser")
    with pytest.raises(ValueError, match="no such roles"):
        allow()
