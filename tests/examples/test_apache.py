"""The Apache example: mod_auth_openidc as Debian has it, with a citizen in a real browser."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Page

from tests.browser.citizen import Citizen
from tests.machine.process import wait_until
from tests.machine.server import Server

USED = "SELECT count(*) FROM tokens WHERE kind = 'refresh' AND used_at IS NOT NULL"
TOLD = "SELECT count(*) FROM signals JOIN clients ON client_id = clients.id WHERE name = 'Apache' AND delivered_at"


@pytest.fixture
def citizen(new_page: Callable[..., Page], server: Server) -> Citizen:
    """Somebody with a telephone that has a browser."""
    return Citizen(new_page(), server)


def count(server: Server, query: str) -> int:
    """What the portal's database counts."""
    with closing(sqlite3.connect(server.folder / "onboarding.db")) as connection:
        counted: int = connection.execute(query).fetchone()[0]
        return counted


def known(page: Page) -> list[str]:
    """What the service's page says of the citizen: `sub`, name and number."""
    return [page.locator(f"#{claim}").inner_text() for claim in ("sub", "name", "phone_number")]


def register_on_the_way(citizen: Citizen) -> None:
    """From the first question, where the service's link has led, back to the service."""
    citizen.page.locator("[name=answer][value=register]").check()
    citizen.go_on()
    citizen.prove_number()
    citizen.page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    citizen.tell_who()
    citizen.agree_and_send()
    citizen.page.locator("main .button").click()
    citizen.page.locator("button[value=allow]").click()


def test_whoever_has_no_account_comes_back_signed_in_and_whoever_signs_out_does_so_of_both(
    citizen: Citizen, server: Server, apache: str
) -> None:
    page = citizen.page
    page.goto(f"{apache}/")
    page.get_by_text("Sign in").click()
    assert "Apache" in page.locator("main").inner_text(), "the wizard names the service"
    register_on_the_way(citizen)
    page.wait_for_url(f"{apache}/private/")
    first, used = known(page), count(server, USED)
    assert first[1:] == [citizen.name, citizen.number]
    for more in (1, 2):
        page.reload()
        assert (known(page), count(server, USED)) == (first, used + more), "asked anew, by a refresh token"
    page.get_by_text("Sign out").click()
    page.locator("main form button").click()
    page.wait_for_url(f"{apache}/")
    page.get_by_text("Sign in").click()
    assert citizen.at == "account", "signed out of the service and of the portal"
    page.locator("[name=answer][value=phone]").check()
    citizen.go_on()
    citizen.prove_number()
    page.wait_for_url(f"{apache}/private/")
    citizen.sign_out()
    wait_until(lambda: count(server, TOLD) == 2, "the portal tells of both sign-ins, and Apache takes it")
    page.goto(f"{apache}/private/")
    assert citizen.at == "account"
