"""The end of a session is announced in time, one press puts it off, after it nothing private is left to see."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.citizen import Citizen, an_address
from tests.browser.inspection import Inspector
from tests.machine.server import Server

TO_THE_WARNING = 12 * 60_000 + 31_000  # milliseconds
TO_THE_END = 2 * 60_000 + 31_000


def warning(page: Page) -> Locator:
    """The dialog that announces the end."""
    return page.get_by_role("alertdialog", name="Ông/bà còn ở đây không?")


def signed_in(citizen: Citizen) -> Page:
    """The account's page, with a clock that the test moves."""
    citizen.page.clock.install()
    citizen.come_registered()
    citizen.page.goto("/account")
    return citizen.page


def at_the_papers(citizen: Citizen) -> Page:
    """A page of the wizard where somebody is known."""
    citizen.page.clock.install()
    citizen.choose("register")
    citizen.prove_number()
    citizen.page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    return citizen.page


def test_the_warning_comes_in_time_and_one_key_puts_the_end_off(citizen: Citizen) -> None:
    page = signed_in(citizen)
    page.locator("a[href='/account/data']").focus()
    page.clock.fast_forward(TO_THE_WARNING - 3_000)
    expect(warning(page)).to_be_hidden()
    page.clock.fast_forward(3_000)
    expect(warning(page)).to_be_visible()
    expect(warning(page).get_by_role("timer")).to_have_text(re.compile(r"2:2\d"))
    expect(warning(page).get_by_role("button", name="Giữ trang này mở")).to_be_focused()
    with page.expect_response("**/account/stay"):
        page.keyboard.press("Enter")
    expect(warning(page)).to_be_hidden()
    expect(page.locator("a[href='/account/data']")).to_be_focused()
    page.clock.fast_forward(TO_THE_WARNING - 10_000)
    expect(warning(page)).to_be_hidden()
    page.clock.fast_forward(10_000)
    expect(warning(page)).to_be_visible()
    with page.expect_response("**/account/stay"):
        page.keyboard.press("Escape")
    expect(warning(page)).to_be_hidden()


def test_the_last_minute_is_said_once(citizen: Citizen) -> None:
    page = signed_in(citizen)
    page.clock.fast_forward(TO_THE_WARNING)
    said = warning(page).get_by_role("status")
    expect(said).to_have_text("")
    page.clock.fast_forward(91_000)
    expect(said).to_have_text("Còn chưa đến một phút.")


def test_after_the_end_nothing_private_is_left_to_see(citizen: Citizen) -> None:
    page = signed_in(citizen)
    page.clock.fast_forward(TO_THE_WARNING)
    page.clock.fast_forward(TO_THE_END)
    closed = page.get_by_role("heading", name="Trang này đã đóng")
    expect(closed).to_be_focused()
    expect(page).to_have_title("Trang này đã đóng")
    expect(warning(page)).to_have_count(0)
    assert citizen.name not in page.content()
    assert "data-account-state" not in page.content()
    page.get_by_role("link", name="Làm tiếp").click()
    expect(page.locator("[data-account-state=active]")).to_be_visible()  # the server's own time has not passed


def test_a_computer_that_slept_wakes_to_a_closed_page(citizen: Citizen) -> None:
    page = signed_in(citizen)
    page.clock.fast_forward(8 * 3_600_000)
    expect(page.get_by_role("heading", name="Trang này đã đóng")).to_be_visible()
    assert citizen.name not in page.content()


def put_away(page: Page) -> None:
    """What a page is told when the telephone's screen goes dark."""
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { get: () => true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )


