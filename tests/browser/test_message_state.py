"""The code page tells by itself what became of the message, and only as often as it helps."""

import sqlite3
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.citizen import Citizen, an_address
from tests.machine.server import Server

SENT, ARRIVED, OFF = "Tin nhắn đã được gửi.", "Tin nhắn đã đến điện thoại.", "Điện thoại đang tắt"
HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
}"""
COUNT = """new MutationObserver(() => { window.told = (window.told || 0) + 1; })
    .observe(document.querySelector('[data-message]'), { childList: true, subtree: true, characterData: true })"""


def report(server: Server, state: str, reason: str | None = None) -> None:
    """The network reports what became of the newest message."""
    newest = "SELECT id FROM messages ORDER BY created_at DESC LIMIT 1"
    with sqlite3.connect(server.folder / "onboarding.db", timeout=10) as database:
        database.execute(f"UPDATE messages SET state = ?, reason = ? WHERE id = ({newest})", (state, reason))  # noqa: S608


def wait_for_code(citizen: Citizen) -> list[str]:
    """Up to the code page, its message sent, with a clock that the test moves; the list fills with the asking."""
    asked: list[str] = []
    citizen.page.clock.install()
    citizen.choose("phone")
    citizen.enter_number()
    citizen.message()
    citizen.page.on("request", lambda request: asked.append(request.url) if "/message" in request.url else None)
    return asked


def pass_time(page: Page, asked: list[str], *, times: int = 1) -> None:
    """Let pauses pass, each with its answer."""
    for _ in range(times):
        before = len(asked)
        with page.expect_response("**/message"):
            page.clock.fast_forward(30_000)
        assert len(asked) == before + 1


def test_the_state_changes_before_ones_eyes(citizen: Citizen, server: Server) -> None:
    asked, status = wait_for_code(citizen), citizen.page.locator("main [role=status]")
    expect(citizen.page.locator("[data-look]")).to_be_hidden()
    citizen.fill(code="12")
    pass_time(citizen.page, asked)
    expect(status).to_contain_text(SENT)
    report(server, "failed", "unreachable")
    pass_time(citizen.page, asked)
    expect(status).to_contain_text(OFF)
    expect(citizen.page.locator("main [name=code]")).to_have_value("12")
    citizen.page.clock.fast_forward(60_000)
    assert len(asked) == 2, "nothing more is learnt of a message that failed"
    expect(citizen.page.locator("[data-look]")).to_be_visible()


def test_a_screen_reader_hears_each_sentence_once(citizen: Citizen, server: Server) -> None:
    asked = wait_for_code(citizen)
    pass_time(citizen.page, asked)
    expect(citizen.page.locator("main [role=status]")).to_contain_text(SENT)
    citizen.page.evaluate(COUNT)
    pass_time(citizen.page, asked, times=3)
    assert citizen.page.evaluate("window.told") is None
    report(server, "delivered")
    pass_time(citizen.page, asked)
    expect(citizen.page.locator("main [role=status]")).to_contain_text(ARRIVED)
    assert citizen.page.evaluate("window.told") == 1


def test_a_page_that_nobody_sees_asks_nothing(citizen: Citizen) -> None:
    asked = wait_for_code(citizen)
    citizen.page.evaluate(HIDE, True)
    for _ in range(3):
        citizen.page.clock.fast_forward(30_000)
    assert asked == []
    citizen.page.evaluate(HIDE, False)
    pass_time(citizen.page, asked)


def test_the_pauses_grow_and_end_with_the_code(citizen: Citizen) -> None:
    asked, answered = wait_for_code(citizen), []
    citizen.page.on("response", lambda answer: answered.append(answer.url) if "/message" in answer.url else None)
    for _ in range(130):
        citizen.page.clock.fast_forward(5_000)
        while len(answered) < len(asked):
            citizen.page.evaluate("0")  # lets the answer come
    assert 15 < len(asked) < 35
    expect(citizen.page.locator("[data-look]")).to_be_visible()


def test_a_line_that_is_down_is_tried_again(browser: Browser, server: Server) -> None:
    with browser.new_context(base_url=server.url, extra_http_headers={"X-Forwarded-For": an_address()}) as context:
        citizen = Citizen(context.new_page(), server)
        asked = wait_for_code(citizen)
        context.set_offline(True)
        with citizen.page.expect_event("requestfailed"):
            citizen.page.clock.fast_forward(3_000)
        context.set_offline(False)
        pass_time(citizen.page, asked)
        expect(citizen.page.locator("main [role=status]")).to_contain_text(SENT)


def test_without_javascript_a_link_looks_again(new_page: Callable[..., Page], server: Server) -> None:
    citizen = Citizen(new_page(java_script_enabled=False), server)
    citizen.choose("phone")
    citizen.enter_number()
    citizen.message()
    report(server, "delivered")
    citizen.page.get_by_text("Xem tin nhắn đã tới chưa").click()
    expect(citizen.page.locator("main [role=status]")).to_contain_text(ARRIVED)
