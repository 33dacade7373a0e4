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
# As little as possible changes from one view to the next: a change costs more than a look.
VIEWS = [("320", 2), ("320", 1), ("1280", 1), ("1280", 2), ("375", 2), ("375", 1)]  # size, times the text
# Handed to the tab once, and read by each page only when it is asked for: half a megabyte.
AXE = f"globalThis.readAxe = () => {{\n{AXE_SCRIPT}\n}};"
SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
CONTRAST = {"runOnly": ["color-contrast"]}  # all that another colour scheme can change
PICTURES = os.environ.get("SCREENSHOTS", "")


@dataclass
class Inspector:
    """Looks at page after page of one browser tab, each as it is and as it would be without JavaScript."""

    page: Page
    html: Checker
    record: Callable[[str, object], None]
    language: str = "vi"
    limit: int = LIMIT
    found: list[Inspected] = field(default_factory=list)
    _views: dict[str, str] = field(default_factory=dict)
    _bytes: Counter[str] = field(default_factory=Counter)
    _last: Response | None = None
    _text: int = 1

    def __post_init__(self) -> None:
        self._session = self.page.context.new_cdp_session(self.page)
        self._session.on("Network.requestWillBeSent", self._ask)
        self._session.on("Network.loadingFinished", self._count)
        self._session.send("Network.enable")
        self._session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.page.on("response", self._keep)
        self.page.add_init_script(AXE + SCRIPT)

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

    def speak(self, language: str) -> None:
        """Have the portal speak this language from now on."""
        address = f"/onboarding/account?lang={language}"
        if self.page.url == "about:blank":
            self.page.goto(address)
        else:
            self.page.evaluate("address => fetch(address)", address)
        self.language = language

    def coming(self, name: str, go: Callable[[], Any], *, weighed: bool = True) -> None:
        """Go to a page by `go`, weigh what comes, see in Vietnamese when it is painted, and look at it."""
        painted = None
        if self.language == "vi":
            painted = paint.largest(self.page, self._session, go)
        else:
            go()
            self.page.wait_for_load_state("load")
        self.look(name, weight=self._weight() if weighed else 0, painted=painted)

    def here(self, name: str) -> None:
        """Load the page once more, weigh it and look at it."""
        self.coming(name, self.page.reload)

    def look(self, name: str, *, weight: int = 0, painted: float | None = None) -> None:
        """Everything, of the page that is open; what is found goes into the report."""
        assert self._last is not None
        seen, source = Inspected(name, self.language, weight), self._last.text()
        if self._last.ok and self._last.request.method == "GET":
            seen.paint = painted
        self.page.evaluate("inspection.begin()")
        seen.add("HTML", self.html.faults(source))
        seen.add("bytes", [f"{weight} bytes are too many"] * (weight > self.limit))
        self._show_all(seen)
        seen.add("keyboard", self._keyboard())
        if self.page.evaluate("source => inspection.withoutScript(source)", source):
            self._show_all(seen, "no script")
            self.page.evaluate("inspection.asItWas()")
        self.found.append(seen)
        self.record("page", asdict(seen))

    def _show_all(self, seen: Inspected, check: str = "") -> None:
        """Sizes, text, colour schemes."""
        for size, times in VIEWS:
            self._view(size, times)
            faults = self.page.evaluate("inspection.geometry()")
            if times == 1:
                seen.add(check or size, faults)
                self._picture(f"{seen.name}-{self.language}-{size}", only=not check)
            else:
                seen.add(check or "200 %", [f"at {size}: {fault}" for fault in faults])
        seen.add(check or "light", self._violations({}))
        self.page.emulate_media(color_scheme="dark")
        seen.add(check or "dark", self._violations(CONTRAST))
        self._picture(f"{seen.name}-{self.language}-375-dark", only=not check)
        self.page.emulate_media(color_scheme="light")

    def _view(self, size: str, times: int) -> None:
        """Give the page this size, and its text that many times its own."""
        if self.page.viewport_size != SIZES[size]:
            self.page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
        if times != self._text:
            sizes = {"standard": times * TEXT, "fixed": times * TEXT}
            self._session.send("Page.setFontSizes", {"fontSizes": sizes})
            self._text = times

    def _violations(self, options: dict[str, Any]) -> list[str]:
        """What axe objects to, each with the element."""
        found: list[str] = self.page.evaluate("options => inspection.violations(options)", options)
        return found

    def _keyboard(self) -> list[str]:
        """Tab leads to everything, and it can be seen where it is."""
        stops = self.page.evaluate("inspection.tabs()")
        self.page.keyboard.press("+".join(["Tab"] * (stops + 2)))  # one after the other, in one message
        faults: list[str] = self.page.evaluate("inspection.tabbed()")
        return faults

    def _picture(self, name: str, *, only: bool = True) -> None:
        if PICTURES and only:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
