"""What every page is held to in a real browser; `SCREENSHOTS=<folder>` keeps pictures of it to look at."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Response

from tests.browser import paint
from tests.browser.report import LIMIT, Inspected
from tests.machine.nu import Checker

SIZES = {
    "320": {"width": 320, "height": 640},  # WCAG 2.2, 1.4.10: what 400 % of zoom leaves of a desktop
    "1280": {"width": 1280, "height": 800},
    "375": {"width": 375, "height": 667},
}
TEXT = 16  # CSS pixels: what browsers start from
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
AXE = "options => axe.run(document, options).then(found => found.violations)"
UNWRAP = "document.querySelectorAll('noscript').forEach(one => one.replaceWith(...one.childNodes))"  # axe skips it
BODY = "document.body.outerHTML"
CONTRAST = {"runOnly": ["color-contrast"]}  # all that another colour scheme can change
PICTURES = os.environ.get("SCREENSHOTS", "")


@dataclass
class Inspector:
    """Looks at page after page of one browser tab, and in a second tab at the same pages without JavaScript."""

    page: Page
    language: str
    html: Checker
    record: Callable[[str, object], None]
    limit: int = LIMIT
    found: list[Inspected] = field(default_factory=list)
    _views: dict[str, str] = field(default_factory=dict)
    _bytes: Counter[str] = field(default_factory=Counter)
    _last: Response | None = None

    def __post_init__(self) -> None:
        self._session = self.page.context.new_cdp_session(self.page)
        self._session.on("Network.requestWillBeSent", self._ask)
        self._session.on("Network.loadingFinished", self._count)
        self._session.send("Network.enable")
        self._session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.page.on("response", self._keep)
        self._second = self.page.context.new_page()
        self._second_session = self.page.context.new_cdp_session(self._second)

    def _ask(self, asked: dict[str, Any]) -> None:
        self._views[asked["requestId"]] = asked["loaderId"]

    def _count(self, finished: dict[str, Any]) -> None:
        """Add to the view that has asked for it: what ends now may still belong to the page before."""
        view = self._views.get(finished["requestId"], "asked for before the inspection")
        self._bytes[view] += int(finished["encodedDataLength"])

    def _weight(self) -> int:
        """Bytes of the page that is open."""
        return self._bytes[self._session.send("Page.getFrameTree")["frameTree"]["frame"]["loaderId"]]

    def _keep(self, response: Response) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            self._last = response

    @property
    def status(self) -> int:
        """The HTTP status of the page that is open."""
        assert self._last is not None
        return self._last.status

    def coming(self, name: str, go: Callable[[], Any]) -> None:
        """Go to a page by `go`, weigh what comes, and look at it."""
        go()
        self.page.wait_for_load_state("load")
        self.look(name, weight=self._weight())

    def here(self, name: str) -> None:
        """Load the page once more, weigh it and look at it."""
        self.coming(name, self.page.reload)

    def look(self, name: str, *, weight: int = 0) -> None:
        """Everything, of the page that is open; what is found goes into the report."""
        assert self._last is not None
        seen = Inspected(name, self.language, weight)
        source, drawn = self._last.text(), self.page.evaluate(BODY)
        seen.add("HTML", self.html.faults(source))
        seen.add("bytes", [f"{weight} bytes are too many"] * (weight > self.limit))
        self._show_all(self.page, seen)
        seen.add("keyboard", self._keyboard())
        self._without_script(source, drawn, seen)
        if self.language == "vi" and self._last.ok and self._last.request.method == "GET":
            seen.paint = paint.largest(self._second, self.page.url)
        self.found.append(seen)
        self.record("page", asdict(seen))

    def _show_all(self, page: Page, seen: Inspected, check: str = "") -> None:
        """Sizes, text, colour schemes."""
        page.evaluate(AXE_SCRIPT)
        page.evaluate(SCRIPT)
        session = self._session if page is self.page else self._second_session
        for size, screen in SIZES.items():
            page.set_viewport_size(screen)  # type: ignore[arg-type]
            seen.add(check or size, page.evaluate("inspection.geometry()"))
            self._picture(page, f"{seen.name}-{self.language}-{size}", only=not check)
            session.send("Page.setFontSizes", {"fontSizes": {"standard": 2 * TEXT, "fixed": 2 * TEXT}})
            large = [f"at {size}: {fault}" for fault in page.evaluate("inspection.geometry()")]
            seen.add(check or "200 %", large)
            session.send("Page.setFontSizes", {"fontSizes": {"standard": TEXT, "fixed": TEXT}})
        seen.add(check or "light", violations(page, {}))
        page.emulate_media(color_scheme="dark")
        seen.add(check or "dark", violations(page, CONTRAST))
        self._picture(page, f"{seen.name}-{self.language}-375-dark", only=not check)
        page.emulate_media(color_scheme="light")

    def _keyboard(self) -> list[str]:
        """Tab leads to everything, and it can be seen where it is."""
        stops, faults = self.page.evaluate("inspection.tabs()"), []
        for _ in range(stops + 2):
            self.page.keyboard.press("Tab")
            faults += self.page.evaluate("inspection.focused()")
        return [*dict.fromkeys(faults), *self.page.evaluate("inspection.unreached()")]

    def _without_script(self, source: str, drawn: str, seen: Inspected) -> None:
        """The page as a browser shows it that runs no scripts; where `drawn` is the same, it has been seen."""
        second, switch, here = self._second, self._second_session, self.page.url
        second.route(here, lambda route: route.fulfill(body=source, content_type="text/html; charset=utf-8"))
        switch.send("Emulation.setScriptExecutionDisabled", {"value": True})
        second.goto(here)
        switch.send("Emulation.setScriptExecutionDisabled", {"value": False})  # axe is one itself
        second.unroute(here)
        if "<noscript" in source or second.evaluate(BODY) != drawn:
            second.evaluate(UNWRAP)
            self._show_all(second, seen, "no script")

    def _picture(self, page: Page, name: str, *, only: bool = True) -> None:
        if PICTURES and only:
            page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def violations(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe objects to, each with the element."""
    found = page.evaluate(AXE, {"resultTypes": ["violations"], **options})
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]
