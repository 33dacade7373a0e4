"""What every page is held to in a real browser: weight, width, accessibility; and pictures of it to look at."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.machine import chromium

MOST = 14_000  # bytes of a first view, everything counted, headers too
DESKTOP = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}  # WCAG 2.2, 1.4.10: what 400 % of zoom leaves of a desktop
PICTURES = os.environ.get("SCREENSHOTS", "")  # a folder for pictures of every page; none are taken without it


@dataclass
class Inspector:
    """Looks at page after page of one browser tab; remembers what each one weighs and what is wrong."""

    page: Page
    weights: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _bytes: int = 0

    def __post_init__(self) -> None:
        network = self.page.context.new_cdp_session(self.page)
        network.on("Network.loadingFinished", self._count)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _count(self, finished: dict[str, Any]) -> None:
        self._bytes += int(finished["encodedDataLength"])

    def coming(self, name: str, go: Callable[[], Any]) -> None:
        """Go to a page by `go`, weigh what comes, and look at it."""
        self._bytes = 0
        go()
        self.page.wait_for_load_state("networkidle")
        self.weights[name] = self._bytes
        self.look(name)

    def here(self, name: str) -> None:
        """Load the page once more, weigh it and look at it."""
        self.coming(name, self.page.reload)

    def look(self, name: str) -> None:
        """Width, accessibility in both colour schemes, pictures."""
        page = self.page
        for size in (NARROW, DESKTOP, chromium.PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            self._wide(name, size["width"])
            if PICTURES and size is not NARROW:
                page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page).response["violations"]
            self.faults += [f"{name}, {scheme}: {one['id']}: {one['nodes'][0]['html']}" for one in found]

    def _wide(self, name: str, width: int) -> None:
        needed = self.page.evaluate("document.documentElement.scrollWidth")
        self.faults += [f"{name}: scrolls sideways at {width}, needs {needed}"] * (needed > width)

    def table(self) -> str:
        """What each page weighs, heaviest first."""
        heaviest = sorted(self.weights.items(), key=lambda weighed: -weighed[1])
        return "\n".join(f"{weight:6d} {name}" for name, weight in heaviest)
