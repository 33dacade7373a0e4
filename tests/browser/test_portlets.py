"""A department's site: its page here, and its portlets on a site of its own, in a real browser."""

from collections.abc import Callable, Iterator
from html import escape

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.inspection import Inspector
from tests.machine.server import Server
from tests.machine.web_service import WebService

# Colours as dark, or light, as they may be.
SITES = """
[so-y-te]
title = "Sở Y tế"
colours = {{ brand = "#6d28d9", button = "#6d28d9", link = "#6d28d9", accent = "#ffffff" }}
news = {{ date = 2026-11-20, title = "Khám sức khỏe cho người cao tuổi", text = "Bà con đến đúng giờ." }}
origins = ["{origin}"]

[so-xay-dung]
title = "Sở Xây dựng"
portlets = {{ tally = "citizens", visitors = "nobody" }}
"""
PAGE = (
    '<!doctype html><html lang="vi"><meta name="viewport" content="width=device-width"><title>Sở Y tế</title>'
    '<link rel="icon" href="data:,"><h1>Sở Y tế</h1>{parts}</html>'
)
SHIFTS = """
window.shifted = 0;
new PerformanceObserver(seen => seen.getEntries().forEach(one => window.shifted += one.value))
    .observe({ type: "layout-shift", buffered: true });
"""
CUT_OFF = """() => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement;
    return Math.max(scrollHeight - clientHeight, scrollWidth - clientWidth);
}"""
PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"


@pytest.fixture(scope="module")
def department() -> Iterator[WebService]:
    """The department's own web site."""
    with WebService(headers={"Content-Type": "text/html; charset=utf-8"}) as site:
        yield site


@pytest.fixture(scope="module")
def lines(server: Server, department: WebService, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the department has to put on its page, as the command prints it."""
    file = tmp_path_factory.mktemp("sites") / "sites.toml"
    file.write_text(SITES.format(origin=f"http://localhost:{department.port}"))
    server.run("sites", "load", str(file))
    return server.run("sites", "portlets", "so-y-te").splitlines()


def frame_line(line: str, server: Server) -> str:
    """The same portlet as a frame written by hand."""
    name, title, height = (line.partition(before)[2].partition(after)[0] for before, after in (
        ('data-portlet="', '"'), ('title="', '"'), ("height:", '"'),
    ))  # fmt: skip
    address = f"{server.url}/sites/so-y-te/portlet/{name}"
    style = f"border:0;width:100%;height:{escape(height)}"
    return f'<iframe src="{address}" title="{title}" style="{style}"></iframe>'


@pytest.fixture
def visit(new_page: Callable[..., Page], department: WebService) -> Callable[..., Page]:
    """Opens the department's page with these lines in it, a paragraph after each."""

    def open_page(*lines: str, width: int = 360) -> Page:
        department.body = PAGE.format(parts="".join(f"{line}<p>Sau đó</p>" for line in lines))
        page = new_page(viewport={"width": width, "height": 3000})
        page.add_init_script(SHIFTS)
        page.goto(f"http://localhost:{department.port}/", wait_until="networkidle")
        page.evaluate(PAINTED)
        return page

    return open_page


@pytest.mark.parametrize(("by", "width"), [("script", 320), ("frame", 660), ("script", 1280)])
def test_B12_portlets_on_a_registered_site_fit_and_move_nothing_and_set_no_cookie(
    visit: Callable[..., Page], server: Server, lines: list[str], by: str, width: int
) -> None:
    page = visit(*(lines if by == "script" else [frame_line(line, server) for line in lines]), width=width)
    frames = page.frames[1:]
    assert {frame.url for frame in frames} == {
        f"{server.url}/sites/so-y-te/portlet/{name}" for name in ("question", "visitors", "tally")
    }
    assert [frame.url for frame in frames if frame.evaluate(CUT_OFF) > 0] == []
    assert page.evaluate("window.shifted") == 0
    assert all(title for title in page.locator("iframe").evaluate_all("all => all.map(one => one.title)"))
    assert page.context.cookies() == []


def test_a_place_that_is_not_kept_free_is_noticed(visit: Callable[..., Page], lines: list[str]) -> None:
    page = visit(lines[0])
    assert page.evaluate("window.shifted") == 0
    page.evaluate(
        "document.body.prepend(Object.assign(document.createElement('div'), { style: 'height: 300px' }))"
    )
    page.wait_for_function("window.shifted > 0")


def test_an_answer_chosen_elsewhere_goes_on_in_the_wizard(
    visit: Callable[..., Page], server: Server, lines: list[str]
) -> None:
    page = visit(lines[0].replace(" title=", ' data-lang="en" title='))
    question = page.frame_locator("iframe")
    question.locator("[value=phone]").check()
    question.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{server.url}/onboarding/account?answer=phone&site=so-y-te&lang=en")
    expect(page.locator("[name=answer][value=phone]")).to_be_checked()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{server.url}/onboarding/phone")
    tally = page.goto(f"{server.url}/sites/so-y-te/portlet/tally")
    assert tally is not None
    expect(page.locator(".tally b")).to_have_text(["0", "0", "1", "0"])


def test_B12_the_browser_shows_no_portlet_on_any_other_site(
    browser: Browser, department: WebService, lines: list[str]
) -> None:
    department.body = PAGE.format(parts="".join(lines))
    context = browser.new_context()
    page, told = context.new_page(), []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"http://127.0.0.1:{department.port}/", wait_until="networkidle")
    assert [frame.url for frame in page.frames[1:]] == ["chrome-error://chromewebdata/"] * 3
    assert sum("frame-ancestors" in text for text in told) == 3
    context.close()


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_departments_pages_are_held_to_what_all_are(
    browser: Browser, server: Server, inspect: Callable[..., Inspector], language: str
) -> None:
    context = browser.new_context(base_url=server.url)  # its console may tell of the portlet that is refused
    page = context.new_page()
    inspector = inspect(page, language)
    for name, address, status in (
        ("department", "/sites/so-y-te", 200),
        ("department-refused", "/sites/so-xay-dung", 200),
        ("portlet-refused", "/sites/so-xay-dung/portlet/visitors", 403),
    ):
        inspector.coming(name, lambda address=address: page.goto(address))  # type: ignore[misc]
        assert inspector.status == status
    context.close()
