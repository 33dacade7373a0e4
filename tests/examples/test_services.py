"""The Flask and the Node example: all that a service does, with a citizen who walks from page to page."""

import pytest

from tests.examples.citizen import Citizen
from tests.journey.people import MAN_OF_1965
from tests.machine.process import wait_until

BOTH = pytest.mark.parametrize("example", ["flask", "node"])


@pytest.fixture
def home(request: pytest.FixtureRequest, example: str) -> str:
    """Where the service has its page."""
    address: str = request.getfixturevalue(example)
    return f"{address}/"


def claims(citizen: Citizen) -> dict[str, str]:
    """What the service says that it knows; nothing where nobody is signed in."""
    return {element.get("id"): element.text for element in citizen.browser.page.all("dd")}


@BOTH
def test_whoever_has_no_account_comes_back_signed_in_and_signs_out_of_both(citizen: Citizen, home: str) -> None:
    browser = citizen.browser
    browser.visit(home)
    browser.follow("Sign in")
    citizen.register()
    citizen.agree()
    assert browser.url == home
    known = claims(citizen)
    assert (known["name"], known["phone_number"]) == (MAN_OF_1965["name"], citizen.number)
    browser.submit("refresh")
    assert (browser.url, claims(citizen)) == (home, known), "it has asked the portal anew"
    browser.submit("sign-out")
    citizen.agree_to_sign_out()
    assert browser.url.partition("?")[0] == home
    assert not claims(citizen)
    browser.follow("Sign in")
    assert browser.place == "/onboarding/account"


@BOTH
def test_whoever_signs_out_at_the_portal_is_signed_out_of_the_service(citizen: Citizen, home: str) -> None:
    browser = citizen.browser
    browser.visit(home)
    browser.follow("Sign in")
    citizen.register()
    browser.visit("/account")
    browser.submit("sign-out")
    browser.visit(home)
    browser.follow("Sign in")
    citizen.sign_in()
    citizen.agree()
    assert claims(citizen)
    browser.visit(f"{citizen.server.url}/account")
    browser.submit("sign-out")
    wait_until(lambda: not browser.visit(home).all("dd"), "the portal has told the service")
