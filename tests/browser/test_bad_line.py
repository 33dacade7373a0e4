"""A bad line: what was typed stays, a page that did not come can be loaded again, nothing happens twice."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.citizen import Citizen, an_address
from tests.machine.server import Server


@pytest.fixture
def on_the_train(browser: Browser, server: Server) -> Iterator[Citizen]:
    """Somebody whose line comes and goes; what the console says of it is no fault."""
    with browser.new_context(base_url=server.url, extra_http_headers={"X-Forwarded-For": an_address()}) as context:
        yield Citizen(context.new_page(), server)


def at_the_papers(citizen: Citizen) -> None:
    """Up to the page that asks for the most."""
    citizen.choose("register")
    citizen.prove_number()
    citizen.page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    citizen.fill(name=citizen.name, national_id=citizen.national_id)


def lose_the_answer(route: Route) -> None:
    """What is sent arrives; what comes back does not."""
    route.fetch(max_redirects=0)
    route.abort()


def test_on_a_dead_line_the_page_stays_with_what_was_typed(on_the_train: Citizen) -> None:
    page, told = on_the_train.page, on_the_train.page.get_by_role("alert")
    at_the_papers(on_the_train)
    expect(told).to_be_hidden()
    page.context.set_offline(True)
    page.get_by_role("button", name="Tiếp tục").click()
    expect(told).to_contain_text("Không có mạng. Những gì ông/bà đã nhập vẫn còn trên trang này")
    expect(page.locator("main [name=name]")).to_have_value(on_the_train.name)
    page.context.set_offline(False)
    expect(told).to_be_hidden()
    on_the_train.tell_who()
    assert on_the_train.at == "consent"


def test_an_answer_that_was_lost_on_the_way_is_fetched_again(on_the_train: Citizen) -> None:
    page = on_the_train.page
    at_the_papers(on_the_train)
    on_the_train.fill(birth_day="27", birth_month="3", birth_year="1965")
    page.route("**/citizen", lose_the_answer)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Tiếp tục").click()
    page.unroute("**/citizen")
    page.goto("/onboarding/citizen")
    expect(page.locator("main [name=name]")).to_have_value(on_the_train.name)
    page.goto("/onboarding/consent")
    assert on_the_train.at == "consent"


def test_a_page_whose_script_and_style_did_not_come_still_works(on_the_train: Citizen) -> None:
    on_the_train.page.route("**/static/**", lambda route: route.abort())
    on_the_train.register()
    on_the_train.page.goto("/account")
    expect(on_the_train.page.locator("[data-account-state=active]")).to_be_visible()


def test_a_browser_that_takes_the_line_for_dead_is_not_believed_at_once(on_the_train: Citizen) -> None:
    on_the_train.page.add_init_script("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    at_the_papers(on_the_train)
    on_the_train.tell_who()
    assert on_the_train.at == "consent"
