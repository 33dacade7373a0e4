"""The Apache example: mod_auth_openidc as Debian has it, with a citizen in a real browser."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Page

from tests.browser.citizen import Citizen
from tests.machine.server import Server

USED = "SELECT count(*) FROM tokens WHERE kind = 'refresh' AND used_at IS NOT NULL"


@pytest.fixture
def citizen(new_page: Callable[..., Page], server: Server) -> Citizen:
    """Somebody with a telephone that has a browser."""
    return Citizen(new_page(), server)


def used_refresh_tokens(server: Server) -> int:
    """How many the portal has taken."""
    with closing(sqlite3.connect(server.folder / "onboarding.db")) as connection:
        count: int = connection.execute(USED).fetchone()[0]
        return count


def claim(page: Page, name: str) -> str:
    """What the service's page says of the citizen."""
    return page.locator(f"#{name}").inner_text()


def test_whoever_has_no_account_comes_back_signed_in_and_signs_out_of_both(
    citizen: Citizen, server: Server, apache: str
) -> None:
    page = citizen.page
    page.goto(f"{apache}/")
    page.get_by_text("Sign in").click()
    assert "Building permits" in page.locator("main").inner_text()
    page.locator("[name=answer][value=register]").check()
    citizen.go_on()
    citizen.prove_number()
    page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    citizen.tell_who()
    citizen.agree_and_send()
    page.locator("main .button").click()
    page.locator("button[value=allow]").click()
    page.wait_for_url(f"{apache}/private/")
    known = [claim(page, name) for name in ("sub", "name", "phone_number")]
    assert known[1:] == [citizen.name, citizen.number]
    before = used_refresh_tokens(server)
    for more in (1, 2):
        page.reload()
        assert [claim(page, name) for name in ("sub", "name", "phone_number")] == known
        assert used_refresh_tokens(server) == before + more
    page.get_by_text("Sign out").click()
    page.locator("main form button").click()
    page.wait_for_url(f"{apache}/")
    page.get_by_text("Sign in").click()
    assert citizen.at == "account", "signed out at the service and at the portal"
