"""The three answers without a token, to their ends: on a phone, with and without JavaScript, in two languages."""

import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.citizen import Citizen
from tests.machine.server import Server

BOTH = pytest.mark.parametrize(("scripts", "language"), [(True, "vi"), (False, "en")])
SIGNED_IN = {"vi": "Đang hoạt động", "en": "Active"}
CALLED = {"vi": "Chúng tôi sẽ gọi cho ông/bà", "en": "We will call you"}


@pytest.fixture
def somebody(new_page: Callable[..., Page], server: Server, scripts: bool, language: str) -> Citizen:
    """A person on the portal's page, in their language, with or without JavaScript."""
    citizen = Citizen(new_page(java_script_enabled=scripts), server)
    citizen.page.goto(f"/?lang={language}")
    return citizen


def answer(citizen: Citizen, value: str) -> None:
    """Answer on the portal's page, and go on from the first question, where the answer is chosen already."""
    citizen.page.locator(f"[name=answer][value={value}]").check()
    citizen.go_on()
    expect(citizen.page.locator(f"[name=answer][value={value}]")).to_be_checked()
    citizen.go_on()


@BOTH
def test_register(somebody: Citizen, language: str) -> None:
    answer(somebody, "register")
    somebody.prove_number()
    somebody.page.locator("[name=kind][value=citizen]").check()
    somebody.go_on()
    somebody.tell_who()
    somebody.agree_and_send()
    somebody.page.locator("a.button").click()
    expect(somebody.page.locator("html")).to_have_attribute("lang", language)
    expect(somebody.page.locator("[data-account-state=active]")).to_contain_text(SIGNED_IN[language])


@BOTH
def test_sign_in_by_phone(somebody: Citizen, language: str) -> None:
    somebody.register_elsewhere()
    answer(somebody, "phone")
    somebody.prove_number()
    expect(somebody.page.locator("[data-account-state=active]")).to_contain_text(SIGNED_IN[language])
    somebody.sign_out()
    somebody.page.goto("/account")
    assert somebody.at == "account"
    expect(somebody.page.locator("[data-account-state]")).to_have_count(0)


@BOTH
def test_find_the_way_and_be_called_back(somebody: Citizen, language: str) -> None:
    answer(somebody, "guided-help")
    somebody.page.locator("[name=at_hand][value=with-nothing]").check()
    somebody.go_on()
    somebody.go_on()
    somebody.fill(name=somebody.name, number=somebody.number)
    somebody.page.locator("[name=best_time][value=morning]").check()
    somebody.go_on()
    assert somebody.heading == CALLED[language]
    assert "can bo se goi lai" in somebody.message()["text"]


def test_the_error_summary_takes_the_focus_and_leads_to_the_fields(citizen: Citizen) -> None:
    citizen.page.goto("/onboarding/call-back")
    citizen.go_on()
    expect(citizen.page).to_have_title(
        "Lỗi: Chúng tôi gọi cho ông/bà vào số nào? – Cổng Dịch vụ công tỉnh Hậu Giang"
    )
    summary = citizen.page.locator(".error-summary")
    expect(summary).to_be_focused()
    for link, field in zip(summary.locator("a").all(), ("name", "number", "best_time"), strict=True):
        link.click()
        expect(citizen.page.locator(f"main [name={field}]").first).to_be_focused()


def test_the_back_button_shows_what_was_typed_and_another_answer_leads_on(citizen: Citizen) -> None:
    citizen.choose("register")
    citizen.fill(number="0912")
    citizen.go_on()
    citizen.enter_number()
    citizen.page.go_back()  # over the page that told of the error: no browser asks whether to send it again
    expect(citizen.page.locator("[name=number]")).to_have_value(citizen.number)
    citizen.page.go_forward()
    citizen.enter_code()
    citizen.page.locator("[name=kind][value=organisation]").check()
    citizen.go_on()
    citizen.page.go_back()
    expect(citizen.page.locator("[name=kind][value=organisation]")).to_be_checked()
    citizen.page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    citizen.tell_who()
    citizen.page.locator(".back").click()
    expect(citizen.page.locator("[name=national_id]")).to_have_value(citizen.national_id)
    citizen.go_on()
    citizen.agree_and_send()
    assert citizen.at == "registered"
    citizen.page.go_back()
    assert citizen.at in {"registered", "check-answers"}
    citizen.page.goto("/account")
    expect(citizen.page.locator("[data-account-state=active]")).to_be_visible()


