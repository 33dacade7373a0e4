"""The inspection of pages in the browser finds what it is there to find, and nothing on a good page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import paint
from tests.browser.inspection import Inspector
from tests.browser.report import CHECKS, Inspected, table
from tests.machine.nu import Checker

GOOD = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Số điện thoại</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body { margin: 0; background: #fff; color: #111; overflow-wrap: anywhere }
a, button, input { display: block; min-width: 44px; min-height: 44px; max-width: 100%; box-sizing: border-box }
:focus { outline: 3px solid #111 }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } a { color: #8cf } }
</style></head><body><main><h1>Số điện thoại</h1><a href="/">Về trang đầu</a>
<label for="number">Số</label><input id="number"><button>Tiếp tục</button>
<noscript><p>Không có JavaScript cũng được.</p></noscript></main></body></html>"""
FAULTS = {
    "HTML": ("<h1>", '<h1 href="/">', "Attribute “href” not allowed"),
    "light": ('<label for="number">Số</label>', "", "label:"),
    "dark": ("color: #eee }", "color: #222 }", "color-contrast:"),
    "320": ("</style>", "h1 { width: 340px }</style>", "scrolls sideways, needs 340 px for <h1>"),
    "375": ("min-height: 44px", "min-height: 40px; height: 40px", "<button> Tiếp tục is"),
    "1280": ("</style>", "h1 { overflow: hidden; white-space: nowrap; width: 3em }</style>", "<h1> Số điện"),
    "200 %": ("</style>", "h1 { white-space: nowrap }</style>", "at 320: scrolls sideways"),
    "keyboard": (":focus {", "input:focus {", "no focus to be seen on <button> Tiếp tục"),
    "no script": ("<noscript><p>", '<noscript><input id="other"><p>', "label:"),
}


def look(inspector: Inspector, page: Page, html: str) -> Inspected:
    """What is found on a page with this HTML."""
    page.unroute_all()
    page.route("**/made-up", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    inspector.coming("made-up", lambda: page.goto("/made-up"))
    return inspector.found[-1]


@pytest.fixture
def inspector(new_page: Callable[..., Page], html: Checker) -> Inspector:
    """An inspector whose findings go into no report."""
    page = new_page()
    page.goto("/portlet/tally")
    return Inspector(page, html, lambda *_: None, "en")


def test_a_good_page_has_no_fault(inspector: Inspector) -> None:
    assert look(inspector, inspector.page, GOOD).faults == {}


def test_each_check_finds_its_fault(inspector: Inspector) -> None:
    assert set(FAULTS) == set(CHECKS)
    for check, (before, after, sentence) in FAULTS.items():
        assert before in GOOD
        found = look(inspector, inspector.page, GOOD.replace(before, after, 1)).faults
        assert any(fault.startswith(sentence) for fault in found.get(check, [])), (check, found)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("<a href", '<a tabindex="-1" href', "Tab does not lead to <a> Về trang đầu"),
        ("main><h1", 'main><div style="position: fixed; inset: 0"></div><h1', "the focus is hidden on <a>"),
    ],
)
def test_what_the_keyboard_cannot_do_is_told(inspector: Inspector, before: str, after: str, sentence: str) -> None:
    found = look(inspector, inspector.page, GOOD.replace(before, after, 1)).faults
    assert any(fault.startswith(sentence) for fault in found["keyboard"]), found


SCRIPTED = """<div id="other"><input></div><button id="press">Bấm</button><script>
document.querySelector("#other").remove();
document.querySelector("#press").addEventListener("click", () => (document.title = "Đã bấm"));
</script></main>"""


def test_what_only_a_browser_without_scripts_shows_is_seen_and_the_page_lives_on(inspector: Inspector) -> None:
    before, _, after = GOOD.partition("<noscript>")
    found = look(inspector, inspector.page, before + after.replace("</noscript></main>", SCRIPTED)).faults
    assert [*found] == ["no script"]
    assert any(fault.startswith("label:") for fault in found["no script"])
    inspector.page.locator("#press").click()
    expect(inspector.page).to_have_title("Đã bấm")


def test_a_page_in_vietnamese_tells_when_a_slow_line_has_painted_it(inspector: Inspector) -> None:
    inspector.speak("vi")
    inspector.coming("tally", lambda: inspector.page.goto("/portlet/tally"))
    assert paint.LATENCY / 1000 < (inspector.found[-1].paint or 0) < 20


def test_the_report_names_every_fault() -> None:
    page = Inspected("phone", "vi", 15_000, 1.6)
    page.add("320", ["scrolls sideways"])
    told = "\n".join(table([page]))
    for sentence in ("- phone (vi), 320: scrolls sideways", "15000 of 14000 bytes", "1 after 1.5 s"):
        assert sentence in told
