"""Every page that a citizen may meet, in both languages: good HTML, accessible, light, fit for any screen.

`SCREENSHOTS=<folder>` keeps pictures of all of them.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.browser.citizen import Citizen
from tests.browser.inspection import Inspector
from tests.machine.server import Server

pytestmark = pytest.mark.parametrize("language", ["vi", "en"])


@pytest.fixture
def inspector(inspect: Callable[..., Inspector], citizen: Citizen, language: str) -> Inspector:
    """Looks at the citizen's pages."""
    return inspect(citizen.page, language)


def test_the_portal_and_the_sandbox(citizen: Citizen, inspector: Inspector) -> None:
    citizen.choose("phone")
    citizen.enter_number()
    citizen.message()
    for name, address in {
        "portal": "/",
        "portlet-question": "/portlet/question",
        "portlet-visitors": "/portlet/visitors",
        "portlet-tally": "/portlet/tally",
        "sandbox": "/sandbox/",
        "sandbox-messages": "/sandbox/messages",
        "sandbox-clients": "/sandbox/clients",
        "sandbox-controls": "/sandbox/controls",
    }.items():
        inspector.coming(name, lambda address=address: citizen.page.goto(address))  # type: ignore[misc]


def test_registering(citizen: Citizen, inspector: Inspector) -> None:
    page = citizen.page
    inspector.coming("question", lambda: page.goto("/onboarding/account"))
    inspector.coming("question-error", citizen.go_on)
    citizen.choose("register")
    inspector.here("register")
    citizen.fill(number="0123")
    inspector.coming("register-error", citizen.go_on)
    citizen.enter_number()
    inspector.here("register-code")
    citizen.fill(code="12")
    inspector.coming("register-code-error", citizen.go_on)
    citizen.enter_code()
    inspector.here("who")
    page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    inspector.here("citizen")
    inspector.coming("citizen-error", citizen.go_on)
    citizen.tell_who()
    inspector.here("consent")
    inspector.coming("consent-error", citizen.go_on)
    page.locator("[name=consent]").check()
    citizen.go_on()
    inspector.here("check-answers")
    inspector.coming("another-device", lambda: page.goto("/onboarding/another-device"))
    page.goto("/onboarding/check-answers")
    inspector.coming("registered", citizen.go_on)
    inspector.coming("account", lambda: page.goto("/account"))
    inspector.coming("signed-out", page.locator("form[action$=sign-out] button").click)


def test_an_organisation_checks_its_answers(citizen: Citizen, inspector: Inspector) -> None:
    page = citizen.page
    citizen.choose("register")
    citizen.prove_number()
    page.locator("[name=kind][value=organisation]").check()
    citizen.go_on()
    inspector.here("organisation")
    inspector.coming("organisation-error", citizen.go_on)
    citizen.fill(name="Hợp tác xã Nông nghiệp Vị Thanh", tax_code="0100109106")
    citizen.fill(representative=citizen.name, national_id=citizen.national_id)
    citizen.go_on()
    page.locator("[name=consent]").check()
    citizen.go_on()
    inspector.here("check-answers-organisation")


def test_signing_in(citizen: Citizen, inspector: Inspector) -> None:
    citizen.choose("phone")
    inspector.here("phone")
    citizen.enter_number()
    inspector.here("phone-code")
    inspector.coming("no-account", citizen.enter_code)
    citizen.choose("usb")
    inspector.here("usb")


def test_finding_the_way(citizen: Citizen, inspector: Inspector) -> None:
    page = citizen.page
    for name in ("with-phone", "with-card", "with-usb", "with-nothing"):
        citizen.choose("guided-help")
        page.locator(f"[name=at_hand][value={name}]").check()
        citizen.go_on()
        inspector.here(name)
    inspector.coming("guided-help", lambda: page.goto("/onboarding/guided-help"))
    inspector.coming("call-back", lambda: page.goto("/onboarding/call-back"))
    inspector.coming("call-back-error", citizen.go_on)
    citizen.fill(name=citizen.name, number=citizen.number)
    page.locator("[name=best_time][value=any]").check()
    inspector.coming("call-back-requested", citizen.go_on)


def test_going_on_elsewhere(citizen: Citizen, inspector: Inspector) -> None:
    inspector.coming("resume", lambda: citizen.page.goto("/onboarding/resume"))
    inspector.coming("resume-error", citizen.go_on)
    citizen.fill(support_code="HG-7K3M-92QX")
    citizen.enter_number()
    inspector.here("resume-code")
    inspector.coming("not-found", citizen.enter_code)


def test_a_number_that_has_an_account(server: Server, citizen: Citizen, inspector: Inspector) -> None:
    citizen.register_elsewhere()
    citizen.choose("register")
    citizen.enter_number()
    inspector.coming("have-account", citizen.enter_code)
    suspend_newest(server)
    citizen.go_on()
    citizen.go_on()
    inspector.coming("suspended", citizen.enter_code)


def suspend_newest(server: Server) -> None:
    """Staff suspend the newest account."""
    newest = "(SELECT max(registered_at) FROM accounts)"
    with closing(sqlite3.connect(server.folder / "onboarding.db", timeout=10)) as database, database:
        database.execute(f"UPDATE accounts SET state = 'suspended' WHERE registered_at = {newest}")  # noqa: S608