def test_the_ticked_answer_goes_along_into_the_other_language(citizen: Citizen) -> None:
    for address in ("/", "/onboarding/account"):
        citizen.page.goto(f"{address}?lang=vi")
        citizen.page.locator("[name=answer][value=phone]").check()
        citizen.page.get_by_role("link", name="English").click()
        expect(citizen.page.locator("html")).to_have_attribute("lang", "en")
        expect(citizen.page.locator("[name=answer][value=phone]")).to_be_checked()


def test_a_telephone_is_told_first_that_a_token_needs_a_computer(
    new_page: Callable[..., Page], server: Server
) -> None:
    citizen = Citizen(new_page(user_agent="Mozilla/5.0 (Linux; Android 14) Mobile"), server)
    citizen.choose("usb")
    expect(citizen.page.get_by_text("Ký bằng USB cần dùng máy tính")).to_be_visible()


def accounts(server: Server) -> int:
    """How many accounts there are."""
    with sqlite3.connect(f"file:{server.folder / 'onboarding.db'}?mode=ro", uri=True) as database:
        found: int = database.execute("SELECT count(*) FROM accounts").fetchone()[0]
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_a_double_click_makes_one_account(new_page: Callable[..., Page], server: Server, scripts: bool) -> None:
    citizen = Citizen(new_page(java_script_enabled=scripts), server)
    citizen.choose("register")
    citizen.prove_number()
    citizen.page.locator("[name=kind][value=citizen]").check()
    citizen.go_on()
    citizen.tell_who()
    citizen.page.locator("[name=consent]").check()
    citizen.go_on()
    before = accounts(server)
    citizen.page.locator("main form button").dblclick()
    expect(citizen.page).to_have_url(f"{server.url}/onboarding/registered")
    citizen.page.goto("/account")
    expect(citizen.page.locator("[data-account-state=active]")).to_be_visible()
    assert accounts(server) == before + 1


def test_the_code_page_tells_what_became_of_the_message(citizen: Citizen) -> None:
    citizen.choose("phone")
    citizen.enter_number()
    citizen.message(state="sent")
    citizen.page.reload()
    expect(citizen.page.locator("main [role=status]")).to_contain_text("Tin nhắn đã được gửi.")


def test_a_new_code_can_be_asked_for_when_the_countdown_is_over(citizen: Citizen) -> None:
    citizen.page.clock.install()
    citizen.choose("phone")
    citizen.enter_number()
    again, left = citizen.page.locator("#resend"), citizen.page.locator("[data-seconds]")
    expect(again).to_have_attribute("aria-disabled", "true")
    citizen.page.clock.fast_forward(10_000)
    assert 0 < int(left.inner_text()) <= 20
    again.click(force=True)
    assert citizen.page.url.endswith("phone-code")
    expect(citizen.page.locator(".error-summary")).to_have_count(0)
    citizen.page.clock.fast_forward(21_000)
    expect(again).not_to_have_attribute("aria-disabled", "true")
    expect(left).to_be_hidden()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def enter(page: Page, **fields: str) -> None:
    """Fill in fields and press Enter in the last one."""
    for name, text in fields.items():
        tab_to(page, f"main [name={name}]")
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tick(page: Page, name: str, key: str = "Space") -> None:
    """Choose by a key, and press Enter."""
    tab_to(page, f"[name={name}]")
    page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_with_the_keyboard_alone(citizen: Citizen) -> None:
    page = citizen.page
    page.goto("/onboarding/account")
    tick(page, "answer", "ArrowDown")
    enter(page, number=citizen.number)
    enter(page, code=citizen.message(code=True)["code"])
    tick(page, "kind")
    birth = {"birth_day": "27", "birth_month": "3", "birth_year": "1965"}
    enter(page, name=citizen.name, **birth, national_id=citizen.national_id)
    tick(page, "consent")
    tab_to(page, "main form button")
    enter(page)
    assert citizen.at == "registered"
