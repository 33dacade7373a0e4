"""Debian's Chromium, headless, driven by playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.machine import missing

PHONE = {"width": 360, "height": 740}  # CSS pixels of a common inexpensive telephone
FLAGS = [
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running(*flags: str) -> Iterator[Browser]:
    """A browser for the length of a `with`, with flags of its own if need be."""
    program = shutil.which("chromium")
    if program is None:
        missing("Debian's chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        yield browser
        browser.close()
