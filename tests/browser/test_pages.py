"""Every page that a citizen may meet: light, accessible, no wider than a telephone, silent in the console.

`SCREENSHOTS=<folder>` keeps pictures of all of them, phone and desktop.
"""

from collections.abc import Callable

from playwright.sync_api import Browser, Page

from tests.browser.citizen import Citizen
from tests.browser.inspection import MOST, Inspector
from tests.machine.server import Server


def verdict(inspector: Inspector) -> None:
    """Print the weights, and hold them and everything else."""
    print(f"\n{inspector.table()}")
    assert inspector.faults == []
    assert {name: weight for name, weight in inspector.weights.items() if weight > MOST} == {}


def test_the_portal_and_the_sandbox(citizen: Citizen) -> None:
    inspector = Inspector(citizen.page)
    citizen.choose("phone")
    citizen.enter_number()
    citizen.message()
    for name, address in {
        "portal": "/",
        "portal-english": "/?lang=en",
        "portlet-question": "/portlet/question?lang=vi",
        "portlet-tally": "/portlet/tally",
        "sandbox": "/sandbox/",
        "sandbox-messages": "/sandbox/messages",
    }.items():
        inspector.coming(name, lambda address=address: citizen.page.goto(address))  # type: ignore[misc]
    verdict(inspector)


def test_registering(citizen: Citizen) -> None:
    inspector, page = Inspector(citizen.page), citizen.page
    inspector.coming("question", lambda: page.goto("/onboarding/account"))
    inspector.coming("question-error", citizen.go_on)
    citizen.choose("register")
    inspector.here("register")
    citizen.fill(number="0123")
    inspector.coming("register-error", citizen.go_on)
    citizen.enter_number()
    inspector.here("code")
    citizen.fill(code="12")
    inspector.coming("code-error", citizen.go_on)
    citizen.enter_code()
    inspector.here("who")
    page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    inspector.here("citizen")
    inspector.coming("citizen-error", citizen.go_on)
    citizen.tell_who()
    inspector.here("consent")
    page.locator("[name=consent]").check()
    citizen.go_on()
    inspector.here("check-answers")
    inspector.coming("another-device", lambda: page.goto("/onboarding/another-device"))
    page.goto("/onboarding/check-answers")
    inspector.coming("registered", citizen.go_on)
    inspector.coming("account", lambda: page.goto("/account"))
    verdict(inspector)


def test_an_organisation_checks_its_answers(citizen: Citizen) -> None:
    inspector, page = Inspector(citizen.page), citizen.page
    citizen.choose("register")
    citizen.prove_number()
    page.locator("[name=kind][value=organisation]").check()
    citizen.go_on()
    inspector.here("organisation")
    citizen.fill(name="Hợp tác xã Nông nghiệp Vị Thanh", tax_code="0100109106")
    citizen.fill(representative=citizen.name, national_id=citizen.national_id)
    citizen.go_on()
    page.locator("[name=consent]").check()
    citizen.go_on()
    inspector.here("check-answers-organisation")
    verdict(inspector)


def test_signing_in_and_finding_the_way(citizen: Citizen) -> None:
    inspector, page = Inspector(citizen.page), citizen.page
    citizen.choose("phone")
    inspector.here("phone")
    citizen.enter_number()
    inspector.coming("no-account", citizen.enter_code)
    citizen.choose("usb")
    inspector.here("usb")
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
    verdict(inspector)


def test_going_on_elsewhere(citizen: Citizen) -> None:
    inspector, page = Inspector(citizen.page), citizen.page
    inspector.coming("resume", lambda: page.goto("/onboarding/resume"))
    inspector.coming("resume-error", citizen.go_on)
    citizen.fill(support_code="HG-7K3M-92QX")
    citizen.enter_number()
    inspector.here("resume-code")
    inspector.coming("not-found", citizen.enter_code)
    verdict(inspector)


def test_a_number_that_has_an_account(new_page: Callable[..., Page], server: Server) -> None:
    citizen = Citizen(new_page(), server)
    citizen.register()
    again = Citizen(new_page(), server, number=citizen.number)
    inspector = Inspector(again.page)
    again.choose("register")
    again.enter_number()
    inspector.coming("have-account", again.enter_code)
    verdict(inspector)


def test_pages_that_are_not_there(browser: Browser, server: Server) -> None:
    inspector = Inspector(browser.new_context(base_url=server.url).new_page())
    inspector.coming("not-there", lambda: inspector.page.goto("/nothing"))
    inspector.page.context.close()
    verdict(inspector)
