"""Who may open what: every address of the console, every role, and whoever is not signed in."""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from onboarding.accounts.staff import ROLES
from onboarding.console.guard import ANYBODY, allow, roles_of
from onboarding.db import Database
from tests.attacks.wizard import refusals
from tests.machine.visitor import Visitor

HELPERS = {"helper", "supervisor"}
NOBODY = UUID(int=7)  # the id of no person and no request
TABLE = {
    "console.add_client": {"administrator"},
    "console.add_site": {"administrator"},
    "console.add_staff": {"administrator"},
    "console.approvals_list": {"helper", "supervisor", "administrator"},
    "console.approve": {"supervisor", "administrator"},
    "console.change_client": {"administrator"},
    "console.client": {"administrator"},
    "console.replace_client_keys": {"administrator"},
    "console.new_client_secret": {"administrator"},
    "console.clients_list": {"administrator"},
    "console.end_client": {"administrator"},
    "console.change_site": {"administrator"},
    "console.change_staff": {"administrator"},
    "console.first_challenge": {ANYBODY},
    "console.first_sign_in": {ANYBODY},
    "console.first_usb": {ANYBODY},
    "console.home": {*ROLES},
    "console.make_link": {"administrator"},
    "console.member": {"administrator"},
    "console.refuse": {"supervisor", "administrator"},
    "console.register_passkey": {ANYBODY},
    "console.register_usb": {ANYBODY},
    "console.sign_in": {ANYBODY},
    "console.figures": {"supervisor", "auditor", "administrator"},
    "console.figure_file": {"supervisor"},
    "console.find": HELPERS,
    "console.found": HELPERS,
    "console.person": HELPERS,
    "console.open_person": HELPERS,
    "console.reveal": HELPERS,
    "console.resend": HELPERS,
    "console.unlock": HELPERS,
    "console.unlock_number": HELPERS,
    "console.end_sessions": HELPERS,
    "console.suspend": {"supervisor"},
    "console.reinstate": {"supervisor"},
    "console.reopen_number": HELPERS,
    "console.change_number": {"supervisor"},
    "console.merge_accounts": {"supervisor"},
    "console.close_account": {"supervisor"},
    "console.queue": HELPERS,
    "console.take_call_back": HELPERS,
    "console.give_back_call_back": HELPERS,
    "console.finish_call_back": HELPERS,
    "console.reveal_call_back": HELPERS,
    "console.sign_in_by_passkey": {ANYBODY},
    "console.sign_in_by_usb": {ANYBODY},
    "console.sign_in_challenge": {ANYBODY},
    "console.sign_in_usb": {ANYBODY},
    "console.sign_out": {*ROLES},
    "console.site": {"administrator"},
    "console.sites_list": {"administrator"},
    "console.staff_list": {"administrator"},
    "console.stay": {*ROLES},
    "console.trail": {"auditor"},
    "console.usb_challenge": {ANYBODY},
    "console.usb_words": {ANYBODY},
}
ENDS = {"console.sign_out"}  # after it nothing else would be opened


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every address of the console with every method that it takes."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("console."):
            yield from ((rule, method) for method in sorted((rule.methods or set()) & {"GET", "POST"}))


def opened(visitor: Visitor, rule: Rule, method: str) -> int:
    """What a visitor gets who asks for an address as the console's own forms do."""
    path = re.sub(r"<any\((\w+)[^>]*>", r"\1", str(rule))
    path = re.sub(r"<[^>]+>", str(NOBODY), path)
    data = {"csrf_token": token(visitor)} if method == "POST" else None
    answer = FlaskClient.open(visitor, path, method=method, data=data)  # a script's part of a page is no page
    return 401 if (answer.location or "").partition("?")[0] == "/console/sign-in" else answer.status_code


def token(visitor: Visitor) -> str:
    """The form token of a browser: every page of the console has one."""
    visitor.get("/console/first-sign-in")
    return next(one.get("value") for one in visitor.page.all("input") if one.get("name") == "csrf_token")


def test_the_table_of_addresses_and_roles_is_what_the_views_say(app: Flask) -> None:
    assert {rule.endpoint: set(roles_of(app, rule.endpoint)) for rule, _method in rules(app)} == TABLE


@pytest.mark.parametrize("role", ROLES)
def test_R27_every_address_opens_for_its_roles_alone(
    app: Flask, as_role: Callable[..., Visitor], role: str
) -> None:
    visitor = as_role(role)
    for rule, method in rules(app):
        if rule.endpoint in ENDS or ANYBODY in TABLE[rule.endpoint]:
            continue
        status, about = opened(visitor, rule, method), (rule.endpoint, method)
        if role not in TABLE[rule.endpoint]:
            assert status == 403, about
        else:
            assert status in ((404,) if rule.arguments else (200, 303)), about


def test_R27_nobody_gets_further_than_the_sign_in(app: Flask, client: Visitor) -> None:
    got = {rule.endpoint: opened(client, rule, method) for rule, method in rules(app)}
    assert {endpoint for endpoint, status in got.items() if status != 401} == {
        endpoint for endpoint, roles in TABLE.items() if ANYBODY in roles
    }


def test_R27_a_view_that_names_no_role_is_open_to_nobody(
    app: Flask, database: Database, as_role: Callable[..., Visitor]
) -> None:
    visitor = as_role("administrator")
    view = app.view_functions["console.staff_list"]
    app.view_functions["console.staff_list"] = lambda: "open"
    assert visitor.get("/console/staff").status_code == 403
    assert refusals(database) == ["role"], "which is one event (R48)"
    app.view_functions["console.staff_list"] = view
    assert visitor.get("/console/staff").status_code == 200


def test_a_view_cannot_be_given_to_a_role_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="no such roles"):
        allow("superuser")
    with pytest.raises(ValueError, match="no such roles"):
        allow()