def test_what_is_typed_is_kept_when_the_page_is_put_away_and_when_it_closes(citizen: Citizen) -> None:
    page = at_the_papers(citizen)
    citizen.fill(name=citizen.name)
    with page.expect_response("**/citizen/typed"):
        put_away(page)
    citizen.fill(birth_day="27")
    with page.expect_response("**/citizen/typed"):
        page.clock.fast_forward(8 * 3_600_000)  # asleep: no warning came before
    page.get_by_role("link", name="Làm tiếp").click()
    expect(page.locator("main [name=name]")).to_have_value(citizen.name)
    expect(page.locator("main [name=birth_day]")).to_have_value("27")
    citizen.fill(birth_month="3")
    with page.expect_response("**/citizen/typed"):
        page.clock.fast_forward(TO_THE_WARNING)
    page.clock.fast_forward(TO_THE_END)
    expect(page.get_by_role("heading", name="Trang này đã đóng")).to_be_visible()
    page.get_by_role("link", name="Làm tiếp").click()
    expect(page.locator("main [name=birth_month]")).to_have_value("3")


def test_a_link_out_of_a_page_keeps_what_is_typed(citizen: Citizen) -> None:
    page = at_the_papers(citizen)
    citizen.fill(name=citizen.name, birth_day="27")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("main [name=name]")).to_have_value(citizen.name)
    citizen.fill(birth_month="3")
    page.get_by_role("link", name="Back").click()
    expect(page).to_have_url(re.compile("/who$"))
    page.go_back()
    expect(page.locator("main [name=birth_month]")).to_have_value("3")


def test_keeping_a_page_of_the_wizard_open_leaves_what_is_typed(citizen: Citizen) -> None:
    page = at_the_papers(citizen)
    citizen.fill(birth_year="1965")
    page.clock.fast_forward(TO_THE_WARNING)
    with page.expect_response("**/citizen/stay"):
        page.get_by_role("button", name="Giữ trang này mở").click()
    expect(warning(page)).to_be_hidden()
    expect(page.locator("main [name=birth_year]")).to_have_value("1965")
    citizen.tell_who()
    assert citizen.at == "consent"


def test_what_is_done_in_one_tab_keeps_the_other_open(citizen: Citizen) -> None:
    page = signed_in(citizen)
    page.clock.fast_forward(TO_THE_WARNING)
    expect(warning(page)).to_be_visible()
    page.context.new_page().goto("/account")
    expect(warning(page)).to_be_hidden()


def test_without_a_line_the_button_says_so_and_can_be_pressed_again(browser: Browser, server: Server) -> None:
    with browser.new_context(base_url=server.url, extra_http_headers={"X-Forwarded-For": an_address()}) as context:
        page = signed_in(Citizen(context.new_page(), server))
        page.clock.fast_forward(TO_THE_WARNING)
        context.set_offline(True)
        page.get_by_role("button", name="Giữ trang này mở").click()
        expect(warning(page).get_by_role("status")).to_contain_text("Không kết nối được.")
        context.set_offline(False)
        page.get_by_role("button", name="Giữ trang này mở").click()
        expect(warning(page)).to_be_hidden()


def test_without_javascript_the_page_says_until_when_it_stays_open(
    new_page: Callable[..., Page], server: Server
) -> None:
    citizen = Citizen(new_page(java_script_enabled=False), server)
    citizen.come_registered()
    citizen.page.goto("/account")
    expect(citizen.page.locator("[data-left]")).to_contain_text("nếu ông/bà không bấm gì")
    expect(warning(citizen.page)).to_have_count(0)


@pytest.mark.parametrize("ended", [False, True])
def test_the_warning_and_the_closed_page_are_held_to_what_all_pages_are(
    citizen: Citizen, inspect: Callable[..., Inspector], ended: bool
) -> None:
    inspector = inspect(citizen.page)
    page = signed_in(citizen)
    page.clock.fast_forward(TO_THE_WARNING)
    expect(warning(page)).to_be_visible()
    if ended:
        page.clock.fast_forward(TO_THE_END)
        expect(page.get_by_role("heading", name="Trang này đã đóng")).to_be_visible()
    inspector.look("staying-closed" if ended else "staying-warning")
